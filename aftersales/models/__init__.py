"""Records of the time after acceptance."""

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
    "Diagnosis", "Evaluation", "HomePatrol", "OfWarranty", "RepairCall", "RepairCost", "RepairOrder", "RepairPayment", "RepairPhoto",
    "RepairRequest", "ReturnVisit", "Sorting", "Warranty", "WarrantyCard", "WarrantyQuerySet", "WarrantyTerm",
]  # fmt: skip
