"""Rain for three days, an extension that both sides sign, a settlement that the owner disputes and signs in its second version (issue 4, 3)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from core.models import Paper
from projects import services
from projects.models import Project, Settlement
from tests.factories import days as told
from tests.factories import projects as road
from tests.hand import sign_all
from tests.journeys import press
from tests.journeys.people import Company
from tests.journeys.signing import sign
from tests.journeys.test_repairs import photo
from tests.journeys.test_spine import open_the_house

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OWNER, MANAGER = "甲方（业主）", "乙方（项目经理）"


def test_three_days_of_rain_and_a_settlement_in_its_second_version(live_site, live_cast, browser, tmp_path):
    open_the_house(live_cast)
    began = live_cast.days(-6)
    first = timezone.localdate() - timedelta(days=3)  # a stop is told within three days
    site = told.settled_midterm(live_cast, at=began)
    due, rain = site.due_on, photo(tmp_path, "rain.jpg")
    company = Company(browser, live_site.url, live_cast, tmp_path)
    with press.running(), company.watched():
        phone, desk = company.phone("project_manager"), company.project_manager
        # three days of rain
        phone.go(f"/projects/{site.ref}/stops/").fill("停工起", f"{first}")
        phone.fill("停工的最后一天", f"{first + timedelta(days=2)}")
        phone.choose("原因", "雨雪、低温、潮湿").fill("当天情况", "连续大雨，阳台和外窗收口无法施工")
        phone.page.get_by_label("当天凭证", exact=True).set_input_files(rain)
        phone.press("宣布停工").is_told("已宣布停工").sees("连续大雨", "天气、不可抗力")
        # told, agreed, signed by both
        desk.go(f"/projects/{site.ref}/extensions/").fill("特殊情况", "连续三天大雨，外窗收口无法施工")
        desk.fill("双方怎么说、怎么定", "业主看过天气记录，同意顺延三天")
        desk.press("写好延长手续").is_told("请双方签字").sees("顺延", "3 天")
        extension = latest("P26")
        sign(phone, extension, OWNER, name=site.customer_name)
        sign(phone, extension, MANAGER)
        desk.go(f"/projects/{site.ref}/meter/").sees("误工天数", "第 1 次延长", "超合同", extension)
        assert Project.objects.get(pk=site.pk).due_on == due + timedelta(days=3)
        # disputed, answered, a second change, the second version
        desk.go(f"/projects/{site.ref}/settlements/").follow("异议和各版").choose("哪一项", "其他").fill("业主的意见", "插座少装两个")
        desk.page.get_by_label("照片", exact=True).set_input_files(photo(tmp_path, "sockets.jpg"))
        desk.press("登记异议").is_told("这一版不再签字").follow("答复异议").mark("结果", "业主有理").fill("给业主的答复", "现场复核少两个，扣减").press("答复")
        desk.is_told("已答复")
        less(site, live_cast)
        desk.go(f"/projects/{site.ref}/settlements/").press("重做结算").sees("第 2 版", "业主的异议和答复", "插座少装两个", "与上一版")
        second = latest("P29")
        sign(phone, second, OWNER, name=site.customer_name)
        sign(phone, second, "项目经理")
        desk.go(f"/projects/{site.ref}/settlements/").follow("异议和各版").sees("变化对照", "上一版", "本版")

    versions = Settlement.objects.filter(project=site, kind="midterm").order_by("version")
    assert [(row.version, row.paper.is_signed, row.paper.state == "superseded") for row in versions] == [(1, False, True), (2, True, False)]


def less(site: Project, cast: object) -> None:
    """The second change: what was agreed on is taken out, signed by all four."""
    people, at = cast, timezone.now()
    project = Project.objects.with_people().get(pk=site.pk)
    change = road.asked_change(project, people=people, at=at, wish="插座按实际少两个")
    services.answer_change(change, answer="点位图更正", by=people.designer, at=at)  # type: ignore[attr-defined]
    line = services.Line(road.items(project)[0], Decimal(-2))
    change = services.issue_change(change, lines=[line], days=0, by=people.project_manager, at=at)  # type: ignore[attr-defined]
    sign_all(change.paper, by=people.project_manager, at=at)  # type: ignore[attr-defined]
    services.follow(project.dossier, at=at)


def latest(kind: str) -> str:
    ref: str = Paper.objects.filter(kind=kind).latest("pk").ref
    return ref
