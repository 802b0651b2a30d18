"""What the database itself refuses around a quotation, in plain SQL by the web role; and that costs reach nobody who may not see them."""

from __future__ import annotations

import re
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, connection, transaction

from leads import services as leads
from leads.models import PriceItem, Quotation
from leads.policies import SEE_COST
from leads.services import Wanted
from leads.services.packages import PackageContent, PackageRow
from tests.leads import quoting
from tests.leads import standing as all_tests
from tests.leads.standing import fresh

PACKAGE = PackageRow("K-1", "墙面包", [PackageContent("living", "T-01", Decimal(40))], per_m2=Decimal(100))
LINE = (
    "INSERT INTO leads_quotationline (quotation_id, room_id, trade, item_id, name, unit, quantity_from, computed, quantity, reason, labour, material, "
    "unit_price, amount, cost, note, position, part, optional, alternative_to_id, taken) SELECT quotation_id, room_id, trade, item_id, name, unit, "
    "quantity_from, computed, quantity, reason, labour, material, unit_price, amount, cost, note, 99, "
)
REQUEST = (
    "INSERT INTO leads_discountrequest (quotation_id, store_id, amount, percent, subtotal, reason, post, state, answer, by_id, at) "
    "VALUES ({quotation}, {store}, "
)
SENDING = "INSERT INTO leads_quotationsending (quotation_id, store_id, channel, to_whom, note, by_id, at) VALUES "
ISSUE = "UPDATE leads_quotation SET state = 'issued', paper_id = {paper}, valid_until = current_date, {what} WHERE id = {draft}"


def issue(what: str) -> str:
    return ISSUE.replace("{what}", what)


ATTACKS = {
    # lines
    "two of a group taken": "UPDATE leads_quotationline SET taken = true WHERE id = {alternative}",
    "an option that is an alternative": "UPDATE leads_quotationline SET optional = true WHERE id = {alternative}",
    "an alternative to an alternative": "UPDATE leads_quotationline SET alternative_to_id = {alternative} WHERE id = {plain}",
    "an alternative to a line of another quotation": "UPDATE leads_quotationline SET alternative_to_id = {foreign} WHERE id = {plain}",
    "an alternative to what is in the package": "UPDATE leads_quotationline SET alternative_to_id = {inside} WHERE id = {plain}",
    "what is in the package not taken": "UPDATE leads_quotationline SET taken = false WHERE id = {inside}",
    "what is in the package twice": LINE + "part, optional, alternative_to_id, taken FROM leads_quotationline WHERE id = {inside}",
    # packages
    "a cheaper package": "UPDATE leads_package SET per_m2 = 1",
    "a package taken away": "DELETE FROM leads_package",
    "less in a package": "DELETE FROM leads_packageitem",
    "a package of two prices": (
        "INSERT INTO leads_package (price_list_id, code, name, per_m2, fixed, least_area, note, by_id, at) SELECT price_list_id, 'X', 'x', 1, 1, 0, '', by_id, "
        "at FROM leads_package LIMIT 1"
    ),
    "an item of another list in a package": (
        "INSERT INTO leads_packageitem (package_id, item_id, room_kind, position) SELECT id, {foreign_item}, 'living', 9 FROM leads_package LIMIT 1"
    ),
    "a package without its price": "UPDATE leads_quotation SET package_amount = 0, subtotal = 0, total = 0 WHERE id = {draft}",
    # discounts
    "a discount approved by the asker": "UPDATE leads_discountrequest SET state = 'approved', decided_by_id = by_id, decided_at = now() WHERE id = {asked}",
    "a discount approved by nobody": "UPDATE leads_discountrequest SET state = 'approved' WHERE id = {asked}",
    "a discount refused without a word": (
        "UPDATE leads_discountrequest SET state = 'refused', decided_by_id = {other}, decided_at = now() WHERE id = {asked}"
    ),
    "another amount than was asked for": "UPDATE leads_discountrequest SET amount = amount + 1 WHERE id = {asked}",
    "another percent than was asked for": "UPDATE leads_discountrequest SET percent = 1 WHERE id = {asked}",
    "a request wiped out": "DELETE FROM leads_discountrequest",
    "a second request at a time": REQUEST + "100, 5, 2000, 'x', 'store_manager', 'asked', '', {person}, now())",
    "a discount born approved": REQUEST + "100, 5, 2000, 'x', 'store_manager', 'approved', '', {person}, now())",
    "a request of the other store": (
        "INSERT INTO leads_discountrequest (quotation_id, store_id, amount, percent, subtotal, reason, post, state, answer, by_id, at) "
        "VALUES ({quotation}, {other_store}, 100, 5, 2000, 'x', 'store_manager', 'asked', '', {person}, now())"
    ),
    # issuing and accepting
    "issued with other sums than its lines": issue("subtotal = subtotal + 1, total = total + 1"),
    "issued with another cost than its lines": issue("cost = cost + 1"),
    "issued while a discount waits": issue("issued_at = now()").replace("{draft}", "{quotation}"),
    "issued without a last day": "UPDATE leads_quotation SET state = 'issued', paper_id = {paper} WHERE id = {draft}",
    "issued with a cheaper package": issue("package_area = 1, package_amount = 100, subtotal = subtotal - package_amount + 100, "
                                           "total = total - package_amount + 100"),
    "a longer validity": "UPDATE leads_quotation SET valid_until = valid_until + 30 WHERE id = {issued}",
    "accepted after the last day": "UPDATE leads_quotation SET state = 'accepted', accepted_at = valid_until + interval '2 days' WHERE id = {issued}",
    "accepted without a moment": "UPDATE leads_quotation SET state = 'accepted' WHERE id = {issued}",
    # sendings
    "a draft that was sent": (
        SENDING + "({draft}, {store}, 'wechat', 'x', '', {person}, now())"
    ),
    "sent to nobody": (
        SENDING + "({issued}, {store}, 'wechat', '', '', {person}, now())"
    ),
    "a sending wiped out": "DELETE FROM leads_quotationsending",
    "a sending of another day": "UPDATE leads_quotationsending SET at = at - interval '1 day'",
}  # fmt: skip


def with_telling_costs(cast: Any) -> Quotation:
    """A draft whose costs are numbers that stand nowhere else, with a request that waits."""
    rows = [quoting.price_row(cost=Decimal("17.37")), *quoting.SMALL[1:3], quoting.price_row(**{**quoting.SMALL[3].__dict__, "cost": Decimal("7.13")}),
            quoting.price_row(**{**quoting.SMALL[4].__dict__, "cost": Decimal("1561.91")})]  # fmt: skip
    quotation = quoting.drafted(cast, rows=rows, phones=["13700000003"])
    leads.ask_discount(quotation, amount=Decimal(300), reason="老客户", by=cast.designer, at=cast.at)
    return Quotation.objects.get(pk=quotation.pk)


def under_attack(cast: Any) -> dict[str, Any]:
    """A draft with a package and an alternative, one with a discount that waits, an issued one that was sent."""
    who: dict[str, Any] = {"by": cast.designer, "at": cast.at}
    draft = quoting.drafted(cast)
    package = leads.publish_packages(draft.price_list, packages=[PACKAGE], by=cast.estimator, at=cast.at)[0]
    leads.apply_package(draft, package=package, **who)
    base = draft.lines.get(room__name="厨房")
    wall = Wanted(quoting.item(draft, "T-03"), None, Decimal(2))
    leads.offer_alternatives(draft, line=base.pk, wanted=[wall], **who)
    issued = quoting.issued(cast, phones=["13700000001"])
    leads.note_sending(issued, channel="wechat", to_whom="陈静兰", **who)
    waiting = quoting.drafted(cast, phones=["13700000002"])
    asked = leads.ask_discount(waiting, amount=Decimal(300), reason="老客户", **who)
    other = quoting.price_list(cast, valid_from=cast.days(300).date())
    return {
        "draft": draft.pk, "quotation": waiting.pk, "issued": issued.pk, "alternative": draft.lines.get(item__code="T-03").pk,
        "inside": draft.lines.get(part="package").pk, "plain": draft.lines.get(item__code="T-05").pk, "foreign": issued.lines.first().pk, "asked": asked.pk,
        "foreign_item": PriceItem.objects.filter(price_list=other).first().pk, "paper": draft.survey.paper_id, "person": cast.designer.pk,
        "other": cast.store_manager.pk, "store": cast.store.pk, "other_store": cast.other.store.pk,
    }  # fmt: skip


standing = all_tests.standing(telling=with_telling_costs, targets=under_attack)


@pytest.fixture
def cast(standing: Any, db: None) -> Any:
    return standing.cast


@pytest.fixture
def targets(standing: Any, db: None) -> dict[str, Any]:
    return standing.targets


@pytest.mark.parametrize("name", ATTACKS)
def test_the_database_refuses(targets, name):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(re.sub(r"\{(\w+)\}", lambda found: str(targets[found[1]]), ATTACKS[name]))
        assert cursor.rowcount, "there was no row to attack"
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


# --- costs -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def telling(standing: Any, cast: Any) -> Quotation:
    return fresh(standing.telling)


PAGES = ("", "issues/", "terms/", "choices/", "packages/", "sheets/", "discount-requests/", "discount-decisions/", "export/", "../comparisons/?all=1", "..")


def test_costs_and_margins_reach_nobody_who_may_not_see_them(cast, telling):
    secrets = {f"{line.cost:,.2f}" for line in telling.lines.all()} | {f"{telling.cost:,.2f}", "1,561.91"}
    secrets |= {each.replace(",", "") for each in secrets}
    seen, hidden = set(), set()
    for post, person in cast.everybody().items():
        client = cast.client(person)
        told = "".join(_said(client.get(_address(telling, page))) for page in PAGES)
        (seen if SEE_COST.allows(person) else hidden).add(post)
        found = [secret for secret in secrets if secret in told]
        assert bool(found) == SEE_COST.allows(person), (post, found)
        assert ("毛利" in told) == SEE_COST.allows(person), post
    assert seen == {"estimator", "design_manager", "store_manager", "general_manager", "finance_supervisor"}
    assert {"designer", "customer_manager", "front_desk", "accountant", "cs_officer"} <= hidden


def _address(quotation: Quotation, page: str) -> str:
    start = f"/leads/{quotation.lead.ref}/quotations/"
    return start + page.removeprefix("../") if page.startswith("../") else start if page == ".." else f"{start}{quotation.version}/{page}"


def _said(answer: Any) -> str:
    """A page's text, or all cells of a workbook."""
    if answer.status_code != 200:
        return ""
    if "spreadsheetml" in answer["Content-Type"]:
        book = openpyxl.load_workbook(BytesIO(answer.content))
        return "|".join(str(cell) for row in book.active.iter_rows(values_only=True) for cell in row)
    return answer.content.decode()


def test_the_paper_and_its_frozen_content_know_no_cost(cast, telling):
    leads.withdraw_discount(telling, by=cast.designer, at=cast.at)
    issued = leads.issue_quotation(telling, by=cast.designer, at=cast.at)

    assert "cost" not in issued.paper.content and "margin" not in issued.paper.content
    assert not [line for line in issued.lines.all() if str(line.cost) in issued.paper.content]
