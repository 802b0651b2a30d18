"""Pages of quotations, price lists and imports: who enters, what they show, how many questions they ask."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config import follow
from core.models import Paper
from core.refusals import Refused
from leads import services as leads
from leads.choices import BatchState
from leads.models import ImportBatch, Lead, LeadSource, PriceList, Quotation
from leads.price_sheets import PriceRow, shipped, workbook
from tests import road
from tests.hand import sign_all
from tests.leads import quoting
from tests.leads.test_import import SAMPLE, imported, uploaded

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def address(quotation: Quotation, *more: Any) -> str:
    return "/".join(["", "leads", quotation.lead.ref, "quotations", str(quotation.version), *map(str, more), ""])


def asked(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


# --- quotations ------------------------------------------------------------------------------------------------------


def test_a_designer_begins_a_quotation_and_comes_to_its_editor(cast):
    quoting.price_list(cast)
    lead = road.surveyed_lead(cast)
    client = cast.client(cast.designer)
    assert "画" not in client.get(f"/leads/{lead.ref}/quotations/").content.decode()

    answer = client.post(f"/leads/{lead.ref}/quotations/")

    assert (answer.status_code, answer["Location"]) == (302, f"/leads/{lead.ref}/quotations/1/")
    page = client.get(answer["Location"]).content.decode()
    assert "墙面乳胶漆" in page and 'name="quantity_' in page


def test_without_a_price_list_the_page_says_what_is_missing_and_who_can_help(cast):
    lead = road.surveyed_lead(cast)

    answer = cast.client(cast.designer).post(f"/leads/{lead.ref}/quotations/")

    assert answer.status_code == 422
    assert "G5" in answer.content.decode()


def test_quantities_are_saved_together_and_lines_taken_out(cast):
    quotation = quoting.drafted(cast)
    wall, door = quotation.lines.get(item__code="T-01", room__name="客厅"), quotation.lines.get(item__code="T-05")
    told = {f"quantity_{line.pk}": str(line.quantity) for line in quotation.lines.all()}

    answer = cast.client(cast.designer).post(
        address(quotation), {**told, f"quantity_{wall.pk}": "40", f"reason_{wall.pk}": "电视墙另做", f"remove_{door.pk}": "on"}
    )

    assert answer.status_code == 302
    wall.refresh_from_db()
    assert (wall.quantity, wall.reason) == (Decimal(40), "电视墙另做")
    assert not quotation.lines.filter(pk=door.pk).exists()


@pytest.mark.parametrize("typed", ["x", "0", "-1", "1e9", "100000", "NaN", "1.234", "", "４０"])
def test_a_quantity_that_cannot_be_comes_back_or_is_read_and_never_crashes(cast, typed):
    quotation = quoting.drafted(cast)
    wall = quotation.lines.get(item__code="T-01", room__name="客厅")

    answer = cast.client(cast.designer).post(address(quotation), {f"quantity_{wall.pk}": typed})

    assert answer.status_code in (302, 422)
    wall.refresh_from_db()
    assert wall.quantity == Decimal("44.66")


def test_another_quantity_without_a_reason_comes_back_at_its_field(cast):
    quotation = quoting.drafted(cast)
    wall = quotation.lines.get(item__code="T-01", room__name="客厅")

    answer = cast.client(cast.designer).post(address(quotation), {f"quantity_{wall.pk}": "40"})

    assert answer.status_code == 422
    assert "44.66" in answer.content.decode()


def test_items_are_ticked_for_a_room_and_added(cast):
    quotation = quoting.drafted(cast)
    room, tiles, wall = quoting.room(quotation.lead, "厨房"), quoting.item(quotation, "T-03"), quoting.item(quotation, "T-03")
    url = address(quotation, "rooms", room.pk, "items")
    client = cast.client(cast.designer)
    assert "拆除砖墙" in client.get(url).content.decode()

    assert client.post(url, {f"take_{tiles.pk}": "on"}).status_code == 422
    assert client.post(url, {f"take_{wall.pk}": "on", f"quantity_{wall.pk}": "3.5"}).status_code == 302

    assert quotation.lines.get(item=wall, room=room).quantity == Decimal("3.50")


def test_the_home_as_such_has_items_of_its_own(cast):
    quotation = quoting.drafted(cast)
    leads.remove_lines(quotation, lines=quotation.lines.filter(room=None).values_list("pk", flat=True), by=cast.designer, at=cast.at)

    page = cast.client(cast.designer).get(address(quotation, "rooms", 0, "items")).content.decode()

    assert "竣工保洁" in page and "室内门" not in page


def test_a_discount_beyond_authority_is_refused_with_who_may(cast):
    quotation = quoting.drafted(cast)
    told = {"discount": "400", "discount_reason": "老客户", "management_percent": "0", "tax_percent": "0"}

    answer = cast.client(cast.designer).post(address(quotation, "terms"), told)
    assert answer.status_code == 422
    assert "店面经理" in answer.content.decode()
    assert cast.client(cast.store_manager).post(address(quotation, "terms"), told).status_code == 302

    assert Quotation.objects.get().discount == Decimal(400)


def test_a_store_manager_gives_a_discount_and_changes_nothing_else(cast):
    quotation = quoting.drafted(cast)

    cast.client(cast.store_manager).post(
        address(quotation, "terms"), {"discount": "100", "discount_reason": "老客户", "management_percent": "9", "tax_percent": "9", "note": "x"}
    )

    found = Quotation.objects.get()
    assert (found.discount, found.management_percent, found.tax_percent, found.note) == (Decimal(100), 0, 0, "")


def test_issuing_shows_the_paper_first_and_then_leads_to_it(cast):
    quotation = quoting.drafted(cast)
    client = cast.client(cast.designer)

    page = client.get(address(quotation, "issues")).content.decode()
    assert "装修工程报价单" in page and "草稿" in page and Paper.objects.filter(kind="P05").count() == 0
    answer = client.post(address(quotation, "issues"))

    paper = Paper.objects.get(kind="P05")
    assert (answer.status_code, answer["Location"]) == (302, f"/papers/{paper.ref}/")


def test_an_issued_version_is_read_only_and_is_accepted_when_signed(cast):
    quotation = quoting.issued(cast)
    client = cast.client(cast.designer)
    assert 'name="quantity_' not in client.get(address(quotation)).content.decode()
    assert client.post(address(quotation, "acceptances")).status_code == 422
    sign_all(quotation.paper, by=cast.designer, at=cast.at)

    assert client.post(address(quotation, "acceptances")).status_code == 302
    assert Quotation.objects.get().state == "accepted"


def test_the_signature_of_the_customer_is_the_acceptance(cast):
    """P05, G5: nobody has to note it besides; the worker would find it too, at the moment of the last hand, and once."""
    quotation = quoting.issued(cast)
    with follow.following(quotation.lead.dossier, at=cast.at):
        sign_all(quotation.paper, by=cast.designer, at=cast.at)
    told = Quotation.objects.get(pk=quotation.pk)
    assert (told.state, told.accepted_at) == ("accepted", cast.at)
    leads.follow(at=cast.days(1))
    assert quotation.lead.dossier.entries.filter(kind="leads.quotation_accepted").count() == 1


def test_a_quotation_that_no_longer_fits_is_not_signed_any_more(cast):
    """The paper stays and says so; nobody is sent to sign it, the verb refuses, and the page shows no sizes that are not its own."""
    quotation = quoting.issued(cast)
    client, ref = cast.client(cast.designer), quotation.paper.ref
    assert f"/papers/{ref}/signatures/" in client.get(f"/papers/{ref}/").content.decode() and f"/papers/{ref}/" in client.get("/").content.decode()
    leads.correct_survey(quotation.lead, rooms=road.ROOMS, demands="同前", reason="量错了", by=cast.designer, at=cast.at)

    assert f"/papers/{ref}/signatures/" not in client.get(f"/papers/{ref}/").content.decode()
    assert f"/papers/{ref}/" not in client.get("/").content.decode()
    assert client.get(f"/papers/{ref}/signatures/?role=customer").status_code == 302
    with pytest.raises(Refused, match="no longer fits"):
        sign_all(quotation.paper, by=cast.designer, at=cast.at)
    assert "地面" not in client.get(address(quotation)).content.decode().split("<tbody>")[0]


def test_a_signed_quotation_that_no_longer_fits_is_not_accepted_by_itself(cast):
    quotation = quoting.issued(cast)
    sign_all(quotation.paper, by=cast.designer, at=cast.at)
    Paper.objects.filter(pk=quotation.paper_id).update(stale_at=cast.at, stale_reason="量房改了")
    leads.follow(quotation.lead.dossier, at=cast.at)
    assert Quotation.objects.get(pk=quotation.pk).state == "issued"


@pytest.mark.parametrize(("post", "seen"), [("designer", False), ("front_desk", False),
    ("estimator", True), ("design_manager", True), ("general_manager", True)])
def test_costs_and_margins_are_seen_by_permitted_posts_alone(cast, post, seen):
    quotation = quoting.drafted(cast)
    cost = f"¥{Quotation.objects.get(pk=quotation.pk).cost:,.2f}"

    page = cast.client(getattr(cast, post)).get(address(quotation)).content.decode()
    prices = cast.client(getattr(cast, post)).get(f"/leads/price-lists/{quotation.price_list_id}/").content.decode()

    assert (cost in page) is seen
    assert ("¥1,560.00" in prices) is seen


def test_a_quotation_of_another_store_is_as_if_it_were_not_there(cast):
    quotation = quoting.drafted(cast)
    client = cast.client(cast.other.designer)

    assert client.get(address(quotation)).status_code == client.get(f"/leads/{quotation.lead.ref}/quotations/7/").status_code == 404
    assert client.post(address(quotation, "issues")).status_code == 404
    assert client.post(f"/leads/{quotation.lead.ref}/quotations/").status_code == 404


@pytest.mark.parametrize("page", ["quotations", "quotations/1"])
def test_the_pages_of_a_quotation_ask_the_same_number_of_questions_for_many_lines(cast, page):
    few = quoting.drafted(cast)
    client = cast.client(cast.design_manager)
    small = asked(client, f"/leads/{few.lead.ref}/{page}/")
    quoting.price_list(cast, shipped(), valid_from=date(2026, 11, 24))
    many = leads.draft_quotation(road.surveyed_lead(cast, phones=["13900000001"], home=road.home(room_no="2201")), by=cast.designer, at=cast.at)

    assert many.lines.count() > 60
    assert asked(client, f"/leads/{many.lead.ref}/{page}/") == small
    assert small <= 12


# --- price lists -----------------------------------------------------------------------------------------------------


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


# --- imports ---------------------------------------------------------------------------------------------------------


def upload(cast: Any, **more: Any) -> dict[str, Any]:
    return {
        "file": SimpleUploadedFile("customer_list_2026.xlsx", Path(SAMPLE).read_bytes(), content_type=XLSX), "store": cast.store.pk,
        "origin": "own_list", "origin_note": "店里的登记本", "consent_basis": "request", "responsible": cast.store_manager.pk, **more,
    }  # fmt: skip


def test_the_front_desk_brings_the_sample_from_upload_to_import(cast):
    client = cast.client(cast.front_desk)
    assert client.get("/leads/imports/new/").status_code == 200

    answer = client.post("/leads/imports/new/", upload(cast))
    batch = ImportBatch.objects.get()
    url = f"/leads/imports/{batch.pk}/"
    assert (answer.status_code, answer["Location"]) == (302, url)
    page = client.get(url).content.decode()
    assert "工地参观" in page and "韩雪" in page
    other = LeadSource.objects.get(code="other").pk
    words = {f"source_{n}": said["id"] or other for n, said in enumerate(batch.mapping["sources"].values())}
    assert client.post(f"{url}words/", words).status_code == 302
    row = batch.rows.get(row=136)
    assert client.post(f"{url}rows/{row.pk}/", {**row.cells["texts"], "phone": "13151464080"}).status_code == 302
    assert client.post(f"{url}confirmations/").status_code == 422
    assert client.post(f"{url}confirmations/", {"leave_out_bad": "on"}).status_code == 302

    assert Lead.objects.count() == 156
    assert "K-CX-2026-0001" in client.get(f"{url}?rows=new").content.decode()


def test_numbers_are_masked_in_the_preview(cast):
    batch = uploaded(cast)

    page = cast.client(cast.front_desk).get(f"/leads/imports/{batch.pk}/?rows=new").content.decode()

    assert "186****0267" in page and "18690060267" not in page


@pytest.mark.parametrize("field", ["file", "origin_note", "responsible", "origin", "consent_basis"])
def test_an_upload_without_what_the_law_asks_comes_back(cast, field):
    told = upload(cast)
    del told[field]

    assert cast.client(cast.front_desk).post("/leads/imports/new/", told).status_code == 422
    assert ImportBatch.objects.count() == 0


def test_a_refused_import_says_that_the_file_is_chosen_again(cast):
    """A browser sends no file twice by itself: the form says so, and keeps what was typed beside it."""
    answer = cast.client(cast.front_desk).post("/leads/imports/new/", upload(cast, origin_note=""))
    page = answer.content.decode()
    assert answer.status_code == 422 and "请重新选择文件" in page


def test_a_nasty_upload_comes_back_with_a_sentence(cast):
    answer = cast.client(cast.front_desk).post("/leads/imports/new/", upload(cast, file=SimpleUploadedFile("x.xlsx", b"nonsense")))

    assert answer.status_code == 422
    assert "Excel" in answer.content.decode()


def test_the_same_file_again_leads_to_the_list_that_was_imported(cast):
    batch = imported(cast)

    answer = cast.client(cast.front_desk).post("/leads/imports/new/", upload(cast))

    assert answer["Location"] == f"/leads/imports/{batch.pk}/"
    assert Lead.objects.count() == 155


def test_an_import_is_withdrawn_with_a_reason(cast):
    batch = imported(cast)
    client = cast.client(cast.store_manager)

    assert client.get(f"/leads/imports/{batch.pk}/withdrawals/").status_code == 200
    assert client.post(f"/leads/imports/{batch.pk}/withdrawals/").status_code == 422
    assert client.post(f"/leads/imports/{batch.pk}/withdrawals/", {"reason": "名单拿错了"}).status_code == 302

    batch.refresh_from_db()
    assert batch.state == BatchState.WITHDRAWN


def test_an_import_of_another_store_is_as_if_it_were_not_there(cast):
    batch = uploaded(cast)
    row = batch.rows.first()
    client = cast.client(cast.other.front_desk)

    for url in ("", "words/", "confirmations/", "drops/", "withdrawals/", f"rows/{row.pk}/", f"rows/{row.pk}/skips/"):
        assert client.post(f"/leads/imports/{batch.pk}/{url}").status_code in (404, 405)
    assert client.get(f"/leads/imports/{batch.pk}/").status_code == client.get("/leads/imports/999/").status_code == 404


def test_a_designer_imports_nothing(cast):
    assert cast.client(cast.designer).get("/leads/imports/").status_code == 403


def test_a_row_of_another_list_is_not_there(cast):
    first, second = uploaded(cast), uploaded(cast, store=cast.other.store, by=cast.other.front_desk, responsible=cast.other.store_manager)

    assert cast.client(cast.front_desk).get(f"/leads/imports/{first.pk}/rows/{second.rows.first().pk}/").status_code == 404


def test_import_pages_ask_few_questions(cast):
    batch = uploaded(cast)
    client = cast.client(cast.front_desk)

    assert asked(client, "/leads/imports/") <= 6
    assert asked(client, f"/leads/imports/{batch.pk}/") <= 12
    assert asked(client, f"/leads/imports/{batch.pk}/?rows=new") <= 12
    assert asked(client, f"/leads/imports/{batch.pk}/rows/{batch.rows.first().pk}/") <= 12
