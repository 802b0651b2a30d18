"""A slip between two departments, a record of quality, a Saturday summary."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from aftersales import services
from aftersales.models import CoordinationSlip, QualityTrack, WeekSummary

DAY = timedelta(days=1)


def written(*, people: Any, at: datetime, **more: Any) -> CoordinationSlip:
    """Customer service asks engineering until the day after tomorrow."""
    said = {"to": "engineering_dept", "subject": "次卫闭水记录", "text": "业主要看第二次闭水的照片和签字，请提供。", "answer_by": at + 2 * DAY}
    return services.write_slip(**{**said, "by": people.cs_officer, "at": at, **more})


def answered(slip: CoordinationSlip, *, people: Any, at: datetime, **more: Any) -> CoordinationSlip:
    return services.answer_slip(slip, **{"answer": "照片已补进闭水验收单。", "by": people.engineering_manager, "at": at, **more})


def tracked(site: Any, *, people: Any, at: datetime, **more: Any) -> QualityTrack:
    """On the phone: the tiles hold, the paint is to be watched, asked again in a month."""
    said = {
        "way": "phone", "says": "总体满意，客厅顶角有一道细缝。", "again_on": (at + 30 * DAY).date(),
        "points": {"tiles": ("good", ""), "paint": ("watch", "客厅顶角细缝")},
    }  # fmt: skip
    return services.track_quality(site, **{**said, "by": people.cs_officer, "at": at, **more})


def summed_up(*, people: Any, at: datetime, **more: Any) -> WeekSummary:
    said = {"complaints": "两件，均为工期，已答复。", "work": "回访十一户，维修四单。", "plan": "补完三户质量跟踪。"}
    return services.sum_up_week(people.store, **{**said, "by": people.cs_supervisor, "at": at, **more})


def for_world(world: Any) -> None:
    """A slip that waits, a record of a settled home, the summary of the last Saturday."""
    people, at = world.cast, world.cast.at
    world.thing["slip"] = written(people=people, at=at, lead=world.site["settled"].lead)
    tracked(world.site["settled"], people=people, at=at)
    world.thing["week_summary"] = summed_up(people=people, at=at)
