"""Addresses of foremen's money, site cost, completion and archive."""

from __future__ import annotations

from django.urls import URLPattern, path

from projects.views import completion, costs, foremen


def patterns() -> list[URLPattern]:
    return [
        path("foremen/", foremen.foremen, name="foremen"),
        path("foremen/export/", foremen.foremen_export, name="foremen-export"),
        path("commissions/", foremen.commission_list, name="commission-list"),
        path("commissions/export/", foremen.commissions_export, name="commissions-export"),
        path("costs/", costs.costs, name="costs"),
        path("costs/export/", costs.costs_export, name="costs-export"),
        path("completions/", completion.completions, name="completions"),
        path("completions/export/", completion.completions_export, name="completions-export"),
        path("archives/", completion.archives, name="archives"),
        path("<site:ref>/foreman/", foremen.foreman, name="foreman"),
        path("<site:ref>/foreman/deductions/", foremen.foreman_deductions, name="foreman-deductions"),
        path("<site:ref>/foreman/deductions/<seq:pk>/withdrawals/", foremen.foreman_deduction_withdrawals, name="foreman-deduction-withdrawals"),
        path("<site:ref>/foreman/labour/", foremen.foreman_labour, name="foreman-labour"),
        path("<site:ref>/foreman/labour/<seq:pk>/withdrawals/", foremen.foreman_labour_withdrawals, name="foreman-labour-withdrawals"),
        path("<site:ref>/foreman/settlements/", foremen.foreman_settlements, name="foreman-settlements"),
        path("<site:ref>/foreman/settlements/<seq:pk>/approvals/", foremen.foreman_approvals, name="foreman-approvals"),
        path("<site:ref>/foreman/settlements/<seq:pk>/refusals/", foremen.foreman_refusals, name="foreman-refusals"),
        path("<site:ref>/foreman/settlements/<seq:pk>/payments/", foremen.foreman_payments, name="foreman-payments"),
        path("<site:ref>/foreman/payments/<seq:pk>/reversals/", foremen.foreman_payment_reversals, name="foreman-payment-reversals"),
        path("<site:ref>/commissions/", foremen.commissions, name="commissions"),
        path("<site:ref>/commissions/<seq:pk>/approvals/", foremen.commission_approvals, name="commission-approvals"),
        path("<site:ref>/commissions/<seq:pk>/withdrawals/", foremen.commission_withdrawals, name="commission-withdrawals"),
        path("<site:ref>/costs/", costs.site_costs, name="site-costs"),
        path("<site:ref>/costs/expenses/", costs.expenses, name="expenses"),
        path("<site:ref>/costs/expenses/<seq:pk>/withdrawals/", costs.expense_withdrawals, name="expense-withdrawals"),
        path("<site:ref>/costs/proposals/", costs.savings, name="savings"),
        path("<site:ref>/costs/proposals/<seq:pk>/reviews/", costs.saving_reviews, name="saving-reviews"),
        path("<site:ref>/cleaning/", completion.cleaning, name="cleaning"),
        path("<site:ref>/cleaning/<seq:pk>/done/", completion.cleaning_done, name="cleaning-done"),
        path("<site:ref>/cleaning/<seq:pk>/withdrawals/", completion.cleaning_withdrawals, name="cleaning-withdrawals"),
        path("<site:ref>/hand-over/", completion.hand_over, name="hand-over"),
        path("<site:ref>/paper-handovers/", completion.paper_handovers, name="paper-handovers"),
        path("<site:ref>/archive/", completion.archive, name="archive"),
        path("<site:ref>/archive/filing/", completion.archivings, name="archivings"),
        path("<site:ref>/archive/loans/", completion.loans, name="loans"),
        path("<site:ref>/archive/loans/<seq:pk>/returns/", completion.loan_returns, name="loan-returns"),
    ]
