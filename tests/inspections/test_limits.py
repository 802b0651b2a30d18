"""Every limit of every item as shipped: just inside, exactly at, just outside."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest
import yaml

from inspections import checks
from inspections.choices import CHECKS, Severity, Verdict
from inspections.limits import gap, inside, judge, limits_of, overruns, readings, words

STEP = Decimal("0.001")
FACTOR = Decimal("1.5")
ITEMS = [item for code in CHECKS for item in checks.items(code)]
# One row a limit: (item, which value of the item, side, limit).
LIMITS = [
    pytest.param(item, place, side, limit, id=f"{item.code}-{place}-{side}")
    for item in ITEMS
    for place, bounds in enumerate(limits_of(item))
    for side, limit in zip(("low", "high"), bounds, strict=False)
    if limit is not None
]


def good_values(item: checks.Item) -> list[list[Decimal]]:
    """One point inside each limit."""
    return [[low if low is not None else high] for low, high, _promise in limits_of(item)]  # type: ignore[list-item]


def values_with(item: checks.Item, place: int, value: Decimal) -> list[list[Decimal]]:
    values = good_values(item)
    values[place] = [value]
    return values


@pytest.mark.parametrize("item, place, side, limit", LIMITS)
def test_a_value_exactly_at_its_limit_passes(item: checks.Item, place: int, side: str, limit: Decimal) -> None:
    judged = judge(item, values_with(item, place, limit), factor=FACTOR)

    assert judged.verdict == (Verdict.RECORDED if item.record_only else Verdict.PASS)
    assert judged.gap == 0


@pytest.mark.parametrize("item, place, side, limit", LIMITS)
def test_a_value_just_inside_its_limit_passes(item: checks.Item, place: int, side: str, limit: Decimal) -> None:
    value = limit + STEP if side == "low" else limit - STEP

    judged = judge(item, values_with(item, place, value), factor=FACTOR)

    assert judged.verdict == (Verdict.RECORDED if item.record_only else Verdict.PASS)


@pytest.mark.parametrize("item, place, side, limit", LIMITS)
def test_a_value_just_outside_its_limit_fails(item: checks.Item, place: int, side: str, limit: Decimal) -> None:
    value = limit - STEP if side == "low" else limit + STEP

    judged = judge(item, values_with(item, place, value), factor=FACTOR)

    assert judged.verdict == (Verdict.RECORDED if item.record_only else Verdict.FAIL)
    assert judged.gap == STEP
    assert judged.good == judged.points - 1


# --- the table itself -------------------------------------------------------------------------------------------------

COUNTS = {"C1": 15, "C2": 17, "C3": 20, "C4": 14, "C5": 20, "C6": 19, "C7": 15, "C8": 18}
MAIN = {"C1": 6, "C2": 11, "C3": 14, "C4": 8, "C5": 7, "C6": 7, "C7": 4, "C8": 10}


def test_each_check_has_its_items() -> None:
    assert {code: len(checks.items(code)) for code in CHECKS} == COUNTS


def test_each_check_has_its_main_items() -> None:
    assert {code: sum(i.severity == Severity.MAIN for i in checks.items(code)) for code in CHECKS} == MAIN


def test_papers_and_settlements_are_no_items_of_the_last_check() -> None:
    assert not {"C8-18", "C8-19"} & {item.code for item in ITEMS}


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_each_item_can_be_read_aloud(item: checks.Item) -> None:
    assert item.zh and item.en and item.method and item.refs
    assert item.severity in Severity.values
    assert item.kind in ("measure", "count", "test", "document", "visual")
    if item.kind in ("measure", "count"):
        assert item.unit or item.code == "C5-02"
        assert item.low is not None or item.high is not None
    if item.kind in ("document", "visual"):
        assert not limits_of(item)


@pytest.mark.parametrize("check", checks.checks().values(), ids=lambda check: check.code)
def test_the_customer_and_the_inspector_are_there_at_each_check(check: checks.Check) -> None:
    assert {"customer", "project_manager", "inspector"} <= set(check.attendance)


def test_the_engineering_manager_attends_concealed_works_carpentry_and_completion() -> None:
    assert [code for code, check in checks.checks().items() if check.manager_attends] == ["C3", "C6", "C8"]


def test_deferrable_are_the_old_flood_test_and_the_air() -> None:
    assert [(i.code, i.defer_days, i.earliest_days, i.blocks) for i in ITEMS if i.deferrable] == [
        ("C1-10", 14, 0, "C4"), ("C8-14", 30, 7, ""), ("C8-15", 30, 7, ""), ("C8-16", 30, 7, ""), ("C8-17", 30, 7, ""),
    ]  # fmt: skip


def test_one_of_the_two_pressure_tests_is_enough() -> None:
    assert [i.code for i in ITEMS if i.alternative_group == "pressure_test"] == ["C3-13", "C3-14"]


def test_an_unknown_key_in_a_data_file_is_refused(tmp_path: object) -> None:
    path = tmp_path / "c9.yaml"  # type: ignore[operator]
    row = yaml.safe_load((checks.DATA / "c1.yaml").read_text(encoding="utf-8"))[0] | {"colour": "red"}
    path.write_text(yaml.safe_dump([row]), encoding="utf-8")

    with pytest.raises(ValueError, match="unknown colour"):
        checks.load(path, checks.Item)


# --- numbers ----------------------------------------------------------------------------------------------------------


def item(**more: object) -> SimpleNamespace:
    told = {"low": None, "high": None, "stages": [], "record_only": False, "severity": "general"}
    return SimpleNamespace(**{**told, **more})


def test_every_point_of_an_item_counts() -> None:
    judged = judge(item(high=Decimal(5)), [[Decimal(4), Decimal(6), Decimal(5)]], factor=FACTOR)

    assert (judged.verdict, judged.points, judged.good, judged.gap) == ("fail", 3, 2, Decimal(1))


def test_a_missing_value_is_no_verdict() -> None:
    stages = [{"low": "0.8", "high": None, "unit": "MPa"}, {"low": "30", "high": None, "unit": "min"}]

    assert judge(item(stages=stages), [[Decimal("0.8")], []], factor=FACTOR).verdict == ""
    assert judge(item(stages=stages), [[Decimal("0.8")]], factor=FACTOR).verdict == ""


def test_a_test_passes_only_when_every_stage_passes() -> None:
    stages = [{"low": "0.8", "high": None, "unit": "MPa"}, {"low": None, "high": "0.05", "unit": "MPa"}]

    assert judge(item(stages=stages), [[Decimal("0.8")], [Decimal("0.05")]], factor=FACTOR).verdict == "pass"
    assert judge(item(stages=stages), [[Decimal("0.8")], [Decimal("0.06")]], factor=FACTOR).verdict == "fail"


def test_below_the_companys_promise_passes_and_says_so() -> None:
    stages = [{"low": "24", "high": None, "company": "48", "unit": "h"}]

    judged = judge(item(stages=stages), [[Decimal(24)]], factor=FACTOR)

    assert (judged.verdict, judged.short_of_promise) == ("pass", True)
    assert judge(item(stages=stages), [[Decimal(48)]], factor=FACTOR).short_of_promise is False


@pytest.mark.parametrize(
    "value, low, high, beyond",
    [
        ("6", None, "4", False), ("6.1", None, "4", True), ("1", None, "0", True),
        ("400", "600", None, False), ("399", "600", None, True), ("10", "8", "12", False), ("18.1", "8", "12", True),
    ],
)  # fmt: skip
def test_a_point_overruns_beyond_one_and_a_half_times_its_limit(value: str, low: str | None, high: str | None, beyond: bool) -> None:
    limits = (Decimal(low) if low else None, Decimal(high) if high else None)

    assert overruns(Decimal(value), *limits, FACTOR) is beyond


@pytest.mark.parametrize(
    "typed, expected",
    [
        ("420", ["420"]), ("0,05", ["0.05"]), ("４２０", ["420"]), ("3 2.5 4", ["3", "2.5", "4"]), ("3、2；1/0.5", ["3", "2", "1", "0.5"]),
        ("−5", ["-5"]), ("  7 ", ["7"]), ("", []),
    ],
)  # fmt: skip
def test_what_a_gloved_hand_types_is_understood(typed: str, expected: list[str]) -> None:
    assert readings(typed) == [Decimal(value) for value in expected]


@pytest.mark.parametrize("typed", ["abc", "12a", "1.2.3", "NaN", "1e9", "99999999", "--5", "Infinity", "1 " * 61])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        readings(typed)


def test_the_gap_is_the_distance_to_the_limit() -> None:
    assert gap(Decimal(420), Decimal(500), None) == 80
    assert gap(Decimal(13), Decimal(8), Decimal(12)) == 1
    assert gap(Decimal(10), Decimal(8), Decimal(12)) == 0
    assert inside(Decimal(10), Decimal(8), Decimal(12))


def test_limits_in_words() -> None:
    assert words(Decimal("500.0000"), None, "mm") == "≥ 500 mm"
    assert words(None, Decimal("0.0500"), "MPa") == "≤ 0.05 MPa"
    assert words(Decimal(1), Decimal(3), "‰") == "1–3 ‰"
    assert words(None, Decimal(0), "处") == "0 处"
