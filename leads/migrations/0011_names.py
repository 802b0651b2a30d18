"""Customers of the whole company in the order of their names."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0010_money")]

    operations = [
        migrations.AddIndex(
            model_name="customer", index=models.Index(fields=["pinyin", "id"], name="leads_customer_by_name_wide")
        ),
    ]
