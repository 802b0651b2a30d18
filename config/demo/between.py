"""What departments ask of each other, how delivered homes hold, the Saturday summary, bonds, old debts, quantities and reports of the demo."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from aftersales import services as service
from aftersales.models import Warranty
from config.demo import photos
from config.demo.world import Story, World
from inspections.services import quantities
from inspections.services.quantities import Measured
from projects import services as building
from projects.choices import WORKING
from projects.models import Project
from staff import posts

DAY = timedelta(days=1)
SLIPS = (
    ("engineering_dept", "次卫闭水记录", "业主要看第二次闭水的照片和签字，请提供。", "照片已补进闭水验收单，业主可在资料袋看到。"),
    ("design_dept", "橱柜台面色号", "补缝要用原色号，请查当时的选样单。", "色号 ST-204，选样单在方案附件第 6 页。"),
    ("finance_dept", "尾款到账确认", "业主说昨天已转，请核对到账后回复。", "已到对公账户，收据今天补上。"),
)  # fmt: skip


def everyday(world: World) -> None:
    """Hang them into the last weeks of the replay, in every store."""
    for code in sorted(world.stores):
        world.add(_at(world.until - 30 * DAY, time(10, 20)), _slips(world, code))
        world.add(_at(world.until - 25 * DAY, time(15, 30)), _tracks(world, code))
        world.add(_at(world.until - 24 * DAY, time(9, 50)), _engineering(world, code))
        world.add(_saturday(world.until - 22 * DAY), _saturdays(world, code))


def _at(moment: datetime, hour: time) -> datetime:
    local = timezone.localtime(moment)
    return datetime.combine(local.date(), hour, local.tzinfo)


def _saturday(moment: datetime) -> datetime:
    local = timezone.localtime(moment)
    return _at(local + timedelta(days=(5 - local.weekday()) % 7), time(16, 40))


def _slips(world: World, code: str) -> Story:
    """Three slips: done, answered with a day, and one that waits."""
    at, store = _at(world.until - 30 * DAY, time(10, 20)), world.stores[code]
    asks = world.who(code, posts.CS_OFFICER)
    heads = {"engineering_dept": posts.ENGINEERING_MANAGER, "design_dept": posts.DESIGN_MANAGER, "finance_dept": posts.FINANCE_SUPERVISOR}
    for number, (to, subject, text, answer) in enumerate(SLIPS):
        yield at
        slip = service.write_slip(to=to, subject=subject, text=text, answer_by=at + 2 * DAY, store=store, by=asks, at=at)
        if number == len(SLIPS) - 1:
            return
        at += DAY
        yield at
        ready = timezone.localdate(at + 3 * DAY) if number else None
        service.answer_slip(slip, answer=answer, ready_on=ready, by=world.who(code, heads[to]), at=at)
        at += DAY
        yield at
        if number == 0:
            service.close_slip(slip, by=asks, at=at)
        at = _at(world.until - (12 if number == 0 else 1) * DAY, time(10, 20))


def _tracks(world: World, code: str) -> Story:
    """After three deliveries customer service asks how the work holds; one is to be watched."""
    at = _at(world.until - 25 * DAY, time(15, 30))
    by = world.who(code, posts.CS_OFFICER)
    for number in range(3):
        yield at
        rows = Warranty.objects.in_force().filter(store=world.stores[code], tracks__isnull=True, at__lt=at - 10 * DAY).select_related("project")
        found = rows.order_by("pk").first()
        if found is None:
            return
        points = {"tiles": ("good", ""), "waterproof": ("good", ""), "paint": ("watch", "客厅顶角细缝，开春再看") if number == 1 else ("good", "")}
        again = timezone.localdate(at) + 40 * DAY if number == 1 else None
        says = "总体满意，顶角有一道细缝。" if number == 1 else "住得舒服，没有渗漏。"
        service.track_quality(found.project, way="phone", says=says, points=points, again_on=again, by=by, at=at)
        at += 5 * DAY


def _saturdays(world: World, code: str) -> Story:
    """Each Saturday the supervisor tells the leader, who reads it on Monday."""
    at, store, by = _saturday(world.until - 22 * DAY), world.stores[code], world.who(code, posts.CS_SUPERVISOR)
    while at < world.until:
        yield at
        made = service.sum_up_week(
            store, complaints="本周投诉都已首次答复，集中在工期沟通。", work="回访和报修按期完成，未接来电已回。", plan="补完到期的质量跟踪，跟进未结投诉。", by=by, at=at
        )
        at += 2 * DAY
        if at >= world.until:
            return
        yield at
        service.read_summary(made, word="工期沟通请与工程部对一次口径。", by=made.leader, at=at)
        at += 5 * DAY


def _engineering(world: World, code: str) -> Story:
    """An insurance filed, a bond to be filed; two items measured; an old debt asked for and paid in part; the month's report."""
    at, store = _at(world.until - 24 * DAY, time(9, 50)), world.stores[code]
    helps, manager = world.who(code, posts.ENGINEERING_ASSISTANT), world.who(code, posts.ENGINEERING_MANAGER)
    yield at
    debt = building.register_debt(
        store, debtor="吕德民", about="和睦新村 6 幢 301 全装修尾款", basis="2012 年合同 HT-0318、欠条", arose_on=date(2012, 10, 8), amount=Decimal(18000),
        collector=helps, by=helps, at=at,
    )  # fmt: skip
    if (site := _site(store)) is not None:
        _bonds(site, helps, at)
    at += 2 * DAY
    yield at
    building.try_debt(debt, way="visit", says="上门见到本人，答应月底先还八千", next_on=timezone.localdate(at) + 12 * DAY, by=helps, at=at)
    if (site := _site(store)) is not None and site.supervisor is not None and site.project_manager is not None:
        items = list(site.contract.price_list.items.order_by("position", "id")[:2])
        lines = [Measured(item, Decimal(quantity)) for item, quantity in zip(items, ("86.40", "12.00"), strict=False)]
        made = quantities.measure(site, purpose="quotation", measured_on=timezone.localdate(at), lines=lines, by=site.project_manager, at=at)
        quantities.confirm_measurement(made, by=site.supervisor, at=at + timedelta(hours=2))
    at += 10 * DAY
    yield at
    building.take_debt_money(
        debt, amount=Decimal(8000), method="transfer", payer="吕德民", key=uuid.uuid5(uuid.NAMESPACE_URL, f"{store.code}:{world.seed}:old-debt"),
        by=world.who(code, posts.CASHIER), at=at,
    )  # fmt: skip
    first = timezone.localdate(world.until).replace(day=1)
    at = max(at + timedelta(hours=1), datetime.combine(first, time(11), timezone.get_default_timezone()) + DAY)
    yield at
    quantities.report_month(
        store, month=first - DAY, analysis="整改多数按期完成；拒收集中在规格与清单不符。", measures="下单前由项目经理逐项核对规格，到货当天清点。", by=manager, at=at
    )


def _site(store: Any) -> Project | None:
    return Project.objects.at_hand().filter(store=store, stage__in=WORKING, contract__isnull=False).order_by("pk").first()


def _bonds(site: Project, helps: Any, at: datetime) -> None:
    today = timezone.localdate(at)
    bond = building.ask_bond(site, kind="insurance", due_on=today + 7 * DAY, what="施工人员意外险", by=helps, at=at)
    building.file_bond(
        bond, issuer="人保财险杭州分公司", number=f"PYII-{site.pk:06d}", amount=Decimal(860), valid_from=today, valid_until=today + 45 * DAY,
        scan=photos.photo(f"bond-{site.pk}"), by=helps, at=at,
    )  # fmt: skip
    building.ask_bond(site, kind="performance", due_on=today + 40 * DAY, what="履约保函 5%，业主方要求", by=helps, at=at)


__all__ = ["everyday"]
