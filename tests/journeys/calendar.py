"""The days of a journey: the house lives through its weeks in a minute, every page and every verb at the hour of its day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from unittest import mock

from django.utils import timezone


class Calendar:
    """The house's clock, set to a day before today; it goes on from there as every clock does."""

    def __init__(self) -> None:
        self._real, self._back = timezone.now, timedelta(0)

    def now(self) -> datetime:
        return self._real() - self._back

    def turn_to(self, days_ago: int, *, hour: int = 10) -> datetime:
        """It is so many days ago, at this hour."""
        then = timezone.localtime(self._real()) - timedelta(days=days_ago)
        self._back = self._real() - then.replace(hour=hour, minute=0, second=0, microsecond=0)
        return self.now()

    @property
    def today(self) -> date:
        return timezone.localtime(self.now()).date()


@contextmanager
def kept() -> Iterator[Calendar]:
    """While this lasts, the house asks this calendar for the time; the database's own clock goes on as ever."""
    calendar = Calendar()
    with mock.patch("django.utils.timezone.now", calendar.now):
        yield calendar
