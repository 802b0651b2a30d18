"""What the database itself guarantees of the kernel's records."""

from django.db import migrations

from core import guards

CHAIN = """
DECLARE head core_chainhead%ROWTYPE;
BEGIN
  INSERT INTO core_chainhead (dossier_id, seq, hash) VALUES (NEW.dossier_id, 0, repeat('0', 64)) ON CONFLICT DO NOTHING;
  SELECT * INTO head FROM core_chainhead WHERE dossier_id = NEW.dossier_id FOR NO KEY UPDATE;
  NEW.seq := head.seq + 1;
  NEW.prev_hash := head.hash;
  NEW.recorded_at := clock_timestamp();
  NEW.hash := encode(sha256(convert_to(concat_ws('|', NEW.dossier_id, NEW.seq, NEW.prev_hash,
    to_char(NEW.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    NEW.kind, coalesce(NEW.by_id, 0), coalesce(NEW.paper_id, 0), coalesce(NEW.attachment_id, 0), NEW.payload), 'UTF8')), 'hex');
  UPDATE core_chainhead SET seq = NEW.seq, hash = NEW.hash WHERE dossier_id = NEW.dossier_id;
  RETURN NEW;
END
"""

# A forged, replayed or altered signature is refused: it must be for the content of its paper while the paper waits.
SIGNATURE = (
    "DECLARE p core_paper%ROWTYPE; BEGIN SELECT * INTO p FROM core_paper WHERE id = NEW.paper_id FOR NO KEY UPDATE; "
    "IF p.state <> 'issued' THEN "
    + guards.refuse("This paper is not waiting for signatures.")
    + " END IF; IF NEW.content_sha256 <> p.content_sha256 THEN "
    + guards.refuse("The signature is not for this content.")
    + " END IF; RETURN NEW; END"
)

# A paper is signed only when every required role has signed, and sealed only when the sealed PDF exists.
PAPER_STATE = (
    "DECLARE lacking int; BEGIN IF NEW.state = 'signed' AND OLD.state <> 'signed' THEN "
    "SELECT count(*) INTO lacking FROM unnest(NEW.required_roles) role "
    "WHERE NOT EXISTS (SELECT 1 FROM core_signature s WHERE s.paper_id = NEW.id AND s.role = role); "
    "IF lacking > 0 OR cardinality(NEW.required_roles) = 0 THEN "
    + guards.refuse("Not everybody has signed this paper.")
    + " END IF; END IF; IF NEW.state = 'sealed' AND OLD.state <> 'sealed' AND NOT EXISTS "
    "(SELECT 1 FROM core_rendition r WHERE r.paper_id = NEW.id AND r.kind = 'sealed') THEN "
    + guards.refuse("A sealed paper needs its sealed PDF.")
    + " END IF; RETURN NEW; END"
)

PAPER_CONTENT = (
    "BEGIN IF NEW.content_sha256 <> encode(sha256(convert_to(NEW.content, 'UTF8')), 'hex') OR NEW.state <> 'issued' THEN "
    + guards.refuse("A paper is issued with the hash of its content.")
    + " END IF; RETURN NEW; END"
)

NUMBER = (
    "BEGIN IF TG_OP = 'INSERT' THEN IF NEW.last <> 1 THEN "
    + guards.refuse("Numbers are taken one after the other.")
    + " END IF; ELSIF NEW.last <> OLD.last + 1 OR (NEW.series, NEW.store_id, NEW.year) IS DISTINCT FROM (OLD.series, OLD.store_id, OLD.year) THEN "
    + guards.refuse("Numbers are taken one after the other.")
    + " END IF; RETURN NEW; END"
)

PAPER_NUMBER = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM core_numberseries n WHERE n.series = NEW.series AND n.store_id = NEW.store_id "
    "AND n.year = NEW.year AND n.last >= NEW.number) THEN "
    + guards.refuse("Numbers are taken one after the other.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [
        guards.trigger("core_auditentry", "core_auditentry_chain", "BEFORE INSERT", CHAIN, definer=True),
        guards.append_only("core_auditentry"),
        guards.append_only("core_signature"),
        guards.append_only("core_rendition"),
        guards.append_only("core_attachment"),
        guards.append_only("core_snapshot"),
        guards.db_clock("core_signature"),
        guards.db_clock("core_attachment"),
        guards.db_clock("core_paper"),
        guards.db_clock("core_snapshot"),
        guards.trigger("core_signature", "core_signature_fits", "BEFORE INSERT", SIGNATURE),
        guards.only_columns("core_paper", ("state", "state_reason", "superseded_by_id", "stale_at", "stale_reason")),
        guards.transitions(
            "core_paper", "state",
            [
                ("issued", "signed"), ("signed", "sealed"),
                ("issued", "void"), ("signed", "void"), ("sealed", "void"),
                ("issued", "superseded"), ("signed", "superseded"), ("sealed", "superseded"),
            ],
        ),
        guards.trigger("core_paper", "core_paper_state_facts", "BEFORE UPDATE", PAPER_STATE),
        guards.trigger("core_paper", "core_paper_content_fits", "BEFORE INSERT", PAPER_CONTENT),
        guards.trigger("core_paper", "core_paper_number_taken", "BEFORE INSERT", PAPER_NUMBER),
        guards.trigger("core_numberseries", "core_numberseries_steps", "BEFORE INSERT OR UPDATE", NUMBER),
    ]  # fmt: skip
