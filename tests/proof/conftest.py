from __future__ import annotations

import pytest

from tests.proof.crawl import Crawl


@pytest.fixture(scope="session")
def crawl() -> Crawl:
    """Reads the pages of the world once for all files of this process that ask for them."""
    return Crawl()
