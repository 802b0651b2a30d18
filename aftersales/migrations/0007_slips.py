import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.models.base
from aftersales.choices_slips import SLIP_STEPS
from core import guards

FROZEN = guards.refuse("This record is frozen: only its state may change.")
# S25: a slip begins unanswered and stands in the store of the customer it is about; what was said once stays.
SLIP = (
    "BEGIN IF TG_OP = 'INSERT' THEN IF NEW.state <> 'waiting' THEN "
    + guards.refuse("This step is not in the procedure.")
    + " END IF; IF NEW.lead_id IS NOT NULL AND NEW.store_id IS DISTINCT FROM (SELECT store_id FROM leads_lead WHERE id = NEW.lead_id) THEN "
    + guards.refuse("A record belongs to the store of its file.")
    + " END IF; RETURN NEW; END IF; IF OLD.answered_at IS NOT NULL AND (NEW.answer, NEW.ready_on, NEW.answered_at, NEW.answered_by_id) IS DISTINCT FROM "
    "(OLD.answer, OLD.ready_on, OLD.answered_at, OLD.answered_by_id) OR OLD.closed_at IS NOT NULL AND to_jsonb(NEW) IS DISTINCT FROM to_jsonb(OLD) THEN "
    + FROZEN
    + " END IF; RETURN NEW; END"
)
# P50: what is looked at again is looked at on a later day; what was withdrawn is tracked no more.
TRACK = (
    "BEGIN IF NEW.again_on IS NOT NULL AND NEW.again_on <= (NEW.at AT TIME ZONE 'Asia/Shanghai')::date THEN "
    + guards.refuse("It is looked at again on a later day.")
    + " END IF; IF EXISTS (SELECT 1 FROM aftersales_warranty w WHERE w.id = NEW.warranty_id AND w.withdrawn_at IS NOT NULL) THEN "
    + guards.refuse("This warranty was withdrawn.")
    + " END IF; RETURN NEW; END"
)
# R031: the week is told about from its Saturday on; what the leader has read stays.
SUMMARY = (
    "BEGIN IF TG_OP = 'INSERT' THEN IF (NEW.at AT TIME ZONE 'Asia/Shanghai')::date < NEW.starts_on + 5 OR NEW.read_at IS NOT NULL THEN "
    + guards.refuse("The summary is written on Saturday.")
    + " END IF; ELSIF OLD.read_at IS NOT NULL AND to_jsonb(NEW) IS DISTINCT FROM to_jsonb(OLD) THEN "
    + FROZEN
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):

    dependencies = [
        ('aftersales', '0006_attacks'),
        ('leads', '0012_outgoings'),
        ('staff', '0003_posts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='QualityTrack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('seq', models.PositiveSmallIntegerField()),
                ('way', models.CharField(choices=[('phone', 'By phone'), ('visit', 'In the home'), ('message', 'By message')], max_length=8)),
                ('says', models.CharField(max_length=600)),
                ('again_on', models.DateField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
                ('warranty', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tracks', to='aftersales.warranty')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='TrackPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('trade', models.CharField(choices=[('plumbing', 'Plumbing'), ('power', 'Electrics'), ('waterproof', 'Waterproofing'), ('tiles', 'Masonry and tiles'), ('wood', 'Carpentry'), ('paint', 'Painting'), ('fitting', 'Fitting'), ('supply', 'Supplied material'), ('design', 'Design'), ('use', 'Use or wear')], max_length=12)),
                ('seen', models.CharField(choices=[('good', 'Holds well'), ('watch', 'To be watched'), ('fault', 'At fault')], max_length=8)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('track', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='points', to='aftersales.qualitytrack')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='WeekSummary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('starts_on', models.DateField()),
                ('figures', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('complaints', models.CharField(max_length=1000)),
                ('work', models.CharField(max_length=1000)),
                ('plan', models.CharField(max_length=600)),
                ('read_at', models.DateTimeField(null=True)),
                ('word', models.CharField(blank=True, max_length=300)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('leader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='CoordinationSlip',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('ref', models.CharField(max_length=40, unique=True)),
                ('subject', models.CharField(max_length=60)),
                ('text', models.CharField(max_length=1000)),
                ('answer_by', models.DateTimeField()),
                ('state', models.CharField(choices=[('waiting', 'Waits for an answer'), ('answered', 'Answered'), ('done', 'Done'), ('withdrawn', 'Withdrawn')], default='waiting', max_length=12)),
                ('answer', models.CharField(blank=True, max_length=1000)),
                ('ready_on', models.DateField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('closing', models.CharField(blank=True, max_length=300)),
                ('closed_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('from_department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.department')),
                ('lead', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='leads.lead')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
                ('to_department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.department')),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['store', '-id'], name='aftersales_slip_list'), models.Index(condition=models.Q(('lead__isnull', False)), fields=['lead', '-id'], name='aftersales_slip_file')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('subject', ''), _negated=True), models.Q(('text', ''), _negated=True)), name='aftersales_slip_says'), models.CheckConstraint(condition=models.Q(('from_department', models.F('to_department')), _negated=True), name='aftersales_slip_another_department'), models.CheckConstraint(condition=models.Q(('answer_by__gt', models.F('at'))), name='aftersales_slip_time'), models.CheckConstraint(condition=models.Q(('answered_by__isnull', True), models.Q(('answered_by', models.F('by')), _negated=True), _connector='OR'), name='aftersales_slip_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('closed_at__isnull', True), ('state', 'waiting')), models.Q(('answered_at__isnull', True), ('closed_at__isnull', False), ('closed_by__isnull', False), ('state', 'withdrawn'), models.Q(('closing', ''), _negated=True)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('closed_at__isnull', True), ('state', 'answered'), models.Q(('answer', ''), _negated=True)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('closed_at__isnull', False), ('closed_by__isnull', False), ('state', 'done'), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='aftersales_slip_state')],
            },
        ),
        migrations.AddIndex(
            model_name='qualitytrack',
            index=models.Index(fields=['store', '-id'], name='aftersales_track_list'),
        ),
        migrations.AddConstraint(
            model_name='qualitytrack',
            constraint=models.UniqueConstraint(fields=('warranty', 'seq'), name='aftersales_track_seq'),
        ),
        migrations.AddConstraint(
            model_name='qualitytrack',
            constraint=models.CheckConstraint(condition=models.Q(('says', ''), _negated=True), name='aftersales_track_says'),
        ),
        migrations.AddConstraint(
            model_name='trackpoint',
            constraint=models.UniqueConstraint(fields=('track', 'trade'), name='aftersales_trackpoint_once'),
        ),
        migrations.AddConstraint(
            model_name='trackpoint',
            constraint=models.CheckConstraint(condition=models.Q(('seen', 'good'), models.Q(('note', ''), _negated=True), _connector='OR'), name='aftersales_trackpoint_says'),
        ),
        migrations.AddConstraint(
            model_name='trackpoint',
            constraint=models.CheckConstraint(condition=models.Q(('seen__in', ['good', 'watch', 'fault'])), name='aftersales_trackpoint_seen'),
        ),
        migrations.AddConstraint(
            model_name='weeksummary',
            constraint=models.UniqueConstraint(fields=('store', 'starts_on'), name='aftersales_summary_week'),
        ),
        migrations.AddConstraint(
            model_name='weeksummary',
            constraint=models.CheckConstraint(condition=models.Q(('starts_on__iso_week_day', 1)), name='aftersales_summary_monday'),
        ),
        migrations.AddConstraint(
            model_name='weeksummary',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('complaints', ''), _negated=True), models.Q(('work', ''), _negated=True), models.Q(('plan', ''), _negated=True)), name='aftersales_summary_says'),
        ),
        migrations.AddConstraint(
            model_name='weeksummary',
            constraint=models.CheckConstraint(condition=models.Q(('leader', models.F('by')), _negated=True), name='aftersales_summary_two_people'),
        ),
        migrations.AddConstraint(
            model_name='weeksummary',
            constraint=models.CheckConstraint(condition=models.Q(('read_at__isnull', False), ('word', ''), _connector='OR'), name='aftersales_summary_read'),
        ),
        guards.append_only("aftersales_qualitytrack"),
        guards.append_only("aftersales_trackpoint"),
        *[guards.db_clock(f"aftersales_{table}") for table in ("coordinationslip", "qualitytrack", "weeksummary")],
        guards.same_store("aftersales_qualitytrack", "warranty_id", "aftersales_warranty"),
        guards.only_columns(
            "aftersales_coordinationslip",
            ("state", "answer", "ready_on", "answered_at", "answered_by_id", "closing", "closed_at", "closed_by_id"),
        ),
        guards.only_columns("aftersales_weeksummary", ("read_at", "word")),
        guards.transitions("aftersales_coordinationslip", "state", SLIP_STEPS),
        guards.trigger("aftersales_coordinationslip", "aftersales_slip_whole", "BEFORE INSERT OR UPDATE", SLIP),
        guards.trigger("aftersales_qualitytrack", "aftersales_track_again", "BEFORE INSERT", TRACK),
        guards.trigger("aftersales_weeksummary", "aftersales_summary_day", "BEFORE INSERT OR UPDATE", SUMMARY),
    ]
