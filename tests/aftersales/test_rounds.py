"""Return-visit rounds (domain 7.3): drawn, divided, called by neutral officers, closed with S05 (R020–R024)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftersales import deadlines_rounds as deadlines
from aftersales import services
from aftersales.dividing import Asked, divide
from aftersales.models import LowScore, RoundCall, VisitRound
from aftersales.round_terms import scripts
from aftersales.services.drawing import Criteria
from core.models import Deadline
from core.refusals import Refused
from leads.models import ContactBan, Customer
from projects.choices import Stage
from projects.models import Project
from tests.factories import rounds

BOTH = Criteria(stages=(Stage.COMPLETED.value, Stage.ACCEPTED.value))  # of the three sites that stand the settled one is left out


@pytest.fixture
def officer(cast):
    """A second officer, who serves nobody."""
    return cast.hire("cs_officer", name="范知秋", username="cx.second-officer", mobile="13899990001")


def customer_of(project, **told):
    Customer.objects.filter(pk=project.customer_id).update(**told)


def refused(verb, *args, **told):
    with pytest.raises(Refused) as caught:
        verb(*args, **told)
    return caught.value


def clock(row):
    return Deadline.objects.filter(clock=deadlines.ROUND_CALL.id, key=f"{row.round.ref}/{row.seq}").latest("pk")


def calls(row, cast, at, **more):
    return rounds.called(row, by=cast.cs_officer, at=at, **more)


def missed(row, cast, at):
    return calls(row, cast, at, reached=False, satisfaction="", suggestion="", note="没接")


# --- drawn ---------------------------------------------------------------------------------------------------------------


def test_a_list_is_drawn_by_stage_class_and_day(cast, completed, accepted, settled):
    day = cast.at.date()
    found = {
        "everybody": {completed, accepted, settled},
        "accepted": {accepted},
        "finished today": {accepted, settled},
        "finished before": set(),
        "class B": {completed},
    }
    customer_of(completed, willingness="high", ability="low")
    wanted = {
        "everybody": Criteria(),
        "accepted": Criteria(stages=("accepted",)),
        "finished today": Criteria(finished_from=day, finished_until=day, covered=True),
        "finished before": Criteria(finished_until=day - timedelta(days=1)),
        "class B": Criteria(grades=("B",)),
    }

    for name, criteria in wanted.items():
        if not found[name]:
            assert refused(rounds.drawn, cast, at=cast.at, criteria=criteria).message == "No customer fits this choice."
            continue
        made = rounds.drawn(cast, at=cast.at, criteria=criteria)
        assert {row.project for row in made.targets.all()} == found[name], name
        services.drop_round(made, by=cast.cs_supervisor, at=cast.at)


def test_r021_r022_a_sample_never_leaves_out_a_member_or_key_customer(cast, completed, accepted):
    customer_of(completed, is_member=True)
    customer_of(accepted, is_key=True)

    made = rounds.drawn(cast, at=cast.at, criteria=Criteria(sample=1))

    assert [(row.project, row.always) for row in made.targets.order_by("project_id")] == sorted(
        [(completed, True), (accepted, True)], key=lambda pair: pair[0].pk
    )


def test_who_wants_no_contact_and_who_is_on_another_list_is_not_drawn(cast, completed, accepted):
    customer_of(completed, do_not_contact=True, is_member=True)

    first = rounds.drawn(cast, at=cast.at, criteria=BOTH)

    assert ([row.project for row in first.targets.all()], first.drawn) == ([accepted], {"fitted": 2, "unwilling": 1, "elsewhere": 0, "drawn": 1})
    assert refused(rounds.drawn, cast, at=cast.at, criteria=BOTH).message == "No customer fits this choice."


@given(
    count=st.integers(1, 40), always=st.integers(0, 10), shares=st.lists(st.sampled_from([50, 100, 200]), min_size=1, max_size=4),
    barred=st.dictionaries(st.integers(0, 39), st.integers(0, 3), max_size=12),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_a_division_is_even_by_share_and_always_neutral(count, always, shares, barred):
    officers = dict(enumerate(shares))
    asked = [Asked(n, n < always, frozenset({barred[n]} if n in barred else ())) for n in range(count)]

    dealt = divide(asked, officers)

    assert set(dealt) == set(range(count))
    assert all(one is None or one not in row.barred for row, one in ((row, dealt[row.key]) for row in asked))
    assert all(dealt[row.key] is not None for row in asked if set(officers) - row.barred)
    if not barred and len(set(shares)) == 1:
        for some in (asked, [row for row in asked if row.always]):
            loads = [sum(dealt[row.key] == one for row in some) for one in officers]
            assert max(loads) - min(loads) <= 1


def test_half_a_share_gets_half_the_customers():
    dealt = divide([Asked(n) for n in range(30)], {1: 100, 2: 50})

    assert ([*dealt.values()].count(1), [*dealt.values()].count(2)) == (20, 10)


def test_nobody_gets_a_customer_whom_he_serves(cast, completed, accepted, officer):
    Project.objects.filter(pk=completed.pk).update(customer_manager=cast.cs_officer)

    made = rounds.drawn(cast, at=cast.at, criteria=BOTH, officers={cast.cs_officer: 100, officer: 100})

    assert {row.project: row.officer for row in made.targets.all()} == {completed: officer, accepted: cast.cs_officer}


def test_a_list_without_a_neutral_caller_is_not_handed_out_until_somebody_else_takes_it(cast, completed, officer):
    Project.objects.filter(pk=completed.pk).update(designer=cast.cs_officer)
    made = rounds.drawn(cast, at=cast.at)
    bare = rounds.target(made, completed)

    assert bare.officer is None
    assert refused(services.start_round, made, by=cast.cs_supervisor, at=cast.at).missing[0].says == "1 customers have no neutral caller yet."
    told = {"by": cast.cs_supervisor, "at": cast.at}
    assert refused(services.hand_target_over, bare, officer=cast.cs_officer, **told).message.startswith("Who serves a customer")
    services.hand_target_over(bare, officer=officer, **told)
    assert services.start_round(made, **told).state == "running"


def test_a_list_longer_than_three_days_allow_is_refused(cast, accepted, monkeypatch):
    from aftersales.services import rounds as module

    few = type(module.rules())(within_days=3, most_per_officer=1, hours_between=4, report_days=3)
    monkeypatch.setattr(module, "rules", lambda: few)

    message = refused(rounds.drawn, cast, at=cast.at, criteria=BOTH).message

    assert message.startswith("赵敏之 would get 2 customers; within three days 1 can be called.")


# --- called --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "kept"), [(3, True), (3.001, False)])
def test_r020_every_customer_is_called_within_three_days(cast, accepted, days, kept):
    row = rounds.target(rounds.running(cast, at=cast.at), accepted)
    assert clock(row).due_at == cast.days(3)

    calls(row, cast, cast.days(days))

    assert (clock(row).stopped_at, clock(row).breached_at is None) == (cast.days(days), kept)


def test_r023_a_visit_that_reached_the_customer_is_complete_and_on_its_paper(cast, accepted):
    row = rounds.target(rounds.running(cast, at=cast.at), accepted)
    message = refused(calls, row, cast, cast.at, satisfaction="so_so").message
    assert message == "The record is not complete: 1 missing."

    made = calls(row, cast, cast.at, satisfaction="so_so", with_what="阳台推拉门不顺", view="总体放心")

    body = made.paper.body
    assert (made.paper.kind, body["kind"], body["satisfaction"], body["with_what"], body["accepted_on"]) == ("S04", "定期回访", "一般", "阳台推拉门不顺", None)
    row.refresh_from_db()
    assert (row.state, row.done_at) == ("reached", cast.at)


@pytest.mark.parametrize(
    ("time", "sentence"),
    [
        ("08:59", "Customers are called from 9:00 to 20:00."), ("09:00", ""), ("11:59", ""),
        ("12:00", "From 12:00 to 14:00 customers rest; call later, or at a time they agreed."), ("14:00", ""), ("19:59", ""),
        ("20:00", "Customers are called from 9:00 to 20:00."),
    ],
)  # fmt: skip
def test_r024_nobody_is_called_in_the_rest_unless_the_time_was_agreed(cast, accepted, time, sentence):
    row = rounds.target(rounds.running(cast, at=cast.at), accepted)
    hours, minutes = time.split(":")
    at = cast.days(1).replace(hour=int(hours), minute=int(minutes))
    if sentence:
        assert refused(calls, row, cast, at).message == sentence

    assert calls(row, cast, at, time_agreed=bool(sentence)).reached


def test_three_attempts_four_hours_apart_end_it(cast, accepted):
    row = rounds.target(rounds.running(cast, at=cast.at), accepted)
    missed(row, cast, cast.at)
    early = cast.at + timedelta(hours=3, minutes=59)
    assert refused(missed, row, cast, early.replace(minute=0) + timedelta(minutes=39)).message.startswith("The last attempt")

    missed(row, cast, cast.at + timedelta(hours=4, minutes=30))
    assert clock(row).stopped_at is None
    missed(row, cast, cast.days(1))

    row.refresh_from_db()
    assert (row.state, clock(row).stopped_at) == ("tried", cast.days(1))
    assert refused(calls, row, cast, cast.days(2)).message == "Three attempts were made; more would disturb the customer."


def test_only_the_officer_of_the_list_or_a_supervisor_calls_and_nobody_who_serves_the_customer(cast, accepted, officer):
    row = rounds.target(rounds.running(cast, at=cast.at), accepted)

    assert refused(rounds.called, row, by=officer, at=cast.at).message == "This customer is on 赵敏之's list."
    assert refused(rounds.called, row, by=cast.customer_manager, at=cast.at).message.startswith("Who serves a customer")
    assert rounds.called(row, by=cast.cs_supervisor, at=cast.at).by == cast.cs_supervisor
    again = refused(calls, row, cast, cast.at).message
    assert again == "This customer has been reached already: 孙可, 11-24 09:40."


def test_a_customer_who_wants_no_more_calls_is_left_alone_by_everybody(cast, accepted):
    row = rounds.target(rounds.running(cast, at=cast.at), accepted)

    calls(row, cast, cast.at, no_more=True)

    assert Customer.objects.get(pk=accepted.customer_id).do_not_contact
    assert ContactBan.objects.get(customer=accepted.customer_id).reason == f"Said on the return visit {row.round.ref}."


def test_the_time_that_a_customer_agrees_to_stands_on_the_list(cast, accepted):
    row = rounds.target(rounds.running(cast, at=cast.at), accepted)
    evening = cast.at.replace(hour=20, minute=30)

    calls(row, cast, cast.at, reached=False, satisfaction="", suggestion="", wanted_at=evening)

    row.refresh_from_db()
    assert (row.state, row.wanted_at) == ("open", evening)
    assert calls(row, cast, evening, time_agreed=True).reached


def test_a_dissatisfied_customer_opens_a_case_once_and_is_called_the_same_day(cast, accepted, officer):
    row = rounds.target(rounds.running(cast, at=cast.at), accepted)

    made = calls(row, cast, cast.at, satisfaction="dissatisfied", with_what="主卫地漏返味，说了两次没人来")

    low = LowScore.objects.get(paper=made.paper)
    same_day = Deadline.objects.get(clock=deadlines.LOW_CALL.id, key=low.case)
    assert (low.source, low.says, same_day.owner) == ("S04", "主卫地漏返味，说了两次没人来", cast.cs_supervisor)
    assert same_day.due_at == cast.at + timedelta(hours=12)
    told = {"reached": True, "says": "已道歉，约今天下午上门", "at": cast.at + timedelta(hours=1)}
    assert refused(services.record_low_call, low, by=cast.project_manager, **told).message.startswith("Who serves a customer")
    services.record_low_call(low, by=cast.cs_supervisor, **told)
    same_day.refresh_from_db()
    assert (same_day.breached_at, same_day.stopped_by) == (None, cast.cs_supervisor)


# --- closed --------------------------------------------------------------------------------------------------------------


def closing(made, cast, at):
    return services.close_round(made, analysis="地漏返味集中在二期户型。", measures="维修班逐户检查地漏水封。", by=cast.cs_supervisor, at=at)


@pytest.mark.parametrize("tries", [0, 1, 2])
def test_r021_r022_a_round_stays_open_while_a_member_or_key_customer_was_not_visited(cast, completed, accepted, tries):
    customer_of(accepted, is_key=True)
    made = rounds.running(cast, at=cast.at)
    row = rounds.target(made, accepted)
    for n in range(tries):
        missed(row, cast, cast.days(n))

    caught = refused(closing, made, cast, cast.days(4))

    assert caught.message == "The round cannot be closed yet."
    assert [gap.gate for gap in caught.missing] == ["R021 R022"]
    assert VisitRound.objects.get(pk=made.pk).state == "running"


def test_s05_the_report_counts_the_rows_and_is_frozen(cast, completed, accepted, officer):
    customer_of(accepted, is_member=True)
    made = rounds.running(cast, at=cast.at, criteria=BOTH, officers={cast.cs_officer: 100, officer: 100})
    row = rounds.target(made, accepted)
    rounds.called(row, by=row.officer, at=cast.at, satisfaction="so_so", with_what="阳台推拉门不顺", suggestion="交付前多试几次")

    closed = closing(made, cast, cast.days(1))

    body = closed.report.body
    figures = {each["name"]: each["count"] for each in body["figures"]}
    assert figures == {"符合条件": 2, "抽取": 2, "接通": 1, "三次未接通": 0, "未打": 1, "不愿被联系": 0, "三日内完成": 1}
    assert {each["name"]: each["count"] for each in body["results"]} == {"满意": 0, "一般": 1, "不满意": 0}
    assert (body["always"], body["always_done"]) == (1, 1)
    assert [(each["text"], each["result"]) for each in body["with_what"]] == [("阳台推拉门不顺", "一般")]
    assert sum(each["asked"] for each in body["officers"]) == 2
    assert body["analysis"] == "地漏返味集中在二期户型。"
    left = rounds.target(made, completed)
    assert (left.state, left.reason, clock(left).cancelled) == ("left_out", "本轮未打", True)
    assert Deadline.objects.get(clock=deadlines.ROUND_REPORT.id, key=made.ref).stopped_at == cast.days(1)
    assert refused(closing, made, cast, cast.days(2)).message == "This round stands at “Closed”."


def test_the_report_is_due_after_the_last_day(cast, accepted):
    made = rounds.running(cast, at=cast.at)

    due = Deadline.objects.get(clock=deadlines.ROUND_REPORT.id, key=made.ref).due_at

    assert due == cast.days(6).replace(hour=18, minute=0)


def test_no_script_speaks_of_driving_or_membership():
    for script in scripts().values():
        said = " ".join(script.said(company="素行装饰", name="赵敏之", customer="陈静兰 女士", occasion="中秋节").values())
        assert not {word for word in ("开车", "会员", "{", "续费") if word in said}, script.code


def test_a_call_is_kept_as_it_was_told(cast, accepted):
    row = rounds.target(rounds.running(cast, at=cast.at), accepted)
    missed(row, cast, cast.at)

    assert list(RoundCall.objects.filter(target=row).values_list("seq", "reached", "note")) == [(1, False, "没接")]
