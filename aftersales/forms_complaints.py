"""Shapes of what is typed about complaints; nothing here saves or decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales.choices import Satisfaction
from aftersales.choices_complaints import ComplaintClass, ComplaintSource, Emotion, TalkKind
from aftersales.choices_repairs import Trade
from aftersales.complaint_terms import categories
from aftersales.forms import words
from aftersales.forms_repairs import money
from core.form_fields import moment
from staff import posts
from staff.models import Department, User


def needed(label: Any, *, rows: int = 2, most: int = 500) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}))


YES_NO = [("yes", pgettext_lazy("complaint", "Yes")), ("no", pgettext_lazy("complaint", "No"))]
CHECKS = [
    (f"C{number}", format_lazy("C{number} {title}", number=number, title=title))
    for number, title in enumerate(
        (
            _("Site briefing and state of the home"), _("Incoming material inspection"), _("Concealed plumbing and wiring"), _("Waterproofing and flood test"),
            _("Masonry, screed and tiling"), _("Carpentry, half-way acceptance"), _("Painting and finishes"), _("Final acceptance"),
        ), start=1,
    )
]  # fmt: skip
NOT_BY_HAND = (ComplaintSource.LOW_SCORE, ComplaintSource.OWNER)


def yes_no(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=YES_NO, coerce=lambda value: value == "yes", widget=forms.RadioSelect)


def colleague(label: Any, people: Any, *, required: bool = True, empty: Any = "") -> Any:
    return forms.ModelChoiceField(label=label, queryset=people, required=required, empty_label=empty)


class Nothing(forms.Form):
    """A button without fields."""


class WithPeople(forms.Form):
    """A form that names colleagues of the store."""

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.queryset is not None and field.queryset.model is User:
                field.queryset = people


class ComplaintForm(WithPeople):
    """S07: who complains about what, how the person is, whom it is about, when the answer is promised."""

    source = forms.ChoiceField(
        label=_("How it came in"), choices=[(s.value, s.label) for s in ComplaintSource if s not in NOT_BY_HAND], widget=forms.RadioSelect
    )
    category = forms.ChoiceField(label=_("What it is about"), choices=())
    complainant = forms.CharField(label=_("Who complains"), max_length=40)
    phone = forms.CharField(label=_("Number to call"), max_length=24, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    text = needed(_("What the complainant says"), rows=4, most=1000)
    wish = words(_("What is asked for"), most=400)
    emotion = forms.ChoiceField(label=_("Mood"), choices=Emotion.choices, widget=forms.RadioSelect, required=False)
    kind = forms.ChoiceField(
        label=pgettext_lazy("complaint", "Class"), choices=[("", _("decide later")), *ComplaintClass.choices], widget=forms.RadioSelect, required=False
    )
    named = forms.ModelMultipleChoiceField(
        label=_("Whom it is about"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("they neither see nor handle it"),
    )  # fmt: skip
    other = colleague(_("Another colleague"), User.objects.none(), required=False, empty="–")
    owed_at = moment(_("Answer promised for"), required=False, help_text=_("empty: within the hours of the kind"))

    def __init__(self, *args: Any, team: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", ""), *[(row.code, row.title) for row in categories().values()]]  # type: ignore[attr-defined]
        self.fields["named"].queryset = team  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """What the verb is called with."""
        said = dict(self.cleaned_data)
        other = said.pop("other")
        said["named"] = [*said["named"], *([other] if other else [])]
        return said


class JudgementForm(WithPeople):
    """Step 2: who is speaking, reason and demand, the department that answers."""

    identity_checked = forms.BooleanField(label=_("I have checked who is speaking"), required=False)
    payment_looked = forms.BooleanField(label=_("I have looked at what has been paid"), required=False)
    kind = forms.ChoiceField(label=pgettext_lazy("complaint", "Class"), choices=ComplaintClass.choices, widget=forms.RadioSelect)
    kind_reason = words(_("Why the class changes"), most=300, help_text=_("needed when it changes"))
    reason_sufficient = yes_no(_("Is the reason sufficient"))
    demand_reasonable = yes_no(_("Is the demand reasonable"))
    why = needed(_("Reason of the judgement"), rows=3, most=600)
    department = forms.ChoiceField(label=_("Department that answers"), choices=(), required=False, help_text=_("when it is upheld"))
    more = forms.MultipleChoiceField(label=_("Further departments"), choices=(), required=False, widget=forms.CheckboxSelectMultiple)
    investigator = colleague(_("Who investigates"), User.objects.none(), required=False, empty=_("the head of the department"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = [(row.code, str(row)) for row in Department.objects.order_by("place")]
        self.fields["department"].choices = [("", _now("none")), *titles]  # type: ignore[attr-defined]
        self.fields["more"].choices = titles  # type: ignore[attr-defined]


class ClassForm(forms.Form):
    kind = forms.ChoiceField(label=pgettext_lazy("complaint", "Class"), choices=ComplaintClass.choices, widget=forms.RadioSelect)
    reason = words(_("Why the class changes"), most=300, help_text=_("needed when it changes"))


class PromiseForm(forms.Form):
    owed_at = moment(_("Answer promised for"))


class ComplaintTalkForm(forms.Form):
    """A talk with the customer; which ones are possible is said by the stage."""

    kind = forms.ChoiceField(label=_("What the talk was for"), choices=(), widget=forms.RadioSelect)
    reached = forms.TypedChoiceField(
        label=_("Was the customer reached"), choices=[("yes", _("Reached")), ("no", _("Not reached"))], coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    says = words(_("What was said"), rows=3, most=600, help_text=_("needed when reached"))
    satisfaction = forms.ChoiceField(
        label=_("Is the customer satisfied"), choices=Satisfaction.choices, widget=forms.RadioSelect, required=False
    )
    time_agreed = forms.BooleanField(label=_("The customer agreed on this time"), required=False)

    def __init__(self, *args: Any, kinds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind, TalkKind(kind).label) for kind in kinds]  # type: ignore[attr-defined]
        if TalkKind.AFTER not in kinds:
            del self.fields["satisfaction"], self.fields["time_agreed"]


class HandForm(forms.Form):
    """What is handed over and to whom: one choice, since not everybody takes both."""

    to = forms.ChoiceField(label=pgettext_lazy("complaint", "To whom"), choices=())
    reason = needed(_("Reason"), most=300)
    parts = (("officer", _("Looking after it")), ("investigator", _("The investigation")))

    def __init__(self, *args: Any, takers: Mapping[str, Sequence[User]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {f"{role}:{person.pk}": (role, person) for role, people in takers.items() for person in people}
        offered = [
            (label, [(f"{role}:{person.pk}", posts.with_posts(person)) for person in takers[role]]) for role, label in self.parts if takers[role]
        ]
        self.fields["to"].choices = [("", _("Please choose")), *offered]  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        role, person = self.known[self.cleaned_data["to"]]
        return {"role": role, "to": person, "reason": self.cleaned_data["reason"]}


class NamedForm(WithPeople):
    person = colleague(_("Whom it is about"), User.objects.none())


class InvestigationForm(WithPeople):
    """Step 3: what was found, the cause, who is responsible."""

    found = needed(pgettext_lazy("complaint", "What was found"), rows=3, most=1000)
    cause = needed(pgettext_lazy("complaint", "Cause"), rows=2, most=600)
    trade = forms.ChoiceField(label=_("Whose trade"), choices=[("", _("no trade of the site")), *Trade.choices], required=False)
    responsible = colleague(_("Responsible person"), User.objects.none(), required=False, empty=_("nobody in the company"))
    outside = forms.CharField(label=_("Firm or person from outside"), max_length=60, required=False)
    rule = forms.CharField(label=_("Which rule was not kept"), max_length=200, required=False)


class SolutionForm(forms.Form):
    says = needed(pgettext_lazy("complaint", "Solution"), rows=3, most=800)
    days = forms.IntegerField(label=_("Days to carry it out"), min_value=1, max_value=90)
    amends = money(_("Compensation"), min_value=Decimal("0.01"), help_text=_("if any"))


class ApprovalForm(forms.Form):
    """Step 4: each proposal read, one chosen, the instruction."""

    read = forms.MultipleChoiceField(
        label=_("I have read"), choices=(), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("each of them")
    )
    chosen = forms.ChoiceField(label=_("Approved is"), choices=(), widget=forms.RadioSelect)
    instruction = needed(pgettext_lazy("complaint", "Instruction"), rows=3, most=600)

    def __init__(self, *args: Any, proposals: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(row.pk), _now("proposal %(n)s") % {"n": row.seq}) for row in proposals]
        self.fields["read"].choices = named  # type: ignore[attr-defined]
        self.fields["chosen"].choices = named  # type: ignore[attr-defined]


class WhyForm(forms.Form):
    reason = needed(_("Reason"), rows=3, most=300)


class ExecutionForm(forms.Form):
    done = needed(pgettext_lazy("complaint", "What was done"), rows=3, most=800)
    feedback = needed(_("What the customer says of it"), rows=2, most=600)


class SummaryForm(forms.Form):
    summary = needed(pgettext_lazy("complaint", "How it went"), rows=3, most=800)
    rating = forms.TypedChoiceField(
        label=_("How well it was handled"), choices=[(str(n), str(n)) for n in range(1, 6)], coerce=int, widget=forms.RadioSelect, help_text=_("5 is best")
    )
    measure = needed(_("What is improved"), rows=2, most=600)


class CheckItemForm(forms.Form):
    check = forms.ChoiceField(label=pgettext_lazy("complaint", "Check"), choices=CHECKS)
    text = forms.CharField(label=_("What is to be checked"), max_length=120)
    method = forms.CharField(label=_("How it is checked"), max_length=160)
    main = forms.BooleanField(label=_("Without it the check does not pass"), required=False)


class ReportForm(forms.Form):
    analysis = needed(pgettext_lazy("complaint", "Analysis"), rows=5, most=2000)
    measures = needed(_("What is improved"), rows=4, most=2000)


class ShiftForm(WithPeople):
    """S16: with whom, and whether a call was missed; the cases are listed by the system."""

    side = forms.ChoiceField(label=_("I am"), choices=[("giver", _("handing over")), ("taker", _("taking over"))], widget=forms.RadioSelect)
    other = colleague(pgettext_lazy("complaint", "The other one"), User.objects.none())
    none_missed = forms.TypedChoiceField(
        label=_("Missed calls"), choices=[("yes", _("none missed")), ("no", _("some were missed"))], coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    note = words(_("Note"), rows=3, most=600, help_text=_("needed when a call was missed"))


class CheckDecisionForm(forms.Form):
    adopt = forms.TypedChoiceField(
        label=pgettext_lazy("complaint", "Decision"), choices=[("yes", _("Adopt it")), ("no", _("Decline it"))], coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    reason = words(_("Reason"), most=300, help_text=_("needed when it is declined"))
