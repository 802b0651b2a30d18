"""A record of quality (P50) asks about at least one trade, and what is not well is looked at again on a day that it names."""

from django.db import migrations

from core import guards

ASKED = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM aftersales_trackpoint p WHERE p.track_id = NEW.id) THEN "
    + guards.refuse("Ask about at least one trade.")
    + " END IF; RETURN NULL; END"
)
AGAIN = (
    "BEGIN IF NEW.seen <> 'good' AND EXISTS (SELECT 1 FROM aftersales_qualitytrack t WHERE t.id = NEW.track_id AND t.again_on IS NULL) THEN "
    + guards.refuse("What is not well is looked at again: name the day.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_guards"), ("aftersales", "0008_complaint_facts")]

    operations = [
        guards.trigger("aftersales_qualitytrack", "aftersales_track_asked", "AFTER INSERT", ASKED, deferred=True),
        guards.trigger("aftersales_trackpoint", "aftersales_trackpoint_again", "BEFORE INSERT", AGAIN),
    ]
