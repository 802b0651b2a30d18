"""What is known of the one renovation on the way: whose it is, its numbers, and what must stand on each of its papers."""

from __future__ import annotations

from dataclasses import dataclass, field

from aftersales import services as aftersales
from core.models import Paper
from inspections import services as inspections
from projects import services as projects
from projects.models import Project
from tests.journeys.calendar import Calendar


@dataclass
class Story:
    """唐明军, row 23 of the list."""

    customer: str = "唐明军"
    lead: str = ""
    site: str = ""
    papers: dict[str, list[str]] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)

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

    @property
    def project(self) -> Project:
        """The site as it stands now."""
        return Project.objects.at_hand().get(ref=self.site)

    def follow(self) -> None:
        """What the worker does each minute for this site."""
        for app in (projects, inspections, aftersales):
            app.follow(self.project.dossier, at=self.calendar.now())

    def latest(self, kind: str) -> str:
        """The number of the newest paper of this kind."""
        ref: str = Paper.objects.filter(kind=kind, dossier__lead__ref=self.lead).latest("pk").ref
        return ref

    def take(self, kind: str, *, facts: list[str] | None = None) -> str:
        """The number of the paper that was just made; `facts` must be found on its PDF."""
        ref = self.latest(kind)
        self.papers.setdefault(ref, []).extend(facts or [])
        return ref
