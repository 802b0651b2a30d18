"""Attacks of the web role in plain SQL on the kernel's records; each is refused by the database itself."""

import hashlib
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from core import audit, clocks, papers
from core.models import Dossier
from tests.core.test_clocks import TRIAL, started
from tests.core.test_papers import issued
from tests.hand import sign

pytestmark = pytest.mark.django_db

ATTACKS = {
    "alter a link of the chain": "UPDATE core_auditentry SET payload = '{{}}'",
    "delete a link of the chain": "DELETE FROM core_auditentry",
    "truncate the chain": "TRUNCATE core_auditentry CASCADE",
    "move the head of the chain": "UPDATE core_chainhead SET seq = 99",
    "forge a head of the chain": "INSERT INTO core_chainhead (dossier_id, seq, hash) VALUES (999, 1, 'x')",
    "change a paper's content": "UPDATE core_paper SET content = 'x'",
    "change a paper's number": "UPDATE core_paper SET number = 7",
    "delete a paper": "DELETE FROM core_paper",
    "declare an unsigned paper signed": "UPDATE core_paper SET state = 'signed' WHERE id = {unsigned}",
    "declare a signed paper sealed without its PDF": "UPDATE core_paper SET state = 'sealed' WHERE id = {signed}",
    "open a signed paper again": "UPDATE core_paper SET state = 'issued' WHERE id = {signed}",
    "sign a complete paper once more": (
        "INSERT INTO core_signature (paper_id, role, name, way, strokes, content_sha256, presented_sha256, says, comment, device, at) "
        "SELECT id, 'witness', 'x', 'device', 'x', content_sha256, '', 'x', '', '', now() FROM core_paper WHERE id = {signed}"
    ),
    "sign for another content": (
        "INSERT INTO core_signature (paper_id, role, name, way, strokes, content_sha256, presented_sha256, says, comment, device, at) "
        "SELECT id, 'customer', 'x', 'device', 'x', repeat('0', 64), '', 'x', '', '', now() FROM core_paper WHERE id = {unsigned}"
    ),
    "sign with a blank box": (
        "INSERT INTO core_signature (paper_id, role, name, way, strokes, content_sha256, presented_sha256, says, comment, device, at) "
        "SELECT id, 'customer', 'x', 'device', '', content_sha256, '', 'x', '', '', now() FROM core_paper WHERE id = {unsigned}"
    ),
    "set the time of recording": (
        "INSERT INTO core_signature "
        "(paper_id, role, name, way, strokes, content_sha256, presented_sha256, says, comment, device, at, recorded_at) "
        "SELECT id, 'customer', 'x', 'device', 'x', content_sha256, '', 'x', '', '', now(), now() - interval '3 days' "
        "FROM core_paper WHERE id = {unsigned}"
    ),
    "alter a signature": "UPDATE core_signature SET name = 'x'",
    "delete a signature": "DELETE FROM core_signature",
    "print a paper that is in force as void": "INSERT INTO core_rendition (paper_id, kind, attachment_id, sha256) VALUES ({signed}, 'gone', 1, 'x')",
    "replace a stored file": "UPDATE core_attachment SET sha256 = repeat('0', 64)",
    "jump a number": "UPDATE core_numberseries SET last = last + 5",
    "take a number back": "UPDATE core_numberseries SET last = last - 1",
    "switch the guards off": "ALTER TABLE core_auditentry DISABLE TRIGGER ALL",
    "become the owner": "SET ROLE jiangcheng_owner",
    "switch triggers off for the session": "SET session_replication_role = replica",
    "drop a table": "DROP TABLE core_notice",
}


@pytest.fixture
def target(cast):
    dossier = Dossier.objects.create(kind="enquiry", store=cast.store, title="陈静兰", opened_at=cast.at)
    unsigned, signed = issued(cast, dossier), issued(cast, dossier)
    for role, name in (("customer", "陈静兰"), ("designer", "林晓舟")):
        sign(signed, role, name, by=cast.designer, at=cast.at)
    return {"unsigned": unsigned.pk, "signed": signed.pk}


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses(attack, target):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ATTACKS[attack].format(**target))


def test_the_web_role_owns_nothing_and_is_nobody_special():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole AND relkind = 'r'")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)


def test_a_forged_link_takes_the_hash_that_the_database_gives_it(cast, target):
    dossier = Dossier.objects.get(kind="enquiry")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_auditentry (dossier_id, seq, kind, at, payload, prev_hash, hash, recorded_at) "
            "VALUES (%s, 2, 'x', now(), '{}', repeat('0', 64), repeat('1', 64), now() - interval '9 days')",
            [dossier.pk],
        )

    assert list(audit.faults(dossier)) == []
    last = dossier.entries.order_by("-seq").first()
    assert last.hash == audit.link_hash(last) != "1" * 64


def test_hashes_are_of_the_canonical_content(target):
    for paper in papers.Paper.objects.all():
        assert paper.content_sha256 == hashlib.sha256(paper.content.encode()).hexdigest()


@pytest.mark.parametrize("change", ["breached_at = NULL", "due_at = due_at + interval '9 days'", "stopped_at = started_at", "cancelled = true"])
def test_an_ended_clock_is_a_record(cast, change):
    running = started(TRIAL, dossier=Dossier.objects.create(kind="enquiry", store=cast.store, title="x", opened_at=cast.at), key="lead:1",
                      owner=cast.designer, at=cast.at)  # fmt: skip
    clocks.stop(TRIAL, "lead:1", at=running.due_at + timedelta(days=1))
    with pytest.raises(DatabaseError, match="This clock has ended"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE core_deadline SET {change} WHERE id = {running.pk}")
