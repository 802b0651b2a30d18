"""Shapes of what is typed on a site; nothing here saves or decides."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.form_fields import moment
from inspections.checks import checks, rules
from inspections.choices import CHECKS, TOOL_WORDS, CustomerVerdict, Party, Severity, Verdict
from inspections.limits import limits_of, readings
from inspections.selectors import title_of
from inspections.services import Present, Seen
from staff.models import User

MOST_PHOTOS = 12
AHEAD = timedelta(days=60)
TAPS = (Verdict.PASS, Verdict.FAIL, Verdict.NOT_DELIVERED)


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class Photos(forms.FileField):
    """Several pictures at once; what they are is looked at when they are kept."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=ManyFiles, **{"required": False, "label": _("Photos"), **more})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, (list, tuple)) else [data] if data else []
        if self.required and not files:
            raise forms.ValidationError(_("There is no photo."))
        if len(files) > MOST_PHOTOS:
            raise forms.ValidationError(_("At most %(n)s photos at once.") % {"n": MOST_PHOTOS})
        return [super(Photos, self).clean(file, initial) for file in files]


def words(label: Any, *, rows: int = 3, most: int = 500, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, widget=forms.Textarea(attrs={"rows": rows}))


class Points(forms.CharField):
    """One or several measured values; full-width digits and a decimal comma are understood."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"required": False, "max_length": 400, **more})

    def clean(self, value: Any) -> list[Decimal]:  # type: ignore[override]
        text = super().clean(value)
        try:
            return readings(text)
        except ValueError:
            raise forms.ValidationError(_("“%(value)s” is not a number.") % {"value": text[:30]}) from None


class ItemForm(forms.Form):
    """One item of a check: a tap or its values, words, photos."""

    verdict = forms.ChoiceField(choices=[(v.value, v.label) for v in TAPS], required=False)
    note = words(_("What is wrong"), required=False)
    tolerable = forms.BooleanField(label=_("Does not spoil the use"), required=False)
    photos = Photos()

    place = forms.CharField(label=_("Which wall, where"), max_length=80, required=False)

    def __init__(self, *args: Any, item: Any, rooms: Any = None, tools: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        if rooms is not None:
            self.fields["room"] = forms.ModelChoiceField(rooms, label=_("Room"), required=False)
        if tools is not None and item.is_measured:
            self.fields["tool"] = forms.ModelChoiceField(tools, label=_("Instrument"), required=False)
        self.places = range(len(limits_of(item)))
        for place in self.places:
            self.fields[f"value_{place}"] = Points()
        if item.is_measured and not item.stages:
            self.fields["more"] = Points(label=_("More points, with spaces between"))

    def told(self) -> dict[str, Any]:
        """What the verb is told."""
        given = self.cleaned_data
        values = [given.get(f"value_{place}") or [] for place in self.places]
        if values and "more" in given:
            values[0] = [*values[0], *(given["more"] or [])]
        if not any(values):
            values = []
        verdict = given["verdict"] if not self.item.is_measured or given["verdict"] == Verdict.NOT_DELIVERED else ""
        return {
            "verdict": verdict, "values": values, "note": given["note"], "tolerable": given["tolerable"], "photos": given["photos"],
            "room": given.get("room"), "place": given["place"], "tool": given.get("tool"),
        }  # fmt: skip


class ItemCodeForm(forms.Form):
    """Which item, for acts that need nothing else."""

    item = forms.RegexField(r"^C[1-8]-\d{2}$", label=_("Item"))


class LeaveOutForm(ItemCodeForm):
    verdict = forms.ChoiceField(choices=[(v.value, v.label) for v in (Verdict.NOT_APPLICABLE, Verdict.NOT_DELIVERED)])
    note = forms.CharField(label=_("Why it does not apply"), max_length=300, required=False)


class WaiverForm(ItemCodeForm):
    reason = words(_("Reason"), most=300, rows=2)


class OpenForm(forms.Form):
    code = forms.ChoiceField(choices=[(code, code) for code in CHECKS])
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


class AnnounceForm(forms.Form):
    code = forms.ChoiceField(label=_("Check"), choices=[])
    planned_at = moment(_("When"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [(c.code, f"{c.code} {title_of(c.code)}") for c in checks().values()]  # type: ignore[attr-defined]

    def clean_planned_at(self) -> Any:
        planned = self.cleaned_data["planned_at"]
        if planned > timezone.now() + AHEAD:
            raise forms.ValidationError(_("That is more than 60 days ahead."))
        return planned


class ConclusionForm(forms.Form):
    """Who was there, with which tools, and at completion what the customer writes.

    Nobody is there unless ticked; the customer's name stands ready, and is overwritten by whoever came for the customer.
    """

    customer = forms.CharField(label=_("Customer"), max_length=60, required=False)
    delegate = forms.BooleanField(label=_("Somebody stands in for the customer"), required=False)
    authorisation = forms.FileField(label=_("Written authorisation (photo or PDF)"), required=False)
    tools = forms.MultipleChoiceField(label=_("Tools"), required=False, widget=forms.CheckboxSelectMultiple)
    tool_numbers = forms.CharField(label=_("Numbers of the tools"), max_length=200, required=False)
    remark = words(_("Remark"), most=1000, required=False)
    customer_verdict = forms.ChoiceField(
        label=_("What the customer decides"), choices=CustomerVerdict.choices, required=False, widget=forms.RadioSelect
    )
    customer_says = words(_("What the customer writes"), most=1000, required=False)

    def __init__(self, *args: Any, check: Any, site: Any, managers: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.check, self.site, self.managers = check, site, managers
        self.fields["customer"].initial = site.customer_name
        self.fields["tools"].choices = [(tool, TOOL_WORDS.get(tool, tool)) for tool in rules().tools]  # type: ignore[attr-defined]
        self.parties = [party for party in check.row.attendance if party not in ("customer", "engineering_manager")]
        self.fields["there_customer"] = forms.BooleanField(label=f"{Party.CUSTOMER.label} {site.customer_name}", required=False)
        for party in self.parties:
            person = getattr(site, party)
            label = f"{Party(party).label} {person or '—'}"
            self.fields[f"there_{party}"] = forms.BooleanField(label=label, required=False, disabled=person is None)
        if check.row.manager_attends:
            self.fields["engineering_manager"] = forms.ModelChoiceField(
                User.objects.filter(pk__in=[m.pk for m in managers]), label=Party.ENGINEERING_MANAGER.label, required=False,
                empty_label=_("was not there"),
            )  # fmt: skip
        if check.code != "C8":
            del self.fields["customer_verdict"], self.fields["customer_says"]

    @property
    def people(self) -> list[Any]:
        return [self[f"there_{party}"] for party in ("customer", *self.parties)]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("delegate") and not given.get("authorisation"):
            self.add_error("authorisation", _now("A delegate brings the customer's written authorisation."))
        return given

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        came = given["there_customer"] or given["delegate"]
        present = [Present("customer", given["customer"] if came else "", authorisation=given["authorisation"] if given["delegate"] else None)]
        present += [Present(party, user=getattr(self.site, party)) for party in self.parties if given[f"there_{party}"]]
        if manager := given.get("engineering_manager"):
            present.append(Present("engineering_manager", user=manager))
        numbers = given["tool_numbers"].strip()
        return {
            "present": present, "tools": [*given["tools"], *([f"编号 {numbers}"] if numbers else [])], "remark": given["remark"],
            "customer_verdict": given.get("customer_verdict", ""), "customer_says": given.get("customer_says", ""),
        }  # fmt: skip


class PatrolForm(forms.Form):
    """The five-day patrol, with up to three faults."""

    FAULTS = range(3)
    photos = Photos()
    progress = words(_("Progress"), most=1000)
    order = words(_("Order and material"), rows=2, required=False)
    safety = words(_("Safety"), rows=2, required=False)
    talk = words(_("Talk with the customer"), rows=2, required=False)
    badge_worn = forms.BooleanField(label=_("Badge worn"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in self.FAULTS:
            self.fields[f"seen_{place}"] = words(_("What is wrong"), rows=2, required=False)
            self.fields[f"severity_{place}"] = forms.ChoiceField(
                label=_("Severity"), choices=Severity.choices, initial=Severity.GENERAL, required=False
            )
            self.fields[f"pictures_{place}"] = Photos()

    @property
    def faults(self) -> list[tuple[Any, Any, Any]]:
        return [(self[f"seen_{n}"], self[f"severity_{n}"], self[f"pictures_{n}"]) for n in self.FAULTS]

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        seen = [
            Seen(given[f"seen_{n}"], given[f"severity_{n}"] or Severity.GENERAL, given[f"pictures_{n}"])
            for n in self.FAULTS
            if given[f"seen_{n}"].strip()
        ]
        return {name: given[name] for name in ("photos", "progress", "order", "safety", "talk", "badge_worn")} | {
            "seen": seen
        }


class AnswerForm(forms.Form):
    text = words(_("What was done"))
    photos = Photos(label=_("Photos after"))


class RecheckForm(forms.Form):
    accepted = forms.ChoiceField(
        label=_("Result"), choices=[("yes", _("Put right")), ("no", _("Not yet"))], widget=forms.RadioSelect
    )
    note = words(_("What is still wrong"), required=False)
    photos = Photos()
