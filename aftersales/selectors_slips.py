"""Questions about slips between departments, the quality of delivered homes, the Saturday summaries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from aftersales.choices_slips import Seen, SlipState
from aftersales.models import CoordinationSlip, QualityTrack, TrackPoint, Warranty, WeekSummary
from aftersales.models.slips import of_departments
from aftersales.services.slips import departments_of
from core.lists import Page, keyset

SLIP_SHOWS = ("to_us", "by_us", "late", "answered", "closed", "all")
TRACK_SHOWS = ("watch", "fault", "never")


def slip_list(user: Any, show: str, *, after: str = "", at: datetime) -> Page[Any]:
    """The slips one may see: those that are open first asked for, the newest first."""
    rows = CoordinationSlip.objects.visible_to(user).select_related("from_department", "to_department", "by", "store")
    asked = {
        "": Q(state__in=(SlipState.WAITING, SlipState.ANSWERED)), "to_us": Q(state=SlipState.WAITING) & of_departments(user, "to"),
        "by_us": Q(state__in=(SlipState.WAITING, SlipState.ANSWERED)) & of_departments(user, "from"),
        "late": Q(state=SlipState.WAITING, answer_by__lt=at), "answered": Q(state=SlipState.ANSWERED),
        "closed": Q(state__in=(SlipState.DONE, SlipState.WITHDRAWN)), "all": Q(),
    }  # fmt: skip
    return keyset(rows.filter(asked.get(show, asked[""])), order=("-id",), after=after, size=50)


def slip_rights(user: Any, slip: CoordinationSlip) -> dict[str, bool]:
    """What this person can do with a slip now."""
    mine = departments_of(user, slip.store_id)
    asking = slip.from_department_id in mine
    return {
        "may_answer": slip.state == SlipState.WAITING and slip.to_department_id in mine and slip.by_id != user.pk,
        "may_close": slip.state == SlipState.ANSWERED and asking, "may_withdraw": slip.state == SlipState.WAITING and asking,
    }  # fmt: skip


def tracks_page(user: Any, show: str, *, after: str = "") -> Page[Any]:
    """What was noted of delivered homes, the newest first; or the homes in the warranty after which nobody has asked."""
    if show == "never":
        asked = QualityTrack.objects.filter(warranty=OuterRef("pk"))
        rows: QuerySet[Any] = Warranty.objects.visible_to(user).in_force().filter(~Exists(asked), last_on__gte=timezone.localdate())
        return keyset(rows.select_related("project"), order=("starts_on", "id"), after=after, size=50)
    rows = QualityTrack.objects.visible_to(user).select_related("warranty__project", "by").prefetch_related("points")
    if show in (Seen.WATCH, Seen.FAULT):
        rows = rows.filter(Exists(TrackPoint.objects.filter(track=OuterRef("pk"), seen=show)))
    return keyset(rows, order=("-id",), after=after, size=50)


def tracks_of(user: Any, project: Any) -> list[QualityTrack]:
    rows = QualityTrack.objects.visible_to(user).filter(warranty__project=project).select_related("by").prefetch_related("points")
    return list(rows[:50])


def summaries_page(user: Any, *, after: str = "") -> Page[Any]:
    return keyset(WeekSummary.objects.visible_to(user).select_related("store", "by", "leader"), order=("-id",), after=after, size=30)


__all__ = ["SLIP_SHOWS", "TRACK_SHOWS", "slip_list", "slip_rights", "summaries_page", "tracks_of", "tracks_page"]
