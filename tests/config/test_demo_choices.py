"""What the demo's designers put beside a line does the same work in another way."""

from __future__ import annotations

from config.demo.quoting import INSTEAD, shaped
from leads.models import QuotationLine
from tests.leads import quoting


def test_the_other_ways_of_a_line_are_of_its_trade_and_unit_and_for_its_rooms(cast):
    items = {item.code: item for item in quoting.whole_list(cast).items.all()}

    for code, others in INSTEAD.items():
        base = items[code]
        for other in (items[each] for each in others):
            assert (other.trade, other.unit) == (base.trade, base.unit), other.code
            assert set(other.room_kinds.split()) & set(base.usual_kinds.split()), other.code


def test_a_quotation_with_choices_offers_only_such_ways(cast):
    """The trade and the unit alone are not enough: a wardrobe and a window are no floor."""
    draft = shaped(quoting.drafted(cast, rows=quoting.shipped()), "options", by=cast.designer, at=cast.at)

    beside = QuotationLine.objects.filter(quotation=draft, alternative_to__isnull=False).select_related("item", "alternative_to__item")
    assert beside and all(line.item.code in INSTEAD.get(line.alternative_to.item.code, ()) for line in beside)
    assert draft.lines.filter(optional=True).count() == 1
