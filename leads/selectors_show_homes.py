"""Show homes as pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Max, OuterRef, Q
from django.utils import timezone

from leads.models import ShowHome, ShowHomeNotice, ShowHomeNoticeLine, ShowHomePhoto
from leads.services.show_homes import WEEK
from staff.models import Store

SHOWN_PHOTOS = 4


@dataclass(frozen=True)
class NoticeRow:
    """One line of the notice in force, and whether it still holds."""

    show_home: int
    name: str
    address: str
    open_from: date | None
    open_until: date | None
    key_with: str
    visited_at: datetime
    photos: tuple[str, ...]
    over: bool


@dataclass(frozen=True)
class KeptRow:
    """One show home for who keeps it: its last own visit."""

    pk: int
    name: str
    address: str
    open_until: date | None
    key_with: str
    visited_at: datetime | None

    def publishable(self, now: datetime) -> bool:
        """Visited by oneself within the week, and not closed by its own date."""
        fresh = self.visited_at is not None and now - WEEK <= self.visited_at <= now
        return fresh and (self.open_until is None or self.open_until >= timezone.localtime(now).date())


def notice_of(store: Store) -> ShowHomeNotice | None:
    """The newest notice of a store: the one that counts."""
    return ShowHomeNotice.objects.filter(store=store).select_related("by").first()


def lines_of(notice: ShowHomeNotice | None, now: datetime) -> list[NoticeRow]:
    """The lines of a notice with photos: one query."""
    if notice is None:
        return []
    today = timezone.localtime(now).date()
    pictures = ShowHomePhoto.objects.filter(show_home=OuterRef("show_home")).order_by("-id").values("attachment__public_id")
    rows = ShowHomeNoticeLine.objects.filter(notice=notice).select_related("show_home").annotate(pictures=ArraySubquery(pictures[:SHOWN_PHOTOS]))
    return [
        NoticeRow(
            row.show_home_id, row.name, row.address, row.open_from, row.open_until, row.key_with, row.visited_at, tuple(str(p) for p in row.pictures),
            row.show_home.closed_at is not None or (row.open_until is not None and row.open_until < today),
        )
        for row in rows
    ]  # fmt: skip


def kept_by(store: Store, user: Any) -> list[KeptRow]:
    """Every show home of the store with this person's own last visit: one query."""
    rows = ShowHome.objects.filter(store=store, closed_at__isnull=True).select_related("keeper")
    return [
        KeptRow(row.pk, row.name, row.address, row.open_until, " ".join(w for w in (str(row.keeper or ""), row.contact) if w), row.visited_at)
        for row in rows.annotate(visited_at=Max("visits__at", filter=Q(visits__by=user))).order_by("name", "pk")
    ]


def photos_of(row: ShowHome) -> list[str]:
    return [str(p) for p in row.photos.order_by("-id").values_list("attachment__public_id", flat=True)[:12]]
