"""Records of a site, from the contract to the last settlement."""

from projects.models.change import ChangeLine, ChangeOrder
from projects.models.completion import CleaningOrder, DocumentHandOver, DocumentLoan, SiteArchive, SiteHandOver
from projects.models.contract import ContactPage, Contract, ContractStock, Disclosure, Instalment, Permit, WorkerPass
from projects.models.days import LostDay, ScheduleExtension, StopWork
from projects.models.disputes import DisputePhoto, OffListPrice, SettlementDispute, UnsignedWork
from projects.models.foremen import ForemanDeduction, ForemanLabour, ForemanPayment, ForemanSettlement, SupervisorCommission
from projects.models.money import Allocation, Payment, PaymentReminder, Settlement
from projects.models.project import (
    Clearance,
    ClearanceRevocation,
    DrawingReview,
    Project,
    ProjectAssignment,
    ProjectStageChange,
    SiteArrival,
    Waiver,
)
from projects.models.property import (
    DayWorker,
    PassRegisterLine,
    PermitExtension,
    PropertyApplication,
    PropertyFee,
    SiteNeed,
)
from projects.models.schedule import (
    Crew,
    CrewAssignment,
    CrewMember,
    ForemanInstalment,
    ForemanPrice,
    LabourContract,
    PhaseMove,
    PreSurvey,
    ReviewDoubt,
    Schedule,
    SchedulePhase,
    SiteMaterial,
    WorksNotice,
)
from projects.models.site_costs import CostProposal, SiteExpense
from projects.models.supplements import CreditRefund, StockCount, StockCountLine, Supplement

__all__ = [
    "Allocation", "ChangeLine", "ChangeOrder", "Clearance", "ClearanceRevocation", "ContactPage", "Contract", "ContractStock",
    "CreditRefund", "Crew", "CrewAssignment", "CrewMember", "DayWorker", "Disclosure", "DisputePhoto", "DrawingReview", "ForemanInstalment",
    "ForemanPrice", "Instalment", "LabourContract", "LostDay", "OffListPrice", "PassRegisterLine", "Payment", "PaymentReminder", "Permit", "PermitExtension",
    "PhaseMove", "PreSurvey", "Project", "ProjectAssignment", "ProjectStageChange", "PropertyApplication", "PropertyFee", "ReviewDoubt",
    "Schedule", "ScheduleExtension", "SchedulePhase", "Settlement", "SettlementDispute", "SiteArrival", "SiteMaterial", "SiteNeed", "StockCount", "StockCountLine", "StopWork", "Supplement", "UnsignedWork",
    "Waiver", "WorkerPass", "WorksNotice",
    "CleaningOrder", "CostProposal", "DocumentHandOver", "DocumentLoan", "ForemanDeduction", "ForemanLabour", "ForemanPayment",
    "ForemanSettlement", "SiteArchive", "SiteExpense", "SiteHandOver", "SupervisorCommission",
]  # fmt: skip
