"""Registration (L01): source, origin and ground; known numbers and homes; numbers in full."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django import forms
from django.db import IntegrityError, connection, transaction

from core import papers
from core.models import AuditEntry
from core.refusals import Refused
from leads import services
from leads.forms import money
from leads.models import Customer, Home, Lead, LeadSource, PhoneReveal
from staff.services import hold_post
from tests import road
from tests.hand import sign


def test_a_registered_enquiry_has_a_number_a_file_and_a_chain(cast):
    lead = road.registered_lead(cast)

    assert (lead.ref, lead.stage, lead.dossier.title, lead.dossier.line) == ("K-CX-2026-0001", "registered", "陈静兰", "澄湖里 3 幢 2 单元 1102")
    assert [e.kind for e in AuditEntry.objects.filter(dossier=lead.dossier)] == ["leads.lead_registered"]
    assert {"cjl", "3371", "静兰", "1102", "k-cx-2026-0001"} <= set(lead.dossier.search)


@pytest.mark.parametrize(
    ("left_out", "says"),
    [
        ({"origin": ""}, "Say how the company came to the customer's data."),
        ({"consent_basis": ""}, "Say on which ground the data are kept."),
        ({"origin": "bought_list"}, "Say how the company came to the customer's data."),
    ],
)
def test_nobody_is_registered_without_origin_and_ground(cast, left_out, says):
    with pytest.raises(Refused) as refusal:
        road.registered_lead(cast, **left_out)

    assert [m.says for m in refusal.value.missing] == [says]
    assert Lead.objects.count() == Customer.objects.count() == 0


def test_everything_that_is_missing_is_named_at_once(cast):
    retired = LeadSource.objects.create(code="old", name="旧来源", retired=True)

    with pytest.raises(Refused) as refusal:
        road.registered_lead(cast, source=retired, origin="", consent_basis="")

    assert len(refusal.value.missing) == 3


def test_the_database_refuses_an_enquiry_without_origin(cast):
    lead = road.registered_lead(cast)

    with pytest.raises(IntegrityError, match="leads_lead_has_origin"), transaction.atomic():
        Lead.objects.filter(pk=lead.pk).update(origin="bought")


@pytest.mark.parametrize("number", ["1385800337", "23858003371", "abc", ""])
def test_an_unreadable_number_is_refused(cast, number):
    with pytest.raises(Refused, match="is no telephone number"):
        road.registered_lead(cast, phones=[number])


def test_a_known_number_makes_another_home_of_the_same_customer(cast):
    first = road.registered_lead(cast)
    second = road.registered_lead(cast, name="陈小姐", phones=["+86 138-5800-3371", "13900001111"], home=road.home(building="5"))

    assert second.customer == first.customer
    assert [h.building for h in Home.objects.filter(customer=first.customer).order_by("id")] == ["3", "5"]
    assert sorted(p.number for p in first.customer.phones.all()) == ["13858003371", "13900001111"]


def test_the_same_home_of_the_same_customer_is_not_registered_twice(cast):
    lead = road.registered_lead(cast)

    with pytest.raises(Refused, match="already registered: K-CX-2026-0001"):
        road.registered_lead(cast, home=road.home(building="3幢", unit="2单元", room_no="1102室"))

    assert list(Lead.objects.all()) == [lead]


def test_a_lost_home_may_be_registered_again(cast):
    lead = road.assigned_lead(cast)
    services.lose(lead, reason="price", by=cast.designer, at=cast.at)

    again = road.registered_lead(cast)

    assert (again.home, again.ref) == (lead.home, "K-CX-2026-0002")


def test_numbers_of_two_customers_are_not_mixed(cast):
    road.registered_lead(cast)
    road.registered_lead(cast, name="丁维国", phones=["13900001111"], home=road.home(building="9"))

    with pytest.raises(Refused, match="belong to two customers: 陈静兰, 丁维国"):
        road.registered_lead(cast, phones=["13858003371", "13900001111"], home=road.home(building="8"))


def test_the_other_store_has_its_own_customers_and_numbers(cast):
    here = road.registered_lead(cast)
    there = road.registered_lead(cast, people=cast.other)

    assert (here.ref, there.ref) == ("K-CX-2026-0001", "K-CD-2026-0001")
    assert here.customer != there.customer


def test_the_database_refuses_a_home_of_another_store(cast):
    lead = road.registered_lead(cast)

    with pytest.raises(IntegrityError, match="belongs to the store of its file"), transaction.atomic():
        Home.objects.filter(pk=lead.home_id).update(store=cast.other.store)


def test_duplicates_are_found_by_number_and_by_home(cast):
    lead = road.registered_lead(cast)
    road.registered_lead(cast, people=cast.other)

    by_number = services.duplicates(store=cast.store, numbers=["138 5800 3371"])
    by_home = services.duplicates(store=cast.store, numbers=["13900001111"], home=road.home())
    nothing = services.duplicates(store=cast.store, numbers=["1385800"], home=services.NewHome(estate="澄湖里"))

    assert (by_number, by_home, nothing) == ([lead], [lead], [])


def test_who_is_known_shows_while_typing_masked_and_without_a_link_to_others_files(cast):
    road.assigned_lead(cast)

    page = cast.client(cast.market_rep).post("/leads/duplicates/", {"phone": "13858003371"}).content.decode()

    assert "陈静兰" in page and "林晓舟" in page
    assert "13858003371" not in page and "<a " not in page


def test_an_enquiry_keeps_its_registrar_store_and_number(cast):
    lead = road.registered_lead(cast)

    for column, value in (("ref", "'K-CX-2026-0009'"), ("registered_by_id", str(cast.designer.pk)), ("registered_at", "now()")):
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE leads_lead SET {column} = {value} WHERE id = %s", [lead.pk])


def test_the_registration_form_is_a_paper_and_a_new_one_supersedes_it(cast):
    lead = road.registered_lead(cast)
    first = services.issue_registration(lead, by=cast.front_desk, at=cast.at)
    services.assign_designer(lead, designer=cast.designer, customer_manager=cast.customer_manager, by=cast.front_desk, at=cast.at)
    second = services.issue_registration(lead, by=cast.front_desk, at=cast.days(1))

    first.refresh_from_db()
    assert (first.state, first.superseded_by) == ("superseded", second)
    assert (second.body["head"]["designer"], second.body["head"]["phone"]) == ("林晓舟", "138 **** 3371")


def test_the_form_printed_again_unchanged_is_the_one_that_the_customer_signed(cast):
    """LR-42: the signature under it carries the consent."""
    lead = road.assigned_lead(cast)
    first = services.issue_registration(lead, by=cast.front_desk, at=cast.at)
    sign(first, "customer", "陈静兰", by=cast.front_desk, at=cast.at)

    again = services.issue_registration(lead, by=cast.customer_manager, at=cast.days(2))
    first.refresh_from_db()
    assert again == first and again.signatures.get().name == "陈静兰" and not first.is_gone and lead.dossier.papers.filter(kind="L01").count() == 1

    services.correct_home(lead, layout="四室两厅", reason="户型图", by=cast.designer, at=cast.days(3))
    changed = services.issue_registration(lead, by=cast.front_desk, at=cast.days(3))
    first.refresh_from_db()
    assert (first.state, first.superseded_by, changed.body["head"]["layout"]) == ("superseded", changed, "四室两厅")
    papers.void(changed, reason="印错", by=cast.front_desk, at=cast.days(3))
    assert services.issue_registration(lead, by=cast.front_desk, at=cast.days(4)) != changed


def test_whoever_registers_prints_the_form_from_the_client_file(cast):
    """L01 is kept in the customer book and changes when the customer signs: each printing is the form as it stands now."""
    lead = road.assigned_lead(cast)
    page, client = lead.get_absolute_url(), cast.client(cast.front_desk)
    button = f'action="{page}registration-papers/"'

    assert button in client.get(page).text and button not in cast.client(cast.designer).get(page).text
    answer = client.post(f"{page}registration-papers/")
    assert answer["Location"] == f"/papers/{lead.dossier.papers.get(kind='L01').ref}/" and client.get(answer["Location"]).status_code == 200
    services.lose(lead, reason="price", by=cast.designer, at=cast.at)
    assert button not in client.get(page).text


def test_who_registers_in_another_store_alone_does_not_print_the_form_here(cast):
    lead = road.assigned_lead(cast)
    hold_post(cast.designer, post="front_desk", store=cast.other.store, since=cast.at.date(), by=cast.hr, at=cast.at)
    page, client = lead.get_absolute_url(), cast.client(cast.designer)

    assert "registration-papers" not in client.get(page).text
    assert client.post(f"{page}registration-papers/").status_code == 404
    assert not lead.dossier.papers.filter(kind="L01").exists()


def test_a_correction_of_the_home_needs_a_reason_and_moves_the_clock_that_depends_on_its_size(cast):
    lead = road.consulted_lead(cast)
    with pytest.raises(Refused, match="needs a reason"):
        services.correct_home(lead, area_m2=200, reason=" ", by=cast.designer, at=cast.days(1))

    services.correct_home(lead, area_m2=200, reason="产权证上是 200", by=cast.designer, at=cast.days(1))

    running = lead.dossier.deadlines.get(clock="leads.preview", stopped_at=None)
    assert (running.started_at, running.due_at) == (cast.at, cast.days(10))


def test_a_number_in_full_is_logged_and_limited_and_a_due_call_is_not_counted(cast, monkeypatch):
    monkeypatch.setattr("leads.services.assignment.REVEALS_A_DAY", 2)
    lead = road.registered_lead(cast)
    phone = lead.customer.phones.get()
    for _ in range(2):
        assert services.reveal_phone(lead, phone=phone, by=cast.front_desk, at=cast.at) == "13858003371"

    with pytest.raises(Refused, match="limit of a day"):
        services.reveal_phone(lead, phone=phone, by=cast.front_desk, at=cast.at)
    services.reveal_phone(lead, phone=phone, by=cast.front_desk, at=cast.at, for_clock="leads.first_contact")
    services.reveal_phone(lead, phone=phone, by=cast.front_desk, at=cast.days(1))

    assert PhoneReveal.objects.count() == 4


@pytest.mark.parametrize(("building", "unit", "room_no", "line"), [
    ("3幢", "2单元", "301室", "澄湖里 3 幢 2 单元 301"), ("3", "2", "301", "澄湖里 3 幢 2 单元 301"), ("A栋", "", "1101", "澄湖里 A 栋 1101"),
    ("西区别墅", "", "6号", "澄湖里 西区别墅 6号"), ("5号楼", "1 单元", "", "澄湖里 5 号楼 1 单元"),
])  # fmt: skip
def test_a_home_is_written_in_one_way_however_it_was_typed(building, unit, room_no, line):
    assert road.home(building=building, unit=unit, room_no=room_no).line == line


@pytest.mark.parametrize(("typed", "amount"), [
    ("180000", "180000"), ("180,000.50", "180000.50"), ("¥180，000", "180000"), ("１８万", "180000"), ("1.25 万元", "12500"), ("8000元", "8000"),
    ("十八万", None), ("18万5", None), ("万", None), ("0", None), ("1.00001万", "10000.1"), ("99999万", None), ("NaN万", None),
])  # fmt: skip
def test_an_amount_is_read_as_people_write_it_and_what_is_no_amount_is_refused(typed, amount):
    form = type("Form", (forms.Form,), {"budget": money("Budget")})({"budget": typed})

    assert form.is_valid() is (amount is not None)
    assert form.cleaned_data.get("budget") == (Decimal(amount) if amount else None)
