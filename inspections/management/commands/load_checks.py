"""Read the shipped check items; a changed file becomes a new version."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from inspections.services import load_checks


class Command(BaseCommand):
    help = "Bring the items of the eight checks (inspections/data) into the tables."

    def handle(self, *args: Any, **options: Any) -> None:
        made = load_checks(at=timezone.now())
        self.stdout.write("\n".join(f"{row.code} version {row.version}" for row in made) or "Nothing has changed.")
