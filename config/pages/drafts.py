"""Drafts of forms, so that nothing typed is lost by a reload, a sign-out or a dead network."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from config import drafts
from core.models import Draft
from core.policies import SIGNED_IN, allowed
from core.refusals import Refused

LONGEST_KEY = 160


@allowed(SIGNED_IN)
def draft(request: HttpRequest) -> HttpResponse:
    """GET ?key=: what was kept; POST key, data: keep it, or forget it when `data` is empty."""
    key = (request.POST if request.method == "POST" else request.GET).get("key", "")
    if not key or len(key) > LONGEST_KEY or "\x00" in key or key.startswith(Draft.OURS):
        return JsonResponse({"data": None, "saved_at": ""}, status=400 if request.method == "POST" else 200)
    if request.method == "GET":
        return _found(request, key)
    text = request.POST.get("data", "")
    if not text:
        drafts.forget(request.user, key)
        return JsonResponse({"saved_at": ""})
    try:
        kept = drafts.keep(request.user, key, text, at=timezone.now())
    except Refused as refusal:
        return JsonResponse({"error": refusal.message}, status=422)
    return JsonResponse({"saved_at": timezone.localtime(kept.at).strftime("%H:%M")})


def _found(request: HttpRequest, key: str) -> HttpResponse:
    found = drafts.find(request.user, key)
    if found is None:
        return JsonResponse({"data": None, "saved_at": ""})
    return JsonResponse({"data": found.data, "saved_at": timezone.localtime(found.at).strftime("%H:%M")})
