"""Two officers call the same customer of a list at once: one record, one paper; the other hears who was faster."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from aftersales import services
from aftersales.models import LowScore, RoundCall
from core import audit
from core.models import Deadline, Paper
from tests.factories import rounds
from tests.threads import ROUNDS, at_once, deadlocks

TURNS = max(ROUNDS // 20, 2)


def test_two_officers_call_the_same_customer_at_once_and_one_record_is_made(live_standing: Any, server_log: Any) -> None:
    before, people, site = deadlocks(server_log), live_standing.cast, live_standing.accepted
    for n in range(TURNS):
        at = people.at + timedelta(days=n)
        prepared = rounds.drawn(people, at=at, officers={people.cs_officer: 100, people.cs_supervisor: 100})
        row = rounds.target(prepared, site)
        other = people.cs_supervisor if row.officer == people.cs_officer else people.cs_officer
        start, give = partial(services.start_round, prepared, by=people.cs_supervisor, at=at), partial(services.hand_target_over, row, officer=other, at=at)
        assert {type(answer).__name__ for answer in at_once(start, partial(give, by=people.cs_supervisor))} == {"VisitRound", "RoundTarget"}
        clock = Deadline.objects.get(clock="aftersales.round_call", key=f"{prepared.ref}/{row.seq}")
        assert clock.owner == other  # whose list it is, and whose clock
        bad = {"satisfaction": "dissatisfied", "with_what": f"第 {n} 次：地漏返味"}

        answers = at_once(*[partial(rounds.called, row, by=person, at=at, **bad) for person in (people.cs_officer, people.cs_supervisor)])

        assert sorted(type(answer).__name__ for answer in answers) == ["Refused", "RoundCall"], answers
        assert RoundCall.objects.filter(target=row).count() == 1
    assert Paper.objects.filter(dossier=site.dossier, kind="S04").count() == LowScore.objects.count() == TURNS
    assert list(audit.faults(site.dossier)) == []
    assert deadlocks(server_log) == before
