"""First passwords: long, random, readable aloud, and changed at the first sign-in."""

from __future__ import annotations

import secrets

from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is mistaken for something else on paper


class _FirstPassword(PBKDF2PasswordHasher):
    """A random password of 59 bits needs no slow hash; Django hashes it anew, slowly, at the first sign-in."""

    iterations = 20_000


def first() -> str:
    """A new first password, like hk4m-w9tz-b7qe."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


def hashed(first_password: str) -> str:
    """The hash of a password made by `first`; hiring forty people from a list takes a moment, not a minute."""
    hasher = _FirstPassword()
    return hasher.encode(first_password, hasher.salt())


def chosen(password: str) -> str:
    """The hash of a password that a person has chosen."""
    return make_password(password)
