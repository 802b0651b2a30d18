"""On the phone: pipes and wires fail, are put right and pass; their photos are found again by room (I11, I14)."""

from __future__ import annotations

import re

from django.urls import reverse
from playwright.sync_api import expect

from inspections import services
from inspections.models import Photo, QualityCheck, Rectification
from tests.factories import inspections as checks
from tests.hand import sign_all
from tests.journeys.people import Company, Seat
from tests.journeys.pictures import photo
from tests.journeys.story import Story


def fail(company: Company, story: Story) -> None:
    """C3: everything is good but one item, which has its room, its wall, its picture and its word."""
    people, at = company.cast, story.calendar.now()
    check = checks.opened(story.project, "C3", people=people, at=at)
    wrong = next(item for item in checks.asked(check) if item.photo and not item.is_measured)
    rest = [checks.good(item) for item in checks.asked(check) if item.code != wrong.code]
    services.record_results(check=check, results=rest, by=people.quality_inspector, at=at)

    phone = company.phone("quality_inspector")
    look(phone, check, wrong.code, "fail", photo("wrong.jpg"))
    note = phone.page.locator(f"#{wrong.code} .check-form textarea[name=note]")
    note.fill("水管没有固定")
    note.blur()
    expect(phone.page.locator("[data-outbox]")).to_have_class(re.compile("is-done"))
    conclude(phone, check)


def put_right(company: Company, story: Story) -> None:
    """The project manager says how and by whom; the foreman shows it done."""
    fault = Rectification.objects.get(finding__quality_check__code="C3", project=story.project)
    manager, foreman = company.phone("project_manager"), company.phone("foreman")
    manager.go(fault.get_absolute_url()).fill("怎么改", "每 60 cm 加一个管卡").fill("班组谁来改", "钱大勇").press("写好方案").is_told("方案已写好")
    foreman.go(fault.get_absolute_url()).sees("每 60 cm 加一个管卡", "钱大勇")
    foreman.page.locator("#photos-after").set_input_files(photo("after.jpg"))
    foreman.page.locator("[name=text]").last.fill("已加管卡")
    foreman.press("改好了，请复验")


def pass_again(company: Company, story: Story) -> None:
    """The second attempt asks for what failed alone; then everybody signs, and whoever asks later finds the wall by its room."""
    people, at, site = company.cast, story.calendar.now(), story.project
    first = QualityCheck.objects.get(project=site, code="C3")
    wrong = first.findings.get().item_code
    again = checks.opened(site, "C3", people=people, at=at)
    phone = company.phone("quality_inspector")
    look(phone, again, wrong, "pass", photo("right.jpg"))
    conclude(phone, again)
    attempts = QualityCheck.objects.filter(project=site, code="C3").order_by("attempt")
    assert list(attempts.values_list("state", flat=True)) == ["failed", "passed"]
    assert set(Photo.objects.filter(result__item__code=wrong).values_list("room__name", "place")) == {("主卧", "北墙")}

    phone.go(f"{story.checks}behind/")
    room = phone.page.locator("section.card").filter(has=phone.page.get_by_role("heading", name="主卧")).first
    expect(room).to_contain_text("北墙")
    expect(room).to_contain_text("鲁全胜班组")
    expect(room.locator(".photo-strip img")).to_have_count(2)
    company.phone("designer").go(reverse("inspections:order", args=[story.site])).follow(re.compile("墙后隐蔽")).sees("主卧")
    again.refresh_from_db()
    sign_all(again.paper, by=people.quality_inspector, at=at, customer=story.customer)
    services.follow(site.dossier, at=at)


def look(phone: Seat, check: QualityCheck, code: str, verdict: str, picture: object) -> None:
    """Room and wall first, then the tap and the photo: they go along with it."""
    phone.go(f"{check.get_absolute_url()}?item={code}")
    item = phone.page.locator(f"#{code}")
    item.locator("select[name=room]").select_option(label="主卧")
    item.locator("input[name=place]").fill("北墙")
    phone._tap(item.locator(f".tap-{verdict}").first)
    item.locator("input[type=file]").set_input_files(picture)  # type: ignore[arg-type]
    expect(item.locator("[data-item-photos] img")).to_have_count(1)


def conclude(phone: Seat, check: QualityCheck) -> None:
    phone.go(check.get_absolute_url()).follow("下结论")
    for box in phone.page.locator(".there").get_by_role("checkbox").all():
        box.check()
    phone.page.get_by_label("工程部经理").select_option(label="顾长河")
    phone.page.get_by_label("客户", exact=True).first.fill("陈静兰")
    phone.page.locator(".tick-grid").get_by_role("checkbox").first.check()
    phone.press(re.compile("出单|开整改单"))
