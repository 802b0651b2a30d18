"""The monthly counting of blank contracts (Q41): what should lie in the store, what was found, and a word for what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, clocks
from core.calendar import begins, evening, span_of
from core.models import Deadline
from core.refusals import Refused
from projects.choices import StockState
from projects.deadlines import STOCK_COUNT
from projects.models import ContractStock, StockCount, StockCountLine
from staff import posts
from staff.models import Store
from staff.selectors import holders

COUNTED = (StockState.BLANK, StockState.TAKEN)


@transaction.atomic
def count_stock(
    *, store: Any, found: Sequence[str], words: Mapping[str, str] | None = None, by: Any, at: datetime, surplus: Mapping[str, str] | None = None
) -> StockCount:
    """Count the blanks of a store: each that should be there is found, or missing with a word; what should not be there is named too.

    What stays missing is then reported lost (`return_blank`); a second count of the month stands beside the first.
    """
    row = Store.objects.select_for_update(no_key=True, of=("self",)).select_related("dossier").get(pk=store.pk)
    words, surplus = words or {}, {serial.strip(): word.strip() for serial, word in (surplus or {}).items() if serial.strip()}
    blanks = list(ContractStock.objects.select_for_update(no_key=True).filter(store=row, state__in=COUNTED).order_by("serial"))
    if not blanks and not surplus:
        raise Refused(_("No blank contracts are in stock or taken out; there is nothing to count."))
    there = {serial.strip() for serial in found if serial.strip()}
    known = {blank.serial for blank in blanks}
    if strange := sorted(there - known):
        raise Refused(_("These serial numbers should not lie here: {serials}; name them below, with a word.").format(serials=posts.listed(strange)))
    if unsaid := [blank.serial for blank in blanks if blank.serial not in there and not words.get(blank.serial, "").strip()]:
        raise Refused(_("Missing without a word: {serials}.").format(serials=posts.listed(unsaid)))
    if any(not word for word in surplus.values()) or known & surplus.keys():
        raise Refused(_("What should not lie here needs a word, and is none of the blanks above."))
    month = timezone.localtime(at).date().replace(day=1)
    made = StockCount.objects.create(
        store=row, month=month, expected=len(blanks), found=len(known & there), missing=len(known - there),
        surplus=[{"serial": serial, "word": word} for serial, word in surplus.items()], by=by, at=at,
    )  # fmt: skip
    StockCountLine.objects.bulk_create(
        StockCountLine(
            count=made, blank=blank, state=blank.state, found=blank.serial in there, word="" if blank.serial in there else words[blank.serial].strip()[:300]
        )
        for blank in blanks
    )
    clocks.stop(STOCK_COUNT, _key(row, month), at=at, by=by)
    dossier: Any = row.dossier
    audit.record(dossier, "projects.stock_counted", by=by, at=at, month=month, expected=made.expected, found=made.found, missing=made.missing)
    return made


def follow_stock(*, at: datetime) -> int:
    """Each month the blanks of a store are counted: the clock runs from the first to the evening of the last day; idempotent."""
    today = timezone.localtime(at).date()
    month = today.replace(day=1)
    stores = Store.objects.select_related("dossier").filter(pk__in=ContractStock.objects.filter(state__in=COUNTED).values("store"), dossier__isnull=False)
    keys = {_key(store, month): store for store in stores}
    known = set(Deadline.objects.filter(clock=STOCK_COUNT.id, key__in=keys).values_list("key", flat=True))
    counted = set(StockCount.objects.filter(month=month).values_list("store", flat=True))
    made = 0
    for key, store in keys.items():
        if key in known or store.pk in counted:
            continue
        _first, last = span_of("month", month)
        owner = next((found[0] for post in (posts.CUSTOMER_MANAGER, posts.STORE_MANAGER) if (found := holders(post, store))), None)
        dossier: Any = store.dossier
        clocks.start(
            STOCK_COUNT, dossier=dossier, key=key, owner=owner, at=begins(month), due_at=evening(last), line=f"{store.name} {month:%Y-%m}",
            link="/projects/blank-contracts/counts/new/",
        )  # fmt: skip
        made += 1
    return made


def _key(store: Any, month: date) -> str:
    return f"stock:{store.pk}:{month:%Y-%m}"


__all__ = ["count_stock", "follow_stock"]
