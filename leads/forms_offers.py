"""Shapes of what is typed around a quotation: packages, choices, discounts asked for and decided, sendings, sheets."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from leads.choices import RoomKind, SentBy
from leads.models import QuotationLine
from leads.models.prices import WHOLE_HOME
from leads.price_sheets import KINDS
from leads.services.packages import PackageContent, PackageRow

AMOUNT = {"inputmode": "decimal", "autocomplete": "off"}


def amount_field(**more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        min_value=Decimal("0.01"), max_value=Decimal("99999999.99"), decimal_places=2, max_digits=12, widget=forms.TextInput(attrs=AMOUNT), **more
    )


class PackageChoiceForm(forms.Form):
    """Which package of the quotation's price list goes under it."""

    package = forms.ChoiceField(
        label=_("Package"), error_messages={"required": _("Say which package."), "invalid_choice": _("This package is not there any more.")}
    )

    def __init__(self, data: Any = None, *, packages: Sequence[Any]) -> None:
        super().__init__(data)
        self.packages = {str(package.pk): package for package in packages}
        self.fields["package"].choices = [(pk, package.name) for pk, package in self.packages.items()]  # type: ignore[attr-defined]

    def clean_package(self) -> Any:
        return self.packages[self.cleaned_data["package"]]


class NewPackageForm(forms.Form):
    """A package: its price and, a line each, what rooms of a kind include."""

    code = forms.CharField(label=_("Code"), max_length=20)
    name = forms.CharField(label=_("Name of the package"), max_length=60)
    per_m2 = amount_field(label=_("Price per m² of building area"), required=False)
    fixed = amount_field(label=_("Fixed price"), required=False)
    least_area = forms.DecimalField(
        label=_("At least so many m²"), min_value=0, max_value=9999, decimal_places=2, max_digits=6, required=False, widget=forms.TextInput(attrs=AMOUNT)
    )
    note = forms.CharField(label=_("What the customer should know"), max_length=300, required=False)
    content = forms.CharField(label=_("Content"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}))

    def clean_content(self) -> list[PackageContent]:
        """厨房、卫生间: SD-09 SD-11 ≤ 12 → kinds of rooms, codes, how much a room includes."""
        by_word = {word: str(kind) for kind, word in KINDS.items()} | {kind: kind for kind in (*RoomKind.values, WHOLE_HOME)}
        found: list[PackageContent] = []
        for number, line in enumerate(self.cleaned_data["content"].splitlines(), start=1):
            text = line.replace("：", ":").replace("≤", "<").replace("<=", "<").strip()
            if not text:
                continue
            head, colon, rest = text.partition(":")
            codes, limited, most = rest.partition("<")
            words = head.replace("、", " ").replace("，", " ").replace(",", " ").split()
            unknown = [word for word in words if word not in by_word]
            if not colon or not words or unknown or not codes.split():
                raise ValidationError(_("Line %(n)s: rooms, a colon, codes; as in “厨房、卫生间: SD-09 SD-11 ≤ 12”."), params={"n": number})
            found.append(PackageContent(" ".join(by_word[word] for word in words), codes, self._most(most, number) if limited else None))
        if not found:
            raise ValidationError(_("Say what the package holds."))
        return found

    @staticmethod
    def _most(text: str, number: int) -> Decimal:
        try:
            most = Decimal(text.strip())
        except ArithmeticError:
            raise ValidationError(_("Line %(n)s: after ≤ stands a number."), params={"n": number}) from None
        if not (most.is_finite() and 0 < most < 100_000):
            raise ValidationError(_("Line %(n)s: after ≤ stands a number."), params={"n": number})
        return most.quantize(Decimal("0.01"))

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if "per_m2" not in self.errors and "fixed" not in self.errors and (told.get("per_m2") is None) == (told.get("fixed") is None):
            self.add_error("per_m2", _("A price per m² or a fixed price, one of the two."))
        return told

    def row(self) -> PackageRow:
        told = self.cleaned_data
        return PackageRow(
            told["code"], told["name"], told["content"], told["per_m2"], told["fixed"], told["least_area"] or Decimal(0), told["note"]
        )


class ChoicesForm(forms.Form):
    """Options: taken or not; of a line and its alternatives one."""

    def __init__(self, data: Any = None, *, lines: Sequence[QuotationLine]) -> None:
        super().__init__(data)
        self.groups: dict[int, list[QuotationLine]] = {}
        for line in lines:
            self.groups.setdefault(line.alternative_to_id or line.pk, []).append(line)
        for lead, members in self.groups.items():
            if len(members) == 1:
                self.fields[f"option_{lead}"] = forms.BooleanField(label=members[0].name, required=False, initial=members[0].taken)
            else:
                taken = next((line.pk for line in members if line.taken), None)
                self.fields[f"group_{lead}"] = forms.TypedChoiceField(
                    label=members[0].name, choices=[(line.pk, line.name) for line in members], initial=taken, coerce=int, widget=forms.RadioSelect,
                    error_messages={"required": _("Of a line and its alternatives one is chosen.")},
                )  # fmt: skip

    def rows(self) -> list[tuple[list[QuotationLine], Any]]:
        """The lines of each choice with its field."""
        return [(members, self[f"option_{lead}" if len(members) == 1 else f"group_{lead}"]) for lead, members in self.groups.items()]

    def picked(self, bound: Any) -> str:
        """What stands ticked now, as words."""
        return str(bound.value())

    def choice(self) -> dict[int, bool]:
        found: dict[int, bool] = {}
        for lead, members in self.groups.items():
            if len(members) == 1:
                found[lead] = bool(self.cleaned_data[f"option_{lead}"])
            else:
                found |= {line.pk: line.pk == self.cleaned_data[f"group_{lead}"] for line in members}
        return found

    def taken(self) -> list[int]:
        return [pk for pk, taken in self.choice().items() if taken]


class AskDiscountForm(forms.Form):
    """A discount beyond one's authority, as an amount or in percent of the works."""

    amount = amount_field(label=_("Amount"), required=False)
    percent = forms.DecimalField(
        label=_("or in percent of the works"), min_value=Decimal("0.1"), max_value=100, decimal_places=1, max_digits=4, required=False,
        widget=forms.TextInput(attrs=AMOUNT),
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason for the discount"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not self.errors.keys() & {"amount", "percent"} and (told.get("amount") is None) == (told.get("percent") is None):
            self.add_error("amount", _("An amount or a percentage, one of the two."))
        return told

    def amount_of(self, subtotal: Decimal) -> Decimal:
        amount: Decimal | None = self.cleaned_data["amount"]
        if amount is not None:
            return amount
        return (subtotal * self.cleaned_data["percent"] / 100).quantize(Decimal("0.01"))


class DecisionForm(forms.Form):
    """Yes or no to a discount, with a word."""

    answer = forms.CharField(label=_("A word with it"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    decision = forms.ChoiceField(choices=[("approve", ""), ("refuse", "")], widget=forms.HiddenInput, error_messages={"required": _("Approve or refuse.")})


class SendingForm(forms.Form):
    """How, to whom and when a quotation was sent."""

    channel = forms.ChoiceField(label=_("Sent by way of"), choices=SentBy.choices, widget=forms.RadioSelect)
    to_whom = forms.CharField(label=_("To whom"), max_length=60)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class SheetForm(forms.Form):
    """The edited sheet of a quotation."""

    file = forms.FileField(label=_("Excel workbook"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(".xlsx"):
            raise ValidationError(_("Only Excel workbooks (.xlsx) are read. Save the sheet as .xlsx and try again."))
        if file.size > 5 * 1024 * 1024:
            raise ValidationError(_("The sheet is larger than 5 MB."))
        return file
