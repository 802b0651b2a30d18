"""The pages of complaints: what they show, what a refused post keeps, how many questions they ask, whom they tell nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from aftersales import services
from aftersales.models import CheckProposal, Complaint
from config import scans
from core.models import AuditEntry, Deadline
from inspections.models import CheckTemplate
from inspections.services import load_checks
from leads.models import Lead
from tests import road
from tests.cast import Cast
from tests.factories import complaints
from tests.factories.inspections import picture

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIST = "/aftersales/complaints/"


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: Any) -> Iterator[SimpleNamespace]:
    with django_db_blocker.unblock(), translation.override("en"), transaction.atomic():
        cast = Cast()
        yield SimpleNamespace(cast=cast, lead=road.assigned_lead(cast).pk)
        transaction.set_rollback(True)


@pytest.fixture
def lead(standing: SimpleNamespace, db: None) -> Lead:
    return Lead.objects.select_related("dossier", "customer", "home").get(pk=standing.lead)


@pytest.fixture
def now() -> Any:
    return timezone.now() - 12 * HOUR


def asked(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_a_complaint_is_registered_from_the_file_and_a_refused_form_keeps_what_was_typed(cast: Any, lead: Lead) -> None:
    client = cast.client(cast.front_desk)
    url = f"{LIST}of/{lead.ref}/"
    assert url in client.get(f"/leads/{lead.ref}/").content.decode()
    assert lead.ref in client.get(f"{LIST}new/", {"q": lead.customer.name}).content.decode()
    told = {"source": "phone", "complainant": "陈静兰", "text": "约好的量房没有人来", "category": ""}
    answer = client.post(url, told)
    assert answer.status_code == 422 and "约好的量房没有人来" in answer.content.decode()

    answer = client.post(url, told | {"category": "attitude", "named": [cast.designer.pk]})
    made = Complaint.objects.get()
    assert answer.status_code == 302 and made.officer == cast.cs_officer
    assert [row.person for row in made.complaintpersons.all()] == [cast.designer]


def test_the_page_shows_what_is_missing_for_the_next_step_and_who_clears_it(cast: Any, lead: Lead, now: Any) -> None:
    made = complaints.brought_to("investigated", lead, people=cast, at=now)
    text = cast.client(cast.cs_supervisor).get(made.get_absolute_url()).content.decode()
    assert "提出的方案不足两个" in text and "主管领导尚未批准处理方案" in text and cast.general_manager.full_name in text
    for step in ("受理", "判断", "调查", "方案", "实施", "总结评价"):
        assert step in text


def test_whom_it_is_about_is_told_nothing_by_any_page(cast: Any, lead: Lead, now: Any) -> None:
    """Neither list, page, file, papers, desk nor search shows a complaint to the colleague it is about; others of the service see it."""
    made = complaints.told(lead, people=cast, at=now, named=[cast.cs_supervisor, cast.designer], category="attitude")
    for person in (cast.cs_supervisor, cast.designer):
        client = cast.client(person)
        pages = (LIST, f"/leads/{lead.ref}/", "/papers/", "/", f"/search/?q={made.ref}")
        shown = {url: made.get_absolute_url() in (text := client.get(url).content.decode()) or made.paper.ref in text for url in pages}
        assert not any(shown.values()), shown
        assert client.get(made.get_absolute_url()).status_code == 404
        assert client.get(f"/papers/{made.paper.ref}/").status_code == 404
    original = scans.offer(made.paper, role="cs_officer", name="万里", file=picture(name="original.jpg"), by=cast.cs_officer, at=now)
    about, other = cast.client(cast.designer), cast.client(cast.store_manager)
    assert made.paper.ref not in about.get(f"/leads/{lead.ref}/?show=photos").content.decode()
    assert [client.get(f"/files/{original.public_id}/").status_code for client in (about, other)] == [404, 200]
    assert made.ref in other.get(f"/search/?q={made.ref}").content.decode()
    assert other.get(f"/papers/{made.paper.ref}/").status_code == 200
    assert "登记投诉" in other.get(f"/leads/{lead.ref}/").content.decode()


def test_LR43_the_number_is_masked_until_it_is_asked_for_and_the_look_is_on_record(cast: Any, lead: Lead, now: Any) -> None:
    made = complaints.told(lead, people=cast, at=now)
    client = cast.client(cast.cs_officer)
    assert "13900001234" not in client.get(made.get_absolute_url()).content.decode()
    assert "13900001234" in client.post(f"{made.get_absolute_url()}phone/").content.decode()
    assert AuditEntry.objects.filter(kind="aftersales.complaint_phone", by=cast.cs_officer).count() == 1


def test_G23_the_leader_approves_on_the_page_when_each_proposal_is_read(cast: Any, lead: Lead, now: Any) -> None:
    made = complaints.brought_to("proposed", lead, people=cast, at=now)
    first, second = (str(row.pk) for row in made.proposals.all())
    client, url = cast.client(cast.general_manager), f"{made.get_absolute_url()}approval/"
    answer = client.post(url, {"read": [first], "chosen": second, "instruction": "同意，三天内完成"})
    assert answer.status_code == 422
    assert "方案 2 还没有阅看" in answer.content.decode() and "同意，三天内完成" in answer.content.decode()
    assert client.post(url, {"read": [first, second], "chosen": second, "instruction": "同意"}).status_code == 302
    assert complaints.fresh(made).solution.kind == "S09"
    assert cast.client(cast.store_manager).post(url, {"read": [first], "chosen": first, "instruction": "x"}).status_code == 422


def test_lists_and_pages_ask_the_same_questions_for_one_and_for_many(cast: Any, lead: Lead, now: Any) -> None:
    client = cast.client(cast.cs_supervisor)
    made = complaints.brought_to("approved", lead, people=cast, at=now)
    urls = (LIST, f"{LIST}statistics/", made.get_absolute_url(), "/aftersales/shifts/", "/check-items/", f"/leads/{lead.ref}/")
    one = [asked(client, url) for url in urls]
    for n in range(8):
        complaints.told(lead, people=cast, at=now, category="price", text=f"增项 {n}")
    assert [asked(client, url) for url in urls] == one
    frame = 3  # session, person, open clocks
    assert one[0] <= 6 + frame and one[2] <= 18 + frame, one


def test_S10_a_figure_opens_its_rows(cast: Any, lead: Lead, now: Any) -> None:
    complaints.brought_to("closed", lead, people=cast, at=now - DAY)
    complaints.told(lead, people=cast, at=now, category="price")
    client = cast.client(cast.cs_supervisor)
    day = timezone.localdate(now).isoformat()
    rows = {
        query: client.get(f"{LIST}?{query}").content.decode().count(" data-row>")
        for query in (
            "", "show=closed", "show=all", "category=price", "upheld=yes&show=all", f"trade=tiles&span=quarter&day={day}", "q=没有这个人", "who=mine"
        )
    }  # fmt: skip
    assert list(rows.values()) == [1, 1, 2, 1, 1, 1, 0, 0]
    text = client.get(f"{LIST}statistics/?span=quarter&day={day}").content.decode()
    assert "category=price" in text and "泥瓦" in text
    for day in ("nonsense", "9999-12-31", "0001-01-01"):
        assert client.get(f"{LIST}statistics/?span=month&day={day}").status_code == 200


def test_a_proposed_item_is_adopted_into_the_catalogue_and_stays_there(cast: Any, lead: Lead, now: Any, monkeypatch: Any) -> None:
    """Checks opened from now on have it; a later shipped version keeps it; a declined one changes nothing."""
    from inspections import checks as shipped

    load_checks(at=now)
    made = complaints.brought_to("investigated", lead, people=cast, at=now)
    for text in ("墙砖逐块敲击", "再来一条"):
        services.propose_check_item(made, check="C5", text=text, method="空鼓锤", by=cast.engineering_manager, at=now)
    second, first = CheckProposal.objects.order_by("-pk")
    client = cast.client(cast.engineering_manager)
    assert "墙砖逐块敲击" in client.get("/check-items/").content.decode()
    assert client.post(f"/check-items/{first.pk}/", {"adopt": "no", "reason": ""}).status_code == 422
    before = CheckTemplate.objects.filter(code="C5").latest("version")
    assert client.post(f"/check-items/{first.pk}/", {"adopt": "yes"}).status_code == 302
    assert client.post(f"/check-items/{second.pk}/", {"adopt": "no", "reason": "已有"}).status_code == 302

    after = CheckTemplate.objects.filter(code="C5").latest("version")
    assert after.version == before.version + 1 and after.items.count() == before.items.count() + 1
    added = after.items.last()
    assert (added.code, added.zh, added.refs) == ("C5-K01", "墙砖逐块敲击", [made.ref])
    first.refresh_from_db()
    assert first.item_code == "C5-K01" and load_checks(at=now) == []
    kept = dict(CheckTemplate.objects.order_by("version").values_list("code", "sha256")) | {"C5": "a" * 64}
    monkeypatch.setattr(shipped, "fingerprint", kept.__getitem__)
    (anew,) = load_checks(at=now)
    assert anew.items.filter(code="C5-K01").exists() and anew.items.count() == after.items.count()


def test_the_shift_is_handed_over_on_the_page_and_leads_to_its_paper(cast: Any, lead: Lead, now: Any) -> None:
    made = complaints.told(lead, people=cast, at=now)
    client = cast.client(cast.cs_officer)
    assert made.ref in client.get("/aftersales/shifts/new/").content.decode()
    told = {"side": "giver", "other": cast.cs_supervisor.pk, "none_missed": "no", "note": ""}
    answer = client.post("/aftersales/shifts/new/", told)
    assert answer.status_code == 422 and "漏接了哪个来电" in answer.content.decode()
    answer = client.post("/aftersales/shifts/new/", told | {"note": "10:05 未接，已回电"})
    assert answer.status_code == 302 and answer.url.startswith("/papers/S16-")
    assert client.get(answer.url).status_code == 200
    assert Deadline.objects.filter(clock="aftersales.shift_handover", stopped_at__isnull=True).count() == 1


def test_a_report_is_written_on_its_page(cast: Any, lead: Lead, now: Any) -> None:
    last = timezone.localdate() - timedelta(days=7)
    complaints.told(lead, people=cast, at=now - 7 * DAY)
    client, url = cast.client(cast.cs_supervisor), f"{LIST}reports/?span=week&day={last.isoformat()}"
    assert client.get(url).status_code == 200
    answer = client.post(url, {"analysis": "只写了分析", "measures": ""})
    assert answer.status_code == 422 and "只写了分析" in answer.content.decode()
    assert client.post(url, {"analysis": "甲", "measures": "乙"}).status_code == 302
    assert "甲" in client.get(f"{LIST}statistics/?span=week&day={last.isoformat()}").content.decode()
