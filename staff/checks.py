"""What a company number, a user name and a mobile number must look like."""

from __future__ import annotations

import re
import unicodedata

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
RESERVED = frozenset({"new", "imports"})  # addresses of pages beside those of people
STORE_CODE = re.compile(r"[A-Z][A-Z0-9]{1,5}")

_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: no I, O, S, V, Z
_WEIGHTS = [3**place % 31 for place in range(17)]


def is_uscc(code: str) -> bool:
    """A unified social credit code (统一社会信用代码, GB 32100): 18 signs, the last one checks the others."""
    if len(code) != 18 or any(sign not in _USCC for sign in code):
        return False
    total = sum(_USCC.index(sign) * weight for sign, weight in zip(code[:17], _WEIGHTS, strict=True))
    return _USCC[(31 - total % 31) % 31] == code[17]


def as_username(text: str) -> str:
    """The one spelling of a user name: half-width, small letters, no spaces around it."""
    return unicodedata.normalize("NFKC", text).strip().lower()
