"""The spine: one row of a shop's own Excel list, walked through the browser to its warranty card (issue 2)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from core.models import Paper
from leads import services as leads
from leads.price_sheets import shipped
from tests.journeys import contract, design, end, front, press, printed, works
from tests.journeys.checks import check
from tests.journeys.people import Company, log
from tests.journeys.story import Story

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FRONT = (front.import_the_list, front.find_the_customer, front.assign, front.contact, front.consult, front.present, front.take_the_deposit)
DESIGN = (design.measure, design.report_the_scheme, design.draw, design.quote, design.accept)
CONTRACT = (
    contract.take_a_blank, contract.make_the_contract, contract.sign_the_contract, contract.pay_the_first_instalment, contract.staff_the_site,
)  # fmt: skip
BEFORE_WORK = (works.get_the_permit, works.disclose, check("C1"), works.arrive)
WORK = (
    check("C2"), check("C3"), check("C4"), check("C5"), works.change_something, check("C6"), works.settle_midterm, check("C7"), works.finish, check("C8"),
)  # fmt: skip
END = (
    works.accept, end.hand_over_the_statutory_paper, works.settle_finally, end.hand_over_the_card, end.let_the_customer_speak, end.go_under_warranty,
)  # fmt: skip
ROAD: tuple[Callable[[Company, Story], None], ...] = (*FRONT, *DESIGN, *CONTRACT, *BEFORE_WORK, *WORK, *END)


def open_the_house(cast: Any) -> None:
    """What stands before the first customer comes: the price list in force and the items of the checks."""
    leads.publish_price_list(name="素行装饰报价单", valid_from=date(2026, 1, 1), rows=shipped(), by=cast.estimator, at=cast.at)
    call_command("load_checks", verbosity=0)


def test_from_the_shops_own_list_to_the_warranty_card(live_site, live_cast, browser, tmp_path):
    open_the_house(live_cast)
    story, company = Story(), Company(browser, live_site.url, live_cast, tmp_path)
    with press.running() as printer, company.watched():
        for step in ROAD:
            began = time.monotonic()
            step(company, story)
            log.info("%6.1f s  %s", time.monotonic() - began, step.__name__)
        pdfs = printed.fetch_all(company, story, Path(os.environ.get("JOURNEY_PAPERS", tmp_path / "papers")))
        log.info("%6.1f s  to print %s PDFs of %s papers", printer.seconds, printer.made, len(pdfs))

    papers = {paper.ref: paper for paper in Paper.objects.filter(ref__in=pdfs).prefetch_related("signatures", "renditions")}
    wrong = {
        ref: told
        for ref, data in pdfs.items()
        if (told := printed.inspect(papers[ref], data, customer=story.customer, facts=story.papers.get(ref, [])))
    }
    assert wrong == {}
