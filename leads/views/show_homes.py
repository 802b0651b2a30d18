"""Show homes (L17): what is published now, the homes themselves, visits, the notice of the week."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.lists import address
from core.once import once
from core.policies import Scope, allowed
from core.refusals import refusals_on
from leads import policies, services
from leads import selectors_show_homes as homes
from leads.forms_calendar import ClosingForm, NoticeForm, ShowHomeForm, VisitForm
from leads.models import ShowHome
from staff.models import Store

MOST_PHOTOS = 12


def _stores(request: HttpRequest, permission: Any) -> list[Store]:
    if permission.scope(request.user) is Scope.COMPANY:
        return list(Store.objects.order_by("pk"))
    return list(Store.objects.filter(pk__in=permission.stores(request.user)).select_related("dossier").order_by("pk"))


def store_asked(request: HttpRequest, permission: Any) -> tuple[Store, list[Store]]:
    """The store that the address asks for, among those within reach; else the first of them."""
    stores = _stores(request, permission)
    return next((each for each in stores if each.code == request.GET.get("store", "")), stores[0]), stores


def _show_home(request: HttpRequest, pk: int) -> ShowHome:
    rows = ShowHome.objects.visible_to(request.user, policies.KEEP_SHOW_HOMES).filter(closed_at__isnull=True)
    found: ShowHome = get_object_or_404(rows.select_related("store__dossier", "keeper", "home"), pk=pk)
    return found


def _photos(request: HttpRequest) -> list[Any]:
    return request.FILES.getlist("photos")[:MOST_PHOTOS]


@allowed(policies.SEE_SHOW_HOMES, methods=("GET",))
def show_homes(request: HttpRequest) -> HttpResponse:
    """What the last notice of the store says, and for the store manager every show home with its last visit."""
    store, stores = store_asked(request, policies.SEE_SHOW_HOMES)
    may_keep = policies.KEEP_SHOW_HOMES.reaches(request.user, store.pk, own=False)
    now = timezone.now()
    notice = homes.notice_of(store)
    context = {
        "store": store, "notice": notice, "lines": homes.lines_of(notice, now), "now": now, "may_keep": may_keep,
        "homes": homes.kept_by(store, request.user) if may_keep else [],
        "stores": [{"says": s.name, "url": address(request, store=s.code), "active": s.pk == store.pk} for s in stores] if len(stores) > 1 else [],
        "may_book": policies.APPOINT.allows(request.user),
    }  # fmt: skip
    return render(request, "leads/show_homes.html", context)


@allowed(policies.KEEP_SHOW_HOMES)
@once
def show_home_new(request: HttpRequest) -> HttpResponse:
    """Add a show home."""
    store, _stores_too = store_asked(request, policies.KEEP_SHOW_HOMES)
    posted = request.POST if request.method == "POST" else None
    form = ShowHomeForm(posted, store=store, user=request.user)
    if form.is_valid():
        told = dict(form.cleaned_data)
        with refusals_on(form):
            services.add_show_home(store, home=told.pop("home_of"), photos=_photos(request), by=request.user, at=timezone.now(), **told)
            messages.success(request, _("The show home is added. It is published after your own visit."))
            return redirect(reverse("leads:show-homes") + f"?store={store.code}")
    return render(request, "leads/show_home_form.html", {"form": form, "store": store, "row": None}, status=422 if form.is_bound else 200)


@allowed(policies.KEEP_SHOW_HOMES)
@once
def show_home(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is known of a show home, or add photos."""
    row = _show_home(request, pk)
    posted = request.POST if request.method == "POST" else None
    start = {name: getattr(row, name) for name in ("name", "address", "open_from", "open_until", "contact", "consent", "note")} | {"keeper": row.keeper_id}
    form = ShowHomeForm(posted, store=row.store, user=request.user, changing=True, initial=start)
    if form.is_valid():
        with refusals_on(form):
            services.change_show_home(row, photos=_photos(request), by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("It is corrected; the notices that were published stay as they were."))
            return redirect(reverse("leads:show-homes") + f"?store={row.store.code}")
    context = {"form": form, "store": row.store, "row": row, "photos": homes.photos_of(row)}
    return render(request, "leads/show_home_form.html", context, status=422 if form.is_bound else 200)


@allowed(policies.KEEP_SHOW_HOMES)
@once
def show_home_visits(request: HttpRequest, pk: int) -> HttpResponse:
    """The store manager was there."""
    row = _show_home(request, pk)
    form = VisitForm(request.POST if request.method == "POST" else None, initial={"at": timezone.localtime()})
    if form.is_valid():
        with refusals_on(form):
            services.visit_show_home(row, note=form.cleaned_data["note"], by=request.user, at=form.cleaned_data["at"])
            messages.success(request, _("The visit is noted; {name} may be published within a week.").format(name=row.name))
            return redirect(reverse("leads:show-homes") + f"?store={row.store.code}")
    words = _words(row, form, _("Note your visit"), pgettext("show home", "Note the visit"))
    return render(request, "leads/show_home_act.html", words, status=422 if form.is_bound else 200)


@allowed(policies.KEEP_SHOW_HOMES)
@once
def show_home_closings(request: HttpRequest, pk: int) -> HttpResponse:
    """It is shown no more."""
    row = _show_home(request, pk)
    form = ClosingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            services.close_show_home(row, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
            messages.success(request, _("{name} is shown no more.").format(name=row.name))
            return redirect(reverse("leads:show-homes") + f"?store={row.store.code}")
    return render(request, "leads/show_home_act.html", _words(row, form, _("Stop showing it"), _("Take off the list")), status=422 if form.is_bound else 200)


def _words(row: ShowHome, form: Any, title: str, button: str) -> dict[str, Any]:
    return {"row": row, "form": form, "title": title, "button": button, "store": row.store}


@allowed(policies.KEEP_SHOW_HOMES)
@once
def show_home_notices(request: HttpRequest) -> HttpResponse:
    """L17: publish the notice of the week."""
    store, _stores_too = store_asked(request, policies.KEEP_SHOW_HOMES)
    now = timezone.now()
    rows = homes.kept_by(store, request.user)
    ready = [row.pk for row in rows if row.publishable(now)]
    form = NoticeForm(request.POST if request.method == "POST" else None, store=store, initial={"show_homes": ready})
    if form.is_valid():
        with refusals_on(form):
            services.publish_show_homes(
                store, show_homes=list(form.cleaned_data["show_homes"]), note=form.cleaned_data["note"], by=request.user, at=now
            )
            messages.success(request, _("The notice is published; everybody who sells sees it."))
            return redirect(reverse("leads:show-homes") + f"?store={store.code}")
    context = {"form": form, "store": store, "homes": rows, "ready": ready, "now": now}
    return render(request, "leads/show_home_notice.html", context, status=422 if form.is_bound else 200)
