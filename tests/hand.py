"""A hand that signs: valid strokes, a blank box, and the shortest way to sign a paper in a test."""

from __future__ import annotations

import json
import math
from datetime import datetime
from typing import Any

from core import papers
from core.models import Paper, Signature

STROKES = json.dumps(
    [
        {"points": [{"x": 20 + 8 * i, "y": 40 + 18 * math.sin(i), "time": 1000 + 16 * i, "pressure": 0.5} for i in range(14)]},
        {"points": [{"x": 150 + 6 * i, "y": 30 + 4 * i, "time": 1500 + 16 * i, "pressure": 0.5} for i in range(8)]},
    ]
)
BLANK = "[]"


def sign(paper: Paper, role: str, name: str, *, by: Any, at: datetime, user: Any = None, **more: Any) -> Signature:
    """Sign one line of a paper in presence of `by`."""
    return papers.sign(paper, role=role, name=name, strokes=STROKES, by=by, at=at, user=user, **more)


def sign_all(paper: Paper, *, by: Any, at: datetime, customer: str = "陈静兰") -> Paper:
    """Everybody who must signs, in the order of the paper."""
    for signer in papers.unsigned_roles(paper):
        if signer.required:
            sign(paper, signer.role, customer if signer.role == "customer" else signer.label, by=by, at=at)
    paper.refresh_from_db()
    return paper
