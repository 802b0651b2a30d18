"""Follow-up that cannot be forgotten: the pool, reviews of losses, hotline cases."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "0006_appointments")]

    operations = []
