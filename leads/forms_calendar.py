"""Shapes of what is typed about appointments, show homes, the roster and wordings.  Claimed times have their bounds here (decision 33)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import search
from core.form_fields import day, moment
from leads import policies
from leads.choices_appointments import AppointmentKind, AppointmentState, ShiftKind
from leads.forms import People, choice, words
from leads.models import Appointment, DeskHours, Home, Lead, ShowHome
from leads.selectors_calendar import SELLERS
from leads.services.roster import AT_THE_DESK

BACK = timedelta(hours=72)
MINUTES = ((30, _("half an hour")), (60, _("an hour")), (90, _("an hour and a half")), (120, _("two hours")), (180, _("three hours")))


def hour(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


def line(label: Any, *, most: int = 120, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required)


class AppointmentForm(forms.Form):
    """Who meets whom, when and where; the customer by name, tail of the number or reference."""

    customer = line(_("Customer"), most=60, required=False)
    lead = forms.ChoiceField(label=_("Which of them"), required=False, widget=forms.RadioSelect)
    kind = choice(_("Occasion"), AppointmentKind, radio=True)
    person = People(label=_("Who of us"))
    others: Any = forms.ModelMultipleChoiceField(None, label=_("Who comes along"), required=False, widget=forms.CheckboxSelectMultiple)
    start_at = moment(_("Begins"))
    minutes = forms.TypedChoiceField(label=_("Lasts"), choices=MINUTES, coerce=int, initial=60)
    where = forms.ChoiceField(label=_("Show home or site"), required=False)
    place = line(_("Place of the meeting"), most=160, required=False)
    pick_up = forms.BooleanField(label=_("We fetch and bring back the customer"), required=False)
    note = words(_("Note"), rows=2, most=400, required=False)

    def __init__(self, *args: Any, user: Any, store: Any, lead: Lead | None, places: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.store, self.known = user, store, lead
        self.candidates: list[Lead] = []
        self.fields["person"].offer(store.pk, *SELLERS)  # type: ignore[attr-defined]
        others: Any = self.fields["others"]
        others.queryset = self.fields["person"].queryset  # type: ignore[attr-defined]
        where: Any = self.fields["where"]
        where.choices = [("", _("Neither")), *places]
        if lead is not None:
            del self.fields["customer"], self.fields["lead"]
            return
        chosen = self.data.get("lead", "")[:40] if self.is_bound else ""
        found = self._found(self.data.get("customer", "")[:60]) if self.is_bound else []
        self.candidates = found
        self.fields["lead"].choices = [(row.ref, f"{row.customer.name} · {row.home.address} · {row.ref}") for row in found]  # type: ignore[attr-defined]
        if not found or (len(found) == 1 and not chosen):
            self.fields["lead"].widget = forms.HiddenInput()

    def _found(self, typed: str) -> list[Lead]:
        terms = search.query(typed.replace("\x00", ""))
        if not terms:
            return []
        rows = Lead.objects.visible_to(self.user, policies.APPOINT).filter(store=self.store, dossier__search__contains=terms).exclude(stage="lost")
        return list(rows.select_related("customer", "home").order_by("-registered_at")[:8])

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        told["of"] = self.known if self.known is not None else self._chosen(told)
        if (start := told.get("start_at")) is not None and start < timezone.now() - BACK:
            self.add_error("start_at", _now("This lies more than three days back."))
        return told

    def _chosen(self, told: dict[str, Any]) -> Lead | None:
        typed, chosen = told.get("customer", "").strip(), told.get("lead", "")
        if not typed:
            return None
        if not self.candidates:
            self.add_error("customer", _now("No customer of yours is found by these words; leave it empty for an appointment without one."))
            return None
        if len(self.candidates) > 1 and not chosen:
            self.add_error("lead", _now("Several customers fit: choose one."))
            return None
        return next((row for row in self.candidates if row.ref == chosen), self.candidates[0] if len(self.candidates) == 1 else None)


class MoveForm(forms.Form):
    start_at = moment(_("New time"))
    minutes = forms.TypedChoiceField(label=_("Lasts"), choices=MINUTES, coerce=int)
    person = People(label=_("Who of us"))
    reason = words(_("Why it is moved"), rows=2, most=400)

    def __init__(self, *args: Any, appointment: Appointment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].offer(appointment.store_id, *SELLERS)  # type: ignore[attr-defined]
        length = int((appointment.end_at - appointment.start_at).total_seconds() // 60)
        if length not in dict(MINUTES):
            self.fields["minutes"].choices = [*MINUTES, (length, _now("%(n)s minutes") % {"n": length})]  # type: ignore[attr-defined]

    def clean_start_at(self) -> datetime:
        start: datetime = self.cleaned_data["start_at"]
        if start < timezone.now():
            raise forms.ValidationError(_now("The new time lies in the past."))
        return start


class OutcomeForm(forms.Form):
    """How it went; before it begins it can only be called off."""

    outcome = forms.ChoiceField(label=_("How it went"), widget=forms.RadioSelect)
    told = words(_("In a few words"), rows=2, most=400, required=False)

    def __init__(self, *args: Any, appointment: Appointment, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        begun = now >= appointment.start_at
        states = ("kept", "missed_customer", "missed_us", "cancelled") if begun else ("cancelled",)
        self.fields["outcome"].choices = [(state, AppointmentState(state).label) for state in states]  # type: ignore[attr-defined]
        if not begun:
            self.fields["outcome"].initial = "cancelled"
            self.fields["told"].required = True

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("outcome") in ("missed_us", "cancelled") and not told.get("told", "").strip():
            self.add_error("told", _now("Say why."))
        return told


class ShowHomeForm(forms.Form):
    """A home that may be shown: where, until when, who has the key."""

    name = line(_("Name of the show home"), most=60)
    address = line(_("Address"), most=160)
    home_of = line(_("Customer's home"), most=40, required=False)
    open_from = day(_("Open from"), required=False)
    open_until = day(_("Open until"), required=False)
    keeper = People(label=_("Who keeps the key"), required=False)
    contact = line(_("Or whom to ask"), required=False)
    consent = line(_("Owner's consent: who, when"), most=200, required=False)
    note = words(_("Note"), rows=2, most=400, required=False)

    def __init__(self, *args: Any, store: Any, user: Any, changing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.store, self.user = store, user
        self.fields["keeper"].offer(store.pk, *SELLERS, *AT_THE_DESK, "engineering_assistant", "project_manager")  # type: ignore[attr-defined]
        if changing:
            del self.fields["home_of"]

    def clean_home_of(self) -> Home | None:
        ref = self.cleaned_data["home_of"].strip()
        if not ref:
            return None
        lead = Lead.objects.visible_to(self.user).filter(store=self.store, ref=ref.upper()).select_related("home").first()
        if lead is None:
            raise forms.ValidationError(_now("There is no enquiry of this number in the store."))
        return lead.home


class VisitForm(forms.Form):
    at = moment(_("When you were there"))
    note = words(_("What you found"), rows=2, most=400, required=False)

    def clean_at(self) -> datetime:
        at: datetime = self.cleaned_data["at"]
        if at > timezone.now():
            raise forms.ValidationError(_now("This lies in the future."))
        if at < timezone.now() - BACK:
            raise forms.ValidationError(_now("This lies more than three days back."))
        return at


class ClosingForm(forms.Form):
    reason = line(_("Why it is shown no more"), most=200)


class NoticeForm(forms.Form):
    """The notice of the week: the homes that may be shown."""

    show_homes: Any = forms.ModelMultipleChoiceField(None, label=_("Show homes"), widget=forms.CheckboxSelectMultiple)
    note = words(_("Note to the sellers"), rows=2, most=400, required=False)

    def __init__(self, *args: Any, store: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown: Any = self.fields["show_homes"]
        shown.queryset = ShowHome.objects.filter(store=store, closed_at__isnull=True)


class ShiftForm(forms.Form):
    """One shift: whose, when; the reason where a late shift is told less than a day ahead."""

    day = day(_("Day"))
    kind = choice(_("Shift"), ShiftKind, radio=True)
    person = People(label=_("Who"))
    reason = line(_("Reason (a late shift less than a day ahead)"), most=200, required=False)

    def __init__(self, *args: Any, store: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].offer(store.pk, *AT_THE_DESK)  # type: ignore[attr-defined]


class ShiftEndForm(forms.Form):
    """Somebody else takes it, or nobody does."""

    person = People(label=_("Who takes it instead"), required=False)
    reason = line(_("Reason (a late shift less than a day ahead)"), most=200, required=False)

    def __init__(self, *args: Any, store: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].offer(store.pk, *AT_THE_DESK)  # type: ignore[attr-defined]
        self.fields["person"].empty_label = _now("Nobody")  # type: ignore[attr-defined]


class HoursForm(forms.Form):
    """Opening hours and the two shifts of a store."""

    opens = hour(_("Opens"))
    closes = hour(_("Closes"))
    early_from = hour(_("Early shift from"))
    early_until = hour(_("until"))
    late_from = hour(_("Late shift from"))
    late_until = hour(_("until"))
    open_days = forms.MultipleChoiceField(label=_("Open on"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, days: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["open_days"].choices = list(days)  # type: ignore[attr-defined]

    @staticmethod
    def start(hours: DeskHours | None) -> dict[str, Any]:
        """The hours in force, else the usual ones."""
        if hours is None:
            return {
                "opens": "09:00", "closes": "18:00", "early_from": "09:00", "early_until": "15:00", "late_from": "12:00", "late_until": "18:00",
                "open_days": list("1234567"),
            }  # fmt: skip
        names = ("opens", "closes", "early_from", "early_until", "late_from", "late_until")
        return {**{name: getattr(hours, name) for name in names}, "open_days": list(hours.open_days)}


class TextForm(forms.Form):
    body = words(_("Words"), rows=5, most=1000, required=False)
