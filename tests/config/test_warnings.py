"""Whom a clock's warning reaches, and in which words it stands on the desk."""

from __future__ import annotations

import re

from django.conf import settings

from config import acts, reach
from config.pages import desk
from core.clocks import CLOCKS
from core.models import Deadline
from tests.factories import projects as jobs


def test_of_two_project_managers_only_the_one_of_the_site_is_told(cast):
    site = jobs.contracted_project(cast)
    second = cast.hire("project_manager", name="雷鸣二")
    row = Deadline.objects.filter(dossier=site.dossier, stopped_at__isnull=True).first()

    told = reach.audience(row, ["project_manager", "engineering_manager"])

    assert cast.project_manager in told and cast.engineering_manager in told
    assert second not in told and second in reach.holders(row, ["project_manager"])
    assert reach.audience(row, []) == []


def test_nobody_is_told_of_what_the_own_post_does_not_open(cast):
    site = jobs.contracted_project(cast)
    row = Deadline.objects.filter(dossier=site.dossier, stopped_at__isnull=True).first()
    assert reach.audience(row, ["hr", "administrator"]) == []


def test_every_line_that_a_verb_leaves_on_a_desk_has_words():
    """A notice is about a clock, a reminder of one, or stands in the desk's own list; nobody reads a code."""
    found = [path.read_text() for path in settings.BASE_DIR.glob("*/services/*.py")]
    written = {kind for text in found for kind in re.findall(r'Notice\.objects\.create\([^)]*?kind="([^"]+)"', text, re.S)}
    assert written and written <= set(desk.TOLD)


def test_the_owner_of_a_sites_clock_is_led_to_the_page_that_settles_it_and_others_to_the_file():
    assert set(acts.SITE_CLOCK_PAGES) <= set(CLOCKS)
    for clock, page in acts.SITE_CLOCK_PAGES.items():
        assert acts.of_clock(clock, "", "/projects/P-CX-2026-0001/")[0] == f"/projects/P-CX-2026-0001/{page}/"
        assert acts.of_clock(clock, "", "/projects/P-CX-2026-0001/", mine=False)[0] == "/projects/P-CX-2026-0001/"
    assert acts.of_clock("projects.hand_over", "", "")[1] != acts.of_clock("aftersales.warranty_card", "", "")[1]
