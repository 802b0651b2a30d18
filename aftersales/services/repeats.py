"""The same kind of fault in the same home again: a signal about quality, raised when it is told, looked into by engineering."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales import deadlines_rounds as deadlines
from aftersales.choices_repairs import RepairState
from aftersales.models import RepairRequest, RepeatSignal
from aftersales.round_terms import survey_rules
from core import audit, clocks
from core.refusals import Refused
from projects.procedure import months_after
from staff import posts
from staff.selectors import holders


def note_repeat(repair: RepairRequest, *, line: str, by: Any, at: datetime) -> RepeatSignal | None:
    """The same kind of fault was told in this home within a year: the engineering manager finds out why; no verdict."""
    day = timezone.localtime(at).date()
    since = timezone.make_aware(datetime.combine(months_after(day, -survey_rules().repeat_months), time.min))
    earlier = RepairRequest.objects.filter(project=repair.project, category=repair.category, at__gte=since, pk__lt=repair.pk)
    found = list(earlier.exclude(state=RepairState.WITHDRAWN).order_by("-pk"))
    if not found:
        return None
    site = repair.project
    made = RepeatSignal.objects.create(repair=repair, store=repair.store, earlier=found[0], count=len(found) + 1, by=by, at=at)
    owner = next(iter(holders(posts.ENGINEERING_MANAGER, site.store)), None)
    clocks.start(deadlines.REPEAT, dossier=site.dossier, key=repair.ref, owner=owner, at=at, line=line, link=repair.get_absolute_url())
    audit.record(site.dossier, "aftersales.fault_again", by=by, at=at, ref=repair.ref, earlier=found[0].ref, count=made.count)
    return made


@transaction.atomic
def look_into_signal(signal: RepeatSignal, *, cause: str, by: Any, at: datetime) -> RepeatSignal:
    """Why the fault came again: a fact for training and for the checks; nobody is judged by it."""
    rows = RepeatSignal.objects.select_for_update(no_key=True, of=("self",)).select_related("repair__project__dossier")
    here = rows.get(pk=signal.pk)
    if here.looked_at is not None:
        raise Refused(_("The cause is noted already."))
    if not cause.strip():
        raise Refused(_("Say why the fault came again."))
    here.cause, here.looked_at, here.looked_by = cause.strip()[:400], at, by
    here.save(update_fields=["cause", "looked_at", "looked_by"])
    clocks.stop(deadlines.REPEAT, here.repair.ref, at=at, by=by)
    audit.record(here.repair.project.dossier, "aftersales.signal_looked_into", by=by, at=at, ref=here.repair.ref, cause=here.cause)
    return here


__all__ = ["look_into_signal", "note_repeat"]
