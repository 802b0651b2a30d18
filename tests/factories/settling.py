"""Foremen's money and the papers of the end, for the tests: reached by the verbs of the right person."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from aftersales.services import follow
from core.models import Attachment
from projects import content_settling as content
from projects import services
from projects.choices import Stage
from projects.models import CleaningOrder, DocumentHandOver, ForemanPayment, ForemanSettlement, Project, SiteHandOver
from tests.factories import aftersales as late
from tests.factories import projects as sites
from tests.hand import sign_all

SHARES = {"start": 20, "concealed": 30, "midterm": 25, "completion": 20, "final": 5}


def priced(project: Project, *, people: Any, at: datetime, total: int = 50000, shares: dict[str, int] | None = None) -> Any:
    """The engineering manager has agreed a price with the foreman."""
    parts = [services.Part(milestone, Decimal(share)) for milestone, share in (shares or SHARES).items()]
    return services.agree_foreman_price(project, total=Decimal(total), parts=parts, by=people.engineering_manager, at=at)


def accepted(cast: Any, *, at: Any = None, people: Any = None, **more: Any) -> Project:
    """A site whose foreman has a price, every check passed and signed: accepted, nothing settled."""
    people, at = people or cast, at or cast.at
    project = late.completed_project(cast, at=at, people=people, **more)
    priced(project, people=people, at=at)
    project = late.signed_acceptance(project, people=people, at=at)
    services.advance(project, to=Stage.ACCEPTED, by=people.project_manager, at=at)
    follow(project.dossier, at=at)
    return sites.refreshed(project)


def written(project: Project, *, people: Any, at: datetime, **more: Any) -> ForemanSettlement:
    """The assistant has written a statement."""
    return services.write_statement(project, by=people.engineering_assistant, at=at, **more)


def approved(project: Project, *, people: Any, at: datetime, **more: Any) -> ForemanSettlement:
    return services.approve_statement(written(project, people=people, at=at, **more), by=people.engineering_manager, at=at)


def paid(project: Project, *, people: Any, at: datetime, **more: Any) -> ForemanPayment:
    return services.pay_statement(approved(project, people=people, at=at, **more), by=people.accountant, at=at)


def receipt(project: Project, *, by: Any, at: datetime) -> Attachment:
    return sites.scan(project, by=by, at=at)


def cleaned(project: Project, *, people: Any, at: datetime) -> CleaningOrder:
    """Cleaned by the contractor and taken over by the assistant."""
    order = services.order_cleaning(
        project, contractor="净居保洁", phone="057186660000", scope="全屋开荒\n玻璃擦净",
        amount=Decimal(680), clean_on=at.date(), by=people.engineering_assistant, at=at
    )
    return services.take_over_cleaning(order, on=at.date(), word="玻璃、地漏都看过，干净", by=people.engineering_assistant, at=at)


def home_given(project: Project, *, people: Any, at: datetime) -> SiteHandOver:
    """Handed over, signed by owner and supervisor."""
    made = services.hand_over_home(
        project, on=at.date(), keys=4, water=Decimal("12.30"), power=Decimal(86), gas=None, by=people.site_supervisor, at=at
    )
    sign_all(made.paper, by=people.site_supervisor, at=at)
    services.follow(project.dossier, at=at)
    return made


def documents_given(project: Project, *, people: Any, at: datetime) -> DocumentHandOver:
    """Every document of the list given, signed by the customer and the project manager."""
    given = [services.Given(document.code, True) for document in content.documents_of(project)]
    made = services.hand_over_documents(project, given=given, on=at.date(), by=people.project_manager, at=at)
    sign_all(made.paper, by=people.project_manager, at=at)
    services.follow(project.dossier, at=at)
    return made


def lent(project: Project, *, people: Any, at: datetime, days: int = 7) -> Any:
    return services.lend_document(
        project, kind="loan", what="水电施工图一套", to="贺鸣", purpose="核对验收位置", due_on=(at + timedelta(days=days)).date(),
        by=people.engineering_assistant, at=at,
    )  # fmt: skip
