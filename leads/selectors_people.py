"""Questions about customers, calls and visits, estates; typed rows of exactly what a page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import phones
from core.lists import keyset
from core.policies import narrow
from leads import grades
from leads.choices import LogSubject, SalesState
from leads.models import Customer, CustomerPhone, Estate, EstatePhase, Home, Lead, PhoneCall, Visit

LOGS: dict[str, Any] = {"calls": PhoneCall, "visits": Visit}


def number_behind(user: Any, log: str, typed: str) -> str:
    """The number that a form carries on masked from a call or visit that this person may read (LR-43); else what was typed."""
    kind, _dash, pk = log.partition("-")
    if "****" in typed and kind in LOGS and pk.isdecimal() and len(pk) < 12:
        number = LOGS[kind].objects.visible_to(user).filter(pk=int(pk)).values_list("number", flat=True).first() or ""
        if phones.mask(number) == typed.strip():
            return number
    return typed


def masked(number: str) -> str:
    return phones.mask(number).replace("****", " **** ") if number else ""


# --- two customers beside each other ---------------------------------------------------------------------------------


def side_by_side(one: Customer, other: Customer) -> list[dict[str, Any]]:
    """What a merge would bring together: name, numbers, homes, enquiries of both; three queries."""
    both = (one.pk, other.pk)
    numbers: dict[int, list[str]] = {pk: [] for pk in both}
    for phone in CustomerPhone.objects.filter(customer__in=both, withdrawn_at__isnull=True):
        numbers[phone.customer_id].append(masked(phone.number))
    homes: dict[int, list[str]] = {pk: [] for pk in both}
    for home in Home.objects.filter(customer__in=both, withdrawn_at__isnull=True).order_by("pk"):
        homes[home.customer_id].append(home.address)
    leads: dict[int, list[Lead]] = {pk: [] for pk in both}
    for lead in Lead.objects.alive().filter(customer__in=both).select_related("designer", "customer_manager").order_by("-registered_at", "-pk"):
        leads[lead.customer_id].append(lead)
    return [
        {
            "name": customer.name, "class": class_words(customer), "numbers": numbers[customer.pk], "homes": homes[customer.pk],
            "leads": [
                {"ref": lead.ref, "stage": str(lead.get_stage_display()), "who": " · ".join(str(p) for p in (lead.designer, lead.customer_manager) if p)}
                for lead in leads[customer.pk]
            ],
        }
        for customer in (one, other)
    ]  # fmt: skip


def class_words(customer: Customer) -> str:
    """A · key · member, as a list and a file show it."""
    grade = grades.of(customer.willingness, customer.ability)
    return " · ".join(
        part
        for part in (grade.code if grade else "", _("key customer") if customer.is_key else "", _("member") if customer.is_member else "")
        if part
    )


# --- the logs --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LogFilter:
    """What the address of a log asks for."""

    state: str = ""
    subject: str = ""
    mine: bool = False
    month: str = ""

    @classmethod
    def read(cls, asked: QueryDict) -> LogFilter:
        state, subject = asked.get("state", ""), asked.get("subject", "")
        return cls(
            state=state if state in ("open", "settled", "nobody") else "", subject=subject if subject in LogSubject.values else "",
            mine=asked.get("mine", "") == "1", month=_month(asked.get("month", "")),
        )  # fmt: skip

    def apply(self, rows: Any, user: Any) -> Any:
        if self.state == "open":
            rows = rows.filter(passed_to__isnull=False, handled_at__isnull=True)
        elif self.state == "settled":
            rows = rows.filter(handled_at__isnull=False)
        elif self.state == "nobody":
            rows = rows.filter(customer__isnull=True)
        if self.subject:
            rows = rows.filter(subject=self.subject)
        if self.mine:
            rows = rows.filter(Q(by=user) | Q(passed_to=user))
        if self.month:
            year, month = map(int, self.month.split("-"))
            start = timezone.make_aware(datetime(year, month, 1))
            rows = rows.filter(at__gte=start, at__lt=timezone.make_aware(datetime(year + month // 12, month % 12 + 1, 1)))
        return rows


def _month(text: str) -> str:
    try:
        return datetime.strptime(text, "%Y-%m").strftime("%Y-%m") if 2000 <= int(text[:4]) <= 2100 else ""
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class LogRow:
    """One call or visit as a line."""

    url: str
    at: datetime
    name: str
    number: str
    subject: str
    note: str
    customer: str
    lead_url: str
    lead_ref: str
    by: str
    passed_to: str
    state: str
    handled_at: datetime | None
    handling: str
    tone: str


def logged(kind: str, user: Any, wanted: LogFilter) -> Any:
    """The calls or visits that this person may see and the address asks for."""
    rows = wanted.apply(LOGS[kind].objects.visible_to(user), user)
    return rows.select_related("customer", "lead", "by", "passed_to", "handled_by")


def log_page(kind: str, user: Any, wanted: LogFilter, *, after: str = "") -> Any:
    return keyset(logged(kind, user, wanted), order=("-at", "-id"), after=after)


def log_row(entry: Any) -> LogRow:
    state, tone = _("noted"), ""
    if entry.handled_at is not None:
        state, tone = _("dealt with"), "done"
    elif entry.passed_to_id is not None:
        state, tone = _("waits for {name}").format(name=entry.passed_to), "soon"
    return LogRow(
        url=entry.get_absolute_url(), at=entry.at, name=entry.name or (entry.customer.name if entry.customer else ""), number=masked(entry.number),
        subject=str(entry.get_subject_display()), note=phones.covered(entry.note), customer=entry.customer.name if entry.customer else "",
        lead_url=reverse("leads:file", args=[entry.lead.ref]) if entry.lead else "", lead_ref=entry.lead.ref if entry.lead else "", by=str(entry.by),
        passed_to=str(entry.passed_to or ""), state=state, handled_at=entry.handled_at, handling=phones.covered(entry.handling), tone=tone,
    )  # fmt: skip


def files_for(entry: Any, user: Any) -> list[Lead]:
    """The enquiries that a call or visit may be about: those of the customer whose number it is; newest first."""
    if entry.customer_id is None:
        return []
    rows = Lead.objects.visible_to(user).filter(customer=entry.customer_id).exclude(pk=entry.lead_id)
    return list(rows.select_related("customer", "home").order_by("-registered_at", "-pk")[:6])


# --- estates ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EstateRow:
    """One estate as a line."""

    url: str
    name: str
    address: str
    sales: str
    area: str
    property_office: str
    next_handover: date | None
    homes: int
    enquiries: int
    store: str


def estates_of(user: Any, permission: Any) -> Any:
    """The estates of the person's stores, or of all."""
    return narrow(Estate.objects.all(), user, permission)


def estate_page(user: Any, permission: Any, *, words: str = "", sales: str = "", soon: bool = False, today: date, after: str = "") -> Any:
    """The estates by name; the next hand-over, homes and enquiries ride along as subqueries."""
    coming = EstatePhase.objects.filter(estate=OuterRef("pk"), withdrawn_at__isnull=True, handover_on__gte=today).order_by()
    homes = Home.objects.filter(estate=OuterRef("pk"), withdrawn_at__isnull=True).order_by().values("estate")
    leads = Lead.objects.alive().filter(home__estate=OuterRef("pk")).order_by().values("home__estate")
    rows = estates_of(user, permission).select_related("store").annotate(
        next_handover=Subquery(coming.values("estate").annotate(first=Min("handover_on")).values("first")),
        n_homes=Subquery(homes.annotate(n=Count("pk")).values("n")), n_leads=Subquery(leads.annotate(n=Count("pk")).values("n")),
    )  # fmt: skip
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(pinyin__startswith=words.lower()))
    if sales:
        rows = rows.filter(sales=sales)
    if soon:
        rows = rows.filter(next_handover__isnull=False)
    return keyset(rows, order=("pinyin", "id"), after=after)


def estate_row(estate: Any) -> EstateRow:
    return EstateRow(
        url=reverse("leads:estate", args=[estate.pk]), name=estate.name, address=estate.address,
        sales=str(SalesState(estate.sales).label) if estate.sales else "", area=estate.area_text, property_office=estate.property_office,
        next_handover=estate.next_handover, homes=estate.n_homes or 0,
        enquiries=estate.n_leads or 0, store=str(estate.store),
    )  # fmt: skip


def enquiries_of(estate: Estate, user: Any, *, after: str = "") -> Any:
    """The enquiries about homes of an estate that this person may see, newest first."""
    rows = Lead.objects.visible_to(user).filter(home__estate=estate).select_related("customer", "home", "designer")
    return keyset(rows, order=("-registered_at", "-id"), after=after, size=30)


# --- the profile -----------------------------------------------------------------------------------------------------


def whole(customer: Customer) -> Sequence[int]:
    """The customer and those merged into it: what is written of any of them is read together."""
    return [customer.pk, *customer.merged_ones.values_list("pk", flat=True)]
