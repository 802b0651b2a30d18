"""Sites that stand for all tests of a module (tests/standing.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import override_settings

from projects.models import Project
from tests.cast import Cast
from tests.factories import projects as road
from tests.standing import keep, standing_in

# The stops of the road that many modules ask for, the longest way last.
STOPS = (
    road.opened_project, road.signed_project, road.contracted_project, road.permitted_project, road.working_project, road.midterm_project,
    road.accepted_project, road.settled_project,
)  # fmt: skip


def standing(**makers: Callable[..., Project]) -> Any:
    """The key of each site by its name; `site(standing, "working")` loads one afresh.

    The site with the longest way is built once a run, in a database of its own; the module stands there and builds the others beside it.
    """
    known = [name for name, make in makers.items() if make in STOPS]
    longest = sorted(known, key=lambda name: STOPS.index(makers[name]))[-1:]
    others = [name for name in makers if name not in longest]
    phones = {name: [f"138580033{number:02d}"] for number, name in enumerate((*longest, *others), start=71)}

    def build(cast: Cast, names: list[str]) -> dict[str, Any]:
        return {name: makers[name](cast, phones=phones[name]).pk for name in names}

    @pytest.fixture(scope="module")
    def standing(django_db_setup: None, django_db_blocker: Any, databases: Any, tmp_path_factory: Any) -> Iterator[SimpleNamespace]:
        media = tmp_path_factory.mktemp("standing-media")
        with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media):
            kept = SimpleNamespace(database=databases.name, made={})
            for name in longest:
                kept = keep(makers[name].__name__, lambda cast: build(cast, longest), databases, media)
            for there in standing_in(kept, databases):
                yield SimpleNamespace(**vars(there), **build(there.cast, others))

    return standing


def site(standing: SimpleNamespace, name: str) -> Project:
    return Project.objects.with_people().get(pk=getattr(standing, name))
