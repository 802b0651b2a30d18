"""Attacks of the web role in plain SQL on enquiries, their evidence, price lists, quotations and imports; the database refuses each."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from core.models import Deadline
from leads import services as leads
from leads.models import ImportRow, Lead, PriceList, Quotation
from tests import road
from tests.leads import quoting
from tests.leads.test_import import imported, uploaded, workbook

EVIDENCE = (
    "assignment", "followup", "phonereveal", "consultation", "consultationrefusal", "proposal", "proposaldecision", "proposalcall",
    "orderagreement", "deposit", "scheme", "sitesurvey", "leadstagechange",
)  # fmt: skip
APPEND_ONLY = {
    **{f"change a row of {name}": f"UPDATE leads_{name} SET at = at - interval '1 day'" for name in EVIDENCE},
    **{f"delete a row of {name}": f"DELETE FROM leads_{name}" for name in EVIDENCE},
    **{f"empty {name}": f"TRUNCATE leads_{name} CASCADE" for name in EVIDENCE},
}
ATTACKS = {
    **APPEND_ONLY,
    # the enquiry
    "jump a stage": "UPDATE leads_lead SET stage = 'contracted' WHERE id = {lead}",
    "go back a stage": "UPDATE leads_lead SET stage = 'registered' WHERE id = {lead}",
    "change an enquiry's number": "UPDATE leads_lead SET ref = 'K-CX-2026-9999' WHERE id = {lead}",
    "move an enquiry to the other store": "UPDATE leads_lead SET store_id = {other_store} WHERE id = {lead}",
    "give an enquiry another registrar": "UPDATE leads_lead SET registered_by_id = {person} WHERE id = {lead}",
    "register an enquiry earlier": "UPDATE leads_lead SET registered_at = registered_at - interval '3 days' WHERE id = {lead}",
    "say it was recorded earlier": "UPDATE leads_lead SET recorded_at = recorded_at - interval '3 days' WHERE id = {lead}",
    "forget where the data come from": "UPDATE leads_lead SET origin = '' WHERE id = {lead}",
    "invent an origin": "UPDATE leads_lead SET origin = 'bought' WHERE id = {lead}",
    "forget the ground": "UPDATE leads_lead SET consent_basis = '' WHERE id = {lead}",
    "a budget of nought": "UPDATE leads_lead SET budget = 0 WHERE id = {lead}",
    "delete an enquiry": "DELETE FROM leads_lead WHERE id = {lead}",
    "write a stage change past the procedure": (
        "INSERT INTO leads_leadstagechange (lead_id, seq, from_stage, to_stage, lost_reason, reason, by_id, at) "
        "VALUES ({lead}, 99, 'quoted', 'registered', '', '', {person}, now())"
    ),
    "write a stage change from another stage": (
        "INSERT INTO leads_leadstagechange (lead_id, seq, from_stage, to_stage, lost_reason, reason, by_id, at) "
        "VALUES ({lead}, 99, 'registered', 'assigned', '', '', {person}, now())"
    ),
    "lose an enquiry without a reason": (
        "INSERT INTO leads_leadstagechange (lead_id, seq, from_stage, to_stage, lost_reason, reason, by_id, at) "
        "VALUES ({lead}, 99, 'quoted', 'lost', '', '', {person}, now())"
    ),
    # customer and home
    "a customer without a name": "UPDATE leads_customer SET name = ''",
    "one number for two customers": (
        "INSERT INTO leads_customerphone (customer_id, store_id, number, sent, note, position) "
        "SELECT {other_customer}, store_id, number, '', '', 9 FROM leads_customerphone WHERE customer_id = {customer}"
    ),
    "a number that is none": "UPDATE leads_customerphone SET number = 'abc'",
    "a home of another store's customer": "UPDATE leads_home SET store_id = {other_store}",
    "a home without an address": "UPDATE leads_home SET address = ''",
    "a home of nought square metres": "UPDATE leads_home SET area_m2 = 0",
    "a room of the other store": "UPDATE leads_room SET store_id = {other_store}",
    "a room of no height": "UPDATE leads_room SET height_mm = 0",
    "two rooms of one name": "UPDATE leads_room SET name = '客厅' WHERE removed_at IS NULL",
    # money
    "a deposit of another amount than agreed": (
        "INSERT INTO leads_deposit (lead_id, store_id, agreement_id, amount, method, payer, receipt_id, by_id, at) "
        "SELECT {bare}, store_id, agreement_id, 1, method, payer, {paper}, by_id, at FROM leads_deposit"
    ),
    "a second deposit": (
        "INSERT INTO leads_deposit (lead_id, store_id, agreement_id, amount, method, payer, receipt_id, by_id, at) "
        "SELECT lead_id, store_id, agreement_id, amount, method, payer, {paper}, by_id, at FROM leads_deposit"
    ),
    "an agreement on more than a fifth": (
        "INSERT INTO leads_orderagreement (lead_id, store_id, nature, amount, estimate, terms, paper_id, by_id, at) "
        "SELECT lead_id, store_id, nature, estimate * 0.21, estimate, '', {paper}, by_id, at FROM leads_orderagreement"
    ),
    # prices and quotations
    "a lower price in the list": "UPDATE leads_priceitem SET labour = labour - 1",
    "an item more in a published list": (
        "UPDATE leads_priceitem SET price_list_id = price_list_id + 1"
    ),
    "take a list away": "DELETE FROM leads_pricelist",
    "a list of another day": "UPDATE leads_pricelist SET valid_from = valid_from - 1",
    "two lists in force on one day": (
        "INSERT INTO leads_pricelist (store_id, name, version, valid_from, valid_until, note, by_id, at) "
        "SELECT store_id, name, version + 1, valid_from, NULL, '', by_id, at FROM leads_pricelist"
    ),
    "a quotation with a price of its own": "UPDATE leads_quotationline SET labour = 1 WHERE quotation_id = {draft}",
    "a quotation whose sum is another": "UPDATE leads_quotation SET total = 1 WHERE id = {draft}",
    "a quotation accepted without its signature": "UPDATE leads_quotation SET state = 'accepted' WHERE id = {draft}",
    "a quotation born accepted": (
        "INSERT INTO leads_quotation (lead_id, store_id, version, state, survey_id, price_list_id, subtotal, management_percent, management_fee, discount, "
        "discount_reason, tax_percent, tax, total, cost, note, stale_reason, by_id, at) SELECT lead_id, store_id, 9, 'accepted', survey_id, price_list_id, "
        "subtotal, management_percent, management_fee, discount, '', tax_percent, tax, total, cost, '', '', by_id, at FROM leads_quotation WHERE id = {draft}"
    ),
    "an issued quotation edited": "UPDATE leads_quotation SET note = 'x' WHERE id = {issued}",
    "a line taken out of an issued quotation": "DELETE FROM leads_quotationline WHERE quotation_id = {issued}",
    "an issued quotation made a draft again": "UPDATE leads_quotation SET state = 'draft' WHERE id = {issued}",
    # imports
    "an imported row corrected afterwards": "UPDATE leads_importrow SET cells = '{{}}' WHERE id = {row}",
    "an imported row deleted": "DELETE FROM leads_importrow WHERE id = {row}",
    "a row of a preview deleted": "DELETE FROM leads_importrow WHERE id = {previewed_row}",
    "an imported list put back into preview": "UPDATE leads_importbatch SET state = 'previewed' WHERE id = {batch}",
    "a withdrawal without a reason": "UPDATE leads_importbatch SET state = 'withdrawn' WHERE id = {batch}",
    "a list without its origin": "UPDATE leads_importbatch SET origin_note = '' WHERE id = {previewed}",
    "another origin of an imported list": "UPDATE leads_importbatch SET origin_note = 'x' WHERE id = {batch}",
    "another ground of an imported list": "UPDATE leads_importbatch SET consent_basis = 'contract' WHERE id = {batch}",
    "another person who answers for it": "UPDATE leads_importbatch SET responsible_id = {person} + 1 WHERE id = {batch}",
    "somebody else who imported it": "UPDATE leads_importbatch SET confirmed_by_id = {person} + 1 WHERE id = {batch}",
    "other figures of an imported list": "UPDATE leads_importbatch SET figures = '{{}}' WHERE id = {batch}",
    "a list moved to the other store": "UPDATE leads_importbatch SET store_id = {other_store} WHERE id = {batch}",
    "an imported list deleted": "DELETE FROM leads_importbatch WHERE id = {batch}",
    "a list that was never a preview": (
        "INSERT INTO leads_importbatch (store_id, file_name, file_sha256, origin, origin_note, consent_basis, responsible_id, state, title, asides, "
        "figures, mapping, by_id, at, withdrawn_reason) SELECT store_id, 'x', 'x', origin, origin_note, consent_basis, responsible_id, 'confirmed', "
        "title, asides, figures, mapping, by_id, at, '' FROM leads_importbatch WHERE id = {batch}"
    ),
    "an imported row of another batch": "UPDATE leads_importrow SET batch_id = {previewed} WHERE id = {row}",
    "a row put into an imported list": (
        "INSERT INTO leads_importrow (batch_id, sheet, row, cells, understood, corrected, errors, warnings, state, skipped, earlier) "
        "SELECT {batch}, sheet, 99, cells, understood, corrected, errors, warnings, state, skipped, earlier FROM leads_importrow WHERE id = {row}"
    ),
    "the file of an imported list for that of another": (
        "UPDATE leads_importbatch SET file_sha256 = (SELECT file_sha256 FROM leads_importbatch WHERE id = {batch}) WHERE id = {previewed}"
    ),
}  # fmt: skip


REFUSED = {"23514", "23505", "23P01", "42501"}  # check or guard, unique, exclusion, no privilege: never a slip of the attack itself


def everything(cast) -> dict[str, object]:
    """An enquiry with every kind of evidence, a draft and an issued quotation, an imported list and one in preview."""
    issued = quoting.issued(cast)
    lead = issued.lead
    leads.reveal_phone(lead, phone=lead.customer.phones.get(), by=cast.designer, at=cast.at)
    leads.note_contact(lead, channel="phone", note="约周六", by=cast.designer, at=cast.at)
    leads.report_scheme(lead, summary="厨房开放", meeting_at=cast.days(2), by=cast.designer, at=cast.days(1))
    refused = road.consultation(lead, by=cast.designer, at=cast.at, signed=False)
    leads.refuse_consultation(refused, reason="要先看报价", witness=cast.customer_manager, by=cast.designer, at=cast.at)
    other = road.surveyed_lead(cast, phones=["13900000001"], home=road.home(room_no="2201"))
    draft = leads.draft_quotation(other, by=cast.designer, at=cast.at)
    bare = road.registered_lead(cast, phones=["13900000002"], home=road.home(room_no="2301"))
    paper = leads.issue_registration(bare, by=cast.front_desk, at=cast.at)
    batch = imported(cast, workbook(["3月5日", "张三丰", "13900000003", "甲园", "1-101", 89, "抖音"]))
    previewed = uploaded(cast, workbook(["3月6日", "李四光", "13900000004", "乙园", "1-102", 90, "抖音"]))
    return {
        "lead": lead.pk, "other_store": cast.other.store.pk, "person": cast.store_manager.pk, "customer": lead.customer_id,
        "other_customer": other.customer_id, "bare": bare.pk, "paper": paper.pk, "draft": draft.pk, "issued": issued.pk,
        "row": batch.rows.get().pk, "batch": batch.pk, "previewed": previewed.pk, "previewed_row": previewed.rows.get().pk,
    }  # fmt: skip


@pytest.fixture(scope="module")
def target(django_db_setup, django_db_blocker, databases, tmp_path_factory):
    """Built once: whatever an attack does is refused or rolled back."""
    from django.conf import settings
    from django.utils import translation

    from tests.cast import Cast

    with django_db_blocker.unblock(), databases.fresh("attacked"):
        kept, settings.MEDIA_ROOT = settings.MEDIA_ROOT, tmp_path_factory.mktemp("media")
        try:
            with translation.override("en"):
                yield everything(Cast())
        finally:
            settings.MEDIA_ROOT = kept


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses(attack, target, django_db_blocker):
    with django_db_blocker.unblock(), pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ATTACKS[attack].format(**target))

    assert getattr(refused.value.__cause__, "pgcode", "") in REFUSED, refused.value


@pytest.mark.parametrize("table", EVIDENCE)
def test_there_was_a_row_to_attack(table, target, django_db_blocker):
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM leads_{table}")
        assert cursor.fetchone()[0] > 0


def test_the_clock_of_the_database_says_when_evidence_was_recorded(cast):
    lead = road.assigned_lead(cast)

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO leads_followup (lead_id, store_id, channel, note, reached, by_id, at) "
            "VALUES (%s, %s, 'phone', 'x', true, %s, now() - interval '9 days') RETURNING recorded_at > now() - interval '1 minute'",
            [lead.pk, lead.store_id, cast.designer.pk],
        )
        assert cursor.fetchone() == (True,)
    with pytest.raises(DatabaseError, match="set by the database"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO leads_followup (lead_id, store_id, channel, note, reached, by_id, at, recorded_at) "
            "VALUES (%s, %s, 'phone', 'x', true, %s, now(), now() - interval '9 days')", [lead.pk, lead.store_id, cast.designer.pk],
        )  # fmt: skip


def test_nothing_was_left_behind(target, django_db_blocker):
    with django_db_blocker.unblock():
        assert Lead.objects.get(pk=target["lead"]).stage == "quoted"
        assert {row.state for row in Quotation.objects.all()} == {"draft", "issued"}
        assert PriceList.objects.count() == 1 and ImportRow.objects.count() == 2 and Deadline.objects.exists()
