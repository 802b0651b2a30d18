"""Lost days, stopped work, extensions, unsigned work and disputes as the tests need them: by the verbs of the right people."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from core.models import Attachment
from projects import services
from projects.models import LostDay, Project, ScheduleExtension, SchedulePhase, StopWork
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
