"""The pages of supervision: what they show, what they keep when they refuse, what they cost, who reads the published month."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config import reach
from inspections import services
from inspections.models import Bulletin, ClientExchange, CrewRating, PatrolPlan, PlanDeviation, SupervisionFact
from inspections.services import Seen
from projects import services as building
from staff import services as staff
from staff.models import User

SITES = "/inspections/"
FRAME = 4  # session, person, posts, the desk's count


def browser(cast: Any, person: Any) -> Any:
    client = cast.client(person)
    client.cookies["django_language"] = "en"
    return client


def cost(client: Any, url: str) -> int:
    client.get(url)  # what is only asked once is asked now
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len([q for q in queries if "SAVEPOINT" not in q["sql"]])



def test_the_lists_cost_the_same_with_one_row_and_with_many(working: Any, cast: Any) -> None:
    services.follow(working.dossier, at=cast.at)
    inspector = browser(cast, cast.quality_inspector)
    lists = ("board", "facts", "plans", "check-ins", "progress-reports", "joint-inspections", "crew-ratings", "meetings", "bulletins")
    urls = [f"{SITES}{page}/" for page in lists]
    urls += [f"{SITES}{working.ref}/{page}/" for page in ("supervision", "exchanges", "must-visits", "trades", "progress")]

    def fill(start: int, n: int) -> None:
        for turn in range(start, start + n):
            at = cast.at + timedelta(days=turn)
            services.record_exchange(project=working, channel="phone", content="谈进度", by=cast.quality_inspector, at=at)
            services.report_progress(project=working, done="贴砖", by=cast.site_supervisor, at=at)
            services.check_in(text="巡检", by=cast.quality_inspector, at=at)
            round_ = services.hold_joint_inspection(store=cast.store, crews=["甲班"], held_on=at.date(), by=cast.engineering_manager, at=at)
            services.visit_jointly(inspection=round_, project=working, note="整洁", by=cast.engineering_manager, at=at)
            services.hold_meeting(store=cast.store, place="工地", present="全体", topics="安全", by=cast.engineering_manager, at=at)
            building.add_crew(cast.store, name=f"{turn} 班", leader="钱大勇", trades=["水电"], by=cast.engineering_assistant, at=at)
        services.watch_check_ins(at=cast.at + timedelta(days=start + n))

    fill(0, 1)
    one = {url: cost(inspector, url) for url in urls}
    fill(1, 6)
    many = {url: cost(inspector, url) for url in urls}

    assert many == one
    assert {url: n for url, n in one.items() if n > FRAME + (12 if working.ref in url else 6)} == {}


def test_an_exchange_that_says_nothing_is_refused_and_keeps_what_was_typed(working: Any, cast: Any) -> None:
    inspector = browser(cast, cast.quality_inspector)
    answer = inspector.post(f"{SITES}{working.ref}/exchanges/", {"channel": "phone", "content": "", "customer_says": "周六上午能到"})

    assert answer.status_code == 422 and "周六上午能到" in answer.content.decode()
    assert not ClientExchange.objects.exists()


def test_the_inspector_plans_from_the_proposal_and_announces_what_will_be_otherwise(working: Any, cast: Any) -> None:
    """I01 through the pages: the proposed days are taken over, one is moved beforehand, its reason stands at the line."""
    now = timezone.now()
    services.follow(working.dossier, at=cast.at)
    services.record_patrol(project=working, progress="开槽", photos=[_picture()], by=cast.quality_inspector, at=now)
    inspector = browser(cast, cast.quality_inspector)
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday()) + timedelta(days=7)
    page = inspector.get(f"{SITES}plans/new/?span=week&starts_on={monday}")
    assert page.status_code == 200 and working.ref in page.content.decode()

    told = {"span": "week", "starts_on": monday, "site_0": working.pk, "on_0": monday + timedelta(days=2), "site_1": "", "on_1": ""}
    empty = inspector.post(f"{SITES}plans/new/", told | {"site_0": "", "on_0": ""})
    assert empty.status_code == 422 and "The plan has no patrol yet" in empty.content.decode()
    assert inspector.post(f"{SITES}plans/new/", told).status_code == 302
    plan = PatrolPlan.objects.get()
    entry = plan.entries.get()

    refused = inspector.post(f"{SITES}plan-entries/{entry.pk}/deviations/", {"reason": "", "new_on": monday + timedelta(days=3)})
    assert refused.status_code == 422
    moved = inspector.post(f"{SITES}plan-entries/{entry.pk}/deviations/", {"reason": "电梯检修", "new_on": monday + timedelta(days=3)}, follow=True)

    assert "Announced beforehand." in moved.content.decode() and "电梯检修" in moved.content.decode()
    assert PlanDeviation.objects.get().beforehand
    other = browser(cast, cast.hire("quality_inspector", name="另一质检", username="cx.third_inspector"))
    assert other.get(plan.get_absolute_url()).status_code == 404
    assert plan.paper in reach.papers(cast.quality_inspector) and plan.paper not in reach.papers(cast.foreman)


def test_a_reason_is_given_and_decided_on_the_page(working: Any, cast: Any) -> None:
    """R044, Q52."""
    services.announce_check(project=working, code="C2", planned_at=cast.days(1), by=cast.project_manager, at=cast.at)
    services.follow(working.dossier, at=cast.days(3))
    fact = SupervisionFact.objects.get()
    answer = browser(cast, cast.quality_inspector).post(f"{SITES}facts/{fact.pk}/reasons/", {"reason": "客户改期"}, follow=True)
    assert "The reason is with the head of supervision." in answer.content.decode()
    head = browser(cast, cast.supervision_manager)
    bare = head.post(f"{SITES}facts/{fact.pk}/rulings/", {"holds": "yes", "ruling": ""})
    assert bare.status_code == 422
    head.post(f"{SITES}facts/{fact.pk}/rulings/", {"holds": "yes", "ruling": "已核实"})

    fact.refresh_from_db()
    assert (fact.holds, fact.ruling) == (True, "已核实")


def test_i17_the_published_month_is_read_by_everybody_names_no_customer_and_stays_as_it_was(working: Any, cast: Any) -> None:
    at = cast.at
    services.follow(working.dossier, at=at)
    services.record_patrol(project=working, progress="开槽", photos=[_picture()], seen=[Seen("管口没有封")], by=cast.quality_inspector, at=at)
    later = cast.at + timedelta(days=20)
    services.follow(working.dossier, at=later)
    made = services.publish_bulletin(store=cast.store, month=at.date(), by=cast.engineering_assistant, at=later)
    services.record_exchange(project=working, channel="phone", content="之后", by=cast.quality_inspector, at=later)

    body = browser(cast, cast.crew_leader).get(made.get_absolute_url()).content.decode()
    assert working.ref in body and working.customer_name not in body and working.address not in body
    text = made.paper.content
    assert working.customer_name not in text and working.address not in text
    assert made.paper in reach.papers(cast.crew_leader) and made.paper not in reach.papers(cast.other.crew_leader)
    with pytest.raises(Exception, match="published"):
        services.publish_bulletin(store=cast.store, month=at.date(), by=cast.engineering_assistant, at=later)
    assert Bulletin.objects.count() == 1


def test_a_published_month_is_read_by_who_serves_the_store_from_elsewhere(working: Any, cast: Any) -> None:
    """The list asks what its paper asks: a post for the whole company reads it where nobody else holds the post, and not before."""
    crew = building.add_crew(cast.store, name="钱大勇班", leader="钱大勇", trades=["水电"], by=cast.engineering_assistant, at=cast.at)
    made = services.publish_bulletin(store=cast.store, month=cast.at.date(), by=cast.engineering_assistant, at=cast.at + timedelta(days=20))

    def reads() -> list[bool]:
        client, paper = browser(cast, cast.other.cs_supervisor), made.paper in reach.papers(User.objects.get(pk=cast.other.cs_supervisor.pk))
        listed = made.get_absolute_url() in client.get(f"{SITES}bulletins/").content.decode()
        rated = crew.name in client.get(f"{SITES}crew-ratings/").content.decode()
        return [client.get(made.get_absolute_url()).status_code == 200, paper, listed, rated]

    assert reads() == [False] * 4
    staff.leave(cast.cs_supervisor, on=timezone.localdate(cast.at), reason="回老家", by=cast.hr, at=cast.at)
    assert reads() == [True] * 4
    cast.hire("cs_supervisor", name="接任者")
    assert reads() == [False] * 4


def test_rounds_and_meetings_are_read_where_one_reports_back_and_not_where_one_holds_another_post(cast: Any) -> None:
    here = services.hold_joint_inspection(store=cast.store, crews=["水电班"], held_on=cast.at.date(), by=cast.engineering_manager, at=cast.at)
    there = services.hold_joint_inspection(store=cast.other.store, crews=["泥瓦班"], held_on=cast.at.date(), by=cast.other.engineering_manager, at=cast.at)
    for store, topics in ((cast.store, "安全用电"), (cast.other.store, "闭水试验")):
        services.hold_meeting(store=store, place="会议室", present="全体", topics=topics, by=cast.engineering_manager, at=cast.at)
    staff.hold_post(cast.quality_inspector, post="designer", store=cast.other.store, since=cast.at.date(), by=cast.hr, at=cast.at)
    client = browser(cast, cast.quality_inspector)

    rounds, meetings = (client.get(f"{SITES}{page}/").content.decode() for page in ("joint-inspections", "meetings"))

    assert here.get_absolute_url() in rounds and there.get_absolute_url() not in rounds
    assert "安全用电" in meetings and "闭水试验" not in meetings
    assert [client.get(each.get_absolute_url()).status_code for each in (here, there)] == [200, 404]


def test_i18_points_are_given_within_the_criteria_and_a_correction_says_why(working: Any, cast: Any) -> None:
    crew = building.add_crew(cast.store, name="钱大勇班", leader="钱大勇", trades=["水电"], by=cast.engineering_assistant, at=cast.at)
    manager, month = browser(cast, cast.engineering_manager), timezone.localdate().replace(day=1)
    told = {"crew": crew.pk, "month": month, "points_quality": 40, "points_progress": 20, "points_order": 15, "points_safety": 15, "points_service": 10}
    assert manager.post(f"{SITES}crew-ratings/points/", told | {"points_quality": 41}).status_code == 422
    assert manager.post(f"{SITES}crew-ratings/points/", told).status_code == 302
    again = manager.post(f"{SITES}crew-ratings/points/", told | {"points_service": 0})
    assert again.status_code == 422 and "A correction says why" in again.content.decode()
    manager.post(f"{SITES}crew-ratings/points/", told | {"points_service": 0, "note": "漏看一次投诉"})

    assert list(CrewRating.objects.order_by("seq").values_list("total", flat=True)) == [100, 90]
    assert "漏看一次投诉" in browser(cast, cast.crew_leader).get(f"{SITES}crew-ratings/").content.decode()


def _picture() -> Any:
    from tests.factories.inspections import picture

    return picture()
