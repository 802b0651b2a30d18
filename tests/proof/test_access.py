"""Address × post × relation × method against a table written by hand (tests/proof/access.txt).

Walked from the URLconf and never derived from the policies: whoever deletes a policy, or widens one, turns this red.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import copy
from functools import cached_property, partial
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.exception import convert_exception_to_response
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve, reverse
from django.utils import translation

from config import urls
from config.nav import Shell
from core import policies as kernel
from staff import services
from staff.models import User
from staff.posts import all_codes
from tests import pages
from tests.pages import PAGES
from tests.proof.access import Row, rows
from tests.world import OWNERS, World

pytestmark = pytest.mark.slow

METHODS = ("GET", "POST")
OF_LEAD = frozenset({"designer", "customer_manager", "front_desk"})
OF_SITE = frozenset(
    {"designer", "customer_manager", "project_manager", "site_supervisor", "quality_inspector", "foreman"}
)
# Posts that own what somebody else of the cast owns: that person changes posts for the moment.
BORROWED = {"chief_designer": "designer", "market_rep": "front_desk"}
SILENT = ("django_session", "staff_usersession")
NEAR = ("own", "store")


class Doors:
    """Asks as a person and takes back whatever the answer did: through the whole site, or straight at the view behind its policy."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._last: tuple[str, Any]
        self._sessions: dict[int, str] = {}
        self.forget()

    def sign_in_everybody(self) -> None:
        """Before the first test, so that no test takes it back; everybody's posts are asked for once."""
        world = self.world
        for person in (*world.person.values(), *world.other.values(), *world.colleague.values()):
            client = world.client(person)
            client.get("/health/")  # each has been seen
            self._sessions[person.pk] = client.cookies["sessionid"].value
            assert person.posts  # kept by the person, and by every copy

    def ask(self, person: User | None, method: str, url: str) -> Any:
        """Through the whole site, as a browser does."""
        return self.signed_in(person)(method, url)

    def signed_in(self, person: User | None) -> Callable[[str, str], Any]:
        """The way of a browser in which this person has signed in."""
        client = Client(raise_request_exception=False)
        if person:
            client.cookies["sessionid"] = self._sessions[person.pk]
        return lambda method, url: self._undone(
            lambda: client.generic(method, url) if method == "GET" else client.post(url)
        )

    def ask_straight(self, person: User, method: str, url: str, *, undone: bool = True) -> Any:
        """Only the view and its policy: what stands before every view alike is the same for everybody who has signed in.

        Whoever is refused changes nothing (`written` counts it), and who looks nothing that the next one sees: there is nothing to take back.
        """
        request: Any = RequestFactory().generic(method, url) if method == "GET" else RequestFactory().post(url)
        match = request.resolver_match = self._match(url)
        request.user, request.session, request.id = copy(person), SessionStore(), "0" * 12
        request.is_straight = True
        request._messages = FallbackStorage(request)
        view = convert_exception_to_response(lambda request: match.func(request, *match.args, **match.kwargs))
        with translation.override(settings.LANGUAGE_CODE):
            return self._undone(lambda: view(request)) if undone else self._read(view(request))

    def forget(self) -> None:
        """What answers at an address may have been changed since."""
        self._last = "", None

    def _match(self, url: str) -> Any:
        """What answers at an address; asked once for the many people who ask for it one after the other."""
        if self._last[0] != url:
            self._last = url, resolve(url.split("?")[0])
        return self._last[1]

    @classmethod
    def _undone(cls, asked: Callable[[], Any]) -> Any:
        with transaction.atomic():
            answer = cls._read(asked())
            transaction.set_rollback(True)
        return answer

    @staticmethod
    def _read(answer: Any) -> Any:
        answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return answer


@pytest.fixture(scope="module")
def _doors(world_db: World, django_db_blocker: Any) -> Doors:
    doors = Doors(world_db)
    with django_db_blocker.unblock():
        doors.sign_in_everybody()
    return doors


@pytest.fixture
def media(_doors: Doors, settings: Any) -> None:
    settings.MEDIA_ROOT = _doors.world.media


@pytest.fixture
def doors(_doors: Doors, db: None, media: None, monkeypatch: pytest.MonkeyPatch) -> Doors:
    """Thousands of refusals are asked for: 403 and 404 are bare pages."""
    for status in (403, 404):
        monkeypatch.setattr(urls, f"handler{status}", partial(_bare, status), raising=False)
    nav = cached_property(partial(_side, whole=Shell.nav.func))
    nav.__set_name__(Shell, "nav")
    monkeypatch.setattr(Shell, "nav", nav)
    _doors.forget()
    return _doors


def _bare(status: int, request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(status=status)


def _side(shell: Shell, whole: Callable[[Shell], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The side menu, for whoever came through the whole site; it is the same round every view."""
    return [] if hasattr(shell.request, "is_straight") else whole(shell)


def written() -> int:
    """How many rows this transaction has inserted, changed or deleted so far, taken back or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables WHERE relname <> ALL(%s)",
            [list(SILENT)],
        )
        return int(cursor.fetchone()[0])


def of_site(name: str) -> bool:
    return name.startswith(("projects:", "inspections:", "aftersales:")) and name != "projects:contract-new"


def people(row: Row, world: World) -> Iterator[tuple[str, str, User]]:
    """(post, relation, person) of one row: every post from as near as it comes; those that the row names from everywhere."""
    if not PAGES[row.name].args(world):
        for post, person in world.person.items():
            yield post, "own", person
        return
    owns = OF_SITE if of_site(row.name) else OF_LEAD
    for post, person in world.person.items():
        yield post, "own" if post in owns else "store", person
        if post in row.somehow - row.named("none") or post == "crew_leader":
            yield post, "other", world.other[post]
            yield post, "missing", person
            if post in OWNERS:
                yield post, "store", world.colleague[post]


def differences(name: str, method: str, doors: Doors, *, whole: bool = False) -> Iterator[str]:
    """What this address does otherwise than the table says, one line a cell.

    `whole`: the first who is admitted and the first who is refused go through the whole site; the others always straight to the view.
    """
    world, ask = doors.world, doors.ask
    outside = {True, False} if whole else set()
    row = rows().get((name, method))
    url, absent = pages.address(name, world), pages.missing(name, world)
    if row is None:
        yield from _unnamed(name, method, url, doors)
        return
    found = ask(None, method, url)
    if row.open:
        if found.status_code >= 400 and found.status_code != 422:
            yield f"anybody: {found.status_code}"
        return
    if found.status_code != 302 or not found["Location"].startswith(reverse("login")):
        yield f"nobody signed in: {found.status_code}, not sent to sign in"
    bodies: dict[tuple[str, str], tuple[int, str]] = {}
    everybody = sorted(  # whoever is refused first, and of these the nearest
        (
            (_admitted(row, post, relation, person, world), relation not in NEAR, post, relation, person)
            for post, relation, person in people(row, world)
        ),
        key=lambda one: one[:2],
    )
    before = written() if method == "POST" else 0
    counted = method != "POST"
    for admitted, _far, post, relation, person in everybody:
        if admitted and not counted:
            counted = True
            if written() != before:
                yield "somebody was refused, and something was written"
        way = partial(doors.ask_straight, person, undone=admitted and method == "POST")
        if admitted in outside and relation in NEAR:
            way = doors.signed_in(person)
            outside.discard(admitted)
        found = way(method, str(absent) if relation == "missing" else url)
        said = f"{post} ({relation}): {found.status_code}"
        if admitted and (found.status_code in (403, 404, 405) or found.status_code >= 500):
            yield f"{said}, but the table admits"
        if not admitted:
            expected = 404 if post in row.somehow else 403
            if found.status_code != expected:
                yield f"{said}, the table says {expected}"
        if relation in ("other", "missing") and not _admitted(row, post, "other", person, world):
            bodies[post, relation] = found.status_code, _plain(found, url, str(absent))
    if not counted and written() != before:
        yield "somebody was refused, and something was written"
    for post, relation in bodies:
        if relation == "missing" and (post, "other") in bodies and bodies[post, "missing"] != bodies[post, "other"]:
            yield f"{post}: a record of another store answers otherwise than a missing one"


def _admitted(row: Row, post: str, relation: str, person: User, world: World) -> bool:
    if "self" in row.posts:
        return relation == "own" and person == pages.opener(row.name, world)
    if relation == "own" and post in row.named("issuer"):
        return person == pages.opener(row.name, world)
    return row.admits(post, relation)


def _unnamed(name: str, method: str, url: str, doors: Doors) -> Iterator[str]:
    """A method without a row is refused to whoever may use the other one, and to everybody else (straight at the view)."""
    opener, *others = (doors.world.person[post] for post in (PAGES[name].by, "crew_leader", "administrator"))
    ways = [(opener, doors.signed_in(opener)), *((person, partial(doors.ask_straight, person)) for person in others)]
    for person, way in ways:
        if (status := way(method, url).status_code) not in (403, 404, 405):
            yield f"{person.username}: {status} for a method without a row"


def _plain(answer: Any, *urls: str) -> str:
    """A body without what differs by address and request."""
    text = answer.body.decode(errors="replace")
    for url in urls:
        text = text.replace(url, "")
        for part in re.findall(r"[^/?=&]{2,}", url):
            text = text.replace(part, "")
    text = re.sub(r"<header.*?</header>|<nav.*?</nav>", "", text, flags=re.S)  # who is signed in
    return re.sub(r"[0-9a-f]{12}|csrf\w+|nonce\w*|value=\"[^\"]+\"", "", text)


# --- the matrix ----------------------------------------------------------------------------------------------------------


def test_every_address_has_a_row_and_no_row_outlives_its_address():
    named = {name for name, _method in rows()}
    assert (sorted(set(pages.names()) - named), sorted(named - set(pages.names()))) == ([], [])


@pytest.mark.parametrize("name", sorted(set(pages.names())))
def test_the_address_answers_as_the_table_says(doors, name):
    wrong = {method: found for method in METHODS if (found := list(differences(name, method, doors, whole=True)))}
    assert wrong == {}, f"{name}: {wrong}"


@pytest.mark.parametrize("post", sorted(BORROWED))
def test_a_post_that_borrows_an_owners_place_is_admitted_to_what_is_its_own(doors, world, post):
    """The chief designer as designer of an enquiry, the market representative as the one who registered it."""
    person = world.person[BORROWED[post]]
    held = list(person.holdings.open())
    services.hold_post(
        person, post=post, store=world.cast.store, since=world.cast.at.date(), by=world.cast.hr, at=world.cast.at
    )
    for holding in held:
        services.end_post(holding, on=world.cast.at.date(), by=world.cast.hr, at=world.cast.at)
    wrong = []
    for (name, method), row in rows().items():
        if post in row.named("own") and not of_site(name):
            status = doors.ask(person, method, pages.address(name, world)).status_code
            if status in (403, 404, 405) or status >= 500:
                wrong.append((name, method, status))
    assert wrong == []


# --- the matrix can fail: every wall, taken down, is missed ---------------------------------------------------------------


def bare(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view behind its policy."""
    wall = kernel.allowed(kernel.SIGNED_IN)(lambda request: HttpResponse()).__code__
    inner: Any = view
    while inner.__code__ is not wall:
        inner = inner.__wrapped__
    return inner.__wrapped__  # type: ignore[no-any-return]


GUARDED = sorted(name for name, pattern in pages.walk() if getattr(pattern.callback, "policy", None) is not None)


@pytest.mark.parametrize("name", GUARDED)
def test_a_deleted_policy_is_missed(doors, monkeypatch, name):
    pattern = next(found for named, found in pages.walk() if named == name)
    everybody = all(
        rows()[name, method].somehow == all_codes() for method in METHODS if (name, method) in rows()
    )  # then only strangers are kept out
    inner = bare(pattern.callback)
    opened = (
        login_not_required(lambda request, *args, **kwargs: inner(request, *args, **kwargs)) if everybody else inner
    )
    monkeypatch.setattr(pattern, "callback", opened)
    methods = [method for method in METHODS if (name, method) in rows()]

    assert [next(differences(name, method, doors), None) for method in methods].count(None) == 0


TWO_POLICIES = sorted(
    name
    for name, pattern in pages.walk()
    if getattr(pattern.callback, "policy", None) is not getattr(pattern.callback, "post_policy", None)
)


@pytest.mark.parametrize("name", TWO_POLICIES)
def test_acting_under_the_policy_of_reading_is_missed(doors, monkeypatch, name):
    pattern = next(found for named, found in pages.walk() if named == name)
    monkeypatch.setattr(pattern, "callback", kernel.allowed(pattern.callback.policy)(bare(pattern.callback)))

    assert next(differences(name, "POST", doors), None) is not None


def narrow_rows() -> list[tuple[str, str]]:
    """Addresses of records that some post reaches in its store and not beyond."""
    return sorted(
        key
        for key, row in rows().items()
        if row.named("own", "store") - row.named("company") and key[0] not in NO_SCOPE
    )


NO_SCOPE = frozenset(
    {
        "paper-sign",
        "paper-pdf",
        "paper-scan",
        "paper-scan-confirm",
        "file",
        "file-thumb",
    }  # one question answers them all: `paper`
    | {"paper-void"}  # asks for a post held in the paper's own store, whatever the scope
)


@pytest.mark.parametrize(("name", "method"), narrow_rows())
def test_a_store_wall_taken_down_is_missed(doors, monkeypatch, name, method):
    whole = kernel.Permission.scope
    monkeypatch.setattr(
        kernel.Permission, "scope", lambda self, user: kernel.Scope.COMPANY if whole(self, user) else None
    )

    assert next(differences(name, method, doors), None) is not None
