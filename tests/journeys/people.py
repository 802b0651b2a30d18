"""The people of a journey: each signs in through the login page and has browsers of their own, a desk and a phone."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
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
        self.pictures = 0

    def __getattr__(self, post: str) -> Seat:
        return self.seat(post, "desk")

    def phone(self, post: str) -> Seat:
        """The same person on site, a phone in one hand."""
        return self.seat(post, "phone")

    def seat(self, post: str, shape: str) -> Seat:
        if (post, shape) not in self._seats:
            self._seats[post, shape] = Seat(self, getattr(self.cast, post), shape)
        return self._seats[post, shape]

    def another_browser(self, post: str) -> Seat:
        """The same person before another machine."""
        return self._seats.setdefault((post, "another browser"), Seat(self, getattr(self.cast, post), "desk"))

    def another_tab(self, post: str) -> Seat:
        """The same person with one more tab of the same browser."""
        return self._seats.setdefault((post, "another tab"), Seat(self, getattr(self.cast, post), "desk", beside=self.seat(post, "desk")))

    def leave(self) -> None:
        for context in {seat.context for seat in self._seats.values()}:
            context.close()
        self._seats.clear()

    @contextmanager
    def watched(self) -> Iterator[Company]:
        """When a step fails, what everybody sees is kept as a picture."""
        try:
            yield self
        except BaseException:
            for (post, shape), seat in self._seats.items():
                seat.page.screenshot(path=self.folder / f"failed-{post}-{shape}.png", full_page=True)
            log.error("Pictures of what everybody saw: %s", self.folder)
            raise
        finally:
            self.leave()


class Seat:
    """One person before one screen."""

    def __init__(self, company: Company, person: Any, shape: str, *, beside: Seat | None = None) -> None:
        self.company, self.person, self.shape = company, person, shape
        self.context = beside.context if beside else company.browser.new_context(**SHAPES[shape], locale="zh-CN", base_url=company.site)
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.wrong: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("response", lambda answer: self.wrong.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None)
        if beside is None:
            self.sign_in()

    # --- doors ---

    def sign_in(self) -> None:
        self.page.goto("/login/")
        self.fill("用户名", self.person.username)
        self.fill("密码", self.company.cast.password)
        self.press("登录")
        expect(self.page.get_by_role("navigation").first).to_be_attached()

    def sign_out(self) -> None:
        self.page.locator("details[data-menu] > summary").click()
        self.press("退出")

    # --- walking ---

    def go(self, address: str) -> Seat:
        answer = self.page.goto(address)
        assert answer is not None and answer.status < 400, f"{self.person} at {address}: {answer and answer.status}"
        self.look()
        return self

    def follow(self, words: str | re.Pattern[str], *, inside: Locator | None = None) -> Seat:
        """Press a link, as it is called on the page."""
        with self.page.expect_navigation():
            self._tap((inside or self.page).get_by_role("link", name=words, exact=isinstance(words, str)).first)
        self.look()
        return self

    def press(self, words: str | re.Pattern[str], *, inside: Locator | None = None) -> Seat:
        """Press a button and wait for the page that answers."""
        button = (inside or self.page).get_by_role("button", name=words, exact=isinstance(words, str)).first
        with self.page.expect_navigation():
            self._tap(button)
        self.look()
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

    def look(self) -> None:
        """Nothing broke on this page; with JOURNEY_ALBUM=folder a picture is kept."""
        assert not self.wrong, f"{self.person} at {self.page.url}: {self.wrong}"
        if self.company.album:
            self.picture(self.page.url.split("/", 3)[-1].split("?")[0].strip("/").replace("/", "_") or "desk")

    def picture(self, name: str) -> None:
        if self.company.album:
            self.company.pictures += 1
            self.page.screenshot(path=self.company.album / f"{self.company.pictures:03d}-{name}-{self.shape}.png", full_page=True)
