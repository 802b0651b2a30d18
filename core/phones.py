"""Chinese telephone numbers: normal form and mask (decision 22, LR-43)."""

from __future__ import annotations

import re
import unicodedata

MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"0\d{2,3}\d{7,8}(x\d{1,5})?")
_JUNK = re.compile(r"[\s\-‐-―－().·]")


def normal(text: object) -> str | None:
    """Digits only, or None when this is no Chinese mobile number and no landline with area code."""
    digits = _JUNK.sub("", unicodedata.normalize("NFKC", str(text or "")))
    digits = re.sub(r"^(\+|00)?86(?=1[3-9]\d{9}$)", "", digits)
    digits = re.sub(r"^\+86(?=\d)", "0", digits)
    digits = re.sub(r"(转|ext\.?)", "x", digits)
    if MOBILE.fullmatch(digits) or LANDLINE.fullmatch(digits):
        return digits
    return None


def mask(number: str) -> str:
    """138****1234; a landline keeps its area code and two last digits."""
    if len(number) < 7:
        return "*" * len(number)
    if MOBILE.fullmatch(number):
        return f"{number[:3]}****{number[-4:]}"
    return f"{number[:4]}****{number[-2:]}"


# A number within a running text: spaced, with dashes, or without either; never a part of a longer row of digits.
_WITHIN = re.compile(r"(?<!\d)(?:\+?86[ -]?)?(1[3-9]\d(?:[ -]?\d{4}){2}|0\d{2,3}[ -]?\d{3,4}[ -]?\d{4})(?!\d)")


def covered(text: str) -> str:
    """A text as lists show it: every telephone number in it masked, however it was typed (LR-43)."""
    return _WITHIN.sub(lambda found: mask(re.sub(r"\D", "", found[1])), text)


def tail(number: str) -> str:
    return number[-4:]
