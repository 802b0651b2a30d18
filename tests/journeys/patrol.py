"""A five-day patrol that was missed until the general manager heard of it, then recorded on the phone in at most 25 taps (R040)."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

from config.tick import tick
from core.models import Deadline, Notice
from inspections import services
from inspections.models import Patrol, Rectification, SupervisionFact
from tests.journeys.people import Company
from tests.journeys.pictures import photo
from tests.journeys.story import Story

MOST = 25


class Hand:
    """One hand on a phone: every touch is counted; typing is done by the keyboard or by voice once the field was touched."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def touch(self, what: Locator) -> None:
        what.scroll_into_view_if_needed()
        what.tap()
        self.taps += 1

    def write(self, name: str, words: str) -> None:
        field = self.page.locator(f"[name={name}]")
        self.touch(field)
        field.fill(words)

    def pick(self, name: str, value: str) -> None:
        """A row of a select: it is opened and the row is touched."""
        self.page.locator(f"[name={name}]").select_option(value)
        self.taps += 2

    def shoot(self, name: str, file: Any) -> None:
        """The camera is opened, the shutter pressed, the picture taken over."""
        self.page.locator(f"input[type=file][name={name}]").first.set_input_files(file)
        self.taps += 3

    def goes(self, what: Locator) -> None:
        with self.page.expect_navigation():
            self.touch(what)


def miss_it(company: Company, story: Story) -> None:
    """Nobody came for six days: the general manager finds the site on the desk, among the late ones, and the fact with its person."""
    tick(story.calendar.now())
    late = Deadline.objects.get(clock="inspections.patrol", dossier=story.project.dossier)
    assert late.level == 3 and Notice.objects.filter(deadline=late, user=company.cast.general_manager).exists()
    head = company.general_manager
    head.go("/").sees("巡检", story.customer)
    head.go("/inspections/board/?show=late").sees(story.customer)
    head.go("/inspections/facts/").sees("五天巡检超期", "贺鸣", story.customer)


def record_it(company: Company, story: Story) -> None:
    """A routine patrol, from the desk of the phone to its record: photo, words, a fault with its picture."""
    late = Deadline.objects.get(clock="inspections.patrol", dossier=story.project.dossier)
    phone = company.phone("quality_inspector")
    phone.go("/").sees(story.customer)
    hand = Hand(phone.page)
    hand.goes(phone.page.locator("a.button", has_text="去巡检").first)
    hand.shoot("photos", photo())
    hand.write("progress", "水电开槽完成八成，主卧回路在布管")
    hand.write("order", "材料码放整齐，通道畅通")
    hand.write("safety", "灭火器两具在位")
    hand.write("talk", "客户要在书桌处加一组插座")
    hand.touch(phone.page.locator("[name=badge_worn]"))
    hand.write("seen_0", "卫生间管口没有封堵")
    hand.pick("severity_0", "general")
    hand.shoot("pictures_0", photo("pipe.jpg"))
    hand.goes(phone.page.get_by_role("button", name="记下巡检"))
    expect(phone.page.locator("main")).to_contain_text("巡检记录")
    assert hand.taps <= MOST, hand.taps

    phone.go(f"{story.checks}supervision/").sees("五天巡检超期", "0／6", "0／5")
    phone.go(f"{story.checks}exchanges/").mark("方式", "现场").fill("交流内容", "书桌处加一组插座，走增项")
    phone.press("记下交流").is_told("交流已记").sees("1／6")
    company.general_manager.go(f"{story.checks}supervision/").sees("1／6")

    site, inspector = story.project, company.cast.quality_inspector
    patrol = Patrol.objects.get(project=site)
    assert patrol.by == inspector and Rectification.objects.filter(project=site).count() == 1
    late.refresh_from_db()
    assert late.stopped_at == patrol.at and late.breached_at is not None
    services.follow(site.dossier, at=story.calendar.now())
    fact = SupervisionFact.objects.get(project=site)
    assert (fact.person, fact.rule) == (inspector, "R040")
