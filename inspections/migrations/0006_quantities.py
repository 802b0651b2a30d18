import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.models.base
from core import guards

FROZEN = guards.refuse("This record is frozen: only its state may change.")
# I26: a measurement begins unconfirmed, for a change of its own site; one of the two people is the site's supervisor; what was said once stays.
MEASURED = (
    "BEGIN IF TG_OP = 'INSERT' THEN IF NEW.confirmed_at IS NOT NULL OR NEW.withdrawn_at IS NOT NULL THEN "
    + guards.refuse("This step is not in the procedure.")
    + " END IF; IF NEW.change_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM projects_changeorder c WHERE c.id = NEW.change_id "
    "AND c.project_id = NEW.project_id) THEN "
    + guards.refuse("This change belongs to another site.")
    + " END IF; RETURN NEW; END IF; IF OLD.withdrawn_at IS NOT NULL OR OLD.confirmed_at IS NOT NULL AND (NEW.confirmed_at, NEW.confirmed_by_id) "
    "IS DISTINCT FROM (OLD.confirmed_at, OLD.confirmed_by_id) THEN "
    + FROZEN
    + " END IF; IF NEW.confirmed_at IS NOT NULL AND OLD.confirmed_at IS NULL AND NOT EXISTS (SELECT 1 FROM projects_project p "
    "WHERE p.id = NEW.project_id AND p.supervisor_id IN (NEW.by_id, NEW.confirmed_by_id)) THEN "
    + guards.refuse("One of the two who measure is the site's supervisor.")
    + " END IF; RETURN NEW; END"
)
# I26: what is measured is an item of the contract's own list, and nothing is added to what was confirmed.
LINE = (
    "BEGIN PERFORM 1 FROM inspections_quantitymeasurement m JOIN projects_contract c ON c.project_id = m.project_id "
    "JOIN leads_priceitem i ON i.price_list_id = c.price_list_id WHERE m.id = NEW.measurement_id AND i.id = NEW.item_id "
    "AND m.confirmed_at IS NULL AND m.withdrawn_at IS NULL; IF NOT FOUND THEN "
    + guards.refuse("What is measured is an item of the contract's price list, before it is confirmed.")
    + " END IF; RETURN NEW; END"
)
REPORT = (
    "BEGIN IF NEW.project_id IS NOT NULL AND NEW.store_id IS DISTINCT FROM (SELECT store_id FROM projects_project WHERE id = NEW.project_id) THEN "
    + guards.refuse("A record belongs to the store of its file.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0005_ended_clocks'),
        ('inspections', '0005_attacks'),
        ('leads', '0012_outgoings'),
        ('projects', '0011_hands'),
        ('staff', '0003_posts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='QuantityMeasurement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('purpose', models.CharField(choices=[('quotation', 'To compare with the quotation'), ('change', 'For the price of a change'), ('settlement', 'For the settlement')], max_length=12)),
                ('measured_on', models.DateField()),
                ('note', models.CharField(blank=True, max_length=300)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_because', models.CharField(blank=True, max_length=200)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('change', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.changeorder')),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='MeasuredLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveSmallIntegerField()),
                ('quantity', models.DecimalField(decimal_places=2, max_digits=10)),
                ('quoted', models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                ('note', models.CharField(blank=True, max_length=120)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='leads.priceitem')),
                ('room', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='leads.room')),
                ('measurement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='inspections.quantitymeasurement')),
            ],
            options={
                'ordering': ['seq'],
            },
        ),
        migrations.CreateModel(
            name='MaterialReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('analysis', models.CharField(max_length=1500)),
                ('measures', models.CharField(max_length=1500)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('paper', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper')),
                ('project', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project')),
                ('snapshot', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.snapshot')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['store', '-id'], name='inspections_materialreport_lis')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('project__isnull', True)), fields=('store', 'starts_on'), name='inspections_materialreport_month'), models.UniqueConstraint(condition=models.Q(('project__isnull', False)), fields=('project', 'ends_on'), name='inspections_materialreport_site'), models.CheckConstraint(condition=models.Q(models.Q(('analysis', ''), _negated=True), models.Q(('measures', ''), _negated=True)), name='inspections_materialreport_says'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on')), models.Q(('project__isnull', False), ('starts_on__day', 1), _connector='OR')), name='inspections_materialreport_span')],
            },
        ),
        migrations.AddConstraint(
            model_name='quantitymeasurement',
            constraint=models.UniqueConstraint(fields=('project', 'number'), name='inspections_measurement_number'),
        ),
        migrations.AddConstraint(
            model_name='quantitymeasurement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('change__isnull', False), ('purpose', 'change')), models.Q(('change__isnull', True), ('purpose__in', ['quotation', 'settlement'])), _connector='OR'), name='inspections_measurement_purpose'),
        ),
        migrations.AddConstraint(
            model_name='quantitymeasurement',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), models.Q(('confirmed_by', models.F('by')), _negated=True), _connector='OR'), name='inspections_measurement_two_people'),
        ),
        migrations.AddConstraint(
            model_name='quantitymeasurement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='inspections_measurement_confirmed'),
        ),
        migrations.AddConstraint(
            model_name='quantitymeasurement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_because', ''), ('withdrawn_by__isnull', True)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_because', ''), _negated=True)), _connector='OR'), name='inspections_measurement_withdrawn'),
        ),
        migrations.AddConstraint(
            model_name='measuredline',
            constraint=models.UniqueConstraint(fields=('measurement', 'seq'), name='inspections_measuredline_seq'),
        ),
        migrations.AddConstraint(
            model_name='measuredline',
            constraint=models.UniqueConstraint(fields=('measurement', 'item', 'room'), name='inspections_measuredline_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='measuredline',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gte', 0), models.Q(('quoted__isnull', True), ('quoted__gte', 0), _connector='OR')), name='inspections_measuredline_quantity'),
        ),
        guards.append_only("inspections_measuredline"),
        guards.append_only("inspections_materialreport"),
        guards.db_clock("inspections_quantitymeasurement"),
        guards.db_clock("inspections_materialreport"),
        guards.same_store("inspections_quantitymeasurement", "project_id", "projects_project"),
        guards.only_columns(
            "inspections_quantitymeasurement", ("confirmed_at", "confirmed_by_id", "withdrawn_at", "withdrawn_by_id", "withdrawn_because")
        ),
        guards.trigger("inspections_quantitymeasurement", "inspections_measurement_steps", "BEFORE INSERT OR UPDATE", MEASURED),
        guards.trigger("inspections_measuredline", "inspections_measuredline_of_contract", "BEFORE INSERT", LINE, definer=True),
        guards.trigger("inspections_materialreport", "inspections_materialreport_store", "BEFORE INSERT", REPORT),
    ]
