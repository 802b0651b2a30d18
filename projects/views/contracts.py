"""From the accepted quotation to the filed contract."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import phones
from core.money import share
from core.once import once
from core.policies import allowed
from core.refusals import Missing, Refused, refusals_on
from leads.models import Deposit, Lead
from leads.procedure import Standing, construction_confirmed, scheme_confirmed
from leads.selectors import named
from projects import content, forms, policies, selectors, services, terms
from projects.accounts import contract_signed_at
from projects.choices import KeyTerm, Role
from projects.models import Project
from projects.services.contracts import CHECKLIST
from projects.views.frame import Page, act, shown, site
from staff import posts
from staff.selectors import holders


@allowed(policies.OPEN_PROJECT, methods=("GET",))
def waiting(request: HttpRequest) -> HttpResponse:
    """Enquiries whose quotation was accepted: for each a contract is to be made."""
    page = selectors.waiting_page(request.user, policies.OPEN_PROJECT, after=request.GET.get("after", ""))
    return render(request, "projects/waiting.html", {"page": page, "may_stock": policies.CONTRACT_STOCK.allows(request.user)})


@allowed(policies.OPEN_PROJECT)
@once
def contract_new(request: HttpRequest, lead_ref: str) -> HttpResponse:
    """Make the contract: first its facts, then the key terms, each confirmed on its own screen (LR-20)."""
    people = ("customer", "home__estate", "store", "designer", "customer_manager", "dossier")
    lead: Lead = get_object_or_404(Lead.objects.visible_to(request.user, policies.OPEN_PROJECT).select_related(*people), ref=lead_ref)
    quotation = lead.quotations.select_related("paper", "price_list").filter(state="accepted").first()
    form = forms.ContractForm(
        request.POST if request.method == "POST" else None, store=lead.store_id, today=timezone.localdate(), customer=lead.customer,
        initial={
            "signer": lead.customer.name, "plan": terms.default_plan().code,
            "company_signer": next(iter(holders(posts.STORE_MANAGER, lead.store)), None),
        },
    )  # fmt: skip
    step = request.POST.get("step", "")
    confirmed = forms.KeyTermsForm(request.POST if step == "terms" else None)
    deposit = Deposit.objects.in_force().select_related("receipt").filter(lead=lead).first()
    context: dict[str, Any] = {"lead": lead, "quotation": quotation, "form": form, "confirm": confirmed, "deposit": deposit}
    context["own_number"] = phones.mask(content.phone_of(lead.customer))
    context["blanks"] = list(form.fields["blank"].queryset)  # type: ignore[attr-defined]
    context["missing"] = [named(lead, gap) for gap in _gaps(lead, quotation, context["blanks"])]
    if step == "facts" or not form.is_valid() or context["missing"]:
        if form.is_bound and form.is_valid() and context["missing"] and step != "facts":
            with refusals_on(form):
                raise Refused(_("The contract cannot be made yet."), context["missing"])
        context["plans"] = _plans(quotation)
        return render(request, "projects/contract_form.html", context, status=422 if form.is_bound and step != "facts" else 200)
    assert quotation is not None
    facts = form.cleaned_data
    if confirmed.is_valid():
        with refusals_on(confirmed):
            if not confirmed.cleaned_data["signs_electronically"]:
                on_paper = _("Without the agreement on electronic signing the contract is signed on its numbered paper blank and scanned (clause 11).")
                if unsaid := [str(label) for code, label in KeyTerm.choices if code not in confirmed.confirmed]:
                    raise Refused(_("The contract cannot be made yet."), [Missing(each, posts.CUSTOMER_MANAGER, "LR-20") for each in [*unsaid, on_paper]])
                raise Refused(on_paper)
            project = services.open_project(
                lead, quotation=quotation, blank=facts["blank"], starts_on=facts["starts_on"], due_on=facts["due_on"], plan=facts["plan"],
                percents=facts["percents"] or None, key_terms=confirmed.confirmed, signer=facts["signer"], signer_phone=facts["signer_phone"],
                company_signer=facts["company_signer"], by=request.user, at=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("The contract %(ref)s is made; now both sides sign it.") % {"ref": project.contract.paper.ref})
            return redirect("projects:contract", project.ref)
    if refusal := getattr(confirmed, "refusal", None):
        confirmed.refusal = Refused(refusal.message, [_told(lead, gap) for gap in refusal.missing])  # type: ignore[attr-defined]
    plan = terms.payment_plans()[facts["plan"]]
    percents = facts["percents"] or [node.percent for node in plan.nodes]
    told = content.key_terms_for(_Place(lead.home.address), total=quotation.total, plan=plan, starts_on=facts["starts_on"], due_on=facts["due_on"])
    context |= {
        "signs_with": phones.mask(content.number_of_signer(lead.customer, facts["signer"], facts["signer_phone"])),
        "told": [(title, says, confirmed[f"term_{code}"]) for code, title, says in told], "facts": facts,
        "table": list(zip(plan.nodes, percents, share(quotation.total, percents), strict=True)),
    }  # fmt: skip
    return render(request, "projects/contract_terms.html", context, status=422 if step == "terms" else 200)


def _told(lead: Lead, gap: Missing) -> Missing:
    """A gap for a reader; what the customer has to do is the customer's."""
    if gap.who == "customer":
        return Missing(gap.says, lead.customer.name, gap.gate)
    return named(lead, gap)


def _gaps(lead: Lead, quotation: Any, blanks: list[Any]) -> list[Missing]:
    """What is missing before the first field of a contract is filled in."""
    gaps, quotations = [], reverse("leads:quotations", args=[lead.ref])
    if lead.stage == "contracted":
        gaps.append(Missing(_("The contract of this enquiry is made already.")))
    elif quotation is None:
        gaps.append(Missing(_("The customer has not accepted the quotation."), posts.DESIGNER, "G5", quotations))
    elif quotation.is_stale:
        gaps.append(Missing(_("The quotation no longer fits the site survey; make a new one."), posts.DESIGNER, "G5", quotations))
    if lead.stage == "quoted":
        now = Standing(lead)
        gaps += [gap for gap in (scheme_confirmed.missing(now), construction_confirmed.missing(now)) if gap]
    if not blanks:
        gaps.append(Missing(_("No numbered blank contract has been taken out of stock."), posts.CUSTOMER_MANAGER, "G6", reverse("projects:stock")))
    return gaps


class _Place:
    """What the key terms need to know of a site that does not exist yet."""

    def __init__(self, address: str) -> None:
        self.address = address


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
    project = site(request, ref, policies.SEE_MONEY, "contract__made_by", "contract__handed_in_by", "contract__archived_by")
    row = project.contract
    context = {
        "contract": row, "signed_at": contract_signed_at(row), "account": project.money, "meter": selectors.meter(project),
        "may_hand_in": policies.HAND_IN_CONTRACT.allows(request.user) and row.handed_in_at is None,
        "may_archive": policies.ARCHIVE_CONTRACT.allows(request.user) and row.handed_in_at is not None and row.archived_at is None,
        "may_contact": policies.CONTACT_PAGE.allows(request.user), "may_overview": policies.SEE_CONTRACTS.allows(request.user),
        "may_correct": policies.SUPPLEMENT.allows(request.user) and row.paper.is_open and not row.paper.signatures.exists(),
        "contact_page": project.contact_pages.select_related("paper").order_by("-id").first(),
    }  # fmt: skip
    return shown(request, project, None, CONTRACT, **context)


CONTRACT = Page(gettext_lazy("Contract"), "", template="projects/contract.html")
HAND_IN = Page(
    gettext_lazy("Hand the contract in"), gettext_lazy("Hand in"), gettext_lazy("The contract cannot be handed in yet"),
    "projects/hand_in.html",
)


@allowed(policies.HAND_IN_CONTRACT)
@once
def hand_ins(request: HttpRequest, ref: str) -> HttpResponse:
    """Check completeness and hand the signed contract in (G6, P08)."""
    project = site(request, ref, policies.HAND_IN_CONTRACT, "contract__handed_in_by")

    def verb(told: dict[str, Any], at: Any) -> str:
        services.hand_in_contract(project, checked=[item for item in CHECKLIST if told[item]], by=request.user, at=at)
        return _("The contract is with engineering; the engineering assistant files it.")

    form = forms.HandInForm(request.POST if request.method == "POST" else None, project=project)
    return act(request, project, form, HAND_IN, verb, missing=_unsigned(project), contract=project.contract)


def _unsigned(project: Project) -> list[Missing]:
    if project.contract.paper.is_signed:
        return []
    return [Missing(_("The contract has not been signed by both sides."), posts.CUSTOMER_MANAGER, "G6")]


FILING = Page(
    gettext_lazy("File the contract"), gettext_lazy("File it"), gettext_lazy("The contract cannot be filed yet"), "projects/filing.html"
)


@allowed(policies.ARCHIVE_CONTRACT)
@once
def filings(request: HttpRequest, ref: str) -> HttpResponse:
    """File the contract (P09)."""
    project = site(request, ref, policies.ARCHIVE_CONTRACT, "contract__handed_in_by", "contract__archived_by")

    def verb(told: dict[str, Any], at: Any) -> str:
        services.archive_contract(project, by=request.user, at=at)
        return _("The contract is filed; the site can be staffed.")

    contract, gaps = project.contract, []
    if contract.handed_in_at is None:
        gaps = [Missing(_("Hand the signed contract in, complete."), posts.CUSTOMER_MANAGER, "G6")]
    form = forms.EmptyForm(request.POST if request.method == "POST" else None, project=project)
    return act(request, project, form, FILING, verb, missing=gaps, contract=contract)


CONTACT = Page(
    gettext_lazy("Hand over the contact page"), gettext_lazy("Make the contact page"),
    gettext_lazy("The contact page cannot be made yet"), template="projects/contact_page.html",
)


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
    last = project.contact_pages.select_related("paper").order_by("-id").first()
    return shown(request, project, form, CONTACT, last=last, people=[(role.label, getattr(project, role.value)) for role in Role])
