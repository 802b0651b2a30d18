"""Sites that may be visited (L18): with the owner's consent, from the works on."""

from django.db import migrations, models
from django.db.models import Q

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
        migrations.AddField("project", "open_to_visitors", models.BooleanField(default=False)),
        migrations.AddField("project", "visitors_consent", models.CharField(blank=True, default="", max_length=120), preserve_default=False),
        migrations.AddField("project", "visitors_consented_on", models.DateField(null=True)),
        migrations.AddField("project", "visitors_contact", models.CharField(blank=True, default="", max_length=120), preserve_default=False),
        migrations.AddConstraint(
            "project",
            models.CheckConstraint(
                condition=Q(open_to_visitors=False)
                | (~Q(visitors_consent="") & Q(visitors_consented_on__isnull=False) & ~Q(visitors_contact="")),
                name="projects_project_visitors_consent",
            ),
        ),
        migrations.AddIndex(
            "project", models.Index(fields=["store", "-id"], condition=Q(open_to_visitors=True), name="projects_project_visitable")
        ),
        guards.trigger("projects_project", "projects_project_something_to_see", "BEFORE UPDATE", SOMETHING_TO_SEE),
    ]
