"""Two people at the same moment: one wins, the other gets a sentence, nothing is lost, nothing deadlocks."""

import threading
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from core import audit, clocks, papers
from core.models import Dossier, Paper, Signature
from core.refusals import Refused
from tests.core.test_clocks import TRIAL
from tests.core.test_papers import KIND
from tests.hand import sign
from tests.threads import ROUNDS, at_once, deadlocks

AT = datetime(2026, 11, 24, 9, 40, tzinfo=ZoneInfo("Asia/Shanghai"))


def issue(dossier, store, by):
    with transaction.atomic():
        return papers.issue(KIND, dossier=dossier, store=store, content={}, by=by, at=AT)


def test_two_people_taking_the_same_paper_number_get_two_numbers(live_db, live_cast, server_log):
    dossier = Dossier.objects.create(kind="enquiry", store=live_cast.store, title="陈静兰", opened_at=AT)
    before = deadlocks(server_log)

    for _ in range(ROUNDS):
        answers = at_once(*[lambda: issue(dossier, live_cast.store, live_cast.designer)] * 2)
        assert [type(a) for a in answers] == [Paper, Paper], answers

    assert list(Paper.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 2 * ROUNDS + 1))
    assert list(audit.faults(dossier)) == []
    assert deadlocks(server_log) == before


def test_two_people_signing_the_same_line_at_the_same_moment_one_wins(live_db, live_cast, server_log):
    dossier = Dossier.objects.create(kind="enquiry", store=live_cast.store, title="陈静兰", opened_at=AT)
    before = deadlocks(server_log)

    for _ in range(ROUNDS):
        paper = issue(dossier, live_cast.store, live_cast.designer)
        answers = at_once(*[lambda p=paper: sign(p, "customer", "陈静兰", by=live_cast.designer, at=AT)] * 2)
        assert sorted(type(a).__name__ for a in answers) == ["Refused", "Signature"], answers

    assert Signature.objects.count() == ROUNDS
    assert list(audit.faults(dossier)) == []
    assert deadlocks(server_log) == before


def test_the_last_two_signatures_at_the_same_moment_complete_the_paper(live_db, live_cast):
    dossier = Dossier.objects.create(kind="enquiry", store=live_cast.store, title="陈静兰", opened_at=AT)

    for _ in range(ROUNDS // 4):
        paper = issue(dossier, live_cast.store, live_cast.designer)
        answers = at_once(
            lambda p=paper: sign(p, "customer", "陈静兰", by=live_cast.designer, at=AT),
            lambda p=paper: sign(p, "designer", "林晓舟", by=live_cast.designer, at=AT),
        )
        assert not any(isinstance(a, Refused) for a in answers), answers
        assert Paper.objects.get(pk=paper.pk).is_signed


def test_in_a_stores_own_file_it_is_the_same_whether_the_clock_or_the_chain_comes_first(live_db, live_cast, server_log):
    """Two verbs that share no row but the file: the one starts its clock and then says so, the other the other way round."""
    dossier = Dossier.objects.create(kind="store", store=live_cast.store, title="城西店", opened_at=AT)
    halfway, before = threading.Barrier(2), deadlocks(server_log)

    def clock(key):
        clocks.start(TRIAL, dossier=dossier, key=key, owner=None, at=AT)

    def told():
        audit.record(dossier, "core.tried", by=live_cast.designer, at=AT)

    def verb(first, then):
        with transaction.atomic():
            first()
            halfway.wait(timeout=20)
            then()

    answers = at_once(lambda: verb(lambda: clock("a"), told), lambda: verb(told, lambda: clock("b")))

    assert answers == [None, None]
    assert clocks.is_open(TRIAL, "a") and clocks.is_open(TRIAL, "b")
    assert list(audit.faults(dossier)) == []
    assert deadlocks(server_log) == before
