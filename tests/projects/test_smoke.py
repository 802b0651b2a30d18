import pytest
from tests.factories import projects as road
pytestmark = pytest.mark.django_db
def test_the_whole_road(cast):
    project = road.settled_project(cast)
    assert project.stage == "settled"
