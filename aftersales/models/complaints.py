"""Complaints in six steps (S07–S10), proposed check items, the reports of week and month (S10, S12, S13, S17), the shift hand-over (S16)."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from aftersales import policies_complaints as policies
from aftersales.choices import Satisfaction
from aftersales.choices_complaints import (
    ABOUT,
    ComplaintClass,
    ComplaintSource,
    ComplaintStage,
    Decision,
    Emotion,
    Part,
    Span,
    TalkKind,
)
from aftersales.choices_repairs import Trade
from core.models import Dossier, Paper, PersonKey, Recorded
from core.policies import narrow

USER = settings.AUTH_USER_MODEL


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def visible_to(self, user: Any, permission: Any = None) -> Self:
        """Those of the store or all, or those in which one has a part – never one that is about oneself (who complained is not told)."""
        part = ComplaintPerson.objects.filter(complaint=OuterRef("pk"), person=user)
        own = Q(officer=user) | Q(leader=user) | Q(investigator=user) | Q(Exists(part))
        return narrow(self.not_about(user), user, permission or policies.SEE_COMPLAINTS, own=own)  # type: ignore[return-value]

    def not_about(self, user: Any) -> Self:
        return self.filter(~Exists(ComplaintPerson.objects.filter(complaint=OuterRef("pk"), person=user, part__in=ABOUT)))


class Complaint(Recorded):
    """A complaint (S07); `stage` is written by the database from its stage rows, `kind` and `upheld` repeat the last row of their own.

    Class and upheld are two questions.  `owed_at` is when the customer was promised an answer (S15).
    """

    ref = models.CharField(max_length=40, unique=True)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="+")
    lead = models.ForeignKey("leads.Lead", models.PROTECT, related_name="+")
    project = models.ForeignKey("projects.Project", models.PROTECT, null=True, related_name="+")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    source = models.CharField(max_length=12, choices=ComplaintSource)
    category = models.CharField(max_length=16)
    complainant = models.CharField(max_length=40)
    phone = models.CharField(max_length=20, blank=True)
    text = models.CharField(max_length=1000)
    wish = models.CharField(max_length=400, blank=True)
    emotion = models.CharField(max_length=8, choices=Emotion, blank=True)
    payment_state = models.CharField(max_length=120, blank=True)
    stage = models.CharField(max_length=16, choices=ComplaintStage, default=ComplaintStage.RECEIVED)
    round = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=8, choices=ComplaintClass, blank=True)
    upheld = models.BooleanField(null=True)
    department = models.ForeignKey("staff.Department", models.PROTECT, null=True, related_name="+")
    more_departments = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    trade = models.CharField(max_length=12, choices=Trade, blank=True)
    officer = PersonKey(USER, models.PROTECT, related_name="+")
    investigator = PersonKey(USER, models.PROTECT, null=True, related_name="+")
    leader = PersonKey(USER, models.PROTECT, null=True, related_name="+")
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    solution = models.OneToOneField(Paper, models.PROTECT, null=True, related_name="+")
    owed_at = models.DateTimeField()
    replied_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    satisfaction = models.CharField(max_length=12, choices=Satisfaction, blank=True)
    by = PersonKey(USER, models.PROTECT, related_name="+")

    guarded = ("stage",)
    updatable = (
        "round", "kind", "upheld", "department", "more_departments", "trade", "officer", "investigator", "leader", "solution", "owed_at", "replied_at",
        "ended_at", "satisfaction",
    )  # fmt: skip

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=ComplaintStage.values), name="aftersales_complaint_stage"),
            models.CheckConstraint(condition=~Q(text="") & ~Q(complainant=""), name="aftersales_complaint_told"),
            models.CheckConstraint(condition=Q(phone="") | Q(phone__regex=r"^[0-9x]{8,18}$"), name="aftersales_complaint_phone"),
            models.CheckConstraint(
                condition=Q(stage__in=["received", "answering", "closed"]) | Q(upheld=True, department__isnull=False, leader__isnull=False),
                name="aftersales_complaint_has_department",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=["executing", "calling", "summing_up"]) | Q(solution__isnull=False), name="aftersales_complaint_has_solution"
            ),
            models.CheckConstraint(condition=Q(leader__isnull=True) | ~Q(leader=F("investigator")), name="aftersales_complaint_four_eyes"),
        ]
        indexes = [
            models.Index(fields=["store", "-id"], name="aftersales_complaint_list"),
            models.Index(fields=["store", "at"], name="aftersales_complaint_month"),
            models.Index(fields=["dossier", "-id"], name="aftersales_complaint_file"),
            models.Index(fields=["officer", "-id"], name="aftersales_complaint_mine"),
        ]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("aftersales:complaint", args=[self.ref])


class OfComplaint(Recorded):
    """A record of one complaint; its store is the complaint's, held equal by the database."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="%(class)ss")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"


class ComplaintMove(OfComplaint):
    """One step of a complaint; the database moves the complaint along with it."""

    seq = models.PositiveSmallIntegerField()
    from_stage = models.CharField(max_length=16, choices=ComplaintStage)
    to_stage = models.CharField(max_length=16, choices=ComplaintStage)
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "seq"], name="aftersales_complaintmove_seq"),
            models.CheckConstraint(
                condition=~Q(from_stage="closed") & ~Q(from_stage__in=["approved", "calling", "proposing"], to_stage__in=["proposing", "investigating"])
                | ~Q(reason=""),
                name="aftersales_complaintmove_back_has_a_reason",
            ),
        ]


class ComplaintPerson(OfComplaint):
    """Who has what part in a complaint: a fact that discipline may read later; nothing follows from it by itself (LR-11)."""

    person = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    outside = models.CharField(max_length=60, blank=True)
    part = models.CharField(max_length=12, choices=Part)
    department = models.ForeignKey("staff.Department", models.PROTECT, null=True, related_name="+")
    rule = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "person", "part"], name="aftersales_complaintperson_once"),
            models.CheckConstraint(
                condition=Q(person__isnull=False, outside="") | Q(person__isnull=True) & ~Q(outside="") & Q(part="responsible"),
                name="aftersales_complaintperson_who",
            ),
        ]


class Classing(OfComplaint):
    """The class of a complaint; changed with a reason, the earlier ones stay (7.1)."""

    seq = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=ComplaintClass)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-seq"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "seq"], name="aftersales_classing_seq"),
            models.CheckConstraint(condition=Q(seq=1) | ~Q(reason=""), name="aftersales_classing_change_has_a_reason"),
        ]


class ComplaintVerdict(OfComplaint):
    """Step 2: is the reason sufficient, is the demand reasonable; upheld when both are.  A communication complaint may be settled by an answer.

    Who judges has checked who is speaking and, for a communication complaint, looked at the payments.
    """

    seq = models.PositiveSmallIntegerField()
    reason_sufficient = models.BooleanField()
    demand_reasonable = models.BooleanField()
    upheld = models.BooleanField()
    why = models.CharField(max_length=600)
    department = models.ForeignKey("staff.Department", models.PROTECT, null=True, related_name="+")
    identity_checked = models.BooleanField()
    payment_looked = models.BooleanField(default=False)

    class Meta:
        ordering = ["-seq"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "seq"], name="aftersales_verdict_seq"),
            models.CheckConstraint(
                condition=Q(upheld=True, reason_sufficient=True, demand_reasonable=True, department__isnull=False)
                | Q(upheld=False) & (Q(reason_sufficient=False) | Q(demand_reasonable=False)),
                name="aftersales_verdict_upheld_is_both",
            ),
            models.CheckConstraint(condition=~Q(why="") & Q(identity_checked=True), name="aftersales_verdict_has_a_reason"),
        ]


class Investigation(OfComplaint):
    """Step 3 (S08): what was found, the cause, whose trade."""

    seq = models.PositiveSmallIntegerField()
    found = models.CharField(max_length=1000)
    cause = models.CharField(max_length=600)
    trade = models.CharField(max_length=12, choices=Trade, blank=True)

    class Meta:
        ordering = ["-seq"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "seq"], name="aftersales_investigation_seq"),
            models.CheckConstraint(condition=~Q(found="") & ~Q(cause=""), name="aftersales_investigation_says"),
        ]


class Proposal(OfComplaint):
    """Step 4 (S09): one of several solutions that the departments propose."""

    round = models.PositiveSmallIntegerField()
    seq = models.PositiveSmallIntegerField()
    says = models.CharField(max_length=800)
    amends = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    days = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["round", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "round", "seq"], name="aftersales_proposal_seq"),
            models.CheckConstraint(condition=~Q(says="") & Q(days__gte=1) & (Q(amends__isnull=True) | Q(amends__gt=0)), name="aftersales_proposal_says"),
        ]


class Reading(OfComplaint):
    """The leader in charge has read this proposal: each one is read before one is approved."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="readings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "by"], name="aftersales_reading_once")]


class Approval(OfComplaint):
    """The leader in charge approves exactly one proposal of a round, with his instruction (批示, G23)."""

    round = models.PositiveSmallIntegerField()
    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="approval")
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    instruction = models.CharField(max_length=600)

    class Meta:
        ordering = ["-round"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "round"], name="aftersales_approval_one_a_round"),
            models.CheckConstraint(condition=~Q(instruction=""), name="aftersales_approval_instruction"),
        ]


class Talk(OfComplaint):
    """One talk with the customer about a complaint: reached or not, and what was said."""

    seq = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=TalkKind)
    round = models.PositiveSmallIntegerField()
    reached = models.BooleanField()
    satisfaction = models.CharField(max_length=12, choices=Satisfaction, blank=True)
    says = models.CharField(max_length=600)

    class Meta:
        ordering = ["-seq"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "seq"], name="aftersales_talk_seq"),
            models.CheckConstraint(condition=Q(reached=False) | ~Q(says=""), name="aftersales_talk_says"),
            models.CheckConstraint(
                condition=Q(kind="after", reached=True) & ~Q(satisfaction="") | ~Q(kind="after", reached=True) & Q(satisfaction=""),
                name="aftersales_talk_after_satisfaction",
            ),
        ]


class Carrying(OfComplaint):
    """Step 5: what was done of the approved solution, and what the customer said of it at once."""

    round = models.PositiveSmallIntegerField()
    done = models.CharField(max_length=800)
    feedback = models.CharField(max_length=600)

    class Meta:
        ordering = ["-round"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "round"], name="aftersales_carrying_once"),
            models.CheckConstraint(condition=~Q(done="") & ~Q(feedback=""), name="aftersales_carrying_says"),
        ]


class SummingUp(OfComplaint):
    """Step 6: the process summed up and rated, and what is improved."""

    seq = models.PositiveSmallIntegerField()
    summary = models.CharField(max_length=800)
    rating = models.PositiveSmallIntegerField()
    measure = models.CharField(max_length=600)

    class Meta:
        ordering = ["-seq"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "seq"], name="aftersales_summingup_seq"),
            models.CheckConstraint(condition=~Q(summary="") & ~Q(measure="") & Q(rating__gte=1, rating__lte=5), name="aftersales_summingup_says"),
        ]


class CheckProposal(Recorded):
    """A cause that a check should have found: a new item for one of the eight checks, decided by the engineering manager."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="check_proposals")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    check_code = models.CharField(max_length=2)
    text = models.CharField(max_length=120)
    method = models.CharField(max_length=160)
    main = models.BooleanField(default=False)
    decision = models.CharField(max_length=8, choices=Decision, default=Decision.OPEN)
    reason = models.CharField(max_length=300, blank=True)
    item_code = models.CharField(max_length=8, blank=True)
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    updatable = ("decision", "reason", "item_code", "decided_by", "decided_at")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(check_code__regex="^C[1-8]$") & ~Q(text="") & ~Q(method=""), name="aftersales_checkproposal_says"),
            models.CheckConstraint(
                condition=Q(decision="open", decided_by__isnull=True, decided_at__isnull=True, item_code="")
                | Q(decision="adopted", decided_by__isnull=False, decided_at__isnull=False) & ~Q(item_code="")
                | Q(decision="declined", decided_by__isnull=False, decided_at__isnull=False, item_code="") & ~Q(reason=""),
                name="aftersales_checkproposal_decided",
            ),
        ]
        indexes = [models.Index(fields=["decision", "-id"], name="aftersales_checkproposal_list")]

    def __str__(self) -> str:
        return f"{self.check_code} {self.text}"


class OfServiceQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Reports and hand-overs of the stores whose service one sees."""
        return narrow(self, user, policies.SEE_COMPLAINT_REPORTS)  # type: ignore[return-value]


class ComplaintReport(Recorded):
    """The frozen figures of a week (S12, S17), a month (S10, S13) or a quarter (S10) with the supervisor's analysis and measures."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    span = models.CharField(max_length=8, choices=Span)
    starts_on = models.DateField()
    ends_on = models.DateField()
    figures = models.JSONField(encoder=DjangoJSONEncoder)
    analysis = models.CharField(max_length=2000)
    measures = models.CharField(max_length=2000)
    paper = models.OneToOneField(Paper, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    append_only = True
    objects = OfServiceQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["store", "span", "starts_on"], name="aftersales_complaintreport_once"),
            models.CheckConstraint(condition=~Q(analysis="") & ~Q(measures="") & Q(ends_on__gte=F("starts_on")), name="aftersales_complaintreport_says"),
            models.CheckConstraint(condition=Q(span="week") | Q(paper__isnull=False), name="aftersales_complaintreport_paper"),
        ]

    def __str__(self) -> str:
        return f"{self.span} {self.starts_on}"


class ShiftHandover(Recorded):
    """《客服交接班表》 (S16): the open cases at the cut, listed by the system and frozen; two people, both sign."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    giver = models.ForeignKey(USER, models.PROTECT, related_name="+")
    taker = models.ForeignKey(USER, models.PROTECT, related_name="+")
    cases = models.JSONField(encoder=DjangoJSONEncoder)
    none_missed = models.BooleanField()
    note = models.CharField(max_length=600, blank=True)
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    append_only = True
    objects = OfServiceQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="aftersales_handover_two_people"),
            models.CheckConstraint(condition=Q(none_missed=True) | ~Q(note=""), name="aftersales_handover_missed_is_told"),
            models.UniqueConstraint(fields=["store", "at"], name="aftersales_handover_cut"),
        ]
        indexes = [models.Index(fields=["store", "-id"], name="aftersales_handover_list")]

    def __str__(self) -> str:
        return f"{self.giver_id} → {self.taker_id}"
