"""What stands for all tests of a module: built once, inside a transaction of the module; each test rolls back to it.

A test that needs a database of its own (`live_db`) leaves every transaction and therefore stands in another module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils import translation

from tests.cast import Cast

Row = TypeVar("Row", bound=Model)


def standing(**makers: Callable[[Cast], Any]) -> Any:
    """A module's fixture: the cast as `.cast`, and by its name what each maker returned; `fresh(standing.lead)` loads a row anew."""

    @pytest.fixture(scope="module")
    def standing(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[SimpleNamespace]:
        with django_db_blocker.unblock():
            kept, settings.MEDIA_ROOT = settings.MEDIA_ROOT, tmp_path_factory.mktemp("standing-media")
            with transaction.atomic():
                cast = Cast()
                with translation.override("en"):
                    built = {name: make(cast) for name, make in makers.items()}
                yield SimpleNamespace(cast=cast, **built)
                transaction.set_rollback(True)
            settings.MEDIA_ROOT = kept

    return standing


def fresh(row: Row) -> Row:
    """As it stands in the database, without what an earlier test remembered of it."""
    return type(row)._default_manager.get(pk=row.pk)
