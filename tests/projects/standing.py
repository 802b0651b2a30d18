"""Sites that stand for all tests of a module: built once, inside a transaction of the module; each test rolls back to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from projects.models import Project
from tests.cast import Cast


def standing(**makers: Callable[..., Project]) -> Any:
    """A module's fixture: the cast as `.cast`, and each site by its name; `site(standing, "working")` loads one afresh."""

    @pytest.fixture(scope="module")
    def standing(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[SimpleNamespace]:
        with django_db_blocker.unblock():
            kept, settings.MEDIA_ROOT = settings.MEDIA_ROOT, tmp_path_factory.mktemp("standing-media")
            with transaction.atomic():
                cast = Cast()
                built = {name: make(cast, phones=[f"138580033{n:02d}"]).pk for n, (name, make) in enumerate(makers.items(), start=71)}
                yield SimpleNamespace(cast=cast, **built)
                transaction.set_rollback(True)
            settings.MEDIA_ROOT = kept

    return standing


def site(standing: SimpleNamespace, name: str) -> Project:
    return Project.objects.with_people().get(pk=getattr(standing, name))
