"""Shapes of what is typed after acceptance; nothing here saves or decides.  Claimed times have their bounds here (decision 33)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales.choices import Channel, Satisfaction, VisitKind
from aftersales.terms import NPS, SCALE, TEXT, YES_NO, Question, questions
from core.form_fields import moment

BACK = timedelta(hours=72)
AHEAD = timedelta(minutes=2)


def words(label: Any, *, rows: int = 2, most: int = 500, required: bool = False, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, widget=forms.Textarea(attrs={"rows": rows}), **more)


class CardForm(forms.Form):
    """Nothing to type: the card says what the warranty paper says."""


class EvaluationForm(forms.Form):
    """The questions of 《项目评价及反馈单》, answered by the customer on the device."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions():
            self.fields[question.code] = _field(question)

    @property
    def rows(self) -> list[tuple[Question, Any]]:
        return [(question, self[question.code]) for question in questions()]

    @property
    def answers(self) -> dict[str, str]:
        return {question.code: str(self.cleaned_data.get(question.code, "")) for question in questions()}


def _field(question: Question) -> forms.Field:
    if question.kind == TEXT:
        return words(question.title, rows=4, most=1000)
    options: dict[str, Sequence[tuple[str, Any]]] = {
        SCALE: [(str(n), str(n)) for n in range(5, 0, -1)],
        NPS: [(str(n), str(n)) for n in range(11)],
        YES_NO: [("no", pgettext_lazy("evaluation", "No")), ("yes", pgettext_lazy("evaluation", "Yes"))],
    }
    return forms.ChoiceField(label=question.title, choices=options[question.kind], widget=forms.RadioSelect)


class VisitForm(forms.Form):
    """One attempt of a return visit (S04): reached or not; when reached, what the customer says."""

    kind = forms.ChoiceField(label=_("Which visit"), choices=(), widget=forms.RadioSelect)
    visited_at = moment(_("When"))
    channel = forms.ChoiceField(label=_("How"), choices=Channel.choices, widget=forms.RadioSelect)
    reached = forms.TypedChoiceField(
        label=_("Was the customer reached"), choices=[("yes", _("Reached")), ("no", _("Not reached"))],
        coerce=lambda value: value == "yes", widget=forms.RadioSelect,
    )  # fmt: skip
    satisfaction = forms.ChoiceField(label=_("How satisfied"), choices=Satisfaction.choices, widget=forms.RadioSelect, required=False)
    with_what = words(_("With what not satisfied, what to improve"))
    suggestion = words(_("Suggestions on product and service"))
    view = words(_("What the customer thinks of the company"))
    note = words(_("Note"))
    time_agreed = forms.BooleanField(label=_("The customer agreed to this time, or asked for the contact"), required=False)

    def __init__(self, *args: Any, kinds: Sequence[str], now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["kind"].choices = [(kind, VisitKind(kind).label) for kind in kinds]  # type: ignore[attr-defined]

    def clean_visited_at(self) -> datetime:
        visited: datetime = self.cleaned_data["visited_at"]
        if visited > self.now + AHEAD:
            raise forms.ValidationError(_now("This moment lies in the future."))
        if visited < self.now - BACK:
            raise forms.ValidationError(_now("This moment lies more than 72 hours back."))
        return visited

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("reached") is True:
            if not data.get("satisfaction"):
                self.add_error("satisfaction", _now("How satisfied is the customer?"))
            elif data["satisfaction"] != Satisfaction.SATISFIED and not data.get("with_what", "").strip():
                self.add_error("with_what", _now("Note with what the customer is not satisfied."))
        return data

    @property
    def told(self) -> dict[str, Any]:
        """What the verb is told; the claimed moment is the business moment."""
        return {("at" if name == "visited_at" else name): value for name, value in self.cleaned_data.items()}
