"""Records of the checks: what is looked at, how it came out, what is wrong and how it was put right."""

from inspections.models.catalogue import CheckItem, CheckTemplate
from inspections.models.check import Attendance, CheckResult, ItemWaiver, Photo, QualityCheck
from inspections.models.defects import Answer, Finding, Patrol, Recheck, Rectification
from inspections.models.joint import Bulletin, CrewRating, JointInspection, JointVisit, SiteMeeting
from inspections.models.plans import PatrolPlan, PlanDeviation, PlanEntry
from inspections.models.quantities import MaterialReport, MeasuredLine, QuantityMeasurement
from inspections.models.site_life import (
    DiaryDay,
    Incident,
    IncidentStep,
    SafetyBriefing,
    SiteFine,
    SiteNote,
    SitePhoto,
)
from inspections.models.site_order import (
    Calibration,
    Delivery,
    DeliveryLine,
    RectificationPlan,
    SiteOrderCheck,
    SiteOrderResult,
    Tool,
)
from inspections.models.supervision import (
    ClientExchange,
    DailyCheckIn,
    MandatoryVisit,
    ProgressReport,
    ServiceBook,
    SupervisionFact,
    TradeAcceptance,
)

__all__ = [
    "Answer", "Attendance", "Bulletin", "Calibration", "CheckItem", "CheckResult", "CheckTemplate", "ClientExchange", "CrewRating",
    "DailyCheckIn", "Delivery", "DeliveryLine", "DiaryDay", "Finding", "Incident", "IncidentStep", "ItemWaiver", "JointInspection",
    "JointVisit", "MandatoryVisit", "MaterialReport", "MeasuredLine", "Patrol", "PatrolPlan", "Photo", "PlanDeviation", "PlanEntry",
    "ProgressReport", "QualityCheck", "QuantityMeasurement", "Recheck", "Rectification", "RectificationPlan", "SafetyBriefing",
    "ServiceBook", "SiteFine", "SiteMeeting", "SiteNote", "SiteOrderCheck", "SiteOrderResult", "SitePhoto", "SupervisionFact",
    "Tool", "TradeAcceptance",
]  # fmt: skip
