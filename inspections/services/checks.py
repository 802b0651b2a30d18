"""Verbs of the eight checks: announce, open, record, leave out, waive, conclude."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import attachments, audit, clocks, papers
from core.refusals import Missing, Refused
from inspections import deadlines
from inspections import papers as sheets
from inspections.checks import checks, rules
from inspections.choices import (
    DONE,
    FACTS,
    LEFT_OUT,
    CheckState,
    CustomerVerdict,
    Party,
    RectificationState,
    Severity,
    Verdict,
)
from inspections.limits import Values, judge
from inspections.models import (
    Attendance,
    CheckItem,
    CheckResult,
    Finding,
    ItemWaiver,
    Photo,
    QualityCheck,
    Rectification,
)
from inspections.passing import NO_PHOTO, NO_WORDS, UNCONFIRMED, Gap, Weighed
from inspections.services import defects
from inspections.services.catalogue import template_in_force
from inspections.services.deliveries import bind_to_check
from inspections.services.facts import note_absence
from inspections.services.instruments import expired_among, must_be_valid
from inspections.services.sites import keep_photos, line_of, must_inspect
from projects import services as projects
from projects.choices import Stage
from projects.models import Project
from projects.services.site import under_lock
from staff import posts


@dataclass(frozen=True)
class Present:
    """Who was there for a party; a delegate comes with the customer's written authorisation (a file)."""

    party: str
    name: str = ""
    user: Any = None
    authorisation: Any = None


@transaction.atomic
def announce_check(*, project: Project, code: str, planned_at: datetime, by: Any, at: datetime) -> QualityCheck:
    """Tell customer and people when a check will be; ≥ 24 h before the concealed works, or the page warns (R046, Q57).

    Announcing again moves the appointment; what was said first is in the chain.  What has passed is opened anew with a reason, not announced.
    """
    site = under_lock(project)
    if planned_at < at:
        raise Refused(_("The appointment lies in the past."))
    check = QualityCheck.objects.select_for_update(no_key=True).filter(project=site, code=code).unfinished().first()
    if check is not None and check.is_open:
        raise Refused(_("{code} is being checked already.").format(code=code))
    if check is None:
        last = QualityCheck.objects.filter(project=site, code=code).order_by("-attempt").first()
        if last is not None and last.state == CheckState.PASSED and not checks()[code].repeatable:
            raise Refused(_("{code} has passed. Checking it again needs a reason.").format(code=code))
        _may_be_opened(site.seen_at(at), code)
        check = QualityCheck(
            project=site,
            store=site.store,
            code=code,
            attempt=_next_attempt(site, code),
            template=template_in_force(code, at=at),
            by=by,
            at=at,
        )
    elif check.state == CheckState.ANNOUNCED:
        check.project = site
        note_absence(check, moved_to=planned_at, at=at)
    check.state, check.planned_at, check.announced_at = CheckState.ANNOUNCED, planned_at, at
    _saved(check)
    audit.record(
        site.dossier,
        "inspections.check_announced",
        by=by,
        at=at,
        check=code,
        attempt=check.attempt,
        planned_at=planned_at,
    )
    return check


@transaction.atomic
def open_check(*, project: Project, code: str, by: Any, at: datetime, reason: str = "") -> QualityCheck:
    """The site's inspector opens one of the eight checks (R041).

    Refused, all at once: another stage; an earlier check that has not passed; rectifications of the last attempt without an
    answer; a check that has passed, unless a reason is given (a defect was found later).  The next attempt carries over what
    was good and asks for the failed items again.
    """
    site = under_lock(project)
    must_inspect(site, by)
    check = QualityCheck.objects.select_for_update(no_key=True).filter(project=site, code=code).unfinished().first()
    if check is not None and check.is_open:
        raise Refused(_("{code} is being checked already.").format(code=code))
    last = (
        QualityCheck.objects.filter(project=site, code=code)
        .exclude(state=CheckState.ANNOUNCED)
        .order_by("-attempt")
        .first()
    )
    if last is not None and last.state == CheckState.PASSED and not checks()[code].repeatable and not reason.strip():
        raise Refused(_("{code} has passed. Checking it again needs a reason.").format(code=code))
    _may_be_opened(site.seen_at(at), code)
    if check is None:
        check = QualityCheck(
            project=site,
            store=site.store,
            code=code,
            attempt=_next_attempt(site, code),
            by=by,
            at=at,
            reason=reason.strip()[:300],
        )
    check.template = template_in_force(code, at=at)
    check.state, check.inspector, check.started_at = CheckState.OPEN, by, at
    _saved(check)
    if last is not None and last.state == CheckState.FAILED:
        _carry_over(last, check)
    audit.record(
        site.dossier, "inspections.check_opened", by=by, at=at, check=code, attempt=check.attempt, reason=check.reason
    )
    return check


def _may_be_opened(site: Project, code: str) -> None:
    row = checks()[code]
    if site.stage not in row.stages:
        raise Refused(
            _("{code} is not checked in the stage “{stage}”.").format(code=code, stage=Stage(site.stage).label)
        )
    passed = set(QualityCheck.objects.filter(project=site, state=CheckState.PASSED).values_list("code", flat=True))
    missing = [
        Missing(_("{code} has not passed.").format(code=f"{before} {checks()[before].title}"), posts.QUALITY_INSPECTOR)
        for before in row.after
        if before not in passed
    ]
    missing += projects.gaps_before_check(site, code)  # G19–G22, LR-27: a planned work without its permission keeps its check closed
    unanswered = Rectification.objects.filter(
        project=site,
        state=RectificationState.OPEN,
        finding__quality_check__code=code,
        finding__quality_check__state=CheckState.FAILED,
    ).select_related("finding", "responsible")
    missing += [
        Missing(
            _("Rectification {number} “{text}” has no answer yet.").format(number=r.number, text=r.finding.text),
            str(r.responsible),
            link=r.get_absolute_url(),
        )
        for r in unanswered
    ]
    if missing:
        raise Refused(
            _("{code} cannot be checked yet: {count} missing.").format(code=code, count=len(missing)), missing
        )


def _saved(row: QualityCheck | CheckResult) -> None:
    """A new row, or the columns of an old one that may change."""
    row.save(update_fields=None if row._state.adding else row.updatable)


def _next_attempt(site: Project, code: str) -> int:
    last = QualityCheck.objects.filter(project=site, code=code).aggregate(last=Max("attempt"))["last"]
    return (last or 0) + 1


def _carry_over(last: QualityCheck, check: QualityCheck) -> None:
    """What was good stays good; what failed is looked at again and says so."""
    items = {item.code: item for item in check.template.items.all()}
    for old in last.results.select_related("item").prefetch_related("photos"):
        item = items.get(old.item.code)
        if item is None or old.verdict == Verdict.FAIL:
            continue
        kept = CheckResult(
            quality_check=check, project_id=check.project_id, store_id=check.store_id, item=item, verdict=old.verdict, values=old.values,
            points=old.points, good=old.good, gap=old.gap, overrun=old.overrun, short_of_promise=old.short_of_promise, note=old.note,
            carried=True, was_failed=old.was_failed, confirmed_by_id=old.confirmed_by_id, confirmed_at=old.confirmed_at, tool_id=old.tool_id, by_id=old.by_id,
            at=old.at,
        )  # fmt: skip
        kept.save()
        Photo.objects.bulk_create(
            [Photo(attachment_id=photo.attachment_id, result=kept, room_id=photo.room_id, place=photo.place) for photo in old.photos.all()]
        )


@transaction.atomic
def record_result(
    *,
    check: QualityCheck,
    item: str,
    by: Any,
    at: datetime,
    verdict: str = "",
    values: Values = (),
    note: str = "",
    tolerable: bool = False,
    photos: Iterable[Any] = (),
    room: Any = None,
    place: str = "",
    tool: Any = None,
) -> CheckResult:
    """Record one item of an open check; recording it again replaces it until the check is concluded.

    A measured item is judged by its values, a tapped one by the tap.  An item that does not apply needs its reason, and for a
    main item a second person; in a delivery check “not in this delivery” needs no second person.  A photo may come first;
    it says in which room of the home and where there, so that what is covered is found again.  A reading may name its
    instrument; one whose calibration has run out is refused.
    """
    site = under_lock(check.project)
    here = QualityCheck.objects.select_for_update(no_key=True, of=("self",)).select_related("template").get(pk=check.pk)
    must_inspect(site, by)
    if not here.is_open:
        raise Refused(_("This check is concluded. Open the next attempt."))
    row = item_of(here, item)
    before = CheckResult.objects.filter(quality_check=here, item=row).first()
    files = list(photos)
    if room is not None and room.home_id != site.home_id:
        raise Refused(_("This room belongs to another home."))
    if files and not verdict and not any(values):  # the camera comes first
        made = before or CheckResult(
            quality_check=here, project=site, store=site.store, item=row, verdict=Verdict.PENDING, by=by, at=at
        )
    else:
        made = judged(here, site, row, verdict=verdict, values=values, note=note, tolerable=tolerable, by=by, at=at)
        made.was_failed = _failed_before(here, row)
        if tool is not None and made.values:
            must_be_valid(tool, site.store_id, at)
            made.tool = tool
        _in_place_of(before, made)
    _saved(made)
    caption = " · ".join(part for part in (f"{row.code} {row.zh}", room.name if room else "", place.strip()) if part)
    keep_photos(files, project=site, by=by, at=at, caption=caption, result=made, room=room, place=place.strip()[:80])
    audit.record(
        site.dossier, "inspections.item_recorded", by=by, at=at, check=here.code, attempt=here.attempt, item=row.code,
        verdict=made.verdict, values=made.values, note=made.note,
    )  # fmt: skip
    return made


def _in_place_of(before: CheckResult | None, made: CheckResult) -> None:
    """The new result takes the row of the one that it replaces."""
    if before is not None:
        made.pk, made._state.adding, made.recorded_at = before.pk, False, before.recorded_at


@transaction.atomic
def record_results(*, check: QualityCheck, results: Sequence[dict[str, Any]], by: Any, at: datetime) -> int:
    """Record many items in one act, with one entry in the chain; the same rules as for one item."""
    site = under_lock(check.project)
    here = QualityCheck.objects.select_for_update(no_key=True, of=("self",)).select_related("template").get(pk=check.pk)
    must_inspect(site, by)
    if not here.is_open:
        raise Refused(_("This check is concluded. Open the next attempt."))
    rows = {row.code: row for row in here.template.items.all()}
    existing = {result.item_id: result for result in here.results.all()}
    said = {}
    for given in results:
        given = dict(given)
        row, photos, room = rows[given.pop("item")], given.pop("photos", ()), given.pop("room", None)
        place, tool = given.pop("place", ""), given.pop("tool", None)
        made = judged(here, site, row, by=by, at=at, **given)
        if tool is not None and made.values:
            must_be_valid(tool, site.store_id, at)
            made.tool = tool
        made.was_failed = _failed_before(here, row)
        _in_place_of(existing.get(row.pk), made)
        _saved(made)
        caption = " · ".join(part for part in (f"{row.code} {row.zh}", room.name if room else "", place.strip()) if part)
        keep_photos(photos, project=site, by=by, at=at, caption=caption, result=made, room=room, place=place.strip()[:80])
        said[row.code] = made.verdict
    audit.record(
        site.dossier, "inspections.items_recorded", by=by, at=at, check=here.code, attempt=here.attempt, items=said
    )
    return len(said)


def item_of(check: QualityCheck, code: str) -> CheckItem:
    row = check.template.items.filter(code=code).first()
    if row is None:
        raise Refused(_("{check} has no item {item}.").format(check=check.code, item=code))
    return row


def judged(
    check: QualityCheck, site: Project, item: CheckItem, *, by: Any, at: datetime, verdict: str = "", values: Values = (), note: str = "",
    tolerable: bool = False,
) -> CheckResult:  # fmt: skip
    """The result of an item, judged but not saved."""
    made = CheckResult(
        quality_check=check, project=site, store=site.store, item=item, note=note.strip()[:500], by=by, at=at
    )
    if item.by_paper:
        raise Refused(_("{item} is proved by the signatures on the paper.").format(item=item.code))
    if verdict in LEFT_OUT:
        _leave_out(made, verdict)
        return made
    _not_too_early(site, item, at)
    if item.is_measured:
        judged = judge(item, values, factor=rules().general_overrun)
        if not judged.verdict:
            raise Refused(_("Enter every value of {item}.").format(item=item.code))
        _not_below_zero(item, values)
        made.verdict, made.points, made.good, made.gap = judged.verdict, judged.points, judged.good, judged.gap
        made.overrun, made.short_of_promise = judged.overrun, judged.short_of_promise
        made.values = [[str(point) for point in points] for points in values]
    elif verdict in (Verdict.PASS, Verdict.FAIL):
        made.verdict = verdict
    else:
        raise Refused(_("Say whether {item} passes.").format(item=item.code))
    made.tolerable = bool(tolerable) and made.verdict == Verdict.FAIL and item.severity == Severity.GENERAL
    return made


def _not_below_zero(item: CheckItem, values: Values) -> None:
    """Lengths, shares and deviations are written without a sign: with one, a deviation of any size would lie below its upper limit."""
    if any(point < 0 and field["unit"] != "°C" for field, points in zip(item.fields, values, strict=True) for point in points):
        raise Refused(_("{item}: a measured value is not below zero; of a deviation write how large it is.").format(item=item.code))


def _leave_out(result: CheckResult, verdict: str) -> None:
    if verdict == Verdict.NOT_DELIVERED and not result.quality_check.row.repeatable:
        raise Refused(_("Only a delivery can lack an item."))
    if not result.note and verdict == Verdict.NOT_DELIVERED:
        result.note = "本次未到货"
    if not result.note:
        raise Refused(_("Say why {item} does not apply.").format(item=result.item.code))
    result.verdict = verdict


def _not_too_early(site: Project, item: CheckItem, at: datetime) -> None:
    """The air is tested 7 days after completion at the earliest (LR-35)."""
    if not item.earliest_days:
        return
    earliest = site.completed_on + timedelta(days=item.earliest_days) if site.completed_on else None
    if earliest is None or timezone.localtime(at).date() < earliest:
        raise Refused(
            _("{item} is measured at the earliest {days} days after completion.").format(
                item=item.code, days=item.earliest_days
            )
            + (" " + _("That is {day}.").format(day=earliest.isoformat()) if earliest else "")
        )


def _failed_before(check: QualityCheck, item: CheckItem) -> bool:
    return (
        check.attempt > 1
        and Finding.objects.filter(
            quality_check__project_id=check.project_id,
            quality_check__code=check.code,
            quality_check__attempt__lt=check.attempt,
            item_code=item.code,
        ).exists()
    )


@transaction.atomic
def confirm_left_out(*, check: QualityCheck, item: str, by: Any, at: datetime) -> CheckResult:
    """The second person confirms that a main item does not apply."""
    site = under_lock(check.project)
    result = (
        CheckResult.objects.select_for_update(no_key=True, of=("self",))
        .select_related("item", "quality_check")
        .filter(quality_check=check, item__code=item)
        .first()
    )
    if result is None or not result.left_out:
        raise Refused(_("{item} was not left out.").format(item=item))
    if not result.quality_check.is_open:
        raise Refused(_("This check is concluded. Open the next attempt."))
    if result.by_id == by.pk:
        raise Refused(_("A second person confirms it."))
    result.confirmed_by, result.confirmed_at = by, at
    result.save(update_fields=["confirmed_by", "confirmed_at"])
    audit.record(
        site.dossier,
        "inspections.item_left_out_confirmed",
        by=by,
        at=at,
        check=check.code,
        attempt=check.attempt,
        item=item,
        reason=result.note,
    )
    return result


@transaction.atomic
def waive_item(*, check: QualityCheck, item: str, reason: str, by: Any, at: datetime) -> ItemWaiver:
    """The engineering manager lets the check pass without a general item, with a reason; never a main item (decision 8)."""
    site = under_lock(check.project)
    here = QualityCheck.objects.select_for_update(no_key=True, of=("self",)).select_related("template").get(pk=check.pk)
    row = item_of(here, item)
    if not here.is_open:
        raise Refused(_("This check is concluded. Open the next attempt."))
    if row.severity == Severity.MAIN:
        raise Refused(_("{item} is a main item. Nobody can waive it.").format(item=item))
    if not reason.strip():
        raise Refused(_("A waiver needs a reason."))
    if here.results.filter(item=row).exists() or here.waivers.filter(item=row).exists():
        raise Refused(_("{item} is settled already.").format(item=item))
    made = ItemWaiver.objects.create(quality_check=here, item=row, reason=reason.strip()[:300], by=by, at=at)
    audit.record(
        site.dossier,
        "inspections.item_waived",
        by=by,
        at=at,
        check=here.code,
        attempt=here.attempt,
        item=item,
        reason=made.reason,
    )
    return made


@transaction.atomic
def conclude_check(
    *,
    check: QualityCheck,
    present: Sequence[Present],
    tools: Sequence[str],
    by: Any,
    at: datetime,
    remark: str = "",
    customer_verdict: str = "",
    customer_says: str = "",
) -> QualityCheck:
    """Conclude a check: the pass rules decide, the inspector answers for it.

    Passed: everybody of the check's table was present, with the engineering manager at concealed works, carpentry and
    completion (R046); the paper is issued and waits for its signatures; what may stay open gets its clock.  At completion
    the customer has filled in the acceptance sheet.  Failed: the record I07 and one notice I14 with a rectification per fault
    (Q58), each with a person and a day; facts that the check had established are taken back.
    Silence is no acceptance: nothing passes without the customer there and, afterwards, the signature.
    """
    site = under_lock(check.project)
    here = (
        QualityCheck.objects.select_for_update(no_key=True, of=("self",))
        .select_related("template", "project")
        .get(pk=check.pk)
    )
    must_inspect(site, by)
    if not here.is_open:
        raise Refused(_("This check is concluded. Open the next attempt."))
    read = here.read()
    weighed = here.weighed(read)
    passed = not weighed.fails
    missing = [_missing(here, gap) for gap in weighed.blocking]
    if passed:
        missing += _absent(here, present) + _blocked(here)
        if not [tool for tool in tools if tool.strip()]:
            missing.append(Missing(_("The tools have not been named."), posts.QUALITY_INSPECTOR, link="#tools"))
        missing += [
            Missing(_("The calibration of {tool} is not in force.").format(tool=tool), posts.SUPERVISION_MANAGER, link=reverse("inspections:tools"))
            for tool in expired_among(tools, site.store_id, at)
        ]
        if here.code == "C8" and customer_verdict not in CustomerVerdict.values:
            missing.append(Missing(_("The customer has not filled in the acceptance sheet."), "customer"))
    if missing:
        raise Refused(
            _("{code} cannot be concluded yet: {count} missing.").format(code=here.code, count=len(missing)), missing
        )
    here.state = CheckState.PASSED if passed else CheckState.FAILED
    here.concluded_at, here.tools, here.remark = at, [t.strip()[:60] for t in tools if t.strip()], remark.strip()[:1000]
    here.customer_verdict, here.customer_says = customer_verdict, customer_says.strip()[:1000]
    _note_present(here, site, present, by, at)
    faults = _faults(here, site, read, weighed, by, at)
    here.paper = papers.issue(
        sheets.KINDS[here.row.paper] if passed else sheets.I07, dossier=site.dossier, store=site.store,
        content=_sheet(here, site, read, weighed, faults, present), by=by, at=at,
    )  # fmt: skip
    _saved(here)
    if passed:
        _earlier_signatures(here, site, by=by, at=at)
        _start_clocks(here, site, weighed, at)
    else:
        take_back(
            here,
            site,
            reason=_("{code} failed in attempt {attempt}").format(code=here.code, attempt=here.attempt),
            by=by,
            at=at,
        )
    audit.record(
        site.dossier, f"inspections.check_{here.state}", by=by, at=at, paper=here.paper, check=here.code, attempt=here.attempt,
        failed=[i.code for i in weighed.failed], reasons=list(weighed.reasons), points=weighed.points, good=weighed.good,
    )  # fmt: skip
    return here


def _missing(check: QualityCheck, gap: Gap) -> Missing:
    link = f"{check.get_absolute_url()}?item={gap.item.code}"
    name = f"{gap.item.code} {gap.item.title}"
    if gap.why == NO_PHOTO:
        return Missing(_("{item}: there is no photo.").format(item=name), posts.QUALITY_INSPECTOR, link=link)
    if gap.why == NO_WORDS:
        return Missing(
            _("{item}: what is wrong has not been said.").format(item=name), posts.QUALITY_INSPECTOR, link=link
        )
    if gap.why == UNCONFIRMED:
        who = f"{posts.ENGINEERING_MANAGER},{posts.SUPERVISION_MANAGER}"
        return Missing(
            _("{item}: a second person has not confirmed that it does not apply.").format(item=name), who, link=link
        )
    waivable = posts.ENGINEERING_MANAGER if gap.item.severity == Severity.GENERAL else ""
    return Missing(
        _("{item}: not checked yet.").format(item=name), posts.QUALITY_INSPECTOR, link=link, waivable=waivable
    )


def _absent(check: QualityCheck, present: Sequence[Present]) -> list[Missing]:
    there = {p.party for p in present if p.name.strip() or p.user is not None}
    return [
        Missing(_("{party} was not there.").format(party=Party(party).label), posts.QUALITY_INSPECTOR, link="#there")
        for party in check.row.attendance
        if party not in there
    ]


def _blocked(check: QualityCheck) -> list[Missing]:
    """An item that an earlier check left open and that must be done before this one passes (C1-10 before waterproofing)."""
    earlier = QualityCheck.objects.filter(project_id=check.project_id, state=CheckState.PASSED).select_related(
        "template", "project"
    )
    found = []
    for before in earlier:
        recorded = set(before.results.values_list("item_id", flat=True))
        for item in before.template.items.filter(deferrable=True, blocks=check.code):
            if item.pk not in recorded:
                found.append(
                    Missing(
                        _("{item} is still open.").format(item=f"{item.code} {item.title}"),
                        posts.QUALITY_INSPECTOR,
                        link=before.get_absolute_url(),
                    )
                )
    return found


def _note_present(check: QualityCheck, site: Project, present: Sequence[Present], by: Any, at: datetime) -> None:
    rows = []
    for person in present:
        name = person.name.strip() or str(person.user or "")
        if not name:
            continue
        paper = person.authorisation
        if paper is not None and not hasattr(paper, "public_id"):
            paper = attachments.keep(paper, dossier=site.dossier, by=by, at=at, caption=f"委托书 {name}")
        rows.append(
            Attendance(
                quality_check=check,
                party=person.party,
                name=name[:60],
                user=person.user,
                stands_in=paper is not None,
                authorisation=paper,
            )
        )
    Attendance.objects.bulk_create(rows)


def _faults(
    check: QualityCheck, site: Project, read: Any, weighed: Weighed, by: Any, at: datetime
) -> list[Rectification]:
    """A finding and a rectification for each failed item; an answer that was not good enough opens its rectification again."""
    _items, results, _waived = read
    waiting = {
        r.finding.item_code: r
        for r in Rectification.objects.filter(project=site, finding__quality_check__code=check.code)
        .exclude(state=RectificationState.ACCEPTED)
        .select_related("finding", "responsible")
    }
    for code, rectification in waiting.items():
        result = results.get(code)
        if rectification.state == RectificationState.ANSWERED and result is not None and result.verdict in DONE:
            good = result.verdict != Verdict.FAIL
            said = result.note or ("" if good else _("Failed again in the re-check"))
            defects.look_again(rectification, site, accepted=good, note=said, by=by, at=at)
    new = [results[item.code] for item in weighed.failed if item.code not in waiting]
    made = defects.raise_all(
        site,
        [
            Finding(
                project=site, store=site.store, quality_check=check, result=result, item_code=result.item.code, severity=result.item.severity,
                text=(result.note or result.item.zh)[:500], should=result.item.should[:200], measured=result.measured[:200], by=by, at=at,
            )
            for result in new
        ],
        source=f"{check.code} {check.row.zh}（第 {check.attempt} 次）", by=by, at=at,
    )  # fmt: skip
    return made + [waiting[item.code] for item in weighed.failed if item.code in waiting]


def _sheet(
    check: QualityCheck,
    site: Project,
    read: Any,
    weighed: Weighed,
    faults: list[Rectification],
    present: Sequence[Present],
) -> sheets.CheckSheet:
    items, results, waived = read
    rows = sheets.rows_of(items, results, waived)
    photos = Photo.objects.filter(result__quality_check=check).select_related("attachment").order_by("result__verdict", "pk")
    kept = {p.attachment.public_id: p.attachment.caption for p in photos}  # what failed comes first; a picture is printed once
    shown = [sheets.Picture(str(ident), caption) for ident, caption in kept.items()][: sheets.PHOTOS_PRINTED]
    passed = check.state == CheckState.PASSED
    conclusion, counts = sheets.conclusion_words(check, rows, passed=passed, faults=len(faults))
    concluded = check.concluded_at
    assert check.started_at is not None and concluded is not None
    return sheets.CheckSheet(
        place=sheets.Place.of(site), check=check.code, title=check.row.zh, attempt=check.attempt, repeated=check.is_recheck,
        started_at=check.started_at, concluded_at=concluded, announced_at=check.announced_at, notice_hours=check.notice_hours,
        short_notice=check.short_notice, passed=passed, conclusion=conclusion,
        counts=f"{counts}；一般项目 {weighed.points} 点合格 {weighed.good} 点" if weighed.points else counts, rows=rows,
        people=[
            f"{sheets.PARTIES[p.party]} {p.name.strip() or p.user}" + ("（受委托）" if p.authorisation is not None else "")
            for p in present
            if p.name.strip() or p.user is not None
        ],
        tools=check.tools, faults=defects.fault_rows(faults),
        deferred=[
            sheets.Deferred(item.code, item.zh, concluded + timedelta(days=item.defer_days)) for item in weighed.deferred if passed
        ],
        waived=[f"{w.item.code} {w.item.zh}：{w.reason}（{w.by}）" for w in check.waivers.select_related("item", "by")],
        photos=shown, photo_count=len(kept), remark=check.remark,
        customer_verdict=sheets.CUSTOMER_VERDICTS.get(check.customer_verdict, ""), customer_says=check.customer_says,
        deliveries=bind_to_check(check) if check.code == "C2" else [],
    )  # fmt: skip


def _start_clocks(check: QualityCheck, site: Project, weighed: Weighed, at: datetime) -> None:
    line, link = line_of(site), check.get_absolute_url()
    key = f"{site.ref}/{check.code}/{check.attempt}"
    clocks.start(
        deadlines.SIGNATURES,
        dossier=site.dossier,
        key=key,
        owner=site.inspector,
        at=at,
        line=f"{check.code} · {line}",
        link=link,
    )
    for item in weighed.deferred:
        clocks.start(
            deadlines.DEFERRED_ITEM, dossier=site.dossier, key=f"{site.ref}/{item.code}", owner=site.inspector, at=at, subject=item,
            line=f"{item.code} · {line}", link=f"{link}?item={item.code}",
        )  # fmt: skip


def _earlier_signatures(check: QualityCheck, site: Project, *, by: Any, at: datetime) -> None:
    """Nobody has to sign for an earlier attempt any more: this one says what is so.  Every delivery is signed for itself."""
    if check.row.repeatable:
        return
    for attempt in range(1, check.attempt):
        clocks.cancel(deadlines.SIGNATURES, f"{site.ref}/{check.code}/{attempt}", at=at, by=by)
    if check.attempt == 1:
        return
    earlier = QualityCheck.objects.filter(project=site, code=check.code, attempt__lt=check.attempt, paper__state="issued", paper__stale_at__isnull=True)
    for row in earlier.select_related("paper__dossier"):
        papers.mark_stale(row.paper, reason=f"{check.code} 已重新检查（第 {check.attempt} 次）。", by=by, at=at)


def take_back(check: QualityCheck, site: Project, *, reason: str, by: Any, at: datetime) -> None:
    """The facts that this check had established are no longer so; a delivery does not take back another delivery."""
    if check.row.repeatable and check.cleared_at is None:
        return
    site.forget()
    _earlier_signatures(check, site, by=by, at=at)
    for fact in FACTS[check.code]:
        if site.holds(fact):
            projects.revoke(project=site, fact=fact, reason=reason, by=by, at=at)


def spread(values: Sequence[Any]) -> Values:
    """Values as verbs take them: one list of points for each limit."""
    return [
        [Decimal(str(point)) for point in (points if isinstance(points, (list, tuple)) else [points])]
        for points in values
    ]
