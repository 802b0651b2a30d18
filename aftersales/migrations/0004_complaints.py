"""Complaints in six steps, proposed check items, the reports of week and month, the shift hand-over."""

import django.contrib.postgres.fields
import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.models.base
from core import guards

STEPS = [
    ("received", "answering"),
    ("received", "investigating"),
    ("answering", "closed"),
    ("investigating", "proposing"),
    ("proposing", "approved"),
    ("proposing", "investigating"),
    ("approved", "executing"),
    ("approved", "proposing"),
    ("executing", "calling"),
    ("calling", "summing_up"),
    ("calling", "proposing"),
    ("summing_up", "closed"),
    ("closed", "received"),
]
PARTS = (
    "complaintmove", "complaintperson", "classing", "complaintverdict", "investigation", "proposal", "reading", "approval", "talk", "carrying",
    "summingup",
)  # fmt: skip
COMPLAINT = (
    "stage", "round", "kind", "upheld", "department_id", "more_departments", "trade", "officer_id", "investigator_id", "leader_id", "solution_id",
    "owed_at", "replied_at", "ended_at", "satisfaction",
)  # fmt: skip
ABOUT = "p.part IN ('named', 'responsible')"
# A complaint about oneself is never handled, judged, investigated or approved by oneself, in whatever post (7.2).
NOT_ONESELF = (
    "BEGIN IF EXISTS (SELECT 1 FROM aftersales_complaintperson p WHERE p.complaint_id = NEW.complaint_id AND p.person_id = NEW.by_id "
    f"AND {ABOUT}) THEN " + guards.refuse("Nobody handles a complaint about himself.") + " END IF; RETURN NEW; END"
)
# … nor is it entrusted to the person; and class and verdict are those of their last rows.
ENTRUSTED = (
    "BEGIN IF EXISTS (SELECT 1 FROM aftersales_complaintperson p WHERE p.complaint_id = NEW.id AND p.person_id IN (NEW.officer_id, "
    f"NEW.investigator_id, NEW.leader_id) AND {ABOUT}) THEN "
    + guards.refuse("Nobody handles a complaint about himself.")
    + " END IF; IF TG_OP = 'UPDATE' AND NEW.kind <> OLD.kind AND NEW.kind IS DISTINCT FROM (SELECT c.kind FROM aftersales_classing c "
    "WHERE c.complaint_id = NEW.id ORDER BY c.seq DESC LIMIT 1) THEN "
    + guards.refuse("The class is what the last classing says.")
    + " END IF; IF TG_OP = 'UPDATE' AND NEW.upheld IS DISTINCT FROM OLD.upheld AND NEW.upheld IS NOT NULL AND NEW.upheld IS DISTINCT FROM "
    "(SELECT v.upheld FROM aftersales_complaintverdict v WHERE v.complaint_id = NEW.id ORDER BY v.seq DESC LIMIT 1) THEN "
    + guards.refuse("Upheld or not is what the last judgement says.")
    + " END IF; RETURN NEW; END"
)
# Whoever is found to be the one complained about has handed the complaint to somebody else before.
NAMED = (
    "BEGIN IF NEW.part IN ('named', 'responsible') AND EXISTS (SELECT 1 FROM aftersales_complaint c WHERE c.id = NEW.complaint_id "
    "AND NEW.person_id IN (c.officer_id, c.investigator_id, c.leader_id)) THEN "
    + guards.refuse("Nobody handles a complaint about himself.")
    + " END IF; RETURN NEW; END"
)
# The leader in charge approves one proposal of the round that stands, has read each of them, and has no part in it (G23).
APPROVED = (
    "DECLARE c record; BEGIN SELECT * INTO c FROM aftersales_complaint WHERE id = NEW.complaint_id FOR NO KEY UPDATE; "
    "IF c.stage <> 'proposing' OR NEW.round <> c.round OR NOT EXISTS (SELECT 1 FROM aftersales_proposal p WHERE p.id = NEW.proposal_id "
    "AND p.complaint_id = NEW.complaint_id AND p.round = NEW.round) THEN "
    + guards.refuse("Only a proposal of the round that stands can be approved.")
    + " END IF; IF NEW.by_id IS DISTINCT FROM c.leader_id OR EXISTS (SELECT 1 FROM aftersales_complaintperson p "
    "WHERE p.complaint_id = NEW.complaint_id AND p.person_id = NEW.by_id) OR EXISTS (SELECT 1 FROM aftersales_proposal p "
    "WHERE p.id = NEW.proposal_id AND p.by_id = NEW.by_id) THEN "
    + guards.refuse("A solution is approved by the leader in charge, who has no part in the complaint.")
    + " END IF; IF EXISTS (SELECT 1 FROM aftersales_proposal p WHERE p.complaint_id = NEW.complaint_id AND p.round = NEW.round "
    "AND NOT EXISTS (SELECT 1 FROM aftersales_reading r WHERE r.proposal_id = p.id AND r.by_id = NEW.by_id)) THEN "
    + guards.refuse("Each proposal is read before one is approved.")
    + " END IF; RETURN NEW; END"
)
# Nothing is carried out and nobody is promised anything before the approval; it is carried out when the customer has signed (G23).
MOVED = (
    "DECLARE c record; BEGIN SELECT * INTO c FROM aftersales_complaint WHERE id = NEW.complaint_id; "
    "IF NEW.to_stage IN ('approved', 'executing') AND NOT EXISTS (SELECT 1 FROM aftersales_approval a WHERE a.complaint_id = c.id "
    "AND a.round = c.round) THEN "
    + guards.refuse("The leader in charge has not approved a solution.")
    + " END IF; IF NEW.to_stage = 'executing' AND NOT EXISTS (SELECT 1 FROM core_signature s WHERE s.paper_id = c.solution_id "
    "AND s.role = 'customer') THEN "
    + guards.refuse("The customer has not signed the solution.")
    + " END IF; RETURN NEW; END"
)
TOLD = (
    "BEGIN IF NEW.kind = 'told' AND NOT EXISTS (SELECT 1 FROM aftersales_approval a WHERE a.complaint_id = NEW.complaint_id "
    "AND a.round = NEW.round) THEN "
    + guards.refuse("The leader in charge has not approved a solution.")
    + " END IF; RETURN NEW; END"
)
CARRIED = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM aftersales_complaint c JOIN core_signature s ON s.paper_id = c.solution_id AND s.role = 'customer' "
    "WHERE c.id = NEW.complaint_id AND c.round = NEW.round) THEN "
    + guards.refuse("The customer has not signed the solution.")
    + " END IF; RETURN NEW; END"
)
# A decision about a check item is made once, and not by whom the complaint is about.
DECIDED = (
    "BEGIN IF OLD.decision <> 'open' THEN "
    + guards.refuse("This check item has been decided.")
    + " END IF; IF EXISTS (SELECT 1 FROM aftersales_complaintperson p WHERE p.complaint_id = NEW.complaint_id AND p.person_id = NEW.decided_by_id "
    f"AND {ABOUT}) THEN " + guards.refuse("Nobody handles a complaint about himself.") + " END IF; RETURN NEW; END"
)
# Each line of a hand-over is signed by that person, so never both by one (S16).
SHIFT = (
    "BEGIN IF NEW.role IN ('hands_over', 'takes_over') AND NOT EXISTS (SELECT 1 FROM aftersales_shifthandover h WHERE h.paper_id = NEW.paper_id "
    "AND NEW.user_id = CASE NEW.role WHEN 'hands_over' THEN h.giver_id ELSE h.taker_id END) THEN "
    + guards.refuse("Each line of a hand-over is signed by that very person.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [
        ("aftersales", "0003_repairs"),
        ("core", "0002_guards"),
        ("leads", "0010_money"),
        ("projects", "0002_guards"),
        ("staff", "0003_posts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Complaint",
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
                            ("visit", "The customer came by"),
                            ("hotline", "From the hotline"),
                            ("return_visit", "On a return visit"),
                            ("survey", "In a survey"),
                            ("low_score", "After a low score"),
                            ("repair", "At a repair"),
                            ("owner", "The owner's own page"),
                            ("neighbour", "From a neighbour or the property office"),
                        ],
                        max_length=12,
                    ),
                ),
                ("category", models.CharField(max_length=16)),
                ("complainant", models.CharField(max_length=40)),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("text", models.CharField(max_length=1000)),
                ("wish", models.CharField(blank=True, max_length=400)),
                (
                    "emotion",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("calm", "Calm"),
                            ("angry", "Angry"),
                            ("anxious", "Worried"),
                            ("sad", "Sad"),
                            ("loud", "Loud"),
                        ],
                        max_length=8,
                    ),
                ),
                ("payment_state", models.CharField(blank=True, max_length=120)),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("received", "To be judged"),
                            ("answering", "To be answered"),
                            ("investigating", "Being investigated"),
                            ("proposing", "Solution to be approved"),
                            ("approved", "Customer to be told and to sign"),
                            ("executing", "Being carried out"),
                            ("calling", "Return call due"),
                            ("summing_up", "To be summed up"),
                            ("closed", "Closed"),
                        ],
                        default="received",
                        max_length=16,
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(default=1)),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("valid", "Valid complaint"),
                            ("help", "Asks for help"),
                            ("inquiry", "Asks a question"),
                            ("venting", "Vents displeasure"),
                        ],
                        max_length=8,
                    ),
                ),
                ("upheld", models.BooleanField(null=True)),
                (
                    "more_departments",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32), blank=True, default=list, size=None
                    ),
                ),
                (
                    "trade",
                    models.CharField(
                        blank=True,
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
                ("owed_at", models.DateTimeField()),
                ("replied_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "satisfaction",
                    models.CharField(
                        blank=True,
                        choices=[("satisfied", "Satisfied"), ("so_so", "So-so"), ("dissatisfied", "Dissatisfied")],
                        max_length=12,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.department"
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.dossier"),
                ),
                (
                    "investigator",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.lead"),
                ),
                (
                    "leader",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "paper",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.paper"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="projects.project"
                    ),
                ),
                (
                    "solution",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.paper"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
            ],
            options={"ordering": ["-pk"]},
        ),
        migrations.CreateModel(
            name="Classing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("seq", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("valid", "Valid complaint"),
                            ("help", "Asks for help"),
                            ("inquiry", "Asks a question"),
                            ("venting", "Vents displeasure"),
                        ],
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
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
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="aftersales.complaint",
                    ),
                ),
            ],
            options={"ordering": ["-seq"]},
        ),
        migrations.CreateModel(
            name="CheckProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("check_code", models.CharField(max_length=2)),
                ("text", models.CharField(max_length=120)),
                ("method", models.CharField(max_length=160)),
                ("main", models.BooleanField(default=False)),
                (
                    "decision",
                    models.CharField(
                        choices=[("open", "To be decided"), ("adopted", "Adopted"), ("declined", "Declined")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("item_code", models.CharField(blank=True, max_length=8)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "decided_by",
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
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="check_proposals",
                        to="aftersales.complaint",
                    ),
                ),
            ],
            options={"ordering": ["-pk"]},
        ),
        migrations.CreateModel(
            name="Carrying",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("round", models.PositiveSmallIntegerField()),
                ("done", models.CharField(max_length=800)),
                ("feedback", models.CharField(max_length=600)),
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
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="aftersales.complaint",
                    ),
                ),
            ],
            options={"ordering": ["-round"]},
        ),
        migrations.CreateModel(
            name="ComplaintMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("seq", models.PositiveSmallIntegerField()),
                (
                    "from_stage",
                    models.CharField(
                        choices=[
                            ("received", "To be judged"),
                            ("answering", "To be answered"),
                            ("investigating", "Being investigated"),
                            ("proposing", "Solution to be approved"),
                            ("approved", "Customer to be told and to sign"),
                            ("executing", "Being carried out"),
                            ("calling", "Return call due"),
                            ("summing_up", "To be summed up"),
                            ("closed", "Closed"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "to_stage",
                    models.CharField(
                        choices=[
                            ("received", "To be judged"),
                            ("answering", "To be answered"),
                            ("investigating", "Being investigated"),
                            ("proposing", "Solution to be approved"),
                            ("approved", "Customer to be told and to sign"),
                            ("executing", "Being carried out"),
                            ("calling", "Return call due"),
                            ("summing_up", "To be summed up"),
                            ("closed", "Closed"),
                        ],
                        max_length=16,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=400)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="aftersales.complaint",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
            ],
            options={"ordering": ["seq"]},
        ),
        migrations.CreateModel(
            name="ComplaintPerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("outside", models.CharField(blank=True, max_length=60)),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("named", "Named by the complainant"),
                            ("responsible", "Responsible"),
                            ("head", "Head of the department"),
                        ],
                        max_length=12,
                    ),
                ),
                ("rule", models.CharField(blank=True, max_length=200)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="aftersales.complaint",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.department"
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
            ],
            options={"ordering": ["pk"]},
        ),
        migrations.CreateModel(
            name="ComplaintReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                (
                    "span",
                    models.CharField(
                        choices=[("week", "Week"), ("month", "Month"), ("quarter", "Quarter")], max_length=8
                    ),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("figures", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("analysis", models.CharField(max_length=2000)),
                ("measures", models.CharField(max_length=2000)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
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
            ],
            options={"ordering": ["-starts_on", "-pk"]},
        ),
        migrations.CreateModel(
            name="ComplaintVerdict",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("seq", models.PositiveSmallIntegerField()),
                ("reason_sufficient", models.BooleanField()),
                ("demand_reasonable", models.BooleanField()),
                ("upheld", models.BooleanField()),
                ("why", models.CharField(max_length=600)),
                ("identity_checked", models.BooleanField()),
                ("payment_looked", models.BooleanField(default=False)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="aftersales.complaint",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.department"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
            ],
            options={"ordering": ["-seq"]},
        ),
        migrations.CreateModel(
            name="Investigation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("seq", models.PositiveSmallIntegerField()),
                ("found", models.CharField(max_length=1000)),
                ("cause", models.CharField(max_length=600)),
                (
                    "trade",
                    models.CharField(
                        blank=True,
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
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="aftersales.complaint",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
            ],
            options={"ordering": ["-seq"]},
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("round", models.PositiveSmallIntegerField()),
                ("seq", models.PositiveSmallIntegerField()),
                ("says", models.CharField(max_length=800)),
                ("amends", models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                ("days", models.PositiveSmallIntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="aftersales.complaint",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
            ],
            options={"ordering": ["round", "seq"]},
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("round", models.PositiveSmallIntegerField()),
                (
                    "paper",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.paper"
                    ),
                ),
                ("instruction", models.CharField(max_length=600)),
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
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="aftersales.complaint",
                    ),
                ),
                (
                    "proposal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="approval", to="aftersales.proposal"
                    ),
                ),
            ],
            options={"ordering": ["-round"]},
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="aftersales.complaint",
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="readings", to="aftersales.proposal"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ShiftHandover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("cases", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("none_missed", models.BooleanField()),
                ("note", models.CharField(blank=True, max_length=600)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "giver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "paper",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.paper"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
                (
                    "taker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"ordering": ["-pk"]},
        ),
        migrations.CreateModel(
            name="SummingUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("seq", models.PositiveSmallIntegerField()),
                ("summary", models.CharField(max_length=800)),
                ("rating", models.PositiveSmallIntegerField()),
                ("measure", models.CharField(max_length=600)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="aftersales.complaint",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
            ],
            options={"ordering": ["-seq"]},
        ),
        migrations.CreateModel(
            name="Talk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("seq", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reply", "First answer"),
                            ("answer", "Told why it is not upheld"),
                            ("told", "Told the solution"),
                            ("after", "Return call after handling"),
                            ("other", "Another talk"),
                        ],
                        max_length=8,
                    ),
                ),
                ("round", models.PositiveSmallIntegerField()),
                ("reached", models.BooleanField()),
                (
                    "satisfaction",
                    models.CharField(
                        blank=True,
                        choices=[("satisfied", "Satisfied"), ("so_so", "So-so"), ("dissatisfied", "Dissatisfied")],
                        max_length=12,
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
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="aftersales.complaint",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
            ],
            options={"ordering": ["-seq"]},
        ),
        migrations.AddIndex(
            model_name="complaint", index=models.Index(fields=["store", "-id"], name="aftersales_complaint_list")
        ),
        migrations.AddIndex(
            model_name="complaint", index=models.Index(fields=["store", "at"], name="aftersales_complaint_month")
        ),
        migrations.AddIndex(
            model_name="complaint", index=models.Index(fields=["dossier", "-id"], name="aftersales_complaint_file")
        ),
        migrations.AddIndex(
            model_name="complaint", index=models.Index(fields=["officer", "-id"], name="aftersales_complaint_mine")
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "stage__in",
                        [
                            "received",
                            "answering",
                            "investigating",
                            "proposing",
                            "approved",
                            "executing",
                            "calling",
                            "summing_up",
                            "closed",
                        ],
                    )
                ),
                name="aftersales_complaint_stage",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("text", ""), _negated=True), models.Q(("complainant", ""), _negated=True)),
                name="aftersales_complaint_told",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(("phone", ""), ("phone__regex", "^[0-9x]{8,18}$"), _connector="OR"),
                name="aftersales_complaint_phone",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("stage__in", ["received", "answering", "closed"]),
                    models.Q(("department__isnull", False), ("leader__isnull", False), ("upheld", True)),
                    _connector="OR",
                ),
                name="aftersales_complaint_has_department",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stage__in", ["executing", "calling", "summing_up"]), _negated=True),
                    ("solution__isnull", False),
                    _connector="OR",
                ),
                name="aftersales_complaint_has_solution",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("leader__isnull", True),
                    models.Q(("leader", models.F("investigator")), _negated=True),
                    _connector="OR",
                ),
                name="aftersales_complaint_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="classing",
            constraint=models.UniqueConstraint(fields=("complaint", "seq"), name="aftersales_classing_seq"),
        ),
        migrations.AddConstraint(
            model_name="classing",
            constraint=models.CheckConstraint(
                condition=models.Q(("seq", 1), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="aftersales_classing_change_has_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="checkproposal",
            index=models.Index(fields=["decision", "-id"], name="aftersales_checkproposal_list"),
        ),
        migrations.AddConstraint(
            model_name="checkproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("check_code__regex", "^C[1-8]$"),
                    models.Q(("text", ""), _negated=True),
                    models.Q(("method", ""), _negated=True),
                ),
                name="aftersales_checkproposal_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", True),
                        ("decided_by__isnull", True),
                        ("decision", "open"),
                        ("item_code", ""),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("decision", "adopted"),
                        models.Q(("item_code", ""), _negated=True),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("decision", "declined"),
                        ("item_code", ""),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="aftersales_checkproposal_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="carrying",
            constraint=models.UniqueConstraint(fields=("complaint", "round"), name="aftersales_carrying_once"),
        ),
        migrations.AddConstraint(
            model_name="carrying",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("done", ""), _negated=True), models.Q(("feedback", ""), _negated=True)),
                name="aftersales_carrying_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintmove",
            constraint=models.UniqueConstraint(fields=("complaint", "seq"), name="aftersales_complaintmove_seq"),
        ),
        migrations.AddConstraint(
            model_name="complaintmove",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("from_stage", "closed"), _negated=True),
                        models.Q(
                            ("from_stage__in", ["approved", "calling", "proposing"]),
                            ("to_stage__in", ["proposing", "investigating"]),
                            _negated=True,
                        ),
                    ),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="aftersales_complaintmove_back_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintperson",
            constraint=models.UniqueConstraint(
                fields=("complaint", "person", "part"), name="aftersales_complaintperson_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintperson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outside", ""), ("person__isnull", False)),
                    models.Q(
                        ("person__isnull", True), models.Q(("outside", ""), _negated=True), ("part", "responsible")
                    ),
                    _connector="OR",
                ),
                name="aftersales_complaintperson_who",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintreport",
            constraint=models.UniqueConstraint(
                fields=("store", "span", "starts_on"), name="aftersales_complaintreport_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("analysis", ""), _negated=True),
                    models.Q(("measures", ""), _negated=True),
                    ("ends_on__gte", models.F("starts_on")),
                ),
                name="aftersales_complaintreport_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("span", "week"), ("paper__isnull", False), _connector="OR"),
                name="aftersales_complaintreport_paper",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintverdict",
            constraint=models.UniqueConstraint(fields=("complaint", "seq"), name="aftersales_verdict_seq"),
        ),
        migrations.AddConstraint(
            model_name="complaintverdict",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("demand_reasonable", True),
                        ("department__isnull", False),
                        ("reason_sufficient", True),
                        ("upheld", True),
                    ),
                    models.Q(
                        ("upheld", False),
                        models.Q(("reason_sufficient", False), ("demand_reasonable", False), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="aftersales_verdict_upheld_is_both",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintverdict",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("why", ""), _negated=True), ("identity_checked", True)),
                name="aftersales_verdict_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="investigation",
            constraint=models.UniqueConstraint(fields=("complaint", "seq"), name="aftersales_investigation_seq"),
        ),
        migrations.AddConstraint(
            model_name="investigation",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("found", ""), _negated=True), models.Q(("cause", ""), _negated=True)),
                name="aftersales_investigation_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(fields=("complaint", "round", "seq"), name="aftersales_proposal_seq"),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("says", ""), _negated=True),
                    ("days__gte", 1),
                    models.Q(("amends__isnull", True), ("amends__gt", 0), _connector="OR"),
                ),
                name="aftersales_proposal_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.UniqueConstraint(fields=("complaint", "round"), name="aftersales_approval_one_a_round"),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(("instruction", ""), _negated=True), name="aftersales_approval_instruction"
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.UniqueConstraint(fields=("proposal", "by"), name="aftersales_reading_once"),
        ),
        migrations.AddIndex(
            model_name="shifthandover", index=models.Index(fields=["store", "-id"], name="aftersales_handover_list")
        ),
        migrations.AddConstraint(
            model_name="shifthandover",
            constraint=models.CheckConstraint(
                condition=models.Q(("giver", models.F("taker")), _negated=True), name="aftersales_handover_two_people"
            ),
        ),
        migrations.AddConstraint(
            model_name="shifthandover",
            constraint=models.CheckConstraint(
                condition=models.Q(("none_missed", True), models.Q(("note", ""), _negated=True), _connector="OR"),
                name="aftersales_handover_missed_is_told",
            ),
        ),
        migrations.AddConstraint(
            model_name="shifthandover",
            constraint=models.UniqueConstraint(fields=("store", "at"), name="aftersales_handover_cut"),
        ),
        migrations.AddConstraint(
            model_name="summingup",
            constraint=models.UniqueConstraint(fields=("complaint", "seq"), name="aftersales_summingup_seq"),
        ),
        migrations.AddConstraint(
            model_name="summingup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("summary", ""), _negated=True),
                    models.Q(("measure", ""), _negated=True),
                    ("rating__gte", 1),
                    ("rating__lte", 5),
                ),
                name="aftersales_summingup_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="talk",
            constraint=models.UniqueConstraint(fields=("complaint", "seq"), name="aftersales_talk_seq"),
        ),
        migrations.AddConstraint(
            model_name="talk",
            constraint=models.CheckConstraint(
                condition=models.Q(("reached", False), models.Q(("says", ""), _negated=True), _connector="OR"),
                name="aftersales_talk_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="talk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "after"), ("reached", True), models.Q(("satisfaction", ""), _negated=True)),
                    models.Q(models.Q(("kind", "after"), ("reached", True), _negated=True), ("satisfaction", "")),
                    _connector="OR",
                ),
                name="aftersales_talk_after_satisfaction",
            ),
        ),
        *guards.lifecycle(
            subject="aftersales_complaint",
            changes="aftersales_complaintmove",
            link="complaint_id",
            pairs=STEPS,
            first="received",
        ),
        *[guards.append_only(f"aftersales_{table}") for table in (*PARTS[1:], "complaintreport", "shifthandover")],
        *[
            guards.db_clock(f"aftersales_{table}")
            for table in ("complaint", *PARTS, "checkproposal", "complaintreport", "shifthandover")
        ],
        *[
            guards.same_store(f"aftersales_{table}", "complaint_id", "aftersales_complaint")
            for table in (*PARTS, "checkproposal")
        ],
        guards.same_store("aftersales_complaint", "dossier_id", "core_dossier"),
        guards.same_store("aftersales_complaint", "lead_id", "leads_lead"),
        guards.only_columns("aftersales_complaint", COMPLAINT),
        guards.only_columns(
            "aftersales_checkproposal", ("decision", "reason", "item_code", "decided_by_id", "decided_at")
        ),
        *[
            guards.trigger(f"aftersales_{table}", f"aftersales_{table}_not_oneself", "BEFORE INSERT", NOT_ONESELF)
            for table in (
                "classing",
                "complaintverdict",
                "investigation",
                "proposal",
                "reading",
                "approval",
                "talk",
                "carrying",
                "summingup",
            )
        ],
        guards.trigger("aftersales_complaint", "aftersales_complaint_entrusted", "BEFORE INSERT OR UPDATE", ENTRUSTED),
        guards.trigger("aftersales_complaintperson", "aftersales_complaintperson_named", "BEFORE INSERT", NAMED),
        guards.trigger("aftersales_approval", "aftersales_approval_lawful", "BEFORE INSERT", APPROVED),
        guards.trigger("aftersales_complaintmove", "aftersales_complaintmove_open", "BEFORE INSERT", MOVED),
        guards.trigger("aftersales_talk", "aftersales_talk_after_approval", "BEFORE INSERT", TOLD),
        guards.trigger("aftersales_carrying", "aftersales_carrying_signed", "BEFORE INSERT", CARRIED),
        guards.trigger("aftersales_checkproposal", "aftersales_checkproposal_once", "BEFORE UPDATE", DECIDED),
        guards.trigger("core_signature", "aftersales_handover_signed", "BEFORE INSERT", SHIFT),
    ]
