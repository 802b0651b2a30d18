"""Days lost, extensions, the meter, settlements, costs."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("projects", "0006_schedule")]

    operations = []
