"""Accounts of the till, refunds, closings, promises."""

from itertools import pairwise

from django.conf import settings
from django.db import migrations

from core import guards

LINE = ("registered", "assigned", "consulting", "proposal_presented", "deposit_paid", "quoted", "contracted")
OPEN = LINE[:-1]
PAIRS = [*pairwise(LINE), *((stage, "lost") for stage in OPEN), *(("lost", stage) for stage in OPEN)]
BACK = [("deposit_paid", "proposal_presented"), ("quoted", "proposal_presented")]  # a deposit booked in error, or given back


def _stages(pairs):
    """The enquiry's moves; the same function as at the beginning, with these pairs."""
    first = guards.lifecycle(subject="leads_lead", changes="leads_leadstagechange", link="lead_id", pairs=pairs, first="registered")[0]
    return first.sql.split("CREATE TRIGGER")[0]


IN_FORCE = (
    "NOT EXISTS (SELECT 1 FROM leads_depositreversal r WHERE r.deposit_id = d.id) "
    "AND NOT EXISTS (SELECT 1 FROM leads_depositrefund f WHERE f.deposit_id = d.id AND f.paid_at IS NOT NULL)"
)
# One deposit in force per enquiry.
ONE_DEPOSIT = (
    "BEGIN PERFORM 1 FROM leads_lead WHERE id = NEW.lead_id FOR NO KEY UPDATE; "
    f"IF EXISTS (SELECT 1 FROM leads_deposit d WHERE d.lead_id = NEW.lead_id AND {IN_FORCE}) THEN "
    + guards.refuse("The deposit has already been received.")
    + " END IF; RETURN NEW; END"
)
# Without a deposit in force an enquiry does not stand behind the deposit; it goes back alone when the deposit is gone.
STAGE_NEEDS_DEPOSIT = (
    "BEGIN IF (NEW.from_stage, NEW.to_stage) IN (('deposit_paid', 'proposal_presented'), ('quoted', 'proposal_presented')) AND EXISTS "
    f"(SELECT 1 FROM leads_deposit d WHERE d.lead_id = NEW.lead_id AND {IN_FORCE}) THEN "
    + guards.refuse("This step is not in the procedure.")
    + " END IF; RETURN NEW; END"
)
# Every receipt of a deposit stands on an account, with the same sum.
DEPOSIT_BOOKED = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM leads_cashentry e WHERE e.paper_id = NEW.receipt_id AND e.kind = 'deposit' AND e.amount = NEW.amount) THEN "
    + guards.refuse("What was received must stand on an account.")
    + " END IF; RETURN NULL; END"
)
# An account that is closed takes nothing; a day that is closed takes no more; a way of paying belongs to one kind of account.
ENTRY_FITS = (
    "DECLARE gone timestamptz; BEGIN SELECT closed_at INTO gone FROM leads_cashaccount WHERE id = NEW.account_id FOR NO KEY UPDATE; "
    "IF gone IS NOT NULL THEN "
    + guards.refuse("This account is closed.")
    + " END IF; IF EXISTS (SELECT 1 FROM leads_tillclosing c WHERE c.account_id = NEW.account_id AND c.day >= NEW.day) THEN "
    + guards.refuse("This day is closed; it takes no more.")
    + " END IF; IF NEW.paper_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM core_paper p WHERE p.id = NEW.paper_id AND p.store_id = NEW.store_id "
    "AND p.kind = CASE WHEN NEW.kind IN ('deposit_refund', 'credit_refund') THEN 'L28' ELSE 'L23' END) THEN "
    + guards.refuse("This paper belongs to another file.")
    + " END IF; RETURN NEW; END"
)
# A reversal takes back what its receipt took in.
ENTRY_BACK = (
    "BEGIN IF NEW.kind = 'reversal' AND NOT EXISTS (SELECT 1 FROM leads_cashentry e WHERE e.paper_id = NEW.paper_id "
    "AND e.kind IN ('deposit', 'payment') AND e.amount = -NEW.amount) THEN "
    + guards.refuse("A reversal takes back exactly the payment it names.")
    + " END IF; RETURN NULL; END"
)
# What moves from one account arrives on another of the same store, on the same paper-less note.
MOVED_SUMS = (
    "BEGIN IF NEW.kind = 'moved' AND (SELECT sum(amount) FROM leads_cashentry e WHERE e.kind = 'moved' AND e.store_id = NEW.store_id AND e.at = NEW.at) <> 0 THEN "
    + guards.refuse("What leaves one account arrives on another.")
    + " END IF; RETURN NULL; END"
)
ACCOUNT_FROZEN = (
    "BEGIN IF TG_OP = 'DELETE' THEN "
    + guards.refuse("This record is evidence: it is never changed or deleted.")
    + " END IF; IF (OLD.store_id, OLD.kind, OLD.opening, OLD.at) IS DISTINCT FROM (NEW.store_id, NEW.kind, NEW.opening, NEW.at) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; IF NEW.closed_at IS NOT NULL AND OLD.closed_at IS NULL AND EXISTS (SELECT 1 FROM leads_cashentry e WHERE e.account_id = NEW.id "
    "AND NOT EXISTS (SELECT 1 FROM leads_tillclosing c WHERE c.account_id = NEW.id AND c.day = e.day)) THEN "
    + guards.refuse("The days of this account are not all closed.")
    + " END IF; RETURN NEW; END"
)
# A closing says what stands in the book: it begins where the last one ended, and nothing of an earlier day is left open.
CLOSING_FITS = (
    "DECLARE before numeric; came numeric; went numeric; BEGIN PERFORM 1 FROM leads_cashaccount WHERE id = NEW.account_id FOR NO KEY UPDATE; "
    "IF EXISTS (SELECT 1 FROM leads_tillclosing c WHERE c.account_id = NEW.account_id AND c.day >= NEW.day) THEN "
    + guards.refuse("This day is closed; it takes no more.")
    + " END IF; IF EXISTS (SELECT 1 FROM leads_cashentry e WHERE e.account_id = NEW.account_id AND e.day < NEW.day "
    "AND NOT EXISTS (SELECT 1 FROM leads_tillclosing c WHERE c.account_id = e.account_id AND c.day = e.day)) THEN "
    + guards.refuse("An earlier day of this account is still open.")
    + " END IF; SELECT coalesce((SELECT c.counted FROM leads_tillclosing c WHERE c.account_id = NEW.account_id ORDER BY c.day DESC LIMIT 1), a.opening) "
    "INTO before FROM leads_cashaccount a WHERE a.id = NEW.account_id; "
    "SELECT coalesce(sum(amount) FILTER (WHERE amount > 0), 0), coalesce(-sum(amount) FILTER (WHERE amount < 0), 0) INTO came, went "
    "FROM leads_cashentry WHERE account_id = NEW.account_id AND day = NEW.day; "
    "IF (NEW.opening, NEW.received, NEW.paid) IS DISTINCT FROM (before, came, went) THEN "
    + guards.refuse("A closing says what stands in the book of that day.")
    + " END IF; IF NEW.checked_by_id IS NOT NULL THEN "
    + guards.refuse("A closed day is checked by a second person.")
    + " END IF; RETURN NEW; END"
)
CLOSING_CHECKED = (
    "BEGIN IF OLD.checked_by_id IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END"
)
REVERSAL_FITS = (
    "DECLARE d leads_deposit%ROWTYPE; BEGIN SELECT * INTO d FROM leads_deposit WHERE id = NEW.deposit_id; "
    "PERFORM 1 FROM leads_lead WHERE id = d.lead_id FOR NO KEY UPDATE; IF d.by_id = NEW.by_id THEN "
    + guards.refuse("A payment is reversed by a second person.")
    + " END IF; IF NOT EXISTS (SELECT 1 FROM leads_cashentry e WHERE e.id = NEW.entry_id AND e.kind = 'reversal' AND e.paper_id = d.receipt_id) THEN "
    + guards.refuse("A reversal takes back exactly the payment it names.")
    + " END IF; IF EXISTS (SELECT 1 FROM leads_depositrefund f WHERE f.deposit_id = d.id AND f.refused_at IS NULL) THEN "
    + guards.refuse("This deposit is being given back, or has been.")
    + " END IF; RETURN NEW; END"
)
# LR-55: what is given back follows from the nature of the money and from why there is no contract.
REFUND_FITS = (
    "DECLARE d leads_deposit%ROWTYPE; nature text; most numeric; BEGIN SELECT * INTO d FROM leads_deposit WHERE id = NEW.deposit_id; "
    "IF TG_OP = 'UPDATE' THEN IF OLD.paid_at IS NOT NULL OR OLD.refused_at IS NOT NULL THEN IF to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END IF; IF NEW.paid_at IS NOT NULL AND NEW.amount > 0 AND NOT EXISTS (SELECT 1 FROM leads_cashentry e "
    "WHERE e.paper_id = NEW.voucher_id AND e.kind = 'deposit_refund' AND e.amount = -NEW.amount) THEN "
    + guards.refuse("What was given back must stand on an account.")
    + " END IF; RETURN NEW; END IF; "
    "PERFORM 1 FROM leads_lead WHERE id = d.lead_id FOR NO KEY UPDATE; IF NEW.paid_at IS NOT NULL THEN "
    + guards.refuse("A refund needs two people.")
    + " END IF; IF EXISTS (SELECT 1 FROM leads_depositreversal r WHERE r.deposit_id = d.id) THEN "
    + guards.refuse("This deposit was booked in error and taken back.")
    + " END IF; SELECT a.nature INTO nature FROM leads_orderagreement a WHERE a.id = d.agreement_id; "
    "most := CASE WHEN nature = 'advance' THEN d.amount WHEN nature = 'deposit' THEN d.amount - NEW.costs "
    "WHEN NEW.ground = 'customer' THEN 0 WHEN NEW.ground = 'company' THEN d.amount * 2 ELSE d.amount END; "
    "IF NEW.costs > 0 AND nature <> 'deposit' OR NEW.costs > d.amount OR NEW.amount <> most THEN "
    + guards.refuse("What is given back follows from the nature of the money.")
    + " END IF; RETURN NEW; END"
)
PROMISE_FROZEN = (
    "BEGIN IF OLD.kept IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END"
)
TABLES = ("cashaccount", "cashentry", "tillclosing", "depositreversal", "depositrefund", "promise")
REFUND_STATE = ("paid_at", "paid_by_id", "voucher_id", "refused_at", "refused_by_id", "refused_because")


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("core", "0002_guards"),
        ("leads", "0009_quotations"),
    ]

    operations = [
        *(guards.db_clock(f"leads_{name}") for name in TABLES),
        guards.same_store("leads_cashentry", "account_id", "leads_cashaccount"),
        guards.same_store("leads_tillclosing", "account_id", "leads_cashaccount"),
        guards.same_store("leads_depositreversal", "deposit_id", "leads_deposit"),
        guards.same_store("leads_depositrefund", "deposit_id", "leads_deposit"),
        guards.same_store("leads_promise", "lead_id", "leads_lead"),
        guards.append_only("leads_cashentry"),
        guards.append_only("leads_depositreversal"),
        guards.only_columns("leads_tillclosing", ("checked_by_id", "checked_at", "check_note")),
        guards.only_columns("leads_depositrefund", REFUND_STATE),
        guards.only_columns("leads_promise", ("kept", "word", "answered_at", "answered_by_id")),
        guards.trigger("leads_cashaccount", "leads_cashaccount_frozen", "BEFORE UPDATE OR DELETE", ACCOUNT_FROZEN),
        guards.trigger("leads_cashentry", "leads_cashentry_fits", "BEFORE INSERT", ENTRY_FITS),
        guards.trigger("leads_cashentry", "leads_cashentry_back", "AFTER INSERT", ENTRY_BACK),
        guards.trigger("leads_cashentry", "leads_cashentry_moved", "AFTER INSERT", MOVED_SUMS, deferred=True),
        guards.trigger("leads_tillclosing", "leads_tillclosing_fits", "BEFORE INSERT", CLOSING_FITS),
        guards.trigger("leads_tillclosing", "leads_tillclosing_frozen", "BEFORE UPDATE", CLOSING_CHECKED),
        guards.trigger("leads_deposit", "leads_deposit_one", "BEFORE INSERT", ONE_DEPOSIT),
        guards.trigger("leads_deposit", "leads_deposit_booked", "AFTER INSERT", DEPOSIT_BOOKED),
        guards.trigger("leads_depositreversal", "leads_depositreversal_fits", "BEFORE INSERT", REVERSAL_FITS),
        guards.trigger("leads_depositrefund", "leads_depositrefund_fits", "BEFORE INSERT OR UPDATE", REFUND_FITS),
        guards.trigger("leads_promise", "leads_promise_frozen", "BEFORE UPDATE", PROMISE_FROZEN),
        guards.trigger("leads_leadstagechange", "leads_leadstagechange_back", "BEFORE INSERT", STAGE_NEEDS_DEPOSIT),
        migrations.RunSQL(sql=_stages([*PAIRS, *BACK]), reverse_sql=_stages(PAIRS)),
    ]  # fmt: skip
