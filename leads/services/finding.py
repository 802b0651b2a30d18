"""Under which words the files of a customer are found: names and numbers of everybody who belongs to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from core import phones, search
from core.models import Dossier
from core.refusals import Refused
from leads.models import Customer, CustomerPhone, HomePerson, Lead


def read_number(typed: str) -> str:
    """A number as it is kept; nothing typed is no number, and what cannot be one is refused."""
    if not typed.strip():
        return ""
    number = phones.normal(typed)
    if number is None:
        raise Refused(_("“{number}” is no telephone number.").format(number=typed.strip()[:40]))
    return number


def say_anew(leads: Iterable[Lead], *, gone_names: Collection[str] = (), gone_numbers: Collection[str] = ()) -> None:
    """Title, line and terms of these enquiries' dossiers follow the customer, the home and its people.

    A name that somebody once registered under stays a way to find the file; what is named as gone leaves it.
    """
    rows = list(
        Lead.objects.filter(pk__in=[lead.pk for lead in leads]).select_related("customer", "home", "dossier").order_by("dossier_id")
    )  # fmt: skip
    list(Dossier.objects.select_for_update(no_key=True).filter(pk__in=[r.dossier_id for r in rows]).order_by("pk").values_list("pk"))
    whose = {row.customer_id for row in rows}
    numbers, names = defaultdict(set), defaultdict(set)
    for phone in CustomerPhone.objects.filter(customer__in=whose, withdrawn_at__isnull=True):
        numbers[phone.customer_id].add(phone.number)
    for other in Customer.objects.filter(merged_into__in=whose):
        names[other.merged_into_id].add(other.name)
    here = defaultdict(list)
    for person in HomePerson.objects.here().filter(home__in={row.home_id for row in rows}):
        here[person.home_id].append(person)
    gone = set(search.terms(names=gone_names, phones=gone_numbers))
    for row in rows:
        people = here[row.home_id]
        found = search.terms(
            names={row.customer.name, *names[row.customer_id], *(p.name for p in people)},
            phones=[*numbers[row.customer_id], *(p.number for p in people if p.number)], places=[row.home.address], refs=[row.ref],
        )  # fmt: skip
        row.dossier.title, row.dossier.line = row.customer.name, row.home.address
        row.dossier.search = sorted((set(row.dossier.search) - gone) | set(found))
        row.dossier.save(update_fields=["title", "line", "search"])
