"""What goes to the property office and comes back from it (domain 4.3); what the database guarantees of it."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.models.base
from core import guards

TABLES = ("propertyapplication", "siteneed", "propertyfee", "permitextension", "passregisterline", "dayworker")
APPLICATION_FITS = (
    "BEGIN IF NEW.paper_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM core_paper a JOIN projects_project p ON p.dossier_id = a.dossier_id "
    "WHERE a.id = NEW.paper_id AND p.id = NEW.project_id) THEN "
    + guards.refuse("This paper belongs to another file.")
    + " END IF; IF TG_OP = 'UPDATE' AND (OLD.approved_on IS NOT NULL OR OLD.rejected_at IS NOT NULL) THEN "
    + guards.refuse("This application has been decided already.")
    + " END IF; IF NEW.approved_on IS NOT NULL AND NEW.paper_id IS NOT NULL AND NOT EXISTS "
    "(SELECT 1 FROM core_paper a WHERE a.id = NEW.paper_id AND a.state IN ('signed', 'sealed')) THEN "
    + guards.refuse("The application has not been signed by the owner.")
    + " END IF; RETURN NEW; END"
)
# G19–G22, LR-27: a work begins under an approved application of its kind, in its hours; a welder with a certificate of that day.
NEED_PERMITTED = (
    "BEGIN IF OLD.started_at IS NOT NULL OR OLD.dropped_at IS NOT NULL THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; IF NEW.started_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM projects_propertyapplication a WHERE a.id = NEW.application_id "
    "AND a.project_id = NEW.project_id AND a.kind = NEW.kind AND NEW.code = ANY(a.items) AND a.approved_on IS NOT NULL "
    "AND (a.from_at IS NULL OR NEW.started_at BETWEEN a.from_at AND a.until_at) "
    "AND (a.certificate_until IS NULL OR a.certificate_until >= (NEW.started_at AT TIME ZONE 'Asia/Shanghai')::date)) THEN "
    + guards.refuse("This work begins under an approved application of its kind alone.")
    + " END IF; RETURN NEW; END"
)
FEE_FROZEN = (
    "BEGIN IF OLD.paid_on IS NOT NULL AND (NEW.paid_on, NEW.payer, NEW.payer_name, NEW.receipt_id, NEW.receipt_number, NEW.paid_by_id) IS DISTINCT FROM "
    "(OLD.paid_on, OLD.payer, OLD.payer_name, OLD.receipt_id, OLD.receipt_number, OLD.paid_by_id) OR OLD.returned_on IS NOT NULL THEN "
    + guards.refuse("A receipt is never altered.")
    + " END IF; RETURN NEW; END"
)
FEE_FIRST = (  # R084
    "BEGIN IF OLD.approved_on IS NULL AND NEW.approved_on IS NOT NULL AND EXISTS (SELECT 1 FROM projects_propertyfee f WHERE f.permit_id = NEW.id "
    "AND f.kind = 'extension' AND f.paid_on IS NULL) THEN "
    + guards.refuse("The extension fee is paid first.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("core", "0002_guards"),
        ("projects", "0004_visitors"),
    ]

    operations = [
        migrations.CreateModel(
            name='DayWorker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('worker', models.CharField(max_length=40)),
                ('trade', models.CharField(blank=True, max_length=40)),
                ('on', models.DateField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='projects.project')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
        ),
        migrations.CreateModel(
            name='PassRegisterLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('number', models.CharField(max_length=40)),
                ('photos', models.PositiveSmallIntegerField()),
                ('id_copy', models.BooleanField()),
                ('collected_on', models.DateField()),
                ('signed_for', models.CharField(max_length=40)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='projects.project')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
                ('worker_pass', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='register_line', to='projects.workerpass')),
            ],
        ),
        migrations.CreateModel(
            name='PermitExtension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('because', models.CharField(max_length=300)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('permit', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='extension', to='projects.permit')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='projects.project')),
                ('schedule_paper', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
        ),
        migrations.CreateModel(
            name='PropertyApplication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('kind', models.CharField(choices=[('added_item', 'Added works'), ('hot_work', 'Hot work'), ('goods_release', 'Goods release'), ('stairs', 'Stairs or lift'), ('shut_off', 'Water or power shut off'), ('authority', 'Approval of an authority')], max_length=16)),
                ('items', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), size=None)),
                ('what', models.CharField(max_length=400)),
                ('place', models.CharField(blank=True, max_length=120)),
                ('from_at', models.DateTimeField(null=True)),
                ('until_at', models.DateTimeField(null=True)),
                ('operator', models.CharField(blank=True, max_length=40)),
                ('certificate', models.CharField(blank=True, max_length=40)),
                ('certificate_until', models.DateField(null=True)),
                ('id_copy', models.BooleanField(default=False)),
                ('watcher', models.CharField(blank=True, max_length=40)),
                ('id_masked', models.CharField(blank=True, max_length=18)),
                ('number', models.CharField(blank=True, max_length=40)),
                ('approved_on', models.DateField(null=True)),
                ('approver', models.CharField(blank=True, max_length=60)),
                ('original_kept', models.BooleanField(default=False)),
                ('rejected_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('certificate_scan', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.attachment')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('paper', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='projects.project')),
                ('scan', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.attachment')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
        ),
        migrations.CreateModel(
            name='PropertyFee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('kind', models.CharField(choices=[('deposit', 'Renovation deposit'), ('rubbish', 'Rubbish fee'), ('pass_deposit', 'Pass deposit'), ('pass_cost', 'Pass cost'), ('extension', 'Extension fee'), ('other', 'Other')], max_length=16)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=10)),
                ('people', models.PositiveSmallIntegerField(null=True)),
                ('payer', models.CharField(choices=[('owner', 'the owner'), ('company', 'the company')], default='owner', max_length=8)),
                ('payer_name', models.CharField(blank=True, max_length=60)),
                ('paid_on', models.DateField(null=True)),
                ('receipt_number', models.CharField(blank=True, max_length=40)),
                ('returned_on', models.DateField(null=True)),
                ('returned_amount', models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                ('returned_to', models.CharField(blank=True, max_length=60)),
                ('withheld_because', models.CharField(blank=True, max_length=300)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('paid_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('permit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='fees', to='projects.permit')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fees', to='projects.project')),
                ('receipt', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.attachment')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
        ),
        migrations.CreateModel(
            name='SiteNeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('code', models.CharField(max_length=32)),
                ('kind', models.CharField(choices=[('added_item', 'Added works'), ('hot_work', 'Hot work'), ('goods_release', 'Goods release'), ('stairs', 'Stairs or lift'), ('shut_off', 'Water or power shut off'), ('authority', 'Approval of an authority')], max_length=16)),
                ('planned_on', models.DateField()),
                ('note', models.CharField(blank=True, max_length=200)),
                ('started_at', models.DateTimeField(null=True)),
                ('dropped_at', models.DateTimeField(null=True)),
                ('dropped_because', models.CharField(blank=True, max_length=200)),
                ('application', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='needs', to='projects.propertyapplication')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='needs', to='projects.project')),
                ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
        ),
        migrations.AddConstraint(
            model_name='dayworker',
            constraint=models.UniqueConstraint(fields=('project', 'worker'), name='projects_dayworker_one_day'),
        ),
        migrations.AddConstraint(
            model_name='passregisterline',
            constraint=models.CheckConstraint(condition=models.Q(('id_copy', True), ('photos__gte', 1), ('photos__lte', 4), models.Q(('number', ''), _negated=True), models.Q(('signed_for', ''), _negated=True)), name='projects_passregister_complete'),
        ),
        migrations.AddConstraint(
            model_name='permitextension',
            constraint=models.CheckConstraint(condition=models.Q(('because', ''), _negated=True), name='projects_permitextension_because'),
        ),
        migrations.AddIndex(
            model_name='propertyapplication',
            index=models.Index(fields=['project', 'kind', '-id'], name='projects_application_list'),
        ),
        migrations.AddConstraint(
            model_name='propertyapplication',
            constraint=models.CheckConstraint(condition=models.Q(('items__len__gte', 1), ('kind__in', ['added_item', 'hot_work', 'goods_release', 'stairs', 'shut_off', 'authority']), models.Q(('what', ''), _negated=True)), name='projects_application_kind'),
        ),
        migrations.AddConstraint(
            model_name='propertyapplication',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['added_item', 'hot_work', 'goods_release', 'stairs']), ('paper__isnull', False)), models.Q(('kind__in', ['added_item', 'hot_work', 'goods_release', 'stairs']), _negated=True), _connector='OR'), name='projects_application_paper'),
        ),
        migrations.AddConstraint(
            model_name='propertyapplication',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['hot_work', 'goods_release', 'stairs', 'shut_off']), _negated=True), models.Q(('from_at__isnull', False), ('until_at__gt', models.F('from_at'))), _connector='OR'), name='projects_application_hours'),
        ),
        migrations.AddConstraint(
            model_name='propertyapplication',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'hot_work'), _negated=True), models.Q(('certificate_scan__isnull', False), ('certificate_until__isnull', False), ('id_copy', True), models.Q(('operator', ''), _negated=True), models.Q(('certificate', ''), _negated=True), models.Q(('watcher', ''), _negated=True), models.Q(('place', ''), _negated=True), models.Q(('watcher', models.F('operator')), _negated=True)), _connector='OR'), name='projects_application_welder'),
        ),
        migrations.AddConstraint(
            model_name='propertyapplication',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'goods_release'), _negated=True), models.Q(models.Q(('operator', ''), _negated=True), models.Q(('id_masked', ''), _negated=True)), _connector='OR'), name='projects_application_carrier'),
        ),
        migrations.AddConstraint(
            model_name='propertyapplication',
            constraint=models.CheckConstraint(condition=models.Q(('approved_on__isnull', True), models.Q(('decided_by__isnull', False), ('rejected_at__isnull', True), ('scan__isnull', False), models.Q(('approver', ''), _negated=True)), _connector='OR'), name='projects_application_approved'),
        ),
        migrations.AddConstraint(
            model_name='propertyapplication',
            constraint=models.CheckConstraint(condition=models.Q(('approved_on__isnull', True), models.Q(('kind__in', ['added_item', 'hot_work']), _negated=True), ('original_kept', True), _connector='OR'), name='projects_application_original'),
        ),
        migrations.AddConstraint(
            model_name='propertyapplication',
            constraint=models.CheckConstraint(condition=models.Q(('rejected_at__isnull', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='projects_application_rejected'),
        ),
        migrations.AddConstraint(
            model_name='propertyfee',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('kind__in', ['deposit', 'rubbish', 'pass_deposit', 'pass_cost', 'extension', 'other'])), name='projects_fee_amount'),
        ),
        migrations.AddConstraint(
            model_name='propertyfee',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['pass_deposit', 'pass_cost']), _negated=True), ('people__gte', 1), _connector='OR'), name='projects_fee_people'),
        ),
        migrations.AddConstraint(
            model_name='propertyfee',
            constraint=models.CheckConstraint(condition=models.Q(('paid_on__isnull', True), models.Q(('paid_by__isnull', False), ('receipt__isnull', False), models.Q(('payer_name', ''), _negated=True), models.Q(('receipt_number', ''), _negated=True)), _connector='OR'), name='projects_fee_receipt'),
        ),
        migrations.AddConstraint(
            model_name='propertyfee',
            constraint=models.CheckConstraint(condition=models.Q(('returned_on__isnull', True), models.Q(('kind__in', ['deposit', 'pass_deposit']), ('paid_on__isnull', False), ('returned_amount__gte', 0), ('returned_on__gte', models.F('paid_on')), ('returned_amount__lte', models.F('amount')), models.Q(('returned_amount', models.F('amount')), models.Q(('withheld_because', ''), _negated=True), _connector='OR')), _connector='OR'), name='projects_fee_returned'),
        ),
        migrations.AddConstraint(
            model_name='propertyfee',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'extension'), ('permit__isnull', False)), models.Q(('kind', 'extension'), _negated=True), _connector='OR'), name='projects_fee_extension'),
        ),
        migrations.AddConstraint(
            model_name='siteneed',
            constraint=models.UniqueConstraint(condition=models.Q(('dropped_at__isnull', True)), fields=('project', 'code', 'planned_on'), name='projects_need_once'),
        ),
        migrations.AddConstraint(
            model_name='siteneed',
            constraint=models.CheckConstraint(condition=models.Q(('started_at__isnull', True), models.Q(('application__isnull', False), ('dropped_at__isnull', True), ('started_by__isnull', False)), _connector='OR'), name='projects_need_permitted'),
        ),
        migrations.AddConstraint(
            model_name='siteneed',
            constraint=models.CheckConstraint(condition=models.Q(('dropped_at__isnull', True), models.Q(('dropped_because', ''), _negated=True), _connector='OR'), name='projects_need_dropped'),
        ),
        *(guards.db_clock(f"projects_{name}") for name in TABLES),
        *(guards.same_store(f"projects_{name}", "project_id", "projects_project") for name in TABLES),
        *(guards.append_only(f"projects_{name}") for name in ("permitextension", "passregisterline", "dayworker")),
        guards.only_columns(
            "projects_propertyapplication",
            ("number", "approved_on", "approver", "original_kept", "scan_id", "decided_by_id", "rejected_at", "reason"),
        ),
        guards.only_columns(
            "projects_siteneed", ("planned_on", "application_id", "started_at", "started_by_id", "dropped_at", "dropped_because")
        ),
        guards.only_columns(
            "projects_propertyfee",
            (
                "payer", "payer_name", "paid_on", "receipt_number", "receipt_id", "paid_by_id", "returned_on", "returned_amount", "returned_to",
                "withheld_because",
            ),
        ),
        guards.trigger("projects_propertyapplication", "projects_application_fits", "BEFORE INSERT OR UPDATE", APPLICATION_FITS),
        guards.trigger("projects_siteneed", "projects_siteneed_permitted", "BEFORE UPDATE", NEED_PERMITTED),
        guards.trigger("projects_propertyfee", "projects_propertyfee_frozen", "BEFORE UPDATE", FEE_FROZEN),
        guards.trigger("projects_permit", "projects_permit_fee_first", "BEFORE UPDATE", FEE_FIRST),
    ]
