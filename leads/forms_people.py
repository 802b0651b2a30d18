"""Shapes of what is typed about people, customers, calls, visits, estates and sources; nothing here saves or decides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.form_fields import day
from leads.choices import Degree, LogSubject, PersonRole, PriceLevel, SalesState
from leads.forms import DIALLED, LeadForm, choice, words
from leads.selectors_people import number_behind
from staff import posts
from staff.models import User


def reason(label: Any, most: int = 300) -> forms.CharField:
    return words(label, rows=2, most=most)


class Colleague(forms.ModelChoiceField):
    """Anybody who works in a store, with the post: whoever passes something on looks for the post first."""

    def __init__(self, *, label: Any, required: bool = True) -> None:
        super().__init__(User.objects.none(), label=label, required=required, empty_label=_("Please choose"))

    def label_from_instance(self, obj: Any) -> str:
        return posts.with_posts(obj)

    def offer(self, store_id: int, *, but: Any = None) -> None:
        held = User.objects.filter(left_on__isnull=True, holdings__store=store_id, holdings__until__isnull=True)
        chosen = held.exclude(pk=but.pk if but else None).values("pk")
        self.queryset = User.objects.with_posts().filter(pk__in=chosen).order_by("pinyin", "id")


class PersonForm(LeadForm):
    """A person of a home; `phone` is named like the field of the registration, so that its form can be sent here as it stands."""

    name = forms.CharField(label=_("Name"), max_length=60)
    role = choice(_("Relation to this home"), PersonRole)
    phone = forms.CharField(label=_("Mobile"), max_length=40, required=False, widget=forms.TextInput(attrs=DIALLED))
    pays = forms.BooleanField(label=_("Pays for this home"), required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def clean_phone(self) -> str:
        return number_behind(self.user, str(self.data.get("log", "")), self.cleaned_data["phone"])


class EndForm(forms.Form):
    reason = forms.CharField(label=_("Why the person no longer belongs here"), max_length=200)


class LogForm(forms.Form):
    """A call or a visit in one screen."""

    phone = forms.CharField(label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs=DIALLED))
    name = forms.CharField(label=_("Who"), max_length=60, required=False)
    subject = forms.ChoiceField(label=_("About"), choices=LogSubject.choices, widget=forms.RadioSelect, initial=LogSubject.ENQUIRY)
    note = words(_("What was said"), rows=3, most=600)
    people = forms.IntegerField(label=_("How many people"), min_value=1, max_value=50, initial=1, widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    passed_to = Colleague(label=_("Pass on to"), required=False)
    handling = words(_("Settled at once: how"), rows=2, most=600, required=False)
    store: Any = forms.ModelChoiceField(None, label=_("Store"), required=False, empty_label=None)

    def __init__(self, *args: Any, stores: Any, kind: str, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["store"].queryset = stores  # type: ignore[attr-defined]
        self.several = len(stores) > 1
        if not self.several:
            self.fields["store"].widget = forms.HiddenInput()
        if kind != "visits":
            del self.fields["people"]
        if stores:
            self.fields["passed_to"].offer(stores[0].pk, but=user)  # type: ignore[attr-defined]

    @property
    def told(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "store"}


class SettleForm(forms.Form):
    handling = words(_("How it was dealt with"), rows=3, most=600)


class PassForm(forms.Form):
    to = Colleague(label=_("Pass on to"))


class LinkForm(forms.Form):
    ref = forms.CharField(label=_("Number of the enquiry"), max_length=40, widget=forms.TextInput(attrs={"autocapitalize": "characters"}))


class ProfileForm(forms.Form):
    """L04: what is known of a customer beside the enquiries."""

    contact_ways = forms.CharField(label=_("Other ways to reach the customer"), max_length=200, required=False)
    price_level = forms.ChoiceField(label=_("Price level"), choices=PriceLevel.choices, required=False, widget=forms.RadioSelect)
    settlement = forms.CharField(label=_("Way of settlement"), max_length=80, required=False)
    cs_officer = forms.ModelChoiceField(User.objects.none(), label=_("Officer in charge"), required=False, empty_label=_("nobody yet"))
    note = words(_("Note"), rows=2, most=400, required=False)
    remark = forms.CharField(label=_("What was new"), max_length=300, required=False)

    def __init__(self, *args: Any, store_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = User.objects.filter(
            left_on__isnull=True, holdings__store=store_id, holdings__post__in=(posts.CS_OFFICER, posts.CS_SUPERVISOR), holdings__until__isnull=True
        )
        self.fields["cs_officer"].queryset = held.distinct().order_by("pinyin", "id")  # type: ignore[attr-defined]


class JudgmentForm(forms.Form):
    willingness = forms.ChoiceField(label=_("Willing to spend"), choices=Degree.choices, required=False, widget=forms.RadioSelect)
    ability = forms.ChoiceField(label=_("Able to spend"), choices=Degree.choices, required=False, widget=forms.RadioSelect)
    is_key = forms.BooleanField(label=_("Key customer"), required=False)
    is_member = forms.BooleanField(label=_("Member"), required=False)
    reason = reason(_("On what the judgment rests"))


class BanForm(forms.Form):
    reason = reason(_("What the customer said"))


class MergeForm(forms.Form):
    """Which other customer it is, by the number of an enquiry or a telephone number; which of the two is kept."""

    other = forms.CharField(label=_("The other one: number of an enquiry, or telephone"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    keep = forms.ChoiceField(
        label=_("Whose name and class stay"), choices=[("this", _("This customer")), ("other", _("The other one"))], initial="this", widget=forms.RadioSelect
    )
    reason = reason(_("How it was found that they are one person"))


class PartForm(forms.Form):
    reason = reason(_("Why they are two people after all"))


class EstateForm(forms.Form):
    """L14."""

    name = forms.CharField(label=_("Estate"), max_length=60)
    address = forms.CharField(label=_("Where it lies"), max_length=120, required=False)
    area_text = forms.CharField(label=_("Areas of the homes"), max_length=80, required=False)
    layouts = forms.CharField(label=_("Layouts"), max_length=200, required=False)
    sales = forms.ChoiceField(label=_("Sales"), choices=SalesState.choices, required=False, widget=forms.RadioSelect)
    property_office = forms.CharField(label=_("Property office"), max_length=80, required=False)
    property_phone = forms.CharField(label=_("Its telephone"), max_length=40, required=False, widget=forms.TextInput(attrs=DIALLED))
    works_deposit = forms.CharField(label=_("Deposit and rubbish fee"), max_length=60, required=False)
    needs = words(_("Needs noticed"), rows=3, most=600, required=False)
    note = words(_("Note"), rows=2, most=300, required=False)
    store: Any = forms.ModelChoiceField(None, label=_("Store"), required=False, empty_label=None)

    def __init__(self, *args: Any, stores: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.several = len(stores) > 1
        if self.several:
            self.fields["store"].queryset = stores  # type: ignore[attr-defined]
            self.fields["store"].required = True
        else:
            del self.fields["store"]


class PhaseForm(forms.Form):
    name = forms.CharField(label=_("Phase or buildings"), max_length=40)
    handover_on = day(_("Hand-over day"))
    homes = forms.IntegerField(label=_("Homes"), min_value=1, max_value=20000, required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class SourceForm(forms.Form):
    name = forms.CharField(label=_("Source"), max_length=40, widget=forms.TextInput(attrs={"lang": "zh-CN"}))
    name_en = forms.CharField(label=_("In English"), max_length=60, required=False, widget=forms.TextInput(attrs={"lang": "en"}))
    position = forms.IntegerField(label=_("Place in the list"), min_value=0, max_value=999, initial=50, widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    retired = forms.BooleanField(label=_("Retired: no longer offered"), required=False)
