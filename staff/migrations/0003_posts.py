"""The departments and posts of data/posts.yaml as rows.  A later change of the file is a later migration like this one."""

from pathlib import Path

import yaml
from django.db import migrations

DATA = Path(__file__).resolve().parents[1] / "data" / "posts.yaml"
COLUMNS = ("code", "title", "title_en", "company_wide")  # the others are read from the file alone


def fill(apps, schema_editor):
    rows = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    database = schema_editor.connection.alias
    departments, posts = apps.get_model("staff", "Department"), apps.get_model("staff", "Post")
    departments.objects.using(database).bulk_create(
        departments(place=place, **row) for place, row in enumerate(rows["departments"], start=1)
    )
    posts.objects.using(database).bulk_create(
        posts(place=place, department_id=row["department"], **{name: row[name] for name in COLUMNS if name in row})
        for place, row in enumerate(rows["posts"], start=1)
    )


def empty(apps, schema_editor):
    database = schema_editor.connection.alias
    apps.get_model("staff", "Post").objects.using(database).all().delete()
    apps.get_model("staff", "Department").objects.using(database).all().delete()


class Migration(migrations.Migration):
    dependencies = [("staff", "0002_dossiers")]

    operations = [migrations.RunPython(fill, empty)]
