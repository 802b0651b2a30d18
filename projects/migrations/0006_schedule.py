"""Doubts, crews, labour contracts, notices, the schedule, materials; what the database guarantees of them."""

from django.conf import settings
from django.db import migrations

from core import guards

OF_PROJECT = (
    "reviewdoubt", "presurvey", "crewassignment", "foremanprice", "worksnotice", "schedule", "schedulephase", "phasemove", "sitematerial",
)  # fmt: skip
# G7: drawings are reviewed when no doubt is open.
NO_DOUBT = (
    "BEGIN IF NEW.fact = 'drawings_reviewed' AND EXISTS (SELECT 1 FROM projects_reviewdoubt d WHERE d.project_id = NEW.project_id AND d.closed_at IS NULL) THEN "
    + guards.refuse("A doubt is still open.")
    + " END IF; RETURN NEW; END"
)
PHASE_BEGINS = (
    "BEGIN IF NEW.started_on IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.started_on IS DISTINCT FROM NEW.started_on) AND EXISTS "
    "(SELECT 1 FROM projects_schedulephase p WHERE p.schedule_id = NEW.schedule_id AND p.code = ANY(NEW.after) AND p.finished_on IS NULL) THEN "
    + guards.refuse("A phase begins when what it depends on has ended.")
    + " END IF; RETURN NEW; END"
)
PHASES_IN_ORDER = (
    "BEGIN IF EXISTS (SELECT 1 FROM projects_schedulephase a JOIN projects_schedulephase b ON b.schedule_id = a.schedule_id AND a.code = ANY(b.after) "
    "WHERE a.schedule_id = NEW.schedule_id AND (a.id = NEW.id OR b.id = NEW.id) AND b.planned_start <= a.planned_end) THEN "
    + guards.refuse("A phase is planned after what it depends on.")
    + " END IF; RETURN NULL; END"
)
PRICE_SUMS = (
    "DECLARE whole numeric; parts numeric; shares numeric; BEGIN SELECT total INTO whole FROM projects_foremanprice WHERE id = {price}; "
    "SELECT sum(amount), sum(percent) INTO parts, shares FROM projects_foremaninstalment WHERE price_id = {price}; "
    "IF parts IS DISTINCT FROM whole OR shares IS DISTINCT FROM 100 THEN "
    + guards.refuse("The instalments of the foreman total the price.")
    + " END IF; RETURN NULL; END"
)
DOUBT_FROZEN = (
    "BEGIN IF OLD.closed_at IS NOT NULL THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("core", "0002_guards"),
        ("projects", "0005_property"),
    ]

    operations = [
        *(guards.db_clock(f"projects_{name}") for name in (*OF_PROJECT, "crew", "crewmember", "labourcontract")),
        *(guards.same_store(f"projects_{name}", "project_id", "projects_project") for name in OF_PROJECT),
        *(guards.append_only(f"projects_{name}") for name in ("presurvey", "crewassignment", "worksnotice", "phasemove", "labourcontract", "foremaninstalment")),
        guards.only_columns("projects_reviewdoubt", ("answer", "answered_at", "answered_by_id", "closed_at", "closed_by_id")),
        guards.only_columns("projects_crew", ("leader", "phone", "trades", "ended_on")),
        guards.only_columns("projects_crewmember", ("left_on",)),
        guards.only_columns("projects_foremanprice", ("replaced_at",)),
        guards.only_columns("projects_schedule", ("paper_id", "list_paper_id")),
        guards.only_columns("projects_schedulephase", ("days", "planned_start", "planned_end", "started_on", "finished_on")),
        guards.only_columns(
            "projects_sitematerial",
            (
                "needed_on", "order_by", "supplier", "amount", "deposit", "ordered_on", "promised_on", "arrived_on", "refused_on", "refused_because",
                "installed_on", "dropped_at", "dropped_because",
            ),
        ),
        guards.trigger("projects_clearance", "projects_clearance_no_doubt", "BEFORE INSERT", NO_DOUBT),
        guards.trigger("projects_reviewdoubt", "projects_reviewdoubt_frozen", "BEFORE UPDATE", DOUBT_FROZEN),
        guards.trigger("projects_schedulephase", "projects_schedulephase_begins", "BEFORE INSERT OR UPDATE", PHASE_BEGINS),
        guards.trigger("projects_schedulephase", "projects_schedulephase_in_order", "AFTER INSERT OR UPDATE", PHASES_IN_ORDER, deferred=True),
        guards.trigger("projects_foremanprice", "projects_foremanprice_sums", "AFTER INSERT", PRICE_SUMS.format(price="NEW.id"), deferred=True),
        guards.trigger(
            "projects_foremaninstalment", "projects_foremaninstalment_sums", "AFTER INSERT", PRICE_SUMS.format(price="NEW.price_id"), deferred=True
        ),
    ]
