"""A check from announcement to conclusion, and who may do it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from core import papers
from core.models import Deadline, Paper
from core.refusals import Refused
from inspections import services
from inspections.choices import CheckState, RectificationState, Verdict
from inspections.models import CheckTemplate, Finding, QualityCheck, Rectification
from inspections.services import Present
from projects import services as projects
from projects.choices import Fact, Stage
from tests.factories import inspections as site
from tests.hand import sign, sign_all

HOUR = timedelta(hours=1)


def says(refusal: Any) -> list[str]:
    return [gap.says for gap in refusal.value.missing]


# --- the table of items (loaded: test_catalogue) -----------------------------------------------------------------------


def test_a_changed_file_is_a_new_version_and_an_open_check_keeps_its_items(filing: Any, cast: Any, monkeypatch: Any) -> None:
    check = site.opened(filing, "C1", people=cast, at=cast.at)

    from inspections import checks as shipped

    monkeypatch.setattr(shipped, "fingerprint", lambda code: "f" * 64 if code == "C1" else CheckTemplate.objects.get(code=code).sha256)
    made = services.load_checks(at=cast.at)

    assert [(row.code, row.version) for row in made] == [("C1", 2)]
    check.refresh_from_db()
    assert check.template.version == 1
    assert services.template_in_force("C1", at=cast.at).version == 2


# --- who ---------------------------------------------------------------------------------------------------------------


def test_the_sites_inspector_opens_a_check(filing: Any, cast: Any) -> None:
    check = site.opened(filing, "C1", people=cast, at=cast.at)

    assert (check.state, check.attempt, check.inspector) == (CheckState.OPEN, 1, cast.quality_inspector)


@pytest.mark.parametrize("builder", ["project_manager", "site_supervisor", "foreman"])
def test_who_builds_does_not_check(filing: Any, cast: Any, builder: str) -> None:
    with pytest.raises(Refused, match="Who builds does not pass the works"):
        services.open_check(project=filing, code="C1", by=getattr(cast, builder), at=cast.at)


@pytest.mark.parametrize("stranger", ["engineering_manager", "designer", "cs_officer"])
def test_nobody_but_the_sites_inspector_checks(filing: Any, cast: Any, stranger: str) -> None:
    with pytest.raises(Refused, match="inspects this site"):
        services.open_check(project=filing, code="C1", by=getattr(cast, stranger), at=cast.at)


def test_an_inspector_who_becomes_the_sites_supervisor_cannot_conclude(filing: Any, cast: Any) -> None:
    check = site.recorded(site.opened(filing, "C1", people=cast, at=cast.at), people=cast, at=cast.at)
    both = cast.hire("site_supervisor", "quality_inspector", name="双岗")
    projects.staff_project(filing, supervisor=both, inspector=both, by=cast.engineering_manager, at=cast.at)

    with pytest.raises(Refused, match="Who builds does not pass the works"):
        services.conclude_check(check=check, present=site.present(check, people=cast), tools=site.TOOLS, by=both, at=cast.at)


# --- when --------------------------------------------------------------------------------------------------------------


def test_a_check_belongs_to_its_stage(filing: Any, working: Any, cast: Any) -> None:
    with pytest.raises(Refused, match="C3 is not checked in the stage"):
        site.opened(filing, "C3", people=cast, at=cast.at)
    with pytest.raises(Refused, match="C1 is not checked in the stage"):
        site.opened(working, "C1", people=cast, at=cast.at)


def test_a_check_waits_for_those_before_it(working: Any, cast: Any) -> None:
    with pytest.raises(Refused, match="C5 cannot be checked yet") as refusal:
        site.opened(working, "C5", people=cast, at=cast.at)

    assert says(refusal) == ["C4 Waterproofing and flood test has not passed."]


def test_one_attempt_at_a_time(filing: Any, cast: Any) -> None:
    site.opened(filing, "C1", people=cast, at=cast.at)

    with pytest.raises(Refused, match="being checked already"):
        site.opened(filing, "C1", people=cast, at=cast.at)


def test_a_delivery_check_comes_with_each_delivery(working: Any, cast: Any) -> None:
    first = site.passed(working, "C2", people=cast, at=cast.at)
    second = site.passed(working, "C2", people=cast, at=cast.days(3))

    assert (first.attempt, second.attempt) == (1, 2)
    assert not second.is_recheck
    assert working.holds(Fact.MATERIALS_ACCEPTED)


def test_a_passed_check_is_repeated_with_a_reason_only(filing: Any, cast: Any) -> None:
    site.passed(filing, "C1", people=cast, at=cast.at)

    with pytest.raises(Refused, match="needs a reason"):
        site.opened(filing, "C1", people=cast, at=cast.days(1))
    again = site.opened(filing, "C1", people=cast, at=cast.days(1), reason="业主指出北卧墙面空鼓")
    assert (again.attempt, again.reason) == (2, "业主指出北卧墙面空鼓")


# --- announced ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours, warned", [(23, True), (24, False), (48, False)])
def test_less_than_a_day_before_concealed_works_is_a_warning(filing: Any, working: Any, cast: Any, hours: int, warned: bool) -> None:
    _check_one(working, cast)
    services.announce_check(project=working, code="C3", planned_at=cast.at + hours * HOUR, by=cast.project_manager, at=cast.at)

    check = site.opened(working, "C3", people=cast, at=cast.at + hours * HOUR)

    assert (check.notice_hours, check.short_notice) == (hours, warned)


def test_what_has_passed_is_not_announced_by_mistake(working: Any, cast: Any) -> None:
    """A slip of the list would have kept the next checks closed until it was done again."""
    _check_one(working, cast)
    with pytest.raises(Refused, match="Checking it again needs a reason"):
        services.announce_check(project=working, code="C1", planned_at=cast.days(1), by=cast.project_manager, at=cast.at)


def test_a_check_that_nobody_was_told_of_is_a_warning_and_no_gate(working: Any, cast: Any) -> None:
    _check_one(working, cast)

    check = site.opened(working, "C3", people=cast, at=cast.at)

    assert (check.notice_hours, check.short_notice, check.state) == (None, True, CheckState.OPEN)


def test_an_appointment_can_be_moved_and_never_lies_in_the_past(filing: Any, cast: Any) -> None:
    first = services.announce_check(project=filing, code="C1", planned_at=cast.days(2), by=cast.project_manager, at=cast.at)
    moved = services.announce_check(project=filing, code="C1", planned_at=cast.days(3), by=cast.project_manager, at=cast.days(1))

    assert (moved.pk, moved.planned_at, moved.state) == (first.pk, cast.days(3), CheckState.ANNOUNCED)
    with pytest.raises(Refused, match="lies in the past"):
        services.announce_check(project=filing, code="C1", planned_at=cast.days(-1), by=cast.project_manager, at=cast.at)


def _check_one(project: Any, cast: Any) -> None:
    """Check 1 of a site whose factory has deposited its facts already."""
    QualityCheck.objects.create(
        project=project, store=project.store, code="C1", attempt=1, template=services.template_in_force("C1", at=cast.at), state=CheckState.OPEN,
        inspector=cast.quality_inspector, started_at=cast.at, by=cast.quality_inspector, at=cast.at,
    )  # fmt: skip
    check = QualityCheck.objects.get(project=project, code="C1")
    site.concluded(site.recorded(check, people=cast, at=cast.at), people=cast, at=cast.at)


# --- recording ---------------------------------------------------------------------------------------------------------


def record(check: QualityCheck, item: str, cast: Any, **told: Any) -> Any:
    return services.record_result(check=check, item=item, by=cast.quality_inspector, at=cast.at, **told)


def test_a_measured_item_is_judged_by_its_value_not_by_a_tap(filing: Any, cast: Any) -> None:
    check = site.opened(filing, "C1", people=cast, at=cast.at)

    assert record(check, "C1-05", cast, verdict="pass", values=[[Decimal(9)]]).verdict == Verdict.RECORDED
    with pytest.raises(Refused, match="Enter every value of C1-05"):
        record(check, "C1-05", cast, verdict="pass")


def test_a_value_below_zero_is_no_measurement_and_never_lies_inside_an_upper_limit(filing: Any, cast: Any) -> None:
    check = site.opened(filing, "C1", people=cast, at=cast.at)

    with pytest.raises(Refused, match="C1-05: a measured value is not below zero"):
        record(check, "C1-05", cast, values=[[Decimal(9), Decimal("-0.1")]])
    assert not check.results.exists()


def test_recording_again_replaces_the_result(filing: Any, cast: Any) -> None:
    check = site.opened(filing, "C1", people=cast, at=cast.at)

    record(check, "C1-02", cast, verdict="fail", note="主卧门洞与图纸差 8 cm")
    record(check, "C1-02", cast, verdict="pass")

    assert [(r.item.code, r.verdict) for r in check.results.select_related("item")] == [("C1-02", "pass")]


def test_the_camera_may_come_first(filing: Any, cast: Any) -> None:
    check = site.opened(filing, "C1", people=cast, at=cast.at)

    photo = record(check, "C1-03", cast, photos=[site.picture()])
    tapped = record(check, "C1-03", cast, verdict="pass")

    assert photo.verdict == Verdict.PENDING
    assert (tapped.pk, tapped.verdict, tapped.photos.count()) == (photo.pk, Verdict.PASS, 1)


def test_a_photo_must_be_a_photo(filing: Any, cast: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    check = site.opened(filing, "C1", people=cast, at=cast.at)

    with pytest.raises(Refused, match="is a photo"):
        record(check, "C1-03", cast, verdict="pass", photos=[SimpleUploadedFile("x.pdf", b"%PDF-1.7 x", "application/pdf")])
    assert not check.results.exists()


def test_an_item_that_does_not_apply_says_why_and_a_main_one_has_a_second_person(filing: Any, cast: Any) -> None:
    check = site.opened(filing, "C1", people=cast, at=cast.at)

    with pytest.raises(Refused, match="Say why C1-09 does not apply"):
        record(check, "C1-09", cast, verdict="not_applicable")
    record(check, "C1-09", cast, verdict="not_applicable", note="毛坯房尚未通水")
    assert [(g.item.code, g.why) for g in check.weighed().gaps if g.item.code == "C1-09"] == [("C1-09", "unconfirmed")]
    with pytest.raises(Refused, match="A second person"):
        services.confirm_left_out(check=check, item="C1-09", by=cast.quality_inspector, at=cast.at)
    services.confirm_left_out(check=check, item="C1-09", by=cast.engineering_manager, at=cast.at)
    assert not [g for g in check.weighed().gaps if g.item.code == "C1-09"]


def test_only_a_delivery_can_lack_an_item(filing: Any, working: Any, cast: Any) -> None:
    first = site.opened(filing, "C1", people=cast, at=cast.at)
    delivery = site.opened(working, "C2", people=cast, at=cast.at)

    with pytest.raises(Refused, match="Only a delivery can lack an item"):
        record(first, "C1-02", cast, verdict="not_delivered")
    assert record(delivery, "C2-11", cast, verdict="not_delivered").note == "本次未到货"


def test_an_item_that_the_paper_proves_is_not_recorded(working: Any, cast: Any) -> None:
    check = site.opened(working, "C2", people=cast, at=cast.at)

    with pytest.raises(Refused, match="proved by the signatures"):
        record(check, "C2-17", cast, verdict="pass")


def test_an_item_of_another_check_is_refused(filing: Any, cast: Any) -> None:
    with pytest.raises(Refused, match="C1 has no item C3-01"):
        record(site.opened(filing, "C1", people=cast, at=cast.at), "C3-01", cast, verdict="pass")


def test_a_general_item_can_be_waived_and_a_main_one_by_nobody(filing: Any, cast: Any) -> None:
    check = site.opened(filing, "C1", people=cast, at=cast.at)

    services.waive_item(check=check, item="C1-15", reason="楼下无人，已贴告示", by=cast.engineering_manager, at=cast.at)

    assert "C1-15" not in [g.item.code for g in check.weighed().gaps]
    with pytest.raises(Refused, match="Nobody can waive it"):
        services.waive_item(check=check, item="C1-03", reason="赶工", by=cast.engineering_manager, at=cast.at)
    with pytest.raises(Refused, match="needs a reason"):
        services.waive_item(check=check, item="C1-14", reason=" ", by=cast.engineering_manager, at=cast.at)


# --- concluding --------------------------------------------------------------------------------------------------------


def test_everything_that_is_missing_is_named_at_once(filing: Any, cast: Any) -> None:
    check = site.opened(filing, "C1", people=cast, at=cast.at)
    done = [site.good(item) for item in site.asked(check) if item.code not in ("C1-02", "C1-14")]
    for row in done:
        if row["item"] == "C1-03":
            row.pop("photos")
    services.record_results(check=check, results=done, by=cast.quality_inspector, at=cast.at)

    with pytest.raises(Refused, match="C1 cannot be concluded yet: 5 missing") as refusal:
        services.conclude_check(
            check=check, present=site.present(check, people=cast, without=("customer",)), tools=[], by=cast.quality_inspector, at=cast.at
        )

    assert says(refusal) == [
        "C1-02 Drawings and quotation checked against the site: not checked yet.",
        "C1-03 Load-bearing parts marked and demolition scope confirmed: there is no photo.",
        "C1-14 Outlet and equipment positions marked and agreed: not checked yet.",
        "Customer was not there.",
        "The tools have not been named.",
    ]


def test_a_passed_check_issues_its_paper_and_waits_for_its_signatures(filing: Any, cast: Any) -> None:
    check = site.passed(filing, "C1", people=cast, at=cast.at, signed=False)

    assert (check.state, check.paper.kind, check.paper.state) == (CheckState.PASSED, "I05", Paper.State.ISSUED)
    services.follow(filing.dossier, at=cast.at)
    filing.forget()
    assert not filing.holds(Fact.ORIGINAL_HOUSE_SURVEY_SIGNED)


def test_the_last_signature_clears_the_facts_at_its_own_moment(filing: Any, cast: Any) -> None:
    check = site.passed(filing, "C1", people=cast, at=cast.at, signed=False)
    sign(check.paper, "inspector", "贺鸣", by=cast.quality_inspector, at=cast.at)
    sign(check.paper, "project_manager", "郭建军", by=cast.project_manager, at=cast.at)
    services.follow(filing.dossier, at=cast.days(1))
    filing.forget()
    assert not filing.holds(Fact.CHECK_1_PASSED)

    sign(check.paper, "customer", "陈静兰", by=cast.quality_inspector, at=cast.days(2))
    services.follow(filing.dossier, at=cast.days(5))

    filing.forget()
    assert {fact: filing.facts[fact].at for fact in filing.facts if fact in ("check_1_passed", "original_house_survey_signed")} == {
        "check_1_passed": cast.days(2), "original_house_survey_signed": cast.days(2),
    }  # fmt: skip
    assert filing.facts["check_1_passed"].paper == check.paper


def test_following_twice_writes_nothing_more(filing: Any, cast: Any) -> None:
    site.passed(filing, "C1", people=cast, at=cast.at)

    services.follow(at=cast.at)

    assert services.follow(filing.dossier, at=cast.at) == 0
    assert services.follow(at=cast.at) == 0


def test_a_voided_paper_takes_its_facts_back_until_a_new_one_is_signed(filing: Any, cast: Any) -> None:
    check = site.passed(filing, "C1", people=cast, at=cast.at)

    papers.void(check.paper, reason="地址写错", by=cast.engineering_manager, at=cast.days(1))
    services.follow(filing.dossier, at=cast.days(1))
    filing.forget()
    assert not filing.holds(Fact.CHECK_1_PASSED)

    new = services.reissue_paper(check=check, by=cast.quality_inspector, at=cast.days(1))
    sign_all(new, by=cast.quality_inspector, at=cast.days(1))
    services.follow(filing.dossier, at=cast.days(1))
    filing.forget()
    assert filing.facts["check_1_passed"].paper == new


def test_a_failed_check_makes_a_record_a_notice_and_a_rectification_per_fault(working: Any, cast: Any) -> None:
    check = site.failed(working, "C2", people=cast, at=cast.at, failing=("C2-01", "C2-07"))

    assert (check.state, check.paper.kind) == (CheckState.FAILED, "I07")
    faults = list(Rectification.objects.filter(project=working).select_related("finding", "responsible", "paper").order_by("number"))
    assert [(r.number, r.finding.item_code, r.finding.severity, r.responsible, r.due_at) for r in faults] == [
        (1, "C2-01", "main", cast.foreman, cast.days(3)), (2, "C2-07", "general", cast.foreman, cast.days(5)),
    ]  # fmt: skip
    assert {r.paper.kind for r in faults} == {"I14"}
    assert len({r.paper_id for r in faults}) == 1


def test_a_failed_main_item_ends_a_check_although_items_are_missing(working: Any, cast: Any) -> None:
    check = site.opened(working, "C2", people=cast, at=cast.at)
    record(check, "C2-01", cast, verdict="fail", note="瓷砖型号不符", photos=[site.picture()])

    assert site.concluded(check, people=cast, at=cast.at).state == CheckState.FAILED


def test_a_fault_without_photo_or_words_cannot_be_concluded(working: Any, cast: Any) -> None:
    check = site.opened(working, "C2", people=cast, at=cast.at)
    record(check, "C2-01", cast, verdict="fail")

    with pytest.raises(Refused, match="2 missing"):
        site.concluded(check, people=cast, at=cast.at)


def test_a_general_fault_within_the_rules_passes_and_is_still_put_right(working: Any, cast: Any) -> None:
    _check_one(working, cast)
    check = site.opened(working, "C3", people=cast, at=cast.at)
    rows = [site.good(item) for item in site.asked(check) if item.code not in ("C3-07", "C3-05")]
    services.record_results(check=check, results=rows, by=cast.quality_inspector, at=cast.at)
    record(check, "C3-05", cast, values=[[Decimal(30)] * 5])
    record(check, "C3-07", cast, values=[[Decimal(480), Decimal(520)]], tolerable=True, photos=[site.picture()])

    site.concluded(check, people=cast, at=cast.at)

    check.refresh_from_db()
    assert check.state == CheckState.PASSED
    assert Rectification.objects.get(project=working).finding.item_code == "C3-07"
    assert "限期改好" in check.paper.body["conclusion"]


# --- the next attempt ---------------------------------------------------------------------------------------------------


def test_the_next_attempt_waits_for_the_answers(working: Any, cast: Any) -> None:
    _fail_three(working, cast)

    with pytest.raises(Refused, match="C3 cannot be checked yet") as refusal:
        site.opened(working, "C3", people=cast, at=cast.days(1))

    assert says(refusal) == ["Rectification 1 “管内无接头，接头在盒内并绝缘：不符合” has no answer yet."]


def test_the_next_attempt_carries_the_good_items_over_and_asks_for_the_failed_ones(working: Any, cast: Any) -> None:
    fault = _fail_three(working, cast)
    site.answered(fault, people=cast, at=cast.days(1))

    again = site.opened(working, "C3", people=cast, at=cast.days(2))

    assert (again.attempt, again.is_recheck) == (2, True)
    assert [g.item.code for g in again.weighed().gaps] == ["C3-06"]


def test_a_good_recheck_accepts_the_answer_and_the_paper_says_so(working: Any, cast: Any) -> None:
    fault = _fail_three(working, cast)
    site.answered(fault, people=cast, at=cast.days(1))
    again = site.opened(working, "C3", people=cast, at=cast.days(2))
    services.record_result(check=again, item="C3-06", verdict="pass", by=cast.quality_inspector, at=cast.days(2))

    site.concluded(again, people=cast, at=cast.days(2))

    fault.refresh_from_db()
    again.refresh_from_db()
    assert (fault.state, fault.accepted_by, fault.accepted_at) == (RectificationState.ACCEPTED, cast.quality_inspector, cast.days(2))
    assert next(row for row in again.paper.body["rows"] if row["code"] == "C3-06")["verdict"] == "改后合格"


def test_a_bad_recheck_opens_the_same_rectification_with_a_new_day(working: Any, cast: Any) -> None:
    fault = _fail_three(working, cast)
    site.answered(fault, people=cast, at=cast.days(1))
    again = site.opened(working, "C3", people=cast, at=cast.days(2))
    services.record_result(
        check=again, item="C3-06", verdict="fail", note="次卧仍有接头", photos=[site.picture()], by=cast.quality_inspector, at=cast.days(2)
    )

    site.concluded(again, people=cast, at=cast.days(2))

    fault.refresh_from_db()
    assert (fault.state, fault.due_at) == (RectificationState.OPEN, cast.days(5))
    assert Finding.objects.filter(project=working).count() == 1


def _fail_three(working: Any, cast: Any) -> Any:
    _check_one(working, cast)
    site.failed(working, "C3", people=cast, at=cast.at, failing=("C3-06",))
    return Rectification.objects.get(project=working)


def test_failing_again_takes_the_facts_back(filing: Any, cast: Any) -> None:
    site.passed(filing, "C1", people=cast, at=cast.at)
    assert filing.holds(Fact.CHECK_1_PASSED)

    site.failed(filing, "C1", people=cast, at=cast.days(1), failing=("C1-03",), reason="拆到了承重墙")

    filing.forget()
    assert not filing.holds(Fact.CHECK_1_PASSED)
    assert not filing.holds(Fact.ORIGINAL_HOUSE_SURVEY_SIGNED)


def test_a_concluded_check_is_not_changed(filing: Any, cast: Any) -> None:
    check = site.passed(filing, "C1", people=cast, at=cast.at)

    with pytest.raises(Refused, match="concluded"):
        record(check, "C1-02", cast, verdict="fail", note="x")
    with pytest.raises(Refused, match="concluded"):
        site.concluded(check, people=cast, at=cast.at)


# --- who must be there --------------------------------------------------------------------------------------------------

TABLE = {
    "C1": ["customer", "designer", "project_manager", "inspector", "foreman"],
    "C2": ["customer", "designer", "project_manager", "inspector"],
    "C3": ["customer", "project_manager", "inspector", "foreman", "engineering_manager"],
    "C4": ["customer", "project_manager", "inspector", "foreman"],
    "C5": ["customer", "project_manager", "inspector", "foreman"],
    "C6": ["customer", "project_manager", "inspector", "designer", "foreman", "engineering_manager"],
    "C7": ["customer", "project_manager", "inspector", "foreman"],
    "C8": ["customer", "project_manager", "inspector", "designer", "engineering_manager"],
}


def test_the_table_of_who_must_be_there() -> None:
    from inspections.checks import checks

    assert {code: list(row.attendance) for code, row in checks().items()} == TABLE


@pytest.mark.parametrize("party", TABLE["C1"])
def test_a_check_does_not_pass_while_somebody_of_its_table_is_not_there(filing: Any, cast: Any, party: str) -> None:
    check = site.recorded(site.opened(filing, "C1", people=cast, at=cast.at), people=cast, at=cast.at)

    with pytest.raises(Refused, match="1 missing"):
        site.concluded(check, people=cast, at=cast.at, present=site.present(check, people=cast, without=(party,)))


def test_a_delegate_comes_with_the_customers_authorisation(filing: Any, cast: Any) -> None:
    check = site.recorded(site.opened(filing, "C1", people=cast, at=cast.at), people=cast, at=cast.at)
    present = [
        *site.present(check, people=cast, without=("customer",)),
        Present("customer", "陈建国", authorisation=site.picture(name="authorisation.jpg")),
    ]

    site.concluded(check, people=cast, at=cast.at, present=present)

    row = check.attendances.get(party="customer")
    assert (row.name, row.stands_in) == ("陈建国", True)
    assert "客户 陈建国（受委托）" in QualityCheck.objects.get(pk=check.pk).paper.body["people"]


def test_the_database_refuses_to_pass_a_check_with_a_failed_main_item(filing: Any, cast: Any) -> None:
    from django.db import IntegrityError, transaction

    check = site.opened(filing, "C1", people=cast, at=cast.at)
    record(check, "C1-03", cast, verdict="fail", note="x", photos=[site.picture()])

    with pytest.raises(IntegrityError, match="while a main item fails"), transaction.atomic():
        QualityCheck.objects.filter(pk=check.pk).update(state="passed", concluded_at=cast.at, paper=None)


# --- through the procedure ----------------------------------------------------------------------------------------------


def test_the_gates_of_disclosure_and_start_open_by_check_one(filing: Any, cast: Any) -> None:
    from tests.factories import projects as sites

    projects.record_review(filing, by=cast.project_manager, at=cast.at)
    sites.disclosure(filing, people=cast, at=cast.at)
    with pytest.raises(Refused) as refusal:
        projects.advance(filing, to=Stage.DISCLOSED, by=cast.project_manager, at=cast.at)
    assert [gap.gate for gap in refusal.value.missing] == ["G11"]

    site.passed(filing, "C1", people=cast, at=cast.at)

    projects.advance(filing, to=Stage.DISCLOSED, by=cast.project_manager, at=cast.at)
    assert filing.stage == Stage.DISCLOSED


def test_signatures_that_are_missing_have_a_clock(filing: Any, cast: Any) -> None:
    check = site.passed(filing, "C1", people=cast, at=cast.at, signed=False)
    row = Deadline.objects.get(clock="inspections.signatures", key=f"{filing.ref}/C1/1")
    assert (row.started_at, row.owner) == (cast.at, cast.quality_inspector)

    sign_all(check.paper, by=cast.quality_inspector, at=cast.days(1))
    services.follow(filing.dossier, at=cast.days(2))

    row.refresh_from_db()
    assert row.stopped_at == cast.days(1)
