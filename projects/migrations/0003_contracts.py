"""Counting of blank contracts, supplements, plans, accounts, refunds."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("projects", "0002_guards")]

    operations = []
