"""Two customers who are one: merged with everything they have, parted so that each gets back what it had; nothing in between."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from core import audit, search
from core.models import Dossier, Paper
from core.refusals import Refused
from leads import services
from leads.models import Customer, CustomerMerge, CustomerPhone, Lead
from leads.services.merging import moving
from tests import road

OTHER = "13916208844"


def two(cast: Any, n: int = 0, people: Any = None) -> tuple[Lead, Lead]:
    """The same person registered twice: another number, another home."""
    return (
        road.assigned_lead(cast, phones=[f"1385{n:07d}"], home=road.home(room_no=f"{n}01"), people=people),
        road.assigned_lead(cast, name="陈静澜", phones=[f"1391{n:07d}"], home=road.home(room_no=f"{n}02"), people=people),
    )


def merge(cast: Any, kept: Lead, merged: Lead, **more: Any) -> CustomerMerge:
    told = {"reason": "同一人登记了两次，身份证号一致", "by": cast.store_manager, "at": cast.at}
    return services.merge_customers(kept.customer, merged.customer, **{**told, **more})


def part(cast: Any, made: CustomerMerge, **more: Any) -> CustomerMerge:
    return services.part_customers(made, **{"reason": "是姐妹两人", "by": cast.store_manager, "at": cast.days(3), **more})


def has(customer: Customer) -> dict[str, list[Any]]:
    """Everything that hangs on a customer."""
    return {label: sorted(model._base_manager.filter(**{field: customer}).values_list("pk", flat=True)) for label, model, field in moving()}


def found(words: str) -> list[str]:
    return [row.lead.ref for row in Dossier.objects.filter(search__contains=search.query(words), kind="enquiry").order_by("pk")]


def full(cast: Any) -> tuple[Lead, Lead]:
    """Two customers with people, calls, visits, judgments, a paper each."""
    one, other = two(cast)
    for lead, number in ((one, "13700000001"), (other, "13700000002")):
        services.add_person(lead, name="家人", role="spouse", phone=number, by=cast.front_desk, at=cast.at)
        services.note_call(store=cast.store, subject="progress", note="问进度", lead=lead, by=cast.front_desk, at=cast.at)
        services.note_visit(store=cast.store, subject="enquiry", note="来看样板间", lead=lead, by=cast.front_desk, at=cast.at)
        services.judge_customer(
            lead.customer, willingness="high" if lead is one else "low", ability="low", is_key=lead is other, is_member=False, reason="面谈",
            by=cast.cs_officer, at=cast.at,
        )  # fmt: skip
        services.issue_registration(lead, by=cast.front_desk, at=cast.at)
    for lead in (one, other):
        lead.customer.refresh_from_db()
    return one, other


def test_everything_of_the_one_goes_to_the_other(cast):
    one, other = full(cast)
    before = {"one": has(one.customer), "other": has(other.customer)}
    papers = list(Paper.objects.order_by("pk").values_list("pk", "content_sha256"))

    made = merge(cast, one, other)

    assert has(one.customer) == {label: sorted(before["one"][label] + before["other"][label]) for label in before["one"]}
    assert not any(has(other.customer).values())
    assert made.moved == {label: ids for label, ids in before["other"].items() if ids}
    assert set(made.moved) >= {"leads.CustomerPhone", "leads.Home", "leads.Lead", "leads.PhoneCall", "leads.Visit"}
    assert list(Paper.objects.order_by("pk").values_list("pk", "content_sha256")) == papers
    assert Customer.objects.get(pk=other.customer_id).merged_into_id == one.customer_id
    for lead in (one, other):
        assert lead.dossier.entries.order_by("-seq")[0].kind == "leads.customers_merged" and not list(audit.faults(lead.dossier))


def test_search_and_the_check_lead_to_the_kept_one_by_either_name_and_number(cast):
    one, other = two(cast)
    merge(cast, one, other)

    for words in ("陈静兰", "陈静澜", "13850000000", "13910000000"):
        assert found(words) == [one.ref, other.ref], words
    assert {row.customer_id for row in services.duplicates(store=cast.store, numbers=["13910000000"])} == {one.customer_id}
    other.refresh_from_db()
    assert other.customer.name == other.dossier.title == "陈静兰"
    again = road.registered_lead(cast, phones=["13910000000"], home=road.home(room_no="8801"))
    assert again.customer_id == one.customer_id


def test_the_numbers_of_the_one_that_is_kept_stay_the_first(cast):
    """Registered later or earlier: lists and papers show the first number, and that is still the kept one's."""
    early, late = two(cast)
    first = late.customer.phones.get().number
    before = list(early.customer.phones.values_list("pk", "position"))
    made = merge(cast, late, early)

    assert [phone.number for phone in late.customer.phones.all()] == [first, CustomerPhone.objects.get(pk=before[0][0]).number]
    part(cast, made)
    assert list(early.customer.phones.values_list("pk", "position")) == before


def test_parted_each_gets_back_exactly_what_it_had(cast):
    one, other = full(cast)
    before = {"one": has(one.customer), "other": has(other.customer)}
    classes = [(c.willingness, c.ability, c.is_key, c.is_member) for c in (one.customer, other.customer)]
    terms = [Dossier.objects.get(pk=lead.dossier_id).search for lead in (one, other)]

    part(cast, merge(cast, one, other))

    assert {"one": has(one.customer), "other": has(other.customer)} == before
    customers = [Customer.objects.get(pk=lead.customer_id) for lead in (one, other)]
    assert [(c.willingness, c.ability, c.is_key, c.is_member) for c in customers] == classes
    assert [Dossier.objects.get(pk=lead.dossier_id).search for lead in (one, other)] == terms
    assert [Dossier.objects.get(pk=lead.dossier_id).title for lead in (one, other)] == ["陈静兰", "陈静澜"]
    assert customers[1].merged_into is None
    assert merge(cast, other, one).pk  # and may be merged again, the other way round


def test_what_was_added_after_the_merging_stays_with_the_kept_one(cast):
    one, other = two(cast)
    made = merge(cast, one, other)
    new = road.registered_lead(cast, phones=["13910000000", "13600000009"], home=road.home(room_no="8801"))
    call = services.note_call(store=cast.store, phone="13910000000", subject="other", note="问地址", by=cast.front_desk, at=cast.days(1))
    services.judge_customer(one.customer, willingness="high", ability="high", is_key=True, is_member=True, reason="签约", by=cast.cs_officer, at=cast.days(1))

    part(cast, made)

    new.refresh_from_db()
    call.refresh_from_db()
    kept = Customer.objects.get(pk=one.customer_id)
    assert new.customer_id == call.customer_id == new.home.customer_id == kept.pk
    assert set(kept.phones.values_list("number", flat=True)) == {"13850000000", "13600000009"}
    assert (kept.willingness, kept.ability, kept.is_key, kept.is_member) == ("high", "high", True, True)


def test_an_enquiry_made_since_about_a_home_that_goes_back_goes_with_its_home(cast):
    one, other = two(cast)
    services.lose(other, reason="price", by=cast.store_manager, at=cast.at)
    made = merge(cast, one, other)
    again = road.registered_lead(cast, phones=["13850000000"], home=road.home(room_no="002"))
    call = services.note_call(store=cast.store, subject="progress", note="x", lead=again, by=cast.front_desk, at=cast.days(1))
    assert again.home_id == other.home_id

    part(cast, made)

    again.refresh_from_db()
    call.refresh_from_db()
    assert again.customer_id == again.home.customer_id == call.customer_id == other.customer_id


def test_who_does_not_want_to_be_contacted_does_not_want_it_merged_either(cast):
    one, other = two(cast)
    services.ban_contact(other.customer, reason="别再打电话", by=cast.front_desk, at=cast.at)

    made = merge(cast, one, other)
    assert Customer.objects.get(pk=one.customer_id).do_not_contact
    part(cast, made)

    assert [Customer.objects.get(pk=lead.customer_id).do_not_contact for lead in (one, other)] == [False, True]


def test_a_ban_taken_back_after_the_merging_is_taken_back_for_both(cast):
    one, other = two(cast)
    services.ban_contact(other.customer, reason="别再打电话", by=cast.front_desk, at=cast.at)
    made = merge(cast, one, other)
    services.lift_ban(one.customer, reason="本人来电", by=cast.front_desk, at=cast.days(1))
    part(cast, made)

    assert [Customer.objects.get(pk=lead.customer_id).do_not_contact for lead in (one, other)] == [False, False]


@pytest.mark.parametrize(("post", "may"), [
    ("store_manager", True), ("cs_supervisor", True), ("customer_manager", True), ("front_desk", False), ("designer", False), ("general_manager", False),
])  # fmt: skip
def test_who_merges(cast, post, may):
    """The store manager, the head of customer service, the customer manager of both."""
    one, other = two(cast)
    if may:
        assert merge(cast, one, other, by=getattr(cast, post)).kept_id == one.customer_id
    else:
        with pytest.raises(Refused, match="Only the store manager"):
            merge(cast, one, other, by=getattr(cast, post))


def test_a_customer_manager_merges_only_when_both_are_his(cast):
    one, _other = two(cast)
    strange = road.registered_lead(cast, name="陈静", phones=[OTHER], home=road.home(room_no="7701"))

    with pytest.raises(Refused, match="Only the store manager"):
        merge(cast, one, strange, by=cast.customer_manager)


def test_merging_needs_two_of_one_store_a_reason_and_no_chain(cast):
    one, other = two(cast)
    third = road.assigned_lead(cast, name="陈静", phones=[OTHER], home=road.home(room_no="7701"))
    far = road.assigned_lead(cast, people=cast.other, phones=[OTHER])

    for told, says in (
        ((one, one), "one and the same"), ((one, far), "different stores"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=says):
            merge(cast, *told)
    with pytest.raises(Refused, match="Say how it was found"):
        merge(cast, one, other, reason="  ")
    made, gone = merge(cast, one, other), Customer.objects.get(name="陈静澜")
    with pytest.raises(Refused, match="陈静澜 was merged with another customer already"):
        services.merge_customers(third.customer, gone, reason="x", by=cast.store_manager, at=cast.at)
    with pytest.raises(Refused, match="陈静澜 was merged with another customer already"):
        services.merge_customers(gone, third.customer, reason="x", by=cast.store_manager, at=cast.at)
    with pytest.raises(Refused, match="陈静兰 was itself made of two"):
        merge(cast, third, one)
    assert merge(cast, one, third).pk  # one customer may be made of three
    part(cast, made)
    with pytest.raises(Refused, match="parted already"):
        part(cast, made)


def test_the_customer_of_a_site_moves_with_the_enquiry(cast):
    from tests.factories import projects as jobs

    site = jobs.opened_project(cast, phones=["13600000001"])
    other = road.assigned_lead(cast, name="陈静澜", phones=["13600000002"], home=road.home(room_no="7702"))
    made = services.merge_customers(other.customer, site.customer, reason="同一人", by=cast.store_manager, at=cast.at)
    site.refresh_from_db()

    assert site.customer_id == site.lead.customer_id == other.customer_id
    part(cast, made)
    site.refresh_from_db()
    assert site.customer_id == site.lead.customer_id == made.merged_id


# --- the database ----------------------------------------------------------------------------------------------------

ATTACKS = {
    "a merge by hand": "UPDATE leads_customer SET merged_into_id = {third} WHERE id = {kept}",
    "a customer born merged": (
        "INSERT INTO leads_customer (store_id, name, title, pinyin, willingness, ability, is_key, is_member, do_not_contact, contact_ways, price_level, "
        "settlement, note, by_id, at, merged_into_id) SELECT store_id, name, title, pinyin, '', '', false, false, false, '', '', '', '', by_id, at, {kept} "
        "FROM leads_customer WHERE id = {kept}"
    ),
    "an enquiry of a merged customer": "UPDATE leads_lead SET customer_id = {merged} WHERE customer_id = {kept}",
    "a number of a merged customer": (
        "INSERT INTO leads_customerphone (customer_id, store_id, number, sent, note, position) VALUES ({merged}, {store}, '13600000000', '', '', 0)"
    ),
    "a home of a merged customer": "UPDATE leads_home SET customer_id = {merged} WHERE customer_id = {kept}",
    "a judgment of a merged customer": (
        "INSERT INTO leads_judgment (customer_id, store_id, willingness, ability, is_key, is_member, reason, by_id, at) "
        "VALUES ({merged}, {store}, '', '', true, false, 'x', {by}, now())"
    ),
    "a chain": (
        "INSERT INTO leads_customermerge (store_id, kept_id, merged_id, reason, moved, before, by_id, at, parted_reason) "
        "VALUES ({store}, {merged}, {bare}, 'x', '{{}}', '{{}}', {by}, now(), '')"
    ),
    "a kept one merged on": (
        "INSERT INTO leads_customermerge (store_id, kept_id, merged_id, reason, moved, before, by_id, at, parted_reason) "
        "VALUES ({store}, {bare}, {kept}, 'x', '{{}}', '{{}}', {by}, now(), '')"
    ),
    "a merge that leaves something behind": (
        "INSERT INTO leads_customermerge (store_id, kept_id, merged_id, reason, moved, before, by_id, at, parted_reason) "
        "VALUES ({store}, {kept}, {third}, 'x', '{{}}', '{{}}', {by}, now(), '')"
    ),
    "a merge with oneself": (
        "INSERT INTO leads_customermerge (store_id, kept_id, merged_id, reason, moved, before, by_id, at, parted_reason) "
        "VALUES ({store}, {bare}, {bare}, 'x', '{{}}', '{{}}', {by}, now(), '')"
    ),
    "a merge without a reason": (
        "INSERT INTO leads_customermerge (store_id, kept_id, merged_id, reason, moved, before, by_id, at, parted_reason) "
        "VALUES ({store}, {kept}, {bare}, '', '{{}}', '{{}}', {by}, now(), '')"
    ),
    "a merge across stores": (
        "INSERT INTO leads_customermerge (store_id, kept_id, merged_id, reason, moved, before, by_id, at, parted_reason) "
        "VALUES ({store}, {kept}, {far}, 'x', '{{}}', '{{}}', {by}, now(), '')"
    ),
    "another record of what moved": "UPDATE leads_customermerge SET moved = '{{}}' WHERE id = {merge}",
    "a parting without a reason": "UPDATE leads_customermerge SET parted_at = now(), parted_by_id = {by} WHERE id = {merge}",
    "a parting undone": "UPDATE leads_customermerge SET parted_at = NULL, parted_by_id = NULL, parted_reason = '' WHERE id = {parted}",
    "a merge deleted": "DELETE FROM leads_customermerge WHERE id = {merge}",
    "a judgment edited": "UPDATE leads_judgment SET reason = 'x'",
    "a judgment deleted": "DELETE FROM leads_judgment",
    "a ban edited": "UPDATE leads_contactban SET reason = 'x'",
    "a ban ended without a reason": "UPDATE leads_contactban SET ended_at = now(), ended_by_id = {by}",
    "a check of a profile edited": "UPDATE leads_profilecheck SET note = 'x'",
}  # fmt: skip


def attacked(cast: Any) -> dict[str, Any]:
    one, other = full(cast)
    third = road.assigned_lead(cast, name="陈静", phones=[OTHER], home=road.home(room_no="7701"))
    parted = part(cast, merge(cast, one, other))
    made = merge(cast, one, other)
    services.ban_contact(third.customer, reason="x", by=cast.front_desk, at=cast.at)
    services.keep_profile(third.customer, told={}, by=cast.front_desk, at=cast.at)
    told = {"title": "", "pinyin": "x", "by": cast.front_desk, "at": cast.at}
    bare = Customer.objects.create(store=cast.store, name="空", **told)
    far = Customer.objects.create(store=cast.other.store, name="远", **told)
    return {
        "kept": one.customer_id, "merged": made.merged_id, "third": third.customer_id, "bare": bare.pk, "far": far.pk, "merge": made.pk, "parted": parted.pk,
        "store": cast.store.pk, "by": cast.store_manager.pk,
    }  # fmt: skip


@pytest.fixture(scope="module")
def target(django_db_setup, django_db_blocker, databases, tmp_path_factory):
    """Built once: whatever an attack does is refused or rolled back."""
    from django.conf import settings

    from tests.cast import Cast

    with django_db_blocker.unblock(), databases.fresh("merged"):
        kept, settings.MEDIA_ROOT = settings.MEDIA_ROOT, tmp_path_factory.mktemp("media")
        try:
            yield attacked(Cast())
        finally:
            settings.MEDIA_ROOT = kept


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses(attack, target, django_db_blocker):
    with django_db_blocker.unblock(), pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ATTACKS[attack].format(**target))

    assert getattr(refused.value.__cause__, "pgcode", "") in {"23514", "23505", "42501"}, refused.value
