"""Sites that stand for all tests of this folder: built once, committed in a database of their own; each test rolls back to them."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from inspections.services import load_checks
from projects.models import Project
from tests.cast import Cast
from tests.factories import inspections as site
from tests.factories import projects as sites
from tests.standing import copied, kept_once, standing_in


def _build(cast: Cast) -> dict[str, Any]:
    """The tables of items, a site at permit filing and a site under construction in the same store."""
    load_checks(at=cast.at)
    return {
        "filing": sites.permitted_project(cast).pk,
        "working": sites.working_project(cast, phones=["13858003372"]).pk,
    }


kept_sites = kept_once("inspections", _build)


@pytest.fixture(scope="module")
def standing(kept_sites: SimpleNamespace, django_db_blocker: Any, databases: Any) -> Iterator[SimpleNamespace]:
    """The module stands where the two sites are: the cast, and the sites' keys by their names."""
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
def filing(standing: SimpleNamespace, db: None) -> Project:
    """A site at permit filing, where check 1 is made."""
    return site_of(standing.filing)


@pytest.fixture
def working(standing: SimpleNamespace, db: None) -> Project:
    """A site under construction."""
    return site_of(standing.working)


@pytest.fixture(scope="module")
def standing_checked(standing: SimpleNamespace, django_db_blocker: Any) -> int:
    with django_db_blocker.unblock():
        project = sites.permitted_project(standing.cast, phones=["13858003374"])
        return site.inspected(project, "C2", people=standing.cast, at=standing.cast.at).pk


@pytest.fixture
def checked(standing_checked: int, db: None) -> Project:
    """A site under construction whose checks 1 and 2 have passed and are signed."""
    return site_of(standing_checked)
