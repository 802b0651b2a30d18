"""A crawl of every page in each language: no word of the other stands on it, except in data.

Data is what people typed or what a catalogue holds in one language only: every text of the database but the columns that exist in
both languages (posts, check items …), and the data files alike.  Papers are Chinese in every language and marked so with `lang`; what stands inside
an element whose `lang` differs from the page's is left out.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from django.apps import apps
from django.conf import settings as conf
from django.db import models, transaction
from django.test import Client

from core import papers
from core.pinyin import initials
from projects.content_settling import documents_of
from projects.views.completion import SCOPE
from projects.views.preparation import _standard_works
from staff import sheets
from tests import road
from tests.proof.crawl import Crawl
from tests.world import World

CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
LATIN = re.compile(r"[A-Za-z][A-Za-z'’]{2,}")
SHOWN = ("aria-label", "title", "placeholder", "alt", "data-says", "data-confirm", "content")
OPAQUE = ("script", "style", "svg", "template", "code")
# Names and signs that are the same in both languages.
SAME = {
    "zh-hans": {
        "English", "Excel", "PDF", "Alt", "Ctrl", "Enter", "Esc", "HEIC", "JPG", "JPEG", "PNG", "SHA", "xlsx", "WeChat", "Authenticator",
        "Microsoft", "Google", "ENF", "MPa", "DWG", "POS",
    },
    "en": {"匠程", "中文", "元", "大写"},
}  # fmt: skip


class _Reader(HTMLParser):
    """The words of a page that a person reads or hears, element by element."""

    VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}

    def __init__(self, language: str) -> None:
        super().__init__(convert_charrefs=True)
        self.language, self.words = language[:2], []  # type: tuple[str, list[str]]
        self._stack: list[tuple[str, bool]] = []

    @property
    def _silent(self) -> bool:
        return bool(self._stack) and self._stack[-1][1]

    def handle_starttag(self, tag: str, found: list[tuple[str, str | None]]) -> None:
        attrs = {name: value or "" for name, value in found}
        silent = self._silent or tag in OPAQUE or ("lang" in attrs and attrs["lang"][:2] != self.language)
        if not silent:
            names = SHOWN if tag != "meta" else ()
            self.words += [attrs[name] for name in names if attrs.get(name)]
            if tag in ("input", "button") and attrs.get("type") in ("submit", "button") and attrs.get("value"):
                self.words.append(attrs["value"]) if tag == "input" else None
        if tag not in self.VOID:
            self._stack.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        while self._stack and any(open_ == tag for open_, _ in self._stack):
            if self._stack.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.words.append(data.strip())


def two_languages(model: type[models.Model]) -> set[str]:
    """Columns whose text exists in both languages: they are no data."""
    names = {field.name for field in model._meta.fields}
    pairs = {name for name in names if f"{name}_en" in names or name.endswith("_en")}
    return pairs | ({"zh", "en"} & names if {"zh", "en"} <= names else set())


def data_of(world: World) -> str:
    """Every text that the database holds in one language, papers' titles and content included."""
    found: set[str] = set()
    for model in apps.get_models():
        both = two_languages(model)
        for field in model._meta.fields:
            if (
                isinstance(field, (models.CharField, models.TextField, models.JSONField))
                and field.name not in both
                and not field.choices
            ):
                found |= {
                    str(value)
                    for value in model._default_manager.values_list(field.name, flat=True).distinct()
                    if value
                }
    found |= {kind.title for kind in papers.KINDS.values()} | {
        signer.label for kind in papers.KINDS.values() for signer in kind.signers
    }
    example = openpyxl.load_workbook(io.BytesIO(sheets.example()))  # the columns of a list of people have Chinese names
    found |= {str(cell) for row in example.active.iter_rows(values_only=True) for cell in row if cell}
    # What the form of a paper proposes, and which documents a paper lists: the papers are Chinese.
    found |= {_standard_works(), SCOPE} | {document.name for document in documents_of(world.site["settled"])}
    for path in Path(conf.BASE_DIR).glob("*/data/*.yaml"):
        found |= set(_told(yaml.safe_load(path.read_text())))
    return "\n".join(sorted(found))


def _told(value: Any) -> Iterator[str]:
    """The texts of a data file that exist in one language only."""
    if isinstance(value, dict):
        for name, below in value.items():
            if f"{name}_en" not in value and not str(name).endswith("_en") and not {"zh", "en"} & {name}:
                yield from _told(below)
    elif isinstance(value, list):
        for below in value:
            yield from _told(below)
    elif isinstance(value, str):
        yield value


@cache
def _is_data(run: str, data: str) -> bool:
    """Names stand on page after page; the text to be searched is long."""
    return run in data


def foreign(page: str, language: str, data: str, tokens: set[str]) -> set[str]:
    """The words of a page that belong to the other language and are no data."""
    reader = _Reader(language)
    reader.feed(page)
    found = set()
    for words in reader.words:
        if language == "en":
            found |= {run for run in CJK.findall(words) if run not in SAME["en"] and not _is_data(run, data)}
        else:
            bare = re.sub(
                r"\{\w+\}|\b[0-9a-f]{4}(?: [0-9a-f]{4}){2}\b|[A-Z2-7]{4}(?: [A-Z2-7]{4})+|\w+_\w+|https?://\S+|\S+@\S+|[\w.-]*\d[\w./-]*|[a-z0-9]+\.[a-z_]+|@\w+",
                " ",
                words,
            )
            found |= {word for word in LATIN.findall(bare) if word not in SAME["zh-hans"] and word not in tokens}
    return found


def answers(crawl: Crawl, world: World, language: str) -> Any:
    """(name, text) of every page, and of every form sent empty, once however many pages show it."""
    sent_to = {"/language/", "/logout/"}
    browsers: dict[Any, Client] = {}
    for seen in crawl.pages(world, language).values():
        if not seen.is_page:
            continue
        yield seen.name, seen.text
        for form in seen.forms:
            if (action := form.action.split("?")[0]) in sent_to:
                continue
            sent_to.add(action)
            if seen.person not in browsers:
                browsers[seen.person] = world.client(seen.person) if seen.person else Client()
                browsers[seen.person].cookies["django_language"] = language
            with transaction.atomic():
                hidden = {field.name: field.value for field in form.fields.values() if field.kind == "hidden"}
                sent = browsers[seen.person].post(form.action, hidden)
                transaction.set_rollback(True)
            if sent.status_code == 422 and "html" in sent.headers.get("Content-Type", ""):
                yield f"{seen.name}, sent empty to {form.action}", sent.content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_page_speaks_one_language(crawl, world, language):
    data = data_of(world)
    tokens = set(LATIN.findall(data)) | {initials(road.CUSTOMER)}
    wrong: dict[str, list[str]] = {}
    read = 0
    for name, text in answers(crawl, world, language):
        read += 1
        for word in foreign(text, language, data, tokens):
            wrong.setdefault(word, []).append(name)
    assert read > 100
    assert wrong == {}, "\n".join(f"{word}: {', '.join(names[:3])}" for word, names in sorted(wrong.items()))


def test_this_net_catches_a_word_of_the_other_language():
    page = '<html lang="{0}"><body><p>{1}</p><p title="{2}">x</p><div lang="{3}">{4}</div></body></html>'
    assert foreign(page.format("en", "Desk 未译", "也未译", "zh-Hans", "纸件"), "en", "数据", set()) == {
        "未译",
        "也未译",
    }
    assert foreign(
        page.format("zh-Hans", "桌面 untranslated", "Also", "en", "English paper"), "zh-hans", "", set()
    ) == {"untranslated", "Also"}
    assert foreign(page.format("en", "陈静兰", "x", "en", "y"), "en", "客户陈静兰女士", set()) == set()
    hashed = page.format("zh-Hans", "内容校验 daec 90c7 2d5f", "校验 4be1 face beef", "en", "y")
    assert foreign(hashed, "zh-hans", "", set()) == set()  # four signs of a hash may spell a word; the words beside it count
    assert foreign(page.format("zh-Hans", "dead 90c7 2d5f left", "facade", "en", "y"), "zh-hans", "", set()) == {"left", "facade"}
