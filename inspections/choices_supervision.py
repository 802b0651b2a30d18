"""The words of supervision: plans, exchanges, check-ins, joint inspections, and what is kept as a fact."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class PlanSpan(models.TextChoices):
    WEEK = "week", pgettext_lazy("plan", "Week")
    MONTH = "month", pgettext_lazy("plan", "Month")


class EntryState(models.TextChoices):
    """How one line of a plan came out, as it is read from the patrols; nobody writes it."""

    PLANNED = "planned", pgettext_lazy("plan", "Planned")
    DONE = "done", pgettext_lazy("plan", "Done")
    MOVED = "moved", pgettext_lazy("plan", "Moved, announced beforehand")
    DROPPED = "dropped", pgettext_lazy("plan", "Dropped, announced beforehand")
    REST = "rest", pgettext_lazy("plan", "The site rested")
    NOT_KEPT = "not_kept", pgettext_lazy("plan", "Not kept")


class Channel(models.TextChoices):
    """How inspector and customer spoke (I27, Q51)."""

    VISIT = "visit", pgettext_lazy("exchange", "On the site")
    PHONE = "phone", pgettext_lazy("exchange", "By phone")
    MESSAGE = "message", pgettext_lazy("exchange", "By message")


class CheckInWay(models.TextChoices):
    """How an inspector reported back in the evening (I02, R045, Q54, Q55)."""

    REPORT = "report", pgettext_lazy("check-in", "At the company, with the day's report")
    PHONE = "phone", pgettext_lazy("check-in", "By phone, with consent")
    TRIP = "trip", pgettext_lazy("check-in", "On an approved trip")


class FactKind(models.TextChoices):
    """What is kept as a fact, with the person at the time and the rule; nothing is judged by code (6.3)."""

    PATROL_MISSED = "patrol_missed", pgettext_lazy("fact", "Five-day patrol missed")
    PLAN_NOT_KEPT = "plan_not_kept", pgettext_lazy("fact", "Not patrolled as planned, not announced")
    ABSENT = "absent", pgettext_lazy("fact", "Not there at a planned acceptance")
    NO_CHECK_IN = "no_check_in", pgettext_lazy("fact", "No evening check-in")


RULES = {FactKind.PATROL_MISSED: "R040", FactKind.PLAN_NOT_KEPT: "I01 IN-6", FactKind.ABSENT: "R044", FactKind.NO_CHECK_IN: "R045"}
