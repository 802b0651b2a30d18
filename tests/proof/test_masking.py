"""Telephone and identity numbers: masked wherever rows stand, in exports and in the log; opened one at a time, and that is written down."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest

from core.models import AuditEntry
from leads.models import CustomerPhone, HomePerson, PhoneCall, PhoneReveal, Visit
from leads.services.assignment import REVEALS_A_DAY
from staff.models import User
from tests import pages
from tests.factories.projects import IDS
from tests.proof.crawl import Crawl, Seen, asked
from tests.world import World

# Where a whole number is the matter itself: a form that corrects it, the shop's own row beside what was understood of it.
WHOLE_BY_NATURE = frozenset(
    {"staff:person-particulars", "leads:import-row", "projects:contract-new", "leads:home-corrections"}
)
# The people of a record are called from its file; the customer has their numbers on the contact page too.
CLIENT_FILES = frozenset({"leads:file", "projects:file"})
# Papers print what the law asks of them; they are no lists.
PAPERS = frozenset({"paper", "paper-sign", "paper-pdf", "file", "file-thumb"})
READERS = (
    "general_manager",
    "store_manager",
    "front_desk",
    "designer",
    "finance_supervisor",
    "project_manager",
    "hr",
    "cs_supervisor",
)


def secrets() -> set[str]:
    """Every telephone number and identity number that the company knows of somebody."""
    beside = [rows.exclude(number="").values_list("number", flat=True) for rows in (HomePerson.objects, PhoneCall.objects, Visit.objects)]
    known = set(CustomerPhone.objects.values_list("number", flat=True)).union(*beside) | set(
        User.objects.exclude(mobile="").values_list("mobile", flat=True)
    )
    return {re.sub(r"\D", "", number) for number in known if len(re.sub(r"\D", "", number)) >= 7} | set(IDS)


def leaked(text: str, known: set[str]) -> set[str]:
    """Which of them stand in a text, however they are spaced."""
    plain = re.sub(r"(?<=\d)[ -](?=\d)", "", text)
    return {number for number in set(re.findall(r"\d[\dXx]{6,17}", plain)) if number.upper() in known} | {
        number for number in known if number in plain
    }


def readable(crawl: Crawl, world: World) -> Iterator[tuple[str, Any, Seen]]:
    """(address, person, answer) of every page, by whoever opens it and, where it stands on no record, by whoever reads much."""
    opened = crawl.pages(world)
    browsers = {post: world.client(world.person[post]) for post in READERS}
    for name, first in opened.items():
        if name in WHOLE_BY_NATURE | PAPERS:
            continue
        yield name, pages.opener(name, world), first
        if not pages.PAGES[name].args(world):
            for post, browser in browsers.items():
                if (person := world.person[post]) != first.person:
                    yield name, person, asked(browser, name, person, first.url)


def cells(data: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return "\n".join(
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
    )


@pytest.mark.slow
def test_no_page_and_no_export_shows_a_whole_number_and_none_is_logged(crawl, world, caplog):
    known, wrong, read = secrets(), {}, 0
    staff = {person.mobile for people in (world.person, world.colleague) for person in people.values()}
    assert len(known) > 80
    with caplog.at_level(logging.DEBUG):
        for name, person, seen in readable(crawl, world):
            if seen.status != 200 or not seen.content or (person == world.person["estimator"] and name == "staff:account"):
                continue
            text = cells(seen.content) if "spreadsheet" in seen.kind else seen.text
            read += 1
            own = {re.sub(r"\D", "", person.mobile)} if name.startswith("staff:") else staff if name in CLIENT_FILES else set()
            typed = set(re.findall(r"\d{7,}", pages.PAGES[name].query))
            if found := leaked(text, known - own - typed):
                wrong[f"{name} as {person.username}"] = sorted(found)[:3]
    assert read > 500
    assert wrong == {}
    assert leaked(crawl.log + caplog.text, known) == set()


@pytest.mark.parametrize("name", [name for name in pages.PAGES if name.endswith("export")])
def test_an_export_has_rows_and_masks_them(world, name):
    answer = world.client(pages.opener(name, world)).get(pages.address(name, world))

    text = cells(answer.content)
    assert len(text.splitlines()) > 8
    assert leaked(text, secrets()) == set()


def test_this_net_catches_a_number_however_it_is_written():
    known = {"13858003371", "330106199003074218"}
    for text in (
        "13858003371",
        "138 5800 3371",
        "138-5800-3371",
        "tel:13858003371",
        "x13858003371x",
        "330106199003074218",
    ):
        assert leaked(text, known), text
    assert not leaked("138****3371 330106********4218", known)


def test_a_reveal_shows_one_number_and_writes_down_who_and_why(world):
    phone, designer = world.thing["phone"], world.cast.designer
    entries = AuditEntry.objects.filter(kind="leads.phone_revealed").count()
    client = world.client(designer)
    assert phone.number not in client.get(f"/phones/{phone.pk}/reveals/").content.decode()

    page = client.post(f"/phones/{phone.pk}/reveals/", {"reason": "call"}).content.decode()

    assert leaked(page, secrets()) == {phone.number}
    row = PhoneReveal.objects.get()
    assert (row.by, row.phone, row.reason) == (designer, phone, "call")
    assert AuditEntry.objects.filter(kind="leads.phone_revealed").count() == entries + 1


def test_without_a_reason_nothing_is_shown_and_nothing_is_counted(world):
    phone = world.thing["phone"]

    answer = world.client(world.cast.designer).post(f"/phones/{phone.pk}/reveals/", {"reason": ""})

    assert answer.status_code == 422
    assert phone.number not in answer.content.decode()
    assert PhoneReveal.objects.count() == 0


def test_a_colleagues_mobile_is_opened_on_that_colleagues_file(world):
    person = world.person["estimator"]
    client = world.client(world.cast.designer)
    assert person.mobile not in client.get(f"/people/{person.username}/").content.decode()
    before = AuditEntry.objects.filter(dossier=person.dossier).count()

    page = client.post(f"/people/{person.username}/mobile-views/").content.decode()

    assert person.mobile in re.sub(r"\s", "", page)
    assert AuditEntry.objects.filter(dossier=person.dossier).count() == before + 1


def test_the_limit_of_a_day_is_a_number_somebody_decided():
    assert REVEALS_A_DAY <= 60
