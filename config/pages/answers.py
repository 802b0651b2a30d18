"""What the one box says of a customer beside name and stage: whose, what is late, promised, owed, agreed, under warranty.

A table of lines: each brings a value that rides along with the dossier's own row (so that twenty hits cost what one costs) and says it
in words.  Other parts of the house add a line; nothing else changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales.models import Warranty
from aftersales.policies import SEE_WARRANTIES
from config import acts, words
from core.clocks import running
from core.policies import SIGNED_IN, Policy
from leads.policies import SEE_LEADS
from leads.selectors_calendar import next_meeting, next_row


@dataclass(frozen=True, slots=True)
class Said:
    """One fact of a hit in words; tone as of a tag."""

    says: str
    tone: str = ""


@dataclass(frozen=True)
class Line:
    """One line: the name of its value, the value as an expression over a dossier's row, its words, and who reads it."""

    name: str
    value: Callable[[], Any]
    says: Callable[[Any, datetime], list[Said]]
    policy: Policy = SIGNED_IN


def _clocks() -> Any:
    """The running clock that is due first; what is paused stands back."""
    rows = running(dossier=OuterRef("pk"), paused_at__isnull=True).order_by("due_at", "pk")
    return Subquery(rows.values(row=JSONObject(clock="clock", due_at="due_at", owner=F("owner__full_name")))[:1])


def _clock_words(row: dict[str, Any] | None, now: datetime) -> list[Said]:
    if row is None:
        return []
    due = datetime.fromisoformat(row["due_at"])
    told = {"act": acts.says(row["clock"]), "day": words.day(due, timezone.localdate(now)), "who": row["owner"] or ""}
    if due < now:
        return [Said((_("late since %(day)s: %(act)s · %(who)s") % told).removesuffix(" · "), "late")]
    return [Said((_("due %(day)s: %(act)s · %(who)s") % told).removesuffix(" · "), "soon" if due - now <= timedelta(days=1) else "")]


def _meeting_words(row: dict[str, Any] | None, now: datetime) -> list[Said]:
    met = next_meeting(row)
    if met is None:
        return []
    local = timezone.localtime(met.start_at)
    told = {"kind": met.kind, "day": words.day(met.start_at, timezone.localdate(now)), "hour": f"{local:%H:%M}", "who": met.person}
    return [Said(_("%(kind)s %(day)s %(hour)s with %(who)s") % told)]


def _warranty() -> Any:
    rows = Warranty.objects.filter(project__dossier=OuterRef("pk"), withdrawn_at__isnull=True)
    return Subquery(rows.values("last_on")[:1])


def _warranty_words(last_on: date | None, now: datetime) -> list[Said]:
    if last_on is None:
        return []
    day = f"{last_on:%Y-%m-%d}"
    if last_on < timezone.localdate(now):
        return [Said(_("warranty ended %(day)s") % {"day": day})]
    return [Said(_("in warranty until %(day)s") % {"day": day}, "done")]


LINES: tuple[Line, ...] = (
    Line("says_clock", _clocks, _clock_words),
    Line("says_meeting", lambda: Subquery(next_row("lead")), _meeting_words, SEE_LEADS),
    Line("says_warranty", _warranty, _warranty_words, SEE_WARRANTIES),
)


def values(user: Any) -> dict[str, Any]:
    """What rides along with each dossier for this person."""
    return {line.name: line.value() for line in LINES if line.policy.allows(user)}


def of(row: Any, now: datetime) -> list[Said]:
    """What is said of one hit."""
    found: list[Said] = []
    if row.lead.customer.do_not_contact:
        found.append(Said(_("does not want to be contacted"), "late"))
    for line in LINES:
        if hasattr(row, line.name):
            found += line.says(getattr(row, line.name), now)
    return found


def owed(site: Any, now: datetime) -> list[Said]:
    """What is open of a site's money now, to the fen (a site's account asks its own questions: for the first hit alone)."""
    today = timezone.localdate(now)
    found = []
    for part in site.money.open_now:
        late = part.is_late(today)
        told = {"name": part.name, "amount": f"¥{part.rest:,.2f}", "day": words.day(part.due_on, today) if part.due_on else ""}
        found.append(Said((_("owed: %(name)s %(amount)s since %(day)s") if late else _("owed: %(name)s %(amount)s")) % told, "late" if late else "soon"))
    return found
