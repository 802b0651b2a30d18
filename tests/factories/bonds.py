"""Bonds and insurances of a site, old debts and their money."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from projects import services
from projects.models import Bond, DebtPayment, OldDebt, Project
from tests.factories.projects import scan
from tests.factories.site_order import day_of

DAY = timedelta(days=1)


def asked(project: Project, *, people: Any, at: datetime, **more: Any) -> Bond:
    """The contract asks for an insurance within a fortnight."""
    said = {"kind": "insurance", "due_on": day_of(at + 14 * DAY), "what": "施工人员意外险", "by": people.engineering_assistant, "at": at}
    return services.ask_bond(project, **{**said, **more})


def filed(bond: Bond, *, people: Any, at: datetime, days: int = 120, **more: Any) -> Bond:
    """Filed with a validity of so many days."""
    by = people.engineering_assistant
    said = {
        "issuer": "人保财险杭州分公司", "number": "PYII2026-0417", "amount": Decimal(860), "valid_from": day_of(at), "valid_until": day_of(at + days * DAY),
        "scan": scan(bond.project, by=by, at=at), "by": by, "at": at,
    }  # fmt: skip
    return services.file_bond(bond, **{**said, **more})


def owed(*, people: Any, at: datetime, **more: Any) -> OldDebt:
    """18000 from the autumn of 2012, collected by the engineering assistant."""
    said = {
        "debtor": "吕德民", "about": "和睦新村 6 幢 301 全装修尾款", "basis": "2012 年合同 HT-0318、欠条",
        "arose_on": date(2012, 10, 8), "amount": Decimal(18000), "collector": people.engineering_assistant, "by": people.engineering_assistant, "at": at,
    }  # fmt: skip
    return services.register_debt(people.store, **{**said, **more})


def tried(debt: OldDebt, *, people: Any, at: datetime, **more: Any) -> Any:
    said = {"way": "phone", "says": "答应月底先还一半", "next_on": day_of(at + 7 * DAY), "by": people.engineering_assistant, "at": at}
    return services.try_debt(debt, **{**said, **more})


def paid(debt: OldDebt, *, people: Any, at: datetime, amount: Any = 8000, **more: Any) -> DebtPayment:
    said = {"amount": Decimal(amount), "method": "transfer", "payer": debt.debtor, "key": uuid.uuid4(), "by": people.cashier, "at": at}
    return services.take_debt_money(debt, **{**said, **more})


def for_world(world: Any) -> None:
    """A bond that waits, one in force, an old debt that was tried and paid in part."""
    people, at, site = world.cast, world.cast.at, world.site["working"]
    world.thing["bond"] = filed(asked(site, people=people, at=at), people=people, at=at)
    world.thing["asked_bond"] = asked(site, people=people, at=at, kind="performance", what="履约保函 5%")
    debt = world.thing["old_debt"] = owed(people=people, at=at)
    tried(debt, people=people, at=at)
    paid(debt, people=people, at=at)
