"""Pages of foremen's money, site cost, completion and archive: who sees what, what was typed is kept, and few questions however many rows."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from core.models import Paper
from leads.models import CashEntry
from projects import services
from projects.models import ForemanSettlement, LabourContract, Project, SiteExpense
from tests.factories import complaints, settling
from tests.factories import projects as road
from tests.factories.inspections import picture
from tests.projects.standing import site
from tests.projects.standing import standing as sites


def busy(cast: Any, **more: Any) -> Project:
    """A statement that is paid, one that waits, an expense, a proposal."""
    project = road.working_project(cast, **more)
    settling.priced(project, people=cast, at=cast.at)
    settling.paid(project, people=cast, at=cast.at, amount=Decimal(4000))
    settling.written(project, people=cast, at=cast.at)
    services.record_expense(
        project, kind="rubbish", amount=Decimal(580), spent_on=cast.at.date(), payee="绿城清运", what="垃圾两车",
        receipt=settling.receipt(project, by=cast.project_manager, at=cast.at), by=cast.project_manager, at=cast.at,
    )  # fmt: skip
    services.propose_saving(project, text="整批裁切", effect="direct", saves=Decimal(420), by=cast.site_supervisor, at=cast.at)
    return project


standing = sites(busy=busy, accepted=road.accepted_project)


@pytest.fixture
def cast(standing, db):
    return standing.cast


@pytest.fixture
def project(standing, cast):
    return site(standing, "busy")


def page(cast, person, project, name):
    return cast.client(getattr(cast, person)).get(f"/projects/{project.ref}/{name}/")


def test_P38_a_foreman_sees_his_own_money_and_the_site_manager_does_not(cast, project):
    paper = Paper.objects.filter(dossier=project.dossier, kind="P38").first()
    assert "50,000.00" in page(cast, "foreman", project, "foreman").content.decode()
    assert page(cast, "project_manager", project, "foreman").status_code == 403
    assert page(cast, "designer", project, "foreman").status_code == 403
    for person, status in {"foreman": 200, "accountant": 200, "project_manager": 404, "designer": 404}.items():
        assert cast.client(getattr(cast, person)).get(f"/papers/{paper.ref}/").status_code == status, person


def test_P38_the_till_leads_to_a_statement_only_whoever_may_read_it(cast, project):
    paid = CashEntry.objects.select_related("paper").get(paper__kind="P38")
    day = f"/leads/till/accounts/{paid.account_id}/days/{paid.day.isoformat()}/"
    seen = {person: cast.client(getattr(cast, person)).get(day).content.decode() for person in ("cashier", "accountant")}

    assert {person: (paid.paper.ref in page, f'href="/papers/{paid.paper.ref}/"' in page) for person, page in seen.items()} == {
        "cashier": (True, False), "accountant": (True, True)
    }  # fmt: skip


def test_P38_what_was_typed_stays_when_more_is_asked_than_is_open(cast, project):
    waiting = ForemanSettlement.objects.get(project=project, paid_at__isnull=True)
    services.refuse_statement(waiting, reason="金额", by=cast.engineering_manager, at=cast.at)
    client = cast.client(cast.engineering_assistant)
    answer = client.post(f"/projects/{project.ref}/foreman/settlements/", {"kind": "instalment", "amount": "6000.01", "reason": "第二期"})
    text = answer.content.decode()
    assert answer.status_code == 422 and "6000.01" in text and "第二期" in text and "6,000.00" in text
    assert client.post(f"/projects/{project.ref}/foreman/settlements/", {"kind": "instalment", "amount": "6000", "reason": ""}).status_code == 302


def test_P38_the_buttons_stand_for_whoever_may_press_them(cast, project):
    row = ForemanSettlement.objects.get(project=project, paid_at__isnull=True)
    approve = f"/projects/{project.ref}/foreman/settlements/{row.pk}/approvals/"
    pay = approve.replace("approvals", "payments")
    assert approve in page(cast, "engineering_manager", project, "foreman").content.decode()
    assert approve not in page(cast, "engineering_assistant", project, "foreman").content.decode()
    assert cast.client(cast.engineering_manager).post(approve).status_code == 302
    assert pay in page(cast, "accountant", project, "foreman").content.decode()
    told = {"method": "transfer", "paid_on": timezone.localdate().isoformat()}
    assert cast.client(cast.accountant).post(pay, told | {"payee_account": "12"}).status_code == 422
    assert cast.client(cast.accountant).post(pay, told | {"payee_account": "1234"}).status_code == 302


def test_P40_who_keeps_expenses_sees_them_and_who_answers_sees_cost_and_margin(cast, project):
    seen = {person: page(cast, person, project, "costs").content.decode() for person in ("project_manager", "engineering_manager", "store_manager")}
    assert "垃圾两车" in seen["project_manager"] and "预算结余" not in seen["project_manager"] and "4,000.00" not in seen["project_manager"]
    assert "预算结余" in seen["engineering_manager"] and "当前毛利" not in seen["engineering_manager"]
    assert "当前毛利" in seen["store_manager"]


def test_P40_an_expense_is_noted_with_its_photo(cast, project):
    told = {"kind": "transport", "amount": "360", "spent_on": timezone.localdate().isoformat(), "payee": "城西货运", "what": "水泥运费"}
    client = cast.client(cast.project_manager)
    assert client.post(f"/projects/{project.ref}/costs/expenses/", told).status_code == 422
    client.post(f"/projects/{project.ref}/costs/expenses/", told | {"receipt": picture()})
    row = SiteExpense.objects.get(what="水泥运费")
    assert cast.client(cast.project_manager).get(f"/files/{row.receipt.public_id}/").status_code == 200


def test_the_months_are_taken_out_as_they_stand(cast, project):
    for person, name, says in (
        ("accountant", "costs", project.ref), ("engineering_manager", "foremen", "鲁全胜"), ("engineering_assistant", "completions", "P-CX"),
        ("engineering_manager", "commissions", None),
    ):  # fmt: skip
        answer = cast.client(getattr(cast, person)).get(f"/projects/{name}/export/?period=2026-11")
        rows = [[str(cell) for cell in row] for row in load_workbook(BytesIO(b"".join(answer))).active.iter_rows(values_only=True)]
        assert says is None or any(says in cell for row in rows[1:] for cell in row), (name, rows)


@pytest.mark.parametrize(
    ("person", "address"),
    [
        ("engineering_manager", "foremen/?period=2026-11"), ("accountant", "costs/?period=2026-11"), ("engineering_assistant", "completions/?period=2026-11"),
        ("engineering_manager", "commissions/?period=2026-11"), ("engineering_assistant", "archives/"),
    ],
)  # fmt: skip
def test_a_list_asks_few_questions_however_many_rows(cast, project, person, address):
    client = cast.client(getattr(cast, person))

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/projects/{address}").status_code == 200
        return len([q for q in seen if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    asked()
    before = asked()
    for n in range(2):
        services.record_expense(
            project, kind="tools", amount=Decimal(10 + n), spent_on=cast.at.date(), payee="五金店", what=f"辅件 {n}",
            receipt=settling.receipt(project, by=cast.project_manager, at=cast.at), by=cast.project_manager, at=cast.at,
        )  # fmt: skip
        settling.lent(project, people=cast, at=cast.at)
    assert asked() == before <= 10  # four of them are the frame's: session, person, posts, clocks


@pytest.mark.parametrize(
    ("person", "name"),
    [("engineering_manager", "foreman"), ("store_manager", "costs"), ("engineering_assistant", "archive"), ("engineering_assistant", "foreman/settlements")],
)
def test_a_page_of_a_site_asks_at_most_so_many_questions(cast, project, person, name):
    client = cast.client(getattr(cast, person))
    client.get(f"/projects/{project.ref}/{name}/")
    with CaptureQueriesContext(connection) as seen:
        assert client.get(f"/projects/{project.ref}/{name}/").status_code == 200
    assert len(seen) <= 22, "\n".join(q["sql"][:120] for q in seen)


def test_P18_a_labour_contract_is_filed_with_its_scan(cast, project):
    crew = services.add_crew(cast.store, name="钱大勇班", leader="钱大勇", trades=["水电"], by=cast.engineering_assistant, at=cast.at)
    client = cast.client(cast.engineering_assistant)
    told = {"labour-number": "LW-1", "labour-signed_on": "2026-11-01", "labour-until_on": "2027-11-01"}
    assert client.post(f"/projects/crews/{crew.pk}/contracts/", told).status_code == 422
    assert client.post(f"/projects/crews/{crew.pk}/contracts/", told | {"labour-scan": picture()}).status_code == 302
    scan = LabourContract.objects.get(crew=crew).scan
    assert client.get(f"/files/{scan.public_id}/").status_code == 200
    assert cast.client(cast.designer).get(f"/files/{scan.public_id}/").status_code == 404
    assert cast.client(cast.other.store_manager).get(f"/files/{scan.public_id}/").status_code == 404


def test_P35_the_papers_of_a_complaint_lie_in_no_index_that_the_site_reads(cast, project):
    told = complaints.told(project, people=cast, at=cast.at, named=[cast.project_manager])
    read = (("project_manager", "archive"), ("engineering_assistant", "archive/loans"))
    pages = [page(cast, person, project, name).content.decode() for person, name in read]
    assert [told.paper.ref in text for text in pages] == [False, False]
    assert [project.contract.paper.ref in text for text in pages] == [True, True]


def test_P45_P33_P34_P36_the_pages_of_the_end(standing, cast):
    project = site(standing, "accepted")
    home, today = f"/projects/{project.ref}", timezone.localdate().isoformat()
    helper, keeper = cast.client(cast.engineering_assistant), cast.client(cast.site_supervisor)
    told = {"on": today, "keys": "4", "water": "12.3"}
    assert "先保洁" in keeper.post(f"{home}/hand-over/", told).content.decode()
    settling.cleaned(project, people=cast, at=cast.at)
    assert keeper.post(f"{home}/hand-over/", told | {"water": "-1"}).status_code == 422
    assert "/papers/P33-" in keeper.post(f"{home}/hand-over/", told)["Location"]
    lent = {"kind": "loan", "what": "水电图", "to": "贺鸣", "purpose": "核对", "due_on": "2027-12-31"}
    assert helper.post(f"{home}/archive/loans/", lent).status_code == 302
    assert "水电图" in helper.get("/projects/archives/").content.decode()
    assert "DA-CX-2026" in helper.get(f"{home}/archive/filing/").content.decode()
