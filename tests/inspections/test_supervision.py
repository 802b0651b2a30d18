"""Supervision counted (R040–R050): plans, the ladder of a missed patrol, must-visits, exchanges, trades, check-ins; each by itself."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from core import audit, clocks
from core.calendar import begins
from core.models import Deadline, Notice
from core.refusals import Refused
from inspections import selectors_supervision as counts
from inspections import services, supervision
from inspections.choices_supervision import EntryState, FactKind
from inspections.models import ClientExchange, Finding, PlanEntry, Rectification, SupervisionFact
from inspections.services import Seen, plans, visits
from projects import services as projects
from projects.choices import Stage
from projects.models import Disclosure
from staff.selectors import audience
from tests.factories import inspections as site

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
MONDAY = date(2026, 11, 30)  # the week after the cast's Tuesday


def sweep(at: Any) -> None:
    clocks.sweep(at=at, audience=audience)


def running(project: Any) -> Deadline:
    return Deadline.objects.get(clock="inspections.patrol", dossier=project.dossier, stopped_at__isnull=True)


def facts(kind: FactKind, **more: Any) -> list[SupervisionFact]:
    return list(SupervisionFact.objects.filter(kind=kind, **more).order_by("on"))


# --- R040: the clock's ladder and the fact ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "level"),
    [(4 * DAY - SECOND, 0), (4 * DAY, 1), (5 * DAY - SECOND, 1), (5 * DAY, 2), (6 * DAY - SECOND, 2), (6 * DAY, 3), (9 * DAY, 3)],
)
def test_r040_the_ladder_climbs_on_the_fourth_fifth_and_sixth_day(working: Any, cast: Any, after: timedelta, level: int) -> None:
    services.follow(working.dossier, at=cast.at)

    sweep(cast.at + after)

    row = running(working)
    assert row.level == level
    told = set(Notice.objects.filter(deadline=row).values_list("user__username", flat=True))
    assert ("cx.quality_inspector" in told) == (level >= 1)
    assert ("cx.engineering_manager" in told) == (level >= 2)
    assert ("cx.general_manager" in told) == (level >= 3)


@pytest.mark.parametrize(("after", "kept"), [(timedelta(0), 0), (SECOND, 1)])
def test_r040_a_patrol_is_missed_the_moment_after_the_fifth_day(working: Any, cast: Any, after: timedelta, kept: int) -> None:
    services.follow(working.dossier, at=cast.at)

    services.follow(working.dossier, at=cast.days(5) + after)

    assert len(facts(FactKind.PATROL_MISSED)) == kept


def test_r040_a_missed_patrol_is_one_fact_of_the_inspector_at_the_time(working: Any, cast: Any) -> None:
    services.follow(working.dossier, at=cast.at)
    services.follow(working.dossier, at=cast.days(6))
    other = cast.hire("quality_inspector", name="另一质检", username="cx.second_inspector")
    projects.staff_project(
        working, project_manager=cast.project_manager, supervisor=cast.site_supervisor, inspector=other, foreman=cast.foreman,
        by=cast.engineering_manager, at=cast.days(7),
    )  # fmt: skip
    services.follow(working.dossier, at=cast.days(7))
    services.follow(working.dossier, at=cast.days(8))

    fact = facts(FactKind.PATROL_MISSED)[0]
    assert (len(facts(FactKind.PATROL_MISSED)), fact.person, fact.rule, fact.at) == (1, cast.quality_inspector, "R040", cast.days(5))
    assert running(working).owner == other


def test_r040_a_patrol_recorded_too_late_between_two_sweeps_is_a_fact_all_the_same(working: Any, cast: Any) -> None:
    services.follow(working.dossier, at=cast.at)
    site.patrolled(working, people=cast, at=cast.days(5) + SECOND)

    services.follow(working.dossier, at=cast.days(5) + DAY)

    assert [fact.on for fact in facts(FactKind.PATROL_MISSED)] == [cast.days(5).date()]


def test_r040_a_patrol_in_time_is_no_fact(working: Any, cast: Any) -> None:
    services.follow(working.dossier, at=cast.at)
    site.patrolled(working, people=cast, at=cast.days(5))

    services.follow(working.dossier, at=cast.days(9))

    assert facts(FactKind.PATROL_MISSED) == []


# --- R041–R043: each is counted by itself ----------------------------------------------------------------------------------------


def test_r041_a_check_is_no_patrol_no_exchange_and_no_must_visit(working: Any, cast: Any) -> None:
    """Trap 5: none replaces another."""
    services.follow(working.dossier, at=cast.at)
    due = running(working).due_at
    site.passed(working, "C2", people=cast, at=cast.days(1))
    site.patrolled(working, people=cast, at=cast.days(2), talk="与业主谈了插座位置")

    board = counts.board_of(working, at=cast.days(2))

    assert due == cast.days(5)
    assert (board.exchanges, [row.done for row in board.must_visits].count(True), board.patrols) == (0, 0, 1)
    assert [row.code for row in board.must_visits if row.missed] == ["C2"]


def test_r042_one_exchange_a_day_counts_and_six_are_enough(working: Any, cast: Any) -> None:
    for n in range(5):
        services.record_exchange(project=working, channel="phone", content=f"第 {n + 1} 次", by=cast.quality_inspector, at=cast.days(n))
    second = services.record_exchange(project=working, channel="visit", content="同一天又谈", by=cast.quality_inspector, at=cast.days(4))

    assert not second.counts
    assert (counts.board_of(working, at=cast.days(4)).exchanges, counts.board_of(working, at=cast.days(4)).exchanges_short) == (5, 1)

    services.record_exchange(project=working, channel="message", content="第六次", by=cast.quality_inspector, at=cast.days(5))

    assert counts.board_of(working, at=cast.days(5)).exchanges_short == 0
    assert list(ClientExchange.objects.filter(project=working).order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6, 7]


def test_r042_who_is_not_the_sites_inspector_notes_no_exchange(working: Any, cast: Any) -> None:
    for person in (cast.project_manager, cast.supervision_manager, cast.other.quality_inspector):
        with pytest.raises(Refused):
            services.record_exchange(project=working, channel="phone", content="谈过", by=person, at=cast.at)
    with pytest.raises(Refused, match="when it has happened"):
        services.record_exchange(project=working, channel="phone", content="明天谈", by=cast.quality_inspector, at=cast.at, on=cast.days(1).date())


def test_r043_there_are_five_must_visits_and_each_is_an_acceptance_of_the_eight(cast: Any) -> None:
    assert len(supervision.must_visits()) == 5
    assert set(supervision.must_visits()) <= {f"C{n}" for n in range(1, 9)}


def test_r043_a_must_visit_is_made_at_the_acceptance_itself(working: Any, cast: Any) -> None:
    told = {"project": working, "code": "C2", "content": "板材到场，规格与清单一致", "by": cast.quality_inspector}
    with pytest.raises(Refused, match="at the acceptance itself"):
        services.record_must_visit(**told, at=cast.at)
    with pytest.raises(Refused, match="none of the five"):
        services.record_must_visit(**told | {"code": "C5"}, at=cast.at)
    site.passed(working, "C2", people=cast, at=cast.days(1))
    with pytest.raises(Refused, match="on that day or the next"):
        services.record_must_visit(**told, at=cast.days(3))

    assert visits.open_must_visits(working, at=cast.days(3)) == {"C2": False}  # the page does not offer what would be refused
    assert visits.open_must_visits(working, at=cast.days(2)) == {"C2": True}
    services.record_must_visit(**told, at=cast.days(2))
    assert visits.open_must_visits(working, at=cast.days(2)) == {}

    with pytest.raises(Refused, match="written down already"):
        services.record_must_visit(**told, at=cast.days(2))
    assert [row.code for row in counts.board_of(working, at=cast.days(2)).must_visits if row.done] == ["C2"]


# --- R044: absence ------------------------------------------------------------------------------------------------------------------


def test_r044_an_acceptance_that_nobody_began_on_its_day_is_an_absence(working: Any, cast: Any) -> None:
    services.announce_check(project=working, code="C2", planned_at=cast.days(1), by=cast.project_manager, at=cast.at)
    midnight = begins(cast.days(2).date())

    services.follow(working.dossier, at=midnight)
    assert len(facts(FactKind.ABSENT)) == 1
    services.follow(working.dossier, at=midnight + DAY)

    fact = facts(FactKind.ABSENT)[0]
    assert (len(facts(FactKind.ABSENT)), fact.person, fact.rule, fact.on) == (1, cast.quality_inspector, "R044", cast.days(1).date())


@pytest.mark.parametrize("how", ["same day", "moved beforehand"])
def test_r044_who_came_or_moved_it_beforehand_was_not_absent(working: Any, cast: Any, how: str) -> None:
    services.announce_check(project=working, code="C2", planned_at=cast.days(1), by=cast.project_manager, at=cast.at)
    if how == "same day":
        site.opened(working, "C2", people=cast, at=cast.days(1) + 5 * SECOND)
    else:
        services.announce_check(project=working, code="C2", planned_at=cast.days(4), by=cast.quality_inspector, at=cast.days(1) - SECOND)

    services.follow(working.dossier, at=cast.days(3))

    assert facts(FactKind.ABSENT) == []


def test_r044_the_head_of_supervision_says_in_writing_whether_the_reason_holds(working: Any, cast: Any) -> None:
    services.announce_check(project=working, code="C2", planned_at=cast.days(1), by=cast.project_manager, at=cast.at)
    services.follow(working.dossier, at=cast.days(3))
    fact = facts(FactKind.ABSENT)[0]
    with pytest.raises(Refused, match="No reason"):
        services.rule_reason(fact=fact, holds=True, ruling="同意", by=cast.supervision_manager, at=cast.days(3))
    with pytest.raises(Refused):
        services.give_reason(fact=fact, reason="代他说", by=cast.project_manager, at=cast.days(3))

    services.give_reason(fact=fact, reason="客户临时改期，当天电话", by=cast.quality_inspector, at=cast.days(3))
    with pytest.raises(Refused, match="own reason"):
        services.rule_reason(fact=fact, holds=True, ruling="同意", by=cast.quality_inspector, at=cast.days(3))
    ruled = services.rule_reason(fact=fact, holds=True, ruling="已向客户核实", by=cast.supervision_manager, at=cast.days(4))

    assert (ruled.holds, ruled.ruled_by) == (True, cast.supervision_manager)
    assert list(audit.faults(working.dossier)) == []


# --- R045: the evening check-in -----------------------------------------------------------------------------------------------------


def test_r045_a_working_day_without_check_in_or_consented_call_is_a_fact(cast: Any, working: Any) -> None:
    inspector, supervisor = cast.quality_inspector, cast.site_supervisor
    services.check_in(text="澄湖里巡检一处，云栖复验两项", by=inspector, at=cast.at)  # the store begins its register on a Tuesday
    services.take_call(person=supervisor, way="phone", text="堵在路上", granted=False, by=cast.supervision_manager, at=cast.at)
    services.take_call(person=inspector, way="phone", text="工地收尾，直接回家", granted=True, by=cast.supervision_manager, at=cast.days(1))

    services.watch_check_ins(at=cast.days(2))
    services.watch_check_ins(at=cast.days(2))

    assert [(fact.person, fact.on) for fact in facts(FactKind.NO_CHECK_IN)] == [(supervisor, cast.at.date()), (supervisor, cast.days(1).date())]


def test_r045_no_day_off_is_asked_for_and_no_day_before_the_register(cast: Any, working: Any) -> None:
    services.check_in(text="周五工作", by=cast.quality_inspector, at=cast.days(3))
    services.take_call(person=cast.site_supervisor, way="trip", text="去南通看板材", granted=True, by=cast.supervision_manager, at=cast.days(3))

    services.watch_check_ins(at=cast.days(6))  # Monday: Saturday and Sunday lie between

    assert facts(FactKind.NO_CHECK_IN) == []


def test_r045_nobody_consents_to_the_own_call_and_nobody_reports_twice(cast: Any, working: Any) -> None:
    services.check_in(text="巡检两处", by=cast.quality_inspector, at=cast.at)
    with pytest.raises(Refused, match="already"):
        services.check_in(text="再报一次", by=cast.quality_inspector, at=cast.at)
    both = cast.hire("supervision_manager", "quality_inspector", name="一身两职", username="cx.both")
    with pytest.raises(Refused, match="own call"):
        services.take_call(person=both, way="phone", text="不回公司", granted=True, by=both, at=cast.at)


# --- R046, R048, R050: acceptances of the manager, trades, leaders -----------------------------------------------------------------------


def test_r046_three_acceptances_of_the_engineering_manager_are_counted_from_who_was_there(checked: Any, cast: Any) -> None:
    before = counts.board_of(checked, at=cast.days(2))
    site.passed(checked, "C3", people=cast, at=cast.days(3))

    after = counts.board_of(checked, at=cast.days(3))

    assert ([row.done for row in before.manager], [row.done for row in after.manager]) == ([False] * 3, [True, False, False])


def test_r048_every_trade_is_accepted_by_its_check_or_by_itself(working: Any, cast: Any) -> None:
    inspector = cast.quality_inspector
    with pytest.raises(Refused, match="by the check C3"):
        services.accept_trade(project=working, trade="水电", passed=True, by=inspector, at=cast.at)
    with pytest.raises(Refused, match="Say what is wrong"):
        services.accept_trade(project=working, trade="拆改", passed=False, by=inspector, at=cast.at)
    with pytest.raises(Refused, match="Who builds does not pass"):
        services.accept_trade(project=working, trade="拆改", passed=True, by=cast.foreman, at=cast.at)

    services.accept_trade(project=working, trade="拆改", passed=False, seen=[Seen("管口没有封")], by=inspector, at=cast.at)
    again = services.accept_trade(project=working, trade="拆改", passed=True, by=inspector, at=cast.days(1))

    assert (again.attempt, again.paper.kind, again.paper.required_roles) == (2, "I10", ["customer", "project_manager", "inspector"])
    assert Rectification.objects.filter(project=working, finding__trade_acceptance__trade="拆改").count() == 1
    assert [row.trade for row in counts.board_of(working, at=cast.days(1)).trades if row.state == "waits"] == ["拆改"]
    with pytest.raises(Refused, match="accepted already"):
        services.accept_trade(project=working, trade="拆改", passed=True, by=inspector, at=cast.days(2))


# --- R047: the month's meeting ------------------------------------------------------------------------------------------------------------


def test_r047_a_store_with_sites_owes_one_meeting_a_month(working: Any, cast: Any) -> None:
    for _sweep in range(2):
        services.watch_meetings(at=cast.at)
    clock = Deadline.objects.get(clock="inspections.site_meeting", store=cast.store)
    assert (clock.due_at + SECOND, clock.owner) == (begins(date(2026, 12, 1)), cast.engineering_manager)

    services.hold_meeting(store=cast.store, place="澄湖里工地", present="工程部全体", topics="冬季施工", by=cast.engineering_manager, at=cast.days(2))
    services.watch_meetings(at=cast.days(3))

    clock.refresh_from_db()
    assert (clock.stopped_at, clock.breached_at) == (cast.days(2), None)
    assert Deadline.objects.filter(clock="inspections.site_meeting", store=cast.store).count() == 1
    services.watch_meetings(at=begins(date(2026, 12, 1)))
    assert Deadline.objects.filter(clock="inspections.site_meeting", store=cast.store).count() == 2


def test_r050_disclosures_are_counted_for_each_crew_leader(working: Any, cast: Any) -> None:
    before = dict(counts.disclosures_by_leader(cast.store))
    leader = Disclosure.objects.get(project=working).crew_leader

    assert leader and before[leader] == Disclosure.objects.filter(store=cast.store, crew_leader=leader).count()
    assert dict(counts.disclosures_by_leader(cast.other.store)) == {}


# --- I01: the plan --------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def planned(working: Any, cast: Any) -> PlanEntry:
    """A week's plan with one patrol on Wednesday."""
    services.follow(working.dossier, at=cast.at)
    plan = services.make_plan(
        inspector=cast.quality_inspector, span="week", starts_on=MONDAY, lines=[(working, MONDAY + 2 * DAY)], by=cast.quality_inspector, at=cast.days(3)
    )
    return plan.entries.get()


def state(entry: PlanEntry, at: Any) -> str:
    return plans.lines_of([entry], at=at)[0].state


def test_i01_the_system_proposes_each_site_by_its_due_day_and_then_every_five_days(working: Any, cast: Any) -> None:
    services.follow(working.dossier, at=cast.at)  # Tuesday the 24th: due on Sunday the 29th
    rows = services.propose(cast.quality_inspector, starts_on=date(2026, 11, 23), ends_on=date(2026, 12, 6), at=cast.at)

    assert [(row.on, row.due_on) for row in rows if row.project == working] == [
        (date(2026, 11, 27), date(2026, 11, 29)), (date(2026, 12, 2), date(2026, 12, 2)),
    ]  # fmt: skip


def test_i01_what_is_late_is_proposed_for_today(working: Any, cast: Any) -> None:
    services.follow(working.dossier, at=cast.at)

    rows = services.propose(cast.quality_inspector, starts_on=MONDAY, ends_on=MONDAY + 6 * DAY, at=cast.days(8))

    assert rows[0].on == cast.days(8).date()


def test_i01_a_plan_is_of_the_inspectors_own_sites_within_its_days_and_there_is_one_for_a_day(working: Any, planned: PlanEntry, cast: Any) -> None:
    told = {"inspector": cast.quality_inspector, "span": "week", "by": cast.quality_inspector, "at": cast.days(3)}
    with pytest.raises(Refused, match="a plan for these days already"):
        services.make_plan(**told, starts_on=MONDAY, lines=[(working, MONDAY)])
    with pytest.raises(Refused, match="a plan for these days already"):
        services.make_plan(**told | {"span": "month"}, starts_on=date(2026, 12, 1), lines=[(working, MONDAY + 2 * DAY)])
    with pytest.raises(Refused, match="not within this plan"):
        services.make_plan(**told, starts_on=MONDAY + 7 * DAY, lines=[(working, MONDAY)])
    with pytest.raises(Refused, match="not a site of"):
        stranger = {"inspector": cast.other.quality_inspector, "by": cast.other.quality_inspector}
        services.make_plan(**told | stranger, starts_on=MONDAY, lines=[(working, MONDAY)])
    with pytest.raises(Refused, match="begins with its week"):
        services.make_plan(**told, starts_on=MONDAY + 8 * DAY, lines=[(working, MONDAY + 8 * DAY)])


def test_i01_plan_against_what_was_done(working: Any, planned: PlanEntry, cast: Any) -> None:
    assert state(planned, cast.days(7)) == EntryState.PLANNED
    site.patrolled(working, people=cast, at=cast.days(8))

    assert state(planned, cast.days(8)) == EntryState.DONE
    assert services.follow(at=cast.days(10)) >= 0 and facts(FactKind.PLAN_NOT_KEPT) == []


@pytest.mark.parametrize(("before", "beforehand"), [(SECOND, True), (timedelta(0), False)])
def test_i01_beforehand_is_before_the_day_begins(working: Any, planned: PlanEntry, cast: Any, before: timedelta, beforehand: bool) -> None:
    morning = begins(planned.on)

    made = services.announce_deviation(entry=planned, reason="客户要求改期", by=cast.quality_inspector, at=morning - before)

    assert made.beforehand is beforehand
    services.follow(at=morning + DAY)
    assert len(facts(FactKind.PLAN_NOT_KEPT)) == (0 if beforehand else 1)
    assert state(planned, morning + DAY) == (EntryState.DROPPED if beforehand else EntryState.NOT_KEPT)


def test_i01_a_day_moved_beforehand_is_the_day_that_counts(working: Any, planned: PlanEntry, cast: Any) -> None:
    services.announce_deviation(entry=planned, reason="电梯检修", new_on=planned.on + 2 * DAY, by=cast.quality_inspector, at=cast.days(6))
    assert state(planned, cast.days(9)) == EntryState.MOVED

    services.follow(at=begins(planned.on + 3 * DAY))

    fact = facts(FactKind.PLAN_NOT_KEPT)[0]
    assert (fact.on, fact.person, fact.rule) == (planned.on + 2 * DAY, cast.quality_inspector, "I01 IN-6")


# --- P13, I16, I17, I18, I25 -------------------------------------------------------------------------------------------------------------------


def test_p13_the_booklet_is_closed_at_the_end_of_the_works_and_says_what_is_missing(working: Any, cast: Any) -> None:
    services.record_exchange(project=working, channel="visit", content="交代插座高度", by=cast.quality_inspector, at=cast.days(1))
    with pytest.raises(Refused, match="when the works are completed"):
        services.close_book(project=working, by=cast.quality_inspector, at=cast.days(2))

    sheet = visits.book_sheet(working, closed=False)
    assert (sheet.exchanged, sheet.exchanges_asked, sheet.visited, sheet.visits_asked) == (1, 6, 0, 5)
    assert Stage.COMPLETED in visits.AT_THE_END


def test_i16_a_fault_of_a_joint_inspection_goes_into_rectification(working: Any, cast: Any) -> None:
    manager = cast.engineering_manager
    round_ = services.hold_joint_inspection(store=cast.store, crews=["鲁全胜班组", "钱大勇班组"], held_on=cast.at.date(), by=manager, at=cast.at)
    services.visit_jointly(inspection=round_, project=working, note="木料堆放过高", seen=[Seen("木料堆放高于一米五")], by=manager, at=cast.at)

    finding = Finding.objects.get(joint_visit__inspection=round_)
    assert (finding.rectification.responsible, finding.rectification.paper.kind) == (cast.foreman, "I14")
    with pytest.raises(Refused, match="noted already"):
        services.visit_jointly(inspection=round_, project=working, note="再看一次", by=manager, at=cast.at)


def test_i25_a_report_of_progress_is_written_by_who_builds_and_read_by_somebody_else(working: Any, cast: Any) -> None:
    with pytest.raises(Refused):
        services.report_progress(project=working, done="贴完一半", by=cast.quality_inspector, at=cast.at)
    report = services.report_progress(project=working, done="水电开槽完成八成", trouble="主卧墙内有老管", by=cast.site_supervisor, at=cast.at)
    with pytest.raises(Refused, match="Somebody else"):
        services.read_progress(report=report, by=cast.site_supervisor, at=cast.at)

    assert services.read_progress(report=report, by=cast.engineering_manager, at=cast.days(1)).read_at == cast.days(1)
