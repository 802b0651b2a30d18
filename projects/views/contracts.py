"""From the accepted quotation to the filed contract."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import CompanyProfile
from core.money import share
from core.once import once
from core.policies import allowed
from core.refusals import Refused, refusals_on
from leads.models import Lead
from projects import content, forms, policies, selectors, services, terms
from projects.accounts import contract_signed_at
from projects.services.contracts import CHECKLIST
from projects.views.frame import Page, act, shown, site
from staff import posts
from staff.selectors import holders


@allowed(policies.OPEN_PROJECT, methods=("GET",))
def waiting(request: HttpRequest) -> HttpResponse:
    """Enquiries whose quotation was accepted: for each a contract is to be made."""
    leads = selectors.waiting_leads(request.user, policies.OPEN_PROJECT).select_related("customer", "home", "designer", "customer_manager")[:100]
    return render(request, "projects/waiting.html", {"leads": leads})


@allowed(policies.OPEN_PROJECT)
@once
def contract_new(request: HttpRequest, lead_ref: str) -> HttpResponse:
    """Make the contract: first its facts, then the key terms, each confirmed on its own screen (LR-20)."""
    lead = get_object_or_404(
        Lead.objects.visible_to(request.user, policies.OPEN_PROJECT).select_related("customer", "home", "store", "designer", "customer_manager", "dossier"), ref=lead_ref
    )
    quotation = lead.quotations.select_related("paper", "price_list").filter(state="accepted").first()
    today = timezone.localdate()
    phone = content.phone_of(lead.customer)
    form = forms.ContractForm(
        request.POST or None, store=lead.store_id, today=today,
        initial={"signer": lead.customer.name, "signer_phone": phone, "plan": terms.default_plan().code, "company_signer": _first_signer(lead)},
    )  # fmt: skip
    confirming = request.POST.get("step") == "terms"
    confirmed = forms.KeyTermsForm(request.POST if confirming else None)
    if form.is_valid() and confirming and confirmed.is_valid():
        with refusals_on(confirmed):
            if not confirmed.cleaned_data["signs_electronically"]:
                raise Refused(_("Without the agreement on electronic signing the contract is signed on its numbered paper blank and scanned; the agreement stands in its clause 11."))
            facts = form.cleaned_data
            project = services.open_project(
                lead, quotation=quotation, blank=facts["blank"], starts_on=facts["starts_on"], due_on=facts["due_on"], plan=facts["plan"],
                percents=facts["percents"] or None, key_terms=confirmed.confirmed, signer=facts["signer"], signer_phone=facts["signer_phone"],
                company_signer=facts["company_signer"], by=request.user, at=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("The contract %(ref)s is made; now both sides sign it.") % {"ref": project.contract.paper.ref})
            return redirect("projects:contract", project.ref)
    context: dict[str, Any] = {"lead": lead, "quotation": quotation, "form": form, "deposit": _deposit(lead), "plans": _plans(quotation)}
    if form.is_bound and form.is_valid() and quotation is not None:
        plan = terms.payment_plans()[form.cleaned_data["plan"]]
        percents = form.cleaned_data["percents"] or [node.percent for node in plan.nodes]
        told = content.key_terms_for(
            _Place(lead.home.address), total=quotation.total, plan=plan, starts_on=form.cleaned_data["starts_on"], due_on=form.cleaned_data["due_on"]
        )
        amounts = share(quotation.total, percents)
        context |= {
            "confirm": confirmed, "told": [(title, says, confirmed[f"term_{code}"]) for code, title, says in told],
            "table": list(zip(plan.nodes, percents, amounts, strict=True)),
        }  # fmt: skip
        if refusal := getattr(confirmed, "refusal", None):
            confirmed.refusal = Refused(refusal.message, refusal.missing)  # type: ignore[attr-defined]
        return render(request, "projects/contract_terms.html", context, status=422 if confirming else 200)
    return render(request, "projects/contract_form.html", context, status=422 if form.is_bound else 200)


class _Place:
    """What the key terms need to know of a site that does not exist yet."""

    def __init__(self, address: str) -> None:
        self.address = address


def _first_signer(lead: Lead) -> Any:
    return next(iter(holders(posts.STORE_MANAGER, lead.store)), None)


def _deposit(lead: Lead) -> Any:
    return getattr(lead, "deposit", None)


def _plans(quotation: Any) -> list[tuple[str, list[tuple[str, Decimal, Decimal]]]]:
    """Every plan with its amounts for this sum."""
    total = quotation.total if quotation else Decimal(0)
    return [
        (plan.name, [(n.name, n.percent, a) for n, a in zip(plan.nodes, share(total, [n.percent for n in plan.nodes]), strict=True)])
        for plan in terms.payment_plans().values()
    ]


@allowed(policies.SEE_MONEY, methods=("GET",))
def contract(request: HttpRequest, ref: str) -> HttpResponse:
    """The contract of a site: what stands in it, who has signed, where it is filed."""
    project = site(request, ref, policies.SEE_MONEY)
    row = project.contract
    company = CompanyProfile.objects.first()
    context = {
        "contract": row, "signed_at": contract_signed_at(row), "account": project.money, "meter": selectors.meter(project), "company": company,
        "hand_in": forms.HandInForm(project=project) if policies.HAND_IN_CONTRACT.allows(request.user) and row.handed_in_at is None else None,
        "may_archive": policies.ARCHIVE_CONTRACT.allows(request.user) and row.handed_in_at is not None and row.archived_at is None,
        "may_contact": policies.CONTACT_PAGE.allows(request.user),
        "contact_page": project.contact_pages.select_related("paper").order_by("-id").first(),
    }  # fmt: skip
    return shown(request, project, None, CONTRACT, **context)


CONTRACT = Page(gettext_lazy("Contract"), "", template="projects/contract.html")
HAND_IN = Page(gettext_lazy("Hand the contract in"), gettext_lazy("Hand in"), gettext_lazy("The contract cannot be handed in yet"), "projects/hand_in.html")


@allowed(policies.HAND_IN_CONTRACT)
@once
def hand_ins(request: HttpRequest, ref: str) -> HttpResponse:
    """Check completeness and hand the signed contract in (G6, P08)."""
    project = site(request, ref, policies.HAND_IN_CONTRACT)

    def verb(told: dict[str, Any], at: Any) -> str:
        services.hand_in_contract(project, checked=[item for item in CHECKLIST if told[item]], by=request.user, at=at)
        return _("The contract is with engineering; the engineering assistant files it.")

    return act(request, project, forms.HandInForm(request.POST if request.method == "POST" else None, project=project), HAND_IN, verb)


FILING = Page(gettext_lazy("File the contract"), gettext_lazy("File it"), gettext_lazy("The contract cannot be filed yet"), "projects/filing.html")


@allowed(policies.ARCHIVE_CONTRACT)
@once
def filings(request: HttpRequest, ref: str) -> HttpResponse:
    """File the contract (P09)."""
    project = site(request, ref, policies.ARCHIVE_CONTRACT)

    def verb(told: dict[str, Any], at: Any) -> str:
        services.archive_contract(project, by=request.user, at=at)
        return _("The contract is filed; the site can be staffed.")

    return act(request, project, forms.EmptyForm(request.POST if request.method == "POST" else None, project=project), FILING, verb)


CONTACT = Page(gettext_lazy("Hand over the contact page"), gettext_lazy("Make the contact page"), template="projects/contact_page.html")


@allowed(policies.CONTACT_PAGE)
@once
def contact_pages(request: HttpRequest, ref: str) -> HttpResponse:
    """The contact page of the VIP handbook (P12)."""
    project = site(request, ref, policies.CONTACT_PAGE)
    form = forms.EmptyForm(request.POST if request.method == "POST" else None, project=project)
    if form.is_valid():
        with refusals_on(form):
            made = services.issue_contact_page(project, by=request.user, at=timezone.now())
            messages.success(request, _("The contact page %(ref)s is made.") % {"ref": made.paper.ref})
            return redirect("paper", made.paper.ref)
    return shown(request, project, form, CONTACT)
