"""Excel columns of the list of warranties: exactly what the page shows."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.sheets import DAY, MOMENT, Column


def WARRANTY_COLUMNS() -> list[Column]:
    """Headers in the reader's language, one column a line."""
    return [
        Column(_("Owner"), lambda r: r.customer, 12),
        Column(_("Due"), lambda r: r.clock["due_at"] if r.clock else None, 17, MOMENT),
        Column(_("Next act"), lambda r: r.act, 28),
        Column(_("Home"), lambda r: r.address, 28),
        Column(_("Number"), lambda r: r.site, 18),
        Column(_("Stage"), lambda r: r.stage_says, 12),
        Column(_("Warranty paper"), lambda r: r.paper, 22),
        Column(_("Accepted on"), lambda r: r.starts_on, 12, DAY),
        Column(_("Longest until"), lambda r: r.last_on, 12, DAY),
        Column(_("Warranty card"), lambda r: r.card[0], 16),
        Column(_("Evaluation"), lambda r: r.evaluation[0], 16),
        Column(_("Visits made"), lambda r: r.visits, 10),
        Column(_("Project manager"), lambda r: r.project_manager, 12),
    ]  # fmt: skip
