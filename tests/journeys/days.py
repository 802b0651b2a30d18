"""Changes that are signed, rain that is counted, and a settlement that the owner disputes and signs in its second version."""

from __future__ import annotations

from datetime import timedelta

from projects.models import Settlement
from tests.hand import sign_all
from tests.journeys.people import Company
from tests.journeys.pictures import photo
from tests.journeys.signing import sign
from tests.journeys.story import Story

OWNER, MANAGER = "甲方（业主）", "乙方（项目经理）"
WALL, BOX = "CC-01 拆除 120 mm 砖墙（含清理） · ¥55.00/㎡", "SD-06 开关插座底盒（86 型） · ¥11.00/个"


def add_a_wall(company: Company, story: Story) -> None:
    """The first change: two days more."""
    change(company, story, reason="业主增加", wish="卫生间加一道 120 砖墙拆除，改干湿分区", item=WALL, room="卫生间", quantity="4.5", days="2")


def take_out_two_sockets(company: Company, story: Story) -> None:
    """The second change: what was agreed on in the dispute is taken out."""
    change(company, story, reason="业主减少", wish="插座按实际少两个", item=BOX, room="客厅", quantity="-2", days="0")


def change(company: Company, story: Story, *, reason: str, wish: str, item: str, room: str, quantity: str, days: str) -> None:
    """P24, P25: the customer's own note on the phone, the designer's word, a line at the contract's price; the owner signs on the phone, then the others."""
    supervisor, leader = company.phone("site_supervisor"), company.project_manager
    supervisor.go(f"{story.works}changes/").choose("原因", reason).fill("业主的要求", wish)
    supervisor.page.get_by_label("业主见证").set_input_files(photo("note.jpg", colour="#e9e2cf"))
    supervisor.press("记下要求").sees(wish)
    seq = story.project.changes.latest("seq").seq
    company.designer.go(f"{story.works}changes/{seq}/answers/").fill("对设计和图纸的影响", "平面图重出，编号 WD-03A").press("答复")
    leader.go(f"{story.works}changes/{seq}/prices/")
    line = leader.page.locator(".price-lines > li").first
    leader.choose("项目", item, inside=line).choose("房间", room, inside=line).fill("数量", quantity, inside=line)
    leader.fill("工期增减天数", days).press("出变更单")
    ref = story.take("P25")
    sign(supervisor, ref, OWNER)
    made = story.project.changes.get(seq=seq)
    sign_all(made.paper, by=company.cast.project_manager, at=story.calendar.now(), customer=story.customer)
    story.follow()


def tell_the_rain(company: Company, story: Story) -> None:
    """Three days without work, told with a picture within three days: they are the weather's."""
    first = story.calendar.today - timedelta(days=3)
    phone = company.phone("project_manager")
    phone.go(f"{story.works}stops/").fill("停工起", f"{first}").fill("停工的最后一天", f"{first + timedelta(days=2)}")
    phone.choose("原因", "雨雪、低温、潮湿").fill("当天情况", "连续大雨，阳台和外窗收口无法施工")
    phone.page.get_by_label("当天凭证", exact=True).set_input_files(photo("rain.jpg"))
    phone.press("宣布停工").is_told("已宣布停工").sees("连续大雨", "天气、不可抗力")


def agree_on_three_days(company: Company, story: Story) -> None:
    """P26: told, agreed, signed by both; the completion moves by three days."""
    due, desk, phone = story.project.due_on, company.project_manager, company.phone("project_manager")
    desk.go(f"{story.works}extensions/").fill("特殊情况", "连续三天大雨，外窗收口无法施工")
    desk.fill("双方怎么说、怎么定", "业主看过天气记录，同意顺延三天")
    desk.press("写好延长手续").is_told("请双方签字").sees("顺延", "3 天")
    ref = story.take("P26")
    sign(phone, ref, OWNER, name=story.customer)
    sign(phone, ref, MANAGER)
    desk.go(f"{story.works}meter/").sees("误工天数", "第 1 次延长", "超合同", ref)
    assert story.project.due_on == due + timedelta(days=3)


def dispute(company: Company, story: Story) -> None:
    """The owner disputes the mid-term settlement: nobody signs this version, it is answered."""
    desk = company.project_manager
    desk.go(f"{story.works}settlements/").follow("异议和各版").choose("哪一项", "其他").fill("业主的意见", "插座少装两个")
    desk.page.get_by_label("照片", exact=True).set_input_files(photo("sockets.jpg"))
    desk.press("登记异议").is_told("这一版不再签字").follow("答复异议").mark("结果", "业主有理")
    desk.fill("给业主的答复", "现场复核少两个，扣减").press("答复").is_told("已答复")


def sign_the_second_version(company: Company, story: Story) -> None:
    """Made anew, both versions side by side; this one is signed."""
    desk, phone = company.project_manager, company.phone("project_manager")
    desk.go(f"{story.works}settlements/").press("重做结算").sees("第 2 版", "业主的异议和答复", "插座少装两个", "与上一版")
    second = story.take("P29")
    sign(phone, second, OWNER, name=story.customer)
    sign(phone, second, "项目经理")
    desk.go(f"{story.works}settlements/").follow("异议和各版").sees("变化对照", "上一版", "本版")
    versions = Settlement.objects.filter(project=story.project, kind="midterm").order_by("version")
    assert [(row.version, row.paper.is_signed, row.paper.state == "superseded") for row in versions] == [(1, False, True), (2, True, False)]
