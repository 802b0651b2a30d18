"""Visitable sites (L18): opened with the owner's consent once the works have begun, and chosen for a visit beside the show homes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.refusals import Refused
from leads.models import Appointment
from projects import services as building
from projects.choices import Stage
from projects.models import Project
from tests.factories import projects as jobs
from tests.leads.test_show_homes import home
from tests.projects import standing as sites

standing = sites.standing(contracted=jobs.contracted_project, working=jobs.working_project)


@pytest.fixture
def cast(standing, db):
    return standing.cast


@pytest.fixture
def stands(standing, cast):
    """The site that stands at a stop of the road."""
    return lambda stop: sites.site(standing, stop)


def open_site(cast, site, **more):
    told = {"consent": "陈静兰 电话同意", "consented_on": cast.at.date(), "contact": "郭建军", "by": cast.engineering_assistant, "at": cast.at}
    return building.open_to_visitors(site, **{**told, **more})


def test_l18_a_site_is_opened_with_the_owners_consent_from_the_works_on(cast, stands):
    early, site = stands("contracted"), stands("working")
    with pytest.raises(Refused, match="This is not done while the site is at “Contract”"):
        open_site(cast, early)
    with pytest.raises(Refused, match="with the owner's consent"):
        open_site(cast, site, consent=" ")
    with pytest.raises(Refused, match="lies in the future"):
        open_site(cast, site, consented_on=cast.days(1).date())
    with pytest.raises(Refused, match="whom a visitor asks"):
        open_site(cast, site, contact="")

    assert open_site(cast, site).open_to_visitors


def test_l18_closing_needs_a_reason_and_a_site_on_the_list(cast, stands):
    site = stands("working")
    with pytest.raises(Refused, match="not on the list"):
        building.close_to_visitors(site, reason="业主入住", by=cast.engineering_assistant, at=cast.at)
    open_site(cast, site)
    with pytest.raises(Refused, match="shown no more"):
        building.close_to_visitors(site, reason="", by=cast.engineering_assistant, at=cast.at)
    assert not building.close_to_visitors(site, reason="业主入住", by=cast.engineering_assistant, at=cast.at).open_to_visitors


def test_l18_the_assistant_opens_it_from_the_list_and_the_sellers_read_stage_and_contact(cast, stands):
    site = stands("working")
    client = cast.client(cast.engineering_assistant)
    assert site.ref in client.get("/projects/visitable/").content.decode()
    told = {"consent": "陈静兰 电话同意", "consented_on": f"{timezone.localdate()}", "contact": "现场找郭建军"}
    assert client.post(f"/projects/{site.ref}/visitors/", told).status_code == 302

    page = cast.client(cast.designer).get("/projects/visitable/").content.decode()
    assert site.address in page and "现场找郭建军" in page and "施工" in page
    assert site.address not in cast.client(cast.other.designer).get("/projects/visitable/").content.decode()
    assert cast.client(cast.designer).get(f"/projects/{site.ref}/visitors/").status_code == 403


def test_l18_a_paused_site_leaves_the_list_by_itself(cast, stands):
    site = stands("working")
    open_site(cast, site)
    building.pause(site, reason="业主要求停工", by=cast.engineering_manager, at=cast.at)

    assert Project.objects.get(pk=site.pk).stage == Stage.PAUSED
    assert site.address not in cast.client(cast.designer).get("/projects/visitable/").content.decode()


def test_a_visit_chooses_from_both_lists(cast, stands):
    site = stands("working")
    open_site(cast, site)
    row = home(cast)
    client = cast.client(cast.designer)
    page = client.get("/leads/calendar/appointments/new/?kind=visit").content.decode()
    assert f'value="home:{row.pk}"' in page and f'value="site:{site.ref}"' in page

    start = (timezone.localtime() + timedelta(days=1)).replace(hour=10, minute=0)
    told = {"kind": "visit", "person": cast.designer.pk, "minutes": "60", "start_at": f"{start:%Y-%m-%dT%H:%M}", "pick_up": "on"}
    assert client.post("/leads/calendar/appointments/new/", told | {"where": f"home:{row.pk}"}).status_code == 302
    later = f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M}"
    assert client.post("/leads/calendar/appointments/new/", told | {"where": f"site:{site.ref}", "start_at": later}).status_code == 302

    first, second = Appointment.objects.order_by("start_at")
    assert (first.show_home, first.place, first.pick_up) == (row, row.address, True)
    assert (second.place_ref, second.place) == (site.ref, site.address)


def test_the_list_of_sites_asks_as_often_with_one_as_with_three(cast, stands):
    counts = []
    for n in range(3):
        open_site(cast, jobs.working_project(cast, phones=[f"1385800327{n}"]) if n else stands("working"))
        client = cast.client(cast.designer)
        client.get("/projects/visitable/")
        with CaptureQueriesContext(connection) as caught:
            client.get("/projects/visitable/")
        counts.append(len(caught))

    assert len(set(counts)) == 1 and counts[0] <= 6, counts


def test_the_database_opens_no_site_without_consent_or_before_its_works(cast, stands):
    ready = "open_to_visitors = true, visitors_consent = 'x', visitors_consented_on = now(), visitors_contact = 'x'"
    early, site = stands("contracted"), stands("working")
    for words, pk in (("open_to_visitors = true", site.pk), (ready, early.pk)):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE projects_project SET {words} WHERE id = %s", [pk])
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE projects_project SET {ready} WHERE id = %s", [site.pk])
    assert Project.objects.get(open_to_visitors=True) == site
