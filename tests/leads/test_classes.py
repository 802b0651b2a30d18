"""The four classes (R009, L12), key customers and members, the profile (L04, R025), and who does not want to be contacted."""

from __future__ import annotations

from typing import Any

import pytest

from core import clocks
from core.models import Deadline
from core.refusals import Refused
from leads import deadlines, grades, services
from leads.models import ContactBan, Customer, Judgment, Lead, PhoneReveal, ProfileCheck
from leads.selectors import LeadFilter, page_of, row_of
from tests import road


def judged(cast: Any, customer: Customer, willingness: str, ability: str, **more: Any) -> Judgment:
    told = {"is_key": False, "is_member": False, "reason": "面谈", "by": cast.customer_manager, "at": cast.at}
    return services.judge_customer(customer, willingness=willingness, ability=ability, **{**told, **more})


def lead_of(cast: Any, n: int = 0) -> Lead:
    return road.assigned_lead(cast, phones=[f"1380000{n:04d}"], home=road.home(room_no=f"9{n:03d}"))


@pytest.mark.parametrize(("willingness", "ability", "code", "days"), [
    ("high", "high", "A", 1), ("high", "low", "B", 3), ("low", "high", "C", 7), ("low", "low", "D", 30),
])  # fmt: skip
def test_r009_willing_and_able_make_four_classes_each_with_its_rhythm(cast, willingness, ability, code, days):
    customer = lead_of(cast).customer
    judged(cast, customer, willingness, ability)
    customer.refresh_from_db()

    grade = grades.of(customer.willingness, customer.ability)
    assert (grade.code, grade.follow_up_days) == (code, days)


def test_r009_one_axis_alone_makes_no_class(cast):
    customer = lead_of(cast).customer

    assert grades.of("high", "") is grades.of("", "") is None
    with pytest.raises(Refused, match="A class needs both"):
        judged(cast, customer, "high", "")


def test_a_judgment_needs_a_reason_and_something_new_and_the_history_stays(cast):
    customer = lead_of(cast).customer
    judged(cast, customer, "low", "high", at=cast.at)
    with pytest.raises(Refused, match="on what the judgment rests"):
        judged(cast, customer, "high", "high", reason=" ")
    with pytest.raises(Refused, match="judged like this already"):
        judged(cast, customer, "low", "high")
    judged(cast, customer, "high", "high", is_key=True, is_member=True, reason="交了定金", at=cast.days(3))

    assert list(customer.judgments.order_by("at").values_list("willingness", "is_key", "reason")) == [("low", False, "面谈"), ("high", True, "交了定金")]
    customer.refresh_from_db()
    assert (customer.quadrant, customer.is_key, customer.is_member) == ("high/high", True, True)


def test_the_judgment_stands_in_every_file_of_the_customer(cast):
    one = road.assigned_lead(cast)
    two = road.registered_lead(cast, home=road.home(room_no="2201"))
    judged(cast, one.customer, "high", "high")

    assert [lead.dossier.entries.order_by("-seq")[0].kind for lead in (one, two)] == ["leads.customer_judged"] * 2


def test_the_list_shows_the_class_and_is_filtered_by_it(cast):
    leads = [lead_of(cast, n) for n in range(4)]
    for lead, axes in zip(leads, [("high", "high"), ("high", "low"), ("low", "high"), ("low", "low")], strict=True):
        judged(cast, lead.customer, *axes, is_key=axes == ("high", "low"), is_member=axes == ("low", "low"))

    def listed(grade: str) -> list[str]:
        rows = page_of(cast.front_desk, LeadFilter(grade=grade), cast.at).rows
        return [row_of(row, cast.at).quadrant for row in rows]

    assert [listed(code) for code in ("A", "B", "C", "D", "key", "member")] == [["A"], ["B★"], ["C"], ["D"], ["B★"], ["D"]]
    page = cast.client(cast.front_desk).get("/leads/?grade=B").content.decode()
    assert "B★" in page and page.count("data-row>") == 1


def test_r025_the_profile_shows_when_it_was_last_brought_up_to_date_and_by_whom(cast):
    customer = lead_of(cast).customer
    told = {"contact_ways": " 微信同号 ", "price_level": "middle", "settlement": "分期", "cs_officer": cast.cs_officer, "note": ""}

    made = services.keep_profile(customer, told=told, note="加了微信", by=cast.cs_officer, at=cast.at)
    again = services.keep_profile(customer, told=told, by=cast.front_desk, at=cast.days(1))

    assert set(made.changed) == {"contact_ways", "price_level", "settlement", "cs_officer"} and again.changed == {}
    customer.refresh_from_db()
    assert (customer.contact_ways, customer.cs_officer) == ("微信同号", cast.cs_officer)
    page = cast.client(cast.front_desk).get(f"/leads/customers/{customer.pk}/").content.decode()
    assert "唐慧" in page and "微信同号" in page and "加了微信" in page
    assert ProfileCheck.objects.filter(customer=customer).count() == 2


def test_only_customer_service_of_the_store_is_in_charge(cast):
    customer = lead_of(cast).customer
    for person in (cast.designer, cast.other.cs_officer):
        with pytest.raises(Refused, match="no customer service officer of this store"):
            services.keep_profile(customer, told={"cs_officer": person}, by=cast.front_desk, at=cast.at)


def test_who_does_not_want_to_be_contacted_is_not_called_until_it_is_taken_back(cast):
    """LR-41: no contact against the customer's word; nobody notes one, no number is opened for a call, another reason is answered."""
    lead = road.assigned_lead(cast)
    number = lead.customer.phones.get()
    services.ban_contact(lead.customer, reason="别再打电话", by=cast.customer_manager, at=cast.at)
    lead.refresh_from_db()

    for reason in ("call", "appointment"):
        with pytest.raises(Refused, match="does not want to be contacted"):
            services.reveal_phone(lead, phone=number, by=cast.designer, at=cast.at, reason=reason, for_clock="leads.first_contact")
    with pytest.raises(Refused, match="does not want to be contacted"):
        services.note_contact(lead, channel="phone", note="x", by=cast.designer, at=cast.at)
    assert not PhoneReveal.objects.exists()
    assert services.reveal_phone(lead, phone=number, by=cast.designer, at=cast.at, reason="complaint")

    services.lift_ban(lead.customer, reason="客户主动来电", by=cast.front_desk, at=cast.days(1))
    lead.refresh_from_db()
    assert services.reveal_phone(lead, phone=number, by=cast.designer, at=cast.days(1), reason="call")
    ban = ContactBan.objects.get()
    assert (ban.reason, ban.ended_by, ban.ended_reason) == ("别再打电话", cast.front_desk, "客户主动来电")


def test_who_may_be_called_again_is_visited_again_from_that_day_on(cast):
    lead = road.assigned_lead(cast)
    services.judge_customer(lead.customer, willingness="high", ability="high", is_key=False, is_member=False, reason="x", by=cast.customer_manager, at=cast.at)
    services.note_contact(lead, channel="phone", note="考虑一下", by=cast.designer, at=cast.at)
    services.ban_contact(lead.customer, reason="别再打了", by=cast.front_desk, at=cast.days(1))
    services.follow(at=cast.days(1))
    assert not Deadline.objects.filter(clock="leads.care", stopped_at=None).exists()

    services.lift_ban(lead.customer, reason="客户主动来电", by=cast.front_desk, at=cast.days(60))

    clock = Deadline.objects.get(clock="leads.care", stopped_at=None)
    assert clock.started_at == cast.days(60) and clock.due_at > cast.days(60)


def test_a_ban_has_a_beginning_and_an_end_each_with_a_reason(cast):
    customer = lead_of(cast).customer
    told = {"by": cast.front_desk, "at": cast.at}
    with pytest.raises(Refused, match="may be contacted"):
        services.lift_ban(customer, reason="x", **told)
    with pytest.raises(Refused, match="Note what the customer said"):
        services.ban_contact(customer, reason=" ", **told)
    services.ban_contact(customer, reason="别再打电话", **told)
    with pytest.raises(Refused, match="noted already"):
        services.ban_contact(customer, reason="x", **told)
    with pytest.raises(Refused, match="Say why"):
        services.lift_ban(customer, reason=" ", **told)


def test_a_merged_customer_is_judged_and_kept_under_the_name_that_stays(cast):
    one, other = lead_of(cast, 1), lead_of(cast, 2)
    services.merge_customers(one.customer, other.customer, reason="同一人", by=cast.store_manager, at=cast.at)
    gone = Customer.objects.get(merged_into__isnull=False)

    for act in (lambda: judged(cast, gone, "high", "high"), lambda: services.ban_contact(gone, reason="x", by=cast.front_desk, at=cast.at)):
        with pytest.raises(Refused, match="was merged with another customer already"):
            act()
    client = cast.client(cast.store_manager)
    assert client.get(f"/leads/customers/{gone.pk}/")["Location"] == f"/leads/customers/{one.customer_id}/"
    assert client.get(f"/leads/customers/{gone.pk}/merges/")["Location"] == f"/leads/customers/{one.customer_id}/merges/"


def test_a_day_that_was_agreed_and_a_clock_that_is_held_stand_when_the_customer_is_judged_anew(cast):
    agreed, held = road.assigned_lead(cast), road.assigned_lead(cast, phones=["13858004478"], home=road.home(room_no="2202"))
    for lead, more in ((agreed, {"next_at": cast.days(3)}), (held, {})):
        judged(cast, lead.customer, "low", "low", at=cast.at)
        services.note_contact(lead, channel="phone", reached=True, note="聊过了", by=cast.designer, at=cast.at, **more)
    clocks.pause(deadlines.CARE, deadlines.key(held), at=cast.at, reason="客户出国", by=cast.customer_manager)
    before = list(Deadline.objects.filter(clock="leads.care", stopped_at=None).order_by("pk").values_list("pk", "due_at", "paused_at"))
    assert len(before) == 2

    for lead in (agreed, held):
        judged(cast, Customer.objects.get(pk=lead.customer_id), "high", "high", reason="交了定金", at=cast.days(1))

    assert list(Deadline.objects.filter(clock="leads.care", stopped_at=None).order_by("pk").values_list("pk", "due_at", "paused_at")) == before
