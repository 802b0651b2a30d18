"""Estates (L14) with the days on which their homes are handed over, and the sources of enquiries."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from core.models import Dossier
from core.refusals import Refused
from leads import services
from leads.models import Estate, EstatePhase, LeadSource
from tests import road
from tests.leads.test_statements import asked


def kept(cast: Any, **more: Any) -> Estate:
    store = more.pop("store", cast.store)
    estate = more.pop("estate", None)
    told = {"name": "澄湖里", "address": "城西澄湖路", "area_text": "89–143 m²", "layouts": "三室、四室", "sales": "selling", "needs": "关心层高"}
    return services.keep_estate(store=store, told={**told, **more}, estate=estate, by=cast.market_rep, at=cast.at)


def phase(cast: Any, estate: Estate, name: str = "二期", day: date = date(2027, 1, 20), **more: Any) -> EstatePhase:
    return services.add_phase(estate, name=name, handover_on=day, by=cast.market_rep, at=cast.at, **more)


def test_l14_what_is_known_of_an_estate_is_kept_with_who_and_when(cast):
    estate = kept(cast, property_office="澄湖物业", property_phone="0571-88880000")

    assert (estate.sales, estate.layouts, estate.changed_by, estate.changed_at) == ("selling", "三室、四室", cast.market_rep, cast.at)
    entry = cast.store.dossier.entries.order_by("-seq")[0]
    assert entry.kind == "leads.estate_kept" and "澄湖里" in entry.payload


def test_an_estate_that_came_with_a_home_is_corrected_not_written_twice(cast):
    lead = road.registered_lead(cast)
    with pytest.raises(Refused, match="“澄湖里” stands in the list already"):
        kept(cast)

    kept(cast, estate=lead.home.estate, sales="sold")

    assert Estate.objects.get().sales == "sold"
    with pytest.raises(Refused, match="Nothing was changed"):
        kept(cast, estate=lead.home.estate, sales="sold")
    assert kept(cast, store=cast.other.store).store == cast.other.store  # the other store has its own


@pytest.mark.parametrize(("told", "says"), [
    ({"name": " "}, "name of the estate"), ({"sales": "gone"}, "how far the homes are sold"), ({"property_phone": "12"}, "no telephone number"),
])  # fmt: skip
def test_what_is_told_wrongly_is_said(cast, told, says):
    with pytest.raises(Refused, match=says):
        kept(cast, **told)


@pytest.mark.parametrize("day", [date(1979, 12, 31), date(2036, 12, 2)])
def test_a_day_of_hand_over_that_cannot_be_right_is_said(cast, day):
    estate = kept(cast)
    with pytest.raises(Refused, match="cannot be right"):
        phase(cast, estate, day=day)
    assert phase(cast, estate, day=date(1980, 1, 1)) and phase(cast, estate, name="三期", day=date(2036, 12, 1))


def test_l14_the_days_of_hand_over_are_kept_by_phase_and_struck_off_when_told_wrongly(cast):
    estate = kept(cast)
    second = phase(cast, estate, homes=248)
    with pytest.raises(Refused, match="“二期” stands in the list already"):
        phase(cast, estate)
    with pytest.raises(Refused, match="which phase or which buildings"):
        phase(cast, estate, " ")

    services.withdraw_phase(second, by=cast.store_manager, at=cast.days(1))

    with pytest.raises(Refused, match="taken out already"):
        services.withdraw_phase(second, by=cast.store_manager, at=cast.days(1))
    assert phase(cast, estate, day=date(2027, 3, 1)).handover_on == date(2027, 3, 1)
    assert estate.phases.filter(withdrawn_at__isnull=True).count() == 1


def test_the_list_shows_the_next_hand_over_homes_and_enquiries(cast):
    lead = road.registered_lead(cast)
    phase(cast, lead.home.estate, "一期", date(2024, 5, 1))
    phase(cast, lead.home.estate, "三期", date(2036, 5, 1))
    phase(cast, lead.home.estate, "二期", date(2035, 5, 1))

    page = cast.client(cast.market_rep).get("/leads/estates/").content.decode()

    assert "2035-05-01" in page or "2035 年" in page
    shown = page.split("<main", 1)[1]
    assert "2024" not in shown and "2036" not in shown


def test_the_pages_of_estates_ask_the_same_for_one_three_and_fifty_rows(cast):
    client = cast.client(cast.front_desk)
    counts: dict[str, list[int]] = {"/leads/estates/": [], "one": []}
    first = kept(cast)
    for rows in (1, 3, 50):
        for n in range(Estate.objects.count(), rows):
            phase(cast, kept(cast, name=f"楼盘{n}"))
        for n in range(first.phases.count(), rows):
            phase(cast, first, f"{n} 期")
        counts["/leads/estates/"].append(asked(client, "/leads/estates/"))
        counts["one"].append(asked(client, f"/leads/estates/{first.pk}/"))

    assert counts["/leads/estates/"] == [counts["/leads/estates/"][0]] * 3 and counts["/leads/estates/"][0] <= 6
    assert counts["one"] == [counts["one"][0]] * 3 and counts["one"][0] <= 12


def test_estates_are_written_and_corrected_in_the_browser(cast):
    client = cast.client(cast.market_rep)

    answer = client.post("/leads/estates/new/", {"name": "云栖府", "sales": "coming", "address": "转塘"})
    estate = Estate.objects.get(name="云栖府")
    assert answer["Location"] == f"/leads/estates/{estate.pk}/"
    assert client.post(f"/leads/estates/{estate.pk}/phases/", {"name": "一期", "handover_on": "2027-05-01", "homes": "320"}).status_code == 302
    assert client.post(f"/leads/estates/{estate.pk}/phases/", {"name": "一期", "handover_on": "2027-06-01"}).status_code == 422
    assert client.post(f"/leads/estates/{estate.pk}/corrections/", {"name": "云栖府", "sales": "selling", "address": "转塘"}).status_code == 302
    estate.refresh_from_db()
    assert (estate.sales, estate.phases.get().homes) == ("selling", 320)
    assert cast.client(cast.other.market_rep).get(f"/leads/estates/{estate.pk}/").status_code == 404


# --- sources ---------------------------------------------------------------------------------------------------------


def source(cast: Any, **more: Any) -> LeadSource:
    return services.keep_source(**{"name": "小红书", "name_en": "Xiaohongshu", "position": 35, "by": cast.marketing_manager, "at": cast.at, **more})


def test_a_source_is_added_renamed_and_retired_never_deleted(cast):
    made = source(cast)
    assert made.code == "xiaohongshu" and source(cast, name="小红书二", name_en="Xiaohongshu").code == "xiaohongshu_2"
    renamed = source(cast, source=made, name="小红书笔记")
    assert (renamed.pk, renamed.code, renamed.name) == (made.pk, "xiaohongshu", "小红书笔记")

    source(cast, source=made, name="小红书笔记", retired=True)

    with pytest.raises(Refused, match="Say from which source"):
        try:
            road.registered_lead(cast, source=LeadSource.objects.get(pk=made.pk))
        except Refused as refusal:
            raise Refused(refusal.missing[0].says) from refusal
    company = Dossier.objects.get(kind=Dossier.Kind.COMPANY)
    assert company.entries.order_by("-seq")[0].kind == "leads.source_kept"


def test_a_source_has_a_name_of_its_own_and_one_stays_in_use(cast):
    with pytest.raises(Refused, match="stands in the list already"):
        source(cast, name="自然到店")
    with pytest.raises(Refused, match="name of the source"):
        source(cast, name=" ")
    rows = list(LeadSource.objects.all())
    for row in rows[:-1]:
        source(cast, source=row, name=row.name, retired=True)
    with pytest.raises(Refused, match="One source at least stays in use"):
        source(cast, source=rows[-1], name=rows[-1].name, retired=True)


def test_the_marketing_manager_maintains_the_sources_and_nobody_of_a_store(cast):
    client = cast.client(cast.marketing_manager)

    assert client.post("/leads/sources/", {"name": "小红书", "name_en": "Xiaohongshu", "position": "35"}).status_code == 302
    made = LeadSource.objects.get(code="xiaohongshu")
    assert client.post(f"/leads/sources/{made.pk}/", {"name": "小红书", "position": "36", "retired": "on"}).status_code == 302
    assert client.post("/leads/sources/", {"name": "小红书", "position": "1"}).status_code == 422
    made.refresh_from_db()
    assert (made.position, made.retired) == (36, True)
    assert cast.client(cast.store_manager).get("/leads/sources/").status_code == 403


ATTACKS = {
    "a phase without a name": "UPDATE leads_estatephase SET name = ''",
    "another day of a phase": "UPDATE leads_estatephase SET handover_on = handover_on + 1",
    "a phase deleted": "DELETE FROM leads_estatephase",
    "a phase of the other store": "INSERT INTO leads_estatephase (estate_id, store_id, name, handover_on, note, by_id, at) "
    "SELECT estate_id, {other}, 'x', handover_on, '', by_id, at FROM leads_estatephase",
    "a phase twice": "INSERT INTO leads_estatephase (estate_id, store_id, name, handover_on, note, by_id, at) "
    "SELECT estate_id, store_id, name, handover_on, '', by_id, at FROM leads_estatephase",
    "a source deleted": "DELETE FROM leads_leadsource",
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses(cast, attack):
    phase(cast, kept(cast))

    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ATTACKS[attack].format(other=cast.other.store.pk))

    assert getattr(refused.value.__cause__, "pgcode", "") in {"23514", "23505", "42501"}, refused.value
