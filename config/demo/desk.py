"""What goes on in a store every day: the till in the evening, the calendar, visits by rhythm, the roster, show homes, estates, calls.

The last weeks only where older days would tell nobody anything; the till has been closed every evening since the first receipt.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from config.demo import people, photos, visiting
from config.demo.world import Story, World, dice
from core.models import Deadline
from leads import care, deadlines
from leads import services as leads
from leads.choices import Stage
from leads.choices_appointments import AppointmentKind, ShiftKind
from leads.choices_money import AccountKind
from leads.models import Appointment, AppointmentSeat, CashAccount, Lead, TillClosing
from leads.services import roster, till
from leads.services.show_homes import wednesday_of
from projects import services as sites
from projects.choices import VISITABLE
from projects.models import ContractStock, Project
from projects.services.stock import COUNTED
from staff import posts

DAY = timedelta(days=1)
MEETABLE = (Stage.ASSIGNED, Stage.CONSULTING, Stage.PROPOSAL_PRESENTED, Stage.DEPOSIT_PAID, Stage.QUOTED)
SLOTS = (time(9, 30), time(10, 45), time(14, 0), time(15, 15), time(16, 30))


def everyday(world: World) -> None:
    """Hang the daily life of every store into the replay."""
    for code in sorted(world.stores):
        first = on(world, 273, time(9, 0))
        for start, story in (
            (first, _estates(world, code)), (first, _roster(world, code)), (first, _evenings(world, code)), (first, _counting(world, code)),
            (on(world, 250, time(10, 0)), _show_homes(world, code)), (on(world, 40, time(10, 30)), _visits(world, code)),
            (on(world, 12, time(9, 15)), _calendar(world, code)), (on(world, 3, time(9, 20)), _logs(world, code)),
            (on(world, 2, time(15, 0)), _visitable(world, code)), (on(world, 18, time(9, 0)), visiting.rounds(world, code)),
        ):  # fmt: skip
            world.add(start, story)


def on(world: World, days: int, hour: time) -> datetime:
    """An hour of the day that lies so many days before today."""
    local = timezone.localtime(world.until)
    return datetime.combine(local.date() - timedelta(days=days), hour, local.tzinfo)


# --- estates, show homes, sites to be seen -------------------------------------------------------------------------------


def _estates(world: World, code: str) -> Story:
    """Every estate around with its property office; of some it is known when the keys are handed over (L14)."""
    store, by = world.stores[code], world.who(code, posts.FRONT_DESK)
    today, at = timezone.localtime(world.until).date(), on(world, 273, time(9, 0))
    for place, name in enumerate(people.ESTATES[code]):
        fall = dice("estate", name)
        told = {
            "name": name, "address": f"{store.city}{fall.choice(('文一西路', '古墩路', '凯旋路', '之江路'))} {fall.randint(18, 988)} 号",
            "area_text": fall.choice(("89–136 m²", "92–167 m²", "118–312 m²")), "layouts": "两室、三室为主", "works_deposit": "2000 元",
            "sales": ("selling", "sold", "second")[place % 3], "property_office": f"{name}物业服务中心", "property_phone": f"0571{fall.randint(81000000, 88999999)}",
            "needs": "客厅做收纳墙、厨房半开放的居多", "note": "装修备案须业主本人到场；周末与午休不许敲打",
        }  # fmt: skip
        made = leads.keep_estate(store=store, told=told, by=by, at=at)
        for number, days in enumerate((-150 + 20 * place, 24 + 17 * place) if place < 3 else (), start=1):
            leads.add_phase(made, name=f"{number} 期", handover_on=today + timedelta(days=days), homes=fall.randrange(96, 320, 4), by=by, at=at)
    yield from ()


def _show_homes(world: World, code: str) -> Story:
    """Two homes that may be shown; visited on Tuesday, in the notice on Wednesday (L17)."""
    store, head = world.stores[code], world.who(code, posts.STORE_MANAGER)
    at = on(world, 250, time(10, 0))
    homes = []
    for number, (name, room, note) in enumerate(zip(people.ESTATES[code][:2], ("301", "1102"), ("118 m² 三室，现代原木", "89 m² 两室，奶油风"), strict=True), start=3):
        keeper, pictures = world.who(code, posts.CUSTOMER_MANAGER, number), [photos.photo(f"show-{code}-{number}")]
        address = f"{name} {number} 幢 1 单元 {room}"
        homes.append(leads.add_show_home(store, name=f"{name}样板间", address=address, keeper=keeper, note=note, photos=pictures, by=head, at=at))
    for weeks in (3, 2, 1, 0):
        wednesday = wednesday_of(world.until) - timedelta(weeks=weeks)
        at = wednesday - timedelta(hours=9)
        yield at
        for home in homes:
            leads.visit_show_home(home, note="通电通水，软装齐全，钥匙在位", by=head, at=at)
        at = wednesday + timedelta(hours=9, minutes=30)
        yield at
        leads.publish_show_homes(store, show_homes=homes, note="周末开放 10:00–17:00，先约后看", by=head, at=at)


def _visitable(world: World, code: str) -> Story:
    """A few owners let others look at their site (L18)."""
    by = world.who(code, posts.ENGINEERING_ASSISTANT)
    at = on(world, 2, time(15, 0))
    rows = Project.objects.filter(store=world.stores[code], stage__in=VISITABLE).select_related("project_manager").order_by("-id")
    for project in rows[:3]:
        sites.open_to_visitors(
            project, consent=f"{project.customer_name}本人，电话确认", consented_on=at.date(), contact=str(project.project_manager), by=by, at=at
        )
    yield from ()


# --- the front desk ------------------------------------------------------------------------------------------------------


def _roster(world: World, code: str) -> Story:
    """Hours since the opening; on Thursday the two weeks to come are planned (R012, R013); one late shift is still open."""
    store, head = world.stores[code], world.who(code, posts.STORE_MANAGER)
    long = len(world.people[(code, posts.CUSTOMER_MANAGER)]) > 1
    leads.set_desk_hours(
        store, opens=time(9), closes=time(20) if long else time(18), early=(time(9), time(15)) if long else (time(9), time(18)),
        late=(time(14), time(20)) if long else (time(12), time(18)), open_days="1234567" if long else "234567", by=head, at=on(world, 273, time(9, 0)),
    )  # fmt: skip
    today = timezone.localtime(world.until).date()
    monday = roster.monday(today)
    at = datetime.combine(monday - 4 * DAY, time(17), timezone.localtime(world.until).tzinfo)
    yield at
    for number in range(14):
        day = monday + number * DAY
        if not long and day.isoweekday() == 1:
            continue
        for kind, person in _shifts(world, code, day):
            if not (long and kind == ShiftKind.LATE and day == today + 2 * DAY and person in world.people[(code, posts.CUSTOMER_MANAGER)]):
                leads.plan_shift(store, day=day, kind=kind, person=person, by=head, at=at)


def _shifts(world: World, code: str, day: date) -> Iterator[tuple[str, Any]]:
    """Two customer managers take turns and cover each other's day off; where there is one, the early shift is the whole day."""
    managers, desk = world.people[(code, posts.CUSTOMER_MANAGER)], world.who(code, posts.FRONT_DESK)
    if len(managers) == 1:
        yield ShiftKind.EARLY, managers[0]
    else:
        off = {1: 0, 2: 1}.get(day.isoweekday())
        early = 1 - off if off is not None else day.isocalendar().week % 2
        yield ShiftKind.EARLY, managers[early]
        yield ShiftKind.LATE, managers[early if off is not None else 1 - early]
    yield (ShiftKind.LATE if day.isoweekday() in (6, 7) else ShiftKind.EARLY), desk


# (days before today, hour, kind, who, about, what was said, passed to, how it was settled)
LOGS = (
    (3, time(9, 40), "call", "罗先生", "enquiry", "朋友介绍，问整装一平米多少钱，想周末来店里", "", "已约周六到店，短信发了地址"),
    (3, time(14, 10), "visit", "钟女士", "enquiry", "带父母看材料，关心环保等级", "", "讲了板材等级，带走样册"),
    (2, time(10, 5), "call", "陆女士", "progress", "问水电什么时候能验收", posts.PROJECT_MANAGER, "已回电，后天上午验收，业主到场"),
    (2, time(15, 30), "visit", "蒋先生", "money", "来补开上月收据的抬头", "", "收据抬头按合同名称，已说明"),
    (1, time(9, 25), "call", "", "appointment", "想改约量房时间到周日上午", posts.CUSTOMER_MANAGER, "改到周日 9:30，已告知设计师"),
    (1, time(16, 20), "call", "许先生", "complaint", "样板间约好没人开门，白跑一趟", posts.CUSTOMER_MANAGER, ""),
)  # fmt: skip


def _logs(world: World, code: str) -> Story:
    """Calls and visitors of the last days (L05, L06); one has been passed on and nobody has answered yet."""
    store, by = world.stores[code], world.who(code, posts.FRONT_DESK)
    for number, (days, hour, kind, name, subject, note, post, settled) in enumerate(LOGS):
        at = on(world, days, hour)
        yield at
        to = world.who(code, post, number) if post else None
        told: dict[str, Any] = {
            "store": store, "subject": subject, "note": note, "name": name, "phone": f"137{(number * 7919 + 260417) % 10**8:08d}" if kind == "call" else "",
            "passed_to": to, "handling": "" if to else settled, "by": by, "at": at,
        }  # fmt: skip
        row: Any = leads.note_call(**told) if kind == "call" else leads.note_visit(people=1 + number % 3, **told)
        if to is not None and settled:
            leads.settle_log(row, handling=settled, by=to, at=at + timedelta(minutes=50))


# --- the calendar and the visits by rhythm ---------------------------------------------------------------------------------


def free(person: Any, day: date, zone: Any, after: datetime) -> datetime | None:
    """The first usual hour of a day at which a person has nothing else."""
    for hour in SLOTS:
        start = datetime.combine(day, hour, zone)
        busy = AppointmentSeat.objects.filter(person=person, planned=True, start_at__lt=start + timedelta(hours=1), end_at__gt=start)
        if start > after and not busy.exists():
            return start
    return None


def _calendar(world: World, code: str) -> Story:
    """Every morning of the last days something is agreed for the same day; at last the days to come are full as well."""
    zone = timezone.localtime(world.until).tzinfo
    for days in range(11, -1, -1):
        open_now = 9 <= timezone.localtime(world.until).hour < 19
        at = on(world, days, time(9, 15)) if days else world.until - timedelta(minutes=35) if open_now else on(world, 1, time(18, 40))
        yield at
        rows = _meetable(world, code)
        if days:
            for number, lead in enumerate(rows[days % 3 :: 3][:2]):
                _agree(lead, timezone.localtime(at).date(), zone, at, at, number)
            continue
        for number, lead in enumerate(_few_each(rows)):
            _agree(lead, timezone.localtime(world.until).date() + timedelta(days=number % 4), zone, world.until, at, number)


def _meetable(world: World, code: str) -> list[Lead]:
    rows = Lead.objects.alive().filter(store=world.stores[code], stage__in=MEETABLE, designer__isnull=False, customer__do_not_contact=False)
    return list(rows.select_related("designer", "customer_manager", "customer", "home", "store").order_by("ref")[:24])


def _few_each(rows: list[Lead], most: int = 6) -> list[Lead]:
    """Nobody's days are filled to the brim."""
    found: list[Lead] = []
    for lead in rows:
        if sum(other.designer_id == lead.designer_id for other in found) < most:
            found.append(lead)
    return found


def _agree(lead: Lead, day: date, zone: Any, after: datetime, at: datetime, number: int) -> None:
    """A measuring once there is a deposit, a meeting otherwise; nobody sits in two places."""
    assert lead.designer is not None  # _meetable has only those
    start = free(lead.designer, day, zone, after + timedelta(minutes=20))
    if start is None:
        return
    kind = AppointmentKind.MEASURING if lead.stage == Stage.DEPOSIT_PAID else (AppointmentKind.MEETING, AppointmentKind.STORE)[number % 2]
    leads.make_appointment(
        kind=kind, person=lead.designer, start_at=start, lead=lead, pick_up=number % 5 == 4, by=lead.customer_manager or lead.designer, at=at,
        note=("带平面图与报价", "看同户型样板", "夫妻一起来")[number % 3],
    )  # fmt: skip


def _visits(world: World, code: str) -> Story:
    """Whoever is due by class, or as a member or key customer, is called in the morning; what fell due since yesterday waits (R009, R021–R023)."""
    fall = dice(world.seed, "visits", code)
    for days in range(40, 0, -1):
        at = on(world, days, time(10, 30))
        yield at
        due = Deadline.objects.filter(clock=deadlines.CARE.id, store=world.stores[code], stopped_at__isnull=True, due_at__lte=at)
        for row in due.select_related("dossier__lead__customer", "owner").order_by("due_at", "dossier_id"):
            lead: Any = row.dossier.lead
            content = fall.choice(("satisfied", "satisfied", "neutral"))
            leads.record_care_call(
                lead, channel="phone", reached=True, satisfaction=content, note=fall.choice(("还在比较两家，月底前定", "方案满意，等家里人看过", "孩子考试，下周再约")),
                next_at=care.awake(at + timedelta(days=fall.randint(4, 9))) if lead.is_open else None, by=row.owner or lead.designer, at=at,
            )  # fmt: skip
            at += timedelta(minutes=2)


# --- the evening ---------------------------------------------------------------------------------------------------------


def _evenings(world: World, code: str) -> Story:
    """In the evening it is noted how the day's appointments went, and the till is closed; the next evening a second person has checked it."""
    store, number = world.stores[code], 0
    while True:
        yesterday = number == 272  # the last evening: somebody forgets something
        at = on(world, 273 - number, time(19, 30))
        yield at
        if number > 250:
            _note_meetings(store, at, forgets=yesterday)
        if not (yesterday and code == "CD"):
            _close(world, code, at, short=yesterday)
        number += 1


def _note_meetings(store: Any, at: datetime, *, forgets: bool) -> None:
    rows = Appointment.objects.planned().filter(store=store, end_at__lte=at).select_related("person").order_by("start_at", "person__pinyin")
    for number, row in enumerate(rows[1 if forgets else 0 :]):
        if (row.start_at.day + number) % 6 == 5:
            leads.miss_appointment(row, whose="customer", reason="客户临时加班，另约", by=row.person, at=at)
        else:
            leads.keep_appointment(row, note="谈得顺利" if number % 2 else "", by=row.person, at=at)


def _close(world: World, code: str, at: datetime, *, short: bool) -> None:
    """Closed by the cashier, account by account; yesterday's is looked at by the accountant."""
    store, cashier, accountant = world.stores[code], world.who(code, posts.CASHIER), world.who(code, posts.ACCOUNTANT)
    for closing in TillClosing.objects.filter(store=store, checked_by__isnull=True).order_by("day", "account__name"):
        leads.check_day(closing, note="已核对流水" if closing.difference else "", by=accountant, at=at - timedelta(minutes=20))
    if not Deadline.objects.filter(clock=deadlines.TILL.id, store=store, stopped_at__isnull=True, due_at__lte=at + DAY).exists():
        return
    today = timezone.localtime(at).date()
    accounts = list(CashAccount.objects.filter(store=store, closed_at__isnull=True).order_by("name"))
    _to_the_bank(accounts, by=cashier, at=at - timedelta(minutes=10))
    for account in accounts:
        for day in [day for day in till.open_days(account) if day <= today]:
            expected = till.figures(account, day).expected
            counted, why = expected, ""
            if account.kind == AccountKind.TILL and short:
                counted, why = expected - 10, "点钞少一张十元，正在调监控"
            elif account.kind == AccountKind.WECHAT and not account.closings.exists():
                counted, why = expected - Decimal("0.60"), "商户提现手续费，已向平台查询"
            leads.close_day(account, day=day, counted=counted, reason=why, by=cashier, at=at)


def _to_the_bank(accounts: list[CashAccount], *, by: Any, at: datetime) -> None:
    """On Friday what has gathered goes to the bank; a thousand stay in the till."""
    bank = next((account for account in accounts if account.kind == AccountKind.BANK), None)
    if timezone.localtime(at).isoweekday() != 5 or bank is None:
        return
    for account in accounts:
        stays = 1000 if account.kind == AccountKind.TILL else 0
        held = till.balance(account)
        if account.kind != AccountKind.BANK and held > max(2 * stays, 1):
            leads.move_money(account, bank, amount=held - stays, note="周五缴存，留备用金一千元" if stays else "周五提现到对公账户", by=by, at=at)


def _counting(world: World, code: str) -> Story:
    """Once a month the blank contracts are counted (Q41): in one store at the beginning, in the other before the end."""
    store, by = world.stores[code], world.who(code, posts.CUSTOMER_MANAGER)
    month = timezone.localtime(world.begin).date().replace(day=1)
    while True:
        at = datetime.combine(month.replace(day=6 if code == "CX" else 27), time(16, 40), timezone.localtime(world.until).tzinfo)
        yield max(at, world.begin)
        blanks = ContractStock.objects.filter(store=store, state__in=COUNTED)
        if at >= world.begin and blanks.exists():
            sites.count_stock(store=store, found=list(blanks.values_list("serial", flat=True)), by=by, at=at)
        month = (month + timedelta(days=32)).replace(day=1)


__all__ = ["DAY", "everyday", "free", "on"]
