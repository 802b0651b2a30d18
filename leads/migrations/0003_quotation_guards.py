"""What the database itself refuses on price lists, quotations and imports (G5, decision 37)."""

from django.db import migrations

from core import guards

FROZEN_QUOTATION = (
    "BEGIN IF TG_OP = 'INSERT' THEN IF NEW.state <> 'draft' THEN "
    + guards.refuse("This step is not in the procedure.")
    + " END IF; RETURN NEW; END IF; IF TG_OP = 'DELETE' OR (OLD.state <> 'draft' AND "
    "(to_jsonb(OLD) - ARRAY['state','accepted_at','stale_at','stale_reason']) IS DISTINCT FROM "
    "(to_jsonb(NEW) - ARRAY['state','accepted_at','stale_at','stale_reason'])) THEN "
    + guards.refuse("This quotation was issued: draw up a new version.")
    + " END IF; RETURN NEW; END"
)
DRAFT_LINES = (
    "DECLARE found text; BEGIN SELECT state INTO found FROM leads_quotation WHERE id = "
    "CASE WHEN TG_OP = 'DELETE' THEN OLD.quotation_id ELSE NEW.quotation_id END; "
    "IF found <> 'draft' OR (TG_OP = 'UPDATE' AND OLD.quotation_id <> NEW.quotation_id) THEN "
    + guards.refuse("This quotation was issued: draw up a new version.")
    + " END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END"
)
FROM_THE_LIST = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM leads_priceitem i JOIN leads_quotation q ON q.price_list_id = i.price_list_id "
    "WHERE i.id = NEW.item_id AND q.id = NEW.quotation_id AND i.labour = NEW.labour AND i.material = NEW.material "
    "AND i.unit = NEW.unit AND i.trade = NEW.trade) THEN "
    + guards.refuse("Prices come from the price list that the quotation is built on.")
    + " END IF; IF NEW.room_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM leads_room r JOIN leads_lead l ON l.home_id = r.home_id "
    "JOIN leads_quotation q ON q.lead_id = l.id WHERE r.id = NEW.room_id AND q.id = NEW.quotation_id) THEN "
    + guards.refuse("This room is not one of this home.")
    + " END IF; RETURN NEW; END"
)
OPEN_PREVIEW = (
    "DECLARE found text; BEGIN IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND OLD.batch_id <> NEW.batch_id) THEN "
    + guards.refuse("This record is evidence: it is never changed or deleted.")
    + " END IF; SELECT state INTO found FROM leads_importbatch WHERE id = NEW.batch_id; IF found <> 'previewed' THEN "
    + guards.refuse("This list was imported already.")
    + " END IF; RETURN NEW; END"
)
IN_PREVIEW, AFTERWARDS = (
    "ARRAY['state','title','asides','figures','mapping','file_id','confirmed_by_id','confirmed_at']",
    "ARRAY['state','withdrawn_by_id','withdrawn_at','withdrawn_reason']",
)
BATCH_AS_UPLOADED = (
    "BEGIN IF TG_OP = 'INSERT' THEN IF NEW.state <> 'previewed' THEN "
    + guards.refuse("This step is not in the procedure.")
    + " END IF; RETURN NEW; END IF; IF TG_OP = 'DELETE' THEN "
    + guards.refuse("This record is evidence: it is never changed or deleted.")
    + f" END IF; IF (OLD.state = 'previewed' AND (to_jsonb(OLD) - {IN_PREVIEW}) IS DISTINCT FROM (to_jsonb(NEW) - {IN_PREVIEW})) "
    + f"OR (OLD.state <> 'previewed' AND (to_jsonb(OLD) - {AFTERWARDS}) IS DISTINCT FROM (to_jsonb(NEW) - {AFTERWARDS})) THEN "
    + guards.refuse("This record is frozen: only its state may change.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [("leads", "0002_guards")]

    operations = [
        guards.only_columns("leads_pricelist", ["valid_until"]),
        guards.append_only("leads_priceitem"),
        guards.transitions(
            "leads_quotation", "state", [("draft", "issued"), ("issued", "accepted"), ("issued", "replaced"), ("accepted", "replaced")]
        ),
        guards.trigger("leads_quotation", "leads_quotation_frozen", "BEFORE INSERT OR UPDATE OR DELETE", FROZEN_QUOTATION),
        guards.trigger("leads_quotationline", "leads_quotationline_draft", "BEFORE INSERT OR UPDATE OR DELETE", DRAFT_LINES),
        guards.trigger("leads_quotationline", "leads_quotationline_prices", "BEFORE INSERT OR UPDATE", FROM_THE_LIST),
        guards.transitions(
            "leads_importbatch", "state", [("previewed", "confirmed"), ("previewed", "dropped"), ("confirmed", "withdrawn")]
        ),
        guards.trigger("leads_importbatch", "leads_importbatch_as_uploaded", "BEFORE INSERT OR UPDATE OR DELETE", BATCH_AS_UPLOADED),
        guards.trigger("leads_importrow", "leads_importrow_open", "BEFORE INSERT OR UPDATE OR DELETE", OPEN_PREVIEW),
    ]
