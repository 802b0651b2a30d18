"""When a complaint ended, whose trade it was and when an answer was owed are what its records say, never what somebody writes into it."""

from django.db import migrations

from core import guards

# Ended by the talk that told why not, or by what was carried out; open again only in another round.
ENDED = (
    "BEGIN IF NEW.ended_at IS NOT DISTINCT FROM OLD.ended_at THEN RETURN NEW; END IF; "
    "IF (OLD.ended_at IS NOT NULL AND (NEW.ended_at IS NOT NULL OR NEW.round <= OLD.round)) OR (NEW.ended_at IS NOT NULL AND NOT EXISTS "
    "(SELECT 1 FROM aftersales_talk t WHERE t.complaint_id = NEW.id AND t.kind = 'answer' AND t.reached AND t.at = NEW.ended_at) AND NOT EXISTS "
    "(SELECT 1 FROM aftersales_carrying c WHERE c.complaint_id = NEW.id AND c.round = NEW.round AND c.at = NEW.ended_at)) THEN "
    + guards.refuse("A complaint ended when its customer was answered or its solution was carried out.")
    + " END IF; RETURN NEW; END"
)
TRADE = (
    "BEGIN IF NEW.trade IS DISTINCT FROM OLD.trade AND NEW.trade IS DISTINCT FROM (SELECT i.trade FROM aftersales_investigation i "
    "WHERE i.complaint_id = NEW.id ORDER BY i.seq DESC LIMIT 1) THEN "
    + guards.refuse("The trade is what the last investigation says.")
    + " END IF; RETURN NEW; END"
)
# S15: promised anew before it was late, and the file says so, in the same transaction.
PROMISED = (
    "BEGIN IF NEW.owed_at IS DISTINCT FROM OLD.owed_at AND NOT EXISTS (SELECT 1 FROM core_auditentry e WHERE e.dossier_id = NEW.dossier_id "
    "AND e.kind = 'aftersales.complaint_promised' AND e.recorded_at >= transaction_timestamp() AND e.at <= OLD.owed_at "
    "AND e.payload::jsonb ->> 'ref' = NEW.ref AND (e.payload::jsonb ->> 'owed_at')::timestamptz = NEW.owed_at) THEN "
    + guards.refuse("An answer is promised anew before it is late, and the file says so.")
    + " END IF; RETURN NULL; END"
)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_guards"), ("aftersales", "0007_slips")]

    operations = [
        guards.trigger("aftersales_complaint", "aftersales_complaint_ended", "BEFORE UPDATE", ENDED),
        guards.trigger("aftersales_complaint", "aftersales_complaint_trade", "BEFORE UPDATE", TRADE),
        guards.trigger("aftersales_complaint", "aftersales_complaint_promised", "AFTER UPDATE", PROMISED, deferred=True),
    ]
