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
from inspections.services.following import follow, record_deferred, reissue_paper

__all__ = [
    "Present", "Seen", "announce_check", "answer_rectification", "conclude_check", "confirm_left_out", "follow",
    "load_checks", "open_check", "recheck_rectification", "record_deferred", "record_patrol", "record_result", "record_results",
    "reissue_paper", "spread", "template_in_force", "waive_item",
]  # fmt: skip
