"""Lists go on by key; a form posted twice acts once."""

import uuid
from datetime import date

import pytest
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from core.lists import day_of, keyset
from core.models import Dossier, Draft, PostReceipt
from core.once import once
from tests import road

pytestmark = pytest.mark.django_db


@pytest.fixture
def hundred(cast):
    Dossier.objects.bulk_create(
        Dossier(kind="store", store=cast.store, title=f"d{i % 7}", opened_at=cast.at) for i in range(103)
    )
    return Dossier.objects.filter(kind="store", title__startswith="d")


@pytest.mark.parametrize("order", [("-opened_at", "-id"), ("title", "id"), ("-title", "id")])
def test_pages_by_key_show_every_row_once(hundred, order):
    seen, token = [], ""
    while True:
        page = keyset(hundred, order=order, after=token, size=50)
        seen += [row.pk for row in page.rows]
        token = page.next
        if not token:
            break

    assert seen == list(hundred.order_by(*order).values_list("pk", flat=True))


@pytest.mark.parametrize("token", ["x", "e30", "W10", "WzEsMl0", "bnVsbA", "W3sidCI6IngifSwxXQ", "=" * 50, "\x00"])
def test_a_token_that_was_tampered_with_starts_at_the_first_page(hundred, token):
    assert keyset(hundred, order=("-opened_at", "-id"), after=token).first


def test_a_post_repeated_gets_the_first_answer_and_does_nothing(cast):
    calls = []

    @once
    def act(request):
        calls.append(1)
        Dossier.objects.create(kind="store", store=cast.store, title="made", opened_at=cast.at)
        return HttpResponseRedirect(f"/made/{len(calls)}/")

    def post(key, **data):
        request = RequestFactory().post("/acts/", {"once": key, **data})
        request.user = cast.designer
        return act(request)

    key = str(uuid.uuid4())
    first, second = post(key, a="1"), post(key, a="1")

    assert (first["Location"], second["Location"], len(calls)) == ("/made/1/", "/made/1/", 1)
    assert Dossier.objects.filter(title="made").count() == 1
    assert post(key, a="2").status_code == 409


def test_a_refused_form_may_be_corrected_under_the_same_key(cast):
    answers = iter([HttpResponse("form again"), HttpResponseRedirect("/done/")])

    @once
    def act(request):
        return next(answers)

    key = str(uuid.uuid4())
    for expected in (200, 302):
        request = RequestFactory().post("/acts/", {"once": key})
        request.user = cast.designer
        assert act(request).status_code == expected
    assert PostReceipt.objects.count() == 1


def test_a_form_that_arrived_takes_its_draft_along_and_no_other(cast):
    """Else the next empty form shows the last customer's name and number."""
    for key in ("leads:new", "leads:log:calls", f"{Draft.OURS}prices"):
        Draft.objects.create(user=cast.front_desk, key=key, data={}, at=cast.at)
    Draft.objects.create(user=cast.designer, key="leads:new", data={}, at=cast.at)
    answers = iter([HttpResponse("form again", status=422), HttpResponseRedirect("/made/"), HttpResponseRedirect("/made/")])
    left = []
    for key in ("leads:new", "leads:new", f"{Draft.OURS}prices"):
        request = RequestFactory().post("/acts/", {"once": str(uuid.uuid4()), "draft_key": key})
        request.user = cast.front_desk
        once(lambda request: next(answers))(request)
        left.append(Draft.objects.count())

    assert left == [4, 3, 3]  # refused: it stays; arrived: it goes; what the server keeps for itself is nobody's to forget
    assert set(Draft.objects.values_list("user", "key")) == {
        (cast.front_desk.pk, "leads:log:calls"), (cast.front_desk.pk, f"{Draft.OURS}prices"), (cast.designer.pk, "leads:new"),
    }  # fmt: skip


def test_going_back_and_sending_a_changed_form_leads_to_what_came_of_the_first(cast):
    lead = road.assigned_lead(cast)
    client, key = cast.client(cast.designer), str(uuid.uuid4())
    sent = {"once": key, "channel": "phone", "reached": "yes", "note": "约了周六看户型"}

    first = client.post(f"/leads/{lead.ref}/follow-ups/", sent)
    again = client.post(f"/leads/{lead.ref}/follow-ups/", sent | {"note": "改成周日"}, follow=True)

    assert first.status_code == 302 and again.redirect_chain == [(first["Location"], 302)]
    assert "没有再记一次" in again.content.decode() and lead.follow_ups.count() == 1
    assert client.post(f"/leads/{lead.ref}/follow-ups/", sent | {"note": "x"}, headers={"HX-Request": "true"}).status_code == 409


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-24", date(2026, 11, 24)), ("2026-11-24T09:00", date(2026, 11, 24)), ("2000-01-01", date(2000, 1, 1)), ("2100-12-31", date(2100, 12, 31)),
        ("1999-12-31", None), ("2101-01-01", None), ("0001-01-01", None), ("9999-12-31", None), ("2026-02-30", None), ("", None), ("x", None),
    ],
)  # fmt: skip
def test_only_a_day_of_this_century_is_read_from_an_address(text, day):
    assert day_of(text) == day
