"""The due moment of a dossier's next running clock, kept by the database beside the clocks."""


from django.db import migrations

from core import guards

KEEP = (
    "BEGIN UPDATE core_dossier SET next_due_at = coalesce((SELECT min(due_at) FROM core_deadline WHERE dossier_id = NEW.dossier_id "
    "AND stopped_at IS NULL AND paused_at IS NULL), '9999-01-01 00:00:00+00') WHERE id = NEW.dossier_id; RETURN NULL; END"
)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_guards")]

    operations = [
        guards.trigger(
            "core_deadline", "core_deadline_next_due", "AFTER INSERT OR UPDATE OF due_at, paused_at, stopped_at", KEEP, definer=True
        ),
    ]
