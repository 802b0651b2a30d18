"""Every template compiles, names only what exists, and keeps to the content security policy."""

import re
import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.template import engines
from django.urls import NoReverseMatch, get_resolver
from jinja2 import TemplateError, nodes

_FORBIDDEN = {
    re.compile(r"<[a-z][^>]*\sstyle\s*=", re.I): "a style attribute, which the policy forbids",
    re.compile(r"<style\b", re.I): "a style element, which the policy forbids",
    re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.I): "a script attribute, which the policy forbids",
    re.compile(r"<script\b(?![^>]*\b(src\s*=|type\s*=\s*[\"']application/json))", re.I): "an inline script",
    re.compile(r"\|\s*safe\b"): "|safe",
}
_PRINTED = ("papers/",)  # for the PDF renderer, not for a browser


class Command(BaseCommand):
    help = "Compile all Jinja2 templates; check URL names, included files and what the content security policy forbids."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        jinja = engines["jinja2"].env  # type: ignore[attr-defined]
        names, files = self._url_names(), set(jinja.list_templates())
        wrong: list[str] = []
        for name in sorted(file for file in files if file.endswith((".html", ".txt"))):
            source = jinja.loader.get_source(jinja, name)[0]
            try:
                jinja.compile(source, name, name)
                tree = jinja.parse(source, name, name)
            except TemplateError as problem:
                wrong.append(f"{name}:{getattr(problem, 'lineno', 1)}: {problem}")
                continue
            wrong += [f"{name}:{line}: no URL is named {word!r}" for line, word in self._urls(tree) if word not in names]
            wrong += [f"{name}: {word!r} does not exist" for word in self._needs(tree) if word not in files]
            if not name.startswith(_PRINTED):
                plain = re.sub(r"{#.*?#}", "", source, flags=re.S)
                wrong += [f"{name}: {says}" for pattern, says in _FORBIDDEN.items() if pattern.search(plain)]
        if wrong:
            sys.exit("\n".join(wrong))
        self.stdout.write(f"{len(files)} templates")

    @staticmethod
    def _urls(tree: nodes.Template) -> list[tuple[int, str]]:
        found = []
        for call in tree.find_all(nodes.Call):
            named = isinstance(call.node, nodes.Name) and call.node.name == "url"
            if named and call.args and isinstance(call.args[0], nodes.Const):
                found.append((call.lineno, call.args[0].value))
        return found

    @staticmethod
    def _needs(tree: nodes.Template) -> list[str]:
        kinds = (nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)
        found: Any = tree.find_all(kinds)
        needed = [node.template for node in found if not getattr(node, "ignore_missing", False)]
        return [node.value for node in needed if isinstance(node, nodes.Const)]

    @staticmethod
    def _url_names() -> set[str]:
        """Every name that reverse() knows, with its namespace."""
        names: set[str] = set()

        def walk(resolver: Any, prefix: str) -> None:
            names.update(f"{prefix}{key}" for key in resolver.reverse_dict if isinstance(key, str))
            for space, (_, inner) in resolver.namespace_dict.items():
                walk(inner, f"{prefix}{space}:")

        try:
            walk(get_resolver(), "")
        except NoReverseMatch as problem:
            sys.exit(str(problem))
        return names
