"""Check every chain and every stored file against its hash."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.attachments import path_of
from core.audit import faults
from core.models import Attachment, Dossier, Paper


class Command(BaseCommand):
    """Recompute what the database and the disk hold; any fault is named and the exit is non-zero."""

    help = "Verify chains, papers and files; non-zero exit when anything was altered."

    def handle(self, *args: Any, **options: Any) -> None:
        found = []
        for dossier in Dossier.objects.iterator():
            found += [f"dossier {dossier.pk}: {fault}" for fault in faults(dossier)]
        for paper in Paper.objects.iterator():
            if hashlib.sha256(paper.content.encode()).hexdigest() != paper.content_sha256:
                found.append(f"paper {paper.ref}: content was altered")
        for attachment in Attachment.objects.iterator():
            path = path_of(attachment)
            if not path.exists():
                found.append(f"file {attachment.sha256}: missing")
            elif hashlib.sha256(path.read_bytes()).hexdigest() != attachment.sha256:
                found.append(f"file {attachment.sha256}: altered")
        for fault in found:
            self.stderr.write(fault)
        if found:
            raise CommandError(f"{len(found)} faults")
        self.stdout.write(
            f"{Dossier.objects.count()} chains, {Paper.objects.count()} papers, {Attachment.objects.count()} files: all as recorded"
        )
