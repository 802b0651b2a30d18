"""What can be done with a site: the table of contents of this app's verbs."""

from projects.services.changes import Line, answer_change, issue_change, request_change, withdraw_change
from projects.services.contracts import (
    archive_contract,
    hand_in_contract,
    issue_contact_page,
    open_project,
    return_blank,
    stock_contracts,
    take_blank,
)
from projects.services.credits import ask_credit_refund, pay_credit_refund, refuse_credit_refund
from projects.services.following import follow
from projects.services.money import issue_reminder, record_payment, reverse_payment, settle, use_credit
from projects.services.performance import close_month, issue_overview
from projects.services.preparation import (
    Point,
    approve_permit,
    file_permit,
    hand_over_papers,
    record_arrival,
    record_disclosure,
    record_review,
    register_pass,
    reject_permit,
    return_passes,
    staff_project,
)
from projects.services.stages import advance, cancel, clear, pause, reopen, resume, revoke, waive
from projects.services.stock import count_stock
from projects.services.supplements import Share, correct_contract, issue_supplement, withdraw_supplement
from projects.services.visitors import close_to_visitors, open_to_visitors

__all__ = [
    "Line",
    "Point",
    "Share",
    "advance",
    "answer_change",
    "approve_permit",
    "archive_contract",
    "ask_credit_refund",
    "cancel",
    "clear",
    "close_month",
    "close_to_visitors",
    "correct_contract",
    "count_stock",
    "file_permit",
    "follow",
    "hand_in_contract",
    "hand_over_papers",
    "issue_change",
    "issue_contact_page",
    "issue_overview",
    "issue_reminder",
    "issue_supplement",
    "open_project",
    "open_to_visitors",
    "pause",
    "pay_credit_refund",
    "record_arrival",
    "record_disclosure",
    "record_payment",
    "record_review",
    "refuse_credit_refund",
    "register_pass",
    "reject_permit",
    "reopen",
    "request_change",
    "resume",
    "return_blank",
    "return_passes",
    "reverse_payment",
    "revoke",
    "settle",
    "staff_project",
    "stock_contracts",
    "take_blank",
    "use_credit",
    "waive",
    "withdraw_change",
    "withdraw_supplement",
]  # fmt: skip
