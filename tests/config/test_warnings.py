"""Whom a clock's warning reaches, and in which words it stands on the desk."""

from __future__ import annotations

import re

from django.conf import settings

from config import reach
from config.pages import desk
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
