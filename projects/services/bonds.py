"""Bonds and insurances of a site (P42): asked for until a day, filed with their validity, renewed or ended."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import audit, clocks
from core.calendar import evening
from core.money import yuan
from core.refusals import Refused
from projects.choices import Stage
from projects.choices_bonds import BondKind
from projects.deadlines_bonds import BOND_DUE, BOND_ENDS
from projects.models import Bond, Project
from projects.services.site import kept, locked, need_reason
from staff import posts
from staff.selectors import holder


@transaction.atomic
def ask_bond(project: Project, *, kind: str, due_on: date, by: Any, at: datetime, what: str = "", renews: Bond | None = None) -> Bond:
    """The contract asks for a bond or an insurance until a day; one that is in force is renewed by the next (P42)."""
    site = locked(project, at)
    if site.stage in (Stage.CANCELLED, Stage.CLOSED):
        raise Refused(_("This is not done while the site is at “{stage}”.").format(stage=Stage(site.stage).label))
    if renews is not None and (renews.project_id != site.pk or renews.kind != kind or renews.filed_at is None):
        raise Refused(_("A bond is renewed by one of its own site and kind."))
    if renews is not None and Bond.objects.filter(renews=renews).exists():
        raise Refused(_("This bond has been renewed."))
    made = Bond.objects.create(project=site, store=site.store, kind=BondKind(kind), due_on=due_on, what=what.strip()[:200], renews=renews, by=by, at=at)
    _start(BOND_DUE, made, site, at=at, due_on=due_on)
    audit.record(site.dossier, "projects.bond_asked", by=by, at=at, bond=made.kind, due_on=due_on)
    return made


@transaction.atomic
def file_bond(
    bond: Bond, *, issuer: str, number: str, valid_from: date, valid_until: date, scan: Any, by: Any, at: datetime, amount: Decimal | None = None
) -> Bond:
    """File the paper that the bank or the insurer issued, with its validity; we record it and print none of our own (P42)."""
    site, here = _locked(bond, at)
    if here.filed_at is not None:
        raise Refused(_("This bond is filed."))
    if not issuer.strip() or not number.strip():
        raise Refused(_("Say who issued it and its number."))
    if valid_until < valid_from:
        raise Refused(_("It ends before it begins."))
    if valid_until < timezone.localtime(at).date():
        raise Refused(_("This bond is no longer in force."))
    clocks.not_too_far(valid_until, at=at)
    if amount is not None and yuan(amount) <= 0:
        raise Refused(_("Say how much."))
    if scan is None:
        raise Refused(_("Take a photo or scan of it."))
    here.scan = kept(scan, site, by=by, at=at, caption=str(BondKind(here.kind).label))
    here.issuer, here.number, here.amount = issuer.strip()[:80], number.strip()[:60], yuan(amount) if amount is not None else None
    here.valid_from, here.valid_until, here.filed_at, here.filed_by = valid_from, valid_until, at, by
    here.save(update_fields=["scan", "issuer", "number", "amount", "valid_from", "valid_until", "filed_at", "filed_by"])
    clocks.stop(BOND_DUE, _key(here), at=at, by=by)
    if here.renews_id is not None:
        clocks.stop(BOND_ENDS, f"bond:{here.renews_id}", at=at, by=by)
    _start(BOND_ENDS, here, site, at=at, due_on=valid_until)
    audit.record(site.dossier, "projects.bond_filed", by=by, at=at, bond=here.kind, number=here.number, until=valid_until)
    return here


@transaction.atomic
def end_bond(bond: Bond, *, reason: str, by: Any, at: datetime) -> Bond:
    """It was given back, or is not asked for any more; with the reason."""
    site, here = _locked(bond, at)
    need_reason(reason)
    here.ended_at, here.ended_by, here.ended_because = at, by, reason.strip()[:300]
    here.save(update_fields=["ended_at", "ended_by", "ended_because"])
    for clock in (BOND_DUE, BOND_ENDS):
        clocks.stop(clock, _key(here), at=at, by=by)
    audit.record(site.dossier, "projects.bond_ended", by=by, at=at, bond=here.kind, number=here.number, reason=here.ended_because)
    return here


def take_up_bonds(site: Project, *, at: datetime) -> None:
    """A cancelled site goes on: what is still asked for is filed, what is in force is renewed, on the days that were named before."""
    for bond in site.bonds.filter(ended_at__isnull=True).exclude(renewed_by__filed_at__isnull=False).order_by("pk"):
        _start(BOND_DUE if bond.valid_until is None else BOND_ENDS, bond, site, at=at, due_on=bond.valid_until or bond.due_on)


def _locked(bond: Bond, at: datetime) -> tuple[Project, Bond]:
    site = locked(bond.project, at)
    here = Bond.objects.select_for_update(no_key=True, of=("self",)).get(pk=bond.pk)
    if here.ended_at is not None:
        raise Refused(_("This bond has ended."))
    return site, here


def _key(bond: Bond) -> str:
    return f"bond:{bond.pk}"


def _start(clock: clocks.Clock, bond: Bond, site: Project, *, at: datetime, due_on: date) -> None:
    owner = holder(posts.ENGINEERING_ASSISTANT, site.store) or site.supervisor or site.project_manager
    with override("zh-hans"):
        kind = str(BondKind(bond.kind).label)
    clocks.start(
        clock, dossier=site.dossier, key=_key(bond), owner=owner, at=at, due_at=max(evening(due_on), at),
        line=f"{kind} · {site.customer_name} · {site.address}", link=reverse("projects:bonds", args=[site.ref]),
    )  # fmt: skip


__all__ = ["ask_bond", "end_bond", "file_bond", "take_up_bonds"]
