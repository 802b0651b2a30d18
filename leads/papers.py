"""The papers of an enquiry (domain 4.1, 4.8): one function a kind makes its frozen content.  Papers are Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from core import money, phones
from core.models import Attachment
from core.papers import PaperKind, Signer, Voidable
from leads import papers_money, papers_quotation
from leads.choices import (
    Basis,
    Channel,
    DepositNature,
    Dwelling,
    FittingKind,
    Method,
    OpeningKind,
    Origin,
    PersonRole,
    RoomKind,
    Title,
)
from leads.models import HomePerson, Lead, OrderAgreement, Room

CUSTOMER = "customer"
L01 = PaperKind(
    "L01", "客户登记表", "Customer registration", app="leads",
    signers=(Signer(CUSTOMER, "客户签字", "以上信息由本人提供，同意公司为装修咨询使用。", required=False),), voidable=Voidable.ALWAYS,
)  # fmt: skip
L03 = PaperKind(
    "L03", "咨询记录", "Consultation record", app="leads",
    signers=(
        Signer(CUSTOMER, "客户签字", "以上要求已全部记下，我已看过。"),
        Signer("designer", "设计师签字", "以上由本人当面记录。", required=False),
    ), voidable=Voidable.ALWAYS,
)  # fmt: skip
L10 = PaperKind(
    "L10", "设计预案", "Design preview", app="leads", version=2,
    signers=(
        Signer(CUSTOMER, "客户签字", "已看过设计预案；签字不等于付款或签约。", required=False),
        Signer("designer", "设计师签字", "预案由本人讲解。", required=False),
    ),
)  # fmt: skip
L22 = PaperKind(
    "L22", "订单协议", "Order agreement", app="leads",
    signers=(
        Signer(CUSTOMER, "客户签字", "款项性质和退还办法已看懂，同意按本协议办理。"),
        Signer("company", "公司经办人签字", "已逐条讲解。", required=False),
    ),
)  # fmt: skip
L23 = PaperKind("L23", "收款收据", "Receipt", app="leads", voidable=Voidable.NEVER)
P01 = PaperKind(
    "P01", "量工地记录", "Site survey", app="leads", version=2,
    signers=(
        Signer(CUSTOMER, "客户签字", "尺寸和现场要求已全部记下，我已看过。"),
        Signer("designer", "量房设计师签字", "以上尺寸由本人在现场量取。", required=False),
    ), voidable=Voidable.ALWAYS,
)  # fmt: skip

TITLES = {Title.MR: "先生", Title.MS: "女士"}
DWELLINGS = {Dwelling.ORDINARY: "普通户型", Dwelling.VILLA: "别墅", Dwelling.DUPLEX: "复式"}
CHANNELS = {Channel.PHONE: "电话", Channel.VISIT: "店内面谈", Channel.HOME: "上门", Channel.MESSAGE: "信息", Channel.VIDEO: "视频"}
ORIGINS = {
    Origin.SELF: "客户当面提供", Origin.PHONE: "客户来电提供", Origin.ONLINE: "客户网上留言", Origin.ESTATE: "小区活动现场登记",
    Origin.REFERRAL: "亲友介绍并经本人同意", Origin.OWN_LIST: "公司以往登记",
}  # fmt: skip
GROUNDS = {Basis.REQUEST: "答复客户本人的咨询所必需", Basis.CONSENT: "已取得本人同意", Basis.CONTRACT: "订立、履行合同所必需"}
METHODS = {
    Method.TRANSFER: "银行转账", Method.CARD: "刷卡", Method.WECHAT: "微信支付", Method.ALIPAY: "支付宝", Method.CASH: "现金",
}  # fmt: skip
ROLES = {
    PersonRole.OWNER: "业主", PersonRole.SPOUSE: "配偶", PersonRole.PARENT: "父母", PersonRole.CHILD: "子女", PersonRole.TENANT: "租客",
    PersonRole.PAYER: "交款人", PersonRole.AGENT: "业主委托人", PersonRole.OTHER: "其他",
}  # fmt: skip
MOST_PEOPLE = 4  # the form has room for four
NATURES = {DepositNature.EARNEST: "定金", DepositNature.DEPOSIT: "订金", DepositNature.ADVANCE: "预付款"}
EXPLAINED = {
    DepositNature.EARNEST: (
        "本款是定金（民法典第五百八十六条、第五百八十七条）。客户无正当理由不签装修合同的，定金不退；"
        "公司不履行约定的，双倍返还。定金不超过预案估价的百分之二十。"
    ),
    DepositNature.DEPOSIT: "本款是订金，不是定金，不适用定金罚则。未签装修合同的，扣除双方书面确认的已发生费用后退还；没有确认的费用不扣。",
    DepositNature.ADVANCE: "本款是预付款，只作为装修款的预先支付，不具有担保作用。未签装修合同的，全额退还。",
}
TERMS = (
    "公司收到本款后 {days} 天内完成设计方案，并约定看方案的时间。",
    "公司在收款后安排设计师上门量房，填写《量工地记录》，由客户签字。",
    "签订装修合同后，本款全额抵作首期工程款。",
    "公司逾期未完成设计方案的，客户可以要求换设计师，也可以解除本协议；因公司原因解除的，本款全额退还，约定为定金的按定金规则办理。",
)
ROOMS = {
    RoomKind.LIVING: "客厅", RoomKind.DINING: "餐厅", RoomKind.BEDROOM: "卧室", RoomKind.STUDY: "书房", RoomKind.KITCHEN: "厨房",
    RoomKind.BATHROOM: "卫生间", RoomKind.BALCONY: "阳台", RoomKind.HALL: "玄关过道", RoomKind.STAIRS: "楼梯", RoomKind.STORAGE: "储藏间",
    RoomKind.OTHER: "其他",
}  # fmt: skip
OPENINGS = {OpeningKind.DOOR: "门", OpeningKind.WINDOW: "窗", OpeningKind.PASS: "垭口"}
FOUND = {
    FittingKind.BEAM: "梁", FittingKind.WATER: "给水管", FittingKind.DRAIN: "排水管", FittingKind.GAS: "燃气管", FittingKind.HEATING: "暖气管",
    FittingKind.BOARD: "配电箱", FittingKind.CIRCUIT: "回路", FittingKind.SOCKET: "插座开关",
}  # fmt: skip


@dataclass(frozen=True)
class Head:
    """The cells that stand on top of every paper of an enquiry."""

    customer: str
    title: str
    phone: str
    address: str
    area: str
    dwelling: str
    layout: str
    file: str
    designer: str
    customer_manager: str


@dataclass(frozen=True)
class Registration:
    head: Head
    registered_at: datetime
    registered_by: str
    source: str
    origin: str
    origin_note: str
    ground: str
    needs: str
    background: str
    site_condition: str
    budget: str
    budget_text: str
    quadrant: str
    signed_contract: bool
    note: str
    people: list[str] = field(default_factory=list)  # beside the customer; papers of before know none


@dataclass(frozen=True)
class ConsultationContent:
    head: Head
    seq: int
    held_at: datetime
    channel: str
    demands: str
    style_advice: str
    material_advice: str
    rough_estimate: str
    rough_estimate_upper: str
    next_meeting_at: datetime | None


@dataclass(frozen=True)
class ProposalContent:
    head: Head
    seq: int
    presented_at: datetime
    style: str
    overall_plan: str
    materials: str
    estimate: str
    estimate_upper: str
    pictures: list[Picture]
    documents: list[Picture]


@dataclass(frozen=True)
class Agreement:
    head: Head
    phones: list[str]
    nature: str
    explained: str
    amount: str
    amount_upper: str
    estimate: str
    percent: str
    terms: list[str]
    more_terms: str
    handler: str


@dataclass(frozen=True)
class Receipt:
    """One payment, one receipt (L23); also for the payments of a contract."""

    payer: str
    amount: str
    amount_upper: str
    purpose: str
    basis: str
    method: str
    customer: str
    address: str
    file: str
    received_at: datetime
    received_by: str
    note: str


@dataclass(frozen=True)
class MeasuredOpening:
    room: str
    kind: str
    width_mm: int
    height_mm: int
    sill_mm: int | None
    place: str
    area: str


@dataclass(frozen=True)
class Found:
    """Beams, pipes, points of power, as found on site."""

    room: str
    kind: str
    count: int
    size: str
    place: str


@dataclass(frozen=True)
class Picture:
    """A photo that the paper shows: its file, and what its bytes hash to."""

    id: str
    sha256: str
    caption: str


@dataclass(frozen=True)
class MeasuredRoom:
    name: str
    kind: str
    length_mm: int
    width_mm: int
    height_mm: int
    area: str
    perimeter: str
    wall_area: str
    openings: str
    doors: int
    windows: int
    irregular: bool
    note: str


@dataclass(frozen=True)
class Survey:
    head: Head
    seq: int
    measured_at: datetime
    reason: str
    rooms: list[MeasuredRoom]
    openings: list[MeasuredOpening]
    found: list[Found]
    photos: list[Picture]
    total_area: str
    demands: str
    findings: str


def head_of(lead: Lead) -> Head:
    """Customer and home as they are now; the number is masked (LR-43)."""
    numbers = list(lead.customer.phones.filter(withdrawn_at__isnull=True).values_list("number", flat=True))
    home = lead.home
    return Head(
        customer=lead.customer.name,
        title=TITLES.get(Title(lead.customer.title), ""),
        phone=phones.mask(numbers[0]).replace("****", " **** ") if numbers else "",
        address=home.address,
        area=f"{home.area_m2.normalize():f}" if home.area_m2 is not None else home.area_text,
        dwelling=DWELLINGS[Dwelling(home.dwelling)],
        layout=home.layout,
        file=lead.ref,
        designer=str(lead.designer or ""),
        customer_manager=str(lead.customer_manager or ""),
    )



def registration_content(lead: Lead) -> Registration:
    customer = lead.customer
    degrees = {"high": "高", "low": "低"}
    quadrant = f"意愿{degrees[customer.willingness]}、能力{degrees[customer.ability]}" if customer.quadrant else ""
    return Registration(
        head=head_of(lead),
        registered_at=lead.registered_at,
        registered_by=str(lead.registered_by),
        source=lead.source.name,
        origin=ORIGINS[Origin(lead.origin)],
        origin_note=lead.origin_note,
        ground=GROUNDS[Basis(lead.consent_basis)],
        needs=lead.needs,
        background=lead.background,
        site_condition=lead.site_condition,
        budget=money.plain(lead.budget) if lead.budget else "",
        budget_text=lead.budget_text,
        quadrant=quadrant,
        signed_contract=lead.stage == "contracted",
        note=lead.note,
        people=[_person_words(person) for person in HomePerson.objects.here().filter(home=lead.home_id).order_by("pk")[:MOST_PEOPLE]],
    )


def _person_words(person: HomePerson) -> str:
    """陈一鸣（子女，付款）139****8844"""
    role = "，".join(part for part in (ROLES[PersonRole(person.role)], "付款" if person.pays else "") if part)
    return f"{person.name}（{role}）{phones.mask(person.number) if person.number else ''}"


def consultation_content(
    lead: Lead,
    *,
    seq: int,
    at: datetime,
    demands: str,
    channel: str,
    style_advice: str,
    material_advice: str,
    rough_estimate: Decimal | None,
    next_meeting_at: datetime | None,
) -> ConsultationContent:
    return ConsultationContent(
        head=head_of(lead),
        seq=seq,
        held_at=at,
        channel=CHANNELS[Channel(channel)],
        demands=demands.strip(),
        style_advice=style_advice.strip(),
        material_advice=material_advice.strip(),
        rough_estimate=money.plain(rough_estimate) if rough_estimate else "",
        rough_estimate_upper=money.upper(rough_estimate) if rough_estimate else "",
        next_meeting_at=next_meeting_at,
    )


def proposal_content(
    lead: Lead, *, seq: int, style: str, overall_plan: str, materials: str, estimate: Decimal, at: datetime, files: Sequence[Attachment] = ()
) -> ProposalContent:
    """Pictures are printed; other files are named, with what their bytes hash to."""
    return ProposalContent(
        head=head_of(lead),
        seq=seq,
        presented_at=at,
        style=style.strip(),
        overall_plan=overall_plan.strip(),
        materials=materials.strip(),
        estimate=money.plain(estimate),
        estimate_upper=money.upper(estimate),
        pictures=[picture(file, "") for file in files if file.kind == Attachment.Kind.PHOTO],
        documents=[picture(file, file.sent_name) for file in files if file.kind != Attachment.Kind.PHOTO],
    )


def agreement_content(
    lead: Lead, *, nature: str, amount: Decimal, estimate: Decimal, terms: str, by: Any
) -> Agreement:
    days = 14 if lead.home.is_large else 7
    numbers = list(lead.customer.phones.filter(withdrawn_at__isnull=True).values_list("number", flat=True))
    return Agreement(
        head=head_of(lead),
        phones=numbers,
        nature=NATURES[DepositNature(nature)],
        explained=EXPLAINED[DepositNature(nature)],
        amount=money.plain(amount),
        amount_upper=money.upper(amount),
        estimate=money.plain(estimate),
        percent=f"{(amount * 100 / estimate).quantize(Decimal('0.1')):f}",
        terms=[sentence.format(days=days) for sentence in TERMS],
        more_terms=terms.strip(),
        handler=str(by),
    )


def receipt_content(
    *,
    payer: str,
    amount: Decimal,
    purpose: str,
    basis: str,
    method: str,
    customer: str,
    address: str,
    file: str,
    by: Any,
    at: datetime,
    note: str = "",
) -> Receipt:
    """A receipt for any payment; `basis` names the paper that it is paid on."""
    return Receipt(
        payer=payer,
        amount=money.plain(amount),
        amount_upper=money.upper(amount),
        purpose=purpose,
        basis=basis,
        method=METHODS[Method(method)],
        customer=customer,
        address=address,
        file=file,
        received_at=at,
        received_by=str(by),
        note=note,
    )


def deposit_receipt(lead: Lead, agreement: OrderAgreement, *, payer: str, method: str, by: Any, at: datetime) -> Receipt:
    return receipt_content(
        payer=payer,
        amount=agreement.amount,
        purpose=f"设计{NATURES[DepositNature(agreement.nature)]}",
        basis=f"订单协议 {agreement.paper.ref}",
        method=method,
        customer=lead.customer.name,
        address=lead.home.address,
        file=lead.ref,
        by=by,
        at=at,
        note="签订装修合同后全额抵作首期工程款。",
    )


def survey_content(
    lead: Lead, *, seq: int, rooms: Sequence[tuple[Room, Any]], photos: Sequence[tuple[Room | None, Attachment]], demands: str, findings: str,
    reason: str, at: datetime,
) -> Survey:  # fmt: skip
    """`rooms`: each room as it stands now with what was told of it (openings, fittings)."""
    return Survey(
        head=head_of(lead),
        seq=seq,
        measured_at=at,
        reason=reason,
        rooms=[_measured(room) for room, _told in rooms],
        openings=[
            MeasuredOpening(
                room.name, OPENINGS[OpeningKind(o.kind)], o.width_mm, o.height_mm, o.sill_mm, o.place.strip(),
                _size(Decimal(o.width_mm) * o.height_mm / 1_000_000),
            )
            for room, told in rooms for o in told.openings
        ],
        found=[Found(room.name, FOUND[FittingKind(f.kind)], f.count, f.size.strip(), f.place.strip()) for room, told in rooms for f in told.fittings],
        photos=[picture(photo, room.name if room else "现场") for room, photo in photos],
        total_area=_size(sum((room.area for room, _told in rooms), Decimal(0))),
        demands=demands.strip(),
        findings=findings.strip(),
    )  # fmt: skip


def picture(photo: Attachment, caption: str) -> Picture:
    return Picture(str(photo.public_id), photo.sha256, caption)


def _measured(room: Room) -> MeasuredRoom:
    return MeasuredRoom(
        name=room.name,
        kind=ROOMS[RoomKind(room.kind)],
        length_mm=room.length_mm,
        width_mm=room.width_mm,
        height_mm=room.height_mm,
        area=_size(room.area),
        perimeter=_size(room.perimeter),
        wall_area=_size(room.wall_area),
        openings=_size(Decimal(room.openings_m2)),
        doors=room.doors,
        windows=room.windows,
        irregular=room.floor_m2 is not None or room.girth_m is not None,
        note=room.note,
    )


def _size(value: Decimal) -> str:
    return f"{value.quantize(Decimal('0.01')):f}"


__all__ = ["L01", "L03", "L10", "L22", "L23", "P01", "Receipt", "papers_money", "papers_quotation", "receipt_content"]
