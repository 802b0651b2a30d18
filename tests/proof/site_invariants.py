"""What must hold of a site at every moment, as plain SQL that answers with nothing: twenty, and five more at rest (after proof.md's I1–I20).

Each statement reads tables, never a verb, and names rows that should not be.  `$1` is the site, `$2` its file, `$3` its contract, `$4` its store.
"Before" means recorded before: the time of recording is the database's own clock, so one transaction has an order too.
`AT_REST` holds once everything that follows was followed (the worker's minute).
"""

from __future__ import annotations

from typing import Any

from django.db import connections

SIGNED = "IN ('signed', 'sealed')"
# A step of the procedure → the facts that are in force when it is taken, and the gate that may be waived instead (domain 3.3).
FACTS_OF_STEPS = (
    ("disclosed", "drawings_reviewed", "G7"), ("disclosed", "original_house_survey_signed", ""), ("under_construction", "check_1_passed", ""),
    ("under_construction", "crew_on_site", "G10"), ("midterm_accepted", "materials_accepted", ""), ("midterm_accepted", "concealed_works_accepted", ""),
    ("midterm_accepted", "check_4_passed", ""), ("midterm_accepted", "carpentry_accepted", ""), ("completed_pending_acceptance", "check_5_passed", ""),
    ("completed_pending_acceptance", "check_7_passed", ""), ("accepted", "completion_accepted", ""), ("accepted", "check_8_passed", ""),
    ("under_warranty", "warranty_card_issued", ""),
)  # fmt: skip
# A step → the kinds of paper that are signed by everybody when it is taken.
PAPERS_OF_STEPS = (
    ("permit_filing", "P07"), ("disclosed", "P23"), ("midterm_accepted", "P29"), ("midterm_accepted", "P30"), ("settled", "P31"), ("under_warranty", "S01"),
)  # fmt: skip
BUILT_ON = (*(f"check_{n}_passed" for n in range(1, 9)), "original_house_survey_signed", "materials_accepted", "concealed_works_accepted", "carpentry_accepted")
_STEPS = ", ".join(f"('{stage}', '{fact}', '{gate}')" for stage, fact, gate in FACTS_OF_STEPS)
_PAPERS = ", ".join(f"('{stage}', '{kind}')" for stage, kind in PAPERS_OF_STEPS)
_BUILT = ", ".join(f"'{fact}'" for fact in (*BUILT_ON, "completion_accepted"))

# When the last person whose signature a paper needs had signed it; nothing while somebody has not.
_COMPLETE = """(SELECT max(s.recorded_at) FROM core_signature s WHERE s.paper_id = {paper} AND s.role = ANY (p.required_roles)
    HAVING count(DISTINCT s.role) = cardinality(p.required_roles))"""
_OWED = f"""((SELECT total FROM projects_contract WHERE id = $3) + (SELECT coalesce(sum(o.amount), 0) FROM projects_changeorder o
    JOIN core_paper p ON p.id = o.paper_id
    WHERE o.project_id = $1 AND {_COMPLETE.format(paper="o.paper_id")} < {{before}}))"""
_RECEIVED = "(SELECT coalesce(sum(amount), 0) FROM projects_payment WHERE project_id = $1 AND recorded_at < {before})"

ALWAYS = {
    "I1 no payment is more than what was owed when it was taken": f"""
        SELECT r.id::text FROM projects_payment r WHERE r.project_id = $1 AND r.kind = 'in'
        AND {_RECEIVED.format(before="r.recorded_at")} + r.amount > {_OWED.format(before="r.recorded_at")}
        UNION ALL SELECT 'less than nothing' WHERE {_RECEIVED.format(before="'infinity'::timestamptz")} < 0""",
    "I2 the stage is what its moves add up to": """
        SELECT c.seq::text FROM (SELECT seq, from_stage, lag(to_stage) OVER w AS came, row_number() OVER w AS n FROM projects_projectstagechange
            WHERE project_id = $1 WINDOW w AS (ORDER BY seq)) c WHERE c.seq <> c.n OR c.from_stage <> coalesce(c.came, 'contracted')
        UNION ALL SELECT stage FROM projects_project WHERE id = $1 AND stage <> coalesce(
            (SELECT to_stage FROM projects_projectstagechange WHERE project_id = $1 ORDER BY seq DESC LIMIT 1), 'contracted')""",
    "I3 every payment, check, signature, settlement and move has its link in the chain": """
        SELECT 'payment ' || r.id FROM projects_payment r WHERE r.project_id = $1 AND r.kind <> 'deposit' AND NOT EXISTS (SELECT
            FROM core_auditentry e
            WHERE e.dossier_id = $2 AND e.paper_id = r.receipt_id AND e.kind IN ('projects.payment_received', 'projects.payment_reversed'))
        UNION ALL SELECT 'signature ' || s.id FROM core_signature s JOIN core_paper p ON p.id = s.paper_id WHERE p.dossier_id = $2 AND NOT EXISTS (
            SELECT FROM core_auditentry e WHERE e.dossier_id = $2 AND e.paper_id = p.id AND e.kind = 'core.paper_signed'
            AND e.payload::jsonb ->> 'role' = s.role)
        UNION ALL SELECT 'paper ' || p.ref FROM core_paper p WHERE p.dossier_id = $2 AND NOT EXISTS (
            SELECT FROM core_auditentry e WHERE e.paper_id = p.id AND e.kind = 'core.paper_issued'
            AND e.payload::jsonb ->> 'sha256' = p.content_sha256)
        UNION ALL SELECT 'check ' || c.id FROM inspections_qualitycheck c WHERE c.project_id = $1 AND c.state IN ('passed', 'failed') AND NOT EXISTS (
            SELECT FROM core_auditentry e WHERE e.dossier_id = $2 AND e.kind = 'inspections.check_' || c.state
            AND e.payload::jsonb ->> 'check' = c.code
            AND (e.payload::jsonb ->> 'attempt')::int = c.attempt)
        UNION ALL SELECT 'move ' || m.seq FROM projects_projectstagechange m WHERE m.project_id = $1 AND NOT EXISTS (
            SELECT FROM core_auditentry e WHERE e.dossier_id = $2 AND e.kind = 'projects.stage_' || m.kind
            AND e.payload::jsonb ->> 'target' = m.to_stage)""",
    "I4 the chain has no gap and every hash recomputes": """
        SELECT e.seq::text FROM (SELECT *, row_number() OVER w AS n, lag(hash) OVER w AS came FROM core_auditentry WHERE dossier_id = $2
            WINDOW w AS (ORDER BY seq)) e
        WHERE e.seq <> e.n OR e.prev_hash <> coalesce(e.came, repeat('0', 64))
            OR e.hash <> encode(sha256(convert_to(concat_ws('|', e.dossier_id, e.seq, e.prev_hash,
            to_char(e.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            e.kind, coalesce(e.by_id, 0), coalesce(e.paper_id, 0), coalesce(e.attachment_id, 0), e.payload), 'UTF8')), 'hex')
        UNION ALL SELECT 'head' FROM core_chainhead h WHERE h.dossier_id = $2 AND (h.seq <> (SELECT max(e.seq) FROM core_auditentry e
            WHERE e.dossier_id = $2)
            OR NOT EXISTS (SELECT FROM core_auditentry e WHERE e.dossier_id = $2 AND e.seq = h.seq AND e.hash = h.hash))""",
    "I5 a paper is the content that its hash says": """
        SELECT ref FROM core_paper WHERE dossier_id = $2 AND content_sha256 <> encode(sha256(convert_to(content, 'UTF8')), 'hex')""",
    "I6 a paper is signed by everybody, for its content, and not before": f"""
        SELECT p.ref FROM core_paper p WHERE p.dossier_id = $2 AND ((p.state {SIGNED}) <> ({_COMPLETE.format(paper="p.id")} IS NOT NULL)
            AND p.state NOT IN ('void', 'superseded') OR EXISTS (SELECT FROM core_signature s WHERE s.paper_id = p.id
            AND s.content_sha256 <> p.content_sha256))""",
    "I7 the acceptance comes after every check that it stands on": """
        SELECT a.id::text FROM projects_clearance a WHERE a.project_id = $1 AND a.fact = 'check_8_passed' AND (SELECT count(DISTINCT c.fact)
            FROM projects_clearance c
            WHERE c.project_id = $1 AND c.fact ~ '^check_[1-7]_passed$' AND c.recorded_at < a.recorded_at AND c.at <= a.at) < 7""",
    "I11 numbers run without a gap, receipts among them": """
        SELECT n.series || ' ' || n.year FROM core_numberseries n WHERE n.store_id = $4 AND EXISTS (SELECT FROM core_paper p
            WHERE p.series = n.series)
            AND NOT EXISTS (SELECT FROM core_paper p WHERE p.series = n.series AND p.store_id = n.store_id AND p.year = n.year
                HAVING count(*) = n.last AND max(p.number) = n.last AND min(p.number) = 1)""",
    "I13 everything of a site belongs to its store": " UNION ALL ".join(
        f"SELECT '{table} ' || id FROM {table} WHERE project_id = $1 AND store_id <> $4"
        for table in (
            "projects_payment", "projects_changeorder", "projects_settlement", "projects_clearance", "projects_lostday", "projects_stopwork",
            "projects_scheduleextension", "projects_settlementdispute", "projects_unsignedwork", "inspections_qualitycheck", "inspections_finding",
            "inspections_rectification", "aftersales_warranty",
        )
    ),
    "G6-G18 no stage is entered without the facts of its gates": f"""
        SELECT m.seq || ' ' || g.fact FROM projects_projectstagechange m JOIN (VALUES {_STEPS}) g (stage, fact, gate) ON g.stage = m.to_stage
        WHERE m.project_id = $1 AND m.kind = 'advance' AND NOT EXISTS (SELECT FROM projects_clearance c LEFT JOIN projects_clearancerevocation r
            ON r.clearance_id = c.id AND r.recorded_at < m.recorded_at
            WHERE c.project_id = $1 AND c.fact = g.fact AND c.recorded_at < m.recorded_at AND r.id IS NULL)
        AND NOT EXISTS (SELECT FROM projects_waiver w WHERE w.project_id = $1 AND w.gate = g.gate AND w.recorded_at < m.recorded_at)""",
    "G6-G18 no stage is entered before its papers are signed": f"""
        SELECT m.seq || ' ' || g.kind FROM projects_projectstagechange m JOIN (VALUES {_PAPERS}) g (stage, kind) ON g.stage = m.to_stage
        WHERE m.project_id = $1 AND m.kind = 'advance' AND NOT EXISTS (SELECT FROM core_paper p WHERE p.dossier_id = $2 AND p.kind = g.kind
            AND {_COMPLETE.format(paper="p.id")} < m.recorded_at)""",
    "G14 what nobody signed enters no settlement, and what is settled was settled once": f"""
        SELECT t.id || ': ' || (l ->> 'seq') FROM projects_settlement t, jsonb_array_elements(t.lines) l WHERE t.project_id = $1 AND NOT EXISTS (
            SELECT FROM projects_changeorder o JOIN core_paper p ON p.id = o.paper_id WHERE o.project_id = $1 AND o.seq = (l ->> 'seq')::int
            AND o.amount = (l ->> 'amount')::numeric AND p.state {SIGNED} AND {_COMPLETE.format(paper="p.id")} < t.recorded_at)
        UNION ALL SELECT 'change ' || o.seq FROM projects_changeorder o LEFT JOIN core_paper p ON p.id = o.paper_id
            WHERE o.project_id = $1 AND o.settled_in_id IS NOT NULL AND (p.state IS NULL OR p.state NOT {SIGNED})
        UNION ALL SELECT 'twice ' || (l ->> 'seq') FROM projects_settlement t JOIN core_paper p ON p.id = t.paper_id, jsonb_array_elements(t.lines) l
            WHERE t.project_id = $1 AND t.kind <> 'change' AND p.state {SIGNED} GROUP BY l ->> 'seq' HAVING count(*) > 1""",
    "G16 G17 a settlement says contract and signed changes less what has come": f"""
        SELECT t.id || ' sum' FROM projects_settlement t WHERE t.project_id = $1 AND t.changes <> (
            SELECT coalesce(sum((l ->> 'amount')::numeric), 0) FROM jsonb_array_elements(t.lines) l)
        UNION ALL SELECT t.id || ' final' FROM projects_settlement t WHERE t.project_id = $1 AND t.kind = 'final'
            AND t.balance <> {_OWED.format(before="t.recorded_at")} - {_RECEIVED.format(before="t.recorded_at")}
        UNION ALL SELECT t.id || ' twin' FROM projects_settlement t WHERE t.project_id = $1 AND t.kind = 'midterm' AND NOT EXISTS (
            SELECT FROM projects_settlement u WHERE u.project_id = $1 AND u.kind = 'change' AND u.at = t.at
            AND (u.changes, u.balance, u.lines) = (t.changes, t.balance, t.lines))
        UNION ALL SELECT t.id || ' disputed and signed' FROM projects_settlement t JOIN projects_settlementdispute d ON d.settlement_id = t.id
            JOIN core_signature s ON s.paper_id = t.paper_id AND s.role = 'customer'""",
    "G18 card and settled stage only when everything was paid": f"""
        SELECT 'stage ' || m.seq FROM projects_projectstagechange m WHERE m.project_id = $1 AND m.kind = 'advance' AND m.to_stage = 'settled'
            AND {_RECEIVED.format(before="m.recorded_at")} < {_OWED.format(before="m.recorded_at")}
        UNION ALL SELECT 'card ' || card.ref FROM core_paper card WHERE card.dossier_id = $2 AND card.kind = 'S01'
            AND ({_RECEIVED.format(before="card.recorded_at")} <
            {_OWED.format(before="card.recorded_at")} OR (SELECT m.to_stage FROM projects_projectstagechange m WHERE m.project_id = $1
            AND m.recorded_at < card.recorded_at
            ORDER BY m.seq DESC LIMIT 1) NOT IN ('settled', 'under_warranty'))""",
    "LR-53 receipts are payments, void ones reversals": """
        SELECT p.ref FROM core_paper p WHERE p.dossier_id = $2 AND p.kind = 'L23' AND (
            (SELECT count(*) FROM projects_payment r WHERE r.receipt_id = p.id AND r.kind = 'in') <> 1 AND NOT EXISTS (
                SELECT FROM projects_payment r WHERE r.receipt_id = p.id AND r.kind = 'deposit') AND EXISTS (SELECT FROM projects_payment r
                WHERE r.receipt_id = p.id)
            OR (p.state = 'void') <> EXISTS (SELECT FROM projects_payment r WHERE r.receipt_id = p.id AND r.kind = 'reversal'))
        UNION ALL SELECT 'reversal ' || b.id FROM projects_payment b JOIN projects_payment r ON r.id = b.reverses_id
            WHERE b.project_id = $1 AND (b.amount <> -r.amount OR b.by_id = r.by_id)
        UNION ALL SELECT 'allocated ' || r.id FROM projects_payment r WHERE r.project_id = $1 AND r.amount > 0
            AND (SELECT coalesce(sum(a.amount), 0) FROM projects_allocation a WHERE a.payment_id = r.id) > r.amount""",
    "R041-R048 what passed was seen by the people of its table, with no main item failed or left out by one person": """
        SELECT c.code || ' ' || c.attempt FROM inspections_qualitycheck c WHERE c.project_id = $1 AND c.state = 'passed' AND (
            (SELECT count(*) FROM inspections_attendance a WHERE a.quality_check_id = c.id
            AND a.party IN ('customer', 'project_manager', 'inspector')) < 3
            OR c.code IN ('C3', 'C6', 'C8') AND NOT EXISTS (SELECT FROM inspections_attendance a WHERE a.quality_check_id = c.id
            AND a.party = 'engineering_manager')
            OR EXISTS (SELECT FROM inspections_checkresult x JOIN inspections_checkitem i ON i.id = x.item_id WHERE x.quality_check_id = c.id
            AND i.severity = 'main'
                AND (x.verdict = 'fail' AND NOT i.deferrable OR x.verdict = 'not_applicable' AND (x.note = '' OR x.confirmed_by_id IS NULL))))""",
    "Q58 every fault has a person, a day and a rectification; nobody accepts what he mended": """
        SELECT f.id::text FROM inspections_finding f LEFT JOIN inspections_rectification r ON r.finding_id = f.id WHERE f.project_id = $1
            AND r.id IS NULL
        UNION ALL SELECT 'own ' || k.id FROM inspections_recheck k JOIN inspections_answer a ON a.id = k.answer_id JOIN inspections_rectification r
            ON r.id = a.rectification_id WHERE r.project_id = $1 AND a.by_id = k.by_id""",
    "LR-65 who builds passes nothing": f"""
        SELECT c.fact FROM projects_clearance c JOIN projects_project s ON s.id = c.project_id
        WHERE c.project_id = $1 AND c.fact IN ({_BUILT}) AND c.by_id IN (s.project_manager_id, s.foreman_id)""",
    "G15 a lost day has one owner, counts once, and only days that are nobody's fault here move the end": """
        SELECT d."on"::text FROM projects_lostday d WHERE d.project_id = $1 AND d.struck_at IS NULL GROUP BY d."on" HAVING count(*) > 1
        UNION ALL SELECT 'moved ' || d.id FROM projects_lostday d JOIN projects_scheduleextension x ON x.id = d.extension_id WHERE d.project_id = $1
            AND (d.owner IN ('company', 'supplier') OR d.struck_at IS NOT NULL OR x.withdrawn_at IS NOT NULL)
        UNION ALL SELECT 'more days than lost ' || x.seq FROM projects_scheduleextension x WHERE x.project_id = $1 AND x.withdrawn_at IS NULL
            AND x.days > (SELECT count(*) FROM projects_lostday d WHERE d.extension_id = x.id)""",
    "one clock of a kind runs for a subject, none that is late is unmarked, none runs before it began": """
        SELECT clock || ' ' || key FROM core_deadline WHERE dossier_id = $2 AND stopped_at IS NULL GROUP BY clock, key HAVING count(*) > 1
        UNION ALL SELECT clock || ' ' || key FROM core_deadline WHERE dossier_id = $2 AND stopped_at > due_at AND NOT cancelled
            AND breached_at IS NULL
            AND NOT EXISTS (SELECT FROM core_deadlinepause u WHERE u.deadline_id = core_deadline.id)
        UNION ALL SELECT clock || ' ' || key FROM core_deadline WHERE dossier_id = $2 AND (stopped_at IS NOT NULL OR paused_at IS NOT NULL)
            AND next_sweep_at IS NOT NULL""",
}  # fmt: skip


def _runs(clock: str, key: str) -> str:
    return f"EXISTS (SELECT FROM core_deadline runs WHERE runs.dossier_id = $2 AND runs.clock = '{clock}' AND runs.key = {key} AND runs.stopped_at IS NULL)"


_SITE = "(SELECT ref FROM projects_project WHERE id = $1)"
_OFF = "(SELECT stage FROM projects_project WHERE id = $1) IN ('paused', 'cancelled', 'closed')"
AT_REST = {
    "I8 the warranty began on the day of the acceptance that stands, and ends when the longest term ends": """
        SELECT w.id::text FROM aftersales_warranty w WHERE w.project_id = $1 AND w.withdrawn_at IS NULL AND NOT EXISTS (SELECT
            FROM projects_clearance c
            LEFT JOIN projects_clearancerevocation r ON r.clearance_id = c.id WHERE c.project_id = $1 AND c.fact = 'completion_accepted'
            AND r.id IS NULL
            AND (c.at AT TIME ZONE 'Asia/Shanghai')::date = w.starts_on AND c.paper_id = w.acceptance_id)
        UNION ALL SELECT 'no warranty' FROM projects_clearance c LEFT JOIN projects_clearancerevocation r ON r.clearance_id = c.id
            WHERE c.project_id = $1 AND c.fact = 'completion_accepted' AND r.id IS NULL AND (SELECT count(*) FROM aftersales_warranty w
            WHERE w.project_id = $1 AND w.withdrawn_at IS NULL) <> 1
        UNION ALL SELECT t.code FROM aftersales_warrantyterm t JOIN aftersales_warranty w ON w.id = t.warranty_id WHERE w.project_id = $1
            AND (t.months < t.floor OR t.until > w.last_on)""",
    "a fact of a check stands on a signed paper that is in force, the last word of its check": f"""
        SELECT c.fact FROM projects_clearance c LEFT JOIN projects_clearancerevocation r ON r.clearance_id = c.id
            JOIN core_paper p ON p.id = c.paper_id
            WHERE c.project_id = $1 AND r.id IS NULL AND c.fact ~ '^check_' AND (p.state NOT {SIGNED} OR EXISTS (SELECT
            FROM inspections_qualitycheck q
                JOIN inspections_qualitycheck later ON later.project_id = q.project_id AND later.code = q.code AND later.attempt > q.attempt
                WHERE q.paper_id = p.id AND later.state = 'failed' AND q.code <> 'C2'))
        UNION ALL SELECT 'not told ' || q.code FROM inspections_qualitycheck q JOIN core_paper p ON p.id = q.paper_id WHERE q.project_id = $1
            AND q.state = 'passed'
            AND p.state {SIGNED} AND NOT EXISTS (SELECT FROM inspections_qualitycheck later WHERE later.project_id = $1 AND later.code = q.code
                AND later.attempt > q.attempt AND later.state = 'failed') AND NOT EXISTS (SELECT FROM projects_clearance c LEFT
                JOIN projects_clearancerevocation r
                ON r.clearance_id = c.id WHERE c.project_id = $1 AND r.id IS NULL AND c.fact = 'check_' || right(q.code, 1) || '_passed')""",
    "G15 the end is the contract's, moved by the days of signed changes and extensions": f"""
        SELECT s.due_on::text FROM projects_project s JOIN projects_contract k ON k.id = $3 WHERE s.id = $1 AND NOT {_OFF} AND s.due_on <> k.due_on
            + (SELECT coalesce(sum(o.days), 0)::int FROM projects_changeorder o JOIN core_paper p ON p.id = o.paper_id WHERE o.project_id = $1
            AND p.state {SIGNED})
            + (SELECT coalesce(sum(x.days), 0)::int FROM projects_scheduleextension x JOIN core_paper p ON p.id = x.paper_id
                WHERE x.project_id = $1 AND x.withdrawn_at IS NULL AND p.state {SIGNED})
            AND s.stage <> 'under_warranty'""",
    "the patrol's and the completion's clocks run while somebody works, and the permit's until the acceptance": f"""
        SELECT 'patrol' FROM projects_project s WHERE s.id = $1 AND s.stage <> 'paused' AND {_runs("inspections.patrol", "s.ref")}
            <> (s.stage IN ('under_construction', 'midterm_accepted', 'completed_pending_acceptance'))
        UNION ALL SELECT 'completion' FROM projects_project s WHERE s.id = $1 AND s.stage <> 'paused' AND {_runs("projects.completion", "s.ref")}
            <> (s.stage IN ('under_construction', 'midterm_accepted'))
        UNION ALL SELECT d.clock FROM core_deadline d WHERE d.dossier_id = $2 AND d.stopped_at IS NULL AND d.paused_at IS NULL
            AND d.clock IN ('projects.completion', 'inspections.patrol', 'projects.works_start', 'projects.change_pricing')
            AND (SELECT stage FROM projects_project WHERE id = $1) = 'paused'
        UNION ALL SELECT d.clock FROM core_deadline d WHERE d.dossier_id = $2 AND d.stopped_at IS NULL
            AND (SELECT stage FROM projects_project WHERE id = $1) = 'cancelled'""",
    "a clock runs for each paper, change, extension, dispute, fault and unsigned work that waits, and for no other": f"""
        SELECT 'change ' || o.seq FROM projects_changeorder o LEFT JOIN core_paper p ON p.id = o.paper_id WHERE o.project_id = $1 AND NOT {_OFF}
            AND {_runs("projects.change_pricing", f"{_SITE} || '/' || o.seq")} <> (o.withdrawn_at IS NULL AND (p.state IS NULL
            OR p.state NOT {SIGNED}))
        UNION ALL SELECT 'extension ' || x.seq FROM projects_scheduleextension x JOIN core_paper p ON p.id = x.paper_id WHERE x.project_id = $1
            AND NOT {_OFF}
            AND {_runs("projects.extension_signing", f"{_SITE} || '/extension/' || x.seq")} <> (x.withdrawn_at IS NULL AND p.state NOT {SIGNED})
        UNION ALL SELECT 'dispute ' || d.id FROM projects_settlementdispute d WHERE d.project_id = $1 AND NOT {_OFF}
            AND {_runs("projects.dispute", f"{_SITE} || '/dispute/' || d.id")}
            <> (d.outcome = '')
        UNION ALL SELECT 'unsigned work ' || u.id FROM projects_unsignedwork u WHERE u.project_id = $1 AND NOT {_OFF}
            AND {_runs("projects.unsigned_work", f"{_SITE} || '/unsigned/' || u.id")} <> (u.outcome = '')
        UNION ALL SELECT 'fault ' || r.number FROM inspections_rectification r WHERE r.project_id = $1 AND NOT {_OFF}
            AND ({_runs("inspections.rectification", f"{_SITE} || '/' || r.number")} <> (r.state = 'open')
            OR {_runs("inspections.recheck", f"{_SITE} || '/' || r.number")} <> (r.state = 'answered'))
        UNION ALL SELECT 'check ' || q.code || q.attempt FROM inspections_qualitycheck q JOIN core_paper p ON p.id = q.paper_id
            WHERE q.project_id = $1 AND NOT {_OFF}
            AND q.state = 'passed' AND p.state {SIGNED} AND {_runs("inspections.signatures", f"{_SITE} || '/' || q.code || '/' || q.attempt")}
        UNION ALL SELECT 'card' FROM projects_project s WHERE s.id = $1 AND NOT {_OFF}
            AND {_runs("aftersales.warranty_card", "s.ref")} <> (s.stage = 'settled'
            AND NOT EXISTS (SELECT FROM aftersales_warrantycard c JOIN aftersales_warranty w ON w.id = c.warranty_id
            WHERE w.project_id = $1 AND w.withdrawn_at IS NULL AND c.handed_over_at IS NOT NULL))""",
}  # fmt: skip
TYPES = "(bigint, bigint, bigint, bigint)"


def prepare(using: str = "default") -> None:
    """Two statements of this connection that ask everything at once; planned once, for a ten thousand askings."""
    with connections[using].cursor() as cursor:
        cursor.execute("SET plan_cache_mode = force_generic_plan")
        for name, table in (("always", ALWAYS), ("at_rest", AT_REST)):
            parts = [f"SELECT '{says.replace(chr(39), chr(39) * 2)}', q.* FROM ({sql}) q" for says, sql in table.items()]
            cursor.execute(f"PREPARE {name} {TYPES} AS " + " UNION ALL ".join(parts))


def broken(name: str, site: Any, using: str = "default") -> list[tuple[str, str]]:
    """Which invariants do not hold, and for what."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"EXECUTE {name} (%s, %s, %s, %s)", [site.pk, site.dossier_id, site.contract.pk, site.store_id])
        return list(cursor.fetchall())
