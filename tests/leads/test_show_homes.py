"""Show homes (L17): published after one's own visit within the week, owed each Wednesday."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config import reach
from config.tick import tick
from core import clocks
from core.models import Deadline, Notice
from core.refusals import Refused
from leads import services as leads
from leads.models import ShowHome, ShowHomeNotice
from leads.services.show_homes import watch_show_homes, wednesday_of
from tests import road
from tests.factories.inspections import picture

WEEK, SECOND = timedelta(days=7), timedelta(seconds=1)


def home(cast, name="澄湖里样板间", at=None, **more):
    told = {"name": name, "address": "澄湖里 5 幢 1 单元 301", "keeper": cast.front_desk, "by": cast.store_manager, "at": at or cast.at}
    return leads.add_show_home(more.pop("store", cast.store), **{**told, **more})


def visit(cast, row, at, by=None):
    return leads.visit_show_home(row, by=by or cast.store_manager, at=at, note="软装齐全")


def publish(cast, rows, at, by=None):
    return leads.publish_show_homes(cast.store, show_homes=rows, by=by or cast.store_manager, at=at)


# --- the home -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"name": " "}, "has a name and an address"),
        ({"address": ""}, "has a name and an address"),
        ({"keeper": None}, "Say who keeps the key"),
        ({"open_from": "late", "open_until": "soon"}, "closes before it opens"),
    ],
)
def test_a_show_home_is_complete_or_refused(cast, more, sentence):
    days = {"late": cast.days(9).date(), "soon": cast.days(2).date()}
    with pytest.raises(Refused, match=sentence):
        home(cast, **{name: days.get(value, value) for name, value in more.items()})


def test_two_show_homes_of_a_store_have_two_names(cast):
    first = home(cast)
    with pytest.raises(Refused, match="of this name already"):
        home(cast)
    leads.close_show_home(first, reason="已售", by=cast.store_manager, at=cast.at)
    assert home(cast).pk != first.pk


def test_a_customers_home_needs_the_owners_word(cast):
    lead = road.assigned_lead(cast)
    with pytest.raises(Refused, match="with the owner's consent"):
        home(cast, home=lead.home)

    made = home(cast, home=lead.home, consent="陈静兰 11-20 微信同意")
    assert made.estate == lead.home.estate


def test_photos_are_kept_and_seen_by_who_sells_in_the_store_alone(cast):
    made = home(cast, photos=[picture()])
    url = f"/files/{made.photos.get().attachment.public_id}/thumb/"

    assert cast.client(cast.designer).get(url).status_code == 200
    assert cast.client(cast.other.designer).get(url).status_code == 404


# --- the notice: after one's own visit within the week (L17) ------------------------------------------------------------


def test_l17_a_home_is_published_after_the_store_managers_own_visit(cast):
    row = home(cast)
    with pytest.raises(Refused, match="Visit 澄湖里样板间 first"):
        publish(cast, [row], cast.at)
    visit(cast, row, cast.at, by=cast.design_manager)
    with pytest.raises(Refused, match="Visit 澄湖里样板间 first"):
        publish(cast, [row], cast.at + SECOND)

    seen = visit(cast, row, cast.at)
    line = publish(cast, [row], cast.at + SECOND).lines.get()
    assert (line.name, line.visited_at, line.key_with) == ("澄湖里样板间", seen.at, "唐慧")


@pytest.mark.parametrize(("later", "open_"), [(WEEK, True), (WEEK + SECOND, False)])
def test_l17_a_visit_counts_for_seven_days_to_the_second(cast, later, open_):
    row = home(cast)
    visit(cast, row, cast.at)

    if open_:
        assert publish(cast, [row], cast.at + later).seq == 1
    else:
        with pytest.raises(Refused, match="within the week before"):
            publish(cast, [row], cast.at + later)


def test_l17_a_visit_after_the_publishing_does_not_count(cast):
    row = home(cast)
    visit(cast, row, cast.at + SECOND)

    with pytest.raises(Refused, match="within the week before"):
        publish(cast, [row], cast.at)


def test_what_is_closed_or_past_its_date_is_not_published(cast):
    row = home(cast, open_until=cast.at.date())
    visit(cast, row, cast.at)
    assert publish(cast, [row], cast.at).seq == 1
    with pytest.raises(Refused, match="is open only until 2026-11-24"):
        publish(cast, [row], cast.days(1))

    leads.close_show_home(row, reason="已售", by=cast.store_manager, at=cast.days(1))
    with pytest.raises(Refused, match="not shown any more"):
        publish(cast, [row], cast.days(1))
    with pytest.raises(Refused, match="at least one"):
        publish(cast, [], cast.days(1))


def test_the_notice_keeps_what_it_said_when_the_home_is_corrected(cast):
    row = home(cast)
    visit(cast, row, cast.at)
    line = publish(cast, [row], cast.at).lines.get()
    leads.change_show_home(row, address="澄湖里 6 幢 101", by=cast.store_manager, at=cast.days(1))

    line.refresh_from_db()
    assert line.address == "澄湖里 5 幢 1 单元 301"


# --- each Wednesday -----------------------------------------------------------------------------------------------------


def wednesday(cast):
    return wednesday_of(cast.at)  # Tuesday 11-24 09:40 → Wednesday 11-25 00:00


def running(cast):
    return Deadline.objects.filter(clock="leads.show_homes", store=cast.store, stopped_at=None)


def test_l17_the_notice_is_owed_from_wednesday_on_and_any_number_of_sweeps_start_one_clock(cast):
    home(cast)
    assert watch_show_homes(at=wednesday(cast) - SECOND) == 0
    assert watch_show_homes(at=wednesday(cast)) == 1
    assert watch_show_homes(at=wednesday(cast) + SECOND) == watch_show_homes(at=wednesday(cast) + timedelta(days=3)) == 0

    row = running(cast).get()
    assert (row.owner, row.due_at) == (cast.store_manager, wednesday(cast) + timedelta(days=1))
    assert watch_show_homes(at=wednesday(cast) + WEEK) == 1


def test_a_store_without_show_homes_owes_nothing(cast):
    assert tick(wednesday(cast) + timedelta(hours=9))["week"] == 0
    row = home(cast)
    leads.close_show_home(row, reason="已售", by=cast.store_manager, at=cast.at)
    assert watch_show_homes(at=wednesday(cast)) == 0


def test_l17_publishing_on_wednesday_settles_the_week_and_on_tuesday_it_does_not(cast):
    row = home(cast)
    visit(cast, row, cast.at)
    publish(cast, [row], cast.at)  # Tuesday
    watch_show_homes(at=wednesday(cast))
    assert running(cast).count() == 1

    publish(cast, [row], wednesday(cast) + timedelta(hours=10))
    assert running(cast).count() == 0
    assert Deadline.objects.get(clock="leads.show_homes").breached_at is None
    assert watch_show_homes(at=wednesday(cast) + timedelta(days=2)) == 0


def test_l17_a_missed_wednesday_is_a_breach_and_climbs_to_the_design_manager(cast):
    home(cast)
    watch_show_homes(at=wednesday(cast))
    clocks.sweep(at=wednesday(cast) + timedelta(hours=12), audience=reach.audience)
    assert [n.user for n in Notice.objects.filter(kind="leads.show_homes")] == [cast.store_manager]

    clocks.sweep(at=wednesday(cast) + timedelta(days=1), audience=reach.audience)
    assert running(cast).get().breached_at == wednesday(cast) + timedelta(days=1)
    assert cast.design_manager in [n.user for n in Notice.objects.filter(kind="leads.show_homes", level=2)]
    assert "公布本周样板间" in cast.client(cast.store_manager).get("/").content.decode()


# --- pages --------------------------------------------------------------------------------------------------------------


def test_the_store_manager_adds_visits_and_publishes_and_the_sellers_read(cast):
    client, now = cast.client(cast.store_manager), timezone.localtime()
    told = {"name": "湖滨样板间", "address": "湖滨路 1 号", "keeper": cast.front_desk.pk, "contact": "", "photos": [picture()]}
    assert client.post("/leads/show-homes/new/", told).status_code == 302
    row = ShowHome.objects.get()
    assert row.photos.count() == 1

    early = client.post("/leads/show-homes/notices/", {"show_homes": [row.pk], "note": "周末开放"})
    assert early.status_code == 422 and "周末开放" in early.content.decode()
    assert client.post(f"/leads/show-homes/{row.pk}/visits/", {"at": f"{now - timedelta(days=4):%Y-%m-%dT%H:%M}"}).status_code == 422
    assert client.post(f"/leads/show-homes/{row.pk}/visits/", {"at": f"{now - timedelta(hours=2):%Y-%m-%dT%H:%M}"}).status_code == 302
    assert client.post("/leads/show-homes/notices/", {"show_homes": [row.pk], "note": "周末开放"}).status_code == 302

    page = cast.client(cast.designer).get("/leads/show-homes/").content.decode()
    assert "湖滨样板间" in page and "周末开放" in page and f"home={row.pk}" in page and "登记看房" not in page
    assert cast.client(cast.designer).get("/leads/show-homes/new/").status_code == 403
    assert cast.client(cast.other.store_manager).get(f"/leads/show-homes/{row.pk}/").status_code == 404


def test_the_page_asks_as_often_with_one_show_home_as_with_thirty(cast):
    counts = []
    for wanted in (1, 3, 30):
        for n in range(ShowHome.objects.count(), wanted):
            visit(cast, home(cast, name=f"样板间 {n}"), cast.at)
        publish(cast, list(ShowHome.objects.all()), cast.at)
        for person in (cast.store_manager, cast.designer):
            client = cast.client(person)
            client.get("/leads/show-homes/")
            with CaptureQueriesContext(connection) as caught:
                client.get("/leads/show-homes/")
            counts.append((person.username, len(caught)))

    assert len(set(counts)) == 2, counts
    assert max(n for _name, n in counts) <= 12, counts


# --- what the database refuses ------------------------------------------------------------------------------------------

LINE = (
    "INSERT INTO leads_showhomenoticeline (notice_id, show_home_id, name, address, key_with, visited_at, position) "
    "VALUES ({notice}, {fresh}, 'x', 'x', 'x', {visited}, 1)"
)
ATTACKS = {
    "publish what was visited too long ago": LINE.replace("{visited}", "(SELECT at FROM leads_showhomevisit WHERE show_home_id = {fresh} ORDER BY at LIMIT 1)"),
    "publish what was never visited": LINE.replace("{visited}", "now()"),
    "change a notice": "UPDATE leads_showhomenotice SET note = 'x'",
    "change a line": "UPDATE leads_showhomenoticeline SET address = 'x'",
    "change a visit": "UPDATE leads_showhomevisit SET at = at + interval '1 day'",
    "take a photo away": "DELETE FROM leads_showhomephoto",
    "a home without a key": "UPDATE leads_showhome SET keeper_id = NULL, contact = ''",
    "close it without a reason": "UPDATE leads_showhome SET closed_at = now()",
    "close it before it opens": "UPDATE leads_showhome SET open_from = '2026-12-02', open_until = '2026-12-01'",
    "a customer's home without consent": "UPDATE leads_showhome SET home_id = {home}",
    "a visit for another store": (
        "INSERT INTO leads_showhomevisit (show_home_id, store_id, note, by_id, at) VALUES ({fresh}, {other_store}, '', {person}, now())"
    ),
}


@pytest.fixture
def known(cast):
    """What the attackers know: every id."""
    row = home(cast, photos=[picture()])
    visit(cast, row, cast.at)
    notice = publish(cast, [row], cast.at)
    fresh = home(cast, name="另一套")
    visit(cast, fresh, cast.at - WEEK - SECOND)
    house = road.registered_lead(cast).home_id
    return {"notice": notice.pk, "fresh": fresh.pk, "home": house, "other_store": cast.other.store.pk, "person": cast.store_manager.pk}


def test_every_attack_is_refused_by_the_database(known):
    accepted = []
    for attack, statement in ATTACKS.items():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement.format(**known))
            accepted.append(attack)
        except DatabaseError:
            continue
    assert accepted == []


def test_a_visit_within_the_week_is_taken_by_the_database(known, cast):
    seen = visit(cast, ShowHome.objects.get(pk=known["fresh"]), cast.at - WEEK)
    with connection.cursor() as cursor:
        cursor.execute(LINE.replace("{visited}", "%s").format(**known), [seen.at])
    assert ShowHomeNotice.objects.get().lines.count() == 2
