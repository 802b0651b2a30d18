"""Quotations that are more than the usual items: options and alternatives to choose from, or a package under it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from leads import services as leads
from leads.choices import LinePart
from leads.models import Package, PriceItem, Quotation

# What does the same work in another way, by the codes of the price list: smaller tiles or mosaic, a plain ceiling, a textured wall.
INSTEAD = {"NW-08": ("NW-07",), "NW-10": ("NW-11", "NW-12"), "MG-02": ("MG-01",), "YQ-04": ("YQ-11",)}


def shaped(draft: Quotation, offer: str, *, by: Any, at: datetime) -> Quotation:
    """The draft as the designer leaves it: with choices, with the package of the house, or as it is."""
    if offer == "package":
        package = Package.objects.filter(price_list=draft.price_list_id, fixed__isnull=True).order_by("code")[0]
        return leads.apply_package(draft, package=package, by=by, at=at)
    if offer == "options":
        return _with_choices(draft, by=by, at=at)
    return draft


def _with_choices(draft: Quotation, *, by: Any, at: datetime) -> Quotation:
    """The dearest line of a room may be left out; beside the next one that can be done otherwise stand the other ways."""
    lines = list(draft.lines.select_related("item", "room").filter(part=LinePart.WORKS, room__isnull=False).order_by("-amount", "id"))
    draft = leads.make_optional(draft, line=lines[0].pk, optional=True, by=by, at=at)
    there = {(line.room_id, line.item_id) for line in lines}
    for line in lines[1:]:
        rows = PriceItem.objects.filter(price_list=draft.price_list_id, code__in=INSTEAD.get(line.item.code, ())).order_by("position")
        others = [item for item in rows if line.room and item.suits(line.room.kind) and (line.room_id, item.pk) not in there]
        if others:
            wanted = [leads.Wanted(item, line.room, quantity=line.quantity, reason="与原项目同量") for item in others]
            return leads.offer_alternatives(draft, line=line.pk, wanted=wanted, by=by, at=at)
    return draft


__all__ = ["INSTEAD", "shaped"]
