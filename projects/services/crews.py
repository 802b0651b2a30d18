"""Crews, their contracts, who works on which site, the foreman's price, the works notice (P16–P18, P38)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import attachments, audit, papers
from core.models import Notice, Paper
from core.money import CENT, yuan
from core.refusals import Missing, Refused
from projects import content_preparation as content
from projects.choices import BEFORE_WORK, UNFINISHED, WORKING, Milestone
from projects.choices_settling import EARNED_BY
from projects.models import (
    Crew,
    CrewAssignment,
    CrewMember,
    ForemanInstalment,
    ForemanPrice,
    LabourContract,
    Project,
    WorksNotice,
)
from projects.papers_preparation import P16
from projects.services.site import locked, refuse_unless
from staff import posts
from staff.models import User


def _tidy(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(name.strip() for name in names if name.strip()))


@transaction.atomic
def add_crew(store: Any, *, name: str, leader: str, trades: Sequence[str], phone: str = "", by: Any, at: datetime) -> Crew:
    """A crew of the store: who leads it, which trades (P17)."""
    if not name.strip() or not leader.strip() or not _tidy(trades):
        raise Refused(_("A crew has a name, a leader and a trade."))
    if Crew.objects.filter(store=store, name=name.strip()).exists():
        raise Refused(_("A crew of this name is known already."))
    return Crew.objects.create(store=store, name=name.strip(), leader=leader.strip(), trades=_tidy(trades), phone=phone.strip(), by=by, at=at)


@transaction.atomic
def add_crew_member(crew: Crew, *, name: str, trade: str, by: Any, at: datetime) -> CrewMember:
    row = Crew.objects.select_for_update(no_key=True).get(pk=crew.pk)
    if not name.strip() or not trade.strip():
        raise Refused(_("Say who it is, and the trade."))
    if row.members.filter(name=name.strip(), left_on__isnull=True).exists():
        raise Refused(_("This person is in the crew already."))
    return CrewMember.objects.create(crew=row, name=name.strip(), trade=trade.strip(), by=by, at=at)


@transaction.atomic
def end_crew_member(member: CrewMember, *, on: date, by: Any, at: datetime) -> CrewMember:
    row = CrewMember.objects.select_for_update(no_key=True).get(pk=member.pk)
    if row.left_on is not None:
        raise Refused(_("This person has left the crew already."))
    row.left_on = on
    row.save(update_fields=["left_on"])
    return row


@transaction.atomic
def file_labour_contract(crew: Crew, *, number: str, signed_on: date, until_on: date, by: Any, at: datetime, scan: Any = None) -> LabourContract:
    """The labour contract with a crew, kept for reference by the assistant; its scan lies in the store's own file (P18)."""
    row = Crew.objects.select_for_update(no_key=True, of=("self",)).select_related("store__dossier").get(pk=crew.pk)
    if not number.strip() or until_on <= signed_on:
        raise Refused(_("A labour contract has a number and ends after it was signed."))
    if row.contracts.filter(number=number.strip()).exists():
        raise Refused(_("This contract is filed already."))
    dossier: Any = row.store.dossier
    kept = attachments.keep(scan, dossier=dossier, by=by, at=at, caption=f"{row.name} {number.strip()}") if scan is not None else None
    return LabourContract.objects.create(crew=row, number=number.strip(), signed_on=signed_on, until_on=until_on, scan=kept, by=by, at=at)


@transaction.atomic
def assign_crew(project: Project, *, crew: Crew, trades: Sequence[str], from_on: date, by: Any, at: datetime) -> CrewAssignment:
    """Put a crew on a site (P17): it works under a labour contract (P18); customer service is told the same day (000:L189)."""
    site = locked(project, at)
    refuse_unless(site, (*BEFORE_WORK, *WORKING))
    row = Crew.objects.get(pk=crew.pk)
    if row.store_id != site.store_id or row.ended_on is not None:
        raise Refused(_("Choose a crew of this store."))
    gaps = []
    if not row.contracts.filter(signed_on__lte=from_on, until_on__gte=from_on).exists():
        gaps.append(Missing(_("No labour contract with {crew} is in force on that day.").format(crew=row.name), posts.ENGINEERING_ASSISTANT, "P18"))
    chosen = _tidy(trades)
    if not chosen or not set(chosen) <= set(row.trades):
        gaps.append(Missing(_("Trades that this crew does."), posts.ENGINEERING_MANAGER, "P17"))
    if gaps:
        raise Refused(_("The crew cannot be assigned yet."), gaps)
    if site.crews.filter(crew=row).exists():
        raise Refused(_("This crew is on the site already."))
    made = CrewAssignment.objects.create(project=site, store=site.store, crew=row, trades=chosen, from_on=from_on, told_on=site.on, by=by, at=at)
    officers = User.objects.filter(holdings__post=posts.CS_OFFICER, holdings__store=site.store, holdings__until__isnull=True, left_on__isnull=True).distinct()
    Notice.objects.bulk_create(
        Notice(
            user=officer, dossier=site.dossier, kind="projects.crew_assigned", line=f"{site.customer_name} · {row.name} · {'、'.join(chosen)}"[:300],
            link=f"/projects/{site.ref}/", at=at,
        )
        for officer in officers.order_by("pk")
    )  # fmt: skip
    audit.record(site.dossier, "projects.crew_assigned", by=by, at=at, crew=row.name, trades="、".join(chosen))
    return made


@dataclass(frozen=True)
class Part:
    """One instalment of the foreman's price."""

    milestone: str
    percent: Decimal


@transaction.atomic
def agree_foreman_price(project: Project, *, total: Decimal, parts: Sequence[Part], note: str = "", by: Any, at: datetime) -> ForemanPrice:
    """The engineering manager agrees a price with the foreman, in instalments by milestone (P38, 000:L30); a new agreement replaces the old."""
    site = locked(project, at)
    refuse_unless(site, UNFINISHED)
    if site.foreman is None:
        raise Refused(_("The site has no foreman yet."), [Missing(_("Not assigned: {role}.").format(role=_("Foreman")), posts.ENGINEERING_MANAGER, "S5")])
    if site.foreman_id == by.pk:
        raise Refused(_("Nobody agrees a price with himself."))
    if total <= 0:
        raise Refused(_("Say how much."))
    if not parts or sum(part.percent for part in parts) != 100 or any(part.percent <= 0 for part in parts):
        raise Refused(_("The percentages total 100."))
    if any(part.milestone not in EARNED_BY for part in parts):
        raise Refused(_("A foreman's instalment waits for work that passes."))
    if len({part.milestone for part in parts}) != len(parts):
        raise Refused(_("Each milestone stands once."))
    ForemanPrice.objects.filter(project=site, replaced_at__isnull=True).update(replaced_at=at)
    made = ForemanPrice.objects.create(project=site, store=site.store, foreman=site.foreman, total=yuan(total), note=note.strip(), by=by, at=at)
    amounts = [(made.total * part.percent / 100).quantize(CENT) for part in parts]
    amounts[-1] += made.total - sum(amounts)
    ForemanInstalment.objects.bulk_create(
        ForemanInstalment(price=made, seq=seq, milestone=Milestone(part.milestone), percent=part.percent, amount=amount)
        for seq, (part, amount) in enumerate(zip(parts, amounts, strict=True), start=1)
    )
    audit.record(site.dossier, "projects.foreman_price_agreed", by=by, at=at, foreman=str(site.foreman))
    return made


@transaction.atomic
def issue_works_notice(project: Project, *, by: Any, at: datetime) -> Paper:
    """The works notice (P16), printed at the disclosure: people, dates, crews, attachments; a later one replaces the earlier."""
    site = locked(project, at)
    refuse_unless(site, (*BEFORE_WORK, *WORKING))
    missing = [role for role in ("project_manager", "supervisor", "inspector", "foreman") if getattr(site, role) is None]
    if missing:
        raise Refused(
            _("The works notice cannot be issued yet."),
            [Missing(_("Assign project manager, supervisor, inspector and foreman."), posts.ENGINEERING_MANAGER, "S5")],
        )
    last = site.worksnotices.select_related("paper").order_by("-id").first()
    paper = papers.issue(
        P16, dossier=site.dossier, store=site.store, by=by, at=at, content=content.notice_content(site, list(site.crews.select_related("crew").order_by("id"))),
        replaces=last.paper if last and last.paper.state in ("issued", "signed", "sealed") else None,
    )  # fmt: skip
    WorksNotice.objects.create(project=site, store=site.store, paper=paper, by=by, at=at)
    audit.record(site.dossier, "projects.notice_issued", by=by, at=at, paper=paper)
    return paper
