"""Quality tracking after delivery (P50): customer service asks how the work holds, by trade, and when it is looked at again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales import deadlines_slips as deadlines
from aftersales.choices_repairs import Trade
from aftersales.choices_slips import Seen, TrackWay
from aftersales.models import QualityTrack, TrackPoint
from aftersales.services.sites import in_force, line_of, link_of
from core import audit, clocks
from core.calendar import evening
from core.refusals import Refused
from leads.care import require_awake
from projects.models import Project
from projects.services.site import under_lock

COVERED = timedelta(days=5 * 366)  # as long as any part is


@transaction.atomic
def track_quality(
    project: Project, *, way: str, says: str, points: Mapping[str, tuple[str, str]], by: Any, at: datetime, again_on: date | None = None,
    time_agreed: bool = False,
) -> QualityTrack:  # fmt: skip
    """Note how a delivered home holds (P50): at least one trade is asked about; what is not well says how and when it is looked at again.

    On the phone not in the customer's rest (R024) unless the time was agreed.  A fault becomes a repair by its own verb.
    """
    site = under_lock(project)
    here = in_force(site)
    if not says.strip():
        raise Refused(_("Write down what the owner says."))
    if not points:
        raise Refused(_("Ask about at least one trade."))
    rows = [(Trade(trade), Seen(seen), note.strip()[:200]) for trade, (seen, note) in points.items()]
    for trade, seen, note in rows:
        if seen != Seen.GOOD and not note:
            raise Refused(_("{trade}: say what is not well.").format(trade=trade.label))
    if any(seen != Seen.GOOD for _trade, seen, _note in rows) and again_on is None:
        raise Refused(_("What is not well is looked at again: name the day."))
    if again_on is not None:
        clocks.not_too_far(again_on, at=at, most=COVERED)
    if again_on is not None and again_on <= timezone.localtime(at).date():
        raise Refused(_("It is looked at again on a later day."))
    if TrackWay(way) == TrackWay.PHONE and not time_agreed:
        require_awake(at)
    seq = (QualityTrack.objects.filter(warranty=here).aggregate(last=Max("seq"))["last"] or 0) + 1
    made = QualityTrack.objects.create(
        warranty=here, store=here.store, seq=seq, way=TrackWay(way), says=says.strip()[:600], again_on=again_on, by=by, at=at
    )
    TrackPoint.objects.bulk_create(TrackPoint(track=made, trade=trade, seen=seen, note=note) for trade, seen, note in rows)
    clocks.stop(deadlines.TRACK_AGAIN, site.ref, at=at, by=by)
    if again_on is not None:
        clocks.start(
            deadlines.TRACK_AGAIN, dossier=site.dossier, key=site.ref, owner=by, at=at, due_at=evening(again_on), line=line_of(site),
            link=link_of(site, "site-tracks"),
        )  # fmt: skip
    bad = [trade.value for trade, seen, _note in rows if seen != Seen.GOOD]
    audit.record(site.dossier, "aftersales.quality_tracked", by=by, at=at, says=made.says[:200], trades=bad, again_on=again_on)
    return made


__all__ = ["track_quality"]
