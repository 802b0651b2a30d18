"""Drawings of an enquiry: all versions, a new one, the check of large designs, the customer's confirmation; measuring for free."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.once import once
from core.policies import Permission, allowed
from core.refusals import Missing, Refused, refusals_on
from leads import policies, services
from leads import selectors_drawings as drawings
from leads.choices import DrawingKind
from leads.forms_drawings import DrawingForm, MeasureNoteForm, ReviewForm, ShownForm, SignedForm
from leads.models import Drawing, Lead
from leads.procedure import Standing
from leads.selectors import named
from leads.services.drawings import require_checked
from leads.views.acts import MOST_PHOTOS, Page, _act, _form, _lead
from staff import posts

AGREE = "本人已看过以上图纸，确认按此版本施工。"  # the sentence that binds; papers and what is signed are Chinese


def _version(request: HttpRequest, ref: str, kind: str, version: int, permission: Permission) -> Drawing:
    lead = _lead(request, ref, permission)
    found: Drawing = get_object_or_404(drawings.with_files(lead.drawings.filter(kind=kind)), version=version)
    found.lead = lead
    return found


@allowed(policies.SEE_LEADS, methods=("GET",))
def drawing_list(request: HttpRequest, ref: str) -> HttpResponse:
    """All versions of all kinds, the newest first."""
    lead = _lead(request, ref, policies.SEE_LEADS)
    _post, people = services.checkers(lead.store_id, None) if lead.home.is_large else ("", [])
    context = {
        "lead": lead, "kinds": drawings.kinds_of(lead), "checkers": people,
        "may_draw": lead.is_open and lead.designer_id is not None and drawings.may(lead, request.user, policies.DRAW),
        "may_confirm": lead.is_open and drawings.may(lead, request.user, policies.CONFIRM_DRAWING),
        "may_check": lead.is_open and drawings.may(lead, request.user, policies.CHECK_DRAWINGS),
    }  # fmt: skip
    return render(request, "leads/drawings.html", context)


@allowed(policies.DRAW)
@once
def drawing_new(request: HttpRequest, ref: str, kind: str) -> HttpResponse:
    """The next version of a kind."""
    lead = _lead(request, ref, policies.DRAW)
    earlier = list(lead.drawings.filter(kind=kind).select_related("confirmation").order_by("-version"))
    confirmed = next((row for row in earlier if hasattr(row, "confirmation")), None)
    label = str(DrawingKind(kind).label)
    posted = request.method == "POST"
    form = DrawingForm(
        request.POST if posted else None, request.FILES if posted else None, lead=lead, user=request.user, kind=kind, first=not earlier,
        confirmed=confirmed is not None, initial={"title": earlier[0].title if earlier else label},
    )  # fmt: skip
    if form.is_valid():
        with refusals_on(form):
            made = services.add_drawing(lead, kind=kind, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("%(kind)s version %(n)s is put in.") % {"kind": label, "n": made.version})
            return redirect("leads:drawings", lead.ref)
    _name_missing(form, lead)
    context = {
        "lead": lead, "form": form, "kind": kind, "label": label, "version": len(earlier) + 1, "last": earlier[0] if earlier else None,
        "confirmed": confirmed,
    }  # fmt: skip
    return render(request, "leads/drawing_form.html", context, status=422 if form.is_bound else 200)


@allowed(policies.CONFIRM_DRAWING)
@once
def drawing_confirmations(request: HttpRequest, ref: str, kind: str, version: int) -> HttpResponse:
    """The customer confirms the newest version: signed here, or shown by a file."""
    drawing = _version(request, ref, kind, version, policies.CONFIRM_DRAWING)
    lead, here = drawing.lead, request.method == "POST" and request.POST.get("way") != "shown"
    shown_here = request.method == "POST" and not here
    start = {"name": lead.customer.name, "witness": request.user.pk}
    signed = SignedForm(request.POST if here else None, lead=lead, user=request.user, initial=start)
    shown = ShownForm(
        request.POST if shown_here else None, request.FILES if shown_here else None, lead=lead, user=request.user, initial=start
    )
    form: Any = signed if here else shown
    if form.is_valid():
        with refusals_on(form):
            at = form.cleaned_data.get("confirmed_at") or timezone.now()
            services.confirm_drawing(drawing, by=request.user, at=at, **form.told)
            messages.success(
                request, _("%(kind)s version %(n)s is confirmed by %(name)s.") % {"kind": drawing.get_kind_display(), "n": version, "name": form.told["name"]}
            )
            return redirect("leads:drawings", lead.ref)
    _name_missing(form, lead)
    context = {
        "lead": lead, "drawing": drawing, "row": drawings.version_row(drawing, newest=version), "signed": signed, "shown": shown,
        "shown_open": shown_here, "agree": AGREE, "refusal": getattr(form, "refusal", None) or _cannot(drawing), "form": form,
    }  # fmt: skip
    return render(request, "leads/drawing_confirmation.html", context, status=422 if form.is_bound else 200)


def _cannot(drawing: Drawing) -> Refused | None:
    """What keeps this version from being confirmed, said before anybody signs."""
    try:
        require_checked(drawing.lead, drawing)
    except Refused as refusal:
        return _in_names(refusal, drawing.lead, drawing.by_id)
    return None


def _in_names(refusal: Refused, lead: Lead, author_id: int | None) -> Refused:
    """Who checks, by name."""
    _post, people = services.checkers(lead.store_id, author_id)
    names = posts.listed(str(person) for person in people)
    gaps = [Missing(gap.says, names, gap.gate, gap.link) if gap.gate == "R004" and names else named(lead, gap) for gap in refusal.missing]
    return Refused(refusal.message, gaps)


def _name_missing(form: Any, lead: Lead) -> None:
    if refusal := getattr(form, "refusal", None):
        form.refusal = _in_names(refusal, lead, None)


@allowed(policies.CHECK_DRAWINGS)
@once
def drawing_reviews(request: HttpRequest, ref: str, kind: str, version: int) -> HttpResponse:
    """R004: passed, or sent back with points."""
    if kind != DrawingKind.CONSTRUCTION:
        raise Http404
    drawing = _version(request, ref, kind, version, policies.CHECK_DRAWINGS)
    lead = drawing.lead
    form = ReviewForm(request.POST if request.method == "POST" else None, lead=lead, user=request.user)
    if form.is_valid():
        with refusals_on(form):
            made = services.review_drawing(drawing, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Passed: the customer may confirm it.") if made.passed else _("Sent back; %(name)s is told.") % {"name": drawing.by})
            return redirect("leads:drawings", lead.ref) if drawings.may(lead, request.user, policies.SEE_LEADS) else redirect("desk")
    _name_missing(form, lead)
    earlier = [
        drawings.version_row(row, newest=0) for row in drawings.with_files(lead.drawings.filter(kind=kind, version__lt=version)).order_by("-version")[:10]
    ]
    context = {"lead": lead, "drawing": drawing, "row": drawings.version_row(drawing, newest=version), "earlier": earlier, "form": form}
    return render(request, "leads/drawing_review.html", context, status=422 if form.is_bound else 200)


MEASURING = Page(
    gettext_lazy("Measured for free"), gettext_lazy("Note it"), template="leads/measure_note_form.html",
    note=gettext_lazy("A note without signature. The survey that the customer signs comes after the deposit."),
)  # fmt: skip


@allowed(policies.SURVEY)
@once
def measure_notes(request: HttpRequest, ref: str) -> HttpResponse:
    """Q23: measuring for free before the deposit."""
    lead = _lead(request, ref, policies.SURVEY)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.note_measuring(lead, note=told["note"], photos=request.FILES.getlist("photos")[:MOST_PHOTOS], by=request.user, at=at)
        return _("The measuring is noted.")

    notes = lead.measure_notes.select_related("by")[:20]
    return _act(request, lead, _form(request, MeasureNoteForm, lead), MEASURING, verb, notes=notes, multipart=True, standing=Standing(lead))

