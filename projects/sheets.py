"""Excel columns of the lists: exactly what the pages show."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.sheets import DAY, MONEY, Column


def SITE_COLUMNS() -> list[Column]:
    """Headers in the reader's language, one column a line."""
    return [
        Column(_("Number"), lambda r: r.ref, 18),
        Column(_("Owner"), lambda r: r.customer, 12),
        Column(_("Home"), lambda r: r.address, 28),
        Column(_("Stage"), lambda r: r.stage_says, 12),
        Column(_("Agreed completion"), lambda r: r.due_on, 12, DAY),
        Column(str(_("Project manager")), lambda r: r.project_manager, 12),
        Column(str(_("Foreman")), lambda r: r.foreman, 12),
        Column(_("Inspector"), lambda r: r.inspector, 12),
        Column(str(_("Designer")), lambda r: r.designer, 12),
        Column(_("Next act"), lambda r: r.act, 26),
    ]  # fmt: skip


def PAYMENT_COLUMNS() -> list[Column]:
    return [
        Column(_("Received on"), lambda r: r.received_on, 12, DAY),
        Column(_("Receipt"), lambda r: r.receipt, 22),
        Column(_("Owner"), lambda r: r.customer, 12),
        Column(_("Home"), lambda r: r.address, 28),
        Column(pgettext("head", "Site"), lambda r: r.project, 18),
        Column(_("Amount"), lambda r: r.amount, 14, MONEY),
        Column(_("Kind"), lambda r: r.kind_says, 14),
        Column(_("How"), lambda r: r.method, 20),
        Column(_("Booked by"), lambda r: r.by, 12),
    ]  # fmt: skip
