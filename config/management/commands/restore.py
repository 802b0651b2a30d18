"""`./run restore FILE`: put database and files back, and compare every table and file with the backup."""

import sys
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from config.backups import CannotBackUp, restore


class Command(BaseCommand):
    help = "Replace database and files by those of a backup."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="even when the database holds a company")

    def handle(self, *args: Any, file: Path, replace: bool, **options: Any) -> None:
        def migrate() -> None:
            call_command("migrate", verbosity=0, interactive=False)

        try:
            contents = restore(file.absolute(), replace=replace, migrate=migrate)
        except CannotBackUp as problem:
            sys.exit(f"Nothing was restored: {problem}")
        self.stdout.write(f"Restored and compared: {contents.says}")
