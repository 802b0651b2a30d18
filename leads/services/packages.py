"""Packages under a quotation: published with a version of the price list, put under a draft, taken away again.

The model: a package is one price.  What it holds stands in lines of the quotation that are listed and costed but not charged; what a
room takes beyond the limit of the package is a line at the price of the list, and so is every upgrade.  Content that is left out
does not make the package cheaper; its cost no longer counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, data
from core.models import CompanyProfile, Dossier
from core.refusals import Refused
from leads import quantities
from leads.choices import LinePart, RoomKind
from leads.models import Package, PackageItem, PriceItem, PriceList, Quotation, Room
from leads.models.prices import WHOLE_HOME
from leads.services.quotation import Wanted, open_draft, put_under, rooms_of, settle, write

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "packages.yaml"
KINDS = frozenset({*RoomKind.values, WHOLE_HOME})


@dataclass(frozen=True)
class PackageContent:
    """Items (codes parted by spaces) that every room of these kinds includes, each up to `most`."""

    rooms: str
    codes: str
    most: Decimal | None = None


@dataclass(frozen=True)
class PackageRow:
    """A package before it is a record: a price per m² of building area, or a fixed one, and its content."""

    code: str
    name: str
    items: list[PackageContent]
    per_m2: Decimal | None = None
    fixed: Decimal | None = None
    least_area: Decimal = Decimal(0)
    note: str = ""

    def content(self) -> list[tuple[str, str, Decimal | None]]:
        """(code, kind of room, most), once each."""
        told = [(code, kind, held.most) for held in self.items for kind in held.rooms.split() for code in held.codes.split()]
        return list({each[:2]: each for each in told}.values())


def shipped() -> list[PackageRow]:
    """The packages that a new company starts with."""
    return data.load(SHIPPED, PackageRow)


def publish_packages(price_list: PriceList, *, packages: Sequence[PackageRow], by: Any, at: datetime) -> list[Package]:
    """Packages of one version of the price list; they are in force with it.

    Refused: nothing in it, a price that is none, a code that the list does not hold or that stands there already, a kind of room that
    is none, an item that does not suit the room.
    """
    by_code = {item.code: item for item in price_list.items.all()}
    for row in packages:
        _require_sound(row, by_code)
    with transaction.atomic():
        PriceList.objects.select_for_update(no_key=True).get(pk=price_list.pk)
        known = set(price_list.packages.values_list("code", flat=True))
        codes = [row.code.strip() for row in packages]
        twice = [code for code in codes if code in known or codes.count(code) > 1]
        if twice:
            raise Refused(_("A package with the code {code} stands there already.").format(code=twice[0]))
        made = Package.objects.bulk_create(
            Package(
                price_list=price_list, code=row.code.strip(), name=row.name.strip(), per_m2=row.per_m2, fixed=row.fixed, least_area=row.least_area,
                note=row.note.strip(), by=by, at=at,
            )
            for row in packages
        )  # fmt: skip
        PackageItem.objects.bulk_create(
            PackageItem(package=package, item=by_code[code], room_kind=kind, most=most, position=position)
            for package, row in zip(made, packages, strict=True)
            for position, (code, kind, most) in enumerate(row.content(), start=1)
        )
        dossier = company_dossier(price_list.store, at)
        audit.record(dossier, "leads.packages_published", by=by, at=at, price_list=str(price_list), packages=[str(package) for package in made])
    return made


def company_dossier(store: Any, at: datetime) -> Dossier:
    """The file that the price list's papers belong to: the store's own, or the company's."""
    if store is not None and store.dossier_id:
        found: Dossier = store.dossier
        return found
    company = CompanyProfile.objects.select_related("dossier").first()
    if company is not None:
        return company.dossier
    first = Dossier.objects.filter(kind=Dossier.Kind.COMPANY).order_by("id").first()
    return first or Dossier.objects.create(kind=Dossier.Kind.COMPANY, title="公司统一报价单", opened_at=at)


def _require_sound(row: PackageRow, by_code: dict[str, PriceItem]) -> None:
    if not row.name.strip() or not row.code.strip():
        raise Refused(_("A package has a code and a name."))
    if (row.per_m2 is None) == (row.fixed is None) or (row.per_m2 or row.fixed or 0) <= 0:
        raise Refused(_("“{name}”: a price per m² or a fixed price, one of the two.").format(name=row.name))
    content = row.content()
    if not content:
        raise Refused(_("“{name}” holds nothing.").format(name=row.name))
    for code, kind, most in content:
        item = by_code.get(code)
        if item is None:
            raise Refused(_("“{name}”: the price list holds no item {code}.").format(name=row.name, code=code))
        if kind not in KINDS:
            raise Refused(_("“{name}”: there is no kind of room “{kind}”.").format(name=row.name, kind=kind))
        if item.for_home != (kind == WHOLE_HOME) or not (item.for_home or item.suits(kind)):
            raise Refused(_("“{name}”: {code} does not suit this kind of room: {kind}.").format(name=row.name, code=code, kind=kind))
        if most is not None and most <= 0:
            raise Refused(_("“{name}”: {code} includes more than nought.").format(name=row.name, code=code))


def as_row(package: Package, held: Iterable[PackageItem]) -> PackageRow:
    """A record as it could be published anew."""
    items = [PackageContent(each.room_kind, each.item.code, each.most) for each in held]
    return PackageRow(package.code, package.name, items, package.per_m2, package.fixed, package.least_area, package.note)


def carry_on(last: PriceList, made: PriceList, *, by: Any, at: datetime) -> tuple[int, list[str]]:
    """The packages of the list before go on in the new one; one that has lost an item does not, and is named.

    Returns how many go on and the names of those that do not; no package is sold with less in it at the same price.
    """
    before = list(last.packages.prefetch_related("items__item"))
    if not before:
        return 0, []
    by_code = {item.code: item for item in made.items.all()}
    sound: list[PackageRow] = []
    left: list[str] = []
    for package in before:
        row = as_row(package, package.items.all())
        try:
            _require_sound(row, by_code)
        except Refused:
            left.append(package.name)
        else:
            sound.append(row)
    if sound:
        publish_packages(made, packages=sound, by=by, at=at)
    return len(sound), left


# --- under a quotation -----------------------------------------------------------------------------------------------


def apply_package(quotation: Quotation, *, package: Package, by: Any, at: datetime) -> Quotation:
    """Put a package under a draft: its content in every room of its kinds, and as lines what goes beyond its limits.

    A line of one's own for the same item in the same room is taken up by the package; options and alternatives stay.
    Refused: a package of another list, one that is there already, a home without square metres for a price per m².
    """
    with transaction.atomic():
        lead, draft = open_draft(quotation)
        if package.price_list_id != draft.price_list_id:
            raise Refused(_("Prices come from the price list that the quotation is built on."))
        if draft.package_id is not None:
            raise Refused(_("A package is there already; take it away first."))
        rooms = rooms_of(lead)
        area = quantities.HomeSizes.of(lead.home.area_m2, rooms).area
        if package.fixed is None and area <= 0:
            raise Refused(_("Nobody has written how large the home is."))
        wanted = content_of(package, rooms)
        places = {(each.room.pk if each.room else None, each.item.pk) for each in wanted}
        own = draft.lines.filter(part=LinePart.WORKS, optional=False, alternative_to=None, alternatives=None)
        taken_up = [pk for pk, room, item in own.values_list("pk", "room_id", "item_id") if (room, item) in places]
        draft.lines.filter(pk__in=taken_up).delete()
        put_under(draft, package, area)
        made = write(draft, wanted, rooms, lead)
        settle(draft, by=by, at=at)
        audit.record(
            lead.dossier, "leads.package_applied", by=by, at=at, version=draft.version, package=package.name, amount=draft.package_amount,
            lines=len(made), taken_up=len(taken_up),
        )  # fmt: skip
    return draft


def content_of(package: Package, rooms: Sequence[Room]) -> list[Wanted]:
    """What the package holds in these rooms, and after each what may go beyond its limit."""
    wanted: list[Wanted] = []
    for held in package.items.select_related("item"):
        places: list[Room | None] = [None] if held.room_kind == WHOLE_HOME else [room for room in rooms if room.kind == held.room_kind]
        for room in places:
            wanted.append(Wanted(held.item, room, part=LinePart.PACKAGE, most=held.most))
            if held.most is not None:
                wanted.append(Wanted(held.item, room, part=LinePart.BEYOND, most=held.most))
    return wanted


def leave_package(quotation: Quotation, *, by: Any, at: datetime) -> Quotation:
    """Take the package away again: what it held becomes lines at the prices of the list, in the quantities of the rooms."""
    with transaction.atomic():
        lead, draft = open_draft(quotation)
        package = draft.package
        if package is None:
            raise Refused(_("There is no package in this quotation."))
        rooms = rooms_of(lead)
        held = list(draft.lines.exclude(part=LinePart.WORKS).select_related("item", "room"))
        there = set(draft.lines.filter(part=LinePart.WORKS).values_list("room_id", "item_id"))
        known = {room.pk for room in rooms}
        wanted = {
            (line.room_id, line.item_id): Wanted(line.item, line.room)
            for line in held
            if (line.room_id, line.item_id) not in there and (line.room_id is None or line.room_id in known)
        }
        draft.lines.exclude(part=LinePart.WORKS).filter(pk__in=[line.pk for line in held]).delete()
        put_under(draft, None, Decimal(0))
        write(draft, list(wanted.values()), rooms, lead)
        settle(draft, by=by, at=at)
        audit.record(lead.dossier, "leads.package_left", by=by, at=at, version=draft.version, package=package.name)
    return draft
