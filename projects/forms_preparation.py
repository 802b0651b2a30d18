"""Shapes of what is typed about property office, schedule, crews and materials; nothing here saves or decides."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.form_fields import day, moment
from projects import plans
from projects.choices_preparation import ApplicationKind, Buyer, DoubtAbout, FeeKind, Payer, Rhythm
from projects.choices_settling import EARNED_BY
from projects.forms import SiteForm, line, money, words
from projects.models import Crew
from projects.services.crews import Part

FILE = _("photo or PDF, at most 20 MB")


def tick(label: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)


def scan(label: Any) -> forms.FileField:
    return forms.FileField(label=label, help_text=FILE)


def trades_of(text: str) -> list[str]:
    """Words between commas, points or spaces."""
    for sign in "，,、；;/":
        text = text.replace(sign, " ")
    return [part[:20] for part in dict.fromkeys(text.split())]


class TradesField(forms.CharField):
    def clean(self, value: Any) -> list[str]:
        found = trades_of(super().clean(value))
        if len(found) > 12:
            raise forms.ValidationError(_now("At most 12 trades."))
        return found


class NeedForm(SiteForm):
    code = forms.ChoiceField(label=_("Work"), choices=())
    planned_on = day(_("Begins on"))
    note = line(_("Note"), most=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [(code, str(work)) for code, work in plans.works().items()]  # type: ignore[attr-defined]


class ApplicationForm(SiteForm):
    """One of the applications; which fields stand on it depends on its kind."""

    items = forms.MultipleChoiceField(label=pgettext_lazy("permit", "Works"), widget=forms.CheckboxSelectMultiple)
    what = words(_("What is to be done, or carried"), rows=3, most=400)
    place = line(_("Place; which stairs or lift"), most=120, required=False)
    from_at = moment(pgettext_lazy("hour", "From"))
    until_at = moment(pgettext_lazy("hour", "Until"))
    operator = line(_("Operator"), most=40)
    id_number = line(_("ID number"), most=18)
    certificate = line(_("Welder's certificate"), most=40)
    certificate_until = day(_("Certificate valid until"))
    certificate_scan = scan(_("Copy of the certificate"))
    id_copy = tick(_("The copy of the operator's ID is attached"))
    watcher = line(_("Fire watch"), most=40)

    ON = {
        ApplicationKind.ADDED_ITEM: ("place",),
        ApplicationKind.HOT_WORK: (
            "place", "from_at", "until_at", "operator", "watcher", "certificate", "certificate_until", "certificate_scan", "id_copy",
        ),
        ApplicationKind.GOODS_RELEASE: ("operator", "id_number", "from_at", "until_at"),
        ApplicationKind.STAIRS: ("place", "from_at", "until_at"),
        ApplicationKind.SHUT_OFF: ("from_at", "until_at"),
        ApplicationKind.AUTHORITY: (),
    }  # fmt: skip

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = ("items", "what", *self.ON[ApplicationKind(kind)])
        for name in [name for name in self.fields if name not in shown]:
            del self.fields[name]
        self.fields["items"].choices = [(code, str(work)) for code, work in plans.works().items() if work.kind == kind]  # type: ignore[attr-defined]
        if kind == ApplicationKind.GOODS_RELEASE:
            self.fields["operator"].label = _("Who carries out")
        if kind in (ApplicationKind.HOT_WORK, ApplicationKind.STAIRS):
            self.fields["place"].required = True


class ApprovalForm(SiteForm):
    approved_on = day(_("Approved on"))
    approver = line(_("Who approved it"))
    number = line(_("Number of the permit"), most=40, required=False)
    scan = scan(_("Scan of the approval"))
    original_kept = tick(_("The original is with the applicant, the copy with the office"))

    def clean_approved_on(self) -> Any:
        return self.not_in_the_future(self.cleaned_data["approved_on"], back=60)


class FeeForm(SiteForm):
    kind = forms.ChoiceField(label=_("Kind of money"), choices=[(k.value, k.label) for k in FeeKind if k != FeeKind.EXTENSION])
    amount = money(_("Amount"))
    people = forms.IntegerField(label=_("Passes"), min_value=1, max_value=60, required=False)
    payer = forms.ChoiceField(label=_("Who paid"), choices=Payer.choices)


class ExtensionFeeForm(SiteForm):
    amount = money(_("Extension fee"))


class FeePaymentForm(SiteForm):
    payer = forms.ChoiceField(label=_("Who paid"), choices=Payer.choices)
    payer_name = line(_("Name on the receipt"))
    paid_on = day(_("Paid on"))
    receipt_number = line(_("Number of the receipt"), most=40)
    receipt = scan(_("Receipt of the property office"))

    def clean_paid_on(self) -> Any:
        return self.not_in_the_future(self.cleaned_data["paid_on"], back=60)


class FeeReturnForm(SiteForm):
    returned_on = day(_("Came back on"))
    amount = money(_("Amount"), least=Decimal(0))
    to = line(_("Given back to"))
    withheld_because = words(_("Why the office keeps a part"), rows=2, most=300, required=False)

    def clean_returned_on(self) -> Any:
        return self.not_in_the_future(self.cleaned_data["returned_on"], back=60)


class ExtensionForm(SiteForm):
    until_on = day(_("Extend until"))
    because = words(_("Why the period is not enough"), rows=3, most=300)


class CollectionForm(SiteForm):
    number = line(_("Number on the card"), most=40)
    photos = forms.IntegerField(label=_("One-inch photos handed in"), min_value=0, max_value=4, initial=2)
    id_copy = tick(_("Copy of the ID handed in"))
    signed_for = line(_("Signed for by"), most=40)
    collected_on = day(_("Collected on"))

    def clean_collected_on(self) -> Any:
        return self.not_in_the_future(self.cleaned_data["collected_on"], back=10)


class DayWorkerForm(SiteForm):
    worker = line(_("Name of the worker"), most=40)
    trade = line(_("Trade"), most=40, required=False)
    on = day(_("Day on site"))


class DoubtForm(SiteForm):
    about = forms.ChoiceField(label=_("Kind of doubt"), choices=DoubtAbout.choices, widget=forms.RadioSelect)
    where = line(_("Room, sheet or item"), most=120, required=False)
    text = words(_("What does not fit"), rows=3, most=400)
    proposal = words(_("Proposal"), rows=2, most=400, required=False)


class AnswerForm(SiteForm):
    answer = words(_("How it is meant"), rows=3, most=400)


class PreSurveyForm(SiteForm):
    surveyed_on = day(_("Looked at on"))
    present = line(_("Who was at the survey"), most=120)
    comparison = words(_("The house against drawings and budget"), rows=4)
    corrections = words(_("Corrections proposed"), rows=3, required=False)

    def clean_surveyed_on(self) -> Any:
        return self.not_in_the_future(self.cleaned_data["surveyed_on"])


class CrewForm(forms.Form):
    name = line(_("Name of the crew"), most=40)
    leader = line(_("Crew leader"), most=40)
    phone = line(_("Telephone"), most=20, required=False)
    trades = TradesField(label=_("Trades"), max_length=200, help_text=_("with spaces between"))


class MemberForm(forms.Form):
    name = line(_("Name of the worker"), most=40)
    trade = line(_("Trade"), most=20)


class LabourForm(forms.Form):
    number = line(_("Number of the contract"), most=40)
    signed_on = day(_("Signed on"))
    until_on = day(_("Valid until"))
    scan = scan(_("Scan of the labour contract"))


class CrewChoice(forms.ModelChoiceField):
    def label_from_instance(self, crew: Any) -> str:
        return f"{crew.name} · {crew.leader} · {'、'.join(crew.trades)}"


class CrewAssignmentForm(SiteForm):
    crew = CrewChoice(Crew.objects.none(), label=_("Crew"), empty_label=_("Please choose"))
    trades = TradesField(label=_("Trades on this site"), max_length=200, help_text=_("with spaces between"))
    from_on = day(pgettext_lazy("crew", "From"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Crew.objects.filter(store=self.project.store_id, ended_on__isnull=True).order_by("name")
        self.fields["crew"].queryset = rows  # type: ignore[attr-defined]


class ForemanPriceForm(SiteForm):
    total = money(_("Price agreed"))
    note = line(_("What it covers"), most=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for milestone, share in zip(EARNED_BY, (20, 30, 25, 20, 5), strict=True):
            self.fields[milestone.value] = forms.DecimalField(
                label=f"{milestone.label} %", min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False, initial=share,
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )  # fmt: skip

    def parts(self) -> list[Part]:
        told = self.cleaned_data
        return [Part(milestone.value, told[milestone.value]) for milestone in EARNED_BY if told.get(milestone.value)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and sum(part.percent for part in self.parts()) != 100:
            self.add_error(None, _now("The percentages total 100."))
        return data


class ScheduleForm(SiteForm):
    starts_on = day(_("First day"))
    band = forms.ChoiceField(label=_("Size of the home"), choices=())
    rhythm = forms.ChoiceField(label=_("Works on"), choices=Rhythm.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["band"].choices = [(band.code, band.name) for band in plans.bands()]  # type: ignore[attr-defined]


class MoveForm(SiteForm):
    start = day(_("Begins on"))
    days = forms.IntegerField(label=_("Days of work"), min_value=1, max_value=200)
    reason = line(_("Reason"), most=150)


class DayForm(SiteForm):
    on = day(_("Day"))

    def clean_on(self) -> Any:
        return self.not_in_the_future(self.cleaned_data["on"])


class MaterialForm(SiteForm):
    buyer = forms.ChoiceField(label=_("Bought by"), choices=Buyer.choices, widget=forms.RadioSelect)
    name = line(_("Material"))
    spec = line(_("Specification"), most=120, required=False)
    quantity = line(_("Quantity"), most=40, required=False)
    needed_on = day(_("Needed on site"))
    order_by = day(_("To be ordered by"), required=False)


class OrderForm(SiteForm):
    supplier = line(_("Supplier"), most=80)
    amount = money(_("Price of the order"))
    deposit = money(_("Deposit of the order"), required=False, least=Decimal(0))
    ordered_on = day(_("Ordered on"))
    promised_on = day(_("Promised for"))

    def clean_ordered_on(self) -> Any:
        return self.not_in_the_future(self.cleaned_data["ordered_on"], back=30)


class RefusalForm(SiteForm):
    on = day(_("Refused on"))
    reason = words(_("Why it goes back"), rows=2, most=200)
    promised_on = day(_("New promised day"))

    def clean_on(self) -> Any:
        return self.not_in_the_future(self.cleaned_data["on"])
