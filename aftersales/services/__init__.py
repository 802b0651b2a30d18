"""What can be done after acceptance: the only writers of this app."""

from aftersales.services.card import issue_card, paid_gaps, record_evaluation
from aftersales.services.complaint_reports import hand_over_shift, watch_complaint_reports, write_report
from aftersales.services.complaint_steps import (
    approve_solution,
    carry_out,
    decide_check_item,
    investigate_complaint,
    look_again,
    note_refusal,
    propose_check_item,
    propose_solution,
    sum_up,
)
from aftersales.services.complaints import (
    class_complaint,
    hand_complaint,
    judge_complaint,
    name_person,
    open_complaint,
    promise_reply,
    record_talk,
    reopen_complaint,
    show_complainant,
    takers,
)
from aftersales.services.following import follow
from aftersales.services.low_scores import record_low_call
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
from aftersales.services.repair_rest import part_back, reverse_repair_payment, send_part
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
from aftersales.services.repeats import look_into_signal
from aftersales.services.rounds import (
    close_round,
    closing_gaps,
    draw_round,
    drop_round,
    hand_target_over,
    record_round_call,
    show_round_phone,
    start_round,
)
from aftersales.services.sites import in_force
from aftersales.services.slips import answer_slip, close_slip, withdraw_slip, write_slip
from aftersales.services.surveys import (
    analyse_survey,
    check_effect,
    decline_survey,
    questions_now,
    send_survey,
    take_answers,
    word_questions,
)
from aftersales.services.tracks import track_quality
from aftersales.services.visits import record_return_visit
from aftersales.services.week_summary import read_summary, sum_up_week, watch_week_summaries

__all__ = [
    "Proposal", "analyse_survey", "answer_slip", "approve_solution", "arrive", "cancel_order", "carry_out", "check_effect",
    "class_complaint", "close_round", "close_slip", "closing_gaps", "come_back", "confirm_refusal", "decide_check_item",
    "decline_survey", "diagnose", "draw_round", "drop_round", "file_repair", "filing_gaps", "finish_order", "follow",
    "hand_complaint", "hand_over_shift", "hand_target_over", "in_force", "investigate_complaint", "issue_card", "judge_complaint",
    "leave", "live", "look_again", "look_into_signal", "move_order", "name_person", "note_refusal", "note_repair_cost", "note_site",
    "open_complaint", "open_money", "paid_gaps", "part_back", "promise_reply", "propose", "propose_check_item", "propose_solution",
    "questions_now", "read_summary", "record_evaluation", "record_home_patrol", "record_low_call", "record_repair_call",
    "record_return_visit", "record_round_call", "record_talk", "reopen_complaint", "report_fault", "reverse_repair_payment",
    "send_part", "send_survey", "send_technician", "show_complainant", "show_phone", "show_round_phone", "sort_repair",
    "start_round", "sum_up", "sum_up_week", "take_answers", "take_repair_money", "takers", "track_quality", "watch_complaint_reports",
    "watch_week_summaries", "withdraw_repair", "withdraw_slip", "word_questions", "write_report", "write_slip",
]  # fmt: skip
