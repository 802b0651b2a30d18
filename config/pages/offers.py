"""What a quiet desk offers: work that is there without a clock of one's own, at most one query a kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config import words
from core.models import Deadline, Paper
from core.policies import Policy, narrow
from leads.choices import QuotationState, Stage
from leads.models import Lead, OrderAgreement, Quotation
from leads.models.lead import own
from leads.policies import ASSIGN, QUOTE, RECEIVE_DEPOSIT, REGISTER
from projects.deadlines import INSTALMENT_DUE
from projects.models import Project
from projects.policies import OPEN_PROJECT, TAKE_PAYMENT
from projects.selectors import waiting_leads
from staff.models import User
from staff.policies import MANAGE_PEOPLE

MOST = 3  # rows of a kind


@dataclass(frozen=True)
class Offer:
    """A row of work: since when, the act, what about, its page and the verb."""

    since: str
    act: str
    about: str
    url: str
    verb: str


def _unassigned(user: Any, now: datetime) -> Iterator[Offer]:
    rows = Lead.objects.visible_to(user, ASSIGN).filter(stage=Stage.REGISTERED, designer=None).select_related("customer", "home")
    for lead in rows.order_by("registered_at", "pk")[:MOST]:
        yield Offer(
            words.moment(lead.registered_at, now), _("Assign the enquiry to a designer"), f"{lead.customer.name} · {lead.home.address}",
            reverse("leads:assignments", args=[lead.ref]), _("Assign"),
        )  # fmt: skip


def _deposits(user: Any, now: datetime) -> Iterator[Offer]:
    """The customer has signed what the deposit is (G3) and stands at the till: whoever takes it finds the file."""
    signed = OrderAgreement.objects.filter(lead=OuterRef("pk"), paper__state__in=Paper.SIGNED_STATES).exclude(deposits__refunds__paid_at__isnull=False)
    rows = Lead.objects.visible_to(user, RECEIVE_DEPOSIT).filter(stage=Stage.PROPOSAL_PRESENTED).select_related("customer", "home")
    rows = rows.annotate(signed_on=Subquery(signed.order_by("-at").values("at")[:1]))
    for lead in rows.filter(signed_on__isnull=False).order_by("-signed_on", "pk")[:MOST]:
        yield Offer(
            words.moment(lead.signed_on, now), _("The order agreement is signed: take the deposit"), f"{lead.customer.name} · {lead.home.address}",
            reverse("leads:deposits", args=[lead.ref]), _("Take the payment"),
        )  # fmt: skip


def _contracts(user: Any, now: datetime) -> Iterator[Offer]:
    """The customer has accepted the quotation: whoever makes contracts need not look for it in a list."""
    accepted = Quotation.objects.filter(lead=OuterRef("pk"), state=QuotationState.ACCEPTED).values("accepted_at")[:1]
    rows = waiting_leads(user, OPEN_PROJECT).select_related("customer", "home").annotate(accepted_on=Subquery(accepted))
    for lead in rows.order_by("accepted_on", "pk")[:MOST]:
        yield Offer(
            words.moment(lead.accepted_on, now), _("The customer has accepted the quotation"), f"{lead.customer.name} · {lead.home.address}",
            reverse("projects:contract-new", args=[lead.ref]), _("Make the contract"),
        )  # fmt: skip


def _drafts(user: Any, now: datetime) -> Iterator[Offer]:
    rows = narrow(Quotation.objects.filter(state=QuotationState.DRAFT), user, QUOTE, own=own(user, "lead__")).select_related("lead__customer", "lead__home")
    for draft in rows.order_by("at", "pk")[:MOST]:
        yield Offer(
            words.moment(draft.at, now), _("Finish the draft of a quotation"), f"{draft.lead.customer.name} · {draft.lead.home.address}",
            reverse("leads:quotation", args=[draft.lead.ref, draft.version]), _("Carry on"),
        )  # fmt: skip


def _overdue(user: Any, now: datetime) -> Iterator[Offer]:
    late = Deadline.objects.filter(dossier=OuterRef("dossier"), clock=INSTALMENT_DUE.id, stopped_at=None, paused_at=None, due_at__lt=now)
    rows = Project.objects.visible_to(user, TAKE_PAYMENT).annotate(late_since=Subquery(late.order_by("due_at").values("due_at")[:1]))
    for site in rows.filter(late_since__isnull=False).order_by("late_since", "pk")[:MOST]:
        yield Offer(
            words.moment(site.late_since, now), _("An instalment is overdue: take its payment"), f"{site.customer_name} · {site.address}",
            reverse("projects:payments", args=[site.ref]), _("Take the payment"),
        )  # fmt: skip


def _newcomers(user: Any, now: datetime) -> Iterator[Offer]:
    rows = User.objects.visible_to(user).filter(must_change_password=True, last_login=None, left_on=None)
    for person in rows.order_by("hired_on", "pk")[:MOST]:
        yield Offer(
            words.day(person.hired_on, timezone.localdate(now)), _("Has not signed in yet: hand over the first password"), person.full_name,
            reverse("staff:person", args=[person.username]), _("Look"),
        )  # fmt: skip


KINDS: tuple[tuple[Policy, Callable[[Any, datetime], Iterator[Offer]]], ...] = (
    (ASSIGN, _unassigned), (RECEIVE_DEPOSIT, _deposits), (OPEN_PROJECT, _contracts), (QUOTE, _drafts), (TAKE_PAYMENT, _overdue), (MANAGE_PEOPLE, _newcomers),
)  # fmt: skip
ALWAYS = (_deposits, _contracts)  # the customer waits, whatever else the desk has
BEGINNINGS = (
    (REGISTER, gettext_lazy("Register a customer"), "leads:new"), (MANAGE_PEOPLE, gettext_lazy("Hire a person"), "staff:new-person"),
    (TAKE_PAYMENT, gettext_lazy("Payments"), "projects:payment-list"),
)  # fmt: skip


def offers_of(user: Any, now: datetime, *, quiet: bool = True) -> list[Offer]:
    """The work that waits for anybody of this post; a desk that has something due shows only what cannot wait."""
    return [offer for policy, rows in KINDS if (quiet or rows in ALWAYS) and policy.allows(user) for offer in rows(user, now)]


def beginning_of(user: Any) -> tuple[str, str] | None:
    """The act with which this post begins something new: its words and its page."""
    return next(((str(says), reverse(name)) for policy, says, name in BEGINNINGS if policy.allows(user)), None)
