"""Patrols, visits, exchanges, joint inspections, conduct, fines, diary, notes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("inspections", "0002_guards")]

    operations = []
