"""Follow-up that cannot be forgotten: hand-overs, the pool, reviews of losses, hotline cases, care calls.

Then what the database refuses by itself: what is ended is never ended anew, an enquiry in the pool is nobody's.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.models.base
from core import guards

OF_LEAD = ("leads_handover", "leads_poolstay", "leads_hotlinecase", "leads_lossreview", "leads_carecall")
MAY_CHANGE = {
    "leads_handover": ("read_at",),
    "leads_poolstay": ("ended_at", "end", "ended_by_id", "end_reason"),
    "leads_hotlinecase": (
        "taken_at", "taken_by_id", "asked_at", "asked_by_id", "wish", "proposed", "decided_at", "decided_by_id", "remedy", "decision",
        "closed_at", "closed_by_id", "last_words", "satisfaction",
    ),
    "leads_lossreview": ("decided_at", "decided_by_id", "outcome", "note"),
}  # fmt: skip
ENDS = {
    "leads_handover": "read_at",
    "leads_poolstay": "ended_at",
    "leads_hotlinecase": "closed_at",
    "leads_lossreview": "decided_at",
}
NOBODYS_IN_THE_POOL = (
    "BEGIN IF (NEW.designer_id IS NOT NULL OR NEW.customer_manager_id IS NOT NULL) "
    "AND (OLD.designer_id, OLD.customer_manager_id) IS DISTINCT FROM (NEW.designer_id, NEW.customer_manager_id) "
    "AND EXISTS (SELECT 1 FROM leads_poolstay s WHERE s.lead_id = NEW.id AND s.ended_at IS NULL) THEN "
    + guards.refuse("This enquiry lies in the public pool: it is taken from there.")
    + " END IF; RETURN NEW; END"
)


def ended_once(table: str, column: str) -> migrations.RunSQL:
    body = (
        f"BEGIN IF OLD.{column} IS NOT NULL THEN "
        + guards.refuse("This is over; what is over stays as it was.")
        + " END IF; RETURN NEW; END"
    )
    return guards.trigger(table, f"{table}_ended_once", "BEFORE UPDATE", body)


class Migration(migrations.Migration):
    dependencies = [("leads", "0006_appointments")]

    operations = [
        migrations.CreateModel(
            name="CareCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("phone", "Phone"),
                            ("visit", "In the store"),
                            ("home", "At the home"),
                            ("message", "Message"),
                            ("video", "Video"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "satisfaction",
                    models.CharField(
                        blank=True,
                        choices=[("satisfied", "Satisfied"), ("neutral", "So-so"), ("dissatisfied", "Dissatisfied")],
                        max_length=14,
                    ),
                ),
                ("with_what", models.CharField(blank=True, max_length=500)),
                ("time_agreed", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ("-at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                (
                    "role",
                    models.CharField(
                        choices=[("designer", "Designer"), ("customer_manager", "Customer manager")], max_length=18
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                ("promised", models.CharField(blank=True, max_length=1000)),
                ("standing", models.CharField(max_length=1000)),
                ("likes", models.CharField(blank=True, max_length=1000)),
                ("read_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("-at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="HotlineCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("seq", models.PositiveSmallIntegerField()),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("silence", "More than ten days without preview and contact"),
                            ("preview", "Not content with the preview"),
                            ("designer", "Not content with the designer"),
                            ("other", "Something else"),
                        ],
                        max_length=10,
                    ),
                ),
                ("words", models.CharField(max_length=1000)),
                ("taken_at", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                ("wish", models.CharField(blank=True, max_length=1000)),
                (
                    "proposed",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("talk", "The designer talks with the customer"),
                            ("new_date", "Another day for the preview"),
                            ("designer", "Another designer"),
                            ("nothing", "Nothing has to be changed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "remedy",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("talk", "The designer talks with the customer"),
                            ("new_date", "Another day for the preview"),
                            ("designer", "Another designer"),
                            ("nothing", "Nothing has to be changed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("decision", models.CharField(blank=True, max_length=1000)),
                ("closed_at", models.DateTimeField(null=True)),
                ("last_words", models.CharField(blank=True, max_length=1000)),
                (
                    "satisfaction",
                    models.CharField(
                        blank=True,
                        choices=[("satisfied", "Satisfied"), ("neutral", "So-so"), ("dissatisfied", "Dissatisfied")],
                        max_length=14,
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="LossReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("confirmed", "Confirmed"), ("sent_back", "Sent back"), ("reopened", "Opened again")],
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=400)),
            ],
            options={
                "ordering": ("at", "id"),
            },
        ),
        migrations.CreateModel(
            name="PoolStay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("no_contact", "Nobody got in touch"),
                            ("unassigned", "Nobody had it"),
                            ("by_hand", "Put in by a manager"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("taken", "Taken"),
                            ("taken_out", "Taken out by a manager"),
                            ("closed", "The enquiry was closed"),
                        ],
                        max_length=12,
                    ),
                ),
                ("end_reason", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "ordering": ("at", "id"),
            },
        ),
        migrations.AddIndex(
            model_name="leadstagechange",
            index=models.Index(
                condition=models.Q(("to_stage", "lost")), fields=["-at", "-id"], name="leads_stagechange_lost"
            ),
        ),
        migrations.AddField(
            model_name="carecall",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="carecall",
            name="follow_up",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="care_call", to="leads.followup"
            ),
        ),
        migrations.AddField(
            model_name="carecall",
            name="lead",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="care_calls", to="leads.lead"
            ),
        ),
        migrations.AddField(
            model_name="carecall",
            name="store",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
        ),
        migrations.AddField(
            model_name="handover",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="from_person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="lead",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="hand_overs", to="leads.lead"
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="store",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
        ),
        migrations.AddField(
            model_name="handover",
            name="to_person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="hotlinecase",
            name="asked_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="hotlinecase",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="hotlinecase",
            name="closed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="hotlinecase",
            name="decided_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="hotlinecase",
            name="designer",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="hotlinecase",
            name="lead",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="hotline_cases", to="leads.lead"
            ),
        ),
        migrations.AddField(
            model_name="hotlinecase",
            name="silence",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.deadline"
            ),
        ),
        migrations.AddField(
            model_name="hotlinecase",
            name="store",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
        ),
        migrations.AddField(
            model_name="hotlinecase",
            name="taken_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="lossreview",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="lossreview",
            name="decided_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="lossreview",
            name="lead",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="loss_reviews", to="leads.lead"
            ),
        ),
        migrations.AddField(
            model_name="lossreview",
            name="loss",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="review", to="leads.leadstagechange"
            ),
        ),
        migrations.AddField(
            model_name="lossreview",
            name="store",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
        ),
        migrations.AddField(
            model_name="poolstay",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="poolstay",
            name="customer_manager",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="poolstay",
            name="designer",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="poolstay",
            name="ended_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="poolstay",
            name="lead",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="pool_stays", to="leads.lead"
            ),
        ),
        migrations.AddField(
            model_name="poolstay",
            name="store",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.store"),
        ),
        migrations.AddConstraint(
            model_name="carecall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("satisfaction__in", ["", "satisfied", "neutral"]),
                    models.Q(("with_what", ""), _negated=True),
                    _connector="OR",
                ),
                name="leads_carecall_with_what",
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(fields=["lead", "-at"], name="leads_handover_lead"),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_person", models.F("to_person")), _negated=True), name="leads_handover_of_two"
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("standing", ""), _negated=True), models.Q(("reason", ""), _negated=True)),
                name="leads_handover_says_how_it_stands",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["designer", "customer_manager"])), name="leads_handover_role"
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("read_at__isnull", True), ("read_at__gte", models.F("at")), _connector="OR"),
                name="leads_handover_read_after",
            ),
        ),
        migrations.AddIndex(
            model_name="hotlinecase",
            index=models.Index(fields=["store", "-at", "-id"], name="leads_hotlinecase_store"),
        ),
        migrations.AddIndex(
            model_name="hotlinecase",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=["store", "at", "id"],
                name="leads_hotlinecase_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="hotlinecase",
            constraint=models.UniqueConstraint(fields=("lead", "seq"), name="leads_hotlinecase_seq"),
        ),
        migrations.AddConstraint(
            model_name="hotlinecase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True)), fields=("lead",), name="leads_hotlinecase_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="hotlinecase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cause__in", ["silence", "preview", "designer", "other"]), models.Q(("words", ""), _negated=True)
                ),
                name="leads_hotlinecase_cause",
            ),
        ),
        migrations.AddConstraint(
            model_name="hotlinecase",
            constraint=models.CheckConstraint(
                condition=models.Q(("silence__isnull", True), ("cause", "silence"), _connector="OR"),
                name="leads_hotlinecase_silence",
            ),
        ),
        migrations.AddConstraint(
            model_name="hotlinecase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asked_at__isnull", True), ("taken_at__isnull", True), ("taken_by__isnull", True)),
                    models.Q(("taken_at__isnull", False), ("taken_by__isnull", False)),
                    _connector="OR",
                ),
                name="leads_hotlinecase_taken",
            ),
        ),
        migrations.AddConstraint(
            model_name="hotlinecase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("asked_at__isnull", True),
                        ("asked_by__isnull", True),
                        ("decided_at__isnull", True),
                        ("proposed", ""),
                    ),
                    models.Q(
                        ("asked_at__isnull", False),
                        ("asked_by__isnull", False),
                        models.Q(("wish", ""), _negated=True),
                        models.Q(("proposed", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="leads_hotlinecase_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="hotlinecase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("remedy", "")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        models.Q(("remedy", ""), _negated=True),
                        models.Q(("decision", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="leads_hotlinecase_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="hotlinecase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                    models.Q(("closed_at__isnull", False), models.Q(("last_words", ""), _negated=True)),
                    _connector="OR",
                ),
                name="leads_hotlinecase_closed_with_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="lossreview",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decided_at__isnull", True)), fields=("lead",), name="leads_lossreview_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="lossreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("outcome", "")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        models.Q(("outcome", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="leads_lossreview_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="lossreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "sent_back"), _negated=True),
                    models.Q(("note", ""), _negated=True),
                    _connector="OR",
                ),
                name="leads_lossreview_back_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="lossreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("by")), _negated=True),
                    ("outcome", "reopened"),
                    _connector="OR",
                ),
                name="leads_lossreview_other_eyes",
            ),
        ),
        migrations.AddIndex(
            model_name="poolstay",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)), fields=["store", "at", "id"], name="leads_poolstay_open"
            ),
        ),
        migrations.AddIndex(
            model_name="poolstay",
            index=models.Index(
                condition=models.Q(("end", "taken")), fields=["ended_by", "-ended_at"], name="leads_poolstay_taker"
            ),
        ),
        migrations.AddConstraint(
            model_name="poolstay",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)), fields=("lead",), name="leads_poolstay_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="poolstay",
            constraint=models.CheckConstraint(
                condition=models.Q(("cause__in", ["no_contact", "unassigned", "by_hand"])), name="leads_poolstay_cause"
            ),
        ),
        migrations.AddConstraint(
            model_name="poolstay",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cause", "by_hand"), _negated=True),
                    models.Q(models.Q(("reason", ""), _negated=True), ("by__isnull", False)),
                    _connector="OR",
                ),
                name="leads_poolstay_by_hand_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="poolstay",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end", ""), ("ended_at__isnull", True)),
                    models.Q(
                        ("ended_at__isnull", False), ("ended_by__isnull", False), models.Q(("end", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="leads_poolstay_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="poolstay",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end", "taken_out"), _negated=True),
                    models.Q(("end_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="leads_poolstay_out_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="leadstagechange",
            index=models.Index(fields=["at"], name="leads_stagechange_day"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("is_key", True), ("is_member", True), _connector="OR"),
                fields=["id"],
                name="leads_customer_always_visited",
            ),
        ),
        guards.append_only("leads_carecall"),
        *(guards.only_columns(table, columns) for table, columns in MAY_CHANGE.items()),
        *(ended_once(table, column) for table, column in ENDS.items()),
        *(guards.db_clock(table) for table in OF_LEAD),
        *(guards.same_store(table, "lead_id", "leads_lead") for table in OF_LEAD),
        guards.trigger("leads_lead", "leads_lead_nobodys_in_the_pool", "BEFORE UPDATE", NOBODYS_IN_THE_POOL),
    ]
