"""The survey by rooms (P01): openings, beams, pipes, power and photos; what wins, what supersedes, what the database refuses."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from core.models import Paper
from core.refusals import Refused
from core.render import html_of
from leads import services
from leads.models import Room, SurveyOpening, SurveyPhoto
from leads.services import Fitting, Opening, RoomSize
from tests import drafting, road
from tests.hand import sign
from tests.leads import quoting

DOOR, WINDOW, PASS = Opening("door", 900, 2100, place="东墙"), Opening("window", 1800, 1500, 900, "南墙居中"), Opening("pass", 1200, 2200)


def room(name: str = "客厅", **more) -> RoomSize:
    return RoomSize(name, 5200, 3900, 2800, kind="living", **more)


def measured(cast, *rooms: RoomSize, lead=None, **more):
    lead = lead or road.deposit_lead(cast)
    return services.record_survey(lead, rooms=rooms, demands="客厅不做主灯", by=cast.designer, at=cast.at, **more)


# --- one truth -------------------------------------------------------------------------------------------------------


def test_p01_listed_openings_give_area_doors_and_windows_and_win_over_what_was_typed(cast):
    survey = measured(cast, room(openings=(DOOR, WINDOW, PASS), openings_m2=Decimal("99"), doors=9, windows=9))

    kept = Room.objects.get(home=survey.lead.home, name="客厅")
    assert (kept.openings_m2, kept.doors, kept.windows) == (Decimal("7.23"), 1, 1)  # 1.89 + 2.70 + 2.64; a passage is neither door nor window
    assert kept.wall_area == Decimal("43.73")


def test_p01_without_a_list_the_typed_sums_count(cast):
    survey = measured(cast, room(openings_m2=Decimal("6.30"), doors=1, windows=2))
    kept = survey.lead.home.rooms.get()
    assert (kept.openings_m2, kept.doors, kept.windows) == (Decimal("6.30"), 1, 2)


def test_the_area_of_openings_is_rounded_once_after_adding(cast):
    """Three of 333 × 333 mm: 0.332667 m² is 0.33, not three times 0.11."""
    survey = measured(cast, room(openings=(Opening("window", 333, 333, 900),) * 3))
    assert survey.lead.home.rooms.get().openings_m2 == Decimal("0.33")


@pytest.mark.parametrize(
    ("opening", "says"),
    [
        (Opening("hatch", 900, 2100), "a door, a window or a passage"), (Opening("door", 99, 2100), "millimetres are meant"),
        (Opening("door", 900, 2100, 701), "larger than its wall"), (Opening("window", 5201, 1500), "larger than its wall"),
    ],
)  # fmt: skip
def test_an_opening_fits_its_wall(cast, opening, says):
    with pytest.raises(Refused, match=says):
        measured(cast, room(openings=(opening,)))


def test_an_opening_as_large_as_its_wall_is_one(cast):
    measured(cast, room(openings=(Opening("pass", 5200, 2800, 0),)))
    assert SurveyOpening.objects.get().width_mm == 5200


def test_beams_pipes_and_power_are_kept_with_their_room(cast):
    found = (Fitting("beam", 1, "300×450", "门上"), Fitting("gas", 1, "DN15", "窗侧"), Fitting("circuit", 12), Fitting("socket", 6, "", "距地 300"))
    survey = measured(cast, room(fittings=found))
    assert [(f.kind, f.count, f.size, f.place) for f in survey.fittings.all()] == [(f.kind, f.count, f.size, f.place) for f in found]
    with pytest.raises(Refused, match="how many"):
        services.correct_survey(survey.lead, rooms=[room(fittings=(Fitting("socket", 0),))], demands="x", reason="x", by=cast.designer, at=cast.at)


# --- the paper -------------------------------------------------------------------------------------------------------


def test_the_paper_freezes_openings_finds_and_the_hash_of_every_photo(cast):
    survey = measured(cast, room(openings=(DOOR, WINDOW), fittings=(Fitting("board", 1, "12 回路", "入户门后"),), photos=(drafting.picture(),)))

    told = survey.paper.body
    assert [(o["kind"], o["width_mm"], o["sill_mm"], o["area"]) for o in told["openings"]] == [("门", 900, None, "1.89"), ("窗", 1800, 900, "2.70")]
    assert told["found"] == [{"room": "客厅", "kind": "配电箱", "count": 1, "size": "12 回路", "place": "入户门后"}]
    photo = SurveyPhoto.objects.get()
    assert (told["photos"][0]["sha256"], photo.room.name) == (photo.attachment.sha256, "客厅")
    sheet = html_of(survey.paper, mode="presented")
    for words in ("门窗洞口", "南墙居中", "配电箱", "现场照片"):
        assert words in sheet


def test_a_photo_sheet_holds_twelve_photos(cast):
    survey = measured(cast, room(photos=tuple(drafting.picture(f"{n}.png") for n in range(13))))
    sheet = html_of(survey.paper, mode="presented")
    assert sheet.count("p-photo-sheet") == 2 and "第 2 页，共 2 页" in sheet


def test_a_paper_of_the_first_version_is_still_readable(cast):
    """Frozen before there were openings: the template asks for nothing that is not there."""
    survey = measured(cast, room())
    content = json.loads(survey.paper.content)
    for name in ("openings", "found", "photos"):
        del content["c"][name]
    old = Paper(kind="P01", ref="P01-CX-2026-0001", token="x", content=json.dumps(content), required_roles=[], by=cast.designer, at=cast.at)
    assert "客厅" in html_of(old, mode="screen")


def test_photos_beyond_sixty_are_refused_and_nothing_is_written(cast, monkeypatch):
    monkeypatch.setattr("leads.services.survey.MOST_PHOTOS", 2)
    lead = road.deposit_lead(cast)
    with pytest.raises(Refused, match="At most 2 photos"):
        measured(cast, room(photos=tuple(drafting.picture() for _n in range(3))), lead=lead)
    assert not lead.surveys.exists() and not lead.dossier.attachments.exists()


# --- a corrected survey supersedes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("signed", [True, False])
def test_a_corrected_survey_supersedes_signed_or_not_and_its_quotation_no_longer_fits(cast, signed):
    """Decision 13."""
    quotation = quoting.issued(cast)
    lead = quotation.lead
    first = lead.surveys.get()
    if not signed:
        first = services.correct_survey(lead, rooms=[room(openings=(DOOR,))], demands="同前", reason="先补一处", by=cast.designer, at=cast.at)
    assert first.paper.is_signed is signed

    second = services.correct_survey(
        lead, rooms=[room(openings=(DOOR, WINDOW), fittings=(Fitting("beam", 1, "300×450"),))], demands="同前", reason="漏量一扇窗",
        by=cast.designer, at=cast.at,
    )  # fmt: skip

    first.paper.refresh_from_db()
    quotation.refresh_from_db()
    assert (first.paper.state, first.paper.superseded_by) == ("superseded", second.paper)
    assert quotation.is_stale and Paper.objects.get(pk=quotation.paper_id).stale_at is not None
    assert [o.kind for o in first.openings.all()] == ([] if signed else ["door"])  # what was measured before stays as it was
    kept = lead.home.rooms.get(removed_at=None)
    assert (kept.doors, kept.windows, kept.openings_m2) == (1, 1, Decimal("4.59"))


def test_a_correction_takes_the_photos_of_its_rooms_along_and_leaves_the_others(cast):
    survey = measured(
        cast, room(photos=(drafting.picture("a.png"),)), room("主卧", photos=(drafting.picture("b.png"),)), room("次卧", photos=(drafting.picture("c.png"),)),
        photos=[drafting.picture("d.png")],
    )  # fmt: skip
    lead = survey.lead

    second = services.correct_survey(
        lead, rooms=[room(), room("主卧", keep_photos=False, photos=(drafting.picture("e.png"),))], demands="同前", reason="次卧并入主卧",
        by=cast.designer, at=cast.at,
    )  # fmt: skip

    assert [(p.room.name if p.room else "", p.attachment.sent_name) for p in second.photos.all()] == [("客厅", "a.png"), ("", "d.png"), ("主卧", "e.png")]
    assert survey.photos.count() == 4
    assert len(second.paper.body["photos"]) == 3


def test_a_list_given_up_for_sums_lets_the_sums_count_again(cast):
    survey = measured(cast, room(openings=(DOOR, WINDOW)))
    with transaction.atomic(), connection.cursor() as cursor:
        services.correct_survey(survey.lead, rooms=[room(openings_m2=Decimal("5"), doors=2)], demands="x", reason="x", by=cast.designer, at=cast.at)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert survey.lead.home.rooms.get().doors == 2


# --- what the database refuses ---------------------------------------------------------------------------------------

ATTACKS = {
    "change an opening": "UPDATE leads_surveyopening SET width_mm = 800",
    "delete an opening": "DELETE FROM leads_surveyopening",
    "change a find": "UPDATE leads_surveyfitting SET count = 9",
    "take a photo away": "DELETE FROM leads_surveyphoto",
    "change a note of free measuring": "UPDATE leads_measurenote SET note = '别的'",
    "an impossible opening": (
        "INSERT INTO leads_surveyopening (survey_id, room_id, kind, width_mm, height_mm, place, position) "
        "SELECT survey_id, room_id, 'door', 20, 2100, '', 9 FROM leads_surveyopening LIMIT 1"
    ),
    "an opening of no kind": (
        "INSERT INTO leads_surveyopening (survey_id, room_id, kind, width_mm, height_mm, place, position) "
        "SELECT survey_id, room_id, 'hatch', 900, 2100, '', 9 FROM leads_surveyopening LIMIT 1"
    ),
    "an opening in a room of another home": (
        "INSERT INTO leads_surveyopening (survey_id, room_id, kind, width_mm, height_mm, place, position) "
        "SELECT survey_id, {foreign_room}, 'door', 900, 2100, '', 9 FROM leads_surveyopening LIMIT 1"
    ),
    "a photo of another customer": (
        "INSERT INTO leads_surveyphoto (survey_id, attachment_id, position) SELECT survey_id, {foreign_file}, 99 FROM leads_surveyphoto LIMIT 1"
    ),
    "none of a thing": (
        "INSERT INTO leads_surveyfitting (survey_id, room_id, kind, count, size, place, position) "
        "SELECT survey_id, room_id, 'socket', 0, '', '', 9 FROM leads_surveyfitting LIMIT 1"
    ),
    "write over what the list says": "UPDATE leads_room SET openings_m2 = 1 WHERE id IN (SELECT room_id FROM leads_surveyopening)",
    "one door more than the list": "UPDATE leads_room SET doors = doors + 1 WHERE id IN (SELECT room_id FROM leads_surveyopening)",
    "a file for a preview of another customer": (
        "INSERT INTO leads_proposalfile (proposal_id, attachment_id, position) SELECT id, {foreign_file}, 1 FROM leads_proposal LIMIT 1"
    ),
}


def test_every_attack_on_a_survey_is_refused_by_the_database(cast):
    measured(cast, room(openings=(DOOR, WINDOW), fittings=(Fitting("beam"),), photos=(drafting.picture(),)))
    other = road.surveyed_lead(cast, phones=["13858003388"], home=road.home(room_no="1901"))
    services.note_measuring(road.consulted_lead(cast, phones=["13858003389"], home=road.home(room_no="1902")), note="x", by=cast.designer, at=cast.at)
    foreign = drafting.drawn(other, "floor_plan", by=cast.designer, at=cast.at).files.get().attachment_id
    known = {"foreign_room": other.home.rooms.first().pk, "foreign_file": foreign}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what was built stands; from here each statement is asked at once
    accepted = []
    for name, statement in ATTACKS.items():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement.format(**known))
                accepted.append(f"{name} ({cursor.rowcount} rows)")
        except DatabaseError:
            continue
    assert accepted == []


# --- the preview -----------------------------------------------------------------------------------------------------


def test_l10_a_preview_carries_floor_plan_and_pictures(cast):
    lead = road.consulted_lead(cast)
    made = services.present_proposal(
        lead, style="现代", overall_plan="开放厨房", estimate=Decimal(200000), files=[drafting.picture("效果.png"), drafting.pdf("平面图.pdf")],
        by=cast.designer, at=cast.at,
    )  # fmt: skip

    told = made.paper.body
    assert [f["caption"] for f in told["documents"]] == ["平面图.pdf"] and len(told["pictures"]) == 1
    assert [row.attachment.sent_name for row in made.files.all()] == ["效果.png", "平面图.pdf"]
    sheet = html_of(made.paper, mode="presented")
    assert "平面图.pdf" in sheet and "平面图和效果示意" in sheet
    assert "平面图和效果示意" not in html_of(road.preview(lead, by=cast.designer, at=cast.at).paper, mode="presented")


def test_the_survey_is_signed_by_the_customer_with_its_photos_in_the_hash(cast):
    survey = measured(cast, room(photos=(drafting.picture(),)))
    signature = sign(survey.paper, "customer", road.CUSTOMER, by=cast.designer, at=cast.at)
    assert signature.content_sha256 == survey.paper.content_sha256
