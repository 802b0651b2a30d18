"""Words of the follow-up: the pool, reviews of losses, hotline cases, hand-overs."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PoolCause(TextChoices):
    """Why an enquiry lies in the public pool."""

    NO_CONTACT = "no_contact", _("Nobody got in touch")
    UNASSIGNED = "unassigned", _("Nobody had it")
    BY_HAND = "by_hand", _("Put in by a manager")


class PoolEnd(TextChoices):
    """How an enquiry left the pool."""

    TAKEN = "taken", _("Taken")
    TAKEN_OUT = "taken_out", _("Taken out by a manager")
    CLOSED = "closed", _("The enquiry was closed")


class ReviewOutcome(TextChoices):
    """What the review of a loss came to."""

    CONFIRMED = "confirmed", _("Confirmed")
    SENT_BACK = "sent_back", _("Sent back")
    REOPENED = "reopened", _("Opened again")

    @property
    def tone(self) -> str:
        return {"confirmed": "done", "sent_back": "soon"}.get(self.value, "accent")


class CaseCause(TextChoices):
    """Why the hotline has a case (R003, L10)."""

    SILENCE = "silence", _("More than ten days without preview and contact")
    PREVIEW = "preview", _("Not content with the preview")
    DESIGNER = "designer", _("Not content with the designer")
    OTHER = "other", _("Something else")


class Remedy(TextChoices):
    """How the company adjusts in time; another designer never follows by itself (Q19)."""

    TALK = "talk", _("The designer talks with the customer")
    NEW_DATE = "new_date", _("Another day for the preview")
    DESIGNER = "designer", _("Another designer")
    NOTHING = "nothing", _("Nothing has to be changed")


class CaseState(TextChoices):
    """Where a case stands; follows from its columns."""

    OPEN = "open", _("Nobody has taken it")
    TAKEN = "taken", _("Customer service has it")
    ASKED = "asked", _("Waits for the store manager")
    DECIDED = "decided", _("Decided; the customer's word is missing")
    CLOSED = "closed", _("Closed")

    @property
    def tone(self) -> str:
        return {"open": "late", "closed": "done", "asked": "soon"}.get(self.value, "accent")


class HandOverRole(TextChoices):
    """In which part an enquiry went from one person to another."""

    DESIGNER = "designer", _("Designer")
    CUSTOMER_MANAGER = "customer_manager", _("Customer manager")
