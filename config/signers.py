"""Who signs which line of a paper: staff sign as themselves, signed in; everybody else on the device, in presence (LR-36, LR-38)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from core import papers
from core.models import Paper
from core.papers import Signer
from core.refusals import Refused
from inspections.models import SiteFine
from projects.choices import Role
from projects.content import signs_alone
from projects.models import ForemanSettlement, Project
from projects.services.preparation import POST_OF
from staff import posts
from staff.models import Holding

# The roles of signature lines that people of the house fill, and the posts that may fill them.
# A role that is not here belongs to somebody from outside: the customer, a witness, the property office, a worker.
POSTS: dict[str, tuple[str, ...]] = {
    "designer": (posts.DESIGNER, posts.CHIEF_DESIGNER, posts.DESIGN_MANAGER),
    "inspector": (posts.QUALITY_INSPECTOR,),
    "supervisor": (posts.SITE_SUPERVISOR,),
    "after_sales": (posts.AFTERSALES_HEAD, posts.TECHNICIAN),
    "company": (posts.STORE_MANAGER, posts.CUSTOMER_MANAGER, posts.GENERAL_MANAGER),
    "finance": (posts.ACCOUNTANT, posts.CASHIER, posts.FINANCE_SUPERVISOR),
    "accountant": (posts.ACCOUNTANT, posts.FINANCE_SUPERVISOR),
    "cashier": (posts.CASHIER, posts.ACCOUNTANT, posts.FINANCE_SUPERVISOR, posts.CUSTOMER_MANAGER),
    "estimator": (posts.ESTIMATOR, posts.DESIGNER, posts.CHIEF_DESIGNER, posts.DESIGN_MANAGER),
    "project_manager": (posts.PROJECT_MANAGER,),
    "foreman": (posts.FOREMAN,),
    "site_side": (posts.QUALITY_INSPECTOR, posts.FOREMAN, posts.SITE_SUPERVISOR, posts.PROJECT_MANAGER),
    "customer_manager": (posts.CUSTOMER_MANAGER,),
    "cs_officer": (posts.CS_OFFICER, posts.CS_SUPERVISOR, posts.AFTERSALES_HEAD, posts.CUSTOMER_MANAGER),
    "cs_supervisor": (posts.CS_SUPERVISOR, posts.CS_MANAGER),
    "manager": (posts.STORE_MANAGER, posts.DESIGN_MANAGER, posts.ENGINEERING_MANAGER),
    "hands_over": (posts.CS_OFFICER, posts.CS_SUPERVISOR, posts.AFTERSALES_HEAD),
    "takes_over": (posts.CS_OFFICER, posts.CS_SUPERVISOR, posts.AFTERSALES_HEAD),
}
# Lines of the site and the end that one person signs, whoever else holds the post: (kind, role) → the papers, or the files of the sites.
THEIR_PAPERS: dict[tuple[str, str], Any] = {("I15", "foreman"): SiteFine, ("P38", "foreman"): ForemanSettlement}
# Lines of every paper of a site that are its own people's: role → who of the site signs.  Another is put on the site first (P17); only
# for somebody who was never named, has left or lost the post may any holder of the post sign.
THEIR_SITES: dict[str, tuple[str, ...]] = {
    "foreman": ("foreman",), "supervisor": ("supervisor",), "project_manager": ("project_manager",), "inspector": ("inspector",),
    "designer": ("designer",), "site_side": ("inspector", "foreman", "supervisor", "project_manager"),
}  # fmt: skip
THEIR_HEADS = {"designer": (posts.CHIEF_DESIGNER, posts.DESIGN_MANAGER)}  # who signs such a line for the whole store
# Lines of a contract that the persons sign whom its own clause names (LR-38): (kind, role) → where the content names them.
NAMED: dict[tuple[str, str], str] = {("P07", "customer"): "signer", ("P07", "company"): "company_signer"}
THAT_VERY = {"hands_over": "giver_id", "takes_over": "taker_id"}  # lines that one person signs, named by the paper itself (S16)


INSPECTOR = "inspector"
BUILDERS = frozenset({"project_manager", "foreman", "crew_leader", "engineering_manager"})


def posts_of(role: str) -> tuple[str, ...]:
    """The posts whose holders sign this line; empty for a person from outside."""
    return POSTS.get(role, (role,) if role in posts.all_codes() else ())


def may_sign(signer: Signer, user: Any, paper: Paper) -> bool:
    """This person can have this line signed now: their own, or that of somebody from outside in their presence."""
    if signer.role in THAT_VERY:
        return bool(paper.body.get(THAT_VERY[signer.role]) == user.pk)
    asked = posts_of(signer.role)
    if not asked:
        return True
    if not set(asked) & user.posts_for(paper.store_id) or not _is_named(signer.role, user, paper):
        return False
    return _is_theirs(signer.role, user, paper) and not _on_both_sides(signer.role, user, paper)


def named_in(paper: Paper, role: str) -> str:
    """Whom the paper itself names for this line; empty for most."""
    return str(paper.body.get(NAMED.get((paper.kind, role), ""), ""))


def _is_named(role: str, user: Any, paper: Paper) -> bool:
    """Whom the paper names, or nobody, or somebody who holds such a post no more; the holders are asked for once a request."""
    name = named_in(paper, role)
    if not name or name == user.full_name:
        return True
    known = user.__dict__.setdefault("_own_lines", {})
    if role not in known:
        held = Holding.objects.open().filter(post__in=posts_of(role), user__left_on__isnull=True)
        known[role] = set(held.values_list("user__full_name", flat=True))
    return name not in known[role]


def refuse_another(paper: Paper, role: str, name: str) -> None:
    """Refused when somebody else is to sign than whom the paper names."""
    named = named_in(paper, role)
    if named and not posts_of(role) and not signs_alone(named, name):
        raise Refused(_("This paper names %(named)s as who signs; for somebody else it is corrected first.") % {"named": named})


def _is_theirs(role: str, user: Any, paper: Paper) -> bool:
    """A slip or statement is the named foreman's, what belongs to a site that of the site's own people; asked once a request, for a list too."""
    known = user.__dict__.setdefault("_own_lines", {})
    if (paper.kind, role) in THEIR_PAPERS:
        key: tuple[str, Any] = (paper.kind, role)
        if key not in known:
            known[key] = set(THEIR_PAPERS[key].objects.filter(**{role: user}).values_list("paper", flat=True))
        return paper.pk in known[key]
    if role not in THEIR_SITES or set(THEIR_HEADS.get(role, ())) & user.posts_for(paper.store_id):
        return True
    key = (role, f"store {paper.store_id}" if paper.is_open else paper.dossier_id)
    if key not in known:
        known[key] = set(_of_others(role, user, paper).values_list("dossier", flat=True))
    return paper.dossier_id not in known[key]


def _of_others(role: str, user: Any, paper: Paper) -> QuerySet[Project]:
    """The sites of which somebody else signs this line: of the store with papers that wait, or of this paper alone."""
    waiting = Paper.objects.filter(dossier=OuterRef("dossier"), state=Paper.State.ISSUED)
    sites = Project.objects.filter(Exists(waiting), store=paper.store_id) if paper.is_open else Project.objects.filter(dossier=paper.dossier_id)
    own, there = Q(), Q()
    for name in THEIR_SITES[role]:
        holds = Holding.objects.open().filter(user=OuterRef(name), user__left_on__isnull=True, post=POST_OF[Role(name)])
        own |= Q(**{name: user})
        there |= Q(Exists(holds))
    return sites.filter(there).exclude(own)


def _on_both_sides(role: str, user: Any, paper: Paper) -> bool:
    """Who builds does not inspect (LR-65): whoever holds both posts signs on one side of a paper, and not as inspector of an own site."""
    hands = {hand.role for hand in paper.signatures.all() if hand.user_id == user.pk}
    if role != INSPECTOR:
        return INSPECTOR in hands
    if hands & BUILDERS:
        return True
    if not user.posts & {posts.PROJECT_MANAGER, posts.FOREMAN}:
        return False
    return Project.objects.filter(Q(project_manager=user) | Q(foreman=user), dossier=paper.dossier_id).exists()


def open_lines(paper: Paper) -> list[Signer]:
    """The lines that are still empty, in the order of the paper."""
    return papers.unsigned_roles(paper) if paper.is_open else []


def to_sign(paper: Paper) -> list[Signer]:
    """The empty lines of a paper that still fits; what its grounds were taken from is replaced, not signed."""
    return open_lines(paper) if paper.stale_at is None else []


def next_line(paper: Paper, user: Any, wanted: str = "") -> Signer | None:
    """The line to sign now on this device: the wanted one, else the first that this person can have signed."""
    lines = [line for line in to_sign(paper) if may_sign(line, user, paper)]
    return next((line for line in lines if line.role == wanted), lines[0] if lines else None)


def waits_for(paper: Paper, user: Any) -> Signer | None:
    """The required line that waits for this person's own hand; a line that may stay empty waits for nobody."""
    return next((line for line in to_sign(paper) if line.required and posts_of(line.role) and may_sign(line, user, paper)), None)


def roles_of(held: Iterable[str]) -> list[str]:
    """The roles that somebody with these posts signs as."""
    have = set(held)
    return sorted({role for role, allowed in POSTS.items() if have & set(allowed)} | have)
