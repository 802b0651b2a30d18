"""Follow-up that cannot be forgotten: hand-overs, the pool, reviews of losses, hotline cases, care calls.

Then what the database refuses by itself: what is ended is never ended anew, an enquiry in the pool is nobody's.
"""

from django.db import migrations

from core import guards

OF_LEAD = ("leads_handover", "leads_poolstay", "leads_hotlinecase", "leads_lossreview", "leads_carecall")
MAY_CHANGE = {
    "leads_handover": ("read_at",),
    "leads_poolstay": ("ended_at", "end", "ended_by_id", "end_reason"),
    "leads_hotlinecase": (
        "taken_at", "taken_by_id", "asked_at", "asked_by_id", "wish", "proposed", "decided_at", "decided_by_id", "remedy", "decision",
        "closed_at", "closed_by_id", "last_words", "satisfaction",
    ),
    "leads_lossreview": ("decided_at", "decided_by_id", "outcome", "note"),
}  # fmt: skip
ENDS = {
    "leads_handover": "read_at",
    "leads_poolstay": "ended_at",
    "leads_hotlinecase": "closed_at",
    "leads_lossreview": "decided_at",
}
NOBODYS_IN_THE_POOL = (
    "BEGIN IF (NEW.designer_id IS NOT NULL OR NEW.customer_manager_id IS NOT NULL) "
    "AND (OLD.designer_id, OLD.customer_manager_id) IS DISTINCT FROM (NEW.designer_id, NEW.customer_manager_id) "
    "AND EXISTS (SELECT 1 FROM leads_poolstay s WHERE s.lead_id = NEW.id AND s.ended_at IS NULL) THEN "
    + guards.refuse("This enquiry lies in the public pool: it is taken from there.")
    + " END IF; RETURN NEW; END"
)


def ended_once(table: str, column: str) -> migrations.RunSQL:
    body = (
        f"BEGIN IF OLD.{column} IS NOT NULL THEN "
        + guards.refuse("This is over; what is over stays as it was.")
        + " END IF; RETURN NEW; END"
    )
    return guards.trigger(table, f"{table}_ended_once", "BEFORE UPDATE", body)


class Migration(migrations.Migration):
    dependencies = [("leads", "0006_appointments")]

    operations = [
        guards.append_only("leads_carecall"),
        *(guards.only_columns(table, columns) for table, columns in MAY_CHANGE.items()),
        *(ended_once(table, column) for table, column in ENDS.items()),
        *(guards.db_clock(table) for table in OF_LEAD),
        *(guards.same_store(table, "lead_id", "leads_lead") for table in OF_LEAD),
        guards.trigger("leads_lead", "leads_lead_nobodys_in_the_pool", "BEFORE UPDATE", NOBODYS_IN_THE_POOL),
    ]
