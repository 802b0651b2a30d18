"""What was tried against surveys and rounds: whoever is rated takes no answers; a key customer is not left out by who was to call."""

from django.db import migrations

from core import guards

# S18: nobody takes answers about himself, in whatever way.
NOT_ABOUT_ONESELF = (
    "BEGIN IF EXISTS (SELECT 1 FROM aftersales_surveyinvite i JOIN aftersales_survey s ON s.id = i.survey_id JOIN projects_project p ON p.id = i.project_id, "
    "jsonb_array_elements(s.questions) q WHERE i.id = NEW.invite_id AND q ->> 'role' <> '' "
    "AND to_jsonb(p) ->> ((q ->> 'role') || '_id') = NEW.by_id::text) THEN "
    + guards.refuse("Nobody asks a customer about himself; let somebody else call.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [("aftersales", "0005_rounds"), ("projects", "0008_settling")]

    operations = [guards.trigger("aftersales_surveyanswer", "aftersales_answer_not_about_oneself", "BEFORE INSERT", NOT_ABOUT_ONESELF)]
