"""Every address of the house.  Apps bring their own; what stands across them is here."""

from __future__ import annotations

from importlib import import_module

from django.urls import URLPattern, URLResolver, include, path

from config.pages import (
    appointments,
    check_items,
    client_file,
    desk,
    drafts,
    drawings,
    files,
    health,
    language,
    papers,
    profile,
    repair_origins,
    reveal,
    search,
)

Patterns = list[URLPattern | URLResolver]


def _of(app: str, *more: URLPattern) -> Patterns:
    """An app's own addresses under its name, with the pages that stand across the apps added."""
    return [path(f"{app}/", include(([*import_module(f"{app}.urls").urlpatterns, *more], app)))]


urlpatterns: Patterns = [
    path("", desk.desk, name="desk"),
    path("notices/", desk.notice_list, name="notices"),
    path("notices/<int:pk>/readings/", desk.notice_read, name="notice-read"),
    path("deadlines/<int:pk>/reminders/", desk.deadline_remind, name="deadline-remind"),
    path("search/", search.search, name="search"),
    path("check-items/", check_items.item_list, name="check-items"),
    path("check-items/<int:pk>/", check_items.item_decision, name="check-item"),
    path("papers/", papers.paper_list, name="papers"),
    path("papers/<str:ref>/", papers.paper, name="paper"),
    path("papers/<str:ref>/signatures/", papers.paper_sign, name="paper-sign"),
    path("papers/<str:ref>/pdf/", papers.paper_pdf, name="paper-pdf"),
    path("papers/<str:ref>/scans/", papers.paper_scan, name="paper-scan"),
    path(
        "papers/<str:ref>/scans/<uuid:public_id>/confirmations/", papers.paper_scan_confirm, name="paper-scan-confirm"
    ),
    path("papers/<str:ref>/voiding/", papers.paper_void, name="paper-void"),
    path("verify/<str:ref>/<str:token>/", papers.verify, name="verify"),
    path("files/<uuid:public_id>/", files.file, name="file"),
    path("files/<uuid:public_id>/thumb/", files.thumb, name="file-thumb"),
    path("phones/<int:pk>/reveals/", reveal.reveal, name="reveal"),
    path("phones/people/<int:pk>/reveals/", reveal.reveal_person, name="reveal-person"),
    path("drafts/", drafts.draft, name="drafts"),
    path("language/", language.language, name="language"),
    path("health/", health.health, name="health"),
    path("", include("staff.doors")),
    path("", include("staff.urls")),
    *_of(
        "leads",
        path("calendar/appointments/new/", appointments.appointment_new, name="appointment-new"),
        path("customers/<int:pk>/", profile.profile, name="profile"),
        path("<str:ref>/", client_file.of_lead, name="file"),
    ),
    *_of("projects", path("<str:ref>/drawings/", drawings.of_project, name="drawings"), path("<str:ref>/", client_file.of_project, name="file")),
    *_of("inspections"),
    *_of("aftersales", path("repairs/<str:ref>/origins/", repair_origins.of_repair, name="repair-origins")),
]
