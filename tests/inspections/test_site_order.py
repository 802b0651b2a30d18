"""Site order: walks, deliveries, the diary, notes, briefings, incidents, instruments, what lies behind the walls."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from core import clocks
from core.models import Deadline
from core.refusals import Refused
from inspections import deadlines_order as deadlines
from inspections import selectors_order as questions
from inspections import services
from inspections.models import CheckItem, Delivery, DeliveryLine, Rectification
from inspections.order_data import conduct, items_of, order_rules
from inspections.services import conduct as walks
from inspections.services import deliveries, instruments, order, site_life
from inspections.services.conduct import Looked
from leads.models import Room
from projects import services as projects
from tests.factories import days
from tests.factories import inspections as site
from tests.factories import site_order as life


def room_of(project: Any, name: str = "主卧") -> Room:
    """A room of the survey."""
    return Room.objects.get(home=project.home, name=name)


def clock(kind: clocks.Clock) -> Deadline:
    return Deadline.objects.get(clock=kind.id, stopped_at__isnull=True)


# --- walks (I21, I22, I30) -----------------------------------------------------------------------------------------------


def test_the_table_has_22_items_and_each_belongs_to_a_sheet() -> None:
    assert len(conduct()) == 22
    assert all(item.sheets for item in conduct().values())
    assert len(items_of("norm")) == 22
    assert {item.code for item in items_of("safety")} | {item.code for item in items_of("order")} == set(conduct())


def test_a_walk_shows_its_score_and_each_fault_becomes_a_rectification_with_person_and_day(
    working: Any, cast: Any
) -> None:
    made = life.walked(working, people=cast, at=cast.at, faults=("SC-16", "SC-17"))

    asked = sum(item.points for item in items_of("order"))
    assert (made.asked, made.kept) == (asked, asked - 5)
    assert made.score == round(100 * (asked - 5) / asked)
    rows = list(Rectification.objects.filter(finding__order_check=made).order_by("number").select_related("finding"))
    assert [row.finding.item_code for row in rows] == ["SC-16", "SC-17"]
    assert [(row.responsible, row.due_at - row.at) for row in rows] == [
        (cast.foreman, timedelta(days=5)),
        (cast.foreman, timedelta(days=3)),
    ]
    assert rows[0].finding.photos.count() == 1


def test_a_walk_tells_everything_that_is_missing_at_once(working: Any, cast: Any) -> None:
    looked = [Looked(item.code, "ok") for item in items_of("safety")[2:]] + [
        Looked("SC-01", "fault", "压力不足"),
        Looked("SC-02", "fault"),
    ]
    with pytest.raises(Refused) as refusal:
        walks.walk_site(working, kind="safety", looked=looked[1:], by=cast.site_supervisor, at=cast.at)
    assert [gap.says.split(": ")[1] for gap in refusal.value.missing] == [
        "there is no photo.", "what is wrong has not been said.", "not looked at yet.",
    ]  # fmt: skip


def test_an_item_that_does_not_apply_counts_neither_way(working: Any, cast: Any) -> None:
    looked = [
        Looked(i.code, "not_applicable", "没有动火") if i.code == "SC-03" else Looked(i.code, "ok")
        for i in items_of("safety")
    ]
    made = walks.walk_site(working, kind="safety", looked=looked, by=cast.site_supervisor, at=cast.at)
    assert (made.score, made.asked) == (100, sum(i.points for i in items_of("safety")) - conduct()["SC-03"].points)


def test_the_project_manager_says_how_a_fault_is_put_right_and_who_of_the_crew_does_it(working: Any, cast: Any) -> None:
    """I14: from the project manager to the crew leader; history of failures stays."""
    life.walked(working, people=cast, at=cast.at, faults=("SC-16",))
    fault = Rectification.objects.get(finding__item_code="SC-16")
    walks.plan_rectification(
        fault, text="装袋下楼，每天收工前清一次", done_by="钱大勇", by=cast.project_manager, at=cast.at
    )
    site.answered(fault, people=cast, at=cast.days(1))
    services.recheck_rectification(
        rectification=fault, accepted=False, note="厨房还有", by=cast.quality_inspector, at=cast.days(2)
    )
    fault.refresh_from_db()
    site.answered(fault, people=cast, at=cast.days(3))
    services.recheck_rectification(rectification=fault, accepted=True, by=cast.quality_inspector, at=cast.days(4))
    fault.refresh_from_db()
    assert (fault.state, fault.plans.count(), [a.recheck.accepted for a in fault.answers.all()]) == (
        "accepted",
        1,
        [False, True],
    )
    with pytest.raises(Refused, match="put right"):
        walks.plan_rectification(fault, text="再来", done_by="钱大勇", by=cast.project_manager, at=cast.days(5))


# --- deliveries (I06, I08, I09) ------------------------------------------------------------------------------------------


def test_what_is_refused_goes_off_the_site_by_a_day_and_a_clock_keeps_it(working: Any, cast: Any) -> None:
    line = life.came(refused=Decimal(20), reason="色差明显")
    made = life.delivered(working, people=cast, at=cast.at, lines=[line], kind="main")

    row = DeliveryLine.objects.get(delivery=made)
    assert row.remove_by == life.day_of(cast.at) + timedelta(days=order_rules().remove_days)
    assert clock(deadlines.GOODS_OUT).owner == cast.project_manager
    assert made.paper.kind == "I08"
    with pytest.raises(Refused, match="no photo"):
        deliveries.take_out(row, on=life.day_of(cast.days(1)), photos=[], by=cast.foreman, at=cast.days(1))
    deliveries.take_out(row, on=life.day_of(cast.days(1)), photos=[site.picture()], by=cast.foreman, at=cast.days(1))
    assert not Deadline.objects.filter(clock=deadlines.GOODS_OUT.id, stopped_at__isnull=True).exists()
    with pytest.raises(Refused, match="noted already"):
        deliveries.take_out(
            row, on=life.day_of(cast.days(1)), photos=[site.picture()], by=cast.foreman, at=cast.days(2)
        )


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"certificate_no": ""}, "has a certificate"),
        ({"certificate": "none"}, "has a certificate"),
        ({"refused": Decimal("120.01"), "reason": "x"}, "not more is refused"),
        ({"refused": Decimal("0.01")}, "why it is refused"),
        ({"quantity": Decimal(0)}, "how much"),
    ],
)
def test_a_line_without_certificate_reason_or_amount_is_refused(
    working: Any, cast: Any, more: dict[str, Any], says: str
) -> None:
    with pytest.raises(Refused) as refusal:
        life.delivered(working, people=cast, at=cast.at, lines=[life.came(**more)])
    assert says in refusal.value.missing[0].says


def test_without_any_certificate_everything_may_be_refused(working: Any, cast: Any) -> None:
    line = life.came(certificate="none", certificate_no="", refused=Decimal(120), reason="无合格证")
    life.delivered(working, people=cast, at=cast.at, lines=[line])
    assert DeliveryLine.objects.get().still_here


def test_a_material_of_the_list_hears_that_it_came_or_was_refused_whole(working: Any, cast: Any) -> None:
    from projects import services as projects

    on = life.day_of(cast.at)
    rows = [
        projects.add_material(
            working, buyer="client", name=name, needed_on=on + timedelta(days=9), by=cast.project_manager, at=cast.at
        )
        for name in ("木门", "洁具")
    ]
    lines = [
        life.came("木门", material=rows[0]),
        life.came("洁具", material=rows[1], refused=Decimal(120), reason="磕碰"),
    ]
    life.delivered(working, people=cast, at=cast.at, lines=lines, kind="finished")
    for row in rows:
        row.refresh_from_db()
    assert (rows[0].arrived_on, rows[0].refused_on, rows[1].arrived_on, rows[1].refused_on) == (on, None, None, on)


def test_building_material_stands_on_the_paper_of_the_material_check(working: Any, cast: Any) -> None:
    """I06: the delivery is printed where the four people sign; the next check does not print it again."""
    made = life.delivered(
        working, people=cast, at=cast.at, lines=[life.came("水泥", refused=Decimal(5), reason="受潮")]
    )
    check = site.passed(working, "C2", people=cast, at=cast.days(1), signed=False)
    assert Delivery.objects.get(pk=made.pk).quality_check == check
    assert [(row["name"], row["refused"]) for row in check.paper.body["deliveries"]] == [("水泥", "5 块")]


# --- concealed works by room ---------------------------------------------------------------------------------------------


def test_photos_of_concealed_works_are_found_again_by_room(checked: Any, cast: Any) -> None:
    """Fail, put right, pass: the photos of both attempts stand under their room, with wall, day, crew and verdict."""
    bath = room_of(checked)
    check = site.opened(checked, "C3", people=cast, at=cast.days(3))
    items = {item.code: item for item in check.template.items.all()}
    photo = next(item for item in site.asked(check) if item.photo)
    at = {"by": cast.quality_inspector, "at": cast.days(3)}
    services.record_result(check=check, **site.bad(photo), room=bath, place="床头墙", **at)
    rest = [site.good(i) for i in site.asked(check) if i.code != photo.code]
    services.record_results(check=check, results=rest, **at)
    site.concluded(check, people=cast, at=cast.days(3))
    site.answered(Rectification.objects.get(finding__quality_check=check), people=cast, at=cast.days(4))
    again = site.opened(checked, "C3", people=cast, at=cast.days(5))
    services.record_result(
        check=again, **site.good(photo), room=bath, place="床头墙", by=cast.quality_inspector, at=cast.days(5)
    )
    site.concluded(again, people=cast, at=cast.days(5))

    rooms = questions.behind_the_walls(checked)
    here = next(room for room in rooms if room.name == "主卧")
    assert [(i.code, i.attempt, i.good, i.places, len(i.photos)) for i in here.items] == [
        (photo.code, 1, False, ["床头墙"], 1), (photo.code, 2, True, ["床头墙"], 1),
    ]  # fmt: skip
    whole = next(room for room in rooms if room.key == 0)
    assert whole.photos == sum(items[row["item"]].photo for row in rest)  # what was carried on is shown once


def test_old_results_without_a_room_stand_under_the_whole_home(checked: Any, cast: Any) -> None:
    site.passed(checked, "C3", people=cast, at=cast.days(3), signed=False)
    assert [room.key for room in questions.behind_the_walls(checked) if room.items] == [0]


def test_a_room_of_another_home_is_refused(checked: Any, working: Any, cast: Any) -> None:
    from leads.models import Home

    elsewhere = Room.objects.create(
        home=Home.objects.exclude(pk=checked.home_id).first() or working.home,
        store=checked.store,
        name="别家",
        length_mm=2200,
        width_mm=1800,
        height_mm=2500,
    )
    check = site.opened(checked, "C3", people=cast, at=cast.days(3))
    item = site.asked(check)[0]
    with pytest.raises(Refused, match="another home"):
        services.record_result(
            check=check, **site.good(item), room=elsewhere, by=cast.quality_inspector, at=cast.days(3)
        )


# --- instruments -----------------------------------------------------------------------------------------------------


def measured(check: Any) -> CheckItem:
    return next(item for item in site.asked(check) if item.is_measured and not item.stages)


def test_a_reading_names_its_instrument_until_the_last_day_of_its_calibration(checked: Any, cast: Any) -> None:
    check = site.opened(checked, "C3", people=cast, at=cast.days(3))
    item = measured(check)
    ruler = life.tool(cast, at=cast.at, days=3)
    made = services.record_result(
        check=check, **site.good(item), tool=ruler, by=cast.quality_inspector, at=cast.days(3)
    )
    assert made.tool == ruler
    with pytest.raises(Refused, match="ran out on 2026-11-27; its readings do not count"):
        services.record_result(check=check, **site.good(item), tool=ruler, by=cast.quality_inspector, at=cast.days(4))
    made.refresh_from_db()
    assert made.tool == ruler


def test_a_check_does_not_pass_with_an_expired_instrument_that_is_named_by_its_number(checked: Any, cast: Any) -> None:
    life.tool(cast, at=cast.at, days=1)
    check = site.recorded(site.opened(checked, "C3", people=cast, at=cast.days(3)), people=cast, at=cast.days(3))
    with pytest.raises(Refused) as refusal:
        site.concluded(check, people=cast, at=cast.days(3))
    assert [gap.says for gap in refusal.value.missing] == ["The calibration of 钢卷尺 JL-12 is not in force."]


def test_an_instrument_of_another_store_or_a_retired_one_does_not_count(checked: Any, cast: Any) -> None:
    theirs = life.tool(cast.other, at=cast.at)
    ours = life.tool(cast, at=cast.at, number="JL-13")
    with pytest.raises(Refused, match="another store"):
        instruments.must_be_valid(theirs, checked.store_id, cast.at)
    instruments.retire_tool(ours, reason="摔坏", by=cast.supervision_manager, at=cast.at)
    ours.refresh_from_db()
    with pytest.raises(Refused, match="do not count"):
        instruments.must_be_valid(ours, checked.store_id, cast.at)


def test_a_calibration_that_runs_out_is_on_somebodys_desk(cast: Any, db: None) -> None:
    ruler = life.tool(cast, at=cast.at, days=10)
    row = clock(deadlines.CALIBRATION)
    assert (row.owner, life.day_of(row.due_at)) == (cast.supervision_manager, life.day_of(cast.days(11)))
    on = life.day_of(cast.days(5))
    instruments.calibrate(
        ruler,
        calibrated_on=on,
        valid_until=on + timedelta(days=365),
        certificate="JD-2",
        by=cast.supervision_manager,
        at=cast.days(5),
    )
    assert life.day_of(clock(deadlines.CALIBRATION).due_at) == on + timedelta(days=366)


# --- diary, notes, briefings (I19, P44, P47) -----------------------------------------------------------------------------


def test_missing_days_stand_in_the_diary_in_their_place(working: Any, cast: Any) -> None:
    began = life.day_of(working.stage_changes.get(to_stage="under_construction").at)
    assert began == life.day_of(cast.at)
    life.written(working, people=cast, at=cast.at)
    life.written(working, people=cast, at=cast.days(3))
    pages, missing = questions.diary_of(working, life.day_of(cast.days(3)))
    assert [(page.day - began).days for page in pages] == [3, 2, 1, 0]
    assert (missing, [page.row is None for page in pages]) == (2, [False, True, True, False])
    days.stopped(working, 1, 1, people=cast, at=cast.days(3))
    assert questions.diary_of(working, life.day_of(cast.days(3)))[1] == 1  # nobody is asked what was done on a day without work


def test_a_day_is_written_once_within_the_week_and_none_ahead(working: Any, cast: Any) -> None:
    today = life.day_of(cast.days(7))
    life.written(working, people=cast, at=cast.days(7), day=today - timedelta(days=7))
    with pytest.raises(Refused, match="already"):
        life.written(working, people=cast, at=cast.days(7), day=today - timedelta(days=7))
    for day in (today - timedelta(days=8), today + timedelta(days=1)):
        with pytest.raises(Refused, match="within the week"):
            life.written(working, people=cast, at=cast.days(7), day=day)
    with pytest.raises(Refused) as refusal:
        life.written(working, people=cast, at=cast.days(7), photos=[], works=" ")
    assert len(refusal.value.missing) == 2
    life.written(working, people=cast, at=cast.days(7), workers=0, works="雨天停工", photos=[])


def test_the_engineering_manager_looks_at_a_page_once_and_never_at_an_own_one(working: Any, cast: Any) -> None:
    page = life.written(working, people=cast, at=cast.at)
    with pytest.raises(Refused, match="second person"):
        site_life.look_at_day(page, by=cast.site_supervisor, at=cast.at)
    site_life.look_at_day(page, by=cast.engineering_manager, at=cast.at, remark="写清用料")
    with pytest.raises(Refused, match="already"):
        site_life.look_at_day(page, by=cast.engineering_manager, at=cast.at)


def test_the_diarys_clock_runs_from_page_to_page_and_ends_with_the_works(working: Any, cast: Any) -> None:
    from projects import services as projects

    life.written(working, people=cast, at=cast.at)
    assert clock(deadlines.DIARY).owner == working.supervisor
    life.written(working, people=cast, at=cast.days(1))
    assert Deadline.objects.filter(clock=deadlines.DIARY.id).count() == 2
    projects.pause(working, reason="业主要求停工", by=cast.engineering_manager, at=cast.days(1))
    assert order.follow(working.dossier, at=cast.days(2)) == 1
    assert order.follow(working.dossier, at=cast.days(2)) == 0
    assert not Deadline.objects.filter(clock=deadlines.DIARY.id, stopped_at__isnull=True).exists()


def test_a_problem_is_told_to_inspector_or_foreman_and_answered_once(working: Any, cast: Any) -> None:
    with pytest.raises(Refused, match="not to workers"):
        life.noted(working, people=cast, at=cast.at, told_to=cast.crew_leader)
    note = life.noted(working, people=cast, at=cast.at, room=room_of(working))
    row = clock(deadlines.NOTE_ANSWER)
    assert (row.owner, row.due_at - row.started_at) == (cast.foreman, timedelta(days=order_rules().note_answer_days))
    assert set(note.paper.required_roles) == {"customer", "site_side"}
    with pytest.raises(Refused, match="answers this note"):
        site_life.answer_note(note, answer="改", by=cast.site_supervisor, at=cast.at)
    site_life.answer_note(note, answer="按图移位，今天完成", by=cast.foreman, at=cast.days(1))
    with pytest.raises(Refused, match="answered"):
        site_life.answer_note(note, answer="又改", by=cast.foreman, at=cast.days(1))


def test_a_crew_that_was_not_briefed_is_shown_and_no_gate_waits_for_it(working: Any, cast: Any) -> None:
    """P47: the domain names no gate for it."""
    assert questions.unbriefed(working, []) != []
    crew = working.arrivals.values_list("crew", flat=True).first()
    rows = [life.briefed(working, people=cast, at=cast.at, crew=crew)]
    assert questions.unbriefed(working, rows) == []
    with pytest.raises(Refused) as refusal:
        life.briefed(working, people=cast, at=cast.at, crew=" ", workers=[" "], topics=[])
    assert len(refusal.value.missing) == 3


# --- accidents and hazards (I23, I29, I33) -------------------------------------------------------------------------------


def test_an_accident_calls_the_engineering_manager_and_after_the_hour_the_general_manager(
    working: Any, cast: Any
) -> None:
    """I29, Q65: taken over within the hour; the report within a day."""
    life.reported(working, people=cast, at=cast.at)
    emergency, report = clock(deadlines.EMERGENCY), clock(deadlines.INCIDENT_REPORT)
    assert (emergency.owner, emergency.due_at - cast.at) == (cast.engineering_manager, timedelta(hours=1))
    assert (report.owner, report.due_at - cast.at) == (cast.project_manager, timedelta(hours=24))
    from config import reach
    from core.models import Notice

    clocks.sweep(at=cast.at, audience=reach.audience)
    assert Notice.objects.filter(user=cast.engineering_manager).exists()
    assert not Notice.objects.filter(user=cast.general_manager).exists()
    clocks.sweep(at=cast.at + timedelta(minutes=61), audience=reach.audience)
    assert Notice.objects.filter(user=cast.general_manager).exists()


def test_an_incident_is_closed_by_another_when_cause_handling_and_measures_stand_there(working: Any, cast: Any) -> None:
    made = life.reported(working, people=cast, at=cast.at)
    site_life.note_step(made, kind="taken", text="已到医院", by=cast.engineering_manager, at=cast.at)
    with pytest.raises(Refused, match="taken it over already"):
        site_life.note_step(made, kind="taken", text="又到", by=cast.engineering_manager, at=cast.at)
    for kind in ("cause", "handling"):
        site_life.note_step(made, kind=kind, text="无防护罩", by=cast.project_manager, at=cast.days(0.5))
    with pytest.raises(Refused) as refusal:
        site_life.note_step(made, kind="closed", text="结案", by=cast.foreman, at=cast.days(1))
    assert len(refusal.value.missing) == 2
    site_life.note_step(made, kind="measure", text="切割机加罩，每日点检", by=cast.project_manager, at=cast.days(0.6))
    assert not Deadline.objects.filter(clock=deadlines.INCIDENT_REPORT.id, stopped_at__isnull=True).exists()
    site_life.note_step(made, kind="closed", text="结案", by=cast.engineering_manager, at=cast.days(1))
    with pytest.raises(Refused, match="closed"):
        site_life.note_step(made, kind="measure", text="再来", by=cast.project_manager, at=cast.days(1))


def test_a_hazard_is_done_away_with_within_its_day(working: Any, cast: Any) -> None:
    """I33: reported at once, closed when it was dealt with."""
    made = life.reported(working, people=cast, at=cast.at, kind="hazard", what="阳台临边无栏杆")
    assert clock(deadlines.HAZARD).owner == cast.project_manager
    site_life.note_step(made, kind="handling", text="已装临时栏杆", by=cast.project_manager, at=cast.at)
    site_life.note_step(made, kind="closed", text="看过", by=cast.engineering_manager, at=cast.at)
    assert not Deadline.objects.filter(clock=deadlines.HAZARD.id, stopped_at__isnull=True).exists()


def test_a_note_stays_with_whom_it_was_told_to_whoever_inspects_now(working: Any, cast: Any) -> None:
    note = life.noted(working, people=cast, at=cast.at, told_to=cast.quality_inspector)

    projects.staff_project(working, inspector=cast.hire("quality_inspector", name="新质检"), by=cast.engineering_manager, at=cast.at)

    running = Deadline.objects.get(clock="inspections.note_answer", stopped_at=None)
    assert running.owner == cast.quality_inspector
    site_life.answer_note(note, answer="已改到位", by=running.owner, at=cast.days(1))
