import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.models.base
from core import guards
from projects.choices_bonds import DEBT_STEPS

FROZEN = guards.refuse("This record is frozen: only its state may change.")
# P42: a bond begins with nothing filed; what was filed or ended once stays; it is renewed for its own site and kind.
BOND = (
    "BEGIN IF TG_OP = 'INSERT' THEN IF NEW.filed_at IS NOT NULL OR NEW.ended_at IS NOT NULL THEN "
    + guards.refuse("This step is not in the procedure.")
    + " END IF; IF NEW.renews_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM projects_bond b WHERE b.id = NEW.renews_id "
    "AND b.project_id = NEW.project_id AND b.kind = NEW.kind AND b.filed_at IS NOT NULL) THEN "
    + guards.refuse("A bond is renewed by one of its own site and kind.")
    + " END IF; RETURN NEW; END IF; IF OLD.ended_at IS NOT NULL AND to_jsonb(NEW) IS DISTINCT FROM to_jsonb(OLD) OR OLD.filed_at IS NOT NULL AND "
    "(NEW.issuer, NEW.number, NEW.amount, NEW.valid_from, NEW.valid_until, NEW.scan_id, NEW.filed_at, NEW.filed_by_id) IS DISTINCT FROM "
    "(OLD.issuer, OLD.number, OLD.amount, OLD.valid_from, OLD.valid_until, OLD.scan_id, OLD.filed_at, OLD.filed_by_id) THEN "
    + FROZEN
    + " END IF; RETURN NEW; END"
)
# P43: an old debt is older than its entry; it is paid when the receipts say so, and what was closed stays closed.
DEBT = (
    "BEGIN IF TG_OP = 'INSERT' THEN IF NEW.state <> 'open' OR NEW.arose_on >= (NEW.at AT TIME ZONE 'Asia/Shanghai')::date THEN "
    + guards.refuse("An old debt is older than its entry in the register.")
    + " END IF; RETURN NEW; END IF; IF OLD.state <> 'open' AND to_jsonb(NEW) IS DISTINCT FROM to_jsonb(OLD) THEN "
    + FROZEN
    + " END IF; IF NEW.state = 'paid' AND (SELECT coalesce(sum(p.amount), 0) FROM projects_debtpayment p WHERE p.debt_id = NEW.id) <> NEW.amount THEN "
    + guards.refuse("An old debt is paid when its receipts say so.")
    + " END IF; RETURN NEW; END"
)
# P43: money is taken at the till: the receipt stands in its book with this sum, and more than is owed is not taken.
PAYMENT = (
    "DECLARE owed numeric; stands text; BEGIN SELECT amount, state INTO owed, stands FROM projects_olddebt WHERE id = NEW.debt_id FOR NO KEY UPDATE; "
    "IF stands <> 'open' OR (SELECT coalesce(sum(p.amount), 0) FROM projects_debtpayment p WHERE p.debt_id = NEW.debt_id) + NEW.amount > owed THEN "
    + guards.refuse("More than is owed is not taken.")
    + " END IF; IF NOT EXISTS (SELECT 1 FROM leads_cashentry e JOIN core_paper r ON r.id = e.paper_id JOIN projects_olddebt d ON d.id = NEW.debt_id "
    "WHERE e.paper_id = NEW.receipt_id AND r.kind = 'L23' AND e.kind = 'payment' AND e.amount = NEW.amount AND e.store_id = d.store_id) THEN "
    + guards.refuse("This money does not stand in the till's book.")
    + " END IF; RETURN NEW; END"
)
ATTEMPT = (
    "BEGIN IF NEW.next_on <= (NEW.at AT TIME ZONE 'Asia/Shanghai')::date OR NOT EXISTS "
    "(SELECT 1 FROM projects_olddebt d WHERE d.id = NEW.debt_id AND d.state = 'open') THEN "
    + guards.refuse("An attempt names the day of the next, while the debt is open.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0005_ended_clocks'),
        ('projects', '0013_prices'),
        ('staff', '0003_posts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='OldDebt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('ref', models.CharField(max_length=40, unique=True)),
                ('debtor', models.CharField(max_length=40)),
                ('about', models.CharField(max_length=120)),
                ('basis', models.CharField(max_length=120)),
                ('arose_on', models.DateField()),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12)),
                ('state', models.CharField(choices=[('open', 'Open'), ('paid', 'Paid'), ('given_up', 'Given up')], default='open', max_length=12)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_because', models.CharField(blank=True, max_length=300)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('collector', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='DebtPayment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12)),
                ('method', models.CharField(max_length=12)),
                ('payer', models.CharField(max_length=60)),
                ('key', models.UUIDField(unique=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('receipt', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper')),
                ('debt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='projects.olddebt')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='DebtAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('way', models.CharField(choices=[('phone', 'By phone'), ('visit', 'Visit'), ('letter', 'Letter')], max_length=8)),
                ('says', models.CharField(max_length=400)),
                ('next_on', models.DateField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('debt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='projects.olddebt')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Bond',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('kind', models.CharField(choices=[('performance', 'Performance bond'), ('advance', 'Advance-payment bond'), ('insurance', 'Insurance')], max_length=12)),
                ('due_on', models.DateField()),
                ('what', models.CharField(blank=True, max_length=200)),
                ('issuer', models.CharField(blank=True, max_length=80)),
                ('number', models.CharField(blank=True, max_length=60)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ('valid_from', models.DateField(null=True)),
                ('valid_until', models.DateField(null=True)),
                ('filed_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_because', models.CharField(blank=True, max_length=200)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('filed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bonds', to='projects.project')),
                ('renews', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='renewed_by', to='projects.bond')),
                ('scan', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.attachment')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['store', '-id'], name='projects_bond_list')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('filed_at__isnull', True), ('filed_by__isnull', True), ('number', ''), ('valid_until__isnull', True)), models.Q(('filed_at__isnull', False), ('filed_by__isnull', False), ('scan__isnull', False), ('valid_from__isnull', False), ('valid_until__gte', models.F('valid_from')), models.Q(('number', ''), _negated=True), models.Q(('issuer', ''), _negated=True)), _connector='OR'), name='projects_bond_filed'), models.CheckConstraint(condition=models.Q(('amount__isnull', True), ('amount__gt', 0), _connector='OR'), name='projects_bond_amount'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_because', ''), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), models.Q(('ended_because', ''), _negated=True)), _connector='OR'), name='projects_bond_ended')],
            },
        ),
        migrations.AddIndex(
            model_name='olddebt',
            index=models.Index(fields=['store', 'state', '-id'], name='projects_olddebt_list'),
        ),
        migrations.AddConstraint(
            model_name='olddebt',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), models.Q(('debtor', ''), _negated=True), models.Q(('about', ''), _negated=True), models.Q(('basis', ''), _negated=True)), name='projects_olddebt_says'),
        ),
        migrations.AddConstraint(
            model_name='olddebt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('state', 'open')), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('state', 'paid')), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('state', 'given_up'), models.Q(('closed_because', ''), _negated=True), models.Q(('closed_by', models.F('collector')), _negated=True)), _connector='OR'), name='projects_olddebt_closed'),
        ),
        migrations.AddConstraint(
            model_name='debtpayment',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), models.Q(('payer', ''), _negated=True)), name='projects_debtpayment_amount'),
        ),
        migrations.AddConstraint(
            model_name='debtattempt',
            constraint=models.CheckConstraint(condition=models.Q(('says', ''), _negated=True), name='projects_debtattempt_says'),
        ),
        guards.append_only("projects_debtattempt"),
        guards.append_only("projects_debtpayment"),
        *[guards.db_clock(f"projects_{table}") for table in ("bond", "olddebt", "debtattempt", "debtpayment")],
        guards.same_store("projects_bond", "project_id", "projects_project"),
        guards.only_columns(
            "projects_bond",
            (
                "issuer", "number", "amount", "valid_from", "valid_until", "scan_id", "filed_at", "filed_by_id", "ended_at", "ended_by_id",
                "ended_because",
            ),
        ),
        guards.only_columns("projects_olddebt", ("collector_id", "state", "closed_at", "closed_by_id", "closed_because")),
        guards.transitions("projects_olddebt", "state", DEBT_STEPS),
        guards.trigger("projects_bond", "projects_bond_steps", "BEFORE INSERT OR UPDATE", BOND),
        guards.trigger("projects_olddebt", "projects_olddebt_steps", "BEFORE INSERT OR UPDATE", DEBT, definer=True),
        guards.trigger("projects_debtpayment", "projects_debtpayment_fits", "BEFORE INSERT", PAYMENT, definer=True),
        guards.trigger("projects_debtattempt", "projects_debtattempt_goes_on", "BEFORE INSERT", ATTEMPT),
    ]
