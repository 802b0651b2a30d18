"""From the won enquiry to the filed contract: stock of blanks, contract, handing in, filing, contact page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, clocks, numbers, papers, phones, search
from core.models import CompanyProfile
from core.money import share, yuan
from core.refusals import Missing, Refused
from leads.models import Deposit, Lead, Quotation
from leads.services import win
from projects import content, deadlines, terms
from projects.accounts import contract_signed_at
from projects.choices import KeyTerm, Method, MoneyKind, Role, StockState
from projects.models import (
    Allocation,
    ContactPage,
    Contract,
    ContractStock,
    Instalment,
    Payment,
    Project,
    ProjectAssignment,
)
from projects.papers import P07, P12
from projects.services.site import copy_back, locked
from projects.services.stages import start_clock
from staff import posts
from staff.selectors import holder

DEPOSIT_LIMIT = Decimal("0.20")


@transaction.atomic
def stock_contracts(*, store: Any, serials: Sequence[str], by: Any, at: datetime) -> list[ContractStock]:
    """Take numbered blank contracts into stock; a serial exists once (P08)."""
    clean = [serial.strip() for serial in serials if serial.strip()]
    if not clean:
        raise Refused(_("Give at least one serial number."))
    known = ContractStock.objects.filter(serial__in=clean).values_list("serial", flat=True)
    if known or len(set(clean)) < len(clean):
        twice = sorted({*known, *(s for s in clean if clean.count(s) > 1)})
        raise Refused(_("These serial numbers are already in stock: {serials}.").format(serials=posts.listed(twice)))
    return ContractStock.objects.bulk_create([ContractStock(store=store, serial=s, stocked_at=at, stocked_by=by) for s in clean])


@transaction.atomic
def take_blank(blank: ContractStock, *, by: Any, at: datetime) -> ContractStock:
    """Take a blank contract out of stock; the register says who has it."""
    row = _locked_blank(blank)
    if row.state != StockState.BLANK:
        raise Refused(_("This blank contract is not in stock: {state}.").format(state=row.get_state_display()))
    return _stock(row, state=StockState.TAKEN, taken_at=at, taken_by=by)


@transaction.atomic
def return_blank(blank: ContractStock, *, state: str, reason: str, by: Any, at: datetime) -> ContractStock:
    """Hand a spoilt blank back as void, or report one lost; both need the reason and stay in the register."""
    row = _locked_blank(blank)
    if state not in (StockState.VOID, StockState.LOST) or not reason.strip():
        raise Refused(_("Say whether it is void or lost, and why."))
    if row.state not in (StockState.TAKEN, StockState.BLANK) or (state == StockState.VOID and row.state == StockState.BLANK):
        raise Refused(_("This blank contract is not out: {state}.").format(state=row.get_state_display()))
    return _stock(row, state=state, reason=reason.strip(), handed_in_at=at, handed_in_by=by)


@transaction.atomic
def open_project(
    lead: Lead,
    *,
    quotation: Quotation,
    blank: ContractStock,
    starts_on: date,
    due_on: date,
    key_terms: Sequence[str],
    signer: str,
    signer_phone: str,
    company_signer: Any,
    by: Any,
    at: datetime,
    plan: str = "",
    percents: Sequence[Decimal] | None = None,
) -> Project:
    """Make the contract of a won enquiry (P07) and open its site.

    From the accepted quotation that is not stale (G5), on a numbered blank that is out of stock (P08), every key term confirmed
    (LR-20), the way of signing agreed (LR-38), the deposit at most a fifth (LR-55).  The site runs when both sides have signed.
    An empty `signer_phone` is the customer's own number, when the customer signs.
    """
    clocks.not_too_far(due_on, at=at)
    lead = (
        Lead.objects.select_for_update(no_key=True, of=("self",))
        .select_related("dossier", "store", "customer", "home__estate", "designer", "customer_manager")
        .get(pk=lead.pk)
    )
    quotation = Quotation.objects.select_related("paper", "survey__paper", "price_list").get(pk=quotation.pk)
    blank = _locked_blank(blank)
    company = CompanyProfile.objects.first()
    signer_phone = content.number_of_signer(lead.customer, signer, signer_phone)
    deposit = Deposit.objects.in_force().select_related("receipt", "agreement").filter(lead=lead).first()
    missing = [
        *_quotation_gaps(lead, quotation), *_paper_gaps(blank, lead, starts_on, due_on, key_terms, signer, signer_phone, company),
        *_deposit_gaps(deposit, quotation.total),
    ]  # fmt: skip
    if missing:
        raise Refused(_("The contract cannot be made yet: {count} missing.").format(count=len(missing)), missing)
    chosen = _plan(plan, percents)
    shares = share(quotation.total, [node.percent for node in chosen.nodes])
    win(lead, quotation=quotation, by=by, at=at)
    project = _project(lead, starts_on=starts_on, due_on=due_on, by=by, at=at)
    paper = papers.issue(
        P07, dossier=lead.dossier, store=lead.store, by=by, at=at,
        content=content.contract_content(
            project, quotation=quotation, serial=blank.serial, total=quotation.total, plan=chosen, shares=shares, deposit=deposit,
            starts_on=starts_on, due_on=due_on, signer=signer.strip(), signer_phone=signer_phone, company_signer=str(company_signer), company=company, at=at,
        ),
    )  # fmt: skip
    _stock(blank, state=StockState.USED)
    contract = Contract.objects.create(
        project=project, store=project.store, quotation=quotation, price_list=quotation.price_list, blank=blank, blank_serial=blank.serial,
        paper=paper, total=quotation.total, plan=chosen.code, starts_on=starts_on, due_on=due_on, days=(due_on - starts_on).days,
        terms=asdict(terms.warranty_terms()), rules=_rules(), key_terms=[{"code": code, "at": at} for code in KeyTerm.values],
        sign_agreement={"signer": signer.strip(), "phone": signer_phone, "company": str(company_signer), "way": "device", "at": at},
        made_at=at, made_by=by,
    )  # fmt: skip
    rows = Instalment.objects.bulk_create(
        Instalment(
            contract=contract, store=project.store, seq=i, milestone=node.milestone, name=node.name, percent=node.percent, amount=amount,
            due_days=node.due_days, requires=node.requires, settles_changes=node.settles_changes,
        )
        for i, (node, amount) in enumerate(zip(chosen.nodes, shares, strict=True), start=1)
    )  # fmt: skip
    if deposit is not None:
        _credit_deposit(project, deposit, rows[0], by=by, at=at)
    start_clock(deadlines.CONTRACT_SIGNING, project, key=project.ref, at=at, owner=project.customer_manager)
    audit.record(lead.dossier, "projects.contract_made", by=by, at=at, paper=paper, project=project.ref, total=quotation.total, serial=blank.serial)
    return project


@transaction.atomic
def hand_in_contract(project: Project, *, checked: Sequence[str], by: Any, at: datetime) -> Contract:
    """Hand the signed contract in to engineering after checking that it is complete (G6, P08)."""
    site = locked(project, at)
    contract = site.contract
    note_signature(site)
    gaps = _completeness_gaps(site, checked)
    if gaps:
        raise Refused(_("The contract is not complete: {count} missing.").format(count=len(gaps)), gaps)
    if contract.handed_in_at is None:
        _stock(_locked_blank(contract.blank), state=StockState.HANDED_IN, handed_in_at=at, handed_in_by=by)
        contract.handed_in_at, contract.handed_in_by = at, by
        contract.save(update_fields=["handed_in_at", "handed_in_by"])
        clocks.stop(deadlines.CONTRACT_HAND_IN, site.ref, at=at, by=by)
        start_clock(deadlines.CONTRACT_FILING, site, key=site.ref, at=at, owner=holder(posts.ENGINEERING_ASSISTANT, site.store))
        audit.record(site.dossier, "projects.contract_handed_in", by=by, at=at, paper=contract.paper, checked=list(checked))
    copy_back(site, project)
    return contract


@transaction.atomic
def archive_contract(project: Project, *, by: Any, at: datetime) -> Contract:
    """File a contract that was handed in complete (P09); a second person does it."""
    site = locked(project, at)
    contract = site.contract
    if contract.handed_in_at is None:
        raise Refused(_("The contract has not been handed in."), [Missing(_("Hand the signed contract in, complete."), posts.CUSTOMER_MANAGER, "G6")])
    if contract.handed_in_by_id == by.pk:
        raise Refused(_("A contract is filed by a second person."))
    if contract.archived_at is None:
        contract.archived_at, contract.archived_by = at, by
        contract.save(update_fields=["archived_at", "archived_by"])
        clocks.stop(deadlines.CONTRACT_FILING, site.ref, at=at, by=by)
        start_clock(deadlines.STAFFING, site, key=site.ref, at=at, owner=holder(posts.ENGINEERING_MANAGER, site.store))
        start_clock(deadlines.WORKS_START, site, key=site.ref, at=at, owner=site.project_manager, due_on=site.starts_on)
        audit.record(site.dossier, "projects.contract_archived", by=by, at=at, paper=contract.paper)
    copy_back(site, project)
    return contract


@transaction.atomic
def issue_contact_page(project: Project, *, by: Any, at: datetime) -> ContactPage:
    """Hand over the contact page of the VIP handbook (P12); a new one replaces the old when people change."""
    site = locked(project, at, named=True)
    company = CompanyProfile.objects.first()
    if company is None:
        raise Refused(_("The company profile is not filled in."))
    estimator, manager = holder(posts.ESTIMATOR, site.store), holder(posts.ENGINEERING_MANAGER, site.store)
    people = (
        ("设计师", site.designer, "方案、图纸、施工中的设计问题"), ("客户经理", site.customer_manager, "合同、付款和公司各部门的协调"),
        ("项目经理", site.project_manager, "工地现场的人、材料和进度"), ("质检员", site.inspector, "八次检查和巡检"),
        ("报价师", estimator, "报价和增减项的价格"), ("工程部经理", manager, "对现场不满意时"),
    )  # fmt: skip
    last = site.contact_pages.select_related("paper").order_by("-id").first()
    replaces = last.paper if last is not None and last.paper.state in ("issued", "signed", "sealed") else None
    paper = papers.issue(
        P12, dossier=site.dossier, store=site.store, by=by, at=at, content=content.contact_page_content(site, people, company), replaces=replaces
    )
    made = ContactPage.objects.create(project=site, store=site.store, paper=paper, by=by, at=at)
    audit.record(site.dossier, "projects.contact_page_issued", by=by, at=at, paper=paper)
    return made


def note_signature(site: Project) -> bool:
    """The day on which the last of both sides signed, once, from the signatures themselves."""

    contract = site.contract
    if contract.signed_at is not None or not contract.paper.is_signed:
        return False
    moment = contract_signed_at(contract)
    assert moment is not None
    contract.signed_at, contract.signed_on = moment, _local(moment)
    contract.save(update_fields=["signed_at", "signed_on"])
    return True


CHECKLIST = ("signatures", "quotation", "drawings", "payment_table", "warranty_table")


def _completeness_gaps(site: Project, checked: Sequence[str]) -> list[Missing]:
    """Completeness before handing in (domain S4): signed by both, annexes there, each ticked by the person who looked."""
    said = {
        "signatures": _("Both sides have signed every place."), "quotation": _("The quotation is annexed."), "drawings": _("The drawings are annexed."),
        "payment_table": _("The payment table is annexed."), "warranty_table": _("The warranty table is annexed."),
    }  # fmt: skip
    gaps = []
    if not site.contract.paper.is_signed:
        gaps.append(Missing(_("The contract has not been signed by both sides."), posts.CUSTOMER_MANAGER, "G6"))
    gaps += [Missing(_("Not checked: {says}").format(says=said[item]), posts.CUSTOMER_MANAGER, "G6") for item in CHECKLIST if item not in checked]
    return gaps


def _quotation_gaps(lead: Lead, quotation: Quotation) -> list[Missing]:
    if quotation.lead_id != lead.pk:
        raise Refused(_("This quotation belongs to another enquiry."))
    gaps = []
    if quotation.state != "accepted":
        gaps.append(Missing(_("The customer has not accepted the quotation."), posts.DESIGNER, "G5"))
    if quotation.is_stale:
        gaps.append(Missing(_("The quotation no longer fits the site survey; make a new one."), posts.DESIGNER, "G5"))
    return gaps


def _paper_gaps(
    blank: ContractStock, lead: Lead, starts_on: date, due_on: date, key_terms: Sequence[str], signer: str, signer_phone: str, company: Any
) -> list[Missing]:  # fmt: skip
    """What a contract must say (LR-20, LR-38, G6)."""
    gaps = []
    if blank.store_id != lead.store_id or blank.state != StockState.TAKEN:
        gaps.append(Missing(_("The blank contract {serial} has not been taken out of stock.").format(serial=blank.serial), posts.CUSTOMER_MANAGER, "G6"))
    if due_on <= starts_on:
        gaps.append(Missing(_("The works end after they start."), posts.CUSTOMER_MANAGER, "LR-20"))
    titles = {term.code: term.title for term in terms.contract_text().key_terms}
    gaps += [Missing(_("Key term not confirmed: {title}.").format(title=titles[code]), "customer", "LR-20") for code in KeyTerm.values if code not in key_terms]
    if not signer.strip():
        gaps.append(Missing(_("Who signs for the customer is not named."), posts.CUSTOMER_MANAGER, "LR-38"))
    if not phones.normal(signer_phone):
        gaps.append(Missing(_("The signer's telephone number is missing."), posts.CUSTOMER_MANAGER, "LR-38"))
    if company is None:
        gaps.append(Missing(_("The company profile is not filled in."), posts.ADMINISTRATOR, "LR-26"))
    return gaps


def _deposit_gaps(deposit: Any, total: Decimal) -> list[Missing]:
    """Earnest money is at most a fifth of the contract (LR-55, decision 4)."""
    if deposit is None or deposit.agreement.nature != "earnest" or deposit.amount <= total * DEPOSIT_LIMIT:
        return []
    return [Missing(_("The earnest money {amount} is more than 20 % of the contract.").format(amount=deposit.amount), posts.CUSTOMER_MANAGER, "LR-55")]


def _plan(code: str, percents: Sequence[Decimal] | None) -> terms.Plan:
    """A plan of the company, its percentages edited if wanted; they total 100."""
    known = terms.payment_plans()
    if code and code not in known:
        raise Refused(_("There is no such payment plan."))
    plan = known[code] if code else terms.default_plan()
    if percents is None:
        return plan
    if len(percents) != len(plan.nodes) or sum(percents) != 100 or min(percents) <= 0 or any(p != yuan(p) for p in percents):
        raise Refused(_("The percentages of the payment table must total 100."))
    return replace(plan, nodes=tuple(replace(node, percent=Decimal(p)) for node, p in zip(plan.nodes, percents, strict=True)))


def _project(lead: Lead, *, starts_on: date, due_on: date, by: Any, at: datetime) -> Project:
    ref = numbers.take("P", store=lead.store, at=at).ref
    project = Project.objects.create(
        ref=ref, dossier=lead.dossier, store=lead.store, lead=lead, customer=lead.customer, home=lead.home, customer_name=lead.customer.name,
        address=lead.home.address, area_m2=lead.home.area_m2, designer=lead.designer, customer_manager=lead.customer_manager or by,
        starts_on=starts_on, due_on=due_on, opened_at=at, by=by,
    )  # fmt: skip
    known = ((Role.DESIGNER, project.designer), (Role.CUSTOMER_MANAGER, project.customer_manager))
    ProjectAssignment.objects.bulk_create(
        ProjectAssignment(project=project, store=lead.store, role=role, person=person, by=by, at=at) for role, person in known if person
    )
    lead.dossier.search = sorted({*lead.dossier.search, *search.terms(names=[], phones=[], places=[], refs=[ref])})
    lead.dossier.save(update_fields=["search"])
    return project


def _credit_deposit(project: Project, deposit: Any, first: Instalment, *, by: Any, at: datetime) -> None:
    """The deposit is credited to the first instalment (decision 11); its receipt stays the one that was given."""
    payment = Payment.objects.create(
        project=project, store=project.store, kind=MoneyKind.DEPOSIT, amount=deposit.amount, method=Method(deposit.method), payer=deposit.payer,
        received_on=_local(deposit.at), receipt=deposit.receipt, deposit=deposit, key=_key_of(deposit.receipt), by=by, at=at,
    )  # fmt: skip
    Allocation.objects.create(payment=payment, instalment=first, amount=min(deposit.amount, first.amount), at=at)


def _key_of(receipt: Any) -> Any:

    return uuid5(NAMESPACE_URL, receipt.ref)


def _rules() -> dict[str, Any]:
    """The texts in force, by version, and their numbers: kept with the contract."""
    text = terms.contract_text()
    return {"contract_text": text.version, "warranty": terms.warranty_terms().version, **text.rules.frozen()}


def _locked_blank(blank: ContractStock) -> ContractStock:
    return ContractStock.objects.select_for_update(no_key=True).get(pk=blank.pk)


def _stock(row: ContractStock, **values: Any) -> ContractStock:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return row


def _local(moment: datetime) -> date:

    return timezone.localtime(moment).date()


__all__ = ["CHECKLIST", "archive_contract", "hand_in_contract", "issue_contact_page", "open_project", "return_blank", "stock_contracts", "take_blank"]
