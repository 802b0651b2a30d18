"""Supervision of the demo company: what inspectors talk about with customers, the five must-visits, plans, rounds, points, published months."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from config.demo import photos
from config.demo.world import Story, World, dice
from core.calendar import is_working_day
from inspections import services, supervision
from inspections.services import Seen
from inspections.services.defects import PATROLLED
from projects.models import Crew, Project
from staff import posts

if TYPE_CHECKING:
    from config.demo.sites import Site

DAY = timedelta(days=1)
TALKS = (
    ("看了水电走向，书桌处想加一组插座", "插座位置以交底图为准，加的按增项走"), ("说明闭水四十八小时，业主约好看水位", "周六上午能到"),
    ("对了瓷砖铺贴起排方向", "按设计图来"), ("提醒橱柜复尺时间", "这周联系厂家"), ("说明腻子干透前不开窗直吹", ""), ("商量竣工验收日期", "月底前都行"),
)  # fmt: skip
MISSED = 6  # of so many sites one has a must-visit that nobody wrote down


def talked(s: Site, number: int, at: datetime) -> None:
    """After a patrol the inspector speaks with the customer, on the site or by phone; every fourth time nobody is there."""
    if number % 4 == 3:
        return
    content, says = TALKS[number % len(TALKS)]
    services.record_exchange(
        project=s.project, channel=("visit", "phone", "message")[number % 3], content=content, customer_says=says,
        by=s.crew[posts.QUALITY_INSPECTOR], at=at,
    )  # fmt: skip


def attended(s: Site, code: str, at: datetime) -> None:
    """The inspector writes down to have been there at one of the five; one site in six lacks one."""
    if code not in supervision.must_visits() or (code == "C4" and s.case.number % MISSED == 4):
        return
    services.record_must_visit(
        project=s.project, code=code, content="逐项看过，实测数据当场给业主看了", customer_says="看得仔细", by=s.crew[posts.QUALITY_INSPECTOR], at=at
    )


# --- the department ----------------------------------------------------------------------------------------------------------


def everyday(world: World) -> None:
    """Hang the life of the engineering department into the replay."""
    for code in sorted(world.stores):
        world.add(_at(world.until - 70 * DAY, time(16, 10)), _department(world, code))
        world.add(_at(world.until - 7 * DAY, time(18, 5)), _evenings(world, code))
        monday = timezone.localtime(world.until).date() - timedelta(days=timezone.localtime(world.until).weekday())
        world.add(datetime.combine(monday, time(8, 10), timezone.get_default_timezone()), _plans(world, code))


def _at(moment: datetime, hour: time) -> datetime:
    local = timezone.localtime(moment)
    return datetime.combine(local.date(), hour, local.tzinfo)


def _department(world: World, code: str) -> Story:
    """Each month a meeting and a round with the crews, points for each crew, and on the third the month before is published."""
    store, at = world.stores[code], _at(world.until - 70 * DAY, time(16, 10))
    manager, assistant = world.who(code, posts.ENGINEERING_MANAGER), world.who(code, posts.ENGINEERING_ASSISTANT)
    while at < world.until:
        yield at
        day, building = timezone.localdate(at), Project.objects.filter(store=store, stage__in=PATROLLED).order_by("pk")
        if day.day == 3:
            services.publish_bulletin(store=store, month=(day.replace(day=1) - DAY), by=assistant, at=at)
        if day.day == 12 and (site := building.first()) is not None:
            services.hold_meeting(
                store=store, place=site.address, present="工程部全体", topics="材料损耗、成品保护、冬季施工", decisions="瓷砖进场当天清点破损", by=manager, at=at
            )
        if day.day == 20:
            _round(store, list(building[:2]), manager, at)
        at += DAY


def _round(store: Any, sites: list[Project], manager: Any, at: datetime) -> None:
    crews = list(Crew.objects.filter(store=store, ended_on__isnull=True).order_by("pk"))
    if not crews or not sites:
        return
    joint = services.hold_joint_inspection(store=store, crews=[crew.name for crew in crews], held_on=timezone.localdate(at), by=manager, at=at)
    for number, site in enumerate(sites):
        seen = [Seen("材料堆放挡住配电箱", photos=[photos.photo(f"joint-{site.pk}-{at:%m%d}")])] if number == 0 else []
        services.visit_jointly(inspection=joint, project=site, note="现场整洁，成品保护到位" if not seen else "通道有材料堆放", seen=seen, by=manager, at=at)
    for crew in crews:
        fall = dice("points", store.code, crew.name, f"{at:%Y-%m}")
        scores = {row.code: row.points - fall.randint(0, row.points // 4) for row in supervision.criteria().values()}
        services.rate_crew(crew=crew, month=timezone.localdate(at), scores=scores, by=manager, at=at + timedelta(minutes=20))


def _plans(world: World, code: str) -> Story:
    """On Monday each inspector takes over the proposed days of the week."""
    monday = timezone.localtime(world.until).date() - timedelta(days=timezone.localtime(world.until).weekday())
    at = datetime.combine(monday, time(8, 10), timezone.get_default_timezone())
    yield at
    for inspector in world.people.get((code, posts.QUALITY_INSPECTOR), []):
        proposed = services.propose(inspector, starts_on=monday, ends_on=monday + 6 * DAY, at=at)
        if proposed:
            lines = [(row.project, row.on) for row in proposed]
            services.make_plan(inspector=inspector, span="week", starts_on=monday, lines=lines, by=inspector, at=at)


def _evenings(world: World, code: str) -> Story:
    """In the last week everybody reports back in the evening; the last in the list forgets it once."""
    at = _at(world.until - 7 * DAY, time(18, 5))
    people = [*world.people.get((code, posts.QUALITY_INSPECTOR), []), *world.people.get((code, posts.SITE_SUPERVISOR), [])]
    while at < world.until:
        yield at
        if is_working_day(_day(at)):
            for number, person in enumerate(people):
                if number == len(people) - 1 and (world.until - at).days == 3:
                    continue
                services.check_in(text="工地巡查、验收照计划完成，明天复验两项", by=person, at=at + timedelta(minutes=number))
        at += DAY


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()
