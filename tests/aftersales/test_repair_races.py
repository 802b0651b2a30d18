"""Two orders for one repair, two repairs for one technician: one wins, the other gets a sentence."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from aftersales import services
from aftersales.models import RepairOrder, RepairRequest
from core import audit
from leads.models import AppointmentSeat
from tests.factories import repairs
from tests.threads import ROUNDS, at_once, deadlocks

HOUR = timedelta(hours=1)
TURNS = max(ROUNDS // 10, 2)


def test_two_orders_for_one_repair_and_two_repairs_for_one_technician_one_wins(live_standing: Any, server_log: Any) -> None:
    before, people, at = deadlocks(server_log), live_standing.cast, live_standing.cast.at
    site = live_standing.accepted
    for n in range(TURNS):
        first, second = (repairs.waiting(site, people=people, at=at, category="tile", room=f"{n}{name}") for name in ("厨房", "阳台"))
        start = at + timedelta(days=1 + n)
        told = {"start_at": start, "by": people.front_desk, "at": at + HOUR}
        both = (people.technician, people.aftersales_head)
        answers = at_once(*[partial(services.send_technician, first, technician=person, **told) for person in both])
        assert sorted(type(answer).__name__ for answer in answers) == ["Refused", "RepairOrder"], answers
        made = RepairOrder.objects.get(repair=first)

        moved = {"start_at": start + 2 * HOUR, "reason": "换个时间", "by": people.front_desk, "at": at + HOUR}
        answers = at_once(partial(services.send_technician, second, technician=made.technician, **told), partial(services.move_order, made, **moved))
        names = sorted(type(answer).__name__ for answer in answers)
        assert names in (["RepairOrder", "RepairOrder"], ["Refused", "RepairOrder"]), answers
        for order in RepairOrder.objects.filter(repair__in=(first, second), state="planned"):
            services.cancel_order(order, reason="下一轮", by=people.front_desk, at=at + HOUR)

    assert not AppointmentSeat.objects.filter(planned=True).exists()
    assert list(audit.faults(site.dossier)) == []
    assert deadlocks(server_log) == before


def test_the_same_technician_for_two_repairs_at_one_time_goes_to_one(live_standing: Any, server_log: Any) -> None:
    before, people, at = deadlocks(server_log), live_standing.cast, live_standing.cast.at
    sites = [live_standing.accepted, live_standing.settled]
    for n in range(TURNS):
        pair = [repairs.waiting(site, people=people, at=at, category="tile", room=f"{n} 厨房") for site in sites]
        told = {"technician": people.technician, "start_at": at + timedelta(days=1 + n), "by": people.front_desk, "at": at + HOUR}
        answers = at_once(*[partial(services.send_technician, repair, **told) for repair in pair])
        assert sorted(type(answer).__name__ for answer in answers) == ["Refused", "RepairOrder"], answers
    assert RepairRequest.objects.filter(state="ordered").count() == TURNS
    assert deadlocks(server_log) == before
