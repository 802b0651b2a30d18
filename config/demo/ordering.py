"""Site order in the demo company: deliveries, walks, the diary, a note of the owner, a fine slip, an accident; a few of each."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from config.demo import photos
from inspections.order_data import items_of
from inspections.services import conduct, deliveries, fines, instruments, site_life
from inspections.services.conduct import Looked
from inspections.services.deliveries import Came
from leads.models import Room
from projects.choices import WORKING
from projects.models import Project
from staff import posts

if TYPE_CHECKING:
    from config.demo.sites import Site
    from config.demo.world import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PLACES = ("北墙", "门后", "顶面", "窗下")


def where(s: Site, code: str, number: int) -> dict[str, Any]:
    """The room and the place of a photo of what will be covered; of other checks nothing."""
    rooms = list(Room.objects.filter(home=s.project.home_id, removed_at__isnull=True)) if code in ("C3", "C4") else []
    return {"room": rooms[number % len(rooms)], "place": PLACES[number % len(PLACES)]} if rooms else {}


def delivered(s: Site, at: datetime) -> None:
    """Cement and pipes before the material check; on some sites a part is refused and goes back the next day."""
    on, damp = timezone.localtime(at).date(), s.case.number % 3 == 0
    lines = [
        Came("PVC 电工管", "根", Decimal(120), "联塑", "DN20", "L2604", certificate_no="HGZ-2604-118", photos=[photos.photo(f"goods-{s.pk}-pipe")]),
        Came("水泥 P·O 42.5", "袋", Decimal(60), "海螺", "50 kg", "HL-0319", Decimal(6 if damp else 0), "受潮结块" if damp else "", certificate="both", certificate_no="JC-0319"),
    ]  # fmt: skip
    made = deliveries.accept_goods(
        s.project,
        kind="material",
        delivered_on=on,
        supplier="城西建材市场",
        lines=lines,
        by=s.crew[posts.PROJECT_MANAGER],
        at=at,
    )
    if damp:
        line = made.lines.get(seq=2)
        deliveries.take_out(
            line, on=on, photos=[photos.photo(f"goods-{s.pk}-out")], by=s.crew[posts.FOREMAN], at=at + HOUR
        )


def lived(s: Site, at: datetime) -> None:
    """The days around the check of pipes and wires: a briefing, a walk; a note, a slip, an accident here and there; all of it is over by then."""
    number, me = s.case.number, s.project
    told: dict[str, Any] = {"at": at}
    if at + 3 * DAY > s.world.until:
        return
    supervisor, manager = s.crew[posts.SITE_SUPERVISOR], s.crew[posts.PROJECT_MANAGER]
    crew = str(me.arrivals.order_by("-pk").values_list("crew", flat=True).first() or "水电班")
    if number % 2 == 0:
        topics = (
            "消防：灭火器位置和用法，禁止吸烟",
            "用电：配电箱带漏电保护，收工断电",
            "行为规范：不向客户收钱、不喝酒",
        )
        made = site_life.brief_crew(
            me, crew=crew, topics=topics, workers=("钱大勇", "龙阿水", "戚小满"), by=manager, **told
        )
        s.world.sign_all(made.paper, s.hands() | {"site_side": manager, "crew": "钱大勇"}, at=at + HOUR / 6, by=manager)
    if number % 3 == 1:
        looked = [
            Looked(i.code, "fault", "两袋垃圾堆在电梯口", [photos.photo(f"walk-{s.pk}")])
            if i.code == "SC-16"
            else Looked(i.code, "ok")
            for i in items_of("order")
        ]
        conduct.walk_site(me, kind="order", looked=looked, by=supervisor, at=at + 2 * HOUR)
    if number % 4 == 1:
        note = site_life.write_note(
            me,
            problem="次卧窗台下的插座比图纸低了 20 cm",
            told_to=me.foreman,
            by=s.crew[posts.QUALITY_INSPECTOR],
            at=at + 2 * HOUR,
        )
        s.world.sign_all(
            note.paper, s.hands() | {"site_side": me.foreman}, at=at + 2 * HOUR, by=s.crew[posts.QUALITY_INSPECTOR]
        )
        site_life.answer_note(note, answer="已按图移位，改后照片发给业主", by=me.foreman, at=at + DAY)
    if number % 5 == 1:
        _fined(s, at)
    if number % 9 == 4:
        _hurt(s, at)


def _fined(s: Site, at: datetime) -> None:
    """A slip that the foreman does not sign; he appeals, and it is lowered."""
    manager, on = s.crew[posts.PROJECT_MANAGER], timezone.localtime(at).date()
    slip = fines.write_fine(
        s.project,
        rule="SC-09",
        reason="切割砖未装防护罩，提醒后仍未装",
        amount=Decimal(300),
        happened_on=on,
        by=manager,
        at=at + 3 * HOUR,
    )
    slip = fines.note_refusal(
        slip, words="罩子坏了，当天已报修", witness=str(s.crew[posts.SITE_SUPERVISOR]), by=manager, at=at + 4 * HOUR
    )
    fines.appeal_fine(slip, words="罩子第二天已换新，有照片", by=s.project.foreman, at=at + DAY)
    fines.decide_appeal(
        slip,
        decision="lowered",
        amount=Decimal(100),
        words="及时更换，减为 100 元",
        by=s.crew[posts.ENGINEERING_MANAGER],
        at=at + 2 * DAY,
    )


def _hurt(s: Site, at: datetime) -> None:
    """A cut hand: taken over within the hour, analysed and closed the next day."""
    me, boss = s.project, s.crew[posts.ENGINEERING_MANAGER]
    made = site_life.report_incident(
        me, kind="accident", happened_at=at + 3 * HOUR, place="次卫", people="龙阿水，左手划伤", what="切砖时砖块崩裂，划伤左手，已送医院缝两针", told="phone",
        told_to=str(boss), by=me.foreman, at=at + 3 * HOUR + HOUR / 6,
    )  # fmt: skip
    steps = (
        ("taken", "已到医院，联系家属", boss, 0.5), ("cause", "切割机没有防护罩，未戴手套", me.project_manager, 6), ("handling", "停用该切割机，工人休息三天", me.project_manager, 7),
        ("measure", "切割机统一加罩，每天开工前点检", me.project_manager, 8), ("closed", "现场看过，措施已落实", boss, 24),
    )  # fmt: skip
    for kind, text, by, hours in steps:
        site_life.note_step(made, kind=kind, text=text, by=by, at=at + 3 * HOUR + timedelta(hours=hours))


def lately(world: World) -> None:
    """The diaries of the sites that are at work now: the last days but one, yesterday's page looked at; and each store's instruments."""
    today = timezone.localtime(world.until).date()
    rows = Project.objects.at_hand().filter(stage__in=WORKING, supervisor__isnull=False).order_by("pk")[:6]
    for number, site in enumerate(rows):
        crew = str(site.arrivals.order_by("-pk").values_list("crew", flat=True).first() or "")
        began = site.started_on or today
        for back in (4, 3, 1, 0):
            day = today - timedelta(days=back)
            if day < began:
                continue
            at = world.until - back * DAY - HOUR / 6
            page = site_life.write_day(
                site, day=day, weather=("sunny", "cloudy", "rain")[(number + back) % 3], workers=3 + (number + back) % 3, crew=crew,
                works=("墙地砖铺贴，阴阳角弹线", "水电布管，回路标识", "吊顶龙骨，石膏板封板", "腻子第二遍打磨")[(number + back) % 4], percent=min(20 + number * 11 + (4 - back), 95),
                materials=("瓷砖胶 6 袋", "PVC 管 40 根", "")[back % 3], photos=[photos.photo(f"diary-{site.pk}-{back}")], by=site.supervisor, at=at,
            )  # fmt: skip
            if back > 1:
                boss = world.who(site.store.code, posts.ENGINEERING_MANAGER)
                site_life.look_at_day(page, by=boss, at=at + 2 * HOUR, remark="写清当天用料" if back == 4 else "")
    instruments_of(world)


def instruments_of(world: World) -> None:
    """Each store's instruments; one whose calibration has run out, one that will soon."""
    at = world.until - 2 * DAY
    on = timezone.localtime(at).date()
    for code, store in world.stores.items():
        head = world.who(code, posts.SUPERVISION_MANAGER)
        for number, (kind, left) in enumerate(
            (("2 m靠尺", 210), ("500 V绝缘电阻表", 9), ("激光测距仪", -5), ("钢卷尺", 320)), start=1
        ):
            instruments.register_tool(
                store, kind=kind, number=f"{code}-{number:02d}", calibrated_on=on - timedelta(days=365 - left) if left > 0 else on - timedelta(days=370),
                valid_until=on + timedelta(days=left), certificate=f"JD-{on.year}-{number:03d}", by=head, at=at,
            )  # fmt: skip
