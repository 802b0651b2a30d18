"""The words over the money bar, in a real browser: none sticks out of its card, however small its part."""

from __future__ import annotations

from typing import Any

import pytest

from projects.selectors import meter
from tests.cast import PASSWORD
from tests.factories import projects as site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OUTSIDE = """() => {
  const words = document.querySelector('.money-words'), end = words.getBoundingClientRect().right + 0.5;
  return [...words.querySelectorAll('li:last-child span')].filter((word) => word.getBoundingClientRect().right > end).map((word) => word.innerText);
}"""


def test_a_small_change_that_no_instalment_carries_keeps_its_word_inside_the_card(live_cast: Any, live_site: Any, browser: Any, settings: Any) -> None:
    settings.AXES_ENABLED = False
    project = site.working_project(live_cast)
    site.signed_change(project, people=live_cast, at=live_cast.at, quantities=("1",))
    parts = meter(site.refreshed(project)).instalments
    assert 0 < parts[-1].amount * 40 < sum(part.amount for part in parts)  # hardly a sliver of the bar

    for width, language, word in ((1440, "zh-hans", "增减项"), (390, "zh-hans", "增减项"), (1440, "en", "Changes"), (390, "en", "Changes")):
        context = browser.new_context(viewport={"width": width, "height": 844})
        context.add_cookies([{"name": "django_language", "value": language, "url": live_site.url}])
        page = context.new_page()
        page.goto(f"{live_site.url}/login/")
        page.fill("[name=username]", live_cast.accountant.username)
        page.fill("[name=password]", PASSWORD)
        page.click("main button.is-primary")
        page.goto(f"{live_site.url}/projects/{project.ref}/payments/")

        assert page.locator(".money-words li:last-child").inner_text() == word
        assert page.evaluate(OUTSIDE) == []
        context.close()
