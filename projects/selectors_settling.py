"""Rows of the pages of foremen's money, site cost, completion and archive."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.papers import KINDS
from core.policies import Scope, narrow
from projects import content_settling as content
from projects import costs, policies
from projects import policies_settling as may
from projects.foreman_accounts import ForemanAccount, accounts_of
from projects.models import DocumentLoan, ForemanPayment, ForemanSettlement, Project
from projects.performance import Period
from projects.selectors_preparation import Act, Row, Table, Tag, day, within


def yuan(amount: Decimal | None) -> str:
    """¥1,234.50, −¥1,234.50."""
    if amount is None:
        return "–"
    return f"{'−' if amount < 0 else ''}¥{abs(amount):,.2f}"


def at(moment: Any) -> str:
    return day(timezone.localtime(moment).date()) if moment else "–"


def _link(name: str, project: Any, *more: Any) -> str:
    return reverse(f"projects:{name}", args=[project.ref, *more])


def paper_act(ref: str) -> Act:
    return Act(ref, reverse("paper", args=[ref]))


# --- foremen ---------------------------------------------------------------------------------------------------------


def accounts_for(project: Project, user: Any) -> list[ForemanAccount]:
    """The accounts of a site that this person may see: a foreman his own."""
    rows = accounts_of([project.pk])
    if not within(project, user, may.SEE_FOREMEN):
        rows = [row for row in rows if row.foreman.pk == user.pk]
    return rows


def foreman_tables(project: Project, account: ForemanAccount, user: Any) -> list[Table]:
    """What was agreed and earned, what comes on top, what is taken off, what was paid."""
    can = {policy: within(project, user, policy) for policy in (may.DEDUCT_FOREMAN, policies.AGREE_FOREMAN_PRICE)}
    mine = account.foreman.pk == user.pk
    parts = [
        Row((
            part.says, f"{part.percent.normalize():f} %", yuan(part.amount),
            Tag(_("earned %(day)s") % {"day": at(part.earned_at)}, "done") if part.earned_at else Tag(_("not yet")),
        ))
        for part in account.parts
    ]  # fmt: skip
    labour = [
        Row(
            (_("Change %(seq)s") % {"seq": row.change.seq}, paper_act(row.change.paper.ref), row.note, yuan(row.amount)),
            (Act(_("Withdraw"), _link("foreman-labour-withdrawals", project, row.pk)),) if can[policies.AGREE_FOREMAN_PRICE] and not mine else (),
        )
        for row in account.labour
    ]  # fmt: skip
    deductions = [
        Row(
            (row.get_kind_display(), row.reason, paper_act(row.paper.ref) if row.paper else "–", at(row.at), yuan(row.amount)),
            (Act(_("Withdraw"), _link("foreman-deduction-withdrawals", project, row.pk)),) if can[policies.AGREE_FOREMAN_PRICE] and not mine else (),
        )
        for row in account.deductions
    ]  # fmt: skip
    return [
        Table(_("Price agreed"), (_("Due at"), _("Share"), _("Amount"), _("State")), parts, _("No price is agreed with the foreman yet."), yuan(account.price)),
        Table(
            _("Labour of changes"), (_("Change order"), _("Paper"), _("Note"), _("Amount")), labour, _("No labour of a change is agreed."),
            yuan(account.extra) if labour else "",
            acts=(Act(_("Agree the labour of a change"), _link("foreman-labour", project)),) if can[policies.AGREE_FOREMAN_PRICE] and not mine else (),
        ),
        Table(
            _("Taken off"), (_("Kind"), _("Reason"), _("Paper"), _("Noted"), _("Amount")), deductions, _("Nothing is taken off."),
            yuan(account.deducted) if deductions else "",
            acts=(Act(_("Take something off"), _link("foreman-deductions", project)),) if can[may.DEDUCT_FOREMAN] and not mine else (),
        ),
        statements(project, account, user),
    ]  # fmt: skip


def _state(row: Any, reversed_: bool) -> Tag:
    if reversed_:
        return Tag(_("payment taken back"), "late")
    return {
        "written": Tag(_("waits for approval"), "soon"), "approved": Tag(_("waits for finance to pay"), "soon"), "refused": Tag(_("sent back to the writer")),
        "paid": Tag(_("paid"), "done"),
    }[row.state]  # fmt: skip


def statements(project: Project, account: ForemanAccount, user: Any) -> Table:
    """The statements of one foreman with what can be done with each."""
    back = {row.settlement_id for row in account.payments if row.amount < 0}
    paid = {row.settlement_id: row for row in account.payments if row.amount > 0}
    approve, pay = within(project, user, may.APPROVE_FOREMAN), within(project, user, may.PAY_FOREMAN)
    found = []
    for row in (
        ForemanSettlement.objects.filter(project=project, foreman=account.foreman)
        .select_related("paper", "by", "approved_by")
        .order_by("seq")
    ):
        acts = []
        mine = user.pk in (row.by_id, row.foreman_id)
        if row.state == "written" and approve and not mine:
            acts.append(Act(_("Approve"), _link("foreman-approvals", project, row.pk)))
        if row.state in ("written", "approved") and approve:
            acts.append(Act(_("Send the statement back"), _link("foreman-refusals", project, row.pk)))
        if row.state == "approved" and pay and user.pk not in (row.by_id, row.approved_by_id, row.foreman_id):
            acts.append(Act(_("Pay"), _link("foreman-payments", project, row.pk)))
        if (done := paid.get(row.pk)) is not None and row.pk not in back and pay and user.pk != done.by_id:
            acts.append(Act(_("Take back"), _link("foreman-payment-reversals", project, done.pk)))
        who = " → ".join(str(person) for person in (row.by, row.approved_by, done.by if done else None) if person)
        found.append(
            Row(
                (
                    paper_act(row.paper.ref),
                    row.get_kind_display(),
                    at(row.at),
                    yuan(row.amount),
                    who,
                    _state(row, row.pk in back),
                ),
                tuple(acts),
                off=bool(row.refused_at),
            )
        )
    new = within(project, user, may.PREPARE_FOREMAN) and account.foreman.pk != user.pk
    return Table(
        _("Statements"), (_("Paper"), _("Kind"), _("Day"), _("Amount"), _("Handled by"), _("State")), found, _("No statement is written yet."),
        acts=(Act(_("Write the statement"), _link("foreman-settlements", project)),) if new else (),
    )  # fmt: skip


def foremen_of_month(user: Any, period: Period) -> Any:
    """The payments to foremen in a period, reversals among them (P38)."""
    rows = narrow(ForemanPayment.objects.all(), user, may.SEE_FOREMEN)
    return rows.filter(paid_on__gte=period.start, paid_on__lt=period.until).select_related(
        "project", "foreman", "settlement__paper", "store", "by"
    )


def foremen_open(user: Any) -> Any:
    """The statements that wait for somebody."""
    rows = narrow(ForemanSettlement.objects.all(), user, may.SEE_FOREMEN)
    return (
        rows.filter(paid_at__isnull=True, refused_at__isnull=True)
        .select_related("project", "foreman", "paper", "store", "by")
        .order_by("id")
    )


def payment_rows(rows: Iterable[Any]) -> list[Row]:
    return [
        Row((
            day(row.paid_on), str(row.foreman), Act(row.project.customer_name, _link("foreman", row.project)), row.project.address,
            paper_act(row.settlement.paper.ref), row.settlement.get_kind_display(), Tag(yuan(row.amount), "late") if row.amount < 0 else yuan(row.amount),
        ))
        for row in rows
    ]  # fmt: skip


# --- cost ------------------------------------------------------------------------------------------------------------


def cost_tables(project: Project, found: costs.SiteCost, user: Any) -> list[Table]:
    """The rows behind the figures of a site."""
    whole, keeps = within(project, user, may.SEE_SITE_COST), within(project, user, may.KEEP_EXPENSES)
    says = {"material": _("Material"), "labour": _("Foreman"), "expense": _("Expense"), "cleaning": _("Cleaning")}
    shown = [entry for entry in found.entries if whole or entry.part in ("expense", "cleaning")]
    rows = [
        Row(
            (
                day(entry.on), says[entry.part], entry.what, entry.who, paper_act(entry.ref) if entry.ref else
                Act(_("Receipt"), reverse("file", args=[entry.file.public_id])) if entry.file else "–", yuan(entry.amount),
            ),
            (Act(_("Withdraw"), _link("expense-withdrawals", project, entry.pk)),) if keeps and entry.part == "expense" else (),
        )
        for entry in shown
    ]  # fmt: skip
    tables = [
        Table(
            _("What it has cost"), (_("Day"), _("Kind"), _("What"), _("With whom"), _("Proof"), _("Amount")), rows, _("Nothing has been spent yet."),
            yuan(sum((entry.amount for entry in shown), Decimal(0))),
            acts=(Act(_("Note an expense"), _link("expenses", project)),) if keeps else (),
        )
    ]  # fmt: skip
    if whole and found.ordered:
        coming = [
            Row((row.name, row.supplier, day(row.ordered_on), day(row.promised_on), yuan(row.amount)))
            for row in found.ordered
        ]
        tables.append(
            Table(
                _("Ordered, not there yet"),
                (_("Material"), _("Supplier"), _("Ordered"), _("Promised for"), _("Amount")),
                coming,
                "",
                yuan(found.coming),
            )
        )
    return tables


def saving_table(project: Project, user: Any) -> Table:
    review = within(project, user, may.REVIEW_SAVING)
    rows = []
    for row in project.cost_proposals.select_related("by", "reviewed_by").order_by("-id"):
        state = (
            Tag(_("waits for review"), "soon")
            if row.accepted is None
            else Tag(_("is done"), "done")
            if row.accepted
            else Tag(_("left"))
        )
        acts = (
            (Act(_("Look the proposal over"), _link("saving-reviews", project, row.pk)),)
            if review and row.accepted is None and row.by_id != user.pk
            else ()
        )
        rows.append(
            Row((row.text, row.get_effect_display(), yuan(row.saves), str(row.by), state, row.word or "–"), acts)
        )
    propose = within(project, user, may.PROPOSE_SAVING)
    return Table(
        _("Proposals about cost"), (_("Proposal"), _("Effect"), _("Saves"), pgettext("proposal", "From"), _("State"), _("Word")), rows,
        _("Nothing was proposed."),
        acts=(Act(_("Propose"), _link("savings", project)),) if propose else (),
    )  # fmt: skip


# --- archive ---------------------------------------------------------------------------------------------------------


def archive_table(project: Project) -> Table:
    """The index of the file: its papers with their state (P35)."""
    tones = {"signed": "done", "sealed": "done", "issued": "soon"}
    rows = [
        Row(
            (
                paper_act(row.ref), KINDS[row.kind].title, at(row.at), str(row.by),
                Tag(row.says, "done" if row.is_open and not row.required_roles else tones.get(row.state, "plain")),
            ),
            off=row.state in ("void", "superseded"),
        )
        for row in content.filed_papers(project).select_related("by").order_by("kind", "id")[:300]
    ]  # fmt: skip
    return Table(
        _("Papers of the file"),
        (_("Paper"), _("Kind"), _("Day"), _("By"), _("State")),
        rows,
        _("The file holds no paper yet."),
        str(len(rows)),
    )


def loan_rows(rows: Iterable[Any], user: Any, *, with_site: bool = False) -> list[Row]:
    found = []
    today = timezone.localdate()
    for row in rows:
        out = row.returned_on is None and row.due_on is not None
        late = out and row.due_on < today
        state = (
            Tag(_("back %(day)s") % {"day": day(row.returned_on)}, "done")
            if row.returned_on
            else Tag(_("given out"))
            if row.kind == "issue"
            else (Tag(_("out until %(day)s") % {"day": day(row.due_on)}, "late" if late else "soon"))
        )
        keeps = may.KEEP_ARCHIVE.reaches(user, row.store_id, own=False)
        cells: tuple[Any, ...] = (row.what, row.get_kind_display(), row.to, row.purpose, day(row.out_on), state)
        if with_site:
            cells = (cells[0], Act(row.project.customer_name, _link("archive", row.project)), *cells[1:])
        found.append(
            Row(
                cells,
                (Act(_("Take it back"), _link("loan-returns", row.project, row.pk)),) if out and keeps else (),
                late,
            )
        )
    return found


def loans_out(user: Any) -> Any:
    """What is out and comes back, the most urgent first."""
    rows = narrow(
        DocumentLoan.objects.all(),
        user,
        may.SEE_ARCHIVE,
        own=Q(project__project_manager=user) | Q(project__supervisor=user),
    )
    return (
        rows.filter(returned_on__isnull=True, due_on__isnull=False).select_related("project").order_by("due_on", "id")
    )


def to_file(user: Any) -> Any:
    """Settled sites whose file stands on no shelf yet."""
    rows = narrow(Project.objects.all(), user, may.SEE_ARCHIVE, own=Q(project_manager=user) | Q(supervisor=user))
    return rows.filter(stage__in=("settled", "under_warranty"), archive__isnull=True)


def stores_of(policy: Any, user: Any) -> Any:
    """The stores for which this person closes or tells a month."""
    from staff.models import Store

    if not policy.allows(user):
        return []
    if policy.scope(user) is Scope.COMPANY:
        return list(Store.objects.order_by("pk"))
    return list(Store.objects.filter(pk__in=policy.stores(user)).order_by("pk"))
