"""The road from registration to the site survey, by verbs alone."""

from tests import road
from tests.hand import sign


def test_the_road_leads_from_the_front_desk_to_the_measured_home(cast):
    lead = road.surveyed_lead(cast)

    assert lead.ref == "K-CX-2026-0001"
    assert lead.stage == "deposit_paid"
    assert [c.to_stage for c in lead.stage_changes.all()] == ["assigned", "consulting", "proposal_presented", "deposit_paid"]
    assert [p.kind for p in lead.dossier.papers.order_by("id")] == ["L03", "L10", "L22", "L23", "P01"]
    assert [r.name for r in lead.home.rooms.all()] == ["客厅", "主卧", "厨房", "卫生间"]


def test_a_preview_that_nobody_must_sign_may_be_signed_by_both(cast):
    """Its lines are voluntary: signatures are kept, and the paper stays issued, as nobody is waited for."""
    paper = road.proposed_lead(cast).proposals.get().paper

    for role, name, user in (("customer", road.CUSTOMER, None), ("designer", str(cast.designer), cast.designer)):
        sign(paper, role, name, by=cast.designer, at=cast.at, user=user)

    paper.refresh_from_db()
    assert (paper.state, paper.signatures.count()) == ("issued", 2)
