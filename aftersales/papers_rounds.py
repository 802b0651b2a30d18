"""The papers of rounds and surveys: the summary report (S05), the survey (S18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from core.papers import PaperKind, Signer, Voidable

S05 = PaperKind(
    "S05", "回访总结报告", "Return-visit summary report", "aftersales",
    signers=(Signer("cs_supervisor", "客服主管", "本报告按回访记录表汇总，数字由系统计算，分析如实。"),), voidable=Voidable.NEVER,
)  # fmt: skip
S18 = PaperKind(
    "S18", "客户满意度调查表", "Satisfaction survey", "aftersales",
    signers=(Signer("customer", "客户", "以上各项由本人填写，是本人真实的看法。"),),
)  # fmt: skip
S18_TOLD = PaperKind(
    "S18T", "客户满意度调查表（电话）", "Satisfaction survey, told by phone", "aftersales", series="S18", template="papers/S18.html",
    signers=(Signer("cs_officer", "记录人", "以上各项由客户在电话中逐项口述，本人如实记录，没有引导和改动。"),),
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    name: str
    count: int


@dataclass(frozen=True)
class OfOfficer:
    name: str
    asked: int
    reached: int
    tried: int
    satisfied: int
    so_so: int
    dissatisfied: int
    in_time: int


@dataclass(frozen=True)
class Said:
    """One line of what customers said, with the record it stands on."""

    paper: str
    customer: str
    result: str
    text: str


@dataclass(frozen=True)
class RoundSheet:
    """S05: counts by result and by officer, coverage, what customers said, the cases, analysis and measures."""

    round: str
    name: str
    purpose: str
    occasion: str
    from_on: date
    until_on: date
    whom: list[str]
    figures: list[Figure]
    results: list[Figure]
    always: int
    always_done: int
    officers: list[OfOfficer]
    with_what: list[Said]
    suggestions: list[Said]
    views: list[Said]
    cases: list[str]
    analysis: str
    measures: str
    written_by: str
    closed_at: datetime


@dataclass(frozen=True)
class Asked:
    code: str
    question: str
    kind: str
    answer: str


@dataclass(frozen=True)
class SurveySheet:
    """S18: the questions as they were asked, and what the customer answered."""

    project: str
    contract: str
    customer: str
    address: str
    survey: str
    name: str
    version: int
    way: str
    told_by: str
    taken_by: str
    answered_at: datetime
    answers: list[Asked]
