"""Shapes of what is measured on site: rooms, and in each room its openings, beams, pipes and power (P01)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leads.choices import FittingKind, OpeningKind, RoomKind
from leads.forms import LeadForm, words
from leads.services import Fitting, Opening, RoomSize

REQUIRED = forms.Field.default_error_messages["required"]


class SurveyForm(LeadForm):
    demands = words(_("What the customer asks for on site"), rows=4, most=2000)
    findings = words(_("What was found"), rows=3, most=2000, required=False)


class SurveyCorrectionForm(SurveyForm):
    reason = forms.CharField(label=_("Why it was measured again"), max_length=300)


def _mm(label: Any, least: int, most: int) -> forms.IntegerField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(label=label, min_value=least, max_value=most, required=False, widget=widget)


def _m2(label: Any, most: int) -> forms.DecimalField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(label=label, min_value=0, max_value=most, decimal_places=2, required=False, widget=widget)


class Row(forms.Form):
    """A row of a room; without its `TOLD` fields it is left out."""

    TOLD: tuple[str, ...] = ()
    NEEDED: tuple[str, ...] = ()

    @property
    def is_left_out(self) -> bool:
        return not any(self.data.get(self.add_prefix(name), "").strip() for name in self.TOLD)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not self.is_left_out:
            for name in self.NEEDED:
                if told.get(name) in (None, "") and name not in self.errors:
                    self.add_error(name, REQUIRED)
        return told


class OpeningForm(Row):
    """A door, a window or an open passage."""

    TOLD = ("width_mm", "height_mm", "sill_mm", "place")
    NEEDED = ("width_mm", "height_mm")

    kind = forms.ChoiceField(label=_("Kind of opening"), choices=OpeningKind.choices, initial=OpeningKind.DOOR)
    width_mm = _mm(_("Opening width"), 100, 20_000)
    height_mm = _mm(_("Opening height"), 100, 12_000)
    sill_mm = _mm(_("Sill"), 0, 6_000)
    place = forms.CharField(label=_("Which wall, how far from the corner"), max_length=80, required=False)

    @property
    def size(self) -> Opening:
        told = self.cleaned_data
        return Opening(told["kind"], told["width_mm"], told["height_mm"], told["sill_mm"], told["place"])


class FittingForm(Row):
    """A beam, a pipe or a point of power."""

    TOLD = ("count", "size", "place")

    kind = forms.ChoiceField(label=_("Kind of find"), choices=FittingKind.choices, initial=FittingKind.SOCKET)
    count = _mm(_("How many"), 1, 200)
    size = forms.CharField(label=_("Size"), max_length=60, required=False)
    place = forms.CharField(label=_("Where it is"), max_length=80, required=False)

    @property
    def size_told(self) -> Fitting:
        told = self.cleaned_data
        return Fitting(told["kind"], told["count"] or 1, told["size"], told["place"])


class Rows(forms.BaseFormSet):
    """Rows that a page without script sends, too: a missing count is no row."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "empty_permitted": False, "use_required_attribute": False}

    @property
    def told(self) -> list[Any]:
        return [form for form in self.forms if not form.is_left_out]

    @property
    def typed(self) -> list[dict[str, Any]]:
        """What stands in the rows, read or not, to show them again."""
        return [{name: form[name].value() for name in form.fields} for form in self.forms]


OpeningForms = forms.formset_factory(OpeningForm, formset=Rows, extra=0, max_num=20, absolute_max=30)
FittingForms = forms.formset_factory(FittingForm, formset=Rows, extra=0, max_num=30, absolute_max=40)


class RoomForm(forms.Form):
    """One room as measured; a room of which nothing is told is left out."""

    SIZES = ("length_mm", "width_mm", "height_mm")

    name = forms.CharField(label=_("Room"), max_length=30, required=False)
    kind = forms.ChoiceField(label=_("Kind of room"), choices=RoomKind.choices, required=False)
    length_mm = _mm(_("Length"), 200, 50_000)
    width_mm = _mm(_("Width"), 200, 50_000)
    height_mm = _mm(_("Height"), 1_000, 20_000)
    doors = _mm(_("Doors"), 0, 50)
    windows = _mm(_("Windows"), 0, 50)
    openings_m2 = _m2(_("Openings"), 500)
    floor_m2 = _m2(_("Floor, if no rectangle"), 2000)
    girth_m = _m2(_("Girth, if no rectangle"), 500)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    keep_photos = forms.BooleanField(label=_("Keep the earlier photos"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        start = self.initial or {}
        self.openings = self._rows(OpeningForms, "o", start.get("openings", ()))
        self.fittings = self._rows(FittingForms, "f", start.get("fittings", ()))
        self.photos = start.get("photos", ())

    def _rows(self, kind: Any, part: str, start: Any) -> Any:
        prefix = self.add_prefix(part)
        if self.is_bound and f"{prefix}-TOTAL_FORMS" in self.data:
            return kind(self.data, prefix=prefix)
        return kind(initial=list(start), prefix=prefix)

    @property
    def _parts(self) -> list[Any]:
        return [rows for rows in (self.openings, self.fittings) if rows.is_bound]

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(rows.is_valid() for rows in self._parts)])

    @property
    def is_wrong(self) -> bool:
        return self.is_bound and not self.is_valid()

    @property
    def is_left_out(self) -> bool:
        told = ("length_mm", "width_mm", "height_mm", "openings_m2", "floor_m2", "girth_m", "note")
        rows = any(not form.is_left_out for part in self._parts for form in part.forms)
        return not rows and not self.new_photos and not any(self.data.get(self.add_prefix(name), "").strip() for name in told)

    @property
    def new_photos(self) -> list[Any]:
        return list(self.files.getlist(self.add_prefix("photos"))) if hasattr(self.files, "getlist") else []

    @property
    def has_typed_sums(self) -> bool:
        """Doors, windows or openings typed as sums: the fold that holds them stands open."""
        return any(str(self[name].value() or "").strip() not in ("", "0", "0.00") for name in ("doors", "windows", "openings_m2"))

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not self.is_left_out:
            for name in ("name", *self.SIZES):
                if not told.get(name) and name not in self.errors:
                    self.add_error(name, REQUIRED)
        return told

    @property
    def size(self) -> RoomSize:
        """What was measured; the verb lets listed openings win over typed sums."""
        told = self.cleaned_data
        return RoomSize(
            name=told["name"], kind=told["kind"] or RoomKind.OTHER, length_mm=told["length_mm"], width_mm=told["width_mm"],
            height_mm=told["height_mm"], doors=told["doors"] or 0, windows=told["windows"] or 0,
            openings_m2=told["openings_m2"] or Decimal(0), floor_m2=told["floor_m2"] or None, girth_m=told["girth_m"] or None, note=told["note"],
            openings=tuple(form.size for form in (self.openings.told if self.openings.is_bound else ())),
            fittings=tuple(form.size_told for form in (self.fittings.told if self.fittings.is_bound else ())),
            photos=tuple(self.new_photos), keep_photos=told["keep_photos"],
        )  # fmt: skip


class Rooms(forms.BaseFormSet):
    """Every room of a survey."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "empty_permitted": False, "use_required_attribute": False}

    @property
    def sizes(self) -> list[RoomSize]:
        return [form.size for form in self.forms if not form.is_left_out]

    def typed(self, *, more: str = "") -> list[dict[str, Any]]:
        """What stands in the rows, read or not, to show them again; with one row more where `more` asks for it ("rooms-2-o")."""
        rows = []
        for form in self.forms:
            told = {name: form[name].value() for name in form.fields}
            for part, name in ((form.openings, "openings"), (form.fittings, "fittings")):
                told[name] = [*part.typed, *([{}] if part.prefix == more else [])]
            rows.append(told)
        return rows


RoomForms = forms.formset_factory(RoomForm, formset=Rooms, extra=0, max_num=40, absolute_max=60)
