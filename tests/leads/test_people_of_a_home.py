"""Several people per home: found by number and name, one pays, ended and never deleted; a number is one customer's, but may stand at several homes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from core import search
from core.models import Dossier
from core.refusals import Refused
from leads import services
from leads.models import HomePerson, Lead, PhoneReveal
from tests import road
from tests.threads import ROUNDS, at_once, deadlocks

SON = "13916208844"


def mother(cast: Any, **more: Any) -> Lead:
    return road.registered_lead(cast, **more)


def son(cast: Any, lead: Lead, **more: Any) -> HomePerson:
    told = {"name": "陈一鸣", "role": "child", "phone": "139 1620 8844", "by": cast.front_desk, "at": cast.at}
    return services.add_person(lead, **{**told, **more})


def found(words: str) -> list[str]:
    return [row.lead.ref for row in Dossier.objects.filter(search__contains=search.query(words), kind="enquiry").order_by("pk")]


def test_a_son_is_added_to_his_mothers_home_and_his_number_finds_her_file_from_then_on(cast):
    lead = mother(cast)
    assert found(SON) == []

    person = son(cast, lead)

    assert (person.number, person.sent, person.role) == (SON, "139 1620 8844", "child")
    assert found(SON) == found("8844") == found("陈一鸣") == [lead.ref]
    assert [row.ref for row in services.duplicates(store=cast.store, numbers=["139-1620-8844"])] == [lead.ref]
    assert lead.dossier.entries.order_by("-seq")[0].kind == "leads.person_added"


def test_the_home_finds_the_mothers_file_before_the_sons_number_is_known(cast):
    lead = mother(cast)

    assert [row.ref for row in services.duplicates(store=cast.store, numbers=[SON], home=road.home())] == [lead.ref]


def test_every_enquiry_about_the_home_is_found_by_its_people_the_later_one_too(cast):
    first = mother(cast)
    services.lose(first, reason="price", by=cast.store_manager, at=cast.at)
    son(cast, first)
    second = road.registered_lead(cast)

    assert second.home_id == first.home_id
    assert found(SON) == [first.ref, second.ref]


def test_a_number_of_one_customer_may_stand_at_several_homes_as_a_contact_person(cast):
    hers = mother(cast)
    his = road.registered_lead(cast, name="陈一鸣", phones=[SON], home=road.home(room_no="2201"))
    son(cast, hers)
    third = road.registered_lead(cast, name="陈静芳", phones=["13700001122"], home=road.home(room_no="2301"))
    son(cast, third)

    assert found(SON) == [hers.ref, his.ref, third.ref]
    assert {row.ref for row in services.duplicates(store=cast.store, numbers=[SON])} == {hers.ref, his.ref, third.ref}


def test_at_one_home_a_number_stands_once_and_never_beside_the_customers_own(cast):
    lead = mother(cast)
    son(cast, lead)

    with pytest.raises(Refused, match="陈一鸣 is already known here with this number"):
        son(cast, lead, name="一鸣")
    with pytest.raises(Refused, match="This is a number of the customer"):
        son(cast, lead, phone="13858003371")


def test_one_person_pays(cast):
    lead = mother(cast)
    son(cast, lead, pays=True)

    with pytest.raises(Refused, match="陈一鸣 is the one who pays"):
        son(cast, lead, name="陈父", role="spouse", phone="", pays=True)


@pytest.mark.parametrize(("told", "says"), [
    ({"name": " "}, "Say the person's name"), ({"role": "uncle"}, "Say what the person is"), ({"phone": "12345"}, "is no telephone number"),
])  # fmt: skip
def test_what_is_told_wrongly_is_said(cast, told, says):
    with pytest.raises(Refused, match=says):
        son(cast, mother(cast), **told)


def test_a_child_without_a_telephone_is_a_person_too(cast):
    assert son(cast, mother(cast), phone="").number == ""


def test_a_person_is_ended_with_a_reason_and_the_number_no_longer_leads_here(cast):
    lead = mother(cast)
    person = son(cast, lead)

    with pytest.raises(Refused, match="Say why"):
        services.end_person(person, reason=" ", by=cast.front_desk, at=cast.at)
    ended = services.end_person(person, reason="搬走了", by=cast.front_desk, at=cast.days(1))

    assert (ended.ended_by, ended.ended_reason) == (cast.front_desk, "搬走了")
    assert found(SON) == found("陈一鸣") == [] and found("陈静兰") == [lead.ref]
    assert services.duplicates(store=cast.store, numbers=[SON]) == []
    with pytest.raises(Refused, match="taken off already"):
        services.end_person(person, reason="x", by=cast.front_desk, at=cast.days(2))
    assert son(cast, lead).pk != person.pk  # back again: another row


def test_a_name_under_which_somebody_once_registered_still_finds_the_file_when_people_come_and_go(cast):
    lead = road.registered_lead(cast)
    again = road.registered_lead(cast, name="顾先生", home=road.home(room_no="9901"))
    assert again.customer_id == lead.customer_id

    services.end_person(son(cast, again), reason="不住这里", by=cast.front_desk, at=cast.at)

    assert found("顾先生") == [again.ref]


def test_a_number_of_a_person_is_looked_at_like_the_customers_counted_and_logged(cast):
    lead = road.assigned_lead(cast)
    person = son(cast, lead)

    assert services.reveal_phone(lead, phone=person, by=cast.designer, at=cast.at, reason="call") == SON

    assert PhoneReveal.objects.get().person == person
    entry = lead.dossier.entries.order_by("-seq")[0]
    assert entry.kind == "leads.phone_revealed" and f'"person":{person.pk}' in entry.payload and SON not in entry.payload
    services.end_person(person, reason="搬走了", by=cast.front_desk, at=cast.at)
    person.refresh_from_db()
    with pytest.raises(Refused, match="not the customer's"):
        services.reveal_phone(lead, phone=person, by=cast.designer, at=cast.at)


def test_the_limit_of_a_day_counts_both_kinds_of_numbers(cast):
    lead = road.assigned_lead(cast)
    person = son(cast, lead)
    for _n in range(15):
        services.reveal_phone(lead, phone=person, by=cast.designer, at=cast.at)
        services.reveal_phone(lead, phone=lead.customer.phones.get(), by=cast.designer, at=cast.at)

    with pytest.raises(Refused, match="30 numbers were looked at today"):
        services.reveal_phone(lead, phone=person, by=cast.designer, at=cast.at)


def test_two_desks_adding_the_same_person_at_once_make_one(live_db, live_cast, server_log):
    cast, before = live_cast, deadlocks(server_log)
    lead = mother(cast)

    for n in range(max(ROUNDS // 10, 5)):
        number = f"1391{n:07d}"
        answers = at_once(*[lambda number=number: son(cast, lead, phone=number)] * 3)
        assert sorted(type(answer).__name__ for answer in answers) == ["HomePerson", "Refused", "Refused"], answers
        services.end_person(HomePerson.objects.get(number=number), reason="x", by=cast.front_desk, at=cast.at)

    assert deadlocks(server_log) == before


ATTACKS = {
    "a person without a name": "UPDATE leads_homeperson SET name = ''",
    "another number of a person": "UPDATE leads_homeperson SET number = '13900000000' WHERE id = {person}",
    "a person of another home": "UPDATE leads_homeperson SET home_id = home_id + 1",
    "a person taken off without a reason": "UPDATE leads_homeperson SET ended_at = now(), ended_by_id = {by} WHERE id = {person}",
    "a person taken back": "UPDATE leads_homeperson SET ended_at = NULL, ended_by_id = NULL, ended_reason = '' WHERE id = {ended}",
    "a person deleted": "DELETE FROM leads_homeperson",
    "the customer's own number as a person": (
        "INSERT INTO leads_homeperson (home_id, store_id, name, role, number, sent, pays, note, by_id, at, ended_reason) "
        "SELECT home_id, store_id, 'x', 'other', '13858003371', '', false, '', by_id, at, '' FROM leads_homeperson WHERE id = {person}"
    ),
    "the same number twice": (
        "INSERT INTO leads_homeperson (home_id, store_id, name, role, number, sent, pays, note, by_id, at, ended_reason) "
        "SELECT home_id, store_id, 'x', 'other', number, '', false, '', by_id, at, '' FROM leads_homeperson WHERE id = {person}"
    ),
    "two who pay": (
        "INSERT INTO leads_homeperson (home_id, store_id, name, role, number, sent, pays, note, by_id, at, ended_reason) "
        "SELECT home_id, store_id, 'x', 'other', '', '', true, '', by_id, at, '' FROM leads_homeperson WHERE id = {person}"
    ),
    "a role that is none": (
        "INSERT INTO leads_homeperson (home_id, store_id, name, role, number, sent, pays, note, by_id, at, ended_reason) "
        "SELECT home_id, store_id, 'x', 'uncle', '', '', false, '', by_id, at, '' FROM leads_homeperson WHERE id = {person}"
    ),
    "a person of the other store": (
        "INSERT INTO leads_homeperson (home_id, store_id, name, role, number, sent, pays, note, by_id, at, ended_reason) "
        "SELECT home_id, {other}, 'x', 'other', '', '', false, '', by_id, at, '' FROM leads_homeperson WHERE id = {person}"
    ),
    "a look at no number": (
        "INSERT INTO leads_phonereveal (lead_id, by_id, at, reason, for_clock) SELECT {lead}, by_id, at, '', '' FROM leads_homeperson WHERE id = {person}"
    ),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses(cast, attack):
    lead = mother(cast)
    person = son(cast, lead, pays=True)
    ended = services.end_person(son(cast, lead, phone="13916200000"), reason="x", by=cast.front_desk, at=cast.at)
    facts = {"person": person.pk, "ended": ended.pk, "by": cast.front_desk.pk, "other": cast.other.store.pk, "lead": lead.pk}

    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ATTACKS[attack].format(**facts))

    assert getattr(refused.value.__cause__, "pgcode", "") in {"23514", "23505", "42501"}, refused.value


def test_the_registration_form_prints_who_else_belongs_to_the_home_masked(cast):
    """L01: contact persons; a paper that was issued before stays as it was."""
    lead = mother(cast)
    before = services.issue_registration(lead, by=cast.front_desk, at=cast.at)
    son(cast, lead, pays=True)
    after = services.issue_registration(lead, by=cast.front_desk, at=cast.days(1))
    before.refresh_from_db()

    assert json.loads(before.content)["c"]["people"] == []
    assert json.loads(after.content)["c"]["people"] == ["陈一鸣（子女，付款）139****8844"]
