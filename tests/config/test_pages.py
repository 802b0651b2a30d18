"""The pages that stand across the apps: desk, client file, papers, signing, search, notices."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max
from pypdf import PdfReader

from config import tick
from config.management.commands.worker import ATTEMPTS, Jobs
from config.nav import Shell
from config.printing import GIVEN_UP
from core import papers
from core.models import Deadline, Notice, Paper, Signature
from core.render import html_of, render
from core.tasks import AWAITED, let_history_wait, prune, render_paper
from leads import services as leads
from projects.choices import KeyTerm
from staff.services import leave
from tests import road
from tests.factories import complaints
from tests.factories import projects as sites
from tests.factories.leads import LeadFactory
from tests.hand import BLANK, STROKES


def asked(client: Any, address: str) -> int:
    """How many questions a page asks the database, after a first look."""
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


# --- the desk --------------------------------------------------------------------------------------------------------


def test_the_desk_shows_the_clock_the_act_and_the_way_to_it(cast):
    lead = road.assigned_lead(cast)

    page = cast.client(cast.designer).get("/").content.decode()

    assert "联系客户" in page and road.CUSTOMER in page
    assert f'href="/leads/{lead.ref}/follow-ups/"' in page


def test_the_number_at_the_desk_says_how_many_are_late_when_it_is_red_else_how_many_run(cast):
    road.assigned_lead(cast, at=timezone.now() - timedelta(days=8))  # its first contact was due a week after
    road.assigned_lead(cast, phones=["13858004477"], home=road.home(room_no="2201"), at=timezone.now())
    road.assigned_lead(cast, phones=["13858004478"], home=road.home(room_no="2202"), at=timezone.now())
    clocks = Deadline.objects.filter(owner=cast.designer, stopped_at=None)

    assert number_at_the_desk(cast.designer) == ("1", True)
    clocks.filter(due_at__lt=timezone.now()).update(due_at=timezone.now() + timedelta(days=3))
    assert number_at_the_desk(cast.designer) == (str(clocks.count()), False)


def number_at_the_desk(person: Any) -> tuple[str, bool]:
    request = RequestFactory().get("/papers/")
    request.user = person
    entry = next(entry for entry in Shell(request).nav if entry["url"] == "/")
    return str(entry["count"]), entry["late"]


@pytest.mark.parametrize(
    ("address", "marked"),
    [("/leads/logs/visits/", "/leads/logs/calls/"), ("/leads/logs/visits/new/", "/leads/logs/calls/"), ("/leads/", "/leads/"), ("/", "/")],
)
def test_the_side_marks_the_part_where_the_reader_is(cast: Any, address: str, marked: str) -> None:
    request = RequestFactory().get(address)
    request.user = cast.front_desk

    assert [entry["url"] for entry in Shell(request).nav if entry["current"]] == [marked]


def test_the_desk_shows_nothing_of_another_store(cast):
    road.assigned_lead(cast)

    page = cast.client(cast.other.designer).get("/").content.decode()

    assert road.CUSTOMER not in page and "您名下没有在走的时限" in page


def test_a_store_manager_sees_whatever_is_late_in_the_store_and_nothing_of_another(cast):
    lead = road.consulted_lead(cast, at=cast.days(-9))

    here, there = (cast.client(person).get("/").content.decode() for person in (cast.store_manager, cast.other.store_manager))

    assert "交付设计预案" in here and f'/deadlines/{lead.dossier.deadlines.get(clock="leads.preview").pk}/reminders/' in here
    assert road.CUSTOMER not in there


def test_a_late_clock_climbs_to_the_manager_who_can_remind_once_a_day(cast):
    lead = road.consulted_lead(cast, at=cast.days(-9))
    row = lead.dossier.deadlines.get(clock="leads.preview", stopped_at=None)
    other = lead.dossier.deadlines.get(clock="leads.hotline", stopped_at=None)
    tick.tick(cast.at)
    manager = cast.client(cast.design_manager)

    page = manager.get("/").content.decode()
    assert f"/deadlines/{row.pk}/reminders/" in page and "催办" in page
    assert manager.post(f"/deadlines/{row.pk}/reminders/", {}).status_code == 302
    again = manager.post(f"/deadlines/{row.pk}/reminders/", {})

    assert again.status_code == 422
    for answer in (again, manager.get(f"/deadlines/{row.pk}/reminders/")):  # said at once, with no button that is refused
        assert f"一天之内已经催过{cast.designer}了" in answer.text and f'action="/deadlines/{row.pk}/reminders/"' not in answer.text
    assert f"/deadlines/{row.pk}/reminders/" not in manager.get("/").text
    assert f'action="/deadlines/{other.pk}/reminders/"' in manager.get(f"/deadlines/{other.pk}/reminders/").text
    assert Notice.objects.filter(user=cast.designer, kind="leads.preview.reminder").count() == 1
    assert "请办一下：交设计预案" in cast.client(cast.designer).get("/").content.decode().replace("交付设计预案", "交设计预案")


@pytest.mark.parametrize(
    ("page", "most", "batches"), [("/", 12, (1, 2, 47)), ("/papers/", 6, (1, 2, 47)), ("/search/?q=5566", 6, (1, 2, 47)), ("/notices/", 6, (1, 1, 8))]
)
def test_a_page_asks_the_same_for_one_three_and_fifty_rows(cast, page, most, batches):
    client = cast.client(cast.designer)
    counts = []
    for more in batches:
        LeadFactory.create_batch(more, cast=cast, consulted=True, at=cast.days(-9))
        tick.tick(cast.at)
        counts.append(asked(client, page))

    assert counts[0] == counts[1] == counts[2]
    assert counts[2] <= most


# --- the client file -------------------------------------------------------------------------------------------------


def test_the_file_says_what_is_missing_who_can_clear_it_and_the_one_next_act(cast):
    lead = road.proposed_lead(cast)

    page = cast.client(cast.customer_manager).get(f"/leads/{lead.ref}/").content.decode()

    assert "还差什么" in page and "G2" in page and "G3" in page
    assert page.count("is-primary") == 1
    assert "**** 3371" in page and "13858003371" not in page


def test_a_quotation_that_is_missing_is_not_told_as_there(cast):
    """G5 has two halves – issued, and still fitting – and one paper: what lacks either is not among the things that are there, and none stands twice."""
    lead = road.surveyed_lead(cast)

    page = cast.client(cast.designer).get(f"/leads/{lead.ref}/").content.decode()
    done = page.partition('class="gate-done"')[2].partition("</details>")[0]

    assert "还没出" in page and "《量工地记录》" in done and "装修工程报价单" not in done


def test_an_unsigned_record_leads_to_the_paper_and_not_to_another_record(cast):
    lead = road.consulted_lead(cast, signed=False)

    page = cast.client(cast.designer).get(f"/leads/{lead.ref}/").content.decode()

    paper = lead.consultations.get().paper
    assert f'href="/papers/{paper.ref}/">现在去办' in page and "请人签" in page


def test_a_person_in_two_posts_stands_once_and_english_has_its_own_comma(cast):
    lead = road.assigned_lead(cast)
    client = cast.client(cast.customer_manager)

    assert client.get(f"/leads/{lead.ref}/").content.decode().count(f"{cast.designer.full_name} 首席设计师") == 0
    client.cookies["django_language"] = "en"
    assert "、" not in client.get(f"/leads/{road.registered_lead(cast, phones=['13858003372']).ref}/").content.decode().split('id="history"')[0]


def test_a_file_of_another_store_is_not_there(cast):
    lead = road.assigned_lead(cast)
    client = cast.client(cast.other.store_manager)

    missing = client.get("/leads/K-CX-2026-9999/")
    foreign = client.get(f"/leads/{lead.ref}/")

    assert (missing.status_code, foreign.status_code) == (404, 404)
    assert len(missing.content) == len(foreign.content)


@pytest.mark.parametrize("make", [road.assigned_lead, road.surveyed_lead, sites.working_project])
def test_the_file_stays_within_twelve_questions(cast, make):
    subject = make(cast)
    app = "projects" if make is sites.working_project else "leads"

    assert asked(cast.client(cast.store_manager), f"/{app}/{subject.ref}/") <= 12


def test_a_number_in_full_needs_a_reason_and_is_recorded(cast):
    lead = road.assigned_lead(cast)
    phone = lead.customer.phones.get()
    client = cast.client(cast.designer)

    assert "13858003371" not in client.get(f"/phones/{phone.pk}/reveals/").content.decode()
    assert client.post(f"/phones/{phone.pk}/reveals/", {"reason": ""}).status_code == 422
    before = lead.dossier.entries.count()
    shown = client.post(f"/phones/{phone.pk}/reveals/", {"reason": "call"})

    assert "13858003371" in shown.content.decode().replace(" ", "")
    assert lead.dossier.entries.count() == before + 1


# --- the side --------------------------------------------------------------------------------------------------------


def test_price_list_stores_and_company_are_reached_from_the_side(cast):
    estimator, administrator, foreman = (cast.client(person).get("/").content.decode() for person in (cast.estimator, cast.administrator, cast.foreman))

    assert 'href="/leads/price-lists/"' in estimator and 'href="/stores/"' not in estimator
    assert 'href="/stores/"' in administrator and 'href="/company/"' in administrator
    assert 'href="/leads/price-lists/"' not in foreman


# --- papers ----------------------------------------------------------------------------------------------------------


def signing(**more: Any) -> dict[str, Any]:
    return {"role": "customer", "name": road.CUSTOMER, "strokes": STROKES, "read": "1", "agreed": "on", **more}


def printed(paper: Paper, at: Any) -> Paper:
    render(paper, at)
    return paper


def test_a_hand_goes_under_a_pdf_that_exists(cast):
    paper = road.consulted_lead(cast, signed=False).consultations.get().paper
    client = cast.client(cast.designer)
    address = f"/papers/{paper.ref}/signatures/"

    waiting = client.get(f"{address}?role=customer")
    refused = client.post(address, signing())
    assert (waiting.status_code, refused.status_code) == (202, 422)
    assert "还在打印" in refused.content.decode()

    printed(paper, cast.at)
    assert client.get(f"{address}?role=customer").status_code == 200
    assert client.post(address, signing()).status_code == 302
    signature = Signature.objects.get(paper=paper, role="customer")
    assert signature.presented_sha256 == paper.renditions.get(kind="presented").sha256
    assert (signature.name, signature.present, signature.user) == (road.CUSTOMER, cast.designer, None)
    assert "电子方式签署" in signature.says  # the first paper carries the agreement (LR-38)


def test_a_preview_that_nobody_must_sign_is_signed_on_the_screen_and_called_no_more_than_signed(cast):
    paper = printed(road.proposed_lead(cast).proposals.get().paper, cast.at)

    page = cast.client(cast.designer).post(f"/papers/{paper.ref}/signatures/", signing(), follow=True).content.decode()

    assert "已签字" in page and "正在封存" not in page
    assert [signature.role for signature in paper.signatures.all()] == ["customer"]


def queued(paper: Paper) -> DBTaskResult:
    return DBTaskResult.objects.create(
        task_path=render_paper.module_path, args_kwargs={"args": [paper.pk], "kwargs": {}}, backend_name="default", run_after=get_date_max()
    )


def test_the_paper_that_somebody_waits_for_is_printed_first(cast):
    first, second = (queued(road.consulted_lead(cast, phones=[phone], signed=False).consultations.get().paper) for phone in ("13858003371", "13858003372"))
    awaited = Paper.objects.get(pk=second.args_kwargs["args"][0])

    cast.client(cast.designer).get(f"/papers/{awaited.ref}/signatures/?role=customer")

    assert list(DBTaskResult.objects.ready()) == [second, first]


def test_a_paper_that_was_given_up_is_printed_again_when_somebody_waits_for_it(cast, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    given_up = queued(road.consulted_lead(cast, signed=False).consultations.get().paper)
    DBTaskResult.objects.filter(pk=given_up.pk).update(status="FAILED", finished_at=cast.at)
    awaited = Paper.objects.get(pk=given_up.args_kwargs["args"][0])

    for _ in range(2):
        assert cast.client(cast.designer).get(f"/papers/{awaited.ref}/pdf/").status_code == 202

    again = DBTaskResult.objects.ready().get()
    assert (again.args_kwargs["args"], again.priority) == ([awaited.pk], AWAITED)


def test_the_page_that_waits_says_that_printing_failed_and_why(cast, settings):
    """A PDF that comes in two seconds needs no word; one that does not come does."""
    paper = road.consulted_lead(cast, signed=False).consultations.get().paper
    job, client, address = queued(paper), cast.client(cast.designer), f"/papers/{paper.ref}/pdf/"

    assert "没能" not in client.get(address).content.decode()

    DBTaskResult.objects.filter(pk=job.pk).update(
        worker_ids=["a", "b"], exception_class_path="builtins.FileNotFoundError", run_after=timezone.now() + timedelta(minutes=4)
    )
    page = client.get(address).content.decode()
    assert "PDF 到现在没能做出来" in page and "少了一张图" in page and "已试 2 次" in page and "再试" in page
    assert 'content="20;' in page

    DBTaskResult.objects.filter(pk=job.pk).update(exception_class_path="builtins.ValueError", status="FAILED", finished_at=timezone.now())
    page = client.get(address).content.decode()
    assert "后台日志" in page and "少了一张图" not in page and "不再自动重试" in page

    DBTaskResult.objects.create(
        task_path=job.task_path, args_kwargs=job.args_kwargs, backend_name="default", run_after=get_date_max(), status="SUCCESSFUL", worker_ids=["c"]
    )
    assert "没能" not in client.get(address).content.decode()


def test_who_signs_is_said_in_the_language_of_the_reader(cast):
    assert {line.label for kind in papers.KINDS.values() for line in kind.signers} == set(papers.LABELS_EN)
    paper = road.consulted_lead(cast, signed=False).consultations.get().paper
    client = cast.client(cast.designer)
    lines = {}
    for language in ("zh-hans", "en"):
        client.cookies["django_language"] = language
        lines[language] = re.findall(r"<b>([^<]+)</b> <small>", client.get(f"/papers/{paper.ref}/").content.decode())

    assert lines == {"zh-hans": [line.label for line in papers.kind_of(paper).signers], "en": ["Customer", "Designer"]}


def test_who_made_a_paper_is_told_that_its_pdf_was_given_up(cast):
    paper = road.consulted_lead(cast, signed=False).consultations.get().paper
    job, desk = queued(paper), cast.client(paper.by)
    job.status, job.traceback = "FAILED", ""

    for attempt in range(1, ATTEMPTS + 1):
        job.worker_ids = ["w"] * attempt
        Jobs._try_again(job)
        told = [line for line in desk.get("/notices/").content.decode().split("<li") if paper.ref in line and f"/papers/{paper.ref}/" in line]
        assert len(told) == (attempt == ATTEMPTS), attempt
    assert "有一份 PDF 没能做出来" in told[0]
    again = queued(paper)
    again.status, again.worker_ids = "FAILED", ["w"] * ATTEMPTS
    Jobs._try_again(again)
    assert Notice.objects.filter(kind=GIVEN_UP).count() == 1  # not read yet


def test_of_who_has_left_the_managers_are_told_that_a_pdf_was_given_up(cast):
    paper = road.consulted_lead(cast, signed=False).consultations.get().paper
    about = complaints.told(road.consulted_lead(cast, phones=["13858003372"]), people=cast, at=cast.at, named=[cast.store_manager])
    about_them = Paper.objects.filter(kind="S07").latest("pk")
    for maker in {paper.by, about_them.by}:
        leave(maker, on=cast.at.date(), reason="离职", by=cast.hr, at=cast.at)
    for printed_in_vain in (paper, about_them):
        job = queued(printed_in_vain)
        job.status, job.worker_ids = "FAILED", ["w"] * ATTEMPTS
        Jobs._try_again(job)

    told = [(notice.user, notice.link) for notice in Notice.objects.filter(kind=GIVEN_UP)]
    assert told == [(cast.store_manager, f"/papers/{paper.ref}/")], about  # whom a complaint is about is told nothing of its paper


@pytest.mark.parametrize("args", [[], [None], ["x"], [999_999]])
def test_a_job_that_names_no_paper_ends_no_worker(cast, args):
    job = DBTaskResult.objects.create(
        task_path=render_paper.module_path, args_kwargs={"args": args, "kwargs": {}}, backend_name="default", run_after=get_date_max()
    )
    job.status, job.worker_ids = "FAILED", ["w"] * ATTEMPTS

    Jobs._try_again(job)

    assert not Notice.objects.filter(kind=GIVEN_UP).exists()


def test_what_was_given_up_is_tried_again_by_who_asks_and_not_by_the_page_that_waits(cast, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    paper = road.consulted_lead(cast, signed=False).consultations.get().paper
    DBTaskResult.objects.all().delete()
    job, client, address = queued(paper), cast.client(cast.designer), f"/papers/{paper.ref}/pdf/"
    assert f'url={address}?waiting=1"' in client.get(address).content.decode()
    DBTaskResult.objects.filter(pk=job.pk).update(status="FAILED", worker_ids=["w"] * ATTEMPTS, finished_at=cast.at)

    waits = client.get(f"{address}?waiting=1").content.decode()
    assert "refresh" not in waits and "再试一次" in waits and not DBTaskResult.objects.ready().exists()
    assert "refresh" in client.get(address).content.decode() and DBTaskResult.objects.ready().count() == 1


def test_jobs_that_are_done_are_deleted_after_a_month_and_what_failed_stays(cast):
    first, second = (queued(road.consulted_lead(cast, phones=[phone], signed=False).consultations.get().paper) for phone in ("13858003371", "13858003372"))
    old = {"finished_at": cast.at - timedelta(days=31), "enqueued_at": cast.at - timedelta(days=31)}
    DBTaskResult.objects.update(status="FAILED", **old)
    done = DBTaskResult.objects.create(
        task_path=first.task_path, args_kwargs=first.args_kwargs, backend_name="default", run_after=get_date_max(), status="SUCCESSFUL"
    )
    DBTaskResult.objects.filter(pk=done.pk).update(finished_at=cast.at - timedelta(days=29))

    assert (prune(at=cast.at), set(DBTaskResult.objects.all())) == (1, {done, second})
    assert (prune(at=cast.at + timedelta(days=2)), list(DBTaskResult.objects.all())) == (1, [second])


def test_what_people_do_today_is_printed_before_the_past_of_the_demo(cast):
    signed = queued(road.consulted_lead(cast, phones=["13858003371"]).consultations.get().paper)
    unsigned = queued(road.consulted_lead(cast, phones=["13858003372"], signed=False).consultations.get().paper)
    let_history_wait()
    today = queued(road.consulted_lead(cast, phones=["13858003373"], signed=False).consultations.get().paper)

    assert list(DBTaskResult.objects.ready()) == [today, unsigned, signed]


@pytest.mark.parametrize(
    ("given", "says"),
    [({"strokes": BLANK}, "签字框是空的"), ({"read": ""}, "先把"), ({"agreed": ""}, "同意"), ({"name": ""}, "")],
)
def test_a_signature_that_is_blank_hasty_or_without_agreement_is_refused(cast, given, says):
    paper = printed(road.consulted_lead(cast, signed=False).consultations.get().paper, cast.at)

    answer = cast.client(cast.designer).post(f"/papers/{paper.ref}/signatures/", signing(comment="柜子再看看", **given))

    assert answer.status_code == 422
    assert says in answer.content.decode() and "柜子再看看" in answer.content.decode()
    assert not paper.signatures.exists()


def test_a_contract_is_signed_by_whom_its_own_clause_names(cast):
    """LR-38: another signs after a correction; for the company nobody else than the one who is named."""
    project = sites.opened_project(cast, contract={"signer": "王建军", "signer_phone": "13900001111"})
    paper = printed(project.contract.paper, cast.at)
    manager, address = cast.client(cast.customer_manager), f"/papers/{paper.ref}/signatures/"
    assert "甲方由 王建军 持甲方书面委托书 签署" in html_of(paper, mode="presented")
    assert 'value="王建军"' in manager.get(f"{address}?role=customer").content.decode()
    assert f"{address}?role=company" not in manager.get(f"/papers/{paper.ref}/").content.decode()

    other = manager.post(address, signing(name=road.CUSTOMER))
    assert other.status_code == 422 and "写明由 王建军 签字" in other.content.decode() and not paper.signatures.exists()
    manager.post(address, signing(role="company", name="沈亦安"))
    assert not paper.signatures.exists()

    told = {"reason": "业主本人来签", "starts_on": project.starts_on, "due_on": project.due_on, "plan": project.contract.plan, "signer": road.CUSTOMER}
    terms = {f"term_{code}": "on" for code in KeyTerm.values}
    assert manager.post(f"/projects/{project.ref}/contract-corrections/", told | terms | {"company_signer": cast.store_manager.pk}).status_code == 302
    project.contract.refresh_from_db()
    paper = printed(project.contract.paper, cast.at)
    assert f"甲方由 {road.CUSTOMER} 本人 签署" in html_of(paper, mode="presented")
    manager.post(f"/papers/{paper.ref}/signatures/", signing())
    cast.client(cast.store_manager).post(f"/papers/{paper.ref}/signatures/", signing(role="company", name=cast.store_manager.full_name))
    assert {hand.name for hand in paper.signatures.all()} == {road.CUSTOMER, cast.store_manager.full_name}


def test_the_sealed_pdf_is_served_and_the_paper_check_knows_it(cast):
    paper = printed(road.consulted_lead(cast, signed=False).consultations.get().paper, cast.at)
    client = cast.client(cast.designer)
    client.post(f"/papers/{paper.ref}/signatures/", signing())
    paper.refresh_from_db()
    assert client.get(f"/papers/{paper.ref}/pdf/").status_code == 202
    render(paper, cast.at)

    pdf = client.get(f"/papers/{paper.ref}/pdf/")
    check = cast.client(cast.other.foreman).get(f"/verify/{paper.ref}/{paper.token}/?hash={paper.content_sha256[:12]}").content.decode()
    wrong = cast.client(cast.other.foreman).get(f"/verify/{paper.ref}/{paper.token}/?hash=0123456789ab").content.decode()

    assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF-")
    assert "对得上" in check and road.CUSTOMER not in check
    assert "对不上" in wrong
    assert client.get(f"/verify/{paper.ref}/{'x' * len(paper.token)}/").status_code == 404


def test_an_original_on_paper_counts_when_a_second_person_has_looked_at_it(cast):
    paper = printed(road.consulted_lead(cast, signed=False).consultations.get().paper, cast.at)
    designer, manager = cast.client(cast.designer), cast.client(cast.design_manager)
    scan = SimpleUploadedFile("scan.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")

    answer = designer.post(f"/papers/{paper.ref}/scans/", {"scan-role": "customer", "scan-name": road.CUSTOMER, "scan-scan": scan})
    assert answer.status_code == 302 and not paper.signatures.exists()
    page = manager.get(f"/papers/{paper.ref}/").content.decode()
    address = page.split('action="/papers/')[1:]
    confirm = next("/papers/" + part.split('"')[0] for part in address if "confirmations" in part.split('"')[0])

    refused = designer.post(confirm, {}, follow=True).content.decode()
    assert "第二个人" in refused and not paper.signatures.exists()
    assert manager.post(confirm, {}).status_code == 302
    signature = paper.signatures.get(role="customer")
    assert (signature.way, signature.present, signature.confirmed_by) == ("scan", cast.designer, cast.design_manager)
    assert f"签名见扫描件 {signature.scan.sha256[:12]}" in html_of(paper, mode="sealed")  # a PDF is no picture


def test_a_paper_is_voided_with_a_reason_and_kept(cast):
    paper = road.consulted_lead(cast, signed=False).consultations.get().paper
    client = cast.client(cast.designer)

    assert client.post(f"/papers/{paper.ref}/voiding/", {"void-reason": ""}).status_code == 422
    assert client.post(f"/papers/{paper.ref}/voiding/", {"void-reason": "写错了日期"}).status_code == 302
    paper.refresh_from_db()

    assert (paper.state, paper.state_reason) == ("void", "写错了日期")
    assert "作废" in client.get(f"/papers/{paper.ref}/").content.decode()


def words_of(pdf: bytes) -> str:
    """All words of a PDF without the spaces between them."""
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)


def test_a_void_paper_is_printed_with_its_stamp_its_reason_and_who_said_so(cast):
    """What was sealed stays to be read, but nothing that still looks valid comes out of “print”."""
    paper = printed(road.consulted_lead(cast).consultations.get().paper, cast.at)
    manager, address = cast.client(cast.design_manager), f"/papers/{paper.ref}/pdf/"
    sealed = manager.get(address).content
    assert "作废" not in words_of(sealed)

    papers.void(paper, reason="写错了房号", by=cast.design_manager, at=cast.days(1))
    assert manager.get(address).status_code == 202  # the old one is not served in its place
    render(Paper.objects.get(pk=paper.pk), cast.days(1))

    void = words_of(manager.get(address).content)
    assert "本单已作废" in void and "写错了房号" in void and str(cast.design_manager) in void and "2026-11-25" in void and paper.ref in void
    assert manager.get(f"{address}?kind=sealed").content == sealed
    page = manager.get(f"/papers/{paper.ref}/").content.decode()
    assert "打印用 PDF（盖“作废”章）" in page and "封存时的样子" in page


def test_a_replaced_paper_is_printed_with_the_number_of_the_one_in_its_place(cast):
    lead = road.consulted_lead(cast)
    first = lead.consultations.get()
    second = leads.correct_consultation(first, demands="两间卧室都要衣柜", reason="写漏了次卧", by=cast.designer, at=cast.days(1))
    old = printed(Paper.objects.get(pk=first.paper_id), cast.days(1))

    told = words_of(cast.client(cast.designer).get(f"/papers/{old.ref}/pdf/").content)

    assert f"本单已由{second.paper.ref}替代" in told and "写漏了次卧" in told


def test_only_what_somebody_must_sign_waits_for_signatures(cast):
    lead = road.consulted_lead(cast, signed=False)
    waiting = lead.consultations.get().paper
    deposit = road.deposit_lead(cast, phones=["13858004490"], home=road.home(room_no="2203")).deposits.get()
    stale = road.consulted_lead(cast, phones=["13858004491"], signed=False, home=road.home(room_no="2204")).consultations.get().paper
    papers.mark_stale(stale, reason="改过了", by=cast.designer, at=cast.at)

    page = cast.client(cast.store_manager).get("/papers/?state=waiting").content.decode()

    assert waiting.ref in page and deposit.receipt.ref not in page and stale.ref not in page


# --- search ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["陈静兰", "静兰", "cjl", "3371", "cj 3371", "澄湖里 1102", "chl 1102", "K-CX-2026-0001"])
def test_a_customer_is_found_by_name_characters_initials_tail_place_and_number(cast, typed):
    road.assigned_lead(cast)

    page = cast.client(cast.front_desk).get("/search/", {"q": typed}).content.decode()

    assert "/leads/K-CX-2026-0001/" in page


def test_a_paper_is_found_by_its_number(cast):
    paper = road.consulted_lead(cast).consultations.get().paper

    assert f"/papers/{paper.ref}/" in cast.client(cast.designer).get("/search/", {"q": paper.ref}).content.decode()


@pytest.mark.parametrize("typed", ["", "\x00", "zzzz", "%", "'", "999999", "a" * 500, "🙂"])
def test_what_is_found_nowhere_says_so_and_offers_to_register(cast, typed):
    road.assigned_lead(cast)

    answer = cast.client(cast.front_desk).get("/search/", {"q": typed})

    assert answer.status_code == 200 and "/leads/K-CX-2026-0001/" not in answer.content.decode()


def test_nothing_of_another_store_is_found(cast):
    road.assigned_lead(cast)

    assert "静兰" not in cast.client(cast.other.front_desk).get("/search/", {"q": "3371"}).content.decode()


def test_a_notice_leaves_the_desk_when_it_was_seen_and_only_by_its_person(cast):
    road.consulted_lead(cast, at=cast.days(-9))
    tick.tick(cast.at + timedelta(minutes=1))
    notice = Notice.objects.filter(user=cast.designer).first()

    assert cast.client(cast.design_manager).post(f"/notices/{notice.pk}/readings/").status_code == 404
    assert cast.client(cast.designer).post(f"/notices/{notice.pk}/readings/").status_code == 302
    notice.refresh_from_db()

    assert notice.read_at is not None
