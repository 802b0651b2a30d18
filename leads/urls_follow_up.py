"""Addresses of the pool, the hotline, hand-overs, losses, care and people who leave; part of `leads.urls`."""

from __future__ import annotations

from django.urls import URLPattern, path

from leads.views import follow_up, hotline, pool

_CASE = "<lead:ref>/hotline-cases/<nth:seq>/"


def patterns() -> list[URLPattern]:
    """Built when `leads.urls` has registered its converters."""
    return [
        path("pool/", pool.pool, name="pool"),
        path("<lead:ref>/pool-takings/", pool.pool_takings, name="pool-takings"),
        path("<lead:ref>/pool-entries/", pool.pool_entries, name="pool-entries"),
        path("<lead:ref>/pool-exits/", pool.pool_exits, name="pool-exits"),
        path("hotline/", hotline.hotline, name="hotline"),
        path("<lead:ref>/hotline-cases/", hotline.hotline_cases, name="hotline-cases"),
        path(_CASE, hotline.hotline_case, name="hotline-case"),
        path(_CASE + "takings/", hotline.hotline_case_takings, name="hotline-case-takings"),
        path(_CASE + "hearings/", hotline.hotline_case_hearings, name="hotline-case-hearings"),
        path(_CASE + "decisions/", hotline.hotline_case_decisions, name="hotline-case-decisions"),
        path(_CASE + "closings/", hotline.hotline_case_closings, name="hotline-case-closings"),
        path("<lead:ref>/hand-over/", follow_up.hand_over, name="hand-over"),
        path("<lead:ref>/care-calls/", follow_up.care_calls, name="care-calls"),
        path("<lead:ref>/loss-reviews/", follow_up.loss_reviews, name="loss-reviews"),
        path("losses/", follow_up.losses_of_month, name="losses-of-month"),
        path("updates/", follow_up.updates, name="updates"),
        path("leavers/", follow_up.leavers, name="leavers"),
        path("leavers/<str:username>/", follow_up.leaver, name="leaver"),
    ]
