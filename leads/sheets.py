"""Excel columns of the enquiries' list: exactly what the page shows."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.sheets import DAY, MOMENT, Column
from leads.selectors import LeadRow


def LEAD_COLUMNS() -> list[Column]:
    """Headers in the reader's language, one column a line."""
    return [
        Column(_("Number"), lambda row: row.ref, 18),
        Column(_("Customer"), lambda row: row.name, 12),
        Column(_("Due"), lambda row: row.clock["due_at"] if row.clock else None, 17, MOMENT),
        Column(_("Next act"), lambda row: row.act, 18),
        Column(_("Stage"), lambda row: row.stage_says, 12),
        Column(_("Home"), lambda row: row.address, 28),
        Column(_("Phone"), lambda row: row.phone, 14),
        Column(_("Area m²"), lambda row: row.area, 10),
        Column(_("Layout"), lambda row: row.layout, 12),
        Column(_("Class"), lambda row: row.quadrant, 6),
        Column(_("Designer"), lambda row: row.designer, 10),
        Column(_("Customer manager"), lambda row: row.customer_manager, 10),
        Column(_("Source"), lambda row: row.source, 12),
        Column(_("Registered"), lambda row: row.registered_at, 12, DAY),
        Column(_("Last contact"), lambda row: row.last_contact, 12, DAY),
    ]


def LOG_COLUMNS() -> list[Column]:
    """The phone log and the visitor log, one column a line."""
    return [
        Column(_("When"), lambda row: row.at, 17, MOMENT),
        Column(_("Who"), lambda row: row.name, 12),
        Column(_("Phone"), lambda row: row.number, 14),
        Column(_("About"), lambda row: row.subject, 14),
        Column(_("What was said"), lambda row: row.note, 40),
        Column(_("Customer"), lambda row: row.customer, 12),
        Column(_("File"), lambda row: row.lead_ref, 18),
        Column(_("Taken down by"), lambda row: row.by, 10),
        Column(_("Passed on to"), lambda row: row.passed_to, 10),
        Column(_("State"), lambda row: row.state, 12),
        Column(_("Settled at"), lambda row: row.handled_at, 17, MOMENT),
        Column(_("How it was dealt with"), lambda row: row.handling, 40),
    ]


__all__ = ["LEAD_COLUMNS", "LOG_COLUMNS", "LeadRow"]
