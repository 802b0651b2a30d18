"""The procedure of a site: every pair of stages, every gate closed with its words and opened by the other role's verb."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise, product

import pytest
from django.db import DatabaseError, transaction

from core.refusals import Refused
from projects import services
from projects.choices import LINE, ChangeKind, Fact, Stage
from projects.models import ProjectStageChange, Waiver
from projects.procedure import PROCEDURE, months_after
from tests.factories import inspections as checks
from tests.factories import projects as road
from tests.hand import sign, sign_all
from tests.projects.standing import site
from tests.projects.standing import standing as sites

FORWARD = set(pairwise(LINE))


def filing_without_permit(cast, **more):
    project = road.contracted_project(cast, **more)
    services.advance(project, to=Stage.PERMIT_FILING, by=cast.project_manager, at=cast.at)
    return project


def disclosed_without_permit(cast, **more):
    project = filing_without_permit(cast, **more)
    services.record_review(project, by=cast.project_manager, at=cast.at)
    road.disclosure(project, people=cast, at=cast.at)
    services.clear(project, Fact.ORIGINAL_HOUSE_SURVEY_SIGNED, by=cast.quality_inspector, at=cast.at)
    services.advance(project, to=Stage.DISCLOSED, by=cast.project_manager, at=cast.at)
    return project


standing = sites(
    signed=road.signed_project, filing=filing_without_permit, disclosed=disclosed_without_permit, working=road.working_project,
    midterm=road.midterm_project, accepted=road.accepted_project, settled=road.settled_project,
)  # fmt: skip


@pytest.fixture
def cast(standing, db):
    return standing.cast


@pytest.fixture
def signed(standing, db):
    return site(standing, "signed")


@pytest.fixture
def filing(standing, db):
    return site(standing, "filing")


@pytest.fixture
def disclosed(standing, db):
    return site(standing, "disclosed")


@pytest.fixture
def working(standing, db):
    return site(standing, "working")


@pytest.fixture
def midterm(standing, db):
    return site(standing, "midterm")


@pytest.fixture
def accepted(standing, db):
    return site(standing, "accepted")


@pytest.fixture
def settled(standing, db):
    return site(standing, "settled")


def gaps(project, *, by, at):
    """What the next step of the line still asks for, in its words; nothing when the step was taken."""
    target = LINE[LINE.index(project.stage) + 1]
    project.forget()
    try:
        services.advance(project, to=target, by=by, at=at)
    except Refused as refusal:
        assert refusal.missing, refusal
        return [f"{m.gate} {m.says}" for m in refusal.missing]
    assert project.stage == target
    return []


CLOSED = {
    "filed": "G6 The contract is not signed by both sides, or not handed in complete and filed.",
    "staffed": "S5 The site has no project manager, supervisor, inspector or foreman yet.",
    "reviewed": "G7 Drawings and budget have not been reviewed, or a doubt is still open.",
    "disclosed": "G9 The disclosure record has not been signed by customer, designer, foreman and project manager.",
    "surveyed": "G11 The customer has not signed the survey of the original house (check 1).",
    "permit": "G24 No registration, management agreement and permit of the property office is in force.",
    "passes": "G8 There are no valid worker passes.",
    "crew": "G10 The crew is not on the site, or the site is not cleared.",
    "check 1": "G11 Check 1 has not passed.",
    "materials": "G12 The materials have not been accepted with the customer's signature (check 2).",
    "concealed": "G13 The concealed works have not been accepted with a record (checks 3 and 4).",
    "carpentry": "G16 The carpentry has not been accepted (check 6).",
    "change": "G14 A change order waits for the customer's signature; sign it or withdraw it.",
    "settlements": "G16 The mid-term and change settlements have not been signed together.",
    "instalments": "G16 The instalments up to the mid-term, changes included, have not been paid.",
    "finishes": "G17 Checks 5 and 7 have not passed.",
    "acceptance": "G17 The acceptance sheet has not been filled and signed by the customer (check 8).",
    "final": "G17 The final settlement has not been signed.",
    "paid": "G18 The final payment has not arrived in full.",
    "card": "G18 The warranty card has not been handed over.",
    "over": "S12 The longest term of the warranty has not run out.",
}


def closed(*names):
    return [CLOSED[name] for name in names]


def test_every_gate_of_the_procedure_is_named_here():
    assert {f"{gate.id} {gate.says}" for step in PROCEDURE.steps for gate in step.gates} == set(CLOSED.values())


@pytest.mark.parametrize(("source", "target"), list(product(Stage.values, Stage.values)))
def test_only_the_steps_of_the_table_exist(source, target):
    if (source, target) in FORWARD:
        assert PROCEDURE.step(source, target).by
    else:
        with pytest.raises(Refused, match="There is no step"):
            PROCEDURE.step(source, target)


# What the database lets pass from a stage, whatever the verbs think of it: (target, kind).  The hard facts of a step – permit,
# signed acceptance, money – are asked for there too: `disclosed` has no permit, `accepted` has not paid.
MOVES = {
    "signed": {("permit_filing", "advance"), ("paused", "pause"), ("cancelled", "cancel")},
    "filing": {("disclosed", "advance"), ("paused", "pause"), ("cancelled", "cancel")},
    "disclosed": {("paused", "pause"), ("cancelled", "cancel")},
    "working": {("midterm_accepted", "advance"), ("paused", "pause"), ("cancelled", "cancel")},
    "midterm": {("completed_pending_acceptance", "advance"), ("under_construction", "reopen"), ("paused", "pause"), ("cancelled", "cancel")},
    "accepted": {("completed_pending_acceptance", "reopen")},
    "settled": {("under_warranty", "advance"), ("accepted", "reopen")},
    "paused": {("under_construction", "resume"), ("cancelled", "cancel")},
    "cancelled": {("under_construction", "reopen")},
}


@pytest.mark.parametrize("name", MOVES)
def test_the_database_moves_a_site_along_these_pairs_alone(name, cast, standing):
    project = site(standing, name if hasattr(standing, name) else "working")
    if name == "paused":
        services.pause(project, reason="等材料", by=cast.engineering_manager, at=cast.at)
    if name == "cancelled":
        services.cancel(project, reason="不做了", by=cast.engineering_manager, at=cast.at)
    seq, moved = project.stage_changes.count() + 1, set()

    for target, kind in product(Stage.values, ChangeKind.values):
        try:
            with transaction.atomic():
                ProjectStageChange.objects.create(
                    project=project, store=cast.store, seq=seq, from_stage=project.stage, to_stage=target, kind=kind, reason="x",
                    by=cast.store_manager, at=cast.at,
                )  # fmt: skip
                moved.add((target, kind))
                raise Refused("look, and go back")
        except (DatabaseError, Refused):
            pass

    assert moved == MOVES[name]


# --- G6 and S5: from the contract to permit filing --------------------------------------------------------------------


def test_g6_opens_when_the_contract_is_signed_handed_in_and_filed(cast, signed):
    services.staff_project(
        signed, project_manager=cast.project_manager, supervisor=cast.site_supervisor, inspector=cast.quality_inspector, foreman=cast.foreman,
        by=cast.engineering_manager, at=cast.at,
    )  # fmt: skip
    assert gaps(signed, by=cast.project_manager, at=cast.at) == closed("filed")

    services.hand_in_contract(signed, checked=services.contracts.CHECKLIST, by=cast.customer_manager, at=cast.at)
    assert gaps(signed, by=cast.project_manager, at=cast.at) == closed("filed")

    services.archive_contract(signed, by=cast.engineering_assistant, at=cast.at)
    assert gaps(signed, by=cast.project_manager, at=cast.at) == []


def test_s5_opens_when_all_four_are_assigned(cast, signed):
    services.hand_in_contract(signed, checked=services.contracts.CHECKLIST, by=cast.customer_manager, at=cast.at)
    services.archive_contract(signed, by=cast.engineering_assistant, at=cast.at)

    for role, post in (("project_manager", "project_manager"), ("supervisor", "site_supervisor"), ("inspector", "quality_inspector")):
        services.staff_project(signed, **{role: getattr(cast, post)}, by=cast.engineering_manager, at=cast.at)
        assert gaps(signed, by=cast.engineering_manager, at=cast.at) == closed("staffed"), role

    services.staff_project(signed, foreman=cast.foreman, by=cast.engineering_manager, at=cast.at)
    assert gaps(signed, by=cast.engineering_manager, at=cast.at) == []


def test_everything_that_is_missing_is_said_at_once(cast, signed):
    assert gaps(signed, by=cast.engineering_manager, at=cast.at) == closed("filed", "staffed")


# --- G7, G9, G11: to disclosed -----------------------------------------------------------------------------------------


def test_g7_opens_with_a_clean_review_and_closes_with_a_doubt(cast, filing):
    assert CLOSED["reviewed"] in gaps(filing, by=cast.project_manager, at=cast.at)

    services.record_review(filing, drawing_doubts="北卧窗台高度与图不符", by=cast.site_supervisor, at=cast.at)
    assert CLOSED["reviewed"] in gaps(filing, by=cast.project_manager, at=cast.at)
    services.record_review(filing, by=cast.project_manager, at=cast.at)
    assert CLOSED["reviewed"] not in gaps(filing, by=cast.project_manager, at=cast.at)
    services.record_review(filing, budget_doubts="少报一个卫生间防水", by=cast.project_manager, at=cast.at)
    assert CLOSED["reviewed"] in gaps(filing, by=cast.project_manager, at=cast.at)


def test_g9_opens_when_the_last_of_the_four_has_signed_the_disclosure(cast, filing):
    paper = road.disclosure(filing, people=cast, at=cast.at, signed=False).paper

    for role, name in (("customer", road.CUSTOMER), ("designer", "林晓舟"), ("foreman", "鲁全胜")):
        assert CLOSED["disclosed"] in gaps(filing, by=cast.project_manager, at=cast.at)
        sign(paper, role, name, by=cast.project_manager, at=cast.at)
    assert CLOSED["disclosed"] in gaps(filing, by=cast.project_manager, at=cast.at)
    sign(paper, "project_manager", "郭建军", by=cast.project_manager, at=cast.at)

    assert CLOSED["disclosed"] not in gaps(filing, by=cast.project_manager, at=cast.at)


def test_g9_a_new_disclosure_is_signed_again(cast, filing):
    road.disclosure(filing, people=cast, at=cast.at)
    road.disclosure(filing, people=cast, at=cast.days(1), signed=False)

    assert CLOSED["disclosed"] in gaps(filing, by=cast.project_manager, at=cast.days(1))


def test_g11_opens_when_the_customer_has_signed_check_1(cast, filing):
    check = checks.passed(filing, "C1", people=cast, at=cast.at, signed=False)
    assert CLOSED["surveyed"] in gaps(filing, by=cast.project_manager, at=cast.at)

    sign_all(check.paper, by=cast.quality_inspector, at=cast.at)
    checks.services.follow(filing.dossier, at=cast.at)

    assert CLOSED["surveyed"] not in gaps(filing, by=cast.project_manager, at=cast.at)


def test_a_site_is_disclosed_when_all_three_are_there(cast, filing):
    assert gaps(filing, by=cast.project_manager, at=cast.at) == closed("reviewed", "disclosed", "surveyed")

    services.record_review(filing, by=cast.project_manager, at=cast.at)
    road.disclosure(filing, people=cast, at=cast.at)
    checks.passed(filing, "C1", people=cast, at=cast.at)

    assert gaps(filing, by=cast.project_manager, at=cast.at) == []


# --- G24, G8, G11, G10: to construction --------------------------------------------------------------------------------


def application(project, cast, *, until=100):
    return services.file_permit(
        project, works="水电改造、防水、泥瓦", from_on=cast.at.date(), until_on=cast.days(until).date(), workers=2, by=cast.engineering_assistant, at=cast.at
    )


def approval(permit, project, cast, **more):
    told = {
        "number": "ZX2026-1102", "valid_from": cast.at.date(), "valid_until": cast.days(100).date(), "agreement_signed": True,
        "scan": road.scan(project, by=cast.engineering_assistant, at=cast.at), "approved_on": cast.at.date(),
    } | more  # fmt: skip
    return services.approve_permit(permit, by=cast.engineering_assistant, at=cast.at, **told)


def test_everything_before_the_first_day_of_work_is_said_at_once(cast, disclosed):
    assert gaps(disclosed, by=cast.project_manager, at=cast.at) == closed("permit", "passes", "check 1", "crew")


def test_g24_opens_with_a_signed_application_the_agreement_and_the_permit(cast, disclosed):
    permit = application(disclosed, cast)
    with pytest.raises(Refused, match=r"cannot be recorded yet: 1 missing") as refusal:
        approval(permit, disclosed, cast)
    assert [m.says for m in refusal.value.missing] == ["The application has not been signed by the owner."]
    sign_all(permit.application, by=cast.project_manager, at=cast.at)
    with pytest.raises(Refused) as refusal:
        approval(permit, disclosed, cast, agreement_signed=False, scan=None, number=" ", valid_until=cast.at.date())
    assert [(m.gate, m.says) for m in refusal.value.missing] == [
        ("G24", "The management agreement has not been signed."), ("G24", "The scan of the permit is missing."),
        ("G24", "The number of the permit is missing."), ("G24", "The permit ends after it starts."),
    ]  # fmt: skip
    assert CLOSED["permit"] in gaps(disclosed, by=cast.project_manager, at=cast.at)

    approval(permit, disclosed, cast)

    assert CLOSED["permit"] not in gaps(disclosed, by=cast.project_manager, at=cast.at)


def test_g24_closes_outside_the_period_of_the_permit(cast, disclosed):
    permit = application(disclosed, cast)
    sign_all(permit.application, by=cast.project_manager, at=cast.at)
    approval(permit, disclosed, cast, valid_from=cast.days(2).date(), valid_until=cast.days(30).date())

    for day, shut in ((1, True), (2, False), (30, False), (31, True)):
        assert (CLOSED["permit"] in gaps(disclosed, by=cast.project_manager, at=cast.days(day))) is shut, day


def test_g24_is_not_opened_by_a_refused_application(cast, disclosed):
    permit = application(disclosed, cast)
    sign_all(permit.application, by=cast.project_manager, at=cast.at)
    services.reject_permit(permit, reason="涉及承重墙", by=cast.engineering_assistant, at=cast.at)

    assert CLOSED["permit"] in gaps(disclosed, by=cast.project_manager, at=cast.at)
    with pytest.raises(Refused, match="decided already"):
        approval(permit, disclosed, cast)


def test_g8_passes_are_issued_under_a_permit_and_open_the_gate(cast, disclosed):
    told = {"worker": "钱大勇", "trade": "水电", "id_number": road.IDS[0], "by": cast.engineering_assistant, "at": cast.at}
    with pytest.raises(Refused, match="under an approved permit"):
        services.register_pass(disclosed, **told)
    permit = application(disclosed, cast)
    sign_all(permit.application, by=cast.project_manager, at=cast.at)
    approval(permit, disclosed, cast)
    with pytest.raises(Refused, match="inside the period of its permit"):
        services.register_pass(disclosed, **told | {"valid_until": cast.days(101).date()})
    with pytest.raises(Refused, match="not a valid ID number"):
        services.register_pass(disclosed, **told | {"id_number": "330106199003074219"})
    assert CLOSED["passes"] in gaps(disclosed, by=cast.project_manager, at=cast.at)

    made = services.register_pass(disclosed, **told)

    assert CLOSED["passes"] not in gaps(disclosed, by=cast.project_manager, at=cast.at)
    assert made.id_masked == "330*************18" and road.IDS[0] not in str(vars(made))
    services.return_passes(disclosed, passes=[made], on=cast.at.date(), by=cast.engineering_assistant, at=cast.at)
    assert CLOSED["passes"] in gaps(disclosed, by=cast.project_manager, at=cast.at)


def test_g8_an_extension_issues_every_pass_anew_and_alters_none(cast, working):
    old = working.permit_in_force
    before = list(old.passes.values_list("pk", "valid_until"))
    with pytest.raises(Refused, match="ends later than the permit"):
        application(working, cast, until=100)
    permit = application(working, cast, until=150)
    sign_all(permit.application, by=cast.project_manager, at=cast.at)

    approval(permit, working, cast, number="ZX2026-1188", valid_until=cast.days(150).date())

    working.forget()
    assert working.permit_in_force == permit and permit.extends == old
    assert list(old.passes.values_list("pk", "valid_until")) == before
    assert [p.valid_until for p in working.passes_on(cast.days(140).date())] == [cast.days(150).date()] * 2


def test_g11_check_1_has_passed(cast, disclosed):
    services.clear(disclosed, Fact.CHECK_1_PASSED, by=cast.quality_inspector, at=cast.at)
    assert CLOSED["check 1"] not in gaps(disclosed, by=cast.project_manager, at=cast.at)

    services.revoke(disclosed, Fact.CHECK_1_PASSED, reason="复查发现渗水", by=cast.quality_inspector, at=cast.at)
    assert CLOSED["check 1"] in gaps(disclosed, by=cast.project_manager, at=cast.at)


def test_g10_opens_when_the_crew_is_there_and_the_site_is_cleared(cast, disclosed):
    services.record_arrival(disclosed, crew="鲁全胜班组", workers=4, cleared=False, by=cast.site_supervisor, at=cast.at)
    assert CLOSED["crew"] in gaps(disclosed, by=cast.project_manager, at=cast.at)
    with pytest.raises(Refused, match="which crew is there"):
        services.record_arrival(disclosed, crew="鲁全胜班组", workers=0, cleared=True, by=cast.foreman, at=cast.at)

    services.record_arrival(disclosed, crew="鲁全胜班组", workers=4, cleared=True, by=cast.foreman, at=cast.at)

    assert CLOSED["crew"] not in gaps(disclosed, by=cast.project_manager, at=cast.at)


def test_a_site_comes_under_construction_when_all_four_are_there(cast, disclosed):
    permit = application(disclosed, cast)
    sign_all(permit.application, by=cast.project_manager, at=cast.at)
    approval(permit, disclosed, cast)
    services.register_pass(disclosed, worker="钱大勇", trade="水电", id_number=road.IDS[0], by=cast.engineering_assistant, at=cast.at)
    services.clear(disclosed, Fact.CHECK_1_PASSED, by=cast.quality_inspector, at=cast.at)
    services.record_arrival(disclosed, crew="鲁全胜班组", workers=4, cleared=True, by=cast.foreman, at=cast.at)

    assert gaps(disclosed, by=cast.project_manager, at=cast.at) == []
    assert disclosed.started_on == cast.at.date()


# --- G12, G13, G14, G16: to carpentry closed ---------------------------------------------------------------------------


def test_everything_before_the_mid_term_is_said_at_once(cast, working):
    road.issued_change(working, people=cast, at=cast.at)

    assert gaps(working, by=cast.project_manager, at=cast.at) == closed("materials", "concealed", "carpentry", "change", "settlements")


def test_g12_opens_when_the_customer_has_signed_check_2(cast, working):
    check = checks.passed(working, "C2", people=cast, at=cast.at, signed=False)
    assert CLOSED["materials"] in gaps(working, by=cast.project_manager, at=cast.at)

    sign_all(check.paper, by=cast.quality_inspector, at=cast.at)
    checks.services.follow(working.dossier, at=cast.at)

    assert CLOSED["materials"] not in gaps(working, by=cast.project_manager, at=cast.at)


def test_g13_opens_when_checks_3_and_4_have_passed(cast, working):
    services.clear(working, Fact.CONCEALED_WORKS_ACCEPTED, by=cast.quality_inspector, at=cast.at)
    services.clear(working, Fact.CHECK_3_PASSED, by=cast.quality_inspector, at=cast.at)
    assert CLOSED["concealed"] in gaps(working, by=cast.project_manager, at=cast.at)

    services.clear(working, Fact.CHECK_4_PASSED, by=cast.quality_inspector, at=cast.at)

    assert CLOSED["concealed"] not in gaps(working, by=cast.project_manager, at=cast.at)


def test_g14_closes_with_a_wish_and_opens_when_everybody_has_signed(cast, working):
    change = road.asked_change(working, people=cast, at=cast.at)
    assert CLOSED["change"] in gaps(working, by=cast.project_manager, at=cast.at)
    services.issue_change(
        change, lines=[services.Line(road.items(working)[0], Decimal(2))], days=0, by=cast.project_manager, at=cast.at
    )
    assert CLOSED["change"] in gaps(working, by=cast.project_manager, at=cast.at)
    change.refresh_from_db()
    sign(change.paper, "customer", road.CUSTOMER, by=cast.project_manager, at=cast.at)
    assert CLOSED["change"] in gaps(working, by=cast.project_manager, at=cast.at)

    sign_all(change.paper, by=cast.project_manager, at=cast.at)

    assert CLOSED["change"] not in gaps(working, by=cast.project_manager, at=cast.at)


def test_g14_opens_when_the_change_is_withdrawn(cast, working):
    change = road.issued_change(working, people=cast, at=cast.at)

    services.withdraw_change(change, reason="业主不做了", by=cast.project_manager, at=cast.at)

    assert CLOSED["change"] not in gaps(working, by=cast.project_manager, at=cast.at)


def test_g16_the_settlements_wait_for_the_carpentry_and_open_when_both_are_signed(cast, working):
    with pytest.raises(Refused, match="mid-term settlement cannot be made yet") as refusal:
        services.settle(working, kind="midterm", by=cast.project_manager, at=cast.at)
    assert [f"{m.gate} {m.says}" for m in refusal.value.missing] == closed("carpentry")
    services.clear(working, Fact.CARPENTRY_ACCEPTED, by=cast.quality_inspector, at=cast.at)
    assert CLOSED["carpentry"] not in gaps(working, by=cast.project_manager, at=cast.at)

    services.settle(working, kind="midterm", by=cast.project_manager, at=cast.at)
    first, second = working.settlements.select_related("paper").order_by("id")
    for paper in (first.paper, second.paper):
        assert CLOSED["settlements"] in gaps(working, by=cast.project_manager, at=cast.at)
        sign_all(paper, by=cast.project_manager, at=cast.at)

    assert (first.kind, second.kind) == ("midterm", "change")
    assert CLOSED["settlements"] not in gaps(working, by=cast.project_manager, at=cast.at)


def test_the_carpentry_closes_when_all_is_there(cast, working):
    facts = (Fact.MATERIALS_ACCEPTED, Fact.CONCEALED_WORKS_ACCEPTED, Fact.CHECK_4_PASSED, Fact.CARPENTRY_ACCEPTED, Fact.CHECK_6_PASSED)
    road.cleared(working, *facts, by=cast.quality_inspector, at=cast.at)
    assert gaps(working, by=cast.project_manager, at=cast.at) == closed("settlements")

    road.settled(working, "midterm", people=cast, at=cast.at)

    assert gaps(working, by=cast.project_manager, at=cast.at) == []


# --- G16 and G17: to completed and accepted ----------------------------------------------------------------------------


def test_g16_opens_when_every_instalment_up_to_the_mid_term_is_paid(cast, working):
    facts = (Fact.MATERIALS_ACCEPTED, Fact.CONCEALED_WORKS_ACCEPTED, Fact.CARPENTRY_ACCEPTED, *(Fact(f"check_{n}_passed") for n in range(2, 8)))
    road.cleared(working, *facts, by=cast.quality_inspector, at=cast.at)
    road.settled(working, "midterm", people=cast, at=cast.at)
    assert gaps(working, by=cast.project_manager, at=cast.at) == []
    assert gaps(working, by=cast.project_manager, at=cast.at) == closed("instalments")

    rest = working.money.due_now
    road.pay(working, rest - 1, people=cast, at=cast.at)
    assert gaps(working, by=cast.project_manager, at=cast.at) == closed("instalments")
    road.pay(working, 1, people=cast, at=cast.at)

    assert gaps(working, by=cast.project_manager, at=cast.at) == []


def test_g16_closes_again_when_a_payment_is_reversed(cast, midterm):
    services.clear(midterm, Fact.CHECK_7_PASSED, by=cast.quality_inspector, at=cast.at)
    payment = midterm.payments.order_by("-id").first()

    services.reverse_payment(payment, reason="退票", by=cast.accountant, at=cast.at)

    assert gaps(midterm, by=cast.project_manager, at=cast.at) == closed("instalments")


def test_g17_opens_when_checks_5_and_7_have_passed(cast, midterm):
    assert gaps(midterm, by=cast.project_manager, at=cast.at) == closed("finishes")

    services.clear(midterm, Fact.CHECK_7_PASSED, by=cast.quality_inspector, at=cast.at)

    assert gaps(midterm, by=cast.project_manager, at=cast.at) == []
    assert midterm.completed_on == cast.at.date()


def test_g14_a_change_of_the_finishing_works_keeps_the_site_from_being_completed(cast, midterm):
    services.clear(midterm, Fact.CHECK_7_PASSED, by=cast.quality_inspector, at=cast.at)
    road.issued_change(midterm, people=cast, at=cast.at)

    assert gaps(midterm, by=cast.project_manager, at=cast.at) == closed("change")


def test_g17_opens_when_the_customer_has_signed_check_8(cast, midterm):
    services.clear(midterm, Fact.CHECK_7_PASSED, by=cast.quality_inspector, at=cast.at)
    services.advance(midterm, to=Stage.COMPLETED, by=cast.project_manager, at=cast.at)
    assert gaps(midterm, by=cast.project_manager, at=cast.at) == closed("acceptance")

    services.clear(midterm, Fact.CHECK_8_PASSED, by=cast.quality_inspector, at=cast.days(1))
    assert gaps(midterm, by=cast.project_manager, at=cast.days(1)) == closed("acceptance")
    assert midterm.accepted_on is None
    services.clear(midterm, Fact.COMPLETION_ACCEPTED, by=cast.quality_inspector, at=cast.days(2))

    assert gaps(midterm, by=cast.project_manager, at=cast.days(3)) == []
    assert midterm.accepted_on == cast.days(2).date()


# --- G17, G18: settled, under warranty, closed -------------------------------------------------------------------------


def test_g17_and_g18_the_money_comes_after_the_signed_settlement(cast, accepted):
    assert gaps(accepted, by=cast.accountant, at=cast.at) == closed("final", "paid")

    road.settled(accepted, "final", people=cast, at=cast.at)
    assert gaps(accepted, by=cast.accountant, at=cast.at) == closed("paid")
    road.pay(accepted, accepted.money.due_now, people=cast, at=cast.at)

    assert gaps(accepted, by=cast.accountant, at=cast.at) == []


def test_a_site_that_is_paid_in_full_is_settled_on_the_day_of_the_last_of_its_facts(cast, accepted):
    road.settled(accepted, "final", people=cast, at=cast.days(1))
    road.pay(accepted, accepted.money.due_now, people=cast, at=cast.days(4))

    services.follow(accepted.dossier, at=cast.days(9))

    road.refreshed(accepted)
    assert (accepted.stage, accepted.settled_on) == ("settled", cast.days(4).date())
    assert accepted.stage_changes.last().by == cast.cashier


def test_g18_opens_when_the_warranty_card_is_handed_over(cast, settled):
    assert gaps(settled, by=cast.cs_officer, at=cast.at) == closed("card")

    services.clear(settled, Fact.WARRANTY_CARD_ISSUED, by=cast.cs_officer, at=cast.at)

    assert gaps(settled, by=cast.cs_officer, at=cast.at) == []


def test_a_file_is_closed_when_the_longest_warranty_has_run_out(cast, settled):
    services.clear(settled, Fact.WARRANTY_CARD_ISSUED, by=cast.cs_officer, at=cast.at)
    services.advance(settled, to=Stage.UNDER_WARRANTY, by=cast.cs_officer, at=cast.at)

    assert gaps(settled, by=cast.aftersales_head, at=cast.at.replace(year=2031)) == closed("over")  # five years to the day
    assert gaps(settled, by=cast.aftersales_head, at=cast.at.replace(year=2031) + timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("day", "months", "until"),
    [
        ("2026-11-24", 60, "2031-11-24"), ("2024-02-29", 12, "2025-02-28"), ("2026-08-31", 6, "2027-02-28"), ("2026-12-31", 2, "2027-02-28"),
        ("2026-01-31", 3, "2026-04-30"),
    ],
)  # fmt: skip
def test_months_end_on_the_same_day_or_the_last_of_the_month(day, months, until):
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(until)


# --- who takes a step ---------------------------------------------------------------------------------------------------


def test_a_step_is_taken_by_the_posts_of_its_row_alone(cast, signed, settled):
    for project, strangers in (
        (signed, ("customer_manager", "cashier", "quality_inspector", "foreman", "general_manager")),
        (settled, ("accountant", "engineering_manager", "foreman")),
    ):
        target = LINE[LINE.index(project.stage) + 1]
        for post in strangers:
            with pytest.raises(Refused, match="taken by somebody else"):
                services.advance(project, to=target, by=getattr(cast, post), at=cast.at)


def test_who_builds_does_not_pass_a_check(cast, working):
    facts = [f for f in Fact if f.value.startswith("check_") or f.value.endswith(("_accepted", "_signed"))]
    assert len(facts) == 13
    for fact in facts:
        if fact in working.facts:
            continue
        for builder in (cast.project_manager, cast.foreman):
            with pytest.raises(Refused, match="Who builds does not pass the check"):
                services.clear(working, fact, by=builder, at=cast.at)


def test_a_fact_said_twice_stands_once(cast, working):
    first = services.clear(working, Fact.CHECK_2_PASSED, by=cast.quality_inspector, at=cast.at)

    assert services.clear(working, Fact.CHECK_2_PASSED, by=cast.quality_inspector, at=cast.days(1)) == first
    assert services.revoke(working, Fact.CHECK_3_PASSED, reason="没有过", by=cast.quality_inspector, at=cast.at) is None


def test_a_stale_page_gets_a_sentence(cast, midterm):
    stale = type(midterm).objects.get(pk=midterm.pk)
    services.clear(midterm, Fact.CHECK_7_PASSED, by=cast.quality_inspector, at=cast.at)
    services.advance(midterm, to=Stage.COMPLETED, by=cast.project_manager, at=cast.at)

    with pytest.raises(Refused, match="The stage has changed meanwhile"):
        services.advance(stale, to=Stage.COMPLETED, by=cast.project_manager, at=cast.at)


# --- waivers ------------------------------------------------------------------------------------------------------------


def test_g7_and_g10_are_let_pass_by_the_engineering_manager_with_a_reason(cast, filing, disclosed):
    for project, gate, name in ((filing, "G7", "reviewed"), (disclosed, "G10", "crew")):
        assert CLOSED[name] in gaps(project, by=cast.project_manager, at=cast.at)
        with pytest.raises(Refused, match="Say the reason"):
            services.waive(project, gate=gate, reason=" ", by=cast.engineering_manager, at=cast.at)

        made = services.waive(project, gate=gate, reason="业主出国，先拆旧", by=cast.engineering_manager, at=cast.at)

        assert CLOSED[name] not in gaps(project, by=cast.project_manager, at=cast.at)
        assert services.waive(project, gate=gate, reason="再说一次", by=cast.engineering_manager, at=cast.at) == made
        link = project.dossier.entries.get(kind="projects.gate_waived")
        assert (link.by, gate in link.payload, "业主出国" in link.payload) == (cast.engineering_manager, True, True)
    assert sorted(Waiver.objects.values_list("gate", flat=True)) == ["G10", "G7"]


@pytest.mark.parametrize("post", ["project_manager", "store_manager", "general_manager", "administrator", "site_supervisor"])
def test_nobody_else_lets_a_gate_pass(post, cast, filing):
    with pytest.raises(Refused, match="waived by somebody else") as refusal:
        services.waive(filing, gate="G7", reason="赶工", by=getattr(cast, post), at=cast.at)
    assert refusal.value.missing[0].who == "engineering_manager"


@pytest.mark.parametrize("gate", ["G6", "S5", "G8", "G9", "G11", "G12", "G13", "G14", "G16", "G17", "G18", "G24", "S12", "G99", ""])
def test_signatures_money_and_permits_are_never_waived(gate, cast, filing):
    with pytest.raises(Refused, match="Nobody waives this"):
        services.waive(filing, gate=gate, reason="赶工", by=cast.engineering_manager, at=cast.at)


# --- off the line and back ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["signed", "filing", "disclosed", "working", "midterm"])
def test_an_unfinished_site_is_held_with_a_reason_and_goes_on_where_it_was(name, cast, standing):
    project = site(standing, name)
    stage = project.stage
    with pytest.raises(Refused, match="Say the reason"):
        services.pause(project, reason="", by=cast.engineering_manager, at=cast.at)
    with pytest.raises(Refused, match="not paused"):
        services.resume(project, by=cast.engineering_manager, at=cast.at)

    services.pause(project, reason="业主出差", by=cast.engineering_manager, at=cast.at)
    assert project.stage == "paused"
    with pytest.raises(Refused, match="There is no step"):
        services.advance(project, to=Stage.MIDTERM_ACCEPTED, by=cast.project_manager, at=cast.at)
    services.resume(project, by=cast.store_manager, at=cast.days(3))

    assert project.stage == stage
    assert [(c.kind, c.reason) for c in project.stage_changes.order_by("-seq")[:2]] == [("resume", ""), ("pause", "业主出差")]


@pytest.mark.parametrize("name", ["signed", "filing", "disclosed", "working", "midterm"])
def test_a_cancelled_site_keeps_its_reason_and_is_taken_up_where_it_was_left(name, cast, standing):
    project = site(standing, name)
    stage = project.stage
    with pytest.raises(Refused, match="Say the reason"):
        services.cancel(project, reason=" ", by=cast.store_manager, at=cast.at)
    services.cancel(project, reason="业主卖房", by=cast.store_manager, at=cast.at)

    assert project.stage == "cancelled"
    for act in (services.cancel, services.pause):
        with pytest.raises(Refused, match="not done while the site is at “Cancelled”"):
            act(project, reason="x", by=cast.store_manager, at=cast.at)
    services.reopen(project, reason="房子没卖成", by=cast.store_manager, at=cast.days(30))

    assert project.stage == stage


def test_a_paused_site_that_was_cancelled_is_paused_again_and_still_knows_where_it_was(cast, working):
    services.pause(working, reason="等材料", by=cast.engineering_manager, at=cast.at)
    services.cancel(working, reason="业主不做了", by=cast.engineering_manager, at=cast.days(1))
    services.reopen(working, reason="谈好了", by=cast.engineering_manager, at=cast.days(2))
    assert working.stage == "paused"

    services.resume(working, by=cast.engineering_manager, at=cast.days(3))

    assert working.stage == "under_construction"


def test_a_stage_is_opened_again_one_step_back_with_a_reason(cast, midterm, settled):
    services.clear(midterm, Fact.CHECK_7_PASSED, by=cast.quality_inspector, at=cast.at)
    services.advance(midterm, to=Stage.COMPLETED, by=cast.project_manager, at=cast.at)
    with pytest.raises(Refused, match="Say the reason"):
        services.reopen(midterm, reason="", by=cast.engineering_manager, at=cast.at)

    for project, back in ((midterm, ["midterm_accepted", "under_construction"]), (settled, ["accepted", "completed_pending_acceptance", "midterm_accepted"])):
        for stage in back:
            services.reopen(project, reason="返工", by=cast.engineering_manager, at=cast.at)
            assert project.stage == stage
    assert (midterm.completed_on, settled.completed_on, settled.settled_on) == (None, None, None)
    with pytest.raises(Refused, match="no step back from “Construction”"):
        services.reopen(midterm, reason="返工", by=cast.engineering_manager, at=cast.at)


def test_an_accepted_fact_is_taken_back_only_after_the_site_is_reopened(cast, accepted):
    with pytest.raises(Refused, match="reopen it first"):
        services.revoke(accepted, Fact.CHECK_8_PASSED, reason="漏水", by=cast.quality_inspector, at=cast.days(1))

    services.reopen(accepted, reason="漏水", by=cast.engineering_manager, at=cast.days(1))
    services.revoke(accepted, Fact.CHECK_8_PASSED, reason="漏水", by=cast.quality_inspector, at=cast.days(1))
    assert accepted.accepted_on is None
    assert gaps(accepted, by=cast.project_manager, at=cast.days(1)) == closed("acceptance")
    services.clear(accepted, Fact.CHECK_8_PASSED, by=cast.quality_inspector, at=cast.days(5))

    assert accepted.accepted_on == cast.days(5).date()


def test_what_is_finished_is_neither_paused_nor_cancelled(cast, accepted, settled):
    for project in (accepted, settled):
        for act in (services.pause, services.cancel):
            with pytest.raises(Refused, match="This is not done while the site is at"):
                act(project, reason="x", by=cast.store_manager, at=cast.at)
