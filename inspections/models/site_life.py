"""What happens on a site beside the checks: fines to the foreman, the diary, notes of the owner, briefings, incidents."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.models import Attachment, Paper
from inspections.choices_order import Decision, FineState, IncidentKind, StepKind, Told, Weather
from inspections.models.base import OfSite


class SiteFine(OfSite):
    """A fine slip of the project manager to the foreman (I15): not staff discipline; what stands is deducted in P38 (Q44)."""

    number = models.PositiveSmallIntegerField()
    foreman = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    rule = models.CharField(max_length=8, blank=True)
    reason = models.CharField(max_length=300)
    happened_on = models.DateField()
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    state = models.CharField(max_length=10, choices=FineState)
    paper = models.OneToOneField(Paper, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    heard_at = models.DateTimeField(null=True)
    witness = models.CharField(max_length=40, blank=True)
    refusal = models.CharField(max_length=300, blank=True)
    appeal = models.CharField(max_length=500, blank=True)
    appealed_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=8, choices=Decision, blank=True)
    decision_words = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    final_amount = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    firm_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=300, blank=True)
    voided_at = models.DateTimeField(null=True)
    voided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    told_at = models.DateTimeField(null=True)

    updatable = (
        "state", "paper", "confirmed_at", "confirmed_by", "heard_at", "witness", "refusal", "appeal", "appealed_at", "decision", "decision_words",
        "decided_at", "decided_by", "final_amount", "firm_at", "void_reason", "voided_at", "voided_by", "told_at",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="inspections_fine_number"),
            models.CheckConstraint(
                condition=Q(amount__gt=0) & ~Q(reason="") & ~Q(foreman=F("by")), name="inspections_fine_whole"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("by")) & ~Q(confirmed_by=F("foreman")),
                name="inspections_fine_second_person",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("by")) & ~Q(decided_by=F("foreman")),
                name="inspections_fine_other_decides",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "void"]) | Q(paper__isnull=False), name="inspections_fine_paper"
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(witness="") & ~Q(refusal=""), name="inspections_fine_witness"
            ),
            models.CheckConstraint(
                condition=~Q(state="signed") | Q(heard_at__isnull=False), name="inspections_fine_heard"
            ),
            models.CheckConstraint(
                condition=Q(appealed_at__isnull=True) | ~Q(appeal=""), name="inspections_fine_appeal"
            ),
            models.CheckConstraint(
                condition=Q(decision="")
                | Q(appealed_at__isnull=False, decided_at__isnull=False, decided_by__isnull=False)
                & ~Q(decision_words=""),
                name="inspections_fine_decision",
            ),
            models.CheckConstraint(
                condition=Q(final_amount__isnull=True)
                | Q(decision="", final_amount=F("amount"))
                | Q(decision="upheld", final_amount=F("amount"))
                | Q(decision="lowered", final_amount__lt=F("amount"), final_amount__gt=0),
                name="inspections_fine_final",
            ),
            models.CheckConstraint(
                condition=Q(state="firm", firm_at__isnull=False, final_amount__isnull=False, heard_at__isnull=False)
                | ~Q(state="firm") & Q(firm_at__isnull=True, final_amount__isnull=True, told_at__isnull=True),
                name="inspections_fine_firm",
            ),
            models.CheckConstraint(
                condition=~Q(state="void") | ~Q(void_reason="") & Q(voided_at__isnull=False, voided_by__isnull=False),
                name="inspections_fine_void",
            ),
        ]
        indexes = [models.Index(fields=["store", "-id"], name="inspections_fine_list")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("inspections:fine", args=[self.project.ref, self.number])


class DiaryDay(OfSite):
    """One day of the construction diary (I19) with the progress on site (I20); the engineering manager looks at it."""

    day = models.DateField()
    weather = models.CharField(max_length=12, choices=Weather)
    workers = models.PositiveSmallIntegerField()
    crew = models.CharField(max_length=120, blank=True)
    works = models.CharField(max_length=1000)
    materials = models.CharField(max_length=500, blank=True)
    visitors = models.CharField(max_length=300, blank=True)
    problems = models.CharField(max_length=500, blank=True)
    percent = models.PositiveSmallIntegerField(null=True)
    looked_at = models.DateTimeField(null=True)
    looked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    remark = models.CharField(max_length=300, blank=True)

    updatable = ("looked_at", "looked_by", "remark")

    class Meta:
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(fields=["project", "day"], name="inspections_diary_day"),
            models.CheckConstraint(
                condition=~Q(works="") & (Q(percent__isnull=True) | Q(percent__lte=100)), name="inspections_diary_works"
            ),
            models.CheckConstraint(
                condition=Q(looked_at__isnull=True, looked_by__isnull=True)
                | Q(looked_at__isnull=False, looked_by__isnull=False) & ~Q(looked_by=F("by")),
                name="inspections_diary_other_looks",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.day}"


class SiteNote(OfSite):
    """A problem on site put down in writing by the owner and the inspector or foreman, and its answer (P44, 落字为据)."""

    number = models.PositiveSmallIntegerField()
    problem = models.CharField(max_length=500)
    told_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    room = models.ForeignKey("leads.Room", models.PROTECT, null=True, related_name="+")
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    updatable = ("answer", "answered_at", "answered_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="inspections_note_number"),
            models.CheckConstraint(condition=~Q(problem=""), name="inspections_note_problem"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer=""),
                name="inspections_note_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.number}"


class SafetyBriefing(OfSite):
    """The crew was told the rules of safety and conduct before it works (P47); everybody stands on the paper by name."""

    number = models.PositiveSmallIntegerField()
    crew = models.CharField(max_length=60)
    topics = ArrayField(models.CharField(max_length=120))
    workers = ArrayField(models.CharField(max_length=40))
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="inspections_briefing_number"),
            models.CheckConstraint(
                condition=~Q(crew="") & Q(topics__len__gte=1, workers__len__gte=1), name="inspections_briefing_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.number}"


class Incident(OfSite):
    """An accident, an emergency or a hazard, reported at once (I23, I29, I33); never changed, what follows are steps."""

    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=IncidentKind)
    happened_at = models.DateTimeField()
    place = models.CharField(max_length=120)
    people = models.CharField(max_length=300, blank=True)
    what = models.CharField(max_length=1000)
    told = models.CharField(max_length=8, choices=Told)
    told_to = models.CharField(max_length=60)

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="inspections_incident_number"),
            models.CheckConstraint(
                condition=~Q(place="") & ~Q(what="") & ~Q(told_to="") & (Q(kind="hazard") | ~Q(people="")),
                name="inspections_incident_whole",
            ),
            models.CheckConstraint(condition=Q(happened_at__lte=F("at")), name="inspections_incident_happened"),
        ]
        indexes = [models.Index(fields=["store", "-id"], name="inspections_incident_list")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("inspections:incident", args=[self.project.ref, self.number])


class IncidentStep(OfSite):
    """What followed: taken over, cause, what was done, measures, closed."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=StepKind)
    text = models.CharField(max_length=1000)

    append_only = True

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="inspections_incidentstep_says"),
            models.UniqueConstraint(
                fields=["incident", "kind"],
                condition=Q(kind__in=["taken", "closed"]),
                name="inspections_incidentstep_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.kind}"


OF = ("line", "fine", "diary", "note", "briefing", "incident")


class SitePhoto(models.Model):
    """A picture that belongs to exactly one thing of the site's life."""

    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    line = models.ForeignKey("inspections.DeliveryLine", models.PROTECT, null=True, related_name="photos")
    fine = models.ForeignKey(SiteFine, models.PROTECT, null=True, related_name="photos")
    diary = models.ForeignKey(DiaryDay, models.PROTECT, null=True, related_name="photos")
    note = models.ForeignKey(SiteNote, models.PROTECT, null=True, related_name="photos")
    briefing = models.ForeignKey(SafetyBriefing, models.PROTECT, null=True, related_name="photos")
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, related_name="photos")

    append_only = True

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(*[Q(**{f"{other}__isnull": other != one for other in OF}) for one in OF], _connector=Q.OR),
                name="inspections_sitephoto_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return str(self.attachment_id)
