"""What is known of a customer (L04), how the customer is judged (L12, R009), and whether we may call at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.refusals import Refused
from leads.choices import Degree, PriceLevel
from leads.models import ContactBan, Customer, Judgment, Lead, ProfileCheck
from leads.services.care import begin_care, set_care_anew
from staff import posts

CALLING = ("call", "appointment")  # reasons for which a number is looked at to call


@transaction.atomic
def judge_customer(
    customer: Customer, *, willingness: str, ability: str, is_key: bool, is_member: bool, reason: str, by: Any, at: datetime
) -> Judgment:
    """Judge the class of a customer (R009), and whether it is a key customer or a member, with a reason; the history stays."""
    customer = locked_customer(customer)
    if willingness not in Degree.values or ability not in Degree.values:
        raise Refused(_("Say how willing and how able the customer is."))
    if bool(willingness) != bool(ability):
        raise Refused(_("A class needs both: how willing and how able the customer is."))
    if not reason.strip():
        raise Refused(_("Say on what the judgment rests."))
    told = {"willingness": willingness, "ability": ability, "is_key": is_key, "is_member": is_member}
    before = {name: getattr(customer, name) for name in told}
    if told == before:
        raise Refused(_("The customer is judged like this already."))
    made = Judgment.objects.create(customer=customer, store_id=customer.store_id, reason=reason.strip(), by=by, at=at, **told)
    for name, value in told.items():
        setattr(customer, name, value)
    customer.save(update_fields=[*told])
    set_care_anew(customer, by=by, at=at)
    _record(customer, "leads.customer_judged", by=by, at=at, before=before, after=told, reason=made.reason)
    return made


@transaction.atomic
def ban_contact(customer: Customer, *, reason: str, by: Any, at: datetime) -> ContactBan:
    """The customer does not want to be contacted; from now on nobody calls, and no number is opened for a call."""
    customer = locked_customer(customer)
    if customer.do_not_contact:
        raise Refused(_("This is noted already."))
    if not reason.strip():
        raise Refused(_("Note what the customer said."))
    made = ContactBan.objects.create(customer=customer, store_id=customer.store_id, reason=reason.strip(), by=by, at=at)
    customer.do_not_contact = True
    customer.save(update_fields=["do_not_contact"])
    _record(customer, "leads.contact_banned", by=by, at=at, reason=made.reason)
    return made


@transaction.atomic
def lift_ban(customer: Customer, *, reason: str, by: Any, at: datetime) -> Customer:
    """The customer may be contacted again, and why; the return visits begin anew."""
    customer = locked_customer(customer)
    if not customer.do_not_contact:
        raise Refused(_("The customer may be contacted."))
    if not reason.strip():
        raise Refused(_("Say why the customer may be contacted again."))
    whose = [customer.pk, *customer.merged_ones.values_list("pk", flat=True)]
    for ban in ContactBan.objects.select_for_update(no_key=True).filter(customer__in=whose, ended_at__isnull=True):
        ban.ended_at, ban.ended_by, ban.ended_reason = at, by, reason.strip()
        ban.save(update_fields=["ended_at", "ended_by", "ended_reason"])
    customer.do_not_contact = False
    customer.save(update_fields=["do_not_contact"])
    begin_care(customer, at=at)
    _record(customer, "leads.contact_allowed", by=by, at=at, reason=reason.strip())
    return customer


FIELDS = ("contact_ways", "price_level", "settlement", "cs_officer", "note")


@transaction.atomic
def keep_profile(customer: Customer, *, told: Mapping[str, Any], by: Any, at: datetime, note: str = "") -> ProfileCheck:
    """Bring the profile up to date (R025), or confirm that it is: who did it and when stands on the page."""
    customer = locked_customer(customer)
    if told.get("price_level", "") not in PriceLevel.values:
        raise Refused(_("Say how the customer builds."))
    officer: Any = told.get("cs_officer")
    serving = (posts.CS_OFFICER, posts.CS_SUPERVISOR)
    known = officer is None or officer.pk == customer.cs_officer_id
    if not known and (officer.left_on is not None or customer.store_id not in officer.stores_of(serving)):
        raise Refused(_("{name} is no customer service officer of this store.").format(name=officer))
    changed = {}
    for name in FIELDS:
        if name not in told:
            continue
        value = told[name].strip() if isinstance(told[name], str) else told[name]
        if value != getattr(customer, name):
            changed[name] = [str(getattr(customer, name) or ""), str(value or "")]
            setattr(customer, name, value)
    if changed:
        customer.save(update_fields=list(changed))
    made = ProfileCheck.objects.create(customer=customer, store_id=customer.store_id, changed=changed, note=note.strip(), by=by, at=at)
    _record(customer, "leads.profile_kept", by=by, at=at, changed=changed, note=made.note)
    return made


def require_contact(customer: Customer) -> None:
    """Refused while the customer does not want to be contacted."""
    if customer.do_not_contact:
        raise Refused(_("The customer does not want to be contacted."))


def locked_customer(customer: Customer) -> Customer:
    """The customer's row, locked; one that was merged is no longer written to."""
    row = Customer.objects.select_for_update(no_key=True, of=("self",)).select_related("merged_into").get(pk=customer.pk)
    if row.merged_into is not None:
        raise Refused(_("{name} was merged with another customer already.").format(name=row.name))
    return row


def _record(customer: Customer, kind: str, *, by: Any, at: datetime, **facts: Any) -> None:
    """In every file of the customer, in one order."""
    for lead in Lead.objects.alive().filter(customer=customer).select_related("dossier").order_by("dossier_id"):
        audit.record(lead.dossier, kind, by=by, at=at, **facts)
