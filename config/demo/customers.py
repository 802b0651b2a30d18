"""Customers around whom something else happens than the straight road: the pool, the hotline, a refund, a family, two who are one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from config.demo import people
from config.demo.desk import DAY, on
from config.demo.enquiries import Case, enquiry, fresh
from config.demo.world import Story, World, dice, later
from core.money import yuan
from leads import services as leads
from leads.models import Deposit
from staff import posts

Tale = Callable[[World, Case, datetime], Story]
MINUTE = timedelta(minutes=1)


def around(world: World) -> None:
    """Hang these customers into the replay; their numbers follow those of the company's other customers."""
    for number, (days, store, flat, how, tale) in enumerate(TALES, start=201):
        case = Case(number, store, flat=people.FLATS[flat], **how)
        at = on(world, days, time(9 + number % 6, 5 * (number % 12)))
        world.add(at, tale(world, case, at))


def _told(world: World, case: Case, at: datetime) -> Any:
    """The road as far as it goes; the last moment comes back."""
    moment = at
    for moment in enquiry(world, case, at):
        yield moment
    return moment


def _dice(world: World, case: Case) -> Any:
    return dice(world.seed, "around", case.number)


def into_the_pool(world: World, case: Case, at: datetime) -> Story:
    """Nobody finds the time: the store manager gives the enquiry to whoever takes it."""
    yield from _told(world, case, at)
    at = on(world, 1, time(11, 20))
    yield at
    leads.put_into_pool(fresh(case.lead), reason="设计师本周排满，客户希望尽快见面", by=world.who(case.store, posts.STORE_MANAGER), at=at)


def gone_yesterday(world: World, case: Case, at: datetime) -> Story:
    """The customer has gone; other eyes have not looked yet."""
    yield from _told(world, case, at)
    at = on(world, 1, time(16, 10))
    yield at
    manager = world.who(case.store, posts.CUSTOMER_MANAGER, case.number)
    leads.lose(fresh(case.lead), reason="competitor", note="定了小区里另一家，价格低两万", by=manager, at=at)


def asks_for_a_discount(world: World, case: Case, at: datetime) -> Story:
    """More than the designer may give: it waits for the head of design."""
    yield from _told(world, case, at)
    at = on(world, 1, time(15, 40))
    yield at
    lead = fresh(case.lead)
    draft = lead.quotations.get(state="draft")
    leads.ask_discount(draft, amount=yuan(draft.subtotal * Decimal("0.04")), reason="老客户介绍，同小区第三户", by=lead.designer, at=at)


def takes_the_deposit_back(world: World, case: Case, at: datetime) -> Story:
    """Both sides agree to part: asked by one, paid by another, signed for by the customer, the loss confirmed."""
    at = yield from _told(world, case, at)
    at = later(at, 2, _dice(world, case))
    yield at
    manager = world.who(case.store, posts.CUSTOMER_MANAGER, case.number)
    leads.ask_refund(
        _deposit(case), ground="mutual", reason="客户工作调动，双方协商解除订单协议", method="transfer", payee_account="3302", by=manager, at=at
    )
    at = later(at, 1, _dice(world, case), hours=(10, 16))
    yield at
    accountant = world.who(case.store, posts.ACCOUNTANT)
    paid = leads.pay_refund(_deposit(case).refunds.get(), by=accountant, at=at)
    assert paid.voucher is not None
    world.sign_all(paid.voucher, {"customer": case.name}, at=at + 5 * MINUTE, by=accountant)
    at = later(at, 1, _dice(world, case))
    yield at
    leads.confirm_loss(fresh(case.lead).loss_reviews.get(decided_at=None), note="确因调动", by=world.who(case.store, posts.STORE_MANAGER), at=at)


def wants_the_deposit_back(world: World, case: Case, at: datetime) -> Story:
    """Asked for, and finance has not decided yet."""
    yield from _told(world, case, at)
    at = on(world, 1, time(14, 30))
    yield at
    by = world.who(case.store, posts.CUSTOMER_MANAGER, case.number)
    leads.ask_refund(_deposit(case), ground="mutual", reason="房子转卖，暂不装修", by=by, at=at)


def pays(days: int, method: str) -> Tale:
    """The deposit is paid at the desk, so many days before today."""

    def tale(world: World, case: Case, at: datetime) -> Story:
        yield from _told(world, case, at)
        at = on(world, days, time(9, 10))
        yield at
        manager = world.who(case.store, posts.CUSTOMER_MANAGER, case.number)
        agreement = leads.issue_order_agreement(fresh(case.lead), nature="deposit", amount=Decimal(6000), by=manager, at=at)
        world.sign_all(agreement.paper, {"customer": case.name, "company": manager}, at=at + 10 * MINUTE, by=manager)
        leads.receive_deposit(fresh(case.lead), method=method, by=world.who(case.store, posts.CASHIER), at=at + 25 * MINUTE)

    return tale


def _deposit(case: Case) -> Deposit:
    return Deposit.objects.in_force().get(lead=case.lead)


def are_one(world: World, case: Case, at: datetime) -> Story:
    """The wife's number three days later: registered as somebody else, found and merged by the store manager."""
    yield from _told(world, case, at)
    again = Case(case.number + 100, case.store, stops="registered", flat=case.flat, name=case.name)
    at = on(world, 5, time(10, 40))
    yield from _told(world, again, at)
    at = on(world, 4, time(11, 15))
    yield at
    head = world.who(case.store, posts.STORE_MANAGER)
    leads.merge_customers(fresh(case.lead).customer, fresh(again.lead).customer, reason="同一人：第二个号码是其爱人的，来店时当面确认", by=head, at=at)
    desk, designer = world.who(case.store, posts.FRONT_DESK), fresh(case.lead).designer
    leads.assign_designer(fresh(again.lead), designer=designer, by=desk, at=at + 20 * MINUTE)
    leads.note_contact(fresh(again.lead), channel="phone", note="两套房一起看，先做婚房", by=designer, at=at + 50 * MINUTE)


def family(world: World, case: Case, at: datetime) -> Story:
    """A key customer with husband and mother, one promise kept and one open; called by rhythm."""
    at = yield from _told(world, case, at)
    lead, manager = fresh(case.lead), world.who(case.store, posts.CUSTOMER_MANAGER, case.number)
    leads.add_person(lead, name=f"{case.surname}文涛", role="spouse", phone="13857160233", pays=True, note="周末在家", by=manager, at=at + 20 * MINUTE)
    leads.add_person(lead, name="许桂兰", role="parent", note="常住，腿脚不便", by=manager, at=at + 22 * MINUTE)
    leads.judge_customer(
        lead.customer, willingness="high", ability="high", is_key=True, is_member=False, reason="全款在手，年底前要入住", by=manager, at=at + 30 * MINUTE
    )
    leads.keep_profile(
        lead.customer, told={"contact_ways": "微信优先，晚七点后可电话", "price_level": "upper", "cs_officer": world.who(case.store, posts.CS_OFFICER)},
        by=manager, at=at + 35 * MINUTE,
    )  # fmt: skip
    kept = leads.make_promise(lead, text="带三种地砖小样上门", until=(at + 2 * DAY).date(), by=lead.designer, at=at + 40 * MINUTE)
    at = later(at, 1, _dice(world, case), hours=(15, 17))
    yield at
    leads.answer_promise(kept, kept=True, word="小样已带到，选了哑光灰", by=lead.designer, at=at)
    at = on(world, 1, time(17, 20))
    yield at
    leads.make_promise(fresh(case.lead), text="周五前给出水电点位图", until=(at + 3 * DAY).date(), by=lead.designer, at=at)


def is_judged(willingness: str, ability: str, reason: str, *, member: bool = False) -> Tale:
    """The class is judged anew; a member is visited whatever becomes of the enquiry (R009, R022)."""

    def tale(world: World, case: Case, at: datetime) -> Story:
        at = yield from _told(world, case, at)
        manager = world.who(case.store, posts.CUSTOMER_MANAGER, case.number)
        customer = fresh(case.lead).customer
        if (customer.willingness, customer.ability, member) != (willingness, ability, False):
            leads.judge_customer(customer, willingness=willingness, ability=ability, is_key=False, is_member=member, reason=reason, by=manager, at=at + 45 * MINUTE)

    return tale


def calls_the_hotline(asked: bool) -> Tale:
    """Not content with the preview: customer service has the case; one already waits for the store manager (R003, L10)."""

    def tale(world: World, case: Case, at: datetime) -> Story:
        yield from _told(world, case, at)
        at = on(world, 1, time(11, 5))
        yield at
        officer = world.who(case.store, posts.CS_OFFICER)
        opened = leads.open_case(fresh(case.lead), cause="preview", words="预案和说好的风格不一样，等了一周有点失望", by=officer, at=at)
        leads.take_case(opened, by=officer, at=at + 40 * MINUTE)
        if asked:
            leads.ask_decision(opened, wish="希望设计师当面再谈一次，或换一位", proposed="talk", by=officer, at=at + 4 * 60 * MINUTE)

    return tale


def takes_the_straight_road(world: World, case: Case, at: datetime) -> Story:
    """What is special stands in the case."""
    yield from _told(world, case, at)


# (days before today, store, kind of home, how the road goes, what happens beside it)
TALES: tuple[tuple[int, str, int, dict[str, Any], Tale], ...] = (
    (5, "CX", 2, {"stops": "assigned"}, into_the_pool),
    (5, "CX", 0, {"stops": "assigned"}, into_the_pool),
    (10, "CX", 1, {"stops": "consulting"}, gone_yesterday),
    (22, "CX", 3, {"stops": "quotation"}, asks_for_a_discount),
    (32, "CX", 2, {"stops": "deposit", "method": "cash"}, takes_the_deposit_back),
    (17, "CX", 4, {"stops": "deposit"}, wants_the_deposit_back),
    (15, "CX", 0, {"stops": "decision"}, pays(1, "cash")),
    (9, "CX", 3, {"stops": "consulting"}, are_one),
    (8, "CX", 4, {"stops": "consulting"}, family),
    (12, "CX", 5, {"stops": "decision"}, calls_the_hotline(asked=True)),
    (13, "CD", 2, {"stops": "decision"}, calls_the_hotline(asked=False)),
    (23, "CX", 2, {"stops": "quoted", "offer": "options"}, is_judged("high", "low", "预算有限，想分阶段做")),
    (24, "CX", 3, {"stops": "quoted", "offer": "package"}, is_judged("low", "high", "不急，明年再入住")),
    (75, "CX", 1, {"lost": "consulting"}, is_judged("low", "low", "暂不装修，会员保留联系", member=True)),
    (14, "CX", 2, {"stops": "decision"}, pays(0, "transfer")),
    (15, "CD", 1, {"stops": "decision"}, pays(1, "wechat")),
)  # fmt: skip

GONE = sum(1 for *_case, how, tale in TALES if how.get("lost") or tale in (gone_yesterday, takes_the_deposit_back))

__all__ = ["GONE", "around"]
