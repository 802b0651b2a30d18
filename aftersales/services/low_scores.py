"""A bad answer opens a case, once for its paper (S02, S04, S18), and is called about on the same day by somebody it does not name.

What the file tells of it is named like what belongs to its complaint, so that whom it names does not read it (config.quiet).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from aftersales import deadlines_rounds as deadlines
from aftersales.choices import ATTEMPTS
from aftersales.choices_rounds import LowSource
from aftersales.models import LowScore, LowScoreAbout, LowScoreCall
from aftersales.round_terms import rules
from aftersales.services.complaints import open_complaint
from aftersales.services.drawing import require_neutral
from aftersales.services.sites import line_of, supervisor
from core import audit, clocks
from core.models import Paper
from core.refusals import Refused
from leads.care import require_awake
from projects.models import Project
from projects.services.site import under_lock

SOURCES = {LowSource.EVALUATION: "low_score", LowSource.VISIT: "return_visit", LowSource.SURVEY: "survey"}


def open_low(
    site: Project, *, paper: Paper, source: str, says: str, category: str, by: Any, at: datetime, about: Iterable[Any] = (), call: bool = True
) -> LowScore:
    """The case of a bad answer; the same paper again returns the case that stands.  Call inside the verb, the site locked.

    `about`: whom the answer rates – they neither call nor see it here.  `call`: its own same-day clock runs (S02 has one already).
    """
    if (known := LowScore.objects.filter(paper=paper).first()) is not None:
        return known
    people = list({person.pk: person for person in about if person is not None}.values())
    case = open_complaint(
        site.dossier, project=site, complainant=site.customer_name, phone="", source=SOURCES[LowSource(source)], category=category,
        text=f"{paper.ref}：{says}"[:1000], named=people, by=by, at=at,
    )  # fmt: skip
    made = LowScore.objects.create(paper=paper, project=site, store=site.store, source=source, says=says[:800], case=case.ref, by=by, at=at)
    LowScoreAbout.objects.bulk_create(LowScoreAbout(low=made, person=person) for person in people)
    if call:
        clocks.start(
            deadlines.LOW_CALL, dossier=site.dossier, key=case.ref, owner=_caller(site, people), at=at, line=line_of(site),
            link=reverse("aftersales:low-score", args=[paper.ref]),
        )  # fmt: skip
    audit.record(site.dossier, "aftersales.complaint_low", by=by, at=at, paper=paper, case=case.ref, source=str(source))
    return made


def _caller(site: Project, people: list[Any]) -> Any:
    """The supervisor, unless the answer is about that very person: then the clock's own ladder finds somebody."""
    found = supervisor(site)
    return None if found is None or found.pk in {person.pk for person in people} else found


@transaction.atomic
def record_low_call(low: LowScore, *, reached: bool, says: str, by: Any, at: datetime, time_agreed: bool = False) -> LowScoreCall:
    """One attempt to call about a bad answer; neutral, not in the customer's rest (R024), three attempts, four hours apart."""
    site = under_lock(low.project)
    here = LowScore.objects.select_for_update(no_key=True, of=("self",)).get(pk=low.pk)
    if here.called_at is not None:
        raise Refused(_("The customer was called about this answer."))
    if here.about.filter(person=by).exists():
        raise Refused(_("Whom the answer is about does not call about it."))
    require_neutral(site, by)
    if site.customer.do_not_contact and not time_agreed:
        raise Refused(_("The customer does not want to be contacted."))
    if not time_agreed:
        require_awake(at)
    last = here.calls.first()
    if last is not None and (at - last.at).total_seconds() < rules().hours_between * 3600:
        raise Refused(_("The last attempt is less than four hours ago."))
    if reached and not says.strip():
        raise Refused(_("Note what the customer said."))
    made = LowScoreCall.objects.create(
        low=here, store=here.store, seq=(last.seq if last else 0) + 1, reached=reached, time_agreed=time_agreed, says=says.strip()[:500], by=by, at=at
    )
    if reached or made.seq >= ATTEMPTS:
        here.called_at = at
        here.save(update_fields=["called_at"])
        clocks.stop(deadlines.LOW_CALL, here.case, at=at, by=by)
    audit.record(site.dossier, "aftersales.complaint_low_called", by=by, at=at, case=here.case, reached=reached, attempt=made.seq)
    return made


def note_called(site: Project, *, at: datetime) -> None:
    """The same-day call about an evaluation was recorded as a return visit: its case need not be called about twice."""
    LowScore.objects.filter(project=site, source=LowSource.EVALUATION, called_at__isnull=True).update(called_at=at)


__all__ = ["note_called", "open_low", "record_low_call"]
