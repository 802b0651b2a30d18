"""The book of the accounts: what came in and went out, and the closing of each day.

A receipt stands on an account that fits its way of paying (LR-56).  A closed day takes no more: what comes later is booked on the
next open day.  Locks: the subject's row, then the account, then the number series, then the chain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from core import attachments, audit, clocks
from core.calendar import evening
from core.models import Attachment, Dossier, Paper
from core.money import ZERO, tail, yuan
from core.refusals import Refused
from leads.choices import Method
from leads.choices_money import FIRST_NAMES, FITS, NOTES, AccountKind, EntryKind
from leads.deadlines_money import TILL, TILL_CHECK
from leads.models import CashAccount, CashEntry, TillClosing
from staff import posts
from staff.models import Store
from staff.selectors import holders

CLOSES = 20  # hour at which the day is to be closed


@dataclass(frozen=True)
class Figures:
    """What an account must hold at the end of a day."""

    opening: Decimal
    received: Decimal
    paid: Decimal

    @property
    def expected(self) -> Decimal:
        return self.opening + self.received - self.paid


def account_for(store: Any, method: str, *, at: datetime, account: CashAccount | None = None) -> CashAccount:
    """The account that takes money paid this way, under lock; every store begins with one of each kind.

    An account that was chosen must be the store's own, open, and of the kind that fits (LR-56).
    """
    kind = FITS[Method(method)]
    if account is not None:
        row = locked_account(account)
        if row.store_id != store.pk or row.kind != kind:
            raise Refused(_("“{account}” does not take this way of paying.").format(account=row.name))
        if not row.is_open:
            raise Refused(_("This account is closed."))
        return row
    rows = CashAccount.objects.filter(store=store, kind=kind)
    found = _locked(closed_at__isnull=True, store=store, kind=kind)
    if found is None and not rows.exists():
        made, _new = CashAccount.objects.get_or_create(store=store, name=FIRST_NAMES[kind], defaults={"kind": kind, "at": at})
        found = _locked(closed_at__isnull=True, pk=made.pk)
    if found is None:
        raise Refused(_("No open account of this store takes this way of paying; finance opens one."))
    return found


def refuse_short(account: CashAccount, amount: Decimal) -> None:
    """A drawer gives out what lies in it; a bank may lend."""
    if account.kind == AccountKind.TILL and (held := balance(account)) < amount:
        raise Refused(_("“{account}” holds {held}.").format(account=account.name, held=f"¥{held:,.2f}"))


def locked_account(account: CashAccount) -> CashAccount:
    found = _locked(pk=account.pk)
    assert found is not None  # accounts are closed, never deleted
    return found


def _locked(**which: Any) -> CashAccount | None:
    """The first of these accounts under lock, with its store; one that was closed while we waited is none of them any more."""
    rows = CashAccount.objects.select_for_update(no_key=True, of=("self",)).select_related("store__dossier")
    return rows.filter(**which).order_by("id").first()


def open_day(account: CashAccount, at: datetime) -> date:
    """The day on which something that happens now is booked: today, or the first day after the last closed one."""
    today = timezone.localtime(at).date()
    last = account.closings.order_by("-day").values_list("day", flat=True).first()
    return today if last is None or last < today else last + timedelta(days=1)


def book(
    account: CashAccount, *, kind: str, amount: Decimal, party: str, paper: Paper | None, by: Any, at: datetime, slip: Any = None, note: str = "",
    dossier: Dossier | None = None,
) -> CashEntry:  # fmt: skip
    """Write one movement on a locked account; a photo of the slip is kept with it.  Starts the evening's clock of the cashier."""
    if slip is not None and not isinstance(slip, Attachment):
        assert dossier is not None
        slip = attachments.keep(slip, dossier=dossier, by=by, at=at, caption=_("Slip of the payment"))
    made = CashEntry.objects.create(
        store_id=account.store_id, account=account, day=open_day(account, at), kind=kind, amount=amount, party=party[:60], paper=paper, slip=slip,
        note=note[:300], by=by, at=at,
    )  # fmt: skip
    _await_closing(account.store, made.day, at)
    return made


def book_back(receipt: Paper, *, by: Any, at: datetime, note: str) -> CashEntry:
    """What a receipt took in is taken back from the same account, or from another of its kind when that one is closed."""
    first = CashEntry.objects.select_related("account__store").filter(paper=receipt, kind__in=(EntryKind.DEPOSIT, EntryKind.PAYMENT)).first()
    if first is None:
        raise Refused(_("This receipt stands on no account; finance looks after it."))
    account = locked_account(first.account)
    if not account.is_open:
        method = next(method for method, kind in FITS.items() if kind == account.kind)
        account = account_for(account.store, method, at=at)
    return book(account, kind=EntryKind.REVERSAL, amount=-first.amount, party=first.party, paper=receipt, by=by, at=at, note=note)


# --- accounts --------------------------------------------------------------------------------------------------------


@transaction.atomic
def open_account(*, store: Any, kind: str, name: str, number: str = "", opening: Decimal = ZERO, by: Any, at: datetime) -> CashAccount:
    """Finance opens an account of a store; what it holds on that day is where its book begins."""
    row = Store.objects.select_for_update(no_key=True, of=("self",)).select_related("dossier").get(pk=store.pk)
    if kind not in AccountKind.values:
        raise Refused(_("Say what kind of account it is."))
    if not name.strip():
        raise Refused(_("The account needs a name."))
    if CashAccount.objects.filter(store=row, name=name.strip()).exists():
        raise Refused(_("There is an account of this name already."))
    _refuse_less_than_nothing(kind, yuan(opening))
    made = CashAccount.objects.create(store=row, kind=kind, name=name.strip(), number=tail(number), opening=yuan(opening), by=by, at=at)
    audit.record(_dossier(row), "leads.account_opened", by=by, at=at, name=made.name, account_kind=kind, opening=made.opening)
    return made


@transaction.atomic
def change_account(account: CashAccount, *, name: str, number: str, by: Any, at: datetime) -> CashAccount:
    """Another name or number; what was booked stays as it is, and so does a number from before that is not touched."""
    row = locked_account(account)
    if not name.strip():
        raise Refused(_("The account needs a name."))
    if CashAccount.objects.filter(store=row.store, name=name.strip()).exclude(pk=row.pk).exists():
        raise Refused(_("There is an account of this name already."))
    row.name, row.number = name.strip(), row.number if number.strip() == row.number else tail(number)
    row.save(update_fields=["name", "number"])
    audit.record(_dossier(row.store), "leads.account_changed", by=by, at=at, name=row.name)
    return row


@transaction.atomic
def close_account(account: CashAccount, *, by: Any, at: datetime) -> CashAccount:
    """An account is given up when all its days are closed and nothing is left on it."""
    row = locked_account(account)
    if not row.is_open:
        raise Refused(_("This account is closed."))
    if open_days(row):
        raise Refused(_("The days of this account are not all closed."))
    last = row.closings.order_by("-day").first()
    if (last.counted if last else row.opening) != 0:
        raise Refused(_("There is money on this account; move it to another first."))
    row.closed_at, row.closed_by = at, by
    row.save(update_fields=["closed_at", "closed_by"])
    audit.record(_dossier(row.store), "leads.account_closed", by=by, at=at, name=row.name)
    return row


@transaction.atomic
def move_money(source: CashAccount, target: CashAccount, *, amount: Decimal, note: str, by: Any, at: datetime, slip: Any = None) -> CashEntry:
    """Bring money from one account of a store to another: the till's cash to the bank; both books say so."""
    rows = CashAccount.objects.select_for_update(no_key=True, of=("self",)).select_related("store__dossier")
    pair = {row.pk: row for row in rows.filter(pk__in=(source.pk, target.pk)).order_by("pk")}
    if len(pair) != 2 or pair[source.pk].store_id != pair[target.pk].store_id:
        raise Refused(_("Choose two accounts of one store."))
    give, take, amount = pair[source.pk], pair[target.pk], yuan(amount)
    if not (give.is_open and take.is_open):
        raise Refused(_("This account is closed."))
    if amount <= 0:
        raise Refused(_("The amount must be more than nought."))
    if not note.strip():
        raise Refused(_("Say what it is for."))
    if amount > balance(give):
        raise Refused(_("“{account}” holds {held}.").format(account=give.name, held=f"¥{balance(give):,.2f}"))
    dossier = _dossier(give.store)
    gone = book(give, kind=EntryKind.MOVED, amount=-amount, party=take.name, paper=None, by=by, at=at, slip=slip, note=note.strip(), dossier=dossier)
    book(take, kind=EntryKind.MOVED, amount=amount, party=give.name, paper=None, by=by, at=at, slip=gone.slip, note=note.strip())
    audit.record(dossier, "leads.money_moved", by=by, at=at, amount=amount, source=give.name, target=take.name, note=note.strip())
    return gone


# --- the day's closing -----------------------------------------------------------------------------------------------


def open_days(account: CashAccount) -> list[date]:
    """The days on which something moved and which are not closed, the oldest first."""
    last = account.closings.order_by("-day").values_list("day", flat=True).first()
    rows = account.entries.filter(day__gt=last) if last else account.entries.all()
    return list(rows.order_by("day").values_list("day", flat=True).distinct())


def figures(account: CashAccount, day: date) -> Figures:
    """What stands in the book of a day: one question for where it began, one for what moved."""
    before = account.closings.filter(day__lt=day).order_by("-day").values_list("counted", flat=True).first()
    sums = account.entries.filter(day=day).aggregate(came=Sum("amount", filter=Q(amount__gt=0)), went=Sum("amount", filter=Q(amount__lt=0)))
    return Figures(account.opening if before is None else before, sums["came"] or ZERO, -(sums["went"] or ZERO))


def balance(account: CashAccount) -> Decimal:
    """What the account holds by its book now."""
    last = account.closings.order_by("-day").first()
    rows = account.entries.filter(day__gt=last.day) if last else account.entries.all()
    return (last.counted if last else account.opening) + (rows.aggregate(n=Sum("amount"))["n"] or ZERO)


@transaction.atomic
def close_day(
    account: CashAccount, *, day: date, counted: Decimal, by: Any, at: datetime, reason: str = "", notes: Mapping[str, int] | None = None
) -> TillClosing:
    """日结: opening + received − paid out against what was counted; a difference needs its reason.  The day takes no more afterwards.

    Days are closed in their order.  Cash may be counted by banknotes; their sum is what was counted.
    """
    row = locked_account(account)
    if day > timezone.localtime(at).date():
        raise Refused(_("A day is closed when it is over."))
    if row.closings.filter(day__gte=day).exists():
        raise Refused(_("This day is closed already."))
    waiting = open_days(row)
    if day not in waiting:
        raise Refused(_("Nothing moved on this account that day."))
    if waiting[0] != day:
        raise Refused(_("Close {day} first.").format(day=waiting[0].isoformat()))
    pieces = {note: int(n) for note, n in (notes or {}).items() if n}
    if set(pieces) - set(NOTES) or any(n < 0 for n in pieces.values()):
        raise Refused(_("Count the pieces of each banknote."))
    try:
        counted = yuan(counted)
    except InvalidOperation:
        raise Refused(_("Say what was counted.")) from None
    _refuse_less_than_nothing(row.kind, counted)
    if pieces and sum((Decimal(note) * n for note, n in pieces.items()), ZERO) != counted:
        raise Refused(_("The banknotes do not make up what was counted."))
    book_says = figures(row, day)
    if counted != book_says.expected and not reason.strip():
        gap = counted - book_says.expected
        raise Refused(_("The count differs from the book by {gap}; say why.").format(gap=f"{'+' if gap > 0 else '−'}¥{abs(gap):,.2f}"))
    made = TillClosing.objects.create(
        store=row.store, account=row, day=day, opening=book_says.opening, received=book_says.received, paid=book_says.paid,
        expected=book_says.expected, counted=counted, notes=pieces, reason=reason.strip(), by=by, at=at,
    )  # fmt: skip
    _stop_closing(row.store, day, by=by, at=at)
    dossier = _dossier(row.store)
    if made.difference:
        clocks.start(
            TILL_CHECK, dossier=dossier, key=f"closing:{made.pk}", owner=_keeper(row.store, posts.ACCOUNTANT), at=at,
            line=f"{row.name} {day.isoformat()}", link=f"/leads/till/closings/{made.pk}/",
        )  # fmt: skip
    audit.record(
        dossier, "leads.till_closed", by=by, at=at, account=row.name, day=day, expected=made.expected, counted=made.counted, reason=made.reason
    )
    return made


@transaction.atomic
def check_day(closing: TillClosing, *, note: str = "", by: Any, at: datetime) -> TillClosing:
    """A second person has looked at a closed day; a difference needs a word."""
    row = TillClosing.objects.select_for_update(no_key=True, of=("self",)).select_related("account", "store__dossier").get(pk=closing.pk)
    if row.checked_by_id is not None:
        raise Refused(_("This day has been checked already."))
    if row.by_id == by.pk:
        raise Refused(_("A closed day is checked by a second person."))
    if row.difference and not note.strip():
        raise Refused(_("The difference needs a word of who checks it."))
    row.checked_by, row.checked_at, row.check_note = by, at, note.strip()
    row.save(update_fields=["checked_by", "checked_at", "check_note"])
    clocks.stop(TILL_CHECK, f"closing:{row.pk}", at=at, by=by)
    audit.record(_dossier(row.store), "leads.till_checked", by=by, at=at, account=row.account.name, day=row.day, note=row.check_note)
    return row


def _refuse_less_than_nothing(kind: str, held: Decimal) -> None:
    """A bank may lend; a drawer holds banknotes or none."""
    if kind == AccountKind.TILL and held < 0:
        raise Refused(_("A till holds no less than nothing."))


def _dossier(store: Any) -> Dossier:
    dossier: Dossier | None = store.dossier
    assert dossier is not None  # open_store made it
    return dossier


def _key(store: Any, day: date) -> str:
    return f"till:{store.pk}:{day.isoformat()}"


def _keeper(store: Any, *codes: str) -> Any:
    """Who looks after it: the first holder of the first post that somebody holds in the store."""
    return next((found[0] for post in codes if (found := holders(post, store))), None)


def _await_closing(store: Any, day: date, at: datetime) -> None:
    """In the evening the day is closed: one clock a store and day, on the cashier's desk."""
    if store.dossier_id is None or clocks.is_open(TILL, _key(store, day)):
        return
    clocks.start(
        TILL, dossier=_dossier(store), key=_key(store, day), owner=_keeper(store, posts.CASHIER, posts.ACCOUNTANT), at=at,
        due_at=max(evening(day, CLOSES), at), line=f"{store.name} {day.isoformat()}", link="/leads/till/",
    )  # fmt: skip


def _stop_closing(store: Any, day: date, *, by: Any, at: datetime) -> None:
    """The clock stops with the last account of the day."""
    moved = CashAccount.objects.filter(store=store, entries__day=day).exclude(closings__day=day)
    if not moved.exists():
        clocks.stop(TILL, _key(store, day), at=at, by=by)


__all__ = [
    "Figures", "account_for", "balance", "book", "book_back", "change_account", "check_day", "close_account", "close_day", "figures", "locked_account",
    "move_money", "open_account", "open_day", "open_days", "refuse_short",
]  # fmt: skip
