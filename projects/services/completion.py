"""The end of a site: cleaning (P45), hand-over of the home (P33) and of the documents (P34), the archive and its loans (P35, P36), P32."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, clocks, papers, snapshots
from core.models import Attachment, Notice, Paper, Snapshot
from core.money import yuan
from core.refusals import Missing, Refused
from projects import completions
from projects import content_settling as content
from projects.choices import Fact
from projects.choices_settling import FINISHED, LoanKind
from projects.deadlines import PAPERS_HANDED_OVER
from projects.deadlines_settling import CLEANING, HAND_OVER, LOAN_RETURN
from projects.models import CleaningOrder, DocumentHandOver, DocumentLoan, Project, SiteArchive, SiteHandOver
from projects.papers_settling import P33, P34, P45
from projects.performance import Period
from projects.services.site import locked, need_reason, refuse_unless
from projects.services.stages import clear, revoke, start_clock
from staff import posts
from staff.models import Store, User
from staff.selectors import holder

GONE = (Paper.State.VOID, Paper.State.SUPERSEDED)


@transaction.atomic
def order_cleaning(
    project: Project, *, contractor: str, phone: str = "", scope: str, amount: Decimal, clean_on: date, by: Any, at: datetime
) -> CleaningOrder:
    """Order the cleaning of a finished site from a contractor (P45); one order waits at a time."""
    site = locked(project, at)
    refuse_unless(site, FINISHED)
    if not contractor.strip() or not scope.strip():
        raise Refused(_("Say who cleans, and what."))
    if yuan(amount) < 0:
        raise Refused(_("Say how much."))
    if clean_on < site.on:
        raise Refused(_("This day lies behind."))
    if site.cleanings.filter(done_on__isnull=True, withdrawn_at__isnull=True).exists():
        raise Refused(_("A cleaning is ordered already."))
    paper = papers.issue(
        P45, dossier=site.dossier, store=site.store, by=by, at=at,
        content=content.cleaning_content(site, contractor=contractor.strip(), phone=phone.strip(), scope=scope, amount=yuan(amount), clean_on=clean_on, by=by),
    )  # fmt: skip
    made = CleaningOrder.objects.create(
        project=site, store=site.store, contractor=contractor.strip()[:60], phone=phone.strip(), scope=scope.strip()[:300], amount=yuan(amount),
        clean_on=clean_on, paper=paper, by=by, at=at,
    )  # fmt: skip
    clocks.stop(CLEANING, site.ref, at=at, by=by)
    start_clock(
        CLEANING, site, key=site.ref, at=at, owner=holder(posts.ENGINEERING_ASSISTANT, site.store), due_on=clean_on, about=made.contractor,
        link=f"/projects/{site.ref}/cleaning/",
    )  # fmt: skip
    audit.record(site.dossier, "projects.cleaning_ordered", by=by, at=at, paper=paper, contractor=made.contractor, on=clean_on)
    return made


@transaction.atomic
def take_over_cleaning(order: CleaningOrder, *, on: date, word: str, by: Any, at: datetime) -> CleaningOrder:
    """Somebody has looked: it is clean; the hand-over may follow."""
    site, row = _cleaning(order, at)
    if on > site.on or on < timezone.localtime(row.at).date():
        raise Refused(_("It was cleaned after the order, today at the latest."))
    if not word.strip():
        raise Refused(_("Say how it looks."))
    row.done_on, row.done_by, row.done_word = on, by, word.strip()[:200]
    row.save(update_fields=["done_on", "done_by", "done_word"])
    clocks.stop(CLEANING, site.ref, at=at, by=by)
    audit.record(site.dossier, "projects.cleaned", by=by, at=at, paper=row.paper, contractor=row.contractor, on=on)
    return row


@transaction.atomic
def withdraw_cleaning(order: CleaningOrder, *, reason: str, by: Any, at: datetime) -> CleaningOrder:
    site, row = _cleaning(order, at)
    need_reason(reason)
    papers.void(row.paper, reason=reason, by=by, at=at)
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = at, by, reason.strip()[:300]
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    clocks.cancel(CLEANING, site.ref, at=at, by=by)
    audit.record(site.dossier, "projects.cleaning_withdrawn", by=by, at=at, contractor=row.contractor, reason=row.withdrawn_because)
    return row


def _cleaning(order: CleaningOrder, at: datetime) -> tuple[Project, CleaningOrder]:
    site = locked(order.project, at)
    row = CleaningOrder.objects.select_for_update(no_key=True, of=("self",)).select_related("paper__dossier").get(pk=order.pk)
    if row.done_on is not None:
        raise Refused(_("This cleaning is taken over already."))
    if row.withdrawn_at is not None:
        raise Refused(_("This is withdrawn already."))
    return site, row


@transaction.atomic
def hand_over_home(
    project: Project, *, on: date, keys: int, water: Decimal | None = None, power: Decimal | None = None, gas: Decimal | None = None, left_open: str = "",
    by: Any, at: datetime,
) -> SiteHandOver:  # fmt: skip
    """Write the hand-over (P33): after the acceptance, when the home is clean; owner and supervisor sign it."""
    site = locked(project, at)
    refuse_unless(site, FINISHED)
    gaps = []
    if not (site.holds(Fact.COMPLETION_ACCEPTED) and site.holds(Fact.CHECK_8_PASSED)):
        gaps.append(Missing(_("Completion is not accepted (check 8)."), posts.QUALITY_INSPECTOR, "G17"))
    clean = site.cleanings.filter(done_on__isnull=False).order_by("-done_on", "-id").first()
    if clean is None:
        gaps.append(Missing(_("The home is cleaned before it is handed over."), posts.ENGINEERING_ASSISTANT, "P45", f"/projects/{site.ref}/cleaning/"))
    if site.supervisor is None:
        gaps.append(Missing(_("Not assigned: {role}.").format(role=_("Site supervisor")), posts.ENGINEERING_MANAGER, "S5"))
    if gaps:
        raise Refused(_("The home cannot be handed over yet."), gaps)
    if on > site.on:
        raise Refused(_("This day lies ahead."))
    if clean is not None and clean.done_on is not None and on < clean.done_on:
        raise Refused(_("The home is cleaned before it is handed over."))
    last = site.hand_overs.select_related("paper__dossier").order_by("-id").first()
    if last is not None and last.paper.is_signed:
        raise Refused(_("The home is handed over: {ref}.").format(ref=last.paper.ref))
    open_items = [line.strip() for line in left_open.splitlines() if line.strip()]
    paper = papers.issue(
        P33, dossier=site.dossier, store=site.store, by=by, at=at,
        content=content.hand_over_content(site, clean, on=on, keys=keys, water=water, power=power, gas=gas, left_open=open_items),
        replaces=last.paper if last is not None and last.paper.state == Paper.State.ISSUED else None,
    )  # fmt: skip
    made = SiteHandOver.objects.create(
        project=site, store=site.store, paper=paper, on=on, keys=keys, water=water, power=power, gas=gas, left_open=left_open.strip()[:400], by=by, at=at
    )
    audit.record(site.dossier, "projects.hand_over_written", by=by, at=at, paper=paper)
    return made


@dataclass(frozen=True)
class Given:
    """One document of the list: given, or not and why."""

    code: str
    given: bool
    why: str = ""


@transaction.atomic
def hand_over_documents(project: Project, *, given: Sequence[Given], on: date, by: Any, at: datetime) -> DocumentHandOver:
    """Write the list of what the customer gets (P34): each document given, or not and why.

    The drawings of the concealed pipes and wires and the warranty letter are always on it (C8-18; 建设部令110号 §31).  The clock stops
    when the customer has signed.
    """
    site = locked(project, at)
    if not site.holds(Fact.CHECK_8_PASSED):
        raise Refused(_("Papers are handed over when check 8 has passed."))
    known = {line.code: line for line in content.documents_of(site)}
    told = {line.code: line for line in given}
    if set(told) != set(known):
        raise Refused(_("Each document of the list is given, or not with the reason."))
    gaps = [
        Missing(_("{document}: given, or the reason why not.").format(document=known[code].name), posts.PROJECT_MANAGER, "P34")
        for code, line in told.items() if not line.given and not line.why.strip()
    ]
    gaps += [
        Missing(_("{document} is handed over in any case.").format(document=known[code].name), posts.PROJECT_MANAGER, "C8-18")
        for code, line in told.items() if known[code].always and not line.given
    ]
    if gaps:
        raise Refused(_("The documents cannot be handed over yet."), gaps)
    if on > site.on:
        raise Refused(_("This day lies ahead."))
    last = site.document_hand_overs.select_related("paper__dossier").order_by("-id").first()
    lines = [{"code": code, "name": known[code].name, "ref": known[code].ref, "given": told[code].given, "why": told[code].why.strip()[:200]} for code in known]
    count = sum(line.given for line in told.values())
    paper = papers.issue(
        P34, dossier=site.dossier, store=site.store, by=by, at=at, content=content.documents_content(site, lines, on=on),
        replaces=last.paper if last is not None and last.paper.state != Paper.State.VOID else None,
    )  # fmt: skip
    made = DocumentHandOver.objects.create(
        project=site, store=site.store, paper=paper, on=on, lines=lines, given=count, missing=len(lines) - count, by=by, at=at
    )
    audit.record(site.dossier, "projects.documents_listed", by=by, at=at, paper=paper, given=count, missing=len(lines) - count)
    return made


# --- archive ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def file_archive(project: Project, *, number: str, shelf: str, volumes: int, word: str = "", by: Any, at: datetime) -> SiteArchive:
    """Bind the file of a finished site and put it on its shelf (P35); papers that nobody signed need a word."""
    site = locked(project, at)
    refuse_unless(site, FINISHED)
    if not number.strip() or not shelf.strip() or volumes < 1:
        raise Refused(_("An archive has a number, a place and at least one volume."))
    if SiteArchive.objects.filter(project=site).exists():
        raise Refused(_("This site is filed already."))
    if SiteArchive.objects.filter(store=site.store, number=number.strip()).exists():
        raise Refused(_("This number is taken."))
    rows = content.filed_papers(site)
    unsigned = rows.filter(state=Paper.State.ISSUED).exclude(required_roles=[]).count()
    if unsigned and not word.strip():
        raise Refused(_("{count} papers are not signed; say why the file is bound all the same.").format(count=unsigned))
    made = SiteArchive.objects.create(
        project=site, store=site.store, number=number.strip(), shelf=shelf.strip()[:60], volumes=volumes, filed_on=site.on, papers=rows.count(),
        files=Attachment.objects.filter(dossier=site.dossier).count(), unsigned=unsigned, word=word.strip()[:300], by=by, at=at,
    )  # fmt: skip
    audit.record(site.dossier, "projects.archived", by=by, at=at, number=made.number, shelf=made.shelf)
    return made


@transaction.atomic
def lend_document(
    project: Project, *, kind: str, to: str, purpose: str, what: str = "", paper: Paper | None = None, file: Attachment | None = None,
    due_on: date | None = None, by: Any, at: datetime,
) -> DocumentLoan:  # fmt: skip
    """Note what leaves the archive (P36): issued for good, lent, or passed round; the last two come back by a day."""
    site = locked(project, at)
    if not to.strip() or not purpose.strip():
        raise Refused(_("Say who takes it, and what for."))
    name = what.strip() or (f"{paper.ref}" if paper is not None else "")
    if not name:
        raise Refused(_("Say which document."))
    for thing in (paper, file):
        if thing is not None and thing.dossier_id != site.dossier_id:
            raise Refused(_("This paper belongs to another file."))
    if kind == LoanKind.ISSUE:
        due_on = None
    elif due_on is None or due_on < site.on:
        raise Refused(_("Say until when; a day that lies ahead."))
    if paper is not None and kind != LoanKind.ISSUE and site.loans.filter(paper=paper, returned_on__isnull=True).exclude(kind=LoanKind.ISSUE).exists():
        raise Refused(_("This document is out already."))
    made = DocumentLoan.objects.create(
        project=site, store=site.store, kind=LoanKind(kind), paper=paper, file=file, what=name[:120], to=to.strip()[:60], purpose=purpose.strip()[:200],
        out_on=site.on, due_on=due_on, by=by, at=at,
    )  # fmt: skip
    if due_on is not None:
        owner = holder(posts.DOCUMENT_CLERK, site.store) or by
        about = f"{made.what} → {made.to}"
        start_clock(LOAN_RETURN, site, key=_loan(made), at=at, owner=owner, due_on=due_on, about=about, link=f"/projects/{site.ref}/archive/")
    audit.record(site.dossier, "projects.document_out", by=by, at=at, what=made.what, to=made.to, loan=made.kind)
    return made


@transaction.atomic
def return_document(loan: DocumentLoan, *, word: str = "", by: Any, at: datetime) -> DocumentLoan:
    """It is back."""
    site = locked(loan.project, at)
    row = DocumentLoan.objects.select_for_update(no_key=True, of=("self",)).select_related("project").get(pk=loan.pk)
    if row.kind == LoanKind.ISSUE:
        raise Refused(_("What was issued does not come back."))
    if row.returned_on is not None:
        raise Refused(_("This document is back already."))
    row.returned_on, row.returned_by, row.returned_word = max(site.on, row.out_on), by, word.strip()[:200]
    row.save(update_fields=["returned_on", "returned_by", "returned_word"])
    clocks.stop(LOAN_RETURN, _loan(row), at=at, by=by)
    audit.record(site.dossier, "projects.document_back", by=by, at=at, what=row.what, to=row.to)
    return row


def _loan(row: DocumentLoan) -> str:
    return f"{row.project.ref}/loan/{row.pk}"


# --- the finished sites of a month -----------------------------------------------------------------------------------


@transaction.atomic
def tell_completions(*, store: Any, month: date, by: Any, at: datetime) -> Snapshot:
    """Tell finance which sites were finished in a month that is over (P32, 000:L192): the list is frozen and on their desks."""
    row = Store.objects.select_for_update(no_key=True, of=("self",)).select_related("dossier").get(pk=store.pk)
    period = Period.month(month)
    if period.until > timezone.localtime(at).date():
        raise Refused(_("A month is told when it is over."))
    if Snapshot.objects.filter(kind=completions.SNAPSHOT, key=period.key, store=row).exists():
        raise Refused(_("Finance has been told of this month already."))
    told = [completions.plain(one) for one in completions.finished(None, period, store=row.pk)]
    made = snapshots.freeze(completions.SNAPSHOT, period.key, {"sites": told}, store=row, by=by, at=at)
    dossier: Any = row.dossier
    finance = User.objects.filter(holdings__until__isnull=True, left_on__isnull=True).filter(
        Q(holdings__post=posts.ACCOUNTANT, holdings__store=row) | Q(holdings__post=posts.FINANCE_SUPERVISOR)
    )
    line = _("Finished in {month}: {count} sites").format(month=period.key, count=len(told))
    Notice.objects.bulk_create(
        Notice(
            user=person, dossier=dossier, kind="projects.completions_told", line=f"{row.name} · {line}"[:300],
            link=f"/projects/completions/?period={period.key}", at=at,
        )
        for person in finance.distinct().order_by("pk")
    )  # fmt: skip
    audit.record(dossier, "projects.completions_told", by=by, at=at, month=period.key, count=len(told))
    return made


# --- what follows ----------------------------------------------------------------------------------------------------


def follow_papers(site: Project, running: set[tuple[str, str]], *, at: datetime) -> int:
    """Cleaning is due when the works are completed, the hand-over when they are accepted; signatures stop what they settle."""
    made = 0
    if (
        site.completed_on is not None and site.stage in FINISHED[:2] and (CLEANING.id, site.ref) not in running
        and not site.cleanings.filter(withdrawn_at__isnull=True).exists()
    ):  # fmt: skip
        moment = site.stage_changes.filter(to_stage="completed_pending_acceptance").order_by("-seq").values_list("at", flat=True).first() or at
        start_clock(CLEANING, site, key=site.ref, at=moment, owner=holder(posts.ENGINEERING_ASSISTANT, site.store), link=f"/projects/{site.ref}/cleaning/")
        made += 1
    accepted = site.facts.get(Fact.COMPLETION_ACCEPTED.value) if site.holds(Fact.CHECK_8_PASSED) else None
    signed = _signed(site.hand_overs)
    runs = (HAND_OVER.id, site.ref) in running
    if accepted is not None and signed is None and not runs:
        start_clock(HAND_OVER, site, key=site.ref, at=accepted.at, owner=site.supervisor or site.project_manager, link=f"/projects/{site.ref}/hand-over/")
        made += 1
    elif signed is not None and runs:
        clocks.stop(HAND_OVER, site.ref, at=signed.paper.signatures.latest("at").at)
        made += 1
    elif accepted is None and runs:  # the acceptance was taken back
        made += clocks.cancel(HAND_OVER, site.ref, at=at) is not None
    listed, told = _signed(site.document_hand_overs), site.facts.get(Fact.PAPERS_HANDED_OVER.value)
    if told is not None and told.paper is not None and told.paper.state in GONE:
        made += _handed_over_anew(site, told.paper, by=told.by, at=at)
    if not site.holds(Fact.PAPERS_HANDED_OVER) and listed is not None:
        clear(site, Fact.PAPERS_HANDED_OVER, paper=listed.paper, by=listed.by, at=listed.paper.signatures.latest("at").at)
        made += 1
    return made


def _handed_over_anew(site: Project, old: Paper, *, by: Any, at: datetime) -> int:
    """The list that the customer signed was replaced (P34): the later one counts, from its own signature; until then the papers are owed."""
    later = site.document_hand_overs.filter(paper=old.superseded_by_id).select_related("by").first() if old.superseded_by_id else None
    moment = later.at if later is not None else at
    reason = _("{ref}: {state}").format(ref=old.ref, state=old.get_state_display())
    revoke(site, Fact.PAPERS_HANDED_OVER, reason=reason, by=later.by if later is not None else by, at=moment)
    site.forget()
    start_clock(PAPERS_HANDED_OVER, site, key=site.ref, at=moment, owner=site.project_manager, link=f"/projects/{site.ref}/paper-handovers/")
    return 1


def _signed(rows: Any) -> Any:
    """The last of these whose paper everybody has signed."""
    return next((row for row in rows.select_related("paper__dossier", "by").order_by("-id") if row.paper.is_signed), None)


__all__ = [
    "Given", "file_archive", "follow_papers", "hand_over_documents", "hand_over_home", "lend_document", "order_cleaning", "return_document",
    "take_over_cleaning", "tell_completions", "withdraw_cleaning",
]  # fmt: skip
