"""Questions about drawings: versions of a kind, what is confirmed and what is newest, the card of the client file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _

from core.models import Attachment
from leads import policies
from leads.choices import DrawingKind
from leads.models import Drawing, DrawingConfirmation, DrawingFile, DrawingReview, Lead


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file: a picture with its small one, or something to open or save."""

    url: str
    thumb: str
    name: str
    caption: str
    is_picture: bool


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version with what was said to it."""

    version: int
    title: str
    source: str
    changes: str
    reason: str
    by: str
    at: datetime
    files: tuple[FileRow, ...]
    review: DrawingReview | None
    confirmation: DrawingConfirmation | None
    evidence: FileRow | None
    is_newest: bool


@dataclass(frozen=True, slots=True)
class KindRow:
    """A kind of drawing: its versions, the newest first, and in one sentence where it stands."""

    kind: str
    label: str
    versions: tuple[VersionRow, ...]
    confirmed: int
    newest: int
    says: str
    tone: str


def stands_at(newest: int, confirmed: int, *, sent_back: bool = False) -> tuple[str, str]:
    """(sentence, tone): a newer version takes no confirmation back, and says that it has none."""
    if not newest:
        return _("none yet"), "plain"
    if confirmed == newest:
        return _("v%(n)s confirmed") % {"n": confirmed}, "done"
    if confirmed:
        return _("v%(n)s confirmed, newer v%(m)s not confirmed") % {"n": confirmed, "m": newest}, "soon"
    if sent_back:
        return _("v%(n)s sent back") % {"n": newest}, "late"
    return _("v%(n)s not confirmed") % {"n": newest}, "soon"


def with_files(rows: QuerySet[Drawing]) -> QuerySet[Drawing]:
    """Versions with all that a page shows of them: two queries, however many."""
    files = Prefetch("files", queryset=DrawingFile.objects.select_related("attachment").order_by("position"))
    return rows.select_related(
        "by", "review", "review__by", "confirmation", "confirmation__witness", "confirmation__by", "confirmation__evidence"
    ).prefetch_related(files)


def kinds_of(lead: Lead, *, only: Sequence[str] = tuple(DrawingKind.values), confirmed_only: bool = False) -> list[KindRow]:
    """Every kind with its versions; `confirmed_only` leaves what the customer has confirmed (sites build from nothing else)."""
    rows = with_files(lead.drawings.filter(kind__in=only)).order_by("-version")
    if confirmed_only:
        rows = rows.filter(confirmation__isnull=False)
    grouped: dict[str, list[Drawing]] = {kind: [] for kind in DrawingKind.values if kind in only}
    for row in rows:
        grouped[row.kind].append(row)
    return [_kind(kind, found) for kind, found in grouped.items()]


def _kind(kind: str, rows: list[Drawing]) -> KindRow:
    newest = rows[0].version if rows else 0
    confirmed = next((row.version for row in rows if hasattr(row, "confirmation")), 0)
    sent_back = bool(rows) and hasattr(rows[0], "review") and not rows[0].review.passed
    says, tone = stands_at(newest, confirmed, sent_back=sent_back)
    versions = tuple(version_row(row, newest=newest) for row in rows)
    return KindRow(kind, str(DrawingKind(kind).label), versions, confirmed, newest, says, tone)


def version_row(row: Drawing, *, newest: int) -> VersionRow:
    confirmation = getattr(row, "confirmation", None)
    evidence = confirmation.evidence if confirmation is not None and confirmation.evidence_id else None
    return VersionRow(
        version=row.version, title=row.title, source=str(row.get_source_display()) if row.kind == DrawingKind.FLOOR_PLAN else "", changes=row.changes,
        reason=row.reason, by=str(row.by), at=row.at, files=tuple(file_row(file.attachment) for file in row.files.all()),
        review=getattr(row, "review", None), confirmation=confirmation, evidence=file_row(evidence) if evidence else None,
        is_newest=row.version == newest,
    )  # fmt: skip


def file_row(kept: Attachment) -> FileRow:
    picture = kept.kind == Attachment.Kind.PHOTO
    thumb = reverse("file-thumb", args=[kept.public_id]) if kept.has_thumb else ""
    return FileRow(reverse("file", args=[kept.public_id]), thumb, kept.sent_name or str(kept), kept.caption, picture)


# --- the card of the client file ---------------------------------------------------------------------------------------


def card_rows(lead: str) -> Any:
    """The versions of a lead as JSON rows, for a query that is made anyway; `lead` is the path of the outer row's lead."""
    pictures = DrawingFile.objects.filter(drawing=OuterRef("pk"), attachment__has_thumb=True).order_by("position")
    return (
        Drawing.objects.filter(lead=OuterRef(lead)).order_by("kind", "-version")
        .annotate(
            is_confirmed=Exists(DrawingConfirmation.objects.filter(drawing=OuterRef("pk"))),
            is_sent_back=Exists(DrawingReview.objects.filter(drawing=OuterRef("pk"), passed=False)),
            picture=Subquery(pictures.values("attachment__public_id")[:1]),
        )
        .values(row=JSONObject(kind="kind", version="version", title="title", confirmed="is_confirmed", sent_back="is_sent_back", picture="picture"))
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class CardRow:
    """A kind of drawing on the client file."""

    label: str
    says: str
    tone: str
    thumb: str
    url: str
    title: str


def card_of(rows: Iterable[Mapping[str, Any]], *, only: Sequence[str] = tuple(DrawingKind.values), confirmed_only: bool = False) -> list[CardRow]:
    """One line a kind that there is: its newest and its confirmed version, the picture of the one that counts."""
    found = []
    told = list(rows)
    for kind in (kind for kind in DrawingKind if kind in only):
        mine = [row for row in told if row["kind"] == kind and (row["confirmed"] or not confirmed_only)]
        if not mine:
            continue
        newest, confirmed = mine[0], next((row for row in mine if row["confirmed"]), None)
        says, tone = stands_at(newest["version"], confirmed["version"] if confirmed else 0, sent_back=newest["sent_back"])
        shown = (confirmed or newest)["picture"]
        thumb, url = (reverse("file-thumb", args=[shown]), reverse("file", args=[shown])) if shown else ("", "")
        found.append(CardRow(str(kind.label), says, tone, thumb, url, (confirmed or newest)["title"]))
    return found


def may(lead: Lead, user: Any, permission: Any) -> bool:
    """This enquiry lies within the person's scope under a permission."""
    return bool(permission.reaches(user, lead.store_id, own=user.pk in (lead.designer_id, lead.customer_manager_id, lead.registered_by_id)))


def files_to_check(user: Any) -> Any:
    """The files of construction drawings that this person may be asked to check, though the enquiry is another's (R004)."""
    leads = Lead.objects.visible_to(user, policies.CHECK_DRAWINGS)
    return DrawingFile.objects.filter(drawing__kind=DrawingKind.CONSTRUCTION, drawing__lead__in=leads).values("attachment_id")
