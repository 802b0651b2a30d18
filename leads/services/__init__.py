"""What can be done with an enquiry: the table of contents of this app's verbs."""

from leads.services.assignment import (
    assign_designer,
    hold_clock,
    let_clock_run,
    note_contact,
    reassign_designer,
    reveal_phone,
)
from leads.services.consultation import (
    accept_proposal,
    agree_preview_date,
    ask_changes,
    correct_consultation,
    present_proposal,
    record_consultation,
    record_proposal_call,
    refuse_consultation,
)
from leads.services.order import issue_order_agreement, receive_deposit, report_scheme
from leads.services.registration import NewHome, NewPhone, correct_home, duplicates, issue_registration, register_lead
from leads.services.stages import lose, reopen, win
from leads.services.survey import RoomSize, correct_survey, record_survey

__all__ = [
    "NewHome", "NewPhone", "RoomSize", "accept_proposal", "agree_preview_date", "ask_changes", "assign_designer", "correct_consultation",
    "correct_home", "correct_survey", "duplicates", "hold_clock", "issue_order_agreement", "issue_registration", "let_clock_run", "lose",
    "note_contact", "present_proposal", "reassign_designer", "receive_deposit", "record_consultation", "record_proposal_call",
    "record_survey", "refuse_consultation", "register_lead", "reopen", "report_scheme", "reveal_phone", "win",
]  # fmt: skip
