"""Slips between departments (S25), quality tracking after delivery (P50), the Saturday summary (R031); and what the database refuses by itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from aftersales import deadlines_slips as deadlines
from aftersales import services
from aftersales.models import CoordinationSlip, QualityTrack, WeekSummary
from aftersales.services.week_summary import leader_of, week_told
from core import clocks
from core.models import AuditEntry, Deadline, Notice
from core.refusals import Refused
from tests.factories import complaints, slips

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


# --- S25 --------------------------------------------------------------------------------------------------------------------


def test_S25_another_department_is_asked_answers_with_a_day_and_who_asked_closes(cast: Any, accepted: Any) -> None:
    slip = slips.written(people=cast, at=cast.at, lead=accepted.lead)
    clock = Deadline.objects.get(clock=deadlines.SLIP_ANSWER.id, key=slip.ref)
    assert (slip.from_department_id, slip.to_department_id) == ("customer_service_dept", "engineering_dept")
    assert (clock.owner, clock.due_at) == (cast.engineering_manager, cast.at + 2 * DAY)

    slip = slips.answered(slip, people=cast, at=cast.at + 2 * DAY, ready_on=cast.days(3).date())
    assert not clocks.is_open(deadlines.SLIP_ANSWER, slip.ref) and Deadline.objects.get(pk=clock.pk).breached_at is None
    promise = Deadline.objects.get(clock=deadlines.SLIP_READY.id, key=slip.ref)
    assert (promise.owner, timezone.localtime(promise.due_at).hour) == (cast.engineering_manager, 18)
    assert Notice.objects.get(kind="aftersales.slip_answered").user == cast.cs_officer

    services.close_slip(slip, by=cast.cs_officer, at=cast.at + 3 * DAY)
    assert not clocks.is_open(deadlines.SLIP_READY, slip.ref)
    kinds = AuditEntry.objects.filter(dossier=accepted.dossier, kind__startswith="aftersales.slip_").order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["aftersales.slip_written", "aftersales.slip_answered", "aftersales.slip_done"]


def test_S25_an_answer_without_a_day_waits_for_the_word_of_who_asked(cast: Any, accepted: Any) -> None:
    slip = slips.answered(slips.written(people=cast, at=cast.at), people=cast, at=cast.at + HOUR)
    waits = Deadline.objects.get(clock=deadlines.SLIP_CLOSING.id, key=slip.ref)
    assert (waits.owner, waits.due_at) == (cast.cs_officer, cast.at + HOUR + 3 * DAY)
    assert not clocks.is_open(deadlines.SLIP_READY, slip.ref)
    services.close_slip(slip, by=cast.cs_supervisor, at=cast.at + 2 * DAY)
    assert not clocks.is_open(deadlines.SLIP_CLOSING, slip.ref)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"to": "customer_service_dept"}, "another department"),
        ({"to": "nowhere"}, "another department"),
        ({"subject": " "}, "what it is about"),
        ({"text": ""}, "what it is about"),
        ({"answer_by": timedelta(0)}, "lies ahead"),
        ({"answer_by": timedelta(days=366, seconds=1)}, "too far ahead"),
    ],
)
def test_S25_a_slip_says_to_whom_what_and_until_when(cast: Any, accepted: Any, said: dict[str, Any], sentence: str) -> None:
    if "answer_by" in said:
        said = {"answer_by": cast.at + said["answer_by"]}
    with pytest.raises(Refused, match=sentence):
        slips.written(people=cast, at=cast.at, **said)
    slips.written(people=cast, at=cast.at, answer_by=cast.at + timedelta(minutes=1))


def test_S25_only_the_asked_department_answers_and_only_who_asked_closes_or_withdraws(cast: Any, accepted: Any) -> None:
    slip = slips.written(people=cast, at=cast.at)
    for stranger in (cast.designer, cast.cs_supervisor, cast.cashier):
        with pytest.raises(Refused, match="department that is asked"):
            slips.answered(slip, people=cast, at=cast.at, by=stranger)
    with pytest.raises(Refused, match="lies ahead"):
        slips.answered(slip, people=cast, at=cast.at, ready_on=cast.days(-1).date())
    with pytest.raises(Refused, match="The department that asked"):
        services.withdraw_slip(slip, reason="错发", by=cast.engineering_manager, at=cast.at)
    with pytest.raises(Refused, match="Say why"):
        services.withdraw_slip(slip, reason=" ", by=cast.cs_officer, at=cast.at)
    services.withdraw_slip(slip, reason="客户已找到照片", by=cast.cs_supervisor, at=cast.at + HOUR)
    assert not clocks.is_open(deadlines.SLIP_ANSWER, slip.ref)
    with pytest.raises(Refused, match="Withdrawn"):
        slips.answered(slip, people=cast, at=cast.at + HOUR)


def test_S25_a_slip_is_seen_by_its_two_departments_and_by_those_above(cast: Any, accepted: Any) -> None:
    slip = slips.written(people=cast, at=cast.at)
    seen = {code: CoordinationSlip.objects.visible_to(getattr(cast, code)).filter(pk=slip.pk).exists() for code in (
        "cs_officer", "foreman", "engineering_manager", "store_manager", "general_manager", "designer", "cashier", "administrator",
    )}  # fmt: skip
    assert [code for code, sees in seen.items() if not sees] == ["designer", "cashier", "administrator"]
    assert not CoordinationSlip.objects.visible_to(cast.other.foreman).filter(pk=slip.pk).exists()


def test_S25_a_slip_is_written_and_answered_on_its_pages(cast: Any, accepted: Any, client: Any) -> None:
    asks, answers = cast.client(cast.cs_officer), cast.client(cast.foreman)
    said = {"to": "engineering_dept", "subject": "补缝色号", "text": "主卫填缝剂的色号？", "answer_by": (timezone.now() + DAY).strftime("%Y-%m-%dT%H:%M")}
    url = reverse("aftersales:slip-new") + f"?lead={accepted.lead.ref}"
    refused = asks.post(url, said | {"text": ""})
    assert refused.status_code == 422 and "补缝色号" in refused.content.decode()
    assert asks.post(url, said).status_code == 302
    slip = CoordinationSlip.objects.latest("pk")
    assert slip.lead_id == accepted.lead_id
    page = answers.get(slip.get_absolute_url()).content.decode()
    assert "主卫填缝剂的色号" in page and "回复" in page
    assert answers.post(reverse("aftersales:slip-answers", args=[slip.ref]), {"answer": "浅灰 G03"}).status_code == 302
    assert asks.post(reverse("aftersales:slip-closings", args=[slip.ref]), {"closing": ""}).status_code == 302
    assert CoordinationSlip.objects.get(pk=slip.pk).state == "done"
    assert asks.get(reverse("aftersales:slips") + "?show=closed").content.decode().count(slip.ref) >= 1


# --- P50 --------------------------------------------------------------------------------------------------------------------


def test_P50_a_delivered_home_is_asked_after_by_trade_and_looked_at_again_on_the_named_day(cast: Any, accepted: Any) -> None:
    first = slips.tracked(accepted, people=cast, at=cast.at)
    clock = Deadline.objects.get(clock=deadlines.TRACK_AGAIN.id, key=accepted.ref, stopped_at__isnull=True)
    assert (clock.owner, timezone.localtime(clock.due_at).date()) == (cast.cs_officer, first.again_on)
    second = slips.tracked(accepted, people=cast, at=cast.at + 30 * DAY, points={"paint": ("good", "")}, again_on=None)
    assert (first.seq, second.seq) == (1, 2) and not clocks.is_open(deadlines.TRACK_AGAIN, accepted.ref)
    assert {point.trade: point.seen for point in first.points.all()} == {"tiles": "good", "paint": "watch"}


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"points": {}}, "at least one trade"),
        ({"points": {"paint": ("watch", " ")}}, "what is not well"),
        ({"points": {"paint": ("fault", "开裂")}, "again_on": None}, "name the day"),
        ({"again_on": 0}, "later day"),
        ({"says": ""}, "what the owner says"),
        ({"again_on": date(9999, 12, 31)}, "too far ahead"),
        ({"at": 13}, "rest"),
    ],
)
def test_P50_a_record_is_whole(cast: Any, accepted: Any, said: dict[str, Any], sentence: str) -> None:
    at = cast.at.replace(hour=said.pop("at", cast.at.hour))
    if said.get("again_on") == 0:
        said["again_on"] = at.date()
    with pytest.raises(Refused, match=sentence):
        slips.tracked(accepted, people=cast, at=at, **said)


def test_P50_before_the_delivery_nothing_is_tracked(cast: Any, completed: Any) -> None:
    with pytest.raises(Refused, match="no warranty yet"):
        slips.tracked(completed, people=cast, at=cast.at)


def test_P50_the_home_nobody_asked_after_stands_in_the_list_until_somebody_does(cast: Any, accepted: Any) -> None:
    browser, list_of = cast.client(cast.cs_officer), reverse("aftersales:tracks")
    assert accepted.address in browser.get(list_of + "?show=never").content.decode()
    form = {"way": "visit", "says": "都好", "seen_tiles": "good"}
    page = reverse("aftersales:site-tracks", args=[accepted.ref])
    kept = browser.post(page, form | {"seen_paint": "fault"})
    assert kept.status_code == 422 and "都好" in kept.content.decode()
    assert browser.post(page, form).status_code == 302
    assert accepted.address not in browser.get(list_of + "?show=never").content.decode()
    assert accepted.address in browser.get(list_of).content.decode()


# --- R031 -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "monday"), [(27, 16), (28, 23), (29, 23), (30, 23)])
def test_R031_from_saturday_on_the_week_is_told(day: int, monday: int) -> None:
    """On Friday, 27 November 2026, it is still the week before; from Saturday to the next Friday this one."""
    at = timezone.make_aware(datetime(2026, 11, day, 9))
    assert week_told(at) == date(2026, 11, monday)


def test_R031_every_saturday_the_complaints_and_the_work_are_told_to_the_direct_leader(cast: Any, accepted: Any) -> None:
    complaints.told(accepted.lead, people=cast, at=cast.at)
    saturday = cast.at.replace(hour=0, minute=0) + 4 * DAY
    key = "CX:2026-11-23"
    services.watch_week_summaries(at=saturday - timedelta(minutes=1))
    assert not Deadline.objects.filter(clock=deadlines.SATURDAY.id, key=key).exists()
    services.watch_week_summaries(at=saturday)
    services.watch_week_summaries(at=saturday + HOUR)
    clock = Deadline.objects.get(clock=deadlines.SATURDAY.id, key=key)
    assert (clock.owner, clock.due_at) == (cast.cs_supervisor, saturday + 18 * HOUR)

    made = slips.summed_up(people=cast, at=saturday + 18 * HOUR)
    assert Deadline.objects.get(pk=clock.pk).breached_at is None and Deadline.objects.get(pk=clock.pk).stopped_at is not None
    assert (made.starts_on, made.leader, made.figures["complaints"], made.figures["accepted"]) == (date(2026, 11, 23), cast.store_manager, 1, 1)
    with pytest.raises(Refused, match="has been summed up"):
        slips.summed_up(people=cast, at=saturday + 19 * HOUR)
    services.watch_week_summaries(at=saturday + 2 * DAY)
    assert not clocks.is_open(deadlines.SATURDAY, key)

    with pytest.raises(Refused, match="Only the leader"):
        services.read_summary(made, by=cast.general_manager, at=saturday + DAY)
    services.read_summary(made, word="按此办理", by=cast.store_manager, at=saturday + DAY)
    assert not clocks.is_open(deadlines.SATURDAY_READ, key)
    with pytest.raises(Refused, match="has been read"):
        services.read_summary(made, by=cast.store_manager, at=saturday + DAY)


def test_R031_each_day_of_the_year_is_counted_in_one_summary(cast: Any, accepted: Any) -> None:
    """Saturday to Friday: a complaint that comes on Saturday, after the summary was written, stands in the next one."""
    for days in (4, 10):  # Saturday the 28th, Friday the 4th
        complaints.told(accepted.lead, people=cast, at=cast.at + days * DAY)
    made = slips.summed_up(people=cast, at=cast.at + 11 * DAY)
    complaints.told(accepted.lead, people=cast, at=cast.at + 11 * DAY + HOUR)
    assert (made.figures["from"], made.figures["until"], made.figures["complaints"]) == (date(2026, 11, 28), date(2026, 12, 4), 2)
    assert slips.summed_up(people=cast, at=cast.at + 18 * DAY).figures["complaints"] == 1


def test_R031_the_superior_reads_it_and_an_incomplete_one_is_not_handed_in(cast: Any, accepted: Any) -> None:
    with pytest.raises(Refused) as refused:
        slips.summed_up(people=cast, at=cast.at, complaints=" ", plan="")
    assert len(refused.value.missing) == 2
    type(cast.cs_supervisor).objects.filter(pk=cast.cs_supervisor.pk).update(superior=cast.general_manager)
    fresh = type(cast.cs_supervisor).objects.get(pk=cast.cs_supervisor.pk)
    assert slips.summed_up(people=cast, at=cast.at, by=fresh).leader == cast.general_manager


def test_R031_a_superior_who_may_not_read_it_here_is_not_the_leader(cast: Any, accepted: Any) -> None:
    writer = type(cast.cs_supervisor).objects.get(pk=cast.cs_supervisor.pk)
    for stranger in (cast.hr, cast.other.store_manager):
        writer.superior = stranger
        assert leader_of(writer, cast.store) == cast.store_manager


def test_R031_a_week_that_nobody_told_ends_as_missed_with_the_next_one(cast: Any, accepted: Any) -> None:
    complaints.told(accepted.lead, people=cast, at=cast.at)
    saturday = cast.at.replace(hour=0, minute=0) + 4 * DAY
    services.watch_week_summaries(at=saturday)
    services.watch_week_summaries(at=saturday + 7 * DAY)
    slips.summed_up(people=cast, at=saturday + 7 * DAY + HOUR)
    ended = Deadline.objects.filter(clock=deadlines.SATURDAY.id, stopped_at__isnull=False).order_by("pk")
    assert [(row.key, row.breached_at) for row in ended] == [("CX:2026-11-23", saturday + 18 * HOUR), ("CX:2026-11-30", None)]
    assert not Deadline.objects.filter(clock=deadlines.SATURDAY.id, stopped_at__isnull=True).exists()


# --- the database ----------------------------------------------------------------------------------------------------------

SLIP = (
    "INSERT INTO aftersales_coordinationslip (at, ref, store_id, lead_id, from_department_id, to_department_id, subject, text, answer_by, state, answer, "
    "closing, by_id) VALUES (now(), 'XT-X', {store}, {lead}, "
)
TRACK = "INSERT INTO aftersales_qualitytrack (at, warranty_id, store_id, seq, way, says, again_on, by_id) VALUES (now(), {warranty}, {store}, "
SUMMARY = "INSERT INTO aftersales_weeksummary (at, store_id, starts_on, leader_id, figures, complaints, work, plan, word, by_id) VALUES "
ATTACKS = {
    "S25: ask one's own department": SLIP + "'hr_dept', 'hr_dept', 'x', 'x', now() + interval '1 day', 'waiting', '', '', {officer})",
    "S25: ask for an answer in the past": SLIP + "'hr_dept', 'store', 'x', 'x', now() - interval '1 day', 'waiting', '', '', {officer})",
    "S25: begin answered": (
        "INSERT INTO aftersales_coordinationslip (at, ref, store_id, from_department_id, to_department_id, subject, text, answer_by, state, answer, closing, "
        "answered_at, answered_by_id, by_id) VALUES (now(), 'XT-X', {store}, 'hr_dept', 'store', 'x', 'x', now() + interval '1 day', 'answered', 'x', '', "
        "now(), {manager}, {officer})"
    ),
    "S25: put a slip into another store than its customer": (
        SLIP.replace("{store}", "{other}") + "'hr_dept', 'store', 'x', 'x', now() + interval '1 day', 'waiting', '', '', {officer})"
    ),
    "S25: answer one's own slip": (
        "UPDATE aftersales_coordinationslip SET state = 'answered', answer = 'x', answered_at = now(), answered_by_id = {officer} WHERE id = {slip}"
    ),
    "S25: answer without words": (
        "UPDATE aftersales_coordinationslip SET state = 'answered', answered_at = now(), answered_by_id = {manager} WHERE id = {slip}"
    ),
    "S25: close what nobody answered": "UPDATE aftersales_coordinationslip SET state = 'done', closed_at = now(), closed_by_id = {officer} WHERE id = {slip}",
    "S25: withdraw without a reason": (
        "UPDATE aftersales_coordinationslip SET state = 'withdrawn', closed_at = now(), closed_by_id = {officer} WHERE id = {slip}"
    ),
    "S25: change the answer": "UPDATE aftersales_coordinationslip SET answer = 'y' WHERE id = {answered}",
    "S25: move the time": "UPDATE aftersales_coordinationslip SET answer_by = answer_by + interval '9 days' WHERE id = {slip}",
    "S25: delete a slip": "DELETE FROM aftersales_coordinationslip",
    "P50: look again on the same day": TRACK + "9, 'phone', 'x', now()::date, {officer})",
    "P50: say nothing": TRACK + "9, 'phone', '', NULL, {officer})",
    "P50: the same number twice": TRACK + "1, 'phone', 'x', NULL, {officer})",
    "P50: a fault without words": "INSERT INTO aftersales_trackpoint (track_id, trade, seen, note) VALUES ({track}, 'wood', 'fault', '')",
    "P50: watch without a day": "INSERT INTO aftersales_trackpoint (track_id, trade, seen, note) VALUES ({good}, 'wood', 'watch', 'x')",
    "P50: ask about nothing": TRACK + "9, 'phone', 'x', NULL, {officer}); SET CONSTRAINTS ALL IMMEDIATE",
    "P50: better a record": "UPDATE aftersales_trackpoint SET seen = 'good', note = ''",
    "P50: delete a record": "DELETE FROM aftersales_qualitytrack",
    "R031: sum a week up before its Saturday": (
        SUMMARY + "(now(), {store}, date_trunc('week', now())::date + 7, {manager}, '{{}}', 'x', 'x', 'x', '', {officer})"
    ),
    "R031: begin a week on a Tuesday": SUMMARY + "(now(), {store}, '2026-11-03', {manager}, '{{}}', 'x', 'x', 'x', '', {officer})",
    "R031: be one's own leader": SUMMARY + "(now(), {store}, '2026-11-02', {officer}, '{{}}', 'x', 'x', 'x', '', {officer})",
    "R031: tell nothing": SUMMARY + "(now(), {store}, '2026-11-02', {manager}, '{{}}', 'x', '', 'x', '', {officer})",
    "R031: tell a week twice": SUMMARY + "(now(), {store}, '2026-11-16', {manager}, '{{}}', 'x', 'x', 'x', '', {officer})",
    "R031: better the figures": "UPDATE aftersales_weeksummary SET figures = '{{}}'",
    "R031: a word without reading": "UPDATE aftersales_weeksummary SET word = 'x'",
}  # fmt: skip


@pytest.fixture
def built(cast: Any, accepted: Any) -> dict[str, Any]:
    slip = slips.written(people=cast, at=cast.at, lead=accepted.lead)
    answered = slips.answered(slips.written(people=cast, at=cast.at), people=cast, at=cast.at)
    track = slips.tracked(accepted, people=cast, at=cast.at)
    good = slips.tracked(accepted, people=cast, at=cast.at + DAY, points={"paint": ("good", "")}, again_on=None)
    slips.summed_up(people=cast, at=cast.at)
    assert WeekSummary.objects.get().starts_on == date(2026, 11, 16) and QualityTrack.objects.count() == 2
    return {
        "slip": slip.pk, "answered": answered.pk, "track": track.pk, "good": good.pk, "warranty": track.warranty_id, "store": accepted.store_id,
        "lead": accepted.lead_id, "other": cast.other.store.pk, "officer": cast.cs_officer.pk, "manager": cast.store_manager.pk,
    }  # fmt: skip


def test_the_database_refuses_by_itself_to(built: dict[str, Any]) -> None:
    """Each attack of the web role on one state; every one is taken back."""
    for attack, statement in ATTACKS.items():
        with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(**built))
            assert cursor.rowcount != 0, f"{attack}: found no row, it proves nothing"
        assert caught.value.__cause__.pgcode in ("23505", "23514", "42501"), (attack, caught.value)  # type: ignore[union-attr]
