"""Sites for the tests: every stop is reached by the verbs of the right person, none by writing a fact directly."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core import attachments
from core.models import Attachment
from leads import price_sheets
from leads import services as leads
from leads.models import Lead, PriceItem, PriceList
from projects import services, terms
from projects.choices import Fact, KeyTerm, Stage
from projects.models import ChangeOrder, ContractStock, Payment, Project
from tests import drafting, road
from tests.hand import sign, sign_all

CUSTOMER = road.CUSTOMER
IDS = ("330106199003074218", "330106198511230032", "330106198802145057")  # valid check digits, invented people


def price_list(cast: Any, *, at: datetime) -> PriceList:
    """The list that ships, in force since the beginning of the year."""
    found = PriceList.objects.first()
    if found is None:
        found = leads.publish_price_list(
            name="统一报价单", valid_from=at.date().replace(month=1, day=1), rows=price_sheets.shipped(), by=cast.estimator, at=at
        )
    return found


def accepted_lead(cast: Any, *, at: Any = None, people: Any = None, deposit: Decimal | None = None, rooms: Any = road.ROOMS, **more: Any) -> Lead:
    """An enquiry whose quotation the customer has signed and accepted."""
    people, at = people or cast, at or cast.at
    price_list(cast, at=at)
    if deposit is None:
        lead = road.surveyed_lead(cast, at=at, people=people, **more)
    else:
        lead = road.content_lead(cast, at=at, people=people, **more)
        road.agreement(lead, by=people.customer_manager, at=at, amount=deposit)
        leads.receive_deposit(lead, method="transfer", by=people.cashier, at=at)
        road.survey(lead, by=people.designer, at=at, rooms=rooms)
    drafting.accepted(lead, people=people, at=at)
    draft = leads.draft_quotation(lead, by=people.designer, at=at)
    issued = leads.issue_quotation(draft, by=people.designer, at=at)
    sign_all(issued.paper, by=people.designer, at=at, customer=CUSTOMER)
    leads.accept_quotation(issued, by=people.designer, at=at)
    lead.refresh_from_db()
    return lead


def blank(cast: Any, *, at: Any = None, people: Any = None) -> ContractStock:
    """A numbered blank contract, taken out by the customer manager."""
    people, at = people or cast, at or cast.at
    serial = f"{people.store.code}HT{ContractStock.objects.count() + 1:05d}"
    made = services.stock_contracts(store=people.store, serials=[serial], by=people.engineering_assistant, at=at)[0]
    return services.take_blank(made, by=people.customer_manager, at=at)


def contract_facts(cast: Any, lead: Lead, *, at: Any = None, people: Any = None) -> dict[str, Any]:
    """What `open_project` is told when nothing is missing."""
    people, at = people or cast, at or cast.at
    return {
        "quotation": lead.quotations.get(state="accepted"), "blank": blank(cast, at=at, people=people), "starts_on": (at + timedelta(days=10)).date(),
        "due_on": (at + timedelta(days=95)).date(), "key_terms": list(KeyTerm.values), "signer": CUSTOMER, "signer_phone": "13858003371",
        "company_signer": people.store_manager, "by": people.customer_manager, "at": at,
    }  # fmt: skip


def opened_project(cast: Any, *, at: Any = None, people: Any = None, contract: dict[str, Any] | None = None, **more: Any) -> Project:
    """The contract is made, nobody has signed it."""
    people, at = people or cast, at or cast.at
    lead = accepted_lead(cast, at=at, people=people, **more)
    return services.open_project(lead, **contract_facts(cast, lead, at=at, people=people) | (contract or {}))


def signed_project(cast: Any, *, at: Any = None, people: Any = None, **more: Any) -> Project:
    """… and both sides have signed."""
    people, at = people or cast, at or cast.at
    project = opened_project(cast, at=at, people=people, **more)
    sign_all(project.contract.paper, by=people.customer_manager, at=at, customer=CUSTOMER)
    services.follow(project.dossier, at=at)
    return Project.objects.at_hand().get(pk=project.pk)


def contracted_project(cast: Any, *, at: Any = None, people: Any = None, **more: Any) -> Project:
    """… the contract handed in, filed, the site staffed."""
    people, at = people or cast, at or cast.at
    project = signed_project(cast, at=at, people=people, **more)
    services.hand_in_contract(project, checked=services.contracts.CHECKLIST, by=people.customer_manager, at=at)
    services.archive_contract(project, by=people.engineering_assistant, at=at)
    services.staff_project(
        project, project_manager=people.project_manager, supervisor=people.site_supervisor, inspector=people.quality_inspector,
        foreman=people.foreman, by=people.engineering_manager, at=at,
    )  # fmt: skip
    return project


def scan(project: Project, *, by: Any, at: datetime, colour: str = "white", caption: str = "") -> Attachment:
    """A small picture in the file of a site."""
    out = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "JPEG")
    return attachments.keep(SimpleUploadedFile("scan.jpg", out.getvalue(), "image/jpeg"), dossier=project.dossier, by=by, at=at, caption=caption)


def permitted_project(cast: Any, *, at: Any = None, people: Any = None, project: Project | None = None, passes: int = 2, **more: Any) -> Project:
    """… the permit of the property office recorded, passes issued; the site stands at permit filing."""
    people, at = people or cast, at or cast.at
    project = project or contracted_project(cast, at=at, people=people, **more)
    if project.stage == Stage.CONTRACTED:
        services.advance(project, to=Stage.PERMIT_FILING, by=people.project_manager, at=at)
    permit = services.file_permit(
        project, works="全屋水电改造、防水、泥瓦、木作、涂饰、安装；不涉及承重结构、外立面、燃气、供暖", from_on=at.date(),
        until_on=(at + timedelta(days=100)).date(), workers=passes, waterproof=True, by=people.engineering_assistant, at=at,
    )  # fmt: skip
    sign_all(permit.application, by=people.project_manager, at=at, customer=CUSTOMER)
    services.approve_permit(
        permit, number="ZX2026-1102", valid_from=at.date(), valid_until=(at + timedelta(days=100)).date(), agreement_signed=True,
        scan=scan(project, by=people.engineering_assistant, at=at), approved_on=at.date(), deposit=Decimal(2000), rubbish_fee=Decimal(300),
        by=people.engineering_assistant, at=at,
    )  # fmt: skip
    for number in IDS[:passes]:
        services.register_pass(project, worker="钱大勇", trade="水电", id_number=number, by=people.engineering_assistant, at=at)
    project.forget()
    return project


def cleared(project: Project, *facts: Fact, by: Any, at: datetime) -> Project:
    """Facts as the inspections app deposits them, by its verb."""
    for fact in facts:
        services.clear(project, fact, by=by, at=at)
    return project


def disclosed_project(cast: Any, *, at: Any = None, people: Any = None, **more: Any) -> Project:
    """… drawings reviewed, the disclosure signed, check 1 done."""
    people, at = people or cast, at or cast.at
    project = permitted_project(cast, at=at, people=people, **more)
    services.record_review(project, by=people.project_manager, at=at)
    disclosure(project, people=people, at=at)
    cleared(project, Fact.ORIGINAL_HOUSE_SURVEY_SIGNED, Fact.CHECK_1_PASSED, by=people.quality_inspector, at=at)
    services.advance(project, to=Stage.DISCLOSED, by=people.project_manager, at=at)
    return project


def disclosure(project: Project, *, people: Any, at: datetime, signed: bool = True) -> Any:
    made = services.record_disclosure(
        project, held_at=at, points=[services.Point(p.trade, p.point) for p in terms.disclosure_points()], problems="卫生间地漏移位 20 cm，业主同意",
        crew_leader="钱大勇", by=people.project_manager, at=at,
    )  # fmt: skip
    if signed:
        sign_all(made.paper, by=people.project_manager, at=at, customer=CUSTOMER)
        project.forget()
    return made


def working_project(cast: Any, *, at: Any = None, people: Any = None, **more: Any) -> Project:
    """… the crew on site: under construction."""
    people, at = people or cast, at or cast.at
    project = disclosed_project(cast, at=at, people=people, **more)
    services.record_arrival(project, crew="鲁全胜班组", workers=4, cleared=True, by=people.project_manager, at=at)
    services.advance(project, to=Stage.UNDER_CONSTRUCTION, by=people.project_manager, at=at)
    return project


def pay(project: Project, amount: Any, *, people: Any, at: datetime, **more: Any) -> Payment:
    told = {"method": "transfer", "payer": CUSTOMER, "key": uuid4(), "by": people.cashier, "at": at} | more
    return services.record_payment(project, amount=Decimal(amount), **told)


def pay_open(project: Project, *, people: Any, at: datetime) -> Payment | None:
    """Pay what is open today."""
    project.forget()
    due = project.money.due_now
    return pay(project, due, people=people, at=at) if due > 0 else None


def items(project: Project, count: int = 2) -> Sequence[PriceItem]:
    return list(project.contract.price_list.items.order_by("position")[:count])


def asked_change(project: Project, *, people: Any, at: datetime, wish: str = "厨房增加一组插座，客厅减一面造型墙") -> ChangeOrder:
    return services.request_change(
        project, reason="customer_add", wish=wish, evidence=scan(project, by=people.site_supervisor, at=at, caption="业主手写说明"),
        by=people.site_supervisor, at=at,
    )  # fmt: skip


def issued_change(project: Project, *, people: Any, at: datetime, quantities: Sequence[Any] = ("12.5", "-2"), days: int = 2) -> ChangeOrder:
    change = asked_change(project, people=people, at=at)
    services.answer_change(change, answer="水电图 S-03 更新，不影响其他做法", by=people.designer, at=at)
    lines = [services.Line(item, Decimal(q)) for item, q in zip(items(project, len(quantities)), quantities, strict=True)]
    return services.issue_change(change, lines=lines, days=days, by=people.project_manager, at=at)


def signed_change(project: Project, *, people: Any, at: datetime, **more: Any) -> ChangeOrder:
    change = issued_change(project, people=people, at=at, **more)
    sign_all(change.paper, by=people.project_manager, at=at, customer=CUSTOMER)
    services.follow(project.dossier, at=at)
    refreshed(project)
    change.refresh_from_db()
    return change


def refreshed(project: Project) -> Project:
    project.refresh_from_db()
    project.forget()
    return project


def settled(project: Project, kind: str, *, people: Any, at: datetime) -> Any:
    """A settlement, signed by customer and project manager; mid-term brings its change settlement with it."""
    made = services.settle(project, kind=kind, by=people.project_manager, at=at)
    for row in project.settlements.select_related("paper").filter(at=at):
        sign_all(row.paper, by=people.project_manager, at=at, customer=CUSTOMER)
    services.follow(project.dossier, at=at)
    refreshed(project)
    return made


def midterm_project(cast: Any, *, at: Any = None, people: Any = None, change: bool = True, **more: Any) -> Project:
    """… concealed works and carpentry accepted, one change signed, settled, paid: mid-term accepted."""
    people, at = people or cast, at or cast.at
    project = working_project(cast, at=at, people=people, **more)
    pay_open(project, people=people, at=at)
    if change:
        signed_change(project, people=people, at=at)
    by = people.quality_inspector
    cleared(project, Fact.MATERIALS_ACCEPTED, Fact.CHECK_2_PASSED, Fact.CONCEALED_WORKS_ACCEPTED, Fact.CHECK_3_PASSED, Fact.CHECK_4_PASSED, by=by, at=at)
    pay_open(project, people=people, at=at)
    cleared(project, Fact.CHECK_5_PASSED, Fact.CARPENTRY_ACCEPTED, Fact.CHECK_6_PASSED, by=by, at=at)
    settled(project, "midterm", people=people, at=at)
    services.advance(project, to=Stage.MIDTERM_ACCEPTED, by=people.project_manager, at=at)
    pay_open(project, people=people, at=at)
    return project


def accepted_project(cast: Any, *, at: Any = None, people: Any = None, **more: Any) -> Project:
    """… completed, check 8 passed, the acceptance sheet signed: accepted."""
    people, at = people or cast, at or cast.at
    project = midterm_project(cast, at=at, people=people, **more)
    cleared(project, Fact.CHECK_7_PASSED, by=people.quality_inspector, at=at)
    services.advance(project, to=Stage.COMPLETED, by=people.project_manager, at=at)
    cleared(project, Fact.COMPLETION_ACCEPTED, Fact.CHECK_8_PASSED, by=people.quality_inspector, at=at)
    services.advance(project, to=Stage.ACCEPTED, by=people.project_manager, at=at)
    return project


def settled_project(cast: Any, *, at: Any = None, people: Any = None, **more: Any) -> Project:
    """… finally settled and paid in full."""
    people, at = people or cast, at or cast.at
    project = accepted_project(cast, at=at, people=people, **more)
    settled(project, "final", people=people, at=at)
    pay_open(project, people=people, at=at)
    services.follow(project.dossier, at=at)
    return refreshed(project)


__all__ = [name for name in globals() if name.endswith("project")] + ["sign"]
