"""Hiring, posts and leaving, told by the verbs."""

from datetime import date, timedelta

import pytest

from aftersales import deadlines_complaints as deadlines
from aftersales.policies_complaints import SEE_COMPLAINTS
from core import audit, clocks
from core.models import AuditEntry, Deadline, Dossier
from core.refusals import Refused
from staff import selectors, services
from staff.models import Holding, User
from tests.cast import SINCE

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def kinds(person):
    return list(AuditEntry.objects.filter(dossier=person.dossier).order_by("seq").values_list("kind", flat=True))


def test_a_hired_person_has_an_account_a_post_and_a_chain_of_their_own(cast):
    person = cast.hire("designer", name="单小桐", mobile="139 0000 7788", superior=cast.design_manager)

    assert (person.username, person.pinyin, person.mobile) == ("shanxiaotong", "shan xiao tong", "13900007788")
    assert (person.posts, person.stores, person.home_store) == ({"designer"}, {cast.store.pk}, cast.store)
    assert kinds(person) == ["staff.hired"]
    assert list(audit.faults(person.dossier)) == []


def test_two_people_of_one_name_get_two_user_names(cast):
    first, second = cast.hire("designer", name="单小桐"), cast.hire("foreman", name="单小桐")

    assert [first.username, second.username] == ["shanxiaotong", "shanxiaotong2"]


def test_one_person_has_one_account(cast):
    cast.hire("designer", name="单小桐", mobile="13900007788")

    with pytest.raises(Refused, match="单小桐"):
        cast.hire("foreman", name="别人", mobile="139-0000-7788")


@pytest.mark.parametrize("mobile", ["12800001111", "1390000778", "057188881001", "电话"])
def test_a_number_that_is_no_mobile_number_is_refused(cast, mobile):
    with pytest.raises(Refused):
        cast.hire("designer", mobile=mobile)


@pytest.mark.parametrize(
    "more", [{"username": "cx.designer"}, {"username": "new"}, {"username": "-x"}, {"posts": ()}, {"name": " "}]
)
def test_a_person_needs_a_free_user_name_a_name_and_a_post(cast, more):
    posts = more.pop("posts", ("designer",))

    with pytest.raises(Refused):
        cast.hire(*posts, **more)


def test_nobody_is_hired_ahead_of_the_day(cast):
    with pytest.raises(Refused):
        services.hire(
            full_name="明天",
            store=cast.store,
            posts=["designer"],
            hired_on=TODAY + timedelta(days=1),
            password_hash="!",
            by=cast.hr,
            at=cast.at,
        )


def test_a_person_may_hold_two_posts_and_may_do_what_both_may(cast):
    services.hold_post(cast.estimator, post="designer", store=cast.other.store, since=TODAY, by=cast.hr, at=cast.at)

    person = User.objects.with_posts().get(pk=cast.estimator.pk)
    assert person.posts == {"estimator", "designer"}
    assert person.stores == {cast.store.pk, cast.other.store.pk}
    assert person in selectors.holders("designer", cast.other.store)
    assert person not in selectors.holders("designer", cast.store)


def test_the_same_post_twice_in_a_store_is_refused(cast):
    with pytest.raises(Refused):
        services.hold_post(cast.designer, post="designer", store=cast.store, since=TODAY, by=cast.hr, at=cast.at)


def test_an_ended_post_gives_nothing_any_more_and_stays_on_record(cast):
    services.hold_post(cast.estimator, post="designer", store=cast.store, since=TODAY, by=cast.hr, at=cast.at)
    services.end_post(cast.estimator.holdings.get(post="estimator"), on=TODAY, by=cast.hr, at=cast.at)

    assert User.objects.get(pk=cast.estimator.pk).posts == {"designer"}
    assert Holding.objects.on(date(2025, 5, 1)).filter(user=cast.estimator).get().post_id == "estimator"
    assert kinds(cast.estimator)[-2:] == ["staff.post_given", "staff.post_ended"]


def test_the_only_post_of_a_person_ends_by_leaving_alone(cast):
    with pytest.raises(Refused):
        services.end_post(cast.designer.holdings.get(), on=TODAY, by=cast.hr, at=cast.at)


def test_nobody_changes_their_own_posts(cast):
    with pytest.raises(Refused):
        services.hold_post(cast.hr, post="designer", store=cast.store, since=TODAY, by=cast.hr, at=cast.at)


@pytest.mark.parametrize("post", ["administrator", "general_manager"])
def test_hr_makes_nobody_administrator_or_general_manager(cast, post):
    with pytest.raises(Refused):
        services.hold_post(cast.designer, post=post, store=cast.store, since=TODAY, by=cast.hr, at=cast.at)
    with pytest.raises(Refused):
        cast.hire(post, by=cast.hr)
    services.hold_post(cast.designer, post=post, store=cast.store, since=TODAY, by=cast.administrator, at=cast.at)

    assert post in User.objects.get(pk=cast.designer.pk).posts


def test_hr_cannot_enter_the_account_of_an_administrator(cast):
    with pytest.raises(Refused):
        services.reset_password(cast.administrator, password_hash="!", by=cast.hr, at=cast.at)
    with pytest.raises(Refused):
        services.leave(cast.general_manager, on=TODAY, by=cast.hr, at=cast.at)


def test_who_leaves_loses_every_post_and_the_account(cast):
    services.leave(cast.designer, on=TODAY, reason="回老家", by=cast.hr, at=cast.at)

    person = User.objects.get(pk=cast.designer.pk)
    assert (person.is_active, person.posts, person.has_usable_password()) == (False, frozenset(), False)
    assert person not in selectors.holders("designer", cast.store)
    assert kinds(person)[-1] == "staff.left"
    with pytest.raises(Refused):
        services.hold_post(person, post="designer", store=cast.store, since=TODAY, by=cast.hr, at=cast.at)


def test_a_number_of_somebody_who_left_may_be_used_again(cast):
    services.leave(cast.designer, on=TODAY, by=cast.hr, at=cast.at)

    assert cast.hire("designer", mobile=cast.designer.mobile).mobile == cast.designer.mobile


def test_one_administrator_always_stays(cast):
    services.leave(cast.other.administrator, on=TODAY, by=cast.administrator, at=cast.at)
    second = cast.hire("hr", name="第二人")

    with pytest.raises(Refused):
        services.leave(cast.administrator, on=TODAY, by=None, at=cast.at)
    services.hold_post(second, post="administrator", store=cast.store, since=TODAY, by=cast.administrator, at=cast.at)
    second.forget_posts()
    services.leave(cast.administrator, on=TODAY, by=second, at=cast.at)

    assert User.objects.holding("administrator").get() == second


def test_nobody_reports_to_their_own_people(cast):
    with pytest.raises(Refused):
        services.change_person(cast.design_manager, superior=cast.designer, by=cast.hr, at=cast.at)


def test_a_changed_mobile_number_stands_masked_in_the_chain(cast):
    services.change_person(cast.designer, mobile="13911112222", by=cast.hr, at=cast.at)

    entry = cast.designer.dossier.entries.order_by("-seq").first()
    assert "139****2222" in entry.payload
    assert "13911112222" not in entry.payload
    assert "2222" in User.objects.select_related("dossier").get(pk=cast.designer.pk).dossier.search


def test_the_people_of_a_post_are_those_of_the_store(cast):
    assert selectors.holders("designer", cast.store) == [cast.designer]
    assert selectors.holders("engineering_manager", cast.store) == [cast.engineering_manager]
    assert selectors.holders("engineering_manager", cast.other.store) == [cast.other.engineering_manager]


def test_a_post_of_the_whole_company_serves_the_stores_in_which_nobody_holds_it(cast):
    """Who is asked and who may look are the same people: a store without the post has that of another store, one with it has its own."""
    store, far = cast.other.store, cast.other.cs_supervisor

    def reached():
        person = User.objects.with_posts().get(pk=cast.cs_supervisor.pk)
        same = User.objects.get(pk=person.pk)  # loaded without its posts
        assert same.stores_of(["cs_supervisor"]) == person.stores_of(["cs_supervisor"]) == SEE_COMPLAINTS.stores(person)
        return person.stores_of(["cs_supervisor"])

    assert reached() == {cast.store.pk}

    services.leave(far, on=TODAY, reason="回老家", by=cast.hr, at=cast.at)
    assert selectors.holders("cs_supervisor", store) == [cast.cs_supervisor]
    assert reached() == {cast.store.pk, store.pk}
    assert User.objects.get(pk=cast.cs_supervisor.pk).stores == {cast.store.pk}  # it works there from here
    assert User.objects.get(pk=cast.designer.pk).stores_of(["designer"]) == {cast.store.pk}

    after = cast.hire("cs_supervisor", name="接任者", store=store)
    assert selectors.holders("cs_supervisor", store) == [after]
    assert reached() == {cast.store.pk}


def test_what_was_served_from_elsewhere_is_in_the_hands_of_the_stores_own_holder_from_then_on(cast):
    store, far = cast.other.store, cast.cs_supervisor
    services.leave(cast.other.cs_supervisor, on=TODAY, reason="回老家", by=cast.hr, at=cast.at)
    dossier = Dossier.objects.create(kind="enquiry", store=store, title="陈静兰", line="澄湖里 3-2-1102", opened_at=cast.at)
    for clock, owner in ((deadlines.JUDGE, far), (deadlines.LEGAL, cast.store_manager), (deadlines.REPLY, far)):
        clocks.start(clock, dossier=dossier, key="x", owner=owner, at=cast.at, due_at=cast.days(2))

    after = cast.hire("cs_supervisor", name="接任者", store=store)

    owners = dict(Deadline.objects.filter(key="x").values_list("clock", "owner"))
    assert owners == {deadlines.JUDGE.id: after.pk, deadlines.LEGAL.id: cast.store_manager.pk, deadlines.REPLY.id: far.pk}


def test_the_person_and_the_posts_are_loaded_in_one_query(cast, django_assert_num_queries):
    from staff.backend import PostsBackend

    with django_assert_num_queries(1):
        person = PostsBackend().get_user(cast.designer.pk)
        assert (person.posts, person.stores, person.home_store_id, person.home_store.code) == (
            {"designer"}, {cast.store.pk}, cast.store.pk, "CX",
        )  # fmt: skip


def test_everybody_was_hired_on_the_day_the_stores_opened(cast):
    assert set(User.objects.values_list("hired_on", flat=True)) == {SINCE}
