"""Supplements to a signed contract, and corrections of one that nobody has signed yet.

A supplement is a paper of its own, numbered and signed by both sides.  It may move the dates, add terms and share the instalments
that are not due yet out anew; the sum of the contract is moved by change orders alone (LR-23).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clocks, papers, phones
from core.calendar import evening
from core.models import CompanyProfile, Paper
from core.money import CENT, ZERO, share, yuan
from core.refusals import Missing, Refused
from leads.models import Deposit
from projects import content, deadlines
from projects import terms as texts
from projects.accounts import InstalmentState
from projects.choices import UNFINISHED, KeyTerm, Milestone, Stage
from projects.models import Instalment, Project, Supplement
from projects.papers import P07
from projects.papers_contract import P51, PlanLine, SupplementContent
from projects.services.contracts import _plan, note_signature
from projects.services.site import copy_back, locked, refuse_unless
from projects.services.stages import start_clock
from staff import posts


@dataclass(frozen=True)
class Share:
    """One line of the payment table that is not due yet, as it shall be."""

    seq: int
    percent: Decimal
    due_days: int
    name: str = ""


@transaction.atomic
def issue_supplement(
    project: Project, *, reason: str, by: Any, at: datetime, terms: str = "", starts_on: date | None = None, due_on: date | None = None,
    plan: Sequence[Share] = (),
) -> Supplement:  # fmt: skip
    """Write a supplement; it counts when both sides have signed.  One waits at a time."""
    site = locked(project, at)
    note_signature(site)
    refuse_unless(site, (*UNFINISHED, Stage.PAUSED))
    if site.contract.signed_at is None or site.contract.signed_on is None:
        raise Refused(
            _("A contract that is not signed yet is corrected, not supplemented."),
            [Missing(_("The contract has not been signed by both sides."), posts.CUSTOMER_MANAGER, "G6")],
        )
    if not reason.strip():
        raise Refused(_("Say the reason."))
    if any(row.is_waiting for row in site.supplement_list):
        raise Refused(_("A supplement waits for its signatures; have it signed or withdraw it."))
    if starts_on == site.starts_on:
        starts_on = None
    if due_on == site.due_on:
        due_on = None
    if starts_on and site.started_on:
        raise Refused(_("The works have started already."))
    clocks.not_too_far(due_on or site.due_on, at=at)
    if (due_on or site.due_on) <= (starts_on or site.starts_on):
        raise Refused(_("The works end after they start."))
    lines = _shared(site, plan)
    if not (terms.strip() or starts_on or due_on or lines):
        raise Refused(_("A supplement changes something: a date, a term, or the payment table."))
    seq = len(site.supplement_list) + 1
    paper = papers.issue(
        P51, dossier=site.dossier, store=site.store, by=by, at=at,
        content=SupplementContent(
            place=content.place_of(site), contract=site.contract.paper.ref, signed_on=site.contract.signed_on, seq=seq, reason=reason.strip(),
            starts_on=starts_on, old_starts_on=site.starts_on, due_on=due_on, old_due_on=site.due_on, terms=terms.strip(), total=site.contract.total,
            lines=[
                PlanLine(
                    row.seq, row.name, row.amount, new["name"] if new else row.name, Decimal(new["amount"]) if new else row.amount,
                    Decimal(new["percent"]) if new else row.percent, int(new["due_days"]) if new else row.due_days,
                    content.WHEN[Milestone(row.milestone)], bool(new),
                )
                for row in site.money.instalments
                for new in [lines.get(row.seq)]
            ] if lines else [],
        ),
    )  # fmt: skip
    made = Supplement.objects.create(
        project=site, store=site.store, seq=seq, paper=paper, reason=reason.strip(), terms=terms.strip(), starts_on=starts_on, due_on=due_on,
        plan=list(lines.values()), by=by, at=at,
    )  # fmt: skip
    start_clock(deadlines.SUPPLEMENT, site, key=f"{site.ref}/supplement/{seq}", at=at, owner=site.customer_manager, link=f"/projects/{site.ref}/supplements/")
    audit.record(site.dossier, "projects.supplement_issued", by=by, at=at, paper=paper, seq=seq, reason=made.reason)
    return made


@transaction.atomic
def withdraw_supplement(supplement: Supplement, *, reason: str, by: Any, at: datetime) -> Supplement:
    """An unsigned supplement is withdrawn with a reason; its paper is void and keeps its number."""
    site = locked(supplement.project, at)
    row = Supplement.objects.select_for_update(no_key=True, of=("self",)).select_related("paper__dossier").get(pk=supplement.pk)
    paper = Paper.objects.select_for_update(no_key=True).select_related("dossier").get(pk=row.paper_id)  # nobody signs it meanwhile
    if row.withdrawn_at is not None:
        raise Refused(_("This supplement is withdrawn already."))
    if paper.is_signed:
        raise Refused(_("A signed supplement is not withdrawn; make another one."))
    if not reason.strip():
        raise Refused(_("Say the reason."))
    papers.void(paper, reason=reason, by=by, at=at)
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = at, by, reason.strip()
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    clocks.cancel(deadlines.SUPPLEMENT, f"{site.ref}/supplement/{row.seq}", at=at, by=by)
    audit.record(site.dossier, "projects.supplement_withdrawn", by=by, at=at, paper=paper, seq=row.seq, reason=row.withdrawn_because)
    return row


def follow_supplements(site: Project, *, at: datetime) -> int:
    """Signed supplements take effect once, in their order, from the moment of the last signature; the site is under lock."""
    made = 0
    for row in site.supplement_list:
        if not row.is_signed or row.applied_at is not None:
            continue
        moment = row.signed_at
        for line in row.plan:
            Instalment.objects.filter(pk=line["id"], contract=site.contract).update(
                name=line["name"], percent=Decimal(line["percent"]), amount=Decimal(line["amount"]), due_days=line["due_days"]
            )
        if row.starts_on is not None:
            site.starts_on = row.starts_on
            site.save(update_fields=["starts_on"])
            if clocks.is_open(deadlines.WORKS_START, site.ref):
                clocks.agree(deadlines.WORKS_START, site.ref, due_at=evening(row.starts_on), by=None, at=moment)
        row.applied_at = moment
        row.save(update_fields=["applied_at"])
        clocks.stop(deadlines.SUPPLEMENT, f"{site.ref}/supplement/{row.seq}", at=moment)
        audit.record(site.dossier, "projects.supplement_applied", by=None, at=moment, paper=row.paper, seq=row.seq)
        site.forget()
        made += 1
    return made


@transaction.atomic
def correct_contract(
    project: Project, *, reason: str, key_terms: Sequence[str], by: Any, at: datetime, plan: str = "", percents: Sequence[Decimal] | None = None,
    starts_on: date | None = None, due_on: date | None = None, signer: str = "", signer_phone: str = "", company_signer: Any = None,
) -> Project:  # fmt: skip
    """Before the first signature the payment table, the dates and who signs are corrected: a new contract paper replaces the old one.

    The sum stays; the key terms are confirmed one by one anew, for they say the new table and dates (LR-20).
    """
    site = locked(project, at)
    row = site.contract
    paper = Paper.objects.select_for_update(no_key=True).select_related("dossier").get(pk=row.paper_id)
    if paper.state != Paper.State.ISSUED or paper.signatures.exists():
        raise Refused(_("Somebody has signed; a signed contract is amended by a supplement."))
    if not reason.strip():
        raise Refused(_("Say the reason."))
    titles = {term.code: term.title for term in texts.contract_text().key_terms}
    open_terms = [Missing(_("Key term not confirmed: {title}.").format(title=titles[c]), "customer", "LR-20") for c in KeyTerm.values if c not in key_terms]
    if open_terms:
        raise Refused(_("The contract cannot be corrected yet: {count} missing.").format(count=len(open_terms)), open_terms)
    starts, ends = starts_on or row.starts_on, due_on or row.due_on
    clocks.not_too_far(ends, at=at)
    if ends <= starts:
        raise Refused(_("The works end after they start."))
    if plan or percents:
        chosen = _plan(plan or row.plan, percents)
    else:
        chosen = plan_of(row)
    shares = share(row.total, [node.percent for node in chosen.nodes])
    paid = sum((part.paid for part in site.money.instalments), ZERO)
    if shares[0] < paid:
        raise Refused(_("The first instalment is at least the deposit {amount}.").format(amount=f"¥{paid:,.2f}"))
    company, agreed = CompanyProfile.objects.first(), row.sign_agreement | {"company": str(company_signer or row.sign_agreement["company"])}
    if signer.strip() and (signer.strip() != agreed["signer"] or signer_phone.strip()):
        number = phones.normal(content.number_of_signer(site.customer, signer, signer_phone))
        if not number:
            raise Refused(_("The signer's telephone number is missing."))
        agreed |= {"signer": signer.strip(), "phone": number}
    deposit = Deposit.objects.in_force().select_related("receipt", "agreement").filter(lead=site.lead_id).first()
    new = papers.issue(
        P07, dossier=site.dossier, store=site.store, by=by, at=at, replaces=paper, reason=reason.strip(),
        content=content.contract_content(
            site, quotation=row.quotation, serial=row.blank_serial, total=row.total, plan=chosen, shares=shares, deposit=deposit, starts_on=starts,
            due_on=ends, signer=agreed["signer"], signer_phone=agreed["phone"], company_signer=agreed["company"], company=company,
            at=at,
        ),
    )  # fmt: skip
    row.paper, row.plan, row.starts_on, row.due_on, row.days = new, chosen.code, starts, ends, (ends - starts).days
    row.sign_agreement = agreed
    row.key_terms = [{"code": code, "at": at} for code in KeyTerm.values]
    row.save(update_fields=["paper", "plan", "starts_on", "due_on", "days", "key_terms", "sign_agreement"])
    _lay_table(row, chosen, shares)
    site.starts_on, site.due_on = starts, ends
    site.save(update_fields=["starts_on", "due_on"])
    audit.record(site.dossier, "projects.contract_corrected", by=by, at=at, paper=new, reason=reason.strip(), plan=chosen.code)
    copy_back(site, project)
    return site


def plan_of(contract: Any) -> texts.Plan:
    """The plan of a contract as its rows stand."""
    plan = texts.payment_plans().get(contract.plan, texts.default_plan())
    rows = list(contract.instalments.order_by("seq"))
    return replace(plan, nodes=tuple(replace(node, percent=row.percent) for node, row in zip(plan.nodes, rows, strict=True)))


def _lay_table(contract: Any, plan: texts.Plan, shares: Sequence[Decimal]) -> None:
    """The lines as they shall be; the first keeps its row, which carries the deposit."""
    rows = list(contract.instalments.order_by("seq"))
    for seq, (node, amount) in enumerate(zip(plan.nodes, shares, strict=True), start=1):
        values = {
            "milestone": node.milestone, "name": node.name, "percent": node.percent, "amount": amount, "due_days": node.due_days,
            "requires": list(node.requires), "settles_changes": node.settles_changes,
        }  # fmt: skip
        if seq <= len(rows):
            Instalment.objects.filter(pk=rows[seq - 1].pk).update(**values)
        else:
            Instalment.objects.create(contract=contract, store_id=contract.store_id, seq=seq, **values)
    Instalment.objects.filter(pk__in=[row.pk for row in rows[len(shares) :]]).delete()


def changeable(site: Project) -> list[InstalmentState]:
    """The lines that are not due yet and on which nothing is paid: a supplement may share them out anew."""
    return [row for row in site.money.instalments if not row.is_open and row.paid == 0]


def _shared(site: Project, wanted: Sequence[Share]) -> dict[int, dict[str, Any]]:
    """The named lines with their new amounts; what they are together stays to the cent."""
    if not wanted:
        return {}
    free: Mapping[int, InstalmentState] = {row.seq: row for row in changeable(site)}
    for line in wanted:
        if line.seq not in free:
            raise Refused(_("Line {seq} is due or paid already; it stays as it is.").format(seq=line.seq))
        if line.percent <= 0 or line.percent != yuan(line.percent) or line.due_days > 365:
            raise Refused(_("Each instalment is more than nothing."))
    rows = [free[line.seq] for line in wanted]
    if min((site.contract.total * line.percent for line in wanted), default=ZERO) < 1:
        raise Refused(_("Each instalment is more than nothing."))
    together = sum((row.percent for row in rows), ZERO)
    if len({line.seq for line in wanted}) != len(wanted) or sum((line.percent for line in wanted), ZERO) != together:
        raise Refused(_("These lines are {percent} % together and stay so.").format(percent=f"{together.normalize():f}"))
    whole = sum((row.amount for row in rows), ZERO)
    amounts = [(site.contract.total * line.percent / 100).quantize(CENT, rounding=ROUND_DOWN) for line in wanted[:-1]]
    amounts.append(whole - sum(amounts, ZERO))
    same = all(
        (line.percent, line.due_days, line.name.strip() or row.name) == (row.percent, row.due_days, row.name)
        for line, row in zip(wanted, rows, strict=True)
    )
    if same:
        return {}
    return {
        row.seq: {
            "id": row.id, "seq": row.seq, "name": (line.name.strip() or row.name)[:60], "percent": f"{yuan(line.percent):f}", "amount": f"{amount:f}",
            "due_days": line.due_days,
        }
        for line, row, amount in zip(wanted, rows, amounts, strict=True)
    }  # fmt: skip


__all__ = ["Share", "changeable", "correct_contract", "follow_supplements", "issue_supplement", "withdraw_supplement"]
