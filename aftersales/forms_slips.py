"""Shapes of what is typed on slips, quality tracking and the Saturday summary; nothing here saves or decides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales.choices_repairs import Trade
from aftersales.choices_slips import Seen, TrackWay
from aftersales.forms import words
from aftersales.forms_complaints import needed
from core.form_fields import day, moment
from staff import posts

ASKED = tuple(trade for trade in Trade if trade not in (Trade.DESIGN, Trade.USE))


class SlipForm(forms.Form):
    """S25: which department, what about, what is asked for, until when."""

    to = forms.ChoiceField(label=_("Which department is asked"), choices=())
    answer_by = moment(_("Answer by"))
    subject = forms.CharField(label=pgettext_lazy("slip", "What it is about"), max_length=60)
    text = needed(pgettext_lazy("slip", "What is asked for"), rows=4, most=1000)

    def __init__(self, *args: Any, mine: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [(row.code, posts.in_language(row)) for row in posts.departments() if [row.code] != mine]
        self.fields["to"].choices = [("", ""), *others]  # type: ignore[attr-defined]


class SlipAnswerForm(forms.Form):
    answer = needed(pgettext_lazy("slip", "Answer"), rows=3, most=1000)
    ready_on = day(_("Done by"), required=False)


class SlipCloseForm(forms.Form):
    closing = words(_("Note"), most=300)


class SlipWithdrawForm(forms.Form):
    reason = needed(pgettext_lazy("slip", "Why it is withdrawn"), most=300)


class TrackForm(forms.Form):
    """P50: how the owner was heard, what was said, and each trade that was asked about."""

    way = forms.ChoiceField(label=_("How it was asked"), choices=TrackWay.choices, widget=forms.RadioSelect, initial=TrackWay.PHONE)
    time_agreed = forms.BooleanField(label=_("The time was agreed with the customer"), required=False)
    says = needed(_("What the owner says"), rows=3, most=600)
    again_on = day(_("Look again on"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for trade in ASKED:
            self.fields[f"seen_{trade}"] = forms.ChoiceField(label=trade.label, choices=[("", _("not asked")), *Seen.choices], required=False)
            self.fields[f"note_{trade}"] = forms.CharField(label=_("What is not well"), max_length=200, required=False)

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        return [(self[f"seen_{trade}"], self[f"note_{trade}"]) for trade in ASKED]

    @property
    def told(self) -> dict[str, Any]:
        said = self.cleaned_data
        points = {trade.value: (said[f"seen_{trade}"], said[f"note_{trade}"]) for trade in ASKED if said[f"seen_{trade}"]}
        return {name: said[name] for name in ("way", "time_agreed", "says", "again_on")} | {"points": points}


class SummaryForm(forms.Form):
    """R031."""

    complaints = words(_("Complaints of the week"), rows=4, most=1000)
    work = words(_("Work of the week"), rows=4, most=1000)
    plan = words(_("What comes next week"), rows=3, most=600)


class ReadForm(forms.Form):
    word = words(_("A word to it"), most=300)
