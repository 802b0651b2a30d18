"""Pages of the checks.  On site: one form an item, sent when it changes; in the office: lists and decisions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.clocks import CLOCKS
from core.once import once
from core.policies import Permission, allowed, narrow
from core.refusals import Refused, refusals_on
from inspections import forms, policies, selectors, services
from inspections.checks import rules
from inspections.choices import CheckState, RectificationState, Severity, Verdict, ref_words, unit_words
from inspections.limits import limits_of, plain, readings
from inspections.limits import words as limit_words
from inspections.models import CheckItem, CheckResult, Photo, QualityCheck, Rectification, Tool
from inspections.passing import NO_PHOTO, NO_WORDS, Weighed
from inspections.policies_order import PLAN_RECTIFICATION
from inspections.selectors import title_of
from inspections.selectors_order import CONCEALED, rooms_of, tools_of_store
from leads.models import Room
from projects.models import Project
from projects.models.base import mine
from projects.views.frame import name_gaps
from staff import posts
from staff.selectors import holders


def _site(request: HttpRequest, ref: str, permission: Permission = policies.SEE_CHECKS) -> Project:
    """The site, if it lies within this person's scope for the act; else there is none."""
    found: Project = get_object_or_404(selectors.sites(request.user, permission).select_related("store", "dossier"), ref=ref)
    return found


def _check(request: HttpRequest, ref: str, code: str, attempt: int, permission: Permission = policies.SEE_CHECKS) -> QualityCheck:
    rows = narrow(QualityCheck.objects.all(), request.user, permission, own=mine(request.user, "project__"))
    rows = rows.select_related("template", "inspector", "paper", "project__store", "project__dossier")
    found: QualityCheck = get_object_or_404(rows, project__ref=ref, code=code, attempt=attempt)
    return found


def _sent(request: HttpRequest) -> tuple[Any, Any]:
    """What a post carries, were it nothing; nothing at all for a look."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _may(request: HttpRequest, permission: Permission, project: Project) -> bool:
    """This act is offered to this person on this site (the verb decides again)."""
    scope = permission.scope(request.user)
    if scope is None:
        return False
    if permission is policies.INSPECT:
        return bool(project.inspector_id == request.user.pk)
    return True


# --- the list of sites, and one site -----------------------------------------------------------------------------------


@allowed(policies.SEE_CHECKS, methods=("GET",))
def site_list(request: HttpRequest) -> HttpResponse:
    """Today's sites: the patrol that is due first on top."""
    late = request.GET.get("show") == "late"
    page = selectors.site_list(request.user, after=request.GET.get("after", ""), late=late, at=timezone.now())
    return render(request, "inspections/site_list.html", {"page": page, "late": late})


@allowed(policies.SEE_CHECKS, methods=("GET",))
def site(request: HttpRequest, ref: str) -> HttpResponse:
    """One site: patrol, the eight checks, faults, what waits for a signature."""
    project = _site(request, ref)
    return _site_page(request, project)


def _site_page(request: HttpRequest, project: Project, status: int = 200, **bound: Any) -> HttpResponse:
    clocks = selectors.clocks_of(project)
    for form in bound.values():
        name_gaps(project, form, request.user)
    lines = selectors.check_lines(project)
    coming = next((line.row.code for line in lines if line.can_open and not (line.check and line.check.state == "passed")), None)
    context = {
        "project": project, "lines": lines, "clocks": clocks, "faults": selectors.faults_of(project),
        "patrol": next((row for row in clocks if row.clock == "inspections.patrol"), None), "clock_rows": [_clock_row(row) for row in clocks],
        "announce": bound.get("announce") or forms.AnnounceForm(initial={"code": coming}), "opening": bound.get("opening") or forms.OpenForm(),
        "may_inspect": _may(request, policies.INSPECT, project), "may_announce": _may(request, policies.ANNOUNCE_CHECK, project),
        "back_url": reverse("inspections:list"),
    }  # fmt: skip
    return render(request, "inspections/site.html", context, status=status)


def _clock_row(row: Any) -> dict[str, Any]:
    clock = CLOCKS[row.clock]
    return {"title": str(clock.says), "clock": row, "who": str(row.owner or ""), "stops": str(clock.stops), "url": row.link}


@allowed(policies.INSPECT, methods=("POST",))
@once
def check_open(request: HttpRequest, ref: str) -> HttpResponse:
    """The inspector opens a check."""
    project = _site(request, ref, policies.INSPECT)
    form = forms.OpenForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            made = services.open_check(project=project, by=request.user, at=timezone.now(), **form.cleaned_data)
            return redirect(made)
    return _site_page(request, project, status=422, opening=form)


@allowed(policies.ANNOUNCE_CHECK, methods=("POST",))
@once
def check_announce(request: HttpRequest, ref: str) -> HttpResponse:
    """Tell customer and people when a check will be."""
    project = _site(request, ref, policies.ANNOUNCE_CHECK)
    form = forms.AnnounceForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            made = services.announce_check(project=project, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("%(check)s is announced.") % {"check": f"{made.code} {title_of(made.code)}"})
            if made.short_notice:
                says = _("That is less than %(n)s hours ahead: call the customer, and ask whether he comes.")
                messages.warning(request, says % {"n": made.row.notice_hours})
            return redirect("inspections:for_project", project.ref)
    return _site_page(request, project, status=422, announce=form)


# --- the check page ----------------------------------------------------------------------------------------------------


@allowed(policies.SEE_CHECKS, methods=("GET",))
def check(request: HttpRequest, ref: str, code: str, attempt: int) -> HttpResponse:
    """The check on the phone: the open item large, the others one row each."""
    return _check_page(request, _check(request, ref, code, attempt))


def _check_page(request: HttpRequest, found: QualityCheck, status: int = 200, **bound: Any) -> HttpResponse:
    read = found.read()
    weighed = found.weighed(read)
    items, results, waived = read
    may_inspect = _may(request, policies.INSPECT, found.project) and found.is_open
    photos = _photos(found)
    wanted = bound.get("item") or request.GET.get("item", "")
    shown = [item for item in items if not item.optional or item.code in results or item.code == wanted]
    form = bound.get("form")
    name_gaps(found.project, form, request.user)
    rows = [_item(found, item, results.get(item.code), waived, photos, weighed, form if item.code == wanted else None) for item in shown]
    current = _current(rows, wanted)
    context = {
        "check": found, "project": found.project, "title": f"{found.code} {title_of(found.code)}", "rows": rows, "current": current,
        "weighed": weighed, "segments": _segments(rows, current), "arrived": sum(row["sent"] for row in rows), "may_inspect": may_inspect, "form": form,
        "optional": [item for item in items if item.optional and item.code not in results and item.code != wanted],
        "may_second": policies.SECOND.allows(request.user) and found.is_open, "may_waive": policies.WAIVE_ITEM.allows(request.user) and found.is_open,
        "may_late": _may(request, policies.INSPECT, found.project) and found.state == CheckState.PASSED,
        "clock_rows": [_clock_row(row) for row in selectors.clocks_of_check(found)] if found.state == CheckState.PASSED else [],
        "consequence": _consequence(found),
        "back_url": reverse("inspections:for_project", args=[found.project.ref]), "due_days": rules(),
        "rooms": rooms_of(found.project) if found.code in CONCEALED else [], "tools": tools_of_store(found.store_id, timezone.localdate()),
        "last_room": _last_room(found) if found.code in CONCEALED else 0, "used": dict(_used_tools(results)),
    }  # fmt: skip
    return render(request, "inspections/check.html", context, status=status)


def _last_room(found: QualityCheck) -> int:
    """The room of the last photo of this check: whoever stands there mostly goes on there."""
    return Photo.objects.filter(result__quality_check=found).order_by("-pk").values_list("room", flat=True).first() or 0


def _used_tools(results: dict[str, CheckResult]) -> list[tuple[str, int]]:
    """Kind → the instrument of that kind with which something was measured last in this check."""
    rows = sorted(results.values(), key=lambda row: row.at)
    return [(row.tool.kind, row.tool.pk) for row in rows if row.tool is not None]


def _photos(found: QualityCheck) -> dict[int, list[dict[str, str]]]:
    """The pictures of each result; one query."""
    made: dict[int, list[dict[str, str]]] = {}
    for photo in Photo.objects.filter(result__quality_check=found).select_related("attachment", "result__item"):
        made.setdefault(photo.result_id or 0, []).append(_shown(photo, photo.result.item.code if photo.result else ""))
    return made


def _shown(photo: Photo, caption: str) -> dict[str, str]:
    ident = photo.attachment.public_id
    return {"thumb": reverse("file-thumb", args=[ident]), "url": reverse("file", args=[ident]), "caption": caption}


def _item(
    found: QualityCheck, item: CheckItem, result: CheckResult | None, waived: frozenset[str], photos: dict[int, list[dict[str, str]]], weighed: Weighed,
    form: Any = None,
) -> dict[str, Any]:  # fmt: skip
    """One item as the page shows it; of a form that was refused, everything that was typed."""
    typed = _typed(item, result, form)
    values = typed["values"]
    fields = [
        {
            "name": f"value_{place}", "label": field["label"], "unit": unit_words(field["unit"]), "low": low, "high": high,
            "limit": limit_words(low, high, unit_words(field["unit"])), "value": values[place][0] if len(values) > place and values[place] else None,
            "promise": plain(promise) if promise is not None else "", "error": typed["errors"].get(place, ""),
        }
        for place, (field, (low, high, promise)) in enumerate(zip(item.fields, limits_of(item), strict=True))
    ]  # fmt: skip
    return {
        "item": item, "result": result, "fields": fields, "more": typed["more"], "photos": photos.get(result.pk, []) if result else [],
        "waived": item.code in waived, "state": _state(item, result, weighed), "lacks": weighed.lacks(item.code) & {NO_PHOTO, NO_WORDS},
        "verdict": typed["verdict"], "typed": typed,
        "refused": form is not None, "sent": result is not None and result.verdict != Verdict.PENDING, "ref": ref_words(item.refs[0]) if item.refs else "",
        "measured": result.measured_in(unit_words) if result is not None else "",
        "url": reverse("inspections:results", args=[found.project.ref, found.code, found.attempt, item.code]),
        "late_url": reverse("inspections:late-results", args=[found.project.ref, found.code, found.attempt, item.code]),
        "is_main": item.severity == Severity.MAIN,
    }  # fmt: skip


def _typed(item: CheckItem, result: CheckResult | None, form: Any) -> dict[str, Any]:
    """What the fields of an item hold: what was typed and refused, else what is recorded."""
    if isinstance(form, forms.ItemForm):
        told = form.data
        places = range(len(limits_of(item)))
        return {
            "values": [[_number(told.get(f"value_{place}", ""))] for place in places], "more": told.get("more", ""), "verdict": told.get("verdict", ""),
            "note": told.get("note", ""), "tolerable": "tolerable" in told,
            "errors": {place: " ".join(map(str, form.errors.get(f"value_{place}", []))) for place in places},
            "photo_error": " ".join(map(str, form.errors.get("photos", []))), "reason": "", "omitted": "",
            "room": told.get("room", ""), "place": told.get("place", ""), "tool": told.get("tool", ""),
        }  # fmt: skip
    values = [[Decimal(v) for v in points] for points in result.values] if result is not None else []
    told = form.data if form is not None else {}
    return {
        "values": values, "more": " ".join(plain(v) for v in values[0][1:]) if values and not item.stages else "",
        "verdict": result.verdict if result else "", "note": result.note if result and not result.left_out else "",
        "tolerable": bool(result and result.tolerable), "errors": {}, "photo_error": "", "reason": told.get("reason", ""),
        "omitted": told.get("note", "") if isinstance(form, forms.LeaveOutForm) else "", "room": "", "place": "", "tool": "",
    }  # fmt: skip


def _number(text: str) -> Decimal | None:
    """The first point that was typed, if it can be read."""
    try:
        return next(iter(readings(text)), None)
    except ValueError:
        return None


def _state(item: CheckItem, result: CheckResult | None, weighed: Weighed) -> str:
    """Where an item stands, by what the conclusion asks of it."""
    if item.by_paper:
        return "paper"
    if item.code not in weighed.needed:
        return "spare"  # switched off, or another of its group was done
    if result is not None and result.verdict == Verdict.FAIL:
        return "late"
    return "done" if item.code in weighed.settled else "open"


def _current(rows: list[dict[str, Any]], wanted: str) -> str:
    """The item that is open: the wanted one, else the first of which the inspector still owes something."""
    codes = [row["item"].code for row in rows if row["state"] != "paper"]
    if wanted in codes:
        return wanted
    return next((row["item"].code for row in rows if row["lacks"] or (row["state"] == "open" and not row["sent"])), "")


def _segments(rows: list[dict[str, Any]], current: str) -> list[str]:
    return ["now" if row["item"].code == current and row["state"] == "open" else row["state"] for row in rows if row["state"] not in ("paper", "spare")]


def _consequence(found: QualityCheck) -> dict[str, str]:
    """What a value out of limit leads to: to whom the fault goes and in how many days, by severity."""
    person = found.project.foreman or found.project.project_manager
    says = _("Take a photo of it. A rectification goes to %(name)s, to be put right in %(n)s days.")
    return {severity: says % {"name": person or "–", "n": rules().rework_days(severity)} for severity in Severity.values}


@allowed(policies.INSPECT, methods=("GET", "POST"))
@once
def result(request: HttpRequest, ref: str, code: str, attempt: int, item: str) -> HttpResponse:
    """Record one item; sent by the page's script it answers with the progress alone, else it goes to the next item."""
    found = _check(request, ref, code, attempt, policies.INSPECT)
    if request.method == "GET":
        return _progress(request, found, item)
    row = get_object_or_404(found.template.items, code=item)
    form = forms.ItemForm(request.POST, request.FILES, item=row, **_places_and_tools(found))
    if form.is_valid():
        with refusals_on(form):
            services.record_result(check=found, item=item, by=request.user, at=timezone.now(), **form.told())
            return redirect(_after(request, found, item))
    if _by_script(request):
        return HttpResponse(_said(form), status=422, content_type="text/plain; charset=utf-8")
    return _check_page(request, found, status=422, form=form, item=item)


def _places_and_tools(found: QualityCheck) -> dict[str, Any]:
    """What an item of this check may say beside its result: the room of what will be covered, and the instrument."""
    rooms = Room.objects.filter(home=found.project.home_id, removed_at__isnull=True) if found.code in CONCEALED else None
    return {"rooms": rooms, "tools": Tool.objects.filter(store=found.store_id, retired_on__isnull=True)}


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _said(form: Any) -> str:
    """What is wrong with an item, in one line."""
    return " ".join(str(error) for errors in form.errors.values() for error in errors)


def _after(request: HttpRequest, found: QualityCheck, item: str) -> str:
    if _by_script(request):
        return reverse("inspections:results", args=[found.project.ref, found.code, found.attempt, item])
    codes = [row.code for row in found.template.items.all() if not row.by_paper and not row.optional]
    after = codes[codes.index(item) + 1 :] if item in codes else []
    return f"{found.get_absolute_url()}?item={after[0]}#{after[0]}" if after else found.get_absolute_url()


def _progress(request: HttpRequest, found: QualityCheck, item: str) -> HttpResponse:
    """The bar and the words under the head, and the pictures of one item: what changes when an item was sent."""
    read = found.read()
    items, results, waived = read
    photos, weighed = _photos(found), found.weighed(read)
    rows = [_item(found, i, results.get(i.code), waived, photos, weighed) for i in items if not i.optional or i.code in results]
    context = {
        "check": found, "weighed": weighed, "segments": _segments(rows, ""), "row": next((r for r in rows if r["item"].code == item), None),
    }  # fmt: skip
    return render(request, "inspections/_progress.html", context)


def _act(
    request: HttpRequest, found: QualityCheck, form: Any, verb: Callable[[dict[str, Any], datetime], Any], says: str, item: str = ""
) -> HttpResponse:
    """One small act on the check page: call the verb, come back to the item."""
    if form.is_valid():
        with refusals_on(form):
            verb(form.cleaned_data, timezone.now())
            messages.success(request, says)
            return redirect(f"{found.get_absolute_url()}?item={form.cleaned_data.get('item', item)}")
    return _check_page(request, found, status=422, form=form, item=str(form.data.get("item", item))[:8])


@allowed(policies.INSPECT, methods=("POST",))
@once
def left_out(request: HttpRequest, ref: str, code: str, attempt: int) -> HttpResponse:
    """An item does not apply here, and why."""
    found = _check(request, ref, code, attempt, policies.INSPECT)
    form = forms.LeaveOutForm(request.POST)
    return _act(request, found, form, lambda told, at: services.record_result(check=found, by=request.user, at=at, **told), _("Noted."))


@allowed(policies.SECOND, methods=("POST",))
@once
def confirmation(request: HttpRequest, ref: str, code: str, attempt: int) -> HttpResponse:
    """The second person: the main item does not apply here."""
    found = _check(request, ref, code, attempt, policies.SECOND)
    form = forms.ItemCodeForm(request.POST)
    return _act(request, found, form, lambda told, at: services.confirm_left_out(check=found, by=request.user, at=at, **told), _("Confirmed."))


@allowed(policies.WAIVE_ITEM, methods=("POST",))
@once
def waiver(request: HttpRequest, ref: str, code: str, attempt: int) -> HttpResponse:
    """The engineering manager lets a general item pass undone."""
    found = _check(request, ref, code, attempt, policies.WAIVE_ITEM)
    form = forms.WaiverForm(request.POST)
    return _act(request, found, form, lambda told, at: services.waive_item(check=found, by=request.user, at=at, **told), _("Waived; it stands in the month."))


@allowed(policies.INSPECT, methods=("POST",))
@once
def late_result(request: HttpRequest, ref: str, code: str, attempt: int, item: str) -> HttpResponse:
    """An item that was left open when the check passed."""
    found = _check(request, ref, code, attempt, policies.INSPECT)
    row = get_object_or_404(found.template.items, code=item)
    form = forms.ItemForm(request.POST, request.FILES, item=row)
    if form.is_valid():
        with refusals_on(form):
            told = form.told()
            told = {name: told[name] for name in ("verdict", "values", "note", "photos")}
            services.record_deferred(check=found, item=item, by=request.user, at=timezone.now(), **told)
            messages.success(request, _("Recorded."))
            return redirect(found)
    return _check_page(request, found, status=422, form=form, item=item)


@allowed(policies.INSPECT, methods=("POST",))
@once
def paper(request: HttpRequest, ref: str, code: str, attempt: int) -> HttpResponse:
    """A new paper for a passed check whose paper was voided."""
    found = _check(request, ref, code, attempt, policies.INSPECT)
    try:
        made = services.reissue_paper(check=found, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(found)
    return redirect("paper", made.ref)


@allowed(policies.INSPECT)
@once
def conclusion(request: HttpRequest, ref: str, code: str, attempt: int) -> HttpResponse:
    """Conclude the check: who was there, with which tools; the rules decide."""
    found = _check(request, ref, code, attempt, policies.INSPECT)
    managers = holders(posts.ENGINEERING_MANAGER, found.store_id) if found.row.manager_attends else []
    form = forms.ConclusionForm(*_sent(request), check=found, site=found.project, managers=managers)
    if form.is_valid():
        with refusals_on(form):
            made = services.conclude_check(check=found, by=request.user, at=timezone.now(), **form.told())
            _say_concluded(request, made)
            return redirect("paper", made.paper.ref)  # type: ignore[union-attr]
    name_gaps(found.project, form, request.user)
    read = found.read()
    context = {
        "check": found, "project": found.project, "title": f"{found.code} {title_of(found.code)}", "form": form, "weighed": found.weighed(read),
        "results": read[1], "measured": {code: result.measured_in(unit_words) for code, result in read[1].items()},
        "reasons": reasons_of(found.weighed(read)), "back_url": found.get_absolute_url(),
    }  # fmt: skip
    return render(request, "inspections/conclusion.html", context, status=422 if form.is_bound else 200)


def _say_concluded(request: HttpRequest, made: QualityCheck) -> None:
    """How the check came out, and which papers say so."""
    told = {"check": f"{made.code} {title_of(made.code)}", "papers": _(", ").join(selectors.papers_of(made))}
    if made.state == CheckState.PASSED:
        messages.success(request, _("%(check)s has passed. %(papers)s waits for the signatures.") % told)
        return
    count = len(made.weighed().failed)
    says = ngettext(
        "%(check)s has failed: %(num)s fault is to be put right. Papers: %(papers)s.",
        "%(check)s has failed: %(num)s faults are to be put right. Papers: %(papers)s.", count,
    )  # fmt: skip
    messages.warning(request, says % {**told, "num": count})


def reasons_of(weighed: Weighed) -> list[str]:
    """Why a check fails, in words."""
    said = {
        "main_failed": _("A main item fails."),
        "rate": _("Only %(good)s of %(points)s general points are good; it takes 80 %%.") % {"good": weighed.good, "points": weighed.points},
        "overrun": _("A general point lies beyond one and a half times its limit."),
        "spoils_use": _("A general fault spoils the use."),
    }
    return [said[reason] for reason in weighed.reasons]


# --- patrols -----------------------------------------------------------------------------------------------------------


@allowed(policies.SEE_CHECKS, post=policies.INSPECT)
@once
def patrols(request: HttpRequest, ref: str) -> HttpResponse:
    """The patrols of a site, and the next one."""
    project = _site(request, ref, policies.INSPECT if request.method == "POST" else policies.SEE_CHECKS)
    form = forms.PatrolForm(*_sent(request))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = services.record_patrol(project=project, by=request.user, at=timezone.now(), **form.told())
            messages.success(request, _("Patrol %(n)s is recorded; the next is due in five days.") % {"n": made.number})
            return redirect("paper", made.paper.ref)
    name_gaps(project, form, request.user)
    clocks = selectors.clocks_of(project)
    context = {
        "project": project, "form": form, "patrols": selectors.patrols_of(project), "may_inspect": _may(request, policies.INSPECT, project),
        "clock": next((row for row in clocks if row.clock == "inspections.patrol"), None),
        "back_url": reverse("inspections:for_project", args=[project.ref]),
    }  # fmt: skip
    return render(request, "inspections/patrols.html", context, status=422 if form.is_bound else 200)


# --- faults ------------------------------------------------------------------------------------------------------------


@allowed(policies.SEE_CHECKS, methods=("GET",))
def rectification_list(request: HttpRequest) -> HttpResponse:
    """Faults that are not put right, the first due first."""
    show = request.GET.get("show", "")
    page = selectors.rectification_list(request.user, after=request.GET.get("after", ""), show=show, at=timezone.now())
    return render(request, "inspections/rectification_list.html", {"page": page, "show": show})


def _fault(request: HttpRequest, ref: str, number: int, permission: Permission = policies.SEE_CHECKS) -> Rectification:
    rows = narrow(Rectification.objects.all(), request.user, permission, own=mine(request.user, "project__"))
    found: Rectification = get_object_or_404(
        rows.select_related(
            "finding__quality_check", "finding__patrol", "finding__result__item", "responsible", "paper", "answered_by", "accepted_by", "project__store",
            "project__dossier",
        ),
        project__ref=ref, number=number,
    )  # fmt: skip
    return found


@allowed(policies.SEE_CHECKS, methods=("GET",))
def rectification(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """One fault: before and after, the answer, the re-check."""
    return _fault_page(request, _fault(request, ref, number))


def _fault_page(request: HttpRequest, found: Rectification, status: int = 200, **bound: Any) -> HttpResponse:
    of_finding, of_answers = _fault_photos(found)
    answers = list(found.answers.select_related("by", "recheck__by"))
    after = [photo for answer in answers for photo in of_answers.get(answer.pk, [])]
    project = found.project
    for form in bound.values():
        name_gaps(project, form, request.user)
    in_check = found.finding.quality_check is not None and found.finding.quality_check.state == CheckState.FAILED
    context = {
        "fault": found, "item": found.finding.result.item if found.finding.result else None, "project": project,
        "answers": answers, "before": of_finding, "after": after, "of_answers": of_answers,
        "plans": list(found.plans.select_related("by")), "plan_form": bound.get("plan"), "may_plan": _may_plan(request, found),
        "failures": sum(1 for answer in answers if hasattr(answer, "recheck") and not answer.recheck.accepted),
        "answer_form": bound.get("answer") or forms.AnswerForm(), "recheck_form": bound.get("recheck") or forms.RecheckForm(),
        "may_answer": found.state == RectificationState.OPEN and request.user.pk in (found.responsible_id, project.foreman_id, project.project_manager_id)
        and policies.RECTIFY.allows(request.user),
        "may_recheck": found.state == RectificationState.ANSWERED and _may(request, policies.INSPECT, project) and not in_check,
        "in_check": in_check, "clock": selectors.clock_of(found), "back_url": reverse("inspections:for_project", args=[project.ref]),
    }  # fmt: skip
    return render(request, "inspections/rectification.html", context, status=status)


def _may_plan(request: HttpRequest, found: Rectification) -> bool:
    return found.state == RectificationState.OPEN and found.project.project_manager_id == request.user.pk and PLAN_RECTIFICATION.allows(request.user)


def _fault_photos(found: Rectification) -> tuple[list[dict[str, str]], dict[int, list[dict[str, str]]]]:
    """(pictures before, pictures by answer); one query."""
    finding = found.finding
    rows = Photo.objects.filter(finding=finding) | Photo.objects.filter(answer__rectification=found)
    if finding.result_id:
        rows = rows | Photo.objects.filter(result=finding.result_id)
    before, after = [], {}  # type: ignore[var-annotated]
    for photo in rows.select_related("attachment").order_by("pk"):
        if photo.answer_id:
            after.setdefault(photo.answer_id, []).append(_shown(photo, pgettext("rectification", "after")))
        else:
            before.append(_shown(photo, pgettext("rectification", "before")))
    return before, after


@allowed(policies.RECTIFY, methods=("POST",))
@once
def answer(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """The fault is put right, and shown."""
    found = _fault(request, ref, number, policies.RECTIFY)
    form = forms.AnswerForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_on(form):
            services.answer_rectification(rectification=found, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Sent to %(name)s, who looks at it again.") % {"name": found.project.inspector or "–"})
            return redirect(found)
    return _fault_page(request, found, status=422, answer=form)


@allowed(policies.INSPECT, methods=("POST",))
@once
def recheck(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """The inspector looks again."""
    found = _fault(request, ref, number, policies.INSPECT)
    form = forms.RecheckForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_on(form):
            told = form.cleaned_data
            services.recheck_rectification(
                rectification=found, accepted=told["accepted"] == "yes", note=told["note"], photos=told["photos"], by=request.user, at=timezone.now()
            )
            messages.success(request, _("Put right.") if told["accepted"] == "yes" else _("Back to %(name)s.") % {"name": found.responsible})
            return redirect(found)
    return _fault_page(request, found, status=422, recheck=form)
