"""The designer of a site, and whoever signs for its side, are the site's own as well (LR-36); heads of the design sign for the whole store."""

from importlib import import_module

from django.db import migrations

from core import guards

again = import_module("projects.migrations.0007_days").again
before = import_module("projects.migrations.0011_hands")
OWN_SITE = (
    "DECLARE site projects_project; own record; there boolean := false; BEGIN IF NEW.user_id IS NULL OR NEW.role NOT IN "
    "('foreman', 'supervisor', 'project_manager', 'inspector', 'designer', 'site_side') THEN RETURN NEW; END IF; "
    "SELECT s.* INTO site FROM core_paper p JOIN projects_project s ON s.dossier_id = p.dossier_id "
    "WHERE p.id = NEW.paper_id AND (p.kind, NEW.role) NOT IN (('I15', 'foreman'), ('P38', 'foreman')); "
    "FOR own IN SELECT * FROM (VALUES ('foreman', site.foreman_id, 'foreman'), ('supervisor', site.supervisor_id, 'site_supervisor'), "
    "('project_manager', site.project_manager_id, 'project_manager'), ('inspector', site.inspector_id, 'quality_inspector'), "
    "('designer', site.designer_id, 'designer')) theirs(role, person, post) "
    "WHERE person IS NOT NULL AND (theirs.role = NEW.role OR NEW.role = 'site_side' AND theirs.role <> 'designer') LOOP "
    "IF own.person = NEW.user_id THEN RETURN NEW; END IF; "
    "there := there OR EXISTS (SELECT 1 FROM staff_holding h JOIN staff_user u ON u.id = h.user_id WHERE u.id = own.person AND u.left_on IS NULL "
    "AND h.until IS NULL AND h.post_code = own.post); END LOOP; "
    "IF there AND NOT (NEW.role = 'designer' AND EXISTS (SELECT 1 FROM staff_holding h WHERE h.user_id = NEW.user_id AND h.until IS NULL "
    "AND h.post_code IN ('chief_designer', 'design_manager'))) THEN "
    + guards.refuse("The people of the site sign its papers.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [("staff", "0003_posts"), ("projects", "0016_slips")]

    operations = [again("projects_signature_own_site", OWN_SITE, before.OWN_SITE)]
