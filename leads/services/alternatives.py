"""Options and alternatives of a draft: shown with their prices, outside the total until they are chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import audit
from core.refusals import Refused
from leads.choices import LinePart
from leads.models import Quotation, QuotationLine
from leads.quotation_content import place
from leads.services.quotation import Wanted, open_draft, rooms_of, settle, write


def offer_alternatives(quotation: Quotation, *, line: int, wanted: Iterable[Wanted], by: Any, at: datetime) -> Quotation:
    """Other items in the place of a line, of which one counts; the line itself counts until another one is chosen.

    Refused: a line of the package (an upgrade is a line of its own), an item that stands in that room already.
    """
    with transaction.atomic():
        lead, draft = open_draft(quotation)
        base = draft.lines.select_related("room", "item").filter(pk=line).first()
        if base is None:
            raise Refused(_("This line is no longer there."))
        if base.part == LinePart.PACKAGE:
            raise Refused(_("“{name}” is in the package; an upgrade is a line of its own.").format(name=base.name))
        if base.alternative_to_id:
            raise Refused(_("“{name}” is an alternative itself.").format(name=base.name))
        told = [
            Wanted(each.item, base.room, each.quantity, each.reason, each.note, taken=False, beside=base) for each in wanted
        ]
        _require_new(draft, base, told)
        write(draft, told, rooms_of(lead), lead, strict=True)
        settle(draft, by=by, at=at)
        audit.record(
            lead.dossier, "leads.quotation_edited", by=by, at=at, version=draft.version, beside=f"{place(base)} {base.item.code}",
            alternatives=[each.item.code for each in told],
        )  # fmt: skip
    return draft


def _require_new(draft: Quotation, base: QuotationLine, told: list[Wanted]) -> None:
    if not told:
        raise Refused(_("Say which item is the alternative."))
    if any(each.item.price_list_id != draft.price_list_id for each in told):
        raise Refused(_("Prices come from the price list that the quotation is built on."))
    there = set(draft.lines.filter(room=base.room, part=LinePart.WORKS).values_list("item_id", flat=True))
    twice = [each.item.name for each in told if each.item.pk in there]
    if twice:
        raise Refused(_("Already there: {items}. Change the quantity instead.").format(items=twice[0]))


def make_optional(quotation: Quotation, *, line: int, optional: bool, by: Any, at: datetime) -> Quotation:
    """A line becomes an option, outside the total until it is taken; or it counts again in any case."""
    with transaction.atomic():
        lead, draft = open_draft(quotation)
        found = draft.lines.select_related("room", "item").filter(pk=line).first()
        if found is None:
            raise Refused(_("This line is no longer there."))
        if found.part == LinePart.PACKAGE:
            raise Refused(_("“{name}” is in the package; it cannot be an option.").format(name=found.name))
        if found.alternative_to_id or found.alternatives.exists():
            raise Refused(_("“{name}” has alternatives; it cannot be an option too.").format(name=found.name))
        found.optional, found.taken = optional, not optional
        found.save(update_fields=["optional", "taken"])
        settle(draft, by=by, at=at)
        audit.record(
            lead.dossier, "leads.quotation_edited", by=by, at=at, version=draft.version, option=f"{place(found)} {found.item.code}", optional=optional
        )
    return draft


def choose(quotation: Quotation, *, choice: Mapping[int, bool], by: Any, at: datetime) -> Quotation:
    """What counts of options and alternatives: line → taken.  Taking one alternative leaves the others of its group.

    Refused: two of a group taken, or none; a line about which there is no choice.
    """
    with transaction.atomic():
        lead, draft = open_draft(quotation)
        lines = {line.pk: line for line in choices_of(draft)}
        unknown = [pk for pk in choice if pk not in lines]
        if unknown:
            raise Refused(_("About one of these lines there is no choice any more. Open the page again and look."))
        taken = {pk: choice.get(pk, line.taken) for pk, line in lines.items()}
        groups: dict[int, list[QuotationLine]] = {}
        for line in lines.values():
            groups.setdefault(line.alternative_to_id or line.pk, []).append(line)
        for members in groups.values():
            count = sum(taken[line.pk] for line in members)
            if len(members) > 1 and count != 1:
                raise Refused(_("Of “{name}” and its alternatives one is chosen.").format(name=members[0].name))
        gone = [pk for pk, line in lines.items() if line.taken and not taken[pk]]
        come = [pk for pk, line in lines.items() if not line.taken and taken[pk]]
        draft.lines.filter(pk__in=gone).update(taken=False)  # first out, then in: of a group only one may count at any moment
        draft.lines.filter(pk__in=come).update(taken=True)
        settle(draft, by=by, at=at)
        audit.record(
            lead.dossier, "leads.quotation_chosen", by=by, at=at, version=draft.version, taken=[f"{place(lines[pk])} {lines[pk].item.code}" for pk in come],
            left=[f"{place(lines[pk])} {lines[pk].item.code}" for pk in gone],
        )  # fmt: skip
    return draft


def choices_of(quotation: Quotation) -> list[QuotationLine]:
    """The options, and the lines with alternatives and these, in the order of the quotation; one question."""
    beside = quotation.lines.filter(alternative_to__isnull=False)
    rows = quotation.lines.filter(Q(optional=True) | Q(alternative_to__isnull=False) | Q(pk__in=beside.values("alternative_to")))
    lines = list(rows.select_related("room", "item").order_by("position", "id"))
    return sorted(lines, key=lambda line: (line.alternative_to_id or line.pk, line.alternative_to_id is not None, line.position))

