"""Sites that stand for all tests of this folder: built once, committed in a database of their own; each test rolls back to them."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from projects.models import Project
from tests import road
from tests.cast import Cast
from tests.factories import aftersales as after
from tests.standing import copied, kept_once, standing_in


def _build(cast: Cast) -> dict[str, Any]:
    """A completed site whose acceptance is not signed, an accepted site that has not paid the rest, one that has."""
    sites = {
        "completed": after.completed_project(cast),
        "accepted": after.accepted_project(cast, phones=["13858003372"], name="丁建国"),
        "settled": after.settled_project(cast, phones=["13858003373"], name="祝明远", home=road.home(room_no="2301")),
    }
    return {name: site.pk for name, site in sites.items()}


kept_sites = kept_once("aftersales", _build)


@pytest.fixture(scope="module")
def standing(kept_sites: SimpleNamespace, django_db_blocker: Any, databases: Any) -> Iterator[SimpleNamespace]:
    """The module stands where the three sites are: the cast, and the sites' keys by their names."""
    with django_db_blocker.unblock():
        yield from standing_in(kept_sites, databases)


@pytest.fixture
def live_standing(kept_sites: SimpleNamespace, django_db_blocker: Any, databases: Any) -> Iterator[SimpleNamespace]:
    """The same, for a test that really commits; the sites themselves by their names."""
    with django_db_blocker.unblock():
        for made in copied(kept_sites, databases):
            yield SimpleNamespace(cast=made.cast, **{name: site_of(pk) for name, pk in kept_sites.made.items()})


def site_of(pk: int) -> Project:
    return Project.objects.at_hand().get(pk=pk)


@pytest.fixture
def cast(standing: SimpleNamespace, db: None) -> Cast:
    people: Cast = standing.cast
    return people


@pytest.fixture
def completed(standing: SimpleNamespace, db: None) -> Project:
    """Checks 1 to 7 passed; the acceptance is still to be made."""
    return site_of(standing.completed)


@pytest.fixture
def accepted(standing: SimpleNamespace, db: None) -> Project:
    """Accepted by everybody, the warranty open; the rest is not paid."""
    return site_of(standing.accepted)


@pytest.fixture
def settled(standing: SimpleNamespace, db: None) -> Project:
    """… settled and paid in full: another site."""
    return site_of(standing.settled)
