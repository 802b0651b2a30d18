"""Pictures to look at: every page at desk and phone width in both languages, every kind of paper, on contact sheets.

    tools/look.py [--only WORD] [--keep DIR]     docs/look-zh-1440.jpg, …-zh-390, …-en-1440, …-en-390, docs/look-papers.jpg
    tools/look.py desk URL                       docs/img/desk.png, from a demo that runs there

The pages are those of the URLconf, on the company of tests/world.py, opened by whom tests/pages.py names; a page without a row there, a
page that does not answer as its row says, a kind of paper that nobody issued there: each is said, and the exit is not zero.
--only takes the pages (or papers) whose name holds the word, and writes no sheets; --keep leaves the single pictures in a folder.
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
LANGUAGES = {"zh": "zh-hans", "en": "en"}
SCREENS = {1440: {"width": 1440, "height": 900}, 390: {"width": 390, "height": 844}}
LIMIT = 1_450_000  # bytes of a sheet
FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-dev-shm-usage"]
CELL = {1440: (284, 300, 9), 390: (126, 300, 20), 0: (240, 340, 10)}  # width, most height, columns; 0: papers
NO_PAGES = ("language", "logout", "health")  # acts without a page, and an answer for machines
INK, GROUND = (40, 44, 48), (226, 228, 230)


# --- the company ---


@contextmanager
def company(media: Path) -> Iterator[Any]:
    """The world of the tests in a database that is thrown away."""
    from django.conf import settings

    from tests import cast, world
    from tests.databases import Databases

    settings.MEDIA_ROOT = media
    databases = Databases("test_look", "test_look", media.parent)
    databases.prepare(fill=cast.build)
    try:
        yield world.build(media)
    finally:
        databases.drop_all()


@contextmanager
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    from tests.conftest import chromium_path

    path = chromium_path() or sys.exit("No Chromium was found: install the package `chromium-headless-shell`, or set CHROMIUM to a browser's path.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


# --- pages ---


def shown(only: str) -> tuple[list[str], list[str]]:
    """(the pages that answer a GET with something to look at, the addresses without a row)."""
    from tests import pages

    found, unknown = [], []
    for name, pattern in pages.walk():
        if name not in pages.PAGES:
            unknown.append(f"{name} has no row in tests/pages.py")
        elif name not in NO_PAGES and "GET" in getattr(pattern.callback, "methods", ("GET",)) and pages.PAGES[name].answers == 200 and only in name:
            found.append(name)
    return found, unknown


def pictures(world: Any, folder: Path, names: list[str]) -> list[str]:
    """Take every page in every language and width; answers what went wrong."""
    from django.conf import settings

    from tests import pages
    from tests.served import served

    wrong: list[str] = []
    people: dict[str, list[str]] = {}
    for name in names:
        people.setdefault(pages.PAGES[name].by, []).append(name)
    with served() as url, chromium() as browser:
        for post, theirs in people.items():
            session = world.client(world.person[post]).cookies[settings.SESSION_COOKIE_NAME].value
            for language, code in LANGUAGES.items():
                for width, screen in SCREENS.items():
                    context = browser.new_context(viewport=screen, is_mobile=width < 800, has_touch=width < 800)
                    context.add_cookies([
                        {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url},
                        {"name": settings.LANGUAGE_COOKIE_NAME, "value": code, "url": url},
                    ])  # fmt: skip
                    page = context.new_page()
                    for name in theirs:
                        wrong += _take(page, url + pages.address(name, world), folder / f"{name.replace(':', '.')}-{language}-{width}.png")
                    context.close()
    return wrong


def _take(page: Any, address: str, target: Path) -> list[str]:
    try:
        answer = page.goto(address, wait_until="load")
    except Exception as problem:
        page.goto("about:blank")
        return [] if "Download is starting" in str(problem) else [f"{address}: {str(problem).splitlines()[0]}"]
    if answer is None or answer.status != 200:
        return [f"{address} answered {answer.status if answer else 'nothing'}"]
    if "text/html" not in answer.headers.get("content-type", "") or not page.locator("body > *").count():
        return []
    small = page.viewport_size
    tall = page.evaluate("document.documentElement.scrollHeight")  # what is fixed to the foot of the screen stands at the foot of the picture
    page.set_viewport_size({"width": small["width"], "height": max(small["height"], min(tall, 5000))})
    page.screenshot(path=target, full_page=True, animations="disabled")
    page.set_viewport_size(small)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{target.stem} is {wide} px wider than its screen"] if wide > 0 else []


# --- papers ---


def the_rest(world: Any) -> None:
    """The kinds of paper that no page of the table needs, by their verbs."""
    from aftersales import services as closing
    from inspections import services as checking
    from leads import services as leads
    from leads.models import DepositRefund
    from projects import services as building
    from tests.factories import aftersales as late
    from tests.factories import projects as jobs
    from tests.factories import repairs as mending
    from tests.factories import rounds, settling, site_order

    cast, at = world.cast, world.cast.at
    leads.issue_registration(world.lead["registered"], by=cast.front_desk, at=at)
    building.issue_contact_page(world.site["contracted"], by=cast.customer_manager, at=at)
    building.issue_reminder(jobs.signed_project(cast, phones=["13858009971"]), seq=1, by=cast.site_supervisor, at=cast.days(9))
    site = world.site["settled"]
    checking.close_book(project=site, by=cast.quality_inspector, at=at)
    late.card(site, people=cast, at=at)
    late.evaluation(site, people=cast, at=at)
    late.visit(site, by=cast.cs_officer, at=at)
    mending.done(site, people=cast, at=at)
    leads.pay_refund(DepositRefund.objects.get(deposit__lead=world.lead["refunding"]), by=cast.finance_supervisor, at=at)
    settling.documents_given(site, people=cast, at=at)
    building.close_costs(store=cast.store, month=(at - timedelta(days=31)).date(), by=cast.accountant, at=at)
    prepared, tomorrow = world.site["working"], cast.days(1)
    doors = site_order.came("木门", unit="樘", quantity=Decimal(5), brand="梦天")
    site_order.delivered(prepared, people=cast, at=at, kind="finished", lines=[doors])
    rounds.answered(rounds.invite(world.thing["survey"], site), by=cast.cs_officer, at=at, way="phone")
    told = {"analysis": "地漏返味集中在二期户型。", "measures": "维修班逐户检查地漏水封。"}
    closing.close_round(world.thing["round"], **told, by=cast.cs_supervisor, at=at)
    building.issue_overview(prepared, by=cast.engineering_assistant, at=at)
    building.close_month(store=cast.store, month=(at - timedelta(days=31)).date(), by=cast.finance_supervisor, at=at)
    building.issue_works_notice(prepared, by=cast.engineering_assistant, at=at)
    building.issue_schedule(prepared, by=cast.project_manager, at=at)
    building.issue_material_list(prepared, by=cast.foreman, at=at)
    building.issue_pass_sheet(prepared, by=cast.engineering_assistant, at=at)
    building.ask_property(prepared, kind="added_item", items=["drilling"], what="空调孔两个", by=cast.project_manager, at=at)
    asked = {"from_at": tomorrow, "until_at": tomorrow + timedelta(hours=3), "by": cast.project_manager, "at": at}
    building.ask_property(prepared, kind="goods_release", items=["carry_out"], what="旧橱柜一套", operator="龙阿水", id_number=jobs.IDS[0], **asked)
    building.ask_property(prepared, kind="stairs", items=["brick_sand"], what="红砖 800 块、黄砂 3 方", place="2 号消防梯", **asked)


def papers(folder: Path, only: str) -> list[str]:
    """Print the last paper of every kind as the worker does; answers the kinds that nobody issued."""
    from django.utils import timezone

    from core.attachments import open_bytes
    from core.models import Paper
    from core.papers import KINDS
    from core.render import render

    wrong = []
    for kind in sorted((kind for kind in KINDS.values() if kind.printable and only in kind.id), key=lambda kind: kind.id):
        paper = Paper.objects.filter(kind=kind.id).order_by("state", "-pk").last()
        if paper is None:
            wrong.append(f"no {kind.id} {kind.title} was issued in tests/world.py")
            continue
        render(paper, timezone.now())
        pdf = open_bytes(paper.renditions.latest("pk").attachment)
        subprocess.run(["pdftoppm", "-r", "70", "-png", "-", str(folder / f"sheet-{kind.id}")], input=pdf, check=True)
    return wrong


# --- sheets ---


def sheet(pictures_of: list[Path], target: Path, *, width: int, column: int) -> None:
    """Small pictures with their names, as one JPEG below the limit."""
    cell, most, columns = CELL[column]
    font = ImageFont.truetype(str(ROOT / "assets" / "fonts" / "NotoSansSC_400Regular.ttf"), 11)
    tiles = []
    for path in pictures_of:
        with Image.open(path) as picture:
            small = picture.convert("RGB")
            small = small.resize((cell, max(1, round(small.height * cell / small.width))), Image.Resampling.LANCZOS)
            name = path.stem.removesuffix(f"-{width}").removesuffix("-zh").removesuffix("-en").removeprefix("sheet-")
            tiles.append((name, small.crop((0, 0, cell, min(small.height, most)))))
    rows = [tiles[start : start + columns] for start in range(0, len(tiles), columns)]
    heights = [max(tile.height for _name, tile in row) + 30 for row in rows]
    made = Image.new("RGB", (columns * (cell + 12) + 12, sum(heights) + 12), GROUND)
    pen, top = ImageDraw.Draw(made), 12
    for row, height in zip(rows, heights, strict=True):
        for place, (name, tile) in enumerate(row):
            left = 12 + place * (cell + 12)
            pen.text((left, top), name if cell > 200 else name.rpartition(".")[2][: cell // 6], fill=INK, font=font)
            made.paste(tile, (left, top + 17))
        top += height
    for quality in (82, 74, 66, 58, 50, 40, 30):
        out = io.BytesIO()
        made.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() < LIMIT:
            break
    target.write_bytes(out.getvalue())
    print(f"docs/{target.name}: {len(tiles)} pictures, {out.tell() // 1024} KB")


def sheets(folder: Path) -> None:
    for language in LANGUAGES:
        for width in SCREENS:
            found = sorted(folder.glob(f"*-{language}-{width}.png"))
            sheet(found, DOCS / f"look-{language}-{width}.jpg", width=width, column=width)
    sheet(sorted(folder.glob("sheet-*.png")), DOCS / "look-papers.jpg", width=0, column=0)


# --- the picture of the README ---


def desk(url: str) -> None:
    """The desk of the demo's designer, signed in like anybody."""
    from config.demo.people import PASSWORD

    with chromium() as browser:
        page = browser.new_context(viewport={"width": 1440, "height": 700}, locale="zh-CN").new_page()
        page.goto(f"{url.rstrip('/')}/login/")
        page.fill("[name=username]", "linxiaozhou")
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_load_state("networkidle")
        with Image.open(io.BytesIO(page.screenshot(animations="disabled"))) as picture:
            (DOCS / "img").mkdir(exist_ok=True)
            picture.convert("RGB").quantize(192, dither=Image.Dither.NONE).save(DOCS / "img" / "desk.png", optimize=True)
    print("docs/img/desk.png")


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("what", nargs="*", metavar="desk URL")
    asked.add_argument("--only", default="")
    asked.add_argument("--keep", type=Path)
    given = asked.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ |= {"TESTING": "1", "DJANGO_SETTINGS_MODULE": "config.settings", "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}
    import django
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()
    if given.what:
        desk(given.what[-1])
        return 0
    with tempfile.TemporaryDirectory() as made:
        folder = given.keep or Path(made) / "pictures"
        folder.mkdir(parents=True, exist_ok=True)
        with company(Path(made) / "media") as world:
            names, wrong = shown(given.only)
            wrong += pictures(world, folder, names)
            the_rest(world)
            wrong += papers(folder, given.only)
        if not given.only:
            sheets(folder)
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
