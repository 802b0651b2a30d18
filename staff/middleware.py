"""What every request of a signed-in person passes: the session is seen, a first password is changed before anything else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from staff.services.sessions import SEEN_EVERY, forget_session, forgotten, see_session

_SEEN, _SINCE = "seen", "since"


def signed_in(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Keep the session list fresh (one write in five minutes), sign out what was left alone, lead new people to their password."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated:
            if not _seen(request):
                return _out(request)
            if user.must_change_password and not _may_pass(request.path):
                return redirect("staff:password")
        return get_response(request)

    return middleware


def _seen(request: HttpRequest) -> bool:
    """Note that the browser is used; False when it was left alone for too long."""
    now, session, person = timezone.now(), request.session, request.user
    since = session.get(_SINCE, int(now.timestamp()))
    seen = session.get(_SEEN, since)
    if forgotten(person, seen_at=_moment(seen), since=_moment(since), at=now):  # type: ignore[arg-type]
        return False
    if _SEEN not in session or now.timestamp() - seen > SEEN_EVERY.total_seconds():
        session[_SEEN], session[_SINCE] = int(now.timestamp()), since
        see_session(person, key=session.session_key or "", at=now)  # type: ignore[arg-type]
    return True


def _moment(stamp: int) -> datetime:
    return datetime.fromtimestamp(stamp, tz=UTC)


def _out(request: HttpRequest) -> HttpResponse:
    """To the door and, after signing in, back to the page; what was typed waits there as a draft."""
    forget_session(request.user, key=request.session.session_key or "", at=timezone.now())  # type: ignore[arg-type]
    logout(request)
    messages.info(request, _("This browser was not used for long, so you were signed out. Sign in to go on where you were."))
    return redirect_to_login(request.get_full_path() if request.method == "GET" else reverse("desk"), reverse("login"))


def _may_pass(path: str) -> bool:
    return path in (reverse("staff:password"), reverse("logout"), "/language/") or path.startswith("/static/")
