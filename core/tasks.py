"""Jobs of the kernel; the worker process runs them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from core.models import Paper

HISTORY, HISTORY_UNSIGNED, AWAITED = -20, -10, 20  # a paper of today has 0
KEPT = timedelta(days=30)  # a job that is done


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


def hurry(paper: Paper, *, anew: bool = True) -> None:
    """Somebody waits for this paper's PDF: it goes before all that is ready, and is queued `anew` when it was given up.

    A job that failed keeps the minute of its next attempt.  While one is running a second may be queued: it finds nothing due.
    """
    if not _queued().filter(args_kwargs__args__0=paper.pk).update(priority=AWAITED) and anew:
        render_paper.using(priority=AWAITED).enqueue(paper.pk)


@dataclass(frozen=True)
class Trouble:
    """Printing in vain: how often it was tried, when it is tried next (None: as soon as the worker is free), whether a picture was missing.

    What was `given_up` is tried again when somebody asks for it.
    """

    times: int
    again_at: datetime | None
    lacks_picture: bool
    given_up: bool


def trouble(paper: Paper, *, at: datetime) -> Trouble | None:
    """What keeps a paper's PDF from being made; None when nothing was tried in vain since its last PDF."""
    times, next_at, lacks_picture, given_up = 0, None, False, True
    for job in DBTaskResult.objects.filter(task_path=render_paper.module_path, args_kwargs__args__0=paper.pk).order_by("-enqueued_at"):
        if job.status == TaskResultStatus.SUCCESSFUL:
            break
        given_up &= job.status == TaskResultStatus.FAILED
        times += len(job.worker_ids) - (job.status == TaskResultStatus.RUNNING)
        lacks_picture |= job.exception_class_path == "builtins.FileNotFoundError"
        if job.status == TaskResultStatus.READY and job.worker_ids and job.run_after > at:
            next_at = job.run_after
    return Trouble(times, next_at, lacks_picture, given_up) if times else None


def prune(*, at: datetime) -> int:
    """Delete the jobs that were done long ago; one that failed stays as long as none of a later day did it, and so does what it came after."""
    alike = DBTaskResult.objects.filter(task_path=OuterRef("task_path"), args_kwargs=OuterRef("args_kwargs"))
    failed, done = TaskResultStatus.FAILED, TaskResultStatus.SUCCESSFUL
    made_good = Q(status=failed) & Exists(alike.filter(status=done, enqueued_at__gt=OuterRef("enqueued_at")))
    old = DBTaskResult.objects.finished().filter(finished_at__lt=at - KEPT)
    count, _by_model = old.filter(made_good | Q(status=done) & ~Exists(alike.filter(status=failed))).delete()
    return count


def let_history_wait() -> None:
    """What a whole company's past left in the queue comes after what people do now; papers that wait for a signature come first of it."""
    unsigned = list(Paper.objects.filter(state="issued").values_list("pk", flat=True))
    _queued().update(priority=HISTORY)
    _queued().filter(args_kwargs__args__0__in=unsigned).update(priority=HISTORY_UNSIGNED)


def _queued() -> QuerySet[DBTaskResult]:
    return DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=render_paper.module_path)
