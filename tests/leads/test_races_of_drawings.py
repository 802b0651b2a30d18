"""Two people at once at the drawings of one home: versions without a gap, and no old version confirmed unknowingly."""

from __future__ import annotations

from leads.models import Drawing
from tests import drafting, road
from tests.leads.test_drawings import confirm
from tests.threads import ROUNDS, at_once, deadlocks


def test_two_designers_putting_in_at_once_make_two_versions_without_a_gap(live_db, live_cast, server_log):
    cast, before = live_cast, deadlocks(server_log)
    lead = road.consulted_lead(cast)
    rounds = max(ROUNDS // 4, 5)
    for _round in range(rounds):
        answers = at_once(
            *[lambda: drafting.drawn(lead, "rendering", by=cast.designer, at=cast.at, changes="同时")] * 2,
        )
        assert all(isinstance(answer, Drawing) for answer in answers), answers

    assert sorted(lead.drawings.values_list("version", flat=True)) == list(range(1, 2 * rounds + 1))
    assert deadlocks(server_log) == before


def test_a_confirmation_and_a_newer_version_at_once_never_confirm_an_old_one_unknowingly(live_db, live_cast, server_log):
    """Either the confirmation came first (then the new version lacks its reason), or it is refused: there is a newer one."""
    cast, before = live_cast, deadlocks(server_log)
    for number in range(max(ROUNDS // 20, 3)):
        lead = road.consulted_lead(cast, phones=[f"1395{number:07d}"], home=road.home(room_no=str(500 + number)))
        first = drafting.drawn(lead, "rendering", by=cast.designer, at=cast.at)
        answers = at_once(
            lambda d=first: confirm(Drawing.objects.get(pk=d.pk), cast),
            lambda lead=lead: drafting.drawn(lead, "rendering", by=cast.designer, at=cast.at, changes="新"),
        )
        assert sorted(type(answer).__name__ for answer in answers) in (["DrawingConfirmation", "Refused"], ["Drawing", "Refused"]), answers
    assert deadlocks(server_log) == before
