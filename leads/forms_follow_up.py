"""Shapes of what is typed against forgetting: hotline cases, hand-overs, reviews, care calls, leaving employees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.form_fields import moment
from leads.choices import Channel, Satisfaction
from leads.choices_follow_up import CaseCause, Remedy
from leads.forms import LeadForm, People, words
from leads.services import Move, Told
from staff import posts

CAUSES = [(cause.value, cause.label) for cause in CaseCause if cause is not CaseCause.SILENCE]
YES_NO = [("yes", _("Reached")), ("no", _("Not reached"))]


class HandOverFields(LeadForm):
    """The words of a hand-over: needed as soon as somebody has talked with the customer."""

    standing = words(_("How things stand"), rows=3, required=False)
    promised = words(_("What was promised"), rows=2, required=False)
    likes = words(_("What the customer likes and dislikes"), rows=2, required=False)

    @property
    def told(self) -> Told:
        return Told(**{name: self.cleaned_data.get(name, "") for name in ("standing", "promised", "likes")})


class ReassignmentForm(HandOverFields):
    designer = People(label=_("Another designer"))
    reason = words(_("Reason"), rows=2, most=300)
    field_order = ("designer", "reason", "standing", "promised", "likes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["designer"]
        field.offer(self.lead.store_id, posts.DESIGNER, posts.CHIEF_DESIGNER)  # type: ignore[attr-defined]
        field.queryset = field.queryset.exclude(pk=self.lead.designer_id)  # type: ignore[attr-defined]


class CaseForm(LeadForm):
    cause = forms.ChoiceField(label=_("What the customer is not content with"), choices=CAUSES, widget=forms.RadioSelect)
    words = words(_("In the customer's words"), rows=4)


def offered(remedies: Sequence[Remedy]) -> list[tuple[str, Any]]:
    """The choices that are shown; what else is posted (the page may be older) is refused in the verb's words."""
    return [(remedy.value, remedy.label) for remedy in remedies]


class HeardForm(LeadForm):
    """What customer service has heard, and what it proposes."""

    wish = words(_("What the customer wishes"), rows=4)
    proposed = forms.ChoiceField(label=_("What we propose"), choices=Remedy.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, remedies: Sequence[Remedy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proposed"].widget.choices = offered(remedies)  # type: ignore[attr-defined]


class DecisionForm(HandOverFields):
    """What the store manager decides; another designer comes with a hand-over."""

    remedy = forms.ChoiceField(label=_("What is done"), choices=Remedy.choices, widget=forms.RadioSelect)
    decision = words(_("Why, and what exactly"), rows=3)
    due_at = moment(_("Agreed day of the preview"), required=False)
    designer = People(label=_("New designer"), required=False)
    field_order = ("remedy", "decision", "due_at", "designer", "standing", "promised", "likes")

    def __init__(self, *args: Any, remedies: Sequence[Remedy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remedies = remedies
        self.fields["remedy"].widget.choices = offered(remedies)  # type: ignore[attr-defined]
        field = self.fields["designer"]
        field.offer(self.lead.store_id, posts.DESIGNER, posts.CHIEF_DESIGNER)  # type: ignore[attr-defined]
        field.queryset = field.queryset.exclude(pk=self.lead.designer_id)  # type: ignore[attr-defined]


class ClosingForm(LeadForm):
    last_words = words(_("The customer's word"), rows=3)
    satisfaction = forms.ChoiceField(label=_("How content is the customer"), choices=Satisfaction.choices, widget=forms.RadioSelect)


class ReviewForm(LeadForm):
    """A loss confirmed or sent back."""

    confirmed = forms.TypedChoiceField(
        label=_("The review"), choices=[("yes", _("Confirm: the customer has gone")), ("no", _("Send back: it goes on"))], widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )  # fmt: skip
    note = words(_("Remark, or why it is sent back"), rows=3, most=400, required=False)


class CareCallForm(LeadForm):
    channel = forms.ChoiceField(label=_("How"), choices=Channel.choices, initial=Channel.PHONE, widget=forms.RadioSelect)
    reached = forms.TypedChoiceField(
        label=_("Reached"), choices=YES_NO, initial="yes", widget=forms.RadioSelect, coerce=lambda value: value == "yes"
    )
    satisfaction = forms.ChoiceField(label=_("How content is the customer"), choices=Satisfaction.choices, required=False, widget=forms.RadioSelect)
    with_what = words(_("Not content with what"), rows=2, most=500, required=False)
    note = words(_("What was said"), rows=4)
    next_at = moment(_("Next contact"), required=False)
    time_agreed = forms.BooleanField(label=_("The customer agreed on this time"), required=False)


class LeaverForm(forms.Form):
    """Everything somebody has in hand, each with a new person and a hand-over; one act.

    rows: (enquiry, part, whether somebody has talked with the customer, what was last said, the proposed person).
    """

    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, rows: Sequence[Any], people: dict[tuple[int, str], Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            to, standing = self.names(row)
            offered = people[row.lead.store_id, row.role]
            self.fields[to] = forms.TypedChoiceField(
                label=pgettext_lazy("customer", "Goes to"), choices=[("", _("Please choose")), *((person.pk, str(person)) for person in offered)], coerce=int,
                initial=row.proposed.pk if row.proposed else "",
            )  # fmt: skip
            self.fields[standing] = forms.CharField(
                label=_("How things stand"), max_length=1000, required=row.talked, initial=row.last_note,
                widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip
        self._people = {person.pk: person for offered in people.values() for person in offered}

    @staticmethod
    def names(row: Any) -> tuple[str, str]:
        return f"to_{row.role}_{row.lead.pk}", f"standing_{row.role}_{row.lead.pk}"

    def bound(self, row: Any) -> tuple[Any, Any]:
        """The two fields of a row, for the page."""
        to, standing = self.names(row)
        return self[to], self[standing]

    @property
    def moves(self) -> list[Move]:
        found = []
        for row in self.rows:
            to, standing = self.names(row)
            told = Told(standing=self.cleaned_data[standing])
            found.append(Move(row.lead, row.role, self._people[self.cleaned_data[to]], told))
        return found

