"""Return visits: complete, at most three attempts, four hours apart, not in the customer's rest (R020–R024, S04)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aftersales import deadlines
from aftersales.models import ReturnVisit
from core.models import Deadline
from core.refusals import Refused
from leads.models import Customer
from tests.factories import aftersales as after


def refused(project, **told):
    with pytest.raises(Refused) as caught:
        after.visit(project, **told)
    return caught.value


def hour(cast, text):
    hours, minutes = text.split(":")
    return cast.days(1).replace(hour=int(hours), minute=int(minutes))


def clock(project, kind="acceptance"):
    return Deadline.objects.filter(clock=deadlines.VISITS[kind].id, key=project.ref).latest("pk")


HOURS, REST = "Customers are called from 9:00 to 20:00.", "From 12:00 to 14:00 customers rest; call later, or at a time they agreed."


@pytest.mark.parametrize(
    ("time", "sentence"),
    [
        ("08:59", HOURS), ("09:00", ""), ("11:59", ""), ("12:00", REST), ("13:59", REST), ("14:00", ""), ("19:59", ""), ("20:00", HOURS), ("00:10", HOURS),
    ],
)  # fmt: skip
@pytest.mark.parametrize("channel", ["phone", "door"])
def test_nobody_is_called_in_the_rest_unless_the_time_was_agreed(cast, accepted, time, sentence, channel):
    told = {"by": cast.cs_officer, "at": hour(cast, time), "channel": channel}
    if sentence:
        assert refused(accepted, **told).message == sentence

    made = after.visit(accepted, **told, time_agreed=bool(sentence))

    assert (made.reached, made.time_agreed) == (True, bool(sentence))


@pytest.mark.parametrize("channel", ["message", "mail"])
def test_what_disturbs_nobody_may_be_sent_at_any_time(cast, accepted, channel):
    assert after.visit(accepted, by=cast.cs_officer, at=hour(cast, "12:30"), channel=channel).reached


def test_whoever_does_not_want_to_be_contacted_is_left_alone_unless_they_asked(cast, accepted):
    Customer.objects.filter(pk=accepted.customer_id).update(do_not_contact=True)

    assert refused(accepted, by=cast.cs_officer, at=cast.at).message == "The customer does not want to be contacted."
    assert after.visit(accepted, by=cast.cs_officer, at=cast.at, time_agreed=True).reached


def missed(project, cast, at, **more):
    return after.visit(project, by=cast.cs_officer, at=at, reached=False, satisfaction="", note="没接电话", **more)


def test_a_second_attempt_waits_four_hours(cast, accepted):
    missed(accepted, cast, cast.at)

    early = refused(accepted, by=cast.cs_officer, at=cast.at + timedelta(hours=3, minutes=59), time_agreed=True)
    assert early.message == "The last attempt is less than four hours ago."
    assert after.visit(accepted, by=cast.cs_officer, at=cast.at + timedelta(hours=4, minutes=30)).attempt == 2


def test_three_attempts_end_it_and_stop_the_clock(cast, accepted):
    for n in range(3):
        assert clock(accepted).stopped_at is None
        visit = missed(accepted, cast, cast.days(n))
        assert (visit.attempt, visit.paper) == (n + 1, None)

    assert clock(accepted).stopped_at == cast.days(2)
    assert refused(accepted, by=cast.cs_officer, at=cast.days(3)).message == "Three attempts were made; more would disturb the customer."


def test_one_visit_is_made_once_and_the_others_stay_due(cast, accepted):
    after.visit(accepted, by=cast.cs_officer, at=cast.days(1))

    assert (clock(accepted).stopped_at, clock(accepted, "month").stopped_at) == (cast.days(1), None)
    assert refused(accepted, by=cast.cs_officer, at=cast.days(2)).message == "This return visit has been made."
    assert after.visit(accepted, by=cast.cs_officer, at=cast.days(28), kind="month").attempt == 1


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"satisfaction": ""}, "How satisfied the customer is has not been noted."),
        ({"satisfaction": "thrilled"}, "How satisfied the customer is has not been noted."),
        ({"satisfaction": "so_so"}, "With what the customer is not satisfied has not been noted."),
        ({"satisfaction": "dissatisfied", "with_what": "  "}, "With what the customer is not satisfied has not been noted."),
    ],
)
def test_a_visit_that_reached_the_customer_is_complete_or_refused(cast, accepted, told, sentence):
    """R023."""
    assert [gap.says for gap in refused(accepted, by=cast.cs_officer, at=cast.at, **told).missing] == [sentence]
    assert not ReturnVisit.objects.exists()


def test_a_visit_that_reached_the_customer_goes_on_its_paper(cast, accepted):
    told = {"satisfaction": "so_so", "with_what": "地砖缝", "suggestion": "到货前说一声", "view": "做事认真", "note": "下周再看"}

    visit = after.visit(accepted, by=cast.cs_officer, at=cast.days(1), **told)

    body = visit.paper.body
    assert (visit.paper.kind, body["satisfaction"], body["officer"], body["time_agreed"]) == ("S04", "一般", "赵敏之", False)
    assert {name: body[name] for name in ("with_what", "suggestion", "view", "note")} == {k: v for k, v in told.items() if k != "satisfaction"}


def test_the_call_about_a_bad_answer_stops_its_clock(cast, settled):
    after.evaluation(settled, people=cast, at=cast.days(1), Q05="1")

    after.visit(settled, by=cast.cs_supervisor, at=cast.days(1) + timedelta(hours=1), kind="low_score", satisfaction="dissatisfied", with_what="工地不干净")

    assert (clock(settled, "low_score").breached_at, clock(settled, "low_score").stopped_by) == (None, cast.cs_supervisor)
    assert clock(settled).stopped_at is None
