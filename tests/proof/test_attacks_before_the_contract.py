"""What an insider and an outsider tried against everything before the contract, and what must not work.  One sentence a try."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from core.models import Draft
from core.refusals import Refused
from leads import services as leads
from leads.models import CashAccount, CustomerPhone
from leads.quotation_sheets import state_of
from leads.services import prices, till
from leads.services.quotation_sheet import key as sheet_key
from staff import services as staff
from staff.models import User
from tests import road
from tests.leads import quoting
from tests.leads.test_pages import registration

SOMEBODY: dict[str, Any] = {
    "phones": ["13700660066"],
    "home": road.home(building="66"),
}  # a customer whom the world does not know


def also(cast: Any, person: User, post: str, store: Any = None) -> User:
    """The same person with a second post, in this store or in another one."""
    staff.hold_post(person, post=post, store=store or cast.store, since=cast.at.date(), by=cast.hr, at=cast.at)
    return User.objects.get(pk=person.pk)


# --- posts held elsewhere ---------------------------------------------------------------------------------------------


def test_a_post_in_another_store_gives_no_authority_over_a_discount_here(cast):
    """Designer here, store manager there: here two percent are given, not eight."""
    quotation = quoting.drafted(cast, **SOMEBODY)
    person = also(cast, cast.designer, "store_manager", cast.other.store)
    terms: dict[str, Any] = {
        "discount_reason": "老客户",
        "management_percent": Decimal(10),
        "tax_percent": Decimal(0),
        "at": cast.at,
    }
    seven = (quotation.subtotal * Decimal("0.07")).quantize(Decimal("0.01"))

    with pytest.raises(Refused, match="larger than you may give"):
        leads.set_terms(quotation, discount=seven, by=person, **terms)


def test_a_post_in_another_store_approves_no_discount_here(cast):
    """Design manager here (five percent), store manager there (eight)."""
    quotation = quoting.drafted(cast, **SOMEBODY)
    seven = (quotation.subtotal * Decimal("0.07")).quantize(Decimal("0.01"))
    leads.ask_discount(quotation, amount=seven, reason="三个房间同时签", by=cast.designer, at=cast.at)
    person = also(cast, cast.design_manager, "store_manager", cast.other.store)

    with pytest.raises(Refused, match="larger than you may give"):
        leads.approve_discount(quotation, by=person, at=cast.at)


def test_a_post_in_another_store_changes_no_designer_here_after_the_day(cast):
    lead = road.assigned_lead(cast, **SOMEBODY)
    person = also(cast, cast.design_manager, "store_manager", cast.other.store)

    with pytest.raises(Refused, match="only the store manager"):
        leads.reassign_designer(lead, designer=cast.chief_designer, reason="他更合适", by=person, at=cast.days(2))


# --- telephone numbers ------------------------------------------------------------------------------------------------


def test_a_call_in_the_log_gives_its_number_to_nobody_who_did_not_take_it(world):
    """Registering the caller with one tap carries the number on without showing it."""
    cast, number = world.cast, "13977712345"
    call = leads.note_call(
        store=cast.store, subject="enquiry", note="问价", name="黄女士", phone=number, by=cast.front_desk, at=cast.at
    )
    client = world.client(cast.customer_manager)

    went = client.post(reverse("leads:log-registrations", args=["calls", call.pk]))
    form = client.get(went["Location"]).content.decode()

    assert number not in form and "139****2345" in form
    told = {"name": "黄女士", "phone": "139****2345", "log": f"calls-{call.pk}"}
    again = client.post(reverse("leads:new"), told)
    assert again.status_code == 422 and number not in again.content.decode()
    client.post(reverse("leads:new"), registration(building="66", **told))
    assert CustomerPhone.objects.get(customer__name="黄女士").number == number


def test_a_masked_number_opens_no_call_that_one_may_not_read(world):
    """The number stands behind the mask for whoever may read that call; a call of the other store carries nothing."""
    cast = world.cast
    call = leads.note_call(
        store=cast.other.store,
        subject="enquiry",
        note="问价",
        phone="13977712345",
        by=cast.other.front_desk,
        at=cast.at,
    )
    client = world.client(cast.front_desk)

    answer = client.post(reverse("leads:new"), registration(name="黄女士", phone="139****2345", log=f"calls-{call.pk}"))

    assert answer.status_code == 422
    assert not CustomerPhone.objects.filter(customer__name="黄女士").exists()


# --- who handles what is about them -----------------------------------------------------------------------------------


def test_nobody_handles_a_complaint_about_themselves(cast):
    """Designer and customer service in one person: the case about the designer is somebody else's."""
    lead = road.consulted_lead(cast, **SOMEBODY)
    case = leads.open_case(lead, cause="designer", words="设计师没听懂", by=cast.front_desk, at=cast.at)
    person = also(cast, cast.designer, "cs_officer")

    with pytest.raises(Refused):
        leads.take_case(case, by=person, at=cast.days(0.1))


# --- outsiders --------------------------------------------------------------------------------------------------------


def test_whoever_guesses_calendar_addresses_shuts_out_nobody_who_has_one(cast):
    """Behind a proxy all come from one address: only wrong secrets count."""
    cache.clear()
    secret = leads.open_feed(cast.designer, at=cast.at)
    for number in range(70):
        Client().get(f"/leads/calendar/guess{number}.ics")

    assert Client().get("/leads/calendar/guess.ics").status_code == 429
    assert Client().get(f"/leads/calendar/{secret}.ics").status_code == 200
    cache.clear()


# --- what the server keeps for a person's word ------------------------------------------------------------------------


def test_a_sheet_that_was_never_read_is_not_taken_over_from_a_draft(cast):
    """Drafts of forms are the browser's; what was read of a sheet, or of a price list, is not: a forged one broke the preview."""
    quotation = quoting.drafted(cast, **SOMEBODY)
    client = cast.client(cast.designer)
    forged = {"state": state_of(quotation), "unchanged": 0, "removed": [], "changed": [["x"]], "added": "all"}
    for key in (f"leads.quotation-sheet:{quotation.pk}", sheet_key(quotation), prices.PREVIEW):
        client.post(reverse("drafts"), {"key": key, "data": json.dumps(forged)})
        assert client.get(reverse("drafts"), {"key": prices.PREVIEW}).json()["data"] is None

    answer = client.get(reverse("leads:quotation-sheet-preview", args=[quotation.lead.ref, quotation.version]))

    assert answer.status_code == 302
    assert not Draft.objects.filter(user=cast.designer, key__startswith=Draft.OURS).exists()


# --- the till ---------------------------------------------------------------------------------------------------------


def test_nobody_counts_less_than_nothing_in_a_till(cast):
    """A drawer of less than no banknotes would hide for good what was taken from it: the next day begins with it."""
    lead = road.agreed_lead(cast, **SOMEBODY)
    leads.receive_deposit(lead, method="cash", by=cast.cashier, at=cast.at)
    drawer = CashAccount.objects.get(store=cast.store, kind="till")
    told: dict[str, Any] = {"day": till.open_day(drawer, cast.at), "reason": "少了", "by": cast.cashier, "at": cast.at}

    with pytest.raises(Refused, match="less than nothing"):
        leads.close_day(drawer, counted=Decimal("-500"), **told)
    leads.close_day(drawer, counted=Decimal(0), **told)
    with pytest.raises(Refused, match="less than nothing"):
        leads.open_account(
            store=cast.store, kind="till", name="二号收银", opening=Decimal(-1), by=cast.accountant, at=cast.at
        )


# --- the search box ---------------------------------------------------------------------------------------------------


def test_the_search_does_not_spell_a_number_digit_by_digit(cast):
    """Lists show 138****3371: were the fifth digit from the end answered, forty questions would open it, unlogged."""
    number = "13746281357"
    lead = road.registered_lead(cast, phones=[number], home=road.home(building="66"))
    client = cast.client(cast.front_desk)

    def found(typed: str) -> bool:
        return lead.ref in client.post(reverse("search"), {"q": typed}, headers={"HX-Request": "true"}).content.decode()

    assert found(number) and found(number[:3]) and found(number[-4:]) and found("137 4628 1357")
    for length in (5, 6, 7, 8, 9, 10):
        assert not found(number[-length:]), f"the last {length}"
        assert not found(number[:length]), f"the first {length}"
