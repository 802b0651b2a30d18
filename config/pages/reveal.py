"""A customer's number in full: one at a time, with a reason, counted and logged (LR-43, LR-64, decision 22)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config import acts
from config.policies import REVEAL
from core.models import Deadline
from core.policies import allowed
from core.refusals import refusals_on
from leads.models import CustomerPhone, HomePerson, Lead
from leads.services import reveal_phone

REASONS = (
    ("call", _("Call the customer")),
    ("appointment", _("Agree on a date or a visit")),
    ("complaint", _("A question or complaint of the customer")),
    ("check", _("Check or correct the number")),
)


class RevealForm(forms.Form):
    reason = forms.ChoiceField(label=_("What for"), choices=REASONS, widget=forms.RadioSelect)


@allowed(REVEAL)
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what for, then show the number once; a call for a due clock does not count against the day's limit."""
    lead = _lead(request.user, pk)
    return _reveal(request, lead, get_object_or_404(CustomerPhone, pk=pk, withdrawn_at__isnull=True))


@allowed(REVEAL)
def reveal_person(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for a person of a home: the number counts and is logged as the customer's."""
    person = get_object_or_404(HomePerson.objects.here().exclude(number=""), pk=pk)
    rows = Lead.objects.visible_to(request.user).filter(home=person.home_id).select_related("customer", "home", "dossier")
    lead = rows.order_by("-registered_at", "-pk").first()
    if lead is None:
        raise Http404
    return _reveal(request, lead, person)


def _reveal(request: HttpRequest, lead: Lead, phone: CustomerPhone | HomePerson) -> HttpResponse:
    due = _due(request.user, lead)
    form = RevealForm(request.POST or None)
    shown = ""
    if form.is_valid():
        with refusals_on(form):
            shown = reveal_phone(
                lead,
                phone=phone,
                by=request.user,
                at=timezone.now(),
                for_clock=due.clock if due else "",
                reason=form.cleaned_data["reason"],
            )
    context = {
        "lead": lead,
        "phone": phone,
        "who": f"{phone.name} · {phone.get_role_display()}" if isinstance(phone, HomePerson) else phone.note,
        "address": request.path,
        "form": form,
        "shown": shown,
        "due": due,
        "due_says": acts.says(due.clock) if due else "",
    }
    answer = render(request, "config/reveal.html", context, status=422 if form.is_bound and not shown else 200)
    answer["Cache-Control"] = "no-store"
    return answer


def _lead(user: Any, pk: int) -> Lead:
    """The enquiry through which this person may see the customer of that number; the newest."""
    rows = Lead.objects.visible_to(user).filter(customer__phones__pk=pk, customer__phones__withdrawn_at__isnull=True)
    found = rows.select_related("customer", "home", "dossier").order_by("-registered_at", "-pk").first()
    if found is None:
        raise Http404
    return found


def _due(user: Any, lead: Lead) -> Deadline | None:
    """A clock of this person in this dossier that is due today or late: then the call is the work itself.

    One that only runs opens nothing: every enquiry has one, and the limit of a day would be none."""
    tomorrow = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    running = Deadline.objects.filter(dossier=lead.dossier_id, owner=user, stopped_at__isnull=True, paused_at__isnull=True)
    return running.filter(due_at__lt=tomorrow).order_by("due_at").first()
