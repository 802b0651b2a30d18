"""Who sees whom: own store, company, nobody; and what only a few may do."""

import pytest

from staff.models import Store, User
from staff.policies import MANAGE_PEOPLE, SEE_PEOPLE

pytestmark = pytest.mark.django_db


def test_a_designer_sees_the_colleagues_of_the_own_store(cast):
    seen = set(User.objects.visible_to(cast.designer))

    assert cast.cashier in seen
    assert cast.other.cashier not in seen


def test_hr_sees_everybody(cast):
    assert User.objects.visible_to(cast.hr).count() == 58


def test_who_holds_posts_in_two_stores_sees_both(cast):
    from datetime import date

    from staff import services

    services.hold_post(
        cast.designer, post="designer", store=cast.other.store, since=date(2026, 11, 1), by=cast.hr, at=cast.at
    )

    assert User.objects.visible_to(User.objects.get(pk=cast.designer.pk)).count() == 58


def test_somebody_without_any_post_sees_nobody_but_themselves(cast):
    from django.contrib.auth.models import AnonymousUser

    cast.designer.__dict__["_held"] = ()

    assert list(User.objects.visible_to(cast.designer)) == [cast.designer]
    assert list(Store.objects.visible_to(cast.designer)) == []
    assert not SEE_PEOPLE.allows(AnonymousUser())


def test_the_other_store_and_nobody_are_answered_alike(cast):
    client = cast.client(cast.designer)
    other, missing = client.get("/people/cd.designer/"), client.get("/people/no.body/")

    assert (other.status_code, missing.status_code) == (404, 404)
    assert client.get("/people/cx.cashier/").status_code == 200


def test_the_list_shows_own_people_with_masked_numbers(cast):
    page = cast.client(cast.designer).get("/people/").content.decode()

    assert cast.cashier.full_name in page
    assert cast.other.cashier.full_name not in page
    assert cast.cashier.mobile not in page
    assert f"138 **** {cast.cashier.mobile[-4:]}" in page


def test_a_whole_number_is_shown_on_request_and_logged(cast):
    client = cast.client(cast.designer)
    assert cast.cashier.mobile not in client.get("/people/cx.cashier/").content.decode()

    assert cast.cashier.mobile in client.post("/people/cx.cashier/mobile-views/").content.decode()

    entry = cast.cashier.dossier.entries.order_by("-seq").first()
    assert (entry.kind, entry.by) == ("staff.mobile_shown", cast.designer)
    assert client.post("/people/cd.cashier/mobile-views/").status_code == 404


CLOSED_TO_A_DESIGNER = [
    ("get", "/people/new/"), ("post", "/people/new/"), ("get", "/people/imports/"), ("post", "/people/imports/"),
    ("post", "/people/imports/confirmations/"), ("get", "/people/imports/example/"), ("get", "/people/cx.cashier/particulars/"),
    ("post", "/people/cx.cashier/particulars/"), ("post", "/people/cx.cashier/posts/"), ("post", "/people/cx.cashier/post-ends/"),
    ("post", "/people/cx.cashier/leaving/"), ("post", "/people/cx.cashier/password-resets/"),
    ("post", "/people/cx.cashier/session-ends/"), ("get", "/posts/"), ("get", "/stores/new/"), ("post", "/stores/new/"),
    ("get", "/stores/CX/"), ("post", "/stores/CX/"), ("get", "/company/"), ("post", "/company/"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "address"), CLOSED_TO_A_DESIGNER)
def test_a_designer_manages_nobody_and_nothing(cast, method, address):
    assert getattr(cast.client(cast.designer), method)(address).status_code == 403


@pytest.mark.parametrize("post", ["general_manager", "store_manager", "cashier", "engineering_manager"])
def test_only_hr_and_the_administrator_manage_people(cast, post):
    assert not MANAGE_PEOPLE.allows(getattr(cast, post))
    assert MANAGE_PEOPLE.allows(cast.hr)
    assert MANAGE_PEOPLE.allows(cast.administrator)


def test_hr_opens_no_store_and_does_not_change_the_company(cast):
    client = cast.client(cast.hr)

    assert [client.get(address).status_code for address in ("/stores/", "/stores/new/", "/company/")] == [200, 403, 403]


@pytest.mark.parametrize("people", [1, 3, 50])
def test_the_list_of_people_costs_the_same_with_one_three_and_fifty_rows(cast, people, django_assert_max_num_queries):
    for number in range(people):
        cast.hire("designer", name=f"王小{number}")
    client = cast.client(cast.hr)
    client.get("/people/")

    with django_assert_max_num_queries(6):
        assert client.get("/people/?q=王小").status_code == 200


def test_the_page_of_a_person_stays_within_its_budget(cast, django_assert_max_num_queries):
    client = cast.client(cast.hr)
    client.get("/people/")

    with django_assert_max_num_queries(12):
        client.get("/people/cx.cashier/")


def test_people_are_found_by_name_initials_and_phone_tail(cast):
    client = cast.client(cast.hr)
    for asked in ("林晓", "lxz", cast.designer.mobile[-4:] + " 晓舟"):
        assert cast.designer.full_name in client.get("/people/", {"q": asked}).content.decode()
    assert cast.designer.full_name not in client.get("/people/", {"q": "查无此人"}).content.decode()


def test_the_list_goes_on_by_key_and_shows_everybody_once(cast):
    import re

    client = cast.client(cast.hr)
    first = client.get("/people/").content.decode()
    onward = re.search(r'href="([^"]*after=[^"]*)" rel="next"', first).group(1).replace("&amp;", "&")
    rows = re.findall(r'class="row-link" href="/people/([^/]+)/', first + client.get(onward).content.decode())

    assert len(rows) == len(set(rows)) == 58
