"""The reports of complaints (S10, S12, S13, S17; R029, R030) and the shift hand-over (S16)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from aftersales import deadlines_complaints as deadlines
from aftersales import papers_complaints as sheets
from aftersales.choices import Satisfaction
from aftersales.choices_complaints import ABOUT, OPEN, ComplaintClass, ComplaintStage, Span
from aftersales.choices_repairs import OPEN as OPEN_REPAIRS
from aftersales.choices_repairs import RepairState, Trade
from aftersales.complaint_terms import categories
from aftersales.models import (
    Complaint,
    ComplaintMove,
    ComplaintPerson,
    ComplaintReport,
    RepairRequest,
    ShiftHandover,
    Talk,
)
from aftersales.policies_complaints import JUDGES, WRITE_COMPLAINT_REPORTS
from aftersales.repair_terms import categories as faults
from aftersales.services.complaints import first_of
from core import audit, clocks, papers
from core.calendar import begins, span_of
from core.models import Deadline, Dossier, Paper
from core.refusals import Missing, Refused
from leads.models import HotlineCase
from staff import posts
from staff.models import Department, Store

FOR_SHIFT = (posts.CS_OFFICER, posts.CS_SUPERVISOR, posts.AFTERSALES_HEAD)
BACK = timedelta(days=70)  # so far back the watch looks for a week or month that nobody has reported


# --- what is counted ------------------------------------------------------------------------------------------------------


def between(starts_on: date, ends_on: date) -> tuple[datetime, datetime]:
    return begins(starts_on), begins(ends_on + timedelta(days=1))


def figures_of(rows: Any) -> dict[str, Any]:
    """The counts over some complaints: by category, class, upheld, department, trade, satisfaction, and the days until the result.

    Two queries however many rows: the groups are counted by the database together.
    """
    by_all = (
        rows.order_by()
        .values("category", "kind", "upheld", "department", "trade", "satisfaction", ended=Q(ended_at__isnull=False))
        .annotate(n=Count("pk"))
    )
    counted: dict[str, Counter[str]] = {name: Counter() for name in ("category", "kind", "upheld", "department", "trade", "satisfaction")}
    total = ended = 0
    for row in by_all:
        total += row["n"]
        ended += row["n"] if row["ended"] else 0
        for name, counter in counted.items():
            value = {True: "yes", False: "no", None: "open"}[row["upheld"]] if name == "upheld" else str(row[name] or "")
            counter[value] += row["n"]
    spans = [(b - a).total_seconds() / 86400 for a, b in rows.order_by().filter(ended_at__isnull=False).values_list("at", "ended_at")]
    return {
        "total": total, "ended": ended, "days_mean": round(sum(spans) / len(spans), 1) if spans else None,
        "days_most": round(max(spans), 1) if spans else None, **{name: dict(counter.most_common()) for name, counter in counted.items()},
    }  # fmt: skip


def four_counts(store: Store, starts_on: date, ends_on: date) -> dict[str, int]:
    """What S17 counts of a week: accepted, supervised (moved on in the procedure), fed back to the customer, called after the handling."""
    since, until = between(starts_on, ends_on)
    own = {"store": store, "at__gte": since, "at__lt": until}
    talks = Talk.objects.filter(**own, reached=True).aggregate(
        fed_back=Count("pk", filter=~Q(kind="after")), revisited=Count("pk", filter=Q(kind="after"))
    )
    return {
        "accepted": Complaint.objects.filter(**own).count(), "supervised": ComplaintMove.objects.filter(**own).count(),
        "fed_back": talks["fed_back"], "revisited": talks["revisited"],
    }  # fmt: skip


def words_of(name: str, value: str, departments: Mapping[str, str]) -> str:
    """The Chinese word of a counted value, for papers."""
    if not value:
        return "未定"
    if name == "category":
        return categories()[value].zh if value in categories() else value
    if name == "upheld":
        return {"yes": "成立", "no": "不成立", "open": "未判断"}[value]
    if name == "department":
        return departments.get(value, value)
    choices: Any = {"kind": ComplaintClass, "trade": Trade, "satisfaction": Satisfaction}[name]
    return str(choices(value).label)


# --- reports --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def write_report(store: Store, *, span: str, day: date, analysis: str, measures: str, by: Any, at: datetime) -> ComplaintReport:
    """Freeze the figures of the week (S12, S17, R029), month (S13, S10, R030) or quarter that `day` lies in, with analysis and measures.

    Only a span that is over is reported, once; month and quarter are 《顾客投诉统计表》 as a paper too.
    """
    span = Span(span)
    starts_on, ends_on = span_of(span, day)
    since, until = between(starts_on, ends_on)
    if until > at:
        raise Refused(_("This span is not over yet."))
    if not analysis.strip() or not measures.strip():
        gaps = [Missing(_("The analysis."), posts.CS_SUPERVISOR)] if not analysis.strip() else []
        gaps += [Missing(_("What is improved."), posts.CS_SUPERVISOR)] if not measures.strip() else []
        raise Refused(_("The report is not complete."), gaps)
    here = Store.objects.select_for_update(no_key=True, of=("self",)).select_related("dossier").get(pk=store.pk)
    if ComplaintReport.objects.filter(store=here, span=span, starts_on=starts_on).exists():
        raise Refused(_("This span has been reported."))
    figures = figures_of(Complaint.objects.filter(store=here, at__gte=since, at__lt=until))
    if span == Span.WEEK:
        figures |= four_counts(here, starts_on, ends_on)
    paper = None
    if span != Span.WEEK:
        sheet = _statistics(here, span, starts_on, ends_on, figures, analysis.strip(), measures.strip(), by)
        paper = papers.issue(sheets.S10, dossier=here.file, store=here, content=sheet, by=by, at=at)
    made = ComplaintReport.objects.create(
        store=here, span=span, starts_on=starts_on, ends_on=ends_on, figures=figures, analysis=analysis.strip()[:2000], measures=measures.strip()[:2000],
        paper=paper, by=by, at=at,
    )  # fmt: skip
    if span in CLOCKS:
        clocks.stop(CLOCKS[span], key_of(here, starts_on), at=at, by=by)
    audit.record(here.file, "aftersales.complaint_report", by=by, at=at, span=span, starts_on=starts_on, total=figures["total"], paper=paper)
    return made


def _statistics(store: Store, span: str, starts_on: date, ends_on: date, figures: Mapping[str, Any], analysis: str, measures: str, by: Any) -> Any:
    departments = dict(Department.objects.values_list("code", "title"))
    total = figures["total"]

    def rows(name: str) -> list[sheets.Counted]:
        return [
            sheets.Counted(words_of(name, value, departments), n, f"{n / total:.0%}") for value, n in figures[name].items()
        ]

    titles = {"category": "按类别", "kind": "按性质", "department": "按责任部门", "trade": "按工种", "satisfaction": "按处理后满意度"}
    with override("zh-hans"):
        return sheets.StatisticsSheet(
            store=store.name, span={"month": "月", "quarter": "季"}[span], starts_on=starts_on, ends_on=ends_on, total=total,
            upheld=figures["upheld"].get("yes", 0), not_upheld=figures["upheld"].get("no", 0), waiting=figures["upheld"].get("open", 0),
            ended=figures["ended"], days_mean=str(figures["days_mean"] or ""), days_most=str(figures["days_most"] or ""),
            content=f"{figures['satisfaction'].get('satisfied', 0)}/{total - figures['satisfaction'].get('', 0)}",
            groups=[sheets.CountedGroup(says, rows(name)) for name, says in titles.items()], analysis=analysis, measures=measures, by=by.full_name,
        )  # fmt: skip


CLOCKS = {Span.WEEK.value: deadlines.WEEK, Span.MONTH.value: deadlines.MONTH}


def key_of(store: Store, starts_on: date) -> str:
    return f"{store.code}:{starts_on.isoformat()}"


def watch_complaint_reports(*, at: datetime) -> int:
    """When a week or month is over its report is due to the company and the departments (R029, R030): the clocks start by themselves.

    A span that ended long ago, or before the store took complaints, is not asked for.
    """
    made = 0
    today = timezone.localtime(at).date()
    for store in Store.objects.filter(closed_on__isnull=True, dossier__isnull=False).select_related("dossier").order_by("pk"):
        first = Complaint.objects.filter(store=store).order_by("pk").values_list("at", flat=True).first()
        if first is None:
            continue
        for span, clock in CLOCKS.items():
            made += sum(_due(store, span, clock, starts_on) for starts_on in _over(span, today, timezone.localtime(first).date()))
    return made


def _over(span: str, today: date, since: date) -> Iterable[date]:
    """The first days of the spans that are over: the last one, as far as there were complaints then."""
    this, _last = span_of(span, today)
    before, ends_on = span_of(span, this - timedelta(days=1))
    if ends_on >= since:
        yield before


@transaction.atomic
def _due(store: Store, span: str, clock: clocks.Clock, starts_on: date) -> int:
    key = key_of(store, starts_on)
    if Deadline.objects.filter(clock=clock.id, key=key).exists() or ComplaintReport.objects.filter(store=store, span=span, starts_on=starts_on).exists():
        return 0
    _since, over = between(*span_of(span, starts_on))
    link = reverse("aftersales:complaint-report") + f"?span={span}&day={starts_on.isoformat()}"
    clocks.start(
        clock, dossier=store.file, key=key, owner=first_of(JUDGES, store, (), WRITE_COMPLAINT_REPORTS), at=over,
        line=f"{store} · {starts_on:%Y-%m-%d}", link=link,
    )  # fmt: skip
    return 1


# --- the shift hand-over -------------------------------------------------------------------------------------------------------


def open_cases(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Everything of the service that is not ended in a store: complaints, repairs, hotline cases; each with its next promise.

    Where a colleague is complained about, the list – which that colleague may come to read – does not say who complained.
    """
    complaints = Complaint.objects.filter(store=store, stage__in=OPEN).select_related("project", "lead__customer", "officer").order_by("pk")
    repairs = RepairRequest.objects.filter(store=store, state__in=OPEN_REPAIRS).select_related("project", "technician").order_by("pk")
    hotline = HotlineCase.objects.filter(store=store, closed_at__isnull=True).select_related("lead__customer", "taken_by").order_by("pk")
    about = set(ComplaintPerson.objects.filter(complaint__in=complaints, part__in=ABOUT).values_list("complaint_id", flat=True))
    found: dict[str, list[tuple[Any, ...]]] = {
        "complaints": [
            (row.ref, categories()[row.category].zh + ("" if row.pk in about else f" · {row.complainant}"), row.officer, ComplaintStage(row.stage).label)
            for row in complaints
        ],
        "repairs": [
            (row.ref, f"{faults()[row.category].zh} · {row.project.customer_name}", row.technician, RepairState(row.state).label) for row in repairs
        ],
        "hotline": [
            (f"{row.lead.ref}/{row.seq}", f"{row.get_cause_display()} · {row.lead.customer.name}", row.taken_by, row.state.label)
            for row in hotline
        ],
    }
    keys = [ref for rows in found.values() for ref, *_rest in rows]
    due: dict[str, datetime] = {}
    for key, moment in Deadline.objects.filter(key__in=keys, store=store, stopped_at__isnull=True).order_by("due_at").values_list("key", "due_at"):
        due.setdefault(key, moment)
    return {
        name: [
            {"ref": ref, "what": what, "whose": str(whose or ""), "stands": str(stands), "due_at": due.get(ref)} for ref, what, whose, stands in rows
        ]
        for name, rows in found.items()
    }


@transaction.atomic
def hand_over_shift(
    store: Store, *, giver: Any, taker: Any, none_missed: bool, by: Any, at: datetime, note: str = ""
) -> ShiftHandover:
    """List the open cases at the cut and freeze them (S16): who hands over and who takes over are two people, and each signs for himself."""
    here = Store.objects.select_for_update(no_key=True, of=("self",)).select_related("dossier").get(pk=store.pk)
    if giver.pk == taker.pk:
        raise Refused(_("A shift is handed over between two people."))
    if by.pk not in (giver.pk, taker.pk):
        raise Refused(_("A shift is handed over by one of the two."))
    for person in (giver, taker):
        if not person.posts_for(here.pk) & set(FOR_SHIFT):
            raise Refused(_("{name} does not work in customer service here.").format(name=person))
    if not none_missed and not note.strip():
        raise Refused(_("Say which call was missed and what was done about it."))
    last = ShiftHandover.objects.filter(store=here).select_related("paper").first()
    if last is not None and last.at >= at:
        raise Refused(_("The last hand-over was made later than that."))
    if last is not None and last.paper.is_open and last.paper.state != Paper.State.VOID:
        link = reverse("paper", args=[last.paper.ref])
        raise Refused(_("The last hand-over is not signed by both."), [Missing(_("{ref} is not signed by both.").format(ref=last.paper.ref), "", "S16", link)])
    with override("zh-hans"):
        cases = open_cases(here)
        sheet = sheets.HandoverSheet(
            store=here.name, cut_at=at, giver=giver.full_name, taker=taker.full_name, giver_id=giver.pk, taker_id=taker.pk, none_missed=none_missed,
            note=note.strip(), **{name: [sheets.OpenCase(**row) for row in rows] for name, rows in cases.items()},
        )  # fmt: skip
    paper = papers.issue(sheets.S16, dossier=here.file, store=here, content=sheet, by=by, at=at)
    made = ShiftHandover.objects.create(
        store=here, giver=giver, taker=taker, cases=cases, none_missed=none_missed, note=note.strip()[:600], paper=paper, by=by, at=at
    )
    clocks.start(
        deadlines.HANDOVER, dossier=here.file, key=paper.ref, owner=taker, at=at, line=f"{giver} → {taker}", link=reverse("paper", args=[paper.ref])
    )
    audit.record(here.file, "aftersales.shift_handed_over", by=by, at=at, paper=paper, cases=sum(len(rows) for rows in cases.values()))
    return made


def follow_handovers(dossier: Dossier | None = None) -> int:
    """A hand-over that both have signed ends its clock; the date is that of the last hand."""
    open_clocks = Deadline.objects.filter(clock=deadlines.HANDOVER.id, stopped_at__isnull=True)
    running = (open_clocks.filter(dossier=dossier) if dossier is not None else open_clocks).values("key")
    rows = Paper.objects.filter(kind="S16", ref__in=running).exclude(state=Paper.State.ISSUED).prefetch_related("signatures")
    return sum(_ended(row) for row in rows)


@transaction.atomic
def _ended(paper: Paper) -> int:
    """Signed by both, or declared void: then another one is listed."""
    if not paper.is_signed:
        return int(clocks.cancel(deadlines.HANDOVER, paper.ref, at=paper.at) is not None)
    return int(clocks.stop(deadlines.HANDOVER, paper.ref, at=max(hand.at for hand in paper.signatures.all())) is not None)


__all__ = ["figures_of", "follow_handovers", "hand_over_shift", "open_cases", "watch_complaint_reports", "write_report"]
