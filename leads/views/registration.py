"""Registration (L01), the duplicates that show while typing, the printed form, corrections of the home, numbers in full."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core import phones
from core.once import once
from core.policies import allowed
from core.refusals import Refused, refusals_on
from leads import services
from leads.choices import Basis, Origin
from leads.forms import RegisterForm
from leads.models import CustomerPhone, Lead
from leads.policies import REGISTER
from leads.services import NewHome
from staff.models import Store


def _stores(request: HttpRequest) -> QuerySet[Store]:
    return Store.objects.filter(pk__in=REGISTER.stores(request.user), closed_on__isnull=True).order_by("id")


@allowed(REGISTER)
@once
def lead_new(request: HttpRequest) -> HttpResponse:
    """Register an enquiry; it goes to the client file."""
    stores = _stores(request)
    start = {"store": stores[0] if stores else None, "origin": Origin.SELF, "consent_basis": Basis.REQUEST, "phone": request.GET.get("phone", "")[:20]}
    form = RegisterForm(request.POST if request.method == "POST" else None, stores=stores, initial=start)
    if form.is_valid():
        with refusals_on(form):
            lead = services.register_lead(
                store=form.cleaned_data["store"] or stores[0], phones=form.numbers, home=form.home, by=request.user, at=timezone.now(), **form.facts
            )
            messages.success(request, _("{name} is registered as {ref}. Next: assign a designer.").format(name=lead.customer.name, ref=lead.ref))
            return redirect(lead)
    found = _duplicates(request, stores) if form.is_bound else []
    return render(request, "leads/lead_form.html", {"form": form, "found": found}, status=422 if form.is_bound else 200)


@allowed(REGISTER, methods=("GET",))
def duplicates(request: HttpRequest) -> HttpResponse:
    """Whom we know already by what has been typed so far: a fragment under the number (LR-43: masked)."""
    return render(request, "leads/_duplicates.html", {"found": _duplicates(request, _stores(request))})


def _duplicates(request: HttpRequest, stores: QuerySet[Store]) -> list[dict[str, str]]:
    typed = request.POST if request.method == "POST" else request.GET

    def word(name: str, most: int) -> str:
        return typed.get(name, "")[:most].replace("\x00", "").strip()

    store = next((s for s in stores if str(s.pk) == typed.get("store", "")), stores[0] if stores else None)
    if store is None:
        return []
    home = NewHome(estate=word("estate", 60), building=word("building", 20), unit=word("unit", 20), room_no=word("room_no", 20))
    numbers = [word("phone", 40), word("phone_2", 40)]
    rows = services.duplicates(store=store, numbers=numbers, home=home)
    wanted = {n for n in map(phones.normal, numbers) if n}
    held = CustomerPhone.objects.filter(customer=OuterRef("customer"), number__in=wanted, withdrawn_at__isnull=True)
    mine = Lead.objects.visible_to(request.user).filter(pk=OuterRef("pk"))
    found = Lead.objects.filter(pk__in=[r.pk for r in rows]).annotate(by_number=Exists(held), mine=Exists(mine))
    facts = {pk: (by_number, own) for pk, by_number, own in found.values_list("pk", "by_number", "mine")}
    return [
        {
            "name": row.customer.name, "address": row.home.address, "ref": row.ref, "stage": str(row.get_stage_display()),
            "designer": str(row.designer or ""), "url": row.get_absolute_url() if facts[row.pk][1] else "",
            "why": "number" if facts[row.pk][0] else "home",
            "same": "yes" if home.key and row.home.place_key == home.key and facts[row.pk][0] else "",
        }
        for row in rows
    ]  # fmt: skip


@allowed(REGISTER, methods=("POST",))
@once
def registration_papers(request: HttpRequest, ref: str) -> HttpResponse:
    """Write the registration form L01 as a paper, to print or sign."""
    lead = get_object_or_404(Lead.objects.visible_to(request.user), ref=ref)
    try:
        paper = services.issue_registration(lead, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(lead)
    return redirect("paper", paper.ref)
