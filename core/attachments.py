"""Files: kept by content, decoded and written anew (pictures), limited in size and pixels; names are ours."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import warnings
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageOps
from pillow_heif import register_heif_opener

from core import audit
from core.models import Attachment, Dossier
from core.refusals import Refused

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 40_000_000
LONG_EDGE = 2400
THUMB_EDGE = 480
PICTURES = {"JPEG", "PNG", "WEBP", "HEIF", "MPO"}
DWG = {b"AC10" + year for year in (b"12", b"14", b"15", b"18", b"21", b"24", b"27", b"32")}  # AutoCAD R13 to 2018; saved, never shown
DWG_TYPE = "image/vnd.dwg"
VOICES = {b"#!AMR": "audio/amr", b"ID3": "audio/mpeg", b"\xff\xfb": "audio/mpeg", b"OggS": "audio/ogg"}  # saved, never played by us
M4A_BRANDS = (b"M4A ", b"mp42", b"isom", b"3gp4", b"3gp5")
register_heif_opener(thumbnails=False)  # what an iPhone takes


def keep(
    file: Any, *, dossier: Dossier, by: Any, at: datetime, caption: str = "", taken_at: datetime | None = None, dwg: bool = False, voice: bool = False
) -> Attachment:
    """Keep what a person sent: a picture (re-encoded, turned upright, with a thumbnail), a PDF; where they are meant, a DWG or a voice note.

    Refused: larger than 20 MB, more than 40 megapixels, empty, or neither picture nor PDF.
    """
    made = store(file, dossier=dossier, by=by, at=at, caption=caption, taken_at=taken_at, dwg=dwg, voice=voice)
    link(made, by=by, at=at)
    return made


def store(
    file: Any, *, dossier: Dossier, by: Any, at: datetime, caption: str = "", taken_at: datetime | None = None, dwg: bool = False, voice: bool = False
) -> Attachment:
    """`keep` without its link in the chain, for verbs that issue a paper with the file in it: the chain is the last lock, so
    they call `link` when the paper stands."""
    name = os.path.basename(str(getattr(file, "name", "")))[:200]
    try:
        return _store(file, dwg=dwg, voice=voice, taken_at=taken_at, dossier=dossier, name=name, by=by, at=at, caption=caption)
    except Refused as refusal:  # of many files at once the one that it is about is named
        raise Refused(_("“{name}”: {why}").format(name=name, why=refusal.message) if name else refusal.message) from refusal


def _store(file: Any, *, dwg: bool, voice: bool, taken_at: datetime | None, **told: Any) -> Attachment:
    size = getattr(file, "size", None)
    if size is not None and size > MAX_BYTES:
        raise Refused(_("The file is larger than 20 MB."))
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Refused(_("The file is larger than 20 MB."))
    if not data:
        raise Refused(_("The file is empty."))
    if data[:5] == b"%PDF-":
        return keep_bytes(data, kind=Attachment.Kind.PDF, content_type="application/pdf", **told)
    if dwg and data[:6] in DWG:
        return keep_bytes(data, kind=Attachment.Kind.SHEET, content_type=DWG_TYPE, **told)
    if voice and (kind := _voice(data)):
        return keep_bytes(data, kind=Attachment.Kind.SHEET, content_type=kind, **told)
    return _keep_picture(data, taken_at=taken_at, **told)


def _voice(data: bytes) -> str:
    """The content type of a voice note, by its first bytes; empty for anything else."""
    if data[4:8] == b"ftyp" and data[8:12] in M4A_BRANDS:
        return "audio/mp4"
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "audio/wav"
    return next((kind for head, kind in VOICES.items() if data.startswith(head)), "")


def link(made: Attachment, *, by: Any, at: datetime) -> None:
    """The file's link in its dossier's chain."""
    audit.record(
        made.dossier, "core.attachment_kept", by=by, at=at, attachment=made, sha256=made.sha256, caption=made.caption
    )


def keep_bytes(
    data: bytes,
    *,
    dossier: Dossier,
    kind: str,
    content_type: str,
    name: str,
    by: Any,
    at: datetime,
    caption: str = "",
    **more: Any,
) -> Attachment:
    """Store bytes that are already known to be harmless (our own PDFs, re-encoded pictures)."""
    digest = hashlib.sha256(data).hexdigest()
    _write(_path(digest), data)
    return Attachment.objects.create(
        dossier=dossier, kind=kind, sha256=digest, size=len(data), content_type=content_type, sent_name=name[:200],
        caption=caption[:200], by=by, at=at, **more,
    )  # fmt: skip


def _keep_picture(
    data: bytes, *, dossier: Dossier, name: str, by: Any, at: datetime, caption: str, taken_at: datetime | None
) -> Attachment:
    picture = _decode(data)
    body, thumb = _jpeg(picture, LONG_EDGE, 85), _jpeg(picture, THUMB_EDGE, 78)
    with Image.open(io.BytesIO(body)) as stored:
        width, height = stored.size
    _write(_path(hashlib.sha256(body).hexdigest(), thumb=True), thumb)
    return keep_bytes(
        body, dossier=dossier, kind=Attachment.Kind.PHOTO, content_type="image/jpeg", name=name, by=by, at=at, caption=caption,
        width=width, height=height, has_thumb=True, original_sha256=hashlib.sha256(data).hexdigest(), taken_at=taken_at,
    )  # fmt: skip


def _decode(data: bytes) -> Image.Image:
    """The picture, upright, without metadata; Refused for anything that is no harmless picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(data))
            if opened.format not in PICTURES:
                raise Refused(_("Only photos (JPEG, PNG, WebP, HEIC) and PDF files can be kept."))
            if opened.width * opened.height > MAX_PIXELS:
                raise Refused(_("The picture has more than 40 megapixels."))
            opened.draft("RGB", (LONG_EDGE, LONG_EDGE))
            upright = ImageOps.exif_transpose(opened)
            return upright.convert("RGB")
    except Refused:
        raise
    except Exception as error:  # decoders answer a hostile file with whatever they have: EOFError, struct.error, RuntimeError …
        raise Refused(_("Only photos (JPEG, PNG, WebP, HEIC) and PDF files can be kept.")) from error


def _jpeg(picture: Image.Image, edge: int, quality: int) -> bytes:
    smaller = picture.copy()
    smaller.info.clear()  # the sender's comment would be written out again
    smaller.thumbnail((edge, edge))
    out = io.BytesIO()
    smaller.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def _path(digest: str, *, thumb: bool = False) -> Path:
    return Path(settings.MEDIA_ROOT) / "sha256" / digest[:2] / digest[2:4] / (digest + (".thumb" if thumb else ""))


def path_of(attachment: Attachment, *, thumb: bool = False) -> Path:
    """Where the bytes lie; never built from anything a person sent."""
    return _path(attachment.sha256, thumb=thumb)


def open_bytes(attachment: Attachment, *, thumb: bool = False) -> bytes:
    return path_of(attachment, thumb=thumb).read_bytes()


def _write(path: Path, data: bytes) -> None:
    """Write once: a file of this content that is already there is left as it is; written aside, synced, then renamed."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(temporary, 0o440)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
