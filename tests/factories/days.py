"""Lost days, stopped work, extensions, unsigned work and disputes as the tests need them: by the verbs of the right people."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from core.models import Attachment
from projects import services
from projects.choices import Fact
from projects.models import (
    ChangeOrder,
    LostDay,
    OffListPrice,
    Project,
    ScheduleExtension,
    SchedulePhase,
    SettlementDispute,
    StopWork,
    UnsignedWork,
)
from tests.factories import projects as road


def photo(project: Project, *, by: Any, at: datetime, caption: str = "现场照片") -> Attachment:
    return road.scan(project, by=by, at=at, colour="gray", caption=caption)


def lost(project: Project, n: int, *, people: Any, at: datetime, reason: str = "weather", owner: str = "", says: str = "当天无法施工") -> LostDay:
    """The n-th day after the cast's beginning was lost."""
    return services.note_lost_day(
        project, on=(people.at + timedelta(days=n)).date(), reason=reason, owner=owner, says=says,
        evidence=photo(project, by=people.project_manager, at=at), by=people.project_manager, at=at,
    )  # fmt: skip


def stopped(project: Project, first: int, last: int | None, *, people: Any, at: datetime, reason: str = "weather", says: str = "连续大雨") -> StopWork:
    """Work stood still from the n-th to the m-th day."""
    return services.declare_stop(
        project, from_on=(people.at + timedelta(days=first)).date(), until_on=(people.at + timedelta(days=last)).date() if last is not None else None,
        reason=reason, says=says, evidence=photo(project, by=people.project_manager, at=at), by=people.project_manager, at=at,
    )  # fmt: skip


def phase_running(project: Project, *, people: Any, at: datetime) -> SchedulePhase:
    """The schedule is drawn and its first phase has begun."""
    services.draw_schedule(project, by=people.project_manager, at=at)
    phase = SchedulePhase.objects.filter(schedule__project=project).order_by("seq")[0]
    services.move_phase(phase, start=at.date(), days=9, reason="水电量大", by=people.project_manager, at=at)
    phase.refresh_from_db()
    return services.start_phase(phase, on=at.date(), by=people.project_manager, at=at)


def extension(project: Project, *, people: Any, at: datetime, days: Any = None, agreed: int | None = None) -> ScheduleExtension:
    """The extension for the days of the weather (or those that are given), written and unsigned."""
    chosen = list(project.lost_days.filter(owner="weather", struck_at__isnull=True)) if days is None else days
    return services.issue_extension(
        project, days=chosen, agreed=len(chosen) if agreed is None else agreed, situation="连续大雨，阳台和外窗收口无法施工", told_on=at.date(),
        talks="当面说明天气记录，业主同意按损失的天数顺延", by=people.project_manager, at=at,
    )  # fmt: skip


def settled_midterm(cast: Any, *, at: Any = None, people: Any = None, change: bool = True, **more: Any) -> Project:
    """Carpentry accepted; the mid-term settlement is made and waits for its signatures."""
    people, at = people or cast, at or cast.at
    project = road.working_project(cast, at=at, people=people, **more)
    road.pay_open(project, people=people, at=at)
    if change:
        road.signed_change(project, people=people, at=at)
    facts = (
        Fact.MATERIALS_ACCEPTED, Fact.CHECK_2_PASSED, Fact.CONCEALED_WORKS_ACCEPTED, Fact.CHECK_3_PASSED, Fact.CHECK_4_PASSED, Fact.CHECK_5_PASSED,
        Fact.CARPENTRY_ACCEPTED, Fact.CHECK_6_PASSED,
    )  # fmt: skip
    road.cleared(project, *facts, by=people.quality_inspector, at=at)
    services.settle(project, kind="midterm", by=people.project_manager, at=at)
    return road.refreshed(project)


def disputed(project: Project, *, people: Any, at: datetime, kind: str = "midterm", words: str = "插座只装了十个，不是十二个半") -> SettlementDispute:
    """The customer disputes the first change of the settlement (or the sum, where there is none)."""
    settlement = project.settlement(kind)
    change = next((c for c in project.change_list if c.seq in [line["seq"] for line in settlement.lines]), None)
    return services.dispute_settlement(
        settlement, line="change" if change else "other", change=change, words=words, photos=[photo(project, by=people.project_manager, at=at)],
        by=people.project_manager, at=at,
    )  # fmt: skip


def off_list(change: ChangeOrder, *, people: Any, at: datetime, quantity: Any = 1, unit_price: Any = 680) -> OffListPrice:
    return services.ask_off_list(
        change, name="定制铜条收边", unit="项", quantity=Decimal(quantity), unit_price=Decimal(unit_price), because="报价单没有铜条做法",
        by=people.project_manager, at=at,
    )  # fmt: skip


def unsigned(project: Project, *, people: Any, at: datetime, change: ChangeOrder | None = None) -> UnsignedWork:
    return services.note_unsigned_work(
        project, done_on=at.date(), what="厨房多开了一处线槽，业主口头同意", let_by=people.foreman, change=change,
        evidence=photo(project, by=people.site_supervisor, at=at), by=people.site_supervisor, at=at,
    )  # fmt: skip


def for_world(world: Any) -> None:
    """A lost day in an extension that waits, one of the company, an open stop, unsigned work, a price that waits, a dispute."""
    cast, at = world.cast, world.cast.at
    site = world.site["working"]
    lost(site, 0, people=cast, at=at, reason="customer_decision", says="瓷砖样式未定")
    extension(site, people=cast, at=at, days=list(site.lost_days.all()))
    world.thing["lost_day"] = lost(world.site["midterm"], 0, people=cast, at=at, reason="rework", says="墙砖返工")
    world.thing["stop"] = stopped(world.site["disputed"], 0, None, people=cast, at=at)
    world.thing["unsigned_work"] = unsigned(site, people=cast, at=at)
    world.thing["off_list"] = off_list(world.thing["answered_change"], people=cast, at=at)
    world.thing["dispute"] = disputed(world.site["disputed"], people=cast, at=at)
