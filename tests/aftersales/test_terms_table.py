"""The warranty by part, date and city: every part just inside, on its last day and the day after; never shorter than the law, whatever is typed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from aftersales import services
from aftersales.choices_repairs import Cover
from aftersales.models import RepairRequest, Sorting, Warranty, WarrantyTerm
from aftersales.repair_terms import categories, heating, last_day
from aftersales.services.following import term
from projects.choices import Stage
from projects.models import Project
from projects.procedure import months_after
from projects.terms import warranty_terms
from tests.factories import repairs

DAY = timedelta(days=1)
TERMS = {row.code: row for row in warranty_terms().terms}
PARTS = [code for code in TERMS if code != "W10"]  # W10 runs from a repair: tests/aftersales/test_repairs.py
KIND = {row.term: code for code, row in categories().items()}


def told_on(day: date, accepted: Project, cast: object, code: str) -> RepairRequest:
    at = datetime.combine(day, datetime.min.time(), cast.at.tzinfo) + timedelta(hours=10)
    return repairs.fresh(repairs.told(accepted, people=cast, at=at, category=KIND.get(code, "other"), room=f"{code} {day}"))


def proposed(repair: RepairRequest, code: str) -> str:
    return services.propose(repair, term=code).cover


def within_the_law(code: str) -> Cover:
    return Cover.STATUTORY if TERMS[code].floor else Cover.COMPANY


@pytest.mark.parametrize("code", PARTS)
def test_LR31_every_part_the_day_before_on_the_last_day_and_the_day_after(cast, accepted, code):
    row = Warranty.objects.get(project=accepted).terms.get(code=code)
    assert row.until == months_after(cast.at.date(), TERMS[code].months)

    answers = [proposed(told_on(row.until + n * DAY, accepted, cast, code), code) for n in (-1, 0, 1)]

    longer = TERMS[code].floor is not None and TERMS[code].months > TERMS[code].floor
    covered = Cover.COMPANY if longer else within_the_law(code)  # beyond the floor it is the company's own promise
    assert answers == [covered, covered, Cover.PAID]


@pytest.mark.parametrize("code", [code for code in PARTS if TERMS[code].floor])
def test_LR31_the_floor_of_the_law_the_day_before_on_its_last_day_and_the_day_after(cast, accepted, code):
    floor = months_after(cast.at.date(), TERMS[code].floor)
    answers = [proposed(told_on(floor + n * DAY, accepted, cast, code), code) for n in (-1, 0, 1)]

    after = Cover.COMPANY if TERMS[code].months > TERMS[code].floor else Cover.PAID
    assert answers == [Cover.STATUTORY, Cover.STATUTORY, after]


@pytest.mark.parametrize("stage", ["unpaid", "settled"])
def test_LR32_decision_5_what_is_paid_changes_no_term(cast, accepted, settled, stage):
    """The answers of the site that was paid in full are those of the unpaid one."""
    site = accepted if stage == "unpaid" else settled
    assert site.stage == (Stage.ACCEPTED if stage == "unpaid" else Stage.SETTLED)
    repair = told_on(cast.at.date() + 30 * DAY, site, cast, "W01")

    assert proposed(repair, "W01") == Cover.STATUTORY


# --- by city -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("city", "accepted_on", "until"),
    [
        ("杭州", date(2026, 1, 10), date(2028, 1, 10)),  # no season: the months
        ("北京", date(2026, 1, 10), date(2028, 3, 15)),  # accepted in the middle of a season: the two after it
        ("北京市", date(2026, 1, 10), date(2028, 3, 15)),
        ("北京", date(2026, 3, 15), date(2028, 3, 15)),
        ("北京", date(2026, 3, 16), date(2028, 3, 16)),  # the months end later
        ("北京", date(2026, 11, 15), date(2028, 11, 15)),  # on the first day of a season: two whole ones end before the months
        ("北京", date(2026, 11, 16), date(2029, 3, 15)),
        ("哈尔滨", date(2026, 10, 21), date(2029, 4, 20)),
        ("", date(2026, 1, 10), date(2028, 1, 10)),
    ],
)
def test_two_heating_seasons_are_two_whole_ones_where_the_city_has_them(city, accepted_on, until):
    assert last_day("W05", 24, accepted_on, city) == until
    assert last_day("W02", 24, accepted_on, city) == months_after(accepted_on, 24)


@pytest.mark.parametrize("city", ["", "杭州", *heating()])
@pytest.mark.parametrize("code", [code for code in PARTS if TERMS[code].floor])
def test_in_no_city_and_on_no_day_of_a_year_is_a_part_covered_for_less_than_the_law_says(city, code):
    for n in range(0, 366, 5):
        day = date(2027, 1, 1) + n * DAY
        assert last_day(code, TERMS[code].months, day, city) >= months_after(day, TERMS[code].floor)


@pytest.mark.parametrize("typed", [0, 1, 23, 24, 25])
def test_a_term_that_is_typed_below_the_floor_is_lifted_to_it(typed):
    made = term({"code": "W02", "part": "x", "months": typed, "floor": 24}, date(2026, 1, 31))
    assert (made.months, made.until) == (max(typed, 24), months_after(date(2026, 1, 31), max(typed, 24)))


@pytest.mark.parametrize("typed", ["nothing", "a month less", "the floor", "a month more"])
@pytest.mark.parametrize("code", [code for code in PARTS if TERMS[code].floor])
def test_LR31_no_statutory_part_is_shorter_than_the_law_whatever_the_contract_says(code, typed):
    floor = TERMS[code].floor
    months = {"nothing": 0, "a month less": floor - 1, "the floor": floor, "a month more": floor + 1}[typed]
    made = term({"code": code, "part": "x", "months": months, "floor": floor}, date(2026, 1, 31))

    assert made.months == max(months, floor)
    assert made.until >= months_after(date(2026, 1, 31), floor)


# --- held by the database -------------------------------------------------------------------------------------------------


def test_the_database_refuses_a_term_that_ends_before_the_law_lets_it(cast, accepted):
    warranty = Warranty.objects.get(project=accepted)
    floor = months_after(warranty.starts_on, 24)
    told = {"warranty": warranty, "part": "x", "months": 24, "floor": 24}
    with pytest.raises(DatabaseError, match="less than the law"), transaction.atomic():
        WarrantyTerm.objects.create(seq=20, code="W20", until=floor - DAY, **told)
    WarrantyTerm.objects.create(seq=21, code="W21", until=floor, **told)


@pytest.mark.parametrize("n", [0, 1])
def test_the_database_refuses_a_charge_in_the_term_and_takes_it_the_day_after(cast, accepted, n):
    row = Warranty.objects.get(project=accepted).terms.get(code="W02")
    repair = told_on(row.until + n * DAY, accepted, cast, "W02")
    told = {
        "repair": repair, "store": repair.store, "seq": 1, "term": row, "until": row.until, "proposed": "paid", "cover": "paid", "by": cast.cs_officer,
        "at": repair.at,
    }  # fmt: skip
    if n:
        assert Sorting.objects.create(**told).pk
        return
    with pytest.raises(DatabaseError, match="free of charge"), transaction.atomic():
        Sorting.objects.create(**told)
    with pytest.raises(DatabaseError, match="shortened"), transaction.atomic():
        Sorting.objects.create(**told | {"until": row.until - DAY})
