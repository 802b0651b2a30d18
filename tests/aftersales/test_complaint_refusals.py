"""Attacks of the web role in plain SQL on complaints and hand-overs; each is refused by the database itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from aftersales import services
from aftersales.models import Approval, Complaint
from core.models import Paper
from tests import road
from tests.cast import Cast
from tests.factories import complaints

APPROVAL = "INSERT INTO aftersales_approval (at, complaint_id, store_id, round, proposal_id, paper_id, instruction, by_id) VALUES (now(), "
MOVE = "INSERT INTO aftersales_complaintmove (at, complaint_id, store_id, seq, from_stage, to_stage, reason, by_id) VALUES (now(), "
TALK = "INSERT INTO aftersales_talk (at, complaint_id, store_id, seq, kind, round, reached, satisfaction, says, by_id) VALUES (now(), "
PERSON = "INSERT INTO aftersales_complaintperson (at, complaint_id, store_id, person_id, outside, part, rule, by_id) VALUES (now(), "
VERDICT = (
    "INSERT INTO aftersales_complaintverdict (at, complaint_id, store_id, seq, reason_sufficient, demand_reasonable, upheld, why, department_id, "
    "identity_checked, payment_looked, by_id) VALUES (now(), "
)
SHIFT = "INSERT INTO aftersales_shifthandover (at, store_id, giver_id, taker_id, cases, none_missed, note, paper_id, by_id) VALUES (now(), {store}, "
HAND = (
    "INSERT INTO core_signature (at, paper_id, role, name, user_id, way, strokes, content_sha256, presented_sha256, says, comment, device) "
    "VALUES (now(), {shift}, '{role}', 'x', {who}, 'device', '[1]', (SELECT content_sha256 FROM core_paper WHERE id = {shift}), '', 'x', '', '')"
)

ATTACKS = {
    "G23: approve without having read each proposal": APPROVAL + "{proposed}, {store}, 1, {first}, {free}, 'x', {leader})",
    "G23: approve as somebody who is not the leader in charge": APPROVAL + "{read}, {store}, 1, {read_first}, {free}, 'x', {officer})",
    "G23: approve a proposal of another complaint": APPROVAL + "{read}, {store}, 1, {first}, {free}, 'x', {leader})",
    "G23: approve without an instruction": APPROVAL + "{read}, {store}, 1, {read_first}, {free}, '', {leader})",
    "G23: approve a second proposal of the round": APPROVAL + "{approved}, {store}, 1, {approved_other}, {free}, 'x', {leader})",
    "G23: move on without an approval": MOVE + "{proposed}, {store}, 3, 'proposing', 'approved', '', {officer})",
    "G23: carry out without the customer's signature": MOVE + "{approved}, {store}, 4, 'approved', 'executing', '', {officer})",
    "G23: note work that nobody signed for": (
        "INSERT INTO aftersales_carrying (at, complaint_id, store_id, round, done, feedback, by_id) VALUES (now(), {approved}, {store}, 1, 'x', 'y', {officer})"
    ),
    "G23: promise before the approval": TALK + "{proposed}, {store}, 9, 'told', 1, true, '', 'x', {officer})",
    "move over a step": MOVE + "{told}, {store}, 1, 'received', 'approved', '', {officer})",
    "write the stage by hand": "UPDATE aftersales_complaint SET stage = 'closed' WHERE id = {told}",
    "go back without a reason": MOVE + "{approved}, {store}, 4, 'approved', 'proposing', '', {officer})",
    "judge a complaint about oneself": VERDICT + "{told}, {store}, 1, false, true, false, 'x', NULL, true, false, {named})",
    "talk about a complaint about oneself": TALK + "{told}, {store}, 9, 'reply', 1, true, '', 'x', {named})",
    "entrust it to whom it is about": "UPDATE aftersales_complaint SET officer_id = {named} WHERE id = {told}",
    "find the officer responsible who still has it": PERSON + "{told}, {store}, {officer}, '', 'responsible', '', {leader})",
    "forget whom it is about": "DELETE FROM aftersales_complaintperson WHERE complaint_id = {told}",
    "uphold without a reasonable demand": VERDICT + "{told}, {store}, 1, true, false, true, 'x', 'engineering_dept', true, false, {supervisor})",
    "judge without having checked who speaks": VERDICT + "{told}, {store}, 1, false, true, false, 'x', NULL, false, false, {supervisor})",
    "say otherwise than the judgement": "UPDATE aftersales_complaint SET upheld = false WHERE id = {approved}",
    "class it without a row": "UPDATE aftersales_complaint SET kind = 'venting' WHERE id = {approved}",
    "better what was said": "UPDATE aftersales_complaint SET text = 'alles gut' WHERE id = {told}",
    "better a judgement": "UPDATE aftersales_complaintverdict SET why = 'x'",
    "better an instruction": "UPDATE aftersales_approval SET instruction = 'x'",
    "delete a complaint": "DELETE FROM aftersales_complaint WHERE id = {told}",
    "register in another store": PERSON + "{told}, {elsewhere}, {leader}, '', 'named', '', {officer})",
    "S16: hand a shift over to oneself": SHIFT + "{officer}, {officer}, '{{}}', true, '', {free}, {officer})",
    "S16: hide a missed call": SHIFT + "{officer}, {supervisor}, '{{}}', false, '', {free}, {officer})",
    "S16: change the cases afterwards": "UPDATE aftersales_shifthandover SET cases = '{{}}'",
    "S16: sign for the other one": HAND.replace("{role}", "takes_over").replace("{who}", "{officer}"),
    "decide a check item twice": "UPDATE aftersales_checkproposal SET decision = 'adopted', item_code = 'C5-K99', reason = '' WHERE id = {item}",
    "adopt a check item without a name": (
        "UPDATE aftersales_checkproposal SET decision = 'adopted', item_code = 'C5-K99' WHERE id = {open_item}"
    ),
    "set the time of recording": (
        "INSERT INTO aftersales_reading (at, recorded_at, complaint_id, store_id, proposal_id, by_id) "
        "VALUES (now(), now() - interval '3 days', {proposed}, {store}, {first}, {leader})"
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def target(django_db_setup: None, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock(), translation.override("en"), transaction.atomic():
        cast = Cast()
        lead = road.assigned_lead(cast)
        at = cast.at
        told = complaints.told(lead, people=cast, at=at, named=[cast.designer])
        proposed = complaints.brought_to("proposed", lead, people=cast, at=at)
        read = complaints.brought_to("proposed", lead, people=cast, at=at)
        approved = complaints.brought_to("approved", lead, people=cast, at=at)
        for row in read.proposals.all():
            row.readings.create(complaint=read, store=read.store, by=cast.general_manager, at=at)
        shift = services.hand_over_shift(cast.store, giver=cast.cs_officer, taker=cast.cs_supervisor, none_missed=True, by=cast.cs_officer, at=at)
        item, waiting = (
            services.propose_check_item(approved, check="C5", text=text, method="敲击", by=cast.engineering_manager, at=at) for text in ("甲", "乙")
        )
        services.decide_check_item(item, adopt=False, reason="已有", by=cast.engineering_manager, at=at)
        free = Paper.objects.filter(kind="S07").exclude(pk__in=Approval.objects.values("paper")).first()
        yield {
            "told": told.pk, "proposed": proposed.pk, "read": read.pk, "approved": approved.pk, "store": cast.store.pk, "elsewhere": cast.other.store.pk,
            "first": proposed.proposals.first().pk, "read_first": read.proposals.first().pk,
            "approved_other": approved.proposals.exclude(approval__isnull=False).first().pk, "free": free.pk if free else 0, "shift": shift.paper_id,
            "leader": cast.general_manager.pk, "officer": cast.cs_officer.pk, "supervisor": cast.cs_supervisor.pk, "named": cast.designer.pk,
            "item": item.pk, "open_item": waiting.pk,
        }  # fmt: skip
        transaction.set_rollback(True)


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses(attack: str, target: dict[str, Any], db: None) -> None:
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ATTACKS[attack].format(**target))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert caught.value.__cause__.pgcode in ("23505", "23514", "42501", "P0001"), caught.value


def test_what_is_allowed_is_allowed(target: dict[str, Any], db: None) -> None:
    """The same statements with true values go through, so that the refusals above are refusals of what is false."""
    with connection.cursor() as cursor:
        cursor.execute((APPROVAL + "{read}, {store}, 1, {read_first}, {free}, '同意', {leader})").format(**target))
        cursor.execute((MOVE + "{read}, {store}, 3, 'proposing', 'approved', '', {leader})").format(**target))
        cursor.execute((TALK + "{read}, {store}, 2, 'told', 1, true, '', '讲了', {officer})").format(**target))
        cursor.execute((VERDICT + "{told}, {store}, 1, false, true, false, 'x', NULL, true, false, {supervisor})").format(**target))
        cursor.execute(HAND.replace("{role}", "takes_over").replace("{who}", "{supervisor}").format(**target))
    assert Complaint.objects.get(pk=target["read"]).stage == "approved"
