"""Rows of the pages of preparation: the property office's desk, the schedule drawn as bars, materials."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.policies import narrow
from projects import plans, policies
from projects.choices_preparation import Buyer
from projects.models import Project, SiteMaterial
from projects.models.base import is_mine
from projects.procedure_works import Beginning


@dataclass(frozen=True)
class Tag:
    says: str
    tone: str = "plain"


@dataclass(frozen=True)
class Act:
    says: str
    url: str


@dataclass(frozen=True)
class Row:
    """One line of a table: its cells, what can be done with it, whether it is late."""

    cells: tuple[Any, ...]
    acts: tuple[Act, ...] = ()
    late: bool = False
    off: bool = False


@dataclass(frozen=True)
class Table:
    title: str
    head: tuple[str, ...]
    rows: list[Row]
    empty: str
    note: str = ""
    acts: tuple[Act, ...] = ()


def day(value: date | None) -> str:
    """11-24 within the year, 2027-01-28 outside it."""
    if value is None:
        return "–"
    return f"{value:%m-%d}" if value.year == timezone.localdate().year else f"{value:%Y-%m-%d}"


def _link(name: str, project: Project, *more: Any) -> str:
    return reverse(f"projects:{name}", args=[project.ref, *more])


def within(project: Any, user: Any, policy: Any) -> bool:
    """Whether this person may do it on this very site."""
    return bool(policy.reaches(user, project.store_id, own=is_mine(project, user)))


def needs(project: Project, user: Any, applications: list[Any]) -> Table:
    """What this site needs before which work."""
    may_file, may_start = within(project, user, policies.FILE_PERMIT), within(project, user, policies.START_WORK)
    rows = []
    known, approved = plans.works(), tuple(applications)
    for need in project.needs.select_related("application").order_by("started_at", "dropped_at", "planned_on", "id"):
        work = known[need.code]
        permitted = need.application or Beginning(project, work, approved).permitted_by
        late = not (need.started_at or need.dropped_at or permitted) and need.planned_on - timedelta(days=work.lead) <= project.on
        state = _state_of_need(need, permitted, late)
        acts = []
        if not need.started_at and not need.dropped_at:
            if may_start and permitted:
                acts.append(Act(_("Begin"), _link("need-starts", project, need.pk)))
            if may_file and not permitted:
                acts.append(Act(_("Apply"), _link("applications", project, need.kind) + f"?work={need.code}"))
            if may_file:
                acts.append(Act(_("Drop"), _link("need-drops", project, need.pk)))
        rows.append(Row((str(work), day(need.planned_on), state, need.note or need.dropped_because or "–"), tuple(acts), late, bool(need.dropped_at)))
    return Table(
        _("Needed before the work"), (_("Work"), _("Begins on"), _("State"), _("Note")), rows,
        _("No work that needs a permission is planned. Name them before they begin."),
        acts=(Act(_("Name a work"), _link("needs", project)),) if may_file else (),
    )  # fmt: skip


def _state_of_need(need: Any, permitted: Any, late: bool) -> Tag:
    if need.dropped_at:
        return Tag(_("dropped"))
    if need.started_at:
        return Tag(_("begun %(day)s") % {"day": day(timezone.localtime(need.started_at).date())}, "done")
    if permitted:
        return Tag(_("permitted"), "done")
    return Tag(_("not permitted"), "late" if late else "soon")


def applications(project: Project, user: Any, rows: list[Any]) -> Table:
    may = within(project, user, policies.FILE_PERMIT)
    found = []
    for row in rows:
        state = {"approved": Tag(_("approved %(day)s") % {"day": day(row.approved_on)}, "done"), "rejected": Tag(_("was refused"), "late")}.get(
            row.state, Tag(_("waits for the office") if row.paper is None or row.paper.is_signed else _("waits for signatures"), "soon")
        )
        acts: list[Act] = []
        if row.state == "waiting" and may:
            acts = [
                Act(_("Record the approval"), _link("application-approvals", project, row.pk)),
                Act(_("Note the refusal"), _link("application-rejections", project, row.pk)),
            ]  # fmt: skip
        hours = ""
        if row.from_at:
            start, end = timezone.localtime(row.from_at), timezone.localtime(row.until_at)
            hours = f"{day(start.date())} {start:%H:%M}–{end:%H:%M}"
        paper = Act(row.paper.ref, reverse("paper", args=[row.paper.ref])) if row.paper else "–"
        found.append(Row((row.get_kind_display(), row.what, hours or "–", paper, state, row.number or row.reason or "–"), tuple(acts)))
    return Table(
        _("Applications during the works"), (_("Kind"), _("What"), _("Hours"), _("Paper"), _("State"), _("Number")), found,
        _("Nothing was applied for yet."),
    )  # fmt: skip


def fees(project: Project, user: Any) -> Table:
    may = within(project, user, policies.FILE_PERMIT)
    found = []
    for row in project.fees.select_related("receipt").order_by("id"):
        acts: list[Act] = []
        if row.paid_on is None:
            state = Tag(_("to be paid"), "soon")
            acts = [Act(_("File the receipt"), _link("fee-payments", project, row.pk))] if may else []
        elif row.returned_on:
            state = Tag(_("came back %(day)s") % {"day": day(row.returned_on)}, "done")
        elif row.is_refundable:
            state = Tag(_("paid %(day)s, not back yet") % {"day": day(row.paid_on)}, "soon" if project.accepted_on else "plain")
            acts = [Act(_("Note that it came back"), _link("fee-returns", project, row.pk))] if may else []
        else:
            state = Tag(_("paid %(day)s") % {"day": day(row.paid_on)}, "done")
        receipt = Act(row.receipt_number, reverse("file", args=[row.receipt.public_id])) if row.receipt else "–"
        who = f"{row.get_payer_display()} {row.payer_name}".strip()
        found.append(Row((row.get_kind_display(), f"¥{row.amount:,.2f}", who, receipt, state), tuple(acts)))
    return Table(
        _("Deposits and fees"), (_("Kind of money"), _("Amount"), _("Who paid"), _("Receipt"), _("State")), found,
        _("The property office has asked for nothing yet."),
        acts=(Act(_("Note a fee"), _link("property-fees", project)),) if may else (),
    )  # fmt: skip


def pass_register(project: Project, user: Any) -> Table:
    may = within(project, user, policies.FILE_PERMIT)
    found = []
    for row in project.passes.select_related("permit", "register_line", "replaces").order_by("-id"):
        line = getattr(row, "register_line", None)
        acts: list[Act] = []
        if row.returned_on:
            state = Tag(_("no longer in use"))
        elif line:
            state = Tag(_("collected %(day)s") % {"day": day(line.collected_on)}, "done")
        else:
            state = Tag(_("to be collected again") if row.replaces_id else _("to be collected"), "soon")
            acts = [Act(_("Enter the card"), _link("pass-collections", project, row.pk))] if may else []
        number = line.number if line else row.number
        found.append(
            Row(
                (row.worker, row.trade or "–", row.id_masked, number or "–", day(row.valid_until), line.signed_for if line else "–", state), tuple(acts),
                off=bool(row.returned_on),
            )
        )
    return Table(
        _("Register of worker passes"), (_("Worker"), _("Trade"), _("ID number"), _("Card number"), _("Valid until"), _("Signed for by"), _("State")), found,
        _("No pass is registered yet."),
    )  # fmt: skip


def doubts(project: Project, user: Any) -> Table:
    may_answer, may_close = within(project, user, policies.ANSWER_DOUBT), within(project, user, policies.REVIEW_DRAWINGS)
    found = []
    for row in project.doubts.select_related("by", "answered_by", "closed_by").order_by("closed_at", "id"):
        acts: list[Act] = []
        if row.closed_at:
            state = Tag(_("doubt closed"), "done")
        elif row.answered_at:
            state = Tag(_("answered"), "soon")
            acts = [Act(_("Close it"), _link("doubt-closings", project, row.pk))] if may_close and user.pk != row.answered_by_id else []
        else:
            state = Tag(_("waits for an answer"), "late")
            acts = [Act(_("Answer"), _link("doubt-answers", project, row.pk))] if may_answer and user.pk != row.by_id else []
        found.append(
            Row(
                (
                    row.get_about_display(), " · ".join(filter(None, (row.where, row.text))), row.proposal or "–", row.answer or "–",
                    str(row.answered_by or row.by), state,
                ),
                tuple(acts),
            )
        )
    return Table(
        _("Doubts"), (_("Kind of doubt"), _("What does not fit"), _("Proposal"), _("Answer"), _("Whose word"), _("State")), found,
        _("Nobody has raised a doubt."), note=_("every doubt is closed before the works"),
    )  # fmt: skip


def materials(project: Project, user: Any) -> tuple[Table, Table]:
    """(what we order, what the customer buys)."""
    may = within(project, user, policies.KEEP_MATERIALS)
    ours: list[Row] = []
    theirs: list[Row] = []
    for row in project.materials.select_related("phase").order_by("dropped_at", "needed_on", "id"):
        (ours if row.buyer == Buyer.COMPANY else theirs).append(material_row(project, row, may=may))
    head = (_("Material"), _("Needed on site by"), _("Order by"), _("Supplier"), _("Promised for"), _("State"))
    add = (Act(_("Add a material"), _link("material-new", project)),) if may else ()
    return (
        Table(_("Ordered by us"), head, ours, _("Nothing is ordered by us on this site."), acts=add),
        Table(_("Bought by the customer"), head, theirs, _("The customer has nothing to buy."), acts=add),
    )


TONES = {"planned": "soon", "ordered": "plain", "refused": "late", "arrived": "done", "installed": "done", "dropped": "plain"}


def _says(state: str, buyer: str) -> str:
    words = {
        "planned": _("to be bought") if buyer == Buyer.CLIENT else _("to be ordered"), "ordered": _("on its way"), "refused": _("was refused"),
        "arrived": _("on site"), "installed": _("installed"), "dropped": _("dropped"),
    }  # fmt: skip
    return words[state]


def material_row(project: Project, row: Any, *, may: bool, with_site: bool = False) -> Row:
    state = row.state
    due = row.promised_on if state in ("ordered", "refused") else row.order_by if row.buyer == Buyer.COMPANY else row.needed_on
    late = state in ("planned", "ordered", "refused") and due is not None and due < project.on
    acts: list[Act] = []
    if may and state in ("planned", "ordered", "refused"):
        if state == "planned" and row.buyer == Buyer.COMPANY:
            acts.append(Act(_("Order"), _link("material-orders", project, row.pk)))
        else:
            acts.append(Act(_("Note the arrival"), _link("material-arrivals", project, row.pk)))
        acts.append(Act(_("Take it off"), _link("material-drops", project, row.pk)))
    elif may and state == "arrived":
        acts = [
            Act(_("Note the installation"), _link("material-installations", project, row.pk)), Act(_("Send back"), _link("material-refusals", project, row.pk)),
        ]  # fmt: skip
    name = " · ".join(filter(None, (row.name, row.spec, row.quantity)))
    more = row.refused_because if state == "refused" else day(row.arrived_on) if state == "arrived" else row.dropped_because
    tag = Tag(_says(state, row.buyer) + (f" · {more}" if more else ""), "late" if late else TONES[state])
    cells: tuple[Any, ...] = (name, day(row.needed_on), day(row.order_by), row.supplier or "–", day(row.promised_on), tag)
    if with_site:
        cells = (Act(f"{project.customer_name} · {project.address}", _link("materials", project)), *cells)
    return Row(cells, tuple(acts), late, state == "dropped")


def materials_due(user: Any) -> Any:
    """Materials of all sites that are not there yet, as this person may keep them; the most urgent first."""
    own = Q(project__project_manager=user) | Q(project__supervisor=user) | Q(project__foreman=user)
    rows = narrow(SiteMaterial.objects.all(), user, policies.KEEP_MATERIALS, own=own)
    return rows.filter(arrived_on__isnull=True, dropped_at__isnull=True).select_related("project", "phase")


# --- the schedule as bars --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bar:
    """A phase on the common measure: places in percent of the whole."""

    phase: Any
    left: float
    width: float
    done_left: float = 0.0
    done_width: float = 0.0
    state: str = "open"  # done, late, now, open
    acts: tuple[Act, ...] = ()
    moved: int = 0


@dataclass(frozen=True)
class Gantt:
    bars: list[Bar]
    months: list[tuple[float, str]]
    today: float | None
    first: date
    last: date
    key_dates: list[Any] = field(default_factory=list)


def gantt(project: Project, phases: list[Any], user: Any) -> Gantt | None:
    """The phases on one measure from the first planned day to the last, planned or real."""
    if not phases:
        return None
    may = within(project, user, policies.PLAN_SCHEDULE)
    first = min(min(p.planned_start, p.first_start, p.started_on or p.planned_start) for p in phases)
    last = max(max(p.planned_end, p.finished_on or p.planned_end, project.due_on) for p in phases)
    if any(p.started_on and not p.finished_on for p in phases):
        last = max(last, project.on)
    whole = (last - first).days + 1

    def at(value: date) -> float:
        return (value - first).days * 100 / whole

    finished = {p.code for p in phases if p.finished_on}
    bars = []
    for p in phases:
        until = p.finished_on or (project.on if p.started_on else None)
        state = "done" if p.finished_on else "now" if p.started_on else "open"
        if p.planned_end < project.on and not p.finished_on:
            state = "late"
        acts: list[Act] = []
        if may and not p.finished_on:
            if p.started_on:
                acts.append(Act(_("Finish"), _link("phase-ends", project, p.pk)))
            elif set(p.after) <= finished:
                acts.append(Act(_("Begin"), _link("phase-starts", project, p.pk)))
            acts.append(Act(_("Move"), _link("phase-moves", project, p.pk)))
        bars.append(
            Bar(
                p, at(p.planned_start), at(p.planned_end + timedelta(days=1)) - at(p.planned_start),
                at(p.started_on) if p.started_on else 0.0, at(max(until, p.started_on) + timedelta(days=1)) - at(p.started_on) if until else 0.0,
                state, tuple(acts), (p.planned_end - p.first_end).days,
            )
        )  # fmt: skip
    months = [(at(d), date_format(d, "n")) for d in _month_starts(first, last)]
    today = at(project.on) if first <= project.on <= last else None
    return Gantt(bars, months, today, first, last, [p for p in phases if p.key_date])


def _month_starts(first: date, last: date) -> list[date]:
    found, here = [], first.replace(day=1)
    while here <= last:
        if here >= first:
            found.append(here)
        here = (here.replace(day=28) + timedelta(days=5)).replace(day=1)
    return found
