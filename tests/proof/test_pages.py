"""The table of pages names every address of the house, once."""

from __future__ import annotations

from tests import pages


def test_every_address_has_a_row_in_the_table_of_pages():
    assert sorted(set(pages.names()) - set(pages.PAGES)) == []


def test_no_row_outlives_its_address():
    assert sorted(set(pages.PAGES) - set(pages.names())) == []


def test_no_two_addresses_share_a_name():
    names = pages.names()
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_every_page_opens_on_its_record(world):
    wrong = []
    for name, pattern in pages.walk():
        methods = getattr(pattern.callback, "methods", () if name in ("language", "logout") else ("GET",))
        if "GET" not in methods:
            continue
        answer = world.client(pages.opener(name, world)).get(pages.address(name, world))
        if answer.status_code != pages.PAGES[name].answers:
            wrong.append((name, answer.status_code, answer.headers.get("Location", "")))
    assert wrong == []
