"""What did not happen, kept as facts: the missed patrol, the plan not kept, the absence, the missing check-in; reasons and rulings.

Code keeps who it was, when and by which rule, and judges nothing: amounts and measures are proposed by people elsewhere (6.3).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.calendar import begins, is_working_day
from core.models import Deadline, Dossier
from core.refusals import Missing, Refused
from inspections import deadlines
from inspections.checks import checks
from inspections.choices import CheckState
from inspections.choices_supervision import RULES, CheckInWay, FactKind
from inspections.models import DailyCheckIn, QualityCheck, SupervisionFact
from inspections.services import plans
from projects.models import Project
from staff import posts
from staff.models import Holding, Store, User

LOOKS_BACK = timedelta(days=40)
REPORTS_BACK = (posts.QUALITY_INSPECTOR, posts.SITE_SUPERVISOR)


def note_facts(dossier: Dossier | None, *, at: datetime) -> int:
    """What follows from clocks, plans and appointments that ran out; any number of times, each fact once."""
    found = [*_missed_patrols(dossier, at), *_absences(dossier, at)]
    if dossier is None:
        found += _plans_not_kept(at)
    return _keep(found)


@transaction.atomic
def _keep(found: list[SupervisionFact]) -> int:
    """Two sweeps at once keep one row each: the key is unique."""
    known = set(SupervisionFact.objects.filter(key__in=[fact.key for fact in found]).values_list("key", flat=True))
    fresh = [fact for fact in found if fact.key not in known]
    SupervisionFact.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def _missed_patrols(dossier: Dossier | None, at: datetime) -> list[SupervisionFact]:
    """A patrol clock that ran past its five days, of the inspector it had then (R040)."""
    told = SupervisionFact.objects.filter(key=Concat(Value("patrol:"), Cast(OuterRef("pk"), CharField())))
    running = Q(stopped_at__isnull=True, paused_at__isnull=True, due_at__lt=at)
    late = Q(stopped_at__gte=at - LOOKS_BACK, breached_at__isnull=False, cancelled=False)
    rows = Deadline.objects.filter(running | late, ~Exists(told), clock=deadlines.PATROL.id, owner__isnull=False)
    if dossier is not None:
        rows = rows.filter(dossier=dossier)
    found = list(rows.order_by("pk"))
    sites = {site.dossier_id: site for site in Project.objects.filter(dossier__in=[row.dossier_id for row in found])}
    return [
        SupervisionFact(
            store_id=row.store_id, project=sites.get(row.dossier_id), person_id=row.owner_id, kind=FactKind.PATROL_MISSED,
            rule=RULES[FactKind.PATROL_MISSED], on=timezone.localtime(row.due_at).date(), key=f"patrol:{row.pk}", at=row.due_at,
        )
        for row in found
        if row.owner_id is not None
    ]  # fmt: skip


def _absences(dossier: Dossier | None, at: datetime) -> list[SupervisionFact]:
    """An acceptance was announced for a day, and the inspector did not begin it on that day nor move it beforehand (R044)."""
    today = begins(timezone.localtime(at).date())
    waits = Q(state=CheckState.ANNOUNCED, planned_at__lt=today)
    later = Q(started_at__date__gt=F("planned_at__date"), planned_at__gte=at - LOOKS_BACK)
    rows = QualityCheck.objects.filter(waits | later, project__inspector__isnull=False).select_related("project")
    if dossier is not None:
        rows = rows.filter(project__dossier=dossier)
    return [_absence(check) for check in rows.order_by("pk")]


def _absence(check: QualityCheck) -> SupervisionFact:
    person = check.inspector_id or check.project.inspector_id
    assert check.planned_at is not None and person is not None  # the questions above ask for both
    planned = timezone.localtime(check.planned_at)
    return SupervisionFact(
        store_id=check.store_id, project=check.project, person_id=person, kind=FactKind.ABSENT,
        rule=RULES[FactKind.ABSENT], on=planned.date(), key=f"absent:{check.pk}:{planned:%Y%m%d}", at=check.planned_at,
        says=f"{check.code} {checks()[check.code].zh}",
    )  # fmt: skip


def note_absence(check: QualityCheck, *, moved_to: datetime, at: datetime) -> None:
    """An appointment is moved to another day when its hour was over: nobody came, and moving it does not undo that (R044)."""
    if check.planned_at is None or not check.planned_at < at or check.project.inspector_id is None:
        return
    if timezone.localtime(moved_to).date() > timezone.localtime(check.planned_at).date():
        _keep([_absence(check)])


def _plans_not_kept(at: datetime) -> list[SupervisionFact]:
    """A planned day is over without the patrol, and nobody had said so beforehand (I01, IN-6)."""
    return [
        SupervisionFact(
            store_id=line.entry.store_id, project_id=line.entry.project_id, person_id=line.entry.plan.inspector_id, kind=FactKind.PLAN_NOT_KEPT,
            rule=RULES[FactKind.PLAN_NOT_KEPT], on=line.on, key=f"plan:{line.entry.pk}:{line.on:%Y%m%d}", at=begins(line.on + timedelta(days=1)),
            says=line.said.reason[:200] if line.said is not None and not line.said.beforehand else "",
        )
        for line in plans.not_kept(at=at)
    ]  # fmt: skip


# --- the evening check-in -----------------------------------------------------------------------------------------------


@transaction.atomic
def check_in(*, text: str, by: Any, at: datetime) -> DailyCheckIn:
    """Back at the company in the evening, with the day's work (I02, R045)."""
    person = _locked_person(by)
    return _note(person, timezone.localtime(at).date(), CheckInWay.REPORT, text, granted=True, by=by, at=at)


@transaction.atomic
def take_call(*, person: Any, way: str, text: str, granted: bool, by: Any, at: datetime, on: date | None = None) -> DailyCheckIn:
    """Who does not come back calls: the assistant or the head of supervision notes the situation and whether they consent (R045, Q54, Q55).

    A call without consent is kept and does not count.
    """
    here = _locked_person(person)
    if way not in (CheckInWay.PHONE, CheckInWay.TRIP):
        raise Refused(_("A report is handed in by the person."))
    if here.pk == by.pk:
        raise Refused(_("Nobody consents to the own call."))
    day = on or timezone.localtime(at).date()
    if day > timezone.localtime(at).date():
        raise Refused(_("A call is noted when it was made."))
    return _note(here, day, way, text, granted=granted, by=by, at=at)


def _locked_person(person: Any) -> User:
    return User.objects.select_for_update(no_key=True, of=("self",)).select_related("home_store", "dossier").get(pk=person.pk)


def _note(person: User, on: date, way: str, text: str, *, granted: bool, by: Any, at: datetime) -> DailyCheckIn:
    if not person.posts & set(REPORTS_BACK):
        raise Refused(_("{name} does not report back in the evening.").format(name=person))
    if not text.strip():
        raise Refused(_("Say what was done today.") if way == CheckInWay.REPORT else _("Say what the situation is."))
    if DailyCheckIn.objects.filter(person=person, on=on, granted=True).exists():
        raise Refused(_("{name} has reported back on that day already.").format(name=person))
    made = DailyCheckIn.objects.create(
        store=person.home_store, person=person, on=on, way=way, text=text.strip()[:1000], granted=granted, by=by, at=at
    )
    audit.record(person.dossier, "inspections.checked_in", by=by, at=at, on=on, way=way, granted=granted)
    return made


def watch_check_ins(*, at: datetime) -> int:
    """Each working day that is over and on which somebody did not report back is a fact (R045, Q54).

    A store is watched from the day on which it began to keep the register.
    """
    today = timezone.localtime(at).date()
    days = [day for n in range(1, 6) if is_working_day(day := today - timedelta(days=n))]
    stores = Store.objects.filter(Exists(DailyCheckIn.objects.filter(store=OuterRef("pk"), on__lt=today)), closed_on__isnull=True)
    made = 0
    for store in stores.order_by("pk"):
        began = DailyCheckIn.objects.filter(store=store).order_by("on").values_list("on", flat=True).first()
        asked = [day for day in days if began is not None and day >= began]
        if asked:
            made += _keep(_without_check_in(store, asked))
    return made


def _without_check_in(store: Store, days: list[date]) -> list[SupervisionFact]:
    done = set(DailyCheckIn.objects.filter(store=store, on__in=days, granted=True).values_list("person", "on"))
    held = Holding.objects.open().filter(user=OuterRef("pk"), post__in=REPORTS_BACK)
    people = User.objects.here().filter(Exists(held), home_store=store)
    return [
        SupervisionFact(
            store=store, person=person, kind=FactKind.NO_CHECK_IN, rule=RULES[FactKind.NO_CHECK_IN], on=day, key=f"check-in:{person.pk}:{day:%Y%m%d}",
            at=begins(day + timedelta(days=1)),
        )
        for person in people.order_by("pk")
        for day in days
        if (person.pk, day) not in done and person.hired_on <= day
    ]  # fmt: skip


# --- reasons, and whether they hold --------------------------------------------------------------------------------------


@transaction.atomic
def give_reason(*, fact: SupervisionFact, reason: str, by: Any, at: datetime) -> SupervisionFact:
    """The person says why; once (R044 speaks of absence without any reason)."""
    here = _locked(fact)
    if here.person_id != by.pk:
        raise Refused(_("{name} says why.").format(name=here.person))
    if not reason.strip():
        raise Refused(_("Say why."))
    if here.reason:
        raise Refused(_("The reason was given already."))
    here.reason, here.reason_at = reason.strip()[:500], at
    here.save(update_fields=["reason", "reason_at"])
    _record(here, "inspections.reason_given", by, at, reason=here.reason)
    return here


@transaction.atomic
def rule_reason(*, fact: SupervisionFact, holds: bool, ruling: str, by: Any, at: datetime) -> SupervisionFact:
    """The head of supervision says in writing whether the reason holds (Q52); nobody rules on the own absence."""
    here = _locked(fact)
    if not here.reason:
        raise Refused(_("No reason has been given yet."), [Missing(_("The reason is missing."), str(here.person))])
    if here.person_id == by.pk:
        raise Refused(_("Nobody rules on the own reason."))
    if here.holds is not None:
        raise Refused(_("This was decided already."))
    if not ruling.strip():
        raise Refused(_("Write why the reason holds or does not."))
    here.holds, here.ruling, here.ruled_at, here.ruled_by = holds, ruling.strip()[:500], at, by
    here.save(update_fields=["holds", "ruling", "ruled_at", "ruled_by"])
    _record(here, "inspections.reason_ruled", by, at, holds=holds, ruling=here.ruling)
    return here


def _locked(fact: SupervisionFact) -> SupervisionFact:
    return SupervisionFact.objects.select_for_update(no_key=True, of=("self",)).select_related("person__dossier", "project__dossier").get(pk=fact.pk)


def _record(fact: SupervisionFact, kind: str, by: Any, at: datetime, **told: Any) -> None:
    dossier = fact.person.dossier if fact.project is None else fact.project.dossier
    audit.record(dossier, kind, by=by, at=at, fact=fact.kind, on=fact.on, person=str(fact.person), **told)
