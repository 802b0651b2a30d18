"""Appointments, the desk's roster, show homes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "0005_people")]

    operations = []
