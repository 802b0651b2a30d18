from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import translation

from core.models import Recorded
from inspections.choices import ItemKind, Severity
from inspections.limits import words


class CheckTemplate(Recorded):
    """One of the eight checks in one version of its items; a check keeps the version it was opened with."""

    code = models.CharField(max_length=2)
    version = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="inspections_template_version"),
            models.CheckConstraint(condition=Q(code__regex="^C[1-8]$"), name="inspections_template_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class CheckItem(models.Model):
    """One item of a check: what is looked at, how, and within which limits."""

    template = models.ForeignKey(CheckTemplate, models.PROTECT, related_name="items")
    seq = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=8)
    zh = models.CharField(max_length=120)
    en = models.CharField(max_length=160)
    kind = models.CharField(max_length=12, choices=ItemKind)
    method = models.CharField(max_length=160)
    severity = models.CharField(max_length=8, choices=Severity)
    unit = models.CharField(max_length=12, blank=True)
    low = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    high = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    nominal = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    stages = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    refs = ArrayField(models.CharField(max_length=60))
    basis = models.CharField(max_length=20)
    confidence = models.CharField(max_length=8)
    photo = models.BooleanField(default=False)
    record_only = models.BooleanField(default=False)
    optional = models.BooleanField(default=False)
    deferrable = models.BooleanField(default=False)
    defer_days = models.PositiveSmallIntegerField(default=0)
    earliest_days = models.PositiveSmallIntegerField(default=0)
    blocks = models.CharField(max_length=2, blank=True)
    alternative_group = models.CharField(max_length=32, blank=True)
    by_paper = models.BooleanField(default=False)

    append_only = True

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["template", "code"], name="inspections_item_code"),
            models.CheckConstraint(
                condition=Q(low__isnull=True) | Q(high__isnull=True) | Q(low__lte=F("high")),
                name="inspections_item_limits",
            ),
            models.CheckConstraint(
                condition=Q(deferrable=False) | Q(defer_days__gt=0), name="inspections_item_defer_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def title(self) -> str:
        return self.en if (translation.get_language() or "").startswith("en") else self.zh

    @property
    def is_measured(self) -> bool:
        return bool(self.stages) or self.low is not None or self.high is not None

    @property
    def fields(self) -> list[dict[str, Any]]:
        """The values that the item asks for: label, unit, limits; none for an item that is only tapped."""
        english = (translation.get_language() or "").startswith("en")
        if self.stages:
            return [{**stage, "label": stage["en" if english else "zh"]} for stage in self.stages]
        if not self.is_measured:
            return []
        return [{"label": self.title, "unit": self.unit, "low": self.low, "high": self.high, "company": None}]

    @property
    def should(self) -> str:
        """The limit in words; stages one after the other, in Chinese as papers carry them."""
        if self.stages:
            return "；".join(f"{s['zh']} {words(s['low'], s['high'], s['unit'])}" for s in self.stages)
        return words(self.low, self.high, self.unit)
