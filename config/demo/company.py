"""The small demo company: which customers came in nine months, and how each story turned out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from config.demo import between, corrections, customers, desk, ordering, people, supervision
from config.demo.enquiries import Case, enquiry
from config.demo.sites import site
from config.demo.world import World, dice, later
from inspections.services import load_checks
from leads import price_sheets
from leads import services as leads
from leads.services import packages
from staff import posts

FLATS = people.FLATS

# (days before today, store, kind of home): these became sites; those that came early are in warranty now
SITES = (
    (270, "CX", 2), (258, "CX", 0), (243, "CD", 3), (226, "CX", 5), (208, "CD", 1), (176, "CX", 4), (152, "CX", 2), (139, "CD", 0), (118, "CX", 6),
    (99, "CX", 3), (84, "CD", 2), (66, "CX", 1), (52, "CX", 4), (41, "CD", 3), (30, "CX", 2),
)  # fmt: skip

# (days before today, store, kind of home, how it rests): the enquiries of the last weeks
TALKS: tuple[tuple[int, str, int, dict[str, Any]], ...] = (
    (21, "CX", 3, {"stops": "quoted"}), (19, "CX", 7, {"stops": "quotation"}), (18, "CD", 2, {"stops": "contract"}), (15, "CX", 1, {"stops": "survey"}),
    (14, "CX", 5, {"stops": "deposit"}), (13, "CX", 4, {"stops": "consulting"}), (12, "CX", 2, {"stops": "consulting"}),
    (12, "CD", 1, {"stops": "decision"}), (11, "CX", 0, {"stops": "proposal"}), (10, "CX", 3, {"unsigned": True}), (9, "CX", 8, {"stops": "consulting"}),
    (9, "CD", 3, {"stops": "consulting"}), (8, "CX", 2, {}), (7, "CX", 1, {}), (6, "CX", 4, {"stops": "consulting"}), (6, "CD", 0, {}), (5, "CX", 5, {}),
    (4, "CX", 2, {}), (4, "CX", 0, {"stops": "assigned"}), (3, "CD", 2, {}), (3, "CX", 3, {}), (2, "CX", 1, {}), (2, "CX", 7, {"stops": "assigned"}),
    (1, "CX", 2, {"stops": "registered"}), (1, "CD", 1, {}), (1, "CX", 4, {"stops": "registered"}), (0, "CX", 3, {"stops": "registered"}),
)  # fmt: skip
# where the customers go who go, one after the other
LOST = ("assigned", "consulting", "proposal", "quoted", "consulting", "assigned")


@dataclass(frozen=True)
class Size:
    """How many of the stories above are told."""

    sites: int
    talks: int
    lost: int


SIZES = {"small": Size(len(SITES), len(TALKS), 18), "sample": Size(1, 8, 4)}  # the sample is for the tests


def make(*, seed: int, until: datetime, size: str = "small", password_hash: str = "") -> World:
    """Found the company and replay its nine months; the same seed, size and day give the same company."""
    told = SIZES[size]
    world = World(seed=seed, until=until, password_hash=password_hash)
    world.found()
    load_checks(at=world.begin)
    _prices(world)
    number = 0
    for days, store, flat in SITES[: told.sites]:
        number += 1
        case = Case(number, store, flat=FLATS[flat])
        at = _morning(world, days, number)
        world.add(at, site(world, case, at))
    for days, store, flat, how in TALKS[-told.talks :]:
        number += 1
        at = _morning(world, days, number)
        case = Case(number, store, flat=FLATS[flat], **how)
        world.add(at, site(world, case, at) if how.get("stops") == "contract" else enquiry(world, case, at))
    for place in range(told.lost):
        number += 1
        case = Case(number, "CX" if place % 3 else "CD", flat=FLATS[place % 6], lost=LOST[place % len(LOST)])
        at = _morning(world, 262 - place * 13, number)
        world.add(at, enquiry(world, case, at))
    customers.around(world)
    desk.everyday(world)
    supervision.everyday(world)
    between.everyday(world)
    corrections.lately(world)
    world.run()
    ordering.lately(world)
    world.settle()
    return world


def _morning(world: World, days: int, number: int) -> datetime:
    """Some working hour of that day; today everything happened before now."""
    at = later(world.until - timedelta(days=days + 1), 1, dice(world.seed, "morning", number), hours=(9, 16) if days else (8, 8))
    return min(at, world.until - timedelta(minutes=25))


def _prices(world: World) -> None:
    """The unified price list that ships, in force since before the first customer."""
    made = leads.publish_price_list(
        name="统一报价单", valid_from=(world.begin - timedelta(days=30)).date(), rows=price_sheets.shipped(), by=world.who("CX", posts.ESTIMATOR), at=world.begin
    )
    leads.publish_packages(made, packages=packages.shipped(), by=world.who("CX", posts.ESTIMATOR), at=world.begin)
