from __future__ import annotations

from django.conf import settings
from django.db import migrations

from core import guards

APPEND_ONLY = (
    "patrolplan", "planentry", "plandeviation", "mandatoryvisit", "clientexchange", "servicebook", "tradeacceptance", "dailycheckin",
    "jointinspection", "jointvisit", "crewrating", "sitemeeting", "bulletin",
)  # fmt: skip
RECORDED = (*APPEND_ONLY, "progressreport", "supervisionfact")
OF_SITE = ("planentry", "plandeviation", "mandatoryvisit", "clientexchange", "servicebook", "tradeacceptance", "progressreport", "jointvisit")

# A reason is given once, and ruled on once; neither is taken back.
FACT = (
    "BEGIN IF OLD.reason <> '' AND NEW.reason IS DISTINCT FROM OLD.reason OR OLD.reason_at IS NOT NULL AND NEW.reason_at IS DISTINCT FROM OLD.reason_at "
    "OR OLD.holds IS NOT NULL AND (NEW.holds, NEW.ruling, NEW.ruled_at, NEW.ruled_by_id) IS DISTINCT FROM "
    "(OLD.holds, OLD.ruling, OLD.ruled_at, OLD.ruled_by_id) THEN "
    + guards.refuse("What was said about a fact is not taken back.")
    + " END IF; RETURN NEW; END"
)
READ = (
    "BEGIN IF OLD.read_at IS NOT NULL AND (NEW.read_at, NEW.read_by_id) IS DISTINCT FROM (OLD.read_at, OLD.read_by_id) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END"
)
# A line of a plan lies within the plan's days and in the plan's store.
ENTRY = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM inspections_patrolplan p WHERE p.id = NEW.plan_id AND NEW.\"on\" BETWEEN p.starts_on AND p.ends_on) THEN "
    + guards.refuse("A line of a plan lies within the days of the plan.")
    + " END IF; RETURN NEW; END"
)
# Beforehand means before the day began in China, whatever the application says; the day is the one of the last word.
DEVIATION = (
    "DECLARE last_on date; last_seq int; over boolean; BEGIN SELECT e.\"on\", 0, false INTO last_on, last_seq, over FROM inspections_planentry e "
    "WHERE e.id = NEW.entry_id AND e.project_id = NEW.project_id; "
    "SELECT coalesce(d.new_on, last_on), d.seq, d.new_on IS NULL INTO last_on, last_seq, over FROM inspections_plandeviation d "
    "WHERE d.entry_id = NEW.entry_id ORDER BY d.seq DESC LIMIT 1; IF NOT FOUND THEN SELECT e.\"on\", 0, false INTO last_on, last_seq, over "
    "FROM inspections_planentry e WHERE e.id = NEW.entry_id AND e.project_id = NEW.project_id; END IF; "
    "IF last_on IS NULL OR over OR NEW.seq <> last_seq + 1 OR NEW.was_on <> last_on "
    "OR NEW.beforehand <> ((NEW.at AT TIME ZONE 'Asia/Shanghai')::date < NEW.was_on) THEN "
    + guards.refuse("Announced beforehand is what was said before the day began.")
    + " END IF; RETURN NEW; END"
)
# A must-visit is made at an acceptance of that check on that site; a check that was never begun shows nobody there.
MUST_VISIT = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM inspections_qualitycheck c WHERE c.id = NEW.quality_check_id AND c.project_id = NEW.project_id "
    "AND c.code = NEW.code AND c.started_at IS NOT NULL AND c.started_at <= NEW.at) THEN "
    + guards.refuse("A must-visit is made at the acceptance itself.")
    + " END IF; RETURN NEW; END"
)
EXCHANGE = (
    "BEGIN IF NEW.\"on\" > (NEW.at AT TIME ZONE 'Asia/Shanghai')::date THEN "
    + guards.refuse("An exchange is noted when it has happened.")
    + " END IF; RETURN NEW; END"
)
TRADE = (
    "BEGIN IF NEW.passed AND EXISTS (SELECT 1 FROM projects_project p WHERE p.id = NEW.project_id AND NEW.by_id IN "
    "(p.project_manager_id, p.supervisor_id, p.foreman_id)) THEN "
    + guards.refuse("Who builds does not pass the works.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [
        ("inspections", "0002_guards"),
        ("core", "0002_guards"),
        ("projects", "0006_schedule"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *[guards.append_only(f"inspections_{table}") for table in APPEND_ONLY],
        *[guards.db_clock(f"inspections_{table}") for table in RECORDED],
        *[guards.same_store(f"inspections_{table}", "project_id", "projects_project") for table in OF_SITE],
        guards.same_store("inspections_crewrating", "crew_id", "projects_crew"),
        guards.only_columns("inspections_progressreport", ("read_at", "read_by_id")),
        guards.only_columns(
            "inspections_supervisionfact", ("reason", "reason_at", "holds", "ruling", "ruled_at", "ruled_by_id")
        ),
        guards.trigger("inspections_supervisionfact", "inspections_fact_once", "BEFORE UPDATE", FACT),
        guards.trigger("inspections_progressreport", "inspections_report_read_once", "BEFORE UPDATE", READ),
        guards.trigger("inspections_planentry", "inspections_planentry_fits", "BEFORE INSERT", ENTRY),
        guards.trigger("inspections_plandeviation", "inspections_deviation_fits", "BEFORE INSERT", DEVIATION),
        guards.trigger("inspections_mandatoryvisit", "inspections_mustvisit_fits", "BEFORE INSERT", MUST_VISIT),
        guards.trigger("inspections_clientexchange", "inspections_exchange_fits", "BEFORE INSERT", EXCHANGE),
        guards.trigger("inspections_tradeacceptance", "inspections_trade_not_by_builder", "BEFORE INSERT", TRADE),
    ]
