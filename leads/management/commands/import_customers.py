"""Read a shop's customer list; with --commit also import it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from core.refusals import Refused
from leads.policies import IMPORT
from leads.services.imports import import_customers, judge, read_customers


class Command(BaseCommand):
    help = "Read a customer list (.xlsx) and say what is in it; --commit imports it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--store", default="", help="code of the store")
        parser.add_argument("--by", default="", help="user name of the person who imports and answers for the list")
        parser.add_argument("--origin", default="", help="where the list comes from (LR-42); needed to import")
        parser.add_argument("--commit", action="store_true", help="import what can be read")
        parser.add_argument("--json", action="store_true", help="the figures as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._run(**{name: options[name] for name in ("file", "store", "by", "origin", "commit", "json")})
        except Refused as refused:
            raise CommandError("\n".join([refused.message, *(f"- {gap.says}" for gap in refused.missing)])) from refused

    def _run(self, *, file: Path, store: str, by: str, origin: str, commit: bool, json: bool) -> None:
        if not file.is_file():
            raise CommandError(_("There is no file {path}.").format(path=file))
        person = self._person(by)
        place = self._store(store, person)
        data, now = file.read_bytes(), timezone.now()
        found = read_customers(data, name=file.name, today=timezone.localdate(now))
        verdicts = judge(found.entries, store=place)
        known = {e.key: v.known_ref for e, v in zip(found.entries, verdicts, strict=True) if v.known_ref}
        if commit:
            self._commit(data, file.name, place, person, origin, now)
        self._print(found.report(known), json)

    def _commit(self, data: bytes, name: str, place: Any, person: Any, origin: str, now: Any) -> None:
        if person is None or place is None:
            raise CommandError(_("Say who imports (--by) and for which store (--store)."))
        if place.pk not in IMPORT.stores(person):
            raise CommandError(_("{name} may not import customer lists for {store}.").format(name=person, store=place))
        if not origin.strip():
            raise CommandError(_("Say where the list comes from: --origin (LR-42)."))
        batch = import_customers(data, name=name, store=place, origin_note=origin, by=person, at=now)
        if batch.confirmed_at != now:
            self.stderr.write(_("The same file was imported already: nothing was created."))
        else:
            self.stderr.write(_("{count} enquiries were created.").format(count=batch.figures["taken"]))

    def _person(self, username: str) -> Any:
        if not username:
            return None
        person = get_user_model().objects.filter(username=username.lower(), left_on__isnull=True).first()
        if person is None:
            raise CommandError(_("Nobody here has the user name {name}.").format(name=username))
        return person

    def _store(self, code: str, person: Any) -> Any:
        from django.apps import apps

        stores = apps.get_model(settings.STORE_MODEL).objects.order_by("id")
        if code:
            found = stores.filter(code=code.upper()).first()
            if found is None:
                raise CommandError(_("There is no store {code}.").format(code=code))
            return found
        if person is not None:
            return person.home_store
        only = list(stores[:2])
        return only[0] if len(only) == 1 else None

    def _print(self, report: dict[str, Any], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        self.stdout.write(
            _("{rows} rows: {good} can be read, {bad} cannot; {twins} are another home of a known customer; {doubts} cells are doubtful.").format(
                rows=report["rows"], good=report["good"], bad=len(report["bad"]), twins=len(report["duplicates"]), doubts=len(report["cell_warnings"])
            )
        )
        for row, code in report["bad"]:
            self.stdout.write(f"  {row}: {code}")
