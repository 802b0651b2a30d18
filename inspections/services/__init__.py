"""What can be done with checks: the only writers of this app."""

from inspections.services.catalogue import load_checks, template_in_force
from inspections.services.checks import (
    Present,
    announce_check,
    conclude_check,
    confirm_left_out,
    open_check,
    record_result,
    record_results,
    spread,
    waive_item,
)
from inspections.services.defects import Seen, answer_rectification, recheck_rectification, record_patrol
from inspections.services.facts import check_in, give_reason, rule_reason, take_call, watch_check_ins
from inspections.services.following import follow, record_deferred, reissue_paper
from inspections.services.joint import (
    hold_joint_inspection,
    hold_meeting,
    publish_bulletin,
    rate_crew,
    visit_jointly,
    watch_meetings,
)
from inspections.services.plans import announce_deviation, make_plan, propose
from inspections.services.visits import (
    accept_trade,
    close_book,
    read_progress,
    record_exchange,
    record_must_visit,
    report_progress,
)

__all__ = [
    "Present", "Seen", "accept_trade", "announce_check", "announce_deviation", "answer_rectification", "check_in",
    "close_book", "conclude_check", "confirm_left_out", "follow", "give_reason", "hold_joint_inspection",
    "hold_meeting", "load_checks", "make_plan", "open_check", "propose", "publish_bulletin", "rate_crew",
    "read_progress", "recheck_rectification", "record_deferred", "record_exchange", "record_must_visit",
    "record_patrol", "record_result", "record_results", "reissue_paper", "report_progress", "rule_reason", "spread",
    "take_call", "template_in_force", "visit_jointly", "waive_item", "watch_check_ins", "watch_meetings",
]  # fmt: skip
