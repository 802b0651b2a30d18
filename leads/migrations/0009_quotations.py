"""Packages, alternatives, options, discounts beyond authority, expiry."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "0008_design")]

    operations = []
