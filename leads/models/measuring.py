"""What a survey measures beside the sizes of its rooms (P01): openings, beams and pipes, power, photos; and the note before it (Q23)."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import Attachment, Recorded
from leads.choices import FittingKind, OpeningKind
from leads.models.customer import Room
from leads.models.design import Proposal
from leads.models.lead import Lead
from leads.models.order import SiteSurvey


class SurveyOpening(models.Model):
    """A door, a window or an open passage as measured; where a room lists them, its area and counts follow from here alone."""

    survey = models.ForeignKey(SiteSurvey, models.PROTECT, related_name="openings")
    room = models.ForeignKey(Room, models.PROTECT, related_name="openings")
    kind = models.CharField(max_length=8, choices=OpeningKind)
    width_mm = models.PositiveIntegerField()
    height_mm = models.PositiveIntegerField()
    sill_mm = models.PositiveIntegerField(null=True)
    place = models.CharField(max_length=80, blank=True)
    position = models.PositiveSmallIntegerField()

    append_only = True

    class Meta:
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(fields=["survey", "room", "position"], name="leads_surveyopening_one"),
            models.CheckConstraint(condition=Q(kind__in=OpeningKind.values), name="leads_surveyopening_kind"),
            models.CheckConstraint(
                condition=Q(width_mm__gte=100, width_mm__lte=20000, height_mm__gte=100, height_mm__lte=12000),
                name="leads_surveyopening_sizes_possible",
            ),
            models.CheckConstraint(condition=Q(sill_mm__isnull=True) | Q(sill_mm__lte=6000), name="leads_surveyopening_sill_possible"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.width_mm}×{self.height_mm}"

    @property
    def area(self) -> Decimal:
        """In m², not yet rounded: a room's openings are added first."""
        return Decimal(self.width_mm) * self.height_mm / 1_000_000


class SurveyFitting(models.Model):
    """A beam, a pipe, a meter or a point of power as found on site: what, how many, how large, where."""

    survey = models.ForeignKey(SiteSurvey, models.PROTECT, related_name="fittings")
    room = models.ForeignKey(Room, models.PROTECT, related_name="fittings")
    kind = models.CharField(max_length=8, choices=FittingKind)
    count = models.PositiveSmallIntegerField(default=1)
    size = models.CharField(max_length=60, blank=True)
    place = models.CharField(max_length=80, blank=True)
    position = models.PositiveSmallIntegerField()

    append_only = True

    class Meta:
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(fields=["survey", "room", "position"], name="leads_surveyfitting_one"),
            models.CheckConstraint(condition=Q(kind__in=FittingKind.values), name="leads_surveyfitting_kind"),
            models.CheckConstraint(condition=Q(count__gte=1, count__lte=200), name="leads_surveyfitting_count"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ×{self.count}"


class SurveyPhoto(models.Model):
    """A photo of a room, or of the site as a whole; a correction takes the earlier ones along."""

    survey = models.ForeignKey(SiteSurvey, models.PROTECT, related_name="photos")
    room = models.ForeignKey(Room, models.PROTECT, null=True, related_name="photos")
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    append_only = True

    class Meta:
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(fields=["survey", "position"], name="leads_surveyphoto_one"),
            models.UniqueConstraint(fields=["survey", "attachment"], name="leads_surveyphoto_once"),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.position}"


class MeasureNote(Recorded):
    """Measured for free before the deposit: an unsigned note, never the survey (Q23)."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="measure_notes")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    note = models.CharField(max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ("-at", "-id")
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="leads_measurenote_says_what")]

    def __str__(self) -> str:
        return self.note[:40]


class ProposalFile(models.Model):
    """A floor plan or picture that a preview carries (L10)."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="files")
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    append_only = True

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["proposal", "position"], name="leads_proposalfile_one")]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.position}"
