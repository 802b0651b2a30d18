"""From a clock or a closed gate to the page of the act that settles it, and the verb on its button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from core.clocks import CLOCKS
from leads import selectors as leads

# clock → (page of the act, verb).  The page takes the reference of the enquiry or of the site.
CLOCK_ACTS: dict[str, tuple[str, object]] = {
    "leads.first_contact": ("leads:follow-ups", _("Note the contact")),
    "leads.preview": ("leads:proposals", _("Present")),
    "leads.hotline": ("leads:follow-ups", _("Note the contact")),
    "leads.proposal_call": ("leads:proposal-calls", _("Note the call")),
    "leads.scheme": ("leads:schemes", _("Report ready")),
}


def page(name: str, ref: str) -> str:
    """The address of an act's page, or nothing when the house has no such page."""
    try:
        return reverse(name, args=[ref])
    except NoReverseMatch:
        return ""


def of_clock(clock: str, ref: str, link: str) -> tuple[str, str]:
    """(address, verb) of the act that stops a clock; the clock's own link where no page is known."""
    name, verb = CLOCK_ACTS.get(clock, ("", _("Open")))
    return (page(name, ref) if name and ref else "") or link or "/", str(verb)


def says(clock: str) -> str:
    """The act that is due, in words."""
    return str(CLOCKS[clock].says) if clock in CLOCKS else clock


def stops(clock: str) -> str:
    """What stops the clock, in words."""
    return str(CLOCKS[clock].stops) if clock in CLOCKS else ""


def warned_first(posts: frozenset[str]) -> list[str]:
    """The clocks of whose ladder these posts are the first to hear after the owner: the clocks of one's team."""
    found = []
    for clock in CLOCKS.values():
        rung = next(
            (r for r in sorted(clock.ladder, key=lambda r: r.level) if any(post != "owner" for post in r.posts)), None
        )
        if rung is not None and set(rung.posts) & posts:
            found.append(clock.id)
    return found


@dataclass(frozen=True)
class Act:
    """Something that can be done from a client file: its words and its page; `main` is the one next act."""

    says: str
    url: str
    main: bool = False


def for_file(lead: Any, site: Any, user: Any, standing: Any) -> list[Act]:
    """What this person can do from this file now; the apps say what stands open."""
    found: list[Any] = []
    if site is not None:
        from projects import selectors as sites  # the app's own answer

        found += list(sites.acts_of(site, user)) if hasattr(sites, "acts_of") else []
    if site is None:
        found += list(leads.acts_of(lead, user, standing))
    return [Act(str(act.says), act.url, act.main) for act in found]
