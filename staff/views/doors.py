"""Signing in and out: Django's own view, a count of failures by axes, and the second step when it is on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from core.policies import open_to_all
from staff import services
from staff.forms import CodeForm, SignInForm
from staff.models import User
from staff.services.second_factor import check_code, has_second_factor

_PENDING = "second_step"
_SECOND_STEP_TAKES = timedelta(minutes=5)
BACKEND = "staff.backend.PostsBackend"


class _SignIn(LoginView):
    """The page of user name and password."""

    template_name = "staff/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        person: User = form.get_user()
        onward = self.get_success_url()
        if has_second_factor(person):
            self.request.session.cycle_key()
            self.request.session[_PENDING] = {
                "person": person.pk, "password": person.password[-12:], "next": onward, "at": timezone.now().isoformat(),
            }  # fmt: skip
            return redirect("login-code")
        return _let_in(self.request, person, onward)


sign_in = open_to_all("nobody is signed in yet")(_SignIn.as_view())


@open_to_all("the password was right, the code is still missing")
@never_cache
@sensitive_post_parameters("code")
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the app, or a recovery code."""
    pending = _pending(request)
    if pending is None:
        return redirect("login")
    person, onward = pending
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if check_code(person, form.cleaned_data["code"]):
            del request.session[_PENDING]
            return _let_in(request, person, onward)
        form.add_error("code", _("This code is not right, was used already, or came too soon after a wrong one."))
    return render(request, "staff/login_code.html", {"form": form}, status=422 if form.errors else 200)


def _pending(request: HttpRequest) -> tuple[User, str] | None:
    """Who gave the right password in this browser within the last minutes."""
    kept = request.session.get(_PENDING)
    if not kept or timezone.now() - datetime.fromisoformat(kept["at"]) > _SECOND_STEP_TAKES:
        return None
    person = User.objects.here().filter(pk=kept["person"]).first()
    if person is None or person.password[-12:] != kept["password"]:
        return None
    return person, kept["next"]


def _let_in(request: HttpRequest, person: User, onward: str) -> HttpResponse:
    login(request, person, backend=BACKEND)
    services.begin_session(
        person, key=request.session.session_key or "", device=request.headers.get("User-Agent", ""),
        address=request.META.get("REMOTE_ADDR") or None, at=timezone.now(),
    )  # fmt: skip
    return redirect(reverse("staff:password") if person.must_change_password else onward)


@open_to_all("whoever is signed out already may press it again")
@require_POST
@never_cache
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out in this browser."""
    if request.user.is_authenticated:
        services.sign_out(request.user, key=request.session.session_key or "", at=timezone.now())
        logout(request)
        messages.success(request, _("You are signed out."))
    answer = redirect("login")
    answer["Clear-Site-Data"] = '"cache"'  # the next one at this desk does not page back
    return answer


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Too many wrong passwords; the same for names that exist and names that do not."""
    form = SignInForm(request, data=None)
    minutes = int(settings.AXES_COOLOFF_TIME * 60)
    context = {"form": form, "locked_minutes": minutes, "next": _safe_next(request)}
    answer = render(request, "staff/login.html", context, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer


def _safe_next(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    good = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if good else resolve_url(settings.LOGIN_REDIRECT_URL)
