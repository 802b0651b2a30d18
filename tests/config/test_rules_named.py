"""Every gate from the keys to the card and every rule of domain 5.2–5.5 has a test that names it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent.parent
GATES = [f"G{n}" for n in range(7, 25)]
RULES = [f"R{n:03}" for n in (*range(20, 27), *range(29, 32), *range(40, 51), *range(60, 70), *range(80, 90))]
# Rules of other trades in the same chapter: the follow-up of a car dealer (R027), the hall of a bar (R028), the estate network that the
# property office runs and charges for (R090, R091).  Nobody here can keep or break them.
OF_OTHERS = ["R027", "R028", "R090", "R091"]


def named() -> Iterator[str]:
    """The ids that stand in the name, the docstring or the table of a test."""
    for path in sorted(TESTS.rglob("test_*.py")):
        if path == Path(__file__).resolve():
            continue
        source = path.read_text()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                said = [node.name, ast.get_docstring(node) or "", *(ast.get_source_segment(source, each) or "" for each in node.decorator_list)]
                yield from re.findall(r"(?<![A-Z0-9])(?:R\d{3}|G\d{1,2})(?!\d)", " ".join(said).upper())


@pytest.fixture(scope="module")
def found() -> set[str]:
    return set(named())


@pytest.mark.parametrize("rule", [*GATES, *RULES])
def test_a_test_names_it(rule: str, found: set[str]) -> None:
    assert rule in found


def test_the_rules_of_other_trades_are_counted_as_theirs() -> None:
    """R020–R031, R040–R050, R060–R069, R080–R091: whatever is not tested is on the list of the others, and nothing is on both."""
    whole = {f"R{n:03}" for first, last in ((20, 31), (40, 50), (60, 69), (80, 91)) for n in range(first, last + 1)}
    assert whole == set(RULES) | set(OF_OTHERS) and not set(RULES) & set(OF_OTHERS)
