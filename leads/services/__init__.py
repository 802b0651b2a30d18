"""What can be done with an enquiry: the table of contents of this app's verbs."""

from leads.services.alternatives import choose, make_optional, offer_alternatives
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
    reveal_phone,
)
from leads.services.care import record_care_call, set_care_anew
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
from leads.services.discount import approve_discount, ask_discount, refuse_discount, withdraw_discount
from leads.services.drawings import add_drawing, checkers, confirm_drawing, note_measuring, review_drawing
from leads.services.estates import add_phase, keep_estate, keep_source, withdraw_phase
from leads.services.feeds import close_feed, open_feed
from leads.services.following import follow
from leads.services.hand_over import Move, Told, confirm_hand_over, move_customers, reassign_designer, stay_behind
from leads.services.hotline import open_case
from leads.services.hotline_cases import ask_decision, close_case, decide_case, take_case
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
from leads.services.logs import link_log, note_call, note_visit, pass_log, settle_log
from leads.services.losses import confirm_loss, lose, reopen, send_loss_back
from leads.services.merging import may_merge, merge_customers, part_customers
from leads.services.order import issue_order_agreement, receive_deposit, report_scheme
from leads.services.packages import apply_package, leave_package, publish_packages
from leads.services.people import add_person, end_person
from leads.services.pool import put_into_pool, take_from_pool, take_out_of_pool
from leads.services.prices import PREVIEW, drop_preview, keep_preview, publish_price_list
from leads.services.profile import ban_contact, judge_customer, keep_profile, lift_ban, require_contact
from leads.services.promises import answer_promise, make_promise
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
from leads.services.quotation_sheet import keep_sheet, kept_sheet, take_over_sheet
from leads.services.refunds import ask_refund, pay_refund, refuse_refund, reverse_deposit
from leads.services.registration import NewHome, NewPhone, correct_home, duplicates, issue_registration, register_lead
from leads.services.roster import change_shift, end_shift, plan_shift, set_desk_hours, tell_late_shifts, watch_desk
from leads.services.sending import note_sending
from leads.services.show_homes import (
    add_show_home,
    change_show_home,
    close_show_home,
    publish_show_homes,
    visit_show_home,
    watch_show_homes,
)
from leads.services.stages import win
from leads.services.survey import Fitting, Opening, RoomSize, correct_survey, record_survey
from leads.services.till import change_account, check_day, close_account, close_day, move_money, open_account
from leads.services.wordings import word_text

__all__ = [
    "PREVIEW",
    "Change",
    "Fitting",
    "Move",
    "NewHome",
    "NewPhone",
    "Opening",
    "RoomSize",
    "Told",
    "Wanted",
    "accept_proposal",
    "accept_quotation",
    "add_drawing",
    "add_lines",
    "add_person",
    "add_phase",
    "add_show_home",
    "agree_preview_date",
    "answer_promise",
    "apply_package",
    "approve_discount",
    "ask_changes",
    "ask_decision",
    "ask_discount",
    "ask_refund",
    "assign_designer",
    "ban_contact",
    "book_meeting",
    "cancel_appointment",
    "change_account",
    "change_shift",
    "change_show_home",
    "check_day",
    "checkers",
    "choose",
    "close_account",
    "close_case",
    "close_day",
    "close_feed",
    "close_show_home",
    "confirm_drawing",
    "confirm_hand_over",
    "confirm_import",
    "confirm_loss",
    "correct_consultation",
    "correct_home",
    "correct_row",
    "correct_survey",
    "decide_case",
    "draft_quotation",
    "drop_import",
    "drop_preview",
    "duplicates",
    "end_person",
    "end_shift",
    "follow",
    "hold_clock",
    "import_customers",
    "issue_order_agreement",
    "issue_quotation",
    "issue_registration",
    "judge_customer",
    "keep_appointment",
    "keep_estate",
    "keep_preview",
    "keep_profile",
    "keep_sheet",
    "keep_source",
    "kept_sheet",
    "leave_package",
    "let_clock_run",
    "lift_ban",
    "link_log",
    "lose",
    "make_appointment",
    "make_optional",
    "make_promise",
    "map_words",
    "may_merge",
    "merge_customers",
    "miss_appointment",
    "move_appointment",
    "move_customers",
    "move_money",
    "note_call",
    "note_contact",
    "note_measuring",
    "note_sending",
    "note_visit",
    "offer_alternatives",
    "open_account",
    "open_case",
    "open_feed",
    "part_customers",
    "pass_log",
    "pay_refund",
    "plan_shift",
    "present_proposal",
    "publish_packages",
    "publish_price_list",
    "publish_show_homes",
    "put_into_pool",
    "reassign_designer",
    "receive_deposit",
    "record_care_call",
    "record_consultation",
    "record_proposal_call",
    "record_survey",
    "refuse_consultation",
    "refuse_discount",
    "refuse_refund",
    "register_lead",
    "remove_lines",
    "reopen",
    "report_scheme",
    "require_contact",
    "reveal_phone",
    "reverse_deposit",
    "review_drawing",
    "revise_lines",
    "send_loss_back",
    "set_care_anew",
    "set_desk_hours",
    "set_terms",
    "settle_log",
    "skip_row",
    "stay_behind",
    "take_case",
    "take_from_pool",
    "take_new_prices",
    "take_out_of_pool",
    "take_over_sheet",
    "tell_late_shifts",
    "upload_list",
    "visit_show_home",
    "watch_desk",
    "watch_show_homes",
    "win",
    "withdraw_discount",
    "withdraw_import",
    "withdraw_phase",
    "word_text",
]  # fmt: skip
