"""Repair requests, orders, visits, feedback and their cost."""

from decimal import Decimal

import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.models.base
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
        migrations.CreateModel(
            name="RepairOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("seq", models.PositiveSmallIntegerField()),
                ("told", models.CharField(blank=True, max_length=400)),
                ("expected_minutes", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("on_site", "On site"),
                            ("done", "Done"),
                            ("again", "Another visit needed"),
                            ("cancelled", "Called off"),
                        ],
                        default="planned",
                        max_length=12,
                    ),
                ),
                ("left_at", models.DateTimeField(null=True)),
                ("arrived_at", models.DateTimeField(null=True)),
                ("found", models.CharField(blank=True, max_length=600)),
                ("plan", models.CharField(blank=True, max_length=600)),
                ("parts", models.JSONField(default=list, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("labour", models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=10)),
                ("charge", models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=10)),
                ("finished_at", models.DateTimeField(null=True)),
                ("work", models.CharField(blank=True, max_length=600)),
                ("rest", models.CharField(blank=True, max_length=300)),
                ("back_at", models.DateTimeField(null=True)),
                ("discussed", models.CharField(blank=True, max_length=400)),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "appointment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.appointment"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "feedback",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.paper"
                    ),
                ),
                (
                    "paper",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.paper"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
                (
                    "technician",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-seq"],
            },
        ),
        migrations.CreateModel(
            name="RepairRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("ref", models.CharField(max_length=40, unique=True)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("phone", "By phone"),
                            ("visit", "The owner came by"),
                            ("staff", "Noticed by staff"),
                            ("patrol", "Found on a patrol"),
                        ],
                        max_length=8,
                    ),
                ),
                ("category", models.CharField(max_length=16)),
                ("room", models.CharField(max_length=40)),
                ("item", models.CharField(blank=True, max_length=80)),
                ("fault", models.CharField(max_length=600)),
                ("immediate", models.BooleanField(default=False)),
                (
                    "level",
                    models.CharField(
                        choices=[("emergency", "Urgent"), ("normal", "Usual"), ("planned", "By appointment")],
                        max_length=12,
                    ),
                ),
                ("wanted_at", models.DateTimeField(null=True)),
                ("contact", models.CharField(max_length=40)),
                ("phone", models.CharField(blank=True, max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reported", "To be sorted"),
                            ("sorted", "To be called"),
                            ("waiting", "Order to be made"),
                            ("ordered", "Technician on the way"),
                            ("done", "Call today"),
                            ("called", "To be filed"),
                            ("archived", "Filed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="reported",
                        max_length=12,
                    ),
                ),
                (
                    "cover",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("statutory", "Statutory warranty"),
                            ("company", "Company promise"),
                            ("paid", "Paid by the owner"),
                        ],
                        max_length=12,
                    ),
                ),
                ("promised_on", models.DateField(null=True)),
                ("charge", models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=10)),
                ("finished_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="projects.project"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
                (
                    "technician",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "term",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="aftersales.warrantyterm",
                    ),
                ),
                (
                    "warranty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="repairs", to="aftersales.warranty"
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="RepairPhoto",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "when",
                    models.CharField(
                        choices=[("fault", "fault"), ("before", "before"), ("after", "after")], max_length=8
                    ),
                ),
                (
                    "attachment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.attachment"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photos",
                        to="aftersales.repairorder",
                    ),
                ),
                (
                    "repair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photos",
                        to="aftersales.repairrequest",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="RepairPayment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=10)),
                ("method", models.CharField(max_length=12)),
                ("payer", models.CharField(max_length=60)),
                ("key", models.UUIDField(unique=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "receipt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.paper"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
                (
                    "repair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="aftersales.repairrequest",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="repairorder",
            name="repair",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="aftersales.repairrequest"
            ),
        ),
        migrations.CreateModel(
            name="RepairCost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("seq", models.PositiveSmallIntegerField()),
                (
                    "trade",
                    models.CharField(
                        choices=[
                            ("plumbing", "Plumbing"),
                            ("power", "Electrics"),
                            ("waterproof", "Waterproofing"),
                            ("tiles", "Masonry and tiles"),
                            ("wood", "Carpentry"),
                            ("paint", "Painting"),
                            ("fitting", "Fitting"),
                            ("supply", "Supplied material"),
                            ("design", "Design"),
                            ("use", "Use or wear"),
                        ],
                        max_length=12,
                    ),
                ),
                ("crew", models.CharField(blank=True, max_length=80)),
                ("material", models.DecimalField(decimal_places=2, max_digits=10)),
                ("labour", models.DecimalField(decimal_places=2, max_digits=10)),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
                (
                    "repair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="costs", to="aftersales.repairrequest"
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="RepairCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("seq", models.PositiveSmallIntegerField()),
                ("reached", models.BooleanField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("mended", "Mended, all in order"),
                            ("so_so", "Mended, with a remark"),
                            ("not_mended", "Not mended"),
                        ],
                        max_length=12,
                    ),
                ),
                ("says", models.CharField(blank=True, max_length=500)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
                (
                    "repair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="aftersales.repairrequest"
                    ),
                ),
            ],
            options={
                "ordering": ["-seq"],
            },
        ),
        migrations.CreateModel(
            name="HomePatrol",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("problem", models.CharField(blank=True, max_length=600)),
                ("correction", models.CharField(blank=True, max_length=600)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
                (
                    "warranty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="patrols", to="aftersales.warranty"
                    ),
                ),
                (
                    "repair",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="aftersales.repairrequest",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Diagnosis",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("seq", models.PositiveSmallIntegerField()),
                ("reached", models.BooleanField()),
                (
                    "mode",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("phone", "Solved on the phone"),
                            ("onsite", "Somebody comes"),
                            ("factory", "Goes back to its maker"),
                            ("replace", "Is replaced"),
                            ("return", "Is taken back"),
                        ],
                        max_length=8,
                    ),
                ),
                ("says", models.CharField(max_length=600)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
                (
                    "repair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="talks", to="aftersales.repairrequest"
                    ),
                ),
            ],
            options={
                "ordering": ["-seq"],
            },
        ),
        migrations.CreateModel(
            name="Sorting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("seq", models.PositiveSmallIntegerField()),
                ("until", models.DateField()),
                ("exclusion", models.CharField(blank=True, max_length=8)),
                ("evidence", models.CharField(blank=True, max_length=400)),
                (
                    "proposed",
                    models.CharField(
                        choices=[
                            ("statutory", "Statutory warranty"),
                            ("company", "Company promise"),
                            ("paid", "Paid by the owner"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "cover",
                    models.CharField(
                        choices=[
                            ("statutory", "Statutory warranty"),
                            ("company", "Company promise"),
                            ("paid", "Paid by the owner"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("hold", models.BooleanField(default=False)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "confirms",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmed",
                        to="aftersales.sorting",
                    ),
                ),
                (
                    "earlier",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="aftersales.repairrequest",
                    ),
                ),
                (
                    "repair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sortings",
                        to="aftersales.repairrequest",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
                (
                    "term",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="aftersales.warrantyterm"
                    ),
                ),
            ],
            options={
                "ordering": ["-seq"],
            },
        ),
        migrations.AddIndex(
            model_name="repairrequest",
            index=models.Index(fields=["store", "-id"], name="aftersales_repair_list"),
        ),
        migrations.AddIndex(
            model_name="repairrequest",
            index=models.Index(fields=["project", "-id"], name="aftersales_repair_site"),
        ),
        migrations.AddIndex(
            model_name="repairrequest",
            index=models.Index(fields=["technician", "-id"], name="aftersales_repair_mine"),
        ),
        migrations.AddConstraint(
            model_name="repairrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["reported", "sorted", "waiting", "ordered", "done", "called", "archived", "withdrawn"],
                    )
                ),
                name="aftersales_repair_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="repairrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("fault", ""), _negated=True),
                    models.Q(("room", ""), _negated=True),
                    models.Q(("contact", ""), _negated=True),
                ),
                name="aftersales_repair_told",
            ),
        ),
        migrations.AddConstraint(
            model_name="repairrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("phone", ""), ("phone__regex", "^[0-9x]{8,18}$"), _connector="OR"),
                name="aftersales_repair_phone",
            ),
        ),
        migrations.AddConstraint(
            model_name="repairrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["reported", "withdrawn"]),
                    models.Q(models.Q(("cover", ""), _negated=True), ("term__isnull", False)),
                    _connector="OR",
                ),
                name="aftersales_repair_sorted",
            ),
        ),
        migrations.AddConstraint(
            model_name="repairrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["done", "called", "archived"]), _negated=True),
                    ("finished_at__isnull", False),
                    _connector="OR",
                ),
                name="aftersales_repair_finished",
            ),
        ),
        migrations.AddConstraint(
            model_name="repairrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("state__in", ["archived", "withdrawn"])),
                    models.Q(
                        models.Q(("state__in", ["archived", "withdrawn"]), _negated=True), ("closed_at__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="aftersales_repair_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="repairrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "withdrawn"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="aftersales_repair_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="repairrequest",
            constraint=models.CheckConstraint(condition=models.Q(("charge__gte", 0)), name="aftersales_repair_charge"),
        ),
        migrations.AddConstraint(
            model_name="repairrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("charge", 0), ("cover", "paid"), _connector="OR"),
                name="aftersales_repair_free_in_warranty",
            ),
        ),
        migrations.AddConstraint(
            model_name="repairphoto",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("order__isnull", True), ("when", "fault")),
                    models.Q(("order__isnull", False), ("when__in", ["before", "after"])),
                    _connector="OR",
                ),
                name="aftersales_photo_of_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="repairpayment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="aftersales_repairpayment_amount"
            ),
        ),
        migrations.AddIndex(
            model_name="repairorder",
            index=models.Index(fields=["technician", "-id"], name="aftersales_order_technician"),
        ),
        migrations.AddConstraint(
            model_name="repairorder",
            constraint=models.UniqueConstraint(fields=("repair", "seq"), name="aftersales_order_seq"),
        ),
        migrations.AddConstraint(
            model_name="repairorder",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["planned", "on_site"])),
                fields=("repair",),
                name="aftersales_order_one_running",
            ),
        ),
        migrations.AddConstraint(
            model_name="repairorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("charge__gte", 0), ("labour__gte", 0)), name="aftersales_order_money"
            ),
        ),
        migrations.AddConstraint(
            model_name="repairorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["planned", "cancelled"]), ("arrived_at__isnull", False), _connector="OR"
                ),
                name="aftersales_order_arrived",
            ),
        ),
        migrations.AddConstraint(
            model_name="repairorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["done", "again"]), _negated=True),
                    models.Q(
                        ("feedback__isnull", False),
                        ("finished_at__isnull", False),
                        ("paper__isnull", False),
                        models.Q(("work", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="aftersales_order_finished",
            ),
        ),
        migrations.AddConstraint(
            model_name="repairorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "again"), _negated=True), models.Q(("rest", ""), _negated=True), _connector="OR"
                ),
                name="aftersales_order_rest",
            ),
        ),
        migrations.AddConstraint(
            model_name="repairorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "cancelled"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="aftersales_order_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="repaircost",
            index=models.Index(fields=["store", "at"], name="aftersales_cost_month"),
        ),
        migrations.AddConstraint(
            model_name="repaircost",
            constraint=models.UniqueConstraint(fields=("repair", "seq"), name="aftersales_cost_seq"),
        ),
        migrations.AddConstraint(
            model_name="repaircost",
            constraint=models.CheckConstraint(
                condition=models.Q(("material__gte", 0), ("labour__gte", 0)), name="aftersales_cost_money"
            ),
        ),
        migrations.AddConstraint(
            model_name="repaircost",
            constraint=models.CheckConstraint(
                condition=models.Q(("material__gt", 0), ("labour__gt", 0), _connector="OR"),
                name="aftersales_cost_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="repaircall",
            constraint=models.UniqueConstraint(fields=("repair", "seq"), name="aftersales_call_seq"),
        ),
        migrations.AddConstraint(
            model_name="repaircall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reached", True), models.Q(("outcome", ""), _negated=True)),
                    models.Q(("outcome", ""), ("reached", False)),
                    _connector="OR",
                ),
                name="aftersales_call_complete",
            ),
        ),
        migrations.AddConstraint(
            model_name="repaircall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome__in", ["", "mended"]), models.Q(("says", ""), _negated=True), _connector="OR"
                ),
                name="aftersales_call_says",
            ),
        ),
        migrations.AddIndex(
            model_name="homepatrol",
            index=models.Index(fields=["store", "-id"], name="aftersales_patrol_list"),
        ),
        migrations.AddConstraint(
            model_name="homepatrol",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("problem", ""),
                    models.Q(("correction", ""), _negated=True),
                    ("repair__isnull", False),
                    _connector="OR",
                ),
                name="aftersales_patrol_problem_is_answered",
            ),
        ),
        migrations.AddConstraint(
            model_name="diagnosis",
            constraint=models.UniqueConstraint(fields=("repair", "seq"), name="aftersales_diagnosis_seq"),
        ),
        migrations.AddConstraint(
            model_name="diagnosis",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("reached", True), models.Q(("mode", ""), _negated=True), models.Q(("says", ""), _negated=True)
                    ),
                    models.Q(("mode", ""), ("reached", False)),
                    _connector="OR",
                ),
                name="aftersales_diagnosis_complete",
            ),
        ),
        migrations.AddConstraint(
            model_name="sorting",
            constraint=models.UniqueConstraint(fields=("repair", "seq"), name="aftersales_sorting_seq"),
        ),
        migrations.AddConstraint(
            model_name="sorting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cover", models.F("proposed")), ("seq", 1)),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="aftersales_sorting_change_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="sorting",
            constraint=models.CheckConstraint(
                condition=models.Q(("exclusion", ""), models.Q(("evidence", ""), _negated=True), _connector="OR"),
                name="aftersales_sorting_exclusion_is_shown",
            ),
        ),
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
