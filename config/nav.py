"""What stands at the side of every page: the parts of the house that this person may enter, and what is open for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy

from config.policies import SEE_PAPERS
from core.models import Deadline
from core.policies import SIGNED_IN, Policy
from inspections.policies import SEE_CHECKS
from leads.policies import (
    EDIT_TEXTS,
    KEEP_SOURCES,
    SEE_CALENDAR,
    SEE_ESTATES,
    SEE_LEADS,
    SEE_LOGS,
    SEE_PRICES,
    SEE_ROSTER,
    SEE_SHOW_HOMES,
)
from leads.policies_follow_up import MOVE_CUSTOMERS, SEE_HOTLINE, SEE_LOSSES, SEE_POOL, SEE_UPDATES
from leads.policies_money import SEE_TILL
from leads.selectors_follow_up import open_enquiries
from projects.policies import KEEP_MATERIALS, SEE_CONTRACTS, SEE_CREWS, SEE_MONEY, SEE_PROJECTS
from projects.policies_bonds import SEE_BONDS, SEE_OLD_DEBTS
from projects.policies_settling import SEE_ARCHIVE, SEE_COMMISSIONS, SEE_COMPLETIONS, SEE_FOREMEN, SEE_SITE_COST
from staff import posts

# The groups of the side, in its order; the first has no head and is never folded.
GROUPS = (
    ("work", ""), ("customers", gettext_lazy("Customers and calls")), ("sites", gettext_lazy("Sites, after-sales")),
    ("money", gettext_lazy("Money and contracts")), ("house", gettext_lazy("The house")),
)  # fmt: skip
MOST_OPEN = 17  # entries that stand in 900 pixels of height beside the heads; a longer side folds the groups where one is not


@dataclass(frozen=True)
class Part:
    """One entry of the side: a list page, its icon, who sees it, and in which group it stands."""

    says: object
    name: str
    icon: str
    policy: Policy
    group: str = "work"
    on_phone: bool = False
    also: str = ""  # the second list of the same part

    @cached_property
    def within(self) -> tuple[str, ...]:
        """The addresses of its lists, its own first; they never change while the house runs."""
        return tuple(reverse(name) for name in (self.name, self.also) if name)


@cache
def parts() -> tuple[Part, ...]:
    """The parts of the house, in the order of the side."""
    from aftersales.policies import SEE_REPAIRS, SEE_WARRANTIES  # the tables need the models
    from aftersales.policies_complaints import SEE_COMPLAINTS
    from aftersales.policies_rounds import SEE_LOW, SEE_ROUNDS, SEE_SURVEYS
    from aftersales.policies_slips import SEE_SLIPS, SEE_SUMMARIES, SEE_TRACKS
    from inspections.policies_order import KEEP_DIARY, KEEP_TOOLS, LOOK_AT_DIARY, SEE_FINES, SEE_INCIDENTS
    from staff.policies import CHOOSE, EDIT_COMPANY, OPEN_STORES, SEE_PEOPLE

    return (
        Part(gettext_lazy("Desk"), "desk", "desk", SIGNED_IN, on_phone=True),
        Part(gettext_lazy("Customers"), "leads:list", "person", SEE_LEADS, on_phone=True),
        Part(gettext_lazy("Calendar"), "leads:calendar", "calendar", SEE_CALENDAR, on_phone=True),
        Part(gettext_lazy("Sites"), "projects:list", "site", SEE_PROJECTS, on_phone=True),
        Part(gettext_lazy("Papers"), "papers", "paper", SEE_PAPERS, on_phone=True),
        Part(gettext_lazy("Repairs"), "aftersales:repairs", "wrench", SEE_REPAIRS, on_phone=True),
        Part(gettext_lazy("Calls and visits"), "leads:calls", "phone", SEE_LOGS, "customers", also="leads:visits"),
        Part(gettext_lazy("Complaints"), "aftersales:complaints", "talk", SEE_COMPLAINTS, "customers"),
        Part(gettext_lazy("Return visits"), "aftersales:rounds", "phone", SEE_ROUNDS, "customers"),
        Part(gettext_lazy("Surveys"), "aftersales:surveys", "chart", SEE_SURVEYS, "customers"),
        Part(gettext_lazy("Saturday summaries"), "aftersales:week-summaries", "note", SEE_SUMMARIES, "customers"),
        Part(gettext_lazy("Bad answers"), "aftersales:low-scores", "note", SEE_LOW, "customers"),
        Part(gettext_lazy("Pool"), "leads:pool", "box", SEE_POOL, "customers"),
        Part(gettext_lazy("Hotline"), "leads:hotline", "talk", SEE_HOTLINE, "customers"),
        Part(gettext_lazy("To update"), "leads:updates", "edit", SEE_UPDATES, "customers"),
        Part(gettext_lazy("Losses"), "leads:losses-of-month", "cross", SEE_LOSSES, "customers"),
        Part(gettext_lazy("Leavers"), "leads:leavers", "out", MOVE_CUSTOMERS, "customers"),
        Part(gettext_lazy("Estates"), "leads:estates", "book", SEE_ESTATES, "customers"),
        Part(gettext_lazy("Show homes"), "leads:show-homes", "pin", SEE_SHOW_HOMES, "customers"),
        Part(gettext_lazy("Sources"), "leads:sources", "link", KEEP_SOURCES, "customers"),
        Part(gettext_lazy("Materials"), "projects:materials-due", "ruler", KEEP_MATERIALS, "sites"),
        Part(gettext_lazy("Construction diaries"), "inspections:diaries", "book", LOOK_AT_DIARY | KEEP_DIARY, "sites"),
        Part(gettext_lazy("Accidents and hazards"), "inspections:incident-list", "cross", SEE_INCIDENTS, "sites"),
        Part(gettext_lazy("Instruments"), "inspections:tools", "ruler", KEEP_TOOLS, "sites"),
        Part(gettext_lazy("Fine slips"), "inspections:fine-list", "note", SEE_FINES, "money"),
        Part(gettext_lazy("Supervision"), "inspections:board", "check", SEE_CHECKS, "sites"),
        Part(gettext_lazy("Published"), "inspections:bulletins", "chart", SIGNED_IN, "sites"),
        Part(gettext_lazy("Crews"), "projects:crews", "people", SEE_CREWS, "sites"),
        Part(gettext_lazy("Finished sites"), "projects:completions", "check", SEE_COMPLETIONS, "sites"),
        Part(gettext_lazy("Archive"), "projects:archives", "box", SEE_ARCHIVE, "sites"),
        Part(gettext_lazy("After-sales"), "aftersales:list", "shield", SEE_WARRANTIES, "sites"),
        Part(gettext_lazy("Quality after delivery"), "aftersales:tracks", "chart", SEE_TRACKS, "sites"),
        Part(gettext_lazy("Payments"), "projects:payment-list", "yuan", SEE_MONEY, "money"),
        Part(gettext_lazy("Foremen"), "projects:foremen", "people", SEE_FOREMEN, "money"),
        Part(gettext_lazy("Cost of the sites"), "projects:costs", "ruler", SEE_SITE_COST, "money"),
        Part(gettext_lazy("Commissions"), "projects:commission-list", "sign", SEE_COMMISSIONS, "money"),
        Part(gettext_lazy("Bonds and insurances"), "projects:bond-list", "shield", SEE_BONDS, "money"),
        Part(gettext_lazy("Old debts"), "projects:old-debts", "yuan", SEE_OLD_DEBTS, "money"),
        Part(gettext_lazy("Till"), "leads:till", "lock", SEE_TILL, "money"),
        Part(gettext_lazy("Contracts"), "projects:register", "sign", SEE_CONTRACTS, "money", also="projects:statistics"),
        Part(gettext_lazy("Price list"), "leads:price-lists", "table", SEE_PRICES, "money"),
        Part(gettext_lazy("Slips between departments"), "aftersales:slips", "talk", SEE_SLIPS, "house"),
        Part(gettext_lazy("People"), "staff:people", "people", SEE_PEOPLE, "house"),
        Part(gettext_lazy("Roster"), "leads:roster", "clock", SEE_ROSTER, "house"),
        Part(gettext_lazy("Messages"), "leads:texts", "note", EDIT_TEXTS, "house"),
        Part(gettext_lazy("Stores"), "staff:stores", "home", OPEN_STORES, "house"),
        Part(gettext_lazy("Company"), "staff:company", "shield", EDIT_COMPANY, "house"),
        Part(gettext_lazy("Choices"), "staff:choices", "ruler", CHOOSE, "house"),
    )


class Shell:
    """What the frame of a page needs; nothing is asked of the database before the frame is drawn."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.user = request, getattr(request, "user", None)

    @cached_property
    def open_clocks(self) -> tuple[int, int]:
        """(open, late) of this person: one query a page."""
        row = Deadline.objects.filter(owner=self.user, stopped_at__isnull=True).aggregate(
            open=Count("pk"), late=Count("pk", filter=Q(due_at__lt=timezone.now(), paused_at__isnull=True))
        )
        return row["open"], row["late"]

    @cached_property
    def nav(self) -> list[dict[str, Any]]:
        entries = [self._entry(part) for part in parts() if part.policy.allows(self.user)]
        path = self.request.path
        longest = max((url for e in entries for url in e["within"] if path.startswith(url)), key=len, default="")
        return [e | {"current": longest in e["within"] and (longest != "/" or path == "/")} for e in entries]

    @cached_property
    def groups(self) -> list[dict[str, Any]]:
        """The side by group; of a long side those are open that fit: first the one where the reader is, then in their order."""
        found: list[dict[str, Any]] = []
        room = MOST_OPEN
        for code, says in GROUPS:
            if entries := [entry for entry in self.nav if entry["group"] == code]:
                found.append({"says": str(says), "entries": entries, "folds": bool(says) and len(self.nav) > MOST_OPEN, "open": False})
        for group in sorted(found, key=lambda group: group["folds"] and not any(entry["current"] for entry in group["entries"])):
            room -= len(group["entries"]) if (fits := not group["folds"] or len(group["entries"]) <= room) else 0
            group["open"] = fits or any(entry["current"] for entry in group["entries"])
        return found

    def _entry(self, part: Part) -> dict[str, Any]:
        """The desk's number is red when it says how many are late; else it says how many run."""
        count, late = self.open_clocks if part.name == "desk" else (None, 0)
        return {
            "label": str(part.says), "url": part.within[0], "icon": part.icon, "group": part.group, "count": late or count or None, "late": late > 0,
            "on_phone": part.on_phone, "within": part.within,
        }  # fmt: skip

    @cached_property
    def post(self) -> posts.PostRow | None:
        """The first of the person's posts, in the order of the chart."""
        held = self.user.posts if self.user else frozenset()
        return next((row for row in posts.posts() if row.code in held), None)

    @cached_property
    def place(self) -> list[str]:
        """Store and department, as they stand at the left of the top bar."""
        if self.post is None:
            return []
        department = next(row for row in posts.departments() if row.code == self.post.department)
        return [str(self.user.home_store), in_language(department)]  # type: ignore[union-attr]


def in_language(row: Any) -> str:
    """The title of a post or department in the reader's language."""
    return str(row.title_en if (get_language() or "").startswith("en") else row.title)


def enquiries_in_hand(user: Any, person: Any) -> int:
    """How many open enquiries a colleague has, for those who may move them; the page of the person stands below and cannot ask."""
    return open_enquiries(person) if MOVE_CUSTOMERS.allows(user) else 0


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor of all pages."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    frame = Shell(request)
    return {
        "nav": frame.nav, "nav_groups": frame.groups, "phone_nav": [entry for entry in frame.nav if entry["on_phone"]][:4], "place": frame.place,
        "post_title": in_language(frame.post) if frame.post else "", "enquiries_in_hand": partial(enquiries_in_hand, user),
    }  # fmt: skip
