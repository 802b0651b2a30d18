"""The register of contracts (P09): where each paper lies, found by number, blank, owner and home; handed in complete (G6)."""

from __future__ import annotations

import pytest

from core.refusals import Refused
from projects import performance as kept
from projects import services
from tests.factories import projects as road
from tests.projects.standing import site
from tests.projects.standing import standing as sites

standing = sites(opened=road.opened_project, signed=road.signed_project, contracted=road.contracted_project)


@pytest.fixture
def cast(standing, db):
    return standing.cast


def found(cast, **wanted):
    return {row.pk for row in kept.register(cast.engineering_assistant, kept.RegisterFilter(**wanted), cast.at.date())}


def test_the_register_says_where_each_paper_lies(cast, standing):
    opened, signed, filed = (site(standing, name).pk for name in ("opened", "signed", "contracted"))
    assert (found(cast, state="unsigned"), found(cast, state="out"), found(cast, state="filed"), found(cast)) == (
        {opened}, {signed}, {filed}, {opened, signed, filed}
    )  # fmt: skip

    services.hand_in_contract(site(standing, "signed"), checked=services.contracts.CHECKLIST, by=cast.customer_manager, at=cast.at)

    assert found(cast, state="handed_in") == {signed} and found(cast, state="out") == set()


def test_a_contract_is_found_by_number_blank_owner_and_home(cast, standing):
    project = site(standing, "signed")
    for words in (project.contract.paper.ref, project.contract.blank_serial, project.ref):
        assert found(cast, q=words) == {project.pk}, words
    assert project.pk in found(cast, q=project.customer_name) and found(cast, q="没有这个人") == set()


def test_an_incomplete_contract_is_not_handed_in(cast, standing):
    """G6: every place of the check list, named."""
    with pytest.raises(Refused) as refused:
        services.hand_in_contract(site(standing, "signed"), checked=services.contracts.CHECKLIST[:3], by=cast.customer_manager, at=cast.at)

    assert [gap.says for gap in refused.value.missing] == ["Not checked: The payment table is annexed.", "Not checked: The warranty table is annexed."]


@pytest.mark.parametrize("query", ["?state=filed", "?q=CXHT", "?period=2026-11&of=signed", "?store=x&designer=1", "?after=junk&state=none", ""])
def test_the_page_answers_with_the_same_questions_whatever_is_asked(query, cast, standing, django_assert_max_num_queries):
    client = cast.client(cast.engineering_assistant)
    client.get("/projects/register/")
    with django_assert_max_num_queries(9):  # session and person among them
        assert client.get(f"/projects/register/{query}").status_code == 200


def test_the_sheet_holds_the_rows_of_the_page(cast, standing):
    answer = cast.client(cast.engineering_assistant).get("/projects/register/export/?state=filed")

    assert answer["Content-Disposition"].startswith('attachment; filename="contracts-') and answer.content[:2] == b"PK"
