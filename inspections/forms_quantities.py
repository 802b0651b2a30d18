"""Shapes of what is typed on measured quantities and reports of quality and material use; nothing here saves or decides."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.form_fields import day
from inspections.choices_quantities import Purpose
from inspections.forms import words
from inspections.services.quantities import Measured

ROWS = 6


class MeasureForm(forms.Form):
    """I26: what for, when, and six items of the contract's list as they were measured."""

    purpose = forms.ChoiceField(label=_("What it is measured for"), choices=Purpose.choices, widget=forms.RadioSelect, initial=Purpose.QUOTATION)
    change = forms.TypedChoiceField(label=_("Which change"), choices=(), coerce=int, empty_value=None, required=False)
    measured_on = day(_("Measured on"))
    note = words(_("Remark"), rows=2, required=False)

    def __init__(self, *args: Any, items: Any, rooms: Any, changes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["measured_on"] = timezone.localdate()
        self.items, self.rooms, self.changes = ({row.pk: row for row in rows} for rows in (items, rooms, changes))
        groups: dict[str, list[tuple[int, str]]] = {}
        for item in items:
            groups.setdefault(str(item.get_trade_display()), []).append((item.pk, f"{item.code} {item.name} · {item.unit}"))
        self.fields["change"].choices = [("", "–"), *((row.pk, f"{row.seq} · {row.wish[:30]}") for row in changes)]  # type: ignore[attr-defined]
        places = [("", _("Whole home")), *((room.pk, room.name) for room in rooms)]
        for i in range(ROWS):
            self.fields[f"item_{i}"] = forms.TypedChoiceField(
                label=_("Item"), choices=[("", _("Please choose")), *groups.items()], coerce=int, empty_value=None, required=False
            )
            self.fields[f"room_{i}"] = forms.TypedChoiceField(label=_("Room"), choices=places, coerce=int, empty_value=None, required=False)
            self.fields[f"quantity_{i}"] = forms.DecimalField(
                label=_("Measured"), min_value=Decimal(0), decimal_places=2, max_digits=8, required=False,
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )  # fmt: skip
            self.fields[f"note_{i}"] = forms.CharField(label=_("Remark"), max_length=120, required=False)

    @property
    def table(self) -> list[dict[str, Any]]:
        return [{name: self[f"{name}_{i}"] for name in ("item", "room", "quantity", "note")} for i in range(ROWS)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for i in range(ROWS):
            item, quantity = data.get(f"item_{i}"), data.get(f"quantity_{i}")
            if item and quantity is None and f"quantity_{i}" not in self.errors:
                self.add_error(f"quantity_{i}", _now("How much was measured?"))
            if quantity is not None and not item:
                self.add_error(f"item_{i}", _now("Which item?"))
        return data

    @property
    def told(self) -> dict[str, Any]:
        data = self.cleaned_data
        lines = [
            Measured(self.items[data[f"item_{i}"]], data[f"quantity_{i}"], self.rooms.get(data[f"room_{i}"]), data[f"note_{i}"])
            for i in range(ROWS)
            if data.get(f"item_{i}")
        ]
        return {name: data[name] for name in ("purpose", "measured_on", "note")} | {"change": self.changes.get(data["change"]), "lines": lines}


class ConfirmForm(forms.Form):
    """Nothing to type: the second of the two was there."""


class WrongForm(forms.Form):
    reason = words(_("What is wrong with it"), rows=2, most=200)


class MaterialReportForm(forms.Form):
    """I24: what the figures show, and what is done about it."""

    analysis = words(_("Analysis"), rows=4, most=1500)
    measures = words(_("What is improved"), rows=3, most=1500)
