"""A price list in force and quotations on it, for the tests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from leads import services as leads
from leads.models import Lead, PriceItem, PriceList, Quotation, Room
from leads.price_sheets import PriceRow, shipped
from tests import road
from tests.hand import sign_all


def price_row(**more: Any) -> PriceRow:
    told = {
        "code": "T-01", "trade": "painting", "name": "墙面乳胶漆", "unit": "㎡", "labour": Decimal("12.00"), "material": Decimal("14.00"),
        "cost": Decimal("17.00"), "quantity_from": "wall", "room_kinds": "living bedroom", "usual_kinds": "living bedroom", "craft": "一底两面",
    }  # fmt: skip
    return PriceRow(**{**told, **more})


SMALL = (
    price_row(),
    price_row(code="T-02", trade="tiling", name="铺贴地砖", labour=Decimal(48), material=Decimal(24), cost=Decimal(52), quantity_from="floor",
              loss=Decimal(5), room_kinds="kitchen bathroom", usual_kinds="kitchen bathroom"),
    price_row(code="T-03", trade="demolition", name="拆除砖墙", quantity_from="fixed", room_kinds="", usual_kinds=""),
    price_row(code="T-04", trade="cleaning", name="竣工保洁", unit="㎡", labour=Decimal(9), material=Decimal(1), cost=Decimal(7), quantity_from="home",
              room_kinds="whole", usual_kinds="whole"),
    price_row(code="T-05", trade="materials", name="室内门", unit="樘", labour=Decimal(0), material=Decimal(2180), cost=Decimal(1560),
              quantity_from="doors", room_kinds="bedroom", usual_kinds="bedroom"),
)  # fmt: skip


def price_list(cast: Any, rows: Any = SMALL, *, valid_from: date = date(2026, 1, 1), at: Any = None, **more: Any) -> PriceList:
    told = {"name": "素行装饰报价单", "valid_from": valid_from, "rows": rows, "by": cast.estimator, "at": at or cast.at}
    return leads.publish_price_list(**{**told, **more})


def whole_list(cast: Any) -> PriceList:
    return price_list(cast, shipped())


def drafted(cast: Any, *, rows: Any = SMALL, people: Any = None, **more: Any) -> Quotation:
    """A draft on the measured home by the designer."""
    people = people or cast
    if not PriceList.objects.exists():
        price_list(cast, rows)
    return leads.draft_quotation(road.surveyed_lead(cast, people=people, **more), by=people.designer, at=cast.at)


def issued(cast: Any, draft: Quotation | None = None, **more: Any) -> Quotation:
    """… issued; or the draft that stands is."""
    return leads.issue_quotation(draft or drafted(cast, **more), by=(more.get("people") or cast).designer, at=cast.at)


def signed(cast: Any, draft: Quotation | None = None, **more: Any) -> Quotation:
    """… and signed by the customer."""
    quotation = issued(cast, draft, **more)
    sign_all(quotation.paper, by=(more.get("people") or cast).designer, at=cast.at)
    return Quotation.objects.get(pk=quotation.pk)


def item(quotation: Quotation, code: str) -> PriceItem:
    return quotation.price_list.items.get(code=code)


def room(lead: Lead, name: str) -> Room:
    return lead.home.rooms.get(name=name, removed_at__isnull=True)
