"""People of a home, merged customers, classes, the logs of calls and visitors, estates.

Then what the database refuses by itself: a merged customer has nothing of its own, merges make no chains, what is said of a
customer is not said otherwise afterwards.
"""

from django.db import migrations

from core import guards

RECORDED = (
    "leads_homeperson", "leads_customermerge", "leads_judgment", "leads_contactban", "leads_profilecheck", "leads_phonecall",
    "leads_visit", "leads_estatephase",
)  # fmt: skip
OF_CUSTOMER = (
    "leads_customerphone", "leads_home", "leads_lead", "leads_phonecall", "leads_visit", "leads_judgment", "leads_contactban",
    "leads_profilecheck",
)  # fmt: skip
LOGS = ("leads_phonecall", "leads_visit")
MOVED = ("leads_customerphone", "leads_home", "leads_lead", *LOGS)
NOT_OF_A_MERGED_ONE = (
    "DECLARE gone bigint; BEGIN IF NEW.customer_id IS NULL THEN RETURN NEW; END IF; "
    "SELECT merged_into_id INTO gone FROM leads_customer WHERE id = NEW.customer_id FOR KEY SHARE; IF gone IS NOT NULL THEN "
    + guards.refuse("This customer was merged with another one: go on there.")
    + " END IF; RETURN NEW; END"
)
MERGES = (
    "BEGIN IF TG_OP = 'INSERT' THEN "
    "PERFORM 1 FROM leads_customer WHERE id IN (NEW.kept_id, NEW.merged_id) ORDER BY id FOR UPDATE; "
    "IF NEW.parted_at IS NOT NULL OR EXISTS (SELECT 1 FROM leads_customer WHERE (id IN (NEW.kept_id, NEW.merged_id) "
    "AND merged_into_id IS NOT NULL) OR merged_into_id = NEW.merged_id) THEN "
    + guards.refuse("One of the two was merged already: part those first.")
    + " END IF; IF "
    + " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE customer_id = NEW.merged_id)" for table in MOVED)
    + " THEN "
    + guards.refuse("Everything of a merged customer goes to the one that is kept.")
    + " END IF; UPDATE leads_customer SET merged_into_id = NEW.kept_id WHERE id = NEW.merged_id; RETURN NEW; END IF; "
    "IF OLD.parted_at IS NOT NULL THEN "
    + guards.refuse("These two were parted already.")
    + " END IF; IF NEW.parted_at IS NOT NULL THEN UPDATE leads_customer SET merged_into_id = NULL WHERE id = OLD.merged_id; END IF; RETURN NEW; END"
)
MERGED_BY_HAND = (
    "BEGIN IF pg_trigger_depth() < 2 AND ((TG_OP = 'INSERT' AND NEW.merged_into_id IS NOT NULL) OR "
    "(TG_OP = 'UPDATE' AND NEW.merged_into_id IS DISTINCT FROM OLD.merged_into_id)) THEN "
    + guards.refuse("Two customers are merged with a reason, never by hand.")
    + " END IF; RETURN NEW; END"
)
NOT_THE_CUSTOMERS_OWN = (
    "BEGIN IF NEW.number <> '' AND EXISTS (SELECT 1 FROM leads_customerphone p JOIN leads_home h ON h.customer_id = p.customer_id "
    "WHERE h.id = NEW.home_id AND p.number = NEW.number AND p.withdrawn_at IS NULL) THEN "
    + guards.refuse("This is a number of the customer.")
    + " END IF; RETURN NEW; END"
)
LOG_OF_ITS_STORE = (
    "BEGIN IF NEW.customer_id IS NOT NULL AND NEW.store_id IS DISTINCT FROM (SELECT store_id FROM leads_customer WHERE id = NEW.customer_id) "
    "OR NEW.lead_id IS NOT NULL AND NEW.customer_id IS DISTINCT FROM (SELECT customer_id FROM leads_lead WHERE id = NEW.lead_id) THEN "
    + guards.refuse("A record belongs to the store of its file.")
    + " END IF; RETURN NEW; END"
)
HANDLED_STAYS = (
    "BEGIN IF OLD.handled_at IS NOT NULL AND (OLD.handled_at, OLD.handled_by_id, OLD.handling, OLD.passed_to_id, OLD.passed_at) IS DISTINCT FROM "
    "(NEW.handled_at, NEW.handled_by_id, NEW.handling, NEW.passed_to_id, NEW.passed_at) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END"
)


def ended_stays(column):
    """What has ended is not taken up again; it is written anew."""
    return (
        f"BEGIN IF OLD.{column} IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
        + guards.refuse("This record is frozen: only its state may change.")
        + " END IF; RETURN NEW; END"
    )


class Migration(migrations.Migration):

    dependencies = [
        ('leads', '0004_sources'),
    ]

    operations = [
        *(guards.db_clock(table) for table in RECORDED),
        guards.append_only("leads_judgment"),
        guards.append_only("leads_profilecheck"),
        guards.only_columns("leads_homeperson", ("ended_at", "ended_by_id", "ended_reason")),
        guards.only_columns("leads_contactban", ("ended_at", "ended_by_id", "ended_reason")),
        guards.only_columns("leads_customermerge", ("parted_at", "parted_by_id", "parted_reason")),
        guards.only_columns("leads_estatephase", ("withdrawn_at", "withdrawn_by_id")),
        *(
            guards.only_columns(table, ("customer_id", "lead_id", "passed_to_id", "passed_at", "handled_at", "handled_by_id", "handling"))
            for table in LOGS
        ),
        *(guards.trigger(table, f"{table}_handled_stays", "BEFORE UPDATE", HANDLED_STAYS) for table in LOGS),
        *(guards.trigger(table, f"{table}_of_its_store", "BEFORE INSERT OR UPDATE", LOG_OF_ITS_STORE) for table in LOGS),
        guards.trigger("leads_homeperson", "leads_homeperson_ended_stays", "BEFORE UPDATE", ended_stays("ended_at")),
        guards.trigger("leads_contactban", "leads_contactban_ended_stays", "BEFORE UPDATE", ended_stays("ended_at")),
        guards.trigger("leads_estatephase", "leads_estatephase_ended_stays", "BEFORE UPDATE", ended_stays("withdrawn_at")),
        guards.trigger("leads_homeperson", "leads_homeperson_not_customers", "BEFORE INSERT", NOT_THE_CUSTOMERS_OWN),
        guards.same_store("leads_homeperson", "home_id", "leads_home"),
        guards.same_store("leads_estatephase", "estate_id", "leads_estate"),
        guards.same_store("leads_customermerge", "kept_id", "leads_customer"),
        guards.same_store("leads_customermerge", "merged_id", "leads_customer"),
        *(guards.same_store(table, "customer_id", "leads_customer") for table in ("leads_judgment", "leads_contactban", "leads_profilecheck")),
        *(
            guards.trigger(table, f"{table}_not_merged", "BEFORE INSERT OR UPDATE OF customer_id", NOT_OF_A_MERGED_ONE)
            for table in OF_CUSTOMER
        ),
        guards.trigger("leads_customermerge", "leads_customermerge_merges", "BEFORE INSERT OR UPDATE", MERGES, definer=True),
        guards.trigger("leads_customer", "leads_customer_merged_by_hand", "BEFORE INSERT OR UPDATE OF merged_into_id", MERGED_BY_HAND),
    ]
