"""Shapes of what is typed about days, unsigned work, prices outside the list and disputes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.form_fields import day
from projects.choices import Role
from projects.choices_days import MOVES, DayOwner, DelayReason, DisputedLine, DisputeOutcome, UnsignedOutcome
from projects.forms import SiteForm, line, money, words
from projects.models import LostDay
from staff.models import User

CHOOSE = ("", _("Please choose"))


class DayForm(SiteForm):
    """Why, whose, what happened, and its evidence."""

    reason = forms.ChoiceField(label=_("Why"), choices=[CHOOSE, *DelayReason.choices])
    owner = forms.ChoiceField(
        label=_("Whose day"), choices=[("", _("follows from the reason")), *DayOwner.choices], required=False,
        help_text=_("only where the reason leaves it open"),
    )  # fmt: skip
    says = line(_("What happened that day"), most=300)
    evidence = forms.FileField(label=_("Evidence of that day"), help_text=_("photo, notice, message or weather report of that day"))


class LostDayForm(DayForm):
    on = day(pgettext_lazy("date", "Lost day"))
    field_order = ("on", "reason", "owner", "says", "evidence")

    def clean_on(self) -> date | None:
        return self.not_in_the_future(self.cleaned_data["on"], back=14)


class StopForm(DayForm):
    from_on = day(_("Nobody works from"))
    until_on = day(_("The last day without work"), required=False, help_text=_("empty: open"))
    field_order = ("from_on", "until_on", "reason", "owner", "says", "evidence")

    def clean_from_on(self) -> date:
        """A stop stills the clocks of whoever declares it: not after the fact (decision 33); older days are noted one by one."""
        from_on: date = self.cleaned_data["from_on"]
        if from_on <= self.today:
            self.not_in_the_future(from_on)
        return from_on


class StopEndForm(SiteForm):
    until_on = day(_("The last day without work"))


class ExtensionForm(SiteForm):
    """The days that were chosen, how many both sides agreed on, and how it came to that (G15)."""

    days: Any = forms.ModelMultipleChoiceField(None, label=_("Lost days"), widget=forms.CheckboxSelectMultiple)
    agreed = forms.IntegerField(label=_("Days that both sides agreed on"), min_value=1, max_value=180)
    situation = words(_("The special situation"), rows=2, most=400)
    told_on = day(_("The customer was told on"))
    talks = words(_("What both sides said and agreed on"), rows=4, most=2000)

    def __init__(self, *args: Any, free: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["days"]
        field.queryset = free
        field.label_from_instance = lambda row: f"{row.on:%Y-%m-%d} · {DayOwner(row.owner).label} · {row.says}"

    def clean_told_on(self) -> date | None:
        return self.not_in_the_future(self.cleaned_data["told_on"], back=30)


class UnsignedWorkForm(SiteForm):
    done_on = day(_("Done on"))
    what = words(pgettext_lazy("unsigned work", "What was done"), rows=3, most=400)
    let_by: Any = forms.ModelChoiceField(None, label=_("Who let it happen"), empty_label=_("Please choose"))
    change: Any = forms.ModelChoiceField(None, label=_("Belongs to the change"), required=False, empty_label=pgettext_lazy("change", "none yet"))
    evidence = forms.FileField(label=_("Photo of the work"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [getattr(self.project, f"{role}_id") for role in Role.values]
        self.fields["let_by"].queryset = User.objects.filter(pk__in=[p for p in people if p]).order_by("pinyin", "pk")  # type: ignore[attr-defined]
        waiting = [row.pk for row in self.project.change_list if row.is_waiting]
        chosen: Any = self.fields["change"]
        chosen.queryset = self.project.changes.filter(pk__in=waiting)
        chosen.label_from_instance = lambda row: f"{row.seq}. {row.wish[:40]}"

    def clean_done_on(self) -> date | None:
        return self.not_in_the_future(self.cleaned_data["done_on"], back=60)


class UnsignedOutcomeForm(SiteForm):
    outcome = forms.ChoiceField(label=_("What becomes of it"), choices=UnsignedOutcome.choices, widget=forms.RadioSelect)
    change: Any = forms.ModelChoiceField(None, label=_("The signed change"), required=False, empty_label=pgettext_lazy("change", "none yet"))
    says = line(_("In words"), most=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        signed = [row.pk for row in self.project.change_list if row.is_signed]
        chosen: Any = self.fields["change"]
        chosen.queryset = self.project.changes.filter(pk__in=signed)
        chosen.label_from_instance = lambda row: f"{row.seq}. {row.wish[:40]}"


class OffListForm(SiteForm):
    name = line(_("What it is"), most=80)
    unit = line(pgettext_lazy("measure", "Unit"), most=12)
    quantity = forms.DecimalField(
        label=_("Quantity"), min_value=Decimal(-99999), max_value=Decimal(99999), decimal_places=2, max_digits=8,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}), help_text=_("with a minus it is taken out"),
    )  # fmt: skip
    unit_price = money(_("Unit price"))
    because = line(_("Why the price list has no line for it"), most=300)


class DecisionForm(SiteForm):
    approved = forms.TypedChoiceField(
        label=pgettext_lazy("price", "Decision"), choices=[("yes", _("Approve the price")), ("no", _("Not at this price"))],
        coerce=lambda value: value == "yes", widget=forms.RadioSelect,
    )  # fmt: skip
    answer = line(_("In words"), most=300, required=False)


class CompensationForm(SiteForm):
    days = forms.IntegerField(label=_("Days late by the company's fault"), min_value=1, max_value=100)
    because = line(_("Why the company answers for them"), most=300)
    evidence = forms.FileField(label=_("The customer's claim"), help_text=_("message or note in which the customer asks for it"))


class DisputeForm(SiteForm):
    """Which line, in the customer's words, with photos."""

    line = forms.ChoiceField(label=_("Which line"))
    words = words(_("What the customer objects to"), rows=4, most=2000)
    photo_1 = forms.FileField(label=_("Photo"), required=False)
    photo_2 = forms.FileField(label=_("Another photo"), required=False)

    def __init__(self, *args: Any, settlement: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.changes = {row.seq: row for row in self.project.change_list}
        self.instalments = {row.seq: row for row in self.project.contract.instalments.all() if row.seq <= settlement.instalment.seq}
        said = [said["seq"] for said in settlement.lines]
        field: Any = self.fields["line"]
        field.choices = [
            CHOOSE, *((f"change:{seq}", f"{seq}. {self.changes[seq].wish[:40]}") for seq in said if seq in self.changes),
            *((f"instalment:{seq}", row.name) for seq, row in self.instalments.items()),
            (DisputedLine.PAID.value, DisputedLine.PAID.label), (DisputedLine.OTHER.value, DisputedLine.OTHER.label),
        ]  # fmt: skip

    @property
    def target(self) -> dict[str, Any]:
        kind, _colon, seq = self.cleaned_data["line"].partition(":")
        return {
            "line": kind, "change": self.changes[int(seq)] if kind == DisputedLine.CHANGE else None,
            "instalment": self.instalments[int(seq)] if kind == DisputedLine.INSTALMENT else None,
        }  # fmt: skip

    @property
    def photos(self) -> list[Any]:
        return [self.cleaned_data[name] for name in ("photo_1", "photo_2") if self.cleaned_data.get(name)]


class DisputeAnswerForm(SiteForm):
    outcome = forms.ChoiceField(label=pgettext_lazy("dispute", "Outcome"), choices=DisputeOutcome.choices, widget=forms.RadioSelect)
    answer = words(_("Answer to the customer"), rows=4, most=2000)


def free_days(project: Any) -> Any:
    """Lost days that may stand in an extension: of the customer, the weather, the property office; not struck, in none yet."""
    return LostDay.objects.filter(project=project, owner__in=MOVES, struck_at__isnull=True, extension__isnull=True).order_by("on")
