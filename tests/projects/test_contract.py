"""The contract: blank stock counted, key terms confirmed, complete before it is handed in, terms in force kept, frozen when signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from core.data import BadData
from core.refusals import Refused
from leads import services as leads
from projects import services, terms
from projects.choices import KeyTerm
from projects.models import Contract, ContractStock, Project
from projects.selectors import stock_counts
from tests.factories import projects as road
from tests.hand import sign, sign_all
from tests.projects.standing import site
from tests.projects.standing import standing as sites

standing = sites(opened=road.opened_project, signed=road.signed_project)


@pytest.fixture
def cast(standing, db):
    return standing.cast


@pytest.fixture
def opened(standing, db):
    return site(standing, "opened")


@pytest.fixture
def signed(standing, db):
    return site(standing, "signed")


@pytest.fixture
def lead(cast):
    """An enquiry whose quotation was accepted."""
    return road.accepted_lead(cast, phones=["13858003399"])


# --- the stock of blanks --------------------------------------------------------------------------------------------------


def stock(cast, *serials):
    return services.stock_contracts(store=cast.store, serials=serials, by=cast.engineering_assistant, at=cast.at)


def test_blanks_are_counted_as_they_come_go_and_come_back(cast):
    before = stock_counts(cast.engineering_assistant)
    first, second, third, _fourth = stock(cast, "HT-1", " HT-2 ", "HT-3", "HT-4", "")
    services.take_blank(first, by=cast.customer_manager, at=cast.at)
    services.take_blank(second, by=cast.customer_manager, at=cast.at)
    services.return_blank(second, state="void", reason="填错了", by=cast.customer_manager, at=cast.days(1))
    services.return_blank(third, state="lost", reason="搬店时不见了", by=cast.engineering_assistant, at=cast.days(1))

    after = stock_counts(cast.engineering_assistant)
    assert {state: after[state] - before.get(state, 0) for state in ("blank", "taken", "void", "lost")} == {"blank": 1, "taken": 1, "void": 1, "lost": 1}
    second.refresh_from_db()
    assert (second.serial, second.taken_by, second.handed_in_by, second.reason) == ("HT-2", cast.customer_manager, cast.customer_manager, "填错了")


def test_a_serial_number_exists_once(cast):
    stock(cast, "HT-1")

    with pytest.raises(Refused, match="already in stock: HT-1, HT-9"):
        stock(cast, "HT-1", "HT-9", "HT-9")
    with pytest.raises(Refused, match="at least one serial number"):
        stock(cast, " ")
    assert not ContractStock.objects.filter(serial="HT-9").exists()


def test_a_blank_is_taken_once_and_returned_with_a_reason(cast):
    (blank,) = stock(cast, "HT-1")
    with pytest.raises(Refused, match="not out: Blank, in stock"):
        services.return_blank(blank, state="void", reason="x", by=cast.customer_manager, at=cast.at)
    services.take_blank(blank, by=cast.customer_manager, at=cast.at)

    with pytest.raises(Refused, match="not in stock: Taken out"):
        services.take_blank(blank, by=cast.store_manager, at=cast.at)
    for told in ({"state": "void", "reason": " "}, {"state": "blank", "reason": "x"}, {"state": "used", "reason": "x"}):
        with pytest.raises(Refused, match="Say whether it is void or lost"):
            services.return_blank(blank, by=cast.customer_manager, at=cast.at, **told)


# --- making it ------------------------------------------------------------------------------------------------------------


def test_the_contract_is_made_of_everything_that_is_in_force(cast, lead):
    facts = road.contract_facts(cast, lead)

    project = services.open_project(lead, **facts)

    contract, paper = project.contract, project.contract.paper.body
    assert (project.ref, contract.paper.ref) == (f"P-CX-2026-{int(project.ref[-4:]):04d}", f"P07-CX-2026-{contract.paper.number:04d}")
    assert (contract.total, contract.price_list, contract.blank_serial, contract.days) == (
        facts["quotation"].total, facts["quotation"].price_list, facts["blank"].serial, 85,
    )  # fmt: skip
    assert contract.terms["version"] == terms.warranty_terms().version and len(contract.terms["terms"]) == len(terms.warranty_terms().terms)
    assert contract.rules == {"contract_text": terms.contract_text().version, "warranty": terms.warranty_terms().version} | terms.contract_text().rules.frozen()
    assert [row["code"] for row in contract.key_terms] == KeyTerm.values
    assert (contract.sign_agreement["signer"], contract.sign_agreement["phone"]) == (road.CUSTOMER, "13858003371")
    assert (paper["serial"], paper["total"], len(paper["clauses"]), len(paper["key_terms"])) == (
        contract.blank_serial, str(contract.total), len(terms.contract_text().clauses), len(KeyTerm),
    )  # fmt: skip
    assert [row["amount"] for row in paper["instalments"]] == [str(i.amount) for i in contract.instalments.all()]
    lead.refresh_from_db()
    assert lead.stage == "contracted" and project.dossier_id == lead.dossier_id


def test_everything_that_is_missing_is_said_at_once_and_nothing_is_made(cast, lead):
    facts = road.contract_facts(cast, lead)
    (blank,) = stock(cast, "HT-1")

    with pytest.raises(Refused, match="cannot be made yet: 6 missing") as refusal:
        services.open_project(
            lead, **facts | {"blank": blank, "due_on": facts["starts_on"], "key_terms": [c for c in KeyTerm.values if c not in ("extras", "exit")],
                             "signer": " ", "signer_phone": "12345"},
        )  # fmt: skip

    titles = {term.code: term.title for term in terms.contract_text().key_terms}
    assert [(m.gate, m.says) for m in refusal.value.missing] == [
        ("G6", "The blank contract HT-1 has not been taken out of stock."), ("LR-20", "The works end after they start."),
        ("LR-20", f"Key term not confirmed: {titles['extras']}."), ("LR-20", f"Key term not confirmed: {titles['exit']}."),
        ("LR-38", "Who signs for the customer is not named."), ("LR-38", "The signer's telephone number is missing."),
    ]  # fmt: skip
    lead.refresh_from_db()
    assert (lead.stage, Project.objects.filter(lead=lead).exists()) == ("quoted", False)


@pytest.mark.parametrize("code", KeyTerm.values)
def test_each_key_term_is_confirmed_by_itself(code, cast, lead):
    with pytest.raises(Refused) as refusal:
        services.open_project(lead, **road.contract_facts(cast, lead) | {"key_terms": [c for c in KeyTerm.values if c != code]})

    assert [m.who for m in refusal.value.missing] == ["customer"]


def test_only_the_accepted_and_fitting_quotation_becomes_a_contract(cast, lead):
    facts = road.contract_facts(cast, lead)
    other = road.accepted_lead(cast, phones=["13858003398"])
    with pytest.raises(Refused, match="belongs to another enquiry"):
        services.open_project(other, **facts)

    anew = leads.correct_survey(lead, reason="少量一间", demands="同前", rooms=road.road.ROOMS[:3], by=cast.designer, at=cast.days(1))
    sign(anew.paper, "customer", road.CUSTOMER, by=cast.designer, at=cast.days(1))
    with pytest.raises(Refused) as refusal:
        services.open_project(lead, **facts)

    assert "The quotation no longer fits the site survey; make a new one." in [m.says for m in refusal.value.missing]


def test_a_blank_of_another_store_or_one_that_was_used_makes_no_contract(cast, lead, opened):
    facts = road.contract_facts(cast, lead)
    foreign = services.stock_contracts(store=cast.other.store, serials=["CD-1"], by=cast.other.engineering_assistant, at=cast.at)[0]
    services.take_blank(foreign, by=cast.other.customer_manager, at=cast.at)

    for blank in (foreign, opened.contract.blank):
        with pytest.raises(Refused) as refusal:
            services.open_project(lead, **facts | {"blank": blank})
        assert [m.says for m in refusal.value.missing] == [f"The blank contract {blank.serial} has not been taken out of stock."]


def test_an_enquiry_has_one_contract(cast, opened):
    with pytest.raises(Refused):
        services.open_project(opened.lead, **road.contract_facts(cast, opened.lead))
    assert Project.objects.filter(lead=opened.lead).count() == 1


# --- signing, handing in, filing --------------------------------------------------------------------------------------------


def test_it_is_complete_before_it_is_handed_in(cast, opened):
    with pytest.raises(Refused, match="not complete: 4 missing") as refusal:
        services.hand_in_contract(opened, checked=["signatures", "quotation"], by=cast.customer_manager, at=cast.at)
    assert [f"{m.gate} {m.says}" for m in refusal.value.missing] == [
        "G6 The contract has not been signed by both sides.", "G6 Not checked: The drawings are annexed.",
        "G6 Not checked: The payment table is annexed.", "G6 Not checked: The warranty table is annexed.",
    ]  # fmt: skip

    sign(opened.contract.paper, "customer", road.CUSTOMER, by=cast.customer_manager, at=cast.at)
    with pytest.raises(Refused, match="not complete: 1 missing"):
        services.hand_in_contract(opened, checked=services.contracts.CHECKLIST, by=cast.customer_manager, at=cast.at)
    sign(opened.contract.paper, "company", "何志远", by=cast.customer_manager, at=cast.days(2), user=cast.store_manager)
    made = services.hand_in_contract(opened, checked=services.contracts.CHECKLIST, by=cast.customer_manager, at=cast.days(3))

    assert (made.signed_at, made.signed_on, made.handed_in_by) == (cast.days(2), cast.days(2).date(), cast.customer_manager)
    blank = ContractStock.objects.get(pk=made.blank_id)
    assert (blank.state, blank.handed_in_at, blank.handed_in_by) == ("handed_in", cast.days(3), cast.customer_manager)


@pytest.mark.parametrize("left_out", services.contracts.CHECKLIST)
def test_every_point_of_the_list_is_looked_at(left_out, cast, signed):
    with pytest.raises(Refused, match="not complete: 1 missing"):
        services.hand_in_contract(
            signed, checked=[point for point in services.contracts.CHECKLIST if point != left_out], by=cast.customer_manager, at=cast.at
        )


def test_a_second_person_files_it(cast, signed):
    with pytest.raises(Refused, match="has not been handed in"):
        services.archive_contract(signed, by=cast.engineering_assistant, at=cast.at)
    services.hand_in_contract(signed, checked=services.contracts.CHECKLIST, by=cast.customer_manager, at=cast.at)
    with pytest.raises(Refused, match="filed by a second person"):
        services.archive_contract(signed, by=cast.customer_manager, at=cast.at)

    made = services.archive_contract(signed, by=cast.engineering_assistant, at=cast.days(1))

    assert (made.archived_at, made.archived_by) == (cast.days(1), cast.engineering_assistant)
    assert services.archive_contract(signed, by=cast.engineering_assistant, at=cast.days(5)).archived_at == cast.days(1)


def test_the_contact_page_takes_the_place_of_the_last(cast, signed):
    first = services.issue_contact_page(signed, by=cast.customer_manager, at=cast.at)
    second = services.issue_contact_page(signed, by=cast.customer_manager, at=cast.days(1))

    first.paper.refresh_from_db()
    assert (first.paper.state, first.paper.superseded_by) == ("superseded", second.paper)


# --- in force, and frozen ----------------------------------------------------------------------------------------------------


def test_later_terms_change_nothing_in_a_contract(cast, signed, monkeypatch):
    kept = signed.contract.terms
    longer = replace(terms.warranty_terms(), version="2027-01", terms=tuple(replace(t, months=t.months + 12) for t in terms.warranty_terms().terms))
    monkeypatch.setattr(terms, "warranty_terms", lambda: longer)

    later = road.opened_project(cast, phones=["13858003399"])

    assert later.contract.terms["version"] == "2027-01" and later.contract.rules["warranty"] == "2027-01"
    assert Contract.objects.get(pk=signed.contract.pk).terms == kept
    assert max(t["months"] for t in later.contract.terms["terms"]) == max(t["months"] for t in kept["terms"]) + 12


FLOORS = {"W01": 60, "W02": 24, "W03": 24, "W04": 24, "W05": 24}  # 管理办法第三十二条, 质量管理条例第四十条


def test_no_warranty_term_is_shorter_than_the_law(signed):
    assert {t.code: t.floor for t in terms.warranty_terms().terms if t.floor} == FLOORS
    for kept in signed.contract.terms["terms"]:
        assert kept["months"] >= FLOORS.get(kept["code"], 1), kept


@pytest.mark.parametrize("code", FLOORS)
def test_a_term_below_the_law_cannot_be_loaded(code):
    shorter = tuple(replace(t, months=t.floor - 1) if t.code == code else t for t in terms.warranty_terms().terms)

    with pytest.raises(BadData, match=f"warranty term {code}: {FLOORS[code] - 1} months is below the statutory {FLOORS[code]}"):
        terms.check_floors(shorter)


def test_the_contract_text_has_no_unfair_clause():
    text = terms.contract_text()
    words = "".join(paragraph for clause in text.clauses for paragraph in clause.paragraphs) + "".join(term.says for term in text.key_terms)

    assert len(words) > 1500 and not [phrase for phrase in terms.UNFAIR if phrase in words]


def test_a_contract_is_frozen_from_the_first_signature(cast, opened):
    contract = opened.contract
    Contract.objects.filter(pk=contract.pk).update(plan="PP3")  # nobody has signed yet
    sign(contract.paper, "customer", road.CUSTOMER, by=cast.customer_manager, at=cast.at)

    for false in ({"total": contract.total - 1}, {"due_on": contract.due_on + timedelta(days=30)}, {"terms": {}}, {"rules": {}}, {"plan": "PP5"}):
        with pytest.raises(DatabaseError, match="make a change order"), transaction.atomic():
            Contract.objects.filter(pk=contract.pk).update(**false)
    with pytest.raises(DatabaseError, match="make a change order"), transaction.atomic():
        contract.instalments.filter(seq=1).update(amount=Decimal(1))
    sign_all(contract.paper, by=cast.customer_manager, at=cast.at)
    services.follow(opened.dossier, at=cast.at)
    contract.refresh_from_db()
    with pytest.raises(DatabaseError, match="make a change order"), transaction.atomic():
        Contract.objects.filter(pk=contract.pk).update(signed_on=contract.signed_on - timedelta(days=1))


@pytest.mark.parametrize(
    ("share", "words"), [("0.0005", "万分之五"), ("0.05", "百分之五"), ("0.001", "千分之一"), ("0.2", "百分之二十"), ("0.0015", "万分之十五")]
)
def test_a_share_of_the_contract_is_a_number_and_its_words_are_made_from_it(share, words):
    assert terms.share_in_words(Decimal(share)) == words


@pytest.mark.parametrize("share", ["0", "0.00005", "1", "-0.05"])
def test_a_share_that_has_no_name_is_not_loaded(share):
    with pytest.raises(BadData, match="cannot be said in words"):
        terms.share_in_words(Decimal(share))
