"""One click further: from a fault to who built that part, which checks it passed with photos, its materials, and until when it is covered.

After-sales and inspections do not know each other; here they meet.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from aftersales import selectors_repairs
from aftersales.policies import SEE_REPAIRS
from aftersales.repair_terms import categories
from core.policies import allowed
from inspections.choices import CheckState, Verdict, unit_words
from inspections.models import CheckItem, CheckResult, Photo, QualityCheck
from inspections.policies import SEE_CHECKS
from projects.choices import Role
from projects.models.base import is_mine

MATERIALS = "C2"


@allowed(SEE_REPAIRS, methods=("GET",))
def of_repair(request: HttpRequest, ref: str) -> HttpResponse:
    """The checks of the kind of fault, the passed ones first to tell; items whose note names the room come first."""
    repair = get_object_or_404(selectors_repairs.repairs_for(request.user), ref=ref)
    site, kind = repair.project, categories()[repair.category]
    rows = QualityCheck.objects.filter(project=site, code__in=[*kind.checks, MATERIALS], state__in=(CheckState.PASSED, CheckState.FAILED))
    results = CheckResult.objects.select_related("item", "by").prefetch_related(Prefetch("photos", Photo.objects.select_related("attachment", "room")))
    found = list(rows.select_related("inspector", "paper").prefetch_related(Prefetch("results", results), "attendances").order_by("code", "-attempt"))
    may_open = SEE_CHECKS.reaches(request.user, site.store_id, own=is_mine(site, request.user))
    checks = [_check(row, repair, may_open) for code in kind.checks for row in found if row.code == code]
    arrival = site.arrivals.select_related("by").order_by("-pk").first()
    people = [(str(role.label), person) for role in Role if (person := getattr(site, role.value, None)) is not None]
    context = {
        "repair": repair, "project": site, "kind": kind, "state": selectors_repairs.state_words(repair), "cover": selectors_repairs.cover_words(repair.cover),
        "checks": checks, "people": people, "arrival": arrival, "materials": _materials(found, kind.materials),
        "sorting": repair.sortings.select_related("term").first(), "term": _term(repair, kind.term),
        "behind": reverse("inspections:behind", args=[site.ref]) if may_open else "",
    }  # fmt: skip
    return render(request, "config/repair_origins.html", context)


def _term(repair: Any, code: str) -> Any:
    return repair.term or repair.warranty.terms.filter(code=code).first()


def _check(row: QualityCheck, repair: Any, may_open: bool) -> dict[str, Any]:
    """One attempt: when, by whom, with whom, what was measured; photos lie with their item."""
    items = [_item(result, repair.room) for result in row.results.all() if not result.left_out]
    items.sort(key=lambda each: (not each["here"], not each["photos"], each["code"]))
    return {
        "code": row.code, "title": row.row.title, "attempt": row.attempt, "passed": row.state == CheckState.PASSED, "at": row.concluded_at,
        "inspector": row.inspector, "there": [each.name for each in row.attendances.all()], "url": row.get_absolute_url() if may_open else "",
        "paper": row.paper, "items": [each for each in items if each["photos"] or each["measured"]],
        "photos": sum(len(each["photos"]) for each in items),
    }  # fmt: skip


def _item(result: CheckResult, room: str) -> dict[str, Any]:
    rows = sorted(result.photos.all(), key=lambda photo: photo.room is None or photo.room.name != room)  # what lies in that room first
    lies_here = any(photo.room is not None and photo.room.name == room for photo in rows)
    photos = [photo.attachment for photo in rows]
    return {
        "code": result.item.code, "title": result.item.title, "measured": result.measured_in(unit_words), "note": result.note,
        "good": result.verdict == Verdict.PASS,
        "verdict": result.get_verdict_display(), "by": result.by, "here": lies_here or room in result.note or any(room in photo.caption for photo in photos),
        "photos": [
            {"thumb": reverse("file-thumb", args=[each.public_id]), "url": reverse("file", args=[each.public_id]), "caption": each.caption} for each in photos
        ],
    }  # fmt: skip


def _materials(found: list[QualityCheck], words: list[str]) -> list[dict[str, Any]]:
    """The items of the material acceptance that belong to this kind of fault."""
    rows = [(row, result) for row in found if row.code == MATERIALS for result in row.results.all()]
    return [_item(result, "–") | {"at": row.concluded_at} for row, result in rows if _fits(result.item, words)]


def _fits(item: CheckItem, words: list[str]) -> bool:
    return any(word in item.zh for word in words)
