"""G23: two leaders approve two proposals of one complaint at once – one is approved, the other hears why not."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from aftersales import services
from aftersales.models import Approval, Complaint
from core import audit
from core.models import Paper
from tests import road
from tests.factories import complaints
from tests.threads import ROUNDS, at_once, deadlocks

HOUR = timedelta(hours=1)
TURNS = max(ROUNDS // 20, 3)


def test_G23_two_approvals_at_once_leave_one(live_db: str, live_cast: Any, server_log: Any) -> None:
    """The same leader from two desks, each for another proposal; and a proposal that comes at that very moment."""
    before, people, at = deadlocks(server_log), live_cast, live_cast.at
    lead = road.assigned_lead(live_cast)
    for _turn in range(TURNS):
        made = complaints.brought_to("proposed", lead, people=people, at=at)
        rows = list(made.proposals.all())
        told: dict[str, Any] = {"read": [row.pk for row in rows], "instruction": "同意", "by": made.leader, "at": at + 5 * HOUR}
        late = partial(services.propose_solution, made, says="再加一个方案", days=1, by=people.cs_officer, at=at + 5 * HOUR)
        answers = at_once(*[partial(services.approve_solution, row, **told) for row in rows], late)
        names = [type(answer).__name__ for answer in answers]
        if names[2] == "Proposal" and "Approval" not in names:  # the third was there first: nobody had read it
            assert names == ["Refused", "Refused", "Proposal"], answers
            continue
        assert sorted(names[:2]) == ["Approval", "Refused"], answers
        assert Approval.objects.filter(complaint=made).count() == 1
        assert Paper.objects.filter(kind="S09", pk=Complaint.objects.get(pk=made.pk).solution_id).count() == 1

    assert list(audit.faults(lead.dossier)) == []
    assert deadlocks(server_log) == before
