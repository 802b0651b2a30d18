"""A quiet desk offers the work that is there, to whose post it belongs."""

from __future__ import annotations

from datetime import timedelta

from config.pages import offers
from core.models import Deadline
from leads import services as leads
from tests import drafting, road
from tests.factories import projects as sites


def told(person, at):
    return [(row.act, row.url) for row in offers.offers_of(person, at)]


def test_the_quiet_desk_of_the_front_desk_offers_the_enquiry_that_nobody_has(cast):
    lead = road.registered_lead(cast)

    page = cast.client(cast.front_desk).get("/").content.decode()

    assert f'href="/leads/{lead.ref}/assignments/"' in page and "手边可以做的" in page and 'href="/leads/new/"' in page
    assert ("Assign the enquiry to a designer", f"/leads/{lead.ref}/assignments/") in told(cast.front_desk, cast.at)


def test_an_assigned_enquiry_and_that_of_another_store_are_not_offered(cast):
    road.registered_lead(cast)
    other = told(cast.other.front_desk, cast.at)
    road.assigned_lead(cast, phones=["13858004477"])

    assert other == [] and len(told(cast.front_desk, cast.at)) == 1


def test_a_signed_order_agreement_leads_the_cashier_and_the_customer_manager_to_the_till(cast):
    """G3: the customer stands there with the money; the offer shows beside whatever else is due."""
    lead = road.content_lead(cast)
    road.agreement(lead, by=cast.customer_manager, at=cast.at, signed=False)
    assert told(cast.cashier, cast.at) == []
    other = road.agreed_lead(cast, phones=["13858004477"], home=road.home(room_no="2201"))

    wanted = ("The order agreement is signed: take the deposit", f"/leads/{other.ref}/deposits/")
    assert told(cast.cashier, cast.at) == [wanted] and told(cast.other.cashier, cast.at) == []
    busy = offers.offers_of(cast.customer_manager, cast.at, quiet=False)
    assert [(row.act, row.url) for row in busy] == [wanted]

    leads.receive_deposit(other, method="transfer", by=cast.cashier, at=cast.at)
    assert wanted not in told(cast.cashier, cast.at)


def test_an_accepted_quotation_leads_the_customer_manager_to_the_contract(cast):
    """S4: beside whatever else is due; whoever makes no contract, and the other store, are not asked."""
    lead = sites.accepted_lead(cast, at=cast.at)

    wanted = ("The customer has accepted the quotation", f"/projects/contracts/{lead.ref}/")
    busy = offers.offers_of(cast.customer_manager, cast.at, quiet=False)
    assert [(row.act, row.url) for row in busy] == [wanted]
    assert wanted not in told(cast.designer, cast.at) and told(cast.other.customer_manager, cast.at) == []

    page = cast.client(cast.customer_manager).get("/").content.decode()
    assert f'href="/projects/contracts/{lead.ref}/"' in page and "客户已接受报价" in page


def test_the_estimator_finds_the_draft_of_a_quotation(cast):
    lead = road.surveyed_lead(cast)
    sites.price_list(cast, at=cast.at)
    drafting.accepted(lead, people=cast, at=cast.at)
    draft = leads.draft_quotation(lead, by=cast.designer, at=cast.at)

    assert told(cast.estimator, cast.at) == [("Finish the draft of a quotation", f"/leads/{lead.ref}/quotations/{draft.version}/")]
    assert told(cast.other.estimator, cast.at) == []


def test_the_cashier_finds_the_instalment_that_is_overdue_and_no_other(cast):
    site = sites.signed_project(cast, at=cast.at)
    due = Deadline.objects.get(dossier=site.dossier, clock="projects.instalment_due", stopped_at=None).due_at

    assert told(cast.cashier, due) == []
    assert told(cast.cashier, due + timedelta(seconds=1)) == [("An instalment is overdue: take its payment", f"/projects/{site.ref}/payments/")]
    assert told(cast.other.cashier, due + timedelta(seconds=1)) == []


def test_each_kind_is_one_question_however_many_rows_there_are(cast, django_assert_num_queries):
    for number in range(5):
        road.registered_lead(cast, phones=[f"1385800448{number}"])

    with django_assert_num_queries(1):
        assert len(told(cast.front_desk, cast.at)) == offers.MOST
