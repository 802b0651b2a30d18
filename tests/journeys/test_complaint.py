"""A complaint walked through the browser: registered, upheld, investigated, approved, signed by the owner, carried out, called, summed up."""

from __future__ import annotations

import re

import pytest

from aftersales.models import Complaint
from core.models import Paper
from tests import road
from tests.journeys import press
from tests.journeys.people import Company
from tests.journeys.signing import sign
from tests.journeys.test_spine import open_the_house

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_complaint_upheld_goes_through_its_six_steps_to_the_owners_signature(live_site, live_cast, browser, tmp_path):
    open_the_house(live_cast)
    lead = road.assigned_lead(live_cast)
    company = Company(browser, live_site.url, live_cast, tmp_path)
    with press.running(), company.watched():
        desk = company.front_desk
        desk.go(f"/aftersales/complaints/of/{lead.ref}/").fill("投诉内容", "约好的量房两次没有人来，电话也不接。").choose("投诉类别", "服务态度、沟通")
        desk.tick("林晓舟").press("登记投诉").is_told("已登记")
        made = Complaint.objects.get()
        page = f"/aftersales/complaints/{made.ref}/"

        boss = company.cs_supervisor
        boss.go(page).sees("待判断", "林晓舟", "投诉性质尚未认定").follow("判断").tick("已核实对方身份").mark("投诉性质", "有效投诉")
        boss.mark("理由是否充分", "是").mark("要求是否合理", "是").fill("判断理由", "派单记录显示两次改约未通知客户。")
        boss.choose("责任部门", "设计部").press("判断").is_told("投诉成立").sees("调查中")

        head = company.design_manager
        head.go(page).follow("写调查结果").fill("查明情况", "改约没有记录").fill("原因", "设计师改约未告知前台").choose("责任人", "林晓舟")
        head.press("记下").is_told("原因已记下")
        for words in ("设计师当面致歉，明天上门量房。", "更换设计师，三天内出方案。"):
            head.go(f"{page}proposals/").fill("处理方案", words).press("提出").is_told("方案已提出")

        leader = company.general_manager
        leader.go(page).follow("阅看并批准").fill("批示", "同意，部门经理陪同。").mark("批准", "方案 1")
        leader.mark("我已阅看", "方案 1").press("批准").is_refused("方案 2 还没有阅看")
        leader.mark("我已阅看", "方案 2").press("批准").is_told("已批准")

        officer = company.cs_officer
        officer.go(page).follow("告知处理方案").fill("说了什么", "讲了方案，客户同意明天上门。").press("记下沟通").is_told("沟通已记下")
        solution = Paper.objects.get(kind="S09")
        phone = company.phone("cs_officer")
        sign(phone, solution.ref, "客户确认", name=road.CUSTOMER)
        phone.go(page).sees("实施中").follow("写处理情况").fill("处理情况", "已上门量房并致歉。").fill("客户反馈", "客户表示可以。")
        phone.press("记为已处理").is_told("接着回访")
        officer.go(page).follow("回访客户").fill("说了什么", "客户认可处理。").mark("客户是否满意", "满意").tick("这个时间客户约好的")
        officer.press("记下沟通").is_told("沟通已记下")
        boss.go(page).follow("总结").fill("过程总结", "改约未登记。").mark("处理评分", "4").fill("改进措施", "改约必须当面登记。")
        boss.press("结案").is_told("投诉已结案").sees("已结案")

        told = company.designer.sits_down()  # whom it is about finds neither the complaint nor its papers
        assert told.page.request.get(f"{live_site.url}{page}").status == 404
        assert told.page.request.get(f"{live_site.url}/papers/{solution.ref}/").status == 404
        told.go(f"/leads/{lead.ref}/")
        assert not re.search("投诉", told.page.locator("main").inner_text().replace("登记投诉", ""))

    made.refresh_from_db()
    assert (made.stage, made.satisfaction, made.upheld) == ("closed", "satisfied", True)
    assert {(row.part, str(row.person)) for row in made.complaintpersons.all()} == {
        ("named", "林晓舟"), ("responsible", "林晓舟"), ("head", "周静怡"),
    }  # fmt: skip
    assert Paper.objects.get(pk=solution.pk).is_signed
