"""Shapes of what is typed about bonds and old debts; nothing here saves or decides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.form_fields import day
from leads.forms_money import AccountChoice
from projects.choices import Method
from projects.choices_bonds import AttemptWay, BondKind
from projects.forms import SiteForm, line, money, words
from projects.models import DebtPayment
from staff.models import User


class BondForm(SiteForm):
    """P42: what the contract asks for, until when."""

    kind = forms.ChoiceField(label=_("Bond or insurance"), choices=BondKind.choices, widget=forms.RadioSelect, initial=BondKind.INSURANCE)
    due_on = day(_("To be filed by"))
    renews = forms.TypedChoiceField(label=_("Renews"), choices=(), coerce=int, empty_value=None, required=False)
    what = line(_("What the contract says"), most=200, required=False)

    def __init__(self, *args: Any, bonds: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bonds = {bond.pk: bond for bond in bonds if bond.filed_at is not None and bond.ended_at is None and not hasattr(bond, "renewed_by")}
        self.fields["renews"].choices = [("", _("none, it is the first")), *((pk, str(bond)) for pk, bond in self.bonds.items())]  # type: ignore[attr-defined]

    @property
    def told(self) -> dict[str, Any]:
        return self.cleaned_data | {"renews": self.bonds.get(self.cleaned_data["renews"])}


class BondFilingForm(SiteForm):
    issuer = line(_("Issued by"), most=80)
    number = line(_("Number"), most=60)
    amount = money(_("Amount"), required=False)
    valid_from = day(_("Valid from"))
    valid_until = day(_("Valid until"))
    scan = forms.FileField(
        label=_("Photo or scan of it"), widget=forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf"}),
        help_text=_("photo or PDF, at most 20 MB"),
    )  # fmt: skip


class BondEndForm(SiteForm):
    reason = words(_("Why it ends"), rows=2, most=300)


class DebtForm(forms.Form):
    """P43: who owes, for what, on what paper, since when, and who collects."""

    debtor = line(_("Who owes it"), most=40)
    amount = money(_("Amount"))
    arose_on = day(_("Owed since"))
    collector = forms.ModelChoiceField(label=_("Who collects it"), queryset=User.objects.none(), empty_label=_("Please choose"))
    about = line(_("Home and work"), most=120)
    basis = line(_("Paper it stands on"), most=120)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["collector"].queryset = people  # type: ignore[attr-defined]


class AttemptForm(forms.Form):
    way = forms.ChoiceField(label=pgettext_lazy("debt", "How"), choices=AttemptWay.choices, widget=forms.RadioSelect, initial=AttemptWay.PHONE)
    says = words(pgettext_lazy("debt", "What was said"), rows=3, most=400)
    next_on = day(_("Next attempt on"))


class DebtMoneyForm(forms.Form):
    amount = money(_("Amount"))
    method = forms.ChoiceField(label=_("How"), choices=Method.choices, widget=forms.RadioSelect, initial=Method.TRANSFER)
    payer = line(_("Payer"))
    cash_account = AccountChoice(required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, store: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cash_account"].of(store)  # type: ignore[attr-defined]


class DebtReceiptChoice(forms.ModelChoiceField):
    def label_from_instance(self, payment: Any) -> str:
        return f"{payment.receipt.ref} · ¥{payment.amount:,.2f} · {payment.payer}"


class DebtReversalForm(forms.Form):
    payment = DebtReceiptChoice(label=_("Receipt"), queryset=DebtPayment.objects.none(), empty_label=_("Please choose"))
    reason = words(_("Reason"), rows=2, most=300)

    def __init__(self, *args: Any, payments: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["payment"].queryset = payments  # type: ignore[attr-defined]


class CollectorForm(forms.Form):
    to = forms.ModelChoiceField(label=_("Who collects it"), queryset=User.objects.none(), empty_label="")

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]


class GiveUpForm(forms.Form):
    reason = words(_("Why it is given up"), rows=2, most=300)
