"""The invented company of the demo: two stores, the people in them, and the houses around."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from staff import posts as p

PASSWORD = "jiangcheng-demo"  # noqa: S105 -- printed at the start of the demo; no company of one's own has it


@dataclass(frozen=True)
class Shop:
    """A store with its people: (post, names)."""

    code: str
    name: str
    city: str
    address: str
    phone: str
    people: tuple[tuple[str, tuple[str, ...]], ...]


COMPANY = {
    "name": "匠心营造装饰有限公司", "licence": "330106000518266", "uscc": "91330106MA2HX3T27W", "qualification": "建筑装修装饰工程专业承包贰级",
    "address": "杭州市西湖区文昌路 218 号二层", "hotline": "400-826-6200", "bank_name": "中国建设银行杭州文昌支行",
    "bank_account": "33050161826600000427", "representative": "秦岚",
}  # fmt: skip

SHOPS = (
    Shop(
        "CX", "城西店", "杭州", "西湖区文昌路 218 号二层", "057188006200",
        (
            (p.ADMINISTRATOR, ("程维",)), (p.GENERAL_MANAGER, ("秦岚",)), (p.HR, ("董雅",)), (p.FINANCE_SUPERVISOR, ("贺秋萍",)),
            (p.STORE_MANAGER, ("陆遥",)), (p.DESIGN_MANAGER, ("周静怡",)), (p.ENGINEERING_MANAGER, ("顾长河",)),
            (p.SUPERVISION_MANAGER, ("彭立",)), (p.CS_SUPERVISOR, ("孙可",)), (p.FRONT_DESK, ("唐慧",)),
            (p.CUSTOMER_MANAGER, ("沈蔓", "温如言")), (p.DESIGNER, ("林晓舟", "许若谷", "江以宁", "秦牧野")), (p.CHIEF_DESIGNER, ("方砚秋",)),
            (p.ESTIMATOR, ("尤佳",)), (p.ENGINEERING_ASSISTANT, ("丁小满",)), (p.PROJECT_MANAGER, ("郭建军", "雷鸣")),
            (p.SITE_SUPERVISOR, ("马知行",)), (p.QUALITY_INSPECTOR, ("贺鸣", "孟凡")), (p.FOREMAN, ("鲁全胜", "万福来", "钱大勇")),
            (p.CREW_LEADER, ("龙阿水",)), (p.CS_OFFICER, ("唐晓慧",)), (p.AFTERSALES_HEAD, ("崔凯",)), (p.TECHNICIAN, ("冯立",)),
            (p.ACCOUNTANT, ("许静",)), (p.CASHIER, ("罗小满",)), (p.MARKET_REP, ("白杨",)), (p.DOCUMENT_CLERK, ("施文",)),
        ),
    ),
    Shop(
        "CD", "城东店", "杭州", "上城区凯旋路 206 号", "057188006300",
        (
            (p.STORE_MANAGER, ("苏敬亭",)), (p.DESIGN_MANAGER, ("仇一帆",)), (p.ENGINEERING_MANAGER, ("单国栋",)), (p.FRONT_DESK, ("叶小满",)),
            (p.CUSTOMER_MANAGER, ("查敏",)), (p.DESIGNER, ("严之桃", "莫青野")), (p.CHIEF_DESIGNER, ("裴听澜",)), (p.ESTIMATOR, ("洪毅",)),
            (p.ENGINEERING_ASSISTANT, ("尤可欣",)), (p.PROJECT_MANAGER, ("雷振东",)), (p.SITE_SUPERVISOR, ("武兆丰",)),
            (p.QUALITY_INSPECTOR, ("章程",)), (p.FOREMAN, ("石磊", "季长根")), (p.CREW_LEADER, ("何阿根",)), (p.CS_OFFICER, ("梅若雪",)),
            (p.AFTERSALES_HEAD, ("费扬",)), (p.TECHNICIAN, ("田永",)), (p.ACCOUNTANT, ("康泰",)), (p.CASHIER, ("陶然",)),
        ),
    ),
)  # fmt: skip

# whoever leads stands before those who report to them
SUPERIOR = {
    p.CUSTOMER_MANAGER: p.STORE_MANAGER, p.FRONT_DESK: p.STORE_MANAGER, p.MARKET_REP: p.STORE_MANAGER, p.DESIGNER: p.DESIGN_MANAGER,
    p.CHIEF_DESIGNER: p.DESIGN_MANAGER, p.ESTIMATOR: p.DESIGN_MANAGER, p.PROJECT_MANAGER: p.ENGINEERING_MANAGER,
    p.SITE_SUPERVISOR: p.ENGINEERING_MANAGER, p.ENGINEERING_ASSISTANT: p.ENGINEERING_MANAGER, p.QUALITY_INSPECTOR: p.SUPERVISION_MANAGER,
    p.CS_OFFICER: p.CS_SUPERVISOR, p.CASHIER: p.FINANCE_SUPERVISOR, p.ACCOUNTANT: p.FINANCE_SUPERVISOR, p.DESIGN_MANAGER: p.GENERAL_MANAGER,
    p.STORE_MANAGER: p.GENERAL_MANAGER, p.ENGINEERING_MANAGER: p.GENERAL_MANAGER,
}  # fmt: skip


@dataclass(frozen=True)
class Flat:
    """A kind of home: what is measured in it."""

    layout: str
    area: Decimal
    rooms: tuple[tuple[str, str, int, int], ...]
    dwelling: str = "ordinary"
    height: int = 2800


_TWO = (
    ("客餐厅", "living", 5600, 3600), ("主卧", "bedroom", 3900, 3300), ("次卧", "bedroom", 3300, 2900), ("厨房", "kitchen", 2900, 1900),
    ("卫生间", "bathroom", 2400, 1800), ("阳台", "balcony", 3300, 1400),
)  # fmt: skip
_THREE = (
    ("客厅", "living", 5200, 3900), ("餐厅", "dining", 3300, 2800), ("主卧", "bedroom", 4200, 3600), ("次卧", "bedroom", 3600, 3000),
    ("书房", "study", 3000, 2700), ("厨房", "kitchen", 3100, 2200), ("主卫", "bathroom", 2600, 1900), ("次卫", "bathroom", 2300, 1700),
    ("阳台", "balcony", 3900, 1500),
)  # fmt: skip
_FOUR = (*_THREE[:5], ("儿童房", "bedroom", 3300, 3000), *_THREE[5:])
_VILLA = (*_FOUR, ("楼梯间", "stairs", 3000, 2400), ("家庭室", "living", 5400, 4200), ("储藏间", "storage", 2400, 1900))

FLATS = (
    Flat("两室两厅", Decimal("89.00"), _TWO), Flat("两室两厅", Decimal("92.40"), _TWO), Flat("三室两厅", Decimal("118.60"), _THREE),
    Flat("三室两厅", Decimal("126.00"), _THREE), Flat("三室两厅", Decimal("136.00"), _THREE), Flat("四室两厅", Decimal("167.20"), _FOUR),
    Flat("复式", Decimal("188.00"), _FOUR, "duplex", 2750), Flat("联排", Decimal("224.00"), _VILLA, "villa", 3000),
    Flat("别墅", Decimal("312.00"), _VILLA, "villa", 3100),
)  # fmt: skip

ESTATES = {
    "CX": ("澄湖里", "云锦湾", "枫林晚", "御澜府", "湖山樾", "滨江壹号"),
    "CD": ("凯旋公馆", "东篱苑", "临平望府", "艮山里", "钱塘春晓"),
}

SURNAMES = "陈何吴马沈崔高丁邹赵杨潘孙罗蒋姚曹韩田冯白邓谢郑许袁卢汪范金魏方石姜戴侯孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
GIVEN = (
    "静兰", "志远", "建明", "丽娟", "可欣", "明", "翔", "维国", "倩", "慧敏", "洁", "佳宁", "晓峰", "启航", "文彬", "雨桐", "思远", "蕾", "旭", "甜",
    "国强", "雪", "子轩", "海燕", "立新", "春梅", "俊杰", "婉清", "永康", "少华", "玉珍", "浩然", "晓梅", "振华", "凤英", "伟", "秀兰", "书豪", "梦琪", "宏图",
    "安宁", "景行", "若曦", "德胜", "淑华", "一鸣", "素琴", "家豪", "晚秋", "培根",
)  # fmt: skip

NEEDS = (
    "三口之家，次卧要能放一米二的床和书桌", "老人同住，卫生间要扶手和防滑", "厨房想打开一面，油烟要挡得住", "客厅不做主灯，电视墙不要石材", "主卫做干湿分区，留智能马桶的水电",
    "孩子刚出生，材料要环保，尽快入住", "出租用，耐用好打理", "喜欢原木，要很多收纳", "书多，要一面墙的书柜", "改善住房，希望春节前完工",
)  # fmt: skip
DEMANDS = (
    "三口之家，孩子六岁，次卧要能放一米二的床和书桌。厨房想打开一面，油烟要挡得住；不动承重墙。",
    "主卫做干湿分区，留智能马桶和洗衣机的水电。客厅不做主灯，电视墙不要石材。",
    "老人同住，卫生间做扶手和防滑砖，过道留夜灯。预算希望控制在二十八万以内。",
    "喜欢原木，收纳要多，玄关要能坐着换鞋。阳台放洗衣机和烘干机。",
    "看过样板间，喜欢奶油风。次卧改书房，要一整面书柜。",
)  # fmt: skip
ADVICE = (
    "建议现代原木。厨房与餐厅之间做三联动玻璃移门，烟道位置不变；次卧门移 300 mm，换出一组书柜。",
    "建议奶油色系，局部弧形。玄关增设到顶鞋柜，净深 350 mm；主卫淋浴区做玻璃隔断。",
    "建议现代简洁，少做造型，把预算留给水电和防水。客厅用双眼皮吊顶，卧室不吊顶。",
)  # fmt: skip
MATERIALS = "地面客餐厅用 750 × 1500 mm 仿石砖，卧室用三层实木；柜体板材选 ENF 级。卫生间防水做到 1.8 m，淋浴区到顶。"
STYLES = ("现代原木", "奶油风", "现代简约", "新中式", "法式轻奢")
