"""Shapes of what is typed about repairs; nothing here saves or decides.  Claimed times have their bounds here (decision 33)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales.choices_repairs import Cover, Level, Mode, Outcome, Source, Trade
from aftersales.forms import words
from aftersales.repair_terms import categories, exclusions
from core.form_fields import day, moment
from leads.choices import Method

PARTS = 4
MINUTES = ((30, _("half an hour")), (60, _("an hour")), (90, _("an hour and a half")), (120, _("two hours")), (240, _("half a day")), (480, _("a day")))


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class Photos(forms.FileField):
    """Several pictures at once; what they are is looked at when they are kept."""

    def __init__(self, **more: Any) -> None:
        widget = ManyFiles(attrs={"accept": "image/jpeg,image/png,image/heic,image/heif,image/webp", "multiple": True})
        super().__init__(widget=widget, **{"required": False, "label": _("Photos"), **more})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, (list, tuple)) else [data] if data else []
        return [super(Photos, self).clean(file, initial) for file in files]


class Money(forms.DecimalField):
    """A sum: ui.fields shows the currency before it."""

    is_money = True


def money(label: Any, **more: Any) -> Money:
    return Money(label=label, max_digits=10, decimal_places=2, **{"required": False, "min_value": Decimal(0), **more})


def titles(rows: Any) -> list[tuple[str, str]]:
    return [(row.code, row.title) for row in rows.values()]


class FaultForm(forms.Form):
    """S19: where, what, how soon, whom to call."""

    source = forms.ChoiceField(label=_("How it was told"), choices=[(s.value, s.label) for s in Source if s != Source.PATROL], widget=forms.RadioSelect)
    room = forms.CharField(label=_("Room"), max_length=40)
    item = forms.CharField(label=_("Part"), max_length=80, required=False)
    category = forms.ChoiceField(label=_("Kind of fault"), choices=())
    fault = words(_("What the owner describes"), rows=3, most=600)
    level = forms.ChoiceField(label=_("How soon"), choices=[("", _("as its kind asks")), *Level.choices], widget=forms.RadioSelect, required=False)
    immediate = forms.BooleanField(label=_("Somebody has to be there at once"), required=False)
    wanted_at = moment(_("Time that the owner wants"), required=False)
    contact = forms.CharField(label=_("Who is called"), max_length=40, required=False)
    phone = forms.CharField(label=_("Another number to call"), max_length=24, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    photos = Photos()

    def __init__(self, *args: Any, rooms: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", ""), *titles(categories())]  # type: ignore[attr-defined]
        self.fields["fault"].required = True
        self.rooms = rooms
        self.fields["room"].widget.attrs["list"] = "rooms"


class SortingForm(forms.Form):
    """Which part, which cause, who bears it; as proposed when left alone."""

    term = forms.ChoiceField(label=_("Part of the house"), choices=())
    exclusion = forms.ChoiceField(label=_("Cause that the warranty leaves out"), choices=(), required=False)
    evidence = words(_("What shows it"), most=400, help_text=_("needed with a cause"))
    cover = forms.ChoiceField(label=_("Who bears it"), choices=[("", _("as the rule says")), *Cover.choices], widget=forms.RadioSelect, required=False)
    reason = words(_("Reason of another word"), most=300, help_text=_("needed if otherwise than proposed"))

    def __init__(self, *args: Any, terms: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["term"].choices = [(t.code, t.part) for t in terms if t.until]  # type: ignore[attr-defined]
        self.fields["exclusion"].choices = [("", _now("none")), *titles(exclusions())]  # type: ignore[attr-defined]


class TalkForm(forms.Form):
    """The technician's call: reached or not, what comes of it."""

    reached = forms.TypedChoiceField(
        label=_("Was the owner reached"), choices=[("yes", _("Reached")), ("no", _("Not reached"))], coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    mode = forms.ChoiceField(label=_("What comes of it"), choices=Mode.choices, widget=forms.RadioSelect, required=False)
    says = words(_("What was said"), most=600, help_text=_("needed when reached"))


class OrderForm(forms.Form):
    """Who goes, when, for how long; what the technician is told of the place.  Nobody is sent because the list begins with them."""

    technician: Any = forms.ModelChoiceField(label=_("Technician"), queryset=None, empty_label=_("Please choose"))
    start_at = moment(_("Time at the door"))
    minutes = forms.TypedChoiceField(label=_("How long it takes"), choices=MINUTES, coerce=int)
    promised_on = day(_("Mended by"), required=False)
    agreed = forms.BooleanField(label=_("The owner agreed to this time"), required=False)
    told = words(_("To know about the place: gate, lift, parking, keys"), most=400)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["technician"].queryset = people  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    technician: Any = forms.ModelChoiceField(label=_("Technician"), queryset=None, empty_label=None)
    start_at = moment(_("Time at the door"))
    agreed = forms.BooleanField(label=_("The owner agreed to this time"), required=False)
    reason = words(_("Why it is moved"), most=300, help_text=_("both times are kept"))

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["technician"].queryset = people  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class StepForm(forms.Form):
    """Nothing to type: on the way, or at the door."""

    step = forms.ChoiceField(choices=[("leave", "leave"), ("arrive", "arrive")])


class Nothing(forms.Form):
    """Nothing to type."""


class SiteForm(forms.Form):
    """S20 on the spot: what was found, what will be done, parts and labour when the owner pays."""

    found = words(_("What was found"), rows=3, most=600)
    plan = words(_("What will be done"), rows=3, most=600)
    photos = Photos(label=_("Photos before the work"))

    def __init__(self, *args: Any, charged: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.charged = charged
        self.fields["found"].required = self.fields["plan"].required = True
        for n in range(1, PARTS + 1):
            self.fields[f"name_{n}"] = forms.CharField(label=_("Part or material"), max_length=60, required=False)
            self.fields[f"quantity_{n}"] = forms.DecimalField(label=_("Quantity"), max_digits=8, decimal_places=2, required=False, min_value=Decimal("0.01"))
            self.fields[f"unit_{n}"] = forms.CharField(label=_("Unit of measure"), max_length=10, required=False)
            if charged:
                self.fields[f"price_{n}"] = money(_("Price each"))
        if charged:
            self.fields["labour"] = money(_("Labour"))

    @property
    def rows(self) -> list[list[Any]]:
        names = ("name", "quantity", "unit", *(("price",) if self.charged else ()))
        return [[self[f"{name}_{n}"] for name in names] for n in range(1, PARTS + 1)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for n in range(1, PARTS + 1):
            if data.get(f"price_{n}") and not data.get(f"name_{n}"):
                self.add_error(f"name_{n}", _now("What is it that costs this?"))
        return data

    @property
    def parts(self) -> list[tuple[str, Decimal, str, Decimal]]:
        data = self.cleaned_data
        found = []
        for n in range(1, PARTS + 1):
            if name := data.get(f"name_{n}", "").strip():
                found.append((name, data.get(f"quantity_{n}") or Decimal(1), data.get(f"unit_{n}", "") or "件", data.get(f"price_{n}") or Decimal(0)))
        return found


class DoneForm(forms.Form):
    """S22: what was done, mended or not."""

    work = words(_("What was mended"), rows=3, most=600, help_text=_("in a sentence or two"))
    mended = forms.TypedChoiceField(
        label=_("Is it mended"), choices=[("yes", pgettext_lazy("repair", "Mended")), ("no", _("Another visit is needed"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect, initial="yes",
    )  # fmt: skip
    rest = words(_("What is left to do"), most=300, help_text=_("needed when somebody must come again"))
    photos = Photos(label=_("Photos after the work"), help_text=_("at least one when it is mended"))


class BackForm(forms.Form):
    discussed = forms.CharField(label=_("What was talked through with after-sales"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))


class CallForm(forms.Form):
    """S21: the call on the day of the repair."""

    reached = forms.TypedChoiceField(
        label=_("Was the owner reached"), choices=[("yes", _("Reached")), ("no", _("Not reached"))], coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    outcome = forms.ChoiceField(label=_("What the owner says"), choices=Outcome.choices, widget=forms.RadioSelect, required=False)
    says = words(_("In the owner's words"), most=500)
    time_agreed = forms.BooleanField(label=_("The customer agreed to this time, or asked for the contact"), required=False)


class RepairPaymentForm(forms.Form):
    amount = money(_("Amount"), required=True, min_value=Decimal("0.01"))
    method = forms.ChoiceField(label=_("Way of paying"), choices=Method.choices, widget=forms.RadioSelect)
    payer = forms.CharField(label=_("Payer"), max_length=60)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class CostForm(forms.Form):
    """What it cost the company, and in whose work the fault lay."""

    trade = forms.ChoiceField(label=pgettext_lazy("repair", "Trade"), choices=Trade.choices)
    crew = forms.CharField(label=_("Crew"), max_length=80, required=False)
    person: Any = forms.ModelChoiceField(label=_("Person who was responsible for the work"), queryset=None, required=False)
    material = money(_("Material"))
    labour = money(_("Labour"))
    note = words(_("Note"), most=300)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["material"], data["labour"] = data.get("material") or Decimal(0), data.get("labour") or Decimal(0)
        return data


class PatrolForm(forms.Form):
    """S26: what was seen; set right at once, or a repair."""

    problem = words(_("Problem"), most=600)
    correction = words(_("How it was set right"), most=600)
    room = forms.CharField(label=_("Room"), max_length=40, required=False)
    category = forms.ChoiceField(label=_("Kind of fault"), choices=(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", ""), *titles(categories())]  # type: ignore[attr-defined]


def next_hour(now: datetime) -> datetime:
    """The first full hour from an hour on: where a form begins."""
    return timezone.localtime(now + timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
