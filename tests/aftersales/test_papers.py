"""The papers after acceptance: what they print, whose hands they carry, which faces they are set in (decision 36, LR-31, LR-32)."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader

from aftersales.terms import questions, texts
from core import render
from core.models import Paper
from tests.factories import aftersales as after
from tests.hand import sign_all

OURS = ("NotoSansSC", "NotoSerifSC")


def printed(paper: Paper) -> tuple[str, set[str], int]:
    """(text without spaces, names of the embedded faces, pages) of the PDF that is made of a paper."""
    paper.refresh_from_db()
    html = render.html_of(paper, mode="sealed" if paper.is_signed else "presented")
    reader = PdfReader(io.BytesIO(render.pdf_of(html, paper.ref)))
    text = "".join("".join(page.extract_text().split()) for page in reader.pages)
    faces = {str(font["/BaseFont"]).split("+")[-1].replace("-", "") for page in reader.pages for font in _fonts(page)}
    return text, faces, len(reader.pages)


def _fonts(page: Any) -> list[Any]:
    return [font.get_object() for font in page["/Resources"]["/Font"].get_object().values()]


def has(text: str, *words: str) -> None:
    for word in words:
        assert "".join(word.split()) in text, word


def ours(faces: set[str]) -> None:
    assert faces and all(face.startswith(OURS) for face in faces), faces


def test_the_statutory_paper_says_what_how_long_until_when_and_how_to_claim(cast, accepted):
    paper = after.warranty_of(accepted).paper

    text, faces, pages = printed(paper)

    ours(faces)
    assert pages == 2
    has(text, paper.ref, "丁建国", "住宅装修质量保修书", "素行装饰工程有限公司", "2026-11-24", "2031-11-24", "2028-11-24", "2027-02-24", "自修复之日起")
    has(text, "不以工程款是否付清为条件", "2027-05-24前发现的问题", *texts().claim, *texts().law)
    has(text, *(row["says"] for row in accepted.contract.terms["exclusions"]), *(row.part for row in after.warranty_of(accepted).terms.all()))
    has(text, "业主签收", "签收不影响任何法定权利")
    assert "陈静兰" not in text


def test_the_owners_hand_stands_on_the_received_paper(cast, accepted):
    paper = after.received(accepted, people=cast, at=cast.days(1)).paper
    html = render.html_of(Paper.objects.get(pk=paper.pk), mode="sealed")

    assert html.count("<path") > 1 and "陈静兰" in html and "在场" in html


def test_nothing_on_the_statutory_paper_makes_it_wait_for_money(cast, accepted):
    text, _faces, _pages = printed(after.warranty_of(accepted).paper)

    for forbidden in ("未付尾款不保修", "付清后生效", "结清后保修", "最终解释权", "视为"):
        assert forbidden not in text


def test_the_card_prints_hotline_people_terms_and_both_hands(cast, settled):
    card = after.card(settled, people=cast, at=cast.days(1))

    text, faces, _pages = printed(card.paper)

    ours(faces)
    has(text, card.paper.ref, "工程保修单", "400-820-1188", "设计师林晓舟", "项目经理郭建军", after.warranty_of(settled).paper.ref, "2031-11-24")
    has(text, "不缩短其中任何期限", "陈静兰")


def test_the_evaluation_prints_every_question_with_its_answer_on_one_page(cast, settled):
    made = after.evaluation(settled, people=cast, at=cast.days(1), Q05="2", Q12="7", Q15="卫生间门口的地砖缝希望再勾一遍")

    text, faces, pages = printed(made.paper)

    ours(faces)
    assert pages == 1
    has(text, made.paper.ref, "7分", "卫生间门口的地砖缝希望再勾一遍", *(q.zh for q in questions() if q.kind != "text"))
    html = render.html_of(made.paper, mode="sealed")
    assert html.count('aria-label="√"') == 11  # ten scales and one yes or no


@pytest.mark.parametrize(("agreed", "tick"), [(True, 0), (False, 1)])
def test_the_visit_prints_what_the_customer_said(cast, accepted, agreed, tick):
    told = {"satisfaction": "so_so", "with_what": "地砖缝", "suggestion": "到货前说一声", "view": "做事认真", "note": "下周再看", "time_agreed": agreed}
    visit = after.visit(accepted, by=cast.cs_officer, at=cast.days(1), **told)
    sign_all(visit.paper, by=cast.cs_officer, at=cast.days(1))

    text, faces, pages = printed(visit.paper)

    ours(faces)
    assert pages == 1
    has(text, visit.paper.ref, "丁建国", "赵敏之", "第1次", "电话", *(value for value in told.values() if isinstance(value, str) and value != "so_so"))
    choices = render.html_of(visit.paper, mode="sealed").split("时间约定")[1].split("</tr>")[0].split("p-choice")[1:]
    assert ["√" in choice for choice in choices].index(True) == tick
