"""The pages of repairs: what they show, what a refused post keeps, how many questions they ask, what the sheets carry."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aftersales import services
from aftersales.models import RepairOrder, RepairRequest
from config.reach import attachments
from core.models import AuditEntry
from tests.factories import aftersales as after
from tests.factories import repairs
from tests.factories.inspections import picture

HOUR = timedelta(hours=1)


@pytest.fixture
def now() -> Any:
    return timezone.now() - 6 * HOUR


def asked(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_a_fault_is_taken_up_at_the_front_desk_and_says_why_it_is_free(cast, accepted):
    client = cast.client(cast.front_desk)
    assert accepted.customer_name in client.get("/aftersales/repairs/new/?q=" + accepted.customer_name).content.decode()
    told = {"source": "phone", "room": "卫生间", "item": "墙角", "category": "waterproof", "fault": "渗水", "photos": picture()}
    answer = client.post(f"/aftersales/{accepted.ref}/repairs/", told)

    repair = RepairRequest.objects.get()
    assert answer.url == f"/aftersales/repairs/{repair.ref}/"
    text = client.get(answer.url).content.decode()
    assert "法定保修" in text and "在法定保修期内" in text and "尾款未付清" in text
    assert repair.photos.count() == 1


def test_a_refused_form_keeps_what_was_typed(cast, accepted):
    answer = cast.client(cast.front_desk).post(f"/aftersales/{accepted.ref}/repairs/", {"source": "phone", "room": "", "fault": "厨房漏水很急", "category": ""})

    assert answer.status_code == 422
    assert "厨房漏水很急" in answer.content.decode()


def test_a_refusal_in_the_term_is_refused_on_the_page_with_what_is_missing(cast, accepted, now):
    repair = repairs.told(accepted, people=cast, at=now)
    client, url = cast.client(cast.cs_officer), f"/aftersales/repairs/{repair.ref}/sortings/"
    answer = client.post(url, {"term": "W01", "exclusion": "X02", "evidence": "", "cover": "", "reason": ""})
    assert answer.status_code == 422
    assert "改动的部位" in answer.content.decode()
    client.post(url, {"term": "W01", "exclusion": "X02", "evidence": "照片两张", "cover": "", "reason": ""})

    assert "等第二人复核" in client.get(repair.get_absolute_url()).content.decode()
    assert client.post(f"/aftersales/repairs/{repair.ref}/refusals/").status_code == 422  # one's own
    head = cast.client(cast.aftersales_head)
    assert head.post(f"/aftersales/repairs/{repair.ref}/refusals/").status_code == 302
    assert repairs.fresh(repair).cover == "paid"


def test_the_technician_arrives_notes_and_finishes_from_the_phone(cast, accepted, now):
    order = repairs.sent(accepted, people=cast, at=now)
    client, url = cast.client(cast.technician), f"/aftersales/repairs/{order.repair.ref}/orders/1"
    assert "到场" in client.get(order.repair.get_absolute_url()).content.decode()
    client.post(f"{url}/steps/", {"step": "leave"})
    client.post(f"{url}/steps/", {"step": "arrive"})
    answer = client.post(f"{url}/site/", {"found": "墙角开裂", "plan": "补做", "photos": picture(), "name_1": "防水涂料", "quantity_1": "1", "unit_1": "桶"})
    order = RepairOrder.objects.get(pk=order.pk)
    assert answer.url == f"/papers/{order.paper.ref}/"
    assert client.get(answer.url).status_code == 200  # the technician reads and signs there
    answer = client.post(f"{url}/done/", {"work": "已补做", "mended": "yes", "rest": "", "photos": picture()})

    order.refresh_from_db()
    assert (order.state, answer.url) == ("done", f"/papers/{order.feedback.ref}/")


def test_of_several_files_the_one_that_is_no_photo_is_named_and_all_are_asked_for_again(cast, accepted, now):
    order = repairs.sent(accepted, people=cast, at=now)
    client, url = cast.client(cast.technician), f"/aftersales/repairs/{order.repair.ref}/orders/1"
    client.post(f"{url}/steps/", {"step": "leave"})
    client.post(f"{url}/steps/", {"step": "arrive"})
    bad = SimpleUploadedFile("IMG_2031.jpg", b"no picture at all", "image/jpeg")

    answer = client.post(f"{url}/site/", {"found": "墙角开裂", "plan": "补做", "photos": [picture(), bad]})

    page = answer.content.decode()
    assert answer.status_code == 422 and "“IMG_2031.jpg”：" in page and "墙角开裂" in page
    assert "照片和文件请重新选一次" in page
    without = client.post(f"{url}/site/", {"found": "", "plan": ""}).content.decode()
    assert "照片和文件请重新选一次" not in without  # nothing was chosen


def test_work_outside_the_warranty_is_refused_on_the_page_without_the_signature(cast, accepted, now):
    sick = {"category": "sanitary", "exclusion": "X02", "evidence": "照片"}
    order = repairs.on_site(accepted, people=cast, at=now, **sick)
    client, url = cast.client(cast.technician), f"/aftersales/repairs/{order.repair.ref}/orders/1"
    priced = {"name_1": "阀芯", "quantity_1": "2", "unit_1": "个", "price_1": "45.5", "labour": "120"}
    client.post(f"{url}/site/", {"found": "x", "plan": "y", "photos": picture(), **priced})
    answer = client.post(f"{url}/done/", {"work": "换好了", "mended": "yes", "photos": picture()})

    assert answer.status_code == 422
    assert "业主还没有就收费签字" in answer.content.decode()
    assert "换好了" in answer.content.decode()
    order.refresh_from_db()
    assert order.charge == Decimal(211)


def test_LR43_the_number_is_masked_until_it_is_asked_for_and_the_look_is_on_record(cast, accepted, now):
    repair = repairs.told(accepted, people=cast, at=now, phone="13677001471")
    client = cast.client(cast.technician)
    assert "13677001471" not in client.get(repair.get_absolute_url()).content.decode()

    assert "13677001471" in client.post(f"/aftersales/repairs/{repair.ref}/phone/").content.decode()
    assert AuditEntry.objects.filter(kind="aftersales.phone_shown", by=cast.technician).count() == 1


def test_one_click_from_a_leak_opens_its_waterproofing_photos_who_did_it_and_until_when(cast, accepted, now):
    repair = repairs.told(accepted, people=cast, at=now)
    client = cast.client(cast.technician)
    link = f"/aftersales/repairs/{repair.ref}/origins/"
    assert link in client.get(repair.get_absolute_url()).content.decode()

    text = client.get(link).content.decode()

    assert "C4" in text and "防水" in text
    assert "鲁全胜班组" in text and str(accepted.inspector) in text
    thumbs = [part.split('"')[0] for part in text.split('src="')[1:] if part.startswith("/files/")]
    shown = {thumb.split("/")[2] for thumb in thumbs}
    assert shown
    assert attachments(cast.technician).filter(public_id__in=shown).count() == len(shown)  # the technician may open them all
    assert not attachments(cast.other.technician).filter(public_id__in=shown).exists()
    until = repair.warranty.terms.get(code="W01").until
    assert f"{until:%Y-%m-%d}" in text


def test_the_money_of_a_repair_is_taken_on_a_receipt(cast, accepted, now):
    sick = {"category": "sanitary", "exclusion": "X02", "evidence": "照片"}
    repair = repairs.done(accepted, people=cast, at=now - 2 * HOUR, charge=Decimal(80), **sick)
    client = cast.client(cast.cashier)
    told = {"amount": "80", "method": "wechat", "payer": "陈静兰", "key": "6f2b4a6e-3c1f-4b5a-9a53-1f6f6d5c2b11"}
    assert client.post(f"/aftersales/repairs/{repair.ref}/payments/", told | {"amount": "81"}).status_code == 422
    assert client.post(f"/aftersales/repairs/{repair.ref}/payments/", told).status_code == 302
    assert services.open_money(repairs.fresh(repair)) == 0


def test_what_repairs_cost_opens_down_to_its_rows_and_goes_to_excel_as_shown(cast, accepted, now):
    repair = repairs.done(accepted, people=cast, at=now - 2 * HOUR)
    told = {"by": cast.aftersales_head, "at": timezone.now()}
    services.note_repair_cost(repair, trade="waterproof", crew="鲁全胜班组", person=cast.foreman, material=Decimal(86), labour=Decimal(240), **told)
    services.note_repair_cost(repair, trade="tiles", crew="别的班组", material=Decimal(10), **told)
    client = cast.client(cast.aftersales_head)
    text = client.get("/aftersales/repairs/costs/").content.decode()
    assert "336.00" in text and "326.00" in text
    narrowed = client.get("/aftersales/repairs/costs/", {"trade": "tiles"}).content.decode()
    assert narrowed.count(" data-row>") == 1

    book = openpyxl.load_workbook(io.BytesIO(client.get("/aftersales/repairs/costs/export/", {"trade": "waterproof"}).content))
    rows = list(book.active.iter_rows(values_only=True))
    assert len(rows) == 2 and "鲁全胜班组" in rows[1]
    assert client.get("/aftersales/repairs/costs/", {"month": "nonsense"}).status_code == 200


def test_lists_ask_the_same_questions_for_one_and_for_many(cast, accepted, now):
    head = cast.client(cast.aftersales_head)
    repair = repairs.told(accepted, people=cast, at=now)
    one = [asked(head, "/aftersales/repairs/"), asked(head, repair.get_absolute_url())]
    for n in range(12):
        repairs.told(accepted, people=cast, at=now, room=f"房间 {n}")
        services.diagnose(repair, reached=False, by=cast.technician, at=now)
    many = [asked(head, "/aftersales/repairs/"), asked(head, repair.get_absolute_url())]

    assert many == one
    assert one[0] <= 8, one


def test_the_pages_of_a_repair_stay_within_their_questions(cast, accepted, now):
    repair = repairs.done(accepted, people=cast, at=now - 2 * HOUR)
    head = cast.client(cast.aftersales_head)
    counts = {name: asked(head, f"/aftersales/repairs/{repair.ref}/{name}") for name in ("", "origins/")}

    assert max(counts.values()) <= 30, counts


def test_a_list_is_filtered_by_state_cover_and_words(cast, accepted, now):
    repairs.told(accepted, people=cast, at=now)
    repairs.in_order(accepted, people=cast, at=now, category="tile", room="厨房")
    client = cast.client(cast.aftersales_head)
    queries = ("", "show=reported", "cover=statutory", "q=没有这个人")
    rows = {query: client.get(f"/aftersales/repairs/?{query}").content.decode().count(" data-row>") for query in queries}

    assert rows == {"": 2, "show=reported": 1, "cover=statutory": 1, "q=没有这个人": 0}


def test_a_look_at_a_home_that_finds_something_leads_to_its_repair(cast, accepted):
    client = cast.client(cast.technician)
    told = {"problem": "阳台地漏返味", "correction": "", "room": "阳台", "category": "drain"}
    answer = client.post(f"/aftersales/{accepted.ref}/home-patrols/", told)

    assert answer.url == RepairRequest.objects.get().get_absolute_url()
    assert after.warranty_of(accepted).patrols.count() == 1
