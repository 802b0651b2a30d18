"""Checks for the tests: opened, recorded, concluded and signed by the verbs of the right people."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core import attachments
from inspections import services
from inspections.checks import checks
from inspections.limits import limits_of
from inspections.models import CheckItem, QualityCheck
from inspections.services import Present
from projects import services as projects
from projects.choices import Stage
from projects.models import Project
from tests.factories import projects as sites
from tests.hand import sign_all

CUSTOMER = "陈静兰"
TOOLS = ("2 m靠尺 JL-07", "钢卷尺 JL-12", "空鼓锤 JL-21")


def picture(colour: str = "#8a8f94", name: str = "site.jpg") -> SimpleUploadedFile:
    """A photo as a phone sends it."""
    out = io.BytesIO()
    Image.new("RGB", (160, 120), colour).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def good(item: CheckItem, **more: Any) -> dict[str, Any]:
    """The result of an item that is as it should be."""
    told: dict[str, Any] = {"item": item.code}
    limits = limits_of(item)
    if limits:
        told["values"] = [[low if low is not None else high] for low, high, _promise in limits]
    else:
        told["verdict"] = "pass"
    if item.photo and "photos" not in more:
        told["photos"] = [picture()]
    return told | more


def bad(item: CheckItem, **more: Any) -> dict[str, Any]:
    """The result of an item that is out of its limits by a little, or tapped as failed; with its photo."""
    told: dict[str, Any] = {"item": item.code, "note": f"{item.zh}：不符合"}
    limits = limits_of(item)
    if limits:
        low, high, _promise = limits[0]
        step = Decimal("0.0001")
        told["values"] = [[low - step if low is not None else high + step]]  # type: ignore[operator]
        told["values"] += [[low if low is not None else high] for low, high, _promise in limits[1:]]
    else:
        told["verdict"] = "fail"
    if "photos" not in more:
        told["photos"] = [picture("#7a3b2e")]
    return told | more


def asked(check: QualityCheck) -> list[CheckItem]:
    """The items that must be recorded: not the optional ones, not those that may wait, one of two alternatives."""
    seen: set[str] = set()
    found = []
    for item in check.template.items.all():
        group = item.alternative_group
        if item.optional or item.deferrable or item.by_paper or (group and group in seen):
            continue
        seen.add(group)
        found.append(item)
    return found


def opened(project: Project, code: str, *, people: Any, at: datetime, **more: Any) -> QualityCheck:
    return services.open_check(project=project, code=code, by=people.quality_inspector, at=at, **more)


def recorded(check: QualityCheck, *, people: Any, at: datetime, failing: tuple[str, ...] = (), **more: Any) -> QualityCheck:
    """Every item that is asked for, good, except the failing ones; one picture serves them all."""
    kept = attachments.keep(picture(), dossier=check.project.dossier, by=people.quality_inspector, at=at, caption="现场")
    more = {"photos": [kept]} | more
    rows = [bad(item, **more) if item.code in failing else good(item, **({"photos": [kept]} if item.photo else {})) for item in asked(check)]
    services.record_results(check=check, results=rows, by=people.quality_inspector, at=at)
    return check


def present(check: QualityCheck, *, people: Any, without: tuple[str, ...] = ()) -> list[Present]:
    """Everybody of the check's table."""
    users = {
        "designer": people.designer, "project_manager": people.project_manager, "inspector": people.quality_inspector,
        "foreman": people.foreman, "engineering_manager": people.engineering_manager,
    }  # fmt: skip
    return [
        Present(party, CUSTOMER if party == "customer" else "", users.get(party)) for party in checks()[check.code].attendance if party not in without
    ]


def concluded(check: QualityCheck, *, people: Any, at: datetime, **more: Any) -> QualityCheck:
    told: dict[str, Any] = {"present": present(check, people=people), "tools": TOOLS}
    if check.code == "C8":
        told |= {"customer_verdict": "agreed", "customer_says": "做工满意，木门漆面很好。"}
    return services.conclude_check(check=check, by=people.quality_inspector, at=at, **(told | more))


def passed(project: Project, code: str, *, people: Any, at: datetime, signed: bool = True) -> QualityCheck:
    """One check from opening to the last signature; its facts are cleared."""
    check = concluded(recorded(opened(project, code, people=people, at=at), people=people, at=at), people=people, at=at)
    if signed:
        sign_all(check.paper, by=people.quality_inspector, at=at, customer=CUSTOMER)
        services.follow(project.dossier, at=at)
        project.refresh_from_db()
        project.forget()
        check.refresh_from_db()
    return check


def failed(project: Project, code: str, *, people: Any, at: datetime, failing: tuple[str, ...], **more: Any) -> QualityCheck:
    """A check that failed on these items."""
    check = recorded(opened(project, code, people=people, at=at, **more), people=people, at=at, failing=failing)
    return concluded(check, people=people, at=at)


def answered(rectification: Any, *, people: Any, at: datetime, text: str = "已拆改，间距 515 mm") -> Any:
    services.answer_rectification(rectification=rectification, text=text, photos=[picture("#3b6a2e")], by=people.foreman, at=at)
    rectification.refresh_from_db()
    return rectification


def patrolled(project: Project, *, people: Any, at: datetime, **more: Any) -> Any:
    told = {"progress": "水电开槽完成八成，主卧回路在布管", "photos": [picture()], "order": "材料码放整齐", "safety": "灭火器两具在位"} | more
    return services.record_patrol(project=project, by=people.quality_inspector, at=at, **told)


ORDER = ("C2", "C3", "C4", "C5", "C6", "C7", "C8")


def inspected(project: Project, upto: str = "C8", *, people: Any, at: datetime) -> Project:
    """A site at permit filing, driven through its eight checks by the verbs of everybody, up to one of them."""
    by, days = people.project_manager, iter(range(1, 60))

    def moment() -> datetime:
        return at + timedelta(days=next(days))

    passed(project, "C1", people=people, at=at)
    projects.record_review(project, by=by, at=at)
    sites.disclosure(project, people=people, at=at)
    projects.advance(project, to=Stage.DISCLOSED, by=by, at=at)
    projects.record_arrival(project, crew="鲁全胜班组", workers=4, cleared=True, by=by, at=at)
    projects.advance(project, to=Stage.UNDER_CONSTRUCTION, by=by, at=at)
    for code in ORDER[: ORDER.index(upto) + 1] if upto != "C1" else ():
        if code == "C4":
            first = QualityCheck.objects.get(project=project, code="C1", state="passed")
            values = services.spread([20, 24, 0])
            services.record_deferred(check=first, item="C1-10", values=values, photos=[picture()], by=people.quality_inspector, at=moment())
        if code == "C7":
            sites.pay_open(project, people=people, at=at)
            sites.settled(project, "midterm", people=people, at=moment())
            projects.advance(project, to=Stage.MIDTERM_ACCEPTED, by=by, at=moment())
            sites.pay_open(project, people=people, at=moment())
        if code == "C8":
            projects.advance(project, to=Stage.COMPLETED, by=by, at=moment())
        passed(project, code, people=people, at=moment())
    return project
