"""Sites that stand for all tests of a module: built once, inside a transaction of the module; each test rolls back to it."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from projects.models import Project
from tests.cast import Cast
from tests.factories import aftersales as after


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[SimpleNamespace]:
    """The cast, a completed site whose acceptance is not signed, and an accepted site that has not paid the rest."""
    from django.conf import settings
    from django.utils import translation

    with django_db_blocker.unblock(), translation.override("en"):
        kept = settings.MEDIA_ROOT
        settings.MEDIA_ROOT = tmp_path_factory.mktemp("standing-media")
        with transaction.atomic():
            cast = Cast()
            completed = after.completed_project(cast)
            accepted = after.accepted_project(cast, phones=["13858003372"], name="丁建国")
            yield SimpleNamespace(cast=cast, completed=completed.pk, accepted=accepted.pk)
            transaction.set_rollback(True)
        settings.MEDIA_ROOT = kept


@pytest.fixture
def cast(standing: SimpleNamespace, db: None) -> Cast:
    people: Cast = standing.cast
    return people


@pytest.fixture
def completed(standing: SimpleNamespace, db: None) -> Project:
    """Checks 1 to 7 passed; the acceptance is still to be made."""
    return Project.objects.with_people().get(pk=standing.completed)


@pytest.fixture
def accepted(standing: SimpleNamespace, db: None) -> Project:
    """Accepted by everybody, the warranty open; the rest is not paid."""
    return Project.objects.with_people().get(pk=standing.accepted)


@pytest.fixture
def settled(cast: Cast, accepted: Project) -> Project:
    """… settled and paid in full."""
    return after.paid(accepted, people=cast, at=cast.at)


