"""The profile of a customer (L04): who belongs to it, how to reach it, what was bought and done, how it is judged, who keeps it up to date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from config import words
from config.pages.client_file import sees_money
from config.policies import REVEAL
from core.policies import Permission, allowed
from leads import grades, policies
from leads.choices import Degree
from leads.models import ContactBan, Customer, CustomerMerge, CustomerPhone, HomePerson, Judgment, Lead, ProfileCheck
from leads.selectors_people import class_words
from leads.views.people import kept_one
from projects.models import Project

MOST = 30


@dataclass(frozen=True, slots=True)
class Work:
    """An enquiry or the site that it became, as one line of what was done for the customer."""

    url: str
    home: str
    stage: str
    since: datetime
    who: str
    amount: Any


@allowed(policies.SEE_PROFILE, methods=("GET",))
def profile(request: HttpRequest, pk: int) -> HttpResponse:
    """One page for one customer; a merged one leads to the one that was kept."""
    if (kept := kept_one(request, pk, policies.SEE_PROFILE)) is not None:
        return redirect("leads:profile", kept)
    user = request.user
    mine = Lead.objects.visible_to(user, policies.SEE_PROFILE).filter(customer=pk)
    leads = list(mine.select_related("customer__cs_officer", "home", "designer", "customer_manager").order_by("-registered_at", "-pk")[:MOST])
    if not leads:
        raise Http404
    customer = leads[0].customer
    merges = list(CustomerMerge.objects.filter(kept=customer, parted_at__isnull=True).select_related("merged", "by").order_by("at"))
    whole = [customer.pk, *(merge.merged_id for merge in merges)]
    checks = list(ProfileCheck.objects.filter(customer__in=whole).select_related("by").order_by("-at", "-pk")[:5])
    bans = list(ContactBan.objects.filter(customer__in=whole).select_related("by", "ended_by").order_by("-at")[:5])
    judgments = list(Judgment.objects.filter(customer__in=whole).select_related("by").order_by("-at", "-pk")[:MOST])
    may = {name: _reaches(user, customer, leads, permission) for name, permission in MAY.items()}
    context = {
        "customer": customer, "head": head(customer, checks), "leads": leads, "works": works_of(leads, user), "people": people_of(customer, leads, user),
        "judgments": [judgment_line(row) for row in judgments], "checks": checks, "bans": bans, "merges": merges, "may": may,
        "facts": facts_of(customer), "grade": grades.of(customer.willingness, customer.ability),
    }  # fmt: skip
    return render(request, "config/profile.html", context)


MAY = {"keep": policies.KEEP_PROFILE, "judge": policies.JUDGE, "ban": policies.BAN_CONTACT, "merge": policies.MERGE, "people": policies.PEOPLE_OF_HOME}


def _reaches(user: Any, customer: Customer, leads: list[Lead], permission: Permission) -> bool:
    own = any(user.pk in (lead.designer_id, lead.customer_manager_id, lead.registered_by_id) for lead in leads)
    return permission.reaches(user, customer.store_id, own=own)


def head(customer: Customer, checks: list[ProfileCheck]) -> list[dict[str, Any]]:
    """The cells of the title block: name, class, officer in charge, last brought up to date (R025)."""
    grade = grades.of(customer.willingness, customer.ability)
    kept = checks[0] if checks else None
    return [
        {"label": _("Customer"), "value": customer.called, "sub": _("does not want to be contacted") if customer.do_not_contact else ""},
        {"label": _("Class"), "value": class_words(customer) or _("not judged"), "sub": grade.says if grade else "", "wide": True},
        {"label": _("Officer in charge"), "value": str(customer.cs_officer or "–")},
        {
            "label": _("Last brought up to date"), "value": words.day(kept.at, timezone.localdate()) if kept else _("never"),
            "sub": str(kept.by) if kept else "", "strong": kept is None,
        },
    ]  # fmt: skip


def facts_of(customer: Customer) -> list[tuple[str, str]]:
    """What is known beside the enquiries."""
    return [
        (_("Other ways to reach the customer"), customer.contact_ways),
        (_("Price level"), str(customer.get_price_level_display()) if customer.price_level else ""),
        (_("Way of settlement"), customer.settlement),
        (_("Note"), customer.note),
    ]


def people_of(customer: Customer, leads: list[Lead], user: Any) -> list[dict[str, Any]]:
    """The customer's own numbers, then the people of every home; masked, to be shown one at a time."""
    may = REVEAL.allows(user)
    rows = []
    for phone in CustomerPhone.objects.filter(customer=customer, withdrawn_at__isnull=True).order_by("position", "pk"):
        role = " · ".join(part for part in (_("Customer"), phone.note) if part)
        rows.append(person_row(customer.name, role, phone.number, reverse("reveal", args=[phone.pk]) if may else ""))
    homes = {lead.home_id: lead.home for lead in leads}
    for person in HomePerson.objects.here().filter(home__in=homes).order_by("home", "pk"):
        role = " · ".join(part for part in (str(person.get_role_display()), _("pays") if person.pays else "", homes[person.home_id].address) if part)
        rows.append(person_row(person.name, role, person.number, reverse("reveal-person", args=[person.pk]) if may and person.number else ""))
    return rows


def person_row(name: str, role: str, number: str, reveal_url: str) -> dict[str, Any]:
    return {"name": name, "role": role, "phone_words": f"**** {number[-4:]}" if number else "", "reveal_url": reveal_url}


def works_of(leads: list[Lead], user: Any) -> list[Work]:
    """What the customer bought and what was done: each enquiry, with the site and its price where there is one; one query."""
    sites = {site.lead_id: site for site in Project.objects.visible_to(user).filter(lead__in=leads).select_related("contract", "project_manager")}
    found = []
    for lead in leads:
        site = sites.get(lead.pk)
        who = " · ".join(str(person) for person in (lead.designer, lead.customer_manager, site.project_manager if site else None) if person)
        amount = site.contract.total if site and sees_money(site, user) else None
        found.append(
            Work(
                url=reverse("projects:file", args=[site.ref]) if site else lead.get_absolute_url(), home=lead.home.address,
                stage=str(site.get_stage_display() if site else lead.get_stage_display()), since=lead.registered_at, who=who, amount=amount,
            )
        )  # fmt: skip
    return found


def judgment_line(row: Judgment) -> dict[str, Any]:
    """One judgment in words."""
    grade = grades.of(row.willingness, row.ability)
    axes = (
        _("willing %(degree)s") % {"degree": Degree(row.willingness).label} if row.willingness else "",
        _("able %(degree)s") % {"degree": Degree(row.ability).label} if row.ability else "",
        _("key customer") if row.is_key else "", _("member") if row.is_member else "",
    )  # fmt: skip
    return {"code": grade.code if grade else "–", "axes": " · ".join(part for part in axes if part), "reason": row.reason, "by": str(row.by), "at": row.at}
