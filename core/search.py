"""One array of short terms per dossier, one GIN index: name, any two characters, phone tail, place, number, initials."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from core.phones import normal
from core.pinyin import initials

_SPLIT = re.compile(r"[\s,，、;；/]+")


def _clean(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _grams(text: str) -> set[str]:
    """Single characters and every two neighbours of the Chinese and latin runs of a text."""
    found: set[str] = set()
    for run in re.findall(r"[一-鿿]+", text):
        found.update(run)
        found.update(run[i : i + 2] for i in range(len(run) - 1))
    for word in re.findall(r"[a-z0-9][a-z0-9\-]*", text):
        found.add(word)
        found.update(part for part in word.split("-") if part)
    return found


def terms(
    *, names: Iterable[str] = (), phones: Iterable[str] = (), places: Iterable[str] = (), refs: Iterable[str] = ()
) -> list[str]:
    """The terms under which a dossier is found."""
    found: set[str] = set()
    for name in names:
        found |= _grams(_clean(name))
        short = initials(name)
        found.update(short[:n] for n in range(2, len(short) + 1))
    for number in phones:  # whole, or as far as its mask shows it: more would spell it out digit by digit (LR-43)
        found.update({number, number[:3], number[-4:]})
    for place in places:
        cleaned = _clean(place)
        found |= _grams(cleaned)
        for run in re.findall(r"[一-鿿]{2,}", cleaned):
            short = initials(run)
            found.update(short[:n] for n in range(2, len(short) + 1))
    for ref in refs:
        cleaned = _clean(ref)
        found.add(cleaned)
        found.update(part for part in cleaned.split("-") if part)
        if "-" in cleaned:
            found.add("-".join(cleaned.split("-")[-2:]))
            found.add(cleaned.rsplit("-", 1)[-1].lstrip("0") or "0")
    return sorted(term for term in found if term)[:400]


def query(text: str) -> list[str]:
    """The terms that a typed text asks for, all of which must be present; a whole telephone number is one, however it is spaced."""
    if (number := normal(text)) is not None:
        return [number]
    wanted: list[str] = []
    for word in _SPLIT.split(_clean(text.strip()))[:6]:
        for run in re.findall(r"[一-鿿]+|[a-z0-9\-]+", word):
            if "一" <= run[0] <= "鿿":
                wanted += [run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)]
            else:
                wanted.append(run)
    return wanted[:24]
