"""Attacks of the web role in plain SQL on sites, contracts and money; each is refused by the database itself.

`HONEST` holds one row a table that the database takes; an attack is that row with something false in it, or a statement.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from core import papers
from core.papers import KINDS
from leads.services import till
from projects import services
from projects.choices import Fact
from projects.models import ContractStock, Project
from tests.factories import projects as road
from tests.hand import sign
from tests.projects.standing import site
from tests.projects.standing import standing as sites

DENIED = "permission denied"
EVIDENCE = f"{DENIED}|evidence: it is never changed"


def busy(cast: Any, **more: Any) -> Project:
    """A site at work with a bit of everything: payments, credit, a signed change, one that waits, settlements, a reminder."""
    project = road.working_project(cast, **more)
    services.issue_reminder(project, seq=1, by=cast.site_supervisor, at=cast.at)
    road.pay_open(project, people=cast, at=cast.at)
    inspector = cast.quality_inspector
    road.cleared(project, Fact.CHECK_3_PASSED, Fact.CHECK_4_PASSED, Fact.CARPENTRY_ACCEPTED, by=inspector, at=cast.at)
    services.settle(project, kind="midterm", by=cast.project_manager, at=cast.at)
    road.signed_change(project, people=cast, at=cast.at)
    road.issued_change(project, people=cast, at=cast.at, quantities=("1",))
    services.issue_contact_page(project, by=cast.customer_manager, at=cast.at)
    road.pay(project, 100, people=cast, at=cast.at, allocations={}, credit=100)
    return project


standing = sites(busy=busy, quiet=road.opened_project, accepted=road.accepted_project)


@pytest.fixture
def cast(standing, db):
    return standing.cast


@pytest.fixture(scope="module")
def known(standing, django_db_blocker) -> dict[str, Any]:
    with django_db_blocker.unblock():
        return _known(standing, standing.cast)


@pytest.fixture
def ids(known, db) -> dict[str, Any]:
    """What the attackers know: every id."""
    return known


def _known(standing: Any, cast: Any) -> dict[str, Any]:
    project, quiet, accepted = (site(standing, name) for name in ("busy", "quiet", "accepted"))
    receipt = papers.issue(KINDS["L23"], dossier=project.dossier, store=cast.store, content={}, by=cast.cashier, at=cast.at)
    till.book(till.account_for(cast.store, "transfer", at=cast.at), kind="payment", amount=Decimal(1), party="x", paper=receipt, by=cast.cashier, at=cast.at)
    sign(quiet.contract.paper, "customer", road.CUSTOMER, by=cast.customer_manager, at=cast.at)  # the company has not signed yet
    deposit, paid, credit = project.payments.order_by("id")
    signed, waiting = project.changes.order_by("seq")
    lines = project.contract.instalments.order_by("seq")
    spare = ContractStock.objects.create(store=cast.store, serial="CXHT-SPARE", stocked_at=cast.at, stocked_by=cast.engineering_assistant)
    permit = project.permit_in_force
    return {
        "project": project.pk, "dossier": project.dossier_id, "contract": project.contract.pk, "contract_paper": project.contract.paper_id,
        "quiet": quiet.pk, "quiet_contract": quiet.contract.pk, "quiet_line": quiet.contract.instalments.get(seq=1).pk,
        "quiet_receipt": quiet.payments.get().receipt_id,
        "quiet_dossier": quiet.dossier_id, "accepted": accepted.pk, "store": cast.store.pk, "other": cast.other.store.pk, "receipt": receipt.pk,
        "deposit": deposit.pk, "deposit_row": deposit.deposit_id, "paid": paid.pk, "paid_amount": paid.amount, "paid_receipt": paid.receipt_id,
        "paid_key": paid.key, "credit": credit.pk, "credit_receipt": credit.receipt_id, "signed": signed.pk, "waiting": waiting.pk, "line1": lines[0].pk,
        "line2": lines[1].pk, "line3": lines[2].pk, "seq": project.stage_changes.count() + 1, "clearance": project.facts["check_3_passed"].pk,
        "permit": permit.pk, "worker_hash": "a" * 64, "until": permit.valid_until, "spare": spare.pk, "blank": project.contract.blank_id,
        "item": road.items(project)[0].pk, "price": road.items(project)[0].price, "evidence": signed.evidence_id,
        "cashier": cast.cashier.pk, "accountant": cast.accountant.pk, "manager": cast.project_manager.pk, "inspector": cast.quality_inspector.pk,
        "engineering": cast.engineering_manager.pk, "foreman": cast.foreman.pk, "quotation": project.contract.quotation_id,
    }  # fmt: skip


OF_SITE = {"project_id": "{project}", "store_id": "{store}", "at": "now()"}
HONEST = {
    "projects_payment": OF_SITE | {
        "kind": "'in'", "amount": "1", "method": "'transfer'", "payer": "'陈静兰'", "payer_account": "''", "received_on": "'2026-11-24'",
        "receipt_id": "{receipt}", "reason": "''", "key": "gen_random_uuid()", "by_id": "{cashier}", "reverses_id": "NULL", "deposit_id": "NULL",
    },
    "projects_allocation": {"payment_id": "{credit}", "instalment_id": "{line2}", "amount": "60", "at": "now()"},
    "projects_projectstagechange": OF_SITE | {
        "seq": "{seq}", "from_stage": "'under_construction'", "to_stage": "'paused'", "kind": "'pause'", "reason": "'x'", "by_id": "{engineering}",
    },
    "projects_clearance": OF_SITE | {"fact": "'check_2_passed'", "by_id": "{inspector}", "paper_id": "NULL"},
    "projects_clearancerevocation": {"clearance_id": "{clearance}", "reason": "'复查'", "by_id": "{inspector}", "at": "now()"},
    "projects_waiver": OF_SITE | {"gate": "'G7'", "reason": "'x'", "by_id": "{engineering}"},
    "projects_changeorder": OF_SITE | {
        "seq": "9", "reason": "'customer_add'", "wish": "'x'", "evidence_id": "{evidence}", "answer": "''", "days": "0", "withdrawn_because": "''",
        "by_id": "{manager}", "paper_id": "NULL", "amount": "NULL",
    },
    "projects_workerpass": OF_SITE | {
        "permit_id": "{permit}", "worker": "'x'", "trade": "'x'", "id_masked": "'330*************18'", "id_hash": "'{worker_hash}'", "number": "''",
        "valid_from": "'2026-11-24'", "valid_until": "'{until}'", "deposit": "100", "fee": "5", "by_id": "{manager}",
    },
    "projects_drawingreview": OF_SITE | {"drawing_doubts": "''", "budget_doubts": "''", "proposals": "''", "is_clean": "true", "by_id": "{manager}"},
    "projects_sitearrival": OF_SITE | {"crew": "'x'", "workers": "2", "cleared": "true", "note": "''", "by_id": "{manager}"},
    "projects_projectassignment": OF_SITE | {"role": "'foreman'", "person_id": "{foreman}", "by_id": "{engineering}"},
}  # fmt: skip


def row(table: str, **false: str) -> str:
    """SQL that inserts the honest row of a table, with something false in it."""
    columns = HONEST[table] | false
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(columns.values())})"


def run(sql: str, ids: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.format(**ids))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as at commit
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.parametrize("table", HONEST)
def test_the_honest_row_is_taken(table, ids):
    with transaction.atomic():
        run(row(table), ids)


BACKDATED = "now() - interval '3 days'"
FUTURE = "now() + interval '1 hour'"
LEDGERS = (
    "payment", "allocation", "settlement", "paymentreminder", "clearance", "clearancerevocation", "waiver", "projectassignment", "drawingreview",
    "sitearrival", "disclosure", "contactpage", "changeline", "projectstagechange",
)  # fmt: skip
OF_STORE = [name for name in HONEST if "store_id" in HONEST[name]]
ATTACKS: dict[str, tuple[str, str]] = {
    # --- another store
    **{f"write into another store: {name}": (row(name, store_id="{other}"), "belongs to the store of its file") for name in OF_STORE},
    "move a site to another store": ("UPDATE projects_project SET store_id = {other} WHERE id = {project}", f"{DENIED}|belongs to the store"),
    "move a contract to another store": ("UPDATE projects_contract SET store_id = {other} WHERE id = {contract}", "not changed|belongs to the store"),
    "move a blank contract to another store": ("UPDATE projects_contractstock SET store_id = {other} WHERE id = {spare}", f"{DENIED}|frozen"),
    "hang a site under another enquiry's file": ("UPDATE projects_project SET dossier_id = {quiet_dossier} WHERE id = {project}", DENIED),
    # --- time belongs to the server
    **{
        f"record in the past: {name}": (row(name, recorded_at=BACKDATED), "time of recording is set by the database")
        for name in HONEST if name != "projects_allocation"
    },
    "record a payment in the future": (row("projects_payment", recorded_at=FUTURE), "time of recording is set by the database"),
    # --- evidence is append-only
    **{f"change a row: {name}": (f"UPDATE projects_{name} SET id = id", EVIDENCE) for name in LEDGERS},
    **{f"delete a row: {name}": (f"DELETE FROM projects_{name}", EVIDENCE) for name in LEDGERS},
    **{f"truncate: {name}": (f"TRUNCATE projects_{name} CASCADE", DENIED) for name in LEDGERS},
    "delete a site": ("DELETE FROM projects_project", DENIED),
    "delete a contract": ("DELETE FROM projects_contract", DENIED),
    "delete a change": ("DELETE FROM projects_changeorder", DENIED),
    "delete a permit": ("DELETE FROM projects_permit", DENIED),
    "delete a pass": ("DELETE FROM projects_workerpass", DENIED),
    "delete a blank contract": ("DELETE FROM projects_contractstock", DENIED),
    "switch the guards of the ledger off": ("ALTER TABLE projects_payment DISABLE TRIGGER ALL", "must be owner"),
    "drop the limit of payments": ("DROP TRIGGER projects_payment_limit ON projects_payment", "must be owner"),
    "loosen a constraint": ("ALTER TABLE projects_payment DROP CONSTRAINT projects_payment_kind", "must be owner"),
    # --- money
    "take more than contract and signed changes": (row("projects_payment", amount="100000"), "More than the contract"),
    "take money for an unsigned change": (
        row("projects_payment", amount="(SELECT total + 515.5 - (SELECT sum(amount) FROM projects_payment WHERE project_id = {project}) + 0.01 "
            "FROM projects_contract WHERE id = {contract})"),
        "More than the contract",
    ),
    "a negative receipt": (row("projects_payment", amount="-1"), "projects_payment_kind"),
    "a receipt of nothing": (row("projects_payment", amount="0"), "projects_payment_kind"),
    "a payment with the receipt of another file": (row("projects_payment", receipt_id="{quiet_receipt}"), "belongs to another file"),
    "a payment with the contract for a receipt": (row("projects_payment", receipt_id="{contract_paper}"), "belongs to another file"),
    "two payments on one receipt": (row("projects_payment", receipt_id="{paid_receipt}"), "projects_payment_receipt_once"),
    "the same form a second time": (row("projects_payment", key="'{paid_key}'"), "projects_payment_key"),
    "a reversal of another sum": (
        row("projects_payment", kind="'reversal'", amount="-1", reverses_id="{paid}", reason="'x'", by_id="{accountant}"), "exactly the payment it names"
    ),
    "a reversal by the same person": (
        row("projects_payment", kind="'reversal'", amount="-{paid_amount}", reverses_id="{paid}", reason="'x'"), "reversed by a second person"
    ),
    "a reversal without reason": (
        row("projects_payment", kind="'reversal'", amount="-{paid_amount}", reverses_id="{paid}", by_id="{accountant}"), "projects_payment_kind"
    ),
    "a reversal of nothing": (row("projects_payment", kind="'reversal'", amount="-1", reason="'x'"), "projects_payment_kind|exactly the payment"),
    "a reversal in another site": (
        row("projects_payment", project_id="{quiet}", receipt_id="{quiet_receipt}", kind="'reversal'", amount="-{paid_amount}", reverses_id="{paid}",
            reason="'x'", by_id="{accountant}"),
        "exactly the payment it names",
    ),
    "a double reversal": (
        row("projects_payment", kind="'reversal'", amount="-{paid_amount}", reverses_id="{paid}", reason="'x'", by_id="{accountant}") + "; "
        + row("projects_payment", kind="'reversal'", amount="-{paid_amount}", reverses_id="{paid}", reason="'x'", by_id="{accountant}"),
        "reverses_id",
    ),
    "a deposit that was never received": (row("projects_payment", kind="'deposit'", deposit_id="{deposit_row}"), "credited as it was received|deposit_id"),
    "a deposit without a deposit": (row("projects_payment", kind="'deposit'"), "credited as it was received|projects_payment_deposit"),
    "pay an instalment whose check has not passed": (row("projects_allocation", instalment_id="{line3}"), "opens when its checks have passed"),
    "pay an instalment of another site": (row("projects_allocation", instalment_id="{quiet_line}"), "instalments of its own contract"),
    "allocate more than was paid": (row("projects_allocation", amount="100.01"), "More is allocated than was paid"),
    "allocate to a paid instalment": (row("projects_allocation", instalment_id="{line1}"), "does not take more than it asks for"),
    "allocate against the payment's sign": (row("projects_allocation", amount="-60"), "instalments of its own contract"),
    "allocate nothing": (row("projects_allocation", amount="0"), "instalments of its own contract|projects_allocation_amount"),
    # --- the contract
    "lower the price of a signed contract": ("UPDATE projects_contract SET total = total - 1000 WHERE id = {contract}", "make a change order"),
    "lower the price when the customer alone has signed": (
        "UPDATE projects_contract SET total = total - 1000 WHERE id = {quiet_contract}",
        "make a change order",
    ),
    "shorten the warranty of a signed contract": ("UPDATE projects_contract SET terms = '{{}}' WHERE id = {contract}", "make a change order"),
    "change the rules in force": ("UPDATE projects_contract SET rules = '{{}}' WHERE id = {contract}", "make a change order"),
    "unconfirm a key term": ("UPDATE projects_contract SET key_terms = '[]' WHERE id = {contract}", "make a change order"),
    "put another paper under a contract": ("UPDATE projects_contract SET paper_id = paper_id + 1 WHERE id = {contract}", "make a change order"),
    "give the contract another last day": ("UPDATE projects_contract SET due_on = due_on + 90 WHERE id = {contract}", "make a change order"),
    "give the signature another day": ("UPDATE projects_contract SET signed_on = signed_on - 30 WHERE id = {contract}", "make a change order"),
    "say that an unsigned contract is signed": (
        "UPDATE projects_contract SET signed_on = '2026-11-24' WHERE id = {quiet_contract}",
        "Not everybody has signed",
    ),
    "file a contract that was not handed in": (
        "UPDATE projects_contract SET archived_at = now() WHERE id = {quiet_contract}", "projects_contract_filing_order"
    ),
    "hand in and file by one person": (
        "UPDATE projects_contract SET archived_by_id = handed_in_by_id WHERE id = {contract}", "projects_contract_two_people"
    ),
    "raise an instalment of a signed contract": ("UPDATE projects_instalment SET amount = amount + 1 WHERE id = {line1}", "make a change order"),
    "raise an instalment when the customer alone has signed": (
        "UPDATE projects_instalment SET amount = amount + 1 WHERE id = {quiet_line}",
        "make a change order",
    ),
    "delete an instalment of a signed contract": ("DELETE FROM projects_instalment WHERE id = {line3}", "make a change order|violates foreign key"),
    "open an instalment without its checks": ("UPDATE projects_instalment SET requires = '{{}}' WHERE id = {line3}", "make a change order"),
    "use a blank contract that nobody took out": ("UPDATE projects_contractstock SET state = 'used' WHERE id = {spare}", "not in the procedure"),
    "take a blank out without a name": ("UPDATE projects_contractstock SET state = 'taken' WHERE id = {spare}", "projects_stock_taken_by"),
    "lose a blank without a word": ("UPDATE projects_contractstock SET state = 'lost' WHERE id = {spare}", "projects_stock_reason"),
    "put a used blank back into the stock": ("UPDATE projects_contractstock SET state = 'blank' WHERE id = {blank}", "not in the procedure"),
    "renumber a blank contract": ("UPDATE projects_contractstock SET serial = 'CXHT-X' WHERE id = {spare}", f"{DENIED}|frozen"),
    # --- stages
    "move a stage by hand": ("UPDATE projects_project SET stage = 'settled' WHERE id = {project}", DENIED),
    "skip a stage": (row("projects_projectstagechange", to_stage="'accepted'", kind="'advance'"), "not in the procedure"),
    "begin where the site is not": (row("projects_projectstagechange", from_stage="'accepted'", to_stage="'settled'", kind="'advance'"), "changed meanwhile"),
    "write a step into the past": (row("projects_projectstagechange", seq="2"), "changed meanwhile|projects_stagechange_seq"),
    "leave a number out": (row("projects_projectstagechange", seq="{seq} + 1"), "changed meanwhile"),
    "a step forward disguised as a reopening": (row("projects_projectstagechange", to_stage="'midterm_accepted'", kind="'reopen'"), "not in the procedure"),
    "a pause without reason": (row("projects_projectstagechange", reason="''"), "projects_stagechange_reason"),
    "accept a site without its papers": (
        row("projects_projectstagechange", to_stage="'midterm_accepted'", kind="'advance'") + "; "
        + row("projects_projectstagechange", seq="{seq} + 1", from_stage="'midterm_accepted'", to_stage="'completed_pending_acceptance'", kind="'advance'")
        + "; "
        + row("projects_projectstagechange", seq="{seq} + 2", from_stage="'completed_pending_acceptance'", to_stage="'accepted'", kind="'advance'"),
        "accepted on its signed acceptance sheet alone",
    ),
    "settle a site that has not paid": (
        row("projects_projectstagechange", project_id="{accepted}", seq="(SELECT max(seq) + 1 FROM projects_projectstagechange WHERE project_id = {accepted})",
            from_stage="'accepted'", to_stage="'settled'", kind="'advance'"),
        "settled when everything is paid",
    ),
    "begin without a permit": (
        row("projects_projectstagechange", project_id="{quiet}", seq="1", from_stage="'contracted'", to_stage="'permit_filing'", kind="'advance'") + "; "
        + row("projects_projectstagechange", project_id="{quiet}", seq="2", from_stage="'permit_filing'", to_stage="'disclosed'", kind="'advance'") + "; "
        + row("projects_projectstagechange", project_id="{quiet}", seq="3", from_stage="'disclosed'", to_stage="'under_construction'", kind="'advance'"),
        "before the property office has registered it",
    ),
    "return from a pause to another stage": (
        row("projects_projectstagechange") + "; "
        + row("projects_projectstagechange", seq="{seq} + 1", from_stage="'paused'", to_stage="'midterm_accepted'", kind="'resume'"),
        "not in the procedure|returns to the stage that it left",
    ),
    "declare a site accepted": ("UPDATE projects_project SET accepted_on = '2026-11-01' WHERE id = {project}", "accepted on its signed acceptance sheet alone"),
    "back-date an acceptance": (
        "UPDATE projects_project SET accepted_on = accepted_on - 365 WHERE id = {accepted}",
        "accepted on its signed acceptance sheet alone",
    ),
    "forget an acceptance": ("UPDATE projects_project SET accepted_on = NULL WHERE id = {accepted}", "accepted on its signed acceptance sheet alone"),
    "rename a site": ("UPDATE projects_project SET ref = 'P-CX-2026-9999' WHERE id = {project}", DENIED),
    # --- facts and waivers
    "pass a check that one built": (row("projects_clearance", by_id="{manager}"), "Who builds does not pass the check"),
    "accept what one built": (row("projects_clearance", fact="'completion_accepted'", by_id="{foreman}"), "Who builds does not pass the check"),
    "establish a fact twice": (row("projects_clearance", fact="'check_3_passed'"), "already established"),
    "prove a fact with a paper of another file": (row("projects_clearance", paper_id="{quiet_receipt}"), "belongs to another file"),
    "take a fact back without reason": (row("projects_clearancerevocation", reason="''"), "projects_revocation_reason"),
    "take a fact back twice": (row("projects_clearancerevocation") + "; " + row("projects_clearancerevocation"), "clearance_id"),
    "waive a signature": (row("projects_waiver", gate="'G9'"), "projects_waiver_waivable"),
    "waive money": (row("projects_waiver", gate="'G18'"), "projects_waiver_waivable"),
    "waive a permit": (row("projects_waiver", gate="'G24'"), "projects_waiver_waivable"),
    "waive without a reason": (row("projects_waiver", reason="''"), "projects_waiver_reason"),
    "let who builds inspect": ("UPDATE projects_project SET inspector_id = foreman_id WHERE id = {project}", "builder_does_not_inspect"),
    "review with and without doubts": (row("projects_drawingreview", drawing_doubts="'x'"), "projects_review_says_doubts"),
    # --- changes
    "raise a signed change": ("UPDATE projects_changeorder SET amount = amount + 100 WHERE id = {signed}", "frozen|not altered|sum of its lines"),
    "raise a change that waits for its signature": ("UPDATE projects_changeorder SET amount = amount + 100 WHERE id = {waiting}", "frozen"),
    "lengthen a change that waits for its signature": ("UPDATE projects_changeorder SET days = 60 WHERE id = {waiting}", "frozen"),
    "withdraw a signed change": (
        "UPDATE projects_changeorder SET withdrawn_at = now(), withdrawn_because = 'x' WHERE id = {signed}", "not altered"
    ),
    "swap the evidence of a change": ("UPDATE projects_changeorder SET evidence_id = evidence_id + 1 WHERE id = {waiting}", f"{DENIED}|frozen"),
    "count a change that nobody signed": (
        "UPDATE projects_changeorder SET settled_in_id = {line3} WHERE id = {waiting}",
        "counts when the customer has signed",
    ),
    "a change without evidence": (row("projects_changeorder", evidence_id="NULL"), "evidence_id"),
    "a change with a paper of its own making": (
        row("projects_changeorder", paper_id="{receipt}", amount="5", issued_at="now()", designer_told_at="now()"), "sum of its lines"
    ),
    "a line more under an issued change": (
        "INSERT INTO projects_changeline (change_id, seq, item_id, quantity, unit_price, amount, note) VALUES ({waiting}, 9, {item}, 1, {price}, {price}, '')",
        "not altered",
    ),
    "a line at a price of one's own": (
        row("projects_changeorder") + "; INSERT INTO projects_changeline (change_id, seq, item_id, quantity, unit_price, amount, note) "
        "SELECT max(id), 1, {item}, 1, 99999, 99999, '' FROM projects_changeorder",
        "priced from the price list of its contract",
    ),
    "a line whose sum is wrong": (
        row("projects_changeorder") + "; INSERT INTO projects_changeline (change_id, seq, item_id, quantity, unit_price, amount, note) "
        "SELECT max(id), 1, {item}, 2, {price}, {price}, '' FROM projects_changeorder",
        "projects_changeline_amount",
    ),
    # --- permit and passes
    "lengthen a permit": ("UPDATE projects_permit SET valid_until = valid_until + 30 WHERE id = {permit}", "a new one"),
    "a pass beyond its permit": (row("projects_workerpass", valid_until="'{until}'::date + 1"), "inside the period of its permit"),
    "keep an ID number in the clear": (row("projects_workerpass", id_masked="'330106199003074218'"), "projects_pass_masked"),
    "lengthen a pass": ("UPDATE projects_workerpass SET valid_until = valid_until + 30", f"{DENIED}|frozen"),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses(attack, ids):
    sql, because = ATTACKS[attack]
    with pytest.raises(DatabaseError, match=because), transaction.atomic():
        run(sql, ids)


def test_the_instalments_make_up_the_contract(cast, db):
    """A contract that nobody has signed may still be corrected, but never so that its table does not fit."""
    project = road.opened_project(cast, phones=["13858003399"])
    for sql in (
        "UPDATE projects_instalment SET amount = amount + 1 WHERE contract_id = {id} AND seq = 2",
        "DELETE FROM projects_instalment WHERE contract_id = {id} AND seq = 4",
        "UPDATE projects_contract SET total = total + 1 WHERE id = {id}",
        "UPDATE projects_instalment SET percent = percent + 1 WHERE contract_id = {id} AND seq = 2",
    ):
        with pytest.raises(DatabaseError, match="must make up the contract sum"), transaction.atomic():
            run(sql, {"id": project.contract.pk})
