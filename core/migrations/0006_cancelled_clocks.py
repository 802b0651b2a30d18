"""A clock that was cancelled is found by its key: what is settled meanwhile is not taken up again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0005_ended_clocks")]

    operations = [
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(fields=["clock", "key"], condition=models.Q(("cancelled", True)), name="core_deadline_cancelled"),
        ),
    ]
