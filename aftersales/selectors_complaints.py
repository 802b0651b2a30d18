"""Questions about complaints: the list, one complaint with its steps, what is counted, hand-overs, proposed check items."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales import policies_complaints as policies
from aftersales.choices import Satisfaction
from aftersales.choices_complaints import OPEN, ComplaintClass, ComplaintStage
from aftersales.choices_repairs import Trade
from aftersales.complaint_terms import categories
from aftersales.models import (
    Approval,
    Carrying,
    CheckProposal,
    Classing,
    Complaint,
    ComplaintMove,
    ComplaintPerson,
    ComplaintReport,
    ComplaintVerdict,
    Investigation,
    Proposal,
    ShiftHandover,
    SummingUp,
    Talk,
)
from aftersales.procedure_complaints import COMPLAINTS, SIX, Standing
from aftersales.services.complaint_reports import between
from core import search
from core.calendar import span_of
from core.clocks import CLOCKS
from core.lists import Page, day_of, keyset
from core.models import Deadline
from core.policies import narrow
from leads.models import Lead
from leads.models.lead import own as own_leads
from projects.models import Project
from projects.models.base import mine
from staff.models import Department

SHOWS = (*OPEN, "late", "closed", "all")


@dataclass(frozen=True)
class ComplaintFilter:
    """What the list is asked for, as it stands in the address; the statistics open down to it."""

    show: str = ""
    who: str = ""
    q: str = ""
    category: str = ""
    kind: str = ""
    upheld: str = ""
    department: str = ""
    trade: str = ""
    satisfaction: str = ""
    span: str = ""
    day: date | None = None

    @classmethod
    def read(cls, query: Any) -> ComplaintFilter:
        def one_of(name: str, known: Any) -> str:
            given = query.get(name, "")
            return given if given in known or given == "none" else ""

        span, day = query.get("span", ""), day_of(query.get("day", ""))
        return cls(
            show=query.get("show", "") if query.get("show", "") in SHOWS else "", who="mine" if query.get("who") == "mine" else "",
            q=query.get("q", "").strip()[:60], category=one_of("category", categories()), kind=one_of("kind", ComplaintClass.values),
            upheld=query.get("upheld", "") if query.get("upheld", "") in ("yes", "no", "open") else "", department=query.get("department", "")[:32],
            trade=one_of("trade", Trade.values), satisfaction=one_of("satisfaction", Satisfaction.values),
            span=span if span in ("week", "month", "quarter") and day else "", day=day,
        )  # fmt: skip


@dataclass(frozen=True)
class ComplaintRow:
    """One line of the list."""

    url: str
    ref: str
    category: str
    customer: str
    address: str
    stage: tuple[str, str]
    kind: str
    upheld: str
    clock: dict[str, Any] | None
    act: str
    officer: str
    told_at: datetime
    late: bool


def complaints_for(user: Any, permission: Any = None) -> QuerySet[Any]:
    """The complaints that this person may open, with what their pages show in the head."""
    return Complaint.objects.visible_to(user, permission).select_related(
        "dossier", "project", "lead__customer", "lead__home", "store", "department", "paper", "solution"
    )


def listed(user: Any, wanted: ComplaintFilter, now: datetime) -> QuerySet[Any]:
    urgent = Deadline.objects.filter(
        clock__startswith="aftersales.complaint_", key=OuterRef("ref"), stopped_at__isnull=True, paused_at__isnull=True
    ).order_by("due_at")
    rows = (
        Complaint.objects.visible_to(user)
        .select_related("project", "lead__customer", "lead__home", "officer")
        .annotate(
            next_due=Subquery(urgent.values("due_at")[:1]),
            clocks=ArraySubquery(urgent.values(row=JSONObject(clock="clock", started_at="started_at", due_at="due_at"))[:1]),
        )
    )
    if wanted.show == "late":
        rows = rows.filter(next_due__lt=now)
    elif wanted.show == "closed":
        rows = rows.filter(stage=ComplaintStage.CLOSED)
    elif wanted.show in OPEN:
        rows = rows.filter(stage=wanted.show)
    elif wanted.show != "all" and not wanted.span:
        rows = rows.filter(stage__in=OPEN)
    if wanted.who == "mine":
        rows = rows.filter(Q(officer=user) | Q(investigator=user) | Q(leader=user))
    if wanted.q:
        rows = rows.filter(Q(ref__iexact=wanted.q) | Q(dossier__search__contains=search.query(wanted.q)))
    return counted_rows(rows, wanted)


def counted_rows(rows: QuerySet[Any], wanted: ComplaintFilter) -> QuerySet[Any]:
    """The rows that a figure of the statistics counts."""
    for name in ("category", "kind", "trade", "satisfaction"):
        if value := getattr(wanted, name):
            rows = rows.filter(**{name: "" if value == "none" else value})
    if wanted.department:
        rows = rows.filter(department__isnull=True) if wanted.department == "none" else rows.filter(department=wanted.department)
    if wanted.upheld:
        rows = rows.filter(upheld={"yes": True, "no": False, "open": None}[wanted.upheld]) if wanted.upheld != "open" else rows.filter(upheld__isnull=True)
    if wanted.span and wanted.day:
        since, until = between(*span_of(wanted.span, wanted.day))
        rows = rows.filter(at__gte=since, at__lt=until)
    return rows


def page_of(user: Any, wanted: ComplaintFilter, now: datetime, *, after: str = "") -> Page[Any]:
    """Fifty complaints, the newest first."""
    return keyset(listed(user, wanted, now), order=("-id",), after=after, size=50)


def counts(user: Any) -> dict[str, int]:
    rows = Complaint.objects.visible_to(user).filter(stage__in=OPEN)
    found: dict[str, int] = rows.aggregate(all=Count("pk"), **{stage: Count("pk", filter=Q(stage=stage)) for stage in OPEN})
    return found


def row_of(complaint: Any, now: datetime) -> ComplaintRow:
    kind = categories().get(complaint.category)
    clock = _clock(complaint.clocks[0]) if complaint.clocks else None
    return ComplaintRow(
        url=complaint.get_absolute_url(), ref=complaint.ref, category=kind.title if kind else complaint.category, customer=customer_of(complaint),
        address=address_of(complaint), stage=stage_words(complaint), kind=str(ComplaintClass(complaint.kind).label) if complaint.kind else "",
        upheld=upheld_words(complaint.upheld), clock=clock, act=clock["act"] if clock else "", officer=str(complaint.officer), told_at=complaint.at,
        late=bool(clock and clock["due_at"] < now),
    )  # fmt: skip


def customer_of(complaint: Complaint) -> str:
    return complaint.project.customer_name if complaint.project else complaint.lead.customer.name


def address_of(complaint: Complaint) -> str:
    return complaint.project.address if complaint.project else complaint.lead.home.address


def stage_words(complaint: Complaint) -> tuple[str, str]:
    stage = ComplaintStage(complaint.stage)
    return str(stage.label), stage.tone


def upheld_words(upheld: bool | None) -> str:
    return "" if upheld is None else (_("Upheld") if upheld else _("Not upheld"))


def _clock(row: Any) -> dict[str, Any]:
    known = CLOCKS.get(row["clock"])
    return {
        "act": str(known.says) if known else row["clock"], "started_at": datetime.fromisoformat(row["started_at"]),
        "due_at": datetime.fromisoformat(row["due_at"]), "paused_at": None, "stopped_at": None,
    }  # fmt: skip


# --- one complaint -----------------------------------------------------------------------------------------------------------


def with_history(rows: QuerySet[Any]) -> QuerySet[Any]:
    """A complaint with all its records, each asked once."""
    return rows.prefetch_related(
        Prefetch("complaintmoves", ComplaintMove.objects.select_related("by")),
        Prefetch("complaintpersons", ComplaintPerson.objects.select_related("person", "department")),
        Prefetch("classings", Classing.objects.select_related("by")),
        Prefetch("complaintverdicts", ComplaintVerdict.objects.select_related("by", "department")),
        Prefetch("investigations", Investigation.objects.select_related("by")),
        Prefetch("proposals", Proposal.objects.select_related("by")),
        Prefetch("approvals", Approval.objects.select_related("by", "paper")),
        Prefetch("talks", Talk.objects.select_related("by")),
        Prefetch("carryings", Carrying.objects.select_related("by")),
        Prefetch("summingups", SummingUp.objects.select_related("by")),
        Prefetch("check_proposals", CheckProposal.objects.select_related("by", "decided_by")),
    )


def clocks_of(complaint: Complaint) -> list[Deadline]:
    rows = Deadline.objects.filter(key=complaint.ref, clock__startswith="aftersales.complaint_", stopped_at__isnull=True)
    return list(rows.select_related("owner").order_by("due_at"))


def earlier_of(complaint: Complaint, user: Any) -> list[Complaint]:
    """What was complained about before in this file, as far as this person may see it: nobody is asked twice."""
    return list(Complaint.objects.visible_to(user).filter(dossier=complaint.dossier_id).exclude(pk=complaint.pk).order_by("-pk")[:6])


def payments_of(complaint: Complaint) -> tuple[str, str] | None:
    """(received, owed) as it stood when the complaint came."""
    paid, slash, owed = complaint.payment_state.partition("/")
    return (paid, owed) if slash else None


def steps_of(now: Standing) -> list[dict[str, Any]]:
    """The six steps for the head of the page: done, current, to come; with the day and who acted."""
    complaint = now.complaint
    current = next((n for n, (_says, stages) in enumerate(SIX) if complaint.stage in stages), len(SIX))
    if complaint.stage == ComplaintStage.CLOSED and complaint.upheld is False:
        current = len(SIX)
    notes = _notes(now)
    short = complaint.upheld is False
    return [
        {
            "title": str(says), "state": "done" if n < current else ("current" if n == current else "future"),
            "note": _("not needed") if short and n in (2, 3, 5) else notes.get(n, ""),
        }
        for n, (says, _stages) in enumerate(SIX)
    ]  # fmt: skip


def _notes(now: Standing) -> dict[int, str]:
    found = {0: _note(now.complaint.at, now.complaint.by)}
    for n, row in ((1, now.verdict), (2, now.investigation), (3, now.approval), (4, now.carrying), (5, now.summing_up)):
        if row is not None:
            found[n] = _note(row.at, row.by)
    return found


def _note(at: datetime, by: Any) -> str:
    return f"{timezone.localtime(at):%m-%d %H:%M} {by}"


def next_step(now: Standing) -> Any:
    """The step of the procedure that comes next; of two the one of an upheld complaint while it is not judged."""
    steps = [step for step in COMPLAINTS.steps_from(now.complaint.stage) if step.gates]
    if now.complaint.stage == ComplaintStage.RECEIVED:
        return next(step for step in steps if step.target == ComplaintStage.INVESTIGATING)
    return steps[0] if steps else None


# --- where a complaint is registered ---------------------------------------------------------------------------------------------


def files_for(user: Any) -> QuerySet[Any]:
    """The enquiries whose customers' complaints this person may register: of the store, or one's own, those of one's sites included."""
    own = own_leads(user) | Q(pk__in=Project.objects.filter(mine(user)).values("lead"))
    return narrow(Lead.objects.alive(), user, policies.TAKE_COMPLAINTS, own=own)


def files_like(user: Any, q: str) -> list[Any]:
    """Customers that the words fit; nothing without words."""
    if not q.strip():
        return []
    rows = files_for(user).filter(dossier__search__contains=search.query(q))
    return list(rows.select_related("customer", "home").order_by("-registered_at", "-id")[:12])


# --- what is counted ---------------------------------------------------------------------------------------------------------------


def seen_for_figures(user: Any) -> QuerySet[Any]:
    """The complaints of the stores whose statistics this person sees; one about oneself is not counted, since the figure opens its rows."""
    return narrow(Complaint.objects.not_about(user), user, policies.SEE_COMPLAINT_REPORTS)


def figure_words(name: str, value: str, departments: dict[str, str]) -> str:
    if name == "upheld":
        return {"yes": _("Upheld"), "no": _("Not upheld"), "open": _("Not judged yet")}[value]
    if not value:
        return _("Not said yet")
    if name == "category":
        return categories()[value].title if value in categories() else value
    if name == "department":
        return departments.get(value, value)
    choices: Any = {"kind": ComplaintClass, "trade": Trade, "satisfaction": Satisfaction}[name]
    return str(choices(value).label)


def department_titles() -> dict[str, str]:
    return {row.code: str(row) for row in Department.objects.order_by("place")}


def reports_of(user: Any, *, after: str = "") -> Page[Any]:
    rows = ComplaintReport.objects.visible_to(user).select_related("store", "paper", "by")
    return keyset(rows, order=("-starts_on", "-id"), after=after, size=20)


def handovers_of(user: Any, *, after: str = "") -> Page[Any]:
    rows = ShiftHandover.objects.visible_to(user).select_related("store", "giver", "taker", "paper")
    return keyset(rows, order=("-id",), after=after, size=30)


def check_items_of(user: Any, *, show: str = "", after: str = "") -> Page[Any]:
    """Proposed check items of complaints that this person may see, the undecided first."""
    rows = CheckProposal.objects.filter(complaint__in=Complaint.objects.visible_to(user)).select_related("complaint", "by", "decided_by")
    if show != "decided":
        rows = rows.filter(decision="open")
    else:
        rows = rows.exclude(decision="open")
    return keyset(rows, order=("-id",), after=after, size=30)
