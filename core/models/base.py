from __future__ import annotations

from django.db import models
from django.db.models import Func


class ClockTimestamp(Func):
    """The database's own clock at the moment of the row."""

    function = "clock_timestamp"
    template = "%(function)s()"
    output_field = models.DateTimeField()


class Recorded(models.Model):
    """A fact with its business moment `at` and the database's own `recorded_at`, which nobody can set."""

    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    class Meta:
        abstract = True
