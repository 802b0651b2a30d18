"""`migrate` works through the owner; afterwards the web role is given its rights."""

from typing import Any

from django.core.management import CommandParser
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from config.roles import give_rights


class Command(Migrate):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        """Some packages' migrations write through the default connection whatever they are given:
        while migrating, that one *is* the owner's, in the same transaction."""
        web = connections["default"]
        web.close()
        connections["default"] = connections["owner"]
        try:
            super().handle(*args, **options)
        finally:
            connections["default"] = web
        if not any(options[name] for name in ("check_unapplied", "plan", "prune")):
            give_rights()
