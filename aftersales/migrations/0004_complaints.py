"""Complaints in six steps, proposed check items, the reports of week and month, the shift hand-over."""

from django.conf import settings
from django.db import migrations

from core import guards

STEPS = [
    ("received", "answering"),
    ("received", "investigating"),
    ("answering", "closed"),
    ("investigating", "proposing"),
    ("proposing", "approved"),
    ("proposing", "investigating"),
    ("approved", "executing"),
    ("approved", "proposing"),
    ("executing", "calling"),
    ("calling", "summing_up"),
    ("calling", "proposing"),
    ("summing_up", "closed"),
    ("closed", "received"),
]
PARTS = (
    "complaintmove", "complaintperson", "classing", "complaintverdict", "investigation", "proposal", "reading", "approval", "talk", "carrying",
    "summingup",
)  # fmt: skip
COMPLAINT = (
    "stage", "round", "kind", "upheld", "department_id", "more_departments", "trade", "officer_id", "investigator_id", "leader_id", "solution_id",
    "owed_at", "replied_at", "ended_at", "satisfaction",
)  # fmt: skip
ABOUT = "p.part IN ('named', 'responsible')"
# A complaint about oneself is never handled, judged, investigated or approved by oneself, in whatever post (7.2).
NOT_ONESELF = (
    "BEGIN IF EXISTS (SELECT 1 FROM aftersales_complaintperson p WHERE p.complaint_id = NEW.complaint_id AND p.person_id = NEW.by_id "
    f"AND {ABOUT}) THEN " + guards.refuse("Nobody handles a complaint about himself.") + " END IF; RETURN NEW; END"
)
# … nor is it entrusted to the person; and class and verdict are those of their last rows.
ENTRUSTED = (
    "BEGIN IF EXISTS (SELECT 1 FROM aftersales_complaintperson p WHERE p.complaint_id = NEW.id AND p.person_id IN (NEW.officer_id, "
    f"NEW.investigator_id, NEW.leader_id) AND {ABOUT}) THEN "
    + guards.refuse("Nobody handles a complaint about himself.")
    + " END IF; IF TG_OP = 'UPDATE' AND NEW.kind <> OLD.kind AND NEW.kind IS DISTINCT FROM (SELECT c.kind FROM aftersales_classing c "
    "WHERE c.complaint_id = NEW.id ORDER BY c.seq DESC LIMIT 1) THEN "
    + guards.refuse("The class is what the last classing says.")
    + " END IF; IF TG_OP = 'UPDATE' AND NEW.upheld IS DISTINCT FROM OLD.upheld AND NEW.upheld IS NOT NULL AND NEW.upheld IS DISTINCT FROM "
    "(SELECT v.upheld FROM aftersales_complaintverdict v WHERE v.complaint_id = NEW.id ORDER BY v.seq DESC LIMIT 1) THEN "
    + guards.refuse("Upheld or not is what the last judgement says.")
    + " END IF; RETURN NEW; END"
)
# Whoever is found to be the one complained about has handed the complaint to somebody else before.
NAMED = (
    "BEGIN IF NEW.part IN ('named', 'responsible') AND EXISTS (SELECT 1 FROM aftersales_complaint c WHERE c.id = NEW.complaint_id "
    "AND NEW.person_id IN (c.officer_id, c.investigator_id, c.leader_id)) THEN "
    + guards.refuse("Nobody handles a complaint about himself.")
    + " END IF; RETURN NEW; END"
)
# The leader in charge approves one proposal of the round that stands, has read each of them, and has no part in it (G23).
APPROVED = (
    "DECLARE c record; BEGIN SELECT * INTO c FROM aftersales_complaint WHERE id = NEW.complaint_id FOR NO KEY UPDATE; "
    "IF c.stage <> 'proposing' OR NEW.round <> c.round OR NOT EXISTS (SELECT 1 FROM aftersales_proposal p WHERE p.id = NEW.proposal_id "
    "AND p.complaint_id = NEW.complaint_id AND p.round = NEW.round) THEN "
    + guards.refuse("Only a proposal of the round that stands can be approved.")
    + " END IF; IF NEW.by_id IS DISTINCT FROM c.leader_id OR EXISTS (SELECT 1 FROM aftersales_complaintperson p "
    "WHERE p.complaint_id = NEW.complaint_id AND p.person_id = NEW.by_id) OR EXISTS (SELECT 1 FROM aftersales_proposal p "
    "WHERE p.id = NEW.proposal_id AND p.by_id = NEW.by_id) THEN "
    + guards.refuse("A solution is approved by the leader in charge, who has no part in the complaint.")
    + " END IF; IF EXISTS (SELECT 1 FROM aftersales_proposal p WHERE p.complaint_id = NEW.complaint_id AND p.round = NEW.round "
    "AND NOT EXISTS (SELECT 1 FROM aftersales_reading r WHERE r.proposal_id = p.id AND r.by_id = NEW.by_id)) THEN "
    + guards.refuse("Each proposal is read before one is approved.")
    + " END IF; RETURN NEW; END"
)
# Nothing is carried out and nobody is promised anything before the approval; it is carried out when the customer has signed (G23).
MOVED = (
    "DECLARE c record; BEGIN SELECT * INTO c FROM aftersales_complaint WHERE id = NEW.complaint_id; "
    "IF NEW.to_stage IN ('approved', 'executing') AND NOT EXISTS (SELECT 1 FROM aftersales_approval a WHERE a.complaint_id = c.id "
    "AND a.round = c.round) THEN "
    + guards.refuse("The leader in charge has not approved a solution.")
    + " END IF; IF NEW.to_stage = 'executing' AND NOT EXISTS (SELECT 1 FROM core_signature s WHERE s.paper_id = c.solution_id "
    "AND s.role = 'customer') THEN "
    + guards.refuse("The customer has not signed the solution.")
    + " END IF; RETURN NEW; END"
)
TOLD = (
    "BEGIN IF NEW.kind = 'told' AND NOT EXISTS (SELECT 1 FROM aftersales_approval a WHERE a.complaint_id = NEW.complaint_id "
    "AND a.round = NEW.round) THEN "
    + guards.refuse("The leader in charge has not approved a solution.")
    + " END IF; RETURN NEW; END"
)
CARRIED = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM aftersales_complaint c JOIN core_signature s ON s.paper_id = c.solution_id AND s.role = 'customer' "
    "WHERE c.id = NEW.complaint_id AND c.round = NEW.round) THEN "
    + guards.refuse("The customer has not signed the solution.")
    + " END IF; RETURN NEW; END"
)
# A decision about a check item is made once, and not by whom the complaint is about.
DECIDED = (
    "BEGIN IF OLD.decision <> 'open' THEN "
    + guards.refuse("This check item has been decided.")
    + " END IF; IF EXISTS (SELECT 1 FROM aftersales_complaintperson p WHERE p.complaint_id = NEW.complaint_id AND p.person_id = NEW.decided_by_id "
    f"AND {ABOUT}) THEN " + guards.refuse("Nobody handles a complaint about himself.") + " END IF; RETURN NEW; END"
)
# Each line of a hand-over is signed by that person, so never both by one (S16).
SHIFT = (
    "BEGIN IF NEW.role IN ('hands_over', 'takes_over') AND NOT EXISTS (SELECT 1 FROM aftersales_shifthandover h WHERE h.paper_id = NEW.paper_id "
    "AND NEW.user_id = CASE NEW.role WHEN 'hands_over' THEN h.giver_id ELSE h.taker_id END) THEN "
    + guards.refuse("Each line of a hand-over is signed by that very person.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [
        ("aftersales", "0003_repairs"),
        ("core", "0002_guards"),
        ("leads", "0010_money"),
        ("projects", "0002_guards"),
        ("staff", "0003_posts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *guards.lifecycle(
            subject="aftersales_complaint",
            changes="aftersales_complaintmove",
            link="complaint_id",
            pairs=STEPS,
            first="received",
        ),
        *[guards.append_only(f"aftersales_{table}") for table in (*PARTS[1:], "complaintreport", "shifthandover")],
        *[
            guards.db_clock(f"aftersales_{table}")
            for table in ("complaint", *PARTS, "checkproposal", "complaintreport", "shifthandover")
        ],
        *[
            guards.same_store(f"aftersales_{table}", "complaint_id", "aftersales_complaint")
            for table in (*PARTS, "checkproposal")
        ],
        guards.same_store("aftersales_complaint", "dossier_id", "core_dossier"),
        guards.same_store("aftersales_complaint", "lead_id", "leads_lead"),
        guards.only_columns("aftersales_complaint", COMPLAINT),
        guards.only_columns(
            "aftersales_checkproposal", ("decision", "reason", "item_code", "decided_by_id", "decided_at")
        ),
        *[
            guards.trigger(f"aftersales_{table}", f"aftersales_{table}_not_oneself", "BEFORE INSERT", NOT_ONESELF)
            for table in (
                "classing",
                "complaintverdict",
                "investigation",
                "proposal",
                "reading",
                "approval",
                "talk",
                "carrying",
                "summingup",
            )
        ],
        guards.trigger("aftersales_complaint", "aftersales_complaint_entrusted", "BEFORE INSERT OR UPDATE", ENTRUSTED),
        guards.trigger("aftersales_complaintperson", "aftersales_complaintperson_named", "BEFORE INSERT", NAMED),
        guards.trigger("aftersales_approval", "aftersales_approval_lawful", "BEFORE INSERT", APPROVED),
        guards.trigger("aftersales_complaintmove", "aftersales_complaintmove_open", "BEFORE INSERT", MOVED),
        guards.trigger("aftersales_talk", "aftersales_talk_after_approval", "BEFORE INSERT", TOLD),
        guards.trigger("aftersales_carrying", "aftersales_carrying_signed", "BEFORE INSERT", CARRIED),
        guards.trigger("aftersales_checkproposal", "aftersales_checkproposal_once", "BEFORE UPDATE", DECIDED),
        guards.trigger("core_signature", "aftersales_handover_signed", "BEFORE INSERT", SHIFT),
    ]
