"""The rest of repairs: a payment taken back, a part at its maker (S27), a fault that comes again, the cost of a year."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from aftersales import deadlines_repairs, deadlines_rounds, services
from aftersales.models import RepeatSignal
from aftersales.selectors_repairs import CostFilter, cost_sums, costs_listed, costs_of_month
from core.models import Deadline, Paper
from core.refusals import Refused
from leads.models import CashEntry
from tests.factories import repairs

HOUR = timedelta(hours=1)
CHARGED = {"category": "sanitary", "room": "厨房", "item": "龙头", "exclusion": "X02", "evidence": "业主自行更换过龙头"}


def refused(verb, *args, **told):
    with pytest.raises(Refused) as caught:
        verb(*args, **told)
    return caught.value


def clock(which, key):
    return Deadline.objects.filter(clock=which.id, key=key).latest("pk")


def test_a_payment_is_taken_back_once_by_a_second_person_and_the_charge_is_open_again(cast, accepted):
    repair = repairs.done(accepted, people=cast, at=cast.at, charge=Decimal(80), **CHARGED)
    paid = repairs.paid(repair, people=cast, at=cast.at + 6 * HOUR, amount=Decimal(80))
    told = {"reason": "收到别家名下", "at": cast.days(1)}
    client, page = cast.client(cast.cashier), repair.get_absolute_url()
    assert paid.receipt.ref in client.get(page).content.decode()

    assert refused(services.reverse_repair_payment, paid, by=cast.cashier, **told).message == "A payment is reversed by a second person."
    services.reverse_repair_payment(paid, by=cast.accountant, **told)

    assert "收到别家名下" in client.get(page).content.decode()
    assert services.open_money(repairs.fresh(repair)) == Decimal(80)
    assert Paper.objects.get(pk=paid.receipt_id).state == "void"
    assert sum(CashEntry.objects.filter(paper=paid.receipt).values_list("amount", flat=True)) == 0
    assert clock(deadlines_repairs.PAID, repair.ref).stopped_at is None
    assert refused(services.reverse_repair_payment, paid, by=cast.accountant, **told).message == "This payment has been reversed already."
    again = repairs.paid(repairs.fresh(repair), people=cast, at=cast.days(1) + HOUR, amount=Decimal(80))
    assert services.open_money(repairs.fresh(repair)) == 0
    assert again.pk != paid.pk


def at_the_maker(cast, accepted, mode="factory", **more):
    repair = repairs.in_order(accepted, people=cast, at=cast.at, category="sanitary", room="厨房", item="龙头")
    services.diagnose(repair, reached=True, mode=mode, says="阀芯漏，整件返厂", by=cast.technician, at=cast.at + HOUR)
    told = {"part": "抽拉龙头", "maker": "九牧杭州售后", "sent_on": cast.at.date(), "expected_on": cast.days(10).date(), "transport": "公司承担快递"}
    return repairs.fresh(repair), services.send_part(repairs.fresh(repair), by=cast.aftersales_head, at=cast.at + 2 * HOUR, **{**told, **more})


@pytest.mark.parametrize("mode", ["factory", "replace", "return"])
def test_s27_a_part_at_its_maker_has_a_day_and_comes_back(cast, accepted, mode):
    repair, part = at_the_maker(cast, accepted, mode, agreed=True)
    due = clock(deadlines_rounds.PART_BACK, repair.ref)
    assert (part.mode, due.due_at, clock(deadlines_repairs.MENDED, repair.ref).due_at) == (mode, due.due_at, due.due_at)
    back = {"outcome": "exchanged", "result": "换新件", "back_on": cast.days(8).date(), "by": cast.aftersales_head, "at": cast.days(8)}

    services.part_back(repair, fitting=mode != "return", **back)

    assert clock(deadlines_rounds.PART_BACK, repair.ref).stopped_at == cast.days(8)
    assert repairs.fresh(repair).state == ("done" if mode == "return" else "waiting")
    assert refused(services.part_back, repairs.fresh(repair), **back).message in (
        "No part of this repair is away.", "This repair stands at “Call today”.",
    )  # fmt: skip


def test_a_part_goes_to_its_maker_only_when_the_technician_said_so_and_one_at_a_time(cast, accepted):
    here = repairs.waiting(accepted, people=cast, at=cast.at)
    told = {"part": "阀", "maker": "厂", "sent_on": cast.at.date(), "expected_on": cast.days(2).date(), "by": cast.aftersales_head, "at": cast.at}
    assert refused(services.send_part, here, **told).message == "The technician has not said that a part goes to its maker."

    repair, _part = at_the_maker(cast, accepted)
    assert refused(services.send_part, repair, **told).message == "A part of this repair is away already."
    lost = {"outcome": "refused", "result": "超期", "back_on": cast.at.date(), "by": cast.aftersales_head, "at": cast.days(1)}
    assert refused(services.part_back, repair, fitting=False, **lost).message == "What the maker refuses is not mended: somebody has to come."


@pytest.mark.parametrize(("days", "again"), [(364, True), (368, False)])
def test_the_same_kind_of_fault_in_the_same_home_within_a_year_is_a_signal(cast, accepted, days, again):
    first = repairs.told(accepted, people=cast, at=cast.at)
    repairs.told(accepted, people=cast, at=cast.days(1), category="tile", room="阳台", fault="空鼓")

    second = repairs.told(accepted, people=cast, at=cast.days(days), fault="又渗了")

    found = RepeatSignal.objects.filter(repair=second)
    assert [(row.earlier, row.count) for row in found] == ([(first, 2)] if again else [])
    if again:
        assert clock(deadlines_rounds.REPEAT, second.ref).owner == cast.engineering_manager
        services.look_into_signal(found.get(), cause="阴角未做圆弧", by=cast.engineering_manager, at=cast.days(days + 1))
        assert clock(deadlines_rounds.REPEAT, second.ref).stopped_at == cast.days(days + 1)
        assert refused(services.look_into_signal, found.get(), cause="x", by=cast.engineering_manager, at=cast.days(days + 2)).message.endswith("already.")


def test_a_withdrawn_fault_is_no_earlier_one_and_ends_its_own_signal(cast, accepted):
    first = repairs.told(accepted, people=cast, at=cast.at)
    second = repairs.told(accepted, people=cast, at=cast.days(1))
    services.withdraw_repair(second, reason="报重了", by=cast.cs_supervisor, at=cast.days(1) + HOUR)
    services.withdraw_repair(first, reason="业主自己修好", by=cast.cs_supervisor, at=cast.days(2))

    repairs.told(accepted, people=cast, at=cast.days(3))

    assert RepeatSignal.objects.count() == 1
    assert clock(deadlines_rounds.REPEAT, second.ref).cancelled


def test_the_cost_of_a_year_is_that_of_its_months(cast, accepted):
    repair = repairs.waiting(accepted, people=cast, at=cast.at)
    for day, labour in ((0, 100), (40, 60), (-400, 999)):
        services.note_repair_cost(repair, trade="waterproof", person=cast.foreman, labour=Decimal(labour), by=cast.aftersales_head, at=cast.days(day))

    year = CostFilter.read({"year": "2026", "trade": "waterproof"}, date(2026, 11, 24))
    month = CostFilter.read({"month": "2026-11"}, date(2026, 11, 24))

    assert [str(row.labour) for row in costs_listed(cast.aftersales_head, year)] == ["100.00"]
    assert [(row.says, row.total) for row in cost_sums(costs_of_month(cast.aftersales_head, month))["person"]] == [(str(cast.foreman), Decimal(100))]
    assert (year.address, year.next_month, month.says) == ("year=2026", date(2027, 1, 1), "2026-11")
