"""The worker's minute: what it asks and locks with few and with many quiet sites, and two workers at once."""

from __future__ import annotations

from typing import Any

from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from core import audit
from core.models import Deadline
from projects import deadlines, services
from projects.models import Followed, Project
from tests.factories import projects as road
from tests.hand import sign_all
from tests.threads import at_once

TABLES = ("core_dossier", "core_chainhead", "leads_lead", "projects_project", "projects_contract")
FREE = {
    "leads_lead": {"ref": "ref || '-' || n", "dossier_id": "1000 + n"},
    "core_dossier": {"id": "1000 + n"},
    "core_chainhead": {"dossier_id": "1000 + n"},
    "projects_project": {"id": "1000 + n", "ref": "ref || '-' || n", "dossier_id": "1000 + n", "lead_id": "1000 + n"},
    "projects_contract": {"project_id": "1000 + n"},
}


def copies(model: Project, start: int, stop: int) -> None:
    """More sites like this one, as plain rows of the owner."""
    where = {"core_dossier": model.dossier_id, "core_chainhead": model.dossier_id, "leads_lead": model.lead_id, "projects_project": model.pk}
    with connections["owner"].cursor() as cursor:
        for table in TABLES:
            key = {"core_chainhead": "dossier_id", "projects_contract": "project_id"}.get(table, "id")
            cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped", [table])
            names = [name for (name,) in cursor.fetchall()]
            values = [FREE[table].get(name, "1000 + n" if name == "id" else f'"{name}"') for name in names]
            for unique in ("paper_id", "blank_id"):  # a paper and a blank belong to one contract
                cursor.execute(f"ALTER TABLE projects_contract DROP CONSTRAINT IF EXISTS projects_contract_{unique}_key")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            listed = ", ".join(f'"{name}"' for name in names)
            cursor.execute(f"INSERT INTO {table} ({listed}) SELECT {', '.join(values)} FROM {table}, generate_series({start}, {stop}) n "
                           f"WHERE {key} = {where.get(table, model.pk)}")  # fmt: skip
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def minute(at: Any) -> tuple[int, int]:
    """What one minute asks of the database, and how many sites it locks."""
    with CaptureQueriesContext(connection) as asked:
        services.follow(at=at)
    told = [query["sql"] for query in asked]
    return len(told), sum("FOR NO KEY UPDATE" in sql and 'FROM "projects_project"' in sql for sql in told)


def test_a_quiet_minute_asks_the_same_of_3_and_of_50_sites_and_locks_none_and_two_workers_follow_once(live_db: str, live_cast: Any) -> None:
    first, busy = road.signed_project(live_cast), road.working_project(live_cast, phones=["13855550002"])
    at, found = live_cast.days(1), []
    for start, stop in ((1, 1), (2, 48)):  # beside the two
        copies(first, start, stop)
        services.follow(at=at)
        services.follow(at=at)  # what the first look wrote itself is looked at once more
        found.append(minute(at))
    assert Project.objects.count() == 50
    assert found[0] == found[1], found
    assert found[0][1] == 0 and found[0][0] <= 16

    audit.record(busy.dossier, "projects.noted", by=None, at=at)
    assert minute(at)[1] == 1 and minute(at)[1] == 0

    change = road.issued_change(busy, people=live_cast, at=at)
    sign_all(change.paper, by=live_cast.project_manager, at=at)
    answers = at_once(lambda: services.follow(at=at), lambda: services.follow(at=at))
    assert sorted(answers)[0] == 0 < sorted(answers)[1], answers
    assert not Deadline.objects.filter(clock=deadlines.CHANGE_PRICING.id, dossier=busy.dossier, stopped_at__isnull=True).exists()
    assert Followed.objects.filter(project=busy).count() == 1
    assert list(audit.faults(busy.dossier)) == []
