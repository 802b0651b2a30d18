"""Drawings of the tests: files as a designer sends them, and the shortest way to a confirmed version."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from leads import services as leads
from leads.models import Drawing, Lead
from tests.hand import STROKES

PDF = b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
DWG = b"AC1032" + bytes(64)


def pdf(name: str = "施工图.pdf", *, more: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF + more, "application/pdf")


def dwg(name: str = "施工图.dwg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, DWG, "application/octet-stream")


@cache
def _png() -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (160, 120), (214, 210, 200)).save(out, "PNG")
    return out.getvalue()


def picture(name: str = "效果图.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, _png(), "image/png")


def drawn(lead: Lead, kind: str, *, by: Any, at: datetime, files: Any = None, title: str = "全套图纸", **more: Any) -> Drawing:
    """The next version of a kind."""
    if lead.drawings.filter(kind=kind).exists():
        more = {"changes": "按客户意见调整"} | more
    return leads.add_drawing(lead, kind=kind, title=title, files=files or [pdf()], by=by, at=at, **more)


def confirmed(lead: Lead, kind: str, *, people: Any, at: datetime, name: str = "陈静兰", **more: Any) -> Drawing:
    """… which the customer signs for; of a large home the chief designer has passed the construction drawings."""
    made = drawn(lead, kind, by=people.designer, at=at, **more)
    if kind == "construction" and lead.home.is_large:
        leads.review_drawing(made, passed=True, by=people.chief_designer, at=at)
    leads.confirm_drawing(made, name=name, channel="visit", strokes=STROKES, by=people.designer, at=at)
    return made


def accepted(lead: Lead, *, people: Any, at: datetime) -> None:
    """Scheme and construction drawings confirmed: the end of the design stage."""
    for kind in ("scheme", "construction"):
        confirmed(lead, kind, people=people, at=at)
