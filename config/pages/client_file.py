"""The client file: one page for an enquiry and the site that it became – where it stands, what is missing, what happened.

Each part is a typed answer of the app that owns it; this page only puts them beside each other, in at most twelve queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config import acts, quiet, scans, sentences, words
from config.jinja2 import language
from config.nav import in_language
from config.pages import preparation, site_meter
from config.policies import REVEAL, SEE_PAPERS
from config.reach import hidden_kinds
from core.lists import Page, keyset
from core.models import Attachment, AuditEntry, Deadline, Paper, Signature
from core.papers import KINDS
from core.policies import allowed
from core.procedure import Gate, Step
from core.refusals import Missing
from leads import procedure as lead_procedure
from leads import selectors_calendar as calendars
from leads import selectors_drawings as drawings
from leads import texts
from leads.choices import DrawingKind, PersonRole
from leads.choices import Stage as LeadStage
from leads.models import (
    CustomerPhone,
    HandOver,
    HomePerson,
    HotlineCase,
    Lead,
    LeadStageChange,
    LossReview,
    PoolStay,
    Promise,
)
from leads.policies import APPOINT, REGISTER, SEE_LEADS
from leads.policies_follow_up import SEE_HOTLINE
from projects import procedure as site_procedure
from projects.choices import Role
from projects.choices import Stage as SiteStage
from projects.models import Project, ProjectStageChange
from projects.models.base import is_mine
from projects.policies import PROMISE as PROMISE_ON_SITE
from projects.policies import SEE_MONEY, SEE_PROJECTS
from staff import posts

PAGE = 30
BEFORE_SITE = (*LeadStage.values[:7],)
TO_COME = (SiteStage.UNDER_CONSTRUCTION, SiteStage.ACCEPTED, SiteStage.UNDER_WARRANTY)
DRAWN = {"P02": DrawingKind.SCHEME, "P04": DrawingKind.CONSTRUCTION}  # drawings have versions, no numbered paper
KEPT_OF_LEAD = (LeadStage.CONSULTING, LeadStage.DEPOSIT_PAID, LeadStage.QUOTED)


# --- what is loaded --------------------------------------------------------------------------------------------------


def _extras(dossier: str, lead: str) -> dict[str, Any]:
    """Telephone numbers, stage changes and counts ride along with the one row that is loaded anyway."""
    moves = {"at": "at", "source": "from_stage", "target": "to_stage"}
    entries = AuditEntry.objects.filter(dossier=OuterRef(dossier)).order_by().values("dossier")
    shown = Q(kind__in=sentences.kinds_in(sentences.NOISE))

    def count(only: Q) -> Any:
        return Coalesce(Subquery(entries.annotate(n=Count("pk", filter=only)).values("n")), 0)

    return {
        "phone_rows": ArraySubquery(
            CustomerPhone.objects.filter(customer__leads=OuterRef(lead), withdrawn_at__isnull=True).order_by("position", "pk")
            .values(row=JSONObject(id="pk", number="number", note="note"))
        ),
        "people_rows": ArraySubquery(
            HomePerson.objects.here().filter(home__leads=OuterRef(lead)).order_by("pk")
            .values(row=JSONObject(id="pk", name="name", role="role", number="number", pays="pays", note="note"))
        ),
        "lead_moves": ArraySubquery(LeadStageChange.objects.filter(lead=OuterRef(lead)).order_by("seq").values(row=JSONObject(**moves))),
        "site_moves": ArraySubquery(
            ProjectStageChange.objects.filter(project__dossier=OuterRef(dossier)).order_by("seq").values(row=JSONObject(**moves))
        ),
        "drawing_rows": ArraySubquery(drawings.card_rows(lead)),
        "case_seq": Subquery(HotlineCase.objects.filter(lead=OuterRef(lead), closed_at__isnull=True).values("seq")[:1]),
        "in_pool": Exists(PoolStay.objects.filter(lead=OuterRef(lead), ended_at__isnull=True)),
        "handed_over": Exists(HandOver.objects.filter(lead=OuterRef(lead))),
        "loss_waits": Exists(LossReview.objects.filter(lead=OuterRef(lead), decided_at__isnull=True)),
        "promise_rows": ArraySubquery(
            Promise.objects.filter(lead=OuterRef(lead), kept__isnull=True).order_by("until", "pk")
            .values(row=JSONObject(text="text", until="until", owner="owner__full_name"))[:8]
        ),
        "meeting_row": Subquery(calendars.next_row(lead)), "own_texts": ArraySubquery(calendars.own_text_rows()),
        **preparation.rows_of(dossier), **site_meter.rows_of(dossier),
        "n_all": count(~shown), "n_papers": count(Q(kind="core.paper_issued")),
        "n_photos": count(Q(attachment__kind=Attachment.Kind.PHOTO, kind="core.attachment_kept")),
        "n_money": count(Q(kind__in=sentences.kinds_in(sentences.MONEY))), "n_visits": count(Q(kind__in=sentences.kinds_in(sentences.VISITS))),
        "n_contacts": count(Q(kind__in=sentences.kinds_in(sentences.CONTACTS))),
    }  # fmt: skip


PEOPLE_OF_LEAD = ("customer", "home", "store", "dossier", "source", "designer", "customer_manager", "registered_by")


def _load(request: HttpRequest, *, lead_ref: str = "", project_ref: str = "") -> tuple[Any, Lead, Project | None]:
    """(the row with the extras, the enquiry, the site if there is one), through the walls of both apps."""
    if project_ref:
        site = (
            Project.objects.visible_to(request.user).at_hand().select_related("lead", *(f"lead__{name}" for name in PEOPLE_OF_LEAD))
            .annotate(**_extras("dossier_id", "lead_id")).filter(ref=project_ref).first()
        )  # fmt: skip
        if site is None:
            raise Http404
        return site, site.lead, site
    lead = (
        Lead.objects.visible_to(request.user).select_related(*PEOPLE_OF_LEAD).annotate(**_extras("dossier_id", "pk"))
        .filter(ref=lead_ref).first()
    )  # fmt: skip
    if lead is None:
        raise Http404
    site = None
    if lead.stage == LeadStage.CONTRACTED and SEE_PROJECTS.allows(request.user):
        site = Project.objects.visible_to(request.user).at_hand().filter(dossier=lead.dossier_id).first()
        if site is not None:
            site.lead = lead
    return lead, lead, site


# --- the page --------------------------------------------------------------------------------------------------------


@allowed(SEE_LEADS, methods=("GET",))
def of_lead(request: HttpRequest, ref: str) -> HttpResponse:
    """The file of an enquiry."""
    return _page(request, *_load(request, lead_ref=ref))


@allowed(SEE_PROJECTS, methods=("GET",))
def of_project(request: HttpRequest, ref: str) -> HttpResponse:
    """The same file, asked for by its site."""
    return _page(request, *_load(request, project_ref=ref))


def _page(request: HttpRequest, extras: Any, lead: Lead, site: Project | None) -> HttpResponse:
    now, user = timezone.now(), request.user
    if site is not None:
        site.seen_at(now)
    standing = lead_procedure.Standing(lead)
    gates = gates_of(lead, site, user, standing)
    open_acts = acts.for_file(lead, site, user, standing)
    clocks = clocks_of(lead, user)
    shown = request.GET.get("show", "")
    items, page = timeline(lead, user, shown=shown, after=request.GET.get("after", ""))
    context = {
        "lead": lead, "site": site, "now": now, "head": head(lead, site, user, now), "next": next_act(lead, site, user, gates, open_acts),
        "steps": stage_line(lead, site, extras, now), "gates": gates, "clocks": clocks, "account": _account(site, user),
        "people": people(lead, site, extras, user), "timeline": items, "page": page, "filters": _filters(extras, shown, request.path),
        "acts": [act for act in open_acts if not act.main], "shown": shown, "hotline": _hotline(lead, extras, user),
        **_agreed(lead, site, extras, user, standing),
        "promises": _promised(lead, site, extras, user, now),
        "home": home_facts(lead), "may_print": lead.stage != LeadStage.LOST and REGISTER.reaches(user, lead.store_id, own=False),
        **_drawn(lead, site, extras, user), **preparation.shown(site, extras, timezone.localdate(now)),
    }  # fmt: skip
    context |= site_meter.shown(site, extras, context["account"], user)
    return render(request, "config/client_file.html", context)


def _promised(lead: Lead, site: Project | None, extras: Any, user: Any, now: datetime) -> list[dict[str, Any]]:
    """What is still to be kept, with the page on which it is answered."""
    url = reverse("projects:promises", args=[site.ref]) if site is not None and acts.within(site, user, PROMISE_ON_SITE) else ""
    if not url and SEE_LEADS.allows(user):
        url = reverse("leads:promises", args=[lead.ref])
    today = timezone.localdate(now)
    return [row | {"until": (day := date.fromisoformat(row["until"])), "late": day < today, "url": url} for row in extras.promise_rows]


def _drawn(lead: Lead, site: Project | None, extras: Any, user: Any) -> dict[str, Any]:
    """The card of drawings: all kinds for those who read the enquiry; for the others of a site what it builds from."""
    if drawings.may(lead, user, SEE_LEADS):
        return {"drawings": drawings.card_of(extras.drawing_rows), "drawings_url": reverse("leads:drawings", args=[lead.ref])}
    rows = drawings.card_of(extras.drawing_rows, only=(DrawingKind.CONSTRUCTION,), confirmed_only=True)
    return {"drawings": rows, "drawings_url": reverse("projects:drawings", args=[site.ref]) if site is not None else ""}


def _hotline(lead: Lead, extras: Any, user: Any) -> str:
    """The page of the open hotline case, for those who read them."""
    own = user.pk in (lead.designer_id, lead.customer_manager_id)
    if not extras.case_seq or not SEE_HOTLINE.reaches(user, lead.store_id, own=own):
        return ""
    return reverse("leads:hotline-case", args=[lead.ref, extras.case_seq])


def _agreed(lead: Lead, site: Project | None, extras: Any, user: Any, standing: lead_procedure.Standing) -> dict[str, Any]:
    """The next appointment, and what may be sent to the customer at this stage."""
    meeting = calendars.next_meeting(extras.meeting_row)
    ready: list[texts.Ready] = []
    mine = user.pk in (lead.designer_id, lead.customer_manager_id, lead.registered_by_id)
    if (site is None or site.stage == SiteStage.CONTRACTED) and APPOINT.reaches(user, lead.store_id, own=mine):
        deposit = standing.deposit if lead.stage == LeadStage.DEPOSIT_PAID else None
        own = {row["code"]: row["body"] for row in extras.own_texts if row["body"]}
        ready = texts.of_file(lead, own, user=user, deposit=deposit, meeting=meeting)
    return {"meeting": meeting, "ready": ready}


# --- head and stages -------------------------------------------------------------------------------------------------


def head(lead: Lead, site: Project | None, user: Any, now: datetime) -> list[dict[str, Any]]:
    """The cells of the title block: always customer, home, number, money, dates."""
    place = {"label": _("Home"), "value": lead.home.address, "sub": " · ".join(_home_words(lead)), "wide": True}
    if site is None:
        number = {"label": _("Number"), "value": lead.ref, "sub": str(lead.source)}
        money = {"label": _("Budget"), "value": _budget(lead), "sub": _("ground: %(basis)s") % {"basis": lead.get_consent_basis_display()}}
        dates = {
            "label": _("Registered"),
            "value": words.day(lead.registered_at, timezone.localdate(now)),
            "sub": lead.registered_by.full_name,
        }
    else:
        number = {"label": _("Number"), "value": site.ref, "sub": lead.ref}
        money = _price(site, user)
        dates = {
            "label": _("Agreed completion"),
            "value": words.day(site.due_on, timezone.localdate(now)),
            "sub": _progress(site, now),
        }
    return [
        {"label": _("Owner") if site else _("Customer"), "value": lead.customer.called, "sub": ""},
        place,
        number,
        money,
        dates,
    ]


def _home_words(lead: Lead) -> list[str]:
    size = f"{lead.home.area_m2.normalize():f} m²" if lead.home.area_m2 is not None else lead.home.area_text
    return [part for part in (lead.home.layout, size, str(lead.home.get_dwelling_display())) if part]


def _budget(lead: Lead) -> str:
    return f"¥{lead.budget:,.2f}" if lead.budget is not None else lead.budget_text or "–"


def _price(site: Project, user: Any) -> dict[str, Any]:
    if not sees_money(site, user):
        return {
            "label": _("Start"),
            "value": words.day(site.started_on or site.starts_on, timezone.localdate()),
            "sub": "",
        }
    account = site.money
    changed = account.changes_total
    sub = (
        _("changes %(amount)s") % {"amount": f"{'−' if changed < 0 else '+'}¥{abs(changed):,.2f}"}
        if changed
        else _("no changes")
    )
    return {"label": _("Contract price with changes"), "value": f"¥{account.owed:,.2f}", "sub": sub, "strong": True}


def _progress(site: Project, now: datetime) -> str:
    """开工 11-02 · 第 23 天／88."""
    if site.started_on is None:
        return _("starts %(day)s") % {"day": words.day(site.starts_on, timezone.localdate(now))}
    if site.accepted_on is not None:
        return _("accepted %(day)s") % {"day": words.day(site.accepted_on, timezone.localdate(now))}
    day = (timezone.localdate(now) - site.started_on).days + 1
    whole = (site.due_on - site.started_on).days + 1
    return _("started %(start)s · day %(day)s of %(whole)s") % {
        "start": words.day(site.started_on, timezone.localdate(now)), "day": day, "whole": whole,
    }  # fmt: skip


def sees_money(site: Project, user: Any) -> bool:
    """Whoever may see the money of this very site."""
    return SEE_MONEY.reaches(user, site.store_id, own=is_mine(site, user))


def _account(site: Project | None, user: Any) -> Any:
    return site.money if site is not None and sees_money(site, user) else None


@dataclass(frozen=True)
class Move:
    """A stage was entered."""

    stage: str
    at: datetime


def moves_of(lead: Lead, extras: Any) -> list[Move]:
    """Every stage with the moment it was entered, both lifecycles joined."""
    rows = [Move(LeadStage.REGISTERED, lead.registered_at)]
    for row in (*extras.lead_moves, *extras.site_moves):
        rows.append(Move(row["target"], datetime.fromisoformat(row["at"])))
    return rows


def stage_line(lead: Lead, site: Project | None, extras: Any, now: datetime) -> list[dict[str, Any]]:
    """Both lifecycles as one dimension line: past with its days, where we are, what comes."""
    if site is None:
        line = [(LeadStage(s).value, str(LeadStage(s).label)) for s in BEFORE_SITE] + [
            (s.value, str(s.label)) for s in TO_COME
        ]
    else:
        kept = [(s.value, str(s.label)) for s in KEPT_OF_LEAD]
        line = kept + [
            (s, str(SiteStage(s).label))
            for s in site_procedure.PROCEDURE.line
            if s != SiteStage.CLOSED or site.stage == s
        ]
    moves = moves_of(lead, extras)
    current = _where(site.stage if site else lead.stage, moves, [stage for stage, _label in line])
    return [_step(stage, label, moves, current, [s for s, _l in line], site, now) for stage, label in line]


def _where(stage: str, moves: list[Move], line: list[str]) -> str:
    """The place on the line: of a lost, paused or cancelled one, the last that was on it."""
    if stage in line:
        return stage
    return next((move.stage for move in reversed(moves) if move.stage in line), line[0])


def _step(
    stage: str, label: str, moves: list[Move], current: str, line: list[str], site: Project | None, now: datetime
) -> dict[str, Any]:
    entered = [move.at for move in moves if move.stage == stage]
    if stage == current:
        since = entered[-1] if entered else now
        share = _share(site, now) if stage == SiteStage.UNDER_CONSTRUCTION else 0.5
        return {
            "title": label,
            "state": "current",
            "days": _days(now - since),
            "date": words.day(since, timezone.localdate(now)),
            "share": share,
        }
    if line.index(stage) < line.index(current):
        left = (
            next((b.at for a, b in pairwise(moves) if a.stage == stage and b.stage != stage), None) if entered else None
        )
        last = next((b.at for a, b in reversed(list(pairwise(moves))) if a.stage == stage), left)
        days = _days(last - entered[0]) if entered and last else ""
        return {
            "title": label,
            "state": "past",
            "days": days,
            "date": words.day(last, timezone.localdate(now)) if last else "",
        }
    planned = (
        words.day(site.due_on, timezone.localdate(now)) if site is not None and stage == SiteStage.COMPLETED else ""
    )
    return {"title": label, "state": "reopened" if entered else "future", "days": "", "date": planned}


def _days(span: timedelta) -> str:
    days = max(1, -(-span // timedelta(days=1)))
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def _share(site: Project | None, now: datetime) -> float:
    if site is None or site.started_on is None:
        return 0.5
    whole = max(1, (site.due_on - site.started_on).days)
    return min(0.97, max(0.05, (timezone.localdate(now) - site.started_on).days / whole))


# --- what is missing -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gates:
    """The list 还差什么 for the step that comes next."""

    to: str = ""
    step: Step | None = None
    missing: Sequence[dict[str, Any]] = field(default_factory=tuple)
    done: Sequence[str] = field(default_factory=tuple)
    by: str = ""


def gates_of(lead: Lead, site: Project | None, user: Any, standing: lead_procedure.Standing) -> Gates:
    """Everything that keeps the next step closed, in words, with who can clear it; what this person can do stands first."""
    subject: Any
    if site is not None:
        step, subject, procedure = _next_step(site_procedure.PROCEDURE, site.stage), site, site_procedure.PROCEDURE
    else:
        step, subject, procedure = lead_procedure.next_step(lead), standing, lead_procedure.PROCEDURE
    if step is None:
        return Gates()
    gaps = [(gate, gate.missing(subject)) for gate in step.gates]
    missing = [(gate, gap) for gate, gap in gaps if gap]
    open_papers = {gate.paper for gate, gap in gaps if gap and gate.paper}
    done = [gate for gate, gap in gaps if gap is None and gate.paper not in open_papers]  # a paper that lacks something is not told as there
    done = list({gate.paper or gate.id: gate for gate in done}.values())
    names = Names(lead, site)
    total = len(missing) + len(done)
    to = (
        ngettext("before “%(stage)s”: %(n)s thing", "before “%(stage)s”: %(n)s things", total) % {"stage": procedure.label(step.target), "n": total}
        if total
        else procedure.label(step.target)
    )
    return Gates(
        to,
        step,
        [names.gap(gate, gap, user, lead, site) for gate, gap in missing],
        [_done_words(gate) for gate in done],
        names.who(step.by),
    )


def _next_step(procedure: Any, stage: str) -> Step | None:
    """The step forward along the line."""
    if stage not in procedure.line:
        return None
    ahead = procedure.line[procedure.line.index(stage) + 1 :]
    return next((step for step in procedure.steps_from(stage) if step.target in ahead[:1]), None)


def _done_words(gate: Gate) -> str:
    """An open gate in short: the paper that carries its fact, else its id."""
    kind = KINDS.get(gate.paper)
    if gate.paper in DRAWN:
        return str(DrawingKind(DRAWN[gate.paper]).label)
    if kind is None:
        return gate.id
    return kind.title_en if language() == "en" else f"《{kind.title}》"


class Names:
    """From the posts of a gate to the people of this very file."""

    def __init__(self, lead: Lead, site: Project | None) -> None:
        self._people: dict[str, Any] = {}
        self._titles = {row.code: in_language(row) for row in posts.posts()}
        for role, person in (
            ("designer", lead.designer),
            ("chief_designer", lead.designer),
            ("customer_manager", lead.customer_manager),
        ):
            self._put(role, person)
        if site is not None:
            for role, code in (
                ("project_manager", posts.PROJECT_MANAGER), ("supervisor", posts.SITE_SUPERVISOR), ("inspector", posts.QUALITY_INSPECTOR),
                ("foreman", posts.FOREMAN), ("designer", posts.DESIGNER), ("customer_manager", posts.CUSTOMER_MANAGER),
            ):  # fmt: skip
                self._put(code, getattr(site, role))

    def _put(self, code: str, person: Any) -> None:
        if person is not None:
            self._people[code] = person

    def who(self, codes: Iterable[str]) -> str:
        """The names where known, else the posts; two at most."""
        listed = [code for code in codes if code]
        known: dict[int, str] = {}  # a person who answers in two posts stands once, in the first
        for code in listed:
            if person := self._people.get(code):
                known.setdefault(person.pk, f"{person.full_name} {self._titles.get(code, '')}".strip())
        return posts.listed((list(known.values()) or [self._titles.get(code, code) for code in listed])[:2])

    def gap(self, gate: Gate, gap: Missing, user: Any, lead: Lead, site: Project | None) -> dict[str, Any]:
        codes = gap.who.split(",") if gap.who else []
        held = set(codes) & user.posts
        mine = any(code not in self._people or self._people[code].pk == user.pk for code in held)
        waivable = posts.listed(self._titles.get(code, code) for code in gap.waivable.split(",") if code)
        link = acts.of_gate(gate, gap.link, lead, site) if mine else ""
        return {
            "says": gap.says,
            "who": self.who(codes),
            "gate": gap.gate,
            "link": link,
            "waivable": waivable,
            "mine": mine,
        }


def next_act(lead: Lead, site: Project | None, user: Any, gates: Gates, open_acts: list[acts.Act]) -> dict[str, Any] | None:
    """The one next act: what the stage waits for if it is this person's, else the first missing thing they can do, else whose turn it is."""
    unsigned = next((gap for gap in gates.missing if gap["mine"] and gap["link"].startswith(reverse("papers"))), None)
    if unsigned is not None:  # it is written; what is lacking is a hand
        return {"says": _("Have it signed"), "url": unsigned["link"], "note": unsigned["says"]}
    main = next((act for act in open_acts if act.main), None)
    if main is not None:
        return {"says": main.says, "url": main.url}
    mine = next((gap for gap in gates.missing if gap["mine"] and gap["link"]), None)
    if mine is not None:
        verb = next((act.says for act in open_acts if act.url == mine["link"]), _("Do it now"))
        return {"says": verb, "url": mine["link"], "note": mine["says"]}
    if site is not None and gates.step is not None and not gates.missing and set(gates.step.by) & user.posts:
        stage = SiteStage(gates.step.target).label
        return {"says": _("On to “%(stage)s”") % {"stage": stage}, "url": reverse("projects:stage-changes", args=[site.ref]), "note": _("everything is there")}
    if gates.missing:
        return {"label": _("Waits for"), "says": gates.missing[0]["who"] or "–", "note": gates.missing[0]["says"]}
    if gates.step is not None and gates.by:
        return {"label": _("Waits for"), "says": gates.by, "note": gates.to}
    return {"label": _("Stands at"), "says": str(lead.get_stage_display())} if lead.stage == LeadStage.LOST else None


# --- clocks, people, timeline ----------------------------------------------------------------------------------------


def clocks_of(lead: Lead, user: Any) -> list[dict[str, Any]]:
    """The running clocks of this dossier by due time."""
    running = quiet.of_file(Deadline.objects.filter(dossier=lead.dossier_id, stopped_at__isnull=True), user, lead.store_id)
    rows = running.select_related("owner").order_by("due_at", "pk")[:20]
    ref = lead.ref
    return [
        {
            "title": acts.says(row.clock), "clock": row, "who": row.owner.full_name if row.owner else "",
            "stops": acts.stops(row.clock), "url": acts.of_clock(row.clock, ref, row.link, mine=row.owner_id == user.pk)[0],
        }
        for row in rows
    ]  # fmt: skip


def people(lead: Lead, site: Project | None, extras: Any, user: Any) -> list[dict[str, Any]]:
    """Everybody on this file; the customer's numbers masked, colleagues' numbers to tap."""
    rows = []
    own = user.pk in (lead.designer_id, lead.customer_manager_id, lead.registered_by_id)
    may = REVEAL.allows(user) and SEE_LEADS.reaches(user, lead.store_id, own=own)
    for phone in extras.phone_rows:
        url = reverse("reveal", args=[phone["id"]]) if may else ""
        role = " · ".join(part for part in (_("Owner") if site else _("Customer"), phone["note"]) if part)
        rows.append(
            {"name": lead.customer.name, "role": role, "phone_words": f"**** {phone['number'][-4:]}", "reveal_url": url}
        )
    for person in extras.people_rows:
        says = (str(PersonRole(person["role"]).label), _("pays") if person["pays"] else "", person["note"])
        url = reverse("reveal-person", args=[person["id"]]) if may and person["number"] else ""
        number = f"**** {person['number'][-4:]}" if person["number"] else ""
        rows.append({"name": person["name"], "role": " · ".join(part for part in says if part), "phone_words": number, "reveal_url": url})
    listed: dict[int, list[str]] = {}
    known: dict[int, Any] = {}
    for label, person in _staff(lead, site):
        if person is not None:
            known[person.pk] = person
            listed.setdefault(person.pk, []).append(label)
    for pk, labels in listed.items():
        person = known[pk]
        words_ = person.mobile[-4:].rjust(8, "*").replace("****", "**** ", 1) if person.mobile else ""
        rows.append(
            {
                "name": person.full_name,
                "role": posts.listed(dict.fromkeys(labels)),
                "phone_words": words_,
                "tel": person.mobile,
            }
        )
    return rows


def _staff(lead: Lead, site: Project | None) -> list[tuple[str, Any]]:
    if site is None:
        return [(str(Role.CUSTOMER_MANAGER.label), lead.customer_manager), (str(Role.DESIGNER.label), lead.designer)]
    return [(str(role.label), getattr(site, role.value)) for role in Role]


def home_facts(lead: Lead) -> list[tuple[str, Any]]:
    """What was told at the registration."""
    return [
        (_("Needs"), lead.needs),
        (_("Background"), lead.background),
        (_("State of the site"), lead.site_condition),
        (_("Remark"), lead.note),
    ]


FILTERS = ("", "papers", "photos", "money", "visits", "contacts", "everything")


def _filters(extras: Any, shown: str, path: str) -> list[dict[str, Any]]:
    says = {
        "": (_("All"), ""), "papers": (_("Papers"), extras.n_papers), "photos": (_("Photos"), extras.n_photos),
        "money": (_("Money"), extras.n_money), "visits": (_("Visits"), extras.n_visits), "contacts": (_("Contacts"), extras.n_contacts),
        "everything": (_("Every trace"), ""),
    }  # fmt: skip
    return [
        {
            "says": says[code][0],
            "count": says[code][1],
            "url": f"{path}?show={code}#history" if code else f"{path}#history",
            "active": code == shown,
        }
        for code in FILTERS
    ]


def _entries(lead: Lead, shown: str, hidden: frozenset[str] = frozenset()) -> QuerySet[AuditEntry]:
    hands = Signature.objects.filter(paper=OuterRef("paper")).order_by("at").values("role")
    rows = (
        AuditEntry.objects.filter(dossier=lead.dossier_id).select_related("by", "paper", "attachment")
        .defer("paper__content").annotate(hands=ArraySubquery(hands))
    )  # fmt: skip
    if hidden:
        rows = rows.exclude(Exists(scans.of_kinds(hidden, attachment=OuterRef("attachment"))))
    match shown:
        case "papers":
            return rows.filter(kind="core.paper_issued")
        case "photos":
            return rows.filter(kind="core.attachment_kept")
        case "money" | "visits" | "contacts":
            return rows.filter(kind__in=sentences.kinds_in(shown))
        case "everything":
            return rows
    return rows.exclude(kind__in=sentences.kinds_in(sentences.NOISE))


def timeline(lead: Lead, user: Any, *, shown: str, after: str) -> tuple[list[dict[str, Any]], Page[AuditEntry]]:
    """What happened, newest first; what happened at one moment by one person is one event with its papers and photos.

    Neighbouring signatures under one paper are one event: who all signed."""
    hidden = hidden_kinds(user)
    rows = _entries(lead, shown, hidden).exclude(quiet.hidden_events(user, lead.store_id))
    page = keyset(rows, order=("-at", "-id"), after=after, size=PAGE, counted=False)
    items = [_event(list(rows), hidden, user) for _key, rows in groupby(page.rows, key=_together)]
    return items, page


def _together(entry: Any) -> tuple[Any, ...]:
    return (entry.kind, entry.paper_id) if entry.kind == "core.paper_signed" else (entry.at, entry.by_id)


def _event(rows: list[Any], hidden: frozenset[str], user: Any) -> dict[str, Any]:
    """One event: the act's own sentence if there is one, the papers and photos that belong to it."""
    lead = next((e for e in rows if not e.kind.startswith("core.")), rows[0])
    said = sentences.say(lead) if lead.kind != "core.paper_signed" else sentences.signed_by(rows)
    issued = [e for e in rows if e.paper_id and e.kind == "core.paper_issued" and e.paper.kind not in hidden]
    signed = [e for e in rows if e.kind == "core.paper_signed"] if lead.kind != "core.paper_signed" else []
    photos = [e.attachment for e in rows if e.attachment_id and e.attachment.kind == Attachment.Kind.PHOTO]
    of_money = lead.paper.kind in hidden if lead.paper_id else bool(hidden) and lead.kind in sentences.SUMS
    text = "" if of_money else said.text
    if lead.kind.startswith("core.paper") and lead.paper_id:
        text = " · ".join(part for part in (f"《{KINDS[lead.paper.kind].title}》", text) if part)
    if signed:
        text = " · ".join(part for part in (text, posts.listed(sentences.say(e).title for e in signed)) if part)
    return {
        "at": lead.at, "title": said.title, "text": text, "kind": "late" if said.tone == "late" else ("paper" if issued else "event"),
        "by": lead.by.full_name if lead.by and lead.kind != "core.paper_signed" else "",
        "papers": [_card(e) for e in issued] if SEE_PAPERS.allows(user) else [],
        "photos": [_photo(a) for a in photos[:5]], "more_photos": max(0, len(photos) - 5), "photos_url": "?show=photos#history" if len(photos) > 5 else "",
    }  # fmt: skip


def _photo(kept: Attachment) -> dict[str, Any]:
    return {
        "thumb": reverse("file-thumb", args=[kept.public_id]), "url": reverse("file", args=[kept.public_id]), "caption": kept.caption,
    }  # fmt: skip


def _card(entry: Any) -> dict[str, Any]:
    """A paper of the timeline: who signed, who is missing."""
    paper: Paper = entry.paper
    kind = KINDS[paper.kind]
    missing = (
        [line.label for line in kind.signers if line.required and line.role not in entry.hands] if paper.is_open else []
    )
    states: list[tuple[str, str]] = []
    if entry.hands:
        states.append((_("signed by %(n)s") % {"n": len(entry.hands)}, "done"))
    if missing:
        states.append(
            (_("waits for %(who)s") % {"who": posts.listed(label.removesuffix("签字") for label in missing)}, "soon")
        )
    if paper.stale_at is not None:
        states.append((_("no longer fits"), "late"))
    if not states:
        states.append((_("Issued") if paper.is_open else str(paper.get_state_display()), "plain"))
    return {
        "ref": paper.ref,
        "title": kind.title,
        "url": reverse("paper", args=[paper.ref]),
        "states": states,
        "state": paper.state,
        "reason": paper.state_reason,
    }
