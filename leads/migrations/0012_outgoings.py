"""What goes out to foremen stands on an account too (P38)."""

from importlib import import_module

from django.db import migrations, models

from core import guards

before = import_module("leads.migrations.0010_money")
ENTRY_FITS = before.ENTRY_FITS.replace(
    "CASE WHEN NEW.kind IN ('deposit_refund', 'credit_refund') THEN 'L28' ELSE 'L23' END",
    "CASE WHEN NEW.kind IN ('deposit_refund', 'credit_refund') THEN 'L28' WHEN NEW.kind IN ('foreman', 'foreman_back') THEN 'P38' ELSE 'L23' END",
)


class Migration(migrations.Migration):
    dependencies = [("leads", "0011_many")]

    operations = [
        migrations.RemoveConstraint(
            model_name='cashentry',
            name='leads_cashentry_kind',
        ),
        migrations.AlterField(
            model_name='cashentry',
            name='kind',
            field=models.CharField(choices=[('deposit', 'Deposit'), ('payment', 'Payment'), ('reversal', 'Reversal'), ('deposit_refund', 'Deposit given back'), ('credit_refund', 'Credit given back'), ('moved', 'Moved between accounts'), ('foreman', 'Paid to a foreman'), ('foreman_back', 'Taken back from a foreman')], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='cashentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('kind__in', ['deposit', 'payment']), ('paper__isnull', False)), models.Q(('amount__lt', 0), ('kind__in', ['reversal', 'deposit_refund', 'credit_refund', 'foreman']), ('paper__isnull', False)), models.Q(('amount__gt', 0), ('kind', 'foreman_back'), ('paper__isnull', False)), models.Q(('kind', 'moved'), models.Q(('amount', 0), _negated=True), models.Q(('note', ''), _negated=True)), _connector='OR'), name='leads_cashentry_kind'),
        ),
        migrations.RunSQL(
            sql=guards._function("leads_cashentry_fits", ENTRY_FITS), reverse_sql=guards._function("leads_cashentry_fits", before.ENTRY_FITS)
        ),
    ]
