"""What every request gets: an id for the log, the security headers, a language."""

import logging
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import translation

Handler = Callable[[HttpRequest], HttpResponse]
_current: ContextVar[str] = ContextVar("request_id", default="-")


class RequestIdFilter(logging.Filter):
    """Puts the id of the request being answered on every line of the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _current.get()
        return True


def request_id(get_response: Handler) -> Handler:
    """Name the request. The error page shows the same id, so a person can read it out on the phone."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.id = uuid.uuid4().hex[:12]  # type: ignore[attr-defined]
        token = _current.set(request.id)  # type: ignore[attr-defined]
        try:
            response = get_response(request)
        finally:
            _current.reset(token)
        response["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        return response

    return middleware


def security_headers(get_response: Handler) -> Handler:
    """The content security policy of every answer; a view may only set a stricter one itself."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Cache-Control", "private, no-cache")  # customers' data: nobody between keeps a page
        response.headers.setdefault("Permissions-Policy", "geolocation=(), microphone=(), payment=(), usb=()")
        return response

    return middleware


def language(get_response: Handler) -> Handler:
    """Chinese unless this browser chose otherwise here (the language cookie). What the phone's maker
    configured says nothing about the language the company works in, so Accept-Language is not read."""

    known = {code for code, _ in settings.LANGUAGES}

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        code = chosen if chosen in known else settings.LANGUAGE_CODE
        with translation.override(code):
            request.LANGUAGE_CODE = code  # type: ignore[attr-defined]
            response = get_response(request)
        response.headers.setdefault("Content-Language", code)
        return response

    return middleware


def posted_here(get_response: Handler) -> Handler:
    """An address that only takes what is posted, opened as a page: after signing in again, from a tab that slept, by the back button."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 405 or request.method != "GET" or response.content:
            return response
        page = render(request, "errors/405.html", {"up": page_above(request.path)}, status=405)
        page["Allow"] = response["Allow"]
        return page

    return middleware


def page_above(path: str) -> str:
    """The nearest address above this one that can be opened."""
    while path := path.rstrip("/").rpartition("/")[0]:
        try:
            view = resolve(f"{path}/").func
        except Resolver404:
            continue
        if "GET" in getattr(view, "methods", ()):
            return f"{path}/"
    return "/"


class Busy:
    """Two people at the same record, and the second waited too long: a sentence and 503, never a crash."""

    WAITED = ("55P03", "57014", "40P01", "40001")  # lock, statement timeout, deadlock, serialization

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError) and getattr(error.__cause__, "pgcode", "") in self.WAITED:
            answer = render(request, "errors/busy.html", status=503)
            answer["Retry-After"] = "3"
            return answer
        return None
