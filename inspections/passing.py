"""When does a check pass?  One pure reading of items, results and the pass rules; the page and the verb ask the same function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from inspections.checks import PassRules
from inspections.choices import DONE, LEFT_OUT, Verdict
from inspections.limits import is_general

UNDONE, NO_PHOTO, NO_WORDS, UNCONFIRMED = "undone", "no_photo", "no_words", "unconfirmed"
MAIN_FAILED, RATE, OVERRUN, SPOILS_USE = "main_failed", "rate", "overrun", "spoils_use"


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that keeps the check from being concluded."""

    item: Any
    why: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """How a check stands: what is missing, what failed and why it fails as a whole, and the count of general points.

    `needed` are the codes of the items that count, `settled` of those that are done: nothing of them is missing.
    """

    needed: frozenset[str]
    settled: frozenset[str]
    total: int
    done: int
    main_total: int
    main_done: int
    gaps: tuple[Gap, ...]
    failed: tuple[Any, ...]
    deferred: tuple[Any, ...]
    reasons: tuple[str, ...]
    points: int
    good: int

    @property
    def fails(self) -> bool:
        return bool(self.reasons)

    @property
    def passes(self) -> bool:
        return not self.reasons and not self.gaps

    @property
    def blocking(self) -> tuple[Gap, ...]:
        """What is missing before it can be concluded: all of it to pass; to fail, the photos and words of what was looked at."""
        return tuple(gap for gap in self.gaps if not self.fails or gap.why in (NO_PHOTO, NO_WORDS))

    def lacks(self, code: str) -> frozenset[str]:
        """What is still missing of this item."""
        return frozenset(gap.why for gap in self.gaps if gap.item.code == code)

    @property
    def rate(self) -> Decimal:
        return Decimal(self.good) / self.points if self.points else Decimal(1)


def weigh(
    items: Iterable[Any],
    results: Mapping[str, Any],
    *,
    rules: PassRules,
    waived: frozenset[str] = frozenset(),
    repeatable: bool = False,
) -> Weighed:
    """Weigh a check (JGJ/T 304-2013 §3.0.8).

    It fails when a main item fails; when fewer than 80 % of the general points are good; when a general point is beyond
    1.5 × its limit; or when a general fault spoils the use.  It passes when it does not fail and nothing is missing.
    """
    results = {code: result for code, result in results.items() if result.verdict != Verdict.PENDING}
    counted = [i for i in items if not i.by_paper and (not i.optional or i.code in results)]
    done_groups = {i.alternative_group for i in counted if i.alternative_group and _done(results.get(i.code))}
    needed = [i for i in counted if not (i.alternative_group in done_groups and i.code not in results)]
    gaps = tuple(gap for item in needed for gap in _gaps(item, results.get(item.code), waived, repeatable))
    failed = tuple(i for i in needed if i.code in results and results[i.code].verdict == Verdict.FAIL)
    general = [
        results[i.code]
        for i in needed
        if is_general(i) and i.code in results and results[i.code].verdict in (Verdict.PASS, Verdict.FAIL)
    ]
    points, good = sum(max(r.points, 1) for r in general), sum(_good(r) for r in general)
    main = [i for i in needed if not is_general(i)]
    lacking = {gap.item.code for gap in gaps}
    settled = [i for i in needed if (i.code in results or i.code in waived) and i.code not in lacking]
    return Weighed(
        needed=frozenset(i.code for i in needed), settled=frozenset(i.code for i in settled), total=len(needed), done=len(settled),
        main_total=len(main), main_done=sum(i in settled for i in main), gaps=gaps, failed=failed,
        deferred=tuple(i for i in needed if i.deferrable and i.code not in results),
        reasons=_reasons(failed, results, rules, points, good), points=points, good=good,
    )  # fmt: skip


def _done(result: Any) -> bool:
    return result is not None and result.verdict in DONE


def _good(result: Any) -> int:
    return result.good if result.points else int(result.verdict == Verdict.PASS)


def needs_photo(item: Any, verdict: str) -> bool:
    """An item that says so, and every fault, is shown in a photo."""
    return bool(item.photo) or verdict == Verdict.FAIL


def _gaps(item: Any, result: Any, waived: frozenset[str], repeatable: bool) -> Iterable[Gap]:
    if result is None:
        if not item.deferrable and item.code not in waived:
            yield Gap(item, UNDONE)
        return
    if result.verdict in LEFT_OUT:
        alone = repeatable and result.verdict == Verdict.NOT_DELIVERED
        if not is_general(item) and not alone and result.confirmed_by_id is None:
            yield Gap(item, UNCONFIRMED)
        return
    if needs_photo(item, result.verdict) and not result.photo_count:
        yield Gap(item, NO_PHOTO)
    if result.verdict == Verdict.FAIL and not item.is_measured and not result.note:
        yield Gap(item, NO_WORDS)


def _reasons(
    failed: tuple[Any, ...], results: Mapping[str, Any], rules: PassRules, points: int, good: int
) -> tuple[str, ...]:
    found = []
    if any(not is_general(i) for i in failed):
        found.append(MAIN_FAILED)
    general = [results[i.code] for i in failed if is_general(i)]
    if points and Decimal(good) / points < rules.general_pass_rate:
        found.append(RATE)
    if any(r.overrun for r in general):
        found.append(OVERRUN)
    if any(not r.tolerable for r in general):
        found.append(SPOILS_USE)
    return tuple(found)
