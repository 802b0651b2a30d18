from __future__ import annotations

from django.conf import settings
from django.db import migrations

from core import guards

APPEND_ONLY = (
    "siteordercheck", "siteorderresult", "calibration", "rectificationplan", "safetybriefing", "incident", "incidentstep", "sitephoto",
)  # fmt: skip
RECORDED = (
    "siteordercheck", "delivery", "tool", "calibration", "rectificationplan", "sitefine", "diaryday", "sitenote", "safetybriefing", "incident",
    "incidentstep",
)  # fmt: skip
OF_SITE = ("siteordercheck", "delivery", "sitefine", "diaryday", "sitenote", "safetybriefing", "incident", "incidentstep")
FINE_COLUMNS = (
    "state", "paper_id", "confirmed_at", "confirmed_by_id", "heard_at", "witness", "refusal", "appeal", "appealed_at", "decision", "decision_words",
    "decided_at", "decided_by_id", "final_amount", "firm_at", "void_reason", "voided_at", "voided_by_id", "told_at",
)  # fmt: skip
FINE_STEPS = [
    ("pending", "issued"), ("pending", "void"), ("issued", "signed"), ("issued", "refused"), ("issued", "void"), ("signed", "appealed"),
    ("signed", "firm"), ("signed", "void"), ("refused", "appealed"), ("refused", "firm"), ("refused", "void"), ("appealed", "firm"), ("appealed", "void"),
]  # fmt: skip


def once(column: str) -> str:
    """What was said once in this column is not said again."""
    return (
        f"BEGIN IF OLD.{column} IS NOT NULL AND to_jsonb(NEW) IS DISTINCT FROM to_jsonb(OLD) THEN "
        + guards.refuse("What was said once is not said again.")
        + " END IF; RETURN NEW; END"
    )


# A main item that was left out has its second person before the check passes; a delivery may lack an item.
SECOND_PERSON = (
    "BEGIN IF NEW.state = 'passed' AND OLD.state <> 'passed' AND EXISTS (SELECT 1 FROM inspections_checkresult r "
    "JOIN inspections_checkitem i ON i.id = r.item_id WHERE r.quality_check_id = NEW.id AND i.severity = 'main' AND r.confirmed_by_id IS NULL "
    "AND (r.verdict = 'not_applicable' OR r.verdict = 'not_delivered' AND NEW.code <> 'C2')) THEN "
    + guards.refuse("A main item that was left out needs a second person.")
    + " END IF; RETURN NEW; END"
)
# A reading counts while the instrument's calibration does, and an instrument belongs to one store.
TOOL = (
    "BEGIN IF NEW.tool_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM inspections_tool t JOIN inspections_calibration c ON c.tool_id = t.id "
    "WHERE t.id = NEW.tool_id AND t.store_id = NEW.store_id AND (t.retired_on IS NULL OR t.retired_on > (NEW.at AT TIME ZONE 'Asia/Shanghai')::date) "
    "AND (NEW.at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN c.calibrated_on AND c.valid_until) THEN "
    + guards.refuse("The calibration of this instrument is not in force; its readings do not count.")
    + " END IF; RETURN NEW; END"
)
# A photo lies in a room of its own home.
ROOM = (
    "BEGIN IF NEW.room_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM inspections_checkresult r JOIN projects_project p ON p.id = r.project_id "
    "JOIN leads_room m ON m.home_id = p.home_id WHERE r.id = NEW.result_id AND m.id = NEW.room_id) THEN "
    + guards.refuse("This room belongs to another home.")
    + " END IF; RETURN NEW; END"
)
NOTE_ROOM = (
    "BEGIN IF NEW.room_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM projects_project p JOIN leads_room m ON m.home_id = p.home_id "
    "WHERE p.id = NEW.project_id AND m.id = NEW.room_id) THEN "
    + guards.refuse("This room belongs to another home.")
    + " END IF; RETURN NEW; END"
)
# The score is the sum of its items.
SCORE = (
    "DECLARE asked_sum int; kept_sum int; BEGIN SELECT coalesce(sum(points) FILTER (WHERE seen <> 'not_applicable'), 0), "
    "coalesce(sum(points) FILTER (WHERE seen = 'ok'), 0) INTO asked_sum, kept_sum FROM inspections_siteorderresult WHERE order_check_id = NEW.id; "
    "IF (asked_sum, kept_sum) IS DISTINCT FROM (NEW.asked::int, NEW.kept::int) THEN "
    + guards.refuse("The score is the sum of its items.")
    + " END IF; RETURN NULL; END"
)
# A delivery is bound to one material check of its own site, once.
DELIVERY = (
    "BEGIN IF OLD.quality_check_id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM inspections_qualitycheck c WHERE c.id = NEW.quality_check_id "
    "AND c.project_id = NEW.project_id AND c.code = 'C2') THEN "
    + guards.refuse("A delivery belongs to one material check of its site.")
    + " END IF; RETURN NEW; END"
)
# A slip begins with nothing said about it yet.
FINE = (
    "BEGIN IF NEW.state NOT IN ('pending', 'issued') OR NEW.heard_at IS NOT NULL OR NEW.confirmed_at IS NOT NULL OR NEW.appealed_at IS NOT NULL "
    "OR NEW.decision <> '' OR NEW.voided_at IS NOT NULL THEN "
    + guards.refuse("This step is not in the procedure.")
    + " END IF; RETURN NEW; END"
)
DIARY = (
    "BEGIN IF NEW.day > (NEW.at AT TIME ZONE 'Asia/Shanghai')::date THEN "
    + guards.refuse("A day is written down when it has come.")
    + " END IF; RETURN NEW; END"
)
# Nothing follows a closed incident; it is closed when cause, handling and measures stand there.
STEP = (
    "DECLARE needed text[]; BEGIN PERFORM 1 FROM inspections_incident WHERE id = NEW.incident_id AND project_id = NEW.project_id FOR NO KEY UPDATE; "
    "IF NOT FOUND OR EXISTS (SELECT 1 FROM inspections_incidentstep s WHERE s.incident_id = NEW.incident_id AND s.kind = 'closed') THEN "
    + guards.refuse("This incident is closed.")
    + " END IF; IF NEW.kind = 'closed' THEN SELECT CASE WHEN i.kind = 'hazard' THEN ARRAY['handling'] ELSE ARRAY['cause','handling','measure'] END INTO needed "
    "FROM inspections_incident i WHERE i.id = NEW.incident_id; IF EXISTS (SELECT 1 FROM unnest(needed) k WHERE NOT EXISTS "
    "(SELECT 1 FROM inspections_incidentstep s WHERE s.incident_id = NEW.incident_id AND s.kind = k)) THEN "
    + guards.refuse("An incident is closed when cause, handling and measures are written down.")
    + " END IF; END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [
        ("inspections", "0003_patrols"),
        ("core", "0002_guards"),
        ("leads", "0010_money"),
        ("projects", "0006_schedule"),
        ("staff", "0003_posts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *[guards.append_only(f"inspections_{table}") for table in APPEND_ONLY],
        *[guards.db_clock(f"inspections_{table}") for table in RECORDED],
        *[guards.same_store(f"inspections_{table}", "project_id", "projects_project") for table in OF_SITE],
        guards.only_columns("inspections_delivery", ("quality_check_id",)),
        guards.only_columns("inspections_deliveryline", ("removed_on", "removed_by_id")),
        guards.only_columns("inspections_tool", ("retired_on", "retired_because")),
        guards.only_columns("inspections_sitefine", FINE_COLUMNS),
        guards.only_columns("inspections_diaryday", ("looked_at", "looked_by_id", "remark")),
        guards.only_columns("inspections_sitenote", ("answer", "answered_at", "answered_by_id")),
        guards.transitions("inspections_sitefine", "state", FINE_STEPS),
        guards.trigger("inspections_sitefine", "inspections_fine_begins", "BEFORE INSERT", FINE),
        guards.trigger("inspections_deliveryline", "inspections_line_removed_once", "BEFORE UPDATE", once("removed_on")),
        guards.trigger("inspections_diaryday", "inspections_diary_looked_once", "BEFORE UPDATE", once("looked_at")),
        guards.trigger("inspections_sitenote", "inspections_note_answered_once", "BEFORE UPDATE", once("answered_at")),
        guards.trigger("inspections_tool", "inspections_tool_retired_once", "BEFORE UPDATE", once("retired_on")),
        guards.trigger("inspections_diaryday", "inspections_diary_has_come", "BEFORE INSERT", DIARY),
        guards.trigger("inspections_delivery", "inspections_delivery_of_check", "BEFORE UPDATE", DELIVERY),
        guards.trigger("inspections_siteordercheck", "inspections_order_score", "AFTER INSERT", SCORE, deferred=True),
        guards.trigger("inspections_incidentstep", "inspections_incident_steps", "BEFORE INSERT", STEP, definer=True),
        guards.trigger("inspections_qualitycheck", "inspections_check_second_person", "BEFORE UPDATE", SECOND_PERSON),
        guards.trigger("inspections_checkresult", "inspections_result_tool", "BEFORE INSERT OR UPDATE", TOOL),
        guards.trigger("inspections_photo", "inspections_photo_in_room", "BEFORE INSERT", ROOM),
        guards.trigger("inspections_sitenote", "inspections_note_in_room", "BEFORE INSERT", NOTE_ROOM),
    ]
