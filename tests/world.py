"""One company in the middle of its work: every kind of record in every state that a page can show, reached by verbs alone.

Built once per run into a database of its own (`Databases.keep`), copied for each module that asks for `world`.  All of it belongs to
城西店 and to the people of the cast; 城东店 has one enquiry and one site of its own.  `colleague` is a second person of each post that can
own a record, in 城西店 and on none of these; the posts that the cast leaves out are filled too, so that every post of the chart is somebody.
"""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import Client
from django.utils import translation

from aftersales import services as aftersales
from config import follow, scans
from core.models import Deadline, Notice
from core.render import render
from inspections import services as checking
from inspections.models import Rectification, SupervisionFact
from inspections.services import Seen, fines
from leads import services as leads
from leads.deadlines import PREVIEW
from leads.models import CashAccount, Lead, LeadSource, PriceList
from leads.services import packages
from projects import services as building
from projects.choices import Stage
from projects.models import ContractStock
from staff import posts
from staff import services as staff
from staff.models import User, UserSession
from tests import drafting, road
from tests.cast import PASSWORD, SINCE, Cast
from tests.factories import aftersales as late
from tests.factories import bonds as owing
from tests.factories import complaints as grievances
from tests.factories import days, settling
from tests.factories import inspections as sites
from tests.factories import projects as jobs
from tests.factories import quantities as measuring
from tests.factories import repairs as mending
from tests.factories import rounds as visiting
from tests.factories import site_order as ordering
from tests.factories import slips as asking
from tests.hand import sign_all
from tests.served import served

OWNERS = (
    "designer", "chief_designer", "customer_manager", "market_rep", "front_desk", "cs_officer", "store_manager", "project_manager",
    "site_supervisor", "quality_inspector", "foreman",
)  # fmt: skip
SAMPLE = Path(__file__).parent / "samples" / "customer_list_2026.xlsx"


@dataclass
class World:
    """What stands there, by name of its state; `person` by post, `colleague` by post, `other` by post in the other store."""

    cast: Cast
    lead: dict[str, Lead] = field(default_factory=dict)
    site: dict[str, Any] = field(default_factory=dict)
    thing: dict[str, Any] = field(default_factory=dict)
    person: dict[str, User] = field(default_factory=dict)
    colleague: dict[str, User] = field(default_factory=dict)
    other: dict[str, User] = field(default_factory=dict)
    media: Path | None = None

    def client(self, person: User, **more: Any) -> Client:
        return self.cast.client(person, **more)


def build(media: Path) -> World:
    """Drive the company there; about ten seconds."""
    from django.conf import settings

    kept, settings.MEDIA_ROOT = settings.MEDIA_ROOT, media
    try:
        with translation.override("zh-hans"), transaction.atomic():
            world = World(Cast(), media=media)
            _people(world)
            _enquiries(world)
            _sites(world)
            _prepared(world)
            _site_order(world)
            _supervised(world)
            world.site["disputed"] = days.settled_midterm(world.cast, phones=["13858003999"])
            days.for_world(world)
            _front(world)
            _house(world)
            _money(world)
            grievances.for_world(world)
            visiting.for_world(world)
            asking.for_world(world)
            measuring.for_world(world)
            owing.for_world(world)
            _settling(world)
            return world
    finally:
        settings.MEDIA_ROOT = kept


def _people(world: World) -> None:
    cast, known = world.cast, make_password(PASSWORD)
    world.person, world.other = cast.everybody(), cast.other.everybody()
    places = ((cast.store, world.person, "cx"), (cast.other.store, world.other, "cd"))
    for column, (store, people, prefix) in enumerate(places):
        for number, post in enumerate(sorted(posts.all_codes() - people.keys())):
            people[post] = staff.hire(
                full_name="贺岁"[column] + "甲乙丙丁戊己庚辛"[number], username=f"{prefix}.{post}", store=store, posts=[post], hired_on=SINCE,
                mobile=f"139{column}0{number:02d}5678", password_hash=known, must_change_password=False, by=cast.administrator, at=cast.at,
            )  # fmt: skip
    for number, post in enumerate(OWNERS):
        world.colleague[post] = staff.hire(
            full_name="安宁" + "甲乙丙丁戊己庚辛壬癸子"[number], username=f"cx2.{post}", store=cast.store, posts=[post], hired_on=SINCE,
            mobile=f"1372{number:02d}45678", password_hash=known, must_change_password=False, by=cast.administrator, at=cast.at,
        )  # fmt: skip


def _enquiries(world: World) -> None:
    cast, at = world.cast, world.cast.at
    leads.publish_packages(jobs.price_list(cast, at=at), packages=packages.shipped(), by=cast.estimator, at=at)
    stops = {
        "registered": road.registered_lead, "assigned": road.assigned_lead, "consulted": road.consulted_lead, "proposed": road.proposed_lead,
        "content": road.content_lead, "agreed": road.agreed_lead, "paid": road.deposit_lead, "surveyed": road.surveyed_lead,
        "accepted": jobs.accepted_lead,
    }  # fmt: skip
    for number, (state, make) in enumerate(stops.items()):
        world.lead[state] = make(cast, phones=[f"1385800{number:02d}71"])
    drafting.drawn(world.lead["paid"], "floor_plan", by=cast.designer, at=at, files=[drafting.picture("原始平面图.png")], title="原始平面图", source="owner")
    large = world.lead["large"] = road.deposit_lead(cast, phones=["13858002871"], home=road.home(room_no="2201", area_m2=Decimal("236.40"), dwelling="villa"))
    drafting.drawn(large, "construction", by=cast.designer, at=at, files=[drafting.picture("平面布置.png"), drafting.pdf(), drafting.dwg()], title="全套施工图")
    world.lead["hers"] = leads.register_lead(
        store=cast.store, source=LeadSource.objects.get(code="walk_in"), name=road.CUSTOMER, phones=["13858002771"], home=road.home(), origin="self",
        consent_basis="request", by=cast.customer_manager, at=at,
    )  # fmt: skip
    world.lead["unsigned"] = road.consulted_lead(cast, signed=False, phones=["13858002071"])
    world.lead["lost"] = road.assigned_lead(cast, phones=["13858002171"])
    leads.lose(world.lead["lost"], reason="price", by=cast.designer, at=at)
    held = world.lead["held"] = road.consulted_lead(cast, phones=["13858002271"])
    leads.hold_clock(held, clock=PREVIEW, reason="业主出差，下周回来再看方案", by=cast.design_manager, at=at)
    drafted = world.lead["drafted"] = road.surveyed_lead(cast, phones=["13858002371"])
    world.thing["draft"] = leads.draft_quotation(drafted, by=cast.designer, at=at)
    issued = world.lead["issued"] = road.surveyed_lead(cast, phones=["13858002471"])
    world.thing["quotation"] = leads.issue_quotation(
        leads.draft_quotation(issued, by=cast.designer, at=at), by=cast.designer, at=at
    )
    quoted = world.lead["quoted"] = road.surveyed_lead(cast, phones=["13858002571"])
    world.thing["signed_quotation"] = leads.issue_quotation(
        leads.draft_quotation(quoted, by=cast.designer, at=at), by=cast.designer, at=at
    )
    sign_all(world.thing["signed_quotation"].paper, by=cast.designer, at=at)
    _followed_up(world)
    versions = world.lead["versions"] = road.surveyed_lead(cast, phones=["13858002871"])
    _versions(world, versions)
    world.lead["other"] = road.consulted_lead(cast, people=cast.other, phones=["13858002671"])
    told = {
        "store": cast.store, "name": "customer_list_2026.xlsx", "data": SAMPLE.read_bytes(), "origin": "own_list", "origin_note": "店里 2026 年的登记本",
        "consent_basis": "request", "responsible": cast.store_manager, "by": cast.front_desk, "at": at,
    }  # fmt: skip
    world.thing["import"] = leads.upload_list(**told)


def _followed_up(world: World) -> None:
    """What is done against forgetting: one enquiry in the pool, one handed over, one with a hotline case."""
    cast, at = world.cast, world.cast.at
    world.lead["pooled"] = road.assigned_lead(cast, phones=["13858008171"], at=cast.days(-1))
    leads.put_into_pool(world.lead["pooled"], reason="设计师休产假", by=cast.store_manager, at=at)
    handed = world.lead["handed"] = road.registered_lead(cast, phones=["13858008271"])
    leads.assign_designer(handed, designer=cast.chief_designer, customer_manager=cast.customer_manager, by=cast.front_desk, at=at)
    leads.note_contact(handed, channel="phone", note="想要开放厨房，周六来店", by=cast.chief_designer, at=at)
    told = leads.Told(standing="约了周六来店看方案", promised="送一次免费量房", likes="喜欢原木，不要石材")
    leads.reassign_designer(handed, designer=cast.designer, reason="首席手上满了", told=told, by=cast.store_manager, at=at)
    upset = world.lead["upset"] = road.consulted_lead(cast, phones=["13858008371"])
    world.thing["case"] = leads.open_case(upset, cause="designer", words="设计师没听懂我们要什么", by=cast.front_desk, at=at)
    for lead in (world.lead["pooled"], handed, upset):
        lead.refresh_from_db()


def _versions(world: World, lead: Lead) -> None:
    """A second version with an option, an alternative and a discount that waits for the store manager."""
    cast, at = world.cast, world.cast.at
    leads.issue_quotation(leads.draft_quotation(lead, by=cast.designer, at=at), by=cast.designer, at=at)
    draft = world.thing["asked_discount"] = leads.draft_quotation(lead, by=cast.designer, at=at)
    first, second = draft.lines.order_by("position")[:2]
    leads.make_optional(draft, line=first.pk, optional=True, by=cast.designer, at=at)
    leads.revise_lines(draft, changes=[leads.Change(second.pk, second.quantity + 2, reason="业主要求加做")], by=cast.designer, at=at)
    draft.refresh_from_db()
    leads.ask_discount(draft, amount=draft.subtotal * 6 // 100, reason="老客户介绍，同小区第三户", by=cast.designer, at=at)


def _sites(world: World) -> None:
    cast, at = world.cast, world.cast.at
    world.site["opened"] = jobs.opened_project(cast, phones=["13858003071"])
    world.site["signed"] = jobs.signed_project(cast, phones=["13858003171"])
    world.site["contracted"] = jobs.contracted_project(cast, phones=["13858003271"])
    world.site["filing"] = jobs.permitted_project(cast, phones=["13858003371"])
    world.thing["open_check"] = sites.opened(world.site["filing"], "C1", people=cast, at=at)
    _working(world)
    handed = world.site["handed_in"] = jobs.signed_project(cast, phones=["13858003871"])
    building.hand_in_contract(handed, checked=building.contracts.CHECKLIST, by=cast.customer_manager, at=at)
    applied = world.site["applied"] = jobs.contracted_project(cast, phones=["13858003971"])
    building.advance(applied, to=Stage.PERMIT_FILING, by=cast.project_manager, at=at)
    permit = world.thing["permit"] = building.file_permit(
        applied, works="水电改造、防水、泥瓦、木作、涂饰", from_on=at.date(), until_on=(at + timedelta(days=90)).date(), workers=4,
        by=cast.engineering_assistant, at=at,
    )  # fmt: skip
    sign_all(permit.application, by=cast.project_manager, at=at)
    paused = world.site["paused"] = jobs.working_project(cast, phones=["13858004071"])
    building.pause(paused, reason="业主要求停工，春节后复工", by=cast.engineering_manager, at=at)
    world.thing["passed_check"] = sites.passed(
        jobs.permitted_project(cast, phones=["13858004171"]), "C1", people=cast, at=at
    )
    world.site["midterm"] = jobs.midterm_project(cast, phones=["13858003571"])
    world.site["settled"] = late.paid(settling.accepted(cast, phones=["13858003671"]), people=cast, at=at)
    late.received(world.site["settled"], people=cast, at=at)
    follow.run(world.site["settled"].dossier, at=at)
    world.thing["told_repair"] = mending.told(world.site["settled"], people=cast, at=at - timedelta(hours=1))
    sick = {"category": "sanitary", "room": "厨房", "item": "龙头", "exclusion": "X02", "evidence": "业主自行更换过龙头，照片一张"}
    order = mending.on_site(world.site["settled"], people=cast, at=at - timedelta(hours=4), **sick)
    mending.noted(order, people=cast, at=at - timedelta(hours=1), parts=[("陶瓷阀芯", Decimal(1), "个", Decimal("45.50"))], labour=Decimal(120))
    world.thing["repair"] = mending.fresh(order.repair)
    aftersales.record_home_patrol(world.site["settled"], problem="地漏堵", correction="当场疏通", by=cast.technician, at=at)
    world.site["other"] = jobs.signed_project(cast, people=cast.other, phones=["13858003771"])


def _working(world: World) -> None:
    """A site under construction: a check being made, one that failed, a patrol, changes in three states, a payment."""
    cast, at = world.cast, world.cast.at
    site = world.site["working"] = jobs.working_project(cast, phones=["13858003471"])
    world.thing["payment"] = jobs.pay_open(site, people=cast, at=at)
    world.thing["asked_change"] = jobs.asked_change(site, people=cast, at=at)
    answered = world.thing["answered_change"] = jobs.asked_change(site, people=cast, at=at, wish="餐厅加一盏吊灯")
    building.answer_change(answered, answer="灯位图 S-05 更新", by=cast.designer, at=at)
    world.thing["issued_change"] = jobs.issued_change(site, people=cast, at=at)
    sites.patrolled(site, people=cast, at=at)
    failed = world.thing["failed_check"] = sites.opened(site, "C2", people=cast, at=at)
    item = next(item for item in sites.asked(failed) if item.photo)
    sites.concluded(sites.recorded(failed, people=cast, at=at, failing=(item.code,)), people=cast, at=at)
    world.thing["fault"] = Rectification.objects.get(finding__quality_check=failed)


def _supervised(world: World) -> None:
    """A week's plan, an exchange, a fact with its reason, a report, a round with one site, points of a crew, a published month."""
    cast, at, site = world.cast, world.cast.at, world.site["working"]
    inspector, manager = cast.quality_inspector, cast.engineering_manager
    follow.run(site.dossier, at=at)
    monday = at.date() - timedelta(days=at.weekday())
    plan = world.thing["plan"] = checking.make_plan(
        inspector=inspector, span="week", starts_on=monday, lines=[(site, monday + timedelta(days=n)) for n in (0, 4)], by=inspector, at=at
    )
    world.thing["plan_entry"] = plan.entries.first()
    checking.record_exchange(project=site, channel="visit", content="看了水电走向，客户要在书桌处加一组插座", by=inspector, at=at)
    checking.record_must_visit(project=site, code="C2", content="板材与清单核对，一件规格不符退回", by=inspector, at=at)
    checking.announce_check(project=world.site["midterm"], code="C2", planned_at=at - timedelta(days=1), by=inspector, at=at - timedelta(days=2))
    follow.run(world.site["midterm"].dossier, at=at)
    world.thing["fact"] = SupervisionFact.objects.get(kind="absent", project=world.site["midterm"])
    checking.check_in(text="澄湖里巡检一处，复验两项", by=inspector, at=at)
    world.thing["report"] = checking.report_progress(project=site, done="水电开槽完成八成", coming="周五穿线", by=cast.site_supervisor, at=at)
    world.thing["joint"] = checking.hold_joint_inspection(store=cast.store, crews=["钱大勇班"], held_on=at.date(), by=manager, at=at)
    seen = [Seen("木料堆放高于一米五")]
    checking.visit_jointly(inspection=world.thing["joint"], project=site, note="现场整洁，木料堆放过高", seen=seen, by=manager, at=at)
    points = {"quality": 36, "progress": 18, "order": 12, "safety": 14, "service": 9}
    checking.rate_crew(crew=world.thing["crew"], month=at.date(), scores=points, by=manager, at=at)
    checking.hold_meeting(store=cast.store, place="澄湖里 3 幢 2 单元 1102", present="工程部全体", topics="冬季施工", by=manager, at=at)
    month = (at.date().replace(day=1) - timedelta(days=1)).replace(day=1)
    world.thing["bulletin"] = checking.publish_bulletin(store=cast.store, month=month, by=cast.engineering_assistant, at=at)


def _prepared(world: World) -> None:
    """The property office's desk, doubts, a crew, a schedule with materials, a price of the foreman, an extension that waits."""
    cast, at, site = world.cast, world.cast.at, world.site["working"]
    welding = {
        "operator": "钱大勇", "certificate": "T330106", "certificate_until": (at + timedelta(days=200)).date(), "id_copy": True, "watcher": "龙阿水",
        "from_at": at + timedelta(days=1), "until_at": at + timedelta(days=1, hours=3), "place": "阳台",
    }  # fmt: skip
    by = {"by": cast.engineering_assistant, "at": at}
    world.thing["need"] = building.plan_work(site, code="welding", planned_on=(at + timedelta(days=6)).date(), **by)
    building.plan_work(site, code="drilling", planned_on=(at + timedelta(days=1)).date(), note="空调孔两个", **by)
    world.thing["application"] = building.ask_property(
        site, kind="hot_work", items=["welding"], what="阳台栏杆加固", certificate_scan=jobs.scan(site, by=cast.project_manager, at=at), **welding, **by
    )
    asked = building.ask_fee(site, kind="pass_deposit", amount=Decimal(200), people=2, **by)
    world.thing["fee"] = building.ask_fee(site, kind="pass_cost", amount=Decimal(10), people=2, **by)
    world.thing["paid_fee"] = building.pay_fee(
        asked, payer="owner", payer_name=road.CUSTOMER, paid_on=at.date(), receipt_number="YJ-0117",
        receipt=jobs.scan(site, by=cast.project_manager, at=at), **by,
    )
    world.thing["pass"] = site.passes.order_by("id").first()
    world.thing["doubt"] = building.raise_doubt(
        world.site["filing"], about="drawing", where="厨房 S-03", text="烟道与吊柜冲突", proposal="吊柜缩短 12 cm", by=cast.project_manager, at=at
    )
    world.thing["answered_doubt"] = building.raise_doubt(
        world.site["filing"], about="budget", text="次卫防水面积少 3 m²", by=cast.site_supervisor, at=at
    )
    building.answer_doubt(world.thing["answered_doubt"], answer="按实测补 3.2 m²", by=cast.designer, at=at)
    crew = world.thing["crew"] = building.add_crew(cast.store, name="钱大勇班", leader="钱大勇", trades=["水电", "泥瓦"], **by)
    world.thing["crew_member"] = building.add_crew_member(crew, name="龙阿水", trade="泥瓦", **by)
    building.file_labour_contract(crew, number="LW-2026-011", signed_on=at.date(), until_on=(at + timedelta(days=365)).date(), **by)
    building.assign_crew(site, crew=crew, trades=["水电"], from_on=at.date(), **by)
    building.agree_foreman_price(
        site, total=Decimal(86000), parts=[building.Part("start", Decimal(30)), building.Part("final", Decimal(70))], by=cast.engineering_manager, at=at
    )
    schedule = building.draw_schedule(site, **by)
    world.thing["phase_of_works"], world.thing["next_phase"] = schedule.phases.all()[:2]
    building.start_phase(world.thing["phase_of_works"], on=at.date(), by=cast.foreman, at=at)
    world.thing["material"] = site.materials.get(name="木门")
    tiles = world.thing["arrived"] = site.materials.get(name="瓷砖、石材")
    building.order_material(
        tiles, supplier="诺贝尔瓷砖城西店", amount=Decimal(18600), deposit=Decimal(5000), ordered_on=at.date(),
        promised_on=(at + timedelta(days=12)).date(), **by,
    )
    building.receive_material(tiles, on=at.date(), **by)
    world.thing["extension"] = building.ask_extension(
        world.site["midterm"], until_on=(at + timedelta(days=150)).date(), because="业主更换橱柜，安装推后", by=cast.project_manager, at=at
    )


def _site_order(world: World) -> None:
    """A walk, a refused delivery, slips in four states, a page of the diary, a note, a briefing, an accident, an instrument."""
    cast, at, site = world.cast, world.cast.at, world.site["working"]
    told = {"people": cast, "at": at}
    world.thing["walk"] = ordering.walked(site, faults=("SC-16",), **told)
    lines = [ordering.came(), ordering.came("踢脚线", refused=Decimal(20), reason="色差明显")]
    world.thing["refused_line"] = ordering.delivered(site, lines=lines, kind="main", **told).lines.get(seq=2)
    world.thing["fine"] = ordering.fined(site, **told)
    world.thing["high_fine"] = ordering.fined(site, amount=Decimal(800), **told)
    for thing in ("refused_fine", "appealed_fine"):
        world.thing[thing] = ordering.not_signed(ordering.fined(site, **told), **told)
    fines.appeal_fine(world.thing["appealed_fine"], words="防护罩当天已装上，有照片", by=cast.foreman, at=at)
    world.thing["diary_day"] = ordering.written(site, **told)
    world.thing["site_note"] = ordering.noted(site, **told)
    world.thing["briefing"] = ordering.briefed(site, **told)
    world.thing["incident"] = ordering.reported(site, **told)
    world.thing["tool"] = ordering.tool(cast, at=at)


def _settling(world: World) -> None:
    """The end of a settled site: a foreman paid once, a statement that waits, cost, cleaning, hand-over, what is out of the archive."""
    cast, at, site = world.cast, world.cast.at, world.site["settled"]
    world.thing["foreman_payment"] = settling.paid(site, people=cast, at=at, amount=Decimal(20000))
    world.thing["deduction"] = building.record_deduction(
        site, kind="rework", amount=Decimal(600), reason="卫生间墙砖空鼓返工", by=cast.project_manager, at=at
    )
    changed = jobs.signed_change(world.site["midterm"], people=cast, at=at)
    world.thing["labour"] = building.agree_labour(changed, amount=Decimal("310.50"), note="插座移位", by=cast.engineering_manager, at=at)
    world.thing["statement"] = settling.approved(site, people=cast, at=at)
    world.thing["commission"] = building.register_commission(site, percent=Decimal(1), by=cast.engineering_assistant, at=at)
    world.thing["expense"] = building.record_expense(
        site, kind="rubbish", amount=Decimal(580), spent_on=at.date(), payee="绿城清运", what="装修垃圾两车",
        receipt=settling.receipt(site, by=cast.project_manager, at=at), by=cast.project_manager, at=at,
    )  # fmt: skip
    world.thing["saving"] = building.propose_saving(
        site, text="踢脚线整批裁切，减少损耗", effect="direct", saves=Decimal(420), by=cast.site_supervisor, at=at
    )
    settling.cleaned(site, people=cast, at=at)
    settling.home_given(site, people=cast, at=at)
    world.thing["cleaning"] = building.order_cleaning(
        site, contractor="净居保洁", scope="阳台补擦", amount=Decimal(120), clean_on=at.date(), by=cast.engineering_assistant, at=at
    )
    world.thing["loan"] = settling.lent(site, people=cast, at=at)


def _front(world: World) -> None:
    """A person of a home, two customers who are one, a call passed on, a visit, a judgment, an estate with its hand-over."""
    cast, at = world.cast, world.cast.at
    lead = world.lead["assigned"]
    world.thing["home_person"] = leads.add_person(lead, name="陈一鸣", role="child", phone="13677001471", pays=True, by=cast.front_desk, at=at)
    judged = {"willingness": "high", "ability": "high", "is_key": True, "is_member": False, "reason": "面谈两次，预算明确"}
    leads.judge_customer(lead.customer, by=cast.customer_manager, at=at, **judged)
    leads.keep_profile(lead.customer, told={"contact_ways": "微信同号", "price_level": "middle"}, note="加了微信", by=cast.cs_officer, at=at)
    kept = world.lead["kept"] = road.assigned_lead(cast, phones=["13677001171"])
    twin = world.lead["twin"] = road.assigned_lead(cast, phones=["13677001271"], home=road.home(room_no="1103"))
    world.thing["merge"] = leads.merge_customers(kept.customer, twin.customer, reason="同一人登记了两次", by=cast.store_manager, at=at)
    world.thing["call"] = leads.note_call(
        store=cast.store, name="陈女士", phone="13677001371", subject="progress", note="想问方案什么时候能看", lead=lead, passed_to=cast.designer,
        by=cast.front_desk, at=at,
    )  # fmt: skip
    leads.note_visit(store=cast.store, name="路过的客人", subject="enquiry", note="看了样板间，留了一张名片", people=2, by=cast.front_desk, at=at)
    world.thing["estate"] = lead.home.estate
    leads.keep_estate(
        store=cast.store, estate=lead.home.estate, by=cast.market_rep, at=at,
        told={
            "name": "澄湖里", "address": "城西澄湖路", "area_text": "89–143 m²", "sales": "sold", "property_office": "澄湖物业",
            "property_phone": "057188880000",
        },
    )  # fmt: skip
    day = (at + timedelta(days=60)).date()
    world.thing["phase"] = leads.add_phase(lead.home.estate, name="二期 5–8 幢", handover_on=day, homes=248, by=cast.market_rep, at=at)


def _calendar(world: World) -> None:
    """Two appointments, a show home with its notice, a week's roster, the store's own words, a phone's calendar."""
    cast, at = world.cast, world.cast.at
    told = {"person": cast.designer, "by": cast.customer_manager, "at": at, "lead": world.lead["assigned"]}
    world.thing["appointment"] = leads.make_appointment(kind="measuring", start_at=at + timedelta(days=3), pick_up=True, **told)
    world.thing["met"] = leads.make_appointment(kind="store", start_at=at + timedelta(hours=5), **told)
    leads.make_appointment(
        kind="meeting", person=cast.chief_designer, others=[cast.store_manager], store=cast.store, start_at=at + timedelta(days=2), by=cast.front_desk, at=at
    )
    home = world.thing["show_home"] = leads.add_show_home(
        cast.store, name="澄湖里样板间", address="澄湖里 5 幢 1 单元 301", keeper=cast.front_desk, photos=[sites.picture()], by=cast.store_manager, at=at
    )
    leads.visit_show_home(home, note="软装齐全，灯具已调好", by=cast.store_manager, at=at)
    leads.publish_show_homes(cast.store, show_homes=[home], note="周末请提前一天约", by=cast.store_manager, at=at)
    leads.set_desk_hours(
        cast.store, opens=time(9), closes=time(18), early=(time(9), time(14)), late=(time(13), time(18)), by=cast.store_manager, at=at
    )
    desk = ((2, "early", cast.customer_manager), (2, "late", cast.front_desk), (3, "early", cast.front_desk), (4, "late", cast.customer_manager))
    for day, kind, person in desk:
        world.thing["shift"] = leads.plan_shift(
            cast.store, day=(at + timedelta(days=day)).date(), kind=kind, person=person, by=cast.store_manager, at=at
        )
    leads.word_text(cast.store, "closing", body="{称呼}，这次没能帮上忙，谢谢您来过我们店。以后装修上的事随时问我。", by=cast.store_manager, at=at)
    world.thing["feed_secret"] = leads.open_feed(cast.designer, at=at)
    building.open_to_visitors(
        world.site["midterm"], consent="陈静兰 电话同意", consented_on=at.date(), contact="郭建军（项目经理）", by=cast.engineering_assistant, at=at
    )


def _money(world: World) -> None:
    """A refund that waits, promises, a closed day, a site with credit, a supplement that waits, a counted drawer."""
    cast, at = world.cast, world.cast.at
    refunding = world.lead["refunding"] = road.agreed_lead(cast, phones=["13858004571"])
    deposit = leads.receive_deposit(refunding, method="wechat", by=cast.cashier, at=at)
    leads.ask_refund(deposit, ground="mutual", reason="房子卖掉了，不装修了", by=cast.customer_manager, at=at)
    today = at.date()
    world.thing["promise"] = leads.make_promise(world.lead["assigned"], text="周六前把效果图发给客户", until=today, by=cast.designer, at=at)
    credited = world.site["credited"] = jobs.contracted_project(cast, phones=["13858004671"])
    jobs.pay(credited, 500, people=cast, at=at, allocations={}, credit=500)
    building.ask_credit_refund(credited, amount=Decimal(500), reason="客户多转了一笔", by=cast.cashier, at=at)
    working = world.site["working"]
    world.thing["site_promise"] = leads.make_promise(working.lead, text="明天补好客厅墙面的划痕", until=today, by=cast.project_manager, at=at)
    terms = "空调由业主自购，安装位置以图纸为准。"
    building.issue_supplement(world.site["contracted"], reason="业主要求约定空调安装", terms=terms, by=cast.customer_manager, at=at)
    account = CashAccount.objects.get(store=cast.store, kind="wechat")
    world.thing["till_closing"] = leads.close_day(account, day=today, counted=Decimal(9990), reason="少收十元，明天补", by=cast.cashier, at=at)
    world.thing["till_account"], world.thing["till_day"] = CashAccount.objects.get(store=cast.store, kind="bank"), today
    blanks = [blank.serial for blank in ContractStock.objects.filter(store=cast.store, state__in=("blank", "taken"))]
    world.thing["stock_count"] = building.count_stock(
        store=cast.store, found=blanks[1:], words={blanks[0]: "在客户经理家里，明天带来"}, by=cast.customer_manager, at=at
    )


def _house(world: World) -> None:
    cast, at = world.cast, world.cast.at
    _calendar(world)
    world.thing["blank"] = jobs.blank(cast)
    world.thing["blank_in_stock"] = building.stock_contracts(
        store=cast.store, serials=["CXHT90001"], by=cast.engineering_assistant, at=at
    )[0]
    world.thing["price_list"], world.thing["room"] = PriceList.objects.get(), world.lead["drafted"].home.rooms.first()
    rows = world.thing["import"].rows
    world.thing["bad_row"], world.thing["good_row"] = (
        rows.filter(state="bad").first(),
        rows.filter(state="good").first(),
    )
    world.thing["notice"] = Notice.objects.filter(user=cast.designer).first()
    world.thing["clock"] = Deadline.objects.filter(stopped_at=None, owner=cast.designer).first()
    world.thing["phone"] = world.lead["assigned"].customer.phones.get()
    Client().post("/login/", {"username": cast.designer.username, "password": PASSWORD})
    world.thing["session"] = UserSession.objects.filter(user=cast.designer).first()
    paper = world.thing["waiting_paper"] = world.lead["unsigned"].consultations.get().paper
    world.thing["scan"] = scans.offer(
        paper, role="customer", name=road.CUSTOMER, file=sites.picture(), by=cast.designer, at=at
    )
    world.thing["paper"] = world.lead["consulted"].consultations.get().paper
    for made in (paper, world.thing["paper"]):
        render(made, at)


@pytest.fixture(scope="session")
def built_world(
    django_db_setup: None, django_db_blocker: Any, databases: Any, tmp_path_factory: Any
) -> tuple[str, bytes]:
    """The database in which the world stands, and the world, pickled: whoever asks for it gets one of their own."""
    media = tmp_path_factory.mktemp("world-media")
    with django_db_blocker.unblock():
        name, world = databases.keep("world", lambda: build(media))
    if world.media != media:  # another process built it: its files as well are one's own
        world.media = shutil.copytree(world.media, media, dirs_exist_ok=True)
    return name, pickle.dumps(world)


@pytest.fixture(scope="module")
def world_db(built_world: tuple[str, bytes], django_db_blocker: Any, databases: Any) -> Iterator[World]:
    """A copy of it for one module."""
    name, world = built_world
    with django_db_blocker.unblock(), databases.fresh("world_copy", of=name):
        yield pickle.loads(world)


@pytest.fixture
def world(built_world: tuple[str, bytes], world_db: World, db: None, settings: Any) -> World:
    """The world, for one test: what it changes is rolled back, in the database and in what its people remember of it."""
    settings.MEDIA_ROOT = world_db.media
    mine: World = pickle.loads(built_world[1])
    return mine


@pytest.fixture
def world_site(world_db: World, settings: Any) -> Iterator[str]:
    """The address of the site as a server really serves it, in this world; what is changed stays until the module ends."""
    settings.MEDIA_ROOT = world_db.media
    with served() as address:
        yield address
