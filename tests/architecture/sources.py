"""The sources of the house as the architecture's tests read them: packages, modules, syntax trees; no test file, no migration."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("core", "staff", "leads", "projects", "inspections", "aftersales", "config")
BELOW = {
    "core": (), "staff": ("core",), "leads": ("core", "staff"), "projects": ("core", "staff", "leads"),
    "inspections": ("core", "staff", "leads", "projects"), "aftersales": ("core", "staff", "leads", "projects"),
}  # fmt: skip


@dataclass(frozen=True)
class Module:
    """One source file: its package, its path below it without the ending, its tree."""

    package: str
    room: str
    path: Path
    tree: ast.Module

    @property
    def name(self) -> str:
        return f"{self.package}/{self.room}"


@cache
def modules() -> tuple[Module, ...]:
    return tuple(_modules())


def _modules() -> Iterator[Module]:
    for package in FLOORS:
        for path in sorted((ROOT / package).rglob("*.py")):
            inside = path.relative_to(ROOT / package)
            if "migrations" not in inside.parts:
                yield Module(package, str(inside.with_suffix("")), path, ast.parse(path.read_text("utf-8")))


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Every call with the last word of what is called: `a.b.save()` → save."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node, node.func.attr
            elif isinstance(node.func, ast.Name):
                yield node, node.func.id
