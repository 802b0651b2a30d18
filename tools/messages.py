"""Words of the pages: English in the source, Chinese in `<package>/locale/zh_Hans/LC_MESSAGES/django.po`.

    tools/messages.py [update] [PACKAGE…]   extract from Python and Jinja2, keep what is translated, add what is new
    tools/messages.py check [PACKAGE…]      every sentence is translated, none is doubtful, placeholders agree
    tools/messages.py compile [PACKAGE…]    write the .mo files that are older than their .po (./run does it)

`templates/<package>/` belongs to that package; all other templates (base, components, errors …) belong to config.
A sentence that left the source is kept as `#~`, so that it comes back translated; `update --clean` forgets it.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("core", "staff", "leads", "projects", "inspections", "aftersales", "config")
LOCALE = "zh_Hans"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_now": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "refuse": None,  # sentences that the database raises (core.guards)
}
_JINJA = {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "trimmed": "false", "silent": "false", "newstyle_gettext": "true"}
_BRACES, _PERCENT = re.compile(r"{(\w*)[^{}]*}"), re.compile(r"%\((\w+)\)[a-z]|%[sd]")
_DATED = re.compile(rb'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Report-Msgid-Bugs-To|Last-Translator|Language-Team): .*\n', re.M)


def po_file(package: str) -> Path:
    return ROOT / package / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def sources(package: str) -> Iterator[tuple[str, Path]]:
    """(how to read it, file) of everything whose sentences belong to the package."""
    for path in sorted((ROOT / package).rglob("*.py")):
        if "migrations" not in path.parts or "refuse(" in path.read_text():  # what the database says stands in migrations
            yield "python", path
    templates = ROOT / "templates"
    for path in sorted([*templates.rglob("*.html"), *templates.rglob("*.txt")]):
        home = path.relative_to(templates).parts[0]
        if package == (home if home in PACKAGES else "config"):
            yield "jinja2.ext:babel_extract", path


def extract(package: str) -> Catalog:
    found = Catalog(LOCALE, "django", header_comment=f"# Chinese words of {package}.", project="匠程", version="1", fuzzy=False)
    for method, path in sources(package):
        where = str(path.relative_to(ROOT))
        options = {} if method == "python" else _JINJA
        for line, message, _comments, context in extract_from_file(method, str(path), KEYWORDS, (), options):
            if message and message != "":
                found.add(message, None, [(where, line)], context=context)
    return found


def known(package: str) -> Catalog:
    path = po_file(package)
    if not path.exists():
        return Catalog(locale=LOCALE, domain="django")
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE, domain="django", abort_invalid=True)


def _key(message: Message) -> tuple[str, str | None]:
    return (message.id if isinstance(message.id, str) else message.id[0]), message.context


def _translated(message: Message) -> bool:
    texts = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return all(texts)


def update(package: str, *, clean: bool) -> str:
    found, old = extract(package), known(package)
    remembered = {_key(m): m for m in [*old.obsolete.values(), *old] if m.id and _translated(m)}
    for message in found:
        if message.id and (before := remembered.pop(_key(message), None)):
            string = before.string
            if message.pluralizable and isinstance(string, str):
                string = (string,)
            if not message.pluralizable and isinstance(string, (list, tuple)):
                string = string[0]
            message.string = string
            message.user_comments = before.user_comments
            message.flags |= before.flags & {"fuzzy"}
    if not clean:
        for key, message in remembered.items():
            message.locations = []
            found.obsolete[key[0]] = message
    if not len(found) and not found.obsolete:
        return f"{package}: no sentences"
    out = BytesIO()
    write_po(out, found, width=120, include_lineno=False, sort_by_file=True, include_previous=False)
    text = _DATED.sub(b"", out.getvalue())
    path = po_file(package)
    if not path.exists() or path.read_bytes() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, text)
    untranslated = sum(1 for message in found if message.id and not _translated(message))
    return f"{package}: {len(found)} sentences, {untranslated} without translation"


def _placeholders(text: str) -> set[str]:
    return set(_BRACES.findall(text)) | set(_PERCENT.findall(text))


def complaints(package: str) -> Iterator[str]:
    """What is not right with a package's translations, one line each."""
    old = {_key(m): m for m in known(package) if m.id}
    found = {_key(m): m for m in extract(package) if m.id}
    for key, message in found.items():
        where = message.locations[0][0] if message.locations else package
        translated = old.get(key)
        if translated is None:
            yield f"{where}: not in the catalogue: {key[0]!r}"
        elif not _translated(translated):
            yield f"{where}: not translated: {key[0]!r}"
        elif "fuzzy" in translated.flags:
            yield f"{where}: marked as doubtful (fuzzy): {key[0]!r}"
        else:
            ids = message.id if isinstance(message.id, (list, tuple)) else [message.id]
            wanted = set().union(*map(_placeholders, ids))
            texts = translated.string if isinstance(translated.string, (list, tuple)) else [translated.string]
            for text in texts:
                if _placeholders(text) != wanted:
                    yield f"{where}: placeholders differ: {key[0]!r} – {text!r}"
    for key in old.keys() - found.keys():
        yield f"{po_file(package).relative_to(ROOT)}: no longer in the source (run ./run messages): {key[0]!r}"


def disagreements() -> Iterator[str]:
    """One sentence in two packages is translated alike: at run time the first package's words stand on the pages of both."""
    said: dict[tuple[str, str | None], dict[str, str]] = {}
    for package in PACKAGES:
        for message in known(package):
            if message.id and _translated(message):
                text = message.string if isinstance(message.string, str) else message.string[0]
                said.setdefault(_key(message), {}).setdefault(text, package)
    for key, texts in said.items():
        if len(texts) > 1:
            yield f"translated in two ways: {key[0]!r}: " + ", ".join(f"{text!r} in {package}" for text, package in texts.items())


def compile_(package: str) -> None:
    po = po_file(package)
    mo = po.with_suffix(".mo")
    if not po.exists() or (mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns):
        return
    out = BytesIO()
    write_mo(out, known(package))
    _replace(mo, out.getvalue())


def _replace(path: Path, content: bytes) -> None:
    making = path.with_name(f".{path.name}.{os.getpid()}")
    making.write_bytes(content)
    os.replace(making, path)


def main(words: list[str]) -> int:
    clean = "--clean" in words
    words = [word for word in words if not word.startswith("--")]
    command = words.pop(0) if words and words[0] in {"update", "check", "compile"} else "update"
    if unknown := set(words) - set(PACKAGES):
        print(f"There is no package {', '.join(sorted(unknown))}; there are {', '.join(PACKAGES)}.", file=sys.stderr)
        return 2
    packages = words or [name for name in PACKAGES if (ROOT / name).is_dir()]
    if command == "compile":
        for package in packages:
            compile_(package)
        return 0
    if command == "update":
        for package in packages:
            print(update(package, clean=clean))
        return 0
    wrong = [*(line for package in packages for line in complaints(package)), *disagreements()]
    print("\n".join(wrong) or f"All sentences of {', '.join(packages)} are translated.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
