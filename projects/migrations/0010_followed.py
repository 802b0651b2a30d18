"""How far each site has been followed, and the sites that are looked at; nobody can say that more was looked at than was recorded."""

import django.db.models.deletion
from django.db import migrations, models

from core import guards

AHEAD = (
    "BEGIN IF NEW.seq > coalesce((SELECT h.seq FROM core_chainhead h JOIN projects_project p ON p.dossier_id = h.dossier_id "
    "WHERE p.id = NEW.project_id), 0) THEN "
    + guards.refuse("A site is followed as far as something was recorded, not further.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [("core", "0004_next_due"), ("projects", "0009_attacks")]

    operations = [
        migrations.CreateModel(
            name="Followed",
            fields=[
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name="followed", serialize=False,
                        to="projects.project",
                    ),
                ),
                ("seq", models.PositiveIntegerField()),
                ("on", models.DateField()),
                ("again_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                condition=models.Q(
                    (
                        "stage__in",
                        (
                            "contracted", "permit_filing", "disclosed", "under_construction", "midterm_accepted", "completed_pending_acceptance",
                            "accepted", "settled",
                        ),
                    )
                ),
                fields=["id"],
                name="projects_project_followed",
            ),
        ),
        guards.trigger("projects_followed", "projects_followed_not_ahead", "BEFORE INSERT OR UPDATE", AHEAD),
    ]
