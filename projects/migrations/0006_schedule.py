"""Crews, labour contracts, notices, the schedule, materials, deliveries."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("projects", "0005_property")]

    operations = []
