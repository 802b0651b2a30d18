"""Where the money lies, what moved, the day's closing, money given back, and what was promised."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from core.models import Attachment, Paper, Recorded
from core.policies import narrow
from leads import policies, policies_money
from leads.choices import Method
from leads.choices_money import AccountKind, EntryKind, RefundGround
from leads.models.lead import Lead, own
from leads.models.order import Deposit


class TillQuerySet(models.QuerySet[Any]):
    """Money of the tills, seen by finance and by who answers for the store."""

    def visible_to(self, user: Any) -> Self:
        return narrow(self, user, policies_money.SEE_TILL)  # type: ignore[return-value]


class CashAccount(Recorded):
    """Where a store keeps money: its till, a bank account, the company's WeChat and Alipay, the card terminal (LR-56)."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=AccountKind)
    name = models.CharField(max_length=60)
    number = models.CharField(max_length=40, blank=True)
    opening = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    updatable = ("name", "number", "closed_at", "closed_by")

    objects = TillQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "name"], name="leads_cashaccount_name"),
            models.CheckConstraint(condition=~Q(name=""), name="leads_cashaccount_has_name"),
            models.CheckConstraint(condition=Q(kind__in=AccountKind.values), name="leads_cashaccount_kind"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def as_fact(self) -> tuple[str, str]:
        """Its name and what it holds, where a question has said so (`held`)."""
        held = getattr(self, "held", self.opening)
        return self.name, f"{'−' if held < 0 else ''}¥{abs(held):,.2f}"


class CashEntry(Recorded):
    """One movement of an account: what a receipt took in, what a voucher gave out.  A closed day takes no more."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    account = models.ForeignKey(CashAccount, models.PROTECT, related_name="entries")
    day = models.DateField()
    kind = models.CharField(max_length=16, choices=EntryKind)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    party = models.CharField(max_length=60)
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="+")
    slip = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    objects = TillQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["deposit", "payment"], amount__gt=0, paper__isnull=False)
                | Q(kind__in=["reversal", "deposit_refund", "credit_refund", "foreman"], amount__lt=0, paper__isnull=False)
                | Q(kind="foreman_back", amount__gt=0, paper__isnull=False)
                | Q(kind="moved") & ~Q(amount=0) & ~Q(note=""),
                name="leads_cashentry_kind",
            ),
            models.UniqueConstraint(fields=["paper", "kind"], name="leads_cashentry_once"),
        ]
        indexes = [
            models.Index(fields=["account", "day", "id"], name="leads_cashentry_day"),
            models.Index(fields=["store", "-day", "-id"], name="leads_cashentry_list"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.day} {self.amount}"


class TillClosing(Recorded):
    """日结: what an account must hold at the end of a day, what was counted, and why they differ; checked by a second person."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    account = models.ForeignKey(CashAccount, models.PROTECT, related_name="closings")
    day = models.DateField()
    opening = models.DecimalField(max_digits=14, decimal_places=2)
    received = models.DecimalField(max_digits=14, decimal_places=2)
    paid = models.DecimalField(max_digits=14, decimal_places=2)
    expected = models.DecimalField(max_digits=14, decimal_places=2)
    counted = models.DecimalField(max_digits=14, decimal_places=2)
    notes = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)  # pieces of each banknote and coin
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    check_note = models.CharField(max_length=300, blank=True)

    updatable = ("checked_by", "checked_at", "check_note")

    objects = TillQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "day"], name="leads_tillclosing_once"),
            models.CheckConstraint(condition=Q(received__gte=0, paid__gte=0), name="leads_tillclosing_signs"),
            models.CheckConstraint(condition=Q(expected=F("opening") + F("received") - F("paid")), name="leads_tillclosing_expected"),
            models.CheckConstraint(condition=Q(counted=F("expected")) | ~Q(reason=""), name="leads_tillclosing_reason"),
            models.CheckConstraint(condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("by")), name="leads_tillclosing_two_people"),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True, checked_at__isnull=True) | Q(checked_by__isnull=False, checked_at__isnull=False),
                name="leads_tillclosing_checked",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["store", "-day", "-id"], name="leads_tillclosing_list")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.day}"

    @property
    def difference(self) -> Any:
        return self.counted - self.expected

    @property
    def note_lines(self) -> list[tuple[str, str]]:
        """¥100 × 12, the largest first."""
        return [
            (f"¥{note}", f"× {pieces}") for note, pieces in sorted(self.notes.items(), key=lambda row: -Decimal(row[0]))
        ]


class DepositReversal(Recorded):
    """A deposit that was booked in error, taken back by a second person; its receipt is void (LR-57)."""

    deposit = models.OneToOneField(Deposit, models.PROTECT, related_name="reversal")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    entry = models.OneToOneField(CashEntry, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="leads_depositreversal_reason")]

    def __str__(self) -> str:
        return self.reason


class Refund(Recorded):
    """Money to be given back: asked for by one person, paid out (or refused) by another, signed for by the receiver (LR-57)."""

    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    reason = models.CharField(max_length=300)
    payee = models.CharField(max_length=60)
    payee_account = models.CharField(max_length=40, blank=True)
    method = models.CharField(max_length=10, choices=Method)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    paid_at = models.DateTimeField(null=True)
    paid_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    voucher = models.OneToOneField(Paper, models.PROTECT, null=True, related_name="+")
    refused_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    refused_because = models.CharField(max_length=300, blank=True)

    updatable: tuple[str, ...] = ("paid_at", "paid_by", "voucher", "refused_at", "refused_by", "refused_because")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.amount}"

    @property
    def is_waiting(self) -> bool:
        return self.paid_at is None and self.refused_at is None


class DepositRefund(Refund):
    """What becomes of a deposit without a contract, by its nature (LR-55): kept, given back, or given back twice."""

    deposit = models.ForeignKey(Deposit, models.PROTECT, related_name="refunds")
    ground = models.CharField(max_length=10, choices=RefundGround)
    costs = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    costs_proof = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    closes = models.BooleanField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0, costs__gte=0) & ~Q(reason=""), name="leads_depositrefund_amount"),
            models.CheckConstraint(condition=Q(costs=0) | Q(costs_proof__isnull=False), name="leads_depositrefund_costs_proof"),
            models.CheckConstraint(
                condition=Q(paid_at__isnull=True, paid_by__isnull=True, voucher__isnull=True)
                | Q(paid_at__isnull=False, paid_by__isnull=False, refused_at__isnull=True) & (Q(voucher__isnull=False) | Q(amount=0)),
                name="leads_depositrefund_paid_whole",
            ),
            models.CheckConstraint(
                condition=Q(refused_at__isnull=True) | Q(refused_by__isnull=False) & ~Q(refused_because=""), name="leads_depositrefund_refused"
            ),
            models.CheckConstraint(condition=Q(paid_by__isnull=True) | ~Q(paid_by=F("by")), name="leads_depositrefund_two_people"),
            models.UniqueConstraint(fields=["deposit"], condition=Q(refused_at__isnull=True), name="leads_depositrefund_one"),
        ]  # fmt: skip


class PromiseQuerySet(models.QuerySet["Promise"]):
    def visible_to(self, user: Any) -> PromiseQuerySet:
        rows: Any = narrow(
            self.filter(lead__withdrawn_at__isnull=True), user, policies.SEE_LEADS, own=own(user, "lead__")
        )
        return rows


class Promise(Recorded):
    """What somebody of the company has promised a customer, by when; kept or broken is said with a word (domain 10.2)."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="promises")
    store = models.ForeignKey(settings.STORE_MODEL, models.PROTECT, related_name="+")
    text = models.CharField(max_length=300)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    until = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kept = models.BooleanField(null=True)
    word = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    updatable = ("kept", "word", "answered_at", "answered_by")

    objects = PromiseQuerySet.as_manager()

    class Meta:
        ordering = ("until", "id")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="leads_promise_says"),
            models.CheckConstraint(
                condition=Q(kept__isnull=True, answered_at__isnull=True, answered_by__isnull=True)
                | Q(kept__isnull=False, answered_at__isnull=False, answered_by__isnull=False) & ~Q(word=""),
                name="leads_promise_answered",
            ),
        ]
        indexes = [
            models.Index(fields=["lead", "until"], condition=Q(kept__isnull=True), name="leads_promise_open"),
            models.Index(fields=["lead", "-id"], name="leads_promise_lead"),
        ]

    def __str__(self) -> str:
        return self.text[:40]
