"""Nouns of the till: where money lies, why it moves, on what ground a deposit is given back."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from leads.choices import Method


class AccountKind(TextChoices):
    """Where a store keeps money; each way of paying belongs to one kind (LR-56)."""

    TILL = "till", pgettext_lazy("account", "Till")
    BANK = "bank", _("Bank account")
    WECHAT = "wechat", _("WeChat merchant account")
    ALIPAY = "alipay", _("Alipay merchant account")
    POS = "pos", _("Card terminal")


FITS: dict[str, AccountKind] = {
    Method.CASH: AccountKind.TILL, Method.TRANSFER: AccountKind.BANK, Method.WECHAT: AccountKind.WECHAT, Method.ALIPAY: AccountKind.ALIPAY,
    Method.CARD: AccountKind.POS,
}  # fmt: skip
FIRST_NAMES = {
    AccountKind.TILL: "柜台现金", AccountKind.BANK: "对公账户", AccountKind.WECHAT: "微信商户", AccountKind.ALIPAY: "支付宝商户", AccountKind.POS: "POS 机",
}  # fmt: skip


class EntryKind(TextChoices):
    """Why an account moves."""

    DEPOSIT = "deposit", pgettext_lazy("till", "Deposit")
    PAYMENT = "payment", pgettext_lazy("till", "Payment")
    REVERSAL = "reversal", pgettext_lazy("till", "Reversal")
    DEPOSIT_REFUND = "deposit_refund", pgettext_lazy("till", "Deposit given back")
    CREDIT_REFUND = "credit_refund", pgettext_lazy("till", "Credit given back")
    MOVED = "moved", pgettext_lazy("till", "Moved between accounts")
    FOREMAN = "foreman", pgettext_lazy("till", "Paid to a foreman")
    FOREMAN_BACK = "foreman_back", pgettext_lazy("till", "Taken back from a foreman")


class RefundGround(TextChoices):
    """Why there is no contract; what becomes of the deposit follows from it and from its nature (LR-55)."""

    CUSTOMER = "customer", _("The customer goes")
    COMPANY = "company", _("The company did not keep its word")
    MUTUAL = "mutual", _("Both sides agree to part")


NOTES = ("100", "50", "20", "10", "5", "1", "0.5", "0.1")  # banknotes and coins of a count
