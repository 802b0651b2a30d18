"""The pages after acceptance: who opens them, what they show, what a wrong post changes, how many questions they ask."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import openpyxl
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from aftersales import deadlines
from aftersales import papers as sheets
from aftersales.models import Evaluation, ReturnVisit, Warranty, WarrantyCard
from aftersales.terms import questions
from core import clocks, papers
from core.models import Deadline, Dossier, Paper
from leads.models import Lead
from projects.choices import Fact
from projects.models import Clearance
from tests.factories import aftersales as after
from tests.hand import sign_all

PAGES = ("", "evaluations/", "return-visits/")
READERS = (
    "project_manager", "site_supervisor", "customer_manager", "designer", "cs_officer", "cs_supervisor", "aftersales_head", "technician",
    "store_manager", "engineering_manager", "front_desk", "general_manager",
)  # fmt: skip
STRANGERS = ("cashier", "accountant", "hr", "estimator", "crew_leader", "quality_inspector", "foreman", "administrator")
MAY = {
    "cards/": {"project_manager", "cs_officer", "aftersales_head"},
    "evaluations/": {"project_manager", "customer_manager", "cs_officer", "cs_supervisor", "aftersales_head"},
    "return-visits/": {"customer_manager", "cs_officer", "cs_supervisor", "aftersales_head"},
}


def url(project: Any, page: str = "", ref: str = "") -> str:
    return f"/aftersales/{ref or project.ref}/{page}"


def text(answer: Any) -> str:
    return answer.content.decode()


def visited(**more: str) -> dict[str, str]:
    now = timezone.localtime() - timedelta(minutes=5)
    told = {
        "kind": "acceptance", "visited_at": now.strftime("%Y-%m-%dT%H:%M"), "channel": "phone", "reached": "yes", "satisfaction": "satisfied",
        "time_agreed": "on",
    }  # fmt: skip
    return told | more


# --- who -----------------------------------------------------------------------------------------------------------------


def test_whoever_looks_after_the_site_sees_its_warranty(cast, accepted):
    paper = after.warranty_of(accepted).paper
    for post in READERS:
        answer = cast.client(getattr(cast, post)).get(url(accepted))

        assert answer.status_code == 200, post
        assert paper.ref in text(answer), post


def test_whoever_does_not_is_refused(cast, accepted):
    for post in STRANGERS:
        client = cast.client(getattr(cast, post))

        assert [client.get(url(accepted, page)).status_code for page in PAGES] == [403] * 3, post
        assert client.get("/aftersales/").status_code == 403, post


def test_another_store_and_a_missing_site_answer_alike(cast, accepted):
    for post in sorted(set(READERS) - {"general_manager", "engineering_manager"}):
        client = cast.client(getattr(cast.other, post))

        assert client.get(url(accepted)).status_code == client.get(url(accepted, ref="P-CX-2026-9999")).status_code == 404, post
        assert accepted.ref not in text(client.get("/aftersales/")), post


def test_an_act_is_done_by_its_posts_in_its_store_only(cast, settled):
    before = (WarrantyCard.objects.count(), Evaluation.objects.count(), ReturnVisit.objects.count())

    for post, person in cast.everybody().items():
        here, there = cast.client(person), cast.client(cast.other.everybody()[post])
        for page, may in MAY.items():
            assert there.post(url(settled, page), {}).status_code in ({404} if post in may else {403}), (page, post)
            if post not in may:
                assert here.post(url(settled, page), {}).status_code == 403, (page, post)
    assert (WarrantyCard.objects.count(), Evaluation.objects.count(), ReturnVisit.objects.count()) == before


def test_the_card_is_made_out_by_a_post_only(cast, settled):
    assert cast.client(cast.cs_officer).get(url(settled, "cards/")).status_code == 405


# --- what they show ------------------------------------------------------------------------------------------------------


def test_a_site_before_acceptance_says_what_is_missing_and_the_money_is_not_among_it(cast, completed):
    page = text(cast.client(cast.project_manager).get(url(completed)))

    assert "还没有保修" in page and "G17" in page and "G18" not in page


def test_before_the_money_the_page_says_that_the_warranty_runs_and_what_the_rest_waits_for(cast, accepted):
    page = text(cast.client(cast.cs_officer).get(url(accepted)))

    for words in ("法定保修已起算，不看付款", "G18", "2031-11-24", "看和签"):
        assert words in page, words


def test_the_list_shows_what_is_due_and_how_far_the_papers_are(cast, accepted):
    page = text(cast.client(cast.cs_officer).get("/aftersales/"))

    for words in ("丁建国", url(accepted), "等尾款", "未签收", "0/2"):
        assert words in page, words


UNPAID, PAID = {"丁建国"}, {"祝明远"}
FILTERS = {
    "": UNPAID | PAID, "?show=unpaid": UNPAID, "?show=card": PAID, "?show=evaluation": PAID, "?who=mine": set(), "?q=丁建": UNPAID, "?q=djg": UNPAID,
    "?q=陈静": set(), "?show=nonsense&after=nonsense": UNPAID | PAID,
}  # fmt: skip


def test_filters_stand_in_the_address_and_the_export_follows_them(cast, accepted, settled):
    client, sites = cast.client(cast.aftersales_head), {site.customer_name: site for site in (accepted, settled)}

    for query, found in FILTERS.items():
        page = text(client.get(f"/aftersales/{query}"))
        assert {name for name in UNPAID | PAID if name in page} == found, query
        book = openpyxl.load_workbook(io.BytesIO(client.get(f"/aftersales/export/{query}").content))
        rows = [[cell.value for cell in row] for row in book.active.iter_rows(min_row=2)]
        assert sorted(row[0] for row in rows) == sorted(found), query
        for row in rows:
            assert row[4:7:2] == [sites[row[0]].ref, after.warranty_of(sites[row[0]]).paper.ref], query


def test_after_the_money_the_same_filters_turn(cast, settled):
    client = cast.client(cast.cs_officer)
    shown = {show: "祝明远" in text(client.get(f"/aftersales/?show={show}")) for show in ("unpaid", "card", "evaluation")}
    assert shown == {"unpaid": False, "card": True, "evaluation": True}

    after.card(settled, people=cast, at=cast.at)
    after.evaluation(settled, people=cast, at=cast.at)

    assert not any("祝明远" in text(client.get(f"/aftersales/?show={show}")) for show in shown)


# --- acts ----------------------------------------------------------------------------------------------------------------


def test_the_card_before_the_money_comes_back_with_all_that_is_missing(cast, accepted):
    entries = accepted.dossier.entries.count()

    answer = cast.client(cast.cs_officer).post(url(accepted, "cards/"))

    assert answer.status_code == 422
    for words in ("还不能开工程保修单", "G17", "G18", "郭建军"):
        assert words in text(answer), words
    assert accepted.dossier.entries.count() == entries


def test_the_card_after_the_money_leads_to_its_signatures(cast, settled):
    answer = cast.client(cast.cs_officer).post(url(settled, "cards/"))

    card = WarrantyCard.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/papers/{card.paper.ref}/")


def test_an_evaluation_is_filled_in_and_leads_to_the_signature(cast, settled):
    answer = cast.client(cast.cs_officer).post(url(settled, "evaluations/"), after.answers(Q05="2", Q15="再勾一遍缝"))

    made = Evaluation.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/papers/{made.paper.ref}/")
    assert (made.answers["Q05"], made.answers["Q15"], made.bad, made.by) == ("2", "再勾一遍缝", True, cast.cs_officer)


def test_an_evaluation_before_the_money_comes_back_with_every_answer(cast, accepted):
    answer = cast.client(cast.cs_officer).post(url(accepted, "evaluations/"), after.answers(Q05="2", Q15="再勾一遍缝"))

    assert answer.status_code == 422
    for words in ("还不能填写评价", "G18", "再勾一遍缝"):
        assert words in text(answer), words
    assert text(answer).count("checked") == len(questions()) - 1
    assert not Evaluation.objects.exists()


def test_a_question_without_an_answer_is_asked_again(cast, settled):
    client = cast.client(cast.cs_officer)
    for code in [question.code for question in questions() if question.kind != "text"]:
        answer = client.post(url(settled, "evaluations/"), after.answers(**{code: ""}))

        assert answer.status_code == 422, code
        assert text(answer).count("field-errors") == 1, code
        assert not Evaluation.objects.exists(), code


def test_a_visit_is_recorded_and_leads_back_to_the_warranty(cast, accepted):
    answer = cast.client(cast.cs_officer).post(url(accepted, "return-visits/"), visited(satisfaction="so_so", with_what="地砖缝"))

    assert (answer.status_code, answer["Location"]) == (302, url(accepted))
    made = ReturnVisit.objects.get()
    assert (made.with_what, made.paper.kind, made.by) == ("地砖缝", "S04", cast.cs_officer)


def test_the_same_post_twice_is_one_visit(cast, accepted):
    client, told = cast.client(cast.cs_officer), visited(once="6f1a4f3e-6f0e-4a53-9d3f-0d6f5f3b8a11")

    answers = [client.post(url(accepted, "return-visits/"), told) for _ in range(2)]

    assert [answer["Location"] for answer in answers] == [url(accepted)] * 2
    assert ReturnVisit.objects.count() == 1


WRONG_VISITS = [
    ({"reached": ""}, "reached"), ({"kind": "birthday"}, "kind"), ({"channel": ""}, "channel"), ({"visited_at": "gestern"}, "visited_at"),
    ({"visited_at": "2030-01-01T10:00"}, "visited_at"), ({"visited_at": "2026-01-01T10:00"}, "visited_at"), ({"satisfaction": ""}, "satisfaction"),
    ({"satisfaction": "dissatisfied"}, "with_what"), ({"note": "长" * 501}, "note"),
]  # fmt: skip


def test_a_visit_with_something_wrong_comes_back_with_everything_typed(cast, accepted):
    client = cast.client(cast.cs_officer)
    for told, wrong in WRONG_VISITS:
        answer = client.post(url(accepted, "return-visits/"), visited(suggestion="到货前说一声") | told)

        assert answer.status_code == 422, told
        assert f'id="id_{wrong}_error"' in text(answer) and "到货前说一声" in text(answer), told
        assert not ReturnVisit.objects.exists(), told


def test_a_refused_visit_keeps_what_was_typed(cast, accepted):
    for n in range(3):
        after.visit(accepted, by=cast.cs_officer, at=cast.days(-3 + n), reached=False, satisfaction="")

    answer = cast.client(cast.cs_officer).post(url(accepted, "return-visits/"), visited(view="做事认真"))

    assert answer.status_code == 422
    assert "已试三次" in text(answer) and "做事认真" in text(answer)


def test_the_page_of_a_clock_has_its_visit_chosen(cast, accepted):
    page = text(cast.client(cast.cs_officer).get(url(accepted, "return-visits/?kind=month")))

    assert [line for line in page.split("<input") if 'value="month"' in line and "checked" in line]


def test_the_next_act_goes_from_signature_to_card_to_evaluation_to_visit_to_the_next_stage(cast, accepted):
    client = cast.client(cast.cs_officer)

    def step() -> str:
        page = text(client.get(url(accepted)))
        return page.split('class="is-next')[1].split("</dl>")[0]

    assert "看和签" in step() and after.warranty_of(accepted).paper.ref in step()
    after.received(accepted, people=cast, at=cast.at)
    assert "记回访" in step()
    after.paid(accepted, people=cast, at=cast.at)
    assert "开工程保修单" in step()
    after.card(accepted, people=cast, at=cast.at)
    assert "请客户填写" in step()
    after.evaluation(accepted, people=cast, at=cast.at)
    for kind in ("acceptance", "month"):
        assert "记回访" in step()
        sign_all(after.visit(accepted, by=cast.cs_officer, at=cast.at, kind=kind).paper, by=cast.cs_officer, at=cast.at)
    assert "下一阶段" in step()


# --- how many questions --------------------------------------------------------------------------------------------------


def asked(client: Any, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def again(row: Any, **other: Any) -> Any:
    """Another row like this one, except for what is told."""
    same = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.primary_key and f.name != "recorded_at"}
    return type(row).objects.create(**same | other)


def copied(cast: Any, project: Any, count: int, *, there: int = 0) -> None:
    """So many more rows for a list, copied from one warranty; how a site comes there is no matter of counting questions."""
    first = after.warranty_of(project)
    for n in range(there, there + count):
        dossier = Dossier.objects.create(kind="enquiry", store=cast.store, title=f"业主{n:02d}", opened_at=cast.at)
        lead = again(Lead.objects.get(pk=project.lead_id), ref=f"K-CX-2026-8{n:03d}", dossier_id=dossier.pk, stage="registered")
        moved = {"stage": "contracted", "started_on": None, "completed_on": None, "accepted_on": None, "settled_on": None}
        site = again(project, ref=f"P-CX-2026-8{n:03d}", dossier_id=dossier.pk, lead_id=lead.pk, **moved)
        issued = {"dossier": dossier, "store": cast.store, "content": first.paper.body, "by": cast.project_manager, "at": first.at}
        acceptance, paper = papers.issue(sheets.S04, **issued), papers.issue(sheets.S50, **issued)
        told = {"project": site, "store": cast.store, "at": first.at}
        Clearance.objects.create(fact=Fact.COMPLETION_ACCEPTED, paper=acceptance, by=cast.quality_inspector, **told)
        Warranty.objects.create(
            acceptance=acceptance, paper=paper, starts_on=first.starts_on, last_on=first.last_on, terms_version=first.terms_version, **told
        )
        clocks.start(deadlines.RECEIPT, dossier=dossier, key=site.ref, owner=cast.project_manager, at=first.at)


LIST, DETAIL = 5, 12


def test_the_list_asks_the_same_with_one_three_and_fifty(cast, accepted):
    Warranty.objects.exclude(project=accepted).update(withdrawn_at=cast.at, reason="只留一行")
    client, there = cast.client(cast.cs_officer), 1
    for count in (1, 3, 50):
        copied(cast, accepted, count - there, there=there)
        there = count
        assert text(client.get("/aftersales/")).count("data-row>") == count

        assert asked(client, "/aftersales/") == LIST, count


def test_a_warranty_asks_the_same_however_much_was_done(cast, accepted):
    client, done = cast.client(cast.cs_officer), 0
    for visits in (0, 1, 5):
        for n in range(done, visits):
            kind = "acceptance" if n < 3 else "month"
            after.visit(accepted, by=cast.cs_officer, at=cast.days(n), kind=kind, reached=False, satisfaction="")
        done = visits

        assert asked(client, url(accepted)) == DETAIL, visits
        assert asked(client, url(accepted, "return-visits/")) == DETAIL - 2, visits
        assert asked(client, url(accepted, "evaluations/")) <= DETAIL, visits


def test_a_warranty_with_all_its_papers_asks_no_more(cast, settled):
    after.card(settled, people=cast, at=cast.at)
    after.evaluation(settled, people=cast, at=cast.at, Q05="1")
    after.visit(settled, by=cast.cs_officer, at=cast.at)

    assert Deadline.objects.filter(dossier=settled.dossier, clock="aftersales.low_score").exists()
    kinds = Paper.objects.filter(dossier=settled.dossier, kind__startswith="S").values_list("kind", flat=True)
    assert set(kinds) == {"S50", "S01", "S02", "S04", "S07"}  # the bad answer opened a case
    assert asked(cast.client(cast.cs_officer), url(settled)) <= DETAIL


def test_no_list_of_clocks_that_everybody_of_a_file_reads_tells_of_a_complaint(cast: Any, accepted: Any) -> None:
    """7.2: whom one is about learns nothing of it from the works' pages, lists and search either."""
    assert {row.id for row in clocks.CLOCKS.values() if row.quiet} == {code for code in clocks.CLOCKS if code.startswith("aftersales.complaint_")}
    for seq, each in enumerate(row for row in clocks.CLOCKS.values() if row.quiet):
        clocks.start(each, dossier=accepted.dossier, key=f"x{seq}", owner=cast.cs_officer, at=cast.at, due_at=cast.at + timedelta(minutes=1))
    with translation.override("zh-hans"):
        told = {quiet: {str(row.says) for row in clocks.CLOCKS.values() if row.quiet is quiet} for quiet in (True, False)}
    words = told[True] - told[False]
    assert len(words) > 5
    client = cast.client(cast.project_manager)

    for page in (
        "/projects/", f"/projects/{accepted.ref}/", f"/projects/{accepted.ref}/payments/", f"/projects/{accepted.ref}/changes/", "/aftersales/",
        f"/aftersales/{accepted.ref}/", f"/search/?q={accepted.ref}", f"/projects/{accepted.ref}/promises/",
    ):
        answer = client.get(page)
        assert answer.status_code == 200, page
        text = answer.content.decode()
        assert [each for each in words if each in text] == [], page
