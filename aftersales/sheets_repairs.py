"""Excel columns of the repairs and of what they cost: exactly what the pages show."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.sheets import DAY, MOMENT, MONEY, Column


def REPAIR_COLUMNS() -> list[Column]:
    """Headers in the reader's language, one column a line."""
    return [
        Column(_("Number"), lambda r: r.ref, 20),
        Column(_("Owner"), lambda r: r.customer, 12),
        Column(_("Home"), lambda r: r.address, 28),
        Column(_("Place of the fault"), lambda r: r.where, 22),
        Column(_("Kind of fault"), lambda r: r.category, 18),
        Column(_("Told"), lambda r: r.told_at, 17, MOMENT),
        Column(_("State"), lambda r: r.state[0], 16),
        Column(_("Who bears it"), lambda r: r.cover[0], 16),
        Column(_("Due"), lambda r: r.clock["due_at"] if r.clock else None, 17, MOMENT),
        Column(_("Next act"), lambda r: r.act, 28),
        Column(_("Technician"), lambda r: r.technician, 12),
        Column(_("Charge"), lambda r: r.charge, 12, MONEY),
    ]  # fmt: skip


def COST_COLUMNS() -> list[Column]:
    return [
        Column(_("Day"), lambda r: timezone.localdate(r.at), 12, DAY),
        Column(_("Store"), lambda r: r.store.name, 12),
        Column(_("Number"), lambda r: r.repair.ref, 20),
        Column(_("Home"), lambda r: r.repair.project.address, 28),
        Column(_("Place of the fault"), lambda r: r.repair.where, 22),
        Column(pgettext("repair", "Trade"), lambda r: str(r.get_trade_display()), 14),
        Column(_("Crew"), lambda r: r.crew, 16),
        Column(_("Whose work"), lambda r: str(r.person or ""), 12),
        Column(_("Material"), lambda r: r.material, 12, MONEY),
        Column(_("Labour"), lambda r: r.labour, 12, MONEY),
        Column(_("Note"), lambda r: r.note, 30),
    ]  # fmt: skip


def PATROL_COLUMNS() -> list[Column]:
    return [
        Column(_("Day"), lambda r: timezone.localdate(r.at), 12, DAY),
        Column(_("Owner"), lambda r: r.warranty.project.customer_name, 12),
        Column(_("Home"), lambda r: r.warranty.project.address, 28),
        Column(_("Problem"), lambda r: r.problem, 40),
        Column(_("Set right"), lambda r: r.correction, 40),
        Column(_("Repair"), lambda r: r.repair.ref if r.repair else "", 20),
        Column(_("Who looked"), lambda r: str(r.by), 12),
    ]  # fmt: skip
