"""The pages of docs/ that are generated from the live tables: procedure, papers, clocks, permissions.

    tools/docs.py [write]     write them (./run docs)
    tools/docs.py check       say which of them is not what the tables say now; compares, writes nothing
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a script, only tools/ is on the path
HEAD = "<!-- Generated from the live tables by ./run docs; ./run check compares. Do not edit. -->\n\n"
Tables = dict[str, Any]


def table(columns: str, rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table; `columns` are separated by |."""
    names = [name.strip() for name in columns.split("|")]
    lines = ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    lines += ["| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") or "–" for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


class Words:
    """Posts by their titles."""

    def __init__(self, tables: Tables) -> None:
        self._titles = {row["post"]: row["title_en"] for row in tables["roles"]}

    def post(self, code: str) -> str:
        return self._titles.get(code, code.replace("_", " ").capitalize())

    def posts(self, codes: Iterable[str]) -> str:
        return ", ".join(self.post(code) for code in codes)


def procedure(tables: Tables, words: Words) -> str:
    cycles: dict[str, list[Any]] = {}
    for row in tables["stages"]:
        cycles.setdefault(row["lifecycle"], []).append(row)
    title = {(row["lifecycle"], row["id"]): row["title_en"] for row in tables["stages"]}
    text = "# The procedure\n\nStages, the steps between them, and the gates that keep a step closed until its fact is there. Any other step is refused.\n"
    for name, rows in cycles.items():
        text += f"\n## {name}\n\n" + table("Stage | 阶段 | On to", [
            (row["title_en"], row["title"], "; ".join(dict.fromkeys(title[name, step["to"]] for step in row["steps"])) or "the end") for row in rows
        ])  # fmt: skip
        steps = [(row, step) for row in rows for step in row["steps"]]
        text += "\n" + table("From | To | Taken by | Gates", [
            (row["title_en"], title[name, step["to"]], words.posts(step["by"]), ", ".join(dict.fromkeys(step["gates"])) or "–") for row, step in steps
        ])  # fmt: skip
    text += "\n## Gates\n\nThe sentence is what a person reads while the gate is closed; several facts may stand under one id.\n\n"
    return text + table("Gate | Closed while | 提示 | Cleared by | Paper | May be waived by", [
        (g["id"], g["title_en"], g["title"], words.posts(g["who"]) or "–", g["paper"] or "–", words.posts(g["waivable_by"]) or "nobody")
        for g in tables["gates"]
    ])  # fmt: skip


def papers(tables: Tables, words: Words) -> str:
    text = (
        f"# The papers\n\n{len(tables['papers'])} kinds. Numbers are counted per series, store and year, without gaps. "
        "Who signs stands in the order of the paper. What may not be void is corrected by an act of its own or by the paper that supersedes it.\n"
    )
    for app in dict.fromkeys(row["app"] for row in tables["papers"]):
        text += f"\n## {app}\n\n" + table("Id | 名称 | English | Series | Signed by | May sign too | May be void", [
            (
                row["id"], row["title"], row["title_en"], row["series"],
                "、".join(s["label"] for s in row["signers"] if s["required"]) or ("nobody" if row["printable"] else "kept as a record, not printed"),
                "、".join(s["label"] for s in row["signers"] if not s["required"]) or "–", row["voidable"] if row["printable"] else "–",
            )
            for row in tables["papers"] if row["app"] == app
        ])  # fmt: skip
    return text


def clocks(tables: Tables, words: Words) -> str:
    text = (
        "# The clocks\n\nEvery promise: what starts and stops it, how long it runs, who is told. A breach is a fact for the desk and the month; "
        "no person is judged by code. Days are calendar days unless they say working days.\n"
    )
    for app in dict.fromkeys(row["id"].split(".")[0] for row in tables["clocks"]):
        text += f"\n## {app}\n\n" + table("Clock | What is due | 事项 | Limit | Starts when | Stops when | Owner | Told | From", [
            (
                f"`{row['id'].split('.')[1]}`", row["title_en"], row["title"], row["limit"], row["start"], row["stop"], words.post(row["owner"]),
                "; ".join(f"{moment(rung['offset_hours'])}: {words.posts(rung['posts'])}" for rung in row["ladder"]) or "–", ", ".join(row["sources"]),
            )
            for row in tables["clocks"] if row["id"].startswith(app + ".")
        ])  # fmt: skip
    return text


def moment(hours: float) -> str:
    """A rung of the ladder, seen from the due moment."""
    if not hours:
        return "when due"
    count, unit = (abs(hours) / 24, "day") if abs(hours) % 24 == 0 else (abs(hours), "hour")
    return f"{count:g} {unit}{'' if count == 1 else 's'} {'before' if hours < 0 else 'after'}"


def permissions(tables: Tables, words: Words) -> str:
    text = (
        "# Permissions\n\nWhat each permission lets a person do, and which posts hold it: for their own customers and sites, for all of their store, "
        "for the whole company. A person who holds two posts has the wider reach of the two; a whole store is one in which the post that gives it is held,\n"
        "and, for a post of the company as a whole, one in which nobody holds it.\n"
    )
    for app in dict.fromkeys(row["id"].split(".")[0] for row in tables["permissions"]):
        text += f"\n## {app}\n\n" + table("Permission | What | 权限 | Own | Store | Company", [
            (f"`{row['id'].split('.')[1]}`", row["title_en"], row["title"], *(words.posts(row[reach]) or "–" for reach in ("own", "store", "company")))
            for row in tables["permissions"] if row["id"].startswith(app + ".")
        ])  # fmt: skip
    text += "\n## Posts\n\n" + table("Post | 岗位 | Code | Permissions", [
        (row["title_en"], row["title"], f"`{row['post']}`", len(row["permissions"])) for row in tables["roles"]
    ])  # fmt: skip
    return text


PAGES: dict[str, Callable[[Tables, Words], str]] = {"procedure": procedure, "papers": papers, "clocks": clocks, "permissions": permissions}


def pages() -> dict[Path, str]:
    """Every generated page with its text."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from config.management.commands.catalogue import live

    tables = live()
    words = Words(tables)
    return {ROOT / "docs" / f"{name}.md": HEAD + page(tables, words) for name, page in PAGES.items()}


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["write"], ["check"]):
        print(__doc__, file=sys.stderr)
        return 2
    different = [(path, text) for path, text in pages().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path, text in different:
        if arguments == ["check"]:
            print(f"docs/{path.name} is not what the tables say now; ./run docs writes it.")
        else:
            path.write_text(text, encoding="utf-8")
            print(f"docs/{path.name}")
    return 1 if different and arguments == ["check"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
