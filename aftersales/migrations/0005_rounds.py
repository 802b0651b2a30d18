"""Return-visit rounds, surveys, bad answers, the rest of repairs."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.models.base
from core import guards

ROLES = ("project_manager", "supervisor", "inspector", "foreman", "designer", "customer_manager")
STORED = ("roundtarget", "roundcall", "surveyinvite", "surveyanswer", "lowscorecall")
PARTS = ("partaway", "repairreversal", "repeatsignal")


def _serves(who: str, project: str) -> str:
    """SQL: this person serves this site."""
    return (
        f"EXISTS (SELECT 1 FROM projects_project p WHERE p.id = {project} AND {who} IN ("
        + ", ".join(f"p.{role}_id" for role in ROLES)
        + "))"
    )


# A neutral caller: nobody calls about a site that he serves, and of a list nobody but its officer or a supervisor of the store (the verb).
NEUTRAL = (
    "BEGIN IF NEW.officer_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.officer_id IS DISTINCT FROM OLD.officer_id) AND "
    + _serves("NEW.officer_id", "NEW.project_id")
    + " THEN "
    + guards.refuse("Who serves a customer does not call that customer for a return visit.")
    + " END IF; IF TG_OP = 'INSERT' AND NEW.state <> 'open' THEN "
    + guards.refuse("This step is not in the procedure.")
    + " END IF; RETURN NEW; END"
)
# Reached is who was reached, tried is who was tried three times; a member or key customer is left out only who refuses contact (R021–R023).
SHOWN = (
    "BEGIN IF NEW.state = 'reached' AND OLD.state = 'open' AND NOT EXISTS (SELECT 1 FROM aftersales_roundcall c WHERE c.target_id = NEW.id AND c.reached) "
    "THEN "
    + guards.refuse("Nobody has reached this customer.")
    + " END IF; IF NEW.state = 'tried' AND OLD.state = 'open' AND (SELECT count(*) FROM aftersales_roundcall c WHERE c.target_id = NEW.id) < 3 THEN "
    + guards.refuse("This customer was not tried three times.")
    + " END IF; IF NEW.state = 'left_out' AND NEW.always AND NOT EXISTS (SELECT 1 FROM projects_project p JOIN leads_customer k ON k.id = p.customer_id "
    "WHERE p.id = NEW.project_id AND k.do_not_contact) THEN "
    + guards.refuse("Members and key customers are visited without exception.")
    + " END IF; RETURN NEW; END"
)
CALLED = (
    "DECLARE t record; BEGIN SELECT * INTO t FROM aftersales_roundtarget WHERE id = NEW.target_id; IF t.state <> 'open' THEN "
    + guards.refuse("This customer of the list is done with.")
    + " END IF; IF "
    + _serves("NEW.by_id", "t.project_id")
    + " THEN "
    + guards.refuse("Who serves a customer does not call that customer for a return visit.")
    + " END IF; RETURN NEW; END"
)
# A round ends when every member and key customer of its list was reached or tried three times (R021, R022), and nobody waits on it.
ROUND = (
    "BEGIN IF TG_OP = 'INSERT' THEN IF NEW.state <> 'prepared' THEN "
    + guards.refuse("This step is not in the procedure.")
    + " END IF; RETURN NEW; END IF; IF NEW.state = 'closed' AND OLD.state <> 'closed' AND EXISTS (SELECT 1 FROM aftersales_roundtarget t "
    "WHERE t.round_id = NEW.id AND t.state = 'open') THEN "
    + guards.refuse("Customers of this round were neither reached nor tried three times.")
    + " END IF; IF OLD.state IN ('closed', 'dropped') THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END"
)
# Whom a bad answer names does not call about it.
LOW = (
    "BEGIN IF EXISTS (SELECT 1 FROM aftersales_lowscoreabout a WHERE a.low_id = NEW.low_id AND a.person_id = NEW.by_id) THEN "
    + guards.refuse("Whom the answer is about does not call about it.")
    + " END IF; RETURN NEW; END"
)
BEGINS = (
    "BEGIN IF NEW.state <> '{first}' THEN "
    + guards.refuse("This step is not in the procedure.")
    + " END IF; RETURN NEW; END"
)
# A payment is taken back by a second person; what was taken back no longer counts against the charge.
REVERSED = (
    "BEGIN IF EXISTS (SELECT 1 FROM aftersales_repairpayment p WHERE p.id = NEW.payment_id AND (p.by_id = NEW.by_id OR p.repair_id <> NEW.repair_id)) THEN "
    + guards.refuse("A payment is reversed by a second person.")
    + " END IF; RETURN NEW; END"
)
_PAID = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM leads_cashentry e WHERE e.paper_id = NEW.receipt_id AND e.kind = 'payment' AND e.amount = NEW.amount) THEN "
    + guards.refuse("This receipt stands on no account.")
    + " END IF; IF NEW.amount + (SELECT coalesce(sum(p.amount), 0) FROM aftersales_repairpayment p WHERE p.repair_id = NEW.repair_id{more}) > "
    "(SELECT r.charge FROM aftersales_repairrequest r WHERE r.id = NEW.repair_id) THEN "
    + guards.refuse("More than the charge cannot be taken.")
    + " END IF; RETURN NEW; END"
)
_NOT_BACK = " AND NOT EXISTS (SELECT 1 FROM aftersales_repairreversal b WHERE b.payment_id = p.id)"
_SWAP = "CREATE OR REPLACE FUNCTION aftersales_repairpayment_fits() RETURNS trigger LANGUAGE plpgsql AS $guard$ {body} $guard$;"
PAID = migrations.RunSQL(
    _SWAP.format(body=_PAID.replace("{more}", _NOT_BACK)), _SWAP.format(body=_PAID.replace("{more}", ""))
)
ROUND_STEPS = [("prepared", "running"), ("prepared", "dropped"), ("running", "closed")]
TARGET_STEPS = [("open", "reached"), ("open", "tried"), ("open", "left_out")]
INVITE_STEPS = [("open", "answered"), ("open", "declined"), ("answered", "open")]
SURVEY_STEPS = [("asking", "analysed"), ("analysed", "checked")]


class Migration(migrations.Migration):
    dependencies = [
        ("aftersales", "0004_complaints"),
        ("core", "0002_guards"),
        ("leads", "0010_money"),
        ("projects", "0002_guards"),
        ("staff", "0003_posts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LowScore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                (
                    "source",
                    models.CharField(
                        choices=[("S02", "Evaluation"), ("S04", "Return visit"), ("S18", "Survey")], max_length=4
                    ),
                ),
                ("says", models.CharField(max_length=800)),
                ("case", models.CharField(max_length=40, unique=True)),
                ("called_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="projects.project"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="LowScoreAbout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "low",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="about", to="aftersales.lowscore"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="LowScoreCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("seq", models.PositiveSmallIntegerField()),
                ("reached", models.BooleanField()),
                ("time_agreed", models.BooleanField(default=False)),
                ("says", models.CharField(blank=True, max_length=500)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "low",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="aftersales.lowscore"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
            ],
            options={
                "ordering": ["-seq"],
            },
        ),
        migrations.CreateModel(
            name="PartAway",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("seq", models.PositiveSmallIntegerField()),
                (
                    "mode",
                    models.CharField(
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
                ("part", models.CharField(max_length=80)),
                ("maker", models.CharField(max_length=80)),
                ("transport", models.CharField(blank=True, max_length=120)),
                ("sent_on", models.DateField()),
                ("expected_on", models.DateField()),
                ("back_on", models.DateField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("mended", "Mended"),
                            ("exchanged", "Exchanged"),
                            ("taken_back", "Taken back by the maker"),
                            ("refused", "Refused by the maker"),
                        ],
                        max_length=12,
                    ),
                ),
                ("result", models.CharField(blank=True, max_length=300)),
                ("fitting", models.BooleanField(default=False)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "repair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts_away",
                        to="aftersales.repairrequest",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
            ],
            options={
                "ordering": ["-seq"],
            },
        ),
        migrations.CreateModel(
            name="QuestionSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("version", models.PositiveSmallIntegerField()),
                ("questions", models.JSONField()),
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
            ],
            options={
                "ordering": ["-version"],
            },
        ),
        migrations.CreateModel(
            name="RepairReversal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("reason", models.CharField(max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "payment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversal",
                        to="aftersales.repairpayment",
                    ),
                ),
                (
                    "repair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversals",
                        to="aftersales.repairrequest",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="RepeatSignal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("count", models.PositiveSmallIntegerField()),
                ("cause", models.CharField(blank=True, max_length=400)),
                ("looked_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "earlier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="aftersales.repairrequest"
                    ),
                ),
                (
                    "looked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "repair",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signal",
                        to="aftersales.repairrequest",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="RoundTarget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("seq", models.PositiveSmallIntegerField()),
                ("always", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "To be called"),
                            ("reached", "Reached"),
                            ("tried", "Tried three times"),
                            ("left_out", "Left out"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("wanted_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "officer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            ],
            options={
                "ordering": ["seq"],
            },
        ),
        migrations.CreateModel(
            name="RoundCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("seq", models.PositiveSmallIntegerField()),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("phone", "Phone"),
                            ("message", "Text message"),
                            ("mail", "E-mail"),
                            ("door", "At the door"),
                        ],
                        max_length=8,
                    ),
                ),
                ("reached", models.BooleanField()),
                ("time_agreed", models.BooleanField(default=False)),
                (
                    "satisfaction",
                    models.CharField(
                        blank=True,
                        choices=[("satisfied", "Satisfied"), ("so_so", "So-so"), ("dissatisfied", "Dissatisfied")],
                        max_length=16,
                    ),
                ),
                ("with_what", models.CharField(blank=True, max_length=500)),
                ("suggestion", models.CharField(blank=True, max_length=500)),
                ("view", models.CharField(blank=True, max_length=500)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("no_more", models.BooleanField(default=False)),
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
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="aftersales.roundtarget"
                    ),
                ),
            ],
            options={
                "ordering": ["-seq"],
            },
        ),
        migrations.CreateModel(
            name="Survey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("ref", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("version", models.PositiveSmallIntegerField()),
                ("questions", models.JSONField()),
                ("criteria", models.JSONField(default=dict)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asking", "Customers are asked"),
                            ("analysed", "Measures are taken"),
                            ("checked", "Effect looked at"),
                        ],
                        default="asking",
                        max_length=12,
                    ),
                ),
                ("analysis", models.CharField(blank=True, max_length=1500)),
                ("measures", models.CharField(blank=True, max_length=1500)),
                ("analysed_at", models.DateTimeField(null=True)),
                ("check_on", models.DateField(null=True)),
                ("effect", models.CharField(blank=True, max_length=1500)),
                ("checked_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "responsible",
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
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="SurveyInvite",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("seq", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Not answered yet"),
                            ("answered", "Answered"),
                            ("declined", "Does not want to answer"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200)),
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
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="invites", to="aftersales.survey"
                    ),
                ),
            ],
            options={
                "ordering": ["seq"],
            },
        ),
        migrations.CreateModel(
            name="SurveyAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("seq", models.PositiveSmallIntegerField()),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("device", "By the customer on this device"),
                            ("paper", "Filled in on paper"),
                            ("phone", "Told by phone"),
                        ],
                        max_length=8,
                    ),
                ),
                ("told_by", models.CharField(blank=True, max_length=40)),
                ("answers", models.JSONField()),
                ("low", models.BooleanField(default=False)),
                ("signed_at", models.DateTimeField(null=True)),
                (
                    "by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="projects.project"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
                (
                    "invite",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="given", to="aftersales.surveyinvite"
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="SurveyScore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=8)),
                ("question", models.CharField(max_length=120)),
                ("kind", models.CharField(max_length=8)),
                ("value", models.CharField(blank=True, max_length=1000)),
                ("score", models.PositiveSmallIntegerField(null=True)),
                ("low", models.BooleanField(default=False)),
                ("role", models.CharField(blank=True, max_length=20)),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="scores", to="aftersales.surveyanswer"
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
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="projects.project"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
            ],
            options={
                "ordering": ["seq"],
            },
        ),
        migrations.CreateModel(
            name="VisitRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("ref", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("purpose", models.CharField(max_length=200)),
                (
                    "feature",
                    models.CharField(
                        blank=True,
                        choices=[("", "None"), ("festival", "Festival"), ("anniversary", "Anniversary")],
                        max_length=12,
                    ),
                ),
                ("occasion", models.CharField(blank=True, max_length=40)),
                ("script", models.CharField(max_length=24)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
                ("criteria", models.JSONField(default=dict)),
                ("drawn", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("prepared", "Being prepared"),
                            ("running", "Calls are made"),
                            ("closed", "Closed"),
                            ("dropped", "Dropped"),
                        ],
                        default="prepared",
                        max_length=12,
                    ),
                ),
                ("started_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("analysis", models.CharField(blank=True, max_length=1500)),
                ("measures", models.CharField(blank=True, max_length=1500)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "report",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.paper"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.AddField(
            model_name="roundtarget",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="targets", to="aftersales.visitround"
            ),
        ),
        migrations.CreateModel(
            name="RoundOfficer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("share", models.PositiveSmallIntegerField(default=100)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="officers", to="aftersales.visitround"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddIndex(
            model_name="lowscore",
            index=models.Index(fields=["store", "-id"], name="aftersales_low_list"),
        ),
        migrations.AddConstraint(
            model_name="lowscore",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("says", ""), _negated=True), models.Q(("case", ""), _negated=True)),
                name="aftersales_low_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="lowscoreabout",
            constraint=models.UniqueConstraint(fields=("low", "person"), name="aftersales_lowabout_once"),
        ),
        migrations.AddConstraint(
            model_name="lowscorecall",
            constraint=models.UniqueConstraint(fields=("low", "seq"), name="aftersales_lowcall_seq"),
        ),
        migrations.AddConstraint(
            model_name="lowscorecall",
            constraint=models.CheckConstraint(
                condition=models.Q(("seq__gte", 1), ("seq__lte", 3)), name="aftersales_lowcall_three"
            ),
        ),
        migrations.AddConstraint(
            model_name="lowscorecall",
            constraint=models.CheckConstraint(
                condition=models.Q(("reached", False), models.Q(("says", ""), _negated=True), _connector="OR"),
                name="aftersales_lowcall_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="partaway",
            constraint=models.UniqueConstraint(fields=("repair", "seq"), name="aftersales_partaway_seq"),
        ),
        migrations.AddConstraint(
            model_name="partaway",
            constraint=models.UniqueConstraint(
                condition=models.Q(("back_on__isnull", True)), fields=("repair",), name="aftersales_partaway_one_away"
            ),
        ),
        migrations.AddConstraint(
            model_name="partaway",
            constraint=models.CheckConstraint(
                condition=models.Q(("mode__in", ["factory", "replace", "return"])), name="aftersales_partaway_mode"
            ),
        ),
        migrations.AddConstraint(
            model_name="partaway",
            constraint=models.CheckConstraint(
                condition=models.Q(("expected_on__gte", models.F("sent_on"))), name="aftersales_partaway_expected"
            ),
        ),
        migrations.AddConstraint(
            model_name="partaway",
            constraint=models.CheckConstraint(
                condition=models.Q(("back_on__isnull", True), ("back_on__gte", models.F("sent_on")), _connector="OR"),
                name="aftersales_partaway_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="partaway",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("back_on__isnull", True), ("outcome", "")),
                    models.Q(
                        ("back_on__isnull", False),
                        models.Q(("outcome", ""), _negated=True),
                        models.Q(("result", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="aftersales_partaway_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionset",
            constraint=models.UniqueConstraint(fields=("store", "version"), name="aftersales_questions_version"),
        ),
        migrations.AddConstraint(
            model_name="repairreversal",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="aftersales_repairreversal_reason"
            ),
        ),
        migrations.AddIndex(
            model_name="repeatsignal",
            index=models.Index(fields=["store", "-id"], name="aftersales_signal_list"),
        ),
        migrations.AddConstraint(
            model_name="repeatsignal",
            constraint=models.CheckConstraint(condition=models.Q(("count__gte", 2)), name="aftersales_signal_again"),
        ),
        migrations.AddConstraint(
            model_name="repeatsignal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cause", ""), ("looked_at__isnull", True)),
                    models.Q(
                        ("looked_at__isnull", False),
                        ("looked_by__isnull", False),
                        models.Q(("cause", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="aftersales_signal_looked",
            ),
        ),
        migrations.AddConstraint(
            model_name="roundcall",
            constraint=models.UniqueConstraint(fields=("target", "seq"), name="aftersales_roundcall_seq"),
        ),
        migrations.AddConstraint(
            model_name="roundcall",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reached", True)), fields=("target",), name="aftersales_roundcall_one_reached"
            ),
        ),
        migrations.AddConstraint(
            model_name="roundcall",
            constraint=models.CheckConstraint(
                condition=models.Q(("seq__gte", 1), ("seq__lte", 3)), name="aftersales_roundcall_three"
            ),
        ),
        migrations.AddConstraint(
            model_name="roundcall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("paper__isnull", True), ("reached", False), ("satisfaction", "")),
                    models.Q(
                        ("paper__isnull", False), ("reached", True), models.Q(("satisfaction", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="aftersales_roundcall_complete",
            ),
        ),
        migrations.AddConstraint(
            model_name="roundcall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("satisfaction__in", ["", "satisfied"]), models.Q(("with_what", ""), _negated=True), _connector="OR"
                ),
                name="aftersales_roundcall_with_what",
            ),
        ),
        migrations.AddIndex(
            model_name="survey",
            index=models.Index(fields=["store", "-id"], name="aftersales_survey_list"),
        ),
        migrations.AddConstraint(
            model_name="survey",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_on__gte", models.F("from_on")), models.Q(("name", ""), _negated=True)),
                name="aftersales_survey_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="survey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "asking"),
                    models.Q(
                        ("analysed_at__isnull", False),
                        ("check_on__isnull", False),
                        ("responsible__isnull", False),
                        models.Q(("analysis", ""), _negated=True),
                        models.Q(("measures", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="aftersales_survey_analysed",
            ),
        ),
        migrations.AddConstraint(
            model_name="survey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "checked"), _negated=True),
                    models.Q(
                        ("checked_at__isnull", False),
                        ("checked_by__isnull", False),
                        models.Q(("effect", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="aftersales_survey_checked",
            ),
        ),
        migrations.AddConstraint(
            model_name="surveyinvite",
            constraint=models.UniqueConstraint(fields=("survey", "project"), name="aftersales_invite_once"),
        ),
        migrations.AddConstraint(
            model_name="surveyinvite",
            constraint=models.UniqueConstraint(fields=("survey", "seq"), name="aftersales_invite_seq"),
        ),
        migrations.AddConstraint(
            model_name="surveyinvite",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "declined"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="aftersales_invite_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="surveyanswer",
            constraint=models.UniqueConstraint(fields=("invite", "seq"), name="aftersales_answer_seq"),
        ),
        migrations.AddConstraint(
            model_name="surveyanswer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("signed_at__isnull", False)),
                fields=("invite",),
                name="aftersales_answer_one_counts",
            ),
        ),
        migrations.AddConstraint(
            model_name="surveyanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("way", "phone"), _negated=True), models.Q(("told_by", ""), _negated=True), _connector="OR"
                ),
                name="aftersales_answer_who_told",
            ),
        ),
        migrations.AddIndex(
            model_name="surveyscore",
            index=models.Index(fields=["store", "code"], name="aftersales_score_code"),
        ),
        migrations.AddConstraint(
            model_name="surveyscore",
            constraint=models.UniqueConstraint(fields=("answer", "code"), name="aftersales_score_once"),
        ),
        migrations.AddConstraint(
            model_name="surveyscore",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "scale"), ("score__gte", 1), ("score__lte", 5)),
                    models.Q(("kind", "nps"), ("score__gte", 0), ("score__lte", 10)),
                    models.Q(("kind__in", ["yes_no", "text"]), ("score__isnull", True)),
                    _connector="OR",
                ),
                name="aftersales_score_scale",
            ),
        ),
        migrations.AddIndex(
            model_name="visitround",
            index=models.Index(fields=["store", "-id"], name="aftersales_round_list"),
        ),
        migrations.AddConstraint(
            model_name="visitround",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_on__gte", models.F("from_on"))), name="aftersales_round_period"
            ),
        ),
        migrations.AddConstraint(
            model_name="visitround",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("name", ""), _negated=True), models.Q(("purpose", ""), _negated=True)),
                name="aftersales_round_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="visitround",
            constraint=models.CheckConstraint(
                condition=models.Q(("feature", ""), models.Q(("occasion", ""), _negated=True), _connector="OR"),
                name="aftersales_round_occasion",
            ),
        ),
        migrations.AddConstraint(
            model_name="visitround",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["running", "closed"]), _negated=True),
                    ("started_at__isnull", False),
                    _connector="OR",
                ),
                name="aftersales_round_started",
            ),
        ),
        migrations.AddConstraint(
            model_name="visitround",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "closed"), _negated=True),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("report__isnull", False),
                        models.Q(("analysis", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="aftersales_round_reported",
            ),
        ),
        migrations.AddIndex(
            model_name="roundtarget",
            index=models.Index(fields=["officer", "state", "seq"], name="aftersales_target_mine"),
        ),
        migrations.AddConstraint(
            model_name="roundtarget",
            constraint=models.UniqueConstraint(fields=("round", "project"), name="aftersales_target_once"),
        ),
        migrations.AddConstraint(
            model_name="roundtarget",
            constraint=models.UniqueConstraint(fields=("round", "seq"), name="aftersales_target_seq"),
        ),
        migrations.AddConstraint(
            model_name="roundtarget",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at__isnull", True), ("state", "open")),
                    models.Q(models.Q(("state", "open"), _negated=True), ("done_at__isnull", False)),
                    _connector="OR",
                ),
                name="aftersales_target_done",
            ),
        ),
        migrations.AddConstraint(
            model_name="roundtarget",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "left_out"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="aftersales_target_left_out",
            ),
        ),
        migrations.AddConstraint(
            model_name="roundofficer",
            constraint=models.UniqueConstraint(fields=("round", "officer"), name="aftersales_roundofficer_once"),
        ),
        migrations.AddConstraint(
            model_name="roundofficer",
            constraint=models.CheckConstraint(
                condition=models.Q(("share__gte", 10), ("share__lte", 200)), name="aftersales_roundofficer_share"
            ),
        ),
        *[
            guards.append_only(f"aftersales_{table}")
            for table in (
                "roundofficer",
                "roundcall",
                "lowscoreabout",
                "lowscorecall",
                "questionset",
                "surveyscore",
                "repairreversal",
            )
        ],
        *[
            guards.db_clock(f"aftersales_{table}")
            for table in ("visitround", "lowscore", "questionset", "survey", *STORED, *PARTS)
        ],
        guards.same_store("aftersales_roundtarget", "round_id", "aftersales_visitround"),
        guards.same_store("aftersales_roundtarget", "project_id", "projects_project"),
        guards.same_store("aftersales_roundcall", "target_id", "aftersales_roundtarget"),
        guards.same_store("aftersales_lowscore", "project_id", "projects_project"),
        guards.same_store("aftersales_lowscorecall", "low_id", "aftersales_lowscore"),
        guards.same_store("aftersales_surveyinvite", "survey_id", "aftersales_survey"),
        guards.same_store("aftersales_surveyinvite", "project_id", "projects_project"),
        guards.same_store("aftersales_surveyanswer", "invite_id", "aftersales_surveyinvite"),
        guards.same_store("aftersales_surveyscore", "answer_id", "aftersales_surveyanswer"),
        *[guards.same_store(f"aftersales_{table}", "repair_id", "aftersales_repairrequest") for table in PARTS],
        guards.only_columns(
            "aftersales_visitround", ("drawn", "state", "started_at", "closed_at", "analysis", "measures", "report_id")
        ),
        guards.only_columns("aftersales_roundtarget", ("officer_id", "state", "wanted_at", "done_at", "reason")),
        guards.only_columns("aftersales_lowscore", ("called_at",)),
        guards.only_columns(
            "aftersales_survey",
            (
                "state",
                "analysis",
                "measures",
                "responsible_id",
                "analysed_at",
                "check_on",
                "effect",
                "checked_at",
                "checked_by_id",
            ),
        ),
        guards.only_columns("aftersales_surveyinvite", ("state", "reason")),
        guards.only_columns("aftersales_surveyanswer", ("signed_at",)),
        guards.only_columns("aftersales_partaway", ("expected_on", "back_on", "outcome", "result", "fitting")),
        guards.only_columns("aftersales_repeatsignal", ("cause", "looked_at", "looked_by_id")),
        guards.transitions("aftersales_visitround", "state", ROUND_STEPS),
        guards.transitions("aftersales_roundtarget", "state", TARGET_STEPS),
        guards.transitions("aftersales_surveyinvite", "state", INVITE_STEPS),
        guards.transitions("aftersales_survey", "state", SURVEY_STEPS),
        guards.trigger("aftersales_visitround", "aftersales_round_whole", "BEFORE INSERT OR UPDATE", ROUND),
        guards.trigger("aftersales_roundtarget", "aftersales_target_neutral", "BEFORE INSERT OR UPDATE", NEUTRAL),
        guards.trigger("aftersales_roundtarget", "aftersales_target_shown", "BEFORE UPDATE", SHOWN),
        guards.trigger("aftersales_roundcall", "aftersales_roundcall_neutral", "BEFORE INSERT", CALLED),
        guards.trigger("aftersales_lowscorecall", "aftersales_lowcall_neutral", "BEFORE INSERT", LOW),
        guards.trigger("aftersales_survey", "aftersales_survey_begins", "BEFORE INSERT", BEGINS.format(first="asking")),
        guards.trigger(
            "aftersales_surveyinvite", "aftersales_invite_begins", "BEFORE INSERT", BEGINS.format(first="open")
        ),
        guards.trigger("aftersales_repairreversal", "aftersales_repairreversal_second", "BEFORE INSERT", REVERSED),
        PAID,
    ]
