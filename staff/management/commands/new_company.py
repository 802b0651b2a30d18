"""`./run new`: an empty company instead of the demo, from options or from questions."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.models import CompanyProfile
from core.refusals import Refused
from staff import passwords, services, sheets
from staff.models import User
from staff.services.people import free_username

# option, the question; what a company cannot be without stands first
ASKED = (
    ("name", "Registered name of the company"),
    ("uscc", "Unified social credit code"),
    ("licence", "Business licence number"),
    ("qualification", "Qualification"),
    ("representative", "Legal representative"),
    ("address", "Registered address"),
    ("hotline", "Hotline"),
    ("bank_name", "Bank"),
    ("bank_account", "Account number"),
)


class Command(BaseCommand):
    """Sets the company up once; the administrator's first password is printed once and stored nowhere."""

    help = "Set up an empty company: profile, stores, the first administrator, and people from an Excel list."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for option, help_text in ASKED:
            parser.add_argument(f"--{option.replace('_', '-')}", dest=option, help=help_text)
        parser.add_argument(
            "--store",
            action="append",
            default=[],
            metavar="CODE:NAME[:CITY[:ADDRESS[:PHONE]]]",
            help="once a store; the first is home",
        )
        parser.add_argument("--logo", type=Path, help="a PNG or JPEG for the head of papers")
        parser.add_argument("--administrator", help="name of the first administrator")
        parser.add_argument(
            "--username", default="", help="the administrator's user name (default: the name in pinyin)"
        )
        parser.add_argument(
            "--people", type=Path, help="an Excel list of people (columns 姓名 手机 岗位 门店 入职日期 上级 用户名)"
        )
        parser.add_argument(
            "--skip-bad-rows", action="store_true", help="hire the good rows of the list although others are bad"
        )
        parser.add_argument("--no-input", action="store_true", help="ask nothing; what was not given stays empty")
        parser.add_argument(
            "--language", choices=["zh-hans", "en"], default="zh-hans", help="of the questions and answers"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        with translation.override(options["language"]):
            if CompanyProfile.objects.exists():
                raise CommandError(_("This database has a company already."))
            self.asks = not options["no_input"] and sys.stdin.isatty()
            try:
                self._set_up(options)
            except Refused as refusal:
                raise CommandError(refusal.message) from refusal

    def _set_up(self, options: dict[str, Any]) -> None:
        company = services.CompanyParticulars(**self._particulars(options))
        stores = self._stores(options["store"])
        name = options["administrator"] or self._ask(_("Name of the first administrator"), needed=True)
        logo = self._file(options["logo"], _("Logo, a picture file"))
        people = self._people(options, stores, name)
        password, now = passwords.first(), timezone.now()
        with transaction.atomic():
            services.set_up_company(
                company=company, stores=stores, administrator_name=name,
                administrator_username=options["username"] or free_username(name), password_hash=passwords.hashed(password),
                opened_on=timezone.localdate(now), at=now, logo=logo,
            )  # fmt: skip
            administrator = User.objects.get()
            hired = services.import_people(people, by=administrator, at=now)
        self.stdout.write(_("%(name)s is set up.") % {"name": company.name})
        self._print_passwords([(administrator, password), *((row.person, row.password) for row in hired)])

    def _particulars(self, options: dict[str, Any]) -> dict[str, str]:
        words = {
            "name": _("Registered name"), "uscc": _("Unified social credit code"), "licence": _("Business licence number"),
            "qualification": _("Qualification"), "representative": _("Legal representative"), "address": _("Registered address"),
            "hotline": _("Hotline"), "bank_name": _("Bank"), "bank_account": _("Account number"),
        }  # fmt: skip
        return {
            option: (
                options[option] if options[option] is not None else self._ask(words[option], needed=option == "name")
            ).strip()
            for option, _help in ASKED
        }

    def _stores(self, given: list[str]) -> list[services.StoreParticulars]:
        if not given:
            code = self._ask(_("Code of the first store, like CX"), needed=True).upper()
            name = self._ask(_("Name of the first store, like 城西店"), needed=True)
            return [
                services.StoreParticulars(
                    code=code, name=name, city=self._ask(_("City")), address=self._ask(_("Address"))
                )
            ]
        made = []
        for text in given:
            parts = [part.strip() for part in text.replace("：", ":").split(":")]
            if not 2 <= len(parts) <= 5 or not all(parts[:2]):
                raise CommandError(_("A store is given as CODE:NAME, like CX:城西店."))
            made.append(
                services.StoreParticulars(
                    **dict(zip(("code", "name", "city", "address", "phone"), parts, strict=False))
                )
            )
        return made

    def _people(
        self, options: dict[str, Any], stores: list[services.StoreParticulars], administrator: str
    ) -> list[sheets.PersonRow]:
        """The rows of the list, read before anything is written; bad rows stop everything unless they may be skipped."""
        path = options["people"]
        if path is None and self.asks and (typed := self._ask(_("Excel list of people, a file"))):
            path = Path(typed)
        if path is None:
            return []
        if not path.is_file():
            raise CommandError(_("There is no file %(path)s.") % {"path": path})
        known = sheets.Known.now(
            today=timezone.localdate(),
            stores=[(store.code, store.name) for store in stores],
            people_to_come=[administrator],
        )
        read = sheets.read_people(path, known)
        for cell in read.bad:
            self.stderr.write(
                _("row %(row)s, %(column)s: %(says)s") % {"row": cell.row, "column": cell.column, "says": cell.says}
            )
        if read.bad and not options["skip_bad_rows"]:
            raise CommandError(
                _("Nothing was made. Mend these rows, or give --skip-bad-rows to hire the other %(good)s people.")
                % {"good": len(read.good)}
            )
        return list(read.good)

    def _file(self, path: Path | None, question: str) -> File[bytes] | None:
        if path is None and self.asks and (typed := self._ask(question)):
            path = Path(typed)
        if path is None:
            return None
        if not path.is_file():
            raise CommandError(_("There is no file %(path)s.") % {"path": path})
        return File(path.open("rb"), name=path.name)

    def _ask(self, question: str, *, needed: bool = False) -> str:
        """Ask at the keyboard; without one, only what is needed is missed."""
        if not self.asks:
            if needed:
                raise CommandError(_("Missing: %(question)s. See ./run new --help.") % {"question": question})
            return ""
        answer, more = "", "" if needed else _(" (may stay empty)")
        while not answer:
            answer = input(f"{question}{more}: ").strip()
            if not needed:
                break
        return answer

    def _print_passwords(self, people: list[tuple[User, str]]) -> None:
        self.stdout.write(_("First passwords; they are printed only now and changed at the first sign-in:"))
        for person, password in people:
            self.stdout.write(f"  {person.full_name}\t{person.username}\t{password}")
        self.stdout.write(_("Start with: ./run"))
