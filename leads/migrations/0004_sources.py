"""The sources that every company starts with (leads/data/sources.csv); a bought list is not among them (LR-42)."""

import csv
from pathlib import Path

from django.db import migrations

FILE = Path(__file__).resolve().parent.parent / "data" / "sources.csv"


def fill(apps, schema_editor):
    source = apps.get_model("leads", "LeadSource")
    with FILE.open(encoding="utf-8", newline="") as handle:
        source.objects.using(schema_editor.connection.alias).bulk_create(source(**row) for row in csv.DictReader(handle))


class Migration(migrations.Migration):
    dependencies = [("leads", "0003_quotation_guards")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
