"""Photos and files: seen by whoever may open their dossier; everybody else hears that there is none."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from config import reach
from config.policies import SEE_PAPERS
from core.attachments import path_of
from core.models import Attachment
from core.policies import allowed

VOICE_ENDINGS = {"audio/amr": "amr", "audio/mpeg": "mp3", "audio/ogg": "ogg", "audio/mp4": "m4a", "audio/wav": "wav"}


@allowed(SEE_PAPERS, methods=("GET",))
def file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The whole file; pictures and PDFs open in the browser, anything else is saved."""
    return _answer(request, public_id, thumb=False)


@allowed(SEE_PAPERS, methods=("GET",))
def thumb(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The small picture of a photo."""
    return _answer(request, public_id, thumb=True)


def _answer(request: HttpRequest, public_id: uuid.UUID, *, thumb: bool) -> HttpResponseBase:
    found = get_object_or_404(reach.attachments(request.user), public_id=public_id)
    small = thumb and found.has_thumb
    path = path_of(found, thumb=small)
    if not path.exists():
        raise Http404
    shown = found.kind in (Attachment.Kind.PHOTO, Attachment.Kind.SIGNATURE, Attachment.Kind.PDF)
    answer = FileResponse(
        path.open("rb"),
        content_type="image/jpeg" if small else found.content_type,
        as_attachment=not shown,
        filename=_name(found),
    )
    return _private(answer)


def _name(found: Attachment) -> str:
    """A name of our own; what the sender called it is only shown as text."""
    ending = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf", "image/vnd.dwg": "dwg", **VOICE_ENDINGS}.get(found.content_type, "bin")
    return f"{found.public_id}.{ending}"


def _private(answer: Any) -> HttpResponseBase:
    """The bytes of an address never change, so a browser may keep them, and nobody between may."""
    answer["Cache-Control"] = "private, max-age=604800, immutable"
    answer["Content-Security-Policy"] = "default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer  # type: ignore[no-any-return]
