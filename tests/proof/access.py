"""Reads the table of access: who may do what on which address, by the relation between person and record."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("access.txt")
RELATIONS = ("own", "store", "company", "none", "may", "self", "issuer")


@dataclass(frozen=True)
class Row:
    """One address and method."""

    name: str
    method: str
    open: bool = False
    posts: dict[str, frozenset[str]] = field(default_factory=dict)

    def named(self, *relations: str) -> frozenset[str]:
        return frozenset().union(*(self.posts.get(relation, frozenset()) for relation in relations))

    def admits(self, post: str, relation: str) -> bool:
        """The table's word on a person of that post whose relation to the record is own, store, other or missing."""
        if relation == "missing":
            return False
        wider = {
            "own": ("own", "store", "company", "may"),
            "store": ("store", "company", "may"),
            "other": ("company", "may"),
        }
        return post in self.named(*wider[relation])

    @property
    def somehow(self) -> frozenset[str]:
        """Every post that the row names: it may open such a page, though perhaps not on this record."""
        return self.named(*RELATIONS)


@cache
def rows() -> dict[tuple[str, str], Row]:
    """(address, method) → row; a word that is no post, no group and no relation is an error."""
    from staff.posts import all_codes

    groups: dict[str, str] = {}
    found: dict[tuple[str, str], Row] = {}
    for number, line in enumerate(TABLE.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, rest = line.split(None, 1)
        if name.startswith("$"):
            groups[name] = _spelt(rest, groups)
            continue
        methods, clauses = rest.split(None, 1)
        posts: dict[str, frozenset[str]] = {}
        clauses = _spelt(clauses, groups)
        for clause in clauses.split(";") if clauses != "open" else ():
            relation, _colon, words = clause.partition(":")
            relation, codes = relation.strip(), frozenset(words.split())
            if relation not in RELATIONS or relation in posts or not codes <= all_codes():
                raise ValueError(f"{TABLE.name} line {number}: {clause.strip()!r} is not understood")
            posts[relation] = codes
        for method in methods.split(","):
            if (name, method) in found or method not in ("GET", "POST"):
                raise ValueError(f"{TABLE.name} line {number}: {name} {method} stands twice or is no method")
            found[name, method] = Row(name, method, clauses == "open", posts)
    return found


def _spelt(text: str, groups: dict[str, str]) -> str:
    for name in sorted(groups, key=len, reverse=True):
        text = text.replace(name, groups[name])
    return text.strip()
