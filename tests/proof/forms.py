"""Reads the forms of a page as a browser would: where they go, and every field with what it offers."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin


@dataclass
class Field:
    name: str
    kind: str
    value: str = ""
    offers: list[str] = field(default_factory=list)
    longest: int = 0  # characters that may be typed; 0 where nothing is said


@dataclass
class Form:
    """A form that posts: its address and its fields by name."""

    action: str
    ident: str = ""
    fields: dict[str, Field] = field(default_factory=dict)
    multipart: bool = False


class _Reader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.url, self.forms = url, []  # type: tuple[str, list[Form]]
        self._open: Form | None = None
        self._area: Field | None = None
        self._select: Field | None = None
        self._strays: list[tuple[str, Field]] = []

    def handle_starttag(self, tag: str, found: list[tuple[str, str | None]]) -> None:
        attrs = {name: value or "" for name, value in found}
        if tag == "form":
            self._open = None
            if attrs.get("method", "").lower() == "post":
                self._open = Form(
                    urljoin(self.url, attrs.get("action", "")) or self.url,
                    attrs.get("id", ""),
                    {},
                    "multipart" in attrs.get("enctype", ""),
                )
                self.forms.append(self._open)
        elif tag in ("input", "select", "textarea", "button") and attrs.get("name"):
            self._control(tag, attrs)
        elif tag == "option" and self._select is not None:
            self._select.offers.append(attrs.get("value", ""))
            if "selected" in attrs:
                self._select.value = attrs.get("value", "")

    def _control(self, tag: str, attrs: dict[str, str]) -> None:
        kind = attrs.get("type", "text") if tag in ("input", "button") else tag
        made = Field(attrs["name"], kind, attrs.get("value", ""), longest=int(attrs.get("maxlength") or 0))
        if tag == "textarea":
            self._area = made
        if tag == "select":
            self._select = made
        if attrs.get("form"):
            self._strays.append((attrs["form"], made))
        elif self._open is not None:
            self._into(self._open, made, checked="checked" in attrs)

    @staticmethod
    def _into(form: Form, made: Field, *, checked: bool = False) -> None:
        known = form.fields.get(made.name)
        if made.kind in ("radio", "checkbox", "button", "submit"):
            known = form.fields.setdefault(made.name, Field(made.name, made.kind))
            known.offers.append(made.value)
            known.value = made.value if checked or not known.value else known.value
        elif known is None:
            form.fields[made.name] = made

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.value += data

    def close(self) -> None:
        super().close()
        by_id = {form.ident: form for form in self.forms if form.ident}
        for ident, made in self._strays:
            if ident in by_id:
                self._into(by_id[ident], made)


def forms_of(page: str, url: str) -> list[Form]:
    """The forms of a page that post."""
    reader = _Reader(url)
    reader.feed(page)
    reader.close()
    return reader.forms
