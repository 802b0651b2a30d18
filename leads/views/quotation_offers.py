"""Around a quotation: packages, alternatives and options, discounts beyond authority, sendings, comparison, Excel out and in (P05, R069)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import sheets
from core.money import yuan
from core.once import once
from core.policies import allowed
from core.refusals import refusals_on
from leads import services
from leads.choices import LinePart, QuotationState, RequestState, RoomKind
from leads.discounts import AUTHORITY, approver, approvers, authority
from leads.forms_offers import (
    AskDiscountForm,
    ChoicesForm,
    DecisionForm,
    NewPackageForm,
    PackageChoiceForm,
    SendingForm,
    SheetForm,
)
from leads.forms_quotation import ItemsForm, NothingForm
from leads.models import Package, Quotation
from leads.models.prices import WHOLE_HOME
from leads.policies import APPROVE_DISCOUNT, MAINTAIN_PRICES, QUOTE, SEE_COST, SEE_LEADS, SEE_PRICES, SEND_QUOTATION
from leads.price_selectors import margin
from leads.quantities import HomeSizes
from leads.quotation_compare import compare
from leads.quotation_content import place
from leads.quotation_selectors import offers, works_price
from leads.quotation_sheets import FAULTS, from_json, read, workbook
from leads.services.alternatives import choices_of
from leads.services.quotation import open_requests, rooms_of
from leads.views.prices import _list
from leads.views.quotations import _lead, _named, _quotation
from staff import posts

MOST_ROWS = 300  # rows of a preview or of faults on one page


def _draft(request: HttpRequest, ref: str, version: int) -> Quotation | None:
    """The draft that a person may edit; None when it was issued meanwhile."""
    found = _quotation(request, ref, version, QUOTE)
    return found if found.state == QuotationState.DRAFT and found.lead.is_open else None


# --- packages --------------------------------------------------------------------------------------------------------


@allowed(SEE_PRICES, methods=("GET",))
def packages(request: HttpRequest, pk: int) -> HttpResponse:
    """The packages of a version of the price list, with what they hold."""
    found = _list(request, pk)
    rows = [_package(package) for package in found.packages.prefetch_related("items__item")]
    context = {"price_list": found, "rows": rows, "may_maintain": _maintains(request.user, found), "room_kind_says": _kind_says}
    return render(request, "leads/packages.html", context)


def _maintains(user: Any, price_list: Any) -> bool:
    return MAINTAIN_PRICES.reaches(user, price_list.store_id or 0, own=False)


def _kind_says(kind: str) -> str:
    return _("Whole home") if kind == WHOLE_HOME else str(RoomKind(kind).label)


def _package(package: Package) -> dict[str, Any]:
    """A package with its content under the kinds of rooms."""
    held: dict[str, list[Any]] = {}
    for each in package.items.all():
        held.setdefault(each.room_kind, []).append(each)
    return {"package": package, "rooms": list(held.items()), "count": sum(len(rows) for rows in held.values())}


@allowed(MAINTAIN_PRICES)
@once
def package_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new package of a version of the price list."""
    found = _list(request, pk)
    if not _maintains(request.user, found):
        raise Http404
    form = NewPackageForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            services.publish_packages(found, packages=[form.row()], by=request.user, at=timezone.now())
            messages.success(request, _("The package “{name}” is published.").format(name=form.cleaned_data["name"]))
            return redirect("leads:packages", pk)
    return render(request, "leads/package_new.html", {"price_list": found, "form": form}, status=422 if form.is_bound else 200)


@allowed(QUOTE)
@once
def quotation_packages(request: HttpRequest, ref: str, version: int) -> HttpResponse:
    """Put a package under the draft, or take it away again."""
    found = _draft(request, ref, version)
    if found is None:
        return redirect("leads:quotation", ref, version)
    rows = list(found.price_list.packages.prefetch_related("items__item"))
    leaving = request.method == "POST" and "leave" in request.POST
    form: Any = NothingForm(request.POST) if leaving else PackageChoiceForm(request.POST if request.method == "POST" else None, packages=rows)
    if form.is_valid():
        with refusals_on(form):
            if leaving:
                services.leave_package(found, by=request.user, at=timezone.now())
                messages.success(request, _("The package is taken away; what it held are lines at the prices of the list."))
            else:
                services.apply_package(found, package=form.cleaned_data["package"], by=request.user, at=timezone.now())
                messages.success(request, _("The package “{name}” stands under the quotation.").format(name=form.cleaned_data["package"]))
            return redirect("leads:quotation", ref, version)
    area = HomeSizes.of(found.lead.home.area_m2, rooms_of(found.lead)).area
    offered = [
        {**_package(package), "price": package.price(area) if package.fixed is not None or area else None, "area": package.charged(area)}
        for package in rows
    ]
    context = {"lead": found.lead, "quotation": found, "form": _named(form, found.lead), "rows": offered, "room_kind_says": _kind_says}
    return render(request, "leads/quotation_packages.html", context, status=422 if form.is_bound else 200)


# --- alternatives and options ----------------------------------------------------------------------------------------


@allowed(QUOTE)
@once
def alternatives(request: HttpRequest, ref: str, version: int, line: int) -> HttpResponse:
    """Items of the price list in the place of a line; ticked ones stand beside it, outside the total."""
    found = _draft(request, ref, version)
    if found is None:
        return redirect("leads:quotation", ref, version)
    base = get_object_or_404(found.lines.select_related("room", "item").annotate(others=Count("alternatives")), pk=line, alternative_to=None)
    if base.part == LinePart.PACKAGE:
        raise Http404
    groups = sorted(offers(found, base.room), key=lambda group: group[0] != str(base.get_trade_display()))
    form = ItemsForm(request.POST if request.method == "POST" else None, offers=[offer for _trade, rows in groups for offer in rows])
    if form.is_valid():
        with refusals_on(form):
            services.offer_alternatives(found, line=base.pk, wanted=form.wanted(base.room), by=request.user, at=timezone.now())
            messages.success(request, _("The alternatives stand beside “{name}”.").format(name=base.name))
            return redirect(_at(found, base.room_id))
    context = {"lead": found.lead, "quotation": found, "room": base.room, "groups": groups, "form": _named(form, found.lead), "sizes": "", "beside": base}
    return render(request, "leads/quotation_items.html", context, status=422 if form.is_bound else 200)


def _at(quotation: Quotation, room: int | None) -> str:
    """The quotation, at a room."""
    key = room or 0
    return f"{reverse('leads:quotation', args=[quotation.lead.ref, quotation.version])}?room={key}#room-{key}"


@allowed(QUOTE, methods=("POST",))
@once
def options(request: HttpRequest, ref: str, version: int, line: int) -> HttpResponse:
    """A line becomes an option, or counts again in any case."""
    found = _draft(request, ref, version)
    if found is None:
        return redirect("leads:quotation", ref, version)
    row = get_object_or_404(found.lines, pk=line)
    form = NothingForm(request.POST)
    with refusals_on(form):
        services.make_optional(found, line=row.pk, optional=not row.optional, by=request.user, at=timezone.now())
        says = _("“{name}” counts again in any case.") if row.optional else _("“{name}” is an option now, outside the total.")
        messages.success(request, says.format(name=row.name))
    if form.errors:
        messages.error(request, form.refusal.message)  # type: ignore[attr-defined]
    return redirect(_at(found, row.room_id))


@allowed(QUOTE)
@once
def choices(request: HttpRequest, ref: str, version: int) -> HttpResponse:
    """What of options and alternatives counts."""
    found = _draft(request, ref, version)
    if found is None:
        return redirect("leads:quotation", ref, version)
    form = ChoicesForm(request.POST if request.method == "POST" else None, lines=choices_of(found))
    if form.is_valid():
        with refusals_on(form):
            services.choose(found, choice=form.choice(), by=request.user, at=timezone.now())
            messages.success(request, _("The choice is kept; the total follows it."))
            return redirect("leads:quotation", ref, version)
    context = {"lead": found.lead, "quotation": found, "form": _named(form, found.lead), "stands_in": place}
    return render(request, "leads/quotation_choices.html", context, status=422 if form.is_bound else 200)


# --- discounts beyond authority --------------------------------------------------------------------------------------


@allowed(QUOTE)
@once
def discount_requests(request: HttpRequest, ref: str, version: int) -> HttpResponse:
    """Ask for a discount beyond one's authority; or take the request back."""
    found = _draft(request, ref, version)
    if found is None:
        return redirect("leads:quotation", ref, version)
    asked, approved = open_requests(found)
    taking_back = request.method == "POST" and "withdraw" in request.POST
    form: Any = NothingForm(request.POST) if taking_back else AskDiscountForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            if taking_back:
                services.withdraw_discount(found, by=request.user, at=timezone.now())
                messages.success(request, _("The request is taken back."))
            else:
                told = form.cleaned_data
                made = services.ask_discount(found, amount=form.amount_of(found.subtotal), reason=told["reason"], by=request.user, at=timezone.now())
                says = _("{percent} % is asked for; {post} decides.")
                messages.success(request, says.format(percent=f"{made.percent.normalize():f}", post=posts.title_of(made.post)))
            return redirect("leads:quotation", ref, version)
    limit = authority(request.user, found.lead.store_id)
    context = {
        "lead": found.lead, "quotation": found, "form": _named(form, found.lead), "asked": asked, "approved": approved, "authority": limit,
        "most": yuan(found.subtotal * limit / 100), "history": found.discount_requests.select_related("by", "decided_by").order_by("-id"),
        "asks": AskDiscountForm() if taking_back else form,
        "who": [(posts.title_of(post), AUTHORITY[post]) for post in approvers(yuan(0))], "post_of": posts.title_of,
    }  # fmt: skip
    return render(request, "leads/discount_request.html", context, status=422 if form.is_bound else 200)


@allowed(APPROVE_DISCOUNT)
@once
def discount_decisions(request: HttpRequest, ref: str, version: int) -> HttpResponse:
    """Approve or refuse the discount that was asked for, with a word."""
    found = _quotation(request, ref, version, APPROVE_DISCOUNT)
    asked, _approved = open_requests(found)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            answer = form.cleaned_data["answer"]
            if form.cleaned_data["decision"] == "approve":
                services.approve_discount(found, answer=answer, by=request.user, at=timezone.now())
                messages.success(request, _("The discount is approved; the quotation can be issued with it."))
            else:
                services.refuse_discount(found, answer=answer, by=request.user, at=timezone.now())
                messages.success(request, _("The discount is refused."))
            return redirect("leads:quotation", ref, version)
    with_cost = SEE_COST.allows(request.user)
    after = works_price(found) + found.discount - asked.amount if asked else works_price(found)
    context = {
        "lead": found.lead, "quotation": found, "form": _named(form, found.lead), "asked": asked, "authority": authority(request.user, found.lead.store_id),
        "may": asked is not None and asked.by_id != request.user.pk and asked.percent <= authority(request.user, found.lead.store_id),
        "needed": posts.title_of(approver(asked.percent)) if asked and approver(asked.percent) else "",
        "with_cost": with_cost, "margin": margin(works_price(found), found.cost) if with_cost else None,
        "margin_after": margin(after, found.cost) if with_cost else None,
        "history": found.discount_requests.select_related("by", "decided_by").exclude(state=RequestState.ASKED).order_by("-id"), "after": after,
    }  # fmt: skip
    return render(request, "leads/discount_decision.html", context, status=422 if form.is_bound else 200)


# --- sent ------------------------------------------------------------------------------------------------------------


@allowed(SEND_QUOTATION)
@once
def sendings(request: HttpRequest, ref: str, version: int) -> HttpResponse:
    """Note that a version was sent; it stands in the chain of the file."""
    found = _quotation(request, ref, version, SEND_QUOTATION)
    if found.paper is None:
        raise Http404
    initial = {"to_whom": found.lead.customer.name, "channel": "wechat"}
    form = SendingForm(request.POST) if request.method == "POST" else SendingForm(initial=initial)
    if form.is_valid():
        with refusals_on(form):
            services.note_sending(found, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The sending is noted."))
            return redirect("leads:quotation", ref, version)
    context = {"lead": found.lead, "quotation": found, "form": _named(form, found.lead), "rows": found.sendings.select_related("by")}
    return render(request, "leads/quotation_sending.html", context, status=422 if form.is_bound else 200)


# --- side by side ----------------------------------------------------------------------------------------------------


@allowed(SEE_LEADS, methods=("GET",))
def comparisons(request: HttpRequest, ref: str) -> HttpResponse:
    """Two or three versions side by side; without a choice the last two."""
    lead = _lead(request, ref, SEE_LEADS)
    known = list(lead.quotations.select_related("paper", "package").order_by("version"))
    wanted = {text for text in request.GET.getlist("v")[:9] if text.isascii() and text.isdigit()}
    chosen = [version for version in known if str(version.version) in wanted][:3]
    if len(chosen) < 2:
        chosen = known[-2:]
    everything = request.GET.get("all") == "1"
    found = compare(chosen, everything=everything) if len(chosen) > 1 else None
    context = {"lead": lead, "versions": known, "chosen": chosen, "found": found, "everything": everything}
    return render(request, "leads/quotation_compare.html", context)


# --- Excel -----------------------------------------------------------------------------------------------------------


@allowed(SEE_LEADS, methods=("GET",))
def export(request: HttpRequest, ref: str, version: int) -> HttpResponse:
    """The lines as Excel; a draft's sheet can be changed and brought in again."""
    found = _quotation(request, ref, version, SEE_LEADS)
    return sheets.download(workbook(found, with_cost=SEE_COST.allows(request.user)), f"quotation-{ref}-v{version}.xlsx")


@allowed(QUOTE)
@once
def quotation_sheets(request: HttpRequest, ref: str, version: int) -> HttpResponse:
    """Bring an edited sheet in: every fault at once, or on to the preview of what it changes."""
    found = _draft(request, ref, version)
    if found is None:
        return redirect("leads:quotation", ref, version)
    posted = request.method == "POST"
    form = SheetForm(request.POST, request.FILES) if posted else SheetForm()
    faults: list[Any] = []
    if form.is_valid():
        with refusals_on(form):
            file = form.cleaned_data["file"]
            changes = read(sheets.read_bytes(file.read()), found, found.lead)
            faults = [(fault, FAULTS[fault.code]) for fault in changes.faults]
            if not faults:
                services.keep_sheet(found, changes, file=file.name, by=request.user, at=timezone.now())
                return redirect("leads:quotation-sheet-preview", ref, version)
    context = {"lead": found.lead, "quotation": found, "form": _named(form, found.lead), "faults": faults[:MOST_ROWS], "fault_count": len(faults)}
    return render(request, "leads/quotation_sheet.html", context, status=422 if posted else 200)


@allowed(QUOTE)
@once
def quotation_sheet_preview(request: HttpRequest, ref: str, version: int) -> HttpResponse:
    """What the sheet changes, row by row; a post takes it over in one act."""
    found = _draft(request, ref, version)
    kept = services.kept_sheet(found, by=request.user) if found is not None else None
    if found is None or kept is None:
        return redirect("leads:quotation-sheets", ref, version) if found is not None else redirect("leads:quotation", ref, version)
    changes = from_json(kept.data, found)
    form = NothingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            services.take_over_sheet(found, found=changes, by=request.user, at=timezone.now())
            messages.success(request, _("The sheet is taken over."))
            return redirect("leads:quotation", ref, version)
    context = {
        "lead": found.lead, "quotation": found, "form": _named(form, found.lead), "changes": changes, "file": kept.data.get("file", ""), "stands_in": place,
        "difference": _difference(changes), "most": MOST_ROWS,
    }  # fmt: skip
    return render(request, "leads/quotation_sheet_preview.html", context, status=422 if form.is_bound else 200)


def _difference(changes: Any) -> Any:
    """What the works become dearer or cheaper by."""
    more = sum((each.amount - each.line.amount for each in changes.changed if each.line.is_charged), yuan(0))
    return more + sum((each.amount for each in changes.added), yuan(0)) - sum((line.amount for line in changes.removed if line.is_charged), yuan(0))
