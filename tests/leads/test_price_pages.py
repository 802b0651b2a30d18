"""Pages of price lists: a list comes in, is seen and searched; without one there is no quotation."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from leads.models import PriceList
from leads.price_sheets import PriceRow, shipped, workbook
from tests import road
from tests.leads import quoting
from tests.leads.test_quotation_pages import asked

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_without_a_price_list_the_page_says_what_is_missing_and_who_can_help(cast):
    lead = road.surveyed_lead(cast)

    answer = cast.client(cast.designer).post(f"/leads/{lead.ref}/quotations/")

    assert answer.status_code == 422
    assert "G5" in answer.content.decode()


def sheet(rows: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile("list.xlsx", workbook(rows, title="报价单", with_cost=True), content_type=XLSX)


def test_the_estimator_brings_in_a_list_sees_what_it_changes_and_publishes_it(cast):
    client = cast.client(cast.estimator)
    told = {"name": "统一报价单", "valid_from": date.today().isoformat(), "store": cast.store.pk, "file": sheet(shipped())}

    answer = client.post("/leads/price-lists/new/", told)
    assert (answer.status_code, answer["Location"], PriceList.objects.count()) == (302, "/leads/price-lists/preview/", 0)
    assert client.get("/leads/price-lists/preview/").status_code == 200
    answer = client.post("/leads/price-lists/preview/")

    made = PriceList.objects.get()
    assert answer["Location"] == f"/leads/price-lists/{made.pk}/"
    assert (made.store, made.items.count()) == (cast.store, len(shipped()))


def test_faults_of_a_sheet_are_shown_and_nothing_is_kept(cast):
    rows = [PriceRow(**{**quoting.SMALL[0].__dict__, "unit": "", "code": "A1"}), quoting.SMALL[1]]

    answer = cast.client(cast.estimator).post(
        "/leads/price-lists/new/", {"name": "x", "valid_from": date.today().isoformat(), "store": cast.store.pk, "file": sheet(rows)}
    )

    assert answer.status_code == 422
    assert "单位" in answer.content.decode()


def test_an_estimator_publishes_for_no_other_store_and_a_designer_for_none(cast):
    told = {"name": "x", "valid_from": date.today().isoformat(), "store": cast.other.store.pk, "file": sheet(quoting.SMALL)}
    assert cast.client(cast.estimator).post("/leads/price-lists/new/", told).status_code == 422
    assert cast.client(cast.designer).get("/leads/price-lists/new/").status_code == 403


def test_the_list_is_searched_filtered_and_exported(cast):
    made = quoting.price_list(cast)
    client = cast.client(cast.designer)

    page = client.get(f"/leads/price-lists/{made.pk}/?q=乳胶").content.decode()
    assert "墙面乳胶漆" in page and "铺贴地砖" not in page
    page = client.get(f"/leads/price-lists/{made.pk}/?trade=tiling").content.decode()
    assert "墙面乳胶漆" not in page and "铺贴地砖" in page
    assert client.get(f"/leads/price-lists/{made.pk}/export/")["Content-Type"] == XLSX


def test_price_list_pages_ask_few_questions(cast):
    made = quoting.price_list(cast, shipped())
    client = cast.client(cast.design_manager)

    assert asked(client, "/leads/price-lists/") <= 6
    assert asked(client, f"/leads/price-lists/{made.pk}/") <= 6
