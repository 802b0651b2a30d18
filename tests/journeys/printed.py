"""What came out of the printer: every PDF of the way is fetched, kept in a folder, and read."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream

from core.models import Paper
from tests.journeys import press
from tests.journeys.people import Company
from tests.journeys.signing import strokes
from tests.journeys.story import Story

OURS = re.compile(r"^/[A-Z]{6}\+Noto-?(Sans|Serif)-?SC")
STROKES = len(list(strokes()))


def plain(words: str) -> str:
    """Text as it can be compared: no blanks or line breaks, one form of every letter."""
    return "".join(unicodedata.normalize("NFKC", words).split())


def fetch_all(company: Company, story: Story, folder: Path) -> dict[str, bytes]:
    """Every paper of the file, downloaded by somebody of the house who may read it, as sealed as it gets."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for paper in Paper.objects.filter(dossier__lead__ref=story.lead).order_by("pk"):
        data = found[paper.ref] = fetch(company, paper.ref)
        (folder / f"{paper.ref}.pdf").write_bytes(data)
    return found


def fetch(company: Company, ref: str) -> bytes:
    """The PDF behind the paper's own link; 202 while the printer is busy."""
    request, address = company.customer_manager.sits_down().screen.context.request, f"/papers/{ref}/pdf/?save=1"
    if (answer := request.get(address)).status == 202:
        press.wait(ref)
        answer = request.get(address)
    assert answer.status == 200 and answer.headers["content-type"] == "application/pdf", f"{ref}: {answer.status}"
    assert f'filename="{ref}.pdf"' in answer.headers["content-disposition"]
    return answer.body()


def inspect(paper: Paper, data: bytes, *, customer: str, facts: list[str]) -> list[str]:
    """What is wrong with this PDF: its number, the owner's name, the facts, the hands under it, its fonts, its hashes."""
    pdf = PdfReader(io.BytesIO(data))
    text = plain("".join(page.extract_text() for page in pdf.pages))
    signatures = list(paper.signatures.all())
    wrong = [f"misses {words!r}" for words in (paper.ref, customer, *facts) if plain(words) not in text]
    wrong += [f"the font {name}" for page in pdf.pages for name in fonts_of(page) if not OURS.match(name)]
    wrong += [f"misses the name {s.name!r}" for s in signatures if plain(s.name) not in text]
    drawn = sum(1 for page in pdf.pages for _line in hands_on(page, pdf))
    if drawn != STROKES * len(signatures):
        wrong.append(f"{len(signatures)} signatures, but {drawn} strokes")
    if paper.is_signed and paper.required_roles:
        wrong += [f"misses the hash {sha[:8]}…" for sha in (paper.content_sha256, *presented_hashes(paper)) if sha not in text]
    return wrong


def presented_hashes(paper: Paper) -> list[str]:
    return [rendition.sha256 for rendition in paper.renditions.all() if rendition.kind == "presented"]


def fonts_of(holder: Any) -> Iterator[str]:
    """Every font that a page or a form on it names; one that is not embedded is told as such."""
    resources = holder.get("/Resources", {}).get_object() if holder.get("/Resources") else {}
    for font in (resources.get("/Font") or {}).values():
        font = font.get_object()
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        descriptor = inner.get("/FontDescriptor", {})
        descriptor = descriptor.get_object() if descriptor else {}
        embedded = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
        yield str(font["/BaseFont"]) if embedded else f"{font['/BaseFont']} (not embedded)"
    for form in forms_of(resources):
        yield from fonts_of(form)


def forms_of(resources: Any) -> Iterator[Any]:
    for thing in (resources.get("/XObject") or {}).values():
        thing = thing.get_object()
        if thing.get("/Subtype") == "/Form":
            yield thing


def hands_on(page: Any, pdf: PdfReader) -> Iterator[int]:
    """Drawn strokes: an open line of five pieces and more that is stroked.  Rules, boxes, ticks, QR and seal are none."""
    contents = page.get_contents() if "/Contents" in page else page
    pieces = 0
    for _operands, operator in ContentStream(contents, pdf).operations if contents is not None else ():
        if operator == b"m":
            pieces = 0
        elif operator == b"l":
            pieces += 1
        elif operator in (b"S", b"s"):
            if pieces >= 5:
                yield pieces
            pieces = 0
        elif operator in (b"f", b"f*", b"n", b"B", b"re", b"c"):
            pieces = 0
    resources = page.get("/Resources")
    for form in forms_of(resources.get_object()) if resources else ():
        yield from hands_on(form, pdf)
