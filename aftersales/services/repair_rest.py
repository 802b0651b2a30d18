"""The rest of repairs: a payment taken back, parts at their maker (S27)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales import deadlines_repairs
from aftersales import deadlines_rounds as deadlines
from aftersales.choices_repairs import OPEN, Mode, RepairState
from aftersales.choices_rounds import Outcome
from aftersales.models import PartAway, RepairPayment, RepairRequest, RepairReversal
from aftersales.repair_terms import spans
from aftersales.services.repairs import finish, head_of, line_of, locked_repair, talked
from core import audit, clocks, papers
from core.calendar import evening
from core.clocks import Days
from core.models import Deadline
from core.refusals import Missing, Refused
from leads.services import till
from staff import posts

AWAY = (Mode.FACTORY, Mode.REPLACE, Mode.RETURN)


@transaction.atomic
def reverse_repair_payment(payment: RepairPayment, *, reason: str, by: Any, at: datetime) -> RepairReversal:
    """Take a wrongly booked payment back, once, by a second person (LR-57): its receipt is void, the charge is open again."""
    here = locked_repair(payment.repair, *OPEN)
    row = RepairPayment.objects.select_related("receipt__dossier", "by").get(pk=payment.pk)
    if not reason.strip():
        raise Refused(_("Say the reason."))
    if row.by_id == by.pk:
        finance = f"{posts.ACCOUNTANT},{posts.FINANCE_SUPERVISOR}"
        raise Refused(_("A payment is reversed by a second person."), [Missing(_("Somebody else of finance books the reversal."), finance, "LR-57")])
    if RepairReversal.objects.filter(payment=row).exists():
        raise Refused(_("This payment has been reversed already."))
    till.book_back(row.receipt, by=by, at=at, note=reason.strip())
    papers.void(row.receipt, reason=reason.strip(), by=by, at=at)
    made = RepairReversal.objects.create(repair=here, store=here.store, payment=row, reason=reason.strip()[:300], by=by, at=at)
    site = here.project
    clocks.start(
        deadlines_repairs.PAID, dossier=site.dossier, key=here.ref, owner=head_of(site), at=at, within=Days(spans().pay_days), line=line_of(here),
        link=here.get_absolute_url(),
    )  # fmt: skip
    audit.record(site.dossier, "aftersales.repair_payment_reversed", by=by, at=at, paper=row.receipt, ref=here.ref, amount=row.amount, reason=made.reason)
    return made


# --- at the maker (S27) ------------------------------------------------------------------------------------------------------


@transaction.atomic
def send_part(
    repair: RepairRequest, *, part: str, maker: str, sent_on: date, expected_on: date, by: Any, at: datetime, transport: str = "", agreed: bool = False
) -> PartAway:
    """The part goes to its maker, is replaced or taken back, as the technician said (S27); its return has a day.

    When the owner agreed to that day, the repair waits for it too.
    """
    here = locked_repair(repair, RepairState.WAITING)
    talk = talked(here)
    if talk is None or talk.mode not in AWAY:
        raise Refused(_("The technician has not said that a part goes to its maker."))
    if not part.strip() or not maker.strip():
        raise Refused(_("Say which part goes to whom."))
    if sent_on > timezone.localtime(at).date():
        raise Refused(_("What has not been sent yet is noted when it is."))
    if expected_on < sent_on:
        raise Refused(_("It cannot be back before it is sent."))
    if here.parts_away.filter(back_on__isnull=True).exists():
        raise Refused(_("A part of this repair is away already."))
    last = here.parts_away.first()
    made = PartAway.objects.create(
        repair=here, store=here.store, seq=(last.seq if last else 0) + 1, mode=talk.mode, part=part.strip()[:80], maker=maker.strip()[:80],
        transport=transport.strip()[:120], sent_on=sent_on, expected_on=expected_on, by=by, at=at,
    )  # fmt: skip
    due_at = max(evening(expected_on), at)
    clocks.start(
        deadlines.PART_BACK, dossier=here.project.dossier, key=here.ref, owner=head_of(here.project), at=at, due_at=due_at,
        line=f"{made.part} · {line_of(here)}", link=here.get_absolute_url(),
    )  # fmt: skip
    if agreed:
        here.promised_on = expected_on
        here.save(update_fields=["promised_on"])
        for clock in (deadlines_repairs.ON_SITE, deadlines_repairs.MENDED):
            if Deadline.objects.filter(clock=clock.id, key=here.ref, stopped_at__isnull=True, due_at__gte=at).exists():  # what is late stays late
                clocks.agree(clock, here.ref, due_at=due_at, by=by, at=at)
    audit.record(here.project.dossier, "aftersales.part_sent", by=by, at=at, ref=here.ref, part=made.part, maker=made.maker, expected_on=expected_on)
    return made


@transaction.atomic
def part_back(
    repair: RepairRequest, *, outcome: str, result: str, back_on: date, by: Any, at: datetime, fitting: bool = True
) -> PartAway:
    """The part is back, or settled with its maker: with what result, and whether somebody has to fit it – else the repair is done."""
    here = locked_repair(repair, RepairState.WAITING, RepairState.ORDERED)
    row = here.parts_away.select_for_update(no_key=True).filter(back_on__isnull=True).first()
    if row is None:
        raise Refused(_("No part of this repair is away."))
    if outcome not in Outcome.values or not result.strip():
        raise Refused(_("Note how the part came back."))
    if back_on < row.sent_on or back_on > timezone.localtime(at).date():
        raise Refused(_("It came back between the day it was sent and today."))
    if outcome == Outcome.REFUSED and not fitting:
        raise Refused(_("What the maker refuses is not mended: somebody has to come."))
    row.outcome, row.result, row.back_on, row.fitting = outcome, result.strip()[:300], back_on, fitting
    row.save(update_fields=["outcome", "result", "back_on", "fitting"])
    clocks.stop(deadlines.PART_BACK, here.ref, at=at, by=by)
    audit.record(here.project.dossier, "aftersales.part_back", by=by, at=at, ref=here.ref, part=row.part, outcome=outcome)
    if not fitting and here.state == RepairState.WAITING:  # nobody has to come: done without an order
        here.state, here.technician = RepairState.ORDERED, None
        here.save(update_fields=["state", "technician"])
        finish(here, by=by, at=at)
    return row


__all__ = ["part_back", "reverse_repair_payment", "send_part"]
