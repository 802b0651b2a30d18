"""`./run demo_company`: an invented company with nine months behind it, in an empty database."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from config.demo import digest
from config.demo.company import SIZES, make
from core.models import Paper
from core.tasks import let_history_wait
from leads.models import Lead
from projects.models import Project


class Command(BaseCommand):
    help = "Fill an empty database with the demo company: everything in it is invented and marked as simulated."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--size", choices=list(SIZES), default="small")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--until", help="the day on which the nine months end (default: today), for example 2026-11-24")

    def handle(self, *args: Any, size: str, seed: int, until: str | None, **options: Any) -> None:
        if get_user_model().objects.exists():
            raise CommandError("This database holds a company already; the demo company needs an empty one.")
        began = time.monotonic()
        with connection.cursor() as cursor:  # invented data need not survive a power cut in the middle of being invented
            cursor.execute("SET synchronous_commit = off")
            cursor.execute("SET statement_timeout = 0")
        make(seed=seed, size=size, until=self._until(until))
        let_history_wait()
        if options["verbosity"]:
            self.stdout.write(
                f"{Lead.objects.count()} enquiries, {Project.objects.count()} sites, {Paper.objects.count()} papers "
                f"in {time.monotonic() - began:.0f} s; the worker prints the papers now."
            )
            self.stdout.write(f"digest {digest.of_everything()[:32]}")

    @staticmethod
    def _until(day: str | None) -> datetime:
        """Now, or ten in the morning of the given day."""
        now = timezone.localtime()
        if day is None:
            return now.replace(microsecond=0)
        try:
            found = datetime.strptime(day, "%Y-%m-%d").replace(hour=10, tzinfo=now.tzinfo)
        except ValueError:
            raise CommandError(f"“{day}” is no day; write it as 2026-11-24.") from None
        if found > now + timedelta(days=1):
            raise CommandError("The nine months cannot end in the future.")
        return found
