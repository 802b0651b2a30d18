"""Addresses of bonds and insurances (P42), and of old debts (P43)."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from projects.views import bonds, old_debts


class DebtRef:
    """JQ-<store>-<year>-<number>."""

    regex = r"JQ-[A-Z0-9]{2,6}-\d{4}-\d{4,}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(DebtRef, "debt")


def patterns() -> list[URLPattern]:
    return [
        path("bonds/", bonds.bond_list, name="bond-list"),
        path("old-debts/", old_debts.debt_list, name="old-debts"),
        path("old-debts/<debt:ref>/", old_debts.debt, name="old-debt"),
        path("old-debts/<debt:ref>/attempts/", old_debts.attempts, name="old-debt-attempts"),
        path("old-debts/<debt:ref>/payments/", old_debts.payments, name="old-debt-payments"),
        path("old-debts/<debt:ref>/reversals/", old_debts.reversals, name="old-debt-reversals"),
        path("old-debts/<debt:ref>/collectors/", old_debts.collectors, name="old-debt-collectors"),
        path("old-debts/<debt:ref>/endings/", old_debts.endings, name="old-debt-endings"),
        path("<site:ref>/bonds/", bonds.bonds, name="bonds"),
        path("<site:ref>/bonds/<seq:pk>/filings/", bonds.filings, name="bond-filings"),
        path("<site:ref>/bonds/<seq:pk>/endings/", bonds.endings, name="bond-endings"),
    ]
