"""A customer list that was imported: what became of its rows, and how it is withdrawn.  The sample stands for all tests, imported once."""

from __future__ import annotations

from typing import Any

import pytest

from core.models import AuditEntry, Deadline, Dossier
from core.refusals import Refused
from leads import services as leads
from leads.choices import BatchState
from leads.models import Customer, CustomerPhone, Home, ImportBatch, ImportRow, Lead
from tests.leads import standing as all_tests
from tests.leads.test_import import imported, uploaded
from tests.leads.test_import_pages import upload

standing = all_tests.standing(batch=imported)


@pytest.fixture
def cast(standing: Any, db: None) -> Any:
    return standing.cast


@pytest.fixture
def batch(standing: Any, db: None) -> ImportBatch:
    return all_tests.fresh(standing.batch)


def test_the_sample_becomes_155_homes_with_an_enquiry_of_151_customers(cast, batch):
    assert batch.state == BatchState.CONFIRMED
    assert (Lead.objects.count(), Home.objects.count(), Customer.objects.count()) == (155, 155, 151)
    assert CustomerPhone.objects.count() == 156
    assert Lead.objects.exclude(stage="registered").count() == 0
    assert Deadline.objects.count() == 0


def test_an_imported_enquiry_carries_origin_ground_day_and_the_shops_own_note(cast):
    lead = Lead.objects.get(import_row__row=12)
    assert (lead.origin, lead.origin_note, lead.consent_basis) == ("own_list", "店里 2026 年上半年的登记本", "request")
    assert lead.registered_at.astimezone(cast.at.tzinfo).date().isoformat() == "2026-01-16"
    assert lead.ref.startswith("K-CX-2026-")
    assert lead.note.splitlines() == ["已交定金5000", "意向：C", "名单来源：小区驻点", "名单设计师：林晓东"]
    assert lead.customer_manager == cast.customer_manager
    assert not lead.deposits.exists()
    assert (lead.customer.name, lead.customer.title, lead.home.address) == ("林刚", "mr", "融创壹号院 3 幢 2 单元 1501")


def test_a_known_customers_second_home_is_his(cast):
    first, second = Lead.objects.get(import_row__row=9), Lead.objects.get(import_row__row=37)
    assert first.customer == second.customer
    assert first.home != second.home


def test_an_enquiry_of_the_list_is_found_by_its_number_and_its_place(cast):
    assert Dossier.objects.filter(search__contains=["4715", "融创"]).count() == 1


def test_a_second_upload_of_an_imported_file_creates_nothing(cast, batch):
    assert uploaded(cast).pk == batch.pk
    assert ImportBatch.objects.count() == 1


def test_a_second_confirmation_is_refused_with_who_was_faster(cast, batch):
    with pytest.raises(Refused) as refused:
        leads.confirm_import(batch, by=cast.store_manager, at=cast.at)

    assert cast.front_desk.full_name in refused.value.message


def test_an_imported_enquiry_starts_its_clock_when_it_is_assigned(cast):
    lead = Lead.objects.get(import_row__row=12)

    leads.assign_designer(lead, designer=cast.designer, customer_manager=cast.customer_manager, by=cast.front_desk, at=cast.at)

    assert Deadline.objects.filter(dossier=lead.dossier).count() == 1


def test_withdrawing_takes_everything_out_of_every_list_and_keeps_its_history(cast, batch):
    leads.withdraw_import(batch, reason="名单拿错了", by=cast.store_manager, at=cast.at)

    assert Lead.objects.alive().count() == 0
    assert Lead.objects.visible_to(cast.store_manager).count() == 0
    assert Lead.objects.count() == 155
    assert Customer.objects.filter(withdrawn_at__isnull=True).count() == 0
    assert Home.objects.filter(withdrawn_at__isnull=True).count() == 0
    assert Dossier.objects.filter(search__contains=["4715"]).count() == 0
    assert AuditEntry.objects.filter(kind="leads.lead_withdrawn").count() == 155


def test_a_withdrawn_file_may_be_imported_again(cast, batch):
    leads.withdraw_import(batch, reason="名单拿错了", by=cast.store_manager, at=cast.at)

    again = imported(cast)

    assert (again.state, Lead.objects.alive().count()) == (BatchState.CONFIRMED, 155)


def test_an_import_on_which_somebody_works_is_not_withdrawn(cast, batch):
    lead = Lead.objects.get(import_row__row=12)
    leads.assign_designer(lead, designer=cast.designer, customer_manager=cast.customer_manager, by=cast.front_desk, at=cast.at)

    with pytest.raises(Refused) as refused:
        leads.withdraw_import(batch, reason="名单拿错了", by=cast.store_manager, at=cast.at)

    assert [gap.link for gap in refused.value.missing] == [lead.get_absolute_url()]
    assert Lead.objects.alive().count() == 155


def test_the_rows_of_an_imported_list_are_frozen_by_the_database(cast, batch):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        ImportRow.objects.filter(batch=batch, row=12).update(cells={})


# --- its pages -------------------------------------------------------------------------------------------------------


def test_the_same_file_again_leads_to_the_list_that_was_imported(cast, batch):
    answer = cast.client(cast.front_desk).post("/leads/imports/new/", upload(cast))

    assert answer["Location"] == f"/leads/imports/{batch.pk}/"
    assert Lead.objects.count() == 155


def test_an_import_is_withdrawn_with_a_reason(cast, batch):
    client = cast.client(cast.store_manager)

    assert client.get(f"/leads/imports/{batch.pk}/withdrawals/").status_code == 200
    assert client.post(f"/leads/imports/{batch.pk}/withdrawals/").status_code == 422
    assert client.post(f"/leads/imports/{batch.pk}/withdrawals/", {"reason": "名单拿错了"}).status_code == 302

    batch.refresh_from_db()
    assert batch.state == BatchState.WITHDRAWN


def test_the_rows_of_a_withdrawn_import_say_so_and_lead_nowhere(cast, batch):
    client, url = cast.client(cast.store_manager), f"/leads/imports/{batch.pk}/?rows=new"
    file = Lead.objects.get(import_row__row=12).get_absolute_url()
    before = client.get(url).content.decode()
    assert f'href="{file}"' in before and "已新建" in before

    leads.withdraw_import(batch, reason="名单拿错了", by=cast.store_manager, at=cast.at)

    for rows in ("new", "second", "doubts", "known"):
        page = client.get(f"/leads/imports/{batch.pk}/?rows={rows}").content.decode()
        assert 'href="/leads/K-' not in page and "已新建" not in page
    assert client.get(file).status_code == 404
    page = client.get(url).content.decode()
    assert file.split("/")[-2] in page and '<span class="tag is-plain">已撤回</span>' in page


def test_a_list_links_only_the_enquiries_that_the_reader_may_open(cast, batch):
    """A customer manager brings in lists of the whole store and opens their own enquiries."""
    own = Lead.objects.filter(customer_manager=cast.customer_manager, import_row__batch=batch).earliest("pk")
    foreign = Lead.objects.filter(import_row__batch=batch).exclude(customer_manager=cast.customer_manager).earliest("pk")

    page = cast.client(cast.customer_manager).get(f"/leads/imports/{batch.pk}/?rows=new").content.decode()

    assert f'href="{own.get_absolute_url()}"' in page
    assert foreign.ref in page and foreign.get_absolute_url() not in page
