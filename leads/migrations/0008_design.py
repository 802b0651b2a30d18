"""Drawings in versions, and what a survey measures beside the sizes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "0007_follow_up")]

    operations = []
