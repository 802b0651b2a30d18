"""Every page of the world as whoever opens it sees it, asked for once a language and kept for all the nets that read pages."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.test import Client
from django.urls import resolve

from tests import pages
from tests.proof.forms import Form, forms_of
from tests.world import World

DEFAULT = "zh-hans"
OUTSIDE = ("login", "login-code")


@dataclass(frozen=True)
class Seen:
    """One answer to a GET."""

    name: str
    url: str
    person: Any
    status: int
    kind: str
    sends_on: str
    content: bytes

    @property
    def is_page(self) -> bool:
        return self.status == 200 and "html" in self.kind

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")

    @cached_property
    def forms(self) -> list[Form]:
        return forms_of(self.text, self.url) if self.is_page else []


@dataclass
class Crawl:
    """What was read so far, by language; `log` is all that was logged meanwhile, of every level."""

    _seen: dict[str, dict[str, Seen]] = field(default_factory=dict)
    log: str = ""

    def pages(self, world: World, language: str = DEFAULT) -> dict[str, Seen]:
        """Name of the address → its answer.  Any copy of the world will do: they are alike to the row."""
        if language not in self._seen:
            with self._listening():
                self._seen[language] = {seen.name: seen for seen in read(world, language)}
        return self._seen[language]

    @contextmanager
    def _listening(self) -> Iterator[None]:
        root, kept = logging.getLogger(), _Kept()
        level = root.level
        root.addHandler(kept)
        root.setLevel(logging.DEBUG)
        try:
            yield
        finally:
            root.setLevel(level)
            root.removeHandler(kept)
            self.log += "\n".join(kept.lines)


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def read(world: World, language: str) -> Iterator[Seen]:
    """Asks for every address that answers a GET; everybody signs in once."""
    browsers: dict[Any, Client] = {}
    for name, pattern in pages.walk():
        if "GET" not in getattr(pattern.callback, "methods", () if name in ("language", "logout") else ("GET",)):
            continue
        person = None if name in OUTSIDE else pages.opener(name, world)
        if person not in browsers:
            browsers[person] = world.client(person) if person else Client()
            browsers[person].cookies["django_language"] = language
        url = pages.address(name, world)
        yield asked(browsers[person], name, person, url)


def asked(browser: Client, name: str, person: Any, url: str) -> Seen:
    answer = browser.get(url)
    content = b"" if answer.streaming else answer.content
    headers = answer.headers
    return Seen(name, url, person, answer.status_code, headers.get("Content-Type", ""), headers.get("Location", ""), content)


def shown_forms(crawl: Crawl, world: World) -> dict[str, tuple[Any, Form]]:
    """Address → (who posts, the form with most fields that some page shows for it)."""
    found: dict[str, tuple[Any, Form]] = {}
    for seen in crawl.pages(world).values():
        for form in seen.forms:
            target = resolve(form.action.split("?")[0]).view_name
            if target not in found or len(form.fields) > len(found[target][1].fields):
                found[target] = seen.person or pages.opener(seen.name, world), form
    return found
