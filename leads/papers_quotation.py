"""P05, the quotation by room and trade, and P06, the company's price list (G5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from core.papers import PaperKind, Signer, Voidable

QUOTATION = PaperKind(
    "P05",
    "装修工程报价单",
    "Quotation",
    app="leads",
    signers=(
        Signer("customer", "客户签字", "项目、数量、单价和工艺我已逐项看过，同意按此报价签订合同。"),
        Signer("designer", "设计师签字", "数量按量房尺寸计算，单价取自公司统一报价单。", required=False),
    ),
    version=2,
    voidable=Voidable.NEVER,
)
PRICE_LIST = PaperKind("P06", "公司统一报价单", "Unified price list", app="leads")


@dataclass(frozen=True)
class QuotedLine:
    """One line as the customer reads it; cost never stands on a paper."""

    name: str
    trade: str
    unit: str
    quantity: Decimal
    labour: Decimal
    material: Decimal
    unit_price: Decimal
    amount: Decimal
    craft: str
    rule: str
    reason: str
    part: str = "works"


@dataclass(frozen=True)
class QuotedPackage:
    """The package under the quotation: its price for so many square metres; its content is listed among the rooms."""

    code: str
    name: str
    area: Decimal
    per_m2: Decimal | None
    amount: Decimal
    note: str


@dataclass(frozen=True)
class QuotedChoice:
    """An option, or one of a line and its alternatives, with its price; `taken` ones are in the total."""

    room: str
    name: str
    kind: str
    unit: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    taken: bool
    craft: str


@dataclass(frozen=True)
class QuotedRoom:
    """A room with its sizes, its lines and their sum; the home as such has no sizes."""

    name: str
    sizes: str
    lines: list[QuotedLine]
    amount: Decimal


@dataclass(frozen=True)
class QuotedTrade:
    name: str
    labour: Decimal
    material: Decimal
    amount: Decimal


@dataclass(frozen=True)
class QuotationContent:
    """Everything that P05 says."""

    lead: str
    customer: str
    phone: str
    address: str
    layout: str
    area: str
    designer: str
    customer_manager: str
    version: int
    survey: str
    price_list: str
    valid_from: date
    valid_until: date
    rooms: list[QuotedRoom]
    trades: list[QuotedTrade]
    subtotal: Decimal
    management_percent: Decimal
    management_fee: Decimal
    discount: Decimal
    discount_reason: str
    tax_percent: Decimal
    tax: Decimal
    total: Decimal
    total_words: str
    note: str
    replaces: str
    package: QuotedPackage | None = None
    choices: list[QuotedChoice] = field(default_factory=list)


@dataclass(frozen=True)
class ListedItem:
    code: str
    name: str
    unit: str
    labour: Decimal
    material: Decimal
    price: Decimal
    rule: str
    craft: str


@dataclass(frozen=True)
class ListedTrade:
    name: str
    items: list[ListedItem]


@dataclass(frozen=True)
class PriceListContent:
    """Everything that P06 says; the list as the customer may read it, without costs."""

    name: str
    version: int
    valid_from: date
    replaces: str
    changes: str
    note: str
    trades: list[ListedTrade]
    count: int
