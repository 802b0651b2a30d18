"""Every page of the app opens for those who may, in both languages."""

import pytest
from django.urls import reverse

from staff.models import User

pytestmark = pytest.mark.django_db

PAGES = [
    "/people/", "/people/new/", "/people/imports/", "/people/cx.designer/", "/people/cx.designer/particulars/", "/posts/",
    "/stores/", "/stores/new/", "/stores/CX/", "/company/", "/account/", "/account/password/", "/account/sessions/",
    "/account/second-step/",
]  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_the_administrator_opens_every_page(cast, address, language):
    client = cast.client(cast.administrator)
    client.cookies["django_language"] = language

    answer = client.get(address)

    assert answer.status_code == 200
    assert (f'lang="{"zh-CN" if language == "zh-hans" else "en"}"') in answer.content.decode()


def test_a_post_is_ended_on_the_page_of_its_holder(cast):
    person = cast.hire("estimator", "document_clerk", name="两岗人", username="two.posts")
    held = person.holdings.get(post="document_clerk")

    answer = cast.client(cast.hr).post("/people/two.posts/post-ends/", {"holding": held.pk, "on": cast.at.date().isoformat()})

    assert (answer.status_code, answer["Location"]) == (302, "/people/two.posts/")
    held.refresh_from_db()
    assert held.until == cast.at.date()
    assert person.holdings.open().get().post_id == "estimator"


def test_hiring_twice_by_a_double_tap_hires_one_person_and_shows_the_password_once(cast):
    told = {
        "once": "0d9f7bb6-6a0f-4f6e-9b1c-7a5c2f0e3a11", "full_name": "双击人", "mobile": "13900010001", "store": cast.store.pk, "post": "designer",
        "hired_on": "2026-05-01", "username": "",
    }  # fmt: skip
    hr = cast.client(cast.hr)

    first = hr.post(reverse("staff:new-person"), told)
    second = hr.post(reverse("staff:new-person"), told)

    hired = User.objects.get(full_name="双击人")
    assert (first.status_code, f"<code>{hired.username}</code>" in first.content.decode()) == (200, True)
    assert (second.status_code, second["Location"]) == (302, reverse("staff:person", args=[hired.username]))


def test_a_first_password_is_not_given_a_second_time_by_the_same_post(cast):
    told = {"once": "7d0d1a52-5c07-4c8e-8a55-2f6f7f0a9c01"}
    hr, address = cast.client(cast.hr), reverse("staff:password-reset", args=[cast.designer.username])

    first = hr.post(address, told)
    kept = User.objects.get(pk=cast.designer.pk).password
    second = hr.post(address, told)

    assert (first.status_code, second.status_code) == (200, 302)
    assert User.objects.get(pk=cast.designer.pk).password == kept
