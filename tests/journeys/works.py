"""From the signed contract to the crew on the site; on the way a change order, the settlements and the money."""

from __future__ import annotations

from tests.journeys.contract import advance, pay, today
from tests.journeys.people import Company
from tests.journeys.pictures import photo
from tests.journeys.signing import sign
from tests.journeys.story import Story

WORKERS = (("钱大勇", "330106198803124418"), ("黎阿根", "33072619790722461X"))


def get_the_permit(company: Company, story: Story) -> None:
    """A01–A03: application signed by owner and person in charge, the property office's permit with its scan, a pass a worker."""
    assistant, leader = company.engineering_assistant, company.phone("project_manager")
    assistant.go(f"{story.works}permits/").press("写装修申请表")
    ref = story.take("A01", facts=["水电改造", f"{today():%Y-%m-%d}"])
    record = {"许可证号": "物装许 2026-318", "装修押金": "2000", "垃圾清运费": "600"}
    assistant.go(f"{story.works}permits/")
    for label, value in record.items():
        assistant.fill(label, value)
    scan = assistant.page.get_by_label("许可证照片或扫描件")
    scan.set_input_files(photo("permit.jpg", colour="#f4f1e8"))
    assistant.tick("装修管理协议已签").press("登记许可")
    assistant.is_refused("申请表业主还没签。")

    sign(leader, ref, "业主")
    sign(leader, ref, "装修负责人")
    assistant.go(f"{story.works}permits/")
    for label, value in record.items():
        assistant.fill(label, value)
    scan.set_input_files(photo("permit.jpg", colour="#f4f1e8"))
    assistant.tick("装修管理协议已签").press("登记许可").is_told("许可已登记。")
    assistant.fill("工人", "钱大勇").fill("身份证号", "330106198803124417").press("登记出入证")
    assistant.is_refused("身份证号不对，请再看一下末几位。")
    for worker, number in WORKERS:
        assistant.fill("工人", worker).fill("工种", "水电").fill("身份证号", number).press("登记出入证").is_told(worker)


def disclose(company: Company, story: Story) -> None:
    """P14 and P23: drawings read without a doubt; on site every point gone through, signed by four."""
    leader, phone = company.project_manager, company.phone("project_manager")
    leader.go(f"{story.works}reviews/").press("记下审查").is_refused("写明疑问，或勾选没有疑问。")
    leader.tick("图纸和预算已对照现场看过，没有疑问。").press("记下审查")
    advance(leader, story, refused="交底记录还没由业主、设计师、工长、项目经理签齐。")

    phone.go(f"{story.works}disclosures/")
    for box in phone.page.locator(".disclosure").get_by_role("checkbox").all():
        box.check()
    phone.fill("这户另外交代的内容", "老人房扶手预埋件位置现场放线").press("写好记录，现场签字")
    ref = story.take("P23", facts=["老人房扶手预埋件位置现场放线"])
    sign(phone, ref, "业主")
    sign(company.designer, ref, "设计师")
    sign(company.phone("foreman"), ref, "工长")
    sign(phone, ref, "项目经理")


def arrive(company: Company, story: Story) -> None:
    """G10: the foreman reports the crew; then the works begin."""
    leader, phone = company.project_manager, company.phone("foreman")
    advance(leader, story, to="交底")
    advance(leader, story, refused="班组还没进场，或场地还没清。")
    phone.go(f"{story.works}arrivals/").tick("场地已清").press("报到场")
    advance(leader, story, to="施工")


def change_something(company: Company, story: Story) -> None:
    """P24, P25: the customer's own note first, the designer's word, lines at the contract's prices, four signatures."""
    supervisor, leader, designer = company.phone("site_supervisor"), company.project_manager, company.designer
    supervisor.go(f"{story.works}changes/").choose("原因", "业主增加")
    supervisor.fill("业主的要求", "卫生间加一道 120 砖墙拆除，改干湿分区").press("记下要求")
    supervisor.sees("这一项要填。")
    supervisor.page.get_by_label("业主见证").set_input_files(photo("note.jpg", colour="#e9e2cf"))
    supervisor.press("记下要求").sees("改干湿分区")

    designer.go(f"{story.works}changes/1/answers/").fill("对设计和图纸的影响", "卫生间平面图重出，编号 WD-03A").press("答复")
    leader.go(f"{story.works}changes/1/prices/")
    line = leader.page.locator(".price-lines > li").first
    leader.choose("项目", "CC-01 拆除 120 mm 砖墙（含清理） · ¥55.00/㎡", inside=line).choose("房间", "卫生间", inside=line)
    leader.fill("数量", "4.5", inside=line).fill("工期增减天数", "2").press("出变更单")
    ref = story.take("P25", facts=["拆除 120 mm 砖墙", "4.5", "247.50", "改干湿分区"])

    leader.go(f"{story.works}settlements/").sees("有增减项业主还没签，请签字或撤回。")
    sign(supervisor, ref, "甲方（业主）")
    sign(designer, ref, "设计师")
    sign(company.phone("foreman"), ref, "工长")
    sign(leader, ref, "项目经理")


def settle_midterm(company: Company, story: Story) -> None:
    """P29 and P30 together, with the change; then the money; the stage waits for both."""
    leader = company.project_manager
    advance(leader, story, refused="中期和增减项结算单还没一并签字。")
    leader.go(f"{story.works}settlements/").press("做中期和增减项结算")
    for kind, facts in (("P29", []), ("P30", ["247.50"])):
        ref = story.take(kind, facts=facts)
        sign(company.phone("project_manager"), ref, "甲方（业主）")
        sign(leader, ref, "项目经理")
    advance(leader, story, to="木工收口")
    advance(leader, story, refused="到中期为止的款项（含增减项）还没付清。")
    pay(company, story)


def finish(company: Company, story: Story) -> None:
    """The works are done: the stage waits for the money and for checks 5 and 7."""
    advance(company.project_manager, story, to="竣工")


def accept(company: Company, story: Story) -> None:
    """G17: the customer has filled in and signed the acceptance sheet."""
    advance(company.project_manager, story, to="验收")


def settle_finally(company: Company, story: Story) -> None:
    """P31 and the last payment; nothing is handed over before."""
    leader = company.project_manager
    leader.go(f"{story.works}settlements/").press("做尾款结算")
    ref = story.take("P31", facts=["247.50"])
    sign(company.phone("project_manager"), ref, "甲方（业主）")
    sign(leader, ref, "项目经理")
    advance(leader, story, refused="尾款还没到齐。")
    pay(company, story)
    advance(leader, story, to="结算")
