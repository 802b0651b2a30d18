"""The pages of sites, checks, patrols and faults: for whom they open, what they refuse, what they keep, what they cost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inspections import services
from inspections.choices import CheckState, Verdict
from inspections.models import Patrol, QualityCheck, Rectification
from inspections.services import Seen
from projects import services as projects
from tests.factories import inspections as site

SITES = "/inspections/"
HAN = re.compile(r"[一-鿿]")


@pytest.fixture
def check(working: Any, cast: Any) -> QualityCheck:
    """Check 2 on a site under construction, open, nothing recorded yet."""
    return site.opened(working, "C2", people=cast, at=cast.at)


@pytest.fixture
def fault(working: Any, cast: Any) -> Rectification:
    """A fault seen on a patrol."""
    site.patrolled(working, people=cast, at=cast.at, seen=[Seen("垃圾未装袋", "general", [site.picture()])])
    return Rectification.objects.get(project=working)


def at_check(check: QualityCheck, tail: str = "") -> str:
    return f"{SITES}{check.project.ref}/checks/{check.code}/{check.attempt}/{tail}"


def at_fault(fault: Rectification, tail: str = "") -> str:
    return f"{SITES}{fault.project.ref}/rectifications/{fault.number}/{tail}"


def browser(cast: Any, person: Any, language: str = "en") -> Any:
    """This person's browser, in a language."""
    client = cast.client(person)
    client.cookies["django_language"] = language
    return client


# --- for whom a page opens ---------------------------------------------------------------------------------------------

READERS = ("quality_inspector", "project_manager", "foreman", "designer", "site_supervisor", "customer_manager", "engineering_manager", "general_manager")
STRANGERS = ("front_desk", "cashier", "accountant", "hr", "market_rep", "crew_leader", "technician")


def pages(check: QualityCheck, fault: Rectification) -> list[str]:
    ref = check.project.ref
    return [f"{SITES}{ref}/", f"{SITES}{ref}/patrols/", at_check(check), at_fault(fault)]


@pytest.mark.parametrize("post", READERS)
def test_a_page_opens_for_the_people_of_its_site_and_store(post: str, check: Any, fault: Any, cast: Any) -> None:
    client = browser(cast, getattr(cast, post))

    assert [client.get(url).status_code for url in (SITES, f"{SITES}rectifications/", *pages(check, fault))] == [200] * 6


@pytest.mark.parametrize("post", ["quality_inspector", "project_manager", "foreman", "store_manager"])
def test_another_stores_people_find_nothing_as_if_it_were_missing(post: str, check: Any, fault: Any, cast: Any) -> None:
    client = browser(cast, getattr(cast.other, post))

    for url in pages(check, fault):
        theirs, missing = client.get(url), client.get(url.replace(check.project.ref, "P-CX-2026-9999"))
        assert (theirs.status_code, missing.status_code) == (404, 404)
    assert check.project.customer_name not in client.get(SITES).content.decode()


@pytest.mark.parametrize("post", STRANGERS)
def test_whoever_has_nothing_to_do_with_sites_is_refused(post: str, check: Any, fault: Any, cast: Any) -> None:
    client = browser(cast, getattr(cast, post))

    assert {client.get(url).status_code for url in (SITES, *pages(check, fault))} == {403}


def test_an_inspector_of_the_same_store_sees_only_the_sites_that_are_theirs(check: Any, fault: Any, cast: Any) -> None:
    client = browser(cast, cast.hire("quality_inspector", name="新质检"))

    assert {client.get(url).status_code for url in pages(check, fault)} == {404}
    assert "data-row" not in client.get(SITES).content.decode()


def acts(check: QualityCheck, fault: Rectification) -> dict[str, tuple[str, str]]:
    """Act → (address, a post that may)."""
    ref = check.project.ref
    return {
        "open a check": (f"{SITES}{ref}/checks/", "quality_inspector"), "announce": (f"{SITES}{ref}/announcements/", "project_manager"),
        "patrol": (f"{SITES}{ref}/patrols/", "quality_inspector"), "record": (at_check(check, "results/C2-01/"), "quality_inspector"),
        "leave out": (at_check(check, "omissions/"), "quality_inspector"), "confirm": (at_check(check, "confirmations/"), "engineering_manager"),
        "waive": (at_check(check, "waivers/"), "engineering_manager"), "conclude": (at_check(check, "conclusions/"), "quality_inspector"),
        "record late": (at_check(check, "late-results/C2-01/"), "quality_inspector"), "answer": (at_fault(fault, "answers/"), "foreman"),
        "look again": (at_fault(fault, "rechecks/"), "quality_inspector"),
    }  # fmt: skip


ACTS = ("open a check", "announce", "patrol", "record", "leave out", "confirm", "waive", "conclude", "record late", "answer", "look again")


@pytest.mark.parametrize("act", ACTS)
def test_an_empty_post_comes_back_with_words_and_changes_nothing(act: str, check: Any, fault: Any, cast: Any) -> None:
    url, post = acts(check, fault)[act]
    entries = check.project.dossier.entries.count()

    answer = browser(cast, getattr(cast, post)).post(url, {})

    assert answer.status_code == 422
    assert re.search(r'class="[^"]*(refusal|field-errors|item-error)', answer.content.decode())
    assert check.project.dossier.entries.count() == entries


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_refused_to_the_wrong_post_and_unknown_to_another_store(act: str, check: Any, fault: Any, cast: Any) -> None:
    url, post = acts(check, fault)[act]
    entries = check.project.dossier.entries.count()
    wrong = "designer" if act != "patrol" else "project_manager"

    assert browser(cast, getattr(cast, wrong)).post(url, {"item": "C2-01"}).status_code == 403
    other = browser(cast, getattr(cast.other, "quality_inspector" if post == "engineering_manager" else post))
    assert other.post(url, {"item": "C2-01"}).status_code == (403 if post == "engineering_manager" else 404)
    assert check.project.dossier.entries.count() == entries


def test_a_new_paper_is_made_only_for_a_void_one(check: Any, cast: Any) -> None:
    answer = browser(cast, cast.quality_inspector).post(at_check(check, "papers/"), follow=True)

    assert "Only a passed check whose paper is void gets a new one." in answer.content.decode()
    assert browser(cast, cast.project_manager).post(at_check(check, "papers/")).status_code == 403
    assert browser(cast, cast.other.quality_inspector).post(at_check(check, "papers/")).status_code == 404


# --- a check on the phone ----------------------------------------------------------------------------------------------


def test_an_item_is_recorded_by_a_form_of_its_own_and_leads_to_the_next(check: Any, cast: Any) -> None:
    client = browser(cast, cast.quality_inspector)

    answer = client.post(at_check(check, "results/C2-04/"), {"value_0": "２，5"})

    assert answer["Location"] == at_check(check) + "?item=C2-05#C2-05"
    assert check.results.get().values == [["2.5"]]
    assert "2.5" in client.get(at_check(check)).content.decode()


def test_the_script_gets_the_progress_and_the_pictures_only(check: Any, cast: Any) -> None:
    client = browser(cast, cast.quality_inspector)
    sent = {"verdict": "pass", "photos": [site.picture()]}

    answer = client.post(at_check(check, "results/C2-01/"), sent, headers={"HX-Request": "true"}, follow=True)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in page and 'data-item-photos="C2-01"' in page and "/thumb/" in page and "<b>1</b>/" in page


def card(page: str, code: str) -> str:
    """One item of the page of a check."""
    return re.search(rf'<section class="[^"]*" id="{code}">.*?</section>', page, re.S)[0]  # type: ignore[index]


def test_a_measured_item_without_its_photo_says_so_on_its_closed_card_and_is_not_counted(checked: Any, cast: Any) -> None:
    """What the conclusion would refuse stands on the card before, by the same rule."""
    check = site.opened(checked, "C3", people=cast, at=cast.days(5))
    item = next(each for each in site.asked(check) if each.photo and each.is_measured)
    others = [site.good(each, photos=[site.picture()]) for each in site.asked(check) if each != item]
    services.record_results(check=check, results=[*others, site.good(item, photos=())], by=cast.quality_inspector, at=cast.days(5))
    client, total = browser(cast, cast.quality_inspector), check.weighed().total

    page = client.get(at_check(check) + f"?item={others[0]['item']}").content.decode()
    assert "is-open" not in card(page, item.code) and "The photo is missing" in card(page, item.code)
    assert page.count("The photo is missing") == 1 and f"<b>{total - 1}</b>/{total} items" in page and "c-empty" in page
    assert f"Arrived {total}/{total}" in page  # nothing is lost on the way
    assert "The photo is missing" in browser(cast, cast.engineering_manager).get(at_check(check)).content.decode()
    assert f'is-open is-sent" id="{item.code}"' in client.get(at_check(check)).content.decode()  # it comes next

    answer = client.post(at_check(check, f"results/{item.code}/"), {"photos": [site.picture()]}, headers={"HX-Request": "true"}, follow=True).content.decode()
    assert "data-item-lacks></p>" in answer and f"<b>{total}</b>/{total} items" in answer
    assert "The photo is missing" not in client.get(at_check(check)).content.decode()


def test_an_item_that_needs_a_photo_says_so_on_its_closed_card_measured_or_not(checked: Any, cast: Any) -> None:
    check = site.opened(checked, "C3", people=cast, at=cast.days(5))
    page = browser(cast, cast.quality_inspector).get(at_check(check)).content.decode()

    asked = [item for item in site.asked(check) if not item.by_paper]
    assert {(bool(item.photo), item.is_measured) for item in asked} == {(True, True), (True, False), (False, True), (False, False)}
    for item in asked:
        closed = re.sub(r'<span class="when-open">.*?</span>', "", card(page, item.code))
        assert ("photo needed" in closed) is bool(item.photo), item.code


def test_the_script_hears_that_the_photo_is_missing(check: Any, cast: Any) -> None:
    client = browser(cast, cast.quality_inspector)

    answer = client.post(at_check(check, "results/C2-01/"), {"verdict": "pass"}, headers={"HX-Request": "true"}, follow=True).content.decode()

    assert "The photo is missing" in answer and "<b>0</b>/" in answer


def test_the_script_gets_a_refusal_in_one_line(check: Any, cast: Any) -> None:
    answer = browser(cast, cast.quality_inspector).post(at_check(check, "results/C2-04/"), {"value_0": "三"}, headers={"HX-Request": "true"})

    assert (answer.status_code, answer.content.decode()) == (422, "“三” is not a number.")


def test_a_refused_item_keeps_everything_that_was_typed(check: Any, cast: Any) -> None:
    client = browser(cast, cast.quality_inspector)

    page = client.post(at_check(check, "results/C2-07/"), {"value_0": "3,9", "more": "vier", "note": "管端有毛刺", "tolerable": "on"})

    assert page.status_code == 422
    shown = page.content.decode()
    item = shown[shown.index('id="C2-07"') : shown.index('id="C2-08"')]
    assert 'value="3.9"' in item and 'value="vier"' in item and "管端有毛刺" in item and re.search(r'name="tolerable"\s+checked', item)
    assert "“vier” is not a number." in shown
    assert not check.results.exists()


def test_a_refused_value_of_a_timed_test_stands_where_it_was_typed(checked: Any, cast: Any) -> None:
    check = site.opened(checked, "C3", people=cast, at=cast.days(5))

    page = browser(cast, cast.quality_inspector).post(at_check(check, "results/C3-14/"), {"value_0": "0.8", "value_1": "30", "value_2": "?"}).content.decode()

    item = page[page.index('id="C3-14"') : page.index('id="C3-15"')]
    assert 'value="0.8"' in item and 'value="30"' in item and "“?” is not a number." in item


def test_a_main_item_that_does_not_apply_is_confirmed_by_a_second_person(check: Any, cast: Any) -> None:
    inspector, manager = browser(cast, cast.quality_inspector), browser(cast, cast.engineering_manager)

    inspector.post(at_check(check, "omissions/"), {"item": "C2-09", "verdict": "not_applicable", "note": "本户无防水材料进场"})
    assert "A second person has to confirm it." in inspector.get(at_check(check)).content.decode()
    assert inspector.post(at_check(check, "confirmations/"), {"item": "C2-09"}).status_code == 403
    assert "Confirm that it does not apply" in manager.get(at_check(check)).content.decode()
    manager.post(at_check(check, "confirmations/"), {"item": "C2-09"})

    result = check.results.get(item__code="C2-09")
    assert (result.verdict, result.by, result.confirmed_by) == (Verdict.NOT_APPLICABLE, cast.quality_inspector, cast.engineering_manager)
    assert f"confirmed by {cast.engineering_manager}" in manager.get(at_check(check)).content.decode()


def test_a_reason_that_is_missing_brings_the_item_back(check: Any, cast: Any) -> None:
    page = browser(cast, cast.quality_inspector).post(at_check(check, "omissions/"), {"item": "C2-09", "verdict": "not_applicable", "note": " "})

    assert page.status_code == 422
    assert "Say why C2-09 does not apply." in page.content.decode()


def test_the_manager_waives_a_general_item_and_a_main_one_stays_with_its_reason_typed(check: Any, cast: Any) -> None:
    client = browser(cast, cast.engineering_manager)

    refused = client.post(at_check(check, "waivers/"), {"item": "C2-01", "reason": "清单后补"})
    assert (refused.status_code, "Nobody can waive it" in refused.content.decode()) == (422, True)
    client.post(at_check(check, "waivers/"), {"item": "C2-08", "reason": "本批无dn110"})

    assert check.waivers.get().reason == "本批无dn110"
    assert "waived" in client.get(at_check(check)).content.decode()


def test_a_check_is_driven_through_in_the_browser_of_each_person(working: Any, cast: Any) -> None:
    """Open, record every item, conclude: the paper is there and waits for its hands."""
    client = browser(cast, cast.quality_inspector)
    where = client.post(f"{SITES}{working.ref}/checks/", {"code": "C2"})["Location"]
    check = QualityCheck.objects.get(project=working)
    assert where == at_check(check)
    for item in site.asked(check):
        row = site.good(item)
        sent = {f"value_{n}": str(points[0]) for n, points in enumerate(row.get("values", ()))} or {"verdict": "pass"}
        assert client.post(at_check(check, f"results/{item.code}/"), sent | {"photos": [site.picture()]}).status_code == 302

    there = {f"there_{party}": "on" for party in ("customer", "designer", "project_manager", "inspector")}
    told = {"customer": "陈静兰", **there, "tools": ["钢卷尺"], "tool_numbers": "JL-12"}
    answer = client.post(at_check(check, "conclusions/"), told)

    check.refresh_from_db()
    assert (answer["Location"], check.state, check.paper.kind) == (f"/papers/{check.paper.ref}/", CheckState.PASSED, "I06")
    assert f"C2 Incoming material inspection has passed. {check.paper.ref} waits for the signatures." in client.get(answer["Location"]).content.decode()
    assert check.tools == ["钢卷尺", "编号 JL-12"]
    assert "signatures missing" in client.get(f"{SITES}{working.ref}/").content.decode()


def test_a_conclusion_that_is_refused_names_all_and_keeps_what_was_typed(check: Any, cast: Any) -> None:
    page = browser(cast, cast.quality_inspector).post(at_check(check, "conclusions/"), {"customer": "陈静兰", "tool_numbers": "JL-12", "remark": "业主迟到"})

    shown = page.content.decode()
    assert page.status_code == 422
    for words in ("C2-01 Brand, model, size, quantity match the contract list: not checked yet.", "Designer was not there.", "业主迟到", 'value="JL-12"'):
        assert words in shown


@pytest.mark.parametrize(("ticked", "absent"), [({}, True), ({"there_customer": "on"}, False)])
def test_the_customer_is_there_when_ticked_and_not_because_the_name_stands_ready(check: Any, cast: Any, ticked: dict[str, str], absent: bool) -> None:
    client = browser(cast, cast.quality_inspector)
    empty = client.get(at_check(check, "conclusions/")).content.decode()
    assert f"Customer {check.project.customer_name}" in empty and not re.search(r'name="there_[^>]*checked', empty)

    shown = client.post(at_check(check, "conclusions/"), {"customer": check.project.customer_name, **ticked}).content.decode()

    assert ("Customer was not there." in shown) is absent


def test_who_concludes_a_check_that_fails_is_told_how_many_faults_and_which_papers(check: Any, cast: Any) -> None:
    site.recorded(check, people=cast, at=cast.at, failing=("C2-04", "C2-05"))
    client = browser(cast, cast.quality_inspector)

    page = client.post(at_check(check, "conclusions/"), {"customer": "陈静兰"}, follow=True).content.decode()

    check.refresh_from_db()
    notice = check.findings.first().rectification.paper.ref
    words = f"C2 Incoming material inspection has failed: 2 faults are to be put right. Papers: {check.paper.ref}, {notice}."
    assert words in page and notice.startswith("I14-")


def test_an_open_item_of_a_passed_check_is_recorded_late_on_its_page(filing: Any, cast: Any) -> None:
    check = site.passed(filing, "C1", people=cast, at=cast.at)
    client = browser(cast, cast.quality_inspector)
    assert "late-results/C1-10/" in client.get(at_check(check)).content.decode()

    without = client.post(at_check(check, "late-results/C1-10/"), {"value_0": "22", "value_1": "24", "value_2": "0"})
    assert (without.status_code, 'value="22"' in without.content.decode()) == (422, True)
    client.post(at_check(check, "late-results/C1-10/"), {"value_0": "22", "value_1": "24", "value_2": "0", "photos": [site.picture()]})

    assert check.results.get(item__code="C1-10").verdict == Verdict.PASS


def test_the_page_of_a_check_tells_of_its_own_clocks_alone(checked: Any, cast: Any) -> None:
    """A patrol that is late is not the check's affair; its signatures and what it left open are."""
    check = site.opened(checked, "C3", people=cast, at=cast.days(60))
    client = browser(cast, cast.quality_inspector)
    assert "Patrol the site" in client.get(f"{SITES}{checked.ref}/").content.decode()

    head = client.get(at_check(check)).content.decode().split("</header>")[0]
    assert re.findall(r'class="tag[^>]*>([^<]*)<', head) == ["Being checked"]
    site.concluded(site.recorded(check, people=cast, at=cast.days(60)), people=cast, at=cast.days(60))
    page = client.get(at_check(check)).content.decode()
    assert "Have the check paper signed" in page and "Patrol the site" not in page
    earlier = client.get(f"{SITES}{checked.ref}/checks/C1/1/").content.decode()
    assert "Record the item that was left open" in earlier and "Have the check paper signed" not in earlier


def test_an_appointment_is_made_from_the_page_of_the_site(working: Any, cast: Any) -> None:
    from django.utils import timezone

    soon = timezone.localtime().replace(microsecond=0) + timezone.timedelta(days=2)
    client = browser(cast, cast.project_manager)

    refused = client.post(f"{SITES}{working.ref}/announcements/", {"code": "C2", "planned_at": "2020-01-01T10:00"})
    shown = refused.content.decode()
    assert (refused.status_code, "The appointment lies in the past." in shown, "2020-01-01T10:00" in shown) == (422, True, True)
    client.post(f"{SITES}{working.ref}/announcements/", {"code": "C2", "planned_at": soon.strftime("%Y-%m-%dT%H:%M")})

    assert QualityCheck.objects.get(project=working).state == CheckState.ANNOUNCED


# --- patrols and faults ------------------------------------------------------------------------------------------------


def test_a_patrol_is_recorded_with_its_fault_and_leads_to_its_paper(working: Any, cast: Any) -> None:
    told = {"progress": "水电开槽八成", "badge_worn": "on", "photos": [site.picture()]}
    told |= {"seen_0": "临时用电无漏保", "severity_0": "main", "pictures_0": [site.picture("#222")]}

    answer = browser(cast, cast.quality_inspector).post(f"{SITES}{working.ref}/patrols/", told)

    patrol = Patrol.objects.get(project=working)
    assert answer["Location"] == f"/papers/{patrol.paper.ref}/"
    assert patrol.findings.get().rectification.responsible == cast.foreman


def test_a_refused_patrol_keeps_its_words(working: Any, cast: Any) -> None:
    told = {"progress": "水电开槽八成", "seen_0": "临时用电无漏保", "severity_0": "main"}

    page = browser(cast, cast.quality_inspector).post(f"{SITES}{working.ref}/patrols/", told)

    shown = page.content.decode()
    assert page.status_code == 422
    for words in ("There is no photo.", "The badge is worn on a patrol.", "水电开槽八成", "临时用电无漏保"):
        assert words in shown
    assert not Patrol.objects.filter(project=working).exists()


def test_a_fault_is_answered_and_looked_at_again_before_and_after(fault: Any, cast: Any) -> None:
    foreman, inspector = browser(cast, cast.foreman), browser(cast, cast.quality_inspector)

    kept = foreman.post(at_fault(fault, "answers/"), {"text": "已装袋清运"})
    assert (kept.status_code, "已装袋清运" in kept.content.decode()) == (422, True)
    foreman.post(at_fault(fault, "answers/"), {"text": "已装袋清运", "photos": [site.picture("#393")]})
    page = inspector.get(at_fault(fault)).content.decode()
    assert "before-after" in page and page.count("/thumb/") >= 2
    refused = inspector.post(at_fault(fault, "rechecks/"), {"accepted": "no"})
    assert (refused.status_code, "Say what is still wrong." in refused.content.decode()) == (422, True)
    inspector.post(at_fault(fault, "rechecks/"), {"accepted": "yes"})

    fault.refresh_from_db()
    assert fault.state == "accepted"


def test_the_page_of_a_fault_names_the_item_in_its_head(check: Any, fault: Any, cast: Any) -> None:
    """A number tells nobody what it is about; what a patrol saw has no item and keeps its number."""
    site.concluded(site.recorded(check, people=cast, at=cast.at, failing=("C2-05",)), people=cast, at=cast.at)
    of_check, client = check.findings.get().rectification, browser(cast, cast.foreman)

    heads = [re.search(r"<h1>(.*?)</h1>", client.get(at_fault(each)).content.decode())[1] for each in (of_check, fault)]  # type: ignore[index]

    assert heads == ["Rectification 2 · Branch circuit copper wire size", "Rectification 1"]


# --- words -------------------------------------------------------------------------------------------------------------

DATA = ("陈静兰", "澄湖里 3 幢 2 单元 1102", "垃圾未装袋", "水电开槽完成八成，主卧回路在布管", "城西店")


@pytest.mark.parametrize("post", ["quality_inspector", "engineering_manager", "project_manager"])
def test_an_english_page_holds_no_chinese_but_names_and_what_people_wrote(post: str, checked: Any, check: Any, fault: Any, cast: Any) -> None:
    client = browser(cast, getattr(cast, post))
    urls = [SITES, f"{SITES}rectifications/", *pages(check, fault)]
    urls += [f"{SITES}{checked.ref}/", f"{SITES}{checked.ref}/checks/C1/1/", f"{SITES}{checked.ref}/checks/C2/1/"]
    urls += [at_check(check, "conclusions/")] if post == "quality_inspector" else []
    people = [*cast.everybody().values(), *cast.other.everybody().values()]
    known = sorted({*DATA, *(person.full_name[0] for person in people), *(person.full_name for person in people)}, key=len, reverse=True)

    for url in urls:
        page = client.get(url).content.decode()
        text = re.sub(r"<script.*?</script>|<[^>]*value=\"[^\"]*\"[^>]*>|<[^>]+>", " ", page[page.index("<main") :], flags=re.S)
        for words in known:
            text = text.replace(words, "")
        assert HAN.findall(text) == [], (url, re.findall(r".{20}[一-鿿]+.{20}", text)[:3])


def test_a_chinese_page_holds_no_english_sentence(check: Any, fault: Any, cast: Any) -> None:
    client = browser(cast, cast.quality_inspector, "zh-hans")

    for url in (SITES, f"{SITES}rectifications/", *pages(check, fault), at_check(check, "conclusions/")):
        page = client.get(url).content.decode()
        text = re.sub(r"<script.*?</script>|<style.*?</style>|<[^>]+>", " ", page[page.index("<main") :], flags=re.S)
        assert re.findall(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}", text) == [], url


LISTS, SITE, CHECK, PATROLS, FAULT = 4, 8, 10, 6, 7  # session, person and the number in the navigation are three of them


# --- what a page costs -------------------------------------------------------------------------------------------------


def cost(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    ours = [q["sql"] for q in queries if "SAVEPOINT" not in q["sql"]]
    return len(ours)


def with_faults(working: Any, cast: Any, count: int) -> None:
    site.patrolled(working, people=cast, at=cast.at, seen=[Seen(f"垃圾未装袋 {n}", "general", [site.picture()]) for n in range(count)])


@pytest.mark.parametrize("count", [1, 3, 50])
def test_the_list_of_faults_costs_the_same_with_one_and_with_fifty(count: int, working: Any, cast: Any) -> None:
    with_faults(working, cast, count)

    assert cost(browser(cast, cast.engineering_manager), f"{SITES}rectifications/") == LISTS


@pytest.mark.parametrize("count", [1, 3, 50])
def test_the_page_of_a_site_costs_the_same_with_one_fault_and_with_fifty(count: int, working: Any, cast: Any) -> None:
    with_faults(working, cast, count)

    assert cost(browser(cast, cast.quality_inspector), f"{SITES}{working.ref}/") == SITE


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_sites_costs_the_same_with_one_site_and_with_three(count: int, filing: Any, working: Any, checked: Any, cast: Any) -> None:
    inspector = cast.hire("quality_inspector", name="新质检")
    for project in (checked, working, filing)[:count]:
        projects.staff_project(project, inspector=inspector, by=cast.engineering_manager, at=cast.days(9))

    client = browser(cast, inspector)
    assert client.get(SITES).content.decode().count("data-row") == count
    assert cost(client, SITES) == LISTS


@pytest.mark.parametrize("count", [1, 3, 13])
def test_the_page_of_a_check_costs_the_same_with_more_results_and_photos(count: int, check: Any, cast: Any) -> None:
    rows = [site.good(item, photos=[site.picture(f"#{n:02x}{k:02x}55") for k in range(3)]) for n, item in enumerate(site.asked(check)[:count])]
    services.record_results(check=check, results=rows, by=cast.quality_inspector, at=cast.at)

    assert cost(browser(cast, cast.quality_inspector), at_check(check)) == CHECK


@pytest.mark.parametrize("count", [1, 3, 50])
def test_the_page_of_patrols_costs_the_same_with_more_patrols(count: int, working: Any, cast: Any) -> None:
    for n in range(count):
        site.patrolled(working, people=cast, at=cast.days(n))

    assert cost(browser(cast, cast.quality_inspector), f"{SITES}{working.ref}/patrols/") == PATROLS


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_fault_costs_the_same_with_more_answers(count: int, fault: Any, cast: Any) -> None:
    for n in range(count):
        site.answered(fault, people=cast, at=cast.days(n + 1))
        if n + 1 < count:
            services.recheck_rectification(rectification=fault, accepted=False, note="没清干净", by=cast.quality_inspector, at=cast.days(n + 1))
            fault.refresh_from_db()

    assert cost(browser(cast, cast.quality_inspector), at_fault(fault)) == FAULT


def test_a_refusal_names_the_people_of_this_site(check: Any, cast: Any) -> None:
    page = browser(cast, cast.quality_inspector).post(at_check(check, "conclusions/"), {}).content.decode()

    assert "you can do it" in page
    assert "Engineering manager may let it pass with a written reason" in page
    assert "quality_inspector" not in page and "engineering_manager can" not in page
