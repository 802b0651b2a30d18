"""The pages of drawings and of the survey: who sees what, nothing typed is lost, as many questions for one version as for fifty."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leads import services
from leads.models import Drawing, SiteSurvey
from tests import drafting, road
from tests.hand import STROKES


def text(answer: Any) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())


def asked(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def confirmation(world: Any, kind: str = "floor_plan") -> str:
    return reverse("leads:drawing-confirmations", args=[world.lead["paid"].ref, kind, 1])


# --- drawings --------------------------------------------------------------------------------------------------------


def test_a_version_is_put_in_with_its_files_and_shown_with_its_pictures(world):
    client, lead = world.client(world.person["designer"]), world.lead["paid"]
    url = reverse("leads:drawing-new", args=[lead.ref, "rendering"])

    answer = client.post(url, {"title": "客餐厅效果图", "files": [drafting.picture("a.png"), drafting.pdf("b.pdf")]}, follow=True)

    made = Drawing.objects.get(lead=lead, kind="rendering")
    assert answer.redirect_chain[0][0] == reverse("leads:drawings", args=[lead.ref])
    assert "客餐厅效果图" in text(answer) and "b.pdf" in text(answer) and "第 1 版未确认" in text(answer)
    assert str(made.files.first().attachment.public_id) in answer.content.decode()


def test_a_refused_version_comes_back_with_everything_typed(world):
    client, lead = world.client(world.person["designer"]), world.lead["accepted"]
    url = reverse("leads:drawing-new", args=[lead.ref, "construction"])

    answer = client.post(url, {"title": "全套施工图", "changes": "厨房加两个插座", "reason": "", "files": [drafting.pdf()]})

    assert answer.status_code == 422 and "厨房加两个插座" in answer.content.decode()
    assert lead.drawings.filter(kind="construction").count() == 1


def test_the_page_says_that_an_older_version_is_the_confirmed_one(world):
    lead = world.lead["accepted"]
    drafting.drawn(lead, "construction", by=world.person["designer"], at=world.cast.at, reason="业主加书桌")

    page = text(world.client(world.person["estimator"]).get(reverse("leads:drawings", args=[lead.ref])))

    assert "第 1 版已确认，新的第 2 版未确认" in page and "业主加书桌" in page
    assert "上传新版" not in page  # an estimator reads


def test_the_page_of_all_versions_asks_the_same_for_one_three_and_fifty(world):
    lead, by = world.lead["paid"], world.person["designer"]
    client, counts = world.client(by), []
    for rows in (1, 3, 50):
        for _n in range(rows - lead.drawings.filter(kind="rendering").count()):
            drafting.drawn(lead, "rendering", by=by, at=world.cast.at, files=[drafting.picture()])
        counts.append(asked(client, reverse("leads:drawings", args=[lead.ref])))
    assert counts == [counts[0]] * 3 and counts[0] <= 12


def test_the_client_file_asks_the_same_with_one_drawing_and_with_fifty(world):
    lead, by = world.lead["paid"], world.person["designer"]
    client = world.client(by)
    few = asked(client, lead.get_absolute_url())
    for _n in range(50):
        drafting.drawn(lead, "rendering", by=by, at=world.cast.at)
    assert asked(client, lead.get_absolute_url()) == few


def test_the_customer_signs_for_a_version_on_this_device(world):
    client = world.client(world.person["customer_manager"])

    blank = client.post(confirmation(world), {"way": "signed", "name": road.CUSTOMER, "strokes": "[]", "agreed": "on"})
    unread = client.post(confirmation(world), {"way": "signed", "name": road.CUSTOMER, "strokes": STROKES})
    assert blank.status_code == unread.status_code == 422 and "请在本机签字" in text(blank)
    client.post(confirmation(world), {"way": "signed", "name": road.CUSTOMER, "strokes": STROKES, "agreed": "on"})

    made = Drawing.objects.get(lead=world.lead["paid"], kind="floor_plan").confirmation
    assert (made.name, made.channel, made.witness) == (road.CUSTOMER, "visit", world.person["customer_manager"])


def test_a_confirmation_by_message_is_shown_by_its_screenshot(world):
    client, witness = world.client(world.person["designer"]), world.person["customer_manager"]
    told = {"way": "shown", "name": road.CUSTOMER, "channel": "message", "witness": witness.pk, "note": "就按这版"}

    without = client.post(confirmation(world), told)
    assert without.status_code == 422 and "就按这版" in without.content.decode()
    page = client.post(confirmation(world), told | {"evidence": drafting.picture("微信.png")}, follow=True)

    assert "第 1 版已确认" in text(page) and f"见证人 {witness.full_name}" in text(page) and "就按这版" in text(page)


@pytest.mark.parametrize(("moment", "says"), [("2099-01-01T10:00", "还没到"), ("2020-01-01T10:00", "已超过三天")])
def test_a_claimed_moment_lies_in_the_last_three_days(world, moment, says):
    """Decision 33."""
    client = world.client(world.person["designer"])
    told = {
        "way": "shown", "name": road.CUSTOMER, "channel": "phone", "witness": world.person["designer"].pk, "confirmed_at": moment,
        "evidence": drafting.picture(),
    }  # fmt: skip
    answer = client.post(confirmation(world), told)
    assert answer.status_code == 422 and says in text(answer)


# --- large homes -----------------------------------------------------------------------------------------------------


def test_r004_the_customers_page_names_who_checks_first(world):
    lead = world.lead["large"]
    page = text(world.client(world.person["designer"]).get(reverse("leads:drawing-confirmations", args=[lead.ref, "construction", 1])))
    assert "大户型的施工图先由首席设计师审核" in page and world.person["chief_designer"].full_name in page
    assert "签字确认" not in page


def test_r004_the_chief_designer_opens_and_checks_drawings_of_an_enquiry_that_is_anothers(world):
    lead, chief = world.lead["large"], world.client(world.person["chief_designer"])
    url = reverse("leads:drawing-reviews", args=[lead.ref, "construction", 1])
    kept = Drawing.objects.get(lead=lead, kind="construction").files.first().attachment

    assert chief.get(url).status_code == 200
    assert chief.get(reverse("file", args=[kept.public_id])).status_code == 200
    assert world.client(world.other["chief_designer"]).get(reverse("file", args=[kept.public_id])).status_code == 404
    assert chief.post(url, {"passed": "no", "points": ""}).status_code == 422
    answer = chief.post(url, {"passed": "yes", "points": "楼梯净高复核"})
    assert answer.status_code == 302 and Drawing.objects.get(lead=lead, kind="construction").review.passed


def test_r004_what_was_sent_back_stands_on_the_desk_of_the_author(world):
    lead = world.lead["large"]
    drawing = Drawing.objects.get(lead=lead, kind="construction")
    services.review_drawing(drawing, passed=False, points="净高不足", by=world.person["chief_designer"], at=world.cast.at)

    client = world.client(world.person["designer"])
    assert "施工图审核退回" in text(client.get("/"))
    page = text(client.get(reverse("leads:drawings", args=[lead.ref])))
    assert "第 1 版被退回" in page and "净高不足" in page


# --- the site --------------------------------------------------------------------------------------------------------


def test_p04_a_foreman_reads_the_confirmed_construction_drawings_and_nothing_else(world):
    site, client = world.site["working"], world.client(world.person["foreman"])
    page = text(client.get(reverse("projects:drawings", args=[site.ref])))
    assert "第 1 版有效" in page and "施工图.pdf" in page and "设计方案" not in page
    file = text(client.get(reverse("projects:file", args=[site.ref])))
    assert "施工图" in file and "设计方案" not in file
    assert client.get(reverse("leads:drawings", args=[site.lead.ref])).status_code == 403


# --- the survey ------------------------------------------------------------------------------------------------------


def rooms(**more: Any) -> dict[str, Any]:
    room = {"name": "客厅", "kind": "living", "length_mm": "5200", "width_mm": "3900", "height_mm": "2800"}
    rows = {
        "o-TOTAL_FORMS": "2", "o-INITIAL_FORMS": "0", "o-0-kind": "door", "o-0-width_mm": "900", "o-0-height_mm": "2100", "o-1-kind": "window",
        "o-1-width_mm": "1800", "o-1-height_mm": "1500", "o-1-sill_mm": "900", "o-1-place": "南墙", "f-TOTAL_FORMS": "1", "f-INITIAL_FORMS": "0",
        "f-0-kind": "socket", "f-0-count": "6",
    }  # fmt: skip
    told = {f"rooms-0-{name}": value for name, value in (room | rows | more).items()}
    return {"demands": "客厅不做主灯", "rooms-TOTAL_FORMS": "1", "rooms-INITIAL_FORMS": "0", **told}


def survey_url(world: Any) -> str:
    return reverse("leads:surveys", args=[world.lead["paid"].ref])


def test_p01_what_was_measured_with_a_photo_leads_to_the_page_on_which_the_customer_signs(world):
    client = world.client(world.person["designer"])

    answer = client.post(survey_url(world), rooms(photos=drafting.picture("客厅.png")))

    survey = SiteSurvey.objects.get(lead=world.lead["paid"])
    assert answer["Location"] == f"{reverse('paper-sign', args=[survey.paper.ref])}?role=customer"
    assert [(o.kind, o.width_mm) for o in survey.openings.all()] == [("door", 900), ("window", 1800)]
    assert survey.photos.get().room.name == "客厅" and survey.fittings.get().count == 6
    assert client.get(answer["Location"]).status_code == 202  # it is being printed


def test_an_opening_that_cannot_be_comes_back_in_its_open_room(world):
    answer = world.client(world.person["designer"]).post(survey_url(world), rooms(**{"o-1-width_mm": "50", "o-0-place": "东墙"}))
    page = answer.content.decode()
    assert answer.status_code == 422 and "东墙" in page and 'value="50"' in page
    assert re.search(r'<details class="survey-room"[^>]*id="rooms-0" open', page)
    assert not SiteSurvey.objects.filter(lead=world.lead["paid"]).exists()


@pytest.mark.parametrize(("more", "field"), [("rooms-0-o", "rooms-0-o-2-width_mm"), ("rooms-0-f", "rooms-0-f-1-count"), ("room", "rooms-1-name")])
def test_without_script_one_row_more_keeps_all_that_was_typed(world, more, field):
    page = world.client(world.person["designer"]).post(survey_url(world), rooms() | {"more": more}).content.decode()
    assert f'name="{field}"' in page
    for value in ("客厅不做主灯", "1800", "南墙"):
        assert value in page


def test_a_correction_shows_openings_finds_and_photos_of_the_last_survey(world):
    client, lead = world.client(world.person["designer"]), world.lead["paid"]
    client.post(survey_url(world), rooms(photos=drafting.picture("客厅.png")))
    kept = SiteSurvey.objects.get(lead=lead).photos.get().attachment

    page = client.get(survey_url(world)).content.decode()

    assert 'value="1800"' in page and "南墙" in page and str(kept.public_id) in page and "保留上次的照片" in page


def test_the_survey_asks_the_same_for_one_opening_and_for_twenty(world):
    client = world.client(world.person["designer"])
    client.post(survey_url(world), rooms())
    few = asked(client, survey_url(world))
    row = (("kind", "window"), ("width_mm", "600"), ("height_mm", "600"))
    many = {"o-TOTAL_FORMS": "20"} | {f"o-{n}-{name}": value for n in range(20) for name, value in row}
    client.post(survey_url(world), rooms(**many) | {"reason": "补量"})
    assert SiteSurvey.objects.filter(lead=world.lead["paid"]).count() == 2
    assert asked(client, survey_url(world)) == few <= 12


def test_l03_and_l22_lead_to_the_page_on_which_the_customer_signs(world):
    designer, manager = world.client(world.person["designer"]), world.client(world.person["customer_manager"])
    record = designer.post(reverse("leads:consultations", args=[world.lead["assigned"].ref]), {"channel": "visit", "demands": "老人房要扶手"})
    agreement = manager.post(reverse("leads:order-agreements", args=[world.lead["content"].ref]), {"nature": "earnest", "amount": "8000"})
    for answer, kind in ((record, "L03"), (agreement, "L22")):
        assert re.fullmatch(rf"/papers/{kind}-CX-2026-\d{{4}}/signatures/\?role=customer", answer["Location"]), answer


def test_l10_a_preview_takes_files_through_the_page(world):
    lead = world.lead["consulted"]
    told = {"style": "现代", "overall_plan": "开放厨房", "estimate": "200000", "files": [drafting.picture("效果.png"), drafting.pdf("平面.pdf")]}
    assert world.client(world.person["designer"]).post(reverse("leads:proposals", args=[lead.ref]), told).status_code == 302
    assert lead.proposals.get().files.count() == 2


def test_q23_a_free_measuring_is_noted_before_the_deposit(world):
    lead = world.lead["consulted"]
    client = world.client(world.person["designer"])
    client.post(reverse("leads:measure-notes", args=[lead.ref]), {"note": "主卧 4.2 × 3.6", "photos": drafting.picture()})
    assert "主卧 4.2 × 3.6" in text(client.get(reverse("leads:measure-notes", args=[lead.ref])))
    late = client.post(reverse("leads:measure-notes", args=[world.lead["paid"].ref]), {"note": "再量"})
    assert late.status_code == 422 and "请写量房记录" in text(late)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO leads_surveyopening (survey_id, room_id, kind, width_mm, height_mm, place, position) "
        "SELECT s.id, r.id, 'door', 900, 2100, '', 9 "
        "FROM leads_sitesurvey s JOIN leads_lead l ON l.id = s.lead_id JOIN leads_room r ON r.home_id = l.home_id LIMIT 1",
        "INSERT INTO leads_surveyfitting (survey_id, room_id, kind, count, size, place, position) "
        "SELECT s.id, r.id, 'beam', 1, '', '', 9 "
        "FROM leads_sitesurvey s JOIN leads_lead l ON l.id = s.lead_id JOIN leads_room r ON r.home_id = l.home_id LIMIT 1",
    ],
)  # fmt: skip
def test_nothing_is_added_to_a_survey_that_was_written(world, statement):
    """The world was built before this transaction began."""
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
