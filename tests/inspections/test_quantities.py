"""Quantities measured on site by two (I26), the report of quality and material use (I24); and what the database refuses by itself."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from config import reach
from core import clocks, snapshots
from core.models import Deadline
from core.refusals import Refused
from inspections import deadlines_quantities as deadlines
from inspections import services
from inspections.models import MaterialReport, QuantityMeasurement
from inspections.services import quantities
from inspections.services.quantities import Measured
from leads.models import QuotationLine
from projects import services as building
from tests.factories import projects as jobs
from tests.factories import quantities as measuring
from tests.factories import site_order as ordering
from tests.factories.projects import items

DAY = timedelta(days=1)


# --- I26 --------------------------------------------------------------------------------------------------------------------


def test_I26_engineering_and_the_supervisor_measure_together_and_the_second_confirms(working: Any, cast: Any) -> None:
    made = measuring.measured(working, people=cast, at=cast.at)
    key = f"{working.pk}:measured:{made.number}"
    clock = Deadline.objects.get(clock=deadlines.MEASURED.id, key=key)
    assert (clock.owner, clock.due_at) == (cast.site_supervisor, cast.at + 2 * DAY)
    for stranger in (cast.project_manager, cast.engineering_manager, cast.foreman):
        with pytest.raises(Refused, match="site's supervisor"):
            quantities.confirm_measurement(made, by=stranger, at=cast.at)
    quantities.confirm_measurement(made, by=cast.site_supervisor, at=cast.at)
    assert not clocks.is_open(deadlines.MEASURED, key)
    with pytest.raises(Refused, match="is confirmed"):
        quantities.confirm_measurement(made, by=cast.site_supervisor, at=cast.at)

    other = measuring.measured(working, people=cast, at=cast.at, by=cast.site_supervisor)  # the other way round
    assert Deadline.objects.get(clock=deadlines.MEASURED.id, key=f"{working.pk}:measured:{other.number}").owner == cast.project_manager
    assert quantities.confirm_measurement(other, by=cast.engineering_manager, at=cast.at).confirmed_by == cast.engineering_manager


def test_I26_the_clock_goes_to_who_may_confirm_when_the_people_of_the_site_change(working: Any, cast: Any) -> None:
    """What a supervisor wrote who was replaced is for the new one; what the present one wrote is for the project manager, whoever it is."""
    of_former = measuring.measured(working, people=cast, at=cast.at, by=cast.site_supervisor)
    supervisor, manager = cast.hire("site_supervisor", name="新监理"), cast.hire("project_manager", name="新项目经理")

    def owner(made: QuantityMeasurement) -> Any:
        return Deadline.objects.get(clock=deadlines.MEASURED.id, key=f"{working.pk}:measured:{made.number}").owner

    building.staff_project(working, supervisor=supervisor, by=cast.engineering_manager, at=cast.at)
    assert owner(of_former) == cast.project_manager  # who may not confirm it
    of_new = measuring.measured(working, people=cast, at=cast.at, by=supervisor)
    building.staff_project(working, project_manager=manager, by=cast.engineering_manager, at=cast.at)
    services.follow(working.dossier, at=cast.at)
    assert (owner(of_former), owner(of_new)) == (supervisor, manager)
    assert services.follow(working.dossier, at=cast.at) == services.follow(at=cast.at) == 0

    for made in (of_former, of_new):
        quantities.confirm_measurement(made, by=owner(made), at=cast.at)


def test_I26_beside_what_was_measured_stands_what_the_quotation_has_of_it_there(working: Any, cast: Any) -> None:
    line = QuotationLine.objects.filter(quotation=working.contract.quotation, taken=True, room__isnull=False).select_related("item", "room").first()
    assert line is not None
    whole = sum(QuotationLine.objects.filter(quotation=line.quotation, taken=True, item__code=line.item.code).values_list("quantity", flat=True))
    there = sum(
        QuotationLine.objects.filter(quotation=line.quotation, taken=True, item__code=line.item.code, room=line.room).values_list("quantity", flat=True)
    )
    lines = [Measured(line.item, there + Decimal("1.25"), line.room), Measured(line.item, Decimal(0))]
    first, second = measuring.measured(working, people=cast, at=cast.at, lines=lines).lines.all()
    assert (first.quoted, first.more) == (there, Decimal("1.25"))
    assert (second.quoted, second.more) == (whole, -whole)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"lines": "none"}, "one to 30"),
        ({"lines": "twice"}, "measured twice"),
        ({"lines": "minus"}, "nothing or more"),
        ({"measured_on": date(2026, 11, 25)}, "when it was made"),
        ({"purpose": "change"}, "for which change"),
    ],
)
def test_I26_a_measurement_is_whole(working: Any, cast: Any, said: dict[str, Any], sentence: str) -> None:
    item = items(working)[0]
    lines = {"none": [], "twice": [Measured(item, Decimal(1)), Measured(item, Decimal(2))], "minus": [Measured(item, Decimal("-0.01"))]}
    more = {name: lines[value] if name == "lines" else value for name, value in said.items()}
    told = {"purpose": "quotation", "measured_on": cast.at.date(), "lines": [Measured(item, Decimal(1))]} | more
    with pytest.raises(Refused, match=sentence):
        quantities.measure(working, by=cast.project_manager, at=cast.at, **told)


def test_I26_a_confirmed_measurement_fills_the_price_of_its_change(working: Any, cast: Any) -> None:
    change = jobs.asked_change(working, people=cast, at=cast.at)
    made = measuring.measured(working, people=cast, at=cast.at, purpose="change", change=change)
    browser, page = cast.client(cast.project_manager), reverse("inspections:quantities", args=[working.ref])
    priced = reverse("projects:change-prices", args=[working.ref, change.seq])
    assert priced not in browser.get(page).content.decode()
    assert cast.client(cast.site_supervisor).post(reverse("inspections:quantity-confirmations", args=[working.ref, made.number])).status_code == 302
    found = browser.get(page).content.decode()
    assert priced in found
    lines = ",".join(f"{line.item_id}::{line.quantity}" for line in made.lines.all())
    assert f"{priced}?lines={lines}" in found
    filled = browser.get(f"{priced}?lines={lines}").content.decode()
    assert 'value="12.50"' in filled and f'<option value="{items(working)[0].pk}" selected>' in filled
    assert browser.get(f"{priced}?lines=::,x:y:z,1:2").status_code == 200  # whatever stands in an address
    jobs.issued_change(working, people=cast, at=cast.at)


def test_I26_what_was_wrong_is_withdrawn_with_its_reason_and_what_was_typed_is_kept(working: Any, cast: Any) -> None:
    browser, page = cast.client(cast.project_manager), reverse("inspections:quantities", args=[working.ref])
    form = {"purpose": "quotation", "measured_on": cast.at.date().isoformat(), "item_0": items(working)[0].pk, "note": "激光测距仪"}
    refused = browser.post(page, form)
    assert refused.status_code == 422 and "激光测距仪" in refused.content.decode()
    assert browser.post(page, form | {"quantity_0": "8.40"}).status_code == 302
    made = QuantityMeasurement.objects.get(project=working)
    withdrawal = reverse("inspections:quantity-withdrawals", args=[working.ref, made.number])
    own = browser.post(reverse("inspections:quantity-confirmations", args=[working.ref, made.number]))  # what he wrote himself
    assert own.status_code == 422 and "量方的两人中须有本工地监理" in own.content.decode()
    assert browser.post(withdrawal, {"reason": ""}).status_code == 422
    assert browser.post(withdrawal, {"reason": "量错房间"}).status_code == 302
    with pytest.raises(Refused, match="is withdrawn"):
        quantities.confirm_measurement(made, by=cast.site_supervisor, at=cast.at)


# --- I24 --------------------------------------------------------------------------------------------------------------------


def test_I24_a_site_is_reported_from_the_rows_that_exist_and_frozen_as_a_paper(working: Any, cast: Any) -> None:
    at = cast.at
    refused = ordering.came("木工板", unit="张", refused=Decimal(4), quantity=Decimal(10), reason="厚度不足", remove_by=(at + DAY).date())
    ordering.delivered(working, people=cast, at=at, lines=[ordering.came(), refused])
    jobs.signed_change(working, people=cast, at=at)
    jobs.asked_change(working, people=cast, at=at)
    measuring.confirmed(working, people=cast, at=at)
    measuring.measured(working, people=cast, at=at)  # nobody has confirmed it: it does not count
    made = quantities.report_site(working, by=cast.project_manager, at=at + timedelta(hours=1), **measuring.SAYS)
    told = snapshots.read(made.snapshot)
    counted = {name: told["figures"][name] for name in ("deliveries", "lines", "refused", "not_removed", "changes", "unsigned", "measured")}
    assert counted == {"deliveries": 1, "lines": 2, "refused": 1, "not_removed": 1, "changes": 1, "unsigned": 1, "measured": 2}
    assert told["materials"] == [["木工板", "张", "10.00", "4.00", "6.00", "40%"], ["瓷砖", "块", "120.00", "0.00", "120.00", "0%"]]
    assert (made.paper.kind, made.ends_on, made.paper.body["refusals"][0][4]) == ("I24", at.date(), "厚度不足")
    ordering.delivered(working, people=cast, at=at + DAY)
    assert snapshots.read(MaterialReport.objects.get(pk=made.pk).snapshot) == told
    with pytest.raises(Refused, match="reported today"):
        quantities.report_site(working, by=cast.project_manager, at=at + timedelta(hours=2), **measuring.SAYS)


def test_I24_a_month_is_reported_once_when_it_is_over_and_names_no_customer(working: Any, cast: Any) -> None:
    first = cast.at.replace(month=12, day=1, hour=0, minute=0)
    with pytest.raises(Refused, match="not over yet"):
        measuring.reported(people=cast, at=first - timedelta(minutes=1), month=date(2026, 11, 7))
    with pytest.raises(Refused, match="what is done about it"):
        measuring.reported(people=cast, at=first, measures=" ")
    ordering.delivered(working, people=cast, at=cast.at)
    made = measuring.reported(people=cast, at=first)
    assert (made.starts_on, made.ends_on) == (date(2026, 11, 1), date(2026, 11, 30))
    assert working.customer_name not in made.paper.content and working.address not in made.paper.content
    with pytest.raises(Refused, match="has been reported"):
        measuring.reported(people=cast, at=first)
    for person, reads in ((cast.store_manager, True), (cast.general_manager, True), (cast.project_manager, False), (cast.other.store_manager, False)):
        assert reach.papers(person).filter(pk=made.paper_id).exists() is reads, person


def test_I24_a_report_is_written_on_its_pages(working: Any, cast: Any) -> None:
    browser, page = cast.client(cast.project_manager), reverse("inspections:site-material-reports", args=[working.ref])
    assert browser.get(page).status_code == 200
    kept = browser.post(page, {"analysis": "板材拒收多", "measures": ""})
    assert kept.status_code == 422 and "板材拒收多" in kept.content.decode()
    assert browser.post(page, measuring.SAYS).status_code == 302
    made = MaterialReport.objects.get(project=working)
    assert made.paper.ref in browser.get(reverse("inspections:material-reports")).content.decode()
    assert browser.get(made.get_absolute_url()).status_code == 200


def test_I24_whatever_month_stands_in_the_address_the_page_shows_one_that_was(working: Any, cast: Any) -> None:
    browser, page = cast.client(cast.engineering_manager), reverse("inspections:material-report-new")
    for month in ("0001-01", "9999-12", "2026-13", "x"):
        assert browser.get(f"{page}?month={month}").status_code == 200, month


# --- the database ------------------------------------------------------------------------------------------------------------

MEASURE = "INSERT INTO inspections_quantitymeasurement (at, project_id, store_id, number, purpose, change_id, measured_on, note, withdrawn_because, by_id"
LINE = "INSERT INTO inspections_measuredline (measurement_id, seq, item_id, quantity, quoted, note) VALUES "
REPORT = (
    "INSERT INTO inspections_materialreport (at, store_id, project_id, starts_on, ends_on, snapshot_id, paper_id, analysis, measures, by_id) "
    "SELECT now(), {store}, {project}, {first}, {last}, {snapshot}, {paper}, {says}, 'x', {manager}"
)
FACTS = {"first": "'2026-10-01'", "last": "'2026-10-31'", "project": "NULL", "says": "'x'"}


def attacks(ids: dict[str, Any]) -> dict[str, str]:
    of_site = f") VALUES (now(), {ids['site']}, {ids['store']}, 90, "
    return {
        "I26: measure for a change without one": MEASURE + of_site + f"'change', NULL, '2026-11-24', '', '', {ids['manager']})",
        "I26: measure for a change of another site": MEASURE + of_site + f"'change', {ids['foreign']}, '2026-11-24', '', '', {ids['manager']})",
        "I26: begin confirmed": (
            MEASURE + ", confirmed_at, confirmed_by_id" + of_site + f"'quotation', NULL, '2026-11-24', '', '', {ids['manager']}, now(), {ids['supervisor']})"
        ),
        "I26: put it into another store": (
            MEASURE + f") VALUES (now(), {ids['site']}, {ids['other']}, 90, 'quotation', NULL, '2026-11-24', '', '', {ids['manager']})"
        ),
        "I26: confirm one's own": f"UPDATE inspections_quantitymeasurement SET confirmed_at = now(), confirmed_by_id = by_id WHERE id = {ids['open']}",
        "I26: confirm without the supervisor": (
            f"UPDATE inspections_quantitymeasurement SET confirmed_at = now(), confirmed_by_id = {ids['head']} WHERE id = {ids['open']}"
        ),
        "I26: confirm again as somebody else": f"UPDATE inspections_quantitymeasurement SET confirmed_by_id = {ids['head']} WHERE id = {ids['done']}",
        "I26: withdraw without a reason": (
            f"UPDATE inspections_quantitymeasurement SET withdrawn_at = now(), withdrawn_by_id = {ids['head']} WHERE id = {ids['open']}"
        ),
        "I26: measure on another day": "UPDATE inspections_quantitymeasurement SET measured_on = '2026-01-01'",
        "I26: delete a measurement": "DELETE FROM inspections_quantitymeasurement",
        "I26: add to what was confirmed": LINE + f"({ids['done']}, 9, {ids['item']}, 1, NULL, '')",
        "I26: less than nothing": LINE + f"({ids['open']}, 9, {ids['third']}, -1, NULL, '')",
        "I26: the same item twice": LINE + f"({ids['open']}, 9, {ids['item']}, 1, NULL, '')",
        "I26: better a quantity": "UPDATE inspections_measuredline SET quantity = 1",
        "I24: report a month twice": REPORT.format(**ids, **FACTS),
        "I24: report half a month": REPORT.format(**ids, **{**FACTS, "first": "'2026-09-15'"}),
        "I24: end before it begins": REPORT.format(**ids, **{**FACTS, "first": "'2026-09-01'", "last": "'2026-08-31'"}),
        "I24: report without words": REPORT.format(**ids, **{**FACTS, "first": "'2026-09-01'", "says": "''"}),
        "I24: a site in another store": REPORT.format(**{**ids, **FACTS, "project": ids["site"], "store": ids["other"]}),
        "I24: better a report": "UPDATE inspections_materialreport SET analysis = 'x'",
        "I24: delete a report": "DELETE FROM inspections_materialreport",
    }


def test_the_database_refuses_by_itself_to(working: Any, checked: Any, cast: Any) -> None:
    """Each attack of the web role on one state; every one is taken back."""
    report = measuring.reported(people=cast, at=cast.at)
    frozen = snapshots.freeze("inspections.material_report", "free", {}, store=cast.store, by=cast.project_manager, at=cast.at)
    ids = {
        "site": working.pk, "store": working.store_id, "other": cast.other.store.pk, "manager": cast.project_manager.pk, "head": cast.engineering_manager.pk,
        "supervisor": cast.site_supervisor.pk, "foreign": jobs.asked_change(checked, people=cast, at=cast.at).pk, "snapshot": frozen.pk,
        "open": measuring.measured(working, people=cast, at=cast.at).pk, "done": measuring.confirmed(working, people=cast, at=cast.at).pk,
        "item": items(working)[0].pk, "third": items(working, 3)[2].pk, "paper": working.contract.paper_id,
    }  # fmt: skip
    assert report.starts_on == date(2026, 10, 1)
    for attack, statement in attacks(ids).items():
        with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            assert cursor.rowcount != 0, f"{attack}: found no row, it proves nothing"
        assert caught.value.__cause__.pgcode in ("23505", "23514", "42501"), (attack, caught.value)  # type: ignore[union-attr]
