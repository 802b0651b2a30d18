"""The five-day patrol, faults seen on it, and the clocks of this app."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core import calendar, clocks
from core.models import Deadline, Notice
from core.refusals import Refused
from inspections import deadlines, services
from inspections.choices import RectificationState
from inspections.models import Rectification
from inspections.services import Seen
from projects import services as projects
from projects.choices import Stage
from staff.selectors import audience
from tests.factories import inspections as site
from tests.hand import sign_all

DAY = timedelta(days=1)
ENGINEERING = {"cx.engineering_manager", "cd.engineering_manager"}  # the post is for the company; the cast has one in each store


def running(project: Any, clock: str = "inspections.patrol") -> Deadline:
    return Deadline.objects.get(clock=clock, dossier=project.dossier, stopped_at__isnull=True)


def sweep(at: datetime) -> None:
    clocks.sweep(at=at, audience=audience)


def told(deadline: Deadline, level: int) -> set[str]:
    return set(Notice.objects.filter(deadline=deadline, level=level).values_list("user__username", flat=True))


# --- the patrol clock --------------------------------------------------------------------------------------------------


def test_the_patrol_clock_starts_when_construction_starts(working: Any, cast: Any) -> None:
    services.follow(working.dossier, at=cast.days(3))

    row = running(working)
    assert (row.started_at, row.due_at, row.owner) == (cast.at, cast.days(5), cast.quality_inspector)


def test_a_site_before_construction_has_no_patrol_clock(filing: Any, cast: Any) -> None:
    services.follow(filing.dossier, at=cast.at)

    assert not Deadline.objects.filter(clock="inspections.patrol", dossier=filing.dossier).exists()


def test_a_patrol_stops_the_clock_and_starts_the_next_five_days(working: Any, cast: Any) -> None:
    services.follow(working.dossier, at=cast.at)
    first = running(working)

    site.patrolled(working, people=cast, at=cast.days(4))

    first.refresh_from_db()
    assert (first.stopped_at, first.breached_at) == (cast.days(4), None)
    assert (running(working).started_at, running(working).due_at) == (cast.days(4), cast.days(9))


def test_a_late_patrol_is_a_breach_and_the_next_five_days_run_from_it(working: Any, cast: Any) -> None:
    services.follow(working.dossier, at=cast.at)
    first = running(working)

    site.patrolled(working, people=cast, at=cast.days(7))

    first.refresh_from_db()
    assert first.breached_at == cast.days(5)
    assert running(working).due_at == cast.days(12)


def test_the_ladder_of_a_missed_patrol(working: Any, cast: Any) -> None:
    services.follow(working.dossier, at=cast.at)
    row = running(working)

    sweep(cast.days(4))
    sweep(cast.days(5))
    sweep(cast.days(6))

    assert told(row, 1) == {"cx.quality_inspector"}
    assert told(row, 2) == {"cx.quality_inspector", *ENGINEERING}
    assert told(row, 3) == {"cx.quality_inspector", *ENGINEERING, "cx.general_manager", "cd.general_manager"}
    row.refresh_from_db()
    assert (row.level, row.breached_at) == (3, cast.days(5))


def test_a_check_does_not_replace_a_patrol(working: Any, cast: Any) -> None:
    services.follow(working.dossier, at=cast.at)

    site.passed(working, "C2", people=cast, at=cast.days(2))

    assert running(working).due_at == cast.days(5)


def test_the_patrol_clock_stands_still_while_the_site_is_paused(working: Any, cast: Any) -> None:
    services.follow(working.dossier, at=cast.at)
    projects.pause(working, reason="业主出差", by=cast.engineering_manager, at=cast.days(2))
    services.follow(working.dossier, at=cast.days(3))
    row = running(working)
    assert (row.paused_at, row.pause_reason) == (cast.days(2), "业主出差")
    sweep(cast.days(9))
    row.refresh_from_db()
    assert row.level == 0

    projects.resume(working, by=cast.engineering_manager, at=cast.days(10))
    services.follow(working.dossier, at=cast.days(11))

    row.refresh_from_db()
    assert (row.paused_at, row.due_at) == (None, cast.days(13))


def test_the_patrol_clock_of_a_cancelled_site_is_cancelled(working: Any, cast: Any) -> None:
    services.follow(working.dossier, at=cast.at)
    row = running(working)

    projects.cancel(working, reason="双方协商解除", by=cast.engineering_manager, at=cast.days(2))
    services.follow(working.dossier, at=cast.days(3))

    row.refresh_from_db()
    assert (row.stopped_at, row.cancelled) == (cast.days(2), True)


def test_the_clock_is_handed_to_the_next_inspector_by_the_next_patrol(working: Any, cast: Any) -> None:
    services.follow(working.dossier, at=cast.at)
    other = cast.hire("quality_inspector", name="新质检")
    projects.staff_project(working, inspector=other, by=cast.engineering_manager, at=cast.days(1))

    services.follow(working.dossier, at=cast.days(1))

    assert running(working).owner == other


# --- what a patrol is --------------------------------------------------------------------------------------------------


def test_a_patrol_has_a_photo_words_and_the_badge(working: Any, cast: Any) -> None:
    with pytest.raises(Refused, match="3 missing") as refusal:
        services.record_patrol(project=working, progress=" ", photos=[], badge_worn=False, by=cast.quality_inspector, at=cast.at)

    assert [gap.says for gap in refusal.value.missing] == ["The progress has not been written down.", "There is no photo.", "The badge is worn on a patrol."]


def test_a_patrol_is_on_its_paper_with_its_number(working: Any, cast: Any) -> None:
    site.patrolled(working, people=cast, at=cast.at)
    second = site.patrolled(working, people=cast, at=cast.days(4), talk="业主问涂料品牌，已答复")

    assert (second.number, second.paper.kind, second.paper.body["since_last"], second.paper.body["talk"]) == (
        2, "I04", "距上次巡检 4 天", "业主问涂料品牌，已答复",
    )  # fmt: skip
    assert second.photos.count() == 1


def test_only_the_sites_inspector_patrols(working: Any, cast: Any) -> None:
    with pytest.raises(Refused, match="Who builds"):
        services.record_patrol(project=working, progress="x", photos=[site.picture()], by=cast.project_manager, at=cast.at)


def test_a_site_where_nobody_works_is_not_patrolled(filing: Any, cast: Any) -> None:
    with pytest.raises(Refused, match="is not patrolled"):
        site.patrolled(filing, people=cast, at=cast.at)


def test_a_fault_seen_on_a_patrol_gets_a_person_and_a_day(working: Any, cast: Any) -> None:
    patrol = site.patrolled(working, people=cast, at=cast.at, seen=[Seen("临时用电无漏保", "main", [site.picture()]), Seen("垃圾未装袋")])

    faults = list(Rectification.objects.filter(project=working).select_related("finding").order_by("number"))
    assert [(f.finding.patrol, f.finding.text, f.responsible, f.due_at) for f in faults] == [
        (patrol, "临时用电无漏保", cast.foreman, cast.days(3)), (patrol, "垃圾未装袋", cast.foreman, cast.days(5)),
    ]  # fmt: skip
    assert faults[0].finding.photos.count() == 1


# --- rectification -----------------------------------------------------------------------------------------------------


def fault(working: Any, cast: Any, severity: str = "general") -> Rectification:
    site.patrolled(working, people=cast, at=cast.at, seen=[Seen("插座间距 420 mm", severity, [site.picture()])])
    return Rectification.objects.get(project=working)


def test_a_rectification_is_answered_with_words_and_a_photo_after(working: Any, cast: Any) -> None:
    found = fault(working, cast)

    with pytest.raises(Refused, match="A photo after is missing"):
        services.answer_rectification(rectification=found, text="已改", photos=[], by=cast.foreman, at=cast.days(1))
    with pytest.raises(Refused, match="Say what was done"):
        services.answer_rectification(rectification=found, text=" ", photos=[site.picture()], by=cast.foreman, at=cast.days(1))
    site.answered(found, people=cast, at=cast.days(1))
    assert (found.state, found.answered_by) == (RectificationState.ANSWERED, cast.foreman)


def test_a_stranger_does_not_answer(working: Any, cast: Any) -> None:
    with pytest.raises(Refused, match="puts this fault right"):
        services.answer_rectification(
            rectification=fault(working, cast), text="已改", photos=[site.picture()], by=cast.other.foreman, at=cast.days(1)
        )


@pytest.mark.parametrize("severity, days", [("main", 3), ("general", 5)])
def test_the_rectification_clock_starts_warns_breaches_and_stops(working: Any, cast: Any, severity: str, days: int) -> None:
    found = fault(working, cast, severity)
    row = running(working, "inspections.rectification")
    assert (row.started_at, row.due_at, row.owner) == (cast.at, cast.days(days), cast.foreman)

    sweep(cast.days(days - 1))
    sweep(cast.days(days))
    sweep(cast.days(days + 2))
    assert told(row, 1) == {"cx.foreman"}
    assert told(row, 2) == {"cx.foreman", "cx.project_manager", "cx.quality_inspector"}
    assert told(row, 3) == ENGINEERING

    site.answered(found, people=cast, at=cast.days(days + 3))
    row.refresh_from_db()
    assert (row.stopped_at, row.breached_at) == (cast.days(days + 3), cast.days(days))


def test_the_rectification_clock_is_paused_with_the_site(working: Any, cast: Any) -> None:
    fault(working, cast)
    projects.pause(working, reason="物业停工通知", by=cast.engineering_manager, at=cast.days(1))
    services.follow(working.dossier, at=cast.days(1))
    assert running(working, "inspections.rectification").paused_at == cast.days(1)

    projects.resume(working, by=cast.engineering_manager, at=cast.days(4))
    services.follow(working.dossier, at=cast.days(4))

    assert running(working, "inspections.rectification").due_at == cast.days(8)


def test_the_inspector_has_two_days_to_look_again(working: Any, cast: Any) -> None:
    found = site.answered(fault(working, cast), people=cast, at=cast.days(1))
    row = running(working, "inspections.recheck")
    assert (row.due_at, row.owner) == (cast.days(3), cast.quality_inspector)

    sweep(cast.days(2))
    sweep(cast.days(3))
    assert told(row, 1) == {"cx.quality_inspector"}
    assert told(row, 2) == {"cx.quality_inspector", *ENGINEERING}

    services.recheck_rectification(rectification=found, accepted=True, by=cast.quality_inspector, at=cast.days(4))
    row.refresh_from_db()
    found.refresh_from_db()
    assert (row.stopped_at, row.breached_at, found.state) == (cast.days(4), cast.days(3), RectificationState.ACCEPTED)


def test_what_is_not_put_right_goes_back_with_a_new_day(working: Any, cast: Any) -> None:
    found = site.answered(fault(working, cast), people=cast, at=cast.days(1))

    with pytest.raises(Refused, match="Say what is still wrong"):
        services.recheck_rectification(rectification=found, accepted=False, by=cast.quality_inspector, at=cast.days(2))
    services.recheck_rectification(rectification=found, accepted=False, note="间距仍 470 mm", by=cast.quality_inspector, at=cast.days(2))

    found.refresh_from_db()
    assert (found.state, found.due_at) == (RectificationState.OPEN, cast.days(7))
    assert running(working, "inspections.rectification").started_at == cast.days(2)


def test_nobody_accepts_their_own_answer(working: Any, cast: Any) -> None:
    found = site.answered(fault(working, cast), people=cast, at=cast.days(1))

    with pytest.raises(Refused, match="Who builds"):
        services.recheck_rectification(rectification=found, accepted=True, by=cast.foreman, at=cast.days(2))


def test_a_fault_of_a_failed_check_is_looked_at_in_its_next_attempt(working: Any, cast: Any) -> None:
    site.failed(working, "C2", people=cast, at=cast.at, failing=("C2-01",))
    found = site.answered(Rectification.objects.get(project=working), people=cast, at=cast.days(1))

    with pytest.raises(Refused, match="looked at again in the next attempt of C2"):
        services.recheck_rectification(rectification=found, accepted=True, by=cast.quality_inspector, at=cast.days(2))


# --- clocks in working days: 春节 and 调休 -------------------------------------------------------------------------------

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    "passed_at, due",
    [
        (datetime(2026, 11, 24, 9, 40, tzinfo=SHANGHAI), datetime(2026, 11, 27, 9, 40, tzinfo=SHANGHAI)),  # an ordinary week
        (datetime(2026, 11, 27, 9, 40, tzinfo=SHANGHAI), datetime(2026, 12, 2, 9, 40, tzinfo=SHANGHAI)),  # over a weekend
        # 春节 2026: 15–23 February are free, Saturday 14 and Saturday 28 February are worked.
        (datetime(2026, 2, 13, 9, 40, tzinfo=SHANGHAI), datetime(2026, 2, 25, 9, 40, tzinfo=SHANGHAI)),
        (datetime(2026, 2, 26, 9, 40, tzinfo=SHANGHAI), datetime(2026, 3, 2, 9, 40, tzinfo=SHANGHAI)),
    ],
)
def test_signatures_are_due_in_three_working_days(filing: Any, cast: Any, passed_at: datetime, due: datetime) -> None:
    calendar.fill_year(2026)

    site.passed(filing, "C1", people=cast, at=passed_at, signed=False)

    assert running(filing, "inspections.signatures").due_at == due


def test_the_signature_clock_warns_breaches_and_stops(filing: Any, cast: Any) -> None:
    check = site.passed(filing, "C1", people=cast, at=cast.at, signed=False)
    row = running(filing, "inspections.signatures")

    sweep(row.due_at - DAY)
    sweep(row.due_at)
    assert told(row, 1) == {"cx.quality_inspector", "cx.project_manager"}
    assert told(row, 2) == {"cx.quality_inspector", "cx.site_supervisor", *ENGINEERING}

    sign_all(check.paper, by=cast.quality_inspector, at=row.due_at + DAY)
    services.follow(filing.dossier, at=row.due_at + DAY)
    row.refresh_from_db()
    assert row.breached_at == row.due_at


# --- what may stay open when a check passes ------------------------------------------------------------------------------


def test_an_item_that_stays_open_has_its_own_clock(filing: Any, cast: Any) -> None:
    check = site.passed(filing, "C1", people=cast, at=cast.at)
    row = running(filing, "inspections.deferred_item")
    assert (row.key, row.due_at, row.owner) == (f"{filing.ref}/C1-10", cast.days(14), cast.quality_inspector)

    sweep(cast.days(12))
    sweep(cast.days(14))
    assert told(row, 1) == {"cx.quality_inspector"}
    assert told(row, 2) == {"cx.quality_inspector", "cx.project_manager", *ENGINEERING}

    services.record_deferred(
        check=check, item="C1-10", values=services.spread([20, 24, 0]), photos=[site.picture()], by=cast.quality_inspector, at=cast.days(15)
    )
    row.refresh_from_db()
    assert (row.stopped_at, row.breached_at) == (cast.days(15), cast.days(14))


def test_a_bad_late_result_is_a_fault_and_does_not_undo_the_check(filing: Any, cast: Any) -> None:
    check = site.passed(filing, "C1", people=cast, at=cast.at)

    services.record_deferred(
        check=check, item="C1-10", values=services.spread([20, 24, 1]), note="主卫地漏处渗水", photos=[site.picture()], by=cast.quality_inspector,
        at=cast.days(2),
    )

    assert Rectification.objects.get(project=filing).finding.text == "主卫地漏处渗水"
    check.refresh_from_db()
    assert check.state == "passed"


def test_only_what_was_left_open_is_recorded_late_and_once(filing: Any, cast: Any) -> None:
    check = site.passed(filing, "C1", people=cast, at=cast.at)
    late = {"check": check, "values": services.spread([20, 24, 0]), "photos": [site.picture()], "by": cast.quality_inspector, "at": cast.days(2)}

    with pytest.raises(Refused, match="was not left open"):
        services.record_deferred(item="C1-03", **late)
    services.record_deferred(item="C1-10", **late)
    with pytest.raises(Refused, match="was not left open"):
        services.record_deferred(item="C1-10", **late)


def test_the_clocks_are_as_the_handbook_says() -> None:
    assert (deadlines.PATROL.source, deadlines.PATROL.within) == ("R040 LR-25", clocks.Days(5))
    assert deadlines.SIGNATURES.within == clocks.WorkingDays(3)
    assert [rung.offset for rung in deadlines.PATROL.ladder] == [-DAY, timedelta(0), DAY]


def test_a_site_is_patrolled_until_its_acceptance(working: Any, cast: Any) -> None:
    assert Stage.COMPLETED in services.defects.PATROLLED
    assert Stage.ACCEPTED not in services.defects.PATROLLED


def _patrol(project: Any, cast: Any) -> None:
    services.follow(project.dossier, at=cast.days(3))


def _answered(project: Any, cast: Any) -> None:
    site.answered(fault(project, cast), people=cast, at=cast.days(3))


def _unsigned(project: Any, cast: Any) -> None:
    site.passed(project, "C2", people=cast, at=cast.days(3), signed=False)


@pytest.mark.parametrize(
    "clock, begin",
    [
        ("inspections.patrol", _patrol), ("inspections.rectification", fault), ("inspections.recheck", _answered), ("inspections.signatures", _unsigned),
        ("inspections.deferred_item", lambda project, cast: None),
    ],
)  # fmt: skip
def test_every_clock_of_a_paused_site_stands_still_and_goes_on_with_it(clock: str, begin: Any, checked: Any, cast: Any) -> None:
    begin(checked, cast)
    row = running(checked, clock)
    moment, due = row.started_at + timedelta(hours=6), row.due_at
    projects.pause(checked, reason="业主出国两周", by=cast.engineering_manager, at=moment)
    services.follow(checked.dossier, at=moment)
    row.refresh_from_db()
    assert (row.paused_at, row.pause_reason) == (moment, "业主出国两周")

    sweep(due + 14 * DAY)
    assert not Notice.objects.filter(deadline=row).exists()
    projects.resume(checked, by=cast.engineering_manager, at=moment + 14 * DAY)
    services.follow(checked.dossier, at=moment + 14 * DAY)

    row.refresh_from_db()
    assert row.paused_at is None and row.breached_at is None
    assert row.due_at - due >= 13 * DAY
