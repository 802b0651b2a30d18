"""Return-visit rounds, surveys, bad answers, the rest of repairs."""

from django.conf import settings
from django.db import migrations

from core import guards

ROLES = ("project_manager", "supervisor", "inspector", "foreman", "designer", "customer_manager")
STORED = ("roundtarget", "roundcall", "surveyinvite", "surveyanswer", "lowscorecall")
PARTS = ("partaway", "repairreversal", "repeatsignal")


def _serves(who: str, project: str) -> str:
    """SQL: this person serves this site."""
    return (
        f"EXISTS (SELECT 1 FROM projects_project p WHERE p.id = {project} AND {who} IN ("
        + ", ".join(f"p.{role}_id" for role in ROLES)
        + "))"
    )


# A neutral caller: nobody calls about a site that he serves, and of a list nobody but its officer or a supervisor of the store (the verb).
NEUTRAL = (
    "BEGIN IF NEW.officer_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.officer_id IS DISTINCT FROM OLD.officer_id) AND "
    + _serves("NEW.officer_id", "NEW.project_id")
    + " THEN "
    + guards.refuse("Who serves a customer does not call that customer for a return visit.")
    + " END IF; IF TG_OP = 'INSERT' AND NEW.state <> 'open' THEN "
    + guards.refuse("This step is not in the procedure.")
    + " END IF; RETURN NEW; END"
)
# Reached is who was reached, tried is who was tried three times; a member or key customer is left out only who refuses contact (R021–R023).
SHOWN = (
    "BEGIN IF NEW.state = 'reached' AND OLD.state = 'open' AND NOT EXISTS (SELECT 1 FROM aftersales_roundcall c WHERE c.target_id = NEW.id AND c.reached) "
    "THEN "
    + guards.refuse("Nobody has reached this customer.")
    + " END IF; IF NEW.state = 'tried' AND OLD.state = 'open' AND (SELECT count(*) FROM aftersales_roundcall c WHERE c.target_id = NEW.id) < 3 THEN "
    + guards.refuse("This customer was not tried three times.")
    + " END IF; IF NEW.state = 'left_out' AND NEW.always AND NOT EXISTS (SELECT 1 FROM projects_project p JOIN leads_customer k ON k.id = p.customer_id "
    "WHERE p.id = NEW.project_id AND k.do_not_contact) THEN "
    + guards.refuse("Members and key customers are visited without exception.")
    + " END IF; RETURN NEW; END"
)
CALLED = (
    "DECLARE t record; BEGIN SELECT * INTO t FROM aftersales_roundtarget WHERE id = NEW.target_id; IF t.state <> 'open' THEN "
    + guards.refuse("This customer of the list is done with.")
    + " END IF; IF "
    + _serves("NEW.by_id", "t.project_id")
    + " THEN "
    + guards.refuse("Who serves a customer does not call that customer for a return visit.")
    + " END IF; RETURN NEW; END"
)
# A round ends when every member and key customer of its list was reached or tried three times (R021, R022), and nobody waits on it.
ROUND = (
    "BEGIN IF TG_OP = 'INSERT' THEN IF NEW.state <> 'prepared' THEN "
    + guards.refuse("This step is not in the procedure.")
    + " END IF; RETURN NEW; END IF; IF NEW.state = 'closed' AND OLD.state <> 'closed' AND EXISTS (SELECT 1 FROM aftersales_roundtarget t "
    "WHERE t.round_id = NEW.id AND t.state = 'open') THEN "
    + guards.refuse("Customers of this round were neither reached nor tried three times.")
    + " END IF; IF OLD.state IN ('closed', 'dropped') THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END"
)
# Whom a bad answer names does not call about it.
LOW = (
    "BEGIN IF EXISTS (SELECT 1 FROM aftersales_lowscoreabout a WHERE a.low_id = NEW.low_id AND a.person_id = NEW.by_id) THEN "
    + guards.refuse("Whom the answer is about does not call about it.")
    + " END IF; RETURN NEW; END"
)
BEGINS = (
    "BEGIN IF NEW.state <> '{first}' THEN "
    + guards.refuse("This step is not in the procedure.")
    + " END IF; RETURN NEW; END"
)
# A payment is taken back by a second person; what was taken back no longer counts against the charge.
REVERSED = (
    "BEGIN IF EXISTS (SELECT 1 FROM aftersales_repairpayment p WHERE p.id = NEW.payment_id AND (p.by_id = NEW.by_id OR p.repair_id <> NEW.repair_id)) THEN "
    + guards.refuse("A payment is reversed by a second person.")
    + " END IF; RETURN NEW; END"
)
_PAID = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM leads_cashentry e WHERE e.paper_id = NEW.receipt_id AND e.kind = 'payment' AND e.amount = NEW.amount) THEN "
    + guards.refuse("This receipt stands on no account.")
    + " END IF; IF NEW.amount + (SELECT coalesce(sum(p.amount), 0) FROM aftersales_repairpayment p WHERE p.repair_id = NEW.repair_id{more}) > "
    "(SELECT r.charge FROM aftersales_repairrequest r WHERE r.id = NEW.repair_id) THEN "
    + guards.refuse("More than the charge cannot be taken.")
    + " END IF; RETURN NEW; END"
)
_NOT_BACK = " AND NOT EXISTS (SELECT 1 FROM aftersales_repairreversal b WHERE b.payment_id = p.id)"
_SWAP = "CREATE OR REPLACE FUNCTION aftersales_repairpayment_fits() RETURNS trigger LANGUAGE plpgsql AS $guard$ {body} $guard$;"
PAID = migrations.RunSQL(
    _SWAP.format(body=_PAID.replace("{more}", _NOT_BACK)), _SWAP.format(body=_PAID.replace("{more}", ""))
)
ROUND_STEPS = [("prepared", "running"), ("prepared", "dropped"), ("running", "closed")]
TARGET_STEPS = [("open", "reached"), ("open", "tried"), ("open", "left_out")]
INVITE_STEPS = [("open", "answered"), ("open", "declined"), ("answered", "open")]
SURVEY_STEPS = [("asking", "analysed"), ("analysed", "checked")]


class Migration(migrations.Migration):
    dependencies = [
        ("aftersales", "0004_complaints"),
        ("core", "0002_guards"),
        ("leads", "0010_money"),
        ("projects", "0002_guards"),
        ("staff", "0003_posts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *[
            guards.append_only(f"aftersales_{table}")
            for table in (
                "roundofficer",
                "roundcall",
                "lowscoreabout",
                "lowscorecall",
                "questionset",
                "surveyscore",
                "repairreversal",
            )
        ],
        *[
            guards.db_clock(f"aftersales_{table}")
            for table in ("visitround", "lowscore", "questionset", "survey", *STORED, *PARTS)
        ],
        guards.same_store("aftersales_roundtarget", "round_id", "aftersales_visitround"),
        guards.same_store("aftersales_roundtarget", "project_id", "projects_project"),
        guards.same_store("aftersales_roundcall", "target_id", "aftersales_roundtarget"),
        guards.same_store("aftersales_lowscore", "project_id", "projects_project"),
        guards.same_store("aftersales_lowscorecall", "low_id", "aftersales_lowscore"),
        guards.same_store("aftersales_surveyinvite", "survey_id", "aftersales_survey"),
        guards.same_store("aftersales_surveyinvite", "project_id", "projects_project"),
        guards.same_store("aftersales_surveyanswer", "invite_id", "aftersales_surveyinvite"),
        guards.same_store("aftersales_surveyscore", "answer_id", "aftersales_surveyanswer"),
        *[guards.same_store(f"aftersales_{table}", "repair_id", "aftersales_repairrequest") for table in PARTS],
        guards.only_columns(
            "aftersales_visitround", ("drawn", "state", "started_at", "closed_at", "analysis", "measures", "report_id")
        ),
        guards.only_columns("aftersales_roundtarget", ("officer_id", "state", "wanted_at", "done_at", "reason")),
        guards.only_columns("aftersales_lowscore", ("called_at",)),
        guards.only_columns(
            "aftersales_survey",
            (
                "state",
                "analysis",
                "measures",
                "responsible_id",
                "analysed_at",
                "check_on",
                "effect",
                "checked_at",
                "checked_by_id",
            ),
        ),
        guards.only_columns("aftersales_surveyinvite", ("state", "reason")),
        guards.only_columns("aftersales_surveyanswer", ("signed_at",)),
        guards.only_columns("aftersales_partaway", ("expected_on", "back_on", "outcome", "result", "fitting")),
        guards.only_columns("aftersales_repeatsignal", ("cause", "looked_at", "looked_by_id")),
        guards.transitions("aftersales_visitround", "state", ROUND_STEPS),
        guards.transitions("aftersales_roundtarget", "state", TARGET_STEPS),
        guards.transitions("aftersales_surveyinvite", "state", INVITE_STEPS),
        guards.transitions("aftersales_survey", "state", SURVEY_STEPS),
        guards.trigger("aftersales_visitround", "aftersales_round_whole", "BEFORE INSERT OR UPDATE", ROUND),
        guards.trigger("aftersales_roundtarget", "aftersales_target_neutral", "BEFORE INSERT OR UPDATE", NEUTRAL),
        guards.trigger("aftersales_roundtarget", "aftersales_target_shown", "BEFORE UPDATE", SHOWN),
        guards.trigger("aftersales_roundcall", "aftersales_roundcall_neutral", "BEFORE INSERT", CALLED),
        guards.trigger("aftersales_lowscorecall", "aftersales_lowcall_neutral", "BEFORE INSERT", LOW),
        guards.trigger("aftersales_survey", "aftersales_survey_begins", "BEFORE INSERT", BEGINS.format(first="asking")),
        guards.trigger(
            "aftersales_surveyinvite", "aftersales_invite_begins", "BEFORE INSERT", BEGINS.format(first="open")
        ),
        guards.trigger("aftersales_repairreversal", "aftersales_repairreversal_second", "BEFORE INSERT", REVERSED),
        PAID,
    ]
