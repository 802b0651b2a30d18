"""An address that only takes forms, opened as a page: a sentence and the way back, never the browser's empty error."""

from django.test import Client

from config.middleware import page_above


def test_the_page_above_is_the_nearest_one_that_opens():
    assert page_above("/inspections/P-CX-2026-0001/rectifications/3/answers/") == "/inspections/P-CX-2026-0001/rectifications/3/"
    assert page_above("/papers/P25-CX-2026-0001/scans/") == "/papers/P25-CX-2026-0001/"
    assert page_above("/nowhere/") == "/"


def test_an_address_that_takes_forms_alone_says_so(client: Client, cast):
    answer = cast.client(cast.foreman).get("/logout/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "这个地址只收表单" in answer.content.decode()
