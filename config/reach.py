"""What a person may open across the apps: the dossiers of enquiries, sites and people, and the papers and files in them.

The kernel's own records know no store wall of their own; the wall is that of the enquiry or site that they belong to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from config import scans, signers
from core.models import Attachment, Deadline, Dossier, Paper, Rendition
from core.papers import KINDS
from leads import policies
from leads.models import Lead
from leads.selectors_drawings import files_to_check
from projects.models import Project
from projects.policies import SEE_MONEY
from staff.models import User
from staff.selectors import audience as holders

# Papers that carry sums: whoever may not see a site's money does not see them either (projects.policies.SEE_MONEY).
OF_MONEY = frozenset({"L22", "L23", "P05", "P06", "P07", "P09", "P24", "P25", "P27", "P28", "P29", "P30", "P31"})


def dossiers(user: Any) -> QuerySet[Dossier]:
    """Every dossier that this person may open."""
    return Dossier.objects.filter(_within(user, "pk"))


def audience(deadline: Deadline, codes: Sequence[str]) -> list[User]:
    """Whom a clock's warning reaches: holders of the rung's posts who may open what it is about (not every project manager of the store)."""
    return [person for person in holders(deadline, codes) if dossiers(person).filter(pk=deadline.dossier_id).exists()]


def papers(user: Any) -> QuerySet[Paper]:
    """Every paper that this person may read."""
    return Paper.objects.filter(_within(user, "dossier_id")).exclude(kind__in=hidden_kinds(user))


def hidden_kinds(user: Any) -> frozenset[str]:
    """The kinds of paper that this person does not read: sums, for those who may not see money.  Who signs a paper reads it."""
    if SEE_MONEY.allows(user) or _takes_money(user):
        return frozenset()
    return frozenset(kind for kind in OF_MONEY if not _signs(user, kind))


def _signs(user: Any, kind: str) -> bool:
    """A line of this kind of paper is signed by the person's own post (P25: the foreman)."""
    return kind in KINDS and any(set(signers.posts_of(line.role)) & user.posts for line in KINDS[kind].signers)


def attachments(user: Any) -> QuerySet[Attachment]:
    """Every photo and file of those dossiers; the PDF of a paper is opened through its paper, and the
    scan of an original by those who may read the paper."""
    of_papers = Rendition.objects.filter(attachment=OuterRef("pk"))
    within = _within(user, "dossier_id")
    if policies.CHECK_DRAWINGS.allows(user):  # large designs are checked by somebody whose enquiry it is not (R004)
        within |= Q(pk__in=files_to_check(user))
    found = Attachment.objects.filter(within).exclude(Exists(of_papers))
    hidden = hidden_kinds(user)
    return found.exclude(Exists(scans.of_kinds(hidden, attachment=OuterRef("pk")))) if hidden else found


def _within(user: Any, path: str) -> Q:
    leads = Lead.objects.visible_to(user).values("dossier_id")
    projects = Project.objects.visible_to(user).values("dossier_id")
    found = Q(**{f"{path}__in": leads}) | Q(**{f"{path}__in": projects})
    if getattr(user, "dossier_id", None):
        found |= Q(**{path: user.dossier_id})
    return found


def _takes_money(user: Any) -> bool:
    """Those who take deposits or write quotations read these papers before there is a site."""
    return any(
        each.allows(user)
        for each in (policies.RECEIVE_DEPOSIT, policies.QUOTE, policies.ORDER, policies.ACCEPT_QUOTATION)
    )
