"""Site order for the tests: walks, deliveries, slips, diary, notes, briefings, incidents, instruments, by the verbs of the right people."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from inspections.models import DiaryDay, Incident, SafetyBriefing, SiteFine, SiteNote, SiteOrderCheck, Tool
from inspections.order_data import items_of
from inspections.services import conduct, deliveries, fines, instruments, site_life
from inspections.services.conduct import Looked
from inspections.services.deliveries import Came
from projects.models import Project
from tests.factories.inspections import picture
from tests.hand import sign_all


def day_of(at: datetime) -> date:
    return timezone.localtime(at).date()


def walked(
    project: Project, *, people: Any, at: datetime, kind: str = "order", faults: tuple[str, ...] = (), **more: Any
) -> SiteOrderCheck:
    """A walk by the supervisor: everything in order but the named items."""
    looked = [
        Looked(i.code, "fault", "垃圾未装袋", [picture()]) if i.code in faults else Looked(i.code, "ok")
        for i in items_of(kind)
    ]
    return conduct.walk_site(project, kind=kind, looked=looked, by=people.site_supervisor, at=at, **more)


def came(name: str = "瓷砖", **more: Any) -> Came:
    return Came(
        **(
            {
                "name": name,
                "unit": "块",
                "quantity": Decimal(120),
                "brand": "诺贝尔",
                "batch": "A1107",
                "certificate_no": "HGZ-0417",
            }
            | more
        )
    )


def delivered(
    project: Project, *, people: Any, at: datetime, lines: Any = None, kind: str = "material", **more: Any
) -> Any:
    told = {"kind": kind, "delivered_on": day_of(at), "supplier": "城西建材", "lines": lines or [came()]} | more
    return deliveries.accept_goods(project, by=people.project_manager, at=at, **told)


def fined(project: Project, *, people: Any, at: datetime, amount: Decimal = Decimal(200), **more: Any) -> SiteFine:
    told = {"reason": "切割无防护罩，口头提醒两次仍未装", "happened_on": day_of(at), "rule": "SC-09"} | more
    return fines.write_fine(project, amount=amount, by=people.project_manager, at=at, **told)


def written(project: Project, *, people: Any, at: datetime, day: date | None = None, **more: Any) -> DiaryDay:
    told = {"weather": "cloudy", "workers": 4, "works": "主卧、次卧水电开槽", "photos": [picture()]} | more
    return site_life.write_day(project, day=day or day_of(at), by=people.site_supervisor, at=at, **told)


def noted(project: Project, *, people: Any, at: datetime, **more: Any) -> SiteNote:
    told = {"problem": "主卧窗台下插座与图纸差 20 cm", "told_to": people.foreman} | more
    return site_life.write_note(project, by=people.quality_inspector, at=at, **told)


def briefed(project: Project, *, people: Any, at: datetime, **more: Any) -> SafetyBriefing:
    told = {
        "crew": "钱大勇班",
        "topics": ["消防：灭火器位置和用法", "用电：不乱接"],
        "workers": ["钱大勇", "龙阿水", "戚小满"],
    } | more
    return site_life.brief_crew(project, by=people.project_manager, at=at, **told)


def reported(project: Project, *, people: Any, at: datetime, kind: str = "accident", **more: Any) -> Incident:
    told = {
        "happened_at": at - timedelta(minutes=10), "place": "次卫", "people": "龙阿水，左手划伤", "what": "切砖时砖块崩裂，划伤左手，已送医院", "told": "phone",
        "told_to": "顾长河",
    } | more  # fmt: skip
    return site_life.report_incident(project, kind=kind, by=people.foreman, at=at, **told)


def tool(people: Any, *, at: datetime, kind: str = "钢卷尺", number: str = "JL-12", days: int = 300) -> Tool:
    """An instrument of the store whose calibration is in force for so many days after `at`."""
    on = day_of(at)
    return instruments.register_tool(
        people.store, kind=kind, number=number, calibrated_on=on - timedelta(days=60), valid_until=on + timedelta(days=days), certificate="JD-2026-0417",
        by=people.supervision_manager, at=at,
    )  # fmt: skip


def not_signed(fine: SiteFine, *, people: Any, at: datetime) -> SiteFine:
    """The foreman looked at the slip and did not sign it, before a witness."""
    made = fines.note_refusal(fine, words="我不认，罩子坏了才拆的", witness="马知行", by=people.project_manager, at=at)
    sign_all(made.paper, by=people.project_manager, at=at)
    return made
