"""Nobody is sent where they may not go: whatever stands on a desk, in the notices and beside the clocks of a file opens for whom it is shown."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from config import reach
from core import clocks
from core.models import Notice

pytestmark = pytest.mark.slow

OUTSIDE = ("/static/", "/logout", "mailto:", "tel:")


def ways(page: str) -> list[str]:
    """The addresses that the main part of a page leads to."""
    main = page[page.index("<main"):page.index("</main>")]
    found = (unescape(url).split("#")[0] for url in re.findall(r'<a [^>]*href="(/[^"]*)"', main))
    return [url for url in dict.fromkeys(found) if url and not url.startswith(OUTSIDE)]


def shut(client: Any, pages: list[str]) -> list[str]:
    """What a person is shown on these pages and does not get to see."""
    seen: dict[str, int] = {}
    for page in pages:
        for url in ways(client.get(page).content.decode()):
            if url not in seen:
                seen[url] = client.get(url).status_code
    return [f"{url}: {code}" for url, code in seen.items() if code not in (200, 202, 302)]


def test_what_stands_on_a_desk_opens_for_whom_it_is_shown(world: Any) -> None:
    for moment in (timezone.now(), max(row.due_at for row in world.site["working"].dossier.deadlines.all()) + timezone.timedelta(days=9)):
        clocks.sweep(at=moment, audience=reach.audience)
    assert Notice.objects.values("user").distinct().count() > 12

    wrong = {}
    for person in {**world.person, **{f"other {post}": who for post, who in world.other.items()}}.values():
        if found := shut(world.client(person), ["/", "/notices/"]):
            wrong[person.username] = found
    assert wrong == {}
