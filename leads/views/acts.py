"""One page and one address per act on an enquiry; all of them look alike and end in the client file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clocks
from core.models import Deadline, Paper
from core.once import once
from core.policies import Permission, allowed
from core.procedure import Gate
from core.refusals import Refused, refusals_on
from leads import company, deadlines, forms, policies, services
from leads.choices import PLAINLY, DepositNature
from leads.forms_follow_up import ReassignmentForm
from leads.models import Consultation, Lead, Proposal
from leads.papers import CUSTOMER
from leads.procedure import (
    Standing,
    agreement_signed,
    consultations_signed,
    deposit_received,
    preview_accepted,
)
from leads.selectors import designers_in_hand, named
from leads.services import seats

MOST_PHOTOS = 12


@dataclass(frozen=True)
class Page:
    """How an act is shown: its title, the verb on its button, its template, the gates it asks."""

    title: object
    button: object
    refusal: object = ""
    template: str = "leads/act.html"
    gates: tuple[Gate, ...] = ()
    note: object = ""
    spans: tuple[tuple[str, int], ...] = ()


def _lead(request: HttpRequest, ref: str, permission: Permission) -> Lead:
    """The enquiry, if it lies within this person's scope for the act; else there is none."""
    rows = Lead.objects.visible_to(request.user, permission)
    found: Lead = get_object_or_404(rows.select_related("customer", "home", "designer", "customer_manager", "dossier", "store", "source"), ref=ref)
    return found


def _act(
    request: HttpRequest,
    lead: Lead,
    form: forms.LeadForm,
    page: Page,
    verb: Callable[[dict[str, Any], datetime], str | tuple[str, str]],
    **more: Any,
) -> HttpResponse:
    """Load, check, call one verb, go to the file or where the verb says; a refusal comes back with everything that was typed."""
    if form.is_valid():
        with refusals_on(form):
            told = verb(form.cleaned_data, timezone.now())
            said, then = told if isinstance(told, tuple) else (told, lead.get_absolute_url())
            messages.success(request, said)
            return redirect(then)
    return _shown(request, lead, form, page, **more)


def say_who_stays(request: HttpRequest, leads: Sequence[Lead], before: Any) -> None:
    """The appointments that did not go along with a hand-over, to whoever has just made it."""
    if stay := ", ".join(f"{seats.hours(row)} {seats.about(row)}" for row in services.stay_behind(leads, before) if row.start_at > timezone.now()):
        said = _("The next person is not free then, so {before} still stands in the calendar: {when}. Move these appointments.")
        messages.warning(request, said.format(before=before, when=stay))


def to_sign(paper: Paper) -> str:
    """The page on which the customer signs a paper that was just written; it waits until the paper is printed."""
    return f"{reverse('paper-sign', args=[paper.ref])}?role={CUSTOMER}"


def _shown(request: HttpRequest, lead: Lead, form: Any, page: Page, **more: Any) -> HttpResponse:
    standing = more.pop("standing", None) or Standing(lead)
    missing = [named(lead, gap) for gap in (gate.missing(standing) for gate in page.gates) if gap]
    if refusal := getattr(form, "refusal", None):
        form.refusal = Refused(refusal.message, [named(lead, gap) for gap in refusal.missing])
    context = {
        "lead": lead, "form": form, "act": page, "missing": missing, "spans": dict(page.spans),
        "clocks": [_clock_row(row) for row in clocks.running(dossier=lead.dossier_id).select_related("owner").order_by("due_at")],
        "draft_key": f"{getattr(request.resolver_match, 'view_name', '')}:{lead.ref}", **more,
    }  # fmt: skip
    return render(request, page.template, context, status=422 if form.is_bound else 200)


def _clock_row(row: Deadline) -> dict[str, Any]:
    clock = clocks.CLOCKS[row.clock]
    return {"title": str(clock.says), "clock": row, "who": str(row.owner or ""), "stops": str(clock.stops), "url": ""}


def _form(request: HttpRequest, kind: Any, lead: Lead, **initial: Any) -> Any:
    posted = request.method == "POST"
    return kind(request.POST if posted else None, request.FILES if posted else None, lead=lead, user=request.user, initial=initial)


# --- who does it -----------------------------------------------------------------------------------------------------

ASSIGNMENT = Page(
    gettext_lazy("Assign a designer"), gettext_lazy("Assign a designer"), gettext_lazy("The enquiry cannot be assigned yet"), "leads/assignment_form.html"
)  # fmt: skip
REASSIGNMENT = Page(
    gettext_lazy("Another designer"), gettext_lazy("Change the designer"), gettext_lazy("The designer cannot be changed yet"),
    "leads/assignment_form.html", spans=(("reason", 6), ("standing", 6), ("promised", 6), ("likes", 6)),
    note=gettext_lazy("Once somebody has talked with the customer, the hand-over says how things stand; the new designer confirms having read it."),
)  # fmt: skip


@allowed(policies.ASSIGN)
@once
def assignments(request: HttpRequest, ref: str) -> HttpResponse:
    """L08."""
    lead = _lead(request, ref, policies.ASSIGN)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.assign_designer(lead, designer=told["designer"], customer_manager=told.get("customer_manager"), by=request.user, at=at)
        if company.FIRST_CONTACT_HOURS.value == company.A_DAY:
            return _("{designer} has the enquiry now and contacts the customer within 24 hours.").format(designer=told["designer"])
        return _("{designer} has the enquiry now and contacts the customer within a week.").format(designer=told["designer"])

    return _act(request, lead, _form(request, forms.AssignmentForm, lead), ASSIGNMENT, verb, in_hand=designers_in_hand(lead.store_id, timezone.now()))


@allowed(policies.REASSIGN)
@once
def reassignments(request: HttpRequest, ref: str) -> HttpResponse:
    """L08, a change with its reason (decision 7)."""
    lead = _lead(request, ref, policies.REASSIGN)

    def verb(told: dict[str, Any], at: datetime) -> str:
        before = lead.designer
        services.reassign_designer(lead, designer=told["designer"], reason=told["reason"], told=form.told, by=request.user, at=at)
        say_who_stays(request, [lead], before)
        return _("{designer} has the enquiry now; the running clocks went along.").format(designer=told["designer"])

    form = _form(request, ReassignmentForm, lead)
    return _act(request, lead, form, REASSIGNMENT, verb, in_hand=designers_in_hand(lead.store_id, timezone.now()))


FOLLOW_UP = Page(gettext_lazy("Note a contact"), gettext_lazy("Note the contact"), spans=(("channel", 6), ("reached", 6), ("note", 6)))


@allowed(policies.FOLLOW_UP)
@once
def follow_ups(request: HttpRequest, ref: str) -> HttpResponse:
    """L07."""
    lead = _lead(request, ref, policies.FOLLOW_UP)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.note_contact(lead, by=request.user, at=at, **told)
        return _("The contact is noted.")

    return _act(request, lead, _form(request, forms.FollowUpForm, lead), FOLLOW_UP, verb)


# --- consultation ----------------------------------------------------------------------------------------------------

CONSULTATION = Page(
    gettext_lazy("Consultation record"), gettext_lazy("Write the record"), gettext_lazy("The record cannot be written yet"),
    "leads/consultation_form.html", note=gettext_lazy("Every contact has its own record; the customer signs it on this device."),
)  # fmt: skip
CORRECTION = Page(gettext_lazy("Write the record anew"), gettext_lazy("Write the record"), template="leads/consultation_form.html")
REFUSAL = Page(
    gettext_lazy("The customer does not sign"), gettext_lazy("Record the refusal"),
    note=gettext_lazy("A refused record blocks like an unsigned one. It opens when the customer signs it, or a record written anew."),
    spans=(("reason", 6),),
)  # fmt: skip


@allowed(policies.CONSULT)
@once
def consultations(request: HttpRequest, ref: str) -> HttpResponse:
    """L03."""
    lead = _lead(request, ref, policies.CONSULT)

    def verb(told: dict[str, Any], at: datetime) -> tuple[str, str]:
        made = services.record_consultation(lead, by=request.user, at=at, book=True, **told)
        return _("Record {ref} waits for {name}'s signature.").format(ref=made.paper.ref, name=lead.customer.name), to_sign(made.paper)

    standing = Standing(lead)
    return _act(request, lead, _form(request, forms.ConsultationForm, lead), CONSULTATION, verb, standing=standing, earlier=standing.consultations)


def _consultation(request: HttpRequest, ref: str, seq: int) -> Consultation:
    lead = _lead(request, ref, policies.CONSULT)
    rows = Consultation.objects.filter(lead=lead, seq=seq).select_related("paper", "lead__customer", "lead__home", "lead__designer", "lead__dossier")
    last = rows.order_by("-revision").first()
    return last or get_object_or_404(rows)


@allowed(policies.CONSULT)
@once
def consultation_corrections(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """A record written anew; the old paper is superseded (decision 13)."""
    record = _consultation(request, ref, seq)
    fields = ("channel", "demands", "style_advice", "material_advice", "rough_estimate", "next_meeting_at")

    def verb(told: dict[str, Any], at: datetime) -> tuple[str, str]:
        made = services.correct_consultation(record, by=request.user, at=at, **told)
        return _("Record {ref} waits for {name}'s signature.").format(ref=made.paper.ref, name=record.lead.customer.name), to_sign(made.paper)

    form = _form(request, forms.CorrectionForm, record.lead, **{name: getattr(record, name) for name in fields})
    return _act(request, record.lead, form, CORRECTION, verb, earlier=[])


@allowed(policies.CONSULT)
@once
def consultation_refusals(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """The customer would not sign, before a witness (decision 24)."""
    record = _consultation(request, ref, seq)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.refuse_consultation(record, by=request.user, at=at, **told)
        return _("The refusal is recorded; the record stays unsigned.")

    return _act(request, record.lead, _form(request, forms.RefusalForm, record.lead), REFUSAL, verb)


# --- preview ---------------------------------------------------------------------------------------------------------

PREVIEW_DATE = Page(
    gettext_lazy("Day of the preview"), gettext_lazy("Set the agreed day"),
    note=gettext_lazy("The agreed day takes the place of the due day. After ten days of silence the hotline is told all the same."),
)  # fmt: skip
PROPOSAL = Page(
    gettext_lazy("Design preview"), gettext_lazy("Present the preview"), gettext_lazy("The preview cannot be presented yet"),
    "leads/proposal_form.html", gates=(consultations_signed,),
)  # fmt: skip
DECISION = Page(
    gettext_lazy("What the customer says to the preview"), gettext_lazy("Note what the customer says"), spans=(("accepted", 6), ("channel", 6), ("note", 6)),
)  # fmt: skip
CALL = Page(
    gettext_lazy("Call after the first preview"), gettext_lazy("Note the call"),
    spans=(("satisfaction", 6), ("channel", 6), ("problems", 6), ("resolution", 6)),
)  # fmt: skip


@allowed(policies.AGREE_DATE)
@once
def preview_dates(request: HttpRequest, ref: str) -> HttpResponse:
    """R007."""
    lead = _lead(request, ref, policies.AGREE_DATE)

    def verb(told: dict[str, Any], at: datetime) -> str:
        row = services.agree_preview_date(lead, due_at=told["due_at"], by=request.user, at=at)
        return _("The preview is due on {day}.").format(day=timezone.localtime(row.due_at).strftime("%Y-%m-%d %H:%M"))

    return _act(request, lead, _form(request, forms.PreviewDateForm, lead), PREVIEW_DATE, verb)


@allowed(policies.PRESENT)
@once
def proposals(request: HttpRequest, ref: str) -> HttpResponse:
    """L10."""
    lead = _lead(request, ref, policies.PRESENT)
    standing = Standing(lead)
    last = standing.proposals[-1] if standing.proposals else None
    start = {name: getattr(last, name) for name in ("style", "overall_plan", "materials", "estimate")} if last else {}

    def verb(told: dict[str, Any], at: datetime) -> str:
        made = services.present_proposal(lead, by=request.user, at=at, **told)
        return _("Preview {ref} is presented. Next: what does the customer say?").format(ref=made.paper.ref)

    return _act(request, lead, _form(request, forms.ProposalForm, lead, **start), PROPOSAL, verb, standing=standing, last=last, multipart=True)


@allowed(policies.DECIDE)
@once
def proposal_decisions(request: HttpRequest, ref: str) -> HttpResponse:
    """Content (opens G2) or changes wanted (Q20)."""
    lead = _lead(request, ref, policies.DECIDE)
    proposal = get_object_or_404(Proposal.objects.filter(lead=lead).select_related("lead", "paper").order_by("-seq")[:1])

    def verb(told: dict[str, Any], at: datetime) -> str:
        if told["accepted"]:
            services.accept_proposal(proposal, channel=told["channel"], note=told["note"], by=request.user, at=at)
            return _("The customer is content. Next: the order agreement.")
        services.ask_changes(proposal, channel=told["channel"], note=told["note"], by=request.user, at=at)
        return _("The wishes are noted. Next: another preview.")

    return _act(request, lead, _form(request, forms.DecisionForm, lead), DECISION, verb)


@allowed(policies.CALL)
@once
def proposal_calls(request: HttpRequest, ref: str) -> HttpResponse:
    """L11, R008."""
    lead = _lead(request, ref, policies.CALL)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.record_proposal_call(lead, by=request.user, at=at, **told)
        return _("The call is noted.")

    return _act(request, lead, _form(request, forms.ProposalCallForm, lead), CALL, verb)


# --- order and money -------------------------------------------------------------------------------------------------

ORDER = Page(
    gettext_lazy("Order agreement"), gettext_lazy("Write the agreement"), gettext_lazy("The agreement cannot be written yet"),
    "leads/order_form.html", gates=(preview_accepted,),
)  # fmt: skip
DEPOSIT = Page(
    gettext_lazy("Receive the deposit"), gettext_lazy("Write the receipt"), gettext_lazy("The deposit cannot be taken yet"),
    "leads/deposit_form.html", gates=(consultations_signed, preview_accepted, agreement_signed),
)  # fmt: skip
SCHEME = Page(
    gettext_lazy("The scheme is ready"), gettext_lazy("Report ready"), gettext_lazy("The scheme comes after the deposit"),
    gates=(deposit_received,), spans=(("summary", 6),),
)  # fmt: skip


@allowed(policies.ORDER)
@once
def order_agreements(request: HttpRequest, ref: str) -> HttpResponse:
    """L22, LR-55."""
    lead = _lead(request, ref, policies.ORDER)
    standing = Standing(lead)
    estimate = standing.proposals[-1].estimate if standing.proposals else None

    def verb(told: dict[str, Any], at: datetime) -> tuple[str, str]:
        made = services.issue_order_agreement(lead, by=request.user, at=at, **told)
        return _("Agreement {ref} waits for {name}'s signature.").format(ref=made.paper.ref, name=lead.customer.name), to_sign(made.paper)

    more = {
        "estimate": estimate, "most": estimate * Decimal("0.2") if estimate else None, "in_force": standing.agreement,
        "explained": [(str(nature.label), str(PLAINLY[nature])) for nature in DepositNature],
    }  # fmt: skip
    return _act(request, lead, _form(request, forms.OrderForm, lead), ORDER, verb, standing=standing, **more)


@allowed(policies.RECEIVE_DEPOSIT)
@once
def deposits(request: HttpRequest, ref: str) -> HttpResponse:
    """L23: the customer waits for the receipt, so the page that prints it is next, as with every other payment."""
    lead = _lead(request, ref, policies.RECEIVE_DEPOSIT)
    standing = Standing(lead)
    agreement = standing.agreement
    start = {"amount": agreement.amount if agreement else None, "payer": lead.customer.name}

    def verb(told: dict[str, Any], at: datetime) -> tuple[str, str]:
        made = services.receive_deposit(lead, by=request.user, at=at, **told)
        says = _("Receipt {ref} is written: ¥{amount:,.2f}. The scheme's clock runs.").format(ref=made.receipt.ref, amount=made.amount)
        return says, reverse("paper", args=[made.receipt.ref])

    return _act(request, lead, _form(request, forms.DepositForm, lead, **start), DEPOSIT, verb, standing=standing, agreement=agreement, multipart=True)


@allowed(policies.SCHEME)
@once
def schemes(request: HttpRequest, ref: str) -> HttpResponse:
    """R005, R006."""
    lead = _lead(request, ref, policies.SCHEME)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.report_scheme(lead, by=request.user, at=at, book=True, **told)
        return _("The scheme is ready; the meeting is on {day}.").format(day=timezone.localtime(told["meeting_at"]).strftime("%Y-%m-%d %H:%M"))

    return _act(request, lead, _form(request, forms.SchemeForm, lead), SCHEME, verb)


# --- the home, the end, the clocks -----------------------------------------------------------------------------------

HOME = Page(
    gettext_lazy("Correct the home"), gettext_lazy("Correct"), note=gettext_lazy("From 200 m², or as a villa or duplex, the longer clocks count."),
    spans=(("address", 6), ("dwelling", 6), ("reason", 6)),
)  # fmt: skip
LOSS = Page(
    gettext_lazy("Close as lost"), gettext_lazy("Close the enquiry"), spans=(("reason", 6), ("note", 6)),
    note=gettext_lazy("Its clocks end; somebody else reviews the loss."),
)  # fmt: skip
REOPENING = Page(
    gettext_lazy("Open again"), gettext_lazy("Open the enquiry again"), spans=(("reason", 6),),
    note=gettext_lazy("It stands where it stood before; the clock of that stage begins anew."),
)  # fmt: skip
HOLD = Page(
    gettext_lazy("Hold the clock"), gettext_lazy("Hold"), spans=(("reason", 6),),
    note=gettext_lazy("The time until it runs on does not count: the due moment moves by as much."),
)  # fmt: skip


@allowed(policies.CORRECT_HOME)
@once
def home_corrections(request: HttpRequest, ref: str) -> HttpResponse:
    """Q15."""
    lead = _lead(request, ref, policies.CORRECT_HOME)
    start = {name: getattr(lead.home, name) for name in ("address", "area_m2", "dwelling", "layout")}

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.correct_home(lead, by=request.user, at=at, **told)
        return _("The home is corrected.")

    return _act(request, lead, _form(request, forms.HomeForm, lead, **start), HOME, verb)


@allowed(policies.LOSE)
@once
def losses(request: HttpRequest, ref: str) -> HttpResponse:
    """Q21."""
    lead = _lead(request, ref, policies.LOSE)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.lose(lead, by=request.user, at=at, **told)
        return _("The enquiry is closed; its clocks have ended.")

    return _act(request, lead, _form(request, forms.LossForm, lead), LOSS, verb)


@allowed(policies.REOPEN)
@once
def reopenings(request: HttpRequest, ref: str) -> HttpResponse:
    """Q21."""
    lead = _lead(request, ref, policies.REOPEN)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.reopen(lead, by=request.user, at=at, **told)
        return _("The enquiry is open again.")

    return _act(request, lead, _form(request, forms.ReasonForm, lead), REOPENING, verb)


OF_LEAD = {
    clock.id.removeprefix("leads.").replace("_", "-"): clock
    for clock in (*deadlines.OF_DESIGNER, deadlines.PROPOSAL_CALL, deadlines.CARE, deadlines.ASSIGNMENT)
}


@allowed(policies.HOLD_CLOCK)
@once
def clock_pauses(request: HttpRequest, ref: str, clock: str) -> HttpResponse:
    """Hold a clock, with a reason."""
    lead = _lead(request, ref, policies.HOLD_CLOCK)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.hold_clock(lead, clock=OF_LEAD[clock], reason=told["reason"], by=request.user, at=at)
        return _("The clock is held.")

    return _act(request, lead, _form(request, forms.ReasonForm, lead), HOLD, verb)


@allowed(policies.HOLD_CLOCK, methods=("POST",))
@once
def clock_resumptions(request: HttpRequest, ref: str, clock: str) -> HttpResponse:
    """Let a held clock run on."""
    lead = _lead(request, ref, policies.HOLD_CLOCK)
    form = forms.LeadForm(request.POST, lead=lead, user=request.user)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.let_clock_run(lead, clock=OF_LEAD[clock], by=request.user, at=at)
        return _("The clock runs again.")

    return _act(request, lead, form, HOLD, verb)
