"""Sites that stand for all tests of a module: built once, inside a transaction of the module; each test rolls back to it."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from projects.models import Project
from tests.cast import Cast
from tests.factories import inspections as site
from tests.factories import projects as sites


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[SimpleNamespace]:
    """The cast, a site at permit filing and a site under construction in the same store."""
    from django.conf import settings

    with django_db_blocker.unblock():
        kept = settings.MEDIA_ROOT
        settings.MEDIA_ROOT = tmp_path_factory.mktemp("standing-media")
        with transaction.atomic():
            cast = Cast()
            yield SimpleNamespace(cast=cast, filing=sites.permitted_project(cast).pk, working=sites.working_project(cast, phones=["13858003372"]).pk)
            transaction.set_rollback(True)
        settings.MEDIA_ROOT = kept


@pytest.fixture
def cast(standing: SimpleNamespace, db: None) -> Cast:
    people: Cast = standing.cast
    return people


@pytest.fixture
def filing(standing: SimpleNamespace, db: None) -> Project:
    """A site at permit filing, where check 1 is made."""
    return Project.objects.with_people().get(pk=standing.filing)


@pytest.fixture
def working(standing: SimpleNamespace, db: None) -> Project:
    """A site under construction."""
    return Project.objects.with_people().get(pk=standing.working)


@pytest.fixture(scope="module")
def standing_checked(standing: SimpleNamespace, django_db_blocker: Any) -> int:
    with django_db_blocker.unblock():
        project = sites.permitted_project(standing.cast, phones=["13858003374"])
        return site.inspected(project, "C2", people=standing.cast, at=standing.cast.at).pk


@pytest.fixture
def checked(standing_checked: int, db: None) -> Project:
    """A site under construction whose checks 1 and 2 have passed and are signed."""
    return Project.objects.with_people().get(pk=standing_checked)
