"""Pages of repairs: the list, one repair with what to do next, every act on it, what repairs cost, looks at finished homes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales import forms_repairs as forms
from aftersales import policies, services
from aftersales import policies_rounds as rest
from aftersales import selectors_repairs as selectors
from aftersales.choices import ATTEMPTS
from aftersales.choices_repairs import Cover, Mode, OrderState, RepairState, Source
from aftersales.models import HomePatrol, RepairOrder, RepairPhoto, RepairRequest
from aftersales.policies_complaints import TAKE_COMPLAINTS
from aftersales.repair_terms import categories, exclusions
from aftersales.services.repairs import head_of
from aftersales.sheets_repairs import COST_COLUMNS, REPAIR_COLUMNS
from core import sheets
from core.clocks import CLOCKS
from core.lists import address
from core.models import Deadline
from core.money import ZERO
from core.once import once
from core.policies import Permission, allowed
from core.refusals import Refused, refusals_on
from leads.models import Room
from projects.choices import Role
from projects.models import Project
from projects.models.base import is_mine
from projects.views import frame
from staff import posts
from staff.models import Holding, User

MOST_ROWS = 5000


# --- the list --------------------------------------------------------------------------------------------------------


@allowed(policies.SEE_REPAIRS, methods=("GET",))
def repair_list(request: HttpRequest) -> HttpResponse:
    """The repairs that are open, the newest first: what is due, who bears it, who goes."""
    now = timezone.now()
    wanted = selectors.RepairFilter.read(request.GET)
    page = selectors.page_of(request.user, wanted, now, after=request.GET.get("after", ""))
    context = {
        "page": page, "rows": [selectors.row_of(row, now) for row in page.rows], "chips": _chips(request, wanted), "now": now,
        "may_take": policies.TAKE_REPAIRS.allows(request.user), "may_see_cost": policies.SEE_REPAIR_COST.allows(request.user),
        "may_see_signals": rest.SEE_SIGNALS.allows(request.user),
    }  # fmt: skip
    return render(request, "aftersales/repair_list.html", context)


def _chips(request: HttpRequest, wanted: selectors.RepairFilter) -> list[dict[str, Any]]:
    counts = selectors.counts(request.user)
    chips = [{"says": _("All open"), "count": counts["all"], "url": address(request, show=None), "active": not wanted.show}]
    shows: list[tuple[str, Any, Any]] = [(state.value, state.label, counts.get(state.value, 0)) for state in RepairState if state.value in counts]
    shows += [("late", _("Late"), ""), ("unpaid", _("Not paid"), ""), ("closed", _("Filed or withdrawn"), "")]
    for code, says, count in shows:
        on = wanted.show == code
        if count != 0 or on:
            chips.append(
                {"says": says, "count": count, "url": address(request, show=None if on else code), "active": on, "tone": "late" if code == "late" else ""}
            )
    for cover in Cover:
        on = wanted.cover == cover.value
        chips.append({"says": cover.label, "url": address(request, cover=None if on else cover.value), "active": on})
    mine = wanted.who == "mine"
    chips.append({"says": _("Mine"), "url": address(request, who=None if mine else "mine"), "active": mine})
    if wanted.q:
        chips.append({"says": f"“{wanted.q}”", "url": address(request, q=None), "active": True})
    return chips


@allowed(policies.SEE_REPAIR_COST, methods=("GET",))
def repair_export(request: HttpRequest) -> HttpResponse:
    """Exactly the rows that the list's filters choose."""
    now = timezone.now()
    rows = selectors.listed(request.user, selectors.RepairFilter.read(request.GET), now).order_by("-id")[:MOST_ROWS]
    book = sheets.write(REPAIR_COLUMNS(), (selectors.row_of(row, now) for row in rows), title=_("Repairs"))
    return _book(book, f"repairs-{timezone.localdate():%Y%m%d}.xlsx")


def _book(book: Any, name: str) -> HttpResponse:
    return sheets.download(book, name)


# --- taken up ----------------------------------------------------------------------------------------------------------


@allowed(policies.TAKE_REPAIRS, methods=("GET",))
def repair_new(request: HttpRequest) -> HttpResponse:
    """Somebody calls: find the home, then note the fault."""
    q = request.GET.get("q", "").strip()[:60]
    return render(request, "aftersales/repair_new.html", {"q": q, "homes": selectors.homes(request.user, q)})


@allowed(policies.TAKE_REPAIRS)
@once
def site_repairs(request: HttpRequest, ref: str) -> HttpResponse:
    """S19: a fault of this home; what was told of it before stands beside the form."""
    project = frame.site(request, ref, policies.TAKE_REPAIRS)
    rooms = list(Room.objects.filter(home=project.home_id).order_by("pk").values_list("name", flat=True))
    form = forms.FaultForm(request.POST or None, request.FILES or None, initial={"source": Source.PHONE, "contact": project.customer_name}, rooms=rooms)
    if form.is_valid():
        with refusals_on(form):
            made = services.report_fault(project, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("%(ref)s is taken up; somebody calls back.") % {"ref": made.ref})
            return redirect(made)
    frame.name_gaps(project, form, request.user)
    earlier = selectors.repairs_for(request.user).filter(project=project).order_by("-pk")[:8]
    context = {
        "project": project, "form": form, "rooms": rooms, "earlier": [(row, selectors.state_words(row)) for row in earlier],
        "draft_key": f"aftersales:site-repairs:{ref}",
    }  # fmt: skip
    return render(request, "aftersales/repair_fault.html", context, status=422 if form.is_bound else 200)


# --- one repair ----------------------------------------------------------------------------------------------------------


def _repair(request: HttpRequest, ref: str, permission: Permission) -> RepairRequest:
    """The repair, if it lies within this person's scope for the act; else there is none."""
    found: RepairRequest = get_object_or_404(selectors.repairs_for(request.user, permission), ref=ref)
    return found


def _order(repair: RepairRequest, seq: int) -> RepairOrder:
    return get_object_or_404(RepairOrder.objects.select_related("technician", "appointment", "paper", "feedback", "repair"), repair=repair, seq=seq)


def _within(repair: RepairRequest, user: Any, permission: Permission) -> bool:
    own = repair.technician_id == user.pk or is_mine(repair.project, user)
    return permission.reaches(user, repair.store_id, own=own)


@allowed(policies.SEE_REPAIRS, methods=("GET",))
def repair(request: HttpRequest, ref: str) -> HttpResponse:
    """One repair: who bears it and why, what happened, what comes next."""
    return _shown(request, get_object_or_404(selectors.with_history(selectors.repairs_for(request.user)), ref=ref))


def _shown(request: HttpRequest, found: RepairRequest, form: Any = None, phone: str = "") -> HttpResponse:
    now = timezone.now()
    frame.name_gaps(found.project, form, request.user)
    may = {
        name: _within(found, request.user, permission)
        for name, permission in {
            "sort": policies.SORT_REPAIRS, "talk": policies.DIAGNOSE, "send": policies.SEND_TECHNICIAN, "go": policies.DO_REPAIRS,
            "call": policies.CALL_AFTER_REPAIR, "file": policies.FILE_REPAIRS, "cost": policies.NOTE_REPAIR_COST, "see_cost": policies.SEE_REPAIR_COST,
            "pay": policies.TAKE_REPAIR_MONEY, "take": policies.TAKE_REPAIRS, "complain": TAKE_COMPLAINTS,
            "reverse": rest.REVERSE_REPAIR_MONEY, "parts": rest.SEND_PARTS,
            "look_into": rest.LOOK_INTO_SIGNAL,
        }.items()
    }  # fmt: skip
    photos, sortings, kind = list(found.photos.all()), list(found.sortings.all()), categories().get(found.category)
    last = sortings[0] if sortings else None
    orders = [
        {
            "row": row, "visit": services.live(row.appointment), "state": (OrderState(row.state).label, OrderState(row.state).tone),
            "before": selectors.photos_of(photos, RepairPhoto.When.BEFORE, row.pk), "after": selectors.photos_of(photos, RepairPhoto.When.AFTER, row.pk),
            "signed": {hand.role for hand in row.paper.signatures.all()} if row.paper else set(),
            "running": row.state in (OrderState.PLANNED, OrderState.ON_SITE),
        }
        for row in found.orders.all()
    ]  # fmt: skip
    context = {
        "repair": found, "project": found.project, "now": now, "form": form, "may": may, "kind": kind, "state": selectors.state_words(found),
        "cover": selectors.cover_words(found.cover), "sorting": last, "sortings": sortings, "waits": bool(last and last.waits),
        "why": selectors.why_sorted(last) if last else selectors.why(services.propose(found)),
        "proposal": None if last else selectors.cover_words(services.propose(found).cover), "talks": list(found.talks.all()), "orders": orders,
        "calls": list(found.calls.all()), "attempts": ATTEMPTS, "payments": list(found.payments.all()), "costs": list(found.costs.all()),
        "fault_photos": selectors.photos_of(photos, RepairPhoto.When.FAULT), "open_money": services.open_money(found),
        "clocks": _clock_rows(selectors.clocks_of(found)), "next": _next(found, orders, last, may), "phone": phone, "is_open": found.closed_at is None,
        "running": next((each for each in orders if each["running"]), None), "signal": getattr(found, "signal", None),
        "parts_away": (away := list(found.parts_away.all())), "reversals": list(found.reversals.all()),
        "may_send_part": _may_send_part(found, away, may),
    }  # fmt: skip
    return render(request, "aftersales/repair.html", context, status=422 if form is not None else 200)


def _may_send_part(found: RepairRequest, away: list[Any], may: dict[str, bool]) -> bool:
    """The technician said that a part goes to its maker, and none is away (S27)."""
    talk = next((row for row in found.talks.all() if row.reached), None)
    return (
        may["parts"] and found.state == RepairState.WAITING and talk is not None and talk.mode in (Mode.FACTORY, Mode.REPLACE, Mode.RETURN)
        and all(row.back_on for row in away)
    )  # fmt: skip


def _clock_rows(clocks: list[Deadline]) -> list[dict[str, Any]]:
    return [
        {"title": str(CLOCKS[row.clock].says), "clock": row, "who": str(row.owner or ""), "stops": str(CLOCKS[row.clock].stops), "url": row.link}
        for row in clocks
    ]


def _to(name: str, found: RepairRequest, *more: Any) -> str:
    return reverse(f"aftersales:{name}", args=[found.ref, *more])


def _next(found: RepairRequest, orders: list[dict[str, Any]], last: Any, may: dict[str, bool]) -> dict[str, Any]:
    """The one next act; `act` names a button that posts."""
    row = orders[0]["row"] if orders else None
    signed = orders[0]["signed"] if orders else set()
    match found.state:
        case RepairState.REPORTED if last is not None and last.waits:
            return _step(_("Confirm the refusal"), "", _("a second person looks at what shows it"), "refuse" if may["sort"] else "")
        case RepairState.REPORTED:
            return _step(_("Sort it"), _to("repair-sortings", found) if may["sort"] else "", _("who bears it, and why"))
        case RepairState.SORTED:
            return _step(_("Call the owner"), _to("repair-talks", found) if may["talk"] else "", _("a technician talks the fault through"))
        case RepairState.WAITING if any(part.back_on is None for part in found.parts_away.all()):
            return _step(_("The part is back"), _to("repair-parts-back", found) if may["parts"] else "", _("a part is at its maker"))
        case RepairState.WAITING if not found.parts_away.all() and _may_send_part(found, [], may):
            return _step(_("Send a part to its maker"), _to("repair-parts", found), _("as the technician said"))
        case RepairState.WAITING:
            return _step(_("Send a technician"), _to("repair-orders", found) if may["send"] else "", _("agree on the time with the owner"))
        case RepairState.ORDERED if row is not None:
            if row.state == OrderState.PLANNED:
                return _step(_("I am at the door"), "", _("%(who)s is sent") % {"who": row.technician}, "arrive" if may["go"] else "")
            if row.paper is None:
                return _step(_("Note what was found"), _to("order-site", found, row.seq) if may["go"] else "", _("before the work"))
            if "customer" not in signed:
                return _step(_("Look and sign"), reverse("paper", args=[row.paper.ref]), _("the owner signs before the work"))
            return _step(_("Note the work as done"), _to("order-done", found, row.seq) if may["go"] else "", "")
        case RepairState.DONE | RepairState.CALLED:
            return _after_work(found, orders, may)
    return _step("", "", "")


def _after_work(found: RepairRequest, orders: list[dict[str, Any]], may: dict[str, bool]) -> dict[str, Any]:
    for each in orders:
        row = each["row"]
        if row.feedback is not None and row.feedback.is_open:
            return _step(_("Look and sign"), reverse("paper", args=[row.feedback.ref]), _("the owner signs the feedback"))
    if found.state == RepairState.DONE:
        return _step(_("Call the owner today"), _to("repair-calls", found) if may["call"] else "", _("on the day of the repair"))
    late = next((each["row"] for each in orders if each["row"].feedback is not None and each["row"].back_at is None), None)
    if late is not None:
        return _step(_("Hand the feedback in"), _to("order-back", found, late.seq) if may["go"] else "", _("and talk it through"))
    if services.open_money(found) > 0:
        return _step(_("Take the money"), _to("repair-payments", found) if may["pay"] else "", f"¥{services.open_money(found):,.2f}")
    return _step(_("File the repair"), "", _("everything is there"), "file" if may["file"] else "")


def _step(says: str, url: str, note: str, act: str = "") -> dict[str, Any]:
    return {"label": _("Next step"), "says": says, "url": url, "note": note, "act": act}


# --- acts ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Act:
    """How an act is shown: title, verb on the button, head of a refusal, its template."""

    title: object
    button: object
    refusal: object = ""
    note: object = ""
    template: str = "aftersales/repair_act.html"
    spans: tuple[tuple[str, int], ...] = ()


Verb = Callable[[dict[str, Any], datetime], str]


def _act(request: HttpRequest, found: RepairRequest, form: Any, act: Act, verb: Verb, *, to: str = "", **more: Any) -> HttpResponse:
    """Load, check, call one verb, go on; a refusal comes back with everything that was typed."""
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            messages.success(request, verb(form.cleaned_data, timezone.now()))
            return redirect(to or found.get_absolute_url())
    frame.name_gaps(found.project, form, request.user)
    view = request.resolver_match.view_name if request.resolver_match else ""
    context = {
        "repair": found, "project": found.project, "form": form, "act": act, "spans": dict(act.spans), "draft_key": f"{view}:{request.path}",
        "state": selectors.state_words(found), "cover": selectors.cover_words(found.cover), "now": timezone.now(), "kind": categories().get(found.category),
        "clocks": _clock_rows(selectors.clocks_of(found)), "multipart": form.is_multipart(), "tried": (), **more,
    }  # fmt: skip
    return render(request, act.template, context, status=422 if form.is_bound else 200)


def _posted(request: HttpRequest, found: RepairRequest, verb: Callable[[], str]) -> HttpResponse:
    """A button without a form: a refusal stands at the head of the repair's page."""
    form = forms.Nothing(request.POST)
    form.is_valid()
    with refusals_on(form):
        messages.success(request, verb())
        return redirect(found)
    return _shown(request, selectors.with_history(selectors.repairs_for(request.user)).get(pk=found.pk), form)


SORT = Act(
    gettext_lazy("Who bears the repair"), gettext_lazy("Confirm the sorting"), gettext_lazy("It cannot be sorted like this yet"),
    gettext_lazy("The rule proposes, you confirm; another word needs a reason."), "aftersales/repair_sorting.html",
    (("term", 6), ("exclusion", 6), ("evidence", 6), ("cover", 6), ("reason", 6)),
)  # fmt: skip


@allowed(policies.SORT_REPAIRS)
@once
def sortings(request: HttpRequest, ref: str) -> HttpResponse:
    """Sort by part, term and cause (LR-31 to LR-33, decision 5)."""
    found = _repair(request, ref, policies.SORT_REPAIRS)
    terms = list(found.warranty.terms.all())
    start = {"term": categories()[found.category].term}
    form = forms.SortingForm(request.POST or None, terms=terms, initial=start)
    proposal = services.propose(found)
    more: dict[str, Any] = {
        "proposal": selectors.cover_words(proposal.cover), "why": selectors.why(proposal), "causes": list(exclusions().values()),
        "rows": [(row, selectors.cover_words(services.propose(found, term=row.code).cover)) for row in terms if row.until],
    }  # fmt: skip

    def verb(told: dict[str, Any], at: datetime) -> str:
        made = services.sort_repair(found, by=request.user, at=at, **told)
        return _("The refusal waits for a second person.") if made.waits else _("Sorted: %(cover)s.") % {"cover": Cover(made.cover).label}

    return _act(request, found, form, SORT, verb, **more)


@allowed(policies.SORT_REPAIRS, methods=("POST",))
@once
def refusals(request: HttpRequest, ref: str) -> HttpResponse:
    """LR-33: a second person has looked at what shows the cause."""
    found = _repair(request, ref, policies.SORT_REPAIRS)

    def verb() -> str:
        services.confirm_refusal(found, by=request.user, at=timezone.now())
        return _("The refusal is confirmed.")

    return _posted(request, found, verb)


TALK = Act(
    gettext_lazy("Call of the technician"), gettext_lazy("Note down the call"), gettext_lazy("The call cannot be noted yet"),
    gettext_lazy("Each attempt is kept, reached or not."), spans=(("reached", 6), ("mode", 6), ("says", 6)),
)  # fmt: skip


@allowed(policies.DIAGNOSE)
@once
def talks(request: HttpRequest, ref: str) -> HttpResponse:
    """R087: the technician's call; solved on the phone, or what comes of it (S27)."""
    found = _repair(request, ref, policies.DIAGNOSE)
    form = forms.TalkForm(request.POST or None, initial={"mode": Mode.ONSITE})

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.diagnose(found, by=request.user, at=at, **told)
        return _("The call is kept.")

    return _act(request, found, form, TALK, verb, tried=list(found.talks.select_related("by")))


def _technicians(found: RepairRequest) -> Any:
    held = Holding.objects.open().filter(store=found.store_id, post__in=(posts.TECHNICIAN, posts.AFTERSALES_HEAD))
    return User.objects.here().filter(pk__in=held.values("user")).order_by("pinyin", "pk")


SEND = Act(
    gettext_lazy("Send a technician"), gettext_lazy("Send the technician"), gettext_lazy("Nobody can be sent like this"),
    gettext_lazy("The hour is taken in the calendar: nobody is sent to two places."), spans=(("technician", 2), ("start_at", 2), ("minutes", 2), ("told", 6)),
)  # fmt: skip


@allowed(policies.SEND_TECHNICIAN)
@once
def orders(request: HttpRequest, ref: str) -> HttpResponse:
    """S20, S22, S24: who goes, when, what the technician is told of the place."""
    found, now = _repair(request, ref, policies.SEND_TECHNICIAN), timezone.now()
    start = found.wanted_at if found.wanted_at and found.wanted_at > now else forms.next_hour(now)
    start = now if found.immediate else start
    first = {"start_at": timezone.localtime(start), "minutes": 60, "promised_on": timezone.localtime(start).date(), "technician": head_of(found.project)}
    form = forms.OrderForm(request.POST or None, people=_technicians(found), initial=first)

    def verb(told: dict[str, Any], at: datetime) -> str:
        made = services.send_technician(found, by=request.user, at=at, **told)
        return _("%(who)s is sent.") % {"who": made.technician}

    return _act(request, found, form, SEND, verb)


MOVE = Act(
    gettext_lazy("Another time or person"), gettext_lazy("Move the visit"), gettext_lazy("It cannot be moved like this"),
    spans=(("reason", 6),),
)  # fmt: skip


@allowed(policies.SEND_TECHNICIAN)
@once
def order_moves(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    found = _repair(request, ref, policies.SEND_TECHNICIAN)
    order = _order(found, seq)
    visit = services.live(order.appointment)
    start = {"technician": order.technician_id, "start_at": timezone.localtime(visit.start_at)}
    form = forms.MoveForm(request.POST or None, people=_technicians(found), initial=start)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.move_order(order, by=request.user, at=at, **told)
        return _("The visit is moved.")

    return _act(request, found, form, MOVE, verb, order=order)


CANCEL = Act(gettext_lazy("Call the visit off"), gettext_lazy("Call the visit off"), spans=(("reason", 6),))


@allowed(policies.SEND_TECHNICIAN)
@once
def order_cancellations(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    found = _repair(request, ref, policies.SEND_TECHNICIAN)
    order = _order(found, seq)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.cancel_order(order, by=request.user, at=at, **told)
        return _("The visit is called off; the repair waits for another order.")

    return _act(request, found, forms.ReasonForm(request.POST or None), CANCEL, verb, order=order)


@allowed(policies.DO_REPAIRS, methods=("POST",))
@once
def order_steps(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """On the way, at the door: one tap each (R088, S24)."""
    found = _repair(request, ref, policies.DO_REPAIRS)
    order = _order(found, seq)
    form = forms.StepForm(request.POST)

    def verb() -> str:
        if not form.is_valid():
            raise Refused(_("Say whether you set out or have arrived."))
        if form.cleaned_data["step"] == "leave":
            services.leave(order, by=request.user, at=timezone.now())
            return _("On the way.")
        services.arrive(order, by=request.user, at=timezone.now())
        return _("You are at the door: note what you find before the work.")

    return _posted(request, found, verb)


ON_SITE = Act(
    gettext_lazy("What was found"), gettext_lazy("Make out the order"), gettext_lazy("The order cannot be made out yet"),
    gettext_lazy("Before the work; the owner signs it."), "aftersales/repair_site.html",
)  # fmt: skip


@allowed(policies.DO_REPAIRS)
@once
def order_site(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """S20, S28: what was found, what will be done, what the owner pays; then the owner signs."""
    found = _repair(request, ref, policies.DO_REPAIRS)
    order, charged = _order(found, seq), found.cover == Cover.PAID
    start: dict[str, Any] = {"found": order.found, "plan": order.plan, "labour": order.labour or None}
    for n, part in enumerate(order.parts[: forms.PARTS], start=1):
        start |= {f"{name}_{n}": part[name] for name in ("name", "quantity", "unit", "price")}
    form = forms.SiteForm(request.POST or None, request.FILES or None, charged=charged, initial=start)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            told = {name: form.cleaned_data[name] for name in ("found", "plan", "photos")}
            labour = form.cleaned_data.get("labour") or ZERO
            made = services.note_site(order, by=request.user, at=timezone.now(), parts=form.parts, labour=labour, **told)
            messages.success(request, _("Order %(ref)s waits for the signatures.") % {"ref": made.paper.ref if made.paper else ""})
            return redirect("paper", made.paper.ref if made.paper else "")
    return _act(request, found, form, ON_SITE, lambda told, at: "", order=order, charged=charged)


DONE = Act(
    gettext_lazy("The work is done"), gettext_lazy("Note the work as done"), gettext_lazy("The work cannot be noted as done yet"),
    spans=(("work", 6), ("mended", 6), ("rest", 6), ("photos", 6)),
)  # fmt: skip


@allowed(policies.DO_REPAIRS)
@once
def order_done(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """S22: what was done, mended or not; then the owner signs the feedback."""
    found = _repair(request, ref, policies.DO_REPAIRS)
    order = _order(found, seq)
    form = forms.DoneForm(request.POST or None, request.FILES or None)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            made = services.finish_order(order, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The work is noted; feedback %(ref)s waits for the signatures.") % {"ref": made.feedback.ref if made.feedback else ""})
            return redirect("paper", made.feedback.ref if made.feedback else "")
    return _act(request, found, form, DONE, lambda told, at: "", order=order)


BACK = Act(gettext_lazy("Back from the visit"), gettext_lazy("Hand the feedback in"), spans=(("discussed", 6),))


@allowed(policies.DO_REPAIRS)
@once
def order_back(request: HttpRequest, ref: str, seq: int) -> HttpResponse:
    """S22, S24: handed in and talked through."""
    found = _repair(request, ref, policies.DO_REPAIRS)
    order = _order(found, seq)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.come_back(order, by=request.user, at=at, **told)
        return _("The feedback is handed in.")

    return _act(request, found, forms.BackForm(request.POST or None), BACK, verb, order=order)


CALL = Act(
    gettext_lazy("Call on the day of the repair"), gettext_lazy("Note down the call"), gettext_lazy("The call cannot be noted yet"),
    gettext_lazy("Each attempt is kept, reached or not."), spans=(("reached", 6), ("outcome", 6), ("says", 6), ("time_agreed", 6)),
)  # fmt: skip


@allowed(policies.CALL_AFTER_REPAIR)
@once
def calls(request: HttpRequest, ref: str) -> HttpResponse:
    """S21, R089: is it mended?"""
    found = _repair(request, ref, policies.CALL_AFTER_REPAIR)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.record_repair_call(found, by=request.user, at=at, **told)
        return _("The call is kept.")

    return _act(request, found, forms.CallForm(request.POST or None), CALL, verb, tried=list(found.calls.select_related("by")))


PAY = Act(
    gettext_lazy("Payment of the repair"), gettext_lazy("Write the receipt"), gettext_lazy("The money cannot be taken like this"),
    spans=(("method", 6),),
)  # fmt: skip


@allowed(policies.TAKE_REPAIR_MONEY)
@once
def payments(request: HttpRequest, ref: str) -> HttpResponse:
    """L23: one payment, one receipt, on the account that fits."""
    found = _repair(request, ref, policies.TAKE_REPAIR_MONEY)
    rest = services.open_money(found)
    form = forms.RepairPaymentForm(request.POST or None, initial={"amount": rest or None, "payer": found.project.customer_name})

    def verb(told: dict[str, Any], at: datetime) -> str:
        made = services.take_repair_money(found, by=request.user, at=at, **told)
        return _("Receipt %(ref)s is written.") % {"ref": made.receipt.ref}

    return _act(request, found, form, PAY, verb, rest=rest, paid=list(found.payments.select_related("receipt")))


COST = Act(
    gettext_lazy("What the repair cost"), gettext_lazy("Note the cost"), gettext_lazy("The cost cannot be noted like this"),
    gettext_lazy("A fact for the month; nobody is judged by it."), spans=(("note", 6),),
)  # fmt: skip


@allowed(policies.NOTE_REPAIR_COST)
@once
def costs(request: HttpRequest, ref: str) -> HttpResponse:
    """In whose work the fault lay, and what it cost the company."""
    found = _repair(request, ref, policies.NOTE_REPAIR_COST)
    site, kind = found.project, categories().get(found.category)
    roles = [getattr(site, f"{role.value}_id") for role in Role]
    people = User.objects.filter(pk__in=[pk for pk in (*roles, found.technician_id) if pk])
    crew = site.arrivals.order_by("-pk").values_list("crew", flat=True).first() if hasattr(site, "arrivals") else ""
    form = forms.CostForm(request.POST or None, people=people, initial={"trade": kind.trade if kind else "", "crew": crew or "", "person": site.foreman_id})

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.note_repair_cost(found, by=request.user, at=at, **told)
        return _("The cost is noted.")

    return _act(request, found, form, COST, verb)


@allowed(policies.FILE_REPAIRS, methods=("POST",))
@once
def filings(request: HttpRequest, ref: str) -> HttpResponse:
    found = _repair(request, ref, policies.FILE_REPAIRS)

    def verb() -> str:
        services.file_repair(found, by=request.user, at=timezone.now())
        return _("The repair is filed.")

    return _posted(request, found, verb)


WITHDRAW = Act(gettext_lazy("Withdraw the repair"), gettext_lazy("Withdraw it"), gettext_lazy("It cannot be withdrawn"), spans=(("reason", 6),))


@allowed(policies.FILE_REPAIRS)
@once
def withdrawals(request: HttpRequest, ref: str) -> HttpResponse:
    """Told twice, or the owner takes it back."""
    found = _repair(request, ref, policies.FILE_REPAIRS)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.withdraw_repair(found, by=request.user, at=at, **told)
        return _("The repair is withdrawn.")

    return _act(request, found, forms.ReasonForm(request.POST or None), WITHDRAW, verb)


@allowed(policies.TAKE_REPAIRS, methods=("POST",))
def phone(request: HttpRequest, ref: str) -> HttpResponse:
    """The number to call, once; each look is on record (LR-43)."""
    found = _repair(request, ref, policies.TAKE_REPAIRS)
    form = forms.Nothing(request.POST)
    form.is_valid()
    with refusals_on(form):
        shown = services.show_phone(found, by=request.user, at=timezone.now())
        return _shown(request, selectors.with_history(selectors.repairs_for(request.user)).get(pk=found.pk), phone=shown)
    return _shown(request, selectors.with_history(selectors.repairs_for(request.user)).get(pk=found.pk), form)


# --- what repairs cost --------------------------------------------------------------------------------------------------


@allowed(policies.SEE_REPAIR_COST, methods=("GET",))
def repair_costs(request: HttpRequest) -> HttpResponse:
    """The month or the year by trade, crew, person and store; each sum opens its rows."""
    wanted = selectors.CostFilter.read(request.GET, timezone.localdate())
    rows = list(selectors.costs_listed(request.user, wanted)[:300])
    context = {
        "wanted": wanted, "sums": selectors.cost_sums(selectors.costs_of_month(request.user, wanted)), "rows": rows,
        "total": sum((row.material + row.labour for row in rows), start=selectors.ZERO),
        "narrowed": bool(wanted.trade or wanted.crew or wanted.person), "this_month": timezone.localdate().replace(day=1),
    }  # fmt: skip
    return render(request, "aftersales/repair_costs.html", context)


@allowed(policies.SEE_REPAIR_COST, methods=("GET",))
def repair_costs_export(request: HttpRequest) -> HttpResponse:
    """Exactly the rows of the page."""
    wanted = selectors.CostFilter.read(request.GET, timezone.localdate())
    rows = selectors.costs_listed(request.user, wanted)[:MOST_ROWS]
    return _book(sheets.write(COST_COLUMNS(), rows, title=_("What repairs cost")), f"repair-costs-{wanted.says.replace('-', '')}.xlsx")


# --- looks at finished homes ------------------------------------------------------------------------------------------------


@allowed(policies.SEE_REPAIRS, post=policies.PATROL_HOMES)
@once
def home_patrols(request: HttpRequest, ref: str) -> HttpResponse:
    """S26: the looks at this home, and the next."""
    permission = policies.PATROL_HOMES if request.method == "POST" else policies.SEE_REPAIRS
    project: Project = frame.site(request, ref, permission)
    form = forms.PatrolForm(request.POST or None)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            made = services.record_home_patrol(project, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The look is noted."))
            return redirect(made.repair.get_absolute_url() if made.repair else request.path)
    frame.name_gaps(project, form, request.user)
    looks = HomePatrol.objects.filter(warranty__project=project).select_related("by", "repair")[:30]
    may = policies.PATROL_HOMES.reaches(request.user, project.store_id, own=False)
    context = {"project": project, "form": form, "looks": looks, "may": may, "draft_key": f"aftersales:home-patrols:{ref}"}
    return render(request, "aftersales/home_patrols.html", context, status=422 if form.is_bound else 200)


