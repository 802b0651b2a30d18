"""The commission of a site supervisor: registered on the settled sum, approved and so filed by another (P39, Q43)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, clocks
from core.money import yuan
from core.refusals import Missing, Refused
from projects.choices import Stage
from projects.deadlines_settling import COMMISSION_APPROVAL
from projects.models import Project, SupervisorCommission
from projects.services.site import locked, need_reason
from projects.services.stages import start_clock
from staff import posts
from staff.selectors import holder

SETTLED = (Stage.SETTLED, Stage.UNDER_WARRANTY, Stage.CLOSED)


@transaction.atomic
def register_commission(project: Project, *, percent: Decimal, note: str = "", by: Any, at: datetime) -> SupervisorCommission:
    """The commission on what was settled with the customer, changes included; one a site, in the month in which it is registered."""
    site = locked(project, at)
    if site.stage not in SETTLED:
        raise Refused(_("A commission belongs to a settled site."), [Missing(_("The site is not settled yet."), posts.PROJECT_MANAGER, "G17")])
    if site.supervisor is None:
        raise Refused(_("The site has no supervisor."))
    if site.supervisor_id == by.pk:
        raise Refused(_("Nobody registers his own commission."))
    if not 0 < percent <= 100:
        raise Refused(_("A percentage lies between nought and a hundred."))
    if site.supervisorcommissions.filter(withdrawn_at__isnull=True).exists():
        raise Refused(_("The commission of this site is registered already."))
    base = site.money.owed
    amount = yuan(base * percent / 100)
    if amount <= 0:
        raise Refused(_("Say how much."))
    made = SupervisorCommission.objects.create(
        project=site, store=site.store, supervisor=site.supervisor, month=timezone.localtime(at).date().replace(day=1), base=base, percent=percent,
        amount=amount, note=note.strip(), by=by, at=at,
    )  # fmt: skip
    start_clock(
        COMMISSION_APPROVAL, site, key=_key(made), at=at, owner=holder(posts.ENGINEERING_MANAGER, site.store, by.pk), about=str(site.supervisor),
        link=f"/projects/{site.ref}/commissions/",
    )  # fmt: skip
    audit.record(site.dossier, "projects.commission_registered", by=by, at=at, supervisor=str(site.supervisor))
    return made


@transaction.atomic
def approve_commission(commission: SupervisorCommission, *, by: Any, at: datetime) -> SupervisorCommission:
    """A second person approves; from then on it is filed and stays as it is."""
    site, row = _locked(commission, at)
    if row.approved_at is not None:
        raise Refused(_("This commission is approved already."))
    if by.pk in (row.by_id, row.supervisor_id):
        raise Refused(_("A commission is approved by a second person."))
    row.approved_at, row.approved_by = at, by
    row.save(update_fields=["approved_at", "approved_by"])
    clocks.stop(COMMISSION_APPROVAL, _key(row), at=at, by=by)
    audit.record(site.dossier, "projects.commission_approved", by=by, at=at, supervisor=str(row.supervisor))
    return row


@transaction.atomic
def withdraw_commission(commission: SupervisorCommission, *, reason: str, by: Any, at: datetime) -> SupervisorCommission:
    """It was registered wrongly: it counts no more, with the reason, and may be registered anew."""
    site, row = _locked(commission, at)
    need_reason(reason)
    if row.supervisor_id == by.pk:
        raise Refused(_("Nobody changes his own commission."))
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = at, by, reason.strip()[:300]
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    clocks.stop(COMMISSION_APPROVAL, _key(row), at=at, by=by)
    audit.record(site.dossier, "projects.commission_withdrawn", by=by, at=at, supervisor=str(row.supervisor), reason=row.withdrawn_because)
    return row


def _locked(commission: SupervisorCommission, at: datetime) -> tuple[Project, SupervisorCommission]:
    site = locked(commission.project, at)
    row = SupervisorCommission.objects.select_for_update(no_key=True, of=("self",)).select_related("supervisor", "project").get(pk=commission.pk)
    if row.withdrawn_at is not None:
        raise Refused(_("This is withdrawn already."))
    return site, row


def _key(row: SupervisorCommission) -> str:
    return f"{row.project.ref}/commission/{row.pk}"


__all__ = ["SETTLED", "approve_commission", "register_commission", "withdraw_commission"]
