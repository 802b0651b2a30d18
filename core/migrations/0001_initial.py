"""Every table of the kernel."""

import datetime
import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.models.base


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('staff', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Dossier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('enquiry', 'Enquiry'), ('employee', 'Employee'), ('store', 'Store'), ('company', 'Company')], max_length=16)),
                ('store', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
                ('title', models.CharField(max_length=120)),
                ('line', models.CharField(blank=True, max_length=240)),
                ('search', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), blank=True, default=list, size=None)),
                ('opened_at', models.DateTimeField()),
                ('simulated', models.BooleanField(default=False)),
                ('next_due_at', models.DateTimeField(db_default=datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.UTC), editable=False)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['search'], name='core_dossier_search'), models.Index(fields=['next_due_at', 'id'], name='core_dossier_next_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind', 'company'), ('store__isnull', False), _connector='OR'), name='core_dossier_has_store')],
            },
        ),
        migrations.CreateModel(
            name='ChainHead',
            fields=[
                ('dossier', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='chain_head', serialize=False, to='core.dossier')),
                ('seq', models.PositiveIntegerField()),
                ('hash', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('dossier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='core.dossier')),
                ('kind', models.CharField(choices=[('photo', 'photo'), ('pdf', 'PDF'), ('sheet', 'sheet'), ('signature', 'signature')], max_length=12)),
                ('sha256', models.CharField(max_length=64)),
                ('original_sha256', models.CharField(blank=True, max_length=64)),
                ('size', models.PositiveIntegerField()),
                ('width', models.PositiveIntegerField(null=True)),
                ('height', models.PositiveIntegerField(null=True)),
                ('content_type', models.CharField(max_length=80)),
                ('sent_name', models.CharField(blank=True, max_length=200)),
                ('caption', models.CharField(blank=True, max_length=200)),
                ('taken_at', models.DateTimeField(null=True)),
                ('has_thumb', models.BooleanField(default=False)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['dossier', '-at'], name='core_attachment_dossier'), models.Index(fields=['sha256'], name='core_attachment_content')],
                'constraints': [models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='core_attachment_sha256')],
            },
        ),
        migrations.CreateModel(
            name='CompanyChoice',
            fields=[
                ('code', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('value', models.PositiveIntegerField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('value__lte', 100000)), name='core_companychoice_sensible')],
            },
        ),
        migrations.CreateModel(
            name='CompanyProfile',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('dossier', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.dossier')),
                ('name', models.CharField(max_length=80)),
                ('licence', models.CharField(blank=True, max_length=60)),
                ('uscc', models.CharField(blank=True, max_length=18)),
                ('qualification', models.CharField(blank=True, max_length=80)),
                ('address', models.CharField(blank=True, max_length=160)),
                ('hotline', models.CharField(blank=True, max_length=30)),
                ('bank_name', models.CharField(blank=True, max_length=80)),
                ('bank_account', models.CharField(blank=True, max_length=40)),
                ('representative', models.CharField(blank=True, max_length=40)),
                ('logo', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.attachment')),
                ('simulated', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='core_company_one_row')],
            },
        ),
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('working', models.BooleanField()),
                ('name', models.CharField(blank=True, max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name='Deadline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dossier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deadlines', to='core.dossier')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
                ('clock', models.CharField(max_length=60)),
                ('key', models.CharField(max_length=80)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('line', models.CharField(blank=True, max_length=240)),
                ('link', models.CharField(blank=True, max_length=240)),
                ('started_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('agreed', models.BooleanField(default=False)),
                ('paused_at', models.DateTimeField(null=True)),
                ('pause_reason', models.CharField(blank=True, max_length=300)),
                ('stopped_at', models.DateTimeField(null=True)),
                ('stopped_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cancelled', models.BooleanField(default=False)),
                ('breached_at', models.DateTimeField(null=True)),
                ('level', models.PositiveSmallIntegerField(default=0)),
                ('next_sweep_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('next_sweep_at__isnull', False)), fields=['next_sweep_at'], name='core_deadline_sweep'), models.Index(condition=models.Q(('stopped_at__isnull', True)), fields=['owner', 'due_at'], name='core_deadline_desk'), models.Index(condition=models.Q(('stopped_at__isnull', True)), fields=['store', 'due_at'], name='core_deadline_store'), models.Index(fields=['dossier', '-started_at'], name='core_deadline_dossier')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('stopped_at__isnull', True)), fields=('clock', 'key'), name='core_deadline_one_open'), models.CheckConstraint(condition=models.Q(('due_at__gte', models.F('started_at'))), name='core_deadline_due_after_start'), models.CheckConstraint(condition=models.Q(('next_sweep_at__isnull', True), models.Q(('paused_at__isnull', True), ('stopped_at__isnull', True)), _connector='OR'), name='core_deadline_sweeps_running_only')],
            },
        ),
        migrations.CreateModel(
            name='DeadlinePause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('deadline', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pauses', to='core.deadline')),
                ('from_at', models.DateTimeField()),
                ('until_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(max_length=300)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until_at__isnull', True)), fields=('deadline',), name='core_pause_one_open'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='core_pause_reason')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dossier', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.dossier')),
                ('deadline', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.deadline')),
                ('kind', models.CharField(max_length=60)),
                ('level', models.PositiveSmallIntegerField(default=0)),
                ('line', models.CharField(max_length=300)),
                ('link', models.CharField(blank=True, max_length=240)),
                ('at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('read_at__isnull', True)), fields=['user', '-at'], name='core_notice_unread')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('deadline__isnull', False)), fields=('deadline', 'level', 'user'), name='core_notice_once')],
            },
        ),
        migrations.CreateModel(
            name='Paper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('dossier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='core.dossier')),
                ('kind', models.CharField(max_length=8)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
                ('series', models.CharField(max_length=12)),
                ('year', models.PositiveSmallIntegerField()),
                ('number', models.PositiveIntegerField()),
                ('ref', models.CharField(max_length=40, unique=True)),
                ('token', models.CharField(max_length=32, unique=True)),
                ('content', models.TextField()),
                ('content_sha256', models.CharField(max_length=64)),
                ('template_version', models.PositiveSmallIntegerField(default=1)),
                ('required_roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), blank=True, default=list, size=None)),
                ('state', models.CharField(choices=[('issued', 'Waiting for signatures'), ('signed', 'Signed'), ('sealed', 'Sealed'), ('void', 'Void'), ('superseded', 'Superseded')], default='issued', max_length=12)),
                ('state_reason', models.CharField(blank=True, max_length=300)),
                ('superseded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supersedes', to='core.paper')),
                ('stale_at', models.DateTimeField(null=True)),
                ('stale_reason', models.CharField(blank=True, max_length=300)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['dossier', '-at', '-id'], name='core_paper_dossier'), models.Index(fields=['store', '-at', '-id'], name='core_paper_store'), models.Index(fields=['store', 'kind', '-at'], name='core_paper_kind')],
                'constraints': [models.UniqueConstraint(fields=('series', 'store', 'year', 'number'), name='core_paper_number'), models.CheckConstraint(condition=models.Q(('content_sha256__regex', '^[0-9a-f]{64}$')), name='core_paper_sha256')],
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dossier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='core.dossier')),
                ('seq', models.PositiveIntegerField(db_default=0, editable=False)),
                ('kind', models.CharField(max_length=80)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('paper', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper')),
                ('attachment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.attachment')),
                ('payload', models.TextField(default='{}')),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('prev_hash', models.CharField(db_default='', editable=False, max_length=64)),
                ('hash', models.CharField(db_default='', editable=False, max_length=64)),
            ],
            options={
                'indexes': [models.Index(fields=['dossier', '-at', '-id'], name='core_auditentry_timeline')],
                'constraints': [models.UniqueConstraint(fields=('dossier', 'seq'), name='core_auditentry_one_link')],
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('paper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='core.paper')),
                ('role', models.CharField(max_length=32)),
                ('name', models.CharField(max_length=60)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('present', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('way', models.CharField(choices=[('device', "On the company's device, in presence"), ('scan', 'Original on paper, scanned'), ('link', "By the owner's link")], default='device', max_length=8)),
                ('strokes', models.TextField(blank=True)),
                ('scan', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.attachment')),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('content_sha256', models.CharField(max_length=64)),
                ('presented_sha256', models.CharField(blank=True, max_length=64)),
                ('says', models.CharField(max_length=400)),
                ('comment', models.CharField(blank=True, max_length=1000)),
                ('device', models.CharField(blank=True, max_length=300)),
                ('address', models.GenericIPAddressField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('paper', 'role'), name='core_signature_once'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_by__isnull', False), ('scan__isnull', False), ('way', 'scan')), models.Q(models.Q(('way', 'scan'), _negated=True), models.Q(('strokes', ''), _negated=True)), _connector='OR'), name='core_signature_not_blank'), models.CheckConstraint(condition=models.Q(models.Q(('way', 'scan'), _negated=True), models.Q(('confirmed_by', models.F('present')), _negated=True), _connector='OR'), name='core_signature_scan_two_people')],
            },
        ),
        migrations.CreateModel(
            name='Rendition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('paper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='renditions', to='core.paper')),
                ('kind', models.CharField(choices=[('presented', 'presented'), ('sealed', 'sealed')], max_length=10)),
                ('attachment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.attachment')),
                ('sha256', models.CharField(max_length=64)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('paper', 'kind'), name='core_rendition_once')],
            },
        ),
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('series', models.CharField(max_length=12)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('series', 'store', 'year'), name='core_numberseries_one')],
            },
        ),
        migrations.CreateModel(
            name='PostReceipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('key', models.UUIDField()),
                ('body_sha256', models.CharField(max_length=64)),
                ('path', models.CharField(max_length=240)),
                ('location', models.CharField(blank=True, max_length=400)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='core_postreceipt_once')],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('key', models.CharField(max_length=160)),
                ('data', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='core_draft_one')],
            },
        ),
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('kind', models.CharField(max_length=40)),
                ('key', models.CharField(max_length=80)),
                ('store', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
                ('data', models.TextField()),
                ('sha256', models.CharField(max_length=64)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'key', 'store'), name='core_snapshot_one', nulls_distinct=False)],
            },
        ),
    ]
