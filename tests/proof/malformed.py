"""What people, scripts and broken browsers send: values that no field expects, and bodies that are none."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from typing import Any

from tests.proof.forms import Field, Form

VALUES = (
    "", " ", "\t\r\n", "-1", "0", "-0", "+5", "1.5", "1,000.00", "12.3456789", "1e5", "1e999", "-1e999", "NaN", "Infinity", "0x1F", "1_000", "½", "٣", "Ⅷ",
    "９９９", "１２．５", "－３", "99999999999999999999", "-99999999999999999999", "2147483648", "9223372036854775808",
    "0.000000000000000001", "null", "None", "true",
    "on", "[]", "{}", '{"points": 1}', '[{"points": "x"}]', '[{"points": [{"x": 1e400, "y": null}]}]', "[" * 3000, '{"a":' * 1500,
    '{"x": 1e999}', '{"x": NaN}', '{"x": "\\ud800"}', "\x00", "a\x00b", "\\u0000", "\ufeff",
    "\u202eabc", "\u200b", "😀", "😀" * 60, "陈" * 300, "x" * 5000, "a" * 70_000, "<script>alert(1)</script>", "' OR 1=1 --",
    "%s%n{0}{}", "{{ 7*7 }}", "../../etc/passwd",
    "C:\\x", "2026-02-30", "2026-13-01", "0001-01-01", "0000-00-00", "9999-12-31", "10000-01-01", "1900-01-01", "2026-11-24",
    "24.11.2026", "2026年2月30日", "25:61", "23:59",
    "2026-11-24T99:99", "9999-12-31T23:59", "0001-01-01T00:00", "２０２６-１１-２４", "13800000000", "１３８００００００００",
    "+86 138-0000-0000", "1380000", "110", "@", "a@b",
    "00000000-0000-0000-0000-000000000000", "not-a-uuid", "K-CX-2026-0001", "P-ZZ-0000-0000", "administrator", "C9-99", "C1-03", "G1",
    "zh-hans", "//evil.example/", "javascript:1",
)  # fmt: skip
ALIKE = ("NaN", "-1e999", "9999-12-31", "0001-01-01T00:00")  # a form is sent each of them in all its fields where something is typed
RAW = (b"\xff\xfe", b"\xed\xa0\x80", b"\xc3\x28", b"%zz", b"%00", b"\x80abc")


def picture(size: tuple[int, int] = (24, 18)) -> bytes:
    """A PNG of our own making; only its header when it claims to be large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    width, height = size
    rows = b"".join(b"\x00" + b"\x77" * 3 * width for _ in range(height)) if width * height < 1_000_000 else b"\x00"
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def _zip(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts.items():
            book.writestr(name.replace("__", "/"), data)
    return out.getvalue()


FILES: tuple[tuple[str, bytes], ...] = (
    ("empty.jpg", b""), ("words.jpg", "这不是照片".encode()), ("cut.png", picture()[:40]), ("huge.png", picture((60_000, 60_000))),
    ("turned.png", picture()[::-1]),
    ("../../x.png", picture()), ("no name\x00.png", picture()), ("x" * 400 + ".png", picture()), ("list.xlsx", b"PK\x03\x04 nothing"),
    ("page.svg", b"<svg onload='alert(1)'/>"),
    ("paper.pdf", b"%PDF-1.7\n%broken"), ("list.csv", "姓名,电话\n".encode()), ("book.xlsx", _zip(hello__txt=b"x" * 1000)), ("", picture()),
)  # fmt: skip


def usual(field: Field, dice: random.Random) -> Any:
    """What somebody might really type, so that the other fields are reached."""
    if field.kind in ("select", "radio"):
        real = [offer for offer in field.offers if offer]
        return dice.choice(real) if real else ""
    if field.kind in ("checkbox", "submit", "button"):
        return dice.choice(field.offers) if field.offers else "on"
    if field.value:
        return field.value
    by_kind = {
        "number": "3",
        "date": "2026-12-01",
        "datetime-local": "2026-12-01T10:00",
        "time": "10:00",
        "tel": "13900001234",
        "email": "a@example.com",
    }
    return by_kind.get(
        field.kind,
        "3"
        if any(word in field.name for word in ("amount", "quantity", "area", "value", "percent"))
        else "一切照旧，业主在场",
    )


def strange(field: Field, dice: random.Random, foreign: list[str]) -> Any:
    """What nobody expects in this field: a value of the list, or the id of something that belongs to others."""
    if field.kind in ("select", "radio", "checkbox", "hidden") and dice.random() < 0.45:
        return dice.choice(foreign)
    return dice.choice(VALUES)


def body(form: Form, dice: random.Random, foreign: list[str], *, files: int) -> tuple[bytes, str]:
    """One malformed request: (body, content type).  `files` in a hundred carry a wrong file where one is asked for."""
    data: list[tuple[str, Any]] = []
    names = [name for name in form.fields if name != "csrfmiddlewaretoken"]
    spoilt = set(dice.sample(names, min(len(names), dice.choice((1, 1, 1, 2, 3))))) if names else set()
    for name in names:
        field = form.fields[name]
        if field.kind == "file":
            if dice.randrange(100) < files:
                data.append(
                    (name, dice.choice(FILES) if name in spoilt or dice.random() < 0.5 else ("photo.png", picture()))
                )
            elif name in spoilt:
                data.append((name, dice.choice(VALUES)))
            continue
        if name == "once" and name not in spoilt:
            continue
        if name not in spoilt:
            data.append((name, usual(field, dice)))
        elif (way := dice.random()) < 0.12:
            continue
        elif way < 0.22:
            data += [
                (name, usual(field, dice)),
                (name, strange(field, dice, foreign)),
                (name, strange(field, dice, foreign)),
            ]
        elif way < 0.28:
            data.append((name, ("words.txt", b"a file in a text field")))
        elif way < 0.33:
            data.append((name, dice.choice(RAW)))
        else:
            data.append((name, strange(field, dice, foreign)))
    if dice.random() < 0.04:
        data.append(
            (
                dice.choice(("id", "pk", "store", "store_id", "by", "is_staff", "stage", "state", "at", "\x00")),
                dice.choice(VALUES),
            )
        )
    return _encoded(data, dice, broken=dice.random() < 0.02)


def alike(form: Form, value: str, dice: random.Random) -> tuple[bytes, str]:
    """The same strange value in every field where something is typed: each field's own check is reached for certain."""
    data: list[tuple[str, Any]] = []
    for name, field in form.fields.items():
        if field.kind != "file" and name not in ("csrfmiddlewaretoken", "once"):
            chosen = field.kind in ("select", "radio", "checkbox", "hidden", "submit", "button")
            data.append((name, usual(field, dice) if chosen else value))
    return _encoded(data, dice, broken=False)


def brimful(form: Form, dice: random.Random) -> tuple[bytes, str]:
    """A form as somebody might really fill it, with as many words as its fields take: what a form lets pass fits its record."""
    data: list[tuple[str, Any]] = []
    for name, field in form.fields.items():
        if field.kind == "file":
            data.append((name, ("photo.png", picture())))
        elif name not in ("csrfmiddlewaretoken", "once"):
            full = field.kind in ("text", "textarea") and field.longest >= 10 and dice.random() < 0.7
            data.append((name, "满" * field.longest if full else usual(field, dice)))
    return _encoded(data, dice, broken=False)


def _encoded(data: list[tuple[str, Any]], dice: random.Random, *, broken: bool) -> tuple[bytes, str]:
    boundary = "----form-boundary-7d9"
    out = b""
    for name, value in data:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'.encode()
        if isinstance(value, tuple):
            filename, content = value
            out += head + f'; filename="{filename}"\r\nContent-Type: image/png\r\n\r\n'.encode() + content + b"\r\n"
        else:
            out += (
                head
                + b"\r\n\r\n"
                + (value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass"))
                + b"\r\n"
            )
    whole = out + f"--{boundary}--\r\n".encode()
    if broken:
        whole = dice.choice((whole[: len(whole) // 2], whole.replace(b"\r\n", b"\n"), b"", b"\x00" * 64, whole[20:]))
        return whole, dice.choice(
            (
                f"multipart/form-data; boundary={boundary}",
                "multipart/form-data",
                "application/json",
                "text/plain; charset=x",
                f"multipart/form-data; boundary={'b' * 300}",
            )
        )
    return whole, f"multipart/form-data; boundary={boundary}"
