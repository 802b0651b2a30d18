"""Kernel records.  Nothing here names a noun of the trade."""

from core.models.attachment import Attachment
from core.models.base import Recorded
from core.models.choice import CompanyChoice
from core.models.company import CalendarDay, CompanyProfile
from core.models.deadline import Deadline, DeadlinePause, Notice
from core.models.dossier import AuditEntry, ChainHead, Dossier
from core.models.paper import Paper, Rendition, Signature
from core.models.person import PersonKey
from core.models.support import Draft, NumberSeries, PostReceipt, Snapshot

__all__ = [
    "Attachment", "AuditEntry", "CalendarDay", "ChainHead", "CompanyChoice", "CompanyProfile", "Deadline", "DeadlinePause", "Dossier", "Draft",
    "Notice", "NumberSeries", "Paper", "PersonKey", "PostReceipt", "Recorded", "Rendition", "Signature", "Snapshot",
]  # fmt: skip
