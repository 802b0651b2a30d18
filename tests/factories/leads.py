"""Enquiries by the dozen: each is registered and assigned by the verbs, with a customer, a number and a home of its own."""

from __future__ import annotations

from typing import Any

import factory

from leads.models import Lead
from tests import road


class LeadFactory(factory.Factory):
    """`LeadFactory.create_batch(50, cast=cast)`; `assigned=False` leaves it at the front desk, `consulted=True` leaves a paper to sign."""

    class Meta:
        model = Lead

    class Params:
        number = factory.Sequence(lambda n: n)

    name = factory.LazyAttribute(lambda told: "赵钱孙李周吴郑王冯陈"[told.number % 10] + "一二三四五六七八九十"[told.number // 10 % 10])
    phones = factory.LazyAttribute(lambda told: [f"136{told.number:04d}5566"])
    home = factory.LazyAttribute(lambda told: road.home(building=str(told.number % 30 + 1), room_no=f"{told.number // 30 + 1}01"))
    at = factory.LazyAttribute(lambda told: told.cast.at)
    cast: Any = None
    people: Any = None
    assigned = True
    consulted = False

    @classmethod
    def _create(cls, model_class: type[Lead], *args: Any, cast: Any, assigned: bool, consulted: bool, **told: Any) -> Lead:
        if consulted:
            return road.consulted_lead(cast, signed=False, **told)
        return road.assigned_lead(cast, **told) if assigned else road.registered_lead(cast, **told)
