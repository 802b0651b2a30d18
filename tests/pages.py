"""Every named address of the house: how it is filled from the world of `tests/world.py`, and who opens it.

One table for all that walks the pages: the matrix of access, the malformed requests, the crawls, the pictures (tools/look.py).  An
address without a row fails `tests/proof/test_pages.py`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from leads.models import LeadSource
from tests.world import World

Args = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """How an address is filled, by whose post it is opened, what is asked behind the question mark, and how a GET answers."""

    args: Callable[[World], Args] = lambda world: {}
    by: str = "store_manager"
    query: str = ""
    answers: int = 200


def _lead(state: str, **more: Any) -> Callable[[World], Args]:
    return lambda world: {"ref": world.lead[state].ref, **more}


def _site(state: str, **more: Any) -> Callable[[World], Args]:
    return lambda world: {"ref": world.site[state].ref, **more}


def _of(thing: str, name: str = "pk", field: str = "pk", **more: Any) -> Callable[[World], Args]:
    return lambda world: {name: getattr(world.thing[thing], field), **more}


def _row(thing: str, state: str = "working") -> Callable[[World], Args]:
    """A row of a site: the site's reference and the row's number."""
    return lambda world: {"ref": world.site[state].ref, "pk": world.thing[thing].pk}


def _customer(world: World) -> Args:
    return {"pk": world.lead["assigned"].customer_id}


def _quotation(thing: str, **more: Any) -> Callable[[World], Args]:
    return lambda world: {"ref": world.thing[thing].lead.ref, "version": world.thing[thing].version, **more}


def _quotation_line(world: World) -> Args:
    """A line of the draft that has neither alternatives nor a package around it."""
    draft = world.thing["draft"]
    return {"ref": draft.lead.ref, "version": draft.version, "line": draft.lines.filter(room=None).first().pk}


def _person(world: World) -> Args:
    return {"username": world.person["estimator"].username}


def _change(thing: str) -> Callable[[World], Args]:
    return lambda world: {"ref": world.site["working"].ref, "seq": world.thing[thing].seq}


def _check(thing: str, **more: Any) -> Callable[[World], Args]:
    def made(world: World) -> Args:
        check = world.thing[thing]
        return {"ref": check.project.ref, "code": check.code, "attempt": check.attempt, **more}

    return made


def _repair(thing: str, **more: Any) -> Callable[[World], Args]:
    return lambda world: {"ref": world.thing[thing].ref, **more}


def _case(world: World) -> Args:
    return {"ref": world.lead["upset"].ref, "seq": world.thing["case"].seq}


def _permit(world: World) -> Args:
    return {"ref": world.site["applied"].ref, "pk": world.thing["permit"].pk}


def _payment(world: World) -> Args:
    return {"ref": world.site["working"].ref, "pk": world.thing["payment"].pk}


def _number(thing: str) -> Callable[[World], Args]:
    """A row of the working site by its number there."""
    return lambda world: {"ref": world.site["working"].ref, "number": world.thing[thing].number}


def _fault(world: World) -> Args:
    return {"ref": world.site["working"].ref, "number": world.thing["fault"].number}


def _import_row(kind: str) -> Callable[[World], Args]:
    return lambda world: {"pk": world.thing["import"].pk, "row": world.thing[kind].pk}


def _verified(world: World) -> Args:
    return {"ref": world.thing["paper"].ref, "token": world.thing["paper"].token}


OFFICE, DESIGN, FRONT, CARE = "administrator", "designer", "front_desk", "customer_manager"
BUILDS, LEADS, INSPECTS, HELPS, CASH = (
    "project_manager",
    "engineering_manager",
    "quality_inspector",
    "engineering_assistant",
    "cashier",
)

PAGES: dict[str, Page] = {
    # --- across the house
    "desk": Page(by=DESIGN),
    "notices": Page(by=DESIGN),
    "notice-read": Page(_of("notice"), by=DESIGN),
    "deadline-remind": Page(_of("clock"), by="store_manager"),
    "search": Page(by=FRONT, query="q=陈静"),
    "papers": Page(by=DESIGN),
    "paper": Page(_of("waiting_paper", "ref", "ref"), by=DESIGN),
    "paper-sign": Page(_of("waiting_paper", "ref", "ref"), by=DESIGN, query="role=customer"),
    "paper-pdf": Page(_of("paper", "ref", "ref"), by=DESIGN),
    "paper-scan": Page(_of("waiting_paper", "ref", "ref"), by=DESIGN),
    "paper-scan-confirm": Page(
        lambda world: {"ref": world.thing["waiting_paper"].ref, "public_id": world.thing["scan"].public_id},
        by="design_manager",
    ),
    "paper-void": Page(_of("waiting_paper", "ref", "ref"), by=DESIGN),
    "verify": Page(_verified),
    "file": Page(_of("scan", "public_id", "public_id"), by=DESIGN),
    "file-thumb": Page(_of("scan", "public_id", "public_id"), by=DESIGN),
    "reveal": Page(_of("phone"), by=DESIGN),
    "reveal-person": Page(_of("home_person"), by=DESIGN),
    "drafts": Page(by=DESIGN, query="key=leads:new"),
    "language": Page(),
    "health": Page(),
    "login": Page(answers=302),
    "login-code": Page(answers=302),
    "logout": Page(),
    # --- people, accounts, the company
    "staff:people": Page(by=OFFICE),
    "staff:new-person": Page(by=OFFICE),
    "staff:people-import": Page(by=OFFICE),
    "staff:people-import-confirm": Page(by=OFFICE),
    "staff:people-example": Page(by=OFFICE),
    "staff:person": Page(_person, by=OFFICE),
    "staff:person-particulars": Page(_person, by=OFFICE),
    "staff:posts-held": Page(_person, by=OFFICE),
    "staff:posts-ended": Page(_person, by=OFFICE),
    "staff:leaving": Page(_person, by=OFFICE),
    "staff:password-reset": Page(_person, by=OFFICE),
    "staff:sessions-ended": Page(_person, by=OFFICE),
    "staff:mobile-shown": Page(_person, by=OFFICE),
    "staff:posts": Page(by=OFFICE),
    "staff:stores": Page(by=OFFICE),
    "staff:new-store": Page(by=OFFICE),
    "staff:store": Page(lambda world: {"code": "CX"}, by=OFFICE),
    "staff:company": Page(by=OFFICE),
    "staff:choices": Page(by=OFFICE),
    "staff:account": Page(by=DESIGN),
    "staff:password": Page(by=DESIGN),
    "staff:sessions": Page(by=DESIGN),
    "staff:other-sessions-end": Page(by=DESIGN),
    "staff:session-end": Page(_of("session"), by=DESIGN),
    "staff:second-factor": Page(by=DESIGN),
    "staff:recovery-codes": Page(by=DESIGN),
    "staff:second-factor-end": Page(by=DESIGN),
    # --- enquiries
    "leads:list": Page(by=FRONT),
    "leads:export": Page(by="store_manager"),
    "leads:new": Page(by=FRONT),
    "leads:duplicates": Page(by=FRONT),
    "leads:file": Page(_lead("consulted"), by=DESIGN),
    "leads:registration-papers": Page(_lead("assigned"), by=FRONT),
    "leads:assignments": Page(_lead("hers"), by=FRONT),
    "leads:reassignments": Page(_lead("assigned"), by="store_manager"),
    "leads:follow-ups": Page(_lead("assigned"), by=DESIGN),
    "leads:consultations": Page(_lead("assigned"), by=DESIGN),
    "leads:consultation-corrections": Page(_lead("consulted", seq=1), by=DESIGN),
    "leads:consultation-refusals": Page(_lead("unsigned", seq=1), by=DESIGN),
    "leads:preview-dates": Page(_lead("consulted"), by=DESIGN),
    "leads:proposals": Page(_lead("consulted"), by=DESIGN),
    "leads:proposal-decisions": Page(_lead("proposed"), by=DESIGN),
    "leads:proposal-calls": Page(_lead("proposed"), by=CARE),
    "leads:order-agreements": Page(_lead("content"), by=CARE),
    "leads:deposits": Page(_lead("agreed"), by=CASH),
    "leads:schemes": Page(_lead("paid"), by=DESIGN),
    "leads:surveys": Page(_lead("paid"), by=DESIGN),
    "leads:drawings": Page(_lead("accepted"), by=DESIGN),
    "leads:drawing-new": Page(_lead("accepted", kind="construction"), by=DESIGN),
    "leads:drawing-confirmations": Page(_lead("paid", kind="floor_plan", version=1), by=DESIGN),
    "leads:drawing-reviews": Page(_lead("large", kind="construction", version=1), by="chief_designer"),
    "leads:measure-notes": Page(_lead("consulted"), by=DESIGN),
    "leads:home-corrections": Page(_lead("assigned"), by=DESIGN),
    "leads:losses": Page(_lead("assigned"), by=DESIGN),
    "leads:reopenings": Page(_lead("lost"), by="store_manager"),
    "leads:clock-pauses": Page(_lead("consulted", clock="preview"), by="store_manager"),
    "leads:clock-resumptions": Page(_lead("held", clock="preview"), by="store_manager"),
    "leads:pool": Page(by=DESIGN),
    "leads:pool-takings": Page(_lead("pooled"), by=DESIGN),
    "leads:pool-entries": Page(_lead("assigned"), by="store_manager"),
    "leads:pool-exits": Page(_lead("pooled"), by="store_manager"),
    "leads:hotline": Page(by="cs_officer"),
    "leads:hotline-cases": Page(_lead("proposed"), by="cs_officer"),
    "leads:hotline-case": Page(_case, by="cs_officer"),
    "leads:hotline-case-takings": Page(_case, by="cs_officer"),
    "leads:hotline-case-hearings": Page(_case, by="cs_officer"),
    "leads:hotline-case-decisions": Page(_case, by="store_manager"),
    "leads:hotline-case-closings": Page(_case, by="cs_officer"),
    "leads:hand-over": Page(_lead("handed"), by=DESIGN),
    "leads:care-calls": Page(_lead("consulted"), by=CARE),
    "leads:loss-reviews": Page(_lead("lost"), by="store_manager"),
    "leads:losses-of-month": Page(by="store_manager", query="month=2026-11"),
    "leads:updates": Page(by="cs_officer"),
    "leads:leavers": Page(by="hr"),
    "leads:leaver": Page(lambda world: {"username": world.person["designer"].username}, by="hr"),
    # people, profiles, logs, estates, sources
    "leads:people": Page(_lead("assigned"), by=FRONT),
    "leads:person-endings": Page(lambda world: {"ref": world.lead["assigned"].ref, "pk": world.thing["home_person"].pk}, by=FRONT),
    "leads:profile": Page(_customer, by=CARE),
    "leads:profile-updates": Page(_customer, by=CARE),
    "leads:judgments": Page(_customer, by=CARE),
    "leads:bans": Page(_customer, by=CARE),
    "leads:merges": Page(_customer, by=CARE),
    "leads:partings": Page(_of("merge"), by="store_manager"),
    "leads:calls": Page(by=FRONT),
    "leads:visits": Page(by=FRONT),
    "leads:calls-export": Page(by="store_manager"),
    "leads:visits-export": Page(by="store_manager"),
    "leads:calls-new": Page(by=FRONT),
    "leads:visits-new": Page(by=FRONT),
    "leads:log-entry": Page(_of("call", kind="calls"), by=FRONT),
    "leads:log-handlings": Page(_of("call", kind="calls"), by=FRONT),
    "leads:log-passings": Page(_of("call", kind="calls"), by=FRONT),
    "leads:log-links": Page(_of("call", kind="calls"), by=FRONT),
    "leads:log-registrations": Page(_of("call", kind="calls"), by=FRONT),
    "leads:estates": Page(by="market_rep"),
    "leads:estate-new": Page(by="market_rep"),
    "leads:estate": Page(_of("estate"), by="market_rep"),
    "leads:estate-corrections": Page(_of("estate"), by="market_rep"),
    "leads:estate-phases": Page(_of("estate"), by="market_rep"),
    "leads:phase-withdrawals": Page(lambda world: {"pk": world.thing["estate"].pk, "phase": world.thing["phase"].pk}, by="market_rep"),
    "leads:sources": Page(by="marketing_manager"),
    "leads:source": Page(lambda world: {"pk": LeadSource.objects.get(code="walk_in").pk}, by="marketing_manager"),
    "leads:imports": Page(by=FRONT),
    "leads:import-new": Page(by=FRONT),
    "leads:import": Page(_of("import"), by=FRONT),
    "leads:import-words": Page(_of("import"), by=FRONT),
    "leads:import-row": Page(_import_row("bad_row"), by=FRONT),
    "leads:import-row-skips": Page(_import_row("good_row"), by=FRONT),
    "leads:import-row-takes": Page(_import_row("good_row"), by=FRONT),
    "leads:import-confirmations": Page(_of("import"), by=FRONT),
    "leads:import-drops": Page(_of("import"), by=FRONT),
    "leads:import-withdrawals": Page(_of("import"), by=FRONT),
    "leads:calendar": Page(by=FRONT, query="week=2026-11-23"),
    "leads:feed": Page(by=DESIGN),
    "leads:feed-ics": Page(lambda world: {"secret": world.thing["feed_secret"]}),
    "leads:appointment-new": Page(by=FRONT),
    "leads:appointment": Page(_of("appointment"), by=DESIGN),
    "leads:appointment-outcomes": Page(_of("appointment"), by=DESIGN),
    "leads:appointment-moves": Page(_of("appointment"), by=DESIGN),
    "leads:show-homes": Page(),
    "leads:show-home-new": Page(),
    "leads:show-home-notices": Page(),
    "leads:show-home": Page(_of("show_home")),
    "leads:show-home-visits": Page(_of("show_home")),
    "leads:show-home-closings": Page(_of("show_home")),
    "leads:roster": Page(query="week=2026-11-23"),
    "leads:roster-shifts": Page(by=CARE),
    "leads:roster-shift": Page(_of("shift"), by=CARE),
    "leads:roster-hours": Page(),
    "leads:texts": Page(by="cs_supervisor"),
    "leads:text": Page(lambda world: {"code": "closing"}, by="cs_supervisor"),
    "leads:price-lists": Page(by="estimator"),
    "leads:price-list-new": Page(by="estimator"),
    "leads:price-list-preview": Page(by="estimator", answers=302),
    "leads:price-list": Page(_of("price_list"), by="estimator"),
    "leads:price-list-export": Page(_of("price_list"), by="estimator"),
    "leads:quotations": Page(_lead("surveyed"), by=DESIGN),
    "leads:quotation": Page(_quotation("draft"), by=DESIGN),
    "leads:quotation-items": Page(
        lambda world: {**_quotation("draft")(world), "room": world.thing["room"].pk}, by=DESIGN
    ),
    "leads:quotation-terms": Page(_quotation("draft"), by=DESIGN),
    "leads:quotation-issues": Page(_quotation("draft"), by=DESIGN),
    "leads:quotation-repricings": Page(_quotation("draft"), by=DESIGN),
    "leads:packages": Page(_of("price_list"), by="estimator"),
    "leads:package-new": Page(_of("price_list"), by="general_manager"),
    "leads:quotation-comparisons": Page(_lead("versions"), by=DESIGN),
    "leads:quotation-packages": Page(_quotation("draft"), by=DESIGN),
    "leads:quotation-alternatives": Page(_quotation_line, by=DESIGN),
    "leads:quotation-options": Page(_quotation_line, by=DESIGN),
    "leads:quotation-choices": Page(_quotation("asked_discount"), by=DESIGN),
    "leads:discount-requests": Page(_quotation("draft"), by=DESIGN),
    "leads:discount-decisions": Page(_quotation("asked_discount")),
    "leads:quotation-sendings": Page(_quotation("quotation"), by=DESIGN),
    "leads:quotation-export": Page(_quotation("quotation"), by=DESIGN),
    "leads:quotation-sheets": Page(_quotation("draft"), by=DESIGN),
    "leads:quotation-sheet-preview": Page(_quotation("draft"), by=DESIGN, answers=302),
    "leads:quotation-acceptances": Page(_quotation("signed_quotation"), by=DESIGN),
    # --- sites
    "projects:list": Page(by=LEADS),
    "projects:export": Page(by=LEADS),
    "projects:payment-list": Page(by=CASH),
    "projects:payment-export": Page(by=CASH),
    "projects:visitable": Page(by=HELPS),
    "projects:visitors": Page(_site("working"), by=HELPS),
    "projects:stock": Page(by=HELPS),
    "projects:stock-takings": Page(_of("blank_in_stock"), by=CARE),
    "projects:stock-returns": Page(_of("blank"), by=CARE),
    "projects:waiting": Page(by=CARE),
    "projects:contract-new": Page(lambda world: {"lead_ref": world.lead["accepted"].ref}, by=CARE),
    "projects:contract": Page(_site("contracted"), by=CARE),
    "projects:hand-ins": Page(_site("signed"), by=CARE),
    "projects:filings": Page(_site("handed_in"), by=HELPS),
    "projects:contact-pages": Page(_site("contracted"), by=CARE),
    "projects:people": Page(_site("contracted"), by=LEADS),
    "projects:reviews": Page(_site("filing"), by=BUILDS),
    "projects:permits": Page(_site("applied"), by=HELPS),
    "projects:permit-approvals": Page(_permit, by=HELPS),
    "projects:permit-rejections": Page(_permit, by=HELPS),
    "projects:passes": Page(_site("filing"), by=HELPS),
    "projects:pass-returns": Page(_site("filing"), by=HELPS),
    "projects:crews": Page(by=HELPS),
    "projects:crew": Page(_of("crew"), by=HELPS),
    "projects:labour-contracts": Page(_of("crew"), by=HELPS),
    "projects:crew-member-ends": Page(lambda world: {"pk": world.thing["crew"].pk, "member": world.thing["crew_member"].pk}, by=HELPS),
    "projects:materials-due": Page(by=HELPS),
    "projects:property": Page(_site("working"), by=BUILDS),
    "projects:needs": Page(_site("working"), by=HELPS),
    "projects:need-starts": Page(_row("need"), by=BUILDS),
    "projects:need-drops": Page(_row("need"), by=HELPS),
    "projects:applications": Page(_site("working", kind="hot_work"), by=HELPS),
    "projects:application-approvals": Page(_row("application"), by=HELPS),
    "projects:application-rejections": Page(_row("application"), by=HELPS),
    "projects:property-fees": Page(_site("working"), by=HELPS),
    "projects:fee-payments": Page(_row("fee"), by=HELPS),
    "projects:fee-returns": Page(_row("paid_fee"), by=HELPS),
    "projects:permit-extensions": Page(_site("midterm"), by=HELPS),
    "projects:extension-fees": Page(_row("extension", "midterm"), by=HELPS),
    "projects:pass-register": Page(_site("working"), by=HELPS),
    "projects:pass-collections": Page(_row("pass"), by=HELPS),
    "projects:pass-sheets": Page(_site("working"), by=HELPS),
    "projects:doubts": Page(_site("filing"), by=BUILDS),
    "projects:doubt-answers": Page(_row("doubt", "filing"), by=DESIGN),
    "projects:doubt-closings": Page(_row("answered_doubt", "filing"), by=BUILDS),
    "projects:pre-surveys": Page(_site("filing"), by=BUILDS),
    "projects:crew-assignments": Page(_site("working"), by=HELPS),
    "projects:works-notices": Page(_site("working"), by=HELPS),
    "projects:foreman-prices": Page(_site("working"), by=LEADS),
    "projects:schedule": Page(_site("working"), by=BUILDS),
    "projects:schedule-new": Page(_site("filing"), by=HELPS),
    "projects:schedule-papers": Page(_site("working"), by=HELPS),
    "projects:phase-moves": Page(_row("next_phase"), by=BUILDS),
    "projects:phase-starts": Page(_row("next_phase"), by=BUILDS),
    "projects:phase-ends": Page(_row("phase_of_works"), by=BUILDS),
    "projects:materials": Page(_site("working"), by=BUILDS),
    "projects:material-new": Page(_site("working"), by=HELPS),
    "projects:material-papers": Page(_site("working"), by=HELPS),
    "projects:material-orders": Page(_row("material"), by=HELPS),
    "projects:material-arrivals": Page(_row("material"), by=HELPS),
    "projects:material-refusals": Page(_row("arrived"), by=HELPS),
    "projects:material-installations": Page(_row("arrived"), by=HELPS),
    "projects:material-drops": Page(_row("material"), by=HELPS),
    "projects:disclosures": Page(_site("filing"), by=BUILDS),
    "projects:arrivals": Page(_site("working"), by=BUILDS),
    "projects:paper-handovers": Page(_site("settled"), by=BUILDS),
    "projects:foremen": Page(by=LEADS),
    "projects:foremen-export": Page(by=LEADS),
    "projects:commission-list": Page(by=LEADS),
    "projects:commissions-export": Page(by=LEADS),
    "projects:costs": Page(by="accountant"),
    "projects:costs-export": Page(by="accountant"),
    "projects:completions": Page(by=HELPS),
    "projects:completions-export": Page(by=HELPS),
    "projects:archives": Page(by=HELPS),
    "projects:foreman": Page(_site("settled"), by=LEADS),
    "projects:foreman-deductions": Page(_site("settled"), by=BUILDS),
    "projects:foreman-deduction-withdrawals": Page(_row("deduction", "settled"), by=LEADS),
    "projects:foreman-labour": Page(_site("settled"), by=LEADS),
    "projects:foreman-labour-withdrawals": Page(_row("labour", "midterm"), by=LEADS),
    "projects:foreman-settlements": Page(_site("working"), by=HELPS),
    "projects:foreman-approvals": Page(_row("statement", "settled"), by=LEADS),
    "projects:foreman-refusals": Page(_row("statement", "settled"), by=LEADS),
    "projects:foreman-payments": Page(_row("statement", "settled"), by="accountant"),
    "projects:foreman-payment-reversals": Page(_row("foreman_payment", "settled"), by="finance_supervisor"),
    "projects:commissions": Page(_site("settled"), by=HELPS),
    "projects:commission-approvals": Page(_row("commission", "settled"), by=LEADS),
    "projects:commission-withdrawals": Page(_row("commission", "settled"), by=LEADS),
    "projects:site-costs": Page(_site("settled"), by="store_manager"),
    "projects:expenses": Page(_site("settled"), by=BUILDS),
    "projects:expense-withdrawals": Page(_row("expense", "settled"), by=BUILDS),
    "projects:savings": Page(_site("working"), by="site_supervisor"),
    "projects:saving-reviews": Page(_row("saving", "settled"), by=LEADS),
    "projects:bond-list": Page(by=HELPS),
    "projects:bonds": Page(_site("working"), by=HELPS),
    "projects:bond-filings": Page(_row("asked_bond"), by=HELPS),
    "projects:bond-endings": Page(_row("bond"), by=HELPS),
    "projects:old-debts": Page(by=HELPS),
    "projects:old-debt": Page(_repair("old_debt"), by=HELPS),
    "projects:old-debt-attempts": Page(_repair("old_debt"), by=HELPS),
    "projects:old-debt-payments": Page(_repair("old_debt"), by=CASH),
    "projects:old-debt-reversals": Page(_repair("old_debt"), by="accountant"),
    "projects:old-debt-collectors": Page(_repair("old_debt"), by=HELPS),
    "projects:old-debt-endings": Page(_repair("old_debt"), by="finance_supervisor"),
    "projects:cleaning": Page(_site("settled"), by=HELPS),
    "projects:cleaning-done": Page(_row("cleaning", "settled"), by=HELPS),
    "projects:cleaning-withdrawals": Page(_row("cleaning", "settled"), by=HELPS),
    "projects:hand-over": Page(_site("settled"), by="site_supervisor"),
    "projects:archive": Page(_site("settled"), by=HELPS),
    "projects:archivings": Page(_site("settled"), by=HELPS),
    "projects:loans": Page(_site("settled"), by=HELPS),
    "projects:loan-returns": Page(_row("loan", "settled"), by=HELPS),
    "projects:stage-changes": Page(_site("contracted"), by=BUILDS),
    "projects:waivers": Page(_site("working", gate="G7"), by=LEADS),
    "projects:pauses": Page(_site("working"), by=LEADS),
    "projects:resumptions": Page(_site("paused"), by=LEADS),
    "projects:cancellations": Page(_site("contracted"), by=LEADS),
    "projects:reopenings": Page(_site("midterm"), by=LEADS),
    "projects:meter": Page(_site("working"), by=BUILDS),
    "projects:lost-days": Page(_site("working"), by=BUILDS),
    "projects:lost-day-strikes": Page(_row("lost_day", "midterm"), by=BUILDS),
    "projects:stops": Page(_site("disputed"), by=BUILDS),
    "projects:stop-ends": Page(_row("stop", "disputed"), by=BUILDS),
    "projects:extensions": Page(_site("working"), by=BUILDS),
    "projects:extension-withdrawals": Page(_site("working", seq=1), by=BUILDS),
    "projects:unsigned-works": Page(_site("working"), by=BUILDS),
    "projects:unsigned-outcomes": Page(_row("unsigned_work"), by=BUILDS),
    "projects:change-off-list": Page(_change("answered_change"), by=BUILDS),
    "projects:off-list-decisions": Page(_row("off_list"), by=LEADS),
    "projects:compensations": Page(_site("midterm"), by=BUILDS),
    "projects:settlement-disputes": Page(
        lambda world: {"ref": world.site["disputed"].ref, "pk": world.thing["dispute"].settlement_id}, by=BUILDS
    ),
    "projects:dispute-answers": Page(_row("dispute", "disputed"), by=BUILDS),
    "projects:changes": Page(_site("working"), by=BUILDS),
    "projects:change": Page(_change("issued_change"), by=BUILDS),
    "projects:change-answers": Page(_change("asked_change"), by=DESIGN),
    "projects:change-prices": Page(_change("answered_change"), by=BUILDS),
    "projects:change-withdrawals": Page(_change("asked_change"), by=BUILDS),
    "projects:payments": Page(_site("working"), by=CASH),
    "projects:payment-reversals": Page(_payment, by="accountant"),
    "projects:reminders": Page(_site("working"), by="site_supervisor"),
    "projects:settlements": Page(_site("working"), by=BUILDS),
    "projects:drawings": Page(_site("working"), by="foreman"),
    "projects:file": Page(_site("working"), by=BUILDS),
    # --- tills, refunds, promises, the contract side
    "leads:till": Page(by=CASH),
    "leads:till-export": Page(by=CASH),
    "leads:till-accounts": Page(by="accountant"),
    "leads:till-account": Page(_of("till_account"), by="accountant"),
    "leads:till-account-closures": Page(_of("till_account"), by="accountant"),
    "leads:till-day": Page(lambda world: {"pk": world.thing["till_account"].pk, "on": world.thing["till_day"]}, by=CASH),
    "leads:till-moves": Page(by=CASH),
    "leads:till-closing": Page(_of("till_closing"), by="accountant"),
    "leads:deposit-reversals": Page(_lead("paid"), by="accountant"),
    "leads:deposit-refunds": Page(_lead("paid"), by=CARE),
    "leads:refund-payments": Page(_lead("refunding"), by="accountant"),
    "leads:refund-refusals": Page(_lead("refunding"), by="accountant"),
    "leads:promises": Page(_lead("assigned"), by=DESIGN),
    "leads:promise-answers": Page(lambda world: {"ref": world.lead["assigned"].ref, "pk": world.thing["promise"].pk}, by=DESIGN),
    "projects:register": Page(by=HELPS),
    "projects:register-export": Page(by=HELPS),
    "projects:statistics": Page(by="store_manager"),
    "projects:statistics-export": Page(by="store_manager"),
    "projects:performance": Page(_site("working"), by=HELPS),
    "projects:supplements": Page(_site("contracted"), by=CARE),
    "projects:supplement-withdrawals": Page(_site("contracted", seq=1), by=CARE),
    "projects:contract-corrections": Page(_site("opened"), by=CARE),
    "projects:credit-refunds": Page(_site("credited"), by=CASH),
    "projects:credit-payments": Page(_site("credited"), by="accountant"),
    "projects:credit-refusals": Page(_site("credited"), by="accountant"),
    "projects:credit-uses": Page(_site("credited"), by=CASH),
    "projects:promises": Page(_site("working"), by=BUILDS),
    "projects:promise-answers": Page(lambda world: {"ref": world.site["working"].ref, "pk": world.thing["site_promise"].pk}, by=BUILDS),
    "projects:stock-counts": Page(by=CARE),
    "projects:stock-count-new": Page(by=CARE),
    "projects:stock-count": Page(_of("stock_count"), by=CARE),
    # --- checks
    "inspections:list": Page(by=INSPECTS),
    "inspections:rectifications": Page(by=INSPECTS),
    "inspections:for_project": Page(_site("working"), by=INSPECTS),
    "inspections:checks": Page(_site("working"), by=INSPECTS),
    "inspections:announcements": Page(_site("working"), by=INSPECTS),
    "inspections:patrols": Page(_site("working"), by=INSPECTS),
    "inspections:check": Page(_check("open_check"), by=INSPECTS),
    "inspections:results": Page(_check("open_check", item="C1-03"), by=INSPECTS),
    "inspections:omissions": Page(_check("open_check"), by=INSPECTS),
    "inspections:confirmations": Page(_check("open_check"), by=LEADS),
    "inspections:waivers": Page(_check("open_check"), by=LEADS),
    "inspections:conclusions": Page(_check("open_check"), by=INSPECTS),
    "inspections:late-results": Page(_check("passed_check", item="C1-03"), by=INSPECTS),
    "inspections:papers": Page(_check("passed_check"), by=INSPECTS),
    "inspections:board": Page(by=INSPECTS),
    "inspections:supervision": Page(_site("working"), by=INSPECTS),
    "inspections:must-visits": Page(_site("working"), by=INSPECTS),
    "inspections:exchanges": Page(_site("working"), by=INSPECTS),
    "inspections:service-book": Page(_site("working"), by=INSPECTS),
    "inspections:trades": Page(_site("working"), by=INSPECTS),
    "inspections:progress": Page(_site("working"), by="site_supervisor"),
    "inspections:reports": Page(by=LEADS),
    "inspections:report-readings": Page(_of("report"), by=LEADS),
    "inspections:patrol-plans": Page(by=INSPECTS),
    "inspections:plan-new": Page(by=INSPECTS),
    "inspections:plan": Page(_of("plan"), by=INSPECTS),
    "inspections:deviations": Page(_of("plan_entry"), by=INSPECTS),
    "inspections:facts": Page(by=INSPECTS),
    "inspections:reasons": Page(_of("fact"), by=INSPECTS),
    "inspections:rulings": Page(_of("fact"), by="supervision_manager"),
    "inspections:check-ins": Page(by=INSPECTS),
    "inspections:calls": Page(by="supervision_manager"),
    "inspections:joints": Page(by=LEADS),
    "inspections:joint": Page(_of("joint"), by=LEADS),
    "inspections:joint-visits": Page(_of("joint"), by=LEADS),
    "inspections:ratings": Page(by=LEADS),
    "inspections:crew-points": Page(by=LEADS),
    "inspections:publications": Page(by=HELPS),
    "inspections:meetings": Page(by=LEADS),
    "inspections:quantities": Page(_site("working"), by=BUILDS),
    "inspections:quantity-confirmations": Page(_number("measurement"), by="site_supervisor"),
    "inspections:quantity-withdrawals": Page(_number("measurement"), by=BUILDS),
    "inspections:material-reports": Page(by=LEADS),
    "inspections:material-report-new": Page(by=LEADS),
    "inspections:material-report": Page(_of("material_report"), by=LEADS),
    "inspections:site-material-reports": Page(_site("working"), by=BUILDS),
    "inspections:bulletins": Page(by=HELPS),
    "inspections:bulletin": Page(_of("bulletin"), by="foreman"),
    "inspections:rectification": Page(_fault, by="foreman"),
    "inspections:answers": Page(_fault, by="foreman"),
    "inspections:rechecks": Page(_fault, by=INSPECTS),
    "inspections:plans": Page(_fault, by="project_manager"),
    "inspections:order": Page(_site("working"), by="project_manager"),
    "inspections:behind": Page(_site("working"), by=INSPECTS),
    "inspections:order-checks": Page(_site("working"), by="site_supervisor"),
    "inspections:order-check": Page(_number("walk"), by="site_supervisor"),
    "inspections:order-check-new": Page(_site("working", kind="safety"), by="site_supervisor"),
    "inspections:deliveries": Page(_site("working"), by="project_manager"),
    "inspections:delivery-new": Page(_site("working"), by="project_manager"),
    "inspections:removals": Page(_row("refused_line"), by="project_manager"),
    "inspections:fine-list": Page(by="engineering_manager"),
    "inspections:fines": Page(_site("working"), by="project_manager"),
    "inspections:fine": Page(_number("fine"), by="project_manager"),
    "inspections:fine-confirmations": Page(_number("high_fine"), by="engineering_manager"),
    "inspections:fine-refusals": Page(_number("fine"), by="project_manager"),
    "inspections:fine-appeals": Page(_number("refused_fine"), by="foreman"),
    "inspections:fine-decisions": Page(_number("appealed_fine"), by="engineering_manager"),
    "inspections:fine-voids": Page(_number("fine"), by="project_manager"),
    "inspections:diaries": Page(by="engineering_manager"),
    "inspections:diary": Page(_site("working"), by="site_supervisor"),
    "inspections:diary-looks": Page(_row("diary_day"), by="engineering_manager"),
    "inspections:notes": Page(_site("working"), by="foreman"),
    "inspections:note-answers": Page(_number("site_note"), by="foreman"),
    "inspections:briefings": Page(_site("working"), by="project_manager"),
    "inspections:incident-list": Page(by="engineering_manager"),
    "inspections:incidents": Page(_site("working"), by="foreman"),
    "inspections:incident": Page(_number("incident"), by="project_manager"),
    "inspections:incident-steps": Page(_number("incident"), by="project_manager"),
    "inspections:tools": Page(by="supervision_manager"),
    "inspections:tool-calibrations": Page(_of("tool"), by="supervision_manager"),
    "inspections:tool-retirements": Page(_of("tool"), by="supervision_manager"),
    # --- after acceptance
    "aftersales:list": Page(by="aftersales_head"),
    "aftersales:export": Page(by="aftersales_head"),
    "aftersales:warranty": Page(_site("settled"), by="cs_officer"),
    "aftersales:cards": Page(_site("settled"), by="cs_officer"),
    "aftersales:evaluations": Page(_site("settled"), by="cs_officer"),
    "aftersales:return-visits": Page(_site("settled"), by="cs_officer"),
    "aftersales:repairs": Page(by="aftersales_head"),
    "aftersales:repairs-export": Page(by="aftersales_head"),
    "aftersales:repair-new": Page(by="front_desk", query="q=澄湖"),
    "aftersales:repair-cost-month": Page(by="aftersales_head"),
    "aftersales:repair-cost-export": Page(by="aftersales_head"),
    "aftersales:site-repairs": Page(_site("settled"), by="front_desk"),
    "aftersales:home-patrols": Page(_site("settled"), by="technician"),
    "aftersales:repair": Page(_repair("repair"), by="technician"),
    "aftersales:repair-origins": Page(_repair("told_repair"), by="technician"),
    "aftersales:repair-sortings": Page(_repair("told_repair"), by="cs_officer"),
    "aftersales:repair-refusals": Page(_repair("told_repair"), by="aftersales_head"),
    "aftersales:repair-talks": Page(_repair("told_repair"), by="technician"),
    "aftersales:repair-orders": Page(_repair("told_repair"), by="front_desk"),
    "aftersales:order-moves": Page(_repair("repair", seq=1), by="front_desk"),
    "aftersales:order-cancellations": Page(_repair("repair", seq=1), by="front_desk"),
    "aftersales:order-steps": Page(_repair("repair", seq=1), by="technician"),
    "aftersales:order-site": Page(_repair("repair", seq=1), by="technician"),
    "aftersales:order-done": Page(_repair("repair", seq=1), by="technician"),
    "aftersales:order-back": Page(_repair("repair", seq=1), by="technician"),
    "aftersales:repair-calls": Page(_repair("repair"), by="front_desk"),
    "aftersales:repair-payments": Page(_repair("repair"), by="cashier"),
    "aftersales:repair-costs": Page(_repair("repair"), by="aftersales_head"),
    "aftersales:repair-filings": Page(_repair("repair"), by="aftersales_head"),
    "aftersales:repair-withdrawals": Page(_repair("told_repair"), by="aftersales_head"),
    "aftersales:repair-phone": Page(_repair("told_repair"), by="front_desk"),
    # --- complaints
    "aftersales:rounds": Page(by="cs_supervisor"),
    "aftersales:round-new": Page(by="cs_supervisor"),
    "aftersales:round-mine": Page(by="cs_officer"),
    "aftersales:round": Page(_repair("round"), by="cs_supervisor"),
    "aftersales:round-starts": Page(_repair("round"), by="cs_supervisor"),
    "aftersales:round-drops": Page(_repair("round"), by="cs_supervisor"),
    "aftersales:round-closings": Page(_repair("round"), by="cs_supervisor"),
    "aftersales:round-calls": Page(_repair("round", seq=1), by="cs_officer"),
    "aftersales:round-phone": Page(_repair("round", seq=1), by="cs_officer"),
    "aftersales:round-officers": Page(_repair("round", seq=1), by="cs_supervisor"),
    "aftersales:low-scores": Page(by="cs_supervisor"),
    "aftersales:low-score": Page(_repair("low_paper"), by="cs_supervisor"),
    "aftersales:surveys": Page(by="cs_supervisor"),
    "aftersales:survey-new": Page(by="cs_supervisor"),
    "aftersales:survey-questions": Page(by="cs_supervisor"),
    "aftersales:survey": Page(_repair("survey"), by="cs_supervisor"),
    "aftersales:survey-results": Page(_repair("survey"), by="cs_supervisor"),
    "aftersales:survey-export": Page(_repair("answered_survey"), by="cs_supervisor"),
    "aftersales:survey-analyses": Page(_repair("survey"), by="cs_supervisor"),
    "aftersales:survey-effects": Page(_repair("survey"), by="cs_supervisor"),
    "aftersales:survey-answers": Page(_repair("survey", seq=1), by="cs_officer"),
    "aftersales:survey-declines": Page(_repair("survey", seq=1), by="cs_officer"),
    "aftersales:repair-signals": Page(by="engineering_manager"),
    "aftersales:repair-signal": Page(_repair("again"), by="engineering_manager"),
    "aftersales:repair-reversals": Page(_repair("repair"), by="accountant"),
    "aftersales:repair-parts": Page(_repair("repair"), by="aftersales_head"),
    "aftersales:repair-parts-back": Page(_repair("repair"), by="aftersales_head"),
    "aftersales:patrols": Page(by="technician"),
    "aftersales:patrols-export": Page(by="aftersales_head"),
    "aftersales:complaints": Page(by="cs_supervisor"),
    "aftersales:complaint-new": Page(by="cs_officer", query="q=澄湖"),
    "aftersales:complaint-register": Page(lambda world: {"ref": world.site["settled"].lead.ref}, by="cs_officer"),
    "aftersales:complaint-statistics": Page(by="cs_supervisor"),
    "aftersales:complaint-report": Page(by="cs_supervisor"),
    "aftersales:complaint": Page(_repair("complaint"), by="cs_supervisor"),
    "aftersales:complaint-judgement": Page(_repair("told_complaint"), by="cs_supervisor"),
    "aftersales:complaint-classings": Page(_repair("told_complaint"), by="cs_officer"),
    "aftersales:complaint-promises": Page(_repair("told_complaint"), by="cs_officer"),
    "aftersales:complaint-talks": Page(_repair("told_complaint"), by="cs_officer"),
    "aftersales:complaint-hands": Page(_repair("told_complaint"), by="cs_officer"),
    "aftersales:complaint-named": Page(_repair("told_complaint"), by="cs_officer"),
    "aftersales:complaint-investigation": Page(_repair("complaint"), by="engineering_manager"),
    "aftersales:complaint-proposals": Page(_repair("complaint"), by="engineering_manager"),
    "aftersales:complaint-approval": Page(_repair("complaint"), by="general_manager"),
    "aftersales:complaint-second-looks": Page(_repair("complaint"), by="general_manager"),
    "aftersales:complaint-unsigned": Page(_repair("complaint"), by="cs_officer"),
    "aftersales:complaint-execution": Page(_repair("complaint"), by="cs_officer"),
    "aftersales:complaint-summary": Page(_repair("complaint"), by="cs_supervisor"),
    "aftersales:complaint-reopenings": Page(_repair("complaint"), by="cs_supervisor"),
    "aftersales:complaint-check-items": Page(_repair("complaint"), by="engineering_manager"),
    "aftersales:complaint-phone": Page(_repair("told_complaint"), by="cs_officer"),
    "aftersales:shifts": Page(by="cs_officer"),
    "aftersales:shift-new": Page(by="cs_officer"),
    # --- slips between departments, quality after delivery, Saturday summaries
    "aftersales:slips": Page(by="cs_officer"),
    "aftersales:slip-new": Page(by="cs_officer"),
    "aftersales:slip": Page(_repair("slip"), by=LEADS),
    "aftersales:slip-answers": Page(_repair("slip"), by=LEADS),
    "aftersales:slip-closings": Page(_repair("slip"), by="cs_officer"),
    "aftersales:slip-withdrawals": Page(_repair("slip"), by="cs_officer"),
    "aftersales:tracks": Page(by="cs_officer"),
    "aftersales:site-tracks": Page(_site("settled"), by="cs_officer"),
    "aftersales:week-summaries": Page(by="cs_supervisor"),
    "aftersales:week-summary-new": Page(by="cs_supervisor"),
    "aftersales:week-summary": Page(_of("week_summary"), by="store_manager"),
    "aftersales:week-summary-readings": Page(_of("week_summary"), by="store_manager"),
    "check-items": Page(by="engineering_manager"),
    "check-item": Page(_of("check_item"), by="engineering_manager"),
}


def walk(resolver: Any = None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the URLconf by its full name."""
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from walk(each, f"{namespace}{each.namespace}:" if each.namespace else namespace)
        else:
            yield f"{namespace}{each.name}", each


def names() -> list[str]:
    return [name for name, _pattern in walk()]


def address(name: str, world: World, *, query: bool = True) -> str:
    """The address of a page on its record."""
    page = PAGES[name]
    return reverse(name, kwargs=page.args(world)) + (f"?{page.query}" if query and page.query else "")


def missing(name: str, world: World) -> str | None:
    """The same address with a record that does not exist; None where the address names no record."""
    args = PAGES[name].args(world)
    return reverse(name, kwargs=_absent(args)) if args else None


def _absent(args: Args) -> Args:
    """The first of the arguments names the record."""
    name, value = next(iter(args.items()))
    if isinstance(value, uuid.UUID):
        absent: Any = uuid.UUID(int=1)
    elif isinstance(value, int):
        absent = 999_999
    elif "-" in value:
        absent = f"{value.rsplit('-', 1)[0]}-9999"
    else:
        absent = "ZZ" if value.isupper() else "nobody"
    return {**args, name: absent}


def opener(name: str, world: World) -> Any:
    """Who opens the page."""
    return world.person[PAGES[name].by]
