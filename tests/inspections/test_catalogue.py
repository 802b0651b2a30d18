"""The tables of items: the shipped files are brought into a fresh company once."""

from __future__ import annotations

from inspections import services
from inspections.models import CheckTemplate
from tests.cast import AT


def test_the_items_are_loaded_once(db: None) -> None:
    first = services.load_checks(at=AT)
    second = services.load_checks(at=AT)

    assert [row.code for row in first] == ["C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8"]
    assert second == []
    assert CheckTemplate.objects.filter(code="C3").get().items.count() == 20


def test_a_fresh_company_gets_the_shipped_items_when_its_first_check_is_opened(db: None) -> None:
    assert not CheckTemplate.objects.exists()

    assert services.template_in_force("C3", at=AT).version == 1
    assert CheckTemplate.objects.count() == 8
