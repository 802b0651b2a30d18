"""What the database itself guarantees of warranties."""

from django.db import migrations

from core import guards

# A warranty rests on a signed acceptance, starts on its day, and is not shortened afterwards.
WARRANTY = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM projects_clearance c WHERE c.project_id = NEW.project_id AND c.fact = 'completion_accepted' "
    "AND c.paper_id = NEW.acceptance_id AND (c.at AT TIME ZONE 'Asia/Shanghai')::date = NEW.starts_on) THEN "
    + guards.refuse("A warranty starts on the day of the signed acceptance.")
    + " END IF; RETURN NEW; END"
)
# The card and the evaluation wait for the final payment (G18).
SETTLED = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM aftersales_warranty w JOIN projects_project p ON p.id = w.project_id "
    "WHERE w.id = NEW.warranty_id AND p.stage IN ('settled', 'under_warranty', 'closed')) THEN "
    + guards.refuse("The final payment has not arrived in full.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [("aftersales", "0001_initial"), ("core", "0002_guards"), ("projects", "0002_guards")]
    operations = [
        *[guards.append_only(f"aftersales_{table}") for table in ("warrantyterm", "returnvisit")],
        *[
            guards.db_clock(f"aftersales_{table}")
            for table in ("warranty", "warrantycard", "evaluation", "returnvisit")
        ],
        guards.same_store("aftersales_warranty", "project_id", "projects_project"),
        *[
            guards.same_store(f"aftersales_{table}", "warranty_id", "aftersales_warranty")
            for table in ("warrantycard", "evaluation", "returnvisit")
        ],
        guards.only_columns("aftersales_warranty", ("withdrawn_at", "reason")),
        guards.only_columns("aftersales_warrantycard", ("handed_over_at", "paper_id")),
        guards.only_columns("aftersales_evaluation", ("signed_at",)),
        guards.trigger("aftersales_warranty", "aftersales_warranty_fits", "BEFORE INSERT", WARRANTY),
        guards.trigger("aftersales_warrantycard", "aftersales_card_paid", "BEFORE INSERT", SETTLED),
        guards.trigger("aftersales_evaluation", "aftersales_evaluation_paid", "BEFORE INSERT", SETTLED),
    ]
