"""Shapes of what is typed about tills, refunds and promises; nothing here saves or decides."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.form_fields import TailField, day
from leads.choices import DepositNature, Method
from leads.choices_money import FITS, NOTES, AccountKind, RefundGround
from leads.form_fields import Yuan
from leads.forms import LeadForm, money, words
from leads.models import CashAccount

MOST = Decimal("999999999.99")


def slip(label: Any = _("Photo of the transfer slip")) -> forms.FileField:  # noqa: B008
    return forms.FileField(
        label=label, required=False, widget=forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf"})
    )


def signed(label: Any, *, required: bool = True) -> forms.DecimalField:
    """An amount that may be nothing or below."""
    return Yuan(
        label=label,
        min_value=-MOST,
        max_value=MOST,
        decimal_places=2,
        max_digits=12,
        required=required,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )


class AccountChoice(forms.ModelChoiceField):
    """The accounts of one store; empty = the one that fits the way of paying."""

    def __init__(self, label: Any = _("Account"), **more: Any) -> None:  # noqa: B008
        super().__init__(CashAccount.objects.none(), label=label, **{"empty_label": _("Please choose"), **more})

    def label_from_instance(self, obj: Any) -> str:
        kind = str(obj.get_kind_display())
        return obj.name if obj.name == kind else f"{obj.name}（{kind}）"

    def of(self, store: Any, method: str = "") -> None:
        rows = CashAccount.objects.filter(store=store, closed_at__isnull=True)
        self.queryset = (rows.filter(kind=FITS[Method(method)]) if method else rows).order_by("id")


class AccountForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Kind of account"), choices=AccountKind.choices, widget=forms.RadioSelect, initial=AccountKind.BANK
    )
    name = forms.CharField(label=_("Name of the account"), max_length=60)
    number = TailField(label=_("Number, last four digits"))
    opening = signed(_("Holds today"), required=False)

    def clean_opening(self) -> Decimal:
        return self.cleaned_data["opening"] or Decimal(0)


class AccountChangeForm(forms.Form):
    """Name and number as they stand are the initial values; a number from before with more or fewer digits may stay."""

    name = forms.CharField(label=_("Name of the account"), max_length=60)
    number = TailField(label=_("Number, last four digits"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].kept = self.initial["number"]  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    source = AccountChoice(_("From"))
    target = AccountChoice(_("To"))
    amount = money(_("Amount"))
    note = forms.CharField(label=_("What for"), max_length=200)
    slip = slip()

    def __init__(self, *args: Any, stores: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = CashAccount.objects.filter(store__in=stores, closed_at__isnull=True).order_by("store", "id")
        self.fields["source"].queryset = self.fields["target"].queryset = rows  # type: ignore[attr-defined]


class ClosingForm(forms.Form):
    """What was counted; cash by its pieces if wanted."""

    counted = signed(_("Counted sum"))
    reason = forms.CharField(
        label=_("Why it differs"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, cash: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cash = cash
        for number, note in enumerate(NOTES if cash else ()):
            self.fields[f"note_{number}"] = forms.IntegerField(
                label=f"¥{note}", min_value=0, max_value=99999, required=False
            )

    @property
    def pieces(self) -> list[Any]:
        return [self[f"note_{n}"] for n, _note in enumerate(NOTES if self.cash else ())]

    @property
    def notes(self) -> dict[str, int]:
        return {note: n for i, note in enumerate(NOTES) if self.cash and (n := self.cleaned_data.get(f"note_{i}"))}


class CheckForm(forms.Form):
    note = forms.CharField(
        label=_("A word on it"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class RefundForm(LeadForm):
    """What becomes of the deposit; the amount follows from its nature and the ground (LR-55)."""

    ground = forms.ChoiceField(
        label=_("Why there is no contract"), choices=RefundGround.choices, widget=forms.RadioSelect
    )
    reason = words(_("In the customer's words"), rows=2, most=300)
    costs = money(_("Costs confirmed in writing"), required=False)
    costs_proof = slip(_("Paper on which both sides confirmed the costs"))
    payee = forms.CharField(label=_("Goes to"), max_length=60)
    payee_account = TailField(label=_("Account, as it was paid from, last four digits"))
    method = forms.ChoiceField(label=_("How"), choices=Method.choices, widget=forms.RadioSelect)
    closes = forms.TypedChoiceField(
        label=_("And then"), coerce=lambda value: value == "yes",
        choices=[("yes", _("The enquiry is closed")), ("no", _("The enquiry goes on without a deposit"))],
        widget=forms.RadioSelect, initial="yes",
    )  # fmt: skip

    def __init__(self, *args: Any, nature: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if nature != DepositNature.DEPOSIT:
            del self.fields["costs"], self.fields["costs_proof"]


class PayOutForm(LeadForm):
    """From which account it goes, with the slip."""

    account = AccountChoice(_("From which account"), empty_label=_("the one that fits"))
    slip = slip()

    def __init__(self, *args: Any, method: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].of(self.lead.store, method)  # type: ignore[attr-defined]
        self.fields["account"].required = False


class Promised(forms.Form):
    """What is promised to a customer, whoever's page it stands on."""

    text = words(_("What was promised"), rows=2, most=300)
    until = day(_("Until"))


class Answered(forms.Form):
    """What became of a promise."""

    kept = forms.TypedChoiceField(
        label=_("Was it kept?"),
        coerce=lambda value: value == "yes",
        choices=[("yes", _("Kept")), ("no", _("Broken"))],
        widget=forms.RadioSelect,
    )
    word = words(_("In a few words"), rows=2, most=300)


class PromiseForm(Promised, LeadForm):
    """… of an enquiry."""


class PromiseAnswerForm(Answered, LeadForm):
    """… of an enquiry."""
