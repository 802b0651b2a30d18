"""Addresses of site order: lists across the sites first, then the pages of a site."""

from __future__ import annotations

from django.urls import URLPattern, path

from inspections.views import order as views

SLIP = "<str:ref>/fines/<seq:number>/"


def patterns() -> list[URLPattern]:
    return [
        path("instruments/", views.tools, name="tools"),
        path("instruments/<seq:pk>/calibrations/", views.tool_calibration, name="tool-calibrations"),
        path("instruments/<seq:pk>/retirements/", views.tool_retirement, name="tool-retirements"),
        path("fine-slips/", views.fine_list, name="fine-list"),
        path("diaries/", views.diary_list, name="diaries"),
        path("incidents/", views.incident_list, name="incident-list"),
        path("<str:ref>/order/", views.order, name="order"),
        path("<str:ref>/behind/", views.behind, name="behind"),
        path("<str:ref>/walks/", views.order_checks, name="order-checks"),
        path("<str:ref>/walks/<seq:number>/", views.order_check, name="order-check"),
        path("<str:ref>/walks/new/<str:kind>/", views.order_check_new, name="order-check-new"),
        path("<str:ref>/deliveries/", views.delivery_list, name="deliveries"),
        path("<str:ref>/deliveries/new/", views.delivery_new, name="delivery-new"),
        path("<str:ref>/refused-goods/<seq:pk>/removals/", views.removals, name="removals"),
        path("<str:ref>/fines/", views.site_fines, name="fines"),
        path(SLIP, views.fine, name="fine"),
        path(SLIP + "confirmations/", views.fine_confirmation, name="fine-confirmations"),
        path(SLIP + "refusals/", views.fine_refusal, name="fine-refusals"),
        path(SLIP + "appeals/", views.fine_appeal, name="fine-appeals"),
        path(SLIP + "decisions/", views.fine_decision, name="fine-decisions"),
        path(SLIP + "voids/", views.fine_void, name="fine-voids"),
        path("<str:ref>/diary/", views.diary, name="diary"),
        path("<str:ref>/diary/<seq:pk>/looks/", views.diary_look, name="diary-looks"),
        path("<str:ref>/notes/", views.notes, name="notes"),
        path("<str:ref>/notes/<seq:number>/answers/", views.note_answer, name="note-answers"),
        path("<str:ref>/briefings/", views.briefings, name="briefings"),
        path("<str:ref>/incidents/", views.incidents, name="incidents"),
        path("<str:ref>/incidents/<seq:number>/", views.incident, name="incident"),
        path("<str:ref>/incidents/<seq:number>/steps/", views.incident_step, name="incident-steps"),
        path("<str:ref>/rectifications/<seq:number>/plans/", views.rectification_plan, name="plans"),
    ]
