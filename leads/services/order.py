"""Order agreement (L22), deposit with its receipt (L23), the scheme afterwards."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, papers
from core.money import yuan
from core.refusals import Refused
from leads import deadlines
from leads.choices import DepositNature, Method, Stage
from leads.choices_money import EntryKind
from leads.models import CashAccount, Deposit, Lead, OrderAgreement, Scheme
from leads.papers import L22, L23, agreement_content, deposit_receipt
from leads.procedure import PROCEDURE, Standing, deposit_received, preview_accepted, require_open
from leads.services.appointments import book_meeting
from leads.services.stages import locked, move, start, stop
from leads.services.till import account_for, book

AT_MOST = Decimal("0.20")


@transaction.atomic
def issue_order_agreement(
    lead: Lead, *, nature: str, amount: Decimal, by: Any, at: datetime, terms: str = ""
) -> OrderAgreement:
    """Write the order agreement (L22): nature and amount of the deposit, at most a fifth of the estimate (LR-55, decision 4).

    The customer must be content with the preview (G2).  Until the deposit came, a new one supersedes the earlier.
    """
    lead = locked(lead)
    now = Standing(lead)
    if now.deposit is not None:
        raise Refused(_("The deposit has been received; its agreement stays as it is."))
    require_open((preview_accepted,), now, _("The order agreement cannot be written yet."))
    if nature not in DepositNature.values:
        raise Refused(_("Choose what the money is: earnest money, deposit on account or advance payment."))
    estimate, amount = now.proposals[-1].estimate, yuan(amount)
    if amount <= 0:
        raise Refused(_("The amount must be more than nought."))
    if amount > estimate * AT_MOST:
        raise Refused(
            _("At most 20 % of the estimate ¥{estimate:,.2f} may be taken: ¥{most:,.2f}.").format(estimate=estimate, most=yuan(estimate * AT_MOST))
        )
    paper = papers.issue(
        L22, dossier=lead.dossier, store=lead.store, by=by, at=at, replaces=now.agreement.paper if now.agreement else None,
        content=agreement_content(lead, nature=nature, amount=amount, estimate=estimate, terms=terms, by=by),
    )  # fmt: skip
    made = OrderAgreement.objects.create(
        lead=lead, store_id=lead.store_id, nature=nature, amount=amount, estimate=estimate, terms=terms.strip(), paper=paper, by=by, at=at
    )
    audit.record(lead.dossier, "leads.order_agreement_issued", by=by, at=at, paper=paper, nature=nature, amount=amount)
    return made


@transaction.atomic
def receive_deposit(
    lead: Lead, *, method: str, by: Any, at: datetime, payer: str = "", amount: Decimal | None = None, account: CashAccount | None = None, slip: Any = None
) -> Deposit:
    """Take the deposit of the signed agreement and write its receipt (L23): one payment, one receipt, on one account (LR-56).

    Needs every consultation signed (G1), the preview accepted (G2), the agreement signed (G3).  Starts the scheme clock (R005, R006).
    One that is taken again, after it was reversed or given back, finds the scheme and the quotation where they stood.
    """
    lead = locked(lead)
    now = Standing(lead)
    if now.deposit is not None:
        raise Refused(_("The deposit has already been received."))
    again = Deposit.objects.filter(lead=lead).exists()
    move(lead, to=Stage.DEPOSIT_PAID, by=by, at=at, now=now)
    agreement = now.agreement
    assert agreement is not None  # G3
    if amount is not None and yuan(amount) != agreement.amount:
        raise Refused(_("The agreement says ¥{amount:,.2f}.").format(amount=agreement.amount))
    if method not in Method.values:
        raise Refused(_("Say how the money was paid."))
    name, where = payer.strip() or lead.customer.name, account_for(lead.store, method, at=at, account=account)
    receipt = papers.issue(
        L23, dossier=lead.dossier, store=lead.store, by=by, at=at,
        content=deposit_receipt(lead, agreement, payer=name, method=method, by=by, at=at),
    )  # fmt: skip
    book(where, kind=EntryKind.DEPOSIT, amount=agreement.amount, party=name, paper=receipt, by=by, at=at, slip=slip, dossier=lead.dossier)
    made = Deposit.objects.create(
        lead=lead, store_id=lead.store_id, agreement=agreement, amount=agreement.amount, method=method, payer=name, receipt=receipt, by=by, at=at
    )
    if not again or not lead.schemes.exists():
        start(deadlines.SCHEME, lead, owner=lead.designer, at=at)
    if again and not PROCEDURE.missing(now, PROCEDURE.step(Stage.DEPOSIT_PAID, Stage.QUOTED)):
        move(lead, to=Stage.QUOTED, by=None, actor=by, at=at, now=now)
    audit.record(lead.dossier, "leads.deposit_received", by=by, at=at, paper=receipt, amount=made.amount, method=method, payer=name)
    return made


@transaction.atomic
def report_scheme(lead: Lead, *, summary: str, meeting_at: datetime, by: Any, at: datetime, book: bool = False) -> Scheme:
    """The scheme is ready and the meeting is agreed: stops the scheme clock (R005, R006).

    `book`: the meeting goes into the designer's calendar, too; refused when the designer is not free then.
    """
    lead = locked(lead)
    require_open((deposit_received,), Standing(lead), _("The scheme comes after the deposit."))
    if not summary.strip():
        raise Refused(_("Say in a few words what the scheme is."))
    if meeting_at < at:
        raise Refused(_("The meeting lies in the past."))
    if book:
        book_meeting(lead, start_at=meeting_at, by=by, at=at)
    made = Scheme.objects.create(
        lead=lead, store_id=lead.store_id, seq=lead.schemes.count() + 1, summary=summary.strip(), meeting_at=meeting_at, by=by, at=at
    )
    stop(lead, deadlines.SCHEME, by=by, at=at)
    audit.record(lead.dossier, "leads.scheme_ready", by=by, at=at, meeting_at=meeting_at, summary=made.summary)
    return made
