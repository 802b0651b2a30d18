"""What stands for all tests of a module: built once, inside a transaction of the module; each test rolls back to it.

A test that needs a database of its own (`live_db`) leaves every transaction and therefore stands in another module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from tests.cast import Cast


def built_once(build: Callable[[Cast], dict[str, Any]]) -> Any:
    """A module's fixture: the cast as `.cast`, and by its name what `build` made."""

    @pytest.fixture(scope="module")
    def standing(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[SimpleNamespace]:
        with django_db_blocker.unblock():
            kept, settings.MEDIA_ROOT = settings.MEDIA_ROOT, tmp_path_factory.mktemp("standing-media")
            with transaction.atomic():
                cast = Cast()
                yield SimpleNamespace(cast=cast, **build(cast))
                transaction.set_rollback(True)
            settings.MEDIA_ROOT = kept

    return standing
