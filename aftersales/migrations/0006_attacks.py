"""What was tried against surveys and rounds: whoever is rated takes no answers; a key customer is not left out by who was to call."""

from django.db import migrations

from core import guards

# S18: nobody takes answers about himself, in whatever way.
NOT_ABOUT_ONESELF = (
    "BEGIN IF EXISTS (SELECT 1 FROM aftersales_surveyinvite i JOIN aftersales_survey s ON s.id = i.survey_id JOIN projects_project p ON p.id = i.project_id, "
    "jsonb_array_elements(s.questions) q WHERE i.id = NEW.invite_id AND q ->> 'role' <> '' "
    "AND to_jsonb(p) ->> ((q ->> 'role') || '_id') = NEW.by_id::text) THEN "
    + guards.refuse("Nobody asks a customer about himself; let somebody else call.")
    + " END IF; RETURN NEW; END"
)
FROZEN = guards.refuse("This record is frozen: only its state may change.")
# S18: answers count when their paper is signed, once; a customer has answered when there are such answers; what was judged stays.
COUNTS = (
    "BEGIN IF OLD.signed_at IS NOT NULL AND NEW.signed_at IS DISTINCT FROM OLD.signed_at THEN " + FROZEN
    + " END IF; IF NEW.signed_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM core_paper p WHERE p.id = NEW.paper_id AND p.state IN ('signed', 'sealed')) THEN "
    + guards.refuse("Answers count when they are signed.")
    + " END IF; RETURN NEW; END"
)
HAS_ANSWERED = (
    "BEGIN IF NEW.state = 'answered' AND OLD.state <> 'answered' AND NOT EXISTS (SELECT 1 FROM aftersales_surveyanswer a WHERE a.invite_id = NEW.id "
    "AND a.signed_at IS NOT NULL) THEN "
    + guards.refuse("Answers count when they are signed.")
    + " END IF; RETURN NEW; END"
)
JUDGED = (
    "BEGIN IF OLD.state <> 'asking' AND (NEW.analysis, NEW.measures, NEW.responsible_id, NEW.check_on, NEW.analysed_at) IS DISTINCT FROM "
    "(OLD.analysis, OLD.measures, OLD.responsible_id, OLD.check_on, OLD.analysed_at) THEN " + FROZEN
    + " END IF; IF OLD.state = 'checked' AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN " + FROZEN + " END IF; RETURN NEW; END"
)
# A bad answer is called about, not ticked off; whom it rates does not call.
CALLED_ABOUT = (
    "BEGIN IF OLD.called_at IS NOT NULL AND NEW.called_at IS DISTINCT FROM OLD.called_at THEN " + FROZEN
    + " END IF; IF NEW.called_at IS NOT NULL AND OLD.called_at IS NULL AND NOT EXISTS (SELECT 1 FROM aftersales_lowscorecall c "
    "WHERE c.low_id = NEW.id AND (c.reached OR c.seq >= 3)) AND NOT (NEW.source = 'S02' AND EXISTS (SELECT 1 FROM aftersales_returnvisit v "
    "JOIN aftersales_warranty w ON w.id = v.warranty_id WHERE w.project_id = NEW.project_id AND v.kind = 'low_score' AND (v.reached OR v.attempt >= 3))) THEN "
    + guards.refuse("Nobody has called the customer about this answer.")
    + " END IF; RETURN NEW; END"
)
DRAWN = "BEGIN IF NEW.drawn IS DISTINCT FROM OLD.drawn THEN " + FROZEN + " END IF; RETURN NEW; END"
LOOKED = "BEGIN IF OLD.looked_at IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN " + FROZEN + " END IF; RETURN NEW; END"
# R026: a first answer is a talk in which the customer was reached; what was promised before it stays as it was.
FIRST_ANSWER = (
    "BEGIN IF OLD.replied_at IS NOT NULL AND (NEW.replied_at, NEW.owed_at) IS DISTINCT FROM (OLD.replied_at, OLD.owed_at) THEN " + FROZEN
    + " END IF; IF NEW.replied_at IS NOT NULL AND OLD.replied_at IS NULL AND NOT EXISTS (SELECT 1 FROM aftersales_talk t WHERE t.complaint_id = NEW.id "
    "AND t.reached) THEN "
    + guards.refuse("Nobody has reached this customer.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [("aftersales", "0005_rounds"), ("projects", "0008_settling")]

    operations = [
        guards.trigger("aftersales_surveyanswer", "aftersales_answer_not_about_oneself", "BEFORE INSERT", NOT_ABOUT_ONESELF),
        guards.trigger("aftersales_surveyanswer", "aftersales_answer_counts", "BEFORE UPDATE", COUNTS),
        guards.trigger("aftersales_surveyinvite", "aftersales_invite_answered", "BEFORE UPDATE", HAS_ANSWERED),
        guards.trigger("aftersales_survey", "aftersales_survey_judged", "BEFORE UPDATE", JUDGED),
        guards.trigger("aftersales_lowscore", "aftersales_low_called_about", "BEFORE UPDATE", CALLED_ABOUT),
        guards.trigger("aftersales_visitround", "aftersales_round_drawn_once", "BEFORE UPDATE", DRAWN),
        guards.trigger("aftersales_repeatsignal", "aftersales_signal_looked_once", "BEFORE UPDATE", LOOKED),
        guards.trigger("aftersales_complaint", "aftersales_complaint_first_answer", "BEFORE UPDATE", FIRST_ANSWER),
    ]
