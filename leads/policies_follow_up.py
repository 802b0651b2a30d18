"""Who may do what against forgetting: the pool, the hotline, hand-overs, reviews of losses, care calls, leaving employees."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.policies import Permission
from leads.policies import DESIGNERS, HEADS
from staff import posts

CARE_PEOPLE = (posts.CS_OFFICER, posts.CS_SUPERVISOR)

SEE_POOL = Permission(
    "leads.see_pool",
    _("Read the public pool"),
    store=(*DESIGNERS, posts.CUSTOMER_MANAGER, posts.FRONT_DESK, *HEADS),
    company=(posts.GENERAL_MANAGER,),
)
TAKE_FROM_POOL = Permission("leads.take_from_pool", _("Take an enquiry from the public pool"), store=(*DESIGNERS, posts.CUSTOMER_MANAGER))
KEEP_POOL = Permission("leads.keep_pool", _("Put an enquiry into the public pool or take it out, with a reason"), store=HEADS)
SEE_HOTLINE = Permission(
    "leads.see_hotline",
    _("Read hotline cases"),
    own=(*DESIGNERS, posts.CUSTOMER_MANAGER),
    store=(posts.FRONT_DESK, *CARE_PEOPLE, *HEADS),
    company=(posts.GENERAL_MANAGER,),
)
OPEN_HOTLINE = Permission(
    "leads.open_hotline",
    _("Open a hotline case for a customer who is not content"),
    own=(*DESIGNERS, posts.CUSTOMER_MANAGER, posts.MARKET_REP),
    store=(posts.FRONT_DESK, *CARE_PEOPLE, *HEADS),
)
TAKE_HOTLINE = Permission("leads.take_hotline", _("Take a hotline case, hear the customer, close it"), store=CARE_PEOPLE)
DECIDE_HOTLINE = Permission("leads.decide_hotline", _("Decide how a hotline case is settled"), store=(posts.STORE_MANAGER,))
SEE_HAND_OVER = Permission(
    "leads.see_hand_over", _("Read the hand-over of an enquiry, and confirm one's own"), own=(*DESIGNERS, posts.CUSTOMER_MANAGER), store=HEADS
)
REVIEW_LOSS = Permission("leads.review_loss", _("Confirm a loss or send it back"), store=HEADS)
SEE_LOSSES = Permission(
    "leads.see_losses",
    _("Read the losses of a month with their reasons"),
    store=(*HEADS, posts.CS_SUPERVISOR),
    company=(posts.GENERAL_MANAGER, posts.MARKETING_MANAGER),
)
CARE = Permission(
    "leads.care", _("Make the regular return visit before the contract"), own=(*DESIGNERS, posts.CUSTOMER_MANAGER), store=(*CARE_PEOPLE, posts.STORE_MANAGER)
)
SEE_UPDATES = Permission(
    "leads.see_updates",
    _("Read which customers were not brought up to date today"),
    own=(posts.CUSTOMER_MANAGER,),
    store=(posts.FRONT_DESK, *CARE_PEOPLE, posts.STORE_MANAGER),
)
MOVE_CUSTOMERS = Permission(
    "leads.move_customers", _("Move the customers of somebody who leaves to others"), store=HEADS, company=(posts.HR,)
)
