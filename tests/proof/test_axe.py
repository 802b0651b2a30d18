"""Every page in a real browser: nothing serious or critical for axe at 1440 and 390 px, and nothing wider than the screen at 390 and 360.

The contrast of colours is measured on every page at 390 px; at 1440 px, where the same colours stand beside the side menu, on one page of each person.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.test import Client
from playwright.sync_api import Error as PlaywrightError

from tests import pages
from tests.cast import BACKEND
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GRAVE = ("serious", "critical")
DECORATION = (".p-draft", ".p-void")  # large pale words across a paper, which its head says too
COLOURS = "color-contrast"  # takes longer than all other rules together, and the colours are those of the phone
GRAVE_ONLY = """async ([decoration, grave, without]) => {
    const light = rule => ['minor', 'moderate'].includes(rule.impact) || rule.tags.includes('experimental') || !rule.enabled;
    const rules = axe._audit.rules.filter(rule => !light(rule) && !without.includes(rule.id)).map(rule => rule.id);
    const report = await axe.run({exclude: decoration.map(mark => [mark])}, {resultTypes: ['violations'], runOnly: {type: 'rule', values: rules}});
    return report.violations.filter(rule => grave.includes(rule.impact)).map(rule => `${rule.id} (${rule.impact}): ${rule.nodes[0].target}`);
}"""
OUTSIDE = ("login", "verify")
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What stands over the edge, for whoever mends it.
WHAT = """() => [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .slice(0, 3).map(e => e.tagName.toLowerCase() + '.' + (e.className.baseVal ?? e.className))"""


def by_person(world: World) -> dict[str, list[str]]:
    """Person → names of the addresses that answer a GET, by who opens them."""
    found: dict[str, list[str]] = {}
    for name, pattern in pages.walk():
        if "GET" in getattr(pattern.callback, "methods", ("GET",)):
            found.setdefault("" if name in OUTSIDE else pages.opener(name, world).username, []).append(name)
    return found


def opened(page: Any, address: str) -> bool:
    """Open an address; False if it is no page: a file, a part of a page, or an answer that only sends on."""
    try:
        answer = page.goto(address)
    except PlaywrightError as refused:
        if "Download is starting" in str(refused) or "ERR_ABORTED" in str(refused):
            return False
        raise
    html = answer is not None and answer.status == 200 and "text/html" in answer.headers.get("content-type", "")
    return html and b"<html" in answer.body()[:2000]


def _context(browser: Any, site: str, world: World, username: str) -> Any:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, device_scale_factor=1)
    if username:
        client = Client()
        client.force_login(next(p for p in world.person.values() if p.username == username), backend=BACKEND)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    return context


def findings(page: Any, without: Sequence[str] = ()) -> list[str]:
    """What axe holds against a page as it stands now; its script is read once a page, and only what is grave comes back."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    return [str(found) for found in page.evaluate(GRAVE_ONLY, [DECORATION, GRAVE, without])]


def test_every_page_is_readable_for_everybody_and_fits_the_phone(world_db, world_site, browser):
    wrong: list[str] = []
    seen = 0
    only = os.environ.get("ONLY", "")
    for username, names in sorted(by_person(world_db).items()):
        context = _context(browser, world_site, world_db, username)
        page = context.new_page()
        broken: list[str] = []
        measured: tuple[str, ...] = ()
        page.on("pageerror", lambda error, broken=broken: broken.append(str(error)))
        for name in names:
            if only not in name:
                continue
            page.set_viewport_size({"width": 1440, "height": 900})
            if not opened(page, world_site + pages.address(name, world_db)):
                continue
            seen += 1
            wrong += [f"{name} at 1440: {found}" for found in findings(page, measured)]
            measured = (COLOURS,)
            page.set_viewport_size({"width": 390, "height": 844})
            wrong += [f"{name} at 390: {found}" for found in findings(page)]
            for width in (390, 360):
                page.set_viewport_size({"width": width, "height": 844})
                if (over := page.evaluate(WIDER)) > 0:
                    wrong.append(f"{name} is {over} px wider than {width}: {page.evaluate(WHAT)}")
            wrong += [f"{name}: script error {error}" for error in broken]
            broken.clear()
        context.close()
    assert wrong == [], "\n".join(wrong)
    assert only or seen > 300


def test_this_net_catches_a_page_that_is_wrong(browser):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_content(
        '<html><head><title>x</title></head><body><main><img src="x"><button></button><div style="width:700px">x</div></main></body></html>'
    )

    assert any("button-name" in found for found in findings(page))
    assert page.evaluate(WIDER) > 300
    context.close()
