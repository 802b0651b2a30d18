"""The visitor log (L05) and the phone log (L06): the list, a new entry in one screen, and what becomes of it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import phones, sheets
from core.lists import address
from core.once import once
from core.policies import Permission, allowed
from core.refusals import refusals_on
from leads import carried, policies, services
from leads.choices import LogSubject
from leads.forms_people import LinkForm, LogForm, PassForm, SettleForm
from leads.models import Lead
from leads.selectors_people import LOGS, LogFilter, files_for, log_page, log_row, logged, masked
from leads.sheets import LOG_COLUMNS
from staff.models import Store

MOST_ROWS = 5000


def stores_for(request: HttpRequest, permission: Permission) -> QuerySet[Store]:
    return Store.objects.filter(pk__in=permission.stores(request.user), closed_on__isnull=True).order_by("id")


def _title(kind: str) -> str:
    return _("Phone log") if kind == "calls" else _("Visitor log")


@allowed(policies.SEE_LOGS, methods=("GET",))
def logs(request: HttpRequest, kind: str) -> HttpResponse:
    """The log, newest first; filters stand in the address, numbers are masked."""
    wanted = LogFilter.read(request.GET)
    page = log_page(kind, request.user, wanted, after=request.GET.get("after", ""))
    context = {
        "kind": kind, "title": _title(kind), "page": page, "rows": [log_row(entry) for entry in page.rows], "wanted": wanted,
        "chips": _chips(request, wanted), "may_note": policies.KEEP_LOGS.allows(request.user), "may_export": policies.EXPORT_LOGS.allows(request.user),
    }  # fmt: skip
    return render(request, "leads/log_list.html", context)


def _chips(request: HttpRequest, wanted: LogFilter) -> list[dict[str, Any]]:
    to = partial(address, request)
    states = (("open", _("Waits for somebody"), "soon"), ("settled", _("Dealt with"), ""), ("nobody", _("No customer yet"), ""))
    chips = [
        {"says": says, "count": "", "url": to(state="" if wanted.state == code else code), "active": wanted.state == code, "tone": tone}
        for code, says, tone in states
    ]
    chips.append({"says": _("Mine"), "count": "", "url": to(mine="" if wanted.mine else "1"), "active": wanted.mine, "tone": ""})
    for subject in LogSubject:
        on = wanted.subject == subject
        chips.append({"says": str(subject.label), "count": "", "url": to(subject="" if on else subject.value), "active": on, "tone": ""})
    if wanted.month:
        chips.append({"says": wanted.month, "count": "", "url": to(month=""), "active": True, "tone": ""})
    return chips


@allowed(policies.EXPORT_LOGS, methods=("GET",))
def log_export(request: HttpRequest, kind: str) -> HttpResponse:
    """Exactly the rows that the filters choose; numbers stay masked (LR-43)."""
    rows = logged(kind, request.user, LogFilter.read(request.GET)).order_by("-at", "-id")[:MOST_ROWS]
    book = sheets.write(LOG_COLUMNS(), (log_row(entry) for entry in rows), title=_title(kind))
    return sheets.download(book, f"{kind}-{timezone.localdate():%Y%m%d}.xlsx")


@allowed(policies.KEEP_LOGS)
@once
def log_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Note a call or a visit: number, who, about what; then register at once, pass on, or leave it at that."""
    stores = stores_for(request, policies.KEEP_LOGS)
    start = {"store": stores[0] if stores else None, **{k: v for k, v in carried.taken(request).items() if k in ("phone", "name")}}
    form = LogForm(request.POST if request.method == "POST" else None, stores=stores, kind=kind, user=request.user, initial=start)
    if form.is_valid():
        with refusals_on(form):
            note = services.note_call if kind == "calls" else services.note_visit
            entry = note(store=form.cleaned_data["store"] or stores[0], by=request.user, at=timezone.now(), **form.told)
            carried.drop(request)
            if request.POST.get("then") == "register":
                return _on_to_registration(request, entry)
            messages.success(request, _("The call stands in the log.") if kind == "calls" else _("The visit stands in the log."))
            return redirect(entry)
    context = {"form": form, "kind": kind, "title": _("Note a call") if kind == "calls" else _("Note a visit"), "log_title": _title(kind)}
    context["draft_key"] = carried.draft_key(request, f"leads:log:{kind}")
    context["may_register"] = policies.REGISTER.allows(request.user)
    return render(request, "leads/log_form.html", context, status=422 if form.is_bound else 200)


def _on_to_registration(request: HttpRequest, entry: Any) -> HttpResponse:
    """What was taken down goes along; its number whole for whoever typed it, masked for the others (`number_behind` knows it)."""
    phone = entry.number if entry.by_id == request.user.pk else phones.mask(entry.number)
    carried.keep(request, phone=phone, name=entry.name, needs=entry.note, log=f"{entry.kind}-{entry.pk}")
    return redirect(reverse("leads:new") + "?carried=1")


def entry_for(request: HttpRequest, kind: str, pk: int, permission: Permission) -> Any:
    """The call or visit, if it lies within this person's scope."""
    rows = LOGS[kind].objects.visible_to(request.user, permission).distinct()
    return get_object_or_404(rows.select_related("customer", "lead__customer", "lead__home", "store", "by", "passed_to", "handled_by"), pk=pk)


@allowed(policies.SEE_LOGS, methods=("GET",))
def log_entry(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """One call or visit: what was said, whose it is, what became of it."""
    return _entry(request, entry_for(request, kind, pk, policies.SEE_LOGS))


def _entry(request: HttpRequest, entry: Any, **forms: Any) -> HttpResponse:
    user = request.user
    own = user.pk in (entry.by_id, entry.passed_to_id) or (
        entry.lead is not None and user.pk in (entry.lead.designer_id, entry.lead.customer_manager_id, entry.lead.registered_by_id)
    )
    may = policies.HANDLE_LOG.reaches(user, entry.store_id, own=own)
    passing: Any = forms.get("passing") or PassForm()
    passing.fields["to"].offer(entry.store_id, but=entry.passed_to)
    context = {
        "entry": entry, "kind": entry.kind, "log_title": _title(entry.kind), "number": masked(entry.number), "may": may,
        "may_register": policies.REGISTER.allows(user) and entry.lead_id is None, "files": files_for(entry, user) if may else [],
        "settling": forms.get("settling") or SettleForm(), "passing": passing, "linking": forms.get("linking") or LinkForm(),
    }  # fmt: skip
    return render(request, "leads/log_entry.html", context, status=422 if forms else 200)


@allowed(policies.HANDLE_LOG, methods=("POST",))
@once
def log_handlings(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """How it was dealt with; the clock stops."""
    entry = entry_for(request, kind, pk, policies.HANDLE_LOG)
    form = SettleForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.settle_log(entry, handling=form.cleaned_data["handling"], by=request.user, at=timezone.now())
            messages.success(request, _("It is settled."))
            return redirect(entry)
    return _entry(request, entry, settling=form)


@allowed(policies.HANDLE_LOG, methods=("POST",))
@once
def log_passings(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Pass it on; from now on it stands on that person's desk."""
    entry = entry_for(request, kind, pk, policies.HANDLE_LOG)
    form = PassForm(request.POST)
    form.fields["to"].offer(entry.store_id)  # type: ignore[attr-defined]
    if form.is_valid():
        with refusals_on(form):
            services.pass_log(entry, to=form.cleaned_data["to"], by=request.user, at=timezone.now())
            messages.success(request, _("{name} finds it on the desk now.").format(name=form.cleaned_data["to"]))
            return redirect(entry)
    return _entry(request, entry, passing=form)


@allowed(policies.HANDLE_LOG, methods=("POST",))
@once
def log_links(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Say which enquiry it was about."""
    entry = entry_for(request, kind, pk, policies.HANDLE_LOG)
    form = LinkForm(request.POST)
    if form.is_valid():
        lead = Lead.objects.visible_to(request.user).filter(ref=form.cleaned_data["ref"].strip().upper()).first()
        if lead is None:
            form.add_error("ref", _("No enquiry that you may open has this number."))
        else:
            with refusals_on(form):
                services.link_log(entry, lead, by=request.user, at=timezone.now())
                messages.success(request, _("It stands in the file of {ref}.").format(ref=lead.ref))
                return redirect(entry)
    return _entry(request, entry, linking=form)


@allowed(policies.REGISTER, methods=("POST",))
@once
def log_registrations(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """One tap: register the caller with what was typed."""
    return _on_to_registration(request, entry_for(request, kind, pk, policies.SEE_LOGS))
