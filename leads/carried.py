"""What was typed in one place and is needed in the next – a number, a name – carried in the session, never in an address (LR-43)."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest

KEY = "carried"
ID = "id"
NAMES = {"phone": 40, "name": 60, "needs": 1000, "log": 40}


def keep(request: HttpRequest, **told: str) -> None:
    """From now on this is what was typed last."""
    found = {name: str(told[name])[:most].replace("\x00", "") for name, most in NAMES.items() if told.get(name)}
    request.session[KEY] = {**found, ID: uuid.uuid4().hex}


def taken(request: HttpRequest) -> dict[str, Any]:
    """What was carried, if the address says that something was (`?carried=1`)."""
    if request.GET.get("carried") != "1":
        return {}
    found = request.session.get(KEY)
    return {name: value for name, value in found.items() if name in NAMES} if isinstance(found, dict) else {}


def draft_key(request: HttpRequest, key: str) -> str:
    """A form that something was carried into has a draft of its own: an older one would be laid over what was just typed."""
    found = request.session.get(KEY) if request.GET.get("carried") == "1" else None
    return f"{key}:{found[ID]}" if isinstance(found, dict) and ID in found else key


def drop(request: HttpRequest) -> None:
    """It has arrived."""
    request.session.pop(KEY, None)
