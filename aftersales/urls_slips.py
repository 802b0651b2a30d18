"""Addresses of slips between departments, quality tracking, the Saturday summary."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from aftersales.views import slips as views
from projects import urls  # noqa: F401 -- registers the converter `site`


class SlipRef:
    """XT-<store>-<year>-<number>."""

    regex = r"XT-[A-Z0-9]{2,6}-\d{4}-\d{4,}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(SlipRef, "slip")

urlpatterns: list[URLPattern] = [
    path("slips/", views.slip_list, name="slips"),
    path("slips/new/", views.slip_new, name="slip-new"),
    path("slips/<slip:ref>/", views.slip, name="slip"),
    path("slips/<slip:ref>/answers/", views.slip_answers, name="slip-answers"),
    path("slips/<slip:ref>/closings/", views.slip_closings, name="slip-closings"),
    path("slips/<slip:ref>/withdrawals/", views.slip_withdrawals, name="slip-withdrawals"),
    path("quality/", views.track_list, name="tracks"),
    path("week-summaries/", views.summary_list, name="week-summaries"),
    path("week-summaries/new/", views.summary_new, name="week-summary-new"),
    path("week-summaries/<int:pk>/", views.summary, name="week-summary"),
    path("week-summaries/<int:pk>/readings/", views.summary_readings, name="week-summary-readings"),
    path("<site:ref>/quality/", views.site_tracks, name="site-tracks"),
]
