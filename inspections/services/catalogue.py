from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from inspections import checks as shipped
from inspections.choices import CHECKS
from inspections.models import CheckItem, CheckTemplate


@transaction.atomic
def load_checks(*, at: datetime) -> list[CheckTemplate]:
    """Bring the shipped items into the tables: a check whose file has changed gets a new version, the others nothing.

    Checks that were opened keep the version they were opened with.
    """
    return [made for code in CHECKS if (made := _load(code, at)) is not None]


def _load(code: str, at: datetime) -> CheckTemplate | None:
    digest = shipped.fingerprint(code)
    last = CheckTemplate.objects.filter(code=code).order_by("-version").first()
    if last is not None and last.sha256 == digest:
        return None
    made = CheckTemplate.objects.create(code=code, version=last.version + 1 if last else 1, sha256=digest, at=at)
    rows = []
    for seq, item in enumerate(shipped.items(code), start=1):
        values = {name: value for name, value in asdict(item).items() if name != "note"}
        values["stages"] = [{k: v if v is None else str(v) for k, v in stage.items()} for stage in values["stages"]]
        rows.append(CheckItem(template=made, seq=seq, **values))
    CheckItem.objects.bulk_create(rows)
    return made


def template_in_force(code: str, *, at: datetime) -> CheckTemplate:
    """The newest version of a check's items; a fresh company gets the shipped ones."""
    found = CheckTemplate.objects.filter(code=code).order_by("-version").first()
    if found is None:
        load_checks(at=at)
        found = CheckTemplate.objects.get(code=code, version=1)
    return found
