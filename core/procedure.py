"""Stages and gates as a table that a site manager could read aloud."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from core.refusals import Missing, Refused

GATES: dict[str, Gate] = {}
LIFECYCLES: dict[str, Lifecycle] = {}


@dataclass(frozen=True)
class Gate:
    """A fact without which a step stays closed.

    id: of the specification (G3); says: the sentence shown while it is closed; who: posts that can clear it; paper: the
    paper that carries the fact; waivable_by: posts that may let it pass with a reason (a recorded waiver), usually nobody.
    """

    id: str
    says: object
    test: Callable[[Any], bool]
    who: tuple[str, ...] = ()
    paper: str = ""
    waivable_by: tuple[str, ...] = ()
    link: Callable[[Any], str] | None = None

    def missing(self, subject: Any) -> Missing | None:
        """None when the fact is there or a waiver stands in for it."""
        if self.test(subject):
            return None
        waived = getattr(subject, "is_waived", None)
        if self.waivable_by and waived is not None and waived(self.id):
            return None
        return Missing(
            says=str(self.says),
            who=",".join(self.who),
            gate=self.id,
            link=self.link(subject) if self.link else "",
            waivable=",".join(self.waivable_by),
        )


def gate(
    id: str,
    says: object,
    *,
    who: Iterable[str] = (),
    paper: str = "",
    waivable_by: Iterable[str] = (),
    link: Callable[[Any], str] | None = None,
) -> Callable[[Callable[[Any], bool]], Gate]:
    """Make a predicate into the gate with this id and sentence."""

    def decorate(test: Callable[[Any], bool]) -> Gate:
        key = id if id not in GATES else f"{id}:{test.__name__}"
        GATES[key] = made = Gate(id, says, test, tuple(who), paper, tuple(waivable_by), link)
        return made

    return decorate


@dataclass(frozen=True)
class Step:
    """One allowed move: from a stage to the next, by these posts, through these gates."""

    source: str
    target: str
    by: tuple[str, ...]
    gates: tuple[Gate, ...] = ()


@dataclass(frozen=True)
class Lifecycle:
    """All allowed moves of one kind of record; any other pair is refused."""

    name: str
    steps: tuple[Step, ...]
    labels: Any = None
    line: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        LIFECYCLES[self.name] = self

    def label(self, stage: str) -> str:
        return str(self.labels(stage).label) if self.labels else stage

    def step(self, source: str, target: str) -> Step:
        """The move between two stages; Refused when the table does not have it."""
        for step in self.steps:
            if step.source == source and step.target == target:
                return step
        raise Refused(
            _("There is no step from “{source}” to “{target}”.").format(
                source=self.label(source), target=self.label(target)
            )
        )

    def steps_from(self, stage: str) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.source == stage)

    def missing(self, subject: Any, step: Step) -> tuple[Missing, ...]:
        """Everything that keeps this step closed, all at once."""
        return tuple(gap for gap in (gate.missing(subject) for gate in step.gates) if gap)

    def state_of(self, subject: Any, step: Step) -> tuple[tuple[Missing, ...], tuple[Gate, ...]]:
        """(what is missing, which gates are open) for the list on the page."""
        missing, done = [], []
        for each in step.gates:
            gap = each.missing(subject)
            if gap:
                missing.append(gap)
            else:
                done.append(each)
        return tuple(missing), tuple(done)

    def require(self, subject: Any, source: str, target: str, *, store: int, by: Any = None) -> Step:
        """The step, if it is in the table, this person's to take in this store, and open; Refused otherwise, naming all that is missing."""
        step = self.step(source, target)
        if by is not None and step.by and not (set(step.by) & by.posts_for(store)):
            raise Refused(
                _("This step is taken by somebody else."),
                [Missing(str(_("The step is not yours.")), ",".join(step.by))],
            )
        missing = self.missing(subject, step)
        if missing:
            raise Refused(
                _("Not yet “{target}”: {count} missing.").format(target=self.label(target), count=len(missing)), missing
            )
        return step
