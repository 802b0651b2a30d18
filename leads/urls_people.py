"""Addresses of people, profiles, logs, estates and sources; part of `leads.urls`."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from leads.selectors_people import LOGS
from leads.views import estates, logs, people


class Log:
    """Which of the two logs."""

    regex = "calls|visits"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def patterns() -> list[URLPattern]:
    """Built when `leads.urls` has registered its converters."""
    register_converter(Log, "log")
    return [
        path("<lead:ref>/people/", people.people, name="people"),
        path("<lead:ref>/people/<int:pk>/endings/", people.person_endings, name="person-endings"),
        path("customers/<int:pk>/updates/", people.profile_updates, name="profile-updates"),
        path("customers/<int:pk>/judgments/", people.judgments, name="judgments"),
        path("customers/<int:pk>/bans/", people.bans, name="bans"),
        path("customers/<int:pk>/merges/", people.merges, name="merges"),
        path("merges/<int:pk>/partings/", people.partings, name="partings"),
        *(path(f"logs/{kind}/", logs.logs, {"kind": kind}, name=kind) for kind in LOGS),
        *(path(f"logs/{kind}/export/", logs.log_export, {"kind": kind}, name=f"{kind}-export") for kind in LOGS),
        *(path(f"logs/{kind}/new/", logs.log_new, {"kind": kind}, name=f"{kind}-new") for kind in LOGS),
        path("logs/<log:kind>/<int:pk>/", logs.log_entry, name="log-entry"),
        path("logs/<log:kind>/<int:pk>/handlings/", logs.log_handlings, name="log-handlings"),
        path("logs/<log:kind>/<int:pk>/passings/", logs.log_passings, name="log-passings"),
        path("logs/<log:kind>/<int:pk>/links/", logs.log_links, name="log-links"),
        path("logs/<log:kind>/<int:pk>/registrations/", logs.log_registrations, name="log-registrations"),
        path("estates/", estates.estates, name="estates"),
        path("estates/new/", estates.estate_new, name="estate-new"),
        path("estates/<int:pk>/", estates.estate, name="estate"),
        path("estates/<int:pk>/corrections/", estates.estate_corrections, name="estate-corrections"),
        path("estates/<int:pk>/phases/", estates.estate_phases, name="estate-phases"),
        path("estates/<int:pk>/phases/<int:phase>/withdrawals/", estates.phase_withdrawals, name="phase-withdrawals"),
        path("sources/", estates.sources, name="sources"),
        path("sources/<int:pk>/", estates.source, name="source"),
    ]
