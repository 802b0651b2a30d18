"""A hand on the glass: strokes drawn with the mouse on a desk and with a finger on a phone, as people do."""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from playwright.sync_api import expect

from config import follow
from core import papers
from core.models import Paper
from tests.journeys.people import Seat
from tests.journeys.press import printed

Point = tuple[float, float]
PACE = 0.009  # seconds between two points: the box takes one in 8 ms


def strokes() -> Iterator[list[Point]]:
    """Three strokes within a box of 1 × 1: a wave, a slant and a hook."""
    yield [(0.14 + 0.30 * i / 7, 0.50 + 0.22 * math.sin(i * 1.4)) for i in range(8)]
    yield [(0.50 + 0.16 * i / 6, 0.28 + 0.42 * i / 6) for i in range(7)]
    yield [(0.86 - 0.12 * math.cos(i * 0.6), 0.48 + 0.20 * math.sin(i * 0.6)) for i in range(7)]


def draw(seat: Seat) -> None:
    """Draw in the signature box."""
    canvas = seat.page.get_by_role("img", name="签名框")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    hand = _finger if seat.shape == "phone" else _mouse
    hand(seat, [[(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke] for stroke in strokes()])


def _mouse(seat: Seat, lines: list[list[Point]]) -> None:
    mouse = seat.page.mouse
    for points in lines:
        mouse.move(*points[0])
        mouse.down()
        for x, y in points[1:]:
            mouse.move(x, y)
            time.sleep(PACE)
        mouse.up()


def _finger(seat: Seat, lines: list[list[Point]]) -> None:
    """Real touches: Playwright's touchscreen only taps, so the strokes go through the browser's own protocol."""
    session = seat.screen.context.new_cdp_session(seat.page)
    for points in lines:
        for number, (x, y) in enumerate(points):
            kind = "touchMove" if number else "touchStart"
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
            time.sleep(PACE)
        if points is lines[-1]:
            time.sleep(0.06)  # a hand slows down before it lifts for good: a flick would swallow the tap that follows
        x, y = points[-1]
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x + 1, "y": y + 1}]})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()


def open_to_sign(seat: Seat, ref: str, line: str, *, patient: bool = False) -> None:
    """From the paper to the page where the line of this name is signed; who signs after others goes there straight.

    Until the printer is done there is a page that asks again by itself every two seconds; who is not patient comes when the paper is there.
    """
    if not patient:
        printed(ref)
    paper = Paper.objects.get(ref=ref)
    if paper.signatures.exists():
        seat.go(f"/papers/{ref}/signatures/?role={role_of(paper, line)}")
        return
    if seat.screen.holder is not seat or urlsplit(seat.page.url).path != f"/papers/{ref}/":
        seat.go(f"/papers/{ref}/")
    row = seat.page.get_by_role("listitem").filter(has_text=re.compile(rf"^\s*{re.escape(line)}"))
    seat.follow("在这里签", inside=row)
    expect(seat.page.get_by_role("img", name="签名框")).to_be_visible(timeout=90_000)


def role_of(paper: Paper, line: str) -> str:
    return next(signer.role for signer in papers.kind_of(paper).signers if signer.label == line)


def read(seat: Seat) -> None:
    """The lock opens when the paper was read; who signs electronically for the first time agrees to it."""
    seen = seat.page.get_by_role("button", name="看完了")
    if seen.is_visible():
        seat._tap(seen)
    agree = seat.page.locator("[data-sign-agree]")
    if agree.count() and not agree.is_checked():
        seat._tap(agree)


def sign(seat: Seat, ref: str, line: str, *, name: str = "") -> None:
    """One line of a paper signed: one's own, or a person's from outside in one's presence (then with their name)."""
    open_to_sign(seat, ref, line)
    read(seat)
    if name:
        seat.fill("签字人姓名", name)
    draw(seat)
    seat.press("确认签字")
    expect(seat.page.locator(".flash").first).to_contain_text(re.compile("已签|签了"))


def sign_by_verb(person: Any, ref: str, line: str) -> None:
    """The same hand of a person of the house, without a page: where others have shown the page already."""
    paper, at = Paper.objects.get(ref=ref), timezone.now()
    points = [[{"x": 300 * x, "y": 120 * y, "time": 1000 + 16 * i, "pressure": 0.5} for i, (x, y) in enumerate(stroke)] for stroke in strokes()]
    drawn = json.dumps([{"points": stroke} for stroke in points])
    with follow.following(paper.dossier, at=at):
        papers.sign(paper, role=role_of(paper, line), name=person.full_name, strokes=drawn, by=person, user=person, present=person, at=at)


def sign_blank_first(seat: Seat, ref: str, line: str) -> None:
    """A blank box is refused by the page, and by the server when the page was got around; then the hand is drawn."""
    open_to_sign(seat, ref, line, patient=True)
    error = seat.page.locator("[data-sign-error]")
    seat._tap(seat.page.get_by_role("button", name="确认签字"))
    expect(error).to_have_text("请先把单子看到底，或按「看完了」。")
    read(seat)
    seat._tap(seat.page.get_by_role("button", name="确认签字"))
    expect(error).to_have_text("还没有签。请用手指或笔在框里签名。")
    with seat.page.expect_navigation():
        seat.page.locator("form:has([data-sign])").evaluate("form => form.submit()")
    seat.is_refused("签字框是空的，请在框里签名。")
    read(seat)
    draw(seat)
    seat.press("确认签字")
