"""Ten thousand malformed requests as people who may, over every field of every form: none crashes, most reach the form's own check.

Each form is filled to the brim, too: what it lets pass, its record holds.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
import traceback
from collections import Counter
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.exception import convert_exception_to_response
from django.core.signals import got_request_exception
from django.db import transaction
from django.template.backends import jinja2
from django.test import Client, RequestFactory
from django.urls import resolve
from django.utils import translation

from tests import pages
from tests.proof import malformed
from tests.proof.access import rows
from tests.proof.crawl import OUTSIDE, Crawl, shown_forms
from tests.proof.forms import Field, Form
from tests.world import World

REQUESTS = int(os.environ.get("REQUESTS", "10000"))
SEED = int(os.environ.get("SEED", "20261124"))
BRIMFUL = 2  # requests to each form, before the malformed ones, with as many words as its fields take
MOST_FILES, BOOKS = 12, 1  # in a hundred: pictures are decoded, workbooks opened in a process of their own
BOOK_FORMS = frozenset({"staff:people-import", "leads:import-new", "leads:price-list-new"})
# Forms that no page of the table shows by itself: their fields by hand.
BY_HAND = {
    "projects:passes": ("worker", "trade", "id_number", "number", "valid_until"), "projects:pass-returns": ("passes", "returned_on"),
    "projects:permit-approvals": ("number", "approved_on", "valid_from", "valid_until", "agreement_signed", "deposit", "rubbish_fee", "scan"),
    "projects:permit-rejections": ("reason",),
    "projects:extensions": ("days", "agreed", "situation", "told_on", "talks"),
    "drafts": ("key", "data"), "language": ("language", "next"), "login": ("username", "password"), "login-code": ("code",),
    "staff:people-import-confirm": ("plan",), "leads:price-list-preview": ("plan", "key"), "staff:session-end": (), "logout": (), "notice-read": (),
    "paper-scan-confirm": (), "leads:import-confirmations": ("leave_out_bad",), "leads:import-row-takes": ("view",), "leads:clock-resumptions": (),
    "leads:quotation-repricings": (), "inspections:late-results": ("verdict", "value_0", "note", "photos"), "inspections:papers": (),
    "inspections:confirmations": ("item",), "inspections:waivers": ("item", "reason"), "inspections:omissions": ("item", "reason"),
    "inspections:rechecks": ("accepted", "note"), "inspections:answers": ("text",), "leads:registration-papers": (),
    "staff:other-sessions-end": (), "staff:sessions-ended": (), "staff:second-factor-end": ("password",),
    "staff:recovery-codes": ("password",),
    "leads:duplicates": ("phone", "phone_2", "estate", "building", "unit", "room_no", "store", "log"), "leads:log-registrations": (),
    "leads:hotline-case-hearings": ("wish", "proposed"), "leads:hotline-case-closings": ("last_words", "satisfaction"),
    "leads:hotline-case-decisions": ("remedy", "decision", "due_at", "designer", "standing", "promised", "likes"),
    "leads:quotation-sheet-preview": (), "projects:credit-uses": (),
    "projects:credit-refunds": ("amount", "reason", "payee", "payee_account", "method"), "projects:statistics": ("month", "store"),
    "aftersales:complaint-report": ("analysis", "measures"),
    "aftersales:slip-closings": ("closing",), "aftersales:slip-withdrawals": ("reason",), "inspections:quantity-confirmations": (),
    "projects:old-debt-payments": ("amount", "method", "payer", "cash_account", "key"), "projects:old-debt-endings": ("reason",),
    "projects:old-debt-reversals": ("payment", "reason"),
    "aftersales:week-summary-readings": ("word",),
    "aftersales:week-summary-new": ("complaints", "work", "plan"), "inspections:material-report-new": ("analysis", "measures"),
    "aftersales:round-starts": (), "aftersales:round-drops": (), "inspections:service-book": (), "inspections:diary-looks": ("remark",),
    "inspections:calls": ("person", "way", "text", "granted", "on"), "inspections:must-visits": ("code", "content", "customer_says"),
    "inspections:plans": ("text", "done_by"), "inspections:rulings": ("holds", "ruling"), "inspections:fine-appeals": ("words",),
    "inspections:fine-confirmations": (), "inspections:fine-decisions": ("decision", "amount", "words"),
    "projects:completions": ("month", "store"), "projects:costs": ("month", "store"),
    "aftersales:repair-refusals": (), "aftersales:repair-filings": (), "aftersales:order-steps": ("step",),
}  # fmt: skip


def all_forms(crawl: Crawl, world: World) -> dict[str, tuple[Any, Form]]:
    found = shown_forms(crawl, world)
    for name, method in rows():
        if method == "POST" and name not in found:
            fields = {
                field: Field(field, "file" if field in ("photos", "scan") else "text")
                for field in BY_HAND.get(name, ())
            }
            found[name] = pages.opener(name, world), Form(pages.address(name, world), "", fields)
    return found


def foreign_ids(world: World) -> list[str]:
    """Ids of things that belong to the other store or to other records, and of nothing."""
    others = [
        world.lead["other"].pk,
        world.lead["other"].ref,
        world.site["other"].pk,
        world.site["other"].ref,
        world.cast.other.store.pk,
    ]
    others += [person.pk for person in list(world.other.values())[:6]] + [
        person.username for person in list(world.other.values())[:2]
    ]
    others += [
        world.lead["other"].customer_id,
        world.lead["other"].home_id,
        world.site["other"].contract.pk,
        0,
        -1,
        999_999_999,
        2**63,
        "x",
        "",
    ]
    return [str(other) for other in others]


def _fields_only(template: Any, context: Any = None, request: Any = None) -> str:
    """In place of a whole page: every field of every form in it, with its errors."""
    drawn = []
    for value in (context or {}).values():
        if hasattr(value, "errors") and hasattr(value, "fields"):
            drawn += [f"{bound}{bound.errors}{bound.label_tag()}" for bound in value]
            drawn.append(str(value.non_field_errors()))
    return "".join(drawn)


class Tally:
    """What came back; a form was reached when it answers with its own faults, or did what was asked."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.by_form: dict[str, Counter[int]] = {}
        self.crashed: dict[str, str] = {}

    def add(self, name: str, status: int) -> None:
        self.statuses[status] += 1
        self.by_form.setdefault(name, Counter())[status] += 1

    @property
    def reached(self) -> int:
        return self.statuses[422] + self.statuses[302]


class Sender:
    """Sends to one form: through the whole site at first, later straight to its view, as the same person."""

    def __init__(self, world: World, name: str, person: Any, form: Form) -> None:
        self.form, self.inside = form, name not in OUTSIDE
        self.person = person if self.inside else AnonymousUser()
        self.client = (
            world.client(person, raise_request_exception=False)
            if self.inside
            else Client(raise_request_exception=False)
        )
        self.cookies = {key: morsel.value for key, morsel in self.client.cookies.items()}
        self.match = resolve(form.action.split("?")[0])
        self.view = convert_exception_to_response(
            lambda request: self.match.func(request, *self.match.args, **self.match.kwargs)
        )

    def send(self, body: bytes, kind: str, *, straight: bool) -> Any:
        with transaction.atomic():
            answer = self._view(body, kind) if straight else self._site(body, kind)
            transaction.set_rollback(True)
        return answer

    def _site(self, body: bytes, kind: str) -> Any:
        self.client.cookies.clear()
        self.client.cookies.load(self.cookies)
        return self.client.generic("POST", self.form.action, body, content_type=kind)

    def _view(self, body: bytes, kind: str) -> Any:
        request: Any = RequestFactory().generic("POST", self.form.action, body, content_type=kind)
        request.user, request.session, request.resolver_match = self.person, SessionStore(), self.match
        request._messages = FallbackStorage(request)
        with translation.override("zh-hans"):
            return self.view(request)


@pytest.mark.slow
def test_malformed_requests_are_answered_by_the_form_and_never_crash(crawl, world, monkeypatch, capsys):
    forms, foreign, dice, tally = all_forms(crawl, world), foreign_ids(world), random.Random(SEED), Tally()
    weights = {name: 3 + min(len(form.fields), 25) for name, (_who, form) in forms.items()}
    total = sum(weights.values())
    whole = jinja2.Template.render
    errors: list[str] = []
    got_request_exception.connect(lambda **more: errors.append(_last()), weak=False, dispatch_uid="fuzz")
    monkeypatch.setattr("django.core.handlers.exception.log_response", lambda *args, **more: None)
    started, cpu = time.monotonic(), time.process_time()
    try:
        for name, (person, form) in sorted(forms.items()):
            sender = Sender(world, name, person, form)
            for number in range(-BRIMFUL, max(1 + len(malformed.ALIKE), -(-REQUESTS * weights[name] // total))):
                straight = number != 0  # one goes through the whole site and is drawn as a page, the others field by field
                monkeypatch.setattr(jinja2.Template, "render", _fields_only if straight else whole)
                files = BOOKS if name in BOOK_FORMS else MOST_FILES
                if number < 0:
                    body, kind = malformed.brimful(form, dice)
                elif 0 < number <= len(malformed.ALIKE):
                    body, kind = malformed.alike(form, malformed.ALIKE[number - 1], dice)
                else:
                    body, kind = malformed.body(form, dice, foreign, files=files)
                errors.clear()
                answer = sender.send(body, kind, straight=straight)
                if number >= 0:
                    tally.add(name, answer.status_code)
                if answer.status_code >= 500:
                    tally.crashed.setdefault(
                        f"{name}: {errors[-1] if errors else answer.status_code}", repr(body[:1500])
                    )
    finally:
        got_request_exception.disconnect(dispatch_uid="fuzz")
        monkeypatch.undo()
    sent, seconds = sum(tally.statuses.values()), time.monotonic() - started
    with capsys.disabled():
        sys.stderr.write(
            f"\n{sent} malformed requests to {len(forms)} forms in {seconds:.0f} s ({time.process_time() - cpu:.0f} s of this process): "
            f"{dict(sorted(tally.statuses.items()))}; reached the form: {tally.reached / sent:.1%}\n"
        )
    if os.environ.get("FUZZ_REPORT"):
        with open(os.environ["FUZZ_REPORT"], "w") as out:
            json.dump({"crashed": tally.crashed, "by_form": tally.by_form}, out, ensure_ascii=False, indent=1)
    assert list(tally.crashed) == []
    assert sent >= REQUESTS
    assert tally.reached / sent >= 0.8


def _last() -> str:
    """The exception that is being handled, and where in the house it was raised."""
    kind, error, trace = sys.exc_info()
    ours = [
        frame
        for frame in traceback.extract_tb(trace)
        if "/.venv/" not in frame.filename and "python3" not in frame.filename
    ]
    where = (
        f"{ours[-1].filename.rsplit('/', 2)[-2]}/{ours[-1].filename.rsplit('/', 1)[-1]}:{ours[-1].lineno} {ours[-1].name}"
        if ours
        else "?"
    )
    return f"{kind.__name__ if kind else '?'}: {str(error)[:140]} at {where}"


def test_every_form_is_known(crawl, world):
    """Every address that answers a POST is covered: by a form on some page of the table, or by its fields written down here."""
    posts = {name for name, method in rows() if method == "POST"}
    assert sorted(posts - set(shown_forms(crawl, world)) - set(BY_HAND)) == []
