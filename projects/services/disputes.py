"""A customer disputes a line of a settlement: it is answered, and a next version is made, which says what has changed and is signed instead.

The first version stays readable: superseded, numbered, frozen.  A disputed version is signed by nobody (the database holds that).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core import audit, clocks, papers
from core.models import Paper
from core.refusals import Missing, Refused
from projects import deadlines_days
from projects.choices import SettlementKind
from projects.choices_days import DisputedLine, DisputeOutcome
from projects.models import ChangeOrder, DisputePhoto, Instalment, Project, Settlement, SettlementDispute
from projects.papers import Difference, DisputeSaid, SettlementContent
from projects.services.site import kept, locked
from projects.services.stages import start_clock
from staff import posts

MOST_PHOTOS = 6


@transaction.atomic
def dispute_settlement(
    settlement: Settlement, *, line: str, words: str, by: Any, at: datetime, instalment: Instalment | None = None, change: ChangeOrder | None = None,
    photos: Sequence[Any] = (),
) -> SettlementDispute:  # fmt: skip
    """The customer does not agree with a line, in the customer's own words, with photos if there are any."""
    site, row, paper = _locked(settlement, at)
    if paper.state != Paper.State.ISSUED:
        raise Refused(_("Only a settlement that waits for signatures is disputed."))
    if paper.signatures.filter(role="customer").exists():
        raise Refused(_("The customer has signed this settlement."))
    if not words.strip():
        raise Refused(_("Write down what the customer says."))
    named = (line == DisputedLine.CHANGE) == (change is not None) and (line == DisputedLine.INSTALMENT) == (instalment is not None)
    if line not in DisputedLine.values or not named:
        raise Refused(_("Say which line it is."))
    if change is not None and change.seq not in [said["seq"] for said in row.lines]:
        raise Refused(_("This change does not stand in the settlement."))
    if instalment is not None and instalment.contract_id != site.contract.pk:
        raise Refused(_("Say which line it is."))
    if len(photos) > MOST_PHOTOS:
        raise Refused(_("At most {count} photos.").format(count=MOST_PHOTOS))
    made = SettlementDispute.objects.create(
        project=site, store=site.store, settlement=row, line=line, instalment=instalment, change=change, words=words.strip(), by=by, at=at
    )
    _take_off_the_table(row, by=by, at=at)
    for photo in photos:
        DisputePhoto.objects.create(dispute=made, attachment=kept(photo, site, by=by, at=at, caption=_("Photo of a dispute")))
    clocks.cancel(deadlines_days.SECOND_VERSION, _version_key(site, row), at=at, by=by)
    start_clock(
        deadlines_days.DISPUTE, site, key=f"{site.ref}/dispute/{made.pk}", at=at, owner=site.project_manager,
        link=f"/projects/{site.ref}/settlements/{row.pk}/disputes/",
    )  # fmt: skip
    audit.record(site.dossier, "projects.settlement_disputed", by=by, at=at, paper=paper, words=made.words[:200], line=line_of(made))
    return made


def _take_off_the_table(settlement: Settlement, *, by: Any, at: datetime) -> None:
    """Nobody is asked to sign this version or its companion any more: their papers say so, before a hand is drawn in vain."""
    reason = _("The customer disputes this settlement; it is signed in its next version.")
    twins = Settlement.objects.filter(instalment=settlement.instalment_id, version=settlement.version)
    waiting = Paper.objects.filter(pk__in=twins.values("paper"), state=Paper.State.ISSUED, stale_at__isnull=True)
    for paper in list(waiting.select_for_update(no_key=True, of=("self",)).select_related("dossier").order_by("pk")):
        papers.mark_stale(paper, reason=reason, by=by, at=at)


@transaction.atomic
def answer_dispute(dispute: SettlementDispute, *, outcome: str, answer: str, by: Any, at: datetime) -> SettlementDispute:
    """What the company says to it; when all are answered, the next version is due."""
    site, settlement, paper = _locked(dispute.settlement, at)
    row = SettlementDispute.objects.select_for_update(no_key=True, of=("self",)).select_related("change", "instalment").get(pk=dispute.pk)
    row.project, row.settlement = site, settlement
    if row.answered_at is not None:
        raise Refused(_("This dispute is answered already."))
    if outcome not in DisputeOutcome.values or not answer.strip():
        raise Refused(_("Say what the answer is."))
    row.outcome, row.answer, row.answered_at, row.answered_by = outcome, answer.strip(), at, by
    row.save(update_fields=["outcome", "answer", "answered_at", "answered_by"])
    clocks.stop(deadlines_days.DISPUTE, f"{site.ref}/dispute/{row.pk}", at=at, by=by)
    if not settlement.disputes.filter(answered_at__isnull=True).exists():
        start_clock(
            deadlines_days.SECOND_VERSION, site, key=_version_key(site, settlement), at=at, owner=site.project_manager,
            link=f"/projects/{site.ref}/settlements/",
        )  # fmt: skip
    audit.record(site.dossier, "projects.dispute_answered", by=by, at=at, paper=paper, answer=row.answer[:200], outcome=outcome)
    return row


def gaps_of(site: Project, kind: str) -> list[Missing]:
    """Disputes of the settlement that waits to be made anew: each is answered first."""
    kinds = (SettlementKind.FINAL,) if kind == SettlementKind.FINAL else (SettlementKind.MIDTERM, SettlementKind.CHANGE)
    rows = SettlementDispute.objects.filter(project=site, settlement__kind__in=kinds, answered_at__isnull=True).select_related("settlement")
    return [
        Missing(
            _("The customer's dispute is not answered: {words}").format(words=row.words[:40]), posts.PROJECT_MANAGER, "G16" if kind != "final" else "G17",
            f"/projects/{site.ref}/settlements/{row.settlement_id}/disputes/",
        )
        for row in rows.order_by("id")
    ]  # fmt: skip


def is_disputed(settlement: Settlement) -> bool:
    """This version, or its companion of the same moment, is disputed: only its next version is signed."""
    twins = Settlement.objects.filter(instalment=settlement.instalment_id, version=settlement.version)
    return SettlementDispute.objects.filter(settlement__in=twins).exists()


def next_version(site: Project, kind: str, made: SettlementContent) -> SettlementContent:
    """The content with its version, what has changed since the one before, and what the customer had disputed."""
    last = Settlement.objects.select_related("paper").filter(project=site, kind=kind).order_by("-version").first()
    if last is None:
        return made
    twins = Settlement.objects.filter(instalment=last.instalment_id, version=last.version)
    rows = SettlementDispute.objects.filter(settlement__in=twins).select_related("change", "instalment").order_by("id")
    with translation.override("zh-hans"):
        said = [DisputeSaid(line_of(row), row.words, str(DisputeOutcome(row.outcome).label), row.answer) for row in rows if row.outcome]
    return replace(made, version=last.version + 1, previous=last.paper.ref, differences=differences(last.paper.body, made), disputes=said)


def differences(before: dict[str, Any], made: SettlementContent) -> list[Difference]:
    """The figures that are not the same, side by side; nothing is left out, nothing is repeated."""
    figures = (
        ("合同应付", "contract_due"), ("此前增减", "changes_before"), ("本次增减", "changes_total"), ("已付", "paid"), ("预收余额", "credit"),
        ("应付", "balance"),
    )  # fmt: skip
    old = {int(row["seq"]): row for row in before["changes"]}
    new = {row.seq: row for row in made.changes}
    found = [
        Difference(f"第 {seq} 次变更　{(new[seq].wish if seq in new else old[seq]['wish'])[:24]}", _money(old[seq]["amount"] if seq in old else None),
                   _money(new[seq].amount if seq in new else None))
        for seq in sorted({*old, *new})
        if (Decimal(old[seq]["amount"]) if seq in old else None) != (new[seq].amount if seq in new else None)
    ]  # fmt: skip
    pairs = [(says, Decimal(before[name]), getattr(made, name)) for says, name in figures]
    return found + [Difference(says, _money(old_sum), _money(new_sum)) for says, old_sum, new_sum in pairs if old_sum != new_sum]


def line_of(row: SettlementDispute) -> str:
    """Which line, in words."""
    if row.change is not None:
        return f"{row.change.seq}. {row.change.wish[:40]}"
    return row.instalment.name if row.instalment is not None else str(DisputedLine(row.line).label)


def stop_version_clock(site: Project, kind: str, *, at: datetime, by: Any) -> None:
    """The next version is made."""
    kinds = (SettlementKind.FINAL,) if kind == SettlementKind.FINAL else (SettlementKind.MIDTERM, SettlementKind.CHANGE)
    for each in kinds:
        clocks.stop(deadlines_days.SECOND_VERSION, f"{site.ref}/version/{each}", at=at, by=by)


def _version_key(site: Project, settlement: Settlement) -> str:
    return f"{site.ref}/version/{settlement.kind}"


def _money(value: Any) -> str:
    return "—" if value is None else f"{'−' if Decimal(value) < 0 else ''}¥{abs(Decimal(value)):,.2f}"


def _locked(settlement: Settlement, at: datetime) -> tuple[Project, Settlement, Paper]:
    site = locked(settlement.project, at)
    row = Settlement.objects.select_related("instalment").get(pk=settlement.pk)
    row.project = site
    paper = Paper.objects.select_for_update(no_key=True).select_related("dossier").get(pk=row.paper_id)  # nobody signs it meanwhile
    return site, row, paper


__all__ = ["answer_dispute", "differences", "dispute_settlement", "gaps_of", "is_disputed", "line_of", "next_version", "stop_version_clock"]
