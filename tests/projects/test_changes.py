"""Additions and deductions: evidence first, the designer's answer, prices of the contract's own list, the customer's signature."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from core.models import Notice
from core.refusals import Refused
from leads import price_sheets
from leads import services as leads
from projects import services
from projects.choices import Stage
from projects.models import ChangeLine, ChangeOrder
from tests.factories import projects as road
from tests.hand import sign, sign_all
from tests.projects.standing import site
from tests.projects.standing import standing as sites

standing = sites(working=road.working_project, opened=road.opened_project, accepted=road.accepted_project)


@pytest.fixture
def cast(standing, db):
    return standing.cast


@pytest.fixture
def working(standing, db):
    return site(standing, "working")


def issue(change, cast, *lines, days=0, at=None):
    return services.issue_change(change, lines=[services.Line(*line) for line in lines], days=days, by=cast.project_manager, at=at or cast.at)


def test_the_customers_evidence_comes_first(cast, working, standing):
    told = {"reason": "customer_add", "wish": "加一组插座", "by": cast.site_supervisor, "at": cast.at}
    foreign = road.scan(site(standing, "opened"), by=cast.site_supervisor, at=cast.at)
    for evidence in (None, foreign):
        with pytest.raises(Refused, match="begins with the customer's evidence") as refusal:
            services.request_change(working, evidence=evidence, **told)
        assert [(m.gate, m.says, m.who) for m in refusal.value.missing] == [("G14", "The customer's note, sketch or message is missing.", "customer")]
    own = road.scan(working, by=cast.site_supervisor, at=cast.at)
    with pytest.raises(Refused, match="Say what the customer wants"):
        services.request_change(working, evidence=own, **told | {"wish": " "})
    assert not working.changes.exists()

    made = services.request_change(working, evidence=own, **told)

    assert (made.seq, made.evidence, made.paper, made.amount) == (1, own, None, None)
    link = working.dossier.entries.get(kind="projects.change_asked")
    assert link.attachment == own


def test_the_designer_is_told_and_answers(cast, working):
    change = road.asked_change(working, people=cast, at=cast.at)
    notice = Notice.objects.get(kind="projects.change_asked", dossier=working.dossier)
    assert (notice.user, notice.link) == (cast.designer, f"/projects/{working.ref}/changes/1/")
    with pytest.raises(Refused, match="Say what the change means for the design"):
        services.answer_change(change, answer=" ", by=cast.designer, at=cast.at)

    services.answer_change(change, answer="水电图 S-03 更新", by=cast.designer, at=cast.days(1))
    made = issue(change, cast, (road.items(working)[0], Decimal(2)))

    assert made.paper.body["answer"] == "水电图 S-03 更新"
    assert (made.paper.body["evidence_sha256"], made.paper.body["evidence_is_photo"]) == (change.evidence.sha256, True)


def test_a_change_is_priced_from_the_contracts_own_list(cast, working):
    change = road.asked_change(working, people=cast, at=cast.at)
    later = leads.publish_price_list(
        name="春季报价单", valid_from=(cast.at + timedelta(days=60)).date(), rows=price_sheets.shipped(), by=cast.estimator, at=cast.at
    )
    own, other = road.items(working, 1)[0], later.items.order_by("position").first()
    assert own.code == other.code

    with pytest.raises(Refused, match="cannot be issued yet: 1 missing") as refusal:
        issue(change, cast, (other, Decimal(2)))
    assert [(m.gate, m.says) for m in refusal.value.missing] == [("LR-23", "A line is not from the price list of the contract.")]
    made = issue(change, cast, (own, Decimal("2.5")), (road.items(working)[1], Decimal("-1.25")))

    lines = list(ChangeLine.objects.filter(change=made))
    assert [(line.unit_price, line.quantity, line.amount) for line in lines] == [
        (Decimal(55), Decimal("2.5"), Decimal("137.50")), (Decimal(86), Decimal("-1.25"), Decimal("-107.50")),
    ]  # fmt: skip
    assert (made.amount, made.paper.body["added"], made.paper.body["deducted"], made.paper.body["amount"]) == (Decimal("30.00"), "137.50", "-107.50", "30.00")


def test_everything_that_an_issued_change_lacks_is_said_at_once(cast, standing):
    opened = site(standing, "opened")
    change = road.asked_change(opened, people=cast, at=cast.at)
    with pytest.raises(Refused, match="2 missing") as refusal:
        issue(change, cast)
    assert [m.says for m in refusal.value.missing] == ["The contract has not been signed by both sides.", "The change has no priced line."]

    with pytest.raises(Refused) as refusal:
        issue(change, cast, (road.items(opened)[0], Decimal(0)))
    assert "A line has no quantity." in [m.says for m in refusal.value.missing]
    sign_all(opened.contract.paper, by=cast.customer_manager, at=cast.at)
    with pytest.raises(Refused, match="at most 60 lines"):
        issue(change, cast, *[(road.items(opened)[0], Decimal(1))] * 61)


def test_an_issued_change_is_not_issued_again(cast, working):
    made = road.issued_change(working, people=cast, at=cast.at)

    with pytest.raises(Refused, match="has been issued; withdraw it and ask again"):
        issue(made, cast, (road.items(working)[0], Decimal(1)))
    with pytest.raises(DatabaseError, match="not altered"), transaction.atomic():
        ChangeLine.objects.create(change=made, seq=9, item=road.items(working)[0], quantity=1, unit_price=55, amount=55)


def test_it_counts_and_moves_the_last_day_from_the_last_signature(cast, working):
    owed, due = working.money.owed, working.due_on
    made = road.issued_change(working, people=cast, at=cast.at, days=3)
    paper = made.paper
    assert (paper.body["due_on"], paper.body["new_due_on"]) == (due.isoformat(), (due + timedelta(days=3)).isoformat())

    for role, name in (("customer", road.CUSTOMER), ("designer", "林晓舟"), ("foreman", "鲁全胜"), ("project_manager", "郭建军")):
        services.follow(working.dossier, at=cast.at)
        road.refreshed(working)
        assert (working.money.owed, working.due_on, made.is_waiting) == (owed, due, True), f"before {role} has signed"
        sign(paper, role, name, by=cast.project_manager, at=cast.days(1))
    services.follow(working.dossier, at=cast.days(2))

    road.refreshed(working)
    made = ChangeOrder.objects.select_related("paper").get(pk=made.pk)
    assert (working.money.owed, working.due_on, made.is_signed) == (owed + made.amount, due + timedelta(days=3), True)


def test_days_of_several_changes_add_up(cast, working):
    due = working.due_on
    for days in (5, -2, 4):
        road.signed_change(working, people=cast, at=cast.at, days=days)

    assert working.due_on == due + timedelta(days=7)


def test_a_withdrawn_change_is_void_and_counts_nothing(cast, working):
    owed, due = working.money.owed, working.due_on
    made = road.issued_change(working, people=cast, at=cast.at, days=9)
    sign(made.paper, "customer", road.CUSTOMER, by=cast.project_manager, at=cast.at)
    with pytest.raises(Refused, match="Say the reason"):
        services.withdraw_change(made, reason="", by=cast.project_manager, at=cast.at)

    services.withdraw_change(made, reason="业主改主意", by=cast.project_manager, at=cast.days(1))
    services.follow(working.dossier, at=cast.days(1))

    made.paper.refresh_from_db()
    road.refreshed(working)
    assert (made.paper.state, made.paper.state_reason, working.money.owed, working.due_on) == ("void", "业主改主意", owed, due)
    for act in (
        lambda: services.answer_change(made, answer="x", by=cast.designer, at=cast.days(2)),
        lambda: issue(made, cast, (road.items(working)[0], Decimal(1))),
        lambda: services.withdraw_change(made, reason="x", by=cast.project_manager, at=cast.days(2)),
    ):
        with pytest.raises(Refused, match="was withdrawn"):
            act()


def test_a_signed_change_is_undone_by_another_one(cast, working):
    owed = working.money.owed
    signed = road.signed_change(working, people=cast, at=cast.at, quantities=("4",))
    for act in (
        lambda: services.withdraw_change(signed, reason="x", by=cast.project_manager, at=cast.at),
        lambda: services.answer_change(signed, answer="x", by=cast.designer, at=cast.at),
    ):
        with pytest.raises(Refused, match="is signed; make another one"):
            act()

    road.signed_change(working, people=cast, at=cast.days(1), quantities=("-4",))

    assert working.money.owed == owed
    assert [c.seq for c in working.change_list] == [1, 2]


def test_no_wish_is_taken_when_the_site_is_accepted_paused_or_cancelled(cast, standing, working):
    accepted = site(standing, "accepted")
    evidence = road.scan(accepted, by=cast.site_supervisor, at=cast.at)
    with pytest.raises(Refused, match="not done while the site is at “Accepted”"):
        services.request_change(accepted, reason="customer_add", wish="加灯", evidence=evidence, by=cast.site_supervisor, at=cast.at)

    change = road.asked_change(working, people=cast, at=cast.at)
    services.pause(working, reason="等材料", by=cast.engineering_manager, at=cast.at)
    with pytest.raises(Refused, match="not done while the site is at “Paused”"):
        issue(change, cast, (road.items(working)[0], Decimal(1)))
    services.cancel(working, reason="不做了", by=cast.engineering_manager, at=cast.at)
    with pytest.raises(Refused, match="not done while the site is at “Cancelled”"):
        issue(change, cast, (road.items(working)[0], Decimal(1)))


def test_a_change_of_the_customers_own_hand_keeps_the_step_shut_until_signed(cast, working):
    """Nobody works before the signature: what was asked for shuts the next step, and the paper says so to the foreman."""
    made = road.issued_change(working, people=cast, at=cast.at)

    with pytest.raises(Refused) as refusal:
        services.advance(working, to=Stage.MIDTERM_ACCEPTED, by=cast.project_manager, at=cast.at)

    assert "G14" in [m.gate for m in refusal.value.missing]
    sign(made.paper, "foreman", "鲁全胜", by=cast.project_manager, at=cast.at)
    assert "签字前不施工" in made.paper.signatures.get().says


@pytest.mark.parametrize(("head", "kind"), [(b"#!AMR\n", "audio/amr"), (b"\0\0\0\x20ftypM4A ", "audio/mp4"), (b"ID3\x04", "audio/mpeg"), (b"MZ\x90", "")])
def test_a_voice_note_is_evidence_and_anything_else_is_not(cast, working, head, kind):
    """P24: photo, scan or voice; saved under our own name, never played here (G14)."""
    file = SimpleUploadedFile("wish.bin", head + b"\0" * 64)
    told = {"reason": "customer_add", "wish": "加一组插座", "evidence": file, "by": cast.site_supervisor, "at": cast.at}
    if kind:
        assert services.request_change(working, **told).evidence.content_type == kind
    else:
        with pytest.raises(Refused, match="Only photos"):
            services.request_change(working, **told)
