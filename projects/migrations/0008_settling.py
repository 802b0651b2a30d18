"""Foremen's settlements and payments, commissions, what a site costs, cleaning, hand-overs, the archive; what the database guarantees of them."""

from django.conf import settings
from django.db import migrations

from core import guards

FOREMEN = ("foremandeduction", "foremanlabour", "foremansettlement", "foremanpayment", "supervisorcommission")
REST = ("siteexpense", "costproposal", "cleaningorder", "sitehandover", "documenthandover", "sitearchive", "documentloan")
WITHDRAWN = ("withdrawn_at", "withdrawn_by_id", "withdrawn_because")
FROZEN = guards.refuse("This record is frozen: only its state may change.")
OTHER_FILE = guards.refuse("This paper belongs to another file.")
# What a foreman has earned: the instalments of his last price whose work has passed – for one who has left, while he was there.
EARNED = (
    "SELECT coalesce(sum(i.amount), 0) INTO earned FROM projects_foremaninstalment i JOIN projects_foremanprice f ON f.id = i.price_id WHERE f.id = "
    "(SELECT l.id FROM projects_foremanprice l WHERE l.project_id = NEW.project_id AND l.foreman_id = NEW.foreman_id ORDER BY l.id DESC LIMIT 1) "
    "AND EXISTS (SELECT 1 FROM projects_clearance c WHERE c.project_id = NEW.project_id AND c.fact = CASE i.milestone WHEN 'start' THEN 'crew_on_site' "
    "WHEN 'concealed' THEN 'concealed_works_accepted' WHEN 'midterm' THEN 'carpentry_accepted' WHEN 'completion' THEN 'check_7_passed' "
    "ELSE 'completion_accepted' END AND NOT EXISTS (SELECT 1 FROM projects_clearancerevocation r WHERE r.clearance_id = c.id) "
    "AND (f.replaced_at IS NULL OR c.at <= f.replaced_at)); "
)
LABOUR = (
    "SELECT coalesce(sum(l.amount), 0) INTO labour FROM projects_foremanlabour l JOIN projects_changeorder o ON o.id = l.change_id "
    "JOIN core_paper p ON p.id = o.paper_id WHERE l.project_id = NEW.project_id AND l.foreman_id = NEW.foreman_id AND l.withdrawn_at IS NULL "
    "AND o.withdrawn_at IS NULL AND p.state IN ('signed', 'sealed'); "
)
DEDUCTED = (
    "SELECT coalesce(sum(d.amount), 0) INTO deducted FROM projects_foremandeduction d WHERE d.project_id = NEW.project_id "
    "AND d.foreman_id = NEW.foreman_id AND d.withdrawn_at IS NULL; "
)
# P38: an instalment is never more than what is earned, an advance never more than the whole price; and it stands on an account.
PAYMENT_FITS = (
    "DECLARE s projects_foremansettlement%ROWTYPE; earned numeric; labour numeric; deducted numeric; price numeric; paid numeric; BEGIN "
    "PERFORM 1 FROM projects_project WHERE id = NEW.project_id FOR NO KEY UPDATE; SELECT * INTO s FROM projects_foremansettlement WHERE id = NEW.settlement_id; "
    "IF s.approved_at IS NULL OR s.refused_at IS NOT NULL OR (s.project_id, s.foreman_id) IS DISTINCT FROM (NEW.project_id, NEW.foreman_id) "
    "OR abs(NEW.amount) <> s.amount THEN "
    + guards.refuse("A foreman is paid what an approved statement says.")
    + " END IF; IF NEW.amount > 0 AND NEW.by_id IN (s.by_id, s.approved_by_id) THEN "
    + guards.refuse("Who writes or approves a statement does not pay it.")
    + " END IF; IF NEW.reverses_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM projects_foremanpayment p WHERE p.id = NEW.reverses_id "
    "AND p.settlement_id = NEW.settlement_id AND p.amount = -NEW.amount AND p.by_id <> NEW.by_id) THEN "
    + guards.refuse("A payment is reversed by a second person.")
    + " END IF; IF NOT EXISTS (SELECT 1 FROM leads_cashentry e WHERE e.paper_id = s.paper_id AND e.amount = -NEW.amount "
    "AND e.kind = CASE WHEN NEW.amount > 0 THEN 'foreman' ELSE 'foreman_back' END) THEN "
    + guards.refuse("What was paid must stand on an account.")
    + " END IF; "
    + EARNED + LABOUR + DEDUCTED
    + "SELECT f.total INTO price FROM projects_foremanprice f WHERE f.project_id = NEW.project_id AND f.foreman_id = NEW.foreman_id ORDER BY f.id DESC LIMIT 1; "
    "SELECT sum(amount) INTO paid FROM projects_foremanpayment WHERE project_id = NEW.project_id AND foreman_id = NEW.foreman_id; "
    "IF NEW.amount > 0 AND paid > (CASE WHEN s.kind = 'advance' THEN coalesce(price, 0) ELSE earned END) + labour - deducted THEN "
    + guards.refuse("A foreman is not paid more than he has earned.")
    + " END IF; RETURN NULL; END"
)
# And nothing leaves an account for a foreman without its payment.
ENTRY_PAYS = (
    "BEGIN IF NEW.kind IN ('foreman', 'foreman_back') AND NOT EXISTS (SELECT 1 FROM projects_foremanpayment p JOIN projects_foremansettlement s "
    "ON s.id = p.settlement_id WHERE s.paper_id = NEW.paper_id AND p.amount = -NEW.amount) THEN "
    + guards.refuse("A foreman is paid what an approved statement says.")
    + " END IF; RETURN NULL; END"
)
SETTLEMENT_FITS = (
    "BEGIN IF TG_OP = 'INSERT' THEN IF NEW.approved_at IS NOT NULL OR NEW.refused_at IS NOT NULL OR NEW.paid_at IS NOT NULL THEN "
    + guards.refuse("A statement is approved by a second person.")
    + " END IF; RETURN NEW; END IF; IF (OLD.paid_at IS NOT NULL OR OLD.refused_at IS NOT NULL) AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
    + FROZEN
    + " END IF; IF OLD.approved_at IS NOT NULL AND (OLD.approved_at, OLD.approved_by_id) IS DISTINCT FROM (NEW.approved_at, NEW.approved_by_id) THEN "
    + FROZEN
    + " END IF; IF NEW.paid_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM projects_foremanpayment p WHERE p.settlement_id = NEW.id AND p.amount = NEW.amount) THEN "
    + guards.refuse("What was paid must stand on an account.")
    + " END IF; RETURN NEW; END"
)
DEDUCTION_FITS = (
    "BEGIN IF NEW.withdrawn_at IS NOT NULL OR (NEW.paper_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM core_paper p JOIN projects_project s "
    "ON s.dossier_id = p.dossier_id WHERE p.id = NEW.paper_id AND s.id = NEW.project_id)) THEN "
    + OTHER_FILE
    + " END IF; RETURN NEW; END"
)
LABOUR_FITS = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM projects_changeorder o JOIN core_paper p ON p.id = o.paper_id WHERE o.id = NEW.change_id "
    "AND o.project_id = NEW.project_id AND o.withdrawn_at IS NULL AND p.state IN ('signed', 'sealed')) THEN "
    + guards.refuse("A change counts when the customer has signed it.")
    + " END IF; RETURN NEW; END"
)
ONCE_WITHDRAWN = "BEGIN IF OLD.withdrawn_at IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN " + FROZEN + " END IF; RETURN NEW; END"
COMMISSION_FITS = (
    "BEGIN IF TG_OP = 'INSERT' THEN IF NEW.approved_at IS NOT NULL THEN "
    + guards.refuse("A commission is approved by a second person.")
    + " END IF; IF NOT EXISTS (SELECT 1 FROM projects_project p WHERE p.id = NEW.project_id AND p.stage IN ('settled', 'under_warranty', 'closed')) THEN "
    + guards.refuse("A commission belongs to a settled site.")
    + " END IF; RETURN NEW; END IF; IF OLD.withdrawn_at IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) OR OLD.approved_at IS NOT NULL "
    "AND (OLD.approved_at, OLD.approved_by_id) IS DISTINCT FROM (NEW.approved_at, NEW.approved_by_id) THEN "
    + FROZEN
    + " END IF; RETURN NEW; END"
)
EXPENSE_FITS = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM core_attachment a JOIN projects_project s ON s.dossier_id = a.dossier_id WHERE a.id = NEW.receipt_id "
    "AND s.id = NEW.project_id) THEN "
    + OTHER_FILE
    + " END IF; RETURN NEW; END"
)
ONCE_REVIEWED = "BEGIN IF OLD.reviewed_at IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN " + FROZEN + " END IF; RETURN NEW; END"
ONCE_DONE = (
    "BEGIN IF (OLD.done_on IS NOT NULL OR OLD.withdrawn_at IS NOT NULL) AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN " + FROZEN + " END IF; RETURN NEW; END"
)
ONCE_RETURNED = "BEGIN IF OLD.returned_on IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN " + FROZEN + " END IF; RETURN NEW; END"
# P45 before P33: a home is handed over clean.
CLEAN_FIRST = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM projects_cleaningorder c WHERE c.project_id = NEW.project_id AND c.done_on IS NOT NULL) THEN "
    + guards.refuse("The home is cleaned before it is handed over.")
    + " END IF; RETURN NEW; END"
)


def paper_of(table, kind):
    """The row's paper is of this kind and lies in the site's file."""
    body = (
        "BEGIN IF NOT EXISTS (SELECT 1 FROM core_paper p JOIN projects_project s ON s.dossier_id = p.dossier_id WHERE p.id = NEW.paper_id "
        f"AND s.id = NEW.project_id AND p.kind = '{kind}') THEN " + OTHER_FILE + " END IF; RETURN NEW; END"
    )
    return guards.trigger(table, f"{table}_paper", "BEFORE INSERT", body)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("core", "0002_guards"),
        ("leads", "0012_outgoings"),
        ("projects", "0007_days"),
    ]

    operations = [
        *(guards.db_clock(f"projects_{name}") for name in (*FOREMEN, *REST)),
        *(guards.same_store(f"projects_{name}", "project_id", "projects_project") for name in (*FOREMEN, *REST)),
        *(guards.append_only(f"projects_{name}") for name in ("foremanpayment", "sitehandover", "documenthandover", "sitearchive")),
        guards.only_columns("projects_foremandeduction", WITHDRAWN),
        guards.only_columns("projects_foremanlabour", WITHDRAWN),
        guards.only_columns(
            "projects_foremansettlement", ("approved_at", "approved_by_id", "refused_at", "refused_by_id", "refused_because", "paid_at")
        ),
        guards.only_columns("projects_supervisorcommission", ("approved_at", "approved_by_id", *WITHDRAWN)),
        guards.only_columns("projects_siteexpense", WITHDRAWN),
        guards.only_columns("projects_costproposal", ("accepted", "word", "reviewed_at", "reviewed_by_id")),
        guards.only_columns("projects_cleaningorder", ("done_on", "done_by_id", "done_word", *WITHDRAWN)),
        guards.only_columns("projects_documentloan", ("returned_on", "returned_by_id", "returned_word")),
        guards.trigger("projects_foremanpayment", "projects_foremanpayment_fits", "AFTER INSERT", PAYMENT_FITS, deferred=True),
        guards.trigger("leads_cashentry", "leads_cashentry_pays_foreman", "AFTER INSERT", ENTRY_PAYS, deferred=True),
        guards.trigger("projects_foremansettlement", "projects_foremansettlement_fits", "BEFORE INSERT OR UPDATE", SETTLEMENT_FITS),
        guards.trigger("projects_foremandeduction", "projects_foremandeduction_fits", "BEFORE INSERT", DEDUCTION_FITS),
        guards.trigger("projects_foremanlabour", "projects_foremanlabour_fits", "BEFORE INSERT", LABOUR_FITS),
        guards.trigger("projects_supervisorcommission", "projects_supervisorcommission_fits", "BEFORE INSERT OR UPDATE", COMMISSION_FITS),
        guards.trigger("projects_siteexpense", "projects_siteexpense_fits", "BEFORE INSERT", EXPENSE_FITS),
        *(
            guards.trigger(f"projects_{name}", f"projects_{name}_once_withdrawn", "BEFORE UPDATE", ONCE_WITHDRAWN)
            for name in ("foremandeduction", "foremanlabour", "siteexpense")
        ),
        guards.trigger("projects_costproposal", "projects_costproposal_frozen", "BEFORE UPDATE", ONCE_REVIEWED),
        guards.trigger("projects_cleaningorder", "projects_cleaningorder_frozen", "BEFORE UPDATE", ONCE_DONE),
        guards.trigger("projects_documentloan", "projects_documentloan_frozen", "BEFORE UPDATE", ONCE_RETURNED),
        guards.trigger("projects_sitehandover", "projects_sitehandover_clean_first", "BEFORE INSERT", CLEAN_FIRST),
        paper_of("projects_foremansettlement", "P38"),
        paper_of("projects_cleaningorder", "P45"),
        paper_of("projects_sitehandover", "P33"),
        paper_of("projects_documenthandover", "P34"),
    ]
