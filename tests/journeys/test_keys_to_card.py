"""A site from the keys to the card (issue 4): what is told here is clicked, on the desk and on the phone; what lies between is done by verbs."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from inspections import services as inspections
from inspections.models import QualityCheck
from projects import services
from projects.choices import Stage
from tests.factories import aftersales as late
from tests.factories import inspections as checks
from tests.factories import projects as sites
from tests.factories import settling as ending
from tests.journeys import calendar, concealed, days, end, patrol, press, property_office, settling
from tests.journeys.people import Company, log
from tests.journeys.story import Story
from tests.journeys.test_spine import open_the_house

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def sign_the_contract(company: Company, story: Story) -> None:
    """Signed, handed in, filed; the site has its people and waits for the property office."""
    at, today = story.calendar.now(), story.calendar.today
    site = sites.contracted_project(company.cast, at=at, contract={"starts_on": today, "due_on": today + timedelta(days=80)})
    services.advance(site, to=Stage.PERMIT_FILING, by=company.cast.project_manager, at=at)
    story.customer, story.lead, story.site = site.customer_name, site.lead.ref, site.ref


def begin_the_works(company: Company, story: Story) -> None:
    """Drawings reviewed, the disclosure held, check 1 passed, the crew on the site; the five days of the patrol begin."""
    site, people, at = story.project, company.cast, story.calendar.now()
    manager = people.project_manager
    services.record_review(site, by=manager, at=at)
    sites.disclosure(site, people=people, at=at)
    checks.passed(site, "C1", people=people, at=at)
    services.advance(site, to=Stage.DISCLOSED, by=manager, at=at)
    services.record_arrival(site, crew="鲁全胜班组", workers=4, cleared=True, by=manager, at=at)
    services.advance(site, to=Stage.UNDER_CONSTRUCTION, by=manager, at=at)
    sites.pay_open(site, people=people, at=at)
    ending.priced(site, people=people, at=at)
    story.follow()


def accept_the_materials(company: Company, story: Story) -> None:
    checks.passed(story.project, "C2", people=company.cast, at=story.calendar.now())


def come_to_the_midterm(company: Company, story: Story) -> None:
    """Waterproofing, tiles and carpentry pass; the mid-term settlement waits for its signatures."""
    site, people, at = story.project, company.cast, story.calendar.now()
    first = QualityCheck.objects.get(project=site, code="C1")
    tight = {"values": inspections.spread([20, 24, 0]), "photos": [checks.picture()], "by": people.quality_inspector, "at": at}
    inspections.record_deferred(check=first, item="C1-10", **tight)
    checks.passed(site, "C4", people=people, at=at)
    sites.pay_open(site, people=people, at=at)
    for code in ("C5", "C6"):
        checks.passed(site, code, people=people, at=at)
    services.settle(site, kind="midterm", by=people.project_manager, at=at)


def come_to_the_acceptance(company: Company, story: Story) -> None:
    """The change settlement signed too, paid; the last checks pass and everybody signs: accepted."""
    site, people, at = story.project, company.cast, story.calendar.now()
    for settlement in site.settlements.select_related("paper"):
        if settlement.paper.is_open:
            sites.sign_all(settlement.paper, by=people.project_manager, at=at, customer=story.customer)
    story.follow()
    site = story.project
    services.advance(site, to=Stage.MIDTERM_ACCEPTED, by=people.project_manager, at=at)
    sites.pay_open(site, people=people, at=at)
    checks.passed(site, "C7", people=people, at=at)
    services.advance(site, to=Stage.COMPLETED, by=people.project_manager, at=at)
    late.signed_acceptance(site, people=people, at=at)
    services.advance(site, to=Stage.ACCEPTED, by=people.project_manager, at=at)
    story.follow()


def settle_all(company: Company, story: Story) -> None:
    """The final settlement signed, the last money in, the statutory warranty received."""
    site, people, at = story.project, company.cast, story.calendar.now()
    late.paid(site, people=people, at=at)
    late.received(site, people=people, at=at)


def hear_the_customer(company: Company, story: Story) -> None:
    late.evaluation(story.project, people=company.cast, at=story.calendar.now())


# how many days ago → what happens on that day
STORY = (
    (24, (sign_the_contract,)),
    (23, (property_office.hand_in_the_papers,)),
    (22, (begin_the_works, days.add_a_wall)),
    (15, (patrol.miss_it, patrol.record_it)),
    (14, (accept_the_materials, concealed.fail, concealed.put_right)),
    (13, (concealed.pass_again,)),
    (10, (days.tell_the_rain, days.agree_on_three_days)),
    (9, (property_office.extend_the_permit,)),
    (7, (come_to_the_midterm, days.dispute)),
    (6, (days.take_out_two_sockets, days.sign_the_second_version)),
    (5, (come_to_the_acceptance, settling.clean)),
    (4, (settling.hand_over, settling.pay_the_foreman)),
    (3, (settle_all, end.hand_over_the_card, hear_the_customer, end.go_under_warranty)),
)


def test_a_site_from_the_keys_to_the_card(live_site, live_cast, browser, tmp_path):
    open_the_house(live_cast)
    company = Company(browser, live_site.url, live_cast, tmp_path)
    with calendar.kept() as house, press.running() as printer, company.watched():
        story = Story(calendar=house)
        for days_ago, chapters in STORY:
            house.turn_to(days_ago)
            company.morning += 1
            for chapter in chapters:
                began = time.monotonic()
                chapter(company, story)
                log.info("%6.1f s  %s", time.monotonic() - began, chapter.__name__)
        log.info("%6.1f s  to print %s PDFs", printer.seconds, printer.made)
