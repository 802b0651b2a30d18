"""A clock that has ended is a record: nobody makes a breach of it, or unmakes one."""

from django.db import migrations

from core import guards

ENDED = (
    "BEGIN IF OLD.stopped_at IS NOT NULL AND (NEW.stopped_at, NEW.started_at, NEW.due_at, NEW.breached_at, NEW.cancelled, NEW.clock, NEW.key) "
    "IS DISTINCT FROM (OLD.stopped_at, OLD.started_at, OLD.due_at, OLD.breached_at, OLD.cancelled, OLD.clock, OLD.key) THEN "
    + guards.refuse("This clock has ended; whether it was kept does not change any more.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [("core", "0004_next_due")]

    operations = [guards.trigger("core_deadline", "core_deadline_ended", "BEFORE UPDATE", ENDED)]
