"""The words of slips between departments, of the quality tracking after delivery, of the summary of a week's work."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class SlipState(TextChoices):
    """Where a slip stands: the other department answers, who asked says whether it is done."""

    WAITING = "waiting", pgettext_lazy("slip", "Waits for an answer")
    ANSWERED = "answered", pgettext_lazy("slip", "Answered")
    DONE = "done", pgettext_lazy("slip", "Done")
    WITHDRAWN = "withdrawn", pgettext_lazy("slip", "Withdrawn")

    @property
    def tone(self) -> str:
        return {"waiting": "soon", "answered": "accent", "done": "done"}.get(self.value, "plain")


SLIP_STEPS = (("waiting", "answered"), ("waiting", "withdrawn"), ("answered", "done"))


class TrackWay(TextChoices):
    """How the owner was heard, or the home seen."""

    PHONE = "phone", pgettext_lazy("track", "By phone")
    VISIT = "visit", pgettext_lazy("track", "In the home")
    MESSAGE = "message", pgettext_lazy("track", "By message")


class Seen(TextChoices):
    """What was found of one trade's work; only what is asked about is noted."""

    GOOD = "good", pgettext_lazy("track", "Holds well")
    WATCH = "watch", pgettext_lazy("track", "To be watched")
    FAULT = "fault", pgettext_lazy("track", "At fault")

    @property
    def tone(self) -> str:
        return {"good": "done", "watch": "soon", "fault": "late"}[self.value]


__all__ = ["SLIP_STEPS", "Seen", "SlipState", "TrackWay"]
