"""What the database itself guarantees of sites, contracts and money."""

from itertools import pairwise

from django.db import migrations

from core import guards

LINE = [
    "contracted", "permit_filing", "disclosed", "under_construction", "midterm_accepted", "completed_pending_acceptance",
    "accepted", "settled", "under_warranty", "closed",
]  # fmt: skip
UNFINISHED = LINE[:6]
FORWARD = list(pairwise(LINE))
BACK = [(LINE[i + 1], LINE[i]) for i in range(3, 7)]
ASIDE = [
    pair
    for stage in UNFINISHED
    for pair in ((stage, "paused"), ("paused", stage), (stage, "cancelled"), ("cancelled", stage))
] + [("paused", "cancelled"), ("cancelled", "paused")]


def _listed(pairs):
    return ", ".join(f"('{a}','{b}')" for a, b in pairs)


# Money that a site's customer owes: the contract and the signed changes.  Unsigned changes never count (LR-23).
OWED = """
  SELECT c.total + coalesce((SELECT sum(o.amount) FROM projects_changeorder o JOIN core_paper p ON p.id = o.paper_id
    WHERE o.project_id = c.project_id AND o.withdrawn_at IS NULL AND p.state IN ('signed', 'sealed')), 0)
  INTO owed FROM projects_contract c WHERE c.project_id = site;
"""
IN_FORCE = (
    "EXISTS (SELECT 1 FROM projects_clearance f LEFT JOIN projects_clearancerevocation r ON r.clearance_id = f.id "
    "WHERE f.project_id = NEW.project_id AND f.fact = '{fact}' AND r.id IS NULL)"
)

# The kind of a move fits its pair, a return goes where the site came from, and the hard facts are there.
STAGE_KIND = (
    "DECLARE came_from text; site bigint := NEW.project_id; owed numeric; paid numeric; BEGIN "
    f"IF NEW.kind = 'advance' AND (NEW.from_stage, NEW.to_stage) NOT IN ({_listed(FORWARD)}) THEN "
    + guards.refuse("This step is not in the procedure.")
    + f" END IF; IF NEW.kind = 'reopen' AND NEW.from_stage <> 'cancelled' AND (NEW.from_stage, NEW.to_stage) NOT IN ({_listed(BACK)}) THEN "
    + guards.refuse("This step is not in the procedure.")
    + " END IF; IF (NEW.kind = 'pause') <> (NEW.to_stage = 'paused' AND NEW.from_stage <> 'cancelled') "
    "OR (NEW.kind = 'cancel') <> (NEW.to_stage = 'cancelled') "
    "OR (NEW.kind = 'resume') <> (NEW.from_stage = 'paused' AND NEW.to_stage <> 'cancelled') THEN "
    + guards.refuse("This step is not in the procedure.")
    + " END IF; IF NEW.from_stage IN ('paused', 'cancelled') AND NEW.kind <> 'cancel' THEN "
    "SELECT from_stage INTO came_from FROM projects_projectstagechange WHERE project_id = NEW.project_id "
    "AND to_stage = NEW.from_stage AND from_stage <> 'cancelled' ORDER BY seq DESC LIMIT 1; IF came_from IS DISTINCT FROM NEW.to_stage THEN "
    + guards.refuse("A site returns to the stage that it left.")
    + " END IF; END IF; IF NEW.kind = 'advance' AND NEW.to_stage = 'under_construction' AND NOT EXISTS "
    "(SELECT 1 FROM projects_permit p WHERE p.project_id = NEW.project_id AND p.approved_on IS NOT NULL AND p.replaced_by_id IS NULL) THEN "
    + guards.refuse("No work starts before the property office has registered it.")
    + f" END IF; IF NEW.kind = 'advance' AND NEW.to_stage = 'accepted' AND NOT ({IN_FORCE.format(fact='completion_accepted')} AND {IN_FORCE.format(fact='check_8_passed')}) THEN "
    + guards.refuse("A site is accepted on its signed acceptance sheet alone.")
    + " END IF; IF NEW.kind = 'advance' AND NEW.to_stage = 'settled' THEN "
    + OWED
    + " SELECT coalesce(sum(amount), 0) INTO paid FROM projects_payment WHERE project_id = site; IF paid < owed THEN "
    + guards.refuse("A site is settled when everything is paid.")
    + " END IF; END IF; RETURN NEW; END"
)

# The day of acceptance, from which the warranty runs, is the day of the later of both facts; it is written in no other way.
ACCEPTED_ON = (
    "DECLARE day date; BEGIN IF TG_OP = 'UPDATE' AND NEW.accepted_on IS NOT DISTINCT FROM OLD.accepted_on THEN RETURN NEW; END IF; "
    "SELECT max((f.at AT TIME ZONE 'Asia/Shanghai')::date) INTO day FROM projects_clearance f LEFT JOIN projects_clearancerevocation r "
    "ON r.clearance_id = f.id WHERE f.project_id = NEW.id AND f.fact IN ('completion_accepted', 'check_8_passed') AND r.id IS NULL "
    "HAVING count(DISTINCT f.fact) = 2; IF NEW.accepted_on IS DISTINCT FROM day THEN "
    + guards.refuse("A site is accepted on its signed acceptance sheet alone.")
    + " END IF; RETURN NEW; END"
)

ONE_CLEARANCE = (
    "BEGIN PERFORM 1 FROM projects_project WHERE id = NEW.project_id FOR NO KEY UPDATE; IF NEW.paper_id IS NOT NULL AND NOT EXISTS "
    "(SELECT 1 FROM core_paper a JOIN projects_project p ON p.dossier_id = a.dossier_id WHERE a.id = NEW.paper_id AND p.id = NEW.project_id) THEN "
    + guards.refuse("This paper belongs to another file.")
    + " END IF; IF NEW.fact ~ '^(check_|original_house|.*_accepted$)' AND EXISTS (SELECT 1 FROM projects_project p WHERE p.id = NEW.project_id "
    "AND NEW.by_id IN (p.project_manager_id, p.foreman_id)) THEN "
    + guards.refuse("Who builds does not pass the check.")
    + " END IF; IF EXISTS "
    "(SELECT 1 FROM projects_clearance c LEFT JOIN projects_clearancerevocation r ON r.clearance_id = c.id "
    "WHERE c.project_id = NEW.project_id AND c.fact = NEW.fact AND r.id IS NULL) THEN "
    + guards.refuse("This fact is already established.")
    + " END IF; RETURN NEW; END"
)

FILING = "ARRAY['signed_on','signed_at','handed_in_at','handed_in_by_id','archived_at','archived_by_id']"
CONTRACT_FROZEN = (
    "BEGIN IF TG_OP = 'DELETE' THEN "
    + guards.refuse("This record is evidence: it is never changed or deleted.")
    + " END IF; IF (NEW.project_id, NEW.store_id) IS DISTINCT FROM (OLD.project_id, OLD.store_id) THEN "
    + guards.refuse("A signed contract is not changed; make a change order.")
    + f" END IF; IF (to_jsonb(OLD) - {FILING}) IS DISTINCT FROM (to_jsonb(NEW) - {FILING}) AND EXISTS "
    "(SELECT 1 FROM core_signature s WHERE s.paper_id = OLD.paper_id) THEN "
    + guards.refuse("A signed contract is not changed; make a change order.")
    + " END IF; IF OLD.signed_on IS NOT NULL AND NEW.signed_on IS DISTINCT FROM OLD.signed_on OR OLD.archived_at IS NOT NULL AND NEW.archived_at IS DISTINCT FROM OLD.archived_at THEN "
    + guards.refuse("A signed contract is not changed; make a change order.")
    + " END IF; IF NEW.signed_on IS NOT NULL AND NOT EXISTS (SELECT 1 FROM core_paper p WHERE p.id = NEW.paper_id AND p.state IN ('signed', 'sealed')) THEN "
    + guards.refuse("Not everybody has signed this paper.")
    + " END IF; RETURN NEW; END"
)
INSTALMENT_FROZEN = (
    "DECLARE whose bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.contract_id ELSE NEW.contract_id END; BEGIN IF EXISTS "
    "(SELECT 1 FROM projects_contract c JOIN core_signature s ON s.paper_id = c.paper_id WHERE c.id = whose) THEN "
    + guards.refuse("A signed contract is not changed; make a change order.")
    + " END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END"
)
# The payment table makes up the contract: 100 % and the same sum.
PLAN_SUMS = (
    "DECLARE whose bigint; parts numeric; percents numeric; BEGIN "
    "IF TG_TABLE_NAME = 'projects_contract' THEN whose := NEW.id; "
    "ELSIF TG_OP = 'DELETE' THEN whose := OLD.contract_id; ELSE whose := NEW.contract_id; END IF; "
    "SELECT coalesce(sum(amount), 0), coalesce(sum(percent), 0) INTO parts, percents FROM projects_instalment WHERE contract_id = whose; "
    "IF percents <> 100 OR parts IS DISTINCT FROM (SELECT total FROM projects_contract WHERE id = whose) THEN "
    + guards.refuse("The instalments must make up the contract sum.")
    + " END IF; RETURN NULL; END"
)

PAYMENT_FITS = (
    "DECLARE first projects_payment%ROWTYPE; BEGIN IF NOT EXISTS (SELECT 1 FROM core_paper a JOIN projects_project p ON p.dossier_id = a.dossier_id "
    "WHERE a.id = NEW.receipt_id AND a.kind = 'L23' AND p.id = NEW.project_id) THEN "
    + guards.refuse("This paper belongs to another file.")
    + " END IF; IF NEW.kind = 'reversal' THEN "
    "SELECT * INTO first FROM projects_payment WHERE id = NEW.reverses_id; "
    "IF first.kind = 'reversal' OR first.project_id <> NEW.project_id OR NEW.amount <> -first.amount THEN "
    + guards.refuse("A reversal takes back exactly the payment it names.")
    + " END IF; IF first.by_id = NEW.by_id THEN "
    + guards.refuse("A payment is reversed by a second person.")
    + " END IF; END IF; IF NEW.kind = 'deposit' AND NOT EXISTS (SELECT 1 FROM leads_deposit d JOIN projects_project p "
    "ON p.lead_id = d.lead_id WHERE d.id = NEW.deposit_id AND p.id = NEW.project_id AND d.amount = NEW.amount) THEN "
    + guards.refuse("The deposit is credited as it was received.")
    + " END IF; RETURN NEW; END"
)
PAY_LIMIT = (
    "DECLARE site bigint := NEW.project_id; owed numeric; paid numeric; BEGIN "
    "PERFORM 1 FROM projects_project WHERE id = site FOR NO KEY UPDATE; "
    + OWED
    + " SELECT sum(amount) INTO paid FROM projects_payment WHERE project_id = site; IF paid > coalesce(owed, 0) OR paid < 0 THEN "
    + guards.refuse("More than the contract and its signed changes cannot be taken.")
    + " END IF; RETURN NULL; END"
)
ALLOCATION_FITS = (
    "DECLARE pay projects_payment%ROWTYPE; site bigint; needed varchar[]; BEGIN SELECT * INTO pay FROM projects_payment WHERE id = NEW.payment_id; "
    "SELECT c.project_id, i.requires INTO site, needed FROM projects_instalment i JOIN projects_contract c ON c.id = i.contract_id WHERE i.id = NEW.instalment_id; "
    "IF site <> pay.project_id OR sign(NEW.amount) <> sign(pay.amount) THEN "
    + guards.refuse("A payment pays instalments of its own contract.")
    + " END IF; IF NEW.amount > 0 AND EXISTS (SELECT 1 FROM unnest(needed) n WHERE NOT EXISTS (SELECT 1 FROM projects_clearance f "
    "LEFT JOIN projects_clearancerevocation r ON r.clearance_id = f.id WHERE f.project_id = site AND f.fact = n AND r.id IS NULL)) THEN "
    + guards.refuse("This instalment opens when its checks have passed.")
    + " END IF; RETURN NEW; END"
)
ALLOCATION_SUMS = (
    "DECLARE site bigint; given numeric; paid numeric; due numeric; BEGIN "
    "SELECT project_id, abs(amount) INTO site, paid FROM projects_payment WHERE id = NEW.payment_id; "
    "PERFORM 1 FROM projects_project WHERE id = site FOR NO KEY UPDATE; "
    "SELECT abs(sum(amount)) INTO given FROM projects_allocation WHERE payment_id = NEW.payment_id; IF given > paid THEN "
    + guards.refuse("More is allocated than was paid.")
    + " END IF; SELECT sum(amount) INTO given FROM projects_allocation WHERE instalment_id = NEW.instalment_id; "
    "SELECT i.amount + coalesce((SELECT sum(o.amount) FROM projects_changeorder o JOIN core_paper p ON p.id = o.paper_id "
    "WHERE o.settled_in_id = i.id AND p.state IN ('signed', 'sealed')), 0) INTO due FROM projects_instalment i WHERE i.id = NEW.instalment_id; "
    "IF given < 0 OR (NEW.amount > 0 AND given > due) THEN "
    + guards.refuse("An instalment does not take more than it asks for.")
    + " END IF; RETURN NULL; END"
)

CHANGE_FROZEN = (
    "BEGIN IF TG_OP = 'DELETE' THEN "
    + guards.refuse("This record is evidence: it is never changed or deleted.")
    + " END IF; IF (OLD.project_id, OLD.store_id, OLD.seq, OLD.reason, OLD.wish, OLD.evidence_id) IS DISTINCT FROM "
    "(NEW.project_id, NEW.store_id, NEW.seq, NEW.reason, NEW.wish, NEW.evidence_id) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; IF OLD.paper_id IS NOT NULL AND (OLD.paper_id, OLD.amount, OLD.days, OLD.issued_at, OLD.issued_by_id) IS DISTINCT FROM "
    "(NEW.paper_id, NEW.amount, NEW.days, NEW.issued_at, NEW.issued_by_id) OR OLD.withdrawn_at IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; IF (to_jsonb(OLD) - ARRAY['settled_in_id']) IS DISTINCT FROM (to_jsonb(NEW) - ARRAY['settled_in_id']) AND EXISTS "
    "(SELECT 1 FROM core_paper p WHERE p.id = OLD.paper_id AND p.state IN ('signed', 'sealed')) THEN "
    + guards.refuse("A signed change is not altered; make another one.")
    + " END IF; IF OLD.settled_in_id IS NOT NULL AND NEW.settled_in_id IS DISTINCT FROM OLD.settled_in_id THEN "
    + guards.refuse("A signed change is not altered; make another one.")
    + " END IF; IF NEW.settled_in_id IS NOT NULL AND OLD.settled_in_id IS NULL AND NOT EXISTS "
    "(SELECT 1 FROM core_paper p WHERE p.id = NEW.paper_id AND p.state IN ('signed', 'sealed')) THEN "
    + guards.refuse("A change counts when the customer has signed it.")
    + " END IF; RETURN NEW; END"
)
CHANGE_SUMS = (
    "BEGIN IF NEW.paper_id IS NOT NULL AND NEW.amount IS DISTINCT FROM "
    "(SELECT coalesce(sum(amount), 0) FROM projects_changeline WHERE change_id = NEW.id) THEN "
    + guards.refuse("A change is the sum of its lines.")
    + " END IF; RETURN NULL; END"
)
CHANGE_LINE = (
    "BEGIN IF EXISTS (SELECT 1 FROM projects_changeorder o WHERE o.id = NEW.change_id AND o.paper_id IS NOT NULL) THEN "
    + guards.refuse("A signed change is not altered; make another one.")
    + " END IF; IF NOT EXISTS (SELECT 1 FROM projects_changeorder o JOIN projects_contract c ON c.project_id = o.project_id "
    "JOIN leads_priceitem i ON i.price_list_id = c.price_list_id WHERE o.id = NEW.change_id AND i.id = NEW.item_id "
    "AND i.labour + i.material = NEW.unit_price) THEN "
    + guards.refuse("A change is priced from the price list of its contract.")
    + " END IF; RETURN NEW; END"
)

PERMIT_FROZEN = (
    "BEGIN IF TG_OP = 'DELETE' OR (OLD.approved_on IS NOT NULL AND (to_jsonb(OLD) - ARRAY['replaced_by_id']) IS DISTINCT FROM "
    "(to_jsonb(NEW) - ARRAY['replaced_by_id'])) THEN "
    + guards.refuse("A permit is never altered; an extension is a new one.")
    + " END IF; RETURN NEW; END"
)
PASS_IN_PERMIT = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM projects_permit p WHERE p.id = NEW.permit_id AND p.project_id = NEW.project_id "
    "AND p.approved_on IS NOT NULL AND NEW.valid_from >= p.valid_from AND NEW.valid_until <= p.valid_until) THEN "
    + guards.refuse("A pass is valid inside the period of its permit.")
    + " END IF; RETURN NEW; END"
)

CHILDREN = [
    "projectstagechange", "clearance", "waiver", "projectassignment", "drawingreview", "sitearrival", "contract", "permit",
    "workerpass", "disclosure", "contactpage", "changeorder", "payment", "settlement", "paymentreminder",
]  # fmt: skip
CLOCKED = [name for name in CHILDREN if name != "contract"] + ["clearancerevocation"]
APPEND_ONLY = [
    "clearance", "clearancerevocation", "waiver", "projectassignment", "drawingreview", "sitearrival", "disclosure", "contactpage",
    "changeline", "payment", "allocation", "settlement", "paymentreminder",
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial"), ("core", "0002_guards")]
    operations = [
        *guards.lifecycle(
            subject="projects_project", changes="projects_projectstagechange", link="project_id",
            pairs=[*FORWARD, *BACK, *ASIDE], first="contracted",
        ),
        guards.trigger("projects_projectstagechange", "projects_stagechange_a_kind", "BEFORE INSERT", STAGE_KIND),
        *[guards.append_only(f"projects_{name}") for name in APPEND_ONLY],
        *[guards.db_clock(f"projects_{name}") for name in CLOCKED],
        guards.same_store("projects_project", "lead_id", "leads_lead"),
        guards.same_store("projects_project", "dossier_id", "core_dossier"),
        *[guards.same_store(f"projects_{name}", "project_id", "projects_project") for name in CHILDREN],
        guards.same_store("projects_instalment", "contract_id", "projects_contract"),
        guards.trigger("projects_project", "projects_project_accepted_on", "BEFORE INSERT OR UPDATE", ACCEPTED_ON),
        guards.trigger("projects_clearance", "projects_clearance_one", "BEFORE INSERT", ONE_CLEARANCE),
        guards.trigger("projects_contract", "projects_contract_frozen", "BEFORE UPDATE OR DELETE", CONTRACT_FROZEN),
        guards.trigger("projects_instalment", "projects_instalment_frozen", "BEFORE INSERT OR UPDATE OR DELETE", INSTALMENT_FROZEN),
        guards.trigger("projects_instalment", "projects_instalment_sums", "AFTER INSERT OR UPDATE OR DELETE", PLAN_SUMS, deferred=True),
        guards.trigger("projects_contract", "projects_contract_sums", "AFTER INSERT OR UPDATE", PLAN_SUMS, deferred=True),
        guards.trigger("projects_payment", "projects_payment_fits", "BEFORE INSERT", PAYMENT_FITS),
        guards.trigger("projects_payment", "projects_payment_limit", "AFTER INSERT", PAY_LIMIT, deferred=True),
        guards.trigger("projects_allocation", "projects_allocation_fits", "BEFORE INSERT", ALLOCATION_FITS),
        guards.trigger("projects_allocation", "projects_allocation_sums", "AFTER INSERT", ALLOCATION_SUMS, deferred=True),
        guards.trigger("projects_changeorder", "projects_changeorder_frozen", "BEFORE UPDATE OR DELETE", CHANGE_FROZEN),
        guards.trigger("projects_changeorder", "projects_changeorder_sums", "AFTER INSERT OR UPDATE", CHANGE_SUMS, deferred=True),
        guards.trigger("projects_changeline", "projects_changeline_fits", "BEFORE INSERT", CHANGE_LINE),
        guards.trigger("projects_permit", "projects_permit_frozen", "BEFORE UPDATE OR DELETE", PERMIT_FROZEN),
        guards.trigger("projects_workerpass", "projects_workerpass_period", "BEFORE INSERT", PASS_IN_PERMIT),
        guards.only_columns("projects_workerpass", ("returned_on",)),
        guards.only_columns("projects_contractstock", ("state", "taken_at", "taken_by_id", "handed_in_at", "handed_in_by_id", "reason")),
        guards.transitions(
            "projects_contractstock", "state",
            [("blank", "taken"), ("taken", "blank"), ("taken", "used"), ("used", "handed_in"), ("taken", "void"), ("used", "void"), ("blank", "lost"), ("taken", "lost")],
        ),
    ]  # fmt: skip
