"""A foreman's price goes out of force when the next one is agreed, not by itself (P38)."""

from django.db import migrations

from core import guards

SUCCEEDED = (
    "BEGIN IF NEW.replaced_at IS NOT NULL AND OLD.replaced_at IS NULL AND NOT EXISTS (SELECT 1 FROM projects_foremanprice n "
    "WHERE n.project_id = NEW.project_id AND n.id > NEW.id) THEN "
    + guards.refuse("A price goes out of force when the next one is agreed.")
    + " END IF; RETURN NULL; END"
)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_guards"), ("projects", "0012_deductions")]

    operations = [guards.trigger("projects_foremanprice", "projects_foremanprice_succeeded", "AFTER UPDATE", SUCCEEDED, deferred=True)]
