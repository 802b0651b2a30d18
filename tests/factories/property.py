"""The property office's desk and preparation as the tests need them: every state by the verbs of the right people."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from projects import services
from projects.models import Permit, Project, PropertyApplication, PropertyFee
from tests.factories import projects as road
from tests.hand import sign_all


def hot_work(project: Project, *, people: Any, at: datetime, **more: Any) -> PropertyApplication:
    """An application for welding on the balcony, tomorrow from nine to twelve o'clock of the cast's clock."""
    told = {
        "kind": "hot_work", "items": ["welding"], "what": "阳台栏杆加固", "place": "阳台", "from_at": at + timedelta(days=1),
        "until_at": at + timedelta(days=1, hours=3), "operator": "钱大勇", "certificate": "T3301062026", "certificate_until": (at + timedelta(days=1)).date(),
        "certificate_scan": road.scan(project, by=people.project_manager, at=at), "id_copy": True, "watcher": "龙阿水",
    }  # fmt: skip
    return services.ask_property(project, **{**told, **more}, by=people.project_manager, at=at)


def added_item(project: Project, *, people: Any, at: datetime, items: tuple[str, ...] = ("drilling",)) -> PropertyApplication:
    return services.ask_property(
        project, kind="added_item", items=list(items), what="客厅空调孔一个，直径 65 mm", place="客厅北墙", by=people.project_manager, at=at
    )


def approved(row: PropertyApplication, *, people: Any, at: datetime, **more: Any) -> PropertyApplication:
    """Signed by everybody, and the office's answer recorded."""
    if row.paper is not None and not row.paper.is_signed:
        sign_all(row.paper, by=people.project_manager, at=at, customer=road.CUSTOMER)
    told = {"approved_on": at.date(), "approver": "周主任", "number": "DH-0117", "original_kept": True}
    return services.approve_property(
        row, scan=road.scan(row.project, by=people.project_manager, at=at), **{**told, **more}, by=people.engineering_assistant, at=at
    )


def paid(fee: PropertyFee, *, people: Any, at: datetime, **more: Any) -> PropertyFee:
    told = {"payer": "owner", "payer_name": road.CUSTOMER, "paid_on": at.date(), "receipt_number": "YJ-0117"}
    scan = road.scan(fee.project, by=people.project_manager, at=at)
    return services.pay_fee(fee, receipt=scan, **{**told, **more}, by=people.engineering_assistant, at=at)


def extension(project: Project, *, people: Any, at: datetime, days: int = 30) -> Permit:
    """The application for an extension, signed; the office's answer is still to come."""
    until = project.permit_in_force.valid_until + timedelta(days=days)
    made = services.ask_extension(project, until_on=until, because="业主更换瓷砖，泥瓦推后", by=people.project_manager, at=at)
    sign_all(made.application, by=people.project_manager, at=at, customer=road.CUSTOMER)
    return made


def extended(permit: Permit, *, people: Any, at: datetime) -> Permit:
    """… and recorded: it replaces the permit, its passes are issued again."""
    return services.approve_permit(
        permit, number="ZX2026-1102-Y", valid_from=permit.from_on, valid_until=permit.until_on, agreement_signed=True,
        scan=road.scan(permit.project, by=people.engineering_assistant, at=at), approved_on=at.date(), by=people.engineering_assistant, at=at,
    )  # fmt: skip
