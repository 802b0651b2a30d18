"""What is known of the one renovation on the way: whose it is, its numbers, and what must stand on each of its papers."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.models import Paper


@dataclass
class Story:
    """唐明军, row 23 of the list."""

    customer: str = "唐明军"
    lead: str = ""
    site: str = ""
    papers: dict[str, list[str]] = field(default_factory=dict)

    @property
    def file(self) -> str:
        return f"/leads/{self.lead}/"

    @property
    def works(self) -> str:
        return f"/projects/{self.site}/"

    @property
    def checks(self) -> str:
        return f"/inspections/{self.site}/"

    @property
    def warranty(self) -> str:
        return f"/aftersales/{self.site}/"

    def latest(self, kind: str) -> str:
        """The number of the newest paper of this kind."""
        ref: str = Paper.objects.filter(kind=kind, dossier__lead__ref=self.lead).latest("pk").ref
        return ref

    def take(self, kind: str, *, facts: list[str] | None = None) -> str:
        """The number of the paper that was just made; `facts` must be found on its PDF."""
        ref = self.latest(kind)
        self.papers.setdefault(ref, []).extend(facts or [])
        return ref
