"""What a colleague is not told about complaints: whom one is about learns neither of it nor who complained (domain 7.2, 10.3).

The pages of complaints load through their own wall; here stand the other ways by which a complaint could show: the papers of a file
and the scans of their originals, its timeline, its clocks, warnings.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from aftersales.choices_complaints import ABOUT
from aftersales.models import Complaint, ComplaintPerson, LowScore
from aftersales.policies_complaints import SEE_COMPLAINTS
from config import scans
from core.clocks import quiet_ids
from core.models import Deadline, Paper
from core.papers import quiet_kinds

KINDS = "aftersales.complaint"
ANSWERS = ("S02", "S04", "S18")  # what a customer says of those who served; a bad one is not read by whom it rates


def hidden_papers(user: Any) -> Q:
    """The papers of complaints that this person does not read: of files in which no complaint may be seen, or one is about the person."""
    here = Complaint.objects.visible_to(user).filter(dossier=OuterRef("dossier"))
    return Q(kind__in=quiet_kinds()) & (~Q(Exists(here)) | Q(Exists(_about(user, "dossier")))) | Q(pk__in=bad_answers_about(user))


def bad_answers_about(user: Any) -> QuerySet[LowScore, int]:
    """The papers of bad answers (S02, S04, S18) that rate this person."""
    return LowScore.objects.rating(user).order_by().values_list("paper", flat=True)


def hidden_files(user: Any) -> Q:
    """The scans of the originals of such papers."""
    return Q(Exists(scans.of_kinds([*quiet_kinds(), *ANSWERS], attachment=OuterRef("pk")).filter(paper__in=Paper.objects.filter(hidden_papers(user)))))


def _about(user: Any, dossier: str) -> QuerySet[ComplaintPerson]:
    return ComplaintPerson.objects.filter(complaint__dossier=OuterRef(dossier), person=user, part__in=ABOUT)


def hidden_events(user: Any, store: int) -> Q:
    """The links of a file's chain that tell of complaints, for those who may not see them there; all of them when one is about the person."""
    of_scan = Exists(scans.of_kinds(quiet_kinds(), attachment=OuterRef("attachment")))
    rated = bad_answers_about(user)
    of_answer = Exists(scans.of_kinds(ANSWERS, attachment=OuterRef("attachment")).filter(paper__in=rated))
    own = Q(paper__in=rated) | Q(attachment__isnull=False) & Q(of_answer)
    told = Q(kind__startswith=KINDS) | Q(paper__kind__in=quiet_kinds()) | Q(attachment__isnull=False) & Q(of_scan)
    return own | (told & Q(Exists(_about(user, "dossier"))) if SEE_COMPLAINTS.reaches(user, store, own=False) else told)


def without_own(clocks: QuerySet[Deadline], user: Any) -> QuerySet[Deadline]:
    """Clocks without those of complaints about this person."""
    about = ComplaintPerson.objects.filter(complaint__ref=OuterRef("key"), person=user, part__in=ABOUT)
    return clocks.exclude(Q(clock__in=quiet_ids()) & Q(Exists(about)))


def of_file(clocks: QuerySet[Deadline], user: Any, store: int) -> QuerySet[Deadline]:
    """The clocks of a file: those of complaints for whoever sees complaints of the store, and one's own."""
    if SEE_COMPLAINTS.reaches(user, store, own=False):
        return without_own(clocks, user)
    return clocks.exclude(Q(clock__in=quiet_ids()) & ~Q(owner=user))


def may_hear(person: Any, deadline: Deadline) -> bool:
    """Whether this person is warned of a clock: never of a complaint about himself."""
    if deadline.clock not in quiet_ids():
        return True
    return not ComplaintPerson.objects.filter(complaint__ref=deadline.key, person=person, part__in=ABOUT).exists()
