"""The road from registration to the site survey, by verbs alone."""

from tests import road


def test_the_road_leads_from_the_front_desk_to_the_measured_home(cast):
    lead = road.surveyed_lead(cast)

    assert lead.ref == "K-CX-2026-0001"
    assert lead.stage == "deposit_paid"
    assert [c.to_stage for c in lead.stage_changes.all()] == ["assigned", "consulting", "proposal_presented", "deposit_paid"]
    assert [p.kind for p in lead.dossier.papers.order_by("id")] == ["L03", "L10", "L22", "L23", "P01"]
    assert [r.name for r in lead.home.rooms.all()] == ["客厅", "主卧", "厨房", "卫生间"]
