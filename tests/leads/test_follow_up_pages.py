"""Pages against forgetting: what they show, what they keep when refused, how often they ask the database."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from leads import services
from leads.models import Assignment, HotlineCase, Lead, PoolStay
from staff import services as staff
from tests import road
from tests.factories.leads import LeadFactory
from tests.leads.test_statements import asked

SIZES = (1, 3, 50)


def pooled(cast: Any, lead: Lead) -> None:
    services.put_into_pool(lead, reason="设计师休假", by=cast.store_manager, at=cast.days(0.1))


def lost(cast: Any, lead: Lead) -> None:
    services.lose(lead, reason="price", by=cast.designer, at=cast.days(0.1))


def upset(cast: Any, lead: Lead) -> None:
    services.open_case(lead, cause="designer", words="没听懂", by=cast.front_desk, at=cast.days(0.1))


def nothing(cast: Any, lead: Lead) -> None:
    return None


LISTS = [
    ("leads:pool", "", pooled, "designer", 6), ("leads:losses-of-month", "month=2026-11", lost, "store_manager", 5),
    ("leads:hotline", "", upset, "cs_officer", 5), ("leads:updates", "", nothing, "cs_officer", 5), ("leads:leavers", "", nothing, "store_manager", 6),
]  # fmt: skip


def test_a_list_and_the_screen_of_who_leaves_ask_the_same_for_one_three_and_fifty_rows(cast):
    counts: dict[str, list[int]] = {name: [] for name, *_rest in LISTS}
    leads: list[Lead] = []
    for rows in SIZES:
        leads += LeadFactory.create_batch(rows - len(leads), cast=cast)
        for name, query, made, by, _most in LISTS:
            with transaction.atomic():
                for lead in leads:
                    made(cast, Lead.objects.get(pk=lead.pk))
                counts[name].append(asked(cast.client(getattr(cast, by)), f"{reverse(name)}?{query}"))
                transaction.set_rollback(True)
        assert asked(cast.client(cast.store_manager), reverse("leads:leaver", args=[cast.designer.username])) <= 12, rows

    for name, _query, _made, _by, most in LISTS:
        assert counts[name] == [counts[name][0]] * 3 and counts[name][0] <= most, name


def test_a_page_of_one_enquiry_asks_twelve_times_at_most(cast):
    lead = road.consulted_lead(cast)
    upset(cast, lead)

    for name in ("hotline-case", "hand-over", "care-calls"):
        args = [lead.ref, 1] if name == "hotline-case" else [lead.ref]
        assert asked(cast.client(cast.store_manager), reverse(f"leads:{name}", args=args)) <= 12, name


# --- the pool -----------------------------------------------------------------------------------------------------------------


def test_the_pool_shows_no_number_and_no_full_name_until_somebody_has_taken_it(cast):
    lead = road.assigned_lead(cast)
    pooled(cast, lead)
    client = cast.client(cast.chief_designer)

    page = client.get(reverse("leads:pool")).text
    assert "138 **** 3371" in page and "13858003371" not in page and "陈女士" in page and "陈静兰" not in page
    assert client.get(reverse("leads:file", args=[lead.ref])).status_code == 404
    taken = client.post(reverse("leads:pool-takings", args=[lead.ref]))

    assert taken.headers["Location"] == reverse("leads:file", args=[lead.ref])
    assert client.get(taken.headers["Location"]).status_code == 200


def test_whoever_is_slower_gets_a_sentence_on_the_list(cast):
    lead = road.assigned_lead(cast)
    pooled(cast, lead)
    services.take_from_pool(lead, by=cast.chief_designer, at=cast.days(0.2))

    answer = cast.client(cast.designer, HTTP_ACCEPT_LANGUAGE="en").post(reverse("leads:pool-takings", args=[lead.ref]))

    assert answer.status_code == 422 and str(cast.chief_designer) in answer.text


def test_the_pool_of_another_store_is_not_seen(cast):
    pooled(cast, road.assigned_lead(cast))

    assert "设计师休假" in cast.client(cast.designer).get(reverse("leads:pool")).text
    assert "设计师休假" not in cast.client(cast.other.designer).get(reverse("leads:pool")).text


def test_the_client_file_says_where_an_enquiry_lies_and_what_the_hotline_has(cast):
    lying, waiting = road.assigned_lead(cast), road.consulted_lead(cast, phones=["13858003372"])
    pooled(cast, lying)
    upset(cast, waiting)
    client = cast.client(cast.store_manager)

    assert reverse("leads:pool") in client.get(lying.get_absolute_url()).text
    assert reverse("leads:pool-exits", args=[lying.ref]) in client.get(lying.get_absolute_url()).text
    assert reverse("leads:hotline-case", args=[waiting.ref, 1]) in client.get(waiting.get_absolute_url()).text


# --- the hotline ----------------------------------------------------------------------------------------------------------------


def test_a_refused_decision_keeps_everything_that_was_typed(cast):
    lead = road.consulted_lead(cast)
    upset(cast, lead)
    case = HotlineCase.objects.get()
    services.take_case(case, by=cast.cs_officer, at=cast.days(0.2))
    services.ask_decision(case, wish="换一位", proposed="designer", by=cast.cs_officer, at=cast.days(0.3))
    form = {"remedy": "designer", "decision": "客户点名首席", "designer": cast.chief_designer.pk, "promised": "周三出新方案"}

    answer = cast.client(cast.store_manager).post(reverse("leads:hotline-case-decisions", args=[lead.ref, 1]), form)

    assert answer.status_code == 422
    assert "客户点名首席" in answer.text and "周三出新方案" in answer.text
    lead.refresh_from_db()
    assert lead.designer == cast.designer


def test_only_customer_service_works_on_a_case(cast):
    lead = road.consulted_lead(cast)
    upset(cast, lead)

    for step in ("takings", "hearings", "closings"):
        url = reverse(f"leads:hotline-case-{step}", args=[lead.ref, 1])
        assert cast.client(cast.designer).post(url).status_code == cast.client(cast.store_manager).post(url).status_code == 403, step
        assert cast.client(cast.other.cs_officer).post(url).status_code == 404, step


def test_a_step_out_of_turn_is_refused_in_words(cast):
    lead = road.consulted_lead(cast)
    upset(cast, lead)

    answer = cast.client(cast.cs_officer).post(reverse("leads:hotline-case-closings", args=[lead.ref, 1]), {"last_words": "好了", "satisfaction": "satisfied"})

    assert answer.status_code == 422 and "data-refusal" in answer.text


# --- assignment, hand-over, reviews, care -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "zh"), [(24, "24 小时"), (168, "一周")])
def test_the_sentence_after_the_assignment_says_what_the_company_has_chosen(cast, hours, zh):
    staff.choose({"leads.first_contact_hours": hours}, by=cast.general_manager, at=cast.at)
    lead = road.registered_lead(cast)
    client = cast.client(cast.front_desk)

    form = {"designer": cast.designer.pk, "customer_manager": cast.customer_manager.pk}
    answer = client.post(reverse("leads:assignments", args=[lead.ref]), form, follow=True)

    assert zh in answer.text


def test_the_page_of_another_designer_asks_for_the_hand_over(cast):
    lead = road.consulted_lead(cast)
    client, url = cast.client(cast.store_manager), reverse("leads:reassignments", args=[lead.ref])
    form = {"designer": cast.chief_designer.pk, "reason": "客户要求", "likes": "喜欢原木"}

    refused = client.post(url, form)
    assert refused.status_code == 422 and "喜欢原木" in refused.text and Assignment.objects.filter(lead=lead).count() == 1
    assert client.post(url, form | {"standing": "看过一次户型"}).status_code == 302
    page = cast.client(cast.chief_designer)
    assert "看过一次户型" in page.get(reverse("leads:hand-over", args=[lead.ref])).text

    assert page.post(reverse("leads:hand-over", args=[lead.ref])).status_code == 302
    assert lead.hand_overs.get().read_at is not None


def test_a_loss_is_confirmed_or_sent_back_on_its_page(cast):
    kept, back = road.assigned_lead(cast), road.assigned_lead(cast, phones=["13858003372"])
    for lead in (kept, back):
        lost(cast, lead)
    client = cast.client(cast.store_manager)

    assert client.post(reverse("leads:loss-reviews", args=[kept.ref]), {"confirmed": "yes"}).status_code == 302
    assert client.post(reverse("leads:loss-reviews", args=[back.ref]), {"confirmed": "no"}).status_code == 422
    assert client.post(reverse("leads:loss-reviews", args=[back.ref]), {"confirmed": "no", "note": "再联系一次"}).status_code == 302

    assert sorted(Lead.objects.values_list("stage", flat=True)) == ["assigned", "lost"]


def test_the_company_chooses_on_its_page_and_the_chain_of_the_company_says_so(cast):
    from core.choices import CHOICES
    from core.models import AuditEntry

    client, url = cast.client(cast.general_manager), reverse("staff:choices")
    form = {code.replace(".", "__"): choice.default for code, choice in CHOICES.items()}

    wrong = client.post(url, form | {"leads__pool_a_day": 0})
    assert wrong.status_code == 422 and not AuditEntry.objects.filter(kind="staff.choices_changed").exists()
    assert client.post(url, form | {"leads__pool_a_day": 7, "leads__first_contact_hours": 24}).status_code == 302

    assert (CHOICES["leads.pool_a_day"].value, CHOICES["leads.first_contact_hours"].value, CHOICES["leads.pool_in_hand"].value) == (7, 24, 40)
    assert AuditEntry.objects.get(kind="staff.choices_changed").by == cast.general_manager
    assert cast.client(cast.store_manager).get(url).status_code == 403


def test_taking_twice_by_a_double_tap_takes_once(cast):
    import uuid

    lead = road.assigned_lead(cast)
    pooled(cast, lead)
    client, form = cast.client(cast.chief_designer), {"once": str(uuid.uuid4())}

    answers = [client.post(reverse("leads:pool-takings", args=[lead.ref]), form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert PoolStay.objects.get().ended_by == cast.chief_designer
