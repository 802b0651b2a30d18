"""The words of a check: how an item is looked at, how it came out, where a check and a rectification stand."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from projects.choices import Fact


class Severity(models.TextChoices):
    """主控 must pass to the last point; 一般 is judged by its pass rate."""

    MAIN = "main", pgettext_lazy("item", "Main")
    GENERAL = "general", pgettext_lazy("item", "General")


class ItemKind(models.TextChoices):
    DOCUMENT = "document", _("Papers")
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
