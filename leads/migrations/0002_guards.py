"""What the database itself refuses on enquiries: skipped stages, edited evidence, foreign stores, invented clocks."""

from itertools import pairwise

from django.db import migrations

from core import guards

LINE = ("registered", "assigned", "consulting", "proposal_presented", "deposit_paid", "quoted", "contracted")
OPEN = LINE[:-1]
PAIRS = [*pairwise(LINE), *((stage, "lost") for stage in OPEN), *(("lost", stage) for stage in OPEN)]
EVIDENCE = (
    "leads_assignment",
    "leads_followup",
    "leads_phonereveal",
    "leads_consultation",
    "leads_consultationrefusal",
    "leads_proposal",
    "leads_proposaldecision",
    "leads_proposalcall",
    "leads_orderagreement",
    "leads_deposit",
    "leads_scheme",
    "leads_sitesurvey",
)
RECORDED = (*EVIDENCE, "leads_lead", "leads_leadstagechange", "leads_customer", "leads_home", "leads_importbatch", "leads_pricelist", "leads_quotation")
OF_LEAD = (
    "leads_assignment",
    "leads_followup",
    "leads_consultation",
    "leads_proposal",
    "leads_proposalcall",
    "leads_orderagreement",
    "leads_deposit",
    "leads_scheme",
    "leads_sitesurvey",
    "leads_quotation",
)
FROZEN_LEAD = (
    "BEGIN IF TG_OP = 'DELETE' OR (OLD.ref, OLD.dossier_id, OLD.store_id, OLD.registered_by_id, OLD.registered_at, OLD.recorded_at) "
    "IS DISTINCT FROM (NEW.ref, NEW.dossier_id, NEW.store_id, NEW.registered_by_id, NEW.registered_at, NEW.recorded_at) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END"
)
DEPOSIT_AS_AGREED = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM leads_orderagreement a WHERE a.id = NEW.agreement_id AND a.lead_id = NEW.lead_id "
    "AND a.amount = NEW.amount) THEN "
    + guards.refuse("The deposit is the amount of the order agreement.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_initial")]

    operations = [
        *guards.lifecycle(
            subject="leads_lead", changes="leads_leadstagechange", link="lead_id", pairs=PAIRS, first="registered"
        ),
        *(guards.append_only(table) for table in EVIDENCE),
        *(guards.db_clock(table) for table in RECORDED),
        *(guards.same_store(table, "lead_id", "leads_lead") for table in OF_LEAD),
        guards.same_store("leads_lead", "customer_id", "leads_customer"),
        guards.same_store("leads_lead", "home_id", "leads_home"),
        guards.same_store("leads_lead", "dossier_id", "core_dossier"),
        guards.same_store("leads_home", "customer_id", "leads_customer"),
        guards.same_store("leads_customerphone", "customer_id", "leads_customer"),
        guards.same_store("leads_room", "home_id", "leads_home"),
        guards.trigger("leads_lead", "leads_lead_frozen", "BEFORE UPDATE OR DELETE", FROZEN_LEAD),
        guards.trigger("leads_deposit", "leads_deposit_as_agreed", "BEFORE INSERT", DEPOSIT_AS_AGREED),
    ]
