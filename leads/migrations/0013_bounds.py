"""A till gives out what lies in it, in whatever way; the next contact is agreed on within a year."""

from datetime import timedelta

from django.db import migrations, models

from core import guards

# A reversal takes back what was booked wrongly and may never have lain there: the count of the day says so.
COVERED = (
    "DECLARE sort text; began numeric; last_day date; held numeric; BEGIN IF NEW.amount >= 0 OR NEW.kind = 'reversal' THEN RETURN NEW; END IF; "
    "SELECT kind, opening INTO sort, began FROM leads_cashaccount WHERE id = NEW.account_id FOR NO KEY UPDATE; "
    "IF sort <> 'till' THEN RETURN NEW; END IF; "
    "SELECT counted, day INTO held, last_day FROM leads_tillclosing WHERE account_id = NEW.account_id ORDER BY day DESC LIMIT 1; "
    "held := coalesce(held, began) + coalesce((SELECT sum(amount) FROM leads_cashentry WHERE account_id = NEW.account_id "
    "AND (last_day IS NULL OR day > last_day)), 0); "
    "IF held + NEW.amount < 0 THEN "
    + guards.refuse("A till holds no less than nothing.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [("leads", "0012_outgoings")]

    operations = [
        guards.trigger("leads_cashentry", "leads_cashentry_covered", "BEFORE INSERT", COVERED),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("next_at__isnull", True),
                    models.Q(
                        ("next_at__gt", models.F("at")),
                        ("next_at__lte", models.expressions.CombinedExpression(models.F("at"), "+", models.Value(timedelta(days=366)))),
                    ),
                    _connector="OR",
                ),
                name="leads_followup_next_within_a_year",
            ),
        ),
    ]
