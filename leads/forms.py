"""Shapes of what is typed about an enquiry; nothing here saves or decides."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import phones
from core.form_fields import moment
from leads.choices import (
    Basis,
    Channel,
    Degree,
    DepositNature,
    Dwelling,
    LostReason,
    Method,
    Origin,
    Satisfaction,
    Title,
)
from leads.form_fields import SHOWN_FILES, Files, Yuan
from leads.models import LeadSource
from leads.services import NewHome, NewPhone
from staff import posts
from staff.models import User

LARGEST = Decimal("99999.99")
MOST_MONEY = Decimal("99999999.99")


def words(label: Any, *, rows: int = 3, most: int = 1000, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, widget=forms.Textarea(attrs={"rows": rows}))


def money(label: Any, *, required: bool = True) -> Yuan:
    return Yuan(
        label=label, min_value=Decimal("0.01"), max_value=MOST_MONEY, decimal_places=2, max_digits=12, required=required,
        widget=forms.TextInput,
    )  # fmt: skip


def choice(label: Any, options: Any, *, radio: bool = False, required: bool = True, **more: Any) -> forms.ChoiceField:
    shown = options.choices if hasattr(options, "choices") else options
    widget = forms.RadioSelect if radio else forms.Select
    if not radio:
        shown = [("", _("Please choose")), *((value, label) for value, label in shown if value)]
    return forms.ChoiceField(label=label, choices=shown, widget=widget, required=required, **more)


DIALLED = {"inputmode": "tel", "autocomplete": "off"}


class People(forms.ModelChoiceField):
    """Somebody of a store who holds one of some posts."""

    def __init__(self, *, label: Any, required: bool = True) -> None:
        super().__init__(User.objects.none(), label=label, required=required, empty_label=_("Please choose"))

    def offer(self, store_id: int, *codes: str) -> None:
        held = User.objects.filter(
            left_on__isnull=True, holdings__store=store_id, holdings__post__in=codes, holdings__until__isnull=True
        )
        self.queryset = held.distinct().order_by("pinyin", "id")


# How the number is most likely come by, from where the enquiry comes (LR-42); the person who registers has the last word.
GOES_WITH = {
    "walk_in": Origin.SELF.value, "phone": Origin.PHONE.value, "online": Origin.ONLINE.value, "estate": Origin.ESTATE.value,
    "referral": Origin.REFERRAL.value,
}  # fmt: skip


class RegisterForm(forms.Form):
    """L01 in under a minute: who, number, home, where from."""

    phone = forms.CharField(label=_("Mobile"), max_length=40, widget=forms.TextInput(attrs=DIALLED))
    name = forms.CharField(label=_("Customer"), max_length=60)
    title = forms.ChoiceField(label=_("Form of address"), choices=[(Title.MR, _("Mr")), (Title.MS, _("Ms"))], widget=forms.RadioSelect, required=False)
    phone_2 = forms.CharField(label=_("Second number"), max_length=40, required=False, widget=forms.TextInput(attrs=DIALLED))
    estate = forms.CharField(label=_("Estate"), max_length=60)
    building = forms.CharField(label=_("Building"), max_length=20, required=False)
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False)
    room_no = forms.CharField(label=_("Door number"), max_length=20, required=False)
    area_m2 = forms.DecimalField(
        label=_("Building area"), min_value=Decimal("1"), max_value=LARGEST, decimal_places=2, max_digits=8, required=False, widget=forms.TextInput
    )
    dwelling = forms.ChoiceField(label=_("Kind of dwelling"), choices=Dwelling.choices, initial=Dwelling.ORDINARY, widget=forms.RadioSelect)
    layout = forms.CharField(label=_("Layout"), max_length=40, required=False)
    source = forms.ModelChoiceField(LeadSource.objects.filter(retired=False), label=_("Source"), empty_label=_("Please choose"))
    origin = choice(_("How we came to the number"), Origin)
    consent_basis = choice(_("Ground"), Basis)
    origin_note = forms.CharField(label=_("More about the origin"), max_length=200, required=False)
    needs = words(_("What the customer wants"), rows=3, required=False)
    background = words(_("Background"), rows=2, most=400, required=False)
    site_condition = words(_("State of the home"), rows=2, most=400, required=False)
    budget = money(_("Budget"), required=False)
    willingness = forms.ChoiceField(label=_("Willing to spend"), choices=Degree.choices, required=False, widget=forms.RadioSelect)
    ability = forms.ChoiceField(label=_("Able to spend"), choices=Degree.choices, required=False, widget=forms.RadioSelect)
    note = words(_("Note"), rows=2, required=False)
    log = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)  # the call or visit from which it came
    store: Any = forms.ModelChoiceField(None, label=_("Store"), required=False, empty_label=None)

    def __init__(self, *args: Any, stores: Any, behind: Callable[[str], str] = str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.behind = behind  # the number that stands masked in the form
        self.fields["store"].queryset = stores  # type: ignore[attr-defined]
        goes = {row.pk: GOES_WITH[row.code] for row in LeadSource.objects.filter(code__in=GOES_WITH, retired=False)}
        self.fields["source"].widget.attrs["data-goes-with"] = json.dumps(goes)  # the origin follows the source until somebody says otherwise
        self.several = len(stores) > 1
        if self.several:
            self.fields["store"].required = True
        else:
            self.fields["store"].widget = forms.HiddenInput()

    def clean_phone(self) -> str:
        return _number(self.behind(self.cleaned_data["phone"]))

    def clean_phone_2(self) -> str:
        typed = self.cleaned_data["phone_2"]
        return _number(typed) if typed else ""

    @property
    def home(self) -> NewHome:
        names = ("estate", "building", "unit", "room_no", "area_m2", "dwelling", "layout")
        return NewHome(**{name: self.cleaned_data[name] for name in names})

    @property
    def numbers(self) -> list[NewPhone]:
        return [NewPhone(self.cleaned_data[name]) for name in ("phone", "phone_2") if self.cleaned_data[name]]

    @property
    def facts(self) -> dict[str, Any]:
        """What the verb takes as it was typed."""
        names = (
            "name", "title", "source", "origin", "origin_note", "consent_basis", "needs", "background", "site_condition", "budget",
            "willingness", "ability", "note",
        )  # fmt: skip
        return {name: self.cleaned_data[name] for name in names}


def _number(typed: str) -> str:
    number = phones.normal(typed)
    if number is None:
        digits = sum(ch.isdigit() for ch in typed)
        if digits != 11 and typed.strip().startswith("1"):
            raise forms.ValidationError(_now("A mobile number has 11 digits; this one has {count}.").format(count=digits))
        raise forms.ValidationError(_now("This is no telephone number: a mobile number, or a landline with area code."))
    return number


class LeadForm(forms.Form):
    """A form about one enquiry."""

    def __init__(self, *args: Any, lead: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lead, self.user = lead, user


class HomeForm(LeadForm):
    """A correction of what is known of the home."""

    address = forms.CharField(label=_("Address"), max_length=160)
    area_m2 = forms.DecimalField(
        label=_("Building area"), min_value=Decimal("1"), max_value=LARGEST, decimal_places=2, max_digits=8, required=False, widget=forms.TextInput
    )
    dwelling = forms.ChoiceField(label=_("Kind of dwelling"), choices=Dwelling.choices, widget=forms.RadioSelect)
    layout = forms.CharField(label=_("Layout"), max_length=40, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300)


class AssignmentForm(LeadForm):
    designer = People(label=_("Designer"))
    customer_manager = People(label=_("Customer manager"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["designer"].offer(self.lead.store_id, posts.DESIGNER, posts.CHIEF_DESIGNER)  # type: ignore[attr-defined]
        if self.lead.customer_manager_id or posts.CUSTOMER_MANAGER in self.user.posts_for(self.lead.store_id):
            del self.fields["customer_manager"]
        else:
            self.fields["customer_manager"].offer(self.lead.store_id, posts.CUSTOMER_MANAGER)  # type: ignore[attr-defined]


class FollowUpForm(LeadForm):
    channel = forms.ChoiceField(label=_("How"), choices=Channel.choices, initial=Channel.PHONE, widget=forms.RadioSelect)
    reached = forms.TypedChoiceField(
        label=_("Reached"), choices=[("yes", _("Reached")), ("no", _("Not reached"))], initial="yes", widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )  # fmt: skip
    note = words(_("What was said"), rows=4)
    next_at = moment(_("Next contact"), required=False)


class ConsultationForm(LeadForm):
    channel = forms.ChoiceField(label=_("How"), choices=Channel.choices, initial=Channel.VISIT, widget=forms.RadioSelect)
    demands = words(_("What the customer asks for"), rows=6, most=2000)
    style_advice = words(_("Advice on style and plan"), rows=4, most=2000, required=False)
    material_advice = words(_("Advice on materials"), rows=3, most=2000, required=False)
    rough_estimate = money(_("Rough estimate"), required=False)
    next_meeting_at = moment(_("Next meeting"), required=False)


class CorrectionForm(ConsultationForm):
    reason = forms.CharField(label=_("Why the record is written anew"), max_length=300)


class RefusalForm(LeadForm):
    reason = words(_("Why the customer does not sign"), rows=3, most=400)
    witness = People(label=_("Witness"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = User.objects.filter(left_on__isnull=True, holdings__store=self.lead.store_id, holdings__until__isnull=True)
        self.fields["witness"].queryset = colleagues.exclude(pk=self.user.pk).distinct().order_by("pinyin", "id")  # type: ignore[attr-defined]


class PreviewDateForm(LeadForm):
    due_at = moment(_("Agreed day of the preview"))


class ProposalForm(LeadForm):
    style = forms.CharField(label=_("Style"), max_length=200)
    overall_plan = words(_("Overall plan"), rows=5, most=2000)
    materials = words(_("Materials"), rows=3, most=2000, required=False)
    estimate = money(_("Price estimate"))
    files = Files(accept=SHOWN_FILES, label=_("Floor plan and pictures"), required=False)  # type: ignore[assignment]


class DecisionForm(LeadForm):
    accepted = forms.TypedChoiceField(
        label=_("What the customer says"), choices=[("yes", _("Content with the preview")), ("no", _("Wants changes"))],
        widget=forms.RadioSelect, coerce=lambda value: value == "yes",
    )  # fmt: skip
    channel = forms.ChoiceField(label=_("How"), choices=Channel.choices, initial=Channel.VISIT, widget=forms.RadioSelect)
    note = words(_("In the customer's words"), rows=3, required=False)


class ProposalCallForm(LeadForm):
    satisfaction = forms.ChoiceField(label=_("How content is the customer"), choices=Satisfaction.choices, widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=_("How"), choices=Channel.choices, initial=Channel.PHONE, widget=forms.RadioSelect)
    problems = words(_("Problems; they go to the designer"), rows=3, required=False)
    resolution = words(_("What was agreed"), rows=3, required=False)


class OrderForm(LeadForm):
    nature = forms.ChoiceField(label=_("What the money is"), choices=DepositNature.choices, widget=forms.RadioSelect)
    amount = money(_("Amount"))
    terms = words(_("Further agreements"), rows=3, required=False)


class DepositForm(LeadForm):
    amount = money(_("Amount received"))
    method = forms.ChoiceField(label=_("Paid by"), choices=Method.choices, widget=forms.RadioSelect)
    payer = forms.CharField(label=_("Payer"), max_length=60)
    slip = forms.FileField(
        label=_("Photo of the transfer slip"), required=False, widget=forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf"})
    )


class SchemeForm(LeadForm):
    summary = words(_("The scheme in a few words"), rows=3)
    meeting_at = moment(_("Meeting with the customer"))


class LossForm(LeadForm):
    reason = forms.ChoiceField(label=_("Why the customer went"), choices=LostReason.choices, widget=forms.RadioSelect)
    note = words(_("In the customer's words"), rows=3, most=400, required=False)


class ReasonForm(LeadForm):
    reason = words(_("Reason"), rows=3, most=300)
