"""The words that shops put over the columns of their customer lists, and which field each of them means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from leads.customer_list_cells import Value, text_of

FIELDS = (
    "seq", "date", "name", "phone", "phone2", "estate", "building", "unit", "room", "area", "layout", "source",
    "intent", "manager", "designer", "budget", "note",
)  # fmt: skip

EXACT: dict[str, tuple[str, ...]] = {
    "seq": ("序号", "序", "编号", "no", "号", "客户编号", "#", "id"),
    "date": (
        "登记日期", "日期", "登记时间", "时间", "来访日期", "来访时间", "到店日期", "到店时间", "来店日期", "进店日期", "进店时间",
        "接待日期", "接待时间", "首次接待", "首访日期", "首访", "咨询日期", "咨询时间", "录入日期", "录入时间", "登记", "接单日期", "来电日期", "建档日期", "date",
    ),
    "name": (
        "客户姓名", "姓名", "客户", "业主", "业主姓名", "客户名称", "客户名", "业主名称", "称呼", "客户称呼", "业主称呼", "名字", "客人", "客人姓名", "顾客",
        "顾客姓名", "客户业主", "户主", "name",
    ),
    "phone": (
        "联系电话", "电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "联系手机", "客户电话", "业主电话", "联系号码", "号码", "移动电话",
        "客户联系方式", "手机电话", "电话手机", "联系电话手机", "phone", "tel", "mobile",
    ),
    "phone2": ("备用电话", "其他电话", "电话2", "第二电话", "电话二", "配偶电话", "家人电话", "固话", "座机", "备用手机", "备用联系方式", "手机2", "联系电话2", "固定电话"),
    "estate": ("小区", "楼盘", "小区楼盘", "楼盘小区", "小区名称", "楼盘名称", "小区名", "楼盘名", "项目", "项目名称", "所在小区", "所在楼盘", "小区项目", "社区"),
    "building": ("楼栋", "栋", "栋号", "楼号", "幢", "幢号", "座", "楼栋号", "几栋"),
    "unit": ("单元", "单元号"),
    "room": (
        "楼栋房号", "房号", "门牌号", "门牌", "房间号", "室", "室号", "户号", "栋房号", "地址", "详细地址", "装修地址", "工程地址", "家庭住址", "住址", "房屋地址",
        "楼栋门牌", "楼栋单元房号", "栋单元室", "栋单元房号", "具体房号", "楼房号", "楼栋号房号", "客户地址", "施工地址",
    ),
    "area": ("面积", "建筑面积", "房屋面积", "平米", "m2", "平方", "平方米", "建面", "房子面积", "面积m2", "平米数", "面积平米", "面积平方"),
    "layout": ("户型", "房型", "居室", "户型结构", "房屋户型", "房屋类型", "几室几厅", "户型房型", "住宅类型", "房屋结构"),
    "source": ("客户来源", "来源", "渠道", "来源渠道", "信息来源", "客户渠道", "获客渠道", "客户来源渠道", "来源途径", "从何处得知", "渠道来源", "如何得知"),
    "intent": ("意向", "意向等级", "意向程度", "意向级别", "等级", "客户等级", "级别", "客户级别", "客户分级", "意向度", "客户意向", "分类", "客户分类", "类别"),
    "manager": (
        "接待人", "接待", "接待人员", "客户经理", "业务员", "跟进人", "跟单人", "负责人", "销售", "销售员", "销售顾问", "登记人", "接单人", "顾问", "家装顾问", "业务",
        "业务经理", "市场人员", "接待者", "跟进人员", "前台", "经办人", "所属业务员", "归属人",
    ),
    "designer": ("设计师", "主案", "主案设计师", "设计", "跟单设计师", "负责设计师", "接待设计师", "方案设计师", "派单设计师"),
    "budget": ("预算", "装修预算", "意向预算", "预算金额", "客户预算", "预计预算", "费用预算", "预算费用"),
    "note": ("备注", "说明", "备注说明", "其他", "跟进情况", "沟通记录", "跟进记录", "情况", "情况说明", "客户需求", "需求", "沟通情况", "进展", "回访记录", "跟进", "备注信息", "要求"),
}  # fmt: skip
MEANING = {word: name for name, words in EXACT.items() for word in words}

# Read in this order when no word fits exactly; the first group keeps headings that only sound like a field.
CONTAINS: tuple[tuple[str, str], ...] = (
    ("", r"交房|交付|开工|量房|签单|签约|合同|下次|回访|生日|预约|完工|竣工|装修时间|付款|意向金|定金|订金|身份证|微信|邮箱|公司"),
    ("designer", r"设计师|主案"),
    ("manager", r"接待人|客户经理|业务员|跟进人|负责人|销售|顾问|经办"),
    ("phone2", r"(备用|其他|其它|第二|配偶|家人).*(电话|手机|联系)|固话|座机"),
    ("name_phone", r"(姓名|客户|业主|称呼).*(电话|手机|联系方式)"),
    ("phone", r"电话|手机|联系方式|联系号码"),
    ("name", r"姓名|业主|称呼|客户名"),
    ("estate", r"小区|楼盘"),
    ("room", r"房号|门牌|地址|住址"),
    ("building", r"楼栋|栋号|幢号"),
    ("area", r"面积|平米|平方"),
    ("layout", r"户型|房型|居室"),
    ("source", r"来源|渠道"),
    ("intent", r"意向|等级|级别"),
    ("budget", r"预算"),
    ("date", r"日期|时间"),
    ("note", r"备注|说明|情况|记录|需求|要求|进展"),
)


def _bare(text: str) -> str:
    text = re.sub(r"[(\[【（].*?[)\]】）]", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"[\s*_:：.。·\"'‘’“”]+", "", text).lower()


def field_of(heading: Value) -> str:
    """The field that a heading means, or '' when it means none that is known (such a column is kept with the note)."""
    if not isinstance(heading, str):
        return ""
    text = _bare(text_of(heading))
    if not text or len(text) > 24:
        return ""
    joined = re.sub(r"[/、,，|与和及\-]", "", text)
    if joined in MEANING:
        return MEANING[joined]
    parts = [part for part in re.split(r"[/、,，|与和及\-]", text) if part]
    meant = {MEANING.get(part, "") for part in parts}
    if len(parts) > 1 and meant == {"name", "phone"}:
        return "name_phone"
    if len(parts) > 1 and len(meant) == 1 and "" not in meant:
        return meant.pop()
    return next((name for name, pattern in CONTAINS if re.search(pattern, text)), "")


def unit_of(heading: str) -> str:
    """万 or 元 when the heading of a budget column says so."""
    text = unicodedata.normalize("NFKC", heading)
    return next((unit for unit in ("万", "元") if unit in text), "")


@dataclass(frozen=True)
class Headings:
    """Where each field stands in a sheet: field → column index; the columns that mean nothing known keep their words."""

    row: int
    columns: dict[str, int]
    others: dict[int, str]
    words: dict[int, str] = field(default_factory=dict)
    budget_unit: str = ""
    depth: int = 1

    @property
    def is_customer_list(self) -> bool:
        named = "name" in self.columns or "name_phone" in self.columns
        return named and ("phone" in self.columns or "name_phone" in self.columns)


def headings_of(row: int, cells: Sequence[Value], above: Sequence[Value] = ()) -> Headings:
    """Read a heading row; where a cell of it says nothing, the group heading above it does."""
    columns: dict[str, int] = {}
    others: dict[int, str] = {}
    words: dict[int, str] = {}
    rank: dict[str, int] = {}
    for index, cell in enumerate(cells):
        word = text_of(cell) if isinstance(cell, str) else ""
        if not word and index < len(above) and isinstance(above[index], str):
            word = text_of(above[index])
        if not word:
            continue
        words[index] = word
        name = field_of(word)
        exact = 1 if _bare(word) in MEANING else 0
        if name and (name not in columns or exact > rank[name]):
            if name in columns:
                others[columns[name]] = words[columns[name]]
            columns[name], rank[name] = index, exact
        else:
            others[index] = word
    unit = unit_of(words.get(columns.get("budget", -1), ""))
    return Headings(row, columns, others, words, unit)
