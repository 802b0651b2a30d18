"""Assignment (L08) and the first contact (L07)."""

from __future__ import annotations

import pytest

from core.refusals import Refused
from leads import services
from leads.models import Customer
from tests import road


def test_the_front_desk_assigns_and_the_first_contact_is_due_in_a_week(cast):
    lead = road.assigned_lead(cast)

    clock = lead.dossier.deadlines.get(stopped_at=None)
    assert (lead.stage, lead.designer, lead.customer_manager) == ("assigned", cast.designer, cast.customer_manager)
    assert (clock.clock, clock.owner, clock.due_at) == ("leads.first_contact", cast.designer, cast.days(7))


def test_the_customer_manager_who_assigns_keeps_the_customer(cast):
    lead = road.registered_lead(cast)

    services.assign_designer(lead, designer=cast.designer, by=cast.customer_manager, at=cast.at)

    lead.refresh_from_db()
    assert lead.customer_manager == cast.customer_manager


@pytest.mark.parametrize("post", ["designer", "accountant", "project_manager"])
def test_others_do_not_assign(cast, post):
    lead = road.registered_lead(cast)

    with pytest.raises(Refused, match="taken by somebody else"):
        services.assign_designer(lead, designer=cast.designer, by=getattr(cast, post), at=cast.at)


def test_only_a_designer_of_the_store_gets_the_enquiry(cast):
    lead = road.registered_lead(cast)

    for person in (cast.other.designer, cast.estimator):
        with pytest.raises(Refused, match="is no designer of this store"):
            services.assign_designer(lead, designer=person, by=cast.front_desk, at=cast.at)


def test_an_assigned_enquiry_is_not_assigned_again(cast):
    lead = road.assigned_lead(cast)

    with pytest.raises(Refused, match="already has this enquiry"):
        services.assign_designer(lead, designer=cast.chief_designer, by=cast.front_desk, at=cast.at)


@pytest.mark.parametrize("post", ["design_manager", "store_manager"])
def test_the_same_day_design_and_store_manager_change_the_designer_and_the_clocks_go_along(cast, post):
    lead = road.assigned_lead(cast)

    services.reassign_designer(lead, designer=cast.chief_designer, reason="大户型", by=getattr(cast, post), at=cast.days(0.3))

    lead.refresh_from_db()
    assert lead.designer == cast.chief_designer
    assert lead.dossier.deadlines.get(stopped_at=None).owner == cast.chief_designer
    assert [a.reason for a in lead.assignments.all()] == ["", "大户型"]


def test_the_day_after_only_the_store_manager_changes_the_designer(cast):
    lead = road.assigned_lead(cast)

    with pytest.raises(Refused, match="only the store manager"):
        services.reassign_designer(lead, designer=cast.chief_designer, reason="换人", by=cast.design_manager, at=cast.days(1))
    services.reassign_designer(lead, designer=cast.chief_designer, reason="换人", by=cast.store_manager, at=cast.days(1))

    lead.refresh_from_db()
    assert lead.designer == cast.chief_designer


def test_a_change_of_the_designer_needs_a_reason(cast):
    lead = road.assigned_lead(cast)

    with pytest.raises(Refused, match="needs a reason"):
        services.reassign_designer(lead, designer=cast.chief_designer, reason=" ", by=cast.store_manager, at=cast.at)


def test_a_contact_that_reached_the_customer_stops_the_clock_and_one_that_did_not_does_not(cast):
    lead = road.assigned_lead(cast)

    services.note_contact(lead, channel="phone", note="没人接", reached=False, by=cast.designer, at=cast.days(0.1))
    assert lead.dossier.deadlines.filter(clock="leads.first_contact", stopped_at=None).exists()
    services.note_contact(lead, channel="phone", note="约周六到店", by=cast.designer, at=cast.days(0.2))

    clock = lead.dossier.deadlines.get(clock="leads.first_contact")
    assert (clock.stopped_at, clock.stopped_by, clock.breached_at) == (cast.days(0.2), cast.designer, None)


def test_whoever_does_not_want_to_be_contacted_is_not(cast):
    lead = road.assigned_lead(cast)
    Customer.objects.filter(pk=lead.customer_id).update(do_not_contact=True)

    with pytest.raises(Refused, match="does not want to be contacted"):
        services.note_contact(lead, channel="phone", note="回访", by=cast.designer, at=cast.at)
