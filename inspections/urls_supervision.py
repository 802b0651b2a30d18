"""Addresses of supervision: what is counted on a site, plans, facts, rounds, the published month."""

from django.urls import path

from inspections.views import supervision as views

urlpatterns = [
    path("board/", views.board, name="board"),
    path("plans/", views.plan_list, name="patrol-plans"),
    path("plans/new/", views.plan_new, name="plan-new"),
    path("plans/<int:pk>/", views.plan, name="plan"),
    path("plan-entries/<int:pk>/deviations/", views.deviation, name="deviations"),
    path("facts/", views.fact_list, name="facts"),
    path("facts/<int:pk>/reasons/", views.reason, name="reasons"),
    path("facts/<int:pk>/rulings/", views.ruling, name="rulings"),
    path("check-ins/", views.check_ins, name="check-ins"),
    path("check-ins/calls/", views.calls, name="calls"),
    path("progress-reports/", views.reports, name="reports"),
    path("progress-reports/<int:pk>/readings/", views.report_reading, name="report-readings"),
    path("joint-inspections/", views.joints, name="joints"),
    path("joint-inspections/<int:pk>/", views.joint, name="joint"),
    path("joint-inspections/<int:pk>/visits/", views.joint_visit, name="joint-visits"),
    path("crew-ratings/", views.ratings, name="ratings"),
    path("crew-ratings/points/", views.crew_points, name="crew-points"),
    path("meetings/", views.meetings, name="meetings"),
    path("bulletins/", views.bulletins, name="bulletins"),
    path("bulletins/publications/", views.publication, name="publications"),
    path("bulletins/<int:pk>/", views.bulletin, name="bulletin"),
    path("<str:ref>/supervision/", views.site, name="supervision"),
    path("<str:ref>/must-visits/", views.must_visits, name="must-visits"),
    path("<str:ref>/exchanges/", views.exchanges, name="exchanges"),
    path("<str:ref>/service-book/", views.book, name="service-book"),
    path("<str:ref>/trades/", views.trades, name="trades"),
    path("<str:ref>/progress/", views.progress, name="progress"),
]
