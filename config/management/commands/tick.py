from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from config.tick import tick


class Command(BaseCommand):
    help = "Do the periodic work once, as the worker does every minute: clocks, what follows from facts, the calendar."

    def handle(self, *args: Any, **options: Any) -> None:
        done = tick(timezone.now())
        self.stdout.write(", ".join(f"{name}: {count}" for name, count in done.items()))
