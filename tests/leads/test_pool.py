"""The public pool: what falls into it, who is warned, who takes from it and who does not; one taker (race of real threads)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from core import clocks
from core.models import Deadline, Notice
from core.refusals import Refused
from leads import company, deadlines, services
from leads.models import Lead, PoolStay
from leads.services import pool
from staff import services as staff
from tests import road
from tests.threads import ROUNDS, at_once, deadlocks

CROWD = 8
SECOND = "13858003372"


def pooled(cast: Any, *, at: Any = None, stop: Any = road.assigned_lead, **more: Any) -> Lead:
    lead = stop(cast, **more)
    services.put_into_pool(lead, reason="设计师休假", by=cast.store_manager, at=at or cast.days(1))
    lead.refresh_from_db()
    return lead


def choose(cast: Any, **told: int) -> None:
    staff.choose({f"leads.{name}": value for name, value in told.items()}, by=cast.general_manager, at=cast.at)


def lies(lead: Lead) -> bool:
    return lead.pool_stays.filter(ended_at__isnull=True).exists()


def open_clocks(lead: Lead) -> set[str]:
    return set(Deadline.objects.filter(dossier=lead.dossier, stopped_at=None).values_list("clock", flat=True))


# --- falling ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "falls"), [(13.99, False), (14, True)])
def test_without_contact_it_falls_after_the_companys_days_and_whoever_had_it_loses_it(cast, day, falls):
    lead = road.assigned_lead(cast)

    services.follow(at=cast.days(day))
    services.follow(at=cast.days(day))

    lead.refresh_from_db()
    assert lies(lead) is falls and (lead.designer is None) is falls and (lead.customer_manager is None) is falls
    if falls:
        stay = lead.pool_stays.get()
        assert (stay.cause, stay.at, stay.designer, stay.customer_manager) == ("no_contact", cast.days(14), cast.designer, cast.customer_manager)
        assert open_clocks(lead) == {"leads.in_pool"}
        assert Notice.objects.filter(kind="leads.pool_fell", user__in=[cast.designer, cast.customer_manager]).count() == 2


def test_the_days_are_the_companys_choice(cast):
    choose(cast, pool_contact_days=5, pool_warn_days=1)
    lead = road.assigned_lead(cast)

    services.follow(at=cast.days(5))

    assert lies(lead)


@pytest.mark.parametrize(("day", "falls"), [(6.99, False), (7, True)])
def test_an_enquiry_that_nobody_has_falls_when_its_clock_of_assigning_has_run_out(cast, day, falls):
    lead = road.registered_lead(cast)
    assert Deadline.objects.get(clock=deadlines.ASSIGNMENT.id).due_at == cast.days(7)

    services.follow(at=cast.days(day))

    assert lies(lead) is falls
    assert not falls or lead.pool_stays.get().cause == "unassigned"


def test_a_contact_or_an_agreed_next_contact_puts_it_off(cast):
    touched, waiting = road.assigned_lead(cast), road.assigned_lead(cast, phones=[SECOND])
    services.note_contact(touched, channel="phone", note="下周再说", by=cast.designer, at=cast.days(10))
    services.note_contact(waiting, channel="phone", note="年后再联系", next_at=cast.days(40), by=cast.designer, at=cast.days(1))

    services.follow(at=cast.days(23.9))
    assert not lies(touched) and not lies(waiting)
    services.follow(at=cast.days(24))

    assert lies(touched) and not lies(waiting)


def test_what_is_held_or_consulted_or_not_to_be_contacted_does_not_fall(cast):
    held, consulted, banned = road.assigned_lead(cast), road.consulted_lead(cast, phones=[SECOND]), road.assigned_lead(cast, phones=["13858003373"])
    services.hold_clock(held, clock=deadlines.FIRST_CONTACT, reason="业主出国", by=cast.store_manager, at=cast.days(1))
    services.ban_contact(banned.customer, reason="别再打了", by=cast.customer_manager, at=cast.days(1))

    services.follow(at=cast.days(90))

    assert not PoolStay.objects.exists()
    assert consulted.stage == "consulting"


def test_what_was_touched_since_the_sweep_looked_does_not_fall(cast):
    """Between the question and the lock somebody assigned, called or held: the pool asks again."""
    unassigned, called, held = road.registered_lead(cast), road.assigned_lead(cast, phones=[SECOND]), road.assigned_lead(cast, phones=["13858003373"])
    services.assign_designer(unassigned, designer=cast.designer, by=cast.front_desk, at=cast.days(7))
    services.note_contact(called, channel="phone", note="下周再说", by=cast.designer, at=cast.days(14))
    services.hold_clock(held, clock=deadlines.FIRST_CONTACT, reason="业主出国", by=cast.store_manager, at=cast.days(14))

    assert pool.fall(unassigned, cause="unassigned", at=cast.days(7)) is None
    assert pool.fall(called, cause="no_contact", at=cast.days(14)) is None and pool.fall(held, cause="no_contact", at=cast.days(14)) is None

    assert not PoolStay.objects.exists()


def test_after_a_touch_the_next_fall_is_warned_of_again(cast):
    lead = road.assigned_lead(cast)
    services.follow(at=cast.days(12))
    services.note_contact(lead, channel="phone", note="下周再说", by=cast.designer, at=cast.days(13))

    services.follow(at=cast.days(25))

    mine = Notice.objects.filter(kind="leads.pool_warning", user=cast.designer)
    assert set(mine.values_list("at", flat=True)) == {cast.days(12), cast.days(25)}


@pytest.mark.parametrize(("make", "day", "people"), [(road.assigned_lead, 12, ("designer", "customer_manager")), (road.registered_lead, 5, ("front_desk",))])
def test_its_people_are_warned_once_before_it_falls(cast, make, day, people):
    make(cast)

    services.follow(at=cast.days(day - 0.01))
    assert not Notice.objects.filter(kind="leads.pool_warning").exists()
    for again in range(3):
        services.follow(at=cast.days(day + again / 10))

    warned = Notice.objects.filter(kind="leads.pool_warning").select_related("user")
    assert {notice.user for notice in warned} == {getattr(cast, post) for post in people} and warned.count() == len(people)
    assert all(notice.at == cast.days(day) for notice in warned)


def test_what_nobody_takes_from_the_pool_climbs_to_the_managers(cast):
    from config import reach

    pooled(cast)

    clocks.sweep(at=cast.days(4), audience=reach.audience)
    assert Notice.objects.filter(kind="leads.in_pool", user=cast.store_manager).exists()
    clocks.sweep(at=cast.days(11), audience=reach.audience)

    assert Notice.objects.filter(kind="leads.in_pool", user=cast.general_manager).exists()


# --- taking ---------------------------------------------------------------------------------------------------------------------


def test_a_designer_takes_it_and_the_first_contact_begins_anew(cast):
    lead = pooled(cast)

    services.take_from_pool(lead, by=cast.chief_designer, at=cast.days(2))

    lead.refresh_from_db()
    clock = Deadline.objects.get(clock=deadlines.FIRST_CONTACT.id, stopped_at=None)
    assert (lead.designer, lead.customer_manager, lead.stage) == (cast.chief_designer, cast.customer_manager, "assigned")
    assert (clock.owner, clock.started_at, clock.due_at) == (cast.chief_designer, cast.days(2), cast.days(9))
    assert not lies(lead) and lead.assignments.last().designer == cast.chief_designer
    assert open_clocks(lead) == {"leads.first_contact"}


def test_one_that_was_never_assigned_is_assigned_by_taking_it(cast):
    lead = road.registered_lead(cast)
    services.follow(at=cast.days(7))

    services.take_from_pool(lead, by=cast.designer, at=cast.days(8))

    lead.refresh_from_db()
    assert (lead.stage, lead.designer) == ("assigned", cast.designer)


@pytest.mark.parametrize("stop", [road.registered_lead, road.assigned_lead])
def test_a_customer_manager_takes_it_and_assigns_a_designer_next(cast, stop):
    lead = pooled(cast, stop=stop)

    services.take_from_pool(lead, by=cast.customer_manager, at=cast.days(2))
    lead.refresh_from_db()
    assert (lead.designer, lead.customer_manager, open_clocks(lead)) == (None, cast.customer_manager, {"leads.first_contact", "leads.assignment"})
    services.assign_designer(lead, designer=cast.designer, by=cast.customer_manager, at=cast.days(3))

    lead.refresh_from_db()
    assert (lead.designer, open_clocks(lead)) == (cast.designer, {"leads.first_contact"})
    assert Deadline.objects.get(clock=deadlines.FIRST_CONTACT.id, stopped_at=None).owner == cast.designer


@pytest.mark.parametrize(("day", "again"), [(15, False), (43.9, False), (44, True)])
def test_whoever_let_it_fall_does_not_take_it_back_for_a_while(cast, day, again):
    lead = road.assigned_lead(cast)
    services.follow(at=cast.days(14))

    if again:
        services.take_from_pool(lead, by=cast.designer, at=cast.days(day))
    else:
        with pytest.raises(Refused, match="You let this enquiry fall"):
            services.take_from_pool(lead, by=cast.designer, at=cast.days(day))
    lead.refresh_from_db()
    assert (lead.designer == cast.designer) is again


def test_so_many_a_day_and_not_one_more_and_tomorrow_again(cast):
    choose(cast, pool_a_day=2)
    leads = [pooled(cast, phones=[f"1385800{n:04d}"]) for n in range(4)]

    for lead in leads[:2]:
        services.take_from_pool(lead, by=cast.chief_designer, at=cast.days(2))
    with pytest.raises(Refused, match="You have taken 2 today"):
        services.take_from_pool(leads[2], by=cast.chief_designer, at=cast.days(2.1))
    services.take_from_pool(leads[2], by=cast.designer, at=cast.days(2.1))

    services.take_from_pool(leads[3], by=cast.chief_designer, at=cast.days(3))


def test_with_too_many_in_hand_nobody_takes_more(cast):
    choose(cast, pool_in_hand=1)
    road.assigned_lead(cast, phones=[SECOND])

    with pytest.raises(Refused, match="1 open enquiries in hand"):
        services.take_from_pool(pooled(cast), by=cast.designer, at=cast.days(2))


@pytest.mark.parametrize("post", ["front_desk", "store_manager", "estimator", "cs_officer"])
def test_others_do_not_take(cast, post):
    with pytest.raises(Refused, match="Designers and customer managers"):
        services.take_from_pool(pooled(cast), by=getattr(cast, post), at=cast.days(2))


def test_nobody_of_another_store_takes(cast):
    with pytest.raises(Refused, match="Designers and customer managers"):
        services.take_from_pool(pooled(cast), by=cast.other.designer, at=cast.days(2))


def test_the_slower_one_hears_who_was_faster(cast):
    lead = pooled(cast)
    services.take_from_pool(lead, by=cast.chief_designer, at=cast.days(2))

    with pytest.raises(Refused, match=f"{cast.chief_designer} was faster"):
        services.take_from_pool(lead, by=cast.designer, at=cast.days(2))


# --- by hand --------------------------------------------------------------------------------------------------------------------


def test_managers_put_in_and_take_out_with_a_reason(cast):
    lead = road.assigned_lead(cast)

    with pytest.raises(Refused, match="needs a reason"):
        services.put_into_pool(lead, reason=" ", by=cast.store_manager, at=cast.at)
    services.put_into_pool(lead, reason="设计师离职", by=cast.store_manager, at=cast.days(1))
    first = Deadline.objects.get(dossier=lead.dossier, clock="leads.first_contact")
    assert (first.cancelled, first.breached_at) == (True, None)  # nobody has kept it
    with pytest.raises(Refused, match="already"):
        services.put_into_pool(lead, reason="再放一次", by=cast.store_manager, at=cast.days(1))
    with pytest.raises(Refused, match="needs a reason"):
        services.take_out_of_pool(lead, reason="", by=cast.store_manager, at=cast.days(1))
    services.take_out_of_pool(lead, reason="老客户，直接派", by=cast.store_manager, at=cast.days(1))

    assert open_clocks(lead) == {"leads.assignment"}
    services.assign_designer(lead, designer=cast.chief_designer, by=cast.store_manager, at=cast.days(1))
    with pytest.raises(Refused, match="does not lie in the pool"):
        services.take_out_of_pool(lead, reason="x", by=cast.store_manager, at=cast.days(2))


def test_after_the_first_consultation_nothing_goes_to_the_pool(cast):
    with pytest.raises(Refused, match="changes the designer with a hand-over"):
        services.put_into_pool(road.consulted_lead(cast), reason="换人", by=cast.store_manager, at=cast.days(1))


def test_what_lies_in_the_pool_is_not_assigned_past_it_and_may_be_lost(cast):
    lead = pooled(cast)

    with pytest.raises(Refused, match="taken from there"):
        services.assign_designer(lead, designer=cast.designer, by=cast.store_manager, at=cast.days(2))
    services.lose(lead, reason="unreachable", by=cast.store_manager, at=cast.days(2))

    assert not lies(lead) and lead.pool_stays.get().end == "closed"


# --- the database -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE leads_lead SET designer_id = {person} WHERE id = {lead}",
        "INSERT INTO leads_poolstay (lead_id, store_id, cause, reason, \"end\", end_reason, at) "
        "SELECT lead_id, store_id, 'unassigned', '', '', '', at FROM leads_poolstay",
        "UPDATE leads_poolstay SET at = at - interval '1 day'",
        "UPDATE leads_poolstay SET reason = 'x'",
        "DELETE FROM leads_poolstay",
        "UPDATE leads_poolstay SET ended_at = now()",
        "UPDATE leads_poolstay SET ended_at = now(), \"end\" = 'taken_out', ended_by_id = {person}",
        "UPDATE leads_poolstay SET store_id = store_id + 1",
    ],
)
def test_the_database_refuses(cast, attack):
    lead = pooled(cast)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack.format(lead=lead.pk, person=cast.designer.pk))


def test_what_was_taken_is_never_taken_otherwise(cast):
    services.take_from_pool(pooled(cast), by=cast.chief_designer, at=cast.days(2))

    with pytest.raises(DatabaseError, match="over"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE leads_poolstay SET ended_by_id = %s", [cast.designer.pk])


# --- two at once --------------------------------------------------------------------------------------------------------------------


def test_many_taking_the_same_enquiry_one_wins(live_db, live_cast, server_log):
    cast, before = live_cast, deadlocks(server_log)
    takers = [cast.designer, cast.chief_designer, cast.customer_manager, *(cast.hire("designer", name=f"设计师{n}") for n in range(CROWD - 3))]
    staff.choose({company.POOL_A_DAY.code: 50, company.POOL_IN_HAND.code: 500}, by=cast.general_manager, at=cast.at)

    for n in range(max(ROUNDS // CROWD, 2)):
        lead = pooled(cast, phones=[f"1395{n:07d}"])
        answers = at_once(*[lambda lead=lead, who=who: services.take_from_pool(lead, by=who, at=cast.days(2)) for who in takers])
        assert sorted(type(answer).__name__ for answer in answers) == ["PoolStay", *["Refused"] * (CROWD - 1)], answers
        assert all("was faster" in str(answer) for answer in answers if isinstance(answer, Refused))

    assert deadlocks(server_log) == before


def test_one_person_with_many_hands_keeps_to_the_limit_of_a_day(live_db, live_cast, server_log):
    cast, before = live_cast, deadlocks(server_log)
    staff.choose({company.POOL_A_DAY.code: 3}, by=cast.general_manager, at=cast.at)
    leads = [pooled(cast, phones=[f"1396{n:07d}"]) for n in range(CROWD)]

    answers = at_once(*[lambda lead=lead: services.take_from_pool(lead, by=cast.chief_designer, at=cast.days(2)) for lead in leads])

    assert sum(isinstance(answer, PoolStay) for answer in answers) == 3, answers
    assert Lead.objects.filter(designer=cast.chief_designer).count() == 3
    assert deadlocks(server_log) == before
