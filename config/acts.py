"""From a clock, a stage or a closed gate to the page of the act that settles it, and the verb on its button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from aftersales.policies import SEE_REPAIRS, SEE_WARRANTIES, TAKE_REPAIRS
from aftersales.policies_complaints import TAKE_COMPLAINTS
from aftersales.policies_slips import SEE_TRACKS, WRITE_SLIPS
from core.clocks import CLOCKS
from core.policies import Permission, Policy, Scope
from core.procedure import Gate
from inspections.policies import SEE_CHECKS
from inspections.policies_quantities import SEE_QUANTITIES
from leads import selectors as leads
from leads.policies import APPOINT, MERGE, PEOPLE_OF_HOME, QUOTE, SEE_PROFILE
from projects import policies as site
from projects import policies_days as days
from projects import policies_settling as settling
from projects.choices import AFTER_ACCEPTANCE, BEFORE_WORK, UNFINISHED, WORKING, Stage
from projects.choices_settling import FINISHED
from projects.models.base import is_mine
from projects.policies_bonds import SEE_BONDS
from projects.procedure import REOPENS

# clock → (page of the act, verb).  The page takes the reference of the enquiry; where no page stands here, the clock's own
# link leads there.
CLOCK_ACTS: dict[str, tuple[str, object]] = {
    "leads.first_contact": ("leads:follow-ups", _("Note the contact")),
    "leads.preview": ("leads:proposals", _("Present")),
    "leads.hotline": ("leads:follow-ups", _("Note the contact")),
    "leads.proposal_call": ("leads:proposal-calls", _("Note the call")),
    "leads.scheme": ("leads:schemes", _("Report ready")),
    "leads.assignment": ("leads:assignments", _("Assign")),
    "leads.in_pool": ("leads:pool-exits", _("Take out")),
    "leads.hand_over": ("leads:hand-over", _("Read it")),
    "leads.loss_review": ("leads:loss-reviews", _("Review")),
    "leads.care": ("leads:care-calls", _("Visit")),
}
# clock of a site whose link is the site's file → the page of the site on which its owner settles it.
SITE_CLOCK_PAGES = {
    "projects.midterm_settlement": "settlements", "projects.final_settlement": "settlements", "projects.papers_handed_over": "paper-handovers",
    "projects.pass_return": "permits", "projects.permit_expiry": "permit-extensions", "projects.staffing": "people",
    "projects.contract_hand_in": "hand-ins", "projects.contract_filing": "filings",
}  # fmt: skip
CLOCK_VERBS: dict[str, object] = {
    "leads.discount_approval": _("Decide"),
    "leads.quotation_expiry": _("Hear from the customer"),
    "leads.log_answer": _("Settle it"),
    "leads.appointment": _("Note it"),
    "leads.show_homes": _("Publish"),
    "leads.desk_gap": _("Plan"),
    "leads.hotline_case": _("Deal with it"),
    "leads.hotline_decision": _("Decide"),
    "leads.drawing_review": _("Check the drawings"),
    "projects.contract_signing": _("Have it signed"),
    "leads.till": _("Close the day"),
    "leads.till_check": _("Check it"),
    "leads.refund": _("Decide"),
    "leads.promise": _("Keep it"),
    "projects.supplement": _("Have it signed"),
    "projects.credit_refund": _("Decide"),
    "projects.stock_count": _("Count"),
    "projects.contract_hand_in": _("Hand in"),
    "projects.contract_filing": _("File"),
    "projects.staffing": _("Assign"),
    "projects.works_start": _("Start"),
    "projects.completion": _("Look"),
    "projects.days_told": _("Extend the schedule"),
    "projects.extension_signing": _("Have it signed"),
    "projects.off_list": _("Decide"),
    "projects.unsigned_work": _("Note what becomes of it"),
    "projects.payment_reminder": _("Write the reminder"),
    "projects.dispute": _("Answer the dispute"),
    "projects.second_version": _("Make the next version"),
    "projects.site_need": _("Apply"),
    "projects.permit_extension": _("Apply"),
    "projects.fee_payment": _("File the receipt"),
    "projects.fee_return": _("Fetch it"),
    "projects.pass_collection": _("Fetch them"),
    "projects.doubt_answer": _("Answer"),
    "projects.doubt_closing": _("Close it"),
    "projects.phase_end": _("Finish"),
    "projects.client_material": _("Tell the customer"),
    "projects.material_order": _("Order"),
    "projects.material_arrival": _("Ask the supplier"),
    "projects.instalment_due": _("Collect"),
    "projects.foreman_due": _("Write it"),
    "projects.foreman_approval": _("Approve"),
    "projects.foreman_payment": _("Pay"),
    "projects.commission_approval": _("Approve"),
    "projects.saving_review": _("Review"),
    "projects.cleaning": _("Have it cleaned"),
    "projects.bond_due": _("File it"),
    "projects.bond_ends": _("Renew it"),
    "projects.old_debt": _("Collect"),
    "projects.hand_over": _("Hand over the home"),
    "projects.papers_handed_over": _("Hand over the papers"),
    "projects.loan_return": _("Fetch it"),
    "projects.change_pricing": _("Price it"),
    "projects.midterm_settlement": _("Settle"),
    "projects.final_settlement": _("Settle"),
    "inspections.patrol": _("Patrol"),
    "inspections.site_meeting": _("Note it"),
    "inspections.rectification": _("Answer"),
    "inspections.recheck": _("Check again"),
    "inspections.signatures": _("Have it signed"),
    "inspections.goods_out": _("Take it away"),
    "inspections.measurement": _("Confirm it"),
    "inspections.fine_confirm": _("Decide"),
    "inspections.fine_hearing": _("Have it signed"),
    "inspections.fine_appeal": _("Decide"),
    "inspections.diary": _("Write"),
    "inspections.note_answer": _("Answer"),
    "inspections.emergency": _("Take it over"),
    "inspections.incident_report": _("Write"),
    "inspections.hazard": _("Do away with it"),
    "inspections.calibration": _("Calibrate"),
    "aftersales.warranty_receipt": _("Have it signed"),
    "aftersales.warranty_card": _("Hand over"),
    "aftersales.evaluation": _("Have it filled in"),
    "aftersales.return_visit": _("Make the visit"),
    "aftersales.month_visit": _("Make the visit"),
    "aftersales.low_score": _("Call"),
    "aftersales.repair_call_back": _("Call back"),
    "aftersales.repair_on_site": _("Go there"),
    "aftersales.repair_mended": _("Mend it"),
    "aftersales.repair_legal": _("Mend it"),
    "aftersales.repair_call": _("Call"),
    "aftersales.repair_paid": _("Take the money"),
    "aftersales.repair_patrol": _("Have a look"),
    "aftersales.repair_again": _("Look into it"),
    "aftersales.repair_part_back": _("Ask the maker"),
    "aftersales.round_call": _("Call"),
    "aftersales.round_report": _("Write"),
    "aftersales.complaint_low_call": _("Call"),
    "aftersales.survey_analysis": _("Judge it"),
    "aftersales.survey_effect": _("Look"),
    "aftersales.complaint_reply": _("Call"),
    "aftersales.complaint_judge": _("Judge it"),
    "aftersales.complaint_answer": _("Call"),
    "aftersales.complaint_investigate": _("Investigate"),
    "aftersales.complaint_approve": _("Decide"),
    "aftersales.complaint_handle": _("Carry it out"),
    "aftersales.complaint_call": _("Call"),
    "aftersales.complaint_sum_up": _("Sum it up"),
    "aftersales.complaint_legal": _("See to it"),
    "aftersales.check_item": _("Decide"),
    "aftersales.complaint_week": _("Write"),
    "aftersales.complaint_month": _("Write"),
    "aftersales.slip_answer": _("Answer"),
    "aftersales.slip_ready": _("Keep it"),
    "aftersales.slip_closing": _("Close it"),
    "aftersales.track_again": _("Look"),
    "aftersales.week_summary": _("Write"),
    "aftersales.week_summary_read": _("Read it"),
    "aftersales.shift_handover": _("Have it signed"),
}


def of_clock(clock: str, ref: str, link: str, *, mine: bool = True) -> tuple[str, str]:
    """(address, verb) of the act that stops a clock; only its owner is led past the site's file."""
    if clock in CLOCK_ACTS and ref:
        name, verb = CLOCK_ACTS[clock]
        return reverse(name, args=[ref]), str(verb)
    if mine and clock in SITE_CLOCK_PAGES and (parts := link.strip("/").split("/"))[0] == "projects" and len(parts) > 1:
        link = reverse(f"projects:{SITE_CLOCK_PAGES[clock]}", args=[parts[1]])
    return link or reverse("desk"), str(CLOCK_VERBS.get(clock, _("Open")))


def says(clock: str) -> str:
    """The act that is due, in words."""
    return str(CLOCKS[clock].says) if clock in CLOCKS else clock


def stops(clock: str) -> str:
    """What stops the clock, in words."""
    return str(CLOCKS[clock].stops) if clock in CLOCKS else ""


def warned_first(posts: frozenset[str]) -> list[str]:
    """The clocks of whose ladder these posts are the first to hear after the owner: the clocks of one's team."""
    found = []
    for clock in CLOCKS.values():
        rungs = sorted(clock.ladder, key=lambda rung: rung.level)
        first = next((rung for rung in rungs if any(post != "owner" for post in rung.posts)), None)
        if first is not None and set(first.posts) & posts:
            found.append(clock.id)
    return found


# --- what can be done from a client file -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Act:
    """Something that can be done from a client file: its words and its page; `main` is the one next act."""

    says: str
    url: str
    main: bool = False


@dataclass(frozen=True)
class SiteAct:
    """One page of a site: its verb, who opens it, at which stages it makes sense."""

    page: str
    verb: object
    policy: Policy
    stages: tuple[str, ...]


ALL = tuple(Stage.values)
SITE_ACTS = (
    SiteAct("inspections:for_project", _("Checks and patrols"), SEE_CHECKS, (*BEFORE_WORK, *WORKING, Stage.COMPLETED, *AFTER_ACCEPTANCE)),
    SiteAct("inspections:order", _("Site management"), SEE_CHECKS, (Stage.DISCLOSED, *WORKING, Stage.COMPLETED, *AFTER_ACCEPTANCE)),
    SiteAct("inspections:quantities", _("Measured quantities"), SEE_QUANTITIES, (*WORKING, Stage.COMPLETED, *BEFORE_WORK)),
    SiteAct("inspections:behind", _("Behind the walls"), SEE_CHECKS, (*WORKING, Stage.COMPLETED, *AFTER_ACCEPTANCE)),
    SiteAct("inspections:supervision", _("Supervision"), SEE_CHECKS, (*BEFORE_WORK, *WORKING, Stage.COMPLETED, *AFTER_ACCEPTANCE)),
    SiteAct("projects:stage-changes", _("Next stage"), site.ADVANCE, tuple(s for s in ALL if s not in (Stage.CLOSED, Stage.CANCELLED))),
    SiteAct("projects:contract", _("Contract"), site.SEE_MONEY, ALL),
    SiteAct("projects:performance", _("Performance"), site.SEE_CONTRACTS, ALL),
    SiteAct("projects:supplements", _("Supplements"), site.SUPPLEMENT, UNFINISHED),
    SiteAct("projects:promises", _("Promises"), site.PROMISE, ALL),
    SiteAct("projects:hand-ins", _("Hand in the contract"), site.HAND_IN_CONTRACT, (Stage.CONTRACTED,)),
    SiteAct("projects:filings", _("File the contract"), site.ARCHIVE_CONTRACT, (Stage.CONTRACTED,)),
    SiteAct("projects:contact-pages", _("Contact page"), site.CONTACT_PAGE, BEFORE_WORK),
    SiteAct("projects:people", _("People of the site"), site.STAFF_PROJECT, UNFINISHED),
    SiteAct("projects:permits", _("Permit and passes"), site.FILE_PERMIT, (*BEFORE_WORK, *WORKING, Stage.COMPLETED, Stage.ACCEPTED, Stage.SETTLED)),
    SiteAct("projects:drawings", _("Construction drawings"), site.SEE_PROJECTS, ALL),
    SiteAct("projects:reviews", _("Review drawings"), site.REVIEW_DRAWINGS, BEFORE_WORK),
    SiteAct("projects:property", _("Property paperwork"), site.SEE_PROJECTS, (*UNFINISHED, Stage.PAUSED, Stage.ACCEPTED, Stage.SETTLED)),
    SiteAct("projects:pass-register", _("Register of passes"), site.FILE_PERMIT, (*UNFINISHED, Stage.ACCEPTED)),
    SiteAct("projects:doubts", _("Doubts"), site.SEE_PROJECTS, (*BEFORE_WORK, *WORKING)),
    SiteAct("projects:schedule", _("Schedule"), site.SEE_PROJECTS, ALL),
    SiteAct("projects:materials", _("Materials"), site.SEE_PROJECTS | site.KEEP_MATERIALS, ALL),
    SiteAct("projects:crew-assignments", _("Crews"), site.KEEP_CREWS, (*BEFORE_WORK, *WORKING)),
    SiteAct("projects:foreman-prices", _("Price of the foreman"), site.SEE_FOREMAN_PRICE, UNFINISHED),
    SiteAct("projects:disclosures", _("Disclosure"), site.HOLD_DISCLOSURE, BEFORE_WORK),
    SiteAct("projects:arrivals", _("Crew on site"), site.REPORT_ARRIVAL, (Stage.PERMIT_FILING, Stage.DISCLOSED, *WORKING)),
    SiteAct("projects:changes", _("Changes"), site.REQUEST_CHANGE | site.ANSWER_CHANGE | site.ISSUE_CHANGE, (*WORKING, Stage.COMPLETED, *BEFORE_WORK)),
    SiteAct("projects:meter", _("Changes and days"), site.SEE_MONEY, ALL),
    SiteAct("projects:lost-days", _("Lost days"), days.COUNT_DAYS, (*UNFINISHED, Stage.PAUSED)),
    SiteAct("projects:stops", _("Work stands still"), days.STOP_WORK, (*UNFINISHED, Stage.PAUSED)),
    SiteAct("projects:extensions", _("Extension of the schedule"), days.EXTEND, (*UNFINISHED, Stage.PAUSED)),
    SiteAct("projects:unsigned-works", _("Work without a signature"), days.NOTE_UNSIGNED, (*UNFINISHED, Stage.ACCEPTED)),
    SiteAct("projects:payments", _("Payments"), site.TAKE_PAYMENT, ALL),
    SiteAct("projects:reminders", _("Payment reminder"), site.REMIND_PAYMENT, (*WORKING, Stage.COMPLETED, Stage.ACCEPTED)),
    SiteAct("projects:settlements", _("Settlements"), site.SETTLE, (*WORKING, Stage.COMPLETED, Stage.ACCEPTED)),
    SiteAct("projects:foreman", _("Money of the foreman"), site.SEE_FOREMAN_PRICE, ALL),
    SiteAct("projects:site-costs", _("Cost of the site"), settling.SEE_SITE_COST | settling.KEEP_EXPENSES, ALL),
    SiteAct("projects:savings", _("Proposal about cost"), settling.PROPOSE_SAVING, (*BEFORE_WORK, *WORKING)),
    SiteAct("projects:bonds", _("Bonds and insurances"), SEE_BONDS, ALL),
    SiteAct("projects:cleaning", _("Cleaning"), settling.ORDER_CLEANING, FINISHED),
    SiteAct("projects:hand-over", _("Hand over the home"), settling.HAND_OVER, FINISHED),
    SiteAct("projects:paper-handovers", _("Hand over the papers"), settling.HAND_OVER_PAPERS, FINISHED),
    SiteAct("projects:commissions", _("Commission of the supervisor"), settling.SEE_COMMISSIONS, (Stage.SETTLED, Stage.UNDER_WARRANTY, Stage.CLOSED)),
    SiteAct("projects:archive", _("Archive of the site"), settling.SEE_ARCHIVE, (*WORKING, Stage.COMPLETED, *AFTER_ACCEPTANCE)),
    SiteAct("aftersales:warranty", _("Warranty"), SEE_WARRANTIES, AFTER_ACCEPTANCE),
    SiteAct("aftersales:site-repairs", _("Take up a fault"), TAKE_REPAIRS, AFTER_ACCEPTANCE),
    SiteAct("aftersales:home-patrols", _("Check up on the home"), SEE_REPAIRS, AFTER_ACCEPTANCE),
    SiteAct("aftersales:site-tracks", _("Quality after delivery"), SEE_TRACKS, AFTER_ACCEPTANCE),
    SiteAct("projects:pauses", _("Pause the site"), site.INTERRUPT, UNFINISHED),
    SiteAct("projects:reopenings", _("One step back"), site.INTERRUPT, (*REOPENS, Stage.CANCELLED)),
    SiteAct("projects:resumptions", _("Let the site go on"), site.INTERRUPT, (Stage.PAUSED,)),
)  # fmt: skip


def for_file(lead: Any, project: Any, user: Any, standing: Any) -> list[Act]:
    """What this person can do from this file now."""
    if project is None:
        found = [Act(str(act.says), act.url, act.main) for act in leads.acts_of(lead, user, standing)]
        if standing.quotations or lead.stage in ("deposit_paid", "quoted"):
            found += _quotation(lead, user)
        if lead.stage == "quoted":
            found += _contract(lead, user)
        return found + _customer(lead, user)
    return [
        Act(str(act.verb), reverse(act.page, args=[project.ref]))
        for act in SITE_ACTS
        if project.stage in act.stages and within(project, user, act.policy)
    ] + _customer(lead, user)


def _customer(lead: Any, user: Any) -> list[Act]:
    """What concerns the customer and the home, whatever became of the enquiry."""
    mine = user.pk in (lead.designer_id, lead.customer_manager_id, lead.registered_by_id)
    meet = lead.stage == "contracted" and APPOINT.reaches(user, lead.store_id, own=mine)  # before the contract it stands among the enquiry's acts
    found = [Act(_now("Make an appointment"), reverse("leads:appointment-new") + f"?lead={lead.ref}")] if meet else []
    pages = (
        (_now("People of the home"), "leads:people", lead.ref, PEOPLE_OF_HOME),
        (_now("Profile of the customer"), "leads:profile", lead.customer_id, SEE_PROFILE),
        (_now("Merge with another customer"), "leads:merges", lead.customer_id, MERGE),
        (_now("Register a complaint"), "aftersales:complaint-register", lead.ref, TAKE_COMPLAINTS),
    )  # fmt: skip
    if WRITE_SLIPS.allows(user):
        found.append(Act(_now("Ask another department"), reverse("aftersales:slip-new") + f"?lead={lead.ref}"))
    return found + [Act(says, reverse(page, args=[what])) for says, page, what, policy in pages if policy.reaches(user, lead.store_id, own=mine)]


def _quotation(lead: Any, user: Any) -> list[Act]:
    may = QUOTE.scope(user)
    mine = may is not None and (may is not Scope.OWN or user.pk in (lead.designer_id, lead.customer_manager_id))
    return [Act(_now("Quotations"), reverse("leads:quotations", args=[lead.ref]))] if mine else []


def _contract(lead: Any, user: Any) -> list[Act]:
    mine = site.OPEN_PROJECT.reaches(user, lead.store_id, own=lead.customer_manager_id == user.pk)
    return [Act(_now("Make the contract"), reverse("projects:contract-new", args=[lead.ref]))] if mine else []


def within(project: Any, user: Any, policy: Policy) -> bool:
    """This site lies within the person's scope under a permission, or one of several joined by |."""
    if not isinstance(policy, Permission):
        return any(within(project, user, part) for part in getattr(policy, "parts", ()))
    return policy.reaches(user, project.store_id, own=is_mine(project, user))


# --- where a missing thing is done -----------------------------------------------------------------------------------

LEAD_PAGES = {
    "L03": "leads:consultations", "L10": "leads:proposal-decisions", "L22": "leads:order-agreements", "L23": "leads:deposits",
    "P01": "leads:surveys", "P02": "leads:drawings", "P04": "leads:drawings", "P05": "leads:quotations", "P06": "leads:quotations",
}  # fmt: skip


def of_gate(gate: Gate, link: str, lead: Any, project: Any) -> str:
    """The page where the missing thing of a gate is done: its own link, else that of the app above that makes its paper."""
    if link:
        return link
    if project is not None and gate.paper.startswith("I"):
        return reverse("inspections:for_project", args=[project.ref])
    if project is not None and gate.paper.startswith("S"):
        return reverse("aftersales:warranty", args=[project.ref])
    if project is None and gate.paper in LEAD_PAGES:
        return reverse(LEAD_PAGES[gate.paper], args=[lead.ref])
    return ""
