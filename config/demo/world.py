"""Nine months replayed: stories that wake up in the order of their moments, and the company that they happen to.

A story is a generator: it does what happens, then yields the moment at which it goes on.  Everything is done by the apps'
own verbs with past moments; what lies after `until` has not happened yet, so the last weeks are full of open promises.
"""

from __future__ import annotations

import heapq
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from config import follow, reach
from config.demo import people
from config.demo.hand import strokes
from core import clocks, papers
from core.models import Dossier, Notice, Paper
from core.papers import unsigned_roles
from core.refusals import Refused
from staff import posts
from staff import services as staff
from staff.models import Store, User

log = logging.getLogger(__name__)
Story = Iterator[datetime]
NINE_MONTHS = timedelta(days=274)


class World:
    """The company, its people by store and post, and the clock of the replay."""

    def __init__(self, *, seed: int, until: datetime, password_hash: str = "") -> None:
        self.seed, self.until, self.begin = seed, until, until - NINE_MONTHS
        self.password_hash = password_hash or make_password(people.PASSWORD)
        self.stores: dict[str, Store] = {}
        self.people: dict[tuple[str, str], list[User]] = {}
        self._queue: list[tuple[datetime, int, Story]] = []
        self._order = count()
        self.refused: list[str] = []
        self.complaints = 0  # how many homes have complained

    # --- the company -------------------------------------------------------------------------------------------------

    def found(self) -> None:
        """Set up the company and hire everybody, as a real one would be."""
        opened = (self.begin - timedelta(days=400)).replace(hour=9, minute=0)
        day = timezone.localtime(opened).date()
        first = people.SHOPS[0].people[0][1][0]
        staff.set_up_company(
            company=staff.CompanyParticulars(**people.COMPANY),
            stores=[staff.StoreParticulars(code=s.code, name=s.name, city=s.city, address=s.address, phone=s.phone) for s in people.SHOPS],
            administrator_name=first, administrator_username="chengwei", password_hash=self.password_hash, must_change_password=False,
            opened_on=day, at=opened, simulated=True,
        )  # fmt: skip
        self.stores = {store.code: store for store in Store.objects.all()}
        administrator = User.objects.get(username="chengwei")
        self.people[("CX", posts.ADMINISTRATOR)] = [administrator]
        number = count(1)
        for shop in people.SHOPS:
            for post, names in shop.people:
                for name in names:
                    if post != posts.ADMINISTRATOR:
                        self._hire(shop, post, name, next(number), administrator, opened)

    def _hire(self, shop: people.Shop, post: str, name: str, number: int, by: User, at: datetime) -> None:
        boss = self.people.get((shop.code, people.SUPERIOR.get(post, "")), self.people.get(("CX", people.SUPERIOR.get(post, "")), [None]))[0]
        made = staff.hire(
            full_name=name, store=self.stores[shop.code], posts=[post], hired_on=timezone.localtime(at).date(), mobile=f"139{57180000 + number:08d}",
            superior=boss, password_hash=self.password_hash, must_change_password=False, by=by, at=at, simulated=True,
        )  # fmt: skip
        self.people.setdefault((shop.code, post), []).append(made)

    def who(self, store: str, post: str, number: int = 0) -> User:
        """Somebody who holds a post in a store; the company's own people sit in the first."""
        found = self.people.get((store, post)) or self.people[("CX", post)]
        return found[number % len(found)]

    # --- the replay --------------------------------------------------------------------------------------------------

    def add(self, start: datetime, story: Story) -> None:
        heapq.heappush(self._queue, (start, next(self._order), story))

    def run(self) -> int:
        """Let everything happen until now; returns the number of steps."""
        steps, night = 0, self.begin
        while self._queue and self._queue[0][0] <= self.until:
            moment, _order, story = heapq.heappop(self._queue)
            while night < moment:
                self._sweep(night)
                night += timedelta(days=1)
            wakes = self._step(story)
            steps += 1
            if wakes is not None:
                self.add(max(wakes, moment), story)
        self._sweep(self.until)
        return steps

    def _step(self, story: Story) -> datetime | None:
        try:
            with transaction.atomic():
                return next(story, None)  # an end that came as StopIteration would undo the story's last act
        except Refused as refusal:
            refusal.add_note("; ".join(gap.says for gap in refusal.missing))
            raise

    def _sweep(self, at: datetime) -> None:
        """What the worker does: the clocks of that night; what came in long ago has been seen."""
        with transaction.atomic():
            clocks.sweep(at=at, audience=reach.audience)
            Notice.objects.filter(read_at__isnull=True, at__lt=at - timedelta(days=2)).update(read_at=at)

    def settle(self) -> None:
        """At the end everything that follows from facts is written, as every sweep would."""
        for number in range(3):
            if not follow.run(at=self.until):
                break
            log.info("followed %s", number)

    # --- hands -------------------------------------------------------------------------------------------------------

    def sign(self, paper: Paper, role: str, person: Any, *, at: datetime, by: User) -> None:
        """One line signed: by the customer (a name) in presence of `by`, or by a colleague."""
        own = isinstance(person, User)
        name = person.full_name if own else str(person)
        papers.sign(paper, role=role, name=name, strokes=strokes(name), at=at, by=person if own else by, user=person if own else None, present=by)

    def sign_all(self, paper: Paper, people_by_role: dict[str, Any], *, at: datetime, by: User) -> datetime:
        """Everybody whose line is on the paper and who is there, one after the other; then what follows from it."""
        lines = sorted(unsigned_roles(paper), key=lambda line: (line.required, line.role == "customer"))
        for place, line in enumerate(lines):
            if people_by_role.get(line.role) is not None:
                at += timedelta(minutes=2 + place)
                self.sign(paper, line.role, people_by_role[line.role], at=at, by=by)
        paper.refresh_from_db()
        if papers.kind_of(paper).app != "leads":  # nothing above follows from an enquiry's papers
            self.follow(paper.dossier, at=at)
        return at

    def follow(self, dossier: Dossier, *, at: datetime) -> None:
        follow.run(dossier, at=at)


def dice(*parts: object) -> Random:
    """A die for one story: what other stories do never changes how it falls."""
    return Random(":".join(str(part) for part in parts))


def later(at: datetime, days: float, fall: Random, *, hours: tuple[int, int] = (9, 17)) -> datetime:
    """So many days later at some moment of the working day, always after `at`."""
    local = timezone.localtime(at) + timedelta(days=int(days))
    found = local.replace(hour=fall.randint(*hours), minute=fall.choice(range(0, 60, 5)), second=0, microsecond=0)
    return found if found > at else at + timedelta(minutes=fall.randint(20, 80))


__all__ = ["Story", "World", "dice", "later"]
