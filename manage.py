#!/usr/bin/env python
"""Django's command line; `./run CMD …` calls it inside the project's environment."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    finally:
        if os.environ.get("STOP_DATABASE_AFTER"):
            from config.localpg import release_all

            release_all()


if __name__ == "__main__":
    main()
