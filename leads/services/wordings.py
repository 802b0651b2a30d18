"""A store's own wording of the messages to customers, in versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.refusals import Refused
from leads.models import TextVersion
from leads.texts import WORDS, fill, texts, unknown
from staff import posts
from staff.models import Store, User


@transaction.atomic
def word_text(store: Store, code: str, *, body: str, by: User, at: datetime) -> TextVersion:
    """A new version of a message; an empty one takes the house's words again.  Words in braces must be known ones."""
    locked = Store.objects.select_for_update(no_key=True, of=("self",)).select_related("dossier").get(pk=store.pk)
    if code not in texts():
        raise Refused(_("There is no such message."))
    body = body.strip()
    if wrong := unknown(body):
        raise Refused(_("Nothing fills {wrong}. Known words: {words}.").format(wrong="{" + wrong[0] + "}", words=posts.listed(WORDS)))
    if body.count("{") != body.count("}"):
        raise Refused(_("A brace is missing."))
    if body and not fill(body, {"称呼": "陈女士"}):
        raise Refused(_("At least one sentence must stand without words that may be missing."))
    last = TextVersion.objects.filter(store=store, code=code).order_by("-version").first()
    if (last.body if last else "") == body:
        raise Refused(_("These are the words in force already."))
    made = TextVersion.objects.create(store=store, code=code, version=(last.version if last else 0) + 1, body=body, by=by, at=at)
    dossier: Any = locked.dossier  # open_store made it
    audit.record(dossier, "leads.text_worded", by=by, at=at, code=code, version=made.version)
    return made


def own_words(store: Store | int) -> dict[str, str]:
    """The store's wordings in force by code; where the house's words count there is none."""
    rows = TextVersion.objects.filter(store=store).order_by("code", "-version").distinct("code").values_list("code", "body")
    return {code: body for code, body in rows if body}
