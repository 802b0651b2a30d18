"""Preparation: doubts in drawings and budget, crews and their contracts, the schedule, materials."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.models import Attachment, Paper, Recorded
from core.policies import Permission, narrow
from projects import policies
from projects.choices import Milestone
from projects.choices_preparation import Buyer, DoubtAbout, Rhythm
from projects.models.base import OfProject


class ReviewDoubt(OfProject):
    """A doubt in drawings or budget: raised, answered by design or estimating, closed by who reviews (P14, G7)."""

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="doubts")
    about = models.CharField(max_length=8, choices=DoubtAbout)
    where = models.CharField(max_length=120, blank=True)
    text = models.CharField(max_length=400)
    proposal = models.CharField(max_length=400, blank=True)
    answer = models.CharField(max_length=400, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    updatable = ("answer", "answered_at", "answered_by", "closed_at", "closed_by")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="projects_doubt_text"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(answered_by__isnull=False) & ~Q(answer="") & ~Q(answered_by=F("by")),
                name="projects_doubt_answered",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(answered_at__isnull=False, closed_by__isnull=False) & ~Q(closed_by=F("answered_by")),
                name="projects_doubt_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class PreSurvey(OfProject):
    """Supervisor, designer and customer have looked at the house against drawings and budget before the works (P15)."""

    surveyed_on = models.DateField()
    present = models.CharField(max_length=120)
    comparison = models.TextField()
    corrections = models.TextField(blank=True)

    append_only = True

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(comparison="") & ~Q(present=""), name="projects_presurvey_says")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.surveyed_on}"


class CrewQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any, permission: Permission | None = None) -> Self:
        """The crews that may be seen, or those that may be kept."""
        return narrow(self, user, permission or policies.SEE_CREWS)  # type: ignore[return-value]


class Crew(Recorded):
    """A crew of the store: who leads it and which trades it does (P17)."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    leader = models.CharField(max_length=40)
    phone = models.CharField(max_length=20, blank=True)
    trades = ArrayField(models.CharField(max_length=20))
    ended_on = models.DateField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    updatable = ("leader", "phone", "trades", "ended_on")

    objects = CrewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "name"], name="projects_crew_name"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(leader="") & Q(trades__len__gte=1), name="projects_crew_whole"),
        ]

    def __str__(self) -> str:
        return self.name


class CrewMember(Recorded):
    """Somebody of a crew, with the trade."""

    crew = models.ForeignKey(Crew, models.PROTECT, related_name="members")
    name = models.CharField(max_length=40)
    trade = models.CharField(max_length=20)
    left_on = models.DateField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    updatable = ("left_on",)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["crew", "name"], condition=Q(left_on__isnull=True), name="projects_crewmember_once")]

    def __str__(self) -> str:
        return self.name


class LabourContract(Recorded):
    """The labour contract with a crew, kept for reference (P18)."""

    crew = models.ForeignKey(Crew, models.PROTECT, related_name="contracts")
    number = models.CharField(max_length=40)
    signed_on = models.DateField()
    until_on = models.DateField()
    scan = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["crew", "number"], name="projects_labourcontract_number"),
            models.CheckConstraint(condition=Q(until_on__gt=F("signed_on")) & ~Q(number=""), name="projects_labourcontract_period"),
        ]

    def __str__(self) -> str:
        return self.number


class CrewAssignment(OfProject):
    """Which crew does which trades on a site, and when customer service was told (P17)."""

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="crews")
    crew = models.ForeignKey(Crew, models.PROTECT, related_name="sites")
    trades = ArrayField(models.CharField(max_length=20))
    from_on = models.DateField()
    told_on = models.DateField()

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "crew"], name="projects_crewassignment_once"),
            models.CheckConstraint(condition=Q(trades__len__gte=1), name="projects_crewassignment_trades"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.crew_id}"


class ForemanPrice(OfProject):
    """What was agreed with the foreman for a site; a new agreement takes the place of the old one (P38)."""

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="foreman_prices")
    foreman = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    total = models.DecimalField(max_digits=12, decimal_places=2)
    note = models.CharField(max_length=200, blank=True)
    replaced_at = models.DateTimeField(null=True)

    updatable = ("replaced_at",)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(total__gt=0), name="projects_foremanprice_total"),
            models.CheckConstraint(condition=~Q(foreman=F("by")), name="projects_foremanprice_two_people"),
            models.UniqueConstraint(fields=["project"], condition=Q(replaced_at__isnull=True), name="projects_foremanprice_one_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.total}"


class ForemanInstalment(models.Model):
    """One part of the foreman's price, due at a milestone; together they are the price, held by the database."""

    price = models.ForeignKey(ForemanPrice, models.PROTECT, related_name="instalments")
    seq = models.PositiveSmallIntegerField()
    milestone = models.CharField(max_length=12, choices=Milestone)
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    amount = models.DecimalField(max_digits=12, decimal_places=2)

    append_only = True

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["price", "seq"], name="projects_foremaninstalment_seq"),
            models.UniqueConstraint(fields=["price", "milestone"], name="projects_foremaninstalment_milestone"),
            models.CheckConstraint(condition=Q(amount__gt=0, percent__gt=0, percent__lte=100), name="projects_foremaninstalment_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.seq}: {self.amount}"


class WorksNotice(OfProject):
    """The works notice that goes out at the disclosure (P16)."""

    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")

    append_only = True

    def __str__(self) -> str:
        return self.paper.ref


class Schedule(OfProject):
    """The plan of a site's days, made from the template of its size (P19, P20)."""

    project = models.OneToOneField("projects.Project", models.PROTECT, related_name="schedule")
    band = models.CharField(max_length=4)
    rhythm = models.CharField(max_length=8, choices=Rhythm, default=Rhythm.DAILY)
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="+")
    list_paper = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="+")

    updatable = ("paper", "list_paper")

    def __str__(self) -> str:
        return f"{self.project_id}: {self.band}"


class SchedulePhase(OfProject):
    """A phase of the works: planned, first planned, and what really happened.  It begins when what it depends on has ended."""

    schedule = models.ForeignKey(Schedule, models.PROTECT, related_name="phases")
    code = models.CharField(max_length=8)
    seq = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    trade = models.CharField(max_length=20)
    days = models.PositiveSmallIntegerField()
    after = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    check_code = models.CharField(max_length=4, blank=True)
    key_date = models.CharField(max_length=40, blank=True)
    planned_start = models.DateField()
    planned_end = models.DateField()
    first_start = models.DateField()
    first_end = models.DateField()
    started_on = models.DateField(null=True)
    finished_on = models.DateField(null=True)

    updatable = ("days", "planned_start", "planned_end", "started_on", "finished_on")

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "code"], name="projects_phase_code"),
            models.UniqueConstraint(fields=["schedule", "seq"], name="projects_phase_seq"),
            models.CheckConstraint(condition=Q(planned_end__gte=F("planned_start"), days__gte=1), name="projects_phase_planned"),
            models.CheckConstraint(
                condition=Q(finished_on__isnull=True) | Q(started_on__isnull=False, finished_on__gte=F("started_on")), name="projects_phase_done"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PhaseMove(OfProject):
    """A phase was moved, with the reason; `because_of` is the phase whose move pushed this one."""

    phase = models.ForeignKey(SchedulePhase, models.PROTECT, related_name="moves")
    from_start = models.DateField()
    from_end = models.DateField()
    to_start = models.DateField()
    to_end = models.DateField()
    reason = models.CharField(max_length=200)
    because_of = models.ForeignKey(SchedulePhase, models.PROTECT, null=True, related_name="+")

    append_only = True

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason="") & Q(to_end__gte=F("to_start")), name="projects_phasemove_reason")]

    def __str__(self) -> str:
        return f"{self.phase_id}: {self.from_start} → {self.to_start}"


class SiteMaterial(OfProject):
    """A material the customer buys (P21) or that we order for the customer (主材代办), with the day on which the site needs it."""

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="materials")
    buyer = models.CharField(max_length=8, choices=Buyer)
    name = models.CharField(max_length=60)
    spec = models.CharField(max_length=120, blank=True)
    quantity = models.CharField(max_length=40, blank=True)
    phase = models.ForeignKey(SchedulePhase, models.PROTECT, null=True, related_name="materials")
    needed_on = models.DateField()
    order_by = models.DateField()
    supplier = models.CharField(max_length=80, blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    deposit = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    ordered_on = models.DateField(null=True)
    promised_on = models.DateField(null=True)
    arrived_on = models.DateField(null=True)
    refused_on = models.DateField(null=True)
    refused_because = models.CharField(max_length=200, blank=True)
    installed_on = models.DateField(null=True)
    dropped_at = models.DateTimeField(null=True)
    dropped_because = models.CharField(max_length=300, blank=True)

    updatable = (
        "needed_on", "order_by", "supplier", "amount", "deposit", "ordered_on", "promised_on", "arrived_on", "refused_on", "refused_because",
        "installed_on", "dropped_at", "dropped_because",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & Q(order_by__lte=F("needed_on")), name="projects_material_days"),
            models.CheckConstraint(
                condition=Q(ordered_on__isnull=True)
                | Q(buyer="client")
                | Q(promised_on__isnull=False, amount__isnull=False, amount__gte=F("deposit")) & ~Q(supplier=""),
                name="projects_material_ordered",
            ),
            models.CheckConstraint(condition=Q(arrived_on__isnull=True) | Q(buyer="client") | Q(ordered_on__isnull=False), name="projects_material_arrived"),
            models.CheckConstraint(condition=Q(refused_on__isnull=True) | ~Q(refused_because=""), name="projects_material_refused"),
            models.CheckConstraint(
                condition=Q(installed_on__isnull=True) | Q(arrived_on__isnull=False, installed_on__gte=F("arrived_on")), name="projects_material_installed"
            ),
            models.CheckConstraint(
                condition=Q(dropped_at__isnull=True) | Q(arrived_on__isnull=True) & ~Q(dropped_because=""), name="projects_material_dropped"
            ),
        ]
        indexes = [models.Index(fields=["project", "buyer", "needed_on"], name="projects_material_list")]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """Where it stands: planned, ordered, refused, arrived, installed, dropped."""
        if self.dropped_at:
            return "dropped"
        if self.installed_on:
            return "installed"
        if self.arrived_on:
            return "arrived"
        if self.refused_on:
            return "refused"
        return "ordered" if self.ordered_on else "planned"
