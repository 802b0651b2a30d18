"""Walks through a site: order, hygiene, safety (I21, I22, I30); what is not in order becomes a rectification, nothing is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.refusals import Missing, Refused
from inspections.choices_order import Found, OrderKind
from inspections.models import Finding, RectificationPlan, SiteOrderCheck, SiteOrderResult
from inspections.order_data import ConductItem, items_of
from inspections.services.defects import PATROLLED, raise_all
from inspections.services.evidence import next_number
from projects.choices import Stage
from projects.models import Project
from projects.services.site import under_lock


@dataclass(frozen=True)
class Looked:
    """How one item was found; a fault carries words and, where the item asks for one, a photo."""

    code: str
    found: str
    note: str = ""
    photos: Sequence[Any] = ()


@transaction.atomic
def walk_site(
    project: Project, *, kind: str, looked: Sequence[Looked], by: Any, at: datetime, note: str = ""
) -> SiteOrderCheck:
    """Record a walk: every item of the sheet, its score, and a rectification for each fault (I14).

    Refused, all at once: an item without an answer, a fault without words or without the photo that its item asks for, an item left out without a reason.
    """
    site = under_lock(project)
    if site.stage not in (Stage.DISCLOSED, *PATROLLED):
        raise Refused(_("Nobody works here in the stage “{stage}”.").format(stage=Stage(site.stage).label))
    said = {row.code: row for row in looked}
    items = items_of(OrderKind(kind))
    missing = [gap for item in items for gap in _gaps(item, said.get(item.code))]
    if missing:
        raise Refused(_("The walk cannot be recorded yet: {count} missing.").format(count=len(missing)), missing)
    asked = [item for item in items if said[item.code].found != Found.NOT_APPLICABLE]
    if not asked:
        raise Refused(_("Nothing was looked at."))
    made = SiteOrderCheck.objects.create(
        project=site, store=site.store, number=next_number(SiteOrderCheck, site), kind=kind, asked=sum(i.points for i in asked),
        kept=sum(i.points for i in asked if said[i.code].found == Found.OK), note=note.strip()[:500], by=by, at=at,
    )  # fmt: skip
    SiteOrderResult.objects.bulk_create(
        SiteOrderResult(
            order_check=made, seq=seq, code=item.code, zh=item.zh, en=item.en, level=item.level, points=item.points, seen=said[item.code].found,
            note=said[item.code].note.strip()[:300],
        )
        for seq, item in enumerate(items, start=1)
    )  # fmt: skip
    faults = [item for item in asked if said[item.code].found == Found.FAULT]
    raise_all(
        site,
        [
            Finding(
                project=site, store=site.store, order_check=made, item_code=item.code, severity=item.severity,
                text=f"{item.zh}：{said[item.code].note.strip()}"[:500], by=by, at=at,
            )
            for item in faults
        ],
        source=f"现场检查 {made.number}", by=by, at=at, pictures=[said[item.code].photos for item in faults],
    )  # fmt: skip
    audit.record(
        site.dossier,
        "inspections.site_walked",
        by=by,
        at=at,
        number=made.number,
        walk=kind,
        score=made.score,
        faults=len(faults),
    )
    return made


def _gaps(item: ConductItem, row: Looked | None) -> list[Missing]:
    name = f"{item.code} {item.title}"
    if row is None or row.found not in Found.values:
        return [Missing(_("{item}: not looked at yet.").format(item=name))]
    found = []
    if row.found != Found.OK and not row.note.strip():
        words = (
            _("{item}: what is wrong has not been said.")
            if row.found == Found.FAULT
            else _("{item}: why it does not apply has not been said.")
        )
        found.append(Missing(words.format(item=name)))
    if row.found == Found.FAULT and item.photo and not row.photos:
        found.append(Missing(_("{item}: there is no photo.").format(item=name)))
    return found


@transaction.atomic
def plan_rectification(rectification: Any, *, text: str, done_by: str, by: Any, at: datetime) -> RectificationPlan:
    """The project manager says how a fault is put right and who of the crew does it (I14: from the project manager to the crew leader)."""
    site = under_lock(rectification.project)
    here = type(rectification).objects.select_for_update(no_key=True, of=("self",)).get(pk=rectification.pk)
    if here.state == "accepted":
        raise Refused(_("This fault is put right."))
    if not text.strip() or not done_by.strip():
        raise Refused(_("Say how it is put right, and by whom."))
    made = RectificationPlan.objects.create(
        rectification=here, text=text.strip()[:500], done_by=done_by.strip()[:60], by=by, at=at
    )
    audit.record(
        site.dossier,
        "inspections.rectification_planned",
        by=by,
        at=at,
        number=here.number,
        text=made.text,
        done_by=made.done_by,
    )
    return made
