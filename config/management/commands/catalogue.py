"""`./run catalogue --json`: the tables that are also documentation, as they stand in the code that runs."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core import catalogue
from staff.posts import posts


def live(language: str = "en") -> dict[str, Any]:
    """The catalogue with the posts of the chart."""
    return catalogue.everything({row.code: (row.title, row.title_en) for row in posts()}, language)


class Command(BaseCommand):
    help = "List papers, clocks, stages, gates, roles and permissions from the live tables."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="everything, as JSON")
        parser.add_argument("--language", choices=["en", "zh-hans"], default="en", help="of the sentences that stand there once")

    def handle(self, *args: Any, language: str, **options: Any) -> None:
        tables = live(language)
        if options["json"]:
            self.stdout.write(json.dumps(tables, ensure_ascii=False, indent=1))
            return
        for name, rows in tables.items():
            self.stdout.write(f"{name}: {len(rows)}")
