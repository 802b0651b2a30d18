"""Counting of blank contracts, supplements, credit that goes back; every payment stands on an account."""

from importlib import import_module

from django.conf import settings
from django.db import migrations

from core import guards

before = import_module("projects.migrations.0002_guards")


def again(name, body, old):
    """A guard that stands already, with another body."""
    return migrations.RunSQL(sql=guards._function(name, body), reverse_sql=guards._function(name, old))


PAYMENT_FITS = before.PAYMENT_FITS.replace("a.kind = 'L23'", "a.kind = CASE WHEN NEW.kind = 'refund' THEN 'L28' ELSE 'L23' END")
ON_ACCOUNT = (
    "BEGIN IF NEW.kind <> 'deposit' AND NOT EXISTS (SELECT 1 FROM leads_cashentry e WHERE e.paper_id = NEW.receipt_id AND e.amount = NEW.amount "
    "AND e.kind = CASE NEW.kind WHEN 'in' THEN 'payment' WHEN 'refund' THEN 'credit_refund' ELSE 'reversal' END) THEN "
    + guards.refuse("What was received must stand on an account.")
    + " END IF; RETURN NULL; END"
)
ALLOCATED = "(SELECT coalesce(sum(a.amount), 0) FROM projects_allocation a JOIN projects_payment p ON p.id = a.payment_id WHERE p.project_id = site)"
# Nothing is taken above what is owed; nothing is given back that already pays an instalment.
PAY_LIMIT = (
    "DECLARE site bigint := NEW.project_id; owed numeric; paid numeric; BEGIN "
    "PERFORM 1 FROM projects_project WHERE id = site FOR NO KEY UPDATE; "
    + before.OWED
    + " SELECT sum(amount) INTO paid FROM projects_payment WHERE project_id = site; IF (NEW.amount > 0 AND paid > coalesce(owed, 0)) OR paid < 0 THEN "
    + guards.refuse("More than the contract and its signed changes cannot be taken.")
    + f" END IF; IF NEW.amount < 0 AND paid < {ALLOCATED} THEN "
    + guards.refuse("More is given back than the customer has as credit.")
    + " END IF; RETURN NULL; END"
)
ALLOCATION_SUMS = before.ALLOCATION_SUMS.replace(
    "RETURN NULL; END",
    f"IF (SELECT coalesce(sum(amount), 0) FROM projects_payment WHERE project_id = site) < {ALLOCATED} THEN "
    + guards.refuse("More is allocated than was paid.")
    + " END IF; RETURN NULL; END",
)
SAYS_SO = (
    "EXISTS (SELECT 1 FROM projects_supplement s JOIN core_paper p ON p.id = s.paper_id JOIN projects_contract c ON c.project_id = s.project_id "
    "WHERE c.id = NEW.contract_id AND p.state IN ('signed', 'sealed') AND s.withdrawn_at IS NULL AND s.plan @> jsonb_build_array(jsonb_build_object("
    "'id', NEW.id, 'name', NEW.name, 'percent', NEW.percent::text, 'amount', NEW.amount::text, 'due_days', NEW.due_days)))"
)
# After signing a line of the payment table changes as a supplement says that both sides have signed, and only while nothing is paid on it.
INSTALMENT_FROZEN = before.INSTALMENT_FROZEN.replace(
    "BEGIN IF EXISTS",
    "BEGIN IF TG_OP = 'UPDATE' THEN IF (to_jsonb(OLD) - ARRAY['name', 'percent', 'amount', 'due_days']) IS NOT DISTINCT FROM "
    f"(to_jsonb(NEW) - ARRAY['name', 'percent', 'amount', 'due_days']) AND {SAYS_SO} AND "
    "coalesce((SELECT sum(amount) FROM projects_allocation WHERE instalment_id = NEW.id), 0) = 0 THEN RETURN NEW; END IF; END IF; IF EXISTS",
    1,
)
SUPPLEMENT_FITS = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM projects_contract c JOIN core_paper p ON p.id = c.paper_id WHERE c.project_id = NEW.project_id "
    "AND p.state IN ('signed', 'sealed')) THEN "
    + guards.refuse("A contract that is not signed yet is corrected, not supplemented.")
    + " END IF; IF NEW.applied_at IS NOT NULL THEN "
    + guards.refuse("Not everybody has signed this paper.")
    + " END IF; RETURN NEW; END"
)
SUPPLEMENT_FROZEN = (
    "DECLARE done boolean; BEGIN SELECT state IN ('signed', 'sealed') INTO done FROM core_paper WHERE id = OLD.paper_id; "
    "IF OLD.applied_at IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) OR OLD.withdrawn_at IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; IF NEW.applied_at IS NOT NULL AND NOT done THEN "
    + guards.refuse("Not everybody has signed this paper.")
    + " END IF; IF NEW.withdrawn_at IS NOT NULL AND done THEN "
    + guards.refuse("A signed supplement is not withdrawn; make another one.")
    + " END IF; RETURN NEW; END"
)
REFUND_FITS = (
    "BEGIN IF TG_OP = 'INSERT' THEN IF NEW.paid_at IS NOT NULL THEN "
    + guards.refuse("A refund needs two people.")
    + " END IF; RETURN NEW; END IF; IF OLD.paid_at IS NOT NULL OR OLD.refused_at IS NOT NULL THEN IF to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END IF; IF NEW.paid_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM projects_payment p WHERE p.id = NEW.payment_id "
    "AND p.kind = 'refund' AND p.project_id = NEW.project_id AND p.amount = -NEW.amount AND p.receipt_id = NEW.voucher_id) THEN "
    + guards.refuse("What was given back must stand on an account.")
    + " END IF; RETURN NEW; END"
)
COUNT_SUMS = (
    "DECLARE there int; gone int; BEGIN SELECT count(*) FILTER (WHERE l.found), count(*) FILTER (WHERE NOT l.found) INTO there, gone "
    "FROM projects_stockcountline l WHERE l.count_id = NEW.id; IF (there, gone) IS DISTINCT FROM (NEW.found, NEW.missing) THEN "
    + guards.refuse("A count is the sum of its lines.")
    + " END IF; RETURN NULL; END"
)
LINE_FITS = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM projects_stockcount c JOIN projects_contractstock b ON b.store_id = c.store_id WHERE c.id = NEW.count_id "
    "AND b.id = NEW.blank_id AND b.state = NEW.state AND b.state IN ('blank', 'taken')) THEN "
    + guards.refuse("A count names the blanks that should lie in this store.")
    + " END IF; RETURN NEW; END"
)
REFUND_STATE = ("paid_at", "paid_by_id", "voucher_id", "refused_at", "refused_by_id", "refused_because", "payment_id")


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("core", "0002_guards"),
        ("leads", "0010_money"),
        ("projects", "0002_guards"),
    ]

    operations = [
        *(guards.db_clock(f"projects_{name}") for name in ("supplement", "creditrefund", "stockcount")),
        guards.same_store("projects_supplement", "project_id", "projects_project"),
        guards.same_store("projects_creditrefund", "project_id", "projects_project"),
        guards.append_only("projects_stockcount"),
        guards.append_only("projects_stockcountline"),
        guards.only_columns("projects_supplement", ("applied_at", "withdrawn_at", "withdrawn_by_id", "withdrawn_because")),
        guards.only_columns("projects_creditrefund", REFUND_STATE),
        guards.trigger("projects_supplement", "projects_supplement_fits", "BEFORE INSERT", SUPPLEMENT_FITS),
        guards.trigger("projects_supplement", "projects_supplement_frozen", "BEFORE UPDATE", SUPPLEMENT_FROZEN),
        guards.trigger("projects_creditrefund", "projects_creditrefund_fits", "BEFORE INSERT OR UPDATE", REFUND_FITS),
        guards.trigger("projects_stockcount", "projects_stockcount_sums_fit", "AFTER INSERT", COUNT_SUMS, deferred=True),
        guards.trigger("projects_stockcountline", "projects_stockcountline_fits", "BEFORE INSERT", LINE_FITS),
        guards.trigger("projects_payment", "projects_payment_on_account", "AFTER INSERT", ON_ACCOUNT, deferred=True),
        again("projects_payment_fits", PAYMENT_FITS, before.PAYMENT_FITS),
        again("projects_payment_limit", PAY_LIMIT, before.PAY_LIMIT),
        again("projects_allocation_sums", ALLOCATION_SUMS, before.ALLOCATION_SUMS),
        again("projects_instalment_frozen", INSTALMENT_FROZEN, before.INSTALMENT_FROZEN),
    ]  # fmt: skip
