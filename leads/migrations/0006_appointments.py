"""Appointments without double booking, calendar feeds, show homes with their weekly notice, the desk's roster, wordings."""


from django.db import migrations

from core import guards

OUTCOMES = ("kept", "missed_customer", "missed_us", "moved", "cancelled")
RECORDED = (
    "leads_appointment", "leads_deskhours", "leads_shift", "leads_showhome", "leads_showhomenotice", "leads_showhomevisit", "leads_textversion",
)  # fmt: skip
OF_ITS_STORE = (
    "BEGIN IF {column} IS NOT NULL AND NEW.store_id IS DISTINCT FROM (SELECT store_id FROM {parent} WHERE id = {column}) THEN "
    + guards.refuse("A record belongs to the store of its file.").replace("{", "{{").replace("}", "}}")
    + " END IF; RETURN NEW; END"
)
BORN_PLANNED = (
    "BEGIN IF NEW.state <> 'planned' THEN "
    + guards.refuse("This step is not in the procedure.")
    + " END IF; IF NEW.moved_from_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM leads_appointment a WHERE a.id = NEW.moved_from_id "
    "AND a.state = 'moved' AND a.store_id = NEW.store_id AND a.lead_id IS NOT DISTINCT FROM NEW.lead_id) THEN "
    + guards.refuse("An appointment follows one that was moved.")
    + " END IF; RETURN NEW; END"
)
HAS_ITS_SEAT = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM leads_appointmentseat s WHERE s.appointment_id = NEW.id AND s.person_id = NEW.person_id) THEN "
    + guards.refuse("An appointment takes the time of its person.")
    + " END IF; IF EXISTS (SELECT 1 FROM leads_appointment a WHERE a.id = NEW.id AND a.state = 'moved') "
    "AND NOT EXISTS (SELECT 1 FROM leads_appointment a WHERE a.moved_from_id = NEW.id) THEN "
    + guards.refuse("A moved appointment has a new time.")
    + " END IF; RETURN NULL; END"
)
SEAT_AS_AGREED = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM leads_appointment a WHERE a.id = NEW.appointment_id AND a.start_at = NEW.start_at "
    "AND a.end_at = NEW.end_at AND a.state = 'planned' AND NEW.planned) THEN "
    + guards.refuse("An appointment takes the time of its person.")
    + " END IF; RETURN NEW; END"
)
SEAT_FOLLOWS = (
    "BEGIN IF OLD.state = 'planned' AND NEW.state <> 'planned' THEN "
    "UPDATE leads_appointmentseat SET planned = false WHERE appointment_id = NEW.id; END IF; RETURN NULL; END"
)
SEAT_BY_HAND = (
    "BEGIN IF TG_OP = 'DELETE' OR pg_trigger_depth() < 2 OR NEW.planned "
    "OR (to_jsonb(OLD) - 'planned') IS DISTINCT FROM (to_jsonb(NEW) - 'planned') THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END"
)
VISITED_BEFORE = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM leads_showhomenotice n JOIN leads_showhome h ON h.store_id = n.store_id "
    "JOIN leads_showhomevisit v ON v.show_home_id = h.id WHERE n.id = NEW.notice_id AND h.id = NEW.show_home_id AND v.at = NEW.visited_at "
    "AND v.at <= n.at AND v.at >= n.at - interval '7 days') THEN "
    + guards.refuse("A show home is published after a visit within the week before.")
    + " END IF; RETURN NEW; END"
)
ENDED_ONCE = (
    "BEGIN IF (OLD.ended_at IS NOT NULL AND (OLD.ended_at, OLD.ended_by_id, OLD.ended_reason) IS DISTINCT FROM "
    "(NEW.ended_at, NEW.ended_by_id, NEW.ended_reason)) OR (OLD.told_at IS NOT NULL AND OLD.told_at IS DISTINCT FROM NEW.told_at) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END"
)


def of_its_store(table: str, column: str, parent: str) -> migrations.RunSQL:
    """The row's store is its parent's, if it has one."""
    return guards.trigger(
        table, f"{table}_{column}_store", "BEFORE INSERT OR UPDATE", OF_ITS_STORE.format(column=f"NEW.{column}", parent=parent)
    )


class Migration(migrations.Migration):
    dependencies = [
        ('core', '0004_next_due'),
        ('leads', '0005_people'),
    ]

    operations = [
        *(guards.db_clock(table) for table in RECORDED),
        *(guards.append_only(f"leads_{name}") for name in ("deskhours", "showhomenotice", "showhomenoticeline", "showhomephoto", "showhomevisit", "textversion")),
        guards.only_columns("leads_appointment", ["state", "told_at", "told_by_id", "told"]),
        guards.transitions("leads_appointment", "state", [("planned", outcome) for outcome in OUTCOMES]),
        guards.trigger("leads_appointment", "leads_appointment_born_planned", "BEFORE INSERT", BORN_PLANNED),
        guards.trigger("leads_appointment", "leads_appointment_has_its_seat", "AFTER INSERT OR UPDATE", HAS_ITS_SEAT, deferred=True),
        guards.trigger("leads_appointment", "leads_appointment_frees", "AFTER UPDATE", SEAT_FOLLOWS, definer=True),
        of_its_store("leads_appointment", "lead_id", "leads_lead"),
        of_its_store("leads_appointment", "show_home_id", "leads_showhome"),
        guards.trigger("leads_appointmentseat", "leads_appointmentseat_as_agreed", "BEFORE INSERT", SEAT_AS_AGREED),
        guards.trigger("leads_appointmentseat", "leads_appointmentseat_by_hand", "BEFORE UPDATE OR DELETE", SEAT_BY_HAND),
        guards.only_columns("leads_calendarfeed", ["ended_at"]),
        of_its_store("leads_showhome", "estate_id", "leads_estate"),
        of_its_store("leads_showhome", "home_id", "leads_home"),
        guards.same_store("leads_showhomevisit", "show_home_id", "leads_showhome"),
        guards.trigger("leads_showhomenoticeline", "leads_showhomenoticeline_visited", "BEFORE INSERT", VISITED_BEFORE),
        guards.only_columns("leads_shift", ["told_at", "ended_at", "ended_by_id", "ended_reason"]),
        guards.trigger("leads_shift", "leads_shift_ended_once", "BEFORE UPDATE", ENDED_ONCE),
    ]
