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
from tests.standing import built_once, keep, standing_in

# The stops of the road that many modules ask for, the longest way last.
STOPS = (
    road.opened_project, road.signed_project, road.contracted_project, road.permitted_project, road.working_project, road.midterm_project,
    road.accepted_project, road.settled_project,
)  # fmt: skip


def standing(**makers: Callable[..., Project]) -> Any:
    """The key of each site by its name; `site(standing, "working")` loads one afresh.

    The site with the longest way is built once a run, in a database of its own; the module stands there and builds the others beside it.
    """
    known = sorted((name for name, make in makers.items() if make in STOPS), key=lambda name: STOPS.index(makers[name]))
    if not known:
        return built_once(lambda cast: _built(makers, cast, start=71))
    longest = known[-1]
    others = {name: make for name, make in makers.items() if name != longest}

    @pytest.fixture(scope="module")
    def standing(django_db_setup: None, django_db_blocker: Any, databases: Any, tmp_path_factory: Any) -> Iterator[SimpleNamespace]:
        make, media = makers[longest], tmp_path_factory.mktemp("standing-media")
        with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media):
            kept = keep(make.__name__, lambda cast: {"pk": make(cast, phones=["13858003371"]).pk}, databases, media)
            for there in standing_in(kept, databases):
                yield SimpleNamespace(cast=there.cast, **{longest: there.pk}, **_built(others, there.cast, start=72))

    return standing


def _built(makers: dict[str, Callable[..., Project]], cast: Cast, *, start: int) -> dict[str, Any]:
    return {name: make(cast, phones=[f"138580033{number:02d}"]).pk for number, (name, make) in enumerate(makers.items(), start=start)}


def site(standing: SimpleNamespace, name: str) -> Project:
    return Project.objects.at_hand().get(pk=getattr(standing, name))
