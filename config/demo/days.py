"""Days and disputes of the demo company: three days of rain and an extension, a day of the company's own, a settlement in its second version."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from config.demo import photos
from config.demo.world import later
from projects import services
from staff import posts

if TYPE_CHECKING:
    from config.demo.sites import Site

HOUR = timedelta(hours=1)


def rained(s: Site, at: datetime) -> Any:
    """It rains for three days: declared, ended, counted, talked about; the extension is signed by both sides."""
    manager = s.crew[posts.PROJECT_MANAGER]
    at = later(at, 1, s.fall, hours=(8, 9))
    yield at
    first = timezone.localdate(at)
    stop = services.declare_stop(
        s.project, from_on=first, reason="weather", says="连续大雨，阳台和外窗收口无法施工", evidence=s.picture(f"rain-{s.pk}", manager, at, "雨天现场"),
        by=manager, at=at,
    )  # fmt: skip
    at = later(at, 3, s.fall, hours=(8, 9))
    yield at
    services.end_stop(stop, until_on=first + timedelta(days=2), by=manager, at=at)
    at += 2 * HOUR
    lost = list(s.project.lost_days.filter(stop=stop))
    made = services.issue_extension(
        s.project, days=lost, agreed=len(lost), situation="连续三天大雨，阳台和外窗收口无法施工", told_on=timezone.localdate(at),
        talks="当面出示天气记录，业主同意按损失的三天顺延。", by=manager, at=at,
    )  # fmt: skip
    at = s.sign(made.paper, at + HOUR)
    return at


def own_day(s: Site, at: datetime) -> None:
    """A day that the company itself lost; it moves nothing."""
    manager = s.crew[posts.PROJECT_MANAGER]
    services.note_lost_day(
        s.project, on=timezone.localdate(at), reason="company_crew", says="瓦工未到场，工序脱节一天",
        evidence=s.picture(f"idle-{s.pk}", manager, at, "空场照片"), by=manager, at=at,
    )  # fmt: skip


def disputed(s: Site, at: datetime) -> Any:
    """The owner does not agree with a line: looked at together, less is charged by a change of its own, and the second version is signed."""
    manager, settlement = s.crew[posts.PROJECT_MANAGER], s.project.settlement("midterm")
    said = services.dispute_settlement(
        settlement, line="other", words="插座实际少装两个，结算按原数量算了。", photos=[s.picture(f"dispute-{s.pk}", manager, at, "业主拍的插座")],
        by=manager, at=at,
    )  # fmt: skip
    at = later(at, 1, s.fall)
    yield at
    services.answer_dispute(said, outcome="accepted", answer="现场复核少装两个，按合同单价扣减。", by=manager, at=at)
    evidence = photos.sketch(f"less-{s.pk}")
    asked = services.request_change(s.project, reason="customer_cut", wish="插座按实际少装两个扣减", evidence=evidence, by=manager, at=at)
    services.answer_change(asked, answer="点位图已更正。", by=s.project.designer, at=at + HOUR)
    item = s.project.contract.price_list.items.filter(trade="electric").order_by("position").first()
    issued = services.issue_change(asked, lines=[services.Line(item, Decimal(-2))], days=0, by=manager, at=at + 2 * HOUR)
    at = later(at, 1, s.fall)
    yield at
    s.sign(issued.paper, at)
    at += HOUR
    services.settle(s.project, kind="midterm", by=manager, at=at)
    return at
