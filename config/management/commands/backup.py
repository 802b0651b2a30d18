"""`./run backup FILE`: database and files in one archive."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from config.backups import CannotBackUp, back_up


class Command(BaseCommand):
    help = "Write database and files into one archive."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            contents = back_up(file.absolute(), at=timezone.now())
        except CannotBackUp as problem:
            sys.exit(f"No backup was made: {problem}")
        self.stdout.write(f"{file}: {contents.says}")
