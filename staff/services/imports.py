"""Hiring a whole list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.refusals import Refused
from staff import passwords
from staff.models import Store, User
from staff.services.people import hire
from staff.sheets import PersonRow


@dataclass(frozen=True)
class Hired:
    """A person with the first password, which is known only now."""

    person: User
    password: str


@transaction.atomic
def import_people(rows: Sequence[PersonRow], *, by: User | None, at: datetime, simulated: bool = False) -> list[Hired]:
    """Hire everybody of a list that was read; all of them or, when one is refused, nobody (the sentence names the row)."""
    stores = {store.code: store for store in Store.objects.all()}
    made = []
    for row in rows:
        password = passwords.first()
        try:
            person = hire(
                full_name=row.full_name, mobile=row.mobile, posts=row.posts, store=stores[row.store], hired_on=row.hired_on,
                username=row.username, password_hash=passwords.hashed(password), by=by, at=at, simulated=simulated,
            )  # fmt: skip
        except Refused as refusal:
            raise Refused(_("Row %(row)s: %(says)s") % {"row": row.row, "says": refusal.message}) from refusal
        made.append(Hired(person, password))
    _give_superiors(rows, made)
    return made


def _give_superiors(rows: Sequence[PersonRow], made: Sequence[Hired]) -> None:
    wanted = {row.superior for row in rows if row.superior}
    by_name = {person.full_name: person for person in User.objects.here().filter(full_name__in=wanted)}
    for row, hired in zip(rows, made, strict=True):
        superior = by_name.get(row.superior)
        if superior is not None and superior.pk != hired.person.pk:
            hired.person.superior = superior
            hired.person.save(update_fields=["superior"])
