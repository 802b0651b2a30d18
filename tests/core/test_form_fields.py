"""Days and moments that people type."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms

from core.form_fields import DayField, day, moment


class _Form(forms.Form):
    on = day("On")
    at = moment("At")
    since = DayField(widget=forms.HiddenInput)


def filled(**typed: str) -> _Form:
    return _Form({"on": "2026-11-24", "at": "2026-11-24T10:00", "since": "2026-11-01"} | typed)


@pytest.mark.parametrize("year", ["1950", "2100"])
def test_a_year_within_the_bounds_is_taken(year: str) -> None:
    assert filled(on=f"{year}-01-01", at=f"{year}-12-31T23:59", since=f"{year}-12-31").is_valid()


@pytest.mark.parametrize("year", ["0001", "1949", "2101", "9999"])
def test_a_year_that_no_site_has_is_refused_with_its_sentence(year: str) -> None:
    form: Any = filled(on=f"{year}-12-31", at=f"{year}-12-31T23:59", since=f"{year}-01-01")

    assert not form.is_valid()
    assert {name: list(said) for name, said in form.errors.items()} == {
        name: ["The year must lie between 1950 and 2100."] for name in ("on", "at", "since")
    }


def test_the_calendar_of_the_browser_ends_where_the_bounds_do() -> None:
    assert 'max="2100-12-31"' in str(filled()["on"]) and 'max="2100-12-31T23:59"' in str(filled()["at"])


def test_nothing_is_no_year() -> None:
    assert day("On", required=False).clean("") is None and moment("At", required=False).clean("") is None
