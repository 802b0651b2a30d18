"""What every request of a signed-in person passes: the session is seen, a first password is changed before anything else."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from staff.services.sessions import SEEN_EVERY, see_session

_SEEN = "seen"


def signed_in(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Keep the session list fresh (one write in ten minutes) and lead new people to the page of their password."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated:
            _seen(request)
            if user.must_change_password and not _may_pass(request.path):
                return redirect("staff:password")
        return get_response(request)

    return middleware


def _seen(request: HttpRequest) -> None:
    now = timezone.now()
    if now.timestamp() - request.session.get(_SEEN, 0) > SEEN_EVERY.total_seconds():
        request.session[_SEEN] = int(now.timestamp())
        see_session(request.user, key=request.session.session_key or "", at=now)  # type: ignore[arg-type]


def _may_pass(path: str) -> bool:
    return path in (reverse("staff:password"), reverse("logout"), "/language/") or path.startswith("/static/")
