"""Shapes of what is typed about rounds, surveys, bad answers and the rest of repairs; nothing here saves or decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales.choices_rounds import Among, Feature, Outcome, Way
from aftersales.forms import VisitForm, words
from aftersales.round_terms import KINDS, NODES, SurveyQuestion, scripts
from aftersales.services.drawing import STAGES, Criteria
from aftersales.terms import NPS, SCALE, TEXT, YES_NO
from core.form_fields import day, moment
from leads import grades
from projects.choices import Role
from staff.models import User

SHARES = ((0, _("does not call")), (50, _("half a share")), (100, _("a full share")), (150, _("one and a half")), (200, _("a double share")))
BLANK_ROWS = 3


class Chosen(forms.Form):
    """Which customers are asked; nothing ticked means all."""

    stages = forms.MultipleChoiceField(
        label=_("Stage of the site"), choices=[(stage.value, stage.label) for stage in STAGES], required=False, widget=forms.CheckboxSelectMultiple
    )
    grades = forms.MultipleChoiceField(label=_("Class of the customer"), choices=(), required=False, widget=forms.CheckboxSelectMultiple)
    finished_from = day(_("Finished from"), required=False)
    finished_until = day(_("Finished until"), required=False)
    covered = forms.BooleanField(label=_("Only homes in the warranty"), required=False)
    among = forms.ChoiceField(label=_("Which customers"), choices=Among.choices, widget=forms.RadioSelect, initial=Among.ALL)
    sample = forms.IntegerField(label=_("Of a hundred others draw"), min_value=1, max_value=100, initial=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grades"].choices = [(row.code, f"{row.code} {row.says}") for row in grades.grades().values()]  # type: ignore[attr-defined]

    @property
    def criteria(self) -> Criteria:
        told = self.cleaned_data
        return Criteria(
            stages=tuple(told["stages"]), grades=tuple(told["grades"]), finished_from=told["finished_from"], finished_until=told["finished_until"],
            covered=told["covered"], among=told["among"], sample=told["sample"],
        )  # fmt: skip


class RoundForm(Chosen):
    """A round: its name and purpose, what is said, whom it draws, who calls."""

    name = forms.CharField(label=_("Name of the round"), max_length=60)
    purpose = forms.CharField(label=_("Purpose"), max_length=200)
    script = forms.ChoiceField(label=_("What the officers say"), choices=())
    feature = forms.ChoiceField(label=_("Kind of occasion"), choices=Feature.choices, required=False, widget=forms.RadioSelect)
    occasion = forms.CharField(label=_("Which occasion"), max_length=40, required=False)
    from_on = day(pgettext_lazy("round", "From"))
    until_on = day(pgettext_lazy("round", "Until"))

    def __init__(self, *args: Any, officers: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officers = list(officers)
        self.fields["script"].choices = [(row.code, row.title) for row in scripts().values()]  # type: ignore[attr-defined]
        for person in self.officers:
            self.fields[f"share_{person.pk}"] = forms.TypedChoiceField(
                label=str(person), choices=SHARES, coerce=int, initial=100 if person is self.officers[0] else 0
            )

    @property
    def share_fields(self) -> list[Any]:
        return [self[f"share_{person.pk}"] for person in self.officers]

    @property
    def told(self) -> dict[str, Any]:
        names = ("name", "purpose", "script", "feature", "occasion", "from_on", "until_on")
        shares = {person: self.cleaned_data[f"share_{person.pk}"] for person in self.officers}
        return {name: self.cleaned_data[name] for name in names} | {
            "criteria": self.criteria, "officers": {person: share for person, share in shares.items() if share}
        }


class RoundCallForm(VisitForm):
    """One attempt (S04): as every return visit, with another time agreed and the wish not to be called again."""

    wanted_at = moment(_("The customer would rather be called at"), required=False)
    no_more = forms.BooleanField(label=_("The customer does not want return visits any more"), required=False)

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, kinds=(), now=now, **kwargs)
        del self.fields["kind"]


class OfficerForm(forms.Form):
    officer = forms.ModelChoiceField(label=_("Who calls"), queryset=User.objects.none())

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = people  # type: ignore[attr-defined]


class ClosingForm(forms.Form):
    analysis = words(_("What the answers show"), rows=5, most=1500, required=True)
    measures = words(_("Measures"), rows=4, most=1500)


class LowCallForm(forms.Form):
    reached = forms.TypedChoiceField(
        label=_("Was the customer reached"), choices=[("yes", _("Reached")), ("no", _("Not reached"))], coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    says = words(_("What the customer said, what was agreed"), rows=4)
    time_agreed = forms.BooleanField(label=_("The customer agreed to this time, or asked for the contact"), required=False)


class SurveyForm(Chosen):
    name = forms.CharField(label=_("Name of the survey"), max_length=60)
    from_on = day(pgettext_lazy("round", "From"))
    until_on = day(pgettext_lazy("round", "Until"))
    codes = forms.MultipleChoiceField(label=_("Questions"), choices=(), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, questions: Sequence[SurveyQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["codes"].choices = [(row.code, row.title) for row in questions]  # type: ignore[attr-defined]

    @property
    def told(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", "from_on", "until_on", "codes")} | {"criteria": self.criteria}


OPTIONS: dict[str, Sequence[tuple[str, Any]]] = {
    SCALE: [(str(n), str(n)) for n in range(5, 0, -1)],
    NPS: [(str(n), str(n)) for n in range(11)],
    YES_NO: [("no", pgettext_lazy("evaluation", "No")), ("yes", pgettext_lazy("evaluation", "Yes"))],
}


class AnswersForm(forms.Form):
    """The questions of one survey, answered by the customer on the device, on paper or on the phone."""

    way = forms.ChoiceField(label=_("How the answers came in"), choices=Way.choices, widget=forms.RadioSelect, initial=Way.DEVICE)
    told_by = forms.CharField(label=_("Who told them"), max_length=40, required=False)
    time_agreed = forms.BooleanField(label=_("The customer agreed to this time, or asked for the contact"), required=False)

    def __init__(self, *args: Any, questions: Sequence[SurveyQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for row in questions:
            if row.kind == TEXT:
                self.fields[row.code] = words(row.title, rows=4, most=1000)
            else:
                self.fields[row.code] = forms.ChoiceField(label=row.title, choices=OPTIONS[row.kind], widget=forms.RadioSelect)

    @property
    def rows(self) -> list[tuple[SurveyQuestion, Any]]:
        return [(row, self[row.code]) for row in self.questions]

    @property
    def told(self) -> dict[str, Any]:
        told = {name: self.cleaned_data[name] for name in ("way", "told_by", "time_agreed")}
        return told | {"answers": {row.code: str(self.cleaned_data.get(row.code, "")) for row in self.questions}}


class DeclineForm(forms.Form):
    reason = words(_("What the customer said"), most=200, required=True)


class AnalysisForm(forms.Form):
    analysis = words(_("What the answers show"), rows=5, most=1500, required=True)
    measures = words(_("Measures"), rows=4, most=1500, required=True)
    responsible = forms.ModelChoiceField(label=_("Who sees to it"), queryset=User.objects.none(), empty_label=_("Please choose"))
    check_on = day(_("The effect is looked at on"))

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = people  # type: ignore[attr-defined]


class EffectForm(forms.Form):
    effect = words(_("What the measures changed"), rows=5, most=1500, required=True)


class QuestionsForm(forms.Form):
    """All questions of a store, and a few empty rows; an emptied row leaves the survey."""

    def __init__(self, *args: Any, questions: Sequence[SurveyQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = {row.code for row in questions}
        free = [code for n in range(1, 100) if (code := f"N{n:02d}") not in taken][:BLANK_ROWS]
        self.known = [*questions, *(SurveyQuestion(code=code, node="any", zh="", kind=SCALE) for code in free)]
        roles = [("", _("nobody's in particular")), *Role.choices]
        for row in self.known:
            self.fields[f"zh_{row.code}"] = forms.CharField(label=_("Question"), max_length=120, required=False, initial=row.zh)
            self.fields[f"kind_{row.code}"] = forms.ChoiceField(label=_("How it is answered"), choices=[*KINDS.items()], initial=row.kind)
            self.fields[f"node_{row.code}"] = forms.ChoiceField(label=_("When it is asked"), choices=[*NODES.items()], initial=row.node)
            self.fields[f"role_{row.code}"] = forms.ChoiceField(label=_("Whose work it rates"), choices=roles, required=False, initial=row.role)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {"code": row.code} | {name: self[f"{name}_{row.code}"] for name in ("zh", "kind", "node", "role")} for row in self.known
        ]

    @property
    def questions(self) -> list[SurveyQuestion]:
        """As typed; the English words stay only with unchanged Chinese ones, a yes that alarms stays one."""
        made = []
        for row in self.known:
            zh, kind = self.cleaned_data[f"zh_{row.code}"].strip(), self.cleaned_data[f"kind_{row.code}"]
            if zh:
                made.append(
                    replace(
                        row, zh=zh, en=row.en if zh == row.zh else "", kind=kind, node=self.cleaned_data[f"node_{row.code}"],
                        role=self.cleaned_data[f"role_{row.code}"], alarm_on=row.alarm_on if kind == YES_NO else "",
                    )
                )  # fmt: skip
        return made


# --- the rest of repairs --------------------------------------------------------------------------------------------------


class ReversalForm(forms.Form):
    payment = forms.TypedChoiceField(label=_("Which payment"), choices=(), coerce=int, widget=forms.RadioSelect)
    reason = words(_("Reason"), most=300, required=True)

    def __init__(self, *args: Any, payments: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not payments:
            self.fields["payment"].help_text = _now("no payment is left to take back")
        self.fields["payment"].choices = [(row.pk, f"{row.receipt.ref} · ¥{row.amount:,.2f} · {row.payer}") for row in payments]  # type: ignore[attr-defined]


class PartForm(forms.Form):
    part = forms.CharField(label=pgettext_lazy("part", "Part"), max_length=80)
    maker = forms.CharField(label=_("Maker or supplier"), max_length=80)
    sent_on = day(_("Sent on"))
    expected_on = day(_("Expected back on"))
    transport = forms.CharField(label=_("Transport, and who bears it"), max_length=120, required=False)
    agreed = forms.BooleanField(label=_("The owner agreed to wait until then"), required=False)


class PartBackForm(forms.Form):
    outcome = forms.ChoiceField(label=_("What came back"), choices=Outcome.choices, widget=forms.RadioSelect)
    back_on = day(_("Back on"))
    result = words(_("What the maker says or did"), most=300)
    fitting = forms.TypedChoiceField(
        label=_("Does somebody have to come"), choices=[("yes", _("Somebody fits it")), ("no", _("Nobody has to come; it is done"))],
        coerce=lambda value: value == "yes", widget=forms.RadioSelect, initial="yes",
    )  # fmt: skip


class CauseForm(forms.Form):
    cause = words(_("Why the fault came again"), rows=4, most=400, required=True)


__all__ = [
    "AnalysisForm", "AnswersForm", "CauseForm", "ClosingForm", "DeclineForm", "EffectForm", "LowCallForm", "OfficerForm", "PartBackForm", "PartForm",
    "QuestionsForm", "ReversalForm", "RoundCallForm", "RoundForm", "SurveyForm",
]  # fmt: skip
