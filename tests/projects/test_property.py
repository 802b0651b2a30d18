"""The property office's desk: what needs a permission (G19–G22, LR-27), applications, money; and what the database refuses by itself."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from core import clocks
from core.refusals import Refused
from inspections import services as inspections
from projects import deadlines, plans, services
from projects.services.property import follow_property
from tests.factories import projects as road
from tests.factories import property as office
from tests.factories.inspections import picture
from tests.hand import sign_all
from tests.projects.standing import site
from tests.projects.standing import standing as sites

standing = sites(working=road.working_project, accepted=road.accepted_project)
TOMORROW = timedelta(days=1)


@pytest.fixture
def cast(standing, db):
    return standing.cast


@pytest.fixture
def project(standing, cast):
    return site(standing, "working").seen_at(cast.at)


def says(refused) -> set[str]:
    return {gap.gate for gap in refused.value.missing}


def planned(cast, project, code="welding", days=1):
    return services.plan_work(project, code=code, planned_on=(cast.at + timedelta(days=days)).date(), by=cast.project_manager, at=cast.at)


def begun(cast, need, at):
    return services.begin_work(need, by=cast.foreman, at=at)


KINDS = {
    "welding": ("G19", "hot_work", {}), "drilling": ("G20", "added_item", {}),
    "carry_out": ("G21", "goods_release", {"operator": "龙阿水", "id_number": road.IDS[0]}), "brick_sand": ("G22", "stairs", {"place": "2 号消防梯"}),
}  # fmt: skip


def applied(cast, project, code):
    _gate, kind, more = KINDS[code]
    if kind == "hot_work":
        return office.hot_work(project, people=cast, at=cast.at)
    hours = {} if kind == "added_item" else {"from_at": cast.at + TOMORROW, "until_at": cast.at + TOMORROW + timedelta(hours=3)}
    return services.ask_property(project, kind=kind, items=[code], what="按清单", **hours, **more, by=cast.project_manager, at=cast.at)


@pytest.mark.parametrize("code", KINDS)
def test_g19_to_g22_a_work_begins_under_its_approved_application_alone(cast, project, code):
    """G19 hot work, G20 added works, G21 goods release, G22 stairs and lift."""
    need, moment = planned(cast, project, code), cast.at + TOMORROW + timedelta(hours=1)
    with pytest.raises(Refused) as refused:
        begun(cast, need, moment)
    assert says(refused) == {KINDS[code][0]}

    row = applied(cast, project, code)
    with pytest.raises(Refused):  # asked is not approved
        begun(cast, need, moment)

    office.approved(row, people=cast, at=cast.at)
    assert begun(cast, need, moment).application_id == row.pk


@pytest.mark.parametrize(("hours", "inside"), [(-0.01, False), (0, True), (3, True), (3.01, False)])
def test_g19_hot_work_begins_in_its_hours(cast, project, hours, inside):
    need = planned(cast, project)
    office.approved(office.hot_work(project, people=cast, at=cast.at), people=cast, at=cast.at)
    moment = cast.at + TOMORROW + timedelta(hours=hours)
    if inside:
        assert begun(cast, need, moment).started_at == moment
        return
    with pytest.raises(Refused) as refused:
        begun(cast, need, moment)
    assert says(refused) == {"G19"}


def test_g19_hot_work_is_asked_for_the_hours_of_one_day(cast, project):
    """LR-29."""
    with pytest.raises(Refused) as refused:
        office.hot_work(project, people=cast, at=cast.at, until_at=cast.at + timedelta(days=2), certificate_until=(cast.at + timedelta(days=9)).date())
    assert says(refused) == {"G19"}


def test_g19_the_permit_of_the_office_has_a_number_and_every_signature(cast, project):
    """A08 is signed by owner, person in charge, operator and watch; A09 is the office's own."""
    row = office.hot_work(project, people=cast, at=cast.at)
    with pytest.raises(Refused) as refused:
        services.approve_property(row, approved_on=cast.at.date(), approver="周主任", scan=None, by=cast.project_manager, at=cast.at)
    assert len(refused.value.missing) == 4
    with pytest.raises(Refused):
        office.approved(row, people=cast, at=cast.at, number="")
    assert office.approved(row, people=cast, at=cast.at).number == "DH-0117"


def test_g20_another_added_item_needs_an_application_of_its_own(cast, project):
    office.approved(office.added_item(project, people=cast, at=cast.at, items=("drilling",)), people=cast, at=cast.at)
    with pytest.raises(Refused) as refused:
        begun(cast, planned(cast, project, "break_wall"), cast.at + TOMORROW)
    assert says(refused) == {"G20"}


@pytest.mark.parametrize("code", [code for code, work in plans.works().items() if work.blocking])
def test_lr27_structure_gas_heating_and_facade_wait_for_the_authority(cast, project, code):
    need = planned(cast, project, code)
    with pytest.raises(Refused) as refused:
        services.begin_work(need, by=cast.project_manager, at=cast.at + TOMORROW)
    assert says(refused) == {"LR-27"}
    row = services.ask_property(project, kind="authority", items=[code], what="批准文件", by=cast.project_manager, at=cast.at)
    office.approved(row, people=cast, at=cast.at)
    assert begun(cast, need, cast.at + TOMORROW).started_at


@pytest.mark.parametrize(("days", "closed"), [(0, True), (1, False)])
def test_g20_the_check_of_the_work_stays_closed_until_it_is_permitted(cast, project, days, closed):
    """Drilling that is planned for today or earlier keeps check 3 closed; what is planned for tomorrow does not."""
    planned(cast, project, "drilling", days=days)
    with pytest.raises(Refused) as refused:
        inspections.open_check(project=project, code="C3", by=cast.quality_inspector, at=cast.at)
    assert ("G20" in says(refused)) is closed


def test_g20_the_check_opens_once_the_application_is_approved(cast, project):
    planned(cast, project, "drilling", days=0)
    office.approved(office.added_item(project, people=cast, at=cast.at), people=cast, at=cast.at)
    assert services.gaps_before_check(project, "C3") == []


def test_the_permission_is_warned_of_in_time_and_stops_with_the_approval(cast, project):
    need = planned(cast, project, "drilling", days=6)
    key = f"{project.ref}/{need.pk}"
    assert clocks.is_open(deadlines.SITE_NEED, key)
    row = clocks.Deadline.objects.get(clock=deadlines.SITE_NEED.id, key=key)
    assert row.due_at.date() == (cast.at + timedelta(days=3)).date()  # three days before the work
    office.approved(office.added_item(project, people=cast, at=cast.at), people=cast, at=cast.at)
    assert not clocks.is_open(deadlines.SITE_NEED, key)


def test_a_dropped_work_needs_no_permission_and_never_begins(cast, project):
    need = services.drop_work(planned(cast, project), reason="改成卡扣连接", by=cast.project_manager, at=cast.at)
    assert not clocks.is_open(deadlines.SITE_NEED, f"{project.ref}/{need.pk}")
    with pytest.raises(Refused, match="dropped"):
        begun(cast, need, cast.at + TOMORROW)


def test_q78_a_refused_application_stays_refused(cast, project):
    row = services.reject_property(office.added_item(project, people=cast, at=cast.at), reason="缺图纸", by=cast.project_manager, at=cast.at)
    with pytest.raises(Refused, match="decided already"):
        office.approved(row, people=cast, at=cast.at)


def test_g21_the_release_note_keeps_no_whole_id_number(cast, project):
    row = applied(cast, project, "carry_out")
    assert row.id_masked == "330*************18"
    assert road.IDS[0] not in row.paper.content


def test_a_deposit_waits_for_its_return_from_the_acceptance_on(standing, cast):
    project = site(standing, "accepted").seen_at(cast.at)
    fee = office.paid(project.fees.get(kind="deposit"), people=cast, at=cast.at)
    assert follow_property(project, set(), cast.at) == 1
    key = f"{project.ref}/{fee.pk}"
    assert clocks.is_open(deadlines.FEE_RETURN, key)
    services.return_fee(fee, returned_on=cast.at.date(), amount=fee.amount, to=road.CUSTOMER, by=cast.project_manager, at=cast.at)
    assert not clocks.is_open(deadlines.FEE_RETURN, key)


def test_a_fee_without_receipt_is_on_the_managers_desk(cast, project):
    fee = project.fees.get(kind="rubbish")
    assert clocks.is_open(deadlines.FEE_PAYMENT, f"{project.ref}/{fee.pk}")
    office.paid(fee, people=cast, at=cast.at)
    assert not clocks.is_open(deadlines.FEE_PAYMENT, f"{project.ref}/{fee.pk}")
    with pytest.raises(Refused, match="paid already"):
        office.paid(fee, people=cast, at=cast.at)


# --- what the database refuses ---------------------------------------------------------------------------------------


def attacks(cast, project):
    need, row = planned(cast, project), office.hot_work(project, people=cast, at=cast.at)
    fee = office.paid(project.fees.get(kind="rubbish"), people=cast, at=cast.at)
    waiting = office.extension(project, people=cast, at=cast.at)
    services.ask_fee(project, kind="extension", amount=Decimal(500), permit=waiting, by=cast.project_manager, at=cast.at)
    by = cast.project_manager.pk
    return {
        "G19": f"UPDATE projects_siteneed SET started_at = now(), started_by_id = {by}, application_id = {row.pk} WHERE id = {need.pk}",
        "no application": f"UPDATE projects_siteneed SET started_at = now(), started_by_id = {by} WHERE id = {need.pk}",
        "R085 watch": f"UPDATE projects_propertyapplication SET watcher = operator WHERE id = {row.pk}",
        "unsigned": f"UPDATE projects_propertyapplication SET approved_on = now(), approver = 'x', original_kept = true, decided_by_id = {by}, "
        f"scan_id = certificate_scan_id WHERE id = {row.pk}",
        "receipt": f"UPDATE projects_propertyfee SET payer_name = 'x' WHERE id = {fee.pk}",
        "rubbish back": f"UPDATE projects_propertyfee SET returned_on = paid_on, returned_amount = 1, withheld_because = 'x' WHERE id = {fee.pk}",
        "R084": f"UPDATE projects_permit SET approved_on = now(), number = 'x', valid_from = '2026-01-01', valid_until = '2027-01-01', "
        f"agreement_signed = true, approved_by_id = {by}, scan_id = {fee.receipt_id} WHERE id = {waiting.pk}",
        "delete": f"DELETE FROM projects_propertyapplication WHERE id = {row.pk}",
    }  # fmt: skip


def test_the_database_itself_refuses_what_the_rules_forbid(cast, project):
    told = attacks(cast, project)
    taken = []
    for name, sql in told.items():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql)
            taken.append(name)
        except DatabaseError:
            pass
    assert taken == []


# --- pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("many", [1, 3, 12])
def test_the_desk_of_the_property_office_asks_the_same_questions_for_many_rows(cast, project, many, django_assert_max_num_queries):
    for n in range(many):
        planned(cast, project, "drilling", days=n + 1)
        office.added_item(project, people=cast, at=cast.at)
    client = cast.client(cast.project_manager)
    client.get(f"/projects/{project.ref}/property/")
    with django_assert_max_num_queries(20):
        assert client.get(f"/projects/{project.ref}/property/").status_code == 200


def test_an_application_is_typed_on_its_page_and_opens_as_a_paper(cast, project):
    answer = cast.client(cast.engineering_assistant).post(
        f"/projects/{project.ref}/applications/stairs/",
        {"items": "brick_sand", "what": "红砖 800 块、黄砂 3 方", "place": "2 号消防梯", "from_at": "2026-11-25T09:00", "until_at": "2026-11-25T11:00"},
    )
    row = project.applications.get()
    assert answer.url.endswith(f"{row.paper.ref}/")
    assert row.paper.kind == "A11"


def test_g20_an_added_item_is_approved_before_the_drilling_on_its_pages(cast, project):
    home, tomorrow = f"/projects/{project.ref}", (timezone.localdate() + TOMORROW).isoformat()
    manager, foreman = cast.client(cast.project_manager), cast.client(cast.foreman)
    assert manager.post(f"{home}/property-needs/", {"code": "drilling", "planned_on": tomorrow}).status_code == 302
    need = project.needs.get()
    refused = foreman.post(f"{home}/property-needs/{need.pk}/starts/")
    assert refused.status_code == 422 and "要等增加项目申请批准" in refused.content.decode()

    told = {"items": "drilling", "what": "客厅空调孔一个，直径 65 mm"}
    assert manager.post(f"{home}/applications/added_item/", told).url.endswith(f"{project.applications.get().paper.ref}/")
    row = project.applications.get()
    sign_all(row.paper, by=cast.project_manager, at=timezone.now())
    told = {"approved_on": timezone.localdate().isoformat(), "approver": "周主任", "scan": picture(), "original_kept": "on"}
    assert manager.post(f"{home}/applications/{row.pk}/approvals/", told).status_code == 302
    assert foreman.post(f"{home}/property-needs/{need.pk}/starts/").status_code == 302
    need.refresh_from_db()
    assert need.application == row and need.started_at is not None


def test_a_refused_application_keeps_what_was_typed(cast, project):
    told = {"code": "drilling", "planned_on": "2020-01-01", "note": "两个孔"}
    answer = cast.client(cast.engineering_assistant).post(f"/projects/{project.ref}/property-needs/", told)
    assert answer.status_code == 422
    assert "两个孔" in answer.content.decode()
