"""Shapes of what is typed into quotations, price lists and imports; nothing here saves or decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.form_fields import day
from core.policies import Scope
from leads.choices import Basis, Origin
from leads.import_words import FIELDS
from leads.models import ImportBatch, ImportRow, LeadSource, Quotation, QuotationLine
from leads.policies import MAINTAIN_PRICES
from leads.quotation_selectors import Offer
from leads.services import Change, Wanted
from leads.services.imports import staff_of

MOST_QUANTITY = Decimal("99999.99")
DECIMAL = {"inputmode": "decimal", "autocomplete": "off"}


def quantity_field(**more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        min_value=Decimal("0.01"), max_value=MOST_QUANTITY, decimal_places=2, max_digits=8, widget=forms.TextInput(attrs=DECIMAL), **more
    )


# --- quotations ------------------------------------------------------------------------------------------------------


def _plain(value: Any) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


class SharedForm(forms.Form):
    """A draft that stands open in two windows: each saves what was touched there, and nothing else.

    The page carries what it showed beside each field (`was_…`).  Fields are looked at in groups that say one thing together: a group
    that still holds what was shown takes what is kept now; one that was touched here and changed elsewhere meanwhile comes back with
    the other value, and saving once more settles it.
    """

    def __init__(self, data: Any = None, *, now: Mapping[str, Mapping[str, Any]]) -> None:
        self.groups = {group: tuple(fields) for group, fields in now.items()}
        kept = {name: value for fields in now.values() for name, value in fields.items()}
        self.now = {name: _plain(value) for name, value in kept.items()}
        if data is not None:
            data = data.copy()
            for name in [name for group, names in self.groups.items() if not self._touched(data, group) for name in names]:
                data[name] = self.now[name]
        super().__init__(data, initial=kept)

    def _touched(self, data: Any, group: str) -> bool:
        """Something else was typed than what the page showed; what does not say what it showed is touched."""
        return any(f"was_{name}" not in data or (name in data and _plain(data[name]) != _plain(data[f"was_{name}"])) for name in self.groups[group])

    def was(self, group: str) -> list[tuple[str, str]]:
        """The hidden fields that remember what the page shows."""
        return [(f"was_{name}", self.now[name]) for name in self.groups[group]]

    def shown(self) -> list[tuple[str, str]]:
        return [each for group in self.groups for each in self.was(group)]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for group, names in self.groups.items():
            shown = [name for name in names if f"was_{name}" in self.data]
            elsewhere = [name for name in shown if self.now[name] != _plain(self.data[f"was_{name}"])]
            if elsewhere and self._touched(self.data, group) and not all(self._same(name) for name in shown):
                said = _("Meanwhile it was changed to “{now}” elsewhere. Take that, or save yours once more.")
                self.add_error(elsewhere[0], said.format(now=self.now[elsewhere[0]]))
        return told

    def _same(self, name: str) -> bool:
        """What was typed is what is kept by now, however it is written."""
        field = self.fields[name]
        try:
            return bool(field.to_python(self.data.get(name, "")) == field.to_python(self.now[name]))
        except ValidationError:
            return False


@dataclass(frozen=True)
class LineFields:
    line: QuotationLine
    quantity: Any
    reason: Any
    remove: Any
    was: list[tuple[str, str]]


class LinesForm(SharedForm):
    """All lines of a draft at once: quantity, the reason when it is not the computed one, and whether the line goes."""

    def __init__(self, data: Any = None, *, lines: Sequence[QuotationLine]) -> None:
        super().__init__(data, now={str(line.pk): {f"{name}_{line.pk}": getattr(line, name) for name in ("quantity", "reason")} for line in lines})
        self.lines = list(lines)
        for line in self.lines:
            label = line.name
            self.fields[f"quantity_{line.pk}"] = quantity_field(label=label, required=False)
            self.fields[f"reason_{line.pk}"] = forms.CharField(label=label, max_length=120, required=False)
            self.fields[f"remove_{line.pk}"] = forms.BooleanField(label=label, required=False)

    def _touched(self, data: Any, group: str) -> bool:
        return bool(data.get(f"remove_{group}")) or super()._touched(data, group)

    def of(self, line: QuotationLine) -> LineFields:
        return LineFields(line, self[f"quantity_{line.pk}"], self[f"reason_{line.pk}"], self[f"remove_{line.pk}"], self.was(str(line.pk)))

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for line in self.lines:
            quantity, reason = told.get(f"quantity_{line.pk}"), told.get(f"reason_{line.pk}", "")
            if told.get(f"remove_{line.pk}") or f"quantity_{line.pk}" in self.errors or f"quantity_{line.pk}" not in self.data:
                continue
            if quantity is None and line.computed is None:
                self.add_error(f"quantity_{line.pk}", _("Type a quantity."))
            elif quantity is not None and line.computed is not None and quantity != line.computed and not reason and f"reason_{line.pk}" not in self.errors:
                self.add_error(f"reason_{line.pk}", _("Why not {computed}?").format(computed=line.computed))
        return told

    def changes(self) -> list[Change]:
        """The lines whose quantity or reason is another one now; an emptied quantity goes back to the computed one."""
        found: list[Change] = []
        for line in self.lines:
            if self.cleaned_data.get(f"remove_{line.pk}") or f"quantity_{line.pk}" not in self.data:
                continue
            quantity = self.cleaned_data[f"quantity_{line.pk}"]
            quantity = quantity if quantity is not None else line.computed
            reason = self.cleaned_data[f"reason_{line.pk}"] if quantity != line.computed else ""
            if quantity is not None and (quantity, reason) != (line.quantity, line.reason):
                found.append(Change(line.pk, quantity, reason, seen=(line.quantity, line.reason)))
        return found

    def removed(self) -> list[int]:
        return [line.pk for line in self.lines if self.cleaned_data.get(f"remove_{line.pk}")]


class ItemsForm(forms.Form):
    """Items to put into a room: a tick each, and a quantity where none follows from the room."""

    def __init__(self, data: Any = None, *, offers: Sequence[Offer]) -> None:
        super().__init__(data)
        self.offers = list(offers)
        for offer in self.offers:
            self.fields[f"take_{offer.item.pk}"] = forms.BooleanField(label=offer.item.name, required=False)
            if offer.quantity is None:
                self.fields[f"quantity_{offer.item.pk}"] = quantity_field(label=offer.item.name, required=False)

    def of(self, offer: Offer) -> tuple[Any, Any]:
        pk = offer.item.pk
        return self[f"take_{pk}"], self[f"quantity_{pk}"] if offer.quantity is None else None

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        taken = [offer for offer in self.offers if self._taken(told, offer)]
        for offer in taken:
            name = f"quantity_{offer.item.pk}"
            if offer.quantity is None and told.get(name) is None and name not in self.errors:
                self.add_error(name, _("Type a quantity."))
        if not taken and not self.errors:
            raise ValidationError(_("Tick at least one item."))
        return told

    def _taken(self, told: dict[str, Any], offer: Offer) -> bool:
        return bool(told.get(f"take_{offer.item.pk}") or told.get(f"quantity_{offer.item.pk}"))

    def wanted(self, room: Any) -> list[Wanted]:
        return [
            Wanted(offer.item, room, self.cleaned_data.get(f"quantity_{offer.item.pk}"))
            for offer in self.offers
            if self._taken(self.cleaned_data, offer)
        ]


class TermsForm(SharedForm):
    """Discount, management fee, tax, a note to the customer."""

    discount = forms.DecimalField(
        label=_("Discount"), min_value=0, max_value=Decimal("99999999.99"), decimal_places=2, max_digits=12, required=False, widget=forms.TextInput
    )
    discount_reason = forms.CharField(label=_("Reason for the discount"), max_length=300, required=False)
    management_percent = forms.DecimalField(
        label=_("Management fee"), min_value=0, max_value=20, decimal_places=1, max_digits=4, required=False, widget=forms.TextInput(attrs=DECIMAL)
    )
    tax_percent = forms.DecimalField(
        label=_("Tax"), min_value=0, max_value=20, decimal_places=1, max_digits=4, required=False, widget=forms.TextInput(attrs=DECIMAL),
        help_text=_("0 leaves the line out"),
    )  # fmt: skip
    note = forms.CharField(label=_("Note to the customer"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, *, quotation: Quotation, only_discount: bool = False) -> None:
        groups: list[tuple[str, ...]] = [("discount", "discount_reason"), ("management_percent",), ("tax_percent",), ("note",)]
        groups = groups[:1] if only_discount else groups
        super().__init__(data, now={group[0]: {name: getattr(quotation, name) for name in group} for group in groups})
        for name in [name for name in self.fields if name not in self.now]:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for name in ("discount", "management_percent", "tax_percent"):
            if name in self.fields and name not in self.errors:
                told[name] = told.get(name) or Decimal(0)
        if told.get("discount") and not told.get("discount_reason", "").strip():
            self.add_error("discount_reason", _("A discount needs a reason."))
        return told


class NothingForm(forms.Form):
    """An act that needs no words of its own; it holds the refusal."""


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


# --- price lists -----------------------------------------------------------------------------------------------------


class PriceListForm(forms.Form):
    """A new version of the price list from Excel."""

    file = forms.FileField(label=_("Excel workbook"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}))
    name = forms.CharField(label=_("Name of the list"), max_length=60)
    valid_from = day(_("In force from"))
    store = forms.ChoiceField(label=_("For"), required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, user: Any, stores: Sequence[Any], **more: Any) -> None:
        super().__init__(*args, **more)
        company = MAINTAIN_PRICES.scope(user) is Scope.COMPANY
        self.stores = {str(store.pk): store for store in stores}
        choices = [(str(store.pk), store.name) for store in stores]
        self.fields["store"].choices = [("", _now("The whole company")), *choices] if company else choices  # type: ignore[attr-defined]
        self.fields["store"].required = not company

    def clean_valid_from(self) -> Any:
        day = self.cleaned_data["valid_from"]
        today = timezone.localdate()
        if not today <= day <= today + timedelta(days=366):
            raise ValidationError(_("A price list starts today or within a year."))
        return day

    def clean_file(self) -> Any:
        return _workbook(self.cleaned_data["file"])


def _workbook(file: Any) -> Any:
    if not file.name.lower().endswith(".xlsx"):
        raise ValidationError(_("Only Excel workbooks (.xlsx) are read. Save the list as .xlsx and try again."))
    if file.size > 5 * 1024 * 1024:
        raise ValidationError(_("The list is larger than 5 MB."))
    return file


# --- imports ---------------------------------------------------------------------------------------------------------


class UploadForm(forms.Form):
    """A customer list and what the law asks of it (LR-42)."""

    file = forms.FileField(label=_("Customer list"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}))
    store = forms.ChoiceField(label=_("Store"))
    origin = forms.ChoiceField(label=_("How the company came to these data"), choices=Origin.choices, widget=forms.RadioSelect)
    origin_note = forms.CharField(label=_("Where the list comes from"), max_length=200)
    consent_basis = forms.ChoiceField(label=_("Ground on which they are kept"), choices=Basis.choices, widget=forms.RadioSelect)
    responsible = forms.ChoiceField(label=_("Who answers for the list"))

    def __init__(self, *args: Any, stores: Sequence[Any], people: Sequence[Any], **more: Any) -> None:
        super().__init__(*args, **more)
        self.stores = {str(store.pk): store for store in stores}
        self.people = {str(person.pk): person for person in people}
        self.fields["store"].choices = [(pk, store.name) for pk, store in self.stores.items()]  # type: ignore[attr-defined]
        self.fields["responsible"].choices = [("", _now("Please choose")), *((pk, str(person)) for pk, person in self.people.items())]  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        return _workbook(self.cleaned_data["file"])

    def clean_store(self) -> Any:
        return self.stores[self.cleaned_data["store"]]

    def clean_responsible(self) -> Any:
        return self.people[self.cleaned_data["responsible"]]


@dataclass(frozen=True)
class WordField:
    """A word of the list, how often it stands there, and the field that says what it means."""

    word: str
    count: int
    known: bool
    field: Any


class WordsForm(forms.Form):
    """What the list's words for sources and people mean: asked once."""

    def __init__(self, data: Any = None, *, batch: ImportBatch, everything: bool = False) -> None:
        super().__init__(data)
        self.batch = batch
        self.sources = {str(source.pk): source for source in LeadSource.objects.filter(retired=False)}
        self.people = {str(person.pk): person for person in staff_of(batch.store)}
        self.words = [(word, said) for word, said in batch.mapping["sources"].items() if everything or not said["known"]]
        self.names = [(word, said) for word, said in batch.mapping["people"].items() if everything or not said["known"]]
        sources = [("", _now("Please choose")), *((pk, str(source)) for pk, source in self.sources.items())]
        people = [("", _now("Nobody of this store")), *((pk, str(person)) for pk, person in self.people.items())]
        for number, (word, said) in enumerate(self.words):
            self.fields[f"source_{number}"] = forms.ChoiceField(
                label=word or _now("(no source)"), choices=sources, initial=str(said["id"] or ""), error_messages={"required": _("Say what this source means.")}
            )
        for number, (word, said) in enumerate(self.names):
            self.fields[f"person_{number}"] = forms.ChoiceField(label=word, choices=people, initial=str(said["id"] or ""), required=False)

    def source_rows(self) -> Iterator[WordField]:
        for number, (word, said) in enumerate(self.words):
            yield WordField(word, said["count"], said["known"], self[f"source_{number}"])

    def person_rows(self) -> Iterator[WordField]:
        for number, (word, said) in enumerate(self.names):
            yield WordField(word, said["count"], said["known"], self[f"person_{number}"])

    def meant(self) -> dict[str, dict[str, Any]]:
        told = self.cleaned_data
        return {
            "sources": {word: self.sources.get(told[f"source_{number}"]) for number, (word, _said) in enumerate(self.words)},
            "people": {word: self.people.get(told[f"person_{number}"]) for number, (word, _said) in enumerate(self.names)},
        }


class RowForm(forms.Form):
    """The cells of one row of the list, as the shop wrote them or as corrected."""

    ORDER = (
        "name", "phone", "phone2", "date", "estate", "building", "unit", "room", "area", "layout", "source", "manager", "designer", "budget", "intent", "note",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, row: ImportRow) -> None:
        super().__init__(data)
        texts = {**row.cells.get("texts", {}), **row.corrected}
        columns = row.cells.get("columns", {})
        wrong = {each[0] for each in row.errors}
        names = [name for name in self.ORDER if name in columns or name in texts or name in wrong or name in ("name", "phone", "date")]
        if "name_phone" in columns and "name" not in columns:
            names = ["name_phone", *(name for name in names if name not in ("name", "phone"))]
        for name in names:
            area = forms.Textarea(attrs={"rows": 3}) if name == "note" else forms.TextInput(attrs={"autocomplete": "off"})
            self.fields[name] = forms.CharField(label=FIELDS[name], initial=texts.get(name, ""), max_length=2000, required=False, widget=area)

    def texts(self) -> dict[str, str]:
        return {name: str(self.cleaned_data[name]) for name in self.fields}


class ConfirmForm(forms.Form):
    """The last word before an import."""

    leave_out_bad = forms.BooleanField(label=_("Leave out the rows that cannot be read"), required=False)
