"""Addresses of the property office's desk and of preparation."""

from __future__ import annotations

from django.urls import URLPattern, path

from projects.views import preparing, property


def patterns() -> list[URLPattern]:
    return [
        path("crews/", preparing.crews, name="crews"),
        path("crews/<seq:pk>/", preparing.crew, name="crew"),
        path("crews/<seq:pk>/contracts/", preparing.labour_contracts, name="labour-contracts"),
        path("crews/<seq:pk>/members/<seq:member>/ends/", preparing.crew_member_ends, name="crew-member-ends"),
        path("materials/", preparing.materials_due, name="materials-due"),
        path("<site:ref>/property/", property.overview, name="property"),
        path("<site:ref>/property-needs/", property.needs, name="needs"),
        path("<site:ref>/property-needs/<seq:pk>/starts/", property.need_starts, name="need-starts"),
        path("<site:ref>/property-needs/<seq:pk>/drops/", property.need_drops, name="need-drops"),
        path("<site:ref>/applications/<str:kind>/", property.applications, name="applications"),
        path("<site:ref>/applications/<seq:pk>/approvals/", property.application_approvals, name="application-approvals"),
        path("<site:ref>/applications/<seq:pk>/rejections/", property.application_rejections, name="application-rejections"),
        path("<site:ref>/property-fees/", property.fees, name="property-fees"),
        path("<site:ref>/property-fees/<seq:pk>/payments/", property.fee_payments, name="fee-payments"),
        path("<site:ref>/property-fees/<seq:pk>/returns/", property.fee_returns, name="fee-returns"),
        path("<site:ref>/permit-extensions/", property.permit_extensions, name="permit-extensions"),
        path("<site:ref>/permit-extensions/<seq:pk>/fees/", property.extension_fees, name="extension-fees"),
        path("<site:ref>/pass-register/", property.pass_register, name="pass-register"),
        path("<site:ref>/pass-register/<seq:pk>/collections/", property.pass_collections, name="pass-collections"),
        path("<site:ref>/pass-sheets/", property.pass_sheets, name="pass-sheets"),
        path("<site:ref>/doubts/", preparing.doubts, name="doubts"),
        path("<site:ref>/doubts/<seq:pk>/answers/", preparing.doubt_answers, name="doubt-answers"),
        path("<site:ref>/doubts/<seq:pk>/closings/", preparing.doubt_closings, name="doubt-closings"),
        path("<site:ref>/pre-surveys/", preparing.pre_surveys, name="pre-surveys"),
        path("<site:ref>/crew-assignments/", preparing.crew_assignments, name="crew-assignments"),
        path("<site:ref>/works-notices/", preparing.works_notices, name="works-notices"),
        path("<site:ref>/foreman-prices/", preparing.foreman_prices, name="foreman-prices"),
        path("<site:ref>/schedule/", preparing.schedule, name="schedule"),
        path("<site:ref>/schedule/new/", preparing.schedule_new, name="schedule-new"),
        path("<site:ref>/schedule/papers/", preparing.schedule_papers, name="schedule-papers"),
        path("<site:ref>/phases/<seq:pk>/moves/", preparing.phase_moves, name="phase-moves"),
        path("<site:ref>/phases/<seq:pk>/starts/", preparing.phase_starts, name="phase-starts"),
        path("<site:ref>/phases/<seq:pk>/ends/", preparing.phase_ends, name="phase-ends"),
        path("<site:ref>/materials/", preparing.materials, name="materials"),
        path("<site:ref>/materials/new/", preparing.material_new, name="material-new"),
        path("<site:ref>/materials/papers/", preparing.material_papers, name="material-papers"),
        path("<site:ref>/materials/<seq:pk>/orders/", preparing.material_orders, name="material-orders"),
        path("<site:ref>/materials/<seq:pk>/arrivals/", preparing.material_arrivals, name="material-arrivals"),
        path("<site:ref>/materials/<seq:pk>/refusals/", preparing.material_refusals, name="material-refusals"),
        path("<site:ref>/materials/<seq:pk>/installations/", preparing.material_installations, name="material-installations"),
        path("<site:ref>/materials/<seq:pk>/drops/", preparing.material_drops, name="material-drops"),
    ]
