"""Repairs of the demo company: one in the warranty and one that the owner pays, by the verbs of the people who do them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from aftersales import services
from aftersales.models import RepairOrder, RepairRequest
from config.demo import photos
from core.models import Paper
from leads.services import seats
from staff import posts

if TYPE_CHECKING:
    from config.demo.sites import Site

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
FREE = (
    {"category": "waterproof", "room": "卫生间", "item": "淋浴区墙角", "fault": "楼下天花板有水印，淋浴后加重"},
    {"category": "tile", "room": "厨房", "item": "灶台边地砖", "fault": "两块地砖敲着发空，其中一块有裂纹"},
    {"category": "door", "room": "主卧", "item": "房门", "fault": "门下沉，关门时碰到地板"},
)
PAID = {"category": "sanitary", "room": "厨房", "item": "龙头", "fault": "龙头出水忽大忽小，把手松动"}
OWN = {"exclusion": "X02", "evidence": "业主自行更换过龙头，现场照片一张"}


def take_up(s: Site, told: dict[str, Any], at: datetime, *, source: str = "phone") -> RepairRequest:
    return services.report_fault(s.project, source=source, by=s.crew[posts.FRONT_DESK], at=at, **told)


def in_the_warranty(s: Site, at: datetime, fall: Random) -> Any:
    """Told in the morning, mended in the afternoon, called about before the evening, filed the next day."""
    repair = take_up(s, fall.choice(FREE), at)
    services.sort_repair(repair, by=s.crew[posts.CS_OFFICER], at=at + 8 * MINUTE)
    row = yield from _visit(s, _fresh(repair), at, fall, labour=Decimal(0))
    done = yield from _call(s, row, fall)
    services.note_repair_cost(
        _fresh(repair), trade=fall.choice(("waterproof", "tiles")), crew=_crew(s), person=s.project.foreman, material=Decimal(fall.randint(30, 160)),
        labour=Decimal(fall.choice((150, 240, 300))), by=s.crew[posts.AFTERSALES_HEAD], at=done,
    )  # fmt: skip
    services.file_repair(_fresh(repair), by=s.crew[posts.AFTERSALES_HEAD], at=done + 5 * MINUTE)


def paid_by_the_owner(s: Site, at: datetime, fall: Random) -> Any:
    """A cause that the warranty leaves out, confirmed by a second person; the charge signed before the work, paid the next day."""
    repair = take_up(s, PAID, at, source="visit")
    services.sort_repair(repair, by=s.crew[posts.CS_OFFICER], at=at + 8 * MINUTE, **OWN)
    services.confirm_refusal(repair, by=s.crew[posts.AFTERSALES_HEAD], at=at + 15 * MINUTE)
    row = yield from _visit(s, _fresh(repair), at, fall, labour=Decimal(120))
    done = yield from _call(s, row, fall)
    services.take_repair_money(
        _fresh(repair), amount=row.charge, method="wechat", payer=s.case.name, by=s.crew[posts.CASHIER], at=done,
        key=uuid5(NAMESPACE_URL, f"{s.world.seed}:{repair.ref}"),
    )  # fmt: skip
    services.file_repair(_fresh(repair), by=s.crew[posts.AFTERSALES_HEAD], at=done + 5 * MINUTE)


def told_yesterday(s: Site, at: datetime, *, sort: bool) -> None:
    """One waits to be sorted, one is talked through and waits for its technician."""
    repair = take_up(s, FREE[0] if sort else FREE[1], at)
    if sort:
        services.sort_repair(repair, by=s.crew[posts.CS_OFFICER], at=at + 8 * MINUTE)
        services.diagnose(_fresh(repair), reached=True, mode="onsite", says="关了角阀还渗，需上门看", by=s.crew[posts.TECHNICIAN], at=at + 25 * MINUTE)


def _visit(s: Site, repair: RepairRequest, at: datetime, fall: Random, *, labour: Decimal) -> Any:
    """Talked through, sent, on the spot, signed, done; the technician is free at that hour."""
    man, front = s.crew[posts.TECHNICIAN], s.crew[posts.FRONT_DESK]
    services.diagnose(repair, reached=True, mode="onsite", says="电话里问过，需上门看", by=man, at=at + 25 * MINUTE)
    start = at + 3 * HOUR
    while seats.taken(man, start, start + HOUR) is not None:
        start += HOUR
    order = services.send_technician(
        _fresh(repair), technician=man, start_at=start, minutes=60, told="门禁找保安登记", promised_on=start.date(), agreed=True, by=front, at=at + 35 * MINUTE
    )
    yield start + 3 * HOUR
    services.leave(order, by=man, at=start - 40 * MINUTE)
    services.arrive(order, by=man, at=start)
    picture = [photos.photo(f"repair-{repair.ref}-before")]
    parts = [("陶瓷阀芯", Decimal(1), "个", Decimal("45.00"))] if labour else [("修补材料", Decimal(1), "份", Decimal(0))]
    row = services.note_site(
        order, found="现场所见与报修相符", plan="更换损坏部件，恢复并试用", parts=parts, labour=labour, photos=picture, by=man, at=start + 10 * MINUTE
    )
    hands = s.hands() | {"after_sales": man}
    s.world.sign_all(_paper(row.paper), hands, at=start + 15 * MINUTE, by=man)
    row = services.finish_order(
        RepairOrder.objects.get(pk=row.pk), work="已修复，业主当场试用正常", photos=[photos.photo(f"repair-{repair.ref}-after")], by=man, at=start + HOUR
    )
    s.world.sign_all(_paper(row.feedback), hands, at=start + HOUR + 5 * MINUTE, by=man)
    services.come_back(row, discussed="结果已与售后沟通", by=man, at=start + 2 * HOUR)
    return row


def _call(s: Site, row: RepairOrder, fall: Random) -> Any:
    """The call of the day, then the next morning."""
    moment: datetime = row.finished_at  # type: ignore[assignment]
    moment = moment + HOUR + fall.randint(1, 20) * MINUTE
    yield moment
    services.record_repair_call(row.repair, reached=True, outcome="mended", by=s.crew[posts.CS_OFFICER], at=moment, time_agreed=True)
    after = moment + timedelta(hours=17)
    yield after
    return after


def _paper(paper: Paper | None) -> Paper:
    assert paper is not None  # the act that comes before it issues it
    return paper


def _crew(s: Site) -> str:
    return str(s.project.arrivals.order_by("-pk").values_list("crew", flat=True).first() or "")


def _fresh(repair: RepairRequest) -> RepairRequest:
    return RepairRequest.objects.select_related("project", "warranty").get(pk=repair.pk)
