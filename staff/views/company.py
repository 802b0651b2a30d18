"""The company: its profile, its stores, its posts and what each may."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import CompanyProfile
from core.once import once
from core.policies import allowed
from core.refusals import refusals_on
from staff import selectors, services
from staff.forms import ChoicesForm, CompanyForm, NewStoreForm, StoreForm
from staff.models import Store
from staff.policies import CHOOSE, EDIT_COMPANY, OPEN_STORES, SEE_POSTS, SEE_STORES


@allowed(EDIT_COMPANY)
@once
def company(request: HttpRequest) -> HttpResponse:
    """The profile as papers show it from now on."""
    profile = get_object_or_404(CompanyProfile.objects.select_related("logo"))
    form = CompanyForm(request.POST or None, request.FILES or None, instance=profile)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            services.change_profile(
                by=request.user, at=timezone.now(), logo=form.cleaned_data["picture"] or None, **form.particulars()
            )
            messages.success(request, _("Saved. Papers issued from now on show it."))
            return redirect("staff:company")
    shown = CompanyProfile.objects.select_related("logo").get() if form.is_bound else profile
    return render(request, "staff/company.html", {"form": form, "profile": shown}, status=422 if form.errors else 200)


@allowed(CHOOSE)
@once
def choices(request: HttpRequest) -> HttpResponse:
    """What the handbook leaves to the company; it counts from now on."""
    form = ChoicesForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            services.choose(form.chosen, by=request.user, at=timezone.now())
            messages.success(request, _("Chosen. It counts for everything that begins from now on."))
            return redirect("staff:choices")
    return render(request, "staff/choices.html", {"form": form, "edits": EDIT_COMPANY.allows(request.user)}, status=422 if form.is_bound else 200)


@allowed(SEE_STORES, methods=("GET",))
def stores(request: HttpRequest) -> HttpResponse:
    """The stores that I may see, with how many people work there."""
    rows = selectors.stores_with_people(request.user)
    return render(request, "staff/stores.html", {"rows": rows, "opens": OPEN_STORES.allows(request.user)})


@allowed(OPEN_STORES)
@once
def new_store(request: HttpRequest) -> HttpResponse:
    """Open a store."""
    form = NewStoreForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            store = services.open_store(by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(
                request,
                _("%(name)s is open. Its numbers begin with %(code)s.") % {"name": store.name, "code": store.code},
            )
            return redirect("staff:stores")
    return render(request, "staff/store_form.html", {"form": form, "store": None}, status=422 if form.errors else 200)


@allowed(OPEN_STORES)
@once
def store(request: HttpRequest, code: str) -> HttpResponse:
    """Change a store's particulars."""
    row = get_object_or_404(Store.objects.visible_to(request.user), code=code)
    kept = {"name": row.name, "city": row.city, "address": row.address, "phone": row.phone}
    form = StoreForm(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            services.change_store(row, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("staff:stores")
    return render(request, "staff/store_form.html", {"form": form, "store": row}, status=422 if form.errors else 200)


@allowed(SEE_POSTS, methods=("GET",))
def posts(request: HttpRequest) -> HttpResponse:
    """The posts by department, who holds them, and what each may."""
    return render(request, "staff/posts.html", {"departments": selectors.chart()})
