"""The pages of the first minute: the box, the call, the registration, people of a home, the profile, merging."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from leads import services
from leads.models import Customer, HomePerson, Lead, PhoneCall, PhoneReveal, Visit
from tests import road
from tests.leads.test_pages import registration
from tests.leads.test_statements import asked

NUMBER = "13916208844"


def boxed(client: Any, typed: str) -> str:
    """What the omnibox shows while somebody types."""
    answer = client.post("/search/", {"q": typed}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


# --- the box ---------------------------------------------------------------------------------------------------------


def test_an_unknown_number_is_carried_to_the_registration_and_to_the_call_never_in_an_address(cast):
    client = cast.client(cast.front_desk)
    shown = boxed(client, f"王建国 {NUMBER}")

    assert "/leads/new/?carried=1" in shown and "/leads/logs/calls/new/?carried=1" in shown
    assert NUMBER not in shown.replace(f"“王建国 {NUMBER}”", "")
    for page in ("/leads/new/?carried=1", "/leads/logs/calls/new/?carried=1"):
        form = client.get(page).content.decode()
        assert f'value="{NUMBER}"' in form and 'value="王建国"' in form
    assert NUMBER not in client.get("/leads/new/").content.decode()


def test_a_number_typed_with_blanks_is_a_number_too(cast):
    client = cast.client(cast.front_desk)
    boxed(client, "139 1620 8844")

    assert "139 1620 8844" in client.get("/leads/new/?carried=1").content.decode() or NUMBER in client.get("/leads/new/?carried=1").content.decode()


def test_enter_in_the_box_leads_to_a_page_whose_address_has_words_but_no_number(cast):
    road.assigned_lead(cast)
    client = cast.client(cast.front_desk)

    assert client.post("/search/", {"q": "13858003371"})["Location"] == "/search/?asked=1"
    assert "/leads/K-CX-2026-0001/" in client.get("/search/?asked=1").content.decode()
    assert client.post("/search/", {"q": "陈静兰"})["Location"] == "/search/?q=%E9%99%88%E9%9D%99%E5%85%B0"
    assert client.post("/search/", {"q": "K-CX-2026-0001"})["Location"] == "/search/?q=K-CX-2026-0001"


def test_the_box_says_who_whose_and_what_is_promised_or_late(cast):
    lead = road.assigned_lead(cast, at=cast.days(-1))
    services.add_person(lead, name="陈一鸣", role="child", phone=NUMBER, by=cast.front_desk, at=cast.at)
    client = cast.client(cast.front_desk)

    hit = boxed(client, NUMBER)

    for word in ("陈静兰", "林晓舟", "沈亦安", "派单", "陈一鸣 · 子女 · 139****8844"):
        assert word in hit, word
    services.ban_contact(lead.customer, reason="别再打电话", by=cast.front_desk, at=cast.at)
    assert "不愿被联系" in boxed(client, NUMBER)


def test_the_box_asks_the_same_for_one_three_and_thirty_hits(cast, django_assert_max_num_queries):
    client = cast.client(cast.front_desk)
    for rows in (1, 3, 30):
        for n in range(Lead.objects.count(), rows):
            road.assigned_lead(cast, phones=[f"137{n:08d}"], home=road.home(room_no=str(1000 + n)))
        boxed(client, "陈静兰")
        with django_assert_max_num_queries(6):
            client.get("/search/", {"q": "陈静兰"})


# --- the check while typing ------------------------------------------------------------------------------------------


def test_the_check_is_posted_and_finds_by_number_by_home_and_by_a_person(cast):
    lead = road.registered_lead(cast)
    services.add_person(lead, name="陈一鸣", role="child", phone=NUMBER, by=cast.front_desk, at=cast.at)
    client = cast.client(cast.front_desk)
    place = {"estate": "澄湖里", "building": "3", "unit": "2", "room_no": "1102"}

    assert client.get("/leads/duplicates/", {"phone": NUMBER}).status_code == 405
    by_number = client.post("/leads/duplicates/", {"phone": "13858003371", "estate": ""}).content.decode()
    by_home = client.post("/leads/duplicates/", {"phone": "13600000000", **place}).content.decode()
    by_person = client.post("/leads/duplicates/", {"phone": NUMBER, "estate": ""}).content.decode()

    assert "陈静兰" in by_number and "formaction" not in by_number
    assert f'formaction="/leads/{lead.ref}/people/"' in by_home
    assert "陈一鸣（子女）" in by_person and lead.get_absolute_url() in by_person
    assert not any(number in page for page in (by_number, by_home, by_person) for number in ("13858003371", NUMBER))


def test_a_walk_in_whose_mother_is_a_customer_becomes_a_person_of_her_home_in_one_act(cast):
    lead = road.registered_lead(cast)
    client = cast.client(cast.front_desk)
    visit = services.note_visit(store=cast.store, subject="enquiry", note="妈妈来过", phone=NUMBER, people=1, by=cast.front_desk, at=cast.at)
    typed = registration(name="陈一鸣", phone="139 1620 8844", estate="澄湖里", building="3", unit="2", room_no="1102", log=f"visits-{visit.pk}")

    answer = client.post(f"/leads/{lead.ref}/people/", {**typed, "role": "child"})  # the registration's form, sent by another button

    visit.refresh_from_db()
    assert answer["Location"] == lead.get_absolute_url() and visit.lead == lead  # the visit stands in her file
    assert (HomePerson.objects.get().name, HomePerson.objects.get().number) == ("陈一鸣", NUMBER)
    assert Lead.objects.count() == 1 and lead.ref in boxed(client, NUMBER)
    page = client.get(lead.get_absolute_url()).content.decode()
    assert "陈一鸣" in page and "**** 8844" in page and NUMBER not in page


# --- calls and visits ------------------------------------------------------------------------------------------------


def test_a_call_is_noted_and_the_caller_registered_with_what_was_typed(cast):
    client = cast.client(cast.front_desk)
    told = {"phone": NUMBER, "name": "王建国", "subject": "enquiry", "note": "想装三居室", "then": "register"}

    assert client.post("/leads/logs/calls/new/", told)["Location"] == "/leads/new/?carried=1"
    form = client.get("/leads/new/?carried=1").content.decode()
    call = PhoneCall.objects.get()
    assert f'value="{NUMBER}"' in form and "想装三居室" in form and f'value="calls-{call.pk}"' in form
    client.post("/leads/new/", registration(store=cast.store.pk, name="王建国", phone=NUMBER, log=f"calls-{call.pk}"))

    call.refresh_from_db()
    assert call.lead == Lead.objects.get() and call.customer == call.lead.customer
    assert NUMBER not in client.get("/leads/new/?carried=1").content.decode()  # it has arrived


def test_from_the_log_one_tap_registers_or_links(cast):
    client = cast.client(cast.front_desk)
    call = services.note_call(store=cast.store, phone=NUMBER, name="王建国", subject="enquiry", note="想装三居室", by=cast.front_desk, at=cast.at)
    lead = road.registered_lead(cast)

    assert client.post(f"/leads/logs/calls/{call.pk}/registrations/")["Location"] == "/leads/new/?carried=1"
    assert NUMBER in client.get("/leads/new/?carried=1").content.decode()
    assert client.post(f"/leads/logs/calls/{call.pk}/links/", {"ref": "K-CX-2026-9999"}).status_code == 422
    assert client.post(f"/leads/logs/calls/{call.pk}/links/", {"ref": lead.ref.lower()}).status_code == 302
    call.refresh_from_db()
    assert call.lead == lead


def test_a_visit_is_noted_passed_on_and_settled_in_the_browser(cast):
    client = cast.client(cast.front_desk)
    told = {"name": "路过的客人", "subject": "enquiry", "note": "看样板间", "people": "2", "passed_to": cast.designer.pk}

    visit_url = client.post("/leads/logs/visits/new/", told)["Location"]
    assert "林晓舟" in client.get("/leads/logs/visits/?state=open").content.decode()
    his = cast.client(cast.designer)
    assert visit_url in his.get("/").content.decode()
    assert his.post(f"{visit_url}handlings/", {"handling": ""}).status_code == 422
    assert his.post(f"{visit_url}handlings/", {"handling": "介绍了样板间，约周日再来"}).status_code == 302
    assert Visit.objects.get().handled_by == cast.designer
    assert "介绍了样板间" in client.get("/leads/logs/visits/?state=settled").content.decode()
    assert his.post(f"{visit_url}passings/", {"to": cast.customer_manager.pk}).status_code == 422


def test_whoever_passes_a_call_on_sees_who_holds_which_post(cast, django_assert_max_num_queries):
    client = cast.client(cast.front_desk)
    client.get("/leads/logs/calls/new/")
    with django_assert_max_num_queries(12):
        page = client.get("/leads/logs/calls/new/").content.decode()

    assert "林晓舟 · 设计师</option>" in page and "客户经理</option>" in page and page.count("林晓舟 ·") == 1


def test_an_empty_call_comes_back_with_words_and_what_was_typed(cast):
    answer = cast.client(cast.front_desk).post("/leads/logs/calls/new/", {"phone": "12", "name": "王建国", "subject": "enquiry", "note": ""})

    assert answer.status_code == 422 and "王建国" in answer.content.decode() and not PhoneCall.objects.exists()


@pytest.mark.parametrize("query", ["", "?state=open", "?subject=progress&mine=1", "?month=2026-11&state=nobody", "?month=2026-99&state=x"])
def test_the_logs_ask_the_same_for_one_three_and_fifty_rows(cast, query):
    client = cast.client(cast.front_desk)
    counts = []
    for rows in (1, 3, 50):
        for _n in range(PhoneCall.objects.count(), rows):
            services.note_call(store=cast.store, subject="progress", note="问进度", passed_to=cast.designer, by=cast.front_desk, at=cast.at)
        counts.append(asked(client, f"/leads/logs/calls/{query}"))

    assert counts == [counts[0]] * 3 and counts[0] <= 6


def test_the_export_of_a_log_keeps_numbers_masked_and_belongs_to_managers(cast):
    services.note_call(store=cast.store, phone=NUMBER, subject="progress", note="问进度", by=cast.front_desk, at=cast.at)

    assert cast.client(cast.front_desk).get("/leads/logs/calls/export/").status_code == 403
    answer = cast.client(cast.store_manager).get("/leads/logs/calls/export/")
    assert answer.status_code == 200 and answer["Content-Disposition"].endswith('.xlsx"') and NUMBER.encode() not in answer.content


# --- the customer ----------------------------------------------------------------------------------------------------


def test_the_profile_and_the_file_ask_the_same_for_one_and_for_many_people_and_judgments(cast):
    lead = road.assigned_lead(cast)
    client = cast.client(cast.customer_manager)
    pages = (f"/leads/customers/{lead.customer_id}/", f"/leads/{lead.ref}/people/", lead.get_absolute_url())
    few = [asked(client, page) for page in pages]
    for n in range(15):
        services.add_person(lead, name=f"家人{n}", role="other", phone=f"1370000{n:04d}", by=cast.front_desk, at=cast.at)
        services.keep_profile(lead.customer, told={}, by=cast.front_desk, at=cast.at)
        judged = {"willingness": "high", "ability": "high" if n % 2 else "low", "is_key": False, "is_member": False, "reason": f"第 {n} 次"}
        services.judge_customer(lead.customer, by=cast.customer_manager, at=cast.at, **judged)

    assert [asked(client, page) for page in pages] == few
    assert max(few) <= 12, few


def test_the_number_of_a_person_is_opened_with_a_reason_and_logged(cast):
    lead = road.assigned_lead(cast)
    person = services.add_person(lead, name="陈一鸣", role="child", phone=NUMBER, by=cast.front_desk, at=cast.at)
    client, url = cast.client(cast.designer), reverse("reveal-person", args=[person.pk])

    assert NUMBER not in client.get(url).content.decode()
    assert NUMBER in client.post(url, {"reason": "call"}).content.decode()
    assert PhoneReveal.objects.get().person == person
    assert cast.client(cast.other.designer).get(url).status_code == 404


def test_two_customers_are_looked_at_side_by_side_then_merged_then_parted(cast):
    one = road.assigned_lead(cast)
    other = road.assigned_lead(cast, name="陈静澜", phones=[NUMBER], home=road.home(room_no="2201"))
    client = cast.client(cast.customer_manager)
    url, told = f"/leads/customers/{one.customer_id}/merges/", {"other": other.ref, "keep": "this", "reason": "同一人登记了两次"}

    shown = client.post(url, {**told, "act": "look"})
    assert shown.status_code == 200 and "陈静澜" in shown.content.decode() and "2201" in shown.content.decode() and NUMBER not in shown.content.decode()
    assert Customer.objects.filter(merged_into__isnull=False).count() == 0
    assert client.post(url, {**told, "other": "13611112222", "act": "merge"}).status_code == 422
    oneself = client.post(url, {**told, "other": one.ref, "act": "look"})
    assert oneself.status_code == 422 and "就是这一位" in oneself.content.decode() and 'class="pair"' not in oneself.content.decode()
    assert client.post(url, {**told, "other": NUMBER, "act": "merge"})["Location"] == f"/leads/customers/{one.customer_id}/"
    merge = Customer.objects.get(merged_into=one.customer_id).mergings.get()
    assert merge.kept_id == one.customer_id
    assert client.get(other.get_absolute_url()).status_code == 200  # old addresses lead on

    parting = f"/leads/merges/{merge.pk}/partings/"
    assert "陈静澜" in client.get(f"/leads/customers/{one.customer_id}/").content.decode()
    assert client.post(parting, {"reason": ""}).status_code == 422
    assert client.post(parting, {"reason": "是姐妹"}).status_code == 302
    assert client.get(parting).status_code == 404
    assert Customer.objects.filter(merged_into__isnull=False).count() == 0


def test_judging_and_banning_in_the_browser_keep_what_was_typed_when_refused(cast):
    lead = road.assigned_lead(cast)
    client, base = cast.client(cast.customer_manager), f"/leads/customers/{lead.customer_id}/"

    refused = client.post(f"{base}judgments/", {"willingness": "high", "ability": "", "reason": "很有诚意"})
    assert refused.status_code == 422 and "很有诚意" in refused.content.decode()
    assert client.post(f"{base}judgments/", {"willingness": "high", "ability": "low", "is_key": "on", "reason": "很有诚意"}).status_code == 302
    assert client.post(f"{base}bans/", {"reason": "别再打电话"}).status_code == 302
    assert "别再打电话" in client.get(base).content.decode()
    assert client.post(f"{base}bans/", {"reason": "本人来电"}).status_code == 302
    assert client.post(f"{base}updates/", {"contact_ways": "微信同号", "price_level": "middle", "remark": "加了微信"}).status_code == 302
    customer = Customer.objects.get(pk=lead.customer_id)
    assert (customer.quadrant, customer.is_key, customer.do_not_contact, customer.contact_ways) == ("high/low", True, False, "微信同号")
