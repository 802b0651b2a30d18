from decimal import Decimal

import pytest
from django import forms
from django.utils import translation
from django.utils.translation import gettext

from core import field_words, phones, pinyin, search


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("138 0013 8000", "13800138000"),
        ("+86-13800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("8613800138000", "13800138000"),
        ("021-58881234", "02158881234"),
        ("0571 8888 123", "05718888123"),
        ("12800138000", None),
        ("1380013800", None),
        ("138001380001", None),
        ("请联系物业", None),
        ("", None),
        (None, None),
    ],
)
def test_a_phone_number_is_a_mobile_or_a_landline_with_area_code(typed: object, digits: str | None) -> None:
    assert phones.normal(typed) == digits


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("请打13812341234联系", "请打138****1234联系"), ("138-1234-1234", "138****1234"), ("138 1234 1234。", "138****1234。"),
        ("+8613812341234", "138****1234"), ("座机02158881234", "座机0215****34"), ("021-58881234或13812341234", "0215****34或138****1234"),
        ("订单 20261124138123412345", "订单 20261124138123412345"), ("合同价 128000 元", "合同价 128000 元"), ("", ""),
    ],
)  # fmt: skip
def test_a_number_in_a_text_is_covered_however_it_was_typed(text: str, shown: str) -> None:
    """LR-43: with dashes, spaces or neither; a longer row of digits is no telephone number."""
    assert phones.covered(text) == shown


def test_masks_show_head_and_tail_only() -> None:
    assert phones.mask("13812341234") == "138****1234"
    assert phones.mask("02158881234") == "0215****34"


@pytest.mark.parametrize(
    ("name", "key", "initials"),
    [
        ("曾静", "zeng jing", "zj"),
        ("单雄信", "shan xiong xin", "sxx"),
        ("解缙", "xie jin", "xj"),
        ("仇英", "qiu ying", "qy"),
        ("陈静兰", "chen jing lan", "cjl"),
        ("Wang Wei", "wang wei", "w"),
    ],
)
def test_surnames_are_read_as_surnames(name: str, key: str, initials: str) -> None:
    assert pinyin.initials(name)[0] == initials[0]
    if name[0] > "z":
        assert (pinyin.key(name), pinyin.initials(name)) == (key, initials)


@pytest.mark.parametrize(
    "typed",
    [
        "陈静",
        "静兰",
        "cjl",
        "cj 3371",
        "3371",
        "澄湖",
        "chl",
        "3-2-1102",
        "1102",
        "P-CX-2026-0014",
        "2026-0014",
        "陈 澄湖里",
    ],
)
def test_a_customer_is_found_by_name_tail_place_number_or_initials(typed: str) -> None:
    found = search.terms(names=["陈静兰"], phones=["13800003371"], places=["澄湖里 3-2-1102"], refs=["P-CX-2026-0014"])

    assert set(search.query(typed)) <= set(found)


@pytest.mark.parametrize("typed", ["兰静", "3372", "澄里", "cjw", "1103"])
def test_somebody_else_is_not_found(typed: str) -> None:
    found = search.terms(names=["陈静兰"], phones=["13800003371"], places=["澄湖里 3-2-1102"], refs=["P-CX-2026-0014"])

    assert not set(search.query(typed)) <= set(found)


def test_what_a_field_says_by_itself_is_said_in_the_words_of_the_house():
    """Django's own Chinese is a developer's (确保该值大于或等于…); whoever writes in a shop form reads ours, English stays Django's."""
    form = type("Form", (forms.Form,), {
        "amount": forms.DecimalField(min_value=Decimal("0.01"), decimal_places=2), "rooms": forms.IntegerField(),
        "name": forms.CharField(max_length=3), "need": forms.CharField(),
    })({"amount": "0", "rooms": "三", "name": "欧阳修远"})  # fmt: skip

    with translation.override("zh-hans"):
        said = {name: str(errors[0]) for name, errors in form.errors.items()}
        foreign = [text for text in field_words.SAID if "有效" in gettext(text) or "确保" in gettext(text)]
        foreign += [str(text) for text in field_words.COUNTED if "确" in text % {"limit_value": 3, "show_value": 4, "max": 2}]

    assert said == {"amount": "至少填 0.01。", "rooms": "请填整数。", "name": "最多 3 个字，现在有 4 个。", "need": "这一项要填。"}
    assert foreign == []
