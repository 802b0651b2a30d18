"""Addresses of the meter, lost days, stopped work, extensions, unsigned work, prices outside the list and disputes."""

from __future__ import annotations

from django.urls import URLPattern, path

from projects.views import days, disputes


def patterns() -> list[URLPattern]:
    return [
        path("<site:ref>/meter/", days.meter, name="meter"),
        path("<site:ref>/lost-days/", days.lost_days, name="lost-days"),
        path("<site:ref>/lost-days/<seq:pk>/strikes/", days.lost_day_strikes, name="lost-day-strikes"),
        path("<site:ref>/stops/", days.stops, name="stops"),
        path("<site:ref>/stops/<seq:pk>/ends/", days.stop_ends, name="stop-ends"),
        path("<site:ref>/extensions/", days.extensions, name="extensions"),
        path("<site:ref>/extensions/<seq:seq>/withdrawals/", days.extension_withdrawals, name="extension-withdrawals"),
        path("<site:ref>/unsigned-works/", disputes.unsigned_works, name="unsigned-works"),
        path("<site:ref>/unsigned-works/<seq:pk>/outcomes/", disputes.unsigned_outcomes, name="unsigned-outcomes"),
        path("<site:ref>/changes/<seq:seq>/off-list/", disputes.off_list, name="change-off-list"),
        path("<site:ref>/off-list/<seq:pk>/decisions/", disputes.off_list_decisions, name="off-list-decisions"),
        path("<site:ref>/compensations/", disputes.compensations, name="compensations"),
        path("<site:ref>/settlements/<seq:pk>/disputes/", disputes.disputes, name="settlement-disputes"),
        path("<site:ref>/disputes/<seq:pk>/answers/", disputes.dispute_answers, name="dispute-answers"),
    ]
