"""The procedure of an enquiry: every pair of stages, every gate closed and opened by the other role's verb."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise, product

import pytest
from django.db import connection, transaction

from core import papers
from core.refusals import Refused
from leads import services
from leads.choices import LINE, Stage
from leads.models import LeadStageChange
from leads.procedure import PROCEDURE, Standing, missing_for
from tests import drafting, road
from tests.hand import sign
from tests.leads import quoting

FORWARD = set(pairwise(LINE))
ALLOWED = FORWARD | {(s, Stage.LOST) for s in LINE[:-1]} | {(Stage.LOST, s) for s in LINE[:-1]}


@pytest.mark.parametrize(("source", "target"), list(product(Stage.values, Stage.values)))
def test_only_the_steps_of_the_table_exist(source, target):
    if (source, target) in ALLOWED:
        assert PROCEDURE.step(source, target).target == target
    else:
        with pytest.raises(Refused, match="There is no step"):
            PROCEDURE.step(source, target)


def test_the_database_moves_the_stage_and_nobody_else(cast):
    lead = road.registered_lead(cast)
    attacks = {
        "by hand": "UPDATE leads_lead SET stage = 'contracted' WHERE id = %s",
        "skipping": "INSERT INTO leads_leadstagechange (lead_id, seq, from_stage, to_stage, lost_reason, reason, by_id, at) "
        f"VALUES (%s, 1, 'registered', 'deposit_paid', '', '', {cast.designer.pk}, now())",
        "from elsewhere": "INSERT INTO leads_leadstagechange (lead_id, seq, from_stage, to_stage, lost_reason, reason, by_id, at) "
        f"VALUES (%s, 1, 'quoted', 'contracted', '', '', {cast.designer.pk}, now())",
    }
    for name, attack in attacks.items():
        with pytest.raises(Exception, match=r"procedure|meanwhile|permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attack, [lead.pk])
            pytest.fail(name)


def test_a_stage_change_is_never_changed_or_deleted(cast):
    road.assigned_lead(cast)

    for attack in ("UPDATE leads_leadstagechange SET reason = 'x'", "DELETE FROM leads_leadstagechange"):
        with pytest.raises(Exception, match=r"evidence|permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attack)


def test_evidence_of_every_kind_is_append_only(cast):
    road.surveyed_lead(cast)
    for table in ("assignment", "consultation", "proposal", "proposaldecision", "proposalcall", "orderagreement", "deposit", "sitesurvey"):
        with pytest.raises(Exception, match=r"evidence|permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE leads_{table} SET at = now()")
        with pytest.raises(Exception, match=r"evidence|permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM leads_{table}")


def closed(lead, gate):
    """The gate stands among what is missing for the next step."""
    return gate in [m.gate for m in missing_for(lead, Standing(lead))]


def test_g1_every_consultation_is_signed_before_the_preview(cast):
    lead = road.consulted_lead(cast, signed=False)
    paper = lead.consultations.get().paper

    with pytest.raises(Refused) as refusal:
        road.preview(lead, by=cast.designer, at=cast.at)
    assert [(m.gate, m.says) for m in refusal.value.missing] == [("G1", "A consultation record has not been signed by the customer.")]

    sign(paper, "customer", road.CUSTOMER, by=cast.designer, at=cast.at)
    assert road.preview(lead, by=cast.designer, at=cast.at).seq == 1


def test_g1_one_unsigned_record_among_many_closes_the_gate(cast):
    lead = road.consulted_lead(cast)
    second = road.consultation(lead, by=cast.designer, at=cast.days(1), signed=False)

    assert closed(lead, "G1")
    sign(second.paper, "customer", road.CUSTOMER, by=cast.designer, at=cast.days(1))
    assert not closed(lead, "G1")


def test_g1_a_refused_record_blocks_until_it_is_signed_after_all(cast):
    lead = road.consulted_lead(cast, signed=False)
    record = lead.consultations.get()
    services.refuse_consultation(record, reason="想再看看", witness=cast.front_desk, by=cast.designer, at=cast.at)

    assert closed(lead, "G1")
    sign(record.paper, "customer", road.CUSTOMER, by=cast.designer, at=cast.days(1))
    assert not closed(lead, "G1")


def test_g1_a_refused_record_opens_by_a_signed_record_written_anew(cast):
    lead = road.consulted_lead(cast, signed=False)
    record = lead.consultations.get()
    services.refuse_consultation(record, reason="写错了", witness=cast.front_desk, by=cast.designer, at=cast.at)

    anew = services.correct_consultation(record, reason="按客户的话改", demands="只做厨房", by=cast.designer, at=cast.at)
    assert closed(lead, "G1")
    sign(anew.paper, "customer", road.CUSTOMER, by=cast.designer, at=cast.at)

    record.paper.refresh_from_db()
    assert not closed(lead, "G1")
    assert (anew.revision, anew.demands, record.paper.state) == (2, "只做厨房", "superseded")


def test_g1_a_void_record_closes_the_gate_again(cast):
    lead = road.consulted_lead(cast)
    record = lead.consultations.get()
    papers.void(record.paper, reason="写到别家的档案了", by=cast.design_manager, at=cast.at)

    assert closed(lead, "G1")
    anew = services.correct_consultation(record, reason="重写", by=cast.designer, at=cast.at)
    sign(anew.paper, "customer", road.CUSTOMER, by=cast.designer, at=cast.at)
    assert not closed(lead, "G1")


def test_nobody_overrides_the_customers_signature(cast):
    lead = road.consulted_lead(cast, signed=False)
    record = lead.consultations.get()

    with pytest.raises(Refused, match="needs a witness"):
        services.refuse_consultation(record, reason="不签", witness=cast.designer, by=cast.designer, at=cast.at)
    for person in (cast.store_manager, cast.design_manager, cast.general_manager):
        with pytest.raises(Refused):
            road.preview(lead, by=person, at=cast.at)


def test_g2_and_g3_close_the_deposit_and_are_named_together(cast):
    lead = road.proposed_lead(cast)

    with pytest.raises(Refused) as refusal:
        services.receive_deposit(lead, method="cash", by=cast.cashier, at=cast.at)

    assert [m.gate for m in refusal.value.missing] == ["G2", "G3"]


def test_g2_opens_when_the_customer_is_content(cast):
    lead = road.proposed_lead(cast)
    with pytest.raises(Refused, match="cannot be written yet") as refusal:
        services.issue_order_agreement(lead, nature="earnest", amount=Decimal(10000), by=cast.customer_manager, at=cast.at)
    assert [m.says for m in refusal.value.missing] == ["The customer has not accepted the design preview."]

    services.accept_proposal(lead.proposals.get(), by=cast.designer, at=cast.at)

    assert services.issue_order_agreement(lead, nature="earnest", amount=Decimal(10000), by=cast.customer_manager, at=cast.at)


def test_g2_closes_again_with_a_new_preview(cast):
    lead = road.proposed_lead(cast)
    services.ask_changes(lead.proposals.get(), note="客厅要大", by=cast.designer, at=cast.at)
    assert closed(lead, "G2")

    second = road.preview(lead, by=cast.designer, at=cast.days(1))
    assert closed(lead, "G2")
    services.accept_proposal(second, by=cast.customer_manager, at=cast.days(1))

    assert not closed(lead, "G2")


def test_g3_opens_when_the_customer_signs_the_agreement(cast):
    lead = road.content_lead(cast)
    made = road.agreement(lead, by=cast.customer_manager, at=cast.at, signed=False)

    with pytest.raises(Refused) as refusal:
        services.receive_deposit(lead, method="transfer", by=cast.cashier, at=cast.at)
    assert [(m.gate, m.says) for m in refusal.value.missing] == [("G3", "The order agreement has not been signed by the customer.")]

    sign(made.paper, "customer", road.CUSTOMER, by=cast.customer_manager, at=cast.at)
    assert services.receive_deposit(lead, method="transfer", by=cast.cashier, at=cast.at).amount == Decimal(10000)


def test_g4_the_site_is_measured_with_a_record_only_after_the_deposit(cast):
    lead = road.agreed_lead(cast)
    with pytest.raises(Refused) as refusal:
        road.survey(lead, by=cast.designer, at=cast.at)
    assert [(m.gate, m.says) for m in refusal.value.missing] == [("G4", "The deposit has not been received.")]

    services.receive_deposit(lead, method="transfer", by=cast.accountant, at=cast.at)

    assert road.survey(lead, by=cast.designer, at=cast.at).seq == 1


def test_g4_the_survey_is_signed_before_the_quotation(cast):
    lead = road.deposit_lead(cast)
    made = road.survey(lead, by=cast.designer, at=cast.at, signed=False)
    assert "The site survey has not been signed by the customer." in [m.says for m in missing_for(lead)]

    sign(made.paper, "customer", road.CUSTOMER, by=cast.designer, at=cast.at)

    assert "The site survey has not been signed by the customer." not in [m.says for m in missing_for(lead)]


def test_a_lost_enquiry_keeps_its_reason_and_opens_again_where_it_stood(cast):
    lead = road.proposed_lead(cast)

    services.lose(lead, reason="postponed", note="明年再说", by=cast.customer_manager, at=cast.at)
    lead.refresh_from_db()
    assert lead.stage == "lost" and [row.clock for row in lead.dossier.deadlines.filter(stopped_at=None)] == ["leads.loss_review"]
    with pytest.raises(Refused, match="This enquiry is closed"):
        services.accept_proposal(lead.proposals.get(), by=cast.designer, at=cast.at)
    with pytest.raises(Refused, match="needs a reason"):
        services.reopen(lead, reason="", by=cast.customer_manager, at=cast.days(30))
    services.reopen(lead, reason="客户打电话回来", by=cast.customer_manager, at=cast.days(30))

    lead.refresh_from_db()
    assert lead.stage == "proposal_presented"
    assert LeadStageChange.objects.get(lead=lead, seq=4).lost_reason == "postponed"


def test_a_reopened_consultation_has_its_clocks_again(cast):
    lead = road.consulted_lead(cast)
    services.lose(lead, reason="other", note="说不清", by=cast.designer, at=cast.days(1))
    services.reopen(lead, reason="又来了", by=cast.store_manager, at=cast.days(20))

    running = lead.dossier.deadlines.filter(stopped_at=None)
    assert {(d.clock, d.due_at) for d in running} == {("leads.preview", cast.days(27)), ("leads.hotline", cast.days(30))}


def test_losing_asks_why(cast):
    lead = road.assigned_lead(cast)

    for told, says in (({"reason": ""}, "Say why"), ({"reason": "other"}, "needs a few words")):
        with pytest.raises(Refused, match=says):
            services.lose(lead, by=cast.designer, at=cast.at, **told)


def test_g5_the_contract_waits_for_a_current_quotation_that_the_customer_accepted(cast):
    quotation = quoting.issued(cast)
    lead = quotation.lead
    lead.refresh_from_db()
    drafting.accepted(lead, people=cast, at=cast.at)
    assert {(m.gate, m.says) for m in missing_for(lead)} == {("G5", "The customer has not accepted the quotation.")}
    with pytest.raises(Refused) as refused:
        services.win(lead, quotation=quotation, by=cast.customer_manager, at=cast.at)
    assert [m.gate for m in refused.value.missing] == ["G5"]

    sign(quotation.paper, "customer", road.CUSTOMER, by=cast.designer, at=cast.at)
    services.accept_quotation(quotation, by=cast.designer, at=cast.at)
    assert missing_for(lead) == ()
    corrected = services.correct_survey(lead, rooms=road.ROOMS, demands="同前", reason="量错了", by=cast.designer, at=cast.at)
    assert [m.says for m in missing_for(lead)] == ["The site survey has not been signed by the customer.", "The quotation no longer fits the site survey."]
    sign(corrected.paper, "customer", road.CUSTOMER, by=cast.designer, at=cast.at)
    with pytest.raises(Refused):
        services.win(lead, quotation=quotation, by=cast.customer_manager, at=cast.at)

    again = services.issue_quotation(services.draft_quotation(lead, by=cast.designer, at=cast.at), by=cast.designer, at=cast.at)
    sign(again.paper, "customer", road.CUSTOMER, by=cast.designer, at=cast.at)
    services.accept_quotation(again, by=cast.customer_manager, at=cast.at)
    assert services.win(lead, quotation=again, by=cast.customer_manager, at=cast.at).to_stage == "contracted"


def test_g5_without_a_quotation_from_the_list_nothing_is_quoted(cast):
    lead = road.surveyed_lead(cast)
    assert [(m.gate, m.says) for m in missing_for(lead)] == [("G5", "The quotation from the price list has not been issued.")]

    quoting.price_list(cast)
    services.issue_quotation(services.draft_quotation(lead, by=cast.designer, at=cast.at), by=cast.designer, at=cast.at)

    lead.refresh_from_db()
    assert lead.stage == "quoted"
