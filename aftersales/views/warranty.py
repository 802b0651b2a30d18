"""Pages after acceptance: the list of warranties, the warranty of a site, card, evaluation, return visits."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales import deadlines, forms, policies, selectors, services
from aftersales.choices import ATTEMPTS, PAID, Channel, VisitKind
from aftersales.models import Warranty
from aftersales.sheets import WARRANTY_COLUMNS
from aftersales.terms import texts
from core import sheets
from core.clocks import CLOCKS
from core.lists import address
from core.models import Deadline
from core.once import once
from core.policies import Permission, allowed
from core.refusals import Missing, refusals_on
from projects.choices import Stage
from projects.models import Project
from projects.models.base import is_mine
from projects.policies import ADVANCE
from projects.views import frame

MOST_ROWS = 5000
VISIT_CLOCKS = {clock.id for clock in deadlines.VISITS.values()}


# --- the list --------------------------------------------------------------------------------------------------------


@allowed(policies.SEE_WARRANTIES, methods=("GET",))
def warranty_list(request: HttpRequest) -> HttpResponse:
    """Warranties in force, the newest first: what is due, how far card and evaluation are."""
    now = timezone.now()
    wanted = selectors.WarrantyFilter.read(request.GET)
    page = selectors.page_of(request.user, wanted, now, after=request.GET.get("after", ""))
    context = {"page": page, "rows": [selectors.row_of(row, now) for row in page.rows], "chips": _chips(request, wanted), "now": now}
    context["may_export"] = policies.EXPORT_WARRANTIES.allows(request.user)
    return render(request, "aftersales/warranty_list.html", context)


def _chips(request: HttpRequest, wanted: selectors.WarrantyFilter) -> list[dict[str, Any]]:
    counts = selectors.counts(request.user)
    shows = (
        ("unpaid", _("Final payment open"), ""), ("card", _("Card to hand over"), "soon"),
        ("evaluation", _("Evaluation missing"), "soon"), ("late", _("Late"), "late"),
    )  # fmt: skip
    chips = [{"says": _("All in warranty"), "count": counts["all"], "url": address(request, show=None), "active": not wanted.show}]
    for code, says, tone in shows:
        on = wanted.show == code
        url = address(request, show=None if on else code)
        chips.append({"says": says, "count": counts.get(code, ""), "url": url, "active": on, "tone": tone})
    mine = wanted.who == "mine"
    chips.append({"says": _("Mine"), "url": address(request, who=None if mine else "mine"), "active": mine})
    if wanted.q:
        chips.append({"says": f"“{wanted.q}”", "url": address(request, q=None), "active": True})
    return chips


@allowed(policies.EXPORT_WARRANTIES, methods=("GET",))
def warranty_export(request: HttpRequest) -> HttpResponse:
    """Exactly the rows that the list's filters choose."""
    now = timezone.now()
    rows = selectors.listed(request.user, selectors.WarrantyFilter.read(request.GET), now).order_by("-starts_on", "-id")[:MOST_ROWS]
    book = sheets.write(WARRANTY_COLUMNS(), (selectors.row_of(row, now) for row in rows), title=_("Warranties"))
    return sheets.download(book, f"warranties-{timezone.localdate():%Y%m%d}.xlsx")


# --- the warranty of a site ------------------------------------------------------------------------------------------


@allowed(policies.SEE_WARRANTIES, methods=("GET",))
def warranty(request: HttpRequest, ref: str) -> HttpResponse:
    """What stands under warranty until when, its papers, what waits for the money, the visits."""
    return _shown(request, frame.site(request, ref, policies.SEE_WARRANTIES))


def _shown(request: HttpRequest, project: Project, form: Any = None) -> HttpResponse:
    """The page of one warranty; with a form whose act was refused, the refusal stands at its head."""
    now = timezone.now()
    found, clocks = selectors.warranty_of(project), selectors.clocks_of(project)
    may = _may(request, project)
    frame.name_gaps(project, form, request.user)
    context = {
        "project": project, "warranty": found, "now": now, "form": form, "gaps": _gaps(request, project), "may": may,
        "clocks": _clock_rows(clocks), "is_paid": project.stage in PAID, "next": _next(project, found, clocks, may), "texts": texts(),
    }  # fmt: skip
    if found is not None:
        context |= {
            "terms": selectors.term_rows(list(found.terms.all()), timezone.localdate(now)), "proof_until": selectors.proof_until(found),
            "papers": [selectors.paper_card(paper) for paper in selectors.papers_of(found)], "visits": selectors.visit_lines(found, clocks),
            "card": selectors.card_of(found), "evaluation": selectors.evaluation_of(found),
        }  # fmt: skip
    return render(request, "aftersales/warranty.html", context, status=422 if form is not None else 200)


def _may(request: HttpRequest, project: Project) -> dict[str, bool]:
    """Which acts are offered to this person on this site; each act's own page decides again."""
    acts = {
        "card": policies.ISSUE_CARD, "evaluate": policies.TAKE_EVALUATION, "visit": policies.VISIT, "advance": ADVANCE, "take": policies.TAKE_REPAIRS,
        "look": policies.SEE_REPAIRS,
    }  # fmt: skip
    return {name: _within(project, request.user, permission) for name, permission in acts.items()}


def _within(project: Project, user: Any, permission: Permission) -> bool:
    return permission.reaches(user, project.store_id, own=is_mine(project, user))


def _gaps(request: HttpRequest, project: Project) -> list[Missing]:
    """What card and evaluation wait for, with the people of this very site."""
    return [frame.named(project, gap, request.user) for gap in services.paid_gaps(project)]


def _clock_rows(clocks: list[Deadline]) -> list[dict[str, Any]]:
    return [
        {
            "title": str(CLOCKS[row.clock].says), "clock": row, "who": str(row.owner or ""),
            "stops": str(CLOCKS[row.clock].stops), "url": row.link,
        }
        for row in clocks
    ]  # fmt: skip


def _next(project: Project, found: Warranty | None, clocks: list[Deadline], may: dict[str, bool]) -> dict[str, Any]:
    """The one next act, in the order of the trade; `act` = card is a button that posts."""
    if found is None:
        return _step(_("Everybody signs the acceptance"), "", "")
    card, evaluation = selectors.card_of(found), selectors.evaluation_of(found)
    waiting = (
        (found.paper, _("the owner signs for the warranty paper")),
        (card.paper if card else None, _("the customer signs for the warranty card")),
        (evaluation.paper if evaluation else None, _("the customer signs the evaluation")),
    )
    for paper, note in waiting:
        if paper is not None and paper.is_open:
            return _step(_("Look and sign"), reverse("paper", args=[paper.ref]), note)
    if project.stage in PAID and card is None and may["card"]:
        return _step(_("Make out the warranty card"), "", _("the money is in")) | {"act": "card"}
    if project.stage in PAID and evaluation is None and may["evaluate"]:
        return _step(_("Have it filled in"), _to("evaluations", project), _("the customer's evaluation"))
    due = next((row for row in clocks if row.clock in VISIT_CLOCKS), None)
    if due is not None and may["visit"]:
        return _step(_("Record a visit"), due.link, str(CLOCKS[due.clock].says))
    if project.stage == Stage.SETTLED and card is not None and may["advance"]:
        return _step(_("Next stage"), frame.link("stage-changes", project), _("the site goes under warranty"))
    return _step("", "", "")


def _step(says: str, url: str, note: str) -> dict[str, Any]:
    return {"label": _("Next step"), "says": says, "url": url, "note": note, "act": ""}


def _to(name: str, project: Project) -> str:
    return reverse(f"aftersales:{name}", args=[project.ref])


# --- acts ------------------------------------------------------------------------------------------------------------


@allowed(policies.ISSUE_CARD, methods=("POST",))
@once
def cards(request: HttpRequest, ref: str) -> HttpResponse:
    """S01, G18: make out the warranty card and go on to its signatures."""
    project = frame.site(request, ref, policies.ISSUE_CARD)
    form = forms.CardForm(request.POST)
    with refusals_on(form):
        made = services.issue_card(warranty=services.in_force(project), by=request.user, at=timezone.now())
        messages.success(request, _("Warranty card %(ref)s waits for the signatures.") % {"ref": made.paper.ref})
        return redirect("paper", made.paper.ref)
    return _shown(request, project, form)


@allowed(policies.TAKE_EVALUATION)
@once
def evaluations(request: HttpRequest, ref: str) -> HttpResponse:
    """S02, G18: the customer answers the questions on the device, then signs them."""
    project = frame.site(request, ref, policies.TAKE_EVALUATION)
    form = forms.EvaluationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            here = services.in_force(project)
            made = services.record_evaluation(warranty=here, answers=form.answers, by=request.user, at=timezone.now())
            told = {"ref": made.paper.ref, "name": project.customer_name}
            messages.success(request, _("Evaluation %(ref)s waits for %(name)s's signature.") % told)
            return redirect("paper", made.paper.ref)
    return _act(request, project, form, "aftersales/evaluation_form.html", gaps=_gaps(request, project))


@allowed(policies.VISIT)
@once
def return_visits(request: HttpRequest, ref: str) -> HttpResponse:
    """S04, R020–R024: one attempt of a return visit."""
    project, now = frame.site(request, ref, policies.VISIT), timezone.now()
    found, clocks = selectors.warranty_of(project), selectors.clocks_of(project)
    lines = selectors.visit_lines(found, clocks) if found is not None else []
    kinds = [line.kind for line in lines] or [VisitKind.ACCEPTANCE.value]
    asked = request.GET.get("kind", "")
    first = next((line.kind for line in lines if line.is_open), kinds[0])
    start = {"kind": asked if asked in kinds else first, "visited_at": timezone.localtime(now), "channel": Channel.PHONE}
    form = forms.VisitForm(request.POST if request.method == "POST" else None, initial=start, kinds=kinds, now=now)
    if form.is_valid():
        with refusals_on(form):
            messages.success(request, _visited(request, project, form.told))
            return redirect("aftersales:warranty", project.ref)
    more = {"visits": lines, "customer": project.customer, "clocks": _clock_rows(clocks), "attempts": ATTEMPTS}
    return _act(request, project, form, "aftersales/visit_form.html", **more)


def _visited(request: HttpRequest, project: Project, told: dict[str, Any]) -> str:
    made = services.record_return_visit(warranty=services.in_force(project), by=request.user, **told)
    if made.paper is not None:
        return _("The visit is on record: %(ref)s.") % {"ref": made.paper.ref}
    return _("Attempt %(n)s of %(most)s is noted.") % {"n": made.attempt, "most": ATTEMPTS}


def _act(request: HttpRequest, project: Project, form: Any, template: str, **more: Any) -> HttpResponse:
    frame.name_gaps(project, form, request.user)
    view = request.resolver_match.view_name if request.resolver_match else ""
    context = {"project": project, "form": form, "draft_key": f"{view}:{project.ref}", **more}
    return render(request, template, context, status=422 if form.is_bound else 200)
