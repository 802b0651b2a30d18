"""The rules of money (domain 5.4), each at its limits: R060–R063, R064–R066, R067–R069."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from core.models import Deadline
from core.refusals import Refused
from leads import services as leads
from leads.choices import DepositNature
from leads.discounts import next_in_authority
from projects import performance as kept
from projects import services
from projects.models import Permit, WorkerPass
from tests import road as front
from tests.factories import projects as road
from tests.hand import sign
from tests.projects.standing import site
from tests.projects.standing import standing as sites

standing = sites(permitted=road.permitted_project, working=road.working_project, midterm=road.midterm_project, accepted=road.accepted_project)


@pytest.fixture
def cast(standing, db):
    return standing.cast


def test_r060_the_deposit_comes_after_the_preview_with_a_signed_agreement_and_is_a_fifth_at_most(cast):
    """R060, LR-55: 54000 of 270000 may be taken, one cent more not; without the customer's signature nothing is."""
    lead = front.content_lead(cast, phones=["13858006001"])
    with pytest.raises(Refused, match="At most 20 %"):
        leads.issue_order_agreement(lead, nature=DepositNature.EARNEST, amount=Decimal("54000.01"), by=cast.customer_manager, at=cast.at)
    made = leads.issue_order_agreement(lead, nature=DepositNature.EARNEST, amount=Decimal(54000), by=cast.customer_manager, at=cast.at)
    with pytest.raises(Refused) as refused:
        leads.receive_deposit(lead, method="cash", by=cast.cashier, at=cast.at)
    assert [gap.gate for gap in refused.value.missing] == ["G3"]
    sign(made.paper, "customer", road.CUSTOMER, by=cast.customer_manager, at=cast.at)

    assert leads.receive_deposit(lead, method="cash", by=cast.cashier, at=cast.at).amount == 54000


def test_r060_before_the_customer_is_content_there_is_no_agreement(cast):
    """R060, G2."""
    lead = front.proposed_lead(cast, phones=["13858006002"])
    with pytest.raises(Refused) as refused:
        leads.issue_order_agreement(lead, nature=DepositNature.EARNEST, amount=Decimal(1), by=cast.customer_manager, at=cast.at)
    assert [gap.gate for gap in refused.value.missing] == ["G2"]


def test_r061_the_mid_term_instalment_opens_with_carpentry_and_both_settlements_signed(standing, cast):
    """R061: neither the acceptance alone nor an unsigned settlement opens it; the changes are in it."""
    project = site(standing, "working")
    road.pay_open(project, people=cast, at=cast.at)
    change = road.signed_change(project, people=cast, at=cast.at)
    road.cleared(project, *(road.Fact(f) for f in ("concealed_works_accepted", "check_3_passed", "check_4_passed")), by=cast.quality_inspector, at=cast.at)
    road.cleared(project, road.Fact.CARPENTRY_ACCEPTED, road.Fact.CHECK_6_PASSED, by=cast.quality_inspector, at=cast.at)
    assert [m.gate for m in road.refreshed(project).money.instalment(3).missing] == ["G16"]

    road.settled(project, "midterm", people=cast, at=cast.at)

    row = road.refreshed(project).money.instalment(3)
    assert row.is_open and row.due == Decimal("26330.77") + change.amount and row.due_on == cast.at.date() + timedelta(days=3)


def test_r062_the_final_payment_is_settled_after_acceptance(standing, cast):
    """R062: before the acceptance sheet there is no final settlement; after it the tail is due."""
    with pytest.raises(Refused) as refused:
        services.settle(site(standing, "midterm"), kind="final", by=cast.project_manager, at=cast.at)
    assert {gap.gate for gap in refused.value.missing} == {"G17"}
    project = site(standing, "accepted")

    road.settled(project, "final", people=cast, at=cast.at)

    assert road.refreshed(project).money.instalment(4).is_open


def test_r063_the_warranty_card_waits_for_the_last_cent(standing, cast):
    """R063, G18: one cent short the site is not settled, and without that there is no card; the last cent settles it by itself."""
    project = site(standing, "accepted")
    road.settled(project, "final", people=cast, at=cast.at)
    due = road.refreshed(project).money.due_now
    road.pay(project, due - Decimal("0.01"), people=cast, at=cast.at)
    services.follow(project.dossier, at=cast.at)
    with pytest.raises(Refused) as refused:
        services.advance(road.refreshed(project), to="settled", by=cast.accountant, at=cast.at)
    assert [gap.gate for gap in refused.value.missing] == ["G18"]

    road.pay(project, "0.01", people=cast, at=cast.at)
    services.follow(project.dossier, at=cast.at)

    assert road.refreshed(project).stage == "settled"


def test_r064_the_rubbish_fee_of_the_property_office_is_kept_with_the_permit_and_is_no_money_of_the_company(standing, cast):
    """R064: about 300 for two rooms, it differs by office; it is not in the customer's account."""
    project = site(standing, "permitted")

    assert Permit.objects.get(project=project).rubbish_fee == 300
    assert project.money.owed == project.contract.total


def test_r065_a_pass_costs_a_deposit_of_100_that_is_taken_back(standing, cast):
    """R065."""
    project = site(standing, "permitted")
    rows = WorkerPass.objects.filter(project=project)

    assert {row.deposit for row in rows} == {Decimal(100)} and not rows.filter(returned_on__isnull=False).exists()
    services.return_passes(project, passes=list(rows), on=cast.at.date(), by=cast.engineering_assistant, at=cast.at)
    assert not rows.filter(returned_on__isnull=True).exists()


def test_r066_a_pass_costs_5_a_worker(standing, cast):
    """R066."""
    assert {row.fee for row in WorkerPass.objects.filter(project=site(standing, "permitted"))} == {Decimal(5)}


def test_r067_what_is_owed_for_long_stays_in_the_overview_until_it_is_paid(standing, cast):
    """R067: an old debt is not forgotten: years later the register still shows it, late and with its clock."""
    project = site(standing, "accepted")
    road.settled(project, "final", people=cast, at=cast.at)

    later = road.Project.objects.at_hand().get(pk=project.pk).seen_at(cast.days(1500))

    assert kept.owed_still(kept.contracts_of(cast.store_manager).get(pk=project.pk)) == later.money.balance > 0
    assert any("尾款" in line for line in kept.late_of(later))
    assert Deadline.objects.filter(clock="projects.instalment_due", dossier=project.dossier, stopped_at=None).exists()


def test_r068_money_goes_to_an_account_of_the_company_and_to_nobody_s_private_code(standing, cast):
    """R068, LR-56: no way of paying leads past the store's own accounts, and what comes without one is refused."""
    project = site(standing, "working")
    private = leads.open_account(store=cast.other.store, kind="wechat", name="别店微信", by=cast.other.accountant, at=cast.at)

    with pytest.raises(Refused, match="does not take this way of paying"):
        road.pay(project, 100, people=cast, at=cast.at, method="wechat", cash_account=private)


@pytest.mark.parametrize(
    ("percent", "post"),
    [("2", "designer"), ("2.01", "chief_designer"), ("3", "chief_designer"), ("3.01", "design_manager"), ("5.01", "store_manager"), ("8", "store_manager"),
     ("8.01", "general_manager"), ("20", "general_manager"), ("20.01", "")],
)  # fmt: skip
def test_r069_a_discount_needs_the_smallest_authority_that_covers_it(percent, post):
    """R069: to the hundredth of a per cent; above the largest authority nobody may give it."""
    assert next_in_authority(Decimal(percent)) == post
