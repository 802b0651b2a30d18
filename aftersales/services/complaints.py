"""A complaint is taken up and judged: registered, classed, answered, upheld or not (R026, steps 1 and 2 of domain 7.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from aftersales import deadlines_complaints as deadlines
from aftersales import papers_complaints as sheets
from aftersales.choices import ATTEMPTS, Satisfaction
from aftersales.choices_complaints import (
    ABOUT,
    ComplaintClass,
    ComplaintSource,
    ComplaintStage,
    Emotion,
    Part,
    TalkKind,
)
from aftersales.complaint_terms import Category, categories, heads, spans
from aftersales.models import Classing, Complaint, ComplaintMove, ComplaintPerson, ComplaintVerdict, Talk
from aftersales.policies_complaints import HANDLE_COMPLAINTS, INVESTIGATE_COMPLAINTS, JUDGE_COMPLAINTS, JUDGES, SERVICE
from aftersales.procedure_complaints import COMPLAINTS, Standing
from core import audit, clocks, numbers, papers, phones
from core.models import Dossier, Notice
from core.policies import Permission
from core.refusals import Missing, Refused
from leads import services as leads
from leads.care import require_awake
from leads.models import Lead
from leads.services.stages import locked as locked_lead
from projects.models import Project
from projects.services.site import under_lock
from staff import posts
from staff.models import Department
from staff.selectors import holders

SERIES = "TS"
DAY = timedelta(days=1)
BETWEEN = timedelta(hours=4)


# --- registered --------------------------------------------------------------------------------------------------------


@transaction.atomic
def open_complaint(
    dossier: Dossier,
    *,
    complainant: str,
    phone: str,
    source: str,
    category: str,
    text: str,
    by: Any,
    at: datetime,
    project: Project | None = None,
    wish: str = "",
    emotion: str = "",
    kind: str = "",
    named: Iterable[Any] = (),
    owed_at: datetime | None = None,
) -> Complaint:
    """Register a complaint (S07) at once on receipt: who, when, about what; its clocks begin with the moment it was told (R026, LR-24).

    `named`: the colleagues it is about; none of them sees it or has a hand in it.  `owed_at`: the answer promised to the customer (S15).
    """
    site = project or Project.objects.filter(dossier=dossier).first()
    site = under_lock(site) if site is not None else None
    lead = site.lead if site is not None else locked_lead(Lead.objects.get(dossier=dossier), closed=True)
    row = categories().get(category)
    if row is None:
        raise Refused(_("Say what the complaint is about."))
    if not text.strip() or not complainant.strip():
        raise Refused(_("Say who complains and about what."))
    number = ""
    if phone.strip():
        number = phones.normal(phone) or ""
        if not number:
            raise Refused(_("This is not a telephone number of a mobile or of a landline with its area code."))
    about = list({person.pk: person for person in named}.values())
    here = Complaint(
        dossier=dossier, lead=lead, project=site, store=lead.store, source=ComplaintSource(source), category=row.code,
        complainant=complainant.strip()[:40], phone=number, text=text.strip()[:1000], wish=wish.strip()[:400],
        emotion=Emotion(emotion) if emotion else "", payment_state=_payments(site), owed_at=_owed(row, owed_at, at), by=by, at=at,
        officer=_officer(lead.store, by, about), ref=numbers.take(SERIES, store=lead.store, at=at).ref,
    )  # fmt: skip
    earlier = list(Complaint.objects.filter(dossier=dossier).order_by("-pk")[:5])
    here.paper = papers.issue(
        sheets.S07, dossier=dossier, store=lead.store, content=_register_sheet(here, about, earlier, kind), by=by, at=at
    )
    here.save()
    for person in about:
        ComplaintPerson.objects.create(complaint=here, store=here.store, person=person, part=Part.NAMED, by=by, at=at)
    if kind:
        _class(here, ComplaintClass(kind), "", by=by, at=at)
    _tell_of_repetition(here, earlier, at)
    for clock, owner, due in (
        (deadlines.REPLY, here.officer, here.owed_at),
        (deadlines.JUDGE, judge_of(here), row.due(at, spans().judge_days)),
        (deadlines.LEGAL, judge_of(here), at + timedelta(days=spans().legal_days)),
    ):
        start_clock(here, clock, owner=owner, at=at, due_at=due)
    audit.record(dossier, "aftersales.complaint_opened", by=by, at=at, ref=here.ref, category=row.code, source=here.source, paper=here.paper)
    return here


def _owed(row: Category, promised: datetime | None, at: datetime) -> datetime:
    """The answer that is owed: as promised (S15), else within the hours of the category."""
    if promised is None:
        return at + timedelta(hours=row.reply_hours)
    if not at <= promised <= at + timedelta(days=spans().reply_promise_days):
        raise Refused(_("An answer is promised for a moment within the next {count} days.").format(count=spans().reply_promise_days))
    return promised


def _officer(store: Any, by: Any, about: Sequence[Any]) -> Any:
    """Who looks after it: whoever took it, if of the service; nobody whom it is about."""
    hidden = {person.pk for person in about}
    if by is not None and by.pk not in hidden and by.posts_for(store.pk) & set(SERVICE):
        return by
    found = first_of((*SERVICE, posts.STORE_MANAGER, posts.GENERAL_MANAGER), store, hidden, HANDLE_COMPLAINTS)
    if found is None:
        raise Refused(_("There is nobody whom the complaint is not about who could look after it."))
    return found


def first_of(codes: Iterable[str], store: Any, hidden: Iterable[int], permission: Permission | None = None) -> Any:
    """The first holder of one of these posts who is not among the hidden – and may act there, where a permission is asked for."""
    out = set(hidden)
    fit = (person for code in codes for person in holders(code, store) if person.pk not in out)
    return next((person for person in fit if permission is None or permission.reaches(person, store.pk, own=False)), None)


def about_of(here: Complaint) -> set[int]:
    """Whom the complaint is about."""
    rows = here.complaintpersons.filter(part__in=ABOUT, person__isnull=False)
    return set(rows.values_list("person_id", flat=True))


def judge_of(here: Complaint) -> Any:
    """Whose the judgement is: the supervisor of the service, or whoever stands above and is not complained about."""
    return first_of(JUDGES, here.store, about_of(here), JUDGE_COMPLAINTS)


def _payments(site: Project | None) -> str:
    """What has been paid of what is owed, as it stood when the complaint came (looked at for communication complaints)."""
    if site is None:
        return ""
    account = site.money
    return f"{account.received:.2f}/{account.owed:.2f}"


def _register_sheet(here: Complaint, about: Sequence[Any], earlier: Sequence[Complaint], kind: str) -> sheets.RegisterSheet:
    paid, _slash, owed = here.payment_state.partition("/")
    with override("zh-hans"):
        return sheets.RegisterSheet(
            place=place_of(here), source=str(ComplaintSource(here.source).label), complainant=here.complainant,
            phone=phones.mask(here.phone) if here.phone else "", text=here.text, wish=here.wish,
            emotion=str(Emotion(here.emotion).label) if here.emotion else "",
            kind=str(ComplaintClass(kind).label) if kind else "", named=[person.full_name for person in about],
            payment=f"已收 ¥{Decimal(paid):,.2f}，合同价（含增减项）¥{Decimal(owed):,.2f}" if owed else "",
            owed_at=here.owed_at, officer=here.officer.full_name,
            earlier=[f"{row.ref} {categories()[row.category].zh}" for row in earlier],
        )  # fmt: skip


def place_of(here: Complaint) -> sheets.ComplaintPlace:
    site = here.project
    return sheets.ComplaintPlace(
        here.ref, site.ref if site else here.lead.ref, site.customer_name if site else here.lead.customer.name,
        site.address if site else here.lead.home.address, categories()[here.category].zh, here.at,
    )  # fmt: skip


def line_of(here: Complaint) -> str:
    """Whose complaint about what, for desks of people who may see it."""
    name, where = (here.project.customer_name, here.project.address) if here.project else (here.lead.customer.name, here.lead.home.address)
    return f"{categories()[here.category].zh} · {name} · {where}"


def start_clock(here: Complaint, clock: clocks.Clock, *, owner: Any, at: datetime, due_at: datetime) -> None:
    clocks.start(
        clock, dossier=here.dossier, key=here.ref, owner=owner, at=at, due_at=max(due_at, at), line=line_of(here), link=here.get_absolute_url()
    )


def _tell_of_repetition(here: Complaint, earlier: Sequence[Complaint], at: datetime) -> None:
    """The same about the same home again: the store manager hears of it (LR-63)."""
    again = [row for row in earlier if row.category == here.category and at - row.at <= timedelta(days=spans().repeat_days)]
    if not again:
        return
    hidden = about_of(here)
    Notice.objects.bulk_create(
        Notice(user=person, dossier=here.dossier, kind="aftersales.complaint_again", line=line_of(here), link=here.get_absolute_url(), at=at)
        for person in holders(posts.STORE_MANAGER, here.store)
        if person.pk not in hidden
    )


# --- what every later verb asks -------------------------------------------------------------------------------------------


def locked_complaint(complaint: Complaint, *stages: str, by: Any = None) -> Complaint:
    """The site's or the enquiry's row, then the complaint's, locked; refused for whom it is about, or when it stands elsewhere."""
    if complaint.project_id is not None:
        site: Project | None = under_lock(Project(pk=complaint.project_id))
    else:
        site = None
        locked_lead(Lead(pk=complaint.lead_id), closed=True)
    rows = Complaint.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "dossier", "store", "lead__customer", "lead__home", "solution", "department"
    )
    here = rows.get(pk=complaint.pk)
    here.project = site
    if by is not None:
        refuse_own(here, by)
    if stages and here.stage not in stages:
        raise Refused(_("This complaint stands at “{stage}”.").format(stage=ComplaintStage(here.stage).label))
    return here


def refuse_own(here: Complaint, by: Any) -> None:
    """Whom a complaint is about neither handles, judges, investigates nor approves it, in whatever post."""
    if by.pk in about_of(here):
        raise Refused(_("This complaint is about you: somebody else looks after it."))


def move(here: Complaint, to: str, *, by: Any, at: datetime, reason: str = "", ask: bool = True) -> ComplaintMove:
    """One step of the procedure; refused with everything that is missing.  The complaint's row must be locked."""
    COMPLAINTS.require(Standing(here), here.stage, to, store=here.store_id, by=by if ask else None)
    made = ComplaintMove.objects.create(
        complaint=here, store=here.store, seq=here.complaintmoves.count() + 1, from_stage=here.stage, to_stage=to, reason=reason.strip()[:400],
        by=by, at=at,
    )  # fmt: skip
    here.stage = to
    return made


def needs(text: str, sentence: str) -> str:
    """The words that were asked for, or a refusal."""
    if not text.strip():
        raise Refused(sentence)
    return text.strip()


# --- class, promise, talks ----------------------------------------------------------------------------------------------------


def _class(here: Complaint, kind: ComplaintClass, reason: str, *, by: Any, at: datetime) -> None:
    seq = here.classings.count() + 1
    Classing.objects.create(complaint=here, store=here.store, seq=seq, kind=kind, reason=reason.strip()[:300], by=by, at=at)
    here.kind = kind
    here.save(update_fields=["kind"])


@transaction.atomic
def class_complaint(complaint: Complaint, *, kind: str, reason: str, by: Any, at: datetime) -> Complaint:
    """Say or change the class; a communication complaint handled badly becomes a valid one (7.1).  A change has a reason; history stays."""
    here = locked_complaint(complaint, by=by)
    if kind not in ComplaintClass.values:
        raise Refused(_("Say of which class the complaint is."))
    if kind == here.kind:
        raise Refused(_("The complaint is of this class already."))
    if here.kind and not reason.strip():
        raise Refused(_("Say why the class changes."))
    _class(here, ComplaintClass(kind), reason, by=by, at=at)
    audit.record(here.dossier, "aftersales.complaint_classed", by=by, at=at, ref=here.ref, was_classed=kind, reason=reason.strip()[:300])
    return here


@transaction.atomic
def promise_reply(complaint: Complaint, *, owed_at: datetime, by: Any, at: datetime) -> Complaint:
    """Agree with the customer when the answer comes (S15); from now on that moment is the one that can be missed.

    What is late already stays late, and however often it is promised anew, the days count from the complaint.
    """
    here = locked_complaint(complaint, by=by)
    if here.replied_at is not None:
        raise Refused(_("The customer has had a first answer."))
    if at > here.owed_at:
        raise Refused(_("The answer is late already; call the customer now."))
    promised = _owed(categories()[here.category], owed_at, at)
    if promised > here.at + timedelta(days=spans().reply_promise_days):
        raise Refused(_("An answer is promised for a moment within {count} days of the complaint.").format(count=spans().reply_promise_days))
    here.owed_at = promised
    here.save(update_fields=["owed_at"])
    clocks.agree(deadlines.REPLY, here.ref, due_at=here.owed_at, by=by, at=at)
    audit.record(here.dossier, "aftersales.complaint_promised", by=by, at=at, ref=here.ref, owed_at=here.owed_at)
    return here


_WHEN = {TalkKind.ANSWER: ComplaintStage.ANSWERING, TalkKind.TOLD: ComplaintStage.APPROVED, TalkKind.AFTER: ComplaintStage.CALLING}


@transaction.atomic
def record_talk(
    complaint: Complaint, *, kind: str, reached: bool, says: str, by: Any, at: datetime, satisfaction: str = "", time_agreed: bool = False
) -> Talk:
    """Note a talk with the customer: a first answer, why it is not upheld, the approved solution, the return call, or another.

    The solution is told only when the leader in charge has approved it (G23).  At the return call a customer who is not content sends the
    complaint back for another solution.
    """
    here = locked_complaint(complaint, by=by)
    kind = TalkKind(kind)
    wanted = _WHEN.get(kind)
    if kind == TalkKind.TOLD and here.stage in (ComplaintStage.RECEIVED, ComplaintStage.INVESTIGATING, ComplaintStage.PROPOSING):
        gap = Missing(_("The leader in charge has not approved a solution."), "", "G23")
        raise Refused(_("Nobody is promised anything before a solution is approved."), [gap])
    if wanted is not None and here.stage != wanted:
        raise Refused(_("This complaint stands at “{stage}”.").format(stage=ComplaintStage(here.stage).label))
    if reached:
        needs(says, _("Write down what was said."))
    if kind == TalkKind.AFTER and reached and satisfaction not in Satisfaction.values:
        raise Refused(_("Say whether the customer is satisfied."))
    if kind == TalkKind.AFTER:
        _may_call(here, at, time_agreed)
    made = Talk.objects.create(
        complaint=here, store=here.store, seq=here.talks.count() + 1, kind=kind, round=here.round, reached=reached, says=says.strip()[:600],
        satisfaction=satisfaction if kind == TalkKind.AFTER and reached else "", by=by, at=at,
    )  # fmt: skip
    if reached and here.replied_at is None:
        here.replied_at = at
        here.save(update_fields=["replied_at"])
        clocks.stop(deadlines.REPLY, here.ref, at=at, by=by)
    audit.record(here.dossier, "aftersales.complaint_talk", by=by, at=at, ref=here.ref, talk=kind, reached=reached)
    _talked(here, made, by, at)
    return made


def _may_call(here: Complaint, at: datetime, time_agreed: bool) -> None:
    """Not in the customer's rest, not more often than three times, not within four hours (R024)."""
    if not time_agreed:
        require_awake(at)
    tried = [talk for talk in here.talks.all() if talk.kind == TalkKind.AFTER and talk.round == here.round]
    if len(tried) >= ATTEMPTS:
        raise Refused(_("Three attempts were made; more would disturb the customer."))
    if tried and at - tried[0].at < BETWEEN:
        raise Refused(_("The last attempt is less than four hours ago."))


def _talked(here: Complaint, made: Talk, by: Any, at: datetime) -> None:
    """What a talk settles: told why not – closed; told the solution – carried out once it is signed; called – summed up or anew."""
    if made.kind == TalkKind.ANSWER and made.reached:
        here.ended_at = at
        here.save(update_fields=["ended_at"])
        move(here, ComplaintStage.CLOSED, by=by, at=at)
        for clock in (deadlines.ANSWER, deadlines.LEGAL):
            clocks.stop(clock, here.ref, at=at, by=by)
    elif made.kind == TalkKind.TOLD and made.reached and here.solution is not None and here.solution.is_signed:
        move(here, ComplaintStage.EXECUTING, by=by, at=at)
    elif made.kind == TalkKind.AFTER:
        _after(here, made, by, at)


def _after(here: Complaint, made: Talk, by: Any, at: datetime) -> None:
    if made.reached:
        here.satisfaction = made.satisfaction
        here.save(update_fields=["satisfaction"])
    if made.satisfaction == Satisfaction.DISSATISFIED:
        clocks.stop(deadlines.CALL, here.ref, at=at, by=by)
        propose_anew(here, reason=made.says, by=by, at=at)
        return
    tried = sum(1 for talk in here.talks.all() if talk.kind == TalkKind.AFTER and talk.round == here.round)
    if made.reached or tried >= ATTEMPTS:
        clocks.stop(deadlines.CALL, here.ref, at=at, by=by)
        move(here, ComplaintStage.SUMMING_UP, by=by, at=at)
        start_clock(here, deadlines.SUM_UP, owner=judge_of(here), at=at, due_at=at + timedelta(days=spans().summary_days))


def propose_anew(here: Complaint, *, reason: str, by: Any, at: datetime) -> None:
    """Back to the proposals, in a round of its own: the leader in charge approves another solution (Q102)."""
    move(here, ComplaintStage.PROPOSING, by=by, at=at, reason=reason)
    here.round += 1
    here.solution, here.ended_at = None, None
    here.save(update_fields=["round", "solution", "ended_at"])
    start_clock(here, deadlines.APPROVE, owner=here.leader, at=at, due_at=at + DAY)
    start_clock(here, deadlines.LEGAL, owner=judge_of(here), at=at, due_at=here.at + timedelta(days=spans().legal_days))


# --- judged ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def judge_complaint(
    complaint: Complaint,
    *,
    reason_sufficient: bool,
    demand_reasonable: bool,
    why: str,
    identity_checked: bool,
    by: Any,
    at: datetime,
    kind: str = "",
    kind_reason: str = "",
    payment_looked: bool = False,
    department: str = "",
    more: Sequence[str] = (),
    investigator: Any = None,
) -> ComplaintVerdict:
    """Step 2: upheld when the reason is sufficient and the demand reasonable; then the department answers for it, its head investigates and
    the leader above it decides (Q101).  Not upheld: the customer is answered with the reason.
    """
    here = locked_complaint(complaint, ComplaintStage.RECEIVED, by=by)
    if kind and kind != here.kind:
        if here.kind and not kind_reason.strip():
            raise Refused(_("Say why the class changes."))
        if kind not in ComplaintClass.values:
            raise Refused(_("Say of which class the complaint is."))
        _class(here, ComplaintClass(kind), kind_reason, by=by, at=at)
    upheld = reason_sufficient and demand_reasonable
    gaps = []
    if not here.kind:
        gaps.append(Missing(_("The complaint has no class yet."), ",".join(JUDGES), "S07"))
    if not identity_checked:
        gaps.append(Missing(_("It has not been checked who is speaking."), ",".join(JUDGES), "S07"))
    if here.kind and ComplaintClass(here.kind).communication and not payment_looked:
        gaps.append(Missing(_("Nobody has looked at what has been paid."), ",".join(JUDGES), "S07"))
    if not why.strip():
        gaps.append(Missing(_("The reason of the judgement."), ",".join(JUDGES), "R026"))
    if upheld and department not in heads():
        gaps.append(Missing(_("The department that answers for it."), ",".join(JUDGES), "R026"))
    if gaps:
        raise Refused(_("The complaint cannot be judged like this yet."), gaps)
    made = ComplaintVerdict.objects.create(
        complaint=here, store=here.store, seq=here.complaintverdicts.count() + 1, reason_sufficient=reason_sufficient,
        demand_reasonable=demand_reasonable, upheld=upheld, why=why.strip()[:600], identity_checked=identity_checked, payment_looked=payment_looked,
        department=Department.objects.get(pk=department) if upheld else None, by=by, at=at,
    )  # fmt: skip
    here.upheld = upheld
    if upheld:
        _entrust(here, made, [code for code in more if code in heads() and code != department], investigator, by, at)
    else:
        here.save(update_fields=["upheld"])
    move(here, ComplaintStage.INVESTIGATING if upheld else ComplaintStage.ANSWERING, by=by, at=at)
    clocks.stop(deadlines.JUDGE, here.ref, at=at, by=by)
    if upheld:
        start_clock(here, deadlines.INVESTIGATE, owner=here.investigator, at=at, due_at=step_due(here, spans().investigate_days, at))
    else:
        start_clock(here, deadlines.ANSWER, owner=here.officer, at=at, due_at=at + DAY)
    audit.record(
        here.dossier, "aftersales.complaint_judged", by=by, at=at, ref=here.ref, upheld=upheld, department=department if upheld else "",
    )  # fmt: skip
    return made


def step_due(here: Complaint, days: int, at: datetime) -> datetime:
    """When a step is due: counted from the registration, after a reopening from that moment (Q100)."""
    opened = here.complaintmoves.filter(from_stage=ComplaintStage.CLOSED).order_by("-seq").first()
    return max(categories()[here.category].due(opened.at if opened else here.at, days), at)


def _entrust(here: Complaint, made: ComplaintVerdict, more: Sequence[str], investigator: Any, by: Any, at: datetime) -> None:
    """The department answers for it: its head is a fact, investigates unless it is about him, and the leader above decides (Q101)."""
    hidden = about_of(here)
    first = str(made.department_id)
    answering = [first, *more]
    named = {code: first_of(heads()[code], here.store, ()) for code in answering}
    for code, person in named.items():
        if person is not None:
            ComplaintPerson.objects.get_or_create(
                complaint=here, person=person, part=Part.HEAD, defaults={"store": here.store, "department_id": code, "by": by, "at": at}
            )
    head = named[first]
    here.department, here.more_departments = made.department, list(more)
    if investigator is not None and investigator.pk in hidden:
        raise Refused(_("{name} is the one complained about.").format(name=investigator))
    here.investigator = investigator or (
        head if head is not None and head.pk not in hidden else first_of((*SERVICE, posts.STORE_MANAGER), here.store, hidden, INVESTIGATE_COMPLAINTS)
    )
    here.leader = leader_for(here, head, several=bool(more))
    if here.leader is None:
        raise Refused(_("There is no leader in charge whom the complaint is not about."))
    here.save(update_fields=["upheld", "department", "more_departments", "investigator", "leader"])


def leader_for(here: Complaint, head: Any, *, several: bool) -> Any:
    """The leader in charge: the superior of the department's head, the general manager when several departments answer (Q101).

    Never somebody who has a part in the complaint; then the next one above.
    """
    out = set(here.complaintpersons.filter(person__isnull=False).values_list("person_id", flat=True))
    if here.investigator_id is not None:
        out.add(here.investigator_id)
    above = head.superior if head is not None and not several else None
    if above is not None and above.pk not in out and above.left_on is None:
        return above
    return first_of((posts.GENERAL_MANAGER, posts.STORE_MANAGER, posts.CS_MANAGER, posts.CS_SUPERVISOR), here.store, out)


# --- whose it is ----------------------------------------------------------------------------------------------------------


HANDED = {"officer": HANDLE_COMPLAINTS, "investigator": INVESTIGATE_COMPLAINTS}  # what of a complaint is handed over, and to whom its pages open


def _why_not_to(here: Complaint, role: str, person: Any, about: set[int]) -> str:
    """Why this part of a complaint is not given to this person; empty when it may be."""
    if here.stage == ComplaintStage.CLOSED or (role == "investigator" and here.stage not in (ComplaintStage.INVESTIGATING, ComplaintStage.PROPOSING)):
        return _("This complaint stands at “{stage}”.").format(stage=ComplaintStage(here.stage).label)
    if person.pk in about:
        return _("{name} is the one complained about.").format(name=person)
    if person.pk == getattr(here, f"{role}_id") or (role == "investigator" and person.pk == here.leader_id):
        return _("{name} has a part in it already.").format(name=person)
    if not HANDED[role].reaches(person, here.store_id, own=True):
        return _("{name} does not work on complaints of this store.").format(name=person)
    return ""


def takers(complaint: Complaint, people: Iterable[Any]) -> dict[str, list[Any]]:
    """Who of these people may take what of the complaint now."""
    about, known = about_of(complaint), list(people)
    return {role: [person for person in known if not _why_not_to(complaint, role, person, about)] for role in HANDED}


@transaction.atomic
def hand_complaint(complaint: Complaint, *, to: Any, role: str, reason: str, by: Any, at: datetime) -> Complaint:
    """Another officer or investigator takes over, with the reason: when it turns out to be about the one who has it, or somebody is away."""
    here = locked_complaint(complaint, by=by)
    if role not in HANDED:
        raise Refused(_("Say what is handed over."))
    if why := _why_not_to(here, role, to, about_of(here)):
        raise Refused(why)
    needs(reason, _("Say why it is handed over."))
    setattr(here, role, to)
    here.save(update_fields=[role])
    mine = (deadlines.REPLY, deadlines.ANSWER, deadlines.HANDLE, deadlines.CALL) if role == "officer" else (deadlines.INVESTIGATE,)
    for clock in mine:
        clocks.hand_over(clock, here.ref, to)
    audit.record(here.dossier, "aftersales.complaint_handed", by=by, at=at, ref=here.ref, role=role, reason=reason.strip()[:300])
    return here


@transaction.atomic
def name_person(complaint: Complaint, *, person: Any, by: Any, at: datetime) -> ComplaintPerson:
    """Only later it becomes clear whom the complaint is about: from now on that colleague neither sees nor handles it."""
    here = locked_complaint(complaint, by=by)
    if person.pk in (here.officer_id, here.investigator_id, here.leader_id):
        raise Refused(_("{name} has it in hand; hand it to somebody else first.").format(name=person))
    if person.pk in about_of(here):
        raise Refused(_("{name} is named already.").format(name=person))
    made = ComplaintPerson.objects.create(complaint=here, store=here.store, person=person, part=Part.NAMED, by=by, at=at)
    for clock in (deadlines.JUDGE, deadlines.LEGAL, deadlines.SUM_UP):  # a promise of the one complained about goes to the next above
        clocks.hand_over(clock, here.ref, judge_of(here))
    audit.record(here.dossier, "aftersales.complaint_named", by=by, at=at, ref=here.ref)
    return made


@transaction.atomic
def show_complainant(complaint: Complaint, *, by: Any, at: datetime) -> str:
    """The complainant's number in full; each look is on record (LR-43)."""
    here = locked_complaint(complaint, by=by)
    if here.phone:
        audit.record(here.dossier, "aftersales.complaint_phone", by=by, at=at, ref=here.ref)
        return here.phone
    first = here.lead.customer.phones.filter(withdrawn_at__isnull=True).first()
    if first is None:
        raise Refused(_("There is no number on file."))
    due = next((clock.id for clock in (deadlines.REPLY, deadlines.ANSWER, deadlines.CALL) if clocks.is_open(clock, here.ref)), "")
    return leads.reveal_phone(here.lead, phone=first, by=by, at=at, for_clock=due, reason="complaint")


@transaction.atomic
def reopen_complaint(complaint: Complaint, *, reason: str, by: Any, at: datetime) -> Complaint:
    """A closed complaint is opened again with a reason and judged anew; what was before stays."""
    here = locked_complaint(complaint, ComplaintStage.CLOSED, by=by)
    needs(reason, _("Say why it is opened again."))
    move(here, ComplaintStage.RECEIVED, by=by, at=at, reason=reason)
    here.round += 1
    here.upheld, here.solution, here.ended_at, here.satisfaction = None, None, None, ""
    here.save(update_fields=["round", "upheld", "solution", "ended_at", "satisfaction"])
    start_clock(here, deadlines.JUDGE, owner=judge_of(here), at=at, due_at=step_due(here, spans().judge_days, at))
    start_clock(here, deadlines.LEGAL, owner=judge_of(here), at=at, due_at=at + timedelta(days=spans().legal_days))
    audit.record(here.dossier, "aftersales.complaint_reopened", by=by, at=at, ref=here.ref, reason=reason.strip()[:300])
    return here


__all__ = [
    "class_complaint", "hand_complaint", "judge_complaint", "name_person", "open_complaint", "promise_reply", "record_talk", "reopen_complaint",
    "show_complainant",
]  # fmt: skip
