"""What was tried against days, foremen's money and the hand-over: a paid statement is not void, its own foreman signs it, clean comes first."""

from django.db import migrations

from core import guards

# P38: money was paid on it; a reversal takes it back, never a void paper.
PAID_STANDS = (
    "BEGIN IF NEW.state = 'void' AND OLD.state <> 'void' AND EXISTS (SELECT 1 FROM projects_foremansettlement s WHERE s.paper_id = NEW.id "
    "AND s.refused_at IS NULL AND s.approved_at IS NOT NULL AND EXISTS (SELECT 1 FROM projects_foremanpayment p WHERE p.settlement_id = s.id)) THEN "
    + guards.refuse("Money was paid on this paper; the payment is reversed instead.")
    + " END IF; RETURN NEW; END"
)
NOT_VOID = (
    "BEGIN IF NEW.amount > 0 AND EXISTS (SELECT 1 FROM projects_foremansettlement s JOIN core_paper p ON p.id = s.paper_id WHERE s.id = NEW.settlement_id "
    "AND p.state IN ('void', 'superseded')) THEN "
    + guards.refuse("The paper of this statement is void; refuse the statement and write another.")
    + " END IF; RETURN NEW; END"
)
OWN_HAND = (
    "BEGIN IF NEW.role = 'foreman' AND NEW.user_id IS NOT NULL AND EXISTS (SELECT 1 FROM projects_foremansettlement s WHERE s.paper_id = NEW.paper_id "
    "AND s.foreman_id <> NEW.user_id) THEN "
    + guards.refuse("Only the foreman whom it names signs this paper.")
    + " END IF; RETURN NEW; END"
)
# P45 before P33, by the day too.
CLEAN_DAY = (
    'BEGIN IF NOT EXISTS (SELECT 1 FROM projects_cleaningorder c WHERE c.project_id = NEW.project_id AND c.done_on IS NOT NULL AND c.done_on <= NEW."on") THEN '
    + guards.refuse("The home is cleaned before it is handed over.")
    + " END IF; RETURN NEW; END"
)
FROZEN = guards.refuse("This record is frozen: only its state may change.")
# What was taken off or agreed is never withdrawn by the foreman himself; a price that was replaced stays replaced.
NOT_HIMSELF = (
    "BEGIN IF NEW.withdrawn_by_id = NEW.foreman_id THEN " + guards.refuse("Nobody changes his own settlement.") + " END IF; RETURN NEW; END"
)
REPLACED = "BEGIN IF OLD.replaced_at IS NOT NULL AND NEW.replaced_at IS DISTINCT FROM OLD.replaced_at THEN " + FROZEN + " END IF; RETURN NEW; END"
SECOND_STRIKES = "BEGIN IF NEW.struck_by_id = NEW.by_id THEN " + guards.refuse("A day is struck by a second person.") + " END IF; RETURN NEW; END"
ANSWERED = "BEGIN IF OLD.answered_at IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN " + FROZEN + " END IF; RETURN NEW; END"
CLEANED_AFTER = (
    "BEGIN IF NEW.done_on < (NEW.at AT TIME ZONE 'Asia/Shanghai')::date THEN "
    + guards.refuse("It was cleaned after the order, today at the latest.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_guards"), ("projects", "0008_settling")]

    operations = [
        guards.trigger("core_paper", "projects_statement_stands", "BEFORE UPDATE", PAID_STANDS),
        guards.trigger("projects_foremanpayment", "projects_foremanpayment_not_void", "BEFORE INSERT", NOT_VOID),
        guards.trigger("core_signature", "projects_statement_own_hand", "BEFORE INSERT", OWN_HAND),
        guards.trigger("projects_sitehandover", "projects_sitehandover_clean_day", "BEFORE INSERT", CLEAN_DAY),
        guards.trigger("projects_foremandeduction", "projects_foremandeduction_not_himself", "BEFORE UPDATE", NOT_HIMSELF),
        guards.trigger("projects_foremanlabour", "projects_foremanlabour_not_himself", "BEFORE UPDATE", NOT_HIMSELF),
        guards.trigger("projects_foremanprice", "projects_foremanprice_replaced_once", "BEFORE UPDATE", REPLACED),
        guards.trigger("projects_lostday", "projects_lostday_second_strikes", "BEFORE UPDATE", SECOND_STRIKES),
        guards.trigger("projects_settlementdispute", "projects_dispute_answered_once", "BEFORE UPDATE", ANSWERED),
        guards.trigger("projects_cleaningorder", "projects_cleaningorder_after", "BEFORE UPDATE", CLEANED_AFTER),
    ]
