"""The posts of the company, by the codes of the glossary (domain.md 1.2).  Titles and departments: data/posts.yaml."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from core import data

GENERAL_MANAGER = "general_manager"
PRIVACY_OFFICER = "privacy_officer"

MARKETING_MANAGER = "marketing_manager"
MARKETING_TEAM_LEADER = "marketing_team_leader"
MARKET_REP = "market_rep"

STORE_MANAGER = "store_manager"
CUSTOMER_MANAGER = "customer_manager"
FRONT_DESK = "front_desk"

DESIGN_MANAGER = "design_manager"
CHIEF_DESIGNER = "chief_designer"
DESIGNER = "designer"
MATERIAL_DESIGNER = "material_designer"
ESTIMATOR = "estimator"
MATERIAL_AGENT = "material_agent"

ENGINEERING_MANAGER = "engineering_manager"
ENGINEERING_ASSISTANT = "engineering_assistant"
PROJECT_MANAGER = "project_manager"
SITE_SUPERVISOR = "site_supervisor"
SAFETY_OFFICER = "safety_officer"
DOCUMENT_CLERK = "document_clerk"
FOREMAN = "foreman"
CREW_LEADER = "crew_leader"

SUPERVISION_MANAGER = "supervision_manager"
SUPERVISION_ASSISTANT = "supervision_assistant"
QUALITY_INSPECTOR = "quality_inspector"

CS_MANAGER = "cs_manager"
CS_SUPERVISOR = "cs_supervisor"
CS_OFFICER = "cs_officer"
AFTERSALES_HEAD = "aftersales_head"
TECHNICIAN = "technician"

FINANCE_SUPERVISOR = "finance_supervisor"
ACCOUNTANT = "accountant"
CASHIER = "cashier"
MATERIAL_ACCOUNTANT = "material_accountant"

HR = "hr"
ADMINISTRATOR = "administrator"  # accounts and company profile only; no approval of any business

DATA = Path(__file__).resolve().parent / "data" / "posts.yaml"


@dataclass(frozen=True)
class DepartmentRow:
    code: str
    title: str
    title_en: str


@dataclass(frozen=True)
class PostRow:
    code: str
    title: str
    title_en: str
    department: str
    company_wide: bool = False
    on_site: bool = False


@cache
def departments() -> tuple[DepartmentRow, ...]:
    """The departments in the order of the chart."""
    return tuple(data.load(DATA, DepartmentRow, key="departments"))


@cache
def posts() -> tuple[PostRow, ...]:
    """The posts in the order of the chart."""
    return tuple(data.load(DATA, PostRow, key="posts"))


@cache
def all_codes() -> frozenset[str]:
    """Every post of the chart: for permissions that everybody in the company holds."""
    return frozenset(row.code for row in posts())


@cache
def on_site() -> frozenset[str]:
    """The posts whose day is spent on sites with a phone in the hand."""
    return frozenset(row.code for row in posts() if row.on_site)


@cache
def company_wide() -> frozenset[str]:
    """The posts that work for all stores: for their own, and for each that has nobody in the post."""
    return frozenset(row.code for row in posts() if row.company_wide)


def in_language(row: PostRow | DepartmentRow) -> str:
    """The title in the language of the page."""
    return row.title_en if (get_language() or "").startswith("en") else row.title


def listed(words: Iterable[str]) -> str:
    """Names or titles in a row, with the comma of the page's language."""
    return (", " if (get_language() or "").startswith("en") else "、").join(str(word) for word in words)


def title_of(code: str) -> str:
    """The title of a post by its code."""
    return next((in_language(row) for row in posts() if row.code == code), code)


def with_posts(person: Any) -> str:
    """陈静 · 客服专员: whoever passes something on looks for the post first.  The person is loaded `with_posts`, where there are several."""
    held = listed(title_of(code) for code in sorted(person.posts))
    return f"{person.full_name} · {held}" if held else str(person.full_name)
