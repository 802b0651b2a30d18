"""Addresses of the register, the statistics, supplements, counts, credit and promises."""

from __future__ import annotations

from django.urls import URLPattern, path

from projects.views import register, supplements


def patterns() -> list[URLPattern]:
    return [
        path("register/", register.register, name="register"),
        path("register/export/", register.register_export, name="register-export"),
        path("statistics/", register.statistics, name="statistics"),
        path("statistics/export/", register.statistics_export, name="statistics-export"),
        path("blank-contracts/counts/", register.stock_counts, name="stock-counts"),
        path("blank-contracts/counts/new/", register.stock_count_new, name="stock-count-new"),
        path("blank-contracts/counts/<seq:pk>/", register.stock_count, name="stock-count"),
        path("<site:ref>/performance/", register.performance, name="performance"),
        path("<site:ref>/supplements/", supplements.supplements, name="supplements"),
        path("<site:ref>/supplements/<seq:seq>/withdrawals/", supplements.supplement_withdrawals, name="supplement-withdrawals"),
        path("<site:ref>/contract-corrections/", supplements.contract_corrections, name="contract-corrections"),
        path("<site:ref>/credit-refunds/", supplements.credit_refunds, name="credit-refunds"),
        path("<site:ref>/credit-payments/", supplements.credit_payments, name="credit-payments"),
        path("<site:ref>/credit-refusals/", supplements.credit_refusals, name="credit-refusals"),
        path("<site:ref>/credit-uses/", supplements.credit_uses, name="credit-uses"),
        path("<site:ref>/promises/", supplements.promises, name="promises"),
        path("<site:ref>/promises/<seq:pk>/answers/", supplements.promise_answers, name="promise-answers"),
    ]
