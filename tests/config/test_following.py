"""What follows from a signature, at once and by the sweep: nothing deadlocks, and one bad file stops no other."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from psycopg2 import errors

from config import follow
from config import tick as periodic
from config.tick import tick
from core import audit
from core.models import Signature
from leads import services as leads
from leads.models import Lead, Quotation
from projects import services
from projects.models import Project
from tests.factories import projects as road
from tests.hand import sign
from tests.leads import quoting
from tests.threads import ROUNDS, at_once, deadlocks


def test_a_paper_is_signed_while_somebody_works_on_its_site(live_db: str, live_cast: Any, server_log: Any) -> None:
    """The signature waits for the site, or the other verb for the signature; neither holds what the other needs."""
    before, told = deadlocks(server_log), {"by": live_cast.project_manager, "at": live_cast.at}
    project = road.working_project(live_cast)

    def signed(paper: Any) -> Signature:
        with follow.following(paper.dossier, at=live_cast.at):
            return sign(paper, "designer", "某人", **told)

    for _ in range(max(ROUNDS // 4, 10)):
        change = road.issued_change(project, people=live_cast, at=live_cast.at)
        answers = at_once(
            lambda p=change.paper: signed(p),
            lambda: services.issue_contact_page(Project.objects.get(pk=project.pk), **told),
        )
        assert sorted(type(answer).__name__ for answer in answers) == ["ContactPage", "Signature"], answers
        services.withdraw_change(change, reason="不做了", **told)

    assert deadlocks(server_log) == before
    assert list(audit.faults(project.dossier)) == []


def test_a_quotation_is_signed_while_somebody_notes_a_call_of_its_enquiry(live_db: str, live_cast: Any, server_log: Any) -> None:
    """Before there is a site the enquiry is locked first: the signature accepts the quotation, and neither waits for the other for ever."""
    before, at = deadlocks(server_log), live_cast.at

    def signed(paper: Any) -> Signature:
        with follow.following(paper.dossier, at=at):
            return sign(paper, "customer", "陈静兰", by=live_cast.designer, at=at)

    told = {"channel": "phone", "note": "说好今天签", "by": live_cast.designer, "at": at}
    for n in range(min(ROUNDS // 20, 5) or 2):
        quotation = quoting.issued(live_cast, phones=[f"138555600{n:02d}"])
        answers = at_once(lambda p=quotation.paper: signed(p), lambda q=quotation: leads.note_contact(Lead.objects.get(pk=q.lead_id), **told))
        assert not [answer for answer in answers if isinstance(answer, Exception)], answers
        assert Quotation.objects.get(pk=quotation.pk).state == "accepted"

    assert deadlocks(server_log) == before


@pytest.mark.django_db
def test_a_file_that_cannot_be_followed_stops_no_other(cast: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    bad, good = road.signed_project(cast), road.signed_project(cast, phones=["13855550002"])
    seen: list[str] = []

    def trips(*, dossier: Any, at: Any) -> int:
        for each in [dossier] if dossier else [bad.dossier, good.dossier]:
            if each == bad.dossier:
                raise ValueError("this one")
            seen.append(each.title)
        return len(seen)

    monkeypatch.setattr(follow, "FOLLOWERS", (trips,))

    assert tick(cast.at)["followed"] == 1
    assert seen == [good.dossier.title]
    assert f"cannot follow the file {bad.dossier_id}" in caplog.text


@pytest.mark.django_db
def test_a_part_of_the_periodic_work_that_fails_stops_no_other(cast: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def trips(*, at: Any) -> int:
        raise ValueError("no manager")

    monkeypatch.setattr(periodic, "PARTS", {"desk": trips, "clocks": lambda *, at: 7})

    assert tick(cast.at) == {"desk": 0, "clocks": 7}
    assert "The periodic work “desk” stopped" in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize(("why", "goes_on"), [(errors.LockNotAvailable("held"), True), (errors.DeadlockDetected("dead"), True), (None, False)])
def test_a_row_that_somebody_holds_is_left_for_the_next_minute_and_a_database_that_is_away_is_not(
    cast: Any, monkeypatch: pytest.MonkeyPatch, why: Exception | None, goes_on: bool
) -> None:
    def waits(*, at: Any, dossier: Any = None) -> int:
        raise OperationalError("canceling statement due to lock timeout") from why

    monkeypatch.setattr(follow, "FOLLOWERS", (waits, lambda *, at, dossier: 1))
    if goes_on:
        assert tick(cast.at)["followed"] == 1
    else:
        with pytest.raises(OperationalError):
            tick(cast.at)
