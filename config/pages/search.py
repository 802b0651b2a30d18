"""The omnibox: name, any two characters, phone tail, estate or building, paper number, pinyin initials, combined by spaces."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from config import reach
from config.policies import SEE_PAPERS
from config.words import day as day_words
from core import phones, pinyin
from core import search as terms_of
from core.models import Dossier, Paper
from core.policies import SIGNED_IN, allowed
from leads.models import CustomerPhone
from leads.policies import REGISTER
from projects.models import Project

IN_BOX, ON_PAGE = 8, 40


@dataclass(frozen=True)
class Found:
    """One answer, as the component shows it."""

    icon: str
    name: str
    initials: str
    second: str
    third: str
    right: str
    url: str

    def as_row(self) -> dict[str, Any]:
        return {
            field: getattr(self, field) for field in ("icon", "name", "initials", "second", "third", "right", "url")
        }


@allowed(SIGNED_IN, methods=("GET",))
def search(request: HttpRequest) -> HttpResponse:
    """The fragment of the omnibox while typing; the same as a page of its own on Enter."""
    typed = request.GET.get("q", "")[:80].replace("\x00", "").strip()
    boxed = request.headers.get("HX-Request") == "true"
    groups = groups_for(request.user, typed, most=IN_BOX if boxed else ON_PAGE) if typed else []
    answer = render(request, "config/_found.html" if boxed else "config/search.html", {"groups": groups, "q": typed})
    answer["Cache-Control"] = "no-store"
    return answer


def groups_for(user: Any, typed: str, *, most: int) -> list[dict[str, Any]]:
    """Customers, sites and papers that answer to every word, and what can be done with what was typed."""
    groups = [
        {"title": _("Customers and sites"), "rows": [row.as_row() for row in customers(user, typed, most=most)]},
        {"title": _("Papers"), "rows": [row.as_row() for row in papers(user, typed, most=max(3, most // 2))]},
        {"title": _("Can be done at once"), "rows": [row.as_row() for row in acts(user, typed)]},
    ]
    return [group for group in groups if group["rows"]]


def customers(user: Any, typed: str, *, most: int) -> list[Found]:
    """Dossiers that carry every term; one index answers, inside the wall of the store."""
    wanted = terms_of.query(typed)
    if not wanted:
        return []
    numbers = CustomerPhone.objects.filter(customer=OuterRef("lead__customer"), withdrawn_at__isnull=True).order_by("position", "pk").values("number")
    rows = list(
        reach.dossiers(user).filter(search__contains=wanted, kind=Dossier.Kind.ENQUIRY).annotate(numbers=ArraySubquery(numbers))
        .select_related("lead__customer", "lead__home", "lead__designer").order_by("-opened_at", "-pk")[:most]
    )  # fmt: skip
    sites = {p.dossier_id: p for p in Project.objects.filter(dossier__in=rows).select_related("project_manager")}
    return [_customer(row, sites.get(row.pk), typed) for row in rows if hasattr(row, "lead")]


def _customer(row: Dossier, site: Project | None, typed: str) -> Found:
    lead = row.lead
    numbers = row.numbers  # type: ignore[attr-defined]
    hit = next((n for n in numbers for word in typed.split() if word.isdigit() and n.endswith(word)), numbers[0] if numbers else "")
    person = (site.project_manager if site else None) or lead.designer
    stage = site.get_stage_display() if site else lead.get_stage_display()
    return Found(
        icon="site" if site else "person", name=lead.customer.name, initials=pinyin.initials(lead.customer.name),
        second=phones.mask(hit).replace("****", " **** ") if hit else "", third=lead.home.address,
        right=" · ".join(str(part) for part in (stage, person.full_name if person else _("not assigned"))),
        url=reverse("projects:file", args=[site.ref]) if site else reverse("leads:file", args=[lead.ref]),
    )  # fmt: skip


_REF = re.compile(r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$")


def papers(user: Any, typed: str, *, most: int) -> list[Found]:
    """Papers by the beginning of their number, or by its last digits."""
    if not SEE_PAPERS.allows(user):
        return []
    asked = Q(pk__in=[])
    for word in typed.upper().split()[:3]:
        if _REF.match(word):
            asked |= Q(ref__startswith=word)
        elif word.isdecimal() and len(word) <= 6:  # ² is a digit and no number
            asked |= Q(number=int(word))
    if not asked:
        return []
    rows: list[Paper] = list(reach.papers(user).filter(asked).select_related("dossier").order_by("-at", "-pk")[:most])
    today = timezone.localdate()
    return [
        Found(
            icon="paper", name=f"{paper.title} {paper.ref}", initials="", second=paper.dossier.title, third=paper.dossier.line,
            right=f"{day_words(paper.at, today)} · {paper.get_state_display()}", url=reverse("paper", args=[paper.ref]),
        )
        for paper in rows
    ]  # fmt: skip


def acts(user: Any, typed: str) -> list[Found]:
    """What can be done with what was typed: register a new customer with it."""
    if not REGISTER.allows(user):
        return []
    number = next((word for word in typed.split() if word.isdigit()), "")
    name = "".join(run for run in re.findall(r"[一-鿿]+", typed))[:20]
    given = {key: value for key, value in (("name", name), ("phone", number if phones.normal(number) else "")) if value}
    try:
        url = reverse("leads:new") + (f"?{urlencode(given)}" if given else "")
    except NoReverseMatch:
        return []
    words = [
        _("name %(name)s") % {"name": name} if name else "",
        _("number ending in %(tail)s") % {"tail": number} if number else "",
    ]
    return [
        Found("sign", _("Register a new customer"), "", "", " · ".join(word for word in words if word), "Alt N", url)
    ]
