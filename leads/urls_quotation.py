"""Addresses of quotations, price lists and imports; part of `leads.urls`."""

from __future__ import annotations

from django.urls import URLPattern, path

from leads.views import imports, prices, quotations

_Q = "<lead:ref>/quotations/"

def patterns() -> list[URLPattern]:
    """Built when `leads.urls` has registered its converters."""
    return [
        path("imports/", imports.import_list, name="imports"),
        path("imports/new/", imports.import_new, name="import-new"),
        path("imports/<int:pk>/", imports.import_batch, name="import"),
        path("imports/<int:pk>/words/", imports.import_words, name="import-words"),
        path("imports/<int:pk>/rows/<int:row>/", imports.import_row, name="import-row"),
        path("imports/<int:pk>/rows/<int:row>/skips/", imports.import_row_skips, name="import-row-skips"),
        path("imports/<int:pk>/rows/<int:row>/takes/", imports.import_row_takes, name="import-row-takes"),
        path("imports/<int:pk>/confirmations/", imports.import_confirmations, name="import-confirmations"),
        path("imports/<int:pk>/drops/", imports.import_drops, name="import-drops"),
        path("imports/<int:pk>/withdrawals/", imports.import_withdrawals, name="import-withdrawals"),
        path("price-lists/", prices.price_lists, name="price-lists"),
        path("price-lists/new/", prices.price_list_new, name="price-list-new"),
        path("price-lists/preview/", prices.price_list_preview, name="price-list-preview"),
        path("price-lists/<int:pk>/", prices.price_list, name="price-list"),
        path("price-lists/<int:pk>/export/", prices.price_list_export, name="price-list-export"),
        path(_Q, quotations.quotation_list, name="quotations"),
        path(_Q + "<nth:version>/", quotations.quotation, name="quotation"),
        path(_Q + "<nth:version>/rooms/<int:room>/items/", quotations.quotation_items, name="quotation-items"),
        path(_Q + "<nth:version>/terms/", quotations.quotation_terms, name="quotation-terms"),
        path(_Q + "<nth:version>/issues/", quotations.quotation_issues, name="quotation-issues"),
        path(_Q + "<nth:version>/repricings/", quotations.quotation_repricings, name="quotation-repricings"),
        path(_Q + "<nth:version>/acceptances/", quotations.quotation_acceptances, name="quotation-acceptances"),
    ]
