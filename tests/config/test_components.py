"""Components are macros with checked parameters; drawings carry no style attributes."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from jinja2 import UndefinedError

from config import svg, words

TEMPLATES = Path(settings.BASE_DIR) / "templates"


def page(source: str, **context) -> str:
    return engines["jinja2"].from_string(source).render(context)


def test_a_misspelt_parameter_raises():
    with pytest.raises(TypeError):
        page('{{ ui.tag("late", tne="late") }}')


def test_a_misspelt_component_raises():
    with pytest.raises(UndefinedError):
        page('{{ ui.tga("late") }}')


def test_a_misspelt_key_of_a_cell_raises():
    with pytest.raises(TypeError):
        page('{{ ui.title_block(cells=[{"lable": "x", "value": "y"}]) }}')


def test_every_component_has_one_home():
    names = engines["jinja2"].env.globals["ui"].names()
    assert {"title_block", "stage_line", "gate_list", "refusal", "field", "signature_box", "measured_value"} <= set(
        names
    )


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_no_template_breaks_the_content_security_policy(path):
    """No style attributes, no inline script, no event attributes."""
    text = re.sub(r"{#.*?#}", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert not re.search(r"<[a-z][^>]*\sstyle\s*=", text)
    assert "<style" not in text
    assert not re.search(r"<[a-z][^>]*\son[a-z]+\s*=", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", text)


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_every_template_compiles(path):
    engines["jinja2"].get_template(str(path.relative_to(TEMPLATES)))


def test_user_text_is_escaped_everywhere():
    evil = "<script>alert(1)</script>"
    shown = page(
        '{{ ui.title_block(cells=[{"label": "x", "value": e}]) }}{{ ui.tag(e) }}{{ ui.empty(e, text=e) }}{{ matched(e, "alert") }}'
        '{{ ui.desk_row(act=e, url="/", verb=e, about=e, who=e, instead=e) }}{{ svg.ruler(1, 0, 2, label=e) }}{{ svg.seal(e, e) }}'
        "{{ ui.signature_box(signer=e, witness=e, says=e, agree=e) }}",
        e=evil,
    )
    assert "<script>" not in shown.replace("<script src=", "").replace('<script type="module" src=', "")


def test_the_ruler_marks_what_is_out_of_limit():
    assert "c-late" in svg.ruler(420, 500, None, label="x")
    assert "c-late" not in svg.ruler(515, 500, None, label="x")
    assert svg.ruler(None, None, None, label="x") == ""


def test_a_tape_is_decoration():
    face = words.ClockFace("late", "3 h over", "", "", 1.3, 7, None)
    assert 'aria-hidden="true"' in svg.tape(face)
    assert "c-late" in svg.tape(face)


def test_money_and_dates_as_people_write_them():
    assert page("{{ '1234.5'|money }} {{ '-3'|money }} {{ ''|money }}|{{ '12.50'|number }}") == "¥1,234.50 −¥3.00 |12.5"
    assert page("{{ '13812343371'|mask }} {{ '13812343371'|tail }}") == "138 **** 3371 **** 3371"
    assert page("{{ '8810'|account }} {{ '6217 **** 8810'|account }}") == "ending in 8810 6217 **** 8810"
    assert page("{{ '87060'|upper }} {{ 12|in_words }}") == "捌万柒仟零陆拾元整 十二"
