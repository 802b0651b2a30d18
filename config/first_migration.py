"""Making all tables of an empty database in a fifth of the time.

Django renders all related models anew with each table that it adds, because SQLite changes a table by copying it.
PostgreSQL does not: what is added needs only its own model. Used for an empty database alone, where everything is
added and nothing changed; tests/config/test_machine.py holds the result against the long way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.db.migrations.state import ModelState, ProjectState


def _add_model(state: Any, model_state: ModelState) -> None:
    key = model_state.app_label, model_state.name_lower
    state.models[key] = model_state
    if state._relations is not None:
        state.resolve_model_relations(key)
    if "apps" in state.__dict__:
        state.apps.render_multiple([model_state])


@contextmanager
def without_rendering_neighbours() -> Iterator[None]:
    with mock.patch.object(ProjectState, "add_model", _add_model):
        yield
