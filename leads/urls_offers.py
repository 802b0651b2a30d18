"""Addresses around a quotation: packages, choices, discounts, sendings, comparison, Excel; part of `leads.urls`."""

from __future__ import annotations

from django.urls import URLPattern, path

from leads.views import quotation_offers as offers

_Q = "<lead:ref>/quotations/"
_V = _Q + "<nth:version>/"


def patterns() -> list[URLPattern]:
    """Built when `leads.urls` has registered its converters."""
    return [
        path("price-lists/<int:pk>/packages/", offers.packages, name="packages"),
        path("price-lists/<int:pk>/packages/new/", offers.package_new, name="package-new"),
        path(_Q + "comparisons/", offers.comparisons, name="quotation-comparisons"),
        path(_V + "packages/", offers.quotation_packages, name="quotation-packages"),
        path(_V + "lines/<int:line>/alternatives/", offers.alternatives, name="quotation-alternatives"),
        path(_V + "lines/<int:line>/options/", offers.options, name="quotation-options"),
        path(_V + "choices/", offers.choices, name="quotation-choices"),
        path(_V + "discount-requests/", offers.discount_requests, name="discount-requests"),
        path(_V + "discount-decisions/", offers.discount_decisions, name="discount-decisions"),
        path(_V + "sendings/", offers.sendings, name="quotation-sendings"),
        path(_V + "export/", offers.export, name="quotation-export"),
        path(_V + "sheets/", offers.quotation_sheets, name="quotation-sheets"),
        path(_V + "sheets/preview/", offers.quotation_sheet_preview, name="quotation-sheet-preview"),
    ]
