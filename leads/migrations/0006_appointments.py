"""Appointments without double booking, calendar feeds, show homes with their weekly notice, the desk's roster, wordings."""

import datetime

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import core.models.base
from core import guards

OUTCOMES = ("kept", "missed_customer", "missed_us", "moved", "cancelled")
RECORDED = (
    "leads_appointment", "leads_deskhours", "leads_shift", "leads_showhome", "leads_showhomenotice", "leads_showhomevisit", "leads_textversion",
)  # fmt: skip
OF_ITS_STORE = (
    "BEGIN IF {column} IS NOT NULL AND NEW.store_id IS DISTINCT FROM (SELECT store_id FROM {parent} WHERE id = {column}) THEN "
    + guards.refuse("A record belongs to the store of its file.").replace("{", "{{").replace("}", "}}")
    + " END IF; RETURN NEW; END"
)
BORN_PLANNED = (
    "BEGIN IF NEW.state <> 'planned' THEN "
    + guards.refuse("This step is not in the procedure.")
    + " END IF; IF NEW.moved_from_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM leads_appointment a WHERE a.id = NEW.moved_from_id "
    "AND a.state = 'moved' AND a.store_id = NEW.store_id AND a.lead_id IS NOT DISTINCT FROM NEW.lead_id) THEN "
    + guards.refuse("An appointment follows one that was moved.")
    + " END IF; RETURN NEW; END"
)
HAS_ITS_SEAT = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM leads_appointmentseat s WHERE s.appointment_id = NEW.id AND s.person_id = NEW.person_id) THEN "
    + guards.refuse("An appointment takes the time of its person.")
    + " END IF; IF EXISTS (SELECT 1 FROM leads_appointment a WHERE a.id = NEW.id AND a.state = 'moved') "
    "AND NOT EXISTS (SELECT 1 FROM leads_appointment a WHERE a.moved_from_id = NEW.id) THEN "
    + guards.refuse("A moved appointment has a new time.")
    + " END IF; RETURN NULL; END"
)
SEAT_AS_AGREED = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM leads_appointment a WHERE a.id = NEW.appointment_id AND a.start_at = NEW.start_at "
    "AND a.end_at = NEW.end_at AND a.state = 'planned' AND NEW.planned) THEN "
    + guards.refuse("An appointment takes the time of its person.")
    + " END IF; RETURN NEW; END"
)
SEAT_FOLLOWS = (
    "BEGIN IF OLD.state = 'planned' AND NEW.state <> 'planned' THEN "
    "UPDATE leads_appointmentseat SET planned = false WHERE appointment_id = NEW.id; END IF; RETURN NULL; END"
)
SEAT_BY_HAND = (
    "BEGIN IF TG_OP = 'DELETE' OR pg_trigger_depth() < 2 OR NEW.planned "
    "OR (to_jsonb(OLD) - 'planned') IS DISTINCT FROM (to_jsonb(NEW) - 'planned') THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END"
)
VISITED_BEFORE = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM leads_showhomenotice n JOIN leads_showhome h ON h.store_id = n.store_id "
    "JOIN leads_showhomevisit v ON v.show_home_id = h.id WHERE n.id = NEW.notice_id AND h.id = NEW.show_home_id AND v.at = NEW.visited_at "
    "AND v.at <= n.at AND v.at >= n.at - interval '7 days') THEN "
    + guards.refuse("A show home is published after a visit within the week before.")
    + " END IF; RETURN NEW; END"
)
ENDED_ONCE = (
    "BEGIN IF (OLD.ended_at IS NOT NULL AND (OLD.ended_at, OLD.ended_by_id, OLD.ended_reason) IS DISTINCT FROM "
    "(NEW.ended_at, NEW.ended_by_id, NEW.ended_reason)) OR (OLD.told_at IS NOT NULL AND OLD.told_at IS DISTINCT FROM NEW.told_at) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END"
)


def of_its_store(table: str, column: str, parent: str) -> migrations.RunSQL:
    """The row's store is its parent's, if it has one."""
    return guards.trigger(
        table, f"{table}_{column}_store", "BEFORE INSERT OR UPDATE", OF_ITS_STORE.format(column=f"NEW.{column}", parent=parent)
    )


class Migration(migrations.Migration):
    dependencies = [
        ('core', '0003_choices'),
        ('leads', '0005_people'),
    ]

    operations = [
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('day', models.DateField()),
                ('kind', models.CharField(choices=[('early', 'Early shift'), ('late', 'Late shift')], max_length=6)),
                ('start_at', models.DateTimeField()),
                ('end_at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('told_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_reason', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'ordering': ('day', 'start_at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='ShowHome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('name', models.CharField(max_length=60)),
                ('address', models.CharField(max_length=160)),
                ('open_from', models.DateField(null=True)),
                ('open_until', models.DateField(null=True)),
                ('contact', models.CharField(blank=True, max_length=120)),
                ('consent', models.CharField(blank=True, max_length=200)),
                ('note', models.CharField(blank=True, max_length=400)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_reason', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'ordering': ('name', 'id'),
            },
        ),
        migrations.CreateModel(
            name='ShowHomeNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('seq', models.PositiveIntegerField()),
                ('note', models.CharField(blank=True, max_length=400)),
            ],
            options={
                'ordering': ('-at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='ShowHomeNoticeLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('address', models.CharField(max_length=160)),
                ('open_from', models.DateField(null=True)),
                ('open_until', models.DateField(null=True)),
                ('key_with', models.CharField(max_length=160)),
                ('visited_at', models.DateTimeField()),
                ('position', models.PositiveSmallIntegerField()),
            ],
            options={
                'ordering': ('position', 'id'),
            },
        ),
        migrations.CreateModel(
            name='ShowHomePhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='ShowHomeVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('note', models.CharField(blank=True, max_length=400)),
            ],
            options={
                'ordering': ('-at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='TextVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('code', models.CharField(max_length=40)),
                ('version', models.PositiveSmallIntegerField()),
                ('body', models.CharField(blank=True, max_length=1000)),
            ],
            options={
                'ordering': ('code', '-version'),
            },
        ),
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('kind', models.CharField(choices=[('measuring', 'Measuring'), ('meeting', 'Meeting'), ('store', 'Visit to the store'), ('visit', 'Visit to a show home or site'), ('other', 'Other business')], max_length=10)),
                ('start_at', models.DateTimeField()),
                ('end_at', models.DateTimeField()),
                ('place', models.CharField(blank=True, max_length=160)),
                ('place_ref', models.CharField(blank=True, max_length=40)),
                ('pick_up', models.BooleanField(default=False)),
                ('note', models.CharField(blank=True, max_length=400)),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('kept', 'Kept'), ('missed_customer', 'The customer did not come'), ('missed_us', 'We did not come'), ('moved', 'Moved'), ('cancelled', 'Called off')], default='planned', max_length=16)),
                ('told_at', models.DateTimeField(null=True)),
                ('told', models.CharField(blank=True, max_length=400)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lead', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='leads.lead')),
                ('moved_from', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moved_to', to='leads.appointment')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
                ('told_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('start_at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='AppointmentSeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start_at', models.DateTimeField()),
                ('end_at', models.DateTimeField()),
                ('planned', models.BooleanField(default=True)),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='leads.appointment')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='DeskHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('seq', models.PositiveIntegerField()),
                ('opens', models.TimeField()),
                ('closes', models.TimeField()),
                ('early_from', models.TimeField()),
                ('early_until', models.TimeField()),
                ('late_from', models.TimeField()),
                ('late_until', models.TimeField()),
                ('open_days', models.CharField(default='1234567', max_length=7)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'ordering': ('-seq',),
            },
        ),
        migrations.AddField(
            model_name='shift',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='shift',
            name='ended_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='shift',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='shift',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='showhome',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='showhome',
            name='closed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='showhome',
            name='estate',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='show_homes', to='leads.estate'),
        ),
        migrations.AddField(
            model_name='showhome',
            name='home',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='show_homes', to='leads.home'),
        ),
        migrations.AddField(
            model_name='showhome',
            name='keeper',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='showhome',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='show_home',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='leads.showhome'),
        ),
        migrations.AddField(
            model_name='showhomenotice',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='showhomenotice',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='showhomenoticeline',
            name='notice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='leads.showhomenotice'),
        ),
        migrations.AddField(
            model_name='showhomenoticeline',
            name='show_home',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='leads.showhome'),
        ),
        migrations.AddField(
            model_name='showhomephoto',
            name='attachment',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.attachment'),
        ),
        migrations.AddField(
            model_name='showhomephoto',
            name='show_home',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='leads.showhome'),
        ),
        migrations.AddField(
            model_name='showhomevisit',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='showhomevisit',
            name='show_home',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='leads.showhome'),
        ),
        migrations.AddField(
            model_name='showhomevisit',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddField(
            model_name='textversion',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='textversion',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store'),
        ),
        migrations.AddIndex(
            model_name='appointmentseat',
            index=models.Index(fields=['person', 'start_at'], name='leads_seat_person'),
        ),
        migrations.AddConstraint(
            model_name='appointmentseat',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('planned', True)), expressions=[(models.Func(models.F('person'), models.F('person'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('start_at'), models.F('end_at'), models.Value('[)'), function='tstzrange'), '&&')], name='leads_seat_no_double_booking'),
        ),
        migrations.AddConstraint(
            model_name='appointmentseat',
            constraint=models.UniqueConstraint(fields=('appointment', 'person'), name='leads_seat_once'),
        ),
        migrations.AddConstraint(
            model_name='calendarfeed',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('person',), name='leads_feed_one_open'),
        ),
        migrations.AddConstraint(
            model_name='calendarfeed',
            constraint=models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$')), name='leads_feed_hash'),
        ),
        migrations.AddConstraint(
            model_name='deskhours',
            constraint=models.UniqueConstraint(fields=('store', 'seq'), name='leads_deskhours_one'),
        ),
        migrations.AddConstraint(
            model_name='deskhours',
            constraint=models.CheckConstraint(condition=models.Q(('closes__gt', models.F('opens')), ('early_until__gt', models.F('early_from')), ('late_from__gt', models.F('early_from')), ('late_until__gt', models.F('late_from'))), name='leads_deskhours_in_order'),
        ),
        migrations.AddConstraint(
            model_name='deskhours',
            constraint=models.CheckConstraint(condition=models.Q(('open_days__regex', '^[1-7]{1,7}$')), name='leads_deskhours_days'),
        ),
        migrations.AddIndex(
            model_name='shift',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['store', 'day'], name='leads_shift_week'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('person', 'day', 'kind'), name='leads_shift_once'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['early', 'late'])), name='leads_shift_kind'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.CheckConstraint(condition=models.Q(('end_at__gt', models.F('start_at'))), name='leads_shift_lasts'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'late'), _negated=True), ('at__lte', django.db.models.expressions.CombinedExpression(models.F('start_at'), '-', models.Value(datetime.timedelta(days=1)))), models.Q(('reason', ''), _negated=True), _connector='OR'), name='leads_shift_late_reason'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_by__isnull', False), _connector='OR'), name='leads_shift_ended_by'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), models.Q(('kind', 'late'), _negated=True), ('ended_at__lte', django.db.models.expressions.CombinedExpression(models.F('start_at'), '-', models.Value(datetime.timedelta(days=1)))), models.Q(('ended_reason', ''), _negated=True), _connector='OR'), name='leads_shift_late_change'),
        ),
        migrations.AddConstraint(
            model_name='showhome',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('store', 'name'), name='leads_showhome_one_name'),
        ),
        migrations.AddConstraint(
            model_name='showhome',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('address', ''), _negated=True)), name='leads_showhome_has_address'),
        ),
        migrations.AddConstraint(
            model_name='showhome',
            constraint=models.CheckConstraint(condition=models.Q(('open_from__isnull', True), ('open_until__isnull', True), ('open_until__gte', models.F('open_from')), _connector='OR'), name='leads_showhome_period'),
        ),
        migrations.AddConstraint(
            model_name='showhome',
            constraint=models.CheckConstraint(condition=models.Q(('keeper__isnull', False), models.Q(('contact', ''), _negated=True), _connector='OR'), name='leads_showhome_has_key'),
        ),
        migrations.AddConstraint(
            model_name='showhome',
            constraint=models.CheckConstraint(condition=models.Q(('home__isnull', True), models.Q(('consent', ''), _negated=True), _connector='OR'), name='leads_showhome_owner_agreed'),
        ),
        migrations.AddConstraint(
            model_name='showhome',
            constraint=models.CheckConstraint(condition=models.Q(('closed_at__isnull', True), models.Q(('closed_by__isnull', False), models.Q(('closed_reason', ''), _negated=True)), _connector='OR'), name='leads_showhome_closed_why'),
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(fields=['store', 'start_at'], name='leads_appointment_store'),
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(fields=['lead', 'start_at'], name='leads_appointment_lead'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['measuring', 'meeting', 'store', 'visit', 'other'])), name='leads_appointment_kind'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'kept', 'missed_customer', 'missed_us', 'moved', 'cancelled'])), name='leads_appointment_state'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('end_at__gt', models.F('start_at'))), name='leads_appointment_lasts'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'planned'), ('told_at__isnull', True), ('told_by__isnull', True)), models.Q(models.Q(('state', 'planned'), _negated=True), ('told_at__isnull', False), ('told_by__isnull', False)), _connector='OR'), name='leads_appointment_outcome_noted'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('missed_us', 'moved', 'cancelled')), _negated=True), models.Q(('told', ''), _negated=True), _connector='OR'), name='leads_appointment_reason'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'other'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='leads_appointment_other_says_what'),
        ),
        migrations.AddIndex(
            model_name='showhomenotice',
            index=models.Index(fields=['store', '-at'], name='leads_showhomenotice_last'),
        ),
        migrations.AddConstraint(
            model_name='showhomenotice',
            constraint=models.UniqueConstraint(fields=('store', 'seq'), name='leads_showhomenotice_one'),
        ),
        migrations.AddConstraint(
            model_name='showhomenoticeline',
            constraint=models.UniqueConstraint(fields=('notice', 'show_home'), name='leads_showhomeline_once'),
        ),
        migrations.AddIndex(
            model_name='showhomevisit',
            index=models.Index(fields=['show_home', '-at'], name='leads_showhomevisit_last'),
        ),
        migrations.AddConstraint(
            model_name='textversion',
            constraint=models.UniqueConstraint(fields=('store', 'code', 'version'), name='leads_text_one_version'),
        ),
        *(guards.db_clock(table) for table in RECORDED),
        *(guards.append_only(f"leads_{name}") for name in ("deskhours", "showhomenotice", "showhomenoticeline", "showhomephoto", "showhomevisit", "textversion")),
        guards.only_columns("leads_appointment", ["state", "told_at", "told_by_id", "told"]),
        guards.transitions("leads_appointment", "state", [("planned", outcome) for outcome in OUTCOMES]),
        guards.trigger("leads_appointment", "leads_appointment_born_planned", "BEFORE INSERT", BORN_PLANNED),
        guards.trigger("leads_appointment", "leads_appointment_has_its_seat", "AFTER INSERT OR UPDATE", HAS_ITS_SEAT, deferred=True),
        guards.trigger("leads_appointment", "leads_appointment_frees", "AFTER UPDATE", SEAT_FOLLOWS, definer=True),
        of_its_store("leads_appointment", "lead_id", "leads_lead"),
        of_its_store("leads_appointment", "show_home_id", "leads_showhome"),
        guards.trigger("leads_appointmentseat", "leads_appointmentseat_as_agreed", "BEFORE INSERT", SEAT_AS_AGREED),
        guards.trigger("leads_appointmentseat", "leads_appointmentseat_by_hand", "BEFORE UPDATE OR DELETE", SEAT_BY_HAND),
        guards.only_columns("leads_calendarfeed", ["ended_at"]),
        of_its_store("leads_showhome", "estate_id", "leads_estate"),
        of_its_store("leads_showhome", "home_id", "leads_home"),
        guards.same_store("leads_showhomevisit", "show_home_id", "leads_showhome"),
        guards.trigger("leads_showhomenoticeline", "leads_showhomenoticeline_visited", "BEFORE INSERT", VISITED_BEFORE),
        guards.only_columns("leads_shift", ["told_at", "ended_at", "ended_by_id", "ended_reason"]),
        guards.trigger("leads_shift", "leads_shift_ended_once", "BEFORE UPDATE", ENDED_ONCE),
    ]
