"""What goes to the property office and comes back from it (domain 4.3); what the database guarantees of it."""

from django.conf import settings
from django.db import migrations

from core import guards

TABLES = ("propertyapplication", "siteneed", "propertyfee", "permitextension", "passregisterline", "dayworker")
APPLICATION_FITS = (
    "BEGIN IF NEW.paper_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM core_paper a JOIN projects_project p ON p.dossier_id = a.dossier_id "
    "WHERE a.id = NEW.paper_id AND p.id = NEW.project_id) THEN "
    + guards.refuse("This paper belongs to another file.")
    + " END IF; IF TG_OP = 'UPDATE' AND (OLD.approved_on IS NOT NULL OR OLD.rejected_at IS NOT NULL) THEN "
    + guards.refuse("This application has been decided already.")
    + " END IF; IF NEW.approved_on IS NOT NULL AND NEW.paper_id IS NOT NULL AND NOT EXISTS "
    "(SELECT 1 FROM core_paper a WHERE a.id = NEW.paper_id AND a.state IN ('signed', 'sealed')) THEN "
    + guards.refuse("The application has not been signed by the owner.")
    + " END IF; RETURN NEW; END"
)
# G19–G22, LR-27: a work begins under an approved application of its kind, in its hours; a welder with a certificate of that day.
NEED_PERMITTED = (
    "BEGIN IF OLD.started_at IS NOT NULL OR OLD.dropped_at IS NOT NULL THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; IF NEW.started_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM projects_propertyapplication a WHERE a.id = NEW.application_id "
    "AND a.project_id = NEW.project_id AND a.kind = NEW.kind AND NEW.code = ANY(a.items) AND a.approved_on IS NOT NULL "
    "AND (a.from_at IS NULL OR NEW.started_at BETWEEN a.from_at AND a.until_at) "
    "AND (a.certificate_until IS NULL OR a.certificate_until >= (NEW.started_at AT TIME ZONE 'Asia/Shanghai')::date)) THEN "
    + guards.refuse("This work begins under an approved application of its kind alone.")
    + " END IF; RETURN NEW; END"
)
FEE_FROZEN = (
    "BEGIN IF OLD.paid_on IS NOT NULL AND (NEW.paid_on, NEW.payer, NEW.payer_name, NEW.receipt_id, NEW.receipt_number, NEW.paid_by_id) IS DISTINCT FROM "
    "(OLD.paid_on, OLD.payer, OLD.payer_name, OLD.receipt_id, OLD.receipt_number, OLD.paid_by_id) OR OLD.returned_on IS NOT NULL THEN "
    + guards.refuse("A receipt is never altered.")
    + " END IF; RETURN NEW; END"
)
FEE_FIRST = (  # R084
    "BEGIN IF OLD.approved_on IS NULL AND NEW.approved_on IS NOT NULL AND EXISTS (SELECT 1 FROM projects_propertyfee f WHERE f.permit_id = NEW.id "
    "AND f.kind = 'extension' AND f.paid_on IS NULL) THEN "
    + guards.refuse("The extension fee is paid first.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("core", "0002_guards"),
        ("projects", "0004_visitors"),
    ]

    operations = [
        *(guards.db_clock(f"projects_{name}") for name in TABLES),
        *(guards.same_store(f"projects_{name}", "project_id", "projects_project") for name in TABLES),
        *(guards.append_only(f"projects_{name}") for name in ("permitextension", "passregisterline", "dayworker")),
        guards.only_columns(
            "projects_propertyapplication",
            ("number", "approved_on", "approver", "original_kept", "scan_id", "decided_by_id", "rejected_at", "reason"),
        ),
        guards.only_columns(
            "projects_siteneed", ("planned_on", "application_id", "started_at", "started_by_id", "dropped_at", "dropped_because")
        ),
        guards.only_columns(
            "projects_propertyfee",
            (
                "payer", "payer_name", "paid_on", "receipt_number", "receipt_id", "paid_by_id", "returned_on", "returned_amount", "returned_to",
                "withheld_because",
            ),
        ),
        guards.trigger("projects_propertyapplication", "projects_application_fits", "BEFORE INSERT OR UPDATE", APPLICATION_FITS),
        guards.trigger("projects_siteneed", "projects_siteneed_permitted", "BEFORE UPDATE", NEED_PERMITTED),
        guards.trigger("projects_propertyfee", "projects_propertyfee_frozen", "BEFORE UPDATE", FEE_FROZEN),
        guards.trigger("projects_permit", "projects_permit_fee_first", "BEFORE UPDATE", FEE_FIRST),
    ]
