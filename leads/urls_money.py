"""Addresses of the till, of refunds and of promises."""

from __future__ import annotations

from datetime import date

from django.urls import URLPattern, path, register_converter

from leads.views import refunds, till


class TillDay:
    """2026-11-25."""

    regex = r"20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


class TillRow:
    """The number of a row."""

    regex = r"[1-9]\d{0,8}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(TillDay, "tillday")
register_converter(TillRow, "tillrow")


def patterns() -> list[URLPattern]:
    return [
        path("till/", till.overview, name="till"),
        path("till/export/", till.export, name="till-export"),
        path("till/accounts/", till.accounts, name="till-accounts"),
        path("till/accounts/<tillrow:pk>/", till.account, name="till-account"),
        path("till/accounts/<tillrow:pk>/closures/", till.account_closures, name="till-account-closures"),
        path("till/accounts/<tillrow:pk>/days/<tillday:on>/", till.day, name="till-day"),
        path("till/moves/", till.moves, name="till-moves"),
        path("till/closings/<tillrow:pk>/", till.closing, name="till-closing"),
        path("<lead:ref>/deposit-reversals/", refunds.deposit_reversals, name="deposit-reversals"),
        path("<lead:ref>/deposit-refunds/", refunds.deposit_refunds, name="deposit-refunds"),
        path("<lead:ref>/refund-payments/", refunds.refund_payments, name="refund-payments"),
        path("<lead:ref>/refund-refusals/", refunds.refund_refusals, name="refund-refusals"),
        path("<lead:ref>/promises/", refunds.promises, name="promises"),
        path("<lead:ref>/promises/<tillrow:pk>/answers/", refunds.promise_answers, name="promise-answers"),
    ]
