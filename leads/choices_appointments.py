"""Nouns of the calendar, the show homes and the front desk's roster."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AppointmentKind(TextChoices):
    """What two people agreed to meet for."""

    MEASURING = "measuring", _("Measuring")
    MEETING = "meeting", _("Meeting")
    STORE = "store", _("Visit to the store")
    VISIT = "visit", _("Visit to a show home or site")
    OTHER = "other", _("Other business")


class AppointmentState(TextChoices):
    """What became of an appointment; only a planned one holds a person's time."""

    PLANNED = "planned", _("Planned")
    KEPT = "kept", _("Kept")
    MISSED_CUSTOMER = "missed_customer", _("The customer did not come")
    MISSED_US = "missed_us", _("We did not come")
    MOVED = "moved", _("Moved")
    CANCELLED = "cancelled", _("Called off")

    @property
    def tone(self) -> str:
        return {"planned": "accent", "kept": "done", "missed_customer": "soon", "missed_us": "late"}.get(self.value, "plain")


class ShiftKind(TextChoices):
    """The two shifts of the front desk."""

    EARLY = "early", _("Early shift")
    LATE = "late", _("Late shift")
