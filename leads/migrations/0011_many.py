"""Indexes for a company of many customers: names in order, what everybody has in hand."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0010_money")]

    operations = [
        migrations.AddIndex(
            model_name="customer", index=models.Index(fields=["pinyin", "id"], name="leads_customer_by_name_wide")
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("willingness", ""), _negated=True), fields=["willingness", "ability"], name="leads_customer_class"
            ),
        ),
        migrations.RemoveIndex(model_name="lead", name="leads_lead_designer"),
        migrations.RemoveIndex(model_name="lead", name="leads_lead_manager"),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("withdrawn_at__isnull", True)), fields=["designer", "stage", "store"], name="leads_lead_designer"
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=["customer_manager", "stage", "store"],
                name="leads_lead_manager",
            ),
        ),
    ]
