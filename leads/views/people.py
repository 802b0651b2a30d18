"""The people of a home (spouse, parents, payer …), and two customers who turn out to be one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core import phones
from core.once import once
from core.policies import allowed
from core.refusals import refusals_on
from leads import carried, grades, policies, services
from leads.forms_people import BanForm, EndForm, JudgmentForm, MergeForm, PartForm, PersonForm, ProfileForm
from leads.models import Customer, CustomerMerge, CustomerPhone, HomePerson, Judgment, Lead
from leads.selectors_people import side_by_side
from leads.views.registration import link_carried


def _lead(request: HttpRequest, ref: str) -> Lead:
    rows = Lead.objects.visible_to(request.user, policies.PEOPLE_OF_HOME)
    found: Lead = get_object_or_404(rows.select_related("customer", "home", "designer", "customer_manager", "dossier"), ref=ref)
    return found


@allowed(policies.PEOPLE_OF_HOME)
@once
def people(request: HttpRequest, ref: str) -> HttpResponse:
    """Who belongs to this home; add somebody.  The registration's form may be sent here as it stands (a son of a known home)."""
    lead = _lead(request, ref)
    form = PersonForm(request.POST if request.method == "POST" else None, lead=lead, user=request.user)
    if form.is_valid():
        with refusals_on(form):
            made = services.add_person(lead, by=request.user, at=timezone.now(), **form.cleaned_data)
            if log := request.POST.get("log", ""):
                link_carried(request, lead, log)
                carried.drop(request)
            messages.success(request, _("{name} belongs to {home} now; the file is found by name and number.").format(name=made.name, home=lead.home.address))
            return redirect(lead)
    return _people(request, lead, form)


@allowed(policies.PEOPLE_OF_HOME, methods=("POST",))
@once
def person_endings(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Take somebody off the home, with a reason."""
    lead = _lead(request, ref)
    person = get_object_or_404(HomePerson, pk=pk, home=lead.home_id)
    form = EndForm(request.POST, prefix=f"end{pk}")
    if form.is_valid():
        with refusals_on(form):
            services.end_person(person, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
            messages.success(request, _("{name} no longer belongs to this home.").format(name=person.name))
            return redirect("leads:people", lead.ref)
    return _people(request, lead, PersonForm(lead=lead, user=request.user), ending=(pk, form))


def _people(request: HttpRequest, lead: Lead, form: Any, *, ending: tuple[int, Any] | None = None) -> HttpResponse:
    rows: list[dict[str, Any]] = [
        {
            "person": person, "phone": phones.mask(person.number).replace("****", " **** ") if person.number else "",
            "form": ending[1] if ending and ending[0] == person.pk else EndForm(prefix=f"end{person.pk}"),
        }
        for person in HomePerson.objects.filter(home=lead.home_id).select_related("by", "ended_by").order_by("ended_at", "pk")
    ]  # fmt: skip
    context = {
        "lead": lead, "form": form, "here": [row for row in rows if row["person"].ended_at is None],
        "gone": [row["person"] for row in rows if row["person"].ended_at is not None],
    }  # fmt: skip
    return render(request, "leads/people.html", context, status=422 if form.is_bound or ending else 200)


# --- the customer ----------------------------------------------------------------------------------------------------


def customer_for(request: HttpRequest, pk: int, permission: Any) -> Customer:
    """The customer, if an enquiry lies within this person's scope; a merged one leads to the kept one by the caller."""
    rows = Customer.objects.filter(pk__in=Lead.objects.visible_to(request.user, permission).filter(customer=pk).values("customer"))
    found: Customer = get_object_or_404(rows.select_related("cs_officer", "store"))
    return found


def kept_one(request: HttpRequest, pk: int, permission: Any) -> int | None:
    """Where everything of a merged customer leads; None when it is not merged or cannot be seen."""
    into = Customer.objects.filter(pk=pk).values_list("merged_into", flat=True).first()
    if into is not None and Lead.objects.visible_to(request.user, permission).filter(customer=into).exists():
        return int(into)
    return None


@allowed(policies.KEEP_PROFILE)
@once
def profile_updates(request: HttpRequest, pk: int) -> HttpResponse:
    """L04, R025: bring the profile up to date, or confirm that it is."""
    customer = customer_for(request, pk, policies.KEEP_PROFILE)
    start = {name: getattr(customer, name) for name in ("contact_ways", "price_level", "settlement", "cs_officer", "note")}
    form = ProfileForm(request.POST if request.method == "POST" else None, store_id=customer.store_id, initial=start)
    if form.is_valid():
        with refusals_on(form):
            told = dict(form.cleaned_data)
            note = told.pop("remark")
            services.keep_profile(customer, told=told, note=note, by=request.user, at=timezone.now())
            messages.success(request, _("The profile is up to date as of now."))
            return redirect("leads:profile", customer.pk)
    return _of_customer(request, customer, form, (_("Bring the profile up to date"), _("Confirm that it is up to date")), template="leads/profile_form.html")


@allowed(policies.JUDGE)
@once
def judgments(request: HttpRequest, pk: int) -> HttpResponse:
    """L12: the class of the customer, with the reason and what was judged before."""
    customer = customer_for(request, pk, policies.JUDGE)
    start = {name: getattr(customer, name) for name in ("willingness", "ability", "is_key", "is_member")}
    form = JudgmentForm(request.POST if request.method == "POST" else None, initial=start)
    if form.is_valid():
        with refusals_on(form):
            services.judge_customer(customer, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The judgment stands in the file."))
            return redirect("leads:profile", customer.pk)
    rows = list(Judgment.objects.filter(customer=customer).select_related("by").order_by("-at", "-pk")[:20])
    more: dict[str, Any] = {"rows": rows, "table": grades.grades().values()}
    return _of_customer(request, customer, form, (_("Judge the class"), _("Judge")), template="leads/judgment_form.html", **more)


@allowed(policies.BAN_CONTACT)
@once
def bans(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer does not want to be contacted, or wants it again."""
    customer = customer_for(request, pk, policies.BAN_CONTACT)
    form = BanForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            verb = services.lift_ban if customer.do_not_contact else services.ban_contact
            verb(customer, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
            done = _("The customer may be contacted again.") if customer.do_not_contact else _("Nobody calls this customer any more.")
            messages.success(request, done)
            return redirect("leads:profile", customer.pk)
    if customer.do_not_contact:
        act = (_("The customer may be contacted again"), _("May be contacted again"))
        return _of_customer(request, customer, form, act, note=_("The return visits begin anew."))
    note = _("From now on nobody calls, no number is opened for a call, and the return visits end.")
    return _of_customer(request, customer, form, (_("The customer does not want to be contacted"), _("Do not contact")), note=note)


def _of_customer(
    request: HttpRequest, customer: Customer, form: Any, act: tuple[str, str], *, template: str = "", note: str = "", status: int = 0, **more: Any
) -> HttpResponse:
    context = {"customer": customer, "form": form, "act": {"title": act[0], "button": act[1], "note": note}, **more}
    return render(request, template or "leads/customer_act.html", context, status=status or (422 if form.is_bound else 200))


# --- merging and parting ---------------------------------------------------------------------------------------------


@allowed(policies.MERGE)
@once
def merges(request: HttpRequest, pk: int) -> HttpResponse:
    """Find the other one, see both beside each other, then merge with a reason."""
    if (kept := kept_one(request, pk, policies.MERGE)) is not None:
        return redirect("leads:merges", kept)
    customer = customer_for(request, pk, policies.MERGE)
    form = MergeForm(request.POST if request.method == "POST" else None)
    other = None
    if form.is_valid():
        other = _other(request, customer, form.cleaned_data["other"])
        if other is None:
            form.add_error("other", _("No customer of yours has this number."))
        elif other.pk == customer.pk:
            form.add_error("other", _("This is the same customer: give the file or the number of the other one."))
        elif request.POST.get("act") == "merge":
            pair = (customer, other) if form.cleaned_data["keep"] == "this" else (other, customer)
            with refusals_on(form):
                made = services.merge_customers(*pair, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
                messages.success(request, _("{name} is one customer now, with everything of both.").format(name=made.kept.name))
                return redirect("leads:profile", made.kept_id)
    other = None if other is not None and other.pk == customer.pk else other
    asked = form.is_bound and form.is_valid() and other is not None and request.POST.get("act") != "merge"
    pair_shown = side_by_side(customer, other) if other is not None else []
    act = (_("Merge two customers"), _("Look at both"))
    return _of_customer(request, customer, form, act, template="leads/merge_form.html", status=200 if asked else 0, other=other, pair=pair_shown)


def _other(request: HttpRequest, customer: Customer, typed: str) -> Customer | None:
    """By the number of an enquiry or by a telephone number, within the person's own scope."""
    rows = Lead.objects.visible_to(request.user, policies.MERGE).filter(store=customer.store_id)
    number = phones.normal(typed)
    if number:
        held = CustomerPhone.objects.filter(store=customer.store_id, number=number, withdrawn_at__isnull=True).values("customer")
        rows = rows.filter(customer__in=held)
    else:
        rows = rows.filter(ref=typed.strip().upper())
    lead = rows.select_related("customer").first()
    return lead.customer if lead is not None else None


@allowed(policies.MERGE)
@once
def partings(request: HttpRequest, pk: int) -> HttpResponse:
    """Part two merged customers; each gets back what it had."""
    mine = Lead.objects.visible_to(request.user, policies.MERGE).values("customer")
    merge = CustomerMerge.objects.select_related("kept", "merged", "by").filter(pk=pk, kept__in=mine, parted_at__isnull=True).first()
    if merge is None:
        raise Http404
    form = PartForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            services.part_customers(merge, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
            messages.success(request, _("{one} and {other} are two customers again.").format(one=merge.kept.name, other=merge.merged.name))
            return redirect("leads:profile", merge.kept_id)
    return _of_customer(request, merge.kept, form, (_("Separate two customers"), _("Separate them")), template="leads/parting_form.html", merge=merge)
