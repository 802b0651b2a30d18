"""What all pages of a site share: loading through the wall, the head, one call, the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from core import clocks
from core.clocks import CLOCKS
from core.policies import Permission
from core.refusals import Missing, Refused, refusals_on
from leads.selectors import post_titles
from projects.models import Project
from projects.services.preparation import POST_OF
from staff import posts

Verb = Callable[[dict[str, Any], datetime], str]


@dataclass(frozen=True)
class Page:
    """How an act is shown: its title, the verb on its button, the head of a refusal, its template."""

    title: object
    button: object
    refusal: object = ""
    template: str = "projects/act.html"
    note: object = ""
    spans: tuple[tuple[str, int], ...] = ()


def site(request: HttpRequest, ref: str, permission: Permission, *more: str) -> Project:
    """The site, if it lies within this person's scope for the act; else there is none."""
    rows = Project.objects.visible_to(request.user, permission).at_hand()
    found: Project = get_object_or_404(rows.select_related("contract__paper", "contract__price_list", "customer", "home", *more), ref=ref)
    return found.seen_at(timezone.now())


def act(request: HttpRequest, project: Project, form: Any, page: Page, verb: Verb, *, to: str = "", **more: Any) -> HttpResponse:
    """Load, check, call one verb, go on; a refusal comes back with everything that was typed."""
    if form.is_valid():
        with refusals_on(form):
            messages.success(request, verb(form.cleaned_data, timezone.now()))
            return redirect(to or project.get_absolute_url())
    return shown(request, project, form, page, **more)


def shown(request: HttpRequest, project: Project, form: Any, page: Page, **more: Any) -> HttpResponse:
    """The page of an act: title block, what is missing before the button is pressed, the form, the running clocks."""
    name_gaps(project, form, request.user)
    view = request.resolver_match.view_name if request.resolver_match else ""
    missing = [named(project, gap, request.user) for gap in more.pop("missing", ())]
    context = {
        "project": project, "form": form, "act": page, "spans": dict(page.spans), "clocks": clocks_of(project), "missing": missing,
        "draft_key": f"{view}:{project.ref}", **more,
    }  # fmt: skip
    return render(request, page.template, context, status=422 if form is not None and form.is_bound else 200)


def name_gaps(project: Project, form: Any, user: Any) -> None:
    """The gaps of a refusal, for this reader."""
    if refusal := getattr(form, "refusal", None):
        form.refusal = Refused(refusal.message, [named(project, gap, user) for gap in refusal.missing])


def clocks_of(project: Project) -> list[dict[str, Any]]:
    """The running clocks of the site, the most urgent first."""
    rows = clocks.running(dossier=project.dossier_id).select_related("owner").order_by("due_at")[:8]
    return [
        {"title": str(CLOCKS[row.clock].says), "clock": row, "who": str(row.owner or ""), "stops": str(CLOCKS[row.clock].stops), "url": row.link}
        for row in rows
        if row.clock in CLOCKS
    ]


@dataclass(frozen=True, slots=True)
class Gap(Missing):
    """A missing thing as a reader sees it: people in words, the page where it is done, whether the reader can do it."""

    mine: bool = False


# Where a missing thing is done, by its gate, where the gap itself names no page.
PAGES = {
    "G5": "contract", "G6": "contract", "S5": "people", "G7": "reviews", "G8": "permits", "G24": "permits", "G9": "disclosures", "G10": "arrivals",
    "G19": "property", "G20": "property", "G21": "property", "G22": "property", "LR-27": "property", "R065": "property-fees", "R080": "pass-register",
    "P19": "schedule", "P18": "crew-assignments", "G14": "changes", "G16": "settlements", "G17": "settlements", "G18": "payments",
}  # fmt: skip


def named(project: Project, gap: Missing, user: Any) -> Gap:
    """From posts to the people of this very site; a page that the reader may not open is not offered."""
    people = {code: getattr(project, role.value) for role, code in POST_OF.items()}
    codes = [code for code in gap.who.split(",") if code]
    known = [f"{people[code]} {''.join(post_titles([code]))}".strip() for code in codes if people.get(code)]
    who = posts.listed(dict.fromkeys(known or post_titles(codes)))
    if gap.who == "customer":
        who = project.customer_name
    mine = any((people[code].pk == user.pk) if people.get(code) else (code in user.posts) for code in codes)
    return Gap(gap.says, who, gap.gate, _page_of(project, gap, user, codes), posts.listed(post_titles(gap.waivable.split(","))) if gap.waivable else "", mine)


def _page_of(project: Project, gap: Missing, user: Any, codes: list[str]) -> str:
    link = gap.link
    if not link and posts.QUALITY_INSPECTOR in codes:
        link = reverse("inspections:for_project", args=[project.ref])
    if not link and gap.gate in PAGES:
        link = reverse(f"projects:{PAGES[gap.gate]}", args=[project.ref])
    try:
        policy = resolve(link).func.policy if link else None  # type: ignore[attr-defined]
    except (Resolver404, AttributeError):
        return link
    return link if policy is not None and policy.allows(user) else ""


def link(name: str, project: Project, *more: Any) -> str:
    return reverse(f"projects:{name}", args=[project.ref, *more])
