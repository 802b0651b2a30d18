"""Return-visit rounds (domain 7.3): drawn, divided evenly among neutral officers, called, closed with the report S05."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales import deadlines_rounds as deadlines
from aftersales import papers as sheets
from aftersales.choices import ATTEMPTS, Channel, Satisfaction
from aftersales.choices_rounds import Feature, LowSource, RoundState, TargetState
from aftersales.dividing import Asked, divide
from aftersales.models import RoundCall, RoundOfficer, RoundTarget, VisitRound
from aftersales.round_terms import rules, scripts
from aftersales.services.drawing import Criteria, draw, is_always, is_neutral, require_neutral, serving
from aftersales.services.low_scores import open_low
from aftersales.services.round_report import round_sheet
from aftersales.services.sites import line_of
from aftersales.services.visits import CHANNELS, SATISFACTIONS, require_complete
from core import audit, clocks, numbers, papers
from core.calendar import evening
from core.refusals import Missing, Refused
from leads import services as leads
from leads.care import require_awake
from projects.models import Project
from projects.services.site import under_lock
from staff import posts
from staff.models import Store, User

SERIES = "HF"
CALLERS = (posts.CS_OFFICER, posts.CS_SUPERVISOR, posts.CS_MANAGER)
LEADS = (posts.CS_SUPERVISOR, posts.CS_MANAGER)
FEATURES = {"festival": "节日回访", "anniversary": "纪念日回访"}


# --- drawn up -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def draw_round(
    store: Store,
    *,
    name: str,
    purpose: str,
    script: str,
    from_on: date,
    until_on: date,
    criteria: Criteria,
    officers: Mapping[User, int],
    by: Any,
    at: datetime,
    feature: str = "",
    occasion: str = "",
) -> VisitRound:
    """Draw the list and divide it evenly by the officers' shares; nobody gets a customer whom he serves.  The list can be looked at before
    it is handed out."""
    name, purpose, occasion = name.strip()[:60], purpose.strip()[:200], occasion.strip()[:40]
    if not name or not purpose:
        raise Refused(_("A round has a name and a purpose."))
    if script not in scripts() or feature not in Feature.values:
        raise Refused(_("Choose what the officers say."))
    if feature and not occasion:
        raise Refused(_("Say which occasion it is."))
    if until_on < from_on:
        raise Refused(_("The period ends before it begins."))
    _must_be_callers(store, officers)
    Store.objects.select_for_update(no_key=True).get(pk=store.pk)  # two rounds of a store are drawn one after the other
    ref = numbers.take(SERIES, store=store, at=at).ref
    drawn = draw(store, criteria, seed=ref, at=at)
    if not drawn.sites:
        raise Refused(_("No customer fits this choice."))
    barred = serving(drawn.sites)
    dealt = divide(
        [Asked(site.pk, is_always(site), barred[site.pk]) for site in drawn.sites], {person.pk: share for person, share in officers.items()}
    )
    _must_be_feasible(dealt, officers)
    made = VisitRound.objects.create(
        ref=ref, store=store, name=name, purpose=purpose, feature=feature, occasion=occasion, script=script, from_on=from_on, until_on=until_on,
        criteria=criteria.kept(), drawn=drawn.figures, by=by, at=at,
    )  # fmt: skip
    RoundOfficer.objects.bulk_create(RoundOfficer(round=made, officer=person, share=share) for person, share in officers.items())
    RoundTarget.objects.bulk_create(
        RoundTarget(round=made, store=store, project=site, seq=seq, always=is_always(site), officer_id=dealt[site.pk], at=at)
        for seq, site in enumerate(_in_order(drawn.sites, dealt), start=1)
    )
    audit.record(store.file, "aftersales.round_drawn", by=by, at=at, ref=ref, name=name, **drawn.figures)
    return made


def _in_order(sites: list[Project], dealt: Mapping[int, int | None]) -> list[Project]:
    """Members and key customers first, then as the officers have them."""
    return sorted(sites, key=lambda site: (not is_always(site), dealt[site.pk] or 0, site.pk))


def _must_be_callers(store: Store, officers: Mapping[User, int]) -> None:
    if not officers:
        raise Refused(_("Somebody has to call: choose the officers."))
    for person, share in officers.items():
        if person.left_on is not None or not person.posts_for(store.pk) & set(CALLERS):
            raise Refused(_("{name} does not make return visits in this store.").format(name=person))
        if not 10 <= share <= 200:
            raise Refused(_("A share is between 10 and 200; 100 is a full one."))


def _must_be_feasible(dealt: Mapping[int, int | None], officers: Mapping[User, int]) -> None:
    """In three days an officer calls so many and no more (R020): a longer list is drawn in several rounds."""
    most = rules().most_per_officer
    for person in officers:
        count = sum(1 for one in dealt.values() if one == person.pk)
        if count > most:
            told = {"name": person, "count": count, "most": most}
            raise Refused(_("{name} would get {count} customers; within three days {most} can be called. Draw a part, or choose more officers.").format(**told))


@transaction.atomic
def hand_target_over(target: RoundTarget, *, officer: User, by: Any, at: datetime) -> RoundTarget:
    """Another officer calls this customer; a neutral one."""
    site = under_lock(target.project)
    here = _locked_target(target)
    if here.state != TargetState.OPEN or here.round.state not in (RoundState.PREPARED, RoundState.RUNNING):
        raise Refused(_("This customer of the list is done with."))
    _must_be_callers(here.round.store, {officer: 100})
    require_neutral(site, officer)
    if here.officer_id == officer.pk:
        return here
    here.officer = officer
    here.save(update_fields=["officer"])
    clocks.hand_over(deadlines.ROUND_CALL, key_of(here), officer)
    audit.record(site.dossier, "aftersales.target_handed_over", by=by, at=at, ref=here.round.ref, who=str(officer))
    return here


@transaction.atomic
def start_round(round: VisitRound, *, by: Any, at: datetime) -> VisitRound:
    """Hand the lists out: every customer has three days from now (R020), the report is due after the last day."""
    here = _locked_round(round, RoundState.PREPARED)
    list(here.targets.select_for_update(no_key=True).order_by("pk"))  # nobody is handed over meanwhile: the clock is of who has the customer
    targets = list(here.targets.select_related("project__dossier", "officer").order_by("pk"))
    bare = [row for row in targets if row.officer_id is None]
    if bare:
        link = f"{here.get_absolute_url()}?show=bare"
        gap = Missing(_("{count} customers have no neutral caller yet.").format(count=len(bare)), posts.CS_SUPERVISOR, "R023", link)
        raise Refused(_("The lists cannot be handed out yet."), [gap])
    here.state, here.started_at = RoundState.RUNNING, at
    here.save(update_fields=["state", "started_at"])
    for row in targets:
        clocks.start(
            deadlines.ROUND_CALL, dossier=row.project.dossier, key=key_of(row), owner=row.officer, at=at, line=f"{here.name} · {line_of(row.project)}",
            link=reverse("aftersales:round-calls", args=[here.ref, row.seq]),
        )  # fmt: skip
    due_at = evening(here.until_on) + timedelta(days=rules().report_days)
    clocks.start(
        deadlines.ROUND_REPORT, dossier=here.store.file, key=here.ref, owner=by, at=at, due_at=max(due_at, at), line=here.name,
        link=here.get_absolute_url(),
    )  # fmt: skip
    audit.record(here.store.file, "aftersales.round_started", by=by, at=at, ref=here.ref, name=here.name, count=len(targets))
    return here


@transaction.atomic
def drop_round(round: VisitRound, *, by: Any, at: datetime) -> VisitRound:
    """A list that was not handed out is thrown away; another one can be drawn."""
    here = _locked_round(round, RoundState.PREPARED)
    here.state, here.closed_at = RoundState.DROPPED, at
    here.save(update_fields=["state", "closed_at"])
    audit.record(here.store.file, "aftersales.round_dropped", by=by, at=at, ref=here.ref, name=here.name)
    return here


# --- called ---------------------------------------------------------------------------------------------------------------


@transaction.atomic
def record_round_call(
    target: RoundTarget,
    *,
    channel: str,
    reached: bool,
    by: Any,
    at: datetime,
    satisfaction: str = "",
    with_what: str = "",
    suggestion: str = "",
    view: str = "",
    note: str = "",
    time_agreed: bool = False,
    wanted_at: datetime | None = None,
    no_more: bool = False,
) -> RoundCall:
    """Note one attempt; who was reached goes on 《回访记录表》 (S04, R023), a dissatisfied customer opens a case at once.

    Refused: in the customer's rest unless the time was agreed (R024), again within four hours, after three attempts, by whoever
    serves the customer or is not on the list for it; a second call that reached the customer.
    """
    site = under_lock(target.project)
    here = _locked_target(target)
    channel = Channel(channel)
    _must_be_open(here)
    _must_be_mine(here, site, by)
    earlier = list(here.calls.all())
    if site.customer.do_not_contact and not time_agreed:
        raise Refused(_("The customer does not want to be contacted."))
    if earlier and at - earlier[0].at < timedelta(hours=rules().hours_between):
        raise Refused(_("The last attempt is less than four hours ago."))
    if channel in (Channel.PHONE, Channel.DOOR) and not time_agreed:
        require_awake(at)
    if wanted_at is not None and wanted_at <= at:
        raise Refused(_("The agreed time lies in the past."))
    if reached:
        require_complete(satisfaction, with_what)
    elif no_more and not note.strip():
        raise Refused(_("Note what the customer said."))
    if no_more and not reached and here.always and not by.posts_for(here.store_id) & set(LEADS):
        raise Refused(
            _("A member or key customer who was not reached is left out by the supervisor alone."),
            [Missing(_("Tell the supervisor what the customer said."), posts.CS_SUPERVISOR, "R021 R022")],
        )
    if no_more and not site.customer.do_not_contact:
        leads.ban_contact(site.customer, reason=_("Said on the return visit {ref}.").format(ref=here.round.ref), by=by, at=at)
    call = RoundCall(
        target=here, store=here.store, seq=len(earlier) + 1, channel=channel, reached=reached, time_agreed=time_agreed,
        satisfaction=satisfaction if reached else "", with_what=with_what.strip()[:500] if reached else "", suggestion=suggestion.strip()[:500],
        view=view.strip()[:500], note=note.strip()[:500], no_more=no_more, by=by, at=at,
    )  # fmt: skip
    if reached:
        call.paper = papers.issue(sheets.S04, dossier=site.dossier, store=site.store, content=_sheet(site, here, call), by=by, at=at)
    call.save()
    _after_call(site, here, call, wanted_at, by=by, at=at)
    audit.record(
        site.dossier, "aftersales.round_called", by=by, at=at, paper=call.paper, ref=here.round.ref, attempt=call.seq, reached=reached,
        satisfaction=call.satisfaction,
    )  # fmt: skip
    return call


def _after_call(site: Project, here: RoundTarget, call: RoundCall, wanted_at: datetime | None, *, by: Any, at: datetime) -> None:
    if call.reached or call.seq >= ATTEMPTS:
        here.state, here.done_at = (TargetState.REACHED if call.reached else TargetState.TRIED), at
        here.save(update_fields=["state", "done_at"])
        clocks.stop(deadlines.ROUND_CALL, key_of(here), at=at, by=by)
    elif call.no_more:
        _leave_out(here, _("The customer does not want to be contacted."), by=by, at=at)
    elif wanted_at != here.wanted_at:
        here.wanted_at = wanted_at
        here.save(update_fields=["wanted_at"])
    if call.satisfaction == Satisfaction.DISSATISFIED and call.paper is not None:
        open_low(site, paper=call.paper, source=LowSource.VISIT, says=call.with_what, category="other", by=by, at=at)


def _must_be_open(here: RoundTarget) -> None:
    if here.round.state != RoundState.RUNNING:
        raise Refused(_("The lists of this round are not handed out."))
    match here.state:
        case TargetState.REACHED:
            raise Refused(_("This customer has been reached already: {who}, {when}.").format(**_reached(here)))
        case TargetState.TRIED:
            raise Refused(_("Three attempts were made; more would disturb the customer."))
        case TargetState.LEFT_OUT:
            raise Refused(_("This customer of the list is done with."))


def _reached(here: RoundTarget) -> dict[str, str]:
    call = here.calls.select_related("by").filter(reached=True).first()
    return {"who": str(call.by) if call else "", "when": f"{timezone.localtime(call.at):%m-%d %H:%M}" if call else ""}


def _must_be_mine(here: RoundTarget, site: Project, by: Any) -> None:
    require_neutral(site, by)
    if here.officer_id != by.pk and not by.posts_for(here.store_id) & set(LEADS):
        raise Refused(_("This customer is on {name}'s list.").format(name=here.officer))


def _leave_out(here: RoundTarget, reason: str, *, by: Any, at: datetime) -> None:
    here.state, here.done_at, here.reason = TargetState.LEFT_OUT, at, reason[:200]
    here.save(update_fields=["state", "done_at", "reason"])
    clocks.cancel(deadlines.ROUND_CALL, key_of(here), at=at, by=by)


def _sheet(site: Project, here: RoundTarget, call: RoundCall) -> sheets.VisitSheet:
    round = here.round
    kind = FEATURES.get(round.feature, "定期回访")
    return sheets.VisitSheet(
        place=sheets.Place.of(site), kind=kind, accepted_on=None, channel=CHANNELS[call.channel], attempt=call.seq, visited_at=call.at,
        satisfaction=SATISFACTIONS[call.satisfaction], with_what=call.with_what, suggestion=call.suggestion, view=call.view, note=call.note,
        officer=str(call.by), time_agreed=call.time_agreed, round=f"{round.ref} {round.name}", purpose=round.purpose, occasion=round.occasion,
    )  # fmt: skip


# --- closed ---------------------------------------------------------------------------------------------------------------


def closing_gaps(round: VisitRound) -> list[Missing]:
    """Members and key customers who were neither reached nor tried three times (R021, R022)."""
    rows = round.targets.filter(state=TargetState.OPEN, always=True, project__customer__do_not_contact=False).select_related("project", "officer")
    return [
        Missing(
            _("{name} is a member or key customer and was neither reached nor tried three times.").format(name=row.project.customer_name),
            posts.CS_OFFICER, "R021 R022", reverse("aftersales:round-calls", args=[round.ref, row.seq]),
        )
        for row in rows
    ]  # fmt: skip


@transaction.atomic
def close_round(round: VisitRound, *, analysis: str, measures: str, by: Any, at: datetime) -> VisitRound:
    """Close the round with its report (S05), frozen; refused while a member or key customer was not visited (R021, R022).

    Others who were not called are left out, and the report counts them as such.
    """
    here = _locked_round(round, RoundState.RUNNING)
    if not analysis.strip():
        raise Refused(_("Write what the answers show."))
    sites = here.targets.filter(state=TargetState.OPEN).order_by("project_id").values_list("project_id", flat=True)
    list(Project.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=list(sites)).order_by("pk"))
    gaps = closing_gaps(here)
    if gaps:
        raise Refused(_("The round cannot be closed yet."), gaps)
    for row in here.targets.select_for_update(no_key=True, of=("self",)).filter(state=TargetState.OPEN).select_related("project__customer"):
        row.round = here
        _leave_out(row, "客户不愿被联系" if row.project.customer.do_not_contact else "本轮未打", by=by, at=at)
    here.analysis, here.measures = analysis.strip()[:1500], measures.strip()[:1500]
    here.report = papers.issue(
        sheets.S05, dossier=here.store.file, store=here.store, content=round_sheet(here, by=by, at=at), by=by, at=at
    )
    here.state, here.closed_at = RoundState.CLOSED, at
    here.save(update_fields=["state", "closed_at", "analysis", "measures", "report"])
    clocks.stop(deadlines.ROUND_REPORT, here.ref, at=at, by=by)
    audit.record(here.store.file, "aftersales.round_closed", by=by, at=at, paper=here.report, ref=here.ref, name=here.name)
    return here


# --- small things ---------------------------------------------------------------------------------------------------------


def key_of(target: RoundTarget) -> str:
    return f"{target.round.ref}/{target.seq}"


def _locked_round(round: VisitRound, *states: str) -> VisitRound:
    here = VisitRound.objects.select_for_update(no_key=True, of=("self",)).select_related("store").get(pk=round.pk)
    if here.state not in states:
        raise Refused(_("This round stands at “{state}”.").format(state=RoundState(here.state).label))
    return here


def _locked_target(target: RoundTarget) -> RoundTarget:
    rows = RoundTarget.objects.select_for_update(no_key=True, of=("self",)).select_related("round__store", "officer")
    return rows.get(pk=target.pk)


@transaction.atomic
def show_round_phone(target: RoundTarget, *, by: Any, at: datetime) -> str:
    """The number to call, while this customer is due; each look is on record (LR-43, decision 22)."""
    site = under_lock(target.project)
    here = _locked_target(target)
    _must_be_open(here)
    _must_be_mine(here, site, by)
    first = site.customer.phones.filter(withdrawn_at__isnull=True).first()
    if first is None:
        raise Refused(_("There is no number on file."))
    due = deadlines.ROUND_CALL.id if clocks.is_open(deadlines.ROUND_CALL, key_of(here)) else ""
    return leads.reveal_phone(site.lead, phone=first, by=by, at=at, for_clock=due, reason="call")


__all__ = [
    "close_round", "closing_gaps", "draw_round", "drop_round", "hand_target_over", "is_neutral", "key_of", "record_round_call", "show_round_phone",
    "start_round",
]  # fmt: skip
