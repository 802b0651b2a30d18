"""What the company chooses before the contract, where the handbook leaves it open or says two things."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.choices import Choice

DAYS = _("days")
A_DAY, A_WEEK = 24, 168

FIRST_CONTACT_HOURS = Choice(
    "leads.first_contact_hours", _("The first contact after the assignment is due within"), "R010 R011", default=A_WEEK,
    options=((A_DAY, _("24 hours")), (A_WEEK, _("a week"))),
)  # fmt: skip
POOL_CONTACT_DAYS = Choice(
    "leads.pool_contact_days", _("Without any contact an assigned enquiry falls into the pool after"), "R010", default=14, least=2, most=90, unit=DAYS
)
POOL_UNASSIGNED_DAYS = Choice(
    "leads.pool_unassigned_days", _("An enquiry that nobody has falls into the pool after"), "R010", default=7, least=1, most=60, unit=DAYS
)
POOL_WARN_DAYS = Choice("leads.pool_warn_days", _("Its people are warned beforehand by"), "R010", default=2, least=1, most=14, unit=DAYS)
POOL_A_DAY = Choice(
    "leads.pool_a_day", _("One person takes from the pool on a day at most"), "L08", default=5, least=1, most=50, unit=_("enquiries")
)
POOL_IN_HAND = Choice(
    "leads.pool_in_hand", _("Whoever has so many open enquiries in hand takes none"), "L08", default=40, least=1, most=500, unit=_("enquiries")
)
POOL_NOT_BACK_DAYS = Choice(
    "leads.pool_not_back_days", _("Whoever let it fall does not take it back for"), "L08", default=30, least=0, most=365, unit=DAYS
)
POOL = (POOL_CONTACT_DAYS, POOL_UNASSIGNED_DAYS, POOL_WARN_DAYS, POOL_A_DAY, POOL_IN_HAND, POOL_NOT_BACK_DAYS)
LOSS_REVIEW_DAYS = Choice("leads.loss_review_days", _("A loss is reviewed within"), "Q21", default=3, least=1, most=14, unit=DAYS)
