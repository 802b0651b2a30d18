"""Records of the time after acceptance."""

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
    "Diagnosis", "Evaluation", "HomePatrol", "LowScore", "LowScoreAbout", "LowScoreCall", "OfWarranty",
    "PartAway", "QuestionSet", "RepairCall", "RepairCost", "RepairOrder", "RepairPayment", "RepairPhoto",
    "RepairRequest", "RepairReversal", "RepeatSignal", "ReturnVisit", "RoundCall", "RoundOfficer", "RoundTarget", "Sorting", "Survey", "SurveyAnswer", "SurveyInvite", "SurveyScore", "VisitRound", "Warranty", "WarrantyCard",
    "WarrantyQuerySet", "WarrantyTerm",
]  # fmt: skip
