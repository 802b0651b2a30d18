"""What did not happen follows from a clock, a plan, an appointment or an evening without a report: nobody invents it (R040, R044, R045, I01)."""

from django.db import migrations

from core import guards

OWN = (
    "DECLARE said text[]; of_it bigint; BEGIN said := string_to_array(NEW.key, ':'); "
    "IF said[2] !~ '^[0-9]+$' THEN of_it := 0; ELSE of_it := said[2]::bigint; END IF; "
    "IF NEW.kind = 'patrol_missed' AND EXISTS (SELECT 1 FROM core_deadline d JOIN projects_project p ON p.dossier_id = d.dossier_id "
    "WHERE d.id = of_it AND NEW.key = 'patrol:' || d.id AND d.clock = 'inspections.patrol' AND d.owner_id = NEW.person_id AND p.id = NEW.project_id "
    "AND d.due_at = NEW.at AND (d.stopped_at IS NULL OR d.breached_at IS NOT NULL) AND NOT d.cancelled AND (d.stopped_at IS NOT NULL OR d.paused_at IS NULL)) "
    "OR NEW.kind = 'plan_not_kept' AND EXISTS (SELECT 1 FROM inspections_planentry e JOIN inspections_patrolplan l ON l.id = e.plan_id "
    "WHERE e.id = of_it AND NEW.key = 'plan:' || e.id || ':' || to_char(NEW.\"on\", 'YYYYMMDD') AND e.project_id = NEW.project_id "
    "AND l.inspector_id = NEW.person_id AND (e.\"on\" = NEW.\"on\" OR EXISTS (SELECT 1 FROM inspections_plandeviation v WHERE v.entry_id = e.id "
    "AND v.new_on = NEW.\"on\"))) "
    "OR NEW.kind = 'absent' AND EXISTS (SELECT 1 FROM inspections_qualitycheck c JOIN projects_project p ON p.id = c.project_id WHERE c.id = of_it "
    "AND NEW.key = 'absent:' || c.id || ':' || to_char(NEW.\"on\", 'YYYYMMDD') AND c.project_id = NEW.project_id AND c.planned_at = NEW.at "
    "AND (c.state = 'announced' OR (c.started_at AT TIME ZONE 'Asia/Shanghai')::date > NEW.\"on\") "
    "AND NEW.person_id IN (c.inspector_id, p.inspector_id)) "
    "OR NEW.kind = 'no_check_in' AND NEW.key = 'check-in:' || NEW.person_id || ':' || to_char(NEW.\"on\", 'YYYYMMDD') "
    "AND EXISTS (SELECT 1 FROM staff_holding h WHERE h.user_id = NEW.person_id AND h.post_code IN ('quality_inspector', 'site_supervisor') "
    "AND h.until IS NULL) "
    "AND NOT EXISTS (SELECT 1 FROM inspections_dailycheckin i WHERE i.person_id = NEW.person_id AND i.\"on\" = NEW.\"on\" AND i.granted) "
    "THEN RETURN NEW; END IF; "
    + guards.refuse("This fact follows from nothing that was recorded.")
    + " END"
)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_guards"), ("inspections", "0006_quantities"), ("projects", "0002_guards"), ("staff", "0003_posts")]

    operations = [guards.trigger("inspections_supervisionfact", "inspections_fact_of_something", "BEFORE INSERT", OWN)]
