"""No more is taken off a foreman than his price still leaves unpaid; a fine by its slip has its own limits (LR-8, Q44)."""

from django.db import migrations

from core import guards

WITHIN = (
    "DECLARE rest numeric; BEGIN IF NEW.paper_id IS NOT NULL AND NEW.kind = 'fine' THEN RETURN NEW; END IF; "
    "PERFORM 1 FROM projects_project WHERE id = NEW.project_id FOR NO KEY UPDATE; "
    "SELECT coalesce((SELECT total FROM projects_foremanprice WHERE project_id = NEW.project_id AND foreman_id = NEW.foreman_id ORDER BY id DESC LIMIT 1), 0) "
    "+ coalesce((SELECT sum(l.amount) FROM projects_foremanlabour l JOIN projects_changeorder c ON c.id = l.change_id JOIN core_paper p ON p.id = c.paper_id "
    "WHERE l.project_id = NEW.project_id AND l.foreman_id = NEW.foreman_id AND l.withdrawn_at IS NULL AND c.withdrawn_at IS NULL "
    "AND p.state IN ('signed', 'sealed')), 0) "
    "- coalesce((SELECT sum(amount) FROM projects_foremandeduction WHERE project_id = NEW.project_id AND foreman_id = NEW.foreman_id "
    "AND withdrawn_at IS NULL), 0) "
    "- coalesce((SELECT sum(amount) FROM projects_foremanpayment WHERE project_id = NEW.project_id AND foreman_id = NEW.foreman_id), 0) INTO rest; "
    "IF NEW.amount > greatest(rest, 0) THEN "
    + guards.refuse("The price of this foreman leaves less unpaid than is taken off.")
    + " END IF; RETURN NEW; END"
)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_guards"), ("projects", "0011_hands")]

    operations = [guards.trigger("projects_foremandeduction", "projects_foremandeduction_within", "BEFORE INSERT", WITHIN)]
