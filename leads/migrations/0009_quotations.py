"""Packages, alternatives, options, discounts beyond authority, expiry, sendings; what the database refuses on them."""

from decimal import Decimal

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
        migrations.CreateModel(
            name="Package",
            fields=[
                key(), *recorded(),
                ("code", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=60)),
                ("per_m2", models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                ("fixed", models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ("least_area", models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=7)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("by", to(settings.AUTH_USER_MODEL)),
                ("price_list", to("leads.pricelist", "packages")),
            ],
            options={
                "ordering": ("code",),
                "constraints": [
                    models.UniqueConstraint(fields=("price_list", "code"), name="leads_package_one_code"),
                    models.CheckConstraint(condition=models.Q(models.Q(("fixed__isnull", True), ("per_m2__gt", 0)), models.Q(("fixed__gt", 0), ("per_m2__isnull", True)), _connector="OR"), name="leads_package_one_price"),
                    models.CheckConstraint(condition=models.Q(("least_area__gte", 0)), name="leads_package_least_area"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PackageItem",
            fields=[
                key(),
                ("room_kind", models.CharField(choices=[("living", "Living room"), ("dining", "Dining room"), ("bedroom", "Bedroom"), ("study", "Study"), ("kitchen", "Kitchen"), ("bathroom", "Bathroom"), ("balcony", "Balcony"), ("hall", "Hall or passage"), ("stairs", "Stairs"), ("storage", "Storage"), ("other", "Other"), ("whole", "whole")], max_length=12)),
                ("most", models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("item", to("leads.priceitem")),
                ("package", to("leads.package", "items")),
            ],
            options={
                "ordering": ("position", "id"),
                "constraints": [
                    models.UniqueConstraint(fields=("package", "item", "room_kind"), name="leads_packageitem_once"),
                    models.CheckConstraint(condition=models.Q(("most__isnull", True), ("most__gt", 0), _connector="OR"), name="leads_packageitem_most"),
                ],
            },
        ),
        migrations.AddField("quotation", "package", to("leads.package", null=True)),
        migrations.AddField("quotation", "package_area", models.DecimalField(decimal_places=2, max_digits=7, null=True)),
        migrations.AddField("quotation", "package_amount", models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=12)),
        migrations.AddField("quotation", "valid_until", models.DateField(null=True)),
        migrations.AddConstraint(
            "quotation",
            models.CheckConstraint(condition=models.Q(models.Q(("package__isnull", True), ("package_amount", 0), ("package_area__isnull", True)), models.Q(("package__isnull", False), ("package_amount__gt", 0), ("package_area__isnull", False)), _connector="OR"), name="leads_quotation_package"),
        ),
        migrations.RemoveConstraint("quotationline", "leads_quotationline_once"),
        migrations.AddField("quotationline", "part", models.CharField(choices=[("works", "Own line"), ("package", "In the package"), ("beyond", "Beyond the package")], default="works", max_length=8)),
        migrations.AddField("quotationline", "optional", models.BooleanField(default=False)),
        migrations.AddField("quotationline", "alternative_to", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="alternatives", to="leads.quotationline")),
        migrations.AddField("quotationline", "taken", models.BooleanField(default=True)),
        migrations.AddConstraint(
            "quotationline", models.CheckConstraint(condition=models.Q(("optional", False), ("alternative_to__isnull", True), _connector="OR"), name="leads_quotationline_optional_or_alternative"),
        ),
        migrations.AddConstraint(
            "quotationline",
            models.CheckConstraint(condition=models.Q(models.Q(("part", "package"), _negated=True), models.Q(("alternative_to__isnull", True), ("optional", False), ("taken", True)), _connector="OR"), name="leads_quotationline_in_package"),
        ),
        migrations.AddConstraint(
            "quotationline",
            models.UniqueConstraint(django.db.models.functions.comparison.Coalesce("alternative_to", "id"), condition=models.Q(("taken", True)), name="leads_quotationline_one_taken"),
        ),
        migrations.AddConstraint(
            "quotationline", models.UniqueConstraint(fields=("quotation", "room", "item", "part"), name="leads_quotationline_once", nulls_distinct=False),
        ),
        migrations.CreateModel(
            name="DiscountRequest",
            fields=[
                key(), *recorded(),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                ("percent", models.DecimalField(decimal_places=2, max_digits=5)),
                ("subtotal", models.DecimalField(decimal_places=2, max_digits=12)),
                ("reason", models.CharField(max_length=300)),
                ("post", models.CharField(max_length=32)),
                ("state", models.CharField(choices=[("asked", "Asked for"), ("approved", "Approved"), ("refused", "Refused"), ("lapsed", "Lapsed")], default="asked", max_length=10)),
                ("answer", models.CharField(blank=True, max_length=300)),
                ("decided_at", models.DateTimeField(null=True)),
                ("by", to(settings.AUTH_USER_MODEL)),
                ("decided_by", to(settings.AUTH_USER_MODEL, null=True)),
                ("quotation", to("leads.quotation", "discount_requests")),
                ("store", to("staff.store")),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("state", "asked")), fields=("quotation",), name="leads_discountrequest_one_asked"),
                    models.UniqueConstraint(condition=models.Q(("state", "approved")), fields=("quotation",), name="leads_discountrequest_one_approved"),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0), ("percent__gt", 0), ("percent__lte", 100), models.Q(("reason", ""), _negated=True)), name="leads_discountrequest_asked"),
                    models.CheckConstraint(condition=models.Q(models.Q(("decided_by", models.F("by")), _negated=True), ("state", "lapsed"), _connector="OR"), name="leads_discountrequest_another_person"),
                    models.CheckConstraint(condition=models.Q(models.Q(("state__in", ["approved", "refused"]), _negated=True), models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)), _connector="OR"), name="leads_discountrequest_decided"),
                    models.CheckConstraint(condition=models.Q(models.Q(("state", "refused"), _negated=True), models.Q(("answer", ""), _negated=True), _connector="OR"), name="leads_discountrequest_refused_with_a_word"),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuotationSending",
            fields=[
                key(), *recorded(),
                ("channel", models.CharField(choices=[("wechat", "WeChat"), ("email", "E-mail"), ("hand", "Printed and handed over"), ("courier", "Courier")], max_length=10)),
                ("to_whom", models.CharField(max_length=60)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("by", to(settings.AUTH_USER_MODEL)),
                ("quotation", to("leads.quotation", "sendings")),
                ("store", to("staff.store")),
            ],
            options={
                "ordering": ("-at", "-id"),
                "constraints": [models.CheckConstraint(condition=models.Q(("to_whom", ""), _negated=True), name="leads_quotationsending_to_whom")],
            },
        ),
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
