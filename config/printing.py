"""What becomes known of the printing of papers beside the papers themselves."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from config import reach
from core.models import Notice, Paper
from core.tasks import render_paper
from staff import posts
from staff.selectors import holders

GIVEN_UP = "core.printing_given_up"


def given_up(job: DBTaskResult, *, at: datetime) -> int:
    """The last attempt at a paper's PDF has failed: whoever made the paper is told once until it was read; of who has left, those managers of
    the store who may read it."""
    named = job.args_kwargs["args"][:1]
    if job.task_path != render_paper.module_path or not (named and isinstance(named[0], int)):
        return 0
    paper = Paper.objects.select_related("by", "store").filter(pk=named[0]).first()
    if paper is None:
        return 0
    people = [paper.by] if paper.by.left_on is None else list(holders(posts.STORE_MANAGER, paper.store))
    people = [person for person in people if reach.papers(person).filter(pk=paper.pk).exists()]
    link = reverse("paper", args=[paper.ref])
    told = set(Notice.objects.filter(kind=GIVEN_UP, link=link, read_at__isnull=True).values_list("user", flat=True))
    made = Notice.objects.bulk_create(
        Notice(user=person, dossier_id=paper.dossier_id, kind=GIVEN_UP, line=f"{paper.ref} {paper.title}"[:300], link=link, at=at)
        for person in people if person.pk not in told
    )  # fmt: skip
    return len(made)
