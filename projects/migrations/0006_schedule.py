"""Doubts, crews, labour contracts, notices, the schedule, materials; what the database guarantees of them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.models.base
from core import guards

OF_PROJECT = (
    "reviewdoubt", "presurvey", "crewassignment", "foremanprice", "worksnotice", "schedule", "schedulephase", "phasemove", "sitematerial",
)  # fmt: skip
# G7: drawings are reviewed when no doubt is open.
NO_DOUBT = (
    "BEGIN IF NEW.fact = 'drawings_reviewed' AND EXISTS (SELECT 1 FROM projects_reviewdoubt d WHERE d.project_id = NEW.project_id AND d.closed_at IS NULL) THEN "
    + guards.refuse("A doubt is still open.")
    + " END IF; RETURN NEW; END"
)
PHASE_BEGINS = (
    "BEGIN IF NEW.started_on IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.started_on IS DISTINCT FROM NEW.started_on) AND EXISTS "
    "(SELECT 1 FROM projects_schedulephase p WHERE p.schedule_id = NEW.schedule_id AND p.code = ANY(NEW.after) AND p.finished_on IS NULL) THEN "
    + guards.refuse("A phase begins when what it depends on has ended.")
    + " END IF; RETURN NEW; END"
)
PHASES_IN_ORDER = (
    "BEGIN IF EXISTS (SELECT 1 FROM projects_schedulephase a JOIN projects_schedulephase b ON b.schedule_id = a.schedule_id AND a.code = ANY(b.after) "
    "WHERE a.schedule_id = NEW.schedule_id AND (a.id = NEW.id OR b.id = NEW.id) AND b.planned_start <= a.planned_end) THEN "
    + guards.refuse("A phase is planned after what it depends on.")
    + " END IF; RETURN NULL; END"
)
PRICE_SUMS = (
    "DECLARE whole numeric; parts numeric; shares numeric; BEGIN SELECT total INTO whole FROM projects_foremanprice WHERE id = {price}; "
    "SELECT sum(amount), sum(percent) INTO parts, shares FROM projects_foremaninstalment WHERE price_id = {price}; "
    "IF parts IS DISTINCT FROM whole OR shares IS DISTINCT FROM 100 THEN "
    + guards.refuse("The instalments of the foreman total the price.")
    + " END IF; RETURN NULL; END"
)
DOUBT_FROZEN = (
    "BEGIN IF OLD.closed_at IS NOT NULL THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("core", "0002_guards"),
        ("projects", "0005_property"),
    ]

    operations = [
        migrations.CreateModel(
            name='Crew',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('name', models.CharField(max_length=40)),
                ('leader', models.CharField(max_length=40)),
                ('phone', models.CharField(blank=True, max_length=20)),
                ('trades', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None)),
                ('ended_on', models.DateField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
        ),
        migrations.CreateModel(
            name='CrewAssignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('trades', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None)),
                ('from_on', models.DateField()),
                ('told_on', models.DateField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('crew', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sites', to='projects.crew')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='crews', to='projects.project')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
        ),
        migrations.CreateModel(
            name='CrewMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('name', models.CharField(max_length=40)),
                ('trade', models.CharField(max_length=20)),
                ('left_on', models.DateField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('crew', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='projects.crew')),
            ],
        ),
        migrations.CreateModel(
            name='ForemanPrice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('total', models.DecimalField(decimal_places=2, max_digits=12)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('replaced_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('foreman', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='foreman_prices', to='projects.project')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
        ),
        migrations.CreateModel(
            name='ForemanInstalment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveSmallIntegerField()),
                ('milestone', models.CharField(choices=[('start', 'Start'), ('concealed', 'Concealed works'), ('midterm', 'Mid-term (carpentry closed)'), ('completion', 'Completion'), ('final', 'Final')], max_length=12)),
                ('percent', models.DecimalField(decimal_places=2, max_digits=5)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12)),
                ('price', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='instalments', to='projects.foremanprice')),
            ],
            options={
                'ordering': ['seq'],
            },
        ),
        migrations.CreateModel(
            name='LabourContract',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('number', models.CharField(max_length=40)),
                ('signed_on', models.DateField()),
                ('until_on', models.DateField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('crew', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contracts', to='projects.crew')),
                ('scan', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.attachment')),
            ],
        ),
        migrations.CreateModel(
            name='PreSurvey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('surveyed_on', models.DateField()),
                ('present', models.CharField(max_length=120)),
                ('comparison', models.TextField()),
                ('corrections', models.TextField(blank=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='projects.project')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
        ),
        migrations.CreateModel(
            name='ReviewDoubt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('about', models.CharField(choices=[('drawing', 'Drawing'), ('budget', 'Budget'), ('house', 'The house itself')], max_length=8)),
                ('where', models.CharField(blank=True, max_length=120)),
                ('text', models.CharField(max_length=400)),
                ('proposal', models.CharField(blank=True, max_length=400)),
                ('answer', models.CharField(blank=True, max_length=400)),
                ('answered_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='doubts', to='projects.project')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('band', models.CharField(max_length=4)),
                ('rhythm', models.CharField(choices=[('daily', 'every day but public holidays'), ('workdays', 'working days only')], default='daily', max_length=8)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('list_paper', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper')),
                ('paper', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper')),
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='schedule', to='projects.project')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SchedulePhase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('code', models.CharField(max_length=8)),
                ('seq', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=60)),
                ('trade', models.CharField(max_length=20)),
                ('days', models.PositiveSmallIntegerField()),
                ('after', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), blank=True, default=list, size=None)),
                ('check_code', models.CharField(blank=True, max_length=4)),
                ('key_date', models.CharField(blank=True, max_length=40)),
                ('planned_start', models.DateField()),
                ('planned_end', models.DateField()),
                ('first_start', models.DateField()),
                ('first_end', models.DateField()),
                ('started_on', models.DateField(null=True)),
                ('finished_on', models.DateField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='projects.project')),
                ('schedule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='phases', to='projects.schedule')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'ordering': ['seq'],
            },
        ),
        migrations.CreateModel(
            name='PhaseMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('from_start', models.DateField()),
                ('from_end', models.DateField()),
                ('to_start', models.DateField()),
                ('to_end', models.DateField()),
                ('reason', models.CharField(max_length=200)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='projects.project')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
                ('because_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.schedulephase')),
                ('phase', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='projects.schedulephase')),
            ],
        ),
        migrations.CreateModel(
            name='SiteMaterial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('buyer', models.CharField(choices=[('client', 'the customer'), ('company', 'ordered by us')], max_length=8)),
                ('name', models.CharField(max_length=60)),
                ('spec', models.CharField(blank=True, max_length=120)),
                ('quantity', models.CharField(blank=True, max_length=40)),
                ('needed_on', models.DateField()),
                ('order_by', models.DateField()),
                ('supplier', models.CharField(blank=True, max_length=80)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ('deposit', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ('ordered_on', models.DateField(null=True)),
                ('promised_on', models.DateField(null=True)),
                ('arrived_on', models.DateField(null=True)),
                ('refused_on', models.DateField(null=True)),
                ('refused_because', models.CharField(blank=True, max_length=200)),
                ('installed_on', models.DateField(null=True)),
                ('dropped_at', models.DateTimeField(null=True)),
                ('dropped_because', models.CharField(blank=True, max_length=200)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('phase', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='materials', to='projects.schedulephase')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='materials', to='projects.project')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
        ),
        migrations.CreateModel(
            name='WorksNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('paper', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='projects.project')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='crew',
            constraint=models.UniqueConstraint(fields=('store', 'name'), name='projects_crew_name'),
        ),
        migrations.AddConstraint(
            model_name='crew',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('leader', ''), _negated=True), ('trades__len__gte', 1)), name='projects_crew_whole'),
        ),
        migrations.AddConstraint(
            model_name='crewassignment',
            constraint=models.UniqueConstraint(fields=('project', 'crew'), name='projects_crewassignment_once'),
        ),
        migrations.AddConstraint(
            model_name='crewassignment',
            constraint=models.CheckConstraint(condition=models.Q(('trades__len__gte', 1)), name='projects_crewassignment_trades'),
        ),
        migrations.AddConstraint(
            model_name='crewmember',
            constraint=models.UniqueConstraint(condition=models.Q(('left_on__isnull', True)), fields=('crew', 'name'), name='projects_crewmember_once'),
        ),
        migrations.AddConstraint(
            model_name='foremanprice',
            constraint=models.CheckConstraint(condition=models.Q(('total__gt', 0)), name='projects_foremanprice_total'),
        ),
        migrations.AddConstraint(
            model_name='foremanprice',
            constraint=models.CheckConstraint(condition=models.Q(('foreman', models.F('by')), _negated=True), name='projects_foremanprice_two_people'),
        ),
        migrations.AddConstraint(
            model_name='foremanprice',
            constraint=models.UniqueConstraint(condition=models.Q(('replaced_at__isnull', True)), fields=('project',), name='projects_foremanprice_one_in_force'),
        ),
        migrations.AddConstraint(
            model_name='foremaninstalment',
            constraint=models.UniqueConstraint(fields=('price', 'seq'), name='projects_foremaninstalment_seq'),
        ),
        migrations.AddConstraint(
            model_name='foremaninstalment',
            constraint=models.UniqueConstraint(fields=('price', 'milestone'), name='projects_foremaninstalment_milestone'),
        ),
        migrations.AddConstraint(
            model_name='foremaninstalment',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('percent__gt', 0), ('percent__lte', 100)), name='projects_foremaninstalment_amount'),
        ),
        migrations.AddConstraint(
            model_name='labourcontract',
            constraint=models.UniqueConstraint(fields=('crew', 'number'), name='projects_labourcontract_number'),
        ),
        migrations.AddConstraint(
            model_name='labourcontract',
            constraint=models.CheckConstraint(condition=models.Q(('until_on__gt', models.F('signed_on')), models.Q(('number', ''), _negated=True)), name='projects_labourcontract_period'),
        ),
        migrations.AddConstraint(
            model_name='presurvey',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('comparison', ''), _negated=True), models.Q(('present', ''), _negated=True)), name='projects_presurvey_says'),
        ),
        migrations.AddConstraint(
            model_name='reviewdoubt',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='projects_doubt_text'),
        ),
        migrations.AddConstraint(
            model_name='reviewdoubt',
            constraint=models.CheckConstraint(condition=models.Q(('answered_at__isnull', True), models.Q(('answered_by__isnull', False), models.Q(('answer', ''), _negated=True), models.Q(('answered_by', models.F('by')), _negated=True)), _connector='OR'), name='projects_doubt_answered'),
        ),
        migrations.AddConstraint(
            model_name='reviewdoubt',
            constraint=models.CheckConstraint(condition=models.Q(('closed_at__isnull', True), models.Q(('answered_at__isnull', False), ('closed_by__isnull', False), models.Q(('closed_by', models.F('answered_by')), _negated=True)), _connector='OR'), name='projects_doubt_closed'),
        ),
        migrations.AddConstraint(
            model_name='schedulephase',
            constraint=models.UniqueConstraint(fields=('schedule', 'code'), name='projects_phase_code'),
        ),
        migrations.AddConstraint(
            model_name='schedulephase',
            constraint=models.UniqueConstraint(fields=('schedule', 'seq'), name='projects_phase_seq'),
        ),
        migrations.AddConstraint(
            model_name='schedulephase',
            constraint=models.CheckConstraint(condition=models.Q(('days__gte', 1), ('planned_end__gte', models.F('planned_start'))), name='projects_phase_planned'),
        ),
        migrations.AddConstraint(
            model_name='schedulephase',
            constraint=models.CheckConstraint(condition=models.Q(('finished_on__isnull', True), models.Q(('finished_on__gte', models.F('started_on')), ('started_on__isnull', False)), _connector='OR'), name='projects_phase_done'),
        ),
        migrations.AddConstraint(
            model_name='phasemove',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), ('to_end__gte', models.F('to_start'))), name='projects_phasemove_reason'),
        ),
        migrations.AddIndex(
            model_name='sitematerial',
            index=models.Index(fields=['project', 'buyer', 'needed_on'], name='projects_material_list'),
        ),
        migrations.AddConstraint(
            model_name='sitematerial',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), ('order_by__lte', models.F('needed_on'))), name='projects_material_days'),
        ),
        migrations.AddConstraint(
            model_name='sitematerial',
            constraint=models.CheckConstraint(condition=models.Q(('ordered_on__isnull', True), ('buyer', 'client'), models.Q(('amount__gte', models.F('deposit')), ('amount__isnull', False), ('promised_on__isnull', False), models.Q(('supplier', ''), _negated=True)), _connector='OR'), name='projects_material_ordered'),
        ),
        migrations.AddConstraint(
            model_name='sitematerial',
            constraint=models.CheckConstraint(condition=models.Q(('arrived_on__isnull', True), ('buyer', 'client'), ('ordered_on__isnull', False), _connector='OR'), name='projects_material_arrived'),
        ),
        migrations.AddConstraint(
            model_name='sitematerial',
            constraint=models.CheckConstraint(condition=models.Q(('refused_on__isnull', True), models.Q(('refused_because', ''), _negated=True), _connector='OR'), name='projects_material_refused'),
        ),
        migrations.AddConstraint(
            model_name='sitematerial',
            constraint=models.CheckConstraint(condition=models.Q(('installed_on__isnull', True), models.Q(('arrived_on__isnull', False), ('installed_on__gte', models.F('arrived_on'))), _connector='OR'), name='projects_material_installed'),
        ),
        migrations.AddConstraint(
            model_name='sitematerial',
            constraint=models.CheckConstraint(condition=models.Q(('dropped_at__isnull', True), models.Q(('arrived_on__isnull', True), models.Q(('dropped_because', ''), _negated=True)), _connector='OR'), name='projects_material_dropped'),
        ),
        *(guards.db_clock(f"projects_{name}") for name in (*OF_PROJECT, "crew", "crewmember", "labourcontract")),
        *(guards.same_store(f"projects_{name}", "project_id", "projects_project") for name in OF_PROJECT),
        *(guards.append_only(f"projects_{name}") for name in ("presurvey", "crewassignment", "worksnotice", "phasemove", "labourcontract", "foremaninstalment")),
        guards.only_columns("projects_reviewdoubt", ("answer", "answered_at", "answered_by_id", "closed_at", "closed_by_id")),
        guards.only_columns("projects_crew", ("leader", "phone", "trades", "ended_on")),
        guards.only_columns("projects_crewmember", ("left_on",)),
        guards.only_columns("projects_foremanprice", ("replaced_at",)),
        guards.only_columns("projects_schedule", ("paper_id", "list_paper_id")),
        guards.only_columns("projects_schedulephase", ("days", "planned_start", "planned_end", "started_on", "finished_on")),
        guards.only_columns(
            "projects_sitematerial",
            (
                "needed_on", "order_by", "supplier", "amount", "deposit", "ordered_on", "promised_on", "arrived_on", "refused_on", "refused_because",
                "installed_on", "dropped_at", "dropped_because",
            ),
        ),
        guards.trigger("projects_clearance", "projects_clearance_no_doubt", "BEFORE INSERT", NO_DOUBT),
        guards.trigger("projects_reviewdoubt", "projects_reviewdoubt_frozen", "BEFORE UPDATE", DOUBT_FROZEN),
        guards.trigger("projects_schedulephase", "projects_schedulephase_begins", "BEFORE INSERT OR UPDATE", PHASE_BEGINS),
        guards.trigger("projects_schedulephase", "projects_schedulephase_in_order", "AFTER INSERT OR UPDATE", PHASES_IN_ORDER, deferred=True),
        guards.trigger("projects_foremanprice", "projects_foremanprice_sums", "AFTER INSERT", PRICE_SUMS.format(price="NEW.id"), deferred=True),
        guards.trigger(
            "projects_foremaninstalment", "projects_foremaninstalment_sums", "AFTER INSERT", PRICE_SUMS.format(price="NEW.price_id"), deferred=True
        ),
    ]
