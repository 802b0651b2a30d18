"""Stopped work, lost days, the extension of the schedule, unsigned work, prices outside the list, disputes of a settlement."""

from importlib import import_module

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.math
from django.conf import settings
from django.db import migrations, models

import core.models.base
from core import guards

first = import_module("projects.migrations.0002_guards")


def again(name, body, old):
    """A guard that stands already, with another body."""
    return migrations.RunSQL(sql=guards._function(name, body), reverse_sql=guards._function(name, old))


# Settlements that were made anew before they had a version are numbered in their order.
NUMBERED = (
    "ALTER TABLE projects_settlement DISABLE TRIGGER projects_settlement_append_only; "
    "UPDATE projects_settlement s SET version = n.version, previous_id = n.previous FROM (SELECT id, row_number() OVER w AS version, lag(id) OVER w AS previous "
    "FROM projects_settlement WINDOW w AS (PARTITION BY project_id, kind ORDER BY id)) n WHERE n.id = s.id AND n.version > 1; "
    "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED; "
    "ALTER TABLE projects_settlement ENABLE TRIGGER projects_settlement_append_only;"
)
SIGNED = "p.state IN ('signed', 'sealed')"

STOP_FROZEN = (
    "BEGIN IF OLD.until_on IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END"
)
# A day of a stop is its owner's; a day that is struck or stands in a signed extension does not change any more.
DAY_FITS = (
    "BEGIN IF TG_OP = 'UPDATE' AND OLD.struck_at IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; IF NEW.stop_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM projects_stopwork s WHERE s.id = NEW.stop_id AND s.project_id = NEW.project_id "
    "AND s.owner = NEW.owner AND NEW.\"on\" >= s.from_on AND (s.until_on IS NULL OR NEW.\"on\" <= s.until_on)) THEN "
    + guards.refuse("A day of stopped work lies in its period and has its owner.")
    + " END IF; IF NEW.extension_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM projects_scheduleextension e WHERE e.id = NEW.extension_id "
    "AND e.project_id = NEW.project_id) THEN "
    + guards.refuse("This paper belongs to another file.")
    + " END IF; IF TG_OP = 'UPDATE' AND OLD.extension_id IS NOT NULL AND NEW.extension_id IS DISTINCT FROM OLD.extension_id AND NOT EXISTS "
    "(SELECT 1 FROM projects_scheduleextension e WHERE e.id = OLD.extension_id AND e.withdrawn_at IS NOT NULL) THEN "
    + guards.refuse("This day stands in an extension; withdraw the extension first.")
    + " END IF; RETURN NEW; END"
)
EXTENSION_SUMS = (
    "BEGIN IF NEW.new_due_on <> NEW.old_due_on + NEW.days THEN "
    + guards.refuse("The new day of completion is the old one and the days that were agreed.")
    + " END IF; IF (SELECT e.withdrawn_at FROM projects_scheduleextension e WHERE e.id = NEW.id) IS NULL AND NEW.days > (SELECT count(*) FROM projects_lostday d WHERE d.extension_id = NEW.id) THEN "
    + guards.refuse("An extension has at most as many days as were lost.")
    + " END IF; RETURN NULL; END"
)
EXTENSION_FROZEN = (
    "BEGIN IF OLD.withdrawn_at IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + f" END IF; IF NEW.withdrawn_at IS NOT NULL AND EXISTS (SELECT 1 FROM core_paper p WHERE p.id = OLD.paper_id AND {SIGNED}) THEN "
    + guards.refuse("A signed extension is not withdrawn; agree on another day in a supplement.")
    + " END IF; RETURN NEW; END"
)
ONCE = (
    "BEGIN IF OLD.{column} IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END"
)
OFF_LIST_FITS = (
    "BEGIN IF TG_OP = 'UPDATE' AND OLD.decided_at IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; IF NOT EXISTS (SELECT 1 FROM projects_changeorder o WHERE o.id = NEW.change_id AND o.project_id = NEW.project_id AND o.paper_id IS NULL "
    "AND o.withdrawn_at IS NULL) THEN "
    + guards.refuse("A signed change is not altered; make another one.")
    + " END IF; RETURN NEW; END"
)
CHANGE_LINE = first.CHANGE_LINE.replace(
    "IF NOT EXISTS (SELECT 1 FROM projects_changeorder o JOIN projects_contract c",
    "IF NEW.off_list_id IS NOT NULL THEN IF NOT EXISTS (SELECT 1 FROM projects_offlistprice l WHERE l.id = NEW.off_list_id AND l.change_id = NEW.change_id "
    "AND l.approved AND (l.quantity, l.unit_price, l.amount) = (NEW.quantity, NEW.unit_price, NEW.amount)) THEN "
    + guards.refuse("A price outside the list of the contract is approved first.")
    + " END IF; RETURN NEW; END IF; IF NOT EXISTS (SELECT 1 FROM projects_changeorder o JOIN projects_contract c",
    1,
)
# A settlement is the sum of signed changes; what nobody signed never enters it (G14, LR-23).  A version follows the one before it.
SETTLEMENT_FITS = (
    "BEGIN IF EXISTS (SELECT 1 FROM jsonb_array_elements(NEW.lines) l WHERE NOT EXISTS (SELECT 1 FROM projects_changeorder o "
    "JOIN core_paper p ON p.id = o.paper_id WHERE o.project_id = NEW.project_id AND o.seq = (l->>'seq')::int AND o.withdrawn_at IS NULL "
    f"AND {SIGNED} AND o.amount = (l->>'amount')::numeric)) OR (SELECT count(*) <> count(DISTINCT l->>'seq') FROM jsonb_array_elements(NEW.lines) l) THEN "
    + guards.refuse("Only changes that the customer has signed enter a settlement, each once.")
    + " END IF; IF NEW.changes <> (SELECT coalesce(sum((l->>'amount')::numeric), 0) FROM jsonb_array_elements(NEW.lines) l) THEN "
    + guards.refuse("A settlement is the sum of its lines.")
    + " END IF; IF NEW.previous_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM projects_settlement s JOIN core_paper p ON p.id = s.paper_id "
    f"WHERE s.id = NEW.previous_id AND s.project_id = NEW.project_id AND s.kind = NEW.kind AND s.version = NEW.version - 1 AND NOT {SIGNED}) THEN "
    + guards.refuse("A version follows the unsigned one before it.")
    + " END IF; RETURN NEW; END"
)
DISPUTE_FITS = (
    "BEGIN IF TG_OP = 'UPDATE' THEN IF OLD.answered_at IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END IF; IF NOT EXISTS (SELECT 1 FROM projects_settlement s JOIN core_paper p ON p.id = s.paper_id WHERE s.id = NEW.settlement_id "
    "AND s.project_id = NEW.project_id AND p.state = 'issued') THEN "
    + guards.refuse("Only a settlement that waits for signatures is disputed.")
    + " END IF; RETURN NEW; END"
)
# A version that the customer disputes is not signed: the answer is a second version.
DISPUTED_UNSIGNED = (
    "BEGIN IF EXISTS (SELECT 1 FROM projects_settlement s JOIN projects_settlement o ON o.instalment_id = s.instalment_id AND o.version = s.version "
    "JOIN projects_settlementdispute d ON d.settlement_id = o.id WHERE s.paper_id = NEW.paper_id) THEN "
    + guards.refuse("The customer disputes this settlement; it is signed in its next version.")
    + " END IF; RETURN NEW; END"
)
# Retention money that the contract agrees on is paid after its year; a site is settled without it.
HELD = (
    "(SELECT coalesce(sum(i.amount - coalesce((SELECT sum(a.amount) FROM projects_allocation a WHERE a.instalment_id = i.id), 0)), 0) FROM projects_instalment i "
    "JOIN projects_contract c ON c.id = i.contract_id WHERE c.project_id = site AND i.milestone = 'retention')"
)
STAGE_KIND = first.STAGE_KIND.replace("IF paid < owed THEN", f"IF paid < owed - {HELD} THEN", 1)

TABLES = ("stopwork", "lostday", "scheduleextension", "offlistprice", "unsignedwork", "settlementdispute")


class Migration(migrations.Migration):
    dependencies = [("projects", "0006_schedule"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name='DisputePhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
        ),
        migrations.CreateModel(
            name='LostDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('on', models.DateField()),
                ('owner', models.CharField(choices=[('customer', 'Customer'), ('company', 'Company'), ('supplier', 'Supplier'), ('weather', 'Weather, force majeure'), ('property_office', 'Property office')], max_length=16)),
                ('reason', models.CharField(choices=[('customer_decision', 'Customer has not decided yet'), ('customer_material', "Customer's material late or not sound"), ('customer_payment', 'Instalment not paid in time'), ('customer_hold', 'Customer asked to stop'), ('hidden_defect', 'Old defect of the house treated'), ('property_hours', 'Hours or days of rest ordered by the property office'), ('property_permit', 'Approval of the property office late'), ('utility_outage', 'Water or power cut off'), ('weather', 'Rain, frost or damp'), ('force_majeure', 'Force majeure, order of the authorities'), ('company_material', "Company's material missing or wrong"), ('company_crew', 'Too few people, trades not in step'), ('rework', 'Work done again'), ('design_late', 'Drawings late or wrong'), ('accident', 'Accident, safety stop'), ('supplier', 'Made to order, delivered late'), ('neighbour', 'Neighbours object'), ('festival', 'Festival not planned'), ('other_delay', 'Another reason')], max_length=20)),
                ('says', models.CharField(max_length=300)),
                ('struck_at', models.DateTimeField(null=True)),
                ('struck_because', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ['on'],
            },
        ),
        migrations.CreateModel(
            name='OffListPrice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('name', models.CharField(max_length=80)),
                ('unit', models.CharField(max_length=12)),
                ('quantity', models.DecimalField(decimal_places=2, max_digits=10)),
                ('unit_price', models.DecimalField(decimal_places=2, max_digits=12)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12)),
                ('because', models.CharField(max_length=300)),
                ('decided_at', models.DateTimeField(null=True)),
                ('approved', models.BooleanField(null=True)),
                ('answer', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ScheduleExtension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('seq', models.PositiveSmallIntegerField()),
                ('situation', models.CharField(max_length=400)),
                ('told_on', models.DateField()),
                ('talks', models.TextField()),
                ('days', models.PositiveSmallIntegerField()),
                ('old_due_on', models.DateField()),
                ('new_due_on', models.DateField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_because', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ['seq'],
            },
        ),
        migrations.CreateModel(
            name='SettlementDispute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('line', models.CharField(choices=[('instalment', 'An instalment'), ('change', 'A change'), ('paid', 'What was paid'), ('other', 'Something else')], max_length=12)),
                ('words', models.TextField()),
                ('outcome', models.CharField(blank=True, choices=[('accepted', 'The customer is right'), ('partly', 'Partly right'), ('stands', 'The line stands')], max_length=12)),
                ('answer', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='StopWork',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('from_on', models.DateField()),
                ('until_on', models.DateField(null=True)),
                ('owner', models.CharField(choices=[('customer', 'Customer'), ('company', 'Company'), ('supplier', 'Supplier'), ('weather', 'Weather, force majeure'), ('property_office', 'Property office')], max_length=16)),
                ('reason', models.CharField(choices=[('customer_decision', 'Customer has not decided yet'), ('customer_material', "Customer's material late or not sound"), ('customer_payment', 'Instalment not paid in time'), ('customer_hold', 'Customer asked to stop'), ('hidden_defect', 'Old defect of the house treated'), ('property_hours', 'Hours or days of rest ordered by the property office'), ('property_permit', 'Approval of the property office late'), ('utility_outage', 'Water or power cut off'), ('weather', 'Rain, frost or damp'), ('force_majeure', 'Force majeure, order of the authorities'), ('company_material', "Company's material missing or wrong"), ('company_crew', 'Too few people, trades not in step'), ('rework', 'Work done again'), ('design_late', 'Drawings late or wrong'), ('accident', 'Accident, safety stop'), ('supplier', 'Made to order, delivered late'), ('neighbour', 'Neighbours object'), ('festival', 'Festival not planned'), ('other_delay', 'Another reason')], max_length=20)),
                ('says', models.CharField(max_length=300)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='UnsignedWork',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('done_on', models.DateField()),
                ('what', models.CharField(max_length=400)),
                ('outcome', models.CharField(blank=True, choices=[('signed', 'The customer signed a change for it'), ('restored', 'Put back as it was'), ('free', 'Left as it is, free of charge')], max_length=12)),
                ('outcome_says', models.CharField(blank=True, max_length=300)),
                ('outcome_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['done_on', 'id'],
            },
        ),
        migrations.AddField(
            model_name='settlement',
            name='previous',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='next', to='projects.settlement'),
        ),
        migrations.AddField(
            model_name='settlement',
            name='version',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.RunSQL(sql=NUMBERED, reverse_sql=migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='changeline',
            name='item',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='leads.priceitem'),
        ),
        migrations.AlterField(
            model_name='changeorder',
            name='reason',
            field=models.CharField(choices=[('customer_add', 'Customer adds'), ('customer_cut', 'Customer removes'), ('customer_swap', 'Customer swaps'), ('site_condition', 'Site differs from the drawing'), ('hidden_defect', 'Old defect of the house'), ('property_rule', 'Property office or policy'), ('design_error', 'Design error'), ('quote_miss', 'Left out of the quotation'), ('out_of_stock', 'Out of stock'), ('late_completion', 'Compensation for late completion'), ('other', 'Other')], max_length=20),
        ),
        migrations.AlterField(
            model_name='foremaninstalment',
            name='milestone',
            field=models.CharField(choices=[('start', 'Start'), ('concealed', 'Concealed works'), ('midterm', 'Mid-term (carpentry closed)'), ('completion', 'Completion'), ('final', 'Final'), ('retention', 'Retention money')], max_length=12),
        ),
        migrations.AlterField(
            model_name='instalment',
            name='milestone',
            field=models.CharField(choices=[('start', 'Start'), ('concealed', 'Concealed works'), ('midterm', 'Mid-term (carpentry closed)'), ('completion', 'Completion'), ('final', 'Final'), ('retention', 'Retention money')], max_length=12),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.UniqueConstraint(fields=('project', 'kind', 'version'), name='projects_settlement_version'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('previous__isnull', True), ('version', 1)), models.Q(('previous__isnull', False), ('version__gt', 1)), _connector='OR'), name='projects_settlement_previous'),
        ),
        migrations.AddField(
            model_name='disputephoto',
            name='attachment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.attachment'),
        ),
        migrations.AddField(
            model_name='lostday',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='lostday',
            name='evidence',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.attachment'),
        ),
        migrations.AddField(
            model_name='lostday',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lost_days', to='projects.project'),
        ),
        migrations.AddField(
            model_name='lostday',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='lostday',
            name='struck_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='offlistprice',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='offlistprice',
            name='change',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='off_list', to='projects.changeorder'),
        ),
        migrations.AddField(
            model_name='offlistprice',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='offlistprice',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='off_list_prices', to='projects.project'),
        ),
        migrations.AddField(
            model_name='offlistprice',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='changeline',
            name='off_list',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='line', to='projects.offlistprice'),
        ),
        migrations.AddConstraint(
            model_name='changeline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('item__isnull', False), ('off_list__isnull', True)), models.Q(('item__isnull', True), ('off_list__isnull', False)), _connector='OR'), name='projects_changeline_priced'),
        ),
        migrations.AddField(
            model_name='scheduleextension',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='scheduleextension',
            name='paper',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper'),
        ),
        migrations.AddField(
            model_name='scheduleextension',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extensions', to='projects.project'),
        ),
        migrations.AddField(
            model_name='scheduleextension',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='scheduleextension',
            name='withdrawn_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='lostday',
            name='extension',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lost_days', to='projects.scheduleextension'),
        ),
        migrations.AddField(
            model_name='settlementdispute',
            name='answered_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='settlementdispute',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='settlementdispute',
            name='change',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.changeorder'),
        ),
        migrations.AddField(
            model_name='settlementdispute',
            name='instalment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.instalment'),
        ),
        migrations.AddField(
            model_name='settlementdispute',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='projects.project'),
        ),
        migrations.AddField(
            model_name='settlementdispute',
            name='settlement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='projects.settlement'),
        ),
        migrations.AddField(
            model_name='settlementdispute',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='disputephoto',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='projects.settlementdispute'),
        ),
        migrations.AddField(
            model_name='stopwork',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='stopwork',
            name='ended_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='stopwork',
            name='evidence',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.attachment'),
        ),
        migrations.AddField(
            model_name='stopwork',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stops', to='projects.project'),
        ),
        migrations.AddField(
            model_name='stopwork',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='lostday',
            name='stop',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='days', to='projects.stopwork'),
        ),
        migrations.AddField(
            model_name='unsignedwork',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='unsignedwork',
            name='change',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='unsigned_works', to='projects.changeorder'),
        ),
        migrations.AddField(
            model_name='unsignedwork',
            name='evidence',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.attachment'),
        ),
        migrations.AddField(
            model_name='unsignedwork',
            name='let_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='unsignedwork',
            name='outcome_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='unsignedwork',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='unsigned_works', to='projects.project'),
        ),
        migrations.AddField(
            model_name='unsignedwork',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddConstraint(
            model_name='offlistprice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('quantity', 0), _negated=True), ('amount', django.db.models.functions.math.Round(django.db.models.expressions.CombinedExpression(models.F('quantity'), '*', models.F('unit_price')), precision=2)), ('unit_price__gt', 0)), name='projects_offlist_amount'),
        ),
        migrations.AddConstraint(
            model_name='offlistprice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('unit', ''), _negated=True), models.Q(('because', ''), _negated=True)), name='projects_offlist_because'),
        ),
        migrations.AddConstraint(
            model_name='offlistprice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved__isnull', True), ('decided_at__isnull', True), ('decided_by__isnull', True)), models.Q(('approved__isnull', False), ('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('decided_by', models.F('by')), _negated=True)), _connector='OR'), name='projects_offlist_two_people'),
        ),
        migrations.AddConstraint(
            model_name='offlistprice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved', False), _negated=True), models.Q(('answer', ''), _negated=True), _connector='OR'), name='projects_offlist_refused'),
        ),
        migrations.AddConstraint(
            model_name='scheduleextension',
            constraint=models.UniqueConstraint(fields=('project', 'seq'), name='projects_extension_seq'),
        ),
        migrations.AddConstraint(
            model_name='scheduleextension',
            constraint=models.CheckConstraint(condition=models.Q(('days__gte', 1), models.Q(('situation', ''), _negated=True), models.Q(('talks', ''), _negated=True)), name='projects_extension_negotiated'),
        ),
        migrations.AddConstraint(
            model_name='scheduleextension',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), models.Q(('withdrawn_because', ''), _negated=True), _connector='OR'), name='projects_extension_withdrawn'),
        ),
        migrations.AddIndex(
            model_name='settlementdispute',
            index=models.Index(fields=['settlement', 'id'], name='projects_dispute_list'),
        ),
        migrations.AddConstraint(
            model_name='settlementdispute',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='projects_dispute_words'),
        ),
        migrations.AddConstraint(
            model_name='settlementdispute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('change__isnull', False), ('line', 'change')), models.Q(models.Q(('line', 'change'), _negated=True), ('change__isnull', True)), _connector='OR'), models.Q(models.Q(('instalment__isnull', False), ('line', 'instalment')), models.Q(models.Q(('line', 'instalment'), _negated=True), ('instalment__isnull', True)), _connector='OR')), name='projects_dispute_line'),
        ),
        migrations.AddConstraint(
            model_name='settlementdispute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('outcome', '')), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('outcome__in', ['accepted', 'partly', 'stands']), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='projects_dispute_answered'),
        ),
        migrations.AddConstraint(
            model_name='disputephoto',
            constraint=models.UniqueConstraint(fields=('dispute', 'attachment'), name='projects_disputephoto_once'),
        ),
        migrations.AddIndex(
            model_name='stopwork',
            index=models.Index(fields=['project', '-from_on'], name='projects_stopwork_list'),
        ),
        migrations.AddConstraint(
            model_name='stopwork',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('project'), models.F('project'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('from_on'), models.F('until_on'), models.Value('[]'), function='daterange'), '&&')], name='projects_stopwork_no_overlap'),
        ),
        migrations.AddConstraint(
            model_name='stopwork',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('says', ''), _negated=True), models.Q(models.Q(('owner__in', ['customer']), ('reason', 'customer_decision')), models.Q(('owner__in', ['customer']), ('reason', 'customer_material')), models.Q(('owner__in', ['customer']), ('reason', 'customer_payment')), models.Q(('owner__in', ['customer']), ('reason', 'customer_hold')), models.Q(('owner__in', ['customer']), ('reason', 'hidden_defect')), models.Q(('owner__in', ['property_office']), ('reason', 'property_hours')), models.Q(('owner__in', ['property_office']), ('reason', 'property_permit')), models.Q(('owner__in', ['property_office']), ('reason', 'utility_outage')), models.Q(('owner__in', ['weather']), ('reason', 'weather')), models.Q(('owner__in', ['weather']), ('reason', 'force_majeure')), models.Q(('owner__in', ['company']), ('reason', 'company_material')), models.Q(('owner__in', ['company']), ('reason', 'company_crew')), models.Q(('owner__in', ['company']), ('reason', 'rework')), models.Q(('owner__in', ['company']), ('reason', 'design_late')), models.Q(('owner__in', ['company']), ('reason', 'accident')), models.Q(('owner__in', ['supplier']), ('reason', 'supplier')), models.Q(('owner__in', ['property_office', 'company']), ('reason', 'neighbour')), models.Q(('owner__in', ['company', 'customer']), ('reason', 'festival')), models.Q(('owner__in', ['customer', 'company', 'supplier', 'weather', 'property_office']), ('reason', 'other_delay')), _connector='OR')), name='projects_stopwork_one_owner'),
        ),
        migrations.AddConstraint(
            model_name='stopwork',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True), ('until_on__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), ('until_on__gte', models.F('from_on'))), _connector='OR'), name='projects_stopwork_ended_whole'),
        ),
        migrations.AddIndex(
            model_name='lostday',
            index=models.Index(fields=['project', 'on'], name='projects_lostday_list'),
        ),
        migrations.AddConstraint(
            model_name='lostday',
            constraint=models.UniqueConstraint(condition=models.Q(('struck_at__isnull', True)), fields=('project', 'on'), name='projects_lostday_one_owner'),
        ),
        migrations.AddConstraint(
            model_name='lostday',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('says', ''), _negated=True), models.Q(models.Q(('owner__in', ['customer']), ('reason', 'customer_decision')), models.Q(('owner__in', ['customer']), ('reason', 'customer_material')), models.Q(('owner__in', ['customer']), ('reason', 'customer_payment')), models.Q(('owner__in', ['customer']), ('reason', 'customer_hold')), models.Q(('owner__in', ['customer']), ('reason', 'hidden_defect')), models.Q(('owner__in', ['property_office']), ('reason', 'property_hours')), models.Q(('owner__in', ['property_office']), ('reason', 'property_permit')), models.Q(('owner__in', ['property_office']), ('reason', 'utility_outage')), models.Q(('owner__in', ['weather']), ('reason', 'weather')), models.Q(('owner__in', ['weather']), ('reason', 'force_majeure')), models.Q(('owner__in', ['company']), ('reason', 'company_material')), models.Q(('owner__in', ['company']), ('reason', 'company_crew')), models.Q(('owner__in', ['company']), ('reason', 'rework')), models.Q(('owner__in', ['company']), ('reason', 'design_late')), models.Q(('owner__in', ['company']), ('reason', 'accident')), models.Q(('owner__in', ['supplier']), ('reason', 'supplier')), models.Q(('owner__in', ['property_office', 'company']), ('reason', 'neighbour')), models.Q(('owner__in', ['company', 'customer']), ('reason', 'festival')), models.Q(('owner__in', ['customer', 'company', 'supplier', 'weather', 'property_office']), ('reason', 'other_delay')), _connector='OR')), name='projects_lostday_reason'),
        ),
        migrations.AddConstraint(
            model_name='lostday',
            constraint=models.CheckConstraint(condition=models.Q(('extension__isnull', True), models.Q(('owner__in', ['customer', 'weather', 'property_office']), ('struck_at__isnull', True)), _connector='OR'), name='projects_lostday_moves'),
        ),
        migrations.AddConstraint(
            model_name='lostday',
            constraint=models.CheckConstraint(condition=models.Q(('struck_at__isnull', True), models.Q(('struck_by__isnull', False), models.Q(('struck_because', ''), _negated=True)), _connector='OR'), name='projects_lostday_struck'),
        ),
        migrations.AddConstraint(
            model_name='unsignedwork',
            constraint=models.CheckConstraint(condition=models.Q(('what', ''), _negated=True), name='projects_unsignedwork_what'),
        ),
        migrations.AddConstraint(
            model_name='unsignedwork',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', ''), ('outcome_at__isnull', True)), models.Q(('outcome__in', ['signed', 'restored', 'free']), ('outcome_at__isnull', False), ('outcome_by__isnull', False), models.Q(('outcome_says', ''), _negated=True)), _connector='OR'), name='projects_unsignedwork_outcome'),
        ),
        migrations.AddConstraint(
            model_name='unsignedwork',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'signed'), _negated=True), ('change__isnull', False), _connector='OR'), name='projects_unsignedwork_signed'),
        ),
        *(guards.db_clock(f"projects_{name}") for name in TABLES),
        *(guards.same_store(f"projects_{name}", "project_id", "projects_project") for name in TABLES),
        guards.append_only("projects_disputephoto"),
        guards.only_columns("projects_stopwork", ("until_on", "ended_at", "ended_by_id")),
        guards.only_columns("projects_lostday", ("extension_id", "struck_at", "struck_by_id", "struck_because")),
        guards.only_columns("projects_scheduleextension", ("withdrawn_at", "withdrawn_by_id", "withdrawn_because")),
        guards.only_columns("projects_offlistprice", ("decided_at", "decided_by_id", "approved", "answer")),
        guards.only_columns("projects_unsignedwork", ("change_id", "outcome", "outcome_says", "outcome_at", "outcome_by_id")),
        guards.only_columns("projects_settlementdispute", ("outcome", "answer", "answered_at", "answered_by_id")),
        guards.trigger("projects_stopwork", "projects_stopwork_frozen", "BEFORE UPDATE", STOP_FROZEN),
        guards.trigger("projects_lostday", "projects_lostday_fits", "BEFORE INSERT OR UPDATE", DAY_FITS),
        guards.trigger("projects_scheduleextension", "projects_extension_sums", "AFTER INSERT OR UPDATE", EXTENSION_SUMS, deferred=True),
        guards.trigger("projects_scheduleextension", "projects_extension_frozen", "BEFORE UPDATE", EXTENSION_FROZEN),
        guards.trigger("projects_unsignedwork", "projects_unsignedwork_once", "BEFORE UPDATE", ONCE.replace("{column}", "outcome_at")),
        guards.trigger("projects_offlistprice", "projects_offlist_fits", "BEFORE INSERT OR UPDATE", OFF_LIST_FITS),
        guards.trigger("projects_settlement", "projects_settlement_fits", "BEFORE INSERT", SETTLEMENT_FITS),
        guards.trigger("projects_settlementdispute", "projects_dispute_fits", "BEFORE INSERT OR UPDATE", DISPUTE_FITS),
        guards.trigger("core_signature", "projects_settlement_disputed", "BEFORE INSERT", DISPUTED_UNSIGNED),
        again("projects_changeline_fits", CHANGE_LINE, first.CHANGE_LINE),
        again("projects_stagechange_a_kind", STAGE_KIND, first.STAGE_KIND),
    ]  # fmt: skip
