"""One's own account: password, browsers, second step."""

from __future__ import annotations

from base64 import b32encode
from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from markupsafe import Markup

from core.policies import SIGNED_IN, allowed
from core.refusals import refusals_on
from staff import selectors, services
from staff.forms import CodeForm, OwnPasswordForm, PasswordForm
from staff.services.second_factor import has_second_factor, pending_device, recovery_codes_left
from staff.services.sessions import move_session


@allowed(SIGNED_IN, methods=("GET",))
def account(request: HttpRequest) -> HttpResponse:
    """Who I am here, and the ways to keep the account mine."""
    person = request.user
    return render(
        request,
        "staff/account.html",
        {
            "person": person,
            "holdings": selectors.holdings_of(person),
            "sessions": selectors.sessions_of(person, here=request.session.session_key or ""),
            "second_factor": has_second_factor(person),
            "codes_left": recovery_codes_left(person),
        },
    )


@sensitive_post_parameters()
@never_cache
@allowed(SIGNED_IN)
def password(request: HttpRequest) -> HttpResponse:
    """Choose a new password; every other browser is signed out."""
    first = request.user.must_change_password
    form = PasswordForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        before = request.session.session_key or ""
        person = services.change_password(
            request.user, password=form.cleaned_data["new"], key=before, at=timezone.now()
        )
        update_session_auth_hash(request, person)
        move_session(person, before=before, after=request.session.session_key or "")
        messages.success(request, _("The password is changed. Every other browser is signed out."))
        return redirect("/" if first else "staff:account")
    return render(request, "staff/password.html", {"form": form, "first": first}, status=422 if form.errors else 200)


@allowed(SIGNED_IN, methods=("GET",))
def sessions(request: HttpRequest) -> HttpResponse:
    """Where I am signed in."""
    rows = selectors.sessions_of(request.user, here=request.session.session_key or "")
    return render(request, "staff/sessions.html", {"rows": rows})


@allowed(SIGNED_IN, methods=("POST",))
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign one browser out."""
    session = get_object_or_404(request.user.sessions.select_related("user__dossier"), pk=pk, ended_at=None)
    services.end_session(session, by=request.user, at=timezone.now())
    messages.success(request, _("That browser is signed out."))
    return redirect("staff:sessions")


@allowed(SIGNED_IN, methods=("POST",))
def other_sessions_end(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    ended = services.end_other_sessions(request.user, key=request.session.session_key or "", at=timezone.now())
    messages.success(
        request,
        _("Signed out in %(number)s other browsers.") % {"number": ended}
        if ended
        else _("You are signed in nowhere else."),
    )
    return redirect("staff:sessions")


@never_cache
@allowed(SIGNED_IN)
def second_factor(request: HttpRequest) -> HttpResponse:
    """The second step: scan, confirm with the first code, keep the recovery codes."""
    person = request.user
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            codes = services.enrol_second_factor(person, code=form.cleaned_data["code"], at=timezone.now())
            return render(request, "staff/recovery_codes.html", {"codes": codes, "fresh": True})
    return _second_factor_page(request, {"form": form})


def _second_factor_page(request: HttpRequest, more: dict[str, Any]) -> HttpResponse:
    person = request.user
    on = has_second_factor(person)
    context: dict[str, Any] = {"on": on, "codes_left": recovery_codes_left(person) if on else 0, "qr": "", "secret": ""}
    if not on:
        device = pending_device(person)
        secret = b32encode(device.bin_key).decode().rstrip("=")
        context |= {
            "qr": _qr(device.config_url),
            "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        }
    context |= {"form": CodeForm(), "off_form": OwnPasswordForm(person=person)} | more
    wrong = any(form.errors for form in (context["form"], context["off_form"]))
    return render(request, "staff/second_factor.html", context, status=422 if wrong else 200)


@allowed(SIGNED_IN, methods=("POST",))
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes; asks for the password."""
    form = OwnPasswordForm(request.POST, person=request.user)
    if form.is_valid():
        with refusals_on(form):
            codes = services.new_recovery_codes(request.user, at=timezone.now())
            return render(request, "staff/recovery_codes.html", {"codes": codes, "fresh": False})
    return _second_factor_page(request, {"off_form": form})


@allowed(SIGNED_IN, methods=("POST",))
def second_factor_end(request: HttpRequest) -> HttpResponse:
    """Sign in with the password alone again; asks for the password."""
    form = OwnPasswordForm(request.POST, person=request.user)
    if form.is_valid():
        with refusals_on(form):
            services.drop_second_factor(request.user, at=timezone.now())
            messages.success(request, _("The second step is off."))
            return redirect("staff:account")
    return _second_factor_page(request, {"off_form": form})


def _qr(url: str) -> Markup:
    """The secret as an inline picture: it never becomes a file or an address."""
    picture = segno.make(url, error="m").svg_inline(scale=5, border=2, dark="#1B1E22", light="#FFFFFF", omitsize=True)
    return Markup(picture)  # noqa: S704 (drawn by us from our own address)
