"""What can be done after acceptance: the only writers of this app."""

from aftersales.services.card import issue_card, paid_gaps, record_evaluation
from aftersales.services.following import follow
from aftersales.services.patrols import record_home_patrol
from aftersales.services.repair_money import note_repair_cost, open_money, take_repair_money
from aftersales.services.repair_orders import (
    arrive,
    cancel_order,
    come_back,
    finish_order,
    leave,
    live,
    move_order,
    note_site,
    send_technician,
)
from aftersales.services.repairs import (
    Proposal,
    confirm_refusal,
    diagnose,
    file_repair,
    filing_gaps,
    propose,
    record_repair_call,
    report_fault,
    show_phone,
    sort_repair,
    withdraw_repair,
)
from aftersales.services.sites import in_force
from aftersales.services.visits import record_return_visit

__all__ = [
    "Proposal", "arrive", "cancel_order", "come_back", "confirm_refusal", "diagnose", "file_repair", "filing_gaps", "finish_order", "follow",
    "in_force", "issue_card", "leave", "live", "move_order", "note_repair_cost", "note_site", "open_money", "paid_gaps", "propose",
    "record_evaluation", "record_home_patrol", "record_repair_call", "record_return_visit", "report_fault", "send_technician", "show_phone",
    "sort_repair", "take_repair_money", "withdraw_repair",
]  # fmt: skip
