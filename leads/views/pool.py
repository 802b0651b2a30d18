"""The public pool: its list, taking from it, putting in and taking out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.once import once
from core.policies import allowed
from core.refusals import Refused
from leads import company, forms, services
from leads import selectors_follow_up as selectors
from leads.policies import SEE_LEADS
from leads.policies_follow_up import KEEP_POOL, SEE_POOL, TAKE_FROM_POOL
from leads.views.acts import Page, _act, _form, _lead

ENTRY = Page(
    gettext_lazy("Put into the pool"), gettext_lazy("Put into the pool"), gettext_lazy("The enquiry cannot go into the pool"), spans=(("reason", 6),),
    note=gettext_lazy("Whoever has it now loses it and hears of it; any designer or customer manager of the store may take it."),
)  # fmt: skip
EXIT = Page(
    gettext_lazy("Take out of the pool"), gettext_lazy("Take out"), spans=(("reason", 6),),
    note=gettext_lazy("Nobody can take it any more; assign it next, its clock runs."),
)  # fmt: skip


@allowed(SEE_POOL, methods=("GET",))
def pool(request: HttpRequest) -> HttpResponse:
    """What nobody touches, the longest first; numbers stay masked until somebody takes it."""
    return _shown(request)


def _shown(request: HttpRequest, refusal: str = "", ref: str = "") -> HttpResponse:
    now, rules = timezone.now(), selectors.pool_rules()
    page = selectors.pool_page(request.user, after=request.GET.get("after", ""))
    opens = bool(SEE_LEADS.stores(request.user)) or KEEP_POOL.allows(request.user)
    rows = [
        selectors.pool_row(stay, request.user, now=now, not_back_days=rules[company.POOL_NOT_BACK_DAYS.code], opens=opens) for stay in page.rows
    ]
    takes = TAKE_FROM_POOL.allows(request.user)
    context = {
        "page": page, "rows": rows, "takes": takes, "keeps": KEEP_POOL.allows(request.user), "refusal": refusal, "refused": ref,
        "fairness": selectors.fairness(request.user, now, rules) if takes else None, "rules": rules, "names": company, "now": now,
    }  # fmt: skip
    return render(request, "leads/pool.html", context, status=422 if refusal else 200)


@allowed(TAKE_FROM_POOL, methods=("POST",))
@once
def pool_takings(request: HttpRequest, ref: str) -> HttpResponse:
    """Take an enquiry; who is slower gets a sentence on the list."""
    lead = _lead(request, ref, TAKE_FROM_POOL)
    try:
        services.take_from_pool(lead, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _shown(request, refusal.message, ref)
    messages.success(request, _("{name} is yours now. Next: the first contact.").format(name=lead.customer.name))
    return redirect(lead)


@allowed(KEEP_POOL)
@once
def pool_entries(request: HttpRequest, ref: str) -> HttpResponse:
    """A manager puts it in, with a reason."""
    lead = _lead(request, ref, KEEP_POOL)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.put_into_pool(lead, reason=told["reason"], by=request.user, at=at)
        return _("The enquiry lies in the pool now.")

    return _act(request, lead, _form(request, forms.ReasonForm, lead), ENTRY, verb)


@allowed(KEEP_POOL)
@once
def pool_exits(request: HttpRequest, ref: str) -> HttpResponse:
    """A manager takes it out, with a reason."""
    lead = _lead(request, ref, KEEP_POOL)

    def verb(told: dict[str, Any], at: datetime) -> str:
        services.take_out_of_pool(lead, reason=told["reason"], by=request.user, at=at)
        return _("The enquiry is out of the pool. Next: assign it.")

    return _act(request, lead, _form(request, forms.ReasonForm, lead), EXIT, verb)
