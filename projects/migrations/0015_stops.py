"""A stop that was declared until a day to come may end earlier; one that is over stays as it is."""

from importlib import import_module

from django.db import migrations

from core import guards

first = import_module("projects.migrations.0007_days")
# Its planned end may come nearer while that day is still to come; nothing else changes any more.
STOP_FROZEN = (
    "BEGIN IF OLD.until_on IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) AND NOT coalesce(NEW.until_on < OLD.until_on "
    "AND (NEW.ended_at AT TIME ZONE 'Asia/Shanghai')::date < OLD.until_on, false) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [("projects", "0014_bonds")]

    operations = [first.again("projects_stopwork_frozen", STOP_FROZEN, first.STOP_FROZEN)]
