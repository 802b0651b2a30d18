"""How a site goes: contract, permit, disclosure, the eight checks, one change, settlements, acceptance, warranty."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from aftersales import services as aftersales
from aftersales.models import Warranty
from config.demo import complaints, corrections, days, ordering, photos, repairs, settling, supervision
from config.demo.enquiries import Case, enquiry
from config.demo.world import Story, World, dice, later
from core import attachments
from inspections import services as inspections
from inspections.limits import limits_of
from inspections.models import QualityCheck, Rectification
from inspections.services import Present
from leads.models import Quotation
from projects import services as sites
from projects import terms
from projects.choices import KeyTerm, Stage
from projects.models import ContractStock, Crew, Project, SchedulePhase
from projects.services.contracts import CHECKLIST
from staff import posts

TOOLS = ("2 m靠尺", "楔形塞尺", "空鼓锤", "钢卷尺", "激光水平仪", "500 V绝缘电阻表")
AREA_CODES = ("330106", "330102", "330108")


class Site:
    """One site with its crew; every act is done by the person whose it is."""

    def __init__(self, world: World, case: Case) -> None:
        self.world, self.case = world, case
        self.fall = dice(world.seed, "site", case.number, case.store)
        number = case.number
        self.crew = {role: world.who(case.store, role, number) for role in (
            posts.PROJECT_MANAGER, posts.SITE_SUPERVISOR, posts.QUALITY_INSPECTOR, posts.FOREMAN, posts.CREW_LEADER, posts.STORE_MANAGER,
            posts.CUSTOMER_MANAGER, posts.ENGINEERING_MANAGER, posts.ENGINEERING_ASSISTANT, posts.CASHIER, posts.CS_OFFICER, posts.AFTERSALES_HEAD,
            posts.TECHNICIAN, posts.FRONT_DESK,
        )}  # fmt: skip
        self.pk = 0

    @property
    def project(self) -> Project:
        return Project.objects.at_hand().select_related("contract__price_list").get(pk=self.pk)

    def hands(self) -> dict[str, Any]:
        """Who signs which line."""
        c = self.crew
        return {
            "customer": self.case.name, "company": c[posts.STORE_MANAGER], "designer": self.project.designer if self.pk else None,
            "project_manager": c[posts.PROJECT_MANAGER], "foreman": c[posts.FOREMAN], "inspector": c[posts.QUALITY_INSPECTOR],
            "engineering_manager": c[posts.ENGINEERING_MANAGER], "crew_leader": c[posts.CREW_LEADER], "supervisor": c[posts.SITE_SUPERVISOR],
        }  # fmt: skip

    def sign(self, paper: Any, at: datetime, by: str = posts.PROJECT_MANAGER) -> datetime:
        return self.world.sign_all(paper, self.hands(), at=at, by=self.crew[by])

    def advance(self, to: str, at: datetime, by: str = posts.PROJECT_MANAGER) -> None:
        project = self.project
        sites.advance(project, to=to, by=self.crew[by], at=at)
        self.world.follow(project.dossier, at=at)

    def pay(self, at: datetime) -> None:
        """What is open today is transferred by the customer."""
        project = self.project
        due = project.money.due_now
        if due > 0:
            sites.record_payment(
                project, amount=due, method="transfer", payer=self.case.name, by=self.crew[posts.CASHIER], at=at,
                key=uuid5(NAMESPACE_URL, f"{self.world.seed}:{project.ref}:{at.isoformat()}"),
            )  # fmt: skip
            self.world.follow(project.dossier, at=at)

    def picture(self, seed: str, by: Any, at: datetime, caption: str) -> Any:
        return attachments.keep(photos.photo(seed), dossier=self.project.dossier, by=by, at=at, caption=caption)


def site(world: World, case: Case, at: datetime) -> Story:
    """The whole road; it stops by itself at whatever has not happened yet."""
    moment = at
    for moment in enquiry(world, case, at):
        yield moment
    s = Site(world, case)
    moment = yield from contract(s, moment)
    moment = yield from preparation(s, moment)
    moment = yield from works(s, moment)
    yield from after(s, moment)


def contract(s: Site, at: datetime) -> Any:
    """A blank, the contract, both signatures, the first payment, handed in, filed, staffed."""
    fall, crew = s.fall, s.crew
    at = later(at, 1, fall)
    yield at
    store = s.world.stores[s.case.store]
    blank = _blank(store, crew, at)
    start = (at + timedelta(days=12)).date()
    project = sites.open_project(
        s.case.lead, quotation=Quotation.objects.get(lead=s.case.lead, state="accepted"), blank=blank, starts_on=start,
        due_on=start + timedelta(days=88 if s.case.flat.dwelling == "ordinary" else 118), key_terms=list(KeyTerm.values), signer=s.case.name,
        signer_phone=s.case.phone, company_signer=crew[posts.STORE_MANAGER], by=crew[posts.CUSTOMER_MANAGER], at=at,
    )  # fmt: skip
    s.pk = project.pk
    if s.case.stops == "contract":
        return at
    at = s.sign(project.contract.paper, at + timedelta(minutes=35), by=posts.CUSTOMER_MANAGER)
    page = sites.issue_contact_page(s.project, by=crew[posts.CUSTOMER_MANAGER], at=at + timedelta(minutes=5))
    s.sign(getattr(page, "paper", page), at + timedelta(minutes=8), by=posts.CUSTOMER_MANAGER)
    at = later(at, 1, fall)
    yield at
    s.pay(at)
    if s.case.number % 6 == 1:
        corrections.booked_wrongly(s, at + timedelta(minutes=15))
    sites.hand_in_contract(s.project, checked=CHECKLIST, by=crew[posts.CUSTOMER_MANAGER], at=at + timedelta(minutes=50))
    at = later(at, 1, fall)
    yield at
    sites.archive_contract(s.project, by=crew[posts.ENGINEERING_ASSISTANT], at=at)
    at = later(at, 1, fall)
    yield at
    sites.staff_project(
        s.project, project_manager=crew[posts.PROJECT_MANAGER], supervisor=crew[posts.SITE_SUPERVISOR], inspector=crew[posts.QUALITY_INSPECTOR],
        foreman=crew[posts.FOREMAN], by=crew[posts.ENGINEERING_MANAGER], at=at,
    )  # fmt: skip
    return at


def _blank(store: Any, crew: dict[str, Any], at: datetime) -> ContractStock:
    found = ContractStock.objects.filter(store=store, state="blank").order_by("serial").first()
    if found is None:
        first = ContractStock.objects.filter(store=store).count() + 1
        serials = [f"{store.code}-HT{number:05d}" for number in range(first, first + 10)]
        found = sites.stock_contracts(store=store, serials=serials, by=crew[posts.ENGINEERING_ASSISTANT], at=at)[0]
    return sites.take_blank(found, by=crew[posts.CUSTOMER_MANAGER], at=at)


def preparation(s: Site, at: datetime) -> Any:
    """Permit and passes, drawings, disclosure, check 1, the crew comes in."""
    fall, crew = s.fall, s.crew
    assistant = crew[posts.ENGINEERING_ASSISTANT]
    at = later(at, 1, fall)
    yield at
    s.advance(Stage.PERMIT_FILING, at)
    permit = sites.file_permit(
        s.project, works="全屋水电改造、防水、泥瓦、木作、涂饰、安装；不涉及承重结构、外立面、燃气、供暖", from_on=at.date(),
        until_on=(at + timedelta(days=120)).date(), workers=2, waterproof=True, by=assistant, at=at + timedelta(minutes=20),
    )  # fmt: skip
    s.sign(permit.application, at + timedelta(minutes=40))
    at = later(at, 3, fall)
    yield at
    scan = s.picture(f"permit-{s.pk}", assistant, at, "物业装修许可证")
    sites.approve_permit(
        permit, number=f"ZX{at.year}-{s.case.number:04d}", valid_from=at.date(), valid_until=(at + timedelta(days=120)).date(), agreement_signed=True,
        scan=scan, approved_on=at.date(), deposit=Decimal(2000), rubbish_fee=Decimal(300), by=assistant, at=at,
    )  # fmt: skip
    for place, trade in enumerate(("水电", "泥瓦")):
        worker = ("钱大勇", "龙阿水", "何阿根", "季长根")[(s.case.number + place) % 4]
        sites.register_pass(s.project, worker=worker, trade=trade, id_number=identity(s.case.number * 2 + place), by=assistant, at=at + timedelta(minutes=15))
    prepared(s, at)
    at = later(at, 2, fall)
    yield at
    held = sites.record_disclosure(
        s.project, held_at=at, points=[sites.Point(point.trade, point.point) for point in terms.disclosure_points()],
        problems=fall.choice(("卫生间地漏移位 20 cm，业主同意", "厨房烟道侧墙不开槽，走顶", "")), crew_leader=str(crew[posts.CREW_LEADER]),
        by=crew[posts.PROJECT_MANAGER], at=at,
    )  # fmt: skip
    s.sign(held.paper, at + timedelta(minutes=30))
    yield from check(s, "C1", at + timedelta(minutes=50))
    at = at + timedelta(hours=3)
    yield at
    s.advance(Stage.DISCLOSED, at)
    at = later(at, 2, fall)
    yield at
    sites.record_arrival(s.project, crew=f"{crew[posts.FOREMAN]}班组", workers=4, cleared=True, by=crew[posts.PROJECT_MANAGER], at=at)
    s.advance(Stage.UNDER_CONSTRUCTION, at + timedelta(minutes=15))
    return at


def prepared(s: Site, at: datetime) -> None:
    """Receipts and cards, a doubt answered, crew and price, the schedule with its materials, the first permission; then the review is clean."""
    fall, crew, assistant, manager = s.fall, s.crew, s.crew[posts.ENGINEERING_ASSISTANT], s.crew[posts.PROJECT_MANAGER]
    at += timedelta(minutes=20)
    cards = sites.ask_fee(s.project, kind="pass_deposit", amount=Decimal(200), people=2, by=assistant, at=at)
    for number, fee in enumerate((*s.project.fees.filter(kind__in=("deposit", "rubbish")).order_by("id"), cards), start=1):
        receipt = s.picture(f"receipt-{s.pk}-{number}", assistant, at, "物业收据")
        sites.pay_fee(
            fee, payer="owner", payer_name=s.case.name, paid_on=at.date(), receipt_number=f"WY{at:%m%d}-{number:02d}", receipt=receipt, by=assistant, at=at
        )
    for number, row in enumerate(s.project.passes.order_by("id"), start=1):
        sites.collect_pass(
            row, number=f"CR{s.pk:04d}{number}", photos=2, id_copy=True, signed_for=str(manager), collected_on=at.date(), by=assistant, at=at
        )
    doubt = sites.raise_doubt(
        s.project, about=fall.choice(("drawing", "budget")), where="厨房", text=fall.choice(("烟道与吊柜冲突", "次卫防水面积与实测不符", "强弱电箱位置未标")),
        proposal="按现场调整", by=manager, at=at,
    )  # fmt: skip
    sites.answer_doubt(doubt, answer="已核对，图纸更新", by=s.project.designer, at=at + timedelta(minutes=5))
    sites.close_doubt(doubt, by=manager, at=at + timedelta(minutes=10))
    sites.record_review(s.project, by=manager, at=at + timedelta(minutes=12))
    sites.assign_crew(s.project, crew=_crew(s, at), trades=["水电", "泥瓦"], from_on=at.date(), by=assistant, at=at)
    parts = [sites.Part("start", Decimal(20)), sites.Part("midterm", Decimal(50)), sites.Part("final", Decimal(30))]
    price = (s.project.contract.total * Decimal("0.34")).quantize(Decimal(1))
    sites.agree_foreman_price(s.project, total=price, parts=parts, by=crew[posts.ENGINEERING_MANAGER], at=at)
    sites.draw_schedule(s.project, by=manager, at=at + timedelta(minutes=15))
    for material in s.project.materials.filter(buyer="company").order_by("order_by", "id"):
        sites.order_material(
            material, supplier=fall.choice(("诺贝尔城西店", "志邦家居", "圣象地板")), amount=Decimal(fall.randrange(25, 90) * 100), deposit=Decimal(2000),
            ordered_on=at.date(), promised_on=material.needed_on, by=assistant, at=at + timedelta(minutes=16),
        )  # fmt: skip
    sites.issue_schedule(s.project, by=manager, at=at + timedelta(minutes=18))
    sites.plan_work(s.project, code="drilling", planned_on=(at + timedelta(days=20)).date(), note="空调孔", by=manager, at=at + timedelta(minutes=20))
    asked = sites.ask_property(
        s.project, kind="added_item", items=["drilling"], what="空调孔三个，直径 65 mm", place="客厅、主卧、次卧北墙", by=manager, at=at + timedelta(minutes=22)
    )
    s.sign(asked.paper, at + timedelta(minutes=25))
    scan = s.picture(f"added-{s.pk}", assistant, at, "增加项目批件")
    sites.approve_property(
        asked, approved_on=at.date(), approver="物业主任", scan=scan, original_kept=True, by=assistant, at=at + timedelta(minutes=40)
    )


def progressed(s: Site, at: datetime) -> None:
    """What has happened since the last look: phases begun and finished on their days, materials brought before they are needed."""
    foreman = s.crew[posts.FOREMAN]
    while True:  # a phase that ends pushes the next; look again after each
        rows = list(SchedulePhase.objects.filter(project_id=s.pk).order_by("seq"))
        done = {row.code for row in rows if row.finished_on}
        row = next((row for row in rows if not row.finished_on), None)
        if row is None or not set(row.after) <= done:
            break
        first = max(row.planned_start, s.project.started_on or row.planned_start) if row.after else row.planned_start
        if row.started_on is None and first <= at.date():
            sites.start_phase(row, on=first, by=foreman, at=_on(first, at, hour=8))
        elif row.started_on is not None and max(row.planned_end, row.started_on) < at.date():
            last = max(row.planned_end, row.started_on)
            sites.finish_phase(row, on=last, by=foreman, at=_on(last, at, hour=16, minute=30))
        else:
            break
    for material in s.project.materials.filter(arrived_on__isnull=True, dropped_at__isnull=True, needed_on__lte=at.date() + timedelta(days=6)).order_by("id"):
        sites.receive_material(material, on=at.date(), by=foreman, at=at)


def wound_up(s: Site, at: datetime) -> None:
    """At the end every phase is over and everything has been brought; what was late stands in the record."""
    foreman, today = s.crew[posts.FOREMAN], at.date()
    for row in SchedulePhase.objects.filter(project_id=s.pk, finished_on__isnull=True).order_by("seq"):
        begun = row.started_on or min(max(row.planned_start, s.project.started_on or row.planned_start), today)
        if row.started_on is None:
            sites.start_phase(row, on=begun, by=foreman, at=at)
        sites.finish_phase(row, on=min(max(row.planned_end, begun), today), by=foreman, at=at)
    for material in s.project.materials.filter(arrived_on__isnull=True, dropped_at__isnull=True).order_by("id"):
        sites.receive_material(material, on=today, by=foreman, at=at)


def _on(day: date, at: datetime, *, hour: int, minute: int = 0) -> datetime:
    return at.replace(year=day.year, month=day.month, day=day.day, hour=hour, minute=minute)


def _crew(s: Site, at: datetime) -> Crew:
    """The crew of this foreman, with its labour contract; registered when it is needed for the first time."""
    store, by = s.world.stores[s.case.store], s.crew[posts.ENGINEERING_ASSISTANT]
    name = f"{s.crew[posts.CREW_LEADER]}班"
    found = Crew.objects.filter(store=store, name=name).first()
    if found is None:
        found = sites.add_crew(store, name=name, leader=str(s.crew[posts.CREW_LEADER]), trades=["水电", "泥瓦", "木工"], by=by, at=at)
        for worker, trade in (("钱大勇", "水电"), ("何阿根", "泥瓦")):
            sites.add_crew_member(found, name=worker, trade=trade, by=by, at=at)
        sites.file_labour_contract(found, number=f"LW-{found.pk:04d}", signed_on=at.date(), until_on=(at + timedelta(days=700)).date(), by=by, at=at)
    return found


def identity(number: int) -> str:
    """An ID number with a right check digit that belongs to nobody (born on a day that does not matter)."""
    head = f"{AREA_CODES[number % 3]}19{70 + number % 28:02d}{1 + number % 12:02d}{1 + number % 27:02d}{(number * 37) % 900 + 100:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return head + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(head, weights, strict=True)) % 11]


def works(s: Site, at: datetime) -> Any:
    """Checks 2 to 7 with patrols between them, one change, the mid-term, completion."""
    fall = s.fall
    at = later(at, 3, fall)
    yield from check(s, "C2", at)
    settling.paid(s, at + timedelta(minutes=80))
    settling.spent(s, at + timedelta(minutes=85), s.case.number)
    if s.case.number % 7 == 1:
        corrections.supplemented(s, at + timedelta(hours=2))
    changed = fall.random() < 0.8
    if changed:
        at = yield from change(s, later(at, 3, fall))
    at = yield from patrolled(s, at, 9)
    at = yield from check(s, "C3", at, fails=fall.random() < 0.45)
    ordering.lived(s, at + timedelta(hours=3))
    s.pay(at + timedelta(hours=2))
    if s.case.number % 5 == 2:
        at = yield from days.rained(s, at)
    at = yield from patrolled(s, at, 7)
    at = yield from check(s, "C4", at)
    if s.case.number % 5 in (2, 3):
        days.own_day(s, at + timedelta(hours=3))
    at = yield from patrolled(s, at, 14)
    at = yield from check(s, "C5", at, fails=fall.random() < 0.3)
    at = yield from patrolled(s, at, 14)
    at = yield from check(s, "C6", at)
    at = yield from midterm(s, at)
    at = yield from patrolled(s, at, 15)
    at = yield from check(s, "C7", at)
    at = later(at, 3, fall)
    yield at
    wound_up(s, at)
    s.advance(Stage.COMPLETED, at)
    return at


def patrolled(s: Site, at: datetime, days: int) -> Any:
    """Every four or five days the inspector looks in; now and then a day late."""
    end = at + timedelta(days=days)
    moment = at
    while True:
        moment = later(moment, s.fall.choice((4, 4, 5, 5)), s.fall, hours=(9, 16))
        if moment >= end:
            break
        yield moment
        inspector = s.crew[posts.QUALITY_INSPECTOR]
        pictures = [photos.photo(f"patrol-{s.pk}-{moment:%m%d}-{n}") for n in range(2)]
        progress = s.fall.choice(("水电开槽、布管进行中", "防水涂刷完成，待闭水", "墙地砖铺贴过半", "木作基层完成", "腻子第二遍"))
        made = inspections.record_patrol(
            project=s.project, progress=progress, photos=pictures, order="现场整洁，材料码放到位", safety="灭火器在位，临时用电有箱有锁", by=inspector, at=moment
        )
        s.sign(made.paper, moment + timedelta(minutes=10), by=posts.QUALITY_INSPECTOR)
        supervision.talked(s, made.number, moment + timedelta(minutes=15))
        progressed(s, moment)
    moment = later(at, days, s.fall, hours=(9, 15))
    yield moment
    return moment


def check(s: Site, code: str, at: datetime, *, fails: bool = False) -> Any:
    """One of the eight: every item looked at, photos taken, everybody there, the paper signed; a failed one is mended first."""
    inspector = s.crew[posts.QUALITY_INSPECTOR]
    yield at
    if code == "C2":
        ordering.delivered(s, at)
    found = inspections.open_check(project=s.project, code=code, by=inspector, at=at)
    _record(s, found, at + timedelta(minutes=40), fails=fails)
    done = _conclude(s, found, at + timedelta(minutes=70))
    supervision.attended(s, code, at + timedelta(minutes=72))
    if not fails:
        return s.sign(done.paper, at + timedelta(minutes=75), by=posts.QUALITY_INSPECTOR)
    s.sign(done.paper, at + timedelta(minutes=75), by=posts.QUALITY_INSPECTOR)
    at = later(at, 2, s.fall)
    yield at
    for fault in Rectification.objects.filter(project_id=s.pk, state="open").select_related("responsible"):
        inspections.answer_rectification(
            rectification=fault, text="已按要求改好，附改后照片。", photos=[photos.photo(f"mended-{fault.pk}")], by=fault.responsible, at=at
        )
    at = later(at, 1, s.fall)
    yield at
    again = inspections.open_check(project=s.project, code=code, by=inspector, at=at)
    _record(s, again, at + timedelta(minutes=20), fails=False)
    done = _conclude(s, again, at + timedelta(minutes=40))
    return s.sign(done.paper, at + timedelta(minutes=45), by=posts.QUALITY_INSPECTOR)


def _record(s: Site, found: QualityCheck, at: datetime, *, fails: bool) -> None:
    """Every item that asks for a result, within its limits; one measured item outside when the check is to fail."""
    known = set(found.results.values_list("item__code", flat=True))
    given: list[Any] = []
    bad = fails
    for item in found.template.items.all():
        if item.by_paper or item.optional or item.code in known or item.earliest_days:
            continue
        limits = limits_of(item)
        row: dict[str, Any] = {"item": item.code}
        if limits:
            outside = bad and len(limits) == 1 and not item.record_only
            row["values"] = [[_value(low, high, s.fall, outside=outside)] for low, high, _promise in limits]
            bad = bad and not outside
            photographed = item.photo or outside
        else:
            row["verdict"] = "pass"
            photographed = item.photo
        if photographed:
            row["photos"] = [photos.photo(f"{found.code}-{s.pk}-{item.code}-{found.attempt}")]
            row |= ordering.where(s, found.code, len(given))
        given.append(row)
    inspections.record_results(check=found, results=given, by=s.crew[posts.QUALITY_INSPECTOR], at=at)


def _value(low: Decimal | None, high: Decimal | None, fall: Random, *, outside: bool) -> Decimal:
    """A reading that a tool could have shown."""
    if outside:
        wanted = low * Decimal("0.84") if low is not None else (high or Decimal(1)) * Decimal("1.3")
    elif low is not None and high is not None:
        wanted = low + (high - low) * Decimal(fall.randint(30, 70)) / 100
    elif low is not None:
        wanted = low * Decimal(fall.randint(104, 135)) / 100
    else:
        wanted = (high or Decimal(0)) * Decimal(fall.randint(35, 85)) / 100
    places = 0 if abs(wanted) >= 50 else 1 if abs(wanted) >= 5 else 3
    rounded = wanted.quantize(Decimal(1).scaleb(-places))
    good = (low is None or rounded >= low) and (high is None or rounded <= high)
    return rounded if outside or good else wanted


def _conclude(s: Site, found: QualityCheck, at: datetime) -> QualityCheck:
    c = s.crew
    everybody = {
        "customer": Present("customer", name=s.case.name), "designer": Present("designer", user=s.project.designer),
        "project_manager": Present("project_manager", user=c[posts.PROJECT_MANAGER]), "supervisor": Present("supervisor", user=c[posts.SITE_SUPERVISOR]),
        "inspector": Present("inspector", user=c[posts.QUALITY_INSPECTOR]), "foreman": Present("foreman", user=c[posts.FOREMAN]),
        "engineering_manager": Present("engineering_manager", user=c[posts.ENGINEERING_MANAGER]),
    }  # fmt: skip
    there = [everybody[party] for party in found.row.attendance]
    more = {"customer_verdict": "agreed", "customer_says": "都看过了，满意。"} if found.code == "C8" else {}
    return inspections.conclude_check(check=found, present=there, tools=TOOLS, by=c[posts.QUALITY_INSPECTOR], at=at, **more)


def change(s: Site, at: datetime) -> Any:
    """The customer wishes something else: evidence, answer, prices, signature."""
    fall, crew = s.fall, s.crew
    yield at
    project, supervisor = s.project, crew[posts.SITE_SUPERVISOR]
    wish = fall.choice(("厨房增加一组插座，客厅减一面造型墙", "次卧增加一组书柜插座，移位 6 处", "阳台加一个拖把池给排水", "主卫增加壁龛一个"))
    evidence = attachments.keep(photos.sketch(f"wish-{s.pk}"), dossier=project.dossier, by=supervisor, at=at, caption="业主手写说明")
    asked = sites.request_change(project, reason="customer_add", wish=wish, evidence=evidence, by=supervisor, at=at)
    at = later(at, 1, fall)
    yield at
    sites.answer_change(asked, answer="水电图 S-03 已更新，不影响其他做法。", by=s.project.designer, at=at)
    items = list(s.project.contract.price_list.items.filter(trade__in=("electric", "plumbing")).order_by("position")[:2])
    lines = [sites.Line(items[0], Decimal(fall.randint(6, 14))), sites.Line(items[-1], Decimal(fall.randint(2, 5)))]
    issued = sites.issue_change(asked, lines=lines, days=fall.choice((0, 1, 2)), by=crew[posts.PROJECT_MANAGER], at=at + timedelta(hours=2))
    at = later(at, 1, fall)
    yield at
    s.sign(issued.paper, at)
    return at


def midterm(s: Site, at: datetime) -> Any:
    """Mid-term and changes settled together, signed, paid."""
    at = later(at, 1, s.fall)
    yield at
    sites.settle(s.project, kind="midterm", by=s.crew[posts.PROJECT_MANAGER], at=at)
    if s.case.number % 5 == 1:
        at = yield from days.disputed(s, at + timedelta(hours=2))
    for row in s.project.settlement_list:
        if row.paper.is_open:
            at = s.sign(row.paper, at + timedelta(minutes=20))
    s.advance(Stage.MIDTERM_ACCEPTED, at + timedelta(minutes=10))
    at = later(at, 2, s.fall)
    yield at
    s.pay(at)
    settling.charged(s, at + timedelta(minutes=5))
    if s.case.number % 4 != 3:  # one waits
        settling.paid(s, at + timedelta(minutes=10))
    settling.spent(s, at + timedelta(minutes=30), s.case.number + 1)
    return at


def after(s: Site, at: datetime) -> Any:
    """Acceptance, final settlement and payment, warranty, card, evaluation, return visits."""
    fall, crew = s.fall, s.crew
    at = yield from check(s, "C8", later(at, 8, fall))
    at = at + timedelta(minutes=30)
    yield at
    s.advance(Stage.ACCEPTED, at)
    warranty = Warranty.objects.in_force().get(project_id=s.pk)
    s.sign(warranty.paper, at + timedelta(minutes=12))
    s.world.add(at, aftercare(s, warranty, at))
    s.world.add(at, mending(s, at))
    s.world.add(at, complaints.complaint(s, at))
    at = later(at, 2, fall)
    yield at
    sites.settle(s.project, kind="final", by=crew[posts.PROJECT_MANAGER], at=at)
    for row in s.project.settlement_list:
        if row.paper.is_open:
            s.sign(row.paper, at + timedelta(minutes=20))
    at = later(at, fall.randint(2, 5), fall)
    yield at
    s.pay(at)
    at = later(at, 1, fall, hours=(9, 11))
    yield at
    officer = crew[posts.CS_OFFICER]
    card = aftersales.issue_card(warranty=warranty, by=officer, at=at)
    s.world.sign_all(card.paper, s.hands() | {"after_sales": crew[posts.AFTERSALES_HEAD], "aftersales_head": crew[posts.AFTERSALES_HEAD]}, at=at, by=officer)
    settling.filed(s, at + timedelta(minutes=5))
    filled = aftersales.record_evaluation(warranty=warranty, answers=_answers(fall), by=officer, at=at + timedelta(minutes=20))
    s.world.sign_all(filled.paper, s.hands(), at=at + timedelta(minutes=30), by=officer)
    at = at + timedelta(minutes=50)
    yield at
    if s.project.stage == Stage.SETTLED:
        s.advance(Stage.UNDER_WARRANTY, at, by=posts.AFTERSALES_HEAD)
    s.world.follow(s.project.dossier, at=at)


def aftercare(s: Site, warranty: Warranty, at: datetime) -> Story:
    """What follows an acceptance beside the money: papers and passes, two return visits, and the air that is measured late."""
    fall, crew = dice(s.world.seed, "aftercare", s.case.number), s.crew
    at = later(at, 1, fall, hours=(9, 11))
    yield at
    settling.documents(s, at)
    back = list(s.project.passes.filter(returned_on__isnull=True))
    sites.return_passes(s.project, passes=back, on=at.date(), by=crew[posts.ENGINEERING_ASSISTANT], at=at + timedelta(minutes=30))
    at = later(at, 1, fall, hours=(9, 11))
    yield at
    for fee in s.project.fees.filter(kind__in=("deposit", "pass_deposit"), paid_on__isnull=False, returned_on__isnull=True).order_by("id"):
        sites.return_fee(fee, returned_on=at.date(), amount=fee.amount, to=fee.payer_name, by=crew[posts.ENGINEERING_ASSISTANT], at=at)
    _visit(s, warranty, "acceptance", at, fall)
    handed = yield from settling.handed_over(s, at + timedelta(minutes=20))
    yield (handed := later(handed, 1, fall, hours=(9, 11)))
    settling.paid(s, handed)
    at = later(at, fall.randint(7, 11), fall)
    yield at
    done = QualityCheck.objects.select_related("template", "project").get(project_id=s.pk, code="C8", state="passed")
    for item in done.template.items.filter(deferrable=True).order_by("code"):
        values = [[_value(low, high, fall, outside=False)] for low, high, _promise in limits_of(item)]
        pictures = [photos.photo(f"late-{s.pk}-{item.code}")]
        inspections.record_deferred(check=done, item=item.code, values=values, photos=pictures, by=crew[posts.QUALITY_INSPECTOR], at=at)
    at = later(at, 17, fall, hours=(9, 11))
    yield at
    if s.case.number % 5 != 4:  # somebody forgets
        _visit(s, warranty, "month", at, fall)


def mending(s: Site, at: datetime) -> Story:
    """Faults in the first weeks: of every three homes one has none, one that is free, one that the owner pays; yesterday's still wait."""
    fall = dice(s.world.seed, "mending", s.case.number)
    at = later(at, fall.randint(12, 20), fall, hours=(9, 10))
    yield at + timedelta(hours=1)
    if s.case.number % 3 != 2:
        yield from repairs.in_the_warranty(s, at, fall)
    if s.case.number % 3 == 1:
        at = later(at, fall.randint(9, 15), fall, hours=(9, 10))
        yield at + timedelta(hours=1)
        yield from repairs.paid_by_the_owner(s, at, fall)
        yesterday = s.world.until - timedelta(days=1, minutes=10 * s.case.number)
        if yesterday > at:
            yield yesterday + timedelta(hours=1)
            repairs.told_yesterday(s, yesterday, sort=s.case.number > 3)


def _visit(s: Site, warranty: Warranty, kind: str, at: datetime, fall: Random) -> None:
    """A call that reached the customer; most are satisfied."""
    content = fall.choice(("satisfied", "satisfied", "satisfied", "so_so"))
    officer = s.crew[posts.CS_OFFICER]
    made = aftersales.record_return_visit(
        warranty=warranty, kind=kind, channel="phone", reached=True, satisfaction=content, with_what="" if content == "satisfied" else "踢脚线有一处接缝略宽",
        suggestion=fall.choice(("", "希望提前一天约时间", "可以多发些施工中的照片")), by=officer, at=at,
    )  # fmt: skip
    paper: Any = made.paper  # a call that reached somebody has one
    s.world.sign_all(paper, s.hands() | {"cs_officer": officer}, at=at, by=officer)


def _answers(fall: Random) -> dict[str, str]:
    from aftersales.terms import questions

    given = {}
    for question in questions():
        given[question.code] = {"scale": str(fall.choice((4, 5, 5))), "yes_no": "no", "nps": str(fall.choice((8, 9, 10)))}.get(question.kind, "师傅负责，现场干净。")
    return given


