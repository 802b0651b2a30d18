"""The people of a journey and the two screens of the house: a desk and a phone that go from hand to hand, each with the session of who holds it.

A window costs half a second of CPU, a page a tenth; so there is one window for each shape, and a person who takes it over begins with `go`.
The first person signs in through the login page; the others came through it earlier.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.signals import got_request_exception
from playwright.sync_api import Browser, Locator, Page, Response, expect

DESK = {"viewport": {"width": 1440, "height": 900}}
SHARP = 2 if "JOURNEY_ALBUM" in os.environ else 1  # four times the dots to paint, and nobody looks at them but in an album
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": SHARP}
log = logging.getLogger("journey")
expect.set_options(timeout=30_000)
SHAPES = {"desk": DESK, "phone": PHONE}
PATIENCE = 120_000  # the suite runs beside others on two cores; a step that fails says so by what it sees


class Company:
    """Everybody of the house, each before their own screen; `company.designer` is the designer's desk."""

    def __init__(self, browser: Browser, site: str, cast: Any, folder: Path) -> None:
        self.browser, self.site, self.cast, self.folder = browser, site, cast, folder
        self.album = Path(os.environ["JOURNEY_ALBUM"]) if "JOURNEY_ALBUM" in os.environ else None
        self._seats: dict[tuple[str, str], Seat] = {}
        self._screens: dict[str, Screen] = {}
        self.broken: list[str] = []  # what the server could not answer, to whomever
        self.pictures = 0
        self.morning = 0  # counted up when the calendar is turned: an office browser that was left alone overnight is signed out

    def __getattr__(self, post: str) -> Seat:
        return self.seat(post, "desk")

    def phone(self, post: str) -> Seat:
        """The same person on site, a phone in one hand."""
        return self.seat(post, "phone")

    def seat(self, post: str, shape: str) -> Seat:
        if (post, shape) not in self._seats:
            first = not self._seats
            if shape not in self._screens:
                self._screens[shape] = Screen(self, shape)
            self._seats[post, shape] = Seat(self, getattr(self.cast, post), self._screens[shape])
            if first:
                self._seats[post, shape].sign_in()
        return self._seats[post, shape]

    def another_browser(self, post: str) -> Seat:
        """The same person before another machine."""
        seat = self._seats[post, "another browser"] = Seat(self, getattr(self.cast, post), Screen(self, "desk"))
        seat.sign_in()
        return seat

    def another_tab(self, post: str) -> Seat:
        """The same person with one more tab of the same browser."""
        beside = self.seat(post, "desk")
        seat = self._seats[post, "another tab"] = Seat(self, getattr(self.cast, post), Screen(self, "desk", beside=beside.screen))
        seat.screen.holder, seat.morning = seat, self.morning
        return seat

    def leave(self) -> None:
        for context in {seat.screen.context for seat in self._seats.values()}:
            context.close()
        self._seats.clear()
        self._screens.clear()

    @contextmanager
    def watched(self) -> Iterator[Company]:
        """When a step fails, what everybody sees is kept as a picture; what breaks in the server is told at the next page."""
        got_request_exception.connect(self._breaks, weak=False)
        try:
            yield self
        except BaseException:
            for number, screen in enumerate({seat.screen for seat in self._seats.values()}):
                screen.page.screenshot(path=self.folder / f"failed-{number}-{screen.shape}.png", full_page=True)
            log.error("Pictures of what everybody saw: %s", self.folder)
            raise
        finally:
            got_request_exception.disconnect(self._breaks)
            self.leave()

    def _breaks(self, request: Any = None, **_more: Any) -> None:
        self.broken.append(f"500 {request.path if request else ''}")


class Screen:
    """A browser with one window; whoever holds it finds their own cookies in it."""

    def __init__(self, company: Company, shape: str, *, beside: Screen | None = None) -> None:
        self.shape = shape
        self.context = beside.context if beside else company.browser.new_context(**SHAPES[shape], locale="zh-CN", base_url=company.site)
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.holder: Seat | None = None
        self.wrong: list[str] = company.broken
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))

    def rest(self) -> None:
        """Nothing is under way any more: an answer to whoever held the screen yesterday, signed out meanwhile, would take today's cookie away."""
        self.page.goto("about:blank")

    def hand_to(self, seat: Seat) -> None:
        self.rest()
        if self.holder is not None:
            self.holder.cookies = self.context.cookies()
            self.context.clear_cookies()
        if seat.cookies:
            self.context.add_cookies(seat.cookies)
        self.holder = seat


class Seat:
    """One person before one screen."""

    def __init__(self, company: Company, person: Any, screen: Screen) -> None:
        self.company, self.person, self.screen, self.shape = company, person, screen, screen.shape
        self.cookies: list[Any] = []
        self.morning = -1

    @property
    def wrong(self) -> list[str]:
        return self.screen.wrong

    @property
    def page(self) -> Page:
        assert self.screen.holder is self, f"{self.screen.holder and self.screen.holder.person} holds the {self.shape}: {self.person} begins with go()"
        return self.screen.page

    # --- doors ---

    def sits_down(self) -> Seat:
        """The screen is in this person's hands; who was left alone overnight signs in again."""
        if self.screen.holder is not self:
            self.screen.hand_to(self)
        if self.morning != self.company.morning:
            self.screen.rest()
            session = self.company.cast.client(self.person).cookies[settings.SESSION_COOKIE_NAME].value
            self.screen.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.company.site}])
            self.morning = self.company.morning
        return self

    def sign_in(self) -> None:
        self.screen.hand_to(self)
        self.morning = self.company.morning
        self.go("/login/")
        self.fill("用户名", self.person.username)
        self.fill("密码", self.company.cast.password)
        self.press("登录")
        expect(self.page.get_by_role("navigation").first).to_be_attached()

    def sign_out(self) -> None:
        self.page.locator("details[data-menu] > summary").click()
        self.press("退出")

    # --- walking ---

    def go(self, address: str) -> Seat:
        answer = self.sits_down().page.goto(address)
        assert answer is not None and answer.status < 400, f"{self.person} at {address}: {answer and answer.status}"
        self.look()
        return self

    def follow(self, words: str | re.Pattern[str], *, inside: Locator | None = None) -> Seat:
        """Press a link, as it is called on the page."""
        with self.page.expect_navigation() as comes:
            self._tap((inside or self.page).get_by_role("link", name=words, exact=isinstance(words, str)).first)
        self.look(comes.value)
        return self

    def press(self, words: str | re.Pattern[str], *, inside: Locator | None = None) -> Seat:
        """Press a button and wait for the page that answers."""
        button = (inside or self.page).get_by_role("button", name=words, exact=isinstance(words, str)).first
        with self.page.expect_navigation() as comes:
            self._tap(button)
        self.look(comes.value)
        return self

    def _tap(self, what: Locator) -> None:
        what.tap() if self.shape == "phone" else what.click()

    # --- filling in ---

    def fill(self, label: str, words: str, *, inside: Locator | None = None) -> Seat:
        (inside or self.page).get_by_label(label, exact=True).fill(words)
        return self

    def choose(self, label: str, option: str, *, inside: Locator | None = None) -> Seat:
        """A row of a select."""
        (inside or self.page).get_by_label(label, exact=True).select_option(label=option)
        return self

    def mark(self, legend: str, option: str, *, inside: Locator | None = None) -> Seat:
        """One of several options under a heading."""
        group = (inside or self.page).get_by_role("group", name=legend)
        self._tap(group.get_by_text(option, exact=True).first)
        return self

    def tick(self, label: str | re.Pattern[str], *, inside: Locator | None = None) -> Seat:
        (inside or self.page).get_by_label(label).first.check()
        return self

    # --- seeing ---

    def sees(self, *words: str) -> Seat:
        for each in words:
            expect(self.page.locator("main")).to_contain_text(each)
        return self

    def is_told(self, words: str | re.Pattern[str]) -> Seat:
        """The word at the head of the page after an act."""
        expect(self.page.locator(".flash").first).to_contain_text(words)
        return self

    def is_refused(self, *words: str) -> Seat:
        """The form came back, with its sentence and with all that was typed."""
        box = self.page.locator("[data-refusal]").first
        for each in (*words, "您填的都留着"):
            expect(box).to_contain_text(each)
        return self

    def look(self, answer: Response | None = None) -> None:
        """Nothing broke on this page; with JOURNEY_ALBUM=folder a picture is kept."""
        assert answer is None or answer.status < 500, f"{self.person} at {self.page.url}: {answer.status}"
        assert not self.wrong, f"{self.person} at {self.page.url}: {self.wrong}"
        if self.company.album:
            self.picture(self.page.url.split("/", 3)[-1].split("?")[0].strip("/").replace("/", "_") or "desk")

    def picture(self, name: str) -> None:
        if self.company.album:
            self.company.pictures += 1
            self.page.screenshot(path=self.company.album / f"{self.company.pictures:03d}-{name}-{self.shape}.png", full_page=True)
