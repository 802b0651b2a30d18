"""The words of complaints."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class ComplaintSource(TextChoices):
    """How a complaint came in (7.6)."""

    PHONE = "phone", pgettext_lazy("complaint", "By phone")
    VISIT = "visit", pgettext_lazy("complaint", "The customer came by")
    HOTLINE = "hotline", pgettext_lazy("complaint", "From the hotline")
    RETURN_VISIT = "return_visit", pgettext_lazy("complaint", "On a return visit")
    SURVEY = "survey", pgettext_lazy("complaint", "In a survey")
    LOW_SCORE = "low_score", pgettext_lazy("complaint", "After a low score")
    REPAIR = "repair", pgettext_lazy("complaint", "At a repair")
    OWNER = "owner", pgettext_lazy("complaint", "The owner's own page")
    NEIGHBOUR = "neighbour", pgettext_lazy("complaint", "From a neighbour or the property office")


class Emotion(TextChoices):
    """How the complainant was (7.1): noted, so that nobody calls unprepared."""

    CALM = "calm", pgettext_lazy("emotion", "Calm")
    ANGRY = "angry", pgettext_lazy("emotion", "Angry")
    ANXIOUS = "anxious", pgettext_lazy("emotion", "Worried")
    SAD = "sad", pgettext_lazy("emotion", "Sad")
    LOUD = "loud", pgettext_lazy("emotion", "Loud")


class ComplaintClass(TextChoices):
    """The class of 7.1; whether a complaint is upheld is another question."""

    VALID = "valid", pgettext_lazy("complaint", "Valid complaint")
    HELP = "help", pgettext_lazy("complaint", "Asks for help")
    INQUIRY = "inquiry", pgettext_lazy("complaint", "Asks a question")
    VENTING = "venting", pgettext_lazy("complaint", "Vents displeasure")

    @property
    def communication(self) -> bool:
        return self.value != "valid"


class ComplaintStage(TextChoices):
    """Where a complaint stands in the six steps (7.2)."""

    RECEIVED = "received", pgettext_lazy("complaint", "To be judged")
    ANSWERING = "answering", pgettext_lazy("complaint", "To be answered")
    INVESTIGATING = "investigating", pgettext_lazy("complaint", "Being investigated")
    PROPOSING = "proposing", pgettext_lazy("complaint", "Solution to be approved")
    APPROVED = "approved", pgettext_lazy("complaint", "Customer to be told and to sign")
    EXECUTING = "executing", pgettext_lazy("complaint", "Being carried out")
    CALLING = "calling", pgettext_lazy("complaint", "Return call due")
    SUMMING_UP = "summing_up", pgettext_lazy("complaint", "To be summed up")
    CLOSED = "closed", pgettext_lazy("complaint", "Closed")

    @property
    def tone(self) -> str:
        return {"closed": "done", "received": "soon", "proposing": "soon", "approved": "accent", "executing": "accent"}.get(self.value, "plain")


OPEN = tuple(stage.value for stage in ComplaintStage if stage != ComplaintStage.CLOSED)


class Part(TextChoices):
    """What a person has to do with a complaint: named by the complainant, found responsible, or head of the department.  Facts, no verdict."""

    NAMED = "named", pgettext_lazy("complaint", "Named by the complainant")
    RESPONSIBLE = "responsible", pgettext_lazy("complaint", "Responsible")
    HEAD = "head", pgettext_lazy("complaint", "Head of the department")


ABOUT = ("named", "responsible")  # whom the complaint is about


class TalkKind(TextChoices):
    """Why the customer was spoken to."""

    REPLY = "reply", pgettext_lazy("complaint", "First answer")
    ANSWER = "answer", pgettext_lazy("complaint", "Told why it is not upheld")
    TOLD = "told", pgettext_lazy("complaint", "Told the solution")
    AFTER = "after", pgettext_lazy("complaint", "Return call after handling")
    OTHER = "other", pgettext_lazy("complaint", "Another talk")


class Decision(TextChoices):
    """What becomes of a proposed check item."""

    OPEN = "open", pgettext_lazy("check item", "To be decided")
    ADOPTED = "adopted", pgettext_lazy("check item", "Adopted")
    DECLINED = "declined", pgettext_lazy("check item", "Declined")

    @property
    def tone(self) -> str:
        return {"open": "soon", "adopted": "done"}.get(self.value, "plain")


class Span(TextChoices):
    """What a report covers."""

    WEEK = "week", pgettext_lazy("report", "Week")
    MONTH = "month", pgettext_lazy("report", "Month")
    QUARTER = "quarter", pgettext_lazy("report", "Quarter")


STEPS = (
    ("received", "answering"),  # not upheld, or a communication complaint that an answer settles
    ("received", "investigating"),
    ("answering", "closed"),
    ("investigating", "proposing"),
    ("proposing", "approved"),
    ("proposing", "investigating"),  # the leader wants it looked into once more
    ("approved", "executing"),
    ("approved", "proposing"),  # the customer does not sign: a new proposal (Q102)
    ("executing", "calling"),
    ("calling", "summing_up"),
    ("calling", "proposing"),  # at the return call the customer is not content
    ("summing_up", "closed"),
    ("closed", "received"),  # opened again with a reason
)
