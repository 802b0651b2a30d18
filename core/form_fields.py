"""Days, moments and the ends of account numbers that people type: one field for each, the same on every form.

A year that no site has (a slip of the key, a script) is refused by the form, so that a verb can count days from what it is handed.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.money import tail
from core.refusals import Refused

FIRST_YEAR, LAST_YEAR = 1950, 2100
LAST_DAY = f"{LAST_YEAR}-12-31"


def in_our_time(value: date) -> None:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValidationError(
            _("The year must lie between %(first)s and %(last)s."), params={"first": FIRST_YEAR, "last": LAST_YEAR}
        )


class DayField(forms.DateField):
    """A day; the browser shows a calendar."""

    default_validators = [in_our_time]


class MomentField(forms.DateTimeField):
    """A day and a time, to the minute, in the time of the house."""

    default_validators = [in_our_time]


class TailField(forms.CharField):
    """The last four digits of an account, or nothing; what was noted before (`kept`) may stay as it is."""

    kept = ""

    def __init__(self, *, label: Any) -> None:
        super().__init__(label=label, max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        try:
            return typed if typed == self.kept else tail(typed)
        except Refused as refused:
            raise ValidationError(refused.message) from refused


def day(label: Any, *, required: bool = True, **more: Any) -> DayField:
    widget = forms.DateInput(attrs={"type": "date", "max": LAST_DAY}, format="%Y-%m-%d")
    return DayField(label=label, required=required, widget=widget, **more)


def moment(label: Any, *, required: bool = True, **more: Any) -> MomentField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "max": f"{LAST_DAY}T23:59"}, format="%Y-%m-%dT%H:%M")
    return MomentField(label=label, required=required, widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **more)
