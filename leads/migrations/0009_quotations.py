"""Packages, alternatives, options, discounts beyond authority, expiry, sendings; what the database refuses on them."""


import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

import core.models.base
from core import guards

# An alternative stands beside a line of the same quotation that is none itself; both are lines of their own.
BESIDE_A_LINE = (
    "BEGIN IF NEW.alternative_to_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM leads_quotationline b WHERE b.id = NEW.alternative_to_id "
    "AND b.quotation_id = NEW.quotation_id AND b.alternative_to_id IS NULL AND b.part <> 'package' AND b.id <> NEW.id) THEN "
    + guards.refuse("An alternative stands beside a line of the same quotation.")
    + " END IF; RETURN NEW; END"
)
# What leaves the house adds up, has a choice where one is needed, and carries no discount that nobody may give.
ISSUED_IS_SOUND = (
    "DECLARE works numeric; costs numeric; worth numeric; BEGIN IF NOT (OLD.state = 'draft' AND NEW.state = 'issued') THEN RETURN NEW; END IF; "
    "SELECT coalesce(sum(amount) FILTER (WHERE taken AND part <> 'package'), 0), coalesce(sum(cost) FILTER (WHERE taken), 0) "
    "INTO works, costs FROM leads_quotationline WHERE quotation_id = NEW.id; "
    "IF NEW.subtotal <> works + NEW.package_amount OR NEW.cost <> costs THEN "
    + guards.refuse("The sums of the quotation are not those of its lines.")
    + " END IF; IF NEW.package_id IS NULL AND EXISTS (SELECT 1 FROM leads_quotationline WHERE quotation_id = NEW.id AND part <> 'works') THEN "
    + guards.refuse("Lines of a package stand there without the package.")
    + " END IF; IF NEW.package_id IS NOT NULL THEN SELECT coalesce(p.fixed, round(p.per_m2 * NEW.package_area, 2)) INTO worth "
    "FROM leads_package p WHERE p.id = NEW.package_id AND p.price_list_id = NEW.price_list_id AND NEW.package_area >= p.least_area "
    "AND NEW.package_area >= coalesce((SELECT h.area_m2 FROM leads_lead l JOIN leads_home h ON h.id = l.home_id WHERE l.id = NEW.lead_id), 0); "
    "IF worth IS NULL OR worth <> NEW.package_amount THEN "
    + guards.refuse("The package's price is that of the price list.")
    + " END IF; END IF; IF EXISTS (SELECT 1 FROM leads_quotationline WHERE quotation_id = NEW.id GROUP BY coalesce(alternative_to_id, id) "
    "HAVING NOT bool_or(taken) AND NOT bool_or(optional)) THEN "
    + guards.refuse("Of a line and its alternatives one is chosen.")
    + " END IF; IF EXISTS (SELECT 1 FROM leads_discountrequest WHERE quotation_id = NEW.id AND (state = 'asked' OR (state = 'approved' "
    "AND (amount <> NEW.discount OR ceil((NEW.discount - 0.005) * 10000 / NEW.subtotal) / 100 > percent)))) THEN "
    + guards.refuse("A discount of this quotation is not approved.")
    + " END IF; IF NEW.valid_until IS NULL THEN "
    + guards.refuse("An issued quotation says until when it is valid.")
    + " END IF; RETURN NEW; END"
)
ACCEPTED_IN_TIME = (
    "BEGIN IF OLD.state = 'issued' AND NEW.state = 'accepted' AND (NEW.accepted_at IS NULL "
    "OR (NEW.accepted_at AT TIME ZONE 'Asia/Shanghai')::date > NEW.valid_until) THEN "
    + guards.refuse("This quotation is no longer valid: draw up a new version.")
    + " END IF; RETURN NEW; END"
)
OF_ONE_LIST = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM leads_package p JOIN leads_priceitem i ON i.price_list_id = p.price_list_id "
    "WHERE p.id = NEW.package_id AND i.id = NEW.item_id) THEN "
    + guards.refuse("A package holds items of its own price list.")
    + " END IF; RETURN NEW; END"
)
ASKED_FIRST = (
    "BEGIN IF NEW.state <> 'asked' OR NOT EXISTS (SELECT 1 FROM leads_quotation WHERE id = NEW.quotation_id AND state = 'draft') THEN "
    + guards.refuse("This step is not in the procedure.")
    + " END IF; RETURN NEW; END"
)
SENT_WHEN_ISSUED = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM leads_quotation WHERE id = NEW.quotation_id AND state <> 'draft') THEN "
    + guards.refuse("Only an issued quotation is sent.")
    + " END IF; RETURN NEW; END"
)
PROTECT = django.db.models.deletion.PROTECT


def key() -> tuple[str, models.Field]:
    return "id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def recorded() -> list[tuple[str, models.Field]]:
    return [
        ("at", models.DateTimeField()),
        ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
    ]


def to(model: str, related: str = "+", **more: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=PROTECT, related_name=related, to=model, **more)


class Migration(migrations.Migration):
    dependencies = [("leads", "0008_design"), ("staff", "0003_posts"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        *(guards.append_only(table) for table in ("leads_package", "leads_packageitem", "leads_quotationsending")),
        *(guards.db_clock(table) for table in ("leads_package", "leads_discountrequest", "leads_quotationsending")),
        *(guards.same_store(table, "quotation_id", "leads_quotation") for table in ("leads_discountrequest", "leads_quotationsending")),
        guards.only_columns("leads_discountrequest", ["state", "answer", "decided_by_id", "decided_at"]),
        guards.transitions(
            "leads_discountrequest", "state", [("asked", "approved"), ("asked", "refused"), ("asked", "lapsed"), ("approved", "lapsed")]
        ),
        guards.trigger("leads_discountrequest", "leads_discountrequest_asked_first", "BEFORE INSERT", ASKED_FIRST),
        guards.trigger("leads_packageitem", "leads_packageitem_of_one_list", "BEFORE INSERT", OF_ONE_LIST),
        guards.trigger("leads_quotationline", "leads_quotationline_beside_a_line", "BEFORE INSERT OR UPDATE", BESIDE_A_LINE),
        guards.trigger("leads_quotation", "leads_quotation_issued_is_sound", "BEFORE UPDATE", ISSUED_IS_SOUND),
        guards.trigger("leads_quotation", "leads_quotation_accepted_in_time", "BEFORE UPDATE", ACCEPTED_IN_TIME),
        guards.trigger("leads_quotationsending", "leads_quotationsending_when_issued", "BEFORE INSERT", SENT_WHEN_ISSUED),
    ]
