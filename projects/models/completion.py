"""The papers of the end: cleaning, hand-over of the home, hand-over of the documents, the archive and what leaves it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import Attachment, Paper
from projects.choices_settling import LoanKind
from projects.models.base import OfProject


class CleaningOrder(OfProject):
    """The home is cleaned by a contractor before it is handed over (P45)."""

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="cleanings")
    contractor = models.CharField(max_length=60)
    phone = models.CharField(max_length=20, blank=True)
    scope = models.CharField(max_length=300)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    clean_on = models.DateField()
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    done_on = models.DateField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    done_word = models.CharField(max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_because = models.CharField(max_length=300, blank=True)

    updatable = ("done_on", "done_by", "done_word", "withdrawn_at", "withdrawn_by", "withdrawn_because")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0) & ~Q(contractor="") & ~Q(scope=""), name="projects_cleaning_whole"),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True, done_by__isnull=True)
                | Q(done_on__isnull=False, done_by__isnull=False, withdrawn_at__isnull=True) & ~Q(done_word=""),
                name="projects_cleaning_done",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_by__isnull=False) & ~Q(withdrawn_because=""), name="projects_cleaning_withdrawn"
            ),
            models.UniqueConstraint(fields=["project"], condition=Q(done_on__isnull=True, withdrawn_at__isnull=True), name="projects_cleaning_one_waits"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["store", "done_on"], name="projects_cleaning_period")]

    def __str__(self) -> str:
        return f"{self.contractor} {self.clean_on}"


class SiteHandOver(OfProject):
    """The home goes back to its owner: keys, meters, what is in it; signed by owner and supervisor (P33)."""

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="hand_overs")
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    on = models.DateField()
    keys = models.PositiveSmallIntegerField()
    water = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    power = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    gas = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    left_open = models.CharField(max_length=400, blank=True)

    append_only = True

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(water__isnull=True) | Q(water__gte=0), name="projects_handover_water"),
            models.CheckConstraint(condition=Q(power__isnull=True) | Q(power__gte=0), name="projects_handover_power"),
            models.CheckConstraint(condition=Q(gas__isnull=True) | Q(gas__gte=0), name="projects_handover_gas"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.on}"


class DocumentHandOver(OfProject):
    """Papers, drawings and instructions go to the customer: each named, given or not with the reason (P34, C8-18)."""

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="document_hand_overs")
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    on = models.DateField()
    lines = models.JSONField(default=list)
    given = models.PositiveSmallIntegerField()
    missing = models.PositiveSmallIntegerField()

    append_only = True

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(given__gt=0), name="projects_documenthandover_given")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.on}"


class SiteArchive(OfProject):
    """The file of a site is bound and put on its shelf: its number, where it stands, what it holds on that day (P35)."""

    project = models.OneToOneField("projects.Project", models.PROTECT, related_name="archive")
    number = models.CharField(max_length=40)
    shelf = models.CharField(max_length=60)
    volumes = models.PositiveSmallIntegerField(default=1)
    filed_on = models.DateField()
    papers = models.PositiveIntegerField()
    files = models.PositiveIntegerField()
    unsigned = models.PositiveIntegerField()
    word = models.CharField(max_length=300, blank=True)

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="projects_archive_number"),
            models.CheckConstraint(condition=~Q(number="") & ~Q(shelf="") & Q(volumes__gte=1), name="projects_archive_whole"),
            models.CheckConstraint(condition=Q(unsigned=0) | ~Q(word=""), name="projects_archive_unsigned_word"),
        ]

    def __str__(self) -> str:
        return self.number


class DocumentLoan(OfProject):
    """A document leaves the archive: issued, lent or passed round; what was lent comes back (P36)."""

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="loans")
    kind = models.CharField(max_length=8, choices=LoanKind)
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    what = models.CharField(max_length=120)
    to = models.CharField(max_length=60)
    purpose = models.CharField(max_length=200)
    out_on = models.DateField()
    due_on = models.DateField(null=True)
    returned_on = models.DateField(null=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    returned_word = models.CharField(max_length=200, blank=True)

    updatable = ("returned_on", "returned_by", "returned_word")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(what="") & ~Q(to="") & ~Q(purpose=""), name="projects_loan_whole"),
            models.CheckConstraint(
                condition=Q(kind="issue", due_on__isnull=True) | ~Q(kind="issue") & Q(due_on__isnull=False, due_on__gte=F("out_on")), name="projects_loan_due"
            ),
            models.CheckConstraint(
                condition=Q(returned_on__isnull=True, returned_by__isnull=True)
                | ~Q(kind="issue") & Q(returned_on__isnull=False, returned_on__gte=F("out_on"), returned_by__isnull=False),
                name="projects_loan_returned",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["store", "due_on"], condition=Q(returned_on__isnull=True), name="projects_loan_open")]

    def __str__(self) -> str:
        return f"{self.what} → {self.to}"


__all__ = ["CleaningOrder", "DocumentHandOver", "DocumentLoan", "SiteArchive", "SiteHandOver"]
