"""Excel columns of the enquiries' list: exactly what the page shows."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from core.sheets import DAY, MOMENT, Column
from leads.selectors import LeadRow


def _local(value: datetime | None) -> datetime | None:
    return timezone.localtime(value).replace(tzinfo=None) if value else None


def LEAD_COLUMNS() -> list[Column]:
    """Headers in the reader's language, one column a line."""
    return [
        Column(_("Number"), lambda row: row.ref, 18),
        Column(_("Customer"), lambda row: row.name, 12),
        Column(_("Due"), lambda row: _local(row.clock["due_at"]) if row.clock else None, 17, MOMENT),
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
        Column(_("Registered"), lambda row: _local(row.registered_at), 12, DAY),
        Column(_("Last contact"), lambda row: _local(row.last_contact), 12, DAY),
    ]


__all__ = ["LEAD_COLUMNS", "LeadRow"]
