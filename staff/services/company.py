"""The company itself: set up once, its profile kept as papers show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core import attachments, audit, search
from core.choices import CHOICES, values
from core.models import CompanyChoice, CompanyProfile, Dossier
from core.refusals import Refused
from staff.checks import is_uscc
from staff.models import User
from staff.posts import ADMINISTRATOR
from staff.services.people import hire
from staff.services.stores import apply_changes, open_store

FIELDS = (
    "name", "licence", "uscc", "qualification", "address", "hotline", "bank_name", "bank_account", "representative",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CompanyParticulars:
    """The company as its papers show it (LR-26)."""

    name: str
    licence: str = ""
    uscc: str = ""
    qualification: str = ""
    address: str = ""
    hotline: str = ""
    bank_name: str = ""
    bank_account: str = ""
    representative: str = ""


@dataclass(frozen=True, kw_only=True)
class StoreParticulars:
    code: str
    name: str
    city: str = ""
    address: str = ""
    phone: str = ""


@transaction.atomic
def set_up_company(
    *,
    company: CompanyParticulars,
    stores: Sequence[StoreParticulars],
    administrator_name: str,
    administrator_username: str,
    password_hash: str,
    opened_on: date,
    at: datetime,
    logo: Any = None,
    must_change_password: bool = True,
    simulated: bool = False,
) -> CompanyProfile:
    """Begin an empty company: its profile, its stores, and the one person who can let others in.  Once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [20261])
    if CompanyProfile.objects.exists():
        raise Refused(_("This database has a company already."))
    if not company.name.strip():
        raise Refused(_("The company needs its registered name."))
    if not stores:
        raise Refused(_("A company has at least one store."))
    require_uscc(company.uscc)
    dossier = Dossier.objects.create(
        kind=Dossier.Kind.COMPANY, title=company.name, line=company.address, opened_at=at, simulated=simulated,
        search=search.terms(names=[company.name]),
    )  # fmt: skip
    opened = [open_store(**asdict(store), opened_on=opened_on, by=None, at=at, simulated=simulated) for store in stores]
    administrator = hire(
        full_name=administrator_name, username=administrator_username, store=opened[0], posts=[ADMINISTRATOR], hired_on=opened_on,
        password_hash=password_hash, must_change_password=must_change_password, by=None, at=at, simulated=simulated,
    )  # fmt: skip
    picture = attachments.keep(logo, dossier=dossier, by=administrator, at=at, caption=_("Logo")) if logo else None
    profile = CompanyProfile.objects.create(dossier=dossier, logo=picture, simulated=simulated, **asdict(company))
    audit.record(dossier, "staff.company_set_up", by=administrator, at=at, **asdict(company))
    return profile


@transaction.atomic
def change_profile(*, by: User, at: datetime, logo: Any = None, **particulars: Any) -> CompanyProfile:
    """Change what papers say about the company from now on; papers that were issued keep what they said."""
    profile = CompanyProfile.objects.select_for_update(no_key=True, of=("self",)).select_related("dossier").get()
    if not str(particulars.get("name", profile.name)).strip():
        raise Refused(_("The company needs its registered name."))
    if "uscc" in particulars and particulars["uscc"] != profile.uscc:
        require_uscc(particulars["uscc"])
    if logo is not None:
        particulars["logo"] = attachments.keep(logo, dossier=profile.dossier, by=by, at=at, caption=_("Logo"))
    changed = apply_changes(profile, particulars, allowed=(*FIELDS, "logo"))
    if changed:
        Dossier.objects.filter(pk=profile.dossier_id).update(title=profile.name, line=profile.address)
        audit.record(profile.dossier, "staff.profile_changed", by=by, at=at, changed=changed)
    return profile


@transaction.atomic
def choose(told: Mapping[str, int], *, by: User, at: datetime) -> dict[str, list[int]]:
    """What the company chooses counts from now on; clocks that run keep their end.  Returns what has changed, before and after."""
    profile = CompanyProfile.objects.select_for_update(no_key=True, of=("self",)).select_related("dossier").get()
    if wrong := [code for code, value in told.items() if code not in CHOICES or not CHOICES[code].fits(value)]:
        raise Refused(_("This cannot be chosen: {code}.").format(code=wrong[0]))
    before = values([CHOICES[code] for code in told])
    changed = {code: [before[code], value] for code, value in told.items() if before[code] != value}
    for code, (_old, value) in changed.items():
        CompanyChoice.objects.update_or_create(code=code, defaults={"value": value, "by": by, "at": at})
    if changed:
        audit.record(profile.dossier, "staff.choices_changed", by=by, at=at, changed=changed)
    return changed


def require_uscc(code: str) -> None:
    if code and not is_uscc(code):
        raise Refused(_("This is no unified social credit code: 18 signs, and the last one checks the others."))


__all__ = ["FIELDS", "CompanyParticulars", "StoreParticulars", "change_profile", "choose", "set_up_company"]
