"""The refund voucher (L28): what is given back, on what ground, by whom asked and paid, signed for by the receiver (LR-57)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from core import money
from core.papers import PaperKind, Signer, Voidable
from leads.choices import Method

L28 = PaperKind(
    "L28", "退款凭证", "Refund voucher", app="leads",
    signers=(Signer("customer", "收款人签收", "以上退款金额已收到，与公司就该笔款项再无争议。"),),
    voidable=Voidable.NEVER,
)  # fmt: skip
METHODS = {Method.TRANSFER: "银行转账", Method.CARD: "原路退回银行卡", Method.WECHAT: "微信支付退回", Method.ALIPAY: "支付宝退回", Method.CASH: "现金"}
GROUNDS = {"customer": "业主放弃签约", "company": "公司违约", "mutual": "双方协商解除"}


@dataclass(frozen=True)
class RefundVoucher:
    payee: str
    payee_account: str
    amount: str
    amount_upper: str
    purpose: str
    ground: str
    reckoning: list[list[str]]
    method: str
    basis: str
    customer: str
    address: str
    file: str
    reason: str
    asked_by: str
    asked_at: datetime
    paid_by: str
    paid_at: datetime


def voucher_content(
    *, refund: Any, purpose: str, ground: str, reckoning: list[tuple[str, Decimal]], basis: str, customer: str, address: str, file: str, by: Any, at: datetime
) -> RefundVoucher:  # fmt: skip
    """What the receiver signs for; `reckoning` shows how the amount comes about."""
    account = refund.payee_account
    return RefundVoucher(
        payee=refund.payee, payee_account=f"尾号 {account}" if money.is_tail(account) else account,
        amount=money.plain(refund.amount), amount_upper=money.upper(refund.amount), purpose=purpose, ground=ground,
        reckoning=[[label, money.plain(value)] for label, value in reckoning], method=METHODS[Method(refund.method)], basis=basis,
        customer=customer, address=address, file=file, reason=refund.reason, asked_by=str(refund.by), asked_at=refund.at, paid_by=str(by), paid_at=at,
    )  # fmt: skip


__all__ = ["GROUNDS", "L28", "RefundVoucher", "voucher_content"]
