"""Records of the checks: what is looked at, how it came out, what is wrong and how it was put right."""

from inspections.models.catalogue import CheckItem, CheckTemplate
from inspections.models.check import Attendance, CheckResult, ItemWaiver, Photo, QualityCheck
from inspections.models.defects import Answer, Finding, Patrol, Recheck, Rectification

__all__ = [
    "Answer", "Attendance", "CheckItem", "CheckResult", "CheckTemplate", "Finding", "ItemWaiver", "Patrol", "Photo",
    "QualityCheck", "Recheck", "Rectification",
]  # fmt: skip
