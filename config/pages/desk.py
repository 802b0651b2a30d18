"""The first page of everybody: open clocks by due time, decisions that wait, what came in, and the team's load."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config import acts, quiet, reach, signers
from config.pages import offers
from config.pages.papers import customer_name
from config.policies import REMIND, STORE_LATE, TEAM_LOAD
from core import clocks
from core.lists import keyset
from core.models import Deadline, Notice, Paper
from core.once import once
from core.papers import kind_of
from core.policies import SIGNED_IN, Scope, allowed
from core.refusals import refusals_on
from leads import selectors_calendar as calendars
from leads.models import Lead
from staff import posts

MOST_CLOCKS = 120
MOST_PAPERS = 30
MOST_NOTICES = 12


@dataclass(frozen=True)
class Row:
    """One clock on the desk: what is due, for whom, whose it is, and the page that settles it."""

    clock: Deadline
    act: str
    about: str
    who: str
    stops: str
    url: str
    verb: str
    urgent: bool


@dataclass(frozen=True)
class Decision:
    """A paper that waits for a hand."""

    title: str
    about: str
    url: str
    tag: str
    origin: str
    facts: tuple[tuple[str, str], ...]
    verb: str


@dataclass(frozen=True)
class Load:
    """What somebody of the team (or a store) has in hand."""

    name: str
    open: int
    week: int
    late: int
    url: str


@allowed(SIGNED_IN, methods=("GET",))
def desk(request: HttpRequest) -> HttpResponse:
    """Nothing here was typed by hand: it is the open clocks and decisions of this person."""
    now = timezone.now()
    rows = clocks_of(request.user, now)
    decisions = decisions_of(request.user)
    sections = by_due(rows, now)
    quiet = not (sections["late"] or sections["today"] or sections["week"])
    context = {
        "now": now, "sections": sections, "decisions": decisions, "notices": [notice_line(n, request.user) for n in notices_of(request.user)],
        "load": load_of(request.user, now), "meetings": calendars.upcoming(request.user, now),
        "greeting": _greeting(request.user.full_name, now), "late": len(sections["late"]), "today": len(sections["today"]),
        "sunday": sunday(now), "offers": offers.offers_of(request.user, now, quiet=quiet),
        "beginning": offers.beginning_of(request.user) if quiet else None, "next_later": sections["later"][0].clock.due_at if sections["later"] else None,
        "next_due": min((row.clock.due_at for row in rows if row.clock.paused_at is None), default=None),
    }  # fmt: skip
    return render(request, "config/desk.html", context)


def _greeting(name: str, now: datetime) -> str:
    hour = timezone.localtime(now).hour
    if hour < 5 or hour >= 22:  # nobody is told a good morning at night
        return _("Still at work, %(name)s") % {"name": name}
    if hour < 11:
        return _("Good morning, %(name)s") % {"name": name}
    if hour < 18:
        return _("Good day, %(name)s") % {"name": name}
    return _("Good evening, %(name)s") % {"name": name}


def sunday(now: datetime) -> datetime:
    """The end of this week."""
    local = timezone.localtime(now)
    last = local + timedelta(days=6 - local.weekday())
    return last.replace(hour=23, minute=59, second=59, microsecond=0)


def clocks_of(user: Any, now: datetime) -> list[Row]:
    """One's own clocks, those of one's team, and those that have climbed to oneself; a store manager's also whatever is late in the
    store, and every clock of somebody who has left."""
    told = Notice.objects.filter(deadline=OuterRef("pk"), user=user)
    mine = Q(owner=user) | Q(Exists(told))
    if team := acts.warned_first(user.posts):
        mine |= Q(clock__in=team, store__in=user.serves, dossier__in=reach.dossiers(user))
    if STORE_LATE.allows(user):
        late = Q(due_at__lt=now, paused_at__isnull=True) | Q(owner__left_on__isnull=False)  # of who has left, all of it
        mine |= late & Q(store__in=STORE_LATE.stores(user), dossier__in=reach.dossiers(user))
    rows = (
        quiet.without_own(Deadline.objects.filter(mine, stopped_at__isnull=True), user)
        .select_related("owner", "dossier__lead").annotate(reminded=clocks.reminded(now))
        .order_by(F("paused_at").asc(nulls_first=True), "due_at", "pk")[:MOST_CLOCKS]
    )
    return [_row(row, user, now) for row in rows]


def _files(row: Deadline, lead: Any) -> list[str]:
    """Where what a clock is about can be read as a whole: the file of the enquiry, that of the site."""
    files = [reverse("leads:file", args=[lead.ref])] if lead else []
    app, _slash, rest = row.link.strip("/").partition("/")
    ref = rest.partition("/")[0]
    return [*files, reverse("projects:file", args=[ref])] if app in ("projects", "inspections") and ref.startswith("P-") else files


def _row(row: Any, user: Any, now: datetime) -> Row:
    lead = getattr(row.dossier, "lead", None)
    act, verb = acts.of_clock(row.clock, lead.ref if lead else "", row.link)
    files = _files(row, lead)
    mine, late = row.owner_id == user.pk, row.due_at < now and row.paused_at is None
    if not mine and late and row.owner_id and REMIND.allows(user) and not row.reminded:
        url, verb = reverse("deadline-remind", args=[row.pk]), _("Remind")
    elif mine:
        url = reach.opens(user, act, row.link, *files)
    else:
        url, verb = reach.opens(user, row.link, act, *files), _("Look")
    return Row(
        clock=row, act=acts.says(row.clock), about=row.line, who=row.owner.full_name if row.owner else "", stops=acts.stops(row.clock),
        url=url, verb=verb, urgent=late,
    )  # fmt: skip


def by_due(rows: list[Row], now: datetime) -> dict[str, list[Row]]:
    """Late, today, this week, later; what is paused stands last."""
    midnight = timezone.localtime(now).replace(hour=23, minute=59, second=59, microsecond=999999)
    week = sunday(now)
    found: dict[str, list[Row]] = {"late": [], "today": [], "week": [], "later": []}
    for row in rows:
        due = row.clock.due_at
        if row.clock.paused_at is not None:
            found["later"].append(row)
        elif due < now:
            found["late"].append(row)
        elif due <= midnight:
            found["today"].append(row)
        else:
            found["week" if due <= week else "later"].append(row)
    return found


def decisions_of(user: Any) -> list[Decision]:
    """Papers that wait for this person's own hand, then those this person has issued and somebody else must sign."""
    mine = Q(required_roles__overlap=signers.roles_of(user.posts)) | Q(by=user)
    rows = (
        reach.papers(user).filter(mine, state=Paper.State.ISSUED, stale_at=None).select_related("dossier__lead__customer").prefetch_related("signatures")
        .order_by("at", "pk")[:MOST_PAPERS]
    )  # fmt: skip
    own, others = [], []
    for paper in rows:
        if signers.waits_for(paper, user) is not None:
            own.append(_decision(paper, mine=True))
        elif paper.by_id == user.pk and paper.required_roles:
            others.append(_decision(paper, mine=False))
    return own + others


def _decision(paper: Paper, *, mine: bool) -> Decision:
    missing = posts.listed(line.shown for line in signers.open_lines(paper) if line.required)
    about = " · ".join(part for part in (paper.dossier.title, paper.dossier.line) if part)
    if mine:
        title, tag, verb = _("Sign 《%(title)s》") % {"title": paper.title}, _("your signature"), _("Read and sign")
    else:
        title, tag, verb = _("Have 《%(title)s》 signed") % {"title": paper.title}, _("waits"), _("Have it signed")
    return Decision(
        title=title, about=about, url=reverse("paper-sign", args=[paper.ref]), tag=tag, origin=f"{kind_of(paper).id} · {paper.ref}",
        facts=((_("Customer"), customer_name(paper)), (_("Home"), paper.dossier.line), (_("Still missing"), missing)), verb=verb,
    )  # fmt: skip


def notices_of(user: Any) -> list[Notice]:
    """What came in and was not seen yet."""
    return list(_notices(user).filter(read_at__isnull=True).order_by("-at", "-pk")[:MOST_NOTICES])


def _notices(user: Any) -> QuerySet[Notice]:
    """What this person was told; whether the client file that it is about lies open still (an enquiry may have gone to others)."""
    of_customer = Exists(Lead.objects.filter(dossier=OuterRef("dossier_id")))
    open_still = Exists(reach.dossiers(user).filter(pk=OuterRef("dossier_id")))
    return Notice.objects.filter(user=user).select_related("deadline").annotate(shut=of_customer & ~open_still)


def load_of(user: Any, now: datetime) -> list[Load]:
    """Managers: how much each person of the team has in hand (the whole company: each store); one query."""
    scope = TEAM_LOAD.scope(user)
    if scope is None:
        return []
    rows = Deadline.objects.filter(stopped_at__isnull=True, owner__isnull=False)
    if scope is Scope.COMPANY:
        name = "store__name"
    else:
        name = "owner__full_name"
        team = Q(store__in=TEAM_LOAD.stores(user), clock__in=acts.warned_first(user.posts))
        rows = rows.filter(team | Q(store__in=STORE_LATE.stores(user)) if STORE_LATE.allows(user) else team)
    late = Q(due_at__lt=now, paused_at__isnull=True)
    found = rows.values_list(name).annotate(
        open=Count("pk"), week=Count("pk", filter=Q(due_at__gte=now, due_at__lte=sunday(now))), late=Count("pk", filter=late)
    ).order_by("-late", "-open", name)[:20]  # fmt: skip
    return [Load(name=str(label), open=n, week=week, late=over, url="") for label, n, week, over in found]


# --- notices ---------------------------------------------------------------------------------------------------------


@allowed(SIGNED_IN, methods=("POST",))
def notice_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Seen: the line leaves the desk."""
    notice = get_object_or_404(Notice, pk=pk, user=request.user)
    clocks.seen(notice, at=timezone.now())
    return redirect("desk")


@allowed(SIGNED_IN, methods=("GET",))
def notice_list(request: HttpRequest) -> HttpResponse:
    """All that came in, the newest first."""
    page = keyset(_notices(request.user), order=("-at", "-id"), after=request.GET.get("after", ""))
    return render(
        request,
        "config/notices.html",
        {"page": page, "lines": [notice_line(n, request.user) for n in page.rows], "now": timezone.now()},
    )


@dataclass(frozen=True)
class NoticeLine:
    """A notice in words."""

    pk: int
    says: str
    about: str
    url: str
    at: datetime
    tone: str
    read: bool


TOLD = {
    "core.printing_given_up": gettext_lazy("A PDF could not be made; ask for it once more, or tell the administrator"),
    "projects.change_asked": gettext_lazy("The customer wants a change; it needs your answer"),
    "leads.assigned": gettext_lazy("A new customer for you; make the first contact"),
    "leads.handed_on": gettext_lazy("A customer was handed over to you; read how things stand"),
    "leads.pool_warning": gettext_lazy("Nobody has touched this enquiry; soon it falls into the public pool"),
    "leads.pool_fell": gettext_lazy("This enquiry has gone to the public pool"),
    "leads.hotline_opened": gettext_lazy("A hotline case was opened"),
    "leads.hotline_asked": gettext_lazy("A hotline case waits for your decision"),
    "leads.hotline_decided": gettext_lazy("The hotline case is decided; call the customer back"),
    "leads.hotline_talk": gettext_lazy("The customer is not content; talk with the customer"),
    "aftersales.complaint_again": gettext_lazy("The same complaint about the same home once more"),
    "aftersales.slip_answered": gettext_lazy("The other department has answered; close the slip when it is done"),
    "leads.left_with_customers": gettext_lazy("Somebody has left and still has customers; move them"),
    "leads.discount_approved": gettext_lazy("The discount you asked for was approved"),
    "leads.discount_refused": gettext_lazy("The discount you asked for was refused"),
    "leads.drawing_sent_back": gettext_lazy("Your construction drawings were sent back with points"),
    "leads.late_shift": gettext_lazy("You have the late shift"),
    "leads.late_shift_off": gettext_lazy("Your late shift is off"),
}  # what a verb tells somebody, without a clock


def notice_line(notice: Any, user: Any) -> NoticeLine:
    """What the notice is about: a reminder by somebody, or a clock that has climbed to this person."""
    clock, _dot, kind = notice.kind.rpartition(".")
    if kind == "reminder":
        says, tone = _("Please see to it: %(act)s") % {"act": acts.says(clock)}, "soon"
    elif notice.kind in TOLD:
        says, tone = str(TOLD[notice.kind]), "soon"
    else:
        late = notice.deadline is not None and notice.deadline.due_at <= notice.at
        says = (_("Late: %(act)s") if late else _("Soon due: %(act)s")) % {"act": acts.says(notice.kind)}
        tone = "late" if late else "soon"
    link = "" if notice.shut else reach.opens(user, notice.link)
    return NoticeLine(notice.pk, says, notice.line, link, notice.at, tone, notice.read_at is not None)


# --- reminding somebody ----------------------------------------------------------------------------------------------


@allowed(REMIND)
@once
def deadline_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the owner of a clock to see to it."""
    rows = quiet.without_own(Deadline.objects.filter(dossier__in=reach.dossiers(request.user)), request.user).select_related("owner", "dossier__lead")
    row = get_object_or_404(rows, pk=pk)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            clocks.remind(row, by=request.user, at=timezone.now())
            messages.success(request, _("%(name)s finds it on the desk now.") % {"name": row.owner})
            return redirect("desk")
    lead = getattr(row.dossier, "lead", None)
    context = {
        "row": row,
        "refused": clocks.why_no_reminder(row, by=request.user, at=timezone.now()),
        "act": acts.says(row.clock),
        "stops": acts.stops(row.clock),
        "form": form,
        "now": timezone.now(),
        "lead": lead,
        "file_url": reach.opens(request.user, row.link, *_files(row, lead)),
    }
    return render(request, "config/deadline_remind.html", context, status=422 if form.is_bound else 200)
