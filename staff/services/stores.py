"""Opening a store and keeping its particulars."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, search
from core.models import Dossier
from core.refusals import Refused
from staff.checks import STORE_CODE
from staff.models import Store, User


@transaction.atomic
def open_store(
    *,
    code: str,
    name: str,
    city: str = "",
    address: str = "",
    phone: str = "",
    opened_on: date,
    by: User | None,
    at: datetime,
    simulated: bool = False,
) -> Store:
    """Open a store.  Its code stands in every number of its papers (decision 29) and never changes."""
    if not STORE_CODE.fullmatch(code):
        raise Refused(_("A store's code is two to six capital letters or digits and begins with a letter."))
    if Store.objects.filter(code=code).exists():
        raise Refused(_("There is a store with the code %(code)s already.") % {"code": code})
    if Store.objects.filter(name=name).exists():
        raise Refused(_("There is a store named %(name)s already.") % {"name": name})
    store = Store.objects.create(code=code, name=name, city=city, address=address, phone=phone, opened_on=opened_on)
    store.dossier = Dossier.objects.create(
        kind=Dossier.Kind.STORE, store=store, title=name, line=address, opened_at=at, simulated=simulated,
        search=search.terms(names=[name], places=[address], refs=[code]),
    )  # fmt: skip
    store.save(update_fields=["dossier"])
    audit.record(store.dossier, "staff.store_opened", by=by, at=at, code=code, name=name, opened_on=opened_on)
    return store


@transaction.atomic
def change_store(store: Store, *, by: User, at: datetime, **particulars: Any) -> Store:
    """Change a store's name, city, address or phone; papers that were issued keep what they said."""
    store = Store.objects.select_for_update(no_key=True, of=("self",)).select_related("dossier").get(pk=store.pk)
    dossier: Any = store.dossier  # open_store made it
    name = particulars.get("name", store.name)
    if Store.objects.filter(name=name).exclude(pk=store.pk).exists():
        raise Refused(_("There is a store named %(name)s already.") % {"name": name})
    changed = apply_changes(store, particulars, allowed=("name", "city", "address", "phone"))
    if changed:
        Dossier.objects.filter(pk=dossier.pk).update(
            title=store.name,
            line=store.address,
            search=search.terms(names=[store.name], places=[store.address], refs=[store.code]),
        )
        audit.record(dossier, "staff.store_changed", by=by, at=at, changed=changed)
    return store


def apply_changes(row: Any, values: dict[str, Any], *, allowed: tuple[str, ...]) -> dict[str, list[str]]:
    """Set and save what is new; answers {field: [before, after]} for the chain."""
    if unknown := set(values) - set(allowed):
        raise TypeError(f"cannot change {sorted(unknown)}")
    changed = {}
    for name, value in values.items():
        before = getattr(row, name)
        if before != value:
            setattr(row, name, value)
            changed[name] = [str(before or ""), str(value or "")]
    if changed:
        row.save(update_fields=list(changed))
    return changed
