"""What the one box says of sites: warranty and money, each to whoever may read it."""

from __future__ import annotations

from tests.leads.test_people_pages import boxed


def test_the_box_says_until_when_a_home_is_in_warranty_and_what_is_owed(world):
    site = world.site["settled"]
    client = world.client(world.person["store_manager"])

    hit = boxed(client, site.ref)

    assert "在保到" in hit
    assert "待收" in boxed(client, world.site["contracted"].ref) or "欠款" in boxed(client, world.site["contracted"].ref)
    assert "待收" not in boxed(world.client(world.person["cs_officer"]), world.site["contracted"].ref)  # sees no money
