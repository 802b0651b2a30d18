"""Papers are numbered without gaps, frozen, signed by hand and sealed."""

import hashlib
import json
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from core import audit, papers
from core.models import AuditEntry, Dossier, Paper
from core.refusals import Refused
from tests.hand import BLANK, STROKES, sign

pytestmark = pytest.mark.django_db

KIND = papers.PaperKind(
    "Z99", title="试验单", title_en="Trial paper", app="core", series="SY", printable=False,
    signers=(papers.Signer("customer", "客户"), papers.Signer("designer", "设计师"), papers.Signer("witness", "见证人", required=False)),
)  # fmt: skip


@pytest.fixture
def dossier(cast):
    return Dossier.objects.create(
        kind="enquiry", store=cast.store, title="陈静兰", line="澄湖里 3-2-1102", opened_at=cast.at
    )


def issued(cast, dossier, **content):
    with transaction.atomic():
        return papers.issue(
            KIND,
            dossier=dossier,
            store=cast.store,
            content=content or {"amount": Decimal("10.50")},
            by=cast.designer,
            at=cast.at,
        )


def test_numbers_have_no_gaps_even_when_an_issue_fails(cast, dossier):
    first = issued(cast, dossier)
    with pytest.raises(RuntimeError), transaction.atomic():
        papers.issue(KIND, dossier=dossier, store=cast.store, content={}, by=cast.designer, at=cast.at)
        raise RuntimeError
    second = issued(cast, dossier)

    assert [first.ref, second.ref] == ["SY-CX-2026-0001", "SY-CX-2026-0002"]


def test_content_is_frozen_with_its_hash(cast, dossier):
    paper = issued(cast, dossier, amount=Decimal("10.50"), words="一、二")

    assert paper.body == {"amount": "10.50", "words": "一、二"}
    assert paper.content_sha256 == hashlib.sha256(paper.content.encode()).hexdigest()
    with pytest.raises(DatabaseError), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(content="{}")


def test_a_paper_is_signed_when_every_required_person_has_signed(cast, dossier):
    paper = issued(cast, dossier)

    sign(paper, "customer", "陈静兰", by=cast.designer, at=cast.at)
    assert not Paper.objects.get().is_signed
    sign(paper, "designer", "林晓舟", by=cast.designer, user=cast.designer, at=cast.at)

    assert Paper.objects.get().is_signed
    assert [s.role for s in papers.unsigned_roles(paper)] == ["witness"]


@pytest.mark.parametrize(
    "strokes",
    [BLANK, "", "x", '[{"points":[{"x":1,"y":1}]}]', json.dumps([{"points": [{"x": 5, "y": 5}] * 30}]), "[" * 3000],
)
def test_a_blank_signature_is_refused(cast, dossier, strokes):
    paper = issued(cast, dossier)

    with pytest.raises(Refused, match=r"blank|空"):
        papers.sign(paper, role="customer", name="陈静兰", strokes=strokes, by=cast.designer, at=cast.at)


def test_nobody_signs_twice_or_in_a_role_the_paper_does_not_have(cast, dossier):
    paper = issued(cast, dossier)
    sign(paper, "customer", "陈静兰", by=cast.designer, at=cast.at)

    with pytest.raises(Refused):
        sign(paper, "customer", "陈静兰", by=cast.designer, at=cast.at)
    with pytest.raises(Refused):
        sign(paper, "mayor", "市长", by=cast.designer, at=cast.at)


@pytest.mark.parametrize("lacking", [{"read": False}, {"agreed": False}, {"name": " "}])
def test_reading_agreeing_and_a_name_are_needed(cast, dossier, lacking):
    paper = issued(cast, dossier)
    given = {"role": "customer", "name": "陈静兰", "strokes": STROKES, "by": cast.designer, "at": cast.at} | lacking

    with pytest.raises(Refused):
        papers.sign(paper, **given)


def test_a_void_paper_is_kept_and_takes_no_signature(cast, dossier):
    paper = issued(cast, dossier)
    with pytest.raises(Refused):
        papers.void(paper, reason=" ", by=cast.designer, at=cast.at)

    papers.void(paper, reason="客户名字写错", by=cast.designer, at=cast.at)

    assert Paper.objects.get().state == "void"
    with pytest.raises(Refused):
        sign(paper, "customer", "陈静兰", by=cast.designer, at=cast.at)


def test_what_was_declared_void_meanwhile_stays_void_when_another_takes_its_place(cast, dossier):
    first = issued(cast, dossier)
    papers.void(Paper.objects.get(pk=first.pk), reason="写错了人", by=cast.designer, at=cast.at)  # somebody else, a moment ago
    with transaction.atomic():
        papers.issue(KIND, dossier=dossier, store=cast.store, content={}, by=cast.designer, at=cast.at, replaces=first)
        second = papers.issue(KIND, dossier=dossier, store=cast.store, content={}, by=cast.designer, at=cast.at)

    stale = Paper.objects.get(pk=second.pk)
    with transaction.atomic():
        papers.issue(KIND, dossier=dossier, store=cast.store, content={}, by=cast.designer, at=cast.at, replaces=second)
    with pytest.raises(Refused, match="no longer in force"), transaction.atomic():
        papers.issue(KIND, dossier=dossier, store=cast.store, content={}, by=cast.designer, at=cast.at, replaces=stale)
    first.refresh_from_db()
    assert (first.state, first.state_reason, first.superseded_by) == ("void", "写错了人", None)


def test_a_correction_supersedes_the_earlier_paper(cast, dossier):
    first = issued(cast, dossier)
    with transaction.atomic():
        second = papers.issue(
            KIND, dossier=dossier, store=cast.store, content={}, by=cast.designer, at=cast.at, replaces=first
        )

    first.refresh_from_db()
    assert (first.state, first.superseded_by) == ("superseded", second)


def test_every_act_on_a_paper_is_a_link_of_the_chain(cast, dossier):
    paper = issued(cast, dossier)
    sign(paper, "customer", "陈静兰", by=cast.designer, at=cast.at)

    assert list(AuditEntry.objects.filter(dossier=dossier).order_by("seq").values_list("seq", "kind")) == [
        (1, "core.paper_issued"), (2, "core.paper_signed"),
    ]  # fmt: skip
    assert list(audit.faults(dossier)) == []
