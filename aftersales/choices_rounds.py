"""The words of return-visit rounds and satisfaction surveys."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RoundState(TextChoices):
    """A round is prepared, handed out to its officers, and closed with its report (S05)."""

    PREPARED = "prepared", pgettext_lazy("round", "Being prepared")
    RUNNING = "running", pgettext_lazy("round", "Calls are made")
    CLOSED = "closed", pgettext_lazy("round", "Closed")
    DROPPED = "dropped", pgettext_lazy("round", "Dropped")

    @property
    def tone(self) -> str:
        return {"prepared": "soon", "running": "accent", "closed": "done"}.get(self.value, "plain")


ROUND_STEPS = (("prepared", "running"), ("prepared", "dropped"), ("running", "closed"))


class Feature(TextChoices):
    """A visit for an occasion (domain 7.3).  A promotion is a business call: without the customer's consent on record it is not made (LR-51)."""

    NONE = "", pgettext_lazy("round", "None")
    FESTIVAL = "festival", _("Festival")
    ANNIVERSARY = "anniversary", _("Anniversary")


class Among(TextChoices):
    """Which customers a list is drawn from."""

    ALL = "all", _("All customers")
    ALWAYS = "always", _("Members and key customers alone")


class TargetState(TextChoices):
    """Where one customer of a list stands."""

    OPEN = "open", pgettext_lazy("round", "To be called")
    REACHED = "reached", pgettext_lazy("round", "Reached")
    TRIED = "tried", pgettext_lazy("round", "Tried three times")
    LEFT_OUT = "left_out", pgettext_lazy("round", "Left out")

    @property
    def tone(self) -> str:
        return {"open": "soon", "reached": "done"}.get(self.value, "plain")


TARGET_STEPS = (("open", "reached"), ("open", "tried"), ("open", "left_out"))


class Way(TextChoices):
    """How the answers of a survey came in."""

    DEVICE = "device", _("By the customer on this device")
    PAPER = "paper", _("Filled in on paper")
    PHONE = "phone", _("Told by phone")


class InviteState(TextChoices):
    OPEN = "open", pgettext_lazy("survey", "Not answered yet")
    ANSWERED = "answered", pgettext_lazy("survey", "Answered")
    DECLINED = "declined", pgettext_lazy("survey", "Does not want to answer")

    @property
    def tone(self) -> str:
        return {"open": "soon", "answered": "done"}.get(self.value, "plain")


INVITE_STEPS = (("open", "answered"), ("open", "declined"), ("answered", "open"))


class SurveyState(TextChoices):
    """Customers are asked, the result is judged, measures are taken, their effect is looked at (domain 7.5)."""

    ASKING = "asking", pgettext_lazy("survey", "Customers are asked")
    ANALYSED = "analysed", pgettext_lazy("survey", "Measures are taken")
    CHECKED = "checked", pgettext_lazy("survey", "Effect looked at")

    @property
    def tone(self) -> str:
        return {"asking": "accent", "analysed": "soon", "checked": "done"}[self.value]


SURVEY_STEPS = (("asking", "analysed"), ("analysed", "checked"))


class LowSource(TextChoices):
    """Which paper the bad answer stands on."""

    EVALUATION = "S02", _("Evaluation")
    VISIT = "S04", _("Return visit")
    SURVEY = "S18", _("Survey")


class Outcome(TextChoices):
    """How a part that went to its maker came back (S27)."""

    MENDED = "mended", pgettext_lazy("part", "Mended")
    EXCHANGED = "exchanged", pgettext_lazy("part", "Exchanged")
    TAKEN_BACK = "taken_back", pgettext_lazy("part", "Taken back by the maker")
    REFUSED = "refused", pgettext_lazy("part", "Refused by the maker")
