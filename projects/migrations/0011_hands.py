"""Who builds, watches and inspects a site signs its papers: the person of the site, not any holder of the post (LR-36)."""

from django.db import migrations

from core import guards

# I15 and P38 name their foreman themselves; of a person who has left or lost the post another holder signs.
OWN_SITE = (
    "DECLARE theirs bigint; post text; BEGIN IF NEW.user_id IS NULL OR NEW.role NOT IN ('foreman', 'supervisor', 'project_manager', 'inspector') THEN "
    "RETURN NEW; END IF; "
    "SELECT CASE NEW.role WHEN 'foreman' THEN s.foreman_id WHEN 'supervisor' THEN s.supervisor_id WHEN 'inspector' THEN s.inspector_id "
    "ELSE s.project_manager_id END INTO theirs FROM core_paper p JOIN projects_project s ON s.dossier_id = p.dossier_id "
    "WHERE p.id = NEW.paper_id AND (p.kind, NEW.role) NOT IN (('I15', 'foreman'), ('P38', 'foreman')); "
    "post := CASE NEW.role WHEN 'supervisor' THEN 'site_supervisor' WHEN 'inspector' THEN 'quality_inspector' ELSE NEW.role END; "
    "IF theirs IS NOT NULL AND theirs <> NEW.user_id AND EXISTS (SELECT 1 FROM staff_holding h JOIN staff_user u ON u.id = h.user_id "
    "WHERE u.id = theirs AND u.left_on IS NULL AND h.until IS NULL AND h.post_code = post) THEN "
    + guards.refuse("The people of the site sign its papers.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_guards"), ("staff", "0003_posts"), ("projects", "0010_followed")]

    operations = [guards.trigger("core_signature", "projects_signature_own_site", "BEFORE INSERT", OWN_SITE)]
