"""Quotations of an enquiry: versions, the editor, the look before issuing, issuing, accepting (P05, G5)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from markupsafe import Markup

from core.money import yuan
from core.once import once
from core.policies import Permission, allowed
from core.refusals import Refused, refusals_on
from core.render import html_of
from leads import services
from leads.choices import QuotationState, Trade
from leads.discounts import authority
from leads.forms_offers import ChoicesForm
from leads.forms_quotation import ItemsForm, LinesForm, NothingForm, TermsForm
from leads.models import Lead, Quotation, QuotationLine, Room
from leads.policies import ACCEPT_QUOTATION, APPROVE_DISCOUNT, DISCOUNT, QUOTE, SEE_COST, SEE_LEADS, SEND_QUOTATION
from leads.price_selectors import in_force
from leads.quotation_content import place
from leads.quotation_selectors import offers, outdated, room_sizes, sheet_of, versions
from leads.selectors import named
from leads.services.alternatives import choices_of
from leads.services.quotation import as_paper, open_requests


def _lead(request: HttpRequest, ref: str, permission: Permission) -> Lead:
    rows = Lead.objects.visible_to(request.user, permission)
    found: Lead = get_object_or_404(rows.select_related("customer", "home", "designer", "customer_manager", "dossier", "store"), ref=ref)
    return found


def _quotation(request: HttpRequest, ref: str, version: int, permission: Permission) -> Quotation:
    """A version of an enquiry that lies within this person's scope; else there is none."""
    lead = _lead(request, ref, permission)
    found: Quotation = get_object_or_404(
        lead.quotations.select_related("paper", "price_list", "survey", "survey__paper", "by", "discount_by", "package"), version=version
    )
    found.lead = lead
    return found


def _acts(user: Any, lead: Lead, permission: Permission) -> bool:
    return permission.allows(user) and Lead.objects.visible_to(user, permission).filter(pk=lead.pk).exists()


def _named(form: Any, lead: Lead) -> Any:
    """A refusal says who can help by name."""
    if refusal := getattr(form, "refusal", None):
        form.refusal = Refused(refusal.message, [named(lead, gap) for gap in refusal.missing])
    return form


@allowed(SEE_LEADS, post=QUOTE)
@once
def quotation_list(request: HttpRequest, ref: str) -> HttpResponse:
    """The versions of an enquiry; a post begins the next one."""
    lead = _lead(request, ref, QUOTE if request.method == "POST" else SEE_LEADS)
    form = NothingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            made = services.draft_quotation(lead, by=request.user, at=timezone.now())
            before = lead.quotations.filter(version__lt=made.version).order_by("-version").first()
            if before is not None and before.discount and not made.discount:
                messages.warning(request, _("The discount of version {n} was given for that version alone; ask for it anew.").format(n=before.version))
            return redirect("leads:quotation", lead.ref, made.version)
    with_cost = SEE_COST.allows(request.user)
    rows = versions(lead, with_cost=with_cost)
    context = {
        "lead": lead, "form": _named(form, lead), "rows": rows, "with_cost": with_cost, "may_quote": _acts(request.user, lead, QUOTE) and lead.is_open,
        "draft": next((row for row in rows if row.state == QuotationState.DRAFT), None),
        "price_list": in_force(lead.store_id, timezone.localdate()), "survey": lead.surveys.select_related("paper").last(),
    }  # fmt: skip
    return render(request, "leads/quotation_list.html", context, status=422 if form.is_bound else 200)


@allowed(SEE_LEADS, post=QUOTE)
@once
def quotation(request: HttpRequest, ref: str, version: int) -> HttpResponse:
    """A version: the editor of a draft for those who quote, else the sheet to read; a post saves the quantities."""
    found = _quotation(request, ref, version, QUOTE if request.method == "POST" else SEE_LEADS)
    editing = found.state == QuotationState.DRAFT and found.lead.is_open and _acts(request.user, found.lead, QUOTE)
    with_cost = SEE_COST.allows(request.user)
    room, page = _whole(request.GET.get("room")), _whole(request.GET.get("page")) or 1
    shown = sheet_of(found, with_cost=with_cost, empty_rooms=editing, room=room, page=page)
    lines = shown.lines
    form = LinesForm(request.POST if request.method == "POST" else None, lines=[*lines, *_posted(request, found, lines)])
    if form.is_valid():
        with refusals_on(form):
            _refuse_gone(request, form)
            _save(found, form, request.user)
            return redirect(request.get_full_path())
    context = {
        "lead": found.lead, "quotation": found, "sheet": shown, **_around(request.user, found), "form": _named(form, found.lead),
        "editing": editing, "with_cost": with_cost,
        "terms": TermsForm(quotation=found), "outdated": outdated(found, timezone.now()) if editing else "",
        "authority": authority(request.user, found.lead.store_id),
        "may_accept": found.state == QuotationState.ISSUED and not found.is_stale and _acts(request.user, found.lead, ACCEPT_QUOTATION),
        "may_quote": editing or (found.lead.is_open and _acts(request.user, found.lead, QUOTE)), "sizes": room_sizes,
        "trade_says": lambda trade: Trade(trade).label,
        "changed": {line.pk for line in lines if line.computed is not None and line.quantity != line.computed},
    }  # fmt: skip
    return render(request, "leads/quotation_detail.html", context, status=422 if form.is_bound else 200)


def _whole(text: str | None) -> int | None:
    return int(text) if text and len(text) < 12 and text.isascii() and text.isdigit() else None


def _posted(request: HttpRequest, found: Quotation, shown: list[QuotationLine]) -> list[QuotationLine]:
    """Lines that were typed into and stand on another page of the room now: nothing typed is lost."""
    there = {line.pk for line in shown}
    told = [_whole(name.removeprefix("quantity_")) for name in request.POST if name.startswith("quantity_")]
    missing = [pk for pk in told if pk is not None and pk not in there]
    return list(found.lines.filter(pk__in=missing).select_related("item", "room")) if missing else []


def _refuse_gone(request: HttpRequest, form: LinesForm) -> None:
    """Something was typed into a line that is no longer there (new prices were taken over elsewhere): said, before anything is saved."""
    known, sent = {line.pk for line in form.lines}, request.POST
    for name in sent:
        pk = _whole(name.removeprefix("quantity_")) if name.startswith("quantity_") else None
        if pk is not None and pk not in known and sent[name].strip() != sent.get(f"was_{name}", sent[name]).strip():
            raise Refused(_("The lines were drawn up anew elsewhere meanwhile: {quantity} that you typed has no line any more. Load the page again.").format(
                quantity=sent[name].strip()[:12]
            ))


def _around(user: Any, found: Quotation) -> dict[str, Any]:
    """What stands around the lines: choices, a discount that waits, how it was sent, whether it has expired."""
    asked, approved = open_requests(found) if found.state == QuotationState.DRAFT else (None, None)
    out = found.state in (QuotationState.ISSUED, QuotationState.ACCEPTED)
    return {
        "asked": asked, "approved": approved, "sendings": list(found.sendings.select_related("by")[:20]) if found.paper_id else [],
        "expired": found.has_expired(timezone.localdate()),
        "may_send": out and SEND_QUOTATION.reaches(user, found.store_id, own=_own(user, found.lead)),
        "may_decide": asked is not None and APPROVE_DISCOUNT.reaches(user, found.store_id, own=False),
    }  # fmt: skip


def _own(user: Any, lead: Lead) -> bool:
    return user.pk in (lead.designer_id, lead.customer_manager_id)


def _save(found: Quotation, form: LinesForm, user: Any) -> None:
    now, changes, removed = timezone.now(), form.changes(), form.removed()
    if changes:
        services.revise_lines(found, changes=changes, by=user, at=now)
    if removed:
        services.remove_lines(found, lines=removed, by=user, at=now)


@allowed(QUOTE)
@once
def quotation_items(request: HttpRequest, ref: str, version: int, room: int) -> HttpResponse:
    """Items of the price list for one room (0 = the home as such); ticked ones go into the draft."""
    found = _quotation(request, ref, version, QUOTE)
    if found.state != QuotationState.DRAFT:
        return redirect("leads:quotation", ref, version)
    place = get_object_or_404(Room, pk=room, home=found.lead.home_id, removed_at__isnull=True) if room else None
    groups = offers(found, place)
    form = ItemsForm(request.POST if request.method == "POST" else None, offers=[offer for _trade, rows in groups for offer in rows])
    if form.is_valid():
        with refusals_on(form):
            wanted = form.wanted(place)
            services.add_lines(found, wanted=wanted, by=request.user, at=timezone.now())
            messages.success(request, _("{count} items were added to {room}.").format(count=len(wanted), room=place or _("the whole home")))
            return redirect("leads:quotation", ref, version)
    context = {
        "lead": found.lead, "quotation": found, "room": place, "groups": groups, "form": _named(form, found.lead),
        "sizes": room_sizes(place) if place else "",
    }  # fmt: skip
    return render(request, "leads/quotation_items.html", context, status=422 if form.is_bound else 200)


@allowed(QUOTE | DISCOUNT)
@once
def quotation_terms(request: HttpRequest, ref: str, version: int) -> HttpResponse:
    """Discount within authority, management fee, tax, a note; whoever may only give discounts changes the discount alone."""
    permission = QUOTE if QUOTE.allows(request.user) else DISCOUNT
    found = _quotation(request, ref, version, permission)
    if found.state != QuotationState.DRAFT:
        return redirect("leads:quotation", ref, version)
    form = TermsForm(request.POST if request.method == "POST" else None, quotation=found, only_discount=permission is DISCOUNT)
    if form.is_valid():
        with refusals_on(form):
            told = {name: getattr(found, name) for name in ("management_percent", "tax_percent", "note")} | form.cleaned_data
            services.set_terms(found, by=request.user, at=timezone.now(), seen=found, **told)
            messages.success(request, _("The terms are set."))
            return redirect("leads:quotation", ref, version)
    limit = authority(request.user, found.lead.store_id)
    context = {
        "lead": found.lead, "quotation": found, "form": _named(form, found.lead), "authority": limit, "only_discount": permission is DISCOUNT,
        "most": yuan(found.subtotal * limit / 100),
    }  # fmt: skip
    return render(request, "leads/quotation_terms.html", context, status=422 if form.is_bound else 200)


@allowed(QUOTE)
@once
def quotation_issues(request: HttpRequest, ref: str, version: int) -> HttpResponse:
    """The paper as it will leave the house; a post issues it (P05)."""
    found = _quotation(request, ref, version, QUOTE)
    if found.state != QuotationState.DRAFT:
        return redirect("leads:quotation", ref, version)
    form = NothingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            issued: Any = services.issue_quotation(found, by=request.user, at=timezone.now()).paper
            messages.success(request, _("Quotation {ref} is issued; the customer signs it now.").format(ref=issued.ref))
            return redirect("paper", issued.ref)
    paper = Markup(html_of(as_paper(found, by=request.user, at=timezone.now()), mode="screen", draft=True))  # noqa: S704 (our own template)
    context = {"lead": found.lead, "quotation": found, "form": _named(form, found.lead), "paper": paper, "outdated": outdated(found, timezone.now())}
    return render(request, "leads/quotation_issue.html", context, status=422 if form.is_bound else 200)


@allowed(QUOTE, methods=("POST",))
@once
def quotation_repricings(request: HttpRequest, ref: str, version: int) -> HttpResponse:
    """Bring a draft to the price list and the rooms of today."""
    found = _quotation(request, ref, version, QUOTE)
    try:
        services.take_new_prices(found, by=request.user, at=timezone.now())
        messages.success(request, _("Prices and quantities are those of today."))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("leads:quotation", ref, version)


@allowed(ACCEPT_QUOTATION)
@once
def quotation_acceptances(request: HttpRequest, ref: str, version: int) -> HttpResponse:
    """The customer takes the signed quotation: the contract is made of it."""
    found = _quotation(request, ref, version, ACCEPT_QUOTATION)
    if found.paper is None:
        raise Http404
    form = ChoicesForm(request.POST if request.method == "POST" else None, lines=choices_of(found))
    if form.is_valid():
        with refusals_on(form):
            services.accept_quotation(found, chosen=form.taken(), by=request.user, at=timezone.now())
            messages.success(request, _("Quotation {ref} is accepted; the contract can be made of it.").format(ref=found.paper.ref))
            return redirect(found.lead)
    context = {
        "lead": found.lead, "quotation": found, "form": _named(form, found.lead), "stands_in": place, "expired": found.has_expired(timezone.localdate()),
        "may_quote": _acts(request.user, found.lead, QUOTE),
    }  # fmt: skip
    return render(request, "leads/quotation_acceptance.html", context, status=422 if form.is_bound else 200)
