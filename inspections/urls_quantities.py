"""Addresses of measured quantities and of the reports of quality and material use."""

from __future__ import annotations

from django.urls import path

from inspections.views import quantities as views

urlpatterns = [
    path("material-reports/", views.report_list, name="material-reports"),
    path("material-reports/new/", views.report_new, name="material-report-new"),
    path("material-reports/<int:pk>/", views.report, name="material-report"),
    path("<str:ref>/quantities/", views.quantities, name="quantities"),
    path("<str:ref>/quantities/<seq:number>/confirmations/", views.confirmation, name="quantity-confirmations"),
    path("<str:ref>/quantities/<seq:number>/withdrawals/", views.withdrawal, name="quantity-withdrawals"),
    path("<str:ref>/material-reports/", views.site_report, name="site-material-reports"),
]
