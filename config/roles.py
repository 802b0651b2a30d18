"""The web process and the worker must not own what they write to (decision 16)."""

import sys

from django.db import DatabaseError, connection

_OWNS = """
    SELECT current_user, r.rolsuper OR r.rolbypassrls,
           EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p'))
    FROM pg_roles r WHERE r.rolname = current_user
"""


def refuse_to_run_as_owner() -> None:
    """Exit with a sentence when DATABASE_URL is a superuser or owns tables: guards would not bind it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_OWNS)
            name, mighty, owns = cursor.fetchone()
    except DatabaseError as problem:
        sys.exit(f"The database of DATABASE_URL cannot be reached: {str(problem).splitlines()[0].strip()}")
    finally:
        connection.close()
    if mighty or owns:
        sys.exit(
            f"DATABASE_URL connects as {name}, which owns tables or is a superuser. "
            "The web server runs only as the web role; put the owner into DATABASE_OWNER_URL."
        )
