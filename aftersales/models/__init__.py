"""Records of the time after acceptance."""

from aftersales.models.complaints import (
    Approval,
    Carrying,
    CheckProposal,
    Classing,
    Complaint,
    ComplaintMove,
    ComplaintPerson,
    ComplaintReport,
    ComplaintVerdict,
    Investigation,
    Proposal,
    Reading,
    ShiftHandover,
    SummingUp,
    Talk,
)
from aftersales.models.repair_rest import PartAway, RepairReversal, RepeatSignal
from aftersales.models.repairs import (
    Diagnosis,
    HomePatrol,
    RepairCall,
    RepairCost,
    RepairOrder,
    RepairPayment,
    RepairPhoto,
    RepairRequest,
    Sorting,
)
from aftersales.models.rounds import (
    LowScore,
    LowScoreAbout,
    LowScoreCall,
    RoundCall,
    RoundOfficer,
    RoundTarget,
    VisitRound,
)
from aftersales.models.slips import CoordinationSlip, QualityTrack, TrackPoint, WeekSummary
from aftersales.models.surveys import QuestionSet, Survey, SurveyAnswer, SurveyInvite, SurveyScore
from aftersales.models.warranty import (
    Evaluation,
    OfWarranty,
    ReturnVisit,
    Warranty,
    WarrantyCard,
    WarrantyQuerySet,
    WarrantyTerm,
)

__all__ = [
    "Approval", "Carrying", "CheckProposal", "Classing", "Complaint", "ComplaintMove", "ComplaintPerson", "ComplaintReport",
    "ComplaintVerdict", "CoordinationSlip", "Diagnosis", "Evaluation", "HomePatrol", "Investigation", "LowScore", "LowScoreAbout", "LowScoreCall", "OfWarranty",
    "PartAway", "Proposal", "QualityTrack", "QuestionSet", "Reading", "RepairCall", "RepairCost", "RepairOrder", "RepairPayment", "RepairPhoto",
    "RepairRequest", "RepairReversal", "RepeatSignal", "ReturnVisit", "RoundCall", "RoundOfficer", "RoundTarget", "ShiftHandover",
    "Sorting", "SummingUp", "Survey", "SurveyAnswer", "SurveyInvite", "SurveyScore", "Talk", "TrackPoint", "VisitRound", "Warranty", "WarrantyCard",
    "WarrantyQuerySet", "WarrantyTerm", "WeekSummary",
]  # fmt: skip
