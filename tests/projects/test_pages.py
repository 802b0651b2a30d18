"""Every page of a site opens for the right person, keeps what was typed, and is as if it were not there for another store."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from core.models import Paper
from leads.models import Lead
from leads.procedure import Standing
from projects import services, terms
from projects.choices import Fact, KeyTerm, Stage
from projects.models import ChangeOrder, ContractStock, Payment, Project
from tests import road
from tests.factories import projects as sites
from tests.factories.inspections import picture
from tests.hand import sign_all
from tests.projects import standing as all_tests

pytestmark = pytest.mark.django_db

STOPS: dict[str, Any] = {
    "opened": sites.opened_project, "signed": sites.signed_project, "contracted": sites.contracted_project, "permitted": sites.permitted_project,
    "disclosed": sites.disclosed_project, "working": sites.working_project, "midterm": sites.midterm_project, "accepted": sites.accepted_project,
}  # fmt: skip


def two_hours_ago(make: Any) -> Any:
    return lambda cast, **more: make(cast, at=timezone.now() - timedelta(hours=2), **more)


# the won enquiry stands first: its number is the one that a contract is signed for
standing = all_tests.standing(won=sites.accepted_lead, **{stop: two_hours_ago(make) for stop, make in STOPS.items()})


@pytest.fixture
def cast(standing: Any, db: None) -> Any:
    return standing.cast


@pytest.fixture
def at(standing: Any, db: None) -> Any:
    """The site that stands at a stop of the road."""
    return lambda stop: all_tests.site(standing, stop)


@pytest.fixture
def won(standing: Any, db: None) -> Lead:
    """An enquiry whose customer has accepted the quotation; the contract is to be made."""
    return Lead.objects.get(pk=standing.won)


# stop of the road, the person whose page it is, the page, somebody who may not post there (None: everybody who sees it may)
ACTS = [
    ("opened", "customer_manager", "contract", None),
    ("signed", "customer_manager", "hand-ins", "designer"),
    ("signed", "engineering_assistant", "filings", "customer_manager"),
    ("signed", "customer_manager", "contact-pages", "designer"),
    ("signed", "engineering_manager", "people", "customer_manager"),
    ("contracted", "project_manager", "reviews", "foreman"),
    ("contracted", "engineering_assistant", "permits", "designer"),
    ("permitted", "engineering_assistant", "permits", "designer"),
    ("permitted", "project_manager", "disclosures", "engineering_manager"),
    ("disclosed", "foreman", "arrivals", "designer"),
    ("disclosed", "project_manager", "stage-changes", "designer"),
    ("working", "site_supervisor", "changes", "designer"),
    ("working", "cashier", "payments", "project_manager"),
    ("working", "site_supervisor", "reminders", "project_manager"),
    ("working", "project_manager", "settlements", "designer"),
    ("working", "engineering_manager", "pauses", "project_manager"),
    ("working", "engineering_manager", "cancellations", "project_manager"),
    ("midterm", "engineering_manager", "reopenings", "project_manager"),
    ("contracted", "engineering_manager", "waivers/G7", "project_manager"),
    ("accepted", "project_manager", "paper-handovers", "designer"),
]


def url(project: Project, page: str) -> str:
    return f"/projects/{project.ref}/{page}/"


def asked(client: Any, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200, address
    return len(caught)


def test_a_page_opens_for_its_person_asks_at_most_twelve_questions_and_is_not_there_for_another_store(cast, at):
    for stop, post, page, _wrong in ACTS:
        project, named = at(stop), f"{page} of {stop}"
        client, other = cast.client(getattr(cast, post)), cast.client(getattr(cast.other, post))

        answer = client.get(url(project, page))

        assert answer.status_code == 200, named
        assert project.ref in answer.content.decode(), named
        assert asked(client, url(project, page)) <= 12, named
        assert other.get(url(project, page)).status_code == 404, named
        assert other.get(f"/projects/P-CX-2026-9999/{page}/").status_code == 404, named


def test_a_post_by_the_wrong_person_is_refused_and_changes_nothing(cast, at):
    for stop, _post, page, wrong in ACTS:
        project, named = at(stop), f"{page} of {stop}"
        entries = project.dossier.entries.count()

        answer = cast.client(getattr(cast, wrong or "technician")).post(url(project, page), {"reason": "x", "to": "disclosed"})

        assert answer.status_code in (403, 405), named
        assert project.dossier.entries.count() == entries, named


def test_an_empty_post_comes_back_with_words_and_changes_nothing(cast, at):
    for stop, post, page, _wrong in ACTS:
        if page in ("contract", "contact-pages", "filings", "paper-handovers"):
            continue
        project, named = at(stop), f"{page} of {stop}"
        entries = project.dossier.entries.count()

        answer = cast.client(getattr(cast, post)).post(url(project, page), {})

        assert answer.status_code == 422, named
        assert project.dossier.entries.count() == entries, named


# --- from the accepted quotation to the filed contract ---------------------------------------------------------------


def contract_facts(cast: Any, **more: Any) -> dict[str, Any]:
    today = timezone.localdate()
    told = {
        "blank": sites.blank(cast).pk, "starts_on": (today + timedelta(days=10)).isoformat(), "due_on": (today + timedelta(days=95)).isoformat(),
        "plan": "PP4", "percents": "", "signer": "陈静兰", "signer_phone": "138 5800 3371", "company_signer": cast.store_manager.pk,
    }  # fmt: skip
    return {**told, **more}


def all_confirmed() -> dict[str, str]:
    return {"step": "terms", "signs_electronically": "on", **{f"term_{code}": "on" for code in KeyTerm.values}}


def test_a_contract_is_made_in_two_screens(cast, won):
    client = cast.client(cast.customer_manager)
    told = contract_facts(cast)
    page = f"/projects/contracts/{won.ref}/"

    assert won.ref in client.get("/projects/contracts/").content.decode()
    assert client.get(page).status_code == 200
    terms_page = client.post(page, told)
    assert (terms_page.status_code, Project.objects.filter(lead=won).count()) == (200, 0)
    assert "万分之五" in terms_page.content.decode() and "30" in terms_page.content.decode()
    answer = client.post(page, {**told, **all_confirmed()})

    project = Project.objects.filter(lead=won).get()
    assert (answer.status_code, answer["Location"]) == (302, f"/projects/{project.ref}/contract/")
    assert project.contract.sign_agreement["phone"] == "13858003371"
    assert won.ref not in client.get("/projects/contracts/").content.decode()


def test_the_number_of_the_signer_is_the_customers_own_without_a_page_that_shows_it(cast, won):
    client, own = cast.client(cast.customer_manager), won.customer.phones.get().number
    page, told = f"/projects/contracts/{won.ref}/", contract_facts(cast, signer=" ".join(won.customer.name), signer_phone="")

    shown = client.get(page).content.decode() + client.post(page, told).content.decode()
    client.post(page, {**told, **all_confirmed()})

    assert own not in shown and f"{own[:3]}****{own[-4:]}" in shown
    assert Project.objects.get(lead=won).contract.sign_agreement["phone"] == own


def test_who_signs_for_the_customer_gives_a_number_of_ones_own(cast, won):
    answer = cast.client(cast.customer_manager).post(f"/projects/contracts/{won.ref}/", contract_facts(cast, signer="王建军", signer_phone=""))

    assert answer.status_code == 422 and "还缺签字人的电话" in answer.content.decode()
    nobody = cast.client(cast.customer_manager).post(f"/projects/contracts/{won.ref}/", contract_facts(cast, signer="", signer_phone=""))
    assert nobody.status_code == 422 and "还缺签字人的电话" not in nobody.content.decode()
    assert not Project.objects.filter(lead=won).exists()


def test_what_is_missing_of_the_design_is_said_before_the_first_field_of_a_contract(cast, won, monkeypatch):
    client, page = cast.client(cast.customer_manager), f"/projects/contracts/{won.ref}/"
    assert "客户还没确认" not in client.get(page).content.decode()
    monkeypatch.setattr(Standing, "confirmed_drawings", {})

    shown = client.get(page).content.decode()

    assert "客户还没确认设计方案" in shown and "客户还没确认施工图" in shown


def test_with_nothing_confirmed_every_term_is_named_not_only_the_way_of_signing(cast, won):
    answer = cast.client(cast.customer_manager).post(f"/projects/contracts/{won.ref}/", {**contract_facts(cast), "step": "terms"})

    said = answer.content.decode().split('class="refusal"')[1].split("</ul>")[0]
    with translation.override("zh-hans"):
        assert answer.status_code == 422 and [label for _code, label in KeyTerm.choices if str(label) not in said] == []
    assert "纸质合同" in said


def test_a_term_that_is_not_confirmed_keeps_the_contract_back_and_all_that_was_typed(cast, won):
    client, facts = cast.client(cast.customer_manager), contract_facts(cast, percents="40 30 20 10")
    for term in [*KeyTerm.values, "signs_electronically"]:
        confirmed = all_confirmed()
        del confirmed[f"term_{term}" if term != "signs_electronically" else term]

        answer = client.post(f"/projects/contracts/{won.ref}/", {**facts, **confirmed})

        body = answer.content.decode()
        assert (answer.status_code, Project.objects.filter(lead=won).count()) == (422, 0), term
        assert 'value="40 30 20 10"' in body and body.count("checked") == len(KeyTerm.values), term


def test_the_facts_can_be_changed_from_the_second_screen(cast, won):

    answer = cast.client(cast.customer_manager).post(f"/projects/contracts/{won.ref}/", {**contract_facts(cast, signer="陈静兰的先生"), "step": "facts"})

    assert answer.status_code == 200
    assert 'value="陈静兰的先生"' in answer.content.decode()


WRONG_FACTS = [
    ("starts_on", "2020-01-01"), ("due_on", "2020-01-01"), ("percents", "50 20 20"), ("percents", "50 50"),
    ("percents", "nan 30 30 10"), ("signer_phone", "12"), ("signer", ""),
    ("blank", "0"),
]  # fmt: skip


def test_a_wrong_fact_comes_back_beside_its_field(cast, won):
    client, facts = cast.client(cast.customer_manager), contract_facts(cast)
    for field, value in WRONG_FACTS:
        answer = client.post(f"/projects/contracts/{won.ref}/", {**facts, field: value})

        assert (answer.status_code, Project.objects.filter(lead=won).count()) == (422, 0), (field, value)
        assert "field-errors" in answer.content.decode(), (field, value)


def test_without_an_accepted_quotation_the_page_says_what_is_missing(cast):
    lead = road.surveyed_lead(cast, phones=["13900000001"], home=road.home(room_no="2201"))
    client = cast.client(cast.customer_manager)

    page = client.get(f"/projects/contracts/{lead.ref}/").content.decode()
    answer = client.post(f"/projects/contracts/{lead.ref}/", {**contract_facts(cast), **all_confirmed()})

    assert "客户还没接受报价。" in page
    assert (answer.status_code, Project.objects.filter(lead=lead).count()) == (422, 0)


def test_a_contract_that_is_made_is_not_made_again(cast, at):
    project, before = at("opened"), Project.objects.count()

    answer = cast.client(cast.customer_manager).post(f"/projects/contracts/{project.lead.ref}/", {**contract_facts(cast), **all_confirmed()})

    assert (answer.status_code, Project.objects.count()) == (422, before)


def test_the_file_of_a_won_enquiry_offers_the_contract_to_whoever_makes_it(cast, won):
    for post, offered in {"customer_manager": True, "store_manager": True, "designer": False, "front_desk": False}.items():
        page = cast.client(getattr(cast, post)).get(f"/leads/{won.ref}/").content.decode()

        assert (f"/projects/contracts/{won.ref}/" in page) is offered, post


def test_the_signed_contract_is_handed_in_complete_and_filed_by_a_second_person(cast, at):
    project = at("signed")
    client = cast.client(cast.customer_manager)
    ticks = dict.fromkeys(("signatures", "quotation", "drawings", "payment_table", "warranty_table"), "on")

    half = client.post(url(project, "hand-ins"), {"signatures": "on"})
    assert half.status_code == 422 and half.content.decode().count("gate-box") == 4
    assert client.post(url(project, "hand-ins"), ticks).status_code == 302
    assert cast.client(cast.engineering_assistant).post(url(project, "filings")).status_code == 302

    assert at("signed").contract.archived_by == cast.engineering_assistant


def test_an_unsigned_contract_says_so_before_and_after_the_button(cast, at):
    project = at("opened")
    client = cast.client(cast.customer_manager)

    assert "gate-list" in client.get(url(project, "hand-ins")).content.decode()
    assert client.post(url(project, "hand-ins"), {}).content.decode().count("gate-box") == 6


def test_the_contact_page_leads_to_its_paper(cast, at):
    project = at("signed")

    answer = cast.client(cast.customer_manager).post(url(project, "contact-pages"))

    assert answer["Location"] == f"/papers/{Paper.objects.get(dossier=project.dossier, kind='P12').ref}/"


def test_the_four_people_are_assigned_with_what_they_have_in_hand(cast, at):
    project = at("signed")
    client = cast.client(cast.engineering_manager)  # five of the sites that stand are his and not yet accepted
    people = {"project_manager": cast.project_manager, "supervisor": cast.site_supervisor, "inspector": cast.quality_inspector, "foreman": cast.foreman}

    assert "郭建军 · 手上 5 个工地" in client.get(url(project, "people")).content.decode()
    assert client.post(url(project, "people"), {name: person.pk for name, person in people.items()}).status_code == 302

    project.refresh_from_db()
    assert (project.project_manager, project.inspector) == (cast.project_manager, cast.quality_inspector)
    assert "郭建军 · 手上 6 个工地" in client.get(url(project, "people")).content.decode()


# --- stock -----------------------------------------------------------------------------------------------------------


def test_blanks_are_taken_in_taken_out_and_returned_with_a_reason(cast):
    client = cast.client(cast.customer_manager)

    assert client.post("/projects/blank-contracts/", {"serials": "HT00001\nHT00002"}).status_code == 302
    row = ContractStock.objects.get(serial="HT00001")
    assert client.post(f"/projects/blank-contracts/{row.pk}/takings/").status_code == 302
    assert client.get(f"/projects/blank-contracts/{row.pk}/returns/").status_code == 200
    empty = client.post(f"/projects/blank-contracts/{row.pk}/returns/", {"reason": "写错了"})
    assert empty.status_code == 422 and "写错了" in empty.content.decode()
    assert client.post(f"/projects/blank-contracts/{row.pk}/returns/", {"state": "void", "reason": "写错了"}).status_code == 302

    row.refresh_from_db()
    assert (row.state, row.reason) == ("void", "写错了")
    assert "HT00001" in client.get("/projects/blank-contracts/?state=void").content.decode()


def test_a_serial_that_exists_is_refused_and_the_numbers_stay(cast):
    client = cast.client(cast.customer_manager)
    client.post("/projects/blank-contracts/", {"serials": "HT00001"})
    before = ContractStock.objects.count()

    answer = client.post("/projects/blank-contracts/", {"serials": "HT00001 HT00009"})

    assert (answer.status_code, ContractStock.objects.count()) == (422, before)
    assert "HT00009" in answer.content.decode()


def test_a_blank_of_another_store_is_not_there(cast):
    row = sites.blank(cast)
    client = cast.client(cast.other.customer_manager)

    assert client.post(f"/projects/blank-contracts/{row.pk}/takings/").status_code == 404
    assert client.get(f"/projects/blank-contracts/{row.pk}/returns/").status_code == 404
    assert cast.client(cast.designer).get("/projects/blank-contracts/").status_code == 403


# --- before the works ------------------------------------------------------------------------------------------------


def test_permit_approval_and_passes_are_recorded_on_one_page(cast, at):
    project = at("contracted")
    client = cast.client(cast.engineering_assistant)
    today = timezone.localdate()
    period = {"from_on": today.isoformat(), "until_on": (today + timedelta(days=100)).isoformat()}

    answer = client.post(url(project, "permits"), {"works": "水电、防水、木作", "workers": "4", **period})
    permit = project.permits.get()
    assert answer["Location"] == f"/papers/{permit.application.ref}/"
    told = {
        "number": "ZX2026-1102", "approved_on": today.isoformat(), "valid_from": today.isoformat(), "valid_until": period["until_on"], "deposit": "2000",
        "rubbish_fee": "", "agreement_signed": "on", "scan": picture(),
    }  # fmt: skip
    early = client.post(url(project, f"permits/{permit.pk}/approvals"), told)
    assert early.status_code == 422 and 'value="ZX2026-1102"' in early.content.decode() and "gate-box" in early.content.decode()
    sign_all(permit.application, by=cast.project_manager, at=timezone.now())
    assert client.post(url(project, f"permits/{permit.pk}/approvals"), {**told, "scan": picture()}).status_code == 302
    wrong = client.post(url(project, "passes"), {"pass-worker": "钱大勇", "pass-trade": "水电", "pass-id_number": "330106199003074219"})
    assert wrong.status_code == 422 and 'value="钱大勇"' in wrong.content.decode()
    assert client.post(url(project, "passes"), {"pass-worker": "钱大勇", "pass-trade": "水电", "pass-id_number": sites.IDS[0]}).status_code == 302

    page = client.get(url(project, "permits")).content.decode()
    assert "330*************18" in page and sites.IDS[0] not in page


def test_a_refusal_of_the_property_office_needs_its_words(cast, at):
    project = at("contracted")
    today = timezone.localdate()
    permit = services.file_permit(
        project, works="水电", from_on=today, until_on=today + timedelta(days=90), workers=3, by=cast.engineering_assistant, at=timezone.now()
    )
    client = cast.client(cast.engineering_assistant)

    assert client.post(url(project, f"permits/{permit.pk}/rejections"), {"no-reason": ""}).status_code == 422
    assert client.post(url(project, f"permits/{permit.pk}/rejections"), {"no-reason": "图纸不清楚"}).status_code == 302
    assert "图纸不清楚" in client.get(url(project, "permits")).content.decode()


def test_a_permit_of_another_site_is_not_there(cast, at):
    first = at("permitted")
    second = at("contracted")

    client = cast.client(cast.engineering_assistant)
    assert client.post(url(second, f"permits/{first.permits.get().pk}/approvals"), {}).status_code == 404
    assert client.post(url(second, f"permits/{first.permits.get().pk}/rejections"), {}).status_code == 404


def test_passes_go_back_after_acceptance(cast, at):
    project = at("accepted")
    client = cast.client(cast.project_manager)
    today = timezone.localdate().isoformat()
    both = [p.pk for p in project.passes.all()]

    assert client.post(url(project, "pass-returns"), {"back-returned_on": today}).status_code == 422
    assert client.post(url(project, "pass-returns"), {"back-passes": both, "back-returned_on": today}).status_code == 302
    assert not project.passes.filter(returned_on__isnull=True).exists()


def test_a_doubt_keeps_the_review_open_and_a_clean_one_closes_it(cast, at):
    project = at("contracted")
    client = cast.client(cast.project_manager)

    assert client.post(url(project, "reviews"), {"drawing_doubts": "次卧开关位置与门冲突", "clean_now": "on"}).status_code == 422
    assert client.post(url(project, "reviews"), {"drawing_doubts": "次卧开关位置与门冲突"}).status_code == 302
    assert "次卧开关位置与门冲突" in client.get(url(project, "reviews")).content.decode()
    assert client.post(url(project, "reviews"), {"clean_now": "on"}).status_code == 302

    assert sites.refreshed(project).holds(Fact.DRAWINGS_REVIEWED)


def test_a_disclosure_needs_a_ticked_point_and_keeps_the_notes(cast, at):
    project = at("permitted")
    client = cast.client(cast.project_manager)
    held = timezone.localtime().strftime("%Y-%m-%dT%H:%M")

    empty = client.post(url(project, "disclosures"), {"held_at": held, "note_0": "电箱在玄关柜里"})
    assert "请勾选该项，或删去备注" in empty.content.decode()
    stray = client.post(url(project, "disclosures"), {"held_at": held, "note_0": "电箱在玄关柜里", "point_1": "on"})
    assert stray.status_code == 422 and "请勾选该项，或删去备注" in stray.content.decode()
    assert empty.status_code == 422 and 'value="电箱在玄关柜里"' in empty.content.decode()
    ticks = {f"point_{i}": "on" for i in range(len(terms.disclosure_points()))}
    answer = client.post(url(project, "disclosures"), {"held_at": held, "note_0": "电箱在玄关柜里", "extra": "猫在主卧，门关好", **ticks})

    assert answer["Location"] == f"/papers/{Paper.objects.get(dossier=project.dossier, kind='P23').ref}/"


def test_a_disclosure_is_not_dated_ahead_or_long_back(cast, at):
    project, client = at("permitted"), cast.client(cast.project_manager)
    for hours in (-1, 80):
        held = (timezone.localtime() - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")

        answer = client.post(url(project, "disclosures"), {"held_at": held, "point_0": "on"})

        assert (answer.status_code, Paper.objects.filter(dossier=project.dossier, kind="P23").count()) == (422, 0), hours


def test_the_crew_is_reported_from_the_phone(cast, at):
    project = at("disclosed")

    answer = cast.client(cast.foreman).post(url(project, "arrivals"), {"crew": "鲁全胜班组", "workers": "4", "cleared": "on"})

    assert answer.status_code == 302
    assert sites.refreshed(project).holds(Fact.CREW_ON_SITE)


# --- along the procedure ---------------------------------------------------------------------------------------------


def test_a_closed_gate_names_all_that_is_missing_before_and_after_the_button(cast, at):
    project = at("contracted")
    client = cast.client(cast.project_manager)
    client.post(url(project, "stage-changes"), {"to": "permit_filing"})

    before = client.get(url(project, "stage-changes")).content.decode()
    answer = client.post(url(project, "stage-changes"), {"to": "disclosed"})

    assert before.count("gate-box") == 3
    assert answer.status_code == 422
    assert answer.content.decode().count("gate-box") == 3
    assert at("contracted").stage == Stage.PERMIT_FILING


def test_a_gate_is_waived_by_the_engineering_manager_with_a_reason(cast, at):
    project = at("contracted")
    client = cast.client(cast.engineering_manager)
    client.post(url(project, "stage-changes"), {"to": "permit_filing"})

    assert url(project, "waivers/G7") in client.get(url(project, "stage-changes")).content.decode()
    assert client.post(url(project, "waivers/G7"), {"reason": "业主自带图纸，已口头核过"}).status_code == 302
    assert client.post(url(project, "waivers/G24"), {"reason": "着急"}).status_code == 422
    assert client.get(url(project, "waivers/G99")).status_code == 404
    assert "业主自带图纸" in client.get(url(project, "waivers/G7")).content.decode()


def test_a_site_is_paused_goes_on_is_cancelled_and_taken_up_again(cast, at):
    project = at("working")
    client = cast.client(cast.engineering_manager)

    assert client.post(url(project, "pauses"), {"reason": "业主出差"}).status_code == 302
    assert client.get(url(project, "stage-changes")).status_code == 200
    assert client.get(url(project, "resumptions")).status_code == 200
    assert client.post(url(project, "resumptions")).status_code == 302
    assert client.post(url(project, "cancellations"), {"reason": "业主卖房"}).status_code == 302
    assert client.post(url(project, "reopenings"), {"reason": "新业主接手"}).status_code == 302

    assert at("working").stage == Stage.UNDER_CONSTRUCTION
    assert "业主出差" in client.get(url(project, "stage-changes")).content.decode()


# --- changes ---------------------------------------------------------------------------------------------------------


def test_a_change_goes_from_evidence_to_its_paper(cast, at):
    project = at("working")
    supervisor = cast.client(cast.site_supervisor)

    blank = supervisor.post(url(project, "changes"), {"reason": "customer_add", "wish": "厨房加一组插座"})
    assert blank.status_code == 422 and "厨房加一组插座" in blank.content.decode()
    answer = supervisor.post(url(project, "changes"), {"reason": "customer_add", "wish": "厨房加一组插座", "evidence": picture()})
    assert answer["Location"] == url(project, "changes/1")
    assert cast.client(cast.designer).post(url(project, "changes/1/answers"), {"answer": "水电图 S-03 更新"}).status_code == 302
    manager = cast.client(cast.project_manager)
    item = sites.items(project)[0]
    half = manager.post(url(project, "changes/1/prices"), {"days": "1", "item_0": item.pk, "note_0": "冰箱旁"})
    assert half.status_code == 422 and 'value="冰箱旁"' in half.content.decode()
    more = manager.post(url(project, "changes/1/prices"), {"days": "1", "item_0": item.pk, "quantity_0": "2.5", "note_0": "冰箱旁", "more": "1", "rows": "6"})
    assert more.status_code == 200 and 'name="item_11"' in more.content.decode() and 'value="冰箱旁"' in more.content.decode()
    answer = manager.post(url(project, "changes/1/prices"), {"rows": "12", "days": "1", "item_11": item.pk, "quantity_11": "2.5", "note_11": "冰箱旁"})

    change = ChangeOrder.objects.get(project=project)
    assert answer["Location"] == f"/papers/{change.paper.ref}/"
    assert change.lines.get().quantity == Decimal("2.50")
    page = manager.get(url(project, "changes/1")).content.decode()
    assert item.name in page and change.paper.ref in page


def test_a_change_without_lines_is_refused(cast, at):
    project = at("working")
    sites.asked_change(project, people=cast, at=timezone.now())

    answer = cast.client(cast.project_manager).post(url(project, "changes/1/prices"), {"days": "3"})

    assert answer.status_code == 422 and "gate-box" in answer.content.decode() and 'value="3"' in answer.content.decode()


def test_a_change_is_withdrawn_with_a_reason(cast, at):
    project = at("working")
    sites.issued_change(project, people=cast, at=timezone.now())
    client = cast.client(cast.project_manager)

    assert client.get(url(project, "changes/1/withdrawals")).status_code == 200
    assert client.post(url(project, "changes/1/withdrawals"), {"reason": ""}).status_code == 422
    assert client.post(url(project, "changes/1/withdrawals"), {"reason": "业主不要了"}).status_code == 302
    assert "业主不要了" in client.get(url(project, "changes/1")).content.decode()


def test_prices_of_a_change_are_seen_by_whoever_sees_the_money(cast, at):
    project = at("working")
    change = sites.issued_change(project, people=cast, at=timezone.now())
    amount = f"{change.amount:,.2f}"

    assert amount in cast.client(cast.project_manager).get(url(project, "changes/1")).content.decode()
    assert amount not in cast.client(cast.foreman).get(url(project, "changes/1")).content.decode()


# --- money -----------------------------------------------------------------------------------------------------------


def payment(amount: Any = 100, **more: Any) -> dict[str, Any]:
    told = {
        "amount": str(amount), "method": "transfer", "payer": "陈静兰", "payer_account": "0427", "received_on": timezone.localdate().isoformat(),
        "key": str(uuid4()),
    }  # fmt: skip
    return {**told, **more}


def test_a_payment_issues_its_receipt(cast, at):
    project = at("working")
    due = sites.refreshed(project).money.due_now

    answer = cast.client(cast.cashier).post(url(project, "payments"), payment(due))

    paid = Payment.objects.get(project=project, kind="in")
    assert (paid.amount, answer["Location"]) == (due, f"/papers/{paid.receipt.ref}/")
    assert paid.receipt.kind == "L23"


def test_the_same_form_posted_twice_is_one_payment(cast, at):
    project = at("working")
    due = sites.refreshed(project).money.due_now
    client, told = cast.client(cast.cashier), payment(due)

    first, second = client.post(url(project, "payments"), told), client.post(url(project, "payments"), told)

    assert first["Location"] == second["Location"]
    assert Payment.objects.filter(project=project, kind="in").count() == 1


def test_more_than_is_open_comes_back_with_what_is_missing_and_is_kept_as_credit_when_said(cast, at):
    project = at("working")
    due = sites.refreshed(project).money.due_now
    client = cast.client(cast.cashier)

    answer = client.post(url(project, "payments"), payment(due + 500))
    body = answer.content.decode()
    assert answer.status_code == 422 and f'value="{due + 500}"' in body and 'value="0427"' in body and "gate-box" in body
    assert client.post(url(project, "payments"), payment(due + 500, keep_rest="on")).status_code == 302

    assert sites.refreshed(project).money.credit == Decimal(500)


def test_a_wrong_payment_comes_back(cast, at):
    project, client = at("working"), cast.client(cast.cashier)
    for field, value in [
        ("amount", "0"), ("amount", "abc"), ("payer", ""), ("received_on", "2999-01-01"), ("received_on", "2020-01-01"), ("method", "gold"), ("key", "x"),
        ("payer_account", "04"), ("payer_account", "6217001504270427"), ("payer_account", "04a7"),
    ]:  # fmt: skip
        answer = client.post(url(project, "payments"), payment(**{field: value}))

        assert (answer.status_code, Payment.objects.filter(project=project, kind="in").count()) == (422, 0), (field, value)


def test_the_same_amount_on_the_same_day_is_asked_about_once(cast, at):
    """Two identical payments are a double click of the mind more often than two payments; who says so takes it all the same."""
    project, client = at("working"), cast.client(cast.cashier)
    client.post(url(project, "payments"), payment(100))
    answer = client.post(url(project, "payments"), payment(100))
    assert answer.status_code == 422 and project.payments.filter(kind="in").count() == 1
    page = answer.content.decode()
    assert project.payments.get(kind="in").receipt.ref in page and 'name="again"' in page
    assert client.post(url(project, "payments"), payment(101)).status_code == 302
    assert client.post(url(project, "payments"), payment(100, again="on")).status_code == 302
    assert project.payments.filter(kind="in").count() == 3
    assert 'name="again"' not in client.get(url(project, "payments")).content.decode()


def test_a_payment_is_reversed_by_a_second_person(cast, at):
    project = at("working")
    paid = sites.pay_open(project, people=cast, at=timezone.now())
    page = url(project, f"payments/{paid.pk}/reversals")
    client = cast.client(cast.accountant)

    assert cast.client(cast.cashier).get(page).status_code == 403
    assert client.get(page).status_code == 200
    assert client.post(page, {"reason": ""}).status_code == 422
    assert client.post(page, {"reason": "记错了工地"}).status_code == 302
    assert cast.client(cast.other.accountant).get(page).status_code == 404
    assert "记错了工地" in client.get(url(project, "payments")).content.decode()


def test_a_reminder_is_written_for_an_open_instalment_alone(cast, at):
    project = at("working")
    client = cast.client(cast.site_supervisor)

    assert client.post(url(project, "reminders"), {"seq": "1"})["Location"] == f"/papers/{Paper.objects.get(dossier=project.dossier, kind='P27').ref}/"
    early = client.post(url(project, "reminders"), {"seq": "2"})
    assert early.status_code == 422 and "gate-box" in early.content.decode()


def test_a_settlement_says_what_is_missing_before_and_after_the_button(cast, at):
    project = at("working")
    client = cast.client(cast.project_manager)

    assert client.get(url(project, "settlements")).content.decode().count("gate-box") == 3
    answer = client.post(url(project, "settlements"), {"kind": "midterm"})
    assert answer.status_code == 422 and "data-refusal" in answer.content.decode()


def test_who_cannot_do_what_is_missing_is_not_told_to_do_it_now(cast, at):
    project = at("working")
    rows = cast.client(cast.project_manager).post(url(project, "settlements"), {"kind": "midterm"}).content.decode().split("<li>")
    told = [(">查看</a>" in row, "您就能办" in row, ">现在去办</a>" in row) for row in rows if "gate-who" in row and "<a href" in row.partition("gate-who")[2]]

    assert told and all(look != mine and mine == now for look, mine, now in told)


def test_mid_term_and_changes_are_settled_together(cast, at):
    project = at("working")
    sites.cleared(project, Fact.CARPENTRY_ACCEPTED, Fact.CHECK_6_PASSED, by=cast.quality_inspector, at=timezone.now())

    answer = cast.client(cast.project_manager).post(url(project, "settlements"), {"kind": "midterm"})

    assert answer["Location"] == f"/papers/{Paper.objects.get(dossier=project.dossier, kind='P29').ref}/"
    assert Paper.objects.filter(dossier=project.dossier, kind="P30").exists()


def test_a_paper_leads_to_the_file_of_the_site_who_may_not_open_the_enquiry(cast, at):
    project = at("working")
    paper = Paper.objects.get(dossier=project.dossier, kind="P07")
    shown = {person: cast.client(getattr(cast, person)).get(f"/papers/{paper.ref}/").content.decode() for person in ("engineering_manager", "customer_manager")}

    assert f'href="/projects/{project.ref}/"' in shown["engineering_manager"] and f'href="/leads/{project.lead.ref}/"' not in shown["engineering_manager"]
    assert f'href="/leads/{project.lead.ref}/"' in shown["customer_manager"]


@pytest.mark.parametrize("role", ["designer", "customer_manager"])
def test_a_paper_leads_somebody_new_on_the_site_to_a_file_that_opens(cast, at, role):
    project, new = at("working"), cast.hire(role, name="新人")
    services.staff_project(project, **{role: new}, by=cast.engineering_manager, at=cast.at)
    client = cast.client(new)

    page = client.get(f"/papers/{Paper.objects.get(dossier=project.dossier, kind='P07').ref}/").content.decode()

    [link] = re.findall(r'href="(/(?:leads|projects)/[KP]-[^"]*/)"', page)
    assert client.get(link).status_code == 200


def test_papers_are_handed_over_after_check_eight(cast, at):
    early = at("working")
    project = at("accepted")
    client = cast.client(cast.engineering_assistant)

    told = {"on": cast.at.date().isoformat()}
    told |= {f"given_{code}": "on" for code in ("pipes", "photos", "I11", "I13", "S50", "manuals", "environment", "P25", "P07")}
    assert client.post(url(early, "paper-handovers"), told).status_code == 422
    assert client.post(url(project, "paper-handovers"), told).status_code == 302

    assert not sites.refreshed(project).holds(Fact.PAPERS_HANDED_OVER)  # the customer has not signed the list yet
    sign_all(Paper.objects.get(dossier=project.dossier, kind="P34"), by=cast.project_manager, at=cast.at)
    services.follow(project.dossier, at=cast.at)
    assert sites.refreshed(project).holds(Fact.PAPERS_HANDED_OVER)


# --- lists and counts ------------------------------------------------------------------------------------------------


def test_the_list_is_filtered_searched_and_exported(cast, at):
    project, accepted = at("working"), at("accepted")
    client = cast.client(cast.engineering_manager)

    assert project.ref in client.get("/projects/").content.decode()
    assert project.ref in client.get("/projects/?stage=under_construction&q=澄湖").content.decode()
    there = client.get("/projects/?stage=accepted").content.decode()
    assert accepted.ref in there and project.ref not in there
    assert "澄湖里" not in cast.client(cast.other.engineering_manager).get("/projects/").content.decode()
    assert client.get("/projects/export/?stage=under_construction")["Content-Type"].endswith("sheet")


def test_payments_are_listed_and_exported(cast, at):
    project = at("working")
    paid = sites.pay_open(project, people=cast, at=timezone.now())
    client = cast.client(cast.cashier)

    assert paid.receipt.ref in client.get("/projects/payments/").content.decode()
    assert paid.receipt.ref in client.get("/projects/payments/?kind=in").content.decode()
    assert paid.receipt.ref not in client.get("/projects/payments/?kind=deposit").content.decode()
    assert client.get("/projects/payments/export/")["Content-Type"].endswith("sheet")


def crowd(cast: Any, count: int, *, first: int = 1) -> None:
    """So many sites more in the other store, where nothing stands yet; small homes, all with their contract and the credited deposit."""
    small = {"rooms": road.ROOMS[-1:], "deposit": Decimal(2000)}
    for n in range(first, first + count):
        sites.opened_project(cast, people=cast.other, **small, phones=[f"139{n:08d}"], home=road.home(room_no=f"9{n:03d}"))


LISTS = {"": "engineering_manager", "payments/": "cashier", "blank-contracts/": "customer_manager"}


def test_a_list_asks_the_same_for_one_three_and_fifty_rows(cast):
    clients = {page: cast.client(getattr(cast.other, post)) for page, post in LISTS.items()}
    found: dict[str, list[int]] = {page: [] for page in LISTS}
    for count, first in ((1, 1), (2, 2), (47, 4)):
        crowd(cast, count, first=first)
        for page, client in clients.items():
            found[page].append(asked(client, f"/projects/{page}"))
            rows = client.get(f"/projects/{page}").content.decode().split("<tbody")[1].count("<tr")
            assert rows == first + count - 1, page

    for page, (one, three, fifty) in found.items():
        assert one == three == fifty, page
        assert fifty <= 6, page


def test_the_list_of_contracts_to_be_made_asks_the_same_for_one_and_five_rows(cast, won):
    client = cast.client(cast.store_manager)
    one = asked(client, "/projects/contracts/")
    for n in range(1, 5):
        sites.accepted_lead(cast, phones=[f"139{n:08d}"], home=road.home(room_no=f"9{n:03d}"))

    assert asked(client, "/projects/contracts/") == one <= 6


def test_the_page_of_a_contract_to_be_made_asks_few_questions(cast, won):
    sites.blank(cast)

    assert asked(cast.client(cast.customer_manager), f"/projects/contracts/{won.ref}/") <= 12


def test_pages_with_many_changes_and_payments_ask_what_they_ask_with_one(cast, at):
    project = at("working")
    sites.signed_change(project, people=cast, at=timezone.now())
    sites.pay(project, 100, people=cast, at=timezone.now())
    client = cast.client(cast.accountant)
    pages = ("payments", "settlements", "contract", "changes", "changes/1")
    few = [asked(client, url(project, page)) for page in pages]
    for n in range(5):
        sites.signed_change(project, people=cast, at=timezone.now() + timedelta(seconds=n))
        sites.pay(project, 100 + n, people=cast, at=timezone.now())

    assert [asked(client, url(project, page)) for page in pages] == few
    assert max(few) <= 12


def test_a_file_that_is_no_picture_comes_back_as_a_sentence(cast, at):
    project = at("working")
    told = {"reason": "customer_add", "wish": "厨房加一组插座", "evidence": SimpleUploadedFile("x.jpg", b"nonsense")}

    answer = cast.client(cast.site_supervisor).post(url(project, "changes"), told)

    assert (answer.status_code, ChangeOrder.objects.filter(project=project).count()) == (422, 0)
    assert "data-refusal" in answer.content.decode()


def test_a_contract_of_another_store_is_not_there_and_a_designer_makes_none(cast, won):
    assert cast.client(cast.other.store_manager).get(f"/projects/contracts/{won.ref}/").status_code == 404
    assert cast.client(cast.designer).get(f"/projects/contracts/{won.ref}/").status_code == 403
