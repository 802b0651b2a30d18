"""Whom a round or a survey asks: homes of a store by stage, day, class, member, key; and who serves them, so that the caller is neutral."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales.choices_complaints import ABOUT
from aftersales.choices_rounds import Among, RoundState, TargetState
from aftersales.models import ComplaintPerson, RepairOrder, RoundTarget, Warranty
from core.refusals import Refused
from leads import grades
from projects.choices import AFTER_ACCEPTANCE, Role, Stage
from projects.models import Project

STAGES = (
    Stage.CONTRACTED, Stage.PERMIT_FILING, Stage.DISCLOSED, Stage.UNDER_CONSTRUCTION, Stage.MIDTERM_ACCEPTED, Stage.COMPLETED, *AFTER_ACCEPTANCE,
)  # fmt: skip


@dataclass(frozen=True)
class Criteria:
    """Who is asked; empty means everybody.  `sample` draws so many of a hundred, but members and key customers always (R021, R022)."""

    stages: tuple[str, ...] = ()
    finished_from: date | None = None
    finished_until: date | None = None
    covered: bool = False
    grades: tuple[str, ...] = ()
    among: str = Among.ALL
    sample: int = 100

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Criteria:
        days = {name: date.fromisoformat(kept[name]) if kept.get(name) else None for name in ("finished_from", "finished_until")}
        return cls(
            stages=tuple(kept.get("stages", ())), covered=bool(kept.get("covered")), grades=tuple(kept.get("grades", ())),
            among=kept.get("among", Among.ALL), sample=int(kept.get("sample", 100)), **days,
        )  # fmt: skip

    def kept(self) -> dict[str, Any]:
        told = asdict(self)
        return {**told, "stages": list(self.stages), "grades": list(self.grades), "among": str(self.among)} | {
            name: told[name].isoformat() if told[name] else None for name in ("finished_from", "finished_until")
        }

    def check(self) -> None:
        if set(self.stages) - {stage.value for stage in STAGES} or set(self.grades) - set(grades.grades()) or self.among not in Among.values:
            raise Refused(_("Nobody can be chosen like this."))
        if not 1 <= self.sample <= 100:
            raise Refused(_("Of a hundred, one to a hundred can be drawn."))
        if self.finished_from and self.finished_until and self.finished_until < self.finished_from:
            raise Refused(_("The period ends before it begins."))


@dataclass
class Drawn:
    """What a drawing found: the sites to ask, how many fitted, and how many were left out because the customer wants no contact or is on another list."""

    sites: list[Project] = field(default_factory=list)
    fitted: int = 0
    unwilling: int = 0
    elsewhere: int = 0

    @property
    def figures(self) -> dict[str, Any]:
        return {"fitted": self.fitted, "unwilling": self.unwilling, "elsewhere": self.elsewhere, "drawn": len(self.sites)}


def draw(store: Any, wanted: Criteria, *, seed: str, at: Any, one_list: bool = True) -> Drawn:
    """The sites that fit, one for each customer; a sample is drawn by lot, members and key customers are never drawn out of it.

    `one_list`: nobody stands on two lists of calls at once.
    """
    wanted.check()
    found = Drawn()
    seen: set[int] = set()
    for site in _fitting(store, wanted, timezone.localtime(at).date()):
        if site.customer_id in seen:
            continue
        seen.add(site.customer_id)
        found.fitted += 1
        if site.customer.do_not_contact:
            found.unwilling += 1
        elif one_list and site.listed:
            found.elsewhere += 1
        elif is_always(site) or _lot(seed, site) < wanted.sample:
            found.sites.append(site)
    return found


def is_always(site: Project) -> bool:
    """A member or a key customer."""
    return bool(site.customer.is_member or site.customer.is_key)


def _lot(seed: str, site: Project) -> int:
    return int(hashlib.sha256(f"{seed}:{site.pk}".encode()).hexdigest()[:8], 16) % 100


def _fitting(store: Any, wanted: Criteria, today: date) -> Iterable[Any]:
    warranty = Warranty.objects.in_force().filter(project=OuterRef("pk"))
    listed = RoundTarget.objects.filter(
        project__customer=OuterRef("customer"), state=TargetState.OPEN, round__state__in=(RoundState.PREPARED, RoundState.RUNNING)
    )
    rows = Project.objects.filter(store=store, stage__in=wanted.stages or [stage.value for stage in STAGES])
    if wanted.finished_from or wanted.finished_until or wanted.covered:
        if wanted.finished_from:
            warranty = warranty.filter(starts_on__gte=wanted.finished_from)
        if wanted.finished_until:
            warranty = warranty.filter(starts_on__lte=wanted.finished_until)
        if wanted.covered:
            warranty = warranty.filter(last_on__gte=today)
        rows = rows.filter(Exists(warranty))
    if wanted.grades:
        classes = Q()
        for code in wanted.grades:
            grade = grades.grades()[code]
            classes |= Q(customer__willingness=grade.willingness, customer__ability=grade.ability)
        rows = rows.filter(classes)
    if wanted.among == Among.ALWAYS:
        rows = rows.filter(Q(customer__is_member=True) | Q(customer__is_key=True))
    return rows.select_related("customer", "dossier", "lead", "contract__paper").annotate(listed=Exists(listed)).order_by("-pk")


def serving(sites: Sequence[Project]) -> dict[int, frozenset[int]]:
    """Who does not call about which site: its six people, who brought or led its enquiry, who mended there, whom a complaint of it is about."""
    found: dict[int, set[int]] = defaultdict(set)
    for site in sites:
        lead = site.lead
        ids = [getattr(site, f"{role.value}_id") for role in Role] + [lead.designer_id, lead.customer_manager_id]
        found[site.pk] |= {pk for pk in ids if pk}
    keys = list(found)
    for project, person in RepairOrder.objects.filter(repair__project__in=keys).values_list("repair__project", "technician"):
        found[project].add(person)
    about = ComplaintPerson.objects.filter(complaint__project__in=keys, part__in=ABOUT, person__isnull=False)
    for project, person in about.values_list("complaint__project", "person"):
        found[project].add(person)
    return {key: frozenset(ids) for key, ids in found.items()}


def is_neutral(site: Project, person: Any) -> bool:
    return person.pk not in serving([site])[site.pk]


def require_neutral(site: Project, person: Any) -> None:
    """A neutral caller: nobody asks customers about his own work."""
    if not is_neutral(site, person):
        raise Refused(_("Who serves a customer does not call that customer for a return visit."))


__all__ = ["STAGES", "Criteria", "Drawn", "draw", "is_always", "is_neutral", "require_neutral", "serving"]
