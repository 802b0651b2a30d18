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
