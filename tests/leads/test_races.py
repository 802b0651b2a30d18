"""Two people at the same moment before the contract: one wins, the other gets a sentence, nothing is doubled, nothing deadlocks."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from core import audit
from core.models import Deadline
from core.refusals import Refused
from leads import deadlines, services
from leads.choices import Stage
from leads.models import Customer, CustomerPhone, Deposit, Home, Lead, LeadStageChange, Proposal
from tests import road
from tests.hand import sign_all
from tests.leads import quoting
from tests.threads import ROUNDS, at_once, deadlocks

CROWD = 8  # where a round is dear to prepare, eight people meet in it instead of two
CROWDS = max(ROUNDS // CROWD, 2)


def sentences(answers: list[Any]) -> list[str]:
    return [str(answer) for answer in answers if isinstance(answer, Refused)]


def numbers(first: int, count: int = ROUNDS) -> list[str]:
    return [f"139{first:01d}{n:07d}" for n in range(count)]


def test_two_desks_registering_the_same_number_at_once_make_one_customer(live_db, live_cast, server_log):
    """In every other round the home is the same one too: then there is one enquiry, and the slower desk is told which."""
    cast, before = live_cast, deadlocks(server_log)

    for n, number in enumerate(numbers(0)):
        doors = ("1102", "1102") if n % 2 else ("1102", "1103")
        answers = at_once(*[lambda n=number, door=door: road.registered_lead(cast, phones=[n], home=road.home(room_no=door)) for door in doors])
        made = [answer for answer in answers if isinstance(answer, Lead)]
        assert len({lead.customer_id for lead in made}) == 1, answers
        assert len(made) == len(set(doors)), answers
        assert all(says.startswith("This home is already registered: K-CX-2026-") for says in sentences(answers))

    assert Customer.objects.count() == CustomerPhone.objects.count() == ROUNDS
    refs = sorted(Lead.objects.values_list("ref", flat=True))
    assert refs == [f"K-CX-2026-{n:04d}" for n in range(1, len(refs) + 1)]
    assert Home.objects.count() == len(refs) == ROUNDS + (ROUNDS + 1) // 2
    assert deadlocks(server_log) == before


def test_two_people_assigning_the_same_enquiry_one_wins(live_db, live_cast, server_log):
    cast, before = live_cast, deadlocks(server_log)
    told = {"customer_manager": cast.customer_manager, "by": cast.front_desk, "at": cast.at}

    for number in numbers(2, CROWDS):
        lead = road.registered_lead(cast, phones=[number])
        answers = at_once(
            *[lambda lead=lead: services.assign_designer(lead, designer=cast.designer, **told)] * (CROWD // 2),
            *[lambda lead=lead: services.assign_designer(lead, designer=cast.chief_designer, **told)] * (CROWD // 2),
        )
        assert sorted(type(answer).__name__ for answer in answers) == ["Assignment", *["Refused"] * (CROWD - 1)], answers
        assert all(says.endswith("already has this enquiry.") for says in sentences(answers))

    assert Deadline.objects.filter(clock=deadlines.FIRST_CONTACT.id).count() == CROWDS
    assert deadlocks(server_log) == before


def test_the_same_deposit_received_by_two_people_is_one_receipt(live_db, live_cast, server_log):
    cast, before = live_cast, deadlocks(server_log)

    for number in numbers(3, CROWDS):
        lead = road.agreed_lead(cast, phones=[number])
        answers = at_once(
            *[lambda lead=lead: services.receive_deposit(lead, method="cash", by=cast.cashier, at=cast.at)] * (CROWD // 2),
            *[lambda lead=lead: services.receive_deposit(lead, method="transfer", by=cast.accountant, at=cast.at)] * (CROWD // 2),
        )
        assert sorted(type(answer).__name__ for answer in answers) == ["Deposit", *["Refused"] * (CROWD - 1)], answers
        assert sentences(answers) == ["The deposit has already been received."] * (CROWD - 1)

    receipts = sorted(Deposit.objects.values_list("receipt__number", flat=True))
    assert receipts == list(range(1, CROWDS + 1))
    assert list(audit.faults(lead.dossier)) == []
    assert deadlocks(server_log) == before


def test_the_same_quotation_accepted_by_two_people_is_accepted_once(live_db, live_cast, server_log):
    cast, before = live_cast, deadlocks(server_log)
    quoting.price_list(cast)

    lead = road.surveyed_lead(cast)

    for version in range(1, CROWDS + 1):
        made = services.issue_quotation(services.draft_quotation(lead, by=cast.designer, at=cast.at), by=cast.designer, at=cast.at)
        sign_all(made.paper, by=cast.designer, at=cast.at)
        answers = at_once(
            *[lambda q=made: services.accept_quotation(q, by=cast.designer, at=cast.at)] * (CROWD // 2),
            *[lambda q=made: services.accept_quotation(q, by=cast.customer_manager, at=cast.at)] * (CROWD // 2),
        )
        assert [type(answer).__name__ for answer in answers] == ["Quotation"] * CROWD, answers
        assert lead.dossier.entries.filter(kind="leads.quotation_accepted").count() == made.version == version

    assert list(audit.faults(lead.dossier)) == []
    assert deadlocks(server_log) == before


def test_a_quotation_accepted_while_the_survey_is_corrected_is_never_both_current_and_stale(live_db, live_cast, server_log):
    cast, before = live_cast, deadlocks(server_log)
    quoting.price_list(cast)

    lead = road.surveyed_lead(cast)

    for _round in range(CROWDS):
        draft = services.draft_quotation(lead, by=cast.designer, at=cast.at)
        services.take_new_prices(draft, by=cast.designer, at=cast.at)
        made = services.issue_quotation(draft, by=cast.designer, at=cast.at)
        sign_all(made.paper, by=cast.designer, at=cast.at)
        answers = at_once(
            lambda q=made: services.accept_quotation(q, by=cast.designer, at=cast.at),
            lambda: services.correct_survey(lead, rooms=road.ROOMS, demands="同前", reason="量错了", by=cast.designer, at=cast.at),
        )
        assert type(answers[1]).__name__ == "SiteSurvey", answers
        made.refresh_from_db()
        assert made.is_stale and (made.state == "accepted") == (type(answers[0]).__name__ == "Quotation")
        sign_all(answers[1].paper, by=cast.designer, at=cast.at)

    assert deadlocks(server_log) == before


def test_people_leading_the_same_enquiry_on_write_one_stage_change(live_db, live_cast, server_log):
    cast, before = live_cast, deadlocks(server_log)

    for number in numbers(6, CROWDS):
        lead = road.consulted_lead(cast, phones=[number])
        answers = at_once(
            *[lambda lead=lead: road.preview(lead, by=cast.designer, at=cast.at)] * (CROWD // 2),
            *[lambda lead=lead: services.lose(lead, reason="price", by=cast.customer_manager, at=cast.at)] * (CROWD // 2),
        )
        assert all(isinstance(answer, Proposal | LeadStageChange | Refused) for answer in answers), answers
        steps = list(LeadStageChange.objects.filter(lead=lead).order_by("seq").values_list("from_stage", "to_stage"))
        assert all(a[1] == b[0] for a, b in pairwise(steps)), steps
        assert Lead.objects.get(pk=lead.pk).stage == Stage.LOST == steps[-1][1], answers
        assert [row.clock for row in Deadline.objects.filter(dossier=lead.dossier, stopped_at=None)] == ["leads.loss_review"]

    assert deadlocks(server_log) == before
