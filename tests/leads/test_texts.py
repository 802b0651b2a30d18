"""Messages ready to copy: filled from the file, never with a raw placeholder; a store words them in versions."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.data import BadData
from core.refusals import Refused
from leads import services as leads
from leads import texts
from leads.choices import Stage
from leads.choices_appointments import AppointmentState
from leads.models import Appointment, TextVersion
from leads.procedure import Standing
from leads.services.wordings import own_words
from tests import road

ROAD = ("registered_lead", "assigned_lead", "consulted_lead", "proposed_lead", "content_lead", "agreed_lead", "deposit_lead", "surveyed_lead")


def of_file(lead, cast, **more):
    lead.refresh_from_db()
    return {ready.code: ready.body for ready in texts.of_file(lead, own_words(lead.store), user=cast.customer_manager, **more)}


def meet(cast, lead, **more):
    start = timezone.localtime(cast.days(1)).replace(hour=14, minute=0)
    return leads.make_appointment(**{"kind": "measuring", "person": cast.designer, "start_at": start, "lead": lead, "by": cast.designer, "at": cast.at, **more})


def of_appointment(row, cast):
    more = ("customer", "home__estate", "store", "designer", "customer_manager")
    row = Appointment.objects.select_related("person", *(f"lead__{name}" for name in more)).get(pk=row.pk)
    return {ready.code: ready.body for ready in texts.of_appointment(row, own_words(row.store_id), user=cast.customer_manager)}


# --- the house's words --------------------------------------------------------------------------------------------------


def test_every_stage_has_words_and_so_has_what_became_of_an_appointment():
    offered = {stage for text in texts.texts().values() for stage in text.stages}
    states = {state for text in texts.texts().values() for state in text.appointment}

    assert offered == set(Stage.values)
    assert states == {AppointmentState.PLANNED, AppointmentState.MISSED_CUSTOMER, AppointmentState.MISSED_US}


@pytest.mark.parametrize("code", texts.texts())
def test_the_words_are_chinese_polite_and_whole(code):
    text = texts.texts()[code]
    body = texts.fill(text.body, texts.example())

    assert body.startswith("陈女士，") and body[-1] in "。！"
    assert not re.search(r"[{}]", body) and not re.search(r"[A-Za-z]", body)
    assert texts.fill(text.body, dict.fromkeys(("称呼", "事项", "预约时间", "预约地点", "接待人", "门店", "本人", "小区", "设计师", "定金金额"), "某某"))


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("{code: a, title: 甲, title_en: A, body: '{电话号码}你好。'}", "a has the unknown word 电话号码"),
        ("{code: a, title: 甲, title_en: A, body: 你好。, stages: [dreaming]}", "unknown dreaming"),
        ("{code: a, title: 甲, title_en: A, body: 你好。, kinds: [party]}", "unknown party"),
        ("{code: a, title: 甲, title_en: A, body: 你好。, colour: red}", "unknown colour"),
        ("{code: a, title: 甲, title_en: A}", "body is missing"),
        ("{code: a, title: 甲, title_en: A, body: 你好。}\n  - {code: a, title: 甲, title_en: A, body: 好。}", "a stands twice"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_by_name(tmp_path, row, complaint):
    path = tmp_path / "texts.yaml"
    path.write_text(f"texts:\n  - {row}\n", encoding="utf-8")

    with pytest.raises(BadData, match=complaint):
        texts.read(path)


# --- filled from the file -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stop", ROAD)
def test_no_placeholder_ever_appears_raw_on_the_road(cast, stop):
    found = of_file(getattr(road, stop)(cast), cast)

    assert found and all(body and not re.search(r"[{}]", body) for body in found.values())


def test_after_the_registration_customer_estate_store_and_sender_are_named(cast):
    body = of_file(road.registered_lead(cast), cast)["registered"]

    assert body.startswith("陈女士，您好！我是城西店的沈亦安。澄湖里的房子")
    assert "门店电话 057188881001" in body


def test_the_designer_is_introduced_once_there_is_one(cast):
    assert "designer_introduced" not in of_file(road.registered_lead(cast), cast)
    body = of_file(road.assigned_lead(cast, phones=["13858003372"], home=road.home(room_no="9")), cast)["designer_introduced"]

    assert "设计师是林晓舟" in body and cast.designer.mobile in body


def test_a_sentence_whose_word_is_missing_is_left_out_and_the_others_stay(cast):
    lead = road.consulted_lead(cast)
    without = of_file(lead, cast)["consultation_done"]
    assert "下次见面" not in without and "咨询记录" in without

    assert "下次见面：11 月 25 日（周三）14:00。" in of_file(lead, cast, meeting=meet(cast, lead))["consultation_done"]


def test_the_deposit_is_named_with_its_sum(cast):
    lead = road.deposit_lead(cast)
    deposit = Standing(lead).deposit

    assert f"定金 {deposit.amount:,.2f} 元已经收到" in of_file(lead, cast, deposit=deposit)["deposit_received"]


def test_a_lost_customer_is_taken_leave_of_politely(cast):
    lead = road.assigned_lead(cast)
    leads.lose(lead, reason="price", by=cast.designer, at=cast.at)

    assert list(of_file(lead, cast)) == ["closing"]


def test_an_appointment_is_confirmed_with_time_place_person_and_car(cast):
    lead = road.assigned_lead(cast)
    found = of_appointment(meet(cast, lead, pick_up=True), cast)

    assert found["appointment_confirmed"] == (
        "陈女士，您好！跟您确认一下：11 月 25 日（周三）14:00，上门量房，地点澄湖里 3 幢 2 单元 1102，林晓舟等您。"
        "我们派车接送，请把上车地点告诉我。如果时间有变化，提前告诉我就好。"
    )
    assert {"reminder", "measuring_prepare"} <= set(found) and "appointment_moved" not in found


def test_without_a_car_no_word_of_it_and_a_visit_has_no_words_of_measuring(cast):
    found = of_appointment(meet(cast, road.assigned_lead(cast), kind="visit", place="湖滨路 1 号"), cast)

    assert "接送" not in "".join(found.values()) and "measuring_prepare" not in found


def test_a_moved_or_missed_appointment_has_words_of_its_own(cast):
    lead = road.assigned_lead(cast)
    made = meet(cast, lead)
    moved = leads.move_appointment(made, start_at=made.start_at + timedelta(hours=2), reason="改期", by=cast.designer, at=cast.at)
    assert "时间已经改好：11 月 25 日（周三）16:00" in of_appointment(moved, cast)["appointment_moved"]
    assert of_appointment(made, cast) == {}

    leads.miss_appointment(moved, whose="us", reason="堵车", by=cast.designer, at=moved.end_at)
    assert list(of_appointment(moved, cast)) == ["missed_by_us"]


# --- a store's own words ------------------------------------------------------------------------------------------------


def word(cast, body, code="registered", **more):
    return leads.word_text(cast.store, code, body=body, **{"by": cast.store_manager, "at": cast.at, **more})


def test_a_store_words_it_anew_in_versions_and_takes_the_houses_words_again(cast):
    lead = road.registered_lead(cast)
    house = of_file(lead, cast)["registered"]
    assert word(cast, "{称呼}，登记好啦。").version == 1
    assert word(cast, "{称呼}，登记好了。").version == 2
    assert of_file(lead, cast)["registered"] == "陈女士，登记好了。"

    word(cast, "")
    assert of_file(lead, cast)["registered"] == house
    assert TextVersion.objects.count() == 3
    other = road.registered_lead(cast, people=cast.other, phones=["13858003373"])
    assert "登记好了。" not in of_file(other, cast)["registered"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("{电话}，你好。", "Nothing fills {电话}"),
        ("{称呼，你好。", "A brace is missing"),
        ("{定金金额}收到。", "At least one sentence"),
    ],
)
def test_words_that_cannot_be_filled_are_refused(cast, body, sentence):
    with pytest.raises(Refused, match=re.escape(sentence)):
        word(cast, body)
    with pytest.raises(Refused, match="no such message"):
        word(cast, "你好。", code="unknown")


def test_the_same_words_again_make_no_version(cast):
    word(cast, "{称呼}，好了。")
    with pytest.raises(Refused, match="in force already"):
        word(cast, " {称呼}，好了。 ")


def test_the_page_rewords_shows_an_example_and_keeps_what_was_typed(cast):
    client = cast.client(cast.cs_supervisor)
    assert "登记之后" in client.get("/leads/texts/").content.decode()
    wrong = client.post("/leads/texts/registered/", {"body": "{电话}你好。"})
    assert wrong.status_code == 422 and "{电话}你好。" in wrong.content.decode()

    assert client.post("/leads/texts/registered/", {"body": "{称呼}，登记好了。"}).status_code == 302
    page = client.get("/leads/texts/registered/").content.decode()
    assert "陈女士，登记好了。" in page and "第 1 版" in page
    assert client.get("/leads/texts/unknown/").status_code == 404
    assert cast.client(cast.designer).get("/leads/texts/").status_code == 403


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE leads_textversion SET body = 'x'",
        "DELETE FROM leads_textversion",
        "INSERT INTO leads_textversion (store_id, code, version, body, by_id, at) SELECT store_id, code, version, 'y', by_id, at FROM leads_textversion",
    ],
)
def test_the_database_refuses_to_rewrite_versions(cast, attack):
    word(cast, "{称呼}，好了。")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)


# --- where they are copied from -----------------------------------------------------------------------------------------


def test_the_client_file_offers_the_words_of_its_stage_with_a_copy_button(cast):
    lead = road.consulted_lead(cast)
    word(cast, "{称呼}，谢谢您来。", code="consultation_done")
    page = cast.client(cast.designer).get(f"/leads/{lead.ref}/").content.decode()

    assert "陈女士，谢谢您来。" in page and 'data-copy="text-consultation_done"' in page and "js/copy.js" in page
    assert "text-closing" not in page


def test_who_may_not_write_to_the_customer_is_offered_no_words(cast):
    lead = road.consulted_lead(cast)

    assert "data-copy=" not in cast.client(cast.estimator).get(f"/leads/{lead.ref}/").content.decode()


def test_the_next_appointment_stands_on_the_file(cast):
    lead = road.assigned_lead(cast)
    made = meet(cast, lead)
    page = cast.client(cast.designer).get(f"/leads/{lead.ref}/").content.decode()

    assert f"/leads/calendar/appointments/{made.pk}/" in page and "下次预约" in page
    assert f"/leads/calendar/appointments/new/?lead={lead.ref}" in page


def test_words_and_appointment_cost_the_file_no_query(cast):
    lead = road.consulted_lead(cast)
    client = cast.client(cast.designer)
    client.get(f"/leads/{lead.ref}/")
    counts = []
    for n in range(3):
        if n:
            meet(cast, lead, start_at=timezone.localtime(cast.days(n)).replace(hour=9))
            word(cast, f"{{称呼}}，第{n}次。", code="consultation_done")
        with CaptureQueriesContext(connection) as caught:
            client.get(f"/leads/{lead.ref}/")
        counts.append(len(caught))

    assert len(set(counts)) == 1 and counts[0] <= 12, counts
