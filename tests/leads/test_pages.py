"""Every page of the road opens for the right person and leads back to the file."""

from __future__ import annotations

import re

import pytest

from leads.models import Lead, LeadSource
from tests import road


def form(**told):
    """A post with its own key."""
    return told


def registration(**more):
    told = {
        "name": "陈静兰", "phone": "138 5800 3371", "estate": "澄湖里", "building": "3", "unit": "2", "room_no": "1102", "area_m2": "118.6",
        "dwelling": "ordinary", "layout": "三室两厅", "source": LeadSource.objects.get(code="walk_in").pk, "origin": "self", "consent_basis": "request",
    }  # fmt: skip
    return {**told, **more}


def test_the_front_desk_registers_a_customer_in_one_form(cast):
    client = cast.client(cast.front_desk)

    assert client.get("/leads/new/").status_code == 200
    answer = client.post("/leads/new/", registration(store=cast.store.pk))

    assert answer.status_code == 302
    assert answer["Location"] == "/leads/K-CX-2026-0001/"
    lead = Lead.objects.get()
    assert (lead.customer.name, lead.home.address, lead.registered_by) == ("陈静兰", "澄湖里 3 幢 2 单元 1102", cast.front_desk)


def test_the_list_shows_clock_act_and_masked_number(cast):
    road.assigned_lead(cast)

    page = cast.client(cast.front_desk).get("/leads/").content.decode()

    assert "陈静兰" in page and "138 **** 3371" in page and "13858003371" not in page


ACTS = [
    ("registered_lead", "front_desk", "assignments"),
    ("assigned_lead", "store_manager", "reassignments"),
    ("assigned_lead", "designer", "follow-ups"),
    ("assigned_lead", "designer", "consultations"),
    ("consulted_lead", "designer", "consultations/1/corrections"),
    ("consulted_lead", "designer", "consultations/1/refusals"),
    ("consulted_lead", "designer", "preview-dates"),
    ("consulted_lead", "designer", "proposals"),
    ("proposed_lead", "designer", "proposal-decisions"),
    ("proposed_lead", "customer_manager", "proposal-calls"),
    ("content_lead", "customer_manager", "order-agreements"),
    ("agreed_lead", "cashier", "deposits"),
    ("deposit_lead", "designer", "schemes"),
    ("deposit_lead", "designer", "surveys"),
    ("surveyed_lead", "designer", "surveys"),
    ("assigned_lead", "front_desk", "home-corrections"),
    ("assigned_lead", "designer", "losses"),
    ("consulted_lead", "design_manager", "clocks/preview/pauses"),
]


@pytest.mark.parametrize(("stop", "post", "page"), ACTS, ids=[f"{page} of {stop}" for stop, _post, page in ACTS])
def test_the_page_of_an_act_opens(cast, stop, post, page):
    lead = getattr(road, stop)(cast)

    answer = cast.client(getattr(cast, post)).get(f"/leads/{lead.ref}/{page}/")

    assert answer.status_code == 200
    assert lead.ref in answer.content.decode()


@pytest.mark.parametrize(("stop", "post", "page"), ACTS, ids=[f"{page} of {stop}" for stop, _post, page in ACTS])
def test_an_empty_post_comes_back_with_words_and_changes_nothing(cast, stop, post, page):
    lead = getattr(road, stop)(cast)
    entries = lead.dossier.entries.count()

    answer = cast.client(getattr(cast, post)).post(f"/leads/{lead.ref}/{page}/", {})

    assert answer.status_code == 422
    assert lead.dossier.entries.count() == entries


def test_the_deposit_leads_to_the_receipt_that_the_customer_waits_for(cast):
    lead = road.agreed_lead(cast)

    answer = cast.client(cast.cashier).post(f"/leads/{lead.ref}/deposits/", {"amount": "1万", "payer": "陈静兰", "method": "cash"})

    assert answer["Location"] == f"/papers/{lead.deposits.get().receipt.ref}/"


def test_a_form_that_came_back_is_entered_at_its_first_wrong_field(cast):
    client = cast.client(cast.front_desk)

    def entered(page):
        return re.findall(r'<input type="text" name="(\w+)"[^>]* autofocus', page.content.decode())

    assert entered(client.get("/leads/new/")) == ["phone"]
    assert entered(client.post("/leads/new/", registration(estate="", area_m2="八十九"))) == ["estate"]
    assert entered(client.post("/leads/new/", registration(phone="", name=""))) == ["phone"]  # as they stand on the page
