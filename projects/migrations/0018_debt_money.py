"""What came on an old debt is what the till's book says of its receipts; a reversal there opens a paid one again (P43, LR-57)."""

from importlib import import_module

from django.db import migrations

from core import guards
from projects.choices_bonds import DEBT_STEPS

again = import_module("projects.migrations.0007_days").again
before = import_module("projects.migrations.0014_bonds")
CAME = "(SELECT coalesce(sum(e.amount), 0) FROM projects_debtpayment p JOIN leads_cashentry e ON e.paper_id = p.receipt_id WHERE p.debt_id = {})"
_SUM = "(SELECT coalesce(sum(p.amount), 0) FROM projects_debtpayment p WHERE p.debt_id = {})"
DEBT = before.DEBT.replace(_SUM.format("NEW.id"), CAME.format("NEW.id")).replace(
    "IF OLD.state <> 'open' AND to_jsonb(NEW)",
    f"IF OLD.state = 'paid' AND NEW.state = 'open' AND NEW.collector_id = OLD.collector_id AND {CAME.format('NEW.id')} < NEW.amount THEN RETURN NEW; END IF; "
    "IF OLD.state <> 'open' AND to_jsonb(NEW)",
)
PAYMENT = before.PAYMENT.replace(_SUM.format("NEW.debt_id"), CAME.format("NEW.debt_id"))
STEPS = "projects_olddebt_state_transitions"
DROP = f"DROP TRIGGER {STEPS} ON projects_olddebt; DROP FUNCTION {STEPS}();"


class Migration(migrations.Migration):
    dependencies = [("projects", "0017_hands")]

    operations = [
        again("projects_olddebt_steps", DEBT, before.DEBT),
        again("projects_debtpayment_fits", PAYMENT, before.PAYMENT),
        migrations.RunSQL(DROP, guards.transitions("projects_olddebt", "state", DEBT_STEPS[:2]).sql),
        guards.transitions("projects_olddebt", "state", DEBT_STEPS),
    ]
