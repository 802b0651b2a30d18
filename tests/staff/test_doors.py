"""Signing in and out, as a browser sees it."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from staff import services
from staff.models import User, UserSession
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def counted(settings):
    """Failures are counted, as in the real house."""
    settings.AXES_ENABLED = True


def sign_in(username, password=PASSWORD, client=None, **more):
    client = client or Client(**more)
    return client, client.post("/login/", {"username": username, "password": password, "next": "/account/"})


def words(answer):
    """The text of a page without what differs at every request."""
    return re.sub(
        r'(name="(csrfmiddlewaretoken|once)" value=")[^"]*|value="[^"]*"|datetime="[^"]*"', "", answer.content.decode()
    )


def code_now(person):
    device = TOTPDevice.objects.get(user=person)
    return f"{totp(device.bin_key, device.step, device.t0, device.digits, device.drift):06d}"


def enrolled(person, at):
    from staff.services.second_factor import pending_device

    pending_device(person)
    codes = services.enrol_second_factor(person, code=code_now(person), at=at)
    TOTPDevice.objects.filter(user=person).update(last_t=-1)
    return codes


def test_a_person_signs_in_and_reaches_the_page_that_was_asked_for(cast):
    client, answer = sign_in("cx.designer")

    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert "林晓舟" in client.get("/account/").content.decode()


@pytest.mark.parametrize("username", ["CX.Designer", " cx.designer ", "ｃｘ.designer"])
def test_the_user_name_is_the_same_in_capitals_and_full_width(cast, username):
    assert sign_in(username)[1].status_code == 302


def test_a_stranger_is_led_to_the_door_and_not_out_of_the_house(cast):
    assert Client().get("/people/")["Location"] == "/login/?next=/people/"
    answer = Client().post("/login/", {"username": "cx.designer", "password": PASSWORD, "next": "https://example.com/"})

    assert answer["Location"] == "/"


def test_a_wrong_password_an_unknown_name_and_one_who_left_read_alike(cast):
    services.leave(cast.estimator, on=timezone.localdate(), by=cast.hr, at=timezone.now())

    answers = [sign_in(name, "not-it")[1] for name in ("cx.designer", "nobody.here", "cx.estimator")]

    assert {answer.status_code for answer in answers} == {200}
    assert len({words(answer) for answer in answers}) == 1
    assert sign_in("cx.estimator")[1].status_code == 200


def test_after_eight_failures_the_door_is_shut_for_a_name_that_exists_and_for_one_that_does_not(cast):
    shut = {}
    for name in ("cx.designer", "nobody.here"):
        for _ in range(8):
            _client, shut[name] = sign_in(name, "not-it")

    assert {answer.status_code for answer in shut.values()} == {429}
    assert len({words(answer) for answer in shut.values()}) == 1
    assert sign_in("CX.DESIGNER")[1].status_code == 429
    assert sign_in("cx.cashier")[1].status_code == 302
    assert sign_in("cx.designer", REMOTE_ADDR="10.9.9.9")[1].status_code == 302


def test_a_right_password_forgives_the_failures_before_it(cast):
    for _ in range(7):
        sign_in("cx.designer", "not-it")
    assert sign_in("cx.designer")[1].status_code == 302
    for _ in range(7):
        sign_in("cx.designer", "not-it")

    assert sign_in("cx.designer")[1].status_code == 302


def test_who_left_is_out_at_the_next_request(cast):
    client, _answer = sign_in("cx.designer")
    assert client.get("/account/").status_code == 200

    services.leave(cast.designer, on=timezone.localdate(), by=cast.hr, at=timezone.now())

    assert client.get("/account/")["Location"] == "/login/?next=/account/"
    assert UserSession.objects.get(user=cast.designer).end == "left"


def test_a_session_that_the_list_does_not_know_is_out_too_when_its_owner_left(cast):
    client = cast.client(cast.designer)
    User.objects.filter(pk=cast.designer.pk).update(left_on=timezone.localdate())

    assert client.get("/account/").status_code == 302


def test_a_post_that_ended_gives_nothing_at_the_next_request(cast):
    client, _answer = sign_in("cx.hr")
    assert client.get("/people/new/").status_code == 200

    at = timezone.now()
    services.hold_post(
        cast.hr, post="cashier", store=cast.store, since=timezone.localdate(), by=cast.administrator, at=at
    )
    services.end_post(cast.hr.holdings.get(post="hr"), on=timezone.localdate(), by=cast.administrator, at=at)

    assert client.get("/people/new/").status_code == 403
    assert client.get("/people/").status_code == 200


def test_signing_out_ends_the_browser(cast):
    client, _answer = sign_in("cx.designer")

    assert client.get("/logout/").status_code == 405
    client.post("/logout/")

    assert client.get("/account/").status_code == 302
    assert UserSession.objects.get(user=cast.designer).end == "signed_out"


def test_the_list_of_browsers_names_them_and_ends_one_or_all_others(cast):
    phone, _answer = sign_in("cx.designer", HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile")
    desk, _answer = sign_in("cx.designer", HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/120")
    third, _answer = sign_in("cx.designer", HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/130")

    page = desk.get("/account/sessions/").content.decode()
    assert all(name in page for name in ("Android", "Windows", "Firefox"))
    other = UserSession.objects.get(user=cast.designer, device__contains="Android")
    assert desk.post(f"/account/sessions/{other.pk}/ends/").status_code == 302
    assert phone.get("/account/").status_code == 302
    assert third.get("/account/").status_code == 200
    desk.post("/account/sessions/others/ends/")

    assert third.get("/account/").status_code == 302
    assert desk.get("/account/").status_code == 200


def test_nobody_ends_the_session_of_somebody_else_from_their_own_list(cast):
    theirs, _answer = sign_in("cx.designer")
    row = UserSession.objects.get(user=cast.designer)

    assert cast.client(cast.cashier).post(f"/account/sessions/{row.pk}/ends/").status_code == 404
    assert theirs.get("/account/").status_code == 200


def test_a_changed_password_signs_out_the_others_and_keeps_this_browser(cast):
    here, _answer = sign_in("cx.designer")
    there, _answer = sign_in("cx.designer")

    answer = here.post("/account/password/", {"old": PASSWORD, "new": "kuaile-gong-2026", "again": "kuaile-gong-2026"})

    assert answer.status_code == 302
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    assert sign_in("cx.designer")[1].status_code == 200
    assert sign_in("cx.designer", "kuaile-gong-2026")[1].status_code == 302
    assert UserSession.objects.filter(user=cast.designer, ended_at=None).count() == 2


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [("wrong", "kuaile-gong-2026", "kuaile-gong-2026"), (PASSWORD, "kuaile-gong-2026", "other"), (PASSWORD, "12345678", "12345678"),
     (PASSWORD, PASSWORD, PASSWORD), (PASSWORD, "cx.designer", "cx.designer"), ("", "", "")],
)  # fmt: skip
def test_a_weak_or_unconfirmed_password_is_not_taken(cast, old, new, again):
    client = cast.client(cast.designer)

    assert client.post("/account/password/", {"old": old, "new": new, "again": again}).status_code == 422
    assert User.objects.get(pk=cast.designer.pk).check_password(PASSWORD)


def test_a_first_password_is_changed_before_anything_else(cast):
    person = cast.hire("designer", name="新人", must_change_password=True)
    client, answer = sign_in(person.username)

    assert answer["Location"] == "/account/password/"
    assert client.get("/people/")["Location"] == "/account/password/"
    assert client.get("/account/password/").status_code == 200
    client.post("/account/password/", {"old": PASSWORD, "new": "kuaile-gong-2026", "again": "kuaile-gong-2026"})

    assert client.get("/people/").status_code == 200


def test_a_reset_password_works_once_and_signs_the_person_out(cast):
    theirs, _answer = sign_in("cx.designer")
    answer = cast.client(cast.hr).post("/people/cx.designer/password-resets/")
    password = re.search(r"[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}", answer.content.decode()).group()

    assert answer["Cache-Control"].startswith("max-age=0")
    assert theirs.get("/account/").status_code == 302
    assert sign_in("cx.designer")[1].status_code == 200
    _client, answer = sign_in("cx.designer", password)
    assert answer["Location"] == "/account/password/"


# --- the second step ---------------------------------------------------------------------------------------------------


def test_the_second_step_is_switched_on_with_the_first_code_of_the_app(cast):
    client = cast.client(cast.designer)
    page = client.get("/account/second-step/").content.decode()
    assert "<svg" in page
    assert client.post("/account/second-step/", {"code": "000000"}).status_code == 422
    TOTPDevice.objects.filter(user=cast.designer).update(throttling_failure_count=0, throttling_failure_timestamp=None)

    answer = client.post("/account/second-step/", {"code": code_now(cast.designer)})

    assert len(re.findall(r"<code>[a-z]{4} [a-z]{4}</code>", answer.content.decode())) == 10
    assert TOTPDevice.objects.get(user=cast.designer).confirmed


def test_with_the_second_step_the_password_alone_opens_nothing(cast):
    enrolled(cast.designer, cast.at)
    client, answer = sign_in("cx.designer")

    assert answer["Location"] == "/login/code/"
    assert client.get("/account/").status_code == 302
    assert client.post("/login/code/", {"code": "000000"}).status_code == 422
    assert client.get("/account/").status_code == 302


def test_the_code_of_the_app_opens_the_door_and_only_once(cast):
    enrolled(cast.designer, cast.at)
    client, _answer = sign_in("cx.designer")
    code = code_now(cast.designer)

    assert client.post("/login/code/", {"code": code})["Location"] == "/account/"
    assert client.get("/account/").status_code == 200
    again, _answer = sign_in("cx.designer")
    assert again.post("/login/code/", {"code": code}).status_code == 422


def test_a_recovery_code_opens_the_door_once(cast):
    codes = enrolled(cast.designer, cast.at)
    client, _answer = sign_in("cx.designer")

    assert client.post("/login/code/", {"code": f"{codes[0][:4]} {codes[0][4:].upper()}"}).status_code == 302
    again, _answer = sign_in("cx.designer")
    assert again.post("/login/code/", {"code": codes[0]}).status_code == 422


def test_wrong_codes_are_slowed_down(cast):
    enrolled(cast.designer, cast.at)
    client, _answer = sign_in("cx.designer")
    for _ in range(3):
        client.post("/login/code/", {"code": "000000"})

    assert client.post("/login/code/", {"code": code_now(cast.designer)}).status_code == 422


def test_the_second_step_waits_five_minutes_and_not_longer(cast):
    enrolled(cast.designer, cast.at)
    client, _answer = sign_in("cx.designer")
    session = client.session
    session["second_step"] = session["second_step"] | {"at": (timezone.now() - timedelta(minutes=6)).isoformat()}
    session.save()

    assert client.post("/login/code/", {"code": code_now(cast.designer)})["Location"] == "/login/"


def test_a_code_page_without_a_password_before_leads_to_the_door(cast):
    assert Client().get("/login/code/")["Location"] == "/login/"


def test_a_password_changed_between_the_two_steps_needs_the_first_again(cast):
    enrolled(cast.designer, cast.at)
    client, _answer = sign_in("cx.designer")
    services.change_password(cast.designer, password="kuaile-gong-2026", key="", at=cast.at)

    assert client.post("/login/code/", {"code": code_now(cast.designer)})["Location"] == "/login/"


def test_switching_off_asks_for_the_password(cast):
    enrolled(cast.designer, cast.at)
    client = cast.client(cast.designer)

    assert client.post("/account/second-step/ends/", {"password": "wrong"}).status_code == 422
    assert TOTPDevice.objects.filter(user=cast.designer).exists()
    assert client.post("/account/second-step/ends/", {"password": PASSWORD}).status_code == 302
    assert not TOTPDevice.objects.filter(user=cast.designer).exists()


def test_new_recovery_codes_make_the_old_ones_worthless(cast):
    old = enrolled(cast.designer, cast.at)
    client = cast.client(cast.designer)
    answer = client.post("/account/second-step/codes/", {"password": PASSWORD})
    assert answer.status_code == 200

    browser, _answer = sign_in("cx.designer")
    assert browser.post("/login/code/", {"code": old[0]}).status_code == 422


@pytest.mark.parametrize(
    ("post", "minutes", "in_house"),
    [("cashier", 34, True), ("cashier", 36, False), ("designer", 36, True), ("designer", 12 * 60 + 4, True), ("designer", 12 * 60 + 6, False)],
)
def test_a_browser_left_alone_is_signed_out_after_half_an_hour_in_the_office_and_half_a_day_on_site(cast, monkeypatch, post, minutes, in_house):
    client, _answer = sign_in(getattr(cast, post).username)
    client.get("/account/")
    later = timezone.now() + timedelta(minutes=minutes)
    monkeypatch.setattr("staff.middleware.timezone.now", lambda: later)

    answer = client.get("/account/")

    assert answer.status_code == (200 if in_house else 302)
    if not in_house:
        assert answer["Location"] == "/login/?next=/account/"
        assert UserSession.objects.filter(user=getattr(cast, post), end="idle").count() == 1


def test_two_weeks_are_the_longest_that_a_browser_stays_signed_in(cast, monkeypatch):
    client, start = cast.client(cast.designer), timezone.now()
    for days in range(15):
        for hours in (0, 8, 16):
            moment = start + timedelta(days=days, hours=hours)
            monkeypatch.setattr("staff.middleware.timezone.now", lambda moment=moment: moment)
            status = client.get("/account/").status_code
            if status == 302:
                assert timedelta(days=14) <= moment - start <= timedelta(days=14, hours=8)
                return
    pytest.fail("still signed in after fifteen days")
