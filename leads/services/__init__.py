"""What can be done with an enquiry: the table of contents of this app's verbs."""

from leads.services.appointments import (
    book_meeting,
    cancel_appointment,
    keep_appointment,
    make_appointment,
    miss_appointment,
    move_appointment,
)
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
from leads.services.imports import (
    confirm_import,
    correct_row,
    drop_import,
    import_customers,
    map_words,
    skip_row,
    upload_list,
    withdraw_import,
)
from leads.services.order import issue_order_agreement, receive_deposit, report_scheme
from leads.services.prices import PREVIEW, drop_preview, keep_preview, publish_price_list
from leads.services.quotation import (
    Change,
    Wanted,
    accept_quotation,
    add_lines,
    draft_quotation,
    issue_quotation,
    remove_lines,
    revise_lines,
    set_terms,
    take_new_prices,
)
from leads.services.registration import NewHome, NewPhone, correct_home, duplicates, issue_registration, register_lead
from leads.services.stages import lose, reopen, win
from leads.services.survey import RoomSize, correct_survey, record_survey

__all__ = [
    "book_meeting", "cancel_appointment", "keep_appointment", "make_appointment", "miss_appointment", "move_appointment",
    "PREVIEW", "Change", "NewHome", "NewPhone", "RoomSize", "Wanted", "accept_proposal", "accept_quotation",
    "add_lines", "agree_preview_date", "ask_changes", "assign_designer", "confirm_import", "correct_consultation",
    "correct_home", "correct_row", "correct_survey", "draft_quotation", "drop_import", "drop_preview", "duplicates",
    "hold_clock", "import_customers", "issue_order_agreement", "issue_quotation", "issue_registration", "keep_preview",
    "let_clock_run", "lose", "map_words", "note_contact", "present_proposal", "publish_price_list", "reassign_designer",
    "receive_deposit", "record_consultation", "record_proposal_call", "record_survey", "refuse_consultation",
    "register_lead", "remove_lines", "reopen", "report_scheme", "reveal_phone", "revise_lines", "set_terms", "skip_row",
    "take_new_prices", "upload_list", "win", "withdraw_import",
]  # fmt: skip
