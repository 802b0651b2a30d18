"""When a check passes: the pass rules, row by row."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from inspections.checks import rules
from inspections.passing import Weighed, weigh


def item(code: str, severity: str = "general", **more: object) -> SimpleNamespace:
    told = {"is_measured": True, "photo": False, "optional": False, "deferrable": False, "by_paper": False, "alternative_group": ""}
    return SimpleNamespace(code=code, severity=severity, **{**told, **more})


def result(
    verdict: str, *, points: int = 0, good: int = 0, photos: int = 1, tolerable: bool = False, overrun: bool = False, by: int | None = None
) -> SimpleNamespace:
    return SimpleNamespace(
        verdict=verdict, points=points, good=good, photo_count=photos, tolerable=tolerable, overrun=overrun, confirmed_by_id=by, note=""
    )


def weighed(items: list[SimpleNamespace], results: dict[str, SimpleNamespace], **more: object) -> Weighed:
    return weigh(items, results, rules=rules(), **more)  # type: ignore[arg-type]


def points(good: int, of: int, *, tolerable: bool = True) -> SimpleNamespace:
    return result("pass" if good == of else "fail", points=of, good=good, tolerable=tolerable)


def why(found: Weighed) -> list[tuple[str, str]]:
    return [(gap.item.code, gap.why) for gap in found.gaps]


def test_a_check_with_everything_good_passes() -> None:
    assert weighed([item("1", "main"), item("2")], {"1": result("pass"), "2": result("pass")}).passes


def test_one_failed_main_item_fails_the_check() -> None:
    found = weighed([item("1", "main"), item("2")], {"1": result("fail"), "2": result("pass")})

    assert found.fails and found.reasons == ("main_failed",)


def test_a_failed_main_item_fails_although_it_is_said_to_be_tolerable() -> None:
    assert weighed([item("1", "main")], {"1": result("fail", tolerable=True)}).fails


@pytest.mark.parametrize("good, passes", [(8, True), (7, False), (10, True)])
def test_four_fifths_of_the_general_points_must_be_good(good: int, passes: bool) -> None:
    assert weighed([item("1")], {"1": points(good, 10)}).passes is passes


def test_the_rate_counts_all_general_points_together() -> None:
    found = weighed([item("1"), item("2")], {"1": points(1, 2), "2": points(8, 8)})

    assert (found.good, found.points, found.passes) == (9, 10, True)


def test_main_points_do_not_help_the_rate() -> None:
    assert weighed([item("1"), item("2", "main")], {"1": points(1, 2), "2": points(8, 8)}).reasons == ("rate",)


def test_a_tapped_item_is_one_point() -> None:
    found = weighed([item(str(n)) for n in range(5)], {str(n): result("fail" if n == 0 else "pass", tolerable=True) for n in range(5)})

    assert (found.good, found.points, found.passes) == (4, 5, True)


def test_a_point_beyond_one_and_a_half_limits_fails_the_check() -> None:
    results = {"1": result("fail", points=10, good=9, tolerable=True, overrun=True)}

    assert weighed([item("1")], results).reasons == ("overrun",)


def test_a_general_fault_that_spoils_the_use_fails_the_check() -> None:
    assert weighed([item("1")], {"1": points(9, 10, tolerable=False)}).reasons == ("spoils_use",)


def test_what_was_not_looked_at_is_missing() -> None:
    assert why(weighed([item("1", "main"), item("2")], {"1": result("pass")})) == [("2", "undone")]


def test_a_required_photo_is_missing() -> None:
    found = weighed([item("1", photo=True), item("2")], {"1": result("pass", photos=0), "2": result("pass", photos=0)})

    assert why(found) == [("1", "no_photo")]


def test_an_item_without_its_photo_is_not_done_and_main_ones_are_not_counted_either() -> None:
    items = [item("1", "main", photo=True), item("2", photo=True), item("3")]
    results = {"1": result("pass", photos=0), "2": result("pass"), "3": result("fail", photos=0, tolerable=True)}
    found = weighed(items, results)

    assert (found.done, found.total, found.main_done, found.main_total) == (1, 3, 0, 1)
    assert (found.settled, found.lacks("1"), found.lacks("2")) == ({"2"}, {"no_photo"}, frozenset())


def test_a_main_item_left_out_is_done_when_the_second_person_has_confirmed_it() -> None:
    assert [weighed([item("1", "main")], {"1": result("not_applicable", by=by)}).done for by in (None, 7)] == [0, 1]


def test_a_check_that_fails_waits_for_photos_and_words_of_what_was_looked_at_alone() -> None:
    items = [item("1", "main", is_measured=False), item("2")]
    found = weighed(items, {"1": result("fail", photos=0)})

    assert [(gap.item.code, gap.why) for gap in found.blocking] == [("1", "no_photo"), ("1", "no_words")]


def test_an_alternative_of_what_was_done_is_not_needed() -> None:
    items = [item("1", "main", alternative_group="g"), item("2", "main", alternative_group="g")]

    assert weighed(items, {"2": result("pass")}).needed == {"2"}


def test_a_fault_always_needs_a_photo() -> None:
    assert why(weighed([item("1")], {"1": result("fail", photos=0)})) == [("1", "no_photo")]


def test_a_main_item_left_out_needs_a_second_person() -> None:
    items = [item("1", "main"), item("2")]

    assert why(weighed(items, {"1": result("not_applicable"), "2": result("not_applicable")})) == [("1", "unconfirmed")]
    assert weighed(items, {"1": result("not_applicable", by=7), "2": result("not_applicable")}).passes


def test_what_a_delivery_lacks_needs_no_second_person_in_a_delivery_check_alone() -> None:
    results = {"1": result("not_delivered")}

    assert weighed([item("1", "main")], results, repeatable=True).passes
    assert why(weighed([item("1", "main")], results)) == [("1", "unconfirmed")]


def test_a_waiver_stands_in_for_an_undone_item() -> None:
    assert weighed([item("1")], {}, waived=frozenset({"1"})).passes


def test_a_deferrable_item_may_stay_open() -> None:
    found = weighed([item("1", "main", deferrable=True)], {})

    assert found.passes and [i.code for i in found.deferred] == ["1"]


def test_a_deferrable_item_that_failed_fails() -> None:
    assert weighed([item("1", "main", deferrable=True)], {"1": result("fail")}).fails


def test_an_optional_item_counts_once_it_is_recorded() -> None:
    items = [item("1", "main", optional=True)]

    assert weighed(items, {}).total == 0
    assert weighed(items, {"1": result("fail")}).fails


def test_of_two_alternatives_one_is_enough_and_one_is_needed() -> None:
    items = [item("1", "main", alternative_group="g"), item("2", "main", alternative_group="g")]

    assert weighed(items, {"2": result("pass")}).passes
    assert why(weighed(items, {})) == [("1", "undone"), ("2", "undone")]


def test_an_item_proved_by_the_paper_is_not_asked_for() -> None:
    assert weighed([item("1", "main", by_paper=True)], {}).passes


def test_a_recorded_value_never_fails() -> None:
    assert weighed([item("1")], {"1": result("recorded", points=3, good=0)}).passes


def test_one_bad_result_more_never_lets_a_check_pass() -> None:
    """Monotone: turning a pass into a fail never turns a failing check into a passing one."""
    items = [item(str(n), "main" if n % 2 else "general") for n in range(6)]
    for broken in range(64):
        results = {str(n): result("fail" if broken >> n & 1 else "pass") for n in range(6)}
        before = weighed(items, results)
        for n in range(6):
            worse = weighed(items, {**results, str(n): result("fail")})
            assert not (before.fails and worse.passes)
