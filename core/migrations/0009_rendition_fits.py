# A PDF with the stamp of what is gone belongs to a paper that is gone.

from django.db import migrations

from core import guards

FITS = (
    "BEGIN IF NEW.kind = 'gone' AND NOT EXISTS (SELECT 1 FROM core_paper p WHERE p.id = NEW.paper_id AND p.state IN ('void', 'superseded')) THEN "
    + guards.refuse("Only a void or replaced paper is printed with its stamp.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0008_rendition_gone'),
    ]

    operations = [guards.trigger("core_rendition", "core_rendition_fits", "BEFORE INSERT", FITS)]
