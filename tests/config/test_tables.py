"""The tables that are also documentation: complete, in both languages, and what docs/ says."""

import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings

from core.clocks import CLOCKS
from core.papers import KINDS
from staff import posts
from tools import docs

GATES_OF_THE_ROAD = ["G1", "G2", "G3", "G4", "G5", "G6", "G8", "G9", "G11", "G13", "G14", "G16", "G17", "G18", "G24"]
PAPERS_OF_THE_ROAD = [
    "L01", "L03", "L10", "L22", "L23", "P01", "P05", "P06", "P07", "P23", "P24", "P25", "I04", "I05", "I06", "I10", "I11", "I12", "I13",
    "P27", "P29", "P30", "P31", "S50", "S01", "S02",
]  # fmt: skip


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own: the tests of the kernel have put clocks and papers of their own into these tables."""
    environment = {**os.environ, "TESTING": "1"}
    return subprocess.run([sys.executable, *words], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def tables(django_db_setup: None) -> Any:
    """What `./run catalogue --json` prints."""
    return json.loads(run("manage.py", "catalogue", "--json").stdout)


def test_the_catalogue_has_all_its_tables(tables):
    assert list(tables) == ["papers", "clocks", "stages", "gates", "roles", "permissions", "clauses", "duties", "reports"]
    assert tables["clauses"] == tables["duties"] == tables["reports"] == []


def test_the_rows_are_those_of_the_running_tables(tables):
    apps = {"leads", "projects", "inspections", "aftersales"}
    assert {row["id"] for row in tables["papers"]} == {kind.id for kind in KINDS.values() if kind.app in apps}
    assert {row["id"] for row in tables["clocks"]} == {name for name in CLOCKS if name.split(".")[0] in apps}
    assert {row["post"] for row in tables["roles"]} == posts.all_codes()


def test_every_paper_and_gate_of_the_road_is_there(tables):
    assert set(PAPERS_OF_THE_ROAD) <= {row["id"] for row in tables["papers"]}
    assert set(GATES_OF_THE_ROAD) <= {row["id"] for row in tables["gates"]}


def test_every_row_has_a_chinese_and_an_english_title(tables):
    for name in ("papers", "clocks", "stages", "gates", "roles", "permissions"):
        for row in tables[name]:
            assert re.search(r"[\u4e00-\u9fff]", row["title"]) and not re.search(r"[\u4e00-\u9fff]", row["title_en"]), (name, row)


def test_whoever_is_named_is_a_post_of_the_chart(tables):
    named = {code for gate in tables["gates"] for code in (*gate["who"], *gate["waivable_by"])}
    named |= {code for stage in tables["stages"] for step in stage["steps"] for code in step["by"]}
    named |= {code for clock in tables["clocks"] for rung in clock["ladder"] for code in rung["posts"]} - {"owner"}
    named |= {code for row in tables["permissions"] for reach in ("own", "store", "company") for code in row[reach]}
    assert named <= posts.all_codes()


def test_every_clock_says_what_starts_and_stops_it_how_long_and_whom_it_tells(tables):
    for clock in tables["clocks"]:
        assert all(clock[key] for key in ("start", "stop", "limit", "owner", "sources", "ladder")), clock["id"]


def test_the_pages_of_docs_are_what_the_tables_say():
    done = run("tools/docs.py", "check")
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_a_page_that_differs_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(docs, "ROOT", tmp_path)
    (tmp_path / "docs").mkdir()
    assert docs.main(["check"]) == 1
    assert capsys.readouterr().out.count("./run docs") == 4
    assert docs.main([]) == 0 and docs.main(["check"]) == 0
    (tmp_path / "docs" / "clocks.md").write_text("stale")
    assert docs.main(["check"]) == 1
    assert "docs/clocks.md" in capsys.readouterr().out
