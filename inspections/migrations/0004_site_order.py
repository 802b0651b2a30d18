from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.models.base
from core import guards

APPEND_ONLY = (
    "siteordercheck", "siteorderresult", "calibration", "rectificationplan", "safetybriefing", "incident", "incidentstep", "sitephoto",
)  # fmt: skip
RECORDED = (
    "siteordercheck", "delivery", "tool", "calibration", "rectificationplan", "sitefine", "diaryday", "sitenote", "safetybriefing", "incident",
    "incidentstep",
)  # fmt: skip
OF_SITE = ("siteordercheck", "delivery", "sitefine", "diaryday", "sitenote", "safetybriefing", "incident", "incidentstep")
FINE_COLUMNS = (
    "state", "paper_id", "confirmed_at", "confirmed_by_id", "heard_at", "witness", "refusal", "appeal", "appealed_at", "decision", "decision_words",
    "decided_at", "decided_by_id", "final_amount", "firm_at", "void_reason", "voided_at", "voided_by_id", "told_at",
)  # fmt: skip
FINE_STEPS = [
    ("pending", "issued"), ("pending", "void"), ("issued", "signed"), ("issued", "refused"), ("issued", "void"), ("signed", "appealed"),
    ("signed", "firm"), ("signed", "void"), ("refused", "appealed"), ("refused", "firm"), ("refused", "void"), ("appealed", "firm"), ("appealed", "void"),
]  # fmt: skip


def once(column: str) -> str:
    """What was said once in this column is not said again."""
    return (
        f"BEGIN IF OLD.{column} IS NOT NULL AND to_jsonb(NEW) IS DISTINCT FROM to_jsonb(OLD) THEN "
        + guards.refuse("What was said once is not said again.")
        + " END IF; RETURN NEW; END"
    )


# A main item that was left out has its second person before the check passes; a delivery may lack an item.
SECOND_PERSON = (
    "BEGIN IF NEW.state = 'passed' AND OLD.state <> 'passed' AND EXISTS (SELECT 1 FROM inspections_checkresult r "
    "JOIN inspections_checkitem i ON i.id = r.item_id WHERE r.quality_check_id = NEW.id AND i.severity = 'main' AND r.confirmed_by_id IS NULL "
    "AND (r.verdict = 'not_applicable' OR r.verdict = 'not_delivered' AND NEW.code <> 'C2')) THEN "
    + guards.refuse("A main item that was left out needs a second person.")
    + " END IF; RETURN NEW; END"
)
# A reading counts while the instrument's calibration does, and an instrument belongs to one store.
TOOL = (
    "BEGIN IF NEW.tool_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM inspections_tool t JOIN inspections_calibration c ON c.tool_id = t.id "
    "WHERE t.id = NEW.tool_id AND t.store_id = NEW.store_id AND (t.retired_on IS NULL OR t.retired_on > (NEW.at AT TIME ZONE 'Asia/Shanghai')::date) "
    "AND (NEW.at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN c.calibrated_on AND c.valid_until) THEN "
    + guards.refuse("The calibration of this instrument is not in force; its readings do not count.")
    + " END IF; RETURN NEW; END"
)
# A photo lies in a room of its own home.
ROOM = (
    "BEGIN IF NEW.room_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM inspections_checkresult r JOIN projects_project p ON p.id = r.project_id "
    "JOIN leads_room m ON m.home_id = p.home_id WHERE r.id = NEW.result_id AND m.id = NEW.room_id) THEN "
    + guards.refuse("This room belongs to another home.")
    + " END IF; RETURN NEW; END"
)
NOTE_ROOM = (
    "BEGIN IF NEW.room_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM projects_project p JOIN leads_room m ON m.home_id = p.home_id "
    "WHERE p.id = NEW.project_id AND m.id = NEW.room_id) THEN "
    + guards.refuse("This room belongs to another home.")
    + " END IF; RETURN NEW; END"
)
# The score is the sum of its items.
SCORE = (
    "DECLARE asked_sum int; kept_sum int; BEGIN SELECT coalesce(sum(points) FILTER (WHERE seen <> 'not_applicable'), 0), "
    "coalesce(sum(points) FILTER (WHERE seen = 'ok'), 0) INTO asked_sum, kept_sum FROM inspections_siteorderresult WHERE order_check_id = NEW.id; "
    "IF (asked_sum, kept_sum) IS DISTINCT FROM (NEW.asked::int, NEW.kept::int) THEN "
    + guards.refuse("The score is the sum of its items.")
    + " END IF; RETURN NULL; END"
)
# A delivery is bound to one material check of its own site, once.
DELIVERY = (
    "BEGIN IF OLD.quality_check_id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM inspections_qualitycheck c WHERE c.id = NEW.quality_check_id "
    "AND c.project_id = NEW.project_id AND c.code = 'C2') THEN "
    + guards.refuse("A delivery belongs to one material check of its site.")
    + " END IF; RETURN NEW; END"
)
# A slip begins with nothing said about it yet.
FINE = (
    "BEGIN IF NEW.state NOT IN ('pending', 'issued') OR NEW.heard_at IS NOT NULL OR NEW.confirmed_at IS NOT NULL OR NEW.appealed_at IS NOT NULL "
    "OR NEW.decision <> '' OR NEW.voided_at IS NOT NULL THEN "
    + guards.refuse("This step is not in the procedure.")
    + " END IF; RETURN NEW; END"
)
DIARY = (
    "BEGIN IF NEW.day > (NEW.at AT TIME ZONE 'Asia/Shanghai')::date THEN "
    + guards.refuse("A day is written down when it has come.")
    + " END IF; RETURN NEW; END"
)
# Nothing follows a closed incident; it is closed when cause, handling and measures stand there.
STEP = (
    "DECLARE needed text[]; BEGIN PERFORM 1 FROM inspections_incident WHERE id = NEW.incident_id AND project_id = NEW.project_id FOR NO KEY UPDATE; "
    "IF NOT FOUND OR EXISTS (SELECT 1 FROM inspections_incidentstep s WHERE s.incident_id = NEW.incident_id AND s.kind = 'closed') THEN "
    + guards.refuse("This incident is closed.")
    + " END IF; IF NEW.kind = 'closed' THEN SELECT CASE WHEN i.kind = 'hazard' THEN ARRAY['handling'] ELSE ARRAY['cause','handling','measure'] END INTO needed "
    "FROM inspections_incident i WHERE i.id = NEW.incident_id; IF EXISTS (SELECT 1 FROM unnest(needed) k WHERE NOT EXISTS "
    "(SELECT 1 FROM inspections_incidentstep s WHERE s.incident_id = NEW.incident_id AND s.kind = k)) THEN "
    + guards.refuse("An incident is closed when cause, handling and measures are written down.")
    + " END IF; END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [
        ("inspections", "0003_patrols"),
        ("core", "0002_guards"),
        ("leads", "0011_many"),
        ("projects", "0006_schedule"),
        ("staff", "0003_posts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Calibration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('calibrated_on', models.DateField()),
                ('valid_until', models.DateField()),
                ('certificate', models.CharField(max_length=80)),
            ],
            options={
                'ordering': ['-valid_until', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('material', 'Building material'), ('main', 'Main material, signed for by the owner'), ('finished', 'Finished goods, to be installed')], max_length=8)),
                ('delivered_on', models.DateField()),
                ('supplier', models.CharField(max_length=80)),
                ('note', models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='DeliveryLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=60)),
                ('brand', models.CharField(blank=True, max_length=60)),
                ('spec', models.CharField(blank=True, max_length=120)),
                ('batch', models.CharField(blank=True, max_length=60)),
                ('unit', models.CharField(max_length=12)),
                ('quantity', models.DecimalField(decimal_places=2, max_digits=10)),
                ('refused', models.DecimalField(decimal_places=2, default=0, max_digits=10)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('remove_by', models.DateField(null=True)),
                ('certificate', models.CharField(choices=[('conformity', 'Certificate of conformity'), ('report', 'Test report'), ('both', 'Certificate and test report'), ('none', 'None came along')], max_length=12)),
                ('certificate_no', models.CharField(blank=True, max_length=80)),
                ('removed_on', models.DateField(null=True)),
            ],
            options={
                'ordering': ['seq'],
            },
        ),
        migrations.CreateModel(
            name='DiaryDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('day', models.DateField()),
                ('weather', models.CharField(choices=[('sunny', 'Sunny'), ('cloudy', 'Cloudy'), ('rain', 'Rain'), ('heavy_rain', 'Heavy rain'), ('wind', 'Strong wind'), ('snow', 'Snow')], max_length=12)),
                ('workers', models.PositiveSmallIntegerField()),
                ('crew', models.CharField(blank=True, max_length=120)),
                ('works', models.CharField(max_length=1000)),
                ('materials', models.CharField(blank=True, max_length=500)),
                ('visitors', models.CharField(blank=True, max_length=300)),
                ('problems', models.CharField(blank=True, max_length=500)),
                ('percent', models.PositiveSmallIntegerField(null=True)),
                ('looked_at', models.DateTimeField(null=True)),
                ('remark', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ['-day'],
            },
        ),
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('accident', 'Accident'), ('emergency', 'Emergency'), ('hazard', 'Hazard')], max_length=12)),
                ('happened_at', models.DateTimeField()),
                ('place', models.CharField(max_length=120)),
                ('people', models.CharField(blank=True, max_length=300)),
                ('what', models.CharField(max_length=1000)),
                ('told', models.CharField(choices=[('phone', 'By phone'), ('person', 'In person'), ('written', 'By a written word')], max_length=8)),
                ('told_to', models.CharField(max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name='IncidentStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('kind', models.CharField(choices=[('taken', 'Taken over'), ('cause', 'Cause'), ('handling', 'How it was handled'), ('measure', 'So that it does not happen again'), ('closed', 'Closed')], max_length=10)),
                ('text', models.CharField(max_length=1000)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='RectificationPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('text', models.CharField(max_length=500)),
                ('done_by', models.CharField(max_length=60)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SafetyBriefing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('crew', models.CharField(max_length=60)),
                ('topics', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), size=None)),
                ('workers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
            ],
        ),
        migrations.CreateModel(
            name='SiteFine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('rule', models.CharField(blank=True, max_length=8)),
                ('reason', models.CharField(max_length=300)),
                ('happened_on', models.DateField()),
                ('amount', models.DecimalField(decimal_places=2, max_digits=10)),
                ('state', models.CharField(choices=[('pending', 'Waits for the engineering manager'), ('issued', 'Issued'), ('signed', 'Signed by the foreman'), ('refused', 'Not signed, before a witness'), ('appealed', 'Appealed'), ('firm', 'Stands'), ('void', 'Void')], max_length=10)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('heard_at', models.DateTimeField(null=True)),
                ('witness', models.CharField(blank=True, max_length=40)),
                ('refusal', models.CharField(blank=True, max_length=300)),
                ('appeal', models.CharField(blank=True, max_length=500)),
                ('appealed_at', models.DateTimeField(null=True)),
                ('decision', models.CharField(blank=True, choices=[('upheld', 'It stands'), ('lowered', 'Lowered'), ('lifted', 'Lifted')], max_length=8)),
                ('decision_words', models.CharField(blank=True, max_length=500)),
                ('decided_at', models.DateTimeField(null=True)),
                ('final_amount', models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                ('firm_at', models.DateTimeField(null=True)),
                ('void_reason', models.CharField(blank=True, max_length=300)),
                ('voided_at', models.DateTimeField(null=True)),
                ('told_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SiteNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('problem', models.CharField(max_length=500)),
                ('answer', models.CharField(blank=True, max_length=500)),
                ('answered_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SiteOrderCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('order', 'Order and hygiene'), ('safety', 'Safety'), ('norm', 'The whole norm')], max_length=8)),
                ('asked', models.PositiveSmallIntegerField()),
                ('kept', models.PositiveSmallIntegerField()),
                ('note', models.CharField(blank=True, max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name='SiteOrderResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveSmallIntegerField()),
                ('code', models.CharField(max_length=8)),
                ('zh', models.CharField(max_length=120)),
                ('en', models.CharField(max_length=160)),
                ('level', models.CharField(choices=[('red_line', 'Red line'), ('serious', 'Serious'), ('ordinary', 'Ordinary')], max_length=8)),
                ('points', models.PositiveSmallIntegerField()),
                ('seen', models.CharField(choices=[('ok', 'In order'), ('fault', 'Not in order'), ('not_applicable', 'Does not apply')], max_length=16)),
                ('note', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ['seq'],
            },
        ),
        migrations.CreateModel(
            name='SitePhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Tool',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('kind', models.CharField(max_length=40)),
                ('number', models.CharField(max_length=40)),
                ('retired_on', models.DateField(null=True)),
                ('retired_because', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'ordering': ['kind', 'number'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='finding',
            name='inspections_finding_source',
        ),
        migrations.AddField(
            model_name='photo',
            name='place',
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name='photo',
            name='room',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='leads.room'),
        ),
        migrations.AddConstraint(
            model_name='photo',
            constraint=models.CheckConstraint(condition=models.Q(('room__isnull', True), ('result__isnull', False), _connector='OR'), name='inspections_photo_room'),
        ),
        migrations.AddField(
            model_name='calibration',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='calibration',
            name='scan',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.attachment'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='delivery',
            name='paper',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='quality_check',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='inspections.qualitycheck'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='deliveryline',
            name='certificate_scan',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.attachment'),
        ),
        migrations.AddField(
            model_name='deliveryline',
            name='delivery',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='inspections.delivery'),
        ),
        migrations.AddField(
            model_name='deliveryline',
            name='material',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.sitematerial'),
        ),
        migrations.AddField(
            model_name='deliveryline',
            name='removed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='diaryday',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='diaryday',
            name='looked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='diaryday',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project'),
        ),
        migrations.AddField(
            model_name='diaryday',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='incident',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='incident',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project'),
        ),
        migrations.AddField(
            model_name='incident',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='incidentstep',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='incidentstep',
            name='incident',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='inspections.incident'),
        ),
        migrations.AddField(
            model_name='incidentstep',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project'),
        ),
        migrations.AddField(
            model_name='incidentstep',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='rectificationplan',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rectificationplan',
            name='rectification',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='inspections.rectification'),
        ),
        migrations.AddField(
            model_name='safetybriefing',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='safetybriefing',
            name='paper',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper'),
        ),
        migrations.AddField(
            model_name='safetybriefing',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project'),
        ),
        migrations.AddField(
            model_name='safetybriefing',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='sitefine',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sitefine',
            name='confirmed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sitefine',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sitefine',
            name='foreman',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sitefine',
            name='paper',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper'),
        ),
        migrations.AddField(
            model_name='sitefine',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project'),
        ),
        migrations.AddField(
            model_name='sitefine',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='sitefine',
            name='voided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sitenote',
            name='answered_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sitenote',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sitenote',
            name='paper',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper'),
        ),
        migrations.AddField(
            model_name='sitenote',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project'),
        ),
        migrations.AddField(
            model_name='sitenote',
            name='room',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='leads.room'),
        ),
        migrations.AddField(
            model_name='sitenote',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='sitenote',
            name='told_to',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='siteordercheck',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='siteordercheck',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project'),
        ),
        migrations.AddField(
            model_name='siteordercheck',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='finding',
            name='order_check',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='inspections.siteordercheck'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('quality_check__isnull', False)), models.Q(('patrol__isnull', True)), models.Q(('joint_visit__isnull', True)), models.Q(('trade_acceptance__isnull', True)), models.Q(('order_check__isnull', True))), models.Q(models.Q(('quality_check__isnull', True)), models.Q(('patrol__isnull', False)), models.Q(('joint_visit__isnull', True)), models.Q(('trade_acceptance__isnull', True)), models.Q(('order_check__isnull', True))), models.Q(models.Q(('quality_check__isnull', True)), models.Q(('patrol__isnull', True)), models.Q(('joint_visit__isnull', False)), models.Q(('trade_acceptance__isnull', True)), models.Q(('order_check__isnull', True))), models.Q(models.Q(('quality_check__isnull', True)), models.Q(('patrol__isnull', True)), models.Q(('joint_visit__isnull', True)), models.Q(('trade_acceptance__isnull', False)), models.Q(('order_check__isnull', True))), models.Q(models.Q(('quality_check__isnull', True)), models.Q(('patrol__isnull', True)), models.Q(('joint_visit__isnull', True)), models.Q(('trade_acceptance__isnull', True)), models.Q(('order_check__isnull', False))), _connector='OR'), name='inspections_finding_source'),
        ),
        migrations.AddField(
            model_name='siteorderresult',
            name='order_check',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='inspections.siteordercheck'),
        ),
        migrations.AddField(
            model_name='sitephoto',
            name='attachment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.attachment'),
        ),
        migrations.AddField(
            model_name='sitephoto',
            name='briefing',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='inspections.safetybriefing'),
        ),
        migrations.AddField(
            model_name='sitephoto',
            name='diary',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='inspections.diaryday'),
        ),
        migrations.AddField(
            model_name='sitephoto',
            name='fine',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='inspections.sitefine'),
        ),
        migrations.AddField(
            model_name='sitephoto',
            name='incident',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='inspections.incident'),
        ),
        migrations.AddField(
            model_name='sitephoto',
            name='line',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='inspections.deliveryline'),
        ),
        migrations.AddField(
            model_name='sitephoto',
            name='note',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='inspections.sitenote'),
        ),
        migrations.AddField(
            model_name='tool',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='tool',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='calibration',
            name='tool',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calibrations', to='inspections.tool'),
        ),
        migrations.AddField(
            model_name='checkresult',
            name='tool',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inspections.tool'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('project', 'number'), name='inspections_delivery_number'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'material'), ('paper__isnull', False), _connector='OR'), name='inspections_delivery_paper'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('supplier', ''), _negated=True), name='inspections_delivery_supplier'),
        ),
        migrations.AddConstraint(
            model_name='deliveryline',
            constraint=models.UniqueConstraint(fields=('delivery', 'seq'), name='inspections_deliveryline_seq'),
        ),
        migrations.AddConstraint(
            model_name='deliveryline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('unit', ''), _negated=True), ('quantity__gt', 0), ('refused__gte', 0), ('refused__lte', models.F('quantity'))), name='inspections_deliveryline_amounts'),
        ),
        migrations.AddConstraint(
            model_name='deliveryline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), ('refused', 0), ('remove_by__isnull', True)), models.Q(('refused__gt', 0), ('remove_by__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='inspections_deliveryline_refused'),
        ),
        migrations.AddConstraint(
            model_name='deliveryline',
            constraint=models.CheckConstraint(condition=models.Q(('refused', models.F('quantity')), models.Q(models.Q(('certificate', 'none'), _negated=True), models.Q(models.Q(('certificate_no', ''), _negated=True), ('certificate_scan__isnull', False), _connector='OR')), _connector='OR'), name='inspections_deliveryline_certificate'),
        ),
        migrations.AddConstraint(
            model_name='deliveryline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('removed_by__isnull', True), ('removed_on__isnull', True)), models.Q(('refused__gt', 0), ('removed_by__isnull', False), ('removed_on__isnull', False)), _connector='OR'), name='inspections_deliveryline_removed'),
        ),
        migrations.AddConstraint(
            model_name='diaryday',
            constraint=models.UniqueConstraint(fields=('project', 'day'), name='inspections_diary_day'),
        ),
        migrations.AddConstraint(
            model_name='diaryday',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('works', ''), _negated=True), models.Q(('percent__isnull', True), ('percent__lte', 100), _connector='OR')), name='inspections_diary_works'),
        ),
        migrations.AddConstraint(
            model_name='diaryday',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('looked_at__isnull', True), ('looked_by__isnull', True)), models.Q(('looked_at__isnull', False), ('looked_by__isnull', False), models.Q(('looked_by', models.F('by')), _negated=True)), _connector='OR'), name='inspections_diary_other_looks'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['store', '-id'], name='inspections_incident_list'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.UniqueConstraint(fields=('project', 'number'), name='inspections_incident_number'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('place', ''), _negated=True), models.Q(('what', ''), _negated=True), models.Q(('told_to', ''), _negated=True), models.Q(('kind', 'hazard'), models.Q(('people', ''), _negated=True), _connector='OR')), name='inspections_incident_whole'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('happened_at__lte', models.F('at'))), name='inspections_incident_happened'),
        ),
        migrations.AddConstraint(
            model_name='incidentstep',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='inspections_incidentstep_says'),
        ),
        migrations.AddConstraint(
            model_name='incidentstep',
            constraint=models.UniqueConstraint(condition=models.Q(('kind__in', ['taken', 'closed'])), fields=('incident', 'kind'), name='inspections_incidentstep_once'),
        ),
        migrations.AddConstraint(
            model_name='rectificationplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), models.Q(('done_by', ''), _negated=True)), name='inspections_rectplan_says'),
        ),
        migrations.AddConstraint(
            model_name='safetybriefing',
            constraint=models.UniqueConstraint(fields=('project', 'number'), name='inspections_briefing_number'),
        ),
        migrations.AddConstraint(
            model_name='safetybriefing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('crew', ''), _negated=True), ('topics__len__gte', 1), ('workers__len__gte', 1)), name='inspections_briefing_whole'),
        ),
        migrations.AddIndex(
            model_name='sitefine',
            index=models.Index(fields=['store', '-id'], name='inspections_fine_list'),
        ),
        migrations.AddConstraint(
            model_name='sitefine',
            constraint=models.UniqueConstraint(fields=('project', 'number'), name='inspections_fine_number'),
        ),
        migrations.AddConstraint(
            model_name='sitefine',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), models.Q(('reason', ''), _negated=True), models.Q(('foreman', models.F('by')), _negated=True)), name='inspections_fine_whole'),
        ),
        migrations.AddConstraint(
            model_name='sitefine',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), models.Q(models.Q(('confirmed_by', models.F('by')), _negated=True), models.Q(('confirmed_by', models.F('foreman')), _negated=True)), _connector='OR'), name='inspections_fine_second_person'),
        ),
        migrations.AddConstraint(
            model_name='sitefine',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(models.Q(('decided_by', models.F('by')), _negated=True), models.Q(('decided_by', models.F('foreman')), _negated=True)), _connector='OR'), name='inspections_fine_other_decides'),
        ),
        migrations.AddConstraint(
            model_name='sitefine',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'void']), ('paper__isnull', False), _connector='OR'), name='inspections_fine_paper'),
        ),
        migrations.AddConstraint(
            model_name='sitefine',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(models.Q(('witness', ''), _negated=True), models.Q(('refusal', ''), _negated=True)), _connector='OR'), name='inspections_fine_witness'),
        ),
        migrations.AddConstraint(
            model_name='sitefine',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'signed'), _negated=True), ('heard_at__isnull', False), _connector='OR'), name='inspections_fine_heard'),
        ),
        migrations.AddConstraint(
            model_name='sitefine',
            constraint=models.CheckConstraint(condition=models.Q(('appealed_at__isnull', True), models.Q(('appeal', ''), _negated=True), _connector='OR'), name='inspections_fine_appeal'),
        ),
        migrations.AddConstraint(
            model_name='sitefine',
            constraint=models.CheckConstraint(condition=models.Q(('decision', ''), models.Q(('appealed_at__isnull', False), ('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('decision_words', ''), _negated=True)), _connector='OR'), name='inspections_fine_decision'),
        ),
        migrations.AddConstraint(
            model_name='sitefine',
            constraint=models.CheckConstraint(condition=models.Q(('final_amount__isnull', True), models.Q(('decision', ''), ('final_amount', models.F('amount'))), models.Q(('decision', 'upheld'), ('final_amount', models.F('amount'))), models.Q(('decision', 'lowered'), ('final_amount__gt', 0), ('final_amount__lt', models.F('amount'))), _connector='OR'), name='inspections_fine_final'),
        ),
        migrations.AddConstraint(
            model_name='sitefine',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('final_amount__isnull', False), ('firm_at__isnull', False), ('heard_at__isnull', False), ('state', 'firm')), models.Q(models.Q(('state', 'firm'), _negated=True), ('final_amount__isnull', True), ('firm_at__isnull', True), ('told_at__isnull', True)), _connector='OR'), name='inspections_fine_firm'),
        ),
        migrations.AddConstraint(
            model_name='sitefine',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'void'), _negated=True), models.Q(models.Q(('void_reason', ''), _negated=True), ('voided_at__isnull', False), ('voided_by__isnull', False)), _connector='OR'), name='inspections_fine_void'),
        ),
        migrations.AddConstraint(
            model_name='sitenote',
            constraint=models.UniqueConstraint(fields=('project', 'number'), name='inspections_note_number'),
        ),
        migrations.AddConstraint(
            model_name='sitenote',
            constraint=models.CheckConstraint(condition=models.Q(('problem', ''), _negated=True), name='inspections_note_problem'),
        ),
        migrations.AddConstraint(
            model_name='sitenote',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('answered_by__isnull', True)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='inspections_note_answered'),
        ),
        migrations.AddConstraint(
            model_name='siteordercheck',
            constraint=models.UniqueConstraint(fields=('project', 'number'), name='inspections_order_number'),
        ),
        migrations.AddConstraint(
            model_name='siteordercheck',
            constraint=models.CheckConstraint(condition=models.Q(('asked__gt', 0), ('kept__lte', models.F('asked'))), name='inspections_order_points'),
        ),
        migrations.AddConstraint(
            model_name='siteorderresult',
            constraint=models.UniqueConstraint(fields=('order_check', 'code'), name='inspections_orderresult_once'),
        ),
        migrations.AddConstraint(
            model_name='siteorderresult',
            constraint=models.CheckConstraint(condition=models.Q(('seen', 'ok'), models.Q(('note', ''), _negated=True), _connector='OR'), name='inspections_orderresult_says'),
        ),
        migrations.AddConstraint(
            model_name='sitephoto',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('briefing__isnull', True), ('diary__isnull', True), ('fine__isnull', True), ('incident__isnull', True), ('line__isnull', False), ('note__isnull', True)), models.Q(('briefing__isnull', True), ('diary__isnull', True), ('fine__isnull', False), ('incident__isnull', True), ('line__isnull', True), ('note__isnull', True)), models.Q(('briefing__isnull', True), ('diary__isnull', False), ('fine__isnull', True), ('incident__isnull', True), ('line__isnull', True), ('note__isnull', True)), models.Q(('briefing__isnull', True), ('diary__isnull', True), ('fine__isnull', True), ('incident__isnull', True), ('line__isnull', True), ('note__isnull', False)), models.Q(('briefing__isnull', False), ('diary__isnull', True), ('fine__isnull', True), ('incident__isnull', True), ('line__isnull', True), ('note__isnull', True)), models.Q(('briefing__isnull', True), ('diary__isnull', True), ('fine__isnull', True), ('incident__isnull', False), ('line__isnull', True), ('note__isnull', True)), _connector='OR'), name='inspections_sitephoto_of_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='tool',
            constraint=models.UniqueConstraint(fields=('store', 'number'), name='inspections_tool_number'),
        ),
        migrations.AddConstraint(
            model_name='tool',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', ''), _negated=True), models.Q(('number', ''), _negated=True)), name='inspections_tool_named'),
        ),
        migrations.AddConstraint(
            model_name='tool',
            constraint=models.CheckConstraint(condition=models.Q(('retired_on__isnull', True), models.Q(('retired_because', ''), _negated=True), _connector='OR'), name='inspections_tool_retired'),
        ),
        migrations.AddConstraint(
            model_name='calibration',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until__gt', models.F('calibrated_on')), models.Q(('certificate', ''), _negated=True)), name='inspections_calibration_period'),
        ),
        *[guards.append_only(f"inspections_{table}") for table in APPEND_ONLY],
        *[guards.db_clock(f"inspections_{table}") for table in RECORDED],
        *[guards.same_store(f"inspections_{table}", "project_id", "projects_project") for table in OF_SITE],
        guards.only_columns("inspections_delivery", ("quality_check_id",)),
        guards.only_columns("inspections_deliveryline", ("removed_on", "removed_by_id")),
        guards.only_columns("inspections_tool", ("retired_on", "retired_because")),
        guards.only_columns("inspections_sitefine", FINE_COLUMNS),
        guards.only_columns("inspections_diaryday", ("looked_at", "looked_by_id", "remark")),
        guards.only_columns("inspections_sitenote", ("answer", "answered_at", "answered_by_id")),
        guards.transitions("inspections_sitefine", "state", FINE_STEPS),
        guards.trigger("inspections_sitefine", "inspections_fine_begins", "BEFORE INSERT", FINE),
        guards.trigger("inspections_deliveryline", "inspections_line_removed_once", "BEFORE UPDATE", once("removed_on")),
        guards.trigger("inspections_diaryday", "inspections_diary_looked_once", "BEFORE UPDATE", once("looked_at")),
        guards.trigger("inspections_sitenote", "inspections_note_answered_once", "BEFORE UPDATE", once("answered_at")),
        guards.trigger("inspections_tool", "inspections_tool_retired_once", "BEFORE UPDATE", once("retired_on")),
        guards.trigger("inspections_diaryday", "inspections_diary_has_come", "BEFORE INSERT", DIARY),
        guards.trigger("inspections_delivery", "inspections_delivery_of_check", "BEFORE UPDATE", DELIVERY),
        guards.trigger("inspections_siteordercheck", "inspections_order_score", "AFTER INSERT", SCORE, deferred=True),
        guards.trigger("inspections_incidentstep", "inspections_incident_steps", "BEFORE INSERT", STEP, definer=True),
        guards.trigger("inspections_qualitycheck", "inspections_check_second_person", "BEFORE UPDATE", SECOND_PERSON),
        guards.trigger("inspections_checkresult", "inspections_result_tool", "BEFORE INSERT OR UPDATE", TOOL),
        guards.trigger("inspections_photo", "inspections_photo_in_room", "BEFORE INSERT", ROOM),
        guards.trigger("inspections_sitenote", "inspections_note_in_room", "BEFORE INSERT", NOTE_ROOM),
    ]
