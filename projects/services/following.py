"""What follows from papers that were signed and facts that were deposited; may run any number of times (decision 28)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from core import audit, clocks
from core.calendar import evening
from core.models import Deadline, Dossier
from projects import deadlines, deadlines_days
from projects.choices import FOLLOWED, ChangeKind, SettlementKind, Stage
from projects.models import Allocation, Followed, Project
from projects.models.followed import behind, head_of
from projects.procedure import PROCEDURE
from projects.services.changes import due_on_of
from projects.services.contracts import note_signature
from projects.services.days import follow_stops
from projects.services.extensions import follow_extensions
from projects.services.money import _use_credit
from projects.services.property import follow_property
from projects.services.settling import follow_foremen, follow_settling, follow_settling_of, waiting_in_warranty
from projects.services.site import locked
from projects.services.stages import move, start_clock
from projects.services.stock import follow_stock
from projects.services.supplements import follow_supplements

REMIND_AGAIN = timedelta(days=7)


def follow(dossier: Dossier | None = None, *, at: datetime) -> int:
    """Look at one site, or at all of which something is new: note signatures, start and stop clocks, settle what is paid in full.

    Every date is the fact's own, never the moment of following; a second run writes nothing.  A site of which nothing was recorded
    since the last look, on the same day, is not locked.
    """
    if dossier is not None:
        rows = Project.objects.filter(dossier=dossier, stage__in=FOLLOWED)
        return sum(_follow(project, at) for project in rows) + follow_settling(dossier, at=at)
    watched = (Project.objects.filter(stage__in=FOLLOWED), waiting_in_warranty())
    news = [site for sites in watched for site in behind(sites, at=at).order_by("pk")]
    return follow_stock(at=at) + sum(_look(site, at) for site in news) + follow_foremen(at=at)


@transaction.atomic
def _look(project: Project, at: datetime) -> int:
    """Follow one site and note how far: the link that was the last before the look, so that nothing is missed that came during it."""
    site = locked(project, at)
    if not behind(Project.objects.filter(pk=site.pk), at=at).exists():  # another worker was here
        return 0
    seq = head_of(site)
    made = _follow_site(site, at) if site.stage in FOLLOWED else 0
    made += follow_settling_of(site, at=at)
    again = site.reminders.filter(at__gt=at - REMIND_AGAIN).aggregate(first=Min("at"))["first"]
    Followed.objects.update_or_create(
        project=site, defaults={"seq": seq, "on": timezone.localtime(at).date(), "again_at": again + REMIND_AGAIN if again else None}
    )
    return made


@transaction.atomic
def _follow(project: Project, at: datetime) -> int:
    return _follow_site(locked(project, at), at)


def _follow_site(site: Project, at: datetime) -> int:
    ours = Deadline.objects.filter(dossier=site.dossier, clock__startswith="projects.").values_list("clock", "key", "stopped_at")
    known = {(clock, key): stopped_at is None for clock, key, stopped_at in ours.order_by("id")}
    made = _contract(site, known)
    if site.contract.signed_at is None:
        return made
    made += follow_supplements(site, at=at)
    made += _changes(site)
    made += _settlements(site)
    made += follow_stops(site, at=at)
    running = {row for row, runs in known.items() if runs}
    made += _instalments(site, running, at)
    made += follow_property(site, running, at)
    made += _settled(site)
    return made


def _contract(site: Project, known: Mapping[tuple[str, str], bool]) -> int:
    """Both sides have signed: the hand-in clock runs from that moment."""
    fresh = note_signature(site)
    moment = site.contract.signed_at
    if moment is None:
        return 0
    clocks.stop(deadlines.CONTRACT_SIGNING, site.ref, at=moment)
    if (deadlines.CONTRACT_HAND_IN.id, site.ref) not in known and site.contract.handed_in_at is None:
        start_clock(deadlines.CONTRACT_HAND_IN, site, key=site.ref, at=moment, owner=site.customer_manager)
    if fresh:
        audit.record(site.dossier, "projects.contract_signed", by=None, at=moment, paper=site.contract.paper)
    return int(fresh)


def _changes(site: Project) -> int:
    """A signed change stops its clock and moves the day of completion; so does a signed extension (P26)."""
    made = follow_extensions(site)
    for change in site.change_list:
        if change.is_signed:
            made += clocks.stop(deadlines.CHANGE_PRICING, f"{site.ref}/{change.seq}", at=change.signed_at) is not None
    due_on = due_on_of(site)
    if due_on != site.due_on and due_on > site.starts_on:
        moved = due_on - site.due_on  # a pause has moved the clock already; that stays
        site.due_on = due_on
        site.save(update_fields=["due_on"])
        if clocks.is_open(deadlines.COMPLETION, site.ref):
            row = Deadline.objects.get(clock=deadlines.COMPLETION.id, key=site.ref, stopped_at__isnull=True)
            signed = (each.signed_at for each in (*site.change_list, *site.supplement_list, *site.extension_list) if each.is_signed)
            last = max(signed, default=row.started_at)
            clocks.agree(deadlines.COMPLETION, site.ref, due_at=max(row.due_at + moved, row.started_at), by=None, at=last)
        made += 1
    return made


def _settlements(site: Project) -> int:
    """Signed settlements stop their clocks."""
    made = 0
    middle, change, final = (site.settlement(kind) for kind in (SettlementKind.MIDTERM, SettlementKind.CHANGE, SettlementKind.FINAL))
    if site.settled(SettlementKind.MIDTERM) and site.settled(SettlementKind.CHANGE):
        made += clocks.stop(deadlines.MIDTERM_SETTLEMENT, site.ref, at=max(middle.signed_at, change.signed_at)) is not None
    if site.settled(SettlementKind.FINAL):
        made += clocks.stop(deadlines.FINAL_SETTLEMENT, site.ref, at=final.signed_at) is not None
    return made


def _instalments(site: Project, running: set[tuple[str, str]], at: datetime) -> int:
    """An instalment that has opened is due so many days later; credit pays it at once."""
    if used := _use_credit(site, at=at):
        audit.record(site.dossier, "projects.credit_used", by=None, at=at, amount=used)
    made = int(bool(used))
    for row in site.money.instalments:
        key = f"{site.ref}/{row.seq}"
        runs = (deadlines.INSTALMENT_DUE.id, key) in running
        if row.opened_at is None and runs:  # a check was taken back
            made += clocks.cancel(deadlines.INSTALMENT_DUE, key, at=at) is not None
        elif row.opened_at is not None and not row.is_paid and not runs:  # opened, or its payment was reversed
            start_clock(
                deadlines.INSTALMENT_DUE, site, key=key, at=row.opened_at, owner=site.supervisor or site.customer_manager, subject=row,
                link=f"/projects/{site.ref}/payments/",
            )  # fmt: skip
            made += 1
        elif row.is_paid and runs:
            made += clocks.stop(deadlines.INSTALMENT_DUE, key, at=_paid_at(row)) is not None
        made += _remind(site, row, (deadlines_days.PAYMENT_REMINDER.id, f"{key}/reminder") in running, at)
    return made


def _remind(site: Project, row: Any, runs: bool, at: datetime) -> int:
    """A late instalment is reminded of, and again a week after each reminder, until it is paid (P27, Q32)."""
    key = f"{site.ref}/{row.seq}/reminder"
    if not row.is_late(site.on):
        return int(runs and clocks.cancel(deadlines_days.PAYMENT_REMINDER, key, at=at) is not None)
    if runs:
        return 0
    last = site.reminders.filter(instalment_id=row.id).order_by("-at").values_list("at", flat=True).first()
    again = last + REMIND_AGAIN if last is not None else None
    if again is not None and again > at:
        return 0
    link = f"/projects/{site.ref}/reminders/"
    late = evening(row.due_on)
    start_clock(deadlines_days.PAYMENT_REMINDER, site, key=key, at=again or late, owner=site.supervisor or site.customer_manager, link=link, about=row.name)
    return 1


def _settled(site: Project) -> int:
    """Accepted, the final settlement signed and everything paid: the site is settled on the day of the last of them (G17, G18)."""
    if site.stage != Stage.ACCEPTED or PROCEDURE.missing(site, PROCEDURE.step(Stage.ACCEPTED, Stage.SETTLED)):
        return 0
    last, accepted = site.payments.order_by("-at", "-id").first(), site.stage_changes.order_by("-seq").first()
    assert last is not None and accepted is not None  # it stands at this stage, paid in full
    moment = max(last.at, site.settlement(SettlementKind.FINAL).signed_at, accepted.at)
    move(site, to=Stage.SETTLED, kind=ChangeKind.ADVANCE, by=last.by, at=moment)
    return 1


def _paid_at(row: Any) -> datetime:
    moment: datetime = Allocation.objects.filter(instalment_id=row.id).latest("at").at
    return moment
