"""The rules of docs/architecture.md, each as a test that names the place where it is broken."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models.signals import ModelSignal
from django.dispatch import Signal
from django.urls import URLPattern, URLResolver, get_resolver

from tests.architecture.sources import BELOW, FLOORS, ROOT, Module, calls, modules

TRADE = re.compile(
    r"\b(leads?|customers?|homes?|enquir(?:y|ies)|quotations?|projects?|contracts?|sites?|inspections?|patrols?|warrant(?:y|ies)|employees?|designers?|"
    r"foremen|foreman|rooms?|deposits?|instalments?|visits?)\b",
)  # fmt: skip


def of(*floors: str) -> list[Module]:
    return [module for module in modules() if module.package in (floors or FLOORS)]


# --- imports and relations point down ------------------------------------------------------------------------------------


def test_the_contracts_of_the_imports_hold():
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=180)

    assert done.returncode == 0, done.stdout[-3000:]
    assert "0 broken" in done.stdout


def imported(module: Module) -> set[str]:
    """The packages of the house that a module names in an import, wherever it stands, also inside a function."""
    found = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found & set(FLOORS)


@pytest.mark.parametrize("package", BELOW)
def test_no_import_points_up_not_even_inside_a_function(package):
    wrong = [(module.name, imported(module) - {package, *BELOW[package]}) for module in of(package)]

    assert [(name, up) for name, up in wrong if up] == []


def relations() -> list[tuple[str, str, models.Field]]:
    found = []
    for model in apps.get_models():
        if model._meta.app_label in FLOORS and not model._meta.auto_created:
            for field in model._meta.get_fields(include_parents=False):
                if isinstance(field, models.ForeignKey | models.ManyToManyField) and field.model is model:
                    found.append((model._meta.app_label, field.related_model._meta.app_label, field))
    return found


def test_relations_point_down():
    allowed = {("core", "staff")}  # through AUTH_USER_MODEL and STORE_MODEL alone
    wrong = [str(field) for here, there, field in relations() if there in FLOORS and there not in (here, *BELOW[here]) and (here, there) not in allowed]

    assert wrong == []
    above = {field.related_model._meta.label for here, there, field in relations() if (here, there) == ("core", "staff")}
    assert above == {"staff.User", "staff.Store"}


WALKED = {"leads.Lead.dossier"}  # config alone goes from a dossier to its enquiry, to name papers and clocks


def test_nothing_can_be_walked_up_through_a_relation():
    assert {str(field) for here, there, field in relations() if here != there and field.remote_field.related_name != "+"} == WALKED
    wrong = [module.name for module in of(*BELOW) if module.package != "leads" and "dossier__lead" in module.path.read_text("utf-8")]
    assert wrong == []


# --- who writes, and when -------------------------------------------------------------------------------------------------

WRITES = {"save", "create", "bulk_create", "bulk_update", "update", "delete", "get_or_create", "update_or_create", "select_for_update"}
READERS = ("views", "selectors", "forms", "papers", "sheets", "policies", "procedure", "deadlines", "choices", "urls")


def is_reader(module: Module) -> bool:
    room = module.room.split("/")[0]
    named = any(room == name or room.startswith(f"{name}_") or room.endswith(f"_{name}") for name in READERS)
    return module.package in BELOW and module.package != "core" and named


def of_a_mapping(node: ast.Call) -> bool:
    """`found.update({…})` of a dict or a set: its argument is no keyword of a field."""
    return node.func.attr in ("update",) and bool(node.args) and not node.keywords  # type: ignore[attr-defined]


def test_only_services_write():
    wrong = [
        f"{module.name}:{node.lineno} .{name}"
        for module in modules()
        if is_reader(module)
        for node, name in calls(module.tree)
        if name in WRITES and isinstance(node.func, ast.Attribute) and not of_a_mapping(node)
    ]

    assert wrong == []


def test_no_model_overrides_save_or_delete():
    wrong = [
        f"{module.name}:{node.lineno} {inner.name}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
        for inner in node.body
        if isinstance(inner, ast.FunctionDef) and inner.name in ("save", "delete", "save_base")
    ]

    assert wrong == []


def test_nothing_listens_to_signals():
    wrong = [
        f"{module.name}:{node.lineno}"
        for module in modules()
        for node, name in calls(module.tree)
        if name == "receiver" or (name == "connect" and re.search(r"\b(pre|post|m2m)_\w+\.connect$", ast.unparse(node.func)))
    ]
    assert wrong == []
    kept = [signal for signal in vars(models.signals).values() if isinstance(signal, Signal | ModelSignal)]
    ours = [receiver for signal in kept for receiver in signal.receivers if str(getattr(receiver[1](), "__module__", "")).split(".")[0] in FLOORS]
    assert ours == []


# Forms are at the edge too: claimed times have their bounds there (decision 33).
EDGE = re.compile(r"(^|/)(views|forms(_\w+)?|management|middleware|tasks|pages|doors)(/|\.|$)|^config/|(^|/)(once|tick)$")


def test_what_time_it_is_is_asked_at_the_edge_only():
    wrong = []
    for module in modules():
        if EDGE.search(module.name):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("timezone.now", "datetime.now", "datetime.utcnow", "date.today", "time.time"):
                wrong.append(f"{module.name}:{node.lineno}")

    assert wrong == []


def test_days_that_people_type_have_their_bounds_in_one_place():
    """A year like 9999 lets a verb that counts days from it fall: every field of a form comes from core/form_fields.py."""
    wrong = []
    for module in modules():
        for node in ast.walk(module.tree):
            if module.name != "core/form_fields" and isinstance(node, ast.Attribute) and ast.unparse(node) in ("forms.DateField", "forms.DateTimeField"):
                wrong.append(f"{module.name}:{node.lineno}")

    assert wrong == []


# --- every address has a policy --------------------------------------------------------------------------------------------


def addresses(resolver: URLResolver, prefix: str = "") -> list[tuple[str, URLPattern]]:
    found: list[tuple[str, URLPattern]] = []
    for part in resolver.url_patterns:
        where = prefix + str(part.pattern)
        found += addresses(part, where) if isinstance(part, URLResolver) else [(where, part)]
    return found


def test_every_address_has_a_policy_or_the_reason_why_it_is_open():
    found = addresses(get_resolver())
    wrong = [where for where, part in found if getattr(part.callback, "policy", None) is None and not getattr(part.callback, "open_because", "")]

    assert len(found) > 100
    assert wrong == []


# --- the kernel and the shape of the house ------------------------------------------------------------------------------------


KINDS = {"core/models/dossier ENQUIRY", "core/models/dossier EMPLOYEE"}  # whose file a dossier is (decision 30)


def test_the_kernel_names_no_noun_of_the_trade():
    wrong = []
    for module in of("core"):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.arg | ast.Name | ast.Attribute | ast.keyword):
                name = getattr(node, "name", None) or getattr(node, "arg", None) or getattr(node, "id", None) or getattr(node, "attr", None) or ""
                words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().replace("_", " ")
                if TRADE.search(words) and f"{module.name} {name}" not in KINDS:
                    wrong.append(f"{module.name}:{getattr(node, 'lineno', 0)} {name}")

    assert sorted(set(wrong)) == []


def test_the_kernel_answers_no_address():
    assert not (ROOT / "core" / "urls.py").exists()
    assert [where for where, part in addresses(get_resolver()) if part.callback.__module__.split(".")[0] == "core"] == []


def test_there_is_no_drawer_for_odds_and_ends():
    names = {"utils", "common", "helpers", "misc", "util", "tools"}

    assert [module.name for module in modules() if names & set(module.room.split("/"))] == []


def test_nothing_reads_the_folder_beside_the_project():
    kinds = {".py", ".html", ".css", ".js", ".yaml", ".toml", ".sh", ".cfg", ""}
    folders = [ROOT / name for name in (*FLOORS, "templates", "static", "tests", "tools", ".ci")]
    files = [path for folder in folders if folder.exists() for path in folder.rglob("*") if path.is_file() and path.suffix in kinds]
    beside = "/".join(("..", "shared"))
    absolute = "/".join(("", "work", "shared"))
    wrong = [str(path.relative_to(ROOT)) for path in [*files, ROOT / "run"] if any(word in path.read_text("utf-8", "ignore") for word in (beside, absolute))]

    assert len(files) > 300
    assert wrong == []


def test_one_driver_talks_to_postgresql(db):
    assert connection.Database.__name__ == "psycopg2"
    assert connection.vendor == "postgresql"


def test_every_record_is_seen_through_a_wall_or_belongs_to_one_that_is():
    """A model with a store of its own can be narrowed to whoever may see it."""
    wrong = []
    for model in apps.get_models():
        if model._meta.app_label in FLOORS and any(f.name == "store" for f in model._meta.fields) and model._meta.app_label not in ("core",):
            has_wall = hasattr(model._default_manager.all(), "visible_to")
            parents = [f for f in model._meta.fields if isinstance(f, models.ForeignKey) and hasattr(f.related_model._default_manager.all(), "visible_to")]
            if not has_wall and not parents:
                wrong.append(model._meta.label)

    assert wrong == []
