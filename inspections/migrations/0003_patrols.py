from __future__ import annotations

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.models.base
from core import guards

APPEND_ONLY = (
    "patrolplan", "planentry", "plandeviation", "mandatoryvisit", "clientexchange", "servicebook", "tradeacceptance", "dailycheckin",
    "jointinspection", "jointvisit", "crewrating", "sitemeeting", "bulletin",
)  # fmt: skip
RECORDED = (*APPEND_ONLY, "progressreport", "supervisionfact")
OF_SITE = ("planentry", "plandeviation", "mandatoryvisit", "clientexchange", "servicebook", "tradeacceptance", "progressreport", "jointvisit")

# A reason is given once, and ruled on once; neither is taken back.
FACT = (
    "BEGIN IF OLD.reason <> '' AND NEW.reason IS DISTINCT FROM OLD.reason OR OLD.reason_at IS NOT NULL AND NEW.reason_at IS DISTINCT FROM OLD.reason_at "
    "OR OLD.holds IS NOT NULL AND (NEW.holds, NEW.ruling, NEW.ruled_at, NEW.ruled_by_id) IS DISTINCT FROM "
    "(OLD.holds, OLD.ruling, OLD.ruled_at, OLD.ruled_by_id) THEN "
    + guards.refuse("What was said about a fact is not taken back.")
    + " END IF; RETURN NEW; END"
)
READ = (
    "BEGIN IF OLD.read_at IS NOT NULL AND (NEW.read_at, NEW.read_by_id) IS DISTINCT FROM (OLD.read_at, OLD.read_by_id) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END"
)
# A line of a plan lies within the plan's days and in the plan's store.
ENTRY = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM inspections_patrolplan p WHERE p.id = NEW.plan_id AND NEW.\"on\" BETWEEN p.starts_on AND p.ends_on) THEN "
    + guards.refuse("A line of a plan lies within the days of the plan.")
    + " END IF; RETURN NEW; END"
)
# Beforehand means before the day began in China, whatever the application says; the day is the one of the last word.
DEVIATION = (
    "DECLARE last_on date; last_seq int; over boolean; BEGIN SELECT e.\"on\", 0, false INTO last_on, last_seq, over FROM inspections_planentry e "
    "WHERE e.id = NEW.entry_id AND e.project_id = NEW.project_id; "
    "SELECT coalesce(d.new_on, last_on), d.seq, d.new_on IS NULL INTO last_on, last_seq, over FROM inspections_plandeviation d "
    "WHERE d.entry_id = NEW.entry_id ORDER BY d.seq DESC LIMIT 1; IF NOT FOUND THEN SELECT e.\"on\", 0, false INTO last_on, last_seq, over "
    "FROM inspections_planentry e WHERE e.id = NEW.entry_id AND e.project_id = NEW.project_id; END IF; "
    "IF last_on IS NULL OR over OR NEW.seq <> last_seq + 1 OR NEW.was_on <> last_on "
    "OR NEW.beforehand <> ((NEW.at AT TIME ZONE 'Asia/Shanghai')::date < NEW.was_on) THEN "
    + guards.refuse("Announced beforehand is what was said before the day began.")
    + " END IF; RETURN NEW; END"
)
# A must-visit is made at an acceptance of that check on that site; a check that was never begun shows nobody there.
MUST_VISIT = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM inspections_qualitycheck c WHERE c.id = NEW.quality_check_id AND c.project_id = NEW.project_id "
    "AND c.code = NEW.code AND c.started_at IS NOT NULL AND c.started_at <= NEW.at) THEN "
    + guards.refuse("A must-visit is made at the acceptance itself.")
    + " END IF; RETURN NEW; END"
)
EXCHANGE = (
    "BEGIN IF NEW.\"on\" > (NEW.at AT TIME ZONE 'Asia/Shanghai')::date THEN "
    + guards.refuse("An exchange is noted when it has happened.")
    + " END IF; RETURN NEW; END"
)
TRADE = (
    "BEGIN IF NEW.passed AND EXISTS (SELECT 1 FROM projects_project p WHERE p.id = NEW.project_id AND NEW.by_id IN "
    "(p.project_manager_id, p.supervisor_id, p.foreman_id)) THEN "
    + guards.refuse("Who builds does not pass the works.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [
        ("inspections", "0002_guards"),
        ("core", "0002_guards"),
        ("projects", "0006_schedule"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Bulletin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('month', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='ClientExchange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('on', models.DateField()),
                ('channel', models.CharField(choices=[('visit', 'On the site'), ('phone', 'By phone'), ('message', 'By message')], max_length=8)),
                ('content', models.CharField(max_length=1000)),
                ('customer_says', models.CharField(blank=True, max_length=500)),
                ('counts', models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name='CrewRating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('month', models.DateField()),
                ('seq', models.PositiveSmallIntegerField()),
                ('scores', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('total', models.PositiveSmallIntegerField()),
                ('note', models.CharField(blank=True, max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name='DailyCheckIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('on', models.DateField()),
                ('way', models.CharField(choices=[('report', "At the company, with the day's report"), ('phone', 'By phone, with consent'), ('trip', 'On an approved trip')], max_length=8)),
                ('text', models.CharField(max_length=1000)),
                ('granted', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='JointInspection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('held_on', models.DateField()),
                ('crews', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                ('note', models.CharField(blank=True, max_length=1000)),
            ],
        ),
        migrations.CreateModel(
            name='JointVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('note', models.CharField(max_length=500)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='MandatoryVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('code', models.CharField(max_length=2)),
                ('content', models.CharField(max_length=500)),
                ('customer_says', models.CharField(blank=True, max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name='PatrolPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('span', models.CharField(choices=[('week', 'Week'), ('month', 'Month')], max_length=8)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='PlanDeviation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('seq', models.PositiveSmallIntegerField()),
                ('was_on', models.DateField()),
                ('new_on', models.DateField(null=True)),
                ('reason', models.CharField(max_length=300)),
                ('beforehand', models.BooleanField()),
            ],
            options={
                'ordering': ['seq'],
            },
        ),
        migrations.CreateModel(
            name='PlanEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('on', models.DateField()),
                ('stage', models.CharField(blank=True, max_length=40)),
            ],
            options={
                'ordering': ['on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ProgressReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('done', models.CharField(max_length=1000)),
                ('coming', models.CharField(blank=True, max_length=1000)),
                ('trouble', models.CharField(blank=True, max_length=1000)),
                ('read_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ServiceBook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('visits', models.PositiveSmallIntegerField()),
                ('exchanges', models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='SiteMeeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('month', models.DateField()),
                ('place', models.CharField(max_length=120)),
                ('present', models.CharField(max_length=400)),
                ('topics', models.CharField(max_length=1000)),
                ('decisions', models.CharField(blank=True, max_length=1000)),
            ],
        ),
        migrations.CreateModel(
            name='SupervisionFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('kind', models.CharField(choices=[('patrol_missed', 'Five-day patrol missed'), ('plan_not_kept', 'Not patrolled as planned, not announced'), ('absent', 'Not there at a planned acceptance'), ('no_check_in', 'No evening check-in')], max_length=16)),
                ('rule', models.CharField(max_length=12)),
                ('on', models.DateField()),
                ('key', models.CharField(max_length=80, unique=True)),
                ('says', models.CharField(blank=True, max_length=200)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('reason_at', models.DateTimeField(null=True)),
                ('holds', models.BooleanField(null=True)),
                ('ruling', models.CharField(blank=True, max_length=500)),
                ('ruled_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='TradeAcceptance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('trade', models.CharField(max_length=20)),
                ('attempt', models.PositiveSmallIntegerField()),
                ('passed', models.BooleanField()),
                ('crew', models.CharField(blank=True, max_length=40)),
                ('note', models.CharField(blank=True, max_length=500)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='finding',
            name='inspections_finding_source',
        ),
        migrations.AddField(
            model_name='bulletin',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='bulletin',
            name='paper',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper'),
        ),
        migrations.AddField(
            model_name='bulletin',
            name='snapshot',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.snapshot'),
        ),
        migrations.AddField(
            model_name='bulletin',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='clientexchange',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='clientexchange',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project'),
        ),
        migrations.AddField(
            model_name='clientexchange',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='crewrating',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='crewrating',
            name='crew',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.crew'),
        ),
        migrations.AddField(
            model_name='crewrating',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='dailycheckin',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='dailycheckin',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='dailycheckin',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='jointinspection',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='jointinspection',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='jointvisit',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='jointvisit',
            name='inspection',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='inspections.jointinspection'),
        ),
        migrations.AddField(
            model_name='jointvisit',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project'),
        ),
        migrations.AddField(
            model_name='jointvisit',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='finding',
            name='joint_visit',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='inspections.jointvisit'),
        ),
        migrations.AddField(
            model_name='mandatoryvisit',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='mandatoryvisit',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project'),
        ),
        migrations.AddField(
            model_name='mandatoryvisit',
            name='quality_check',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inspections.qualitycheck'),
        ),
        migrations.AddField(
            model_name='mandatoryvisit',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='patrolplan',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='patrolplan',
            name='inspector',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='patrolplan',
            name='paper',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper'),
        ),
        migrations.AddField(
            model_name='patrolplan',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='plandeviation',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='plandeviation',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project'),
        ),
        migrations.AddField(
            model_name='plandeviation',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='planentry',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='planentry',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='inspections.patrolplan'),
        ),
        migrations.AddField(
            model_name='planentry',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project'),
        ),
        migrations.AddField(
            model_name='planentry',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='plandeviation',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deviations', to='inspections.planentry'),
        ),
        migrations.AddField(
            model_name='progressreport',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='progressreport',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project'),
        ),
        migrations.AddField(
            model_name='progressreport',
            name='read_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='progressreport',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='servicebook',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='servicebook',
            name='paper',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper'),
        ),
        migrations.AddField(
            model_name='servicebook',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project'),
        ),
        migrations.AddField(
            model_name='servicebook',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='sitemeeting',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sitemeeting',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='supervisionfact',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='supervisionfact',
            name='project',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project'),
        ),
        migrations.AddField(
            model_name='supervisionfact',
            name='ruled_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='supervisionfact',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='tradeacceptance',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='tradeacceptance',
            name='paper',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper'),
        ),
        migrations.AddField(
            model_name='tradeacceptance',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project'),
        ),
        migrations.AddField(
            model_name='tradeacceptance',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='finding',
            name='trade_acceptance',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='inspections.tradeacceptance'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('quality_check__isnull', False)), models.Q(('patrol__isnull', True)), models.Q(('joint_visit__isnull', True)), models.Q(('trade_acceptance__isnull', True))), models.Q(models.Q(('quality_check__isnull', True)), models.Q(('patrol__isnull', False)), models.Q(('joint_visit__isnull', True)), models.Q(('trade_acceptance__isnull', True))), models.Q(models.Q(('quality_check__isnull', True)), models.Q(('patrol__isnull', True)), models.Q(('joint_visit__isnull', False)), models.Q(('trade_acceptance__isnull', True))), models.Q(models.Q(('quality_check__isnull', True)), models.Q(('patrol__isnull', True)), models.Q(('joint_visit__isnull', True)), models.Q(('trade_acceptance__isnull', False))), _connector='OR'), name='inspections_finding_source'),
        ),
        migrations.AddConstraint(
            model_name='bulletin',
            constraint=models.UniqueConstraint(fields=('store', 'month'), name='inspections_bulletin_month'),
        ),
        migrations.AddConstraint(
            model_name='bulletin',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='inspections_bulletin_first'),
        ),
        migrations.AddConstraint(
            model_name='clientexchange',
            constraint=models.UniqueConstraint(fields=('project', 'number'), name='inspections_exchange_number'),
        ),
        migrations.AddConstraint(
            model_name='clientexchange',
            constraint=models.UniqueConstraint(condition=models.Q(('counts', True)), fields=('project', 'on'), name='inspections_exchange_one_a_day'),
        ),
        migrations.AddConstraint(
            model_name='clientexchange',
            constraint=models.CheckConstraint(condition=models.Q(('content', ''), _negated=True), name='inspections_exchange_says'),
        ),
        migrations.AddIndex(
            model_name='crewrating',
            index=models.Index(fields=['month', 'store', '-total'], name='inspections_rating_list'),
        ),
        migrations.AddConstraint(
            model_name='crewrating',
            constraint=models.UniqueConstraint(fields=('crew', 'month', 'seq'), name='inspections_rating_seq'),
        ),
        migrations.AddConstraint(
            model_name='crewrating',
            constraint=models.CheckConstraint(condition=models.Q(('total__lte', 100)), name='inspections_rating_total'),
        ),
        migrations.AddConstraint(
            model_name='crewrating',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='inspections_rating_month'),
        ),
        migrations.AddConstraint(
            model_name='crewrating',
            constraint=models.CheckConstraint(condition=models.Q(('seq', 1), models.Q(('seq__gt', 1), models.Q(('note', ''), _negated=True)), _connector='OR'), name='inspections_rating_correction'),
        ),
        migrations.AddIndex(
            model_name='dailycheckin',
            index=models.Index(fields=['store', '-on', '-id'], name='inspections_checkin_list'),
        ),
        migrations.AddConstraint(
            model_name='dailycheckin',
            constraint=models.UniqueConstraint(condition=models.Q(('granted', True)), fields=('person', 'on'), name='inspections_checkin_once'),
        ),
        migrations.AddConstraint(
            model_name='dailycheckin',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='inspections_checkin_says'),
        ),
        migrations.AddConstraint(
            model_name='dailycheckin',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('by', models.F('person')), ('granted', True), ('way', 'report')), models.Q(('way__in', ['phone', 'trip']), models.Q(('by', models.F('person')), _negated=True)), _connector='OR'), name='inspections_checkin_consent'),
        ),
        migrations.AddConstraint(
            model_name='jointinspection',
            constraint=models.UniqueConstraint(fields=('store', 'number'), name='inspections_joint_number'),
        ),
        migrations.AddConstraint(
            model_name='jointinspection',
            constraint=models.CheckConstraint(condition=models.Q(('crews__len__gte', 1)), name='inspections_joint_crews'),
        ),
        migrations.AddConstraint(
            model_name='jointvisit',
            constraint=models.UniqueConstraint(fields=('inspection', 'project'), name='inspections_jointvisit_once'),
        ),
        migrations.AddConstraint(
            model_name='jointvisit',
            constraint=models.CheckConstraint(condition=models.Q(('note', ''), _negated=True), name='inspections_jointvisit_says'),
        ),
        migrations.AddConstraint(
            model_name='mandatoryvisit',
            constraint=models.UniqueConstraint(fields=('project', 'code'), name='inspections_mustvisit_once'),
        ),
        migrations.AddConstraint(
            model_name='mandatoryvisit',
            constraint=models.CheckConstraint(condition=models.Q(('code__regex', '^C[1-8]$')), name='inspections_mustvisit_code'),
        ),
        migrations.AddConstraint(
            model_name='mandatoryvisit',
            constraint=models.CheckConstraint(condition=models.Q(('content', ''), _negated=True), name='inspections_mustvisit_says'),
        ),
        migrations.AddIndex(
            model_name='patrolplan',
            index=models.Index(fields=['store', '-starts_on', '-id'], name='inspections_plan_list'),
        ),
        migrations.AddConstraint(
            model_name='patrolplan',
            constraint=models.CheckConstraint(condition=models.Q(('starts_on__lt', models.F('ends_on'))), name='inspections_plan_days'),
        ),
        migrations.AddConstraint(
            model_name='patrolplan',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('inspector'), models.F('inspector'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('starts_on'), models.F('ends_on'), models.Value('[]'), function='daterange'), '&&')], name='inspections_plan_no_overlap'),
        ),
        migrations.AddIndex(
            model_name='planentry',
            index=models.Index(fields=['project', 'on'], name='inspections_planentry_site'),
        ),
        migrations.AddConstraint(
            model_name='planentry',
            constraint=models.UniqueConstraint(fields=('plan', 'project', 'on'), name='inspections_planentry_once'),
        ),
        migrations.AddConstraint(
            model_name='plandeviation',
            constraint=models.UniqueConstraint(fields=('entry', 'seq'), name='inspections_deviation_seq'),
        ),
        migrations.AddConstraint(
            model_name='plandeviation',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='inspections_deviation_reason'),
        ),
        migrations.AddConstraint(
            model_name='plandeviation',
            constraint=models.CheckConstraint(condition=models.Q(('new_on__isnull', True), models.Q(('beforehand', True), models.Q(('new_on', models.F('was_on')), _negated=True)), _connector='OR'), name='inspections_deviation_day'),
        ),
        migrations.AddIndex(
            model_name='progressreport',
            index=models.Index(fields=['store', '-id'], name='inspections_report_list'),
        ),
        migrations.AddConstraint(
            model_name='progressreport',
            constraint=models.CheckConstraint(condition=models.Q(('done', ''), _negated=True), name='inspections_report_says'),
        ),
        migrations.AddConstraint(
            model_name='progressreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('read_at__isnull', True), ('read_by__isnull', True)), models.Q(('read_at__isnull', False), ('read_by__isnull', False), models.Q(('read_by', models.F('by')), _negated=True)), _connector='OR'), name='inspections_report_read'),
        ),
        migrations.AddConstraint(
            model_name='servicebook',
            constraint=models.UniqueConstraint(fields=('project', 'number'), name='inspections_book_number'),
        ),
        migrations.AddIndex(
            model_name='sitemeeting',
            index=models.Index(fields=['store', '-at'], name='inspections_meeting_list'),
        ),
        migrations.AddConstraint(
            model_name='sitemeeting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('present', ''), _negated=True), models.Q(('topics', ''), _negated=True), models.Q(('place', ''), _negated=True)), name='inspections_meeting_says'),
        ),
        migrations.AddConstraint(
            model_name='sitemeeting',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='inspections_meeting_month'),
        ),
        migrations.AddIndex(
            model_name='supervisionfact',
            index=models.Index(fields=['store', '-on', '-id'], name='inspections_fact_list'),
        ),
        migrations.AddIndex(
            model_name='supervisionfact',
            index=models.Index(fields=['person', '-on', '-id'], name='inspections_fact_person'),
        ),
        migrations.AddConstraint(
            model_name='supervisionfact',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), ('reason_at__isnull', True)), models.Q(models.Q(('reason', ''), _negated=True), ('reason_at__isnull', False)), _connector='OR'), name='inspections_fact_reason'),
        ),
        migrations.AddConstraint(
            model_name='supervisionfact',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('holds__isnull', True), ('ruled_at__isnull', True), ('ruled_by__isnull', True), ('ruling', '')), models.Q(('holds__isnull', False), ('reason_at__isnull', False), ('ruled_at__isnull', False), ('ruled_by__isnull', False), models.Q(('ruling', ''), _negated=True), models.Q(('ruled_by', models.F('person')), _negated=True)), _connector='OR'), name='inspections_fact_ruling'),
        ),
        migrations.AddConstraint(
            model_name='tradeacceptance',
            constraint=models.UniqueConstraint(fields=('project', 'trade', 'attempt'), name='inspections_trade_attempt'),
        ),
        migrations.AddConstraint(
            model_name='tradeacceptance',
            constraint=models.UniqueConstraint(condition=models.Q(('passed', True)), fields=('project', 'trade'), name='inspections_trade_passes_once'),
        ),
        migrations.AddConstraint(
            model_name='tradeacceptance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('trade', ''), _negated=True), models.Q(models.Q(('paper__isnull', False), ('passed', True)), models.Q(('paper__isnull', True), ('passed', False), models.Q(('note', ''), _negated=True)), _connector='OR')), name='inspections_trade_whole'),
        ),
        *[guards.append_only(f"inspections_{table}") for table in APPEND_ONLY],
        *[guards.db_clock(f"inspections_{table}") for table in RECORDED],
        *[guards.same_store(f"inspections_{table}", "project_id", "projects_project") for table in OF_SITE],
        guards.same_store("inspections_crewrating", "crew_id", "projects_crew"),
        guards.only_columns("inspections_progressreport", ("read_at", "read_by_id")),
        guards.only_columns(
            "inspections_supervisionfact", ("reason", "reason_at", "holds", "ruling", "ruled_at", "ruled_by_id")
        ),
        guards.trigger("inspections_supervisionfact", "inspections_fact_once", "BEFORE UPDATE", FACT),
        guards.trigger("inspections_progressreport", "inspections_report_read_once", "BEFORE UPDATE", READ),
        guards.trigger("inspections_planentry", "inspections_planentry_fits", "BEFORE INSERT", ENTRY),
        guards.trigger("inspections_plandeviation", "inspections_deviation_fits", "BEFORE INSERT", DEVIATION),
        guards.trigger("inspections_mandatoryvisit", "inspections_mustvisit_fits", "BEFORE INSERT", MUST_VISIT),
        guards.trigger("inspections_clientexchange", "inspections_exchange_fits", "BEFORE INSERT", EXCHANGE),
        guards.trigger("inspections_tradeacceptance", "inspections_trade_not_by_builder", "BEFORE INSERT", TRADE),
    ]
