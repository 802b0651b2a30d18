"""Repairs: sorted by part, term and cause with the reason in words; who may be charged what; the day on which the owner is called."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from aftersales import deadlines_repairs as deadlines
from aftersales import services
from aftersales.choices_repairs import Cover, RepairState
from aftersales.models import HomePatrol, RepairOrder, RepairRequest, Warranty
from core import clocks
from core.models import Deadline, Paper
from core.refusals import Refused
from leads.choices_appointments import AppointmentState
from leads.models import CashEntry
from tests.factories import repairs
from tests.factories.inspections import picture
from tests.hand import sign_all

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def clock(name: clocks.Clock, repair: RepairRequest) -> Deadline:
    return Deadline.objects.filter(clock=name.id, key=repair.ref).latest("pk")


# --- told: the clocks of the levels ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("category", "more", "reply", "on_site", "mended"),
    [
        ("waterproof", {}, timedelta(minutes=30), 4 * HOUR, 24 * HOUR),
        ("tile", {}, 2 * HOUR, 48 * HOUR, 168 * HOUR),  # R087
        ("lamp", {}, 24 * HOUR, 168 * HOUR, 360 * HOUR),
        ("tile", {"immediate": True}, 15 * MINUTE, 15 * MINUTE, 24 * HOUR),  # R088
    ],
)
def test_R087_R088_a_fault_starts_its_clocks_by_level_and_at_once_means_a_quarter_of_an_hour(cast, accepted, category, more, reply, on_site, mended):
    repair = repairs.told(accepted, people=cast, at=cast.at, category=category, **more)

    due = {name: clock(name, repair).due_at - cast.at for name in (deadlines.CALL_BACK, deadlines.ON_SITE, deadlines.MENDED, deadlines.LEGAL)}
    assert list(due.values()) == [reply, on_site, mended, 15 * DAY]
    assert clock(deadlines.CALL_BACK, repair).owner == cast.aftersales_head


def test_a_fault_before_the_acceptance_is_no_repair(cast, completed):
    with pytest.raises(Refused, match="no warranty yet"):
        repairs.told(completed, people=cast, at=cast.at)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"fault": " "}, "looks like"), ({"room": ""}, "looks like"), ({"category": "roof"}, "kind of fault"), ({"phone": "12345"}, "telephone number"),
    ],
)  # fmt: skip
def test_S19_a_fault_says_where_what_and_whom_to_call(cast, accepted, wrong, sentence):
    with pytest.raises(Refused, match=sentence):
        repairs.told(accepted, people=cast, at=cast.at, **wrong)


# --- sorted ----------------------------------------------------------------------------------------------------------------


def test_decision_5_unpaid_money_is_noted_and_changes_nothing(cast, accepted):
    repair = repairs.in_order(accepted, people=cast, at=cast.at)

    row = repair.sortings.get()
    assert (row.hold, row.proposed, row.cover, repair.cover, repair.state) == (True, "statutory", "statutory", "statutory", RepairState.SORTED)
    assert row.term.code == "W01"


def test_LR31_nobody_charges_for_a_part_in_its_term_whatever_reason_is_typed(cast, accepted):
    repair = repairs.told(accepted, people=cast, at=cast.at)

    with pytest.raises(Refused, match="free of charge"):
        services.sort_repair(repair, cover="paid", reason="尾款未付", by=cast.aftersales_head, at=cast.at)
    assert not repair.sortings.exists()


def test_LR33_a_refusal_in_the_term_needs_a_cause_evidence_and_a_second_person(cast, accepted):
    repair = repairs.told(accepted, people=cast, at=cast.at)
    with pytest.raises(Refused) as refused:
        services.sort_repair(repair, exclusion="X02", by=cast.cs_officer, at=cast.at)
    assert refused.value.missing[0].gate == "LR-33"

    made = services.sort_repair(repair, exclusion="X02", evidence="业主自行移位花洒，照片 2 张", by=cast.cs_officer, at=cast.at)

    repair = repairs.fresh(repair)
    assert (made.waits, repair.cover, repair.state) == (True, "", RepairState.REPORTED)
    with pytest.raises(Refused, match="second person"):
        services.confirm_refusal(repair, by=cast.cs_officer, at=cast.at)
    services.confirm_refusal(repair, by=cast.aftersales_head, at=cast.at)
    repair = repairs.fresh(repair)
    assert (repair.cover, repair.state) == ("paid", RepairState.SORTED)


def test_another_part_another_bearer_or_sorting_anew_needs_a_reason(cast, accepted):
    repair = repairs.told(accepted, people=cast, at=cast.at, category="supply")
    for change in ({"term": "W04"}, {"cover": "company"}):
        with pytest.raises(Refused) as refused:
            services.sort_repair(repair, by=cast.cs_officer, at=cast.at, **change)
        assert "otherwise than proposed" in refused.value.missing[0].says
    services.sort_repair(repair, term="W04", reason="管在墙里", by=cast.cs_officer, at=cast.at)
    with pytest.raises(Refused):
        services.sort_repair(repair, by=cast.cs_officer, at=cast.at)
    services.sort_repair(repair, reason="露明的阀门", by=cast.cs_officer, at=cast.at)

    assert [row.term.code for row in repair.sortings.all()] == ["W03", "W04"]


def test_out_of_its_term_the_owner_pays_unless_the_company_bears_it_with_a_reason(cast, accepted):
    late = Warranty.objects.get(project=accepted).terms.get(code="W09").until + DAY
    at = datetime.combine(late, datetime.min.time(), cast.at.tzinfo) + 10 * HOUR
    repair = repairs.told(accepted, people=cast, at=at, category="lamp")

    assert services.propose(repairs.fresh(repair)).cover == Cover.PAID
    with pytest.raises(Refused, match="statutory warranty does not cover"):
        services.sort_repair(repair, cover="statutory", reason="老客户", by=cast.cs_officer, at=at)
    services.sort_repair(repair, cover="company", reason="装灯时压伤了线，公司承担", by=cast.cs_officer, at=at)
    assert repairs.fresh(repair).cover == "company"


def test_W10_a_mended_part_is_covered_for_six_months_more(cast, accepted):
    warranty = Warranty.objects.get(project=accepted)
    until = warranty.terms.get(code="W08").until
    near = datetime.combine(until - 10 * DAY, datetime.min.time(), cast.at.tzinfo) + 9 * HOUR
    first = repairs.done(accepted, people=cast, at=near, category="door", room="主卧", item="房门")
    assert first.cover == "company"

    again = repairs.told(accepted, people=cast, at=near + 90 * DAY, category="door", room="主卧")
    found = services.propose(repairs.fresh(again))
    elsewhere = repairs.told(accepted, people=cast, at=near + 90 * DAY, category="door", room="次卧")

    assert (found.cover, found.earlier, found.until > until) == (Cover.COMPANY, first, True)
    assert services.propose(repairs.fresh(elsewhere)).cover == Cover.PAID


# --- talked through and sent --------------------------------------------------------------------------------------------------


def test_R087_a_call_that_reaches_nobody_keeps_the_clock_and_is_on_record(cast, accepted):
    repair = repairs.in_order(accepted, people=cast, at=cast.at)
    services.diagnose(repair, reached=False, by=cast.technician, at=cast.at + 5 * MINUTE)
    assert clock(deadlines.CALL_BACK, repair).stopped_at is None

    services.diagnose(repair, reached=True, mode="onsite", says="要上门", by=cast.technician, at=cast.at + 30 * MINUTE)
    row = clock(deadlines.CALL_BACK, repair)
    assert (row.stopped_at, row.breached_at) == (cast.at + 30 * MINUTE, None)
    assert repairs.fresh(repair).state == RepairState.WAITING


def test_called_back_before_it_was_sorted_it_waits_for_an_order_as_soon_as_it_is(cast, accepted):
    repair = repairs.told(accepted, people=cast, at=cast.at)
    services.diagnose(repair, reached=True, mode="onsite", says="要上门", by=cast.technician, at=cast.at + 5 * MINUTE)
    services.sort_repair(repair, by=cast.cs_officer, at=cast.at + 10 * MINUTE)

    assert repairs.fresh(repair).state == RepairState.WAITING


def test_solved_on_the_phone_it_is_called_about_on_the_same_day_by_somebody_else(cast, accepted):
    repair = repairs.in_order(accepted, people=cast, at=cast.at, category="drain")
    services.diagnose(repair, reached=True, mode="phone", says="地漏芯取出冲洗即可", by=cast.technician, at=cast.at + 30 * MINUTE)

    repair = repairs.fresh(repair)
    assert (repair.state, clock(deadlines.ON_SITE, repair).stopped_at, clock(deadlines.SAME_DAY, repair).owner) == (
        RepairState.DONE, cast.at + 30 * MINUTE, cast.cs_officer,
    )  # fmt: skip


def test_nobody_is_sent_to_two_places_and_nobody_goes_twice(cast, accepted):
    order = repairs.sent(accepted, people=cast, at=cast.at)
    second = repairs.waiting(accepted, people=cast, at=cast.at, category="tile", room="厨房")
    told = {"technician": cast.technician, "by": cast.front_desk, "at": cast.at + HOUR}
    with pytest.raises(Refused, match="not free"):
        services.send_technician(second, start_at=cast.at + 2 * HOUR + 30 * MINUTE, **told)
    with pytest.raises(Refused, match="stands at"):
        services.send_technician(order.repair, start_at=cast.at + 8 * HOUR, **told)

    services.send_technician(second, start_at=cast.at + 2 * HOUR + 90 * MINUTE, **told)  # the minute in which the first ends


def test_what_the_owner_agreed_to_is_what_can_be_missed(cast, accepted):
    repair = repairs.waiting(accepted, people=cast, at=cast.at, category="tile")
    start = cast.at + 5 * DAY
    services.send_technician(
        repair, technician=cast.technician, start_at=start, promised_on=start.date() + DAY, agreed=True, by=cast.front_desk, at=cast.at + HOUR
    )

    assert clock(deadlines.ON_SITE, repair).due_at == start
    assert clock(deadlines.MENDED, repair).due_at == (start + DAY).replace(hour=20, minute=0)
    assert clock(deadlines.ON_SITE, repair).owner == cast.technician
    assert clock(deadlines.LEGAL, repair).due_at == cast.at + 15 * DAY  # the law is not agreed away


def test_a_moved_order_frees_the_old_hour_and_a_called_off_one_waits_again(cast, accepted):
    order = repairs.sent(accepted, people=cast, at=cast.at)
    moved = services.move_order(order, start_at=cast.at + 6 * HOUR, reason="业主开会", by=cast.front_desk, at=cast.at + HOUR)
    order.appointment.refresh_from_db()
    assert services.live(order.appointment).start_at == moved.appointment.start_at == cast.at + 6 * HOUR

    services.cancel_order(moved, reason="业主出差", by=cast.front_desk, at=cast.at + 2 * HOUR)

    repair = repairs.fresh(order.repair)
    moved.appointment.refresh_from_db()
    assert (repair.state, repair.technician, moved.appointment.state) == (RepairState.WAITING, None, AppointmentState.CANCELLED)


def test_only_who_is_sent_notes_the_visit_or_the_head(cast, accepted):
    order = repairs.sent(accepted, people=cast, at=cast.at)
    with pytest.raises(Refused, match="is sent to this repair"):
        services.arrive(order, by=cast.front_desk, at=cast.at + 2 * HOUR)
    order = services.arrive(order, by=cast.aftersales_head, at=cast.at + HOUR)  # earlier than agreed

    assert clock(deadlines.ON_SITE, order.repair).stopped_at == cast.at + HOUR
    told = repairs.noted(order, people=cast, at=cast.at + HOUR, signed=False).paper.body
    assert [datetime.fromisoformat(told[name]) for name in ("agreed_at", "arrived_at")] == [cast.at + 2 * HOUR, cast.at + HOUR]  # the paper tells both


# --- the visit ----------------------------------------------------------------------------------------------------------------


def paid_order(cast, accepted) -> RepairOrder:
    return repairs.on_site(accepted, people=cast, at=cast.at, category="sanitary", item="龙头", exclusion="X02", evidence="业主换过龙头")


def test_Q112_outside_the_warranty_the_charge_is_signed_before_the_work(cast, accepted):
    order = repairs.noted(
        paid_order(cast, accepted), people=cast, at=cast.at + 3 * HOUR, signed=False, parts=[("陶瓷阀芯", Decimal(2), "个", Decimal("45.50"))],
        labour=Decimal(120),
    )  # fmt: skip
    assert order.charge == Decimal("211.00")
    finish = {"work": "换阀芯", "photos": [picture()], "by": cast.technician, "at": cast.at + 4 * HOUR}
    with pytest.raises(Refused) as refused:
        services.finish_order(order, **finish)
    assert "not signed for the charge" in refused.value.missing[0].says
    sign_all(order.paper, by=cast.technician, at=cast.at + 3 * HOUR)
    with pytest.raises(Refused, match="what it says stands"):
        services.note_site(order, found="x", plan="y", by=cast.technician, at=cast.at + 3 * HOUR)

    services.finish_order(order, **finish)

    repair = repairs.fresh(order.repair)
    assert (repair.charge, repair.state, clock(deadlines.PAID, repair).owner) == (Decimal("211.00"), RepairState.DONE, cast.cashier)


def test_in_the_warranty_prices_that_are_typed_cost_nothing(cast, accepted):
    order = repairs.on_site(accepted, people=cast, at=cast.at)
    made = repairs.noted(order, people=cast, at=cast.at + 3 * HOUR, parts=[("防水涂料", Decimal(2), "桶", Decimal(300))], labour=Decimal(500))

    assert (made.charge, made.labour, made.parts[0]["price"]) == (0, 0, "0.00")


def test_the_visit_is_noted_with_photos_before_and_after(cast, accepted):
    order = repairs.on_site(accepted, people=cast, at=cast.at)
    with pytest.raises(Refused, match="before the work"):
        services.note_site(order, found="x", plan="y", by=cast.technician, at=cast.at + 3 * HOUR)
    repairs.noted(order, people=cast, at=cast.at + 3 * HOUR)
    with pytest.raises(Refused) as refused:
        services.finish_order(order, work=" ", by=cast.technician, at=cast.at + 4 * HOUR)

    assert [gap.says for gap in refused.value.missing] == ["What was done is not noted.", "A photo after the work is needed."]


def test_not_mended_at_once_it_waits_for_the_next_order_and_its_clock_runs_on(cast, accepted):
    order = repairs.noted(repairs.on_site(accepted, people=cast, at=cast.at), people=cast, at=cast.at + 3 * HOUR)
    services.finish_order(order, work="先止水", mended=False, rest="等瓷砖到货", by=cast.technician, at=cast.at + 4 * HOUR)

    repair = repairs.fresh(order.repair)
    assert (repair.state, repair.finished_at, clock(deadlines.MENDED, repair).stopped_at) == (RepairState.WAITING, None, None)
    again = services.send_technician(repair, technician=cast.technician, start_at=cast.at + DAY, by=cast.front_desk, at=cast.at + 5 * HOUR)
    assert again.seq == 2


def test_sorted_anew_on_the_spot_an_unsigned_order_is_void(cast, accepted):
    order = repairs.noted(repairs.on_site(accepted, people=cast, at=cast.at), people=cast, at=cast.at + 3 * HOUR, signed=False)
    services.sort_repair(
        order.repair, exclusion="X02", evidence="现场见业主自行打孔，照片", reason="到场后才看到", by=cast.aftersales_head,
        at=cast.at + 3 * HOUR,
    )  # fmt: skip

    order.refresh_from_db()
    assert (order.paper, Paper.objects.get(kind="S20").state) == (None, Paper.State.VOID)
    with pytest.raises(Refused, match="second person"):
        repairs.noted(order, people=cast, at=cast.at + 4 * HOUR)


def test_what_the_owner_has_signed_to_pay_is_not_voided(cast, accepted):
    order = repairs.noted(repairs.on_site(accepted, people=cast, at=cast.at), people=cast, at=cast.at + 3 * HOUR)

    assert cast.client(cast.aftersales_head).post(f"/papers/{order.paper.ref}/voiding/", {"void-reason": "写错了"}).status_code == 404


def test_a_feedback_is_not_voided_the_repair_waits_for_it(cast, accepted):
    repair = repairs.done(accepted, people=cast, at=cast.at)
    feedback = Paper.objects.get(kind="S22", dossier=repair.project.dossier)

    assert cast.client(cast.aftersales_head).post(f"/papers/{feedback.ref}/voiding/", {"void-reason": "写错了"}).status_code == 404


# --- the same day, the money, the file -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done_at", "due_at"),
    [
        (datetime(2026, 6, 3, 9, 0), datetime(2026, 6, 3, 20, 0)),
        (datetime(2026, 6, 3, 19, 59), datetime(2026, 6, 3, 20, 0)),
        (datetime(2026, 6, 3, 20, 0), datetime(2026, 6, 4, 10, 0)),  # the evening is the customer's (R024)
    ],
)
def test_R089_the_owner_is_called_on_the_day_of_the_repair(cast, done_at, due_at):
    from aftersales.services.repairs import same_day

    zone = cast.at.tzinfo
    assert same_day(done_at.replace(tzinfo=zone)) == due_at.replace(tzinfo=zone)


def test_R089_who_did_the_repair_does_not_call_and_not_in_the_rest(cast, accepted):
    repair = repairs.done(accepted, people=cast, at=cast.at)
    told = {"reached": True, "outcome": "mended"}
    with pytest.raises(Refused, match="does not call about it"):
        services.record_repair_call(repair, by=cast.technician, at=cast.at + 5 * HOUR, **told)
    with pytest.raises(Refused, match=r"rest|called from"):
        services.record_repair_call(repair, by=cast.cs_officer, at=cast.at.replace(hour=22), **told)
    repairs.called(repair, people=cast, at=cast.at.replace(hour=16))

    row = clock(deadlines.SAME_DAY, repair)
    assert (row.stopped_at, row.breached_at) == (cast.at.replace(hour=16), None)


def test_not_mended_on_the_call_opens_it_again(cast, accepted):
    repair = repairs.done(accepted, people=cast, at=cast.at)
    with pytest.raises(Refused, match="not content"):
        repairs.called(repair, people=cast, at=cast.at.replace(hour=16), outcome="not_mended")
    repair = repairs.called(repair, people=cast, at=cast.at.replace(hour=16), outcome="not_mended", says="墙角仍渗")

    assert repair.state == RepairState.WAITING
    assert clock(deadlines.MENDED, repair).stopped_at is None
    assert clock(deadlines.LEGAL, repair).due_at == cast.at + 15 * DAY


def test_three_attempts_end_the_call(cast, accepted):
    repair = repairs.done(accepted, people=cast, at=cast.at)
    for n in range(3):
        repair = repairs.called(repair, people=cast, at=cast.at.replace(hour=15 + n), reached=False, outcome="")

    assert repair.state == RepairState.CALLED
    assert clock(deadlines.SAME_DAY, repair).stopped_at is not None


def test_a_repair_is_filed_when_feedback_and_money_are_in(cast, accepted):
    order = repairs.noted(paid_order(cast, accepted), people=cast, at=cast.at + 3 * HOUR, labour=Decimal(200))
    row = services.finish_order(order, work="换阀芯", photos=[picture()], by=cast.technician, at=cast.at + 4 * HOUR)
    repair = repairs.called(repairs.fresh(order.repair), people=cast, at=cast.at.replace(hour=16))
    with pytest.raises(Refused) as refused:
        services.file_repair(repair, by=cast.aftersales_head, at=cast.at + DAY)
    assert [gap.gate for gap in refused.value.missing] == ["S22", "L23"]
    sign_all(row.feedback, by=cast.technician, at=cast.at + 4 * HOUR)
    services.come_back(row, discussed="正常", by=cast.technician, at=cast.at + 5 * HOUR)
    for part in (Decimal(150), Decimal(50)):
        repairs.paid(repair, people=cast, at=cast.at + DAY, amount=part)

    assert services.file_repair(repair, by=cast.aftersales_head, at=cast.at + DAY).state == RepairState.ARCHIVED
    assert clock(deadlines.PAID, repair).stopped_at == cast.at + DAY
    assert not Deadline.objects.filter(key=repair.ref, stopped_at=None).exists()


def test_LR53_one_payment_one_receipt_on_an_account_and_never_more_than_the_charge(cast, accepted):
    order = repairs.noted(paid_order(cast, accepted), people=cast, at=cast.at + 3 * HOUR, labour=Decimal(200))
    services.finish_order(order, work="换阀芯", photos=[picture()], by=cast.technician, at=cast.at + 4 * HOUR)
    repair = repairs.fresh(order.repair)
    with pytest.raises(Refused, match=r"200\.00 is left"):
        repairs.paid(repair, people=cast, at=cast.at + DAY, amount=Decimal("200.01"))
    told = {"method": "wechat", "payer": "陈静兰", "by": cast.cashier, "at": cast.at + DAY, "key": uuid4()}
    first = services.take_repair_money(repair, amount=Decimal(200), **told)
    again = services.take_repair_money(repair, amount=Decimal(200), **told)

    assert first == again
    assert CashEntry.objects.get(paper=first.receipt).amount == Decimal(200)
    assert first.receipt.kind == "L23"


def test_withdrawn_with_a_reason_its_clocks_are_no_longer_anybodys(cast, accepted):
    repair = repairs.told(accepted, people=cast, at=cast.at)
    with pytest.raises(Refused, match="Say why"):
        services.withdraw_repair(repair, reason=" ", by=cast.aftersales_head, at=cast.at)
    services.withdraw_repair(repair, reason="与昨天的报修重复", by=cast.aftersales_head, at=cast.at + HOUR)

    assert set(Deadline.objects.filter(key=repair.ref).values_list("cancelled", flat=True)) == {True}


# --- what it cost ------------------------------------------------------------------------------------------------------------------


def test_a_cost_names_trade_crew_and_person_and_is_more_than_nothing(cast, accepted):
    repair = repairs.done(accepted, people=cast, at=cast.at)
    with pytest.raises(Refused, match="more than nothing"):
        services.note_repair_cost(repair, trade="waterproof", by=cast.aftersales_head, at=cast.at)
    made = services.note_repair_cost(
        repair, trade="waterproof", crew="鲁全胜班组", person=cast.foreman, material=Decimal("86.50"), labour=Decimal(240), by=cast.aftersales_head, at=cast.at
    )

    assert (made.seq, made.material + made.labour) == (1, Decimal("326.50"))


# --- looks at finished homes ---------------------------------------------------------------------------------------------------------


def test_S26_a_problem_that_is_seen_is_set_right_or_becomes_a_repair(cast, accepted):
    with pytest.raises(Refused, match="becomes a repair"):
        services.record_home_patrol(accepted, problem="阳台地漏返味", by=cast.technician, at=cast.at)
    made = services.record_home_patrol(accepted, problem="阳台地漏返味", category="drain", room="阳台", by=cast.technician, at=cast.at)
    services.record_home_patrol(accepted, problem="柜门松", correction="当场调紧", by=cast.technician, at=cast.at)

    assert made.repair.source == "patrol"
    assert HomePatrol.objects.filter(repair=None).count() == 1


def test_Q113_a_year_after_the_acceptance_somebody_has_to_look_again(cast, accepted):
    year = cast.at.replace(year=cast.at.year + 1)
    services.follow(accepted.dossier, at=year - 32 * DAY)
    assert not Deadline.objects.filter(clock=deadlines.PATROL.id).exists()
    services.follow(accepted.dossier, at=year - 20 * DAY)
    services.follow(accepted.dossier, at=year - 20 * DAY)
    row = Deadline.objects.get(clock=deadlines.PATROL.id)
    assert (row.due_at.astimezone(year.tzinfo).date(), row.owner) == (year.date(), cast.aftersales_head)
    services.record_home_patrol(accepted, by=cast.technician, at=year - 10 * DAY)
    row.refresh_from_db()
    assert row.stopped_at == year - 10 * DAY

    services.follow(accepted.dossier, at=year + 100 * DAY)
    assert Deadline.objects.filter(clock=deadlines.PATROL.id, stopped_at=None).count() == 0
