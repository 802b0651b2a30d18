"""Sites after acceptance: all eight checks passed and signed, the warranty opened by following, the money by the cashier's verb."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aftersales import services
from aftersales.models import Evaluation, ReturnVisit, Warranty, WarrantyCard
from aftersales.terms import questions
from inspections import services as inspections
from inspections.models import QualityCheck
from projects import services as projects
from projects.choices import Stage
from projects.models import Project
from tests.factories import inspections as checks
from tests.factories import projects as sites
from tests.hand import sign_all

CUSTOMER = sites.CUSTOMER


def filed_project(cast: Any, *, at: datetime, people: Any, **more: Any) -> Project:
    """… permit, review and disclosure there, check 1 passed and signed: disclosed."""
    project = sites.permitted_project(cast, at=at, people=people, **more)
    projects.record_review(project, by=people.project_manager, at=at)
    sites.disclosure(project, people=people, at=at)
    checks.passed(project, "C1", people=people, at=at)
    projects.advance(project, to=Stage.DISCLOSED, by=people.project_manager, at=at)
    return project


def completed_project(cast: Any, *, at: Any = None, people: Any = None, **more: Any) -> Project:
    """… checks 2 to 7 passed and signed, mid-term settled and paid: completed."""
    people, at = people or cast, at or cast.at
    project, manager = filed_project(cast, at=at, people=people, **more), people.project_manager
    projects.record_arrival(project, crew="鲁全胜班组", workers=4, cleared=True, by=manager, at=at)
    projects.advance(project, to=Stage.UNDER_CONSTRUCTION, by=manager, at=at)
    sites.pay_open(project, people=people, at=at)
    for code in ("C2", "C3"):
        checks.passed(project, code, people=people, at=at)
    first = QualityCheck.objects.get(project=project, code="C1")
    tight = {"values": inspections.spread([20, 24, 0]), "photos": [checks.picture()], "by": people.quality_inspector, "at": at}
    inspections.record_deferred(check=first, item="C1-10", **tight)
    checks.passed(project, "C4", people=people, at=at)
    sites.pay_open(project, people=people, at=at)
    for code in ("C5", "C6"):
        checks.passed(project, code, people=people, at=at)
    sites.settled(project, "midterm", people=people, at=at)
    projects.advance(project, to=Stage.MIDTERM_ACCEPTED, by=manager, at=at)
    sites.pay_open(project, people=people, at=at)
    checks.passed(project, "C7", people=people, at=at)
    projects.advance(project, to=Stage.COMPLETED, by=manager, at=at)
    return project


def signed_acceptance(project: Project, *, people: Any, at: datetime) -> Project:
    """Check 8 passed, the acceptance signed by everybody; nobody has looked up yet."""
    checks.passed(project, "C8", people=people, at=at)
    return sites.refreshed(project)


def accepted_project(cast: Any, *, at: Any = None, people: Any = None, **more: Any) -> Project:
    """… check 8 passed and signed: accepted, the warranty open, nothing settled."""
    people, at = people or cast, at or cast.at
    project = signed_acceptance(completed_project(cast, at=at, people=people, **more), people=people, at=at)
    projects.advance(project, to=Stage.ACCEPTED, by=people.project_manager, at=at)
    services.follow(project.dossier, at=at)
    return sites.refreshed(project)


def paid(project: Project, *, people: Any, at: datetime) -> Project:
    """The final settlement signed, the rest booked by the cashier: settled."""
    sites.settled(project, "final", people=people, at=at)
    sites.pay_open(project, people=people, at=at)
    projects.follow(project.dossier, at=at)
    services.follow(project.dossier, at=at)
    return sites.refreshed(project)


def settled_project(cast: Any, *, at: Any = None, people: Any = None, **more: Any) -> Project:
    people, at = people or cast, at or cast.at
    return paid(accepted_project(cast, at=at, people=people, **more), people=people, at=at)


def warranty_of(project: Project) -> Warranty:
    return Warranty.objects.in_force().get(project=project)


def received(project: Project, *, people: Any, at: datetime) -> Warranty:
    """The owner has signed for the warranty paper."""
    warranty = warranty_of(project)
    sign_all(warranty.paper, by=people.project_manager, at=at, customer=CUSTOMER)
    services.follow(project.dossier, at=at)
    return warranty


def answers(**other: str) -> dict[str, str]:
    """A content customer, except where told otherwise."""
    usual = {"scale": "5", "yes_no": "no", "nps": "9", "text": "师傅细心，现场干净。"}
    return {question.code: usual[question.kind] for question in questions()} | other


def card(project: Project, *, people: Any, at: datetime, signed: bool = True) -> WarrantyCard:
    made = services.issue_card(warranty=warranty_of(project), by=people.cs_officer, at=at)
    if signed:
        sign_all(made.paper, by=people.project_manager, at=at, customer=CUSTOMER)
        services.follow(project.dossier, at=at)
        made.refresh_from_db()
    return made


def evaluation(project: Project, *, people: Any, at: datetime, signed: bool = True, **other: str) -> Evaluation:
    made = services.record_evaluation(warranty=warranty_of(project), answers=answers(**other), by=people.cs_officer, at=at)
    if signed:
        sign_all(made.paper, by=people.cs_officer, at=at, customer=CUSTOMER)
        services.follow(project.dossier, at=at)
        made.refresh_from_db()
    return made


def visit(project: Project, *, by: Any, at: datetime, **more: Any) -> ReturnVisit:
    told = {"kind": "acceptance", "channel": "phone", "reached": True, "satisfaction": "satisfied"} | more
    return services.record_return_visit(warranty=warranty_of(project), by=by, at=at, **told)
