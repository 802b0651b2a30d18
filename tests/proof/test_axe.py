"""Every page in a real browser: nothing serious or critical for axe at 1440 and 390 px, and nothing wider than the screen at 390 and 360.

Every page is judged whole at 390 px. At 1440 px one page of each person is, and of the others what the width changes: what is shown or
hidden there otherwise than on the phone. The same elements in the same colours are not judged twice, and the colours of what stands round
the pages of a person (`ROUND`) on the first of them alone.
"""

from __future__ import annotations

import os
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
# What of a page (or of what the width `CHANGED`) is grave, and the kinds of text that are readable in their colours.  The colour of a text on
# the ground that it stands on, in its size, is judged by axe where it is first met: `known` are those that passed; in `round` none is judged.
GRAVE_ONLY = """async ([decoration, grave, parts, known, round]) => {
    const passed = new Set(known), added = [], grounds = new WeakMap();
    const of = (node, ...names) => names.map(name => node.getComputedStylePropertyValue(name)).join(' ');
    const ground = node => {
        if (!node) return '';
        if (!grounds.has(node)) {
            const own = of(node, 'background-color', 'background-image', 'opacity', 'position');
            grounds.set(node, (own === 'rgba(0, 0, 0, 0) none 1 static' ? '' : own + ' < ') + ground(node.parent));
        }
        return grounds.get(node);
    };
    const kind = node => of(node, 'color', 'font-size', 'font-weight', 'text-shadow') + ' on ' + ground(node);
    const colours = axe._audit.rules.find(rule => rule.id === 'color-contrast'), check = axe._audit.checks['color-contrast'];
    const {matches} = window.whole ??= {matches: colours.matches, evaluate: check.evaluate}, {evaluate} = window.whole;
    const written = node => [...node.childNodes].some(part => part.nodeType === Node.TEXT_NODE && part.data.trim());
    colours.matches = function (element, node, ...more) {
        if (element.closest(round) || !written(element) && !element.matches('input, select, textarea')) return false;
        return !passed.has(kind(node)) && matches.call(this, element, node, ...more);
    };
    check.evaluate = function (element, options, node, ...more) {
        if (passed.has(kind(node))) return true;
        const passes = evaluate.call(this, element, options, node, ...more);
        if (passes === true) { passed.add(kind(node)); added.push(kind(node)); }
        return passes;
    };
    const light = rule => ['minor', 'moderate'].includes(rule.impact) || rule.tags.includes('experimental') || !rule.enabled;
    const rules = axe._audit.rules.filter(rule => !light(rule)).map(rule => rule.id);
    const where = {exclude: decoration.map(mark => [mark])};
    if (parts) where.include = window.changed;
    const report = await axe.run(where, {resultTypes: ['violations'], runOnly: {type: 'rule', values: rules}});
    const found = report.violations.filter(rule => grave.includes(rule.impact)).map(rule => `${rule.id} (${rule.impact}): ${rule.nodes[0].target}`);
    return [found, added];
}"""
SHOWN = "() => { window.shown = new Set([...document.querySelectorAll('body *')].filter(e => e.checkVisibility())); }"
# What is shown now and was hidden then, and round what is hidden now the part that it was to name or to fill; how many.
CHANGED = """(known) => {
    const found = new Set();
    for (const e of document.querySelectorAll('body *')) {
        const now = e.checkVisibility(), before = window.shown.has(e);
        if (now === before || e.closest(known)) continue;
        const round = (now ? e : e.parentElement).closest('a, button, label, summary, [role], tr, table, ul, ol, dl') ?? e;
        if (round.checkVisibility()) found.add(round);
    }
    window.changed = [...found].filter(e => ![...found].some(outer => outer !== e && outer.contains(e)));
    return window.changed.length;
}"""
ROUND = ".side, .top, .phone-bar"  # round every page of a person: the same entries, another one of them current
NOWHERE = ":not(*)"
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
    context.add_init_script(AXE_SCRIPT)
    if username:
        client = Client()
        client.force_login(next(p for p in world.person.values() if p.username == username), backend=BACKEND)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    return context


def findings(page: Any, colours: set[str], *, parts: bool = False, again: bool = False) -> list[str]:
    """What axe holds against a page as it stands now, or against what the width has `CHANGED`; only what is grave comes back.

    `colours` grows by what passed; what stands `ROUND` the page is `again` in the same colours.
    """
    found, passed = page.evaluate(GRAVE_ONLY, [DECORATION, GRAVE, parts, list(colours), ROUND if again else NOWHERE])
    colours.update(passed)
    return [str(one) for one in found]


def test_every_page_is_readable_for_everybody_and_fits_the_phone(world_db, world_site, browser):
    wrong: list[str] = []
    colours: set[str] = set()
    seen = 0
    only = os.environ.get("ONLY", "")
    for username, names in sorted(by_person(world_db).items()):
        context = _context(browser, world_site, world_db, username)
        page = context.new_page()
        broken: list[str] = []
        first = True
        page.on("pageerror", lambda error, broken=broken: broken.append(str(error)))
        for name in names:
            if only not in name:
                continue
            page.set_viewport_size({"width": 390, "height": 844})
            if not opened(page, world_site + pages.address(name, world_db)):
                continue
            seen += 1
            wrong += [f"{name} at 390: {found}" for found in findings(page, colours, again=not first)]
            page.evaluate(SHOWN)
            for width in (390, 360):
                if width != 390:
                    page.set_viewport_size({"width": width, "height": 844})
                if (over := page.evaluate(WIDER)) > 0:
                    wrong.append(f"{name} is {over} px wider than {width}: {page.evaluate(WHAT)}")
            page.set_viewport_size({"width": 1440, "height": 900})
            if first or page.evaluate(CHANGED, ROUND):
                wrong += [f"{name} at 1440: {found}" for found in findings(page, colours, parts=not first, again=not first)]
            first = False
            wrong += [f"{name}: script error {error}" for error in broken]
            broken.clear()
        context.close()
    assert wrong == [], "\n".join(wrong)
    assert only or seen > 300


def test_this_net_catches_a_page_that_is_wrong(browser):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.add_init_script(AXE_SCRIPT)
    page = context.new_page()
    page.set_content(
        '<html><head><title>x</title></head><body><main><img src="x"><button></button><div style="width:700px">x</div></main></body></html>'
    )

    assert any("button-name" in found for found in findings(page, set()))
    assert page.evaluate(WIDER) > 300

    page.set_content(
        """<html lang="en"><head><title>x</title>
        <style>@media (min-width: 600px) {.phone {display: none}} @media (max-width: 600px) {.desk {display: none}}</style></head><body>
        <main><h1>x</h1><button><span class="phone">Save</span></button><img class="desk" src="x"><a href="/">x</a></main></body></html>"""
    )
    assert findings(page, set()) == []
    page.evaluate(SHOWN)
    page.set_viewport_size({"width": 1440, "height": 900})
    assert page.evaluate(CHANGED, ROUND) == 2
    assert sorted(found.split(" ")[0] for found in findings(page, set(), parts=True)) == ["button-name", "image-alt"]

    colours: set[str] = set()
    text = '<html lang="en"><head><title>x</title></head><body><main style="background: {0}"><h1 style="color: #333">Painted</h1></main></body></html>'
    page.set_content(text.format("#fff"))
    assert findings(page, colours) == [] and len(colours) == 1
    for ground, grave in (("#fff", []), ("#444", ["color-contrast"])):
        page.set_content(text.format(ground))
        assert [found.split(" ")[0] for found in findings(page, colours)] == grave

    framed = text.replace("<main", '<div class="top" style="background: #444"><p style="color: #333">Painted</p></div><main')
    for ground, again, grave in (("#fff", False, ["p"]), ("#fff", True, []), ("#444", True, ["h1"])):
        page.set_content(framed.format(ground))
        assert [found.split(": ")[1] for found in findings(page, set(), again=again)] == grave
    context.close()
