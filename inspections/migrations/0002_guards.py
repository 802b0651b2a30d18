"""What the database itself guarantees of checks and rectifications."""

from django.db import migrations

from core import guards

APPEND_ONLY = (
    "checktemplate", "checkitem", "attendance", "itemwaiver", "photo", "patrol", "finding", "answer", "recheck",
)  # fmt: skip
RECORDED = (
    "checktemplate", "qualitycheck", "checkresult", "itemwaiver", "patrol", "finding", "rectification", "answer", "recheck",
)  # fmt: skip
OF_SITE = ("qualitycheck", "checkresult", "patrol", "finding", "rectification")

# A concluded check is frozen; it does not pass with a failed main item, and not by the hand of who builds.
CHECK = (
    "BEGIN IF TG_OP = 'DELETE' THEN "
    + guards.refuse("This record is evidence: it is never changed or deleted.")
    + " END IF; IF OLD.state IN ('passed', 'failed') AND (to_jsonb(OLD) - ARRAY['paper_id','cleared_at']) IS DISTINCT FROM "
    "(to_jsonb(NEW) - ARRAY['paper_id','cleared_at']) THEN "
    + guards.refuse("A concluded check is not changed; open the next attempt.")
    + " END IF; IF (NEW.project_id, NEW.store_id, NEW.code, NEW.attempt) IS DISTINCT FROM (OLD.project_id, OLD.store_id, OLD.code, OLD.attempt) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; IF NEW.state = 'passed' AND OLD.state <> 'passed' THEN IF EXISTS (SELECT 1 FROM inspections_checkresult r "
    "JOIN inspections_checkitem i ON i.id = r.item_id WHERE r.quality_check_id = NEW.id AND i.severity = 'main' AND r.verdict = 'fail') THEN "
    + guards.refuse("A check does not pass while a main item fails.")
    + " END IF; IF EXISTS (SELECT 1 FROM projects_project p WHERE p.id = NEW.project_id AND NEW.inspector_id IN "
    "(p.project_manager_id, p.supervisor_id, p.foreman_id)) THEN "
    + guards.refuse("Who builds does not pass the works.")
    + " END IF; END IF; RETURN NEW; END"
)

# A result changes while its check is open; afterwards only an item that was left open may be recorded, once.
RESULT = (
    "DECLARE state_now text; later boolean; BEGIN IF TG_OP = 'DELETE' THEN "
    + guards.refuse("This record is evidence: it is never changed or deleted.")
    + " END IF; SELECT c.state INTO state_now FROM inspections_qualitycheck c WHERE c.id = NEW.quality_check_id FOR KEY SHARE; "
    "SELECT i.deferrable INTO later FROM inspections_checkitem i WHERE i.id = NEW.item_id; "
    "IF state_now <> 'open' AND NOT (TG_OP = 'INSERT' AND state_now = 'passed' AND later) THEN "
    + guards.refuse("A concluded check is not changed; open the next attempt.")
    + " END IF; IF TG_OP = 'UPDATE' AND (NEW.quality_check_id, NEW.item_id, NEW.project_id, NEW.store_id) IS DISTINCT FROM "
    "(OLD.quality_check_id, OLD.item_id, OLD.project_id, OLD.store_id) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [("inspections", "0001_initial"), ("core", "0002_guards"), ("projects", "0002_guards")]
    operations = [
        *[guards.append_only(f"inspections_{table}") for table in APPEND_ONLY],
        *[guards.db_clock(f"inspections_{table}") for table in RECORDED],
        *[guards.same_store(f"inspections_{table}", "project_id", "projects_project") for table in OF_SITE],
        guards.trigger("inspections_qualitycheck", "inspections_check_frozen", "BEFORE UPDATE OR DELETE", CHECK),
        guards.transitions(
            "inspections_qualitycheck", "state", [("announced", "open"), ("open", "passed"), ("open", "failed")]
        ),
        guards.trigger(
            "inspections_checkresult", "inspections_result_frozen", "BEFORE INSERT OR UPDATE OR DELETE", RESULT
        ),
        guards.transitions(
            "inspections_rectification", "state", [("open", "answered"), ("answered", "open"), ("answered", "accepted")]
        ),
        guards.only_columns(
            "inspections_rectification",
            ("state", "due_at", "answered_at", "answered_by_id", "accepted_at", "accepted_by_id"),
        ),
    ]
