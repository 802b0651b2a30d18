"""The calendar of the phone (RFC 5545): a secret address, surnames and estates only, dead when it was made anew or its owner has left."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from leads import services as leads
from leads.models import CalendarFeed
from leads.naming import surname
from leads.services import feeds
from staff import services as staff
from tests import road
from tests.threads import at_once

HOUR = timedelta(hours=1)


def tomorrow(hour=14):
    return (timezone.localtime() + timedelta(days=1)).replace(hour=hour, minute=0, second=0, microsecond=0)


def meet(cast, **more):
    told = {"kind": "measuring", "person": cast.designer, "start_at": tomorrow(), "by": cast.front_desk, "at": cast.at}
    return leads.make_appointment(**{**told, **more})


def asked(secret, **more):
    return Client(**more).get(f"/leads/calendar/{secret}.ics")


def events(answer):
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


@pytest.fixture(autouse=True)
def _fresh_minute():
    cache.clear()
    yield
    cache.clear()


def test_the_feed_parses_and_says_when_what_and_whose_without_saying_who_lives_where(cast):
    made = meet(cast, lead=road.assigned_lead(cast))
    answer = asked(leads.open_feed(cast.designer, at=cast.at))

    assert answer.status_code == 200 and answer["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = events(answer)
    assert (event["dtstart"].dt, event["dtend"].dt) == (made.start_at, made.end_at)
    assert str(event["summary"]) == "量房 陈 澄湖里"
    assert str(event["uid"]) == f"appointment-{made.pk}@jiangcheng"
    text = answer.content.decode()
    assert not re.search(r"1[3-9]\d{9}", text) and "静兰" not in text and "1102" not in text and "K-CX" not in text


def test_lines_are_folded_and_ended_as_the_standard_says(cast):
    meet(cast, store=cast.store, kind="other", note="陪同业主去建材市场挑选瓷砖、地板、橱柜、卫浴和灯具，顺便看一下石材台面的样板和价格", place="建材市场")
    text = asked(leads.open_feed(cast.designer, at=cast.at)).content

    assert text.startswith(b"BEGIN:VCALENDAR\r\n") and text.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    assert b"\n" not in text.replace(b"\r\n", b"")


def test_moved_and_cancelled_appointments_leave_the_feed_and_company_stands_in_it(cast):
    secret = leads.open_feed(cast.chief_designer, at=cast.at)
    made = meet(cast, store=cast.store, kind="meeting", others=[cast.chief_designer])
    assert len(events(asked(secret))) == 1
    moved = leads.move_appointment(made, start_at=tomorrow(16), reason="改期", by=cast.designer, at=cast.at)
    assert [event["dtstart"].dt for event in events(asked(secret))] == [moved.start_at]

    leads.cancel_appointment(moved, reason="客户出差", by=cast.designer, at=cast.at)
    assert events(asked(secret)) == []


def test_each_person_has_an_own_feed(cast):
    meet(cast, store=cast.store, kind="meeting")

    assert events(asked(leads.open_feed(cast.customer_manager, at=cast.at))) == []


def test_only_the_hash_is_kept(cast):
    secret = leads.open_feed(cast.designer, at=cast.at)

    feed = CalendarFeed.objects.get()
    assert feed.digest == feeds.digest(secret) and secret not in str(feed.__dict__)
    assert len(secret) >= 43


def test_made_anew_the_old_address_dies_and_switched_off_both(cast):
    first = leads.open_feed(cast.designer, at=cast.at)
    second = leads.open_feed(cast.designer, at=cast.at)
    assert (asked(first).status_code, asked(second).status_code) == (404, 200)

    assert leads.close_feed(cast.designer, at=cast.at)
    assert asked(second).status_code == 404
    assert not leads.close_feed(cast.designer, at=cast.at)


def test_the_feed_of_somebody_who_left_dies(cast):
    person = cast.hire("designer", name="临走", username="leaver")
    secret = leads.open_feed(person, at=cast.at)
    assert asked(secret).status_code == 200

    staff.leave(person, on=cast.at.date(), reason="个人原因", by=cast.hr, at=cast.at)
    assert asked(secret).status_code == 404


@pytest.mark.parametrize("secret", ["x", "a" * 43, "..", "%00"])
def test_a_guessed_address_answers_nothing(cast, secret):
    assert asked(secret).status_code == 404


def test_whoever_guesses_is_stopped_after_sixty_a_minute(cast):
    codes = [asked(f"guess{n}").status_code for n in range(60)]

    assert set(codes) == {404}
    assert asked("guess").status_code == 429
    assert asked("guess", REMOTE_ADDR="10.1.1.9").status_code == 404


def test_the_feed_answers_reading_only(cast):
    secret = leads.open_feed(cast.designer, at=cast.at)

    assert Client().post(f"/leads/calendar/{secret}.ics").status_code == 405


def test_the_account_page_leads_to_the_address_which_is_shown_once(cast):
    client = cast.client(cast.designer)
    assert "/leads/calendar/address/" in client.get("/account/").content.decode()

    page = client.post("/leads/calendar/address/").content.decode()
    secret = re.search(r"/leads/calendar/([\w-]{43})\.ics", page)[1]
    assert asked(secret).status_code == 200
    assert secret not in client.get("/leads/calendar/address/").content.decode()
    assert client.post("/leads/calendar/address/", {"act": "close"}).status_code == 302
    assert asked(secret).status_code == 404


def test_two_taps_at_once_leave_one_open_address(live_db, live_cast):
    answers = at_once(*[lambda: leads.open_feed(live_cast.designer, at=live_cast.at)] * 4)

    assert all(isinstance(answer, str) for answer in answers), answers
    assert CalendarFeed.objects.filter(ended_at__isnull=True).count() == 1
    assert sum(feeds.whose(secret) is not None for secret in answers) == 1


def test_the_database_knows_one_open_address_a_person(cast):
    leads.open_feed(cast.designer, at=cast.at)

    with pytest.raises(IntegrityError):
        CalendarFeed.objects.create(person=cast.designer, digest="b" * 64, made_at=cast.at)


@pytest.mark.parametrize(("name", "family"), [("陈静兰", "陈"), ("欧阳文", "欧阳"), ("John Smith", "John"), ("", "")])
def test_the_family_name(name, family):
    assert surname(name) == family
