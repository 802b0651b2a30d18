"""The omnibox: name, any two characters, phone tail, estate or building, paper number, pinyin initials, combined by spaces."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales.complaint_terms import categories
from aftersales.policies_complaints import SEE_COMPLAINTS
from aftersales.selectors_complaints import address_of, complaints_for, stage_words
from config import reach
from config.pages import answers
from config.pages.client_file import sees_money
from config.policies import SEE_PAPERS
from config.words import day as day_words
from core import phones, pinyin
from core import search as terms_of
from core.models import Dossier, Paper
from core.policies import SIGNED_IN, allowed
from leads import carried
from leads.choices import PersonRole
from leads.models import CustomerPhone, HomePerson
from leads.policies import KEEP_LOGS, REGISTER
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
    lines: tuple[answers.Said, ...] = ()

    def as_row(self) -> dict[str, Any]:
        names = ("icon", "name", "initials", "second", "third", "right", "url", "lines")
        return {field: getattr(self, field) for field in names}


ASKED = "asked"


@allowed(SIGNED_IN)
def search(request: HttpRequest) -> HttpResponse:
    """The fragment of the omnibox while typing; the same as a page of its own on Enter.

    The box posts: a telephone number stands in no address.  What was typed is carried to whatever is done with it.
    """
    boxed = request.headers.get("HX-Request") == "true"
    if request.method == "POST":
        typed = _clean(request.POST.get("q", ""))
        _carry(request, typed)
        if not boxed:
            return _to_page(request, typed)
    else:
        typed = _clean(str(request.session.get(ASKED, "")) if request.GET.get("asked") == "1" else request.GET.get("q", ""))
    groups = groups_for(request.user, typed, most=IN_BOX if boxed else ON_PAGE) if typed else []
    answer = render(request, "config/_found.html" if boxed else "config/search.html", {"groups": groups, "q": typed})
    answer["Cache-Control"] = "no-store"
    return answer


def _clean(typed: str) -> str:
    return typed[:80].replace("\x00", "").strip()


def _number(typed: str) -> str:
    """The telephone number in what was typed, if it is a whole one: `138 5800 3371` is one too."""
    together = "".join(word for word in typed.split() if not re.search(r"[一-鿿]", word))
    return next((word for word in (*typed.split(), together) if phones.normal(word)), "")


def _name(typed: str) -> str:
    return "".join(run for run in re.findall(r"[一-鿿]+", typed))[:20]


def _carry(request: HttpRequest, typed: str) -> None:
    told = {"phone": _number(typed), "name": _name(typed)}
    if (told["phone"] or told["name"]) and (REGISTER.allows(request.user) or KEEP_LOGS.allows(request.user)):
        carried.keep(request, **told)


def _to_page(request: HttpRequest, typed: str) -> HttpResponse:
    """The page of results: its address can be kept and sent on, unless a number was typed."""
    if re.search(r"\d{5}", re.sub(r"\D", "", typed)) and not _REF.match(typed.upper()):
        request.session[ASKED] = typed
        return redirect(reverse("search") + "?asked=1")
    return redirect(reverse("search") + (f"?{urlencode({'q': typed})}" if typed else ""))


def groups_for(user: Any, typed: str, *, most: int) -> list[dict[str, Any]]:
    """Customers, sites and papers that answer to every word, and what can be done with what was typed."""
    groups = [
        {"title": _("Customers and sites"), "rows": [row.as_row() for row in customers(user, typed, most=most)]},
        {"title": _("Papers"), "rows": [row.as_row() for row in papers(user, typed, most=max(3, most // 2))]},
        {"title": _("Complaints"), "rows": [row.as_row() for row in complaints(user, typed)]},
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
        reach.dossiers(user).filter(search__contains=wanted, kind=Dossier.Kind.ENQUIRY)
        .annotate(numbers=ArraySubquery(numbers), people=_people(), **answers.values(user))
        .select_related("lead__customer", "lead__home", "lead__designer", "lead__customer_manager").order_by("-opened_at", "-pk")[:most]
    )  # fmt: skip
    sites = {p.dossier_id: p for p in Project.objects.filter(dossier__in=rows).select_related("project_manager", "contract")}
    now = timezone.now()
    found = [_customer(row, sites.get(row.pk), typed, now) for row in rows if hasattr(row, "lead")]
    first = sites.get(rows[0].pk) if rows else None
    if first is not None and sees_money(first, user):
        first.seen_at(now)
        found[0] = replace(found[0], lines=(*answers.owed(first, now), *found[0].lines))
    return found


def _people() -> Any:
    """The people of the home: whose number it is that was typed."""
    here = HomePerson.objects.here().filter(home=OuterRef("lead__home")).order_by("pk")
    return ArraySubquery(here.values(row=JSONObject(name="name", role="role", number="number")))


def _person_hit(row: Any, typed: str) -> list[answers.Said]:
    """The person of the home that was typed for, by number or by name."""
    name, asked = _name(typed), {phones.normal(_number(typed)), *(word for word in typed.split() if len(word) == 4)}
    hits = [
        person for person in row.people
        if (person["number"] and asked & {person["number"], phones.tail(person["number"])}) or (name and name in person["name"])
    ]  # fmt: skip
    words = [(person["name"], str(PersonRole(person["role"]).label), phones.mask(person["number"])) for person in hits[:2]]
    return [answers.Said(" · ".join(part for part in told if part)) for told in words]


def _customer(row: Dossier, site: Project | None, typed: str, now: datetime) -> Found:
    lead = row.lead
    numbers = row.numbers  # type: ignore[attr-defined]
    hit = next((n for n in numbers for word in typed.split() if word.isdigit() and n.endswith(word)), numbers[0] if numbers else "")
    people = [str(person) for person in (lead.designer, lead.customer_manager, site.project_manager if site else None) if person]
    stage = site.get_stage_display() if site else lead.get_stage_display()
    return Found(
        icon="site" if site else "person", name=lead.customer.name, initials=pinyin.initials(lead.customer.name),
        second=phones.mask(hit).replace("****", " **** ") if hit else "", third=lead.home.address,
        right=" · ".join(part for part in (str(stage), "" if people else _("not assigned")) if part),
        url=reverse("projects:file", args=[site.ref]) if site else reverse("leads:file", args=[lead.ref]),
        lines=(*((answers.Said(" · ".join(dict.fromkeys(people))),) if people else ()), *_person_hit(row, typed), *answers.of(row, now)),
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


def complaints(user: Any, typed: str) -> list[Found]:
    """Complaints by their number, never one about oneself; asked only when a word looks like one."""
    asked = [word for word in typed.upper().split()[:3] if word.startswith("TS-")]
    if not asked or not SEE_COMPLAINTS.allows(user):
        return []
    rows = complaints_for(user).filter(ref__in=asked).order_by("-pk")[:3]
    return [
        Found(
            icon="talk", name=row.ref, initials="", second=categories()[row.category].title if row.category in categories() else "",
            third=address_of(row), right=stage_words(row)[0], url=row.get_absolute_url(),
        )
        for row in rows
    ]  # fmt: skip


def acts(user: Any, typed: str) -> list[Found]:
    """What can be done with what was typed: register a new customer with it, or note the call."""
    number, name = _number(typed), _name(typed)
    tail = re.sub(r"\D", "", number or typed)[-4:]
    says = " · ".join(
        part for part in (_("name %(name)s") % {"name": name} if name else "", _("number ending in %(tail)s") % {"tail": tail} if tail else "") if part
    )
    brings = "?carried=1" if number or name else ""
    found = []
    if REGISTER.allows(user):
        found.append(Found("sign", _("Register a new customer"), "", "", says, "Alt N", reverse("leads:new") + brings))
    if KEEP_LOGS.allows(user):
        found.append(Found("phone", _("Note a call"), "", "", says, "", reverse("leads:calls-new") + brings))
    return found
