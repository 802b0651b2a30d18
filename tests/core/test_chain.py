"""A chain that was broken says where, whoever broke it; one that grows while it is read is whole."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction

from core import audit
from core.models import Dossier
from tests.core.test_races import AT

HEAD = "the head of the chain does not match its last link"
BROKEN = {
    "a link was altered": ("UPDATE core_auditentry SET payload = '{}' WHERE seq = 2", ["link 2 was altered"]),
    "a link is gone": ("DELETE FROM core_auditentry WHERE seq = 2", ["link 2 is missing", "link 3 does not follow the one before it"]),
    "the last link is gone": ("DELETE FROM core_auditentry WHERE seq = 3", [HEAD]),
    "the head was set back": ("UPDATE core_chainhead SET seq = 2", [HEAD]),
    "the head is gone": ("DELETE FROM core_chainhead", [HEAD]),
}


def chained(cast) -> Dossier:
    dossier = Dossier.objects.create(kind="enquiry", store=cast.store, title="陈静兰", opened_at=AT)
    for number in range(3):
        audit.record(dossier, "test.done", by=cast.designer, at=AT, number=number)
    return dossier


@pytest.mark.parametrize("how", BROKEN)
def test_whoever_owns_the_tables_cannot_hide_what_was_done_to_a_chain(live_db, live_cast, how):
    statement, says = BROKEN[how]
    dossier = chained(live_cast)
    with transaction.atomic("owner"), connections["owner"].cursor() as owner:
        for table in ("core_auditentry", "core_chainhead"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        owner.execute(statement + (" AND " if "WHERE" in statement else " WHERE ") + "dossier_id = %s", [dossier.pk])

    assert list(audit.faults(dossier)) == says
    with pytest.raises(CommandError, match=f"{len(says)} faults"):
        call_command("verify")


def test_a_link_that_is_written_while_a_chain_is_read_is_no_fault(cast):
    dossier = Dossier.objects.select_related("chain_head").get(pk=chained(cast).pk)
    audit.record(dossier, "test.done", by=cast.designer, at=AT, number=4)

    assert list(audit.faults(dossier)) == []
