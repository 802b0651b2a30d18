"""The table of pages names every address of the house, once."""

from __future__ import annotations

import pytest

from tests import pages
from tests.proof.crawl import OUTSIDE


def test_every_address_has_a_row_in_the_table_of_pages():
    assert sorted(set(pages.names()) - set(pages.PAGES)) == []


def test_no_row_outlives_its_address():
    assert sorted(set(pages.PAGES) - set(pages.names())) == []


def test_no_two_addresses_share_a_name():
    names = pages.names()
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_every_page_opens_on_its_record(crawl, world):
    seen = crawl.pages(world)

    wrong = {name: (page.status, page.sends_on) for name, page in seen.items() if page.status != expected(name)}
    assert wrong == {}
    assert len(seen) > 300


def expected(name: str) -> int:
    """Whoever has not signed in sees the pages for it."""
    return 200 if name == "login" else pages.PAGES[name].answers


@pytest.mark.parametrize("name", OUTSIDE)
def test_whoever_has_signed_in_is_sent_on_from_the_pages_for_it(world, name):
    answer = world.client(pages.opener(name, world)).get(pages.address(name, world))

    assert answer.status_code == pages.PAGES[name].answers == 302
