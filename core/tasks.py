"""Jobs of the kernel; the worker process runs them."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from core.models import Paper


@task()
def render_paper(paper_id: int) -> int:
    """Render what is due of a paper; returns how many renditions were made."""
    from core.render import render

    with transaction.atomic():
        paper = Paper.objects.select_for_update(no_key=True).select_related("dossier", "store").get(pk=paper_id)
        return len(render(paper, timezone.now()))
