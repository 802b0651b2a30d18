"""Accounts of the till, refunds, closings, promises."""

from itertools import pairwise

import django.core.serializers.json
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import core.models.base
from core import guards

LINE = ("registered", "assigned", "consulting", "proposal_presented", "deposit_paid", "quoted", "contracted")
OPEN = LINE[:-1]
PAIRS = [*pairwise(LINE), *((stage, "lost") for stage in OPEN), *(("lost", stage) for stage in OPEN)]
BACK = [("deposit_paid", "proposal_presented"), ("quoted", "proposal_presented")]  # a deposit booked in error, or given back


def _stages(pairs):
    """The enquiry's moves; the same function as at the beginning, with these pairs."""
    first = guards.lifecycle(subject="leads_lead", changes="leads_leadstagechange", link="lead_id", pairs=pairs, first="registered")[0]
    return first.sql.split("CREATE TRIGGER")[0]


IN_FORCE = (
    "NOT EXISTS (SELECT 1 FROM leads_depositreversal r WHERE r.deposit_id = d.id) "
    "AND NOT EXISTS (SELECT 1 FROM leads_depositrefund f WHERE f.deposit_id = d.id AND f.paid_at IS NOT NULL)"
)
# One deposit in force per enquiry.
ONE_DEPOSIT = (
    "BEGIN PERFORM 1 FROM leads_lead WHERE id = NEW.lead_id FOR NO KEY UPDATE; "
    f"IF EXISTS (SELECT 1 FROM leads_deposit d WHERE d.lead_id = NEW.lead_id AND {IN_FORCE}) THEN "
    + guards.refuse("The deposit has already been received.")
    + " END IF; RETURN NEW; END"
)
# Without a deposit in force an enquiry does not stand behind the deposit; it goes back alone when the deposit is gone.
STAGE_NEEDS_DEPOSIT = (
    "BEGIN IF (NEW.from_stage, NEW.to_stage) IN (('deposit_paid', 'proposal_presented'), ('quoted', 'proposal_presented')) AND EXISTS "
    f"(SELECT 1 FROM leads_deposit d WHERE d.lead_id = NEW.lead_id AND {IN_FORCE}) THEN "
    + guards.refuse("This step is not in the procedure.")
    + " END IF; RETURN NEW; END"
)
# Every receipt of a deposit stands on an account, with the same sum.
DEPOSIT_BOOKED = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM leads_cashentry e WHERE e.paper_id = NEW.receipt_id AND e.kind = 'deposit' AND e.amount = NEW.amount) THEN "
    + guards.refuse("What was received must stand on an account.")
    + " END IF; RETURN NULL; END"
)
# An account that is closed takes nothing; a day that is closed takes no more; a way of paying belongs to one kind of account.
ENTRY_FITS = (
    "DECLARE gone timestamptz; BEGIN SELECT closed_at INTO gone FROM leads_cashaccount WHERE id = NEW.account_id FOR NO KEY UPDATE; "
    "IF gone IS NOT NULL THEN "
    + guards.refuse("This account is closed.")
    + " END IF; IF EXISTS (SELECT 1 FROM leads_tillclosing c WHERE c.account_id = NEW.account_id AND c.day >= NEW.day) THEN "
    + guards.refuse("This day is closed; it takes no more.")
    + " END IF; IF NEW.paper_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM core_paper p WHERE p.id = NEW.paper_id AND p.store_id = NEW.store_id "
    "AND p.kind = CASE WHEN NEW.kind IN ('deposit_refund', 'credit_refund') THEN 'L28' ELSE 'L23' END) THEN "
    + guards.refuse("This paper belongs to another file.")
    + " END IF; RETURN NEW; END"
)
# A reversal takes back what its receipt took in.
ENTRY_BACK = (
    "BEGIN IF NEW.kind = 'reversal' AND NOT EXISTS (SELECT 1 FROM leads_cashentry e WHERE e.paper_id = NEW.paper_id "
    "AND e.kind IN ('deposit', 'payment') AND e.amount = -NEW.amount) THEN "
    + guards.refuse("A reversal takes back exactly the payment it names.")
    + " END IF; RETURN NULL; END"
)
# What moves from one account arrives on another of the same store, on the same paper-less note.
MOVED_SUMS = (
    "BEGIN IF NEW.kind = 'moved' AND (SELECT sum(amount) FROM leads_cashentry e WHERE e.kind = 'moved' AND e.store_id = NEW.store_id AND e.at = NEW.at) <> 0 THEN "
    + guards.refuse("What leaves one account arrives on another.")
    + " END IF; RETURN NULL; END"
)
ACCOUNT_FROZEN = (
    "BEGIN IF TG_OP = 'DELETE' THEN "
    + guards.refuse("This record is evidence: it is never changed or deleted.")
    + " END IF; IF (OLD.store_id, OLD.kind, OLD.opening, OLD.at) IS DISTINCT FROM (NEW.store_id, NEW.kind, NEW.opening, NEW.at) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; IF NEW.closed_at IS NOT NULL AND OLD.closed_at IS NULL AND EXISTS (SELECT 1 FROM leads_cashentry e WHERE e.account_id = NEW.id "
    "AND NOT EXISTS (SELECT 1 FROM leads_tillclosing c WHERE c.account_id = NEW.id AND c.day = e.day)) THEN "
    + guards.refuse("The days of this account are not all closed.")
    + " END IF; RETURN NEW; END"
)
# A closing says what stands in the book: it begins where the last one ended, and nothing of an earlier day is left open.
CLOSING_FITS = (
    "DECLARE before numeric; came numeric; went numeric; BEGIN PERFORM 1 FROM leads_cashaccount WHERE id = NEW.account_id FOR NO KEY UPDATE; "
    "IF EXISTS (SELECT 1 FROM leads_tillclosing c WHERE c.account_id = NEW.account_id AND c.day >= NEW.day) THEN "
    + guards.refuse("This day is closed; it takes no more.")
    + " END IF; IF EXISTS (SELECT 1 FROM leads_cashentry e WHERE e.account_id = NEW.account_id AND e.day < NEW.day "
    "AND NOT EXISTS (SELECT 1 FROM leads_tillclosing c WHERE c.account_id = e.account_id AND c.day = e.day)) THEN "
    + guards.refuse("An earlier day of this account is still open.")
    + " END IF; SELECT coalesce((SELECT c.counted FROM leads_tillclosing c WHERE c.account_id = NEW.account_id ORDER BY c.day DESC LIMIT 1), a.opening) "
    "INTO before FROM leads_cashaccount a WHERE a.id = NEW.account_id; "
    "SELECT coalesce(sum(amount) FILTER (WHERE amount > 0), 0), coalesce(-sum(amount) FILTER (WHERE amount < 0), 0) INTO came, went "
    "FROM leads_cashentry WHERE account_id = NEW.account_id AND day = NEW.day; "
    "IF (NEW.opening, NEW.received, NEW.paid) IS DISTINCT FROM (before, came, went) THEN "
    + guards.refuse("A closing says what stands in the book of that day.")
    + " END IF; IF NEW.checked_by_id IS NOT NULL THEN "
    + guards.refuse("A closed day is checked by a second person.")
    + " END IF; RETURN NEW; END"
)
CLOSING_CHECKED = (
    "BEGIN IF OLD.checked_by_id IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END"
)
REVERSAL_FITS = (
    "DECLARE d leads_deposit%ROWTYPE; BEGIN SELECT * INTO d FROM leads_deposit WHERE id = NEW.deposit_id; "
    "PERFORM 1 FROM leads_lead WHERE id = d.lead_id FOR NO KEY UPDATE; IF d.by_id = NEW.by_id THEN "
    + guards.refuse("A payment is reversed by a second person.")
    + " END IF; IF NOT EXISTS (SELECT 1 FROM leads_cashentry e WHERE e.id = NEW.entry_id AND e.kind = 'reversal' AND e.paper_id = d.receipt_id) THEN "
    + guards.refuse("A reversal takes back exactly the payment it names.")
    + " END IF; IF EXISTS (SELECT 1 FROM leads_depositrefund f WHERE f.deposit_id = d.id AND f.refused_at IS NULL) THEN "
    + guards.refuse("This deposit is being given back, or has been.")
    + " END IF; RETURN NEW; END"
)
# LR-55: what is given back follows from the nature of the money and from why there is no contract.
REFUND_FITS = (
    "DECLARE d leads_deposit%ROWTYPE; nature text; most numeric; BEGIN SELECT * INTO d FROM leads_deposit WHERE id = NEW.deposit_id; "
    "IF TG_OP = 'UPDATE' THEN IF OLD.paid_at IS NOT NULL OR OLD.refused_at IS NOT NULL THEN IF to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END IF; IF NEW.paid_at IS NOT NULL AND NEW.amount > 0 AND NOT EXISTS (SELECT 1 FROM leads_cashentry e "
    "WHERE e.paper_id = NEW.voucher_id AND e.kind = 'deposit_refund' AND e.amount = -NEW.amount) THEN "
    + guards.refuse("What was given back must stand on an account.")
    + " END IF; RETURN NEW; END IF; "
    "PERFORM 1 FROM leads_lead WHERE id = d.lead_id FOR NO KEY UPDATE; IF NEW.paid_at IS NOT NULL THEN "
    + guards.refuse("A refund needs two people.")
    + " END IF; IF EXISTS (SELECT 1 FROM leads_depositreversal r WHERE r.deposit_id = d.id) THEN "
    + guards.refuse("This deposit was booked in error and taken back.")
    + " END IF; SELECT a.nature INTO nature FROM leads_orderagreement a WHERE a.id = d.agreement_id; "
    "most := CASE WHEN nature = 'advance' THEN d.amount WHEN nature = 'deposit' THEN d.amount - NEW.costs "
    "WHEN NEW.ground = 'customer' THEN 0 WHEN NEW.ground = 'company' THEN d.amount * 2 ELSE d.amount END; "
    "IF NEW.costs > 0 AND nature <> 'deposit' OR NEW.costs > d.amount OR NEW.amount <> most THEN "
    + guards.refuse("What is given back follows from the nature of the money.")
    + " END IF; RETURN NEW; END"
)
PROMISE_FROZEN = (
    "BEGIN IF OLD.kept IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END"
)
TABLES = ("cashaccount", "cashentry", "tillclosing", "depositreversal", "depositrefund", "promise")
REFUND_STATE = ("paid_at", "paid_by_id", "voucher_id", "refused_at", "refused_by_id", "refused_because")


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("core", "0002_guards"),
        ("leads", "0009_quotations"),
    ]

    operations = [
        migrations.AlterField(
            model_name='deposit',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deposits', to='leads.orderagreement'),
        ),
        migrations.AlterField(
            model_name='deposit',
            name='lead',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deposits', to='leads.lead'),
        ),
        migrations.CreateModel(
            name='CashAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('kind', models.CharField(choices=[('till', 'Till'), ('bank', 'Bank account'), ('wechat', 'WeChat merchant account'), ('alipay', 'Alipay merchant account'), ('pos', 'Card terminal')], max_length=8)),
                ('name', models.CharField(max_length=60)),
                ('number', models.CharField(blank=True, max_length=40)),
                ('opening', models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ('closed_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
        ),
        migrations.CreateModel(
            name='CashEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('day', models.DateField()),
                ('kind', models.CharField(choices=[('deposit', 'Deposit'), ('payment', 'Payment'), ('reversal', 'Reversal'), ('deposit_refund', 'Deposit given back'), ('credit_refund', 'Credit given back'), ('moved', 'Moved between accounts')], max_length=16)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12)),
                ('party', models.CharField(max_length=60)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='leads.cashaccount')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('paper', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper')),
                ('slip', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.attachment')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
        ),
        migrations.CreateModel(
            name='DepositRefund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12)),
                ('reason', models.CharField(max_length=300)),
                ('payee', models.CharField(max_length=60)),
                ('payee_account', models.CharField(blank=True, max_length=40)),
                ('method', models.CharField(choices=[('transfer', 'Bank transfer'), ('card', 'Card'), ('wechat', 'WeChat Pay'), ('alipay', 'Alipay'), ('cash', 'Cash')], max_length=10)),
                ('paid_at', models.DateTimeField(null=True)),
                ('refused_at', models.DateTimeField(null=True)),
                ('refused_because', models.CharField(blank=True, max_length=300)),
                ('ground', models.CharField(choices=[('customer', 'The customer goes'), ('company', 'The company did not keep its word'), ('mutual', 'Both sides agree to part')], max_length=10)),
                ('costs', models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ('closes', models.BooleanField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('costs_proof', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.attachment')),
                ('deposit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='leads.deposit')),
                ('paid_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('refused_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
                ('voucher', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.paper')),
            ],
        ),
        migrations.CreateModel(
            name='DepositReversal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('reason', models.CharField(max_length=300)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('deposit', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reversal', to='leads.deposit')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='leads.cashentry')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
        ),
        migrations.CreateModel(
            name='Promise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('text', models.CharField(max_length=300)),
                ('until', models.DateField()),
                ('kept', models.BooleanField(null=True)),
                ('word', models.CharField(blank=True, max_length=300)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='leads.lead')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'ordering': ('until', 'id'),
            },
        ),
        migrations.CreateModel(
            name='TillClosing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=core.models.base.ClockTimestamp(), editable=False)),
                ('day', models.DateField()),
                ('opening', models.DecimalField(decimal_places=2, max_digits=14)),
                ('received', models.DecimalField(decimal_places=2, max_digits=14)),
                ('paid', models.DecimalField(decimal_places=2, max_digits=14)),
                ('expected', models.DecimalField(decimal_places=2, max_digits=14)),
                ('counted', models.DecimalField(decimal_places=2, max_digits=14)),
                ('notes', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('checked_at', models.DateTimeField(null=True)),
                ('check_note', models.CharField(blank=True, max_length=300)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closings', to='leads.cashaccount')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('checked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
        ),
        migrations.AddConstraint(
            model_name='cashaccount',
            constraint=models.UniqueConstraint(fields=('store', 'name'), name='leads_cashaccount_name'),
        ),
        migrations.AddConstraint(
            model_name='cashaccount',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='leads_cashaccount_has_name'),
        ),
        migrations.AddConstraint(
            model_name='cashaccount',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['till', 'bank', 'wechat', 'alipay', 'pos'])), name='leads_cashaccount_kind'),
        ),
        migrations.AddIndex(
            model_name='cashentry',
            index=models.Index(fields=['account', 'day', 'id'], name='leads_cashentry_day'),
        ),
        migrations.AddIndex(
            model_name='cashentry',
            index=models.Index(fields=['store', '-day', '-id'], name='leads_cashentry_list'),
        ),
        migrations.AddConstraint(
            model_name='cashentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('kind__in', ['deposit', 'payment']), ('paper__isnull', False)), models.Q(('amount__lt', 0), ('kind__in', ['reversal', 'deposit_refund', 'credit_refund']), ('paper__isnull', False)), models.Q(('kind', 'moved'), models.Q(('amount', 0), _negated=True), models.Q(('note', ''), _negated=True)), _connector='OR'), name='leads_cashentry_kind'),
        ),
        migrations.AddConstraint(
            model_name='cashentry',
            constraint=models.UniqueConstraint(fields=('paper', 'kind'), name='leads_cashentry_once'),
        ),
        migrations.AddConstraint(
            model_name='depositrefund',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('costs__gte', 0), models.Q(('reason', ''), _negated=True)), name='leads_depositrefund_amount'),
        ),
        migrations.AddConstraint(
            model_name='depositrefund',
            constraint=models.CheckConstraint(condition=models.Q(('costs', 0), ('costs_proof__isnull', False), _connector='OR'), name='leads_depositrefund_costs_proof'),
        ),
        migrations.AddConstraint(
            model_name='depositrefund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('paid_at__isnull', True), ('paid_by__isnull', True), ('voucher__isnull', True)), models.Q(('paid_at__isnull', False), ('paid_by__isnull', False), ('refused_at__isnull', True), models.Q(('voucher__isnull', False), ('amount', 0), _connector='OR')), _connector='OR'), name='leads_depositrefund_paid_whole'),
        ),
        migrations.AddConstraint(
            model_name='depositrefund',
            constraint=models.CheckConstraint(condition=models.Q(('refused_at__isnull', True), models.Q(('refused_by__isnull', False), models.Q(('refused_because', ''), _negated=True)), _connector='OR'), name='leads_depositrefund_refused'),
        ),
        migrations.AddConstraint(
            model_name='depositrefund',
            constraint=models.CheckConstraint(condition=models.Q(('paid_by__isnull', True), models.Q(('paid_by', models.F('by')), _negated=True), _connector='OR'), name='leads_depositrefund_two_people'),
        ),
        migrations.AddConstraint(
            model_name='depositrefund',
            constraint=models.UniqueConstraint(condition=models.Q(('refused_at__isnull', True)), fields=('deposit',), name='leads_depositrefund_one'),
        ),
        migrations.AddConstraint(
            model_name='depositreversal',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='leads_depositreversal_reason'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(condition=models.Q(('kept__isnull', True)), fields=['lead', 'until'], name='leads_promise_open'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(fields=['lead', '-id'], name='leads_promise_lead'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='leads_promise_says'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('answered_by__isnull', True), ('kept__isnull', True)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('kept__isnull', False), models.Q(('word', ''), _negated=True)), _connector='OR'), name='leads_promise_answered'),
        ),
        migrations.AddIndex(
            model_name='tillclosing',
            index=models.Index(fields=['store', '-day', '-id'], name='leads_tillclosing_list'),
        ),
        migrations.AddConstraint(
            model_name='tillclosing',
            constraint=models.UniqueConstraint(fields=('account', 'day'), name='leads_tillclosing_once'),
        ),
        migrations.AddConstraint(
            model_name='tillclosing',
            constraint=models.CheckConstraint(condition=models.Q(('paid__gte', 0), ('received__gte', 0)), name='leads_tillclosing_signs'),
        ),
        migrations.AddConstraint(
            model_name='tillclosing',
            constraint=models.CheckConstraint(condition=models.Q(('expected', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('opening'), '+', models.F('received')), '-', models.F('paid')))), name='leads_tillclosing_expected'),
        ),
        migrations.AddConstraint(
            model_name='tillclosing',
            constraint=models.CheckConstraint(condition=models.Q(('counted', models.F('expected')), models.Q(('reason', ''), _negated=True), _connector='OR'), name='leads_tillclosing_reason'),
        ),
        migrations.AddConstraint(
            model_name='tillclosing',
            constraint=models.CheckConstraint(condition=models.Q(('checked_by__isnull', True), models.Q(('checked_by', models.F('by')), _negated=True), _connector='OR'), name='leads_tillclosing_two_people'),
        ),
        migrations.AddConstraint(
            model_name='tillclosing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checked_at__isnull', True), ('checked_by__isnull', True)), models.Q(('checked_at__isnull', False), ('checked_by__isnull', False)), _connector='OR'), name='leads_tillclosing_checked'),
        ),
        *(guards.db_clock(f"leads_{name}") for name in TABLES),
        guards.same_store("leads_cashentry", "account_id", "leads_cashaccount"),
        guards.same_store("leads_tillclosing", "account_id", "leads_cashaccount"),
        guards.same_store("leads_depositreversal", "deposit_id", "leads_deposit"),
        guards.same_store("leads_depositrefund", "deposit_id", "leads_deposit"),
        guards.same_store("leads_promise", "lead_id", "leads_lead"),
        guards.append_only("leads_cashentry"),
        guards.append_only("leads_depositreversal"),
        guards.only_columns("leads_tillclosing", ("checked_by_id", "checked_at", "check_note")),
        guards.only_columns("leads_depositrefund", REFUND_STATE),
        guards.only_columns("leads_promise", ("kept", "word", "answered_at", "answered_by_id")),
        guards.trigger("leads_cashaccount", "leads_cashaccount_frozen", "BEFORE UPDATE OR DELETE", ACCOUNT_FROZEN),
        guards.trigger("leads_cashentry", "leads_cashentry_fits", "BEFORE INSERT", ENTRY_FITS),
        guards.trigger("leads_cashentry", "leads_cashentry_back", "AFTER INSERT", ENTRY_BACK),
        guards.trigger("leads_cashentry", "leads_cashentry_moved", "AFTER INSERT", MOVED_SUMS, deferred=True),
        guards.trigger("leads_tillclosing", "leads_tillclosing_fits", "BEFORE INSERT", CLOSING_FITS),
        guards.trigger("leads_tillclosing", "leads_tillclosing_frozen", "BEFORE UPDATE", CLOSING_CHECKED),
        guards.trigger("leads_deposit", "leads_deposit_one", "BEFORE INSERT", ONE_DEPOSIT),
        guards.trigger("leads_deposit", "leads_deposit_booked", "AFTER INSERT", DEPOSIT_BOOKED),
        guards.trigger("leads_depositreversal", "leads_depositreversal_fits", "BEFORE INSERT", REVERSAL_FITS),
        guards.trigger("leads_depositrefund", "leads_depositrefund_fits", "BEFORE INSERT OR UPDATE", REFUND_FITS),
        guards.trigger("leads_promise", "leads_promise_frozen", "BEFORE UPDATE", PROMISE_FROZEN),
        guards.trigger("leads_leadstagechange", "leads_leadstagechange_back", "BEFORE INSERT", STAGE_NEEDS_DEPOSIT),
        migrations.RunSQL(sql=_stages([*PAIRS, *BACK]), reverse_sql=_stages(PAIRS)),
    ]  # fmt: skip
