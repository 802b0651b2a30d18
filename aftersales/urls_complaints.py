"""Addresses of complaints, their reports and the shift hand-over."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from aftersales.views import complaint_reports as reports
from aftersales.views import complaints as views
from leads import urls  # noqa: F401 -- registers the converter `lead`


class ComplaintRef:
    """TS-<store>-<year>-<number>."""

    regex = r"TS-[A-Z0-9]{2,6}-\d{4}-\d{4,}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ComplaintRef, "complaint")

urlpatterns: list[URLPattern] = [
    path("complaints/", views.complaint_list, name="complaints"),
    path("complaints/new/", views.complaint_new, name="complaint-new"),
    path("complaints/of/<lead:ref>/", views.complaint_register, name="complaint-register"),
    path("complaints/statistics/", reports.statistics, name="complaint-statistics"),
    path("complaints/reports/", reports.report, name="complaint-report"),
    path("complaints/<complaint:ref>/", views.complaint, name="complaint"),
    path("complaints/<complaint:ref>/judgement/", views.judgement, name="complaint-judgement"),
    path("complaints/<complaint:ref>/classes/", views.classings, name="complaint-classings"),
    path("complaints/<complaint:ref>/promises/", views.promises, name="complaint-promises"),
    path("complaints/<complaint:ref>/talks/", views.talks, name="complaint-talks"),
    path("complaints/<complaint:ref>/hands/", views.hands, name="complaint-hands"),
    path("complaints/<complaint:ref>/named/", views.named, name="complaint-named"),
    path("complaints/<complaint:ref>/investigation/", views.investigation, name="complaint-investigation"),
    path("complaints/<complaint:ref>/proposals/", views.proposals, name="complaint-proposals"),
    path("complaints/<complaint:ref>/approval/", views.approval, name="complaint-approval"),
    path("complaints/<complaint:ref>/second-looks/", views.second_looks, name="complaint-second-looks"),
    path("complaints/<complaint:ref>/unsigned/", views.unsigned, name="complaint-unsigned"),
    path("complaints/<complaint:ref>/execution/", views.execution, name="complaint-execution"),
    path("complaints/<complaint:ref>/summary/", views.summary, name="complaint-summary"),
    path("complaints/<complaint:ref>/reopenings/", views.reopenings, name="complaint-reopenings"),
    path("complaints/<complaint:ref>/check-items/", views.item_proposals, name="complaint-check-items"),
    path("complaints/<complaint:ref>/phone/", views.phone, name="complaint-phone"),
    path("shifts/", reports.handover_list, name="shifts"),
    path("shifts/new/", reports.handover_new, name="shift-new"),
]
