"""What a company chooses where the handbook leaves it open: each app declares its choices, the company page sets them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.models import CompanyChoice

CHOICES: dict[str, Choice] = {}


@dataclass(frozen=True)
class Choice:
    """One choice: its code, its words, the default, the least and the most, or the few values there are.

    source: rule ids; unit: what is counted; options: (value, words), when only these are possible.
    """

    code: str
    says: object
    source: str
    default: int
    least: int = 0
    most: int = 1000
    unit: object = ""
    options: tuple[tuple[int, object], ...] = ()

    def __post_init__(self) -> None:
        if self.code in CHOICES:
            raise ValueError(f"choice {self.code} is declared twice")
        if not self.fits(self.default):
            raise ValueError(f"choice {self.code}: its own default does not fit")
        CHOICES[self.code] = self

    def fits(self, value: int) -> bool:
        return value in dict(self.options) if self.options else self.least <= value <= self.most

    @property
    def value(self) -> int:
        """What counts now: one query."""
        return values([self])[self.code]


def values(choices: Iterable[Choice] | None = None) -> dict[str, int]:
    """What counts now of these choices, or of all, in one query."""
    asked = list(choices if choices is not None else CHOICES.values())
    chosen = dict(CompanyChoice.objects.filter(code__in=[choice.code for choice in asked]).values_list("code", "value"))
    return {choice.code: chosen.get(choice.code, choice.default) for choice in asked}
