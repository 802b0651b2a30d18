"""Foremen's settlements and payments, commissions, what a site costs, cleaning, hand-overs, the archive; what the database guarantees of them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.models.base
from core import guards

FOREMEN = ("foremandeduction", "foremanlabour", "foremansettlement", "foremanpayment", "supervisorcommission")
REST = ("siteexpense", "costproposal", "cleaningorder", "sitehandover", "documenthandover", "sitearchive", "documentloan")
WITHDRAWN = ("withdrawn_at", "withdrawn_by_id", "withdrawn_because")
FROZEN = guards.refuse("This record is frozen: only its state may change.")
OTHER_FILE = guards.refuse("This paper belongs to another file.")
# What a foreman has earned: the instalments of his last price whose work has passed – for one who has left, while he was there.
EARNED = (
    "SELECT coalesce(sum(i.amount), 0) INTO earned FROM projects_foremaninstalment i JOIN projects_foremanprice f ON f.id = i.price_id WHERE f.id = "
    "(SELECT l.id FROM projects_foremanprice l WHERE l.project_id = NEW.project_id AND l.foreman_id = NEW.foreman_id ORDER BY l.id DESC LIMIT 1) "
    "AND EXISTS (SELECT 1 FROM projects_clearance c WHERE c.project_id = NEW.project_id AND c.fact = CASE i.milestone WHEN 'start' THEN 'crew_on_site' "
    "WHEN 'concealed' THEN 'concealed_works_accepted' WHEN 'midterm' THEN 'carpentry_accepted' WHEN 'completion' THEN 'check_7_passed' "
    "ELSE 'completion_accepted' END AND NOT EXISTS (SELECT 1 FROM projects_clearancerevocation r WHERE r.clearance_id = c.id) "
    "AND (f.replaced_at IS NULL OR c.at <= f.replaced_at)); "
)
LABOUR = (
    "SELECT coalesce(sum(l.amount), 0) INTO labour FROM projects_foremanlabour l JOIN projects_changeorder o ON o.id = l.change_id "
    "JOIN core_paper p ON p.id = o.paper_id WHERE l.project_id = NEW.project_id AND l.foreman_id = NEW.foreman_id AND l.withdrawn_at IS NULL "
    "AND o.withdrawn_at IS NULL AND p.state IN ('signed', 'sealed'); "
)
DEDUCTED = (
    "SELECT coalesce(sum(d.amount), 0) INTO deducted FROM projects_foremandeduction d WHERE d.project_id = NEW.project_id "
    "AND d.foreman_id = NEW.foreman_id AND d.withdrawn_at IS NULL; "
)
# P38: an instalment is never more than what is earned, an advance never more than the whole price; and it stands on an account.
PAYMENT_FITS = (
    "DECLARE s projects_foremansettlement%ROWTYPE; earned numeric; labour numeric; deducted numeric; price numeric; paid numeric; BEGIN "
    "PERFORM 1 FROM projects_project WHERE id = NEW.project_id FOR NO KEY UPDATE; SELECT * INTO s FROM projects_foremansettlement WHERE id = NEW.settlement_id; "
    "IF s.approved_at IS NULL OR s.refused_at IS NOT NULL OR (s.project_id, s.foreman_id) IS DISTINCT FROM (NEW.project_id, NEW.foreman_id) "
    "OR abs(NEW.amount) <> s.amount THEN "
    + guards.refuse("A foreman is paid what an approved statement says.")
    + " END IF; IF NEW.amount > 0 AND NEW.by_id IN (s.by_id, s.approved_by_id) THEN "
    + guards.refuse("Who writes or approves a statement does not pay it.")
    + " END IF; IF NEW.reverses_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM projects_foremanpayment p WHERE p.id = NEW.reverses_id "
    "AND p.settlement_id = NEW.settlement_id AND p.amount = -NEW.amount AND p.by_id <> NEW.by_id) THEN "
    + guards.refuse("A payment is reversed by a second person.")
    + " END IF; IF NOT EXISTS (SELECT 1 FROM leads_cashentry e WHERE e.paper_id = s.paper_id AND e.amount = -NEW.amount "
    "AND e.kind = CASE WHEN NEW.amount > 0 THEN 'foreman' ELSE 'foreman_back' END) THEN "
    + guards.refuse("What was paid must stand on an account.")
    + " END IF; "
    + EARNED + LABOUR + DEDUCTED
    + "SELECT f.total INTO price FROM projects_foremanprice f WHERE f.project_id = NEW.project_id AND f.foreman_id = NEW.foreman_id ORDER BY f.id DESC LIMIT 1; "
    "SELECT sum(amount) INTO paid FROM projects_foremanpayment WHERE project_id = NEW.project_id AND foreman_id = NEW.foreman_id; "
    "IF NEW.amount > 0 AND paid > (CASE WHEN s.kind = 'advance' THEN coalesce(price, 0) ELSE earned END) + labour - deducted THEN "
    + guards.refuse("A foreman is not paid more than he has earned.")
    + " END IF; RETURN NULL; END"
)
# And nothing leaves an account for a foreman without its payment.
ENTRY_PAYS = (
    "BEGIN IF NEW.kind IN ('foreman', 'foreman_back') AND NOT EXISTS (SELECT 1 FROM projects_foremanpayment p JOIN projects_foremansettlement s "
    "ON s.id = p.settlement_id WHERE s.paper_id = NEW.paper_id AND p.amount = -NEW.amount) THEN "
    + guards.refuse("A foreman is paid what an approved statement says.")
    + " END IF; RETURN NULL; END"
)
SETTLEMENT_FITS = (
    "BEGIN IF TG_OP = 'INSERT' THEN IF NEW.approved_at IS NOT NULL OR NEW.refused_at IS NOT NULL OR NEW.paid_at IS NOT NULL THEN "
    + guards.refuse("A statement is approved by a second person.")
    + " END IF; RETURN NEW; END IF; IF (OLD.paid_at IS NOT NULL OR OLD.refused_at IS NOT NULL) AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
    + FROZEN
    + " END IF; IF OLD.approved_at IS NOT NULL AND (OLD.approved_at, OLD.approved_by_id) IS DISTINCT FROM (NEW.approved_at, NEW.approved_by_id) THEN "
    + FROZEN
    + " END IF; IF NEW.paid_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM projects_foremanpayment p WHERE p.settlement_id = NEW.id AND p.amount = NEW.amount) THEN "
    + guards.refuse("What was paid must stand on an account.")
    + " END IF; RETURN NEW; END"
)
DEDUCTION_FITS = (
    "BEGIN IF NEW.withdrawn_at IS NOT NULL OR (NEW.paper_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM core_paper p JOIN projects_project s "
    "ON s.dossier_id = p.dossier_id WHERE p.id = NEW.paper_id AND s.id = NEW.project_id)) THEN "
    + OTHER_FILE
    + " END IF; RETURN NEW; END"
)
LABOUR_FITS = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM projects_changeorder o JOIN core_paper p ON p.id = o.paper_id WHERE o.id = NEW.change_id "
    "AND o.project_id = NEW.project_id AND o.withdrawn_at IS NULL AND p.state IN ('signed', 'sealed')) THEN "
    + guards.refuse("A change counts when the customer has signed it.")
    + " END IF; RETURN NEW; END"
)
ONCE_WITHDRAWN = "BEGIN IF OLD.withdrawn_at IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN " + FROZEN + " END IF; RETURN NEW; END"
COMMISSION_FITS = (
    "BEGIN IF TG_OP = 'INSERT' THEN IF NEW.approved_at IS NOT NULL THEN "
    + guards.refuse("A commission is approved by a second person.")
    + " END IF; IF NOT EXISTS (SELECT 1 FROM projects_project p WHERE p.id = NEW.project_id AND p.stage IN ('settled', 'under_warranty', 'closed')) THEN "
    + guards.refuse("A commission belongs to a settled site.")
    + " END IF; RETURN NEW; END IF; IF OLD.withdrawn_at IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) OR OLD.approved_at IS NOT NULL "
    "AND (OLD.approved_at, OLD.approved_by_id) IS DISTINCT FROM (NEW.approved_at, NEW.approved_by_id) THEN "
    + FROZEN
    + " END IF; RETURN NEW; END"
)
EXPENSE_FITS = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM core_attachment a JOIN projects_project s ON s.dossier_id = a.dossier_id WHERE a.id = NEW.receipt_id "
    "AND s.id = NEW.project_id) THEN "
    + OTHER_FILE
    + " END IF; RETURN NEW; END"
)
ONCE_REVIEWED = "BEGIN IF OLD.reviewed_at IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN " + FROZEN + " END IF; RETURN NEW; END"
ONCE_DONE = (
    "BEGIN IF (OLD.done_on IS NOT NULL OR OLD.withdrawn_at IS NOT NULL) AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN " + FROZEN + " END IF; RETURN NEW; END"
)
ONCE_RETURNED = "BEGIN IF OLD.returned_on IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN " + FROZEN + " END IF; RETURN NEW; END"
# P45 before P33: a home is handed over clean.
CLEAN_FIRST = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM projects_cleaningorder c WHERE c.project_id = NEW.project_id AND c.done_on IS NOT NULL) THEN "
    + guards.refuse("The home is cleaned before it is handed over.")
    + " END IF; RETURN NEW; END"
)


def paper_of(table, kind):
    """The row's paper is of this kind and lies in the site's file."""
    body = (
        "BEGIN IF NOT EXISTS (SELECT 1 FROM core_paper p JOIN projects_project s ON s.dossier_id = p.dossier_id WHERE p.id = NEW.paper_id "
        f"AND s.id = NEW.project_id AND p.kind = '{kind}') THEN " + OTHER_FILE + " END IF; RETURN NEW; END"
    )
    return guards.trigger(table, f"{table}_paper", "BEFORE INSERT", body)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("core", "0002_guards"),
        ("leads", "0012_outgoings"),
        ("projects", "0007_days"),
    ]

    operations = [
        migrations.CreateModel(
            name='ForemanSettlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('seq', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('instalment', 'What is earned'), ('advance', 'An advance')], max_length=12)),
                ('price', models.DecimalField(decimal_places=2, max_digits=12)),
                ('earned', models.DecimalField(decimal_places=2, max_digits=12)),
                ('labour', models.DecimalField(decimal_places=2, max_digits=12)),
                ('deducted', models.DecimalField(decimal_places=2, max_digits=12)),
                ('paid_before', models.DecimalField(decimal_places=2, max_digits=12)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('approved_at', models.DateTimeField(null=True)),
                ('refused_at', models.DateTimeField(null=True)),
                ('refused_because', models.CharField(blank=True, max_length=300)),
                ('paid_at', models.DateTimeField(null=True)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('foreman', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('paper', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='projects.project')),
                ('refused_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'ordering': ['seq'],
            },
        ),
        migrations.CreateModel(
            name='ForemanPayment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12)),
                ('method', models.CharField(choices=[('transfer', 'Bank transfer'), ('card', 'Card at the counter'), ('wechat', 'WeChat Pay, company account'), ('alipay', 'Alipay, company account'), ('cash', 'Cash at the counter')], max_length=16)),
                ('payee_account', models.CharField(blank=True, max_length=40)),
                ('paid_on', models.DateField()),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('foreman', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='projects.project')),
                ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversal', to='projects.foremanpayment')),
                ('slip', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.attachment')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
                ('settlement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='projects.foremansettlement')),
            ],
        ),
        migrations.CreateModel(
            name='SiteArchive',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('number', models.CharField(max_length=40)),
                ('shelf', models.CharField(max_length=60)),
                ('volumes', models.PositiveSmallIntegerField(default=1)),
                ('filed_on', models.DateField()),
                ('papers', models.PositiveIntegerField()),
                ('files', models.PositiveIntegerField()),
                ('unsigned', models.PositiveIntegerField()),
                ('word', models.CharField(blank=True, max_length=300)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='archive', to='projects.project')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
        ),
        migrations.CreateModel(
            name='SiteExpense',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('kind', models.CharField(choices=[('transport', 'Transport'), ('rubbish', 'Rubbish removal'), ('lifting', 'Carrying and lifting'), ('protection', 'Protection of finished work'), ('tools', 'Tools and small parts'), ('cleaning', 'Cleaning'), ('testing', 'Tests and measurements'), ('property', 'Paid to the property office'), ('labour', 'Day labour'), ('other', 'Other')], max_length=12)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12)),
                ('spent_on', models.DateField()),
                ('payee', models.CharField(max_length=60)),
                ('what', models.CharField(max_length=200)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_because', models.CharField(blank=True, max_length=300)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='expenses', to='projects.project')),
                ('receipt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.attachment')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SiteHandOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('on', models.DateField()),
                ('keys', models.PositiveSmallIntegerField()),
                ('water', models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                ('power', models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                ('gas', models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                ('left_open', models.CharField(blank=True, max_length=400)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('paper', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='projects.project')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
        ),
        migrations.CreateModel(
            name='SupervisorCommission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('month', models.DateField()),
                ('base', models.DecimalField(decimal_places=2, max_digits=12)),
                ('percent', models.DecimalField(decimal_places=2, max_digits=5)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('approved_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_because', models.CharField(blank=True, max_length=300)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='projects.project')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
                ('supervisor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='CleaningOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('contractor', models.CharField(max_length=60)),
                ('phone', models.CharField(blank=True, max_length=20)),
                ('scope', models.CharField(max_length=300)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12)),
                ('clean_on', models.DateField()),
                ('done_on', models.DateField(null=True)),
                ('done_word', models.CharField(blank=True, max_length=200)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_because', models.CharField(blank=True, max_length=300)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('paper', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cleanings', to='projects.project')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['store', 'done_on'], name='projects_cleaning_period')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gte', 0), models.Q(('contractor', ''), _negated=True), models.Q(('scope', ''), _negated=True)), name='projects_cleaning_whole'), models.CheckConstraint(condition=models.Q(models.Q(('done_by__isnull', True), ('done_on__isnull', True)), models.Q(('done_by__isnull', False), ('done_on__isnull', False), ('withdrawn_at__isnull', True), models.Q(('done_word', ''), _negated=True)), _connector='OR'), name='projects_cleaning_done'), models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), models.Q(('withdrawn_by__isnull', False), models.Q(('withdrawn_because', ''), _negated=True)), _connector='OR'), name='projects_cleaning_withdrawn'), models.UniqueConstraint(condition=models.Q(('done_on__isnull', True), ('withdrawn_at__isnull', True)), fields=('project',), name='projects_cleaning_one_waits')],
            },
        ),
        migrations.CreateModel(
            name='CostProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('text', models.CharField(max_length=400)),
                ('effect', models.CharField(choices=[('direct', 'direct'), ('indirect', 'indirect')], max_length=8)),
                ('saves', models.DecimalField(decimal_places=2, max_digits=12)),
                ('accepted', models.BooleanField(null=True)),
                ('word', models.CharField(blank=True, max_length=300)),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cost_proposals', to='projects.project')),
                ('reviewed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='projects_costproposal_text'), models.CheckConstraint(condition=models.Q(models.Q(('accepted__isnull', True), ('reviewed_at__isnull', True), ('reviewed_by__isnull', True)), models.Q(('accepted__isnull', False), ('reviewed_at__isnull', False), ('reviewed_by__isnull', False), models.Q(('word', ''), _negated=True), models.Q(('reviewed_by', models.F('by')), _negated=True)), _connector='OR'), name='projects_costproposal_reviewed')],
            },
        ),
        migrations.CreateModel(
            name='DocumentHandOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('on', models.DateField()),
                ('lines', models.JSONField(default=list)),
                ('given', models.PositiveSmallIntegerField()),
                ('missing', models.PositiveSmallIntegerField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('paper', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='document_hand_overs', to='projects.project')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('given__gt', 0)), name='projects_documenthandover_given')],
            },
        ),
        migrations.CreateModel(
            name='DocumentLoan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('kind', models.CharField(choices=[('issue', 'Given out'), ('loan', 'Lent'), ('round', 'Passed round')], max_length=8)),
                ('what', models.CharField(max_length=120)),
                ('to', models.CharField(max_length=60)),
                ('purpose', models.CharField(max_length=200)),
                ('out_on', models.DateField()),
                ('due_on', models.DateField(null=True)),
                ('returned_on', models.DateField(null=True)),
                ('returned_word', models.CharField(blank=True, max_length=200)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.attachment')),
                ('paper', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='loans', to='projects.project')),
                ('returned_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('returned_on__isnull', True)), fields=['store', 'due_on'], name='projects_loan_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('what', ''), _negated=True), models.Q(('to', ''), _negated=True), models.Q(('purpose', ''), _negated=True)), name='projects_loan_whole'), models.CheckConstraint(condition=models.Q(models.Q(('due_on__isnull', True), ('kind', 'issue')), models.Q(models.Q(('kind', 'issue'), _negated=True), ('due_on__gte', models.F('out_on')), ('due_on__isnull', False)), _connector='OR'), name='projects_loan_due'), models.CheckConstraint(condition=models.Q(models.Q(('returned_by__isnull', True), ('returned_on__isnull', True)), models.Q(models.Q(('kind', 'issue'), _negated=True), ('returned_by__isnull', False), ('returned_on__gte', models.F('out_on')), ('returned_on__isnull', False)), _connector='OR'), name='projects_loan_returned')],
            },
        ),
        migrations.CreateModel(
            name='ForemanDeduction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_because', models.CharField(blank=True, max_length=300)),
                ('kind', models.CharField(choices=[('fine', 'Site fine'), ('rework', 'Re-work charged'), ('material', 'Material overdrawn'), ('other', 'Other')], max_length=8)),
                ('reason', models.CharField(max_length=300)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('foreman', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('paper', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='projects.project')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0), models.Q(('reason', ''), _negated=True)), name='projects_foremandeduction_amount'), models.CheckConstraint(condition=models.Q(('foreman', models.F('by')), _negated=True), name='projects_foremandeduction_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_because', ''), _negated=True)), _connector='OR'), name='projects_foremandeduction_withdrawn'), models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('paper',), name='projects_foremandeduction_paper_once')],
            },
        ),
        migrations.CreateModel(
            name='ForemanLabour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_because', models.CharField(blank=True, max_length=300)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('change', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='labour', to='projects.changeorder')),
                ('foreman', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='projects.project')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='projects_foremanlabour_amount'), models.CheckConstraint(condition=models.Q(('foreman', models.F('by')), _negated=True), name='projects_foremanlabour_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_because', ''), _negated=True)), _connector='OR'), name='projects_foremanlabour_withdrawn'), models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('change',), name='projects_foremanlabour_once')],
            },
        ),
        migrations.AddIndex(
            model_name='foremansettlement',
            index=models.Index(fields=['store', '-id'], name='projects_foremansettle_list'),
        ),
        migrations.AddConstraint(
            model_name='foremansettlement',
            constraint=models.UniqueConstraint(fields=('project', 'foreman', 'seq'), name='projects_foremansettlement_seq'),
        ),
        migrations.AddConstraint(
            model_name='foremansettlement',
            constraint=models.UniqueConstraint(condition=models.Q(('paid_at__isnull', True), ('refused_at__isnull', True)), fields=('project', 'foreman'), name='projects_foremansettlement_one_waits'),
        ),
        migrations.AddConstraint(
            model_name='foremansettlement',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='projects_foremansettlement_amount'),
        ),
        migrations.AddConstraint(
            model_name='foremansettlement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'advance'), models.Q(('reason', ''), _negated=True)), models.Q(('amount__lte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('earned'), '+', models.F('labour')), '-', models.F('deducted')), '-', models.F('paid_before'))), ('kind', 'instalment')), _connector='OR'), name='projects_foremansettlement_earned'),
        ),
        migrations.AddConstraint(
            model_name='foremansettlement',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'instalment'), ('amount__lte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('price'), '+', models.F('labour')), '-', models.F('deducted')), '-', models.F('paid_before'))), _connector='OR'), name='projects_foremansettlement_advance'),
        ),
        migrations.AddConstraint(
            model_name='foremansettlement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('foreman', models.F('by')), _negated=True), models.Q(('approved_by__isnull', True), models.Q(models.Q(('approved_by', models.F('by')), _negated=True), models.Q(('approved_by', models.F('foreman')), _negated=True)), _connector='OR')), name='projects_foremansettlement_two_people'),
        ),
        migrations.AddConstraint(
            model_name='foremansettlement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_by__isnull', True)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False)), _connector='OR'), name='projects_foremansettlement_approved'),
        ),
        migrations.AddConstraint(
            model_name='foremansettlement',
            constraint=models.CheckConstraint(condition=models.Q(('refused_at__isnull', True), models.Q(('paid_at__isnull', True), ('refused_by__isnull', False), models.Q(('refused_because', ''), _negated=True)), _connector='OR'), name='projects_foremansettlement_refused'),
        ),
        migrations.AddConstraint(
            model_name='foremansettlement',
            constraint=models.CheckConstraint(condition=models.Q(('paid_at__isnull', True), models.Q(('approved_at__isnull', False), ('refused_at__isnull', True)), _connector='OR'), name='projects_foremansettlement_paid'),
        ),
        migrations.AddIndex(
            model_name='foremanpayment',
            index=models.Index(fields=['store', '-paid_on', '-id'], name='projects_foremanpayment_list'),
        ),
        migrations.AddConstraint(
            model_name='foremanpayment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('reverses__isnull', True)), models.Q(('amount__lt', 0), ('reverses__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='projects_foremanpayment_amount'),
        ),
        migrations.AddConstraint(
            model_name='foremanpayment',
            constraint=models.CheckConstraint(condition=models.Q(('foreman', models.F('by')), _negated=True), name='projects_foremanpayment_two_people'),
        ),
        migrations.AddConstraint(
            model_name='foremanpayment',
            constraint=models.UniqueConstraint(condition=models.Q(('reverses__isnull', True)), fields=('settlement',), name='projects_foremanpayment_once'),
        ),
        migrations.AddConstraint(
            model_name='sitearchive',
            constraint=models.UniqueConstraint(fields=('store', 'number'), name='projects_archive_number'),
        ),
        migrations.AddConstraint(
            model_name='sitearchive',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number', ''), _negated=True), models.Q(('shelf', ''), _negated=True), ('volumes__gte', 1)), name='projects_archive_whole'),
        ),
        migrations.AddConstraint(
            model_name='sitearchive',
            constraint=models.CheckConstraint(condition=models.Q(('unsigned', 0), models.Q(('word', ''), _negated=True), _connector='OR'), name='projects_archive_unsigned_word'),
        ),
        migrations.AddIndex(
            model_name='siteexpense',
            index=models.Index(fields=['store', 'spent_on'], name='projects_siteexpense_period'),
        ),
        migrations.AddConstraint(
            model_name='siteexpense',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), models.Q(('what', ''), _negated=True), models.Q(('payee', ''), _negated=True)), name='projects_siteexpense_amount'),
        ),
        migrations.AddConstraint(
            model_name='siteexpense',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_because', ''), _negated=True)), _connector='OR'), name='projects_siteexpense_withdrawn'),
        ),
        migrations.AddConstraint(
            model_name='sitehandover',
            constraint=models.CheckConstraint(condition=models.Q(('water__isnull', True), ('water__gte', 0), _connector='OR'), name='projects_handover_water'),
        ),
        migrations.AddConstraint(
            model_name='sitehandover',
            constraint=models.CheckConstraint(condition=models.Q(('power__isnull', True), ('power__gte', 0), _connector='OR'), name='projects_handover_power'),
        ),
        migrations.AddConstraint(
            model_name='sitehandover',
            constraint=models.CheckConstraint(condition=models.Q(('gas__isnull', True), ('gas__gte', 0), _connector='OR'), name='projects_handover_gas'),
        ),
        migrations.AddIndex(
            model_name='supervisorcommission',
            index=models.Index(fields=['store', '-month', '-id'], name='projects_commission_list'),
        ),
        migrations.AddConstraint(
            model_name='supervisorcommission',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('amount__lte', models.F('base')), ('base__gt', 0), ('percent__gt', 0), ('percent__lte', 100)), name='projects_commission_amount'),
        ),
        migrations.AddConstraint(
            model_name='supervisorcommission',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='projects_commission_month'),
        ),
        migrations.AddConstraint(
            model_name='supervisorcommission',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_by__isnull', True)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False), models.Q(('approved_by', models.F('by')), _negated=True), models.Q(('approved_by', models.F('supervisor')), _negated=True)), _connector='OR'), name='projects_commission_two_people'),
        ),
        migrations.AddConstraint(
            model_name='supervisorcommission',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_because', ''), _negated=True)), _connector='OR'), name='projects_commission_withdrawn'),
        ),
        migrations.AddConstraint(
            model_name='supervisorcommission',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('project',), name='projects_commission_once'),
        ),
        *(guards.db_clock(f"projects_{name}") for name in (*FOREMEN, *REST)),
        *(guards.same_store(f"projects_{name}", "project_id", "projects_project") for name in (*FOREMEN, *REST)),
        *(guards.append_only(f"projects_{name}") for name in ("foremanpayment", "sitehandover", "documenthandover", "sitearchive")),
        guards.only_columns("projects_foremandeduction", WITHDRAWN),
        guards.only_columns("projects_foremanlabour", WITHDRAWN),
        guards.only_columns(
            "projects_foremansettlement", ("approved_at", "approved_by_id", "refused_at", "refused_by_id", "refused_because", "paid_at")
        ),
        guards.only_columns("projects_supervisorcommission", ("approved_at", "approved_by_id", *WITHDRAWN)),
        guards.only_columns("projects_siteexpense", WITHDRAWN),
        guards.only_columns("projects_costproposal", ("accepted", "word", "reviewed_at", "reviewed_by_id")),
        guards.only_columns("projects_cleaningorder", ("done_on", "done_by_id", "done_word", *WITHDRAWN)),
        guards.only_columns("projects_documentloan", ("returned_on", "returned_by_id", "returned_word")),
        guards.trigger("projects_foremanpayment", "projects_foremanpayment_fits", "AFTER INSERT", PAYMENT_FITS, deferred=True),
        guards.trigger("leads_cashentry", "leads_cashentry_pays_foreman", "AFTER INSERT", ENTRY_PAYS, deferred=True),
        guards.trigger("projects_foremansettlement", "projects_foremansettlement_fits", "BEFORE INSERT OR UPDATE", SETTLEMENT_FITS),
        guards.trigger("projects_foremandeduction", "projects_foremandeduction_fits", "BEFORE INSERT", DEDUCTION_FITS),
        guards.trigger("projects_foremanlabour", "projects_foremanlabour_fits", "BEFORE INSERT", LABOUR_FITS),
        guards.trigger("projects_supervisorcommission", "projects_supervisorcommission_fits", "BEFORE INSERT OR UPDATE", COMMISSION_FITS),
        guards.trigger("projects_siteexpense", "projects_siteexpense_fits", "BEFORE INSERT", EXPENSE_FITS),
        *(
            guards.trigger(f"projects_{name}", f"projects_{name}_once_withdrawn", "BEFORE UPDATE", ONCE_WITHDRAWN)
            for name in ("foremandeduction", "foremanlabour", "siteexpense")
        ),
        guards.trigger("projects_costproposal", "projects_costproposal_frozen", "BEFORE UPDATE", ONCE_REVIEWED),
        guards.trigger("projects_cleaningorder", "projects_cleaningorder_frozen", "BEFORE UPDATE", ONCE_DONE),
        guards.trigger("projects_documentloan", "projects_documentloan_frozen", "BEFORE UPDATE", ONCE_RETURNED),
        guards.trigger("projects_sitehandover", "projects_sitehandover_clean_first", "BEFORE INSERT", CLEAN_FIRST),
        paper_of("projects_foremansettlement", "P38"),
        paper_of("projects_cleaningorder", "P45"),
        paper_of("projects_sitehandover", "P33"),
        paper_of("projects_documenthandover", "P34"),
    ]
