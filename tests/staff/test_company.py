"""A company begins once; its profile and its stores are kept; what changed stands in their chains."""

import io
import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core import audit
from core.models import CompanyProfile, Dossier
from core.refusals import Refused
from staff import services
from staff.checks import is_uscc
from staff.models import Post, Store
from staff.posts import departments, posts

pytestmark = pytest.mark.django_db


def picture():
    out = io.BytesIO()
    Image.new("RGB", (300, 120), "#1E4F8F").save(out, "PNG")
    return SimpleUploadedFile("logo.png", out.getvalue(), "image/png")


def profile_post(**changes):
    profile = CompanyProfile.objects.get()
    names = (
        "name",
        "licence",
        "uscc",
        "qualification",
        "representative",
        "address",
        "hotline",
        "bank_name",
        "bank_account",
    )
    return {name: getattr(profile, name) for name in names} | changes


def test_the_profile_is_changed_by_the_administrator_and_the_chain_says_what(cast):
    answer = cast.client(cast.administrator).post("/company/", profile_post(hotline="400-820-9999", picture=picture()))

    profile = CompanyProfile.objects.select_related("logo").get()
    assert answer.status_code == 302
    assert (profile.hotline, profile.logo.content_type) == ("400-820-9999", "image/jpeg")
    changed = json.loads(profile.dossier.entries.order_by("-seq").first().payload)["changed"]
    assert changed["hotline"] == ["400-820-1188", "400-820-9999"]
    assert list(audit.faults(profile.dossier)) == []


@pytest.mark.parametrize(
    "changes",
    [{"name": ""}, {"uscc": "91330106MA2GXY4N5X"}, {"uscc": "123"}, {"hotline": "call us"}, {"bank_account": "abc"}],
)
def test_a_profile_that_papers_cannot_show_is_not_saved(cast, changes):
    before = profile_post()

    assert cast.client(cast.administrator).post("/company/", profile_post(**changes)).status_code == 422
    assert profile_post() == before


def test_a_logo_that_is_no_picture_is_refused_and_nothing_else_is_saved(cast):
    bad = SimpleUploadedFile("logo.png", b"not a picture")
    answer = cast.client(cast.administrator).post("/company/", profile_post(hotline="400-820-9999", picture=bad))

    assert answer.status_code == 422
    assert CompanyProfile.objects.get().hotline == "400-820-1188"


@pytest.mark.parametrize(
    ("code", "good"),
    [
        ("91110000802100433B", True),
        ("91110000802100433C", False),
        ("9111000080210043", False),
        ("9111000080210O433B", False),
        ("", False),
    ],
)
def test_a_social_credit_code_checks_itself(code, good):
    assert is_uscc(code) is good


def test_a_store_opens_with_a_code_that_is_free(cast):
    client = cast.client(cast.administrator)
    answer = client.post("/stores/new/", {"code": "cb", "name": "城北店", "city": "杭州", "opened_on": "2026-11-01"})

    store = Store.objects.get(code="CB")
    assert answer.status_code == 302
    assert store.dossier.kind == Dossier.Kind.STORE
    assert client.post("/stores/new/", {"code": "CB", "name": "另一家", "opened_on": "2026-11-01"}).status_code == 422
    assert client.post("/stores/new/", {"code": "CN", "name": "城北店", "opened_on": "2026-11-01"}).status_code == 422


def test_the_code_of_a_store_never_changes(cast):
    cast.client(cast.administrator).post("/stores/CX/", {"code": "XX", "name": "城西旗舰店", "phone": "0571-88881001"})

    store = Store.objects.get(pk=cast.store.pk)
    assert (store.code, store.name) == ("CX", "城西旗舰店")


def test_a_second_company_is_refused(cast):
    with pytest.raises(Refused):
        services.set_up_company(
            company=services.CompanyParticulars(name="又一家"), stores=[services.StoreParticulars(code="AA", name="一店")],
            administrator_name="某人", administrator_username="somebody", password_hash="!", opened_on=date(2026, 1, 1), at=cast.at,
        )  # fmt: skip


def test_the_chart_in_the_database_is_the_chart_of_the_file():
    rows = [(p.code, p.title, p.title_en, p.department_id, p.company_wide) for p in Post.objects.order_by("place")]

    assert rows == [(p.code, p.title, p.title_en, p.department, p.company_wide) for p in posts()]
    assert {p.department for p in posts()} <= {d.code for d in departments()}
