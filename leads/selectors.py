"""Questions about enquiries, answered as typed rows of exactly what a page shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Count, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Greatest, JSONObject
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core import phones, search
from core.clocks import CLOCKS, running
from core.lists import keyset
from core.models import Deadline
from core.refusals import Missing
from leads import policies
from leads import policies_follow_up as guard
from leads import policies_money as money
from leads.choices import LIVING, Stage
from leads.models import Consultation, CustomerPhone, FollowUp, Lead
from leads.procedure import Standing
from leads.services.hotline import MAY_BE
from leads.services.pool import BEFORE_CONSULTATION
from staff import posts
from staff.models import User

DESIGNER_POSTS = (posts.DESIGNER, posts.CHIEF_DESIGNER)
ORDERS = {
    "due": ("dossier__next_due_at", "dossier_id"), "-due": ("-dossier__next_due_at", "-dossier_id"),
    "new": ("-registered_at", "-id"), "-new": ("registered_at", "id"),
    "name": ("customer__pinyin", "id"), "-name": ("-customer__pinyin", "-id"),
}  # fmt: skip
WAITS_FOR = {
    Stage.REGISTERED.value: gettext_lazy("Assign a designer"),
    Stage.ASSIGNED.value: gettext_lazy("Record a consultation"),
    Stage.PROPOSAL_PRESENTED.value: gettext_lazy("Order agreement and deposit"),
    Stage.DEPOSIT_PAID.value: gettext_lazy("Survey and quotation"),
    Stage.QUOTED.value: gettext_lazy("Sign the contract"),
}  # fmt: skip
GRADES: dict[str, dict[str, Any]] = {
    "A": {"customer__willingness": "high", "customer__ability": "high"}, "B": {"customer__willingness": "high", "customer__ability": "low"},
    "C": {"customer__willingness": "low", "customer__ability": "high"}, "D": {"customer__willingness": "low", "customer__ability": "low"},
    "key": {"customer__is_key": True}, "member": {"customer__is_member": True},
}  # fmt: skip
CLASSES = {("high", "high"): "A", ("high", "low"): "B", ("low", "high"): "C", ("low", "low"): "D"}


@dataclass(frozen=True, slots=True)
class LeadRow:
    """One enquiry as a line of the list."""

    ref: str
    url: str
    name: str
    clock: dict[str, Any] | None
    act: str
    late: bool
    stage: str
    stage_says: str
    address: str
    phone: str
    area: Decimal | str
    layout: str
    quadrant: str
    designer: str
    customer_manager: str
    source: str
    registered_at: datetime
    last_contact: datetime | None


@dataclass(frozen=True)
class LeadFilter:
    """What the address of the list asks for; anything unknown in it is left out."""

    stage: str = ""
    late: bool = False
    due: str = ""
    mine: bool = False
    source: str = ""
    grade: str = ""
    words: str = ""
    sort: str = "due"

    @classmethod
    def read(cls, asked: QueryDict) -> LeadFilter:
        stage, sort, due = asked.get("stage", ""), asked.get("sort", ""), asked.get("due", "")
        return cls(
            stage=stage if stage in (*Stage.values, "all") else "",
            due=due if due in ("late", "today") else "",
            mine=asked.get("mine", "") == "1",
            source=asked.get("source", "")[:40].replace("\x00", ""),
            grade=asked.get("grade", "") if asked.get("grade", "") in GRADES else "",
            words=asked.get("q", "")[:60].replace("\x00", ""),
            sort=sort if sort in ORDERS else "due",
        )

    def apply(self, rows: Any, user: Any, now: datetime) -> Any:
        if self.stage == "":
            rows = rows.filter(stage__in=LIVING)
        elif self.stage != "all":
            rows = rows.filter(stage=self.stage)
        if self.mine:
            rows = rows.filter(Q(designer=user) | Q(customer_manager=user))
        if self.source:
            rows = rows.filter(source__code=self.source)
        if self.grade:
            rows = rows.filter(**GRADES[self.grade])
        if self.words.strip():
            rows = rows.filter(dossier__search__contains=search.query(self.words))
        if self.due == "late":
            rows = rows.filter(dossier__next_due_at__lt=now)
        elif self.due == "today":
            rows = rows.filter(dossier__next_due_at__gte=now, dossier__next_due_at__lt=tomorrow(now))
        return rows


def tomorrow(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def listed(user: Any, wanted: LeadFilter, now: datetime) -> Any:
    """The enquiries of the list with their next clock, in one query; the order is the filter's."""
    first = running(dossier=OuterRef("dossier")).order_by(F("paused_at").asc(nulls_first=True), "due_at", "id")
    clock = first.values(
        data=JSONObject(clock="clock", started_at="started_at", due_at="due_at", paused_at="paused_at", pause_reason="pause_reason")
    )
    number = CustomerPhone.objects.filter(customer=OuterRef("customer"), withdrawn_at__isnull=True).order_by("position", "id")
    contact = FollowUp.objects.filter(lead=OuterRef("pk"), reached=True).order_by("-at").values("at")
    talk = Consultation.objects.filter(lead=OuterRef("pk")).order_by("-at").values("at")
    rows = Lead.objects.visible_to(user).annotate(
        next_clock=Subquery(clock[:1]),
        number=Coalesce(Subquery(number.values("number")[:1]), Value(""), output_field=CharField()),
        last_contact=Greatest(Subquery(contact[:1]), Subquery(talk[:1])),
    )
    return wanted.apply(rows, user, now).select_related("customer", "home", "designer", "customer_manager", "source", "dossier")


def page_of(user: Any, wanted: LeadFilter, now: datetime, *, after: str = "", size: int = 50) -> Any:
    """One page of the list as typed rows, and the token of the next."""
    return keyset(listed(user, wanted, now), order=ORDERS[wanted.sort], after=after, size=size)


def row_of(lead: Any, now: datetime) -> LeadRow:
    clock = _clock(lead.next_clock)
    return LeadRow(
        ref=lead.ref, url=reverse("leads:file", args=[lead.ref]), name=lead.customer.name, clock=clock,
        act=str(CLOCKS[clock["clock"]].says if clock and clock["clock"] in CLOCKS else WAITS_FOR.get(lead.stage, "")),
        late=bool(clock and clock["paused_at"] is None and clock["due_at"] < now),
        stage=lead.stage, stage_says=str(lead.get_stage_display()), address=lead.home.address, phone=phones.mask(lead.number).replace("****", " **** "),
        area=lead.home.area_m2 if lead.home.area_m2 is not None else lead.home.area_text, layout=lead.home.layout,
        quadrant=class_of(lead.customer), designer=str(lead.designer or ""),
        customer_manager=str(lead.customer_manager or ""), source=str(lead.source), registered_at=lead.registered_at,
        last_contact=lead.last_contact,
    )  # fmt: skip


def class_of(customer: Any) -> str:
    """A, B, C, D with a star for a key customer (R009, L12)."""
    return CLASSES.get((customer.willingness, customer.ability), "") + ("★" if customer.is_key else "")


def _clock(data: dict[str, Any] | None) -> dict[str, Any] | None:
    if data is None:
        return None
    moments = {name: parse_datetime(data[name]) if data[name] else None for name in ("started_at", "due_at", "paused_at")}
    return {**data, **moments, "stopped_at": None}


def stage_counts(user: Any) -> dict[str, int]:
    """How many living enquiries this person sees in each stage: one query over a partial index."""
    rows = Lead.objects.visible_to(user).filter(stage__in=LIVING).order_by().values("stage").annotate(n=Count("id"))
    return {row["stage"]: row["n"] for row in rows}


# --- the client file ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done with the enquiry now: its words and its page; `main` is the one next act."""

    says: str
    url: str
    main: bool = False


def acts_of(lead: Lead, user: Any, standing: Standing) -> tuple[Act, ...]:
    """The acts that stand open for this person, the next one first; every one of them still asks its gates."""
    found = []
    main = _next_act(lead, standing)
    for name, says, permission, possible in _acts(lead, standing):
        if possible and permission.allows(user) and _within(lead, user, permission):
            found.append(Act(says=str(says), url=_page(name, lead), main=name == main))
    return tuple(sorted(found, key=lambda act: not act.main))


def _page(name: str, lead: Lead) -> str:
    """The page of an act; an appointment is made on a page of its own that is told the customer."""
    return f"{reverse(name)}?lead={lead.ref}" if name == "leads:appointment-new" else reverse(name, args=[lead.ref])


def _within(lead: Lead, user: Any, permission: Any) -> bool:
    """This enquiry lies within the person's scope under a permission (the question of `visible_to`, for one row)."""
    return bool(permission.reaches(user, lead.store_id, own=user.pk in (lead.designer_id, lead.customer_manager_id, lead.registered_by_id)))


def _next_act(lead: Lead, now: Standing) -> str:
    """The one act that the stage waits for."""
    if lead.designer_id is None and lead.is_open:
        return "leads:pool-exits" if getattr(lead, "in_pool", False) else "leads:assignments"
    match lead.stage:
        case Stage.REGISTERED:
            return "leads:assignments"
        case Stage.ASSIGNED:
            return "leads:consultations"
        case Stage.CONSULTING:
            return "leads:proposals"
        case Stage.PROPOSAL_PRESENTED:
            last = now.proposals[-1]
            decision = getattr(last, "decision", None)
            if decision is None:
                return "leads:proposal-decisions"
            if not decision.accepted:
                return "leads:proposals"
            return "leads:deposits" if now.agreement is not None else "leads:order-agreements"
        case Stage.DEPOSIT_PAID:
            return "leads:quotations" if now.surveys else "leads:surveys"
        case Stage.LOST:
            return "leads:loss-reviews" if getattr(lead, "loss_waits", False) else "leads:reopenings"
    return ""


def _acts(lead: Lead, now: Standing) -> Iterable[tuple[str, str, Any, bool]]:
    """(page, words, permission, whether it makes sense now)."""
    stage, alive = lead.stage, lead.is_open
    presented = stage == Stage.PROPOSAL_PRESENTED
    undecided = presented and getattr(now.proposals[-1], "decision", None) is None
    pooled = getattr(lead, "in_pool", False)
    yield "leads:assignments", _("Assign a designer"), policies.ASSIGN, alive and lead.designer_id is None and not pooled
    yield "leads:appointment-new", _("Make an appointment"), policies.APPOINT, lead.withdrawn_at is None and stage != Stage.LOST
    yield "leads:follow-ups", _("Note a contact"), policies.FOLLOW_UP, lead.withdrawn_at is None and stage != Stage.LOST
    yield "leads:consultations", _("Record a consultation"), policies.CONSULT, alive and lead.designer_id is not None
    yield "leads:preview-dates", _("Agree on the day of the preview"), policies.AGREE_DATE, alive and stage == Stage.CONSULTING
    yield "leads:proposals", _("Present the preview"), policies.PRESENT, stage == Stage.CONSULTING or (presented and not undecided)
    yield "leads:proposal-decisions", _("What the customer says"), policies.DECIDE, undecided
    yield "leads:proposal-calls", _("Note the call"), policies.CALL, alive and bool(now.proposals)
    yield "leads:order-agreements", _("Write the order agreement"), policies.ORDER, presented and now.deposit is None
    yield "leads:deposits", _("Receive the deposit"), policies.RECEIVE_DEPOSIT, presented and now.deposit is None
    paid = now.deposit is not None and stage != Stage.CONTRACTED
    yield "leads:deposit-refunds", _("Give the deposit back"), money.ASK_REFUND, paid
    yield "leads:deposit-reversals", _("Reverse the deposit"), money.REVERSE_DEPOSIT, paid and now.deposit is not None
    yield "leads:promises", _("Promises"), money.PROMISE, lead.withdrawn_at is None
    yield "leads:schemes", _("Report the scheme ready"), policies.SCHEME, alive and now.deposit is not None
    yield "leads:surveys", _("Measure on site") if not now.surveys else _("Measure again"), policies.SURVEY, alive and now.deposit is not None
    yield "leads:measure-notes", _("Note a free measuring"), policies.SURVEY, alive and lead.designer_id is not None and now.deposit is None
    yield "leads:drawings", _("Drawings"), policies.SEE_LEADS, lead.designer_id is not None
    yield "leads:reassignments", _("Another designer"), policies.REASSIGN, alive and lead.designer_id is not None
    yield "leads:home-corrections", _("Correct the home"), policies.CORRECT_HOME, alive
    calm = not lead.customer.do_not_contact and lead.withdrawn_at is None
    yield "leads:hand-over", _("Hand-over"), guard.SEE_HAND_OVER, getattr(lead, "handed_over", False)
    yield "leads:care-calls", _("Return visit"), guard.CARE, calm and stage not in (Stage.REGISTERED, Stage.ASSIGNED)
    yield "leads:hotline-cases", _("Open a hotline case"), guard.OPEN_HOTLINE, alive and stage in MAY_BE and not getattr(lead, "case_seq", None)
    yield "leads:pool-entries", _("Put into the pool"), guard.KEEP_POOL, alive and stage in BEFORE_CONSULTATION and not pooled
    yield "leads:pool-exits", _("Take out of the pool"), guard.KEEP_POOL, alive and pooled
    yield "leads:losses", _("Close as lost"), policies.LOSE, alive
    yield "leads:loss-reviews", _("Review the loss"), guard.REVIEW_LOSS, stage == Stage.LOST and getattr(lead, "loss_waits", False)
    yield "leads:reopenings", _("Open again"), policies.REOPEN, stage == Stage.LOST


def named(lead: Lead, gap: Missing) -> Missing:
    """Who can clear it in words: the person where the file has one, else the posts; and the page where it is done."""
    asked = [code for code in gap.who.split(",") if code]
    people = ((lead.designer, posts.DESIGNER), (lead.customer_manager, posts.CUSTOMER_MANAGER))
    names = [str(person) for person, post in people if person is not None and post in asked]
    names += [title for title in post_titles(asked) if not names][:3]
    page = {"G1": "leads:consultations", "G2": "leads:proposal-decisions", "G3": "leads:order-agreements", "G4": "leads:surveys"}.get(gap.gate, "")
    link = gap.link or (reverse(page, args=[lead.ref]) if page else "")
    return Missing(says=gap.says, who=posts.listed(names), gate=gap.gate, link=link)


def post_titles(codes: Iterable[str]) -> list[str]:
    """Posts in the reader's language, in the order of the chart; a code that is no post stands as it is."""
    english = (get_language() or "").startswith("en")
    asked = list(codes)
    known = [row for row in posts.posts() if row.code in asked]
    return [row.title_en if english else row.title for row in known] + [c for c in asked if c not in posts.all_codes()]


@dataclass(frozen=True, slots=True)
class InHand:
    """A designer of the store with what is in hand: what an assignment looks at."""

    name: str
    open: int
    late: int


def designers_in_hand(store_id: int, now: datetime) -> list[InHand]:
    """Designers of a store with their open enquiries and late clocks; fewest first, one query."""
    late = Deadline.objects.filter(owner=OuterRef("pk"), stopped_at__isnull=True, paused_at__isnull=True, due_at__lt=now)
    living = Lead.objects.alive().filter(designer=OuterRef("pk"), stage__in=LIVING)
    rows = (
        User.objects.filter(
            left_on__isnull=True, holdings__store=store_id, holdings__until__isnull=True, holdings__post__in=DESIGNER_POSTS
        )
        .distinct()
        .annotate(open=_count(living), late=_count(late))
        .order_by("open", "pinyin")
    )
    return [InHand(str(person), person.open, person.late) for person in rows]


def _count(rows: Any) -> Any:
    return Coalesce(Subquery(rows.order_by().values(one=Value(1)).annotate(n=Count("pk")).values("n")), 0)
