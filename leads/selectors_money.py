"""Questions about tills, refunds and promises: typed rows of exactly what a page shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.urls import reverse

from core.lists import Page, keyset
from core.money import ZERO
from leads.choices_money import FITS
from leads.models import CashAccount, CashEntry, Deposit, DepositRefund, Promise, TillClosing

_MONEY = DecimalField(max_digits=14, decimal_places=2)
_NEVER = date(1, 1, 1)


def accounts(user: Any) -> list[Any]:
    """The accounts of the person's stores, each with what it holds by its book; one query."""
    last = TillClosing.objects.filter(account=OuterRef("pk")).order_by("-day")
    since = CashEntry.objects.filter(account=OuterRef("pk"), day__gt=OuterRef("last_day")).order_by().values("account").annotate(n=Sum("amount")).values("n")
    return list(
        CashAccount.objects.visible_to(user)
        .select_related("store")
        .annotate(last_day=Coalesce(Subquery(last.values("day")[:1]), Value(_NEVER), output_field=DateField()))
        .annotate(
            held=Coalesce(Subquery(last.values("counted")[:1]), F("opening"), output_field=_MONEY)
            + Coalesce(Subquery(since, output_field=_MONEY), Value(ZERO), output_field=_MONEY)
        )
        .order_by("store", Case(*(When(kind=kind, then=Value(n)) for n, kind in enumerate(FITS.values()))), "id")[:200]
    )


@dataclass(frozen=True)
class OpenDay:
    """A day of an account on which something moved and which is not closed."""

    account: int
    name: str
    store: str
    day: date
    received: Decimal
    paid: Decimal
    rows: int


def open_days(user: Any, today: date) -> list[OpenDay]:
    """The days that wait for their closing, the oldest first; one query.  What came after today's closing waits for tomorrow."""
    closed = TillClosing.objects.filter(account=OuterRef("account"), day__gte=OuterRef("day"))
    rows = (
        CashEntry.objects.visible_to(user).filter(~Exists(closed), day__lte=today).order_by("day", "account")
        .values("account", "account__name", "store__name", "day")
        .annotate(came=Sum("amount", filter=Q(amount__gt=0)), went=Sum("amount", filter=Q(amount__lt=0)), n=Count("pk"))
    )  # fmt: skip
    return [
        OpenDay(r["account"], r["account__name"], r["store__name"], r["day"], r["came"] or ZERO, -(r["went"] or ZERO), r["n"]) for r in rows[:60]
    ]


def closings_page(user: Any, *, after: str = "", unchecked: bool = False) -> Page[Any]:
    rows = TillClosing.objects.visible_to(user).select_related("account", "store", "by", "checked_by")
    if unchecked:
        rows = rows.filter(checked_by__isnull=True)
    return keyset(rows, order=("-day", "-id"), after=after, size=50)


@dataclass(frozen=True)
class EntryRow:
    """One movement as the page and the sheet show it."""

    day: date
    store: str
    account: str
    kind: str
    kind_says: str
    amount: Decimal
    party: str
    note: str
    paper: str
    file: str
    slip: str
    by: str


def entries(user: Any) -> QuerySet[Any]:
    return CashEntry.objects.visible_to(user).select_related("account", "store", "paper__dossier", "slip", "by")


def entry_row(row: Any) -> EntryRow:
    return EntryRow(
        day=row.day, store=row.store.name, account=row.account.name, kind=row.kind, kind_says=str(row.get_kind_display()), amount=row.amount, party=row.party,
        note=row.note, paper=row.paper.ref if row.paper else "",
        file=row.paper.dossier.title if row.paper else "", slip=reverse("file", args=[row.slip.public_id]) if row.slip else "", by=str(row.by),
    )  # fmt: skip


def fitting(store: Any) -> list[CashAccount]:
    """The open accounts of a store, for the choice on a form."""
    return list(CashAccount.objects.filter(store=store, closed_at__isnull=True).order_by("id"))


def deposit_of(lead: Any) -> Deposit | None:
    """The deposit in force, with its paper and its agreement."""
    return Deposit.objects.in_force().select_related("receipt", "agreement__paper", "by").filter(lead=lead).first()


def refunds_of(lead: Any) -> list[DepositRefund]:
    rows = DepositRefund.objects.filter(deposit__lead=lead).select_related("deposit__agreement", "deposit__receipt", "voucher", "by", "paid_by", "refused_by")
    return list(rows.order_by("-id"))


def promises_of(lead_id: int, *, waiting: bool = False) -> list[Promise]:
    """What was promised to a customer: what is still to be kept first, then what was answered; one query."""
    rows = Promise.objects.filter(lead=lead_id).select_related("owner", "by", "answered_by")
    if waiting:
        rows = rows.filter(kept__isnull=True)
    return list(rows.order_by(F("answered_at").desc(nulls_first=True), "until", "id")[:60])


def promised(lead_ids: Iterable[int]) -> dict[int, list[Promise]]:
    """Open promises by enquiry, for the box that says who this is and what is promised; one query."""
    found: dict[int, list[Promise]] = {}
    for row in Promise.objects.filter(lead__in=list(lead_ids), kept__isnull=True).select_related("owner").order_by("until", "id"):
        found.setdefault(row.lead_id, []).append(row)
    return found
