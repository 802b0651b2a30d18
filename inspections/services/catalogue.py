from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from inspections import checks as shipped
from inspections.choices import CHECKS, ItemKind, Severity
from inspections.models import CheckItem, CheckTemplate

ADDED = "added"  # the basis of an item that the company has added itself


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
    if last is not None:  # what the company has added stays in every later version
        rows += [_copy(item, made, len(rows) + n) for n, item in enumerate(last.items.filter(basis=ADDED), start=1)]
    CheckItem.objects.bulk_create(rows)
    return made


def _copy(item: CheckItem, template: CheckTemplate, seq: int) -> CheckItem:
    values = {field.attname: getattr(item, field.attname) for field in CheckItem._meta.concrete_fields}
    return CheckItem(**values | {"id": None, "template_id": template.pk, "seq": seq})


@transaction.atomic
def add_item(code: str, *, text: str, method: str, main: bool, source: str, at: datetime) -> CheckItem:
    """The company adds an item to a check: a new version with all items of the last and this one.  `source` says where it comes from.

    Checks that were opened keep the version they were opened with; shipped items that change later keep the added ones.
    """
    last = template_in_force(code, at=at)  # of two at once the version lets one through
    items = list(last.items.all())
    made = CheckTemplate.objects.create(code=code, version=last.version + 1, sha256=last.sha256, at=at)
    CheckItem.objects.bulk_create([_copy(item, made, seq) for seq, item in enumerate(items, start=1)])
    number = sum(1 for item in items if item.basis == ADDED) + 1
    return CheckItem.objects.create(
        template=made, seq=len(items) + 1, code=f"{code}-K{number:02d}", zh=text[:120], en=text[:160], kind=ItemKind.VISUAL, method=method[:160],
        severity=Severity.MAIN if main else Severity.GENERAL, refs=[source[:60]], basis=ADDED, confidence="company",
    )  # fmt: skip


def template_in_force(code: str, *, at: datetime) -> CheckTemplate:
    """The newest version of a check's items; a fresh company gets the shipped ones."""
    found = CheckTemplate.objects.filter(code=code).order_by("-version").first()
    if found is None:
        load_checks(at=at)
        found = CheckTemplate.objects.get(code=code, version=1)
    return found
