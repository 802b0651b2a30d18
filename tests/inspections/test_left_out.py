"""Every item as shipped that does not apply: its reason always, a second person where it is a main item; photos and words where it failed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from core.refusals import Refused
from inspections import checks
from inspections.choices import CHECKS, Severity, Verdict
from inspections.limits import limits_of
from inspections.models import CheckItem, CheckResult, QualityCheck
from inspections.passing import NO_PHOTO, NO_WORDS, UNCONFIRMED, UNDONE, weigh
from inspections.services.checks import _leave_out

every_item = pytest.mark.parametrize("code", CHECKS)


def items(code: str) -> list[checks.Item]:
    return [item for item in checks.items(code) if not item.by_paper]


def left_out(code: str, item: checks.Item, note: str = "") -> CheckResult:
    return CheckResult(quality_check=QualityCheck(code=code), item=CheckItem(code=item.code), note=note)


def gaps(item: checks.Item, verdict: str = "", *, repeatable: bool = False, **more: Any) -> set[str]:
    """What keeps a check with this one item from being concluded."""
    told = {"verdict": verdict, "photo_count": 1, "note": "已说明", "confirmed_by_id": None, "points": 0, "good": 0, "overrun": False, "tolerable": True}
    row = SimpleNamespace(**{name: getattr(item, name) for name in item.__slots__}, is_measured=bool(limits_of(item)))
    results = {item.code: SimpleNamespace(**told | more)} if verdict else {}
    return {gap.why for gap in weigh([row], results, rules=checks.rules(), repeatable=repeatable).gaps}


@every_item
def test_an_item_that_does_not_apply_needs_a_second_person_when_it_is_a_main_item(code: str) -> None:
    for item in items(code):
        assert gaps(item, Verdict.NOT_APPLICABLE) == ({UNCONFIRMED} if item.severity == Severity.MAIN else set()), item.code
        assert gaps(item, Verdict.NOT_APPLICABLE, confirmed_by_id=7) == set(), item.code


@every_item
def test_no_item_is_left_out_without_its_reason(code: str) -> None:
    for item in items(code):
        with pytest.raises(Refused, match=f"Say why {item.code} does not apply"):
            _leave_out(left_out(code, item), Verdict.NOT_APPLICABLE)
        row = left_out(code, item, "本户没有")
        _leave_out(row, Verdict.NOT_APPLICABLE)
        assert row.verdict == Verdict.NOT_APPLICABLE


@every_item
def test_only_a_delivery_lacks_an_item_and_then_nobody_confirms_it(code: str) -> None:
    for item in items(code):
        row = left_out(code, item)
        if code == "C2":
            _leave_out(row, Verdict.NOT_DELIVERED)
            assert row.note
            assert gaps(item, Verdict.NOT_DELIVERED, repeatable=True) == set(), item.code
            continue
        with pytest.raises(Refused, match="Only a delivery"):
            _leave_out(row, Verdict.NOT_DELIVERED)


@every_item
def test_an_item_that_nobody_looked_at_keeps_its_check_open_unless_it_may_wait(code: str) -> None:
    for item in items(code):
        assert gaps(item) == (set() if item.deferrable or item.optional else {UNDONE}), item.code


@every_item
def test_a_fault_is_shown_on_a_photo_and_said_in_words(code: str) -> None:
    """A measured fault says itself by its figures (R048)."""
    for item in items(code):
        assert gaps(item, Verdict.FAIL, photo_count=0, note="") == ({NO_PHOTO} if limits_of(item) else {NO_PHOTO, NO_WORDS}), item.code
        assert gaps(item, Verdict.FAIL, note="已说明") == set(), item.code
