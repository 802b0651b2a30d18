"""Addresses of customers and enquiries; the client file itself is composed by the floor above under `leads:file`."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path, register_converter

from leads import urls_calendar, urls_drawings, urls_follow_up, urls_money, urls_offers, urls_people, urls_quotation
from leads.views import acts, lists, registration, survey


class Reference:
    """K-CX-2026-0001."""

    regex = r"K-[A-Z][A-Z0-9]{1,5}-\d{4}-\d{4,7}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Nth:
    """The how-manieth: 1 to 999."""

    regex = r"[1-9]\d{0,2}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(Reference, "lead")
register_converter(Nth, "nth")
_CLOCKS = "|".join(acts.OF_LEAD)

urlpatterns: list[URLPattern] = [
    *urls_calendar.patterns(),
    *urls_drawings.patterns(),
    *urls_follow_up.patterns(),
    *urls_money.patterns(),
    *urls_offers.patterns(),
    *urls_people.patterns(),
    *urls_quotation.patterns(),
    path("", lists.lead_list, name="list"),
    path("export/", lists.lead_export, name="export"),
    path("new/", registration.lead_new, name="new"),
    path("duplicates/", registration.duplicates, name="duplicates"),
    path("<lead:ref>/registration-papers/", registration.registration_papers, name="registration-papers"),
    path("<lead:ref>/assignments/", acts.assignments, name="assignments"),
    path("<lead:ref>/reassignments/", acts.reassignments, name="reassignments"),
    path("<lead:ref>/follow-ups/", acts.follow_ups, name="follow-ups"),
    path("<lead:ref>/consultations/", acts.consultations, name="consultations"),
    path("<lead:ref>/consultations/<nth:seq>/corrections/", acts.consultation_corrections, name="consultation-corrections"),
    path("<lead:ref>/consultations/<nth:seq>/refusals/", acts.consultation_refusals, name="consultation-refusals"),
    path("<lead:ref>/preview-dates/", acts.preview_dates, name="preview-dates"),
    path("<lead:ref>/proposals/", acts.proposals, name="proposals"),
    path("<lead:ref>/proposal-decisions/", acts.proposal_decisions, name="proposal-decisions"),
    path("<lead:ref>/proposal-calls/", acts.proposal_calls, name="proposal-calls"),
    path("<lead:ref>/order-agreements/", acts.order_agreements, name="order-agreements"),
    path("<lead:ref>/deposits/", acts.deposits, name="deposits"),
    path("<lead:ref>/schemes/", acts.schemes, name="schemes"),
    path("<lead:ref>/surveys/", survey.surveys, name="surveys"),
    path("<lead:ref>/home-corrections/", acts.home_corrections, name="home-corrections"),
    path("<lead:ref>/losses/", acts.losses, name="losses"),
    path("<lead:ref>/reopenings/", acts.reopenings, name="reopenings"),
    re_path(rf"^(?P<ref>{Reference.regex})/clocks/(?P<clock>{_CLOCKS})/pauses/$", acts.clock_pauses, name="clock-pauses"),
    re_path(rf"^(?P<ref>{Reference.regex})/clocks/(?P<clock>{_CLOCKS})/resumptions/$", acts.clock_resumptions, name="clock-resumptions"),
]
