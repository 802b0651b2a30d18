"""Addresses of sites; the client file itself is composed by the floor above under `projects:file`."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from projects import urls_bonds, urls_contract, urls_days, urls_preparation, urls_settling
from projects.views import changes, contracts, lists, money, preparation, stages, visitors


class Site:
    """P-CX-2026-0014."""

    regex = r"P-[A-Z][A-Z0-9]{1,5}-\d{4}-\d{4,7}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Seq:
    """The how-manieth, or the number of a row."""

    regex = r"[1-9]\d{0,8}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(Site, "site")
register_converter(Seq, "seq")

urlpatterns: list[URLPattern] = [
    *urls_contract.patterns(),
    *urls_days.patterns(),
    *urls_preparation.patterns(),
    *urls_bonds.patterns(),
    *urls_settling.patterns(),
    path("", lists.project_list, name="list"),
    path("export/", lists.project_export, name="export"),
    path("payments/", lists.payment_list, name="payment-list"),
    path("payments/export/", lists.payment_export, name="payment-export"),
    path("visitable/", visitors.visitable, name="visitable"),
    path("<site:ref>/visitors/", visitors.visitors, name="visitors"),
    path("blank-contracts/", lists.stock, name="stock"),
    path("blank-contracts/<seq:pk>/takings/", lists.stock_takings, name="stock-takings"),
    path("blank-contracts/<seq:pk>/returns/", lists.stock_returns, name="stock-returns"),
    path("contracts/", contracts.waiting, name="waiting"),
    path("contracts/<str:lead_ref>/", contracts.contract_new, name="contract-new"),
    path("<site:ref>/contract/", contracts.contract, name="contract"),
    path("<site:ref>/hand-ins/", contracts.hand_ins, name="hand-ins"),
    path("<site:ref>/filings/", contracts.filings, name="filings"),
    path("<site:ref>/contact-pages/", contracts.contact_pages, name="contact-pages"),
    path("<site:ref>/people/", preparation.people, name="people"),
    path("<site:ref>/reviews/", preparation.reviews, name="reviews"),
    path("<site:ref>/permits/", preparation.permits, name="permits"),
    path("<site:ref>/permits/<seq:pk>/approvals/", preparation.permit_approvals, name="permit-approvals"),
    path("<site:ref>/permits/<seq:pk>/rejections/", preparation.permit_rejections, name="permit-rejections"),
    path("<site:ref>/passes/", preparation.passes, name="passes"),
    path("<site:ref>/pass-returns/", preparation.pass_returns, name="pass-returns"),
    path("<site:ref>/disclosures/", preparation.disclosures, name="disclosures"),
    path("<site:ref>/arrivals/", preparation.arrivals, name="arrivals"),
    path("<site:ref>/stage-changes/", stages.stage_changes, name="stage-changes"),
    path("<site:ref>/waivers/<str:gate>/", stages.waivers, name="waivers"),
    path("<site:ref>/pauses/", stages.pauses, name="pauses"),
    path("<site:ref>/resumptions/", stages.resumptions, name="resumptions"),
    path("<site:ref>/cancellations/", stages.cancellations, name="cancellations"),
    path("<site:ref>/reopenings/", stages.reopenings, name="reopenings"),
    path("<site:ref>/changes/", changes.changes, name="changes"),
    path("<site:ref>/changes/<seq:seq>/", changes.change, name="change"),
    path("<site:ref>/changes/<seq:seq>/answers/", changes.change_answers, name="change-answers"),
    path("<site:ref>/changes/<seq:seq>/prices/", changes.change_prices, name="change-prices"),
    path("<site:ref>/changes/<seq:seq>/withdrawals/", changes.change_withdrawals, name="change-withdrawals"),
    path("<site:ref>/payments/", money.payments, name="payments"),
    path("<site:ref>/payments/<seq:pk>/reversals/", money.payment_reversals, name="payment-reversals"),
    path("<site:ref>/reminders/", money.reminders, name="reminders"),
    path("<site:ref>/settlements/", money.settlements, name="settlements"),
]
