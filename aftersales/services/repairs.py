"""A fault in a finished home: told, sorted with the reason in words, talked through, called about on the same day, filed (S19, S21)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales import deadlines_repairs as deadlines
from aftersales.choices import ATTEMPTS, PAID
from aftersales.choices_repairs import OPEN, Cover, Level, Mode, Outcome, RepairState, Source
from aftersales.deadlines_rounds import PART_BACK, REPEAT
from aftersales.models import Diagnosis, RepairCall, RepairPhoto, RepairRequest, Sorting, Warranty, WarrantyTerm
from aftersales.repair_terms import Category, categories, exclusions, last_day, levels, spans
from aftersales.services.repeats import note_repeat
from aftersales.services.sites import in_force, officer
from aftersales.terms import texts
from core import attachments, audit, clocks, numbers, phones
from core.calendar import evening
from core.clocks import Hours
from core.models import Paper
from core.refusals import Missing, Refused
from leads import services as leads
from leads.care import awake, require_awake
from projects.models import Project
from projects.procedure import months_after
from projects.services.site import under_lock
from staff import posts
from staff.selectors import holders

SERIES = "BX"
LATEST = 20  # hour of the evening until which an owner is called on the day itself
MOST_PHOTOS = 9
SORTS = ",".join((posts.CS_OFFICER, posts.CS_SUPERVISOR, posts.AFTERSALES_HEAD))  # who says who bears a repair says why, too


# --- told --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def report_fault(
    project: Project,
    *,
    source: str,
    category: str,
    room: str,
    fault: str,
    by: Any,
    at: datetime,
    item: str = "",
    immediate: bool = False,
    level: str = "",
    wanted_at: datetime | None = None,
    contact: str = "",
    phone: str = "",
    photos: Sequence[Any] = (),
) -> RepairRequest:
    """Take up a fault (S19): what, where, since when, who is to be called; its clocks begin with the call.

    Refused before there is a warranty: then it is a defect of the site and goes to its rectifications.
    """
    site = under_lock(project)
    here = in_force(site)
    kind = _category(category)
    if not fault.strip() or not room.strip():
        raise Refused(_("Say in which room the fault is and what it looks like."))
    number = ""
    if phone.strip():
        number = phones.normal(phone) or ""
        if not number:
            raise Refused(_("This is not a telephone number of a mobile or of a landline with its area code."))
    if wanted_at is not None and wanted_at < at - timedelta(minutes=5):
        raise Refused(_("The time that the owner wants lies in the past."))
    if len(photos) > MOST_PHOTOS:
        raise Refused(_("At most {count} photos at once.").format(count=MOST_PHOTOS))
    repair = RepairRequest.objects.create(
        ref=numbers.take(SERIES, store=site.store, at=at).ref, project=site, store=site.store, warranty=here, source=Source(source), category=kind.code,
        room=room.strip()[:40], item=item.strip()[:80], fault=fault.strip()[:600], immediate=immediate,
        level=Level.EMERGENCY if immediate else Level(level or kind.level), wanted_at=wanted_at, contact=(contact.strip() or site.customer_name)[:40],
        phone=number, by=by, at=at,
    )  # fmt: skip
    keep_photos(repair, photos, RepairPhoto.When.FAULT, by=by, at=at)
    _start_clocks(repair, site, at)
    audit.record(site.dossier, "aftersales.fault_told", by=by, at=at, ref=repair.ref, where=repair.where, category=kind.code)
    note_repeat(repair, line=line_of(repair), by=by, at=at)
    return repair


def _category(code: str) -> Category:
    found = categories().get(code)
    if found is None:
        raise Refused(_("Say what kind of fault it is."))
    return found


def keep_photos(repair: RepairRequest, files: Sequence[Any], when: str, *, by: Any, at: datetime, order: Any = None) -> list[RepairPhoto]:
    says = {"fault": _("The fault as it was told"), "before": _("Before the repair"), "after": _("After the repair")}[when]
    kept = [attachments.keep(file, dossier=repair.project.dossier, by=by, at=at, caption=f"{says} {repair.where}"[:200]) for file in files]
    return [RepairPhoto.objects.create(repair=repair, order=order, when=when, attachment=made) for made in kept]


def _start_clocks(repair: RepairRequest, site: Project, at: datetime) -> None:
    """Called back, on the spot, mended: by the level; at once means a quarter of an hour (R087, R088); never longer than the law lets."""
    level = levels()[repair.level]
    owner = head_of(site)
    told: dict[str, Any] = {"dossier": site.dossier, "key": repair.ref, "owner": owner, "at": at, "line": line_of(repair), "link": repair.get_absolute_url()}
    on_site = timedelta(minutes=spans().immediate_minutes) if repair.immediate else timedelta(hours=level.onsite_hours)
    clocks.start(deadlines.CALL_BACK, **told, due_at=at + timedelta(minutes=spans().immediate_minutes if repair.immediate else level.reply_minutes))
    clocks.start(deadlines.ON_SITE, **told, due_at=at + on_site)
    clocks.start(deadlines.MENDED, **told, within=Hours(level.finish_hours))
    clocks.start(deadlines.LEGAL, **told)


def line_of(repair: RepairRequest) -> str:
    return f"{repair.where} · {repair.project.customer_name} · {repair.project.address}"


def head_of(site: Project) -> Any:
    """Who looks after repairs of a store: the head of after-sales, else a technician, else whose the customer is."""
    found = holders(posts.AFTERSALES_HEAD, site.store) or holders(posts.TECHNICIAN, site.store)
    return found[0] if found else officer(site)


def locked_repair(repair: RepairRequest, *states: str) -> RepairRequest:
    """The site's row, then the repair's, locked; Refused when it does not stand where the act needs it."""
    site = under_lock(repair.project)
    here = RepairRequest.objects.select_for_update(no_key=True, of=("self",)).select_related("warranty", "term").get(pk=repair.pk)
    here.project = site
    if states and here.state not in states:
        raise Refused(_("This repair stands at “{state}”.").format(state=RepairState(here.state).label))
    return here


# --- sorted ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposal:
    """What the rule says: who bears it, which part of the house, from when until when, and why."""

    cover: str
    term: WarrantyTerm
    starts_on: date
    until: date
    floor_until: date | None
    earlier: RepairRequest | None
    exclusion: str
    hold: bool
    proof_until: date
    told_on: date

    @property
    def running(self) -> bool:
        return self.told_on <= self.until

    @property
    def proof_ours(self) -> bool:
        """Within six months the company shows that a defect is not its own (Consumer Act art. 23)."""
        return self.told_on <= self.proof_until


def propose(repair: RepairRequest, *, term: str = "", exclusion: str = "") -> Proposal:
    """Sort by rule: part, term and cause.  Open money is noted and changes nothing (decision 5).

    In the floor of the law it is the statutory warranty, after it as far as the company promised more, then the owner pays; a part that was
    mended before is covered from that repair on, if that lasts longer (W10).
    """
    warranty: Warranty = repair.warranty
    rows = {row.code: row for row in warranty.terms.all()}
    row = rows.get(term or categories()[repair.category].term)
    if row is None or row.until is None:
        raise Refused(_("This part does not stand in the warranty."))
    told_on = timezone.localtime(repair.at).date()
    earlier, again = _mended_before(repair, rows)
    until = max(row.until, again) if again else row.until
    city = repair.project.store.city
    floor_until = last_day(row.code, row.floor, warranty.starts_on, city) if row.floor else None
    if exclusion and exclusion not in exclusions():
        raise Refused(_("This cause is not one of those that the warranty leaves out."))
    if told_on > until or exclusion:
        cover = Cover.PAID
    elif floor_until is not None and told_on <= floor_until:
        cover = Cover.STATUTORY
    else:
        cover = Cover.COMPANY
    return Proposal(
        cover=cover, term=row, starts_on=warranty.starts_on, until=until, floor_until=floor_until, earlier=earlier if again and again > row.until else None,
        exclusion=exclusion, hold=repair.project.stage not in PAID, proof_until=months_after(warranty.starts_on, texts().proof_months), told_on=told_on,
    )  # fmt: skip


def _mended_before(repair: RepairRequest, rows: dict[str, WarrantyTerm]) -> tuple[RepairRequest | None, date | None]:
    """The last repair of the same part and room in this home, and until when it is covered by itself."""
    last = (
        RepairRequest.objects.filter(project=repair.project_id, category=repair.category, room=repair.room, finished_at__lt=repair.at)
        .exclude(pk=repair.pk)
        .order_by("-finished_at")
        .first()
    )
    months = next((row.months for code, row in rows.items() if code in texts().from_repair), 0)
    if last is None or last.finished_at is None or not months:
        return None, None
    return last, months_after(timezone.localtime(last.finished_at).date(), months)


@transaction.atomic
def sort_repair(
    repair: RepairRequest,
    *,
    by: Any,
    at: datetime,
    term: str = "",
    exclusion: str = "",
    evidence: str = "",
    cover: str = "",
    reason: str = "",
) -> Sorting:
    """A person confirms what the rule proposes, or says otherwise with a reason.

    Refused: charging for a part in its term without an excluded cause that is shown (LR-31, LR-32); a refusal in the term waits for a
    second person (LR-33).  Sorting anew is possible until the work is done, and takes back an order that was not signed yet.
    """
    here = locked_repair(repair, RepairState.REPORTED, RepairState.SORTED, RepairState.WAITING, RepairState.ORDERED)
    found = propose(here, term=term, exclusion=exclusion)
    chosen = Cover(cover or found.cover)
    last = here.sortings.first()
    usual = categories()[here.category].term
    missing = []
    if exclusion and not evidence.strip():
        missing.append(Missing(exclusions()[exclusion].shown, SORTS, "LR-33"))
    if (chosen != found.cover or found.term.code != usual or last is not None) and not reason.strip():
        missing.append(Missing(_("Why it is sorted otherwise than proposed, or anew."), SORTS))
    if missing:
        raise Refused(_("The repair cannot be sorted like this yet."), missing)
    if chosen == Cover.PAID and found.running and not exclusion:
        raise Refused(_("In its term a part is mended free of charge, whatever has been paid."))
    if chosen == Cover.STATUTORY and found.cover != Cover.STATUTORY:
        raise Refused(_("The statutory warranty does not cover this; the company may bear it as its own promise."))
    if chosen != Cover.PAID and here.charge > 0:
        raise Refused(_("Money was charged for this repair already."))
    _take_back_order(here, by=by, at=at)
    made = Sorting.objects.create(
        repair=here, store=here.store, seq=(last.seq if last else 0) + 1, term=found.term, until=found.until, earlier=found.earlier, exclusion=exclusion,
        evidence=evidence.strip()[:400], proposed=found.cover, cover=chosen, reason=reason.strip()[:300], hold=found.hold, by=by, at=at,
    )  # fmt: skip
    if not made.waits:
        _bears(here, made)
    audit.record(
        here.project.dossier, "aftersales.repair_sorted", by=by, at=at, ref=here.ref, cover=chosen, term=found.term.code, until=found.until,
        exclusion=exclusion, waits=made.waits, reason=made.reason,
    )  # fmt: skip
    return made


@transaction.atomic
def confirm_refusal(repair: RepairRequest, *, by: Any, at: datetime, reason: str = "") -> Sorting:
    """A second person has looked at the evidence: in its term this repair is not free (LR-33)."""
    here = locked_repair(repair, RepairState.REPORTED, RepairState.SORTED, RepairState.WAITING, RepairState.ORDERED)
    last = here.sortings.first()
    if last is None or not last.waits:
        raise Refused(_("No refusal waits for a second person."))
    if last.by_id == by.pk:
        raise Refused(_("A refusal is confirmed by a second person."))
    made = Sorting.objects.create(
        repair=here, store=here.store, seq=last.seq + 1, term=last.term, until=last.until, earlier=last.earlier, exclusion=last.exclusion,
        evidence=last.evidence, proposed=last.proposed, cover=last.cover, reason=(reason.strip() or _("Confirmed by a second person."))[:300],
        hold=last.hold, confirms=last, by=by, at=at,
    )  # fmt: skip
    _bears(here, made)
    audit.record(here.project.dossier, "aftersales.refusal_confirmed", by=by, at=at, ref=here.ref, exclusion=made.exclusion)
    return made


def _bears(here: RepairRequest, made: Sorting) -> None:
    here.cover, here.term = made.cover, made.term
    first = here.state == RepairState.REPORTED
    here.state = RepairState.SORTED if first else here.state
    here.save(update_fields=["cover", "term", "state"])
    if first and talked(here) is not None:  # the owner was called back before it was sorted
        here.state = RepairState.WAITING
        here.save(update_fields=["state"])


def _take_back_order(here: RepairRequest, *, by: Any, at: datetime) -> None:
    """An order whose paper the owner has not signed is written anew after another sorting; a signed one stands."""
    from core import papers

    order = here.orders.select_related("paper").filter(state="on_site", paper__isnull=False).first()
    if order is None or order.paper is None:
        return
    if order.paper.signatures.filter(role="customer").exists():
        raise Refused(_("The owner has signed the order; what it says stands."))
    papers.void(order.paper, reason="报修重新分类，费用另行确认。", by=by, at=at)
    order.charge, order.labour, order.paper = 0, 0, None
    order.save(update_fields=["charge", "labour", "paper"])


# --- talked through -------------------------------------------------------------------------------------------------------


@transaction.atomic
def diagnose(repair: RepairRequest, *, reached: bool, by: Any, at: datetime, mode: str = "", says: str = "") -> Diagnosis:
    """A technician calls the owner (domain 8.1): solved on the phone, or somebody comes, or the part goes to its maker.

    Not reached keeps the clock running; solved on the phone ends the clocks and leaves the call of the day.
    """
    here = locked_repair(repair, RepairState.REPORTED, RepairState.SORTED)
    last = here.talks.first()
    if reached and here.state == RepairState.REPORTED and mode == Mode.PHONE:
        raise Refused(_("Sort the repair first."), [Missing(_("Who bears the repair has not been said."), posts.CS_OFFICER, "S19")])
    if reached and (mode not in Mode.values or not says.strip()):
        raise Refused(_("Note what comes of the talk, and what was said."))
    made = Diagnosis.objects.create(
        repair=here, store=here.store, seq=(last.seq if last else 0) + 1, reached=reached, mode=mode if reached else "", says=says.strip()[:600], by=by, at=at
    )
    if reached:
        clocks.stop(deadlines.CALL_BACK, here.ref, at=at, by=by)
    if reached and here.state == RepairState.SORTED:
        if mode == Mode.PHONE:
            finish(here, by=by, at=at)
        else:
            here.state = RepairState.WAITING
            here.save(update_fields=["state"])
    audit.record(here.project.dossier, "aftersales.diagnosed", by=by, at=at, ref=here.ref, reached=reached, mode=made.mode)
    return made


def talked(here: RepairRequest) -> Diagnosis | None:
    """The talk that reached the owner last."""
    return here.talks.filter(reached=True).first()


def finish(here: RepairRequest, *, by: Any, at: datetime) -> None:
    """Mended: the clocks of the repair end, that of the call begins – on the same day (R089)."""
    here.state, here.finished_at = RepairState.DONE, at
    here.save(update_fields=["state", "finished_at", "charge"])
    for clock in (deadlines.CALL_BACK, deadlines.ON_SITE, deadlines.MENDED, deadlines.LEGAL):
        clocks.stop(clock, here.ref, at=at, by=by)
    site = here.project
    clocks.start(
        deadlines.SAME_DAY, dossier=site.dossier, key=here.ref, owner=officer(site), at=at, due_at=same_day(at), line=line_of(here),
        link=reverse("aftersales:repair-calls", args=[here.ref]),
    )  # fmt: skip


def same_day(moment: datetime) -> datetime:
    """Until eight in the evening; what is done later is called about when the customer is awake again (R024, R089)."""
    local = timezone.localtime(moment)
    until = evening(local.date(), LATEST)
    return until if local < until else awake(local + timedelta(hours=1)) + timedelta(hours=1)


# --- called on the same day ---------------------------------------------------------------------------------------------------


@transaction.atomic
def record_repair_call(
    repair: RepairRequest, *, reached: bool, by: Any, at: datetime, outcome: str = "", says: str = "", time_agreed: bool = False
) -> RepairCall:
    """The call on the day of the repair (S21, R089): is it mended?  Not mended opens it again; nobody calls about their own work.

    Three attempts without an answer end the clock; the repair can be filed with them.
    """
    here = locked_repair(repair, RepairState.DONE)
    if here.technician_id == by.pk:
        raise Refused(_("Who did the repair does not call about it."))
    if not time_agreed:
        require_awake(at)
    last = here.calls.first()
    tried = here.calls.filter(reached=False, at__gte=here.finished_at).count()
    if reached and outcome not in Outcome.values:
        raise Refused(_("Note what the owner says: is it mended?"))
    if reached and outcome != Outcome.MENDED and not says.strip():
        raise Refused(_("Note with what the owner is not content."))
    made = RepairCall.objects.create(
        repair=here, store=here.store, seq=(last.seq if last else 0) + 1, reached=reached, outcome=outcome if reached else "", says=says.strip()[:500],
        by=by, at=at,
    )  # fmt: skip
    if reached or tried + 1 >= ATTEMPTS:
        clocks.stop(deadlines.SAME_DAY, here.ref, at=at, by=by)
        here.state = RepairState.WAITING if outcome == Outcome.NOT_MENDED else RepairState.CALLED
        here.save(update_fields=["state"])
    if reached and outcome == Outcome.NOT_MENDED:
        _start_clocks_again(here, at)
    audit.record(here.project.dossier, "aftersales.repair_called", by=by, at=at, ref=here.ref, reached=reached, outcome=made.outcome)
    return made


def _start_clocks_again(here: RepairRequest, at: datetime) -> None:
    level, site = levels()[here.level], here.project
    told: dict[str, Any] = {"dossier": site.dossier, "key": here.ref, "owner": head_of(site), "at": at, "line": line_of(here), "link": here.get_absolute_url()}
    clocks.start(deadlines.ON_SITE, **told, within=Hours(level.onsite_hours))
    clocks.start(deadlines.MENDED, **told, within=Hours(level.finish_hours))
    clocks.start(deadlines.LEGAL, **told, due_at=max(here.at + timedelta(days=spans().legal_days), at))


# --- filed or withdrawn -------------------------------------------------------------------------------------------------------


def filing_gaps(here: RepairRequest) -> list[Missing]:
    """What a repair still needs before it is filed: the feedback signed, the money in."""
    gaps = []
    for order in here.orders.filter(state__in=("done", "again")).select_related("feedback"):
        paper = order.feedback
        if paper is not None and not paper.is_signed and paper.state != Paper.State.VOID:
            gaps.append(Missing(_("Feedback {ref} is not signed.").format(ref=paper.ref), posts.TECHNICIAN, "S22", reverse("paper", args=[paper.ref])))
        elif order.back_at is None:
            link = reverse("aftersales:repair", args=[here.ref])
            gaps.append(Missing(_("The technician has not handed the feedback in and talked it through."), posts.TECHNICIAN, "S22", link))
    open_money = here.charge - paid_of(here)
    if open_money > 0:
        link = reverse("aftersales:repair-payments", args=[here.ref])
        gaps.append(Missing(_("{amount} of the charge is not paid.").format(amount=f"¥{open_money:,.2f}"), posts.CASHIER, "L23", link))
    return gaps


def paid_of(here: RepairRequest) -> Decimal:
    """What was paid and not taken back."""
    back = {row.payment_id for row in here.reversals.all()}
    return sum((row.amount for row in here.payments.all() if row.pk not in back), Decimal(0))


@transaction.atomic
def file_repair(repair: RepairRequest, *, by: Any, at: datetime) -> RepairRequest:
    """Everything is there: the repair is filed."""
    here = locked_repair(repair, RepairState.CALLED)
    gaps = filing_gaps(here)
    if gaps:
        raise Refused(_("The repair cannot be filed yet."), gaps)
    here.state, here.closed_at = RepairState.ARCHIVED, at
    here.save(update_fields=["state", "closed_at"])
    audit.record(here.project.dossier, "aftersales.repair_filed", by=by, at=at, ref=here.ref)
    return here


@transaction.atomic
def withdraw_repair(repair: RepairRequest, *, reason: str, by: Any, at: datetime) -> RepairRequest:
    """Told twice, or the owner takes it back: with the reason; an order that is out must be called off first."""
    here = locked_repair(repair, RepairState.REPORTED, RepairState.SORTED, RepairState.WAITING)
    if not reason.strip():
        raise Refused(_("Say why the repair is withdrawn."))
    if here.charge > 0 or here.orders.filter(state__in=("done", "again")).exists():
        raise Refused(_("Work was done on this repair; it is filed, not withdrawn."))
    here.state, here.closed_at, here.reason = RepairState.WITHDRAWN, at, reason.strip()[:300]
    here.save(update_fields=["state", "closed_at", "reason"])
    for clock in (*deadlines.RUNNING, PART_BACK, REPEAT):
        clocks.cancel(clock, here.ref, at=at, by=by)
    audit.record(here.project.dossier, "aftersales.repair_withdrawn", by=by, at=at, ref=here.ref, reason=here.reason)
    return here


@transaction.atomic
def show_phone(repair: RepairRequest, *, by: Any, at: datetime) -> str:
    """The number to call about this fault, in full; each look is on record (LR-43)."""
    here = locked_repair(repair, *OPEN)
    if here.phone:
        audit.record(here.project.dossier, "aftersales.phone_shown", by=by, at=at, ref=here.ref)
        return here.phone
    first = here.project.customer.phones.filter(withdrawn_at__isnull=True).first()
    if first is None:
        raise Refused(_("There is no number on file."))
    due = next((clock.id for clock in (deadlines.CALL_BACK, deadlines.SAME_DAY) if clocks.is_open(clock, here.ref)), "")
    return leads.reveal_phone(here.project.lead, phone=first, by=by, at=at, for_clock=due, reason="complaint")


__all__ = [
    "Proposal", "confirm_refusal", "diagnose", "file_repair", "filing_gaps", "propose", "record_repair_call", "report_fault", "show_phone",
    "sort_repair", "withdraw_repair",
]  # fmt: skip
