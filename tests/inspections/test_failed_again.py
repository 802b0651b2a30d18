"""What is left of a check that passed and fails again, and of a fault on a site that is cancelled and taken up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core import attachments, clocks, papers
from core.models import Paper
from core.refusals import Refused
from inspections import deadlines, services
from inspections.models import QualityCheck, Recheck
from projects import services as projects
from projects.choices import Fact
from tests.factories import inspections as checks
from tests.factories import projects as sites
from tests.hand import sign_all


def filed(paper: Paper, cast: Any) -> None:
    """The original that everybody has signed on paper before is filed late."""
    scan = attachments.keep_bytes(b"%PDF-1.4", dossier=paper.dossier, kind="pdf", content_type="application/pdf", name="x.pdf", by=None, at=cast.at)
    for line in papers.unsigned_roles(paper):
        if line.required:
            papers.sign(
                paper, role=line.role, name=line.label, strokes="", way="scan", scan=scan, present=cast.quality_inspector,
                confirmed_by=cast.engineering_manager, by=cast.engineering_manager, at=cast.days(2),
            )  # fmt: skip


def test_a_paper_that_is_signed_after_its_check_failed_again_establishes_nothing(cast: Any, checked: Any) -> None:
    first = checks.passed(checked, "C3", people=cast, at=cast.at, signed=False)
    key = f"{checked.ref}/C3/1"
    assert clocks.is_open(deadlines.SIGNATURES, key)
    again = checks.opened(checked, "C3", people=cast, at=cast.days(1), reason="业主听见水声")
    checks.concluded(checks.recorded(again, people=cast, at=cast.days(1), failing=("C3-01",)), people=cast, at=cast.days(1))
    assert not clocks.is_open(deadlines.SIGNATURES, key)

    with pytest.raises(Refused, match="no longer fits"):
        sign_all(first.paper, by=cast.quality_inspector, at=cast.days(2))
    filed(first.paper, cast)
    services.follow(checked.dossier, at=cast.days(2))

    assert first.paper.is_signed
    assert not sites.refreshed(checked).holds(Fact.CHECK_3_PASSED)
    assert QualityCheck.objects.get(pk=first.pk).cleared_at is None


def test_nobody_is_asked_to_sign_the_first_attempt_when_a_second_one_has_passed(cast: Any, checked: Any) -> None:
    checks.passed(checked, "C3", people=cast, at=cast.at, signed=False)

    again = checks.opened(checked, "C3", people=cast, at=cast.days(1), reason="业主要求重做")
    checks.concluded(checks.recorded(again, people=cast, at=cast.days(1)), people=cast, at=cast.days(1))

    assert [clocks.is_open(deadlines.SIGNATURES, f"{checked.ref}/C3/{attempt}") for attempt in (1, 2)] == [False, True]
    assert [row.paper.stale_at is not None for row in QualityCheck.objects.filter(code="C3").order_by("attempt")] == [True, False]


def test_another_delivery_that_fails_takes_no_delivery_back(cast: Any, checked: Any) -> None:
    first = checks.passed(checked, "C2", people=cast, at=cast.at, signed=False)
    checks.failed(checked, "C2", people=cast, at=cast.days(1), failing=("C2-01",))

    sign_all(first.paper, by=cast.quality_inspector, at=cast.days(2))
    services.follow(checked.dossier, at=cast.days(2))

    assert sites.refreshed(checked).holds(Fact.MATERIALS_ACCEPTED)


def test_a_fault_has_its_clock_again_when_the_cancelled_site_is_taken_up(cast: Any, checked: Any) -> None:
    failed = checks.failed(checked, "C3", people=cast, at=cast.at, failing=("C3-01",))
    fault = failed.findings.get().rectification
    key, due = f"{checked.ref}/{fault.number}", fault.due_at
    projects.cancel(checked, reason="协议解除", by=cast.engineering_manager, at=cast.days(1))
    assert not clocks.is_open(deadlines.RECTIFICATION, key)

    projects.reopen(checked, reason="业主回心转意", by=cast.engineering_manager, at=cast.days(11))

    running = checked.dossier.deadlines.get(clock=deadlines.RECTIFICATION.id, stopped_at__isnull=True)
    assert (running.key, running.due_at) == (key, due + timedelta(days=10))


def test_the_record_of_a_fault_that_passes_its_recheck_does_not_say_that_it_failed(cast: Any, checked: Any) -> None:
    failed = checks.failed(checked, "C3", people=cast, at=cast.at, failing=("C3-01",))
    for days, failing in ((1, ("C3-01",)), (2, ())):
        checks.answered(failed.findings.get().rectification, people=cast, at=cast.days(days))
        again = checks.opened(checked, "C3", people=cast, at=cast.days(days))
        checks.concluded(checks.recorded(again, people=cast, at=cast.days(days), failing=failing), people=cast, at=cast.days(days))

    told = Recheck.objects.order_by("pk").values_list("accepted", "note")
    assert [(good, bool(note)) for good, note in told] == [(False, True), (True, False)]
