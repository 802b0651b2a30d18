"""What goes to the property office and comes back from it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("projects", "0004_visitors")]

    operations = []
