"""Every Saturday the complaints and the work of the week are told to the direct leader (R031)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales import deadlines_slips as deadlines
from aftersales.models import Complaint, QualityTrack, RepairRequest, ReturnVisit, WeekSummary
from aftersales.policies_complaints import JUDGES
from aftersales.policies_slips import SEE_SUMMARIES, SUM_UP_WEEK
from aftersales.services.complaint_reports import between, figures_of, four_counts
from aftersales.services.complaints import first_of
from core import audit, clocks
from core.calendar import begins, evening
from core.models import Deadline
from core.refusals import Missing, Refused
from staff import posts
from staff.models import Store

SATURDAY, DAY = 5, timedelta(days=1)
ABOVE = (posts.CS_MANAGER, posts.STORE_MANAGER, posts.GENERAL_MANAGER)


def week_told(at: datetime) -> date:
    """The Monday of the week that is told about: the one whose Saturday has come last."""
    today = timezone.localtime(at).date()
    return today - timedelta(days=(today.weekday() - SATURDAY) % 7 + SATURDAY)


def figures_of_week(store: Store, monday: date) -> dict[str, Any]:
    """What is counted: complaints, the four counts, visits, repairs, records; from Saturday to Friday, the days that are over when it is told.

    Were the Saturday counted on which somebody writes in the morning, what comes in the afternoon would stand in no summary.
    """
    first, last = monday - 2 * DAY, monday + (SATURDAY - 1) * DAY
    since, until = between(first, last)
    within = {"store": store, "at__gte": since, "at__lt": until}
    counted = figures_of(Complaint.objects.filter(**within))
    return {
        "from": first, "until": last, "complaints": counted["total"], "ended": counted["ended"], "upheld": counted["upheld"].get("yes", 0),
        **four_counts(store, first, last), "visits": ReturnVisit.objects.filter(warranty__store=store, at__gte=since, at__lt=until).count(),
        "repairs": RepairRequest.objects.filter(**within).count(), "tracked": QualityTrack.objects.filter(**within).count(),
    }  # fmt: skip


def leader_of(by: Any, store: Store) -> Any:
    """The direct leader: the superior of the writer who may read it here, else who stands above in the chart."""
    if by.superior is not None and by.superior.left_on is None and SEE_SUMMARIES.reaches(by.superior, store.pk, own=False):
        return by.superior
    return first_of(ABOVE, store, (by.pk,))


@transaction.atomic
def sum_up_week(store: Store, *, complaints: str, work: str, plan: str, by: Any, at: datetime) -> WeekSummary:
    """The week's complaints and work with its figures, to the direct leader, from Saturday on and once (R031).

    A week that was never told ends as missed with the next one: nobody can tell it any more.
    """
    said = {"complaints": complaints.strip()[:1000], "work": work.strip()[:1000], "plan": plan.strip()[:600]}
    names = {"complaints": _("The complaints of the week."), "work": _("The work of the week."), "plan": _("What comes next week.")}
    if gaps := [Missing(names[name], posts.CS_SUPERVISOR) for name, text in said.items() if not text]:
        raise Refused(_("The summary is not complete."), gaps)
    here = Store.objects.select_for_update(no_key=True, of=("self",)).select_related("dossier").get(pk=store.pk)
    monday = week_told(at)
    if WeekSummary.objects.filter(store=here, starts_on=monday).exists():
        raise Refused(_("The week has been summed up."))
    leader = leader_of(by, here)
    if leader is None:
        raise Refused(_("There is no leader above who would read it."))
    made = WeekSummary.objects.create(store=here, starts_on=monday, leader=leader, figures=figures_of_week(here, monday), by=by, at=at, **said)
    for key in _waiting(here):
        clocks.stop(deadlines.SATURDAY, key, at=at, by=by)
    clocks.start(
        deadlines.SATURDAY_READ, dossier=here.file, key=key_of(here, monday), owner=leader, at=at, line=f"{by} · {monday:%Y-%m-%d}",
        link=made.get_absolute_url(),
    )  # fmt: skip
    audit.record(here.file, "aftersales.week_summed_up", by=by, at=at, week=monday, leader=str(leader))
    return made


@transaction.atomic
def read_summary(summary: WeekSummary, *, by: Any, at: datetime, word: str = "") -> WeekSummary:
    """The leader has read it, with a word or without."""
    here = WeekSummary.objects.select_for_update(no_key=True, of=("self",)).select_related("store__dossier").get(pk=summary.pk)
    if by.pk != here.leader_id:
        raise Refused(_("Only the leader to whom it is written notes that it was read."))
    if here.read_at is not None:
        raise Refused(_("This summary has been read."))
    here.read_at, here.word = at, word.strip()[:300]
    here.save(update_fields=["read_at", "word"])
    clocks.stop(deadlines.SATURDAY_READ, key_of(here.store, here.starts_on), at=at, by=by)
    audit.record(here.store.file, "aftersales.week_read", by=by, at=at, week=here.starts_on, word=here.word)
    return here


def _waiting(store: Store) -> list[str]:
    rows = Deadline.objects.filter(clock=deadlines.SATURDAY.id, store=store, stopped_at__isnull=True)
    return list(rows.order_by("pk").values_list("key", flat=True))


def key_of(store: Store, monday: date) -> str:
    return f"{store.code}:{monday.isoformat()}"


def watch_week_summaries(*, at: datetime) -> int:
    """On Saturday the summary is due by the evening (R031): in every store that takes complaints; a week that was told is not asked for again."""
    monday = week_told(at)
    saturday = monday + SATURDAY * DAY
    made = 0
    for store in Store.objects.filter(closed_on__isnull=True, dossier__isnull=False).select_related("dossier").order_by("pk"):
        if Complaint.objects.filter(store=store, at__lt=begins(saturday + DAY)).exists():
            made += _due(store, monday, saturday)
    return made


@transaction.atomic
def _due(store: Store, monday: date, saturday: date) -> int:
    key = key_of(store, monday)
    told = WeekSummary.objects.filter(store=store, starts_on=monday).exists()
    if told or Deadline.objects.filter(clock=deadlines.SATURDAY.id, key=key).exists():
        return 0
    clocks.start(
        deadlines.SATURDAY, dossier=store.file, key=key, owner=first_of(JUDGES, store, (), SUM_UP_WEEK), at=begins(saturday), due_at=evening(saturday),
        line=f"{store} · {monday:%Y-%m-%d}", link=reverse("aftersales:week-summary-new"),
    )  # fmt: skip
    return 1


__all__ = ["figures_of_week", "read_summary", "sum_up_week", "watch_week_summaries", "week_told"]
