"""Repair requests, orders, visits, feedback and their cost."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("aftersales", "0002_guards")]

    operations = []
