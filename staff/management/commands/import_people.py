"""Hire a list of people from Excel; without --commit it only says what it would do."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.refusals import Refused
from staff import services, sheets
from staff.models import User


class Command(BaseCommand):
    """The same reader and the same verb as the page."""

    help = "Hire people from an Excel list (columns 姓名 手机 岗位 门店 入职日期 上级 用户名)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, help="user name of the person who hires")
        parser.add_argument("--commit", action="store_true", help="hire the good rows; print their first passwords")
        parser.add_argument("--json", action="store_true", help="the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.here().filter(username=options["by"]).first()
        if by is None:
            raise CommandError(_("Nobody here has the user name %(name)s.") % {"name": options["by"]})
        if not options["file"].is_file():
            raise CommandError(_("There is no file %(path)s.") % {"path": options["file"]})
        try:
            read = sheets.read_people(options["file"], sheets.Known.now(today=timezone.localdate()))
            hired = services.import_people(read.good, by=by, at=timezone.now()) if options["commit"] else []
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(_plain(read, hired), ensure_ascii=False))
            return
        for cell in read.bad:
            self.stdout.write(
                _("row %(row)s, %(column)s: %(says)s") % {"row": cell.row, "column": cell.column, "says": cell.says}
            )
        self.stdout.write(
            _("%(good)s rows can be hired, %(bad)s cannot.") % {"good": len(read.good), "bad": len(read.bad_rows)}
        )
        for row in hired:
            self.stdout.write(f"  {row.person.full_name}\t{row.person.username}\t{row.password}")


def _plain(read: sheets.PeopleList, hired: list[Any]) -> dict[str, Any]:
    return {
        "rows": len(read.good) + len(read.bad_rows),
        "good": len(read.good),
        "bad": [[cell.row, cell.code] for cell in read.bad],
        "hired": [[row.person.username, row.password] for row in hired],
    }
