from __future__ import annotations

from datetime import date, datetime
from functools import cached_property
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Dossier, Paper, PersonKey, Recorded
from core.policies import Permission, narrow
from projects import policies
from projects.choices import FOLLOWED, ChangeKind, Fact, Role, SettlementKind, Stage
from projects.models.base import OfProject, mine


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: Any, permission: Permission | None = None) -> Self:
        """The only way in which pages load sites; without a second word, those that may be read."""
        return narrow(self, user, permission or policies.SEE_PROJECTS, own=mine(user))  # type: ignore[return-value]

    def at_hand(self) -> Self:
        """With what every page and verb asks of a site; its people are read together when one is asked for."""
        return self.select_related("store", "dossier", "contract")


class Project(models.Model):
    """A site: one won enquiry, from the contract to the end of the warranty."""

    ref = models.CharField(max_length=32, unique=True)
    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="+")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    lead = models.OneToOneField("leads.Lead", models.PROTECT, related_name="+")
    customer = models.ForeignKey("leads.Customer", models.PROTECT, related_name="+")
    home = models.ForeignKey("leads.Home", models.PROTECT, related_name="+")
    customer_name = models.CharField(max_length=60)
    address = models.CharField(max_length=160)
    area_m2 = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    stage = models.CharField(max_length=32, choices=Stage, default=Stage.CONTRACTED)
    project_manager = PersonKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    supervisor = PersonKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    inspector = PersonKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    foreman = PersonKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    designer = PersonKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    customer_manager = PersonKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    due_on = models.DateField()
    started_on = models.DateField(null=True)
    completed_on = models.DateField(null=True)
    accepted_on = models.DateField(null=True)
    settled_on = models.DateField(null=True)
    opened_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    open_to_visitors = models.BooleanField(default=False)
    visitors_consent = models.CharField(max_length=120, blank=True)
    visitors_consented_on = models.DateField(null=True)
    visitors_contact = models.CharField(max_length=120, blank=True)

    guarded = ("stage",)
    updatable = (
        "customer", "project_manager", "supervisor", "inspector", "foreman", "designer", "customer_manager", "starts_on", "due_on", "started_on",
        "completed_on", "accepted_on", "settled_on", "open_to_visitors", "visitors_consent", "visitors_consented_on", "visitors_contact",
    )  # fmt: skip

    objects = ProjectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="projects_project_stage"),
            models.CheckConstraint(condition=Q(due_on__gt=models.F("starts_on")), name="projects_project_due_after_start"),
            models.CheckConstraint(
                condition=Q(open_to_visitors=False)
                | (~Q(visitors_consent="") & Q(visitors_consented_on__isnull=False) & ~Q(visitors_contact="")),
                name="projects_project_visitors_consent",
            ),
            models.CheckConstraint(
                condition=Q(inspector__isnull=True)
                | (
                    (Q(project_manager__isnull=True) | ~Q(inspector=models.F("project_manager")))
                    & (Q(foreman__isnull=True) | ~Q(inspector=models.F("foreman")))
                ),
                name="projects_project_builder_does_not_inspect",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "stage", "-id"], name="projects_project_list"),
            models.Index(fields=["-id"], name="projects_project_newest"),
            models.Index(fields=["id"], condition=Q(stage__in=FOLLOWED), name="projects_project_followed"),
            models.Index(fields=["store", "-id"], condition=Q(open_to_visitors=True), name="projects_project_visitable"),
        ]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("projects:file", args=[self.ref])

    @cached_property
    def facts(self) -> dict[str, Clearance]:
        """The facts in force, by fact; one query for all gates."""
        rows = self.clearances.filter(revocation__isnull=True).select_related("paper", "by")
        return {row.fact: row for row in rows}

    @cached_property
    def waived(self) -> dict[str, Waiver]:
        return {row.gate: row for row in self.waivers.select_related("by")}

    def holds(self, fact: Fact) -> bool:
        return fact.value in self.facts

    def is_waived(self, gate: str) -> bool:
        return gate in self.waived

    def forget(self) -> None:
        """Drop what was read; the next question reads again."""
        for name in ("facts", "waived", "money", "permit_in_force", "signed_papers", "change_list", "settlement_list", "supplement_list", "extension_list"):
            self.__dict__.pop(name, None)

    @cached_property
    def signed_papers(self) -> frozenset[str]:
        """Kinds of which this site has a signed paper in force; one query for all gates."""
        return frozenset(
            Paper.objects.filter(dossier_id=self.dossier_id, state__in=Paper.SIGNED_STATES).values_list("kind", flat=True)
        )

    @cached_property
    def money(self) -> Any:
        """The account of this site; read once for all gates."""
        from projects.accounts import account_of  # the account reads these models

        return account_of(self)

    @cached_property
    def permit_in_force(self) -> Any:
        return self.permits.filter(approved_on__isnull=False, replaced_by__isnull=True).order_by("-id").first()

    def passes_on(self, day: date) -> list[Any]:
        """Worker passes that are valid on a day under the permit in force (G8)."""
        permit = self.permit_in_force
        if permit is None:
            return []
        return list(permit.passes.filter(returned_on__isnull=True, valid_from__lte=day, valid_until__gte=day))

    @cached_property
    def change_list(self) -> list[Any]:
        return list(self.changes.select_related("paper").annotate(signed_at=Max("paper__signatures__at")).order_by("seq"))

    @cached_property
    def supplement_list(self) -> list[Any]:
        return list(self.supplements.select_related("paper").annotate(signed_at=Max("paper__signatures__at")).order_by("seq"))

    @cached_property
    def extension_list(self) -> list[Any]:
        return list(self.extensions.select_related("paper").annotate(signed_at=Max("paper__signatures__at")).order_by("seq"))

    @cached_property
    def settlement_list(self) -> list[Any]:
        return list(self.settlements.select_related("paper").annotate(signed_at=Max("paper__signatures__at")).order_by("id"))

    def settlement(self, kind: str) -> Any:
        """The last settlement of a kind that is in force, signed or not; None without one."""
        dead = (Paper.State.VOID, Paper.State.SUPERSEDED)
        found = [row for row in self.settlement_list if row.kind == kind and row.paper.state not in dead]
        return found[-1] if found else None

    def settled(self, kind: str) -> bool:
        row = self.settlement(kind)
        return row is not None and bool(row.paper.is_signed)

    def has_settled(self, change: Any) -> bool:
        """What settles this change is signed: mid-term and changes together, or the end; until then its day of payment has not come."""
        for kinds in ((SettlementKind.MIDTERM, SettlementKind.CHANGE), (SettlementKind.FINAL,)):
            row = self.settlement(kinds[0])
            if row is not None and row.instalment_id == change.settled_in_id:
                return all(self.settled(kind) for kind in kinds)
        return False

    @property
    def on(self) -> date:
        """The day on which this site is looked at; verbs set it from their `at`."""
        return getattr(self, "_on", None) or timezone.localdate()

    def seen_at(self, at: datetime) -> Self:
        """Look at this site as of a moment (permits and passes are valid in a period)."""
        self._on = timezone.localtime(at).date()
        return self

    @property
    def area_text(self) -> str:
        return f"{self.area_m2.normalize():f} m²" if self.area_m2 is not None else ""

    def person(self, role: str) -> Any:
        return getattr(self, role)


class ProjectStageChange(OfProject):
    """One move along the procedure; the database moves the site's stage with it and lets nobody else do so."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="stage_changes")
    seq = models.PositiveSmallIntegerField()
    from_stage = models.CharField(max_length=32, choices=Stage)
    to_stage = models.CharField(max_length=32, choices=Stage)
    kind = models.CharField(max_length=8, choices=ChangeKind, default=ChangeKind.ADVANCE)
    reason = models.CharField(max_length=300, blank=True)

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "seq"], name="projects_stagechange_seq"),
            models.CheckConstraint(condition=Q(kind="advance") | Q(kind="resume") | ~Q(reason=""), name="projects_stagechange_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.from_stage} → {self.to_stage}"


class Clearance(OfProject):
    """A fact that another desk has established; append-only, taken back by a revocation."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="clearances")
    fact = models.CharField(max_length=40, choices=Fact)
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="+")

    append_only = True

    class Meta:
        indexes = [models.Index(fields=["project", "fact"], name="projects_clearance_fact")]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.fact}"


class ClearanceRevocation(Recorded):
    """A fact is no longer so (the re-check failed), with the reason."""

    clearance = models.OneToOneField(Clearance, models.PROTECT, related_name="revocation")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="projects_revocation_reason")]

    def __str__(self) -> str:
        return self.reason


class Waiver(OfProject):
    """A gate passed without its fact, with a reason, by somebody who may; it stands in the month (decision 8)."""

    gate = models.CharField(max_length=8)
    reason = models.CharField(max_length=300)

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "gate"], name="projects_waiver_once"),
            models.CheckConstraint(condition=Q(gate__in=["G7", "G10"]), name="projects_waiver_waivable"),
            models.CheckConstraint(condition=~Q(reason=""), name="projects_waiver_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.gate}: {self.reason}"


class ProjectAssignment(OfProject):
    """Who was put on a site, in which role, by whom, when; the site carries the last one of each role (P17)."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=20, choices=Role)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        indexes = [models.Index(fields=["project", "role", "-id"], name="projects_assignment_role")]

    def __str__(self) -> str:
        return f"{self.role}: {self.person}"


class DrawingReview(OfProject):
    """The site people have read drawings and budget against the home before construction (P14, G7)."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="reviews")
    drawing_doubts = models.TextField(blank=True)
    budget_doubts = models.TextField(blank=True)
    proposals = models.TextField(blank=True)
    is_clean = models.BooleanField()

    append_only = True

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_clean=True, drawing_doubts="", budget_doubts="") | Q(is_clean=False) & (~Q(drawing_doubts="") | ~Q(budget_doubts="")),
                name="projects_review_says_doubts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.project_id}: {'clean' if self.is_clean else 'doubts'}"


class SiteArrival(OfProject):
    """The crew is on the site and the site is cleared, before material arrives (G10)."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="arrivals")
    crew = models.CharField(max_length=200)
    workers = models.PositiveSmallIntegerField()
    cleared = models.BooleanField(_("site cleared"))
    note = models.CharField(max_length=300, blank=True)

    append_only = True

    def __str__(self) -> str:
        return f"{self.project_id}: {self.workers}"
