"""`migrate` works through the owner; afterwards the web role is given its rights."""

from contextlib import nullcontext
from typing import Any

from django.core.management import CommandParser
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from config.first_migration import without_rendering_neighbours
from config.roles import give_rights


class Command(Migrate):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")
        parser.add_argument("--the-long-way", action="store_true", help="no short cut for an empty database")

    def handle(self, *args: Any, the_long_way: bool = False, **options: Any) -> None:
        """Some packages' migrations write through the default connection whatever they are given:
        while migrating, that one *is* the owner's, in the same transaction."""
        owner, web = connections["owner"], connections["default"]
        first = not the_long_way and not MigrationRecorder(owner).has_table()
        web.close()
        connections["default"] = owner
        try:
            with without_rendering_neighbours() if first else nullcontext():
                super().handle(*args, **options)
        finally:
            connections["default"] = web
        if not any(options[name] for name in ("check_unapplied", "plan", "prune")):
            give_rights()
