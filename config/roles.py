"""The web process and the worker must not own what they write to (decision 16)."""

import os
import sys
import time

from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import DatabaseError, connection, connections

_OWNS = """
    SELECT current_user, r.rolsuper OR r.rolbypassrls,
           EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p'))
    FROM pg_roles r WHERE r.rolname = current_user
"""


_VARIABLE = {"default": "DATABASE_URL", "owner": "DATABASE_OWNER_URL"}


def database_problem(alias: str) -> str:
    """Why the database behind an alias cannot be used, in one sentence; empty when it can."""
    try:
        connections[alias].ensure_connection()
    except DatabaseError as problem:
        said = " ".join(str(problem).split())
        return f"The database of {_VARIABLE[alias]} cannot be reached: {said[:200]}"
    return ""


def give_rights() -> None:
    """Let the owner give the web role what it needs on every table."""
    if "grants" in get_commands():
        with open(os.devnull, "w") as quiet:
            call_command("grants", role=settings.DATABASES["default"]["USER"], stdout=quiet)


def refuse_to_run_as_owner() -> None:
    """Exit with a sentence when DATABASE_URL is a superuser or owns tables: guards would not bind it.

    The server's own children wait for a database that is being started again, so that one of them ends no others; everybody else is told at once.
    """
    until = time.monotonic() + float(os.environ.get("DATABASE_PATIENCE", "0"))
    while problem := database_problem("default"):
        if time.monotonic() >= until:
            sys.exit(problem)
        time.sleep(0.5)
    with connection.cursor() as cursor:
        cursor.execute(_OWNS)
        name, mighty, owns = cursor.fetchone()
    connection.close()
    if mighty or owns:
        sys.exit(
            f"DATABASE_URL connects as {name}, which owns tables or is a superuser. "
            "The web server runs only as the web role; put the owner into DATABASE_OWNER_URL."
        )
