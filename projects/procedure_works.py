"""The gates of single works: who has to permit what before it begins (G19–G22, LR-27).  Waivable by nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.procedure import Gate, gate
from projects import plans
from projects.choices_preparation import ApplicationKind
from staff import posts

_WHO = (posts.PROJECT_MANAGER, posts.ENGINEERING_ASSISTANT)


@dataclass(frozen=True)
class Beginning:
    """A planned work that would begin at a moment, or has to be permitted for a day at all (`at` None)."""

    site: Any
    work: plans.Work
    applications: tuple[Any, ...]
    at: datetime | None = None

    @property
    def permitted_by(self) -> Any:
        """The approved application that lets it begin; None without one."""
        return next((row for row in self.applications if permits(row, self.work, self.at)), None)


def permits(row: Any, work: plans.Work, at: datetime | None) -> bool:
    """An approved application of the work's kind that names the work, within its hours and with a certificate of that day."""
    if row.approved_on is None or row.kind != work.kind or work.code not in row.items:
        return False
    if at is None:
        return True
    if row.from_at is not None and not row.from_at <= at <= row.until_at:
        return False
    day: date = timezone.localtime(at).date()
    return row.certificate_until is None or row.certificate_until >= day


def _link(beginning: Beginning) -> str:
    return reverse("projects:property", args=[beginning.site.ref])


@gate(
    "G19", _("No hot-work permit is in force for this day and hour, or the welder's certificate has run out."), who=_WHO, paper="A09", link=_link
)
def hot_work_permitted(beginning: Beginning) -> bool:
    return beginning.permitted_by is not None


@gate(
    "G20", _("Drilling, breaking walls, security doors, rails and screens wait for the approved application for added works."), who=_WHO,
    paper="A07", link=_link,
)  # fmt: skip
def added_item_permitted(beginning: Beginning) -> bool:
    return beginning.permitted_by is not None


@gate("G21", _("Large or valuable goods leave the estate with a signed goods release note alone."), who=_WHO, paper="A10", link=_link)
def goods_released(beginning: Beginning) -> bool:
    return beginning.permitted_by is not None


@gate("G22", _("Bulky goods, brick, sand and stone wait for the approved use of stairs or lift."), who=_WHO, paper="A11", link=_link)
def stairs_permitted(beginning: Beginning) -> bool:
    return beginning.permitted_by is not None


@gate("PM12", _("Water or power is shut off with the property office's consent alone."), who=_WHO, link=_link)
def shut_off_permitted(beginning: Beginning) -> bool:
    return beginning.permitted_by is not None


@gate("LR-27", _("Not allowed before the authority has approved it; nobody overrides this."), who=_WHO, link=_link)
def authority_approved(beginning: Beginning) -> bool:
    """Structure, gas, heating, facade, a new wet room."""
    return beginning.permitted_by is not None


GATE_OF: dict[str, Gate] = {
    ApplicationKind.HOT_WORK: hot_work_permitted, ApplicationKind.ADDED_ITEM: added_item_permitted, ApplicationKind.GOODS_RELEASE: goods_released,
    ApplicationKind.STAIRS: stairs_permitted, ApplicationKind.SHUT_OFF: shut_off_permitted, ApplicationKind.AUTHORITY: authority_approved,
}  # fmt: skip
