"""People of a home, merged customers, classes, the logs of calls and visitors, estates.

Then what the database refuses by itself: a merged customer has nothing of its own, merges make no chains, what is said of a
customer is not said otherwise afterwards.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.models.base
from core import guards

RECORDED = (
    "leads_homeperson", "leads_customermerge", "leads_judgment", "leads_contactban", "leads_profilecheck", "leads_phonecall",
    "leads_visit", "leads_estatephase",
)  # fmt: skip
OF_CUSTOMER = (
    "leads_customerphone", "leads_home", "leads_lead", "leads_phonecall", "leads_visit", "leads_judgment", "leads_contactban",
    "leads_profilecheck",
)  # fmt: skip
LOGS = ("leads_phonecall", "leads_visit")
MOVED = ("leads_customerphone", "leads_home", "leads_lead", *LOGS)
NOT_OF_A_MERGED_ONE = (
    "DECLARE gone bigint; BEGIN IF NEW.customer_id IS NULL THEN RETURN NEW; END IF; "
    "SELECT merged_into_id INTO gone FROM leads_customer WHERE id = NEW.customer_id FOR KEY SHARE; IF gone IS NOT NULL THEN "
    + guards.refuse("This customer was merged with another one: go on there.")
    + " END IF; RETURN NEW; END"
)
MERGES = (
    "BEGIN IF TG_OP = 'INSERT' THEN "
    "PERFORM 1 FROM leads_customer WHERE id IN (NEW.kept_id, NEW.merged_id) ORDER BY id FOR UPDATE; "
    "IF NEW.parted_at IS NOT NULL OR EXISTS (SELECT 1 FROM leads_customer WHERE (id IN (NEW.kept_id, NEW.merged_id) "
    "AND merged_into_id IS NOT NULL) OR merged_into_id = NEW.merged_id) THEN "
    + guards.refuse("One of the two was merged already: part those first.")
    + " END IF; IF "
    + " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE customer_id = NEW.merged_id)" for table in MOVED)
    + " THEN "
    + guards.refuse("Everything of a merged customer goes to the one that is kept.")
    + " END IF; UPDATE leads_customer SET merged_into_id = NEW.kept_id WHERE id = NEW.merged_id; RETURN NEW; END IF; "
    "IF OLD.parted_at IS NOT NULL THEN "
    + guards.refuse("These two were parted already.")
    + " END IF; IF NEW.parted_at IS NOT NULL THEN UPDATE leads_customer SET merged_into_id = NULL WHERE id = OLD.merged_id; END IF; RETURN NEW; END"
)
MERGED_BY_HAND = (
    "BEGIN IF pg_trigger_depth() < 2 AND ((TG_OP = 'INSERT' AND NEW.merged_into_id IS NOT NULL) OR "
    "(TG_OP = 'UPDATE' AND NEW.merged_into_id IS DISTINCT FROM OLD.merged_into_id)) THEN "
    + guards.refuse("Two customers are merged with a reason, never by hand.")
    + " END IF; RETURN NEW; END"
)
NOT_THE_CUSTOMERS_OWN = (
    "BEGIN IF NEW.number <> '' AND EXISTS (SELECT 1 FROM leads_customerphone p JOIN leads_home h ON h.customer_id = p.customer_id "
    "WHERE h.id = NEW.home_id AND p.number = NEW.number AND p.withdrawn_at IS NULL) THEN "
    + guards.refuse("This is a number of the customer.")
    + " END IF; RETURN NEW; END"
)
LOG_OF_ITS_STORE = (
    "BEGIN IF NEW.customer_id IS NOT NULL AND NEW.store_id IS DISTINCT FROM (SELECT store_id FROM leads_customer WHERE id = NEW.customer_id) "
    "OR NEW.lead_id IS NOT NULL AND NEW.customer_id IS DISTINCT FROM (SELECT customer_id FROM leads_lead WHERE id = NEW.lead_id) THEN "
    + guards.refuse("A record belongs to the store of its file.")
    + " END IF; RETURN NEW; END"
)
HANDLED_STAYS = (
    "BEGIN IF OLD.handled_at IS NOT NULL AND (OLD.handled_at, OLD.handled_by_id, OLD.handling, OLD.passed_to_id, OLD.passed_at) IS DISTINCT FROM "
    "(NEW.handled_at, NEW.handled_by_id, NEW.handling, NEW.passed_to_id, NEW.passed_at) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END"
)


def ended_stays(column):
    """What has ended is not taken up again; it is written anew."""
    return (
        f"BEGIN IF OLD.{column} IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
        + guards.refuse("This record is frozen: only its state may change.")
        + " END IF; RETURN NEW; END"
    )


class Migration(migrations.Migration):

    dependencies = [
        ('leads', '0004_sources'),
    ]

    operations = [
        migrations.CreateModel(
            name='Judgment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('willingness', models.CharField(blank=True, choices=[('', 'Not judged'), ('high', 'High'), ('low', 'Low')], default='', max_length=4)),
                ('ability', models.CharField(blank=True, choices=[('', 'Not judged'), ('high', 'High'), ('low', 'Low')], default='', max_length=4)),
                ('is_key', models.BooleanField(default=False)),
                ('is_member', models.BooleanField(default=False)),
                ('reason', models.CharField(max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='PhoneCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('name', models.CharField(blank=True, max_length=60)),
                ('number', models.CharField(blank=True, max_length=20)),
                ('subject', models.CharField(choices=[('enquiry', 'New enquiry'), ('progress', 'Question on a running matter'), ('appointment', 'Appointment'), ('repair', 'Repair'), ('complaint', 'Complaint'), ('money', 'Money'), ('other', 'Other')], max_length=12)),
                ('note', models.CharField(max_length=600)),
                ('passed_at', models.DateTimeField(null=True)),
                ('handled_at', models.DateTimeField(null=True)),
                ('handling', models.CharField(blank=True, max_length=600)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ProfileCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('changed', models.JSONField(default=dict)),
                ('note', models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('name', models.CharField(blank=True, max_length=60)),
                ('number', models.CharField(blank=True, max_length=20)),
                ('subject', models.CharField(choices=[('enquiry', 'New enquiry'), ('progress', 'Question on a running matter'), ('appointment', 'Appointment'), ('repair', 'Repair'), ('complaint', 'Complaint'), ('money', 'Money'), ('other', 'Other')], max_length=12)),
                ('note', models.CharField(max_length=600)),
                ('passed_at', models.DateTimeField(null=True)),
                ('handled_at', models.DateTimeField(null=True)),
                ('handling', models.CharField(blank=True, max_length=600)),
                ('people', models.PositiveSmallIntegerField(default=1)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='customer',
            name='contact_ways',
            field=models.CharField(blank=True, default='', max_length=200),
        ),
        migrations.AddField(
            model_name='customer',
            name='cs_officer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='customer',
            name='is_member',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='customer',
            name='merged_into',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_ones', to='leads.customer'),
        ),
        migrations.AddField(
            model_name='customer',
            name='price_level',
            field=models.CharField(blank=True, choices=[('', 'Not known'), ('economy', 'Economy'), ('middle', 'Middle'), ('upper', 'Upper')], default='', max_length=10),
        ),
        migrations.AddField(
            model_name='customer',
            name='settlement',
            field=models.CharField(blank=True, default='', max_length=80),
        ),
        migrations.AddField(
            model_name='estate',
            name='area_text',
            field=models.CharField(blank=True, default='', max_length=80),
        ),
        migrations.AddField(
            model_name='estate',
            name='changed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='estate',
            name='changed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='estate',
            name='layouts',
            field=models.CharField(blank=True, default='', max_length=200),
        ),
        migrations.AddField(
            model_name='estate',
            name='needs',
            field=models.CharField(blank=True, default='', max_length=600),
        ),
        migrations.AddField(
            model_name='estate',
            name='property_phone',
            field=models.CharField(blank=True, default='', max_length=40),
        ),
        migrations.AddField(
            model_name='estate',
            name='sales',
            field=models.CharField(blank=True, choices=[('', 'Not known'), ('coming', 'Not on sale yet'), ('selling', 'On sale'), ('sold', 'Sold out'), ('second', 'Second-hand only')], default='', max_length=10),
        ),
        migrations.AddField(
            model_name='estate',
            name='works_deposit',
            field=models.CharField(blank=True, default='', max_length=60),
        ),
        migrations.AlterField(
            model_name='phonereveal',
            name='phone',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reveals', to='leads.customerphone'),
        ),
        migrations.CreateModel(
            name='ContactBan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('reason', models.CharField(max_length=300)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_reason', models.CharField(blank=True, max_length=300)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bans', to='leads.customer')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
        ),
        migrations.CreateModel(
            name='CustomerMerge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('reason', models.CharField(max_length=300)),
                ('moved', models.JSONField()),
                ('before', models.JSONField()),
                ('parted_at', models.DateTimeField(null=True)),
                ('parted_reason', models.CharField(blank=True, max_length=300)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('kept', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merges', to='leads.customer')),
                ('merged', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mergings', to='leads.customer')),
                ('parted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
        ),
        migrations.CreateModel(
            name='EstatePhase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('name', models.CharField(max_length=40)),
                ('handover_on', models.DateField()),
                ('homes', models.PositiveIntegerField(null=True)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('estate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='phases', to='leads.estate')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('handover_on', 'id'),
            },
        ),
        migrations.CreateModel(
            name='HomePerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('name', models.CharField(max_length=60)),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('spouse', 'Spouse'), ('parent', 'Parent'), ('child', 'Child'), ('tenant', 'Tenant'), ('payer', 'Payer'), ('agent', 'Acts for the owner'), ('other', 'Other')], max_length=10)),
                ('number', models.CharField(blank=True, max_length=20)),
                ('sent', models.CharField(blank=True, max_length=60)),
                ('pays', models.BooleanField(default=False)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_reason', models.CharField(blank=True, max_length=200)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('home', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='people', to='leads.home')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.AddField(
            model_name='phonereveal',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reveals', to='leads.homeperson'),
        ),
        migrations.AddConstraint(
            model_name='phonereveal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('person__isnull', True), ('phone__isnull', False)), models.Q(('person__isnull', False), ('phone__isnull', True)), _connector='OR'), name='leads_reveal_of_one_number'),
        ),
        migrations.AddField(
            model_name='judgment',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='judgment',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='judgments', to='leads.customer'),
        ),
        migrations.AddField(
            model_name='judgment',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='phonecall',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='phonecall',
            name='customer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='leads.customer'),
        ),
        migrations.AddField(
            model_name='phonecall',
            name='handled_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='phonecall',
            name='lead',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='leads.lead'),
        ),
        migrations.AddField(
            model_name='phonecall',
            name='passed_to',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='phonecall',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='profilecheck',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='profilecheck',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='profile_checks', to='leads.customer'),
        ),
        migrations.AddField(
            model_name='profilecheck',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='visit',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='visit',
            name='customer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='leads.customer'),
        ),
        migrations.AddField(
            model_name='visit',
            name='handled_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='visit',
            name='lead',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='leads.lead'),
        ),
        migrations.AddField(
            model_name='visit',
            name='passed_to',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='visit',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddConstraint(
            model_name='contactban',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='leads_ban_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='contactban',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), models.Q(('ended_reason', ''), _negated=True)), _connector='OR'), name='leads_ban_end_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='contactban',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('customer',), name='leads_ban_one'),
        ),
        migrations.AddConstraint(
            model_name='customermerge',
            constraint=models.CheckConstraint(condition=models.Q(('kept', models.F('merged')), _negated=True), name='leads_merge_of_two'),
        ),
        migrations.AddConstraint(
            model_name='customermerge',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='leads_merge_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='customermerge',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('parted_at__isnull', True), ('parted_by__isnull', True)), models.Q(('parted_at__isnull', False), ('parted_by__isnull', False), models.Q(('parted_reason', ''), _negated=True)), _connector='OR'), name='leads_merge_parting_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='customermerge',
            constraint=models.UniqueConstraint(condition=models.Q(('parted_at__isnull', True)), fields=('merged',), name='leads_merge_once'),
        ),
        migrations.AddIndex(
            model_name='estatephase',
            index=models.Index(condition=models.Q(('withdrawn_at__isnull', True)), fields=['store', 'handover_on'], name='leads_phase_day'),
        ),
        migrations.AddConstraint(
            model_name='estatephase',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='leads_phase_has_name'),
        ),
        migrations.AddConstraint(
            model_name='estatephase',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('estate', 'name'), name='leads_phase_one'),
        ),
        migrations.AddIndex(
            model_name='homeperson',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['store', 'number'], name='leads_person_number'),
        ),
        migrations.AddConstraint(
            model_name='homeperson',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='leads_person_has_name'),
        ),
        migrations.AddConstraint(
            model_name='homeperson',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['owner', 'spouse', 'parent', 'child', 'tenant', 'payer', 'agent', 'other'])), name='leads_person_has_role'),
        ),
        migrations.AddConstraint(
            model_name='homeperson',
            constraint=models.CheckConstraint(condition=models.Q(('number', ''), ('number__regex', '^[0-9x]{8,18}$'), _connector='OR'), name='leads_person_number_normal'),
        ),
        migrations.AddConstraint(
            model_name='homeperson',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), models.Q(('ended_reason', ''), _negated=True)), _connector='OR'), name='leads_person_end_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='homeperson',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True), models.Q(('number', ''), _negated=True)), fields=('home', 'number'), name='leads_person_number_once_a_home'),
        ),
        migrations.AddConstraint(
            model_name='homeperson',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True), ('pays', True)), fields=('home',), name='leads_person_one_pays'),
        ),
        migrations.AddIndex(
            model_name='judgment',
            index=models.Index(fields=['customer', '-at'], name='leads_judgment_customer'),
        ),
        migrations.AddConstraint(
            model_name='judgment',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='leads_judgment_has_reason'),
        ),
        migrations.AddIndex(
            model_name='phonecall',
            index=models.Index(fields=['store', '-at', '-id'], name='leads_phonecall_newest'),
        ),
        migrations.AddIndex(
            model_name='phonecall',
            index=models.Index(condition=models.Q(('handled_at__isnull', True)), fields=['passed_to'], name='leads_phonecall_open'),
        ),
        migrations.AddIndex(
            model_name='phonecall',
            index=models.Index(fields=['store', 'number'], name='leads_phonecall_number'),
        ),
        migrations.AddConstraint(
            model_name='phonecall',
            constraint=models.CheckConstraint(condition=models.Q(('note', ''), _negated=True), name='leads_phonecall_has_note'),
        ),
        migrations.AddConstraint(
            model_name='phonecall',
            constraint=models.CheckConstraint(condition=models.Q(('subject__in', ['enquiry', 'progress', 'appointment', 'repair', 'complaint', 'money', 'other'])), name='leads_phonecall_has_subject'),
        ),
        migrations.AddConstraint(
            model_name='phonecall',
            constraint=models.CheckConstraint(condition=models.Q(('number', ''), ('number__regex', '^[0-9x]{8,18}$'), _connector='OR'), name='leads_phonecall_number_normal'),
        ),
        migrations.AddConstraint(
            model_name='phonecall',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('handled_at__isnull', True), ('handled_by__isnull', True)), models.Q(('handled_at__isnull', False), ('handled_by__isnull', False), models.Q(('handling', ''), _negated=True)), _connector='OR'), name='leads_phonecall_handled_how'),
        ),
        migrations.AddConstraint(
            model_name='phonecall',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('passed_at__isnull', True), ('passed_to__isnull', True)), models.Q(('passed_at__isnull', False), ('passed_to__isnull', False)), _connector='OR'), name='leads_phonecall_passed_when'),
        ),
        migrations.AddConstraint(
            model_name='phonecall',
            constraint=models.CheckConstraint(condition=models.Q(('lead__isnull', True), ('customer__isnull', False), _connector='OR'), name='leads_phonecall_of_customer'),
        ),
        migrations.AddIndex(
            model_name='profilecheck',
            index=models.Index(fields=['customer', '-at'], name='leads_check_customer'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['store', '-at', '-id'], name='leads_visit_newest'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(condition=models.Q(('handled_at__isnull', True)), fields=['passed_to'], name='leads_visit_open'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['store', 'number'], name='leads_visit_number'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(('note', ''), _negated=True), name='leads_visit_has_note'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(('subject__in', ['enquiry', 'progress', 'appointment', 'repair', 'complaint', 'money', 'other'])), name='leads_visit_has_subject'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(('number', ''), ('number__regex', '^[0-9x]{8,18}$'), _connector='OR'), name='leads_visit_number_normal'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('handled_at__isnull', True), ('handled_by__isnull', True)), models.Q(('handled_at__isnull', False), ('handled_by__isnull', False), models.Q(('handling', ''), _negated=True)), _connector='OR'), name='leads_visit_handled_how'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('passed_at__isnull', True), ('passed_to__isnull', True)), models.Q(('passed_at__isnull', False), ('passed_to__isnull', False)), _connector='OR'), name='leads_visit_passed_when'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(('lead__isnull', True), ('customer__isnull', False), _connector='OR'), name='leads_visit_of_customer'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(('people__gte', 1)), name='leads_visit_has_people'),
        ),
        *(guards.db_clock(table) for table in RECORDED),
        guards.append_only("leads_judgment"),
        guards.append_only("leads_profilecheck"),
        guards.only_columns("leads_homeperson", ("ended_at", "ended_by_id", "ended_reason")),
        guards.only_columns("leads_contactban", ("ended_at", "ended_by_id", "ended_reason")),
        guards.only_columns("leads_customermerge", ("parted_at", "parted_by_id", "parted_reason")),
        guards.only_columns("leads_estatephase", ("withdrawn_at", "withdrawn_by_id")),
        *(
            guards.only_columns(table, ("customer_id", "lead_id", "passed_to_id", "passed_at", "handled_at", "handled_by_id", "handling"))
            for table in LOGS
        ),
        *(guards.trigger(table, f"{table}_handled_stays", "BEFORE UPDATE", HANDLED_STAYS) for table in LOGS),
        *(guards.trigger(table, f"{table}_of_its_store", "BEFORE INSERT OR UPDATE", LOG_OF_ITS_STORE) for table in LOGS),
        guards.trigger("leads_homeperson", "leads_homeperson_ended_stays", "BEFORE UPDATE", ended_stays("ended_at")),
        guards.trigger("leads_contactban", "leads_contactban_ended_stays", "BEFORE UPDATE", ended_stays("ended_at")),
        guards.trigger("leads_estatephase", "leads_estatephase_ended_stays", "BEFORE UPDATE", ended_stays("withdrawn_at")),
        guards.trigger("leads_homeperson", "leads_homeperson_not_customers", "BEFORE INSERT", NOT_THE_CUSTOMERS_OWN),
        guards.same_store("leads_homeperson", "home_id", "leads_home"),
        guards.same_store("leads_estatephase", "estate_id", "leads_estate"),
        guards.same_store("leads_customermerge", "kept_id", "leads_customer"),
        guards.same_store("leads_customermerge", "merged_id", "leads_customer"),
        *(guards.same_store(table, "customer_id", "leads_customer") for table in ("leads_judgment", "leads_contactban", "leads_profilecheck")),
        *(
            guards.trigger(table, f"{table}_not_merged", "BEFORE INSERT OR UPDATE OF customer_id", NOT_OF_A_MERGED_ONE)
            for table in OF_CUSTOMER
        ),
        guards.trigger("leads_customermerge", "leads_customermerge_merges", "BEFORE INSERT OR UPDATE", MERGES, definer=True),
        guards.trigger("leads_customer", "leads_customer_merged_by_hand", "BEFORE INSERT OR UPDATE OF merged_into_id", MERGED_BY_HAND),
    ]
