"""Another designer with a hand-over (L08), and everything of somebody who leaves moved in one act."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from config.pages import desk
from core.models import Deadline, Notice
from core.refusals import Refused
from leads import deadlines, services
from leads import selectors_follow_up as selectors
from leads.models import Lead
from staff import services as staff
from tests import road
from tests.threads import at_once, deadlocks

TOLD = services.Told(standing="约了周六来店看方案", promised="免费量房", likes="喜欢原木")


def contacted(cast: Any, **more: Any) -> Lead:
    lead = road.assigned_lead(cast, **more)
    services.note_contact(lead, channel="phone", note="想要开放厨房", by=cast.designer, at=cast.at)
    return lead


def changed(cast: Any, lead: Lead, told: Any = TOLD, at: Any = None) -> Any:
    return services.reassign_designer(lead, designer=cast.chief_designer, reason="客户要求", told=told, by=cast.store_manager, at=at or cast.days(1))


def hand_over_clock(lead: Lead) -> Deadline:
    return Deadline.objects.filter(clock=deadlines.HAND_OVER.id, dossier=lead.dossier).latest("id")


# --- another designer --------------------------------------------------------------------------------------------------------


def test_once_somebody_has_talked_with_the_customer_the_hand_over_says_how_things_stand(cast):
    lead = contacted(cast)

    for told in (None, services.Told(promised="免费量房")):
        with pytest.raises(Refused, match="says how things stand"):
            changed(cast, lead, told)
    changed(cast, lead)

    made = lead.hand_overs.get()
    assert (made.from_person, made.to_person, made.standing, made.promised, made.likes) == (
        cast.designer, cast.chief_designer, TOLD.standing, TOLD.promised, TOLD.likes,
    )  # fmt: skip
    assert (hand_over_clock(lead).owner, hand_over_clock(lead).due_at) == (cast.chief_designer, cast.days(2))


def test_before_the_first_contact_there_is_nothing_to_hand_over(cast):
    lead = road.assigned_lead(cast)

    changed(cast, lead, None)

    assert not lead.hand_overs.exists()
    assert came_in(cast.chief_designer) == [("leads.assigned", lead.get_absolute_url())]


def came_in(person: Any) -> list[tuple[str, str]]:
    return list(Notice.objects.filter(user=person).values_list("kind", "link"))


def test_of_somebody_known_the_next_designer_is_sent_to_the_hand_over_and_not_to_a_first_contact(cast):
    lead = contacted(cast)

    changed(cast, lead)

    assert came_in(cast.chief_designer) == [("leads.handed_on", f"{lead.get_absolute_url()}hand-over/")]
    assert "有客户转给您，请看交接" in cast.client(cast.chief_designer).get("/").content.decode()


def test_the_running_clocks_go_along_and_the_old_designer_sees_it_no_more(cast):
    lead = road.consulted_lead(cast)

    changed(cast, lead)

    running = Deadline.objects.filter(dossier=lead.dossier, stopped_at=None)
    assert {row.owner for row in running} == {cast.chief_designer}
    assert {row.clock for row in running} == {"leads.preview", "leads.hotline", "leads.hand_over"}
    assert not Lead.objects.visible_to(cast.designer).filter(pk=lead.pk).exists()
    assert Lead.objects.visible_to(cast.chief_designer).filter(pk=lead.pk).exists()
    assert cast.client(cast.designer).get(reverse("leads:file", args=[lead.ref])).status_code == 404


def test_who_is_designer_and_customer_manager_keeps_what_is_due_in_the_other_part(cast):
    staff.hold_post(cast.designer, post="customer_manager", store=cast.store, since=cast.at.date(), by=cast.hr, at=cast.at)
    lead = road.assigned_lead(cast)
    lead.customer_manager = cast.designer
    lead.save(update_fields=["customer_manager"])
    services.note_contact(lead, channel="phone", reached=True, note="约了周末来店", next_at=cast.days(5), by=cast.designer, at=cast.at)

    changed(cast, lead)

    owners = dict(Deadline.objects.filter(dossier=lead.dossier, stopped_at=None).values_list("clock", "owner"))
    assert owners["leads.care"] == cast.designer.pk and owners["leads.hand_over"] == cast.chief_designer.pk


def test_what_a_manager_decides_stays_with_the_manager_who_gives_the_customer_away(cast):
    boss = cast.store_manager
    staff.hold_post(boss, post="customer_manager", store=cast.store, since=cast.at.date(), by=cast.hr, at=cast.at)
    boss.forget_posts()
    lead = road.registered_lead(cast)
    services.assign_designer(lead, designer=cast.designer, customer_manager=boss, by=cast.front_desk, at=cast.at)
    road.consultation(lead, by=cast.designer, at=cast.at)
    case = services.open_case(lead, cause="designer", words="没听懂", by=cast.front_desk, at=cast.at)
    services.ask_decision(services.take_case(case, by=cast.cs_officer, at=cast.at), wish="换人", proposed="talk", by=cast.cs_officer, at=cast.at)
    promise = services.make_promise(lead, text="周五前回电", until=cast.days(3).date(), by=boss, at=cast.at)

    move = services.Move(Lead.objects.get(pk=lead.pk), "customer_manager", cast.customer_manager, TOLD)
    services.move_customers(boss, [move], reason="太忙", by=cast.design_manager, at=cast.at)

    owners = {row.clock: row.owner for row in Deadline.objects.filter(dossier=lead.dossier, stopped_at=None)}
    assert (owners["leads.hotline_decision"], owners["leads.promise"]) == (boss, cast.customer_manager)
    assert promise.owner == boss


def test_what_was_agreed_with_the_customer_goes_along_unless_the_new_designer_is_not_free_then(cast):
    lead, other = contacted(cast), road.assigned_lead(cast, phones=["13858004412"])
    book = {"by": cast.designer, "at": cast.at}
    free = services.make_appointment(lead=lead, kind="measuring", person=cast.designer, start_at=cast.days(3), **book)
    taken = services.make_appointment(lead=lead, kind="meeting", person=cast.designer, start_at=cast.days(5), **book)
    services.make_appointment(lead=other, kind="meeting", person=cast.chief_designer, start_at=cast.days(5), by=cast.chief_designer, at=cast.at)

    changed(cast, lead)

    planned = lead.appointments.filter(state="planned").order_by("start_at")
    assert [(row.person, row.start_at) for row in planned] == [(cast.chief_designer, cast.days(3)), (cast.designer, cast.days(5))]
    assert (planned[0].moved_from, planned[1]) == (free, taken)
    watched = Deadline.objects.filter(clock="leads.appointment", dossier=lead.dossier, stopped_at=None).order_by("due_at")
    assert [row.owner for row in watched] == [cast.chief_designer, cast.designer]  # whoever meets the customer notes it


def test_who_changes_the_designer_is_told_of_the_appointment_that_did_not_go_along(cast):
    lead, other = contacted(cast), road.assigned_lead(cast, phones=["13858004412"])
    now = timezone.now()
    soon = now + timedelta(days=3)
    services.make_appointment(lead=lead, kind="meeting", person=cast.designer, start_at=soon, by=cast.designer, at=now)
    services.make_appointment(lead=other, kind="meeting", person=cast.chief_designer, start_at=soon, by=cast.chief_designer, at=now)
    told = {"designer": cast.chief_designer.pk, "reason": "客户要求换人", "standing": "看过户型图"}

    page = cast.client(cast.store_manager).post(reverse("leads:reassignments", args=[lead.ref]), told, follow=True).content.decode()

    assert f"接手的人那时没空，日历上仍是{cast.designer}：{timezone.localtime(soon):%m-%d %H:%M}" in page


def test_the_new_designer_alone_confirms_having_read_it_once(cast):
    lead = contacted(cast)
    changed(cast, lead)
    made = lead.hand_overs.get()

    with pytest.raises(Refused, match=f"Only {cast.chief_designer}"):
        services.confirm_hand_over(made, by=cast.store_manager, at=cast.days(1.1))
    services.confirm_hand_over(made, by=cast.chief_designer, at=cast.days(1.5))
    with pytest.raises(Refused, match="read already"):
        services.confirm_hand_over(made, by=cast.chief_designer, at=cast.days(1.6))

    made.refresh_from_db()
    assert (made.read_at, hand_over_clock(lead).stopped_at, hand_over_clock(lead).breached_at) == (cast.days(1.5), cast.days(1.5), None)


def test_a_hand_over_nobody_has_read_stands_on_the_managers_desk(cast):
    from config import reach
    from core import clocks

    changed(cast, contacted(cast))

    clocks.sweep(at=cast.days(3), audience=reach.audience)

    assert Notice.objects.filter(kind="leads.hand_over", user=cast.store_manager).exists()


@pytest.mark.parametrize(
    "attack",
    ["UPDATE leads_handover SET standing = 'x'", "DELETE FROM leads_handover", "UPDATE leads_handover SET to_person_id = from_person_id",
     "UPDATE leads_handover SET read_at = at - interval '1 day'", "UPDATE leads_handover SET store_id = store_id + 1"],
)  # fmt: skip
def test_the_database_refuses(cast, attack):
    changed(cast, contacted(cast))

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)


# --- leaving ------------------------------------------------------------------------------------------------------------------------


def in_hand(cast: Any) -> list[Lead]:
    """Two enquiries of the designer, one talked with, and one of another."""
    mine = [contacted(cast), road.assigned_lead(cast, phones=["13858003372"])]
    other = road.registered_lead(cast, phones=["13858003373"])
    services.assign_designer(other, designer=cast.chief_designer, customer_manager=cast.customer_manager, by=cast.front_desk, at=cast.at)
    return mine


def moves(cast: Any, leads: list[Lead], to: Any = None, told: Any = TOLD) -> list[services.Move]:
    return [services.Move(lead, "designer", to or cast.chief_designer, told) for lead in leads]


def test_everything_goes_in_one_act_with_its_hand_over(cast):
    leads = in_hand(cast)

    services.move_customers(cast.designer, moves(cast, leads), reason="离职", by=cast.hr, at=cast.days(1))

    assert services.hand_over.in_hand(cast.designer) == set()
    for lead in leads:
        lead.refresh_from_db()
        assert lead.designer == cast.chief_designer and lead.hand_overs.get().reason == "离职"
        assert {row.owner for row in Deadline.objects.filter(dossier=lead.dossier, stopped_at=None)} == {cast.chief_designer}


def test_all_of_it_or_nothing(cast):
    leads = in_hand(cast)

    with pytest.raises(Refused, match="1 of the enquiries have nobody yet"):
        services.move_customers(cast.designer, moves(cast, leads[:1]), reason="离职", by=cast.hr, at=cast.days(1))
    wrong = [*moves(cast, leads[1:]), *moves(cast, leads[:1], to=cast.estimator)]
    with pytest.raises(Refused, match="is no designer of this store"):
        services.move_customers(cast.designer, wrong, reason="离职", by=cast.hr, at=cast.days(1))
    with pytest.raises(Refused, match="says how things stand"):
        services.move_customers(cast.designer, moves(cast, leads, told=services.Told()), reason="离职", by=cast.hr, at=cast.days(1))

    assert Lead.objects.filter(designer=cast.designer).count() == 2


def test_what_went_elsewhere_meanwhile_is_said(cast):
    leads = in_hand(cast)
    planned = moves(cast, leads, to=cast.hire("designer", name="新设计师"))
    changed(cast, leads[1], at=cast.days(0.5))

    with pytest.raises(Refused, match="is no longer"):
        services.move_customers(cast.designer, planned, reason="离职", by=cast.hr, at=cast.days(1))


def test_of_two_parts_each_is_moved(cast):
    person = cast.hire("designer", "customer_manager", name="双岗")
    lead = road.registered_lead(cast)
    services.assign_designer(lead, designer=person, customer_manager=person, by=cast.front_desk, at=cast.at)
    rows, _people = selectors.rows_in_hand(cast.hr, person)
    assert [(row.role, row.talked) for row in rows] == [("designer", False), ("customer_manager", False)]

    told = [services.Move(lead, "designer", cast.designer, services.Told()), services.Move(lead, "customer_manager", cast.customer_manager, services.Told())]
    services.move_customers(person, told, reason="离职", by=cast.store_manager, at=cast.days(1))

    lead.refresh_from_db()
    assert (lead.designer, lead.customer_manager) == (cast.designer, cast.customer_manager)


def test_proposed_is_whoever_has_the_fewest_by_turns(cast):
    leads = [contacted(cast, phones=[f"1385800{n:04d}"]) for n in range(3)]
    idle = cast.hire("designer", name="阿闲")

    rows, _people = selectors.rows_in_hand(cast.store_manager, cast.designer)

    proposed = [row.proposed for row in rows]
    assert set(proposed) == {idle, cast.chief_designer} and proposed[0] == proposed[2] != proposed[1]
    assert [row.last_note for row in rows] == ["想要开放厨房"] * len(leads)


def test_on_one_screen_everything_is_moved_and_a_gap_is_refused_with_all_that_was_typed(cast):
    leads = in_hand(cast)
    client, url = cast.client(cast.store_manager), reverse("leads:leaver", args=[cast.designer.username])
    form = {f"to_designer_{lead.pk}": cast.chief_designer.pk for lead in leads} | {f"standing_designer_{lead.pk}": "约了周六" for lead in leads}

    gap = client.post(url, form | {f"to_designer_{leads[0].pk}": "", "reason": "离职交接"})
    assert gap.status_code == 422 and "离职交接" in gap.text and "约了周六" in gap.text
    assert Lead.objects.filter(designer=cast.designer).count() == 2
    done = client.post(url, form | {"reason": "离职交接"})

    assert done.status_code == 302 and not Lead.objects.filter(designer=cast.designer).exists()


def test_who_has_left_with_customers_is_said_on_the_page_and_the_clocks_stand_on_the_store_managers_desk(cast):
    lead = contacted(cast)
    person = cast.client(cast.hr).get(reverse("staff:person", args=[cast.designer.username])).text
    assert reverse("leads:leaver", args=[cast.designer.username]) in person
    services.note_contact(lead, channel="phone", note="再约", next_at=cast.days(30), by=cast.designer, at=cast.at)

    staff.leave(cast.designer, on=date(2026, 11, 24), by=cast.hr, at=cast.days(0.1))

    assert reverse("leads:leaver", args=[cast.designer.username]) in cast.client(cast.hr).get(reverse("staff:person", args=[cast.designer.username])).text
    assert selectors.people_in_hand(cast.store_manager)[0].name == str(cast.designer)
    assert (services.follow(at=cast.days(0.2)), services.follow(at=cast.days(0.3))) == (1, 0)
    assert Notice.objects.get(kind="leads.left_with_customers").user == cast.store_manager
    Deadline.objects.filter(dossier=lead.dossier, stopped_at=None).update(owner=cast.designer)
    listed = {row.clock.pk for row in desk.clocks_of(cast.store_manager, cast.at)}
    assert set(Deadline.objects.filter(owner=cast.designer, stopped_at=None).values_list("pk", flat=True)) <= listed
    assert not {row.clock.pk for row in desk.clocks_of(cast.other.store_manager, cast.at)} & listed


@pytest.mark.parametrize("post", ["designer", "customer_manager", "front_desk", "cs_officer"])
def test_others_do_not_move_customers(cast, post):
    in_hand(cast)

    assert cast.client(getattr(cast, post)).get(reverse("leads:leaver", args=[cast.designer.username])).status_code == 403


def test_two_who_move_the_same_customers_at_once_move_them_once(live_db, live_cast, server_log):
    cast, before = live_cast, deadlocks(server_log)
    leads = in_hand(cast)
    new = cast.hire("designer", name="新设计师")

    answers = at_once(
        lambda: services.move_customers(cast.designer, moves(cast, leads), reason="离职", by=cast.hr, at=cast.days(1)),
        lambda: services.move_customers(cast.designer, moves(cast, leads[::-1], to=new), reason="离职", by=cast.store_manager, at=cast.days(1)),
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Refused", "list"], answers
    assert Lead.objects.filter(pk__in=[lead.pk for lead in leads]).values("designer").distinct().count() == 1
    assert deadlocks(server_log) == before
