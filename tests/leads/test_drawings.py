"""Drawings as versions (L09, P02–P04), the check of large homes (R004, 000:L136), and what the customer confirms."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from core.models import Attachment, Deadline, Notice
from core.refusals import Refused
from leads import services
from leads.models import Drawing, DrawingConfirmation, DrawingFile, Lead
from leads.procedure import missing_for
from leads.selectors_drawings import kinds_of
from tests import drafting, road
from tests.hand import BLANK, STROKES
from tests.leads import quoting
from tests.leads import standing as all_tests
from tests.leads.standing import fresh

VILLA = {"area_m2": Decimal("150.00"), "dwelling": "villa"}


standing = all_tests.standing(
    consulted=lambda cast: road.consulted_lead(cast, phones=["13858003381"], home=road.home(room_no="1101")),
    agreed=lambda cast: road.agreed_lead(cast, phones=["13858003382"], home=road.home(room_no="1102")),
    paid=lambda cast: road.deposit_lead(cast, phones=["13858003383"], home=road.home(room_no="1103")),
    villa=lambda cast: road.deposit_lead(cast, phones=["13858003384"], home=road.home(room_no="1104", **VILLA)),
)


@pytest.fixture
def cast(standing: Any, db: None) -> Any:
    return standing.cast


@pytest.fixture
def consulted(standing: Any, cast: Any) -> Lead:
    return fresh(standing.consulted)


@pytest.fixture
def agreed(standing: Any, cast: Any) -> Lead:
    return fresh(standing.agreed)


@pytest.fixture
def paid(standing: Any, cast: Any) -> Lead:
    """An ordinary home whose deposit is paid."""
    return fresh(standing.paid)


@pytest.fixture
def villa(standing: Any, cast: Any) -> Lead:
    """A large home whose deposit is paid."""
    return fresh(standing.villa)


def confirm(drawing: Drawing, cast: Any, **more: Any) -> DrawingConfirmation:
    told = {"name": road.CUSTOMER, "channel": "visit", "strokes": STROKES, "by": cast.designer, "at": cast.at}
    return services.confirm_drawing(drawing, **(told | more))


# --- versions --------------------------------------------------------------------------------------------------------


def test_versions_of_each_kind_are_numbered_on_their_own_without_a_gap(cast, paid):
    made = [drafting.drawn(paid, kind, by=cast.designer, at=cast.at) for kind in ("scheme", "rendering", "scheme", "construction", "scheme")]

    assert [(d.kind, d.version) for d in made] == [("scheme", 1), ("rendering", 1), ("scheme", 2), ("construction", 1), ("scheme", 3)]


def test_a_second_version_says_what_changed(cast, paid):
    drafting.drawn(paid, "scheme", by=cast.designer, at=cast.at)

    with pytest.raises(Refused, match="what changed since version 1"):
        drafting.drawn(paid, "scheme", by=cast.designer, at=cast.at, changes=" ")


def test_l09_a_floor_plan_comes_before_the_deposit_and_may_be_the_owners(cast, consulted):

    plan = drafting.drawn(consulted, "floor_plan", by=cast.designer, at=cast.at, source="owner", files=[drafting.picture("户型图.png")])

    assert plan.source == "owner" and plan.files.get().attachment.has_thumb


@pytest.mark.parametrize("kind", ["scheme", "construction"])
def test_p02_p04_scheme_and_construction_drawings_come_after_the_deposit(cast, agreed, kind):

    with pytest.raises(Refused, match="come after the deposit") as refused:
        drafting.drawn(agreed, kind, by=cast.designer, at=cast.at)
    assert [gap.gate for gap in refused.value.missing] == ["G4"]


def test_pdf_pictures_and_dwg_are_kept_and_nothing_else(cast, paid):
    made = drafting.drawn(paid, "construction", by=cast.designer, at=cast.at, files=[drafting.pdf(), drafting.picture(), drafting.dwg()])

    assert [row.attachment.content_type for row in made.files.all()] == ["application/pdf", "image/jpeg", "image/vnd.dwg"]
    liar = drafting.SimpleUploadedFile("图.dwg", b"MZ" + bytes(80), "image/vnd.dwg")
    with pytest.raises(Refused, match="Only photos"):
        drafting.drawn(paid, "construction", by=cast.designer, at=cast.at, files=[liar])
    assert paid.drawings.count() == 1


def test_a_dwg_is_no_photo_of_a_site(cast, consulted):
    """Only where drawings are meant; a paper's scan or a photo stays a picture or a PDF."""
    with pytest.raises(Refused, match="Only photos"):
        services.note_measuring(consulted, note="主卧 4.2 m", photos=[drafting.dwg()], by=cast.designer, at=cast.at)


def test_a_drawing_has_one_to_twelve_files_and_a_title(cast, paid):
    for told, says in (
        ({"files": []}, "at least one file"), ({"files": [drafting.pdf()] * 13}, "At most 12"), ({"title": " "}, "has a title"),
        ({"kind": "sketch"}, "what kind"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=says):
            services.add_drawing(paid, **({"kind": "scheme", "title": "方案", "files": [drafting.pdf()], "by": cast.designer, "at": cast.at} | told))
    assert not Drawing.objects.exists() and not DrawingFile.objects.exists()


# --- the customer confirms -------------------------------------------------------------------------------------------


def test_a_confirmed_version_stays_the_confirmed_one_when_a_newer_is_put_in(cast, paid):
    """Nothing is un-confirmed silently: the page says both."""
    drafting.confirmed(paid, "scheme", people=cast, at=cast.at)
    with pytest.raises(Refused, match="has confirmed version 1: say why"):
        drafting.drawn(paid, "scheme", by=cast.designer, at=cast.at)

    drafting.drawn(paid, "scheme", by=cast.designer, at=cast.at, reason="业主要加一间书房")

    scheme = next(row for row in kinds_of(paid) if row.kind == "scheme")
    assert (scheme.confirmed, scheme.newest) == (1, 2)
    assert scheme.says == "v1 confirmed, newer v2 not confirmed"


def test_only_the_newest_version_is_confirmed_and_only_once(cast, paid):
    first = drafting.drawn(paid, "scheme", by=cast.designer, at=cast.at)
    second = drafting.drawn(paid, "scheme", by=cast.designer, at=cast.at)

    with pytest.raises(Refused, match="newer version"):
        confirm(first, cast)
    confirm(second, cast)
    with pytest.raises(Refused, match="confirmed this version already"):
        confirm(second, cast)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"strokes": BLANK}, "shown by a file, or signed"), ({"name": " "}, "who confirmed"), ({"channel": "pigeon"}, "how it was confirmed"),
        ({"channel": ""}, "how it was confirmed"),
    ],
)  # fmt: skip
def test_a_confirmation_says_who_and_how_and_is_shown(cast, paid, told, says):
    drawing = drafting.drawn(paid, "scheme", by=cast.designer, at=cast.at)
    with pytest.raises(Refused, match=says):
        confirm(drawing, cast, **told)


def test_a_drawing_is_not_confirmed_before_it_was_put_in(cast, paid):
    drawing = drafting.drawn(paid, "scheme", by=cast.designer, at=cast.at)
    with pytest.raises(Refused, match="before it is there"):
        confirm(drawing, cast, at=cast.at - timedelta(seconds=1))


def test_a_confirmation_by_message_keeps_its_screenshot_witness_and_the_hash_of_what_was_confirmed(cast, paid):
    drawing = drafting.drawn(paid, "scheme", by=cast.designer, at=cast.at, files=[drafting.pdf(), drafting.picture()])

    made = confirm(drawing, cast, strokes="", channel="message", evidence=drafting.picture("微信.png"), witness=cast.customer_manager)

    assert (made.witness, made.channel, made.evidence.kind) == (cast.customer_manager, "message", Attachment.Kind.PHOTO)
    assert len(made.files_sha256) == 64
    entry = drawing.lead.dossier.entries.get(kind="leads.drawing_confirmed")
    assert all(row.attachment.sha256 in entry.payload for row in drawing.files.all())


def test_s3_the_contract_waits_until_scheme_and_construction_drawings_are_confirmed(cast):
    lead = quoting.issued(cast).lead
    lead.refresh_from_db()
    says = ["The customer has not confirmed the design scheme.", "The customer has not confirmed the construction drawings."]
    assert [gap.says for gap in missing_for(lead) if gap.gate == "S3"] == says

    drafting.confirmed(lead, "scheme", people=cast, at=cast.at)
    assert [gap.says for gap in missing_for(lead) if gap.gate == "S3"] == says[1:]
    drafting.confirmed(lead, "construction", people=cast, at=cast.at)
    drafting.drawn(lead, "construction", by=cast.designer, at=cast.at, reason="插座再加两个")
    assert [gap.gate for gap in missing_for(lead)] == ["G5"]  # what was confirmed stays confirmed


# --- large homes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("home", "is_large"),
    [
        ({"area_m2": Decimal("199.99")}, False), ({"area_m2": Decimal("200.00")}, True), ({"area_m2": Decimal("90.00"), "dwelling": "duplex"}, True),
        ({"area_m2": Decimal("120.00"), "dwelling": "villa"}, True),
    ],
)  # fmt: skip
def test_r004_construction_drawings_of_a_large_home_are_checked_before_the_customer_confirms(cast, home, is_large):
    lead = road.deposit_lead(cast, home=road.home(**home))
    drawing = drafting.drawn(lead, "construction", by=cast.designer, at=cast.at)

    if not is_large:
        confirm(drawing, cast)
        return
    with pytest.raises(Refused, match="checked by the chief designer first") as refused:
        confirm(drawing, cast)
    assert [(gap.gate, gap.who) for gap in refused.value.missing] == [("R004", "chief_designer")]
    services.review_drawing(drawing, passed=True, by=cast.chief_designer, at=cast.at)
    confirm(drawing, cast)


def test_r004_the_scheme_of_a_large_home_needs_no_check(cast, villa):
    confirm(drafting.drawn(villa, "scheme", by=cast.designer, at=cast.at), cast)


def test_the_check_has_three_days_on_the_chief_designers_desk(cast, villa):
    drafting.drawn(villa, "construction", by=cast.designer, at=cast.at)

    clock = Deadline.objects.get(clock="leads.drawing_review", stopped_at=None)
    assert (clock.owner, clock.due_at) == (cast.chief_designer, cast.days(3))
    drafting.drawn(villa, "construction", by=cast.designer, at=cast.days(2))
    again = Deadline.objects.get(clock="leads.drawing_review", stopped_at=None)
    assert again.due_at == cast.days(5) and again.link.endswith("/construction/2/reviews/")

    services.review_drawing(villa.drawings.get(version=2), passed=True, by=cast.chief_designer, at=cast.days(5))
    assert not Deadline.objects.filter(clock="leads.drawing_review", stopped_at=None).exists()
    assert [row.breached_at for row in Deadline.objects.filter(clock="leads.drawing_review").order_by("pk")] == [None, None]


def test_a_check_after_the_third_day_is_a_breach(cast, villa):
    drawing = drafting.drawn(villa, "construction", by=cast.designer, at=cast.at)
    services.review_drawing(drawing, passed=True, by=cast.chief_designer, at=cast.days(3) + timedelta(minutes=1))
    assert Deadline.objects.get(clock="leads.drawing_review").breached_at == cast.days(3)


def test_the_drawings_of_an_ordinary_home_start_no_clock(cast, paid):
    drafting.drawn(paid, "construction", by=cast.designer, at=cast.at)
    assert not Deadline.objects.filter(clock="leads.drawing_review").exists()


def test_who_drew_it_does_not_check_it_and_the_design_manager_does_instead(cast, villa):
    drawing = drafting.drawn(villa, "construction", by=cast.chief_designer, at=cast.at)

    assert Deadline.objects.get(clock="leads.drawing_review").owner == cast.design_manager
    with pytest.raises(Refused, match="does not check it") as refused:
        services.review_drawing(drawing, passed=True, by=cast.chief_designer, at=cast.at)
    assert [gap.who for gap in refused.value.missing] == ["design_manager"]
    services.review_drawing(drawing, passed=True, by=cast.design_manager, at=cast.at)


def test_what_is_sent_back_says_its_points_tells_the_author_and_cannot_be_confirmed(cast, villa):
    drawing = drafting.drawn(villa, "construction", by=cast.designer, at=cast.at)
    with pytest.raises(Refused, match="point by point"):
        services.review_drawing(drawing, passed=False, by=cast.chief_designer, at=cast.at)

    services.review_drawing(drawing, passed=False, points="楼梯净高不足", by=cast.chief_designer, at=cast.at)

    assert Notice.objects.get(kind="leads.drawing_sent_back").user == cast.designer
    with pytest.raises(Refused, match="sent back") as refused:
        confirm(drawing, cast)
    assert [gap.says for gap in refused.value.missing] == ["楼梯净高不足"]
    with pytest.raises(Refused, match="checked already"):
        services.review_drawing(drawing, passed=True, by=cast.design_manager, at=cast.at)
    second = drafting.drawn(drawing.lead, "construction", by=cast.designer, at=cast.at, changes="净高改到 2.2 m")
    services.review_drawing(second, passed=True, by=cast.chief_designer, at=cast.at)
    confirm(second, cast)


def test_only_construction_drawings_are_checked_and_only_the_newest(cast, villa):
    with pytest.raises(Refused, match="nothing else"):
        services.review_drawing(drafting.drawn(villa, "scheme", by=cast.designer, at=cast.at), passed=True, by=cast.chief_designer, at=cast.at)
    first = drafting.drawn(villa, "construction", by=cast.designer, at=cast.at)
    drafting.drawn(villa, "construction", by=cast.designer, at=cast.at)
    with pytest.raises(Refused, match="newer version"):
        services.review_drawing(first, passed=True, by=cast.chief_designer, at=cast.at)


# --- measuring for free ----------------------------------------------------------------------------------------------


def test_q23_measuring_before_the_deposit_leaves_a_note_and_no_survey(cast, paid, consulted):
    services.note_measuring(consulted, note="客厅 5.2 × 3.9", photos=[drafting.picture()], by=cast.designer, at=cast.at)

    assert consulted.measure_notes.get().note == "客厅 5.2 × 3.9"
    assert not consulted.surveys.exists() and not consulted.dossier.papers.filter(kind="P01").exists()
    with pytest.raises(Refused, match="write the survey"):
        services.note_measuring(paid, note="再量一次", by=cast.designer, at=cast.at)


# --- what the database refuses ---------------------------------------------------------------------------------------

ATTACKS = {
    "change a version": "UPDATE leads_drawing SET title = '别的'",
    "delete a version": "DELETE FROM leads_drawing",
    "take a file away": "DELETE FROM leads_drawingfile",
    "swap a file": "UPDATE leads_drawingfile SET attachment_id = attachment_id + 1",
    "take a confirmation back": "DELETE FROM leads_drawingconfirmation",
    "confirm for another": "UPDATE leads_drawingconfirmation SET name = '别人'",
    "turn a check": "UPDATE leads_drawingreview SET passed = true",
    "empty the versions": "TRUNCATE leads_drawing CASCADE",
    "leave a gap": (
        "INSERT INTO leads_drawing (lead_id, store_id, kind, version, source, title, changes, reason, files_count, by_id, at) "
        "SELECT lead_id, store_id, kind, 9, source, title, '改', 'x', 1, by_id, at FROM leads_drawing WHERE id = {confirmed}"
    ),
    "a new version after the confirmation without a reason": (
        "INSERT INTO leads_drawing (lead_id, store_id, kind, version, source, title, changes, reason, files_count, by_id, at) "
        "SELECT lead_id, store_id, kind, 2, source, title, '改', '', 1, by_id, at FROM leads_drawing WHERE id = {confirmed}"
    ),
    "a second version that says nothing": (
        "INSERT INTO leads_drawing (lead_id, store_id, kind, version, source, title, changes, reason, files_count, by_id, at) "
        "SELECT lead_id, store_id, kind, 2, source, title, '', '', 1, by_id, at FROM leads_drawing WHERE id = {waiting}"
    ),
    "a scheme given by the owner": (
        "INSERT INTO leads_drawing (lead_id, store_id, kind, version, source, title, changes, reason, files_count, by_id, at) "
        "SELECT lead_id, store_id, 'rendering', 1, 'owner', title, '', '', 1, by_id, at FROM leads_drawing WHERE id = {waiting}"
    ),
    "one file more": (
        "INSERT INTO leads_drawingfile (drawing_id, attachment_id, position) "
        "SELECT {confirmed}, attachment_id, 2 FROM leads_drawingfile WHERE drawing_id = {confirmed}"
    ),
    "a foreign file": (
        "INSERT INTO leads_drawingfile (drawing_id, attachment_id, position) "
        "SELECT {confirmed}, id, 1 FROM core_attachment WHERE dossier_id <> (SELECT dossier_id FROM leads_lead WHERE id = {lead}) LIMIT 1"
    ),
    "confirm unchecked drawings of a large home": (
        "INSERT INTO leads_drawingconfirmation (drawing_id, store_id, name, channel, note, witness_id, strokes, files_sha256, by_id, at) "
        "SELECT id, store_id, 'x', 'visit', '', by_id, '[1]', repeat('a', 64), by_id, now() FROM leads_drawing WHERE id = {waiting}"
    ),
    "confirm without anything that shows it": (
        "INSERT INTO leads_drawingconfirmation (drawing_id, store_id, name, channel, note, witness_id, strokes, files_sha256, by_id, at) "
        "SELECT id, store_id, 'x', 'visit', '', by_id, '', repeat('a', 64), by_id, now() FROM leads_drawing WHERE id = {plain}"
    ),
    "confirm twice": (
        "INSERT INTO leads_drawingconfirmation (drawing_id, store_id, name, channel, note, witness_id, strokes, files_sha256, by_id, at) "
        "SELECT id, store_id, 'x', 'visit', '', by_id, '[1]', repeat('a', 64), by_id, now() FROM leads_drawing WHERE id = {confirmed}"
    ),
    "check one's own": (
        "INSERT INTO leads_drawingreview (drawing_id, store_id, passed, points, by_id, at) "
        "SELECT id, store_id, true, '', by_id, now() FROM leads_drawing WHERE id = {waiting}"
    ),
    "check a scheme": (
        "INSERT INTO leads_drawingreview (drawing_id, store_id, passed, points, by_id, at) "
        "SELECT id, store_id, true, '', {person}, now() FROM leads_drawing WHERE id = {plain}"
    ),
    "send back without a point": (
        "INSERT INTO leads_drawingreview (drawing_id, store_id, passed, points, by_id, at) "
        "SELECT id, store_id, false, '', {person}, now() FROM leads_drawing WHERE id = {waiting}"
    ),
    "a drawing of the other store": (
        "INSERT INTO leads_drawing (lead_id, store_id, kind, version, source, title, changes, reason, files_count, by_id, at) "
        "SELECT lead_id, {other_store}, 'rendering', 1, 'drawn', title, '', '', 1, by_id, at FROM leads_drawing WHERE id = {waiting}"
    ),
    "put it in earlier": (
        "INSERT INTO leads_drawing (lead_id, store_id, kind, version, source, title, changes, reason, files_count, by_id, at, recorded_at) "
        "SELECT lead_id, store_id, 'rendering', 1, 'drawn', title, '', '', 1, by_id, at, now() - interval '3 days' FROM leads_drawing WHERE id = {waiting}"
    ),
}


@pytest.fixture
def drawings(cast, villa):
    """A confirmed scheme, a plain floor plan, construction drawings of a villa that wait for their check."""
    scheme = drafting.confirmed(villa, "scheme", people=cast, at=cast.at)
    waiting = drafting.drawn(villa, "construction", by=cast.designer, at=cast.at)
    passed = drafting.drawn(large_lead_2(cast), "construction", by=cast.designer, at=cast.at)
    services.review_drawing(passed, passed=False, points="x", by=cast.chief_designer, at=cast.at)
    plain = drafting.drawn(villa, "floor_plan", by=cast.designer, at=cast.at)
    return {
        "confirmed": scheme.pk, "waiting": waiting.pk, "plain": plain.pk, "lead": villa.pk, "person": cast.chief_designer.pk,
        "other_store": cast.other.store.pk,
    }  # fmt: skip


def large_lead_2(cast: Any) -> Lead:
    return road.deposit_lead(cast, phones=["13858003377"], home=road.home(room_no="2301", **VILLA))


def test_every_attack_on_drawings_is_refused_by_the_database(cast, drawings):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what was built stands
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    accepted = []
    for name, statement in ATTACKS.items():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement.format(**drawings))
                if cursor.rowcount == 0:
                    accepted.append(f"{name}: touched no row")
                accepted.append(name)
        except DatabaseError:
            continue
    assert accepted == []


def test_a_version_without_its_files_does_not_reach_the_commit(cast, paid):
    with pytest.raises(DatabaseError, match="as many files as it says"), transaction.atomic(), connection.cursor() as cursor:
        Drawing.objects.create(
            lead=paid, store_id=paid.store_id, kind="scheme", version=1, title="空", files_count=2, by=cast.designer, at=cast.at
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
