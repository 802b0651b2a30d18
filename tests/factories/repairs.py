"""Repairs as the tests need them: every stop is reached by the verbs of the right person."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.utils import timezone

from aftersales import services
from aftersales.models import RepairOrder, RepairRequest
from projects.models import Project
from tests.factories import projects as sites
from tests.factories.inspections import picture
from tests.hand import sign, sign_all

CUSTOMER = sites.CUSTOMER
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def told(project: Project, *, people: Any, at: datetime, **more: Any) -> RepairRequest:
    """The owner has called the front desk: water under the main bathroom."""
    facts = {"source": "phone", "category": "waterproof", "room": "卫生间", "item": "淋浴区墙角", "fault": "楼下天花板有水印，淋浴后加重"}
    return services.report_fault(project, by=people.front_desk, at=at, **{**facts, **more})


def in_order(project: Project, *, people: Any, at: datetime, evidence: str = "", **more: Any) -> RepairRequest:
    """… sorted as the rule proposes (a refusal in the term confirmed by the head), ready to be called."""
    exclusion, reason = more.pop("exclusion", ""), more.pop("reason", "")
    repair = told(project, people=people, at=at, **more)
    made = services.sort_repair(repair, exclusion=exclusion, evidence=evidence, reason=reason, by=people.cs_officer, at=at + MINUTE)
    if made.waits:
        services.confirm_refusal(repair, by=people.aftersales_head, at=at + 2 * MINUTE)
    return fresh(repair)


def waiting(project: Project, *, people: Any, at: datetime, **more: Any) -> RepairRequest:
    """… and talked through: somebody has to come."""
    repair = in_order(project, people=people, at=at, **more)
    services.diagnose(repair, reached=True, mode="onsite", says="关了角阀还渗，需上门看", by=people.technician, at=at + 20 * MINUTE)
    return fresh(repair)


def sent(project: Project, *, people: Any, at: datetime, **more: Any) -> RepairOrder:
    """… and the technician is booked for two hours later."""
    repair = waiting(project, people=people, at=at, **more)
    return services.send_technician(
        repair, technician=people.technician, start_at=at + 2 * HOUR, minutes=90, told="3 号楼门禁找保安登记", by=people.front_desk, at=at + 30 * MINUTE,
        agreed=True, promised_on=timezone.localtime(at + 2 * HOUR).date(),
    )  # fmt: skip


def on_site(project: Project, *, people: Any, at: datetime, **more: Any) -> RepairOrder:
    order = sent(project, people=people, at=at, **more)
    services.leave(order, by=people.technician, at=at + HOUR)
    return services.arrive(order, by=people.technician, at=at + 2 * HOUR)


def noted(order: RepairOrder, *, people: Any, at: datetime, signed: bool = True, **more: Any) -> RepairOrder:
    """What was found stands on the order; the owner has signed it."""
    facts = {"found": "淋浴区墙角防水层开裂约 6 cm", "plan": "剔开墙角，重做防水并闭水 24 小时", "photos": [picture()]}
    made = services.note_site(order, by=people.technician, at=at, **{**facts, **more})
    if signed:
        sign_all(made.paper, by=people.technician, at=at, customer=CUSTOMER)
    return made


def done(project: Project, *, people: Any, at: datetime, charge: Decimal = Decimal(0), **more: Any) -> RepairRequest:
    """… noted, signed, mended, the feedback signed and handed in."""
    order = on_site(project, people=people, at=at, **more)
    bill = {"parts": [("角阀", Decimal(1), "个", charge)]} if charge else {}
    noted(order, people=people, at=at + 2 * HOUR + MINUTE, **bill)
    row = services.finish_order(order, work="重做墙角防水，闭水合格", photos=[picture()], by=people.technician, at=at + 4 * HOUR)
    sign_all(row.feedback, by=people.technician, at=at + 4 * HOUR, customer=CUSTOMER)
    services.come_back(row, discussed="墙角阴角未做圆弧，列入培训", by=people.technician, at=at + 5 * HOUR)
    return fresh(order.repair)


def called(repair: RepairRequest, *, people: Any, at: datetime, **more: Any) -> RepairRequest:
    services.record_repair_call(repair, by=people.cs_officer, at=at, **{"reached": True, "outcome": "mended", **more})
    return fresh(repair)


def paid(repair: RepairRequest, *, people: Any, at: datetime, amount: Decimal) -> Any:
    return services.take_repair_money(repair, amount=amount, method="wechat", payer=CUSTOMER, key=uuid4(), by=people.cashier, at=at)


def fresh(repair: RepairRequest) -> RepairRequest:
    return RepairRequest.objects.select_related("project__dossier", "project__store", "warranty", "store").get(pk=repair.pk)


__all__ = ["called", "done", "fresh", "in_order", "noted", "on_site", "paid", "sent", "sign", "told", "waiting"]
