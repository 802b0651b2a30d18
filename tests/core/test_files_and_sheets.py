"""Files are kept by content; pictures are written anew; workbooks are read in a limited child."""

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core import attachments, sheets
from core.models import Attachment, Dossier
from core.refusals import Refused


@pytest.fixture
def dossier(cast):
    return Dossier.objects.create(kind="enquiry", store=cast.store, title="陈静兰", opened_at=cast.at)


def picture(width=64, height=32, kind="JPEG", **options):
    out = io.BytesIO()
    Image.new("RGB", (width, height), (200, 30, 30)).save(out, kind, **options)
    return out.getvalue()


def keep(cast, dossier, data, name="x.jpg"):
    return attachments.keep(SimpleUploadedFile(name, data), dossier=dossier, by=cast.designer, at=cast.at)


@pytest.mark.django_db
def test_a_picture_is_written_anew_upright_and_without_its_metadata(cast, dossier):
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SPY CAMERA"
    kept = keep(cast, dossier, picture(exif=exif), name="../../etc/passwd.jpg")

    assert (kept.width, kept.height) == (32, 64)
    assert b"SPY CAMERA" not in attachments.open_bytes(kept)
    assert kept.sent_name == "passwd.jpg"
    assert "passwd" not in str(attachments.path_of(kept))
    assert attachments.open_bytes(kept, thumb=True)[:2] == b"\xff\xd8"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "data",
    [
        b"", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"<html>", b"GIF89a" + b"\0" * 40, b"MZ\x90\0" * 30,
        b"\xff\xd8\xff" + b"\0" * 100, b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"BM" + b"\xff" * 60,
    ],
)  # fmt: skip
def test_what_is_neither_photo_nor_pdf_is_refused_in_a_sentence(cast, dossier, data):
    with pytest.raises(Refused):
        keep(cast, dossier, data)
    assert not Attachment.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["PNG", "WEBP", "HEIF", "MPO"])
def test_photos_of_every_phone_are_kept_as_jpeg(cast, dossier, kind):
    kept = keep(cast, dossier, picture(kind=kind), name="IMG_0001")

    assert (kept.width, kept.height, kept.content_type) == (64, 32, "image/jpeg")
    assert attachments.open_bytes(kept)[:2] == b"\xff\xd8"


@pytest.mark.django_db
def test_a_picture_with_too_many_pixels_is_refused(cast, dossier):
    with pytest.raises(Refused):
        keep(cast, dossier, picture(9000, 5000, "PNG"))


def workbook(rows, **more):
    return sheets.write([sheets.Column(f"c{i}", lambda row, i=i: row[i]) for i in range(len(rows[0]))], rows, **more)


def test_a_moment_stands_in_a_workbook_as_the_clock_on_the_wall_showed_it(tmp_path):
    path = tmp_path / "a.xlsx"
    column = sheets.Column("at", lambda row: row, format=sheets.MOMENT)
    path.write_bytes(sheets.write([column], [datetime(2026, 11, 2, 1, 30, tzinfo=UTC)]))

    assert sheets.read(path).sheets[0].rows[1][0].value == datetime(2026, 11, 2, 9, 30)


def test_a_sheet_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook([["陈静兰", Decimal("12.50"), date(2026, 11, 24)], ["=1+1", None, None]]))

    sheet = sheets.read(path).sheets[0]

    assert [c.text for c in sheet.rows[1]] == ["陈静兰", "12.5", "2026-11-24"] or sheet.rows[1][1].value == 12.5
    assert (sheet.rows[2][0].kind, sheet.rows[2][0].text) == ("text", "=1+1")


def test_a_formula_stays_text(tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    book.active["A1"] = "=SUM(B1:B9)"
    book.save(tmp_path / "f.xlsx")

    cell = sheets.read(tmp_path / "f.xlsx").sheets[0].rows[0][0]

    assert (cell.kind, cell.text) == ("formula", "=SUM(B1:B9)")


def test_what_is_no_workbook_is_refused_in_a_sentence(tmp_path):
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"<x/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (130 * 1024 * 1024))
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(broken, "w") as packed:
        packed.writestr("xl/workbook.xml", b"<not xml")
    text = tmp_path / "text.xlsx"
    text.write_text("name,phone")

    for path in (bomb, broken, text):
        with pytest.raises(Refused):
            sheets.read(path)
