"""Guards that live in the database, as operations for migrations (plain SQL, reviewable, reversible)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.migrations import RunSQL


def _function(name: str, body: str, *, definer: bool = False) -> str:
    security = "SECURITY DEFINER SET search_path = public, pg_temp" if definer else ""
    return f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {security} AS $guard$ {body} $guard$;"


def refuse(sentence: str) -> str:
    """SQL that refuses with a sentence (msgid) that is shown to the person."""
    return f"RAISE EXCEPTION '{sentence.replace(chr(39), chr(39) * 2)}' USING ERRCODE = 'check_violation';"


def trigger(table: str, name: str, when: str, body: str, *, definer: bool = False, deferred: bool = False) -> RunSQL:
    """A row trigger `name` on `table`; `when` like 'BEFORE INSERT'; deferred ones run at commit."""
    kind = "CONSTRAINT TRIGGER" if deferred else "TRIGGER"
    timing = "DEFERRABLE INITIALLY DEFERRED" if deferred else ""
    return RunSQL(
        sql=_function(name, body, definer=definer)
        + f"CREATE {kind} {name} {when} ON {table} {timing} FOR EACH ROW EXECUTE FUNCTION {name}();",
        reverse_sql=f"DROP TRIGGER IF EXISTS {name} ON {table}; DROP FUNCTION IF EXISTS {name}();",
    )


def append_only(table: str) -> RunSQL:
    """Rows of this table are never changed, deleted or truncated, by anybody."""
    name = f"{table}_append_only"
    body = "BEGIN " + refuse("This record is evidence: it is never changed or deleted.") + " END"
    return RunSQL(
        sql=_function(name, body)
        + f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();"
        + f"CREATE TRIGGER {name}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {name}();",
        reverse_sql=f"DROP TRIGGER IF EXISTS {name} ON {table}; DROP TRIGGER IF EXISTS {name}_truncate ON {table};"
        f"DROP FUNCTION IF EXISTS {name}();",
    )


def db_clock(table: str, column: str = "recorded_at") -> RunSQL:
    """The column is the database's clock: a value given by anybody else is refused."""
    body = (
        f"BEGIN IF NEW.{column} IS NULL OR abs(extract(epoch FROM clock_timestamp() - NEW.{column})) > 1 THEN "
        + refuse("The time of recording is set by the database.")
        + f" END IF; NEW.{column} := clock_timestamp(); RETURN NEW; END"
    )
    return trigger(table, f"{table}_db_clock", "BEFORE INSERT", body)


def only_columns(table: str, columns: Iterable[str]) -> RunSQL:
    """An update may touch these columns alone; the row is never deleted."""
    array = "ARRAY[" + ",".join(f"'{c}'" for c in columns) + "]"
    body = (
        "BEGIN IF TG_OP = 'DELETE' THEN "
        + refuse("This record is evidence: it is never changed or deleted.")
        + f" END IF; IF (to_jsonb(OLD) - {array}) IS DISTINCT FROM (to_jsonb(NEW) - {array}) THEN "
        + refuse("This record is frozen: only its state may change.")
        + " END IF; RETURN NEW; END"
    )
    return trigger(table, f"{table}_only_columns", "BEFORE UPDATE OR DELETE", body)


def transitions(table: str, column: str, pairs: Sequence[tuple[str, str]]) -> RunSQL:
    """The column moves along these pairs only."""
    listed = ", ".join(f"('{a}','{b}')" for a, b in pairs)
    body = (
        f"BEGIN IF OLD.{column} IS DISTINCT FROM NEW.{column} AND (OLD.{column}, NEW.{column}) NOT IN ({listed}) THEN "
        + refuse("This step is not in the procedure.")
        + " END IF; RETURN NEW; END"
    )
    return trigger(table, f"{table}_{column}_transitions", "BEFORE UPDATE", body)


def lifecycle(
    *, subject: str, changes: str, link: str, pairs: Sequence[tuple[str, str]], first: str, stage: str = "stage"
) -> list[RunSQL]:
    """Stage changes are rows; the subject's stage follows them and cannot be written by hand.

    `changes` has columns <link>, seq, from_stage, to_stage; a row must continue where the last one ended, along a pair of
    the procedure; the trigger (owner's right) then sets `subject`.`stage`.  The web role has no right on that column.
    """
    listed = ", ".join(f"('{a}','{b}')" for a, b in pairs)
    body = (
        f"DECLARE now_at text; last_seq int; BEGIN SELECT {stage} INTO now_at FROM {subject} WHERE id = NEW.{link} FOR NO KEY UPDATE; "
        f"SELECT coalesce(max(seq), 0) INTO last_seq FROM {changes} WHERE {link} = NEW.{link}; "
        f"IF NEW.seq <> last_seq + 1 OR NEW.from_stage <> now_at THEN "
        + refuse("The stage has changed meanwhile. Open the page again and look.")
        + f" END IF; IF (NEW.from_stage, NEW.to_stage) NOT IN ({listed}) THEN "
        + refuse("This step is not in the procedure.")
        + f" END IF; UPDATE {subject} SET {stage} = NEW.to_stage WHERE id = NEW.{link}; RETURN NEW; END"
    )
    by_hand = (
        f"BEGIN IF TG_OP = 'INSERT' THEN IF NEW.{stage} <> '{first}' THEN "
        + refuse("This step is not in the procedure.")
        + f" END IF; RETURN NEW; END IF; IF OLD.{stage} IS DISTINCT FROM NEW.{stage} AND pg_trigger_depth() < 2 THEN "
        + refuse("The stage is moved by the procedure alone.")
        + " END IF; RETURN NEW; END"
    )
    return [
        trigger(changes, f"{changes}_continues", "BEFORE INSERT", body, definer=True),
        trigger(subject, f"{subject}_{stage}_guard", "BEFORE INSERT OR UPDATE", by_hand),
        append_only(changes),
    ]


def same_store(table: str, column: str, parent: str) -> RunSQL:
    """The row's store is its parent's."""
    body = (
        f"BEGIN IF NEW.store_id IS DISTINCT FROM (SELECT store_id FROM {parent} WHERE id = NEW.{column}) THEN "
        + refuse("A record belongs to the store of its file.")
        + " END IF; RETURN NEW; END"
    )
    return trigger(table, f"{table}_{column}_store", "BEFORE INSERT OR UPDATE", body)
