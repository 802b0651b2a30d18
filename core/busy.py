"""A database that is away, or a row that somebody else held for too long: two errors of one class, and not the same thing."""

from __future__ import annotations

from django.db import OperationalError
from psycopg2 import errors

HELD = (errors.LockNotAvailable, errors.DeadlockDetected, errors.QueryCanceled)


def is_held(error: OperationalError) -> bool:
    """Somebody held the row for too long: periodic work leaves it for the next minute and goes on with the others."""
    return isinstance(error.__cause__, HELD)


__all__ = ["is_held"]
