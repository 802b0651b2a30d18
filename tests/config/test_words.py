"""Words for time say how much is left or over, never a percentage (design: 5)."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from markupsafe import Markup

from config import words
from config.jinja2 import whole_numbers

NOW = datetime(2026, 11, 24, 9, 40, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def clock(whole: timedelta, left: timedelta, **more):
    due = NOW + left
    return {"started_at": due - whole, "due_at": due, **more}


def read(whole: timedelta, left: timedelta, **more) -> words.ClockFace:
    return words.face(clock(whole, left, **more), NOW)


@pytest.mark.parametrize(
    ("hours", "minutes", "says"),
    [
        (96, 0, "4 days left"),
        (47, 59, "1 day left"),
        (24, 0, "1 day left"),
        (23, 59, "23 h 59 m left"),
        (5, 20, "5 h 20 m left"),
        (5, 0, "5 h left"),
        (0, 18, "18 min left"),
        (0, 0, "1 min left"),
    ],
)
def test_what_is_left(hours, minutes, says):
    assert words.left(timedelta(hours=hours, minutes=minutes)) == says


@pytest.mark.parametrize(
    ("hours", "says"),
    [
        (0.3, "18 min over"),
        (3, "3 h over"),
        (28, "1 d 4 h over"),
        (48, "2 days over"),
        (71, "2 d 23 h over"),
        (220, "9 days over"),
    ],
)
def test_what_is_over(hours, says):
    """No hours from three days up."""
    assert words.over(timedelta(hours=hours)) == says


def test_the_same_in_chinese():
    with translation.override("zh-hans"):
        assert words.left(timedelta(hours=5, minutes=20)) == "还剩 5 时 20 分"
        assert words.over(timedelta(hours=28)) == "超 1 天 4 时"
        late = read(timedelta(days=7), -timedelta(hours=28))
        assert (late.words, late.when, late.gauge) == ("超 1 天 4 时", "应 11-23 05:40", "7 天 · 用完")
        today = read(timedelta(days=7), timedelta(hours=5, minutes=20))
        assert (today.words, today.when, today.gauge) == ("还剩 5 时 20 分", "今天 15:00", "7 天 · 第 7 天")
        assert read(timedelta(days=7), timedelta(days=3)).when == "周五 11-27"


def test_soon_is_a_day_or_a_tenth():
    week = timedelta(days=7)
    assert read(week, timedelta(days=2)).state == words.RUNNING
    assert read(week, timedelta(hours=24)).state == words.SOON
    assert read(timedelta(days=30), timedelta(days=3)).state == words.SOON
    assert read(week, -timedelta(minutes=1)).state == words.LATE


def test_a_stopped_clock_says_on_which_day_and_by_what():
    stopped = read(timedelta(days=7), timedelta(days=3), stopped_at=NOW, stopped_by_words="preview presented")
    assert (stopped.state, stopped.words) == (words.STOPPED, "stopped on day 4 · preview presented")


def test_a_paused_clock_says_why():
    paused = read(timedelta(days=7), timedelta(days=3), paused_at=NOW, pause_reason="owner is travelling")
    assert (paused.state, paused.words) == (words.PAUSED, "paused · owner is travelling")


def test_a_face_is_read_once():
    face = read(timedelta(days=7), timedelta(days=3))
    assert words.face(face, NOW) is face


def test_the_tape_has_a_tick_a_day_or_an_hour():
    assert read(timedelta(days=7), timedelta(days=3)).ticks == 7
    assert read(timedelta(hours=24), timedelta(hours=3)).ticks == 24
    assert read(timedelta(days=88), timedelta(days=3)).ticks == 13


def test_days_are_short_within_the_year():
    today = NOW.date()
    assert words.day(today, today) == "11-24"
    assert words.day("2027-01-28", today) == "2027-01-28"
    assert words.moment(NOW, NOW) == "11-24 09:40"


@pytest.mark.parametrize("kept", ["2026-11-24T00:30:00+08:00", "2026-11-23T16:30:00+00:00", "2026-11-24", "2026-11-24 00:30"])
def test_what_papers_keep_is_read_as_the_day_here(kept):
    with translation.override("zh-hans"):
        assert (words.full_day(kept), words.weekday(kept)) == ("2026-11-24", "周二")


def test_money_given_back_has_its_sign_before_the_yuan():
    from config.sentences import LINES

    assert LINES["leads.deposit_refunded"].text({"amount": "-10000", "payee": "潘甜"}).startswith("−¥10,000.00")


def test_every_event_of_a_customers_file_has_words():
    """Every kind that an app writes into the chain of an enquiry or a site stands in the table of sentences."""
    from django.conf import settings

    from config.sentences import LINES

    written = set()
    for app in ("leads", "projects", "inspections", "aftersales"):
        for path in (settings.BASE_DIR / app / "services").glob("*.py"):
            written |= set(re.findall(rf'audit\.record\(\s*[\w.]+,\s*"({app}\.[a-z_]+)"', path.read_text()))
    house = {"leads.price_list_published", "leads.list_uploaded", "leads.customers_moved"}  # of the company, a store, a person

    assert len(written) > 60
    assert written - house - LINES.keys() == set()


def test_the_number_of_a_paper_is_not_torn_in_its_words():
    told = whole_numbers("订单协议 L22-CX-2026-0022，收据 L23-CX-2026-0030 <2026-11-24>")

    assert str(told) == (
        '订单协议 <span class="p-nowrap">L22-CX-2026-0022</span>，收据 <span class="p-nowrap">L23-CX-2026-0030</span> &lt;2026-11-24&gt;'
    )
    kept = ("2026-11-24 前", Markup("<b>L22-CX-2026-0022</b>"), 5, None)
    assert [whole_numbers(value) for value in kept] == list(kept)
