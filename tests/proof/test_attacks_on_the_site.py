"""What insiders tried between the keys and the last day of the warranty, and what must not work.  One sentence a try."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from aftersales import services as after
from aftersales.models import LowScoreAbout
from aftersales.services.drawing import Criteria
from config import quiet, reach, signers
from core import papers
from core.models import Deadline, Paper
from core.papers import Signer
from core.refusals import Refused
from inspections import deadlines_order
from inspections import services as checking
from inspections.choices_order import FineState
from inspections.models import SiteFine, SupervisionFact
from inspections.order_data import order_rules
from inspections.services import fines, order
from leads.models import Customer
from projects import forms_days
from projects import services as building
from projects.models import ForemanDeduction, ForemanSettlement, Project
from staff.models import Holding
from tests.factories import complaints, rounds
from tests.factories import projects as jobs
from tests.factories import site_order as life
from tests.hand import STROKES, sign_all

DAYS = order_rules().fine_appeal_days


def refused_by_the_database(sql: str, *given: Any, says: str) -> None:
    with pytest.raises(DatabaseError, match=says), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, given)


def fresh(fine: SiteFine) -> SiteFine:
    return SiteFine.objects.select_related("paper").get(pk=fine.pk)


def line_of(paper: Paper, role: str) -> Any:
    return next(line for line in papers.unsigned_roles(paper) if line.role == role)


# --- papers on which money stands -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("thing", ["foreman_payment", "statement", "fine", "cleaning"])
def test_no_manager_voids_a_paper_on_which_money_stands(world, thing):
    """P38 paid or approved, I15, P45: each has a verb that takes it back with the money."""
    row = world.thing[thing]
    paper = row.settlement.paper if thing == "foreman_payment" else row.paper

    for post in ("finance_supervisor", "engineering_manager", "store_manager", "general_manager"):
        answer = world.client(world.person[post]).post(reverse("paper-void", args=[paper.ref]), {"void-reason": "开错了"})
        assert answer.status_code == 404, post
    paper.refresh_from_db()
    assert paper.state != Paper.State.VOID


def test_the_paper_of_a_paid_statement_is_not_void_in_plain_sql(world):
    paid = world.thing["foreman_payment"].settlement
    refused_by_the_database("UPDATE core_paper SET state = 'void' WHERE id = %s", paid.paper_id, says="payment is reversed instead")


def test_nothing_is_paid_on_a_statement_whose_paper_is_void(world):
    cast, row = world.cast, ForemanSettlement.objects.select_related("paper").get(pk=world.thing["statement"].pk)
    papers.void(row.paper, reason="开错了", by=cast.engineering_manager, at=cast.at)

    with pytest.raises(Refused, match="paper of this statement is void"):
        building.pay_statement(row, by=cast.accountant, at=cast.at)
    refused_by_the_database(
        "INSERT INTO projects_foremanpayment (at, project_id, store_id, by_id, settlement_id, foreman_id, amount, method, payee_account, paid_on, reason) "
        "SELECT now(), project_id, store_id, %s, id, foreman_id, amount, 'cash', '', current_date, '' FROM projects_foremansettlement WHERE id = %s",
        cast.accountant.pk, row.pk, says="paper of this statement is void",
    )  # fmt: skip


# --- signing for another ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("thing", ["fine", "statement"])
def test_a_foreman_signs_no_slip_or_statement_of_another_foreman(world, thing):
    paper, other = world.thing[thing].paper, world.colleague["foreman"]
    line = line_of(paper, "foreman")

    assert signers.may_sign(line, world.cast.foreman, paper)
    assert not signers.may_sign(line, other, paper)
    assert not signers.may_sign(line, world.other["foreman"], paper)
    with pytest.raises(Exception, match="Only the foreman whom it names"), transaction.atomic():
        papers.sign(paper, role="foreman", name=other.full_name, strokes=STROKES, by=other, user=other, at=world.cast.at)


def test_a_supervisor_of_another_site_does_not_hand_a_home_over(world):
    cast, site = world.cast, world.site["settled"]
    paper = Paper.objects.get(dossier=site.dossier_id, kind="P33")
    line = next(line for line in papers.kind_of(paper).signers if line.role == "supervisor")

    assert signers.may_sign(line, cast.site_supervisor, paper)
    assert not signers.may_sign(line, world.colleague["site_supervisor"], paper)


ITS_PEOPLE = {
    "foreman": "foreman", "project_manager": "project_manager", "inspector": "quality_inspector", "supervisor": "site_supervisor",
    "designer": "designer", "site_side": "foreman",
}  # fmt: skip


def of_site(role: str) -> Signer:
    return Signer(role, role, "x")


@pytest.mark.parametrize("role", ITS_PEOPLE)
def test_no_paper_of_a_site_is_signed_by_the_people_of_another(world, role):
    """P25, P26, check sheets, disclosures: the site's own people sign, however many hold the post."""
    paper, post = world.thing["issued_change"].paper, ITS_PEOPLE[role]
    assert signers.may_sign(of_site(role), world.person[post], paper)
    assert not signers.may_sign(of_site(role), world.colleague[post], paper)
    if role != "supervisor":
        assert not signers.may_sign(of_site("site_side"), world.colleague[post], paper)
    with pytest.raises(Exception, match="people of the site sign"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_signature (paper_id, role, name, user_id, way, strokes, content_sha256, presented_sha256, says, comment, device, at) "
            "SELECT id, %s, 'x', %s, 'device', 'x', content_sha256, '', 'x', '', '', now() FROM core_paper WHERE id = %s",
            [role, world.colleague[post].pk, paper.pk],
        )


def test_whose_site_person_has_left_the_post_another_holder_signs(world):
    cast, other, paper = world.cast, world.colleague["foreman"], world.thing["issued_change"].paper
    Holding.objects.filter(user=cast.foreman, post="foreman", until__isnull=True).update(until=timezone.localdate(cast.at))
    other.__dict__.pop("_own_lines", None)
    assert signers.may_sign(of_site("foreman"), other, paper)
    with transaction.atomic():
        papers.sign(paper, role="foreman", name=other.full_name, strokes=STROKES, by=other, user=other, at=cast.at)
        transaction.set_rollback(True)
    other.__dict__.pop("_own_lines", None)


@pytest.mark.parametrize("address", ["paper", "paper-pdf", "paper-sign"])
def test_whoever_is_rated_badly_does_not_read_the_answer(world, address):
    """S18 (S02, S04): the case is hidden from the rated person, and so is the paper that it was made from."""
    paper = world.thing["low_paper"]
    rated = [row.person for row in LowScoreAbout.objects.filter(low__paper=paper).select_related("person")]
    assert rated
    for person in rated:
        assert world.client(person).get(reverse(address, args=[paper.ref])).status_code == 404
        assert not reach.papers(person).filter(pk=paper.pk).exists()
        assert paper.ref not in world.client(person).get(reverse("papers")).content.decode()
        entries = paper.dossier.entries.filter(paper=paper)
        assert entries.exists() and not entries.exclude(quiet.hidden_events(person, paper.store_id)).exists()
    assert world.client(world.cast.cs_supervisor).get(reverse("paper", args=[paper.ref])).status_code == 200
    assert reach.papers(world.cast.cs_supervisor).filter(pk=paper.pk).exists()


# --- fine slips -------------------------------------------------------------------------------------------------------------


def test_a_slip_that_neither_the_foreman_nor_a_witness_has_signed_never_stands(world):
    """A project manager alone wrote “refused before Wang”, waited, and the money was taken off."""
    cast, site = world.cast, world.site["working"]
    slip = fines.note_refusal(world.thing["fine"], words="不认", witness="王五", by=cast.project_manager, at=cast.at)
    key = f"{site.ref}/{slip.number}"

    order.follow(site.dossier, at=cast.days(60))
    assert fresh(slip).state == FineState.REFUSED
    assert not ForemanDeduction.objects.filter(paper=slip.paper).exists()
    assert Deadline.objects.filter(clock=deadlines_order.FINE_HEARING.id, key=key, stopped_at__isnull=True).exists()
    refused_by_the_database(
        "UPDATE inspections_sitefine SET state = 'firm', firm_at = now(), told_at = now(), final_amount = amount WHERE id = %s", slip.pk,
        says="stands when it has been signed",
    )  # fmt: skip

    sign_all(slip.paper, by=cast.project_manager, at=cast.days(60))
    order.follow(site.dossier, at=cast.days(60))
    assert not Deadline.objects.filter(clock=deadlines_order.FINE_HEARING.id, key=key, stopped_at__isnull=True).exists()
    order.follow(site.dossier, at=cast.days(60 + DAYS))
    assert fresh(slip).state == FineState.REFUSED  # the days of the appeal run from the witness's hand
    order.follow(site.dossier, at=cast.days(60 + DAYS) + timedelta(seconds=1))
    assert fresh(slip).state == FineState.FIRM
    refused_by_the_database("UPDATE core_paper SET state = 'void' WHERE id = %s", slip.paper_id, says="taken off the foreman's settlement")


def test_a_foreman_is_not_fined_for_what_happened_before_he_came(world):
    cast, site = world.cast, world.site["working"]
    building.staff_project(site, foreman=world.colleague["foreman"], by=cast.engineering_manager, at=cast.days(4))
    told = {"amount": Decimal(200), "reason": "切割无防护罩", "by": cast.project_manager, "at": cast.days(5)}

    with pytest.raises(Refused) as caught:
        fines.write_fine(Project.objects.get(pk=site.pk), happened_on=cast.days(3).date(), **told)
    assert "was not the foreman of this site on that day" in caught.value.missing[0].says
    slip = fines.write_fine(Project.objects.get(pk=site.pk), happened_on=cast.days(4).date(), **told)
    refused_by_the_database(
        "INSERT INTO inspections_sitefine (at, project_id, store_id, by_id, number, foreman_id, rule, reason, happened_on, amount, state, witness, refusal, "
        "appeal, decision, decision_words, void_reason, paper_id) SELECT at, project_id, store_id, by_id, 99, foreman_id, rule, reason, happened_on - 2, "
        "amount, 'pending', '', '', '', '', '', '', NULL FROM inspections_sitefine WHERE id = %s", slip.pk, says="was not on the site on that day",
    )  # fmt: skip


# --- dates that are claimed --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("back", "fits"), [(3, True), (4, False)])
def test_work_is_not_declared_stopped_after_the_fact(world, back, fits):
    """Whoever declares it stills his own clocks: a phase that was late for a week was not late any more."""
    site, today = world.site["working"], timezone.localdate()
    form = forms_days.StopForm({"from_on": today - timedelta(days=back), "reason": "weather", "says": "大雨"}, project=site)
    assert ("from_on" not in form.errors) == fits


def test_a_fine_is_not_written_for_a_day_long_past(world):
    client, site = world.client(world.cast.project_manager), world.site["working"]
    told = {"reason": "切割无防护罩", "rule": "SC-09", "amount": "200"}

    answer = client.post(reverse("inspections:fines", args=[site.ref]), told | {"happened_on": timezone.localdate() - timedelta(days=4)})

    assert answer.status_code == 422 and "已超过三天" in answer.content.decode()
    assert not SiteFine.objects.filter(project=site, happened_on=timezone.localdate() - timedelta(days=4)).exists()


def test_a_home_is_not_handed_over_before_it_was_clean(world):
    cast, site = world.cast, world.site["settled"]
    refused_by_the_database(
        "INSERT INTO projects_sitehandover (at, project_id, store_id, by_id, paper_id, \"on\", keys, left_open) SELECT at, project_id, store_id, by_id, "
        "paper_id, \"on\" - 1, keys, '' FROM projects_sitehandover WHERE project_id = %s", site.pk, says="cleaned before",
    )  # fmt: skip
    with pytest.raises(Refused, match="cleaned before it is handed over"):
        building.hand_over_home(site, on=cast.days(-1).date(), keys=4, by=cast.site_supervisor, at=cast.at)


def test_an_answer_that_is_late_is_not_promised_anew(world):
    """Each promise moved the moment that can be missed: a week, and another week."""
    cast = world.cast
    case = complaints.told(world.site["settled"], people=cast, at=cast.at, category="attitude")
    after.promise_reply(case, owed_at=cast.days(6), by=cast.cs_officer, at=cast.at)

    with pytest.raises(Refused, match="of the complaint"):
        after.promise_reply(case, owed_at=cast.days(12), by=cast.cs_officer, at=cast.days(5))
    with pytest.raises(Refused, match="late already"):
        after.promise_reply(case, owed_at=cast.days(7), by=cast.cs_officer, at=cast.days(6) + timedelta(seconds=1))


def test_an_acceptance_that_nobody_came_to_is_not_moved_away(world):
    """Announced anew in the evening: the absence of the morning was gone before anybody counted it (R044)."""
    cast = world.cast
    site = jobs.permitted_project(cast, phones=["13858003666"])
    told = {"project": site, "code": "C1", "by": cast.quality_inspector}
    checking.announce_check(planned_at=cast.at + timedelta(hours=30), at=cast.at, **told)
    checking.announce_check(planned_at=cast.at + timedelta(hours=31), at=cast.at + timedelta(hours=29), **told)
    assert not SupervisionFact.objects.filter(project=site).exists()

    checking.announce_check(planned_at=cast.at + timedelta(hours=60), at=cast.at + timedelta(hours=32), **told)

    assert SupervisionFact.objects.get(project=site, kind="absent").person == cast.quality_inspector


@pytest.mark.parametrize(("thing", "post"), [("plan", "quality_inspector"), ("plan", "engineering_manager"), ("bulletin", "engineering_manager")])
def test_a_plan_and_published_figures_are_not_declared_void(world, thing, post):
    """I01, I17: what is otherwise is announced line by line; what was published does not change."""
    answer = world.client(world.person[post]).post(reverse("paper-void", args=[world.thing[thing].paper.ref]), {"void-reason": "不准"})
    assert answer.status_code == 404


# --- what customers say --------------------------------------------------------------------------------------------------------


def test_whoever_is_rated_neither_takes_the_answers_nor_says_that_there_are_none(world):
    cast, site = world.cast, world.site["settled"]
    survey = rounds.sent(cast, at=cast.at, name="签约满意度", codes=("Q02", "Q15"))
    row = rounds.invite(survey, site)
    rated = site.customer_manager

    for way in ("device", "paper", "phone"):
        with pytest.raises(Refused, match="about himself"):
            rounds.answered(row, by=rated, at=cast.at, way=way, Q02="5")
    with pytest.raises(Refused, match="about himself"):
        after.decline_survey(row, reason="客户没空", by=rated, at=cast.at)
    made = rounds.answered(row, by=cast.cs_officer, at=cast.at, Q02="1", signed=False)
    refused_by_the_database(
        "INSERT INTO aftersales_surveyanswer (at, by_id, invite_id, store_id, project_id, seq, way, told_by, answers, low, paper_id) SELECT at, %s, invite_id, "
        "store_id, project_id, seq + 1, way, told_by, answers, false, paper_id FROM aftersales_surveyanswer WHERE id = %s", rated.pk, made.pk,
        says="about himself",
    )  # fmt: skip


def test_an_officer_does_not_leave_a_key_customer_out_whom_nobody_reached(world):
    """One tick – “wants no more visits” – and the round closed with a key customer untried."""
    cast = world.cast
    site = world.site["settled"]
    after.close_round(world.thing["round"], analysis="都还好", measures="", by=cast.cs_supervisor, at=cast.at)
    Customer.objects.filter(pk=site.customer_id).update(is_key=True)
    row = rounds.target(rounds.running(cast, at=cast.at, criteria=Criteria(stages=(Project.objects.get(pk=site.pk).stage,))), site)
    told = {"channel": "phone", "reached": False, "satisfaction": "", "suggestion": "", "no_more": True, "at": cast.at}

    with pytest.raises(Refused, match="Note what the customer said"):
        rounds.called(row, by=cast.cs_officer, **told)
    with pytest.raises(Refused, match="by the supervisor alone"):
        rounds.called(row, by=cast.cs_officer, note="说不要打了", **told)
    with pytest.raises(Refused) as caught:
        after.close_round(row.round, analysis="都满意", measures="", by=cast.cs_supervisor, at=cast.at)
    assert any("neither reached nor tried" in gap.says for gap in caught.value.missing)


# --- plain SQL in the web role -------------------------------------------------------------------------------------------------

FROZEN = "frozen"
IN_SQL = {
    "a foreman takes his deduction back": (
        "UPDATE projects_foremandeduction SET withdrawn_at = now(), withdrawn_by_id = foreman_id, withdrawn_because = 'x' WHERE withdrawn_at IS NULL",
        "his own settlement",
    ),
    "a foreman takes less work back": (
        "UPDATE projects_foremanlabour SET withdrawn_at = now(), withdrawn_by_id = foreman_id, withdrawn_because = 'x' WHERE withdrawn_at IS NULL",
        "his own settlement",
    ),
    "a replaced price is in force again": (
        "UPDATE projects_foremanprice SET replaced_at = now(); UPDATE projects_foremanprice SET replaced_at = NULL", FROZEN,
    ),
    "a day is struck by who counted it": (
        "UPDATE projects_lostday SET struck_at = now(), struck_by_id = by_id, struck_because = 'x' WHERE struck_at IS NULL AND extension_id IS NULL",
        "second person",
    ),
    "an answer to a dispute is unsaid": (
        "UPDATE projects_settlementdispute SET outcome = '', answer = '', answered_at = NULL, answered_by_id = NULL WHERE answered_at IS NOT NULL", FROZEN,
    ),
    "it was cleaned before it was ordered": (
        "UPDATE projects_cleaningorder SET done_on = clean_on - 400, done_by_id = by_id, done_word = 'x' WHERE done_on IS NULL", "after the order",
    ),
    "a month is rated after it was published": (
        "INSERT INTO inspections_crewrating (at, by_id, store_id, crew_id, month, seq, scores, total, note) SELECT r.at, r.by_id, r.store_id, crew_id, "
        "b.month, 40, scores, total, 'x' FROM inspections_crewrating r JOIN inspections_bulletin b ON b.store_id = r.store_id LIMIT 1", "published",
    ),
    "a note is answered by somebody else": (
        "UPDATE inspections_sitenote SET answer = 'x', answered_at = now(), answered_by_id = (SELECT p.customer_manager_id FROM projects_project p "
        "WHERE p.id = project_id) WHERE answered_at IS NULL", "whom it was told to",
    ),
    "a bad answer is ticked off": ("UPDATE aftersales_lowscore SET called_at = now() WHERE called_at IS NULL", "Nobody has called"),
    "a bad answer does not count": ("UPDATE aftersales_surveyanswer SET signed_at = NULL WHERE signed_at IS NOT NULL", FROZEN),
    "a customer has answered nothing": ("UPDATE aftersales_surveyinvite SET state = 'answered' WHERE state = 'open'", "when they are signed"),
    "the figures of a draw are others": ("UPDATE aftersales_visitround SET drawn = '{}'", FROZEN),
    "a cause is found twice": (
        "UPDATE aftersales_repeatsignal SET cause = 'x', looked_at = now(), looked_by_id = (SELECT min(id) FROM staff_user); "
        "UPDATE aftersales_repeatsignal SET cause = 'y'", FROZEN,
    ),
    "a promise is moved after the answer": (
        "UPDATE aftersales_complaint SET owed_at = owed_at + interval '30 days' WHERE replied_at IS NOT NULL", FROZEN,
    ),
    "a complaint ended when somebody likes": ("UPDATE aftersales_complaint SET ended_at = at WHERE ended_at IS NULL", "ended when its customer was answered"),
    "a complaint ended earlier": (
        "UPDATE aftersales_complaint SET ended_at = ended_at - interval '3 days' WHERE ended_at IS NOT NULL", "ended when its customer was answered",
    ),
    "a complaint has not ended": ("UPDATE aftersales_complaint SET ended_at = NULL WHERE ended_at IS NOT NULL", "ended when its customer was answered"),
    "a complaint is of another trade": (
        "UPDATE aftersales_complaint SET trade = CASE WHEN trade = 'paint' THEN 'tiles' ELSE 'paint' END", "what the last investigation says",
    ),
    "an answer is owed later": (
        "UPDATE aftersales_complaint SET owed_at = owed_at + interval '3 days' WHERE replied_at IS NULL; SET CONSTRAINTS ALL IMMEDIATE", "the file says so",
    ),
    "a price goes out of force by itself": (
        "UPDATE projects_foremanprice SET replaced_at = now() WHERE replaced_at IS NULL; SET CONSTRAINTS ALL IMMEDIATE", "when the next one is agreed",
    ),
    "a complaint is answered by nobody": ("UPDATE aftersales_complaint SET replied_at = at WHERE replied_at IS NULL", "Nobody has reached"),
}  # fmt: skip


INVENTED = {
    "patrol_missed": ("'patrol:' || d.id", "d.due_at - interval '1 day'"),
    "plan_not_kept": ("'plan:9999999:20261124'", "d.due_at"),
    "absent": ("'absent:9999999:20261124'", "d.due_at"),
    "no_check_in": ("'check-in:1:20261124'", "d.due_at"),
    "patrol of another": ("'patrol:x'", "d.due_at"),
}


@pytest.mark.parametrize("kind", INVENTED)
def test_nobody_invents_what_an_inspector_did_not_do(world, kind):
    """A fact without the clock, plan, appointment or evening it follows from is refused."""
    key, moment = INVENTED[kind]
    refused_by_the_database(
        "INSERT INTO inspections_supervisionfact (at, store_id, project_id, person_id, kind, rule, \"on\", key, says, reason, ruling) SELECT "
        f"{moment}, d.store_id, p.id, p.inspector_id, '{kind.partition(' ')[0]}', 'R040', current_date, {key}, '', '', '' "
        "FROM core_deadline d JOIN projects_project p ON p.dossier_id = d.dossier_id WHERE d.clock = 'inspections.patrol' LIMIT 1", says="follows from nothing",
    )  # fmt: skip


@pytest.mark.parametrize("name", IN_SQL)
def test_in_plain_sql_it_is_refused_that(world, name):
    if "dispute" in name:
        building.answer_dispute(world.thing["dispute"], outcome="stands", answer="按图十二个半", by=world.cast.project_manager, at=world.cast.at)
    sql, says = IN_SQL[name]
    refused_by_the_database(sql, says=says)


def test_what_was_refused_does_not_arrive_by_a_tap_on_the_list(world):
    """Refused whole at the door, “arrived” on the list of materials the same day."""
    cast, site, door = world.cast, world.site["working"], world.thing["material"]
    if door.ordered_on is None:
        building.order_material(
            door, supplier="城西木业", amount=Decimal(9000), promised_on=cast.at.date(), ordered_on=cast.at.date(), by=cast.project_manager, at=cast.at
        )
    bad = life.came(door.name, material=door, refused=Decimal(120), reason="板材等级不符", certificate="none", certificate_no="")
    life.delivered(site, people=cast, at=cast.at, lines=[bad])

    with pytest.raises(Exception, match="comes again as a delivery"), transaction.atomic():
        building.receive_material(door, on=cast.at.date(), by=cast.project_manager, at=cast.at)
    life.delivered(site, people=cast, at=cast.at, lines=[life.came(door.name, material=door)])
    door.refresh_from_db()
    assert door.arrived_on == timezone.localtime(cast.at).date()
