from __future__ import annotations

from django.db import models
from django.db.models import Q

from core.models.attachment import Attachment
from core.models.dossier import Dossier


class CompanyProfile(models.Model):
    """The company as its papers show it (LR-26); one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    licence = models.CharField(max_length=60, blank=True)
    uscc = models.CharField(max_length=18, blank=True)
    qualification = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=160, blank=True)
    hotline = models.CharField(max_length=30, blank=True)
    bank_name = models.CharField(max_length=80, blank=True)
    bank_account = models.CharField(max_length=40, blank=True)
    representative = models.CharField(max_length=40, blank=True)
    logo = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, related_name="+")
    simulated = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="core_company_one_row")]

    def __str__(self) -> str:
        return self.name


class CalendarDay(models.Model):
    """A day that is not what its weekday says: a holiday, or a working day in lieu (调休)."""

    day = models.DateField(primary_key=True)
    working = models.BooleanField()
    name = models.CharField(max_length=40, blank=True)

    deletable = True

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
