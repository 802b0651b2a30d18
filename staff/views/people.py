"""People: the list, a person, hiring one or a whole Excel list, posts, leaving, first passwords."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from core.lists import keyset
from core.once import once, shown_once
from core.policies import allowed
from core.refusals import Refused, refusals_on
from core.sheets import download
from staff import passwords, selectors, services, sheets
from staff.forms import EndPostForm, HoldPostForm, LeaveForm, NewPersonForm, PeopleFileForm, PersonForm
from staff.models import User
from staff.policies import MANAGE_ACCOUNTS, MANAGE_PEOPLE, SEE_PEOPLE

_LIST_SALT = "staff.people-list"
_LIST_KEEPS = 3600


@allowed(SEE_PEOPLE, methods=("GET",))
def people(request: HttpRequest) -> HttpResponse:
    """Colleagues of my stores, or of the company."""
    manages = MANAGE_PEOPLE.allows(request.user)
    asked = selectors.PeopleAsked.read(request.GET, left_too=manages)
    rows = selectors.people(request.user, asked)
    page = keyset(rows, order=("pinyin", "id"), after=request.GET.get("after", ""))
    return render(
        request,
        "staff/people.html",
        {
            "page": page,
            "lines": [selectors.person_line(row) for row in page.rows],
            "asked": asked,
            "stores": selectors.stores_seen_by(request.user),
            "departments": selectors.departments(),
            "manages": manages,
        },
    )


@never_cache
@allowed(MANAGE_PEOPLE)
@once
def new_person(request: HttpRequest) -> HttpResponse:
    """Hire a person; the first password is shown once."""
    form = NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data, password = form.cleaned_data, passwords.first()
        with refusals_on(form):
            person = services.hire(
                full_name=data["full_name"], mobile=data["mobile"], store=data["store"], posts=form.posts, hired_on=data["hired_on"],
                superior=data["superior"], username=data["username"], password_hash=passwords.hashed(password), by=request.user,
                at=timezone.now(),
            )  # fmt: skip
            return _show_passwords(request, [(person, password)], why="hired")
    return render(request, "staff/person_new.html", {"form": form}, status=422 if form.errors else 200)


def _show_passwords(request: HttpRequest, hired: list[tuple[User, str]], *, why: str) -> HttpResponse:
    """First passwords exist in this one answer only: they are stored nowhere, so the page is printed or read out."""
    page = render(request, "staff/first_passwords.html", {"hired": hired, "why": why})
    return shown_once(page, then=reverse("staff:people") if len(hired) > 1 else reverse("staff:person", args=[hired[0][0].username]))


@allowed(SEE_PEOPLE, methods=("GET",))
def person(request: HttpRequest, username: str) -> HttpResponse:
    """One colleague."""
    return _person_page(request, _someone(request, username))


def _someone(request: HttpRequest, username: str) -> User:
    visible = User.objects.visible_to(request.user).select_related("home_store", "superior", "dossier")
    return get_object_or_404(visible, username=username)


def _person_page(request: HttpRequest, person: User, **more: Any) -> HttpResponse:
    manages = MANAGE_PEOPLE.allows(request.user)
    accounts = MANAGE_ACCOUNTS.allows(request.user)
    here = person.left_on is None
    own, held = person.pk == request.user.pk, selectors.holdings_of(person)
    context: dict[str, Any] = {
        "person": person,
        "holdings": held,
        "manages": manages and here and not own,
        "accounts": accounts and here and not own,
        "own": own,
        "access": selectors.access_of(person) if accounts else None,
        "history": selectors.history_of(person) if manages or accounts else (),
        "mobile_shown": False,
        "hold_form": None,
        "end_form": None,
        "leave_form": None,
        "refused": None,
    }
    if context["manages"]:
        context |= {
            "hold_form": HoldPostForm(initial={"store": person.home_store_id}),
            "end_form": EndPostForm(held=held),
            "leave_form": LeaveForm(),
        }
    context |= more
    wrong = any(
        form is not None and form.errors for form in (context["hold_form"], context["end_form"], context["leave_form"])
    )
    return render(request, "staff/person.html", context, status=422 if wrong or context["refused"] else 200)


@allowed(MANAGE_PEOPLE)
@once
def person_particulars(request: HttpRequest, username: str) -> HttpResponse:
    """Change a person's name, mobile number or superior."""
    person = get_object_or_404(
        User.objects.visible_to(request.user).here().select_related("dossier"), username=username
    )
    kept = {"full_name": person.full_name, "mobile": person.mobile, "superior": person.superior_id}
    form = PersonForm(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            services.change_person(person, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("staff:person", username=person.username)
    return render(
        request, "staff/person_form.html", {"form": form, "person": person}, status=422 if form.errors else 200
    )


@allowed(MANAGE_PEOPLE, methods=("POST",))
@once
def posts_held(request: HttpRequest, username: str) -> HttpResponse:
    """Give a post."""
    person = _someone(request, username)
    form = HoldPostForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.hold_post(person, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(
                request, _("Given. It counts from the next page that %(name)s opens.") % {"name": person.full_name}
            )
            return redirect("staff:person", username=username)
    return _person_page(request, person, hold_form=form)


@allowed(MANAGE_PEOPLE, methods=("POST",))
@once
def posts_ended(request: HttpRequest, username: str) -> HttpResponse:
    """End a post."""
    person = _someone(request, username)
    form = EndPostForm(request.POST, held=selectors.holdings_of(person))
    if form.is_valid():
        with refusals_on(form):
            holding = person.holdings.get(pk=form.cleaned_data["holding"])
            services.end_post(holding, on=form.cleaned_data["on"], by=request.user, at=timezone.now())
            messages.success(request, _("The post is ended."))
            return redirect("staff:person", username=username)
    return _person_page(request, person, end_form=form)


@allowed(MANAGE_PEOPLE, methods=("POST",))
@once
def leaving(request: HttpRequest, username: str) -> HttpResponse:
    """Record that a person left."""
    person = _someone(request, username)
    form = LeaveForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.leave(person, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(
                request, _("%(name)s is signed out everywhere and cannot sign in again.") % {"name": person.full_name}
            )
            return redirect("staff:person", username=username)
    return _person_page(request, person, leave_form=form)


@never_cache
@allowed(MANAGE_ACCOUNTS, methods=("POST",))
@once
def password_reset(request: HttpRequest, username: str) -> HttpResponse:
    """Give a first password to a person who cannot sign in."""
    person, password = _someone(request, username), passwords.first()
    try:
        services.reset_password(person, password_hash=passwords.hashed(password), by=request.user, at=timezone.now())
    except Refused as refusal:
        return _person_page(request, person, refused=refusal)
    return _show_passwords(request, [(person, password)], why="reset")


@allowed(MANAGE_ACCOUNTS, methods=("POST",))
def sessions_ended(request: HttpRequest, username: str) -> HttpResponse:
    """Sign a person out everywhere."""
    person = _someone(request, username)
    try:
        services.sign_out_everywhere(person, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _person_page(request, person, refused=refusal)
    messages.success(request, _("%(name)s is signed out everywhere.") % {"name": person.full_name})
    return redirect("staff:person", username=username)


@never_cache
@allowed(SEE_PEOPLE, methods=("POST",))
def mobile_shown(request: HttpRequest, username: str) -> HttpResponse:
    """Show the whole mobile number; logged on that person's file."""
    person = _someone(request, username)
    services.show_mobile(person, by=request.user, at=timezone.now())
    return _person_page(request, person, mobile_shown=True)


# --- a whole list ---------------------------------------------------------------------------------------------------------


@never_cache
@allowed(MANAGE_PEOPLE)
def people_import(request: HttpRequest) -> HttpResponse:
    """Read an Excel list and show what would be hired and which rows cannot be taken."""
    form = PeopleFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form), tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "people.xlsx"
            with path.open("wb") as out:
                for chunk in form.cleaned_data["file"].chunks():
                    out.write(chunk)
            read = sheets.read_people(path, sheets.Known.now(today=timezone.localdate()))
            context = {"list": read, "plan": _sealed(request, read.good), "titles": selectors.titles_of}
            return render(request, "staff/people_preview.html", context)
    return render(request, "staff/people_import.html", {"form": form}, status=422 if form.errors else 200)


def _sealed(request: HttpRequest, rows: tuple[sheets.PersonRow, ...]) -> str:
    """The rows as they were shown, signed for this person, for the form that confirms them."""
    return signing.dumps({"by": request.user.pk, "rows": sheets.packed(rows)}, salt=_LIST_SALT, compress=True)


@never_cache
@allowed(MANAGE_PEOPLE, methods=("POST",))
@once
def people_import_confirm(request: HttpRequest) -> HttpResponse:
    """Hire the rows that were shown as good; all of them or nobody."""
    try:
        plan = signing.loads(request.POST.get("plan", ""), salt=_LIST_SALT, max_age=_LIST_KEEPS)
    except (signing.BadSignature, json.JSONDecodeError, ValueError):
        plan = {"by": None, "rows": []}
    if plan["by"] != request.user.pk or not plan["rows"]:
        messages.error(request, _("This preview is out of date. Read the file again."))
        return redirect("staff:people-import")
    try:
        hired = services.import_people(sheets.unpacked(plan["rows"]), by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("staff:people-import")
    return _show_passwords(request, [(row.person, row.password) for row in hired], why="imported")


@allowed(MANAGE_PEOPLE, methods=("GET",))
def people_example(request: HttpRequest) -> HttpResponse:
    """An empty list with the right headers."""
    return download(sheets.example(), "员工名单.xlsx")
