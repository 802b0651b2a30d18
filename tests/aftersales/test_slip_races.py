"""Two people at once: two answer one slip (S25), two tills take the rest of one old debt (P43): one wins, the other gets a sentence."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from aftersales import services
from aftersales.models import CoordinationSlip
from projects import services as building
from projects.models import OldDebt
from tests.factories import bonds, slips
from tests.threads import ROUNDS, at_once, deadlocks


def test_one_slip_has_one_answer_and_one_debt_is_paid_once(live_cast: Any, server_log: Any) -> None:
    cast, before = live_cast, deadlocks(server_log)
    for n in range(min(ROUNDS, 10)):
        slip = slips.written(people=cast, at=cast.at)
        pages = [CoordinationSlip.objects.get(pk=slip.pk) for _ in range(2)]
        answers = at_once(
            *[lambda page=page, by=by: services.answer_slip(page, answer="好", by=by, at=cast.at)
              for page, by in zip(pages, (cast.engineering_manager, cast.project_manager), strict=True)]
        )  # fmt: skip
        assert sorted(type(answer).__name__ for answer in answers) == ["CoordinationSlip", "Refused"], (n, answers)

        debt = bonds.owed(people=cast, at=cast.at)
        rows = [OldDebt.objects.get(pk=debt.pk) for _ in range(2)]
        answers = at_once(
            *[lambda row=row, by=by: building.take_debt_money(
                row, amount=Decimal(18000), method="transfer", payer="吕德民", key=uuid.uuid4(), by=by, at=cast.at)
              for row, by in zip(rows, (cast.cashier, cast.accountant), strict=True)]
        )  # fmt: skip
        assert sorted(type(answer).__name__ for answer in answers) == ["DebtPayment", "Refused"], (n, answers)
        assert building.owed(debt) == 0 and OldDebt.objects.get(pk=debt.pk).state == "paid"
    assert deadlocks(server_log) == before
