"""Accounts of the till, refunds, closings, promises."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "0009_quotations")]

    operations = []
