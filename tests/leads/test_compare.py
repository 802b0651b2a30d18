"""Two or three versions of a quotation side by side; expiry and sending of a version (P05, G5)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from config import reach
from core import clocks
from core.models import AuditEntry, Deadline, Notice
from core.refusals import Refused
from leads import services as leads
from leads.deadlines import QUOTATION_EXPIRY
from leads.models import Quotation
from leads.quotation_compare import compare
from leads.services import Change, Wanted
from leads.services.packages import PackageContent, PackageRow
from tests.hand import sign_all
from tests.leads import quoting
from tests.leads import standing as all_tests

standing = all_tests.standing(draft=quoting.drafted)


@pytest.fixture
def cast(standing: Any, db: None) -> Any:
    return standing.cast


@pytest.fixture
def draft(standing: Any, db: None) -> Quotation:
    """The draft that stands for all tests, by the small list."""
    return all_tests.fresh(standing.draft)


def fresh(quotation: Quotation) -> Quotation:
    return Quotation.objects.get(pk=quotation.pk)


@pytest.fixture
def versions(cast: Any, draft: Quotation) -> list[Quotation]:
    """Version 1 as proposed; version 2 dearer per metre, with one line more, one less, one corrected and one as an option."""
    first = quoting.issued(cast, draft)
    rows = [quoting.price_row(), quoting.price_row(code="T-02", trade="tiling", name="铺贴地砖", labour=Decimal(50), material=Decimal(24), cost=Decimal(52),
            quantity_from="floor", loss=Decimal(5), room_kinds="kitchen bathroom living", usual_kinds="kitchen bathroom"), *quoting.SMALL[2:]]  # fmt: skip
    quoting.price_list(cast, rows, valid_from=date(2026, 11, 24))
    second = leads.draft_quotation(first.lead, by=cast.designer, at=cast.at)
    who: dict[str, Any] = {"by": cast.designer, "at": cast.at}
    leads.add_lines(second, wanted=[Wanted(quoting.item(second, "T-02"), quoting.room(second.lead, "客厅"))], **who)
    leads.remove_lines(second, lines=[second.lines.get(item__code="T-02", room__name="卫生间").pk], **who)
    leads.revise_lines(second, changes=[Change(second.lines.get(item__code="T-01", room__name="客厅").pk, Decimal(40), "电视墙另做")], **who)
    leads.make_optional(second, line=second.lines.get(item__code="T-05").pk, optional=True, **who)
    return [fresh(first), fresh(second)]


def test_lines_that_came_went_or_changed_are_told_apart(versions):
    found = compare(versions)

    told = {(room.name, line.code): (line.kind, str(line.difference)) for room in found.rooms for line in room.lines}
    assert told == {
        ("客厅", "T-01"): ("quantity", "-121.16"), ("客厅", "T-02"): ("added", "1575.46"), ("主卧", "T-05"): ("choice", "-2180.00"),
        ("厨房", "T-02"): ("price", "14.32"), ("卫生间", "T-02"): ("removed", "-373.68"),
    }  # fmt: skip


def test_sums_by_room_by_trade_and_in_all_add_up(versions):
    first, second = versions

    found = compare([first, second])

    for index, version in enumerate((first, second)):
        assert sum(room.amounts[index] for room in found.rooms) == sum(trade.amounts[index] for trade in found.trades) == version.subtotal
    assert (found.totals[-1].strong, found.totals[-1].amounts, found.totals[-1].difference) == (True, [first.total, second.total], second.total - first.total)


def test_lines_as_before_are_shown_when_asked_for(versions):
    assert {line.kind for room in compare(versions, everything=True).rooms for line in room.lines} >= {"same"}
    assert ("same", "As before", 2) in compare(versions).counts


def test_what_went_into_the_package_is_one_line_and_not_gone(cast, draft):
    first = quoting.issued(cast, draft)
    second = leads.draft_quotation(first.lead, by=cast.designer, at=cast.at)
    row = PackageRow("K-1", "墙面包", [PackageContent("living", "T-01", Decimal(40))], fixed=Decimal(900))
    package = leads.publish_packages(second.price_list, packages=[row], by=cast.estimator, at=cast.at)[0]
    leads.apply_package(second, package=package, by=cast.designer, at=cast.at)

    found = compare([fresh(first), fresh(second)])

    assert [(line.code, line.kind, str(line.difference)) for room in found.rooms for line in room.lines] == [
        ("T-01", "package", "-1161.16"), ("T-01", "added", "121.16"),
    ]  # fmt: skip
    assert found.totals[0].amounts == [0, Decimal(900)]


def test_three_versions_stand_side_by_side_on_the_page_and_one_alone_says_so(cast, versions):
    first, second = versions
    leads.issue_quotation(second, by=cast.designer, at=cast.at)
    leads.draft_quotation(first.lead, by=cast.designer, at=cast.at)
    client = cast.client(cast.customer_manager)
    address = f"/leads/{first.lead.ref}/quotations/comparisons/"

    page = client.get(f"{address}?v=1&v=2&v=3&all=1").content.decode()
    assert all(f"第 {n} 版" in page for n in (1, 2, 3))
    assert client.get(f"{address}?v=9&v=x&v=1").status_code == 200
    alone = quoting.drafted(cast, phones=["13700000001"])
    assert client.get(f"/leads/{alone.lead.ref}/quotations/comparisons/").status_code == 200


# --- valid until -----------------------------------------------------------------------------------------------------


def test_a_version_is_accepted_on_its_last_day_and_not_on_the_day_after(cast, draft):
    quotation = quoting.signed(cast, draft)
    last = cast.at + timedelta(days=30)
    assert quotation.valid_until == last.date()

    with pytest.raises(Refused) as refused:
        leads.accept_quotation(quotation, by=cast.designer, at=last + timedelta(days=1))
    assert [gap.gate for gap in refused.value.missing] == ["G5"]
    assert leads.accept_quotation(quotation, by=cast.designer, at=last).state == "accepted"


def test_an_expired_version_is_issued_anew_with_the_prices_in_force(cast, draft):
    quotation = quoting.signed(cast, draft)
    later = cast.at + timedelta(days=40)
    quoting.price_list(cast, [quoting.price_row(labour=Decimal(15))], valid_from=later.date(), at=later)

    again = leads.issue_quotation(leads.draft_quotation(quotation.lead, by=cast.designer, at=later), by=cast.designer, at=later)
    sign_all(again.paper, by=cast.designer, at=later)

    assert {line.unit_price for line in again.lines.all()} == {Decimal(29)}
    assert again.paper.body["valid_until"] == (later + timedelta(days=30)).date().isoformat()
    assert leads.accept_quotation(again, by=cast.designer, at=later).version == 2


def test_the_designer_hears_five_days_before_and_acceptance_stops_the_clock(cast, draft):
    quotation = quoting.signed(cast, draft)
    clock = Deadline.objects.get(clock=QUOTATION_EXPIRY.id)

    clocks.sweep(at=cast.days(22), audience=reach.audience)
    assert not Notice.objects.filter(deadline=clock).exists()
    clocks.sweep(at=cast.days(26), audience=reach.audience)
    assert [notice.user for notice in Notice.objects.filter(deadline=clock)] == [cast.designer]
    leads.accept_quotation(quotation, by=cast.designer, at=cast.days(27))

    clock.refresh_from_db()
    assert (clock.stopped_at, clock.breached_at, clock.cancelled) == (cast.days(27), None, False)


def test_a_new_version_takes_the_clock_of_the_one_before(cast, draft):
    quotation = quoting.issued(cast, draft)
    leads.issue_quotation(leads.draft_quotation(quotation.lead, by=cast.designer, at=cast.days(3)), by=cast.designer, at=cast.days(3))

    rows = list(Deadline.objects.filter(clock=QUOTATION_EXPIRY.id).order_by("id"))
    assert [(row.cancelled, row.stopped_at is None) for row in rows] == [(True, False), (False, True)]


# --- sent ------------------------------------------------------------------------------------------------------------


def test_a_sending_is_noted_from_the_page_and_stands_in_the_chain(cast, draft):
    quotation = quoting.issued(cast, draft)
    client = cast.client(cast.customer_manager)
    address = f"/leads/{quotation.lead.ref}/quotations/1/sendings/"

    assert client.get(address).status_code == 200
    assert client.post(address, {"channel": "pigeon", "to_whom": "陈静兰"}).status_code == 422
    assert client.post(address, {"channel": "wechat", "to_whom": "陈静兰", "note": "PDF 两页"}).status_code == 302

    sent = quotation.sendings.get()
    assert (sent.channel, sent.to_whom, sent.by) == ("wechat", "陈静兰", cast.customer_manager)
    assert AuditEntry.objects.filter(kind="leads.quotation_sent", paper=quotation.paper).count() == 1
    assert "陈静兰" in client.get(f"/leads/{quotation.lead.ref}/quotations/1/").content.decode()


def test_a_draft_and_a_replaced_version_are_not_sent(cast, draft):
    first = quoting.issued(cast, draft)
    second = leads.draft_quotation(first.lead, by=cast.designer, at=cast.at)

    with pytest.raises(Refused):
        leads.note_sending(second, channel="wechat", to_whom="陈静兰", by=cast.designer, at=cast.at)
    leads.issue_quotation(second, by=cast.designer, at=cast.at)
    with pytest.raises(Refused):
        leads.note_sending(first, channel="wechat", to_whom="陈静兰", by=cast.designer, at=cast.at)
