"""Shapes of what is put in and said about drawings; nothing here saves or decides."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.form_fields import moment
from leads.choices import Channel, DrawingKind, DrawingSource
from leads.form_fields import DRAWN_FILES, SHOWN_FILES, Files
from leads.forms import LeadForm, words
from staff.models import User

CLAIMED = timedelta(hours=72)


class DrawingForm(LeadForm):
    """The next version of a kind of drawing."""

    source = forms.ChoiceField(label=_("Where it comes from"), choices=DrawingSource.choices, initial=DrawingSource.OWNER, widget=forms.RadioSelect)
    title = forms.CharField(label=_("Title of the drawing"), max_length=80)
    files = Files(accept=DRAWN_FILES, label=_("Files: PDF, pictures, DWG"))  # type: ignore[assignment]
    changes = words(_("What changed"), rows=3)
    reason = words(_("Why there is a new version"), rows=2, most=300)

    def __init__(self, *args: Any, kind: str, first: bool, confirmed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind != DrawingKind.FLOOR_PLAN:
            del self.fields["source"]
        if first:
            self.fields["changes"].required = False
            del self.fields["changes"]
        if not confirmed:
            del self.fields["reason"]


class ReviewForm(LeadForm):
    """Passed, or sent back with points."""

    passed = forms.TypedChoiceField(
        label=_("Result of the check"), choices=[("yes", _("Passed as it is")), ("no", _("Sent back"))], widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )  # fmt: skip
    points = words(_("Points, one a line"), rows=6, most=2000, required=False)


class SignedForm(LeadForm):
    """The customer signs for the version on this device."""

    name = forms.CharField(label=_("Name of the signer"), max_length=60)
    strokes = forms.CharField(widget=forms.HiddenInput, max_length=400_000, required=False, strip=False)
    agreed = forms.BooleanField(required=False)

    def clean_agreed(self) -> bool:
        if not self.cleaned_data["agreed"]:
            raise forms.ValidationError(_now("Without agreement there is no signature."))
        return True

    @property
    def told(self) -> dict[str, Any]:
        return {"name": self.cleaned_data["name"], "channel": Channel.VISIT, "strokes": self.cleaned_data["strokes"]}


class ShownForm(LeadForm):
    """Confirmed elsewhere: by message, on the phone, on a printed drawing; a file shows it."""

    name = forms.CharField(label=_("Who confirmed it"), max_length=60)
    channel = forms.ChoiceField(label=_("How"), choices=Channel.choices, initial=Channel.MESSAGE, widget=forms.RadioSelect)
    confirmed_at = moment(_("When, if not just now"), required=False)
    evidence = forms.FileField(label=_("What shows it: screenshot, signed print"), widget=forms.FileInput(attrs={"accept": SHOWN_FILES}))
    witness = forms.ModelChoiceField(User.objects.none(), label=_("Witness"), empty_label=None)
    note = words(_("In the customer's words"), rows=2, most=400, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = User.objects.filter(left_on__isnull=True, holdings__store=self.lead.store_id, holdings__until__isnull=True)
        self.fields["witness"].queryset = here.distinct().order_by("pinyin", "id")  # type: ignore[attr-defined]

    def clean_confirmed_at(self) -> Any:
        """Claimed moments lie in the last three days (decision 33)."""
        told, now = self.cleaned_data["confirmed_at"], timezone.now()
        if told and told > now:
            raise forms.ValidationError(_now("This moment lies in the future."))
        if told and told < now - CLAIMED:
            raise forms.ValidationError(_now("This is more than three days ago: have it confirmed again."))
        return told

    @property
    def told(self) -> dict[str, Any]:
        names = ("name", "channel", "evidence", "witness", "note")
        return {name: self.cleaned_data[name] for name in names}


class MeasureNoteForm(LeadForm):
    note = words(_("What was measured"), rows=6, most=2000)
