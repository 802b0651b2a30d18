"""What goes out to foremen stands on an account too (P38)."""

from importlib import import_module

from django.db import migrations

from core import guards

before = import_module("leads.migrations.0010_money")
ENTRY_FITS = before.ENTRY_FITS.replace(
    "CASE WHEN NEW.kind IN ('deposit_refund', 'credit_refund') THEN 'L28' ELSE 'L23' END",
    "CASE WHEN NEW.kind IN ('deposit_refund', 'credit_refund') THEN 'L28' WHEN NEW.kind IN ('foreman', 'foreman_back') THEN 'P38' ELSE 'L23' END",
)


class Migration(migrations.Migration):
    dependencies = [("leads", "0010_money")]

    operations = [
        migrations.RunSQL(
            sql=guards._function("leads_cashentry_fits", ENTRY_FITS), reverse_sql=guards._function("leads_cashentry_fits", before.ENTRY_FITS)
        ),
    ]
