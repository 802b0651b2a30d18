"""PDF/A of papers with our own fonts only.  Called by the worker process alone (WeasyPrint is not for threads)."""

from __future__ import annotations

import atexit
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from django.conf import settings
from django.template import engines
from django.urls import reverse
from markupsafe import Markup

from core import audit, papers
from core.attachments import keep_bytes, open_bytes, path_of
from core.models import Attachment, AuditEntry, Paper, Rendition, Signature
from core.signatures import svg_of

ASSETS = Path(settings.BASE_DIR)


def html_of(paper: Paper, *, mode: str, base_url: str = "", draft: bool = False) -> str:
    """The paper as HTML: the same template for the page's preview, the presented and the sealed PDF."""
    kind = papers.kind_of(paper)
    return (
        engines["jinja2"]
        .get_template(kind.template)
        .render(context(paper, mode=mode, base_url=base_url) | {"draft": draft})
    )


def context(paper: Paper, *, mode: str, base_url: str = "") -> dict[str, Any]:
    """What a paper's template sees: frozen content `c`, frozen head, signers with their signatures, the QR's address."""
    kind = papers.kind_of(paper)
    signed = {
        s.role: s for s in paper.signatures.select_related("present", "confirmed_by", "scan").order_by("at", "id")
    } if paper.pk else {}  # a paper that was not issued yet
    lines: list[dict[str, Any]] = [{"signer": s, "signature": signed.get(s.role), "svg": _hand(signed.get(s.role))} for s in kind.signers]
    return {
        "paper": paper, "kind": kind, "c": paper.body, "head": paper.head, "lines": lines, "mode": mode,
        "presented": paper.renditions.filter(kind="presented").first() if mode in ("sealed", "gone") else None,
        "gone": _gone(paper) if paper.is_gone and mode in ("screen", "gone") else None,
        "missing": [line for line in lines if line["signature"] is None and line["signer"].required],
        "verify_url": (base_url or settings.PUBLIC_URL) + reverse("verify", args=[paper.ref, paper.token]),
        "photo_url": _photo_url if mode != "screen" else _screen_url,
    }  # fmt: skip


def _gone(paper: Paper) -> dict[str, Any]:
    """Why a paper no longer counts, since when and by whose word; what was presented or sealed before is shown as it was."""
    if (successor := paper.superseded_by) is not None:
        return {"stamp": "已替代", "successor": successor, "reason": paper.state_reason, "at": successor.at, "by": successor.by}
    voided = AuditEntry.objects.filter(paper=paper, kind="core.paper_voided").select_related("by").first()
    return {"stamp": "作废", "successor": None, "reason": paper.state_reason, "at": voided and voided.at, "by": voided and voided.by}


def _hand(signature: Signature | None) -> str:
    return Markup(svg_of(signature.strokes)) if signature and signature.strokes else ""  # noqa: S704 (drawn by us from numbers)


def _photo_url(public_id: str, thumb: bool = False) -> str:
    """Where a picture is kept, or the whole of it where the small one is lost.

    FileNotFoundError while neither is there: WeasyPrint would print the paper without it, and what is sealed is never printed again.
    """
    attachment = Attachment.objects.get(public_id=public_id)
    small, whole = path_of(attachment, thumb=thumb and attachment.has_thumb), path_of(attachment)
    path = small if small.exists() else whole
    if not path.exists():
        raise FileNotFoundError(f"the picture {public_id} is not in the store of files")
    return path.as_uri()


def _screen_url(public_id: str, thumb: bool = False) -> str:
    return reverse("file-thumb" if thumb else "file", args=[public_id])


def local(url: str) -> str:
    """The address, if it is one of our own assets or stored files: papers hold text that people typed."""
    parsed = urlparse(url)
    if parsed.scheme == "data":
        return url
    allowed = (ASSETS / "assets", ASSETS / "static", Path(settings.MEDIA_ROOT), ASSETS / "templates" / "papers")
    path = Path(unquote(parsed.path)).resolve()
    if parsed.scheme != "file" or not any(path.is_relative_to(root.resolve()) for root in allowed):
        raise ValueError(f"papers load local files only: {url}")
    return path.as_uri()


@lru_cache(maxsize=1)
def _tools() -> tuple[Any, Any, Any, Any]:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    class Local(URLFetcher):  # type: ignore[misc]
        """Fetches nothing from anywhere else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            return super().fetch(local(url), headers)

    fonts, fetcher = FontConfiguration(), Local()
    css = CSS(filename=str(ASSETS / "templates" / "papers" / "paper.css"), font_config=fonts, url_fetcher=fetcher)
    return HTML, fonts, css, fetcher


atexit.register(_tools.cache_clear)  # fonts let go while the libraries they speak to are still there


def pdf_of(html: str, ident: str) -> bytes:
    """PDF/A-3b bytes of a paper's HTML."""
    make, fonts, css, fetcher = _tools()
    document = make(string=html, base_url=(ASSETS / "templates" / "papers").as_uri() + "/", url_fetcher=fetcher)
    made = document.write_pdf(
        stylesheets=[css], font_config=fonts, pdf_variant="pdf/a-3b", pdf_identifier=ident.encode()
    )
    return bytes(made)


def due(paper: Paper) -> str:
    """The rendition that is due next; empty when none is.

    Presented when issued, sealed when the last required person has signed, gone (stamped, with the reason) when void or replaced.
    """
    have = set(paper.renditions.values_list("kind", flat=True))
    if "presented" not in have:
        return "presented"
    last = "gone" if paper.is_gone else "sealed" if paper.state == Paper.State.SIGNED else ""
    return "" if last in have else last


def printed(paper: Paper, kind: str) -> bytes:
    """The PDF of a rendition; takes seconds, so nothing is locked meanwhile: what is printed is frozen."""
    return pdf_of(html_of(paper, mode=kind), f"{paper.ref}/{kind}")


def keep(paper: Paper, kind: str, data: bytes, at: Any) -> Rendition | None:
    """Keep a printed rendition of a locked paper; None when somebody else was quicker.  A sealed paper is never printed again."""
    if due(paper) != kind:
        return None
    rendition = _keep(paper, kind, data, at)
    if kind == "sealed":
        Paper.objects.filter(pk=paper.pk, state=Paper.State.SIGNED).update(state=Paper.State.SEALED)
        audit.record(paper.dossier, "core.paper_sealed", by=None, at=at, paper=paper, ref=paper.ref, sha256=rendition.sha256)
    return rendition


def render(paper: Paper, at: Any) -> list[Rendition]:
    """Make all renditions that are due, in the caller's transaction (the worker prints outside of any: `core.tasks`)."""
    made: list[Rendition] = []
    while (kind := due(paper)) and (rendition := keep(paper, kind, printed(paper, kind), at)) is not None:
        made.append(rendition)
    return made


def _keep(paper: Paper, kind: str, data: bytes, at: Any) -> Rendition:
    stored = keep_bytes(
        data,
        dossier=paper.dossier,
        kind=Attachment.Kind.PDF,
        content_type="application/pdf",
        name=f"{paper.ref}.pdf",
        by=None,
        at=at,
    )
    return Rendition.objects.create(paper=paper, kind=kind, attachment=stored, sha256=hashlib.sha256(data).hexdigest())


def bytes_of(rendition: Rendition) -> bytes:
    """The stored PDF; ValueError when its bytes no longer have the hash that was recorded."""
    data = open_bytes(rendition.attachment)
    if hashlib.sha256(data).hexdigest() != rendition.sha256:
        raise ValueError(f"the PDF of {rendition.paper_id} was altered")
    return data
