"""The tables that are also documentation, read from where they live."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.utils import translation

from core.clocks import CLOCKS, Days, Hours, WorkingDays
from core.papers import KINDS
from core.policies import PERMISSIONS, Scope
from core.procedure import GATES, LIFECYCLES

TABLES = ("policies", "procedure", "deadlines", "papers")


def autoload(package: str) -> None:
    """Import an app's tables when Django starts, so that the registries are complete."""
    for table in TABLES:
        if find_spec(f"{package}.{table}") is not None:
            import_module(f"{package}.{table}")


def _span(within: Any) -> str:
    match within:
        case Days(n):
            return f"{n} days"
        case Hours(n):
            return f"{n} hours"
        case WorkingDays(n):
            return f"{n} working days"
    return (within.__doc__ or within.__name__).strip().split("\n")[0]


def papers() -> list[dict[str, Any]]:
    return [
        {
            "id": kind.id, "title": kind.title, "title_en": kind.title_en, "app": kind.app, "series": kind.series,
            "signers": [{"role": s.role, "label": s.label, "required": s.required} for s in kind.signers], "printable": kind.printable,
        }
        for kind in sorted(KINDS.values(), key=lambda k: k.id)
    ]  # fmt: skip


def clocks() -> list[dict[str, Any]]:
    return [
        {
            "id": clock.id, "says": str(clock.says), "rules": clock.source.split(), "start": str(clock.starts), "stop": str(clock.stops),
            "limit": _span(clock.within), "owner": clock.owner, "clause": clock.clause,
            "ladder": [{"level": r.level, "offset_hours": r.offset.total_seconds() / 3600, "posts": list(r.posts)} for r in clock.ladder],
        }
        for clock in sorted(CLOCKS.values(), key=lambda c: c.id)
    ]  # fmt: skip


def stages() -> list[dict[str, Any]]:
    return [
        {
            "lifecycle": cycle.name, "from": step.source, "to": step.target, "by": list(step.by), "gates": [g.id for g in step.gates],
        }
        for cycle in LIFECYCLES.values()
        for step in cycle.steps
    ]  # fmt: skip


def gates() -> list[dict[str, Any]]:
    return [
        {"id": g.id, "says": str(g.says), "who": list(g.who), "paper": g.paper, "waivable_by": list(g.waivable_by)}
        for g in sorted(GATES.values(), key=lambda g: (len(g.id), g.id))
    ]


def roles() -> list[dict[str, Any]]:
    """Every post with what it may and how far."""
    posts = sorted({post for p in PERMISSIONS.values() for held in p.posts.values() for post in held})
    return [
        {
            "post": post,
            "permissions": {
                p.code: scope.name.lower()
                for p in sorted(PERMISSIONS.values(), key=lambda p: p.code)
                for scope in sorted(Scope)
                if post in p.posts[scope]
            },
        }
        for post in posts
    ]


def everything(language: str = "en") -> dict[str, Any]:
    """The whole catalogue as plain data."""
    with translation.override(language):
        return {
            "papers": papers(), "clocks": clocks(), "stages": stages(), "gates": gates(), "roles": roles(),
            "clauses": [], "duties": [], "reports": [],
        }  # fmt: skip
