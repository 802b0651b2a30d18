"""The end of the demo's sites: the foreman's price and his instalments, expenses, cleaning, hand-over, documents, the archive."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from config.demo import photos
from config.demo.world import later
from projects import content_settling as content
from projects import services
from projects.foreman_accounts import account_of
from projects.models import SiteHandOver
from staff import posts

if TYPE_CHECKING:
    from config.demo.sites import Site

MINUTE = timedelta(minutes=1)
SPENT = (
    ("transport", "城西货运", "水泥、沙子运费", 360), ("rubbish", "绿城清运", "装修垃圾两车", 580), ("lifting", "楼道搬运队", "瓷砖上楼", 440),
    ("protection", "五金市场", "地面保护膜、阳角护条", 210),
)  # fmt: skip


def paid(s: Site, at: datetime) -> None:
    """What is earned by now is written, approved and paid within three days by three people."""
    project = s.project
    if account_of(project, project.foreman).payable <= 0:
        return
    made = services.write_statement(project, by=s.crew[posts.ENGINEERING_ASSISTANT], at=at)
    services.approve_statement(made, by=s.crew[posts.ENGINEERING_MANAGER], at=at + 5 * MINUTE)
    services.pay_statement(made, by=s.world.who(s.case.store, posts.ACCOUNTANT, s.case.number), at=at + 10 * MINUTE)


def spent(s: Site, at: datetime, which: int) -> None:
    """A receipt of these days."""
    kind, payee, what, amount = SPENT[which % len(SPENT)]
    by = s.crew[posts.PROJECT_MANAGER]
    proof = photos.photo(f"receipt-{s.pk}-{which}")
    services.record_expense(
        s.project, kind=kind, amount=Decimal(amount + 10 * s.case.number), spent_on=at.date(), payee=payee, what=what, receipt=proof, by=by, at=at
    )


def charged(s: Site, at: datetime) -> None:
    """On every third site some work was done twice, and the foreman bears it."""
    if s.case.number % 3 == 0:
        services.record_deduction(
            s.project, kind="rework", amount=Decimal(600), reason="卫生间墙砖空鼓返工，材料和人工由工长承担", by=s.crew[posts.PROJECT_MANAGER], at=at
        )


def handed_over(s: Site, at: datetime) -> Any:
    """Cleaned the day before, then keys and meters; owner and supervisor sign."""
    crew, fall = s.crew, s.fall
    order = services.order_cleaning(
        s.project, contractor="净居保洁服务部", phone="057186661234", scope="全屋开荒保洁\n玻璃、门窗、柜体内外擦净\n厨卫墙地面去胶、除垢",
        amount=Decimal(6) * (s.project.area_m2 or Decimal(100)).quantize(Decimal(1)), clean_on=(at + timedelta(days=1)).date(),
        by=crew[posts.ENGINEERING_ASSISTANT], at=at,
    )  # fmt: skip
    at = later(at, 1, fall, hours=(15, 16))
    yield at
    services.take_over_cleaning(order, on=at.date(), word="玻璃、地漏、柜内都看过，干净", by=crew[posts.ENGINEERING_ASSISTANT], at=at)
    made: SiteHandOver = services.hand_over_home(
        s.project, on=at.date(), keys=4 + s.case.number % 3, water=Decimal(11 + s.case.number), power=Decimal(120 + 7 * s.case.number), gas=Decimal(3),
        by=crew[posts.SITE_SUPERVISOR], at=at + 10 * MINUTE,
    )  # fmt: skip
    s.world.sign_all(made.paper, s.hands(), at=at + 20 * MINUTE, by=crew[posts.SITE_SUPERVISOR])
    s.world.follow(s.project.dossier, at=at + 30 * MINUTE)
    return at + 30 * MINUTE


def documents(s: Site, at: datetime) -> None:
    """The list of what the customer gets, all of it given."""
    given = [services.Given(document.code, True) for document in content.documents_of(s.project)]
    made = services.hand_over_documents(s.project, given=given, on=at.date(), by=s.crew[posts.PROJECT_MANAGER], at=at)
    s.world.sign_all(made.paper, s.hands(), at=at + 5 * MINUTE, by=s.crew[posts.PROJECT_MANAGER])
    s.world.follow(s.project.dossier, at=at + 10 * MINUTE)


def filed(s: Site, at: datetime) -> None:
    """The commission is registered and approved, the file bound; one drawing is out for a while."""
    crew = s.crew
    made = services.register_commission(s.project, percent=Decimal(1), by=crew[posts.ENGINEERING_ASSISTANT], at=at)
    services.approve_commission(made, by=crew[posts.ENGINEERING_MANAGER], at=at + 5 * MINUTE)
    services.file_archive(
        s.project, number=f"DA-{s.project.ref.removeprefix('P-')}", shelf=f"工程部档案柜 {s.case.number % 4 + 1}-{s.case.number % 3 + 1}", volumes=1,
        word="业主留存件不再回收", by=crew[posts.ENGINEERING_ASSISTANT], at=at + 5 * MINUTE,
    )  # fmt: skip
    if s.case.number % 2 == 0:
        services.lend_document(
            s.project, kind="loan", what="水电竣工图", to=str(crew[posts.TECHNICIAN]), purpose="报修核对管线走向", due_on=(at + timedelta(days=7)).date(),
            by=crew[posts.ENGINEERING_ASSISTANT], at=at + 6 * MINUTE,
        )  # fmt: skip


__all__ = ["charged", "documents", "filed", "handed_over", "paid", "spent"]
