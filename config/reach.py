"""What a person may open across the apps: the dossiers of enquiries, sites and people, and the papers and files in them.

The kernel's own records know no store wall of their own; the wall is that of the enquiry or site that they belong to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import Resolver404, resolve

from aftersales.models import RepairRequest
from aftersales.policies import SEE_REPAIRS
from aftersales.policies_complaints import SEE_COMPLAINT_REPORTS
from aftersales.policies_rounds import SEE_ROUNDS
from config import quiet, scans, signers
from core.models import Attachment, Deadline, Dossier, Paper, Rendition
from core.papers import KINDS
from core.policies import Scope
from inspections.models import MaterialReport, PatrolPlan
from inspections.policies_supervision import SEE_PLANS
from leads import policies
from leads.choices import Stage as LeadStage
from leads.deadlines import LOG_ANSWER
from leads.models import CashEntry, Lead, ShowHome, ShowHomePhoto
from leads.policies_money import SEE_TILL
from leads.selectors_drawings import files_to_check
from projects.models import Crew, DebtPayment, LabourContract, OldDebt, Project
from projects.policies import SEE_CONTRACTS, SEE_CREWS, SEE_FOREMAN_PRICE, SEE_MONEY, SEE_PROJECTS
from projects.policies_settling import SEE_SITE_COST
from staff import posts
from staff.models import User
from staff.selectors import audience as holders

# Papers that carry sums: whoever may not see a site's money does not see them either (projects.policies.SEE_MONEY).
OF_MONEY = frozenset(
    {"L22", "L23", "L28", "P05", "P06", "P07", "P09", "P10", "P11", "P24", "P25", "P27", "P28", "P29", "P30", "P31", "P45", "P51", "I15", "I15R"}
)
OF_FOREMEN = frozenset({"P38"})  # what a foreman is paid is seen by fewer (projects.policies.SEE_FOREMAN_PRICE)


def dossiers(user: Any) -> QuerySet[Dossier]:
    """Every dossier that this person may open; the store's own carries clocks of the desk and the show homes, its papers stay shut here."""
    return Dossier.objects.filter(_within(user) | Q(kind=Dossier.Kind.STORE, store__in=user.serves))


def opens(user: Any, *ways: str) -> str:
    """The first of these addresses whose page this person's posts may open, empty when none is; the record behind it is asked there."""
    for url in ways:
        try:
            policy = getattr(resolve(urlsplit(url).path).func, "policy", None) if url else None
        except Resolver404:
            continue
        if url and (policy is None or policy.allows(user)):
            return url
    return ""


def audience(deadline: Deadline, codes: Sequence[str]) -> list[User]:
    """Whom a clock's warning reaches: holders of the rung's posts who may open what it is about (not every project manager of the store).

    A call that belongs to no file yet stands in the store's own dossier: there the post in the store is enough.
    """
    asked = [person for person in holders(deadline, codes) if quiet.may_hear(person, deadline)]
    if deadline.clock == LOG_ANSWER.id and deadline.dossier.kind == Dossier.Kind.STORE:
        return asked
    return [person for person in asked if dossiers(person).filter(pk=deadline.dossier_id).exists()]


def papers(user: Any) -> QuerySet[Paper]:
    """Every paper that this person may read."""
    within = _within(user, "dossier__") | _of_stores(user) | _of_service(user) | _of_supervision(user)
    return Paper.objects.filter(within).exclude(kind__in=hidden_kinds(user)).exclude(quiet.hidden_papers(user))


def _of_supervision(user: Any) -> Q:
    """What a store has published (I17) for everybody in it; patrol plans (I01), reports (I24), receipts of old debts (P43) for who sees those."""
    company = SEE_PLANS.scope(user) is Scope.COMPANY
    published = Q(kind="I17", dossier__kind=Dossier.Kind.STORE)
    plans = Q(kind="I01", pk__in=PatrolPlan.objects.visible_to(user).values("paper"))
    reports = Q(kind="I24", pk__in=MaterialReport.objects.visible_to(user).values("paper"))
    receipts = Q(kind="L23", pk__in=DebtPayment.objects.filter(debt__in=OldDebt.objects.visible_to(user)).values("receipt"))
    return plans | reports | receipts | (published if company else published & Q(store__in=user.serves))


def _of_service(user: Any) -> Q:
    """The statistics of complaints (S10) and the shift hand-overs (S16) of the stores whose service this person sees."""
    printed = Q(kind__in=("S10", "S16"), dossier__kind=Dossier.Kind.STORE)
    scope = SEE_COMPLAINT_REPORTS.scope(user)
    if scope is None:
        return Q(pk__in=[])
    return printed if scope is Scope.COMPANY else printed & Q(store__in=SEE_COMPLAINT_REPORTS.stores(user))


def _of_stores(user: Any) -> Q:
    """What a store has printed: statistics of contracts (P11), cost of its sites (P40), reports of rounds (S05), for those who see all of them."""
    found = Q(pk__in=[])
    for kind, policy in (("P11", SEE_CONTRACTS), ("P40", SEE_SITE_COST), ("S05", SEE_ROUNDS)):
        scope = policy.scope(user)
        if scope is None or scope is Scope.OWN:
            continue
        printed = Q(kind=kind, dossier__kind=Dossier.Kind.STORE)
        found |= printed if scope is Scope.COMPANY else printed & Q(store__in=policy.stores(user))
    return found


def hidden_kinds(user: Any) -> frozenset[str]:
    """The kinds of paper that this person does not read: sums, for those who may not see money.  Who signs a paper reads it."""
    inner = frozenset() if SEE_FOREMAN_PRICE.allows(user) else OF_FOREMEN
    if SEE_MONEY.allows(user) or _takes_money(user):
        return inner
    return inner | frozenset(kind for kind in OF_MONEY if not _signs(user, kind))


def _signs(user: Any, kind: str) -> bool:
    """A line of this kind of paper is signed by the person's own post (P25: the foreman)."""
    return kind in KINDS and any(set(signers.posts_of(line.role)) & user.posts for line in KINDS[kind].signers)


def attachments(user: Any) -> QuerySet[Attachment]:
    """Every photo and file of those dossiers; the PDF of a paper is opened through its paper, and the
    scan of an original by those who may read the paper."""
    of_papers = Rendition.objects.filter(attachment=OuterRef("pk"))
    within = _within(user, "dossier__")
    if policies.CHECK_DRAWINGS.allows(user):  # large designs are checked by somebody whose enquiry it is not (R004)
        within |= Q(pk__in=files_to_check(user))
    within |= Q(pk__in=ShowHomePhoto.objects.filter(show_home__in=ShowHome.objects.visible_to(user)).values("attachment"))
    if SEE_TILL.allows(user):  # the slip of money that moved between accounts of a store
        within |= Q(pk__in=CashEntry.objects.visible_to(user).filter(kind="moved", slip__isnull=False).values("slip"))
    if SEE_CREWS.allows(user):  # the scan of a crew's labour contract lies in the store's own file (P18)
        within |= Q(pk__in=LabourContract.objects.filter(scan__isnull=False, crew__in=Crew.objects.visible_to(user)).values("scan"))
    found = Attachment.objects.filter(within).exclude(Exists(of_papers)).exclude(quiet.hidden_files(user))
    hidden = hidden_kinds(user)
    return found.exclude(Exists(scans.of_kinds(hidden, attachment=OuterRef("pk")))) if hidden else found


def _within(user: Any, path: str = "") -> Q:
    """The condition on a row whose dossier lies at `path`: that of an enquiry, of a site or of the person, inside the wall.

    Who sees a whole store or the company is answered by the dossier's own enquiry, joined by key; who sees what is their own by the
    list of it, which is short.  Neither reads the enquiries of the company to open one paper.
    """
    within = Q(**{path.removesuffix("__") or "pk": user.dossier_id}) if getattr(user, "dossier_id", None) else Q(pk__in=[])
    lead, alive = f"{path}lead", Q(**{f"{path}lead__withdrawn_at__isnull": True})
    own: list[QuerySet[Any]] = []
    for rows, permission, more in (
        (Lead.objects.visible_to(user), policies.SEE_LEADS, {}),
        (Project.objects.visible_to(user), SEE_PROJECTS, {f"{lead}__stage": LeadStage.CONTRACTED}),
    ):
        scope = permission.scope(user)
        if scope is Scope.COMPANY:
            within |= alive & Q(**{f"{lead}__isnull": False}, **more)
        elif scope is Scope.STORE:
            within |= alive & Q(**{f"{lead}__store__in": permission.stores(user)}, **more)
        if scope is Scope.OWN or (scope is Scope.STORE and user.stores - permission.stores(user)):
            own.append(rows.values("dossier_id"))
    if sent := SEE_REPAIRS.stores(user) if posts.TECHNICIAN in user.posts else ():  # who mends reads what was built there, and signs there
        own.append(RepairRequest.objects.filter(store__in=sent).values("project__dossier_id"))
    if own:
        within |= Q(**{f"{path.removesuffix('__') or 'pk'}__in": own[0].union(*own[1:]) if own[1:] else own[0]})
    return within


def _takes_money(user: Any) -> bool:
    """Those who take deposits or write quotations read these papers before there is a site."""
    return any(
        each.allows(user)
        for each in (policies.RECEIVE_DEPOSIT, policies.QUOTE, policies.ORDER, policies.ACCEPT_QUOTATION)
    )
