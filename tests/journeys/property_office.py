"""At the property office's counter: papers handed in before the works, and an extension after which no date on a pass was altered."""

from __future__ import annotations

from datetime import timedelta

from projects import services
from projects.models import WorkerPass
from tests.factories.projects import IDS
from tests.journeys import works
from tests.journeys.people import Company, Seat
from tests.journeys.pictures import photo
from tests.journeys.signing import sign
from tests.journeys.story import Story

MORE = (("鲁全胜", "瓦工", IDS[0]), ("龙阿水", "油漆", IDS[1]))


def hand_in_the_papers(company: Company, story: Story) -> None:
    """A01–A03: application, permit, four workers with a pass each: two at the desk, two by verb."""
    works.get_the_permit(company, story)
    for worker, trade, number in MORE:
        services.register_pass(
            story.project, worker=worker, trade=trade, id_number=number, by=company.cast.engineering_assistant, at=story.calendar.now()
        )  # fmt: skip


def extend_the_permit(company: Company, story: Story) -> None:
    """A06: later than the permit, signed by both, the fee paid with its receipt; then the office's paper, and the passes are issued again."""
    desk, phone = company.engineering_assistant, company.phone("project_manager")
    before = story.project.permit_in_force
    until = before.valid_until + timedelta(days=30)
    page = f"{story.works}permit-extensions/"
    desk.go(page).sees("黎阿根", "证上的日期不得涂改。").fill("延期原因", "连续三天大雨，泥瓦推后")
    desk.fill("延至", f"{before.valid_until:%Y-%m-%d}").press("写好申请").is_refused("延期要晚于原许可的期限。")
    desk.fill("延至", f"{until:%Y-%m-%d}").press("写好申请")
    ref = story.take("A06")
    for line in ("业主", "装修负责人"):
        sign(phone, ref, line)

    desk.go(page).follow("登记费用").fill("延期费用", "500").press("登记费用").is_told("已登记")
    record(desk, story).is_refused("延期费用先缴。")
    desk.go(page).follow("存收据").fill("收据号", "WY-0318")
    desk.page.get_by_label("物业收据").set_input_files(photo("receipt.jpg", colour="#f4f1e8"))
    desk.press("存收据").is_told("收据已入档。")
    record(desk, story).is_told("许可已登记。")

    fresh, old = (WorkerPass.objects.filter(project=story.project, permit__number=number) for number in (EXTENDED, before.number))
    assert fresh.count() == 4 and {row.valid_until for row in fresh} == {until}
    assert {row.valid_until for row in old} == {before.valid_until}  # no date was altered
    hand_out_the_passes(company, story)
    assert fresh.filter(register_line__isnull=False).count() == 4


EXTENDED = "物装许 2026-318 延"


def record(desk: Seat, story: Story) -> Seat:
    """The office's permit with its scan."""
    desk.go(f"{story.works}permits/").fill("许可证号", EXTENDED).tick("装修管理协议已签")
    desk.page.get_by_label("许可证照片或扫描件").set_input_files(photo("permit.jpg", colour="#f4f1e8"))
    return desk.press("登记许可")


def hand_out_the_passes(company: Company, story: Story) -> None:
    """Each worker gets the new pass on the site and stands in the register."""
    phone = company.phone("project_manager")
    phone.go(f"{story.works}pass-register/")
    for number in range(1, 5):
        phone.follow("记入登记本").fill("证号", f"0{number}").tick("已交身份证复印件").press("记入登记本")
    company.engineering_assistant.go(f"{story.works}pass-register/").sees("04")
