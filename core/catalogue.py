"""The tables that are also documentation, read from where they live."""

from __future__ import annotations

import re
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.utils import translation

from core.clocks import CLOCKS, Days, Hours, WorkingDays
from core.papers import KINDS
from core.policies import PERMISSIONS, Scope
from core.procedure import GATES, LIFECYCLES, Lifecycle

TABLES = ("policies", "procedure", "deadlines", "papers")
_RULE = re.compile(r"(R|LR-)\d+$")  # what counts as a rule among the sources of a clock; the others are papers, gates, checks


def autoload(package: str) -> None:
    """Import an app's tables when Django starts, so that the registries are complete: `papers.py`, `papers_repairs.py` …"""
    for module in iter_modules(import_module(package).__path__):
        if module.name.partition("_")[0] in TABLES:
            import_module(f"{package}.{module.name}")


def _both(says: object) -> dict[str, str]:
    """A sentence in Chinese (`title`) and English (`title_en`), as papers have them."""
    said = {}
    for key, language in (("title", "zh-hans"), ("title_en", "en")):
        with translation.override(language):
            said[key] = str(says)
    return said


def _span(within: Any) -> str:
    match within:
        case Days(n):
            return f"{n} days"
        case Hours(n):
            return f"{n} hours"
        case WorkingDays(n):
            return f"{n} working days"
    return re.sub(r" \([^)]*\)\.?$|\.$", "", (within.__doc__ or within.__name__).strip().split("\n")[0])


def papers() -> list[dict[str, Any]]:
    """Every kind of paper: its titles, who keeps it, its series, who signs."""
    return [
        {
            "id": kind.id, "title": kind.title, "title_en": kind.title_en, "app": kind.app, "series": kind.series,
            "signers": [{"role": s.role, "label": s.label, "required": s.required} for s in kind.signers], "printable": kind.printable,
            "voidable": kind.voidable.value,
        }
        for kind in sorted(KINDS.values(), key=lambda k: k.id)
    ]  # fmt: skip


def clocks() -> list[dict[str, Any]]:
    """Every promise: the rules that it comes from, what starts and stops it, how long it runs, whom it warns and when."""
    return [
        {
            "id": clock.id, **_both(clock.says), "rules": [s for s in clock.source.split() if _RULE.match(s)],
            "sources": clock.source.split(), "start": str(clock.starts), "stop": str(clock.stops), "limit": _span(clock.within),
            "owner": clock.owner.replace(" ", "_"), "clause": clock.clause,
            "ladder": [{"level": r.level, "offset_hours": r.offset.total_seconds() / 3600, "posts": list(r.posts)} for r in clock.ladder],
        }
        for clock in sorted(CLOCKS.values(), key=lambda c: c.id)
    ]  # fmt: skip


def stages() -> list[dict[str, Any]]:
    """Every stage in the order of its line, with the steps that lead on from it."""
    return [
        {
            "lifecycle": cycle.name, "id": stage, **_both(cycle.labels(stage).label if cycle.labels else stage),
            "on_the_line": stage in cycle.line,
            "steps": [{"to": step.target, "by": list(step.by), "gates": [g.id for g in step.gates]} for step in cycle.steps_from(stage)],
        }
        for cycle in sorted(LIFECYCLES.values(), key=lambda c: c.name)
        for stage in _in_order(cycle)
    ]  # fmt: skip


def _in_order(cycle: Lifecycle) -> list[str]:
    """The line first, then the stages beside it."""
    every = [str(stage) for step in cycle.steps for stage in (step.source, step.target)]
    return list(dict.fromkeys([*map(str, cycle.line), *every]))


def gates() -> list[dict[str, Any]]:
    """Every fact that a step waits for; several rows may stand under one id."""
    return [
        {"id": g.id, **_both(g.says), "who": list(g.who), "paper": g.paper, "waivable_by": list(g.waivable_by)}
        for g in sorted(GATES.values(), key=lambda g: (g.id[0], len(g.id), g.id))
    ]


def permissions() -> list[dict[str, Any]]:
    """Every permission with the posts that hold it, by how far it reaches."""
    return [
        {
            "id": p.code, **_both(p.says),
            **{scope.name.lower(): sorted(p.posts[scope]) for scope in sorted(Scope)},
        }
        for p in sorted(PERMISSIONS.values(), key=lambda p: p.code)
    ]  # fmt: skip


def roles(titles: dict[str, tuple[str, str]]) -> list[dict[str, Any]]:
    """Every post with what it may and how far (the widest scope counts); `titles` are the posts in the chart's order."""
    return [
        {
            "post": post, "title": title, "title_en": title_en,
            "permissions": {
                p.code: max(scope for scope in Scope if post in p.posts[scope]).name.lower()
                for p in sorted(PERMISSIONS.values(), key=lambda p: p.code)
                if any(post in p.posts[scope] for scope in Scope)
            },
        }
        for post, (title, title_en) in titles.items()
    ]  # fmt: skip


def everything(titles: dict[str, tuple[str, str]], language: str = "en") -> dict[str, Any]:
    """The whole catalogue as plain data; `titles`: post → (Chinese, English)."""
    with translation.override(language):
        return {
            "papers": papers(), "clocks": clocks(), "stages": stages(), "gates": gates(), "roles": roles(titles), "permissions": permissions(),
            "clauses": [], "duties": [], "reports": [],
        }  # fmt: skip
