"""The clocks of a site: what starts each, who is told when, what stops it, when it is breached, how a pause moves it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core import clocks
from core.calendar import add_working_days, fill_year, is_working_day
from core.models import CalendarDay, Deadline, Notice
from leads.deadlines import CARE
from projects import services
from projects.choices import Fact, Stage
from projects.deadlines import PHASE_END
from projects.services.preparation import POST_OF
from staff.selectors import audience
from tests.factories import projects as road
from tests.factories import settling
from tests.hand import sign_all
from tests.projects.standing import site
from tests.projects.standing import standing as sites

SHANGHAI = ZoneInfo("Asia/Shanghai")
ENGINEERING = {"cx.engineering_manager", "cd.engineering_manager"}  # a post of the whole company
ASSISTANTS = {"cx.engineering_assistant", "cd.engineering_assistant"}
GENERAL = {"cx.general_manager", "cd.general_manager"}
CM, SM, PM = {"cx.customer_manager"}, {"cx.store_manager"}, {"cx.project_manager"}


def ready(cast, **more):
    """A site on which the works may begin today."""
    project = road.disclosed_project(cast, **more)
    services.record_arrival(project, crew="鲁全胜班组", workers=4, cleared=True, by=cast.foreman, at=cast.at)
    return project


standing = sites(
    opened=road.opened_project, signed=road.signed_project, contracted=road.contracted_project, ready=ready, working=road.working_project,
    midterm=road.midterm_project, accepted=road.accepted_project,
)  # fmt: skip


@pytest.fixture
def cast(standing, db):
    return standing.cast


# --- the verbs that start and stop ---------------------------------------------------------------------------------------


def nothing(project, cast):
    """The clock runs already where the site stands."""


def hand_in(project, cast, at=None):
    services.hand_in_contract(project, checked=services.contracts.CHECKLIST, by=cast.customer_manager, at=at or cast.at)


def file(project, cast, at=None):
    services.archive_contract(project, by=cast.engineering_assistant, at=at or cast.at)


def hand_in_and_file(project, cast):
    hand_in(project, cast)
    file(project, cast)


def sign_contract(project, cast, at):
    sign_all(project.contract.paper, by=cast.customer_manager, at=at)
    services.follow(project.dossier, at=at + timedelta(days=5))


def staff(project, cast, at):
    services.staff_project(
        project, project_manager=cast.project_manager, supervisor=cast.site_supervisor, inspector=cast.quality_inspector, foreman=cast.foreman,
        by=cast.engineering_manager, at=at,
    )  # fmt: skip


def begin(project, cast, at):
    services.advance(project, to=Stage.UNDER_CONSTRUCTION, by=cast.project_manager, at=at)


def complete(project, cast, at):
    services.clear(project, Fact.CHECK_7_PASSED, by=cast.quality_inspector, at=at)
    services.advance(project, to=Stage.COMPLETED, by=cast.project_manager, at=at)


def extend(project, cast, at):
    permit = services.file_permit(project, works="收尾", from_on=cast.at.date(), until_on=cast.days(200).date(), workers=2, by=cast.project_manager, at=at)
    sign_all(permit.application, by=cast.project_manager, at=at)
    services.approve_permit(
        permit, number="ZX2026-2", valid_from=cast.at.date(), valid_until=cast.days(200).date(), agreement_signed=True, approved_on=at.date(),
        scan=road.scan(project, by=cast.engineering_assistant, at=at), by=cast.engineering_assistant, at=at,
    )  # fmt: skip


def give_passes_back(project, cast, at):
    services.return_passes(project, passes=list(project.passes.all()), on=at.date(), by=cast.engineering_assistant, at=at)


def pay(project, cast, at):
    road.pay(road.refreshed(project), project.money.due_now, people=cast, at=at)


def ask(project, cast):
    road.asked_change(project, people=cast, at=cast.at)


def price_and_sign(project, cast, at):
    change = project.changes.get()
    services.issue_change(change, lines=[services.Line(road.items(project)[0], 1)], days=0, by=cast.project_manager, at=at)
    change.refresh_from_db()
    sign_all(change.paper, by=cast.project_manager, at=at)
    services.follow(project.dossier, at=at + timedelta(days=5))


def close_carpentry(project, cast):
    services.clear(project, Fact.CARPENTRY_ACCEPTED, by=cast.quality_inspector, at=cast.at)


def settle_midterm(project, cast, at):
    road.settled(project, "midterm", people=cast, at=at)


def settle_finally(project, cast, at):
    road.settled(project, "final", people=cast, at=at)


def hand_over(project, cast, at):
    settling.documents_given(project, people=cast, at=at)


@dataclass(frozen=True)
class Promise:
    """A row of the clocks as the handbook wants it: where it starts, how long it runs, whose it is, who is told when, what stops it."""

    site: str
    start: Callable[..., None]
    days: int
    owner: str
    told: dict[int, set[str]]  # days from the due moment → usernames
    stop: Callable[..., None]
    key: str = ""
    evening: bool = False  # due on a day, at 18:00
    pausable: bool = True  # the permit's last day does not move, and what is accepted is not paused


PROMISES = {
    "contract_signing": Promise("opened", nothing, 3, "customer_manager", {-1: CM, 0: CM | SM}, sign_contract),
    "contract_hand_in": Promise("signed", nothing, 2, "customer_manager", {-1: CM, 0: CM | SM}, hand_in),
    "contract_filing": Promise("signed", hand_in, 2, "engineering_assistant", {0: {"cx.engineering_assistant"} | ENGINEERING}, file),
    "staffing": Promise("signed", hand_in_and_file, 2, "engineering_manager", {-1: {"cx.engineering_manager"}, 0: {"cx.engineering_manager"} | SM}, staff),
    "works_start": Promise("ready", nothing, 10, "project_manager", {-3: PM, 0: PM | ENGINEERING, 3: SM}, begin, evening=True),
    "completion": Promise("midterm", nothing, 97, "project_manager", {-7: PM, 0: PM | ENGINEERING, 3: SM | GENERAL}, complete, evening=True),
    "permit_expiry": Promise("working", nothing, 100, "project_manager", {-7: PM, 0: PM | ENGINEERING}, extend, evening=True, pausable=False),
    "pass_return": Promise("accepted", nothing, 7, "project_manager", {-2: PM, 0: PM | ASSISTANTS}, give_passes_back, pausable=False),
    "instalment_due": Promise(
        "contracted", nothing, 3, "site_supervisor", {-1: {"cx.site_supervisor"}, 0: {"cx.site_supervisor"} | CM, 3: {"cx.accountant"} | SM}, pay, key="/1"
    ),
    "change_pricing": Promise("working", ask, 3, "project_manager", {-1: PM, 0: PM | ENGINEERING}, price_and_sign, key="/1"),
    "midterm_settlement": Promise("working", close_carpentry, 3, "project_manager", {-1: PM, 0: PM | ENGINEERING}, settle_midterm),
    "final_settlement": Promise("accepted", nothing, 3, "project_manager", {-1: PM, 0: PM | ENGINEERING}, settle_finally, pausable=False),
    "papers_handed_over": Promise("accepted", nothing, 7, "project_manager", {-1: PM, 0: PM | ENGINEERING}, hand_over, pausable=False),
}


# Those of supplements, of credit that goes back and of the counted drawer are walked in test_supplements, test_credits, test_stock_counts;
# those of the property office and of the preparation in test_property, test_reviews, test_schedule, test_materials.
ELSEWHERE = {
    "projects.supplement", "projects.credit_refund", "projects.stock_count", "projects.doubt_answer", "projects.doubt_closing",
    "projects.site_need", "projects.fee_payment", "projects.fee_return", "projects.pass_collection", "projects.permit_extension",
    "projects.phase_end", "projects.client_material", "projects.material_order", "projects.material_arrival",
    "projects.foreman_due", "projects.foreman_approval", "projects.foreman_payment", "projects.commission_approval",  # test_foremen
    "projects.days_told", "projects.extension_signing",  # test_days, test_extensions
    "projects.off_list", "projects.unsigned_work", "projects.dispute", "projects.second_version", "projects.payment_reminder",  # test_disputes
    "projects.saving_review", "projects.cleaning", "projects.hand_over", "projects.loan_return",  # test_completion
    "projects.bond_due", "projects.bond_ends", "projects.old_debt",  # test_bonds
}  # fmt: skip


def test_every_clock_of_a_site_stands_in_the_table():
    assert {f"projects.{name}" for name in PROMISES} | ELSEWHERE == {name for name in clocks.CLOCKS if name.startswith("projects.")}


@pytest.fixture(params=PROMISES)
def running(request, cast, standing):
    """(the row of the table, the site, its running clock)"""
    promise = PROMISES[request.param]
    project = site(standing, promise.site)
    promise.start(project, cast)
    return promise, project, Deadline.objects.get(clock=f"projects.{request.param}", key=project.ref + promise.key, stopped_at=None)


def due_of(promise, cast) -> datetime:
    due = cast.days(promise.days)
    return due.replace(hour=18, minute=0) if promise.evening else due


def told(row) -> list[set[str]]:
    """Whom this clock has told, level by level."""
    notices = Notice.objects.filter(deadline=row).select_related("user").order_by("level")
    return [{n.user.username for n in notices if n.level == level} for level in sorted({n.level for n in notices})]


def test_it_starts_with_its_fact_and_is_due_so_many_days_later(running, cast):
    promise, project, row = running

    assert (row.started_at, row.due_at, row.breached_at) == (cast.at, due_of(promise, cast), None)
    assert row.owner == getattr(cast, promise.owner)
    assert project.customer_name in row.line and row.link.startswith(f"/projects/{project.ref}/")


def test_it_warns_rung_by_rung_each_person_once(running, cast):
    promise, _project, row = running
    expected = []

    for days, people in promise.told.items():
        moment = row.due_at + timedelta(days=days)
        clocks.sweep(at=moment - timedelta(seconds=1), audience=audience)
        assert told(row) == expected, days
        clocks.sweep(at=moment, audience=audience)
        clocks.sweep(at=moment + timedelta(hours=1), audience=audience)
        expected.append(people)
        assert told(row) == expected, days
    clocks.sweep(at=row.due_at + timedelta(days=300), audience=audience)
    assert told(row) == expected


def test_kept_in_time_it_warns_nobody_any_more(running, cast):
    promise, project, row = running

    promise.stop(project, cast, row.due_at - timedelta(minutes=1))
    clocks.sweep(at=row.due_at + timedelta(days=90), audience=audience)

    row.refresh_from_db()
    assert (row.stopped_at, row.breached_at, row.cancelled) == (row.due_at - timedelta(minutes=1), None, False)
    assert told(row) == []


def test_kept_too_late_it_is_breached_from_the_due_moment(running, cast):
    promise, project, row = running

    promise.stop(project, cast, row.due_at + timedelta(days=1))

    row.refresh_from_db()
    assert (row.stopped_at, row.breached_at) == (row.due_at + timedelta(days=1), row.due_at)


def test_the_sweep_notes_a_breach_as_a_fact(running, cast):
    _promise, _project, row = running

    clocks.sweep(at=row.due_at - timedelta(seconds=1), audience=audience)
    row.refresh_from_db()
    assert row.breached_at is None
    clocks.sweep(at=row.due_at, audience=audience)

    row.refresh_from_db()
    assert (row.breached_at, row.stopped_at) == (row.due_at, None)


@pytest.mark.parametrize("running", [name for name, promise in PROMISES.items() if promise.pausable], indirect=True)
def test_a_paused_site_holds_its_clocks_and_a_resumed_one_moves_them(running, cast):
    _promise, project, row = running
    due = row.due_at

    services.pause(project, reason="业主出差", by=cast.engineering_manager, at=cast.days(0.5))
    clocks.sweep(at=due + timedelta(days=60), audience=audience)
    row.refresh_from_db()
    assert (row.paused_at, row.pause_reason, row.breached_at, told(row)) == (cast.days(0.5), "业主出差", None, [])
    services.resume(project, by=cast.engineering_manager, at=cast.days(10.5))

    row.refresh_from_db()
    assert (row.paused_at, row.due_at) == (None, due + timedelta(days=10))
    clocks.sweep(at=row.due_at, audience=audience)
    row.refresh_from_db()
    assert row.breached_at == row.due_at


@pytest.mark.parametrize("running", [name for name, promise in PROMISES.items() if promise.site != "accepted"], indirect=True)
def test_a_cancelled_site_has_no_clocks_and_one_that_is_taken_up_has_them_again(running, cast):
    _promise, project, row = running
    due = row.due_at

    services.cancel(project, reason="业主卖房", by=cast.store_manager, at=cast.days(1))
    row.refresh_from_db()
    assert (row.stopped_at, row.cancelled, row.breached_at) == (cast.days(1), True, None)
    assert not project.dossier.deadlines.filter(stopped_at=None).exists()
    services.reopen(project, reason="房子没卖成", by=cast.store_manager, at=cast.days(21))

    again = Deadline.objects.get(clock=row.clock, key=row.key, stopped_at=None)
    assert again.due_at == (due if row.clock == "projects.permit_expiry" else due + timedelta(days=20))
    assert (again.owner, again.line, again.link) == (row.owner, row.line, row.link)


@pytest.mark.parametrize("running", ["contract_hand_in", "change_pricing"], indirect=True)
def test_what_is_settled_while_the_site_is_cancelled_is_not_owed_again_when_it_is_taken_up(running, cast):
    promise, project, row = running
    services.cancel(project, reason="业主卖房", by=cast.store_manager, at=cast.days(1))
    if row.clock == "projects.change_pricing":
        services.withdraw_change(project.changes.get(), reason="不做了", by=cast.project_manager, at=cast.days(2))
    else:
        promise.stop(project, cast, cast.days(2))

    services.reopen(project, reason="房子没卖成", by=cast.store_manager, at=cast.days(21))
    services.follow(project.dossier, at=cast.days(21))

    assert not Deadline.objects.filter(clock=row.clock, key=row.key, stopped_at=None).exists()


# --- what single clocks do besides -----------------------------------------------------------------------------------------


def open_clock(project, name, key=""):
    return Deadline.objects.filter(clock=f"projects.{name}", key=project.ref + key, stopped_at=None).first()


def test_the_permits_last_day_does_not_move_with_a_pause(cast, standing):
    project = site(standing, "working")
    due = open_clock(project, "permit_expiry").due_at

    services.pause(project, reason="等材料", by=cast.engineering_manager, at=cast.days(1))
    clocks.sweep(at=due - timedelta(days=7), audience=audience)
    assert told(open_clock(project, "permit_expiry")) == [PM]
    services.resume(project, by=cast.engineering_manager, at=cast.days(40))

    assert open_clock(project, "permit_expiry").due_at == due


def test_an_extension_ends_the_permits_clock_and_starts_the_next(cast, standing):
    project = site(standing, "working")

    extend(project, cast, cast.days(5))

    rows = Deadline.objects.filter(clock="projects.permit_expiry", key=project.ref).order_by("id")
    assert [(r.stopped_at, r.due_at.date()) for r in rows] == [(cast.days(5), cast.days(100).date()), (None, cast.days(200).date())]


def test_acceptance_ends_the_permits_clock(cast, standing):
    assert Deadline.objects.get(clock="projects.permit_expiry", key=site(standing, "accepted").ref).stopped_at == cast.at


def test_works_in_time_stop_the_clock_of_the_start_and_set_the_one_of_the_end(cast, standing):
    project = site(standing, "ready")

    begin(project, cast, cast.days(9))

    assert open_clock(project, "works_start") is None
    assert open_clock(project, "completion").due_at == cast.days(95).replace(hour=18, minute=0)


def test_signed_days_move_the_end_of_the_works_after_a_pause_too(cast, standing):
    project = site(standing, "working")
    due = open_clock(project, "completion").due_at
    services.pause(project, reason="业主出差", by=cast.engineering_manager, at=cast.days(1))
    services.resume(project, by=cast.engineering_manager, at=cast.days(11))

    road.signed_change(project, people=cast, at=cast.days(12), days=4)

    assert open_clock(project, "completion").due_at == due + timedelta(days=14)
    assert project.due_on == cast.days(99).date()


def test_a_site_that_is_opened_again_has_the_clock_of_its_end_again(cast, standing):
    project = site(standing, "midterm")
    complete(project, cast, cast.days(3))
    assert open_clock(project, "completion") is None

    services.reopen(project, reason="返工", by=cast.engineering_manager, at=cast.days(4))

    assert open_clock(project, "completion").due_at == cast.days(97).replace(hour=18, minute=0)


def test_a_reopened_acceptance_wants_the_permit_again_and_not_the_passes(cast, standing):
    project = site(standing, "accepted")
    assert open_clock(project, "pass_return") is not None

    services.reopen(project, reason="返工", by=cast.engineering_manager, at=cast.days(4))

    assert open_clock(project, "pass_return") is None
    assert open_clock(project, "permit_expiry").due_at == cast.days(100).replace(hour=18, minute=0)


def test_a_fact_that_is_taken_back_cancels_the_clock_it_set_going(cast, standing):
    project = site(standing, "working")
    close_carpentry(project, cast)

    services.revoke(project, Fact.CARPENTRY_ACCEPTED, reason="柜门开裂", by=cast.quality_inspector, at=cast.days(1))
    assert open_clock(project, "midterm_settlement") is None
    assert Deadline.objects.get(clock="projects.midterm_settlement", key=project.ref).cancelled
    services.clear(project, Fact.CARPENTRY_ACCEPTED, by=cast.quality_inspector, at=cast.days(6))

    assert open_clock(project, "midterm_settlement").due_at == cast.days(9)


def test_a_settled_mid_term_is_not_asked_for_again(cast, standing):
    project = site(standing, "midterm")
    services.revoke(project, Fact.CARPENTRY_ACCEPTED, reason="柜门开裂", by=cast.quality_inspector, at=cast.days(1))

    services.clear(project, Fact.CARPENTRY_ACCEPTED, by=cast.quality_inspector, at=cast.days(6))

    assert open_clock(project, "midterm_settlement") is None


def test_an_instalment_is_due_from_the_moment_it_opened_not_from_the_sweep(cast, standing):
    project = site(standing, "working")
    for n, day in ((3, 2), (4, 5)):
        services.clear(project, Fact(f"check_{n}_passed"), by=cast.quality_inspector, at=cast.days(day))

    services.follow(project.dossier, at=cast.days(20))
    services.follow(project.dossier, at=cast.days(21))

    row = open_clock(project, "instalment_due", "/2")
    assert (row.started_at, row.due_at) == (cast.days(5), cast.days(8))


def test_an_instalment_closes_and_opens_with_its_check(cast, standing):
    project = site(standing, "working")
    for n in (3, 4):
        services.clear(project, Fact(f"check_{n}_passed"), by=cast.quality_inspector, at=cast.at)
    services.follow(project.dossier, at=cast.at)
    services.revoke(project, Fact.CHECK_4_PASSED, reason="闭水渗漏", by=cast.quality_inspector, at=cast.days(1))

    services.follow(project.dossier, at=cast.days(1))
    assert open_clock(project, "instalment_due", "/2") is None
    services.clear(project, Fact.CHECK_4_PASSED, by=cast.quality_inspector, at=cast.days(4))
    services.follow(project.dossier, at=cast.days(4))

    assert open_clock(project, "instalment_due", "/2").due_at == cast.days(7)


def test_a_reversed_payment_sets_the_clock_of_its_instalment_going_again(cast, standing):
    project = site(standing, "contracted")
    payment = road.pay_open(project, people=cast, at=cast.days(1))
    assert open_clock(project, "instalment_due", "/1") is None

    services.reverse_payment(payment, reason="退票", by=cast.accountant, at=cast.days(2))
    services.follow(project.dossier, at=cast.days(2))

    assert open_clock(project, "instalment_due", "/1").due_at == cast.days(3)


def test_a_withdrawn_change_has_no_clock(cast, standing):
    project = site(standing, "working")
    change = road.asked_change(project, people=cast, at=cast.at)

    services.withdraw_change(change, reason="不做了", by=cast.project_manager, at=cast.days(9))

    row = Deadline.objects.get(clock="projects.change_pricing", key=f"{project.ref}/1")
    assert (row.cancelled, row.breached_at) == (True, None)


def test_the_clocks_of_a_role_go_to_whoever_takes_it_over(cast, standing):
    project = site(standing, "working")
    road.asked_change(project, people=cast, at=cast.at)
    manager, supervisor = cast.hire("project_manager", name="新项目经理"), cast.hire("site_supervisor", name="新监理")

    services.staff_project(project, project_manager=manager, supervisor=supervisor, by=cast.engineering_manager, at=cast.days(1))

    owners = {row.clock.removeprefix("projects."): row.owner for row in project.dossier.deadlines.filter(stopped_at=None, clock__startswith="projects.")}
    assert owners == {
        "completion": manager, "permit_expiry": manager, "change_pricing": manager, "fee_payment": manager, "instalment_due": supervisor,
    }  # fmt: skip


@pytest.mark.parametrize("role", list(POST_OF))
def test_every_clock_of_a_role_goes_along_and_nobody_elses_does(cast, standing, role):
    """Of all floors of a site: the clock's row names the post whose it is, and the person who held the role had it."""
    project, after = site(standing, "working"), cast.hire(POST_OF[role], name="接手人")
    theirs = {row.id: row for row in clocks.CLOCKS.values() if row.owner == POST_OF[role] and not row.id.startswith("leads.")}
    for key, owner in (("former", getattr(project, role)), ("nobody", None), ("other", cast.cs_officer)):
        for clock in theirs.values():
            clocks.start(clock, dossier=project.dossier, key=key, owner=owner, at=cast.at, due_at=cast.days(3))

    services.staff_project(project, **{role: after}, by=cast.engineering_manager, at=cast.days(1))

    rows = Deadline.objects.filter(clock__in=theirs)
    assert {row.owner for row in rows.filter(key__in=("former", "nobody"))} == {after}
    assert {row.owner for row in rows.filter(key="other")} == {cast.cs_officer}


def test_the_enquirys_own_clocks_stay_with_the_enquirys_people(cast, standing):
    project, after = site(standing, "working"), cast.hire("customer_manager", name="接手人")
    clocks.start(CARE, dossier=project.dossier, key="x", owner=cast.customer_manager, at=cast.at, due_at=cast.days(3))

    services.staff_project(project, customer_manager=after, by=cast.engineering_manager, at=cast.days(1))

    assert Deadline.objects.get(clock=CARE.id, key="x").owner == cast.customer_manager


def test_who_stood_in_for_a_role_that_nobody_holds_gives_its_clocks_on_with_the_own_role(cast, standing):
    project = site(standing, "working")
    project.foreman = None
    project.save(update_fields=["foreman"])
    after = cast.hire("project_manager", name="接手人")
    clocks.start(PHASE_END, dossier=project.dossier, key="x", owner=cast.project_manager, at=cast.at, due_at=cast.days(3))

    services.staff_project(project, project_manager=after, by=cast.engineering_manager, at=cast.days(1))

    assert Deadline.objects.get(clock=PHASE_END.id, key="x").owner == after


def test_following_twice_writes_nothing_the_second_time(cast, standing):
    for name in ("signed", "working", "midterm", "accepted"):
        dossier = site(standing, name).dossier
        services.follow(dossier, at=cast.days(1))
        before = (list(dossier.deadlines.values()), dossier.entries.count())

        assert services.follow(dossier, at=cast.days(2)) == 0
        assert (list(dossier.deadlines.values()), dossier.entries.count()) == before


# --- the calendar -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-02-13", 1, "2026-02-14"),  # Friday before 春节: the Saturday is a working day in lieu
        ("2026-02-13", 2, "2026-02-24"),  # over 春节, 15 to 23 February
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-02-18", 1, "2026-02-24"),  # from the middle of the holiday
        ("2026-02-23", 4, "2026-02-27"),
        ("2026-02-23", 5, "2026-02-28"),  # a Saturday in lieu again
        ("2026-02-27", 2, "2026-03-02"),
        ("2026-09-30", 1, "2026-10-08"),  # 国庆
        ("2026-09-30", 3, "2026-10-10"),  # … and its Saturday in lieu
        ("2026-11-24", 5, "2026-12-01"),  # an ordinary week
        ("2026-11-24", 0, "2026-11-24"),
    ],
)
def test_working_days_over_holidays_and_days_in_lieu(start, days, end, db):
    fill_year(2026)
    moment = datetime.fromisoformat(start).replace(hour=9, minute=40, tzinfo=SHANGHAI)

    assert add_working_days(moment, days) == datetime.fromisoformat(end).replace(hour=9, minute=40, tzinfo=SHANGHAI)


def test_the_calendar_can_be_edited_and_an_unknown_year_has_its_weekdays(db):
    assert is_working_day(datetime(2039, 2, 1).date())  # a Tuesday nobody has announced anything about
    assert fill_year(2039) == 0
    assert fill_year(2026) > 20
    assert fill_year(2026) == 0  # a second time nothing is new
    CalendarDay.objects.create(day=datetime(2039, 2, 1).date(), working=False, name="公司搬家")
    assert not is_working_day(datetime(2039, 2, 1).date())


def test_clocks_of_the_rules_run_on_calendar_days_over_the_spring_festival(cast, standing):
    """Decision 9: three days are three days, 春节 or not."""
    fill_year(2026)
    project = site(standing, "working")
    eve: Any = datetime(2026, 2, 13, 17, 0, tzinfo=SHANGHAI)

    clocks.start(clocks.CLOCKS["projects.midterm_settlement"], dossier=project.dossier, key="x", owner=cast.project_manager, at=eve)

    assert Deadline.objects.get(key="x").due_at == datetime(2026, 2, 16, 17, 0, tzinfo=SHANGHAI)
