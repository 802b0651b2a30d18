"""The Jinja2 environment of all pages and papers: strict names, Django's words and addresses, our filters and `ui`.

Components are macros in templates/components/*.html.  Every page reaches them as `ui.<macro>(...)`; a misspelt macro or
parameter raises.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import number_format
from jinja2 import Environment, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from config import svg, words
from core import money as core_money
from core import phones
from staff import posts

_MACRO = re.compile(r"{%-?\s*macro\s+([a-z]\w*)\(")


class Components:
    """All macros of templates/components/ under one name."""

    def __init__(self, env: Environment) -> None:
        self._env = env
        self._homes: dict[str, str] = {}
        self._python: dict[str, Callable[..., Any]] = {"form_open": form_open, "post_button": post_button, "face": face, "clock_list": clock_list}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name in self._python:
            return self._python[name]
        if name not in self._homes:
            self._read()
        if name not in self._homes:
            raise AttributeError(f"there is no component {name!r} in templates/components/")
        return getattr(self._env.get_template(self._homes[name]).module, name)

    def _read(self) -> None:
        """Which file holds which macro; two macros of one name are a mistake."""
        for path in self._env.list_templates(filter_func=lambda p: p.startswith("components/")):
            source, _filename, _fresh = self._env.loader.get_source(self._env, path)  # type: ignore[union-attr]
            for name in _MACRO.findall(source):
                if self._homes.setdefault(name, path) != path:
                    raise RuntimeError(f"component {name!r} is in {path} and in {self._homes[name]}")

    def names(self) -> dict[str, str]:
        self._read()
        return dict(self._homes)


@pass_context
def form_open(
    context: Context,
    action: str,
    method: str = "post",
    draft_key: str | None = None,
    multipart: bool = False,
    id: str = "",
    kind: str = "",
) -> Markup:
    """<form> with the csrf token, the id that makes a repeated post harmless, and the draft's key."""
    attrs = [("action", action), ("method", method), ("class", f"form {kind}".strip()), ("novalidate", "")]
    if multipart:
        attrs.append(("enctype", "multipart/form-data"))
    if id:
        attrs.append(("id", id))
    if draft_key:
        attrs.append(("data-draft", draft_key))
        attrs.append(("data-draft-of", getattr(getattr(context.get("request"), "user", None), "pk", None) or ""))
        attrs.append(("data-draft-url", context.get("drafts_url") or "/drafts/"))
    html = Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in attrs)
    if method != "post":
        return Markup("<form{}>").format(html)
    hidden = Markup('<input type="hidden" name="once" value="{}">').format(uuid.uuid4())
    if draft_key:
        hidden += Markup('<input type="hidden" name="draft_key" value="{}">').format(draft_key)
    return Markup("<form{} data-once>{}").format(html, context.get("csrf_input", "")) + hidden


@pass_context
def post_button(
    context: Context,
    says: str,
    action: str,
    kind: str = "plain",
    icon: str = "",
    small: bool = False,
    fields: Mapping[str, Any] | None = None,
) -> Markup:
    """A form that is only its button: one act, with values that are known already."""
    hidden = Markup("").join(
        Markup('<input type="hidden" name="{}" value="{}">').format(name, value)
        for name, value in (fields or {}).items()
    )
    button = context["ui"].button(says, kind=kind, icon=icon, small=small)
    return form_open(context, action, kind="is-button") + hidden + button + Markup("</form>")


def face(deadline: Any, now: datetime | None = None) -> words.ClockFace:
    return words.face(deadline, now or timezone.now())


def only(cell: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """A component's small record: an unknown key is a mistake, a missing one is empty."""
    if unknown := set(cell) - set(names):
        raise TypeError(f"unknown keys {sorted(unknown)}; allowed: {', '.join(names)}")
    return {name: cell.get(name, "") for name in names}


def pick(row: Any, name: str, default: Any = "") -> Any:
    """A value of a row or of a mapping; components take both."""
    if isinstance(row, Mapping):
        return row.get(name, default)
    return getattr(row, name, default)


def money(value: Any, sign: str = "¥") -> str:
    """¥1,234.50; an empty value stays empty."""
    if value is None or value == "":
        return ""
    amount = core_money.yuan(Decimal(str(value)))
    text = f"{abs(amount):,.2f}"
    return f"{'−' if amount < 0 else ''}{sign}{text}"


def number(value: Any, digits: int | None = None) -> str:
    """A quantity without needless zeros: 12.50 → 12.5, 3.00 → 3."""
    if value is None or value == "":
        return ""
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if digits is not None:
        return f"{exact:,.{digits}f}"
    text = f"{exact:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def area(value: Any) -> str:
    """118.6 m²."""
    return f"{number(value)} m²" if value not in (None, "") else ""


def mask(value: str | None) -> str:
    """138 **** 3371."""
    if not value:
        return ""
    masked = phones.mask(value)
    return re.sub(r"^(\d{3})(\*{4})(\d{4})$", r"\1 \2 \3", masked)


def tail(value: str | None) -> str:
    """**** 3371."""
    return f"**** {value[-4:]}" if value else ""


def account(noted: str) -> str:
    """尾号 8810; what was noted before of an account stays as it is."""
    return translation.gettext("ending in %(tail)s") % {"tail": noted} if core_money.is_tail(noted) else noted


def sha_short(value: str | None) -> str:
    """4be1 90c7 2d5f."""
    return " ".join((value or "")[i : i + 4] for i in range(0, 12, 4)).strip()


_REF = re.compile(r"(\b[A-Z]{1,3}\d{0,2}[A-Z]?-[A-Z]{1,4}-\d{4}-\d{4,}\b)")


def whole_numbers(value: Any) -> Any:
    """Words of a paper; a number like L23-CX-2026-0001 in them is not torn at its hyphens."""
    if not isinstance(value, str) or isinstance(value, Markup) or len(found := _REF.split(value)) == 1:
        return value
    return Markup("").join(Markup('<span class="p-nowrap">{}</span>').format(part) if n % 2 else part for n, part in enumerate(found))


_DAY = re.compile(r"(\b\d{4}-\d\d-\d\d\b)")


def whole_days(value: Any) -> Any:
    """A sentence; a day like 2031-11-24 in it is not torn at its hyphens."""
    return Markup("").join(Markup('<span class="nowrap">{}</span>').format(part) if n % 2 else part for n, part in enumerate(_DAY.split(str(value))))


def day(value: date | datetime | str | None) -> str:
    return words.day(value, timezone.localdate()) if value else ""


def moment(value: datetime | str | None) -> str:
    return words.moment(value, timezone.now()) if value else ""


def when(value: datetime | None) -> str:
    """今天 08:52, else 11-22 16:10."""
    if not value:
        return ""
    same = timezone.localtime(value).date() == timezone.localdate()
    return words.today_or_day(value, timezone.now()) if same else moment(value)


def weekday(value: date | datetime | str) -> str:
    """周二, also for a moment as papers carry it."""
    return words.weekday(value)


def full_day(value: Any) -> str:
    return words.full_day(value) if value else ""


def full_moment(value: Any) -> str:
    return words.full_moment(value) if value else ""


def hour(value: datetime | None) -> str:
    return timezone.localtime(value).strftime("%H:%M") if value else ""


def initial(name: str | None) -> str:
    """The surname in the ring: 陈静兰 → 陈, Anna → A."""
    return (name or "·")[0].upper()


def in_words(value: int) -> str:
    """Chapters of a contract: 1 → 一, 12 → 十二."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(value, 10)
    head = "" if not tens else ("十" if tens == 1 else digits[tens] + "十")
    return head + (digits[ones] if ones or not tens else "")


@lru_cache(maxsize=4096, typed=True)
def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page; the frame of every page asks for the same two dozen."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


@pass_context
def clock_list(context: Context, rows: Iterable[Mapping[str, Any]], now: Any = None, most: int = 6) -> Markup:
    """The running clocks of what a page is about; one leads to its page where the reader's posts may open that."""
    from config import reach  # the environment is made before the apps are ready

    shown = [{**row, "url": reach.opens(context["request"].user, row["url"])} for row in rows]
    module: Any = context.environment.get_template("components/clocks.html").module
    return Markup(module.clock_list(shown, now=now, most=most))  # noqa: S704 (a macro of our own)


@pass_context
def openable(context: Context, address: str) -> str:
    """The address, where the reader's posts may open its page; else empty."""
    from config import reach

    return reach.opens(context["request"].user, address)


@pass_context
def paper_url(context: Context, ref: str) -> str:
    """The page of a paper; empty when papers of its kind are not for this reader."""
    from config import reach

    return "" if ref.partition("-")[0] in reach.hidden_kinds(context["request"].user) else url("paper", ref)


@pass_context
def here(context: Context, **changes: Any) -> str:
    """This page's address with some query values changed; None removes one.  The page key `after` never survives."""
    request = context["request"]
    query = request.GET.copy()
    query.pop("after", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query.setlist(name, [str(v) for v in value] if isinstance(value, list | tuple) else [str(value)])
    return f"{request.path}?{query.urlencode()}" if query else str(request.path)


def flashes(request: HttpRequest | None) -> list[Message]:
    """What the last act said (django.contrib.messages)."""
    return list(get_messages(request)) if request is not None else []


def matched(text: str | None, query: str) -> Markup:
    """The text with what was searched for marked."""
    plain = text or ""
    terms = sorted({t for t in query.lower().split() if t}, key=len, reverse=True)
    if not plain or not terms:
        return escape(plain)
    pattern = re.compile("|".join(re.escape(term) for term in terms), re.IGNORECASE)
    out, at = Markup(""), 0
    for hit in pattern.finditer(plain):
        out += escape(plain[at : hit.start()]) + Markup("<mark>{}</mark>").format(hit.group())
        at = hit.end()
    return out + escape(plain[at:])


def language() -> str:
    return "zh-CN" if (translation.get_language() or "zh").startswith("zh") else "en"


_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<(t[dh])\b([^>]*)>(.*?)(?=</\1>)", re.DOTALL)
_SPAN = re.compile(r'\bcolspan="(\d+)"')


def headed(rows: Any, head: Iterable[Any]) -> Markup:
    """Every cell says which column it belongs to: on a phone the rows of a wide table are cards (lists.css)."""
    titles = [
        "" if isinstance(cell, Mapping) and (cell.get("hide") or cell.get("clock")) else str(cell["says"] if isinstance(cell, Mapping) else cell)
        for cell in head
    ]

    def row(found: re.Match[str]) -> str:
        at = 0

        def cell(part: re.Match[str]) -> str:
            nonlocal at
            tag, attributes, inside = part.groups()
            span = _SPAN.search(attributes)
            title = titles[at] if tag == "td" and span is None and at < len(titles) else ""
            at += int(span[1]) if span else 1
            nothing = " data-none" if inside.strip() in ("", "–") else ""
            says = f' data-head="{escape(title)}"' if title else ""
            role = ' role="cell"' if tag == "td" else ' role="rowheader"'  # a card is no table to the browser, but still one to a reader
            return f"<{tag}{role}{attributes}{says}{nothing}>{inside}"

        return '<tr role="row"' + _CELL.sub(cell, found[0])[3:]

    return Markup(_ROW.sub(row, str(rows)))  # noqa: S704 -- what the macro's caller has rendered and escaped


def unique(seed: str) -> str:
    """A stable element id for a label and its field."""
    return "x" + hashlib.blake2s(seed.encode(), digest_size=5).hexdigest()


def environment(**options: Any) -> Environment:
    options["undefined"] = StrictUndefined
    options["autoescape"] = True
    env = Environment(extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True, **options)  # noqa: S701 -- set above
    env.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    env.globals.update(
        ui=Components(env),
        svg=svg,
        url=url,
        openable=openable,
        paper_url=paper_url,
        static=static,
        here=here,
        qr=svg.qr,
        flashes=flashes,
        matched=matched,
        only=only,
        pick=pick,
        unique=unique,
        language=language,
        this_moment=timezone.now,
        today=timezone.localdate,
        urlencode=urlencode,
        debug=settings.DEBUG,
    )
    env.filters.update(
        money=money,
        number=number,
        area=area,
        mask=mask,
        covered=phones.covered,
        tail=tail,
        account=account,
        sha_short=sha_short,
        whole_numbers=whole_numbers,
        whole_days=whole_days,
        day=day,
        moment=moment,
        when=when,
        headed=headed,
        hour=hour,
        weekday=weekday,
        full_day=full_day,
        full_moment=full_moment,
        upper=core_money.upper,
        initial=initial,
        in_words=in_words,
        localised=number_format,
        listed=posts.listed,
    )
    return env
