"""Questions about the pool, the hotline, losses, care and people who leave; typed rows for pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import phones
from core.choices import values
from core.lists import Page, keyset
from core.models import Deadline
from core.policies import narrow
from leads import company, deadlines
from leads.choices import LIVING, LostReason, Stage
from leads.choices_follow_up import CaseCause, HandOverRole, PoolCause, PoolEnd, ReviewOutcome
from leads.models import Customer, CustomerPhone, FollowUp, HotlineCase, Lead, LeadStageChange, PoolStay, ProfileCheck
from leads.models.lead import own
from leads.policies_follow_up import MOVE_CUSTOMERS, REVIEW_LOSS, SEE_HOTLINE, SEE_LOSSES, SEE_POOL, SEE_UPDATES
from leads.selectors import _count, tomorrow
from leads.services.hand_over import POSTS
from leads.services.hotline import key as case_key
from staff import posts
from staff.models import Holding, User

MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
NUMBER = CustomerPhone.objects.filter(withdrawn_at__isnull=True).order_by("position", "id").values("number")


# --- the pool ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PoolRow:
    """One enquiry in the pool: enough to choose by, not enough to call."""

    ref: str
    who: str
    place: str
    size: str
    needs: str
    phone: str
    source: str
    cause: str
    reason: str
    since: datetime
    had: str
    not_for_me: bool
    url: str


@dataclass(frozen=True, slots=True)
class Fairness:
    """How far a person may still take: today and in hand, with their limits."""

    today: int
    a_day: int
    in_hand: int
    most: int

    @property
    def is_full(self) -> bool:
        return self.today >= self.a_day or self.in_hand >= self.most


def pool_page(user: Any, *, after: str = "") -> Page[Any]:
    """What lies in the pools of this person's stores, the longest first."""
    phone = NUMBER.filter(customer=OuterRef("lead__customer"))
    rows = narrow(PoolStay.objects.filter(ended_at__isnull=True, lead__withdrawn_at__isnull=True), user, SEE_POOL)
    rows = rows.annotate(number=Coalesce(Subquery(phone[:1]), Value(""), output_field=CharField()))
    rows = rows.select_related("lead__customer", "lead__home", "lead__source", "designer", "customer_manager")
    return keyset(rows, order=("at", "id"), after=after)


def _surname(customer: Customer) -> str:
    """Who it is before the enquiry is taken: 陈女士, Ms 陈; without a title 陈 **."""
    if not customer.title:
        return f"{customer.name[:1]} **"
    english = (get_language() or "").startswith("en")
    return f"{customer.get_title_display()} {customer.name[:1]}" if english else f"{customer.name[:1]}{customer.get_title_display()}"


def pool_row(stay: Any, user: Any, *, now: datetime, not_back_days: int, opens: bool) -> PoolRow:
    lead = stay.lead
    home, customer = lead.home, lead.customer
    size = f"{home.area_m2.normalize():f} m²" if home.area_m2 is not None else home.area_text
    mine = user.pk in (stay.designer_id, stay.customer_manager_id) and stay.cause != PoolCause.BY_HAND
    return PoolRow(
        ref=lead.ref, who=_surname(customer), place=home.address,
        size=" · ".join(part for part in (home.layout, size) if part), needs=lead.needs, phone=phones.mask(stay.number).replace("****", " **** "),
        source=str(lead.source), cause=str(stay.get_cause_display()), reason=stay.reason, since=stay.at,
        had=posts.listed(str(person) for person in (stay.designer, stay.customer_manager) if person is not None),
        not_for_me=mine and now < stay.at + timedelta(days=not_back_days), url=lead.get_absolute_url() if opens else "",
    )  # fmt: skip


def fairness(user: Any, now: datetime, rules: dict[str, int]) -> Fairness:
    """What was taken today and what is in hand, in one query."""
    midnight = tomorrow(now) - timedelta(days=1)
    taken = PoolStay.objects.filter(ended_by=OuterRef("pk"), end=PoolEnd.TAKEN, ended_at__gte=midnight)
    held = Lead.objects.alive().filter(Q(designer=OuterRef("pk")) | Q(customer_manager=OuterRef("pk")), stage__in=LIVING)
    row = User.objects.filter(pk=user.pk).annotate(today=_count(taken), held=_count(held)).values("today", "held").get()
    return Fairness(today=row["today"], in_hand=row["held"], a_day=rules[company.POOL_A_DAY.code], most=rules[company.POOL_IN_HAND.code])


def pool_rules() -> dict[str, int]:
    return values(company.POOL)


# --- the hotline -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case as a line of the list."""

    url: str
    name: str
    place: str
    cause: str
    state: str
    tone: str
    designer: str
    officer: str
    since: datetime
    clock: Any
    late: bool


def case_page(user: Any, asked: QueryDict, *, after: str = "") -> Page[Any]:
    """Open cases, the oldest first; closed ones, the newest first."""
    rows = HotlineCase.objects.visible_to(user, SEE_HOTLINE).select_related("lead__customer", "lead__home", "lead__designer", "taken_by")
    closed = asked.get("closed", "") == "1"
    if (cause := asked.get("cause", "")) in CaseCause.values:
        rows = rows.filter(cause=cause)
    rows = rows.filter(closed_at__isnull=not closed)
    return keyset(rows, order=("-at", "-id") if closed else ("at", "id"), after=after)


def case_rows(cases: list[Any], now: datetime) -> list[CaseRow]:
    """The cases with their clocks, in one more query."""
    keys = {case_key(case): case for case in cases}
    running = {row.key: row for row in Deadline.objects.filter(clock=deadlines.HOTLINE_CASE.id, key__in=keys, stopped_at__isnull=True)}
    found = []
    for name, case in keys.items():
        clock = running.get(name)
        found.append(
            CaseRow(
                url=reverse("leads:hotline-case", args=[case.lead.ref, case.seq]), name=case.lead.customer.name, place=case.lead.home.address,
                cause=str(case.get_cause_display()), state=str(case.state.label), tone=case.state.tone, designer=str(case.lead.designer or ""),
                officer=str(case.taken_by or ""), since=case.at, clock=clock, late=bool(clock and clock.due_at < now),
            )
        )  # fmt: skip
    return found


# --- losses ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Month:
    """A calendar month: its first day, the first day of the next."""

    first: date

    @classmethod
    def read(cls, text: str, today: date) -> Month:
        found = MONTH.fullmatch(text)
        return cls(date(int(found[1]), int(found[2]), 1) if found else today.replace(day=1))

    @property
    def next(self) -> date:
        return (self.first + timedelta(days=32)).replace(day=1)

    @property
    def before(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def says(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def span(self) -> tuple[datetime, datetime]:
        zone = timezone.get_current_timezone()
        begin, end = (datetime.combine(day, datetime.min.time(), zone) for day in (self.first, self.next))
        return begin, end


@dataclass(frozen=True, slots=True)
class LossRow:
    """One loss: why, where it stood, what the review says."""

    url: str
    name: str
    place: str
    reason: str
    words: str
    stage: str
    designer: str
    by: str
    at: datetime
    review: str
    tone: str
    open: bool


def losses(user: Any, month: Month) -> Any:
    """The losses of a month that this person may read."""
    begin, end = month.span
    rows = LeadStageChange.objects.filter(to_stage=Stage.LOST, at__gte=begin, at__lt=end, lead__withdrawn_at__isnull=True)
    return narrow(rows, user, SEE_LOSSES, own=own(user, "lead__"), store="lead__store")


def losses_by_reason(user: Any, month: Month) -> list[tuple[str, str, int]]:
    """(code, reason, how many), the most frequent first."""
    rows = losses(user, month).order_by().values_list("lost_reason").annotate(n=Count("*")).order_by("-n", "lost_reason")
    return [(code, str(LostReason(code).label), n) for code, n in rows]


def loss_page(user: Any, month: Month, *, reason: str, after: str = "") -> Page[Any]:
    rows = losses(user, month)
    rows = rows.filter(lost_reason=reason) if reason in LostReason.values else rows
    return keyset(rows.select_related("lead__customer", "lead__home", "lead__designer", "by", "review"), order=("-at", "-id"), after=after)


def loss_row(loss: Any, user: Any) -> LossRow:
    """A loss that waits leads to its review for whom it waits, and for others who read the list to the file."""
    review, lead = getattr(loss, "review", None), loss.lead
    waits = review is not None and review.decided_at is None
    reviews = waits and REVIEW_LOSS.reaches(user, lead.store_id, own=False)
    outcome = ReviewOutcome(review.outcome) if review is not None and review.outcome else None
    return LossRow(
        url=reverse("leads:loss-reviews", args=[lead.ref]) if reviews else lead.get_absolute_url(), name=lead.customer.name, place=lead.home.address,
        reason=str(loss.get_lost_reason_display()), words=loss.reason, stage=str(loss.get_from_stage_display()), designer=str(lead.designer or ""),
        by=str(loss.by), at=loss.at, review=str(outcome.label) if outcome else (_("waits for the review") if waits else ""),
        tone=outcome.tone if outcome else "soon", open=waits,
    )  # fmt: skip


# --- brought up to date today (R025) ---------------------------------------------------------------------------------------------


def not_up_to_date(user: Any, now: datetime) -> Any:
    """Customers whose enquiry moved on today while nobody has looked through their profile today (R025).

    Decided simply: a customer has changed when the stage moved; the profile is up to date when somebody has kept or confirmed it since
    midnight (`keep_profile`).
    """
    midnight = tomorrow(now) - timedelta(days=1)
    moved = set(LeadStageChange.objects.filter(at__gte=midnight, at__lte=now).values_list("lead", flat=True))  # of one day: a few
    kept = ProfileCheck.objects.filter(customer=OuterRef("customer"), at__gte=midnight)
    rows = narrow(Lead.objects.alive().filter(pk__in=moved), user, SEE_UPDATES, own=own(user))
    return rows.exclude(Exists(kept)).select_related("customer", "home", "designer", "customer_manager")


# --- people who leave ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody with open enquiries in hand."""

    username: str
    name: str
    store: str
    designs: int
    manages: int
    left_on: date | None


@dataclass(frozen=True, slots=True)
class InHandRow:
    """One enquiry in one part, with whom it would go to."""

    lead: Any
    role: str
    role_says: str
    last_note: str
    talked: bool
    proposed: Any


def _open(user: Any) -> Any:
    return Lead.objects.visible_to(user, MOVE_CUSTOMERS).filter(stage__in=LIVING)


def people_in_hand(user: Any) -> list[PersonRow]:
    """Who has open enquiries in the stores of this person: those who have left stand first."""
    counts: dict[int, dict[str, int]] = {}
    for role in HandOverRole.values:
        rows = _open(user).filter(**{f"{role}__isnull": False}).order_by().values_list(role).annotate(n=Count("*"))
        for pk, n in rows:
            counts.setdefault(pk, {})[role] = n
    people = User.objects.filter(pk__in=counts).select_related("home_store")
    found = [
        PersonRow(p.username, p.full_name, str(p.home_store), counts[p.pk].get("designer", 0), counts[p.pk].get("customer_manager", 0), p.left_on)
        for p in people.order_by("pinyin", "pk")
    ]
    return sorted(found, key=lambda row: row.left_on is None)


def open_enquiries(person: Any) -> int:
    """How many open enquiries somebody has in hand, in any part: one query."""
    return Lead.objects.alive().filter(Q(designer=person) | Q(customer_manager=person), stage__in=LIVING).count()


def successors(stores: set[int]) -> dict[tuple[int, str], list[User]]:
    """Who may take over in each store and part, the fewest open enquiries first: three queries."""
    codes = {code for held in POSTS.values() for code in held}
    held = list(
        Holding.objects.open().filter(store__in=stores, post__in=codes, user__left_on__isnull=True).select_related("user").order_by("user__pinyin", "user")
    )
    load: dict[tuple[int, str], int] = {}
    for role in HandOverRole.values:
        rows = Lead.objects.alive().filter(stage__in=LIVING, store__in=stores, **{f"{role}__isnull": False})
        load |= {(pk, role): n for pk, n in rows.order_by().values_list(role).annotate(n=Count("*"))}
    found: dict[tuple[int, str], list[User]] = {}
    for store in stores:
        for role, fitting in POSTS.items():
            people = {row.user_id: row.user for row in held if row.store_id == store and row.post_id in fitting}
            found[store, role.value] = sorted(people.values(), key=lambda person: (load.get((person.pk, role.value), 0), person.pinyin, person.pk))
    return found


def rows_in_hand(user: Any, person: User) -> tuple[list[InHandRow], dict[tuple[int, str], list[User]]]:
    """Everything that somebody has in hand, each with the person it would go to: by turns, whoever has the fewest first."""
    said = FollowUp.objects.filter(lead=OuterRef("pk"), reached=True).order_by("-at").values("note")
    met = LeadStageChange.objects.filter(lead=OuterRef("pk"), to_stage=Stage.CONSULTING)
    mine = _open(user).filter(Q(designer=person) | Q(customer_manager=person)).annotate(
        said=Coalesce(Subquery(said[:1]), Value(""), output_field=CharField()), met=Exists(met)
    )  # fmt: skip
    leads = list(mine.select_related("customer", "home").order_by("registered_at", "pk"))
    people = successors({lead.store_id for lead in leads})
    turns: dict[tuple[int, str], int] = {}
    rows = []
    for role in HandOverRole:
        for lead in leads:
            if getattr(lead, f"{role.value}_id") != person.pk:
                continue
            place = (lead.store_id, role.value)
            offered = people[place] = [each for each in people[place] if each.pk != person.pk]
            turn = turns[place] = turns.get(place, -1) + 1
            rows.append(
                InHandRow(
                    lead=lead, role=role.value, role_says=str(role.label), last_note=lead.said, talked=bool(lead.said) or lead.met,
                    proposed=offered[turn % len(offered)] if offered else None,
                )
            )  # fmt: skip
    return rows, people
