"""Hands that sign in the demo: strokes made up from a name, always the same for the same name."""

from __future__ import annotations

import json
import math
from random import Random

WIDTH, HEIGHT = 108, 120


def strokes(name: str) -> str:
    """Invented writing, one cell a character; nobody's real hand."""
    found = []
    moment = 1000
    for place, character in enumerate(name[:4]):
        dice = Random(f"hand:{character}")
        left = 14 + place * WIDTH
        for _ in range(dice.randint(4, 6)):
            points, moment = _stroke(dice, left, moment)
            found.append({"points": points})
    return json.dumps(found)


def _stroke(dice: Random, left: float, moment: int) -> tuple[list[dict[str, float]], int]:
    """One stroke: across, down, a slant or a hook, with the unsteadiness of a hand."""
    angle = dice.choice((0.05, 0.1, 1.45, 1.55, 0.8, 2.3)) + dice.uniform(-0.15, 0.15)
    length, bend = dice.uniform(34, 78), dice.uniform(-0.5, 0.5)
    x, y = left + dice.uniform(4, 42), 24 + dice.uniform(0, 46)
    if math.cos(angle) < 0:
        x += 34
    points = []
    for step in range(9):
        share = step / 8
        turn = angle + bend * share * share
        points.append(
            {
                "x": round(x + math.cos(turn) * length * share, 1), "y": round(y + math.sin(turn) * length * share, 1),
                "time": moment + step * 16, "pressure": 0.5,
            }
        )  # fmt: skip
    return points, moment + 9 * 16 + dice.randint(60, 160)
