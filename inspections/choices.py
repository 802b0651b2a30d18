"""The words of a check: how an item is looked at, how it came out, where a check and a rectification stand."""

from __future__ import annotations

import re

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from projects.choices import Fact


class Severity(models.TextChoices):
    """主控 must pass to the last point; 一般 is judged by its pass rate."""

    MAIN = "main", pgettext_lazy("item", "Main")
    GENERAL = "general", pgettext_lazy("item", "General")


class ItemKind(models.TextChoices):
    DOCUMENT = "document", pgettext_lazy("item", "Papers")
    VISUAL = "visual", _("By eye")
    MEASURE = "measure", _("Measured")
    COUNT = "count", _("Counted")
    TEST = "test", _("Tested")


class Verdict(models.TextChoices):
    PENDING = "pending", pgettext_lazy("verdict", "Photo taken, not judged yet")
    PASS = "pass", pgettext_lazy("verdict", "Pass")
    FAIL = "fail", pgettext_lazy("verdict", "Fail")
    RECORDED = "recorded", pgettext_lazy("verdict", "Recorded")
    NOT_APPLICABLE = "not_applicable", pgettext_lazy("verdict", "Not applicable")
    NOT_DELIVERED = "not_delivered", pgettext_lazy("verdict", "Not in this delivery")


DONE = (Verdict.PASS, Verdict.FAIL, Verdict.RECORDED)
LEFT_OUT = (Verdict.NOT_APPLICABLE, Verdict.NOT_DELIVERED)


class CheckState(models.TextChoices):
    ANNOUNCED = "announced", pgettext_lazy("check", "Announced")
    OPEN = "open", pgettext_lazy("check", "Being checked")
    PASSED = "passed", pgettext_lazy("check", "Passed")
    FAILED = "failed", pgettext_lazy("check", "Failed")


class CustomerVerdict(models.TextChoices):
    """What the customer writes into 《工程验收单》."""

    AGREED = "agreed", _("I have looked at everything and accept the works.")
    WITH_REMARKS = "with_remarks", _("I accept the works; what I noted is still to be put right.")


class RectificationState(models.TextChoices):
    OPEN = "open", pgettext_lazy("rectification", "To be put right")
    ANSWERED = "answered", pgettext_lazy("rectification", "Waits for the re-check")
    ACCEPTED = "accepted", pgettext_lazy("rectification", "Put right")


class Party(models.TextChoices):
    """Who has to be there when a check passes."""

    CUSTOMER = "customer", _("Customer")
    DESIGNER = "designer", _("Designer")
    PROJECT_MANAGER = "project_manager", _("Project manager")
    SUPERVISOR = "supervisor", _("Site supervisor")
    INSPECTOR = "inspector", _("Quality inspector")
    FOREMAN = "foreman", _("Foreman")
    ENGINEERING_MANAGER = "engineering_manager", _("Engineering manager")


BUILDERS = ("project_manager", "supervisor", "foreman")  # who builds does not pass (decision 7)

# What a passed and signed check tells the site: its own fact first, then the one that gates of the procedure ask for.
FACTS: dict[str, tuple[Fact, ...]] = {
    "C1": (Fact.CHECK_1_PASSED, Fact.ORIGINAL_HOUSE_SURVEY_SIGNED),
    "C2": (Fact.CHECK_2_PASSED, Fact.MATERIALS_ACCEPTED),
    "C3": (Fact.CHECK_3_PASSED, Fact.CONCEALED_WORKS_ACCEPTED),
    "C4": (Fact.CHECK_4_PASSED,),
    "C5": (Fact.CHECK_5_PASSED,),
    "C6": (Fact.CHECK_6_PASSED, Fact.CARPENTRY_ACCEPTED),
    "C7": (Fact.CHECK_7_PASSED,),
    "C8": (Fact.CHECK_8_PASSED, Fact.COMPLETION_ACCEPTED),
}
CHECKS = tuple(FACTS)

UNIT_WORDS = {"处": _("spots"), "块": _("tiles"), "个": _("pieces"), "路": _("circuits"), "个月": _("months")}

# Names of standards, laws and tools as they stand in the data, in the language of the page.
_REF_WORDS = {
    "公司制度": _("company rule"), "建设部令110号": _("Ministry order 110"), "民法典": _("Civil Code"), "消防法": _("Fire Protection Law"),
    "安全生产法": _("Work Safety Law"),
    "建设工程质量管理条例": _("Construction quality regulation"),
}  # fmt: skip
TOOL_WORDS = {
    "2 m靠尺": _("2 m straightedge"), "垂直检测尺": _("plumb gauge"), "楔形塞尺": _("wedge gauge"), "直角检测尺": _("square gauge"),
    "空鼓锤": _("tapping hammer"),
    "5 m线盒": _("5 m line box"), "钢卷尺": _("steel tape"), "钢直尺": _("steel rule"), "激光水平仪": _("laser level"),
    "激光测距仪": _("laser distance meter"),
    "打压泵和压力表": _("pressure pump and gauge"), "500 V绝缘电阻表": _("500 V insulation tester"), "漏电保护测试仪": _("RCD tester"),
    "相位检测仪": _("socket tester"),
    "含水率仪": _("moisture meter"), "游标卡尺": _("calliper"), "坡度尺": _("slope gauge"),
}  # fmt: skip


def unit_words(unit: str) -> str:
    """The unit in the language of the page."""
    return str(UNIT_WORDS.get(unit, unit))


def ref_words(ref: str) -> str:
    """The clause that an item rests on: GB 50210-2018 第4章 → GB 50210-2018 ch. 4 on an English page."""
    if not (get_language() or "").startswith("en"):
        return ref
    for zh, words in _REF_WORDS.items():
        ref = ref.replace(zh, str(words))
    return re.sub(r"表(?=[\d.])", "table ", re.sub(r"第(\d+)章", r"ch. \1", ref))
