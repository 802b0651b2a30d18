"""The report of quality and material use (I24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.papers import PaperKind, Voidable

I24 = PaperKind("I24", "质量、用料分析报告", "Report of quality and material use", "inspections", voidable=Voidable.NEVER)


@dataclass(frozen=True)
class ReportSheet:
    """I24: rows of figures as they were counted; sites stand there by their number, no customer is named."""

    scope: str
    starts_on: date
    ends_on: date
    figures: list[list[str]]
    materials: list[list[str]]
    refusals: list[list[str]]
    faults: list[list[str]]
    changes: list[list[str]]
    measured: list[list[str]]
    analysis: str
    measures: str
    by: str
