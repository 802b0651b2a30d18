"""Statistics (S10), the report of the week (R029, S12, S17), the notice of the month (R030, S13), the shift hand-over (S16)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from aftersales import deadlines_complaints as deadlines
from aftersales import services
from aftersales.models import Complaint, ComplaintReport
from aftersales.services.complaint_reports import figures_of, open_cases
from config import follow, reach, signers
from core import clocks, papers
from core.calendar import span_of
from core.models import Deadline
from core.refusals import Refused
from leads.models import Lead
from tests import road
from tests.cast import Cast
from tests.factories import complaints
from tests.hand import STROKES

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: Any) -> Iterator[SimpleNamespace]:
    """Three complaints of Tuesday, 24 November 2026: one closed, one not upheld and answered, one that waits."""
    with django_db_blocker.unblock(), translation.override("en"), transaction.atomic():
        cast = Cast()
        lead = road.assigned_lead(cast)
        complaints.brought_to("closed", lead, people=cast, at=cast.at)
        other = complaints.judged(complaints.told(lead, people=cast, at=cast.at, category="schedule"), people=cast, at=cast.at + HOUR, upheld=False)
        services.record_talk(other, kind="answer", reached=True, says="解释过了", by=cast.cs_officer, at=cast.at + 2 * HOUR)
        complaints.told(lead, people=cast, at=cast.at, category="attitude", named=[cast.store_manager])
        yield SimpleNamespace(cast=cast, lead=lead.pk)
        transaction.set_rollback(True)


@pytest.fixture
def lead(standing: SimpleNamespace, db: None) -> Lead:
    return Lead.objects.get(pk=standing.lead)


def test_S10_every_figure_is_counted_by_itself(cast: Any, lead: Lead) -> None:
    found = figures_of(Complaint.objects.all())
    assert (found["total"], found["ended"]) == (3, 2)
    assert found["category"] == {"quality": 1, "schedule": 1, "attitude": 1}
    assert found["upheld"] == {"yes": 1, "no": 1, "open": 1}
    assert found["kind"] == {"valid": 2, "": 1} and found["trade"] == {"tiles": 1, "": 2}
    assert found["department"] == {"engineering_dept": 1, "": 2} and found["satisfaction"] == {"satisfied": 1, "": 2}
    assert (found["days_mean"], found["days_most"]) == (0.2, 0.2)  # six hours and two


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [("week", (11, 23), (11, 29)), ("month", (11, 1), (11, 30)), ("quarter", (10, 1), (12, 31))],
)
def test_a_span_begins_and_ends_with_its_calendar(span: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    for day in (date(2026, *first), date(2026, 11, 24), date(2026, *last)):
        assert span_of(span, day) == (date(2026, *first), date(2026, *last))


def test_R029_the_week_that_is_over_is_reported_once_with_its_four_counts(cast: Any, lead: Lead) -> None:
    """R029, S12, S17: the clock starts when the week is over and stops with the report; the last minute of the week is too early."""
    told = {"span": "week", "day": cast.at.date(), "analysis": "空鼓集中在卫生间。", "measures": "铺贴后逐块敲击。", "by": cast.cs_supervisor}
    monday = cast.at.replace(hour=0, minute=0) + 6 * DAY
    services.watch_complaint_reports(at=monday - timedelta(minutes=1))
    assert not Deadline.objects.filter(clock=deadlines.WEEK.id, key__endswith="2026-11-23").exists()
    with pytest.raises(Refused, match="not over yet"):
        services.write_report(cast.store, at=monday - timedelta(minutes=1), **told)

    services.watch_complaint_reports(at=monday)
    services.watch_complaint_reports(at=monday)
    clock = Deadline.objects.get(clock=deadlines.WEEK.id, key="CX:2026-11-23")
    assert (clock.owner, clock.due_at) == (cast.cs_supervisor, monday + 2 * DAY)
    made = services.write_report(cast.store, at=monday + HOUR, **told)
    assert {name: made.figures[name] for name in ("accepted", "supervised", "fed_back", "revisited")} == {
        "accepted": 3, "supervised": 9, "fed_back": 3, "revisited": 1,
    }  # fmt: skip
    assert not clocks.is_open(deadlines.WEEK, "CX:2026-11-23")
    with pytest.raises(Refused, match="has been reported"):
        services.write_report(cast.store, at=monday + HOUR, **told)


def test_R030_the_month_is_told_to_the_departments_with_its_paper(cast: Any, lead: Lead) -> None:
    first = cast.at.replace(month=12, day=1, hour=0, minute=0)
    services.watch_complaint_reports(at=first)
    clock = Deadline.objects.get(clock=deadlines.MONTH.id, key="CX:2026-11-01")
    assert clock.due_at == first + 5 * DAY
    with pytest.raises(Refused) as refused:
        services.write_report(cast.store, span="month", day=date(2026, 11, 5), analysis=" ", measures="", by=cast.cs_supervisor, at=first)
    assert len(refused.value.missing) == 2
    made = services.write_report(cast.store, span="month", day=date(2026, 11, 5), analysis="甲", measures="乙", by=cast.cs_supervisor, at=first)
    assert made.paper.kind == "S10" and made.paper.body["total"] == 3 and made.paper.body["upheld"] == 1
    assert not clocks.is_open(deadlines.MONTH, "CX:2026-11-01")
    for person in (cast.engineering_manager, cast.design_manager, cast.general_manager):  # the departments read it
        assert ComplaintReport.objects.visible_to(person).exists() and reach.papers(person).filter(pk=made.paper_id).exists()
    assert not reach.papers(cast.foreman).filter(pk=made.paper_id).exists()


def test_S16_the_open_cases_are_listed_and_frozen_and_each_signs_for_himself(cast: Any, lead: Lead) -> None:
    made = services.hand_over_shift(cast.store, giver=cast.cs_officer, taker=cast.cs_supervisor, none_missed=True, by=cast.cs_officer, at=cast.at + DAY)
    assert [row["stands"] for row in made.cases["complaints"]] == ["待判断"]
    assert "陈静兰" not in str(made.cases["complaints"])  # somebody is complained about: the list does not say who complained
    made.refresh_from_db()

    paper = made.paper
    giving, taking = (papers.kind_of(paper).signer(role) for role in ("hands_over", "takes_over"))
    assert signers.may_sign(giving, cast.cs_officer, paper) and not signers.may_sign(taking, cast.cs_officer, paper)
    assert signers.may_sign(taking, cast.cs_supervisor, paper) and not signers.may_sign(giving, cast.aftersales_head, paper)
    hand = {"strokes": STROKES, "at": cast.at + DAY + HOUR}
    papers.sign(paper, role="hands_over", name=cast.cs_officer.full_name, user=cast.cs_officer, by=cast.cs_officer, **hand)
    with pytest.raises(Refused, match="not signed by both"):
        services.hand_over_shift(cast.store, giver=cast.cs_supervisor, taker=cast.cs_officer, none_missed=True, by=cast.cs_officer, at=cast.at + 2 * DAY)
    papers.sign(paper, role="takes_over", name=cast.cs_supervisor.full_name, user=cast.cs_supervisor, by=cast.cs_supervisor, **hand)
    follow.run(cast.store.dossier, at=cast.at + DAY + HOUR)
    assert not clocks.is_open(deadlines.HANDOVER, paper.ref)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"taker": "cs_officer"}, "between two people"),
        ({"by": "aftersales_head"}, "by one of the two"),
        ({"taker": "designer"}, "does not work in customer service"),
        ({"none_missed": False}, "which call was missed"),
    ],
)
def test_S16_a_hand_over_is_never_made_by_one_for_both(cast: Any, lead: Lead, said: dict[str, Any], sentence: str) -> None:
    asked = {"giver": "cs_officer", "taker": "cs_supervisor", "by": "cs_officer"} | {name: who for name, who in said.items() if name != "none_missed"}
    people = {name: getattr(cast, who) for name, who in asked.items()}
    with pytest.raises(Refused, match=sentence):
        services.hand_over_shift(cast.store, none_missed=said.get("none_missed", True), at=cast.at + DAY, **people)


def test_the_open_cases_are_asked_in_a_few_questions_however_many(cast: Any, lead: Lead, django_assert_max_num_queries: Any) -> None:
    for _n in range(3):
        complaints.told(lead, people=cast, at=cast.at)
    with django_assert_max_num_queries(5):
        assert len(open_cases(cast.store)["complaints"]) == 4
