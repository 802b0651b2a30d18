"""The people of the tests stand in every test database."""

import pytest

pytestmark = pytest.mark.django_db


def test_everybody_is_there_with_one_post_and_a_dossier(cast):
    everybody = cast.everybody() | {f"other {post}": person for post, person in cast.other.everybody().items()}

    assert len(everybody) == 58
    assert all(len(person.posts) == 1 and person.dossier_id for person in everybody.values())
    assert cast.designer.posts == {"designer"}
    assert cast.designer.stores == {cast.store.pk}
    assert cast.designer.superior == cast.design_manager
    assert cast.other.designer.home_store_id == cast.other.store.pk != cast.store.pk
