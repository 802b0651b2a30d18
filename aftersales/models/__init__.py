"""Records of the time after acceptance."""

from aftersales.models.warranty import (
    Evaluation,
    OfWarranty,
    ReturnVisit,
    Warranty,
    WarrantyCard,
    WarrantyQuerySet,
    WarrantyTerm,
)

__all__ = ["Evaluation", "OfWarranty", "ReturnVisit", "Warranty", "WarrantyCard", "WarrantyQuerySet", "WarrantyTerm"]
