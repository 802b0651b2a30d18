"""What the links of a dossier's chain say to a reader: kind → sentence, second line, and where it stands in the filters."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from aftersales.choices import Satisfaction as Contentment
from aftersales.choices import VisitKind
from aftersales.choices_repairs import Cover, Mode, Outcome
from aftersales.choices_rounds import Outcome as PartOutcome
from config import acts
from config.jinja2 import language
from core.models import AuditEntry
from core.money import yuan
from inspections.checks import checks
from inspections.choices_order import Decision as FineDecision
from inspections.choices_order import IncidentKind, StepKind
from leads.choices import Channel, DrawingKind, LogSubject, LostReason, PersonRole, Satisfaction, SentBy
from leads.choices import Stage as LeadStage
from leads.choices_appointments import AppointmentKind
from leads.choices_follow_up import CaseCause, PoolCause, Remedy
from projects import plans
from projects.choices import Fact
from projects.choices import Stage as SiteStage
from projects.choices_bonds import BondKind
from projects.choices_days import DayOwner, DisputeOutcome, UnsignedOutcome
from projects.choices_preparation import FeeKind
from staff import posts

Facts = dict[str, Any]

MONEY, VISITS, CONTACTS, RECORD, NOISE = "money", "visits", "contacts", "record", "noise"


@dataclass(frozen=True)
class Line:
    """One kind of event in words."""

    title: object
    group: str = RECORD
    text: Callable[[Facts], str] = lambda facts: ""
    tone: str = ""


def _of(*names: str) -> Callable[[Facts], str]:
    """The facts of these names, one after the other."""
    return lambda facts: " · ".join(str(facts[name]) for name in names if facts.get(name) not in (None, "", [], {}))


def _items(facts: Facts) -> str:
    """How many lines were measured."""
    count = int(facts.get("items") or 0)
    return ngettext("%(num)s item", "%(num)s items", count) % {"num": count} if count else ""


def _amount(name: str) -> Callable[[Facts], str]:
    def words(facts: Facts) -> str:
        try:
            amount = yuan(Decimal(str(facts[name])))
            return f"{'−' if amount < 0 else ''}¥{abs(amount):,.2f}"
        except (KeyError, InvalidOperation):
            return ""

    return words


def _label(choices: Any, name: str) -> Callable[[Facts], str]:
    def words(facts: Facts) -> str:
        value = facts.get(name, "")
        return str(choices(value).label) if value in choices.values else str(value)

    return words


def _work(facts: Facts) -> str:
    """The work that needs a permission, in words."""
    work = plans.works().get(str(facts.get("work", "")))
    return str(work or facts.get("work", ""))


def _join(*parts: Callable[[Facts], str]) -> Callable[[Facts], str]:
    return lambda facts: " · ".join(words for part in parts if (words := part(facts)))


def _check(facts: Facts) -> str:
    """The check with its name: C3 水电隐蔽."""
    found = checks().get(facts.get("check", ""))
    return f"{found.code} {found.en if language() == 'en' else found.zh}" if found else str(facts.get("check", ""))


def _number(name: str, says: object) -> Callable[[Facts], str]:
    """A number in its sentence."""
    return lambda facts: str(says).format(n=facts[name]) if name in facts else ""


def _act(facts: Facts) -> str:
    return acts.says(facts.get("clock", ""))


LINES: dict[str, Line] = {
    "core.paper_issued": Line(_("A paper was issued"), text=_of("ref")),
    "core.paper_signed": Line(_("Signed by {name}"), text=_of("ref")),
    "core.paper_sealed": Line(_("The paper was sealed"), NOISE, _of("ref")),
    "core.paper_voided": Line(_("A paper was declared void"), text=_of("ref", "reason")),
    "core.paper_stale": Line(_("A paper no longer fits"), text=_of("ref", "reason")),
    "core.attachment_kept": Line(_("A photo or file was kept"), text=_of("caption")),
    "core.clock_paused": Line(_("A clock is held"), text=_join(_act, _of("reason"))),
    "core.clock_resumed": Line(_("A clock runs on"), text=_act),
    "core.clock_agreed": Line(_("Another date was agreed with the customer"), CONTACTS, _act),
    "config.scan_offered": Line(_("The scan of a signed original was handed in"), text=_of("ref", "name")),
    "leads.lead_registered": Line(_("Registered"), text=_of("origin_note")),
    "leads.designer_assigned": Line(_("Assigned to {name}")),
    "leads.designer_changed": Line(_("Now with {name}, before with {before}"), text=_of("reason")),
    "leads.appointment_made": Line(_("Appointment: {when}"), CONTACTS, _join(_label(AppointmentKind, "what"), _of("person", "place"))),
    "leads.appointment_moved": Line(_("Appointment moved from {before} to {when}"), CONTACTS, _join(_label(AppointmentKind, "what"), _of("reason"))),
    "leads.appointment_cancelled": Line(_("Appointment of {when} called off"), CONTACTS, _join(_label(AppointmentKind, "what"), _of("reason"))),
    "leads.appointment_kept": Line(_("Appointment of {when} kept"), VISITS, _join(_label(AppointmentKind, "what"), _of("note"))),
    "leads.appointment_missed_customer": Line(_("The customer did not come on {when}"), CONTACTS, _join(_label(AppointmentKind, "what"), _of("note"))),
    "leads.appointment_missed_us": Line(_("We did not come on {when}"), CONTACTS, _join(_label(AppointmentKind, "what"), _of("note")), "late"),
    "leads.feed_opened": Line(_("Calendar address made"), NOISE),
    "leads.feed_closed": Line(_("Calendar address switched off"), NOISE),
    "leads.text_worded": Line(_("A message was worded anew"), text=_of("code", "version")),
    "leads.show_home_added": Line(_("A show home was added"), text=_of("name")),
    "leads.show_home_changed": Line(_("A show home was corrected"), text=_of("name")),
    "leads.show_home_visited": Line(_("A show home was visited"), VISITS, _of("name", "note")),
    "leads.show_home_closed": Line(_("A show home is shown no more"), text=_of("name", "reason")),
    "leads.show_homes_published": Line(_("Notice {seq} of the show homes published")),
    "leads.desk_hours_set": Line(_("Hours of the store set"), text=_of("opens", "closes")),
    "leads.shift_planned": Line(_("{name} was put on the roster of {day}"), text=_of("reason")),
    "leads.shift_ended": Line(_("{name} was taken off the roster of {day}"), text=_of("reason")),
    "leads.contact_noted": Line(
        _("Contact with the customer"), CONTACTS, _join(_label(Channel, "channel"), _of("note"))
    ),
    "leads.phone_revealed": Line(_("A telephone number was opened"), NOISE),
    "leads.consultation_recorded": Line(_("Consultation {seq}"), VISITS),
    "leads.consultation_corrected": Line(_("The record of consultation {seq} was corrected"), text=_of("reason")),
    "leads.consultation_refused": Line(
        _("The customer refused to sign consultation {seq}"), VISITS, _of("reason"), "late"
    ),
    "leads.proposal_presented": Line(_("Design preview {seq} presented"), VISITS, _amount("estimate")),
    "leads.proposal_accepted": Line(_("The customer accepted the design preview"), CONTACTS),
    "leads.proposal_declined": Line(_("The customer asks for changes to the preview"), CONTACTS, _of("note", "reason")),
    "leads.proposal_call_made": Line(
        _("Call after the first preview"), CONTACTS, _join(_label(Satisfaction, "satisfaction"), _of("problems"))
    ),
    "leads.order_agreement_issued": Line(_("Order agreement issued"), MONEY, _amount("amount")),
    "leads.deposit_received": Line(_("Deposit received"), MONEY, _join(_amount("amount"), _of("payer"))),
    "leads.deposit_reversed": Line(_("Deposit reversed"), MONEY, _join(_amount("amount"), _of("reason")), "late"),
    "leads.refund_asked": Line(_("Refund of the deposit asked for"), MONEY, _join(_amount("amount"), _of("reason"))),
    "leads.refund_refused": Line(_("Refund of the deposit refused"), MONEY, _of("reason"), "late"),
    "leads.deposit_refunded": Line(_("Deposit given back"), MONEY, _join(_amount("amount"), _of("payee", "reason"))),
    "leads.deposit_kept": Line(_("Earnest money kept"), MONEY, _of("reason")),
    "leads.promise_made": Line(_("Promised by {owner} until {until}"), CONTACTS, _of("text")),
    "leads.promise_kept": Line(_("A promise was kept"), CONTACTS, _of("text", "word")),
    "leads.promise_broken": Line(_("A promise was broken"), CONTACTS, _of("text", "word"), "late"),
    "leads.account_opened": Line(_("Account {name} opened"), MONEY, _amount("opening")),
    "leads.account_changed": Line(_("Account {name} changed"), MONEY),
    "leads.account_closed": Line(_("Account {name} closed"), MONEY),
    "leads.money_moved": Line(_("Money moved from {source} to {target}"), MONEY, _join(_amount("amount"), _of("note"))),
    "leads.till_closed": Line(_("{account} closed for {day}"), MONEY, _join(_amount("counted"), _of("reason"))),
    "leads.till_checked": Line(_("{account} of {day} checked"), MONEY, _of("note")),
    "leads.scheme_ready": Line(_("The scheme is ready, a meeting is agreed"), text=_of("summary")),
    "leads.drawing_added": Line(_("{drawing_says} v{version} put in"), text=_of("title", "changes", "reason")),
    "leads.drawing_passed": Line(_("{drawing_says} v{version} passed the check"), text=_of("points")),
    "leads.drawing_sent_back": Line(_("{drawing_says} v{version} was sent back"), text=_of("points"), tone="late"),
    "leads.drawing_confirmed": Line(_("{name} confirmed {drawing_says} v{version}"), CONTACTS, _label(Channel, "channel")),
    "leads.measuring_noted": Line(_("Measured for free"), VISITS, _of("note")),
    "leads.survey_recorded": Line(_("Site survey"), VISITS),
    "leads.survey_corrected": Line(_("The site survey was corrected"), VISITS, _of("reason")),
    "leads.quotation_drafted": Line(_("Quotation {version} begun"), NOISE),
    "leads.quotation_edited": Line(_("Quotation {version} edited"), NOISE),
    "leads.quotation_repriced": Line(_("Quotation {version} taken over to another price list"), NOISE),
    "leads.quotation_terms_set": Line(_("Terms of quotation {version} set"), NOISE),
    "leads.quotation_issued": Line(_("Quotation {version} issued"), text=_amount("total")),
    "leads.quotation_accepted": Line(_("The customer accepted quotation {version}"), CONTACTS),
    "leads.quotation_chosen": Line(_("Options and alternatives of quotation {version} chosen"), NOISE),
    "leads.quotation_sheet_taken": Line(_("An edited sheet was taken into quotation {version}"), NOISE),
    "leads.quotation_sent": Line(_("Quotation {version} was sent"), CONTACTS, _join(_label(SentBy, "channel"), _of("to"))),
    "leads.package_applied": Line(_("A package was put under quotation {version}"), NOISE, _join(_of("package"), _amount("amount"))),
    "leads.package_left": Line(_("The package was taken from quotation {version}"), NOISE, _of("package")),
    "leads.packages_published": Line(_("Packages of the price list published"), text=_of("price_list")),
    "leads.discount_asked": Line(_("A discount of {percent} % asked for"), MONEY, _join(_amount("amount"), _of("reason"))),
    "leads.discount_approved": Line(_("A discount of {percent} % approved"), MONEY, _join(_amount("amount"), _of("answer"))),
    "leads.discount_refused": Line(_("A discount of {percent} % refused"), MONEY, _join(_amount("amount"), _of("answer")), "late"),
    "leads.discount_lapsed": Line(_("A discount of {percent} % lapsed"), MONEY, _join(_amount("amount"), _of("reason"))),
    "leads.home_corrected": Line(_("What is known of the home was corrected"), text=_of("reason")),
    "leads.manager_changed": Line(_("Customer manager now {name}, before {before}"), text=_of("reason")),
    "leads.handed_over": Line(_("Handed over from {before} to {name}"), text=_of("standing", "promised")),
    "leads.hand_over_read": Line(_("{name} has read the hand-over")),
    "leads.fell_into_pool": Line(_("Fell into the public pool"), text=_join(_label(PoolCause, "cause"), _of("before")), tone="late"),
    "leads.put_into_pool": Line(_("Put into the public pool"), text=_of("reason", "before")),
    "leads.taken_from_pool": Line(_("{name} took it from the pool")),
    "leads.taken_out_of_pool": Line(_("Taken out of the pool"), text=_of("reason")),
    "leads.hotline_opened": Line(_("Hotline case {seq} opened"), CONTACTS, _join(_label(CaseCause, "cause"), _of("words")), "late"),
    "leads.hotline_taken": Line(_("{name} took hotline case {seq}")),
    "leads.hotline_asked": Line(_("Hotline case {seq}: the customer was heard"), CONTACTS, _join(_of("wish"), _label(Remedy, "proposed"))),
    "leads.hotline_decided": Line(_("Hotline case {seq} decided"), text=_join(_label(Remedy, "remedy"), _of("decision"))),
    "leads.hotline_closed": Line(_("Hotline case {seq} closed"), CONTACTS, _join(_label(Satisfaction, "satisfaction"), _of("words"))),
    "leads.care_call": Line(_("Return visit"), CONTACTS, _join(_label(Satisfaction, "satisfaction"), _of("with_what", "note"))),
    "leads.loss_confirmed": Line(_("The loss was confirmed"), text=_of("note")),
    "leads.loss_sent_back": Line(_("The loss was sent back"), text=_of("reason"), tone="late"),
    "leads.person_added": Line(_("{name} belongs to the home"), text=_label(PersonRole, "role")),
    "leads.person_ended": Line(_("{name} no longer belongs to the home"), text=_of("reason")),
    "leads.customers_merged": Line(_("{merged} and {kept} are one customer"), text=_of("reason")),
    "leads.customers_parted": Line(_("{kept} and {merged} are two customers again"), text=_of("reason")),
    "leads.customer_judged": Line(_("The class was judged"), text=_of("reason")),
    "leads.contact_banned": Line(_("The customer does not want to be contacted"), CONTACTS, _of("reason"), "late"),
    "leads.contact_allowed": Line(_("The customer may be contacted again"), CONTACTS, _of("reason")),
    "leads.profile_kept": Line(_("The profile was brought up to date"), NOISE, _of("note")),
    "leads.call_noted": Line(_("The customer called"), CONTACTS, _join(_label(LogSubject, "subject"), _of("note"))),
    "leads.call_passed": Line(_("The call was passed to {passed_to}"), CONTACTS),
    "leads.call_settled": Line(_("The call was dealt with"), CONTACTS, _of("handling")),
    "leads.call_linked": Line(_("A call belongs to this file"), CONTACTS, _join(_label(LogSubject, "subject"), _of("note"))),
    "leads.visit_noted": Line(_("The customer came in"), VISITS, _join(_label(LogSubject, "subject"), _of("note"))),
    "leads.visit_passed": Line(_("The visitor was passed to {passed_to}"), VISITS),
    "leads.visit_settled": Line(_("The visit was dealt with"), VISITS, _of("handling")),
    "leads.visit_linked": Line(_("A visit belongs to this file"), VISITS, _join(_label(LogSubject, "subject"), _of("note"))),
    "leads.estate_kept": Line(_("Estate {name} was written down")),
    "leads.phase_added": Line(_("Estate: hand-over of {name}")),
    "leads.phase_withdrawn": Line(_("Estate: hand-over of {name} taken out")),
    "leads.source_kept": Line(_("Source {code} was changed")),
    "leads.lead_lost": Line(_("Closed as lost"), text=_join(_label(LostReason, "reason"), _of("note"))),
    "leads.lead_reopened": Line(_("Opened again"), text=_of("reason")),
    "leads.lead_won": Line(_("The enquiry became a contract"), text=_amount("total")),
    "leads.lead_withdrawn": Line(_("The import was withdrawn"), text=_of("reason")),
    "leads.stage_changed": Line(_("Stage: {stage}"), text=_label(LeadStage, "to")),
    "projects.contract_made": Line(_("Contract made out"), text=_join(_amount("total"), _of("serial"))),
    "projects.contract_handed_in": Line(_("The signed contract was handed in")),
    "projects.contract_archived": Line(_("The contract was filed")),
    "projects.contact_page_issued": Line(_("The contact page was handed over")),
    "projects.contract_signed": Line(_("Both sides have signed the contract")),
    "projects.opened_to_visitors": Line(_("The site may be visited"), text=_of("consent", "consented_on")),
    "projects.closed_to_visitors": Line(_("The site is shown no more"), text=_of("reason")),
    "projects.people_assigned": Line(_("People of the site named"), text=lambda facts: posts.listed(str(name) for name in facts.values())),
    "projects.permit_filed": Line(_("Application for the permit written"), text=_of("until_on")),
    "projects.permit_approved": Line(_("The property office has approved"), text=_of("number", "valid_until")),
    "projects.permit_rejected": Line(_("The property office has rejected the application"), text=_of("reason"), tone="late"),
    "projects.pass_registered": Line(_("Worker pass registered"), text=_of("worker", "valid_until")),
    "projects.passes_returned": Line(_("Worker passes returned")),
    "projects.drawings_reviewed": Line(_("Drawings and budget reviewed"), VISITS, _of("drawing", "budget")),
    "projects.property_asked": Line(_("Asked of the property office"), text=_of("what")),
    "projects.property_approved": Line(_("The property office permits"), text=_of("what", "number")),
    "projects.property_rejected": Line(_("The property office refuses"), text=_of("what", "reason"), tone="late"),
    "projects.need_planned": Line(_("A work that needs a permission is planned"), text=_join(_work, _of("planned_on"))),
    "projects.work_begun": Line(_("A permitted work has begun"), VISITS, _join(_work, _of("permit"))),
    "projects.work_dropped": Line(_("A planned work was dropped"), text=_join(_work, _of("reason"))),
    "projects.fee_asked": Line(_("The property office asks for money"), MONEY, _join(_label(FeeKind, "fee"), _amount("amount"))),
    "projects.fee_paid": Line(_("Paid to the property office"), MONEY, _join(_label(FeeKind, "fee"), _amount("amount"))),
    "projects.fee_returned": Line(_("The property office gave back"), MONEY, _join(_label(FeeKind, "fee"), _amount("amount"))),
    "projects.day_worker": Line(_("Somebody worked here for a day"), text=_of("worker", "on")),
    "projects.pass_collected": Line(_("A worker pass was collected"), text=_of("worker", "number")),
    "projects.doubt_raised": Line(_("A doubt was raised"), VISITS, _of("text")),
    "projects.doubt_answered": Line(_("A doubt was answered"), VISITS, _of("text", "answer")),
    "projects.doubt_closed": Line(_("A doubt was closed"), VISITS, _of("text")),
    "projects.pre_surveyed": Line(_("The house was compared with drawings and budget"), VISITS, _of("present")),
    "projects.crew_assigned": Line(_("A crew was sent"), text=_of("crew", "trades")),
    "projects.foreman_price_agreed": Line(_("A price was agreed with the foreman"), text=_of("foreman")),
    "projects.foreman_deducted": Line(_("Something was taken off the foreman's settlement"), MONEY, _of("foreman"), "late"),
    "projects.foreman_deduction_withdrawn": Line(_("A deduction of the foreman counts no more"), MONEY, _of("foreman")),
    "projects.foreman_labour_agreed": Line(_("The labour of change {seq} was agreed with the foreman"), MONEY, _of("foreman")),
    "projects.foreman_labour_withdrawn": Line(_("The labour of change {seq} counts no more"), MONEY, _of("foreman")),
    "projects.foreman_statement": Line(_("A statement for the foreman was written"), MONEY, _of("foreman")),
    "projects.foreman_approved": Line(_("The foreman's statement was approved"), MONEY, _of("foreman")),
    "projects.foreman_refused": Line(_("The foreman's statement was refused"), MONEY, _of("foreman"), "late"),
    "projects.foreman_paid": Line(_("The foreman was paid"), MONEY, _of("foreman")),
    "projects.foreman_payment_reversed": Line(_("A payment to the foreman was taken back"), MONEY, _of("foreman"), "late"),
    "projects.commission_registered": Line(_("The supervisor's commission was registered"), MONEY, _of("supervisor")),
    "projects.commission_approved": Line(_("The supervisor's commission was approved"), MONEY, _of("supervisor")),
    "projects.commission_withdrawn": Line(_("The supervisor's commission was withdrawn"), MONEY, _of("supervisor")),
    "projects.expense_recorded": Line(_("An expense of the site was noted"), MONEY, _of("what")),
    "projects.expense_withdrawn": Line(_("An expense of the site counts no more"), MONEY, _of("what", "reason")),
    "projects.saving_proposed": Line(_("A proposal about cost"), text=_of("text")),
    "projects.saving_reviewed": Line(_("A proposal about cost was reviewed"), text=_of("text", "reason")),
    "projects.cleaning_ordered": Line(_("The cleaning was ordered"), text=_of("contractor", "on")),
    "projects.cleaned": Line(_("The home is clean"), text=_of("contractor")),
    "projects.cleaning_withdrawn": Line(_("The cleaning was called off"), text=_of("contractor", "reason")),
    "projects.hand_over_written": Line(_("The hand-over of the home was written")),
    "projects.documents_listed": Line(_("The documents for the customer were listed")),
    "projects.archived": Line(_("The file stands on its shelf"), text=_of("number", "shelf")),
    "projects.document_out": Line(_("A document left the archive"), text=_of("what", "to")),
    "projects.document_back": Line(_("A document is back"), text=_of("what", "to")),
    "projects.costs_closed": Line(_("The month of the site costs was closed"), text=_of("month")),
    "projects.completions_told": Line(_("Finance was told of the finished sites"), text=_of("month")),
    "projects.notice_issued": Line(_("The works notice went out")),
    "projects.schedule_drawn": Line(_("The schedule was drawn"), text=_of("starts_on", "ends_on")),
    "projects.phase_moved": Line(_("A phase was moved"), text=_of("phase", "start", "end", "reason")),
    "projects.phase_begun": Line(_("A phase has begun"), VISITS, _of("phase", "on")),
    "projects.phase_finished": Line(_("A phase is finished"), VISITS, _of("phase", "on")),
    "projects.schedule_issued": Line(_("The schedule was written for the customer")),
    "projects.material_added": Line(_("A material is on the list"), text=_of("name", "needed_on")),
    "projects.material_ordered": Line(_("A material was ordered"), text=_of("name", "supplier", "promised_on")),
    "projects.material_arrived": Line(_("A material has arrived"), text=_of("name", "on")),
    "projects.material_refused": Line(_("A material went back"), text=_of("name", "reason", "promised_on"), tone="late"),
    "projects.material_installed": Line(_("A material is installed"), text=_of("name", "on")),
    "projects.material_dropped": Line(_("A material is not needed"), text=_of("name", "reason")),
    "projects.material_list_issued": Line(_("The material list was written for the customer")),
    "projects.disclosure_recorded": Line(_("Technical disclosure on site"), VISITS),
    "projects.crew_arrived": Line(_("The crew is on the site"), VISITS, _of("crew")),
    "projects.change_asked": Line(_("Change {seq}: the customer asks"), CONTACTS, _of("wish")),
    "projects.change_answered": Line(_("Change {seq}: the designer answers"), text=_of("answer")),
    "projects.change_issued": Line(_("Change {seq} priced"), text=_amount("amount")),
    "projects.change_withdrawn": Line(_("Change {seq} withdrawn"), text=_of("reason")),
    "projects.work_stopped": Line(_("Work stands still from {from_on}"), VISITS, _join(_label(DayOwner, "owner"), _of("reason")), "late"),
    "projects.work_resumed": Line(_("Work goes on after {until_on}"), VISITS, _of("from_on")),
    "projects.day_lost": Line(_("A day was lost: {on}"), VISITS, _join(_label(DayOwner, "owner"), _of("reason"))),
    "projects.day_struck": Line(_("The lost day {on} was struck"), VISITS, _of("reason")),
    "projects.extension_written": Line(_("Extension {seq} written: +{days} d"), text=_of("due_on")),
    "projects.extension_signed": Line(_("Extension {seq} signed by both sides"), text=_of("due_on")),
    "projects.extension_withdrawn": Line(_("Extension {seq} withdrawn"), text=_of("reason")),
    "projects.unsigned_work": Line(_("Work was done without a signature"), VISITS, _of("what", "who", "on"), "late"),
    "projects.unsigned_work_ended": Line(_("What became of unsigned work"), text=_join(_label(UnsignedOutcome, "outcome"), _of("what", "says"))),
    "projects.off_list_asked": Line(_("Change {seq}: a price outside the list"), text=_join(_of("name"), _amount("amount"), _of("reason"))),
    "projects.off_list_decided": Line(_("Change {seq}: decided on a price outside the list"), text=_of("name", "answer")),
    "projects.settlement_disputed": Line(_("The customer disputes the settlement"), MONEY, _of("line", "words"), "late"),
    "projects.dispute_answered": Line(_("The dispute is answered"), MONEY, _join(_label(DisputeOutcome, "outcome"), _of("answer"))),
    "projects.payment_received": Line(_("Payment received"), MONEY, _join(_amount("amount"), _of("payer"))),
    "projects.payment_reversed": Line(_("Payment reversed"), MONEY, _join(_amount("amount"), _of("reason")), "late"),
    "projects.payment_reminded": Line(_("Reminded of a payment"), MONEY, _join(_of("instalment"), _amount("amount"))),
    "projects.credit_used": Line(_("Credit used"), MONEY, _amount("amount")),
    "projects.refund_asked": Line(_("Credit asked back"), MONEY, _join(_amount("amount"), _of("reason"))),
    "projects.refund_refused": Line(_("Giving credit back was refused"), MONEY, _of("reason"), "late"),
    "projects.credit_refunded": Line(_("Credit given back"), MONEY, _join(_amount("amount"), _of("payee", "reason"))),
    "projects.supplement_issued": Line(_("Supplement {seq} written"), text=_of("reason")),
    "projects.supplement_withdrawn": Line(_("Supplement {seq} withdrawn"), text=_of("reason")),
    "projects.supplement_applied": Line(_("Supplement {seq} in force")),
    "projects.contract_corrected": Line(_("The unsigned contract was corrected"), text=_of("reason")),
    "projects.overview_issued": Line(_("Performance overview printed")),
    "projects.stock_counted": Line(_("Blank contracts counted"), text=_of("month", "found", "missing")),
    "projects.month_closed": Line(_("Contract statistics of {month} closed")),
    "projects.midterm_settled": Line(_("Mid-term and changes settled"), MONEY, _amount("changes")),
    "projects.finally_settled": Line(_("Final settlement"), MONEY, _amount("balance")),
    "projects.stage_advance": Line(_("Stage reached"), text=_label(SiteStage, "target")),
    "projects.stage_reopen": Line(_("One step back"), text=_join(_label(SiteStage, "target"), _of("reason")), tone="late"),
    "projects.stage_pause": Line(_("The site is paused"), text=_of("reason")),
    "projects.stage_resume": Line(_("The site goes on"), text=_label(SiteStage, "target")),
    "projects.stage_cancel": Line(_("The site is cancelled"), text=_of("reason"), tone="late"),
    "projects.fact_cleared": Line(_("Established"), text=_label(Fact, "fact")),
    "projects.fact_revoked": Line(_("No longer so"), text=_join(_label(Fact, "fact"), _of("reason")), tone="late"),
    "projects.gate_waived": Line(_("Gate {gate} let pass with a reason"), text=_of("reason")),
    "inspections.check_announced": Line(_("Check announced"), VISITS, _check),
    "inspections.check_opened": Line(_("Check begun"), VISITS, _check),
    "inspections.item_recorded": Line(_("An item was checked"), NOISE, _of("check", "item")),
    "inspections.items_recorded": Line(_("Items were checked"), NOISE, _of("check")),
    "inspections.check_passed": Line(_("Check passed"), VISITS, _check),
    "inspections.check_failed": Line(_("Check not passed"), VISITS, _check, "late"),
    "inspections.deferred_recorded": Line(_("An item that was left open was checked"), VISITS, _of("item")),
    "inspections.paper_reissued": Line(_("The check's paper was written anew"), text=_of("reason")),
    "inspections.item_left_out_confirmed": Line(_("An item left out was confirmed"), text=_of("item", "reason")),
    "inspections.item_waived": Line(_("An item was let pass with a reason"), text=_of("item", "reason")),
    "inspections.patrol_recorded": Line(_("Patrol {number}"), VISITS),
    "inspections.patrols_planned": Line(_("Patrols planned"), text=_of("inspector", "count")),
    "inspections.deviation_announced": Line(_("A planned patrol will be otherwise"), text=_of("was_on", "new_on", "reason")),
    "inspections.deviation_explained": Line(_("A planned patrol that was not made was explained"), text=_of("was_on", "reason"), tone="late"),
    "inspections.must_visit": Line(_("Must-visit {check}: the inspector was there"), VISITS, _of("content")),
    "inspections.exchange": Line(_("Exchange {number} with the customer"), CONTACTS, _of("content")),
    "inspections.book_closed": Line(_("The customer service booklet was closed"), VISITS),
    "inspections.trade_accepted": Line(_("{trade}: accepted"), VISITS),
    "inspections.trade_refused": Line(_("{trade}: not accepted"), VISITS, _of("note"), "late"),
    "inspections.progress_reported": Line(_("Progress was reported"), VISITS, _of("done", "trouble")),
    "inspections.progress_read": Line(_("The report of progress was read"), NOISE),
    "inspections.joint_held": Line(_("Joint inspection held"), VISITS, lambda facts: posts.listed(facts.get("crews", []))),
    "inspections.joint_visit": Line(_("Looked at in a joint inspection"), VISITS, _of("note")),
    "inspections.crew_rated": Line(_("Crew {crew} was rated"), text=_of("month", "total")),
    "projects.bond_asked": Line(_("The contract asks for a bond or insurance"), text=_join(_label(BondKind, "bond"), _of("due_on"))),
    "projects.bond_filed": Line(_("A bond or insurance was filed"), text=_join(_label(BondKind, "bond"), _of("number", "until"))),
    "projects.bond_ended": Line(_("A bond or insurance has ended"), text=_join(_label(BondKind, "bond"), _of("number", "reason"))),
    "projects.old_debt_registered": Line(_("An old debt was entered"), MONEY, _join(_amount("amount"), _of("ref"))),
    "projects.old_debt_tried": Line(_("An old debt was asked for"), text=_of("says", "next_on", "ref")),
    "projects.old_debt_handed": Line(_("{to} collects an old debt from now on"), text=_of("ref")),
    "projects.old_debt_paid": Line(_("Money came on an old debt"), MONEY, _join(_amount("amount"), _of("ref"))),
    "projects.old_debt_reversed": Line(_("A receipt on an old debt was taken back"), MONEY, _join(_amount("amount"), _of("reason", "ref")), "late"),
    "projects.old_debt_given_up": Line(_("An old debt was given up"), MONEY, _join(_amount("amount"), _of("reason", "ref")), "late"),
    "inspections.measured": Line(_("Quantities were measured ({number})"), text=_items),
    "inspections.measurement_confirmed": Line(_("The measurement {number} was confirmed by the second person")),
    "inspections.measurement_withdrawn": Line(_("The measurement {number} was withdrawn"), text=_of("reason"), tone="late"),
    "inspections.material_reported": Line(_("Quality and material use were reported"), text=_of("starts_on", "ends_on")),
    "inspections.meeting_held": Line(_("Site meeting of {month}"), text=_of("topics")),
    "inspections.month_published": Line(_("Patrols and joint inspections of {month} published")),
    "inspections.checked_in": Line(_("Reported back in the evening"), NOISE, _of("on")),
    "inspections.reason_given": Line(_("{person} said why something was missed"), text=_of("on", "reason")),
    "inspections.reason_ruled": Line(_("The reason of {person} was decided on"), text=_of("on", "ruling")),
    "inspections.rectification_answered": Line(_("Rectification {number}: mended"), VISITS, _of("text")),
    "inspections.rectification_planned": Line(_("Rectification {number}: planned"), VISITS, _of("text", "done_by")),
    "inspections.site_walked": Line(_("Walk {number} through the site"), VISITS, _number("score", _("score {n}"))),
    "inspections.goods_accepted": Line(_("A delivery came"), VISITS, _of("supplier")),
    "inspections.goods_taken_out": Line(_("Refused goods left the site"), VISITS, _of("name", "on")),
    "inspections.fine_written": Line(_("Fine slip {number} was written"), MONEY, _join(_of("reason"), _amount("amount"))),
    "inspections.fine_confirmed": Line(_("Fine slip {number} was confirmed"), MONEY, _amount("amount")),
    "inspections.fine_not_signed": Line(_("Fine slip {number}: the foreman did not sign"), MONEY, _of("words", "witness"), "late"),
    "inspections.fine_appealed": Line(_("Fine slip {number}: appealed"), MONEY, _of("words")),
    "inspections.fine_decided": Line(_("Fine slip {number}: the appeal is decided"), MONEY, _join(_label(FineDecision, "decision"), _of("words"))),
    "inspections.fine_voided": Line(_("Fine slip {number} is void"), MONEY, _of("reason")),
    "inspections.fine_stands": Line(_("Fine slip {number} stands"), MONEY, _amount("amount")),
    "inspections.day_written": Line(_("A page of the diary"), VISITS, _of("day")),
    "inspections.day_looked_at": Line(_("A page of the diary was looked at"), NOISE, _of("day", "remark")),
    "inspections.note_written": Line(_("Note {number} of the owner"), CONTACTS, _of("problem", "told_to")),
    "inspections.note_answered": Line(_("Note {number} of the owner was answered"), CONTACTS, _of("answer")),
    "inspections.crew_briefed": Line(_("A crew was told the rules of safety"), VISITS, _of("crew")),
    "inspections.incident_reported": Line(_("Reported at once: incident {number}"), VISITS, _join(_label(IncidentKind, "incident"), _of("what")), "late"),
    "inspections.incident_step": Line(_("Incident {number}: next step"), VISITS, _join(_label(StepKind, "step"), _of("text"))),
    "inspections.tool_registered": Line(_("An instrument was registered"), text=_of("tool")),
    "inspections.tool_calibrated": Line(_("An instrument was calibrated"), text=_of("tool", "until")),
    "inspections.tool_retired": Line(_("An instrument was retired"), text=_of("tool", "reason")),
    "inspections.rectification_rechecked": Line(_("Rectification {number}: looked at again"), VISITS, _of("note")),
    "aftersales.warranty_opened": Line(_("The statutory warranty runs"), text=_of("starts_on", "last_on")),
    "aftersales.warranty_withdrawn": Line(_("The warranty was withdrawn"), text=_of("reason"), tone="late"),
    "aftersales.card_issued": Line(_("The warranty card was made out")),
    "aftersales.evaluation_recorded": Line(_("The customer filled in the evaluation"), CONTACTS),
    "aftersales.evaluation_signed": Line(_("The customer signed the evaluation"), CONTACTS),
    "aftersales.fault_told": Line(_("A fault was told"), VISITS, _of("where", "ref")),
    "aftersales.repair_sorted": Line(_("The repair was sorted"), VISITS, _join(_label(Cover, "cover"), _of("reason", "ref"))),
    "aftersales.refusal_confirmed": Line(_("A second person confirmed the refusal"), VISITS, _of("ref")),
    "aftersales.diagnosed": Line(_("A technician called the owner"), VISITS, _join(_label(Mode, "mode"), _of("ref"))),
    "aftersales.technician_sent": Line(_("A technician is sent"), VISITS, _of("who", "ref")),
    "aftersales.order_moved": Line(_("The visit of the technician was moved"), VISITS, _of("who", "reason", "ref")),
    "aftersales.order_cancelled": Line(_("The visit of the technician was called off"), VISITS, _of("reason", "ref")),
    "aftersales.technician_left": Line(_("The technician set out"), NOISE, _of("ref")),
    "aftersales.technician_arrived": Line(_("The technician is at the door"), VISITS, _of("ref")),
    "aftersales.site_noted": Line(_("What was found was noted before the work"), VISITS, _join(_amount("charge"), _of("ref"))),
    "aftersales.repair_done": Line(_("The repair was noted as done"), VISITS, _of("ref")),
    "aftersales.technician_back": Line(_("The feedback was handed in"), RECORD, _of("ref")),
    "aftersales.repair_called": Line(_("Call on the day of the repair"), CONTACTS, _join(_label(Outcome, "outcome"), _of("ref"))),
    "aftersales.repair_filed": Line(_("The repair was filed"), RECORD, _of("ref")),
    "aftersales.repair_withdrawn": Line(_("The repair was withdrawn"), RECORD, _of("reason", "ref")),
    "aftersales.phone_shown": Line(_("The number for a repair was looked at"), NOISE, _of("ref")),
    "aftersales.repair_paid": Line(_("Money of a repair came in"), MONEY, _join(_amount("amount"), _of("ref"))),
    "aftersales.repair_cost": Line(_("The cost of a repair was noted"), RECORD, _of("ref")),
    "aftersales.home_patrol": Line(_("Somebody looked at the finished home"), VISITS, _of("problem", "repair")),
    "aftersales.complaint_opened": Line(_("A complaint was registered"), CONTACTS, _of("ref")),
    "aftersales.complaint_classed": Line(_("The class of a complaint was said"), text=_of("ref")),
    "aftersales.complaint_promised": Line(_("An answer was promised to the complainant"), CONTACTS, _of("ref")),
    "aftersales.complaint_talk": Line(_("Talk with the complainant"), CONTACTS, _of("ref")),
    "aftersales.complaint_judged": Line(_("A complaint was judged"), text=_of("ref")),
    "aftersales.complaint_handed": Line(_("A complaint was handed to somebody else"), text=_of("ref")),
    "aftersales.complaint_named": Line(_("It was noted whom a complaint is about"), NOISE, _of("ref")),
    "aftersales.complaint_phone": Line(_("The number of a complainant was looked at"), NOISE, _of("ref")),
    "aftersales.complaint_investigated": Line(_("A complaint was investigated"), text=_of("ref")),
    "aftersales.complaint_proposed": Line(_("A solution was proposed"), text=_of("ref")),
    "aftersales.complaint_approved": Line(_("The leader in charge approved a solution"), text=_of("ref")),
    "aftersales.complaint_sent_back": Line(_("The leader in charge wants it investigated once more"), text=_of("ref")),
    "aftersales.complaint_signed": Line(_("The customer signed the solution"), CONTACTS, _of("ref")),
    "aftersales.complaint_not_signed": Line(_("The customer did not sign the solution"), CONTACTS, _of("ref"), "late"),
    "aftersales.complaint_carried": Line(_("The solution was carried out"), VISITS, _of("ref")),
    "aftersales.complaint_closed": Line(_("A complaint was summed up and closed"), text=_of("ref")),
    "aftersales.complaint_reopened": Line(_("A complaint was opened again"), text=_of("ref"), tone="late"),
    "aftersales.complaint_check_item": Line(_("A check item was proposed"), text=_of("check", "ref")),
    "aftersales.complaint_check_item_decided": Line(_("A proposed check item was decided"), text=_of("item", "ref")),
    "aftersales.complaint_report": Line(_("The complaints were reported"), text=_of("starts_on")),
    "aftersales.shift_handed_over": Line(_("The shift of customer service was handed over")),
    "aftersales.return_visit": Line(_("Return visit, attempt {attempt}"), CONTACTS, _label(VisitKind, "visit")),
    "aftersales.round_drawn": Line(_("A return-visit list was drawn"), text=_of("name", "ref")),
    "aftersales.round_started": Line(_("A return-visit list was handed out"), text=_of("name", "ref")),
    "aftersales.round_dropped": Line(_("A return-visit list was thrown away"), text=_of("name", "ref")),
    "aftersales.round_closed": Line(_("A return-visit round was closed with its report"), text=_of("name", "ref")),
    "aftersales.round_called": Line(
        _("Return visit of a round, attempt {attempt}"), CONTACTS, _join(_label(Contentment, "satisfaction"), _of("ref"))
    ),
    "aftersales.target_handed_over": Line(_("Somebody else makes the return visit"), NOISE, _of("who", "ref")),
    "aftersales.complaint_low": Line(_("A bad answer opened a case"), CONTACTS, _of("case"), "late"),
    "aftersales.complaint_low_called": Line(_("Call about a bad answer, attempt {attempt}"), CONTACTS, _of("case")),
    "aftersales.questions_worded": Line(_("The questions of the survey were worded anew, version {version}")),
    "aftersales.survey_sent": Line(_("A satisfaction survey was sent"), text=_of("name", "ref")),
    "aftersales.survey_filled": Line(_("The customer answered a survey"), CONTACTS, _of("ref")),
    "aftersales.survey_answered": Line(_("The answers of a survey are signed"), CONTACTS, _of("ref")),
    "aftersales.survey_declined": Line(_("The customer does not want to answer a survey"), CONTACTS, _of("reason", "ref")),
    "aftersales.survey_analysed": Line(_("A survey was judged and measures were taken"), text=_of("name", "ref")),
    "aftersales.survey_checked": Line(_("The effect of a survey's measures was looked at"), text=_of("name", "ref")),
    "aftersales.repair_payment_reversed": Line(
        _("A payment of a repair was taken back"), MONEY, _join(_amount("amount"), _of("reason", "ref")), "late"
    ),
    "aftersales.part_sent": Line(_("A part went to its maker"), VISITS, _of("part", "maker", "ref")),
    "aftersales.part_back": Line(_("A part is back from its maker"), VISITS, _join(_label(PartOutcome, "outcome"), _of("part", "ref"))),
    "aftersales.slip_written": Line(_("Another department was asked: {subject}"), text=_of("ref")),
    "aftersales.slip_answered": Line(_("The other department answered: {subject}"), text=_of("ready_on", "ref")),
    "aftersales.slip_done": Line(_("What another department was asked for is done: {subject}"), text=_of("ref")),
    "aftersales.slip_withdrawn": Line(_("A slip to another department was withdrawn: {subject}"), text=_of("reason", "ref")),
    "aftersales.quality_tracked": Line(_("Customer service asked how the work holds"), VISITS, _of("says", "again_on")),
    "aftersales.week_summed_up": Line(_("The week of {week} was told to {leader}")),
    "aftersales.week_read": Line(_("The summary of the week of {week} was read"), text=_of("word")),
    "aftersales.fault_again": Line(_("The same kind of fault came again"), VISITS, _of("earlier", "ref"), "late"),
    "aftersales.signal_looked_into": Line(_("It was found out why a fault came again"), VISITS, _of("cause", "ref")),
}


# Links that carry a sum and no paper by whose kind they could be hidden.
SUMS = frozenset({"leads.lead_won", "projects.credit_used", "projects.refund_asked"})


@dataclass(frozen=True)
class Said:
    """An event in words."""

    title: str
    text: str
    group: str
    tone: str


def say(entry: AuditEntry) -> Said:
    """The words of one link; an event of a kind without words yet is named by its kind."""
    facts: Facts = json.loads(entry.payload)
    line = LINES.get(entry.kind)
    if line is None:
        return Said(entry.kind.partition(".")[2].replace("_", " "), "", RECORD, "")
    if facts.get("drawing") in DrawingKind.values:
        facts = facts | {"drawing_says": DrawingKind(facts["drawing"]).label}
    return Said(str(line.title).format_map(_Known(facts)), line.text(facts), line.group, line.tone)


def signed_by(entries: list[AuditEntry]) -> Said:
    """Several hands under one paper as one event, in the order of signing."""
    facts = [json.loads(entry.payload) for entry in reversed(entries)]
    names = posts.listed(str(told["name"]) for told in facts)
    return Said(str(LINES["core.paper_signed"].title).format(name=names), str(facts[0]["ref"]), RECORD, "")


class _Known(dict[str, Any]):
    """A fact that an old link does not carry leaves a dash in the sentence."""

    def __missing__(self, key: str) -> str:
        return "–"


def kinds_in(group: str) -> list[str]:
    return [kind for kind, line in LINES.items() if line.group == group]


__all__ = ["CONTACTS", "LINES", "MONEY", "NOISE", "RECORD", "SUMS", "VISITS", "Said", "kinds_in", "say", "signed_by"]
