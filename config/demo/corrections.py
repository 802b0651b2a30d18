"""What goes wrong with money and dates on a site, and how it is put right: a payment booked in error, a supplement to the contract."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from config.demo.desk import on
from config.demo.world import Story, World
from projects import services as sites
from projects.choices import Stage
from projects.models import Payment, Project
from staff import posts

if TYPE_CHECKING:
    from config.demo.sites import Site


def booked_wrongly(s: Site, at: datetime) -> None:
    """The accountant takes back what the cashier booked a quarter of an hour ago; then it is booked rightly (LR-57)."""
    wrong = Payment.objects.filter(project_id=s.pk, kind="in").order_by("-id").first()
    assert wrong is not None
    sites.reverse_payment(wrong, reason="付款人写错，重新开收据", by=s.world.who(s.case.store, posts.ACCOUNTANT), at=at)
    s.pay(at + timedelta(minutes=15))


def supplemented(s: Site, at: datetime) -> None:
    """The owner wants a week more for the cabinets: signed by both sides."""
    site = s.project
    made = sites.issue_supplement(
        site, reason="业主定制柜体到货延后，双方同意顺延", due_on=site.due_on + timedelta(days=7), terms="顺延期间不计违约金", by=s.crew[posts.CUSTOMER_MANAGER], at=at
    )
    s.sign(made.paper, at + timedelta(minutes=20), by=posts.CUSTOMER_MANAGER)


def lately(world: World) -> None:
    at = on(world, 1, time(15, 10))
    world.add(at, _waits(world, at))


def _waits(world: World, at: datetime) -> Story:
    """A supplement of yesterday that the owner has not signed yet."""
    rows = Project.objects.select_related("customer_manager").filter(stage=Stage.UNDER_CONSTRUCTION, contract__signed_at__isnull=False)
    for site in rows.order_by("-id")[:1]:
        if not site.supplements.exists():
            sites.issue_supplement(
                site, reason="主卧地板改由公司代购", terms="主卧三层实木地板由甲方自购改为乙方代购，价款另签变更单", due_on=site.due_on + timedelta(days=3),
                by=site.customer_manager, at=at,
            )  # fmt: skip
    yield from ()


__all__ = ["booked_wrongly", "lately", "supplemented"]
