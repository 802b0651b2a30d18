"""The words of site order: conduct checks, deliveries, fines, diary, notes, briefings, incidents."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrderKind(models.TextChoices):
    """Which sheet is walked through: material and hygiene (I21), safety (I22), or the whole norm (I30)."""

    ORDER = "order", _("Order and hygiene")
    SAFETY = "safety", pgettext_lazy("conduct", "Safety")
    NORM = "norm", _("The whole norm")


class Level(models.TextChoices):
    RED_LINE = "red_line", _("Red line")
    SERIOUS = "serious", pgettext_lazy("conduct", "Serious")
    ORDINARY = "ordinary", pgettext_lazy("conduct", "Ordinary")


class Found(models.TextChoices):
    OK = "ok", pgettext_lazy("conduct", "In order")
    FAULT = "fault", pgettext_lazy("conduct", "Not in order")
    NOT_APPLICABLE = "not_applicable", pgettext_lazy("conduct", "Does not apply")


class DeliveryKind(models.TextChoices):
    MATERIAL = "material", _("Building material")
    MAIN = "main", _("Main material, signed for by the owner")
    FINISHED = "finished", _("Finished goods, to be installed")


class Certificate(models.TextChoices):
    CONFORMITY = "conformity", _("Certificate of conformity")
    REPORT = "report", _("Test report")
    BOTH = "both", _("Certificate and test report")
    NONE = "none", _("None came along")


class FineState(models.TextChoices):
    PENDING = "pending", pgettext_lazy("fine", "Waits for the engineering manager")
    ISSUED = "issued", pgettext_lazy("fine", "Issued")
    SIGNED = "signed", pgettext_lazy("fine", "Signed by the foreman")
    REFUSED = "refused", pgettext_lazy("fine", "Not signed, before a witness")
    APPEALED = "appealed", pgettext_lazy("fine", "Appealed")
    FIRM = "firm", pgettext_lazy("fine", "Stands")
    VOID = "void", pgettext_lazy("fine", "Void")


FINE_LIVING = (FineState.ISSUED, FineState.SIGNED, FineState.REFUSED, FineState.APPEALED)
FINE_HEARD = (FineState.SIGNED, FineState.REFUSED)


class Decision(models.TextChoices):
    UPHELD = "upheld", pgettext_lazy("appeal", "It stands")
    LOWERED = "lowered", pgettext_lazy("appeal", "Lowered")
    LIFTED = "lifted", pgettext_lazy("appeal", "Lifted")


class Weather(models.TextChoices):
    SUNNY = "sunny", _("Sunny")
    CLOUDY = "cloudy", _("Cloudy")
    RAIN = "rain", _("Rain")
    HEAVY_RAIN = "heavy_rain", _("Heavy rain")
    WIND = "wind", _("Strong wind")
    SNOW = "snow", _("Snow")


class IncidentKind(models.TextChoices):
    """An accident and an emergency are reported at once (I23, I29); a hazard before anything happens (I33)."""

    ACCIDENT = "accident", _("Accident")
    EMERGENCY = "emergency", _("Emergency")
    HAZARD = "hazard", _("Hazard")


class Told(models.TextChoices):
    PHONE = "phone", pgettext_lazy("told", "By phone")
    PERSON = "person", pgettext_lazy("told", "In person")
    WRITTEN = "written", pgettext_lazy("told", "By a written word")


class StepKind(models.TextChoices):
    TAKEN = "taken", _("Taken over")
    CAUSE = "cause", pgettext_lazy("incident", "Cause")
    HANDLING = "handling", pgettext_lazy("incident", "How it was handled")
    MEASURE = "measure", _("So that it does not happen again")
    CLOSED = "closed", pgettext_lazy("incident", "Closed")


WRITTEN_STEPS = (StepKind.CAUSE, StepKind.HANDLING, StepKind.MEASURE)
