"""Registration (L01), the duplicates that show while typing, the printed form, corrections of the home, numbers in full."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import phones
from core.once import once
from core.policies import allowed
from core.refusals import Refused, refusals_on
from leads import carried, services
from leads.choices import Basis, Origin, PersonRole
from leads.forms import RegisterForm
from leads.models import CustomerPhone, HomePerson, Lead, LeadSource
from leads.policies import PEOPLE_OF_HOME, REGISTER
from leads.selectors_people import LOGS, number_behind
from leads.services import NewHome
from staff.models import Store


def _stores(request: HttpRequest) -> QuerySet[Store]:
    return Store.objects.filter(pk__in=REGISTER.stores(request.user), closed_on__isnull=True).order_by("id")


@allowed(REGISTER)
@once
def lead_new(request: HttpRequest) -> HttpResponse:
    """Register an enquiry; it goes to the client file."""
    stores = _stores(request)
    brought = carried.taken(request)
    log = brought.pop("log", "")
    start = {"store": stores[0] if stores else None, **_where_from(log), "consent_basis": Basis.REQUEST, **brought, "log": log}
    behind = partial(number_behind, request.user, request.POST.get("log", ""))
    form = RegisterForm(request.POST if request.method == "POST" else None, stores=stores, behind=behind, initial=start)
    if form.is_valid():
        with refusals_on(form):
            lead = services.register_lead(
                store=form.cleaned_data["store"] or stores[0], phones=form.numbers, home=form.home, by=request.user, at=timezone.now(), **form.facts
            )
            link_carried(request, lead, form.cleaned_data["log"])
            carried.drop(request)
            messages.success(request, _("{name} is registered as {ref}. Next: assign a designer.").format(name=lead.customer.name, ref=lead.ref))
            return redirect(lead)
    typed = request.POST if form.is_bound else {name: str(value) for name, value in {**brought, "log": log}.items()}
    context = {"form": form, "found": _duplicates(request, stores, typed) if form.is_bound or brought else [], "roles": PersonRole.choices,
               "draft_key": carried.draft_key(request, "leads:new")}
    return render(request, "leads/lead_form.html", context, status=422 if form.is_bound else 200)


def _where_from(log: str) -> dict[str, Any]:
    """A call brings its source and origin; whoever stands at the desk gave the number in person."""
    code, origin = ("phone", Origin.PHONE) if log.startswith("calls-") else ("walk_in", Origin.SELF)
    return {"source": LeadSource.objects.filter(code=code, retired=False).first(), "origin": origin}


def link_carried(request: HttpRequest, lead: Lead, log: str) -> None:
    """The call or visit from which somebody was registered, as a customer or as one of a known home, stands in that file."""
    kind, _dash, number = log.partition("-")
    if kind in LOGS and number.isdecimal() and len(number) < 12:
        entry = LOGS[kind].objects.visible_to(request.user).filter(pk=int(number), store=lead.store_id, lead__isnull=True).distinct().first()
        if entry is not None:
            services.link_log(entry, lead, by=request.user, at=timezone.now())


@allowed(REGISTER, methods=("POST",))
def duplicates(request: HttpRequest) -> HttpResponse:
    """Whom we know already by what has been typed so far: a fragment under the number (LR-43: masked)."""
    asked = {"found": _duplicates(request, _stores(request), request.POST), "roles": PersonRole.choices if "estate" in request.POST else ()}
    return render(request, "leads/_duplicates.html", asked)


def _duplicates(request: HttpRequest, stores: QuerySet[Store], typed: Mapping[str, str]) -> list[dict[str, str]]:

    def word(name: str, most: int) -> str:
        return typed.get(name, "")[:most].replace("\x00", "").strip()

    store = next((s for s in stores if str(s.pk) == typed.get("store", "")), stores[0] if stores else None)
    if store is None:
        return []
    home = NewHome(estate=word("estate", 60), building=word("building", 20), unit=word("unit", 20), room_no=word("room_no", 20))
    numbers = [number_behind(request.user, word("log", 40), word("phone", 40)), word("phone_2", 40)]
    rows = services.duplicates(store=store, numbers=numbers, home=home)
    wanted = {n for n in map(phones.normal, numbers) if n}
    held = CustomerPhone.objects.filter(customer=OuterRef("customer"), number__in=wanted, withdrawn_at__isnull=True)
    person = HomePerson.objects.here().filter(home=OuterRef("home"), number__in=wanted).order_by("pk")
    mine = Lead.objects.visible_to(request.user).filter(pk=OuterRef("pk"))
    found = Lead.objects.filter(pk__in=[r.pk for r in rows]).annotate(
        by_number=Exists(held), mine=Exists(mine), person=Subquery(person.values("name")[:1]), role=Subquery(person.values("role")[:1])
    )
    facts = {row["pk"]: row for row in found.values("pk", "by_number", "mine", "person", "role")}
    may_add = PEOPLE_OF_HOME.allows(request.user)
    return [
        {
            "name": row.customer.name, "address": row.home.address, "ref": row.ref, "stage": str(row.get_stage_display()),
            "designer": str(row.designer or ""), "url": row.get_absolute_url() if facts[row.pk]["mine"] else "",
            "why": "number" if facts[row.pk]["by_number"] else "person" if facts[row.pk]["person"] else "home" if wanted else "place",
            "person": facts[row.pk]["person"] or "", "role": str(PersonRole(facts[row.pk]["role"]).label) if facts[row.pk]["role"] else "",
            "same": "yes" if home.key and row.home.place_key == home.key and facts[row.pk]["by_number"] else "",
            "add": reverse("leads:people", args=[row.ref]) if may_add and facts[row.pk]["mine"] and not facts[row.pk]["by_number"] else "",
        }
        for row in rows
    ]  # fmt: skip


@allowed(REGISTER, methods=("POST",))
@once
def registration_papers(request: HttpRequest, ref: str) -> HttpResponse:
    """Write the registration form L01 as a paper, to print or sign, where nothing changed the one in force; of an enquiry that one reads and may register."""
    lead = get_object_or_404(Lead.objects.visible_to(request.user).visible_to(request.user, REGISTER), ref=ref)
    try:
        paper = services.issue_registration(lead, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(lead)
    return redirect("paper", paper.ref)
