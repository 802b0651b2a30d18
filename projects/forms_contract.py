"""Shapes of what is typed about supplements, corrections, counts, refunds and promises; nothing here saves or decides."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.form_fields import TailField, day
from leads.forms_money import AccountChoice, Answered, Promised, slip
from projects import terms
from projects.choices import KeyTerm, Method
from projects.forms import ContractForm, PersonChoice, SiteForm, company_signers, line, money, words
from projects.services.supplements import Share


class SupplementForm(SiteForm):
    """Dates, terms and the lines of the payment table that are not due yet; what stays as it is changes nothing."""

    reason = words(_("Why"), rows=2, most=300)
    starts_on = day(_("Works start"), required=False)
    due_on = day(_("Works end"), required=False)
    terms = words(_("Further terms, as both sides agreed"), rows=4, most=4000, required=False)

    def __init__(self, *args: Any, lines: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for row in self.lines:
            self.fields[f"percent_{row.seq}"] = forms.DecimalField(
                label=_now("%(name)s, per cent") % {"name": row.name},
                min_value=Decimal("0.01"),
                max_value=100,
                decimal_places=2,
                required=False,
                initial=row.percent,
            )
            self.fields[f"days_{row.seq}"] = forms.IntegerField(
                label=_now("Days to pay"), min_value=0, max_value=365, required=False, initial=row.due_days
            )

    @property
    def table(self) -> list[tuple[Any, Any, Any]]:
        return [(row, self[f"percent_{row.seq}"], self[f"days_{row.seq}"]) for row in self.lines]

    @property
    def plan(self) -> list[Share]:
        told = self.cleaned_data
        found = [
            Share(
                row.seq, percent if (percent := told.get(f"percent_{row.seq}")) is not None else row.percent,
                days if (days := told.get(f"days_{row.seq}")) is not None else row.due_days,
            )
            for row in self.lines
        ]  # fmt: skip
        changed = any(
            (share.percent, share.due_days) != (row.percent, row.due_days)
            for share, row in zip(found, self.lines, strict=True)
        )
        return found if changed else []


class CorrectionForm(SiteForm):
    """The payment table, the dates and who signs of a contract that nobody has signed yet; the key terms are confirmed anew (LR-20)."""

    reason = words(_("Why"), rows=2, most=300)
    starts_on = day(_("Works start"))
    due_on = day(_("Works end"))
    plan = forms.ChoiceField(label=_("Payment plan"), choices=())
    percents = line(
        _("Percentages"), required=False, help_text=_("only to change those of the plan, for example 30 30 30 10")
    )
    signer = line(_("Who signs for the customer"))
    signer_phone = line(_("Telephone number of the signer"), most=20, required=False)
    company_signer = PersonChoice(_("Who signs for the company"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["company_signer"].queryset = company_signers(self.project.store_id)  # type: ignore[attr-defined]
        self.fields["plan"].choices = [(plan.code, plan.name) for plan in terms.payment_plans().values()]  # type: ignore[attr-defined]
        for code, label in KeyTerm.choices:
            self.fields[f"term_{code}"] = forms.BooleanField(label=label, required=False)

    clean_percents = ContractForm.clean_percents

    @property
    def terms(self) -> list[Any]:
        return [self[f"term_{code}"] for code in KeyTerm.values]

    @property
    def confirmed(self) -> list[str]:
        return [code for code in KeyTerm.values if self.cleaned_data.get(f"term_{code}")]


class CountForm(forms.Form):
    """Each blank that should be there is ticked, or gets a word; what should not be there is named, one a line: serial, word."""

    surplus = words(
        _("What lay there and should not, one a line: serial number, then a word"), rows=3, most=2000, required=False
    )

    def __init__(self, *args: Any, blanks: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.blanks = list(blanks)
        for blank in self.blanks:
            self.fields[f"found_{blank.pk}"] = forms.BooleanField(label=blank.serial, required=False)
            self.fields[f"word_{blank.pk}"] = forms.CharField(label=_("Word"), max_length=300, required=False)

    @property
    def table(self) -> list[tuple[Any, Any, Any]]:
        return [(blank, self[f"found_{blank.pk}"], self[f"word_{blank.pk}"]) for blank in self.blanks]

    @property
    def found(self) -> list[str]:
        return [blank.serial for blank in self.blanks if self.cleaned_data.get(f"found_{blank.pk}")]

    @property
    def words(self) -> dict[str, str]:
        return {blank.serial: self.cleaned_data.get(f"word_{blank.pk}", "") for blank in self.blanks}

    def clean_surplus(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for text in self.cleaned_data["surplus"].splitlines():
            if text.strip():
                serial, _space, word = text.strip().partition(" ")
                found[serial[:32]] = word.strip()[:300]
        return found


class CreditRefundForm(SiteForm):
    amount = money(_("Amount"))
    reason = words(_("Reason"), rows=2, most=300)
    payee = line(_("Goes to"))
    payee_account = TailField(label=_("Account, as it was paid from, last four digits"))
    method = forms.ChoiceField(
        label=_("How"), choices=Method.choices, widget=forms.RadioSelect, initial=Method.TRANSFER
    )


class CreditPayOutForm(SiteForm):
    account = AccountChoice(_("From which account"), required=False, empty_label=_("the one that fits"))
    slip = slip()

    def __init__(self, *args: Any, method: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].of(self.project.store, method)  # type: ignore[attr-defined]


class SitePromiseForm(Promised, SiteForm):
    """A promise of a site."""


class SitePromiseAnswerForm(Answered, SiteForm):
    """What became of it."""


class MonthForm(forms.Form):
    """Which month of which store is closed."""

    month = forms.RegexField(r"^20\d\d-(0[1-9]|1[0-2])$", widget=forms.HiddenInput)
    store = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def clean_month(self) -> date:
        return date.fromisoformat(f"{self.cleaned_data['month']}-01")
