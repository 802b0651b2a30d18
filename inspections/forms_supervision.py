"""Shapes of what is typed on supervision: plans, exchanges, check-ins, joint inspections, points; nothing here saves or decides."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.form_fields import DayField, day
from inspections import supervision
from inspections.choices import Severity
from inspections.choices_supervision import Channel, CheckInWay, PlanSpan
from inspections.forms import Photos, words
from inspections.services import Seen
from projects.models import Crew, Project
from staff.models import Store, User

BACK = timedelta(days=3)  # how late something is noted at the desk (decision 33: bounds belong to forms)


def _today() -> date:
    return timezone.localdate()


class MustVisitForm(forms.Form):
    code = forms.ChoiceField(label=pgettext_lazy("must-visit", "Acceptance"), choices=[], widget=forms.RadioSelect)
    content = words(_("What was accepted, what you saw"), rows=3)
    customer_says = words(_("What the customer said"), rows=2, required=False)

    def __init__(self, *args: Any, open_codes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        must = supervision.must_visits()
        self.fields["code"].choices = [(code, f"{code} {must[code].title}") for code in must if code in open_codes]  # type: ignore[attr-defined]


class ExchangeForm(forms.Form):
    channel = forms.ChoiceField(label=pgettext_lazy("exchange", "How"), choices=Channel.choices, initial=Channel.VISIT, widget=forms.RadioSelect)
    content = words(_("What was spoken of"), rows=3, most=1000)
    customer_says = words(_("What the customer said"), rows=2, required=False)
    on = day(pgettext_lazy("exchange", "On"), required=False)

    def clean_on(self) -> date | None:
        on: date | None = self.cleaned_data["on"]
        if on is not None and on < _today() - BACK:
            raise forms.ValidationError(_now("That is more than three days ago."))
        return on


class FaultsForm(forms.Form):
    """Up to two faults of one occasion; an empty one is none."""

    FAULTS = range(2)

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

    def seen(self) -> list[Seen]:
        given = self.cleaned_data
        return [
            Seen(given[f"seen_{n}"], given[f"severity_{n}"] or Severity.GENERAL, given[f"pictures_{n}"])
            for n in self.FAULTS
            if given[f"seen_{n}"].strip()
        ]


class TradeForm(FaultsForm):
    trade = forms.ChoiceField(label=pgettext_lazy("acceptance", "Trade"), choices=[])
    passed = forms.ChoiceField(
        label=pgettext_lazy("acceptance", "Result"),
        choices=[("yes", pgettext_lazy("acceptance", "Accepted")), ("no", pgettext_lazy("acceptance", "Not accepted"))], widget=forms.RadioSelect,
    )  # fmt: skip
    crew = forms.CharField(label=_("Crew"), max_length=40, required=False)
    note = words(_("Remark"), rows=2, required=False)

    def __init__(self, *args: Any, open_trades: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trade"].choices = [(row.trade, row.title) for row in open_trades]  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"trade": given["trade"], "passed": given["passed"] == "yes", "crew": given["crew"], "note": given["note"], "seen": self.seen()}


class ProgressForm(forms.Form):
    done = words(_("Work done so far"), rows=3, most=1000)
    coming = words(_("What comes next"), rows=2, most=1000, required=False)
    trouble = words(_("What is in the way"), rows=2, most=1000, required=False)


class PlanPeriodForm(forms.Form):
    """Which week or month is planned."""

    span = forms.ChoiceField(label=pgettext_lazy("plan", "Plan for"), choices=PlanSpan.choices, initial=PlanSpan.WEEK)
    starts_on = day(pgettext_lazy("plan", "Beginning with"))


class PlanForm(forms.Form):
    """The proposed patrols, each with its day, and room for more; a line without a day is left out."""

    MORE = 3
    span = forms.ChoiceField(choices=PlanSpan.choices, widget=forms.HiddenInput)
    starts_on = DayField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, proposed: list[Any], sites: list[Project], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposed, self.sites = proposed, {site.pk: site for site in sites}
        choices = [("", "–"), *[(site.pk, f"{site.address} · {site.ref}") for site in sites]]
        for place in range(len(proposed) + self.MORE):
            row = proposed[place] if place < len(proposed) else None
            self.fields[f"site_{place}"] = forms.TypedChoiceField(
                label=_("Site"), choices=choices, coerce=int, empty_value=None, required=False, initial=row.project.pk if row else ""
            )
            self.fields[f"on_{place}"] = day(pgettext_lazy("plan", "Day"), required=False)
            self.fields[f"on_{place}"].initial = row.on if row else None

    @property
    def lines(self) -> list[tuple[Any, Any, Any]]:
        rows = []
        for place in range(len(self.proposed) + self.MORE):
            row = self.proposed[place] if place < len(self.proposed) else None
            rows.append((self[f"site_{place}"], self[f"on_{place}"], row.due_on if row else None))
        return rows

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for place in range(len(self.proposed) + self.MORE):
            if given.get(f"on_{place}") and not given.get(f"site_{place}"):
                self.add_error(f"site_{place}", _now("Say which site."))
        return given

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        places = range(len(self.proposed) + self.MORE)
        pairs = [(self.sites[given[f"site_{n}"]], given[f"on_{n}"]) for n in places if given.get(f"site_{n}") and given.get(f"on_{n}")]
        return {"span": given["span"], "starts_on": given["starts_on"], "lines": pairs}


class DeviationForm(forms.Form):
    new_on = day(pgettext_lazy("plan", "New day"), required=False)
    reason = words(_("Reason"), rows=2, most=300)


class ReasonForm(forms.Form):
    reason = words(pgettext_lazy("fact", "Why"), rows=2)


class RulingForm(forms.Form):
    holds = forms.ChoiceField(
        label=pgettext_lazy("fact", "The reason"), choices=[("yes", pgettext_lazy("fact", "holds")), ("no", pgettext_lazy("fact", "does not hold"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    ruling = words(pgettext_lazy("fact", "In writing"), rows=2)


class CheckInForm(forms.Form):
    text = words(_("The day's work"), rows=4, most=1000)


class CallForm(forms.Form):
    person = forms.ModelChoiceField(User.objects.none(), empty_label=_("Please choose"), label=pgettext_lazy("check-in", "Who calls"))
    way = forms.ChoiceField(
        label=pgettext_lazy("check-in", "How"), choices=[(way.value, way.label) for way in (CheckInWay.PHONE, CheckInWay.TRIP)],
        initial=CheckInWay.PHONE.value,
    )  # fmt: skip
    text = words(_("Situation"), rows=2, most=1000)
    granted = forms.BooleanField(label=_("I consent that they do not come back today"), required=False)
    on = day(pgettext_lazy("check-in", "On"), required=False)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]

    def clean_on(self) -> date | None:
        on: date | None = self.cleaned_data["on"]
        if on is not None and on < _today() - BACK:
            raise forms.ValidationError(_now("That is more than three days ago."))
        return on


class OfStore(forms.Form):
    """An act of a store; who holds the post in one store only is not asked."""

    store = forms.ModelChoiceField(Store.objects.none(), label=pgettext_lazy("where", "Store"))

    def __init__(self, *args: Any, stores: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(stores)
        self.fields["store"].queryset = Store.objects.filter(pk__in=[row.pk for row in rows])  # type: ignore[attr-defined]
        if len(rows) == 1:
            self.fields["store"].initial = rows[0].pk
            self.fields["store"].widget = forms.HiddenInput()


class JointForm(OfStore):
    held_on = day(pgettext_lazy("joint inspection", "Held on"))
    crews = forms.CharField(label=_("Crews that go along"), max_length=200, help_text=_("several with a comma between them"))
    note = words(_("Remark"), rows=2, most=1000, required=False)

    def clean_crews(self) -> list[str]:
        return [name for name in self.cleaned_data["crews"].replace("，", ",").replace("、", ",").split(",") if name.strip()]

    def clean_held_on(self) -> date:
        held: date = self.cleaned_data["held_on"]
        if held < _today() - timedelta(days=7):
            raise forms.ValidationError(_now("That is more than a week ago."))
        return held


class JointVisitForm(FaultsForm):
    project = forms.ModelChoiceField(Project.objects.none(), empty_label=_("Please choose"), label=_("Site"))
    note = words(_("What was seen"), rows=2)

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = sites  # type: ignore[attr-defined]
        self.fields["project"].label_from_instance = lambda site: f"{site.address} · {site.ref}"  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"project": given["project"], "note": given["note"], "seen": self.seen()}


class RatingForm(forms.Form):
    crew = forms.ModelChoiceField(Crew.objects.none(), empty_label=_("Please choose"), label=_("Crew"))
    month = DayField(widget=forms.HiddenInput)
    note = words(_("Remark"), rows=2, required=False)

    def __init__(self, *args: Any, crews: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["crew"].queryset = crews  # type: ignore[attr-defined]
        for row in supervision.criteria().values():
            self.fields[f"points_{row.code}"] = forms.IntegerField(label=row.title, min_value=0, max_value=row.points)

    @property
    def points(self) -> list[tuple[Any, int]]:
        return [(self[f"points_{row.code}"], row.points) for row in supervision.criteria().values()]

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "crew": given["crew"], "month": given["month"], "note": given["note"],
            "scores": {code: given[f"points_{code}"] for code in supervision.criteria()},
        }  # fmt: skip


class MeetingForm(OfStore):
    place = forms.CharField(label=_("Place of the meeting"), max_length=120)
    present = words(_("Who was there"), rows=2, most=400)
    topics = words(_("Topics of the meeting"), rows=3, most=1000)
    decisions = words(_("What was decided"), rows=2, most=1000, required=False)


class BulletinForm(OfStore):
    month = forms.RegexField(r"^20\d\d-(0[1-9]|1[0-2])$", label=pgettext_lazy("figures", "Which month"), widget=forms.TextInput(attrs={"type": "month"}))

    def clean_month(self) -> date:
        return date.fromisoformat(f"{self.cleaned_data['month']}-01")
