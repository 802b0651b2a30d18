"""What was tried against fine slips: none stands that nobody signed, none on a void paper, none for what happened under another foreman."""

from django.db import migrations

from core import guards

# I15: it stands when foreman, or witness, and who wrote it have signed – or when the foreman's own appeal was decided.
SIGNED_FIRST = (
    "BEGIN IF NEW.state = 'firm' AND OLD.state IN ('signed', 'refused') AND NOT EXISTS (SELECT 1 FROM core_paper p WHERE p.id = NEW.paper_id "
    "AND p.state IN ('signed', 'sealed')) THEN "
    + guards.refuse("A fine slip stands when it has been signed, by the foreman or a witness.")
    + " END IF; RETURN NEW; END"
)
OWN_TIME = (
    "DECLARE since date; BEGIN SELECT max((a.at AT TIME ZONE 'Asia/Shanghai')::date) INTO since FROM projects_projectassignment a "
    "WHERE a.project_id = NEW.project_id AND a.role = 'foreman' AND a.person_id = NEW.foreman_id AND NOT EXISTS (SELECT 1 FROM projects_projectassignment b "
    "WHERE b.project_id = a.project_id AND b.role = 'foreman' AND b.id < a.id AND b.person_id = NEW.foreman_id "
    "AND b.id > coalesce((SELECT max(o.id) FROM projects_projectassignment o WHERE o.project_id = a.project_id AND o.role = 'foreman' AND o.id < a.id "
    "AND o.person_id <> NEW.foreman_id), 0)); IF since > NEW.happened_on THEN "
    + guards.refuse("This foreman was not on the site on that day.")
    + " END IF; RETURN NEW; END"
)
PAPER_STANDS = (
    "BEGIN IF NEW.state = 'void' AND OLD.state <> 'void' AND EXISTS (SELECT 1 FROM inspections_sitefine f WHERE f.paper_id = NEW.id AND f.state = 'firm') THEN "
    + guards.refuse("This slip has been taken off the foreman's settlement; its paper is not void.")
    + " END IF; RETURN NEW; END"
)
OWN_HAND = (
    "BEGIN IF NEW.role = 'foreman' AND NEW.user_id IS NOT NULL AND EXISTS (SELECT 1 FROM inspections_sitefine f WHERE f.paper_id = NEW.paper_id "
    "AND f.foreman_id <> NEW.user_id) THEN "
    + guards.refuse("Only the foreman whom it names signs this paper.")
    + " END IF; RETURN NEW; END"
)
# I08, I09: goods that were refused whole arrive by another delivery with its certificate, never by a tap on the list of materials.
COMES_AGAIN = (
    "BEGIN IF NEW.arrived_on IS NOT NULL AND OLD.arrived_on IS NULL AND (SELECT l.refused = l.quantity FROM inspections_deliveryline l "
    "WHERE l.material_id = NEW.id ORDER BY l.id DESC LIMIT 1) THEN "
    + guards.refuse("What was refused comes again as a delivery with its certificate.")
    + " END IF; RETURN NEW; END"
)
PUBLISHED = (
    "BEGIN IF EXISTS (SELECT 1 FROM inspections_bulletin b WHERE b.store_id = NEW.store_id AND b.month = NEW.month) THEN "
    + guards.refuse("The figures of this month are published; they do not change any more.")
    + " END IF; RETURN NEW; END"
)
ITS_PEOPLE = (
    "BEGIN IF NEW.answered_by_id IS NOT NULL AND OLD.answered_by_id IS NULL AND NEW.answered_by_id <> NEW.told_to_id AND NOT EXISTS "
    "(SELECT 1 FROM projects_project p WHERE p.id = NEW.project_id AND p.project_manager_id = NEW.answered_by_id) THEN "
    + guards.refuse("A note is answered by whom it was told to, or by the project manager.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_guards"), ("inspections", "0004_site_order"), ("projects", "0008_settling")]

    operations = [
        guards.trigger("inspections_sitefine", "inspections_fine_signed_first", "BEFORE UPDATE", SIGNED_FIRST),
        guards.trigger("inspections_sitefine", "inspections_fine_own_time", "BEFORE INSERT", OWN_TIME),
        guards.trigger("core_paper", "inspections_fine_paper_stands", "BEFORE UPDATE", PAPER_STANDS),
        guards.trigger("core_signature", "inspections_fine_own_hand", "BEFORE INSERT", OWN_HAND),
        guards.trigger("projects_sitematerial", "inspections_material_comes_again", "BEFORE UPDATE", COMES_AGAIN),
        guards.trigger("inspections_crewrating", "inspections_rating_published", "BEFORE INSERT", PUBLISHED),
        guards.trigger("inspections_sitenote", "inspections_note_its_people", "BEFORE UPDATE", ITS_PEOPLE),
    ]
