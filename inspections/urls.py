"""Addresses of the checks: sites, a site, its checks, patrols and faults.  Acts are records under what they change."""

from django.urls import path

from inspections import urls_order, urls_quantities, urls_supervision
from inspections.views import checks as views

CHECK = "<str:ref>/checks/<str:code>/<int:attempt>/"
FAULT = "<str:ref>/rectifications/<int:number>/"

urlpatterns = [
    *urls_order.patterns(),
    path("", views.site_list, name="list"),
    path("rectifications/", views.rectification_list, name="rectifications"),
    *urls_supervision.urlpatterns,
    *urls_quantities.urlpatterns,
    path("<str:ref>/", views.site, name="for_project"),
    path("<str:ref>/checks/", views.check_open, name="checks"),
    path("<str:ref>/announcements/", views.check_announce, name="announcements"),
    path("<str:ref>/patrols/", views.patrols, name="patrols"),
    path(CHECK, views.check, name="check"),
    path(CHECK + "results/<str:item>/", views.result, name="results"),
    path(CHECK + "omissions/", views.left_out, name="omissions"),
    path(CHECK + "confirmations/", views.confirmation, name="confirmations"),
    path(CHECK + "waivers/", views.waiver, name="waivers"),
    path(CHECK + "conclusions/", views.conclusion, name="conclusions"),
    path(CHECK + "late-results/<str:item>/", views.late_result, name="late-results"),
    path(CHECK + "papers/", views.paper, name="papers"),
    path(FAULT, views.rectification, name="rectification"),
    path(FAULT + "answers/", views.answer, name="answers"),
    path(FAULT + "rechecks/", views.recheck, name="rechecks"),
]
