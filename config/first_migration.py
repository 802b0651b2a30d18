"""Making all tables of an empty database in a tenth of the time.

Django renders all related models anew with each table, column and constraint that it adds, because SQLite changes a table by
copying it. PostgreSQL does not: each operation needs only its own model, but for a change to the type of a key to which others
refer. Used for an empty database alone; tests/config/test_machine.py holds the result against the long way. Before a migration
that writes rows Django renders all models anew by itself, as it does wherever it has put that off.
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


def _only_itself(state: Any, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
    state.is_delayed = True
    return {(app_label, model_name.lower())}


@contextmanager
def without_rendering_neighbours() -> Iterator[None]:
    with mock.patch.multiple(ProjectState, add_model=_add_model, _find_reload_model=_only_itself):
        yield
