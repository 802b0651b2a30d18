"""Quotations by room and trade from the price list in force (P05, G5).

A draft is edited freely by those who quote; issuing freezes it with its paper and its prices; the customer signs that
paper, and then the quotation can be accepted.  Quantities follow from the rooms of the survey; another quantity needs a
reason.  Costs never stand on the paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_UP, Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, papers, phones
from core.models import Paper
from core.money import ZERO, upper, yuan
from core.refusals import Missing, Refused
from leads import discounts, quantities
from leads.choices import QuantityFrom, QuotationState, Stage, Trade
from leads.models import Lead, PriceItem, PriceList, Quotation, QuotationLine, Room, SiteSurvey
from leads.papers_quotation import QUOTATION, QuotationContent, QuotedLine, QuotedRoom, QuotedTrade
from leads.price_selectors import in_force
from leads.price_sheets import RULES, TRADES
from leads.services.stages import locked, move

VALID_DAYS = 30
WHOLE_HOME = "全屋"


@dataclass(frozen=True)
class Wanted:
    """An item for a room (None: the home as such); without a quantity the computed one is taken."""

    item: PriceItem
    room: Room | None = None
    quantity: Decimal | None = None
    reason: str = ""
    note: str = ""


@dataclass(frozen=True)
class Change:
    """A line's new quantity, with a reason when it is not the computed one; `note` None leaves the note as it is."""

    line: int
    quantity: Decimal
    reason: str = ""
    note: str | None = None


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
        rooms = _rooms(lead)
        wanted = _again(before, rooms, price_list) if before else _usual(rooms, price_list)
        _write(made, wanted, rooms, lead)
        _settle(made)
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


def _rooms(lead: Lead) -> list[Room]:
    return list(Room.objects.filter(home_id=lead.home_id, removed_at__isnull=True).order_by("position", "id"))


def _usual(rooms: Sequence[Room], price_list: PriceList) -> list[Wanted]:
    """What a new quotation proposes: the usual items of each room's kind, and those of the whole home."""
    items = list(price_list.items.all())
    wanted = [Wanted(item, room) for room in rooms for item in items if item.is_usual(room.kind)]
    return wanted + [Wanted(item) for item in items if item.for_home and item.is_usual(item.room_kinds)]


def _again(before: Quotation, rooms: Sequence[Room], price_list: PriceList) -> list[Wanted]:
    """The lines of the version before, by the prices and the rooms of today; corrected quantities stay corrected."""
    by_code = {item.code: item for item in price_list.items.all()}
    by_name = {room.name: room for room in rooms}
    wanted: list[Wanted] = []
    for line in before.lines.select_related("item", "room"):
        item = by_code.get(line.item.code)
        room = by_name.get(line.room.name) if line.room else None
        if item is None or (line.room and room is None):
            continue
        kept = line.computed is None or line.quantity != line.computed
        wanted.append(Wanted(item, room, line.quantity if kept else None, line.reason, line.note))
    return wanted


# --- editing a draft -------------------------------------------------------------------------------------------------


def add_lines(quotation: Quotation, *, wanted: Sequence[Wanted], by: Any, at: datetime) -> Quotation:
    """Put items into a draft.  Refused: an item of another list, one that stands there already, a typed quantity missing."""
    with transaction.atomic():
        lead, draft = _open(quotation)
        there = set(draft.lines.values_list("room_id", "item_id"))
        twice = [each.item.name for each in wanted if (each.room.pk if each.room else None, each.item.pk) in there]
        if twice:
            raise Refused(_("Already there: {items}. Change the quantity instead.").format(items=twice[0]))
        if any(each.item.price_list_id != draft.price_list_id for each in wanted):
            raise Refused(_("Prices come from the price list that the quotation is built on."))
        _write(draft, wanted, _rooms(lead), lead, strict=True)
        _settle(draft)
        audit.record(lead.dossier, "leads.quotation_edited", by=by, at=at, version=draft.version, added=[each.item.code for each in wanted])
    return draft


def revise_lines(quotation: Quotation, *, changes: Sequence[Change], by: Any, at: datetime) -> Quotation:
    """Other quantities, all or none; one that is not the computed one needs a reason.  Lines gone meanwhile are passed over."""
    with transaction.atomic():
        lead, draft = _open(quotation)
        wanted = {change.line: change for change in changes}
        told: list[dict[str, Any]] = []
        revised: list[QuotationLine] = []
        for line in draft.lines.filter(pk__in=wanted).select_related("item", "room").order_by("position", "id"):
            change, was = wanted[line.pk], line.quantity
            line.quantity, line.reason = _checked(line.name, change.quantity, line.computed, change.reason)
            line.note = line.note if change.note is None else change.note.strip()
            line.amount, line.cost = yuan(line.quantity * line.unit_price), yuan(line.quantity * line.item.cost)
            revised.append(line)
            told.append({"item": line.item.code, "room": _place(line), "quantity": [was, line.quantity], "reason": line.reason})
        QuotationLine.objects.bulk_update(revised, ["quantity", "reason", "note", "amount", "cost"], batch_size=2000)
        _settle(draft)
        audit.record(lead.dossier, "leads.quotation_edited", by=by, at=at, version=draft.version, changed=told)
    return draft


def _place(line: QuotationLine) -> str:
    return line.room.name if line.room else WHOLE_HOME


def remove_lines(quotation: Quotation, *, lines: Iterable[int], by: Any, at: datetime) -> Quotation:
    """Take lines out of a draft; unknown ones are passed over."""
    with transaction.atomic():
        lead, draft = _open(quotation)
        found = list(draft.lines.filter(pk__in=list(lines)).select_related("item", "room"))
        draft.lines.filter(pk__in=[line.pk for line in found]).delete()
        _settle(draft)
        gone = [f"{_place(line)} {line.item.code}" for line in found]
        audit.record(lead.dossier, "leads.quotation_edited", by=by, at=at, version=draft.version, removed=gone)
    return draft


def set_terms(
    quotation: Quotation, *, discount: Decimal, discount_reason: str = "", management_percent: Decimal, tax_percent: Decimal,
    note: str = "", by: Any, at: datetime,
) -> Quotation:  # fmt: skip
    """Discount within the authority of the person's posts, management fee, tax (off unless given), note to the customer."""
    with transaction.atomic():
        lead, draft = _open(quotation)
        discount = yuan(discount)
        if not ZERO <= discount <= draft.subtotal:
            raise Refused(_("The discount is between nought and the works."))
        if discount and not discount_reason.strip():
            raise Refused(_("A discount needs a reason."))
        if discount != draft.discount or draft.discount_by_id is None:
            _within_authority(draft.subtotal, discount, by)
            draft.discount_by = by if discount else None
        draft.discount, draft.discount_reason = discount, discount_reason.strip() if discount else ""
        draft.management_percent, draft.tax_percent, draft.note = management_percent, tax_percent, note.strip()
        _settle(draft)
        audit.record(
            lead.dossier, "leads.quotation_terms_set", by=by, at=at, version=draft.version, discount=discount,
            reason=draft.discount_reason, management_percent=management_percent, tax_percent=tax_percent,
        )  # fmt: skip
    return draft


def _within_authority(subtotal: Decimal, discount: Decimal, by: Any) -> None:
    if not discount:
        return
    limit = discounts.authority(by)
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
        lead, draft = _open(quotation)
        _require_issuable(lead, draft, at)
        earlier = list(lead.quotations.exclude(pk=draft.pk).exclude(state=QuotationState.DRAFT).select_related("paper").order_by("version"))
        living = [each for each in earlier if each.state != QuotationState.REPLACED]
        for each in living:
            each.state = QuotationState.REPLACED
            each.save(update_fields=["state"])
        last = earlier[-1] if earlier else None
        replaced = last.paper if last and last.paper and (last.paper.is_open or last.paper.is_signed) else None
        paper = papers.issue(
            QUOTATION, dossier=lead.dossier, store=lead.store, content=_content(lead, draft, last, at), by=by, at=at, replaces=replaced
        )
        draft.state, draft.paper, draft.issued_at, draft.valid_until = QuotationState.ISSUED, paper, at, valid_until(at)
        draft.save(update_fields=["state", "paper", "issued_at", "valid_until"])
        if lead.stage == Stage.DEPOSIT_PAID:
            move(lead, to=Stage.QUOTED, by=by, at=at)
        audit.record(
            lead.dossier, "leads.quotation_issued", by=by, at=at, paper=paper, ref=paper.ref, version=draft.version, total=draft.total
        )
    return draft


def _require_issuable(lead: Lead, draft: Quotation, at: datetime) -> None:
    """Everything that keeps the draft from being issued, all at once."""
    gaps: list[Missing] = []
    survey = lead.surveys.select_related("paper").order_by("seq").last()
    if survey is None or not survey.paper.is_signed:
        gaps.append(Missing(str(_("The site survey has not been signed by the customer.")), who="designer", gate="G4"))
    if draft.is_stale or (survey is not None and survey.pk != draft.survey_id):
        gaps.append(Missing(str(_("The quotation no longer fits the site survey.")), who="designer,estimator", gate="G5"))
    now = in_force(lead.store, timezone.localdate(at))
    if now is None or now.pk != draft.price_list_id:
        gaps.append(Missing(str(_("The price list has changed; take over the new prices first.")), who="designer,estimator", gate="G5"))
    if not draft.lines.exists():
        gaps.append(Missing(str(_("The quotation has no lines yet.")), who="designer,estimator"))
    giver = draft.discount_by
    if draft.discount and giver and draft.discount > yuan(draft.subtotal * discounts.authority(giver) / 100):
        gaps.append(
            Missing(
                str(_("The discount is beyond the authority of {name}.").format(name=giver)),
                who=discounts.next_in_authority(draft.discount * 100 / draft.subtotal),
            )
        )
    if gaps:
        raise Refused(_("The quotation cannot be issued yet."), gaps)


def take_new_prices(quotation: Quotation, *, by: Any, at: datetime) -> Quotation:
    """Bring a draft to the price list and the rooms of today: new prices, quantities computed anew, items that are gone left out."""
    with transaction.atomic():
        lead, draft = _open(quotation)
        price_list, survey, rooms = _price_list(lead, at), _survey(lead), _rooms(lead)
        wanted = _again(draft, rooms, price_list)
        before = draft.lines.count()
        draft.lines.all().delete()
        draft.price_list, draft.survey, draft.stale_at, draft.stale_reason = price_list, survey, None, ""
        draft.save(update_fields=["price_list", "survey", "stale_at", "stale_reason"])
        _write(draft, wanted, rooms, lead)
        _settle(draft)
        audit.record(
            lead.dossier, "leads.quotation_repriced", by=by, at=at, version=draft.version, price_list=str(price_list),
            dropped=before - len(wanted),
        )  # fmt: skip
    return draft


def accept_quotation(quotation: Quotation, *, by: Any, at: datetime) -> Quotation:
    """The customer has signed P05: this version is what the contract is made of.  A second call returns it unchanged.

    Refused: not signed, stale because the survey was corrected, or replaced by a later version (G5).
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
        if gaps:
            raise Refused(_("The quotation cannot be accepted yet."), gaps)
        found.state, found.accepted_at = QuotationState.ACCEPTED, at
        found.save(update_fields=["state", "accepted_at"])
        audit.record(
            lead.dossier, "leads.quotation_accepted", by=by, at=at, paper=found.paper, ref=found.paper.ref, version=found.version,
            total=found.total,
        )  # fmt: skip
    return found


# --- arithmetic ------------------------------------------------------------------------------------------------------


def _open(quotation: Quotation) -> tuple[Lead, Quotation]:
    """The enquiry and its draft, locked in that order."""
    lead = locked(quotation.lead)
    draft = Quotation.objects.select_for_update(no_key=True, of=("self",)).select_related("price_list", "discount_by").get(pk=quotation.pk)
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


def _write(draft: Quotation, wanted: Sequence[Wanted], rooms: Sequence[Room], lead: Lead, *, strict: bool = False) -> None:
    """Insert lines in one statement; `strict` refuses what has no quantity, otherwise such proposals are left out."""
    sizes = quantities.HomeSizes.of(lead.home.area_m2, rooms)
    start = draft.lines.count()
    lines: list[QuotationLine] = []
    for each in wanted:
        if each.room is not None and each.room.pk not in {room.pk for room in rooms}:
            raise Refused(_("This room is not one of this home."))
        computed = quantities.in_room(each.item, each.room) if each.room is not None else quantities.in_home(each.item, sizes)
        if computed is None and each.quantity is None and not strict:
            continue
        told = each.quantity if strict or computed is None or each.reason.strip() else None  # the list may work out today what was typed before
        quantity, reason = _checked(each.item.name, told, computed, each.reason)
        lines.append(_line(draft, each, computed, quantity, reason, start + len(lines) + 1))
    QuotationLine.objects.bulk_create(lines)


def _line(draft: Quotation, each: Wanted, computed: Decimal | None, quantity: Decimal, reason: str, position: int) -> QuotationLine:
    item = each.item
    return QuotationLine(
        quotation=draft, room=each.room, trade=item.trade, item=item, name=item.name, unit=item.unit, quantity_from=item.quantity_from,
        computed=computed, quantity=quantity, reason=reason, labour=item.labour, material=item.material, unit_price=item.price,
        amount=yuan(quantity * item.price), cost=yuan(quantity * item.cost), note=each.note, position=position,
    )  # fmt: skip


def _settle(draft: Quotation) -> None:
    """The sums of a draft, rounded once each; a discount never exceeds the works."""
    sums = draft.lines.aggregate(amount=Sum("amount"), cost=Sum("cost"))
    draft.subtotal, draft.cost = sums["amount"] or ZERO, sums["cost"] or ZERO
    if draft.discount > draft.subtotal:
        draft.discount, draft.discount_reason, draft.discount_by = ZERO, "", None
    draft.management_fee = yuan(draft.subtotal * draft.management_percent / 100)
    taxed = draft.subtotal + draft.management_fee - draft.discount
    draft.tax = yuan(taxed * draft.tax_percent / 100)
    draft.total = taxed + draft.tax
    draft.save(
        update_fields=[
            "subtotal", "cost", "discount", "discount_reason", "discount_by", "management_percent", "management_fee", "tax_percent",
            "tax", "total", "note",
        ]
    )  # fmt: skip


def valid_until(at: datetime) -> date:
    """The last day on which a version issued now can be accepted."""
    return timezone.localdate(at) + timedelta(days=VALID_DAYS)


# --- the paper -------------------------------------------------------------------------------------------------------


def as_paper(quotation: Quotation, *, by: Any, at: datetime) -> Paper:
    """P05 as it would be issued now: for a look before it leaves the house."""
    lead = quotation.lead
    last = lead.quotations.exclude(pk=quotation.pk).exclude(state=QuotationState.DRAFT).select_related("paper").order_by("version").last()
    content = _content(lead, quotation, last, at)
    return papers.unissued(QUOTATION, dossier=lead.dossier, store=lead.store, content=content, by=by, at=at)


def _content(lead: Lead, draft: Quotation, last: Quotation | None, at: datetime) -> QuotationContent:
    lead = Lead.objects.select_related("customer", "home", "designer", "customer_manager").get(pk=lead.pk)
    lines = sorted(draft.lines.select_related("room", "item"), key=_order)
    number = lead.customer.phones.filter(withdrawn_at__isnull=True).order_by("position", "id").first()
    today = timezone.localdate(at)
    home = lead.home
    return QuotationContent(
        lead=lead.ref, customer=f"{lead.customer.name}", phone=phones.mask(number.number) if number else "", address=home.address,
        layout=home.layout, area=_area(home), designer=str(lead.designer or ""), customer_manager=str(lead.customer_manager or ""),
        version=draft.version, survey=draft.survey.paper.ref, price_list=f"{draft.price_list.name} 第 {draft.price_list.version} 版",
        valid_from=today, valid_until=valid_until(at), rooms=_by_room(lines), trades=_by_trade(lines),
        subtotal=draft.subtotal, management_percent=draft.management_percent, management_fee=draft.management_fee,
        discount=draft.discount, discount_reason=draft.discount_reason, tax_percent=draft.tax_percent, tax=draft.tax,
        total=draft.total, total_words=upper(draft.total), note=draft.note, replaces=last.paper.ref if last and last.paper else "",
    )  # fmt: skip


def _area(home: Any) -> str:
    return f"{home.area_m2.normalize():f} m²" if home.area_m2 else home.area_text


TRADE_ORDER = {trade.value: index for index, trade in enumerate(Trade)}


def _order(line: QuotationLine) -> tuple[int, int, int, int]:
    """Rooms as measured, the home as such last; trades as a site meets them."""
    room = line.room
    return (1 if room is None else 0, room.position if room else 0, TRADE_ORDER[line.trade], line.position)


def sizes_in_words(room: Room) -> str:
    """4.20 × 3.60 m，高 2.75 m，地面 15.12 m²，墙面 35.10 m²."""
    long, wide, high = (Decimal(value) / 1000 for value in (room.length_mm, room.width_mm, room.height_mm))
    return f"{long:.2f} × {wide:.2f} m，高 {high:.2f} m，地面 {room.area:.2f} m²，墙面 {room.wall_area:.2f} m²"


def _by_room(lines: Sequence[QuotationLine]) -> list[QuotedRoom]:
    rooms: dict[int | None, list[QuotationLine]] = {}
    for line in lines:
        rooms.setdefault(line.room_id, []).append(line)
    return [
        QuotedRoom(
            name=held[0].room.name if held[0].room else WHOLE_HOME, sizes=sizes_in_words(held[0].room) if held[0].room else "",
            lines=[_quoted(line) for line in held], amount=sum((line.amount for line in held), ZERO),
        )
        for held in rooms.values()
    ]  # fmt: skip


def _quoted(line: QuotationLine) -> QuotedLine:
    return QuotedLine(
        name=line.name, trade=TRADES[Trade(line.trade)], unit=line.unit, quantity=line.quantity, labour=line.labour, material=line.material,
        unit_price=line.unit_price, amount=line.amount, craft="；".join(part for part in (line.item.craft, line.note) if part),
        rule=RULES[QuantityFrom(line.quantity_from)], reason=line.reason,
    )  # fmt: skip


def _by_trade(lines: Sequence[QuotationLine]) -> list[QuotedTrade]:
    found: list[QuotedTrade] = []
    for trade in Trade:
        held = [line for line in lines if line.trade == trade]
        if held:
            labour = sum((yuan(line.quantity * line.labour) for line in held), ZERO)
            amount = sum((line.amount for line in held), ZERO)
            found.append(QuotedTrade(TRADES[trade], labour, amount - labour, amount))
    return found
