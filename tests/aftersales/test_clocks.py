"""The clocks after acceptance: what starts each, whose it is, who is told when, what stops it, when it is breached, how a pause moves it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from aftersales import deadlines, services
from core import clocks
from core.calendar import fill_year
from core.clocks import Clock
from core.models import CalendarDay, Deadline, Notice
from core.refusals import Refused
from projects.models import Project
from staff.selectors import audience
from tests.factories import aftersales as after
from tests.hand import sign_all

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OFFICER, SUPERVISOR, MANAGER, STORE = {"cx.cs_officer"}, {"cx.cs_supervisor"}, {"cx.project_manager"}, {"cx.store_manager"}
SUPERVISORS = {"cx.cs_supervisor", "cd.cs_supervisor"}  # a post of the whole company
ENGINEERING, GENERAL = {"cx.engineering_manager", "cd.engineering_manager"}, {"cx.general_manager", "cd.general_manager"}


def answer_badly(project: Project, cast: Any) -> None:
    after.evaluation(project, people=cast, at=cast.at, Q05="1")


def receive(project: Project, cast: Any, at: datetime) -> None:
    after.received(project, people=cast, at=at)


def hand_over(project: Project, cast: Any, at: datetime) -> None:
    after.card(project, people=cast, at=at)


def evaluate(project: Project, cast: Any, at: datetime) -> None:
    after.evaluation(project, people=cast, at=at)


def call(kind: str) -> Callable[..., None]:
    def made(project: Project, cast: Any, at: datetime) -> None:
        after.visit(project, by=cast.cs_officer, at=at, kind=kind, time_agreed=True)

    return made


def nothing(project: Project, cast: Any) -> None:
    """The clock runs since the acceptance, or since the last payment."""


@dataclass(frozen=True)
class Case:
    """A clock as it must behave: how long, whose, who hears when (measured from the due moment), the verbs that stop and start it, on which site."""

    clock: Clock
    due: timedelta
    owner: str
    told: tuple[tuple[timedelta, set[str]], ...]
    stop: Callable[..., None]
    stands: str = "accepted"
    start: Callable[..., None] = nothing


CASES = {
    "warranty_receipt": Case(deadlines.RECEIPT, 7 * DAY, "cx.project_manager", ((-DAY, MANAGER), (0 * DAY, MANAGER | ENGINEERING)), receive),
    "warranty_card": Case(deadlines.CARD, 3 * DAY, "cx.cs_officer", ((-DAY, OFFICER), (0 * DAY, OFFICER | MANAGER | SUPERVISORS)), hand_over, "settled"),
    "evaluation": Case(deadlines.EVALUATION, 7 * DAY, "cx.cs_officer", ((-2 * DAY, OFFICER), (0 * DAY, OFFICER | SUPERVISORS)), evaluate, "settled"),
    "return_visit": Case(
        deadlines.FIRST_VISIT, 3 * DAY, "cx.cs_officer", ((-DAY, OFFICER), (0 * DAY, OFFICER | SUPERVISORS), (2 * DAY, STORE)), call("acceptance"),
    ),
    "month_visit": Case(deadlines.MONTH_VISIT, 30 * DAY, "cx.cs_officer", ((-3 * DAY, OFFICER), (0 * DAY, OFFICER | SUPERVISORS)), call("month")),
    "low_score": Case(
        deadlines.LOW_SCORE, 12 * HOUR, "cx.cs_supervisor", ((0 * DAY, SUPERVISOR | STORE), (DAY, GENERAL)), call("low_score"), "settled", answer_badly,
    ),
}  # fmt: skip


@pytest.fixture(params=CASES)
def case(request: Any) -> Case:
    return CASES[request.param]


@pytest.fixture
def site(request: Any, case: Case) -> Project:
    """A site on which the clock's fact stands: accepted, or settled too."""
    found: Project = request.getfixturevalue(case.stands)
    return found


@pytest.fixture
def row(case: Case, cast: Any, site: Project) -> Deadline:
    case.start(site, cast)
    return Deadline.objects.get(clock=case.clock.id, key=site.ref)


def swept(row: Deadline, at: datetime) -> set[str]:
    """Whom a sweep at this moment has told about this clock of this site, since the last one."""
    known = set(Notice.objects.values_list("pk", flat=True))
    clocks.sweep(at=at, audience=audience)
    return set(Notice.objects.filter(kind=row.clock, dossier=row.dossier_id).exclude(pk__in=known).values_list("user__username", flat=True))


# Tested beside their verbs: test_rounds, test_surveys, test_complaints, test_complaint_reports.
ELSEWHERE = {
    "aftersales.round_call", "aftersales.round_report", "aftersales.survey_analysis", "aftersales.survey_effect", "aftersales.check_item",
    "aftersales.shift_handover",
    "aftersales.slip_answer", "aftersales.slip_ready", "aftersales.slip_closing", "aftersales.track_again", "aftersales.week_summary",  # test_slips
    "aftersales.week_summary_read",
}  # fmt: skip


def test_every_clock_of_this_app_stands_in_the_table_above():
    """Those of repairs stand in test_repair_clocks, those of complaints in test_complaints."""
    here = {name for name in clocks.CLOCKS if name.startswith("aftersales.") and not name.startswith(("aftersales.repair_", "aftersales.complaint"))}
    assert {f"aftersales.{name}" for name in CASES} | ELSEWHERE == here


def test_it_starts_with_its_fact_and_leads_to_the_page_of_its_act(case, row, cast, site):
    assert (row.started_at, row.due_at, row.owner.username) == (cast.at, cast.at + case.due, case.owner)
    assert cast.client(row.owner).get(row.link).status_code == 200


def test_it_warns_level_by_level_and_each_person_once(case, row, cast):
    for level, (offset, people) in enumerate(case.told, start=1):
        moment = row.due_at + offset
        assert swept(row, moment - timedelta(minutes=1)) == set()
        assert swept(row, moment) == people, level
        assert swept(row, moment) == set()
    row.refresh_from_db()
    assert row.level == len(case.told)


def test_stopped_in_time_it_is_kept_and_says_nothing_more(case, row, cast, site):
    moment = row.due_at - min(HOUR, case.due / 2)
    case.stop(site, cast, moment)

    row.refresh_from_db()
    assert (row.stopped_at, row.breached_at, row.cancelled) == (moment, None, False)
    assert swept(row, row.due_at + 90 * DAY) == set()


def test_stopped_late_it_is_breached_though_nobody_swept(case, row, cast, site):
    case.stop(site, cast, row.due_at + timedelta(minutes=1))

    row.refresh_from_db()
    assert row.breached_at == row.due_at


def test_the_sweep_notes_the_breach_as_a_fact(case, row):
    swept(row, row.due_at + timedelta(minutes=1))

    row.refresh_from_db()
    assert (row.breached_at, row.stopped_at) == (row.due_at, None)


def test_a_pause_needs_a_reason_holds_it_and_moves_its_end(case, row, cast, site):
    with pytest.raises(Refused):
        clocks.pause(case.clock, site.ref, at=cast.at, reason=" ", by=cast.cs_supervisor)
    clocks.pause(case.clock, site.ref, at=cast.at + HOUR, reason="业主出差，约好回来再联系", by=cast.cs_supervisor)

    assert swept(row, row.due_at + 40 * DAY) == set()
    clocks.resume(case.clock, site.ref, at=cast.at + HOUR + 9 * DAY, by=cast.cs_supervisor)
    moved = Deadline.objects.get(pk=row.pk)
    assert (moved.due_at, moved.breached_at) == (row.due_at + 9 * DAY, None)
    assert swept(row, moved.due_at) != set()


# --- working days over the holidays ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted_at", "due_on"),
    [
        (datetime(2026, 2, 9, 15, tzinfo=SHANGHAI), date(2026, 2, 14)),  # the Saturday before 春节 is worked
        (datetime(2026, 2, 12, 15, tzinfo=SHANGHAI), date(2026, 2, 26)),  # nine days of 春节 in between
        (datetime(2026, 2, 24, 15, tzinfo=SHANGHAI), date(2026, 3, 2)),  # the Saturday after it is worked
        (datetime(2026, 9, 30, 15, tzinfo=SHANGHAI), date(2026, 10, 13)),  # 国庆, with its day in lieu
    ],
)
def test_five_working_days_go_around_holidays_and_count_days_in_lieu(cast, accepted, accepted_at, due_on):
    fill_year(2026)

    clocks.start(deadlines.RECEIPT, dossier=accepted.dossier, key="x", owner=cast.project_manager, at=accepted_at)

    assert Deadline.objects.get(key="x").due_at == accepted_at.replace(year=due_on.year, month=due_on.month, day=due_on.day)


def test_an_acceptance_before_the_new_year_reads_the_calendar_that_people_keep(cast, completed):
    CalendarDay.objects.update_or_create(day=date(2027, 1, 1), defaults={"working": False, "name": "元旦"})
    CalendarDay.objects.update_or_create(day=date(2027, 1, 3), defaults={"working": True, "name": "元旦调休"})
    signed = datetime(2026, 12, 30, 16, tzinfo=SHANGHAI)  # a Wednesday
    after.signed_acceptance(completed, people=cast, at=signed)

    services.follow(completed.dossier, at=signed + DAY)

    due = {row.clock: row.due_at for row in Deadline.objects.filter(dossier=completed.dossier, clock__startswith="aftersales.")}
    assert due[deadlines.RECEIPT.id] == datetime(2027, 1, 6, 16, tzinfo=SHANGHAI)  # 31, 3, 4, 5, 6
    assert due[deadlines.FIRST_VISIT.id] == datetime(2027, 1, 2, 16, tzinfo=SHANGHAI)  # calendar days


def test_the_receipt_is_stopped_by_the_signature_not_by_the_sweep(cast, accepted):
    warranty = after.warranty_of(accepted)
    sign_all(warranty.paper, by=cast.project_manager, at=cast.days(2))
    services.follow(at=cast.days(20))

    row = Deadline.objects.get(clock=deadlines.RECEIPT.id, key=accepted.ref)
    assert (row.stopped_at, row.breached_at) == (cast.days(2), None)
