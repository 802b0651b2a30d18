"""A paper lifts the limit of a deduction only where it is a fine slip (I15, or I15R of one that was not signed): no other paper of the file does (LR-8, Q44)."""

from django.db import migrations

from core import guards

BY_SLIP = (
    "BEGIN IF NEW.paper_id IS NOT NULL AND (NEW.kind <> 'fine' OR NOT EXISTS (SELECT 1 FROM core_paper p WHERE p.id = NEW.paper_id AND p.kind IN ('I15', 'I15R'))) THEN "
    + guards.refuse("Only a fine is taken off by a slip.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_guards"), ("projects", "0015_stops")]

    operations = [guards.trigger("projects_foremandeduction", "projects_foremandeduction_slip", "BEFORE INSERT", BY_SLIP)]
