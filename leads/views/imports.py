"""Customer lists on their way in: upload, preview, words, rows, confirmation, withdrawal (issue 6, LR-42, decision 37)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.lists import keyset
from core.once import once
from core.policies import Permission, allowed, narrow
from core.refusals import Refused, refusals_on
from leads import services
from leads.choices import BatchState, RowState
from leads.forms_quotation import ConfirmForm, ReasonForm, RowForm, UploadForm, WordsForm
from leads.import_selectors import VIEWS, batch_rows, is_mapped, row_of, steps, view_counts
from leads.models import ImportBatch, ImportRow
from leads.policies import IMPORT, WITHDRAW_IMPORT
from leads.services.imports import staff_of
from staff.models import Store


def _batches(request: HttpRequest, permission: Permission = IMPORT) -> QuerySet[ImportBatch]:
    return narrow(ImportBatch.objects.select_related("store", "by", "responsible", "confirmed_by", "withdrawn_by"), request.user, permission)


def _batch(request: HttpRequest, pk: int, permission: Permission = IMPORT) -> ImportBatch:
    found: ImportBatch = get_object_or_404(_batches(request, permission), pk=pk)
    return found


@allowed(IMPORT, methods=("GET",))
def import_list(request: HttpRequest) -> HttpResponse:
    """The lists that were brought in, the newest first."""
    page = keyset(_batches(request).exclude(state=BatchState.DROPPED), order=("-at", "-id"), after=request.GET.get("after", ""))
    return render(request, "leads/import_list.html", {"page": page})


@allowed(IMPORT)
@once
def import_new(request: HttpRequest) -> HttpResponse:
    """Upload a list with its origin, its ground and who answers for it; on to the preview."""
    stores = list(Store.objects.filter(pk__in=IMPORT.stores(request.user), closed_on__isnull=True).order_by("id"))
    asked = request.POST.get("store", "") if request.method == "POST" else ""
    store = next((each for each in stores if str(each.pk) == asked), stores[0] if stores else None)
    people = staff_of(store) if store else []
    given = {"stores": stores, "people": people}
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES, **given)
    else:
        form = UploadForm(initial={"origin": "own_list", "consent_basis": "request", "store": store.pk if store else ""}, **given)
    if form.is_valid():
        told = form.cleaned_data
        with refusals_on(form):
            file = told.pop("file")
            batch = services.upload_list(name=file.name, data=file.read(), by=request.user, at=timezone.now(), **told)
            if batch.state == BatchState.CONFIRMED:
                messages.info(request, _("This file was imported already: nothing was created."))
            return redirect("leads:import", batch.pk)
    if form.is_bound and request.FILES and not form.has_error("file"):  # a browser sends no file twice by itself
        form.add_error("file", _("Choose the file again; what you typed beside it is kept."))
    return render(request, "leads/import_new.html", {"form": form, "stores": stores}, status=422 if request.method == "POST" else 200)


@allowed(IMPORT, methods=("GET",))
def import_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """The preview, and later the result: words to map, rows by what becomes of them, what is no customer."""
    batch = _batch(request, pk)
    return _shown(request, batch)


def _shown(request: HttpRequest, batch: ImportBatch, *, words: WordsForm | None = None, confirm: ConfirmForm | None = None) -> HttpResponse:
    counts = view_counts(batch)
    view = request.GET.get("rows", "")
    preview = batch.state == BatchState.PREVIEWED
    view = view if view in VIEWS else next((name for name in VIEWS if counts[name] and preview), "new")
    page = keyset(batch_rows(batch, view, request.user), order=("id",), after=request.GET.get("after", ""), size=50, counted=False)
    mapped = is_mapped(batch)
    if words is None and preview and (not mapped or "words" in request.GET):
        words = WordsForm(batch=batch, everything="words" in request.GET)
    context = {
        "batch": batch, "counts": counts, "view": view, "views": VIEWS, "page": page, "rows": [row_of(row, batch) for row in page.rows], "words": words,
        "confirm": confirm or ConfirmForm(), "preview": preview, "mapped": mapped, "steps": steps(batch), "asides": batch.asides,
        "may_withdraw": batch.state == BatchState.CONFIRMED and WITHDRAW_IMPORT.allows(request.user),
    }  # fmt: skip
    wrong = (words is not None and words.is_bound) or (confirm is not None and confirm.is_bound)
    return render(request, "leads/import_detail.html", context, status=422 if wrong else 200)


@allowed(IMPORT, methods=("POST",))
@once
def import_words(request: HttpRequest, pk: int) -> HttpResponse:
    """Say once what the list's words mean."""
    batch = _batch(request, pk)
    form = WordsForm(request.POST, batch=batch, everything="everything" in request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.map_words(batch, by=request.user, at=timezone.now(), **form.meant())
            messages.success(request, _("The words are known now."))
            return redirect("leads:import", pk)
    return _shown(request, batch, words=form)


@allowed(IMPORT, methods=("POST",))
@once
def import_confirmations(request: HttpRequest, pk: int) -> HttpResponse:
    """Import the list: all of it or nothing."""
    batch = _batch(request, pk)
    form = ConfirmForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            done = services.confirm_import(batch, leave_out_bad=form.cleaned_data["leave_out_bad"], by=request.user, at=timezone.now())
            messages.success(request, _("{count} enquiries were created.").format(count=done.figures["taken"]))
            return redirect("leads:import", pk)
    return _shown(request, ImportBatch.objects.select_related("store", "by", "responsible", "confirmed_by").get(pk=batch.pk), confirm=form)


@allowed(IMPORT, methods=("POST",))
@once
def import_drops(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a preview away."""
    try:
        services.drop_import(_batch(request, pk), by=request.user, at=timezone.now())
        messages.success(request, _("The preview was thrown away; nothing was imported."))
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("leads:import", pk)
    return redirect("leads:imports")


@allowed(WITHDRAW_IMPORT)
@once
def import_withdrawals(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo an import with a reason (decision 37)."""
    batch = _batch(request, pk, WITHDRAW_IMPORT)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            services.withdraw_import(batch, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
            messages.success(request, _("The import is withdrawn; its enquiries have left every list."))
            return redirect("leads:import", pk)
    return render(request, "leads/import_withdrawal.html", {"batch": batch, "form": form}, status=422 if form.is_bound else 200)


def _row(request: HttpRequest, pk: int, row: int) -> ImportRow:
    found: ImportRow = get_object_or_404(ImportRow.objects.select_related("batch", "batch__store"), pk=row, batch__in=_batches(request).filter(pk=pk))
    return found


@allowed(IMPORT)
@once
def import_row(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """One row beside what was understood of it; a post reads it anew with corrected cells."""
    found = _row(request, pk, row)
    if found.batch.state != BatchState.PREVIEWED:
        return redirect("leads:import", pk)
    form = RowForm(request.POST if request.method == "POST" else None, row=found)
    if form.is_valid():
        with refusals_on(form):
            done = services.correct_row(found, texts=form.texts(), by=request.user, at=timezone.now())
            if done.state != RowState.BAD:
                messages.success(request, _("Row {row} can be read now.").format(row=done.row))
                return redirect("leads:import", pk)
            messages.warning(request, _("Row {row} still cannot be read.").format(row=done.row))
            return redirect("leads:import-row", pk, row)
    context = {"batch": found.batch, "row": row_of(found, found.batch), "form": form}
    return render(request, "leads/import_row.html", context, status=422 if form.is_bound else 200)


@allowed(IMPORT, methods=("POST",))
@once
def import_row_skips(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Leave a row out."""
    return _skip(request, pk, row, skipped=True)


@allowed(IMPORT, methods=("POST",))
@once
def import_row_takes(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Take a row back in."""
    return _skip(request, pk, row, skipped=False)


def _skip(request: HttpRequest, pk: int, row: int, *, skipped: bool) -> HttpResponse:
    found = _row(request, pk, row)
    try:
        services.skip_row(found, skipped=skipped, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
    view: Any = request.POST.get("view", "")
    address = redirect("leads:import", pk)
    if view in VIEWS:
        address["Location"] += f"?rows={view}"
    return address
