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
from django.db.models import Count, F

from aftersales import services
from aftersales.models import RepairRequest, Warranty
from config.demo import company, customers, digest, people
from config.demo.hand import strokes
from config.tick import tick
from core import papers
from core.models import AuditEntry, CompanyProfile, Deadline, Dossier, Paper, Signature
from leads.models import (
    Appointment,
    CashAccount,
    CashEntry,
    Customer,
    CustomerMerge,
    DepositRefund,
    DiscountRequest,
    Estate,
    EstatePhase,
    HomePerson,
    HotlineCase,
    Judgment,
    Lead,
    LossReview,
    PhoneCall,
    PoolStay,
    Promise,
    Quotation,
    QuotationLine,
    Shift,
    ShowHomeNotice,
    TillClosing,
    Visit,
)
from leads.services import till
from projects.models import Payment, Project, StockCount, Supplement
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
    assert Lead.objects.filter(stage="lost").count() == company.SIZES["sample"].lost + customers.GONE
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
    """What runs on: the loss of yesterday is reviewed, and a member is visited all the same (R022)."""
    gone = Lead.objects.filter(stage="lost").values("dossier")
    running = Deadline.objects.filter(dossier__in=gone, stopped_at__isnull=True).values_list("clock", "dossier__lead__customer__is_member")
    assert sorted(running) == [("leads.care", True), ("leads.loss_review", False)]


def test_every_desk_before_the_contract_has_something_to_do(twice):
    """One of each that waits for somebody's word, and one of each that is done."""
    assert {stay.cause for stay in PoolStay.objects.filter(ended_at=None)} == {"by_hand"}
    assert LossReview.objects.filter(decided_at=None).count() == 1 and LossReview.objects.filter(outcome="confirmed").exists()
    assert DiscountRequest.objects.get().state == "asked"
    assert sorted(case.state for case in HotlineCase.objects.filter(cause="preview")) == ["asked", "taken"]
    assert sorted(call.is_open for call in PhoneCall.objects.filter(passed_to__isnull=False)) == [False] * 4 + [True] * 2
    assert Visit.objects.exists() and HomePerson.objects.filter(pays=True).exists()
    assert sorted(Promise.objects.values_list("kept", flat=True), key=str) == [None, True]
    assert CustomerMerge.objects.get().kept.leads.count() == 2
    assert {(row.willingness, row.ability) for row in Judgment.objects.all()} == {("high", "high"), ("high", "low"), ("low", "high"), ("low", "low")}
    assert Customer.objects.get(is_key=True).leads.get().care_calls.exists() and Customer.objects.filter(is_member=True).exists()


def test_the_calendar_looks_back_and_ahead_and_the_desk_is_manned(twice):
    states = set(Appointment.objects.filter(start_at__lt=UNTIL).values_list("state", flat=True))
    assert states >= {"kept", "missed_customer"}
    ahead = Appointment.objects.filter(state="planned", start_at__gt=UNTIL)
    assert {row.kind for row in ahead} >= {"measuring", "meeting", "store"} and len({row.person_id for row in ahead}) >= 4
    assert {shift.store.code for shift in Shift.objects.select_related("store")} == {"CX", "CD"}
    assert ShowHomeNotice.objects.filter(lines__isnull=False).distinct().count() >= 4
    assert EstatePhase.objects.filter(handover_on__gt=UNTIL.date()).exists() and not Estate.objects.filter(property_office="").exists()
    assert Project.objects.filter(open_to_visitors=True).exclude(visitors_consent="").exists()


def test_the_till_is_closed_every_evening_by_one_and_looked_at_by_another(twice):
    """What moved before yesterday is closed; a payment in error and a deposit given back stand in the book; one count waits to be checked."""
    before = UNTIL.date() - timedelta(days=1)
    for account in CashAccount.objects.all():
        assert all(day >= before for day in till.open_days(account))
    assert not TillClosing.objects.filter(checked_by=F("by")).exists()
    assert [row.account.kind for row in TillClosing.objects.filter(checked_at=None).exclude(reason="")] == ["till"]
    assert {"deposit", "payment", "reversal", "deposit_refund"} <= set(CashEntry.objects.values_list("kind", flat=True))
    assert sorted(refund.is_waiting for refund in DepositRefund.objects.all()) == [False, True]
    for account in CashAccount.objects.filter(kind="till"):
        assert all(closing.counted >= 0 for closing in account.closings.all())  # a till holds no less than nothing
    assert StockCount.objects.filter(missing=0).exists()


def test_quotations_hold_a_package_or_a_choice_and_a_contract_its_supplement(twice):
    assert Quotation.objects.get(package__isnull=False).state == "issued"
    lines = QuotationLine.objects.filter(quotation__state="issued")
    assert lines.filter(optional=True).exists() and lines.filter(alternative_to__isnull=False).exists()
    assert Supplement.objects.exclude(applied_at=None).exists()
    assert Payment.objects.filter(kind="reversal").exists()


def test_the_worker_finds_a_company_that_is_up_to_date(twice):
    """What every minute brings is done without a transaction around it; a second look writes nothing."""
    tick(UNTIL)
    again = tick(UNTIL)
    assert (again["week"], again["clocks"], again["followed"]) == (0, 0, 0)


def test_no_desk_is_full_of_the_same_thing_left_undone(twice):
    late = Deadline.objects.filter(stopped_at__isnull=True, due_at__lt=UNTIL).order_by().values("owner", "clock").annotate(n=Count("pk"))
    assert max((row["n"] for row in late), default=0) <= 4


def test_its_people_can_sign_in_under_the_names_that_are_printed(twice):
    names = set(User.objects.values_list("username", flat=True))
    assert {"tanghui", "linxiaozhou", "guojianjun", "heming", "chengwei"} <= names
    assert len(names) == sum(len(who) for shop in people.SHOPS for _post, who in shop.people)


def test_invented_hands_are_hands():
    assert papers.drawn(strokes("陈静兰")) and strokes("陈静兰") == strokes("陈静兰")
