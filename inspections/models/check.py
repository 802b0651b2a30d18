from __future__ import annotations

from collections.abc import Callable
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from core.models import Attachment, Paper, Recorded
from inspections.checks import Check, checks, rules
from inspections.choices import LEFT_OUT, CheckState, CustomerVerdict, Party, Verdict
from inspections.limits import plain
from inspections.models.base import OfSite, OfSiteQuerySet
from inspections.models.catalogue import CheckItem, CheckTemplate
from inspections.passing import Weighed, weigh


class QualityCheckQuerySet(OfSiteQuerySet):

    def unfinished(self) -> Self:
        return self.filter(state__in=(CheckState.ANNOUNCED, CheckState.OPEN))


class QualityCheck(OfSite):
    """One of the eight checks on one site, one attempt (I07, R041).  The inspector opens it; who builds does not pass it.

    `at` and `by` are when and by whom it was announced or opened first.
    """

    code = models.CharField(max_length=2)
    attempt = models.PositiveSmallIntegerField()
    template = models.ForeignKey(CheckTemplate, models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=CheckState)
    reason = models.CharField(max_length=300, blank=True)
    planned_at = models.DateTimeField(null=True)
    announced_at = models.DateTimeField(null=True)
    inspector = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField(null=True)
    concluded_at = models.DateTimeField(null=True)
    tools = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    remark = models.CharField(max_length=1000, blank=True)
    customer_verdict = models.CharField(max_length=16, choices=CustomerVerdict, blank=True)
    customer_says = models.CharField(max_length=1000, blank=True)
    paper = models.OneToOneField(Paper, models.PROTECT, null=True, related_name="+")
    cleared_at = models.DateTimeField(null=True)

    updatable = (
        "state", "planned_at", "announced_at", "inspector", "started_at", "concluded_at", "tools", "remark", "customer_verdict",
        "customer_says", "paper", "cleared_at", "template",
    )  # fmt: skip

    objects = QualityCheckQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "code", "attempt"], name="inspections_check_attempt"),
            models.UniqueConstraint(
                fields=["project", "code"],
                condition=Q(state__in=["announced", "open"]),
                name="inspections_check_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="announced", planned_at__isnull=False)
                | Q(state="open", started_at__isnull=False, concluded_at__isnull=True)
                | Q(
                    state__in=["passed", "failed"],
                    started_at__isnull=False,
                    concluded_at__isnull=False,
                    paper__isnull=False,
                ),
                name="inspections_check_moments",
            ),
            models.CheckConstraint(
                condition=~Q(state="open") | Q(inspector__isnull=False), name="inspections_check_inspector"
            ),
            models.CheckConstraint(
                condition=Q(cleared_at__isnull=True) | Q(state="passed"), name="inspections_check_cleared"
            ),
            models.CheckConstraint(
                condition=~Q(state="passed", code="C8") | ~Q(customer_verdict=""),
                name="inspections_check_customer_fills",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "-id"], name="inspections_check_list"),
            models.Index(
                fields=["paper"], condition=Q(state="passed", cleared_at__isnull=True), name="inspections_check_follow"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.code}/{self.attempt}"

    def get_absolute_url(self) -> str:
        return reverse("inspections:check", args=[self.project.ref, self.code, self.attempt])

    @property
    def row(self) -> Check:
        return checks()[self.code]

    @property
    def is_open(self) -> bool:
        return self.state == CheckState.OPEN

    @property
    def is_recheck(self) -> bool:
        return self.attempt > 1 and not self.row.repeatable

    @property
    def notice_hours(self) -> int | None:
        """How long before the check the customer was told; None when nobody was told."""
        start = self.started_at or self.planned_at
        if self.announced_at is None or start is None:
            return None
        return int((start - self.announced_at).total_seconds() // 3600)

    @property
    def short_notice(self) -> bool:
        """A check to which people must come was announced too late, or not at all: a warning, never a gate."""
        told = self.notice_hours
        return self.row.notice_hours > 0 and (told is None or told < self.row.notice_hours)

    def read(self) -> tuple[list[CheckItem], dict[str, CheckResult], frozenset[str]]:
        """Items, results with their count of photos, and the waived items: three queries for page and verb."""
        items = list(self.template.items.all())
        photos = (
            Photo.objects.filter(result=OuterRef("pk")).order_by().values("result").annotate(n=Count("pk")).values("n")
        )
        found = self.results.annotate(photo_count=Coalesce(Subquery(photos), 0)).select_related("by", "confirmed_by", "tool")
        known = {item.pk: item for item in items}
        results: dict[str, CheckResult] = {}
        for result in found:
            result.item = known[result.item_id]
            results[result.item.code] = result
        waived = frozenset(known[pk].code for pk in self.waivers.values_list("item_id", flat=True))
        return items, results, waived

    def weighed(self, read: tuple[list[CheckItem], dict[str, CheckResult], frozenset[str]] | None = None) -> Weighed:
        items, results, waived = read or self.read()
        return weigh(items, results, rules=rules(), waived=waived, repeatable=self.row.repeatable)


class CheckResult(OfSite):
    """How one item came out; it may be changed while the check is open, and never after."""

    quality_check = models.ForeignKey(QualityCheck, models.PROTECT, related_name="results")
    item = models.ForeignKey(CheckItem, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=16, choices=Verdict)
    values = models.JSONField(default=list)
    points = models.PositiveSmallIntegerField(default=0)
    good = models.PositiveSmallIntegerField(default=0)
    gap = models.DecimalField(max_digits=14, decimal_places=4, default=0)
    overrun = models.BooleanField(default=False)
    short_of_promise = models.BooleanField(default=False)
    tolerable = models.BooleanField(default=False)
    note = models.CharField(max_length=500, blank=True)
    carried = models.BooleanField(default=False)
    was_failed = models.BooleanField(default=False)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    tool = models.ForeignKey("inspections.Tool", models.PROTECT, null=True, related_name="+")

    updatable = (
        "verdict", "values", "points", "good", "gap", "overrun", "short_of_promise", "tolerable", "note", "carried", "was_failed",
        "confirmed_by", "confirmed_at", "tool", "by", "at",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quality_check", "item"], name="inspections_result_once"),
            models.CheckConstraint(condition=~Q(verdict__in=LEFT_OUT) | ~Q(note=""), name="inspections_result_reason"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("by")),
                name="inspections_result_second_person",
            ),
            models.CheckConstraint(condition=Q(good__lte=F("points")), name="inspections_result_points"),
        ]

    def __str__(self) -> str:
        return f"{self.quality_check_id} {self.item_id}: {self.verdict}"

    @property
    def measured(self) -> str:
        """The values as papers print them: points of one limit by 、, stages by ；."""
        return self.measured_in(str)

    def measured_in(self, words: Callable[[str], str]) -> str:
        """The values with their units in the language of `words`."""
        units = [stage["unit"] for stage in self.item.stages] or [self.item.unit] * len(self.values)
        pairs = zip(self.values, units, strict=False)
        return "；".join("、".join(plain(v) for v in points) + f" {words(unit)}".rstrip() for points, unit in pairs)

    @property
    def left_out(self) -> bool:
        return self.verdict in LEFT_OUT


class Attendance(models.Model):
    """Who was there when a check was concluded (R044, R046); a delegate needs the customer's written authorisation (Q57)."""

    quality_check = models.ForeignKey(QualityCheck, models.PROTECT, related_name="attendances")
    party = models.CharField(max_length=24, choices=Party)
    name = models.CharField(max_length=60)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    stands_in = models.BooleanField(default=False)
    authorisation = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quality_check", "party"], name="inspections_attendance_once"),
            models.CheckConstraint(
                condition=Q(stands_in=False) | Q(authorisation__isnull=False), name="inspections_attendance_authorised"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.name}"


class ItemWaiver(Recorded):
    """A general item that the engineering manager lets pass undone, with a reason; it stands in the month (decision 8)."""

    quality_check = models.ForeignKey(QualityCheck, models.PROTECT, related_name="waivers")
    item = models.ForeignKey(CheckItem, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quality_check", "item"], name="inspections_waiver_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="inspections_waiver_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.reason}"


class Photo(models.Model):
    """A picture of the site, as evidence of exactly one thing; of an item of a check it may say in which room and where there.

    What is covered later is found again by its room (I11).
    """

    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    result = models.ForeignKey(CheckResult, models.PROTECT, null=True, related_name="photos")
    finding = models.ForeignKey("inspections.Finding", models.PROTECT, null=True, related_name="photos")
    answer = models.ForeignKey("inspections.Answer", models.PROTECT, null=True, related_name="photos")
    recheck = models.ForeignKey("inspections.Recheck", models.PROTECT, null=True, related_name="photos")
    patrol = models.ForeignKey("inspections.Patrol", models.PROTECT, null=True, related_name="photos")
    room = models.ForeignKey("leads.Room", models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=80, blank=True)

    append_only = True

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    *[
                        Q(
                            *[
                                Q(**{f"{other}__isnull": other != one})
                                for other in ("result", "finding", "answer", "recheck", "patrol")
                            ]
                        )
                        for one in ("result", "finding", "answer", "recheck", "patrol")
                    ],
                    _connector=Q.OR,
                ),
                name="inspections_photo_of_one_thing",
            ),
            models.CheckConstraint(condition=Q(room__isnull=True) | Q(result__isnull=False), name="inspections_photo_room"),
        ]

    def __str__(self) -> str:
        return str(self.attachment_id)
