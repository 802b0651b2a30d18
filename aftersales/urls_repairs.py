"""Addresses of repairs and of looks at finished homes."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from aftersales.views import repairs as views
from projects import urls  # noqa: F401 -- registers the converter `site`


class RepairRef:
    """BX-<store>-<year>-<number>."""

    regex = r"BX-[A-Z0-9]{2,6}-\d{4}-\d{4,}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(RepairRef, "repair")

urlpatterns: list[URLPattern] = [
    path("repairs/", views.repair_list, name="repairs"),
    path("repairs/export/", views.repair_export, name="repairs-export"),
    path("repairs/new/", views.repair_new, name="repair-new"),
    path("repairs/costs/", views.repair_costs, name="repair-cost-month"),
    path("repairs/costs/export/", views.repair_costs_export, name="repair-cost-export"),
    path("repairs/<repair:ref>/", views.repair, name="repair"),
    path("repairs/<repair:ref>/sortings/", views.sortings, name="repair-sortings"),
    path("repairs/<repair:ref>/refusals/", views.refusals, name="repair-refusals"),
    path("repairs/<repair:ref>/talks/", views.talks, name="repair-talks"),
    path("repairs/<repair:ref>/orders/", views.orders, name="repair-orders"),
    path("repairs/<repair:ref>/orders/<int:seq>/moves/", views.order_moves, name="order-moves"),
    path("repairs/<repair:ref>/orders/<int:seq>/cancellations/", views.order_cancellations, name="order-cancellations"),
    path("repairs/<repair:ref>/orders/<int:seq>/steps/", views.order_steps, name="order-steps"),
    path("repairs/<repair:ref>/orders/<int:seq>/site/", views.order_site, name="order-site"),
    path("repairs/<repair:ref>/orders/<int:seq>/done/", views.order_done, name="order-done"),
    path("repairs/<repair:ref>/orders/<int:seq>/back/", views.order_back, name="order-back"),
    path("repairs/<repair:ref>/calls/", views.calls, name="repair-calls"),
    path("repairs/<repair:ref>/payments/", views.payments, name="repair-payments"),
    path("repairs/<repair:ref>/costs/", views.costs, name="repair-costs"),
    path("repairs/<repair:ref>/filings/", views.filings, name="repair-filings"),
    path("repairs/<repair:ref>/withdrawals/", views.withdrawals, name="repair-withdrawals"),
    path("repairs/<repair:ref>/phone/", views.phone, name="repair-phone"),
    path("<site:ref>/repairs/", views.site_repairs, name="site-repairs"),
    path("<site:ref>/home-patrols/", views.home_patrols, name="home-patrols"),
]
