"""Stopped work, lost days, the extension of the schedule, unsigned work, prices outside the list, disputes of a settlement."""

from importlib import import_module

from django.conf import settings
from django.db import migrations

from core import guards

first = import_module("projects.migrations.0002_guards")


def again(name, body, old):
    """A guard that stands already, with another body."""
    return migrations.RunSQL(sql=guards._function(name, body), reverse_sql=guards._function(name, old))


SIGNED = "p.state IN ('signed', 'sealed')"

STOP_FROZEN = (
    "BEGIN IF OLD.until_on IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END"
)
# A day of a stop is its owner's; a day that is struck or stands in a signed extension does not change any more.
DAY_FITS = (
    "BEGIN IF TG_OP = 'UPDATE' AND OLD.struck_at IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; IF NEW.stop_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM projects_stopwork s WHERE s.id = NEW.stop_id AND s.project_id = NEW.project_id "
    "AND s.owner = NEW.owner AND NEW.\"on\" >= s.from_on AND (s.until_on IS NULL OR NEW.\"on\" <= s.until_on)) THEN "
    + guards.refuse("A day of stopped work lies in its period and has its owner.")
    + " END IF; IF NEW.extension_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM projects_scheduleextension e WHERE e.id = NEW.extension_id "
    "AND e.project_id = NEW.project_id) THEN "
    + guards.refuse("This paper belongs to another file.")
    + " END IF; IF TG_OP = 'UPDATE' AND OLD.extension_id IS NOT NULL AND NEW.extension_id IS DISTINCT FROM OLD.extension_id AND NOT EXISTS "
    "(SELECT 1 FROM projects_scheduleextension e WHERE e.id = OLD.extension_id AND e.withdrawn_at IS NOT NULL) THEN "
    + guards.refuse("This day stands in an extension; withdraw the extension first.")
    + " END IF; RETURN NEW; END"
)
EXTENSION_SUMS = (
    "BEGIN IF NEW.new_due_on <> NEW.old_due_on + NEW.days THEN "
    + guards.refuse("The new day of completion is the old one and the days that were agreed.")
    + " END IF; IF (SELECT e.withdrawn_at FROM projects_scheduleextension e WHERE e.id = NEW.id) IS NULL AND NEW.days > (SELECT count(*) FROM projects_lostday d WHERE d.extension_id = NEW.id) THEN "
    + guards.refuse("An extension has at most as many days as were lost.")
    + " END IF; RETURN NULL; END"
)
EXTENSION_FROZEN = (
    "BEGIN IF OLD.withdrawn_at IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + f" END IF; IF NEW.withdrawn_at IS NOT NULL AND EXISTS (SELECT 1 FROM core_paper p WHERE p.id = OLD.paper_id AND {SIGNED}) THEN "
    + guards.refuse("A signed extension is not withdrawn; agree on another day in a supplement.")
    + " END IF; RETURN NEW; END"
)
ONCE = (
    "BEGIN IF OLD.{column} IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END"
)
OFF_LIST_FITS = (
    "BEGIN IF TG_OP = 'UPDATE' AND OLD.decided_at IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; IF NOT EXISTS (SELECT 1 FROM projects_changeorder o WHERE o.id = NEW.change_id AND o.project_id = NEW.project_id AND o.paper_id IS NULL "
    "AND o.withdrawn_at IS NULL) THEN "
    + guards.refuse("A signed change is not altered; make another one.")
    + " END IF; RETURN NEW; END"
)
CHANGE_LINE = first.CHANGE_LINE.replace(
    "IF NOT EXISTS (SELECT 1 FROM projects_changeorder o JOIN projects_contract c",
    "IF NEW.off_list_id IS NOT NULL THEN IF NOT EXISTS (SELECT 1 FROM projects_offlistprice l WHERE l.id = NEW.off_list_id AND l.change_id = NEW.change_id "
    "AND l.approved AND (l.quantity, l.unit_price, l.amount) = (NEW.quantity, NEW.unit_price, NEW.amount)) THEN "
    + guards.refuse("A price outside the list of the contract is approved first.")
    + " END IF; RETURN NEW; END IF; IF NOT EXISTS (SELECT 1 FROM projects_changeorder o JOIN projects_contract c",
    1,
)
# A settlement is the sum of signed changes; what nobody signed never enters it (G14, LR-23).  A version follows the one before it.
SETTLEMENT_FITS = (
    "BEGIN IF EXISTS (SELECT 1 FROM jsonb_array_elements(NEW.lines) l WHERE NOT EXISTS (SELECT 1 FROM projects_changeorder o "
    "JOIN core_paper p ON p.id = o.paper_id WHERE o.project_id = NEW.project_id AND o.seq = (l->>'seq')::int AND o.withdrawn_at IS NULL "
    f"AND {SIGNED} AND o.amount = (l->>'amount')::numeric)) OR (SELECT count(*) <> count(DISTINCT l->>'seq') FROM jsonb_array_elements(NEW.lines) l) THEN "
    + guards.refuse("Only changes that the customer has signed enter a settlement, each once.")
    + " END IF; IF NEW.changes <> (SELECT coalesce(sum((l->>'amount')::numeric), 0) FROM jsonb_array_elements(NEW.lines) l) THEN "
    + guards.refuse("A settlement is the sum of its lines.")
    + " END IF; IF NEW.previous_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM projects_settlement s JOIN core_paper p ON p.id = s.paper_id "
    f"WHERE s.id = NEW.previous_id AND s.project_id = NEW.project_id AND s.kind = NEW.kind AND s.version = NEW.version - 1 AND NOT {SIGNED}) THEN "
    + guards.refuse("A version follows the unsigned one before it.")
    + " END IF; RETURN NEW; END"
)
DISPUTE_FITS = (
    "BEGIN IF TG_OP = 'UPDATE' THEN IF OLD.answered_at IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END IF; IF NOT EXISTS (SELECT 1 FROM projects_settlement s JOIN core_paper p ON p.id = s.paper_id WHERE s.id = NEW.settlement_id "
    "AND s.project_id = NEW.project_id AND p.state = 'issued') THEN "
    + guards.refuse("Only a settlement that waits for signatures is disputed.")
    + " END IF; RETURN NEW; END"
)
# A version that the customer disputes is not signed: the answer is a second version.
DISPUTED_UNSIGNED = (
    "BEGIN IF EXISTS (SELECT 1 FROM projects_settlement s JOIN projects_settlement o ON o.instalment_id = s.instalment_id AND o.version = s.version "
    "JOIN projects_settlementdispute d ON d.settlement_id = o.id WHERE s.paper_id = NEW.paper_id) THEN "
    + guards.refuse("The customer disputes this settlement; it is signed in its next version.")
    + " END IF; RETURN NEW; END"
)
# Retention money that the contract agrees on is paid after its year; a site is settled without it.
HELD = (
    "(SELECT coalesce(sum(i.amount - coalesce((SELECT sum(a.amount) FROM projects_allocation a WHERE a.instalment_id = i.id), 0)), 0) FROM projects_instalment i "
    "JOIN projects_contract c ON c.id = i.contract_id WHERE c.project_id = site AND i.milestone = 'retention')"
)
STAGE_KIND = first.STAGE_KIND.replace("IF paid < owed THEN", f"IF paid < owed - {HELD} THEN", 1)

TABLES = ("stopwork", "lostday", "scheduleextension", "offlistprice", "unsignedwork", "settlementdispute")


class Migration(migrations.Migration):
    dependencies = [("projects", "0006_schedule"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        *(guards.db_clock(f"projects_{name}") for name in TABLES),
        *(guards.same_store(f"projects_{name}", "project_id", "projects_project") for name in TABLES),
        guards.append_only("projects_disputephoto"),
        guards.only_columns("projects_stopwork", ("until_on", "ended_at", "ended_by_id")),
        guards.only_columns("projects_lostday", ("extension_id", "struck_at", "struck_by_id", "struck_because")),
        guards.only_columns("projects_scheduleextension", ("withdrawn_at", "withdrawn_by_id", "withdrawn_because")),
        guards.only_columns("projects_offlistprice", ("decided_at", "decided_by_id", "approved", "answer")),
        guards.only_columns("projects_unsignedwork", ("change_id", "outcome", "outcome_says", "outcome_at", "outcome_by_id")),
        guards.only_columns("projects_settlementdispute", ("outcome", "answer", "answered_at", "answered_by_id")),
        guards.trigger("projects_stopwork", "projects_stopwork_frozen", "BEFORE UPDATE", STOP_FROZEN),
        guards.trigger("projects_lostday", "projects_lostday_fits", "BEFORE INSERT OR UPDATE", DAY_FITS),
        guards.trigger("projects_scheduleextension", "projects_extension_sums", "AFTER INSERT OR UPDATE", EXTENSION_SUMS, deferred=True),
        guards.trigger("projects_scheduleextension", "projects_extension_frozen", "BEFORE UPDATE", EXTENSION_FROZEN),
        guards.trigger("projects_unsignedwork", "projects_unsignedwork_once", "BEFORE UPDATE", ONCE.replace("{column}", "outcome_at")),
        guards.trigger("projects_offlistprice", "projects_offlist_fits", "BEFORE INSERT OR UPDATE", OFF_LIST_FITS),
        guards.trigger("projects_settlement", "projects_settlement_fits", "BEFORE INSERT", SETTLEMENT_FITS),
        guards.trigger("projects_settlementdispute", "projects_dispute_fits", "BEFORE INSERT OR UPDATE", DISPUTE_FITS),
        guards.trigger("core_signature", "projects_settlement_disputed", "BEFORE INSERT", DISPUTED_UNSIGNED),
        again("projects_changeline_fits", CHANGE_LINE, first.CHANGE_LINE),
        again("projects_stagechange_a_kind", STAGE_KIND, first.STAGE_KIND),
    ]  # fmt: skip
