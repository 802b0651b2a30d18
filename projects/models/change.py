from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round

from core.models import Attachment, Paper
from projects.choices import ChangeReason
from projects.models.base import OfProject


class ChangeOrder(OfProject):
    """An addition or deduction: the customer's evidence first, then prices, then the customer's signature (G14, LR-23).

    It counts from the moment its paper is signed; an unsigned one never does.
    """

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="changes")
    seq = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=20, choices=ChangeReason)
    wish = models.TextField()
    evidence = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    designer_told_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    days = models.SmallIntegerField(default=0)
    paper = models.OneToOneField(Paper, models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    settled_in = models.ForeignKey("projects.Instalment", models.PROTECT, null=True, related_name="changes")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_because = models.CharField(max_length=300, blank=True)

    updatable = (
        "designer_told_at", "answer", "amount", "days", "paper", "issued_at", "issued_by", "settled_in", "withdrawn_at",
        "withdrawn_by", "withdrawn_because",
    )  # fmt: skip

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["project", "seq"], name="projects_change_seq"),
            models.CheckConstraint(
                condition=Q(paper__isnull=True) | Q(amount__isnull=False, issued_at__isnull=False, designer_told_at__isnull=False),
                name="projects_change_issued_whole",
            ),
            models.CheckConstraint(condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_because=""), name="projects_change_withdrawn"),
            models.CheckConstraint(condition=Q(days__gte=-60, days__lte=180), name="projects_change_days"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.seq}"

    @property
    def is_signed(self) -> bool:
        return self.paper is not None and self.paper.is_signed and self.withdrawn_at is None

    @property
    def is_waiting(self) -> bool:
        """Asked for or issued, neither signed nor withdrawn."""
        return self.withdrawn_at is None and not self.is_signed


class ChangeLine(models.Model):
    """One line of a change, at the price of the contract's own price list, or at an approved one outside it; a negative quantity is a deduction."""

    change = models.ForeignKey(ChangeOrder, models.PROTECT, related_name="lines")
    seq = models.PositiveSmallIntegerField()
    item = models.ForeignKey("leads.PriceItem", models.PROTECT, null=True, related_name="+")
    off_list = models.OneToOneField("projects.OffListPrice", models.PROTECT, null=True, related_name="line")
    room = models.ForeignKey("leads.Room", models.PROTECT, null=True, related_name="+")
    quantity = models.DecimalField(max_digits=10, decimal_places=2)
    unit_price = models.DecimalField(max_digits=12, decimal_places=2)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    note = models.CharField(max_length=120, blank=True)

    append_only = True

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["change", "seq"], name="projects_changeline_seq"),
            models.CheckConstraint(
                condition=Q(item__isnull=False, off_list__isnull=True) | Q(item__isnull=True, off_list__isnull=False), name="projects_changeline_priced"
            ),
            models.CheckConstraint(condition=~Q(quantity=0) & Q(unit_price__gte=0), name="projects_changeline_quantity"),
            models.CheckConstraint(
                condition=Q(amount=Round(F("quantity") * F("unit_price"), precision=2)), name="projects_changeline_amount"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id or self.off_list_id} × {self.quantity}"

    @property
    def source(self) -> Any:
        """What it is priced by: an item of the list, or the approved price outside it; both have a name and a unit."""
        return self.item if self.item_id is not None else self.off_list
