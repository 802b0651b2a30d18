"""Addresses of what comes after acceptance; the converter of a site's reference is projects'."""

from __future__ import annotations

from django.urls import URLPattern, path

from aftersales import urls_complaints, urls_repairs, urls_rounds, urls_slips
from aftersales.views import warranty as views
from projects import urls  # noqa: F401 -- registers the converter `site`

urlpatterns: list[URLPattern] = [
    *urls_repairs.urlpatterns,
    *urls_complaints.urlpatterns,
    *urls_rounds.urlpatterns,
    *urls_slips.urlpatterns,
    path("", views.warranty_list, name="list"),
    path("export/", views.warranty_export, name="export"),
    path("<site:ref>/", views.warranty, name="warranty"),
    path("<site:ref>/cards/", views.cards, name="cards"),
    path("<site:ref>/evaluations/", views.evaluations, name="evaluations"),
    path("<site:ref>/return-visits/", views.return_visits, name="return-visits"),
]
