from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import share, tail, tail_within, upper, yuan
from core.refusals import Refused


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0.07", "柒分"),
        ("10.05", "壹拾元零伍分"),
        ("1010.10", "壹仟零壹拾元壹角"),
        ("100000000", "壹亿元整"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("85920", "捌万伍仟玖佰贰拾元整"),
        ("-5.5", "负伍元伍角"),
    ],
)
def test_amounts_are_written_in_chinese_capitals(amount: str, words: str) -> None:
    assert upper(Decimal(amount)) == words


def test_capitals_are_rounded_before_they_are_written() -> None:
    assert upper(Decimal("1.999")) == "贰元整"
    assert yuan(Decimal("2.345")) == Decimal("2.35")


@given(st.decimals(min_value=0, max_value=10_000_000, places=2), st.lists(st.integers(1, 60), min_size=1, max_size=6))
def test_shares_sum_to_the_total(total: Decimal, weights: list[int]) -> None:
    percents = [Decimal(w) * 100 / sum(weights) for w in weights[:-1]]
    percents.append(100 - sum(percents, Decimal(0)))

    assert sum(share(total, percents)) == total


def test_shares_that_do_not_sum_to_a_hundred_are_an_error() -> None:
    with pytest.raises(ValueError, match="100"):
        share(Decimal(100), [30, 30, 30])


@pytest.mark.parametrize(("typed", "kept"), [("0427", "0427"), (" ０４２７ ", "0427"), ("", ""), ("  ", "")])
def test_of_an_account_the_last_four_digits_are_noted(typed: str, kept: str) -> None:
    assert tail(typed) == kept


@pytest.mark.parametrize("typed", ["04", "042", "04270", "04a7", "尾号 0427", "٠٤٢٧", "6217001504270427"])
def test_more_or_fewer_than_four_digits_are_refused(typed: str) -> None:
    with pytest.raises(Refused, match="last four digits"):
        tail(typed)


@pytest.mark.parametrize(
    ("noted", "last"), [("6217 0015 **** 8810", "8810"), ("尾号 0427", "0427"), ("6217001504270427", "0427"), ("0427", "0427"), ("27", ""), ("", "")]
)
def test_of_what_was_noted_before_the_last_four_digits_are_used(noted: str, last: str) -> None:
    assert tail_within(noted) == last
