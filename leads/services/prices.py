"""The company's price list: a new version takes the place of the one before it on a day (G5, P06)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, papers
from core.models import Draft
from core.refusals import Refused
from leads.choices import Trade
from leads.models import PriceItem, PriceList
from leads.papers_quotation import PRICE_LIST, ListedItem, ListedTrade, PriceListContent
from leads.price_sheets import RULES, TRADES, Change, PriceRow, changes
from leads.services.packages import carry_on, company_dossier

PREVIEW = f"{Draft.OURS}leads.price-list"  # what was read and waits for the person's word


def keep_preview(data: dict[str, Any], *, by: Any, at: datetime) -> None:
    """A list that was read is kept for its reader until it is published; nothing is published yet."""
    Draft.objects.update_or_create(user=by, key=PREVIEW, defaults={"data": data, "at": at})


def drop_preview(*, by: Any) -> None:
    """The list is published or given up."""
    Draft.objects.filter(user=by, key=PREVIEW).delete()


def publish_price_list(
    *, store: Any = None, name: str, valid_from: date, rows: Sequence[PriceRow], note: str = "", by: Any, at: datetime
) -> PriceList:
    """A new version of the list, in force from a day on; the version before it ends that day.  Issues P06.

    Store None is the whole company.  Refused: no items, the same code twice, a day that is not after the start of the
    version in force (what was quoted stays as it was quoted).
    """
    if not rows:
        raise Refused(_("The price list has no items."))
    codes = [row.code for row in rows]
    if len(set(codes)) < len(codes):
        raise Refused(_("A code stands twice in the price list."))
    with transaction.atomic():
        dossier = company_dossier(store, at)
        before = list(PriceList.objects.select_for_update(no_key=True).filter(store=store).order_by("-valid_from"))
        last = before[0] if before else None
        if last is not None and valid_from <= last.valid_from:
            raise Refused(
                _("Version {version} is in force from {day}; a new one must start after that.").format(version=last.version, day=last.valid_from)
            )
        was = [PriceRow.of(item) for item in last.items.all()] if last else []
        if last is not None and (last.valid_until is None or last.valid_until > valid_from):
            last.valid_until = valid_from
            last.save(update_fields=["valid_until"])
        made = PriceList.objects.create(
            store=store, name=name.strip(), version=(max(row.version for row in before) if before else 0) + 1,
            valid_from=valid_from, note=note.strip(), by=by, at=at,
        )  # fmt: skip
        PriceItem.objects.bulk_create(
            PriceItem(price_list=made, position=position, **row.__dict__) for position, row in enumerate(rows, start=1)
        )
        carried, left = carry_on(last, made, by=by, at=at) if last else (0, [])
        changed = changes(was, rows)
        paper = papers.issue(
            PRICE_LIST, dossier=dossier, store=store or by.home_store, content=_content(made, rows, last, changed), by=by, at=at
        )
        audit.record(
            dossier, "leads.price_list_published", by=by, at=at, paper=paper, name=made.name, version=made.version,
            valid_from=valid_from, items=len(rows), changes=len(changed), packages=carried, packages_left=left,
        )  # fmt: skip
    return made


def _content(made: PriceList, rows: Sequence[PriceRow], last: PriceList | None, changed: Sequence[Change]) -> PriceListContent:
    trades = [
        ListedTrade(
            TRADES[trade],
            [
                ListedItem(row.code, row.name, row.unit, row.labour, row.material, row.price, RULES[row.quantity_from], row.craft)  # type: ignore[index]
                for row in rows
                if row.trade == trade
            ],
        )
        for trade in Trade
        if any(row.trade == trade for row in rows)
    ]
    return PriceListContent(
        name=made.name, version=made.version, valid_from=made.valid_from,
        replaces=f"第 {last.version} 版（{last.valid_from:%Y-%m-%d} 起）" if last else "", changes=_in_words(changed) if last else "",
        note=made.note, trades=trades, count=len(rows),
    )  # fmt: skip


def _in_words(changed: Sequence[Change]) -> str:
    """新增 3 项，调价 12 项 … for the head of the paper."""
    words = (("added", "新增"), ("removed", "取消"), ("price", "调价"), ("changed", "其他修改"))
    counts = [(word, sum(change.kind == kind for change in changed)) for kind, word in words]
    return "，".join(f"{word} {count} 项" for word, count in counts if count) or "无变化"
