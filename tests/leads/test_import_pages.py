"""Pages of imports: from the upload to the imported list; who enters, what is masked, how many questions they ask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from leads.models import ImportBatch, Lead, LeadSource
from tests.leads.test_import import SAMPLE, uploaded
from tests.leads.test_quotation_pages import asked

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
