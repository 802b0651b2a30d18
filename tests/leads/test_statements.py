"""How many questions pages and verbs ask the database: few, literal, and the same for one row and for fifty."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads import services
from leads.models import FollowUp, Lead, PriceList
from leads.price_sheets import shipped
from tests import road
from tests.leads import quoting
from tests.leads.quoting import price_row


def asked(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(url)
    assert answer.status_code == 200, url
    return len(caught)


def posted(client: Any, url: str, data: dict[str, str]) -> int:
    client.post(url, data)
    with CaptureQueriesContext(connection) as caught:
        answer = client.post(url, data)
    assert answer.status_code == 200, url
    return len(caught)


def told(act: Any) -> int:
    with CaptureQueriesContext(connection) as caught:
        act()
    return len([query for query in caught if not query["sql"].startswith(("SAVEPOINT", "RELEASE SAVEPOINT"))])


def enquiries(cast: Any, count: int) -> None:
    for n in range(Lead.objects.count(), count):
        road.assigned_lead(cast, phones=[f"137{n:08d}"], home=road.home(room_no=str(1000 + n)))


# --- pages -----------------------------------------------------------------------------------------------------------


LISTS = ("/leads/", "/leads/?stage=all&sort=name", "/leads/?q=陈静兰", "/leads/?due=late&mine=1")
KNOWN = {"phone": "13700000000", "estate": "澄湖里", "building": "3", "unit": "2", "room_no": "1000"}


def test_the_list_of_customers_and_the_fragment_of_known_ones_ask_the_same_for_one_three_and_fifty_rows(cast):
    client = cast.client(cast.front_desk)
    counts: dict[str, list[int]] = {address: [] for address in (*LISTS, "/leads/duplicates/")}
    for rows in (1, 3, 50):
        enquiries(cast, rows)
        for address in LISTS:
            counts[address].append(asked(client, address))
        counts["/leads/duplicates/"].append(posted(client, "/leads/duplicates/", KNOWN))

    for address, found in counts.items():
        assert found == [found[0]] * 3, address
        assert found[0] <= (6 if address in LISTS else 9), address  # known ones: one index each for number, person and place


def test_the_page_of_an_act_asks_at_most_twelve_however_much_happened_before(cast):
    lead = road.consulted_lead(cast)
    client = cast.client(cast.designer)
    addresses = [f"/leads/{lead.ref}/{page}/" for page in ("follow-ups", "consultations", "home-corrections", "losses")]
    few = {address: asked(client, address) for address in addresses}
    for day in range(1, 12):
        road.consultation(lead, by=cast.designer, at=cast.days(day))
        services.note_contact(lead, channel="phone", note="回访", by=cast.designer, at=cast.days(day))

    assert {address: asked(client, address) for address in addresses} == few
    assert max(few.values()) <= 12, few


def test_the_survey_asks_the_same_for_four_rooms_and_for_thirty(cast):
    lead = road.surveyed_lead(cast)
    client = cast.client(cast.designer)
    few = asked(client, f"/leads/{lead.ref}/surveys/")
    rooms = [services.RoomSize(f"房间 {n}", 4000, 3000, 2700, kind="bedroom", doors=1) for n in range(30)]
    services.correct_survey(lead, rooms=rooms, demands="同前", reason="加层", by=cast.designer, at=cast.days(1))

    assert asked(client, f"/leads/{lead.ref}/surveys/") == few <= 12


# --- a plain row -----------------------------------------------------------------------------------------------------


def test_a_contact_is_noted_in_nine_statements(cast):
    lead = road.registered_lead(cast)

    assert told(lambda: services.note_contact(lead, channel="phone", note="约周六", reached=False, by=cast.front_desk, at=cast.at)) <= 9
    assert FollowUp.objects.count() == 1


# --- verbs that issue papers -------------------------------------------------------------------------------------------

PAPERS = {
    "registration L01": ("registered_lead", lambda lead, cast: services.issue_registration(lead, by=cast.front_desk, at=cast.at)),
    "consultation L03": ("assigned_lead", lambda lead, cast: road.consultation(lead, by=cast.designer, at=cast.at, signed=False)),
    "preview L10": ("consulted_lead", lambda lead, cast: road.preview(lead, by=cast.designer, at=cast.at)),
    "agreement L22": ("content_lead", lambda lead, cast: road.agreement(lead, by=cast.designer, at=cast.at, signed=False)),
    "receipt L23": ("agreed_lead", lambda lead, cast: services.receive_deposit(lead, method="cash", by=cast.cashier, at=cast.at)),
    "survey P01": ("deposit_lead", lambda lead, cast: road.survey(lead, by=cast.designer, at=cast.at, signed=False)),
}
LITERAL = {  # the receipt is the first of its store: four of its statements make the account that it stands on
    "registration L01": 10, "consultation L03": 17, "preview L10": 17, "agreement L22": 12, "receipt L23": 25, "survey P01": 12,
    "revise": 8, "reprice": 16, "issue P05": 24, "first P06": 9, "next P06": 12,
}  # fmt: skip


@pytest.mark.parametrize("name", PAPERS)
def test_a_verb_that_issues_a_paper_takes_its_reviewed_number_of_statements(cast, name):
    stop, act = PAPERS[name]
    lead = getattr(road, stop)(cast)

    assert told(lambda: act(lead, cast)) == LITERAL[name]


def test_a_survey_of_thirty_rooms_takes_as_many_statements_as_one_of_four(cast):
    lead = road.deposit_lead(cast)
    rooms = [services.RoomSize(f"房间 {n}", 4000, 3000, 2700, kind="bedroom", doors=1) for n in range(30)]

    assert told(lambda: road.survey(lead, rooms=rooms, by=cast.designer, at=cast.at, signed=False)) == LITERAL["survey P01"]


def many_lines(cast: Any, lines: int) -> Any:
    """A draft of about so many lines: one item a line in one room."""
    rows = [price_row(code=f"N-{n:03d}", name=f"项目 {n}", room_kinds="living", usual_kinds="living", labour=Decimal(n + 1)) for n in range(lines)]
    quoting.price_list(cast, rows)
    return services.draft_quotation(road.surveyed_lead(cast), by=cast.designer, at=cast.at)


@pytest.mark.parametrize("lines", [10, 300])
def test_a_quotation_is_drafted_revised_and_issued_in_as_many_statements_for_ten_lines_as_for_three_hundred(cast, lines):
    draft = many_lines(cast, lines)
    assert draft.lines.count() == lines
    changes = [services.Change(pk, Decimal(7), reason="业主自备") for pk in draft.lines.values_list("pk", flat=True)]

    revised = told(lambda: services.revise_lines(draft, changes=changes, by=cast.designer, at=cast.at))
    repriced = told(lambda: services.take_new_prices(draft, by=cast.designer, at=cast.at))
    issued = told(lambda: services.issue_quotation(draft, by=cast.designer, at=cast.at))

    assert (revised, repriced, issued) == (LITERAL["revise"], LITERAL["reprice"], LITERAL["issue P05"])


def test_a_price_list_of_three_items_and_the_whole_one_are_published_in_as_many_statements(cast):
    first = told(lambda: quoting.price_list(cast, valid_from=cast.days(0).date()))
    whole = told(lambda: quoting.price_list(cast, shipped(), valid_from=cast.days(1).date()))
    few = told(lambda: quoting.price_list(cast, valid_from=cast.days(2).date()))

    assert PriceList.objects.count() == 3
    assert (first, whole, few) == (LITERAL["first P06"], LITERAL["next P06"], LITERAL["next P06"])
