"""What the pages of an import show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import phones
from leads.choices import BatchState, Dwelling, RowState
from leads.import_words import DOUBTS, FIELDS, PROBLEMS
from leads.models import ImportBatch, ImportRow, Lead
from staff import posts

TAKEN = (RowState.GOOD, RowState.SECOND_HOME)
VIEWS = {
    "bad": gettext_lazy("Cannot be read"),
    "second": gettext_lazy("Another home of a known customer"),
    "doubts": gettext_lazy("Understood with a doubt"),
    "known": gettext_lazy("Already there"),
    "skipped": gettext_lazy("Left out"),
    "new": gettext_lazy("To be created"),
}
_VIEW = {
    "bad": Q(state=RowState.BAD),
    "second": Q(state=RowState.SECOND_HOME),
    "doubts": Q(state__in=TAKEN) & ~Q(warnings=[]),
    "known": Q(state=RowState.KNOWN),
    "skipped": Q(state=RowState.SKIPPED),
    "new": Q(state__in=TAKEN),
}


def batch_rows(batch: ImportBatch, view: str, user: Any) -> QuerySet[ImportRow]:
    """With each row whether the reader may open what it became, and the earlier enquiry that it names."""
    files = Lead.objects.visible_to(user)
    own, earlier = Exists(files.filter(import_row=OuterRef("pk"))), Exists(files.filter(ref=OuterRef("earlier")))
    return batch.rows.filter(_VIEW[view]).select_related("lead").annotate(opens=own, earlier_opens=earlier)


def view_counts(batch: ImportBatch) -> dict[str, int]:
    """How many rows each view has, in one question."""
    found: dict[str, int] = batch.rows.aggregate(**{name: Count("pk", filter=condition) for name, condition in _VIEW.items()})
    return found


def is_mapped(batch: ImportBatch) -> bool:
    """Nothing is left to ask about words: somebody answered, or the house knew them all."""
    words = [*batch.mapping.get("sources", {}).values(), *batch.mapping.get("people", {}).values()]
    return bool(batch.mapping.get("mapped")) or all(said["known"] for said in words)


def steps(batch: ImportBatch) -> list[dict[str, str]]:
    """Upload – words – rows – import, with where this list stands."""
    done = batch.state in (BatchState.CONFIRMED, BatchState.WITHDRAWN)
    mapped = done or is_mapped(batch)
    bad = batch.figures.get("bad", 0)
    return [
        {"title": _("Read the list"), "state": "done", "note": _("{count} rows").format(count=batch.figures.get("rows", 0))},
        {"title": _("Map its words"), "state": "done" if mapped else "current", "note": _("sources and people, once")},
        {
            "title": _("Look through the rows"),
            "state": "done" if done else ("current" if mapped else "future"),
            "note": _("{count} cannot be read").format(count=bad) if bad else _("all can be read"),
        },
        {"title": _("Import"), "state": "done" if done else "future", "note": str(batch.get_state_display()) if done else _("all or nothing")},
    ]


@dataclass(frozen=True)
class Remark:
    """Something about a cell: the column as in Excel, the field in words, the cell's text, the sentence."""

    column: str
    field: str
    text: str
    says: str


@dataclass(frozen=True)
class PreviewRow:
    """One row of the list as the preview shows it; numbers masked (LR-43)."""

    pk: int
    where: str
    state: str
    state_says: str
    tone: str
    name: str
    phones: str
    day: date | None
    home: str
    area: Decimal | str
    layout: str
    source: str
    earlier: str
    earlier_url: str
    problems: tuple[Remark, ...]
    doubts: tuple[Remark, ...]
    corrected: tuple[str, ...]
    lead: str
    lead_url: str
    withdrawn: bool
    texts: dict[str, str]


TONES = {RowState.GOOD: "done", RowState.SECOND_HOME: "info", RowState.KNOWN: "plain", RowState.BAD: "late", RowState.SKIPPED: "plain"}


def row_of(row: ImportRow, batch: ImportBatch) -> PreviewRow:
    said = row.understood
    one = len(batch.mapping.get("sheets", [])) <= 1
    lead = getattr(row, "lead", None)
    withdrawn = lead is not None and lead.withdrawn_at is not None
    home = " ".join(part for part in (said["estate"], said["address"]) if part)
    dwelling = str(Dwelling(said["dwelling"]).label) if said["dwelling"] != Dwelling.ORDINARY and said["layout"] == "" else ""
    return PreviewRow(
        pk=row.pk, where=str(row.row) if one else f"{row.sheet}!{row.row}", state=row.state,
        state_says=str((BatchState.WITHDRAWN if withdrawn else RowState(row.state)).label), tone="plain" if withdrawn else TONES[RowState(row.state)],
        name=" ".join(part for part in (said["name"], said["title"]) if part),
        phones=posts.listed(phones.mask(number) for number, _note in said["phones"]), day=date.fromisoformat(said["day"]) if said["day"] else None,
        home=home, area=Decimal(said["area"]) if said["area"] else said["area_text"], layout=said["layout"] or dwelling, source=said["source"],
        earlier=row.earlier, earlier_url=reverse("leads:file", args=[row.earlier]) if getattr(row, "earlier_opens", False) else "",
        problems=tuple(_remark(each, PROBLEMS) for each in row.errors), doubts=tuple(_remark(each, DOUBTS) for each in row.warnings),
        corrected=tuple(str(FIELDS.get(name, name)) for name in row.corrected), lead=lead.ref if lead is not None else "",
        lead_url=lead.get_absolute_url() if lead is not None and getattr(row, "opens", False) else "", withdrawn=withdrawn, texts=row.cells.get("texts", {}),
    )  # fmt: skip


def _remark(found: list[str], words: dict[str, Any]) -> Remark:
    field, column, code, text = found
    sentence = str(words.get(code, code))
    if "%(text)s" in sentence:
        sentence = sentence.replace("%(text)s", text)
    return Remark(column, str(FIELDS.get(field, field)), text, sentence)
