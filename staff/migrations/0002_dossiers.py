"""Every person and every store has a dossier of its own; the kernel's tables exist only now."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_initial"), ("core", "0002_guards")]

    operations = [
        migrations.AddField(
            "user",
            "dossier",
            models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.dossier"),
        ),
        migrations.AddField(
            "store",
            "dossier",
            models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.dossier"
            ),
        ),
    ]
