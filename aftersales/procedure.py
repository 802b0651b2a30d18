"""The procedures of this app, registered with the house's: a complaint goes through its six steps."""

from aftersales.procedure_complaints import COMPLAINTS

__all__ = ["COMPLAINTS"]
