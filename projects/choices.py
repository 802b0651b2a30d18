"""The words of a site: its stages, the facts that open them, and the kinds of money."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Stage(models.TextChoices):
    """Where a site stands (domain 1.7; words of the stage line)."""

    CONTRACTED = "contracted", pgettext_lazy("stage", "Contract")
    PERMIT_FILING = "permit_filing", pgettext_lazy("stage", "Permit filing")
    DISCLOSED = "disclosed", pgettext_lazy("stage", "Disclosure")
    UNDER_CONSTRUCTION = "under_construction", pgettext_lazy("stage", "Construction")
    MIDTERM_ACCEPTED = "midterm_accepted", pgettext_lazy("stage", "Carpentry closed")
    COMPLETED = "completed_pending_acceptance", pgettext_lazy("stage", "Completed")
    ACCEPTED = "accepted", pgettext_lazy("stage", "Accepted")
    SETTLED = "settled", pgettext_lazy("stage", "Settled")
    UNDER_WARRANTY = "under_warranty", pgettext_lazy("stage", "Warranty")
    CLOSED = "closed", pgettext_lazy("stage", "Closed")
    PAUSED = "paused", pgettext_lazy("stage", "Paused")
    CANCELLED = "cancelled", pgettext_lazy("stage", "Cancelled")


LINE = (
    Stage.CONTRACTED, Stage.PERMIT_FILING, Stage.DISCLOSED, Stage.UNDER_CONSTRUCTION, Stage.MIDTERM_ACCEPTED, Stage.COMPLETED,
    Stage.ACCEPTED, Stage.SETTLED, Stage.UNDER_WARRANTY, Stage.CLOSED,
)  # fmt: skip
WORKING = (Stage.UNDER_CONSTRUCTION, Stage.MIDTERM_ACCEPTED)  # workers are on the site
BEFORE_WORK = (Stage.CONTRACTED, Stage.PERMIT_FILING, Stage.DISCLOSED)
UNFINISHED = (*BEFORE_WORK, *WORKING, Stage.COMPLETED)
VISITABLE = (*WORKING, Stage.COMPLETED, Stage.ACCEPTED, Stage.SETTLED, Stage.UNDER_WARRANTY)  # there is something to see (L18)
FOLLOWED = (*UNFINISHED, Stage.ACCEPTED, Stage.SETTLED)  # the worker looks whether something follows
AFTER_ACCEPTANCE = (Stage.ACCEPTED, Stage.SETTLED, Stage.UNDER_WARRANTY, Stage.CLOSED)


class Fact(models.TextChoices):
    """What another desk has established about a site, on a paper; deposited by `clear`, taken back by `revoke`."""

    DRAWINGS_REVIEWED = "drawings_reviewed", _("Drawings and budget reviewed")
    CREW_ON_SITE = "crew_on_site", _("Crew on site, site cleared")
    ORIGINAL_HOUSE_SURVEY_SIGNED = "original_house_survey_signed", _("Survey of the original house signed")
    MATERIALS_ACCEPTED = "materials_accepted", _("Materials accepted")
    CONCEALED_WORKS_ACCEPTED = "concealed_works_accepted", _("Concealed works accepted")
    CARPENTRY_ACCEPTED = "carpentry_accepted", _("Carpentry accepted")
    COMPLETION_ACCEPTED = "completion_accepted", _("Completion accepted")
    CHECK_1_PASSED = "check_1_passed", _("Check 1 passed")
    CHECK_2_PASSED = "check_2_passed", _("Check 2 passed")
    CHECK_3_PASSED = "check_3_passed", _("Check 3 passed")
    CHECK_4_PASSED = "check_4_passed", _("Check 4 passed")
    CHECK_5_PASSED = "check_5_passed", _("Check 5 passed")
    CHECK_6_PASSED = "check_6_passed", _("Check 6 passed")
    CHECK_7_PASSED = "check_7_passed", _("Check 7 passed")
    CHECK_8_PASSED = "check_8_passed", _("Check 8 passed")
    PAPERS_HANDED_OVER = "papers_handed_over", _("Papers and instructions handed over")
    WARRANTY_CARD_ISSUED = "warranty_card_issued", _("Warranty card issued")


def check_passed(check: str) -> Fact:
    """The fact of a check of the eight: "C3" → CHECK_3_PASSED."""
    return Fact(f"check_{check.removeprefix('C')}_passed")


class Milestone(models.TextChoices):
    """What an instalment waits for."""

    START = "start", pgettext_lazy("instalment", "Start")
    CONCEALED = "concealed", pgettext_lazy("instalment", "Concealed works")
    MIDTERM = "midterm", pgettext_lazy("instalment", "Mid-term (carpentry closed)")
    COMPLETION = "completion", pgettext_lazy("instalment", "Completion")
    FINAL = "final", pgettext_lazy("instalment", "Final")
    RETENTION = "retention", pgettext_lazy("instalment", "Retention money")


class ChangeKind(models.TextChoices):
    """How a stage was left."""

    ADVANCE = "advance", _("Advanced")
    PAUSE = "pause", _("Paused")
    RESUME = "resume", _("Resumed")
    CANCEL = "cancel", _("Cancelled")
    REOPEN = "reopen", _("Reopened")


class Method(models.TextChoices):
    """How money came; always to an account of the company that stands in the contract (LR-56)."""

    TRANSFER = "transfer", _("Bank transfer")
    CARD = "card", _("Card at the counter")
    WECHAT = "wechat", _("WeChat Pay, company account")
    ALIPAY = "alipay", _("Alipay, company account")
    CASH = "cash", _("Cash at the counter")


class MoneyKind(models.TextChoices):
    IN = "in", _("Payment")
    DEPOSIT = "deposit", _("Deposit credited")
    REVERSAL = "reversal", _("Reversal")
    REFUND = "refund", _("Credit given back")


class SettlementKind(models.TextChoices):
    MIDTERM = "midterm", _("Mid-term settlement")
    CHANGE = "change", _("Change settlement")
    FINAL = "final", _("Final settlement")


class StockState(models.TextChoices):
    """A numbered blank contract (P08)."""

    BLANK = "blank", _("Blank, in stock")
    TAKEN = "taken", _("Taken out")
    USED = "used", _("Used for a contract")
    HANDED_IN = "handed_in", _("Handed in, complete")
    VOID = "void", _("Void, returned")
    LOST = "lost", pgettext_lazy("blank contract", "Lost")


class ChangeReason(models.TextChoices):
    """Why the works change; the first six are the customer's or nobody's fault, the rest are the company's."""

    CUSTOMER_ADD = "customer_add", _("Customer adds")
    CUSTOMER_CUT = "customer_cut", _("Customer removes")
    CUSTOMER_SWAP = "customer_swap", _("Customer swaps")
    SITE_CONDITION = "site_condition", _("Site differs from the drawing")
    HIDDEN_DEFECT = "hidden_defect", _("Old defect of the house")
    PROPERTY_RULE = "property_rule", _("Property office or policy")
    DESIGN_ERROR = "design_error", _("Design error")
    QUOTE_MISS = "quote_miss", _("Left out of the quotation")
    OUT_OF_STOCK = "out_of_stock", _("Out of stock")
    LATE_COMPLETION = "late_completion", _("Compensation for late completion")
    OTHER = "other", _("Other")


COMPANY_PAYS = (ChangeReason.DESIGN_ERROR, ChangeReason.QUOTE_MISS, ChangeReason.OUT_OF_STOCK)


class Role(models.TextChoices):
    """Who a site is staffed with."""

    PROJECT_MANAGER = "project_manager", _("Project manager")
    SUPERVISOR = "supervisor", _("Site supervisor")
    INSPECTOR = "inspector", _("Quality inspector")
    FOREMAN = "foreman", _("Foreman")
    DESIGNER = "designer", _("Designer")
    CUSTOMER_MANAGER = "customer_manager", _("Customer manager")


class KeyTerm(models.TextChoices):
    """The terms that are shown on their own and confirmed one by one before the contract is issued (LR-20)."""

    PRICE = "price", _("Price and payment table")
    EXTRAS = "extras", _("Extras only after a signed change")
    DELAY = "delay", _("Period, delay and extension")
    WARRANTY = "warranty", _("Warranty")
    EXIT = "exit", _("Leaving the contract")
    DATA = "data", _("Use of personal data")
