"""Repair requests, orders, visits, feedback and their cost."""


from django.conf import settings
from django.db import migrations

from core import guards

PARTS = ("sorting", "diagnosis", "repairorder", "repaircost", "repaircall", "repairpayment")
REQUEST = ("state", "cover", "term_id", "technician_id", "promised_on", "charge", "finished_at", "closed_at", "reason")
ORDER = (
    "technician_id", "appointment_id", "state", "left_at", "arrived_at", "found", "plan", "parts", "labour", "charge", "paper_id", "finished_at",
    "work", "rest", "feedback_id", "back_at", "discussed", "reason",
)  # fmt: skip
# No term ends before the law lets it end, whatever is typed (LR-31).
TERM = (
    "BEGIN IF NEW.floor IS NOT NULL AND NEW.until IS NOT NULL AND NEW.until < (SELECT (w.starts_on + make_interval(months => NEW.floor))::date "
    "FROM aftersales_warranty w WHERE w.id = NEW.warranty_id) THEN "
    + guards.refuse("No part is covered for less than the law says.")
    + " END IF; RETURN NEW; END"
)
# A repair begins as it was told, under a warranty in force of its own site.
TOLD = (
    "BEGIN IF NEW.state <> 'reported' OR NEW.cover <> '' OR NEW.charge <> 0 THEN "
    + guards.refuse("This step is not in the procedure.")
    + " END IF; IF NOT EXISTS (SELECT 1 FROM aftersales_warranty w WHERE w.id = NEW.warranty_id AND w.project_id = NEW.project_id "
    "AND w.withdrawn_at IS NULL) THEN " + guards.refuse("This site has no warranty yet.") + " END IF; RETURN NEW; END"
)
# Who bears a repair is what its last sorting says; a refusal in the term counts when a second person has confirmed it (LR-33).
SORTED = (
    "DECLARE last record; BEGIN SELECT s.* INTO last FROM aftersales_sorting s WHERE s.repair_id = NEW.id ORDER BY s.seq DESC LIMIT 1; "
    "IF (OLD.cover, OLD.term_id) IS DISTINCT FROM (NEW.cover, NEW.term_id) AND last.exclusion <> '' AND last.cover = 'paid' "
    "AND last.confirms_id IS NULL AND (NEW.at AT TIME ZONE 'Asia/Shanghai')::date <= last.until THEN "
    + guards.refuse("A refusal is confirmed by a second person.")
    + " END IF; IF (OLD.cover, OLD.term_id) IS DISTINCT FROM (NEW.cover, NEW.term_id) AND (NEW.cover::text, NEW.term_id) IS DISTINCT FROM (last.cover::text, last.term_id) THEN "
    + guards.refuse("Who bears a repair is said by its sorting.")
    + " END IF; RETURN NEW; END"
)
# A part in its term is mended free of charge unless the cause is excluded and shown; open money is no cause (decision 5).
LAWFUL = (
    "DECLARE told date; ends date; BEGIN SELECT (r.at AT TIME ZONE 'Asia/Shanghai')::date INTO told FROM aftersales_repairrequest r "
    "WHERE r.id = NEW.repair_id; SELECT t.until INTO ends FROM aftersales_warrantyterm t JOIN aftersales_repairrequest r "
    "ON r.warranty_id = t.warranty_id WHERE t.id = NEW.term_id AND r.id = NEW.repair_id; IF NOT FOUND OR NEW.until < ends THEN "
    + guards.refuse("The term is not one of this warranty, or is shortened.")
    + " END IF; IF NEW.exclusion = '' AND told <= NEW.until AND NEW.cover = 'paid' THEN "
    + guards.refuse("In its term a part is mended free of charge, whatever has been paid.")
    + " END IF; IF NEW.confirms_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM aftersales_sorting f WHERE f.id = NEW.confirms_id "
    "AND f.repair_id = NEW.repair_id AND f.seq = NEW.seq - 1 AND f.by_id <> NEW.by_id AND f.cover = NEW.cover AND f.exclusion = NEW.exclusion "
    "AND f.confirms_id IS NULL) THEN "
    + guards.refuse("A refusal is confirmed by a second person.")
    + " END IF; RETURN NEW; END"
)
# An order begins planned; a charge stands only outside the warranty, and work that is charged needs the owner's signature before it.
CHARGE = (
    "DECLARE bears text; signed boolean; BEGIN IF TG_OP = 'INSERT' AND (NEW.state <> 'planned' OR NEW.charge <> 0) THEN "
    + guards.refuse("This step is not in the procedure.")
    + " END IF; SELECT cover INTO bears FROM aftersales_repairrequest WHERE id = NEW.repair_id; IF NEW.charge > 0 AND bears <> 'paid' THEN "
    + guards.refuse("In the warranty nothing is charged.")
    + " END IF; IF TG_OP = 'UPDATE' THEN signed := EXISTS (SELECT 1 FROM core_signature s WHERE s.paper_id = OLD.paper_id AND s.role = 'customer'); "
    "IF NEW.charge <> OLD.charge AND signed THEN "
    + guards.refuse("The owner has signed for this charge.")
    + " END IF; IF NEW.state IN ('done', 'again') AND OLD.state = 'on_site' AND NEW.charge > 0 AND NOT signed THEN "
    + guards.refuse("The owner has not signed for the charge.")
    + " END IF; END IF; RETURN NEW; END"
)
# What is paid stands on an account, and is not more than what was charged.
PAID = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM leads_cashentry e WHERE e.paper_id = NEW.receipt_id AND e.kind = 'payment' AND e.amount = NEW.amount) THEN "
    + guards.refuse("This receipt stands on no account.")
    + " END IF; IF NEW.amount + (SELECT coalesce(sum(p.amount), 0) FROM aftersales_repairpayment p WHERE p.repair_id = NEW.repair_id) > "
    "(SELECT r.charge FROM aftersales_repairrequest r WHERE r.id = NEW.repair_id) THEN "
    + guards.refuse("More than the charge cannot be taken.")
    + " END IF; RETURN NEW; END"
)
REPAIR_STEPS = [
    ("reported", "sorted"),
    ("sorted", "waiting"),
    ("sorted", "done"),
    ("waiting", "ordered"),
    ("ordered", "waiting"),
    ("ordered", "done"),
    ("done", "waiting"),
    ("done", "called"),
    ("called", "archived"),
    ("reported", "withdrawn"),
    ("sorted", "withdrawn"),
    ("waiting", "withdrawn"),
]
ORDER_STEPS = [("planned", "on_site"), ("planned", "cancelled"), ("on_site", "done"), ("on_site", "again")]


class Migration(migrations.Migration):
    dependencies = [
        ("aftersales", "0002_guards"),
        ("core", "0002_guards"),
        ("leads", "0010_money"),
        ("projects", "0002_guards"),
        ("staff", "0003_posts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *[
            guards.append_only(f"aftersales_{table}")
            for table in (
                "sorting",
                "diagnosis",
                "repairphoto",
                "repaircost",
                "repaircall",
                "repairpayment",
                "homepatrol",
            )
        ],
        *[guards.db_clock(f"aftersales_{table}") for table in ("repairrequest", "homepatrol", *PARTS)],
        *[
            guards.same_store(f"aftersales_{table}", "warranty_id", "aftersales_warranty")
            for table in ("repairrequest", "homepatrol")
        ],
        *[guards.same_store(f"aftersales_{table}", "repair_id", "aftersales_repairrequest") for table in PARTS],
        guards.only_columns("aftersales_repairrequest", REQUEST),
        guards.only_columns("aftersales_repairorder", ORDER),
        guards.transitions("aftersales_repairrequest", "state", REPAIR_STEPS),
        guards.transitions("aftersales_repairorder", "state", ORDER_STEPS),
        guards.trigger("aftersales_warrantyterm", "aftersales_term_lawful", "BEFORE INSERT", TERM),
        guards.trigger("aftersales_repairrequest", "aftersales_repair_told", "BEFORE INSERT", TOLD),
        guards.trigger("aftersales_repairrequest", "aftersales_repair_is_sorted", "BEFORE UPDATE", SORTED),
        guards.trigger("aftersales_sorting", "aftersales_sorting_lawful", "BEFORE INSERT", LAWFUL),
        guards.trigger("aftersales_repairorder", "aftersales_order_charge", "BEFORE INSERT OR UPDATE", CHARGE),
        guards.trigger("aftersales_repairpayment", "aftersales_repairpayment_fits", "BEFORE INSERT", PAID),
    ]
