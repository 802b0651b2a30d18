"""A form that is posted twice acts once: the repeat gets the first answer (double tap, lost network, two tabs)."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from core.models import Draft, PostReceipt

FIELD = "once"
DRAFT = "draft_key"


def once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A POST carrying a client key runs in one transaction with its receipt; a replay is redirected to the first answer.

    An answer that is no redirect (the form came back) leaves nothing behind, so the corrected form may use the key again; an answer
    that exists only once (`shown_once`) is not given again, the replay goes where it says.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = _key(request)
        if request.method != "POST" or key is None:
            return view(request, *args, **kwargs)
        body = hashlib.sha256(_fingerprint(request)).hexdigest()
        try:
            with transaction.atomic():
                receipt = PostReceipt.objects.create(
                    user=request.user, key=key, body_sha256=body, path=request.path[:240]
                )
                with transaction.atomic():
                    response = view(request, *args, **kwargs)
                if goes_to := _then(response):
                    PostReceipt.objects.filter(pk=receipt.pk).update(location=goes_to[:400])
                    _forget_draft(request)
                else:
                    transaction.set_rollback(True)
                return response
        except IntegrityError:
            first = PostReceipt.objects.filter(user=request.user, key=key).first()
            if first is None:
                raise
            if first.body_sha256 != body or first.path != request.path[:240]:
                return _told_other(request, first)
            return HttpResponseRedirect(first.location or request.path)

    return guarded


def shown_once(response: HttpResponse, *, then: str) -> HttpResponse:
    """An answer that was acted for and cannot be given twice (a first password): the repeat of the post is sent to `then`."""
    response.acted_then = then  # type: ignore[attr-defined]
    return response


def _told_other(request: HttpRequest, first: PostReceipt) -> HttpResponse:
    """Somebody went back to a form that had arrived and sent it changed: led to what came of the first, told that nothing was added."""
    says = _("This form had arrived already; what you sent now was not recorded a second time. To do it once more, open the form again.")
    if not first.location or "HX-Request" in request.headers or not hasattr(request, "_messages"):
        return HttpResponse(says, status=409, content_type="text/plain; charset=utf-8")
    messages.error(request, says)
    return HttpResponseRedirect(first.location)


def _forget_draft(request: HttpRequest) -> None:
    """What was typed has arrived: its draft must not be laid into the next empty form (the next customer's)."""
    key = request.POST.get(DRAFT, "")
    if key and "\x00" not in key and not key.startswith(Draft.OURS):
        Draft.objects.filter(user=request.user, key=key[:160]).delete()


def _then(response: HttpResponse) -> str:
    """Where the repeat of a post that acted is sent; empty when it did not act."""
    if response.status_code in (301, 302, 303):
        return response["Location"]
    return getattr(response, "acted_then", "")


def _key(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None


def _fingerprint(request: HttpRequest) -> bytes:
    fields = [
        (name, value)
        for name, values in sorted(request.POST.lists())
        if name not in (FIELD, "csrfmiddlewaretoken")
        for value in values
    ]
    files = [(name, f.name, f.size) for name in sorted(request.FILES) for f in request.FILES.getlist(name)]
    return repr((fields, files)).encode("utf-8", "surrogatepass")
