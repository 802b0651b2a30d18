"""Jobs of the kernel; the worker process runs them."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from core.models import Paper

HISTORY, HISTORY_UNSIGNED, AWAITED = -20, -10, 20  # a paper of today has 0


@task()
def render_paper(paper_id: int) -> int:
    """Render what is due of a paper; returns how many renditions were made.

    Printing takes seconds: it holds no row, so that nobody who signs, pays or writes into the file waits for a PDF.
    """
    from core import render

    made = 0
    while kind := render.due(paper := Paper.objects.select_related("dossier", "store").get(pk=paper_id)):
        data = render.printed(paper, kind)
        with transaction.atomic():
            locked = Paper.objects.select_for_update(no_key=True, of=("self",)).select_related("dossier", "store").get(pk=paper_id)
            made += render.keep(locked, kind, data, timezone.now()) is not None
    return made


def hurry(paper: Paper) -> None:
    """Somebody waits for this paper's PDF: it goes before all that is ready, and is queued anew when it was given up.

    A job that failed keeps the minute of its next attempt.  While one is running a second may be queued: it finds nothing due.
    """
    if not _queued().filter(args_kwargs__args__0=paper.pk).update(priority=AWAITED):
        render_paper.using(priority=AWAITED).enqueue(paper.pk)


def let_history_wait() -> None:
    """What a whole company's past left in the queue comes after what people do now; papers that wait for a signature come first of it."""
    unsigned = list(Paper.objects.filter(state="issued").values_list("pk", flat=True))
    _queued().update(priority=HISTORY)
    _queued().filter(args_kwargs__args__0__in=unsigned).update(priority=HISTORY_UNSIGNED)


def _queued() -> QuerySet[DBTaskResult]:
    return DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=render_paper.module_path)
