"""Return visits: within three days, complete, and not in the customer's rest (R020–R024)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales import deadlines
from aftersales import papers as sheets
from aftersales.choices import ATTEMPTS, Channel, Satisfaction, VisitKind
from aftersales.choices_rounds import LowSource
from aftersales.models import LowScore, ReturnVisit, Warranty
from aftersales.services.drawing import require_neutral
from aftersales.services.low_scores import note_called, open_low
from core import audit, clocks, papers
from core.refusals import Missing, Refused
from leads.care import require_awake
from projects.services.site import under_lock
from staff import posts

BETWEEN = timedelta(hours=4)
CHANNELS = {"phone": "电话", "message": "短信", "mail": "邮件", "door": "上门"}
KINDS = {"acceptance": "竣工验收后", "month": "入住首月", "low_score": "评价后即日"}
SATISFACTIONS = {"satisfied": "满意", "so_so": "一般", "dissatisfied": "不满意"}


@transaction.atomic
def record_return_visit(
    *,
    warranty: Warranty,
    kind: str,
    channel: str,
    reached: bool,
    by: Any,
    at: datetime,
    satisfaction: str = "",
    with_what: str = "",
    suggestion: str = "",
    view: str = "",
    note: str = "",
    time_agreed: bool = False,
) -> ReturnVisit:
    """Note one attempt; a visit that reached the customer is complete and goes on 《回访记录表》 (S04, R023).

    Refused: outside calling hours or in the midday rest unless the customer agreed the time (R024), again within four hours,
    after three attempts, and when the customer does not want to be contacted – unless the customer asked for it.
    """
    site = under_lock(warranty.project)
    here = Warranty.objects.get(pk=warranty.pk)
    kind, channel = VisitKind(kind), Channel(channel)
    if kind == VisitKind.LOW_SCORE:
        _must_be_neutral(site, by)
    earlier = list(here.visits.filter(kind=kind))
    if any(visit.reached for visit in earlier):
        raise Refused(_("This return visit has been made."))
    if len(earlier) >= ATTEMPTS:
        raise Refused(_("Three attempts were made; more would disturb the customer."))
    if site.customer.do_not_contact and not time_agreed:
        raise Refused(_("The customer does not want to be contacted."))
    if earlier and at - earlier[0].at < BETWEEN:
        raise Refused(_("The last attempt is less than four hours ago."))
    if channel in (Channel.PHONE, Channel.DOOR) and not time_agreed:
        require_awake(at)
    if reached:
        require_complete(satisfaction, with_what)
    visit = ReturnVisit(
        warranty=here, store=site.store, kind=kind, attempt=len(earlier) + 1, channel=channel, reached=reached,
        time_agreed=time_agreed, satisfaction=satisfaction if reached else "", with_what=with_what.strip()[:500] if reached else "",
        suggestion=suggestion.strip()[:500], view=view.strip()[:500], note=note.strip()[:500], by=by, at=at,
    )  # fmt: skip
    if reached:
        visit.paper = papers.issue(
            sheets.S04, dossier=site.dossier, store=site.store, content=_sheet(site, here, visit), by=by, at=at
        )
    visit.save()
    if reached or visit.attempt == ATTEMPTS:
        clocks.stop(deadlines.VISITS[kind], site.ref, at=at, by=by)
        if kind == VisitKind.LOW_SCORE:
            note_called(site, at=at)
    if visit.paper is not None and visit.satisfaction == Satisfaction.DISSATISFIED and kind != VisitKind.LOW_SCORE:
        open_low(site, paper=visit.paper, source=LowSource.VISIT, says=visit.with_what, category="other", by=by, at=at)
    audit.record(
        site.dossier,
        "aftersales.return_visit",
        by=by,
        at=at,
        paper=visit.paper,
        visit=kind.value,
        attempt=visit.attempt,
        reached=reached,
    )
    return visit


def require_complete(satisfaction: str, with_what: str) -> None:
    """Whoever was reached is on record completely (R023)."""
    missing = []
    if satisfaction not in Satisfaction.values:
        missing.append(Missing(_("How satisfied the customer is has not been noted."), posts.CS_OFFICER))
    elif satisfaction != Satisfaction.SATISFIED and not with_what.strip():
        missing.append(Missing(_("With what the customer is not satisfied has not been noted."), posts.CS_OFFICER))
    if missing:
        raise Refused(_("The record is not complete: {count} missing.").format(count=len(missing)), missing)


def _must_be_neutral(site: Any, by: Any) -> None:
    """About a bad answer nobody calls whom it names, or who serves the customer."""
    if LowScore.objects.filter(project=site, source=LowSource.EVALUATION, about__person=by).exists():
        raise Refused(_("Whom the answer is about does not call about it."))
    require_neutral(site, by)


def _sheet(site: Any, warranty: Warranty, visit: ReturnVisit) -> sheets.VisitSheet:
    return sheets.VisitSheet(
        place=sheets.Place.of(site), kind=KINDS[visit.kind], accepted_on=warranty.starts_on, channel=CHANNELS[visit.channel],
        attempt=visit.attempt,
        visited_at=visit.at, satisfaction=SATISFACTIONS[visit.satisfaction], with_what=visit.with_what, suggestion=visit.suggestion,
        view=visit.view, note=visit.note, officer=str(visit.by), time_agreed=visit.time_agreed,
    )  # fmt: skip
