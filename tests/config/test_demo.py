"""The demo company: the same seed makes the same company, by verbs alone, and all of it says that it is invented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection

from aftersales import services
from aftersales.models import RepairRequest, Warranty
from config.demo import company, digest, people
from config.demo.hand import strokes
from core import papers
from core.models import AuditEntry, CompanyProfile, Deadline, Dossier, Paper, Signature
from leads.models import Lead
from projects.models import Project
from staff.models import User

UNTIL = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SEED = 7
pytestmark = pytest.mark.slow


def _made(media: Path) -> dict[str, str]:
    kept, settings.MEDIA_ROOT = settings.MEDIA_ROOT, media
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
        company.make(seed=SEED, size="sample", until=UNTIL, password_hash="!")
        return digest.of_tables()
    finally:
        settings.MEDIA_ROOT = kept


@pytest.fixture(scope="module")
def twice(django_db_setup: None, django_db_blocker: Any, databases: Any, tmp_path_factory: Any) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """Two companies of one seed, each in an empty database; the second one stays for the tests of this file."""
    with django_db_blocker.unblock():
        with databases.bare("demo1"):
            first = _made(tmp_path_factory.mktemp("demo1"))
        with databases.bare("demo2"):
            yield first, _made(tmp_path_factory.mktemp("demo2"))


def test_the_same_seed_and_day_make_the_same_company(twice):
    first, second = twice
    assert [table for table in first if first[table] != second[table]] == []
    assert len({value for value in first.values() if value}) > 40


def test_one_fact_more_is_another_company(twice):
    before = digest.of_everything()
    lead = Lead.objects.filter(stage="registered").first()
    Lead.objects.filter(pk=lead.pk).update(needs="还想要一个吧台")
    try:
        assert digest.of_everything() != before
    finally:
        Lead.objects.filter(pk=lead.pk).update(needs=lead.needs)
    assert digest.of_everything() == before


def test_everything_in_it_is_marked_as_simulated(twice):
    assert CompanyProfile.objects.get().simulated
    assert Dossier.objects.count() > 60 and not Dossier.objects.filter(simulated=False).exists()
    assert all(paper.head["simulated"] for paper in Paper.objects.all())


def test_a_story_runs_to_its_last_act(twice):
    """The customers who went are lost, and the site of nine months ago is in its warranty with all papers signed."""
    assert Lead.objects.filter(stage="lost").count() == company.SIZES["sample"].lost
    site = Project.objects.get(stage="under_warranty")
    assert Warranty.objects.in_force().filter(project=site).exists()
    signed = set(Paper.objects.filter(dossier=site.dossier, state__in=["signed", "sealed"]).values_list("kind", flat=True))
    assert signed >= {"L03", "L22", "P01", "P05", "P07", "P23", "I05", "I06", "I11", "I12", "I13", "P31", "S50", "S01", "S02"}


def test_what_is_mended_is_mended_by_verbs(twice):
    """A site in its warranty tells a fault; a repair that was filed has its papers signed, its call made and its money in."""
    repairs = list(RepairRequest.objects.all())
    assert repairs
    for repair in repairs:
        assert repair.state in ("archived", "reported", "ordered", "done", "waiting", "sorted", "called")
        if repair.state == "archived":
            assert services.filing_gaps(repair) == []
            assert repair.calls.filter(reached=True).exists()


def test_nothing_in_it_lies_in_the_future_and_nobody_signed_for_a_customer(twice):
    assert AuditEntry.objects.filter(at__gt=UNTIL + timedelta(hours=4)).count() == 0
    assert not Signature.objects.filter(role="customer", user__isnull=False).exists()


def test_what_a_lost_customer_was_promised_is_over(twice):
    gone = Lead.objects.filter(stage="lost").values("dossier")
    assert not Deadline.objects.filter(dossier__in=gone, stopped_at__isnull=True).exists()


def test_its_people_can_sign_in_under_the_names_that_are_printed(twice):
    names = set(User.objects.values_list("username", flat=True))
    assert {"tanghui", "linxiaozhou", "guojianjun", "heming", "chengwei"} <= names
    assert len(names) == sum(len(who) for shop in people.SHOPS for _post, who in shop.people)


def test_invented_hands_are_hands():
    assert papers.drawn(strokes("陈静兰")) and strokes("陈静兰") == strokes("陈静兰")
