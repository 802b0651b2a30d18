"""The pages of rounds, surveys and bad answers: what they show, what a refused post keeps, how many questions they ask."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aftersales import services
from aftersales.models import LowScore, RoundCall, Survey, VisitRound
from leads.models import Customer, PhoneReveal
from projects.models import Project
from tests.factories import rounds


@pytest.fixture
def now() -> Any:
    return timezone.now() - timedelta(hours=1)


def asked(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200, url
    return len(queries)


def test_a_list_is_drawn_handed_out_and_called_through_its_pages(cast, accepted, completed, settings):
    boss, officer = cast.client(cast.cs_supervisor), cast.client(cast.cs_officer)
    day = timezone.localdate()
    told = {
        "name": "入冬回访", "purpose": "问采暖", "script": "in_warranty", "from_on": day, "until_on": day, "among": "all", "sample": 100,
        f"share_{cast.cs_officer.pk}": 100, f"share_{cast.cs_supervisor.pk}": 0,
    }  # fmt: skip
    bad = boss.post("/aftersales/rounds/new/", told | {"feature": "festival"})
    assert bad.status_code == 422 and "入冬回访" in bad.content.decode() and "节日" in bad.content.decode()

    made = boss.post("/aftersales/rounds/new/", told)
    round = VisitRound.objects.get()
    assert made.url == f"/aftersales/rounds/{round.ref}/"
    boss.post(f"{made.url}starts/")
    row = rounds.target(round, accepted)
    url = f"{made.url}{row.seq}/calls/"
    assert accepted.customer_name in officer.get("/aftersales/rounds/mine/").content.decode()
    assert officer.post(f"{made.url}{row.seq}/phone/").status_code == 200
    assert PhoneReveal.objects.filter(by=cast.cs_officer, for_clock="aftersales.round_call").count() == 1
    said = {"visited_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"), "channel": "phone", "reached": "yes", "time_agreed": "on", "satisfaction": "so_so"}
    refused = officer.post(url, said | {"suggestion": "早点打电话"})
    assert refused.status_code == 422 and "早点打电话" in refused.content.decode()
    assert officer.post(url, said | {"with_what": "门响"}).status_code == 302
    assert RoundCall.objects.get().with_what == "门响"
    text = boss.get(made.url).content.decode()
    assert "门响" in text and "1/3" in text


def test_a_round_with_open_members_says_who_is_missing_before_the_button_is_pressed(cast, completed, accepted, now):
    Customer.objects.filter(pk=accepted.customer_id).update(is_key=True)
    made = rounds.running(cast, at=now)

    text = cast.client(cast.cs_supervisor).get(f"/aftersales/rounds/{made.ref}/").content.decode()

    assert f"{accepted.customer_name}是会员或重点客户，既未接通，也未打满三次。" in text
    answer = cast.client(cast.cs_supervisor).post(f"/aftersales/rounds/{made.ref}/closings/", {"analysis": "先写着", "measures": ""})
    assert answer.status_code == 422 and "先写着" in answer.content.decode()


def test_whom_a_bad_answer_names_finds_neither_page_nor_case(cast, accepted, now):
    survey = rounds.sent(cast, at=now)
    rounds.answered(rounds.invite(survey, accepted), by=cast.cs_officer, at=now, Q06="1")
    low = LowScore.objects.get()
    Project.objects.filter(pk=accepted.pk).update(project_manager=cast.project_manager)
    low.about.model.objects.create(low=low, person=cast.store_manager)

    named, other = cast.client(cast.store_manager), cast.client(cast.cs_supervisor)

    assert named.get(f"/aftersales/low-scores/{low.paper.ref}/").status_code == 404
    assert low.case not in named.get("/aftersales/low-scores/").content.decode()
    assert low.case in other.get("/aftersales/low-scores/").content.decode()


def test_the_customer_manager_sees_own_customers_alone(cast, completed, accepted, now):
    Project.objects.filter(pk=completed.pk).update(customer_manager=cast.other.customer_manager)
    survey = rounds.sent(cast, at=now)
    rounds.answered(rounds.invite(survey, accepted), by=cast.cs_officer, at=now)
    rounds.answered(rounds.invite(survey, completed), by=cast.cs_officer, at=now, Q15="别家的话")

    text = cast.client(cast.customer_manager).get(f"/aftersales/surveys/{survey.ref}/results/").content.decode()

    assert accepted.customer_name in text and "别家的话" not in text


@pytest.mark.parametrize(
    ("post", "url", "most"),
    [
        ("cs_supervisor", "/aftersales/rounds/", 6), ("cs_officer", "/aftersales/rounds/mine/", 6), ("cs_supervisor", "/aftersales/low-scores/", 8),
        ("cs_supervisor", "/aftersales/surveys/", 6), ("cs_supervisor", "/aftersales/rounds/{round}/", 12),
        ("cs_officer", "/aftersales/rounds/{round}/1/calls/", 12), ("cs_supervisor", "/aftersales/surveys/{survey}/", 12),
        ("cs_supervisor", "/aftersales/surveys/{survey}/results/", 12), ("technician", "/aftersales/home-patrols/", 7),
        ("engineering_manager", "/aftersales/repairs/signals/", 6),
    ],
)  # fmt: skip
def test_a_page_asks_as_much_for_one_row_as_for_more(cast, completed, accepted, now, post, url, most):
    def told(n: int) -> int:
        made = rounds.running(cast, at=now, criteria=rounds.Criteria(stages=(accepted.stage,) if n == 1 else ()))
        survey = Survey.objects.filter(name="竣工满意度调查").first() or rounds.sent(cast, at=now)
        return asked(cast.client(getattr(cast, post)), url.format(round=made.ref, survey=survey.ref))

    first = told(1)
    assert first <= most, first
    for row in VisitRound.objects.get().targets.all():
        type(row).objects.filter(pk=row.pk).update(state="left_out", done_at=now, reason="x")
    survey = rounds.sent(cast, at=now, name="第二次")
    rounds.answered(rounds.invite(survey, accepted), by=cast.cs_officer, at=now, Q06="1", Q05="2")
    rounds.answered(rounds.invite(survey, completed), by=cast.cs_officer, at=now, Q06="1")
    assert told(2) <= most


def test_the_looks_at_homes_go_out_as_a_sheet(cast, accepted, now):
    services.record_home_patrol(accepted, problem="地漏堵", correction="当场疏通", by=cast.technician, at=now)

    answer = cast.client(cast.aftersales_head).get("/aftersales/home-patrols/export/")

    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content)).active
    assert [cell.value for cell in sheet[2]][3:5] == ["地漏堵", "当场疏通"]
