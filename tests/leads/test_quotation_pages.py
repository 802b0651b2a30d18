"""Pages of quotations: who enters, what they show, how many questions they ask."""

from __future__ import annotations

import html
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config import follow
from core.models import Paper
from core.refusals import Refused
from leads import services as leads
from leads.models import Quotation
from leads.price_sheets import shipped
from tests import road
from tests.hand import sign_all
from tests.leads import quoting
from tests.leads import standing as all_tests

standing = all_tests.standing(draft=quoting.drafted)


@pytest.fixture
def cast(standing: Any, db: None) -> Any:
    return standing.cast


@pytest.fixture
def draft(standing: Any, db: None) -> Quotation:
    """The draft that stands for all tests, by the small list."""
    return all_tests.fresh(standing.draft)


def address(quotation: Quotation, *more: Any) -> str:
    return "/".join(["", "leads", quotation.lead.ref, "quotations", str(quotation.version), *map(str, more), ""])


def asked(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_a_designer_begins_a_quotation_and_comes_to_its_editor(cast):
    lead = road.surveyed_lead(cast, phones=["13700000001"])
    client = cast.client(cast.designer)
    assert "画" not in client.get(f"/leads/{lead.ref}/quotations/").content.decode()

    answer = client.post(f"/leads/{lead.ref}/quotations/")

    assert (answer.status_code, answer["Location"]) == (302, f"/leads/{lead.ref}/quotations/1/")
    page = client.get(answer["Location"]).content.decode()
    assert "墙面乳胶漆" in page and 'name="quantity_' in page


def test_quantities_are_saved_together_and_lines_taken_out(cast, draft):
    wall, door = draft.lines.get(item__code="T-01", room__name="客厅"), draft.lines.get(item__code="T-05")
    told = {f"quantity_{line.pk}": str(line.quantity) for line in draft.lines.all()}

    answer = cast.client(cast.designer).post(
        address(draft), {**told, f"quantity_{wall.pk}": "40", f"reason_{wall.pk}": "电视墙另做", f"remove_{door.pk}": "on"}
    )

    assert answer.status_code == 302
    wall.refresh_from_db()
    assert (wall.quantity, wall.reason) == (Decimal(40), "电视墙另做")
    assert not draft.lines.filter(pk=door.pk).exists()


def _as_shown(page):
    """What a browser would send of the page's form, untouched."""
    return {name: html.unescape(value) for name, value in re.findall(r'name="((?:was_)?(?:quantity|reason)_\d+)"[^>]* value="([^"]*)"', page)}


def test_a_second_window_saves_what_was_touched_there_and_takes_nothing_back(cast, draft):
    wall, door = draft.lines.get(item__code="T-01", room__name="客厅"), draft.lines.get(item__code="T-05")
    client = cast.client(cast.designer)
    first = _as_shown(client.get(address(draft)).content.decode())
    second = dict(first)
    assert first[f"quantity_{wall.pk}"] == first[f"was_quantity_{wall.pk}"] == "44.66"
    assert client.post(address(draft), {**first, f"quantity_{wall.pk}": "40", f"reason_{wall.pk}": "电视墙另做"}).status_code == 302

    assert client.post(address(draft), {**second, f"quantity_{door.pk}": "3", f"reason_{door.pk}": "书房推拉门"}).status_code == 302

    wall.refresh_from_db()
    door.refresh_from_db()
    assert (wall.quantity, wall.reason, door.quantity) == (Decimal(40), "电视墙另做", Decimal(3))


def test_a_line_changed_in_two_windows_is_asked_about_and_settled_by_saving_once_more(cast, draft):
    wall = draft.lines.get(item__code="T-01", room__name="客厅")
    client = cast.client(cast.designer)
    shown = _as_shown(client.get(address(draft)).content.decode())
    assert client.post(address(draft), {**shown, f"quantity_{wall.pk}": "40", f"reason_{wall.pk}": "电视墙另做"}).status_code == 302

    answer = client.post(address(draft), {**shown, f"quantity_{wall.pk}": "38.5", f"reason_{wall.pk}": "电视墙另做"})

    page = answer.content.decode()
    assert answer.status_code == 422 and "别处已改成“40.00”" in page
    wall.refresh_from_db()
    assert wall.quantity == Decimal(40)
    again = _as_shown(page)
    assert (again[f"quantity_{wall.pk}"], again[f"was_quantity_{wall.pk}"]) == ("38.5", "40.00")
    assert client.post(address(draft), again).status_code == 302
    wall.refresh_from_db()
    assert wall.quantity == Decimal("38.5")


def test_a_value_that_cannot_be_does_not_hide_that_the_line_was_changed_elsewhere(cast, draft):
    wall = draft.lines.get(item__code="T-01", room__name="客厅")
    client = cast.client(cast.designer)
    shown = _as_shown(client.get(address(draft)).content.decode())
    mine = {**shown, f"quantity_{wall.pk}": "40", f"reason_{wall.pk}": "电视墙另做"}
    assert client.post(address(draft), mine).status_code == 302

    page = client.post(address(draft), {**shown, f"quantity_{wall.pk}": "38,5x"}).content.decode()

    assert "别处已改成“40.00”" in page
    assert client.post(address(draft), mine).status_code == 302  # one's own value once more is no quarrel


@pytest.mark.parametrize("more", [{"remove": "on"}, {"quantity": "50"}])
def test_a_line_is_one_thing_its_quantity_its_reason_and_whether_it_goes(cast, draft, more):
    wall = draft.lines.get(item__code="T-01", room__name="客厅")
    client = cast.client(cast.designer)
    shown = _as_shown(client.get(address(draft)).content.decode())
    assert client.post(address(draft), {**shown, f"quantity_{wall.pk}": "40", f"reason_{wall.pk}": "电视墙另做"}).status_code == 302

    answer = client.post(address(draft), {**shown, **{f"{name}_{wall.pk}": value for name, value in more.items()}})

    assert answer.status_code == 422 and "别处已改成“40.00”" in answer.content.decode()
    wall.refresh_from_db()
    assert (wall.quantity, wall.reason) == (Decimal(40), "电视墙另做")


def test_what_was_changed_between_the_look_and_the_lock_is_not_overwritten(cast, draft):
    wall = draft.lines.get(item__code="T-01", room__name="客厅")
    seen = Quotation.objects.get(pk=draft.pk)
    leads.revise_lines(draft, changes=[leads.Change(wall.pk, Decimal(40), "电视墙另做")], by=cast.designer, at=cast.at)
    leads.set_terms(draft, discount=Decimal(0), management_percent=Decimal(0), tax_percent=Decimal(3), by=cast.designer, at=cast.at)

    for late in (
        lambda: leads.revise_lines(draft, changes=[leads.Change(wall.pk, Decimal(38), "x", seen=(wall.quantity, wall.reason))], by=cast.designer, at=cast.at),
        lambda: leads.set_terms(draft, discount=Decimal(0), management_percent=Decimal(0), tax_percent=Decimal(0), by=cast.designer, at=cast.at, seen=seen),
    ):
        with pytest.raises(Refused, match="in this very moment"):
            late()


def test_what_was_typed_into_lines_that_new_prices_have_replaced_is_not_lost_in_silence(cast, draft):
    client = cast.client(cast.designer)
    shown = _as_shown(client.get(address(draft)).content.decode())
    wall = draft.lines.get(item__code="T-01", room__name="客厅")
    leads.take_new_prices(draft, by=cast.designer, at=cast.at)

    answer = client.post(address(draft), {**shown, f"quantity_{wall.pk}": "7.77", f"reason_{wall.pk}": "业主要求"})

    assert answer.status_code == 422 and "7.77 已经没有对应的行" in answer.content.decode()
    assert client.post(address(draft), shown).status_code == 302  # nothing was typed, nothing is lost


def _terms_as_shown(page):
    """What a browser would send of the terms, untouched; the visible fields hold what is remembered of them."""
    names = ("discount", "discount_reason", "management_percent", "tax_percent", "note")
    was = {f"was_{name}": html.unescape(found[1]) for name in names if (found := re.search(f'name="was_{name}" value="([^"]*)"', page))}
    seen = {name: html.unescape(found[1]) for name in names if (found := re.search(f'<input[^>]* name="{name}"[^>]*? value="([^"]*)"', page))}
    assert {f"was_{name}": value for name, value in seen.items()}.items() <= was.items()
    return {**was, **{name.removeprefix("was_"): value for name, value in was.items()}}


def test_terms_set_in_another_window_are_not_taken_back(cast, draft):
    client, url = cast.client(cast.designer), address(draft, "terms")
    shown = _terms_as_shown(client.get(url).content.decode())
    assert client.post(url, {**shown, "tax_percent": "3"}).status_code == 302

    assert client.post(url, {**shown, "note": "含垃圾清运"}).status_code == 302

    draft.refresh_from_db()
    assert (draft.tax_percent, draft.note) == (Decimal(3), "含垃圾清运")


def test_who_gives_a_discount_alone_is_not_asked_about_what_is_not_shown(cast, draft):
    boss, url = cast.client(cast.store_manager), address(draft, "terms")
    shown = _terms_as_shown(boss.get(url).content.decode())
    assert "was_tax_percent" not in shown
    leads.set_terms(draft, discount=Decimal(0), management_percent=Decimal(5), tax_percent=Decimal(3), note="含垃圾清运", by=cast.designer, at=cast.at)

    assert boss.post(url, {**shown, "discount": "100", "discount_reason": "老客户"}).status_code == 302

    draft.refresh_from_db()
    assert (draft.discount, draft.management_percent, draft.tax_percent, draft.note) == (Decimal(100), Decimal(5), Decimal(3), "含垃圾清运")


@pytest.mark.parametrize("typed", ["x", "0", "-1", "1e9", "100000", "NaN", "1.234", "", "４０"])
def test_a_quantity_that_cannot_be_comes_back_or_is_read_and_never_crashes(cast, draft, typed):
    wall = draft.lines.get(item__code="T-01", room__name="客厅")

    answer = cast.client(cast.designer).post(address(draft), {f"quantity_{wall.pk}": typed})

    assert answer.status_code in (302, 422)
    wall.refresh_from_db()
    assert wall.quantity == Decimal("44.66")


def test_another_quantity_without_a_reason_comes_back_at_its_field(cast, draft):
    wall = draft.lines.get(item__code="T-01", room__name="客厅")

    answer = cast.client(cast.designer).post(address(draft), {f"quantity_{wall.pk}": "40"})

    assert answer.status_code == 422
    assert "44.66" in answer.content.decode()


def test_items_are_ticked_for_a_room_and_added(cast, draft):
    room, tiles, wall = quoting.room(draft.lead, "厨房"), quoting.item(draft, "T-03"), quoting.item(draft, "T-03")
    url = address(draft, "rooms", room.pk, "items")
    client = cast.client(cast.designer)
    assert "拆除砖墙" in client.get(url).content.decode()

    assert client.post(url, {f"take_{tiles.pk}": "on"}).status_code == 422
    assert client.post(url, {f"take_{wall.pk}": "on", f"quantity_{wall.pk}": "3.5"}).status_code == 302

    assert draft.lines.get(item=wall, room=room).quantity == Decimal("3.50")


def test_the_home_as_such_has_items_of_its_own(cast, draft):
    leads.remove_lines(draft, lines=draft.lines.filter(room=None).values_list("pk", flat=True), by=cast.designer, at=cast.at)

    page = cast.client(cast.designer).get(address(draft, "rooms", 0, "items")).content.decode()

    assert "竣工保洁" in page and "室内门" not in page


def test_a_discount_beyond_authority_is_refused_with_who_may(cast, draft):
    told = {"discount": "400", "discount_reason": "老客户", "management_percent": "0", "tax_percent": "0"}

    answer = cast.client(cast.designer).post(address(draft, "terms"), told)
    assert answer.status_code == 422
    assert "店面经理" in answer.content.decode()
    assert cast.client(cast.store_manager).post(address(draft, "terms"), told).status_code == 302

    assert Quotation.objects.get().discount == Decimal(400)


def test_a_store_manager_gives_a_discount_and_changes_nothing_else(cast, draft):
    cast.client(cast.store_manager).post(
        address(draft, "terms"), {"discount": "100", "discount_reason": "老客户", "management_percent": "9", "tax_percent": "9", "note": "x"}
    )

    found = Quotation.objects.get()
    assert (found.discount, found.management_percent, found.tax_percent, found.note) == (Decimal(100), 0, 0, "")


def test_issuing_shows_the_paper_first_and_then_leads_to_it(cast, draft):
    client = cast.client(cast.designer)

    page = client.get(address(draft, "issues")).content.decode()
    assert "装修工程报价单" in page and "草稿" in page and Paper.objects.filter(kind="P05").count() == 0
    answer = client.post(address(draft, "issues"))

    paper = Paper.objects.get(kind="P05")
    assert (answer.status_code, answer["Location"]) == (302, f"/papers/{paper.ref}/")


def test_an_issued_version_is_read_only_and_is_accepted_when_signed(cast, draft):
    quotation = quoting.issued(cast, draft)
    client = cast.client(cast.designer)
    assert 'name="quantity_' not in client.get(address(quotation)).content.decode()
    assert client.post(address(quotation, "acceptances")).status_code == 422
    sign_all(quotation.paper, by=cast.designer, at=cast.at)

    assert client.post(address(quotation, "acceptances")).status_code == 302
    assert Quotation.objects.get().state == "accepted"


def test_the_signature_of_the_customer_is_the_acceptance(cast, draft):
    """P05, G5: nobody has to note it besides; the worker would find it too, at the moment of the last hand, and once."""
    quotation = quoting.issued(cast, draft)
    with follow.following(quotation.lead.dossier, at=cast.at):
        sign_all(quotation.paper, by=cast.designer, at=cast.at)
    told = Quotation.objects.get(pk=quotation.pk)
    assert (told.state, told.accepted_at) == ("accepted", cast.at)
    leads.follow(at=cast.days(1))
    assert quotation.lead.dossier.entries.filter(kind="leads.quotation_accepted").count() == 1


def test_a_quotation_that_no_longer_fits_is_not_signed_any_more(cast, draft):
    """The paper stays and says so; nobody is sent to sign it, the verb refuses, and the page shows no sizes that are not its own."""
    quotation = quoting.issued(cast, draft)
    client, ref = cast.client(cast.designer), quotation.paper.ref
    assert f"/papers/{ref}/signatures/" in client.get(f"/papers/{ref}/").content.decode() and f"/papers/{ref}/" in client.get("/").content.decode()
    leads.correct_survey(quotation.lead, rooms=road.ROOMS, demands="同前", reason="量错了", by=cast.designer, at=cast.at)

    assert f"/papers/{ref}/signatures/" not in client.get(f"/papers/{ref}/").content.decode()
    assert f"/papers/{ref}/" not in client.get("/").content.decode()
    assert client.get(f"/papers/{ref}/signatures/?role=customer").status_code == 302
    with pytest.raises(Refused, match="no longer fits"):
        sign_all(quotation.paper, by=cast.designer, at=cast.at)
    assert "地面" not in client.get(address(quotation)).content.decode().split("<tbody>")[0]


def test_a_signed_quotation_that_no_longer_fits_is_not_accepted_by_itself(cast, draft):
    quotation = quoting.issued(cast, draft)
    sign_all(quotation.paper, by=cast.designer, at=cast.at)
    Paper.objects.filter(pk=quotation.paper_id).update(stale_at=cast.at, stale_reason="量房改了")
    leads.follow(quotation.lead.dossier, at=cast.at)
    assert Quotation.objects.get(pk=quotation.pk).state == "issued"


@pytest.mark.parametrize(("post", "seen"), [("designer", False), ("front_desk", False),
    ("estimator", True), ("design_manager", True), ("general_manager", True)])
def test_costs_and_margins_are_seen_by_permitted_posts_alone(cast, draft, post, seen):
    cost = f"¥{Quotation.objects.get(pk=draft.pk).cost:,.2f}"

    page = cast.client(getattr(cast, post)).get(address(draft)).content.decode()
    prices = cast.client(getattr(cast, post)).get(f"/leads/price-lists/{draft.price_list_id}/").content.decode()

    assert (cost in page) is seen
    assert ("¥1,560.00" in prices) is seen


def test_a_quotation_of_another_store_is_as_if_it_were_not_there(cast, draft):
    client = cast.client(cast.other.designer)

    assert client.get(address(draft)).status_code == client.get(f"/leads/{draft.lead.ref}/quotations/7/").status_code == 404
    assert client.post(address(draft, "issues")).status_code == 404
    assert client.post(f"/leads/{draft.lead.ref}/quotations/").status_code == 404


@pytest.mark.parametrize("page", ["quotations", "quotations/1"])
def test_the_pages_of_a_quotation_ask_the_same_number_of_questions_for_many_lines(cast, draft, page):
    client = cast.client(cast.design_manager)
    small = asked(client, f"/leads/{draft.lead.ref}/{page}/")
    quoting.price_list(cast, shipped(), valid_from=date(2026, 11, 24))
    many = leads.draft_quotation(road.surveyed_lead(cast, phones=["13900000001"], home=road.home(room_no="2201")), by=cast.designer, at=cast.at)

    assert many.lines.count() > 60
    assert asked(client, f"/leads/{many.lead.ref}/{page}/") == small
    assert small <= 12
