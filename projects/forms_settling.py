"""Shapes of what is typed about foremen's money, site cost, cleaning, hand-overs and the archive; nothing here saves or decides."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.form_fields import TailField, day
from core.models import Paper
from leads.forms_money import AccountChoice, slip
from projects import content_settling as content
from projects.choices import Method
from projects.choices_settling import DeductionKind, Effect, ExpenseKind, LoanKind, StatementKind
from projects.forms import MOST, SiteForm, line, money, words
from projects.models import ChangeOrder, ForemanLabour
from projects.services.completion import Given


def signed(label: Any, **more: Any) -> forms.DecimalField:
    """An amount that may be less than nothing."""
    return forms.DecimalField(
        label=label,
        min_value=-MOST,
        max_value=MOST,
        decimal_places=2,
        max_digits=12,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        **more,
    )


def meter(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_digits=10,
        decimal_places=2,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )


class DeductionForm(SiteForm):
    kind = forms.ChoiceField(
        label=_("Why"),
        choices=[(k.value, k.label) for k in DeductionKind if k != DeductionKind.FINE],
        widget=forms.RadioSelect,
        initial=DeductionKind.REWORK,
    )
    amount = money(_("Amount"))
    reason = words(_("What happened, and what the contract says about it"), rows=2, most=300)


class ChangeChoice(forms.ModelChoiceField):
    def label_from_instance(self, change: Any) -> str:
        return f"{change.seq} · {change.wish[:40]} · ¥{change.amount:,.2f}"


class LabourPartForm(SiteForm):
    change = ChangeChoice(ChangeOrder.objects.none(), label=_("Signed change order"), empty_label=_("Please choose"))
    amount = signed(_("Labour of the foreman"), help_text=_("with a minus when work falls away"))
    note = line(_("Note"), most=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = self.project.changes.filter(withdrawn_at__isnull=True, paper__state__in=Paper.SIGNED_STATES)
        agreed = ForemanLabour.objects.filter(project=self.project, withdrawn_at__isnull=True)
        open_ = rows.exclude(pk__in=agreed.values("change")).order_by("seq")
        self.fields["change"].queryset = open_  # type: ignore[attr-defined]


class StatementForm(SiteForm):
    kind = forms.ChoiceField(
        label=_("What is paid"),
        choices=StatementKind.choices,
        widget=forms.RadioSelect,
        initial=StatementKind.INSTALMENT,
    )
    amount = money(_("Amount"), required=False)
    reason = line(_("Why ahead of the work (for an advance)"), most=300, required=False)


class ForemanPaymentForm(SiteForm):
    method = forms.ChoiceField(
        label=_("How"), choices=Method.choices, widget=forms.RadioSelect, initial=Method.TRANSFER
    )
    account = AccountChoice(_("From which account"), required=False, empty_label=_("the one that fits"))
    payee_account = TailField(label=_("Account of the foreman, last four digits"))
    paid_on = day(_("Day of the payment"))
    slip = slip()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].of(self.project.store)  # type: ignore[attr-defined]

    def clean_paid_on(self) -> Any:
        return self.not_in_the_future(self.cleaned_data["paid_on"])


class CommissionForm(SiteForm):
    percent = forms.DecimalField(
        label=_("Per cent of the settled sum"), min_value=Decimal("0.01"), max_value=100, max_digits=5, decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    note = line(_("Note"), most=200, required=False)


class ExpenseForm(SiteForm):
    kind = forms.ChoiceField(label=_("Kind of expense"), choices=ExpenseKind.choices)
    amount = money(_("Amount"))
    spent_on = day(_("Day of the receipt"))
    payee = line(_("Who got the money"))
    what = line(_("What it was for"), most=200)
    receipt = forms.FileField(
        label=_("Photo of the receipt"),
        widget=forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf"}),
        help_text=_("photo or PDF, at most 20 MB"),
    )

    def clean_spent_on(self) -> Any:
        return self.not_in_the_future(self.cleaned_data["spent_on"], back=60)


class SavingForm(SiteForm):
    text = words(_("What is proposed"), rows=3, most=400)
    effect = forms.ChoiceField(
        label=_("Touches the cost"), choices=Effect.choices, widget=forms.RadioSelect, initial=Effect.DIRECT
    )
    saves = signed(_("Saves about"), help_text=_("with a minus when it costs more"))


class SavingReviewForm(SiteForm):
    accepted = forms.ChoiceField(
        label=_("What is decided"), choices=[("yes", _("Do it")), ("no", _("Leave it"))], widget=forms.RadioSelect
    )
    word = words(_("Why"), rows=2, most=300)


class CleaningForm(SiteForm):
    contractor = line(_("Cleaning company"))
    phone = line(_("Telephone"), most=20, required=False)
    scope = words(_("What is cleaned, one a line"), rows=4, most=300)
    amount = money(_("What it costs"), least=Decimal(0))
    clean_on = day(_("Cleaned on"))


class CleanForm(SiteForm):
    on = day(_("Cleaned on"))
    word = line(_("How it looks"), most=200)

    def clean_on(self) -> Any:
        return self.not_in_the_future(self.cleaned_data["on"], back=30)


class HandOverForm(SiteForm):
    on = day(_("Handed over on"))
    keys = forms.IntegerField(
        label=_("Keys and cards"), min_value=0, max_value=99, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    water = meter(_("Water meter"))
    power = meter(_("Electricity meter"))
    gas = meter(_("Gas meter"))
    left_open = words(_("What is still to be done, one a line"), rows=3, most=400, required=False)

    def clean_on(self) -> Any:
        return self.not_in_the_future(self.cleaned_data["on"])


class DocumentsForm(SiteForm):
    """Each document of the list: given, or not with the reason."""

    on = day(_("Handed over on"))

    def __init__(self, *args: Any, documents: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.documents = list(documents)
        for document in self.documents:
            words = " ".join(filter(None, (document.name, document.ref, _now("(in any case)") if document.always else "")))
            self.fields[f"given_{document.code}"] = forms.BooleanField(label=words, required=False, initial=document.there or document.always)
            self.fields[f"why_{document.code}"] = forms.CharField(label=_("Why not given"), max_length=200, required=False)

    @property
    def spans(self) -> dict[str, int]:
        """Each document on a line of its own: what it is, and why it is not given."""
        return {"on": 6} | {name: 3 for name in self.fields if name != "on"}

    @property
    def given(self) -> list[Given]:
        told = self.cleaned_data
        return [Given(d.code, bool(told.get(f"given_{d.code}")), told.get(f"why_{d.code}", "")) for d in self.documents]

    def clean_on(self) -> Any:
        return self.not_in_the_future(self.cleaned_data["on"])


class ArchiveForm(SiteForm):
    number = line(_("Number of the archive"), most=40)
    shelf = line(_("Where it stands"))
    volumes = forms.IntegerField(
        label=_("Volumes"), min_value=1, max_value=50, initial=1, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    word = line(_("Why, if papers are not signed"), most=300, required=False)


class PaperChoice(forms.ModelChoiceField):
    def label_from_instance(self, paper: Any) -> str:
        from core.papers import KINDS

        return f"{paper.ref} {KINDS[paper.kind].title}"


class LoanForm(SiteForm):
    kind = forms.ChoiceField(
        label=_("How it leaves"), choices=LoanKind.choices, widget=forms.RadioSelect, initial=LoanKind.LOAN
    )
    paper = PaperChoice(
        Paper.objects.none(), label=_("Paper of the file"), required=False, empty_label=_("another document")
    )
    what = line(_("Which document, if it is no paper of the file"), most=120, required=False)
    to = line(_("Who takes it"))
    purpose = line(_("What for"), most=200)
    due_on = day(_("Back by"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paper"].queryset = content.filed_papers(self.project).order_by("-id")  # type: ignore[attr-defined]


class ReturnForm(SiteForm):
    word = line(_("How it came back"), most=200, required=False)
