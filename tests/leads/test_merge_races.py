"""Merging while somebody else works on the same customers: one wins, nothing stays with the merged one, nothing deadlocks."""

from __future__ import annotations

from leads import services
from leads.models import Customer, CustomerMerge, CustomerPhone, Home, Lead
from tests import road
from tests.leads.test_merge import has, merge, two
from tests.threads import ROUNDS, at_once, deadlocks


def test_two_merges_at_once_the_other_way_round_make_one(live_db, live_cast, server_log):
    cast, before = live_cast, deadlocks(server_log)

    for n in range(max(ROUNDS // 10, 5)):
        one, other = two(cast, n)
        answers = at_once(lambda one=one, other=other: merge(cast, one, other), lambda one=one, other=other: merge(cast, other, one))
        assert sorted(type(answer).__name__ for answer in answers) == ["CustomerMerge", "Refused"], answers
        made = next(answer for answer in answers if isinstance(answer, CustomerMerge))
        assert set(made.kept.leads.values_list("ref", flat=True)) == {one.ref, other.ref}

    assert deadlocks(server_log) == before


def test_a_merge_against_a_registration_and_a_contact_leaves_nothing_with_the_merged_one(live_db, live_cast, server_log):
    cast, before = live_cast, deadlocks(server_log)

    for n in range(max(ROUNDS // 10, 5)):
        one, other = two(cast, n)
        number = other.customer.phones.get().number
        answers = at_once(
            lambda one=one, other=other: merge(cast, one, other),
            lambda number=number, n=n: road.registered_lead(cast, phones=[number], home=road.home(room_no=f"{n}03")),
            lambda other=other: services.note_contact(other, channel="phone", note="约周六", by=cast.designer, at=cast.at),
            lambda other=other, n=n: services.add_person(other, name="家人", role="spouse", phone=f"1370{n:07d}", by=cast.front_desk, at=cast.at),
            lambda number=number: services.note_call(store=cast.store, phone=number, subject="other", note="问地址", by=cast.front_desk, at=cast.at),
        )
        assert not [answer for answer in answers if isinstance(answer, Exception)], answers
        gone = Customer.objects.get(merged_into=one.customer_id)
        assert not any(has(gone).values()), answers
        assert Lead.objects.filter(customer=one.customer_id).count() == 3

    assert CustomerPhone.objects.filter(customer__merged_into__isnull=False).count() == 0
    assert Home.objects.filter(customer__merged_into__isnull=False).count() == 0
    assert deadlocks(server_log) == before
