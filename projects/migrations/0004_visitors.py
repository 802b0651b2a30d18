"""Sites that may be visited (L18): with the owner's consent, from the works on."""

from django.db import migrations

from core import guards

VISITABLE = ("under_construction", "midterm_accepted", "completed_pending_acceptance", "accepted", "settled", "under_warranty")
SOMETHING_TO_SEE = (
    "BEGIN IF NEW.open_to_visitors AND NOT OLD.open_to_visitors AND NEW.stage NOT IN ("
    + ", ".join(f"'{stage}'" for stage in VISITABLE)
    + ") THEN "
    + guards.refuse("A site is shown from the works on.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [("projects", "0003_contracts")]

    operations = [
        guards.trigger("projects_project", "projects_project_something_to_see", "BEFORE UPDATE", SOMETHING_TO_SEE),
    ]
