"""The property office's desk walked through the browser: an extension that issues four passes again, an added item before drilling."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import Paper
from projects import services
from projects.models import WorkerPass
from tests.factories import projects as road
from tests.journeys import press
from tests.journeys.people import Company
from tests.journeys.pictures import photo
from tests.journeys.signing import sign
from tests.journeys.test_spine import open_the_house

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FOURTH = "330106198803124418"


@pytest.fixture
def company(live_site, live_cast, browser, tmp_path):
    open_the_house(live_cast)
    house = Company(browser, live_site.url, live_cast, tmp_path)
    with press.running(), house.watched():
        yield house


def paper_of(site, kind: str) -> str:
    return str(Paper.objects.filter(dossier=site.dossier, kind=kind).latest("id").ref)


def test_an_extension_issues_four_passes_again(company):
    cast = company.cast
    site = road.working_project(cast, passes=3)
    services.register_pass(site, worker="黎阿根", trade="泥瓦", id_number=FOURTH, by=cast.engineering_assistant, at=cast.at)
    permit = site.permit_in_force
    until = permit.valid_until + timedelta(days=30)
    desk, phone = company.engineering_assistant, company.phone("project_manager")

    desk.go(f"/projects/{site.ref}/permit-extensions/").sees("黎阿根", "证上的日期不得涂改。")
    desk.fill("延至", f"{permit.valid_until:%Y-%m-%d}").fill("延期原因", "业主更换瓷砖，泥瓦推后").press("写好申请").is_refused("延期要晚于原许可的期限。")
    desk.fill("延至", f"{until:%Y-%m-%d}").press("写好申请")
    ref = paper_of(site, "A06")
    sign(phone, ref, "业主")
    sign(phone, ref, "装修负责人")

    desk.go(f"/projects/{site.ref}/permit-extensions/").follow("批准要求缴费").fill("延期费用", "500").press("登记费用").is_told("已登记")
    record = {"许可证号": "物装许 2026-318 延", "签发日期": f"{timezone.localdate():%Y-%m-%d}"}
    desk.go(f"/projects/{site.ref}/permits/").fill("许可证号", record["许可证号"]).tick("装修管理协议已签")
    desk.page.get_by_label("许可证照片或扫描件").set_input_files(photo("permit.jpg", colour="#f4f1e8"))
    desk.press("登记许可").is_refused("延期费用先缴。")
    desk.go(f"/projects/{site.ref}/permit-extensions/").follow("存收据").fill("收据号", "WY-0318")
    desk.page.get_by_label("物业收据").set_input_files(photo("receipt.jpg", colour="#f4f1e8"))
    desk.press("存收据").is_told("收据已入档。")
    desk.go(f"/projects/{site.ref}/permits/").fill("许可证号", record["许可证号"]).tick("装修管理协议已签")
    desk.page.get_by_label("许可证照片或扫描件").set_input_files(photo("permit.jpg", colour="#f4f1e8"))
    desk.press("登记许可").is_told("许可已登记。")

    fresh = WorkerPass.objects.filter(project=site, permit__number=record["许可证号"])
    assert fresh.count() == 4
    assert {row.valid_until for row in fresh} == {until}
    assert set(WorkerPass.objects.filter(permit=permit).values_list("valid_until", flat=True)) == {permit.valid_until}  # no date was altered
    for number in range(4):
        phone.go(f"/projects/{site.ref}/pass-register/").follow("已领").fill("证号", f"0{number + 1}").tick("已交身份证复印件").press("记入登记本")
    desk.go("/").go(f"/projects/{site.ref}/pass-register/").sees("04")
    assert fresh.filter(register_line__isnull=False).count() == 4


def test_an_added_item_is_approved_before_the_drilling(company):
    site = road.working_project(company.cast)
    manager, phone = company.project_manager, company.phone("foreman")
    tomorrow = timezone.localdate() + timedelta(days=1)
    manager.go(f"/projects/{site.ref}/property-needs/").choose("施工项目", "打孔（空调、油烟机、新风）").fill("开始日期", f"{tomorrow:%Y-%m-%d}").press("列入")
    need = site.needs.get()
    phone.go(f"/projects/{site.ref}/property-needs/{need.pk}/starts/").press("开始").is_refused("要等增加项目申请批准")

    manager.go(f"/projects/{site.ref}/property/").follow("申请").fill("做什么，或搬什么", "客厅空调孔一个，直径 65 mm").press("写好申请")
    ref = paper_of(site, "A07")
    sign(company.phone("project_manager"), ref, "业主")
    sign(company.phone("project_manager"), ref, "装修负责人")
    manager.go(f"/projects/{site.ref}/property/").follow("批准").fill("批准人", "周主任")
    manager.page.get_by_label("批件扫描件").set_input_files(photo("approval.jpg", colour="#f4f1e8"))
    manager.tick("原件在申请人手里，复印件物业已存").press("登记批准").is_told("批准已登记")

    phone.go(f"/projects/{site.ref}/property/").follow("开始").press("开始").is_told("已凭许可开始施工。")
    need.refresh_from_db()
    assert need.application.paper.ref == ref
