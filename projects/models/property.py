"""What goes to the property office and comes back from it (domain 4.3).  Its own papers are recorded, never printed."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.models import Attachment, Paper
from projects.choices_preparation import CERTIFIED, REFUNDABLE, TIMED, WITH_PAPER, ApplicationKind, FeeKind, Payer
from projects.models.base import OfProject
from projects.models.contract import Permit, WorkerPass


class PropertyApplication(OfProject):
    """One application during the works: added works, hot work, goods release, stairs or lift; or an authority's approval as a record.

    Ours is a paper that owner and person in charge sign; what the office answers is its number, its day and a scan (A09 is its own).
    """

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="applications")
    kind = models.CharField(max_length=16, choices=ApplicationKind)
    paper = models.OneToOneField(Paper, models.PROTECT, null=True, related_name="+")
    items = ArrayField(models.CharField(max_length=32))  # the works it is for: codes of site_permits.yaml
    what = models.CharField(max_length=400)
    place = models.CharField(max_length=120, blank=True)
    from_at = models.DateTimeField(null=True)
    until_at = models.DateTimeField(null=True)
    operator = models.CharField(max_length=40, blank=True)
    certificate = models.CharField(max_length=40, blank=True)
    certificate_until = models.DateField(null=True)
    certificate_scan = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    id_copy = models.BooleanField(default=False)
    watcher = models.CharField(max_length=40, blank=True)
    id_masked = models.CharField(max_length=18, blank=True)
    number = models.CharField(max_length=40, blank=True)
    approved_on = models.DateField(null=True)
    approver = models.CharField(max_length=60, blank=True)
    original_kept = models.BooleanField(default=False)
    scan = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    rejected_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    updatable = ("number", "approved_on", "approver", "original_kept", "scan", "decided_by", "rejected_at", "reason")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ApplicationKind.values, items__len__gte=1) & ~Q(what=""), name="projects_application_kind"),
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in WITH_PAPER], paper__isnull=False) | ~Q(kind__in=[k.value for k in WITH_PAPER]),
                name="projects_application_paper",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[k.value for k in TIMED]) | Q(from_at__isnull=False, until_at__gt=F("from_at")),
                name="projects_application_hours",
            ),
            models.CheckConstraint(  # R085, G19
                condition=~Q(kind="hot_work")
                | Q(certificate_until__isnull=False, certificate_scan__isnull=False, id_copy=True)
                & ~Q(operator="") & ~Q(certificate="") & ~Q(watcher="") & ~Q(place="") & ~Q(watcher=F("operator")),
                name="projects_application_welder",
            ),
            models.CheckConstraint(  # A10: who carries out, with an ID
                condition=~Q(kind="goods_release") | ~Q(operator="") & ~Q(id_masked=""), name="projects_application_carrier"
            ),
            models.CheckConstraint(
                condition=Q(approved_on__isnull=True) | Q(decided_by__isnull=False, scan__isnull=False, rejected_at__isnull=True) & ~Q(approver=""),
                name="projects_application_approved",
            ),
            models.CheckConstraint(  # R086
                condition=Q(approved_on__isnull=True) | ~Q(kind__in=[k.value for k in CERTIFIED]) | Q(original_kept=True),
                name="projects_application_original",
            ),
            models.CheckConstraint(condition=Q(rejected_at__isnull=True) | ~Q(reason=""), name="projects_application_rejected"),
        ]
        indexes = [models.Index(fields=["project", "kind", "-id"], name="projects_application_list")]

    def __str__(self) -> str:
        return self.number or f"{self.kind} {self.pk}"

    @property
    def state(self) -> str:
        return "approved" if self.approved_on else "rejected" if self.rejected_at else "waiting"


class SiteNeed(OfProject):
    """A work planned on this site that needs somebody's permission first; it starts under an approved application alone (G19–G22, LR-27)."""

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="needs")
    code = models.CharField(max_length=32)
    kind = models.CharField(max_length=16, choices=ApplicationKind)
    planned_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    application = models.ForeignKey(PropertyApplication, models.PROTECT, null=True, related_name="needs")
    started_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    dropped_at = models.DateTimeField(null=True)
    dropped_because = models.CharField(max_length=300, blank=True)

    updatable = ("planned_on", "application", "started_at", "started_by", "dropped_at", "dropped_because")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "code", "planned_on"], condition=Q(dropped_at__isnull=True), name="projects_need_once"
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=True) | Q(application__isnull=False, started_by__isnull=False, dropped_at__isnull=True),
                name="projects_need_permitted",
            ),
            models.CheckConstraint(condition=Q(dropped_at__isnull=True) | ~Q(dropped_because=""), name="projects_need_dropped"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.planned_on}"


class PropertyFee(OfProject):
    """Money that the property office takes: asked, paid with a receipt, and given back where it is a deposit (R064–R066)."""

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="fees")
    permit = models.ForeignKey(Permit, models.PROTECT, null=True, related_name="fees")
    kind = models.CharField(max_length=16, choices=FeeKind)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    people = models.PositiveSmallIntegerField(null=True)  # how many passes the money is for
    payer = models.CharField(max_length=8, choices=Payer, default=Payer.OWNER)
    payer_name = models.CharField(max_length=60, blank=True)
    paid_on = models.DateField(null=True)
    receipt_number = models.CharField(max_length=40, blank=True)
    receipt = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    paid_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    returned_on = models.DateField(null=True)
    returned_amount = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    returned_to = models.CharField(max_length=60, blank=True)
    withheld_because = models.CharField(max_length=300, blank=True)

    updatable = (
        "payer", "payer_name", "paid_on", "receipt_number", "receipt", "paid_by", "returned_on", "returned_amount", "returned_to", "withheld_because",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, kind__in=FeeKind.values), name="projects_fee_amount"),
            models.CheckConstraint(
                condition=~Q(kind__in=["pass_deposit", "pass_cost"]) | Q(people__gte=1), name="projects_fee_people"
            ),
            models.CheckConstraint(
                condition=Q(paid_on__isnull=True) | Q(receipt__isnull=False, paid_by__isnull=False) & ~Q(payer_name="") & ~Q(receipt_number=""),
                name="projects_fee_receipt",
            ),
            models.CheckConstraint(
                condition=Q(returned_on__isnull=True)
                | Q(kind__in=[k.value for k in REFUNDABLE], paid_on__isnull=False, returned_on__gte=F("paid_on"), returned_amount__gte=0)
                & Q(returned_amount__lte=F("amount")) & (Q(returned_amount=F("amount")) | ~Q(withheld_because="")),
                name="projects_fee_returned",
            ),
            models.CheckConstraint(condition=Q(kind="extension", permit__isnull=False) | ~Q(kind="extension"), name="projects_fee_extension"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"

    @property
    def is_refundable(self) -> bool:
        return self.kind in REFUNDABLE


class PermitExtension(OfProject):
    """Why the period is not enough, and which schedule extension it belongs to (A06, P26; domain 3.5)."""

    permit = models.OneToOneField(Permit, models.PROTECT, related_name="extension")
    because = models.CharField(max_length=300)
    schedule_paper = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="+")

    append_only = True

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(because=""), name="projects_permitextension_because")]

    def __str__(self) -> str:
        return self.because


class PassRegisterLine(OfProject):
    """A line of the register of passes (A04): what was handed in for it, its number, who signed for it."""

    worker_pass = models.OneToOneField(WorkerPass, models.PROTECT, related_name="register_line")
    number = models.CharField(max_length=40)
    photos = models.PositiveSmallIntegerField()
    id_copy = models.BooleanField()
    collected_on = models.DateField()
    signed_for = models.CharField(max_length=40)

    append_only = True

    class Meta:
        constraints = [
            models.CheckConstraint(  # R081
                condition=Q(photos__gte=1, photos__lte=4, id_copy=True) & ~Q(number="") & ~Q(signed_for=""), name="projects_passregister_complete"
            )
        ]

    def __str__(self) -> str:
        return self.number


class DayWorker(OfProject):
    """Somebody who works one day or less: a visitor, no pass (Q79).  The second day needs a pass (R080)."""

    worker = models.CharField(max_length=40)
    trade = models.CharField(max_length=40, blank=True)
    on = models.DateField()

    append_only = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "worker"], name="projects_dayworker_one_day")]

    def __str__(self) -> str:
        return f"{self.worker} {self.on}"
