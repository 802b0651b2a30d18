"""On the phone: pipes and wires fail, are put right and pass; years later their photos are found again by room (I11, I14)."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from inspections import services
from inspections.models import Photo, QualityCheck, Rectification
from tests.factories import inspections as checks
from tests.factories import projects as sites
from tests.journeys.people import Company
from tests.journeys.test_repairs import photo
from tests.journeys.test_spine import open_the_house

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_concealed_works_fail_are_put_right_pass_and_are_found_again_by_room(
    live_site, live_cast, browser, tmp_path: Path
):
    open_the_house(live_cast)
    site = checks.inspected(sites.permitted_project(live_cast), "C2", people=live_cast, at=live_cast.at)
    check = checks.opened(site, "C3", people=live_cast, at=timezone.now() - timedelta(hours=2))
    wrong = next(item for item in checks.asked(check) if item.photo and not item.is_measured)
    rest = [checks.good(item) for item in checks.asked(check) if item.code != wrong.code]
    services.record_results(
        check=check, results=rest, by=live_cast.quality_inspector, at=timezone.now() - timedelta(hours=1)
    )
    company = Company(browser, live_site.url, live_cast, tmp_path)
    with company.watched():
        phone = company.phone("quality_inspector")
        _look(phone, f"{check.get_absolute_url()}?item={wrong.code}", wrong.code, "fail", photo(tmp_path, "wrong.jpg"))
        phone.page.locator(f"#{wrong.code} .check-form textarea[name=note]").fill("水管没有固定")
        phone.page.locator(f"#{wrong.code} .check-form textarea[name=note]").blur()
        expect(phone.page.locator("[data-outbox]")).to_have_class(re.compile("is-done"))
        _conclude(phone, check)

        fault = Rectification.objects.get(finding__quality_check=check)
        manager = company.phone("project_manager")
        manager.go(fault.get_absolute_url()).fill("怎么改", "每 60 cm 加一个管卡").fill("班组谁来改", "钱大勇").press(
            "写好方案"
        ).is_told("方案已写好")
        foreman = company.phone("foreman")
        foreman.go(fault.get_absolute_url()).sees("每 60 cm 加一个管卡", "钱大勇")
        foreman.page.locator("#photos-after").set_input_files(photo(tmp_path, "after.jpg"))
        foreman.page.locator("[name=text]").last.fill("已加管卡")
        foreman.press("改好了，请复验")

        again = checks.opened(site, "C3", people=live_cast, at=timezone.now())
        _look(phone, f"{again.get_absolute_url()}?item={wrong.code}", wrong.code, "pass", photo(tmp_path, "right.jpg"))
        _conclude(phone, again)

        phone.go(f"/inspections/{site.ref}/behind/")
        room = phone.page.locator("section.card").filter(has=phone.page.get_by_role("heading", name="主卧")).first
        expect(room).to_contain_text("北墙")
        expect(room).to_contain_text("鲁全胜班组")
        expect(room.locator(".photo-strip img")).to_have_count(2)
        company.phone("designer").go(f"/inspections/{site.ref}/order/").follow(re.compile("墙后隐蔽")).sees("主卧")

    assert list(
        QualityCheck.objects.filter(project=site, code="C3").order_by("attempt").values_list("state", flat=True)
    ) == ["failed", "passed"]
    assert set(Photo.objects.filter(result__item__code=wrong.code).values_list("room__name", "place")) == {
        ("主卧", "北墙")
    }


def _look(phone, address: str, code: str, verdict: str, picture: Path) -> None:
    """Room and wall first, then the tap and the photo: they go along with it."""
    phone.go(address)
    item = phone.page.locator(f"#{code}")
    item.locator("select[name=room]").select_option(label="主卧")
    item.locator("input[name=place]").fill("北墙")
    phone._tap(item.locator(f".tap-{verdict}").first)
    item.locator("input[type=file]").set_input_files(str(picture))
    expect(item.locator("[data-item-photos] img")).to_have_count(1)


def _conclude(phone, check: QualityCheck) -> None:
    phone.go(check.get_absolute_url()).follow("下结论")
    for box in phone.page.locator(".there").get_by_role("checkbox").all():
        box.check()
    phone.page.get_by_label("工程部经理").select_option(label="顾长河")
    phone.page.get_by_label("客户", exact=True).first.fill("陈静兰")
    phone.page.locator(".tick-grid").get_by_role("checkbox").first.check()
    phone.press(re.compile("出单|开整改单"))
