"""The papers of the checks: what they print, whose hands they carry, which faces they are set in."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from pypdf import PdfReader

from core import papers, render
from core.models import Paper
from inspections import papers as sheets
from inspections import services
from inspections.models import CheckItem, QualityCheck, Rectification
from inspections.services import Seen
from tests.factories import inspections as site
from tests.factories import projects as sites
from tests.hand import sign_all

OURS = ("NotoSansSC", "NotoSerifSC")


def printed(paper: Paper) -> tuple[str, set[str]]:
    """(text without spaces, names of the embedded faces) of the PDF that is made of a paper."""
    reader = PdfReader(io.BytesIO(render.pdf_of(render.html_of(paper, mode="sealed" if paper.is_signed else "presented"), paper.ref)))
    text = "".join("".join(page.extract_text().split()) for page in reader.pages)
    return text, {str(font["/BaseFont"]).split("+")[-1].replace("-", "") for page in reader.pages for font in _fonts(page)}


def _fonts(page: Any) -> list[Any]:
    return [font.get_object() for font in page["/Resources"]["/Font"].get_object().values()]


def has(text: str, *words: str) -> None:
    for word in words:
        assert "".join(word.split()) in text, word


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("checked")


@pytest.fixture(scope="module")
def built(standing: Any, django_db_blocker: Any, media: Path) -> dict[str, Paper]:
    """The signed papers of the eight checks of one site, whose pictures are in `media`."""
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media):
        project = sites.permitted_project(standing.cast, phones=["13858003373"])
        site.inspected(project, people=standing.cast, at=standing.cast.at)
        return {c.code: c.paper for c in QualityCheck.objects.filter(project=project).select_related("paper").order_by("code")}


KIND_OF = {"C1": "I05", "C2": "I06", "C3": "I11", "C4": "I10", "C5": "I10", "C6": "I12", "C7": "I10", "C8": "I13"}


@pytest.mark.parametrize("code", KIND_OF)
def test_the_paper_of_a_passed_check(code: str, built: dict[str, Paper], media: Path, db: None, settings: Any) -> None:
    settings.MEDIA_ROOT = media
    paper = Paper.objects.get(pk=built[code].pk)
    assert (paper.kind, paper.is_signed) == (KIND_OF[code], True)

    text, faces = printed(paper)

    body = paper.body
    has(text, paper.ref, site.CUSTOMER, body["place"]["address"], body["conclusion"], *body["people"], *body["tools"], "表号" + KIND_OF[code])
    for row in body["rows"]:
        has(text, row["item"], row["code"])
    measured = [part for row in body["rows"] for part in row["measured"].split("；") if part]
    has(text, *measured)
    assert {face for face in faces if not face.startswith(OURS)} == set()
    for signer in papers.kind_of(paper).signers:
        has(text, signer.label)
    assert text.count("当面在公司设备上签") + text.count("本人用自己的账号签") == len(paper.required_roles)


def test_a_paper_is_not_printed_without_a_picture_that_it_shows(built: dict[str, Paper], media: Path, db: None, settings: Any) -> None:
    paper = Paper.objects.get(pk=built["C3"].pk)
    with pytest.raises(FileNotFoundError, match="not in the store of files"):
        printed(paper)

    settings.MEDIA_ROOT = media
    whole = PdfReader(io.BytesIO(render.printed(paper, "sealed")))
    assert (160, 120) in {picture.image.size for page in whole.pages for picture in page.images}


def test_the_customers_words_stand_on_the_acceptance_of_the_works(built: dict[str, Paper], media: Path, db: None, settings: Any) -> None:
    settings.MEDIA_ROOT = media
    text, _faces = printed(Paper.objects.get(pk=built["C8"].pk))

    has(text, "已逐项看过，同意验收。", "做工满意，木门漆面很好。", "保修期自竣工验收合格之日起计算")


def test_the_survey_says_what_is_over_its_reference_and_what_comes_later(filing: Any, cast: Any) -> None:
    check = site.opened(filing, "C1", people=cast, at=cast.at)
    site.recorded(check, people=cast, at=cast.at)
    services.record_result(check=check, item="C1-05", values=services.spread([[6, 3]]), by=cast.quality_inspector, at=cast.at)
    text, _faces = printed(site.concluded(check, people=cast, at=cast.at).paper)

    has(text, "6、3mm", "已登记", "说明：超出参考值", "后补项目", "C1-10", "2026-12-08前")


def test_a_failed_check_prints_its_faults_and_a_notice(working: Any, cast: Any) -> None:
    check = site.failed(working, "C2", people=cast, at=cast.at, failing=("C2-01", "C2-07"))
    record, _faces = printed(check.paper)
    notice, faces = printed(Rectification.objects.filter(project=working).first().paper)

    has(record, check.paper.ref, "2项不合格，整改后复验", "C2-01", "鲁全胜", "2026-11-27", "2026-11-29")
    has(notice, "整改通知单", "2处问题，最早的2026-11-27前改好", "C2材料进场验收（第1次）", "改前照片", "图1")
    assert all(face.startswith(OURS) for face in faces)


def test_a_picture_is_printed_once_although_several_items_show_it(built: dict[str, Paper], db: None) -> None:
    body = built["C3"].body

    assert (len(body["photos"]), body["photo_count"]) == (1, 1)


def test_a_recheck_says_so_and_names_what_was_put_right(working: Any, cast: Any) -> None:
    site.failed(working, "C2", people=cast, at=cast.at, failing=("C2-01",))
    site.answered(Rectification.objects.get(project=working), people=cast, at=cast.days(1))
    check = site.opened(working, "C2", people=cast, at=cast.days(2))
    services.record_result(
        check=check, **site.good(CheckItem.objects.get(template=check.template, code="C2-01")), by=cast.quality_inspector, at=cast.days(2)
    )
    text, _faces = printed(site.concluded(check, people=cast, at=cast.days(2)).paper)

    has(text, "第2次", "改后合格")


def test_the_patrol_record_prints_what_was_seen_with_person_and_day(working: Any, cast: Any) -> None:
    patrol = site.patrolled(working, people=cast, at=cast.at, talk="业主问涂料品牌，已答复", seen=[Seen("垃圾未装袋", "general", [site.picture("#7a3b2e")])])
    sign_all(patrol.paper, by=cast.quality_inspector, at=cast.at)
    text, faces = printed(patrol.paper)

    has(text, patrol.paper.ref, site.CUSTOMER, "发现1处问题，限期整改", "水电开槽完成八成", "业主问涂料品牌", "垃圾未装袋", "鲁全胜", "2026-11-29", "首次巡检")
    assert all(face.startswith(OURS) for face in faces)


def test_every_kind_of_this_app_has_its_sheet() -> None:
    from django.template import engines

    kinds = [kind for kind in papers.KINDS.values() if kind.app == "inspections"]

    checks = {"I04", "I05", "I06", "I07", "I08", "I09", "I10", "I11", "I12", "I13", "I14"}
    assert {kind.id for kind in kinds} == checks | {"I01", "I15", "I15R", "I17", "I24", "P13", "P44", "P47"}
    for kind in kinds:
        assert engines["jinja2"].get_template(kind.template)
    assert sheets.KINDS["I05"] is papers.KINDS["I05"]
