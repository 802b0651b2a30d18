"""Give the web role exactly what it needs on every table; run by the owner after each migration."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connections


class Command(BaseCommand):
    """The web role reads; inserts and updates where the model allows it; deletes where `deletable`; truncates nothing.

    A model says: `append_only` (insert only), `updatable = (columns)` (update these columns only), `deletable`,
    `read_only`.  Stage columns named in `guarded` are written by the database alone, the time of recording always.
    """

    help = "Grant the web role its rights on all tables (as the owner)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--database", default="owner")
        parser.add_argument("--role", default="jiangcheng_web")

    def handle(self, *args: Any, **options: Any) -> None:
        connection, role = connections[options["database"]], options["role"]
        quote = connection.ops.quote_name
        ours = {"core", "staff", "leads", "projects", "inspections", "aftersales"}
        with connection.cursor() as cursor:
            present = set(connection.introspection.table_names(cursor))
            statements = [
                f"GRANT USAGE ON SCHEMA public TO {quote(role)}",
                f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {quote(role)}",
            ]
            for table in sorted(present):
                statements.append(f"REVOKE ALL ON {quote(table)} FROM {quote(role)}")
                statements.append(f"GRANT SELECT ON {quote(table)} TO {quote(role)}")
            for model in apps.get_models(include_auto_created=True):
                table = model._meta.db_table
                if table in present and not model._meta.proxy:
                    rights = self._rights(model, ours, quote)
                    statements += [f"GRANT {right} ON {quote(table)} TO {quote(role)}" for right in rights]
            cursor.execute(";\n".join(statements))
        self.stdout.write(f"rights of {role} set on {len(present)} tables")

    @staticmethod
    def _rights(model: Any, ours: set[str], quote: Any) -> list[str]:
        if getattr(model, "read_only", False):
            return []
        if hasattr(model, "pgh_tracked_model"):
            return ["INSERT"]
        if model._meta.app_label not in ours:
            return ["INSERT", "UPDATE", "DELETE"]
        if getattr(model, "append_only", False):
            return ["INSERT"]
        rights = ["INSERT"]
        guarded = set(getattr(model, "guarded", ())) | ({"recorded_at"} & {f.name for f in model._meta.concrete_fields})
        named = getattr(model, "updatable", None)
        columns = [
            f.column
            for f in model._meta.concrete_fields
            if (named is None or f.name in named) and f.name not in guarded
        ]
        if named is not None and not columns:
            pass  # rows are never updated, though they may be deleted or written by triggers
        elif named is not None or guarded:
            rights.append(f"UPDATE ({', '.join(quote(c) for c in columns)})")
        else:
            rights.append("UPDATE")
        if getattr(model, "deletable", False):
            rights.append("DELETE")
        return rights
