"""Every page of the app opens for those who may, in both languages."""

import pytest

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
