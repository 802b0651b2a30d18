"""The end of a site: cleaning before hand-over (P45, P33), documents with the concealed pipes (P34), archive and loans (P35, P36), cost (P40, P41), P32."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from core import snapshots
from core.models import Deadline, Notice, Paper, Snapshot
from core.refusals import Refused
from projects import completions, costs, services
from projects import content_settling as content
from projects.choices import Fact
from projects.models import Project
from projects.performance import Period
from tests.factories import projects as road
from tests.factories import settling
from tests.hand import sign, sign_all
from tests.projects.standing import site
from tests.projects.standing import standing as sites


def working(cast: Any, **more: Any) -> Project:
    project = road.working_project(cast, **more)
    settling.priced(project, people=cast, at=cast.at)
    return project


standing = sites(working=working, accepted=road.accepted_project)


@pytest.fixture
def cast(standing, db):
    return standing.cast


@pytest.fixture
def project(standing, cast):
    return site(standing, "accepted")


def running(project, name):
    return Deadline.objects.filter(dossier=project.dossier, clock=f"projects.{name}", stopped_at__isnull=True).first()


def given(project, *without, **why):
    return [services.Given(d.code, d.code not in without, why.get(d.code, "")) for d in content.documents_of(project)]


# --- cleaning and hand-over ------------------------------------------------------------------------------------------


def test_P45_the_home_is_cleaned_before_it_is_handed_over(standing, project, cast):
    told = {"on": cast.at.date(), "keys": 4, "by": cast.site_supervisor, "at": cast.at}
    with pytest.raises(Refused, match="cannot be handed over yet") as refusal:
        services.hand_over_home(project, **told)
    assert [gap.gate for gap in refusal.value.missing] == ["P45"]
    services.follow(project.dossier, at=cast.at)
    assert running(project, "cleaning").owner == cast.engineering_assistant
    settling.cleaned(project, people=cast, at=cast.at)
    assert running(project, "cleaning") is None
    made = services.hand_over_home(project, **told)
    assert made.paper.kind == "P33"
    with pytest.raises(Refused, match="not done while"):
        services.hand_over_home(site(standing, "working"), **told)


def test_P45_one_cleaning_waits_and_a_withdrawn_one_is_void(project, cast):
    def ordered(**more):
        told = {"contractor": "净居", "scope": "开荒", "amount": Decimal(600), "clean_on": cast.days(2).date()} | more
        return services.order_cleaning(project, by=cast.engineering_assistant, at=cast.at, **told)

    with pytest.raises(Refused, match="lies behind"):
        ordered(clean_on=cast.days(-1).date())
    first = ordered()
    assert timezone.localtime(running(project, "cleaning").due_at).date() == cast.days(2).date()
    with pytest.raises(Refused, match="ordered already"):
        ordered()
    services.withdraw_cleaning(first, reason="业主自己请人", by=cast.engineering_assistant, at=cast.at)
    first.paper.refresh_from_db()
    assert first.paper.state == "void" and running(project, "cleaning") is None
    assert services.take_over_cleaning(ordered(clean_on=cast.at.date()), on=cast.at.date(), word="干净", by=cast.engineering_assistant, at=cast.at).done_on


def test_P33_the_hand_over_is_signed_by_owner_and_supervisor_and_stops_its_clock(project, cast):
    services.follow(project.dossier, at=cast.at)
    due = running(project, "hand_over")
    assert (due.owner, due.due_at) == (cast.site_supervisor, cast.days(3))
    settling.cleaned(project, people=cast, at=cast.at)
    first = services.hand_over_home(project, on=cast.at.date(), keys=3, by=cast.site_supervisor, at=cast.at)
    again = services.hand_over_home(project, on=cast.at.date(), keys=4, left_open="阳台门锁待换\n", by=cast.site_supervisor, at=cast.at)
    first.paper.refresh_from_db()
    assert first.paper.state == "superseded"
    sign(again.paper, "customer", road.CUSTOMER, by=cast.site_supervisor, at=cast.days(1))
    services.follow(project.dossier, at=cast.days(1))
    assert running(project, "hand_over")
    sign(again.paper, "supervisor", "马知行", by=cast.site_supervisor, at=cast.days(2), user=cast.site_supervisor)
    services.follow(project.dossier, at=cast.days(5))
    stopped = Deadline.objects.get(dossier=project.dossier, clock="projects.hand_over")
    assert stopped.stopped_at == cast.days(2)  # the fact's day, not that of the look
    with pytest.raises(Refused, match="is handed over"):
        services.hand_over_home(project, on=cast.days(2).date(), keys=4, by=cast.site_supervisor, at=cast.days(2))


def test_P34_C8_18_every_document_is_given_or_has_its_reason_and_the_pipes_always(project, cast):
    def listed(rows, at=cast.at):
        return services.hand_over_documents(project, given=rows, on=at.date(), by=cast.project_manager, at=at)

    with pytest.raises(Refused, match="given, or not with the reason"):
        listed(given(project)[1:])
    with pytest.raises(Refused, match="cannot be handed over yet") as refusal:
        listed(given(project, "manuals", "pipes", pipes="在画"))
    assert [(gap.gate, str(gap.says)) for gap in refusal.value.missing] == [
        ("P34", "设备、材料说明书和保修单: given, or the reason why not."), ("C8-18", "水电竣工图（隐蔽管线走向图） is handed over in any case."),
    ]  # fmt: skip
    made = listed(given(project, "P25", P25="没有变更"))
    assert (made.missing, project.holds(Fact.PAPERS_HANDED_OVER)) == (1, False)
    sign_all(made.paper, by=cast.project_manager, at=cast.days(1))
    services.follow(project.dossier, at=cast.days(3))
    fact = Project.objects.get(pk=project.pk).facts[Fact.PAPERS_HANDED_OVER]
    assert (fact.paper, fact.at) == (made.paper, cast.days(1))


def test_P34_of_two_lists_the_later_counts_from_its_own_signature(project, cast):
    """Replaced, the first list hands over nothing any more: the papers are owed again until the customer signs the second."""
    settling.documents_given(project, people=cast, at=cast.at)
    first = road.refreshed(project).facts["papers_handed_over"]

    told = {"on": cast.days(1).date(), "by": cast.project_manager, "at": cast.days(1)}
    second = services.hand_over_documents(project, given=given(project), **told).paper
    services.follow(project.dossier, at=cast.days(1))
    services.follow(project.dossier, at=cast.days(1))
    assert not road.refreshed(project).holds(Fact.PAPERS_HANDED_OVER)
    owed = Deadline.objects.get(clock="projects.papers_handed_over", dossier=project.dossier, stopped_at__isnull=True)
    assert owed.started_at == cast.days(1)

    sign_all(second, by=cast.project_manager, at=cast.days(2))
    services.follow(project.dossier, at=cast.days(3))
    told = road.refreshed(project).facts["papers_handed_over"]
    assert (told.paper_id, told.at, first.paper_id != second.pk) == (second.pk, cast.days(2), True)
    assert not Deadline.objects.filter(pk=owed.pk, stopped_at__isnull=True).exists()
    assert services.follow(project.dossier, at=cast.days(3)) == 0


def test_P34_documents_wait_for_check_eight(standing, cast):
    early = site(standing, "working")
    with pytest.raises(Refused, match="check 8 has passed"):
        services.hand_over_documents(early, given=given(early), on=cast.at.date(), by=cast.project_manager, at=cast.at)


# --- archive ---------------------------------------------------------------------------------------------------------


def test_P35_an_archive_counts_its_papers_and_says_why_some_are_not_signed(standing, project, cast):
    settling.cleaned(project, people=cast, at=cast.at)  # the contractor has not signed the order
    told = {"number": "DA-1", "shelf": "柜 2-3", "volumes": 1, "by": cast.document_clerk, "at": cast.at}
    unsigned = Paper.objects.filter(dossier=project.dossier, state="issued").exclude(required_roles=[]).count()
    assert unsigned
    with pytest.raises(Refused, match=f"{unsigned} papers are not signed"):
        services.file_archive(project, **told)
    made = services.file_archive(project, word="业主另存", **told)
    assert (made.unsigned, made.papers) == (unsigned, Paper.objects.filter(dossier=project.dossier).count())
    with pytest.raises(Refused, match="filed already"):
        services.file_archive(project, word="x", **told)
    with pytest.raises(Refused, match="not done while"):
        services.file_archive(site(standing, "working"), word="x", **told)


def test_P36_what_is_lent_comes_back_by_its_day_and_what_is_issued_does_not(project, cast):
    told = {"to": "贺鸣", "purpose": "核对", "by": cast.document_clerk, "at": cast.at}
    for wrong in (None, cast.days(-1).date()):
        with pytest.raises(Refused, match="Say until when"):
            services.lend_document(project, kind="loan", what="水电图", due_on=wrong, **told)
    paper = project.contract.paper
    loan = services.lend_document(project, kind="loan", paper=paper, due_on=cast.at.date(), **told)
    clock = running(project, "loan_return")
    assert (clock.owner, loan.what) == (cast.document_clerk, paper.ref)
    with pytest.raises(Refused, match="out already"):
        services.lend_document(project, kind="round", paper=paper, due_on=cast.days(1).date(), **told)
    services.return_document(loan, by=cast.document_clerk, at=cast.days(2))
    assert running(project, "loan_return") is None
    for act, says in ((loan, "back already"), (services.lend_document(project, kind="issue", paper=paper, **told), "does not come back")):
        with pytest.raises(Refused, match=says):
            services.return_document(act, by=cast.document_clerk, at=cast.days(2))


# --- cost ------------------------------------------------------------------------------------------------------------


def spent(project, cast, amount, at=None, **more):
    told = {"kind": "rubbish", "payee": "绿城清运", "what": "垃圾两车", "receipt": settling.receipt(project, by=cast.project_manager, at=cast.at)} | more
    return services.record_expense(project, amount=Decimal(amount), spent_on=(at or cast.at).date(), by=cast.project_manager, at=cast.at, **told)


def test_P40_an_expense_has_its_receipt_and_lies_not_ahead(project, cast):
    for more, says in (({"receipt": None}, "photo of the receipt"), ({"what": " "}, "what it was"), ({"at": cast.days(1)}, "lies ahead")):
        with pytest.raises(Refused, match=says):
            spent(project, cast, 100, **more)
    with pytest.raises(Refused, match="Say how much"):
        spent(project, cast, 0)


def test_P40_P41_a_site_costs_what_has_arrived_was_paid_and_was_spent(standing, cast):
    project = site(standing, "working")
    material = {"buyer": "company", "needed_on": cast.days(20).date(), "by": cast.engineering_assistant, "at": cast.at}
    tiles, doors = services.add_material(project, name="瓷砖", **material), services.add_material(project, name="木门", **material)
    for thing, amount in ((tiles, 8000), (doors, 5000)):
        told = {"promised_on": cast.days(9).date(), "ordered_on": cast.at.date(), "by": cast.engineering_assistant, "at": cast.at}
        services.order_material(thing, supplier="诺贝尔", amount=Decimal(amount), **told)
    services.receive_material(tiles, on=cast.at.date(), by=cast.foreman, at=cast.at)
    settling.paid(project, people=cast, at=cast.at)
    wrong = spent(project, cast, 999)
    services.withdraw_expense(wrong, reason="记错工地", by=cast.accountant, at=cast.at)
    spent(project, cast, 580)
    found = costs.site_cost(project)
    assert (found.part("material"), found.part("labour"), found.part("expense"), found.coming) == (8000, 10000, 580, 5000)
    assert (found.budget, found.left) == (project.contract.quotation.cost, project.contract.quotation.cost - 18580 - 5000)
    live = costs.sites_of(None, Period.month(cast.at.date())).get(pk=project.pk)
    assert (live.total, live.so_far) == (18580, 18580)
    assert not costs.sites_of(None, Period.month(cast.days(40).date())).filter(pk=project.pk).exists()


def test_P41_the_budget_grows_with_the_cost_of_signed_changes(standing, cast):
    project = site(standing, "working")
    before = costs.site_cost(project).budget
    change = road.signed_change(project, people=cast, at=cast.at)
    more = sum((line.item.cost * line.quantity for line in change.lines.select_related("item")), Decimal(0))
    found = costs.site_cost(project)
    assert more and found.budget == before + more.quantize(Decimal("0.01")) and found.price == project.contract.total + change.amount


def test_P40_a_closed_month_stays_as_it_was(project, cast):
    spent(project, cast, 580)
    month = cast.at.date().replace(day=1)
    with pytest.raises(Refused, match="closed when it is over"):
        services.close_costs(store=cast.store, month=month, by=cast.accountant, at=cast.at)
    late = cast.days(10)
    made = services.close_costs(store=cast.store, month=month, by=cast.accountant, at=late)
    spent(project, cast, 100)
    told = snapshots.read(made)
    assert Decimal(told["expense"]) == 580 and Paper.objects.get(ref=told["paper"]).kind == "P40"
    assert costs.totals(costs.sites_of(None, Period.month(month), store=cast.store.pk)).expense == 680
    with pytest.raises(Refused, match="closed already"):
        services.close_costs(store=cast.store, month=month, by=cast.accountant, at=late)


def test_P41_a_proposal_is_reviewed_once_by_somebody_else_with_a_word(project, cast):
    both = cast.hire("site_supervisor", "engineering_manager", name="又提又审")
    made = services.propose_saving(project, text="踢脚线整批裁切", effect="direct", saves=Decimal(420), by=both, at=cast.at)
    assert running(project, "saving_review").due_at == cast.days(3)
    with pytest.raises(Refused, match="his own proposal"):
        services.review_saving(made, accepted=True, word="好", by=both, at=cast.at)
    with pytest.raises(Refused, match="Say the reason"):
        services.review_saving(made, accepted=True, word=" ", by=cast.engineering_manager, at=cast.at)
    services.review_saving(made, accepted=False, word="接缝多", by=cast.engineering_manager, at=cast.at)
    with pytest.raises(Refused, match="reviewed already"):
        services.review_saving(made, accepted=True, word="好", by=cast.engineering_manager, at=cast.at)
    assert running(project, "saving_review") is None


# --- finished sites --------------------------------------------------------------------------------------------------


def test_P32_finance_is_told_once_of_the_sites_that_were_accepted_in_a_month(project, cast):
    month = cast.at.date().replace(day=1)
    rows = completions.finished(None, Period.month(month), store=cast.store.pk)
    assert [row.ref for row in rows] == [project.ref] and rows[0].total == project.contract.total
    assert completions.finished(None, Period.month(month - timedelta(days=1))) == []
    with pytest.raises(Refused, match="told when it is over"):
        services.tell_completions(store=cast.store, month=month, by=cast.engineering_assistant, at=cast.at)
    services.tell_completions(store=cast.store, month=month, by=cast.engineering_assistant, at=cast.days(8))
    with pytest.raises(Refused, match="told of this month already"):
        services.tell_completions(store=cast.store, month=month, by=cast.engineering_assistant, at=cast.days(8))
    told = Snapshot.objects.get(kind="projects.completions")
    assert [site["ref"] for site in snapshots.read(told)["sites"]] == [project.ref]
    notices = Notice.objects.filter(kind="projects.completions_told")
    assert {notice.user.username for notice in notices} == {"cx.accountant", "cx.finance_supervisor", "cd.finance_supervisor"}


# --- the database by itself ------------------------------------------------------------------------------------------

BASE = {"project_id": "{project}", "store_id": "{store}", "by_id": "{supervisor}", "at": "now()"}
HAND_OVER = BASE | {"paper_id": "{paper}", "on": "'2026-11-24'", "keys": "4", "left_open": "''"}
DOCUMENTS = BASE | {"paper_id": "{paper}", "on": "'2026-11-24'", "lines": "'[]'", "given": "1", "missing": "0"}
EXPENSE = BASE | {
    "kind": "'rubbish'", "amount": "10", "spent_on": "'2026-11-24'", "payee": "'x'", "what": "'x'", "receipt_id": "{receipt}", "withdrawn_because": "''",
}  # fmt: skip
LOAN = BASE | {
    "kind": "'loan'", "what": "'x'", "to": "'x'", "purpose": "'x'", "out_on": "'2026-11-24'", "due_on": "'2026-11-25'", "returned_word": "''",
}  # fmt: skip


def row(table: str, honest: dict[str, str], **more: str) -> str:
    values = honest | more
    names = ", ".join(f'"{name}"' for name in values)
    return f"INSERT INTO projects_{table} ({names}) VALUES ({', '.join(values.values())})"


ATTACKS = {
    "hand a home over that is not clean": (row("sitehandover", HAND_OVER), "cleaned before it is handed over"),
    "hand over with the paper of another kind": (row("documenthandover", DOCUMENTS), "another file"),
    "an expense without a receipt": (row("siteexpense", EXPENSE, receipt_id="NULL"), "receipt_id|another file"),
    "an expense with the receipt of another file": (row("siteexpense", EXPENSE, project_id="{working}"), "another file"),
    "an expense of less than nothing": (row("siteexpense", EXPENSE, amount="-5"), "projects_siteexpense_amount"),
    "an expense of another store": (row("siteexpense", EXPENSE, store_id="{other}"), "store of its file"),
    "a loan without a day": (row("documentloan", LOAN, due_on="NULL"), "projects_loan_due"),
    "an issue that comes back": (row("documentloan", LOAN, kind="'issue'"), "projects_loan_due"),
    "two archives of one site": (
        "; ".join([row("sitearchive", BASE | {"number": f"'{n}'", "shelf": "'x'", "volumes": "1", "filed_on": "'2026-11-24'", "papers": "1", "files": "0",
                       "unsigned": "0", "word": "''"}) for n in (1, 2)]), "project_id",
    ),
    "review one's own proposal": (
        "UPDATE projects_costproposal SET accepted = true, word = 'x', reviewed_at = now(), reviewed_by_id = by_id", "projects_costproposal_reviewed"
    ),
    "rewrite a proposal": ("UPDATE projects_costproposal SET saves = 1", "permission denied|frozen"),
}  # fmt: skip


@pytest.fixture
def ids(standing, project, cast):
    services.propose_saving(project, text="x", effect="direct", saves=Decimal(1), by=cast.site_supervisor, at=cast.at)
    return {
        "project": project.pk, "store": project.store_id, "supervisor": cast.site_supervisor.pk, "paper": project.contract.paper_id,
        "receipt": settling.receipt(project, by=cast.project_manager, at=cast.at).pk, "working": standing.working, "other": cast.other.store.pk,
    }  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses(attack, ids):
    sql, because = ATTACKS[attack]
    with pytest.raises(DatabaseError, match=because), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(**ids) if "{" in sql else sql)


