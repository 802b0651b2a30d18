"""Records of a site, from the contract to the last settlement."""

from projects.models.change import ChangeLine, ChangeOrder
from projects.models.contract import ContactPage, Contract, ContractStock, Disclosure, Instalment, Permit, WorkerPass
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
from projects.models.supplements import CreditRefund, StockCount, StockCountLine, Supplement

__all__ = [
    "Allocation", "ChangeLine", "ChangeOrder", "Clearance", "ClearanceRevocation", "ContactPage", "Contract", "ContractStock", "CreditRefund",
    "Disclosure", "DrawingReview", "Instalment", "Payment", "PaymentReminder", "Permit", "Project", "ProjectAssignment",
    "ProjectStageChange", "Settlement", "SiteArrival", "StockCount", "StockCountLine", "Supplement", "Waiver", "WorkerPass",
]  # fmt: skip
