"""Sites that stand for all tests of a module (tests/standing.py)."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from projects.models import Project
from tests.cast import Cast
from tests.standing import built_once


def standing(**makers: Callable[..., Project]) -> Any:
    """The key of each site by its name; `site(standing, "working")` loads one afresh."""

    def build(cast: Cast) -> dict[str, Any]:
        return {name: make(cast, phones=[f"138580033{n:02d}"]).pk for n, (name, make) in enumerate(makers.items(), start=71)}

    return built_once(build)


def site(standing: SimpleNamespace, name: str) -> Project:
    return Project.objects.with_people().get(pk=getattr(standing, name))
