"""Losing with a reason and a review by other eyes (Q21): confirmed, sent back, opened again; the losses of a month."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from config import reach
from core import clocks
from core.models import Deadline, Notice
from core.refusals import Refused
from leads import deadlines, services
from leads.models import Lead, LossReview
from staff import services as staff
from tests import road
from tests.factories import projects as jobs
from tests.threads import ROUNDS, at_once, deadlocks


def lost(cast: Any, *, by: Any = None, at: Any = None, make: Any = road.consulted_lead, **more: Any) -> tuple[Lead, LossReview]:
    lead = make(cast, **more)
    services.lose(lead, reason="price", note="别家便宜两万", by=by or cast.designer, at=at or cast.days(1))
    lead.refresh_from_db()
    return lead, lead.loss_reviews.get()


def running(lead: Lead) -> dict[str, Deadline]:
    return {row.clock: row for row in Deadline.objects.filter(dossier=lead.dossier, stopped_at=None)}


def test_a_loss_waits_for_its_review_with_a_clock_of_three_days(cast):
    lead, review = lost(cast)

    assert (review.outcome, review.by, review.loss.lost_reason) == ("", cast.designer, "price")
    assert {name: (row.owner, row.due_at) for name, row in running(lead).items()} == {"leads.loss_review": (cast.store_manager, cast.days(4))}


def test_the_days_of_the_review_are_the_companys_choice(cast):
    staff.choose({"leads.loss_review_days": 1}, by=cast.general_manager, at=cast.at)

    assert running(lost(cast)[0])["leads.loss_review"].due_at == cast.days(2)


def test_confirmed_it_stays_lost_and_the_clock_was_kept(cast):
    lead, review = lost(cast)

    services.confirm_loss(review, note="核实过，价格问题", by=cast.store_manager, at=cast.days(4))

    review.refresh_from_db()
    lead.refresh_from_db()
    clock = Deadline.objects.get(clock=deadlines.LOSS_REVIEW.id)
    assert (review.outcome, review.decided_by, lead.stage) == ("confirmed", cast.store_manager, "lost")
    assert (clock.stopped_at, clock.breached_at, running(lead)) == (cast.days(4), None, {})


@pytest.mark.parametrize("by", ["store_manager", "design_manager"])
def test_sent_back_it_stands_where_it_stood_and_its_promise_runs_anew(cast, by):
    lead, review = lost(cast)

    with pytest.raises(Refused, match="needs a reason"):
        services.send_loss_back(review, reason=" ", by=getattr(cast, by), at=cast.days(2))
    services.send_loss_back(review, reason="价格还能谈，先约来店", by=getattr(cast, by), at=cast.days(2))

    lead.refresh_from_db()
    review.refresh_from_db()
    assert (lead.stage, review.outcome, review.note) == ("consulting", "sent_back", "价格还能谈，先约来店")
    assert set(running(lead)) == {"leads.preview", "leads.hotline"}
    assert running(lead)["leads.preview"].due_at == cast.days(9)


def test_what_was_offered_runs_out_on_its_day_when_the_enquiry_is_open_again(cast):
    lead = road.surveyed_lead(cast)
    jobs.price_list(cast, at=cast.at)
    services.issue_quotation(services.draft_quotation(lead, by=cast.designer, at=cast.at), by=cast.designer, at=cast.at)
    services.lose(lead, reason="price", by=cast.designer, at=cast.days(1))
    assert "leads.quotation_expiry" not in running(lead)

    services.reopen(lead, reason="客户回头了", by=cast.store_manager, at=cast.days(2))

    assert timezone.localdate(running(lead)["leads.quotation_expiry"].due_at) == lead.quotations.get().valid_until


def test_what_no_longer_fits_the_survey_runs_out_no_more(cast):
    lead = road.surveyed_lead(cast)
    jobs.price_list(cast, at=cast.at)
    services.issue_quotation(services.draft_quotation(lead, by=cast.designer, at=cast.at), by=cast.designer, at=cast.at)

    services.correct_survey(lead, reason="主卧量错", rooms=road.ROOMS, demands="同前", by=cast.designer, at=cast.days(1))

    assert "leads.quotation_expiry" not in running(lead)


def test_a_promise_outlives_the_loss(cast):
    lead = road.consulted_lead(cast)
    services.make_promise(lead, text="把方案图发给客户", until=cast.days(3).date(), by=cast.designer, at=cast.at)

    services.lose(lead, reason="price", by=cast.designer, at=cast.at)

    assert set(running(lead)) == {"leads.promise", "leads.loss_review"}


def test_nobody_reviews_ones_own_loss(cast):
    lead, review = lost(cast, by=cast.store_manager)
    assert running(lead)["leads.loss_review"].owner == cast.design_manager

    with pytest.raises(Refused, match="somebody else reviews"):
        services.confirm_loss(review, by=cast.store_manager, at=cast.days(2))
    services.confirm_loss(review, by=cast.design_manager, at=cast.days(2))


def test_a_loss_is_reviewed_once(cast):
    _lead, review = lost(cast)
    services.confirm_loss(review, by=cast.store_manager, at=cast.days(2))

    for verb in (services.confirm_loss, lambda row, **told: services.send_loss_back(row, reason="x", **told)):
        with pytest.raises(Refused, match="reviewed already"):
            verb(review, by=cast.design_manager, at=cast.days(3))


def test_opened_again_by_the_customer_manager_the_review_is_settled_by_it(cast):
    lead, review = lost(cast)

    services.reopen(lead, reason="客户回头了", by=cast.customer_manager, at=cast.days(2))

    review.refresh_from_db()
    assert (review.outcome, "leads.loss_review" in running(lead)) == ("reopened", False)


def test_lost_a_second_time_it_is_reviewed_a_second_time(cast):
    lead, review = lost(cast)
    services.send_loss_back(review, reason="再谈", by=cast.store_manager, at=cast.days(2))

    services.lose(lead, reason="competitor", by=cast.designer, at=cast.days(5))

    assert [row.outcome for row in lead.loss_reviews.order_by("pk")] == ["sent_back", ""]
    assert set(running(lead)) == {"leads.loss_review"}


def test_a_review_that_waits_climbs_to_the_general_manager(cast):
    lost(cast)

    for day, person in ((3, cast.store_manager), (4, cast.design_manager), (7, cast.general_manager)):
        assert not Notice.objects.filter(kind="leads.loss_review", user=person).exists()
        clocks.sweep(at=cast.days(day), audience=reach.audience)
        assert Notice.objects.filter(kind="leads.loss_review", user=person).exists()


# --- the month --------------------------------------------------------------------------------------------------------------------


def test_the_losses_of_a_month_stand_with_their_reasons_and_reviews(cast):
    lead, _review = lost(cast)
    services.lose(road.assigned_lead(cast, phones=["13858003372"]), reason="unreachable", by=cast.designer, at=cast.days(10))
    client, url = cast.client(cast.store_manager), reverse("leads:losses-of-month")

    november, december, filtered = (client.get(f"{url}?{query}").text for query in ("month=2026-11", "month=2026-12", "month=2026-11&reason=unreachable"))

    assert "别家便宜两万" in november and reverse("leads:loss-reviews", args=[lead.ref]) in november
    assert "别家便宜两万" not in december and "联系不上" in december
    assert "别家便宜两万" not in filtered
    assert "别家便宜两万" not in cast.client(cast.other.store_manager).get(f"{url}?month=2026-11").text


@pytest.mark.parametrize("post", ["cs_supervisor", "general_manager", "marketing_manager"])
def test_who_reads_the_losses_and_reviews_none_comes_from_the_list_to_the_file(cast, post):
    lead, _review = lost(cast)
    client = cast.client(getattr(cast, post))

    page = client.get(reverse("leads:losses-of-month"), {"month": "2026-11"}).text

    assert reverse("leads:loss-reviews", args=[lead.ref]) not in page and f'href="{lead.get_absolute_url()}"' in page
    assert client.get(lead.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("asked", ["", "x", "2026-13", "0000-00", "9999-12", "2026-1", "²²²²-11"])
def test_any_month_in_the_address_is_answered(cast, asked):
    assert cast.client(cast.store_manager).get(reverse("leads:losses-of-month"), {"month": asked}).status_code == 200


# --- the database, and two at once ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "attack",
    ["UPDATE leads_lossreview SET decided_at = now()", "UPDATE leads_lossreview SET decided_at = now(), decided_by_id = by_id, outcome = 'confirmed'",
     "UPDATE leads_lossreview SET decided_at = now(), decided_by_id = {person}, outcome = 'sent_back'", "DELETE FROM leads_lossreview",
     "UPDATE leads_lossreview SET by_id = {person}",
     "INSERT INTO leads_lossreview (lead_id, store_id, loss_id, by_id, outcome, note, at) "
     "SELECT lead_id, store_id, loss_id, by_id, '', '', at FROM leads_lossreview"],
)  # fmt: skip
def test_the_database_refuses(cast, attack):
    lost(cast)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack.format(person=cast.store_manager.pk))


def test_two_reviews_at_once_are_one(live_db, live_cast, server_log):
    cast, before = live_cast, deadlocks(server_log)

    for n in range(max(ROUNDS // 8, 2)):
        lead, review = lost(cast, phones=[f"1393{n:07d}"])
        answers = at_once(
            lambda review=review: services.confirm_loss(review, by=cast.store_manager, at=cast.days(2)),
            lambda review=review: services.send_loss_back(review, reason="再谈", by=cast.design_manager, at=cast.days(2)),
            lambda lead=lead: services.reopen(lead, reason="回头了", by=cast.customer_manager, at=cast.days(2)),
        )
        review.refresh_from_db()
        lead.refresh_from_db()
        assert review.outcome in ("confirmed", "sent_back", "reopened"), answers
        reopened = lead.stage_changes.filter(from_stage="lost").count()
        assert (reopened, lead.stage == "lost") in ((0, True), (1, False)), answers

    assert deadlocks(server_log) == before
