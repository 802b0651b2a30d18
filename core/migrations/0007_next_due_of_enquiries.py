"""Only lists of enquiries are in the order of what is due next: verbs in a store's own file, which share no row, do not wait for it."""

from importlib import import_module

from django.db import migrations

from core import guards

before = import_module("core.migrations.0004_next_due").KEEP
KEEP = before.replace("WHERE id = NEW.dossier_id;", "WHERE id = NEW.dossier_id AND kind = 'enquiry';")


class Migration(migrations.Migration):
    dependencies = [("core", "0006_cancelled_clocks")]

    operations = [
        migrations.RunSQL(
            sql=guards._function("core_deadline_next_due", KEEP, definer=True), reverse_sql=guards._function("core_deadline_next_due", before, definer=True)
        ),
    ]
