"""Quotations by room and trade from the price list in force (P05, G5).

A draft is edited freely by those who quote; issuing freezes it with its paper and its prices; the customer signs that
paper, and then the quotation can be accepted.  Quantities follow from the rooms of the survey; another quantity needs a
reason.  Costs never stand on the paper.

A package is paid at its own price: its content stands in lines that are listed and costed but not charged (`LinePart.PACKAGE`),
what goes beyond it in lines at the prices of the list.  Options and alternatives that are not taken stand outside the total.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import ROUND_UP, Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, clocks, papers
from core.models import Deadline, Paper
from core.money import ZERO, yuan
from core.refusals import Missing, Refused
from leads import deadlines, discounts, quantities
from leads.choices import LinePart, QuotationState, RequestState, Stage
from leads.models import (
    DiscountRequest,
    Lead,
    Package,
    PackageItem,
    PriceItem,
    PriceList,
    Quotation,
    QuotationLine,
    Room,
    SiteSurvey,
)
from leads.models.quotation import CHARGED
from leads.papers_quotation import QUOTATION
from leads.price_selectors import in_force
from leads.procedure import TAKERS
from leads.quotation_content import content, place, valid_until
from leads.services.stages import locked, move
from staff.posts import title_of


@dataclass(frozen=True)
class Wanted:
    """An item for a room (None: the home as such); without a quantity the computed one is taken.

    `most` is what a package includes of it; `beside` is the line (or the one wanted just before) to which it is an alternative.
    """

    item: PriceItem
    room: Room | None = None
    quantity: Decimal | None = None
    reason: str = ""
    note: str = ""
    part: str = LinePart.WORKS
    most: Decimal | None = None
    optional: bool = False
    taken: bool = True
    beside: Wanted | QuotationLine | None = None


@dataclass(frozen=True)
class Change:
    """A line's new quantity, with a reason when it is not the computed one; `note` None leaves the note as it is.

    `seen`: quantity and reason that the line had when this was decided on; refused when it has others by now.
    """

    line: int
    quantity: Decimal
    reason: str = ""
    note: str | None = None
    seen: tuple[Decimal, str] | None = None


# --- drawing up ------------------------------------------------------------------------------------------------------


def draft_quotation(lead: Lead, *, by: Any, at: datetime) -> Quotation:
    """A draft of the next version, filled with the usual items of every room, or with the version before it.

    There is one draft at a time; a second call returns it.  Refused: no site survey, no price list in force (G5).
    """
    with transaction.atomic():
        lead = locked(lead)
        found = lead.quotations.filter(state=QuotationState.DRAFT).first()
        if found is not None:
            return found
        survey = _survey(lead)
        price_list = _price_list(lead, at)
        before = lead.quotations.order_by("-version").first()
        made = Quotation.objects.create(
            lead=lead, store_id=lead.store_id, version=(before.version if before else 0) + 1, survey=survey,
            price_list=price_list, by=by, at=at, management_percent=before.management_percent if before else ZERO,
            note=before.note if before else "",
        )  # fmt: skip
        rooms = rooms_of(lead)
        wanted = _again(before, made, rooms, lead) if before else _usual(rooms, price_list)
        write(made, wanted, rooms, lead)
        settle(made, by=by, at=at)
        audit.record(
            lead.dossier, "leads.quotation_drafted", by=by, at=at, version=made.version, price_list=str(price_list), lines=len(wanted)
        )
    return made


def _survey(lead: Lead) -> SiteSurvey:
    survey = lead.surveys.select_related("paper").order_by("seq").last()
    if survey is None:
        gap = Missing(str(_("The site survey has not been recorded.")), who="designer", gate="G4")
        raise Refused(_("Quantities come from the rooms of the site survey."), [gap])
    return survey


def _price_list(lead: Lead, at: datetime) -> PriceList:
    found = in_force(lead.store, timezone.localdate(at))
    if found is None:
        gap = Missing(str(_("No price list is in force today.")), who="estimator", gate="G5")
        raise Refused(_("A quotation follows the company's price list."), [gap])
    return found


def rooms_of(lead: Lead) -> list[Room]:
    return list(Room.objects.filter(home_id=lead.home_id, removed_at__isnull=True).order_by("position", "id"))


def _usual(rooms: Sequence[Room], price_list: PriceList) -> list[Wanted]:
    """What a new quotation proposes: the usual items of each room's kind, and those of the whole home."""
    items = list(price_list.items.all())
    wanted = [Wanted(item, room) for room in rooms for item in items if item.is_usual(room.kind)]
    return wanted + [Wanted(item) for item in items if item.for_home and item.is_usual(item.room_kinds)]


def _again(before: Quotation, made: Quotation, rooms: Sequence[Room], lead: Lead) -> list[Wanted]:
    """The lines of a version, by the prices and the rooms of today; corrected quantities and choices stay as they were.

    The package goes on in the version of it that the new list holds; without one its content becomes lines of their own.
    """
    price_list = made.price_list
    by_code = {item.code: item for item in price_list.items.all()}
    by_name = {room.name: room for room in rooms}
    most = _take_package(made, before.package, lead, rooms) if before.package_id else {}
    groups: dict[int, list[tuple[QuotationLine, Wanted]]] = {}
    for line in before.lines.select_related("item", "room").order_by("position", "id"):
        item = by_code.get(line.item.code)
        room = by_name.get(line.room.name) if line.room else None
        if item is None or (line.room and room is None):
            continue
        part, limit = _part(line.part, most.get((item.code, room.kind if room else WHOLE)))
        kept = line.computed is None or line.quantity != line.computed
        told = Wanted(
            item, room, line.quantity if kept else None, line.reason, line.note, part, limit, line.optional and part != LinePart.PACKAGE, line.taken
        )
        groups.setdefault(line.alternative_to_id or line.pk, []).append((line, told))
    return _once(each for members in groups.values() for each in _regrouped(members))


def _part(part: str, limits: tuple[Decimal | None] | None) -> tuple[str, Decimal | None]:
    """Where a line stands once the package of today is known: without it, a line of its own."""
    if part == LinePart.WORKS or limits is None:
        return LinePart.WORKS, None
    return part, limits[0]


def _regrouped(members: list[tuple[QuotationLine, Wanted]]) -> list[Wanted]:
    """A line and its alternatives, as far as they are still offered: the first leads, and one is taken."""
    members.sort(key=lambda each: each[0].alternative_to_id is not None)
    found = [told for _line, told in members]
    if len(found) == 1:
        return [replace(found[0], taken=found[0].taken or not found[0].optional)]
    first, *others = found
    if not first.optional and not any(each.taken for each in found):
        first = replace(first, taken=True)
    return [first, *(replace(each, optional=False, beside=first) for each in others)]


def _once(wanted: Iterable[Wanted]) -> list[Wanted]:
    """What stood inside and beyond a package that is no more is one line again."""
    found: dict[tuple[int, int, str], Wanted] = {}
    for each in wanted:
        found.setdefault((each.room.pk if each.room else 0, each.item.pk, each.part), each)
    return list(found.values())


Limits = dict[tuple[str, str], tuple[Decimal | None]]
WHOLE = "whole"


def _take_package(draft: Quotation, package: Package | None, lead: Lead, rooms: Sequence[Room]) -> Limits:
    """Put the package's version of the draft's list under the draft; what each kind of room includes, nothing without it."""
    assert package is not None
    found = Package.objects.filter(price_list=draft.price_list_id, code=package.code).first()
    put_under(draft, found, quantities.HomeSizes.of(lead.home.area_m2, rooms).area)
    if found is None:
        return {}
    return {(held.item.code, held.room_kind): (held.most,) for held in PackageItem.objects.filter(package=found).select_related("item")}


def put_under(draft: Quotation, package: Package | None, area: Decimal) -> None:
    """The package of a draft with its price, saved by `settle`."""
    draft.package = package
    draft.package_area = package.charged(area) if package else None
    draft.package_amount = package.price(area) if package else ZERO


# --- editing a draft -------------------------------------------------------------------------------------------------


def add_lines(quotation: Quotation, *, wanted: Sequence[Wanted], by: Any, at: datetime) -> Quotation:
    """Put items into a draft.  Refused: an item of another list, one that stands there already, a typed quantity missing."""
    with transaction.atomic():
        lead, draft = open_draft(quotation)
        added = put_in(draft, wanted, lead)
        settle(draft, by=by, at=at)
        audit.record(lead.dossier, "leads.quotation_edited", by=by, at=at, version=draft.version, added=added)
    return draft


def put_in(draft: Quotation, wanted: Sequence[Wanted], lead: Lead) -> list[str]:
    """The codes of what was put into a locked draft; what is in the package already may stand beside it as a line of its own."""
    there = set(draft.lines.exclude(part=LinePart.PACKAGE).values_list("room_id", "item_id"))
    twice = [each.item.name for each in wanted if (each.room.pk if each.room else None, each.item.pk) in there]
    if twice:
        raise Refused(_("Already there: {items}. Change the quantity instead.").format(items=twice[0]))
    if any(each.item.price_list_id != draft.price_list_id for each in wanted):
        raise Refused(_("Prices come from the price list that the quotation is built on."))
    write(draft, wanted, rooms_of(lead), lead, strict=True)
    return [each.item.code for each in wanted]


def revise_lines(quotation: Quotation, *, changes: Sequence[Change], by: Any, at: datetime) -> Quotation:
    """Other quantities, all or none; one that is not the computed one needs a reason.  Lines gone meanwhile are passed over."""
    with transaction.atomic():
        lead, draft = open_draft(quotation)
        told = revise(draft, changes)
        settle(draft, by=by, at=at)
        audit.record(lead.dossier, "leads.quotation_edited", by=by, at=at, version=draft.version, changed=told)
    return draft


def revise(draft: Quotation, changes: Sequence[Change]) -> list[dict[str, Any]]:
    """New quantities in a locked draft, in one statement; what was changed, for the chain.

    A line of the package never takes more than the package includes: more is a line of its own.
    """
    wanted = {change.line: change for change in changes}
    told: list[dict[str, Any]] = []
    revised: list[QuotationLine] = []
    for line in draft.lines.filter(pk__in=list(wanted)).select_related("item", "room").order_by("position", "id"):
        change, was = wanted[line.pk], line.quantity
        if change.seen not in (None, (line.quantity, line.reason)):
            raise changed_meanwhile()
        line.quantity, line.reason = _checked(line.name, change.quantity, line.computed, change.reason)
        if line.part == LinePart.PACKAGE and line.quantity > max(line.computed or was, was):
            raise Refused(_("“{name}”: the package includes {most}; add what goes beyond as a line.").format(name=line.name, most=line.computed or was))
        line.note = line.note if change.note is None else change.note.strip()
        line.amount, line.cost = yuan(line.quantity * line.unit_price), yuan(line.quantity * line.item.cost)
        revised.append(line)
        told.append({"item": line.item.code, "room": place(line), "quantity": [was, line.quantity], "reason": line.reason})
    _update(revised)
    return told


def changed_meanwhile() -> Refused:
    return Refused(_("Somebody has changed this draft in this very moment. Load the page again."))


def _update(lines: Sequence[QuotationLine]) -> None:
    """New quantities of any number of lines in one statement."""
    if not lines:
        return
    columns = [[getattr(line, name) for line in lines] for name in ("pk", "quantity", "reason", "note", "amount", "cost")]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE leads_quotationline AS l SET quantity = v.quantity, reason = v.reason, note = v.note, amount = v.amount, cost = v.cost "
            "FROM unnest(%s::bigint[], %s::numeric[], %s::text[], %s::text[], %s::numeric[], %s::numeric[]) "
            "AS v(id, quantity, reason, note, amount, cost) WHERE l.id = v.id",
            columns,
        )


def remove_lines(quotation: Quotation, *, lines: Iterable[int], by: Any, at: datetime) -> Quotation:
    """Take lines out of a draft, with the alternatives beside them; unknown ones are passed over.

    Where the alternative that was chosen goes, the line itself counts again.
    """
    with transaction.atomic():
        lead, draft = open_draft(quotation)
        gone = take_out(draft, lines)
        settle(draft, by=by, at=at)
        audit.record(lead.dossier, "leads.quotation_edited", by=by, at=at, version=draft.version, removed=gone)
    return draft


def take_out(draft: Quotation, lines: Iterable[int]) -> list[str]:
    """Take lines out of a locked draft; where they stood."""
    told = list(lines)
    found = list(draft.lines.filter(Q(pk__in=told) | Q(alternative_to__in=told)).select_related("item", "room"))
    draft.lines.filter(pk__in=[line.pk for line in found])._raw_delete(draft.lines.db)
    led = draft.lines.filter(alternative_to__isnull=False, taken=True).values("alternative_to")
    draft.lines.filter(optional=False, alternative_to=None, taken=False).exclude(pk__in=led).update(taken=True)
    return [f"{place(line)} {line.item.code}" for line in found]


def set_terms(
    quotation: Quotation, *, discount: Decimal, discount_reason: str = "", management_percent: Decimal, tax_percent: Decimal,
    note: str = "", by: Any, at: datetime, seen: Quotation | None = None,
) -> Quotation:  # fmt: skip
    """Discount within the authority of the person's posts, management fee, tax (off unless given), note to the customer.

    `seen`: the terms as they stood when these were decided on; refused when they are others by now.
    """
    with transaction.atomic():
        lead, draft = open_draft(quotation)
        if seen is not None and any(getattr(seen, name) != getattr(draft, name) for name in TERMS):
            raise changed_meanwhile()
        discount = yuan(discount)
        if not ZERO <= discount <= draft.subtotal:
            raise Refused(_("The discount is between nought and the works."))
        if discount and not discount_reason.strip():
            raise Refused(_("A discount needs a reason."))
        if discount != draft.discount or draft.discount_by_id is None:
            _within_authority(draft.subtotal, discount, by, lead.store_id)
            draft.discount_by = by if discount else None
            lapse(draft.discount_requests.filter(state=RequestState.APPROVED), _("Another discount was set."), lead=lead, by=by, at=at)
        draft.discount, draft.discount_reason = discount, discount_reason.strip() if discount else ""
        draft.management_percent, draft.tax_percent, draft.note = management_percent, tax_percent, note.strip()
        settle(draft, by=by, at=at)
        audit.record(
            lead.dossier, "leads.quotation_terms_set", by=by, at=at, version=draft.version, discount=discount,
            reason=draft.discount_reason, management_percent=management_percent, tax_percent=tax_percent,
        )  # fmt: skip
    return draft


TERMS = ("discount", "discount_reason", "management_percent", "tax_percent", "note")


def _within_authority(subtotal: Decimal, discount: Decimal, by: Any, store: int) -> None:
    if not discount:
        return
    limit = discounts.authority(by, store)
    if discount > yuan(subtotal * limit / 100):
        exact = discount * 100 / subtotal if subtotal else Decimal(100)
        percent = exact.quantize(Decimal("0.1"), ROUND_UP)
        who = discounts.next_in_authority(exact)
        gap = Missing(str(_("A discount of {percent} % is beyond your authority of {limit} %.").format(percent=percent, limit=limit)), who=who)
        raise Refused(_("The discount is larger than you may give."), [gap])


# --- issuing and accepting -------------------------------------------------------------------------------------------


def issue_quotation(quotation: Quotation, *, by: Any, at: datetime) -> Quotation:
    """Freeze the draft as P05 and hand it to the customer; an earlier version is replaced.  The enquiry stands at “quoted”.

    Refused: no lines, a survey that is not signed or was corrected since, a price list that is no longer in force (G5), a
    discount beyond the authority of whoever gave it.
    """
    with transaction.atomic():
        lead, draft = open_draft(quotation)
        _require_issuable(lead, draft, at)
        earlier = list(lead.quotations.exclude(pk=draft.pk).exclude(state=QuotationState.DRAFT).select_related("paper").order_by("version"))
        living = [each for each in earlier if each.state != QuotationState.REPLACED]
        for each in living:
            each.state = QuotationState.REPLACED
            each.save(update_fields=["state"])
        last = earlier[-1] if earlier else None
        replaced = last.paper if last and last.paper and (last.paper.is_open or last.paper.is_signed) else None
        clocks.cancel(deadlines.QUOTATION_EXPIRY, deadlines.key(lead), at=at, by=by)
        paper = papers.issue(
            QUOTATION, dossier=lead.dossier, store=lead.store, content=content(lead, draft, last, at), by=by, at=at, replaces=replaced
        )
        draft.state, draft.paper, draft.issued_at, draft.valid_until = QuotationState.ISSUED, paper, at, valid_until(at)
        draft.save(update_fields=["state", "paper", "issued_at", "valid_until"])
        _start_expiry(lead, draft, at)
        if lead.stage == Stage.DEPOSIT_PAID:
            move(lead, to=Stage.QUOTED, by=by, at=at)
        audit.record(
            lead.dossier, "leads.quotation_issued", by=by, at=at, paper=paper, ref=paper.ref, version=draft.version, total=draft.total
        )
    return draft


def _start_expiry(lead: Lead, quotation: Quotation, at: datetime) -> None:
    """The designer hears before the version runs out."""
    assert quotation.valid_until is not None
    clocks.start(
        deadlines.QUOTATION_EXPIRY, dossier=lead.dossier, key=deadlines.key(lead), owner=lead.designer, at=at, due_at=end_of(quotation.valid_until),
        line=lead.line, link=reverse("leads:quotation", args=[lead.ref, quotation.version]),
    )  # fmt: skip


def resume_expiry(lead: Lead, *, at: datetime) -> None:
    """The enquiry is open again: what was offered and still holds runs out as it would have."""
    row = lead.quotations.filter(state=QuotationState.ISSUED).order_by("-version").first()
    if row is not None and not row.is_stale and not row.has_expired(timezone.localdate(at)):
        _start_expiry(lead, row, at)


def end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


def _require_issuable(lead: Lead, draft: Quotation, at: datetime) -> None:
    """Everything that keeps the draft from being issued, all at once."""
    gaps: list[Missing] = []
    if lead.stage not in (Stage.DEPOSIT_PAID, Stage.QUOTED):
        gaps.append(Missing(str(_("The deposit has not been received.")), who=",".join(TAKERS), gate="G4"))
    survey = lead.surveys.select_related("paper").order_by("seq").last()
    if survey is None or not survey.paper.is_signed:
        gaps.append(Missing(str(_("The site survey has not been signed by the customer.")), who="designer", gate="G4"))
    if draft.is_stale or (survey is not None and survey.pk != draft.survey_id):
        gaps.append(Missing(str(_("The quotation no longer fits the site survey.")), who="designer,estimator", gate="G5"))
    now = in_force(lead.store, timezone.localdate(at))
    if now is None or now.pk != draft.price_list_id:
        gaps.append(Missing(str(_("The price list has changed; take over the new prices first.")), who="designer,estimator", gate="G5"))
    if draft.package is not None and draft.package_area != draft.package.charged(quantities.HomeSizes.of(lead.home.area_m2, rooms_of(lead)).area):
        gaps.append(Missing(str(_("The home's area has changed; take over the package's price of today first.")), who="designer,estimator", gate="G5"))
    if not draft.lines.exists():
        gaps.append(Missing(str(_("The quotation has no lines yet.")), who="designer,estimator"))
    gaps += _discount_gaps(draft)
    if gaps:
        raise Refused(_("The quotation cannot be issued yet."), gaps)


def _discount_gaps(draft: Quotation) -> list[Missing]:
    """A discount that waits for a word, or that nobody has approved (R069)."""
    asked, approved = open_requests(draft)
    if asked is not None:
        clock = Deadline.objects.select_related("owner").filter(key=deadlines.discount_key(asked), stopped_at__isnull=True).first()
        says = _("A discount of {percent} % asked for by {name} waits for {person}.").format(
            percent=f"{asked.percent.normalize():f}", name=asked.by, person=clock.owner if clock else title_of(asked.post)
        )
        return [Missing(says, who=asked.post)]
    giver = draft.discount_by
    if not draft.discount or giver is None or approved is not None:
        return []
    if draft.discount <= yuan(draft.subtotal * discounts.authority(giver, draft.lead.store_id) / 100):
        return []
    says = _("The discount of {percent} % is beyond the authority of {name} and not approved.").format(
        percent=discounts.percent_of(draft.discount, draft.subtotal), name=giver
    )
    return [Missing(says, who=discounts.approver(draft.discount * 100 / draft.subtotal))]


def open_requests(draft: Quotation) -> tuple[DiscountRequest | None, DiscountRequest | None]:
    """The request that waits and the one that was approved and still stands."""
    rows = list(draft.discount_requests.filter(state__in=[RequestState.ASKED, RequestState.APPROVED]).select_related("by", "decided_by"))
    by_state = {row.state: row for row in rows}
    return by_state.get(RequestState.ASKED), by_state.get(RequestState.APPROVED)


def lapse(rows: Iterable[DiscountRequest], why: str, *, lead: Lead, by: Any, at: datetime) -> None:
    """A request or an approval no longer stands: it was for other lines or another amount."""
    for row in rows:
        row.state, row.answer = RequestState.LAPSED, row.answer or why[:300]
        row.save(update_fields=["state", "answer"])
        clocks.cancel(deadlines.DISCOUNT_APPROVAL, deadlines.discount_key(row), at=at, by=by)
        audit.record(lead.dossier, "leads.discount_lapsed", by=by, at=at, amount=row.amount, percent=row.percent, reason=why)


def take_new_prices(quotation: Quotation, *, by: Any, at: datetime) -> Quotation:
    """Bring a draft to the price list and the rooms of today: new prices, quantities computed anew, items that are gone left out."""
    with transaction.atomic():
        lead, draft = open_draft(quotation)
        price_list, survey, rooms = _price_list(lead, at), _survey(lead), rooms_of(lead)
        draft.price_list, draft.survey, draft.stale_at, draft.stale_reason = price_list, survey, None, ""
        wanted = _again(draft, draft, rooms, lead)
        before = draft.lines.count()
        draft.lines.all()._raw_delete(draft.lines.db)
        draft.save(update_fields=["price_list", "survey", "stale_at", "stale_reason"])
        write(draft, wanted, rooms, lead)
        settle(draft, by=by, at=at)
        audit.record(
            lead.dossier, "leads.quotation_repriced", by=by, at=at, version=draft.version, price_list=str(price_list),
            dropped=before - len(wanted),
        )  # fmt: skip
    return draft


def accept_quotation(quotation: Quotation, *, chosen: Iterable[int] | None = None, by: Any, at: datetime) -> Quotation:
    """The customer has signed P05: this version is what the contract is made of.  A second call returns it unchanged.

    `chosen` = the options and alternatives that the customer takes; another choice than the one issued is a new version.
    Refused: not signed, no longer valid, stale because the survey was corrected, or replaced by a later version (G5).
    """
    with transaction.atomic():
        lead = locked(quotation.lead)
        found = lead.quotations.select_for_update(no_key=True, of=("self",)).select_related("paper").get(pk=quotation.pk)
        if found.state == QuotationState.ACCEPTED:
            return found
        gaps: list[Missing] = []
        if found.state != QuotationState.ISSUED or found.paper is None:
            raise Refused(_("Only the version that was issued last can be accepted."))
        if not found.paper.is_signed:
            gaps.append(Missing(str(_("The quotation has not been signed.")), who="customer,designer", gate="G5"))
        if found.is_stale:
            gaps.append(Missing(str(_("The quotation no longer fits the site survey.")), who="designer,estimator", gate="G5"))
        if found.has_expired(timezone.localdate(at)):
            says = _("The quotation was valid until {day}; draw up a new version with the prices in force.").format(day=found.valid_until)
            gaps.append(Missing(says, who="designer,estimator", gate="G5"))
        beside = found.lines.filter(alternative_to__isnull=False).values("alternative_to")
        choice = found.lines.filter(Q(optional=True) | Q(alternative_to__isnull=False) | Q(pk__in=beside), taken=True)
        taken = list(choice.select_related("item", "room"))
        if chosen is not None and {line.pk for line in taken} != set(chosen):
            says = _("The customer chooses otherwise than the paper says; draw up a new version with that choice.")
            gaps.append(Missing(says, who="designer,estimator", gate="G5"))
        if gaps:
            raise Refused(_("The quotation cannot be accepted yet."), gaps)
        clocks.stop(deadlines.QUOTATION_EXPIRY, deadlines.key(lead), at=at, by=by)
        found.state, found.accepted_at = QuotationState.ACCEPTED, at
        found.save(update_fields=["state", "accepted_at"])
        audit.record(
            lead.dossier, "leads.quotation_accepted", by=by, at=at, paper=found.paper, ref=found.paper.ref, version=found.version,
            total=found.total, chosen=[f"{place(line)} {line.item.code} {line.name}" for line in taken],
        )  # fmt: skip
    return found


# --- arithmetic ------------------------------------------------------------------------------------------------------


def open_draft(quotation: Quotation) -> tuple[Lead, Quotation]:
    """The enquiry and its draft, locked in that order."""
    lead = locked(quotation.lead)
    rows = Quotation.objects.select_for_update(no_key=True, of=("self",)).select_related("price_list", "discount_by", "package")
    draft = rows.get(pk=quotation.pk)
    if draft.state != QuotationState.DRAFT:
        raise Refused(_("This quotation was issued: draw up a new version."))
    return lead, draft


def _checked(name: str, quantity: Decimal | None, computed: Decimal | None, reason: str) -> tuple[Decimal, str]:
    """The quantity and its reason; a quantity that is not the computed one needs a reason."""
    if quantity is None:
        quantity = computed
    if quantity is None:
        raise Refused(_("“{name}”: type the quantity, it does not follow from the room.").format(name=name))
    quantity = quantity.quantize(Decimal("0.01"))
    if quantity <= 0:
        raise Refused(_("“{name}”: the quantity is more than nought.").format(name=name))
    corrected = computed is not None and quantity != computed
    if corrected and not reason.strip():
        raise Refused(_("“{name}”: another quantity than {computed} needs a reason.").format(name=name, computed=computed))
    return quantity, reason.strip()[:120] if corrected else ""


def write(draft: Quotation, wanted: Sequence[Wanted], rooms: Sequence[Room], lead: Lead, *, strict: bool = False) -> list[QuotationLine]:
    """Insert lines in one statement, and their alternatives in another; `strict` refuses what has no quantity, otherwise such
    proposals are left out."""
    sizes, known = quantities.HomeSizes.of(lead.home.area_m2, rooms), {room.pk for room in rooms}
    start = draft.lines.count()
    made: dict[int, QuotationLine] = {}
    for each in wanted:
        if each.room is not None and each.room.pk not in known:
            raise Refused(_("This room is not one of this home."))
        computed = _computed(each, sizes)
        if computed is None and ((each.quantity is None and not strict) or each.part == LinePart.BEYOND):
            continue
        told = each.quantity if strict or computed is None or each.reason.strip() else None  # the list may work out today what was typed before
        quantity, reason = _checked(each.item.name, told, computed, each.reason)
        made[id(each)] = _line(draft, each, computed, quantity, reason, start + len(made) + 1)
    QuotationLine.objects.bulk_create([made[id(each)] for each in wanted if each.beside is None and id(each) in made])
    beside = [each for each in wanted if each.beside is not None and id(each) in made]
    for each in beside:
        made[id(each)].alternative_to = each.beside if isinstance(each.beside, QuotationLine) else made.get(id(each.beside))
    if beside:
        QuotationLine.objects.bulk_create([made[id(each)] for each in beside])
    return list(made.values())


def _computed(each: Wanted, sizes: quantities.HomeSizes) -> Decimal | None:
    """The quantity that follows from the sizes: what a package includes of it, or what goes beyond."""
    whole = quantities.in_room(each.item, each.room) if each.room is not None else quantities.in_home(each.item, sizes)
    if each.most is None:
        return None if each.part == LinePart.BEYOND else whole
    if each.part == LinePart.PACKAGE:
        return each.most if whole is None else min(whole, each.most)
    return whole - each.most if whole is not None and whole > each.most else None


def _line(draft: Quotation, each: Wanted, computed: Decimal | None, quantity: Decimal, reason: str, position: int) -> QuotationLine:
    item = each.item
    return QuotationLine(
        quotation=draft, room=each.room, trade=item.trade, item=item, name=item.name, unit=item.unit, quantity_from=item.quantity_from,
        computed=computed, quantity=quantity, reason=reason, labour=item.labour, material=item.material, unit_price=item.price,
        amount=yuan(quantity * item.price), cost=yuan(quantity * item.cost), note=each.note, position=position, part=each.part,
        optional=each.optional, taken=each.taken,
    )  # fmt: skip


def settle(draft: Quotation, *, by: Any, at: datetime) -> None:
    """The sums of a draft, rounded once each; a discount never exceeds the works.

    Where a discount asked for or approved would now be a larger part of the works, it lapses: it was for other lines (R069).
    """
    sums = draft.lines.aggregate(amount=Sum("amount", filter=CHARGED), cost=Sum("cost", filter=Q(taken=True)))
    draft.subtotal, draft.cost = (sums["amount"] or ZERO) + draft.package_amount, sums["cost"] or ZERO
    for row in draft.discount_requests.filter(state__in=[RequestState.ASKED, RequestState.APPROVED]).select_related("by"):
        if not draft.subtotal or discounts.percent_of(row.amount, draft.subtotal) > row.percent:
            if row.state == RequestState.APPROVED and draft.discount == row.amount:
                draft.discount_by = row.by  # without the approval it stands on what the asker may give
            lapse([row], _("The works have changed: the discount would be a larger part of them."), lead=draft.lead, by=by, at=at)
    if draft.discount > draft.subtotal:
        draft.discount, draft.discount_reason, draft.discount_by = ZERO, "", None
    draft.management_fee = yuan(draft.subtotal * draft.management_percent / 100)
    taxed = draft.subtotal + draft.management_fee - draft.discount
    draft.tax = yuan(taxed * draft.tax_percent / 100)
    draft.total = taxed + draft.tax
    draft.save(
        update_fields=[
            "subtotal", "cost", "discount", "discount_reason", "discount_by", "management_percent", "management_fee", "tax_percent",
            "tax", "total", "note", "package", "package_area", "package_amount",
        ]
    )  # fmt: skip


# --- the paper -------------------------------------------------------------------------------------------------------


def as_paper(quotation: Quotation, *, by: Any, at: datetime) -> Paper:
    """P05 as it would be issued now: for a look before it leaves the house."""
    lead = quotation.lead
    last = lead.quotations.exclude(pk=quotation.pk).exclude(state=QuotationState.DRAFT).select_related("paper").order_by("version").last()
    return papers.unissued(QUOTATION, dossier=lead.dossier, store=lead.store, content=content(lead, quotation, last, at), by=by, at=at)
