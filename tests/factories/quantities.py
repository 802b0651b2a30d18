"""Quantities measured on a site, a report of quality and material use."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from inspections.models import MaterialReport, QuantityMeasurement
from inspections.services import quantities
from inspections.services.quantities import Measured
from projects.models import Project
from tests.factories.projects import items
from tests.factories.site_order import day_of

SAYS = {"analysis": "拒收集中在板材，规格与清单不符。", "measures": "下单前由项目经理逐项核对规格。"}


def measured(project: Project, *, people: Any, at: datetime, lines: Any = None, **more: Any) -> QuantityMeasurement:
    """The project manager writes two items down."""
    rows = lines or [Measured(item, Decimal(quantity)) for item, quantity in zip(items(project), ("12.50", "3.00"), strict=True)]
    said = {"purpose": "quotation", "measured_on": day_of(at), "by": people.project_manager, "at": at}
    return quantities.measure(project, lines=rows, **{**said, **more})


def confirmed(project: Project, *, people: Any, at: datetime, **more: Any) -> QuantityMeasurement:
    return quantities.confirm_measurement(measured(project, people=people, at=at, **more), by=people.site_supervisor, at=at)


def reported(*, people: Any, at: datetime, **more: Any) -> MaterialReport:
    """The last month of the store, by the engineering manager."""
    month = (day_of(at).replace(day=1) - timedelta(days=1)).replace(day=1)
    return quantities.report_month(people.store, **{**SAYS, "month": month, "by": people.engineering_manager, "at": at, **more})


def for_world(world: Any) -> None:
    people, at, site = world.cast, world.cast.at, world.site["working"]
    confirmed(site, people=people, at=at)
    world.thing["measurement"] = measured(site, people=people, at=at)
    world.thing["material_report"] = reported(people=people, at=at)
