"""Addresses of the calendar, show homes, roster and wordings; part of `leads.urls`."""

from __future__ import annotations

from django.urls import URLPattern, path

from leads.views import calendar, roster, show_homes, texts


def patterns() -> list[URLPattern]:
    """The form of a new appointment is composed by the floor above under `leads:appointment-new`."""
    return [
        path("calendar/", calendar.calendar, name="calendar"),
        path("calendar/address/", calendar.feed, name="feed"),
        path("calendar/<str:secret>.ics", calendar.feed_ics, name="feed-ics"),
        path("calendar/appointments/<int:pk>/", calendar.appointment, name="appointment"),
        path("calendar/appointments/<int:pk>/outcomes/", calendar.appointment_outcomes, name="appointment-outcomes"),
        path("calendar/appointments/<int:pk>/moves/", calendar.appointment_moves, name="appointment-moves"),
        path("show-homes/", show_homes.show_homes, name="show-homes"),
        path("show-homes/new/", show_homes.show_home_new, name="show-home-new"),
        path("show-homes/notices/", show_homes.show_home_notices, name="show-home-notices"),
        path("show-homes/<int:pk>/", show_homes.show_home, name="show-home"),
        path("show-homes/<int:pk>/visits/", show_homes.show_home_visits, name="show-home-visits"),
        path("show-homes/<int:pk>/closings/", show_homes.show_home_closings, name="show-home-closings"),
        path("roster/", roster.roster, name="roster"),
        path("roster/shifts/", roster.roster_shifts, name="roster-shifts"),
        path("roster/shifts/<int:pk>/", roster.roster_shift, name="roster-shift"),
        path("roster/hours/", roster.roster_hours, name="roster-hours"),
        path("texts/", texts.text_list, name="texts"),
        path("texts/<slug:code>/", texts.text, name="text"),
    ]
