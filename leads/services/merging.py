"""Two customers who are one: merged with everything they have, and parted again so that each gets back what it had.

What is written down in its own right stays where it was written (judgments, reasons, papers); what the customer *has* moves:
numbers, homes, enquiries, visits, calls and whatever later parts of the house hang on a customer.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, ForeignKey, Max
from django.utils.translation import gettext as _

from core import audit
from core.refusals import Refused
from leads.models import ContactBan, Customer, CustomerMerge, CustomerPhone, Judgment, Lead
from leads.services.finding import say_anew
from staff import posts

CLASS = ("willingness", "ability", "is_key", "is_member")
FIRST = ("leads.CustomerPhone", "leads.Home", "leads.Lead")  # what others hang on moves before them


def moving() -> list[tuple[str, Any, str]]:
    """(label, model, field) of everything that goes with a customer: each table that points to one and whose row may change hands."""
    found = []
    relations: Any = Customer._meta.get_fields(include_hidden=True)
    for relation in relations:
        if not (relation.auto_created and not relation.concrete and relation.one_to_many):
            continue
        field, model = relation.field, relation.related_model
        named = getattr(model, "updatable", None)
        frozen = getattr(model, "append_only", False) or (named is not None and field.name not in named)
        if model in (Customer, CustomerMerge) or frozen or not isinstance(field, ForeignKey):
            continue
        found.append((model._meta.label, model, field.name))
    return sorted(found, key=lambda row: (FIRST.index(row[0]) if row[0] in FIRST else len(FIRST), row[0]))


def may_merge(user: Any, one: Customer, other: Customer) -> bool:
    """Those who work for the whole store; a customer manager when both are theirs."""
    if {posts.STORE_MANAGER, posts.CS_SUPERVISOR} & user.posts_for(one.store_id):
        return True
    mine = set(Lead.objects.alive().filter(customer__in=(one, other), customer_manager=user).values_list("customer_id", flat=True))
    return posts.CUSTOMER_MANAGER in user.posts_for(one.store_id) and {one.pk, other.pk} <= mine


@transaction.atomic
def merge_customers(kept: Customer, merged: Customer, *, reason: str, by: Any, at: datetime) -> CustomerMerge:
    """Everything of `merged` goes to `kept`, with a reason; what moved is recorded, papers already issued are untouched."""
    kept, merged = _locked(kept, merged)
    if kept.pk == merged.pk:
        raise Refused(_("These are one and the same customer."))
    if kept.store_id != merged.store_id:
        raise Refused(_("The two belong to different stores."))
    if not reason.strip():
        raise Refused(_("Say how it was found that they are one person."))
    for one in (kept, merged):
        if one.merged_into_id is not None:
            raise Refused(_("{name} was merged with another customer already.").format(name=one.name))
        if one.withdrawn_at is not None:
            raise Refused(_("{name} was withdrawn with an imported list.").format(name=one.name))
    if merged.merges.filter(parted_at__isnull=True).exists():
        raise Refused(_("{name} was itself made of two: keep this one, or part them first.").format(name=merged.name))
    if not may_merge(by, kept, merged):
        raise Refused(_("Only the store manager, the head of customer service or the customer manager of both merges two customers."))
    before = {name: getattr(kept, name) for name in CLASS}
    last = kept.phones.aggregate(last=Max("position"))["last"]
    if last is not None:  # the numbers of the kept one stay the first
        merged.phones.update(position=F("position") + last + 1)
    files = list(Lead.objects.filter(customer__in=(kept, merged)).select_related("dossier").order_by("pk"))
    moved = _move(merged, kept)
    made = CustomerMerge.objects.create(
        store_id=kept.store_id, kept=kept, merged=merged, reason=reason.strip(), moved=moved, before=before, by=by, at=at
    )
    for name in CLASS:
        setattr(kept, name, getattr(kept, name) or getattr(merged, name))
    kept.do_not_contact = kept.do_not_contact or merged.do_not_contact
    kept.save(update_fields=[*CLASS, "do_not_contact"])
    say_anew(files)
    for row in sorted(files, key=lambda row: row.dossier_id):
        audit.record(row.dossier, "leads.customers_merged", by=by, at=at, merge=made.pk, kept=kept.name, merged=merged.name, reason=made.reason)
    return made


@transaction.atomic
def part_customers(merge: CustomerMerge, *, reason: str, by: Any, at: datetime) -> CustomerMerge:
    """Part two merged customers: each gets back exactly what it had.

    What was added since stays with the one that was kept; only what is about a home that goes back (an enquiry, its people, a call
    on it) goes with that home, so that no home has two customers.
    """
    kept, merged = _locked(merge.kept, merge.merged)
    merge = CustomerMerge.objects.select_for_update(no_key=True).get(pk=merge.pk)
    if merge.parted_at is not None:
        raise Refused(_("These two were parted already."))
    if not reason.strip():
        raise Refused(_("Say why they are two people after all."))
    if not may_merge(by, kept, kept):
        raise Refused(_("Only the store manager, the head of customer service or the customer manager of both merges two customers."))
    files = list(Lead.objects.filter(customer=kept).select_related("dossier").order_by("pk"))
    merge.parted_at, merge.parted_by, merge.parted_reason = at, by, reason.strip()
    merge.save(update_fields=["parted_at", "parted_by", "parted_reason"])
    _give_back(merge, kept, merged)
    for place, phone in enumerate(merged.phones.order_by("position", "pk")):  # in the order that they had
        CustomerPhone.objects.filter(pk=phone.pk).update(position=place)
    if not Judgment.objects.filter(customer=kept, recorded_at__gt=merge.recorded_at).exists():
        for name in CLASS:
            setattr(kept, name, merge.before[name])
    others = kept.merges.filter(parted_at__isnull=True).values("merged")
    kept.do_not_contact = ContactBan.objects.filter(customer=kept, ended_at__isnull=True).exists() or (
        Customer.objects.filter(pk__in=others, do_not_contact=True).exists()
    )
    kept.save(update_fields=[*CLASS, "do_not_contact"])
    merged.do_not_contact = ContactBan.objects.filter(customer=merged, ended_at__isnull=True).exists()
    merged.save(update_fields=["do_not_contact"])
    mine = set(merged.leads.values_list("pk", flat=True))
    names = [kept.name, *Customer.objects.filter(pk__in=others).values_list("name", flat=True)]
    say_anew([f for f in files if f.pk in mine], gone_names=names, gone_numbers=_numbers(kept))
    say_anew([f for f in files if f.pk not in mine], gone_names=[merged.name], gone_numbers=_numbers(merged))
    for file in sorted(files, key=lambda row: row.dossier_id):
        audit.record(
            file.dossier, "leads.customers_parted", by=by, at=at, merge=merge.pk, kept=kept.name, merged=merged.name, reason=merge.parted_reason
        )
    return merge


def _locked(kept: Customer, merged: Customer) -> tuple[Customer, Customer]:
    """Store first, as a registration does, then the enquiries, then both customers against everything that would hang on them now."""
    store: Any = Customer._meta.get_field("store").related_model
    store.objects.select_for_update(no_key=True).values_list("pk").get(pk=kept.store_id)
    list(Lead.objects.select_for_update(no_key=True).filter(customer__in=(kept.pk, merged.pk)).order_by("pk").values_list("pk"))
    rows = {row.pk: row for row in Customer.objects.select_for_update(of=("self",)).filter(pk__in=(kept.pk, merged.pk)).order_by("pk")}
    return rows[kept.pk], rows[merged.pk]


def _numbers(customer: Customer) -> list[str]:
    return list(customer.phones.values_list("number", flat=True))


def _move(source: Customer, target: Customer) -> dict[str, list[int]]:
    moved = {}
    for label, model, field in moving():
        ids = sorted(model._base_manager.filter(**{field: source}).values_list("pk", flat=True))
        if ids:
            model._base_manager.filter(pk__in=ids).update(**{field: target})
            moved[label] = ids
    return moved


def _give_back(merge: CustomerMerge, kept: Customer, merged: Customer) -> None:
    """What the record names, and what since then was written about it."""
    homes: Iterable[int] = merge.moved.get("leads.Home", [])
    leads: set[int] = set()
    for label, model, field in moving():
        ids = set(merge.moved.get(label, []))
        if label == "leads.Lead":
            ids |= set(Lead.objects.filter(home__in=homes, customer=kept).values_list("pk", flat=True))
            leads = ids
        elif label not in FIRST and any(f.name == "lead" for f in model._meta.concrete_fields):
            rows = model._base_manager.filter(lead__in=leads, **{field: kept})
            ids |= set(rows.values_list("pk", flat=True))
        model._base_manager.filter(pk__in=ids, **{field: kept}).update(**{field: merged})
