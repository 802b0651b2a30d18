"""What can be done after acceptance: the only writers of this app."""

from aftersales.services.card import issue_card, paid_gaps, record_evaluation
from aftersales.services.following import follow
from aftersales.services.sites import in_force
from aftersales.services.visits import record_return_visit

__all__ = ["follow", "in_force", "issue_card", "paid_gaps", "record_evaluation", "record_return_visit"]
