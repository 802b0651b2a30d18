"""The papers of the checks: what each prints, and who signs it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import translation

from core.papers import PaperKind, Signer, Voidable
from inspections.choices import LEFT_OUT, Severity, Verdict
from inspections.models import CheckItem, CheckResult, QualityCheck

_HAVE_LOOKED = "本人在现场看过，单上所记与现场一致。"
CUSTOMER = Signer("customer", "客户", "本人在现场参加了验收，单上所记与现场一致，同意本单结论。")
INSPECTOR = Signer("inspector", "质检员", "本人逐项检查，数据为现场实测，结论由本人作出。")
PROJECT_MANAGER = Signer("project_manager", "项目经理", _HAVE_LOOKED)
MANAGER = Signer("engineering_manager", "工程部经理", "本人到场参加验收。")
DESIGNER = Signer("designer", "设计师", _HAVE_LOOKED)
FOREMAN_MAY = Signer("foreman", "工长", _HAVE_LOOKED, required=False)
DESIGNER_MAY = Signer("designer", "设计师", _HAVE_LOOKED, required=False)

I04 = PaperKind("I04", "巡检记录", "Patrol record", "inspections", signers=(INSPECTOR, FOREMAN_MAY), voidable=Voidable.ALWAYS)
I05 = PaperKind(
    "I05", "原房情况调查表", "Survey of the original house", "inspections",
    signers=(
        Signer("customer", "客户", "原房情况与表中所记一致，已一一看过；表中超出参考值的，公司已向本人说明。"),
        INSPECTOR, PROJECT_MANAGER, DESIGNER_MAY, FOREMAN_MAY,
    ),
)  # fmt: skip
I06 = PaperKind(
    "I06", "材料验收单", "Acceptance of materials", "inspections",
    signers=(
        Signer("customer", "客户", "材料与合同清单核对过，同意使用。"), DESIGNER, Signer("project_manager", "项目负责人", _HAVE_LOOKED), INSPECTOR,
    ),
)  # fmt: skip
I07 = PaperKind("I07", "质量检查记录", "Record of a quality check", "inspections", signers=(INSPECTOR, FOREMAN_MAY))
I10 = PaperKind(
    "I10",
    "分项工程验收单",
    "Acceptance of a trade",
    "inspections",
    signers=(CUSTOMER, PROJECT_MANAGER, INSPECTOR, FOREMAN_MAY),
)
I11 = PaperKind(
    "I11", "隐蔽工程验收单", "Acceptance of concealed works", "inspections",
    signers=(CUSTOMER, PROJECT_MANAGER, INSPECTOR, MANAGER, FOREMAN_MAY),
)  # fmt: skip
I12 = PaperKind(
    "I12", "木工工程（中期）验收单", "Carpentry acceptance, mid-term", "inspections",
    signers=(CUSTOMER, PROJECT_MANAGER, INSPECTOR, MANAGER, DESIGNER_MAY, FOREMAN_MAY),
)  # fmt: skip
I13 = PaperKind(
    "I13", "工程验收单", "Acceptance of the finished works", "inspections",
    signers=(
        Signer("customer", "客户", "验收意见由本人填写，同意以签字之日作为竣工验收合格之日。"), PROJECT_MANAGER, INSPECTOR, MANAGER, DESIGNER_MAY, FOREMAN_MAY,
    ),
)  # fmt: skip
I14 = PaperKind(
    "I14", "整改通知单", "Rectification notice", "inspections",
    signers=(INSPECTOR, Signer("foreman", "整改负责人", "已看过整改内容，按期改好并附改后照片。")),
    voidable=Voidable.ALWAYS,
)  # fmt: skip

KINDS = {"I05": I05, "I06": I06, "I10": I10, "I11": I11, "I12": I12, "I13": I13}
PHOTOS_PRINTED = 6
PARTIES = {
    "customer": "客户", "designer": "设计师", "project_manager": "项目经理", "supervisor": "监理", "inspector": "质检员", "foreman": "工长",
    "engineering_manager": "工程部经理",
}  # fmt: skip
SEVERITIES = {Severity.MAIN: "主控", Severity.GENERAL: "一般"}
VERDICTS = {
    Verdict.PASS: "合格", Verdict.FAIL: "不合格", Verdict.RECORDED: "已登记", Verdict.NOT_APPLICABLE: "不适用", Verdict.NOT_DELIVERED: "本次未到",
}  # fmt: skip
_NOT_JUDGED = ("后补", "不适用", "本次未到", "经批准免检")
CUSTOMER_VERDICTS = {"agreed": "已逐项看过，同意验收。", "with_remarks": "同意验收，所记问题请按期改好。"}


@dataclass(frozen=True)
class Place:
    """Where and for whom: the head rows of every site paper."""

    project: str
    contract: str
    customer: str
    address: str
    area: str

    @classmethod
    def of(cls, project: Any) -> Place:
        contract = getattr(project, "contract", None)
        return cls(
            project.ref,
            contract.paper.ref if contract else "",
            project.customer_name,
            project.address,
            project.area_text,
        )


@dataclass(frozen=True)
class Row:
    code: str
    item: str
    method: str
    severity: str
    should: str
    measured: str
    verdict: str
    note: str = ""


@dataclass(frozen=True)
class Fault:
    number: int
    code: str
    text: str
    severity: str
    should: str
    measured: str
    until: datetime
    who: str


@dataclass(frozen=True)
class Deferred:
    code: str
    item: str
    until: datetime


@dataclass(frozen=True)
class Picture:
    id: str
    caption: str


@dataclass(frozen=True)
class CheckSheet:
    """A concluded check, as I05…I07 and I10…I13 print it."""

    place: Place
    check: str
    title: str
    attempt: int
    repeated: bool
    started_at: datetime
    concluded_at: datetime
    announced_at: datetime | None
    notice_hours: int | None
    short_notice: bool
    passed: bool
    conclusion: str
    counts: str
    rows: list[Row]
    people: list[str]
    tools: list[str]
    faults: list[Fault] = field(default_factory=list)
    deferred: list[Deferred] = field(default_factory=list)
    waived: list[str] = field(default_factory=list)
    photos: list[Picture] = field(default_factory=list)
    photo_count: int = 0
    remark: str = ""
    customer_verdict: str = ""
    customer_says: str = ""
    deliveries: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Notice:
    """I14: the faults, who puts them right and until when."""

    place: Place
    source: str
    responsible: str
    faults: list[Fault]
    photos: list[Picture]


@dataclass(frozen=True)
class PatrolSheet:
    place: Place
    number: int
    stage: str
    check: str
    progress: str
    order: str
    safety: str
    talk: str
    badge_worn: bool
    since_last: str
    faults: list[Fault]
    photos: list[Picture]
    photo_count: int
    inspector: str


def verdict_words(result: CheckResult) -> str:
    """合格, 改后合格, 不适用 …"""
    if result.verdict == Verdict.PASS and result.was_failed:
        return "改后合格"
    if result.verdict == Verdict.FAIL and result.tolerable:
        return "允许偏差外"
    return VERDICTS[Verdict(result.verdict)]


def rows_of(items: list[CheckItem], results: dict[str, CheckResult], waived: frozenset[str]) -> list[Row]:
    """The table of the sheet: every item that was looked at, left out or waived, in the order of the check."""
    rows = []
    for item in items:
        result = results.get(item.code)
        if result is None:
            verdict = (
                "签字即证"
                if item.by_paper
                else "经批准免检"
                if item.code in waived
                else "后补"
                if item.deferrable
                else ""
            )
            if verdict:
                rows.append(
                    Row(item.code, item.zh, item.method, SEVERITIES[Severity(item.severity)], item.should, "", verdict)
                )
            continue
        note = result.note
        if result.confirmed_by is not None:
            note = f"{note}（{result.confirmed_by} 复核）"
        if result.verdict == Verdict.RECORDED and result.gap:
            note = f"{note} 超出参考值".strip()
        if result.short_of_promise:
            note = f"{note} 低于公司承诺值".strip()
        if result.tool is not None:
            note = f"{note} 用 {result.tool}".strip()
        rows.append(
            Row(
                item.code, item.zh, item.method, SEVERITIES[Severity(item.severity)], item.should,
                "" if result.verdict in LEFT_OUT else result.measured, verdict_words(result), note,
            )
        )  # fmt: skip
    return rows


def conclusion_words(check: QualityCheck, rows: list[Row], *, passed: bool, faults: int) -> tuple[str, str]:
    """(the one sentence, the count): 20 项全部合格，可以封槽."""
    good = sum(row.verdict in ("合格", "改后合格", "已登记") for row in rows)
    rest = "".join(f"，{word} {n} 项" for word in _NOT_JUDGED if (n := sum(row.verdict == word for row in rows)))
    if not passed:
        return f"{faults} 项不合格，整改后复验", f"合格 {good} 项，不合格 {faults} 项{rest}"
    if faults:
        return (
            f"{good} 项合格，{faults} 项在允许范围内、限期改好，{check.row.releases}",
            f"合格 {good} 项，限期改好 {faults} 项{rest}",
        )
    return f"{good} 项全部合格，{check.row.releases}", f"合格 {good} 项{rest}"


def in_chinese(label: Any) -> str:
    """A label as papers carry it, whatever language the page is in."""
    with translation.override("zh-hans"):
        return str(label)
