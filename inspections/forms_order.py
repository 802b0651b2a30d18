"""Shapes of what is typed for site order; nothing here saves or decides."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.form_fields import day, moment
from inspections.checks import rules
from inspections.choices import TOOL_WORDS
from inspections.choices_order import Certificate, Decision, DeliveryKind, Found, IncidentKind, StepKind, Told, Weather
from inspections.forms import Photos, words
from inspections.order_data import conduct, items_of, order_rules
from inspections.services.conduct import Looked
from inspections.services.deliveries import Came

BACK = timedelta(days=3)


def recent(value: date) -> date:
    """A claimed day is not older than three days (decision 33)."""
    if value < timezone.localdate() - BACK:
        raise forms.ValidationError(_now("That is more than three days ago."))
    return value


def line(label: Any, *, most: int = 120, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required)


def yuan(label: Any, *, required: bool = True) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=10, decimal_places=2, min_value=0, required=required)


class WalkForm(forms.Form):
    """A walk through the conduct items: a tap each; a fault has words and photos."""

    note = words(_("Remark"), rows=2, required=False)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items_of(kind)
        for item in self.items:
            self.fields[f"found_{item.code}"] = forms.ChoiceField(
                choices=Found.choices, required=False, label=item.title
            )
            self.fields[f"note_{item.code}"] = forms.CharField(
                max_length=300, required=False, label=_("What is wrong, where")
            )
            self.fields[f"photos_{item.code}"] = Photos()

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "item": item,
                "found": self[f"found_{item.code}"],
                "note": self[f"note_{item.code}"],
                "photos": self[f"photos_{item.code}"],
            }
            for item in self.items
        ]

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        looked = [
            Looked(i.code, given[f"found_{i.code}"], given[f"note_{i.code}"], given[f"photos_{i.code}"])
            for i in self.items
        ]
        return {"looked": looked, "note": given["note"]}


class DeliveryForm(forms.Form):
    """A delivery with up to four materials."""

    LINES = range(4)
    kind = forms.ChoiceField(
        label=_("What came"), choices=DeliveryKind.choices, widget=forms.RadioSelect, initial=DeliveryKind.MATERIAL
    )
    delivered_on = day(_("Delivered on"))
    supplier = line(_("Delivered by"), most=80)
    note = words(_("Remark"), rows=2, most=300, required=False)

    def __init__(self, *args: Any, materials: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["delivered_on"].initial = timezone.localdate()
        for n in self.LINES:
            self.fields |= {
                f"material_{n}": forms.ModelChoiceField(materials, required=False, label=_("From the material list"), empty_label=_("not on the list")),
                f"name_{n}": line(_("Material"), most=60, required=False),
                f"brand_{n}": line(_("Brand"), most=60, required=False),
                f"spec_{n}": line(_("Specification"), required=False),
                f"batch_{n}": line(_("Batch"), most=60, required=False),
                f"quantity_{n}": forms.DecimalField(label=_("Quantity"), max_digits=10, decimal_places=2, min_value=0, required=False),
                f"unit_{n}": line(_("Unit of measure"), most=12, required=False),
                f"certificate_{n}": forms.ChoiceField(label=_("Certificate"), choices=Certificate.choices, required=False),
                f"certificate_no_{n}": line(_("Number of the certificate"), most=80, required=False),
                f"scan_{n}": forms.FileField(label=_("Photo of the certificate"), required=False),
                f"refused_{n}": forms.DecimalField(label=_("Refused of it"), max_digits=10, decimal_places=2, min_value=0, required=False),
                f"reason_{n}": line(_("Why it is refused"), most=300, required=False),
                f"remove_by_{n}": day(_("Off the site by"), required=False),
                f"photos_{n}": Photos(),
            }  # fmt: skip

    @property
    def rows(self) -> list[dict[str, Any]]:
        names = (
            "material",
            "name",
            "brand",
            "spec",
            "batch",
            "quantity",
            "unit",
            "certificate",
            "certificate_no",
            "scan",
            "refused",
            "reason",
            "remove_by",
            "photos",
        )
        return [{name: self[f"{name}_{n}"] for name in names} for n in self.LINES]

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        lines = []
        for n in self.LINES:
            material, quantity = given[f"material_{n}"], given[f"quantity_{n}"]
            name = given[f"name_{n}"] or (material.name if material else "")
            if not name and not quantity:
                continue
            lines.append(
                Came(
                    name, given[f"unit_{n}"], quantity or Decimal(0), given[f"brand_{n}"], given[f"spec_{n}"] or (material.spec if material else ""),
                    given[f"batch_{n}"], given[f"refused_{n}"] or Decimal(0), given[f"reason_{n}"], given[f"remove_by_{n}"],
                    given[f"certificate_{n}"] or Certificate.CONFORMITY, given[f"certificate_no_{n}"], given[f"scan_{n}"], given[f"photos_{n}"], material,
                )
            )  # fmt: skip
        return {"lines": lines} | {name: given[name] for name in ("kind", "delivered_on", "supplier", "note")}


class TakeOutForm(forms.Form):
    on = day(_("Gone on"))
    photos = Photos(label=_("Photo"))


class FineForm(forms.Form):
    rule = forms.ChoiceField(label=_("Rule of the site"), required=False)
    reason = words(_("What happened"), most=300)
    happened_on = day(_("Happened on"))
    amount = yuan(_("Amount"))
    photos = Photos()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(i.code, f"{i.code} {i.title}") for i in conduct().values()]
        self.fields["rule"].choices = [("", _("none of the table")), *offered]  # type: ignore[attr-defined]
        self.fields["happened_on"].initial = timezone.localdate()

    def clean_happened_on(self) -> date:
        return recent(self.cleaned_data["happened_on"])


class NotSignedForm(forms.Form):
    words = words(_("What the foreman said"), most=300, rows=2)
    witness = line(_("Witness"), most=40)


class AppealForm(forms.Form):
    words = words(_("Why it is not right"))


class DecideForm(forms.Form):
    decision = forms.ChoiceField(label=pgettext_lazy("appeal", "Decision"), choices=Decision.choices, widget=forms.RadioSelect)
    amount = yuan(_("Lowered to"), required=False)
    words = words(pgettext_lazy("appeal", "Reason"))


class ReasonForm(forms.Form):
    reason = words(pgettext_lazy("void", "Reason"), rows=2, most=300)


class DiaryForm(forms.Form):
    day = day(_("Day"))
    weather = forms.ChoiceField(label=_("Weather"), choices=Weather.choices, widget=forms.RadioSelect)
    workers = forms.IntegerField(label=_("People on site"), min_value=0, max_value=200)
    crew = line(_("Crew"), required=False)
    percent = forms.IntegerField(label=_("Works done so far, %"), min_value=0, max_value=100, required=False)
    photos = Photos()
    works = words(_("Works of the day"), most=1000)
    materials = words(_("Material used"), rows=2, required=False)
    visitors = line(_("Visitors"), most=300, required=False)
    problems = words(_("Problems"), rows=2, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = timezone.localdate()


class LookForm(forms.Form):
    remark = line(_("Remark"), most=300, required=False)


class NoteForm(forms.Form):
    problem = words(_("The problem, in the owner's words"))
    told_to: forms.ModelChoiceField[Any] = forms.ModelChoiceField(None, label=_("Told to"), empty_label=None, widget=forms.RadioSelect)
    room: forms.ModelChoiceField[Any] = forms.ModelChoiceField(None, label=_("Room"), required=False, empty_label=_("the whole home"))
    photos = Photos()

    def __init__(self, *args: Any, people: Any, rooms: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["told_to"].queryset = people  # type: ignore[attr-defined]
        self.fields["room"].queryset = rooms  # type: ignore[attr-defined]


class NoteAnswerForm(forms.Form):
    answer = words(_("What is done about it"), rows=2)
    photos = Photos()


class BriefingForm(forms.Form):
    crew = line(_("Crew"), most=60)
    workers = words(_("Workers, one a line"), most=2000, rows=4)
    topics = forms.MultipleChoiceField(label=_("What was explained"), widget=forms.CheckboxSelectMultiple)
    photos = Photos(label=_("Photo of the sheet they signed"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = order_rules().topics
        self.fields["topics"].choices = [(topic, topic) for topic in topics]  # type: ignore[attr-defined]
        self.fields["topics"].initial = topics

    def clean_workers(self) -> list[str]:
        return [name.strip() for name in self.cleaned_data["workers"].replace("、", "\n").splitlines() if name.strip()]


class IncidentForm(forms.Form):
    kind = forms.ChoiceField(label=_("Which kind"), choices=IncidentKind.choices, widget=forms.RadioSelect)
    happened_at = moment(_("When"))
    place = line(_("Where it happened"))
    people = line(_("Who was concerned"), most=300, required=False)
    what = words(_("What happened"), most=1000)
    told = forms.ChoiceField(label=_("How it was reported"), choices=Told.choices, widget=forms.RadioSelect)
    told_to = line(_("Who was told"), most=60)
    photos = Photos()


class StepForm(forms.Form):
    kind = forms.ChoiceField(label=_("What this is"), choices=StepKind.choices, widget=forms.RadioSelect)
    text = words(_("What was found or done"), most=1000)
    photos = Photos()


class CalibrationForm(forms.Form):
    calibrated_on = day(_("Calibrated on"))
    valid_until = day(_("Valid until"))
    certificate = line(_("Number of the certificate"), most=80)
    scan = forms.FileField(label=_("Certificate (photo or PDF)"), required=False)


class ToolForm(CalibrationForm):
    kind = forms.ChoiceField(label=_("Kind of instrument"))
    number = line(_("Number"), most=40)
    field_order = ("kind", "number", "calibrated_on", "valid_until", "certificate", "scan")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind, TOOL_WORDS.get(kind, kind)) for kind in rules().tools]  # type: ignore[attr-defined]


class PlanForm(forms.Form):
    text = words(_("How it is put right"), rows=2)
    done_by = line(_("Who of the crew does it"), most=60)
