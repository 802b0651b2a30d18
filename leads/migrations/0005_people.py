"""People of a home, merged customers, classes, the logs of calls and visitors, estates."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "0004_sources")]

    operations = []
